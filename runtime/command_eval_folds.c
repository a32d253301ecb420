/* command_eval_folds.c: `eval --folds`: the runs of a series, each measured on its own fold, their mean, and the files of a
 * challenge that wants results of several divisions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "challenge.h"
#include "command_train.h"
#include "series_folder.h"

typedef struct Folds {
    const AscCli *cli;
    AscProblems problems;
    AscDataset *dataset;
    AscSeriesRuns found;
    AscSeriesRun *
        *chosen; /* [count]: of those found, fold by fold in the order that was asked for */
    AscSeriesMeasure *run; /* [count] */
    int count, measured;
    AscSeries series;
} Folds;

static int runs_of(const AscSeriesRuns *found, int fold, AscSeriesRun **chosen)
{
    int count = 0;

    for (int r = 0; r < found->count; r++) {
        if (found->run[r].fold == fold)
            chosen[count++] = &found->run[r];
    }
    return count;
}

/* A challenge wants one result for each fold. */
static bool choose_runs(Folds *folds, AscStatus *status)
{
    const AscOptions *options = &folds->cli->options;
    int number[ASC_MOST_FOLDS], count;

    count = asc_series_folds(folds->dataset, options->folds, number, status);
    if (count == 0 || !asc_series_find(options->run, &folds->found, status))
        return false;
    folds->chosen = calloc((size_t)(folds->found.count * count + 1), sizeof(AscSeriesRun *));
    if (!folds->chosen)
        return asc_status_memory(status, "folds");
    for (int n = 0; n < count; n++) {
        int runs = runs_of(&folds->found, number[n], folds->chosen + folds->count);

        folds->count += runs;
        if (runs == 0)
            return asc_status_set(status, ASC_BAD_INPUT, "%s has no run of fold %d, %s/fold%d",
                                  options->run, number[n], options->run, number[n]);
        if (runs > 1 && options->dcase)
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "%s has %d runs of fold %d, and --dcase needs one for each",
                                  options->run, runs, number[n]);
    }
    return true;
}

static bool measure_run(Folds *folds, int n, AscStatus *status)
{
    const AscSeriesRun *run = folds->chosen[n];
    AscSeriesRow row = { .fold = run->fold, .folder = run->folder };
    AscSettings settings = { 0 };
    bool changed;
    bool fine = asc_run_settings(run->folder, folds->cli->model, &settings, &changed, status);

    row.seed = settings.seed;
    if (fine && settings.fold != run->fold)
        fine = asc_status_set(status, ASC_BAD_INPUT, "%s: was trained for fold %d, not for fold %d",
                              run->folder, settings.fold, run->fold);
    asc_settings_free(&settings);
    fine = fine && asc_series_measure(folds->cli, folds->dataset, &row, &folds->series,
                                      &folds->run[n], status);
    asc_cli_tell_new(folds->cli, &folds->problems);
    return fine;
}

static bool measure_all(Folds *folds, AscStatus *status)
{
    const AscOptions *options = &folds->cli->options;

    folds->dataset = asc_cli_dataset(folds->cli, options->skip_bad ? &folds->problems : NULL,
                                     status);
    asc_cli_tell_new(folds->cli, &folds->problems);
    if (!folds->dataset || !choose_runs(folds, status))
        return false;
    folds->run = calloc((size_t)folds->count, sizeof *folds->run);
    if (!folds->run)
        return asc_status_memory(status, "folds");
    for (; folds->measured < folds->count; folds->measured++) {
        if (!measure_run(folds, folds->measured, status))
            return folds->measured++, false;
    }
    return true;
}

static bool write_challenge(const Folds *folds, const char *folder, AscStatus *status)
{
    AscMeasure *measure = calloc((size_t)folds->count, sizeof *measure);
    char(*text)[64] = calloc((size_t)folds->count, sizeof *text);
    char *name[ASC_MOST_FOLDS];
    bool fine = (measure && text) || asc_status_memory(status, "the results");

    for (int n = 0; fine && n < folds->count; n++) {
        measure[n] = folds->run[n].measure;
        name[n] = text[n];
        asc_dataset_fold_name(folds->dataset, folds->chosen[n]->fold, text[n], sizeof *text);
    }
    fine = fine && asc_challenge_write_folds(folder, measure, name, folds->count, status);
    free(measure);
    free(text);
    return fine;
}

