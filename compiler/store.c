/* store.c: which nodes of a program get memory: loops do; of the others those that a kernel must address, or that would cost
 * more to compute again than to load. */
#include "graph.h"
#include "kernel.h"

#include <string.h>

bool is_loop(const Node *x)
{
    return x->op == OP_dot || x->op == OP_sum || x->op == OP_max || x->op == OP_softmax ||
           x->op == OP_moments || x->op == OP_scan;
}

bool is_source(const Node *x)
{
    return x->op == OP_input || x->op == OP_weight;
}

/* Never worth memory: known without a load. */
static bool is_trivial(const Node *x)
{
    return x->op == OP_number || x->op == OP_count || x->op == OP_index;
}

int64_t stride_along(const View *v, const Shape *shape, const char *axis)
{
    const int at = axis ? shape_find(shape, axis) : -1;
    return at < 0 ? 0 : v->stride[at];
}

/* Row-major strides in the order of the axes; one example after the other. */
View whole_view(Buffer *buffer, const Shape *shape)
{
    View v = { .buffer = buffer };
    int64_t step = 1;
    for (int i = shape->rank - 1; i >= 0; i--) {
        v.stride[i] = step;
        if (shape->axis[i].size != BATCH)
            step *= shape->axis[i].size;
    }
    return v;
}

/* Does x only look at the memory of its operand in another way? */
static bool looks(const Node *x)
{
    return x->op == OP_reshape || x->op == OP_slice || x->op == OP_reverse || x->op == OP_expand ||
           x->op == OP_stop;
}

/* ---------------------------------------------------------------- nodes that are another look at memory */

/* The view of a reshape over a view of its operand; false when the merged axes do not lie in one row. */
static bool reshape_view(const Node *x, const View *in, View *out)
{
    const Shape *from = &x->operand[0]->shape;
    int64_t inner = 0, expected = -1;
    bool one_row = true, renamed = x->axes == x->to.rank;
    for (int i = x->axes - 1; i >= 0; i--) {
        const int at = shape_find(from, x->axis[i]);
        const int64_t size = from->axis[at].size;
        renamed = renamed && size == x->to.axis[i].size;
        if (size == 1)
            continue;
        if (expected < 0)
            inner = in->stride[at];
        else
            one_row = one_row && in->stride[at] == expected;
        expected = in->stride[at] * size;
    }
    if (!one_row && !renamed)
        return false;
    *out = (View){ .buffer = in->buffer, .offset = in->offset, .step = in->step };
    for (int i = 0; i < x->shape.rank; i++) {
        const char *axis = x->shape.axis[i].name;
        const int made = shape_find(&x->to, axis);
        if (made < 0)
            out->stride[i] = in->stride[shape_find(from, axis)];
        else if (one_row) {
            int64_t step = inner;
            for (int j = made + 1; j < x->to.rank; j++)
                step *= x->to.axis[j].size;
            out->stride[i] = step;
        } else
            out->stride[i] = in->stride[shape_find(from, x->axis[made])];
    }
    return true;
}

/* The view of a node that only looks at its operand's memory in another way. */
bool derived_view(const Node *x, const View *in, View *out)
{
    if (x->op == OP_reshape)
        return reshape_view(x, in, out);
    if (!looks(x))
        return false;
    const Shape *from = &x->operand[0]->shape;
    *out = (View){ .buffer = in->buffer, .offset = in->offset, .step = in->step };
    for (int i = 0; i < x->shape.rank; i++) {
        const int at = shape_find(from, x->shape.axis[i].name);
        out->stride[i] = at < 0 ? 0 : in->stride[at];
        if (x->op == OP_reverse && !strcmp(x->shape.axis[i].name, x->name)) {
            out->offset += in->stride[at] * (x->shape.axis[i].size - 1);
            out->stride[i] = -in->stride[at];
        }
    }
    for (int i = 0; x->op == OP_slice && i < x->alongs; i++) {
        const int at = shape_find(from, x->along[i].axis);
        out->offset += in->stride[at] * x->along[i].lo;
        out->stride[shape_find(&x->shape, x->along[i].axis)] = in->stride[at] * x->along[i].stride;
    }
    return true;
}

/* The view of x: of the memory it has, or of what it would have. False: x could not be addressed without memory. */
bool program_view(const Program *p, const Node *x, View *out)
{
    View in;
    if (p->info[x->id].view.buffer) {
        *out = p->info[x->id].view;
        return true;
    }
    if (looks(x) && !p->info[x->id].stored && program_view(p, x->operand[0], &in) &&
        derived_view(x, &in, out))
        return true;
    if (looks(x) && !p->info[x->id].stored)
        return false;
    *out = whole_view(NULL, &x->shape);
    return true;
}

/* Sees to it that x can be addressed: it, or the node that it looks at, gets memory. */
static void require_memory(Program *p, Node *x)
{
    View v;
    if (p->info[x->id].stored || x->op == OP_part)
        return;
    if (looks(x) && program_view(p, x, &v))
        require_memory(p, x->operand[0]);
    else
        p->info[x->id].stored = true;
}

bool has_memory(const Program *p, const Node *x)
{
    if (p->info[x->id].stored || p->info[x->id].view.buffer || x->op == OP_part)
        return true;
    return looks(x) && has_memory(p, x->operand[0]);
}

