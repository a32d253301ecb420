/* command_predict.c: the command `predict`: the class of recordings. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "challenge.h"
#include "recognise.h"
#include "train_data.h"

static bool put_header(AscWriter *writer, const AscWeights *weights, AscStatus *status)
{
    bool fine = asc_writer_print(writer, status, "file,class,probability");

    for (int c = 0; fine && c < weights->labels; c++)
        fine = asc_writer_put(writer, ",", 1, status) &&
               asc_csv_put(writer, weights->label[c], status);
    return fine && asc_writer_put(writer, "\n", 1, status);
}

static bool put_row(AscWriter *writer, const AscWeights *weights, const char *path,
                    const double *score, int best, AscStatus *status)
{
    bool fine = asc_csv_put(writer, path, status) && asc_writer_put(writer, ",", 1, status) &&
                asc_csv_put(writer, weights->label[best], status) &&
                asc_writer_print(writer, status, ",%.6f", score[best]);

    for (int c = 0; fine && c < weights->labels; c++)
        fine = asc_writer_print(writer, status, ",%.6f", score[c]);
    return fine && asc_writer_put(writer, "\n", 1, status);
}

static bool write_csv(const char *path, const AscWeights *weights, const AscSources *sources,
                      const AscResults *results, AscStatus *status)
{
    AscWriter *writer = asc_writer_open(path, status);
    bool fine = writer && put_header(writer, weights, status);

    for (int n = 0; fine && n < sources->count; n++)
        fine = put_row(writer, weights, sources->path[n],
                       results->score + (size_t)n * (size_t)results->classes, results->predicted[n],
                       status);
    if (fine)
        return asc_writer_commit(writer, status);
    asc_writer_abandon(writer);
    return false;
}

/* A data set calls its recordings as the challenge does. */
static bool write_dcase(const char *folder, const AscWeights *weights, const AscSources *sources,
                        const AscResults *results, AscStatus *status)
{
    const char **name = calloc((size_t)sources->count + 1, sizeof *name);
    bool fine = name || asc_status_memory(status, "the list of recordings");

    for (int n = 0; fine && n < sources->count; n++)
        name[n] = sources->dataset ? sources->dataset->recording[sources->index[n]].name
                                   : sources->path[n];
    fine = fine && asc_challenge_outputs(folder, name, weights->label, results, status);
    free(name);
    return fine;
}

static void print_results(const AscWeights *weights, const AscSources *sources,
                          const AscResults *results)
{
    for (int n = 0; n < sources->count; n++) {
        int best = results->predicted[n];

        printf("%s  %s  %.4f\n", sources->path[n], weights->label[best],
               results->score[(size_t)n * (size_t)results->classes + (size_t)best]);
    }
}

/* The recordings of --data, or the files; the data set must outlive them. */
static bool find_sources(const AscCli *cli, AscDataset **dataset, AscProblems *problems,
                         AscSources *sources, AscStatus *status)
{
    const AscOptions *options = &cli->options;
    AscList list = { 0 };

    if (!options->data)
        return asc_sources_from_files(options->file, options->files, sources, status);
    *dataset = asc_cli_dataset(cli, options->skip_bad ? problems : NULL, status);
    bool fine = *dataset &&
                asc_dataset_part(*dataset, options->fold, options->split ? options->split : "test",
                                 &list, status) &&
                asc_sources_from_list(*dataset, &list, sources, status);

    for (int n = 0; fine && n < sources->count; n++)
        sources->label[n] = -1; /* what is known already has no influence */
    asc_list_free(&list);
    return fine;
}

static bool predict(const AscCli *cli, const AscWeights *weights, AscStatus *status)
{
    AscDataset *dataset = NULL;
    AscProblems problems = { 0 };
    AscSources sources = { 0 };
    AscResults results = { 0 };
    bool fine;

    if (weights->labels == 0)
        return asc_status_set(
            status, ASC_BAD_INPUT,
            "the weights have no labels; weights for recordings come from `train`");
    fine = find_sources(cli, &dataset, &problems, &sources, status);
    asc_cli_tell(cli, &problems);
    fine = fine && asc_recognise(cli, weights, &sources, &results, status);
    if (fine)
        print_results(weights, &sources, &results);
    fine = fine &&
           (!cli->options.csv || write_csv(cli->options.csv, weights, &sources, &results, status));
    fine = fine && (!cli->options.dcase ||
                    write_dcase(cli->options.dcase, weights, &sources, &results, status));
    asc_results_free(&results);
    asc_sources_free(&sources);
    asc_problems_free(&problems);
    if (dataset)
        asc_dataset_close(dataset);
    return fine;
}

int asc_command_predict(const AscCli *cli)
{
    AscStatus status = { 0 };
    AscWeights *weights;
    bool fine;

    if (cli->options.stream && asc_model_is_stored(cli->model))
        return asc_cli_usage(cli, "--stream: the model's features are stored, not made of sound");
    if (cli->options.stream)
        return asc_command_stream(cli);
    if (asc_model_is_stored(cli->model))
        return asc_command_predict_shards(cli);
    if (cli->options.segments || cli->options.submission)
        return asc_cli_usage(cli, "--%s is for TFRecord files",
                             cli->options.segments ? "segments" : "submission");
    if (cli->options.json)
        return asc_cli_usage(cli, "--json: only with --stream");
    if (cli->options.files == 0 && !cli->options.data)
        return asc_cli_usage(cli, "FILE is missing: the recordings, or --data DIR");
    if (cli->options.files > 0 && cli->options.data)
        return asc_cli_usage(cli, "give --data or files, not both");
    if (cli->options.submission)
        return asc_cli_usage(cli, "--submission is for TFRecord files; --csv FILE has all "
                                  "probabilities");
    weights = asc_cli_weights(cli, &status);
    fine = weights && predict(cli, weights, &status);
    asc_weights_destroy(weights);
    return fine ? 0 : asc_cli_fail(cli, &status);
}
