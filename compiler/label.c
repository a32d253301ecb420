/* label.c: what buffers are called: by what makes them and the path of bindings and layers around it, `dot_b_conv`.
 *
 * Of several with the same operator and path, the second has a 2 behind the operator, and so on.  So a change of one layer
 * renames nothing of the others.  No operator's name ends with a digit or is what stands before names (inner, next,
 * panels, parts, sums, where, variance), and no local variable of a kernel begins with an operator's name and _: so names
 * meet neither each other nor a variable. */
#include "kernel.h"

#include <string.h>

typedef struct Entry {
    const char *text;
    int count;
} Entry;

static const char *word_of(const Node *x)
{
    return x->op == OP_map ? function_name(x->function) : op_name(x->op);
}

/* The path as part of a C name. */
static char *path_of(Arena *arena, const Node *x)
{
    while (x->op == OP_part || (x->op == OP_scan && !x->label && x->body->results))
        x = x->op == OP_part ? x->operand[0] : x->body->result[0].node;
    const char *label = x->label && *x->label ? x->label : x->op == OP_input ? x->name : "net";
    char *path = arena_copy(arena, label, strlen(label));
    for (char *at = path; *at; at++)
        if (!((*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
              (*at >= '0' && *at <= '9')))
            *at = '_';
    return path;
}

/* How often `text` was asked for, with this time. */
static int count_of(Entry *table, size_t size, const char *text)
{
    size_t at = 5381;
    for (const char *c = text; *c; c++)
        at = at * 33 + (unsigned char)*c;
    for (at %= size; table[at].text && strcmp(table[at].text, text) != 0;)
        at = (at + 1) % size;
    table[at].text = text;
    return ++table[at].count;
}

static void name_nodes(Program *p)
{
    const Graph *g = p->graph;
    const size_t size = 2 * (size_t)g->nodes + 1;
    Entry *table = arena_alloc(p->arena, sizeof *table * size);
    p->name = arena_alloc(p->arena, sizeof *p->name * (size_t)(g->nodes + 1));
    /* the second scan of the same path is its gradient: what is in their bodies has other names */
    const char *outer = p->scan ? program_name(p->outer, p->scan) : NULL;
    const int digits = outer ? (int)strspn(outer + strlen("scan"), "0123456789") : 0;
    for (int i = 0; i < g->nodes; i++) {
        const Node *x = g->node[i];
        const char *path = path_of(p->arena, x), *word = word_of(x);
        const int count = count_of(table, size, arena_format(p->arena, "%s_%s", word, path));
        const char *number = count > 1 ? arena_format(p->arena, "%d", count) : "";
        p->name[x->id] = outer ? arena_format(p->arena, "inner%.*s_%s%s_%s", digits,
                                              outer + strlen("scan"), word, number, path)
                               : arena_format(p->arena, "%s%s_%s", word, number, path);
    }
}

const char *program_name(Program *p, const Node *x)
{
    if (!p->name)
        name_nodes(p);
    return p->name[x->id];
}
