/* command_eval.c: the command `eval`: accuracy in all, by class and by device, confusion,
 * calibration, and what the model's `evaluate` section asks for; printed and in files. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "challenge.h"
#include "eval_json.h"
#include "eval_keep.h"
#include "metrics.h"
#include "report.h"
#include "train_data.h"

/* A class, a device, or a class on a device. */
typedef struct Group {
    int which;          /* -1: all classes */
    const char *device; /* NULL: all */
} Group;

static const Group everything = { -1, NULL };

static int choose(AscMeasure *evaluation, Group group)
{
    return asc_measure_choose(evaluation, group.which, group.device);
}

/* ---------------------------------------------------------------- printing */

static bool print_accuracy(const AscMeasure *evaluation, const char *name, const bool *chosen,
                           AscStatus *status)
{
    const AscResults *results = &evaluation->results;
    AscMetric accuracy = { .kind = ASC_ACCURACY };
    double value;
    char text[32];
    int all = 0, right = 0;

    for (int n = 0; n < results->recordings; n++) {
        if (!chosen || chosen[n]) {
            all++;
            right += results->predicted[n] == results->truth[n];
        }
    }
    if (!asc_results_metric(results, &accuracy, chosen, &value, status))
        return false;
    asc_report_percent(value, text, sizeof text);
    printf("  %-24s %9s  (%d of %d)\n", name, text, right, all);
    return true;
}

static bool print_classes(AscMeasure *evaluation, AscStatus *status)
{
    AscMetric macro = { .kind = ASC_MACRO_ACCURACY };
    double mean;
    char text[32];

    printf("by class\n");
    for (int c = 0; c < evaluation->results.classes; c++) {
        choose(evaluation, (Group){ c, NULL });
        if (!print_accuracy(evaluation, evaluation->label[c], evaluation->chosen, status))
            return false;
    }
    if (!asc_results_metric(&evaluation->results, &macro, NULL, &mean, status))
        return false;
    asc_report_percent(mean, text, sizeof text);
    printf("  %-24s %9s\n", "mean", text);
    return true;
}

static bool print_b_c(AscMeasure *evaluation, AscStatus *status)
{
    double value;
    char text[32];

    if (!asc_measure_b_c(evaluation, &value, status))
        return false;
    asc_report_percent(value, text, sizeof text);
    if (!isnan(value))
        printf("  %-24s %9s  (mean of b and c by class)\n", "task 1B", text);
    return true;
}

static bool print_devices(AscMeasure *evaluation, AscStatus *status)
{
    const char *device = asc_measure_next_device(evaluation, "");

    if (device)
        printf("by device\n");
    for (; device; device = asc_measure_next_device(evaluation, device)) {
        choose(evaluation, (Group){ -1, device });
        if (!print_accuracy(evaluation, device, evaluation->chosen, status))
            return false;
    }
    return print_b_c(evaluation, status);
}

static bool print_confusion(const AscMeasure *evaluation, AscStatus *status)
{
    size_t classes = (size_t)evaluation->results.classes;
    int *confusion = calloc(classes * classes, sizeof *confusion);

    if (!confusion)
        return asc_status_memory(status, "the confusion matrix");
    asc_results_confusion(&evaluation->results, NULL, confusion);
    printf("confusion (rows: truth, columns: recognised)\n");
    asc_report_confusion(stdout, confusion, evaluation->results.classes, evaluation->label);
    free(confusion);
    return true;
}

