/* engine.h: runs the generated code: memory for one of its programs, and calls on batches. */
#ifndef ASC_ENGINE_H
#define ASC_ENGINE_H

#include "asc.h"
#include "status.h"

/* A program of the model with all it needs for batches of up to `largest` examples. */
typedef struct AscEngine {
    const AscModel *model;
    const AscProgram *program;
    int largest, capacity;
    int threads; /* at most: those there were when it was made */
    char *arena, *room;
    size_t outputs;  /* reals of one example's output */
    real *gradients; /* flat; NULL for inference */
    real *output;    /* [capacity][outputs] */
    real *losses;    /* [capacity] */
    real *no_target; /* [capacity][outputs]: zeros, for inference without a target */
    real **observed; /* [observeds of the model], each [capacity][shape]; NULL: nobody looks */
} AscEngine;

/* NULL: no memory. */
AscEngine *asc_engine_create(const AscModel *model, bool training, int largest, AscStatus *status);
void asc_engine_destroy(AscEngine *engine); /* NULL is allowed */

/* From now on inference fills `observed`. */
bool asc_engine_observe(AscEngine *engine, AscStatus *status);

/* What one call works on.  input: [inputs of the model], each [capacity][shape]; target NULL: inference
 * without losses; same_weights: the engine's last run had the same parameters; random: see AscCall. */
typedef struct AscWork {
    int examples;
    real *const *input;
    const real *target;
    real *parameters;
    bool same_weights;
    uint64_t seed, step;
    const real *const *random;
    double *seconds;
} AscWork;

/* Fills output and losses, and when training gradients and the running statistics. */
void asc_engine_run(AscEngine *engine, const AscWork *work);

/* The mean of the first `examples` losses. */
double asc_engine_loss(const AscEngine *engine, int examples);

/* Examples whose highest output is where their target [examples][outputs] is highest: at one of
 * several labels, at the heavier one of a mixture. */
int asc_engine_right(const AscEngine *engine, const real *target, int examples);

/* Whether the model's loss leaves out what is ASC_UNKNOWN: where nothing is known it is 0.  An engine for inference. */
bool asc_engine_leaves_unknown(AscEngine *engine, real *parameters, bool *leaves,
                               AscStatus *status);

#endif
