/* simplify_move.c: rules of the operators that move elements. */
#include "simplify.h"

#include <string.h>

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

/* Whether a slice of x meets, through maps, a pad or join that it may undo. */
static bool undoes(const Node *slice, const Node *x, int depth)
{
    if (x->op == OP_join)
        return along_find(slice, x->name) != NULL;
    for (int i = 0; x->op == OP_pad && i < x->alongs; i++)
        if (along_find(slice, x->along[i].axis))
            return true;
    for (int i = 0; x->op == OP_map && depth && i < x->operands; i++)
        if (undoes(slice, x->operand[i], depth - 1))
            return true;
    return false;
}

/* Slices each operand that has the axes instead, if that leads to a pad or join. */
static Node *slice_of_map(Simplify *s, Node *n)
{
    Node *x = n->operand[0], *operand[3] = { NULL };
    if (!undoes(n, x, 8))
        return NULL;
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

/* What slice a, by single steps, leaves of n elements padded by p: *first to *last, padded anew. */
static Along cut_pad(const Along *a, const Along *p, int n, int *first, int *last)
{
    *first = a->lo > p->lo ? (a->lo - p->lo + p->dilation - 1) / p->dilation : 0;
    *last = a->hi > p->lo ? (a->hi - 1 - p->lo) / p->dilation : -1;
    if (*last >= n)
        *last = n - 1;
    Along pad = { .axis = a->axis, .dilation = p->dilation };
    pad.lo = p->lo + *first * p->dilation - a->lo;
    pad.hi = a->hi - 1 - p->lo - *last * p->dilation;
    return pad;
}

/* Takes what is sliced off away from the padding and, beyond it, from what is padded. */
static Node *slice_of_pad(Simplify *s, Node *n)
{
    Node *x = n->operand[0];
    Along slice[MAX_AXES], pad[MAX_AXES];
    int slices = 0, pads = 0;
    for (int i = 0; i < n->alongs; i++) {
        const Along *a = &n->along[i], *p = along_find(x, a->axis);
        int first, last;
        if (!p) {
            slice[slices++] = *a;
            continue;
        }
        if (a->stride != 1)
            return NULL;
        pad[pads++] = cut_pad(a, p, shape_size(&x->operand[0]->shape, a->axis), &first, &last);
        if (first > last)
            return NULL;
        slice[slices++] = (Along){ .axis = a->axis, .lo = first, .hi = last + 1 };
    }
    for (int i = 0; i < x->alongs; i++)
        if (!along_find(n, x->along[i].axis))
            pad[pads++] = x->along[i];
    Node *y = reduce(s, make_slice(s->g, s->place, x->operand[0], slices, slice));
    return reduce(s, make_pad(s->g, s->place, y, pads, pad));
}

/* The spread gradient of a strided slice, sliced as it was. */
static Node *slice_of_spread(Simplify *s, Node *n)
{
    Node *x = n->operand[0];
    if (n->alongs != x->alongs)
        return NULL;
    for (int i = 0; i < n->alongs; i++) {
        const Along *a = &n->along[i], *p = along_find(x, a->axis);
        if (!p || a->lo != p->lo || a->stride != p->dilation)
            return NULL;
    }
    (void)s;
    return shape_equal(&x->operand[0]->shape, &n->shape) ? x->operand[0] : NULL;
}

/* A slice along axes that a kernel slides over needs only a slice of what it slides over. */
static Node *slice_of_dot(Simplify *s, Node *n)
{
    Node *x = n->operand[0];
    Along slice[MAX_AXES];
    for (int i = 0; i < n->alongs; i++) {
        const Along *a = &n->along[i], *k = along_find(x, a->axis);
        if (!k || a->stride != 1)
            return NULL;
        int span = (k->size - 1) * k->dilation + 1;
        slice[i] = (Along){ .axis = a->axis, .lo = a->lo * k->stride };
        slice[i].hi = (a->hi - 1) * k->stride + span;
    }
    Node *a = reduce(s, make_slice(s->g, s->place, x->operand[0], n->alongs, slice));
    return reduce(
        s, make_dot(s->g, s->place, a, x->operand[1], x->axes, x->axis, x->alongs, x->along));
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
    case OP_pad: {
        Node *same = slice_of_spread(s, n);
        return same ? same : slice_of_pad(s, n);
    }
    case OP_dot: return slice_of_dot(s, n);
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

/* A join of joins is one join. */
Node *simplify_join(Simplify *s, Node *n)
{
    int count = 0;
    if (n->operands == 1)
        return n->operand[0];
    for (int i = 0; i < n->operands; i++) {
        const Node *x = n->operand[i];
        count += x->op == OP_join && !strcmp(x->name, n->name) ? x->operands : 1;
    }
    if (count == n->operands)
        return NULL;
    Node **operand = arena_alloc(s->g->arena, sizeof *operand * (size_t)count);
    count = 0;
    for (int i = 0; i < n->operands; i++) {
        Node *x = n->operand[i];
        bool flat = x->op == OP_join && !strcmp(x->name, n->name);
        for (int j = 0; j < (flat ? x->operands : 1); j++)
            operand[count++] = flat ? x->operand[j] : x;
    }
    return reduce(s, make_join(s->g, s->place, n->name, count, operand));
}

static bool is_plain_pad(const Node *n)
{
    return n->op == OP_pad && n->alongs == 1 && n->along[0].dilation == 1;
}

/* The sum of two neighbours padded with zeros, as the gradients of slices are, is their join. */
Node *join_of_pads(Simplify *s, Node *a, Node *b)
{
    if (!is_plain_pad(a) || !is_plain_pad(b) || strcmp(a->along->axis, b->along->axis))
        return NULL;
    const char *axis = a->along->axis;
    if (a->along->lo > b->along->lo) {
        Node *other = a;
        a = b;
        b = other;
    }
    int size = shape_size(&a->shape, axis);
    if (!shape_equal(&a->shape, &b->shape) || size - a->along->hi != b->along->lo)
        return NULL;
    Node *both[] = { a->operand[0], b->operand[0] };
    Along pad = { .axis = axis, .lo = a->along->lo, .hi = b->along->hi };
    Node *join = reduce(s, make_join(s->g, s->place, axis, 2, both));
    return reduce(s, make_pad(s->g, s->place, join, 1, &pad));
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
