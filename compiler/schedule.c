/* schedule: orders the kernels in phases, and joins reductions over the same elements.
 *
 * All chunks of a phase may run at the same time; a barrier stands between phases.  A phase is a set of chains that do
 * not need each other; a chain is a row of kernels with the same chunks, each of which reads, of what the chain wrote,
 * its own chunk only.  A kernel that sums over the batch is two steps: the groups' parts, and then their sum. */
#include "graph.h"
#include "kernel.h"

#include <string.h>

enum { MOST_JOINED = 4 };

static bool reads(const Step *s, const Buffer *b)
{
    const Kernel *k = s->kernel;
    if (s->finish)
        return b == k->partial;
    for (int i = 0; i < k->read_count; i++)
        if (k->reads[i] == b)
            return true;
    for (int i = 0; i < k->wait_count; i++)
        if (k->waits[i] == b)
            return true;
    return false;
}

/* Does s need what `other` writes? */
static bool needs(const Step *s, const Step *other)
{
    const Kernel *k = other->kernel;
    if (k->partial && !other->finish)
        return reads(s, k->partial);
    for (int i = 0; i < 2 * k->anchors; i++)
        if (k->target[i] && reads(s, k->target[i]))
            return true;
    return false;
}

/* Chunks are alike when both are one a group, or both a single one. */
static bool follows(const Step *s, const Step *before)
{
    const int64_t chunks = step_chunks(s);
    if (chunks != step_chunks(before) || chunks > 1)
        return false;
    if (chunks == 1)
        return true;
    if (s->kernel->pieces > 1 || before->kernel->pieces > 1)
        return false;
    const Kernel *k = before->kernel; /* one a group: what it reads must be of its own examples */
    for (int i = 0; i < 2 * k->anchors; i++)
        if (k->target[i] && reads(s, k->target[i]) && k->target[i]->extent == EXTENT_CONSTANT)
            return false;
    return true;
}

/* The chain of the phase that the step may go to, chains for one of its own, or -1: it must wait. */
static int chain_for(const Program *p, const Step *s, int phase, int chains)
{
    int chain = chains;
    for (int i = 0; i < p->steps; i++) {
        const Step *other = &p->step[i];
        if (other == s || !needs(s, other))
            continue;
        if (!other->placed)
            return -1;
        if (other->phase < phase)
            continue;
        if (!follows(s, other) || (chain != chains && chain != other->chain))
            return -1;
        chain = other->chain;
    }
    return chain;
}

/* ---------------------------------------------------------------- joining */

/* The same elements are gone over, and the same axes kept. */
static bool is_alike(const Kernel *a, const Kernel *b)
{
    const Node *x = a->anchor[0], *y = b->anchor[0];
    return a->once == b->once && a->kind == KERNEL_REDUCE && b->kind == KERNEL_REDUCE &&
           x->op == OP_sum && y->op == OP_sum &&
           shape_equal(&x->operand[0]->shape, &y->operand[0]->shape) &&
           shape_equal(&x->shape, &y->shape) && (a->partial != NULL) == (b->partial != NULL) &&
           a->observes == b->observes && !a->scratch && !b->scratch;
}

static void join(Program *p, Kernel *k, Kernel *other)
{
    const int n = k->anchors;
    Node **anchor = arena_alloc(p->arena, sizeof *anchor * (size_t)(n + 1));
    Node **result = arena_alloc(p->arena, sizeof *result * (size_t)(n + 1));
    Buffer **target = arena_alloc(p->arena, sizeof *target * (size_t)(2 * n + 2));
    memcpy(anchor, k->anchor, sizeof *anchor * (size_t)n);
    memcpy(result, k->result, sizeof *result * (size_t)n);
    memcpy(target, k->target, sizeof *target * (size_t)(2 * n));
    anchor[n] = other->anchor[0];
    result[n] = other->result[0];
    target[2 * n] = other->target[0];
    k->anchor = anchor;
    k->result = result;
    k->target = target;
    k->anchors++;
    if (k->partial)
        k->partial->count += other->partial->count;
    for (int i = 0; i < other->read_count; i++)
        APPEND(p->arena, k->reads, k->read_count, k->read_capacity, other->reads[i]);
}

