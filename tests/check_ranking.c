/* check_ranking.c: the figures of several labels an example, and the segments that a network is surest of. */
#include <math.h>

#include "check_main.h"
#include "class_ranking.h"
#include "metrics.h"
#include "random.h"
#include "ranking.h"
#include "scratch.h"

enum { CLASSES = 12 };

static AscRanking *ranking_for(int classes, const AscMetric *metric, int metrics)
{
    AscRanking *ranking = asc_ranking_create(classes, 1, NULL);

    asc_ranking_need(ranking, metric, metrics);
    return ranking;
}

START_TEST(figures_are_those_of_metrics)
{
    enum { EXAMPLES = 300 };
    static double score[EXAMPLES * CLASSES];
    static bool labels[EXAMPLES * CLASSES];
    AscRandom random = asc_random_start(9, "ranking", 0);
    const AscMetric asked[] = { { .kind = ASC_GAP, .argument = 4 },
                                { .kind = ASC_GAP, .argument = 5 },
                                { .kind = ASC_HIT, .argument = 1 },
                                { .kind = ASC_HIT, .argument = 3 },
                                { .kind = ASC_PERR },
                                { .kind = ASC_MAP, .argument = 7 },
                                { .kind = ASC_MAP, .argument = 1000 } };
    enum { ASKED = sizeof asked / sizeof *asked };
    AscRanking *ranking = ranking_for(CLASSES, asked, 5), *all = ranking_for(CLASSES, asked, ASKED);
    double expected[ASKED];

    for (int n = 0; n < EXAMPLES; n++) {
        real row[CLASSES], target[CLASSES];
        for (int c = 0; c < CLASSES; c++) {
            row[c] = (real)asc_random_below(&random, 20) / 20; /* with ties */
            target[c] = asc_random_below(&random, 100) < (n % 3 ? 20 : 80);
            score[n * CLASSES + c] = (double)row[c];
            labels[n * CLASSES + c] = target[c] > 0;
        }
        ck_assert(asc_ranking_add(ranking, row, target, n, NULL));
        ck_assert(asc_ranking_add(all, row, target, n, NULL));
    }
    ck_assert(asc_metrics_gap(score, labels, EXAMPLES, CLASSES, 4, &expected[0]));
    ck_assert(asc_metrics_gap(score, labels, EXAMPLES, CLASSES, 5, &expected[1]));
    ck_assert(asc_metrics_hit(score, labels, EXAMPLES, CLASSES, 1, &expected[2]));
    ck_assert(asc_metrics_hit(score, labels, EXAMPLES, CLASSES, 3, &expected[3]));
    ck_assert(asc_metrics_perr(score, labels, EXAMPLES, CLASSES, &expected[4]));
    ck_assert(asc_metrics_map(score, labels, EXAMPLES, CLASSES, 7, &expected[5]));
    ck_assert(asc_metrics_map(score, labels, EXAMPLES, CLASSES, 1000, &expected[6]));
    for (int m = 0; m < 5; m++)
        ck_assert_double_eq_tol(asc_ranking_metric(ranking, &asked[m]), expected[m], 1e-12);
    for (int m = 0; m < ASKED; m++)
        ck_assert_double_eq_tol(asc_ranking_metric(all, &asked[m]), expected[m], 1e-12);
    asc_ranking_destroy(all);
    ck_assert_double_eq_tol(asc_ranking_metric(ranking, &(AscMetric){ .kind = ASC_LOSS }),
                            (EXAMPLES - 1) / 2.0, 1e-9);
    const AscRanked *last;
    ck_assert_int_eq(asc_ranking_last(ranking, &last), 5);
    for (int k = 1; k < 5; k++)
        ck_assert(last[k].score <= last[k - 1].score);
    real bad[CLASSES] = { (real)NAN };
    AscStatus status = { 0 };
    ck_assert(!asc_ranking_add(ranking, bad, bad, 0, &status));
    asc_ranking_destroy(ranking);
}
END_TEST

/* Of MAP@K each class ranks the segments of which it was rated: class 0 right, wrong, right; class 1 wrong, right;
 * class 2 has no label. */
