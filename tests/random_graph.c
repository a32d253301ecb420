/* random_graph.c: builds legal graphs from a seed: each step applies an operator with random
 * attributes to a random node that was made before. */
#include "random_graph.h"

#include "../compiler/graph.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ELEMENTS = 4000, MOST_PRODUCTS = 250000, NAMES = 10 };

static const Place nowhere = { NULL, 1, 1, 1 };
static const char *const names[NAMES] = { "freq", "time", "channel", "feature", "expert",
                                          "gate", "word", "code",    "own",     "lane" };

static double draw(RandomGraph *r, double low, double high)
{
    return low + (high - low) * random_element(r->seed, r->drawn++);
}

static int pick(RandomGraph *r, int low, int high)
{
    return low + (int)draw(r, 0, high - low + 1);
}

static bool chance(RandomGraph *r, double share)
{
    return draw(r, 0, 1) < share;
}

static double *draw_array(RandomGraph *r, int64_t count)
{
    double *at = arena_alloc(r->arena, sizeof *at * (size_t)count);
    for (int64_t i = 0; i < count; i++)
        at[i] = (float)draw(r, -1, 1);
    return at;
}

static int pick_size(RandomGraph *r)
{
    static const int small[] = { 1, 2, 3, 4, 5, 7 }, large[] = { 8, 9, 13, 16, 17, 24, 32, 33 };
    return chance(r, r->large ? 0.1 : 0.6) ? small[pick(r, 0, 5)] : large[pick(r, 0, 7)];
}

/* ---------------------------------------------------------------- sources */

static Node *make_source(RandomGraph *r, const char *name, Shape shape)
{
    int i = r->inputs++;
    r->name[i] = name;
    r->shape[i] = shape;
    r->input[i] = draw_array(r, MOST_EXAMPLES * shape_count(&shape));
    return make_input(r->g, nowhere, name, shape);
}

enum { MOST_SCAN_INPUTS = 32 };

/* The body of a scan, and what comes into it. */
typedef struct RandomCell {
    Graph *outer, *body;
    const char *axis;
    struct RandomCell *around; /* of a scan in a scan */
    ScanInput input[MOST_SCAN_INPUTS];
    Node *operand[MOST_SCAN_INPUTS];
    int inputs, operands;
} RandomCell;

static Node *cell_input(RandomGraph *r, ScanRole role, Shape shape, Node *outer)
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

static Graph *outermost_graph(const RandomGraph *r)
{
    const RandomCell *c = r->cell;
    while (c->around)
        c = c->around;
    return c->outer;
}

/* A constant comes in through all the bodies around. */
static Node *cell_constant(RandomGraph *r, Node *outermost)
{
    RandomCell *cell = r->cell;
    if (cell->around) {
        r->cell = cell->around;
        outermost = cell_constant(r, outermost);
        r->cell = cell;
    }
    return cell_input(r, SCAN_CONSTANT, outermost->shape, outermost);
}

static Node *weight(RandomGraph *r, Shape shape, bool trainable)
{
    Weight *w = arena_alloc(r->arena, sizeof *w);
    int i = r->model.weights++;
    *w = (Weight){ .name = arena_format(r->arena, "w%d", i), .shape = shape };
    w->trainable = trainable;
    w->init = INIT_ZEROS;
    w->index = i;
    r->weight[i] = w;
    r->value[i] = draw_array(r, shape_count(&shape));
    if (r->cell)
        return cell_constant(r, make_weight(outermost_graph(r), nowhere, w));
    return make_weight(r->g, nowhere, w);
}

Node *random_weight(RandomGraph *r, Shape shape)
{
    return weight(r, shape, true);
}

static void shuffle(RandomGraph *r, Shape *s)
{
    for (int i = s->rank - 1; i > 0; i--) {
        int j = pick(r, 0, i);
        Axis axis = s->axis[i];
        s->axis[i] = s->axis[j];
        s->axis[j] = axis;
    }
}

/* Some of the axes but the batch, in any order. */
static Shape some_axes(RandomGraph *r, const Shape *s, double share)
{
    Shape some = { 0 };
    for (int i = shape_batched(s); i < s->rank; i++)
        if (chance(r, share))
            shape_add(&some, s->axis[i]);
    shuffle(r, &some);
    return some;
}

