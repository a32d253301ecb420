/* layer_text.h: models made of the cases of layers.def, at sizes drawn from a seed. */
#ifndef LAYER_TEXT_H
#define LAYER_TEXT_H

#include "../compiler/ascc.h"

typedef enum LayerInput { LAYER_image, LAYER_sequence, LAYER_vector, LAYER_INPUTS } LayerInput;

typedef struct LayerCase {
    const char *name;
    LayerInput input;
    const char *body;
} LayerCase;

extern const LayerCase layer_cases[];
extern const int layer_case_count;

/* The .asc text of a model that joins the results of the cases first .. first + count - 1.  Every
 * element of their inputs is multiplied by a weight of its own, and the loss is the squared error,
 * so that the gradient that reaches a layer is uneven. */
char *layer_text(Arena *arena, uint64_t seed, int first, int count);

#endif
