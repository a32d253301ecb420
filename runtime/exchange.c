/* exchange.c: weights to and from the files of other tools. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange_map.h"
#include "file.h"

/* For every number there, in their order, where it is here: index[foreign->count]. */
static void find_places(const AscShape *shape, const AscForeign *foreign, size_t *index)
{
    size_t stride[ASC_MAX_AXES], step = 1;
    int at[ASC_MAX_AXES] = { 0 };

    for (int a = shape->rank; a-- > 0; step *= (size_t)shape->axis[a].size)
        stride[a] = step;
    for (size_t i = 0; i < foreign->count; i++) {
        index[i] = 0;
        for (int k = 0; k < foreign->axes; k++)
            index[i] += stride[foreign->axis[k]] * (size_t)foreign->position[k][at[k]];
        for (int k = foreign->axes; k-- > 0;) { /* the last axis there runs fastest */
            if (++at[k] < foreign->positions[k])
                break;
            at[k] = 0;
        }
    }
}

static size_t *make_places(const AscParameter *parameter, const AscForeign *foreign,
                           AscStatus *status)
{
    size_t *index = calloc(foreign->count + 1, sizeof *index);

    if (index)
        find_places(&parameter->shape, foreign, index);
    else
        asc_status_memory(status, parameter->name);
    return index;
}

/* Calls `move` for all arrays of a weight; covered: which of its numbers an array has had already.  All must be. */
typedef bool Move(void *context, const AscParameter *parameter, const AscForeign *foreign,
                  bool *covered, AscStatus *status);

static bool each_array(const AscModel *model, const AscNameMap *map, int p, Move *move,
                       void *context, AscStatus *status)
{
    const AscParameter *parameter = &model->parameter[p];
    bool *covered = calloc(parameter->count + 1, sizeof *covered);
    bool fine = covered || asc_status_memory(status, parameter->name);
    size_t left = 0;

    for (int n = 0; fine && n < asc_map_arrays(map); n++) {
        const AscForeign *foreign = asc_map_foreign(map, n);

        if (foreign->parameter == p)
            fine = move(context, parameter, foreign, covered, status);
    }
    for (size_t i = 0; fine && i < parameter->count; i++)
        left += !covered[i];
    free(covered);
    return fine &&
           (left == 0 || asc_status_set(status, ASC_BAD_INPUT,
                                        "the map names no array for %zu of %zu numbers of `%s`",
                                        left, parameter->count, parameter->name));
}

/* ---------------------------------------------------------------- export */

typedef struct Export {
    const AscWeights *weights;
    AscNpz *arrays;
} Export;

/* Of arrays that are summed the first has it all. */
static bool give(void *context, const AscParameter *parameter, const AscForeign *foreign,
                 bool *covered, AscStatus *status)
{
    const Export *export = context;
    size_t *index = make_places(parameter, foreign, status);
    AscArray *array = NULL;

    if (asc_npz_find(export->arrays, foreign->name))
        asc_status_set(status, ASC_BAD_INPUT, "two weights are called `%s` there", foreign->name);
    else if (index)
        array = asc_npz_add(export->arrays, foreign->name, strlen(foreign->name), foreign->rank,
                            foreign->size, status);
    for (size_t i = 0; array && i < foreign->count; i++) {
        if (!covered[index[i]])
            array->values[i] = (double)export->weights->parameters[parameter->offset + index[i]];
        covered[index[i]] = true;
    }
    free(index);
    return array != NULL;
}

bool asc_exchange_export(const AscWeights *weights, const AscNameMap *map, AscNpz *arrays,
                         AscStatus *status)
{
    Export export = { weights, arrays };

    for (int p = 0; p < weights->model->parameters; p++) {
        if (!each_array(weights->model, map, p, give, &export, status))
            return false;
    }
    return true;
}

/* ---------------------------------------------------------------- import */

static void describe(int rank, const size_t *size, char *text, size_t room)
{
    size_t at = (size_t)snprintf(text, room, "[");

    for (int a = 0; a < rank && at < room; a++)
        at += (size_t)snprintf(text + at, room - at, "%s%zu", a ? ", " : "", size[a]);
    if (at < room)
        snprintf(text + at, room - at, "]");
}

static bool same_shape(const AscArray *array, const AscForeign *foreign)
{
    bool same = array->rank == foreign->rank;

    for (int a = 0; same && a < array->rank; a++)
        same = array->size[a] == foreign->size[a];
    return same;
}

typedef struct Import {
    AscWeights *weights;
    const AscNpz *arrays;
    const char *path;
} Import;

