/* command_shards.c: the commands `eval` and `predict` of models whose inputs are stored features, on
 * TFRecord files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "evaluate.h"
#include "file.h"
#include "rank_stream.h"
#include "ranked_output.h"
#include "report.h"
#include "run.h"
#include "submission.h"
#include "table.h"

enum { BATCH = 32 };

/* What both commands work on. */
typedef struct Work {
    const AscCli *cli;
    AscPrinter printer;
    AscWeights *weights;
    AscShards *shards;
    AscProblems problems; /* of the files */
    AscStream *stream;
    AscEngine *engine;
    AscRanking *ranking;
    AscTable vocabulary;       /* YouTube-8M's vocabulary.csv; no rows: not there */
    const char **name;         /* [classes]: from it; NULL: no name */
    AscSubmission *submission; /* NULL: not wanted */
    AscWriter *table;          /* NULL: not wanted */
} Work;

/* ---------------------------------------------------------------- beginning and end */

static AscShards *open_shards(Work *work, const char *part, AscStatus *status)
{
    const AscOptions *options = &work->cli->options;
    AscProblems *problems = options->skip_bad ? &work->problems : NULL;

    if (options->files > 0)
        return asc_shards_files((const char *const *)options->file, options->files,
                                &work->printer.report, problems, status);
    if (options->data)
        return asc_shards_open(options->data, options->split ? options->split : part,
                               &work->printer.report, problems, status);
    asc_status_set(status, ASC_USAGE, "--data DIR is missing");
    return NULL;
}

/* Examples are whole videos, or with --segments these pieces. */
static bool begin(Work *work, const char *part, AscPieces pieces, AscStatus *status)
{
    const AscCli *cli = work->cli;
    const AscStreamOptions options = { .pieces = cli->options.segments ? pieces : ASC_VIDEOS,
                                       .largest = BATCH,
                                       .skip_bad = cli->options.skip_bad };

    if (cli->options.fold)
        return asc_status_set(status, ASC_USAGE, "--fold %d: TFRecord files have no folds",
                              cli->options.fold);
    work->weights = asc_cli_weights(cli, status);
    work->shards = work->weights ? open_shards(work, part, status) : NULL;
    work->stream = work->shards ? asc_stream_create(cli->model, work->shards, &options, status)
                                : NULL;
    work->engine = work->stream ? asc_engine_create(cli->model, false, BATCH, status) : NULL;
    work->ranking = work->engine
                        ? asc_ranking_create((int)work->engine->outputs, ASC_SUBMITTED, status)
                        : NULL;
    return work->ranking != NULL;
}

static void end(Work *work)
{
    asc_ranking_destroy(work->ranking);
    asc_engine_destroy(work->engine);
    asc_stream_destroy(work->stream);
    asc_shards_close(work->shards);
    asc_weights_destroy(work->weights);
    asc_problems_free(&work->problems);
    asc_table_free(&work->vocabulary);
    asc_submission_abandon(work->submission);
    asc_writer_abandon(work->table);
    free(work->name);
}

/* What was left out, counted. */
static void tell_left_out(const Work *work)
{
    asc_cli_tell(work->cli, &work->problems);
    asc_cli_tell(work->cli, asc_stream_left_out(work->stream));
}

static bool run(Work *work, AscEachRanked *each, AscStatus *status)
{
    bool fine = asc_rank_stream(work->engine, work->weights->parameters, work->stream,
                                work->ranking, each, work, &work->printer.report, status);

    asc_report_end(&work->printer);
    if (!fine)
        return false;
    tell_left_out(work);
    return asc_ranking_examples(work->ranking) > 0 ||
           asc_status_set(status, ASC_BAD_INPUT, "%s: has no %s", work->shards->folder,
                          work->cli->options.segments ? "segments that were rated"
                                                      : "records that can be read");
}

/* ---------------------------------------------------------------- eval */

