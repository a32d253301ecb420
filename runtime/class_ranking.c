/* class_ranking.c: a heap of each class's highest scores, the lowest at its root. */
#include "class_ranking.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct Entry {
    float score;
    uint32_t segment;
} Entry;

typedef struct Heap {
    Entry *entry;
    int count, room;
    bool wanted;
} Heap;

typedef struct Segment {
    uint32_t id; /* where it begins in the texts */
    int32_t begins;
} Segment;

struct AscClassRanking {
    int classes, most;
    bool all; /* classes are wanted */
    Heap *heap;
    Segment *segment;
    size_t segments, room;
    char *text;                     /* ids of videos, each with its end */
    size_t length, text_room, last; /* where the last one begins */
};

AscClassRanking *asc_class_ranking_create(int classes, int most, AscStatus *status)
{
    AscClassRanking *ranking = calloc(1, sizeof *ranking);

    if (ranking) {
        *ranking = (AscClassRanking){ .classes = classes, .most = most, .all = true };
        ranking->heap = calloc((size_t)classes + 1, sizeof *ranking->heap);
    }
    if (ranking && ranking->heap)
        return ranking;
    asc_class_ranking_destroy(ranking);
    asc_status_memory(status, "the ranking of segments");
    return NULL;
}

void asc_class_ranking_destroy(AscClassRanking *ranking)
{
    if (!ranking)
        return;
    for (int c = 0; ranking->heap && c < ranking->classes; c++)
        free(ranking->heap[c].entry);
    free(ranking->heap);
    free(ranking->segment);
    free(ranking->text);
    free(ranking);
}

void asc_class_ranking_want(AscClassRanking *ranking, int class)
{
    ranking->all = false;
    ranking->heap[class].wanted = true;
}

/* ---------------------------------------------------------------- adding */

/* More room for one more of `count`, twice as much each time; NULL: no memory. */
static void *more(void *old, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return old;
    size_t larger = *room ? 2 * *room : 1024;
    void *made = realloc(old, larger * size);

    if (made)
        *room = larger;
    return made;
}

/* The ids of a video's segments are one text. */
static bool add_id(AscClassRanking *ranking, const char *id)
{
    size_t size = strlen(id) + 1;

    if (ranking->length > 0 && strcmp(ranking->text + ranking->last, id) == 0)
        return true;
    while (ranking->text_room - ranking->length < size) {
        char *text = more(ranking->text, ranking->text_room, &ranking->text_room, 1);

        if (!text)
            return false;
        ranking->text = text;
    }
    memcpy(ranking->text + ranking->length, id, size);
    ranking->last = ranking->length;
    ranking->length += size;
    return true;
}

/* Whether a comes behind b. */
static bool behind(Entry a, Entry b)
{
    return a.score != b.score ? a.score < b.score : a.segment > b.segment;
}

static void sift_up(Entry *entry, int at)
{
    for (int parent; at > 0 && behind(entry[at], entry[parent = (at - 1) / 2]); at = parent) {
        Entry moved = entry[at];

        entry[at] = entry[parent];
        entry[parent] = moved;
    }
}

static void sift_down(Entry *entry, int count, int at)
{
    for (int child; (child = 2 * at + 1) < count; at = child) {
        child += child + 1 < count && behind(entry[child + 1], entry[child]);
        if (!behind(entry[child], entry[at]))
            return;
        Entry moved = entry[at];

        entry[at] = entry[child];
        entry[child] = moved;
    }
}

static bool add_entry(Heap *heap, int most, Entry entry)
{
    if (heap->count == most) {
        if (behind(heap->entry[0], entry)) {
            heap->entry[0] = entry;
            sift_down(heap->entry, heap->count, 0);
        }
        return true;
    }
    if (heap->count == heap->room) {
        int room = heap->room == 0 ? 256 : heap->room < most / 2 ? 2 * heap->room : most;
        Entry *larger = realloc(heap->entry, (size_t)room * sizeof *larger);

        if (!larger)
            return false;
        heap->entry = larger;
        heap->room = room;
    }
    heap->entry[heap->count] = entry;
    sift_up(heap->entry, heap->count++);
    return true;
}

bool asc_class_ranking_add(AscClassRanking *ranking, const char *id, int begins, const real *score,
                           AscStatus *status)
{
    Segment *segment = more(ranking->segment, ranking->segments, &ranking->room, sizeof *segment);
    bool fine = segment != NULL;

    if (segment)
        ranking->segment = segment;
    if (ranking->segments == UINT32_MAX || ranking->length > UINT32_MAX)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s: no more than %u segments, or bytes of names of videos, can be "
                              "ranked at once",
                              id, UINT32_MAX);
    fine = fine && add_id(ranking, id);
    if (fine)
        segment[ranking->segments] = (Segment){ (uint32_t)ranking->last, begins };
    for (int c = 0; fine && c < ranking->classes; c++) {
        if (ranking->all || ranking->heap[c].wanted)
            fine = add_entry(&ranking->heap[c], ranking->most,
                             (Entry){ (float)score[c], (uint32_t)ranking->segments });
    }
    ranking->segments += fine;
    return fine || asc_status_memory(status, "the ranking of segments");
}

/* ---------------------------------------------------------------- writing */

static int surest_first(const void *left, const void *right)
{
    const Entry *a = left, *b = right;

    return behind(*a, *b) - behind(*b, *a);
}

bool asc_class_ranking_write(AscClassRanking *ranking, AscWriter *writer, AscStatus *status)
{
    bool fine = asc_writer_print(writer, status, "Class,Segments\n");

    for (int c = 0; fine && c < ranking->classes; c++) {
        Heap *heap = &ranking->heap[c];

        if (heap->count == 0)
            continue;
        qsort(heap->entry, (size_t)heap->count, sizeof *heap->entry, surest_first);
        fine = asc_writer_print(writer, status, "%d,", c);
        for (int n = 0; fine && n < heap->count; n++) {
            const Segment *segment = &ranking->segment[heap->entry[n].segment];

            fine = asc_writer_print(writer, status, "%s%s:%d", n ? " " : "",
                                    ranking->text + segment->id, (int)segment->begins);
        }
        fine = fine && asc_writer_print(writer, status, "\n");
    }
    return fine;
}
