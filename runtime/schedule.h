/* schedule.h: how far a training is, the rate of the optimiser there, and where it ends. */
#ifndef ASC_SCHEDULE_H
#define ASC_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "asc.h"

/* A training before one of its steps, which are updates of the weights. */
typedef struct AscStand {
    int epoch;              /* whole epochs done */
    int64_t steps;          /* done */
    int64_t examples;       /* seen, whole epochs times their examples and those of this epoch */
    int64_t epoch_steps;    /* of an epoch */
    int64_t epoch_examples; /* of an epoch */
} AscStand;

/* The rate of the next step.  With p epochs, steps or examples done, as `schedule_by` says:
 *   step:        rate factor^floor(p / every)
 *   exponential: rate factor^(p / every)
 *   cosine:      rate (least + (1 - least) (1 + cos(pi p / all)) / 2), `all` those of the training
 * times (q + 1 step) / length while that is less than 1, with q as `warmup` says. */
double asc_schedule_rate(const AscRecipe *recipe, const AscStand *stand);

/* Steps of the whole training; 0: only its time is limited. */
int64_t asc_schedule_steps(const AscRecipe *recipe, int64_t epoch_steps);

/* Whether a limit of the recipe is reached. */
bool asc_schedule_over(const AscRecipe *recipe, const AscStand *stand, double seconds);

#endif
