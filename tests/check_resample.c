/* check_resample.c: recordings at another rate against the figures that libsoxr states for the quality in use (soxr.h): in the
 * pass band a roll-off of 0.01 dB at most (SOXR_ROLLOFF_SMALL), and a precision in bits, above which nothing else may lie:
 * images, aliases, noise.  The input is a second of a sine; the ends, where the filter sees past the sound, do not count.  All
 * resamplers: in pieces as in one go. */
#include "audio_own.h"

#include <math.h>
#include <soxr.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "resample.h"
#include "verify.h"

#define SECTION "resampling"

static const struct {
    double from, to;
} rates[] = { { 44100, 16000 }, { 48000, 44100 }, { 44100, 22050 }, { 96000, 44100 },
              { 44100, 32000 }, { 8000, 44100 },  { 16000, 44100 }, { 22050, 44100 },
              { 44100, 48000 }, { 32000, 16000 } };

enum { PAIRS = sizeof rates / sizeof *rates };

/* A sine of amplitude 1/2 and `frequency` in Hz, brought to the other rate. */
static AscAudio convert(double from, double to, double frequency)
{
    AscStatus status = { 0 };
    AscAudio audio = { .rate = from, .channels = 1, .frames = (size_t)from };
    audio.samples = malloc(audio.frames * sizeof *audio.samples);
    ck_assert_ptr_nonnull(audio.samples);
    for (size_t i = 0; i < audio.frames; i++)
        audio.samples[i] = 0.5 * sin(2 * M_PI * frequency * (double)i / from);
    ck_assert_msg(asc_audio_resample(&audio, to, ASC_RESAMPLE_SOXR_HQ, "a.wav", &status), "%s",
                  status.message);
    ck_assert(fabs((double)audio.frames - to) <= 1);
    return audio;
}

/* What the sound holds of the frequency, by least squares, and the power of a sine of amplitude 1/2 over all else, in dB. */
typedef struct Found {
    double gain, ratio;
} Found;

static double wave(const AscAudio *audio, double frequency, size_t i, double (*of)(double))
{
    return 0.5 * of(2 * M_PI * frequency * (double)i / audio->rate);
}

static Found find(const AscAudio *audio, double frequency)
{
    const size_t from = audio->frames / 8, to = audio->frames * 7 / 8;
    const double *y = audio->samples;
    double ss = 0, sc = 0, cc = 0, sy = 0, cy = 0, rest = 0;
    for (size_t i = from; i < to; i++) {
        const double s = wave(audio, frequency, i, sin), c = wave(audio, frequency, i, cos);
        ss += s * s;
        sc += s * c;
        cc += c * c;
        sy += s * y[i];
        cy += c * y[i];
    }
    const double det = ss * cc - sc * sc;
    const double gain = (sy * cc - cy * sc) / det, turned = (cy * ss - sy * sc) / det;
    for (size_t i = from; i < to; i++)
        rest += pow(y[i] - gain * wave(audio, frequency, i, sin) -
                        turned * wave(audio, frequency, i, cos),
                    2);
    return (Found){ gain, 10 * log10(0.125 * (double)(to - from) / (rest + 1e-30)) };
}

static double power(const AscAudio *audio)
{
    double sum = 0;
    for (size_t i = audio->frames / 8; i < audio->frames * 7 / 8; i++)
        sum += audio->samples[i] * audio->samples[i];
    return sum / ((double)audio->frames * 0.75);
}

static double precision(void)
{
    return soxr_quality_spec(SOXR_HQ, 0).precision * 20 * log10(2);
}

static void expect_ratio(const char *name, const char *what, double frequency, double ratio)
{
    verify(SECTION, name, what, ratio, precision());
    ck_assert_msg(ratio >= precision(), "%s: a sine of %.1f Hz: %s: %.1f dB, libsoxr states %.1f",
                  name, frequency, what, ratio, precision());
}

static const char *pair_name(int pair)
{
    static char name[64];
    snprintf(name, sizeof name, "%g Hz to %g Hz", rates[pair].from, rates[pair].to);
    return name;
}

