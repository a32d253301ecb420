/* tensors.h: files of named tensors in the safetensors format: weights, checkpoints, results of
 * `step`. */
#ifndef ASC_TENSORS_H
#define ASC_TENSORS_H

#include "asc.h"
#include "status.h"

typedef enum AscElement { ASC_F32, ASC_F64, ASC_I64 } AscElement; /* I64: counts of other tools */

typedef struct AscTensor {
    const char *name;
    AscElement element;
    int rank;
    size_t size[ASC_MAX_AXES];
    size_t count;     /* product of the sizes; 1 for rank 0 */
    const void *data; /* count elements, row-major; in a file, at any alignment */
} AscTensor;

/* A set of tensors with metadata, texts by key. */
typedef struct AscTensors AscTensors;

AscTensors *asc_tensors_create(AscStatus *status);
void asc_tensors_destroy(AscTensors *tensors); /* NULL is allowed */

/* Adds a tensor; the name is copied, the data stays the caller's and must live until the set is
 * written.  The name must be new. */
bool asc_tensors_add(AscTensors *tensors, const AscTensor *tensor, AscStatus *status);
bool asc_tensors_add_reals(AscTensors *tensors, const char *name, const AscShape *shape,
                           const real *data, AscStatus *status);
bool asc_tensors_add_vector(AscTensors *tensors, const char *name, size_t count, const double *data,
                            AscStatus *status);

/* Sets a text of the metadata, replacing what the key had. */
bool asc_tensors_set_text(AscTensors *tensors, const char *key, const char *text,
                          AscStatus *status);

/* Writes the file, whole or not at all. */
bool asc_tensors_write(const AscTensors *tensors, const char *path, AscStatus *status);

/* Reads and checks a whole file.  NULL: status names the file and what is wrong with it. */
AscTensors *asc_tensors_read(const char *path, AscStatus *status);

int asc_tensors_count(const AscTensors *tensors);
const AscTensor *asc_tensors_at(const AscTensors *tensors, int index);
const AscTensor *asc_tensors_find(const AscTensors *tensors, const char *name); /* NULL: none */
const char *asc_tensors_text(const AscTensors *tensors, const char *key);       /* NULL: none */

/* "[128, 10] F32", into text. */
void asc_tensor_describe(const AscTensor *tensor, char *text, size_t room);

/* Whether the tensor has these sizes. */
bool asc_tensor_fits(const AscTensor *tensor, const AscShape *shape);

/* The elements, converted. */
void asc_tensor_copy_reals(const AscTensor *tensor, real *to);
void asc_tensor_copy_doubles(const AscTensor *tensor, double *to);

#endif
