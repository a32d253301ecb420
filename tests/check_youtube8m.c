/* check_youtube8m.c: TFRecord files, the messages in them, their order, and the figures of several labels. */
#include <math.h>

#include "check_main.h"
#include "class_ranking.h"
#include "metrics.h"
#include "random.h"
#include "ranking.h"
#include "rated.h"
#include "scratch.h"
#include "shuffle.h"
#include "stream.h"
#include "video.h"
#include "youtube8m/video.h"

/* ---------------------------------------------------------------- records */

START_TEST(checksums)
{
    unsigned char zeros[32] = { 0 }, ones[32];

    memset(ones, 255, sizeof ones);
    ck_assert_uint_eq(asc_crc32c("123456789", 9), 0xe3069283); /* the check value of CRC-32C */
    ck_assert_uint_eq(asc_crc32c(zeros, 32), 0x8a9136aa);      /* RFC 3720, B.4 */
    ck_assert_uint_eq(asc_crc32c(ones, 32), 0x62a8ab43);
    ck_assert_uint_eq(asc_crc32c("", 0), 0);
    ck_assert_uint_eq(asc_crc32c_masked(zeros, 32),
                      (0x8a9136aa >> 15 | 0x8a9136aa << 17) + 0xa282ead8);
}
END_TEST

/* Three records of 1, 100 and 0 bytes. */
static size_t three_records(unsigned char *to)
{
    static const size_t size[] = { 1, 100, 0 };
    size_t at = 0;

    for (int r = 0; r < 3; r++) {
        asc_record_header(size[r], to + at);
        memset(to + at + ASC_RECORD_HEADER, 'a' + r, size[r]);
        asc_record_footer(to + at + ASC_RECORD_HEADER, size[r],
                          to + at + ASC_RECORD_HEADER + size[r]);
        at += ASC_RECORD_HEADER + size[r] + ASC_RECORD_FOOTER;
    }
    return at;
}

/* What is said of a file of these bytes; "" of a sound one. */
static void judge(const unsigned char *bytes, size_t count, int expected, char *said)
{
    Scratch scratch = scratch_make();
    const char *path = scratch_write(&scratch, "x", bytes, count);
    int file = open(path, O_RDONLY), found;
    AscRecord *record;
    AscStatus status = { 0 };
    unsigned char data[256];
    bool fine = asc_records_find(file, path, &record, &found, &status);

    for (int r = 0; fine && r < found; r++)
        fine = asc_record_read(file, path, &record[r], r + 1, data, &status);
    ck_assert(fine == (status.code == ASC_OK));
    ck_assert_int_eq(found, expected);
    strcpy(said, fine ? "" : status.message + strlen(path));
    free(record);
    close(file);
    scratch_remove(&scratch);
}

START_TEST(damaged_records)
{
    unsigned char bytes[256], bad[256];
    size_t count = three_records(bytes);
    char said[1024];

    judge(bytes, count, 3, said);
    ck_assert_str_eq(said, "");
    for (size_t at = 0; at < count; at++) { /* no bit may turn unnoticed */
        memcpy(bad, bytes, count);
        bad[at] ^= (unsigned char)(1 << at % 8);
        bool data = (at >= 12 && at < 17) || (at >= 29 && at < 133) || at >= 145;
        judge(bad, count, data ? 3 : at < 12 ? 0 : at < 29 ? 1 : 2, said);
        ck_assert_ptr_nonnull(strstr(said, "checksum"));
    }
    memcpy(bad, bytes, count);
    bad[40] = 'x';
    judge(bad, count, 3, said);
    ck_assert_ptr_nonnull(strstr(said, ": record 2 at byte 17: the checksum of its 100 bytes is "));
    judge(bytes, count - 1, 2, said);
    ck_assert_str_eq(said, ": record 3 at byte 133 is cut off: 1 bytes are missing");
    judge(bytes, 20, 1, said);
    ck_assert_str_eq(said, ": record 2 at byte 17 is cut off: 3 bytes of its header of 12");
    asc_record_header((uint64_t)1 << 40, bad);
    judge(bad, 100, 0, said);
    ck_assert_ptr_nonnull(strstr(said, ": record 1 at byte 0: a length of 1099511627776 bytes"));
}
END_TEST

/* ---------------------------------------------------------------- messages */

enum { RGB = 6, SOUND = 3, WIDTH = RGB + SOUND, FRAMES = 8, CLASSES = 12 };

static const AscFeatures features[] = { { .name = "video" } };
static const AscInput ragged[] = { { .name = "video",
                                     .shape = { 2, { { "time", FRAMES }, { "feature", WIDTH } } } },
                                   { .name = "length[time]", .kind = ASC_INPUT_LENGTH } };
static const AscInput turned[] = {
    { .name = "audio",
      .shape = { 3, { { "feature", SOUND }, { "channel", 1 }, { "time", FRAMES } } } }
};
static const AscInput means[] = { { .name = "m", .shape = { 1, { { "feature", WIDTH } } } } };
static const AscModel frames_model = { .features = features,
                                       .feature_sets = 1,
                                       .input = ragged,
                                       .inputs = 2,
                                       .output = { 1, { { "class", CLASSES } } } };
