/* check_streams.c: in which order the examples of shards come, wherever one begins, and what is damaged in them. */
#include "check_main.h"
#include "rated.h"
#include "scratch.h"
#include "shuffle.h"
#include "stream.h"
#include "video_model.h"

enum { VIDEOS = 50, SHARDS = 3, BATCH = 7 };

static const char *make_shards_of(Scratch *scratch, const char *part, const Kind *of, int spoilt)
{
    for (int s = 0; s < SHARDS; s++) {
        unsigned char file[1 << 16];
        char name[64];
        size_t at = 0;
        for (int n = s; n < VIDEOS; n += SHARDS) {
            size_t size;
            unsigned char *bytes = video_record(of, n, true, &size);
            asc_record_header(size, file + at);
            memcpy(file + at + ASC_RECORD_HEADER, bytes, size);
            asc_record_footer(bytes, size, file + at + ASC_RECORD_HEADER + size);
            if (n == spoilt)
                file[at + ASC_RECORD_HEADER] ^= 1;
            at += ASC_RECORD_HEADER + size + ASC_RECORD_FOOTER;
            free(bytes);
        }
        snprintf(name, sizeof name, "%s%d.tfrecord", part, s);
        scratch_write(scratch, name, file, at);
    }
    return scratch->path;
}

static const char *make_shards(Scratch *scratch, const char *part, int spoilt)
{
    return make_shards_of(scratch, part, &kind, spoilt);
}

/* All ids of an epoch from an example on, one behind the other. */
static int ids_of(const AscShards *shards, const AscStreamOptions *options, int epoch, int from,
                  char ids[VIDEOS + 1][8], AscStatus *status)
{
    AscStream *stream = asc_stream_create(&frames_model, shards, options, status);
    AscServing serving;
    int count = 0;

    ck_assert(asc_stream_seek(stream, epoch, from, status));
    while (asc_stream_next(stream, BATCH, &serving, status) && serving.count > 0)
        for (int n = 0; n < serving.count; n++)
            strcpy(ids[count++], asc_streamed(stream, serving.which[n])->id);
    count = status->code == ASC_OK ? count : -1;
    if (options->skip_bad)
        ck_assert_int_eq(asc_stream_left_out(stream)->count, 1);
    asc_stream_destroy(stream);
    return count;
}

static int compare_ids(const void *a, const void *b)
{
    return strcmp(a, b);
}

START_TEST(order_of_a_stream)
{
    Scratch scratch = scratch_make();
    AscStatus status = { 0 };
    AscShards *shards = asc_shards_open(make_shards(&scratch, "train", -1), "train", NULL, NULL,
                                        &status);
    char first[VIDEOS + 1][8], second[VIDEOS + 1][8], again[VIDEOS + 1][8];
    AscStreamOptions options = { .random = true, .seed = 3, .largest = BATCH };

    ck_assert_int_eq(shards->records, VIDEOS);
    ck_assert(asc_shards_found(scratch.path));
    ck_assert_int_eq(ids_of(shards, &options, 0, 0, first, &status), VIDEOS);
    ck_assert_int_eq(ids_of(shards, &options, 1, 0, second, &status), VIDEOS);
    ck_assert(memcmp(first, second, sizeof first) != 0);
    for (int from = 0; from <= VIDEOS; from += 9) { /* as if it had been read from the beginning */
        ck_assert_int_eq(ids_of(shards, &options, 1, from, again, &status), VIDEOS - from);
        for (int n = from; n < VIDEOS; n++)
            ck_assert_str_eq(again[n - from], second[n]);
    }
    options.random = false;
    ck_assert_int_eq(ids_of(shards, &options, 0, 0, again, &status), VIDEOS);
    Video video;
    video_draw(&kind, 3, &video); /* the second of the first file */
    ck_assert_str_eq(again[1], video.id);
    qsort(first, VIDEOS, 8, compare_ids);
    qsort(again, VIDEOS, 8, compare_ids);
    for (int n = 0; n < VIDEOS; n++)
        ck_assert_str_eq(first[n], again[n]);
    asc_shards_close(shards);
    ck_assert_ptr_null(asc_shards_open(scratch.path, "test", NULL, NULL, &status));
    ck_assert_ptr_nonnull(strstr(status.message, "has no TFRecord files of the part `test`"));
    scratch_remove(&scratch);
}
END_TEST

