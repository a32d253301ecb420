/* command_step.c: the commands `forward` and `step`: the network on arrays from files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arrays.h"
#include "cli.h"
#include "engine.h"
#include "npy.h"
#include "optimizer.h"

/* Only --weights: a run's weights are at RUN/weights.safetensors. */
static AscWeights *load_weights(const AscCli *cli, AscStatus *status)
{
    if (!cli->options.out) {
        asc_status_set(status, ASC_USAGE, "-o FILE is missing");
        return NULL;
    }
    return asc_cli_weights(cli, status);
}

static bool write_output(const AscModel *model, const char *path, const real *output, int examples,
                         AscStatus *status)
{
    size_t size[ASC_MAX_AXES + 1] = { (size_t)examples };

    for (int a = 0; a < model->output.rank; a++)
        size[a + 1] = (size_t)model->output.axis[a].size;
    return asc_npy_write(path, model->output.rank + 1, size, output, status);
}

/* The shape of a batch of them. */
static AscShape batch_shape(const AscShape *shape, int examples)
{
    AscShape batched = { .rank = shape->rank + 1, .axis = { { "batch", examples } } };

    for (int a = 0; a < shape->rank; a++)
        batched.axis[a + 1] = shape->axis[a];
    return batched;
}

static bool write_observed(const AscEngine *engine, const char *path, int examples,
                           AscStatus *status)
{
    const AscModel *model = engine->model;
    AscTensors *tensors = asc_tensors_create(status);
    bool fine = tensors != NULL;

    for (int i = 0; fine && i < model->observeds; i++) {
        AscShape shape = batch_shape(&model->observed[i].shape, examples);

        fine = asc_tensors_add_reals(tensors, model->observed[i].name, &shape, engine->observed[i],
                                     status);
    }
    fine = fine && asc_tensors_write(tensors, path, status);
    asc_tensors_destroy(tensors);
    return fine;
}

static bool forward(const AscCli *cli, AscWeights *weights, AscStatus *status)
{
    const AscModel *model = cli->model;
    const char *observed = cli->options.observed;
    AscBatch *batch = asc_arrays_load(model, &cli->options, false, status);
    AscEngine *engine = batch ? asc_engine_create(model, false, batch->count, status) : NULL;
    AscPinned pinned = { 0 };
    bool fine = engine && (!observed || asc_engine_observe(engine, status)) &&
                (!cli->options.random ||
                 asc_arrays_pinned(model, cli->options.random, batch->count, &pinned, status));

    if (fine) {
        asc_engine_run(engine, &(AscWork){ .examples = batch->count,
                                           .input = batch->input,
                                           .parameters = weights->parameters,
                                           .random = (const real *const *)pinned.node });
        fine = write_output(model, cli->options.out, engine->output, batch->count, status) &&
               (!observed || write_observed(engine, observed, batch->count, status));
    }
    asc_arrays_free_pinned(&pinned);
    asc_engine_destroy(engine);
    asc_batch_destroy(batch);
    return fine;
}

int asc_command_forward(const AscCli *cli)
{
    if (cli->options.observed && cli->model->observeds == 0)
        return asc_cli_usage(cli, "--observed: the model observes nothing");
    AscStatus status = { 0 };
    AscWeights *weights = load_weights(cli, &status);
    bool fine = weights && forward(cli, weights, &status);

    asc_weights_destroy(weights);
    return fine ? 0 : asc_cli_fail(cli, &status);
}

/* ---------------------------------------------------------------- step */

typedef struct Steps {
    const AscCli *cli;
    AscRecipe recipe;
    AscWeights *weights;
    AscBatch *batch, *mixed; /* mixed: NULL without mixup */
    AscEngine *engine;
    AscUpdate *update;
    AscPinned pinned;
    int count;
    double *loss;             /* [count] */
    real *gradients, *output; /* of the first step; by parameter_reals, by output */
} Steps;

