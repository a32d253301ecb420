/* epilogue.c: what a kernel does with its results before it stores them: the maps that follow, and pooling. */
#include "graph.h"
#include "kernel.h"

Node *only_user(const Program *p, const Node *x)
{
    Node *user = NULL;
    if (p->info[x->id].uses != 1)
        return NULL;
    for (int i = x->id + 1; i < p->graph->nodes && !user; i++)
        for (int j = 0; j < p->graph->node[i]->operands; j++)
            if (p->graph->node[i]->operand[j] == x)
                user = p->graph->node[i];
    return user;
}

void absorb(Program *p, const Node *x)
{
    p->info[x->id].stored = false;
    p->info[x->id].absorbed = true;
}

Node *end_of_epilogue(Program *p, Node *dot)
{
    Node *end = dot;
    if (!runs(p->passes, PASS_epilogue) || reduces_batch(dot))
        return end;
    for (Node *user = only_user(p, end); user; user = only_user(p, end)) {
        const NodeInfo *info = &p->info[user->id];
        /* By another dot, of which a map may have two; or by the kernel in which it is made again. */
        const bool taken = info->absorbed || info->view.buffer ||
                           (info->made_again && !p->info[dot->id].remake);
        if (user->op != OP_map || taken || !shape_equal(&user->shape, &dot->shape))
            break;
        absorb(p, end);
        end = user;
    }
    p->info[end->id].stored = true;
    return end;
}

Node *end_behind_margin(Program *p, Node *end, int lanes, Node **pad)
{
    Node *user = only_user(p, end), *last = NULL;
    *pad = NULL;
    if (!runs(p->passes, PASS_margin) || p->scan || !user || !is_plain_pad(user))
        return end;
    for (Node *map = only_user(p, user); map && map->op == OP_map; map = only_user(p, map)) {
        if (p->info[map->id].absorbed || p->info[map->id].view.buffer ||
            !shape_equal(&map->shape, &user->shape))
            break;
        last = map;
    }
    for (int i = 0; last && i < user->alongs; i++)
        if (shape_find(&user->shape, user->along[i].axis) >= user->shape.rank - lanes)
            last = NULL;
    if (!last)
        return end;
    *pad = user;
    for (Node *x = end; x != last; x = only_user(p, x))
        absorb(p, x);
    p->info[last->id].stored = true;
    return last;
}

/* Is it of windows that lie side by side, or the sum over an axis? */
static bool can_pool(const Program *p, const Node *x)
{
    if (x->op == OP_sum && x->axes)
        return x->axes == 1 && !x->alongs && runs(p->passes, PASS_total);
    if ((x->op != OP_max && x->op != OP_sum) || x->axes || !x->alongs || max_is_wide(x))
        return false;
    for (int i = 0; i < x->alongs; i++)
        if (x->along[i].stride != x->along[i].size)
            return false;
    return true;
}

/* A value that rises with x and with nothing else in a window: the operand of x that it rises with, or NULL. */
static const Node *rises_with(const Node *x, const Node *pool)
{
    if (x->op != OP_map ||
        (x->function != FN_relu && x->function != FN_add && x->function != FN_sub))
        return NULL;
    const Node *from = NULL;
    for (int i = 0; i < x->operands; i++) {
        const Node *y = x->operand[i];
        bool same = true;
        for (int j = 0; j < pool->alongs; j++)
            same = same && shape_find(&y->shape, pool->along[j].axis) < 0;
        if (!same && (from || (i && x->function == FN_sub)))
            return NULL;
        from = same ? from : y;
    }
    return from;
}

bool pools_first(const Program *p, const Kernel *k)
{
    const int lane_axes = k->tiling ? k->tiling->lane_axes : k->winograd->lane.outer ? 2 : 1;
    if (!runs(p->passes, PASS_rise) || !k->pool || lane_axes != 1 || k->pool->op != OP_max ||
        k->target[1] || k->pool->operand[0] == k->anchor[0])
        return false;
    const Node *x = k->pool->operand[0];
    while (x && x != k->anchor[0])
        x = rises_with(x, k->pool);
    return x != NULL;
}

Node *end_behind_pool(Program *p, Node *pool, int lanes, Node **pad)
{
    Node *value = pool->op == OP_max ? only_user(p, pool) : NULL;
    *pad = NULL;
    if (!value || value->op != OP_part || value->part || lanes != 1)
        return pool;
    Node *end = end_behind_margin(p, value, lanes, pad);
    if (end == value && !has_pad(p, value))
        return pool;
    absorb(p, pool);
    return end;
}

Node *pool_behind(Program *p, Tiling *t, Winograd *w, const Node *dot, const Node *end)
{
    Node *user = only_user(p, end);
    if (!runs(p->passes, PASS_pool) || !user || !can_pool(p, user))
        return NULL;
    if (!(w ? winograd_pool(w, user) : tile_pool(p, t, dot, user)))
        return NULL;
    absorb(p, end);
    return user;
}