/* The window is smaller than the set: what is drawn lies near in the sequence, and all is drawn once. */
START_TEST(window_of_a_shuffle)
{
    enum { RECORDS = 1000, FILES = 10, WINDOW = 64 };
    int first[FILES + 1], seen[RECORDS] = { 0 };
    AscShards shards = {
        .files = FILES, .first = first, .records = RECORDS, .largest = (1u << 28) / WINDOW
    };
    AscShuffle shuffle;
    double distance = 0;

    for (int f = 0; f <= FILES; f++)
        first[f] = f * RECORDS / FILES;
    ck_assert(asc_shuffle_create(&shards, true, 8, 1, &shuffle, NULL));
    ck_assert_int_eq(shuffle.window, WINDOW);
    asc_shuffle_begin(&shuffle, &shards, 4);
    for (int n = 0; n < RECORDS; n++) {
        int slot = asc_shuffle_draw(&shuffle);
        ck_assert(slot >= 0 && slot < WINDOW);
        seen[shuffle.slot[slot]]++;
        for (int k = 0; k < RECORDS; k++)
            if (shuffle.sequence[k] == shuffle.slot[slot])
                distance += abs(k - n);
        asc_shuffle_refill(&shuffle, slot);
    }
    ck_assert_int_eq(asc_shuffle_draw(&shuffle), -1);
    int slots[2][20];
    for (int epoch = 0; epoch < 2; epoch++) { /* each has its own draws */
        asc_shuffle_begin(&shuffle, &shards, epoch);
        for (int n = 0; n < 20; n++) {
            slots[epoch][n] = asc_shuffle_draw(&shuffle);
            asc_shuffle_refill(&shuffle, slots[epoch][n]);
        }
    }
    ck_assert_mem_ne(slots[0], slots[1], sizeof slots[0]);
    for (int n = 0; n < RECORDS; n++)
        ck_assert_int_eq(seen[n], 1);
    ck_assert(distance / RECORDS > WINDOW / 4 && distance / RECORDS < 2 * WINDOW);
    asc_shuffle_free(&shuffle);
}
END_TEST

enum { MOST_SEEN = VIDEOS * MOST_SEGMENTS };

/* "ID:START" of the segments of an epoch from one on, one behind the other. */
static int segments_from(const AscShards *shards, AscPieces pieces, int epoch, int from,
                         char seen[MOST_SEEN + 1][16])
{
    AscStream *stream = asc_stream_create(
        &frames_model, shards,
        &(AscStreamOptions){ .random = true, .seed = 3, .pieces = pieces, .largest = BATCH }, NULL);
    AscServing serving;
    int count = 0;

    ck_assert(asc_stream_seek(stream, epoch, from, NULL));
    while (asc_stream_next(stream, BATCH, &serving, NULL) && serving.count > 0) {
        for (int n = 0; n < serving.count; n++) {
            const AscStreamed *about = asc_streamed(stream, serving.which[n]);
            snprintf(seen[count++], sizeof seen[0], "%.8s:%d", about->id, about->begins);
        }
    }
    asc_stream_destroy(stream);
    return count;
}

/* A window of all videos, from which they are drawn segment by segment. */
START_TEST(segments_of_a_stream)
{
    Scratch scratch = scratch_make();
    Kind rated = kind;
    static char seen[MOST_SEEN + 1][16], later[MOST_SEEN + 1][16];
    int expected = 0, together = 0;

    rated.segments = true;
    rated.frames = 40; /* two to five segments a video */
    AscShards *shards = asc_shards_open(make_shards_of(&scratch, "train", &rated, -1), "train",
                                        NULL, NULL, NULL);
    for (int n = 0; n < VIDEOS; n++) {
        Video video;
        video_draw(&rated, n, &video);
        int whole = video.frames / SEGMENT;
        expected += whole < MOST_SEGMENTS ? whole : MOST_SEGMENTS;
    }
    ck_assert_int_eq(segments_from(shards, ASC_RATED_SEGMENTS, 1, 0, seen), expected);
    ck_assert_int_eq(segments_from(shards, ASC_RATED_SEGMENTS, 1, 40, later), expected - 40);
    ck_assert_mem_eq(later, seen + 40, (size_t)(expected - 40) * sizeof *seen); /* read again */
    ck_assert(asc_rated_count(&frames_model, shards, NULL, NULL));
    ck_assert_int_eq(shards->segments, expected);
    for (int from = 1; from < expected; from += 17) { /* gone to */
        ck_assert_int_eq(segments_from(shards, ASC_RATED_SEGMENTS, 1, from, later),
                         expected - from);
        ck_assert_mem_eq(later, seen + from, (size_t)(expected - from) * sizeof *seen);
    }
    for (int n = 0; n < expected; n++) {
        for (int m = 0; m < n; m++)
            ck_assert_str_ne(seen[n], seen[m]);
        together += n > 0 && strncmp(seen[n], seen[n - 1], 5) == 0;
    }
    ck_assert_int_lt(together, expected / 10);
    asc_shards_close(shards);
    shards = asc_shards_open(make_shards(&scratch, "train", -1), "train", NULL, NULL, NULL);
    AscStatus status = { 0 };
    ck_assert(!asc_rated_count(&frames_model, shards, NULL, &status));
    ck_assert_str_eq(status.message + strlen(scratch.path), ": has no segments that were rated");
    asc_shards_close(shards);
    scratch_remove(&scratch);
}
END_TEST

