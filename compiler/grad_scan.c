/* grad_scan.c: the gradient of a scan is a scan in the other direction.  Its body works the forward
 * body out again from the same inputs and the states before each step, carries the gradients of the
 * states, and gives those of the sequences.  Values that cost are not worked out again: the forward
 * scan gives them as further parts.  What sums over steps or the batch, as gradients of weights do,
 * is no part of the body: its operands are, and it is summed once, outside. */
#include "grad.h"

#include <string.h>

typedef struct ScanGrad {
    Grad *outer;
    Grad body;             /* its graph is the body of the gradient */
    Node *scan;            /* the forward scan */
    int forward;           /* first nodes of the body: inputs and the forward body again */
    Node **image, **saved; /* of the forward body's nodes, by their ids; saved: NULL if not */
    Node **instead;        /* by ids of the body: what a node is read from, or NULL */
    ScanInput *input;
    Node **operand;
    int inputs, input_capacity, operands, operand_capacity;
    Node *back; /* the gradient's scan; NULL while nothing of it is wanted */
} ScanGrad;

/* ---------------------------------------------------------------- parts and inputs */

/* The number of the body's result `node`, which becomes one if it is none. */
static int result_of(Graph *body, Node *node)
{
    for (int i = 0; i < body->results; i++)
        if (body->result[i].node == node)
            return i;
    const char *name = arena_format(body->arena, "%d", body->results);
    graph_result(body, RESULT_VALUE, name, NULL, node);
    return body->results - 1;
}

/* Every step's value of a node of the forward body. */
static Node *stacked(ScanGrad *s, Node *inner)
{
    int part = result_of(s->scan->body, inner);
    return make_part(s->outer->g, s->scan->place, s->scan, part);
}

/* Moved by one step: what a state is when a step begins, from what it is when it ends. */
static Node *step_before(ScanGrad *s, Node *x)
{
    const Node *n = s->scan;
    int steps = scan_length(n), late = n->backward ? 1 : 0;
    Along pad = { .axis = n->name, .lo = 1 - late, .hi = late };
    Along slice = { .axis = n->name, .lo = late, .hi = steps + late };
    x = make_pad(s->outer->g, n->place, x, 1, &pad);
    return make_slice(s->outer->g, n->place, x, 1, &slice);
}

static Node *add_input(ScanGrad *s, ScanRole role, const char *name, Shape shape, Node *outer)
{
    Arena *arena = s->body.g->arena;
    ScanInput in = { .role = role, .operand = -1 };
    in.inner = make_inner(s->body.g, s->scan->place, name, shape);
    if (outer) {
        in.operand = s->operands;
        APPEND(arena, s->operand, s->operands, s->operand_capacity, outer);
    }
    APPEND(arena, s->input, s->inputs, s->input_capacity, in);
    return in.inner;
}

/* ---------------------------------------------------------------- the forward body again */

/* Whether a value is better read than worked out again. */
static bool costs(const Node *n)
{
    switch (n->op) {
    case OP_dot:
    case OP_sum:
    case OP_softmax: return true;
    case OP_part: return n->operand[0]->op == OP_scan;
    case OP_map: return function_costs(n->function);
    default: return false;
    }
}

static void copy_inputs(ScanGrad *s)
{
    const Node *n = s->scan;
    for (int i = 0; i < n->scan_inputs; i++) {
        const ScanInput *in = &n->scan_input[i];
        bool state = in->role == SCAN_STATE;
        Node *outer = state ? step_before(s, stacked(s, in->next)) : n->operand[in->operand];
        s->image[in->inner->id] = add_input(s, state ? SCAN_SEQUENCE : in->role, in->inner->name,
                                            in->inner->shape, outer);
    }
}

static void copy_body(ScanGrad *s)
{
    Graph *from = s->scan->body, *to = s->body.g;
    for (int i = 0; i < from->nodes; i++)
        if (costs(from->node[i]))
            s->saved[i] = add_input(s, SCAN_SEQUENCE, "saved", from->node[i]->shape,
                                    stacked(s, from->node[i]));
    for (int i = 0; i < from->nodes; i++) {
        Node *n = from->node[i];
        Node **operand = arena_alloc(to->arena, sizeof *operand * (size_t)(n->operands + 1));
        for (int j = 0; j < n->operands; j++)
            operand[j] = s->image[n->operand[j]->id];
        if (!s->image[i])
            s->image[i] = graph_copy(to, n, operand);
        if (n->op == OP_scan)
            scan_own_body(s->image[i]);
    }
    s->forward = to->nodes;
}

/* ---------------------------------------------------------------- what is needed */

static Adjoint *adjoint_of(ScanGrad *s, const Node *inner)
{
    return &s->body.adjoint[s->image[inner->id]->id];
}

/* A state is needed if its next value is, which may be due to a state. */
static void find_needed(ScanGrad *s)
{
    const Node *n = s->scan;
    bool more = true;
    s->body.adjoint = grad_adjoints(s->body.g);
    for (int i = 0; i < n->scan_inputs; i++) {
        const ScanInput *in = &n->scan_input[i];
        Adjoint *a = adjoint_of(s, in->inner);
        if (in->role == SCAN_STATE)
            continue;
        a->needed = s->outer->adjoint[n->operand[in->operand]->id].needed;
        a->later = in->role == SCAN_CONSTANT || !shape_batched(&in->inner->shape);
    }
    while (more) {
        more = false;
        grad_find_needed(s->body.g, s->body.adjoint);
        for (int i = 0; i < n->scan_inputs; i++) {
            const ScanInput *in = &n->scan_input[i];
            if (in->role != SCAN_STATE || adjoint_of(s, in->inner)->needed ||
                !adjoint_of(s, in->next)->needed)
                continue;
            adjoint_of(s, in->inner)->needed = more = true;
        }
    }
}

