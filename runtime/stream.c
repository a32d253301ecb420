/* stream.c: a thread reads records into the window of a shuffle and decodes what is drawn from it
 * into a ring of examples, from which batches are taken. */
#include "stream.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shuffle.h"

/* Examples are numbered from the beginning of the epoch; number n lies in place n % room. */
struct AscStream {
    const AscModel *model;
    const AscShards *shards;
    AscStreamOptions options;
    AscVideoReader *videos;
    AscShuffle shuffle;
    unsigned char **bytes; /* [window]: of the record in each slot */
    int *made_of;          /* [window]: examples made of it so far */
    int read;              /* record that the reader holds; -1: none */
    AscVideo video;        /* of it */
    AscShardFile file;

    int room; /* of the ring */
    AscExamples examples;
    real **input; /* [inputs], each [room][size] */
    real **row;   /* [inputs]: of the example at work */
    size_t *size;
    real *target;       /* [room][classes] */
    AscStreamed *about; /* [room] */
    int *which;         /* [largest] */

    pthread_t thread;
    bool running;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t changed;
    long made, taken, released;
    bool ended, stop;
    AscStatus failure; /* of the thread; ASC_OK: none */
    AscProblems left_out;
    double waited;
};

/* ---------------------------------------------------------------- memory */

static bool make_ring(AscStream *stream)
{
    const AscModel *model = stream->model;
    size_t room = (size_t)stream->room, classes = asc_shape_reals(&model->output);

    stream->input = calloc((size_t)model->inputs + 1, sizeof *stream->input);
    stream->row = calloc((size_t)model->inputs + 1, sizeof *stream->row);
    stream->size = calloc((size_t)model->inputs + 1, sizeof *stream->size);
    stream->target = asc_batch_memory(room * classes * sizeof(real));
    stream->about = calloc(room, sizeof *stream->about);
    stream->which = calloc((size_t)stream->options.largest, sizeof *stream->which);
    stream->bytes = calloc((size_t)stream->shuffle.window + 1, sizeof *stream->bytes);
    stream->made_of = calloc((size_t)stream->shuffle.window + 1, sizeof *stream->made_of);
    if (!stream->input || !stream->row || !stream->size || !stream->target || !stream->about ||
        !stream->which || !stream->bytes || !stream->made_of)
        return false;
    for (int i = 0; i < model->inputs; i++) {
        stream->size[i] = asc_shape_reals(&model->input[i].shape);
        stream->input[i] = asc_batch_memory(room * stream->size[i] * sizeof(real));
        if (!stream->input[i])
            return false;
    }
    stream->examples = (AscExamples){ .count = stream->room,
                                      .inputs = model->inputs,
                                      .input = stream->input,
                                      .size = stream->size,
                                      .target = stream->target,
                                      .classes = (int)classes };
    return true;
}

AscStream *asc_stream_create(const AscModel *model, const AscShards *shards,
                             const AscStreamOptions *options, AscStatus *status)
{
    AscStream *stream = calloc(1, sizeof *stream);

    if (!stream) {
        asc_status_memory(status, "a stream of examples");
        return NULL;
    }
    stream->model = model;
    stream->shards = shards;
    stream->options = *options;
    stream->room = 2 * options->largest;
    stream->file = (AscShardFile){ shards, -1, 0 };
    pthread_mutex_init(&stream->lock, NULL);
    pthread_cond_init(&stream->changed, NULL);
    stream->videos = asc_video_reader_create(model, status);
    bool fine = stream->videos && asc_shuffle_create(shards, options->random, options->largest,
                                                     options->seed, &stream->shuffle, status);

    if (fine && !make_ring(stream))
        fine = asc_status_memory(status, "a stream of examples");
    if (fine)
        return stream;
    asc_stream_destroy(stream);
    return NULL;
}

/* ---------------------------------------------------------------- the thread */

/* Waits for a free place in the ring; false: asked to stop. */
static bool wait_for_room(AscStream *stream)
{
    pthread_mutex_lock(&stream->lock);
    while (!stream->stop && stream->made - stream->released >= stream->room)
        pthread_cond_wait(&stream->changed, &stream->lock);
    bool go_on = !stream->stop;

    pthread_mutex_unlock(&stream->lock);
    return go_on;
}

static void publish(AscStream *stream)
{
    pthread_mutex_lock(&stream->lock);
    stream->made++;
    pthread_cond_broadcast(&stream->changed);
    pthread_mutex_unlock(&stream->lock);
}

