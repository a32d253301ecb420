/* check_frontend.c: clocks, segments, statistics and neighbours of front ends; features.sh compares their numbers with
 * vectors. */
#include <check.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "frontend.h"
#include "frontend_own.h"

/* ---------------------------------------------------------------- sounds and front ends */

static AscAudio make_sound(double rate, size_t frames)
{
    AscAudio audio = { .rate = rate,
                       .source_rate = rate,
                       .channels = 1,
                       .frames = frames,
                       .samples = malloc(frames * sizeof(double)) };
    uint32_t noise = 1, phase = 0, step = 1u << 22;
    for (size_t i = 0; i < frames; i++) {
        noise = noise * 1664525 + 1013904223;
        phase += step;
        step += 1u << 15;
        double triangle = fabs((double)phase - 2147483648.0) / 1073741824.0 - 1;
        audio.samples[i] = triangle / 2 + ((noise >> 8) / 8388608.0 - 1) / 8;
    }
    return audio;
}

/* A section of one spectrogram with mel bands, whose stages can be changed before the front end is made. */
typedef struct Made {
    AscBank bank;
    AscStage stage;
    AscClock clock[2];
    AscSlot slot;
    AscFront front;
    AscFeatures features;
} Made;

static const int FIRST[] = { 0 };

static Made *describe(double rate, int window, int fft, int hop, AscEdges edges, int mels,
                      int frames)
{
    Made *m = calloc(1, sizeof *m);
    m->bank = (AscBank){ .mels = mels, .high = rate / 2, .slaney_norm = true };
    m->stage = (AscStage){ .kind = ASC_SPECTROGRAM,
                           .out = FIRST,
                           .outs = 1,
                           .as.spectrogram = { .clock = 1,
                                               .window = window,
                                               .hop = hop,
                                               .fft = fft,
                                               .power = 2,
                                               .edges = edges,
                                               .periodic = true,
                                               .bank = &m->bank } };
    m->clock[1] = (AscClock){ hop, fft, edges != ASC_VALID };
    m->slot = (AscSlot){ (size_t)mels, 1 };
    m->front = (AscFront){ .sound = { .rate = rate, .channels = 1 },
                           .clock = m->clock,
                           .clocks = 2,
                           .slot = &m->slot,
                           .slots = 1,
                           .stage = &m->stage,
                           .stages = 1,
                           .audio = -1 };
    m->features = (AscFeatures){
        .name = "mels",
        .shape = { 3, { { "channel", 1 }, { "freq", mels }, { "time", frames } } },
        .settings = "mels",
        .front = &m->front,
        .frame = { 2, { { "channel", 1 }, { "freq", mels } } },
        .time_axis = 2,
        .per = 1,
        .axis = { 1 },
    };
    return m;
}

static Made *moe(int frames)
{
    return describe(44100, 1764, 2048, 882, ASC_CENTRE, 128, frames);
}

static Made *attention(int frames)
{
    return describe(22050, 1024, 1024, 220, ASC_VALID, 64, frames);
}

static AscFrontend *create(const Made *made)
{
    AscStatus status;
    AscFrontend *frontend = asc_frontend_create(&made->features, &status);
    ck_assert_msg(frontend != NULL, "%s", status.message);
    return frontend;
}

/* ---------------------------------------------------------------- segments */

/* Segments of 2 s: 100 frames. */
static Made *segmenting(int step, AscLast last)
{
    Made *made = moe(100);
    made->features.normalized = true;
    made->features.cut = (AscSegment){ 100, step, last };
    return made;
}

