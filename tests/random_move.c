/* random_move.c: steps of random graphs: what moves elements. */
#include "random_own.h"

Node *random_reshape(RandomGraph *r, Node *x)
{
    const char *merged[MAX_AXES];
    Shape some = random_axes(r, &x->shape, 0.7), to = { 0 };
    int count = (int)shape_count(&some);
    for (int size = 2; size < 6 && to.rank < 2 && x->shape.rank < MAX_AXES - 2; size++)
        if (count % size == 0 && chance(r, 0.5)) {
            shape_add(&to, random_axis(r, &x->shape, &to, size));
            count /= size;
        }
    if (x->shape.rank + to.rank - some.rank >= MAX_AXES)
        return NULL;
    shape_add(&to, random_axis(r, &x->shape, &to, count));
    return make_reshape(r->g, nowhere, x, names_of(&some, merged), merged, to);
}

Node *random_slice(RandomGraph *r, Node *x)
{
    Along along[MAX_AXES];
    Shape some = random_axes(r, &x->shape, 0.5);
    for (int i = 0; i < some.rank; i++) {
        int size = some.axis[i].size, lo = pick(r, 0, size - 1);
        along[i] = (Along){ .axis = some.axis[i].name, .lo = lo, .hi = pick(r, lo + 1, size) };
        along[i].stride = pick(r, 1, chance(r, 0.5) ? 1 : 3);
    }
    return some.rank ? make_slice(r->g, nowhere, x, some.rank, along) : NULL;
}

Node *random_pad(RandomGraph *r, Node *x)
{
    Along along[MAX_AXES];
    Shape some = random_axes(r, &x->shape, 0.5);
    for (int i = 0; i < some.rank; i++) {
        along[i] = (Along){ .axis = some.axis[i].name, .lo = pick(r, 0, 2), .hi = pick(r, 0, 2) };
        along[i].dilation = pick(r, 1, chance(r, 0.6) ? 1 : 3);
    }
    if (!some.rank || shape_count(&x->shape) > MOST_ELEMENTS / 8)
        return NULL;
    return make_pad(r->g, nowhere, x, some.rank, along);
}

/* Pieces of x, one behind the other in another order, some changed. */
Node *random_join(RandomGraph *r, Node *x)
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

Node *random_reverse(RandomGraph *r, Node *x)
{
    int axis = pick(r, 0, x->shape.rank - 1);
    if (x->shape.rank == 0 || x->shape.axis[axis].size == BATCH)
        return NULL;
    return make_reverse(r->g, nowhere, x, x->shape.axis[axis].name);
}