static void drop_kernel(Program *p, const Kernel *k)
{
    int kept = 0;
    for (int i = 0; i < p->steps; i++)
        if (p->step[i].kernel != k)
            p->step[kept++] = p->step[i];
    p->steps = kept;
    kept = 0;
    for (int i = 0; i < p->kernels; i++)
        if (p->kernel[i] != k)
            p->kernel[kept++] = p->kernel[i];
    p->kernels = kept;
}

/* Joins to the step's kernel those of the same kind that could run in the same phase beside it, or behind the same chain. */
static void join_alike(Program *p, int step, int phase, int chain)
{
    Kernel *k = p->step[step].kernel;
    for (int i = step + 1; i < p->steps && k->anchors < MOST_JOINED; i++) {
        const Step *s = &p->step[i];
        if (s->placed || s->finish || !is_alike(k, s->kernel) ||
            chain_for(p, s, phase, MAX_CHAINS) != chain)
            continue;
        Kernel *other = s->kernel;
        join(p, k, other);
        drop_kernel(p, other);
        i = step;
    }
}

/* ---------------------------------------------------------------- phases */

static void add_steps(Program *p)
{
    p->step = arena_alloc(p->arena, sizeof *p->step * (size_t)(2 * p->kernels + 1));
    for (int i = 0; i < p->kernels; i++) {
        p->step[p->steps++] = (Step){ .kernel = p->kernel[i] };
        if (p->kernel[i]->partial)
            p->step[p->steps++] = (Step){ .kernel = p->kernel[i], .finish = true };
    }
}

/* What reads weights alone comes first; running statistics are written when all has been read. */
typedef enum Turn { TURN_ONCE, TURN_CALL, TURN_STATE, TURNS } Turn;

static Turn turn_of(const Kernel *k)
{
    return k->once ? TURN_ONCE : k->state ? TURN_STATE : TURN_CALL;
}

/* Fills a phase with all that can go there; the number of steps placed. */
static int fill_phase(Program *p, int phase, int *sequence, Turn turn)
{
    int chains = 0, placed = 0;
    for (bool found = true; found;) {
        found = false;
        for (int i = 0; i < p->steps && chains < MAX_CHAINS; i++) {
            Step *s = &p->step[i];
            const int chain = s->placed || turn_of(s->kernel) != turn
                                  ? -1
                                  : chain_for(p, s, phase, chains);
            if (chain < 0)
                continue;
            if (runs(p->passes, PASS_sums) && !s->finish)
                join_alike(p, i, phase, chain == chains ? MAX_CHAINS : chain);
            s->placed = found = true;
            s->phase = phase;
            s->chain = chain;
            s->sequence = (*sequence)++;
            chains += chain == chains;
            placed++;
        }
    }
    return placed;
}

static void sort_steps(Program *p)
{
    for (int i = 1; i < p->steps; i++) /* insertion: few, and nearly in order */
        for (int j = i; j > 0; j--) {
            const Step a = p->step[j - 1], b = p->step[j];
            if (a.phase < b.phase ||
                (a.phase == b.phase &&
                 (a.chain < b.chain || (a.chain == b.chain && a.sequence < b.sequence))))
                break;
            p->step[j - 1] = b;
            p->step[j] = a;
        }
}

/* The kernels of a body in an order in which each finds what it reads. */
static void schedule_body(Kernel *scan)
{
    Program *body = scan->body;
    schedule(body);
    for (int i = 0; i < body->steps; i++)
        body->kernel[i] = body->step[i].kernel;
    if (runs(body->passes, PASS_maps))
        join_maps(body, scan);
}

void schedule(Program *p)
{
    for (int i = 0; i < p->kernels; i++)
        if (p->kernel[i]->kind == KERNEL_SCAN)
            schedule_body(p->kernel[i]);
    int phase = 0, sequence = 0, number = 0;
    cut(p);
    once(p);
    add_steps(p);
    for (Turn turn = TURN_ONCE; turn < TURNS; turn++)
        while (fill_phase(p, phase, &sequence, turn))
            phase++;
    for (int i = 0; i < p->steps; i++)
        if (!p->step[i].placed)
            bug(p->step[i].kernel->anchor[0], "its kernel waits for itself");
    sort_steps(p);
    for (int i = 0; i < p->steps; i++)
        if (!p->step[i].finish)
            p->step[i].kernel->name = arena_format(p->arena, "%s_k%02d", p->prefix, ++number);
}
