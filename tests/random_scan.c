/* random_scan.c: steps of random graphs: recurrences, whose bodies are random graphs themselves. */
#include "random_own.h"

#include <stdlib.h>
#include <string.h>

Node *cell_input(RandomGraph *r, ScanRole role, Shape shape, Node *outer)
{
    RandomCell *c = r->cell;
    Node *inner = make_inner(c->body, nowhere, "in", shape);
    if (c->inputs == MOST_SCAN_INPUTS)
        abort();
    c->input[c->inputs++] = (ScanInput){ role, inner, NULL, outer ? c->operands : -1 };
    if (outer)
        c->operand[c->operands++] = outer;
    return inner;
}

Graph *outermost_graph(const RandomGraph *r)
{
    const RandomCell *c = r->cell;
    while (c->around)
        c = c->around;
    return c->outer;
}

Node *cell_constant(RandomGraph *r, Node *outermost)
{
    RandomCell *cell = r->cell;
    if (cell->around) {
        r->cell = cell->around;
        outermost = cell_constant(r, outermost);
        r->cell = cell;
    }
    return cell_input(r, SCAN_CONSTANT, outermost->shape, outermost);
}

/* Fills r's pool, which is the body's while it is made. */
static void cell_steps(RandomGraph *r, int steps)
{
    for (int tries = 0; steps > 0 && tries < 40 && r->model.weights < 36; tries++) {
        Node *x = r->cell->inputs < MOST_SCAN_INPUTS - 6 ? random_step(r) : NULL;
        if (!x || shape_count(&x->shape) > 300)
            continue;
        r->pool[r->count++] = x;
        steps--;
    }
}

/* v without the axes that a state has not; NULL where one has another size. */
static Node *fitted(RandomGraph *r, Node *v, const Shape *state)
{
    const char *over[MAX_AXES];
    int gone = 0;
    for (int i = 0; i < v->shape.rank; i++) {
        const Axis *axis = &v->shape.axis[i];
        const int size = shape_size(state, axis->name);
        if (size && size != axis->size)
            return NULL;
        if (!size)
            over[gone++] = axis->name;
    }
    return gone ? make_mean(r->g, nowhere, v, gone, over, 0, NULL) : v;
}

/* The value of a state in the next step, of what was made last, held between -1 and 1. */
static Node *next_value(RandomGraph *r, Node *state, Node *x)
{
    Node *next = map(r, FN_add, state, map(r, FN_mul, x, number(r, 0.7)));
    for (int i = r->count - 1; i >= 0 && i >= r->count - 3; i--) {
        Node *v = fitted(r, r->pool[i], &state->shape);
        if (v)
            next = map(r, chance(r, 0.5) ? FN_mul : FN_add, next, v);
    }
    return map(r, FN_tanh, next, NULL);
}

static void cell_results(RandomGraph *r, Node *next)
{
    static const char *const name[] = { "0", "1" };
    Node *last = r->pool[r->count - 1], *result[] = { next, last };
    for (int i = 0; i < (last != next && chance(r, 0.5) ? 2 : 1); i++)
        graph_result(r->g, RESULT_VALUE, name[i], NULL, result[i]);
}

/* A body of random steps over sequences, constants and one or two states. */
static Node *make_cell(RandomGraph *r, Node *x, const Axis *axis)
{
    Shape step = shape_without(&x->shape, axis->name);
    Node *xt = cell_input(r, SCAN_SEQUENCE, step, x), *state[2] = { NULL };
    r->pool[r->count++] = xt;
    int states = pick(r, 1, 2);
    for (int i = 0; i < states; i++)
        r->pool[r->count++] = state[i] = cell_input(r, SCAN_STATE, step, NULL);
    if (chance(r, 0.4) && !r->cell->around) {
        Shape own = { 1, { *axis } }, one = { 0 };
        RandomCell *cell = r->cell;
        if (step.rank > 1)
            shape_add(&one, step.axis[step.rank - 1]);
        for (int i = 0; i < one.rank; i++)
            shape_add(&own, one.axis[i]);
        r->cell = NULL;
        r->g = cell->outer;
        Node *places = random_weight(r, own);
        r->cell = cell;
        r->g = cell->body;
        r->pool[r->count++] = cell_input(r, SCAN_SEQUENCE, one, places);
    }
    cell_steps(r, pick(r, 1, 5));
    Node *next = NULL;
    for (int i = 0; i < states; i++)
        for (int j = 0; j < r->cell->inputs; j++)
            if (r->cell->input[j].inner == state[i])
                r->cell->input[j].next = next = next_value(r, state[i], xt);
    cell_results(r, next);
    RandomCell *c = r->cell;
    return make_scan(c->outer, nowhere, axis->name, chance(r, 0.4), c->body, c->inputs, c->input,
                     c->operands, c->operand);
}

