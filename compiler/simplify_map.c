/* simplify_map.c: rules of arithmetic.  The normal form of a product keeps what lacks axes
 * outermost and together, mul(core, narrow), so that it can leave a sum and is worked out once. */
#include "simplify.h"

#include <math.h>

/* Lacks an axis of the result, so it is worth keeping apart from what has all. */
static bool is_narrow(const Node *x, const Node *n)
{
    return x->shape.rank < n->shape.rank;
}

/* The result if it has n's shape: of two operands with the same axes the first gives the order. */
static Node *fitting(Node *result, const Node *n)
{
    return shape_equal(&result->shape, &n->shape) ? result : NULL;
}

/* One of a and b has the axes of the other, so that they may be operands of one map. */
static bool compatible(const Node *a, const Node *b)
{
    return shape_has_all(&a->shape, &b->shape) || shape_has_all(&b->shape, &a->shape);
}

/* ---------------------------------------------------------------- constants */

static double fold(Function f, const double *x)
{
    switch (f) {
    case FN_neg: return -x[0];
    case FN_exp: return exp(x[0]);
    case FN_log: return log(x[0]);
    case FN_sqrt: return sqrt(x[0]);
    case FN_rsqrt: return 1 / sqrt(x[0]);
    case FN_tanh: return tanh(x[0]);
    case FN_sigmoid: return 1 / (1 + exp(-x[0]));
    case FN_relu: return x[0] > 0 ? x[0] : 0;
    case FN_abs: return fabs(x[0]);
    case FN_erf: return erf(x[0]);
    case FN_sin: return sin(x[0]);
    case FN_cos: return cos(x[0]);
    case FN_step: return x[0] > 0;
    case FN_add: return x[0] + x[1];
    case FN_sub: return x[0] - x[1];
    case FN_mul: return x[0] * x[1];
    case FN_div: return x[0] / x[1];
    case FN_pow: return pow(x[0], x[1]);
    case FN_max: return x[0] > x[1] ? x[0] : x[1];
    case FN_min: return x[0] < x[1] ? x[0] : x[1];
    case FN_eq: return x[0] == x[1];
    case FN_ne: return x[0] != x[1];
    case FN_lt: return x[0] < x[1];
    case FN_le: return x[0] <= x[1];
    case FN_gt: return x[0] > x[1];
    case FN_ge: return x[0] >= x[1];
    case FN_select: return x[0] != 0 ? x[1] : x[2];
    case FUNCTIONS: break;
    }
    return NAN;
}

static Node *fold_constants(Simplify *s, Node *n)
{
    double x[3] = { 0 };
    for (int i = 0; i < n->operands; i++) {
        if (n->operand[i]->op != OP_number)
            return NULL;
        x[i] = n->operand[i]->value;
    }
    double value = fold(n->function, x);
    return isfinite(value) ? reduced_number(s, value) : NULL;
}

/* A choice by a constant. */
static Node *fold_select(Simplify *s, Node *n)
{
    if (n->function != FN_select || n->operand[0]->op != OP_number)
        return NULL;
    return reduced_expand(s, n->operand[n->operand[0]->value != 0 ? 1 : 2], &n->shape);
}

/* ---------------------------------------------------------------- operands that only repeat */

/* n with operand i replaced by x, if the shape stays. */
static Node *with_operand(Simplify *s, const Node *n, int i, Node *x)
{
    Node *operand[3] = { NULL };
    Shape first = { 0 };
    bool all = false;
    for (int j = 0; j < n->operands; j++)
        operand[j] = j == i ? x : n->operand[j];
    for (int j = 0; j < n->operands && !all; j++) {
        first = operand[j]->shape;
        all = shape_has_all(&first, &n->shape);
    }
    if (!all || !shape_equal(&first, &n->shape))
        return NULL;
    return reduce(s, make_map(s->g, s->place, n->function, operand[0], operand[1], operand[2]));
}

/* The axes are met by name, so a map need not be given its operands expanded or ordered. */
static Node *drop_expand(Simplify *s, Node *n)
{
    for (int i = 0; i < n->operands; i++) {
        Node *x = n->operand[i];
        if (x->op != OP_expand && !is_order(x))
            continue;
        Node *better = with_operand(s, n, i, x->operand[0]);
        if (better)
            return better;
    }
    return NULL;
}

/* Whether x varies along the axis: it has it, and not by being expanded. */
static bool varies(const Node *x, const char *axis)
{
    return shape_find(&x->shape, axis) >= 0 &&
           !(x->op == OP_expand && names_have(x->axes, x->axis, axis));
}

/* x without axes along which it does not vary. */
static Node *narrowed(Simplify *s, Node *x, const Shape *to)
{
    Shape shape = { 0 };
    if (x->op != OP_expand)
        return x;
    for (int i = 0; i < x->shape.rank; i++)
        if (shape_find(to, x->shape.axis[i].name) >= 0)
            shape_add(&shape, x->shape.axis[i]);
    return reduced_expand(s, x->operand[0], &shape);
}

