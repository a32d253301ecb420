/* check_pending.c: segments that are in use before all recordings were read, and those fetched ahead of their use. */
#include "ahead.h"

#include <stdlib.h>

#include "check_main.h"
#include "tones.h"

enum { EACH = 6, ALL = EACH * TONE_CLASSES, MOST_REALS = 1 << 10 };

/* The recordings of tone_data() as a list of files, and the tiny model without `normalize`. */
typedef struct Fixture {
    Scratch scratch;
    AscModel model;
    AscFeatures features;
    AscStatistics statistics;
    AscSources sources;
    char *file[ALL];
    AscStatus status;
} Fixture;

static void set_up(Fixture *fixture, bool normalized)
{
    *fixture = (Fixture){ .scratch = scratch_make(), .model = asc_model };
    fixture->features = asc_model.features[0];
    fixture->features.normalized = normalized;
    fixture->model.features = &fixture->features;
    tone_data(&fixture->scratch, EACH);
    for (int n = 0; n < ALL; n++) {
        char name[64];

        snprintf(name, sizeof name, "data/%s/%02d.wav", tone_name[n % TONE_CLASSES],
                 n / TONE_CLASSES);
        fixture->file[n] = strdup(scratch_path(&fixture->scratch, name));
    }
    ck_assert(asc_sources_from_files(fixture->file, ALL, &fixture->sources, &fixture->status));
}

static void tear_down(Fixture *fixture)
{
    for (int n = 0; n < ALL; n++)
        free(fixture->file[n]);
    asc_sources_free(&fixture->sources);
    asc_statistics_free(&fixture->statistics);
    scratch_remove(&fixture->scratch);
}

static AscSegments *open_segments(Fixture *fixture, bool early)
{
    AscExtraction extraction = { .model = &fixture->model, .early = early };
    AscSegments *segments = asc_segments_open(&extraction, &fixture->sources, &fixture->statistics,
                                              true, &fixture->status);

    ck_assert_msg(segments != NULL, "%s", fixture->status.message);
    return segments;
}

static bool fetch(AscSegments *segments, int which, real *to, AscStatus *status)
{
    ck_assert_uint_le(segments->size[0], MOST_REALS);
    return asc_segments_fetch(segments, &which, 1, 1, &to, status);
}

START_TEST(segments_come_before_all_is_read)
{
    Fixture fixture;
    AscSegments *whole, *early;
    real expected[MOST_REALS], found[MOST_REALS];
    int order[2 * ALL];
    bool failed;

    set_up(&fixture, false);
    whole = open_segments(&fixture, false);
    early = open_segments(&fixture, true);
    ck_assert_int_eq(asc_segments_read(whole, &failed), ALL);
    ck_assert_int_eq(asc_segments_read(early, &failed), 0);
    ck_assert_int_eq(early->examples.count, whole->examples.count);
    ck_assert_int_gt(early->examples.count, 2 * ALL);
    for (int n = 0; n < early->examples.count && n < 2 * ALL; n++)
        order[n] = early->examples.count - 1 - n;
    ck_assert(asc_segments_begin(early, NULL, NULL, 0, &fixture.status));
    for (int n = 0; n < 2 * ALL; n++) {
        ck_assert(fetch(whole, order[n], expected, &fixture.status));
        ck_assert_msg(fetch(early, order[n], found, &fixture.status), "%s", fixture.status.message);
        ck_assert(memcmp(expected, found, whole->size[0] * sizeof(real)) == 0);
    }
    ck_assert(asc_segments_wait(early, &fixture.status));
    ck_assert_int_eq(asc_segments_read(early, &failed), ALL);
    ck_assert(!failed);
    asc_segments_close(early);
    asc_segments_close(whole);
    tear_down(&fixture);
}
END_TEST

START_TEST(statistics_need_all_of_them)
{
    Fixture fixture;
    AscSegments *segments;
    bool failed;

    set_up(&fixture, true);
    segments = open_segments(&fixture, true);
    ck_assert_int_eq(asc_segments_read(segments, &failed), ALL);
    ck_assert_int_gt(fixture.statistics.positions, 0);
    asc_segments_close(segments);
    tear_down(&fixture);
}
END_TEST

