/* kernel_build.c: makes random graphs into libraries: for every target that runs here, in float and double, with all passes,
 * with those of -O0, and with all but one. */
#include "kernel_case.h"

#include "../compiler/emit.h"
#include "../compiler/graph.h"

#include <stdlib.h>
#include <string.h>

bool is_convolution(const Case *c)
{
    return c->training->seed >= CONVOLUTION_GRAPHS;
}

/* ---------------------------------------------------------------- graphs and programs */

RandomGraph *case_graph(Arena *arena, bool training, uint64_t seed, const unsigned *passes)
{
    RandomGraph *r = random_graph(arena, training ? "training" : "inference", seed);
    Recipe recipe = { 0 };
    int values = 0;
    if (passes)
        reduce_graph(r->g, *passes);
    if (training) {
        grad(r->g, &r->model, &recipe);
        if (passes)
            reduce_graph(r->g, *passes);
        return r;
    }
    for (int i = 0; i < r->g->results; i++)
        if (r->g->result[i].kind == RESULT_VALUE)
            r->g->result[values++] = r->g->result[i];
    r->g->results = values;
    return r;
}

/* The inputs are results of one features section, made elsewhere, but for the target, which is the last one. */
static void set_model(Case *c)
{
    RandomGraph *r = c->training;
    Front *elsewhere = arena_alloc(c->arena, sizeof *elsewhere);
    Features *features = arena_alloc(c->arena, sizeof *features);
    Input *input = arena_alloc(c->arena, sizeof *input * MOST_INPUTS);
    *elsewhere = (Front){ .name = "features" };
    *features = (Features){ .name = "features", .front = elsewhere, .shape = r->shape[0] };
    for (int i = 0; i + 1 < r->inputs; i++)
        input[i] = (Input){ .name = r->name[i],
                            .shape = r->shape[i],
                            .kind = r->length[i] ? INPUT_LENGTH : INPUT_FEATURES };
    r->model.training = r->g;
    r->model.inference = c->inference->g;
    r->model.name = r->model.path = "random";
    r->model.defines = "";
    r->model.features = features;
    r->model.feature_sets = 1;
    r->model.input = input;
    r->model.inputs = r->inputs - 1;
    r->model.recipe = (Recipe){ .optimizer = "sgd", .rate = 0.1, .epochs = 1, .batch = 4 };
}

Case case_create(uint64_t seed)
{
    Case c = { .arena = arena_create() };
    c.training = case_graph(c.arena, true, seed, NULL);
    c.inference = case_graph(c.arena, false, seed, NULL);
    set_model(&c);
    return c;
}

static Options options_of(const Case *c, const Build *b)
{
    return (Options){ .emit = EMIT_C,
                      .target = b->target,
                      .dump = "",
                      .real_double = b->real_double,
                      .passes = b->passes,
                      .poison = c->training->seed % 4 != 3 };
}

Program *case_lower(const Case *c, const Build *b, bool training)
{
    const Options o = options_of(c, b);
    RandomGraph *r = case_graph(c->arena, training, c->training->seed, &b->passes);
    graph_check(r->g, "simplify");
    Program *p = fuse(c->arena, &c->training->model, r->g, &o, training ? "train" : "infer");
    schedule(p);
    plan(p);
    if (o.poison)
        poison(p);
    return p;
}

static const char *generate(const Case *c, const Build *b)
{
    static const Source source = { "random.asc", "asc 1\n", 6, false };
    const Options o = options_of(c, b);
    Text file;
    Program *train = case_lower(c, b, true);
    emit(c->arena, &c->training->model, train, case_lower(c, b, false), &o, &source, &file, 1);
    return file.at;
}

/* ---------------------------------------------------------------- ways */

static Build *add_build(Case *c, const char *target, bool real_double, unsigned passes,
                        const char *what)
{
    Build *b = &c->build[c->builds++];
    *b = (Build){ target_find(target), real_double, passes, NULL, NULL, NULL };
    b->label = arena_format(c->arena, "%s-%s%s", target, real_double ? "double" : "float", what);
    b->text = generate(c, b);
    return b;
}