static bool prepare(Steps *steps, AscStatus *status)
{
    const AscCli *cli = steps->cli;
    const AscModel *model = cli->model;

    steps->weights = load_weights(cli, status);
    steps->batch = steps->weights ? asc_arrays_load(model, &cli->options, true, status) : NULL;
    steps->engine = steps->batch ? asc_engine_create(model, true, steps->batch->count, status)
                                 : NULL;
    steps->update = steps->engine ? asc_optimizer_create(model, &steps->recipe, status) : NULL;
    if (!steps->update ||
        (cli->options.random && !asc_arrays_pinned(model, cli->options.random, steps->batch->count,
                                                   &steps->pinned, status)))
        return false;
    if (steps->pinned.mixes &&
        !(steps->mixed = asc_batch_create(model, steps->batch->count, status)))
        return false;
    steps->loss = calloc((size_t)steps->count, sizeof *steps->loss);
    steps->gradients = asc_batch_memory(model->parameter_reals * sizeof(real));
    steps->output = asc_batch_memory((size_t)steps->batch->count * steps->engine->outputs *
                                     sizeof(real));
    return (steps->loss && steps->gradients && steps->output) ||
           asc_status_memory(status, "the step");
}

static void run_steps(Steps *steps)
{
    for (int n = 0; n < steps->count; n++) {
        const AscBatch *batch = steps->mixed ? steps->mixed : steps->batch;

        if (steps->mixed)
            asc_arrays_mix(&steps->pinned, n, steps->batch, steps->mixed);
        asc_engine_run(steps->engine,
                       &(AscWork){ .examples = batch->count,
                                   .input = batch->input,
                                   .target = batch->target,
                                   .parameters = steps->weights->parameters,
                                   .seed = steps->recipe.seed,
                                   .step = (uint64_t)n,
                                   .random = (const real *const *)steps->pinned.node });
        steps->loss[n] = asc_engine_loss(steps->engine, steps->batch->count);
        if (n == 0) {
            memcpy(steps->gradients, steps->engine->gradients,
                   steps->cli->model->parameter_reals * sizeof(real));
            memcpy(steps->output, steps->engine->output,
                   (size_t)steps->batch->count * steps->engine->outputs * sizeof(real));
        }
        asc_optimizer_step(steps->update, steps->recipe.rate, steps->weights->parameters,
                           steps->engine->gradients);
    }
}

static bool write_gradients(const Steps *steps, AscTensors *tensors, AscStatus *status)
{
    const AscModel *model = steps->cli->model;

    for (int p = 0; p < model->parameters; p++) {
        const AscParameter *parameter = &model->parameter[p];
        char name[512];

        snprintf(name, sizeof name, "grad.%s", parameter->name);
        if (parameter->trainable &&
            !asc_tensors_add_reals(tensors, name, &parameter->shape,
                                   steps->gradients + parameter->offset, status))
            return false;
    }
    return true;
}

static bool write_results(const Steps *steps, AscStatus *status)
{
    const AscModel *model = steps->cli->model;
    AscTensors *tensors = asc_tensors_create(status);
    AscShape output = batch_shape(&model->output, steps->batch->count);
    bool fine;

    if (!tensors)
        return false;
    fine = asc_tensors_add_vector(tensors, "loss", (size_t)steps->count, steps->loss, status) &&
           asc_tensors_add_reals(tensors, "output", &output, steps->output, status) &&
           write_gradients(steps, tensors, status) &&
           asc_weights_collect(steps->weights, tensors, status) &&
           asc_tensors_write(tensors, steps->cli->options.out, status);
    asc_tensors_destroy(tensors);
    return fine;
}

int asc_command_step(const AscCli *cli)
{
    Steps steps = { .cli = cli, .recipe = cli->model->recipe };
    AscStatus status = { 0 };
    bool fine;

    steps.count = cli->options.steps ? cli->options.steps : 1;
    if (cli->options.rate >= 0)
        steps.recipe.rate = cli->options.rate;
    if (cli->options.has_seed)
        steps.recipe.seed = cli->options.seed;
    fine = prepare(&steps, &status);
    if (fine) {
        run_steps(&steps);
        fine = write_results(&steps, &status);
    }
    asc_weights_destroy(steps.weights);
    asc_batch_destroy(steps.batch);
    asc_batch_destroy(steps.mixed);
    asc_engine_destroy(steps.engine);
    asc_optimizer_destroy(steps.update);
    asc_arrays_free_pinned(&steps.pinned);
    free(steps.loss);
    free(steps.gradients);
    free(steps.output);
    return fine ? 0 : asc_cli_fail(cli, &status);
}
