/* command_eval.c: the command `eval`: accuracy in all, by class and by device, confusion, and what
 * the model's `evaluate` section asks for. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics.h"
#include "recognise.h"
#include "report.h"

/* What is printed about. */
typedef struct Evaluation {
    const AscCli *cli;
    AscDataset *dataset;
    AscWeights *weights;
    AscList list;
    AscResults results;
    bool *chosen; /* [recordings]: a subset at work */
} Evaluation;

static const char *device_of(const Evaluation *evaluation, int n)
{
    return evaluation->dataset->recording[evaluation->list.index[n]].device;
}

static int label_index(const AscWeights *weights, const char *name)
{
    for (int n = 0; n < weights->labels; n++) {
        if (strcmp(weights->label[n], name) == 0)
            return n;
    }
    return -1;
}

/* From the data set's numbers of labels to those of the weights, by name. */
static bool match_labels(const Evaluation *evaluation, AscSources *sources, AscStatus *status)
{
    const AscDataset *dataset = evaluation->dataset;

    if (evaluation->weights->labels == 0)
        return asc_status_set(
            status, ASC_BAD_INPUT,
            "the weights have no labels; weights for recordings come from `train`");
    for (int n = 0; n < sources->count; n++) {
        const char *name = sources->label[n] >= 0 ? dataset->label[sources->label[n]] : NULL;

        if (!name)
            return asc_status_set(
                status, ASC_BAD_INPUT,
                "%s: its label is not told, so it can't be evaluated: use `predict`",
                sources->path[n]);
        sources->label[n] = label_index(evaluation->weights, name);
        if (sources->label[n] < 0)
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "%s: the label `%s` is none of those the weights were trained on",
                                  sources->path[n], name);
    }
    return true;
}

static bool prepare(Evaluation *evaluation, AscStatus *status)
{
    const AscCli *cli = evaluation->cli;
    const char *part = cli->options.split ? cli->options.split : "evaluate";
    AscSources sources = { 0 };
    bool fine;

    evaluation->weights = asc_cli_weights(cli, status);
    evaluation->dataset = evaluation->weights ? asc_cli_dataset(cli, NULL, status) : NULL;
    fine = evaluation->dataset &&
           asc_dataset_part(evaluation->dataset, cli->options.fold, part, &evaluation->list,
                            status) &&
           asc_sources_from_list(evaluation->dataset, &evaluation->list, &sources, status) &&
           match_labels(evaluation, &sources, status) &&
           asc_recognise(cli, evaluation->weights, &sources, &evaluation->results, status);
    asc_sources_free(&sources);
    if (!fine)
        return false;
    evaluation->chosen = calloc((size_t)evaluation->results.recordings + 1, sizeof(bool));
    return evaluation->chosen || asc_status_memory(status, "results");
}

/* ---------------------------------------------------------------- groups */

static void choose_class(Evaluation *evaluation, int which)
{
    for (int n = 0; n < evaluation->results.recordings; n++)
        evaluation->chosen[n] = evaluation->results.truth[n] == which;
}

static void choose_device(Evaluation *evaluation, const char *device)
{
    for (int n = 0; n < evaluation->results.recordings; n++)
        evaluation->chosen[n] = strcmp(device_of(evaluation, n), device) == 0;
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
        choose_class(evaluation, c);
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
        choose_device(evaluation, device);
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

static bool print_grouped(Evaluation *evaluation, const AscMetric *metric, AscStatus *status)
{
    bool by_class = strcmp(metric->group, "class") == 0;
    const char *device = by_class ? NULL : next_device(evaluation, "");

    for (int c = 0; by_class && c < evaluation->results.classes; c++) {
        choose_class(evaluation, c);
        if (!print_figure(evaluation, metric, evaluation->chosen, evaluation->weights->label[c],
                          status))
            return false;
    }
    for (; device; device = next_device(evaluation, device)) {
        choose_device(evaluation, device);
        if (!print_figure(evaluation, metric, evaluation->chosen, device, status))
            return false;
    }
    return true;
}

/* The model's own report; what is printed always is not repeated. */
static bool print_reported(Evaluation *evaluation, AscStatus *status)
{
    const AscModel *model = evaluation->cli->model;

    for (int m = 0; m < model->metrics; m++) {
        const AscMetric *metric = &model->metric[m];
        char name[64];
        bool fine;

        if (metric->kind == ASC_ACCURACY || metric->kind == ASC_CONFUSION)
            continue;
        if (metric->group && strcmp(metric->group, "device") == 0 && !next_device(evaluation, ""))
            continue;
        asc_metric_name(metric, name, sizeof name);
        if (metric->group)
            printf("%s by %s\n", name, metric->group);
        fine = metric->group ? print_grouped(evaluation, metric, status)
                             : print_figure(evaluation, metric, NULL, name, status);
        if (!fine)
            return false;
    }
    return true;
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
    Evaluation evaluation = { .cli = cli };
    AscStatus status = { 0 };
    bool fine = prepare(&evaluation, &status) && print_all(&evaluation, &status);

    if (evaluation.dataset) {
        asc_list_free(&evaluation.list);
        asc_dataset_close(evaluation.dataset);
    }
    asc_results_free(&evaluation.results);
    asc_weights_destroy(evaluation.weights);
    free(evaluation.chosen);
    return fine ? 0 : asc_cli_fail(cli, &status);
}
