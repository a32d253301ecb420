/* check_frontend.c: features against vectors made by tests/reference/features.py, and segments. */
#include <check.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "frontend.h"
#include "npy.h"

/* ---------------------------------------------------------------- features against vectors */

static AscAudio make_sound(double rate, size_t frames)
{
    AscAudio audio = { rate, 1, frames, malloc(frames * sizeof(double)) };
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

static void decibels(double *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        x[i] = 10 * log10(fmax(x[i], 1e-10));
}

static void decibels_top80(double *x, size_t count)
{
    double top = -INFINITY;
    decibels(x, count);
    for (size_t i = 0; i < count; i++)
        top = fmax(top, x[i]);
    for (size_t i = 0; i < count; i++)
        x[i] = fmax(x[i], top - 80);
}

static void log_kaldi(double *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        x[i] = log(fmax(x[i], 1.1920929e-07));
}

static void log_cpjku(double *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        x[i] = log(x[i] + 1e-5);
}

static void log_dcase(double *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        x[i] = log(x[i] + 2.220446049250313e-16);
}

static void log10_odd(double *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        x[i] = log10(fmax(x[i], 1e-8));
}

typedef struct Case {
    const char *name;
    double rate;
    int fft, window, hop, mels;
    double low, high;
    AscWindow shape;
    bool symmetric;
    AscEdges edges;
    double power;
    AscScale scale;
    bool no_norm, kaldi;
    void (*map)(double *, size_t);
} Case;

static const Case CASES[] = {
    { .name = "moe",
      .rate = 44100,
      .fft = 2048,
      .window = 1764,
      .hop = 882,
      .mels = 128,
      .high = 22050,
      .power = 2,
      .map = decibels },
    { .name = "attention",
      .rate = 22050,
      .fft = 1024,
      .window = 1024,
      .hop = 220,
      .mels = 64,
      .high = 11025,
      .power = 2,
      .edges = ASC_VALID,
      .map = decibels },
    { .name = "librosa",
      .rate = 22050,
      .fft = 2048,
      .window = 2048,
      .hop = 512,
      .mels = 128,
      .high = 11025,
      .power = 2,
      .map = decibels_top80 },
    { .name = "torchaudio",
      .rate = 16000,
      .fft = 400,
      .window = 400,
      .hop = 200,
      .mels = 128,
      .high = 8000,
      .power = 2,
      .edges = ASC_REFLECT,
      .scale = ASC_HTK,
      .no_norm = true,
      .map = decibels },
    { .name = "kaldi",
      .rate = 16000,
      .fft = 512,
      .window = 400,
      .hop = 160,
      .mels = 23,
      .low = 20,
      .high = 8000,
      .shape = ASC_POVEY,
      .symmetric = true,
      .power = 2,
      .edges = ASC_VALID,
      .scale = ASC_KALDI,
      .no_norm = true,
      .kaldi = true,
      .map = log_kaldi },
    { .name = "cpjku",
      .rate = 32000,
      .fft = 4096,
      .window = 3072,
      .hop = 500,
      .mels = 256,
      .high = 16000,
      .power = 2,
      .edges = ASC_REFLECT,
      .scale = ASC_HTK,
      .no_norm = true,
      .map = log_cpjku },
    { .name = "dcase2018",
      .rate = 44100,
      .fft = 2048,
      .window = 1764,
      .hop = 882,
      .mels = 40,
      .high = 22050,
      .shape = ASC_HAMMING,
      .power = 1,
      .edges = ASC_REFLECT,
      .map = log_dcase },
    { .name = "odd",
      .rate = 8000,
      .fft = 375,
      .window = 300,
      .hop = 77,
      .mels = 20,
      .low = 50,
      .high = 3500,
      .shape = ASC_RECTANGULAR,
      .power = 1,
      .edges = ASC_REFLECT,
      .scale = ASC_HTK,
      .map = log10_odd },
    { .name = "energies",
      .rate = 16000,
      .fft = 262,
      .window = 262,
      .hop = 131,
      .mels = 16,
      .low = 100,
      .high = 8000,
      .shape = ASC_HAMMING,
      .symmetric = true,
      .power = 2,
      .scale = ASC_KALDI },
};

/* The stages of a case; the array has room for all and for a few more. */
static AscFeatures describe(const Case *c, AscStage stage[8], int frames)
{
    stage[0] = (AscStage){ .kind = ASC_AUDIO, .as.audio = { c->rate, 1 } };
    stage[1] = (AscStage){ .kind = ASC_SPECTROGRAM,
                           .as.spectrogram = { .window = c->window,
                                               .hop = c->hop,
                                               .fft = c->fft,
                                               .shape = c->shape,
                                               .power = c->power,
                                               .edges = c->edges,
                                               .periodic = !c->symmetric,
                                               .remove_dc = c->kaldi,
                                               .preemphasis = c->kaldi ? 0.97 : 0 } };
    stage[2] = (AscStage){ .kind = ASC_MEL,
                           .as.mel = { .mels = c->mels,
                                       .low = c->low,
                                       .high = c->high,
                                       .scale = c->scale,
                                       .slaney_norm = !c->no_norm,
                                       .mel_triangles = c->kaldi,
                                       .drop_nyquist = c->kaldi } };
    stage[3] = (AscStage){ .kind = ASC_MAP, .as.map.apply = c->map };
    return (AscFeatures){ .name = c->name,
                          .stage = stage,
                          .stages = c->map ? 4 : 3,
                          .settings = c->name,
                          .shape = {
                              3, { { "channel", 1 }, { "freq", c->mels }, { "time", frames } } } };
}

START_TEST(test_vector)
{
    const Case *c = &CASES[_i];
    const char *folder = getenv("SRCDIR");
    char path[1024];
    snprintf(path, sizeof path, "%s/tests/vectors/features_%s.npy", folder ? folder : ".", c->name);
    AscStatus status;
    AscArray wanted;
    ck_assert_msg(asc_npy_read(path, &wanted, &status), "%s", status.message);
    ck_assert_uint_eq(wanted.size[1], (size_t)c->mels);
    AscStage stage[8];
    AscFeatures features = describe(c, stage, (int)wanted.size[0]);
    AscFrontend *frontend = asc_frontend_create(&features, &status);
    ck_assert_msg(frontend != NULL, "%s", status.message);
    AscAudio audio = make_sound(c->rate, (size_t)c->rate * 3 / 10 + 1);
    AscMap map;
    ck_assert_msg(asc_frontend_compute(frontend, &audio, &map, &status), "%s", status.message);
    double signal = 0, error = 0;
    for (int m = 0; m < c->mels; m++) {
        for (int t = 0; t < map.frames; t++) {
            double want = wanted.values[t * c->mels + m];
            double got = (double)map.values[m * map.frames + t];
            signal += want * want;
            error += (want - got) * (want - got);
        }
    }
    double ratio = 10 * log10(signal / (error + 1e-300));
    ck_assert_msg(ratio >= (sizeof(real) == 8 ? 200 : 120), "%s: %.1f dB", c->name, ratio);
    asc_map_free(&map);
    asc_audio_free(&audio);
    asc_npy_free(&wanted);
    asc_frontend_destroy(frontend);
}
END_TEST

/* ---------------------------------------------------------------- segments */

/* The preset moe in segments of 2 s: 100 frames. */
static AscFrontend *segmenting(AscFeatures *features, AscStage stage[8], int step, AscLast last)
{
    *features = describe(&CASES[0], stage, 100);
    stage[4] = (AscStage){ .kind = ASC_NORMALIZE, .as.normalize.axis = 1 };
    stage[5] = (AscStage){ .kind = ASC_SEGMENT, .as.segment = { 100, step, last } };
    features->stages = 6;
    AscStatus status;
    AscFrontend *frontend = asc_frontend_create(features, &status);
    ck_assert_msg(frontend != NULL, "%s", status.message);
    return frontend;
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
    AscFeatures features;
    AscStage stage[8];
    AscStatus status;
    AscFrontend *frontend = segmenting(&features, stage, CUTS[_i].step, CUTS[_i].last);
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
                ck_assert(segment[m * 100 + t] == map.values[m * map.frames + start + t]);
    }
    free(segment);
    asc_map_free(&map);
    asc_audio_free(&audio);
    asc_frontend_destroy(frontend);
}
END_TEST

