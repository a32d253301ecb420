/* arrays.c: batches from files of arrays, every size checked. */
#include "arrays.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "npy.h"
#include "tensors.h"
#include "weights.h"

static void describe_array(const AscArray *array, char *text, size_t room)
{
    AscTensor tensor = { .rank = array->rank };

    memcpy(tensor.size, array->size, sizeof tensor.size);
    asc_tensor_describe(&tensor, text, room);
    if (strrchr(text, ' '))
        *strrchr(text, ' ') = '\0'; /* the type does not matter here */
}

/* The examples in an array of the shape, with or without an axis of examples; 0: it does not
 * fit. */
static size_t count_examples(const AscArray *array, const AscShape *shape)
{
    int extra = array->rank - shape->rank;

    if (extra != 0 && extra != 1)
        return 0;
    for (int a = 0; a < shape->rank; a++) {
        if (array->size[a + extra] != (size_t)shape->axis[a].size)
            return 0;
    }
    return extra ? array->size[0] : 1;
}

/* Reads an array and counts its examples; `*examples` 0: not known yet. */
static bool read_array(const char *path, const AscShape *shape, int *examples, AscArray *array,
                       AscStatus *status)
{
    size_t count;
    char here[256], there[256];

    if (!asc_npy_read(path, array, status))
        return false;
    count = count_examples(array, shape);
    asc_weights_describe(shape, here, sizeof here);
    describe_array(array, there, sizeof there);
    if (count == 0 || count > 1000000)
        asc_status_set(status, ASC_BAD_INPUT, "%s: is %s, expected [examples, ..] of %s", path,
                       there, here);
    else if (*examples && (size_t)*examples != count)
        asc_status_set(status, ASC_BAD_INPUT, "%s: has %zu examples, the first input %d", path,
                       count, *examples);
    else
        return *examples = (int)count, true;
    asc_npy_free(array);
    return false;
}

static bool copy_array(const AscArray *array, const char *path, real *to, AscStatus *status)
{
    for (size_t i = 0; i < array->count; i++) {
        to[i] = (real)array->values[i];
        if (!isfinite(to[i]))
            return asc_status_set(status, ASC_BAD_INPUT, "%s: value %zu is not a finite number",
                                  path, i);
    }
    return true;
}

static bool check_lengths(const AscModel *model, int i, const char *path, const AscBatch *batch,
                          AscStatus *status)
{
    const int largest = asc_input_largest(model, &model->input[i]);

    for (int n = 0; n < batch->count; n++) {
        double length = (double)batch->input[i][n];

        if (!(length >= 1 && length <= largest) || length != floor(length))
            return asc_status_set(
                status, ASC_BAD_INPUT,
                "%s: %s of example %d is %g, expected a whole number from 1 to %d", path,
                model->input[i].name, n + 1, length, largest);
    }
    return true;
}

static bool fill_batch(const AscModel *model, const AscOptions *options, const AscArray *array,
                       AscBatch *batch, AscStatus *status)
{
    batch->count = batch->largest;
    for (int f = 0; f < model->inputs; f++) {
        if (!copy_array(&array[f], options->input[f], batch->input[f], status) ||
            (model->input[f].kind == ASC_INPUT_LENGTH &&
             !check_lengths(model, f, options->input[f], batch, status)))
            return false;
    }
    asc_batch_extend(batch);
    return array[model->inputs].values == NULL ||
           copy_array(&array[model->inputs], options->target, batch->target, status);
}

static bool check_options(const AscModel *model, const AscOptions *options, bool targets,
                          AscStatus *status)
{
    if (options->inputs != model->inputs)
        return asc_status_set(status, ASC_USAGE,
                              "--input is given %d times, the network has %d inputs",
                              options->inputs, model->inputs);
    if (targets && !options->target)
        return asc_status_set(status, ASC_USAGE, "--target Y.npy is missing");
    return true;
}

AscBatch *asc_arrays_load(const AscModel *model, const AscOptions *options, bool targets,
                          AscStatus *status)
{
    AscArray array[ASC_MAX_INPUTS + 1] = { 0 };
    AscBatch *batch = NULL;
    int examples = 0;
    bool fine = check_options(model, options, targets, status);

    for (int f = 0; fine && f < model->inputs; f++)
        fine = read_array(options->input[f], &model->input[f].shape, &examples, &array[f], status);
    if (fine && targets)
        fine = read_array(options->target, &model->output, &examples, &array[model->inputs],
                          status);
    if (fine)
        batch = asc_batch_create(model, examples, status);
    if (batch && !fill_batch(model, options, array, batch, status)) {
        asc_batch_destroy(batch);
        batch = NULL;
    }
    for (int f = 0; f <= ASC_MAX_INPUTS; f++) {
        if (array[f].values)
            asc_npy_free(&array[f]);
    }
    return batch;
}

/* ---------------------------------------------------------------- random numbers */