/* What comes out of a body gets the axis of its scan, so nothing inside may have it. */
static bool is_scanned(const RandomGraph *r, const char *axis)
{
    for (const RandomCell *c = r->cell; c; c = c->around)
        if (strcmp(c->axis, axis) == 0)
            return true;
    return false;
}

/* An axis that none of both has; both may be the same. */
static Axis fresh_axis(RandomGraph *r, const Shape *a, const Shape *b, int size)
{
    int i = pick(r, 0, NAMES - 1);
    while (shape_find(a, names[i]) >= 0 || shape_find(b, names[i]) >= 0 || is_scanned(r, names[i]))
        i = (i + 1) % NAMES;
    return (Axis){ names[i], size };
}

static Node *any(RandomGraph *r)
{
    int i = chance(r, 0.5) ? r->count - 1 - pick(r, 0, r->count > 3 ? 3 : r->count - 1)
                           : pick(r, 0, r->count - 1);
    r->touched[r->touches++ % 2] = i;
    return r->pool[i];
}

static Node *number(RandomGraph *r, double value)
{
    return make_number(r->g, nowhere, value);
}

static Node *map(RandomGraph *r, Function f, Node *a, Node *b)
{
    return make_map(r->g, nowhere, f, a, b, NULL);
}

static int names_of(const Shape *s, const char **name)
{
    for (int i = 0; i < s->rank; i++)
        name[i] = s->axis[i].name;
    return s->rank;
}

/* ---------------------------------------------------------------- maps */

/* x * x + 0.5 */
static Node *positive(RandomGraph *r, Node *x)
{
    return map(r, FN_add, map(r, FN_mul, x, x), number(r, 0.5));
}

static Node *random_unary(RandomGraph *r, Node *x)
{
    static const Function f[] = { FN_neg, FN_tanh, FN_sigmoid, FN_relu, FN_abs,
                                  FN_sin, FN_cos,  FN_relu,    FN_step, FN_erf };
    static const Function g[] = { FN_log, FN_sqrt, FN_rsqrt };
    switch (pick(r, 0, 5)) {
    case 0: return map(r, g[pick(r, 0, 2)], positive(r, x), NULL);
    case 1: return map(r, FN_exp, map(r, FN_tanh, x, NULL), NULL);
    case 2: return map(r, FN_pow, positive(r, x), number(r, chance(r, 0.5) ? 2 : 0.7));
    default: return map(r, f[pick(r, 0, 9)], x, NULL);
    }
}

/* x with the axes of y as well; NULL where sizes differ or the result is too large. */
static Node *widen(RandomGraph *r, Node *x, const Shape *y)
{
    Shape both = { 0 };
    if (shape_batched(&x->shape) || shape_batched(y))
        shape_add(&both, (Axis){ "batch", BATCH });
    for (int i = shape_batched(&x->shape); i < x->shape.rank; i++)
        shape_add(&both, x->shape.axis[i]);
    for (int i = shape_batched(y); i < y->rank; i++) {
        int size = shape_size(&both, y->axis[i].name);
        if (size && size != y->axis[i].size)
            return NULL;
        if (!size && both.rank == MAX_AXES)
            return NULL;
        if (!size)
            shape_add(&both, y->axis[i]);
    }
    if (shape_count(&both) > MOST_ELEMENTS)
        return NULL;
    return shape_equal(&both, &x->shape) ? x : make_expand(r->g, nowhere, x, both);
}

static Node *random_binary(RandomGraph *r, Node *x)
{
    static const Function f[] = { FN_add, FN_sub, FN_mul, FN_mul, FN_max, FN_min };
    Node *y = chance(r, 0.6) ? any(r) : weight(r, some_axes(r, &x->shape, 0.5), true);
    x = widen(r, x, &y->shape);
    if (!x)
        return NULL;
    switch (pick(r, 0, 4)) {
    case 0: return map(r, FN_div, x, positive(r, y));
    case 1: {
        Node *larger = map(r, chance(r, 0.5) ? FN_gt : FN_le, x, y);
        return make_map(r->g, nowhere, FN_select, larger, x, map(r, FN_sin, y, NULL));
    }
    default:
        return chance(r, 0.5) ? map(r, f[pick(r, 0, 5)], x, y) : map(r, f[pick(r, 0, 5)], y, x);
    }
}