/* A short recording becomes the segment of the same sound followed by digital silence. */
START_TEST(test_short_is_padded_as_audio)
{
    AscFeatures features;
    AscStage stage[8];
    AscFrontend *frontend = segmenting(&features, stage, 100, ASC_DROP);
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
}
END_TEST

/* Clips cut before the spectrogram are framed by themselves: 96 frames a second. */
START_TEST(test_clips)
{
    AscStage stage[8];
    AscFeatures features = describe(&CASES[1], stage, 96);
    memmove(stage + 2, stage + 1, 3 * sizeof *stage);
    stage[1] = (AscStage){ .kind = ASC_SEGMENT, .as.segment = { 22050, 11025, ASC_DROP } };
    features.stages = 5;
    AscStatus status;
    AscFrontend *frontend = asc_frontend_create(&features, &status);
    ck_assert_msg(frontend != NULL, "%s", status.message);
    AscAudio audio = make_sound(22050, 22050 * 3);
    AscMap map, clip;
    ck_assert(asc_frontend_compute(frontend, &audio, &map, &status));
    ck_assert_int_eq(map.pieces, 5);
    ck_assert_int_eq(map.frames, 96);
    ck_assert_int_eq(asc_frontend_segments(frontend, &map), 5);
    AscAudio part = { 22050, 1, 22050, audio.samples + 3 * 11025 };
    ck_assert(asc_frontend_compute(frontend, &part, &clip, &status));
    ck_assert_int_eq(clip.pieces, 1);
    ck_assert_mem_eq(clip.values, map.values + 3 * 64 * 96, 64 * 96 * sizeof(real));
    asc_map_free(&map);
    asc_map_free(&clip);
    asc_audio_free(&audio);
    asc_frontend_destroy(frontend);
}
END_TEST

