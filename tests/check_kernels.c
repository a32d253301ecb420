/* check_kernels.c: random graphs, compiled for every target that runs here with and without
 * optimisation, compute what the interpreter does, whatever the batch and the threads.
 *
 * KERNEL_GRAPHS: how many graphs; KERNEL_FIRST: the first seed. */
#include "check_main.h"
#include "random_graph.h"
#include "scratch.h"
#include "verify.h"

#include "../compiler/graph.h"
#include "../compiler/kernel.h"
#include "../runtime/asc.h"

#include <dlfcn.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { GRAPHS = 24, MOST_BUILDS = 8, BATCHES = 5, CANARY = 64 };

static const int batches[BATCHES] = { MOST_EXAMPLES, 1, 3, 4, 5 };

/* A pass that can be left out. */
typedef enum Pass { PASS_NONE, PASS_SIMPLIFY, PASS_HOIST, PASS_JOIN, PASS_REUSE, PASSES } Pass;

static const char *const pass_name[PASSES] = { "", "simplify", "hoist", "join", "reuse" };

/* A graph made into a library in one of the ways. */
typedef struct Build {
    const Target *target;
    bool real_double, optimise;
    Pass without;
    const char *label, *path;
} Build;

typedef struct Case {
    Arena *arena;
    RandomGraph *training, *inference;
    Build build[MOST_BUILDS];
    int builds;
} Case;

static Scratch scratch;

/* ---------------------------------------------------------------- making libraries */

static void add_build(Case *c, const char *target, bool real_double, bool optimise, Pass without)
{
    Build *b = &c->build[c->builds++];
    *b = (Build){ target_find(target), real_double, optimise, without, NULL, NULL };
    b->label = arena_format(c->arena, "%s-%s%s%s%s", target, real_double ? "double" : "float",
                            optimise ? "" : "-O0", without ? "-no-" : "", pass_name[without]);
}

/* Convolutions: each vector length that runs here, in turn in one precision or the other. */
static void choose_all_builds(Case *c)
{
    static const char *const wide[] = { "avx512", "avx2", "neon" };
    for (int i = 0; i < 3; i++)
        if (i == 2 || target_native()->vector_bytes >= target_find(wide[i])->vector_bytes)
            add_build(c, wide[i], (c->training->seed + (uint64_t)i) % 2, true, PASS_NONE);
}

/* Each target that runs here in double precision, with and without optimisation, and one in float. */
static void choose_builds(Case *c)
{
    static const char *const wide[] = { "avx512", "avx2", "neon" };
    const int turn = (int)(c->training->seed % 4);
    for (int i = 0; i < 3; i++) {
#if defined(__x86_64__)
        bool here = i < 2 && target_native()->vector_bytes >= target_find(wide[i])->vector_bytes;
#else
        bool here = !strcmp(target_native()->name, wide[i]);
#endif
        if (here)
            add_build(c, wide[i], i == 0 || turn > 0, true, PASS_NONE);
    }
    add_build(c, target_native()->name, true, true,
              (Pass)(1 + (int)(c->training->seed % (PASSES - 1))));
    switch (turn) {
    case 0: add_build(c, "scalar", true, true, PASS_NONE); break;
    case 1: add_build(c, "scalar", true, false, PASS_NONE); break;
    case 2: add_build(c, target_native()->name, false, false, PASS_NONE); break;
    default: add_build(c, target_native()->name, false, true, PASS_NONE); break;
    }
}

/* The graph of a seed, differentiated: a copy of its own for every build. */
static RandomGraph *make_graph(const Case *c, bool training, uint64_t seed)
{
    RandomGraph *r = random_graph(c->arena, training ? "training" : "inference", seed);
    Recipe recipe = { 0 };
    int values = 0;
    if (training) {
        grad(r->g, &r->model, &recipe);
        return r;
    }
    for (int i = 0; i < r->g->results; i++)
        if (r->g->result[i].kind == RESULT_VALUE)
            r->g->result[values++] = r->g->result[i];
    r->g->results = values;
    return r;
}