static const struct {
    size_t samples;
    int step;
    AscLast last;
    int frames, segments;
} CUTS[] = {
    { 441000, 100, ASC_DROP, 501, 5 },         { 441000, 100, ASC_OVERLAP, 501, 5 },
    { 441000, 100, ASC_PAD, 501, 5 },          { 441000, 50, ASC_DROP, 501, 9 },
    { 220500, 50, ASC_DROP, 251, 4 },          { 220500, 100, ASC_DROP, 251, 2 },
    { 220500, 100, ASC_OVERLAP, 251, 3 },      { 220500, 100, ASC_PAD, 301, 3 },
    { 88200, 100, ASC_DROP, 101, 1 },          { 88200, 100, ASC_PAD, 101, 1 },
    { 44100, 100, ASC_DROP, 101, 1 },          { 1, 100, ASC_OVERLAP, 101, 1 },
    { 88200 + 882, 100, ASC_OVERLAP, 102, 2 }, { 88200 + 882, 100, ASC_PAD, 201, 2 },
};

START_TEST(test_cut)
{
    AscStatus status;
    Made *made = segmenting(CUTS[_i].step, CUTS[_i].last);
    AscFrontend *frontend = create(made);
    AscAudio audio = make_sound(44100, CUTS[_i].samples);
    AscMap map;
    ck_assert_msg(asc_frontend_compute(frontend, &audio, &map, &status), "%s", status.message);
    ck_assert_int_eq(map.frames, CUTS[_i].frames);
    ck_assert(asc_frontend_fits(frontend, &map));
    ck_assert_int_eq(asc_frontend_segments(frontend, &map), CUTS[_i].segments);
    real *segment = malloc(128 * 100 * sizeof *segment);
    for (int k = 0; k < CUTS[_i].segments; k++) {
        int start = k * CUTS[_i].step;
        if (CUTS[_i].last == ASC_OVERLAP && start + 100 > map.frames - 1)
            start = map.frames - 1 - 100;
        asc_frontend_segment(frontend, &map, NULL, k, segment);
        for (int m = 0; m < 128; m++)
            for (int t = 0; t < 100; t++)
                ck_assert(segment[m * 100 + t] == map.values[(start + t) * 128 + m]);
    }
    free(segment);
    asc_map_free(&map);
    asc_audio_free(&audio);
    asc_frontend_destroy(frontend);
    free(made);
}
END_TEST

/* A short recording becomes the segment of the same sound followed by digital silence. */
START_TEST(test_short_is_padded_as_audio)
{
    Made *made = segmenting(100, ASC_DROP);
    AscFrontend *frontend = create(made);
    AscAudio brief = make_sound(44100, 30000), whole = make_sound(44100, 88200);
    memset(whole.samples + 30000, 0, (88200 - 30000) * sizeof(double));
    AscMap a, b;
    ck_assert(asc_frontend_compute(frontend, &brief, &a, NULL));
    ck_assert(asc_frontend_compute(frontend, &whole, &b, NULL));
    ck_assert_int_eq(a.frames, b.frames);
    ck_assert_mem_eq(a.values, b.values, asc_map_count(&a) * sizeof(real));
    asc_map_free(&a);
    asc_map_free(&b);
    asc_audio_free(&brief);
    asc_audio_free(&whole);
    asc_frontend_destroy(frontend);
    free(made);
}
END_TEST

/* Clips cut before the spectrogram are framed by themselves: 96 frames a second. */
START_TEST(test_clips)
{
    AscStatus status;
    Made *made = attention(96);
    made->front.cut = (AscSegment){ 22050, 11025, ASC_DROP };
    AscFrontend *frontend = create(made);
    AscAudio audio = make_sound(22050, 22050 * 3);
    AscMap map, clip;
    ck_assert(asc_frontend_compute(frontend, &audio, &map, &status));
    ck_assert_int_eq(map.pieces, 5);
    ck_assert_int_eq(map.frames, 96);
    ck_assert_int_eq(asc_frontend_segments(frontend, &map), 5);
    AscAudio part = { .rate = 22050,
                      .source_rate = 22050,
                      .channels = 1,
                      .frames = 22050,
                      .samples = audio.samples + 3 * 11025 };
    ck_assert(asc_frontend_compute(frontend, &part, &clip, &status));
    ck_assert_int_eq(clip.pieces, 1);
    ck_assert_mem_eq(clip.values, map.values + 3 * 64 * 96, 64 * 96 * sizeof(real));
    asc_map_free(&map);
    asc_map_free(&clip);
    asc_audio_free(&audio);
    asc_frontend_destroy(frontend);
    free(made);
}
END_TEST

