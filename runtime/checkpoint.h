/* checkpoint.h: all that a training needs to go on as if it had not stopped. */
#ifndef ASC_CHECKPOINT_H
#define ASC_CHECKPOINT_H

#include "asc.h"
#include "optimizer.h"
#include "status.h"
#include "weights.h"

/* Where training stands: after `step` steps of `epoch` (both count from 0). */
typedef struct AscPosition {
    int epoch, step;
    int examples;    /* of the training part: must be the same when it is continued */
    double loss_sum; /* over the examples of this epoch so far */
    int right, seen;
    double best;          /* the best value of keep_metric; NaN: none yet */
    int best_epoch;       /* counts from 1; 0: none yet */
    double seconds;       /* of this epoch so far */
    double total_seconds; /* of all steps */
    bool finished;
    char *log; /* log.jsonl so far, owned; NULL: empty */
} AscPosition;

bool asc_checkpoint_write(const char *path, const AscWeights *weights, AscUpdate *update,
                          const AscPosition *position, AscStatus *status);

/* The caller destroys the weights and frees position->log. */
AscWeights *asc_checkpoint_read(const char *path, const AscModel *model, AscUpdate *update,
                                AscPosition *position, AscStatus *status);

/* Whether the training has ended, after `epochs`; false also where there is no checkpoint. */
bool asc_checkpoint_finished(const char *path, int *epochs);

#endif
