/* check_audio.c: recordings of many kinds, and what is wrong with others. */
#include <check.h>
#include <math.h>
#include <sndfile.h>
#include <stdlib.h>
#include <string.h>

#include "audio.h"
#include "check_main.h"
#include "pcm.h"
#include "scratch.h"

/* libvorbis loses memory where libsndfile refuses a damaged Ogg file. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:vorbis_info_init\n";
}

static Scratch scratch;
static AscStatus status;

static void setup(void)
{
    scratch = scratch_make();
    asc_status_clear(&status);
}

static void teardown(void)
{
    scratch_remove(&scratch);
}

static double sample(size_t i, int channel)
{
    return 0.5 * sin((double)i * 0.05 + channel) + 0.1 * channel;
}

/* Writes `frames` frames of a sine in each channel. */
static const char *make(const char *name, int format, int rate, int channels, size_t frames)
{
    SF_INFO info = { .samplerate = rate, .channels = channels, .format = format };
    const char *path = scratch_path(&scratch, name);
    SNDFILE *file = sf_open(path, SFM_WRITE, &info);
    ck_assert_msg(file != NULL, "%s: %s", name, sf_strerror(NULL));
    for (size_t i = 0; i < frames; i++) {
        double frame[8];
        for (int c = 0; c < channels; c++)
            frame[c] = sample(i, c);
        ck_assert_int_eq(sf_writef_double(file, frame, 1), 1);
    }
    sf_close(file);
    return path;
}

static void refused(const char *path, double rate, int channels, const char *reason)
{
    AscAudio audio;
    bool fine = asc_audio_read(path, &(AscSound){ rate, channels, ASC_MONO_MEAN, 0 }, &audio,
                               &status);
    ck_assert_msg(!fine, "%s was read", path);
    ck_assert_int_eq(status.code, ASC_BAD_INPUT);
    ck_assert_msg(strncmp(status.message, path, strlen(path)) == 0 &&
                      strstr(status.message, reason),
                  "%s", status.message);
    ck_assert(audio.samples == NULL);
}

/* ---------------------------------------------------------------- formats */

