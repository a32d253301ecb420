/* names.c: checks of names that need no values: what is unknown, defined twice, never used, or
 * uses itself.
 * Both branches of every `if` are looked at, so that the answer does not depend on -D. */
#include "resolve.h"

#include <string.h>

enum { MOST_BINDINGS = 10000, MOST_DEFINITIONS = 10000 };

typedef struct Name {
    const char *name;
    Place place;
    const char *kind; /* "parameter", "state", "next", or "" for a binding */
    bool used;
} Name;

typedef struct NameList {
    Name *at;
    int count, capacity;
} NameList;

typedef struct Body Body;
struct Body {
    Body *outer; /* of a branch */
    const Tree *tree;
    NameList names;
};

typedef struct Checker {
    Resolver *r;
    File *file;
    int params; /* that can be seen: all, or those before a param's default */
    bool quiet; /* only marks what is used */
} Checker;

/* ---------------------------------------------------------------- names of a body */

static Name *name_find(Body *body, const char *name)
{
    for (; body; body = body->outer)
        for (int i = 0; i < body->names.count; i++)
            if (strcmp(body->names.at[i].name, name) == 0)
                return &body->names.at[i];
    return NULL;
}

static void name_add(Checker *c, Body *body, const char *name, Place place, const char *kind)
{
    Name *old = name_find(body, name);
    if (old) {
        fault(c->r, place, NULL, "`%s` is defined already; values are not reassigned", name);
        fault_note(c->r, old->place, "the first time here");
        return;
    }
    if (body->names.count == MOST_BINDINGS) {
        fault(c->r, place, NULL, "more than %d names in one body", MOST_BINDINGS);
        c->r->stop = true;
    }
    Name new = { .name = name, .place = place, .kind = kind };
    APPEND(c->r->arena, body->names.at, body->names.count, body->names.capacity, new);
}

static void report_unused(Checker *c, const Body *body)
{
    for (int i = 0; i < body->names.count && !c->quiet; i++) {
        const Name *name = &body->names.at[i];
        if (!name->used)
            fault(c->r, name->place, NULL, "%s%s`%s` is never used", name->kind,
                  *name->kind ? " " : "", name->name);
    }
}

/* ---------------------------------------------------------------- expressions */

static void check_tree(Checker *c, Body *body, const Tree *tree);
static void check_body(Checker *c, Body *body, const Tree *tree);

static bool param_visible(Checker *c, const char *name)
{
    for (int i = 0; i < c->params; i++)
        if (strcmp(c->file->param[i].name, name) == 0)
            return c->file->param[i].used = true;
    return false;
}

static bool is_layer(Checker *c, const char *name)
{
    return definition_find(c->r, c->file, name) || primitive_find(name) ||
           map_function(name) != FUNCTIONS;
}

static const char *near_name(Checker *c, Body *body, const char *name)
{
    const char **candidate = arena_alloc(c->r->arena, sizeof *candidate * (2 * MAX_NAMES)), *near;
    int count = 0;
    for (Body *b = body; b; b = b->outer)
        for (int i = 0; i < b->names.count && count < MAX_NAMES; i++)
            candidate[count++] = b->names.at[i].name;
    near = diag_nearest(name, candidate, count);
    if (near)
        return arena_format(c->r->arena, "; did you mean `%s`?", near);
    for (int i = count = 0; i < c->params && count < MAX_NAMES; i++)
        candidate[count++] = c->file->param[i].name;
    near = diag_nearest(name, candidate, count);
    if (near)
        return arena_format(c->r->arena, "; did you mean the param `%s`?", near);
    return did_you_mean(c->r, name, candidate, word_names(candidate, MAX_NAMES));
}

/* The place where a later line of the body gives the name a value, or NULL. */
static const Place *bound_later(const Body *body, const char *name)
{
    for (; body; body = body->outer)
        for (int i = 0; body->tree && i < body->tree->count; i++) {
            const Tree *item = body->tree->items[i];
            for (int k = 0; item->kind == TREE_BIND && k < item->a->count; k++)
                if (strcmp(item->a->items[k]->name, name) == 0)
                    return &item->a->items[k]->place;
        }
    return NULL;
}

