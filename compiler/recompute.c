/* recompute.c: --recompute: what costs little is not kept for the gradients, but worked out again when they need it.
 *
 * A trial of the training program tells which values lie in memory from the forward pass on until a gradient reads them.
 * Of those that are maps, or products with few multiply-adds a byte, the gradients get a copy, computed from what is kept:
 * the same kernels over the same values, so the same numbers.  A few in a row may go; the next one is kept, or copies of
 * copies would all be needed when the gradients begin. */
#include "graph.h"
#include "kernel.h"

enum {
    LONGEST = 3,          /* values in a row that are not kept */
    PRODUCTS_A_BYTE = 4,  /* multiply-adds that are less than what memory costs */
    SMALLEST_SHARE = 200, /* of what is kept in all: less is not worth a kernel */
};

typedef struct Again {
    Program *p;     /* the trial */
    bool *forward;  /* by node: something else than gradients needs it */
    bool *needed;   /* ... and gradients read it from memory */
    bool *chosen;   /* ... or rather a copy of it */
    Kernel **maker; /* that stores it */
    int *row;       /* 1: worked out from what is kept; 0: it can't be, or not cheaply */
    Node **copy;
    Node **node; /* the graph as it will be */
    int nodes, capacity;
} Again;

static Buffer *buffer_of(const Again *a, const Node *x)
{
    return a->p->info[x->id].view.buffer;
}

/* ---------------------------------------------------------------- what lies where */

static void mark_forward(Again *a, const Node *x)
{
    if (a->forward[x->id])
        return;
    a->forward[x->id] = true;
    for (int i = 0; i < x->operands; i++)
        mark_forward(a, x->operand[i]);
}

static void find_makers(Again *a)
{
    for (int i = 0; i < a->p->kernels; i++) {
        Kernel *k = a->p->kernel[i];
        for (int j = 0; j < k->anchors && !k->made_in && k->kind != KERNEL_PACK; j++)
            if (k->result[j] && k->target[2 * j] == buffer_of(a, k->result[j]))
                a->maker[k->result[j]->id] = k;
    }
}

static bool only_looks(const Node *x)
{
    return x->op == OP_reshape || x->op == OP_slice || x->op == OP_reverse || x->op == OP_expand ||
           x->op == OP_stop || x->op == OP_part;
}

/* The node as which x is stored, or NULL: x is worked out by whoever reads it. */
static const Node *stored_as(const Again *a, const Node *x)
{
    const Buffer *b = buffer_of(a, x);
    if (!b || is_source(x))
        return NULL;
    if (a->maker[x->id] || a->p->info[x->id].filled)
        return x;
    if (only_looks(x))
        return stored_as(a, x->operand[0]);
    for (int i = x->id + 1; i < a->p->graph->nodes; i++) { /* it lies in its padded form */
        const Node *pad = a->p->graph->node[i];
        if (a->maker[i] && padded(pad) == x && buffer_of(a, pad) == b)
            return pad;
    }
    return x;
}

/* Calls `each` for what computing x reads from memory, but for x's own, `own`. */
static void visit_read(Again *a, const Node *x, const Buffer *own,
                       void each(Again *a, const Node *stored, void *context), void *context)
{
    const Node *stored = stored_as(a, x);
    if (stored && buffer_of(a, stored) != own) {
        each(a, stored, context);
        return;
    }
    for (int i = 0; i < x->operands && !(x->op == OP_unmax && i == 2); i++)
        visit_read(a, x->operand[i], own, each, context);
}

static void need(Again *a, const Node *stored, void *context)
{
    (void)context;
    a->needed[stored->id] = true;
}

static bool grows(const Again *a, const Node *x)
{
    const Buffer *b = buffer_of(a, x);
    return b && b->home == HOME_ARENA && b->extent != EXTENT_CONSTANT;
}

/* Does x, of the gradients, read its operand from memory, and is that of the forward pass? */
static bool reads_forward(const Again *a, const Node *x, int operand)
{
    return !a->forward[x->id] && a->forward[x->operand[operand]->id] && x->op != OP_part &&
           !(x->op == OP_unmax && operand == 2);
}

/* ---------------------------------------------------------------- what is worked out again */

static bool is_cheap_product(const Again *a, const Kernel *k)
{
    const bool fits = k->kind == KERNEL_WINOGRAD || k->kind == KERNEL_REDUCE ||
                      (k->kind == KERNEL_TILE && !k->tiling->sums_batch);
    return fits && !k->pool && !k->margin && !k->partial && !k->target[1] &&
           kernel_flops(k) / 2 <= PRODUCTS_A_BYTE * (double)buffer_bytes(a->p, k->target[0]);
}