/* The only segment of a map, by its own statistics, which are gathered twice. */
static real *normalised(AscFrontend *frontend, const AscMap *map, int positions)
{
    AscMoments moments;
    AscStatistics statistics;
    real *segment = malloc(128 * 100 * sizeof *segment);
    ck_assert_int_eq(asc_frontend_positions(frontend), positions);
    ck_assert(asc_moments_create(positions, &moments, NULL));
    ck_assert(asc_frontend_gather(frontend, map, &moments, NULL));
    ck_assert(asc_frontend_gather(frontend, map, &moments, NULL));
    ck_assert(asc_moments_finish(&moments, &statistics, NULL));
    asc_frontend_segment(frontend, map, &statistics, 0, segment);
    asc_moments_free(&moments);
    asc_statistics_free(&statistics);
    return segment;
}

START_TEST(test_normalize)
{
    Made *made = segmenting(100, ASC_DROP);
    AscFrontend *frontend = create(made);
    AscAudio audio = make_sound(44100, 88199); /* 100 frames */
    AscMap map;
    ck_assert(asc_frontend_compute(frontend, &audio, &map, NULL));
    ck_assert_int_eq(map.frames, 100);
    for (int t = 0; t < 100; t++)
        map.values[t * 128 + 5] = -100; /* a bin that never changes */
    real *segment = normalised(frontend, &map, 128);
    for (int m = 0; m < 128; m++) {
        double sum = 0, squares = 0;
        for (int t = 0; t < 100; t++) {
            sum += (double)segment[m * 100 + t];
            squares += (double)segment[m * 100 + t] * (double)segment[m * 100 + t];
        }
        ck_assert_double_eq_tol(sum / 100, 0, 1e-5);
        ck_assert_double_eq_tol(squares / 100, m == 5 ? 0 : 1, 1e-5);
    }
    free(segment);
    asc_map_free(&map);
    asc_audio_free(&audio);
    asc_frontend_destroy(frontend);
    free(made);
}
END_TEST

/* normalize[]: one mean and one deviation. */
START_TEST(test_normalize_all)
{
    Made *made = segmenting(100, ASC_DROP);
    made->features.per = 0;
    AscFrontend *frontend = create(made);
    AscAudio audio = make_sound(44100, 88199);
    AscMap map;
    double sum = 0, squares = 0, apart = 0;
    ck_assert(asc_frontend_compute(frontend, &audio, &map, NULL));
    real *segment = normalised(frontend, &map, 1);
    for (int m = 0; m < 128; m++) {
        double mean = 0;
        for (int t = 0; t < 100; t++) {
            const double x = (double)segment[m * 100 + t];
            mean += x / 100;
            sum += x;
            squares += x * x;
        }
        apart = fabs(mean) > apart ? fabs(mean) : apart;
    }
    ck_assert_double_eq_tol(sum / 12800, 0, 1e-5);
    ck_assert_double_eq_tol(squares / 12800, 1, 1e-4);
    ck_assert_double_gt(apart, 0.1); /* bands keep their levels */
    free(segment);
    asc_map_free(&map);
    asc_audio_free(&audio);
    asc_frontend_destroy(frontend);
    free(made);
}
END_TEST

