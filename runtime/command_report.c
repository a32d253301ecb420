/* command_report.c: the command `report`: runs, compared on one page. */
#include <stdio.h>
#include <stdlib.h>

#include "page.h"
#include "train_data.h"

/* On the fold that the run left out, where --fold names no other. */
static bool measure_run(const AscCli *cli, AscPageRun *run, AscStatus *status)
{
    AscCli own = *cli;

    own.options.run = run->history.folder;
    if (own.options.fold == 0)
        own.options.fold = run->history.fold;
    run->measured = true;
    if (asc_measure(&own, &run->measure, status))
        return true;
    asc_status_prefix(status, "%s: ", run->history.folder);
    return false;
}

static bool make_report(const AscCli *cli, AscPageRun *run, AscStatus *status)
{
    const char *path = cli->options.out ? cli->options.out : "report.html";
    int runs = cli->options.files;
    char title[256];

    for (int r = 0; r < runs; r++) {
        if (!asc_history_read(cli->options.file[r], &run[r].history, status))
            return false;
    }
    for (int r = 0; cli->options.data && r < runs; r++) {
        if (!measure_run(cli, &run[r], status))
            return false;
    }
    snprintf(title, sizeof title, "%s: %d run%s", run->history.model, runs, runs == 1 ? "" : "s");
    return asc_page_write(path, title, run, runs, status);
}

int asc_command_report(const AscCli *cli)
{
    AscStatus status = { 0 };
    AscPageRun *run;
    bool fine;

    if (cli->options.files == 0)
        return asc_cli_usage(cli, "the folder of a run is missing");
    if (!cli->options.data && (cli->options.fold || cli->options.split || cli->options.layout))
        return asc_cli_usage(cli, "--fold, --split and --layout go with --data");
    if (cli->options.data && asc_model_is_stored(cli->model))
        return asc_cli_usage(cli, "--data: features of TFRecord files are measured by `eval`");
    run = calloc((size_t)cli->options.files, sizeof *run);
    fine = run ? make_report(cli, run, &status) : asc_status_memory(&status, "runs");
    for (int r = 0; run && r < cli->options.files; r++) {
        asc_history_free(&run[r].history);
        asc_measure_free(&run[r].measure);
    }
    free(run);
    return fine ? 0 : asc_cli_fail(cli, &status);
}
