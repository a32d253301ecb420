/* observe: what the model observes becomes results of the inference graph, after the number that tells networks apart has
 * been taken: a look at a network does not make it another one. */
#include "ascc.h"

#include <string.h>

static bool is_kept(const Result *r, const char *axis)
{
    for (int i = 0; i < r->keeps; i++)
        if (!strcmp(r->kept[i], axis))
            return true;
    return false;
}

/* The mean over the axes that are not kept. */
static void take_mean(Graph *g, Result *r)
{
    Node *x = r->node;
    const char *over[MAX_AXES];
    int axes = 0;
    for (int i = 1; i < x->shape.rank; i++) /* behind the batch */
        if (!is_kept(r, x->shape.axis[i].name))
            over[axes++] = x->shape.axis[i].name;
    const int from = g->nodes;
    if (axes)
        r->node = make_mean(g, x->place, x, axes, over, 0, NULL);
    for (int i = from; i < g->nodes; i++)
        g->node[i]->label = x->label;
}

void observe(Graph *g)
{
    for (int i = 0; i < g->results; i++)
        if (g->result[i].kind == RESULT_OBSERVED && g->result[i].keeps >= 0)
            take_mean(g, &g->result[i]);
}
