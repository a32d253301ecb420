/* stage.h: what the files of features sections share while these are elaborated. */
#ifndef STAGE_H
#define STAGE_H

#include "resolve.h"

/* What is known of a node of a section's graph beside its shape. */
typedef struct Flow {
    bool known;
    bool stored;            /* features made elsewhere */
    int clock;              /* 1 + the clock of its frames, or of those it sums up; 0: a constant */
    const Stage *normalize; /* it lies behind this one */
    Cut *cut;               /* it lies behind this `segment` of frames */
    bool piece;             /* it lies behind the `segment` of audio */
} Flow;

/* A section under construction. */
struct Flows {
    Front *front;
    Flow *flow; /* by node */
    int count, capacity;
    Node *audio, *pieces; /* the samples, and those cut by `segment` */
};

/* ---------------------------------------------------------------- features.c */

Flow flow_of(const Resolver *r, const Node *node);
void flow_set(Resolver *r, const Node *node, Flow flow);
Front *front_of(const Resolver *r);
Clock *clock_of(const Resolver *r,
                const Node *node); /* of a node with frames or a summary of them */
/* Whether a node has frames, one after the other, that come before `normalize` and `segment`. */
bool frames_need(Call *call, const Node *node);
/* Adds a stage that reads `from`; what it gives has this shape, and flows as told. */
Node *stage_add(Call *call, Stage stage, Shape shape, Flow flow);
/* The stage whose result a node is, or NULL. */
const Stage *stage_of(const Resolver *r, const Node *node);

/* ---------------------------------------------------------------- stages.c */

bool stage_range(Call *call, const char *what, const Value *value, double low, double high);
/* A length as a whole number of samples or frames: given as such, or as a time. */
bool stage_length(Call *call, const char *what, Value *value, Number rate, Unit unit, int *count);
int64_t clock_frames(const Clock *clock, int64_t samples); /* that so many samples give; or 0 */

#endif