/* Its header promises the samples; they are not there. */
START_TEST(a_bad_recording_fails_what_waits_for_it)
{
    Fixture fixture;
    AscSegments *segments;
    real found[MOST_REALS];
    bool failed;

    set_up(&fixture, false);
    ck_assert_int_eq(truncate(fixture.file[3], 9000), 0);
    segments = open_segments(&fixture, true);
    ck_assert(asc_segments_begin(segments, NULL, NULL, 0, &fixture.status));
    ck_assert(!asc_segments_wait(segments, &fixture.status));
    ck_assert_msg(strstr(fixture.status.message, "is cut off after") != NULL, "%s",
                  fixture.status.message);
    ck_assert(!fetch(segments, segments->first[3], found, &fixture.status));
    ck_assert_int_lt(asc_segments_read(segments, &failed), ALL);
    ck_assert(failed);
    asc_segments_close(segments);
    tear_down(&fixture);
}
END_TEST

/* The second part waits for the first, which is never begun, or is still read. */
START_TEST(closing_ends_the_reading)
{
    Fixture fixture;

    set_up(&fixture, false);
    for (int begun = 0; begun < 2; begun++) {
        AscSegments *first = open_segments(&fixture, true), *second = open_segments(&fixture, true);

        ck_assert(asc_segments_begin(second, first, NULL, 0, &fixture.status));
        ck_assert(!begun || asc_segments_begin(first, NULL, NULL, 0, &fixture.status));
        asc_segments_close(second);
        asc_segments_close(first);
    }
    tear_down(&fixture);
}
END_TEST

/* Servings from `from` on are meant[from ..] of the segments, whose numbers stand for their labels. */
static void check_servings(AscAhead *ahead, const int *meant, int from, int count, int largest,
                           const real *expected, size_t size)
{
    AscServing serving;
    AscStatus status;

    for (int at = from; at < count; at += serving.count) {
        ck_assert(asc_ahead_next(ahead, largest, &serving, &status));
        ck_assert_int_eq(serving.count, at + largest < count ? largest : count - at);
        for (int n = 0; n < serving.count; n++) {
            const int place = serving.which[n], which = meant[at + n];

            ck_assert_int_eq(serving.examples->label[place], which);
            ck_assert_mem_eq(serving.examples->input[0] + (size_t)place * size,
                             expected + (size_t)which * size, size * sizeof(real));
        }
    }
}

START_TEST(servings_follow_the_order)
{
    enum { LARGEST = 7, FROM = 3, MOST = 100, STEP = 5 };
    static real expected[MOST * MOST_REALS];
    Fixture fixture;
    int turned[MOST], straight[MOST];

    set_up(&fixture, false);
    AscSegments *segments = open_segments(&fixture, false);
    const int count = segments->examples.count;
    ck_assert(count % STEP && count > 5 * LARGEST &&
              count <= MOST); /* more than its ring has places */
    for (int n = 0; n < count; n++) {
        turned[n] = n * STEP % count;
        straight[n] = segments->label[n] = n;
        ck_assert(fetch(segments, n, expected + (size_t)n * segments->size[0], &fixture.status));
    }
    AscAhead *ahead = asc_ahead_create(segments, LARGEST, &fixture.status);
    ck_assert(ahead && asc_ahead_begin(ahead, turned, FROM, &fixture.status));
    check_servings(ahead, turned, FROM, count, LARGEST, expected, segments->size[0]);
    ck_assert(asc_ahead_begin(ahead, NULL, 0, &fixture.status));
    check_servings(ahead, straight, 0, count, LARGEST, expected, segments->size[0]);
    asc_ahead_destroy(ahead);
    asc_segments_close(segments);
    tear_down(&fixture);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pending");
    TCase *tests = tcase_create("pending");

    tcase_add_test(tests, segments_come_before_all_is_read);
    tcase_add_test(tests, statistics_need_all_of_them);
    tcase_add_test(tests, a_bad_recording_fails_what_waits_for_it);
    tcase_add_test(tests, closing_ends_the_reading);
    tcase_add_test(tests, servings_follow_the_order);
    suite_add_tcase(suite, tests);
    return check_main(suite);
}
