/* gradcheck.c: central differences of the mean loss. */
#include "gradcheck.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "engine.h"
#include "random.h"
#include "weights.h"

static const double largest_step = 3e-5, threshold = 1e-6;
enum { HALVINGS = 4 };

typedef struct Check {
    const AscModel *model;
    AscBatch *batch;
    AscWeights *weights;
    AscEngine *engine;
    real *start, *gradients; /* flat: parameters before, gradients there */
    uint64_t seed;
    const AscReport *report;
    long done, elements;
} Check;

/* The mean loss; running statistics are put back. */
static double loss_at(Check *check, size_t place, double shift)
{
    real *parameters = check->weights->parameters;

    memcpy(parameters, check->start, check->model->parameter_reals * sizeof(real));
    parameters[place] += (real)shift;
    asc_engine_run(check->engine, &(AscWork){ .examples = check->batch->count,
                                              .input = check->batch->input,
                                              .target = check->batch->target,
                                              .parameters = parameters,
                                              .seed = check->seed });
    return asc_engine_loss(check->engine, check->batch->count);
}

static double difference(Check *check, size_t place, double step)
{
    return (loss_at(check, place, step) - loss_at(check, place, -step)) / (2 * step);
}

static double largest_gradient(const Check *check, const AscParameter *parameter)
{
    double largest = 0;

    for (size_t i = 0; i < parameter->count; i++)
        largest = fmax(largest, fabs((double)check->gradients[parameter->offset + i]));
    return largest;
}

/* A kink within a step of the place, however near: on one side of it the slope is the gradient. */
static bool is_at_kink(Check *check, size_t place, double step, double gradient, double numeric)
{
    const double here = loss_at(check, place, 0);
    const double right = (loss_at(check, place, step) - here) / step;
    const double left = (here - loss_at(check, place, -step)) / step;

    return fmin(fabs(right - gradient), fabs(left - gradient)) < 0.1 * fabs(numeric - gradient);
}

/* Smaller steps until the difference agrees.  Where it never does, the gradient is wrong if the
 * differences of the last two steps agree with each other, and neither side of the last one agrees
 * with the gradient; else a kink lies between. */
static void check_element(Check *check, const AscParameter *parameter, size_t index, double scale,
                          AscGradcheck *found)
{
    size_t place = parameter->offset + index;
    double gradient = (double)check->gradients[place], last = NAN, step = largest_step;

    for (int n = 0; n < HALVINGS; n++, step /= 4) {
        double numeric = difference(check, place, step);
        double size = fmax(scale, fabs(numeric)), error = fabs(numeric - gradient) / size;
        bool settled = n == HALVINGS - 1 && fabs(numeric - last) < 0.1 * fabs(numeric - gradient) &&
                       !is_at_kink(check, place, step, gradient, numeric);

        last = numeric;
        if (!(error < threshold) && !settled)
            continue;
        found->checked++;
        if (!(error <= found->worst)) {
            found->worst = error;
            found->expected = numeric;
            found->found = gradient;
        }
        return;
    }
    found->skipped++;
}

static void fill(Check *check)
{
    AscBatch *batch = check->batch;

    asc_batch_draw_inputs(batch, check->seed, "gradcheck.input", true);
    for (int n = 0; n < batch->count; n++) {
        AscRandom random = asc_random_start(check->seed, "gradcheck.target", (uint64_t)n);
        real *target = batch->target + (size_t)n * (size_t)batch->classes;
        double sum = 0;

        for (int c = 0; c < batch->classes; c++)
            sum += (double)(target[c] = (real)(0.1 + asc_random_uniform(&random)));
        for (int c = 0; c < batch->classes; c++)
            target[c] /= (real)sum;
    }
}

/* Zeros and ones of the initial values are moved a little, so that no unit begins at its kink. */
static void scatter(Check *check)
{
    const AscModel *model = check->model;

    asc_weights_init(check->weights, check->seed);
    for (int p = 0; p < model->parameters; p++) {
        const AscParameter *parameter = &model->parameter[p];
        AscRandom random = asc_random_start(check->seed, parameter->name, 1);
        real *value = check->weights->parameters + parameter->offset;

        for (size_t i = 0; parameter->trainable && i < parameter->count; i++)
            value[i] += (real)(0.1 * (asc_random_uniform(&random) - 0.5));
    }
    memcpy(check->start, check->weights->parameters, model->parameter_reals * sizeof(real));
}

static bool prepare(Check *check, int examples, AscStatus *status)
{
    const AscModel *model = check->model;

    check->batch = asc_batch_create(model, examples, status);
    check->weights = check->batch ? asc_weights_create(model, status) : NULL;
    check->engine = check->weights ? asc_engine_create(model, true, examples, status) : NULL;
    if (!check->engine)
        return false;
    check->start = asc_batch_memory(model->parameter_reals * sizeof(real));
    check->gradients = asc_batch_memory(model->parameter_reals * sizeof(real));
    if (!check->start || !check->gradients)
        return asc_status_memory(status, "the gradient check");
    fill(check);
    scatter(check);
    return true;
}

static void check_parameter(Check *check, const AscParameter *parameter, int elements, double floor,
                            AscGradcheck *found)
{
    AscRandom random = asc_random_start(check->seed, parameter->name, 2);
    double scale = fmax(largest_gradient(check, parameter), floor);

    for (int n = 0; n < elements; n++) {
        size_t index = (size_t)n;

        if (parameter->count > (size_t)elements)
            index = asc_random_below(&random, parameter->count);
        if (index >= parameter->count)
            break;
        check_element(check, parameter, index, scale, found);
        asc_report_job(check->report, "gradient check", "weights", ++check->done, check->elements);
    }
}

static void check_all(Check *check, int elements, AscGradcheck *found)
{
    const AscModel *model = check->model;
    double largest = 0;

    for (int p = 0; p < model->parameters; p++) {
        const AscParameter *parameter = &model->parameter[p];

        if (parameter->trainable)
            check->elements += parameter->count < (size_t)elements ? (long)parameter->count
                                                                   : elements;
    }
    asc_report_job(check->report, "gradient check", "weights", 0, check->elements);
    loss_at(check, 0, 0);
    memcpy(check->gradients, check->engine->gradients, model->parameter_reals * sizeof(real));
    for (int p = 0; p < model->parameters; p++)
        largest = fmax(largest, largest_gradient(check, &model->parameter[p]));
    for (int p = 0; p < model->parameters; p++) {
        found[p] = (AscGradcheck){ .name = model->parameter[p].name };
        if (model->parameter[p].trainable)
            check_parameter(check, &model->parameter[p], elements, fmax(1e-3 * largest, 1e-12),
                            &found[p]);
    }
}

bool asc_gradcheck_run(const AscModel *model, int examples, int elements, uint64_t seed,
                       AscGradcheck *found, const AscReport *report, AscStatus *status)
{
    Check check = { .model = model, .seed = seed, .report = report };
    bool fine = prepare(&check, examples, status);

    if (fine)
        check_all(&check, elements, found);
    asc_batch_destroy(check.batch);
    asc_weights_destroy(check.weights);
    asc_engine_destroy(check.engine);
    free(check.start);
    free(check.gradients);
    return fine;
}
