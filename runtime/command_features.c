/* command_features.c: the command `features`: what the network sees of a recording. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "cli.h"
#include "frontend.h"
#include "npy.h"
#include "report.h"

/* The feature set of --set, or the first; -1: none of this name. */
static int find_set(const AscCli *cli, AscStatus *status)
{
    const AscModel *model = cli->model;

    if (!cli->options.set && model->feature_sets > 0)
        return 0;
    for (int f = 0; f < model->feature_sets; f++) {
        if (strcmp(model->features[f].name, cli->options.set) == 0)
            return f;
    }
    asc_status_set(status, ASC_BAD_INPUT, "the model has no features `%s`",
                   cli->options.set ? cli->options.set : "");
    return -1;
}

/* Statistics of the weights, or such that nothing changes. */
static bool get_statistics(const AscWeights *weights, int set, int positions,
                           AscStatistics *statistics, AscStatus *status)
{
    *statistics = (AscStatistics){ 0 };
    if (positions == 0)
        return true;
    if (!asc_statistics_create(positions, statistics, status))
        return false;
    if (weights && weights->statistics[set].positions != positions)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "the weights have %d means and deviations, the features need %d",
                              weights->statistics[set].positions, positions);
    for (int i = 0; i < positions; i++) {
        statistics->mean[i] = weights ? weights->statistics[set].mean[i] : 0;
        statistics->deviation[i] = weights ? weights->statistics[set].deviation[i] : 1;
    }
    return true;
}

/* [pieces][frames][a frame's axes] */
static bool write_map(const AscFeatures *features, const AscMap *map, const char *path,
                      AscStatus *status)
{
    size_t size[ASC_MAX_AXES + 2] = { (size_t)map->pieces, (size_t)map->frames };

    for (int a = 0; a < features->frame.rank; a++)
        size[a + 2] = (size_t)features->frame.axis[a].size;
    return asc_npy_write(path, features->frame.rank + 2, size, map->values, status);
}

static bool write_segments(const AscFeatures *features, AscFrontend *frontend, const AscMap *map,
                           const AscStatistics *statistics, const char *path, AscStatus *status)
{
    int segments = asc_frontend_segments(frontend, map);
    size_t one = asc_shape_reals(&features->shape);
    size_t size[ASC_MAX_AXES + 1] = { (size_t)segments };
    real *values = asc_batch_memory((size_t)segments * one * sizeof(real));
    bool fine = values || asc_status_memory(status, "segments");

    for (int a = 0; a < features->shape.rank; a++)
        size[a + 1] = (size_t)features->shape.axis[a].size;
    for (int s = 0; fine && s < segments; s++)
        asc_frontend_segment(frontend, map, statistics->positions ? statistics : NULL, s,
                             values + (size_t)s * one);
    fine = fine && asc_npy_write(path, features->shape.rank + 1, size, values, status);
    free(values);
    return fine;
}

static bool extract(const AscCli *cli, int set, const AscWeights *weights, AscStatus *status)
{
    const AscFeatures *features = &cli->model->features[set];
    AscFrontend *frontend = asc_frontend_create(features, status);
    AscCache *cache = frontend ? asc_cli_cache(cli) : NULL;
    AscStatistics statistics = { 0 };
    AscMap map = { 0 };
    AscPrinter printer;
    bool fine;

    asc_report_start(&printer, stdout);
    if (cli->options.quiet)
        asc_report_quiet(&printer);
    if (frontend)
        asc_frontend_tell(frontend, &printer.report);
    fine = frontend &&
           get_statistics(weights, set, asc_frontend_positions(frontend), &statistics, status) &&
           asc_cache_map(cache, frontend, features, cli->options.file[0], &map, status);
    asc_report_end(&printer);
    if (fine && cli->options.whole)
        fine = write_map(features, &map, cli->options.out, status);
    else if (fine)
        fine = write_segments(features, frontend, &map, &statistics, cli->options.out, status);
    asc_map_free(&map);
    asc_statistics_free(&statistics);
    if (cache)
        asc_cache_close(cache);
    if (frontend)
        asc_frontend_destroy(frontend);
    return fine;
}

int asc_command_features(const AscCli *cli)
{
    AscStatus status = { 0 };
    AscWeights *weights = NULL;
    bool wants_weights = cli->options.run || cli->options.weights, fine;
    int set;

    if (cli->options.files != 1)
        return asc_cli_usage(cli, "expected one FILE, found %d", cli->options.files);
    if (!cli->options.out)
        return asc_cli_usage(cli, "-o X.npy is missing");
    set = find_set(cli, &status);
    if (set >= 0 && wants_weights)
        weights = asc_cli_weights(cli, &status);
    fine = set >= 0 && (!wants_weights || weights) && extract(cli, set, weights, &status);
    asc_weights_destroy(weights);
    return fine ? 0 : asc_cli_fail(cli, &status);
}