/* Every buffer behind the one before. */
static void place_apart(Program *p)
{
    p->arena_constant = p->arena_per_example = 0;
    for (int i = 0; i < p->buffers; i++) {
        Buffer *b = p->buffer[i];
        int64_t *end = b->extent == EXTENT_CONSTANT ? &p->arena_constant : &p->arena_per_example;
        if (b->home != HOME_ARENA || b->first < 0)
            continue;
        b->offset = *end;
        *end += buffer_bytes(p, b);
    }
}

static Program *lower(const Case *c, const Build *b, bool training, const Options *o)
{
    RandomGraph *r = make_graph(c, training, c->training->seed);
    if (b->without != PASS_SIMPLIFY)
        simplify(r->g);
    if (b->without != PASS_HOIST)
        hoist(r->g);
    if (b->without != PASS_SIMPLIFY)
        simplify(r->g);
    graph_check(r->g, "simplify");
    Program *p = fuse(c->arena, &c->training->model, r->g, o, training ? "train" : "infer");
    p->optimise = b->optimise && b->without != PASS_JOIN;
    schedule(p);
    p->optimise = b->optimise;
    plan(p);
    if (b->without == PASS_REUSE)
        place_apart(p);
    if (o->poison)
        poison(p);
    return p;
}

static char *generate(const Case *c, const Build *b)
{
    static const Source source = { "random.asc", "asc 1\n", 6, false };
    Options o = { .emit = EMIT_C, .target = b->target, .dump = "" };
    o.real_double = b->real_double;
    o.optimise = b->optimise;
    o.winograd = b->optimise;
    o.poison = c->training->seed % 4 != 3;
    Text file;
    Program *train = lower(c, b, true, &o);
    emit(c->arena, &c->training->model, train, lower(c, b, false, &o), &o, &source, &file, 1);
    return file.at;
}

static void add_words(Text *text, const Words *words)
{
    for (int i = 0; i < words->count; i++)
        text_add(text, "%s ", words->word[i]);
}

/* Writes the C files and compiles them, two at a time. */
static void build_all(Case *c)
{
    for (int i = 0; i < c->builds; i++) {
        Build *b = &c->build[i];
        Toolchain toolchain;
        Text command = text_create(c->arena);
        char *message = NULL, *path = arena_format(c->arena, "%s.c", b->label);
        ck_assert_msg(toolchain_find(c->arena, b->real_double, &toolchain, &message), "%s",
                      message);
        path = arena_format(c->arena, "%s", scratch_text(&scratch, path, generate(c, b)));
        b->path = arena_format(c->arena, "%s.so", path);
        add_words(&command, &toolchain.cc);
        text_add(&command,
                 "-std=gnu11 -O1 -fno-math-errno -fno-trapping-math -fopenmp -Wall "
                 "-Wextra -Werror -fPIC -shared -Wl,-Bsymbolic %s ",
                 b->target->cflags);
        add_words(&command, &toolchain.compile);
        text_add(&command, "-o %s %s -lm\n", b->path, path);
        path = arena_format(c->arena, "%s.sh", b->label);
        scratch_text(&scratch, path, command.at);
    }
    const char *all = arena_format(c->arena, "cd %s && ls *.sh | xargs -P 2 -n 1 sh && rm *.sh",
                                   scratch.path);
    ck_assert_msg(system(all) == 0, "seed %d: %s", (int)c->training->seed, all);
}

/* ---------------------------------------------------------------- what is expected */

/* The interpreter's results, and how far they move when every value moves by a rounding error. */
typedef struct Expected {
    int batch;
    Parts *training, *training_moved, *inference, *inference_moved;
} Expected;

static double *moved(const Case *c, const double *x, int64_t count)
{
    double *at = arena_alloc(c->arena, sizeof *at * (size_t)(count + 1));
    for (int64_t i = 0; i < count; i++)
        at[i] = x[i] * (1 + 2e-7 * (random_element(5, i) - 0.5));
    return at;
}

