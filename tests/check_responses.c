/* check_responses.c: impulse responses: convolution against its definition, draws, files that are refused. */
#include "hearing.h"

#include <math.h>
#include <sndfile.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "random.h"
#include "scratch.h"

static Scratch scratch;
static const char *folder;

static void write_sound(const char *name, int rate, int channels, const double *samples, int count)
{
    char path[512];
    SF_INFO info = { .samplerate = rate,
                     .channels = channels,
                     .format = SF_FORMAT_WAV | SF_FORMAT_DOUBLE };
    snprintf(path, sizeof path, "%s/%s", folder, name);
    SNDFILE *file = sf_open(path, SFM_WRITE, &info);
    ck_assert(file != NULL);
    ck_assert_int_eq(sf_writef_double(file, samples, count), count);
    sf_close(file);
}

static void make_folder(void)
{
    scratch = scratch_make();
    folder = scratch.path;
}

static void remove_folder(void)
{
    scratch_remove(&scratch);
}

static AscResponses *open_all(AscStatus *status)
{
    return asc_responses_open(folder, 8000, status);
}

/* ---------------------------------------------------------------- convolution */

/* Lengths of the response and of the sound: one sample, several blocks, a part of one. */
static const struct {
    int length, peak, frames;
} convolution[] = { { 1, 0, 5 },       { 7, 3, 1 },       { 100, 99, 50 },  { 256, 0, 20000 },
                    { 257, 40, 9000 }, { 1000, 5, 4001 }, { 300, 150, 724 } };

START_TEST(convolution_by_its_definition)
{
    const int length = convolution[_i].length, frames = convolution[_i].frames;
    double *h = calloc((size_t)length, sizeof *h), *x = calloc((size_t)frames, sizeof *x);
    double *y = calloc((size_t)frames, sizeof *y), energy = 0, wrong = 0, all = 0;
    AscStatus status = { 0 };
    for (int i = 0; i < length; i++)
        h[i] = 0.2 * (asc_uniform(1, 2, 3, (uint64_t)i) - 0.5);
    h[convolution[_i].peak] = 0.5;
    for (int i = 0; i < frames; i++)
        x[i] = asc_uniform(4, 5, 6, (uint64_t)i) - 0.5;
    for (int i = 0; i < length; i++)
        energy += h[i] * h[i];
    write_sound("h.wav", 8000, 1, h, length);
    AscResponses *all_of = open_all(&status);
    ck_assert_msg(all_of != NULL, "%s", status.message);
    const AscResponse *response = all_of->response;
    ck_assert_int_eq(response->peak, convolution[_i].peak);
    AscFft *fft = asc_fft_create(response->fft, &status);
    ck_assert(asc_response_apply(response, fft, x, (size_t)frames, y, &status));
    for (int n = 0; n < frames; n++) {
        double sum = 0;
        for (int m = 0; m < length; m++) {
            const int at = n - m + response->peak;
            sum += at >= 0 && at < frames ? h[m] * x[at] : 0;
        }
        sum /= sqrt(energy);
        wrong += (sum - y[n]) * (sum - y[n]);
        all += sum * sum;
    }
    ck_assert_msg(sqrt(wrong / all) < 1e-6, "response of %d samples, sound of %d: error %g", length,
                  frames, sqrt(wrong / all));
    asc_fft_destroy(fft);
    asc_responses_close(all_of);
    free(h);
    free(x);
    free(y);
}
END_TEST

/* A response of one sample leaves the sound as it is, whatever its size and sign. */
START_TEST(a_click_changes_nothing)
{
    const double click[] = { 0, 0, 0.25, 0 }, x[] = { 1, -2, 3 };
    double y[3];
    AscStatus status = { 0 };
    write_sound("click.wav", 8000, 1, click, 4);
    AscResponses *all = open_all(&status);
    ck_assert(all != NULL && all->response->peak == 2);
    AscFft *fft = asc_fft_create(all->response->fft, &status);
    ck_assert(asc_response_apply(all->response, fft, x, 3, y, &status));
    for (int i = 0; i < 3; i++)
        ck_assert_double_eq_tol(y[i], x[i], 1e-6);
    asc_fft_destroy(fft);
    asc_responses_close(all);
}
END_TEST