static bool is_cheap(const Again *a, const Node *x)
{
    const Kernel *k = a->maker[x->id];
    if (!k || k->anchors != 1 || k->state || k->observes || a->p->info[x->id].fills || !grows(a, x))
        return false;
    if (k->kind == KERNEL_BORDER && k->anchor[0] != k->result[0])
        return false;
    if (k->kind == KERNEL_BORDER) /* around a product: as cheap as that */
        return is_cheap(a, padded(x));
    return k->kind == KERNEL_MAP || k->kind == KERNEL_SOFTMAX || is_cheap_product(a, k);
}

static void count_row(Again *a, const Node *stored, void *context)
{
    int *row = context;
    *row = a->row[stored->id] > *row ? a->row[stored->id] : *row;
}

/* Results of the network are copied out of the arena: they are kept. */
static bool is_told(const Graph *g, const Node *x)
{
    for (int i = 0; i < g->results; i++)
        if (g->result[i].node == x)
            return true;
    return false;
}

static void find_rows(Again *a)
{
    const Graph *g = a->p->graph;
    for (int i = 0; i < g->nodes; i++) {
        Node *x = g->node[i];
        int row = 0;
        if (!a->forward[i] || is_told(g, x) || !is_cheap(a, x))
            continue;
        visit_read(a, x, buffer_of(a, x), count_row, &row);
        a->row[i] = row < LONGEST ? row + 1 : 0;
    }
}

/* Bytes of an example that would have to be kept for x's sake alone. */
static void count_bytes(Again *a, const Node *stored, void *context)
{
    int64_t *bytes = context;
    if (!a->needed[stored->id] && !a->row[stored->id] && grows(a, stored))
        *bytes += buffer_bytes(a->p, buffer_of(a, stored));
}

/* From the last value on: what a copy reads, is needed as well. */
static int choose(Again *a, int64_t least)
{
    const Graph *g = a->p->graph;
    int chosen = 0;
    for (int i = g->nodes - 1; i >= 0; i--) {
        const Node *x = g->node[i];
        int64_t kept = 0;
        if (!a->needed[i] || !a->row[i] || buffer_bytes(a->p, buffer_of(a, x)) < least)
            continue;
        visit_read(a, x, buffer_of(a, x), count_bytes, &kept);
        if (kept >= buffer_bytes(a->p, buffer_of(a, x)))
            continue;
        visit_read(a, x, buffer_of(a, x), need, NULL);
        a->chosen[i] = true;
        chosen++;
        if (a->maker[i]->kind == KERNEL_BORDER)
            a->chosen[padded(x)->id] = true;
    }
    return chosen;
}

/* ---------------------------------------------------------------- copies */

static void append(Again *a, Node *x)
{
    APPEND(a->p->arena, a->node, a->nodes, a->capacity, x);
}

static Node *copy_of(Again *a, Node *x, const Buffer *own);

/* With copies of the operands; inside of what is stored as a copy (own) in any case, else where an operand has one. */
static Node *copy_node(Again *a, Node *x, const Buffer *own)
{
    Node **operand = arena_alloc(a->p->arena, sizeof *operand * (size_t)(x->operands + 1));
    bool other = own != NULL;
    for (int i = 0; i < x->operands; i++) {
        operand[i] = x->op == OP_unmax && i == 2 ? x->operand[i] : copy_of(a, x->operand[i], own);
        other = other || operand[i] != x->operand[i];
    }
    if (!other)
        return x;
    Node *copy = arena_alloc(a->p->arena, sizeof *copy);
    *copy = *x;
    copy->operand = operand;
    copy->again = true;
    append(a, copy);
    return a->copy[x->id] = copy;
}

/* What the gradients read instead of x: x itself where it is kept. */
static Node *copy_of(Again *a, Node *x, const Buffer *own)
{
    const Node *stored = stored_as(a, x);
    if (a->copy[x->id])
        return a->copy[x->id];
    if (is_source(x) || (!x->operands && x->op != OP_random))
        return x;
    if (!stored || buffer_of(a, stored) == own)
        return copy_node(a, x, own);
    if (!a->chosen[stored->id])
        return x;
    if (stored == x || only_looks(x))
        return copy_node(a, x, stored == x ? buffer_of(a, x) : NULL);
    copy_of(a, a->p->graph->node[stored->id], NULL);
    return a->copy[x->id];
}

static void rewrite(Again *a)
{
    Graph *g = a->p->graph;
    for (int i = 0; i < g->nodes; i++)
        if (a->forward[i])
            append(a, g->node[i]);
    for (int i = 0; i < g->nodes; i++) {
        Node *x = g->node[i];
        if (a->forward[i])
            continue;
        Node **operand = arena_alloc(a->p->arena, sizeof *operand * (size_t)(x->operands + 1));
        for (int j = 0; j < x->operands; j++) {
            Node *y = x->operand[j];
            operand[j] = reads_forward(a, x, j) ? copy_of(a, y, NULL) : y;
        }
        x->operand = operand;
        append(a, x);
    }
    g->node = a->node;
    g->nodes = a->nodes;
    g->capacity = a->capacity;
    for (int i = 0; i < g->nodes; i++)
        g->node[i]->id = i;
}

