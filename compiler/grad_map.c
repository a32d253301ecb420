/* grad_map.c: the derivative of every function.  They use the result where they can, so that the
 * operand need not be kept. */
#include "grad.h"

static Node *number(Grad *c, double value)
{
    return make_number(c->g, c->node->place, value);
}

static Node *map(Grad *c, Function f, Node *a, Node *b)
{
    return make_map(c->g, c->node->place, f, a, b, NULL);
}

/* Nested calls make one node an argument at most: C leaves their order open, a graph must not. */

static Node *grad_unary(Grad *c, Function f, Node *a, Node *y, Node *dy)
{
    Node *b;
    switch (f) {
    case FN_neg: return map(c, FN_neg, dy, NULL);
    case FN_exp: return map(c, FN_mul, dy, y);
    case FN_log: return map(c, FN_div, dy, a);
    case FN_sqrt: return map(c, FN_div, map(c, FN_mul, dy, number(c, 0.5)), y);
    case FN_rsqrt: /* -y^3 / 2 */
        a = map(c, FN_mul, map(c, FN_mul, y, y), y);
        return map(c, FN_mul, dy, map(c, FN_mul, a, number(c, -0.5)));
    case FN_tanh:
        b = map(c, FN_mul, y, y);
        return map(c, FN_mul, dy, map(c, FN_sub, number(c, 1), b));
    case FN_sigmoid: return map(c, FN_mul, dy, map(c, FN_mul, y, map(c, FN_sub, number(c, 1), y)));
    case FN_relu: return map(c, FN_mul, dy, map(c, FN_step, y, NULL));
    case FN_abs:
        b = map(c, FN_step, map(c, FN_neg, a, NULL), NULL);
        a = map(c, FN_step, a, NULL);
        return map(c, FN_mul, dy, map(c, FN_sub, a, b));
    case FN_erf: /* 2 exp(-a^2) / sqrt(pi) */
        b = map(c, FN_exp, map(c, FN_neg, map(c, FN_mul, a, a), NULL), NULL);
        return map(c, FN_mul, dy, map(c, FN_mul, b, number(c, 1.1283791670955126)));
    case FN_sin: return map(c, FN_mul, dy, map(c, FN_cos, a, NULL));
    case FN_cos: return map(c, FN_mul, dy, map(c, FN_neg, map(c, FN_sin, a, NULL), NULL));
    default: return NULL;
    }
}

/* d pow(a, b) / db = y log(a); zero where a is not positive, as its limit is. */
static Node *grad_pow(Grad *c, int i, Node *a, Node *b, Node *y, Node *dy)
{
    Node *zero = number(c, 0);
    if (i == 0) {
        Node *power = map(c, FN_pow, a, map(c, FN_sub, b, number(c, 1)));
        return map(c, FN_mul, dy, map(c, FN_mul, power, b));
    }
    Node *positive = map(c, FN_gt, a, zero), *log = map(c, FN_log, a, NULL);
    log = make_map(c->g, c->node->place, FN_select, positive, log, zero);
    return map(c, FN_mul, dy, map(c, FN_mul, y, log));
}

/* The gradient of operand i. */
static Node *grad_binary(Grad *c, int i, Node *const *x, Node *y, Node *dy)
{
    Node *a = x[0], *b = x[1];
    switch (c->node->function) {
    case FN_add: return dy;
    case FN_sub: return i == 0 ? dy : map(c, FN_neg, dy, NULL);
    case FN_mul: return map(c, FN_mul, dy, i == 0 ? b : a);
    case FN_div:
        if (i == 0)
            return map(c, FN_div, dy, b);
        return map(c, FN_neg, map(c, FN_mul, dy, map(c, FN_div, y, b)), NULL);
    case FN_pow: return grad_pow(c, i, a, b, y, dy);
    case FN_max: /* a > b ? a : b */
        return map(c, FN_mul, dy, map(c, i == 0 ? FN_gt : FN_le, a, b));
    case FN_min: return map(c, FN_mul, dy, map(c, i == 0 ? FN_lt : FN_ge, a, b));
    default: return NULL;
    }
}

void grad_map(Grad *c, Node *n, Node *dy)
{
    for (int i = 0; i < n->operands; i++) {
        Node *d = NULL;
        if (!grad_wants(c, i))
            continue;
        if (n->operands == 1)
            d = grad_unary(c, n->function, n->operand[0], n, dy);
        else if (n->operands == 2)
            d = grad_binary(c, i, n->operand, n, dy);
        else if (n->function == FN_select && i > 0)
            d = make_map(c->g, n->place, FN_select, n->operand[0], i == 1 ? dy : number(c, 0),
                         i == 1 ? number(c, 0) : dy);
        if (d)
            grad_give(c, i, d);
    }
}
