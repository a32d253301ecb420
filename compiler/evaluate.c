/* evaluate.c: expressions and bodies: every tree becomes a value, tensors become nodes of the
 * graph being built. */
#include "resolve.h"

#include <string.h>

Scope *scope_create(Resolver *r, File *file, const char *prefix)
{
    Scope *scope = arena_alloc(r->arena, sizeof *scope);
    scope->file = file;
    scope->prefix = prefix;
    return scope;
}

void scope_bind(Resolver *r, Scope *scope, const char *name, Value *value, Place place)
{
    Binding binding = { .name = name, .value = value, .place = place };
    APPEND(r->arena, scope->binding, scope->bindings, scope->capacity, binding);
}

Binding *scope_find(Scope *scope, const char *name)
{
    for (; scope; scope = scope->outer)
        for (int i = 0; i < scope->bindings; i++)
            if (strcmp(scope->binding[i].name, name) == 0)
                return &scope->binding[i];
    return NULL;
}

Param *param_find(File *file, const char *name)
{
    for (int i = 0; i < file->params; i++)
        if (strcmp(file->param[i].name, name) == 0)
            return &file->param[i];
    return NULL;
}

static Value *flatten(Resolver *r, Place place, Value **item, int count)
{
    int total = 0;
    for (int i = 0; i < count; i++) {
        if (!item[i])
            return NULL;
        total += item[i]->kind == VALUE_TUPLE ? item[i]->count : 1;
    }
    if (count == 1)
        return item[0];
    Value *tuple = value_create(r, VALUE_TUPLE, place);
    tuple->item = arena_alloc(r->arena, sizeof *tuple->item * (size_t)total);
    for (int i = 0; i < count; i++)
        if (item[i]->kind == VALUE_TUPLE)
            for (int k = 0; k < item[i]->count; k++)
                tuple->item[tuple->count++] = item[i]->item[k];
        else
            tuple->item[tuple->count++] = item[i];
    return tuple;
}

static Value *evaluate_values(Resolver *r, Scope *scope, const Tree *values)
{
    Value **item = arena_alloc(r->arena, sizeof *item * (size_t)(values->count + 1));
    for (int i = 0; i < values->count; i++) {
        scope->direct = values->items[i];
        item[i] = evaluate(r, scope, values->items[i]);
    }
    scope->direct = NULL;
    return flatten(r, values->place, item, values->count);
}

/* ---------------------------------------------------------------- bodies */

static void bind_values(Resolver *r, Scope *scope, const Tree *bind, Value *value)
{
    const Tree *names = bind->a;
    int count = !value ? names->count : value->kind == VALUE_TUPLE ? value->count : 1;
    if (value && count != names->count) {
        fault(r, bind->place, NULL, "%d name%s on the left, %d value%s on the right", names->count,
              names->count == 1 ? "" : "s", count, count == 1 ? "" : "s");
        value = NULL;
    }
    for (int i = 0; i < names->count; i++) {
        const Tree *name = names->items[i];
        Value *one = value && value->kind == VALUE_TUPLE ? value->item[i] : value;
        if (name->kind == TREE_CALL)
            scope_bind(r, scope, name->name, one, name->place);
    }
}

/* Paths of weights under `h' = ..` say h. */
static const char *without_prime(Resolver *r, const char *name)
{
    size_t length = name ? strlen(name) : 0;
    return length && name[length - 1] == '\'' ? arena_copy(r->arena, name, length - 1) : name;
}

static void evaluate_bind(Resolver *r, Scope *scope, const Tree *bind, const char *prefix,
                          const char *bound)
{
    scope->prefix = bound ? path_join(r, prefix, bound) : prefix;
    scope->bound = bind->a->count == 1 ? without_prime(r, bind->a->items[0]->name) : NULL;
    bind_values(r, scope, bind, evaluate_values(r, scope, bind->b));
    scope->prefix = prefix;
    scope->bound = bound;
}

