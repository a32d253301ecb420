/* check_elementary.c: errors of the elementary functions of kernels and of the runtime library, in units in the last
 * place, over the whole range; ELEMENTARY=all takes every float (minutes). */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "asc_kernel.h"
#include "check_main.h"
#include "elementary.h"
#include "verify.h"

#define SECTION "elementary functions"

enum { BLOCK = 1024, FORMS = 2 };

/* A function over a block, for two processors: products and sums are rounded once where there is an instruction. */
#define BLOCKS(name, type, function)                                                               \
    static void name(const type *x, type *y)                                                       \
    {                                                                                              \
        for (int i = 0; i < BLOCK; i++)                                                            \
            y[i] = function(x[i]);                                                                 \
    }                                                                                              \
    FUSED static void name##_fused(const type *x, type *y)                                         \
    {                                                                                              \
        for (int i = 0; i < BLOCK; i++)                                                            \
            y[i] = function(x[i]);                                                                 \
    }

#ifdef __x86_64__
#define FUSED __attribute__((target("avx2,fma")))
static int forms(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? FORMS : 1;
}
#else
#define FUSED
static int forms(void)
{
    return FORMS;
}
#endif

BLOCKS(float_exp, float, asc_exp)
BLOCKS(float_log, float, asc_log)
BLOCKS(float_tanh, float, asc_tanh)
BLOCKS(float_sigmoid, float, asc_sigmoid)
BLOCKS(double_exp, double, asc_double_exp)
BLOCKS(double_log, double, asc_double_log)
BLOCKS(double_tanh, double, asc_double_tanh)
BLOCKS(double_sigmoid, double, asc_double_sigmoid)
BLOCKS(double_cos_turns, double, asc_double_cos_turns)

/* ---------------------------------------------------------------- what is right */

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

static long double long_sigmoid(long double x)
{
    return 1 / (1 + expl(-x));
}

static long double long_cos_turns(long double x)
{
    return cosl(6.283185307179586476925286766559L * (x - rintl(x)));
}

/* ---------------------------------------------------------------- float */

typedef struct FloatCase {
    const char *name;
    void (*run[FORMS])(const float *x, float *y);
    double (*right)(double x);
    float lo, hi; /* where the error is measured */
    double limit; /* in units in the last place */
} FloatCase;

static const FloatCase float_case[] = {
    { "exp", { float_exp, float_exp_fused }, exp, -87.3f, 88.7f, 2 },
    { "log", { float_log, float_log_fused }, log, FLT_MIN, FLT_MAX, 2 },
    { "tanh", { float_tanh, float_tanh_fused }, tanh, -FLT_MAX, FLT_MAX, 2 },
    { "sigmoid", { float_sigmoid, float_sigmoid_fused }, sigmoid, -87.3f, FLT_MAX, 3 },
};
enum { FLOAT_CASES = sizeof float_case / sizeof float_case[0] };

/* Not a number is worse than any. */
static double worse(double most, double error)
{
    return isnan(error) ? (double)INFINITY : fmax(most, error);
}

static double float_unit(float right)
{
    const float near = fabsf(right);
    return near < FLT_MIN ? (double)FLT_TRUE_MIN : (double)(nextafterf(near, INFINITY) - near);
}

static bool float_inside(const FloatCase *c, float x)
{
    return x >= c->lo && x <= c->hi && (x == 0 || fabsf(x) >= FLT_MIN);
}

/* What is right takes most of the time, so that all forms are compared with it at once. */
static void float_block(const FloatCase *c, uint64_t first, uint64_t step, double *most)
{
    float x[BLOCK], y[FORMS][BLOCK];

    for (int i = 0; i < BLOCK; i++) {
        const uint32_t bits = (uint32_t)(first + (uint64_t)i * step);
        memcpy(&x[i], &bits, sizeof bits);
    }
    for (int form = 0; form < forms(); form++)
        c->run[form](x, y[form]);
    for (int i = 0; i < BLOCK; i++) {
        if (!float_inside(c, x[i]))
            continue;
        const double right = c->right((double)x[i]), unit = float_unit((float)right);
        for (int form = 0; form < forms(); form++)
            most[form] = worse(most[form], fabs((double)y[form][i] - right) / unit);
    }
}

