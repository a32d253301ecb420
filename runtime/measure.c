/* measure.c: matches a data set's labels with those of the weights, runs them, and picks groups of the
 * results. */
#include "measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ensemble.h"

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

/* ---------------------------------------------------------------- all of it */

static bool create_names(int count, const char ***recording, const char ***device,
                         AscStatus *status)
{
    *recording = calloc((size_t)count + 1, sizeof **recording);
    *device = calloc((size_t)count + 1, sizeof **device);
    return (*recording && *device) || asc_status_memory(status, "the list of recordings");
}

bool asc_measure_names(const AscDataset *dataset, const AscList *list, const char ***recording,
                       const char ***device, AscStatus *status)
{
    if (!create_names(list->count, recording, device, status))
        return false;
    for (int n = 0; n < list->count; n++) {
        (*recording)[n] = dataset->recording[list->index[n]].name;
        (*device)[n] = dataset->recording[list->index[n]].device;
    }
    return true;
}

static bool table_names(AscMeasure *measure, AscStatus *status)
{
    const AscOutputs *table = &measure->table[0];
    int first, count = asc_outputs_part(table, "evaluate", &first);

    if (!create_names(count, &measure->recording, &measure->device, status))
        return false;
    for (int n = 0; n < count; n++) {
        measure->recording[n] = table->output[first + n].recording;
        measure->device[n] = table->output[first + n].device;
    }
    return true;
}

static bool describe(AscMeasure *measure, AscStatus *status)
{
    measure->chosen = calloc((size_t)measure->results.recordings + 1, sizeof *measure->chosen);
    if (!measure->chosen)
        return asc_status_memory(status, "results");
    return measure->dataset ? asc_measure_names(measure->dataset, &measure->list,
                                                &measure->recording, &measure->device, status)
                            : table_names(measure, status);
}

static bool read_tables(AscMeasure *measure, AscStatus *status)
{
    const AscOptions *options = &measure->cli->options;

    if (options->withs == 0)
        return true;
    measure->table = calloc((size_t)options->withs, sizeof *measure->table);
    if (!measure->table)
        return asc_status_memory(status, "tables");
    for (; measure->tables < options->withs; measure->tables++) {
        if (!asc_outputs_read(options->with[measure->tables], &measure->table[measure->tables],
                              status)) {
            asc_outputs_free(&measure->table[measure->tables]);
            return false;
        }
    }
    return true;
}

/* The weights and what they are to be measured on. */
static bool open_data(AscMeasure *measure, AscStatus *status)
{
    const AscCli *cli = measure->cli;
    const char *part = cli->options.split ? cli->options.split : "evaluate";

    measure->weights = asc_cli_weights(cli, status);
    if (measure->weights && !measure->borrowed)
        measure->dataset = asc_cli_dataset(cli, cli->options.skip_bad ? &measure->problems : NULL,
                                           status);
    if (!measure->weights || !measure->dataset)
        return false;
    measure->labels = measure->weights->labels;
    measure->label = measure->weights->label;
    return asc_dataset_part(measure->dataset, cli->options.fold, part, &measure->list, status);
}

bool asc_measure_on(const AscCli *cli, AscDataset *dataset, AscMeasure *measure, AscStatus *status)
{
    const AscOptions *options = &cli->options;
    const bool run = options->run || options->weights || options->withs == 0;
    bool fine;

    *measure = (AscMeasure){ .cli = cli, .dataset = dataset, .borrowed = dataset, .members = 1 };
    fine = read_tables(measure, status) && (!run || open_data(measure, status));
    if (fine && !run) {
        measure->labels = measure->table[0].classes;
        measure->label = measure->table[0].label;
    }
    fine = fine && (options->withs > 0 || options->runs > 1
                        ? asc_ensemble_measure(measure, status)
                        : asc_measure_list(cli, measure->weights, measure->dataset, &measure->list,
                                           options->skip_bad ? &measure->problems : NULL,
                                           &measure->results, status));
    asc_cli_tell(cli, &measure->problems);
    return fine && describe(measure, status);
}

bool asc_measure(const AscCli *cli, AscMeasure *measure, AscStatus *status)
{
    return asc_measure_on(cli, NULL, measure, status);
}

void asc_measure_free(AscMeasure *measure)
{
    asc_list_free(&measure->list);
    if (measure->dataset && !measure->borrowed)
        asc_dataset_close(measure->dataset);
    for (int t = 0; t < measure->tables; t++)
        asc_outputs_free(&measure->table[t]);
    free(measure->table);
    asc_problems_free(&measure->problems);
    asc_results_free(&measure->results);
    asc_weights_destroy(measure->weights);
    free(measure->recording);
    free(measure->device);
    free(measure->chosen);
}

int asc_measure_choose(AscMeasure *measure, int which, const char *device)
{
    int count = 0;

    for (int n = 0; n < measure->results.recordings; n++) {
        bool in_class = which < 0 || measure->results.truth[n] == which;
        bool on_device = !device || strcmp(measure->device[n], device) == 0;

        count += measure->chosen[n] = in_class && on_device;
    }
    return count;
}

const char *asc_measure_next_device(const AscMeasure *measure, const char *last)
{
    const char *next = NULL;

    for (int n = 0; n < measure->results.recordings; n++) {
        const char *device = measure->device[n];

        if (*device && strcmp(device, last) > 0 && (!next || strcmp(device, next) < 0))
            next = device;
    }
    return next;
}

bool asc_measure_b_c(AscMeasure *measure, double *value, AscStatus *status)
{
    static const char *const device[] = { "b", "c" };

    *value = 0;
    for (int d = 0; d < 2; d++) {
        double accuracy = NAN;

        if (asc_measure_choose(measure, -1, device[d]) > 0 &&
            !asc_results_metric(&measure->results, &(AscMetric){ .kind = ASC_MACRO_ACCURACY },
                                measure->chosen, &accuracy, status))
            return false;
        *value += accuracy / 2;
    }
    return true;
}
