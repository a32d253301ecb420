/* graph.h: what the files that build and rewrite graphs share beyond ascc.h. */
#ifndef ASCC_GRAPH_H
#define ASCC_GRAPH_H

#include "ascc.h"

/* Prints an internal error about a node (or NULL) and aborts. */
_Noreturn void bug(const Node *n, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---------------------------------------------------------------- shape.c */

int shape_size(const Shape *s, const char *axis); /* BATCH for the batch, 0 without */
void shape_add(Shape *s, Axis axis);
bool names_have(int count, const char *const *names, const char *name);
const Along *along_find(const Node *n, const char *axis); /* NULL if there is none */
Shape shape_reduced(const Node *n, const Shape *x);       /* by n's windows and removed axes */
Shape shape_infer(const Node *n);                         /* by the axis rule of n's op */

/* ---------------------------------------------------------------- graph.c */

/* Sets axes, windows (stride and dilation 0 mean 1) and the shape that follows. */
Node *node_along(Graph *g, Node *n, int axes, const char *const *axis, int alongs,
                 const Along *along);
/* x with its axes in the order of `shape`, which has the same axes. */
Node *make_order(Graph *g, Place p, Node *x, const Shape *shape);
/* A copy of n, attributes shared, at the end of g with other operands. */
Node *graph_copy(Graph *g, const Node *n, Node *const *operand);
int op_operands(Op op);           /* -1: any number */
const char *op_attributes(Op op); /* names of those in use */
int op_results(Op op);
/* Whether the positions a maximum chooses from are too many for a byte. */
bool max_is_wide(const Node *n);
/* Number of elements of x one element of a sum or maximum is made of. */
int64_t reduced_count(const Node *n);

#endif
