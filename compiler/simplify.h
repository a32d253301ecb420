/* simplify.h: what the files of rewrite rules share. */
#ifndef ASCC_SIMPLIFY_H
#define ASCC_SIMPLIFY_H

#include "ascc.h"
#include "graph.h"

/* A pass reads the old graph forward and builds a new one, in which no two nodes are the same. */
typedef struct Simplify {
    Graph *g;            /* the new graph */
    Place place;         /* of the old node that is being rewritten */
    bool differentiated; /* gradients exist already: stop has done its work */
    int fired;           /* rules that rewrote something */
    Node **bucket;       /* hash table of the new graph's nodes, chained by `next`, by id */
    Node **next;
    Node **best; /* by id: what a node was rewritten to, NULL: itself */
    int buckets, capacity;
} Simplify;

/* A rule returns what n can be replaced by, of the same shape, or NULL; its operands are simple. */
typedef Node *Rewrite(Simplify *s, Node *n);

/* ---------------------------------------------------------------- simplify.c */

/* The simplest known equivalent of n, the newest node of the new graph. */
Node *reduce(Simplify *s, Node *n);
Node *reduced_map(Simplify *s, Function f, Node *a, Node *b);
Node *reduced_number(Simplify *s, double value);
Node *reduced_sum(Simplify *s, Node *x, int over, const char *const *axis);
Node *reduced_expand(Simplify *s, Node *x, const Shape *shape); /* also orders axes */
bool is_number(const Node *n, double value);
bool is_map(const Node *n, Function f);
Node *join_of_pads(Simplify *s, Node *a, Node *b); /* a + b, or NULL */
bool is_order(const Node *n);                      /* only permutes axes */

bool same_node(const Node *a, const Node *b); /* by their operands' ids */

/* ---------------------------------------------------------------- simplify_scan.c */

bool same_body(const Node *a, const Node *b);
/* Turns a scan of reversed sequences round, so that its parts come out reversed; whether it did. */
bool turn_scan(Node *scan);
/* The first part of a scan that is the same. */
int first_part(const Node *scan, int part);
/* What the input n of the scan's body becomes in the new body. */
Node *simplify_inner(Simplify *s, const Node *scan, const Node *n, Node *const *image);
/* Turns the scan's inputs to their images; those that are no inputs any more go. */
void simplify_inputs(Node *scan, Node *const *image);

/* ------------------------------------------------------------ simplify_{map,sum,move}.c */

Rewrite simplify_map, simplify_dot, simplify_sum, simplify_reshape, simplify_expand, simplify_slice,
    simplify_pad, simplify_join, simplify_reverse, simplify_stop;

#endif
