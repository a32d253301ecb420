/* train_own.h: what the files of the training loop share. */
#ifndef ASC_TRAIN_OWN_H
#define ASC_TRAIN_OWN_H

#include "batch.h"
#include "engine.h"
#include "feed.h"
#include "schedule.h"
#include "train.h"
#include "train_data.h"
#include "video.h"

typedef struct Trainer {
    const AscModel *model;
    const AscTrainOptions *options;
    AscRecipe recipe;
    AscTrainData data;
    bool begun; /* a new run was written */
    AscWeights *weights;
    AscUpdate *update;
    AscEngine *training, *inference;
    AscBatch *batch;
    AscFeed *feed;        /* the training part */
    real *gradients;      /* of the batches of a step so far; NULL: a step is one batch */
    double *class_weight; /* [classes]; NULL: all the same */
    AscPosition position;
    double step_seconds; /* mean over the steps of this process */
    long steps_done;     /* by this process */
} Trainer;

/* What an example of shards is. */
static inline AscPieces asc_trainer_pieces(const Trainer *trainer)
{
    return trainer->options->settings.segments ? ASC_RATED_SEGMENTS : ASC_VIDEOS;
}

/* ---------------------------------------------------------------- train_step.c */

bool asc_trainer_stop_asked(const Trainer *trainer);

/* Of an epoch. */
int asc_trainer_steps(const Trainer *trainer);

/* Where a step's examples begin in the epoch's order.  The batches of an epoch are the fewest that
 * are no larger than the recipe's, and differ by one example at most: a last batch of one or two
 * examples would be normalised by its own statistics, and its full step undo what an epoch learnt
 * (models/esc10.asc on fold 4, seed 0, 961 examples in batches of 32: 84 % of the clips right, 39 %
 * where every epoch ended with such a step). */
int asc_trainer_step_begin(const Trainer *trainer, int step);

/* After `epoch` whole epochs and `step` steps of the next. */
AscStand asc_trainer_stand(const Trainer *trainer, int epoch, int step);

/* By a limit, or because nothing better came for long. */
bool asc_trainer_is_over(const Trainer *trainer, int epoch);

/* The position's next step; *rate becomes its rate. */
bool asc_trainer_step(Trainer *trainer, double *rate, AscStatus *status);

/* ---------------------------------------------------------------- train_epoch.c */

/* From the position on to the end of its epoch, or until a stop is asked for; then it is saved. */
bool asc_trainer_epoch(Trainer *trainer, AscStatus *status);

/* The checkpoint. */
bool asc_trainer_save(Trainer *trainer, AscStatus *status);

#endif
