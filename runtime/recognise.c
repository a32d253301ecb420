/* recognise.c: from recordings to results, with a line of progress. */
#include "recognise.h"

#include <stdio.h>

#include "report.h"

enum { BATCH = 32 };

static AscSegments *load(const AscCli *cli, const AscWeights *weights, const AscSources *sources,
                         AscStatus *status)
{
    AscPrinter printer;
    AscMaps maps = { 0 };
    AscSegments *segments = NULL;
    AscCache *cache = asc_cli_cache(cli);
    AscExtraction extraction = { .model = cli->model, .cache = cache, .report = &printer.report };

    asc_report_start(&printer, stderr);
    if (asc_maps_compute(&extraction, sources, &maps, status))
        segments = asc_segments_cut(cli->model, &maps, sources, weights->statistics, status);
    asc_report_end(&printer);
    asc_maps_free(&maps);
    if (cache) {
        if (asc_cache_failure(cache))
            fprintf(stderr, "%s: warning: features are not kept: %s\n", cli->name,
                    asc_cache_failure(cache));
        asc_cache_close(cache);
    }
    return segments;
}

bool asc_recognise(const AscCli *cli, const AscWeights *weights, const AscSources *sources,
                   AscResults *results, AscStatus *status)
{
    AscSegments *segments = load(cli, weights, sources, status);
    AscEngine *engine = segments ? asc_engine_create(cli->model, false, BATCH, status) : NULL;
    bool fine = engine && asc_evaluate_segments(engine, weights->parameters, segments,
                                                cli->model->vote, results, status);

    asc_engine_destroy(engine);
    asc_segments_free(segments);
    return fine;
}