/* ---------------------------------------------------------------- what is stored */

static double function_cost(Function f)
{
    switch (f) {
    case FN_exp:
    case FN_log:
    case FN_tanh:
    case FN_sigmoid:
    case FN_erf:
    case FN_sin:
    case FN_cos:
    case FN_pow: return 12;
    case FN_div:
    case FN_sqrt:
    case FN_rsqrt: return 4;
    default: return 1;
    }
}

/* Cost of computing x once more from what is stored. */
static double cost(Program *p, const Node *x)
{
    NodeInfo *info = &p->info[x->id];
    if (info->stored || is_trivial(x) || x->op == OP_part)
        return x->op == OP_number ? 0 : 1;
    if (info->costed)
        return info->cost;
    double c = x->op == OP_map      ? function_cost(x->function)
               : x->op == OP_random ? 10
               : x->op == OP_unmax  ? 4
                                    : 1;
    for (int i = 0; i < x->operands; i++)
        c += cost(p, x->operand[i]);
    info->cost = c;
    info->costed = true;
    return c;
}

/* A user that goes over many more elements than x has computes x again for each. */
static bool is_spread(const Node *x, const Node *user)
{
    const Shape *domain = user->op == OP_dot || user->op == OP_sum ? &user->operand[0]->shape
                                                                   : &user->shape;
    return shape_batched(domain) != shape_batched(&x->shape) ||
           shape_count(domain) > 2 * shape_count(&x->shape);
}

static void count_uses(Program *p)
{
    const int *uses = graph_uses(p->graph);
    for (int i = 0; i < p->graph->nodes; i++)
        p->info[i].uses += uses[i];
}

static void store_loops(Program *p)
{
    for (int i = 0; i < p->graph->nodes; i++) {
        const Node *x = p->graph->node[i];
        p->info[i].stored = is_loop(x) || is_source(x) ||
                            (!runs(p->passes, PASS_inline) && !is_trivial(x) && x->op != OP_part);
    }
    for (int i = 0; i < p->graph->nodes; i++) {
        Node *x = p->graph->node[i];
        for (int j = 0; j < x->operands && (x->op == OP_softmax || x->op == OP_scan); j++)
            require_memory(p, x->operand[j]);
        const Sparse *lists = sparse(p, x);
        if (lists && !lists->data)
            require_memory(p, lists->full);
        if (!lists && x->op == OP_dot && (tile(p, x) || winograd(p, x) || winograd_sum(p, x)))
            for (int j = 0; j < 2; j++)
                require_memory(p, x->operand[j]);
    }
}

static void store_costly(Program *p)
{
    for (int i = 0; i < p->graph->nodes; i++) {
        const Node *x = p->graph->node[i];
        for (int j = 0; j < x->operands; j++) {
            Node *y = x->operand[j];
            NodeInfo *info = &p->info[y->id];
            if (!info->stored && y->op != OP_part && !is_trivial(y) && !sparse_only(p, y) &&
                !info->made_again &&
                ((info->uses > 1 && cost(p, y) > 8) || (is_spread(y, x) && cost(p, y) > 4)))
                info->stored = true;
        }
    }
}

static int count_operand(const Node *x, const Node *operand)
{
    int count = 0;
    for (int i = 0; i < x->operands; i++)
        count += x->operand[i] == operand;
    return count;
}

/* Is one of the operands of x worked out from another?  It would have to wait for itself: memory is ready as a whole. */
static bool need_each_other(const Program *p, const Node *x)
{
    bool *needed = arena_alloc(p->arena, (size_t)x->id + 1);
    for (int i = 0; i < x->operands; i++)
        for (int j = 0; j < x->operand[i]->operands; j++)
            needed[x->operand[i]->operand[j]->id] = true;
    for (int i = x->id - 1; i >= 0; i--)
        for (int j = 0; needed[i] && j < p->graph->node[i]->operands; j++)
            needed[p->graph->node[i]->operand[j]->id] = true;
    for (int i = 0; i < x->operands; i++)
        if (needed[x->operand[i]->id])
            return true;
    return false;
}

/* Values that are joined in memory are worked out there, each for itself, if they have no memory of their own. */
static void fill_joins(Program *p)
{
    for (int i = 0; i < p->graph->nodes && runs(p->passes, PASS_fill); i++) {
        const Node *x = p->graph->node[i];
        NodeInfo *info = &p->info[i];
        info->filled = x->op == OP_join && info->stored;
        for (int j = 0; j < x->operands && info->filled; j++) {
            const Node *y = x->operand[j];
            info->filled = !p->info[y->id].stored && !is_trivial(y) && y->op != OP_part &&
                           y->op != OP_join && count_operand(x, y) == 1;
        }
        info->filled = info->filled && !need_each_other(p, x);
        for (int j = 0; j < x->operands && info->filled; j++)
            p->info[x->operand[j]->id].stored = true;
    }
}

/* What is made again, row by row, has no memory, whoever asked for it. */
static void drop_made_again(Program *p)
{
    for (int i = 0; i < p->graph->nodes; i++)
        if (p->info[i].made_again)
            p->info[i].stored = false;
}

void store(Program *p)
{
    count_uses(p);
    find_remakes(p);
    store_loops(p);
    store_costly(p);
    store_pads(p);
    drop_made_again(p);
    fill_joins(p);
}