/* ---------------------------------------------------------------- draws */

START_TEST(draws)
{
    AscResponse response[5] = { { 0 } };
    const AscResponses all = { .count = 5, .response = response };
    const AscResponse *one[7], *again[7], *other[7];
    AscStatus status = { 0 };
    int differ = 0;
    ck_assert(asc_responses_draw(&all, 1, "a.wav", 7, one, &status));
    ck_assert(asc_responses_draw(&all, 1, "a.wav", 7, again, &status));
    ck_assert_mem_eq(one, again, sizeof one);
    for (int i = 0; i < 5; i++)
        for (int k = 0; k < i; k++)
            ck_assert(one[i] != one[k]);
    ck_assert(one[5] == one[0] && one[6] == one[1]);
    for (int n = 0; n < 8; n++) {
        const char name[] = { (char)('b' + n), 0 };
        ck_assert(asc_responses_draw(&all, 1, name, 7, other, &status));
        differ += memcmp(one, other, sizeof one) != 0;
    }
    ck_assert_int_ge(differ, 6);
}
END_TEST

/* Each example is its own, or one of its variants, in the share that is asked for; an epoch is not like another, and
 * nothing depends on the order. */
START_TEST(shares)
{
    enum { COUNT = 10000, VARIANTS = 3 };
    const AscHearings most = { .through = VARIANTS, .share = 0.6 };
    static int order[COUNT], next[COUNT], back[COUNT];
    int heard[VARIANTS + 1] = { 0 }, same = 0;
    for (int i = 0; i < COUNT; i++) {
        order[i] = next[i] = i;
        back[i] = COUNT - 1 - i;
    }
    asc_hearings_mix(&most, 7, 0, COUNT, order, COUNT);
    asc_hearings_mix(&most, 7, 1, COUNT, next, COUNT);
    asc_hearings_mix(&most, 7, 0, COUNT, back, COUNT);
    for (int i = 0; i < COUNT; i++) {
        ck_assert_int_eq(order[i] % COUNT, i);
        ck_assert_int_eq(back[COUNT - 1 - i], order[i]);
        heard[order[i] / COUNT]++;
        same += order[i] == next[i];
    }
    ck_assert(abs(heard[0] - 4000) < 200);
    for (int k = 1; k <= VARIANTS; k++)
        ck_assert(abs(heard[k] - 2000) < 170);
    ck_assert(same > 2400 && same < 3200); /* 0.4^2 + 3 * 0.2^2 = 0.28 */
    for (int i = 0; i < COUNT; i++)
        order[i] = i;
    asc_hearings_mix(&(AscHearings){ 0 }, 7, 0, COUNT, order, COUNT);
    ck_assert_int_eq(order[COUNT - 1], COUNT - 1);
    asc_hearings_mix(&(AscHearings){ .through = 1, .share = 1 }, 7, 0, COUNT, order, COUNT);
    for (int i = 0; i < COUNT; i++)
        ck_assert_int_eq(order[i], COUNT + i);
}
END_TEST

/* With random gain no example is heard as it is: those that are not heard through a response have one of the levels. */
START_TEST(shares_of_levels)
{
    enum { COUNT = 10000 };
    const AscHearings both = { .through = 2, .levels = 3, .share = 0.4, .most = 6 };
    static int order[COUNT];
    int heard[6] = { 0 };
    for (int i = 0; i < COUNT; i++)
        order[i] = i;
    asc_hearings_mix(&both, 7, 3, COUNT, order, COUNT);
    for (int i = 0; i < COUNT; i++) {
        ck_assert_int_eq(order[i] % COUNT, i);
        heard[order[i] / COUNT]++;
    }
    ck_assert_int_eq(heard[0], 0);
    for (int k = 1; k <= 5; k++)
        ck_assert(abs(heard[k] - 2000) < 170);
}
END_TEST