static Expected expect(const Case *c, int batch)
{
    const RandomGraph *r = c->training;
    const double *input[MOST_INPUTS], *value[MOST_WEIGHTS];
    Feed feed = { batch, r->inputs, r->name, (const double *const *)r->input,
                  (const double *const *)r->value };
    Expected e = { .batch = batch };
    e.training = interpret(c->arena, r->g, &feed);
    e.inference = interpret(c->arena, c->inference->g, &feed);
    for (int i = 0; i < r->inputs; i++)
        input[i] = moved(c, r->input[i], shape_count(&r->shape[i]) * batch);
    for (int i = 0; i < r->model.weights; i++)
        value[i] = moved(c, r->value[i], shape_count(&r->weight[i]->shape));
    feed.input = input;
    feed.weight = value;
    e.training_moved = interpret(c->arena, r->g, &feed);
    e.inference_moved = interpret(c->arena, c->inference->g, &feed);
    return e;
}

/* ---------------------------------------------------------------- running */

/* An array of reals of either precision, with values behind its end that must stay. */
typedef struct Array {
    void *at;
    int64_t count;
    bool real_double;
} Array;

static const double canary = 12345;

static double get(const Array *a, int64_t i)
{
    return a->real_double ? ((const double *)a->at)[i] : (double)((const float *)a->at)[i];
}

static void put(const Array *a, int64_t i, double value)
{
    if (a->real_double)
        ((double *)a->at)[i] = value;
    else
        ((float *)a->at)[i] = (float)value;
}

static Array make_array(const Case *c, const Build *b, int64_t count)
{
    char *at = arena_alloc(c->arena, (size_t)(count + CANARY) * sizeof(double) + 64);
    Array a = { at + (64 - (uintptr_t)at % 64) % 64, count, b->real_double };
    for (int64_t i = 0; i < count + CANARY; i++)
        put(&a, i, canary);
    return a;
}

typedef struct Machine {
    const Case *c;
    const Build *b;
    const AscModel *model;
    int capacity;
    Array input[MOST_INPUTS], target, parameters, gradients, output, losses, arena;
    Array random[64];
} Machine;

static Machine make_machine(const Case *c, const Build *b, const AscModel *model)
{
    const RandomGraph *r = c->training;
    Machine m = { .c = c, .b = b, .model = model, .capacity = asc_capacity(MOST_EXAMPLES) };
    size_t output = 1, bytes = model->train.arena_constant + model->infer.arena_constant +
                               (size_t)m.capacity * (model->train.arena_per_example +
                                                     model->infer.arena_per_example);
    for (int i = 0; i < r->inputs; i++)
        m.input[i] = make_array(c, b, shape_count(&r->shape[i]) * m.capacity);
    for (int i = 0; i < model->output.rank; i++)
        output *= (size_t)model->output.axis[i].size;
    m.parameters = make_array(c, b, (int64_t)model->parameter_reals);
    m.gradients = make_array(c, b, (int64_t)model->parameter_reals);
    m.output = make_array(c, b, (int64_t)output * m.capacity);
    m.losses = make_array(c, b, m.capacity);
    m.arena = make_array(c, b, (int64_t)bytes / (b->real_double ? 8 : 4));
    memset(m.arena.at, 0, bytes);
    for (int i = 0; i < model->randoms; i++) {
        m.random[i] = make_array(c, b, (int64_t)model->random_count[i] * m.capacity);
        for (int64_t j = 0; j < m.random[i].count; j++)
            put(&m.random[i], j, random_element((uint64_t)i, j));
    }
    return m;
}

