/* command_stream.c: the command `predict --stream`: decisions while the sound comes in, one a segment. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "batch.h"
#include "cli.h"
#include "engine.h"
#include "live.h"
#include "metrics.h"
#include "pcm.h"
#include "resample.h"

enum { BLOCK = 1024 }; /* samples read in one go */

static volatile sig_atomic_t stop_signal;

static void ask_to_stop(int number)
{
    stop_signal = number;
}

typedef struct Stream {
    const AscCli *cli;
    const AscWeights *weights;
    AscPcm *pcm;
    AscLive **live; /* [feature sets] */
    AscEngine *engine;
    AscBatch *batch;
    double *recent; /* [smooth][classes]: outputs, or votes; a ring */
    double *sum;    /* [classes]: of those, where all count */
    double *mean;   /* [classes] */
    int classes, smooth;
    long decisions;
} Stream;

/* ---------------------------------------------------------------- a decision */

/* The mean of the last `smooth` outputs, or of all. */
static void smooth(Stream *stream, const real *output)
{
    const size_t classes = (size_t)stream->classes;
    const bool vote = stream->cli->model->vote;
    double score[classes];
    size_t best = 0;
    for (size_t c = 1; c < classes; c++)
        best = output[c] > output[best] ? c : best;
    for (size_t c = 0; c < classes; c++)
        score[c] = vote ? c == best : (double)output[c];
    stream->decisions++;
    if (stream->smooth == 0) {
        for (size_t c = 0; c < classes; c++) {
            stream->sum[c] += score[c];
            stream->mean[c] = stream->sum[c] / (double)stream->decisions;
        }
        return;
    }
    const long count = stream->decisions < stream->smooth ? stream->decisions : stream->smooth;
    memcpy(stream->recent + (size_t)((stream->decisions - 1) % stream->smooth) * classes, score,
           sizeof score);
    for (size_t c = 0; c < classes; c++) {
        stream->mean[c] = 0;
        for (long k = 0; k < count; k++)
            stream->mean[c] += stream->recent[(size_t)k * classes + c] / (double)count;
    }
}

/* {"time": 4.0, "class": "park", "probability": 0.91, "probabilities": {..}, "segment": {..}} */
static bool print_json(const Stream *stream, double ends, int best, const real *output)
{
    json_t *line = json_pack("{s:f, s:s, s:f, s:{}, s:{}}", "time", ends, "class",
                             stream->weights->label[best], "probability", stream->mean[best],
                             "probabilities", "segment");
    for (int c = 0; line && c < stream->classes; c++) {
        const char *label = stream->weights->label[c];
        json_object_set_new(json_object_get(line, "probabilities"), label,
                            json_real(stream->mean[c]));
        json_object_set_new(json_object_get(line, "segment"), label, json_real((double)output[c]));
    }
    char *text = line ? json_dumps(line, JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(9)) : NULL;
    json_decref(line);
    if (text)
        puts(text);
    free(text);
    return text != NULL;
}

static bool decide(Stream *stream, double ends, AscStatus *status)
{
    asc_engine_run(stream->engine, &(AscWork){ .examples = 1,
                                               .input = stream->batch->input,
                                               .parameters = stream->weights->parameters,
                                               .same_weights = stream->decisions > 0 });
    const real *output = stream->engine->output;
    for (int c = 0; c < stream->classes; c++)
        if (!isfinite(output[c]))
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "the network's output is not finite at %.3f s", ends);
    smooth(stream, output);
    const int best = asc_metrics_best(stream->mean, stream->classes);
    if (stream->cli->options.json) {
        if (!print_json(stream, ends, best, output))
            return asc_status_memory(status, "a decision");
    } else {
        printf("%.3f  %s  %.6f\n", ends, stream->weights->label[best], stream->mean[best]);
    }
    return fflush(stdout) == 0 || asc_status_set(status, ASC_IO, "can't write standard output");
}

/* ---------------------------------------------------------------- sound */

/* All decisions that can be made by now: one more where every feature set has a segment more. */
static bool take_segments(Stream *stream, bool *ready, AscStatus *status)
{
    const AscModel *model = stream->cli->model;
    for (;;) {
        double ends = 0;
        for (int f = 0; f < model->feature_sets; f++) {
            int i = 0;
            while (model->input[i].set != f)
                i++;
            const AscStatistics *own = &stream->weights->statistics[f];
            if (ready[f])
                continue;
            ready[f] = asc_live_next(stream->live[f], own->positions ? own : NULL,
                                     stream->batch->input[i], &ends, status);
            if (!ready[f])
                return status->code == ASC_OK;
        }
        if (!decide(stream, ends, status))
            return false;
        memset(ready, 0, (size_t)model->feature_sets * sizeof *ready);
    }
}

static bool listen(Stream *stream, double *samples, bool *ready, AscStatus *status)
{
    const AscModel *model = stream->cli->model;
    size_t frames = 1;
    while (frames > 0) {
        if (!asc_pcm_read(stream->pcm, samples, BLOCK, &frames, status))
            return false;
        for (int f = 0; f < model->feature_sets; f++) {
            if (frames == 0)
                asc_live_end(stream->live[f]);
            else if (!asc_live_put(stream->live[f], samples, frames, status))
                return false;
        }
        if (!take_segments(stream, ready, status))
            return false;
    }
    return stream->decisions > 0 ||
           asc_status_set(status, ASC_BAD_INPUT, "the stream had no samples");
}

