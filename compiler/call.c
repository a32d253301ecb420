/* call.c: calls of layers, cells, primitives and functions: arguments, defaults, scopes, and names
 * of weights. */
#include "resolve.h"

#include <string.h>

/* ---------------------------------------------------------------- paths */

static uint64_t hash_text(const char *text)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash;
}

static bool names_put(Names *names, const char *name)
{
    uint64_t at = hash_text(name);
    for (;; at++) {
        const char **place = &names->name[at & (uint64_t)(names->capacity - 1)];
        if (*place && strcmp(*place, name) == 0)
            return false;
        if (!*place) {
            *place = name;
            return true;
        }
    }
}

bool names_add(Resolver *r, Names *names, const char *name)
{
    if (2 * names->count >= names->capacity) {
        Names bigger = { .capacity = names->capacity ? 2 * names->capacity : 64 };
        bigger.name = arena_alloc(r->arena, sizeof *bigger.name * (size_t)bigger.capacity);
        for (int i = 0; i < names->capacity; i++)
            if (names->name[i])
                names_put(&bigger, names->name[i]);
        bigger.count = names->count;
        *names = bigger;
    }
    bool added = names_put(names, name);
    names->count += added;
    return added;
}

const char *path_join(Resolver *r, const char *prefix, const char *component)
{
    return *prefix ? arena_format(r->arena, "%s.%s", prefix, component) : component;
}

const char *path_unique(Resolver *r, const Scope *scope, const char *bound, const char *component)
{
    const char *prefix = scope->prefix;
    if (bound && strcmp(bound, component) != 0)
        prefix = path_join(r, prefix, bound);
    const char *path = path_join(r, prefix, component), *unique = path;
    for (int i = 2; !names_add(r, &r->path, unique); i++)
        unique = arena_format(r->arena, "%s%d", path, i);
    return unique;
}

/* ---------------------------------------------------------------- definitions */

Definition *definition_find(Resolver *r, const File *file, const char *name)
{
    Definition *found = NULL;
    for (int i = 0; i < r->definitions && !(found && !found->file->standard); i++) {
        Definition *d = r->definition[i];
        if (strcmp(d->name, name) == 0 && (!file->standard || d->file->standard))
            found = d;
    }
    return found;
}

static void add_argument(Resolver *r, Arguments *list, const char *name, Value *value, Place place)
{
    if (!value) {
        list->bad = true;
        return;
    }
    if (value->kind == VALUE_TUPLE && !name) {
        for (int i = 0; i < value->count; i++)
            add_argument(r, list, NULL, value->item[i], place);
        return;
    }
    Argument argument = { .name = name, .value = value, .place = place };
    APPEND(r->arena, list->at, list->count, list->capacity, argument);
}

static Arguments evaluate_arguments(Resolver *r, Scope *scope, const Tree *call, Value *piped)
{
    Arguments list = { 0 };
    if (piped)
        add_argument(r, &list, NULL, piped, call->place);
    for (int i = 0; call->b && i < call->b->count; i++) {
        const Tree *item = call->b->items[i];
        if (item->kind == TREE_KEYWORD)
            add_argument(r, &list, item->name, evaluate(r, scope, item->a), item->place);
        else
            add_argument(r, &list, NULL, evaluate(r, scope, item), item->place);
    }
    return list;
}

static const char *parameter_list(Resolver *r, const Tree *parameters)
{
    Text text = text_create(r->arena);
    for (int i = 0; parameters && i < parameters->count; i++)
        text_add(&text, "%s%s", i ? ", " : "", parameters->items[i]->name);
    return text.at ? text.at : "nothing";
}

static void unknown_parameter(Resolver *r, const Definition *d, const Tree *parameters,
                              const Argument *argument)
{
    const char **candidate = arena_alloc(r->arena, sizeof *candidate * MAX_NAMES);
    int count = 0;
    for (int i = 0; parameters && i < parameters->count && count < MAX_NAMES; i++)
        candidate[count++] = parameters->items[i]->name;
    fault(r, argument->place, NULL, "%s has no parameter `%s`%s", d->name, argument->name,
          did_you_mean(r, argument->name, candidate, count));
    fault_note(r, d->tree->place, "it takes %s", parameter_list(r, parameters));
}

/* Puts every argument at its parameter's position in `value`; false, with an error, where one fits
 * nowhere. */
static bool match_arguments(Resolver *r, const Definition *d, const Tree *parameters,
                            const Tree *call, const Arguments *list, Value **value)
{
    int count = parameters ? parameters->count : 0, position = 0;
    bool good = true;
    for (int i = 0; i < list->count; i++) {
        const Argument *argument = &list->at[i];
        int at = argument->name ? 0 : position++;
        while (argument->name && at < count &&
               strcmp(parameters->items[at]->name, argument->name) != 0)
            at++;
        if (at < count && !value[at]) {
            value[at] = argument->value;
            continue;
        }
        good = false;
        if (at < count)
            fault(r, argument->place, d->name, "`%s` is given twice", parameters->items[at]->name);
        else if (argument->name)
            unknown_parameter(r, d, parameters, argument);
        else if (position > count)
            break;
    }
    int given = 0;
    for (int i = 0; i < list->count; i++)
        given += !list->at[i].name;
    if (given > count) {
        fault(r, call->place, NULL, "%s got %d arguments, takes %d: %s", d->name, given, count,
              parameter_list(r, parameters));
        fault_note(r, d->tree->place, "defined here");
        return false;
    }
    for (int i = 0; i < count && good; i++)
        if (!value[i] && parameters->items[i]->kind != TREE_KEYWORD) {
            fault(r, call->place, NULL, "%s needs `%s`", d->name, parameters->items[i]->name);
            fault_note(r, d->tree->place, "defined here");
            good = false;
        }
    return good;
}

