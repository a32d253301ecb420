/* check_metrics.c: metrics against values of an independent implementation in NumPy. */
#include "metrics.h"

#include <math.h>

#include "check_main.h"

enum { EXAMPLES = 12, CLASSES = 5 };

/* Random scores rounded to make ties; example 2 has no label. */
static const double scores[EXAMPLES * CLASSES] = {
    0.81, 0.81, 0.52, 0.29, 0.05, 0.38, 0.41, 0.05, 0.05, 1.00, 0.65, 0.23, 0.43, 0.97, 0.90,
    0.84, 0.06, 0.49, 0.68, 0.06, 0.56, 0.27, 0.88, 0.06, 0.68, 0.25, 0.25, 0.25, 0.25, 0.25,
    0.71, 0.00, 0.50, 0.44, 0.20, 0.32, 0.81, 0.32, 0.15, 0.70, 0.45, 0.80, 0.24, 0.32, 0.80,
    0.51, 0.51, 0.24, 0.01, 0.93, 0.09, 0.84, 0.37, 0.95, 0.40, 0.94, 0.56, 0.24, 0.74, 0.67
};
static const bool labels[EXAMPLES * CLASSES] = { 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0,
                                                 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0,
                                                 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0, 1,
                                                 0, 0, 1, 0, 1, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0 };
static const int truth[EXAMPLES] = { 1, 3, 0, 1, 0, 3, 2, 1, 3, 2, 3, 2 };
static const int best[EXAMPLES] = { 0, 4, 3, 0, 2, 0, 0, 1, 1, 4, 3, 0 };

START_TEST(best_takes_the_first_of_equals)
{
    for (int n = 0; n < EXAMPLES; n++)
        ck_assert_int_eq(asc_metrics_best(scores + n * CLASSES, CLASSES), best[n]);
}
END_TEST

/* Class 4 has no example. */
START_TEST(accuracies)
{
    int confusion[CLASSES * CLASSES];

    asc_metrics_confusion(best, truth, EXAMPLES, CLASSES, confusion);
    ck_assert_int_eq(confusion[3 * CLASSES + 4], 1);
    ck_assert_double_eq_tol(asc_metrics_accuracy(confusion, CLASSES), 0.166666666666667, 1e-14);
    ck_assert_double_eq_tol(asc_metrics_macro_accuracy(confusion, CLASSES), 0.145833333333333,
                            1e-14);
    ck_assert_double_eq_tol(asc_metrics_class_accuracy(confusion, CLASSES, 3), 0.25, 1e-14);
    ck_assert(isnan(asc_metrics_class_accuracy(confusion, CLASSES, 4)));
}
END_TEST

START_TEST(log_loss_is_clipped)
{
    double sure[] = { 1, 0 };
    int wrong = 1;

    ck_assert_double_eq_tol(asc_metrics_log_loss(scores, truth, EXAMPLES, CLASSES),
                            1.93837690608495, 1e-13);
    ck_assert_double_eq_tol(asc_metrics_log_loss(sure, &wrong, 1, 2), -log(1e-15), 1e-6);
}
END_TEST

START_TEST(gap_of_k)
{
    static const int k[] = { 1, 2, 3, 20 };
    static const double expected[] = { 0.125925925925926, 0.206270100632846, 0.272724646541012,
                                       0.394350634375832 };
    double value;

    ck_assert(asc_metrics_gap(scores, labels, EXAMPLES, CLASSES, k[_i], &value));
    ck_assert_double_eq_tol(value, expected[_i], 1e-13);
}
END_TEST

START_TEST(hit_of_k)
{
    static const double expected[] = { 0.25, 0.5, 2.0 / 3 };
    double value;

    ck_assert(asc_metrics_hit(scores, labels, EXAMPLES, CLASSES, _i + 1, &value));
    ck_assert_double_eq_tol(value, expected[_i], 1e-14);
}
END_TEST

START_TEST(precision_at_equal_recall)
{
    double value;

    ck_assert(asc_metrics_perr(scores, labels, EXAMPLES, CLASSES, &value));
    ck_assert_double_eq_tol(value, 0.462962962962963, 1e-14);
}
END_TEST

START_TEST(nothing_has_no_value)
{
    int confusion[CLASSES * CLASSES] = { 0 };
    double value;

    ck_assert(isnan(asc_metrics_accuracy(confusion, CLASSES)));
    ck_assert(isnan(asc_metrics_macro_accuracy(confusion, CLASSES)));
    ck_assert(isnan(asc_metrics_log_loss(scores, truth, 0, CLASSES)));
    ck_assert(asc_metrics_gap(scores, labels, 0, CLASSES, 20, &value) && isnan(value));
    ck_assert(asc_metrics_perr(scores, labels, 0, CLASSES, &value) && isnan(value));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("metrics");
    TCase *tests = tcase_create("metrics");

    tcase_add_test(tests, best_takes_the_first_of_equals);
    tcase_add_test(tests, accuracies);
    tcase_add_test(tests, log_loss_is_clipped);
    tcase_add_loop_test(tests, gap_of_k, 0, 4);
    tcase_add_loop_test(tests, hit_of_k, 0, 3);
    tcase_add_test(tests, precision_at_equal_recall);
    tcase_add_test(tests, nothing_has_no_value);
    suite_add_tcase(suite, tests);
    return check_main(suite);
}
