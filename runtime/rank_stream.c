/* rank_stream.c: runs a network over a stream and ranks what it says. */
#include "rank_stream.h"

static bool rank_batch(const AscEngine *engine, const AscBatch *batch, const AscStream *stream,
                       const AscServing *serving, AscRanking *ranking, AscEachRanked *each,
                       void *context, AscStatus *status)
{
    for (int n = 0; n < serving->count; n++) {
        const AscStreamed *about = asc_streamed(stream, serving->which[n]);
        const real *score = engine->output + (size_t)n * engine->outputs;

        if (!asc_ranking_add(ranking, score, batch->target + (size_t)n * engine->outputs,
                             (double)engine->losses[n], status)) {
            asc_status_prefix(status, "%s: ", about->id);
            return false;
        }
        if (each && !each(context, about, score, ranking, status))
            return false;
    }
    return true;
}

bool asc_rank_stream(AscEngine *engine, real *parameters, AscStream *stream, AscRanking *ranking,
                     AscEachRanked *each, void *context, const AscReport *report, AscStatus *status)
{
    AscBatch *batch = asc_batch_create(engine->model, engine->largest, status);
    AscServing serving = { 0 };
    int total = asc_stream_examples(stream);
    bool again = false, fine = batch && asc_stream_seek(stream, 0, 0, status);

    while (fine && (fine = asc_stream_next(stream, engine->largest, &serving, status)) &&
           serving.count > 0) {
        asc_batch_fill(batch, serving.examples, serving.which, serving.count);
        asc_engine_run(engine, &(AscWork){ .examples = serving.count,
                                           .input = batch->input,
                                           .target = batch->target,
                                           .parameters = parameters,
                                           .same_weights = again });
        again = true;
        fine = rank_batch(engine, batch, stream, &serving, ranking, each, context, status);
        long done = asc_ranking_examples(ranking);

        asc_report_job(report, "evaluation", "examples", done < total ? done : total, total);
    }
    asc_batch_destroy(batch);
    return fine;
}