static bool check(const Import *import, const AscParameter *parameter, const AscForeign *foreign,
                  const AscArray *array, AscStatus *status)
{
    char there[256], here[256];

    if (!array)
        return asc_status_set(status, ASC_BAD_INPUT, "%s: has no array `%s` for the weight `%s`",
                              import->path, foreign->name, parameter->name);
    if (!same_shape(array, foreign)) {
        describe(array->rank, array->size, there, sizeof there);
        describe(foreign->rank, foreign->size, here, sizeof here);
        return asc_status_set(status, ASC_BAD_INPUT, "%s: `%s` is %s, the weight `%s` would be %s",
                              import->path, foreign->name, there, parameter->name, here);
    }
    for (size_t i = 0; i < array->count; i++) {
        if (!isfinite((real)array->values[i]))
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "%s: `%s` holds a number that is not finite", import->path,
                                  foreign->name);
    }
    return true;
}

/* What several arrays have is their sum. */
static bool take(void *context, const AscParameter *parameter, const AscForeign *foreign,
                 bool *covered, AscStatus *status)
{
    const Import *import = context;
    const AscArray *array = asc_npz_find(import->arrays, foreign->name);
    real *to = import->weights->parameters + parameter->offset;
    size_t *index;

    if (!check(import, parameter, foreign, array, status))
        return false;
    index = make_places(parameter, foreign, status);
    for (size_t i = 0; index && i < array->count; i++) {
        to[index[i]] = (real)array->values[i] + (covered[index[i]] ? to[index[i]] : 0);
        covered[index[i]] = true;
    }
    free(index);
    return index != NULL;
}

static bool is_known(const AscNameMap *map, const char *name)
{
    for (int n = 0; n < asc_map_arrays(map); n++) {
        if (strcmp(asc_map_foreign(map, n)->name, name) == 0)
            return true;
    }
    return asc_map_leaves_out(map, name);
}

bool asc_exchange_import(AscWeights *weights, const AscNameMap *map, const AscNpz *arrays,
                         const char *path, AscStatus *status)
{
    Import import = { weights, arrays, path };

    for (int p = 0; p < weights->model->parameters; p++) {
        if (!each_array(weights->model, map, p, take, &import, status))
            return false;
    }
    for (int n = 0; n < arrays->count; n++) {
        if (!is_known(map, arrays->item[n].name))
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "%s: `%s` is no weight of the model; a line `- %s` of the map "
                                  "leaves it out",
                                  path, arrays->item[n].name, arrays->item[n].name);
    }
    return true;
}

/* ---------------------------------------------------------------- files */

static bool ends_with(const char *path, const char *end)
{
    size_t length = strlen(path), last = strlen(end);

    return length >= last && strcmp(path + length - last, end) == 0;
}

static bool read_tensors(const char *path, AscNpz *arrays, AscStatus *status)
{
    AscTensors *tensors = asc_tensors_read(path, status);
    bool fine = tensors != NULL;

    for (int n = 0; fine && n < asc_tensors_count(tensors); n++) {
        const AscTensor *tensor = asc_tensors_at(tensors, n);
        AscArray *array = asc_npz_add(arrays, tensor->name, strlen(tensor->name), tensor->rank,
                                      tensor->size, status);

        fine = array != NULL;
        if (fine)
            asc_tensor_copy_doubles(tensor, array->values);
    }
    asc_tensors_destroy(tensors);
    return fine;
}

bool asc_exchange_read(const char *path, AscNpz *arrays, AscStatus *status)
{
    *arrays = (AscNpz){ 0 };
    if (ends_with(path, ".npz"))
        return asc_npz_read(path, arrays, status);
    if (ends_with(path, ".safetensors"))
        return read_tensors(path, arrays, status);
    return asc_status_set(status, ASC_USAGE,
                          "%s: expected a name that ends with .npz or "
                          ".safetensors",
                          path);
}

/* Values become reals, in place: they are read once. */
static bool write_tensors(const char *path, const AscNpz *arrays, AscStatus *status)
{
    AscTensors *tensors = asc_tensors_create(status);
    bool fine = tensors != NULL;

    for (int n = 0; fine && n < arrays->count; n++) {
        const AscArray *array = &arrays->item[n].array;
        real *values = (real *)(void *)array->values;
        AscTensor tensor = { .name = arrays->item[n].name,
                             .element = sizeof(real) == 8 ? ASC_F64 : ASC_F32,
                             .rank = array->rank,
                             .count = array->count,
                             .data = values };

        memcpy(tensor.size, array->size, sizeof tensor.size);
        for (size_t i = 0; i < array->count; i++) {
            const real value = (real)array->values[i];

            memcpy((char *)array->values + i * sizeof(real), &value, sizeof value);
        }
        fine = asc_tensors_add(tensors, &tensor, status);
    }
    fine = fine && asc_tensors_write(tensors, path, status);
    asc_tensors_destroy(tensors);
    return fine;
}

bool asc_exchange_write(const char *path, const AscNpz *arrays, AscStatus *status)
{
    if (ends_with(path, ".npz"))
        return asc_npz_write(path, arrays, status);
    if (ends_with(path, ".safetensors"))
        return write_tensors(path, arrays, status);
    return asc_status_set(status, ASC_USAGE,
                          "%s: expected a name that ends with .npz or "
                          ".safetensors",
                          path);
}
