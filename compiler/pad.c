/* pad.c: what lies inside of its padded form: a map that is computed there, and what a product stores there, around which a
 * kernel of its own puts the zeros. */
#include "kernel.h"

bool is_plain_pad(const Node *x)
{
    if (x->op != OP_pad)
        return false;
    for (int i = 0; i < x->alongs; i++)
        if (x->along[i].dilation != 1 || x->along[i].lo < 0 || x->along[i].hi < 0)
            return false;
    return true;
}

/* What has the same elements in the same order, by other names of axes. */
static bool renames(const Node *x)
{
    const Shape *from = x->op == OP_reshape ? &x->operand[0]->shape : NULL;
    bool same = from && from->rank == x->shape.rank;
    for (int i = 0; same && i < from->rank; i++)
        same = from->axis[i].size == x->shape.axis[i].size;
    return same;
}

Node *padded(const Node *pad)
{
    Node *x = pad->operand[0];
    while (renames(x))
        x = x->operand[0];
    return x;
}

/* Do all that use x, by any name, find it inside of its padded form?  Axes that are merged must lie in a row. */
static bool may_lie_apart(const Program *p, const Node *x)
{
    for (int i = x->id + 1; i < p->graph->nodes; i++) {
        const Node *user = p->graph->node[i];
        if (user->op == OP_reshape && user->operand[0] == x &&
            !(renames(user) && may_lie_apart(p, user)))
            return false;
    }
    return true;
}

/* Is pad made from x, and not from another name of it with memory of its own? */
static bool is_made_from(const Program *p, const Node *pad, const Node *x)
{
    const Node *y = pad->operand[0];
    while (renames(y) && !p->info[y->id].stored)
        y = y->operand[0];
    return y == x && !renames(x);
}

/* The padded form of x that has memory and in which it may lie, or NULL. */
static Node *pad_of(const Program *p, const Node *x)
{
    if (!may_lie_apart(p, x))
        return NULL;
    for (int i = x->id + 1; i < p->graph->nodes; i++) {
        Node *pad = p->graph->node[i];
        if (is_plain_pad(pad) && p->info[i].stored && is_made_from(p, pad, x))
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
        if (is_plain_pad(x) && !p->info[i].stored && !is_result(p, padded(x)) &&
            may_lie_apart(p, padded(x)) && ends_product(p, padded(x)))
            p->info[i].stored = true;
    }
}

/* The pad in which what a product stores can get its place, or NULL. */
static Node *place_of(const Program *p, const Node *end)
{
    Node *pad = runs(p->passes, PASS_pad) && !p->scan && !is_result(p, end) ? pad_of(p, end) : NULL;
    return pad && !p->info[pad->id].view.buffer ? pad : NULL;
}

bool has_pad(const Program *p, const Node *x)
{
    return place_of(p, x) != NULL;
}

/* The zeros are put there when what the product reads is ready: no earlier, for the memory's sake. */
void give_place(Program *p, Node *end)
{
    Node *pad = place_of(p, end);
    if (!pad) {
        give_buffer(p, end);
        return;
    }
    give_buffer(p, pad);
    p->info[end->id].view = inner_view(p, pad);
    p->info[pad->id].bordered = true;
    add_kernel(p, KERNEL_BORDER, pad, pad, p->info[pad->id].view.buffer);
}

void add_margin(Program *p, Kernel *k)
{
    if (k->margin)
        add_kernel(p, KERNEL_BORDER, k->margin, k->result[0], k->target[0]);
}

/* What follows the margin is a map of its own now, and the product's result is what lies inside. */
static void leave_margin(Program *p, Kernel *k)
{
    Node *end = k->margin->operand[0];
    for (int i = 0; i < p->kernels; i++)
        if (p->kernel[i]->kind == KERNEL_BORDER && p->kernel[i]->anchor[0] == k->margin) {
            p->kernel[i]->kind = KERNEL_MAP;
            p->kernel[i]->anchor[0] = p->kernel[i]->result[0];
        }
    p->info[end->id].absorbed = false;
    p->info[end->id].stored = true;
    k->margin = NULL;
    k->result[0] = end;
    give_buffer(p, end);
    k->target[0] = p->info[end->id].view.buffer;
}

void leave_pad(Program *p, Kernel *k)
{
    if (k->margin) {
        leave_margin(p, k);
        return;
    }
    for (int i = 0; k->kind != KERNEL_BORDER && i < p->kernels; i++) {
        Kernel *border = p->kernel[i];
        if (border->kind != KERNEL_BORDER || border->target[0] != k->target[0])
            continue;
        Node *end = k->result[0];
        border->kind = KERNEL_MAP;
        give_buffer(p, end);
        k->target[0] = p->info[end->id].view.buffer;
        return;
    }
}

void read_as_product(Program *p)
{
    for (int i = 0; i < p->kernels; i++)
        for (int j = 0; j < p->kernels; j++) {
            Kernel *border = p->kernel[j];
            const Kernel *k = p->kernel[i];
            if (border->kind != KERNEL_BORDER || border->target[0] != k->target[0] ||
                (k->kind != KERNEL_TILE && k->kind != KERNEL_WINOGRAD))
                continue;
            border->waits = k->reads;
            border->wait_count = border->wait_capacity = k->read_count;
        }
}