bool recompute(Program *trial)
{
    Graph *g = trial->graph;
    Arena *arena = trial->arena;
    const size_t count = (size_t)g->nodes + 1;
    Again a = { .p = trial,
                .forward = arena_alloc(arena, count),
                .needed = arena_alloc(arena, count),
                .chosen = arena_alloc(arena, count),
                .maker = arena_alloc(arena, sizeof *a.maker * count),
                .row = arena_alloc(arena, sizeof *a.row * count),
                .copy = arena_alloc(arena, sizeof *a.copy * count) };
    int64_t kept = 0;
    for (int i = 0; i < g->results; i++)
        if (g->result[i].kind != RESULT_GRADIENT)
            mark_forward(&a, g->result[i].node);
    find_makers(&a);
    for (int i = 0; i < g->nodes; i++)
        for (int j = 0; j < g->node[i]->operands; j++)
            if (reads_forward(&a, g->node[i], j))
                visit_read(&a, g->node[i]->operand[j], NULL, need, NULL);
    for (int i = 0; i < g->nodes; i++)
        if (a.needed[i] && grows(&a, g->node[i]))
            kept += buffer_bytes(trial, buffer_of(&a, g->node[i]));
    find_rows(&a);
    if (!choose(&a, kept / SMALLEST_SHARE))
        return false;
    rewrite(&a);
    return true;
}

/* ---------------------------------------------------------------- when */

static bool writes(const Kernel *k, const Buffer *b)
{
    for (int i = 0; i < 2 * k->anchors; i++)
        if (k->target[i] == b)
            return true;
    return false;
}

static bool has(Buffer *const *list, int count, const Buffer *b)
{
    for (int i = 0; i < count; i++)
        if (list[i] == b)
            return true;
    return false;
}

static bool reads(const Kernel *k, const Buffer *b)
{
    return has(k->reads, k->read_count, b);
}

static bool waits(const Kernel *k, const Buffer *b)
{
    return reads(k, b) || has(k->waits, k->wait_count, b);
}

/* Does what is in b come of what is in `of`?  seen: by kernel. */
static bool comes_of(const Program *p, const Buffer *b, const Buffer *of, bool *seen)
{
    if (b == of)
        return true;
    for (int i = 0; i < p->kernels; i++) {
        const Kernel *k = p->kernel[i];
        if (seen[i] || !writes(k, b))
            continue;
        seen[i] = true;
        for (int j = 0; j < k->read_count + k->wait_count; j++)
            if (comes_of(p, j < k->read_count ? k->reads[j] : k->waits[j - k->read_count], of,
                         seen))
                return true;
    }
    return false;
}

/* k waits for what is in b, unless that waits for k. */
static void wait_for(Program *p, Kernel *k, Buffer *b)
{
    if (waits(k, b) || writes(k, b))
        return;
    for (int i = 0; i < 2 * k->anchors; i++)
        if (k->target[i] &&
            comes_of(p, b, k->target[i], arena_alloc(p->arena, (size_t)p->kernels + 1)))
            return;
    APPEND(p->arena, k->waits, k->wait_count, k->wait_capacity, b);
}

static bool is_again(const Kernel *k)
{
    return k->kind != KERNEL_PACK && k->kind != KERNEL_SCAN && k->result[0]->again;
}

/* Others that read what the copy waited for, and make what takes memory, wait until the copy was used: it is free then. */
static void let_pass(Program *p, const Kernel *user, const Buffer *gate)
{
    for (int i = 0; i < p->kernels; i++) {
        Kernel *k = p->kernel[i];
        if (k != user && !is_again(k) && reads(k, gate) && k->target[0]->home == HOME_ARENA &&
            k->target[0]->extent == EXTENT_BATCHED && !reads(user, k->target[0]))
            wait_for(p, k, user->target[0]);
    }
}

/* k waits for what `user` reads beside it; false: there is nothing. */
static bool wait_with(Program *p, Kernel *k, const Kernel *user)
{
    bool any = false;
    for (int i = 0; i < user->read_count + user->wait_count; i++) {
        Buffer *gate = i < user->read_count ? user->reads[i] : user->waits[i - user->read_count];
        if (gate->home != HOME_ARENA || gate->extent != EXTENT_BATCHED)
            continue;
        wait_for(p, k, gate);
        if (!waits(k, gate))
            continue;
        any = true;
        if (!is_again(user))
            let_pass(p, user, gate);
    }
    return any;
}

/* From the last one on, so that what uses copies to make copies waits already. */
void wait_for_gradients(Program *p)
{
    for (int i = p->kernels - 1; i >= 0; i--) {
        Kernel *k = p->kernel[i];
        bool late = !is_again(k);
        for (int j = 0; j < p->kernels && !late; j++)
            late = reads(p->kernel[j], k->target[0]) && wait_with(p, k, p->kernel[j]);
    }
}
