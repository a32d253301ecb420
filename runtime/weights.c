/* weights.c: parameters with labels and statistics: memory and initial values. */
#include "weights.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "random.h"

AscWeights *asc_weights_create(const AscModel *model, AscStatus *status)
{
    AscWeights *weights = calloc(1, sizeof *weights);

    if (weights) {
        weights->model = model;
        weights->parameters = asc_batch_memory(model->parameter_reals * sizeof(real));
        weights->statistics = calloc((size_t)model->feature_sets + 1, sizeof *weights->statistics);
    }
    if (!weights || !weights->parameters || !weights->statistics) {
        asc_weights_destroy(weights);
        asc_status_memory(status, "the weights");
        return NULL;
    }
    return weights;
}

static void free_labels(AscWeights *weights)
{
    for (int n = 0; n < weights->labels; n++)
        free(weights->label[n]);
    free(weights->label);
    weights->label = NULL;
    weights->labels = 0;
}

void asc_weights_destroy(AscWeights *weights)
{
    if (!weights)
        return;
    free_labels(weights);
    for (int f = 0; weights->statistics && f < weights->model->feature_sets; f++)
        asc_statistics_free(&weights->statistics[f]);
    free(weights->statistics);
    free(weights->parameters);
    free(weights);
}

/* ---------------------------------------------------------------- initial values */

static void fill_uniform(const AscParameter *parameter, uint64_t seed, double bound, real *to)
{
    uint64_t stream = asc_random_stream(parameter->name);

    for (size_t i = 0; i < parameter->count; i++)
        to[i] = (real)(bound * (2 * asc_uniform(seed, stream, 0, i) - 1));
}

static void fill_normal(const AscParameter *parameter, uint64_t seed, double deviation,
                        double limit, real *to)
{
    AscRandom random = asc_random_start(seed, parameter->name, 0);

    for (size_t i = 0; i < parameter->count; i++) {
        double x;

        do {
            x = asc_random_normal(&random);
        } while (fabs(x) > limit);
        to[i] = (real)(deviation * x);
    }
}

static void fill_constant(const AscParameter *parameter, double value, real *to)
{
    for (size_t i = 0; i < parameter->count; i++)
        to[i] = (real)value;
}

static void init_parameter(const AscParameter *parameter, uint64_t seed, real *to)
{
    double in = parameter->fan_in, both = in + parameter->fan_out, value = parameter->value;

    switch (parameter->init) {
    case ASC_ZEROS: fill_constant(parameter, 0, to); break;
    case ASC_ONES: fill_constant(parameter, 1, to); break;
    case ASC_CONSTANT: fill_constant(parameter, value, to); break;
    case ASC_UNIFORM: fill_uniform(parameter, seed, value, to); break;
    case ASC_NORMAL: fill_normal(parameter, seed, value, INFINITY, to); break;
    case ASC_TRUNCATED_NORMAL: fill_normal(parameter, seed, value, 2, to); break;
    case ASC_GLOROT_UNIFORM: fill_uniform(parameter, seed, sqrt(6 / both), to); break;
    case ASC_GLOROT_NORMAL: fill_normal(parameter, seed, sqrt(2 / both), INFINITY, to); break;
    case ASC_HE_UNIFORM: fill_uniform(parameter, seed, sqrt(6 / in), to); break;
    case ASC_HE_NORMAL: fill_normal(parameter, seed, sqrt(2 / in), INFINITY, to); break;
    }
}

void asc_weights_init(AscWeights *weights, uint64_t seed)
{
    const AscModel *model = weights->model;

    for (int p = 0; p < model->parameters; p++)
        init_parameter(&model->parameter[p], seed,
                       weights->parameters + model->parameter[p].offset);
}

/* ---------------------------------------------------------------- labels and statistics */

bool asc_weights_set_labels(AscWeights *weights, const char *const *label, int labels,
                            AscStatus *status)
{
    free_labels(weights);
    weights->label = calloc((size_t)labels + 1, sizeof *weights->label);
    if (!weights->label)
        return asc_status_memory(status, "labels");
    for (; weights->labels < labels; weights->labels++) {
        char *copy = strdup(label[weights->labels]);

        if (!copy)
            return asc_status_memory(status, "labels");
        weights->label[weights->labels] = copy;
    }
    return true;
}

bool asc_weights_set_statistics(AscWeights *weights, int feature_set,
                                const AscStatistics *statistics, AscStatus *status)
{
    AscStatistics *own = &weights->statistics[feature_set];
    size_t bytes = sizeof(double) * (size_t)statistics->positions;

    asc_statistics_free(own);
    *own = (AscStatistics){ 0 };
    if (statistics->positions == 0)
        return true;
    if (!asc_statistics_create(statistics->positions, own, status))
        return false;
    memcpy(own->mean, statistics->mean, bytes);
    memcpy(own->deviation, statistics->deviation, bytes);
    return true;
}

void asc_weights_describe(const AscShape *shape, char *text, size_t room)
{
    size_t at = (size_t)snprintf(text, room, "[");

    for (int a = 0; a < shape->rank && at < room; a++)
        at += (size_t)snprintf(text + at, room - at, "%s%s = %d", a ? ", " : "",
                               shape->axis[a].name, shape->axis[a].size);
    if (at < room)
        snprintf(text + at, room - at, "]");
}
