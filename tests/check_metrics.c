/* check_metrics.c: figures of merit against an independent implementation in NumPy (tests/vectors/metrics.txt, made by
 * tests/reference/metrics.py), and against cases worked by hand. */
#include "metrics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "verify.h"

enum { MOST_EXAMPLES = 64, MOST_CLASSES = 64, MOST_SCORES = MOST_EXAMPLES * MOST_CLASSES };

#define SECTION "metrics"

/* ---------------------------------------------------------------- vectors */

typedef struct Sample {
    int examples, classes;
    double scores[MOST_SCORES];
    bool labels[MOST_SCORES];
    int truth[MOST_EXAMPLES], predicted[MOST_EXAMPLES];
} Sample;

static void read_numbers(FILE *file, int count, double *to)
{
    for (int i = 0; i < count; i++)
        ck_assert_int_eq(fscanf(file, "%lf", &to[i]), 1);
}

static void read_sample(FILE *file, Sample *s)
{
    char name[64];
    double numbers[MOST_SCORES];
    ck_assert_int_eq(fscanf(file, "%63s %d %d", name, &s->examples, &s->classes), 3);
    ck_assert(s->examples <= MOST_EXAMPLES && s->classes <= MOST_CLASSES);
    for (int n = 0; n < s->examples; n++) {
        read_numbers(file, s->classes, s->scores + n * s->classes);
        read_numbers(file, s->classes, numbers);
        for (int c = 0; c < s->classes; c++)
            s->labels[n * s->classes + c] = numbers[c] > 0;
        s->predicted[n] = asc_metrics_best(s->scores + n * s->classes, s->classes);
    }
    ck_assert(fscanf(file, "%63s", name) == 1 && !strcmp(name, "truth"));
    read_numbers(file, s->examples, numbers);
    for (int n = 0; n < s->examples; n++)
        s->truth[n] = (int)numbers[n];
}

static double of_confusion(const Sample *s, double (*figure)(const int *, int))
{
    static int confusion[MOST_CLASSES * MOST_CLASSES];
    asc_metrics_confusion(s->predicted, s->truth, s->examples, s->classes, confusion);
    return figure(confusion, s->classes);
}

static double figure_of(const Sample *s, const char *name)
{
    double value = NAN;
    if (!strcmp(name, "accuracy"))
        return of_confusion(s, asc_metrics_accuracy);
    if (!strcmp(name, "class-wise-accuracy"))
        return of_confusion(s, asc_metrics_macro_accuracy);
    if (!strcmp(name, "log-loss"))
        return asc_metrics_log_loss(s->scores, s->truth, s->examples, s->classes);
    if (!strcmp(name, "calibration"))
        return asc_metrics_calibration(s->scores, s->truth, s->examples, s->classes).expected;
    if (!strcmp(name, "hit@1"))
        ck_assert(asc_metrics_hit(s->scores, s->labels, s->examples, s->classes, 1, &value));
    else if (!strcmp(name, "perr"))
        ck_assert(asc_metrics_perr(s->scores, s->labels, s->examples, s->classes, &value));
    else if (!strncmp(name, "gap@", 4))
        ck_assert(
            asc_metrics_gap(s->scores, s->labels, s->examples, s->classes, atoi(name + 4), &value));
    else if (!strncmp(name, "map@", 4))
        ck_assert(
            asc_metrics_map(s->scores, s->labels, s->examples, s->classes, atoi(name + 4), &value));
    return value;
}

START_TEST(figures_of_random_scores)
{
    static Sample s;
    char word[64], path[1024];
    int figures = 0;
    double expected;
    const char *sources = getenv("SRCDIR");
    snprintf(path, sizeof path, "%s/tests/vectors/metrics.txt", sources ? sources : ".");
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s: can't be read", path);
    while (fscanf(file, "%63s", word) == 1) {
        if (!strcmp(word, "case")) {
            read_sample(file, &s);
            continue;
        }
        read_numbers(file, 1, &expected);
        const double error = fabs(figure_of(&s, word) - expected);
        verify(SECTION, word, "difference", error, 1e-13);
        ck_assert_msg(error <= 1e-13, "%s of %d examples, %d classes: %.17g instead of %.17g", word,
                      s.examples, s.classes, figure_of(&s, word), expected);
        figures++;
    }
    fclose(file);
    ck_assert_int_eq(figures, 6 * 11);
}
END_TEST