/* Dropout, positions along an axis, the size of the batch, a stopped gradient. */
static Node *random_source(RandomGraph *r, Node *x)
{
    if (r->cell && chance(r, 0.5))
        return NULL;
    int axis = pick(r, 0, x->shape.rank - 1);
    Shape shape = some_axes(r, &x->shape, 0.7);
    Shape batched = { 1, { { "batch", BATCH } } };
    switch (pick(r, r->cell ? 1 : 0, 3)) {
    case 0:
        for (int i = 0; i < shape.rank; i++)
            shape_add(&batched, shape.axis[i]);
        if (shape_batched(&x->shape) && chance(r, 0.7))
            shape = batched;
        return map(r, FN_mul, x,
                   map(r, FN_ge, make_random(r->g, nowhere, shape, (uint64_t)r->randoms++),
                       number(r, 0.4)));
    case 1:
        if (x->shape.rank == 0 || x->shape.axis[axis].size == BATCH)
            return NULL;
        return map(
            r, FN_add, x,
            map(r, FN_sin,
                make_index(r->g, nowhere, x->shape.axis[axis].name, x->shape.axis[axis].size),
                NULL));
    case 2: return r->cell ? NULL : map(r, FN_div, x, make_count(r->g, nowhere));
    default: return map(r, FN_mul, x, make_stop(r->g, nowhere, map(r, FN_cos, x, NULL)));
    }
}

/* ---------------------------------------------------------------- products */

/* Multiplications of a dot for one example. */
static double products(const Node *dot)
{
    double count = (double)shape_count(&dot->shape);
    for (int i = 0; i < dot->axes; i++)
        count *= abs(shape_size(&dot->operand[0]->shape, dot->axis[i]));
    for (int i = 0; i < dot->alongs; i++)
        count *= dot->along[i].size;
    return count;
}

static Node *small_dot(RandomGraph *r, Node *dot)
{
    double count = products(dot);
    if (count > MOST_PRODUCTS || shape_count(&dot->shape) > MOST_ELEMENTS)
        return NULL;
    double scale = 1 / sqrt(count / (double)shape_count(&dot->shape));
    return scale == 1 ? dot : map(r, FN_mul, dot, number(r, scale));
}

/* A weight over some axes of x (summed or aligned) and some of its own. */
static Node *random_product(RandomGraph *r, Node *x)
{
    const char *over[MAX_AXES];
    Shape summed = some_axes(r, &x->shape, 0.6), shape = summed;
    for (int i = shape_batched(&x->shape); i < x->shape.rank; i++)
        if (shape_find(&shape, x->shape.axis[i].name) < 0 && chance(r, 0.2))
            shape_add(&shape, x->shape.axis[i]);
    int own = pick(r, 0, 2);
    for (int i = 0; i < own && shape.rank + x->shape.rank < MAX_AXES - 1; i++)
        shape_add(&shape, fresh_axis(r, &x->shape, &shape, pick_size(r)));
    if (shape_count(&shape) > MOST_PRODUCTS)
        return NULL;
    if (chance(r, 0.3))
        shuffle(r, &shape);
    Node *w = weight(r, shape, true);
    if (chance(r, 0.15))
        w = map(r, FN_tanh, w, NULL);
    bool swapped = chance(r, 0.25);
    return small_dot(r, make_dot(r->g, nowhere, swapped ? w : x, swapped ? x : w,
                                 names_of(&summed, over), over, 0, NULL));
}