/* One that is told in any case. */
static bool is_standard(const Work *work, const AscMetric *metric)
{
    int count;
    const AscMetric *figure = asc_ranked_figures(work->cli->options.segments, &count);
    bool standard = false;

    for (int n = 0; n < count; n++)
        standard |= !metric->group[0] && metric->kind == figure[n].kind &&
                    metric->argument == figure[n].argument;
    return standard;
}

static void need_figures(Work *work)
{
    int count;
    const AscMetric *figure = asc_ranked_figures(work->cli->options.segments, &count);

    asc_ranking_need(work->ranking, figure, count);
    asc_ranking_need(work->ranking, work->cli->model->metric, work->cli->model->metrics);
}

static void print_figure(const Work *work, const AscMetric *metric)
{
    char name[64];

    asc_metric_name(metric, name, sizeof name);
    printf("%-26s %9.4f\n", name, asc_ranking_metric(work->ranking, metric));
}

static void print_figures(const Work *work)
{
    const AscModel *model = work->cli->model;

    printf("%-26s %9ld\n%-26s %9ld\n", work->cli->options.segments ? "segments" : "videos",
           asc_ranking_examples(work->ranking), "labels", asc_ranking_labels(work->ranking));
    for (int m = 0; m < model->metrics; m++) {
        const AscMetric *metric = &model->metric[m];
        char name[64];

        asc_metric_name(metric, name, sizeof name);
        if (metric->group[0])
            printf("%-26s (not of several labels: by %s)\n", name, metric->group[0]);
        else if (!asc_ranked_knows(metric))
            printf("%-26s (not of several labels)\n", name);
        else if (!is_standard(work, metric))
            print_figure(work, metric);
    }
    int count;
    const AscMetric *figure = asc_ranked_figures(work->cli->options.segments, &count);

    for (int n = 0; n < count; n++)
        print_figure(work, &figure[n]);
}

static bool tell_highest(void *context, const AscStreamed *about, const real *score,
                         const AscRanking *ranking, AscStatus *status)
{
    const Work *work = context;

    (void)score;
    return !work->table || asc_ranked_csv(work->table, about, ranking, status);
}

static bool open_table(Work *work, AscStatus *status)
{
    const char *path = work->cli->options.csv;

    if (!path)
        return true;
    work->table = asc_writer_open(path, status);
    return work->table && asc_ranked_csv_header(work->table, status);
}

/* Classes that were not rated have no part in the other figures. */
static bool warn_of_loss(const Work *work, AscStatus *status)
{
    bool leaves = true;

    if (work->cli->options.segments &&
        !asc_engine_leaves_unknown(work->engine, work->weights->parameters, &leaves, status))
        return false;
    if (!leaves)
        fprintf(stderr,
                "%s: warning: the model's loss counts classes that were not rated, whose target is "
                "%d: the loss told is of no use\n",
                work->cli->name, ASC_UNKNOWN);
    return true;
}

/* Figures are printed, and stay in the run's folder; the table gets its place. */
static bool deliver(Work *work, AscStatus *status)
{
    const AscOptions *options = &work->cli->options;
    AscWriter *table = work->table;
    AscStatus kept = { 0 };
    char *text = asc_ranked_json(work->cli, work->weights, work->ranking,
                                 asc_stream_left_out(work->stream)->count, status);

    if (!text)
        return false;
    if (options->json)
        printf("%s\n", text);
    else
        print_figures(work);
    if (options->run && !options->segments &&
        !asc_run_keep_evaluation(options->run, options->split, text, &kept))
        asc_cli_not_kept(work->cli, &kept);
    free(text);
    work->table = NULL;
    return !table || asc_writer_commit(table, status);
}

