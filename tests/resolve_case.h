/* resolve_case.h: what the suites of the elaborator share. */
#ifndef RESOLVE_CASE_H
#define RESOLVE_CASE_H

#include "elaborate.h"

#define FEATURES "features x { input[feature = 4] }\n"
#define MAPS "features x { input[channel = 1, freq = 12, time = 10] }\n"
#define TRAIN                                                                                      \
    "train { loss = cross_entropy(output, target); optimizer = sgd(0.1); epochs = 1; batch = 2 "   \
    "}\n"

/* Of the test that runs. */
extern Arena *arena;
extern char *errors; /* what the last compilation reported */

void setup(void);
void teardown(void);

Model *compile_source(const Source *source, int defines, Define *define);
Model *compile_text(const char *text);
/* A model whose network is `body`; it must have no errors. */
Model *network(const char *features, const char *definitions, const char *body);
Model *model_file(const char *name, int defines, Define *define);
int64_t total(const Model *model, bool trainable_only);
const char *shape_string(const Shape *shape);
const char *weight_names(const Model *model);
int count_op(const Graph *g, Op op);
const Node *find_op(const Graph *g, Op op);
const Weight *find_weight(const Model *model, const char *name);
const char *output_shape(const Model *model);

#endif
