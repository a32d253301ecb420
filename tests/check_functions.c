/* check_functions.c: the single precision functions of generated kernels (runtime/asc_kernel.h) against the C library's
 * in double precision, over all of their range. */
#include "check_main.h"
#include "verify.h"

#include "../runtime/asc_kernel.h"

#include <float.h>

static float kernel_exp(float x)
{
    return asc_exp(x);
}

static float kernel_log(float x)
{
    return asc_log(x);
}

static float kernel_tanh(float x)
{
    return asc_tanh(x);
}

static float kernel_sigmoid(float x)
{
    return asc_sigmoid(x);
}

static double exact_sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

/* limit: of the error, in units of the result's last place */
static const struct {
    const char *name;
    float (*function)(float);
    double (*exact)(double);
    double low, high, limit;
} functions[] = {
    { "exp", kernel_exp, exp, -87, 88.5, 4 },
    { "log", kernel_log, log, 1e-30, 4, 4 },
    { "log, large", kernel_log, log, 4, 1e30, 4 },
    { "tanh", kernel_tanh, tanh, -10, 10, 4 },
    { "tanh, small", kernel_tanh, tanh, -0.7, 0.7, 4 },
    { "sigmoid", kernel_sigmoid, exact_sigmoid, -80, 80, 4 },
};

enum { FUNCTIONS_HERE = sizeof functions / sizeof *functions, POINTS = 400001 };

START_TEST(errors_are_of_the_last_places)
{
    double worst = 0;
    float where = 0;
    for (int i = 0; i < POINTS; i++) {
        double share = (double)i / (POINTS - 1);
        float x = (float)(functions[_i].low + share * (functions[_i].high - functions[_i].low));
        double exact = functions[_i].exact((double)x);
        double unit = fmax(fabs(exact) * FLT_EPSILON, FLT_MIN);
        double error = fabs((double)functions[_i].function(x) - exact) / unit;
        if (!(error <= worst)) {
            worst = error;
            where = x;
        }
    }
    verify("functions in single precision", functions[_i].name, "error in units of the last place",
           worst, functions[_i].limit);
    ck_assert_msg(worst <= functions[_i].limit, "%s(%.9g): %g units of the last place",
                  functions[_i].name, (double)where, worst);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("functions");
    TCase *errors = tcase_create("errors");
    tcase_add_loop_test(errors, errors_are_of_the_last_places, 0, FUNCTIONS_HERE);
    suite_add_tcase(s, errors);
    return check_main(s);
}
