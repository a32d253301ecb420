/* run.c: a run's folder: settings, weights and checkpoints. */
#include "run.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "made_by.h"

static const char model_file[] = "model.asc", settings_file[] = "settings.json",
                  log_file[] = "log.jsonl", weights_file[] = "weights.safetensors",
                  checkpoint_file[] = "checkpoint.safetensors";

static const size_t largest_settings = 1 << 20;

static const char *const validate_names[] = { [ASC_VALIDATE_NONE] = "none",
                                              [ASC_VALIDATE_PROVIDED] = "provided",
                                              [ASC_VALIDATE_SPLIT] = "split" };
static const char *const by_names[] = {
    [ASC_BY_LOCATION] = "location", [ASC_BY_RECORDING] = "recording"
};

/* ---------------------------------------------------------------- settings */

/* Settings that are a recipe's, too. */
typedef struct Field {
    const char *name;
    enum { WHOLE, REAL, WORD, SEED } kind;
    size_t at, of_recipe;
    const char *const *word; /* [words] */
    int words;
    bool fixed; /* for the whole run */
} Field;

#define OF_RECIPE(name, kind, fixed)                                                               \
    {                                                                                              \
#name, kind, offsetof(AscSettings, name), offsetof(AscRecipe, name), NULL, 0, fixed        \
    }
#define WORD_OF_RECIPE(name, names)                                                                \
    {                                                                                              \
#name, WORD, offsetof(AscSettings, name), offsetof(AscRecipe, name), names,                \
            sizeof(names) / sizeof *(names), true                                                  \
    }

static const Field fields[] = {
    OF_RECIPE(epochs, WHOLE, false),       OF_RECIPE(steps, WHOLE, false),
    OF_RECIPE(hours, REAL, false),         OF_RECIPE(batch, WHOLE, true),
    OF_RECIPE(seed, SEED, true),           WORD_OF_RECIPE(validate, validate_names),
    OF_RECIPE(validate_share, REAL, true), WORD_OF_RECIPE(validate_by, by_names),
};

enum { FIELDS = sizeof fields / sizeof *fields };

static const size_t size_of[] = { [WHOLE] = sizeof(int),
                                  [REAL] = sizeof(double),
                                  [WORD] = sizeof(AscValidate),
                                  [SEED] = sizeof(uint64_t) };

AscSettings asc_settings_default(const AscRecipe *recipe)
{
    AscSettings settings = { .layout = ASC_LAYOUT_AUTO };

    for (int n = 0; n < FIELDS; n++)
        memcpy((char *)&settings + fields[n].at, (const char *)recipe + fields[n].of_recipe,
               size_of[fields[n].kind]);
    return settings;
}

void asc_settings_apply(const AscSettings *settings, AscRecipe *recipe)
{
    for (int n = 0; n < FIELDS; n++)
        memcpy((char *)recipe + fields[n].of_recipe, (const char *)settings + fields[n].at,
               size_of[fields[n].kind]);
}

void asc_settings_free(AscSettings *settings)
{
    free(settings->data);
    free(settings->lists);
    free(settings->responses);
    settings->data = settings->lists = settings->responses = NULL;
}

static bool same_text(const char *one, const char *other)
{
    return one && other ? strcmp(one, other) == 0 : one == other;
}

bool asc_settings_agree(const AscSettings *one, const AscSettings *other)
{
    bool same = one->fold == other->fold && one->half == other->half &&
                same_text(one->lists, other->lists) &&
                same_text(one->responses_hash, other->responses_hash);

    for (int n = 0; n < FIELDS; n++)
        same = same && (!fields[n].fixed ||
                        memcmp((const char *)one + fields[n].at, (const char *)other + fields[n].at,
                               size_of[fields[n].kind]) == 0);
    return same;
}