static void print_calibration(const AscMeasure *evaluation)
{
    const AscResults *results = &evaluation->results;
    AscCalibration found = asc_metrics_calibration(results->score, results->truth,
                                                   results->recordings, results->classes);
    char error[32], confidence[32], accuracy[32], range[32];

    asc_report_percent(found.expected, error, sizeof error);
    printf("calibration: expected error %s\n  %-24s %9s %9s\n", error, "highest probability",
           "its mean", "right");
    for (int b = 0; b < ASC_BINS; b++) {
        if (found.examples[b] == 0)
            continue;
        snprintf(range, sizeof range, "%.3f to %.3f", (double)b / ASC_BINS,
                 (double)(b + 1) / ASC_BINS);
        asc_report_percent(found.confidence[b], confidence, sizeof confidence);
        asc_report_percent(found.accuracy[b], accuracy, sizeof accuracy);
        printf("  %-24s %9s %9s  (of %d)\n", range, confidence, accuracy, found.examples[b]);
    }
}

/* A figure of a subset under a name. */
static bool print_figure(const AscMeasure *evaluation, const AscMetric *metric, const bool *chosen,
                         const char *name, AscStatus *status)
{
    double value;

    if (!asc_results_metric(&evaluation->results, metric, chosen, &value, status))
        return false;
    printf("  %-24s %9.4f\n", name, value);
    return true;
}

/* Of the metric's groups from `level` on, inside of a group that is called `name` so far. */
static bool print_grouped(AscMeasure *evaluation, const AscMetric *metric, int level, Group group,
                          const char *name, AscStatus *status)
{
    const bool inner = level < 2 && metric->group[level];
    const bool by_class = inner && strcmp(metric->group[level], "class") == 0;
    const char *device = inner && !by_class ? asc_measure_next_device(evaluation, "") : NULL;
    const char *separator = *name ? ", " : "";
    char longer[256];
    bool fine = true;

    if (!inner)
        return choose(evaluation, group) == 0 ||
               print_figure(evaluation, metric, evaluation->chosen, name, status);
    for (int c = 0; fine && by_class && c < evaluation->results.classes; c++) {
        snprintf(longer, sizeof longer, "%s%s%s", name, separator, evaluation->label[c]);
        fine = print_grouped(evaluation, metric, level + 1, (Group){ c, group.device }, longer,
                             status);
    }
    for (; fine && device; device = asc_measure_next_device(evaluation, device)) {
        snprintf(longer, sizeof longer, "%s%s%s", name, separator, device);
        fine = print_grouped(evaluation, metric, level + 1, (Group){ group.which, device }, longer,
                             status);
    }
    return fine;
}

static bool groups_by_device(const AscMetric *metric)
{
    return (metric->group[0] && strcmp(metric->group[0], "device") == 0) ||
           (metric->group[1] && strcmp(metric->group[1], "device") == 0);
}

/* What is printed in any case is not repeated; nor is anything by device where none is known. */
static bool is_reported(const AscMeasure *evaluation, const AscMetric *metric)
{
    if (metric->kind == ASC_CONFUSION || (metric->kind == ASC_ACCURACY && !metric->group[1]) ||
        (metric->kind == ASC_LOG_LOSS && !metric->group[0]))
        return false;
    return !groups_by_device(metric) || asc_measure_next_device(evaluation, "");
}

/* The model's own report. */
static bool print_reported(AscMeasure *evaluation, AscStatus *status)
{
    const AscModel *model = evaluation->cli->model;
    bool fine = true;

    for (int m = 0; fine && m < model->metrics; m++) {
        const AscMetric *metric = &model->metric[m];
        char name[64];

        if (!is_reported(evaluation, metric))
            continue;
        asc_metric_name(metric, name, sizeof name);
        if (metric->group[0])
            printf("%s by %s%s%s\n", name, metric->group[0], metric->group[1] ? " and " : "",
                   metric->group[1] ? metric->group[1] : "");
        fine = metric->group[0] ? print_grouped(evaluation, metric, 0, everything, "", status)
                                : print_figure(evaluation, metric, NULL, name, status);
    }
    return fine;
}

