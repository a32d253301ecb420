/* value.c: compile-time values: making them, and telling people what they are. */
#include "resolve.h"

#include <string.h>

Value *value_create(Resolver *r, ValueKind kind, Place place)
{
    Value *value = arena_alloc(r->arena, sizeof *value);
    value->kind = kind;
    value->place = place;
    return value;
}

Value *value_tensor(Resolver *r, Place place, Node *node)
{
    Value *value = value_create(r, VALUE_TENSOR, place);
    value->node = node;
    return value;
}

Value *value_number(Resolver *r, Place place, Number number)
{
    Value *value = value_create(r, VALUE_NUMBER, place);
    value->number = number;
    return value;
}

Value *value_choice(Resolver *r, Place place, const char *word)
{
    Value *value = value_create(r, VALUE_CHOICE, place);
    value->word = word;
    return value;
}

const char *shape_text(Resolver *r, const Shape *shape)
{
    Text text = text_create(r->arena);
    int shown = 0;
    text_add(&text, "[");
    for (int i = 0; i < shape->rank; i++) {
        if (shape->axis[i].size == BATCH)
            continue;
        text_add(&text, "%s%s", shown++ ? ", " : "", shape->axis[i].name);
        if (shape->axis[i].size > 0)
            text_add(&text, " %s %d", ragged_find(r, shape->axis[i].name) ? "<=" : "=",
                     shape->axis[i].size);
    }
    if (r->flows && shape_batched(shape)) /* frames of a recording */
        text_add(&text, "%stime", shown ? ", " : "");
    text_add(&text, "]");
    return text.at;
}

const char *number_text(Resolver *r, Number number)
{
    char buffer[64];
    number_format(&number, buffer, sizeof buffer);
    return arena_copy(r->arena, buffer, strlen(buffer));
}

static const char *unit_kind(Unit unit)
{
    switch (unit) {
    case UNIT_SECONDS: return "a time";
    case UNIT_HERTZ: return "a frequency";
    case UNIT_SAMPLES: return "a count of samples";
    case UNIT_FRAMES: return "a count of frames";
    case UNIT_DECIBELS: return "a level";
    default: return "a number";
    }
}

static const char *axes_text(Resolver *r, const Value *value)
{
    Text text = text_create(r->arena);
    text_add(&text, "[");
    for (int i = 0; i < value->count; i++) {
        const AxisItem *item = &value->axis[i];
        text_add(&text, "%s%s", i ? ", " : "", item->name);
        if (item->kind == SIZE_ONE)
            text_add(&text, " = %s", number_text(r, item->size));
    }
    text_add(&text, "]");
    return text.at;
}

const char *value_describe(Resolver *r, const Value *value)
{
    switch (value->kind) {
    case VALUE_TENSOR:
        return arena_format(r->arena, "a tensor %s", shape_text(r, &value->node->shape));
    case VALUE_NUMBER:
        return arena_format(r->arena, "%s, %s",
                            value->text ? value->text : number_text(r, value->number),
                            unit_kind(value->number.unit));
    case VALUE_TRUTH:
        return value->number.real != 0 ? "a comparison that holds"
                                       : "a comparison that doesn't hold";
    case VALUE_AXES: return arena_format(r->arena, "the list of axes %s", axes_text(r, value));
    case VALUE_CHOICE: return arena_format(r->arena, "the word `%s`", value->word);
    default: return arena_format(r->arena, "%d values", value->count);
    }
}

bool number_whole(Number number, int64_t *whole)
{
    if (!number.exact || number.denominator != 1)
        return false;
    *whole = number.numerator;
    return true;
}
