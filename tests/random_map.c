/* random_map.c: steps of random graphs: maps. */
#include "random_own.h"

/* x * x + 0.5 */
static Node *positive(RandomGraph *r, Node *x)
{
    return map(r, FN_add, map(r, FN_mul, x, x), number(r, 0.5));
}

Node *random_unary(RandomGraph *r, Node *x)
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
Node *random_widened(RandomGraph *r, Node *x, const Shape *y)
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

Node *random_binary(RandomGraph *r, Node *x)
{
    static const Function f[] = { FN_add, FN_sub, FN_mul, FN_mul, FN_max, FN_min };
    Node *y = chance(r, 0.6) ? random_operand(r) : random_weight(r, random_axes(r, &x->shape, 0.5));
    x = random_widened(r, x, &y->shape);
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
Node *random_source(RandomGraph *r, Node *x)
{
    if (r->cell && chance(r, 0.5))
        return NULL;
    int axis = pick(r, 0, x->shape.rank - 1);
    Shape shape = random_axes(r, &x->shape, 0.7);
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

/* Values behind an example's own length, which a weight and its first value give, are others. */
Node *random_mask(RandomGraph *r, Node *x)
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

/* [batch, axis] is 1 where f(position, length + shift) holds; position and length of an axis of x. */
static Node *mask_of(RandomGraph *r, const Axis *axis, Function f, double shift)
{
    const Shape shape = { 2, { { "batch", BATCH }, *axis } };
    Node *length = random_length(r, axis->size);
    Node *at = make_expand(r->g, nowhere, make_index(r->g, nowhere, axis->name, axis->size), shape);
    if (shift != 0)
        length = map(r, FN_add, length, number(r, shift));
    return map(r, f, at, length);
}

static Node *kept(RandomGraph *r, Node *mask, Node *x, double otherwise)
{
    return make_map(r->g, nowhere, FN_select, mask, x, number(r, otherwise));
}

/* An axis of variable length, as ragged.c puts it: what lies past the length is not felt. */
Node *random_ragged(RandomGraph *r, Node *x)
{
    const int at = pick(r, 0, x->shape.rank - 1);
    const Axis axis = x->shape.rank ? x->shape.axis[at] : (Axis){ "batch", BATCH };
    const char *over = axis.name;
    if (axis.size == BATCH || !shape_batched(&x->shape) || (r->cell && r->cell->around))
        return NULL;
    Node *mask = mask_of(r, &axis, FN_lt, 0);
    switch (pick(r, 0, 4)) {
    case 0: return kept(r, mask, x, 0);
    case 1: return make_softmax(r->g, nowhere, kept(r, mask, x, -1e30), 1, &over);
    case 2: {
        Node *mean = make_mean(r->g, nowhere, kept(r, mask, x, 0), 1, &over, 0, NULL);
        Node *share = map(r, FN_div, number(r, axis.size), random_length(r, axis.size));
        return map(r, FN_mul, mean, share);
    }
    case 3: {
        Node *max = make_max(r->g, nowhere, kept(r, mask, x, -1e30), 1, &over, 0, NULL);
        return make_part(r->g, nowhere, max, 0);
    }
    default: /* the last one */
        x = kept(r, mask_of(r, &axis, FN_eq, -1), x, 0);
        return make_sum(r->g, nowhere, x, 1, &over, 0, NULL);
    }
}