/* ---------------------------------------------------------------- beginning and end */

/* All feature sets hear the same sound. */
static bool check_sound(const AscModel *model, AscStatus *status)
{
    const AscFront *first = model->features[0].front;
    for (int f = 1; f < model->feature_sets; f++) {
        const AscFront *front = model->features[f].front;
        if (front->sound.rate != first->sound.rate ||
            front->sound.channels != first->sound.channels ||
            front->sound.mono != first->sound.mono)
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "the features %s and %s want sound of different rates or "
                                  "channels: it can't be streamed",
                                  model->features[0].name, model->features[f].name);
    }
    return true;
}

static bool check_resampling(const AscModel *model, AscStatus *status)
{
    const AscSound *first = &model->features[0].front->sound;
    for (int f = 1; f < model->feature_sets; f++)
        if (model->features[f].front->sound.resample != first->resample)
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "the features %s and %s resample in different ways: only sound "
                                  "at %g Hz can be streamed",
                                  model->features[0].name, model->features[f].name, first->rate);
    return true;
}

static bool create(Stream *stream, AscStatus *status)
{
    const AscOptions *options = &stream->cli->options;
    const AscModel *model = stream->cli->model;
    stream->classes = stream->weights->labels;
    stream->smooth = options->smooth < 0 ? 5 : options->smooth;
    stream->live = calloc((size_t)model->feature_sets + 1, sizeof *stream->live);
    stream->recent = calloc((size_t)(stream->smooth + 1) * (size_t)stream->classes,
                            sizeof *stream->recent);
    stream->sum = calloc((size_t)stream->classes, sizeof *stream->sum);
    stream->mean = calloc((size_t)stream->classes, sizeof *stream->mean);
    if (!stream->live || !stream->recent || !stream->sum || !stream->mean)
        return asc_status_memory(status, "a stream");
    for (int f = 0; f < model->feature_sets; f++) {
        stream->live[f] = asc_live_create(&model->features[f], status);
        if (!stream->live[f])
            return false;
    }
    stream->engine = asc_engine_create(model, false, 1, status);
    stream->batch = stream->engine ? asc_batch_create(model, 1, status) : NULL;
    if (!stream->batch || !check_sound(model, status))
        return false;
    const AscSound *sound = &model->features[0].front->sound;
    stream->pcm = asc_pcm_open(options->files ? options->file[0] : NULL, options->pcm, sound,
                               options->follow, &stop_signal, status);
    if (!stream->pcm || asc_pcm_rate(stream->pcm) == sound->rate)
        return stream->pcm != NULL;
    if (!check_resampling(model, status))
        return false;
    fprintf(stderr, "%s: resampled from %g Hz to %g Hz (%s)\n", stream->cli->name,
            asc_pcm_rate(stream->pcm), sound->rate, asc_resample_name(sound->resample));
    return true;
}

static void destroy(Stream *stream)
{
    for (int f = 0; stream->live && f < stream->cli->model->feature_sets; f++)
        asc_live_destroy(stream->live[f]);
    asc_pcm_close(stream->pcm);
    asc_engine_destroy(stream->engine);
    asc_batch_destroy(stream->batch);
    free(stream->live);
    free(stream->recent);
    free(stream->sum);
    free(stream->mean);
}

static bool run(const AscCli *cli, const AscWeights *weights, AscStatus *status)
{
    Stream stream = { .cli = cli, .weights = weights };
    const AscModel *model = cli->model;
    if (weights->labels == 0)
        return asc_status_set(
            status, ASC_BAD_INPUT,
            "the weights have no labels; weights for recordings come from `train`");
    bool fine = create(&stream, status);
    if (fine) {
        const struct sigaction action = { .sa_handler = ask_to_stop,
                                          .sa_flags = (int)SA_RESETHAND };
        const size_t channels = (size_t)model->features[0].front->sound.channels;
        double *samples = malloc(BLOCK * channels * sizeof *samples);
        bool *ready = calloc((size_t)model->feature_sets, sizeof *ready);
        sigaction(SIGINT, &action, NULL);
        sigaction(SIGTERM, &action, NULL);
        fine = samples && ready ? listen(&stream, samples, ready, status)
                                : asc_status_memory(status, "a stream");
        free(samples);
        free(ready);
    }
    destroy(&stream);
    return fine;
}

int asc_command_stream(const AscCli *cli)
{
    AscStatus status = { 0 };
    if (cli->options.files > 1)
        return asc_cli_usage(cli, "expected one FILE, or none for standard input, found %d",
                             cli->options.files);
    AscWeights *weights = asc_cli_weights(cli, &status);
    bool fine = weights && run(cli, weights, &status);
    asc_weights_destroy(weights);
    return fine ? 0 : asc_cli_fail(cli, &status);
}