bool asc_settings_parse_validate(const char *text, AscSettings *settings)
{
    char *end;
    double share;

    if (strcmp(text, "none") == 0 || strcmp(text, "provided") == 0) {
        settings->validate = *text == 'n' ? ASC_VALIDATE_NONE : ASC_VALIDATE_PROVIDED;
        return true;
    }
    share = strtod(text, &end);
    if (end == text)
        return false;
    if (*end == '%') {
        share /= 100;
        end++;
    }
    if (strcmp(end, ",recording") == 0)
        settings->validate_by = ASC_BY_RECORDING;
    else if (*end && strcmp(end, ",location") != 0)
        return false;
    else
        settings->validate_by = ASC_BY_LOCATION;
    settings->validate = ASC_VALIDATE_SPLIT;
    settings->validate_share = share;
    return share > 0 && share < 1;
}

/* A seed is a text: readers of JSON lose bits past 2^53. */
static json_t *field_json(const Field *field, const AscSettings *settings)
{
    const char *at = (const char *)settings + field->at;
    char text[32];
    uint64_t seed;
    double number;
    int whole;

    memcpy(&seed, at, field->kind == SEED ? sizeof seed : 0);
    memcpy(&number, at, field->kind == REAL ? sizeof number : 0);
    memcpy(&whole, at, field->kind == WHOLE || field->kind == WORD ? sizeof whole : 0);
    switch (field->kind) {
    case WHOLE: return json_integer(whole);
    case REAL: return json_real(number);
    case WORD: return json_string(field->word[whole]);
    case SEED: snprintf(text, sizeof text, "%" PRIu64, seed); return json_string(text);
    }
    return NULL;
}

static char *settings_text(const AscModel *model, const AscSettings *settings)
{
    json_t *all = json_pack("{s:s, s:s, s:s, s:s, s:s, s:i}", "model", model->name, "defines",
                            model->defines, "hash", model->hash, "data", settings->data, "layout",
                            asc_layout_name(settings->layout), "fold", settings->fold);
    char *text = NULL;

    for (int n = 0; n < FIELDS; n++)
        json_object_set_new(all, fields[n].name, field_json(&fields[n], settings));
    if (settings->lists)
        json_object_set_new(all, "lists", json_string(settings->lists));
    json_object_set_new(all, "half", json_boolean(settings->half));
    json_object_set_new(all, "skip_bad", json_boolean(settings->skip_bad));
    if (settings->responses) {
        json_object_set_new(all, "responses", json_string(settings->responses));
        json_object_set_new(all, "responses_hash", json_string(settings->responses_hash));
    }
    json_object_set_new(all, "made_by", asc_made_by(model));
    if (all)
        text = json_dumps(all, JSON_INDENT(4));
    json_decref(all);
    return text;
}

static bool write_text(const char *folder, const char *name, const char *text, AscStatus *status)
{
    char *path = asc_path_join(folder, name);
    bool fine = path && text ? asc_file_write(path, text, strlen(text), status)
                             : asc_status_memory(status, "a run's files");

    free(path);
    return fine;
}

bool asc_run_exists(const char *folder)
{
    char *path = asc_path_join(folder, settings_file);
    bool exists = path && asc_file_exists(path);

    free(path);
    return exists;
}

bool asc_run_begin(const char *folder, const AscModel *model, const AscSettings *settings,
                   AscStatus *status)
{
    char *text;
    bool fine;

    if (asc_run_exists(folder)) {
        asc_run_refuse(folder, status);
        return false;
    }
    text = settings_text(model, settings);
    fine = asc_folder_make(folder, status) && write_text(folder, model_file, model->text, status) &&
           write_text(folder, settings_file, text, status);
    free(text);
    return fine;
}

void asc_run_remove(const char *folder)
{
    const char *const name[] = { settings_file, model_file, log_file, checkpoint_file,
                                 "skipped.txt" };

    for (size_t n = 0; n < sizeof name / sizeof name[0]; n++) {
        char *path = asc_path_join(folder, name[n]);

        if (path)
            unlink(path);
        free(path);
    }
    rmdir(folder);
}

