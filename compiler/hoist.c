/* hoist.c: what depends on no state of a scan moves out of its body: it is built on the sequences,
 * which have the axis still, as every axis rule carries it, and comes in as a sequence.
 *
 * Without the pass `hoist` only that moves which kernels of a step can't compute: values without a batch, which all groups
 * of examples would write, and scans. */
#include "hoist.h"

#include <string.h>

typedef struct Hoist {
    Graph *g;   /* the new graph around the scan */
    Node *scan; /* its operands are nodes of g; not yet a node of g itself */
    unsigned passes;
    Freedom known;
    bool *moves;  /* by id of the body */
    Node **outer; /* what was built outside */
    int operand_capacity;
} Hoist;

/* ---------------------------------------------------------------- what can move */

static bool is_source(Op op)
{
    return op == OP_number || op == OP_index || op == OP_count || op == OP_random;
}

static bool is_part_of_scan(const Node *n)
{
    return n->op == OP_scan || (n->op == OP_part && n->operand[0]->op == OP_scan);
}

/* Whether n, which varies, can be built with the axis of the scan besides its own. */
static bool takes_axis(const Node *scan, const Freedom *f, const Node *n)
{
    bool all = true;
    if (is_part_of_scan(n))
        return false;
    if (n->shape.rank >= MAX_AXES || shape_find(&n->shape, scan->name) >= 0)
        return false;
    for (int i = 0; i < n->operands; i++) {
        const Shape *s = &n->operand[i]->shape;
        if (s->rank >= MAX_AXES || shape_find(s, scan->name) >= 0)
            return false;
        all = all && f->varies[n->operand[i]->id];
    }
    return all || n->op != OP_unmax;
}

Freedom hoist_freedom(const Node *scan)
{
    const Graph *body = scan->body;
    Freedom f = { arena_alloc(body->arena, (size_t)body->nodes + 1),
                  arena_alloc(body->arena, (size_t)body->nodes + 1) };
    for (int i = 0; i < scan->scan_inputs; i++) {
        const ScanInput *in = &scan->scan_input[i];
        f.varies[in->inner->id] = in->role == SCAN_SEQUENCE;
        f.free[in->inner->id] = in->role != SCAN_STATE;
    }
    for (int i = 0; i < body->nodes; i++) {
        const Node *n = body->node[i];
        if (n->op == OP_input)
            continue;
        f.free[i] = is_source(n->op) || n->operands > 0;
        for (int j = 0; j < n->operands; j++) {
            f.varies[i] = f.varies[i] || f.varies[n->operand[j]->id];
            f.free[i] = f.free[i] && f.free[n->operand[j]->id];
        }
        if (f.varies[i] && !takes_axis(scan, &f, n))
            f.free[i] = false;
    }
    return f;
}

/* ---------------------------------------------------------------- what is worth it */

static bool costs(const Node *n)
{
    switch (n->op) {
    case OP_dot:
    case OP_sum:
    case OP_max:
    case OP_softmax:
    case OP_moments: return true;
    case OP_map: return function_costs(n->function);
    default: return false;
    }
}

static bool is_known(const Node *n)
{
    return n->op == OP_input || n->op == OP_number || n->op == OP_index || n->op == OP_count ||
           (n->op == OP_expand && is_known(n->operand[0]) && n->operand[0]->op != OP_input);
}

/* The kernels of a step can't compute it, or sum its gradient. */
static bool is_needed(const Node *n)
{
    return is_part_of_scan(n) || (!shape_batched(&n->shape) && !is_known(n));
}

/* What costs little goes with an operand that went: else one sequence more would come in. */
static bool is_worth(const Hoist *h, const Node *n)
{
    if (n->op == OP_input || n->op == OP_number || n->op == OP_index || n->op == OP_expand)
        return false;
    if (n->op == OP_part)
        return h->moves[n->operand[0]->id];
    if (!h->known.varies[n->id] || costs(n))
        return true;
    for (int i = 0; i < n->operands; i++)
        if (h->moves[n->operand[i]->id] && h->known.varies[n->operand[i]->id])
            return true;
    return false;
}

/* The places of a maximum, which are bytes, are read beside it. */
static void choose(Hoist *h)
{
    const Graph *body = h->scan->body;
    bool *stays = arena_alloc(body->arena, (size_t)body->nodes + 1);
    h->known = hoist_freedom(h->scan);
    h->moves = arena_alloc(body->arena, (size_t)body->nodes + 1);
    for (int i = 0; i < body->nodes; i++) {
        const Node *n = body->node[i];
        if (n->op == OP_part && n->operand[0]->op == OP_max && n->part == 1)
            stays[n->operand[0]->id] = true;
    }
    for (int i = 0; i < body->nodes; i++) {
        const Node *n = body->node[i];
        h->moves[i] = h->known.free[i] && !stays[i] &&
                      (is_needed(n) || (runs(h->passes, PASS_hoist) && is_worth(h, n)));
    }
}