/* ---------------------------------------------------------------- worked by hand */

static void by_hand(const char *name, double value, double expected)
{
    const double error = fabs(value - expected);
    verify(SECTION, name, "difference", error, 1e-13);
    ck_assert_msg(error <= 1e-13, "%s: %.17g instead of %.17g", name, value, expected);
}

START_TEST(best_takes_the_first_of_equals)
{
    const double scores[] = { 0.2, 0.5, 0.5, 0.1 };
    ck_assert_int_eq(asc_metrics_best(scores, 4), 1);
    ck_assert_int_eq(asc_metrics_best(scores + 1, 2), 0);
    ck_assert_int_eq(asc_metrics_best(scores + 3, 1), 0);
}
END_TEST

/* Three of a's four, none of b's one, both of c's two; nothing of d. */
START_TEST(accuracies)
{
    static const int truth[] = { 0, 0, 0, 0, 1, 2, 2 }, predicted[] = { 0, 0, 1, 0, 3, 2, 2 };
    int confusion[16];
    asc_metrics_confusion(predicted, truth, 7, 4, confusion);
    ck_assert_int_eq(confusion[0 * 4 + 1], 1);
    ck_assert_int_eq(confusion[1 * 4 + 3], 1);
    by_hand("accuracy, by hand", asc_metrics_accuracy(confusion, 4), 5.0 / 7);
    by_hand("class-wise accuracy, by hand", asc_metrics_macro_accuracy(confusion, 4),
            (0.75 + 0 + 1) / 3);
    ck_assert_double_eq(asc_metrics_class_accuracy(confusion, 4, 0), 0.75);
    ck_assert(isnan(asc_metrics_class_accuracy(confusion, 4, 3)));
}
END_TEST

/* A sure and wrong answer counts as one of 1e-15; what does not sum to one is made to. */
START_TEST(log_loss)
{
    static const double sure[] = { 1, 0 }, even[] = { 0.3, 0.3, 0.6, 0, 0.5, 0.5 };
    static const int wrong = 1, truth[] = { 1, 0, 1 };
    ck_assert_double_eq_tol(asc_metrics_log_loss(sure, &wrong, 1, 2), -log(1e-15), 1e-6);
    by_hand("log loss, by hand", asc_metrics_log_loss(even, truth, 3, 2), 2 * log(2) / 3);
}
END_TEST

/* 0.6 is the end of bin 9 and 0.9 in bin 14: in the first one of two is right, in the other none.  What is no
 * probability goes into the first and the last bin. */
START_TEST(calibration)
{
    static const double scores[] = { 0.6, 0.4, 0.45, 0.55, 0.1, 0.9, -0.5, -1, 3, 0 };
    static const int truth[] = { 0, 0, 0, 0, 0 };
    AscCalibration found = asc_metrics_calibration(scores, truth, 3, 2);
    ck_assert_int_eq(found.examples[8], 2);
    ck_assert_int_eq(found.examples[13], 1);
    by_hand("calibration, by hand", found.expected, (2 * fabs(0.5 - 0.575) + 0.9) / 3);
    ck_assert_double_eq_tol(found.largest, 0.9, 1e-15);
    ck_assert_double_eq_tol(found.confidence[8], 0.575, 1e-15);
    ck_assert(found.accuracy[8] == 0.5 && isnan(found.accuracy[0]));
    found = asc_metrics_calibration(scores + 6, truth, 2, 2);
    ck_assert(found.examples[0] == 1 && found.examples[14] == 1);
}
END_TEST

/* Of equal scores the lower class comes first, and of equal scores of two examples the earlier example:
 *     0.5 a0, 0.5 a1 *, 0.5 b0 *, 0.2 a2, 0.1 b1, 0.1 b2 *
 * where * marks labels.  Precision at each: 1/2, 2/3, 3/6. */