/* Without an axis for the channel a segment is [time, frequency]: the same numbers, transposed. */
START_TEST(test_without_channel)
{
    Made *made[2] = { attention(96), attention(96) };
    AscFrontend *frontend[2];
    AscMap map[2];
    AscStatus status;
    real *segment[2];
    double mean[64], deviation[64];
    AscStatistics statistics = { 64, mean, deviation };
    AscAudio audio = make_sound(22050, 22050 * 2);
    for (int m = 0; m < 64; m++) {
        mean[m] = m;
        deviation[m] = m + 1;
    }
    made[1]->features.shape = (AscShape){ 2, { { "time", 96 }, { "feature", 64 } } };
    made[1]->features.frame = (AscShape){ 1, { { "feature", 64 } } };
    made[1]->features.time_axis = made[1]->features.axis[0] = 0;
    for (int k = 0; k < 2; k++) {
        made[k]->features.normalized = true;
        made[k]->features.cut = (AscSegment){ 96, 48, ASC_DROP };
        frontend[k] = create(made[k]);
        ck_assert(asc_frontend_compute(frontend[k], &audio, &map[k], &status));
        ck_assert_int_eq(asc_frontend_positions(frontend[k]), 64);
        segment[k] = malloc(64 * 96 * sizeof **segment);
        asc_frontend_segment(frontend[k], &map[k], &statistics, 1, segment[k]);
    }
    for (int t = 0; t < 96; t++)
        for (int m = 0; m < 64; m++) {
            ck_assert(segment[0][m * 96 + t] == segment[1][t * 64 + m]);
            ck_assert(segment[1][t * 64 + m] ==
                      (real)(((double)map[1].values[(48 + t) * 64 + m] - m) / (m + 1)));
        }
    for (int k = 0; k < 2; k++) {
        asc_map_free(&map[k]);
        asc_frontend_destroy(frontend[k]);
        free(segment[k]);
        free(made[k]);
    }
    asc_audio_free(&audio);
}
END_TEST

/* Statistics of several axes, and of none: all values together. */
START_TEST(test_positions)
{
    Made *made = moe(1);
    made->features.normalized = true;
    made->features.frame = (AscShape){ 3, { { "a", 2 }, { "b", 8 }, { "c", 8 } } };
    made->features.shape = (AscShape){ 4, { { "a", 2 }, { "b", 8 }, { "c", 8 }, { "time", 1 } } };
    made->features.time_axis = 3;
    made->features.cut = (AscSegment){ 1, 1, ASC_DROP };
    made->features.per = 2;
    made->features.axis[0] = 2;
    made->features.axis[1] = 0;
    AscFrontend *frontend = create(made);
    ck_assert_int_eq(asc_frontend_positions(frontend), 16);
    ck_assert_int_eq(frontend->position[0], 0);
    ck_assert_int_eq(frontend->position[3], 6);      /* a = 0, c = 3 */
    ck_assert_int_eq(frontend->position[64 + 9], 3); /* a = 1, c = 1 */
    asc_frontend_destroy(frontend);
    made->features.per = 0;
    frontend = create(made);
    ck_assert_int_eq(asc_frontend_positions(frontend), 1);
    ck_assert_int_eq(frontend->position[127], 0);
    asc_frontend_destroy(frontend);
    free(made);
}
END_TEST

/* ---------------------------------------------------------------- neighbours */

/* Frames are numbers on a line; the two nearest of those at least `width` away. */
START_TEST(test_neighbours)
{
    static const real x[] = { 0, 1, 10, 11, 12, 100 };
    static const real near[] = { 5.5, 5, 11.5, 11, 10.5, 11.5 };
    static const real far[] = { 10.5, 11.5, 50.5, 0.5, 5.5, 10.5 };
    AscStage stage = { .kind = ASC_NEIGHBOURS, .as.neighbours = { .k = 2, .width = 1 } };
    AscStatus status;
    real y[6];
    ck_assert(asc_neighbours_run(&stage, x, 6, 1, y, &status));
    ck_assert_mem_eq(y, near, sizeof y);
    stage.as.neighbours.width = 2;
    ck_assert(asc_neighbours_run(&stage, x, 6, 1, y, &status));
    for (int t = 0; t < 6; t++)
        ck_assert_msg(t == 2 || t == 3 || t == 4 || y[t] == far[t], "%d: %g", t, (double)y[t]);
    stage.as.neighbours.width = 6; /* none is that far away: the frame stays */
    ck_assert(asc_neighbours_run(&stage, x, 6, 1, y, &status));
    ck_assert_mem_eq(y, x, sizeof y);
    stage.as.neighbours.width = 1;
    ck_assert(asc_neighbours_run(&stage, x, 1, 1, y, &status));
    ck_assert(y[0] == x[0]);
}
END_TEST