static const struct {
    const char *name;
    int format;
    double tolerance; /* of a sample */
} FORMATS[] = {
    { "u8.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 1.0 / 127 },
    { "16.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 1.0 / 32767 },
    { "24.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_24, 1.0 / 8388607 },
    { "32.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_32, 1e-9 },
    { "float.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 1e-7 },
    { "double.wav", SF_FORMAT_WAV | SF_FORMAT_DOUBLE, 1e-15 },
    { "extensible.wav", SF_FORMAT_WAVEX | SF_FORMAT_PCM_24, 1.0 / 8388607 },
    { "rf64.wav", SF_FORMAT_RF64 | SF_FORMAT_PCM_16, 1.0 / 32767 },
    { "a.w64", SF_FORMAT_W64 | SF_FORMAT_PCM_16, 1.0 / 32767 },
    { "a.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16, 1.0 / 32767 },
    { "a.au", SF_FORMAT_AU | SF_FORMAT_PCM_16, 1.0 / 32767 },
    { "a.caf", SF_FORMAT_CAF | SF_FORMAT_PCM_16, 1.0 / 32767 },
    { "16.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 1.0 / 32767 },
    { "24.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 1.0 / 8388607 },
    { "alaw.wav", SF_FORMAT_WAV | SF_FORMAT_ALAW, 0.02 },
    { "ulaw.wav", SF_FORMAT_WAV | SF_FORMAT_ULAW, 0.02 },
    { "ms.wav", SF_FORMAT_WAV | SF_FORMAT_MS_ADPCM, 0.05 },
    { "ima.wav", SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM, 0.05 },
    { "floats.wav", SF_FORMAT_WAVEX | SF_FORMAT_FLOAT, 1e-7 },
    { "float.aifc", SF_FORMAT_AIFF | SF_FORMAT_FLOAT, 1e-7 },
    { "a.iff", SF_FORMAT_SVX | SF_FORMAT_PCM_16, 1.0 / 32767 },
    { "a.sph", SF_FORMAT_NIST | SF_FORMAT_PCM_16, 1.0 / 32767 },
    { "a.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 0.2 },
    { "a.opus", SF_FORMAT_OGG | SF_FORMAT_OPUS, 0.2 },
    { "a.mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 0.2 },
};

/* Opus knows 48 kHz and no 44.1. */
static int rate_of(int i)
{
    return FORMATS[i].format == (SF_FORMAT_OGG | SF_FORMAT_OPUS) ? 48000 : 44100;
}

/* MP3 came with libsndfile 1.1. */
static bool can_write(int i)
{
    SF_INFO info = { .samplerate = rate_of(i), .channels = 1, .format = FORMATS[i].format };
    return sf_format_check(&info);
}

/* ADPCM comes in blocks: the last is filled up. */
static size_t most_frames(int i)
{
    int coding = FORMATS[i].format & SF_FORMAT_SUBMASK;
    return coding == SF_FORMAT_MS_ADPCM || coding == SF_FORMAT_IMA_ADPCM ? 21100 : 20000;
}

START_TEST(test_formats)
{
    if (!can_write(_i))
        return;
    const int rate = rate_of(_i);
    const char *path = make(FORMATS[_i].name, FORMATS[_i].format, rate, 1, 20000);
    AscAudio audio;
    ck_assert_msg(asc_audio_read(path, &(AscSound){ rate, 1, ASC_MONO_MEAN, 0 }, &audio, &status),
                  "%s", status.message);
    ck_assert(audio.rate == rate && audio.channels == 1);
    ck_assert_uint_ge(audio.frames, 20000);
    ck_assert_uint_le(audio.frames, most_frames(_i));
    for (size_t i = most_frames(_i) > 20000 ? 100 : 0; i < 20000; i++) /* ADPCM finds its step */
        ck_assert_double_eq_tol(audio.samples[i], sample(i, 0), FORMATS[_i].tolerance);
    ck_assert(asc_audio_named(path));
    asc_audio_free(&audio);
}
END_TEST

/* ---------------------------------------------------------------- channels */

START_TEST(test_mixed_down)
{
    for (int channels = 2; channels <= 8; channels += 3) {
        const char *path = make("a.wav", SF_FORMAT_WAV | SF_FORMAT_DOUBLE, 8000, channels, 9000);
        AscAudio audio;
        ck_assert_msg(
            asc_audio_read(path, &(AscSound){ 8000, 1, ASC_MONO_MEAN, 0 }, &audio, &status), "%s",
            status.message);
        for (size_t i = 0; i < audio.frames; i++) {
            double sum = 0;
            for (int c = 0; c < channels; c++)
                sum += sample(i, c);
            ck_assert_double_eq_tol(audio.samples[i], sum / channels, 1e-15);
        }
        asc_audio_free(&audio);
    }
}
END_TEST

START_TEST(test_two_channels)
{
    const char *path = make("a.wav", SF_FORMAT_WAV | SF_FORMAT_DOUBLE, 8000, 2, 150001);
    AscAudio audio;
    ck_assert_msg(asc_audio_read(path, &(AscSound){ 8000, 2, ASC_MONO_MEAN, 0 }, &audio, &status),
                  "%s", status.message);
    ck_assert_int_eq(audio.channels, 2);
    ck_assert_uint_eq(audio.frames, 150001);
    for (int c = 0; c < 2; c++)
        for (size_t i = 0; i < audio.frames; i++)
            ck_assert_double_eq_tol(audio.samples[(size_t)c * audio.frames + i], sample(i, c),
                                    1e-15);
    asc_audio_free(&audio);
    ck_assert_msg(asc_audio_read(path, &(AscSound){ 16000, 2, ASC_MONO_MEAN, 0 }, &audio, &status),
                  "%s", status.message);
    ck_assert_uint_eq(audio.frames, 300002);
    ck_assert_double_eq_tol(audio.samples[2000], sample(1000, 0), 1e-4);
    ck_assert_double_eq_tol(audio.samples[300002 + 2000], sample(1000, 1), 1e-4);
    asc_audio_free(&audio);
    refused(make("b.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8000, 1, 100), 8000, 2, "1 channel,");
    refused(make("c.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8000, 3, 100), 8000, 2, "3 channels");
}
END_TEST

/* Of a file and of raw samples. */
START_TEST(test_one_of_two)
{
    enum { FRAMES = 9000 };
    static double raw[2 * FRAMES], got[FRAMES];
    const AscMono mono = (AscMono)_i;
    const char *path = make("a.wav", SF_FORMAT_WAV | SF_FORMAT_DOUBLE, 8000, 2, FRAMES);
    AscAudio audio;
    ck_assert_msg(asc_audio_read(path, &(AscSound){ 8000, 1, mono, 0 }, &audio, &status), "%s",
                  status.message);
    for (size_t i = 0; i < FRAMES; i++) {
        const double left = sample(i, 0), right = sample(i, 1);
        const double expected[] = { (left + right) / 2, left, right, (left - right) / 2 };
        ck_assert_double_eq_tol(audio.samples[i], expected[mono], 1e-15);
        raw[2 * i] = left;
        raw[2 * i + 1] = right;
    }
    path = scratch_write(&scratch, "raw", raw, sizeof raw);
    AscPcm *pcm = asc_pcm_open(path, "f64le,2", &(AscSound){ 8000, 1, mono, 0 }, 0, NULL, &status);
    ck_assert_msg(pcm != NULL, "%s", status.message);
    size_t count = 0, more;
    while (asc_pcm_read(pcm, got + count, FRAMES - count, &more, &status) && more > 0)
        count += more;
    ck_assert_uint_eq(count, FRAMES);
    ck_assert_mem_eq(got, audio.samples, sizeof got);
    asc_pcm_close(pcm);
    asc_audio_free(&audio);
    path = make("b.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8000, 1, 100);
    ck_assert(asc_audio_read(path, &(AscSound){ 8000, 1, mono, 0 }, &audio, &status) ==
              (mono == ASC_MONO_MEAN));
    pcm = asc_pcm_open(path, "f64le", &(AscSound){ 8000, 1, mono, 0 }, 0, NULL, &status);
    ck_assert((pcm != NULL) == (mono == ASC_MONO_MEAN));
    if (mono == ASC_MONO_MEAN)
        asc_audio_free(&audio);
    asc_pcm_close(pcm);
}
END_TEST

START_TEST(test_two_are_needed)
{
    const char *path = make("b.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8000, 1, 100);
    AscAudio audio;
    ck_assert(!asc_audio_read(path, &(AscSound){ 8000, 1, ASC_MONO_SIDE, 0 }, &audio, &status));
    ck_assert_ptr_nonnull(strstr(status.message, "b.wav: has 1 channel; mono = side needs two"));
    path = make("c.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8000, 3, 100);
    ck_assert(!asc_audio_read(path, &(AscSound){ 8000, 1, ASC_MONO_LEFT, 0 }, &audio, &status));
    ck_assert_ptr_nonnull(strstr(status.message, "c.wav: has 3 channels; mono = left needs two"));
}
END_TEST

/* ---------------------------------------------------------------- rates */

/* A sine keeps its frequency, amplitude and phase at another rate. */
START_TEST(test_resampled)
{
    static const int rate[] = { 8000, 16000, 22050, 32000, 48000, 96000 };
    const char *path = make("a.wav", SF_FORMAT_WAV | SF_FORMAT_DOUBLE, rate[_i], 1,
                            (size_t)rate[_i]);
    AscAudio audio;
    ck_assert_msg(asc_audio_read(path, &(AscSound){ 44100, 1, ASC_MONO_MEAN, 0 }, &audio, &status),
                  "%s", status.message);
    ck_assert(audio.rate == 44100);
    ck_assert_uint_ge(audio.frames, 44099);
    ck_assert_uint_le(audio.frames, 44101);
    for (size_t i = 4000; i < 40000; i++) {
        double at = (double)i * rate[_i] / 44100;
        ck_assert_double_eq_tol(audio.samples[i], 0.5 * sin(at * 0.05), 1e-5);
    }
    asc_audio_free(&audio);
}
END_TEST

/* ---------------------------------------------------------------- refusals */

START_TEST(test_not_audio)
{
    refused("/nonexistent/a.wav", 8000, 1, "no such file");
    refused(scratch.path, 8000, 1, "not a file");
    refused(scratch_text(&scratch, "a.wav", ""), 8000, 1, "empty file");
    refused(scratch_text(&scratch, "b.wav", "this is only text, whatever its name says\n"), 8000, 1,
            "not audio");
    refused(scratch_write(&scratch, "c.wav", "RIFF\x24\0\0\0WAVE", 12), 8000, 1, "not audio");
    refused(make("d.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8000, 1, 0), 8000, 1, "no samples");
    refused(make("d.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 8000, 1, 0), 8000, 1, "");
}
END_TEST

/* Two thirds of a file, and every length of a small one: a message, or all of the samples. */
START_TEST(test_cut_off)
{
    if (!can_write(_i))
        return;
    const char *path = make(FORMATS[_i].name, FORMATS[_i].format, rate_of(_i), 1, 20000);
    FILE *file = fopen(path, "rb");
    char *bytes = malloc(200000);
    size_t count = fread(bytes, 1, 200000, file);
    fclose(file);
    char name[64];
    snprintf(name, sizeof name, "cut-%s", FORMATS[_i].name);
    path = scratch_write(&scratch, name, bytes, count * 2 / 3);
    refused(path, rate_of(_i), 1, "");
    ck_assert(strstr(status.message, "cut off") || strstr(status.message, "damaged") ||
              strstr(status.message, "not audio"));
    free(bytes);
}
END_TEST

/* Bytes changed at random: a message or samples, never a crash. */
START_TEST(test_damaged)
{
    if (!can_write(_i))
        return;
    const char *path = make(FORMATS[_i].name, FORMATS[_i].format, rate_of(_i), 1, 2000);
    FILE *file = fopen(path, "rb");
    char *bytes = malloc(100000);
    size_t count = fread(bytes, 1, 100000, file);
    fclose(file);
    unsigned state = 1;
    for (int turn = 0; turn < 60; turn++) {
        state = state * 1664525 + 1013904223;
        size_t at = turn % 2 ? state / 65536 % count : state / 65536 % 64;
        char old = bytes[at];
        bytes[at] = (char)(state >> 8);
        path = scratch_write(&scratch, FORMATS[_i].name, bytes, count);
        AscAudio audio;
        if (asc_audio_read(path, &(AscSound){ 44100, 1, ASC_MONO_MEAN, 0 }, &audio, &status))
            asc_audio_free(&audio);
        else
            ck_assert(strstr(status.message, path));
        bytes[at] = old;
    }
    free(bytes);
}
END_TEST

START_TEST(test_not_finite)
{
    static const float samples[][4] = { { 0, 1, NAN, 0 }, { 0, 0, 0, -INFINITY } };
    for (int i = 0; i < 2; i++) {
        SF_INFO info = { .samplerate = 8000,
                         .channels = 1,
                         .format = SF_FORMAT_WAV | SF_FORMAT_FLOAT };
        const char *path = scratch_path(&scratch, "a.wav");
        SNDFILE *file = sf_open(path, SFM_WRITE, &info);
        ck_assert_int_eq(sf_writef_float(file, samples[i], 4), 4);
        sf_close(file);
        refused(path, 8000, 1, "not a finite number");
    }
}
END_TEST

START_TEST(test_names)
{
    ck_assert(asc_audio_named("a.WAV") && asc_audio_named("x/b.flac") &&
              asc_audio_named("c.d.ogg"));
    ck_assert(!asc_audio_named("a.txt") && !asc_audio_named("wav") && !asc_audio_named("a.wav/b"));
}
END_TEST

int main(void)
{
    const int formats = sizeof FORMATS / sizeof FORMATS[0];
    Suite *suite = suite_create("audio");
    TCase *tcase = tcase_create("audio");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, test_formats, 0, formats);
    tcase_add_test(tcase, test_mixed_down);
    tcase_add_test(tcase, test_two_channels);
    tcase_add_loop_test(tcase, test_one_of_two, 0, 4);
    tcase_add_test(tcase, test_two_are_needed);
    tcase_add_loop_test(tcase, test_resampled, 0, 6);
    tcase_add_test(tcase, test_not_audio);
    tcase_add_loop_test(tcase, test_cut_off, 0, formats);
    tcase_add_loop_test(tcase, test_damaged, 0, formats);
    tcase_add_test(tcase, test_not_finite);
    tcase_add_test(tcase, test_names);
    suite_add_tcase(suite, tcase);
    return check_main(suite);
}
