/* weights_file.c: weights to and from sets of tensors, with every check that keeps a file from
 * being used where it does not belong. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "weights.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unknown"
#endif

static const char format_name[] = "ascc weights 1";

/* "PREFIXname", allocated. */
static char *join_names(const char *prefix, const char *name, const char *ending)
{
    size_t room = strlen(prefix) + strlen(name) + strlen(ending) + 1;
    char *text = malloc(room);

    if (text)
        snprintf(text, room, "%s%s%s", prefix, name, ending);
    return text;
}

/* ---------------------------------------------------------------- collecting */

bool asc_weights_add_flat(AscTensors *tensors, const AscModel *model, const char *prefix,
                          const real *flat, AscStatus *status)
{
    for (int p = 0; p < model->parameters; p++) {
        const AscParameter *parameter = &model->parameter[p];
        char *name = join_names(prefix, parameter->name, "");
        bool fine = name ? asc_tensors_add_reals(tensors, name, &parameter->shape,
                                                 flat + parameter->offset, status)
                         : asc_status_memory(status, "names");

        free(name);
        if (!fine)
            return false;
    }
    return true;
}

static bool add_statistic(AscTensors *tensors, const char *features, const char *what, int count,
                          const double *values, AscStatus *status)
{
    char *name = join_names("features.", features, what);
    bool fine = name ? asc_tensors_add_vector(tensors, name, (size_t)count, values, status)
                     : asc_status_memory(status, "names");

    free(name);
    return fine;
}

static bool set_json(AscTensors *tensors, const char *key, json_t *value, AscStatus *status)
{
    char *text = value ? json_dumps(value, JSON_COMPACT) : NULL;
    bool fine = text ? asc_tensors_set_text(tensors, key, text, status)
                     : asc_status_memory(status, "metadata");

    free(text);
    json_decref(value);
    return fine;
}

static json_t *axes_json(const AscModel *model)
{
    json_t *all = json_object();

    for (int p = 0; p < model->parameters; p++) {
        const AscShape *shape = &model->parameter[p].shape;
        json_t *names = json_array();

        for (int a = 0; a < shape->rank; a++)
            json_array_append_new(names, json_string(shape->axis[a].name));
        json_object_set_new(all, model->parameter[p].name, names);
    }
    return all;
}

static json_t *settings_json(const AscModel *model)
{
    json_t *all = json_object();

    for (int f = 0; f < model->feature_sets; f++)
        json_object_set_new(all, model->features[f].name, json_string(model->features[f].settings));
    return all;
}

static json_t *labels_json(const AscWeights *weights)
{
    json_t *all = json_array();

    for (int n = 0; n < weights->labels; n++)
        json_array_append_new(all, json_string(weights->label[n]));
    return all;
}

static bool set_metadata(const AscWeights *weights, AscTensors *tensors, AscStatus *status)
{
    const AscModel *model = weights->model;

    return asc_tensors_set_text(tensors, "format", format_name, status) &&
           asc_tensors_set_text(tensors, "ascc", PACKAGE_VERSION, status) &&
           asc_tensors_set_text(tensors, "model", model->name, status) &&
           asc_tensors_set_text(tensors, "defines", model->defines, status) &&
           asc_tensors_set_text(tensors, "hash", model->hash, status) &&
           set_json(tensors, "features", settings_json(model), status) &&
           set_json(tensors, "axes", axes_json(model), status) &&
           set_json(tensors, "labels", labels_json(weights), status);
}

bool asc_weights_collect(const AscWeights *weights, AscTensors *tensors, AscStatus *status)
{
    const AscModel *model = weights->model;

    if (!set_metadata(weights, tensors, status) ||
        !asc_weights_add_flat(tensors, model, "", weights->parameters, status))
        return false;
    for (int f = 0; f < model->feature_sets; f++) {
        const AscStatistics *statistics = &weights->statistics[f];
        const char *name = model->features[f].name;
        int count = statistics->positions;

        if (count > 0 &&
            (!add_statistic(tensors, name, ".mean", count, statistics->mean, status) ||
             !add_statistic(tensors, name, ".std", count, statistics->deviation, status)))
            return false;
    }
    return true;
}

bool asc_weights_save(const AscWeights *weights, const char *path, AscStatus *status)
{
    AscTensors *tensors = asc_tensors_create(status);
    bool fine = tensors && asc_weights_collect(weights, tensors, status) &&
                asc_tensors_write(tensors, path, status);

    asc_tensors_destroy(tensors);
    return fine;
}