static int find_name(const char *const *names, int count, const char *name)
{
    for (int n = 0; name && n < count; n++) {
        if (strcmp(names[n], name) == 0)
            return n;
    }
    return -1;
}

static bool parse_field(const Field *field, const json_t *all, AscSettings *settings)
{
    const json_t *value = json_object_get(all, field->name);
    const char *text = json_string_value(value);
    char *at = (char *)settings + field->at;
    int whole = field->kind == WORD ? find_name(field->word, field->words, text)
                                    : (int)json_integer_value(value);
    double number = json_number_value(value);
    uint64_t seed = text ? strtoull(text, NULL, 10) : 0;

    switch (field->kind) {
    case WHOLE:
    case WORD: memcpy(at, &whole, sizeof whole); return whole >= 0;
    case REAL: memcpy(at, &number, sizeof number); return number >= 0;
    case SEED: memcpy(at, &seed, sizeof seed); return text != NULL;
    }
    return false;
}

/* A copy of what may be missing; *fine becomes false where there is no memory. */
static char *copy_text(const char *text, bool *fine)
{
    char *copy = text ? strdup(text) : NULL;

    *fine = *fine && (copy || !text);
    return copy;
}

static bool parse_settings(const json_t *all, AscSettings *settings)
{
    const char *data = json_string_value(json_object_get(all, "data"));
    const char *layout = json_string_value(json_object_get(all, "layout"));
    const char *hash = json_string_value(json_object_get(all, "responses_hash"));
    bool fine = data && layout;

    *settings = (AscSettings){ 0 };
    settings->fold = (int)json_integer_value(json_object_get(all, "fold"));
    for (int n = 0; fine && n < FIELDS; n++)
        fine = parse_field(&fields[n], all, settings);
    if (!fine || !asc_layout_parse(layout, &settings->layout) || settings->fold < 0 ||
        settings->batch < 1)
        return false;
    snprintf(settings->responses_hash, sizeof settings->responses_hash, "%s", hash ? hash : "");
    settings->half = json_is_true(json_object_get(all, "half"));
    settings->skip_bad = json_is_true(json_object_get(all, "skip_bad"));
    settings->data = copy_text(data, &fine);
    settings->lists = copy_text(json_string_value(json_object_get(all, "lists")), &fine);
    settings->responses = copy_text(json_string_value(json_object_get(all, "responses")), &fine);
    return fine;
}

static bool text_changed(const char *folder, const AscModel *model)
{
    char *path = asc_path_join(folder, model_file);
    size_t count = 0;
    char *text = path ? asc_file_read(path, 1 << 26, &count, NULL) : NULL;
    bool changed = !text || strcmp(text, model->text) != 0;

    free(text);
    free(path);
    return changed;
}

bool asc_run_settings(const char *folder, const AscModel *model, AscSettings *settings,
                      bool *changed, AscStatus *status)
{
    char *path = asc_path_join(folder, settings_file);
    size_t count = 0;
    char *text = path ? asc_file_read(path, largest_settings, &count, status) : NULL;
    json_error_t error = { .text = "" };
    json_t *all = text ? json_loads(text, JSON_REJECT_DUPLICATES, &error) : NULL;
    bool fine = text != NULL;

    if (!path)
        asc_status_memory(status, "a path");
    if (fine && !all)
        fine = asc_status_set(status, ASC_BAD_INPUT, "%s:%d: %s", path, error.line, error.text);
    else if (fine && !parse_settings(all, settings))
        fine = asc_status_set(status, ASC_BAD_INPUT, "%s: a setting is missing or wrong", path);
    *changed = fine && text_changed(folder, model);
    json_decref(all);
    free(text);
    free(path);
    return fine;
}

/* ---------------------------------------------------------------- checkpoints */

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