START_TEST(test_normalize)
{
    AscFeatures features;
    AscStage stage[8];
    AscFrontend *frontend = segmenting(&features, stage, 100, ASC_DROP);
    AscAudio audio = make_sound(44100, 88199); /* 100 frames */
    AscMap map;
    ck_assert(asc_frontend_compute(frontend, &audio, &map, NULL));
    ck_assert_int_eq(map.frames, 100);
    for (int t = 0; t < 100; t++)
        map.values[5 * 100 + t] = -100; /* a bin that never changes */
    ck_assert_int_eq(asc_frontend_positions(frontend), 128);
    AscMoments moments;
    AscStatistics statistics;
    ck_assert(asc_moments_create(128, &moments, NULL));
    asc_frontend_gather(frontend, &map, &moments);
    asc_frontend_gather(frontend, &map, &moments);
    ck_assert(asc_moments_finish(&moments, &statistics, NULL));
    real *segment = malloc(128 * 100 * sizeof *segment);
    asc_frontend_segment(frontend, &map, &statistics, 0, segment);
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
    asc_moments_free(&moments);
    asc_statistics_free(&statistics);
    asc_map_free(&map);
    asc_audio_free(&audio);
    asc_frontend_destroy(frontend);
}
END_TEST

/* Without an axis for the channel a segment is [time, frequency]: the same numbers, transposed. */
START_TEST(test_without_channel)
{
    AscStage stage[2][8];
    AscFeatures features[2];
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
    for (int k = 0; k < 2; k++) {
        features[k] = describe(&CASES[1], stage[k], 96);
        stage[k][4] = (AscStage){ .kind = ASC_NORMALIZE, .as.normalize.axis = 1 };
        stage[k][5] = (AscStage){ .kind = ASC_SEGMENT, .as.segment = { 96, 48, ASC_DROP } };
        features[k].stages = 6;
        if (k == 1)
            features[k].shape = (AscShape){ 2, { { "time", 96 }, { "feature", 64 } } };
        frontend[k] = asc_frontend_create(&features[k], &status);
        ck_assert_msg(frontend[k] != NULL, "%s", status.message);
        ck_assert(asc_frontend_compute(frontend[k], &audio, &map[k], &status));
        ck_assert_int_eq(asc_frontend_positions(frontend[k]), 64);
        segment[k] = malloc(64 * 96 * sizeof **segment);
        asc_frontend_segment(frontend[k], &map[k], &statistics, 1, segment[k]);
    }
    for (int t = 0; t < 96; t++)
        for (int m = 0; m < 64; m++)
            ck_assert(segment[0][m * 96 + t] == segment[1][t * 64 + m]);
    AscMoments moments[2];
    for (int k = 0; k < 2; k++) {
        ck_assert(asc_moments_create(64, &moments[k], NULL));
        asc_frontend_gather(frontend[k], &map[k], &moments[k]);
        ck_assert(asc_moments_finish(&moments[k], &statistics, NULL));
        for (int m = 0; m < 64 && k == 0; m++)
            mean[m] = (double)statistics.mean[m];
        for (int m = 0; m < 64; m++)
            ck_assert((double)statistics.mean[m] == mean[m]);
        asc_statistics_free(&statistics);
        asc_moments_free(&moments[k]);
        asc_map_free(&map[k]);
        asc_frontend_destroy(frontend[k]);
        free(segment[k]);
    }
    asc_audio_free(&audio);
    stage[1][0].as.audio.channels = 2;
    ck_assert(!asc_frontend_create(&features[1], &status));
}
END_TEST