static bool runs_here(const char *target)
{
#if defined(__x86_64__)
    return strcmp(target, "neon") &&
           target_native()->vector_bytes >= target_find(target)->vector_bytes;
#else
    return !strcmp(target_native()->name, target);
#endif
}

/* Of -O2; the libraries that graphs become are linked with no other. */
static unsigned usual_passes(void)
{
    return passes_of(2) & ~(1u << PASS_library);
}

/* One that these lack is added instead. */
bool case_without(Case *c, Pass pass)
{
    const bool real_double = pass != PASS_winograd && pass != PASS_taps; /* in float only */
    const char *native = target_native()->name;
    const char *all = add_build(c, native, real_double, usual_passes(), "")->text;
    c->builds--;
    const unsigned one = 1u << pass;
    const Build *b = add_build(
        c, native, real_double, usual_passes() ^ one,
        arena_format(c->arena, usual_passes() & one ? "-no-%s" : "-%s", pass_name(pass)));
    if (strcmp(b->text, all))
        return true;
    c->builds--;
    return false;
}

/* Convolutions: each vector length that runs here, in turn in one precision or the other. */
static void choose_vectors(Case *c)
{
    static const char *const wide[] = { "avx512", "avx2", "neon" };
    for (int i = 0; i < 3; i++)
        if (i == 2 || target_native()->vector_bytes >= target_find(wide[i])->vector_bytes)
            add_build(c, wide[i], (c->training->seed + (uint64_t)i) % 2, usual_passes(), "");
}

/* Each target that runs here in double precision, with and without optimisation, and one in float. */
static void choose_targets(Case *c)
{
    static const char *const wide[] = { "avx512", "avx2", "neon" };
    const char *native = target_native()->name;
    const int turn = (int)(c->training->seed % 4);
    for (int i = 0; i < 3; i++)
        if (runs_here(wide[i]))
            add_build(c, wide[i], i == 0 || turn > 0, usual_passes(), "");
    switch (turn) {
    case 0: add_build(c, "scalar", true, usual_passes(), ""); break;
    case 1: add_build(c, "scalar", true, passes_of(0), "-O0"); break;
    case 2: add_build(c, native, false, passes_of(0), "-O0"); break;
    default: add_build(c, native, false, usual_passes(), ""); break;
    }
}

void case_choose(Case *c)
{
    if (is_convolution(c))
        choose_vectors(c);
    else
        choose_targets(c);
}

/* ---------------------------------------------------------------- libraries */

static void add_words(Text *text, const Words *words)
{
    for (int i = 0; i < words->count; i++)
        text_add(text, "%s ", words->word[i]);
}

static void write_files(Case *c, Build *b, Scratch *scratch)
{
    Toolchain toolchain;
    Text command = text_create(c->arena);
    char *message = NULL;
    const char *name = arena_format(c->arena, "%s-%d", b->label, (int)c->training->seed);
    ck_assert_msg(toolchain_find(c->arena, b->real_double, &toolchain, &message), "%s", message);
    scratch_text(scratch, arena_format(c->arena, "%s.c", name), b->text);
    b->path = arena_format(c->arena, "%s/%s.so", scratch->path, name);
    add_words(&command, &toolchain.cc);
    text_add(&command,
             "-std=gnu11 -O1 -fno-math-errno -fno-trapping-math -fopenmp -Wall "
             "-Wextra -Werror -fPIC %s ",
             b->target->cflags);
    add_words(&command, &toolchain.compile);
    text_add(&command, "-c -o %s.o %s.c && ", name, name); /* which ccache knows again */
    add_words(&command, &toolchain.cc);
    add_words(&command, &toolchain.compile);
    text_add(&command, "-fopenmp -shared -Wl,-Bsymbolic -o %s.so %s.o -lm\n", name, name);
    scratch_text(scratch, arena_format(c->arena, "%s.sh", b->label), command.at);
}

void case_build(Case *c, Scratch *scratch)
{
    for (int i = 0; i < c->builds; i++)
        write_files(c, &c->build[i], scratch);
    const char *all = arena_format(c->arena, "cd %s && ls *.sh | xargs -P 2 -n 1 sh && rm *.sh",
                                   scratch->path);
    ck_assert_msg(system(all) == 0, "seed %d: %s", (int)c->training->seed, all);
}
