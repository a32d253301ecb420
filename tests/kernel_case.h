/* kernel_case.h: a random graph made into libraries in several ways, and what these compute; of check_kernels. */
#ifndef KERNEL_CASE_H
#define KERNEL_CASE_H

#include "random_graph.h"
#include "scratch.h"

#include "../compiler/kernel.h"

enum { MOST_BUILDS = 32, BATCHES = 5 };

/* A graph made into a library in one of the ways. */
typedef struct Build {
    const Target *target;
    bool real_double;
    unsigned passes;
    const char *label, *text, *path; /* text: the C */
} Build;

/* The interpreter's results, and how far they move when every value moves by a rounding error. */
typedef struct Expected {
    int batch;
    Parts *training, *training_moved, *inference, *inference_moved;
} Expected;

typedef struct Case {
    Arena *arena;
    RandomGraph *training, *inference;
    Build build[MOST_BUILDS];
    int builds;
    Expected expected[BATCHES];
} Case;

bool is_convolution(const Case *c);

/* ---------------------------------------------------------------- kernel_build.c */

Case case_create(uint64_t seed);
/* The graph of a seed, differentiated: a copy of its own for every build.  passes: NULL leaves it as it is. */
RandomGraph *case_graph(Arena *arena, bool training, uint64_t seed, const unsigned *passes);
Program *case_lower(const Case *c, const Build *b, bool training);
/* Chooses the ways. */
void case_choose(Case *c);
/* Adds one, in the widest vectors that run here: all passes but one.  False: that makes no difference. */
bool case_without(Case *c, Pass pass);
/* Writes the C files into the folder and compiles them, two at a time. */
void case_build(Case *c, Scratch *scratch);

/* ---------------------------------------------------------------- kernel_run.c */

/* Fails the test where a library computes something else than expected, or not the same with 3 threads. */
void case_run(const Case *c, const Build *b);

#endif