static const AscModel turned_model = { .features = features,
                                       .feature_sets = 1,
                                       .input = turned,
                                       .inputs = 1,
                                       .output = { 1, { { "class", CLASSES } } } };
static const AscModel means_model = { .features = features,
                                      .feature_sets = 1,
                                      .input = means,
                                      .inputs = 1,
                                      .output = { 1, { { "class", CLASSES } } } };

static const Kind kind = { .classes = CLASSES, .rgb = RGB, .audio = SOUND, .frames = 12 };

typedef struct Example {
    real values[FRAMES * WIDTH], length, target[CLASSES];
    int begins;
    AscVideo video;
} Example;

static bool piece_of(const AscModel *model, const Kind *of, int64_t number, AscPieces pieces,
                     int piece, Example *example, AscStatus *status)
{
    AscVideoReader *reader = asc_video_reader_create(model, NULL);
    size_t size;
    unsigned char *bytes = video_record(of, number, true, &size);
    real *input[] = { example->values, &example->length };
    bool fine = asc_video_read(reader, bytes, size, &example->video, status) &&
                asc_video_example(reader, pieces, piece, input, example->target, &example->begins,
                                  status);

    free(bytes);
    asc_video_reader_destroy(reader);
    return fine;
}

static bool example_of(const AscModel *model, const Kind *of, int64_t number, Example *example,
                       AscStatus *status)
{
    return piece_of(model, of, number, ASC_VIDEOS, 0, example, status);
}

/* A number of a frame, quantised and back (utils.py of the starter code, Dequantize). */
static double through_a_byte(float value)
{
    return rint((value + 2.0) * 255 / 4) * (4 / 255.0) + 4 / 512.0 - 2;
}

START_TEST(frames_of_a_video)
{
    for (int64_t number = 0; number < 20; number++) {
        Kind other = kind;
        Example example;
        Video video;
        AscStatus status = { 0 };

        other.id_of_2017 = number % 2;
        video_draw(&other, number, &video);
        ck_assert(example_of(&frames_model, &other, number, &example, &status));
        ck_assert_str_eq(example.video.id, video.id);
        ck_assert_int_eq(example.video.frames, video.frames);
        int there = video.frames < FRAMES ? video.frames : FRAMES;
        ck_assert(example.length == there);
        for (int t = 0; t < FRAMES; t++) {
            float frame[WIDTH];
            video_frame(&other, number, &video, t, frame);
            for (int k = 0; k < WIDTH; k++) /* zero behind the end, after dequantising */
                ck_assert_double_eq_tol(example.values[t * WIDTH + k],
                                        t < there ? through_a_byte(frame[k]) : 0, 1e-6);
        }
        int labels = 0;
        for (int c = 0; c < CLASSES; c++)
            labels += example.target[c] == 1;
        ck_assert_int_eq(labels, video.labels);
        for (int n = 0; n < video.labels; n++)
            ck_assert(example.target[video.label[n]] == 1);
    }
}
END_TEST

START_TEST(other_inputs)
{
    Example whole, sound, mean;
    AscStatus status = { 0 };
    Kind video_level = kind;

    video_level.means = true;
    ck_assert(example_of(&frames_model, &kind, 3, &whole, &status));
    ck_assert(example_of(&turned_model, &kind, 3, &sound, &status));
    for (int t = 0; t < FRAMES; t++)
        for (int k = 0; k < SOUND; k++)
            ck_assert(sound.values[k * FRAMES + t] == whole.values[t * WIDTH + RGB + k]);
    ck_assert(example_of(&means_model, &video_level, 3, &mean, &status));
    ck_assert_int_eq(mean.video.frames, 0);
    for (int k = 0; k < WIDTH; k++) {
        Video video;
        double sum = 0;
        video_draw(&kind, 3, &video);
        for (int t = 0; t < video.frames; t++) {
            float frame[WIDTH];
            video_frame(&kind, 3, &video, t, frame);
            sum += frame[k];
        }
        ck_assert_double_eq_tol(mean.values[k], sum / video.frames, 1e-5);
    }
    ck_assert(!example_of(&means_model, &kind, 3, &mean, &status));
    ck_assert_str_eq(status.message,
                     "has frames of 6 (rgb) and 3 (audio) numbers; the model's `m` is means of 9");
    ck_assert(!example_of(&frames_model, &video_level, 3, &mean, &status));
    Kind more = kind;
    more.classes = 1000;
    int64_t number = 0;
    while (example_of(&frames_model, &more, number, &mean, &status))
        number++;
    ck_assert_ptr_nonnull(strstr(status.message, " is none of the model's 12 classes, 0 to 11"));
}
END_TEST

