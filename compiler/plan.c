/* plan: gives every buffer its place in one arena, so that buffers that do not live at the same time share memory.
 *
 * The arena is a constant part and a part that grows with the batch: the place of a batched buffer is counted in bytes
 * of one example, which holds for every batch. */
#include "kernel.h"

#include <limits.h>
#include <stdlib.h>

enum { ALIGNMENT = 64 };

static int64_t aligned(int64_t bytes)
{
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

int64_t buffer_bytes(const Program *p, const Buffer *b)
{
    const int64_t real = p->real_double ? 8 : 4;
    const int64_t bytes = b->count * (b->element == ELEMENT_BYTE     ? 1
                                      : b->element == ELEMENT_INT    ? 4
                                      : b->element == ELEMENT_DOUBLE ? 8
                                                                     : real);
    return b->extent == EXTENT_GROUPED ? aligned((bytes + b->group - 1) / b->group)
                                       : aligned(bytes);
}

static void live_at(Buffer *b, int phase)
{
    if (!b)
        return;
    if (b->first < 0)
        b->first = phase;
    b->last = phase;
}

/* What the kernels of a scan's body use lives as long as the scan runs. */
static void live_in_body(const Program *body, int phase)
{
    for (int i = 0; i < body->states; i++) {
        live_at(body->state[i].now, phase);
        live_at(body->state[i].next, phase);
    }
    for (int i = 0; i < body->kernels; i++) {
        const Kernel *k = body->kernel[i];
        for (int j = 0; j < 2 * k->anchors; j++)
            live_at(k->target[j], phase);
        for (int j = 0; j < k->read_count; j++)
            live_at(k->reads[j], phase);
        live_at(k->scratch, phase);
        if (k->body)
            live_in_body(k->body, phase);
    }
}

static void find_lifetimes(Program *p)
{
    for (int i = 0; i < p->steps; i++) {
        const Step *s = &p->step[i];
        const Kernel *k = s->kernel;
        live_at(k->partial, s->phase);
        live_at(k->scratch, s->phase);
        if (k->body)
            live_in_body(k->body, s->phase);
        for (int j = 0; j < 2 * k->anchors; j++)
            if (step_writes(s, k->target[j]))
                live_at(k->target[j], s->phase);
        const bool maps = k->tiling && k->tiling->slices; /* behind the sum */
        for (int j = 0; (!s->finish || maps) && j < k->read_count; j++)
            live_at(k->reads[j], s->phase);
    }
}

/* What is made once, and read in every call. */
static void keep_once(Program *p)
{
    const int steps = once_steps(p);
    for (int i = 0; i < steps; i++)
        for (int j = 0; j < 2 * p->step[i].kernel->anchors; j++) {
            Buffer *b = p->step[i].kernel->target[j];
            if (b && b->last > p->step[steps - 1].phase)
                b->last = INT_MAX;
        }
}

static bool overlaps(const Program *p, const Buffer *a, const Buffer *b)
{
    return !runs(p->passes, PASS_reuse) || (a->first <= b->last && b->first <= a->last);
}

/* Larger buffers first; ties in the order of their making. */
typedef struct Item {
    Buffer *buffer;
    int64_t bytes;
    int order;
} Item;

static int by_size(const void *x, const void *y)
{
    const Item *a = x, *b = y;
    return a->bytes != b->bytes ? (a->bytes < b->bytes ? 1 : -1) : a->order - b->order;
}

/* The lowest place where it meets none of those placed before that live at the same time. */
static int64_t lowest_place(const Program *p, const Item *item, int placed, const Item *x)
{
    int64_t at = 0;
    for (bool moved = true; moved;) {
        moved = false;
        for (int i = 0; i < placed; i++) {
            const Buffer *b = item[i].buffer;
            if (overlaps(p, b, x->buffer) && b->offset < at + x->bytes &&
                at < b->offset + item[i].bytes) {
                at = b->offset + item[i].bytes;
                moved = true;
            }
        }
    }
    return at;
}

static int64_t place(Program *p, bool constant)
{
    Item *item = arena_alloc(p->arena, sizeof *item * (size_t)(p->buffers + 1));
    int items = 0;
    int64_t end = 0;
    for (int i = 0; i < p->buffers; i++) {
        Buffer *b = p->buffer[i];
        if (b->home == HOME_ARENA && b->first >= 0 && (b->extent == EXTENT_CONSTANT) == constant)
            item[items++] = (Item){ b, buffer_bytes(p, b), i };
    }
    qsort(item, (size_t)items, sizeof *item, by_size);
    for (int i = 0; i < items; i++) {
        Buffer *b = item[i].buffer;
        b->offset = lowest_place(p, item, i, &item[i]);
        end = b->offset + item[i].bytes > end ? b->offset + item[i].bytes : end;
    }
    return end;
}

void plan(Program *p)
{
    find_lifetimes(p);
    keep_once(p);
    p->arena_constant = place(p, true);
    p->arena_per_example = place(p, false);
    for (int i = 0; i < p->kernels; i++) {
        const int64_t room = aligned(room_reals(p->kernel[i]) * (p->real_double ? 8 : 4));
        p->room = room > p->room ? room : p->room;
    }
}
