/* train_data.h: a data set divided, computed and normalised for training. */
#ifndef ASC_TRAIN_DATA_H
#define ASC_TRAIN_DATA_H

#include "corpus.h"
#include "run.h"

typedef struct AscTrainData {
    AscDataset *dataset;
    AscSegments *train;
    AscSegments *validation;   /* NULL: none */
    AscStatistics *statistics; /* [feature_sets], of the training part alone */
} AscTrainData;

/* Opens the data set of the settings, takes the validation part out as the recipe says, computes
 * the features.  False with code ASC_OK: stopped. */
bool asc_train_data_load(const AscExtraction *extraction, const AscSettings *settings,
                         const AscRecipe *recipe, AscTrainData *data, AscStatus *status);
void asc_train_data_free(AscTrainData *data, const AscModel *model);

#endif