START_TEST(segments_of_a_video)
{
    Kind rated = kind;
    Example segment, whole;
    AscStatus status = { 0 };
    Video video;

    rated.segments = true;
    video_draw(&rated, 1, &video);
    ck_assert(example_of(&frames_model, &rated, 1, &whole, &status));
    ck_assert(whole.begins == -1 && whole.video.segments == video.frames / SEGMENT);
    for (int s = 0; s < whole.video.segments; s++) {
        int known = 0;
        ck_assert(piece_of(&frames_model, &rated, 1, ASC_RATED_SEGMENTS, s, &segment, &status));
        ck_assert(segment.length == SEGMENT && segment.begins >= 0);
        ck_assert_mem_eq(segment.values, whole.values + segment.begins * WIDTH,
                         sizeof(real) * WIDTH * (segment.begins + SEGMENT <= FRAMES ? SEGMENT : 0));
        for (int c = 0; c < CLASSES; c++)
            known += segment.target[c] != ASC_UNKNOWN;
        ck_assert_int_eq(known, 2);
    }
    ck_assert(!piece_of(&frames_model, &rated, 1, ASC_RATED_SEGMENTS, 99, &segment, &status));
}
END_TEST

START_TEST(all_segments_of_a_video)
{
    Example segment, whole;
    AscStatus status = { 0 };
    Kind video_level = kind;

    ck_assert(example_of(&frames_model, &kind, 1, &whole, &status));
    const int frames = whole.video.frames, count = asc_video_pieces(&whole.video, ASC_ALL_SEGMENTS);
    ck_assert_int_eq(count, (frames + SEGMENT - 1) / SEGMENT);
    for (int s = 0; s < count; s++) {
        ck_assert(piece_of(&frames_model, &kind, 1, ASC_ALL_SEGMENTS, s, &segment, &status));
        ck_assert_int_eq(segment.begins, s * SEGMENT);
        ck_assert(segment.length == (s < count - 1 ? SEGMENT : frames - s * SEGMENT));
    }
    video_level.means = true;
    ck_assert(example_of(&means_model, &video_level, 1, &whole, &status));
    ck_assert_int_eq(asc_video_pieces(&whole.video, ASC_ALL_SEGMENTS), 1);
    ck_assert(!piece_of(&means_model, &video_level, 1, ASC_ALL_SEGMENTS, 0, &segment, &status));
    ck_assert_str_eq(status.message, "has no frames, of which segments are made");
}
END_TEST

/* Whatever is in a record, nothing is read beyond it: every prefix, and random bytes turned. */
START_TEST(broken_messages)
{
    AscVideoReader *reader = asc_video_reader_create(&frames_model, NULL);
    Kind rated = kind;
    size_t size;

    rated.segments = true;
    unsigned char *bytes = video_record(&rated, 5, true, &size);
    AscRandom random = asc_random_start(1, "broken", 0);
    Example example;
    real *input[] = { example.values, &example.length };

    for (size_t n = 0; n < 4 * size; n++) {
        size_t kept = n < size ? n : size;
        unsigned char *copy = malloc(kept + 1);
        AscStatus status = { 0 };
        memcpy(copy, bytes, kept);
        for (int k = 0; n >= size && k < 3; k++)
            copy[asc_random_below(&random, size)] = (unsigned char)asc_random_below(&random, 256);
        asc_video_count_rated(reader, copy, kept);
        if (asc_video_read(reader, copy, kept, &example.video, &status))
            for (AscPieces pieces = ASC_VIDEOS; pieces <= ASC_ALL_SEGMENTS; pieces++)
                for (int s = 0; s < asc_video_pieces(&example.video, pieces) && s < 10; s++)
                    asc_video_example(reader, pieces, s, input, example.target, &example.begins,
                                      &status);
        free(copy);
    }
    free(bytes);
    asc_video_reader_destroy(reader);
}
END_TEST

/* ---------------------------------------------------------------- streams */

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
    ck_assert_ptr_nonnull(
        strstr(status.message, "train0.tfrecord: has no segments that were rated"));
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

/* ---------------------------------------------------------------- figures */

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
    Suite *s = suite_create("youtube8m");
    TCase *tc = tcase_create("all");

    tcase_add_test(tc, checksums);
    tcase_add_test(tc, damaged_records);
    tcase_add_test(tc, frames_of_a_video);
    tcase_add_test(tc, other_inputs);
    tcase_add_test(tc, segments_of_a_video);
    tcase_add_test(tc, all_segments_of_a_video);
    tcase_add_test(tc, broken_messages);
    tcase_add_test(tc, order_of_a_stream);
    tcase_add_test(tc, window_of_a_shuffle);
    tcase_add_test(tc, segments_of_a_stream);
    tcase_add_test(tc, spoilt_shards);
    tcase_add_test(tc, figures_are_those_of_metrics);
    tcase_add_test(tc, unknown_classes_do_not_count);
    tcase_add_test(tc, segments_by_class);
    suite_add_tcase(s, tc);
    return check_main(s);
}
