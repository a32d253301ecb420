/* kernel_run.c: runs libraries made of random graphs and compares what they compute with the interpreter's results. */
#include "kernel_case.h"
#include "verify.h"

#include "../runtime/asc.h"

#include <dlfcn.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

enum { CANARY = 64 };

/* ---------------------------------------------------------------- memory */

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

/* ---------------------------------------------------------------- running */

enum { MOST_THREADS = 3 };

typedef struct Machine {
    const Case *c;
    const Build *b;
    const AscModel *model;
    int capacity;
    Array input[MOST_INPUTS], target, parameters, gradients, output, losses, arena, room;
    Array random[64];
} Machine;

static size_t most_room(const AscModel *model)
{
    return model->train.room > model->infer.room ? model->train.room : model->infer.room;
}

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
    m.room = make_array(c, b, MOST_THREADS * (int64_t)most_room(model) / (b->real_double ? 8 : 4));
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

/* again: with the weights of the last run, so that what was made of them stays. */
static void run(const Machine *m, bool train, int batch, int threads, bool target, bool again)
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
    call.room = m->room.at;
    call.threads = threads;
    call.random = random;
    call.same_weights = again;
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
           error > 0 ? sqrt(error) / allowed : 0, 1);
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
    check_canaries(m, &m->room, m->room.count, "the threads' room");
    check_canaries(m, &m->gradients, m->gradients.count, "gradients");
}

static void check_threads(const Machine *m, int batch)
{
    size_t bytes = (size_t)m->gradients.count * (m->b->real_double ? 8 : 4);
    char *gradients = arena_alloc(m->c->arena, bytes + 1),
         *parameters = arena_alloc(m->c->arena, bytes + 1);
    memcpy(gradients, m->gradients.at, bytes);
    memcpy(parameters, m->parameters.at, bytes);
    run(m, true, batch, 3, true, false);
    ck_assert_msg(!memcmp(gradients, m->gradients.at, bytes) &&
                      !memcmp(parameters, m->parameters.at, bytes),
                  "seed %d, %s, batch %d: 3 threads compute other bits than 1",
                  (int)m->c->training->seed, m->b->label, batch);
}

void case_run(const Case *c, const Build *b)
{
    void *library = dlopen(b->path, RTLD_NOW | RTLD_LOCAL);
    ck_assert_msg(library != NULL, "%s", dlerror());
    Machine m = make_machine(c, b, dlsym(library, "asc_model"));
    ck_assert_ptr_nonnull(m.model);
    for (int i = 0; i < BATCHES; i++) {
        const Expected *e = &c->expected[i];
        if (!e->batch)
            continue;
        run(&m, true, e->batch, 1, true, false);
        compare_results(&m, c->training->g, e, e->training, e->training_moved);
        check_threads(&m, e->batch);
        run(&m, false, e->batch, 1, true, false);
        compare_results(&m, c->inference->g, e, e->inference, e->inference_moved);
        run(&m, false, e->batch, 3, true, true);
        compare_results(&m, c->inference->g, e, e->inference, e->inference_moved);
        run(&m, false, e->batch, 1, false, true);
        check_canaries(&m, &m.losses, 0, "the loss without a target");
    }
}