/* ---------------------------------------------------------------- one table of all */

static int in_byte_order(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A table has each recording once: folds that share some, and several seeds, make none. */
static bool are_apart(const Folds *folds, AscStatus *status)
{
    size_t all = 0, count = 0;

    for (int n = 0; n < folds->count; n++)
        all += (size_t)folds->run[n].measure.results.recordings;

    const char **name = calloc(all + 1, sizeof *name);
    bool fine = name || asc_status_memory(status, "the results");

    for (int n = 0; fine && n < folds->count; n++) {
        for (int r = 0; r < folds->run[n].measure.results.recordings; r++)
            name[count++] = folds->run[n].measure.recording[r];
    }
    if (count > 1)
        qsort(name, count, sizeof *name, in_byte_order);
    for (size_t n = 1; fine && n < count; n++) {
        if (strcmp(name[n - 1], name[n]) == 0)
            fine = asc_status_set(status, ASC_BAD_INPUT,
                                  "--csv: `%s` was evaluated by several of these runs, and a table "
                                  "has it once",
                                  name[n]);
    }
    free(name);
    return fine;
}

static bool same_labels(const AscMeasure *one, const AscMeasure *other)
{
    bool same = one->labels == other->labels;

    for (int c = 0; same && c < one->labels; c++)
        same = strcmp(one->label[c], other->label[c]) == 0;
    return same;
}

static bool put_runs(const Folds *folds, AscWriter *writer, AscStatus *status)
{
    const AscMeasure *first = &folds->run[0].measure;
    bool fine = asc_outputs_header(writer, first->label, first->labels, status);

    for (int n = 0; fine && n < folds->count; n++) {
        const AscMeasure *measure = &folds->run[n].measure;

        fine = same_labels(first, measure)
                   ? asc_outputs_put(writer, "evaluate", measure->recording, measure->device,
                                     measure->label, &measure->results, status)
                   : asc_status_set(status, ASC_BAD_INPUT, "%s: has other labels than %s",
                                    folds->chosen[n]->folder, folds->chosen[0]->folder);
    }
    return fine;
}

static bool write_table(const Folds *folds, const char *path, AscStatus *status)
{
    AscWriter *writer = are_apart(folds, status) ? asc_writer_open(path, status) : NULL;

    if (writer && put_runs(folds, writer, status))
        return asc_writer_commit(writer, status);
    asc_writer_abandon(writer);
    return false;
}

/* ---------------------------------------------------------------- all of it */

static bool deliver(const Folds *folds, AscStatus *status)
{
    const AscOptions *options = &folds->cli->options;

    if (options->json) {
        char *text = asc_series_json(&folds->series, folds->cli->model);

        if (!text)
            return asc_status_memory(status, "the results");
        printf("%s\n", text);
        free(text);
    } else {
        asc_series_print(&folds->series, stdout);
    }
    return (!options->csv || write_table(folds, options->csv, status)) &&
           (!options->dcase || write_challenge(folds, options->dcase, status));
}

int asc_command_eval_folds(const AscCli *cli)
{
    Folds folds = { .cli = cli, .series = asc_series_start(cli->model) };
    AscStatus status = { 0 };
    bool fine = measure_all(&folds, &status) && deliver(&folds, &status);

    for (int n = 0; n < folds.measured; n++)
        asc_measure_free(&folds.run[n].measure);
    free(folds.run);
    free(folds.chosen);
    asc_series_runs_free(&folds.found);
    if (folds.dataset)
        asc_dataset_close(folds.dataset);
    asc_problems_free(&folds.problems);
    asc_series_free(&folds.series);
    return fine ? 0 : asc_cli_fail(cli, &status);
}
