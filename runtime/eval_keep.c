/* eval_keep.c: an evaluation as files. */
#include "eval_keep.h"

#include <stdlib.h>
#include <string.h>

#include "train_data.h"

/* What the run says of its validation part, where --data is what it was trained on. */
static bool put_validation(const AscMeasure *evaluation, AscWriter *writer, AscStatus *status)
{
    const AscCli *cli = evaluation->cli;
    AscProblems problems = { 0 };
    AscSettings settings = { 0 };
    AscResults results = { 0 };
    AscList list = { 0 };
    const char **name = NULL, **device = NULL;
    char *data = realpath(cli->options.data, NULL);
    bool changed,
        fine = asc_run_settings(cli->options.run, cli->model, &settings, &changed, status);

    if (fine && data && strcmp(data, settings.data) == 0)
        fine = asc_train_data_validation(cli->model, evaluation->dataset, &settings, &list, status);
    if (fine && list.count > 0) {
        fine = asc_measure_list(cli, evaluation->weights, evaluation->dataset, &list,
                                cli->options.skip_bad ? &problems : NULL, &results, status) &&
               asc_measure_names(evaluation->dataset, &list, &name, &device, status) &&
               asc_outputs_put(writer, "validation", name, device, evaluation->label, &results,
                               status);
        asc_results_free(&results);
    }
    free(data);
    free(name);
    free(device);
    asc_problems_free(&problems);
    asc_list_free(&list);
    asc_settings_free(&settings);
    return fine;
}

bool asc_eval_table(const AscMeasure *evaluation, const char *path, bool validation,
                    AscStatus *status)
{
    AscWriter *writer = asc_writer_open(path, status);
    bool fine = writer &&
                asc_outputs_header(writer, evaluation->label, evaluation->labels, status) &&
                asc_outputs_put(writer, "evaluate", evaluation->recording, evaluation->device,
                                evaluation->label, &evaluation->results, status) &&
                (!validation || put_validation(evaluation, writer, status));

    if (fine)
        return asc_writer_commit(writer, status);
    asc_writer_abandon(writer);
    return false;
}

static bool keep_outputs(const AscMeasure *evaluation, AscStatus *status)
{
    const AscOptions *options = &evaluation->cli->options;
    const bool wanted = !options->split || strcmp(options->split, "evaluate") == 0;
    char *path = wanted ? asc_run_outputs(options->run) : NULL;
    bool fine = !wanted || (path ? asc_eval_table(evaluation, path, false, status)
                                 : asc_status_memory(status, "results"));

    free(path);
    return fine;
}

bool asc_eval_keep(const AscMeasure *evaluation, const char *text, AscStatus *status)
{
    const AscOptions *options = &evaluation->cli->options;

    return asc_run_keep_evaluation(options->run, options->split, text, status) &&
           keep_outputs(evaluation, status);
}
