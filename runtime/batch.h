/* batch.h: batches of examples in the layout that generated code reads, shuffled and mixed. */
#ifndef ASC_BATCH_H
#define ASC_BATCH_H

#include "asc.h"
#include "status.h"

/* Examples in memory: the segments of recordings.  The arrays are the owner's. */
typedef struct AscExamples {
    int count;
    int inputs;         /* as the model's */
    real *const *input; /* [inputs], each [count][size]; zero past an example's length */
    const size_t *size; /* [inputs]: reals of one example */
    const int *label;   /* [count]; -1: not known, a target of zeros */
    int classes;
    const real *target; /* [count][classes]: instead of `label`; NULL: not given */
} AscExamples;

/* Mixup (Zhang et al. 2018): example i becomes lambda[i] of itself and 1 - lambda[i] of
 * example partner[i] of the batch. */
typedef struct AscMixup {
    bool mixes;     /* false: none */
    double *lambda; /* [count] */
    int *partner;   /* [count]: a permutation */
} AscMixup;

/* Room for one batch.  Every array has asc_capacity(largest) rows; those past `count` are zero. */
typedef struct AscBatch {
    const AscModel *model;
    int count, largest, capacity;
    int inputs;
    size_t *size; /* [inputs] */
    real **input; /* [inputs], each [capacity][size], aligned to 64 bytes */
    int classes;
    real *target; /* [capacity][classes]: distributions */
    AscMixup mixup;
} AscBatch;

/* Memory aligned to 64 bytes and zeroed, to be freed with free(); NULL: none left. */
void *asc_batch_memory(size_t bytes);

/* The product of the sizes; 1 without axes. */
size_t asc_shape_reals(const AscShape *shape);

/* Inputs as the model's, targets as its output's reals.  NULL: no memory. */
AscBatch *asc_batch_create(const AscModel *model, int largest, AscStatus *status);
void asc_batch_destroy(AscBatch *batch); /* NULL is allowed */

/* The order of the examples in an epoch: order[count], a function of seed and epoch. */
void asc_batch_order(uint64_t seed, int epoch, int *order, int count);

/* Draws lambda ~ Beta(alpha, alpha), one for the batch or one for each example, and the partners of
 * a batch of `count`, a function of seed and step; alpha 0: none. */
void asc_batch_draw_mixup(AscMixup *mixup, double alpha, bool per_example, uint64_t seed,
                          uint64_t step, int count);

/* Weights by which every class has the same influence: count / (classes there are * count of the
 * class).  [classes], the caller frees; NULL: no memory. */
double *asc_batch_balance(const AscExamples *examples);

/* Multiplies the targets of every class by its weight: a loss that is linear in the target is
 * weighted so. */
void asc_batch_weigh(AscBatch *batch, const double *weight);

/* Fills the batch with the examples which[0 .. count - 1], mixed as batch->mixup says; count <=
 * largest.  A mixture of examples of different lengths is as long as the longer one. */
void asc_batch_fill(AscBatch *batch, const AscExamples *examples, const int *which, int count);

/* Normal random inputs, a function of seed and `stream`, for all of batch->largest; lengths are
 * random, too, or the largest. */
void asc_batch_draw_inputs(AscBatch *batch, uint64_t seed, const char *stream, bool random_lengths);

/* For inputs that were filled from elsewhere: after the end of an example its last frame is
 * repeated, so that nothing is computed there that could not be computed before.  Rows past `count`
 * have the length 1. */
void asc_batch_extend(AscBatch *batch);

/* The largest length that an input of kind ASC_INPUT_LENGTH can tell. */
int asc_input_largest(const AscModel *model, const AscInput *length);

#endif