/* ---------------------------------------------------------------- refusals */

START_TEST(test_refusals)
{
    AscStage stage[8];
    AscStatus status;
    AscFeatures features = describe(&CASES[0], stage, 100);
    features.shape.axis[1].size = 127;
    ck_assert(!asc_frontend_create(&features, &status));
    ck_assert_int_eq(status.code, ASC_BAD_INPUT);
    features = describe(&CASES[0], stage, 100);
    stage[1].as.spectrogram.fft = 1000;
    ck_assert(!asc_frontend_create(&features, &status));
    ck_assert(strstr(status.message, "1764"));
    features = describe(&CASES[0], stage, 100);
    stage[2].as.mel.high = 30000;
    ck_assert(!asc_frontend_create(&features, &status));
    ck_assert(strstr(status.message, "30000"));
    features = describe(&CASES[0], stage, 100);
    AscFrontend *frontend = asc_frontend_create(&features, &status);
    ck_assert(frontend != NULL);
    AscAudio audio = make_sound(44100, 44100);
    AscMap map;
    ck_assert(!asc_frontend_compute(frontend, &audio, &map, &status));
    ck_assert(strstr(status.message, "51 frames"));
    audio.rate = 22050;
    ck_assert(!asc_frontend_compute(frontend, &audio, &map, &status));
    ck_assert(strstr(status.message, "22050"));
    asc_audio_free(&audio);
    asc_frontend_destroy(frontend);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("frontend");
    TCase *tcase = tcase_create("frontend");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, test_vector, 0, sizeof CASES / sizeof CASES[0]);
    tcase_add_loop_test(tcase, test_cut, 0, sizeof CUTS / sizeof CUTS[0]);
    tcase_add_test(tcase, test_short_is_padded_as_audio);
    tcase_add_test(tcase, test_clips);
    tcase_add_test(tcase, test_normalize);
    tcase_add_test(tcase, test_without_channel);
    tcase_add_test(tcase, test_refusals);
    suite_add_tcase(suite, tcase);
    return check_main(suite);
}