/* Gains are uniform in dB over the whole range, of the seed and the name, and responses are drawn as without them. */
START_TEST(draws_of_levels)
{
    enum { NAMES = 2000 };
    AscResponse response[3] = { { 0 } };
    const AscResponses all = { .count = 3, .response = response };
    const AscRecipe recipe = { .gain_most = 6, .gain_variants = 2, .responses_variants = 2 };
    const AscHearings both = asc_hearings_of(&recipe, &all), alone = asc_hearings_of(&recipe, NULL);
    const AscResponse *drawn[2];
    AscHearing one[4], again[4];
    AscStatus status = { 0 };
    double sum = 0, squares = 0, least = 0, largest = 0;
    ck_assert_int_eq(asc_hearings_count(&alone), 2);
    for (int n = 0; n < NAMES; n++) {
        char name[16];
        snprintf(name, sizeof name, "%d.wav", n);
        ck_assert(asc_hearings_draw(&both, 1, name, one, &status));
        ck_assert(asc_hearings_draw(&both, 1, name, again, &status));
        ck_assert(asc_responses_draw(&all, 1, name, 2, drawn, &status));
        ck_assert_mem_eq(one, again, sizeof one);
        for (int k = 0; k < 4; k++) {
            const double level = 20 * log10(one[k].gain);
            ck_assert_ptr_eq(one[k].response, k < 2 ? drawn[k] : NULL);
            sum += level;
            squares += level * level;
            least = fmin(least, level);
            largest = fmax(largest, level);
        }
    }
    ck_assert(least > -6 && least < -5.95 && largest < 6 && largest > 5.95);
    ck_assert(fabs(sum / (4 * NAMES)) < 0.15); /* of deviation 6 / sqrt(3 * 8000) = 0.04 */
    ck_assert(fabs(squares / (4 * NAMES) - 12) < 0.5);
    ck_assert(asc_hearings_draw(&both, 2, "0.wav", again, &status));
    ck_assert(asc_hearings_draw(&both, 1, "0.wav", one, &status));
    ck_assert(one[3].gain != again[3].gain && one[3].gain != one[2].gain);
}
END_TEST

/* ---------------------------------------------------------------- files */

static void refused(const char *message)
{
    AscStatus status = { 0 };
    ck_assert(open_all(&status) == NULL);
    ck_assert_int_eq(status.code, ASC_BAD_INPUT);
    ck_assert_msg(strstr(status.message, message) != NULL, "\"%s\" instead of \"%s\"",
                  status.message, message);
}

START_TEST(files)
{
    const double one[] = { 0, 1, 0.5, 0 }, silence[4] = { 0 };
    char path[600], first[ASC_HASH_TEXT], second[ASC_HASH_TEXT];
    AscStatus status = { 0 };
    refused("has no impulse responses");
    snprintf(path, sizeof path, "%s/deeper", folder);
    ck_assert_int_eq(mkdir(path, 0777), 0);
    write_sound("deeper/a.wav", 8000, 1, one, 4);
    write_sound("b.wav", 16000, 2, one, 2);
    ck_assert(asc_responses_hash(folder, first, &status));
    AscResponses *all = open_all(&status);
    ck_assert_msg(all != NULL, "%s", status.message);
    ck_assert_int_eq(all->count, 2);
    ck_assert(strstr(all->response[0].path, "b.wav") &&
              strstr(all->response[1].path, "deeper/a.wav"));
    asc_responses_close(all);
    write_sound("b.wav", 16000, 2, one + 1, 1);
    ck_assert(asc_responses_hash(folder, second, &status));
    ck_assert_str_ne(first, second);
    write_sound("silent.wav", 8000, 1, silence, 4);
    refused("silent.wav: is silent");
    snprintf(path, sizeof path, "%s/silent.wav", folder);
    FILE *file = fopen(path, "w");
    ck_assert(file && fputs("no sound", file) >= 0 && fclose(file) == 0);
    refused("silent.wav: ");
    ck_assert(!asc_responses_hash("/nonexistent", first, &status));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("responses");
    TCase *tests = tcase_create("responses");
    tcase_add_checked_fixture(tests, make_folder, remove_folder);
    tcase_add_loop_test(tests, convolution_by_its_definition, 0,
                        sizeof convolution / sizeof *convolution);
    tcase_add_test(tests, a_click_changes_nothing);
    tcase_add_test(tests, draws);
    tcase_add_test(tests, shares);
    tcase_add_test(tests, shares_of_levels);
    tcase_add_test(tests, draws_of_levels);
    tcase_add_test(tests, files);
    suite_add_tcase(suite, tests);
    return check_main(suite);
}
