/* run.c: the files of a run's folder. */
#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"

static const char model_file[] = "model.asc", settings_file[] = "settings.json",
                  log_file[] = "log.jsonl", weights_file[] = "weights.safetensors",
                  checkpoint_file[] = "checkpoint.safetensors";

static const size_t largest_settings = 1 << 20, largest_model = 1 << 26;

static char *file_of(const char *folder, const char *name, AscStatus *status)
{
    char *path = asc_path_join(folder, name);

    if (!path)
        asc_status_memory(status, "a path");
    return path;
}

static bool write_text(const char *folder, const char *name, const char *text, AscStatus *status)
{
    char *path = file_of(folder, name, status);
    bool fine = path && asc_file_write(path, text, strlen(text), status);

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
    text = asc_settings_text(model, settings);
    fine = (text || asc_status_memory(status, "a run's settings")) &&
           asc_folder_make(folder, status) && write_text(folder, model_file, model->text, status) &&
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

static bool text_changed(const char *folder, const AscModel *model)
{
    char *path = asc_path_join(folder, model_file);
    size_t count = 0;
    char *text = path ? asc_file_read(path, largest_model, &count, NULL) : NULL;
    bool changed = !text || strcmp(text, model->text) != 0;

    free(text);
    free(path);
    return changed;
}

bool asc_run_settings(const char *folder, const AscModel *model, AscSettings *settings,
                      bool *changed, AscStatus *status)
{
    char *path = file_of(folder, settings_file, status);
    size_t count = 0;
    char *text = path ? asc_file_read(path, largest_settings, &count, status) : NULL;
    bool fine = text && asc_settings_parse(text, path, settings, status);

    *changed = fine && text_changed(folder, model);
    free(text);
    free(path);
    return fine;
}

/* ---------------------------------------------------------------- checkpoints */

bool asc_run_log(const char *folder, const AscPosition *position, AscStatus *status)
{
    return write_text(folder, log_file, position->log ? position->log : "", status);
}

bool asc_run_save(const char *folder, const AscWeights *weights, AscUpdate *update,
                  const AscPosition *position, AscStatus *status)
{
    char *path = file_of(folder, checkpoint_file, status);
    bool fine = path && asc_checkpoint_write(path, weights, update, position, status) &&
                asc_run_log(folder, position, status);

    free(path);
    return fine;
}

AscWeights *asc_run_load(const char *folder, const AscModel *model, AscUpdate *update,
                         AscPosition *position, AscStatus *status)
{
    char *path = file_of(folder, checkpoint_file, status);
    AscWeights *weights = path ? asc_checkpoint_read(path, model, update, position, status) : NULL;

    free(path);
    return weights;
}

void asc_run_refuse(const char *folder, AscStatus *status)
{
    char *path = asc_path_join(folder, checkpoint_file);
    int epochs;

    if (asc_run_orphaned(folder))
        asc_status_set(status, ASC_BAD_INPUT,
                       "%s: has %s of a run whose %s is lost: give another --out, or remove it",
                       folder, weights_file, settings_file);
    else if (path && asc_checkpoint_finished(path, &epochs))
        asc_status_set(
            status, ASC_BAD_INPUT,
            "%s: has a run already, finished after %d epochs: use it with --run %s, go on "
            "with --resume %s --epochs N, or give another --out",
            folder, epochs, folder, folder);
    else
        asc_status_set(status, ASC_BAD_INPUT,
                       "%s: has a run already: continue it with --resume %s, or give another --out",
                       folder, folder);
    free(path);
}

bool asc_run_orphaned(const char *folder)
{
    char *path = asc_path_join(folder, weights_file);
    bool orphaned = path && access(path, F_OK) == 0 && !asc_run_exists(folder);

    free(path);
    return orphaned;
}

/* ---------------------------------------------------------------- weights that were kept */

static const char *const parts[] = { "evaluate", "train", "test", "all" };

static bool is_evaluate(const char *part)
{
    return !part || strcmp(part, parts[0]) == 0;
}

static void name_evaluation(const char *part, char *name, size_t room)
{
    if (is_evaluate(part))
        snprintf(name, room, "eval.json");
    else
        snprintf(name, room, "eval-%s.json", part);
}

char *asc_run_outputs(const char *folder)
{
    return asc_path_join(folder, "eval.csv");
}

static void remove_outputs(const char *folder)
{
    char *path = asc_run_outputs(folder);

    if (path)
        unlink(path);
    free(path);
}

static void remove_evaluations(const char *folder)
{
    remove_outputs(folder);
    for (size_t n = 0; n < sizeof parts / sizeof *parts; n++) {
        char name[64], *path;

        name_evaluation(parts[n], name, sizeof name);
        path = asc_path_join(folder, name);
        if (path)
            unlink(path);
        free(path);
    }
}

/* The outputs of an earlier one go first, so that they never stand beside this one's figures. */
bool asc_run_keep_evaluation(const char *folder, const char *part, const char *text,
                             AscStatus *status)
{
    char name[64];

    if (is_evaluate(part))
        remove_outputs(folder);
    name_evaluation(part, name, sizeof name);
    return write_text(folder, name, text, status);
}

/* What was found of other weights goes first, so that it never stands beside these. */
bool asc_run_keep(const char *folder, const AscWeights *weights, AscStatus *status)
{
    char *path = file_of(folder, weights_file, status);
    bool fine;

    if (!path)
        return false;
    remove_evaluations(folder);
    fine = asc_weights_save(weights, path, status);
    free(path);
    return fine;
}

AscWeights *asc_run_kept(const char *folder, const AscModel *model, AscStatus *status)
{
    char *path = file_of(folder, weights_file, status);
    AscWeights *weights = NULL;

    if (path && asc_run_exists(folder) && !asc_file_exists(path))
        asc_status_set(status, ASC_BAD_INPUT,
                       "%s: no such file; `train --resume %s` goes on with the run", path, folder);
    else if (path)
        weights = asc_weights_load(model, path, status);
    free(path);
    return weights;
}
