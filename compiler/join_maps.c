/* join_maps.c: joins the maps of a scan's body that go over the same elements, so that a step works them out in one pass:
 * what one of them makes is at hand for the others.  What no other kernel reads is not stored then. */
#include "kernel.h"

#include <string.h>

enum { MOST_JOINED = 24 };

static bool writes(const Kernel *k, const Buffer *b)
{
    for (int i = 0; i < 2 * k->anchors; i++)
        if (k->target[i] == b)
            return true;
    return false;
}

static bool reads(const Kernel *k, const Buffer *b)
{
    for (int i = 0; i < k->read_count; i++)
        if (k->reads[i] == b)
            return true;
    return false;
}

static bool needs(const Kernel *k, const Kernel *other)
{
    for (int i = 0; i < 2 * other->anchors; i++)
        if (other->target[i] && reads(k, other->target[i]))
            return true;
    return false;
}

/* The same loops go over both: axes of one element count for nothing. */
static bool same_space(const Shape *a, const Shape *b)
{
    int i = 0, j = 0;
    for (;;) {
        while (i < a->rank && a->axis[i].size == 1)
            i++;
        while (j < b->rank && b->axis[j].size == 1)
            j++;
        if (i == a->rank || j == b->rank)
            return i == a->rank && j == b->rank;
        if (strcmp(a->axis[i].name, b->axis[j].name) || a->axis[i].size != b->axis[j].size)
            return false;
        i++;
        j++;
    }
}

/* An element of x is worked out from the same element of its operands. */
static bool keeps_place(const Node *x)
{
    return x->op == OP_map || x->op == OP_stop ||
           (x->op == OP_reshape && same_space(&x->shape, &x->operand[0]->shape));
}

typedef struct Walk {
    const Program *p;
    const Kernel *of, *other;
    bool *seen; /* by node: at its own place */
} Walk;

/* Whether x, of kernel `of`, reads what `other` writes only at its own place. */
static bool reads_in_place(const Walk *w, const Node *x, bool straight)
{
    const Buffer *b = w->p->info[x->id].view.buffer;
    if (b && writes(w->other, b))
        return straight;
    if ((b && !writes(w->of, b)) || (straight && w->seen[x->id]))
        return true;
    w->seen[x->id] = w->seen[x->id] || straight;
    for (int i = 0; i < x->operands; i++)
        if (!reads_in_place(w, x->operand[i], straight && keeps_place(x)))
            return false;
    return true;
}

static bool fits(const Program *p, const Kernel *k, const Kernel *other)
{
    if (k->kind != KERNEL_MAP || other->kind != KERNEL_MAP ||
        k->anchors + other->anchors > MOST_JOINED ||
        !same_space(&k->result[0]->shape, &other->result[0]->shape))
        return false;
    const Walk w = { p, k, other, arena_alloc(p->arena, (size_t)p->graph->nodes + 1) };
    for (int i = 0; i < k->anchors; i++)
        if (!reads_in_place(&w, k->result[i], true))
            return false;
    return true;
}

/* Nothing between the two kernels stands in the way: `later` can move up, or the other down. */
static bool are_free(const Program *p, int first, int later)
{
    bool up = true, down = true;
    for (int i = first + 1; i < later; i++) {
        up = up && !needs(p->kernel[later], p->kernel[i]);
        down = down && !needs(p->kernel[i], p->kernel[first]);
    }
    return up || down;
}

static bool can_move_up(const Program *p, int first, int later)
{
    for (int i = first + 1; i < later; i++)
        if (needs(p->kernel[later], p->kernel[i]))
            return false;
    return true;
}

/* `one` gets what `two`, which comes later, makes. */
static void merge(Program *p, Kernel *one, const Kernel *two)
{
    const int n = one->anchors, all = n + two->anchors;
    Node **anchor = arena_alloc(p->arena, sizeof *anchor * (size_t)all);
    Node **result = arena_alloc(p->arena, sizeof *result * (size_t)all);
    Buffer **target = arena_alloc(p->arena, sizeof *target * (size_t)(2 * all));
    View *store = arena_alloc(p->arena, sizeof *store * (size_t)all);
    for (int i = 0; i < all; i++) {
        const Kernel *k = i < n ? one : two;
        const int from = i < n ? i : i - n;
        anchor[i] = k->anchor[from];
        result[i] = k->result[from];
        target[2 * i] = k->target[2 * from];
        if (k->store)
            store[i] = k->store[from];
    }
    one->anchor = anchor;
    one->result = result;
    one->target = target;
    one->store = store;
    one->anchors = all;
    for (int i = 0; i < two->read_count; i++)
        if (!reads(one, two->reads[i]))
            APPEND(p->arena, one->reads, one->read_count, one->read_capacity, two->reads[i]);
    int kept = 0;
    for (int i = 0; i < one->read_count; i++)
        if (!writes(one, one->reads[i]))
            one->reads[kept++] = one->reads[i];
    one->read_count = kept;
}

static void remove_kernel(Program *p, int at)
{
    memmove(&p->kernel[at], &p->kernel[at + 1], sizeof *p->kernel * (size_t)(p->kernels - at - 1));
    p->kernels--;
}

static bool join_one(Program *p)
{
    for (int later = 1; later < p->kernels; later++)
        for (int first = later - 1; first >= 0; first--) {
            Kernel *one = p->kernel[first], *two = p->kernel[later];
            if (!fits(p, two, one) || !are_free(p, first, later))
                continue;
            const bool up = can_move_up(p, first, later);
            merge(p, one, two);
            p->kernel[up ? first : later] = one;
            remove_kernel(p, up ? later : first);
            return true;
        }
    return false;
}

/* ---------------------------------------------------------------- what is not stored */

static bool is_wanted(const Program *p, const Kernel *scan, const Kernel *k, const Buffer *b)
{
    if (writes(scan, b))
        return true;
    for (int i = 0; i < p->states; i++)
        if (p->state[i].next == b)
            return true;
    for (int i = 0; i < p->kernels; i++)
        if (p->kernel[i] != k && reads(p->kernel[i], b))
            return true;
    return false;
}

/* Nodes that lie there are worked out where they are used. */
static void forget(Program *p, const Buffer *b)
{
    for (int i = 0; i < p->graph->nodes; i++)
        if (p->info[i].view.buffer == b) {
            p->info[i].view = (View){ 0 };
            p->info[i].stored = false;
        }
}

static void drop_unread(Program *p, const Kernel *scan, Kernel *k)
{
    int kept = 0;
    for (int i = 0; i < k->anchors; i++) {
        if (!is_wanted(p, scan, k, k->target[2 * i])) {
            forget(p, k->target[2 * i]);
            continue;
        }
        k->anchor[kept] = k->anchor[i];
        k->result[kept] = k->result[i];
        k->target[2 * kept] = k->target[2 * i];
        if (k->store)
            k->store[kept] = k->store[i];
        kept++;
    }
    k->anchors = kept;
}

void join_maps(Program *p, const Kernel *scan)
{
    while (join_one(p))
        ;
    for (int i = p->kernels - 1; i >= 0; i--) {
        Kernel *k = p->kernel[i];
        if (k->kind == KERNEL_MAP)
            drop_unread(p, scan, k);
        if (!k->anchors)
            remove_kernel(p, i);
    }
}