bool asc_run_log(const char *folder, const AscPosition *position, AscStatus *status)
{
    return write_text(folder, log_file, position->log ? position->log : "", status);
}

bool asc_run_save(const char *folder, const AscWeights *weights, AscUpdate *update,
                  const AscPosition *position, AscStatus *status)
{
    char *path = asc_path_join(folder, checkpoint_file);
    AscTensors *tensors = asc_tensors_create(status);
    bool fine = tensors && (path || asc_status_memory(status, "a path")) &&
                asc_weights_collect(weights, tensors, status) &&
                collect_moments(tensors, weights->model, update, status) &&
                collect_position(tensors, update, position, status) &&
                asc_tensors_write(tensors, path, status) && asc_run_log(folder, position, status);

    asc_tensors_destroy(tensors);
    free(path);
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
AscWeights *asc_run_load(const char *folder, const AscModel *model, AscUpdate *update,
                         AscPosition *position, AscStatus *status)
{
    char *path = asc_path_join(folder, checkpoint_file);
    AscTensors *tensors = path ? asc_tensors_read(path, status) : NULL;
    AscWeights *weights = tensors ? asc_weights_take(model, tensors, path, status) : NULL;

    if (!path)
        asc_status_memory(status, "a path");
    if (weights && !(take_moments(tensors, path, model, update, status) &&
                     take_position(tensors, path, position, status))) {
        asc_weights_destroy(weights);
        weights = NULL;
    }
    asc_tensors_destroy(tensors);
    free(path);
    return weights;
}

void asc_run_refuse(const char *folder, AscStatus *status)
{
    char *path = asc_path_join(folder, checkpoint_file);
    AscTensors *tensors = path ? asc_tensors_read(path, NULL) : NULL;
    AscPosition position = { 0 };

    if (tensors && take_position(tensors, path, &position, NULL) && position.finished)
        asc_status_set(
            status, ASC_BAD_INPUT,
            "%s: has a run already, finished after %d epochs: use it with --run %s, go on "
            "with --resume %s --epochs N, or give another --out",
            folder, position.epoch, folder, folder);
    else
        asc_status_set(status, ASC_BAD_INPUT,
                       "%s: has a run already: continue it with --resume %s, or give another --out",
                       folder, folder);
    free(position.log);
    asc_tensors_destroy(tensors);
    free(path);
}

static const char *const parts[] = { "evaluate", "train", "test", "all" };

static void name_evaluation(const char *part, char *name, size_t room)
{
    if (!part || strcmp(part, parts[0]) == 0)
        snprintf(name, room, "eval.json");
    else
        snprintf(name, room, "eval-%s.json", part);
}

static void remove_evaluations(const char *folder)
{
    for (size_t n = 0; n < sizeof parts / sizeof *parts; n++) {
        char name[64], *path;

        name_evaluation(parts[n], name, sizeof name);
        path = asc_path_join(folder, name);
        if (path)
            unlink(path);
        free(path);
    }
}

bool asc_run_keep_evaluation(const char *folder, const char *part, const char *text,
                             AscStatus *status)
{
    char name[64];

    name_evaluation(part, name, sizeof name);
    return write_text(folder, name, text, status);
}

/* What was found of other weights goes first, so that it never stands beside these. */
bool asc_run_keep(const char *folder, const AscWeights *weights, AscStatus *status)
{
    char *path = asc_path_join(folder, weights_file);
    bool fine = path != NULL;

    if (!fine)
        return asc_status_memory(status, "a path");
    remove_evaluations(folder);
    fine = asc_weights_save(weights, path, status);
    free(path);
    return fine;
}

AscWeights *asc_run_kept(const char *folder, const AscModel *model, AscStatus *status)
{
    char *path = asc_path_join(folder, weights_file);
    AscWeights *weights = path ? asc_weights_load(model, path, status) : NULL;

    if (!path)
        asc_status_memory(status, "a path");
    free(path);
    return weights;
}
