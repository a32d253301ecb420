/* arithmetic.c: arithmetic of the compiler: exact fractions with units, comparisons, choices; maps
 * of tensors. */
#include "resolve.h"

#include <math.h>
#include <string.h>

/* ---------------------------------------------------------------- numbers */

static int64_t greatest_divisor(int64_t a, int64_t b)
{
    uint64_t x = a < 0 ? 0 - (uint64_t)a : (uint64_t)a, y = (uint64_t)b;
    while (y) {
        uint64_t rest = x % y;
        x = y;
        y = rest;
    }
    return (int64_t)x;
}

Number number_real(double value)
{
    return (Number){ .exact = false, .denominator = 1, .real = value };
}

/* Any numerator but INT64_MIN, any denominator but 0 and INT64_MIN. */
Number number_exact(int64_t numerator, int64_t denominator)
{
    if (denominator < 0) {
        numerator = -numerator;
        denominator = -denominator;
    }
    int64_t divisor = numerator ? greatest_divisor(numerator, denominator) : denominator;
    Number n = { .exact = true,
                 .numerator = numerator / divisor,
                 .denominator = denominator / divisor };
    n.real = (double)n.numerator / (double)n.denominator;
    return n;
}

static bool fraction(int64_t numerator, int64_t denominator, Number *n)
{
    if (numerator == INT64_MIN || denominator == INT64_MIN || denominator == 0)
        return false;
    *n = number_exact(numerator, denominator);
    return true;
}

/* a / b + sign * c / d, and so on; false where int64 does not hold the result. */
static bool exact_sum(Number a, Number b, int64_t sign, Number *n)
{
    int64_t left, right, top, bottom;
    return !__builtin_mul_overflow(a.numerator, b.denominator, &left) &&
           !__builtin_mul_overflow(sign * b.numerator, a.denominator, &right) &&
           !__builtin_add_overflow(left, right, &top) &&
           !__builtin_mul_overflow(a.denominator, b.denominator, &bottom) &&
           fraction(top, bottom, n);
}

static bool exact_product(int64_t a, int64_t b, int64_t c, int64_t d, Number *n)
{
    Number left, right;
    int64_t top, bottom;
    return fraction(a, d, &left) &&
           fraction(b, c, &right) && /* a / d * b / c, each in lowest terms */
           !__builtin_mul_overflow(left.numerator, right.numerator, &top) &&
           !__builtin_mul_overflow(left.denominator, right.denominator, &bottom) &&
           fraction(top, bottom, n);
}

static bool exact_power(Number a, Number b, Number *n)
{
    int64_t exponent;
    if (!number_whole(b, &exponent) || exponent > 64 || exponent < -64)
        return false;
    if (exponent < 0) {
        if (a.numerator == 0 || !fraction(a.denominator, a.numerator, &a))
            return false;
        exponent = -exponent;
    }
    *n = number_exact(1, 1);
    for (int64_t i = 0; i < exponent; i++)
        if (!exact_product(n->numerator, a.numerator, n->denominator, a.denominator, n))
            return false;
    return true;
}

static bool exact_result(Function f, Number a, Number b, Number *n)
{
    if (!a.exact || !b.exact)
        return false;
    switch (f) {
    case FN_add: return exact_sum(a, b, 1, n);
    case FN_sub: return exact_sum(a, b, -1, n);
    case FN_mul: return exact_product(a.numerator, b.numerator, a.denominator, b.denominator, n);
    case FN_div:
        return b.numerator &&
               exact_product(a.numerator, b.denominator, a.denominator, b.numerator, n);
    case FN_pow: return exact_power(a, b, n);
    case FN_neg: return fraction(-a.numerator, a.denominator, n);
    case FN_abs: return fraction(a.numerator < 0 ? -a.numerator : a.numerator, a.denominator, n);
    case FN_max: *n = a.real > b.real ? a : b; return true;
    case FN_min: *n = a.real < b.real ? a : b; return true;
    default: return false;
    }
}

static int compare(Number a, Number b)
{
    Number difference;
    if (a.exact && b.exact && exact_sum(a, b, -1, &difference))
        return (difference.numerator > 0) - (difference.numerator < 0);
    return (a.real > b.real) - (a.real < b.real);
}

