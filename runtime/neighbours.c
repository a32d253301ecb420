/* neighbours.c: the nearest-neighbour filter over the frames of a recording (Rafii & Pardo 2012; conventions of librosa's
 * decompose.nn_filter and segment.recurrence_matrix). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "frontend_own.h"

typedef struct Neighbour {
    double distance;
    size_t frame;
} Neighbour;

typedef struct Search {
    const real *x; /* [frames][size] */
    size_t frames, size, k, width;
    bool cosine;
    double *norm;    /* [frames] */
    Neighbour *heap; /* [k]: the nearest so far, the farthest of them first */
    size_t found;
} Search;

static bool farther(Neighbour a, Neighbour b)
{
    return a.distance > b.distance || (a.distance == b.distance && a.frame > b.frame);
}

static void sink(Search *s, size_t at)
{
    for (;;) {
        size_t most = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < s->found; child++)
            if (farther(s->heap[child], s->heap[most]))
                most = child;
        if (most == at)
            return;
        Neighbour swapped = s->heap[at];
        s->heap[at] = s->heap[most];
        s->heap[most] = swapped;
        at = most;
    }
}

static void offer(Search *s, Neighbour n)
{
    if (s->found < s->k) {
        s->heap[s->found++] = n;
        for (size_t i = s->found == s->k ? s->k : 0; i-- > 0;)
            sink(s, i);
    } else if (farther(s->heap[0], n)) {
        s->heap[0] = n;
        sink(s, 0);
    }
}

static double product(const real *a, const real *b, size_t size)
{
    double sum = 0;
    for (size_t i = 0; i < size; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

static double squares(const real *a, const real *b, size_t size)
{
    double sum = 0;
    for (size_t i = 0; i < size; i++) {
        const double d = (double)a[i] - (double)b[i];
        sum += d * d;
    }
    return sum;
}

/* Frames closer than `width`, the frame itself among them, do not count. */
static void search(Search *s, size_t frame)
{
    const real *x = s->x + frame * s->size;
    s->found = 0;
    for (size_t i = 0; i < s->frames; i++) {
        const size_t apart = i > frame ? i - frame : frame - i;
        const real *y = s->x + i * s->size;
        if (apart < s->width)
            continue;
        const double norms = s->norm[frame] * s->norm[i];
        offer(s, (Neighbour){ !s->cosine  ? squares(x, y, s->size)
                              : norms > 0 ? 1 - product(x, y, s->size) / norms
                                          : 1,
                              i });
    }
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double aggregate(const Search *s, bool median, size_t element, double *value)
{
    double sum = 0;
    for (size_t i = 0; i < s->found; i++) {
        value[i] = (double)s->x[s->heap[i].frame * s->size + element];
        sum += value[i];
    }
    if (!median)
        return sum / (double)s->found;
    qsort(value, s->found, sizeof *value, ascending);
    return (value[(s->found - 1) / 2] + value[s->found / 2]) / 2;
}

/* librosa's number of neighbours: 2 ceil(sqrt(frames - 2 width + 1)). */
static size_t count_neighbours(const AscStage *stage, size_t frames)
{
    const double left = (double)frames - 2.0 * stage->as.neighbours.width + 1;
    size_t k = stage->as.neighbours.k ? (size_t)stage->as.neighbours.k
                                      : 2 * (size_t)ceil(sqrt(left > 1 ? left : 1));
    return k < frames ? k : frames > 1 ? frames - 1 : 1;
}

bool asc_neighbours_run(const AscStage *stage, const real *from, size_t frames, size_t size,
                        real *to, AscStatus *status)
{
    Search s = { .x = from,
                 .frames = frames,
                 .size = size,
                 .k = count_neighbours(stage, frames),
                 .width = (size_t)stage->as.neighbours.width,
                 .cosine = stage->as.neighbours.cosine };
    double *value = malloc(s.k * sizeof *value);
    s.norm = malloc((frames + 1) * sizeof *s.norm);
    s.heap = malloc(s.k * sizeof *s.heap);
    const bool fine = value && s.norm && s.heap;
    for (size_t t = 0; t < frames && fine; t++)
        s.norm[t] = sqrt(product(from + t * size, from + t * size, size));
    for (size_t t = 0; t < frames && fine; t++) {
        search(&s, t);
        for (size_t i = 0; i < size; i++)
            to[t * size + i] = s.found ? (real)aggregate(&s, stage->as.neighbours.median, i, value)
                                       : from[t * size + i];
    }
    free(value);
    free(s.norm);
    free(s.heap);
    return fine || asc_status_memory(status, "nearest neighbours");
}
