/* graph.c: builders of graph nodes; the axis rules are in shape.c. */
#include "ascc.h"
#include "graph.h"

#include <string.h>

/* ---------------------------------------------------------------- tables */

static const struct {
    const char *name;
    int operands, results;
    const char *attributes;
} ops[OPS] = {
#define OP(name, operands, results, attributes) { #name, operands, results, attributes },
#include "ops.def"
#undef OP
};

static const struct {
    const char *name;
    int arity;
} functions[FUNCTIONS] = {
#define FUNCTION(name, arity, ...) { #name, arity },
#include "functions.def"
#undef FUNCTION
};

const char *op_name(Op op)
{
    return ops[op].name;
}

int op_operands(Op op)
{
    return ops[op].operands;
}

const char *op_attributes(Op op)
{
    return ops[op].attributes;
}

int op_results(Op op)
{
    return ops[op].results;
}

int node_results(const Node *n)
{
    return n->op == OP_scan ? n->body->results : ops[n->op].results;
}

const char *function_name(Function function)
{
    return functions[function].name;
}

int function_arity(Function function)
{
    return functions[function].arity;
}

Function function_find(const char *name)
{
    for (int f = 0; f < FUNCTIONS; f++)
        if (!strcmp(functions[f].name, name))
            return (Function)f;
    return FUNCTIONS;
}

bool function_costs(Function f)
{
    switch (f) {
    case FN_exp:
    case FN_log:
    case FN_sqrt:
    case FN_rsqrt:
    case FN_tanh:
    case FN_sigmoid:
    case FN_erf:
    case FN_sin:
    case FN_cos:
    case FN_pow: return true;
    default: return false;
    }
}

/* ---------------------------------------------------------------- graphs */

Graph *graph_create(Arena *arena, const char *name)
{
    Graph *g = arena_alloc(arena, sizeof *g);
    g->arena = arena;
    g->name = name;
    return g;
}

Node *graph_node(Graph *g, Op op, Shape shape, Place place, int operands, Node *const *operand)
{
    Node *n = arena_alloc(g->arena, sizeof *n);
    n->id = g->nodes;
    n->op = op;
    n->shape = shape;
    n->place = place;
    n->operands = operands;
    n->operand = arena_alloc(g->arena, sizeof *n->operand * (size_t)(operands + 1));
    for (int i = 0; i < operands; i++)
        n->operand[i] = operand[i];
    APPEND(g->arena, g->node, g->nodes, g->capacity, n);
    return n;
}

Node *graph_copy(Graph *g, const Node *n, Node *const *operand)
{
    Node *copy = graph_node(g, n->op, n->shape, n->place, n->operands, operand);
    Node fresh = *copy;
    *copy = *n;
    copy->id = fresh.id;
    copy->operand = fresh.operand;
    return copy;
}

void graph_result(Graph *g, ResultKind kind, const char *name, Weight *weight, Node *node)
{
    Result result = { .kind = kind, .name = name, .weight = weight, .node = node };
    APPEND(g->arena, g->result, g->results, g->result_capacity, result);
}

Node *graph_find(const Graph *g, const char *result)
{
    for (int i = 0; i < g->results; i++)
        if (g->result[i].kind == RESULT_VALUE && !strcmp(g->result[i].name, result))
            return g->result[i].node;
    return NULL;
}

/* Marks what results and, in the body of `scan`, states need by id 1, all else by id 0. */
static void mark(Graph *g, const Node *scan)
{
    for (int i = 0; i < g->nodes; i++)
        g->node[i]->id = 0;
    for (int i = 0; i < g->results; i++)
        g->result[i].node->id = 1;
    do
        for (int i = g->nodes - 1; i >= 0; i--)
            for (int j = 0; g->node[i]->id && j < g->node[i]->operands; j++)
                g->node[i]->operand[j]->id = 1;
    while (scan && scan_mark_states(scan));
    if (scan)
        scan_mark_length(scan);
}

static int sweep(Graph *g, const Node *scan)
{
    int kept = 0, all = g->nodes;
    bool trimmed;
    do {
        trimmed = false;
        mark(g, scan);
        for (int i = 0; i < all; i++) {
            Node *n = g->node[i];
            if (!n->id || n->op != OP_scan)
                continue;
            trimmed = scan_drop_results(g, n, i) || trimmed;
            sweep(n->body, n);
            trimmed = scan_drop_inputs(n) || trimmed;
            n->shape = shape_of_scan_part(n, 0);
        }
    } while (trimmed);
    for (int i = 0; i < all; i++)
        if (g->node[i]->id) {
            g->node[i]->id = kept;
            g->node[kept++] = g->node[i];
        }
    g->nodes = kept;
    return all - kept;
}

void graph_sweep_body(Node *scan)
{
    sweep(scan->body, scan);
    scan_drop_inputs(scan);
}

int graph_sweep(Graph *g)
{
    return sweep(g, NULL);
}

