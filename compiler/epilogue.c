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
        const bool taken = info->absorbed ||
                           info->view.buffer || /* by another dot: a map may have two */
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

Node *pool_behind(Program *p, Tiling *t, Winograd *w, const Node *dot, const Node *end)
{
    Node *user = only_user(p, end);
    if (!runs(p->passes, PASS_pool) || !user || user->op != OP_max || user->axes || !user->alongs ||
        max_is_wide(user))
        return NULL;
    for (int i = 0; i < user->alongs; i++)
        if (user->along[i].stride != user->along[i].size)
            return NULL;
    if (!(w ? winograd_pool(p, w, user) : tile_pool(p, t, dot, user)))
        return NULL;
    absorb(p, end);
    return user;
}