/* Slides a kernel along one or two axes, with or without padding. */
static Node *random_convolution(RandomGraph *r, Node *x)
{
    Along pad[2], slide[2];
    Shape kernel = { 0 }, rest, slid = some_axes(r, &x->shape, 0.7);
    const char *over[MAX_AXES];
    int slides = slid.rank > 2 ? 2 : slid.rank, summed = 0;
    for (int i = 0; i < slides; i++) {
        const Axis *axis = &slid.axis[i];
        int size = pick(r, 1, axis->size < 3 ? axis->size : 3), dilation = pick(r, 1, 2);
        int span = (size - 1) * dilation;
        pad[i] = (Along){ .axis = axis->name, .lo = span / 2, .hi = span - span / 2 };
        if (chance(r, 0.3))
            pad[i].lo = pick(r, span, span + 2);
        slide[i] = (Along){ .axis = axis->name, .stride = pick(r, 1, chance(r, 0.7) ? 1 : 3) };
        slide[i].dilation = dilation;
        shape_add(&kernel, (Axis){ axis->name, size });
    }
    if (!slides)
        return NULL;
    rest = x->shape;
    for (int i = shape_batched(&rest); i < rest.rank; i++) {
        if (shape_find(&kernel, rest.axis[i].name) >= 0 || chance(r, 0.25))
            continue;
        shape_add(&kernel, rest.axis[i]);
        if (chance(r, 0.75))
            over[summed++] = rest.axis[i].name;
    }
    if (chance(r, 0.8) && x->shape.rank < MAX_AXES - 1)
        shape_add(&kernel, fresh_axis(r, &x->shape, &kernel, pick_size(r)));
    if (chance(r, 0.2))
        shuffle(r, &kernel);
    if (shape_count(&kernel) > MOST_PRODUCTS)
        return NULL;
    x = make_pad(r->g, nowhere, x, slides, pad);
    Node *w = weight(r, kernel, true);
    return small_dot(r, make_dot(r->g, nowhere, x, w, summed, over, slides, slide));
}

/* Of two nodes: some axes that both have are summed, the batch too. */
static Node *random_pair(RandomGraph *r, Node *x)
{
    Node *y = any(r);
    const char *over[MAX_AXES];
    int summed = 0, rank = x->shape.rank;
    for (int i = 0; i < y->shape.rank; i++) {
        const Axis *axis = &y->shape.axis[i];
        int size = shape_size(&x->shape, axis->name);
        if (size && size != axis->size)
            return NULL;
        rank += !size;
        if (size && chance(r, size != BATCH ? 0.5 : r->cell ? 0 : 0.2))
            over[summed++] = axis->name;
    }
    if (rank > MAX_AXES - 1 ||
        (double)shape_count(&x->shape) * (double)shape_count(&y->shape) > 1e6)
        return NULL;
    return small_dot(r, make_dot(r->g, nowhere, x, y, summed, over, 0, NULL));
}

/* ---------------------------------------------------------------- reductions */

/* Windows along some axes; the others named in `over` vanish. */
static Node *random_reduction(RandomGraph *r, Node *x)
{
    Along window[MAX_AXES];
    const char *over[MAX_AXES];
    Shape some = some_axes(r, &x->shape, 0.6);
    int windows = 0, gone = 0;
    bool pools = chance(r, 0.6);
    for (int i = 0; i < some.rank; i++) {
        const Axis *axis = &some.axis[i];
        int size = pick(r, 1, axis->size < 4 ? axis->size : 4);
        if (!pools || chance(r, 0.3))
            over[gone++] = axis->name;
        else
            window[windows++] = (Along){ .axis = axis->name,
                                         .size = size,
                                         .stride = chance(r, 0.6) ? size : pick(r, 1, 3) };
    }
    int form = pick(r, 0, 3);
    if (form != 1 && !windows && !r->cell && shape_batched(&x->shape) && chance(r, 0.25))
        over[gone++] = "batch";
    if (!windows && !gone)
        return NULL;
    if (names_have(gone, over, "batch") || form == 0 || form == 2)
        return make_mean(r->g, nowhere, x, gone, over, windows, window);
    if (form == 1)
        return map(r, FN_tanh, make_sum(r->g, nowhere, x, gone, over, windows, window), NULL);
    return make_part(r->g, nowhere, make_max(r->g, nowhere, x, gone, over, windows, window), 0);
}

static Node *random_softmax(RandomGraph *r, Node *x)
{
    const char *over[MAX_AXES];
    Shape some = some_axes(r, &x->shape, 0.6);
    if (!some.rank)
        return NULL;
    x = make_softmax(r->g, nowhere, x, names_of(&some, over), over);
    return chance(r, 0.3) ? map(r, FN_log, x, NULL) : x;
}