static void report(const char *function, const char *precision, const double *most, double limit)
{
    for (int form = 0; form < forms(); form++) {
        char name[64];
        snprintf(name, sizeof name, "%s, %s%s", function, precision, form ? ", fused" : "");
        verify(SECTION, name, "units in the last place", most[form], limit);
        ck_assert_msg(most[form] <= limit, "%s: %g units in the last place, limit %g", name,
                      most[form], limit);
    }
}

static bool all_of_them(void)
{
    const char *which = getenv("ELEMENTARY");
    return which && strcmp(which, "all") == 0;
}

/* Every 997th bit pattern, or all of them. */
START_TEST(errors_of_float)
{
    const FloatCase *c = &float_case[_i];
    const uint64_t step = all_of_them() ? 1 : 997, all = UINT64_C(1) << 32;
    double most[FORMS] = { 0 };

#pragma omp parallel for reduction(max : most[:FORMS]) schedule(dynamic, 16)
    for (uint64_t block = 0; block < all / (step * BLOCK); block++)
        float_block(c, block * step * BLOCK, step, most);
    report(c->name, "float", most, c->limit);
}
END_TEST

/* ---------------------------------------------------------------- double */

typedef struct DoubleCase {
    const char *name;
    void (*run[FORMS])(const double *x, double *y);
    long double (*right)(long double x);
    double lo, hi;
    bool logarithmic; /* points have evenly spread logarithms */
    double limit;
} DoubleCase;

static const DoubleCase double_case[] = {
    { "exp", { double_exp, double_exp_fused }, expl, -708.3, 709.7, false, 1 },
    { "exp near 0", { double_exp, double_exp_fused }, expl, -1, 1, false, 1 },
    { "log", { double_log, double_log_fused }, logl, DBL_MIN, DBL_MAX, true, 1 },
    { "log near 1", { double_log, double_log_fused }, logl, 0.5, 2, false, 1 },
    { "tanh", { double_tanh, double_tanh_fused }, tanhl, 1e-300, 30, true, 2 },
    { "sigmoid", { double_sigmoid, double_sigmoid_fused }, long_sigmoid, -708, 40, false, 3 },
    { "cos of turns",
      { double_cos_turns, double_cos_turns_fused },
      long_cos_turns,
      -3,
      3,
      false,
      2 },
};
enum { DOUBLE_CASES = sizeof double_case / sizeof double_case[0] };

static double double_point(const DoubleCase *c, uint64_t n)
{
    const double u = asc_uniform(7, 0, 0, n);
    const double x = c->logarithmic ? exp(log(c->lo) + u * (log(c->hi) - log(c->lo)))
                                    : c->lo + u * (c->hi - c->lo);
    return fmin(fmax(x, c->lo), c->hi);
}

/* Near a zero of the cosine the last place is that of 1e-3: the argument itself is rounded. */
static double double_unit(const DoubleCase *c, double right)
{
    const double near = c->right == long_cos_turns ? fmax(fabs(right), 1e-3) : fabs(right);
    return nextafter(near, INFINITY) - near;
}

static void double_block(const DoubleCase *c, uint64_t block, double *most)
{
    double x[BLOCK], y[FORMS][BLOCK];

    for (int i = 0; i < BLOCK; i++)
        x[i] = double_point(c, block * BLOCK + (uint64_t)i);
    for (int form = 0; form < forms(); form++)
        c->run[form](x, y[form]);
    for (int i = 0; i < BLOCK; i++) {
        const long double right = c->right(x[i]), unit = double_unit(c, (double)right);
        for (int form = 0; form < forms(); form++)
            most[form] = worse(most[form], (double)(fabsl(y[form][i] - right) / unit));
    }
}

START_TEST(errors_of_double)
{
    const DoubleCase *c = &double_case[_i];
    double most[FORMS] = { 0 };

#pragma omp parallel for reduction(max : most[:FORMS]) schedule(dynamic, 16)
    for (uint64_t block = 0; block < (all_of_them() ? 20000 : 400); block++)
        double_block(c, block, most);
    report(c->name, "double", most, c->limit);
}
END_TEST

