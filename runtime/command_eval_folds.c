/* command_eval_folds.c: `eval --folds`: the runs of a series, each measured on its own fold, their mean, and the files of a
 * challenge that wants results of several divisions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "challenge.h"
#include "command_train.h"
#include "series.h"

typedef struct Fold {
    AscCli cli; /* for this fold's run */
    AscMeasure measure;
    char run[4096], name[64];
} Fold;

typedef struct Folds {
    const AscCli *cli;
    AscProblems problems;
    AscDataset *dataset;
    int number[ASC_MOST_FOLDS], count;
    Fold *fold;          /* [count] */
    AscMeasure *measure; /* [count]: of the folds */
    AscSeries series;
} Folds;

/* RUN/foldN, as `train --folds` calls it. */
static bool measure_fold(Folds *folds, int n, AscStatus *status)
{
    Fold *fold = &folds->fold[n];
    AscSeriesRow row = { .fold = folds->number[n] };
    AscSettings settings = { 0 };
    bool changed;

    fold->cli = *folds->cli;
    fold->cli.options.fold = row.fold;
    fold->cli.options.folds = NULL;
    snprintf(fold->run, sizeof fold->run, "%s/fold%d", folds->cli->options.run, row.fold);
    fold->cli.options.run = fold->cli.options.run_list[0] = fold->run;
    asc_dataset_fold_name(folds->dataset, row.fold, fold->name, sizeof fold->name);
    if (!asc_run_settings(fold->run, folds->cli->model, &settings, &changed, status))
        return false;
    row.seed = settings.seed;
    if (settings.fold != row.fold)
        asc_status_set(status, ASC_BAD_INPUT, "%s: was trained for fold %d, not for fold %d",
                       fold->run, settings.fold, row.fold);
    bool fine = settings.fold == row.fold;

    asc_settings_free(&settings);
    snprintf(row.folder, sizeof row.folder, "%s", fold->run);
    return fine && asc_measure(&fold->cli, &folds->measure[n], status) &&
           asc_series_add(&folds->series, &row, &folds->measure[n].results, status);
}

static bool measure_all(Folds *folds, AscStatus *status)
{
    const AscOptions *options = &folds->cli->options;

    folds->dataset = asc_cli_dataset(folds->cli, options->skip_bad ? &folds->problems : NULL,
                                     status);
    folds->count = folds->dataset
                       ? asc_series_folds(folds->dataset, options->folds, folds->number, status)
                       : 0;
    if (folds->count == 0)
        return false;
    folds->fold = calloc((size_t)folds->count, sizeof *folds->fold);
    folds->measure = calloc((size_t)folds->count, sizeof *folds->measure);
    if (!folds->fold || !folds->measure)
        return asc_status_memory(status, "folds");
    for (int n = 0; n < folds->count; n++) {
        if (!measure_fold(folds, n, status))
            return false;
    }
    return true;
}

static bool deliver(const Folds *folds, AscStatus *status)
{
    const AscOptions *options = &folds->cli->options;
    char *name[ASC_MOST_FOLDS];

    for (int n = 0; n < folds->count; n++)
        name[n] = folds->fold[n].name;
    if (options->json) {
        char *text = asc_series_json(&folds->series, folds->cli->model);

        if (!text)
            return asc_status_memory(status, "the results");
        printf("%s\n", text);
        free(text);
    } else {
        asc_series_print(&folds->series, stdout);
    }
    return !options->dcase ||
           asc_challenge_write_folds(options->dcase, folds->measure, name, folds->count, status);
}

int asc_command_eval_folds(const AscCli *cli)
{
    Folds folds = { .cli = cli, .series = asc_series_start(cli->model) };
    AscStatus status = { 0 };
    bool fine = measure_all(&folds, &status) && deliver(&folds, &status);

    for (int n = 0; folds.measure && n < folds.count; n++)
        asc_measure_free(&folds.measure[n]);
    free(folds.measure);
    free(folds.fold);
    if (folds.dataset)
        asc_dataset_close(folds.dataset);
    asc_problems_free(&folds.problems);
    asc_series_free(&folds.series);
    return fine ? 0 : asc_cli_fail(cli, &status);
}
