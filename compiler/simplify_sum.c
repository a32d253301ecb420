/* simplify_sum.c: rules of products and sums; what does not vary along summed axes leaves the sum. */
#include "simplify.h"

/* Whether any of the names is an axis of x. */
static bool has_any(const Node *x, int count, const char *const *axis)
{
    for (int i = 0; i < count; i++)
        if (shape_find(&x->shape, axis[i]) >= 0)
            return true;
    return false;
}

/* Splits names into those in `other` and those not; returns how many are not. */
static int without(int count, const char *const *axis, int others, const char *const *other,
                   const char **left)
{
    int kept = 0;
    for (int i = 0; i < count; i++)
        if (!names_have(others, other, axis[i]))
            left[kept++] = axis[i];
    return kept;
}

/* ---------------------------------------------------------------- dot */

/* A kernel of one tap, moved by single steps, is no kernel: its axis of size 1 is left out. */
static Node *drop_single_taps(Simplify *s, Node *n)
{
    const char *single[MAX_AXES];
    Along kept[MAX_AXES];
    int singles = 0, keeps = 0;
    for (int i = 0; i < n->alongs; i++)
        if (n->along[i].size == 1 && n->along[i].stride == 1)
            single[singles++] = n->along[i].axis;
        else
            kept[keeps++] = n->along[i];
    if (!singles)
        return NULL;
    Node *b = reduce(s, make_reshape(s->g, s->place, n->operand[1], singles, single, (Shape){ 0 }));
    return reduce(s, make_dot(s->g, s->place, n->operand[0], b, n->axes, n->axis, keeps, kept));
}

/* dot(pad(x), y) over a padded axis: zeros add nothing, so y is sliced; also through a reshape of
 * other axes. */
static Node *dot_of_pad(Simplify *s, Node *n, int side)
{
    Node *x = n->operand[side], *reshape = x->op == OP_reshape ? x : NULL, *both[2];
    Node *pad = reshape ? reshape->operand[0] : x;
    Along kept[MAX_AXES], slice[MAX_AXES];
    int keeps = 0, slices = 0;
    if (pad->op != OP_pad)
        return NULL;
    for (int i = 0; i < pad->alongs; i++) {
        const Along *p = &pad->along[i];
        bool merged = reshape && names_have(reshape->axes, reshape->axis, p->axis);
        if (merged || p->dilation > 1 || !names_have(n->axes, n->axis, p->axis))
            kept[keeps++] = *p;
        else
            slice[slices++] = (Along){ .axis = p->axis,
                                       .lo = p->lo,
                                       .hi = shape_size(&pad->shape, p->axis) - p->hi };
    }
    if (!slices)
        return NULL;
    x = pad->operand[0];
    if (keeps)
        x = reduce(s, make_pad(s->g, s->place, x, keeps, kept));
    if (reshape)
        x = reduce(s, make_reshape(s->g, s->place, x, reshape->axes, reshape->axis, reshape->to));
    both[side] = x;
    both[1 - side] = reduce(s, make_slice(s->g, s->place, n->operand[1 - side], slices, slice));
    return reduce(
        s, make_dot(s->g, s->place, both[0], both[1], n->axes, n->axis, n->alongs, n->along));
}

Node *simplify_dot(Simplify *s, Node *n)
{
    for (int side = 0; side < 2; side++) {
        Node *better = dot_of_pad(s, n, side);
        if (better)
            return better;
    }
    if (n->alongs)
        return drop_single_taps(s, n);
    if (n->axes)
        return NULL;
    Node *a = reduced_expand(s, n->operand[0], &n->shape);
    return reduced_map(s, FN_mul, a, n->operand[1]);
}

/* ---------------------------------------------------------------- sum */

/* Multiplies by the number of times an expanded element is summed. */
static Node *times_count(Simplify *s, Node *x, const Shape *expanded, int count,
                         const char *const *axis)
{
    double times = 1;
    bool batch = false;
    for (int i = 0; i < count; i++)
        if (shape_size(expanded, axis[i]) == BATCH)
            batch = true;
        else
            times *= shape_size(expanded, axis[i]);
    x = reduced_map(s, FN_mul, x, reduced_number(s, times));
    return batch ? reduced_map(s, FN_mul, x, reduce(s, make_count(s->g, s->place))) : x;
}

/* sum(expand(x)): the axes added and summed are a factor; those only summed are summed before. */
static Node *sum_of_expand(Simplify *s, Node *n)
{
    Node *e = n->operand[0];
    const char *summed[MAX_AXES], *counted[MAX_AXES];
    int sums = without(n->axes, n->axis, e->axes, e->axis, summed);
    int counts = without(n->axes, n->axis, sums, summed, counted);
    Node *x = reduced_sum(s, e->operand[0], sums, summed);
    return reduced_expand(s, times_count(s, x, &e->shape, counts, counted), &n->shape);
}

/* sum(pad(x)): zeros add nothing. */
static Node *sum_of_pad(Simplify *s, Node *n)
{
    Node *pad = n->operand[0];
    Along kept[MAX_AXES];
    int keeps = 0;
    for (int i = 0; i < pad->alongs; i++)
        if (!names_have(n->axes, n->axis, pad->along[i].axis))
            kept[keeps++] = pad->along[i];
    Node *sum = reduced_sum(s, pad->operand[0], n->axes, n->axis);
    return keeps ? reduce(s, make_pad(s->g, s->place, sum, keeps, kept)) : sum;
}

