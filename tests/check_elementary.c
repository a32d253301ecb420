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

enum { BLOCK = 1024 };

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
static bool has_fused(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#else
#define FUSED
static bool has_fused(void)
{
    return true;
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
    void (*run[2])(const float *x, float *y);
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

static double float_error(const FloatCase *c, float x, float y)
{
    const double right = c->right((double)x);
    const float near = fabsf((float)right);
    const double unit = near < FLT_MIN ? (double)FLT_TRUE_MIN
                                       : (double)(nextafterf(near, INFINITY) - near);
    return fabs((double)y - right) / unit;
}

static bool float_inside(const FloatCase *c, float x)
{
    return x >= c->lo && x <= c->hi && (x == 0 || fabsf(x) >= FLT_MIN);
}

static double float_block(const FloatCase *c, bool fused, uint64_t first, uint64_t step)
{
    float x[BLOCK], y[BLOCK];
    double most = 0;

    for (int i = 0; i < BLOCK; i++) {
        const uint32_t bits = (uint32_t)(first + (uint64_t)i * step);
        memcpy(&x[i], &bits, sizeof bits);
    }
    c->run[fused](x, y);
    for (int i = 0; i < BLOCK; i++) {
        if (float_inside(c, x[i]))
            most = fmax(most, float_error(c, x[i], y[i]));
    }
    return most;
}

/* Every 997th bit pattern, or all of them. */
START_TEST(errors_of_float)
{
    const FloatCase *c = &float_case[_i / 2];
    const bool fused = _i % 2;
    const char *which = getenv("ELEMENTARY");
    const uint64_t step = which && strcmp(which, "all") == 0 ? 1 : 997, all = UINT64_C(1) << 32;
    double most = 0;
    char name[64];

    if (fused && !has_fused())
        return;
#pragma omp parallel for reduction(max : most) schedule(dynamic, 16)
    for (uint64_t block = 0; block < all / (step * BLOCK); block++)
        most = fmax(most, float_block(c, fused, block * step * BLOCK, step));
    snprintf(name, sizeof name, "%s, float%s", c->name, fused ? ", fused" : "");
    verify(SECTION, name, "units in the last place", most, c->limit);
    ck_assert_msg(most <= c->limit, "%s: %g units in the last place, limit %g", name, most,
                  c->limit);
}
END_TEST

/* ---------------------------------------------------------------- double */

typedef struct DoubleCase {
    const char *name;
    void (*run[2])(const double *x, double *y);
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
static double double_error(const DoubleCase *c, double x, double y)
{
    const long double right = c->right(x);
    double near = fabs((double)right);

    if (c->right == long_cos_turns)
        near = fmax(near, 1e-3);
    return (double)(fabsl(y - right) / (long double)(nextafter(near, INFINITY) - near));
}

static double double_block(const DoubleCase *c, bool fused, uint64_t block)
{
    double x[BLOCK], y[BLOCK], most = 0;

    for (int i = 0; i < BLOCK; i++)
        x[i] = double_point(c, block * BLOCK + (uint64_t)i);
    c->run[fused](x, y);
    for (int i = 0; i < BLOCK; i++)
        most = fmax(most, double_error(c, x[i], y[i]));
    return most;
}

START_TEST(errors_of_double)
{
    const DoubleCase *c = &double_case[_i / 2];
    const bool fused = _i % 2;
    const char *which = getenv("ELEMENTARY");
    const uint64_t blocks = which && strcmp(which, "all") == 0 ? 20000 : 400;
    double most = 0;
    char name[64];

    if (fused && !has_fused())
        return;
#pragma omp parallel for reduction(max : most) schedule(dynamic, 16)
    for (uint64_t block = 0; block < blocks; block++)
        most = fmax(most, double_block(c, fused, block));
    snprintf(name, sizeof name, "%s, double%s", c->name, fused ? ", fused" : "");
    verify(SECTION, name, "units in the last place", most, c->limit);
    ck_assert_msg(most <= c->limit, "%s: %g units in the last place, limit %g", name, most,
                  c->limit);
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
    tcase_add_loop_test(tests, errors_of_float, 0, 2 * FLOAT_CASES);
    tcase_add_loop_test(tests, errors_of_double, 0, 2 * DOUBLE_CASES);
    tcase_add_test(tests, ends_of_float);
    tcase_add_test(tests, ends_of_double);
    tcase_add_test(tests, powers);
    suite_add_tcase(suite, tests);
    return check_main(suite);
}