/* Normalisation by the moments per some axes; the running mean follows. */
static Node *random_moments(RandomGraph *r, Node *x)
{
    if (r->cell)
        return NULL; /* of the batch: not in a body */
    const char *per[MAX_AXES];
    Shape some = some_axes(r, &x->shape, 0.5);
    Node *moments = make_moments(r->g, nowhere, x, names_of(&some, per), per);
    Node *mean = make_part(r->g, nowhere, moments, 0);
    Node *variance = make_part(r->g, nowhere, moments, 1);
    if (chance(r, 0.5)) {
        Node *running = weight(r, mean->shape, false);
        Node *next = map(r, FN_add, map(r, FN_mul, running, number(r, 0.75)),
                         map(r, FN_mul, chance(r, 0.5) ? mean : variance, number(r, 0.25)));
        graph_result(r->g, RESULT_STATE, running->weight->name, running->weight, next);
    }
    Node *scale = map(r, FN_sqrt, map(r, FN_add, variance, number(r, 0.125)), NULL);
    return map(r, FN_div, map(r, FN_sub, x, mean), scale);
}

/* ---------------------------------------------------------------- moves */

static Node *random_reshape(RandomGraph *r, Node *x)
{
    const char *merged[MAX_AXES];
    Shape some = some_axes(r, &x->shape, 0.7), to = { 0 };
    int count = (int)shape_count(&some);
    for (int size = 2; size < 6 && to.rank < 2 && x->shape.rank < MAX_AXES - 2; size++)
        if (count % size == 0 && chance(r, 0.5)) {
            shape_add(&to, fresh_axis(r, &x->shape, &to, size));
            count /= size;
        }
    if (x->shape.rank + to.rank - some.rank >= MAX_AXES)
        return NULL;
    shape_add(&to, fresh_axis(r, &x->shape, &to, count));
    return make_reshape(r->g, nowhere, x, names_of(&some, merged), merged, to);
}

static Node *random_slice(RandomGraph *r, Node *x)
{
    Along along[MAX_AXES];
    Shape some = some_axes(r, &x->shape, 0.5);
    for (int i = 0; i < some.rank; i++) {
        int size = some.axis[i].size, lo = pick(r, 0, size - 1);
        along[i] = (Along){ .axis = some.axis[i].name, .lo = lo, .hi = pick(r, lo + 1, size) };
        along[i].stride = pick(r, 1, chance(r, 0.5) ? 1 : 3);
    }
    return some.rank ? make_slice(r->g, nowhere, x, some.rank, along) : NULL;
}

static Node *random_pad(RandomGraph *r, Node *x)
{
    Along along[MAX_AXES];
    Shape some = some_axes(r, &x->shape, 0.5);
    for (int i = 0; i < some.rank; i++) {
        along[i] = (Along){ .axis = some.axis[i].name, .lo = pick(r, 0, 2), .hi = pick(r, 0, 2) };
        along[i].dilation = pick(r, 1, chance(r, 0.6) ? 1 : 3);
    }
    if (!some.rank || shape_count(&x->shape) > MOST_ELEMENTS / 8)
        return NULL;
    return make_pad(r->g, nowhere, x, some.rank, along);
}

/* Pieces of x, one behind the other in another order, some changed. */
static Node *random_join(RandomGraph *r, Node *x)
{
    Node *piece[3];
    int axis = pick(r, 0, x->shape.rank - 1), pieces = pick(r, 1, 3);
    if (x->shape.rank == 0 || x->shape.axis[axis].size == BATCH ||
        shape_count(&x->shape) * pieces > MOST_ELEMENTS)
        return NULL;
    for (int i = 0; i < pieces; i++) {
        int size = x->shape.axis[axis].size, lo = pick(r, 0, size - 1);
        Along along = { .axis = x->shape.axis[axis].name, .lo = lo, .hi = pick(r, lo + 1, size) };
        piece[i] = make_slice(r->g, nowhere, x, 1, &along);
        if (chance(r, 0.5))
            piece[i] = random_unary(r, piece[i]);
    }
    return make_join(r->g, nowhere, x->shape.axis[axis].name, pieces, piece);
}

