/* history.c: reads a run's log line by line, and its settings whatever they are. */
#include "history.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "run.h"

static const char *const keys[ASC_HISTORY_FIGURES] = {
    [ASC_HISTORY_LOSS] = "loss",
    [ASC_HISTORY_ACCURACY] = "accuracy",
    [ASC_HISTORY_VALIDATION_LOSS] = "validation_loss",
    [ASC_HISTORY_VALIDATION_ACCURACY] = "validation_accuracy",
    [ASC_HISTORY_RATE] = "rate",
    [ASC_HISTORY_SECONDS] = "seconds",
};

static const size_t largest_file = 1 << 28;

/* ---------------------------------------------------------------- settings */

/* Without the braces and quotation marks of JSON around texts. */
static char *dump_setting(const json_t *value)
{
    char *dumped = json_is_string(value)
                       ? strdup(json_string_value(value))
                       : json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(9));
    char *to = dumped;

    for (const char *from = dumped; json_is_object(value) && from && (*to = *from); from++)
        to += !strchr("{}\"", *from);
    return dumped;
}

/* Adds "key: value\n", which is one line whatever they hold. */
static bool add_setting(char **text, const char *key, const json_t *value, AscStatus *status)
{
    char *dumped = dump_setting(value);
    size_t old = *text ? strlen(*text) : 0;
    size_t room = old + strlen(key) + (dumped ? strlen(dumped) : 0) + 4;
    char *longer = dumped ? realloc(*text, room) : NULL;

    if (longer) {
        snprintf(longer + old, room - old, "%s: %s\n", key, dumped);
        for (char *c = longer + old; c[0] && c[1]; c++)
            *c = *c == '\n' ? ' ' : *c;
        *text = longer;
    }
    free(dumped);
    return longer || asc_status_memory(status, "settings");
}

static bool take_settings(AscHistory *history, json_t *all, const char *path, AscStatus *status)
{
    const char *model = json_string_value(json_object_get(all, "model"));
    const char *hash = json_string_value(json_object_get(all, "hash"));
    const char *key;
    json_t *value;

    if (!model)
        return asc_status_set(status, ASC_BAD_INPUT, "%s: the setting `model` is missing", path);
    history->fold = (int)json_integer_value(json_object_get(all, "fold"));
    history->model = strdup(model);
    history->hash = strdup(hash ? hash : "");
    if (!history->model || !history->hash)
        return asc_status_memory(status, "settings");
    json_object_foreach(all, key, value)
    {
        if (!add_setting(&history->settings, key, value, status))
            return false;
    }
    return true;
}

/* NULL: status says why. */
static json_t *read_json(const char *path, AscStatus *status)
{
    size_t count = 0;
    json_error_t error;
    char *text = asc_file_read(path, largest_file, &count, status);
    json_t *all = text ? json_loads(text, JSON_REJECT_DUPLICATES, &error) : NULL;

    if (text && !all)
        asc_status_set(status, ASC_BAD_INPUT, "%s:%d: %s", path, error.line, error.text);
    free(text);
    return all;
}

static bool read_settings(AscHistory *history, const char *path, AscStatus *status)
{
    json_t *all = read_json(path, status);
    bool fine = all && take_settings(history, all, path, status);

    json_decref(all);
    return fine;
}

/* ---------------------------------------------------------------- log */

static bool take_line(AscHistory *history, const json_t *line, const char *path, AscStatus *status)
{
    int n = history->epochs;
    json_int_t epoch = json_integer_value(json_object_get(line, "epoch"));

    if (epoch != n + 1)
        return asc_status_set(status, ASC_BAD_INPUT, "%s:%d: expected the line of epoch %d", path,
                              n + 1, n + 1);
    for (int f = 0; f < ASC_HISTORY_FIGURES; f++) {
        const json_t *value = json_object_get(line, keys[f]);

        if (!json_is_number(value) && (value || f == ASC_HISTORY_LOSS))
            return asc_status_set(status, ASC_BAD_INPUT, "%s:%d: `%s` is %s", path, n + 1, keys[f],
                                  value ? "not a number" : "missing");
        history->value[f][n] = value ? json_number_value(value) : NAN;
    }
    history->epochs = n + 1;
    if (json_is_true(json_object_get(line, "best")))
        history->kept = n + 1;
    return true;
}