/* ---------------------------------------------------------------- ends of the range */

START_TEST(ends_of_float)
{
    const float inf = INFINITY;

    ck_assert(asc_exp(0) == 1 && asc_tanh(0) == 0 && asc_sigmoid(0) == 0.5f && asc_log(1) == 0);
    ck_assert(asc_exp(-inf) >= 0 && asc_exp(-inf) < 1.3e-38f && asc_exp(-1e30f) < 1.3e-38f);
    ck_assert(asc_exp(inf) > 3.3e38f && asc_exp(89) > 3.3e38f);
    ck_assert(asc_log(0) == -inf && asc_log(-0.0f) == -inf && asc_log(inf) == inf);
    ck_assert(isnan(asc_log(-1)) && isnan(asc_log(-inf)) && isnan(asc_log(NAN)));
    ck_assert(isnan(asc_exp(NAN)) && isnan(asc_tanh(NAN)) && isnan(asc_sigmoid(NAN)));
    ck_assert(asc_tanh(inf) == 1 && asc_tanh(-inf) == -1);
    ck_assert(asc_sigmoid(inf) == 1 && asc_sigmoid(-inf) < 1.3e-38f);
    ck_assert(asc_exp(FLT_TRUE_MIN) == 1 && asc_tanh(FLT_TRUE_MIN) <= FLT_MIN);
    for (float x = -90; x < 90; x += 0.37f) { /* whole range: finite, never negative */
        ck_assert(isfinite(asc_exp(x)) && asc_exp(x) >= 0);
        ck_assert(asc_sigmoid(x) >= 0 && asc_sigmoid(x) <= 1 && fabsf(asc_tanh(x)) <= 1);
    }
}
END_TEST

START_TEST(ends_of_double)
{
    const double inf = INFINITY;

    ck_assert(asc_double_exp(0) == 1 && asc_double_log(1) == 0 && asc_double_tanh(0) == 0);
    ck_assert(asc_double_exp(-inf) == 0 && asc_double_exp(-746) == 0);
    ck_assert(asc_double_exp(inf) == inf && asc_double_exp(709.79) == inf);
    ck_assert_double_eq(asc_double_exp(-745), exp(-745)); /* denormal */
    ck_assert(asc_double_log(0) == -inf && asc_double_log(-0.0) == -inf);
    ck_assert(asc_double_log(inf) == inf && isnan(asc_double_log(-1)));
    ck_assert_double_eq_tol(asc_double_log(0x1p-1074), log(0x1p-1074), 1e-12);
    ck_assert(isnan(asc_double_exp(NAN)) && isnan(asc_double_log(NAN)));
    ck_assert(isnan(asc_double_tanh(NAN)) && isnan(asc_double_sigmoid(NAN)));
    ck_assert(asc_double_tanh(inf) == 1 && asc_double_tanh(-inf) == -1);
    ck_assert(asc_double_sigmoid(inf) == 1 && asc_double_sigmoid(-inf) == 0);
    ck_assert(asc_double_cos_turns(0.25) == 0 && asc_double_cos_turns(0.5) == -1);
}
END_TEST

START_TEST(powers)
{
    ck_assert(asc_double_power(0.9, 0) == 1 && asc_double_power(2, 40) == 0x1p40);
    for (unsigned n = 1; n < 3000; n += 17)
        ck_assert_double_eq_tol(asc_double_power(0.999, n) / pow(0.999, n), 1, n * 2.3e-16);
    ck_assert(asc_double_power(0.9, UINT64_MAX) == 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("elementary");
    TCase *tests = tcase_create("elementary");

    tcase_set_timeout(tests, 1800);
    tcase_add_loop_test(tests, errors_of_float, 0, FLOAT_CASES);
    tcase_add_loop_test(tests, errors_of_double, 0, DOUBLE_CASES);
    tcase_add_test(tests, ends_of_float);
    tcase_add_test(tests, ends_of_double);
    tcase_add_test(tests, powers);
    suite_add_tcase(suite, tests);
    return check_main(suite);
}
