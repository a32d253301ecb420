/* command_series.c: `train --folds` and `--seeds`: a run for each, evaluated, and the mean of all. */
#include "command_train.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "eval_json.h"
#include "eval_keep.h"
#include "series_folder.h"

typedef struct Plan {
    const AscCli *cli;
    const char *folder;
    AscDataset *dataset;
    AscProblems problems;     /* of the data set */
    int fold[ASC_MOST_FOLDS]; /* 0: the data set's own division */
    int folds, seeds;
    uint64_t seed; /* the first */
    AscSeries series;
} Plan;

static int all_folds(const AscDataset *dataset, int *fold, AscStatus *status)
{
    int count = 0;

    for (int next = 0; count < ASC_MOST_FOLDS && (next = asc_dataset_next_fold(dataset, next)) > 0;)
        fold[count++] = next;
    if (count == 0)
        asc_status_set(status, ASC_BAD_INPUT, "%s: neither its table nor its files tell folds",
                       dataset->folder);
    return count;
}

int asc_series_folds(const AscDataset *dataset, const char *list, int *fold, AscStatus *status)
{
    const char *at = list;
    int count = 0;

    if (strcmp(list, "all") == 0)
        return all_folds(dataset, fold, status);
    for (char *end; *at; at = *end ? end + 1 : end) {
        long number = strtol(at, &end, 10);

        if (end == at || (*end && *end != ',') || (*end && !end[1]) || number < 1 ||
            number > 1000000 || count == ASC_MOST_FOLDS)
            return asc_status_set(status, ASC_USAGE,
                                  "--folds %s: expected all, or numbers as 1,2,4", list);
        fold[count++] = (int)number;
    }
    return count;
}

static bool plan_folds(Plan *plan, AscStatus *status)
{
    const AscOptions *options = &plan->cli->options;

    if (options->folds && options->fold)
        return asc_status_set(status, ASC_USAGE, "give --fold or --folds, not both");
    if (options->folds)
        plan->folds = asc_series_folds(plan->dataset, options->folds, plan->fold, status);
    else
        plan->fold[plan->folds++] = options->fold;
    return plan->folds > 0;
}

/* A run of an earlier try goes on, if it is the same. */
static bool settings_of(const Plan *plan, const AscSeriesRow *row, AscSettings *settings,
                        bool *resume, AscStatus *status)
{
    bool changed = false, same;

    *resume = asc_run_exists(row->folder);
    if (!asc_train_settings(plan->cli, settings, status))
        return false;
    settings->fold = row->fold;
    settings->seed = row->seed;
    if (!*resume)
        return true;

    AscSettings old = { 0 };

    if (!asc_run_settings(row->folder, plan->cli->model, &old, &changed, status))
        return false;
    same = asc_settings_agree(&old, settings);
    asc_settings_free(&old);
    if (changed || !same)
        return asc_status_set(
            status, ASC_BAD_INPUT,
            "%s: was begun with another %s: remove it, or give another --out", row->folder,
            changed ? "model" : "batch, validation, lists, responses, fold or seed");
    return true;
}

/* ---------------------------------------------------------------- measuring */

static bool keep(AscSeriesMeasure *run, AscStatus *status)
{
    char *text = asc_eval_json(&run->measure, status);
    bool fine = text && asc_eval_keep(&run->measure, text, status);

    free(text);
    return fine;
}

bool asc_series_measure(const AscCli *cli, AscDataset *dataset, const AscSeriesRow *row,
                        AscSeries *series, AscSeriesMeasure *run, AscStatus *status)
{
    AscStatus kept = { 0 };
    AscOptions *options = &run->cli.options;

    run->cli = *cli;
    options->fold = row->fold;
    options->folds = NULL;
    options->run = options->run_list[0] = row->folder;
    options->runs = 1;
    if (!asc_measure_on(&run->cli, dataset, &run->measure, status) ||
        !asc_series_add(series, row, &run->measure.results, status))
        return false;
    if (!keep(run, &kept))
        asc_cli_not_kept(cli, &kept);
    return true;
}

static bool measure(Plan *plan, const AscSeriesRow *row, AscStatus *status)
{
    AscSeriesMeasure run = { 0 };
    bool fine = asc_series_measure(plan->cli, plan->dataset, row, &plan->series, &run, status);

    asc_cli_tell_new(plan->cli, &plan->problems);
    asc_measure_free(&run.measure);
    return fine;
}

