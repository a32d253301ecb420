/* fault.c: errors of the pass `resolve`: each place once, and the standard library's at the call
 * of the user. */
#include "resolve.h"

#include <stdarg.h>
#include <string.h>

static char *format_text(Arena *arena, const char *format, va_list list)
{
    va_list again;
    va_copy(again, list);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = arena_alloc(arena, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, list);
    return text;
}

static bool is_standard(Place place)
{
    return place.source && place.source->standard;
}

/* The innermost call made by the user's own text, or NULL. */
static const Trace *user_call(const Resolver *r)
{
    const Trace *trace = r->d->trace;
    while (trace && is_standard(trace->place))
        trace = trace->outer;
    return trace;
}

Place user_place(const Resolver *r, Place place)
{
    const Trace *trace = is_standard(place) ? user_call(r) : NULL;
    return trace ? trace->place : place;
}

static bool reported(const Resolver *r, Place place)
{
    for (int i = 0; i < r->reports; i++) {
        const Place *old = &r->reported[i];
        if (old->source == place.source && old->line == place.line && old->column == place.column)
            return true;
    }
    return false;
}

void fault(Resolver *r, Place place, const char *who, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    const char *text = format_text(r->arena, format, list);
    va_end(list);

    const Trace *trace = r->d->trace,
                *user = r->inside && r->inside->file->standard ? user_call(r) : NULL;
    if (user) {
        place = is_standard(place) ? user->place : place;
        who = user->layer;
        if (place.source == user->place.source && place.line == user->place.line)
            r->d->trace = user->outer;
    }
    r->silent = reported(r, place);
    if (!r->silent) {
        APPEND(r->arena, r->reported, r->reports, r->report_capacity, place);
        diag_error(r->d, place, "%s%s%s", who ? who : "", who ? ": " : "", text);
    }
    r->d->trace = trace;
}

void fault_note(Resolver *r, Place place, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    const char *text = format_text(r->arena, format, list);
    va_end(list);
    if (!r->silent)
        diag_note(r->d, place, "%s", text);
}

const char *did_you_mean(Resolver *r, const char *name, const char *const *candidate, int count)
{
    const char *near = diag_nearest(name, candidate, count);
    return near ? arena_format(r->arena, "; did you mean `%s`?", near) : "";
}

const char *list_words(Resolver *r, const char *const *word, int count, const char *conjunction)
{
    Text text = text_create(r->arena);
    for (int i = 0; i < count; i++) {
        if (i)
            text_add(&text, i + 1 < count ? ", " : " %s ", conjunction);
        text_add(&text, "%s", word[i]);
    }
    return text.at ? text.at : "";
}

/* The node that gave the axis its size: the first on the way back whose operands have another
 * size, or no such axis. */
static const Node *size_origin(const Node *x, const char *axis)
{
    for (;;) {
        int at = shape_find(&x->shape, axis);
        const Node *next = NULL;
        for (int i = 0; i < x->operands && !next; i++) {
            int there = shape_find(&x->operand[i]->shape, axis);
            if (there >= 0 && x->operand[i]->shape.axis[there].size == x->shape.axis[at].size)
                next = x->operand[i];
        }
        if (!next)
            return x;
        x = next;
    }
}

void note_sizes(Resolver *r, const char *axis, const Node *a, const Node *b)
{
    const Node *operand[2] = { a, b };
    for (int i = 0; i < 2; i++) {
        const Node *from = size_origin(operand[i], axis);
        int at = shape_find(&from->shape, axis);
        fault_note(r, from->place, "%s = %d comes from here", axis, from->shape.axis[at].size);
    }
}