static double real_result(Function f, double a, double b)
{
    switch (f) {
    case FN_neg: return -a;
    case FN_exp: return exp(a);
    case FN_log: return log(a);
    case FN_sqrt: return sqrt(a);
    case FN_rsqrt: return 1 / sqrt(a);
    case FN_tanh: return tanh(a);
    case FN_sigmoid: return 1 / (1 + exp(-a));
    case FN_relu: return a > 0 ? a : 0;
    case FN_abs: return fabs(a);
    case FN_erf: return erf(a);
    case FN_sin: return sin(a);
    case FN_cos: return cos(a);
    case FN_step: return a > 0;
    case FN_add: return a + b;
    case FN_sub: return a - b;
    case FN_mul: return a * b;
    case FN_div: return a / b;
    case FN_pow: return pow(a, b);
    case FN_max: return a > b ? a : b;
    case FN_min: return a < b ? a : b;
    default: return NAN;
    }
}

static bool is_comparison(Function f)
{
    return f == FN_eq || f == FN_ne || f == FN_lt || f == FN_le || f == FN_gt || f == FN_ge;
}

static bool holds(Function f, int order)
{
    switch (f) {
    case FN_eq: return order == 0;
    case FN_ne: return order != 0;
    case FN_lt: return order < 0;
    case FN_le: return order <= 0;
    case FN_gt: return order > 0;
    default: return order >= 0;
    }
}

/* The unit of a product or quotient; false where there is none. */
static bool unit_of_product(Unit a, Unit b, Unit *unit)
{
    *unit = a == UNIT_NONE ? b : b == UNIT_NONE ? a : UNIT_NONE;
    return a == UNIT_NONE || b == UNIT_NONE || (a == UNIT_SECONDS && b == UNIT_HERTZ) ||
           (a == UNIT_HERTZ && b == UNIT_SECONDS);
}

static bool unit_of_quotient(Unit a, Unit b, Unit *unit)
{
    *unit = a == b ? UNIT_NONE : b == UNIT_NONE ? a : b == UNIT_SECONDS ? UNIT_HERTZ : UNIT_SECONDS;
    return a == b || b == UNIT_NONE || (a == UNIT_NONE && (b == UNIT_SECONDS || b == UNIT_HERTZ));
}

static bool unit_of_result(Function f, Unit a, Unit b, Unit *unit)
{
    *unit = a;
    switch (f) {
    case FN_mul: return unit_of_product(a, b, unit);
    case FN_div: return unit_of_quotient(a, b, unit);
    case FN_neg:
    case FN_abs: return true;
    case FN_add:
    case FN_sub:
    case FN_max:
    case FN_min: return a == b;
    default:
        *unit = UNIT_NONE;
        return is_comparison(f) ? a == b
                                : a == UNIT_NONE && (function_arity(f) == 1 || b == UNIT_NONE);
    }
}

bool number_apply(Function f, Number a, Number b, Number *result, bool *truth, const char **problem)
{
    Unit unit;
    *truth = is_comparison(f);
    if (!unit_of_result(f, a.unit, b.unit, &unit)) {
        *problem = "the units don't go together";
        return false;
    }
    if (*truth)
        *result = number_of(holds(f, compare(a, b)));
    else if (f == FN_div && b.real == 0) {
        *problem = "division by zero";
        return false;
    } else if (!exact_result(f, a, b, result))
        *result = number_real(real_result(f, a.real, b.real));
    if (!isfinite(result->real)) {
        *problem = "the result is not a finite number";
        return false;
    }
    result->unit = unit;
    return true;
}

/* ---------------------------------------------------------------- values of any kind */

static bool is_number(const Value *v)
{
    return v->kind == VALUE_NUMBER || v->kind == VALUE_TRUTH;
}

static Value *apply_numbers(Resolver *r, Place place, const char *spelling, Function f,
                            Value *const *v, int count)
{
    Number result;
    bool truth;
    const char *problem;
    if (f == FN_select)
        return v[0]->number.real != 0 ? v[1] : v[2];
    Number b = count > 1 ? v[1]->number : (Number){ .exact = true, .denominator = 1 };
    if (!number_apply(f, v[0]->number, b, &result, &truth, &problem)) {
        if (count > 1)
            fault(r, place, spelling, "%s: %s and %s", problem, number_text(r, v[0]->number),
                  number_text(r, v[1]->number));
        else
            fault(r, place, spelling, "%s: %s", problem, number_text(r, v[0]->number));
        return NULL;
    }
    Value *value = value_number(r, place, result);
    if (truth)
        value->kind = VALUE_TRUTH;
    return value;
}

