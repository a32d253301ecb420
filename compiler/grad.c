/* grad.c: reverse mode from graph to graph: a rule for every operator. */
#include "grad.h"

#include <string.h>

/* ---------------------------------------------------------------- help for rules */

static Node *number(Grad *c, double value)
{
    return make_number(c->g, c->node->place, value);
}

static Node *map(Grad *c, Function f, Node *a, Node *b)
{
    return make_map(c->g, c->node->place, f, a, b, NULL);
}

bool grad_wants(const Grad *c, int operand)
{
    return c->adjoint[c->node->operand[operand]->id].needed;
}

/* Sums over the axes x lacks. */
static Node *sum_to(Grad *c, Node *d, const Shape *x)
{
    const char *axis[MAX_AXES];
    int count = 0;
    for (int i = 0; i < d->shape.rank; i++)
        if (shape_find(x, d->shape.axis[i].name) < 0)
            axis[count++] = d->shape.axis[i].name;
    return make_sum(c->g, c->node->place, d, count, axis, 0, NULL);
}

void grad_give_part(Grad *c, Node *x, int part, Node *d)
{
    Node **sum = &c->adjoint[x->id].d[part];
    Shape shape = x->op == OP_scan ? shape_of_scan_part(x, part) : x->shape;
    d = make_order(c->g, c->node->place, d, &shape);
    *sum = *sum ? map(c, FN_add, *sum, d) : d;
}

static Later *add_later(Grad *c, Node *x, Node *a, Node *b)
{
    Later later = { .x = x, .a = a, .b = b };
    APPEND(c->g->arena, c->later, c->laters, c->later_capacity, later);
    return &c->later[c->laters - 1];
}

void grad_give(Grad *c, int operand, Node *d)
{
    Node *x = c->node->operand[operand];
    if (!c->adjoint[x->id].needed)
        return;
    if (c->adjoint[x->id].later)
        add_later(c, x, d, NULL);
    else
        grad_give_part(c, x, 0, sum_to(c, d, &x->shape));
}

/* A product without slide; its axes come in the order of `shape`, if they can. */
static Node *product(Grad *c, Node *a, Node *b, int over, const char *const *axis,
                     const Shape *shape)
{
    Place p = c->node->place;
    Node *n = make_dot(c->g, p, a, b, over, axis, 0, NULL);
    return shape_equal(&n->shape, shape) ? n : make_dot(c->g, p, b, a, over, axis, 0, NULL);
}

void grad_give_dot(Grad *c, int operand, Node *a, Node *b, int over, const char *const *axis,
                   int slides, const Along *slide)
{
    Node *x = c->node->operand[operand];
    if (!c->adjoint[x->id].later) {
        grad_give(c, operand,
                  slides ? make_dot(c->g, c->node->place, a, b, over, axis, slides, slide)
                         : product(c, a, b, over, axis, &x->shape));
        return;
    }
    Later *later = add_later(c, x, a, b);
    for (int i = 0; i < over; i++)
        later->axis[later->axes++] = axis[i];
    for (int i = 0; i < slides; i++)
        later->along[later->alongs++] = slide[i];
}

/* ---------------------------------------------------------------- dot */

/* The axes a has and b lacks; returns their number. */
static int axes_beyond(const Shape *a, const Shape *b, const char **axis)
{
    int count = 0;
    for (int i = 0; i < a->rank; i++)
        if (shape_find(b, a->axis[i].name) < 0)
            axis[count++] = a->axis[i].name;
    return count;
}

/* Elements of a, of size n along the axis, that no place of the kernel reaches. */
static int rest_of(const Along *s, int n)
{
    return (n - (s->size - 1) * s->dilation - 1) % s->stride;
}

/* da = dot(pad(dy, (k-1)d, (k-1)d + rest, inside = stride - 1), reverse(b)), over b's own axes; with few
 * phases, see grad_stride.c. */
