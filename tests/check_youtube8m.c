/* check_youtube8m.c: TFRecord files, and the videos in their messages as examples. */
#include <math.h>

#include "check_main.h"
#include "random.h"
#include "scratch.h"
#include "shards.h"
#include "video.h"
#include "video_model.h"

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

static const AscInput turned[] = {
    { .name = "audio",
      .shape = { 3, { { "feature", SOUND }, { "channel", 1 }, { "time", FRAMES } } } }
};
static const AscInput means[] = { { .name = "m", .shape = { 1, { { "feature", WIDTH } } } } };
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
    suite_add_tcase(s, tc);
    return check_main(s);
}
