/* homogeneous.c: whether a loss is doubled when the target is, which class weights need: they are put into the target. */
#include "resolve.h"

#include <string.h>

/* f(s y) = s^degree f(y) for all s > 0, of y the target.  Zero has every degree, ANY; NONE: no degree. */
enum { ANY = -100, NONE = -101 };

static int same(int a, int b)
{
    return a == b || b == ANY ? a : a == ANY ? b : NONE;
}

static int product(int a, int b, int sign)
{
    return a == NONE || b == NONE ? NONE : a == ANY ? ANY : b == ANY ? NONE : a + sign * b;
}

/* Of a function that is said nothing about. */
static int constant(int a)
{
    return a == 0 || a == ANY ? 0 : NONE;
}

static int map_degree(const Node *node, const int *of)
{
    const int a = of[node->operand[0]->id];
    const int b = node->operands > 1 ? of[node->operand[1]->id] : ANY;
    switch (node->function) {
    case FN_neg:
    case FN_relu:
    case FN_abs: return a;
    case FN_step: return a == NONE ? NONE : 0;
    case FN_add:
    case FN_sub:
    case FN_max:
    case FN_min: return same(a, b);
    case FN_mul: return b == ANY && a != NONE ? ANY : product(a, b, 1);
    case FN_div: return product(a, b, -1);
    case FN_eq:
    case FN_ne:
    case FN_lt:
    case FN_le:
    case FN_gt:
    case FN_ge: return same(a, b) == NONE ? NONE : 0;
    case FN_select: return a == 0 || a == ANY ? same(b, of[node->operand[2]->id]) : NONE;
    default: return constant(a) == NONE || constant(b) == NONE ? NONE : 0;
    }
}

static int degree(const Node *node, const int *of)
{
    int all = ANY;
    switch (node->op) {
    case OP_input: return strcmp(node->name, "target") == 0 ? 1 : 0;
    case OP_number: return node->value == 0 ? ANY : 0;
    case OP_map: return map_degree(node, of);
    case OP_dot: return product(of[node->operand[0]->id], of[node->operand[1]->id], 1);
    case OP_sum:
    case OP_max:
    case OP_part:
    case OP_reshape:
    case OP_expand:
    case OP_slice:
    case OP_pad:
    case OP_reverse:
    case OP_stop:
    case OP_join:
        for (int i = 0; i < node->operands; i++)
            all = all == NONE ? NONE : same(all, of[node->operand[i]->id]);
        return all;
    default:
        for (int i = 0; i < node->operands; i++)
            if (constant(of[node->operand[i]->id]) == NONE)
                return NONE;
        return 0;
    }
}

bool is_homogeneous(const Graph *g, const Node *node)
{
    int *of = arena_alloc(g->arena, sizeof *of * (size_t)(node->id + 1));
    for (int i = 0; i <= node->id; i++)
        of[i] = degree(g->node[i], of);
    return of[node->id] == 1;
}