static void grad_dot_a(Grad *c, Node *n, Node *dy)
{
    Node *a = n->operand[0], *b = n->operand[1];
    const char *over[MAX_AXES];
    int count = axes_beyond(&b->shape, &a->shape, over);
    Along pad[MAX_AXES], slide[MAX_AXES];
    if (!n->alongs) {
        grad_give_dot(c, 0, dy, b, count, over, 0, NULL);
        return;
    }
    if (grad_strided(c, dy, count, over))
        return;
    for (int i = 0; i < n->alongs; i++) {
        const Along *s = &n->along[i];
        int reach = (s->size - 1) * s->dilation, rest = rest_of(s, shape_size(&a->shape, s->axis));
        pad[i] = (Along){ .axis = s->axis, .lo = reach, .hi = reach + rest, .dilation = s->stride };
        slide[i] = (Along){ .axis = s->axis, .dilation = s->dilation };
        b = make_reverse(c->g, n->place, b, s->axis);
    }
    dy = make_pad(c->g, n->place, dy, n->alongs, pad);
    grad_give_dot(c, 0, dy, b, count, over, n->alongs, slide);
}

/* db = dot(a, dy), over what only a has, stride and dilation exchanged. */
static void grad_dot_b(Grad *c, Node *n, Node *dy)
{
    Node *a = n->operand[0], *b = n->operand[1];
    const char *over[MAX_AXES];
    int count = axes_beyond(&a->shape, &b->shape, over), cuts = 0;
    Along cut[MAX_AXES], slide[MAX_AXES];
    if (!n->alongs) {
        grad_give_dot(c, 1, a, dy, count, over, 0, NULL);
        return;
    }
    for (int i = 0; i < n->alongs; i++) {
        const Along *s = &n->along[i];
        int size = shape_size(&a->shape, s->axis), rest = rest_of(s, size);
        if (rest >= s->dilation)
            cut[cuts++] = (Along){ .axis = s->axis, .lo = 0, .hi = size - rest };
        slide[i] = (Along){ .axis = s->axis, .stride = s->dilation, .dilation = s->stride };
    }
    if (cuts)
        a = make_slice(c->g, n->place, a, cuts, cut);
    grad_give_dot(c, 1, a, dy, count, over, n->alongs, slide);
}

static void grad_dot(Grad *c, Node *n, Node *dy)
{
    if (grad_wants(c, 0))
        grad_dot_a(c, n, dy);
    if (grad_wants(c, 1))
        grad_dot_b(c, n, dy);
}

/* ---------------------------------------------------------------- reductions */

/* Windows: an element takes the sum of the results it went into, over the spread gradient. */
static void grad_sum(Grad *c, Node *n, Node *dy)
{
    const Shape *x = &n->operand[0]->shape;
    Along pad[MAX_AXES], window[MAX_AXES];
    for (int i = 0; i < n->alongs; i++) {
        const Along *w = &n->along[i];
        int reach = w->size - 1, rest = rest_of(w, shape_size(x, w->axis));
        pad[i] = (Along){ .axis = w->axis, .lo = reach, .hi = reach + rest, .dilation = w->stride };
        window[i] = (Along){ .axis = w->axis, .size = w->size };
    }
    if (n->alongs) {
        dy = make_pad(c->g, n->place, dy, n->alongs, pad);
        dy = make_sum(c->g, n->place, dy, 0, NULL, n->alongs, window);
    }
    grad_give(c, 0, make_expand(c->g, n->place, dy, *x));
}

static void grad_max(Grad *c, Node *n, Node *dy)
{
    Node *where = make_part(c->g, n->place, n, 1);
    grad_give(c, 0,
              make_unmax(c->g, n->place, where, dy, n->operand[0], n->axes, n->axis, n->alongs,
                         n->along));
}

static void grad_softmax(Grad *c, Node *n, Node *dy)
{
    Node *sum = make_sum(c->g, n->place, map(c, FN_mul, n, dy), n->axes, n->axis, 0, NULL);
    grad_give(c, 0, map(c, FN_mul, n, map(c, FN_sub, dy, sum)));
}

