/* random_sum.c: steps of random graphs: what sums: dots, reductions, softmax, moments. */
#include "random_own.h"

#include <math.h>
#include <stdlib.h>

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
Node *random_product(RandomGraph *r, Node *x)
{
    const char *over[MAX_AXES];
    Shape summed = random_axes(r, &x->shape, 0.6), shape = summed;
    for (int i = shape_batched(&x->shape); i < x->shape.rank; i++)
        if (shape_find(&shape, x->shape.axis[i].name) < 0 && chance(r, 0.2))
            shape_add(&shape, x->shape.axis[i]);
    int own = pick(r, 0, 2);
    for (int i = 0; i < own && shape.rank + x->shape.rank < MAX_AXES - 1; i++)
        shape_add(&shape, random_axis(r, &x->shape, &shape, random_size(r)));
    if (shape_count(&shape) > MOST_PRODUCTS)
        return NULL;
    if (chance(r, 0.3))
        random_order(r, &shape);
    Node *w = random_weight(r, shape);
    if (chance(r, 0.15))
        w = map(r, FN_tanh, w, NULL);
    bool swapped = chance(r, 0.25);
    return small_dot(r, make_dot(r->g, nowhere, swapped ? w : x, swapped ? x : w,
                                 names_of(&summed, over), over, 0, NULL));
}

/* The last axis of x is summed, a wide one comes instead. */
Node *random_dense(RandomGraph *r, Node *x)
{
    static const int wide[] = { 16, 20, 24, 32, 37, 48, 64 };
    if (x->shape.rank <= shape_batched(&x->shape) || x->shape.rank > 4)
        return NULL;
    const Axis last = x->shape.axis[x->shape.rank - 1];
    Shape shape = { 1, { last } };
    shape_add(&shape, random_axis(r, &x->shape, &shape, wide[pick(r, 0, 6)]));
    return small_dot(r,
                     make_dot(r->g, nowhere, x, random_weight(r, shape), 1, &last.name, 0, NULL));
}

/* As a cell's gates see the step and the state: values side by side, of which some are changed first. */
Node *random_gates(RandomGraph *r, Node *x)
{
    Node *y = random_operand(r);
    if (x == y || !shape_equal(&x->shape, &y->shape))
        return NULL;
    Node *piece[] = { chance(r, 0.7) ? random_unary(r, x) : x,
                      chance(r, 0.7) ? random_unary(r, y) : y };
    const int last = x->shape.rank - 1;
    if (last < 0 || x->shape.axis[last].size == BATCH || shape_count(&x->shape) > MOST_ELEMENTS / 8)
        return NULL;
    return random_dense(r, make_join(r->g, nowhere, x->shape.axis[last].name, 2, piece));
}

/* Slides a kernel along one or two axes, with or without padding. */
Node *random_convolution(RandomGraph *r, Node *x)
{
    Along pad[2], slide[2];
    Shape kernel = { 0 }, rest, slid = random_axes(r, &x->shape, 0.7);
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
        shape_add(&kernel, random_axis(r, &x->shape, &kernel, random_size(r)));
    if (chance(r, 0.2))
        random_order(r, &kernel);
    if (shape_count(&kernel) > MOST_PRODUCTS)
        return NULL;
    x = make_pad(r->g, nowhere, x, slides, pad);
    Node *w = random_weight(r, kernel);
    return small_dot(r, make_dot(r->g, nowhere, x, w, summed, over, slides, slide));
}

/* Of two nodes: some axes that both have are summed, the batch too. */
Node *random_pair(RandomGraph *r, Node *x)
{
    Node *y = random_operand(r);
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
Node *random_reduction(RandomGraph *r, Node *x)
{
    Along window[MAX_AXES];
    const char *over[MAX_AXES];
    Shape some = random_axes(r, &x->shape, 0.6);
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

Node *random_softmax(RandomGraph *r, Node *x)
{
    const char *over[MAX_AXES];
    Shape some = random_axes(r, &x->shape, 0.6);
    if (!some.rank)
        return NULL;
    x = make_softmax(r->g, nowhere, x, names_of(&some, over), over);
    return chance(r, 0.3) ? map(r, FN_log, x, NULL) : x;
}

/* Normalisation by the moments per some axes; the running mean follows. */
Node *random_moments(RandomGraph *r, Node *x)
{
    if (r->cell)
        return NULL; /* of the batch: not in a body */
    const char *per[MAX_AXES];
    Shape some = random_axes(r, &x->shape, 0.5);
    Node *moments = make_moments(r->g, nowhere, x, names_of(&some, per), per);
    Node *mean = make_part(r->g, nowhere, moments, 0);
    Node *variance = make_part(r->g, nowhere, moments, 1);
    if (chance(r, 0.5)) {
        Node *running = random_statistic(r, mean->shape);
        Node *next = map(r, FN_add, map(r, FN_mul, running, number(r, 0.75)),
                         map(r, FN_mul, chance(r, 0.5) ? mean : variance, number(r, 0.25)));
        graph_result(r->g, RESULT_STATE, running->weight->name, running->weight, next);
    }
    Node *scale = map(r, FN_sqrt, map(r, FN_add, variance, number(r, 0.125)), NULL);
    return map(r, FN_div, map(r, FN_sub, x, mean), scale);
}