/* ---------------------------------------------------------------- building outside */

static Shape with_axis(const Hoist *h, const Shape *inner)
{
    return shape_stacked(inner, (Axis){ h->scan->name, scan_length(h->scan) });
}

/* Every step's value: an operand that does not vary is repeated. */
static Node *every_step(Hoist *h, Place p, Node *x, const Shape *inner)
{
    Shape shape = with_axis(h, inner);
    if (shape_find(&x->shape, h->scan->name) < 0)
        return make_expand(h->g, p, x, shape);
    return make_order(h->g, p, x, &shape);
}

/* Operands that must have all axes, and for join and unmax in one order, get them. */
static void complete(Hoist *h, const Node *n, Node **operand)
{
    bool all = n->op == OP_join || n->op == OP_unmax;
    if (n->op == OP_unmax) {
        operand[1] = make_order(h->g, n->place, operand[1], &operand[0]->shape);
        return;
    }
    for (int i = 0; all && i < n->operands; i++)
        operand[i] = every_step(h, n->place, operand[i], &n->operand[i]->shape);
    if (n->op != OP_map)
        return;
    for (int i = 0; i < n->operands; i++)
        if (shape_has_all(&n->operand[i]->shape, &n->shape)) {
            Shape full = with_axis(h, &n->shape);
            for (int j = 0; j < n->operands; j++)
                if (shape_has_all(&operand[j]->shape, &full))
                    return;
            operand[i] = every_step(h, n->place, operand[i], &n->operand[i]->shape);
            return;
        }
}

/* n with the axis of the scan. */
static Node *build_varying(Hoist *h, const Node *n, Node **operand)
{
    complete(h, n, operand);
    Node *y = graph_copy(h->g, n, operand);
    if (n->op == OP_expand)
        y->shape = with_axis(h, &n->shape);
    if (n->op == OP_unmax)
        y->shape = operand[0]->operand[0]->operand[0]->shape;
    if (n->op == OP_moments) {
        y->axis = arena_alloc(h->g->arena, sizeof *y->axis * (size_t)(n->axes + 1));
        memcpy(y->axis, n->axis, sizeof *y->axis * (size_t)n->axes);
        y->axis[y->axes++] = h->scan->name;
    }
    y->shape = shape_infer(y);
    return y;
}

static const ScanInput *input_of(const Node *scan, const Node *inner)
{
    for (int i = 0; i < scan->scan_inputs; i++)
        if (scan->scan_input[i].inner == inner)
            return &scan->scan_input[i];
    bug(inner, "no input of its scan");
}

/* Operands come first, so the body's free nodes are built in their order. */
static Node *build(Hoist *h, Node *n)
{
    Node **operand, **made = &h->outer[n->id];
    if (*made)
        return *made;
    if (n->op == OP_input)
        return *made = h->scan->operand[input_of(h->scan, n)->operand];
    operand = arena_alloc(h->g->arena, sizeof *operand * (size_t)(n->operands + 1));
    for (int i = 0; i < n->operands; i++)
        operand[i] = build(h, n->operand[i]);
    *made = h->known.varies[n->id] ? build_varying(h, n, operand) : graph_copy(h->g, n, operand);
    (*made)->label = n->label;
    return *made;
}

/* ---------------------------------------------------------------- coming in */

/* Whether what stays in the body, or a state, reads it. */
static bool *find_read(const Hoist *h)
{
    const Graph *body = h->scan->body;
    bool *read = arena_alloc(body->arena, (size_t)body->nodes + 1);
    for (int i = 0; i < body->nodes; i++)
        for (int j = 0; !h->moves[i] && j < body->node[i]->operands; j++)
            read[body->node[i]->operand[j]->id] = true;
    for (int i = 0; i < h->scan->scan_inputs; i++)
        if (h->scan->scan_input[i].next)
            read[h->scan->scan_input[i].next->id] = true;
    return read;
}

/* The node of the body becomes an input. */
static void turn_to_input(Node *n)
{
    Node input = { .id = n->id,
                   .op = OP_input,
                   .type = n->type,
                   .shape = n->shape,
                   .place = n->place,
                   .label = n->label,
                   .operand = n->operand,
                   .name = "hoisted" };
    *n = input;
}

