/* check_random.c: random numbers: known values, moments of the samplers, permutations. */
#include "random.h"

#include <math.h>
#include <string.h>

#include "check_main.h"

enum { DRAWS = 200000 };

START_TEST(mix_depends_on_every_word)
{
    uint64_t base = asc_mix(1, 2, 3, 4);

    ck_assert(base == asc_mix(1, 2, 3, 4));
    ck_assert(base != asc_mix(0, 2, 3, 4));
    ck_assert(base != asc_mix(1, 1, 3, 4));
    ck_assert(base != asc_mix(1, 2, 4, 4));
    ck_assert(base != asc_mix(1, 2, 3, 5));
    ck_assert(asc_mix(1, 2, 0, 0) != asc_mix(2, 1, 0, 0));
    ck_assert(asc_mix(0, 0, 1, 0) != asc_mix(0, 1, 0, 0));
}
END_TEST

/* SplitMix64's published first output for the state 0 is the scramble of the golden ratio. */
START_TEST(scramble_is_splitmix)
{
    ck_assert_uint_eq(asc_scramble(UINT64_C(0x9e3779b97f4a7c15)), UINT64_C(0xe220a8397b1dcdaf));
}
END_TEST

START_TEST(uniform_fills_the_interval)
{
    int bin[16] = { 0 };

    for (uint64_t i = 0; i < DRAWS; i++) {
        double u = asc_uniform(7, 1, 2, i);

        ck_assert(u >= 0 && u < 1);
        bin[(int)(u * 16)]++;
    }
    for (int b = 0; b < 16; b++)
        ck_assert_double_eq_tol(bin[b], DRAWS / 16.0, 5 * sqrt(DRAWS / 16.0));
}
END_TEST

/* Neighbouring elements, steps and streams are not correlated. */
START_TEST(uniform_has_no_correlation)
{
    double element = 0, step = 0, stream = 0;

    for (uint64_t i = 0; i < DRAWS; i++) {
        double u = asc_uniform(7, 1, 2, i) - 0.5;

        element += u * (asc_uniform(7, 1, 2, i + 1) - 0.5);
        step += u * (asc_uniform(7, 1, 3, i) - 0.5);
        stream += u * (asc_uniform(7, 2, 2, i) - 0.5);
    }
    ck_assert_double_eq_tol(element / DRAWS * 12, 0, 0.012);
    ck_assert_double_eq_tol(step / DRAWS * 12, 0, 0.012);
    ck_assert_double_eq_tol(stream / DRAWS * 12, 0, 0.012);
}
END_TEST

static void check_moments(double sum, double squares, double mean, double variance)
{
    double m = sum / DRAWS, v = squares / DRAWS - m * m;

    ck_assert_double_eq_tol(m, mean, 6 * sqrt(variance / DRAWS));
    ck_assert_double_eq_tol(v, variance, 0.03 * variance);
}

START_TEST(normal_has_its_moments)
{
    AscRandom random = asc_random_start(3, "normal", 0);
    double sum = 0, squares = 0, fourth = 0;

    for (int i = 0; i < DRAWS; i++) {
        double x = asc_random_normal(&random);

        sum += x;
        squares += x * x;
        fourth += x * x * x * x;
    }
    check_moments(sum, squares, 0, 1);
    ck_assert_double_eq_tol(fourth / DRAWS, 3, 0.15);
}
END_TEST

START_TEST(gamma_has_its_moments)
{
    static const double shape[] = { 0.2, 0.7, 1, 3.5, 40 };
    AscRandom random = asc_random_start(3, "gamma", (uint64_t)_i);
    double sum = 0, squares = 0;

    for (int i = 0; i < DRAWS; i++) {
        double x = asc_random_gamma(&random, shape[_i]);

        sum += x;
        squares += x * x;
    }
    check_moments(sum, squares, shape[_i], shape[_i]);
}
END_TEST

START_TEST(beta_has_its_moments)
{
    static const double shape[][2] = { { 0.2, 0.2 }, { 1, 1 }, { 2, 5 }, { 0.4, 0.4 } };
    double a = shape[_i][0], b = shape[_i][1], sum = 0, squares = 0;
    AscRandom random = asc_random_start(3, "beta", (uint64_t)_i);

    for (int i = 0; i < DRAWS; i++) {
        double x = asc_random_beta(&random, a, b);

        ck_assert(x >= 0 && x <= 1);
        sum += x;
        squares += x * x;
    }
    check_moments(sum, squares, a / (a + b), a * b / ((a + b) * (a + b) * (a + b + 1)));
}
END_TEST

START_TEST(beta_of_a_tiny_shape_is_a_number)
{
    AscRandom random = asc_random_start(1, "beta", 0);

    for (int i = 0; i < 1000; i++) {
        double x = asc_random_beta(&random, 1e-5, 1e-5);

        ck_assert(x >= 0 && x <= 1);
    }
}
END_TEST

START_TEST(permutation_is_one)
{
    int order[101], seen[101] = { 0 };
    AscRandom random = asc_random_start(3, "shuffle", 9);

    asc_random_permutation(&random, order, 101);
    for (int i = 0; i < 101; i++)
        seen[order[i]]++;
    for (int i = 0; i < 101; i++)
        ck_assert_int_eq(seen[i], 1);
    asc_random_permutation(&random, order, 1);
    ck_assert_int_eq(order[0], 0);
    asc_random_permutation(&random, order, 0);
}
END_TEST

START_TEST(permutations_are_equally_likely)
{
    int count[6] = { 0 }, order[3];
    AscRandom random = asc_random_start(5, "shuffle", 0);

    for (int i = 0; i < 60000; i++) {
        asc_random_permutation(&random, order, 3);
        count[order[0] * 2 + (order[1] > order[2])]++;
    }
    for (int p = 0; p < 6; p++)
        ck_assert_double_eq_tol(count[p], 10000, 500);
}
END_TEST

START_TEST(streams_have_names)
{
    ck_assert(asc_random_stream("shuffle") == asc_random_stream("shuffle"));
    ck_assert(asc_random_stream("shuffle") != asc_random_stream("mixup"));
    ck_assert(asc_random_stream("") != asc_random_stream("a"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("random");
    TCase *tests = tcase_create("random");

    tcase_add_test(tests, mix_depends_on_every_word);
    tcase_add_test(tests, scramble_is_splitmix);
    tcase_add_test(tests, uniform_fills_the_interval);
    tcase_add_test(tests, uniform_has_no_correlation);
    tcase_add_test(tests, normal_has_its_moments);
    tcase_add_loop_test(tests, gamma_has_its_moments, 0, 5);
    tcase_add_loop_test(tests, beta_has_its_moments, 0, 4);
    tcase_add_test(tests, beta_of_a_tiny_shape_is_a_number);
    tcase_add_test(tests, permutation_is_one);
    tcase_add_test(tests, permutations_are_equally_likely);
    tcase_add_test(tests, streams_have_names);
    suite_add_tcase(suite, tests);
    return check_main(suite);
}
