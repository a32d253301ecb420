/* check_number.c: literals with units, exact fractions and their limits. */
#include <stdlib.h>
#include <string.h>

#include "ascc.h"
#include "check_main.h"

static Number number(const char *text)
{
    Number n;
    ck_assert_msg(number_parse(text, &n), "%s is refused", text);
    return n;
}

static void check_exact(const char *text, int64_t numerator, int64_t denominator, Unit unit)
{
    Number n = number(text);
    ck_assert_msg(n.exact, "%s is not exact", text);
    ck_assert_int_eq(n.numerator, numerator);
    ck_assert_int_eq(n.denominator, denominator);
    ck_assert_int_eq(n.unit, unit);
}

START_TEST(test_units)
{
    check_exact("2", 2, 1, UNIT_NONE);
    check_exact("2 s", 2, 1, UNIT_SECONDS);
    check_exact("40ms", 1, 25, UNIT_SECONDS);
    check_exact("44.1 kHz", 44100, 1, UNIT_HERTZ);
    check_exact("22050 \t Hz", 22050, 1, UNIT_HERTZ);
    check_exact("882 samples", 882, 1, UNIT_SAMPLES);
    check_exact("100 frames", 100, 1, UNIT_FRAMES);
    check_exact("-80 dB", -80, 1, UNIT_DECIBELS);
    check_exact("30 %", 3, 10, UNIT_NONE);
    check_exact("12.5%", 1, 8, UNIT_NONE);
}
END_TEST

START_TEST(test_fractions)
{
    check_exact("2.01 s", 201, 100, UNIT_SECONDS);
    check_exact("1e-4", 1, 10000, UNIT_NONE);
    check_exact("2.50E+3", 2500, 1, UNIT_NONE);
    check_exact("0.3000000000000000000000000000000000", 3, 10, UNIT_NONE);
    check_exact("000", 0, 1, UNIT_NONE);
    check_exact("0e99999", 0, 1, UNIT_NONE);
    check_exact("-0.5", -1, 2, UNIT_NONE);
}
END_TEST

START_TEST(test_reals)
{
    check_exact("9223372036854775807", INT64_MAX, 1, UNIT_NONE);
    Number n = number("9223372036854775808");
    ck_assert(!n.exact);
    ck_assert(n.real == 9223372036854775808.0);
    ck_assert(!number("1e-19").exact);
    ck_assert(!number("1e19").exact);
    ck_assert(number("1e-19").real == 1e-19);
    ck_assert(number("2.2e-16").real == 2.2e-16);
    ck_assert(number("0.1").real == 0.1);
    ck_assert(number("44.1 kHz").real == 44100.0);
    ck_assert(number("16 ms").real == 0.016);
    ck_assert(number("3.141592653589793").real == 3.141592653589793);
}
END_TEST

START_TEST(test_refused)
{
    static const char *const texts[] = {
        "",      " ",    "x",   "3x3", "2 seconds", "2 s s",  ".5",     "1.",
        "1e",    "--1",  "- 1", "+1",  "1e400",     "-1e400", "1e-400", "1e99999999999999999999",
        "1_000", "0x10", "inf", "nan", "1 hz",      "2 % s",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        Number n;
        ck_assert_msg(!number_parse(texts[i], &n), "`%s` is taken", texts[i]);
    }
    char digits[1001];
    memset(digits, '9', 1000);
    digits[1000] = 0;
    Number n;
    ck_assert(!number_parse(digits, &n));
}
END_TEST

static void check_format(const char *text, const char *expected)
{
    Number n = number(text);
    char buffer[64];
    number_format(&n, buffer, sizeof buffer);
    ck_assert_str_eq(buffer, expected);
}

START_TEST(test_format)
{
    check_format("37.50", "37.5");
    check_format("44.1 kHz", "44100 Hz");
    check_format("40 ms", "0.04 s");
    check_format("220.5 samples", "220.5 samples");
    check_format("1e-10", "1e-10");
    check_format("0.1", "0.1");
    check_format("-3 dB", "-3 dB");
    Number third = { true, 1, 3, 1.0 / 3.0, UNIT_NONE };
    char buffer[64];
    number_format(&third, buffer, sizeof buffer);
    ck_assert(strtod(buffer, NULL) == 1.0 / 3.0);
    Number seven = number_of(7);
    number_format(&seven, buffer, sizeof buffer);
    ck_assert_str_eq(buffer, "7");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("number");
    TCase *tests = tcase_create("number");
    tcase_add_test(tests, test_units);
    tcase_add_test(tests, test_fractions);
    tcase_add_test(tests, test_reals);
    tcase_add_test(tests, test_refused);
    tcase_add_test(tests, test_format);
    suite_add_tcase(suite, tests);
    return check_main(suite);
}
