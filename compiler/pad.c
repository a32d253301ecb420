/* pad.c: what lies inside of its padded form: a map that is computed there, and what a product stores there, around which a
 * kernel of its own puts the zeros. */
#include "kernel.h"

static bool is_plain_pad(const Node *x)
{
    if (x->op != OP_pad)
        return false;
    for (int i = 0; i < x->alongs; i++)
        if (x->along[i].dilation != 1 || x->along[i].lo < 0 || x->along[i].hi < 0)
            return false;
    return true;
}

/* The padded form of x that has memory, or NULL. */
static Node *pad_of(const Program *p, const Node *x)
{
    for (int i = x->id + 1; i < p->graph->nodes; i++) {
        Node *pad = p->graph->node[i];
        if (is_plain_pad(pad) && pad->operand[0] == x && p->info[i].stored)
            return pad;
    }
    return NULL;
}

static View inner_view(const Program *p, const Node *pad)
{
    View v = p->info[pad->id].view;
    for (int i = 0; i < pad->alongs; i++)
        v.offset += v.stride[shape_find(&pad->shape, pad->along[i].axis)] * pad->along[i].lo;
    return v;
}

bool lies_in_pad(Program *p, Node *x)
{
    Node *pad = is_loop(x) || is_source(x) ? NULL : pad_of(p, x);
    if (!pad)
        return false;
    if (!p->info[pad->id].view.buffer)
        give_buffer(p, pad);
    p->info[x->id].view = inner_view(p, pad);
    return true;
}

/* ---------------------------------------------------------------- behind products */

/* A product in tiles, or a convolution by Winograd's algorithm: its stores can go anywhere. */
static bool stores_anywhere(Program *p, Node *dot)
{
    if (reduces_batch(dot) || sparse(p, dot))
        return false;
    if (winograd(p, dot))
        return true;
    const Tiling *t = tile(p, dot);
    return t && !t->sums_batch && !t->whole_batch;
}

/* Does x end the maps behind such a product? */
static bool ends_product(Program *p, Node *x)
{
    if (x->op == OP_dot)
        return stores_anywhere(p, x);
    for (int i = 0; x->op == OP_map && i < x->operands; i++) {
        Node *y = x->operand[i];
        if (p->info[y->id].uses == 1 && shape_equal(&y->shape, &x->shape) && ends_product(p, y))
            return true;
    }
    return false;
}

static bool is_result(const Program *p, const Node *x)
{
    for (int i = 0; i < p->graph->results; i++)
        if (p->graph->result[i].node == x)
            return true;
    return false;
}

void store_pads(Program *p)
{
    for (int i = 0; i < p->graph->nodes && runs(p->passes, PASS_pad) && !p->scan; i++) {
        Node *x = p->graph->node[i];
        if (is_plain_pad(x) && !p->info[i].stored && !is_result(p, x->operand[0]) &&
            ends_product(p, x->operand[0]))
            p->info[i].stored = true;
    }
}

/* The zeros are put there when what the product reads is ready: no earlier, for the memory's sake. */
void give_place(Program *p, Node *end)
{
    Node *pad = runs(p->passes, PASS_pad) && !p->scan && !is_result(p, end) ? pad_of(p, end) : NULL;
    if (!pad || p->info[pad->id].view.buffer) {
        give_buffer(p, end);
        return;
    }
    give_buffer(p, pad);
    p->info[end->id].view = inner_view(p, pad);
    p->info[pad->id].bordered = true;
    add_kernel(p, KERNEL_BORDER, pad, pad, p->info[pad->id].view.buffer);
}

/* The kernel that puts zeros around what k stores, or NULL. */
static Kernel *border_of(const Program *p, const Kernel *k)
{
    for (int i = 0; i < p->kernels; i++)
        if (p->kernel[i]->kind == KERNEL_BORDER && p->kernel[i]->target[0] == k->target[0])
            return p->kernel[i];
    return NULL;
}

void leave_pad(Program *p, Kernel *k)
{
    Kernel *border = k->kind == KERNEL_BORDER ? NULL : border_of(p, k);
    if (!border)
        return;
    Node *end = k->result[0];
    border->kind = KERNEL_MAP;
    give_buffer(p, end);
    k->target[0] = p->info[end->id].view.buffer;
}

void read_as_product(Program *p)
{
    for (int i = 0; i < p->kernels; i++) {
        const Kernel *k = p->kernel[i];
        Kernel *border = k->kind == KERNEL_TILE || k->kind == KERNEL_WINOGRAD ? border_of(p, k)
                                                                              : NULL;
        if (!border)
            continue;
        border->waits = k->reads;
        border->wait_count = border->wait_capacity = k->read_count;
    }
}
