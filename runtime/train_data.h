/* train_data.h: a data set divided, computed and normalised for training. */
#ifndef ASC_TRAIN_DATA_H
#define ASC_TRAIN_DATA_H

#include "corpus.h"
#include "run.h"
#include "shards.h"

typedef struct AscTrainData {
    int labels;
    const char *const *label;  /* [labels] */
    AscStatistics *statistics; /* [feature_sets], of the training part alone */

    /* Of recordings, whose features come from the cache. */
    AscDataset *dataset;
    AscResponses *responses; /* NULL: none */
    AscHearings hearings;    /* of the training part */
    AscProblems problems;    /* of the data set and its recordings: what was left out */
    AscSegments *train;
    AscSegments *validation; /* NULL: none */

    /* Of stored features, which are streamed; then the three above are NULL. */
    AscShards *shards;
    AscShards *validation_shards; /* NULL: none */
    char **number;                /* [labels]: label */
} AscTrainData;

/* Whether a model's inputs are stored features (of TFRecord files), not made from recordings. */
bool asc_model_is_stored(const AscModel *model);

/* Of the training part. */
int asc_train_data_examples(const AscTrainData *data);

/* Opens the data set of the settings, takes the validation part out as the recipe says, computes
 * the features.  False with code ASC_OK: stopped. */
bool asc_train_data_load(const AscExtraction *extraction, const AscSettings *settings,
                         const AscRecipe *recipe, AscTrainData *data, AscStatus *status);
/* Recordings of all parts together: how far they are read.  Features that need no statistics of the training set are
 * computed while it trains, those of the validation part always (extraction->early). */
typedef struct AscReading {
    int read, recordings;
    bool failed; /* it can't go on: all have to be read before anything else */
} AscReading;
AscReading asc_train_data_reading(const AscTrainData *data);

/* Waits for the end of the reading; false: it failed. */
bool asc_train_data_wait(const AscTrainData *data, AscStatus *status);

/* The recordings that a run with these settings is validated on; none without validation. */
bool asc_train_data_validation(const AscModel *model, const AscDataset *dataset,
                               const AscSettings *settings, AscList *validation, AscStatus *status);
void asc_train_data_free(AscTrainData *data, const AscModel *model);

#endif