/* A record's failure ends the stream, or is noted: only what is wrong with the record itself. */
static bool accept(AscStream *stream, const AscStatus *status)
{
    AscStatus failure = *status;

    pthread_mutex_lock(&stream->lock);
    bool noted = stream->options.skip_bad && status->code == ASC_BAD_INPUT &&
                 asc_problem(&stream->left_out, &failure, "%s", status->message);

    if (!noted)
        stream->failure = failure;
    pthread_mutex_unlock(&stream->lock);
    return noted;
}

/* Decodes an example of the video that was read; false: end the stream. */
static bool make_example(AscStream *stream, int record, int number)
{
    if (!wait_for_room(stream))
        return false;
    size_t place = (size_t)(stream->made % stream->room);
    size_t classes = (size_t)stream->examples.classes;
    AscStatus status = { 0 };

    for (int i = 0; i < stream->model->inputs; i++)
        stream->row[i] = stream->input[i] + place * stream->size[i];
    if (!asc_video_example(stream->videos, stream->options.pieces, number, stream->row,
                           stream->target + place * classes, &stream->about[place].begins,
                           &status)) {
        asc_shards_blame(stream->shards, record, &status);
        return accept(stream, &status);
    }
    memcpy(stream->about[place].id, stream->video.id, sizeof stream->video.id);
    publish(stream);
    return true;
}

/* The next example of a slot's record; *left: of those behind it.  False: end the stream. */
static bool make_next(AscStream *stream, int slot, int *left)
{
    int record = stream->shuffle.slot[slot];
    AscStatus status = { 0 };

    *left = 0;
    if (stream->read != record &&
        !asc_video_read(stream->videos, stream->bytes[slot], stream->shards->record[record].size,
                        &stream->video, &status)) {
        stream->read = -1;
        asc_shards_blame(stream->shards, record, &status);
        return accept(stream, &status);
    }
    int pieces = asc_video_pieces(&stream->video, stream->options.pieces);
    int number = stream->made_of[slot]++;

    stream->read = record;
    *left = pieces - number - 1;
    return number >= pieces || make_example(stream, record, number);
}

/* Reads the record of a slot; a slot without bytes has one that can't be used. */
static bool load(AscStream *stream, int slot)
{
    int record = stream->shuffle.slot[slot];
    size_t size = stream->shards->record[record].size;
    AscStatus status = { 0 };

    stream->bytes[slot] = malloc(size + 1);
    if (!stream->bytes[slot])
        asc_status_memory(&status, "records");
    else if (asc_shard_read(&stream->file, record, stream->bytes[slot], &status))
        return true;
    free(stream->bytes[slot]);
    stream->bytes[slot] = NULL;
    return accept(stream, &status);
}

static bool stop_asked(AscStream *stream)
{
    pthread_mutex_lock(&stream->lock);
    bool stop = stream->stop;

    pthread_mutex_unlock(&stream->lock);
    return stop;
}

/* The record of a slot whose examples have all been made gives way to another one. */
static bool replace(AscStream *stream, int slot)
{
    free(stream->bytes[slot]);
    stream->bytes[slot] = NULL;
    int moved = asc_shuffle_refill(&stream->shuffle, slot);

    stream->made_of[slot] = moved < 0 ? 0 : stream->made_of[moved];
    if (moved < 0)
        return load(stream, slot);
    stream->bytes[slot] = stream->bytes[moved];
    if (moved != slot)
        stream->bytes[moved] = NULL;
    return true;
}

/* Makes an example of a record of the window. */
static bool serve_slot(AscStream *stream, int slot)
{
    int left = 0;

    if (stream->bytes[slot] && !make_next(stream, slot, &left))
        return false;
    return left > 0 || replace(stream, slot);
}

static void *read_all(void *context)
{
    AscStream *stream = context;
    bool fine = true;
    int slot;

    stream->read = -1;
    for (slot = 0; fine && slot < stream->shuffle.held && !stop_asked(stream); slot++)
        fine = load(stream, slot);
    while (fine && !stop_asked(stream) && (slot = asc_shuffle_draw(&stream->shuffle)) >= 0)
        fine = serve_slot(stream, slot);
    pthread_mutex_lock(&stream->lock);
    stream->ended = true;
    pthread_cond_broadcast(&stream->changed);
    pthread_mutex_unlock(&stream->lock);
    return NULL;
}

void asc_stream_end(AscStream *stream)
{
    if (stream->running) {
        pthread_mutex_lock(&stream->lock);
        stream->stop = true;
        pthread_cond_broadcast(&stream->changed);
        pthread_mutex_unlock(&stream->lock);
        pthread_join(stream->thread, NULL);
    }
    stream->running = false;
    for (int slot = 0; stream->bytes && slot < stream->shuffle.window; slot++) {
        free(stream->bytes[slot]);
        stream->bytes[slot] = NULL;
    }
}