START_TEST(spoilt_shards)
{
    Scratch scratch = scratch_make();
    AscStatus status = { 0 };
    AscShards *shards = asc_shards_open(make_shards(&scratch, "train", 7), "train", NULL, NULL,
                                        &status);
    char ids[VIDEOS + 1][8];
    AscStreamOptions options = { .random = true, .seed = 3, .largest = BATCH };

    ck_assert_int_eq(ids_of(shards, &options, 0, 0, ids, &status), -1);
    ck_assert_ptr_nonnull(strstr(status.message, "train1.tfrecord: record 3 at byte "));
    ck_assert_ptr_nonnull(strstr(status.message, ": the checksum of its "));
    status = (AscStatus){ 0 };
    options.skip_bad = true;
    ck_assert_int_eq(ids_of(shards, &options, 0, 0, ids, &status), VIDEOS - 1);
    asc_shards_close(shards);
    AscProblems problems = { 0 };
    truncate(scratch_path(&scratch, "train2.tfrecord"), 1000);
    ck_assert_ptr_null(asc_shards_open(scratch.path, "all", NULL, NULL, &status));
    ck_assert_ptr_nonnull(strstr(status.message, "is cut off"));
    shards = asc_shards_open(scratch.path, "all", NULL, &problems, &status);
    ck_assert(shards && problems.count == 1 && shards->records < VIDEOS);
    asc_problems_free(&problems);
    asc_shards_close(shards);
    scratch_remove(&scratch);
}
END_TEST

/* A shard that is cut when its records have been found: the records behind are damaged ones. */
START_TEST(shards_cut_meanwhile)
{
    const Kind rated = {
        .classes = CLASSES, .rgb = RGB, .audio = SOUND, .frames = 12, .segments = true
    };
    Scratch scratch = scratch_make();
    AscStatus status = { 0 };
    AscShards *shards = asc_shards_open(make_shards_of(&scratch, "train", &rated, -1), "train",
                                        NULL, NULL, &status);
    AscStreamOptions options = { .pieces = ASC_RATED_SEGMENTS, .largest = BATCH };
    AscServing serving;
    const int last = shards->first[3] - 1, cut = last - shards->first[2] + 1;
    char expected[64];

    ck_assert_int_eq(truncate(shards->path[2], shards->record[last].offset + 5), 0);
    ck_assert_msg(asc_rated_count(&frames_model, shards, NULL, &status), "%s", status.message);
    ck_assert_int_eq(shards->rated[last], 0);
    AscStream *stream = asc_stream_create(&frames_model, shards, &options, &status);
    ck_assert(stream && asc_stream_seek(stream, 0, 0, &status));
    while (asc_stream_next(stream, BATCH, &serving, &status) && serving.count > 0)
        ;
    snprintf(expected, sizeof expected, "train2.tfrecord: record %d at byte ", cut);
    ck_assert_int_eq(status.code, ASC_BAD_INPUT);
    ck_assert_ptr_nonnull(strstr(status.message, expected));
    ck_assert_ptr_nonnull(strstr(status.message, " was cut off since it was found"));
    asc_stream_destroy(stream);
    asc_shards_close(shards);
    scratch_remove(&scratch);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("streams");
    TCase *tc = tcase_create("all");

    tcase_add_test(tc, order_of_a_stream);
    tcase_add_test(tc, window_of_a_shuffle);
    tcase_add_test(tc, segments_of_a_stream);
    tcase_add_test(tc, spoilt_shards);
    tcase_add_test(tc, shards_cut_meanwhile);
    suite_add_tcase(s, tc);
    return check_main(s);
}
