/* train.h: training: from a data set to a run's folder. */
#ifndef ASC_TRAIN_H
#define ASC_TRAIN_H

#include <signal.h>

#include "asc.h"
#include "cache.h"
#include "report.h"
#include "run.h"
#include "status.h"

typedef struct AscTrainOptions {
    AscSettings settings; /* its texts stay the caller's */
    const char *folder;   /* of the run */
    bool resume;          /* go on from the folder's checkpoint */
    const char *init;     /* file of weights to begin with, or NULL */
    AscCache *cache;      /* NULL: none */
    const AscReport *report;
    bool skip_bad;                     /* go on without what can't be used */
    const volatile sig_atomic_t *stop; /* not 0: finish the step, save, return; may be NULL */
} AscTrainOptions;

typedef enum AscTrainOutcome {
    ASC_TRAIN_FAILED,
    ASC_TRAIN_FINISHED,
    ASC_TRAIN_STOPPED,      /* and saved: can be resumed */
    ASC_TRAIN_WAS_FINISHED, /* when it was resumed: nothing was done */
    ASC_TRAIN_NOT_BEGUN     /* stopped before there was anything to save */
} AscTrainOutcome;

/* Trains by the model's recipe with the settings.  A run that is stopped and resumed ends with the
 * same weights as one that is not, whatever the number of threads. */
AscTrainOutcome asc_train(const AscModel *model, const AscTrainOptions *options, AscStatus *status);

/* That the model's output can be matched with the labels of the data set, in number. */
bool asc_train_check_labels(const AscModel *model, const AscDataset *dataset, AscStatus *status);

#endif
