/* axes.c: what stands in brackets, and the checks of axes and sizes that primitives share. */
#include "resolve.h"

#include <string.h>

/* ---------------------------------------------------------------- lists of axes */

static bool append_item(Resolver *r, Value *list, int *capacity, AxisItem item)
{
    for (int i = 0; i < list->count; i++)
        if (strcmp(list->axis[i].name, item.name) == 0) {
            fault(r, item.place, NULL, "axis `%s` given twice", item.name);
            return false;
        }
    APPEND(r->arena, list->axis, list->count, *capacity, item);
    return true;
}

/* The size of axis `name` that the value of `tree` tells: a number itself, or that axis of a
 * tensor. */
static bool item_size(Resolver *r, Scope *scope, const Tree *tree, const char *name, Number *size)
{
    Value *value = evaluate(r, scope, tree);
    if (!value)
        return false;
    if (value->kind == VALUE_NUMBER) {
        *size = value->number;
        return true;
    }
    if (value->kind == VALUE_TENSOR) {
        if (!shape_need(r, tree->place, NULL, value->node, name))
            return false;
        *size = number_of(value->node->shape.axis[shape_find(&value->node->shape, name)].size);
        return true;
    }
    fault(r, tree->place, NULL, "the size of `%s` must be a number or a tensor; this is %s", name,
          value_describe(r, value));
    return false;
}

static bool add_bound(Resolver *r, Scope *scope, const Tree *tree, const Value *bound, Value *list,
                      int *capacity)
{
    for (int i = 0; i < bound->count; i++) {
        AxisItem item = bound->axis[i];
        if (tree->a) {
            item.place = tree->place;
            item.kind = SIZE_ONE;
            if (!item_size(r, scope, tree->a, item.name, &item.size))
                return false;
        }
        if (!append_item(r, list, capacity, item))
            return false;
    }
    return true;
}

static bool add_axis(Resolver *r, Scope *scope, const Tree *tree, Value *list, int *capacity)
{
    const Binding *binding = scope_find(scope, tree->name);
    const Param *param = binding ? NULL : param_find(scope->file, tree->name);
    const Value *bound = binding ? binding->value : param ? param->value : NULL;
    if (binding && !bound)
        return false;
    if (bound && bound->kind == VALUE_AXES && tree->kind == TREE_AXIS)
        return add_bound(r, scope, tree, bound, list, capacity);
    AxisItem item = { .name = tree->name, .place = tree->place };
    if (strcmp(tree->name, "batch") == 0) {
        fault(r, tree->place, NULL, "`batch` is the compiler's own axis; name another");
        return false;
    }
    if (tree->a) {
        item.kind = tree->kind == TREE_RANGE    ? SIZE_RANGE
                    : tree->kind == TREE_RAGGED ? SIZE_RAGGED
                                                : SIZE_ONE;
        if (!item_size(r, scope, tree->a, item.name, &item.size) ||
            (tree->kind == TREE_RANGE && !item_size(r, scope, tree->b, item.name, &item.high)))
            return false;
    }
    return append_item(r, list, capacity, item);
}

Value *evaluate_axes(Resolver *r, Scope *scope, const Tree *axes)
{
    Value *list = value_create(r, VALUE_AXES, axes->place);
    int capacity = 0;
    bool good = true;
    for (int i = 0; i < axes->count; i++)
        good &= add_axis(r, scope, axes->items[i], list, &capacity);
    return good ? list : NULL;
}

/* ---------------------------------------------------------------- checks */

bool axis_size(Resolver *r, const char *who, const AxisItem *item, int least, int *size)
{
    int64_t whole;
    if (item->kind == SIZE_NONE) {
        fault(r, item->place, who, "`%s` needs a size: [%s = n]", item->name, item->name);
        return false;
    }
    if (item->kind != SIZE_ONE) {
        fault(r, item->place, who, "`%s` takes one size here, not a range", item->name);
        return false;
    }
    if (item->size.unit != UNIT_NONE) {
        fault(r, item->place, who, "size of `%s` is %s: a size here is a number without a unit",
              item->name, number_text(r, item->size));
        return false;
    }
    if (!number_whole(item->size, &whole) || whole < least) {
        fault(r, item->place, who,
              "size of `%s` is %s: a size must be a whole number of at least %d", item->name,
              number_text(r, item->size), least);
        return false;
    }
    if (whole > MAX_COUNT) {
        fault(r, item->place, who, "size of `%s` is %s: the largest size is %d", item->name,
              number_text(r, item->size), MAX_COUNT);
        return false;
    }
    *size = (int)whole;
    return true;
}

bool axis_plain(Resolver *r, const char *who, const AxisItem *item)
{
    if (item->kind == SIZE_NONE)
        return true;
    fault(r, item->place, who, "`%s` takes no size here", item->name);
    return false;
}

bool shape_need(Resolver *r, Place place, const char *who, const Node *x, const char *axis)
{
    const Shape *shape = &x->shape;
    const char *candidate[MAX_AXES];
    int count = 0;
    if (shape_find(shape, axis) >= 0 && strcmp(axis, "batch") != 0)
        return true;
    for (int i = shape_batched(shape); i < shape->rank; i++)
        candidate[count++] = shape->axis[i].name;
    if (in_frames(r, x) && strcmp(axis, "time") == 0) {
        fault(r, place, who,
              "`time` is as long as the recording; only sum, mean, max, nnf, "
              "segment and a dot that slides go along it");
        return false;
    }
    const char *hint = did_you_mean(r, axis, candidate, count);
    if (!*hint && strcmp(axis, "channel") == 0)
        hint = "; audio[channel = 1] makes one";
    fault(r, place, who, "%s has no axis `%s`%s", shape_text(r, shape), axis, hint);
    return false;
}

bool shape_grow(Resolver *r, Place place, const char *who, Shape *shape, const char *axis,
                int64_t size)
{
    if (shape->rank == MAX_AXES) {
        fault(r, place, who, "the result would have more than %d axes", MAX_AXES);
        return false;
    }
    if (shape_find(shape, axis) >= 0) {
        fault(r, place, who, "the result would have `%s` twice", axis);
        return false;
    }
    if (ragged_resized(r, place, who, axis, size))
        return false;
    if (size > MAX_COUNT) {
        fault(r, place, who, "size of `%s` is %lld: the largest size is %d", axis, (long long)size,
              MAX_COUNT);
        return false;
    }
    shape->axis[shape->rank++] = (Axis){ axis, (int)size };
    return true;
}

bool shape_fits(Resolver *r, Place place, const char *who, const Shape *shape)
{
    int64_t count = 1;
    for (int i = 0; i < shape->rank; i++) {
        if (shape->axis[i].size != BATCH &&
            __builtin_mul_overflow(count, shape->axis[i].size, &count))
            count = INT64_MAX;
        if (count > MAX_COUNT) {
            fault(r, place, who, "%s holds more than %d numbers", shape_text(r, shape), MAX_COUNT);
            return false;
        }
    }
    return true;
}
