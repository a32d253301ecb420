/* pending.c: threads that read recordings while their segments are in use already. */
#include "pending.h"

#include <omp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "corpus_own.h"

struct AscPending {
    AscSegments *segments;
    AscPending *after; /* NULL: none; it outlives this one */
    int threads;
    int *order; /* [recordings]: in which they are read */
    bool *read; /* [recordings] */
    size_t kept;

    pthread_t thread;
    bool runs;
    atomic_bool stop;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int done; /* of the lock, as are read, kept, failed and status */
    bool failed;
    AscStatus status;
};

/* ---------------------------------------------------------------- what headers foretell */

static bool foretell(const AscReader *reader, const char *path, int *rate, int *count)
{
    AscAudioInfo info;

    if (!asc_audio_probe(path, &info, NULL))
        return false;
    *rate = info.rate;
    for (int f = 0; f < reader->model->feature_sets; f++) {
        int segments = asc_frontend_foretell(reader->frontend[f], info.frames, info.rate);

        if (segments == 0 || (f > 0 && segments != *count))
            return false;
        *count = segments;
    }
    return reader->model->feature_sets > 0;
}

bool asc_pending_foretell(const AscExtraction *extraction, const AscSources *sources,
                          AscSegments *segments)
{
    int *rate = calloc((size_t)sources->count + 1, sizeof *rate);
    bool fine = rate != NULL;
    AscRates rates = { 0 };

#pragma omp parallel for schedule(dynamic, 16) reduction(&& : fine)
    for (int n = 0; n < sources->count; n++)
        fine = fine &&
               foretell(segments->reader[0], sources->path[n], &rate[n], &segments->first[n + 1]);
    for (int n = 0; fine && n < sources->count; n++) {
        segments->first[n + 1] += segments->first[n];
        asc_rates_count(&rates, segments->reader[0], rate[n]);
    }
    if (fine)
        asc_rates_tell(&rates, extraction, sources->count);
    free(rate);
    return fine;
}

/* ---------------------------------------------------------------- the threads */

static void note(AscPending *pending, int recording, AscMap *map, const AscStatus *failure)
{
    pthread_mutex_lock(&pending->lock);
    if (!failure) {
        asc_segments_keep(pending->segments, recording, map, &pending->kept);
        pending->read[recording] = true;
        pending->done++;
    } else if (!pending->failed) {
        pending->failed = true;
        pending->status = *failure;
        atomic_store(&pending->stop, true);
    }
    pthread_cond_broadcast(&pending->changed);
    pthread_mutex_unlock(&pending->lock);
}

/* One thread's part of them. */
static void read_share(AscPending *pending)
{
    AscSegments *segments = pending->segments;
    const int sets = segments->model->feature_sets;
    AscStatus status = { 0 };
    AscMap *map = calloc((size_t)sets + 1, sizeof *map);
    AscReader *reader = map ? asc_reader_create(segments->model, &status) : NULL;

    if (!map)
        asc_status_memory(&status, "features");
#pragma omp for schedule(dynamic)
    for (int at = 0; at < segments->recordings; at++) {
        int n = pending->order[at], count;
        bool fine;

        if (atomic_load(&pending->stop))
            continue;
        fine = reader &&
               asc_reader_first(reader, segments->cache, segments->path[n],
                                segments->key + (size_t)n * (size_t)sets, map, &count, &status);
        if (fine && count != segments->first[n + 1] - segments->first[n])
            fine = asc_status_set(&status, ASC_BAD_INPUT, "%s: is not as long as its header tells",
                                  segments->path[n]);
        note(pending, n, map, fine ? NULL : &status);
        for (int f = 0; map && f < sets; f++)
            asc_map_free(&map[f]);
    }
    asc_reader_destroy(reader);
    free(map);
}

/* False: this one is to stop, or the other failed. */
static bool wait_for(AscPending *other, AscPending *pending)
{
    bool fine;

    pthread_mutex_lock(&other->lock);
    while (!atomic_load(&pending->stop) && !other->failed &&
           other->done < other->segments->recordings)
        pthread_cond_wait(&other->changed, &other->lock);
    fine = other->done == other->segments->recordings;
    pthread_mutex_unlock(&other->lock);
    return fine;
}

static void *read_all(void *context)
{
    AscPending *pending = context;

    if (pending->after && !wait_for(pending->after, pending)) {
        note(pending, 0, NULL, &(AscStatus){ .code = ASC_BAD_INPUT, .message = "not read" });
        return NULL;
    }
#pragma omp parallel num_threads(pending->threads)
    read_share(pending);
    return NULL;
}

/* ---------------------------------------------------------------- its user */

AscPending *asc_pending_create(AscSegments *segments, AscStatus *status)
{
    AscPending *pending = calloc(1, sizeof *pending);
    const size_t recordings = (size_t)segments->recordings;

    if (pending) {
        pending->segments = segments;
        pending->threads = omp_get_max_threads();
        pthread_mutex_init(&pending->lock, NULL);
        pthread_cond_init(&pending->changed, NULL);
        pending->order = calloc(recordings + 1, sizeof *pending->order);
        pending->read = calloc(recordings + 1, sizeof *pending->read);
    }
    if (pending && pending->order && pending->read)
        return pending;
    asc_pending_destroy(pending);
    asc_status_memory(status, "recordings");
    return NULL;
}

void asc_pending_destroy(AscPending *pending)
{
    if (!pending)
        return;
    atomic_store(&pending->stop, true);
    if (pending->after) {
        pthread_mutex_lock(&pending->after->lock);
        pthread_cond_broadcast(&pending->after->changed);
        pthread_mutex_unlock(&pending->after->lock);
    }
    if (pending->runs)
        pthread_join(pending->thread, NULL);
    pthread_cond_destroy(&pending->changed);
    pthread_mutex_destroy(&pending->lock);
    free(pending->order);
    free(pending->read);
    free(pending);
}

/* Recordings in the order in which their first segment comes. */
static void order_by_use(AscPending *pending, const int *order, int from)
{
    const AscSegments *segments = pending->segments;
    const int count = segments->examples.count;
    int placed = 0;

    for (int n = 0; n < count && placed < segments->recordings; n++) {
        int recording = asc_segments_recording(segments, order[(from + n) % count]);

        if (!pending->read[recording]) {
            pending->read[recording] = true;
            pending->order[placed++] = recording;
        }
    }
    for (int n = 0; n < segments->recordings; n++)
        pending->read[n] = false;
}

bool asc_pending_begin(AscPending *pending, AscPending *after, const int *order, int from,
                       AscStatus *status)
{
    if (pending->runs)
        return true;
    for (int n = 0; !order && n < pending->segments->recordings; n++)
        pending->order[n] = n;
    if (order)
        order_by_use(pending, order, from);
    pending->after = after;
    pending->runs = pthread_create(&pending->thread, NULL, read_all, pending) == 0;
    return pending->runs || asc_status_memory(status, "a thread");
}

bool asc_pending_wait(AscPending *pending, int recording, AscStatus *status)
{
    bool fine;

    pthread_mutex_lock(&pending->lock);
    while (!pending->failed && !pending->read[recording])
        pthread_cond_wait(&pending->changed, &pending->lock);
    fine = pending->read[recording];
    if (!fine && status)
        *status = pending->status;
    pthread_mutex_unlock(&pending->lock);
    return fine;
}

int asc_pending_done(AscPending *pending, bool *failed)
{
    int done;

    pthread_mutex_lock(&pending->lock);
    done = pending->done;
    *failed = pending->failed;
    pthread_mutex_unlock(&pending->lock);
    return done;
}
