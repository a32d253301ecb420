/* schedule: orders the kernels so that each finds what it reads, and joins reductions over the same elements. */
#include "kernel.h"

#include <string.h>

enum { MOST_JOINED = 4 };

static bool is_ready(const Program *p, const Kernel *k)
{
    for (int i = 0; i < k->read_count; i++)
        for (int j = 0; j < p->kernels; j++)
            for (int l = 0; !p->kernel[j]->done && p->kernel[j] != k && l < 2 * p->kernel[j]->anchors; l++)
                if (p->kernel[j]->target[l] == k->reads[i])
                    return false;
    return true;
}

/* The same elements are gone over, and the same axes kept. */
static bool is_alike(const Kernel *a, const Kernel *b)
{
    const Node *x = a->anchor[0], *y = b->anchor[0];
    return a->kind == KERNEL_REDUCE && b->kind == KERNEL_REDUCE && x->op == OP_sum && y->op == OP_sum &&
           shape_equal(&x->operand[0]->shape, &y->operand[0]->shape) && shape_equal(&x->shape, &y->shape) &&
           (a->partial != NULL) == (b->partial != NULL);
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
    other->done = true;
}

void schedule(Program *p)
{
    Kernel **order = arena_alloc(p->arena, sizeof *order * (size_t)(p->kernels + 1));
    int ordered = 0;
    for (int state = 0; state < 2; state++)             /* running statistics are written when all has been read */
        for (bool found = true; found;) {
            found = false;
            for (int i = 0; i < p->kernels; i++) {
                Kernel *k = p->kernel[i];
                if (k->done || k->state != (bool)state || !is_ready(p, k))
                    continue;
                for (int j = i + 1; p->optimise && j < p->kernels && k->anchors < MOST_JOINED; j++)
                    if (!p->kernel[j]->done && is_alike(k, p->kernel[j]) && is_ready(p, p->kernel[j]))
                        join(p, k, p->kernel[j]);
                k->done = found = true;
                order[ordered++] = k;
                break;
            }
        }
    p->kernel = order;
    p->kernels = ordered;
    for (int i = 0; i < ordered; i++)
        order[i]->name = arena_format(p->arena, "%s_k%02d", p->prefix, i + 1);
}
