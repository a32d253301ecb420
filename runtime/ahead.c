/* ahead.c: a thread that fetches segments into a ring of places, and hands them out in order. */
#include "ahead.h"

#include <omp.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum {
    CHUNK = 16, /* segments fetched in one go */
    MOST_INPUTS = 64
};

struct AscAhead {
    AscSegments *segments;
    const int *order;
    int threads, room; /* room: places of the ring */
    real **input;      /* [inputs], each [room][size] */
    int *label;        /* [room] */
    int *which;        /* [largest]: places that are served */
    AscExamples examples;
    double waited;

    pthread_t thread;
    bool runs; /* the thread */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    /* Of the lock; they count places of the order. */
    int done, served,
        free; /* fetched before `done`; handed out before `served`; not needed before `free` */
    bool stop, failed;
    AscStatus status; /* of the failure */
};

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* ---------------------------------------------------------------- the thread */

/* The chunk from `done` on ends where the ring does. */
static int next_chunk(const AscAhead *ahead)
{
    int left = ahead->segments->examples.count - ahead->done;
    int places = ahead->room - (ahead->done - ahead->free);
    int to_end = ahead->room - ahead->done % ahead->room;
    int count = left < CHUNK ? left : CHUNK;

    count = count < places ? count : places;
    return count < to_end ? count : to_end;
}

static bool fetch(AscAhead *ahead, int from, int count, AscStatus *status)
{
    const int place = from % ahead->room;
    int which[CHUNK];
    real *input[MOST_INPUTS];

    for (int n = 0; n < count; n++) {
        which[n] = ahead->order ? ahead->order[from + n] : from + n;
        ahead->label[place + n] = ahead->segments->label[which[n]];
    }
    for (int i = 0; i < ahead->segments->model->inputs; i++)
        input[i] = ahead->input[i] + (size_t)place * ahead->segments->size[i];
    return asc_segments_fetch(ahead->segments, which, count, ahead->threads, input, status);
}

static void *work(void *context)
{
    AscAhead *ahead = context;
    AscStatus status = { 0 };

    pthread_mutex_lock(&ahead->lock);
    while (!ahead->stop && ahead->done < ahead->segments->examples.count) {
        int from = ahead->done, count = next_chunk(ahead);

        if (count == 0) {
            pthread_cond_wait(&ahead->changed, &ahead->lock);
            continue;
        }
        pthread_mutex_unlock(&ahead->lock);
        bool fine = fetch(ahead, from, count, &status);
        pthread_mutex_lock(&ahead->lock);
        if (!fine) {
            ahead->failed = true;
            ahead->status = status;
            break;
        }
        ahead->done += count;
        pthread_cond_broadcast(&ahead->changed);
    }
    pthread_cond_broadcast(&ahead->changed);
    pthread_mutex_unlock(&ahead->lock);
    return NULL;
}

void asc_ahead_end(AscAhead *ahead)
{
    if (!ahead->runs)
        return;
    pthread_mutex_lock(&ahead->lock);
    ahead->stop = true;
    pthread_cond_broadcast(&ahead->changed);
    pthread_mutex_unlock(&ahead->lock);
    pthread_join(ahead->thread, NULL);
    ahead->runs = false;
}

/* ---------------------------------------------------------------- its user */

AscAhead *asc_ahead_create(AscSegments *segments, int largest, AscStatus *status)
{
    AscAhead *ahead = calloc(1, sizeof *ahead);
    int inputs = segments->model->inputs;
    bool fine = ahead && inputs <= MOST_INPUTS;

    if (ahead) {
        *ahead = (AscAhead){ .segments = segments, .room = 2 * largest + CHUNK };
        /* A step needs the processors more, unless features have to be computed. */
        ahead->threads = segments->cache && !asc_cache_failure(segments->cache)
                             ? 1
                             : omp_get_max_threads();
        pthread_mutex_init(&ahead->lock, NULL);
        pthread_cond_init(&ahead->changed, NULL);
        ahead->input = calloc((size_t)inputs + 1, sizeof *ahead->input);
        ahead->label = calloc((size_t)ahead->room, sizeof *ahead->label);
        ahead->which = calloc((size_t)largest + 1, sizeof *ahead->which);
        fine = fine && ahead->input && ahead->label && ahead->which;
    }
    for (int i = 0; fine && i < inputs; i++) {
        ahead->input[i] = asc_batch_memory((size_t)ahead->room * segments->size[i] * sizeof(real));
        fine = ahead->input[i] != NULL;
    }
    if (!fine) {
        asc_ahead_destroy(ahead);
        asc_status_memory(status, "segments");
        return NULL;
    }
    ahead->examples = segments->examples;
    ahead->examples.count = ahead->room;
    ahead->examples.input = ahead->input;
    ahead->examples.label = ahead->label;
    return ahead;
}

void asc_ahead_destroy(AscAhead *ahead)
{
    if (!ahead)
        return;
    asc_ahead_end(ahead);
    for (int i = 0; ahead->input && i < ahead->segments->model->inputs; i++)
        free(ahead->input[i]);
    free(ahead->input);
    free(ahead->label);
    free(ahead->which);
    pthread_cond_destroy(&ahead->changed);
    pthread_mutex_destroy(&ahead->lock);
    free(ahead);
}

bool asc_ahead_begin(AscAhead *ahead, const int *order, int from, AscStatus *status)
{
    asc_ahead_end(ahead);
    if (!asc_segments_begin(ahead->segments, NULL, order, from, status))
        return false;
    ahead->order = order;
    ahead->waited = 0;
    ahead->done = ahead->served = ahead->free = from;
    ahead->stop = ahead->failed = false;
    ahead->runs = pthread_create(&ahead->thread, NULL, work, ahead) == 0;
    return ahead->runs || asc_status_memory(status, "a thread");
}

bool asc_ahead_next(AscAhead *ahead, int count, AscServing *serving, AscStatus *status)
{
    int left = ahead->segments->examples.count - ahead->served;
    double begun = now();

    count = count < left ? count : left;
    pthread_mutex_lock(&ahead->lock);
    ahead->free = ahead->served;
    pthread_cond_broadcast(&ahead->changed);
    while (!ahead->failed && ahead->done - ahead->served < count)
        pthread_cond_wait(&ahead->changed, &ahead->lock);
    bool fine = ahead->done - ahead->served >= count;
    if (!fine && status)
        *status = ahead->status;
    pthread_mutex_unlock(&ahead->lock);
    ahead->waited += now() - begun;
    for (int n = 0; fine && n < count; n++)
        ahead->which[n] = (ahead->served + n) % ahead->room;
    ahead->served += fine ? count : 0;
    *serving = (AscServing){ &ahead->examples, ahead->which, fine ? count : 0 };
    return fine;
}

double asc_ahead_waited(const AscAhead *ahead)
{
    return ahead->waited;
}
