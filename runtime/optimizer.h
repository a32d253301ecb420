/* optimizer.h: the update of the weights: l2, clipping, SGD, Adam, AdamW, RMSprop.  Results do not depend on the number of threads. */
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
 * weight decays, then they are clipped (the norm is that of all trainable gradients together, or of
 * each parameter's alone).  Equations and defaults are PyTorch's.
 * SGD:      v = momentum v + g;  w -= rate v
 * Nesterov: v = momentum v + g;  w -= rate (g + momentum v)
 * Adam:     m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2      (Kingma and Ba 2015, algorithm 1)
 *           w -= rate m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + epsilon)
 * AdamW:    w *= 1 - rate decay, of weights that were drawn at random, then Adam
 *                                                          (Loshchilov and Hutter 2019, algorithm 2)
 * RMSprop:  v = alpha v + (1 - alpha) g^2;  w -= rate g / (sqrt(v) + epsilon)
 *           with momentum b = momentum b + g / (sqrt(v) + epsilon);  w -= rate b
 *                                                          (Tieleman and Hinton 2012) */
void asc_optimizer_step(AscUpdate *update, double rate, real *parameters, real *gradients);

/* The l2 term of the loss: l2 times the sum of squares, of all weights. */
double asc_optimizer_penalty(const AscUpdate *update, const real *parameters);

/* What has to be kept between steps: 0 to 2 flat arrays of parameter_reals, and the steps done.
 * For checkpoints; the arrays stay the optimiser's. */
int asc_optimizer_moments(AscUpdate *update, real *moment[2]);
const char *asc_optimizer_moment_name(int which); /* "first", "second" */
uint64_t asc_optimizer_steps(const AscUpdate *update);
void asc_optimizer_set_steps(AscUpdate *update, uint64_t steps);

#endif