static Node *random_reverse(RandomGraph *r, Node *x)
{
    int axis = pick(r, 0, x->shape.rank - 1);
    if (x->shape.rank == 0 || x->shape.axis[axis].size == BATCH)
        return NULL;
    return make_reverse(r->g, nowhere, x, x->shape.axis[axis].name);
}

/* Values behind an example's own length, which a weight and its first value give, are others. */
static Node *random_mask(RandomGraph *r, Node *x)
{
    int axis = pick(r, 0, x->shape.rank - 1),
        size = x->shape.rank ? x->shape.axis[axis].size : BATCH;
    const char *over[MAX_AXES];
    if (size == BATCH || !shape_batched(&x->shape))
        return NULL;
    Shape rest = { 0 };
    for (int i = 1; i < x->shape.rank; i++)
        shape_add(&rest, x->shape.axis[i]);
    Node *length = make_mean(r->g, nowhere, x, names_of(&rest, over), over, 0, NULL);
    length = map(r, FN_mul, map(r, FN_add, map(r, FN_sin, length, NULL), number(r, 1.2)),
                 number(r, 0.5 * size));
    length = make_expand(r->g, nowhere, make_stop(r->g, nowhere, length), x->shape);
    Node *at = make_index(r->g, nowhere, x->shape.axis[axis].name, size);
    Node *other = number(r, chance(r, 0.5) ? 0 : -30), *kept = map(r, FN_gt, length, at);
    x = make_map(r->g, nowhere, FN_select, kept, x, other);
    return chance(r, 0.5) ? make_softmax(r->g, nowhere, x, 1, &at->name) : x;
}

/* ---------------------------------------------------------------- scans */

static Node *random_step(RandomGraph *r);

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

