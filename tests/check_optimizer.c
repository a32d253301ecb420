/* check_optimizer.c: updates of large parameters against their formulas, clipping, threads. */
#include "optimizer.h"

#include <math.h>
#include <omp.h>
#include <string.h>

#include "check_main.h"

enum { LARGE = 20000, FIXED_AT = LARGE + 16, REALS = FIXED_AT + 16 };

static const AscParameter parameters[] = {
    { .name = "w", .count = LARGE, .offset = 0, .trainable = true },
    { .name = "b", .count = 3, .offset = LARGE, .trainable = true },
    { .name = "running", .count = 2, .offset = FIXED_AT },
};
static const AscModel model = { .parameter = parameters,
                                .parameters = 3,
                                .parameter_reals = REALS };

static const AscParameter decaying[] = {
    { .name = "w", .count = LARGE, .offset = 0, .trainable = true, .l2 = 0.01 },
    { .name = "b", .count = 2, .offset = LARGE, .trainable = true },
    { .name = "v", .count = 1, .offset = LARGE + 2, .trainable = true, .l2 = 0.5 },
};
static const AscModel model_with_l2 = { .parameter = decaying,
                                        .parameters = 3,
                                        .parameter_reals = REALS };

static real w[REALS], g[REALS];

static void fill(void)
{
    for (int i = 0; i < REALS; i++) {
        w[i] = (real)sin(i);
        g[i] = (real)cos(3 * i);
    }
}

static void step_of(const AscModel *of, const AscRecipe *recipe, int steps)
{
    AscStatus status;
    AscUpdate *update = asc_optimizer_create(of, recipe, &status);

    ck_assert(update != NULL);
    fill();
    for (int n = 0; n < steps; n++) {
        for (int i = 0; i < REALS; i++)
            g[i] = (real)cos(3 * i + n);
        asc_optimizer_step(update, recipe->rate, w, g);
    }
    ck_assert_uint_eq(asc_optimizer_steps(update), (uint64_t)steps);
    asc_optimizer_destroy(update);
}

static void step(const AscRecipe *recipe, int steps)
{
    step_of(&model, recipe, steps);
}

START_TEST(plain_sgd)
{
    step(&(AscRecipe){ .optimizer = ASC_SGD, .rate = 0.1 }, 1);
    for (int i = 0; i < LARGE + 3; i++)
        ck_assert_double_eq_tol(w[i], sin(i) - 0.1 * cos(3 * i), 1e-6);
    ck_assert_double_eq_tol(w[FIXED_AT], sin(FIXED_AT), 1e-7);
}
END_TEST

START_TEST(sgd_with_momentum)
{
    step(&(AscRecipe){ .optimizer = ASC_SGD, .rate = 0.1, .momentum = 0.9 }, 3);
    for (int i = 0; i < LARGE; i += 997) {
        double v = 0, x = sin(i);

        for (int n = 0; n < 3; n++) {
            v = 0.9 * v + cos(3 * i + n);
            x -= 0.1 * v;
        }
        ck_assert_double_eq_tol(w[i], x, 1e-5);
    }
}
END_TEST

START_TEST(adam)
{
    AscRecipe recipe = {
        .optimizer = ASC_ADAM, .rate = 0.01, .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8
    };

    step(&recipe, 4);
    for (int i = 0; i < LARGE; i += 997) {
        double m = 0, v = 0, x = sin(i);

        for (int t = 1; t <= 4; t++) {
            double slope = cos(3 * i + t - 1);

            m = 0.9 * m + 0.1 * slope;
            v = 0.999 * v + 0.001 * slope * slope;
            x -= 0.01 * m / (1 - pow(0.9, t)) / (sqrt(v / (1 - pow(0.999, t))) + 1e-8);
        }
        ck_assert_double_eq_tol(w[i], x, 1e-5);
    }
}
END_TEST

/* Each parameter by its own l2. */
START_TEST(l2_by_parameter)
{
    AscRecipe recipe = { .optimizer = ASC_SGD, .rate = 1 };
    AscStatus status;
    AscUpdate *update = asc_optimizer_create(&model_with_l2, &recipe, &status);
    double squares = 0, v;

    fill();
    for (int i = 0; i < LARGE; i++)
        squares += (double)w[i] * (double)w[i];
    v = (double)w[LARGE + 2];
    ck_assert_double_eq_tol(asc_optimizer_penalty(update, w), 0.01 * squares + 0.5 * v * v,
                            1e-8 * squares);
    asc_optimizer_step(update, 1, w, g);
    ck_assert_double_eq_tol(w[5], sin(5) - cos(15) - 0.02 * sin(5), 1e-6);
    ck_assert_double_eq_tol(w[LARGE], sin(LARGE) - cos(3.0 * LARGE), 1e-6);
    ck_assert_double_eq_tol(w[LARGE + 2], v - cos(3.0 * (LARGE + 2)) - 1.0 * v, 1e-6);
    asc_optimizer_destroy(update);
}
END_TEST

START_TEST(the_norm_is_clipped)
{
    double norm = 0;

    for (int i = 0; i < LARGE + 3; i++)
        norm += cos(3 * i) * cos(3 * i);
    norm = sqrt(norm);
    step(&(AscRecipe){ .rate = 1, .clip = ASC_CLIP_NORM, .clip_at = 1 }, 1);
    ck_assert_double_eq_tol(w[7], sin(7) - cos(21) / norm, 1e-6);
    step(&(AscRecipe){ .rate = 1, .clip = ASC_CLIP_NORM, .clip_at = 2 * norm }, 1);
    ck_assert_double_eq_tol(w[7], sin(7) - cos(21), 1e-6);
}
END_TEST

START_TEST(values_are_clipped)
{
    step(&(AscRecipe){ .rate = 1, .clip = ASC_CLIP_VALUE, .clip_at = 0.25 }, 1);
    ck_assert_double_eq_tol(w[0], sin(0) - 0.25, 1e-6);
    ck_assert_double_eq_tol(w[1], sin(1) + 0.25, 1e-6);
}
END_TEST

START_TEST(threads_make_no_difference)
{
    static real one[REALS];
    AscRecipe recipe = { .optimizer = ASC_ADAM,
                         .rate = 0.01,
                         .beta1 = 0.9,
                         .beta2 = 0.999,
                         .epsilon = 1e-8,
                         .clip = ASC_CLIP_NORM,
                         .clip_at = 1 };

    omp_set_num_threads(1);
    step_of(&model_with_l2, &recipe, 3);
    memcpy(one, w, sizeof w);
    omp_set_num_threads(3);
    step_of(&model_with_l2, &recipe, 3);
    ck_assert(memcmp(one, w, sizeof w) == 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("optimizer");
    TCase *tests = tcase_create("optimizer");

    tcase_add_test(tests, plain_sgd);
    tcase_add_test(tests, sgd_with_momentum);
    tcase_add_test(tests, adam);
    tcase_add_test(tests, l2_by_parameter);
    tcase_add_test(tests, the_norm_is_clipped);
    tcase_add_test(tests, values_are_clipped);
    tcase_add_test(tests, threads_make_no_difference);
    suite_add_tcase(suite, tests);
    return check_main(suite);
}