int asc_command_eval_shards(const AscCli *cli)
{
    Work work = { .cli = cli };
    AscStatus status = { 0 };

    asc_report_start(&work.printer, cli->options.json ? stderr : stdout);
    if (cli->options.quiet)
        asc_report_quiet(&work.printer);
    bool fine = begin(&work, "evaluate", ASC_RATED_SEGMENTS, &status);

    if (fine)
        need_figures(&work);
    fine = fine && warn_of_loss(&work, &status) && open_table(&work, &status) &&
           run(&work, tell_highest, &status);

    if (fine && asc_ranking_labels(work.ranking) == 0)
        fine = asc_status_set(&status, ASC_BAD_INPUT,
                              "%s: no labels are told, so it can't be evaluated: use `predict`",
                              work.shards->folder);
    asc_report_end(&work.printer);
    fine = fine && deliver(&work, &status);
    end(&work);
    return fine ? 0 : asc_cli_fail(cli, &status);
}

/* ---------------------------------------------------------------- predict */

/* The names of the classes, where the data set has them. */
static bool read_names(Work *work, AscStatus *status)
{
    const char *folder = work->cli->options.data;
    char *path = folder ? asc_path_join(folder, "vocabulary.csv") : NULL;
    bool there = path && asc_file_exists(path);
    int classes = (int)work->engine->outputs;

    work->name = calloc((size_t)classes + 1, sizeof *work->name);
    bool fine = work->name != NULL &&
                (!there || asc_table_read(path, ',', &work->vocabulary, status));

    if (!work->name)
        asc_status_memory(status, "names");
    int index = asc_table_column(&work->vocabulary, "Index");
    int name = asc_table_column(&work->vocabulary, "Name");

    for (int r = 1; fine && index >= 0 && name >= 0 && r < work->vocabulary.rows; r++) {
        const AscRow *row = &work->vocabulary.row[r];
        char *end;
        long class = strtol(asc_row_field(row, index), &end, 10);

        if (end != asc_row_field(row, index) && !*end && class >= 0 && class < classes &&
            *asc_row_field(row, name))
            work->name[class] = asc_row_field(row, name);
    }
    free(path);
    return fine;
}

static void print_example(const Work *work, const AscStreamed *about, const AscRanked *surest)
{
    const char *name = work->name[surest->label];
    char begins[16] = "";

    if (about->begins >= 0)
        snprintf(begins, sizeof begins, ":%d", about->begins);
    printf("%s%s  %d  %.4f%s%s\n", about->id, begins, surest->label, (double)surest->score,
           name ? "  " : "", name ? name : "");
}

static bool tell_example(void *context, const AscStreamed *about, const real *score,
                         const AscRanking *ranking, AscStatus *status)
{
    const Work *work = context;
    const AscRanked *ranked;
    int count = asc_ranking_last(ranking, &ranked);

    if (work->submission)
        return asc_submission_add(work->submission, about->id, about->begins, score, ranked, count,
                                  status);
    print_example(work, about, ranked);
    return true;
}

static bool open_submission(Work *work, AscStatus *status)
{
    const AscOptions *options = &work->cli->options;

    if (options->submission)
        work->submission = asc_submission_open(options->submission, (int)work->engine->outputs,
                                               options->segments, options->data, status);
    return work->submission || !options->submission;
}

static bool close_submission(Work *work, AscStatus *status)
{
    AscSubmission *submission = work->submission;

    work->submission = NULL;
    return !submission || asc_submission_close(submission, status);
}

int asc_command_predict_shards(const AscCli *cli)
{
    Work work = { .cli = cli };
    AscStatus status = { 0 };

    if (!cli->options.data && cli->options.files == 0)
        return asc_cli_usage(cli, "--data DIR or FILE is missing: TFRecord files");
    if (cli->options.csv)
        return asc_cli_usage(cli, "--csv is for recordings; --submission FILE has the highest "
                                  "scores of each video");
    asc_report_start(&work.printer, stdout);
    if (cli->options.quiet)
        asc_report_quiet(&work.printer);
    bool fine = begin(&work, "test", ASC_ALL_SEGMENTS, &status) && read_names(&work, &status) &&
                open_submission(&work, &status) && run(&work, tell_example, &status) &&
                close_submission(&work, &status);

    asc_report_end(&work.printer);
    end(&work);
    return fine ? 0 : asc_cli_fail(cli, &status);
}