/* The value of a state in the next step: the latest value of its shape, held between -1 and 1. */
static Node *next_value(RandomGraph *r, Node *state, Node *x)
{
    for (int i = r->count - 1; i >= 0; i--)
        if (shape_equal(&r->pool[i]->shape, &state->shape) && r->pool[i]->op != OP_input)
            return map(r, FN_tanh, r->pool[i], NULL);
    return map(r, FN_tanh, map(r, FN_add, state, map(r, FN_mul, x, number(r, 0.7))), NULL);
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
        Node *places = weight(r, own, true);
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

/* A recurrence along an axis of x; in a body, a scan in a scan. */
static Node *random_scan(RandomGraph *r, Node *x)
{
    int at = pick(r, 0, x->shape.rank - 1);
    Axis axis = x->shape.rank ? x->shape.axis[at] : (Axis){ "batch", BATCH };
    if (axis.size == BATCH || axis.size > 9 || !shape_batched(&x->shape) || r->scans >= 3 ||
        (r->cell && r->cell->around) || shape_count(&x->shape) > 1500 || r->model.weights > 24)
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

static Node *random_step(RandomGraph *r)
{
    static Node *(*const step[])(RandomGraph *, Node *) = {
        random_unary,     random_unary,       random_binary,      random_binary,
        random_source,    random_product,     random_product,     random_product,
        random_pair,      random_convolution, random_convolution, random_convolution,
        random_reduction, random_softmax,     random_reduction,   random_moments,
        random_reshape,   random_slice,       random_pad,         random_join,
        random_reverse,   random_mask,        random_scan,        random_scan,
    };
    int kind = pick(r, 0, (int)(sizeof step / sizeof *step) - 1);
    Node *x = r->large && !r->cell && chance(r, 0.3) ? random_convolution(r, r->pool[0])
                                                     : step[kind](r, any(r));
    if (!x || shape_count(&x->shape) > MOST_ELEMENTS)
        return NULL;
    return chance(r, 0.25) ? map(r, FN_tanh, x, NULL) : x;
}

/* ---------------------------------------------------------------- whole graphs */

/* The mean of a node over all but the batch, for every example. */
static Node *mean_of_example(RandomGraph *r, Node *x)
{
    const char *over[MAX_AXES];
    Shape rest = { 0 }, batch = { 1, { { "batch", BATCH } } };
    for (int i = shape_batched(&x->shape); i < x->shape.rank; i++)
        shape_add(&rest, x->shape.axis[i]);
    x = make_mean(r->g, nowhere, x, names_of(&rest, over), over, 0, NULL);
    return shape_batched(&x->shape) ? x : make_expand(r->g, nowhere, x, batch);
}

/* loss: the mean of every node that nothing uses, and the output's distance from the target. */
static void finish(RandomGraph *r, Node *output)
{
    Shape batch = { 1, { { "batch", BATCH } } }, plain = { 0 };
    output = widen(r, output, &batch);
    for (int i = 1; i < output->shape.rank; i++)
        shape_add(&plain, output->shape.axis[i]);
    Node *far = map(r, FN_sub, output, make_source(r, "target", plain));
    Node *loss = mean_of_example(r, map(r, FN_mul, far, far));
    for (int i = 0; i < r->count; i++)
        if (!r->used[i])
            loss = map(r, FN_add, loss, mean_of_example(r, map(r, FN_sin, r->pool[i], NULL)));
    graph_result(r->g, RESULT_VALUE, "output", NULL, output);
    graph_result(r->g, RESULT_VALUE, "loss", NULL, loss);
    r->model.weight = r->weight;
    graph_check(r->g, "building");
}

/* Results that are inputs, weights, or other looks at their memory. */
static Node *special_output(RandomGraph *r, int form)
{
    static const char *const merged[] = { "time", "freq" };
    Shape flat = { 1, { { "flat", 12 } } }, wide = { 1, { { "channel", 2 } } };
    Along slice[] = { { .axis = "freq", .lo = 1, .hi = 4, .stride = 2 },
                      { .axis = "time", .lo = 2, .hi = 3 } };
    switch (form) {
    case 0: return r->pool[0];
    case 1: return make_slice(r->g, nowhere, r->pool[0], 2, slice);
    case 2: return make_reshape(r->g, nowhere, r->pool[1], 2, merged, flat);
    default: return widen(r, make_reverse(r->g, nowhere, r->pool[1], "time"), &wide);
    }
}

RandomGraph *random_graph(Arena *arena, const char *name, uint64_t seed)
{
    static const Shape image = { 2, { { "freq", 4 }, { "time", 3 } } };
    RandomGraph *r = arena_alloc(arena, sizeof *r);
    *r = (RandomGraph){ .arena = arena, .seed = seed, .g = graph_create(arena, name) };
    if (seed >= CONVOLUTION_GRAPHS) {
        const int row = (int)(seed - CONVOLUTION_GRAPHS);
        finish(r, convolution_output(r, make_source(r, "features", convolution_input(row)), row));
        return r;
    }
    bool special = seed < SPECIAL_GRAPHS;
    r->large = !special && seed % 2;
    for (int i = 0; i < 2; i++) {
        Shape shape = image;
        shape.rank = special ? 2 : 0;
        if (r->large && !i)
            shape = (Shape){ 3,
                             { { "freq", pick(r, 5, 11) },
                               { "time", pick(r, 4, 9) },
                               { "channel", pick_size(r) } } };
        int rank = special ? 0 : pick(r, 1, 3);
        while (shape.rank < rank)
            shape_add(&shape, fresh_axis(r, &shape, &shape, pick_size(r)));
        if (shape_count(&shape) > MOST_ELEMENTS)
            shape.rank = 2;
        r->pool[r->count++] = i ? weight(r, shape, true) : make_source(r, "features", shape);
    }
    int steps = special ? 0 : pick(r, 3, r->large ? 10 : 16);
    for (int tries = 0; r->count < steps + 2 && tries < 200 && r->model.weights < 40; tries++) {
        r->touches = 0;
        Node *x = random_step(r);
        if (!x)
            continue;
        for (int i = 0; i < r->touches && i < 2; i++)
            r->used[r->touched[i]] = true;
        r->pool[r->count++] = x;
    }
    finish(r, special ? special_output(r, (int)seed) : r->pool[pick(r, 0, r->count - 1)]);
    return r;
}
