/* batch.c: assembles batches of examples. */
#include "batch.h"

#include <stdlib.h>
#include <string.h>

#include "random.h"

void *asc_batch_memory(size_t bytes)
{
    size_t rounded = (bytes + 64) / 64 * 64;
    void *memory = aligned_alloc(64, rounded);

    if (memory)
        memset(memory, 0, rounded);
    return memory;
}

size_t asc_shape_reals(const AscShape *shape)
{
    size_t reals = 1;

    for (int a = 0; a < shape->rank; a++)
        reals *= (size_t)shape->axis[a].size;
    return reals;
}

static bool allocate(AscBatch *batch, const AscModel *model)
{
    batch->size = calloc((size_t)batch->inputs + 1, sizeof *batch->size);
    batch->input = calloc((size_t)batch->inputs + 1, sizeof *batch->input);
    batch->label = calloc((size_t)batch->largest, sizeof *batch->label);
    batch->mixup.partner = calloc((size_t)batch->largest, sizeof *batch->mixup.partner);
    batch->target = asc_batch_memory((size_t)batch->capacity * (size_t)batch->classes *
                                     sizeof(real));
    if (!batch->size || !batch->input || !batch->label || !batch->mixup.partner || !batch->target)
        return false;
    for (int f = 0; f < batch->inputs; f++) {
        batch->size[f] = asc_shape_reals(&model->input[f].shape);
        batch->input[f] = asc_batch_memory((size_t)batch->capacity * batch->size[f] * sizeof(real));
        if (!batch->input[f])
            return false;
    }
    return true;
}

AscBatch *asc_batch_create(const AscModel *model, int largest, AscStatus *status)
{
    AscBatch *batch = calloc(1, sizeof *batch);

    if (batch) {
        batch->largest = largest;
        batch->capacity = asc_capacity(largest);
        batch->inputs = model->inputs;
        batch->classes = (int)asc_shape_reals(&model->output);
        batch->mixup.lambda = 1;
    }
    if (!batch || !allocate(batch, model)) {
        asc_batch_destroy(batch);
        asc_status_memory(status, "a batch");
        return NULL;
    }
    return batch;
}

void asc_batch_destroy(AscBatch *batch)
{
    if (!batch)
        return;
    for (int f = 0; batch->input && f < batch->inputs; f++)
        free(batch->input[f]);
    free(batch->input);
    free(batch->size);
    free(batch->label);
    free(batch->mixup.partner);
    free(batch->target);
    free(batch);
}

void asc_batch_order(uint64_t seed, int epoch, int *order, int count)
{
    AscRandom random = asc_random_start(seed, "shuffle", (uint64_t)epoch);

    asc_random_permutation(&random, order, count);
}

void asc_batch_draw_mixup(AscMixup *mixup, double alpha, uint64_t seed, uint64_t step, int count)
{
    AscRandom random = asc_random_start(seed, "mixup", step);

    mixup->lambda = alpha > 0 ? asc_random_beta(&random, alpha, alpha) : 1;
    asc_random_permutation(&random, mixup->partner, count);
}

static void mix_rows(real *restrict to, const real *restrict own, const real *restrict other,
                     real lambda, size_t size)
{
    for (size_t i = 0; i < size; i++)
        to[i] = lambda * own[i] + (1 - lambda) * other[i];
}

static void fill_input(AscBatch *batch, int f, const real *from, const int *which)
{
    size_t size = batch->size[f];
    real lambda = (real)batch->mixup.lambda;

#pragma omp parallel for schedule(static)
    for (int n = 0; n < batch->count; n++) {
        const real *own = from + (size_t)which[n] * size;
        real *to = batch->input[f] + (size_t)n * size;

        if (lambda == 1)
            memcpy(to, own, size * sizeof *to);
        else
            mix_rows(to, own, from + (size_t)which[batch->mixup.partner[n]] * size, lambda, size);
    }
    memset(batch->input[f] + (size_t)batch->count * size, 0,
           (size_t)(batch->capacity - batch->count) * size * sizeof(real));
}

static void fill_targets(AscBatch *batch, const int *label, const int *which)
{
    double lambda = batch->mixup.lambda;

    memset(batch->target, 0, (size_t)batch->capacity * (size_t)batch->classes * sizeof(real));
    for (int n = 0; n < batch->count; n++) {
        real *target = batch->target + (size_t)n * (size_t)batch->classes;
        int own = label[which[n]], other = own;

        if (own < 0)
            continue;
        if (lambda != 1)
            other = label[which[batch->mixup.partner[n]]];
        target[own] += (real)lambda;
        target[other] += (real)(1 - lambda);
        batch->label[n] = lambda >= 0.5 ? own : other;
    }
}

void asc_batch_fill(AscBatch *batch, const AscExamples *examples, const int *which, int count)
{
    batch->count = count;
    for (int f = 0; f < batch->inputs; f++)
        fill_input(batch, f, examples->input[f], which);
    fill_targets(batch, examples->label, which);
}
