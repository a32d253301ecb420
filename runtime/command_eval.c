/* command_eval.c: the command `eval`: accuracy in all, by class and by device, confusion, and what
 * the model's `evaluate` section asks for. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics.h"
#include "recognise.h"
#include "report.h"
#include "train_data.h"

/* What is printed about. */
typedef struct Evaluation {
    const AscCli *cli;
    AscDataset *dataset;
    AscWeights *weights;
    AscProblems problems; /* of the data set */
    AscSources sources;
    AscResults results;
    bool *chosen; /* [recordings]: a subset at work */
} Evaluation;

static const char *device_of(const Evaluation *evaluation, int n)
{
    return evaluation->dataset->recording[evaluation->sources.index[n]].device;
}

static int label_index(const AscWeights *weights, const char *name)
{
    for (int n = 0; n < weights->labels; n++) {
        if (strcmp(weights->label[n], name) == 0)
            return n;
    }
    return -1;
}

/* The weights' number of a recording's label; -1: noted as a problem, or refused. */
static bool match_label(Evaluation *evaluation, int recording, int *label, AscStatus *status)
{
    const AscDataset *dataset = evaluation->dataset;
    const AscRecording *about = &dataset->recording[recording];
    AscProblems *problems = evaluation->cli->options.skip_bad ? &evaluation->problems : NULL;
    char place[1024];

    *label = about->label < 0 ? -1 : label_index(evaluation->weights, dataset->label[about->label]);
    if (*label >= 0)
        return true;
    asc_dataset_place(dataset, recording, place, sizeof place);
    if (about->label < 0)
        return asc_problem(problems, status,
                           "%s%s: its label is not told, so it can't be evaluated: use `predict`",
                           place, about->path);
    return asc_problem(problems, status,
                       "%s%s: the label `%s` is none of those the weights were trained on", place,
                       about->path, dataset->label[about->label]);
}

/* From the data set's numbers of labels to those of the weights, by name; the sources lose what has
 * none. */
static bool match_labels(Evaluation *evaluation, AscStatus *status)
{
    AscSources *sources = &evaluation->sources;
    int kept = 0;

    if (evaluation->weights->labels == 0)
        return asc_status_set(
            status, ASC_BAD_INPUT,
            "the weights have no labels; weights for recordings come from `train`");
    for (int n = 0; n < sources->count; n++) {
        int label;

        if (!match_label(evaluation, sources->index[n], &label, status))
            return false;
        if (label < 0)
            continue;
        sources->index[kept] = sources->index[n];
        sources->path[kept] = sources->path[n];
        sources->label[kept++] = label;
    }
    sources->count = kept;
    return kept > 0 ||
           asc_status_set(status, ASC_BAD_INPUT, "%s: none of the recordings can be evaluated",
                          evaluation->dataset->folder);
}

static bool prepare(Evaluation *evaluation, AscStatus *status)
{
    const AscCli *cli = evaluation->cli;
    const char *part = cli->options.split ? cli->options.split : "evaluate";
    AscList list = { 0 };
    bool fine;

    evaluation->weights = asc_cli_weights(cli, status);
    evaluation->dataset = evaluation->weights
                              ? asc_cli_dataset(
                                    cli, cli->options.skip_bad ? &evaluation->problems : NULL,
                                    status)
                              : NULL;
    fine = evaluation->dataset &&
           asc_dataset_part(evaluation->dataset, cli->options.fold, part, &list, status) &&
           asc_sources_from_list(evaluation->dataset, &list, &evaluation->sources, status) &&
           match_labels(evaluation, status) &&
           asc_recognise(cli, evaluation->weights, &evaluation->sources, &evaluation->results,
                         status);
    asc_list_free(&list);
    asc_cli_tell(cli, &evaluation->problems);
    if (!fine)
        return false;
    evaluation->chosen = calloc((size_t)evaluation->results.recordings + 1, sizeof(bool));
    return evaluation->chosen || asc_status_memory(status, "results");
}

/* ---------------------------------------------------------------- groups */

/* A class, a device, or a class on a device. */
typedef struct Group {
    int which;          /* -1: all classes */
    const char *device; /* NULL: all */
} Group;

static const Group everything = { -1, NULL };

/* Marks the group's recordings and returns their number. */
static int choose(Evaluation *evaluation, Group group)
{
    int count = 0;

    for (int n = 0; n < evaluation->results.recordings; n++) {
        bool in_class = group.which < 0 || evaluation->results.truth[n] == group.which;
        bool on_device = !group.device || strcmp(device_of(evaluation, n), group.device) == 0;

        count += evaluation->chosen[n] = in_class && on_device;
    }
    return count;
}

/* The least device after `last` in byte order; NULL: no more. */
static const char *next_device(const Evaluation *evaluation, const char *last)
{
    const char *next = NULL;

    for (int n = 0; n < evaluation->results.recordings; n++) {
        const char *device = device_of(evaluation, n);

        if (*device && strcmp(device, last) > 0 && (!next || strcmp(device, next) < 0))
            next = device;
    }
    return next;
}

