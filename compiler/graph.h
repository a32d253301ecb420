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
int op_results(Op op);            /* -1: as many as its body */
int node_results(const Node *n);
bool function_costs(Function f); /* much more than an addition */
/* Whether the positions a maximum chooses from are too many for a byte. */
bool max_is_wide(const Node *n);
/* Number of elements of x one element of a sum or maximum is made of. */
int64_t reduced_count(const Node *n);

/* ---------------------------------------------------------------- scan.c */

void scan_own_body(Node *n);    /* of a copy, which shared it */
int scan_length(const Node *n); /* number of steps */
Shape shape_without(const Shape *s, const char *axis);
Shape shape_stacked(const Shape *inner, Axis axis); /* the axis first, but for the batch */
Shape shape_of_scan(const Node *n);                 /* that of part 0 */
Shape shape_of_scan_part(const Node *n, int part);
void scan_check(const Node *n, const char *after);

int *graph_uses(const Graph *g); /* how often each node is an operand or a result, by its id */

/* Of graph_sweep: a node's id is 1 if it is needed and 0 if not. */
bool scan_mark_states(const Node *n); /* needed states need their next values; whether any is new */
void scan_mark_length(const Node *n);
void graph_sweep_body(Node *scan);
bool scan_drop_results(const Graph *g, const Node *n, int at); /* n is at this place of g */
bool scan_drop_inputs(Node *n);

#endif
