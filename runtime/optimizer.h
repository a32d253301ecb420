/* optimizer.h: the update of the weights: l2, clipping, SGD with momentum, Adam, and the
 * schedule of the rate. Results do not depend on the number of threads. */
#ifndef ASC_OPTIMIZER_H
#define ASC_OPTIMIZER_H

#include "asc.h"
#include "status.h"

typedef struct AscUpdate AscUpdate;

/* The optimiser of `recipe` for the trainable parameters of `model`; both must outlive it.
 * NULL: no memory. */
AscUpdate *asc_optimizer_create(const AscModel *model, const AscRecipe *recipe, AscStatus *status);
void asc_optimizer_destroy(AscUpdate *update); /* NULL is allowed */

/* One update.  `gradients` are those of the mean loss and are overwritten: 2 l2 w is added where a
 * weight decays, then they are clipped (the norm is that of all trainable gradients together).
 * SGD:   v = momentum v + g
 *        w -= rate v
 * Adam:  m = b1 m + (1 - b1) g                 (Kingma and Ba 2015, algorithm 1)
 *        v = b2 v + (1 - b2) g^2
 *        w -= rate m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + epsilon) */
void asc_optimizer_step(AscUpdate *update, double rate, real *parameters, real *gradients);

/* The l2 term of the loss: l2 times the sum of squares, of all weights. */
double asc_optimizer_penalty(const AscUpdate *update, const real *parameters);

/* The rate in an epoch, counted from 0.  Exponential: rate factor^(floor(epoch / every));
 * cosine: from rate down to nothing after `epochs`, rate (1 + cos(pi epoch / epochs)) / 2. */
double asc_optimizer_rate(const AscRecipe *recipe, int epoch);

/* What has to be kept between steps: 0 to 2 flat arrays of parameter_reals, and the steps done.
 * For checkpoints; the arrays stay the optimiser's. */
int asc_optimizer_moments(AscUpdate *update, real *moment[2]);
const char *asc_optimizer_moment_name(int which); /* "first", "second" */
uint64_t asc_optimizer_steps(const AscUpdate *update);
void asc_optimizer_set_steps(AscUpdate *update, uint64_t steps);

#endif