static bool make_room(AscHistory *history, const char *text, AscStatus *status)
{
    size_t lines = 1;

    for (; *text; text++)
        lines += *text == '\n';
    for (int f = 0; f < ASC_HISTORY_FIGURES; f++) {
        history->value[f] = calloc(lines, sizeof *history->value[f]);
        if (!history->value[f])
            return asc_status_memory(status, "the log");
    }
    return true;
}

static bool take_log(AscHistory *history, char *text, const char *path, AscStatus *status)
{
    bool fine = make_room(history, text, status);

    for (char *next, *at = text; fine && *at; at = next) {
        size_t length = strcspn(at, "\n");
        json_error_t error;
        json_t *line = json_loadb(at, length, JSON_REJECT_DUPLICATES, &error);

        next = at + length + (at[length] == '\n');
        fine = line ? take_line(history, line, path, status)
                    : asc_status_set(status, ASC_BAD_INPUT, "%s:%d: %s", path, history->epochs + 1,
                                     error.text);
        json_decref(line);
    }
    if (history->kept == 0)
        history->kept = history->epochs;
    return fine;
}

static bool read_log(AscHistory *history, const char *path, AscStatus *status)
{
    size_t count = 0;
    char *text = asc_file_read(path, largest_file, &count, status);
    bool fine = text && (strlen(text) == count ||
                         asc_status_set(status, ASC_BAD_INPUT, "%s: has a zero byte", path));

    fine = fine && take_log(history, text, path, status);
    free(text);
    return fine;
}

/* ---------------------------------------------------------------- all */

bool asc_history_read(const char *folder, AscHistory *history, AscStatus *status)
{
    char *settings = asc_path_join(folder, "settings.json");
    char *log = asc_path_join(folder, "log.jsonl"), *model = asc_path_join(folder, "model.asc");
    size_t count = 0;
    bool fine;

    *history = (AscHistory){ .folder = strdup(folder) };
    if (!settings || !log || !model || !history->folder)
        fine = asc_status_memory(status, folder);
    else if (!asc_run_exists(folder))
        fine = asc_status_set(status, ASC_BAD_INPUT, "%s: is no run: it has no settings.json",
                              folder);
    else
        fine = read_settings(history, settings, status) && read_log(history, log, status) &&
               (history->text = asc_file_read(model, largest_file, &count, status)) != NULL;
    free(settings);
    free(log);
    free(model);
    return fine;
}

static double figure(const json_t *all, const char *key)
{
    const json_t *value = json_object_get(all, key);

    return json_is_number(value) ? json_number_value(value) : NAN;
}

bool asc_history_cost(const AscHistory *history, double *parameters, double *multiply_adds,
                      AscStatus *status)
{
    char *path = asc_path_join(history->folder, "eval.json");
    json_t *all = NULL;
    bool fine = path ? !asc_file_exists(path) || (all = read_json(path, status))
                     : asc_status_memory(status, history->folder);
    const json_t *cost = json_object_get(all, "complexity");

    *parameters = figure(cost, "parameters");
    *multiply_adds = figure(cost, "multiply_adds");
    json_decref(all);
    free(path);
    return fine;
}

void asc_history_free(AscHistory *history)
{
    for (int f = 0; f < ASC_HISTORY_FIGURES; f++)
        free(history->value[f]);
    free(history->folder);
    free(history->model);
    free(history->hash);
    free(history->text);
    free(history->settings);
    *history = (AscHistory){ 0 };
}