static void bring_in(Hoist *h, Node *n)
{
    Arena *arena = h->g->arena;
    Node *scan = h->scan, *x = build(h, n);
    bool varies = h->known.varies[n->id];
    ScanInput in = { varies ? SCAN_SEQUENCE : SCAN_CONSTANT, n, NULL, scan->operands };
    if (varies)
        x = every_step(h, n->place, x, &n->shape);
    int inputs = scan->scan_inputs, operands = scan->operands;
    scan->scan_input = arena_grow(arena, scan->scan_input, sizeof in * (size_t)inputs,
                                  sizeof in * (size_t)(inputs + 1));
    scan->operand = arena_grow(arena, scan->operand, sizeof x * (size_t)operands,
                               sizeof x * (size_t)(operands + 1));
    scan->scan_input[scan->scan_inputs++] = in;
    scan->operand[scan->operands++] = x;
    turn_to_input(n);
}

/* ---------------------------------------------------------------- one scan */

/* What each part is outside, if it needs no state. */
static Node **free_parts(Hoist *h)
{
    const Graph *body = h->scan->body;
    Node **part = arena_alloc(body->arena, sizeof *part * (size_t)(body->results + 1));
    for (int i = 0; i < body->results; i++) {
        Node *n = body->result[i].node;
        if (h->known.free[n->id])
            part[i] = every_step(h, n->place, build(h, n), &n->shape);
    }
    return part;
}

/* Moves nodes of the body out into g; the parts that need the scan no more are returned. */
static Node **hoist_scan(Graph *g, Node *scan, unsigned passes)
{
    if (runs(passes, PASS_split))
        hoist_split(scan);
    Hoist h = { .g = g, .scan = scan, .passes = passes };
    const Graph *body = scan->body;
    choose(&h);
    h.outer = arena_alloc(g->arena, sizeof *h.outer * (size_t)(body->nodes + 1));
    bool *read = find_read(&h);
    Node **part = free_parts(&h);
    for (int i = 0; i < body->nodes; i++)
        if (h.moves[i] && op_results(body->node[i]->op) == 1 && body->node[i]->type == TYPE_REAL)
            build(&h, body->node[i]);
    for (int i = 0; i < body->nodes; i++)
        if (h.moves[i] && read[i])
            bring_in(&h, body->node[i]);
    return part;
}

void hoist_image_inputs(Node *scan, Node *const *image)
{
    ScanInput *input = arena_alloc(scan->body->arena, sizeof *input * (size_t)scan->scan_inputs);
    for (int i = 0; i < scan->scan_inputs; i++) {
        input[i] = scan->scan_input[i];
        input[i].inner = image[input[i].inner->id];
        if (input[i].next)
            input[i].next = image[input[i].next->id];
    }
    scan->scan_input = input;
}

/* ---------------------------------------------------------------- the pass */

static void hoist_graph(Graph *g, Node *scan, unsigned passes);

static Node *hoist_node(Graph *g, const Node *n, Node *const *image, Node ***part, unsigned passes)
{
    Node **operand = arena_alloc(g->arena, sizeof *operand * (size_t)(n->operands + 1));
    for (int i = 0; i < n->operands; i++)
        operand[i] = image[n->operand[i]->id];
    if (n->op == OP_part && part[n->operand[0]->id] && part[n->operand[0]->id][n->part])
        return part[n->operand[0]->id][n->part];
    if (n->op != OP_scan)
        return graph_copy(g, n, operand);
    Node draft = *n;
    draft.operand = operand;
    hoist_graph(draft.body, &draft, passes);
    part[n->id] = hoist_scan(g, &draft, passes);
    return graph_copy(g, &draft, draft.operand);
}

static void hoist_graph(Graph *g, Node *scan, unsigned passes)
{
    Graph *fresh = graph_create(g->arena, g->name);
    Node **image = arena_alloc(g->arena, sizeof *image * (size_t)(g->nodes + 1));
    Node ***part = arena_alloc(g->arena, sizeof *part * (size_t)(g->nodes + 1));
    for (int i = 0; i < g->nodes; i++)
        image[i] = hoist_node(fresh, g->node[i], image, part, passes);
    for (int i = 0; i < g->results; i++)
        g->result[i].node = image[g->result[i].node->id];
    if (scan)
        hoist_image_inputs(scan, image);
    g->node = fresh->node;
    g->nodes = fresh->nodes;
    g->capacity = fresh->capacity;
}

void hoist(Graph *g, unsigned passes)
{
    bool any = false;
    for (int i = 0; i < g->nodes; i++)
        any = any || g->node[i]->op == OP_scan;
    if (!any)
        return;
    hoist_graph(g, NULL, passes);
    graph_sweep(g);
}
