/* compile.c: the passes, one after the other. */
#include "emit.h"
#include "report.h"

#include <stdlib.h>
#include <string.h>

static const Source *standard_source(Arena *arena)
{
    Source *s = arena_alloc(arena, sizeof *s);
    *s = (Source){ "std.asc", standard_library, strlen(standard_library), true };
    return s;
}

static bool dumps(const Options *o, char letter)
{
    return strchr(o->dump, letter) != NULL;
}

/* Between two passes: the graph's invariants hold, and -d with the pass's letter shows it. */
static void check(const Graph *g, const Options *o, const char *pass, char letter)
{
    graph_check(g, pass);
    if (dumps(o, letter))
        graph_print(stderr, g);
}

static void check_both(const Model *m, const Options *o, const char *pass, char letter)
{
    check(m->training, o, pass, letter);
    check(m->inference, o, pass, letter);
}

/* Hoisting shows what else can be simplified. */
void reduce_graph(Graph *g, unsigned passes)
{
    if (runs(passes, PASS_simplify))
        simplify(g);
    hoist(g, passes);
    if (runs(passes, PASS_simplify))
        simplify(g);
    else
        graph_sweep(g);
}

/* A cell inside of a cell moves out of it unless it depends on a step or a state: kernels of a step hold no scan. */
static bool refuse_nested(const Graph *g, Diagnostics *d)
{
    bool fine = true;
    for (int i = 0; i < g->nodes; i++) {
        const Graph *body = g->node[i]->op == OP_scan ? g->node[i]->body : NULL;
        for (int j = 0; body && j < body->nodes; j++)
            if (body->node[j]->op == OP_scan) {
                diag_error(d, body->node[j]->place,
                           "this cell depends on a step or a state of the cell around it: it can't "
                           "run inside of each of its steps");
                fine = false;
            }
    }
    return fine;
}

/* Texts go to `shown`, C to `file`. */
static int run_passes(Arena *arena, const Options *o, const Source *source, Diagnostics *d,
                      FILE *shown, Text *file)
{
    const Tree *standard = parse(arena, standard_source(arena), d);
    const Tree *tree = parse(arena, source, d);
    if (!tree || !standard)
        return 0;
    if (dumps(o, 't'))
        tree_print(stderr, tree);
    if (o->emit == EMIT_AST) {
        tree_print(shown, tree);
        return 1;
    }

    Model *m = resolve(arena, tree, standard, o, d);
    if (!m)
        return 0;
    check_both(m, o, "resolve", 'r');
    m->identity = graph_identity(m->inference);
    observe(m->inference);
    if (o->emit == EMIT_PARAMS) {
        params_print(shown, m);
        return 1;
    }
    if (o->emit == EMIT_DOT) {
        graph_draw(shown, m->inference);
        return 1;
    }

    reduce_graph(m->training, o->passes);
    reduce_graph(m->inference, o->passes);
    check_both(m, o, "simplify", 's');
    if (!refuse_nested(m->training, d) || !refuse_nested(m->inference, d))
        return 0;
    grad(m->training, m, &m->recipe);
    check(m->training, o, "grad", 'g');
    reduce_graph(m->training, o->passes);
    check_both(m, o, "simplify after grad", 'S');
    if (o->emit == EMIT_GRAPH) {
        graph_print(shown, m->training);
        graph_print(shown, m->inference);
        return 1;
    }

    front(arena, m, o);
    Program *train = fuse(arena, m, m->training, o, "train");
    Program *infer = fuse(arena, m, m->inference, o, "infer");
    schedule(train);
    schedule(infer);
    plan(train);
    plan(infer);
    if (o->poison) {
        poison(train);
        poison(infer);
    }
    if (o->emit == EMIT_REPORT) {
        report_print(shown, m, train, infer);
        return 1;
    }
    return emit(arena, m, train, infer, o, source, file, o->emit == EMIT_C ? 1 : MOST_FILES);
}

int compile(Arena *arena, const Options *o, const Source *source, Diagnostics *d,
            Text file[MOST_FILES])
{
    char *text = NULL;
    size_t length = 0;
    FILE *shown = open_memstream(&text, &length);
    if (!shown)
        arena_fail();
    const int files = run_passes(arena, o, source, d, shown, file);
    if (fclose(shown) != 0)
        arena_fail();
    if (length) {
        file[0] = text_create(arena);
        text_add(&file[0], "%s", text);
    }
    free(text);
    return files;
}