static bool pin(const AscModel *model, const AscTensors *tensors, const char *path, int examples,
                int node, AscPinned *pinned, AscStatus *status)
{
    char name[32];
    const AscTensor *tensor;
    size_t one = model->random_count[node];

    snprintf(name, sizeof name, "random.%d", node);
    tensor = asc_tensors_find(tensors, name);
    if (!tensor)
        return asc_status_set(status, ASC_BAD_INPUT, "%s: has no tensor `%s`", path, name);
    if (tensor->count != one * (size_t)examples && tensor->count != one)
        return asc_status_set(
            status, ASC_BAD_INPUT,
            "%s: tensor `%s` has %zu numbers, expected %zu for each of %d examples", path, name,
            tensor->count, one, examples);
    pinned->node[node] = asc_batch_memory(one * (size_t)asc_capacity(examples) * sizeof(real));
    if (!pinned->node[node])
        return asc_status_memory(status, "random numbers");
    asc_tensor_copy_reals(tensor, pinned->node[node]);
    return true;
}

static double *copy_doubles(const AscTensor *tensor)
{
    double *values = calloc(tensor->count + 1, sizeof *values);

    if (values)
        asc_tensor_copy_doubles(tensor, values);
    return values;
}

/* Every lambda in [0, 1], every partner one of the examples? */
static bool check_mixup(const AscPinned *pinned, const char *path, int examples, AscStatus *status)
{
    for (int n = 0; n < pinned->mixes; n++) {
        if (!(pinned->lambda[n] >= 0 && pinned->lambda[n] <= 1))
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "%s: mixup.lambda is %g in step %d, "
                                  "expected 0 .. 1",
                                  path, pinned->lambda[n], n);
        for (int i = 0; i < examples; i++) {
            double partner = pinned->partner[n * examples + i];

            if (!(partner >= 0 && partner < examples && partner == floor(partner)))
                return asc_status_set(status, ASC_BAD_INPUT,
                                      "%s: mixup.partner is %g in step %d, "
                                      "expected one of 0 .. %d",
                                      path, partner, n, examples - 1);
        }
    }
    return true;
}

static bool pin_mixup(const AscModel *model, const AscTensors *tensors, const char *path,
                      int examples, AscPinned *pinned, AscStatus *status)
{
    const AscTensor *lambda = asc_tensors_find(tensors, "mixup.lambda"),
                    *partner = asc_tensors_find(tensors, "mixup.partner");

    if (!lambda && !partner)
        return true;
    for (int i = 0; i < model->inputs; i++) {
        if (model->input[i].kind != ASC_INPUT_FEATURES)
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "%s: mixup can't be pinned for inputs of any length", path);
    }
    if (!lambda || !partner || lambda->count == 0 || lambda->count > 1000000 ||
        partner->count != lambda->count * (size_t)examples)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s: mixup.lambda and mixup.partner hold %zu and %zu numbers, "
                              "expected one and %d a step",
                              path, lambda ? lambda->count : 0, partner ? partner->count : 0,
                              examples);
    pinned->mixes = (int)lambda->count;
    pinned->lambda = copy_doubles(lambda);
    pinned->partner = copy_doubles(partner);
    if (!pinned->lambda || !pinned->partner)
        return asc_status_memory(status, "random numbers");
    return check_mixup(pinned, path, examples, status);
}

bool asc_arrays_pinned(const AscModel *model, const char *path, int examples, AscPinned *pinned,
                       AscStatus *status)
{
    AscTensors *tensors = asc_tensors_read(path, status);
    bool fine = tensors != NULL;

    pinned->count = model->randoms;
    pinned->node = calloc((size_t)model->randoms + 1, sizeof *pinned->node);
    if (fine && !pinned->node)
        fine = asc_status_memory(status, "random numbers");
    for (int n = 0; fine && n < model->randoms; n++)
        fine = pin(model, tensors, path, examples, n, pinned, status);
    fine = fine && pin_mixup(model, tensors, path, examples, pinned, status);
    asc_tensors_destroy(tensors);
    return fine;
}

static void mix_array(real *to, const real *from, size_t size, int count, real lambda,
                      const double *partner)
{
    for (int n = 0; n < count; n++) {
        const real *own = from + (size_t)n * size, *other = from + (size_t)partner[n] * size;

        for (size_t i = 0; i < size; i++)
            to[(size_t)n * size + i] = lambda * own[i] + (1 - lambda) * other[i];
    }
}

void asc_arrays_mix(const AscPinned *pinned, int step, const AscBatch *batch, AscBatch *mixed)
{
    int at = step % pinned->mixes;
    real lambda = (real)pinned->lambda[at];
    const double *partner = pinned->partner + (size_t)at * (size_t)batch->count;

    mixed->count = batch->count;
    for (int f = 0; f < batch->inputs; f++)
        mix_array(mixed->input[f], batch->input[f], batch->size[f], batch->count, lambda, partner);
    mix_array(mixed->target, batch->target, (size_t)batch->classes, batch->count, lambda, partner);
}

void asc_arrays_free_pinned(AscPinned *pinned)
{
    for (int n = 0; pinned->node && n < pinned->count; n++)
        free(pinned->node[n]);
    free(pinned->node);
    free(pinned->lambda);
    free(pinned->partner);
    *pinned = (AscPinned){ 0 };
}
