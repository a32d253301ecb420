/* simplify_move.c: rules of products, sums and the operators that move elements. */
#include "simplify.h"

#include <string.h>

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

Node *simplify_dot(Simplify *s, Node *n)
{
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

/* sum(reshape(x)) over all axes made is the sum over the axes merged. */
static Node *sum_of_reshape(Simplify *s, Node *n)
{
    Node *r = n->operand[0];
    const char *axis[MAX_AXES];
    int count = 0;
    for (int i = 0; i < r->to.rank; i++)
        if (!names_have(n->axes, n->axis, r->to.axis[i].name))
            return NULL;
    for (int i = 0; i < n->axes; i++)
        if (shape_find(&r->to, n->axis[i]) < 0)
            axis[count++] = n->axis[i];
    for (int i = 0; i < r->axes; i++)
        axis[count++] = r->axis[i];
    return reduced_sum(s, r->operand[0], count, axis);
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

static Node *sum_of_product(Simplify *s, Node *n)
{
    Node *factor = NULL, *rest = take_factors(s, n->operand[0], n, &factor);
    if (!factor)
        return NULL;
    Node *sum = reduced_sum(s, rest, n->axes, n->axis);
    if (!shape_equal(&sum->shape, &n->shape))
        return NULL;
    return reduced_map(s, FN_mul, sum, factor);
}

/* A sum over axes of size 1 only drops them. */
static Node *drop_single_axes(Simplify *s, Node *n)
{
    const char *single[MAX_AXES], *summed[MAX_AXES];
    int singles = 0;
    for (int i = 0; i < n->axes; i++)
        if (shape_size(&n->operand[0]->shape, n->axis[i]) == 1)
            single[singles++] = n->axis[i];
    if (!singles)
        return NULL;
    int sums = without(n->axes, n->axis, singles, single, summed);
    Node *x = make_reshape(s->g, s->place, n->operand[0], singles, single, (Shape){ 0 });
    return reduced_sum(s, reduce(s, x), sums, summed);
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
    if (x->op == OP_reshape)
        return sum_of_reshape(s, n);
    if (x->op == OP_sum)
        return sum_of_sum(s, n);
    if (x->op == OP_reverse && names_have(n->axes, n->axis, x->name))
        return reduced_sum(s, x->operand[0], n->axes, n->axis);
    if (is_map(x, FN_neg))
        return reduced_map(s, FN_neg, reduced_sum(s, x->operand[0], n->axes, n->axis), NULL);
    return sum_of_product(s, n);
}

/* ---------------------------------------------------------------- reshape, expand */

bool is_order(const Node *n)
{
    if (n->op != OP_reshape || n->axes != n->to.rank)
        return false;
    for (int i = 0; i < n->axes; i++)
        if (strcmp(n->axis[i], n->to.axis[i].name))
            return false;
    return true;
}

/* What the inner reshape made is what the outer one merges, in the same order. */
static bool continues(const Node *outer, const Node *inner)
{
    if (outer->axes != inner->to.rank)
        return false;
    for (int i = 0; i < outer->axes; i++)
        if (strcmp(outer->axis[i], inner->to.axis[i].name))
            return false;
    return true;
}

Node *simplify_reshape(Simplify *s, Node *n)
{
    Node *x = n->operand[0];
    if (is_order(n) && shape_equal(&n->shape, &x->shape))
        return x;
    if (is_order(n) && is_order(x))
        return reduce(s, make_order(s->g, s->place, x->operand[0], &n->shape));
    if (is_order(n) && x->op == OP_expand)
        return reduced_expand(s, x->operand[0], &n->shape);
    if (is_order(n) && x->op == OP_dot && !x->alongs) {
        Node *turned = make_dot(s->g, s->place, x->operand[1], x->operand[0], x->axes, x->axis, 0,
                                NULL);
        return shape_equal(&turned->shape, &n->shape) ? reduce(s, turned) : NULL;
    }
    if (x->op == OP_reshape && continues(n, x))
        return reduce(s, make_reshape(s->g, s->place, x->operand[0], x->axes, x->axis, n->to));
    return NULL;
}

Node *simplify_expand(Simplify *s, Node *n)
{
    Node *x = n->operand[0];
    if (shape_equal(&x->shape, &n->shape))
        return x;
    if (x->op == OP_expand || is_order(x))
        return reduced_expand(s, x->operand[0], &n->shape);
    return NULL;
}

/* ---------------------------------------------------------------- slice */

/* Slices each operand that has the axes instead: the map is worked out where it is needed. */
static Node *slice_of_map(Simplify *s, Node *n)
{
    Node *x = n->operand[0], *operand[3] = { NULL };
    for (int i = 0; i < x->operands; i++) {
        Along along[MAX_AXES];
        int count = 0;
        for (int j = 0; j < n->alongs; j++)
            if (shape_find(&x->operand[i]->shape, n->along[j].axis) >= 0)
                along[count++] = n->along[j];
        operand[i] = x->operand[i];
        if (count)
            operand[i] = reduce(s, make_slice(s->g, s->place, operand[i], count, along));
    }
    return reduce(s, make_map(s->g, s->place, x->function, operand[0], operand[1], operand[2]));
}

/* A slice within what is padded is a slice of it; along other axes the two change places. */
static Node *slice_of_pad(Simplify *s, Node *n)
{
    Node *x = n->operand[0];
    Along slice[MAX_AXES], pad[MAX_AXES];
    int slices = 0, pads = 0;
    bool any = false;
    for (int i = 0; i < n->alongs; i++) {
        const Along *a = &n->along[i], *p = along_find(x, a->axis);
        Along moved = *a;
        if (p) {
            int end = shape_size(&x->shape, a->axis) - p->hi;
            if (a->lo < p->lo || a->hi > end || a->stride % p->dilation ||
                (a->lo - p->lo) % p->dilation)
                return NULL;
            moved.lo = (a->lo - p->lo) / p->dilation;
            moved.hi = (a->hi - p->lo - 1) / p->dilation + 1;
            moved.stride = a->stride / p->dilation;
            any = true;
        }
        slice[slices++] = moved;
    }
    for (int i = 0; i < x->alongs; i++)
        if (!along_find(n, x->along[i].axis))
            pad[pads++] = x->along[i];
    if (!any)
        return NULL;
    Node *y = reduce(s, make_slice(s->g, s->place, x->operand[0], slices, slice));
    return pads ? reduce(s, make_pad(s->g, s->place, y, pads, pad)) : y;
}

/* A slice of one joined part. */
static Node *slice_of_join(Simplify *s, Node *n)
{
    Node *x = n->operand[0];
    Along along[MAX_AXES], *a = NULL;
    for (int i = 0; i < n->alongs; i++) {
        along[i] = n->along[i];
        if (!strcmp(along[i].axis, x->name))
            a = &along[i];
    }
    for (int i = 0, lo = 0; a && i < x->operands; i++) {
        int hi = lo + shape_size(&x->operand[i]->shape, x->name);
        if (a->lo >= lo && a->hi <= hi) {
            a->lo -= lo;
            a->hi -= lo;
            return reduce(s, make_slice(s->g, s->place, x->operand[i], n->alongs, along));
        }
        lo = hi;
    }
    return NULL;
}

static Node *drop_whole_slices(Simplify *s, Node *n)
{
    Along kept[MAX_AXES];
    int keeps = 0;
    for (int i = 0; i < n->alongs; i++) {
        const Along *a = &n->along[i];
        if (a->lo || a->stride > 1 || a->hi < shape_size(&n->operand[0]->shape, a->axis))
            kept[keeps++] = *a;
    }
    if (keeps == n->alongs)
        return NULL;
    return keeps ? reduce(s, make_slice(s->g, s->place, n->operand[0], keeps, kept))
                 : n->operand[0];
}

/* The axes an expansion added are expanded to the new size. */
static Node *slice_of_expand(Simplify *s, Node *n)
{
    Node *x = n->operand[0], *y = x->operand[0];
    Along along[MAX_AXES];
    int count = 0;
    for (int i = 0; i < n->alongs; i++)
        if (shape_find(&y->shape, n->along[i].axis) >= 0)
            along[count++] = n->along[i];
    if (count)
        y = reduce(s, make_slice(s->g, s->place, y, count, along));
    return reduced_expand(s, y, &n->shape);
}

Node *simplify_slice(Simplify *s, Node *n)
{
    Node *whole = drop_whole_slices(s, n);
    if (whole)
        return whole;
    switch (n->operand[0]->op) {
    case OP_map: return slice_of_map(s, n);
    case OP_pad: return slice_of_pad(s, n);
    case OP_join: return slice_of_join(s, n);
    case OP_expand: return slice_of_expand(s, n);
    default: return NULL;
    }
}

/* ---------------------------------------------------------------- pad, join, reverse, stop */

Node *simplify_pad(Simplify *s, Node *n)
{
    Along kept[MAX_AXES];
    int keeps = 0;
    for (int i = 0; i < n->alongs; i++) {
        const Along *a = &n->along[i];
        bool spreads = a->dilation > 1 && shape_size(&n->operand[0]->shape, a->axis) > 1;
        if (a->lo || a->hi || spreads)
            kept[keeps++] = *a;
    }
    if (keeps == n->alongs)
        return NULL;
    return keeps ? reduce(s, make_pad(s->g, s->place, n->operand[0], keeps, kept)) : n->operand[0];
}

Node *simplify_join(Simplify *s, Node *n)
{
    (void)s;
    return n->operands == 1 ? n->operand[0] : NULL;
}

Node *simplify_reverse(Simplify *s, Node *n)
{
    Node *x = n->operand[0];
    if (shape_size(&x->shape, n->name) == 1)
        return x;
    if (x->op == OP_reverse && !strcmp(x->name, n->name))
        return x->operand[0];
    if (x->op == OP_expand && names_have(x->axes, x->axis, n->name))
        return x;
    (void)s;
    return NULL;
}

/* It only matters to grad. */
Node *simplify_stop(Simplify *s, Node *n)
{
    return s->differentiated ? n->operand[0] : NULL;
}
