/* primitive_shape.c: primitives that move elements: reshape, expand, pad, slice, reverse, join,
 * split, last. */
#include "graph.h"
#include "resolve.h"

#include <string.h>

static int size_of(const Node *x, const char *axis)
{
    return x->shape.axis[shape_find(&x->shape, axis)].size;
}

/* The bracket's only axis, without a size, present in x; NULL and an error otherwise. */
static const char *only_axis(Call *call, const Node *x)
{
    Resolver *r = call->r;
    if (call->axes->count != 1) {
        fault(r, call->place, NULL, "%s takes one axis in brackets", call->name);
        return NULL;
    }
    const AxisItem *item = &call->axes->axis[0];
    bool good = axis_plain(r, call->name, item) &&
                shape_need(r, item->place, call->name, x, item->name);
    return good ? item->name : NULL;
}

/* ---------------------------------------------------------------- reshape, expand */

static const char *axes_text(Resolver *r, const char *const *name, const Node *x, int count)
{
    Shape shape = { .rank = count };
    for (int i = 0; i < count; i++)
        shape.axis[i] = (Axis){ name[i], size_of(x, name[i]) };
    return shape_text(r, &shape);
}

/* The sizes of the axes made; one may be left out, and follows from the others. */
static bool reshape_sizes(Call *call, const Node *x, int from, const char *const *name,
                          int64_t count, Shape *to)
{
    Resolver *r = call->r;
    int64_t known = 1;
    int open = -1;
    for (int i = 0; i < call->axes->count; i++) {
        const AxisItem *item = &call->axes->axis[i];
        int size = 1;
        if (item->kind == SIZE_NONE && open >= 0) {
            fault(r, item->place, call->name,
                  "only one axis may be left without a size: `%s` or `%s`",
                  call->axes->axis[open].name, item->name);
            return false;
        }
        if (item->kind == SIZE_NONE)
            open = i;
        else if (!axis_size(r, call->name, item, 1, &size))
            return false;
        if (!shape_grow(r, item->place, call->name, to, item->name, size))
            return false;
        known = known > MAX_COUNT ? known : known * size;
    }
    if (open < 0 ? known != count : count % known != 0) {
        fault(r, call->place, call->name, "%s holds %lld values, %s %lld",
              axes_text(r, name, x, from), (long long)count,
              open < 0 ? shape_text(r, to) : "the new axes whose size is given hold",
              (long long)known);
        return false;
    }
    if (open >= 0)
        to->axis[open].size = (int)(count / known);
    return true;
}

Value *build_reshape(Call *call)
{
    Resolver *r = call->r;
    Node *x = call->slot[0]->node;
    const Value *list = call->slot[1];
    const char *from[MAX_AXES];
    int64_t count = 1;
    Shape to = { 0 }, kept = { 0 };
    for (int i = 0; i < list->count; i++) {
        const AxisItem *item = &list->axis[i];
        if (!axis_plain(r, call->name, item) ||
            !shape_need(r, item->place, call->name, x, item->name) ||
            ragged_refuse(r, item->place, call->name, item->name,
                          "it can't be merged; reduce it first, or name other axes in `over`"))
            return NULL;
        from[i] = item->name;
        count *= size_of(x, item->name);
    }
    if (!reshape_sizes(call, x, list->count, from, count, &to))
        return NULL;
    for (int i = 0; i < x->shape.rank; i++) {
        bool merged = false;
        for (int k = 0; k < list->count; k++)
            merged |= strcmp(from[k], x->shape.axis[i].name) == 0;
        if (!merged)
            kept.axis[kept.rank++] = x->shape.axis[i];
    }
    for (int i = 0; i < to.rank; i++)
        if (!shape_grow(r, call->axes->axis[i].place, call->name, &kept, to.axis[i].name,
                        to.axis[i].size))
            return NULL;
    Node *node = make_reshape(r->graph, user_place(r, call->place), x, list->count, from, to);
    return value_tensor(r, call->place, node);
}