Value *evaluate_body(Resolver *r, Scope *scope, const Tree *body)
{
    Value *result = NULL;
    const char *prefix = scope->prefix, *bound = scope->bound;
    for (int i = 0; i < body->count && !r->stop; i++) {
        const Tree *item = body->items[i];
        if (item->kind == TREE_BIND)
            evaluate_bind(r, scope, item, prefix, bound);
        else if (item->kind == TREE_RESULT)
            result = evaluate_values(r, scope, item->a);
        else if (item->kind == TREE_STATE)
            cell_states(r, scope, item);
    }
    return result;
}

/* ---------------------------------------------------------------- expressions */

static Value *evaluate_condition(Resolver *r, Scope *scope, const Tree *tree)
{
    Value *condition = evaluate(r, scope, tree);
    if (!condition || condition->kind == VALUE_TRUTH)
        return condition;
    bool compiled = condition->kind != VALUE_TENSOR;
    fault(r, tree->place, NULL, "a condition must be %s; this is %s",
          compiled ? "a comparison, such as a == b" : "known to the compiler",
          value_describe(r, condition));
    return NULL;
}

/* The right side counts, and is looked at, only where the left does not decide. */
static Value *evaluate_logic(Resolver *r, Scope *scope, const Tree *tree)
{
    Value *left = evaluate_condition(r, scope, tree->a);
    const bool decides = strcmp(tree->name, "or") == 0;
    if (!left || (left->number.real != 0) == decides)
        return left;
    return evaluate_condition(r, scope, tree->b);
}

static Value *evaluate_if(Resolver *r, Scope *scope, const Tree *tree)
{
    Value *condition = evaluate_condition(r, scope, tree->a);
    if (!condition)
        return NULL;
    const Tree *branch = condition->number.real != 0 ? tree->b : tree->c;
    if (branch->kind == TREE_IF)
        return evaluate(r, scope, branch);
    Scope *inner = scope_create(r, scope->file, scope->prefix);
    inner->outer = scope;
    inner->bound = scope->bound;
    return evaluate_body(r, inner, branch);
}

static Function operator_function(const char *spelling)
{
    static const struct {
        const char *spelling;
        Function function;
    } table[] = {
        { "+", FN_add }, { "-", FN_sub }, { "*", FN_mul }, { "/", FN_div },
        { "^", FN_pow }, { "==", FN_eq }, { "!=", FN_ne }, { "<", FN_lt },
        { "<=", FN_le }, { ">", FN_gt },  { ">=", FN_ge },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].spelling, spelling) == 0)
            return table[i].function;
    return FUNCTIONS;
}

static Value *evaluate_operator(Resolver *r, Scope *scope, const Tree *tree)
{
    bool negate = tree->kind == TREE_NEGATE;
    Value *v[2] = { evaluate(r, scope, tree->a), negate ? NULL : evaluate(r, scope, tree->b) };
    if (!v[0] || (!negate && !v[1]))
        return NULL;
    int from = r->graph ? r->graph->nodes : 0;
    Value *value = negate ? apply(r, tree->place, "-", FN_neg, v, 1)
                          : apply(r, tree->place, tree->name, operator_function(tree->name), v, 2);
    label_nodes(r, scope, from);
    return flow_settle(r, tree->place) ? value : NULL;
}

static void unknown_name(Resolver *r, Scope *scope, const Tree *tree)
{
    const char **candidate = arena_alloc(r->arena, sizeof *candidate * MAX_NAMES);
    int count = 0;
    for (Scope *s = scope; s; s = s->outer)
        for (int i = 0; i < s->bindings && count < MAX_NAMES; i++)
            candidate[count++] = s->binding[i].name;
    for (int i = 0; i < scope->file->params && count < MAX_NAMES; i++)
        candidate[count++] = scope->file->param[i].name;
    count += word_names(candidate + count, MAX_NAMES - count);
    fault(r, tree->place, NULL, "unknown name `%s`%s", tree->name,
          did_you_mean(r, tree->name, candidate, count));
}

