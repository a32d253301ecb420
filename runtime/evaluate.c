/* evaluate.c: combines the outputs of a recording's segments, and measures the results. */
#include "evaluate.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ahead.h"
#include "batch.h"
#include "metrics.h"

bool asc_results_create(int recordings, int classes, AscResults *results, AscStatus *status)
{
    const size_t count = (size_t)recordings;

    *results = (AscResults){ .recordings = recordings, .classes = classes, .loss = NAN };
    results->score = calloc(count * (size_t)classes + 1, sizeof *results->score);
    results->predicted = calloc(count + 1, sizeof *results->predicted);
    results->truth = calloc(count + 1, sizeof *results->truth);
    if (results->score && results->predicted && results->truth)
        return true;
    asc_results_free(results);
    return asc_status_memory(status, "results");
}

void asc_results_free(AscResults *results)
{
    free(results->score);
    free(results->predicted);
    free(results->truth);
    *results = (AscResults){ 0 };
}

/* Adds one segment's output to its recording's scores. */
static bool add_output(const real *output, int classes, bool vote, double *score)
{
    int best = 0;

    for (int c = 0; c < classes; c++) {
        if (!isfinite(output[c]))
            return false;
        if (output[c] > output[best])
            best = c;
        if (!vote)
            score[c] += (double)output[c];
    }
    if (vote)
        score[best] += 1;
    return true;
}

/* What goes through the segments. */
typedef struct Pass {
    const AscSegments *segments;
    AscResults *results;
    bool vote;
    const AscWatch *watch; /* NULL: nobody */
    int recording;         /* of the segment at hand */
    double loss;
} Pass;

static bool add_batch(Pass *pass, const AscBatch *batch, const AscEngine *engine, int from,
                      int count)
{
    int classes = pass->results->classes;

    for (int n = 0; n < count; n++) {
        while (from + n >= pass->segments->first[pass->recording + 1])
            pass->recording++;
        if (!add_output(engine->output + (size_t)n * engine->outputs, classes, pass->vote,
                        pass->results->score + (size_t)pass->recording * (size_t)classes))
            return false;
        pass->loss += (double)engine->losses[n];
        if (pass->watch)
            pass->watch->see(pass->watch->context, pass->recording, batch, engine, n);
    }
    return true;
}

/* The next batch is fetched while one runs. */
static bool run_batches(AscEngine *engine, real *parameters, AscBatch *batch, AscAhead *ahead,
                        Pass *pass, AscStatus *status)
{
    const int all = pass->segments->examples.count;
    AscServing serving;

    if (!asc_ahead_begin(ahead, NULL, 0, status))
        return false;
    for (int from = 0; from < all; from += serving.count) {
        if (!asc_ahead_next(ahead, engine->largest, &serving, status))
            return false;
        asc_batch_fill(batch, serving.examples, serving.which, serving.count);
        asc_engine_run(engine, &(AscWork){ .examples = serving.count,
                                           .input = batch->input,
                                           .target = batch->target,
                                           .parameters = parameters,
                                           .same_weights = from > 0 });
        if (!add_batch(pass, batch, engine, from, serving.count))
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "the network's output is not finite for %s",
                                  pass->segments->path[pass->recording]);
    }
    return true;
}

static void tell(void *context, int recording, const AscBatch *batch, const AscEngine *engine,
                 int row)
{
    AscTeller *teller = context;

    asc_report_job(teller->report, teller->what, "segments", ++teller->done, teller->total);
    if (teller->next)
        teller->next->see(teller->next->context, recording, batch, engine, row);
}

AscWatch asc_teller_watch(AscTeller *teller)
{
    return (AscWatch){ teller, tell };
}

static void finish(const AscSegments *segments, double loss, AscResults *results)
{
    bool known = segments->examples.count > 0;

    for (int r = 0; r < results->recordings; r++) {
        double *score = results->score + (size_t)r * (size_t)results->classes;
        int count = segments->first[r + 1] - segments->first[r];

        for (int c = 0; c < results->classes; c++)
            score[c] /= count;
        results->predicted[r] = asc_metrics_best(score, results->classes);
        results->truth[r] = segments->label[segments->first[r]];
        known = known && results->truth[r] >= 0;
    }
    results->loss = known ? loss / segments->examples.count : NAN;
}

bool asc_evaluate_segments(AscEngine *engine, real *parameters, AscSegments *segments, bool vote,
                           const AscWatch *watch, AscResults *results, AscStatus *status)
{
    Pass pass = { .segments = segments, .results = results, .vote = vote, .watch = watch };
    AscBatch *batch = asc_batch_create(engine->model, engine->largest, status);
    AscAhead *ahead = batch ? asc_ahead_create(segments, engine->largest, status) : NULL;
    bool fine = ahead &&
                asc_results_create(segments->recordings, (int)engine->outputs, results, status);

    if (fine && run_batches(engine, parameters, batch, ahead, &pass, status)) {
        finish(segments, pass.loss, results);
    } else if (fine) {
        asc_results_free(results);
        fine = false;
    }
    asc_ahead_destroy(ahead);
    asc_batch_destroy(batch);
    return fine;
}