static const double tied[] = { 0.5, 0.5, 0.2, 0.5, 0.1, 0.1 };
static const bool tied_labels[] = { 0, 1, 0, 1, 0, 1 };

START_TEST(ties)
{
    double value;
    ck_assert(asc_metrics_gap(tied, tied_labels, 2, 3, 20, &value));
    by_hand("gap@20 with ties, by hand", value, (1.0 / 2 + 2.0 / 3 + 3.0 / 6) / 3);
    ck_assert(asc_metrics_gap(tied, tied_labels, 2, 3, 2, &value)); /* a0, a1 *, b0 *, b1 */
    by_hand("gap@2 with ties, by hand", value, (1.0 / 2 + 2.0 / 3) / 3);
    ck_assert(asc_metrics_gap(tied, tied_labels, 2, 3, 1, &value)); /* a0, b0 * */
    by_hand("gap@1 with ties, by hand", value, (1.0 / 2) / 3);
    ck_assert(asc_metrics_hit(tied, tied_labels, 2, 3, 1, &value));
    by_hand("hit@1 with ties, by hand", value, 1.0 / 2);
    ck_assert(asc_metrics_hit(tied, tied_labels, 2, 3, 2, &value));
    by_hand("hit@2 with ties, by hand", value, 1);
    ck_assert(asc_metrics_perr(tied, tied_labels, 2, 3, &value)); /* a: 0 of 1; b: b0, b1: 1 of 2 */
    by_hand("perr with ties, by hand", value, (0 + 1.0 / 2) / 2);
}
END_TEST

/* A label past the k highest scores counts in the denominator; an example without labels counts in Hit, not in PERR. */
START_TEST(labels_out_of_reach)
{
    double scores[2 * 25], value;
    bool labels[2 * 25] = { false };
    for (int i = 0; i < 50; i++)
        scores[i] = 1 - (i % 25) / 25.0 - (i >= 25) * 1e-3;
    labels[2] = labels[21] = true; /* ranks 3 and 22 of the first example; 5 and none of the pool */
    ck_assert(asc_metrics_gap(scores, labels, 2, 25, 20, &value));
    by_hand("gap@20, label out of reach, by hand", value, (1.0 / 5) / 2);
    ck_assert(asc_metrics_hit(scores, labels, 2, 25, 3, &value));
    by_hand("hit@3, no labels, by hand", value, 1.0 / 2);
    ck_assert(asc_metrics_perr(scores, labels, 2, 25, &value));
    by_hand("perr, no labels, by hand", value, 0);
}
END_TEST

START_TEST(nothing_has_no_value)
{
    int confusion[9] = { 0 };
    double value;
    ck_assert(isnan(asc_metrics_accuracy(confusion, 3)));
    ck_assert(isnan(asc_metrics_macro_accuracy(confusion, 3)));
    ck_assert(isnan(asc_metrics_log_loss(tied, NULL, 0, 3)));
    ck_assert(isnan(asc_metrics_calibration(tied, NULL, 0, 3).expected));
    ck_assert(asc_metrics_gap(tied, tied_labels, 0, 3, 20, &value) && isnan(value));
    ck_assert(asc_metrics_hit(tied, tied_labels, 0, 3, 1, &value) && isnan(value));
    ck_assert(asc_metrics_perr(tied, tied_labels, 0, 3, &value) && isnan(value));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("metrics");
    TCase *tests = tcase_create("metrics");
    tcase_add_test(tests, figures_of_random_scores);
    tcase_add_test(tests, best_takes_the_first_of_equals);
    tcase_add_test(tests, accuracies);
    tcase_add_test(tests, log_loss);
    tcase_add_test(tests, calibration);
    tcase_add_test(tests, ties);
    tcase_add_test(tests, labels_out_of_reach);
    tcase_add_test(tests, nothing_has_no_value);
    suite_add_tcase(suite, tests);
    return check_main(suite);
}