static void check_name(Checker *c, Body *body, const Tree *tree)
{
    Name *name = name_find(body, tree->name);
    if (name)
        name->used = true;
    if (name || param_visible(c, tree->name) || c->quiet || word_known(tree->name) ||
        strcmp(tree->name, "training") == 0)
        return;
    Param *later = param_find(c->file, tree->name);
    const Place *below = later ? &later->tree->place : bound_later(body, tree->name);
    if (below) {
        if (later)
            later->used = true;
        fault(c->r, tree->place, NULL, "%s`%s` is defined further down", later ? "param " : "",
              tree->name);
        fault_note(c->r, *below, "here");
    } else if (is_layer(c, tree->name))
        fault(c->r, tree->place, NULL, "`%s` is a layer, not a value; call it: %s(..)", tree->name,
              tree->name);
    else
        fault(c->r, tree->place, NULL, "unknown name `%s`%s", tree->name,
              near_name(c, body, tree->name));
}

static void check_layer_name(Checker *c, Body *body, const Tree *call, bool piped)
{
    Resolver *r = c->r;
    bool word = call->b && !call->a && !piped && word_known(call->name);
    if (c->quiet || word || is_layer(c, call->name))
        return;
    Name *value = name_find(body, call->name);
    if (value)
        value->used = true;
    if (value || param_visible(c, call->name)) {
        fault(r, call->place, NULL, "`%s` is a value, not a layer", call->name);
        return;
    }
    const char **candidate = arena_alloc(r->arena, sizeof *candidate * (2 * MAX_NAMES));
    int count = primitive_names(candidate, MAX_NAMES);
    for (int i = 0; i < r->definitions && count < 2 * MAX_NAMES; i++)
        candidate[count++] = r->definition[i]->name;
    fault(r, call->place, NULL, "unknown layer `%s`%s", call->name,
          did_you_mean(r, call->name, candidate, count));
}

/* `window = hamm`: a key with its own words tells which they are. */
static bool check_word(Checker *c, Body *body, const Primitive *p, const Tree *keyword)
{
    const Tree *tree = keyword->a;
    if (c->quiet || keyword->kind != TREE_KEYWORD || tree->kind != TREE_CALL || tree->a ||
        tree->b || name_find(body, tree->name) || param_find(c->file, tree->name))
        return false;
    for (int i = 0; i < MAX_SLOTS && p->slot[i].name; i++) {
        const char *const *words = p->slot[i].words;
        int count = 0;
        bool known = false;
        if (!words || strcmp(p->slot[i].name, keyword->name) != 0)
            continue;
        for (; words[count]; count++)
            known |= strcmp(words[count], tree->name) == 0;
        if (!known)
            fault(c->r, tree->place, NULL, "%s must be %s; `%s` is none of them%s", keyword->name,
                  list_words(c->r, words, count, "or"), tree->name,
                  did_you_mean(c->r, tree->name, words, count));
        return true;
    }
    return false;
}

static void check_call(Checker *c, Body *body, const Tree *call, bool piped)
{
    if (!call->a && !call->b && !piped) {
        check_name(c, body, call);
        return;
    }
    check_layer_name(c, body, call, piped);
    if (call->a)
        check_tree(c, body, call->a);
    const Primitive *p = definition_find(c->r, c->file, call->name) ? NULL
                                                                    : primitive_find(call->name);
    for (int i = 0; call->b && i < call->b->count; i++)
        if (!p || !check_word(c, body, p, call->b->items[i]))
            check_tree(c, body, call->b->items[i]);
}

static void refuse_states(Resolver *r, const Tree *body, const char *why)
{
    for (int i = 0; i < body->count; i++)
        if (body->items[i]->kind == TREE_STATE)
            fault(r, body->items[i]->place, NULL, "%s", why);
}

static void check_branch(Checker *c, Body *outer, const Tree *tree)
{
    Body body = { .outer = outer };
    if (tree->kind == TREE_IF)
        check_tree(c, outer, tree);
    else {
        refuse_states(c->r, tree, "states stand in a cell's own body, not in a branch");
        check_body(c, &body, tree);
        report_unused(c, &body);
    }
}