/* Binds parameters in order, so that a default may use earlier ones. */
static bool bind_parameters(Resolver *r, const Definition *d, Value **value, Scope *inner)
{
    const Tree *parameters = d->tree->a->b;
    for (int i = 0; parameters && i < parameters->count; i++) {
        const Tree *p = parameters->items[i];
        if (!value[i])
            value[i] = evaluate(r, inner, p->a);
        if (!value[i])
            return false;
        scope_bind(r, inner, p->name, value[i], p->place);
    }
    return true;
}

/* ---------------------------------------------------------------- layers and cells */

/* A cell need not name the axis that it runs over. */
static bool bind_bracket(Resolver *r, const Definition *d, const Tree *call, Value *axes,
                         Scope *inner)
{
    const Tree *bracket = d->tree->a->a;
    if (!bracket) {
        if (d->tree->kind == TREE_CELL)
            return true;
        if (axes)
            fault(r, call->a->place, NULL, "%s takes no axes in brackets", d->name);
        return !axes;
    }
    if (!axes)
        axes = value_create(r, VALUE_AXES, call->place);
    if (bracket->count)
        scope_bind(r, inner, bracket->items[0]->name, axes, bracket->place);
    return true;
}

static Value *call_definition(Resolver *r, Scope *scope, const Definition *d, const Tree *call,
                              Value *axes, const Arguments *list)
{
    const Tree *parameters = d->tree->a->b;
    int count = parameters ? parameters->count : 0;
    bool cell = d->tree->kind == TREE_CELL;
    Value **value = arena_alloc(r->arena, sizeof *value * (size_t)(count + 1));
    if (!match_arguments(r, d, parameters, call, list, value))
        return NULL;
    if (r->calls >= MAX_CALLS) {
        r->stop = true;
        fault(r, call->place, NULL, "more than %d calls inside one another", MAX_CALLS);
        return NULL;
    }
    Scope *inner = scope_create(r, d->file, path_unique(r, scope, scope->bound, d->name));
    Trace trace = { .outer = r->d->trace, .layer = d->name, .place = call->place };
    const Definition *outside = r->inside;
    Value *result = NULL;
    if (!bind_bracket(r, d, call, axes, inner) ||
        (cell && !cell_open(r, d, call, axes, value, count)))
        return NULL;
    r->calls++;
    r->d->trace = &trace;
    r->inside = d;
    if (bind_parameters(r, d, value, inner))
        result = evaluate_body(r, inner, d->tree->b);
    if (cell)
        result = cell_close(r, call, inner, result);
    r->inside = outside;
    r->d->trace = trace.outer;
    r->calls--;
    return result;
}

static Value *call_function(Resolver *r, const Tree *call, Function f, const Value *axes,
                            const Arguments *list)
{
    Value *v[3] = { NULL };
    int arity = function_arity(f);
    if (axes) {
        fault(r, call->a->place, NULL, "%s takes no axes in brackets", call->name);
        return NULL;
    }
    for (int i = 0; i < list->count; i++)
        if (list->at[i].name) {
            fault(r, list->at[i].place, NULL, "%s takes no argument by name", call->name);
            return NULL;
        }
    if (list->count != arity) {
        fault(r, call->place, NULL, "%s got %d argument%s, takes %d", call->name, list->count,
              list->count == 1 ? "" : "s", arity);
        return NULL;
    }
    for (int i = 0; i < arity; i++)
        v[i] = list->at[i].value;
    return apply(r, call->place, call->name, f, v, arity);
}

static void unknown_layer(Resolver *r, Scope *scope, const Tree *call)
{
    const char **candidate = arena_alloc(r->arena, sizeof *candidate * MAX_NAMES);
    int count = primitive_names(candidate, MAX_NAMES);
    for (int i = 0; i < r->definitions && count < MAX_NAMES; i++)
        if (!scope->file->standard || r->definition[i]->file->standard)
            candidate[count++] = r->definition[i]->name;
    fault(r, call->place, NULL, "unknown layer `%s`%s", call->name,
          did_you_mean(r, call->name, candidate, count));
}

static bool is_map_call(const Tree *call, Function f)
{
    return f != FUNCTIONS && !(call->a && primitive_find(call->name));
}

Value *evaluate_call(Resolver *r, Scope *scope, const Tree *call, Value *piped)
{
    const Definition *d = definition_find(r, scope->file, call->name);
    const Primitive *p = d ? NULL : primitive_find(call->name);
    Function f = d ? FUNCTIONS : map_function(call->name);
    if (p && !is_map_call(call, f))
        return primitive_call(r, scope, call, p, piped);
    if (!d && f == FUNCTIONS && call->b && !call->a && !piped && word_known(call->name))
        return evaluate_choice(r, scope, call, (const char *const[]){ call->name, NULL });
    if (!d && f == FUNCTIONS) {
        unknown_layer(r, scope, call);
        return NULL;
    }
    Arguments list = evaluate_arguments(r, scope, call, piped);
    Value *axes = call->a ? evaluate_axes(r, scope, call->a) : NULL;
    if (list.bad || (call->a && !axes))
        return NULL;
    if (!d) {
        int from = r->graph ? r->graph->nodes : 0;
        Value *value = call_function(r, call, f, axes, &list);
        label_nodes(r, scope, from);
        return flow_settle(r, call->place) ? value : NULL;
    }
    return call_definition(r, scope, d, call, axes, &list);
}
