/* number.c: numbers of the language, read exactly (2 s, 44.1 kHz, 30 %) and written back. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ascc.h"

/* Every unit is a power of ten of the kind's own unit, so a literal stays one decimal fraction. */
static const struct {
    const char *text;
    Unit unit;
    int power;
} units[] = {
    { "", UNIT_NONE, 0 },         { "s", UNIT_SECONDS, 0 },   { "ms", UNIT_SECONDS, -3 },
    { "Hz", UNIT_HERTZ, 0 },      { "kHz", UNIT_HERTZ, 3 },   { "samples", UNIT_SAMPLES, 0 },
    { "frames", UNIT_FRAMES, 0 }, { "dB", UNIT_DECIBELS, 0 }, { "%", UNIT_NONE, -2 },
};

enum { MAX_DIGITS = 300, MAX_POWER = 100000 };

/* A decimal literal in pieces: digits without leading or trailing zeros, times ten to the power. */
typedef struct Decimal {
    char digits[MAX_DIGITS + 1];
    int count, power;
    bool negative;
} Decimal;

const char *unit_name(Unit unit)
{
    switch (unit) {
    case UNIT_NONE: return "";
    case UNIT_SECONDS: return "s";
    case UNIT_HERTZ: return "Hz";
    case UNIT_SAMPLES: return "samples";
    case UNIT_FRAMES: return "frames";
    case UNIT_DECIBELS: return "dB";
    }
    return "";
}

Number number_of(int64_t value)
{
    return (Number){ true, value, 1, (double)value, UNIT_NONE };
}

static bool add_digit(Decimal *decimal, char digit)
{
    if (decimal->count == 0 && digit == '0')
        return true;
    if (decimal->count == MAX_DIGITS)
        return false;
    decimal->digits[decimal->count++] = digit;
    return true;
}

/* Reads digits, fraction and exponent; returns what follows them, or NULL. */
static const char *read_decimal(const char *text, Decimal *decimal)
{
    if (*text == '-') {
        decimal->negative = true;
        text++;
    }
    if (!isdigit((unsigned char)*text))
        return NULL;
    for (; isdigit((unsigned char)*text); text++)
        if (!add_digit(decimal, *text))
            return NULL;
    if (text[0] == '.' && isdigit((unsigned char)text[1]))
        for (text++; isdigit((unsigned char)*text); text++, decimal->power--)
            if (!add_digit(decimal, *text))
                return NULL;
    bool sign = (text[0] == 'e' || text[0] == 'E') && (text[1] == '-' || text[1] == '+');
    if ((*text == 'e' || *text == 'E') && isdigit((unsigned char)text[1 + sign])) {
        bool minus = sign && text[1] == '-';
        int power = 0;
        for (text += 1 + sign; isdigit((unsigned char)*text); text++)
            power = power > MAX_POWER ? power : 10 * power + (*text - '0');
        decimal->power += minus ? -power : power;
    }
    while (decimal->count > 0 && decimal->digits[decimal->count - 1] == '0') {
        decimal->count--;
        decimal->power++;
    }
    return text;
}

static int64_t greatest_common_divisor(int64_t a, int64_t b)
{
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static bool times_ten(int64_t *value, int times)
{
    while (times-- > 0)
        if (__builtin_mul_overflow(*value, (int64_t)10, value))
            return false;
    return true;
}

static void make_exact(const Decimal *decimal, Number *number)
{
    int64_t numerator = 0, denominator = 1;
    for (int i = 0; i < decimal->count; i++)
        if (__builtin_mul_overflow(numerator, (int64_t)10, &numerator) ||
            __builtin_add_overflow(numerator, (int64_t)(decimal->digits[i] - '0'), &numerator))
            return;
    if (decimal->count > 0) {
        if (decimal->power > 18 || decimal->power < -18 || !times_ten(&numerator, decimal->power) ||
            !times_ten(&denominator, -decimal->power))
            return;
    }
    int64_t common = greatest_common_divisor(denominator, numerator);
    number->exact = true;
    number->numerator = (decimal->negative ? -numerator : numerator) / common;
    number->denominator = denominator / common;
}

static bool make_real(const Decimal *decimal, Number *number)
{
    char buffer[MAX_DIGITS + 32];
    snprintf(buffer, sizeof buffer, "%s%.*se%d", decimal->negative ? "-" : "", decimal->count,
             decimal->digits, decimal->power);
    number->real = decimal->count ? strtod(buffer, NULL) : 0.0;
    return isfinite(number->real) && (number->real != 0 || decimal->count == 0);
}

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, " \t");
}

bool number_parse(const char *text, Number *number)
{
    Decimal decimal = { .count = 0 };
    *number = (Number){ .denominator = 1 };
    const char *rest = read_decimal(skip_blanks(text), &decimal);
    if (!rest)
        return false;
    rest = skip_blanks(rest);
    size_t length = strcspn(rest, " \t");
    if (*skip_blanks(rest + length))
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strlen(units[i].text) == length && strncmp(units[i].text, rest, length) == 0) {
            decimal.power += units[i].power;
            number->unit = units[i].unit;
            make_exact(&decimal, number);
            return make_real(&decimal, number);
        }
    return false;
}

/* Whole numbers as such, others as the shortest decimal that reads back as the same double. */
void number_format(const Number *number, char *buffer, size_t size)
{
    char digits[64];
    if (number->exact && number->denominator == 1) {
        snprintf(digits, sizeof digits, "%lld", (long long)number->numerator);
    } else {
        for (int precision = 1; precision <= 17; precision++) {
            snprintf(digits, sizeof digits, "%.*g", precision, number->real);
            if (strtod(digits, NULL) == number->real)
                break;
        }
    }
    const char *unit = unit_name(number->unit);
    snprintf(buffer, size, "%s%s%s", digits, *unit ? " " : "", unit);
}