static void fill(const Machine *m, int batch)
{
    const RandomGraph *r = m->c->training;
    for (int i = 0; i < r->inputs; i++)
        for (int64_t j = 0; j < m->input[i].count; j++)
            put(&m->input[i], j, j < shape_count(&r->shape[i]) * batch ? r->input[i][j] : 100);
    for (int64_t j = 0; j < m->parameters.count; j++) {
        put(&m->parameters, j, 0);
        put(&m->gradients, j, canary);
    }
    for (int i = 0; i < r->model.weights; i++)
        for (size_t j = 0; j < m->model->parameter[i].count; j++)
            put(&m->parameters, (int64_t)(m->model->parameter[i].offset + j), r->value[i][j]);
    for (int64_t j = 0; j < m->output.count; j++)
        put(&m->output, j, canary);
    for (int64_t j = 0; j < m->losses.count; j++)
        put(&m->losses, j, canary);
}

static void run(const Machine *m, bool train, int batch, int threads, bool target)
{
    const real *random[64] = { NULL }, *input[MOST_INPUTS];
    const int inputs = m->c->training->inputs;
    for (int i = 0; i < m->model->randoms; i++)
        random[i] = m->random[i].at;
    for (int i = 0; i < inputs; i++)
        input[i] = m->input[i].at;
    AscCall call = { .examples = batch, .capacity = m->capacity, .input = input };
    call.target = target ? input[inputs - 1] : NULL;
    call.parameters = m->parameters.at;
    call.gradients = train ? m->gradients.at : NULL;
    call.output = m->output.at;
    call.losses = target ? m->losses.at : NULL;
    call.arena = m->arena.at;
    call.random = random;
    fill(m, batch);
    omp_set_num_threads(threads);
    (train ? m->model->train : m->model->infer).run(&call, NULL);
}

/* ---------------------------------------------------------------- comparison */

static void check_canaries(const Machine *m, const Array *a, int64_t from, const char *what)
{
    for (int64_t i = from; i < a->count + CANARY; i++)
        ck_assert_msg(get(a, i) == canary, "seed %d, %s: %s is written at %lld, past %lld",
                      (int)m->c->training->seed, m->b->label, what, (long long)i, (long long)from);
}

/* `scale`: a size of tensors of this kind, of which no more than a share is asked. */
static void compare(const Machine *m, const char *what, int batch, const Array *got, int64_t from,
                    const double *expected, const double *moved_there, int64_t count, double scale)
{
    double error = 0, norm = 0, movement = 0, limit = m->b->real_double ? 1e-10 : 1e-4;
    int64_t worst = 0;
    for (int64_t i = 0; i < count; i++) {
        double e = fabs(get(got, from + i) - expected[i]);
        if (!(e <= fabs(get(got, from + worst) - expected[worst])))
            worst = i;
        error += e * e;
        norm += expected[i] * expected[i];
        movement += pow(moved_there[i] - expected[i], 2);
    }
    norm = sqrt(norm) + 0.01 * scale * sqrt((double)count);
    double allowed = limit * norm + (m->b->real_double ? 1e-6 : 30) * sqrt(movement);
    verify("passes: random graphs against the interpreter", m->b->label, "share of the tolerance",
           sqrt(error) / allowed, 1);
    ck_assert_msg(sqrt(error) <= allowed,
                  "seed %d, %s, batch %d, %s: error %g of %g, %g at element %lld instead of %g",
                  (int)m->c->training->seed, m->b->label, batch, what, sqrt(error), norm,
                  get(got, from + worst), (long long)worst, expected[worst]);
}

static double root_mean_square(const double *x, int64_t count)
{
    double sum = 0;
    for (int64_t i = 0; i < count; i++)
        sum += x[i] * x[i];
    return sqrt(sum / (double)count);
}