Value *build_expand(Call *call)
{
    Resolver *r = call->r;
    Node *x = call->slot[0]->node;
    Shape shape = x->shape;
    for (int i = 0; i < call->axes->count; i++) {
        const AxisItem *item = &call->axes->axis[i];
        int size;
        if (!axis_size(r, call->name, item, 1, &size) ||
            !shape_grow(r, item->place, call->name, &shape, item->name, size))
            return NULL;
    }
    if (!shape_fits(r, call->place, call->name, &shape))
        return NULL;
    return value_tensor(r, call->place,
                        make_expand(r->graph, user_place(r, call->place), x, shape));
}

/* ---------------------------------------------------------------- pad, slice, reverse */

/* `count` copies of what x has at one position of the axis. */
static Node *copies(Call *call, Node *x, const char *axis, int position, int count)
{
    Graph *g = call->r->graph;
    Place place = user_place(call->r, call->place);
    Along along = { .axis = axis, .stride = 1, .dilation = 1, .lo = position, .hi = position + 1 };
    Node *slice = make_slice(g, place, x, 1, &along);
    Shape shape = x->shape;
    shape.axis[shape_find(&shape, axis)].size = count;
    return make_expand(g, place, make_reshape(g, place, slice, 1, &axis, (Shape){ 0 }), shape);
}

static Node *repeat_ends(Call *call, Node *x, const Along *pad)
{
    Node *part[3];
    int parts = 0;
    if (pad->lo)
        part[parts++] = copies(call, x, pad->axis, 0, pad->lo);
    part[parts++] = x;
    if (pad->hi)
        part[parts++] = copies(call, x, pad->axis, size_of(x, pad->axis) - 1, pad->hi);
    return parts == 1 ? x
                      : make_join(call->r->graph, user_place(call->r, call->place), pad->axis,
                                  parts, part);
}

Node *pad_edges(Call *call, Node *x, int pads, const Along *pad, bool repeat)
{
    Along used[MAX_AXES];
    Shape shape = x->shape;
    int count = 0;
    for (int i = 0; i < pads; i++) {
        shape.axis[shape_find(&shape, pad[i].axis)].size += pad[i].lo + pad[i].hi;
        if (pad[i].lo || pad[i].hi)
            used[count++] = pad[i];
    }
    if (!shape_fits(call->r, call->place, call->name, &shape))
        return NULL;
    for (int i = 0; i < count && repeat; i++)
        x = repeat_ends(call, x, &used[i]);
    return repeat || !count
               ? x
               : make_pad(call->r->graph, user_place(call->r, call->place), x, count, used);
}

Value *build_pad(Call *call)
{
    Resolver *r = call->r;
    Node *x = call->slot[0]->node;
    const char *side = slot_word(call, 1, "both");
    Along along[MAX_AXES];
    for (int i = 0; i < call->axes->count; i++) {
        const AxisItem *item = &call->axes->axis[i];
        int amount;
        if (!shape_need(r, item->place, call->name, x, item->name) ||
            ragged_refuse(r, item->place, call->name, item->name, "it can't be padded") ||
            !axis_size(r, call->name, item, 0, &amount))
            return NULL;
        if (size_of(x, item->name) + 2 * (int64_t)amount > MAX_COUNT) {
            fault(r, item->place, call->name, "`%s` would be larger than %d", item->name,
                  MAX_COUNT);
            return NULL;
        }
        along[i] = (Along){ .axis = item->name, .dilation = 1 };
        along[i].lo = strcmp(side, "after") == 0 ? 0 : amount;
        along[i].hi = strcmp(side, "before") == 0 ? 0 : amount;
    }
    bool repeat = strcmp(slot_word(call, 2, "zero"), "repeat") == 0;
    x = pad_edges(call, x, call->axes->count, along, repeat);
    return x ? value_tensor(r, call->place, x) : NULL;
}