/* ---------------------------------------------------------------- checking and taking */

/* A file being read, for messages. */
typedef struct Reading {
    const AscModel *model;
    const AscTensors *tensors;
    const char *path;
    AscStatus *status;
} Reading;

static bool check_hash(const Reading *from)
{
    const char *hash = asc_tensors_text(from->tensors, "hash");
    const char *name = asc_tensors_text(from->tensors, "model");
    const char *defines = asc_tensors_text(from->tensors, "defines");

    if (!hash || strcmp(hash, from->model->hash) == 0)
        return true;
    return asc_status_set(from->status, ASC_BAD_INPUT,
                          "%s: holds weights of another model: %s (%s%s%.12s) there, "
                          "%s (%s%s%.12s) here",
                          from->path, name ? name : "?", defines ? defines : "",
                          defines && *defines ? ", " : "", hash, from->model->name,
                          from->model->defines, *from->model->defines ? ", " : "",
                          from->model->hash);
}

static bool check_settings(const Reading *from)
{
    const char *text = asc_tensors_text(from->tensors, "features");
    json_t *all = text ? json_loads(text, 0, NULL) : NULL;
    bool fine = true;

    if (text && !json_is_object(all))
        fine = asc_status_set(from->status, ASC_BAD_INPUT,
                              "%s: the metadata `features` is no JSON object", from->path);
    for (int f = 0; text && fine && f < from->model->feature_sets; f++) {
        const AscFeatures *features = &from->model->features[f];
        const char *there = json_string_value(json_object_get(all, features->name));

        if (!there || strcmp(there, features->settings) != 0)
            fine = asc_status_set(from->status, ASC_BAD_INPUT,
                                  "%s: was made with other features `%s`: \"%s\" there, "
                                  "\"%s\" here",
                                  from->path, features->name, there ? there : "none",
                                  features->settings);
    }
    json_decref(all);
    return fine;
}

static bool check_finite(const Reading *from, const AscTensor *tensor, const real *values)
{
    for (size_t i = 0; i < tensor->count; i++) {
        if (!isfinite(values[i]))
            return asc_status_set(from->status, ASC_BAD_INPUT,
                                  "%s: tensor `%s`: value %zu is not a finite number", from->path,
                                  tensor->name, i);
    }
    return true;
}

static bool take_tensor(const Reading *from, const char *name, const AscParameter *parameter,
                        real *to)
{
    const AscTensor *tensor = asc_tensors_find(from->tensors, name);
    char here[256], there[128];

    asc_weights_describe(&parameter->shape, here, sizeof here);
    if (!tensor)
        return asc_status_set(from->status, ASC_BAD_INPUT,
                              "%s: has no tensor `%s` %s, which the model %s needs", from->path,
                              name, here, from->model->name);
    if (!asc_tensor_fits(tensor, &parameter->shape)) {
        asc_tensor_describe(tensor, there, sizeof there);
        return asc_status_set(from->status, ASC_BAD_INPUT,
                              "%s: tensor `%s` is %s there, %s in the model %s", from->path, name,
                              there, here, from->model->name);
    }
    asc_tensor_copy_reals(tensor, to);
    return check_finite(from, tensor, to);
}

bool asc_weights_take_flat(const AscTensors *tensors, const char *path, const AscModel *model,
                           const char *prefix, real *flat, AscStatus *status)
{
    Reading from = { model, tensors, path, status };

    for (int p = 0; p < model->parameters; p++) {
        const AscParameter *parameter = &model->parameter[p];
        char *name = join_names(prefix, parameter->name, "");
        bool fine = name ? take_tensor(&from, name, parameter, flat + parameter->offset)
                         : asc_status_memory(status, "names");

        free(name);
        if (!fine)
            return false;
    }
    return true;
}

static bool is_parameter(const AscModel *model, const char *name)
{
    for (int p = 0; p < model->parameters; p++) {
        if (strcmp(model->parameter[p].name, name) == 0)
            return true;
    }
    return strncmp(name, "features.", 9) == 0 || strncmp(name, "train.", 6) == 0;
}

static bool check_unknown(const Reading *from)
{
    const char *first = NULL;
    int unknown = 0;

    for (int n = 0; n < asc_tensors_count(from->tensors); n++) {
        const char *name = asc_tensors_at(from->tensors, n)->name;

        if (!is_parameter(from->model, name)) {
            unknown++;
            first = first ? first : name;
        }
    }
    if (!unknown)
        return true;
    return asc_status_set(from->status, ASC_BAD_INPUT,
                          "%s: has %d tensor%s the model %s does not know, first `%s`", from->path,
                          unknown, unknown == 1 ? "" : "s", from->model->name, first);
}

