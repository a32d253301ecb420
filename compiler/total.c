/* total.c: sums over a map that a product alone makes, as of a mean over frequency and time: cut in two, of which the first, the
 * sums of rows, is made before anything is stored (pool_behind). */
#include "graph.h"
#include "kernel.h"

#include <string.h>

bool sums_row(const Node *x, const char *axis)
{
    return x->op == OP_sum && x->axes == 1 && !x->alongs && !strcmp(x->axis[0], axis);
}

/* Is x what a product makes, or the last of the maps behind it, and nothing else reads any of them? */
static bool made_by_product(const Node *x, const int *uses)
{
    while (uses[x->id] == 1 && x->op == OP_map) {
        const Node *before = NULL;
        for (int i = 0; i < x->operands && !before; i++)
            if (uses[x->operand[i]->id] == 1 && shape_equal(&x->operand[i]->shape, &x->shape))
                before = x->operand[i];
        if (!before)
            return false;
        x = before;
    }
    return uses[x->id] == 1 && x->op == OP_dot;
}

/* The axis along a row: the last one that is summed, where what is behind it is kept, and another one is summed, too. */
static const char *row_axis(const Node *sum)
{
    const Shape *s = &sum->operand[0]->shape;
    int at = s->rank - 1;
    if (sum->alongs || sum->axes < 2 || names_have(sum->axes, sum->axis, "batch") ||
        names_have(sum->axes, sum->axis, s->axis[at].name))
        return NULL;
    while (!names_have(sum->axes, sum->axis, s->axis[at].name))
        at--;
    return s->axis[at].name;
}

/* The sum of the rows' sums takes the place of `sum`, before which these stand in the graph. */
static Node *split(Graph *g, Node *sum, const char *row)
{
    const char *rest[MAX_AXES];
    int count = 0;
    for (int i = 0; i < sum->axes; i++)
        if (strcmp(sum->axis[i], row))
            rest[count++] = sum->axis[i];
    Node *rows = make_sum(g, sum->place, sum->operand[0], 1, &row, 0, NULL);
    rows->label = sum->label;
    g->nodes--; /* it stands in front */
    sum->operand = arena_alloc(g->arena, sizeof *sum->operand);
    sum->operand[0] = rows;
    node_along(g, sum, count, rest, 0, NULL);
    return rows;
}

void split_totals(Graph *g, unsigned passes)
{
    if (!runs(passes, PASS_total) || !runs(passes, PASS_pool))
        return;
    const int *uses = graph_uses(g);
    Node **node = arena_alloc(g->arena, sizeof *node * (size_t)(2 * g->nodes + 1));
    int nodes = 0;
    for (int i = 0; i < g->nodes; i++) {
        Node *x = g->node[i];
        const char *row = x->op == OP_sum ? row_axis(x) : NULL;
        if (row && made_by_product(x->operand[0], uses))
            node[nodes++] = split(g, x, row);
        node[nodes++] = x;
    }
    g->node = node;
    g->nodes = nodes;
    g->capacity = nodes;
    for (int i = 0; i < nodes; i++)
        node[i]->id = i;
    graph_check(g, "total");
}
