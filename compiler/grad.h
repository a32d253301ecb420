/* grad.h: what the files of gradient rules share. */
#ifndef ASCC_GRAD_H
#define ASCC_GRAD_H

#include "ascc.h"
#include "graph.h"

/* What is known of a node of the forward graph. */
typedef struct Adjoint {
    bool needed; /* some trainable weight acts on it */
    bool later;  /* input of a body: its gradient sums over steps or batch, so it is made outside */
    Node **d;    /* gradient by each of its results; NULL: zero so far */
    int results;
} Adjoint;

/* A term of the gradient of the body's input x: a, summed over what x lacks, or the product of a and
 * b over these axes. */
typedef struct Later {
    Node *x, *a, *b; /* b: NULL without a product */
    int axes, alongs;
    const char *axis[MAX_AXES];
    Along along[MAX_AXES];
} Later;

typedef struct Grad {
    Graph *g;
    Adjoint *adjoint; /* by id */
    Node *node;       /* the one whose rule runs */
    Later *later;
    int laters, later_capacity;
} Grad;

typedef void (*Rule)(Grad *c, Node *n, Node *dy);

/* ---------------------------------------------------------------- grad.c */

/* Adjoints of the nodes that g has now, nothing needed. */
Adjoint *grad_adjoints(Graph *g);
/* Spreads `needed` from sources and trainable weights to all they act on. */
void grad_find_needed(const Graph *g, Adjoint *adjoint);
/* Runs the rules of the first `count` nodes, from the last to the first. */
void grad_reverse(Grad *c, int count);
/* Whether the gradient of operand i of the node whose rule runs is asked for. */
bool grad_wants(const Grad *c, int operand);
/* Adds d to the gradient of x's result `part`. */
void grad_give_part(Grad *c, Node *x, int part, Node *d);
/* Adds d, summed over the axes it lacks, to the gradient of operand i. */
void grad_give(Grad *c, int operand, Node *d);
/* Adds dot(a, b); without slide its axes may come in any order. */
void grad_give_dot(Grad *c, int operand, Node *a, Node *b, int over, const char *const *axis,
                   int slides, const Along *slide);

/* ---------------------------------------------------------------- grad_stride.c */

/* Gives operand 0 of a dot that slides in steps its gradient, over the axes `axis`; false: that is left to plain padding. */
bool grad_strided(Grad *c, Node *dy, int over, const char *const *axis);

/* ---------------------------------------------------------------- grad_map.c, grad_scan.c */

void grad_map(Grad *c, Node *n, Node *dy);
void grad_scan(Grad *c, Node *n, Node *dy);

#endif