/* ---------------------------------------------------------------- backward */

/* The gradients that come in: those of the results, and of the states from the step after. */
static void give_seeds(ScanGrad *s)
{
    const Node *n = s->scan;
    const Adjoint *a = &s->outer->adjoint[n->id];
    for (int part = 0; part < a->results; part++) {
        Node *y = n->body->result[part].node;
        if (a->d[part] && adjoint_of(s, y)->needed)
            grad_give_part(&s->body, s->image[y->id], 0,
                           add_input(s, SCAN_SEQUENCE, "d", y->shape, a->d[part]));
    }
    for (int i = 0; i < n->scan_inputs; i++) {
        const ScanInput *in = &n->scan_input[i];
        if (in->role != SCAN_STATE || !adjoint_of(s, in->inner)->needed)
            continue;
        Node *d = add_input(s, SCAN_STATE, in->inner->name, in->inner->shape, NULL);
        s->input[s->inputs - 1].next = s->image[in->inner->id]; /* whose gradient it will be */
        grad_give_part(&s->body, s->image[in->next->id], 0, d);
    }
}

static void close_states(ScanGrad *s)
{
    Graph *g = s->body.g;
    for (int i = 0; i < s->inputs; i++) {
        ScanInput *in = &s->input[i];
        if (in->role != SCAN_STATE)
            continue;
        Node *d = s->body.adjoint[in->next->id].d[0], *zero = make_number(g, s->scan->place, 0);
        in->next = d ? d : make_expand(g, s->scan->place, zero, in->inner->shape);
    }
}

static void read_saved(ScanGrad *s)
{
    Graph *g = s->body.g;
    s->instead = arena_alloc(g->arena, sizeof *s->instead * (size_t)(g->nodes + 1));
    for (int i = 0; i < s->scan->body->nodes; i++)
        if (s->image[i])
            s->instead[s->image[i]->id] = s->saved[i];
    for (int i = 0; i < g->nodes; i++)
        for (int j = 0; j < g->node[i]->operands; j++)
            if (s->instead[g->node[i]->operand[j]->id])
                g->node[i]->operand[j] = s->instead[g->node[i]->operand[j]->id];
    for (int i = 0; i < s->inputs; i++)
        if (s->input[i].next && s->instead[s->input[i].next->id])
            s->input[i].next = s->instead[s->input[i].next->id];
}

/* ---------------------------------------------------------------- what comes out */

/* Of a node of the body, every step's value, without asking the scan if it came from outside. */
static Node *outer_value(ScanGrad *s, Node *x)
{
    Graph *g = s->outer->g;
    Place p = s->scan->place;
    if (s->instead[x->id])
        x = s->instead[x->id];
    for (int i = 0; i < s->inputs; i++)
        if (s->input[i].inner == x && s->input[i].role != SCAN_STATE)
            return s->operand[s->input[i].operand];
    int part = result_of(s->body.g, x);
    if (!s->back)
        s->back = make_scan(g, p, s->scan->name, !s->scan->backward, s->body.g, s->inputs, s->input,
                            s->operands, s->operand);
    return make_part(g, p, s->back, part);
}

static Node *sum_of_steps(ScanGrad *s, Node *x)
{
    return make_sum(s->outer->g, s->scan->place, x, 1, &s->scan->name, 0, NULL);
}

/* The term of a constant's gradient is summed over the steps too; a constant factor after it. */
static void give_later(ScanGrad *s, const ScanInput *in, const Later *later)
{
    Node *a = outer_value(s, later->a), *b = later->b ? outer_value(s, later->b) : NULL;
    const char *over[MAX_AXES + 1], *steps = s->scan->name;
    int count = later->axes;
    if (!b) {
        grad_give(s->outer, in->operand, a);
        return;
    }
    for (int i = 0; i < count; i++)
        over[i] = later->axis[i];
    if (in->role == SCAN_CONSTANT) {
        bool has_a = shape_find(&a->shape, steps) >= 0, has_b = shape_find(&b->shape, steps) >= 0;
        if (has_a && has_b)
            over[count++] = steps;
        else if (has_a)
            a = sum_of_steps(s, a);
        else
            b = sum_of_steps(s, b);
    }
    grad_give_dot(s->outer, in->operand, a, b, count, over, later->alongs, later->along);
}

static void give_inputs(ScanGrad *s)
{
    const Node *n = s->scan;
    for (int i = 0; i < n->scan_inputs; i++) {
        const ScanInput *in = &n->scan_input[i];
        if (in->role == SCAN_STATE)
            continue;
        Node *d = adjoint_of(s, in->inner)->d[0];
        if (d)
            grad_give(s->outer, in->operand, outer_value(s, d));
        for (int j = 0; j < s->body.laters; j++)
            if (s->body.later[j].x == s->image[in->inner->id])
                give_later(s, in, &s->body.later[j]);
    }
}

void grad_scan(Grad *c, Node *n, Node *dy)
{
    Arena *arena = c->g->arena;
    size_t bytes = sizeof(Node *) * (size_t)(n->body->nodes + 1);
    Graph *body = graph_create(arena, "gradient");
    ScanGrad s = { .outer = c, .scan = n, .body = { .g = body, .node = n } };
    (void)dy;
    s.image = arena_alloc(arena, bytes);
    s.saved = arena_alloc(arena, bytes);
    copy_inputs(&s);
    copy_body(&s);
    find_needed(&s);
    give_seeds(&s);
    grad_reverse(&s.body, s.forward);
    close_states(&s);
    read_saved(&s);
    give_inputs(&s);
}