/* Works out what is expanded before it is expanded. */
static Node *hoist_expand(Simplify *s, Node *n)
{
    Node *operand[3] = { NULL };
    Shape shape = { 0 };
    for (int i = 0; i < n->shape.rank; i++) {
        bool any = false;
        for (int j = 0; j < n->operands; j++)
            any = any || varies(n->operand[j], n->shape.axis[i].name);
        if (any)
            shape_add(&shape, n->shape.axis[i]);
    }
    if (shape.rank == n->shape.rank)
        return NULL;
    for (int j = 0; j < n->operands; j++)
        operand[j] = narrowed(s, n->operand[j], &shape);
    for (int j = 0; j < n->operands; j++)
        if (shape_has_all(&operand[j]->shape, &shape)) {
            Node *map = make_map(s->g, s->place, n->function, operand[0], operand[1], operand[2]);
            return reduced_expand(s, reduce(s, map), &n->shape);
        }
    return NULL;
}

/* ---------------------------------------------------------------- sums and differences */

static Node *simplify_add(Simplify *s, Node *n)
{
    Node *a = n->operand[0], *b = n->operand[1];
    if (is_number(b, 0))
        return reduced_expand(s, a, &n->shape);
    if (is_number(a, 0))
        return reduced_expand(s, b, &n->shape);
    if (is_map(b, FN_neg) && shape_equal(&a->shape, &n->shape))
        return reduced_map(s, FN_sub, a, b->operand[0]);
    if (is_map(a, FN_neg) && shape_equal(&b->shape, &n->shape))
        return reduced_map(s, FN_sub, b, a->operand[0]);
    if (is_narrow(a, n) && !is_narrow(b, n))
        return reduced_map(s, FN_add, b, a);
    if (a->op == OP_pad && b->op == OP_pad)
        return join_of_pads(s, a, b);
    if (is_map(a, FN_add) && is_narrow(b, n) && is_narrow(a->operand[1], n) &&
        compatible(a->operand[1], b))
        return reduced_map(s, FN_add, a->operand[0], reduced_map(s, FN_add, a->operand[1], b));
    return NULL;
}

static Node *simplify_sub(Simplify *s, Node *n)
{
    Node *a = n->operand[0], *b = n->operand[1];
    if (is_number(b, 0))
        return reduced_expand(s, a, &n->shape);
    if (is_number(a, 0))
        return reduced_map(s, FN_neg, b, NULL);
    if (is_map(b, FN_neg) && shape_equal(&a->shape, &n->shape))
        return reduced_map(s, FN_add, a, b->operand[0]);
    if (b->op == OP_number)
        return reduced_map(s, FN_add, a, reduced_number(s, -b->value));
    return NULL;
}

static Node *simplify_neg(Simplify *s, Node *n)
{
    Node *a = n->operand[0];
    if (is_map(a, FN_neg))
        return a->operand[0];
    if (is_map(a, FN_mul) && is_narrow(a->operand[1], a))
        return reduced_map(s, FN_mul, a->operand[0], reduced_map(s, FN_neg, a->operand[1], NULL));
    if (is_map(a, FN_sub) && shape_equal(&a->operand[1]->shape, &n->shape))
        return reduced_map(s, FN_sub, a->operand[1], a->operand[0]);
    return NULL;
}

/* ---------------------------------------------------------------- products and quotients */

/* mul(mul(f, narrow), b): a narrow b joins the narrow factor, any other goes to f. */
static Node *gather_narrow(Simplify *s, Node *n, Node *a, Node *b)
{
    if (!is_map(a, FN_mul) || !is_narrow(a->operand[1], n) || is_narrow(a->operand[0], n))
        return NULL;
    Node *f = a->operand[0], *narrow = a->operand[1];
    if (!is_narrow(b, n)) {
        Node *core = n->operand[0] == a ? reduced_map(s, FN_mul, f, b)
                                        : reduced_map(s, FN_mul, b, f);
        return fitting(reduced_map(s, FN_mul, core, narrow), n);
    }
    if (!compatible(narrow, b))
        return NULL;
    return fitting(reduced_map(s, FN_mul, f, reduced_map(s, FN_mul, narrow, b)), n);
}

/* Where it is chosen, the maximum equals the element, so the derivative of relu may be taken of it:
 * mul(unmax(where, dy), step(x)) = unmax(where, dy * step(max)), and x need not be kept. */