/* ---------------------------------------------------------------- the runs */

static bool write_summary(const Plan *plan, AscStatus *status)
{
    char *path = asc_path_join(plan->folder, "summary.json");
    char *text = asc_series_json(&plan->series, plan->cli->model);
    bool fine = path && text ? asc_file_write(path, text, strlen(text), status)
                             : asc_status_memory(status, "a summary");

    if (fine && plan->cli->options.json)
        printf("%s\n", text);
    free(text);
    free(path);
    return fine;
}

/* ASC_TRAIN_FINISHED: it is trained and measured. */
static AscTrainOutcome run_one(Plan *plan, int fold, uint64_t seed, AscStatus *status)
{
    AscSeriesRow row = { .fold = fold, .seed = seed };
    AscSettings settings = { 0 };
    AscTrainOutcome outcome = ASC_TRAIN_FAILED;
    bool resume;

    row.folder = asc_series_run(plan->folder, fold, plan->seeds > 1, seed);
    if (!row.folder)
        asc_status_memory(status, plan->folder);
    else if (settings_of(plan, &row, &settings, &resume, status)) {
        if (!plan->cli->options.quiet)
            fprintf(plan->cli->options.json ? stderr : stdout, "%s (%d of %d)\n", row.folder,
                    plan->series.rows + 1, plan->folds * plan->seeds);
        outcome = asc_train_run(plan->cli, &settings, row.folder, resume, status);
    }
    asc_settings_free(&settings);
    if (outcome == ASC_TRAIN_FINISHED || outcome == ASC_TRAIN_WAS_FINISHED)
        outcome = measure(plan, &row, status) ? ASC_TRAIN_FINISHED : ASC_TRAIN_FAILED;
    free(row.folder);
    return outcome;
}

static AscTrainOutcome run_all(Plan *plan, AscStatus *status)
{
    for (int f = 0; f < plan->folds; f++) {
        for (int s = 0; s < plan->seeds; s++) {
            AscTrainOutcome outcome = run_one(plan, plan->fold[f], plan->seed + (uint64_t)s,
                                              status);

            if (outcome != ASC_TRAIN_FINISHED)
                return outcome;
        }
    }
    return ASC_TRAIN_FINISHED;
}

/* A data set without an evaluation part would be measured on what was trained on. */
static bool make_plan(Plan *plan, AscStatus *status)
{
    const AscOptions *options = &plan->cli->options;

    if (options->resume || options->init)
        return asc_status_set(status, ASC_USAGE,
                              "--%s is not for a series; the same command again goes on with it",
                              options->resume ? "resume" : "init");
    plan->seeds = options->seeds ? options->seeds : 1;
    plan->seed = options->has_seed ? options->seed : plan->cli->model->recipe.seed;
    plan->dataset = asc_cli_dataset(plan->cli, options->skip_bad ? &plan->problems : NULL, status);
    asc_cli_tell_new(plan->cli, &plan->problems);
    if (!plan->dataset || !plan_folds(plan, status))
        return false;
    if (!asc_dataset_divided(plan->dataset))
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s: has no part to evaluate on: no folds and no lists",
                              plan->dataset->folder);
    return asc_folder_make(plan->folder, status);
}

int asc_command_series(const AscCli *cli, const char *folder)
{
    Plan plan = { .cli = cli, .folder = folder, .series = asc_series_start(cli->model) };
    AscStatus status = { 0 };
    AscTrainOutcome outcome = ASC_TRAIN_FAILED;
    int result;

    if (make_plan(&plan, &status))
        outcome = run_all(&plan, &status);
    if (outcome == ASC_TRAIN_FINISHED && !write_summary(&plan, &status))
        outcome = ASC_TRAIN_FAILED;
    if (outcome == ASC_TRAIN_FINISHED) {
        if (!cli->options.json)
            asc_series_print(&plan.series, stdout);
        result = 0;
    } else if (outcome == ASC_TRAIN_FAILED) {
        result = asc_cli_fail(cli, &status);
    } else {
        fprintf(cli->options.json ? stderr : stdout,
                "stopped and saved; the same command goes on with it\n");
        result = asc_train_stopped();
    }
    asc_series_free(&plan.series);
    if (plan.dataset)
        asc_dataset_close(plan.dataset);
    asc_problems_free(&plan.problems);
    return result;
}
