/* check_fft.c: transforms of all lengths against the definition. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "check_main.h"
#include "fft.h"
#include "verify.h"

enum { LANES = ASC_FFT_LANES };

#define NEARLY (sizeof(real) == 8 ? 1e-15 : 1e-6)

static real *lanes(int count)
{
    const size_t bytes = (size_t)count * LANES * sizeof(real);
    real *x = aligned_alloc(64, (bytes + 63) / 64 * 64);
    ck_assert(x != NULL);
    return x;
}

/* Signal to error ratio in dB of lane `lane`, against the sum in long double. */
static double compare(int size, const real *signal, const real *spectrum, int lane)
{
    long double power = 0, error = 0;
    for (int k = 0; k <= size / 2; k++) {
        long double re = 0, im = 0;
        for (int i = 0; i < size; i++) {
            long double angle = 6.283185307179586476925L * ((long long)i * k % size) / size;
            re += signal[i * LANES + lane] * cosl(angle);
            im -= signal[i * LANES + lane] * sinl(angle);
        }
        power += re * re + im * im;
        re -= spectrum[2 * k * LANES + lane];
        im -= spectrum[(2 * k + 1) * LANES + lane];
        error += re * re + im * im;
    }
    return 10 * (double)log10l(power / (error + 1e-60L));
}

/* `lengths`: which these are, in the record. */
static void check_size(int size, int lane, const char *lengths)
{
    AscStatus status;
    AscFft *fft = asc_fft_create(size, &status);
    ck_assert_msg(fft != NULL, "%s", status.message);
    real *signal = lanes(size), *copy = lanes(size), *spectrum = lanes(2 * (size / 2 + 1));
    for (int turn = 0; turn < 2; turn++) { /* a plan is used again and again */
        unsigned state = (unsigned)size;
        for (int i = 0; i < size * LANES; i++) {
            state = state * 1664525 + 1013904223;
            copy[i] = signal[i] = (real)((state >> 8) / 8388608.0 - 1);
        }
        asc_fft_run(fft, signal, spectrum);
    }
    double ratio = compare(size, copy, spectrum, lane);
    const double least = sizeof(real) == 8 ? 280 : 115;
    verify("transforms", sizeof(real) == 8 ? lengths : "single precision", "dB", ratio, least);
    ck_assert_msg(ratio >= least, "%d points: %.1f dB", size, ratio);
    free(signal);
    free(copy);
    free(spectrum);
    asc_fft_destroy(fft);
}

START_TEST(test_small)
{
    for (int size = 1; size <= 130; size++)
        check_size(size, size % LANES, "all lengths to 130");
}
END_TEST

START_TEST(test_usual)
{
    static const int size[] = {
        256, 375, 400, 480, 512, 625, 729, 882, 1000, 1009, 1024, 1764, 2048
    };
    for (size_t i = 0; i < sizeof size / sizeof size[0]; i++)
        check_size(size[i], 3, "13 usual lengths, 256 to 2048");
}
END_TEST

START_TEST(test_long_prime)
{
    check_size(3001, 7, "3001, a prime");
}
END_TEST

/* An impulse has a flat spectrum; nothing leaks from lane to lane. */
START_TEST(test_lanes_apart)
{
    AscFft *fft = asc_fft_create(60, NULL);
    real *signal = lanes(60), *spectrum = lanes(62);
    for (int i = 0; i < 60 * LANES; i++)
        signal[i] = i == 5;
    asc_fft_run(fft, signal, spectrum);
    for (int k = 0; k <= 30; k++) {
        for (int lane = 0; lane < LANES; lane++) {
            ck_assert_double_eq_tol(spectrum[2 * k * LANES + lane], lane == 5, NEARLY);
            ck_assert_double_eq_tol(spectrum[(2 * k + 1) * LANES + lane], 0, NEARLY);
        }
    }
    free(signal);
    free(spectrum);
    asc_fft_destroy(fft);
}
END_TEST

START_TEST(test_refusals)
{
    AscStatus status;
    ck_assert(!asc_fft_create(0, &status));
    ck_assert_int_eq(status.code, ASC_BAD_INPUT);
    ck_assert(!asc_fft_create(-5, &status));
    ck_assert(!asc_fft_create(1 << 30, &status));
    asc_fft_destroy(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("fft");
    TCase *tcase = tcase_create("fft");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, test_small);
    tcase_add_test(tcase, test_usual);
    tcase_add_test(tcase, test_long_prime);
    tcase_add_test(tcase, test_lanes_apart);
    tcase_add_test(tcase, test_refusals);
    suite_add_tcase(suite, tcase);
    return check_main(suite);
}
