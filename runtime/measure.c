/* measure.c: matches a data set's labels with those of the weights, runs them, and picks groups of the
 * results. */
#include "measure.h"

#include <stdlib.h>
#include <string.h>

#include "ensemble.h"

static const char *device_of(const AscMeasure *measure, int n)
{
    return measure->dataset->recording[measure->list.index[n]].device;
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
static bool match_label(const AscWeights *weights, const AscDataset *dataset, int recording,
                        AscProblems *problems, int *label, AscStatus *status)
{
    const AscRecording *about = &dataset->recording[recording];
    char place[1024];

    *label = about->label < 0 ? -1 : label_index(weights, dataset->label[about->label]);
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
static bool match_labels(const AscWeights *weights, const AscDataset *dataset, AscSources *sources,
                         AscProblems *problems, AscStatus *status)
{
    int kept = 0;

    if (weights->labels == 0)
        return asc_status_set(
            status, ASC_BAD_INPUT,
            "the weights have no labels; weights for recordings come from `train`");
    for (int n = 0; n < sources->count; n++) {
        int label;

        if (!match_label(weights, dataset, sources->index[n], problems, &label, status))
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
                          dataset->folder);
}

bool asc_measure_list(const AscCli *cli, const AscWeights *weights, const AscDataset *dataset,
                      AscList *list, AscProblems *problems, AscResults *results, AscStatus *status)
{
    AscSources sources = { 0 };
    bool fine = asc_sources_from_list(dataset, list, &sources, status) &&
                match_labels(weights, dataset, &sources, problems, status) &&
                asc_recognise(cli, weights, &sources, results, status);

    if (fine) {
        list->count = sources.count;
        memcpy(list->index, sources.index, (size_t)sources.count * sizeof *list->index);
    }
    asc_sources_free(&sources);
    return fine;
}

bool asc_measure(const AscCli *cli, AscMeasure *measure, AscStatus *status)
{
    const char *part = cli->options.split ? cli->options.split : "evaluate";
    AscProblems *problems = cli->options.skip_bad ? &measure->problems : NULL;
    bool fine;

    *measure = (AscMeasure){ .cli = cli };
    measure->weights = asc_cli_weights(cli, status);
    measure->dataset = measure->weights ? asc_cli_dataset(cli, problems, status) : NULL;
    fine = measure->dataset &&
           asc_dataset_part(measure->dataset, cli->options.fold, part, &measure->list, status) &&
           (cli->options.runs > 1
                ? asc_ensemble_measure(measure, status)
                : asc_measure_list(cli, measure->weights, measure->dataset, &measure->list,
                                   problems, &measure->results, status));
    asc_cli_tell(cli, &measure->problems);
    if (!fine)
        return false;
    measure->chosen = calloc((size_t)measure->results.recordings + 1, sizeof(bool));
    return measure->chosen || asc_status_memory(status, "results");
}

void asc_measure_free(AscMeasure *measure)
{
    if (measure->dataset) {
        asc_list_free(&measure->list);
        asc_dataset_close(measure->dataset);
    }
    asc_problems_free(&measure->problems);
    asc_results_free(&measure->results);
    asc_weights_destroy(measure->weights);
    free(measure->chosen);
}

int asc_measure_choose(AscMeasure *measure, int which, const char *device)
{
    int count = 0;

    for (int n = 0; n < measure->results.recordings; n++) {
        bool in_class = which < 0 || measure->results.truth[n] == which;
        bool on_device = !device || strcmp(device_of(measure, n), device) == 0;

        count += measure->chosen[n] = in_class && on_device;
    }
    return count;
}

const char *asc_measure_next_device(const AscMeasure *measure, const char *last)
{
    const char *next = NULL;

    for (int n = 0; n < measure->results.recordings; n++) {
        const char *device = device_of(measure, n);

        if (*device && strcmp(device, last) > 0 && (!next || strcmp(device, next) < 0))
            next = device;
    }
    return next;
}