/* Mean or deviation; absent tensors leave `*count` at 0. */
static bool take_statistic(const Reading *from, const char *features, const char *what, int *count,
                           double **values)
{
    char *name = join_names("features.", features, what);
    const AscTensor *tensor = name ? asc_tensors_find(from->tensors, name) : NULL;
    bool fine = name || asc_status_memory(from->status, "names");

    if (tensor && (tensor->rank != 1 || tensor->count == 0 || tensor->count > 1000000))
        fine = asc_status_set(from->status, ASC_BAD_INPUT, "%s: tensor `%s` must have one axis",
                              from->path, name);
    if (fine && tensor) {
        *count = (int)tensor->count;
        *values = malloc(sizeof **values * tensor->count);
        fine = *values ? (asc_tensor_copy_doubles(tensor, *values), true)
                       : asc_status_memory(from->status, "statistics");
    }
    for (int i = 0; fine && i < *count; i++) {
        if (!isfinite((*values)[i]))
            fine = asc_status_set(from->status, ASC_BAD_INPUT,
                                  "%s: tensor `%s`: value %d is not a finite number", from->path,
                                  name, i);
    }
    free(name);
    return fine;
}

static bool take_statistics(const Reading *from, AscWeights *weights)
{
    bool fine = true;

    for (int f = 0; fine && f < from->model->feature_sets; f++) {
        const char *name = from->model->features[f].name;
        int means = 0, deviations = 0;
        AscStatistics read = { 0 };

        fine = take_statistic(from, name, ".mean", &means, &read.mean) &&
               take_statistic(from, name, ".std", &deviations, &read.deviation);
        if (fine && means != deviations)
            fine = asc_status_set(from->status, ASC_BAD_INPUT,
                                  "%s: %d means and %d deviations of the features `%s`", from->path,
                                  means, deviations, name);
        read.positions = means;
        fine = fine && asc_weights_set_statistics(weights, f, &read, from->status);
        free(read.mean);
        free(read.deviation);
    }
    return fine;
}

static bool take_labels(const Reading *from, AscWeights *weights)
{
    const char *text = asc_tensors_text(from->tensors, "labels");
    json_t *all = text ? json_loads(text, 0, NULL) : NULL;
    size_t count = json_array_size(all);
    const char **label = calloc(count + 1, sizeof *label);
    bool fine = label || asc_status_memory(from->status, "labels");

    if (fine && text && !json_is_array(all))
        fine = asc_status_set(from->status, ASC_BAD_INPUT,
                              "%s: the metadata `labels` is no JSON array", from->path);
    for (size_t n = 0; fine && n < count; n++) {
        label[n] = json_string_value(json_array_get(all, n));
        if (!label[n])
            fine = asc_status_set(from->status, ASC_BAD_INPUT, "%s: label %zu is no text",
                                  from->path, n);
    }
    if (fine && count &&
        (from->model->output.rank != 1 || count != (size_t)from->model->output.axis[0].size))
        fine = asc_status_set(from->status, ASC_BAD_INPUT, "%s: has %zu labels for %d outputs",
                              from->path, count,
                              from->model->output.rank ? from->model->output.axis[0].size : 1);
    fine = fine && asc_weights_set_labels(weights, label, (int)count, from->status);
    free(label);
    json_decref(all);
    return fine;
}

AscWeights *asc_weights_take(const AscModel *model, const AscTensors *tensors, const char *path,
                             AscStatus *status)
{
    Reading from = { model, tensors, path, status };
    AscWeights *weights = asc_weights_create(model, status);

    if (weights && check_hash(&from) && check_settings(&from) &&
        asc_weights_take_flat(tensors, path, model, "", weights->parameters, status) &&
        check_unknown(&from) && take_statistics(&from, weights) && take_labels(&from, weights))
        return weights;
    asc_weights_destroy(weights);
    return NULL;
}

AscWeights *asc_weights_load(const AscModel *model, const char *path, AscStatus *status)
{
    AscTensors *tensors = asc_tensors_read(path, status);
    AscWeights *weights = tensors ? asc_weights_take(model, tensors, path, status) : NULL;

    asc_tensors_destroy(tensors);
    return weights;
}
