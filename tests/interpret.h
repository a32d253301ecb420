/* interpret.h: evaluates graphs in double precision, naively: the compiler tests' oracle. */
#ifndef INTERPRET_H
#define INTERPRET_H

#include "../compiler/ascc.h"

/* What a graph is evaluated on.  Arrays are row-major in logical axis order, the batch first. */
typedef struct Feed {
    int batch;
    int inputs;
    const char *const *name; /* of each input */
    const double *const *input;
    const double *const *weight; /* by Weight.index */
} Feed;

/* The results of one node; all but maximum, moments and scan have one. */
typedef double **Parts;

/* The results of every node, by id, allocated in `arena`. */
Parts *interpret(Arena *arena, const Graph *g, const Feed *feed);
/* Elements of a tensor when the batch holds `batch` examples. */
int64_t elements(const Shape *s, int batch);
/* The interpreter's value of element `at` of random node `seed`, in [0, 1). */
double random_element(uint64_t seed, int64_t at);

#endif