static void check_tree(Checker *c, Body *body, const Tree *tree)
{
    switch (tree->kind) {
    case TREE_CALL: check_call(c, body, tree, false); return;
    case TREE_PIPE:
        check_tree(c, body, tree->a);
        check_call(c, body, tree->b, true);
        return;
    case TREE_IF:
        check_tree(c, body, tree->a);
        check_branch(c, body, tree->b);
        check_branch(c, body, tree->c);
        return;
    case TREE_AXIS:
    case TREE_RANGE:
    case TREE_RAGGED: {
        Name *name = name_find(body, tree->name);
        Param *list = name ? NULL : param_find(c->file, tree->name);
        if (name)
            name->used = true;
        else if (list && list->tree->a && list->tree->a->kind == TREE_AXES)
            list->used = true;
        break;
    }
    default: break;
    }
    if (tree->a)
        check_tree(c, body, tree->a);
    if (tree->b)
        check_tree(c, body, tree->b);
    for (int i = 0; i < tree->count; i++)
        check_tree(c, body, tree->items[i]);
}

/* ---------------------------------------------------------------- bodies */

static void check_next(Checker *c, Body *body, const Tree *name)
{
    const char *state = arena_copy(c->r->arena, name->name, strlen(name->name) - 1);
    const Name *old = name_find(body, state);
    if (!old || strcmp(old->kind, "state") != 0)
        fault(c->r, name->place, NULL, "`%s`: %s is not a state", name->name, state);
}

static void check_bind(Checker *c, Body *body, const Tree *bind)
{
    check_tree(c, body, bind->b);
    for (int i = 0; i < bind->a->count; i++) {
        const Tree *name = bind->a->items[i];
        size_t length = strlen(name->name);
        bool next = length && name->name[length - 1] == '\'';
        if (next)
            check_next(c, body, name);
        name_add(c, body, name->name, name->place, next ? "next value" : "");
        if (next)
            name_find(body, name->name)->used = true;
    }
}

static void check_states(Checker *c, Body *body, const Tree *state)
{
    for (int i = 0; i < state->count; i++) {
        const Tree *item = state->items[i];
        if (item->a)
            check_tree(c, body, item->a);
        name_add(c, body, item->name, item->place, "state");
    }
}

static void check_next_values(Checker *c, Body *body)
{
    for (int i = 0; i < body->names.count; i++) {
        const Name *state = &body->names.at[i];
        if (strcmp(state->kind, "state") == 0 &&
            !name_find(body, arena_format(c->r->arena, "%s'", state->name)))
            fault(c->r, state->place, NULL, "state `%s` gets no next value: %s' = .. is missing",
                  state->name, state->name);
    }
}

static void check_body(Checker *c, Body *body, const Tree *tree)
{
    const Tree *result = NULL;
    body->tree = tree;
    for (int i = 0; i < tree->count && !c->r->stop; i++) {
        const Tree *item = tree->items[i];
        if (result) {
            fault(c->r, item->place, NULL,
                  "a statement after the result, which is a body's last line");
            fault_note(c->r, result->place, "the result");
        }
        if (item->kind == TREE_BIND) {
            for (int k = 0; k < item->a->count; k++)
                if (item->a->items[k]->a)
                    fault(c->r, item->a->items[k]->place, NULL,
                          "`%s` is given a value: a name takes no axes there",
                          item->a->items[k]->name);
            check_bind(c, body, item);
        } else if (item->kind == TREE_STATE)
            check_states(c, body, item);
        else {
            check_tree(c, body, item->a);
            result = item;
        }
    }
    if (!result)
        fault(c->r, tree->place, NULL,
              "this body has no result: its last line must be an expression");
    for (int i = 0; !result && i < body->names.count; i++)
        body->names.at[i].used = true;
    check_next_values(c, body);
}

static void check_parameters(Checker *c, Body *body, const Tree *header)
{
    if (header->a && header->a->count != 1)
        fault(c->r, header->a->place, NULL,
              "the brackets of a definition hold one name, which stands for all axes");
    for (int i = 0; header->a && i < header->a->count; i++)
        name_add(c, body, header->a->items[i]->name, header->a->items[i]->place, "parameter");
    for (int i = 0; header->b && i < header->b->count; i++) {
        const Tree *p = header->b->items[i];
        if (p->kind == TREE_KEYWORD)
            check_tree(c, body, p->a);
        else if (i && header->b->items[i - 1]->kind == TREE_KEYWORD)
            fault(c->r, p->place, NULL,
                  "parameter `%s` needs a default, as those before it have one", p->name);
        name_add(c, body, p->name, p->place, "parameter");
    }
}