/* dx = dm / n + 2 (x - m) dv / n, over n elements. */
static void grad_moments(Grad *c, Node *n, Node *dm)
{
    Node *x = n->operand[0], *dv = c->adjoint[n->id].d[1], *dx = NULL;
    double count = (double)shape_count(&x->shape) / (double)shape_count(&n->shape);
    Node *share = number(c, 1 / count);
    if (shape_batched(&x->shape) && !shape_batched(&n->shape))
        share = map(c, FN_div, share, make_count(c->g, n->place));
    if (dv) {
        Node *mean = make_part(c->g, n->place, n, 0);
        Node *slope = map(c, FN_mul, map(c, FN_mul, dv, number(c, 2)), share);
        dx = map(c, FN_mul, map(c, FN_sub, x, mean), slope);
    }
    if (dm) {
        dm = map(c, FN_mul, dm, share);
        dx = dx ? map(c, FN_add, dx, dm) : make_expand(c->g, n->place, dm, x->shape);
    }
    grad_give(c, 0, dx);
}

static void grad_part(Grad *c, Node *n, Node *dy)
{
    if (n->type == TYPE_REAL && !(n->operand[0]->op == OP_max && n->part == 1))
        grad_give_part(c, n->operand[0], n->part, dy);
}

/* ---------------------------------------------------------------- moving elements */

static void grad_reshape(Grad *c, Node *n, Node *dy)
{
    const char *from[MAX_AXES];
    Shape to = { 0 };
    for (int i = 0; i < n->to.rank; i++)
        from[i] = n->to.axis[i].name;
    for (int i = 0; i < n->axes; i++)
        shape_add(&to, (Axis){ n->axis[i], shape_size(&n->operand[0]->shape, n->axis[i]) });
    grad_give(c, 0, make_reshape(c->g, n->place, dy, n->to.rank, from, to));
}

static void grad_same(Grad *c, Node *n, Node *dy)
{
    (void)n;
    grad_give(c, 0, dy);
}

static void grad_slice(Grad *c, Node *n, Node *dy)
{
    Along pad[MAX_AXES];
    for (int i = 0; i < n->alongs; i++) {
        const Along *s = &n->along[i];
        int last = s->lo + (shape_size(&n->shape, s->axis) - 1) * s->stride;
        int hi = shape_size(&n->operand[0]->shape, s->axis) - 1 - last;
        pad[i] = (Along){ .axis = s->axis, .lo = s->lo, .hi = hi, .dilation = s->stride };
    }
    grad_give(c, 0, make_pad(c->g, n->place, dy, n->alongs, pad));
}

static void grad_pad(Grad *c, Node *n, Node *dy)
{
    Along slice[MAX_AXES];
    for (int i = 0; i < n->alongs; i++) {
        const Along *p = &n->along[i];
        int hi = shape_size(&n->shape, p->axis) - p->hi;
        slice[i] = (Along){ .axis = p->axis, .lo = p->lo, .hi = hi, .stride = p->dilation };
    }
    grad_give(c, 0, make_slice(c->g, n->place, dy, n->alongs, slice));
}

static void grad_join(Grad *c, Node *n, Node *dy)
{
    for (int i = 0, lo = 0; i < n->operands; i++) {
        int hi = lo + shape_size(&n->operand[i]->shape, n->name);
        Along slice = { .axis = n->name, .lo = lo, .hi = hi };
        if (grad_wants(c, i))
            grad_give(c, i, make_slice(c->g, n->place, dy, 1, &slice));
        lo = hi;
    }
}

static void grad_turn(Grad *c, Node *n, Node *dy)
{
    grad_give(c, 0, make_reverse(c->g, n->place, dy, n->name));
}

/* Of sources and stop, nothing goes further. */
static void grad_none(Grad *c, Node *n, Node *dy)
{
    (void)c, (void)n, (void)dy;
}

static void grad_missing(Grad *c, Node *n, Node *dy)
{
    (void)c, (void)dy;
    bug(n, "it has no gradient");
}

/* ---------------------------------------------------------------- the pass */

