/* tensors_own.h: what tensors.c and tensors_read.c share. */
#ifndef ASC_TENSORS_OWN_H
#define ASC_TENSORS_OWN_H

#include <jansson.h>

#include "tensors.h"

struct AscTensors {
    AscTensor *tensor; /* names are owned */
    int count, room;
    json_t *metadata; /* an object of strings */
    char *bytes;      /* the file, where it was read; data points into it */
};

/* "F32", by AscElement. */
extern const char *const asc_element_names[];

size_t asc_tensor_bytes(const AscTensor *tensor);

#endif