int *graph_uses(const Graph *g)
{
    int *uses = arena_alloc(g->arena, sizeof *uses * (size_t)(g->nodes + 1));
    for (int i = 0; i < g->nodes; i++)
        for (int j = 0; j < g->node[i]->operands; j++)
            uses[g->node[i]->operand[j]->id]++;
    for (int i = 0; i < g->results; i++)
        uses[g->result[i].node->id]++;
    return uses;
}

/* ---------------------------------------------------------------- sources */

Node *make_input(Graph *g, Place p, const char *name, Shape shape)
{
    Shape batched = { 0 };
    if (!shape_batched(&shape) && !(shape.rank == 0 && !strcmp(name, "x")))
        shape_add(&batched, (Axis){ "batch", BATCH });
    for (int i = 0; i < shape.rank; i++)
        shape_add(&batched, shape.axis[i]);
    Node *n = graph_node(g, OP_input, batched, p, 0, NULL);
    n->name = name;
    return n;
}

Node *make_weight(Graph *g, Place p, Weight *weight)
{
    Node *n = graph_node(g, OP_weight, weight->shape, p, 0, NULL);
    n->weight = weight;
    return n;
}

Node *make_number(Graph *g, Place p, double value)
{
    Node *n = graph_node(g, OP_number, (Shape){ 0 }, p, 0, NULL);
    n->value = value;
    return n;
}

Node *make_count(Graph *g, Place p)
{
    return graph_node(g, OP_count, (Shape){ 0 }, p, 0, NULL);
}

Node *make_index(Graph *g, Place p, const char *axis, int size)
{
    Shape shape = { 0 };
    shape_add(&shape, (Axis){ axis, size });
    Node *n = graph_node(g, OP_index, shape, p, 0, NULL);
    n->name = axis;
    return n;
}

Node *make_random(Graph *g, Place p, Shape shape, uint64_t seed)
{
    Node *n = graph_node(g, OP_random, shape, p, 0, NULL);
    n->seed = seed;
    return n;
}

/* ---------------------------------------------------------------- maps, products, reductions */

Node *make_map(Graph *g, Place p, Function f, Node *a, Node *b, Node *c)
{
    Node *n = graph_node(g, OP_map, (Shape){ 0 }, p, functions[f].arity, (Node *[]){ a, b, c });
    n->function = f;
    n->shape = shape_infer(n);
    return n;
}

static void set_axes(Graph *g, Node *n, int axes, const char *const *axis)
{
    n->axes = axes;
    n->axis = arena_alloc(g->arena, sizeof *n->axis * (size_t)(axes + 1));
    for (int i = 0; i < axes; i++)
        n->axis[i] = axis[i];
}

static void set_alongs(Graph *g, Node *n, int alongs, const Along *along)
{
    n->alongs = alongs;
    n->along = arena_alloc(g->arena, sizeof *n->along * (size_t)(alongs + 1));
    for (int i = 0; i < alongs; i++) {
        n->along[i] = along[i];
        if (!along[i].stride)
            n->along[i].stride = 1;
        if (!along[i].dilation)
            n->along[i].dilation = 1;
        if (n->op == OP_dot)
            n->along[i].size = shape_size(&n->operand[1]->shape, along[i].axis);
    }
}

Node *node_along(Graph *g, Node *n, int axes, const char *const *axis, int alongs,
                 const Along *along)
{
    set_axes(g, n, axes, axis);
    set_alongs(g, n, alongs, along);
    n->shape = shape_infer(n);
    return n;
}

Node *make_dot(Graph *g, Place p, Node *a, Node *b, int over, const char *const *axis, int slides,
               const Along *slide)
{
    Node *n = graph_node(g, OP_dot, (Shape){ 0 }, p, 2, (Node *[]){ a, b });
    return node_along(g, n, over, axis, slides, slide);
}

Node *make_sum(Graph *g, Place p, Node *x, int over, const char *const *axis, int windows,
               const Along *window)
{
    if (!over && !windows)
        return x;
    Node *n = graph_node(g, OP_sum, (Shape){ 0 }, p, 1, &x);
    return node_along(g, n, over, axis, windows, window);
}

int64_t reduced_count(const Node *n)
{
    const Shape *x = n->op == OP_unmax ? &n->shape : &n->operand[0]->shape;
    int64_t count = 1;
    for (int i = 0; i < n->axes; i++)
        if (shape_size(x, n->axis[i]) != BATCH)
            count *= shape_size(x, n->axis[i]);
    for (int i = 0; i < n->alongs; i++)
        count *= n->along[i].size;
    return count;
}

Node *make_mean(Graph *g, Place p, Node *x, int over, const char *const *axis, int windows,
                const Along *window)
{
    if (!over && !windows)
        return x;
    Node *sum = make_sum(g, p, x, over, axis, windows, window);
    double share = 1.0 / (double)reduced_count(sum);
    Node *mean = make_map(g, p, FN_mul, sum, make_number(g, p, share), NULL);
    if (!names_have(over, axis, "batch"))
        return mean;
    return make_map(g, p, FN_div, mean, make_count(g, p), NULL);
}