static Value *apply_words(Resolver *r, Place place, const char *spelling, Function f,
                          Value *const *v)
{
    if (f != FN_eq && f != FN_ne) {
        fault(r, place, spelling, "words can only be compared with == and !=");
        return NULL;
    }
    bool same = strcmp(v[0]->word, v[1]->word) == 0;
    Value *value = value_number(r, place, number_of(same == (f == FN_eq)));
    value->kind = VALUE_TRUTH;
    return value;
}

/* Numbers become scalar nodes; the largest operand is given the batch where another one has it. */
static bool map_operands(Resolver *r, Place place, const char *spelling, Value *const *v, int count,
                         Node **node)
{
    bool batched = false;
    for (int i = 0; i < count; i++) {
        if (v[i]->kind == VALUE_TENSOR)
            node[i] = cell_take(r, v[i]->node);
        else if (v[i]->number.unit != UNIT_NONE) {
            fault(r, place, spelling, "a tensor has no unit, but this is %s",
                  value_describe(r, v[i]));
            return false;
        } else
            node[i] = make_number(r->graph, user_place(r, place), v[i]->number.real);
        batched |= shape_batched(&node[i]->shape);
    }
    int big = 0;
    for (int i = 1; i < count; i++)
        if (node[i]->shape.rank - shape_batched(&node[i]->shape) >
            node[big]->shape.rank - shape_batched(&node[big]->shape))
            big = i;
    const Shape *all = &node[big]->shape;
    for (int i = 0; i < count; i++)
        for (int k = 0; k < node[i]->shape.rank; k++) {
            Axis axis = node[i]->shape.axis[k];
            int at = shape_find(all, axis.name);
            if (axis.size == BATCH)
                continue;
            if (at < 0) {
                fault(r, place, spelling,
                      "%s and %s: neither has all axes of the other; for every pair write dot[](a, "
                      "b)",
                      shape_text(r, all), shape_text(r, &node[i]->shape));
                return false;
            }
            if (all->axis[at].size != axis.size) {
                int first = big < i ? big : i, second = big < i ? i : big;
                fault(r, place, spelling, "%s = %d here, %d there", axis.name,
                      node[first]->shape.axis[shape_find(&node[first]->shape, axis.name)].size,
                      node[second]->shape.axis[shape_find(&node[second]->shape, axis.name)].size);
                note_sizes(r, axis.name, node[first], node[second]);
                return false;
            }
        }
    if (batched && !shape_batched(all)) {
        Shape to = { 0 };
        if (!shape_grow(r, place, spelling, &to, "batch", BATCH))
            return false;
        for (int k = 0; k < all->rank; k++)
            if (!shape_grow(r, place, spelling, &to, all->axis[k].name, all->axis[k].size))
                return false;
        node[big] = make_expand(r->graph, user_place(r, place), node[big], to);
    }
    return true;
}

static Value *apply_tensors(Resolver *r, Place place, const char *spelling, Function f,
                            Value *const *v, int count)
{
    Node *node[3] = { NULL };
    if (!map_operands(r, place, spelling, v, count, node))
        return NULL;
    return value_tensor(r, place,
                        make_map(r->graph, user_place(r, place), f, node[0], node[1], node[2]));
}

Value *apply(Resolver *r, Place place, const char *spelling, Function f, Value *const *v, int count)
{
    int numbers = 0, tensors = 0, words = 0;
    for (int i = 0; i < count; i++) {
        numbers += is_number(v[i]);
        tensors += v[i]->kind == VALUE_TENSOR;
        words += v[i]->kind == VALUE_CHOICE;
    }
    if (numbers == count)
        return apply_numbers(r, place, spelling, f, v, count);
    if (words == count && count == 2)
        return apply_words(r, place, spelling, f, v);
    if (tensors && tensors + numbers == count)
        return apply_tensors(r, place, spelling, f, v, count);
    if (count == 1)
        fault(r, place, spelling, "it can't be applied to %s", value_describe(r, v[0]));
    else
        fault(r, place, spelling, "%s and %s don't go together", value_describe(r, v[0]),
              value_describe(r, v[1]));
    return NULL;
}