/* Of networks whose outputs came in tables nothing is known. */
static void print_complexity(const AscMeasure *evaluation)
{
    AscComplexity cost;

    if (evaluation->tables > 0)
        return;
    cost = asc_complexity(evaluation->cli->model, evaluation->weights, evaluation->members);
    printf("complexity, as DCASE counts it\n  %-24s %9.0f\n  %-24s %9.0f\n  %-24s %9.0f\n",
           "parameters", cost.parameters, "bytes of these", cost.bytes, "multiply-adds a segment",
           cost.multiply_adds);
}

static bool print_all(AscMeasure *evaluation, AscStatus *status)
{
    if (!print_confusion(evaluation, status))
        return false;
    print_calibration(evaluation);
    print_complexity(evaluation);
    return print_classes(evaluation, status) && print_devices(evaluation, status) &&
           (printf("in all\n"), print_accuracy(evaluation, "accuracy", NULL, status)) &&
           print_figure(evaluation, &(AscMetric){ .kind = ASC_LOG_LOSS }, NULL, "log_loss",
                        status) &&
           (isnan(evaluation->results.loss) ||
            print_figure(evaluation, &(AscMetric){ .kind = ASC_LOSS }, NULL, "loss of the segments",
                         status)) &&
           print_reported(evaluation, status);
}

/* ---------------------------------------------------------------- the command */

static bool is_of_one_run(const AscOptions *options)
{
    return options->runs == 1 && options->withs == 0;
}

static bool deliver(AscMeasure *evaluation, AscStatus *status)
{
    const AscOptions *options = &evaluation->cli->options;
    AscStatus kept = { 0 };
    char *text = asc_eval_json(evaluation, status);
    bool fine = text != NULL;

    if (fine && options->json)
        printf("%s\n", text);
    else if (fine)
        fine = print_all(evaluation, status);
    if (fine && is_of_one_run(options) && !asc_eval_keep(evaluation, text, &kept))
        asc_cli_not_kept(evaluation->cli, &kept);
    free(text);
    return fine &&
           (!options->csv ||
            asc_eval_table(evaluation, options->csv, is_of_one_run(options), status)) &&
           (!options->dcase || asc_challenge_write(options->dcase, evaluation, status));
}

/* What does not go together; NULL: all does. */
static const char *misused(const AscOptions *options)
{
    if (options->select && options->runs + options->withs < 2)
        return "--select needs two runs or more, or tables of --with";
    if (options->withs > 0 && options->weights)
        return "--with goes with --run, or alone";
    if (options->withs > 0 && !options->run &&
        (options->data || options->fold || options->split || options->lists))
        return "--data, --fold, --split and --lists go with --run; tables of --with alone need "
               "none";
    if (options->folds && (options->runs != 1 || options->weights || options->withs > 0 ||
                           options->select || options->split || options->fold))
        return "--folds takes one --run, the folder that `train --folds` made, and neither --fold, "
               "--split nor other members";
    if (options->withs > 0 && options->split && strcmp(options->split, "evaluate") != 0)
        return "--with has the evaluation part: no other --split";
    return NULL;
}

int asc_command_eval(const AscCli *cli)
{
    const AscOptions *options = &cli->options;
    const char *wrong = misused(options);

    if (wrong)
        return asc_cli_usage(cli, "%s", wrong);
    if (asc_model_is_stored(cli->model))
        return options->runs > 1 || options->withs > 0 || options->folds
                   ? asc_cli_usage(cli, "of a model of stored features one --run is evaluated")
               : options->dcase
                   ? asc_cli_usage(cli, "--dcase is for recordings, not for TFRecord files")
                   : asc_command_eval_shards(cli);
    if (options->segments)
        return asc_cli_usage(cli, "--segments is for TFRecord files");
    if (options->folds)
        return asc_command_eval_folds(cli);
    AscMeasure evaluation;
    AscStatus status = { 0 };
    bool fine = asc_measure(cli, &evaluation, &status) && deliver(&evaluation, &status);

    asc_measure_free(&evaluation);
    return fine ? 0 : asc_cli_fail(cli, &status);
}