static void check_definition(Resolver *r, const Definition *d)
{
    Checker c = { .r = r, .file = d->file, .params = d->file->params };
    Body body = { 0 };
    if (d->tree->kind == TREE_LAYER)
        refuse_states(r, d->tree->b, "only a cell has states");
    check_parameters(&c, &body, d->tree->a);
    check_body(&c, &body, d->tree->b);
    report_unused(&c, &body);
}

/* ---------------------------------------------------------------- sections and params */

static void check_network(Resolver *r)
{
    Checker c = { .r = r, .file = r->main, .params = r->main->params }, settings = c;
    Body body = { 0 }, loss = { .outer = &body };
    for (int i = 0; i < r->feature_trees; i++)
        name_add(&c, &body, r->features[i]->name, r->features[i]->place, "features");
    if (r->network) {
        refuse_states(r, r->network->b, "only a cell has states");
        check_body(&c, &body, r->network->b);
    }
    const Tree *tree = train_loss(r);
    if (tree) {
        Place place = tree->place;
        for (int i = 0; i < 2; i++) {
            const char *name = i ? "target" : "output";
            Name *own = name_find(&body, name);
            if (own)
                fault(r, own->place, NULL, "`%s` is a name of the loss; take another", name);
            else
                name_add(&c, &loss, name, place, "");
        }
        check_tree(&c, &loss, tree);
    }
    settings.quiet = true;
    for (int i = 0; r->train && i < r->train->b->count; i++)
        check_tree(&settings, NULL,
                   r->train->b->items[i]->kind == TREE_BIND ? r->train->b->items[i]->b
                                                            : r->train->b->items[i]->a);
    for (int i = 0; r->evaluate && i < r->evaluate->b->count; i++)
        check_tree(&settings, NULL,
                   r->evaluate->b->items[i]->kind == TREE_BIND ? r->evaluate->b->items[i]->b
                                                               : r->evaluate->b->items[i]->a);
    if (r->network)
        report_unused(&c, &body);
}

static void check_features(Resolver *r)
{
    for (int i = 0; i < r->feature_trees; i++) {
        Checker c = { .r = r, .file = r->main, .params = r->main->params };
        Body body = { 0 };
        refuse_states(r, r->features[i]->b, "only a cell has states");
        check_body(&c, &body, r->features[i]->b);
        report_unused(&c, &body);
    }
}

static void check_params(Resolver *r, File *file)
{
    for (int i = 0; i < file->params; i++) {
        Checker c = { .r = r, .file = file, .params = i };
        if (file->param[i].tree->a)
            check_tree(&c, NULL, file->param[i].tree->a);
    }
}

static void report_unused_params(Resolver *r)
{
    for (int i = 0; i < r->files; i++)
        for (int k = 0; k < r->file[i]->params; k++)
            if (!r->file[i]->param[k].used)
                fault(r, r->file[i]->param[k].tree->place, NULL, "param `%s` is never used",
                      r->file[i]->param[k].name);
}

/* A layer of the user may have the name of a standard one; that is said, as it may not be meant. */
static void note_shadows(Resolver *r)
{
    for (int i = 0; i < r->definitions; i++) {
        const Definition *d = r->definition[i];
        if (d->file->standard)
            continue;
        const Definition *standard = definition_find(r, r->standard, d->name);
        if (standard || primitive_find(d->name) || map_function(d->name) != FUNCTIONS)
            diag_note(r->d, d->tree->place, "this `%s` takes the place of the standard one",
                      d->name);
    }
}

bool check_names(Resolver *r)
{
    if (r->definitions > MOST_DEFINITIONS) {
        fault(r, r->definition[MOST_DEFINITIONS]->tree->place, NULL, "more than %d layers",
              MOST_DEFINITIONS);
        return false;
    }
    note_shadows(r);
    for (int i = 0; i < r->files; i++)
        check_params(r, r->file[i]);
    check_features(r);
    for (int i = 0; i < r->definitions && !r->stop; i++)
        check_definition(r, r->definition[i]);
    check_network(r);
    report_unused_params(r);
    check_recursion(r);
    r->unknown_names = r->reports > 0;
    return !r->stop;
}
