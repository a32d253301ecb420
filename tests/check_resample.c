/* check_resample.c: recordings at another rate against the figures that libsoxr states for the quality in use (soxr.h): in the
 * pass band a roll-off of 0.01 dB at most (SOXR_ROLLOFF_SMALL), and a precision in bits, above which nothing else may lie:
 * images, aliases, noise.  The input is a second of a sine; the ends, where the filter sees past the sound, do not count. */
#include "audio_own.h"

#include <math.h>
#include <soxr.h>
#include <stdlib.h>

#include "check_main.h"
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
    ck_assert_msg(asc_audio_resample(&audio, to, "a.wav", &status), "%s", status.message);
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

int main(void)
{
    Suite *suite = suite_create("resample");
    TCase *tests = tcase_create("resample");
    tcase_add_loop_test(tests, what_is_kept, 0, PAIRS);
    tcase_add_loop_test(tests, what_is_taken_away, 0, PAIRS);
    suite_add_tcase(suite, tests);
    return check_main(suite);
}