/* A scan in a scan must not depend on the step: it runs over an input of the network. */
static Node *unvarying(RandomGraph *r)
{
    Node *x = r->source[pick(r, 0, r->inputs - 1)];
    for (int i = 0; x && i < x->shape.rank; i++)
        if (is_scanned(r, x->shape.axis[i].name))
            return NULL;
    return x ? cell_constant(r, x) : NULL;
}

/* A recurrence along an axis of x; in a body, a scan in a scan. */
Node *random_scan(RandomGraph *r, Node *x)
{
    if (r->cell && (r->cell->around || !(x = unvarying(r))))
        return NULL;
    int at = pick(r, 0, x->shape.rank - 1);
    Axis axis = x->shape.rank ? x->shape.axis[at] : (Axis){ "batch", BATCH };
    if (axis.size == BATCH || axis.size > 9 || !shape_batched(&x->shape) ||
        r->scans >= (r->recurrent ? 5 : 3) || shape_count(&x->shape) > 1500 ||
        r->model.weights > 24)
        return NULL;
    RandomCell cell = {
        .outer = r->g, .body = graph_create(r->arena, "body"), .axis = axis.name, .around = r->cell
    };
    RandomGraph saved = *r;
    r->cell = &cell;
    r->g = cell.body;
    r->count = 0;
    Node *scan = make_cell(r, x, &axis);
    memcpy(r->pool, saved.pool, sizeof saved.pool);
    memcpy(r->used, saved.used, sizeof saved.used);
    memcpy(r->touched, saved.touched, sizeof saved.touched);
    r->touches = saved.touches;
    r->count = saved.count;
    r->cell = saved.cell;
    r->g = saved.g;
    r->scans++;
    return make_part(r->g, nowhere, scan, pick(r, 0, cell.body->results - 1));
}

/* A recurrence over the time of x whose product with its state, of 48 features, is several panels wide. */
Node *wide_scan(RandomGraph *r, Node *x)
{
    static const char *const feature = "feature", *const more = "more", *const freq = "freq";
    const Shape row = { 1, { { feature, 48 } } };
    const Shape state = { 2, { { "batch", BATCH }, { feature, 48 } } };
    RandomCell cell = { .outer = r->g, .body = graph_create(r->arena, "body"), .axis = "time" };
    r->cell = &cell;
    r->g = cell.body;
    Node *xt = cell_input(r, SCAN_SEQUENCE, shape_without(&x->shape, "time"), x);
    xt = make_mean(r->g, nowhere, xt, 1, &freq, 0, NULL);
    Node *h = cell_input(r, SCAN_STATE, state, NULL);
    Node *w = random_weight(r, (Shape){ 2, { { feature, 48 }, { more, 48 } } });
    Node *next = make_dot(r->g, nowhere, h, w, 1, &feature, 0, NULL);
    next = make_reshape(r->g, nowhere, next, 1, &more, row);
    next = map(r, FN_add, map(r, FN_mul, next, number(r, 0.15)), random_widened(r, xt, &state));
    next = map(r, FN_tanh, next, NULL);
    cell.input[1].next = next;
    graph_result(cell.body, RESULT_VALUE, "0", NULL, next);
    r->cell = NULL;
    r->g = cell.outer;
    Node *scan = make_scan(cell.outer, nowhere, "time", false, cell.body, cell.inputs, cell.input,
                           cell.operands, cell.operand);
    return make_part(r->g, nowhere, scan, 0);
}
