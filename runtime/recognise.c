/* recognise.c: from recordings to results, with a line of progress. */
#include "recognise.h"

#include <stdio.h>

#include "report.h"

enum { BATCH = 32 };

/* All of them: their results are missing in what follows. */
static void tell_left_out(const AscCli *cli, const AscProblems *problems)
{
    for (int n = 0; n < problems->count; n++)
        fprintf(stderr, "%s: left out: %s\n", cli->name, problems->text[n]);
}

static bool run(const AscCli *cli, const AscWeights *weights, AscCache *cache, AscSources *sources,
                AscResults *results, AscStatus *status)
{
    AscPrinter printer;
    AscProblems skipped = { 0 };
    AscExtraction extraction = { .model = cli->model,
                                 .cache = cache,
                                 .report = &printer.report,
                                 .skip_bad = cli->options.skip_bad,
                                 .skipped = &skipped };
    AscTeller teller = { .report = &printer.report, .next = cli->watch, .what = "recognition" };
    AscWatch watch = asc_teller_watch(&teller);
    AscSegments *segments;
    AscEngine *engine;
    bool fine;

    asc_report_start(&printer, stderr);
    if (cli->options.quiet)
        asc_report_quiet(&printer);
    segments = asc_segments_open(&extraction, sources, weights->statistics, false, status);
    asc_report_end(&printer);
    tell_left_out(cli, &skipped);
    asc_problems_free(&skipped);
    engine = segments ? asc_engine_create(cli->model, false, BATCH, status) : NULL;
    teller.total = segments ? segments->examples.count : 0;
    fine = engine && (!cli->watch || asc_engine_observe(engine, status)) &&
           asc_evaluate_segments(engine, weights->parameters, segments, cli->model->vote, &watch,
                                 results, status);
    asc_report_end(&printer);
    asc_engine_destroy(engine);
    asc_segments_close(segments);
    return fine;
}

bool asc_recognise(const AscCli *cli, const AscWeights *weights, AscSources *sources,
                   AscResults *results, AscStatus *status)
{
    AscCache *cache = asc_cli_cache(cli);
    bool fine = run(cli, weights, cache, sources, results, status);

    if (cache) {
        if (asc_cache_failure(cache))
            fprintf(stderr, "%s: warning: features are not kept: %s\n", cli->name,
                    asc_cache_failure(cache));
        asc_cache_close(cache);
    }
    return fine;
}