static Value *evaluate_name(Resolver *r, Scope *scope, const Tree *tree)
{
    Binding *binding = scope_find(scope, tree->name);
    if (binding)
        return binding->value;
    Param *param = param_find(scope->file, tree->name);
    if (param) {
        param->used = true;
        return param->value;
    }
    if (strcmp(tree->name, "training") == 0 && r->section == SECTION_FEATURES) {
        fault(r, tree->place, NULL, "features are the same in training and inference");
        return NULL;
    }
    if (strcmp(tree->name, "training") == 0 && r->graph)
        return value_choice(r, tree->place, r->training ? "yes" : "no");
    if (word_known(tree->name))
        return value_choice(r, tree->place, tree->name);
    if (!r->unknown_names)
        unknown_name(r, scope, tree);
    return NULL;
}

static Value *evaluate_kind(Resolver *r, Scope *scope, const Tree *tree)
{
    switch (tree->kind) {
    case TREE_NUMBER: {
        Value *value = value_number(r, tree->place, tree->number);
        value->text = tree->text;
        return value;
    }
    case TREE_AXES: return evaluate_axes(r, scope, tree);
    case TREE_VALUES: return evaluate_values(r, scope, tree);
    case TREE_NEGATE:
    case TREE_BINARY: return evaluate_operator(r, scope, tree);
    case TREE_LOGIC: return evaluate_logic(r, scope, tree);
    case TREE_IF: return evaluate_if(r, scope, tree);
    case TREE_PIPE: {
        Value *left = evaluate(r, scope, tree->a);
        return left ? evaluate_call(r, scope, tree->b, left) : NULL;
    }
    case TREE_CALL:
        return tree->a || tree->b ? evaluate_call(r, scope, tree, NULL)
                                  : evaluate_name(r, scope, tree);
    default: fault(r, tree->place, NULL, "an expression is expected here"); return NULL;
    }
}

static bool within_limits(Resolver *r, const Tree *tree)
{
    const char *problem = NULL;
    if (r->steps++ > MAX_STEPS)
        problem = "the model takes too many steps to elaborate";
    else if (r->nesting > MAX_NESTING)
        problem = "expressions are nested too deeply";
    else if (r->graph && r->graph->nodes > MAX_NODES)
        problem = "the network has more than 300,000 nodes";
    if (problem && !r->stop) {
        r->stop = true;
        fault(r, tree->place, NULL, "%s", problem);
    }
    return !r->stop;
}

Value *evaluate(Resolver *r, Scope *scope, const Tree *tree)
{
    if (r->stop || !within_limits(r, tree))
        return NULL;
    r->nesting++;
    Value *value = evaluate_kind(r, scope, tree);
    r->nesting--;
    return value;
}

static Value *choice_with_arguments(Resolver *r, Scope *scope, const Tree *tree)
{
    Value *value = value_choice(r, tree->place, tree->name);
    const Tree *arguments = tree->b;
    int count = arguments ? arguments->count : 0;
    value->item = arena_alloc(r->arena, sizeof *value->item * (size_t)(count + 1));
    for (int i = 0; i < count; i++) {
        if (arguments->items[i]->kind == TREE_KEYWORD) {
            fault(r, arguments->items[i]->place, tree->name, "it takes no argument by name here");
            return NULL;
        }
        Value *item = evaluate(r, scope, arguments->items[i]);
        if (!item)
            return NULL;
        value->item[value->count++] = item;
    }
    return value;
}

Value *evaluate_choice(Resolver *r, Scope *scope, const Tree *tree, const char *const *words)
{
    if (tree->kind == TREE_CALL && !tree->a)
        for (int i = 0; words && words[i]; i++)
            if (strcmp(words[i], tree->name) == 0 && (tree->b || !scope_find(scope, tree->name)))
                return choice_with_arguments(r, scope, tree);
    return evaluate(r, scope, tree);
}