START_TEST(unknown_classes_do_not_count)
{
    enum { NO = ASC_UNKNOWN };
    const AscMetric asked[] = { { .kind = ASC_GAP, .argument = 2 },
                                { .kind = ASC_HIT, .argument = 1 },
                                { .kind = ASC_MAP, .argument = 3 },
                                { .kind = ASC_MAP, .argument = 2 } };
    const real first[] = { (real)0.9, (real)0.5, (real)0.4, (real)0.3 }, rated[] = { NO, 0, 1, NO };
    const real score[][3] = { { (real)0.8, (real)0.3, (real)0.9 },
                              { (real)0.6, (real)0.7, (real)0.2 },
                              { (real)0.7, (real)0.9, (real)0.1 } };
    const real label[][3] = { { 1, 1, NO }, { 1, 0, 0 }, { 0, NO, NO } };
    AscRanking *ranking = ranking_for(4, asked, 2);

    ck_assert(asc_ranking_add(ranking, first, rated, 0, NULL));
    ck_assert_double_eq(asc_ranking_metric(ranking, &asked[0]), 0.5);
    ck_assert_double_eq(asc_ranking_metric(ranking, &asked[1]), 0);
    asc_ranking_destroy(ranking);
    ranking = ranking_for(3, asked, 4);
    for (int n = 0; n < 3; n++)
        ck_assert(asc_ranking_add(ranking, score[n], label[n], 0, NULL));
    ck_assert_double_eq_tol(asc_ranking_metric(ranking, &asked[2]), ((1 + 2.0 / 3) / 2 + 0.5) / 2,
                            1e-12);
    ck_assert_double_eq_tol(asc_ranking_metric(ranking, &asked[3]), (1.0 / 2 + 0.5) / 2, 1e-12);
    asc_ranking_destroy(ranking);
}
END_TEST

/* What is written is what sorting all scores gives, whatever the room. */
START_TEST(segments_by_class)
{
    enum { SEGMENTS = 90, MOST = 17 };
    AscClassRanking *ranking = asc_class_ranking_create(CLASSES, MOST, NULL);
    AscRandom random = asc_random_start(5, "segments", 0);
    static real score[SEGMENTS][CLASSES];
    Scratch scratch = scratch_make();
    const char *path = scratch_path(&scratch, "out.csv");
    AscWriter *writer = asc_writer_open(path, NULL);
    char *text, expected[CLASSES * MOST * 8 + 64] = "Class,Segments\n", id[8];
    size_t size, at = strlen(expected);

    for (int c = 0; c < CLASSES; c += 2)
        asc_class_ranking_want(ranking, c);
    for (int n = 0; n < SEGMENTS; n++) {
        for (int c = 0; c < CLASSES; c++)
            score[n][c] = (real)asc_random_below(&random, 30); /* with ties */
        snprintf(id, sizeof id, "v%d", n / 7);
        ck_assert(asc_class_ranking_add(ranking, id, n % 7 * 5, score[n], NULL));
    }
    ck_assert(asc_class_ranking_write(ranking, writer, NULL) && asc_writer_commit(writer, NULL));
    for (int c = 0; c < CLASSES; c += 2) {
        bool used[SEGMENTS] = { false };
        at += (size_t)sprintf(expected + at, "%d,", c);
        for (int place = 0; place < MOST; place++) {
            int best = -1;
            for (int n = 0; n < SEGMENTS; n++)
                if (!used[n] && (best < 0 || score[n][c] > score[best][c]))
                    best = n;
            used[best] = true;
            at += (size_t)sprintf(expected + at, "%sv%d:%d", place ? " " : "", best / 7,
                                  best % 7 * 5);
        }
        at += (size_t)sprintf(expected + at, "\n");
    }
    text = asc_file_read(path, sizeof expected, &size, NULL);
    ck_assert_ptr_nonnull(text);
    ck_assert_uint_eq(size, at);
    ck_assert_mem_eq(text, expected, at);
    free(text);
    asc_class_ranking_destroy(ranking);
    scratch_remove(&scratch);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ranking");
    TCase *tc = tcase_create("all");

    tcase_add_test(tc, figures_are_those_of_metrics);
    tcase_add_test(tc, unknown_classes_do_not_count);
    tcase_add_test(tc, segments_by_class);
    suite_add_tcase(s, tc);
    return check_main(s);
}
