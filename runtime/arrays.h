/* arrays.h: batches from .npy files, for the commands `forward` and `step`. */
#ifndef ASC_ARRAYS_H
#define ASC_ARRAYS_H

#include "batch.h"
#include "options.h"

/* A batch of the files --input and, where `targets`, --target; a file of one example may leave out
 * the axis of examples.  NULL: status names the file, what was expected and what was found. */
AscBatch *asc_arrays_load(const AscModel *model, const AscOptions *options, bool targets,
                          AscStatus *status);

/* Pinned random numbers `random.0`, `random.1`, .. of a .safetensors file, as AscCall.random wants
 * them; for every example, or once where the node has no examples. */
typedef struct AscPinned {
    int count;
    real **node; /* [count] */
} AscPinned;

bool asc_arrays_pinned(const AscModel *model, const char *path, int examples, AscPinned *pinned,
                       AscStatus *status);
void asc_arrays_free_pinned(AscPinned *pinned);

#endif
