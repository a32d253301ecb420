/* checkpoint.c: where training stands, in one file with the weights and the optimiser's moments. */
#include "checkpoint.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tensors.h"

static char *position_text(const AscPosition *position)
{
    char loss[40], best[40], seconds[40], total[40];
    json_t *all;
    char *text = NULL;

    snprintf(loss, sizeof loss, "%.17g", position->loss_sum);
    snprintf(best, sizeof best, "%.17g", position->best);
    snprintf(seconds, sizeof seconds, "%.3f", position->seconds);
    snprintf(total, sizeof total, "%.3f", position->total_seconds);
    all = json_pack("{s:i, s:i, s:i, s:s, s:i, s:i, s:s, s:i, s:s, s:s, s:b}", "epoch",
                    position->epoch, "step", position->step, "examples", position->examples,
                    "loss_sum", loss, "right", position->right, "seen", position->seen, "best",
                    best, "best_epoch", position->best_epoch, "seconds", seconds, "total_seconds",
                    total, "finished", position->finished);
    if (all)
        text = json_dumps(all, JSON_COMPACT);
    json_decref(all);
    return text;
}

static double text_number(const json_t *all, const char *key)
{
    const char *text = json_string_value(json_object_get(all, key));

    return text ? strtod(text, NULL) : NAN;
}

static bool parse_position(const char *text, const char *log, AscPosition *position)
{
    json_t *all = text ? json_loads(text, 0, NULL) : NULL;
    bool fine = json_is_object(all) && log;

    *position = (AscPosition){ 0 };
    if (fine) {
        position->epoch = (int)json_integer_value(json_object_get(all, "epoch"));
        position->step = (int)json_integer_value(json_object_get(all, "step"));
        position->examples = (int)json_integer_value(json_object_get(all, "examples"));
        position->loss_sum = text_number(all, "loss_sum");
        position->right = (int)json_integer_value(json_object_get(all, "right"));
        position->seen = (int)json_integer_value(json_object_get(all, "seen"));
        position->best = text_number(all, "best");
        position->best_epoch = (int)json_integer_value(json_object_get(all, "best_epoch"));
        position->seconds = text_number(all, "seconds");
        position->total_seconds = text_number(all, "total_seconds");
        position->finished = json_is_true(json_object_get(all, "finished"));
        position->log = strdup(log);
        fine = position->log && position->epoch >= 0 && position->step >= 0;
    }
    json_decref(all);
    return fine;
}

static bool collect_moments(AscTensors *tensors, const AscModel *model, AscUpdate *update,
                            AscStatus *status)
{
    real *moment[2];
    int count = asc_optimizer_moments(update, moment);

    for (int m = 0; m < count; m++) {
        char prefix[32];

        snprintf(prefix, sizeof prefix, "train.%s.", asc_optimizer_moment_name(m));
        if (!asc_weights_add_flat(tensors, model, prefix, moment[m], status))
            return false;
    }
    return true;
}

static bool collect_position(AscTensors *tensors, AscUpdate *update, const AscPosition *position,
                             AscStatus *status)
{
    char *text = position_text(position), steps[32];
    bool fine = text || asc_status_memory(status, "a checkpoint");

    snprintf(steps, sizeof steps, "%" PRIu64, asc_optimizer_steps(update));
    fine = fine && asc_tensors_set_text(tensors, "train.position", text, status) &&
           asc_tensors_set_text(tensors, "train.steps", steps, status) &&
           asc_tensors_set_text(tensors, "train.log", position->log ? position->log : "", status);
    free(text);
    return fine;
}

bool asc_checkpoint_write(const char *path, const AscWeights *weights, AscUpdate *update,
                          const AscPosition *position, AscStatus *status)
{
    AscTensors *tensors = asc_tensors_create(status);
    bool fine = tensors && asc_weights_collect(weights, tensors, status) &&
                collect_moments(tensors, weights->model, update, status) &&
                collect_position(tensors, update, position, status) &&
                asc_tensors_write(tensors, path, status);

    asc_tensors_destroy(tensors);
    return fine;
}

static bool take_moments(const AscTensors *tensors, const char *path, const AscModel *model,
                         AscUpdate *update, AscStatus *status)
{
    const char *steps = asc_tensors_text(tensors, "train.steps");
    real *moment[2];
    int count = asc_optimizer_moments(update, moment);

    if (!steps)
        return asc_status_set(status, ASC_BAD_INPUT, "%s: is no checkpoint", path);
    asc_optimizer_set_steps(update, strtoull(steps, NULL, 10));
    for (int m = 0; m < count; m++) {
        char prefix[32];

        snprintf(prefix, sizeof prefix, "train.%s.", asc_optimizer_moment_name(m));
        if (!asc_weights_take_flat(tensors, path, model, prefix, moment[m], status))
            return false;
    }
    return true;
}

static bool take_position(const AscTensors *tensors, const char *path, AscPosition *position,
                          AscStatus *status)
{
    if (parse_position(asc_tensors_text(tensors, "train.position"),
                       asc_tensors_text(tensors, "train.log"), position))
        return true;
    free(position->log);
    position->log = NULL;
    return asc_status_set(status, ASC_BAD_INPUT, "%s: is no checkpoint", path);
}

/* Weights first: they tell when the checkpoint is another model's. */
AscWeights *asc_checkpoint_read(const char *path, const AscModel *model, AscUpdate *update,
                                AscPosition *position, AscStatus *status)
{
    AscTensors *tensors = asc_tensors_read(path, status);
    AscWeights *weights = tensors ? asc_weights_take(model, tensors, path, status) : NULL;

    if (weights && !(take_moments(tensors, path, model, update, status) &&
                     take_position(tensors, path, position, status))) {
        asc_weights_destroy(weights);
        weights = NULL;
    }
    asc_tensors_destroy(tensors);
    return weights;
}

bool asc_checkpoint_finished(const char *path, int *epochs)
{
    AscTensors *tensors = asc_tensors_read(path, NULL);
    AscPosition position = { 0 };
    bool finished = tensors && take_position(tensors, path, &position, NULL) && position.finished;

    *epochs = position.epoch;
    free(position.log);
    asc_tensors_destroy(tensors);
    return finished;
}