/* ---------------------------------------------------------------- figures */

void asc_results_confusion(const AscResults *results, const bool *chosen, int *confusion)
{
    int classes = results->classes;

    memset(confusion, 0, sizeof *confusion * (size_t)classes * (size_t)classes);
    for (int r = 0; r < results->recordings; r++) {
        if (results->truth[r] >= 0 && (!chosen || chosen[r]))
            confusion[results->truth[r] * classes + results->predicted[r]]++;
    }
}

/* The chosen recordings, packed. */
typedef struct Subset {
    int count;
    double *score;
    int *truth;
    bool *labels; /* [count][classes] */
} Subset;

static void free_subset(Subset *subset)
{
    free(subset->score);
    free(subset->truth);
    free(subset->labels);
}

static bool make_subset(const AscResults *results, const bool *chosen, Subset *subset)
{
    size_t recordings = (size_t)results->recordings, classes = (size_t)results->classes;

    subset->count = 0;
    subset->score = calloc(recordings * classes + 1, sizeof *subset->score);
    subset->truth = calloc(recordings + 1, sizeof *subset->truth);
    subset->labels = calloc(recordings * classes + 1, sizeof *subset->labels);
    if (!subset->score || !subset->truth || !subset->labels)
        return false;
    for (size_t r = 0; r < recordings; r++) {
        size_t to = (size_t)subset->count;

        if (results->truth[r] < 0 || (chosen && !chosen[r]))
            continue;
        memcpy(subset->score + to * classes, results->score + r * classes,
               classes * sizeof *subset->score);
        subset->truth[to] = results->truth[r];
        subset->labels[to * classes + (size_t)results->truth[r]] = true;
        subset->count++;
    }
    return true;
}

static bool rank_metric(const Subset *subset, int classes, const AscMetric *metric, double *value)
{
    int k = metric->argument >= 1 ? (int)fmin(metric->argument, INT_MAX) : 1;

    switch (metric->kind) {
    case ASC_LOG_LOSS:
        *value = asc_metrics_log_loss(subset->score, subset->truth, subset->count, classes);
        return true;
    case ASC_GAP:
        return asc_metrics_gap(subset->score, subset->labels, subset->count, classes, k, value);
    case ASC_HIT:
        return asc_metrics_hit(subset->score, subset->labels, subset->count, classes, k, value);
    case ASC_MAP:
        return asc_metrics_map(subset->score, subset->labels, subset->count, classes, k, value);
    case ASC_PERR:
        return asc_metrics_perr(subset->score, subset->labels, subset->count, classes, value);
    default: *value = NAN; return true;
    }
}

static bool ranked_value(const AscResults *results, const AscMetric *metric, const bool *chosen,
                         double *value)
{
    Subset subset = { 0 };
    bool fine = make_subset(results, chosen, &subset) &&
                rank_metric(&subset, results->classes, metric, value);

    free_subset(&subset);
    return fine;
}

static bool counted_value(const AscResults *results, const AscMetric *metric, const bool *chosen,
                          double *value)
{
    size_t classes = (size_t)results->classes;
    int *confusion = calloc(classes * classes, sizeof *confusion);

    if (!confusion)
        return false;
    asc_results_confusion(results, chosen, confusion);
    if (metric->kind == ASC_MACRO_ACCURACY)
        *value = asc_metrics_macro_accuracy(confusion, results->classes);
    else
        *value = asc_metrics_accuracy(confusion, results->classes);
    free(confusion);
    return true;
}

bool asc_results_metric(const AscResults *results, const AscMetric *metric, const bool *chosen,
                        double *value, AscStatus *status)
{
    bool fine = true;

    if (metric->kind == ASC_LOSS)
        *value = results->loss;
    else if (metric->kind == ASC_ACCURACY || metric->kind == ASC_MACRO_ACCURACY)
        fine = counted_value(results, metric, chosen, value);
    else
        fine = ranked_value(results, metric, chosen, value);
    return fine || asc_status_memory(status, "metrics");
}

bool asc_metric_rises(AscMetricKind kind)
{
    return kind != ASC_LOSS && kind != ASC_LOG_LOSS;
}

void asc_metric_name(const AscMetric *metric, char *text, size_t room)
{
    static const char *const name[] = {
        [ASC_ACCURACY] = "accuracy", [ASC_MACRO_ACCURACY] = "macro_accuracy",
        [ASC_LOG_LOSS] = "log_loss", [ASC_CONFUSION] = "confusion",
        [ASC_GAP] = "gap",           [ASC_HIT] = "hit",
        [ASC_MAP] = "map",           [ASC_PERR] = "perr",
        [ASC_LOSS] = "loss"
    };

    if (metric->kind == ASC_GAP || metric->kind == ASC_HIT || metric->kind == ASC_MAP)
        snprintf(text, room, "%s(%.10g)", name[metric->kind], metric->argument);
    else
        snprintf(text, room, "%s", name[metric->kind]);
}
