/* reads: which buffers every kernel reads, and which kernels serve nothing but what the model observes. */
#include "kernel.h"

static bool is_target(const Kernel *k, const Buffer *b)
{
    for (int i = 0; i < 2 * k->anchors; i++)
        if (k->target[i] == b)
            return true;
    return false;
}

static void read_buffer(Program *p, Kernel *k, Buffer *b)
{
    if (is_target(k, b))
        return;
    for (int i = 0; i < k->read_count; i++)
        if (k->reads[i] == b)
            return;
    APPEND(p->arena, k->reads, k->read_count, k->read_capacity, b);
}

static void program_reads(Program *p, Kernel *k, const Node *x)
{
    const View *v = &p->info[x->id].view;
    if (v->buffer && !is_target(k, v->buffer)) {
        read_buffer(p, k, v->buffer);
        return;
    }
    if (x == k->anchor[0] && k->kind != KERNEL_MAP)
        return; /* an epilogue reached its dot */
    for (int i = 0; i < x->operands && !(x->op == OP_unmax && i == 2); i++)
        program_reads(p, k, x->operand[i]);
}

void find_reads(Program *p)
{
    for (int i = 0; i < p->kernels; i++) {
        Kernel *k = p->kernel[i];
        Node *x = k->anchor[0];
        if (k->kind == KERNEL_BORDER) {
            if (k->result[0] != x)
                program_reads(p, k, k->result[0]);
            continue;
        }
        if (k->kind == KERNEL_MAP) {
            program_reads(p, k, x);
            continue;
        }
        if (k->kind == KERNEL_PACK) {
            program_reads(p, k,
                          k->sparse     ? k->sparse->full
                          : k->winograd ? k->winograd->taps
                                        : k->tiling->b);
            continue;
        }
        if (k->kind == KERNEL_WINOGRAD) {
            program_reads(p, k, k->winograd->map);
            read_buffer(p, k, k->winograd->packed);
            if (k->result[0] != x)
                program_reads(p, k, k->result[0]);
            continue;
        }
        if (k->kind == KERNEL_REMAKE) {
            for (int j = 0; j < k->anchors; j++)
                for (int l = 0; l < k->anchor[j]->operands; l++)
                    program_reads(p, k, k->anchor[j]->operand[l]);
            read_buffer(p, k, k->remake->tiling->packed);
            continue;
        }
        if (k->kind == KERNEL_SPARSE) {
            read_buffer(p, k, k->sparse->list);
            read_buffer(p, k, k->sparse->gradient);
            if (k->sparse->data)
                read_buffer(p, k, k->sparse->packed);
            else
                program_reads(p, k, k->sparse->full);
            if (k->result[0] != x)
                program_reads(p, k, k->result[0]);
            continue;
        }
        for (int j = 0; j < x->operands; j++)
            if (!(k->tiling && k->tiling->packed && x->operand[j] == k->tiling->b))
                program_reads(p, k, x->operand[j]);
        if (k->tiling && k->tiling->packed)
            read_buffer(p, k, k->tiling->packed);
        if (k->result[0] != x && k->kind != KERNEL_SCAN)
            program_reads(p, k, k->result[0]);
    }
}

/* Does the kernel make something that is no use but to others that observe, or to nobody in the program? */
static bool serves_observation(const Program *p, const Kernel *k)
{
    const Buffer *b = k->target[0];
    bool read = false;
    if (b->home == HOME_OBSERVED)
        return true;
    if ((k->kind != KERNEL_MAP && k->kind != KERNEL_REDUCE) || k->partial || k->target[1] ||
        b->home != HOME_ARENA)
        return false;
    for (int i = 0; i < p->kernels; i++)
        for (int j = 0; j < p->kernel[i]->read_count; j++)
            if (p->kernel[i]->reads[j] == b) {
                read = true;
                if (!p->kernel[i]->observes)
                    return false;
            }
    return read;
}

/* Users come after what they use, but for results, which are last: from the end, all users are known. */
void find_observers(Program *p)
{
    for (int i = p->kernels - 1; i >= 0; i--)
        p->kernel[i]->observes = serves_observation(p, p->kernel[i]);
}
