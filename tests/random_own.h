/* random_own.h: what the files that build random graphs share. */
#ifndef RANDOM_OWN_H
#define RANDOM_OWN_H

#include "random_graph.h"

#include "../compiler/graph.h"

enum { MOST_ELEMENTS = 4000, MOST_PRODUCTS = 250000, MOST_SCAN_INPUTS = 32 };

static const Place nowhere = { NULL, 1, 1, 1 };

/* The body of a scan, and what comes into it. */
typedef struct RandomCell {
    Graph *outer, *body;
    const char *axis;
    struct RandomCell *around; /* of a scan in a scan */
    ScanInput input[MOST_SCAN_INPUTS];
    Node *operand[MOST_SCAN_INPUTS];
    int inputs, operands;
} RandomCell;

/* ---------------------------------------------------------------- random_graph.c */

double draw(RandomGraph *r, double low, double high);
int pick(RandomGraph *r, int low, int high); /* one of low .. high */
bool chance(RandomGraph *r, double share);
int random_size(RandomGraph *r);
Node *random_statistic(RandomGraph *r, Shape shape); /* a weight that is not trained */
/* [batch]: how much of an axis of `size` each example has, an input of its own. */
Node *random_length(RandomGraph *r, int size);
/* What comes out of a body gets the axis of its scan, so nothing inside may have it. */
bool is_scanned(const RandomGraph *r, const char *axis);
Node *random_operand(RandomGraph *r); /* one that was made before */
/* Some of the axes but the batch, in any order. */
Shape random_axes(RandomGraph *r, const Shape *s, double share);
void random_order(RandomGraph *r, Shape *s);
/* An axis that none of both has; both may be the same. */
Axis random_axis(RandomGraph *r, const Shape *a, const Shape *b, int size);
Node *random_step(RandomGraph *r); /* NULL: what was drawn is not possible */

static inline Node *number(RandomGraph *r, double value)
{
    return make_number(r->g, nowhere, value);
}

static inline Node *map(RandomGraph *r, Function f, Node *a, Node *b)
{
    return make_map(r->g, nowhere, f, a, b, NULL);
}

static inline int names_of(const Shape *s, const char **name)
{
    for (int i = 0; i < s->rank; i++)
        name[i] = s->axis[i].name;
    return s->rank;
}

/* ---------------------------------------------------------------- steps: NULL where x does not fit */

/* random_map.c; x with the axes of y as well */
Node *random_widened(RandomGraph *r, Node *x, const Shape *y);
Node *random_unary(RandomGraph *r, Node *x);
Node *random_binary(RandomGraph *r, Node *x);
Node *random_source(RandomGraph *r, Node *x);
Node *random_mask(RandomGraph *r, Node *x);
Node *random_ragged(RandomGraph *r, Node *x);
/* random_move.c */
Node *random_reshape(RandomGraph *r, Node *x);
Node *random_slice(RandomGraph *r, Node *x);
Node *random_pad(RandomGraph *r, Node *x);
Node *random_join(RandomGraph *r, Node *x);
Node *random_reverse(RandomGraph *r, Node *x);
/* random_sum.c */
Node *random_product(RandomGraph *r, Node *x);
Node *random_dense(RandomGraph *r, Node *x);
Node *random_gates(RandomGraph *r, Node *x);
Node *random_pair(RandomGraph *r, Node *x);
Node *random_convolution(RandomGraph *r, Node *x);
Node *random_reduction(RandomGraph *r, Node *x);
Node *random_softmax(RandomGraph *r, Node *x);
Node *random_moments(RandomGraph *r, Node *x);
/* random_scan.c */
Node *random_scan(RandomGraph *r, Node *x);
Node *wide_scan(RandomGraph *r, Node *x);
/* An input of the body; `outer`: what it is outside, NULL of a state. */
Node *cell_input(RandomGraph *r, ScanRole role, Shape shape, Node *outer);
Graph *outermost_graph(const RandomGraph *r);
/* A constant comes in through all the bodies around. */
Node *cell_constant(RandomGraph *r, Node *outermost);

#endif