void asc_stream_destroy(AscStream *stream)
{
    if (!stream)
        return;
    asc_stream_end(stream);
    asc_shard_close(&stream->file);
    asc_video_reader_destroy(stream->videos);
    asc_shuffle_free(&stream->shuffle);
    for (int i = 0; stream->input && i < stream->model->inputs; i++)
        free(stream->input[i]);
    free(stream->input);
    free(stream->row);
    free(stream->size);
    free(stream->target);
    free(stream->about);
    free(stream->which);
    free(stream->bytes);
    free(stream->made_of);
    asc_problems_free(&stream->left_out);
    pthread_cond_destroy(&stream->changed);
    pthread_mutex_destroy(&stream->lock);
    free(stream);
}

/* ---------------------------------------------------------------- taking examples */

int asc_stream_examples(const AscStream *stream)
{
    return stream->options.pieces == ASC_RATED_SEGMENTS && stream->shards->rated
               ? stream->shards->segments
               : stream->shards->records;
}

/* Draws an example without reading it. */
static bool skip_example(AscStream *stream)
{
    AscShuffle *shuffle = &stream->shuffle;
    int slot;

    while ((slot = asc_shuffle_draw(shuffle)) >= 0) {
        bool rated = stream->options.pieces == ASC_RATED_SEGMENTS;
        int pieces = rated ? stream->shards->rated[shuffle->slot[slot]] : 1;
        bool made = stream->made_of[slot]++ < pieces;

        if (stream->made_of[slot] >= pieces) {
            int moved = asc_shuffle_refill(shuffle, slot);

            stream->made_of[slot] = moved < 0 ? 0 : stream->made_of[moved];
        }
        if (made)
            return true;
    }
    return false;
}

bool asc_stream_seek(AscStream *stream, int epoch, int from, AscStatus *status)
{
    /* Which records can't be used, or how many examples they have, is known only when they are read. */
    const bool read_again = stream->options.skip_bad ||
                            (stream->options.pieces == ASC_RATED_SEGMENTS &&
                             !stream->shards->rated) ||
                            stream->options.pieces == ASC_ALL_SEGMENTS;

    asc_stream_end(stream);
    asc_shuffle_begin(&stream->shuffle, stream->shards, epoch);
    memset(stream->made_of, 0, (size_t)stream->shuffle.window * sizeof *stream->made_of);
    for (int n = 0; n < from && !read_again && skip_example(stream); n++)
        continue;
    stream->made = stream->taken = stream->released = 0;
    stream->ended = stream->stop = false;
    stream->waited = 0;
    stream->failure = (AscStatus){ 0 };
    asc_problems_free(&stream->left_out);
    stream->running = pthread_create(&stream->thread, NULL, read_all, stream) == 0;
    if (!stream->running)
        return asc_status_set(status, ASC_MEMORY, "no thread to read records with");
    while (read_again && from > 0) {
        AscServing serving;
        int count = from < stream->options.largest ? from : stream->options.largest;

        if (!asc_stream_next(stream, count, &serving, status))
            return false;
        from = serving.count > 0 ? from - serving.count : 0;
    }
    return true;
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

bool asc_stream_next(AscStream *stream, int count, AscServing *serving, AscStatus *status)
{
    double begun = now();
    bool first = stream->taken == 0, failed;

    pthread_mutex_lock(&stream->lock);
    stream->released = stream->taken;
    pthread_cond_broadcast(&stream->changed);
    while (!stream->ended && stream->made - stream->taken < count)
        pthread_cond_wait(&stream->changed, &stream->lock);
    long there = stream->made - stream->taken;

    failed = stream->ended && there < count && stream->failure.code != ASC_OK;
    pthread_mutex_unlock(&stream->lock);
    if (!first)
        stream->waited += now() - begun;
    if (failed)
        return asc_status_set(status, stream->failure.code, "%s", stream->failure.message);
    *serving = (AscServing){ &stream->examples, stream->which, there < count ? (int)there : count };
    for (int n = 0; n < serving->count; n++)
        stream->which[n] = (int)((stream->taken + n) % stream->room);
    stream->taken += serving->count;
    return true;
}

const AscStreamed *asc_streamed(const AscStream *stream, int which)
{
    return &stream->about[which];
}

const AscProblems *asc_stream_left_out(const AscStream *stream)
{
    return &stream->left_out;
}

double asc_stream_waited(const AscStream *stream)
{
    return stream->waited;
}