static Node *sum_of_sum(Simplify *s, Node *n)
{
    Node *inner = n->operand[0];
    const char *axis[MAX_AXES];
    int count = 0;
    for (int i = 0; i < inner->axes; i++)
        axis[count++] = inner->axis[i];
    for (int i = 0; i < n->axes; i++)
        axis[count++] = n->axis[i];
    return inner->alongs ? NULL : reduced_sum(s, inner->operand[0], count, axis);
}

/* sum(unmax(where, dy)) over all axes of its windows: every element of dy comes in once, wherever it goes. */
static Node *sum_of_unmax(Simplify *s, Node *n)
{
    Node *unmax = n->operand[0];
    const char *axis[MAX_AXES];
    for (int i = 0; i < unmax->alongs; i++)
        if (!names_have(n->axes, n->axis, unmax->along[i].axis))
            return NULL;
    const int axes = without(n->axes, n->axis, unmax->axes, unmax->axis, axis);
    if (n->axes - axes != unmax->axes)
        return NULL;
    return reduced_sum(s, unmax->operand[1], axes, axis);
}

/* Multiplies into *factor (NULL: 1) a product's factors that do not vary along the axes summed;
 * returns the rest of the product. */
static Node *take_factors(Simplify *s, Node *x, const Node *sum, Node **factor)
{
    if (!is_map(x, FN_mul))
        return x;
    for (int i = 0; i < 2; i++) {
        Node *f = x->operand[i], *rest = x->operand[1 - i];
        if (!shape_equal(&rest->shape, &x->shape))
            continue;
        if (!has_any(f, sum->axes, sum->axis)) {
            Node *both = f;
            if (*factor && !shape_has_all(&(*factor)->shape, &f->shape) &&
                !shape_has_all(&f->shape, &(*factor)->shape))
                continue;
            if (*factor)
                both = reduced_map(s, FN_mul, *factor, f);
            *factor = both;
            return take_factors(s, rest, sum, factor);
        }
        Node *less = take_factors(s, rest, sum, factor);
        if (less != rest)
            return i ? reduced_map(s, FN_mul, less, f) : reduced_map(s, FN_mul, f, less);
    }
    return x;
}

/* Is it a product of products, more than `most` of them inside one another? */
static bool long_product(const Node *x, int most)
{
    return is_map(x, FN_mul) && (most == 0 || long_product(x->operand[0], most - 1) ||
                                 long_product(x->operand[1], most - 1));
}

/* Long products stay: each of their parts may be summed, too, and the graph would grow with the
 * square of their length. */
static Node *sum_of_product(Simplify *s, Node *n)
{
    enum { LONG = 6 };
    if (long_product(n->operand[0], LONG))
        return NULL;
    Node *factor = NULL, *rest = take_factors(s, n->operand[0], n, &factor);
    if (!factor)
        return NULL;
    Node *sum = reduced_sum(s, rest, n->axes, n->axis);
    if (!shape_equal(&sum->shape, &n->shape))
        return NULL;
    return reduced_map(s, FN_mul, sum, factor);
}

/* A sum of single elements only drops their axes. */
static Node *drop_single_axes(Simplify *s, Node *n)
{
    for (int i = 0; i < n->axes; i++)
        if (shape_size(&n->operand[0]->shape, n->axis[i]) != 1)
            return NULL;
    return reduce(s, make_reshape(s->g, s->place, n->operand[0], n->axes, n->axis, (Shape){ 0 }));
}

/* Windows of one element, moved by single steps, are left out. */
static Node *drop_single_windows(Simplify *s, Node *n)
{
    Along kept[MAX_AXES];
    int keeps = 0;
    for (int i = 0; i < n->alongs; i++)
        if (n->along[i].size > 1 || n->along[i].stride > 1)
            kept[keeps++] = n->along[i];
    if (keeps == n->alongs)
        return NULL;
    Node *sum = make_sum(s->g, s->place, n->operand[0], n->axes, n->axis, keeps, kept);
    return sum == n->operand[0] ? sum : reduce(s, sum);
}

Node *simplify_sum(Simplify *s, Node *n)
{
    Node *x = n->operand[0], *better;
    if (n->alongs)
        return drop_single_windows(s, n);
    if ((better = drop_single_axes(s, n)))
        return better;
    if (x->op == OP_expand)
        return sum_of_expand(s, n);
    if (x->op == OP_pad)
        return sum_of_pad(s, n);
    if (x->op == OP_sum)
        return sum_of_sum(s, n);
    if (x->op == OP_unmax)
        return sum_of_unmax(s, n);
    if (x->op == OP_reverse && names_have(n->axes, n->axis, x->name))
        return reduced_sum(s, x->operand[0], n->axes, n->axis);
    if (is_map(x, FN_neg))
        return reduced_map(s, FN_neg, reduced_sum(s, x->operand[0], n->axes, n->axis), NULL);
    return sum_of_product(s, n);
}
