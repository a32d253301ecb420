/* hoist.h: what the files of hoisting share. */
#ifndef ASCC_HOIST_H
#define ASCC_HOIST_H

#include "ascc.h"
#include "graph.h"

/* What is known of the nodes of a scan's body, by their ids. */
typedef struct Freedom {
    bool *varies; /* depends on a sequence */
    bool *free;   /* depends on no state, and can be built outside */
} Freedom;

Freedom hoist_freedom(const Node *scan);
/* Turns dot(join(x, h), w), x free and h not, into dot(x, part of w) + dot(h, part of w). */
void hoist_split(Node *scan);
/* The images of a body's inputs and next values. */
void hoist_image_inputs(Node *scan, Node *const *image);

#endif
