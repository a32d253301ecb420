/* engine.c: memory and calls of the generated programs. */
#include "engine.h"

#include <omp.h>
#include <stdlib.h>

#include "batch.h"

static bool allocate(AscEngine *engine, bool training)
{
    size_t capacity = (size_t)engine->capacity;

    engine->arena = asc_batch_memory(engine->program->arena_constant +
                                     engine->program->arena_per_example * capacity);
    engine->room = asc_batch_memory(engine->program->room * (size_t)engine->threads);
    engine->output = asc_batch_memory(capacity * engine->outputs * sizeof(real));
    engine->losses = asc_batch_memory(capacity * sizeof(real));
    if (!training)
        engine->no_target = asc_batch_memory(capacity * engine->outputs * sizeof(real));
    if (training)
        engine->gradients = asc_batch_memory(engine->model->parameter_reals * sizeof(real));
    return engine->arena && engine->room && engine->output && engine->losses &&
           (training ? engine->gradients != NULL : engine->no_target != NULL);
}

AscEngine *asc_engine_create(const AscModel *model, bool training, int largest, AscStatus *status)
{
    AscEngine *engine = calloc(1, sizeof *engine);

    if (engine) {
        engine->model = model;
        engine->program = training ? &model->train : &model->infer;
        engine->largest = largest;
        engine->capacity = asc_capacity(largest);
        engine->threads = omp_get_max_threads();
        engine->outputs = asc_shape_reals(&model->output);
    }
    if (!engine || !allocate(engine, training)) {
        asc_engine_destroy(engine);
        asc_status_set(status, ASC_MEMORY, "no memory for a batch of %d examples", largest);
        return NULL;
    }
    return engine;
}

void asc_engine_destroy(AscEngine *engine)
{
    if (!engine)
        return;
    free(engine->arena);
    free(engine->room);
    free(engine->gradients);
    free(engine->output);
    free(engine->losses);
    free(engine->no_target);
    for (int i = 0; engine->observed && i < engine->model->observeds; i++)
        free(engine->observed[i]);
    free(engine->observed);
    free(engine);
}

bool asc_engine_observe(AscEngine *engine, AscStatus *status)
{
    const AscModel *model = engine->model;
    bool fine;

    engine->observed = calloc((size_t)model->observeds + 1, sizeof *engine->observed);
    fine = engine->observed != NULL;
    for (int i = 0; fine && i < model->observeds; i++) {
        engine->observed[i] = asc_batch_memory(
            (size_t)engine->capacity * asc_shape_reals(&model->observed[i].shape) * sizeof(real));
        fine = engine->observed[i] != NULL;
    }
    return fine || asc_status_memory(status, "what is observed");
}

void asc_engine_run(AscEngine *engine, const AscWork *work)
{
    AscCall call = { .examples = work->examples,
                     .capacity = engine->capacity,
                     .input = (const real *const *)work->input,
                     .target = work->target ? work->target : engine->no_target,
                     .parameters = work->parameters,
                     .same_weights = work->same_weights,
                     .gradients = engine->gradients,
                     .output = engine->output,
                     .losses = work->target ? engine->losses : NULL,
                     .arena = engine->arena,
                     .room = engine->room,
                     .threads = engine->threads,
                     .seed = work->seed,
                     .step = work->step,
                     .observed = engine->observed,
                     .random = work->random };

    engine->program->run(&call, work->seconds);
}

double asc_engine_loss(const AscEngine *engine, int examples)
{
    double sum = 0;

    for (int n = 0; n < examples; n++)
        sum += (double)engine->losses[n];
    return sum / examples;
}

int asc_engine_right(const AscEngine *engine, const real *target, int examples)
{
    int right = 0;

    for (int n = 0; n < examples; n++) {
        const real *output = engine->output + (size_t)n * engine->outputs;
        const real *wanted = target + (size_t)n * engine->outputs;
        size_t best = 0, highest = 0;

        for (size_t c = 1; c < engine->outputs; c++) {
            bool known = wanted[c] >= 0;

            best = known && (wanted[best] < 0 || output[c] > output[best]) ? c : best;
            highest = wanted[c] > wanted[highest] ? c : highest;
        }
        right += wanted[best] > 0 && wanted[best] >= wanted[highest];
    }
    return right;
}

bool asc_engine_leaves_unknown(AscEngine *engine, real *parameters, bool *leaves, AscStatus *status)
{
    const AscModel *model = engine->model;
    AscBatch *batch = asc_batch_create(model, engine->largest, status);

    if (!batch)
        return false;
    for (int i = 0; i < model->inputs; i++) {
        if (model->input[i].kind == ASC_INPUT_LENGTH)
            batch->input[i][0] = (real)asc_input_largest(model, &model->input[i]);
    }
    for (size_t c = 0; c < engine->outputs; c++)
        batch->target[c] = ASC_UNKNOWN;
    asc_engine_run(engine, &(AscWork){ .examples = 1,
                                       .input = batch->input,
                                       .target = batch->target,
                                       .parameters = parameters });
    *leaves = engine->losses[0] == 0;
    asc_batch_destroy(batch);
    return true;
}
