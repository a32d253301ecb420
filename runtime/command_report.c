/* command_report.c: the command `report`: runs, compared on one page. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "eval_json.h"
#include "page.h"
#include "series_folder.h"
#include "train_data.h"

static double score_of_truth(const AscResults *results, int recording)
{
    return results->score[recording * results->classes + results->truth[recording]];
}

static bool is_right(const AscResults *results, int recording)
{
    return results->predicted[recording] == results->truth[recording];
}

/* Errors first, and of these those with the least probability of what is right. */
static bool is_worse(const AscResults *results, int a, int b)
{
    bool a_right = is_right(results, a), b_right = is_right(results, b);

    return a_right != b_right ? b_right : score_of_truth(results, a) < score_of_truth(results, b);
}

/* Where nothing is wrong, some that were nearly. */
static void choose_worst(AscPageRun *run)
{
    enum { NEARLY = 3 };
    const AscResults *results = &run->measure.results;

    for (int r = 0; r < results->recordings; r++) {
        int at = run->worsts;

        for (; at > 0 && is_worse(results, r, run->worst[at - 1]); at--)
            if (at < ASC_PAGE_WORST)
                run->worst[at] = run->worst[at - 1];
        if (at < ASC_PAGE_WORST)
            run->worst[at] = r;
        run->worsts += run->worsts < ASC_PAGE_WORST;
    }
    if (run->worsts > 0 && is_right(results, run->worst[0])) {
        run->worsts = run->worsts < NEARLY ? run->worsts : NEARLY;
        return;
    }
    while (run->worsts > 0 && is_right(results, run->worst[run->worsts - 1]))
        run->worsts--;
}

/* Recognises these once more, and looks closely. */
static bool portray_worst(AscCli *cli, AscPageRun *run, AscStatus *status)
{
    AscWatch watch = asc_insight_watch(&run->insight, true);
    int index[ASC_PAGE_WORST];
    AscList list = { .index = index, .count = run->worsts };
    AscResults results = { 0 };
    bool fine;

    choose_worst(run);
    list.count = run->worsts;
    for (int n = 0; n < run->worsts; n++)
        index[n] = run->measure.list.index[run->worst[n]];
    cli->watch = &watch;
    cli->options.quiet = true; /* all has been told */
    fine = run->worsts == 0 || (asc_measure_list(cli, run->measure.weights, run->measure.dataset,
                                                 &list, NULL, &results, status) &&
                                asc_insight_end(&run->insight, status));
    asc_results_free(&results);
    return fine;
}

/* On the fold that the run left out, where --fold names no other. */
static bool measure_run(const AscCli *cli, AscPageRun *run, AscStatus *status)
{
    AscCli own = *cli;

    AscWatch watch;

    own.options.run = run->history.folder;
    if (own.options.fold == 0)
        own.options.fold = run->history.fold;
    run->measured = true;
    if (!asc_insight_start(cli->model, &run->insight, status))
        return false;
    watch = asc_insight_watch(&run->insight, false);
    own.watch = &watch;
    if (asc_measure(&own, &run->measure, status) && asc_insight_end(&run->insight, status) &&
        portray_worst(&own, run, status))
        return true;
    asc_status_prefix(status, "%s: ", run->history.folder);
    return false;
}

/* By what `eval` kept in the run's folder, of whatever program; where it kept nothing, the run is not measured. */
static bool take_kept(const AscCli *cli, AscPageRun *run, AscStatus *status)
{
    AscCli own = { .model = cli->model, .name = cli->name, .called = cli->called };

    if (!(run->outputs = asc_run_outputs(run->history.folder)))
        return asc_status_memory(status, "results");
    if (!asc_file_exists(run->outputs)) {
        free(run->outputs);
        run->outputs = NULL;
        return true;
    }
    own.options.with[0] = run->outputs;
    own.options.withs = 1;
    run->measured = true;
    if (!asc_measure(&own, &run->measure, status))
        return false;
    run->measure.cli = cli;
    return true;
}

/* Runs of this program by their weights where there is data, others by what is kept of them. */
static bool evaluate_run(const AscCli *cli, AscPageRun *run, AscStatus *status)
{
    const bool own = strcmp(run->history.hash, cli->model->hash) == 0;

    if (cli->options.data && own)
        return measure_run(cli, run, status);
    if (!take_kept(cli, run, status))
        return false;
    return run->measured || !cli->options.data ||
           asc_status_set(status, ASC_BAD_INPUT,
                          "%s: is a run of another model, %s: `eval` of its program keeps there "
                          "what a report needs",
                          run->history.folder, run->history.model);
}

