/* mixture.c: products whose results, behind maps, are summed along an axis with a factor each, as gates weigh experts: the sum
 * is made where the results are, so that they need no memory. */
#include "kernel.h"

#include <string.h>

/* The last of the maps behind a product, as end_of_epilogue() finds it, that read nothing else of an example. */
static Node *last_map(const Program *p, Node *dot)
{
    Node *end = dot;
    for (Node *user = only_user(p, end); user && user->op == OP_map; user = only_user(p, end)) {
        for (int i = 0; i < user->operands; i++)
            if (user->operand[i] != end && shape_batched(&user->operand[i]->shape))
                return end;
        if (!shape_equal(&user->shape, &dot->shape))
            return end;
        end = user;
    }
    return end;
}

/* Are both the lanes' axes, the last two of the product, of the weights alone? */
static bool set_axes(const Node *dot, const Node *sum, Mixture *m)
{
    const Shape *s = &dot->shape;
    for (int i = s->rank - 2; i < s->rank; i++) {
        const Axis *axis = &s->axis[i];
        if (shape_find(&dot->operand[0]->shape, axis->name) >= 0 || axis->size < 2)
            return false;
        if (!strcmp(axis->name, sum->axis[0])) {
            m->summed = axis->name;
            m->count = axis->size;
        } else {
            m->lane = axis->name;
            m->lanes = axis->size;
        }
    }
    return m->summed && m->lane;
}

/* The factors are the same wherever in the map. */
static bool are_gates(const Mixture *m)
{
    const Shape *s = &m->factor->shape;
    for (int i = 0; i < s->rank; i++)
        if (s->axis[i].size != BATCH && strcmp(s->axis[i].name, m->summed) &&
            strcmp(s->axis[i].name, m->lane))
            return false;
    return true;
}

static bool may_be_mixed(const Program *p, const Node *dot)
{
    return runs(p->passes, PASS_mixture) && runs(p->passes, PASS_epilogue) && !p->scan &&
           vector_lanes(p) && dot->op == OP_dot && dot->shape.rank >= 4 &&
           shape_batched(&dot->shape) && dot->operand[1]->op == OP_weight;
}

static Mixture *mixed_by(const Program *p, const Node *dot, Node *end, Node *sum)
{
    const int vector = vector_lanes(p);
    if (!sum || sum->op != OP_dot || sum->alongs || sum->axes != 1 || !shape_batched(&sum->shape))
        return NULL;
    Mixture *m = arena_alloc(p->arena, sizeof *m);
    *m = (Mixture){ .sum = sum, .factor = sum->operand[sum->operand[0] == end] };
    return set_axes(dot, sum, m) && are_gates(m) && m->lanes % (2 * vector) == 0 ? m : NULL;
}

Mixture *mixture(const Program *p, Node *dot)
{
    if (!may_be_mixed(p, dot))
        return NULL;
    if (p->info[dot->id].remake)
        return p->info[dot->id].remake->mixture;
    Node *end = last_map(p, dot);
    return mixed_by(p, dot, end, only_user(p, end));
}

Mixture *mixture_of(const Program *p, const Node *dot, Node *end)
{
    for (int i = end->id + 1; i < p->graph->nodes && may_be_mixed(p, dot); i++) {
        Node *user = p->graph->node[i];
        for (int j = 0; j < user->operands; j++) {
            Mixture *m = user->operand[j] == end ? mixed_by(p, dot, end, user) : NULL;
            if (m)
                return m;
        }
    }
    return NULL;
}

Node *mix_behind(Program *p, Node *end, const Mixture *m)
{
    absorb(p, end);
    return end_of_epilogue(p, m->sum);
}
