/* random_graph.h: legal graphs made from a seed, with weights and values to evaluate them on. */
#ifndef RANDOM_GRAPH_H
#define RANDOM_GRAPH_H

#include "interpret.h"

enum { MOST_WEIGHTS = 64, MOST_NODES = 64, MOST_INPUTS = 16, MOST_EXAMPLES = 17 };

/* Every value is a float, so that both precisions compute from the same ones. */
typedef struct RandomGraph {
    Arena *arena;
    Graph *g; /* results: "output", "loss", running statistics */
    Model model;
    Weight *weight[MOST_WEIGHTS];
    double *value[MOST_WEIGHTS];
    int inputs; /* the last one is the target */
    const char *name[MOST_INPUTS];
    Shape shape[MOST_INPUTS];   /* of one example */
    double *input[MOST_INPUTS]; /* of MOST_EXAMPLES */
    int length[MOST_INPUTS];    /* not 0: it is the lengths along axes of this size */
    Node *length_node[MOST_INPUTS];
    Node *source[MOST_INPUTS]; /* what is not lengths: the input */
    bool large;                /* products large enough for tiles */
    bool recurrent;            /* many scans */
    int randoms;
    uint64_t seed;
    int64_t drawn;
    Node *pool[MOST_NODES];
    bool used[MOST_NODES]; /* by a later one */
    int count;
    int touched[2], touches; /* by the step under way */
    struct RandomCell *cell; /* the body of a scan that is being made, or NULL */
    int scans;
} RandomGraph;

/* Seeds below it make graphs whose output is an input, a weight, or another look at one. */
enum { SPECIAL_GRAPHS = 7 };
/* From this seed on they are the convolutions of a table (convolutions.c), one row after the other. */
enum { CONVOLUTION_GRAPHS = 1000000 };
RandomGraph *random_graph(Arena *arena, const char *name, uint64_t seed);
Node *random_weight(RandomGraph *r, Shape shape);

int convolution_count(void);
Shape convolution_input(int row);     /* of one example */
int convolution_lists(int row);       /* dots that sparse.c takes */
bool convolution_made_again(int row); /* a training has the kernel of remake.c */
bool convolution_mixed(int row);      /* inference has a sum that mixture.c takes */
bool convolution_summed(int row);     /* ... a sum that is made before results are stored */
bool convolution_placed(int row);     /* ... a max that goes where the next convolution sees it */
int convolution_turned(int row);      /* dots that winograd.c takes */
Node *convolution_output(RandomGraph *r, Node *x, int row);

#endif