/* The names of the models, each once. */
static void name_models(const AscPageRun *run, int runs, char *title, size_t room)
{
    size_t at = 0;

    for (int r = 0; r < runs && at < room / 2; r++) {
        bool earlier = false;

        for (int before = 0; before < r; before++)
            earlier |= strcmp(run[before].history.model, run[r].history.model) == 0;
        if (!earlier)
            at += (size_t)snprintf(title + at, room - at, "%s%.60s", at ? ", " : "",
                                   run[r].history.model);
    }
    snprintf(title + at, room - at, ": %d run%s", runs, runs == 1 ? "" : "s");
}

/* Of this program's runs by its model, of others by their eval.json. */
static bool find_cost(const AscCli *cli, AscPageRun *run, AscStatus *status)
{
    AscComplexity cost = asc_complexity(cli->model, NULL, 1);
    const bool own = strcmp(run->history.hash, cli->model->hash) == 0;

    run->parameters = own ? cost.parameters : NAN;
    run->multiply_adds = own ? cost.multiply_adds : NAN;
    return own || asc_history_cost(&run->history, &run->parameters, &run->multiply_adds, status);
}

static bool add_text(char ***list, int *count, const char *text, AscStatus *status)
{
    char **grown = realloc(*list, (size_t)(*count + 1) * sizeof *grown);

    if (grown)
        *list = grown;
    if (!grown || !(grown[*count] = strdup(text)))
        return asc_status_memory(status, "runs");
    ++*count;
    return true;
}

/* A folder that is no run, but a series of runs, stands for these. */
static bool list_runs(const AscCli *cli, char ***folder, int *count, AscStatus *status)
{
    bool fine = true;

    for (int f = 0; fine && f < cli->options.files; f++) {
        const char *file = cli->options.file[f];
        AscSeriesRuns series = { 0 };

        fine = asc_run_exists(file) || asc_series_find(file, &series, status);
        for (int r = 0; fine && r < (series.count ? series.count : 1); r++)
            fine = add_text(folder, count, series.count ? series.run[r].folder : file, status);
        asc_series_runs_free(&series);
    }
    return fine;
}

static bool make_report(const AscCli *cli, char **folder, AscPageRun *run, int runs,
                        AscStatus *status)
{
    const char *path = cli->options.out ? cli->options.out : "report.html";
    char title[512];

    for (int r = 0; r < runs; r++) {
        if (!asc_history_read(folder[r], &run[r].history, status))
            return false;
    }
    for (int r = 0; r < runs; r++) {
        if (!evaluate_run(cli, &run[r], status) || !find_cost(cli, &run[r], status))
            return false;
    }
    name_models(run, runs, title, sizeof title);
    return asc_page_write(path, title, run, runs, status);
}

static bool report(const AscCli *cli, AscStatus *status)
{
    char **folder = NULL;
    int runs = 0;
    bool fine = list_runs(cli, &folder, &runs, status);
    AscPageRun *run = calloc((size_t)runs + 1, sizeof *run);

    fine = fine &&
           (run ? make_report(cli, folder, run, runs, status) : asc_status_memory(status, "runs"));
    for (int r = 0; r < runs; r++) {
        if (run) {
            asc_history_free(&run[r].history);
            asc_insight_free(&run[r].insight);
            asc_measure_free(&run[r].measure);
            free(run[r].outputs);
        }
        free(folder[r]);
    }
    free(folder);
    free(run);
    return fine;
}

int asc_command_report(const AscCli *cli)
{
    AscStatus status = { 0 };

    if (cli->options.files == 0)
        return asc_cli_usage(cli, "the folder of a run is missing");
    if (!cli->options.data && (cli->options.fold || cli->options.split || cli->options.layout))
        return asc_cli_usage(cli, "--fold, --split and --layout go with --data");
    if (cli->options.data && asc_model_is_stored(cli->model))
        return asc_cli_usage(cli, "--data: features of TFRecord files are measured by `eval`");
    return report(cli, &status) ? 0 : asc_cli_fail(cli, &status);
}