static const Rule rule[OPS] = {
    [OP_input] = grad_none,   [OP_weight] = grad_none,     [OP_number] = grad_none,
    [OP_count] = grad_none,   [OP_index] = grad_none,      [OP_random] = grad_none,
    [OP_map] = grad_map,      [OP_dot] = grad_dot,         [OP_sum] = grad_sum,
    [OP_max] = grad_max,      [OP_softmax] = grad_softmax, [OP_moments] = grad_moments,
    [OP_part] = grad_part,    [OP_reshape] = grad_reshape, [OP_expand] = grad_same,
    [OP_slice] = grad_slice,  [OP_pad] = grad_pad,         [OP_join] = grad_join,
    [OP_reverse] = grad_turn, [OP_unmax] = grad_missing,   [OP_stop] = grad_none,
    [OP_scan] = grad_scan,
};

Adjoint *grad_adjoints(Graph *g)
{
    Adjoint *adjoint = arena_alloc(g->arena, sizeof *adjoint * (size_t)(g->nodes + 1));
    for (int i = 0; i < g->nodes; i++) {
        adjoint[i].results = node_results(g->node[i]);
        adjoint[i].d = arena_alloc(g->arena, sizeof(Node *) * (size_t)adjoint[i].results);
    }
    return adjoint;
}

void grad_find_needed(const Graph *g, Adjoint *adjoint)
{
    for (int i = 0; i < g->nodes; i++) {
        const Node *n = g->node[i];
        bool needed = adjoint[i].needed || (n->op == OP_weight && n->weight->trainable);
        for (int j = 0; j < n->operands && n->op != OP_stop; j++)
            needed = needed || adjoint[n->operand[j]->id].needed;
        adjoint[i].needed = needed;
    }
}

/* The nodes a rule made are the backward side of its node. */
static void run_rule(Grad *c, Node *n)
{
    Adjoint *a = &c->adjoint[n->id];
    int before = c->g->nodes;
    bool any = false;
    for (int i = 0; i < a->results; i++)
        any = any || a->d[i];
    if (!a->needed || !any)
        return;
    c->node = n;
    if (rule[n->op])
        rule[n->op](c, n, a->d[0]);
    else
        bug(n, "no gradient rule");
    for (int i = before; i < c->g->nodes; i++)
        c->g->node[i]->label = n->label;
}

void grad_reverse(Grad *c, int count)
{
    for (int i = count - 1; i >= 0; i--)
        run_rule(c, c->g->node[i]);
}

/* A weight that does not act on the loss has a gradient of zeros. */
static Node *weight_gradient(Grad *c, int forward, Weight *weight)
{
    Node *sum = NULL;
    for (int i = 0; i < forward; i++) {
        Node *n = c->g->node[i];
        if (n->op != OP_weight || n->weight != weight)
            continue;
        c->node = n;
        Node *d = c->adjoint[i].d[0];
        sum = sum && d ? map(c, FN_add, sum, d) : sum ? sum : d;
    }
    if (sum)
        return sum;
    return make_expand(c->g, weight->place, make_number(c->g, weight->place, 0), weight->shape);
}

void grad(Graph *g, const Model *model, const Recipe *recipe)
{
    (void)recipe;
    Node *loss = graph_find(g, "loss");
    if (!loss || loss->shape.rank != 1 || !shape_batched(&loss->shape))
        bug(loss, "the loss must be one number an example");
    Grad c = { .g = g, .adjoint = grad_adjoints(g), .node = loss };
    int forward = g->nodes;
    grad_find_needed(g, c.adjoint);
    Node *one = number(&c, 1);
    Node *share = map(&c, FN_div, one, make_count(g, loss->place));
    grad_give_part(&c, loss, 0, make_expand(g, loss->place, share, loss->shape));
    grad_reverse(&c, loss->id + 1);
    for (int i = 0; i < model->weights; i++)
        if (model->weight[i]->trainable)
            graph_result(g, RESULT_GRADIENT, model->weight[i]->name, model->weight[i],
                         weight_gradient(&c, forward, model->weight[i]));
}