/* The phase is linear, so all of the sine is in the sine and not in the cosine. */
START_TEST(what_is_kept)
{
    const double from = rates[_i].from, to = rates[_i].to;
    const double end = soxr_quality_spec(SOXR_HQ, 0).passband_end * fmin(from, to) / 2;
    for (int part = 1; part <= 8; part++) {
        AscAudio audio = convert(from, to, end * part / 8);
        const Found found = find(&audio, end * part / 8);
        const double fall = fabs(20 * log10(found.gain));
        verify(SECTION, pair_name(_i), "gain in the pass band, error", fall, 0.01);
        ck_assert_msg(fall <= 0.01, "%s: a sine of %.1f Hz changes by %.4f dB", pair_name(_i),
                      end * part / 8, fall);
        expect_ratio(pair_name(_i), "beside it, dB", end * part / 8, found.ratio);
        asc_audio_free(&audio);
    }
}
END_TEST

START_TEST(what_is_taken_away)
{
    const double from = rates[_i].from, to = rates[_i].to;
    const double begin = soxr_quality_spec(SOXR_HQ, 0).stopband_begin * to / 2;
    for (int part = 0; part < 8 && begin < from / 2; part++) {
        const double frequency = begin + (from / 2 - begin) * part / 8;
        AscAudio audio = convert(from, to, frequency);
        expect_ratio(pair_name(_i), "stop band, dB", frequency,
                     10 * log10(0.125 / (power(&audio) + 1e-30)));
        asc_audio_free(&audio);
    }
}
END_TEST

/* ---------------------------------------------------------------- pieces */

/* Two channels of noise, in pieces of odd sizes, are what each channel is as a whole; and as long as foretold. */
START_TEST(in_pieces)
{
    enum { FRAMES = 5003, MOST = 40000 };
    static const size_t sizes[] = { 1, 700, 3, 1500, 2 };
    static double sound[2 * FRAMES], made[2 * MOST];
    const AscResample how = (AscResample)(_i / PAIRS);
    const double from = rates[_i % PAIRS].from, to = rates[_i % PAIRS].to;
    AscStatus status = { 0 };
    AscAudio audio = { .rate = from, .channels = 2, .frames = FRAMES };
    unsigned state = 1;
    size_t at = 0, count = 0, used = 1, more = 0;
    audio.samples = malloc(sizeof sound);
    for (size_t i = 0; i < 2 * FRAMES; i++) {
        state = state * 1664525 + 1013904223;
        sound[i] = (double)(state >> 8) / (1 << 23) - 1;
        audio.samples[i % 2 * FRAMES + i / 2] = sound[i];
    }
    ck_assert_msg(asc_audio_resample(&audio, to, how, "a.wav", &status), "%s", status.message);
    ck_assert_uint_eq(audio.frames, asc_resampled_frames(FRAMES, from, to, how));
    AscResampler *resampler = asc_resampler_create(from, to, 2, how, &status);
    ck_assert_msg(resampler != NULL, "%s", status.message);
    for (int n = 0; used > 0 || more > 0; n++) {
        const size_t size = sizes[n % 5] < FRAMES - at ? sizes[n % 5] : FRAMES - at;
        const size_t most = count + sizes[n % 3] < MOST ? sizes[n % 3] : MOST - count;
        ck_assert(asc_resampler_run(resampler, size ? sound + 2 * at : NULL, size, &used,
                                    made + 2 * count, most, &more, &status));
        at += used;
        count += more;
    }
    asc_resampler_destroy(resampler);
    ck_assert_uint_eq(count, audio.frames);
    for (size_t i = 0; i < 2 * count; i++)
        ck_assert_double_eq_tol(made[i], audio.samples[i % 2 * count + i / 2], 1e-12);
    asc_audio_free(&audio);
}
END_TEST

START_TEST(rates_of_no_use)
{
    AscStatus status = { 0 };
    ck_assert_ptr_null(asc_resampler_create(44100, 16000.5, 1, ASC_RESAMPLE_SINC, &status));
    ck_assert_ptr_nonnull(strstr(status.message, "whole Hz"));
    ck_assert_ptr_null(asc_resampler_create(44101, 999983, 1, ASC_RESAMPLE_SINC, &status));
    ck_assert_ptr_nonnull(strstr(status.message, "common factor"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("resample");
    TCase *tests = tcase_create("resample");
    tcase_add_loop_test(tests, what_is_kept, 0, PAIRS);
    tcase_add_loop_test(tests, what_is_taken_away, 0, PAIRS);
    tcase_add_loop_test(tests, in_pieces, 0, PAIRS * ASC_RESAMPLE_NO);
    tcase_add_test(tests, rates_of_no_use);
    suite_add_tcase(suite, tests);
    return check_main(suite);
}