static bool slice_bounds(Call *call, const AxisItem *item, int size, Along *along)
{
    Resolver *r = call->r;
    int64_t lo, hi;
    if (item->kind != SIZE_RANGE) {
        fault(r, item->place, call->name, "`%s` needs a range: [%s = 0 .. n]", item->name,
              item->name);
        return false;
    }
    if (!number_whole(item->size, &lo) || !number_whole(item->high, &hi) || item->size.unit ||
        item->high.unit) {
        fault(r, item->place, call->name, "%s .. %s: both ends must be whole numbers",
              number_text(r, item->size), number_text(r, item->high));
        return false;
    }
    if (lo < 0 || hi > size) {
        fault(r, item->place, call->name, "%lld .. %lld leaves %s = %d", (long long)lo,
              (long long)hi, item->name, size);
        return false;
    }
    if (lo >= hi) {
        fault(r, item->place, call->name, "%lld .. %lld is empty: the upper end is not part of it",
              (long long)lo, (long long)hi);
        return false;
    }
    *along = (Along){
        .axis = item->name, .stride = 1, .dilation = 1, .lo = (int)lo, .hi = (int)hi
    };
    return true;
}

static bool slice_step(Call *call, const AxisItem *item, int *step)
{
    const Value *value = call->slot[1];
    if (!value)
        return true;
    AxisItem one = {
        .name = "the step", .place = value->place, .kind = SIZE_ONE, .size = value->number
    };
    if (value->kind != VALUE_AXES)
        return axis_size(call->r, call->name, &one, 1, step);
    for (int i = 0; i < value->count; i++)
        if (strcmp(value->axis[i].name, item->name) == 0)
            return axis_size(call->r, call->name, &value->axis[i], 1, step);
    return true;
}

Value *build_slice(Call *call)
{
    Resolver *r = call->r;
    Node *x = call->slot[0]->node;
    Along along[MAX_AXES];
    for (int i = 0; i < call->axes->count; i++) {
        const AxisItem *item = &call->axes->axis[i];
        if (!shape_need(r, item->place, call->name, x, item->name) ||
            ragged_refuse(r, item->place, call->name, item->name, "it can't be sliced") ||
            !slice_bounds(call, item, size_of(x, item->name), &along[i]) ||
            !slice_step(call, item, &along[i].stride))
            return NULL;
    }
    if (call->axes->count)
        x = make_slice(r->graph, user_place(r, call->place), x, call->axes->count, along);
    return value_tensor(r, call->place, x);
}

Value *build_reverse(Call *call)
{
    Resolver *r = call->r;
    Node *x = call->slot[0]->node;
    const char *axis = only_axis(call, x);
    if (!axis)
        return NULL;
    const Ragged *ragged = ragged_find(r, axis);
    Node *node = ragged ? ragged_reverse(r, call->place, call->name, x, ragged)
                        : make_reverse(r->graph, user_place(r, call->place), x, axis);
    return node ? value_tensor(r, call->place, node) : NULL;
}

/* ---------------------------------------------------------------- join, split, last */

static bool joinable(Call *call, const Node *first, const Node *x, const char *axis)
{
    Resolver *r = call->r;
    int rank = first->shape.rank - shape_batched(&first->shape),
        other = x->shape.rank - shape_batched(&x->shape);
    for (int i = shape_batched(&first->shape); i < first->shape.rank; i++) {
        Axis a = first->shape.axis[i];
        int at = shape_find(&x->shape, a.name);
        if (at < 0)
            break;
        other--;
        rank--;
        if (strcmp(a.name, axis) == 0 || x->shape.axis[at].size == a.size)
            continue;
        fault(r, call->place, NULL, "join[%s]: all other axes must agree: %s = %d here, %d there",
              axis, a.name, a.size, x->shape.axis[at].size);
        note_sizes(r, a.name, first, x);
        return false;
    }
    if (rank || other)
        fault(r, call->place, NULL, "join[%s]: all other axes must agree: %s here, %s there", axis,
              shape_text(r, &first->shape), shape_text(r, &x->shape));
    return !rank && !other;
}