/* ---------------------------------------------------------------- printing */

static bool print_accuracy(const Evaluation *evaluation, const char *name, const bool *chosen,
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

static bool print_classes(Evaluation *evaluation, AscStatus *status)
{
    AscMetric macro = { .kind = ASC_MACRO_ACCURACY };
    double mean;
    char text[32];

    printf("by class\n");
    for (int c = 0; c < evaluation->results.classes; c++) {
        choose(evaluation, (Group){ c, NULL });
        if (!print_accuracy(evaluation, evaluation->weights->label[c], evaluation->chosen, status))
            return false;
    }
    if (!asc_results_metric(&evaluation->results, &macro, NULL, &mean, status))
        return false;
    asc_report_percent(mean, text, sizeof text);
    printf("  %-24s %9s\n", "mean", text);
    return true;
}

static bool print_devices(Evaluation *evaluation, AscStatus *status)
{
    const char *device = next_device(evaluation, "");

    if (device)
        printf("by device\n");
    for (; device; device = next_device(evaluation, device)) {
        choose(evaluation, (Group){ -1, device });
        if (!print_accuracy(evaluation, device, evaluation->chosen, status))
            return false;
    }
    return true;
}

static bool print_confusion(const Evaluation *evaluation, AscStatus *status)
{
    size_t classes = (size_t)evaluation->results.classes;
    int *confusion = calloc(classes * classes, sizeof *confusion);

    if (!confusion)
        return asc_status_memory(status, "the confusion matrix");
    asc_results_confusion(&evaluation->results, NULL, confusion);
    printf("confusion (rows: truth, columns: recognised)\n");
    asc_report_confusion(stdout, confusion, evaluation->results.classes,
                         evaluation->weights->label);
    free(confusion);
    return true;
}

/* A figure of a subset under a name. */
static bool print_figure(const Evaluation *evaluation, const AscMetric *metric, const bool *chosen,
                         const char *name, AscStatus *status)
{
    double value;

    if (!asc_results_metric(&evaluation->results, metric, chosen, &value, status))
        return false;
    printf("  %-24s %9.4f\n", name, value);
    return true;
}

/* Of the metric's groups from `level` on, inside of a group that is called `name` so far. */
static bool print_grouped(Evaluation *evaluation, const AscMetric *metric, int level, Group group,
                          const char *name, AscStatus *status)
{
    const bool inner = level < 2 && metric->group[level];
    const bool by_class = inner && strcmp(metric->group[level], "class") == 0;
    const char *device = inner && !by_class ? next_device(evaluation, "") : NULL;
    const char *separator = *name ? ", " : "";
    char longer[256];
    bool fine = true;

    if (!inner)
        return choose(evaluation, group) == 0 ||
               print_figure(evaluation, metric, evaluation->chosen, name, status);
    for (int c = 0; fine && by_class && c < evaluation->results.classes; c++) {
        snprintf(longer, sizeof longer, "%s%s%s", name, separator, evaluation->weights->label[c]);
        fine = print_grouped(evaluation, metric, level + 1, (Group){ c, group.device }, longer,
                             status);
    }
    for (; fine && device; device = next_device(evaluation, device)) {
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
static bool is_reported(const Evaluation *evaluation, const AscMetric *metric)
{
    if (metric->kind == ASC_CONFUSION || (metric->kind == ASC_ACCURACY && !metric->group[1]))
        return false;
    return !groups_by_device(metric) || next_device(evaluation, "");
}

/* The model's own report. */
static bool print_reported(Evaluation *evaluation, AscStatus *status)
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

static bool print_all(Evaluation *evaluation, AscStatus *status)
{
    return print_confusion(evaluation, status) && print_classes(evaluation, status) &&
           print_devices(evaluation, status) &&
           (printf("in all\n"), print_accuracy(evaluation, "accuracy", NULL, status)) &&
           print_figure(evaluation, &(AscMetric){ .kind = ASC_LOSS }, NULL, "loss of the segments",
                        status) &&
           print_reported(evaluation, status);
}

int asc_command_eval(const AscCli *cli)
{
    if (asc_model_is_stored(cli->model))
        return asc_command_eval_shards(cli);
    Evaluation evaluation = { .cli = cli };
    AscStatus status = { 0 };
    bool fine = prepare(&evaluation, &status) && print_all(&evaluation, &status);

    if (evaluation.dataset) {
        asc_sources_free(&evaluation.sources);
        asc_dataset_close(evaluation.dataset);
    }
    asc_problems_free(&evaluation.problems);
    asc_results_free(&evaluation.results);
    asc_weights_destroy(evaluation.weights);
    free(evaluation.chosen);
    return fine ? 0 : asc_cli_fail(cli, &status);
}
