/* check.c: the graph checker, run between passes: invariants of a graph and of each operator. */
#include "ascc.h"
#include "graph.h"

#include <math.h>
#include <string.h>

static void check_operands(const Graph *g, const Node *n)
{
    int count = n->op == OP_map ? function_arity(n->function) : op_operands(n->op);
    if (count >= 0 && n->operands != count)
        bug(n, "%d operands, not %d", n->operands, count);
    for (int i = 0; i < n->operands; i++) {
        const Node *x = n->operand[i];
        if (!x || x->id < 0 || x->id >= n->id || g->node[x->id] != x)
            bug(n, "operand %d is not an earlier node of the graph", i);
        if (op_results(x->op) != 1 && n->op != OP_part)
            bug(n, "operand %d (%%%d %s) has several results; take a part", i, x->id,
                op_name(x->op));
        if (x->type != TYPE_REAL && !(n->op == OP_unmax && i == 0))
            bug(n, "operand %d (%%%d) holds bytes", i, x->id);
    }
}

static void check_shape(const Node *n)
{
    const Shape *s = &n->shape;
    if (s->rank < 0 || s->rank > MAX_AXES)
        bug(n, "rank %d", s->rank);
    for (int i = 0; i < s->rank; i++) {
        bool batch = !strcmp(s->axis[i].name, "batch");
        if (batch != (s->axis[i].size == BATCH) || (batch && i))
            bug(n, "only the first axis, and that named batch, is of unknown size");
        if (!batch && s->axis[i].size < 1)
            bug(n, "%s = %d", s->axis[i].name, s->axis[i].size);
        if (shape_find(s, s->axis[i].name) != i)
            bug(n, "axis %s twice", s->axis[i].name);
    }
    Shape follows = shape_infer(n);
    if (!shape_equal(s, &follows))
        bug(n, "the shape does not follow from the operands");
}

static bool in_use(const Node *n, const char *attribute)
{
    return strstr(op_attributes(n->op), attribute) != NULL;
}

static void check_attributes(const Node *n)
{
    if (n->axes && !in_use(n, "axis"))
        bug(n, "axes are no attribute of it");
    if (n->alongs && !in_use(n, "along"))
        bug(n, "windows are no attribute of it");
    if (in_use(n, "weight") != (n->weight != NULL))
        bug(n, "a weight where none belongs, or none");
    if (in_use(n, "name") && !n->name)
        bug(n, "its name is missing");
    if (in_use(n, "body") != (n->body != NULL))
        bug(n, "a body where none belongs, or none");
    if (n->op == OP_map && (int)n->function >= FUNCTIONS)
        bug(n, "function %d", (int)n->function);
    if (n->op == OP_number && isnan(n->value))
        bug(n, "its value is not a number");
    for (int i = 0; i < n->alongs; i++) {
        const Along *along = &n->along[i];
        if (along->dilation != 1 && n->op != OP_dot && n->op != OP_pad)
            bug(n, "dilation %d along %s", along->dilation, along->axis);
        if (along->stride != 1 && n->op == OP_pad)
            bug(n, "stride %d along %s", along->stride, along->axis);
    }
}

static void check_parts(const Node *n)
{
    const Node *x = n->operands ? n->operand[0] : NULL;
    bool byte = false;
    if (n->op == OP_part) {
        if (op_results(x->op) == 1 || n->part < 0 || n->part >= node_results(x))
            bug(n, "part %d of %%%d %s", n->part, x->id, op_name(x->op));
        byte = x->op == OP_max && n->part == 1 && !max_is_wide(x);
    }
    if (n->op == OP_unmax && !(x->op == OP_part && x->part == 1 && x->operand[0]->op == OP_max))
        bug(n, "its first operand is not the places of a maximum");
    if (n->type != (byte ? TYPE_BYTE : TYPE_REAL))
        bug(n, "element type %d", (int)n->type);
}

static void check_results(const Graph *g, const char *after)
{
    for (int i = 0; i < g->results; i++) {
        const Result *r = &g->result[i];
        const Node *n = r->node;
        if (!n || n->id < 0 || n->id >= g->nodes || g->node[n->id] != n)
            bug(NULL, "after %s: result %s is no node of the graph", after, r->name);
        if (op_results(n->op) != 1 || n->type != TYPE_REAL)
            bug(n, "result %s is not one tensor of reals", r->name);
        if ((r->kind == RESULT_GRADIENT || r->kind == RESULT_STATE) != (r->weight != NULL))
            bug(n, "result %s: a weight where none belongs, or none", r->name);
        if (r->weight && !shape_equal(&n->shape, &r->weight->shape))
            bug(n, "result %s has another shape than its weight", r->name);
    }
}

void graph_check(const Graph *g, const char *after)
{
    for (int i = 0; i < g->nodes; i++) {
        const Node *n = g->node[i];
        if (!n || n->id != i || (int)n->op < 0 || n->op >= OPS)
            bug(NULL, "after %s: node %d of graph %s is broken", after, i, g->name);
        check_operands(g, n);
        check_attributes(n);
        check_parts(n);
        check_shape(n);
        if (n->op == OP_scan)
            scan_check(n, after);
    }
    check_results(g, after);
}