Value *build_join(Call *call)
{
    Resolver *r = call->r;
    Place place = user_place(r, call->place);
    Node **x = arena_alloc(r->arena, sizeof *x * (size_t)call->count);
    bool batched = false;
    int64_t total = 0;
    for (int i = 0; i < call->count; i++) {
        x[i] = call->many[i]->node;
        const char *axis = only_axis(call, x[i]);
        if (!axis || !joinable(call, x[0], x[i], axis) ||
            ragged_refuse(r, call->axes->axis[0].place, call->name, axis, "it can't be joined"))
            return NULL;
        batched |= shape_batched(&x[i]->shape);
        total += size_of(x[i], axis);
    }
    const char *axis = call->axes->axis[0].name;
    Shape shape = x[0]->shape;
    if (total > MAX_COUNT) {
        fault(r, call->place, call->name, "`%s` would be larger than %d", axis, MAX_COUNT);
        return NULL;
    }
    shape.axis[shape_find(&shape, axis)].size = (int)total;
    if (!shape_fits(r, call->place, call->name, &shape))
        return NULL;
    for (int i = 0; i < call->count && batched; i++) {
        Shape to = { .rank = 1, .axis = { { "batch", BATCH } } };
        for (int k = 0; !shape_batched(&x[i]->shape) && k < x[i]->shape.rank; k++)
            if (!shape_grow(r, call->place, call->name, &to, x[i]->shape.axis[k].name,
                            x[i]->shape.axis[k].size))
                return NULL;
        if (!shape_batched(&x[i]->shape))
            x[i] = make_expand(r->graph, place, x[i], to);
    }
    for (int i = 1; i < call->count; i++) { /* all in the first one's order of axes */
        Shape like = x[0]->shape;
        like.axis[shape_find(&like, axis)].size = size_of(x[i], axis);
        x[i] = make_order(r->graph, place, x[i], &like);
    }
    return value_tensor(r, call->place, make_join(r->graph, place, axis, call->count, x));
}

/* x at one position of the axis, which vanishes. */
static Value *take(Call *call, Node *x, const char *axis, int position)
{
    Resolver *r = call->r;
    Place place = user_place(r, call->place);
    Along along = { .axis = axis, .stride = 1, .dilation = 1, .lo = position, .hi = position + 1 };
    Node *slice = make_slice(r->graph, place, x, 1, &along);
    return value_tensor(r, call->place,
                        make_reshape(r->graph, place, slice, 1, &axis, (Shape){ 0 }));
}

Value *build_split(Call *call)
{
    Resolver *r = call->r;
    Node *x = call->slot[0]->node;
    const char *axis = only_axis(call, x);
    if (!axis || ragged_refuse(r, call->axes->axis[0].place, call->name, axis, "it can't be split"))
        return NULL;
    int size = size_of(x, axis);
    if (size == 1)
        return take(call, x, axis, 0);
    if (size > 1000) {
        fault(r, call->place, call->name, "%s = %d would make as many values; 1000 is the most",
              axis, size);
        return NULL;
    }
    Value *tuple = value_create(r, VALUE_TUPLE, call->place);
    tuple->item = arena_alloc(r->arena, sizeof *tuple->item * (size_t)size);
    for (; tuple->count < size; tuple->count++)
        tuple->item[tuple->count] = take(call, x, axis, tuple->count);
    return tuple;
}

Value *build_last(Call *call)
{
    Node *x = call->slot[0]->node;
    const char *axis = only_axis(call, x);
    const Ragged *ragged = axis ? ragged_find(call->r, axis) : NULL;
    if (!axis)
        return NULL;
    if (!ragged)
        return take(call, x, axis, size_of(x, axis) - 1);
    Node *node = ragged_last(call->r, call->place, call->name, x, ragged);
    return node ? value_tensor(call->r, call->place, node) : NULL;
}
