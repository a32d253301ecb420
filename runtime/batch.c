/* batch.c: assembles batches of examples. */
#include "batch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "random.h"

enum { HUGE_PAGE = 2 << 20 };

void *asc_batch_memory(size_t bytes)
{
    size_t rounded = (bytes + 64) / 64 * 64;
    void *memory;

    if (posix_memalign(&memory, rounded < HUGE_PAGE ? 64 : HUGE_PAGE, rounded))
        return NULL;
#ifdef MADV_HUGEPAGE
    if (rounded >= HUGE_PAGE) /* only advice; the rest behind whole pages stays as it is */
        madvise(memory, rounded / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
#endif
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
    batch->mixup.partner = calloc((size_t)batch->largest, sizeof *batch->mixup.partner);
    batch->mixup.lambda = calloc((size_t)batch->largest, sizeof *batch->mixup.lambda);
    batch->target = asc_batch_memory((size_t)batch->capacity * (size_t)batch->classes *
                                     sizeof(real));
    if (!batch->size || !batch->input || !batch->mixup.partner || !batch->mixup.lambda ||
        !batch->target)
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
        batch->model = model;
        batch->largest = largest;
        batch->capacity = asc_capacity(largest);
        batch->inputs = model->inputs;
        batch->classes = (int)asc_shape_reals(&model->output);
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
    free(batch->mixup.partner);
    free(batch->mixup.lambda);
    free(batch->target);
    free(batch);
}

void asc_batch_order(uint64_t seed, int epoch, int *order, int count)
{
    AscRandom random = asc_random_start(seed, "shuffle", (uint64_t)epoch);

    asc_random_permutation(&random, order, count);
}

void asc_batch_draw_mixup(AscMixup *mixup, double alpha, bool per_example, uint64_t seed,
                          uint64_t step, int count)
{
    AscRandom random = asc_random_start(seed, "mixup", step);

    mixup->mixes = alpha > 0;
    for (int n = 0; n < count; n++)
        mixup->lambda[n] = !mixup->mixes           ? 1
                           : per_example || n == 0 ? asc_random_beta(&random, alpha, alpha)
                                                   : mixup->lambda[0];
    asc_random_permutation(&random, mixup->partner, count);
}

static void mix_rows(real *restrict to, const real *restrict own, const real *restrict other,
                     real lambda, size_t size)
{
    for (size_t i = 0; i < size; i++)
        to[i] = lambda * own[i] + (1 - lambda) * other[i];
}

/* ---------------------------------------------------------------- lengths */

static const AscAxis *length_axis(const AscModel *model, const AscInput *length)
{
    for (int i = 0; i < model->inputs; i++) {
        const AscInput *input = &model->input[i];

        if (input->kind == ASC_INPUT_FEATURES && input->set == length->set &&
            input->part == length->part)
            return &input->shape.axis[length->axis];
    }
    return NULL;
}

int asc_input_largest(const AscModel *model, const AscInput *length)
{
    const AscAxis *axis = length_axis(model, length);

    return axis ? axis->size : 0;
}

static int find_axis(const AscShape *shape, const char *name)
{
    for (int a = 0; a < shape->rank; a++) {
        if (strcmp(shape->axis[a].name, name) == 0)
            return a;
    }
    return -1;
}

/* Repeats position length - 1 along the axis of one example. */
static void extend(real *x, const AscShape *shape, int axis, int length)
{
    size_t outer = 1, inner = 1, size = (size_t)shape->axis[axis].size;

    for (int a = 0; a < shape->rank; a++)
        *(a < axis ? &outer : &inner) *= a == axis ? 1 : (size_t)shape->axis[a].size;
    for (size_t o = 0; o < outer; o++) {
        real *last = x + (o * size + (size_t)length - 1) * inner;

        for (size_t at = (size_t)length; at < size; at++)
            memcpy(last + (at + 1 - (size_t)length) * inner, last, inner * sizeof *x);
    }
}

static void extend_input(AscBatch *batch, int i, const char *name, const real *length)
{
    const AscInput *input = &batch->model->input[i];
    int axis = find_axis(&input->shape, name);

    if (input->kind != ASC_INPUT_FEATURES || axis < 0)
        return;
#pragma omp parallel for schedule(static)
    for (int n = 0; n < batch->count; n++)
        extend(batch->input[i] + (size_t)n * batch->size[i], &input->shape, axis, (int)length[n]);
}

void asc_batch_extend(AscBatch *batch)
{
    const AscModel *model = batch->model;

    for (int l = 0; l < model->inputs; l++) {
        const AscInput *length = &model->input[l];

        if (length->kind != ASC_INPUT_LENGTH)
            continue;
        for (int n = batch->count; n < batch->capacity; n++)
            batch->input[l][n] = 1;
        for (int i = 0; i < model->inputs; i++)
            extend_input(batch, i, length_axis(model, length)->name, batch->input[l]);
    }
}

void asc_batch_draw_inputs(AscBatch *batch, uint64_t seed, const char *stream, bool random_lengths)
{
    const AscModel *model = batch->model;

    batch->count = batch->largest;
    for (int i = 0; i < batch->inputs; i++) {
        const AscInput *input = &model->input[i];
        AscRandom random = asc_random_start(seed, stream, (uint64_t)i);
        bool is_length = input->kind == ASC_INPUT_LENGTH;
        uint64_t largest = is_length ? (uint64_t)asc_input_largest(model, input) : 0;

        for (size_t k = 0; k < (size_t)batch->count * batch->size[i]; k++) {
            if (!is_length)
                batch->input[i][k] = (real)asc_random_normal(&random);
            else
                batch->input[i][k] = (real)(random_lengths ? 1 + asc_random_below(&random, largest)
                                                           : largest);
        }
    }
    asc_batch_extend(batch);
}

/* ---------------------------------------------------------------- examples */

static bool is_mixed(const AscBatch *batch, int n)
{
    return batch->mixup.mixes && batch->mixup.lambda[n] != 1;
}

static void fill_lengths(AscBatch *batch, int i, const real *from, const int *which)
{
    for (int n = 0; n < batch->count; n++) {
        real own = from[which[n]];
        real other = is_mixed(batch, n) ? from[which[batch->mixup.partner[n]]] : own;

        batch->input[i][n] = own > other ? own : other;
    }
}

/* Rows of `size` reals; those past batch->count become zero. */
static void fill_rows(const AscBatch *batch, size_t size, const real *from, const int *which,
                      real *rows)
{

#pragma omp parallel for schedule(static)
    for (int n = 0; n < batch->count; n++) {
        const real *own = from + (size_t)which[n] * size;
        real *to = rows + (size_t)n * size;

        if (is_mixed(batch, n))
            mix_rows(to, own, from + (size_t)which[batch->mixup.partner[n]] * size,
                     (real)batch->mixup.lambda[n], size);
        else
            memcpy(to, own, size * sizeof *to);
    }
    memset(rows + (size_t)batch->count * size, 0,
           (size_t)(batch->capacity - batch->count) * size * sizeof(real));
}

static void fill_labels(AscBatch *batch, const int *label, const int *which)
{
    memset(batch->target, 0, (size_t)batch->capacity * (size_t)batch->classes * sizeof(real));
    for (int n = 0; n < batch->count; n++) {
        real *target = batch->target + (size_t)n * (size_t)batch->classes;
        int own = label[which[n]], other = own;
        double lambda = is_mixed(batch, n) ? batch->mixup.lambda[n] : 1;

        if (own < 0)
            continue;
        if (lambda != 1)
            other = label[which[batch->mixup.partner[n]]];
        target[own] += (real)lambda;
        target[other] += (real)(1 - lambda);
    }
}

void asc_batch_fill(AscBatch *batch, const AscExamples *examples, const int *which, int count)
{
    batch->count = count;
    for (int i = 0; i < batch->inputs; i++) {
        if (batch->model->input[i].kind == ASC_INPUT_LENGTH)
            fill_lengths(batch, i, examples->input[i], which);
        else
            fill_rows(batch, batch->size[i], examples->input[i], which, batch->input[i]);
    }
    asc_batch_extend(batch);
    if (examples->target)
        fill_rows(batch, (size_t)batch->classes, examples->target, which, batch->target);
    else
        fill_labels(batch, examples->label, which);
}

double *asc_batch_balance(const AscExamples *examples)
{
    double *weight = calloc((size_t)examples->classes + 1, sizeof *weight);
    int all = 0, present = 0;

    for (int n = 0; weight && n < examples->count; n++) {
        if (examples->label[n] >= 0) {
            present += weight[examples->label[n]]++ == 0;
            all++;
        }
    }
    for (int c = 0; weight && c < examples->classes; c++)
        weight[c] = weight[c] > 0 ? all / (present * weight[c]) : 0;
    return weight;
}

void asc_batch_weigh(AscBatch *batch, const double *weight)
{
    for (int n = 0; n < batch->count; n++) {
        for (int c = 0; c < batch->classes; c++)
            batch->target[(size_t)n * (size_t)batch->classes + (size_t)c] *= (real)weight[c];
    }
}