/* ---------------------------------------------------------------- random gain */

/* Features at a gain are those of the samples times it, to the bit, and have a key of their own. */
START_TEST(test_gain)
{
    const AscHearing louder = { .gain = 1.9 };
    AscStatus status;
    Made *made = segmenting(100, ASC_OVERLAP);
    AscFrontend *frontend = create(made);
    AscAudio audio = make_sound(44100, 100000);
    AscMap own, gained, scaled;
    const AscHash key = asc_hash_text(asc_hash_start(), "key");
    AscHash heard = asc_frontend_key(frontend, key);
    ck_assert_mem_eq(&heard, &key, sizeof key);
    ck_assert(asc_frontend_compute(frontend, &audio, &own, &status));
    asc_frontend_hear(frontend, &louder);
    heard = asc_frontend_key(frontend, key);
    ck_assert(memcmp(&heard, &key, sizeof key) != 0);
    ck_assert(asc_frontend_compute(frontend, &audio, &gained, &status));
    asc_frontend_hear(frontend, NULL);
    for (size_t i = 0; i < audio.frames; i++)
        audio.samples[i] *= 1.9;
    ck_assert(asc_frontend_compute(frontend, &audio, &scaled, &status));
    ck_assert_uint_eq(asc_map_count(&gained), asc_map_count(&scaled));
    ck_assert_mem_eq(gained.values, scaled.values, asc_map_count(&scaled) * sizeof *scaled.values);
    for (size_t i = 0; i < asc_map_count(&own); i++)
        ck_assert_double_eq_tol((double)gained.values[i], 3.61 * (double)own.values[i],
                                1e-4 * (double)gained.values[i] + 1e-12);
    asc_map_free(&own);
    asc_map_free(&gained);
    asc_map_free(&scaled);
    asc_audio_free(&audio);
    asc_frontend_destroy(frontend);
    free(made);
}
END_TEST

/* ---------------------------------------------------------------- refusals */

START_TEST(test_refusals)
{
    AscStatus status;
    Made *made = moe(100);
    made->features.frame.axis[1].size = 127;
    ck_assert(!asc_frontend_create(&made->features, &status));
    ck_assert_int_eq(status.code, ASC_BAD_INPUT);
    made->features.frame.axis[1].size = 128;
    made->stage.as.spectrogram.fft = 1000;
    ck_assert(!asc_frontend_create(&made->features, &status));
    ck_assert(strstr(status.message, "1764"));
    made->stage.as.spectrogram.fft = 2048;
    made->bank.high = 30000;
    ck_assert(!asc_frontend_create(&made->features, &status));
    ck_assert(strstr(status.message, "30000"));
    made->bank.high = 22050;
    AscFrontend *frontend = create(made);
    AscAudio audio = make_sound(44100, 44100);
    AscMap map;
    ck_assert(!asc_frontend_compute(frontend, &audio, &map, &status));
    ck_assert(strstr(status.message, "51 frames"));
    audio.rate = 22050;
    ck_assert(!asc_frontend_compute(frontend, &audio, &map, &status));
    ck_assert(strstr(status.message, "22050"));
    made->features.front = NULL;
    ck_assert(!asc_frontend_create(&made->features, &status));
    ck_assert(strstr(status.message, "made elsewhere"));
    asc_audio_free(&audio);
    asc_frontend_destroy(frontend);
    free(made);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("frontend");
    TCase *tcase = tcase_create("frontend");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, test_cut, 0, sizeof CUTS / sizeof CUTS[0]);
    tcase_add_test(tcase, test_short_is_padded_as_audio);
    tcase_add_test(tcase, test_clips);
    tcase_add_test(tcase, test_normalize);
    tcase_add_test(tcase, test_normalize_all);
    tcase_add_test(tcase, test_without_channel);
    tcase_add_test(tcase, test_positions);
    tcase_add_test(tcase, test_neighbours);
    tcase_add_test(tcase, test_gain);
    tcase_add_test(tcase, test_refusals);
    suite_add_tcase(suite, tcase);
    return check_main(suite);
}