static void compare_results(const Machine *m, const Graph *g, const Expected *e, Parts *value,
                            Parts *there)
{
    double scale = 0;
    for (int i = 0; i < g->results; i++)
        if (g->result[i].kind == RESULT_GRADIENT)
            scale = fmax(scale, root_mean_square(value[g->result[i].node->id][0],
                                                 shape_count(&g->result[i].node->shape)));
    for (int i = 0; i < g->results; i++) {
        const Result *r = &g->result[i];
        int64_t count = elements(&r->node->shape, e->batch), from = 0;
        const Array *got = strcmp(r->name, "loss") ? &m->output : &m->losses;
        if (r->kind != RESULT_VALUE) {
            got = r->kind == RESULT_STATE ? &m->parameters : &m->gradients;
            from = (int64_t)m->model->parameter[r->weight->index].offset;
        }
        const char *what = r->kind == RESULT_GRADIENT
                               ? arena_format(m->c->arena, "gradient of %s", r->name)
                               : r->name;
        compare(m, what, e->batch, got, from, value[r->node->id][0], there[r->node->id][0], count,
                r->kind == RESULT_GRADIENT ? scale : 0);
        if (r->kind == RESULT_GRADIENT)
            for (int64_t j = from + count; j % 16; j++)
                ck_assert_msg(get(got, j) == canary, "%s is written past its end", what);
        else if (r->kind == RESULT_VALUE)
            check_canaries(m, got, count, r->name);
    }
    check_canaries(m, &m->arena, m->arena.count, "the arena");
    check_canaries(m, &m->gradients, m->gradients.count, "gradients");
}

static void check_threads(const Machine *m, int batch)
{
    size_t bytes = (size_t)m->gradients.count * (m->b->real_double ? 8 : 4);
    char *gradients = arena_alloc(m->c->arena, bytes + 1),
         *parameters = arena_alloc(m->c->arena, bytes + 1);
    memcpy(gradients, m->gradients.at, bytes);
    memcpy(parameters, m->parameters.at, bytes);
    run(m, true, batch, 3, true);
    ck_assert_msg(!memcmp(gradients, m->gradients.at, bytes) &&
                      !memcmp(parameters, m->parameters.at, bytes),
                  "seed %d, %s, batch %d: 3 threads compute other bits than 1",
                  (int)m->c->training->seed, m->b->label, batch);
}

/* Convolutions are large: of them, only the last batches are interpreted, a group and a part of one. */
static int first_batch(const Case *c)
{
    return c->training->seed >= CONVOLUTION_GRAPHS ? BATCHES - 1 : 0;
}

static void check_build(const Case *c, const Build *b, const Expected *expected)
{
    void *library = dlopen(b->path, RTLD_NOW | RTLD_LOCAL);
    ck_assert_msg(library != NULL, "%s", dlerror());
    Machine m = make_machine(c, b, dlsym(library, "asc_model"));
    ck_assert_ptr_nonnull(m.model);
    for (int i = first_batch(c); i < BATCHES; i++) {
        const Expected *e = &expected[i];
        run(&m, true, e->batch, 1, true);
        compare_results(&m, c->training->g, e, e->training, e->training_moved);
        check_threads(&m, e->batch);
        run(&m, false, e->batch, 1, true);
        compare_results(&m, c->inference->g, e, e->inference, e->inference_moved);
        run(&m, false, e->batch, 1, false);
        check_canaries(&m, &m.losses, 0, "the loss without a target");
    }
}

static void check_graph(uint64_t seed)
{
    Case c = { .arena = arena_create() };
    Recipe recipe = { .optimizer = "sgd", .rate = 0.1, .epochs = 1, .batch = 4 };
    Front elsewhere = { .name = "features" };
    Features features = { .name = "features", .front = &elsewhere };
    c.training = make_graph(&c, true, seed);
    c.inference = make_graph(&c, false, seed);
    features.shape = c.training->shape[0];
    Input input = { .name = features.name, .shape = features.shape };
    Model *model = &c.training->model;
    model->name = model->path = "random";
    model->defines = "";
    model->features = &features;
    model->feature_sets = 1;
    model->input = &input;
    model->inputs = 1;
    model->recipe = recipe;
    if (seed >= CONVOLUTION_GRAPHS)
        choose_all_builds(&c);
    else
        choose_builds(&c);
    build_all(&c);
    Expected expected[BATCHES];
    for (int i = first_batch(&c); i < BATCHES; i++)
        expected[i] = expect(&c, batches[i]);
    for (int i = 0; i < c.builds; i++)
        check_build(&c, &c.build[i], expected);
    arena_destroy(c.arena);
}