Node *make_max(Graph *g, Place p, Node *x, int over, const char *const *axis, int windows,
               const Along *window)
{
    Node *n = graph_node(g, OP_max, (Shape){ 0 }, p, 1, &x);
    return node_along(g, n, over, axis, windows, window);
}

bool max_is_wide(const Node *n)
{
    return reduced_count(n) > 255;
}

Node *make_part(Graph *g, Place p, Node *x, int part)
{
    Shape shape = x->op == OP_scan ? shape_of_scan_part(x, part) : x->shape;
    Node *n = graph_node(g, OP_part, shape, p, 1, &x);
    n->part = part;
    n->type = x->op == OP_max && part == 1 && !max_is_wide(x) ? TYPE_BYTE : TYPE_REAL;
    return n;
}

Node *make_unmax(Graph *g, Place p, Node *where, Node *dy, Node *x, int over,
                 const char *const *axis, int windows, const Along *window)
{
    Node *n = graph_node(g, OP_unmax, x->shape, p, 2, (Node *[]){ where, dy });
    return node_along(g, n, over, axis, windows, window);
}

Node *make_softmax(Graph *g, Place p, Node *x, int over, const char *const *axis)
{
    Node *n = graph_node(g, OP_softmax, (Shape){ 0 }, p, 1, &x);
    return node_along(g, n, over, axis, 0, NULL);
}

/* x - max - log(sum(exp(x - max))); the maximum's gradient cancels. */
Node *make_log_softmax(Graph *g, Place p, Node *x, int over, const char *const *axis)
{
    Node *most = make_part(g, p, make_max(g, p, x, over, axis, 0, NULL), 0);
    Node *low = make_map(g, p, FN_sub, x, make_stop(g, p, most), NULL);
    Node *sum = make_sum(g, p, make_map(g, p, FN_exp, low, NULL, NULL), over, axis, 0, NULL);
    return make_map(g, p, FN_sub, low, make_map(g, p, FN_log, sum, NULL, NULL), NULL);
}

Node *make_moments(Graph *g, Place p, Node *x, int per, const char *const *axis)
{
    Node *n = graph_node(g, OP_moments, (Shape){ 0 }, p, 1, &x);
    return node_along(g, n, per, axis, 0, NULL);
}

/* ---------------------------------------------------------------- moving elements */

Node *make_reshape(Graph *g, Place p, Node *x, int from, const char *const *axis, Shape to)
{
    Node *n = graph_node(g, OP_reshape, (Shape){ 0 }, p, 1, &x);
    n->to = to;
    return node_along(g, n, from, axis, 0, NULL);
}

/* Merging axes and splitting them again into the same ones moves them to the end in that order. */
Node *make_order(Graph *g, Place p, Node *x, const Shape *shape)
{
    const char *axis[MAX_AXES];
    Shape to = { 0 };
    if (shape_equal(&x->shape, shape))
        return x;
    for (int i = shape_batched(shape); i < shape->rank; i++) {
        axis[to.rank] = shape->axis[i].name;
        shape_add(&to, shape->axis[i]);
    }
    return make_reshape(g, p, x, to.rank, axis, to);
}

Node *make_expand(Graph *g, Place p, Node *x, Shape shape)
{
    const char *axis[MAX_AXES];
    int count = 0;
    if (shape_equal(&x->shape, &shape))
        return x;
    for (int i = 0; i < shape.rank; i++)
        if (shape_find(&x->shape, shape.axis[i].name) < 0)
            axis[count++] = shape.axis[i].name;
    Node *n = graph_node(g, OP_expand, shape, p, 1, &x);
    return node_along(g, n, count, axis, 0, NULL);
}

Node *make_slice(Graph *g, Place p, Node *x, int alongs, const Along *along)
{
    Node *n = graph_node(g, OP_slice, (Shape){ 0 }, p, 1, &x);
    return node_along(g, n, 0, NULL, alongs, along);
}

Node *make_pad(Graph *g, Place p, Node *x, int alongs, const Along *along)
{
    Node *n = graph_node(g, OP_pad, (Shape){ 0 }, p, 1, &x);
    return node_along(g, n, 0, NULL, alongs, along);
}

Node *make_join(Graph *g, Place p, const char *axis, int count, Node *const *x)
{
    Node *n = graph_node(g, OP_join, (Shape){ 0 }, p, count, x);
    n->name = axis;
    n->shape = shape_infer(n);
    return n;
}

Node *make_reverse(Graph *g, Place p, Node *x, const char *axis)
{
    Node *n = graph_node(g, OP_reverse, x->shape, p, 1, &x);
    n->name = axis;
    n->shape = shape_infer(n);
    return n;
}

Node *make_stop(Graph *g, Place p, Node *x)
{
    return graph_node(g, OP_stop, x->shape, p, 1, &x);
}
