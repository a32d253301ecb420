/* recursion.c: finds layers that use themselves. */
#include "resolve.h"

typedef struct Path {
    const struct Path *outer;
    Definition *definition;
    int length;
} Path;

static void visit(Resolver *r, Definition *d, const Path *outer);

static void visit_call(Resolver *r, const Tree *call, const Path *path)
{
    Definition *d = definition_find(r, path->definition->file, call->name);
    if (!d || d->mark == 2)
        return;
    if (d->mark == 0) {
        visit(r, d, path);
        return;
    }
    const char *chain = d->name;
    for (const Path *p = path; p && p->definition != d; p = p->outer)
        chain = arena_format(r->arena, "%s -> %s", p->definition->name, chain);
    r->stop = true;
    fault(r, call->place, NULL, "layer `%s` uses itself: %s -> %s", d->name, d->name, chain);
}

static void visit_tree(Resolver *r, const Tree *tree, const Path *path, bool piped)
{
    if (!tree || r->stop)
        return;
    if (tree->kind == TREE_CALL && (tree->a || tree->b || piped))
        visit_call(r, tree, path);
    visit_tree(r, tree->a, path, false);
    visit_tree(r, tree->b, path, tree->kind == TREE_PIPE);
    visit_tree(r, tree->c, path, false);
    for (int i = 0; i < tree->count; i++)
        visit_tree(r, tree->items[i], path, false);
}

/* A chain longer than calls may be is not followed: elaboration will refuse it. */
static void visit(Resolver *r, Definition *d, const Path *outer)
{
    Path path = { .outer = outer, .definition = d, .length = outer ? outer->length + 1 : 1 };
    if (d->mark || path.length > MAX_CALLS)
        return;
    d->mark = 1;
    for (int i = 0; d->tree->a->b && i < d->tree->a->b->count; i++)
        visit_tree(r, d->tree->a->b->items[i]->a, &path, false);
    visit_tree(r, d->tree->b, &path, false);
    d->mark = 2;
}

void check_recursion(Resolver *r)
{
    for (int i = 0; i < r->definitions && !r->stop; i++)
        visit(r, r->definition[i], NULL);
}