START_TEST(compiled_graphs_compute_what_is_meant)
{
    const char *first = getenv("KERNEL_FIRST");
    check_graph((uint64_t)_i + (first ? strtoull(first, NULL, 10) : 0));
}
END_TEST

START_TEST(convolutions_compute_what_is_meant)
{
    check_graph(CONVOLUTION_GRAPHS + (uint64_t)_i);
}
END_TEST

/* Shapes that are meant for a form of kernel get it, and no others. */
START_TEST(convolutions_get_their_kernels)
{
    Case c = { .arena = arena_create() };
    c.training = make_graph(&c, true, CONVOLUTION_GRAPHS + (uint64_t)_i);
    const Build b = { target_find("avx2"), false, true, PASS_NONE, NULL, NULL };
    const Options o = { .target = b.target, .optimise = true, .winograd = true };
    const Program *p = lower(&c, &b, true, &o);
    int lists = 0, turned = 0;
    for (int i = 0; i < p->kernels; i++)
        lists += p->kernel[i]->kind == KERNEL_SPARSE,
            turned += p->kernel[i]->kind == KERNEL_WINOGRAD;
    ck_assert_int_eq(lists, convolution_lists(_i));
    ck_assert_int_eq(turned, convolution_turned(_i));
    arena_destroy(c.arena);
}
END_TEST

static void count_nodes(const Graph *g, int *ops, int *functions)
{
    for (int i = 0; i < g->nodes; i++) {
        const Node *n = g->node[i];
        ops[n->op]++;
        if (n->op == OP_map)
            functions[n->function]++;
        if (n->op == OP_scan)
            count_nodes(n->body, ops, functions);
    }
}

/* Functions that no random graph has: sums of them are checked by check_grad alone. */
static bool is_rare(Function f)
{
    return f == FN_eq || f == FN_ne || f == FN_lt;
}

START_TEST(every_operator_occurs)
{
    int ops[OPS] = { 0 }, functions[FUNCTIONS] = { 0 };
    Case c = { .arena = arena_create() };
    for (uint64_t seed = 0; seed < GRAPHS; seed++)
        count_nodes(make_graph(&c, true, seed)->g, ops, functions);
    int more[OPS] = { 0 }; /* so few graphs have all operators, but not all functions */
    for (uint64_t seed = GRAPHS; seed < 8 * GRAPHS; seed++)
        count_nodes(make_graph(&c, true, seed)->g, more, functions);
    for (Op op = 0; op < OPS; op++)
        ck_assert_msg(ops[op] > 0, "%s occurs in no graph", op_name(op));
    ck_assert_msg(ops[OP_scan] >= GRAPHS / 4, "%d scans", ops[OP_scan]);
    for (Function f = 0; f < FUNCTIONS; f++)
        ck_assert_msg(functions[f] > 0 || is_rare(f), "%s occurs in no graph", function_name(f));
    arena_destroy(c.arena);
}
END_TEST

/* Once for all graphs, and in the parent of the tests: it is removed whatever becomes of them. */
static void make_folder(void)
{
    scratch = scratch_make();
}

static void remove_folder(void)
{
    scratch_remove(&scratch);
}

int main(void)
{
    Suite *s = suite_create("kernels");
    TCase *graphs = tcase_create("graphs");
    const char *count = getenv("KERNEL_GRAPHS");
    tcase_add_unchecked_fixture(graphs, make_folder, remove_folder);
    tcase_set_timeout(graphs, 120);
    tcase_add_loop_test(graphs, compiled_graphs_compute_what_is_meant, 0,
                        count ? atoi(count) : GRAPHS);
    tcase_add_loop_test(graphs, convolutions_compute_what_is_meant, 0, convolution_count());
    tcase_add_loop_test(graphs, convolutions_get_their_kernels, 0, convolution_count());
    tcase_add_test(graphs, every_operator_occurs);
    suite_add_tcase(s, graphs);
    return check_main(s);
}
