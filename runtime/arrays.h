/* arrays.h: batches from .npy files, for the commands `forward` and `step`. */
#ifndef ASC_ARRAYS_H
#define ASC_ARRAYS_H

#include "batch.h"
#include "options.h"

/* A batch of the files --input and, where `targets`, --target; a file of one example may leave out
 * the axis of examples.  NULL: status names the file, what was expected and what was found. */
AscBatch *asc_arrays_load(const AscModel *model, const AscOptions *options, bool targets,
                          AscStatus *status);

/* What a .safetensors file pins: random numbers `random.0`, `random.1`, .. as AscCall.random wants
 * them, for every example, or once where the node has no examples; and mixup, if the file has
 * `mixup.lambda` [steps] and `mixup.partner` [steps, examples], example numbers from 0. */
typedef struct AscPinned {
    int count;
    real **node; /* [count] */
    int mixes;   /* steps that are mixed, after which it begins again; 0: none */
    double *lambda, *partner;
} AscPinned;

bool asc_arrays_pinned(const AscModel *model, const char *path, int examples, AscPinned *pinned,
                       AscStatus *status);
/* mixed = lambda * batch + (1 - lambda) * its partners, inputs and targets, as pinned for a step
 * (Zhang et al. 2018). */
void asc_arrays_mix(const AscPinned *pinned, int step, const AscBatch *batch, AscBatch *mixed);
void asc_arrays_free_pinned(AscPinned *pinned);

#endif