static Node *sink_step(Simplify *s, Node *n, Node *a, Node *b)
{
    if (a->op != OP_unmax || !is_map(b, FN_step))
        return NULL;
    Node *max = a->operand[0]->operand[0];
    if (max->operand[0] != b->operand[0])
        return NULL;
    Node *value = reduce(s, make_part(s->g, s->place, max, 0));
    Node *dy = reduced_map(s, FN_mul, a->operand[1], reduced_map(s, FN_step, value, NULL));
    return fitting(reduce(s, make_unmax(s->g, s->place, a->operand[0], dy, b->operand[0], a->axes,
                                        a->axis, a->alongs, a->along)),
                   n);
}

static Node *simplify_mul(Simplify *s, Node *n)
{
    Node *a = n->operand[0], *b = n->operand[1], *better;
    if (is_number(b, 1))
        return reduced_expand(s, a, &n->shape);
    if (is_number(a, 1))
        return reduced_expand(s, b, &n->shape);
    if (is_narrow(a, n) && !is_narrow(b, n))
        return reduced_map(s, FN_mul, b, a);
    if (is_number(b, -1) && n->shape.rank)
        return reduced_map(s, FN_neg, a, NULL);
    if (is_map(a, FN_neg) && is_narrow(b, n) && b->op != OP_number)
        return reduced_map(s, FN_mul, a->operand[0], reduced_map(s, FN_neg, b, NULL));
    if (is_map(a, FN_neg) && b->op == OP_number)
        return reduced_map(s, FN_mul, a->operand[0], reduced_number(s, -b->value));
    if (is_map(a, FN_neg))
        return fitting(reduced_map(s, FN_neg, reduced_map(s, FN_mul, a->operand[0], b), NULL), n);
    if (is_map(b, FN_neg) && !is_narrow(b, n))
        return fitting(reduced_map(s, FN_neg, reduced_map(s, FN_mul, a, b->operand[0]), NULL), n);
    if ((better = gather_narrow(s, n, a, b)) || (better = gather_narrow(s, n, b, a)))
        return better;
    if ((better = sink_step(s, n, a, b)) || (better = sink_step(s, n, b, a)))
        return better;
    return NULL;
}

/* A narrow divisor is inverted once for all that it divides. */
static Node *simplify_div(Simplify *s, Node *n)
{
    Node *a = n->operand[0], *b = n->operand[1];
    if (is_number(b, 1))
        return reduced_expand(s, a, &n->shape);
    if (b->op == OP_number && b->value != 0)
        return reduced_map(s, FN_mul, a, reduced_number(s, 1 / b->value));
    if (is_map(b, FN_sqrt))
        return fitting(reduced_map(s, FN_mul, a, reduced_map(s, FN_rsqrt, b->operand[0], NULL)), n);
    if (is_narrow(b, n) && !is_narrow(a, n))
        return reduced_map(s, FN_mul, a, reduced_map(s, FN_div, reduced_number(s, 1), b));
    if (is_map(a, FN_neg))
        return fitting(reduced_map(s, FN_neg, reduced_map(s, FN_div, a->operand[0], b), NULL), n);
    return NULL;
}

/* ---------------------------------------------------------------- other functions */

static Node *simplify_pow(Simplify *s, Node *n)
{
    Node *a = n->operand[0], *b = n->operand[1];
    if (is_number(b, 1))
        return a;
    if (is_number(b, 2))
        return reduced_map(s, FN_mul, a, a);
    if (is_number(b, 0.5))
        return reduced_map(s, FN_sqrt, a, NULL);
    if (is_number(b, -0.5))
        return reduced_map(s, FN_rsqrt, a, NULL);
    if (is_number(b, -1))
        return fitting(reduced_map(s, FN_div, reduced_number(s, 1), a), n);
    return NULL;
}

/* The logarithm of a softmax in its stable form. */
static Node *simplify_log(Simplify *s, Node *n)
{
    Node *x = n->operand[0];
    if (x->op != OP_softmax)
        return NULL;
    return make_log_softmax(s->g, s->place, x->operand[0], x->axes, x->axis);
}

static Node *simplify_function(Simplify *s, Node *n)
{
    switch (n->function) {
    case FN_add: return simplify_add(s, n);
    case FN_sub: return simplify_sub(s, n);
    case FN_neg: return simplify_neg(s, n);
    case FN_mul: return simplify_mul(s, n);
    case FN_div: return simplify_div(s, n);
    case FN_pow: return simplify_pow(s, n);
    case FN_log: return simplify_log(s, n);
    case FN_max:
        return is_number(n->operand[1], 0) ? reduced_map(s, FN_relu, n->operand[0], NULL) : NULL;
    default: return NULL;
    }
}

Node *simplify_map(Simplify *s, Node *n)
{
    static Rewrite *const rule[] = { fold_constants, fold_select, drop_expand, hoist_expand,
                                     simplify_function };
    for (size_t i = 0; i < sizeof rule / sizeof *rule; i++) {
        Node *better = rule[i](s, n);
        if (better)
            return better;
    }
    return NULL;
}
