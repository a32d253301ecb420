/* elementary.h: elementary functions of doubles from additions, products and quotients alone, so that a run has the
 * same bits with every C library and on every processor.  Included by generated code too. */
#ifndef ASC_ELEMENTARY_H
#define ASC_ELEMENTARY_H

#include <stdint.h>
#include <string.h>

/* Argument reductions and polynomials are those of FreeBSD's msun (Sun Microsystems 1993, fdlibm 5.3); that of tanh is
 * Moshier's (Cephes 2.8).  There is no branch, so that loops over them become vector code.  Errors in units in the
 * last place (tests/check_elementary.c): exp, log and tanh below 1, cos and sigmoid below 3. */

static inline __attribute__((unused)) double asc_double_of(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline __attribute__((unused)) uint64_t asc_double_bits(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* e^x; 0 below -745.2, infinity above 709.8. */
static inline __attribute__((unused)) double asc_double_exp(double x)
{
    const double whole =
        0x1.8p52; /* added and subtracted: rounds to a whole number, kept in the low bits */
    x = x < -746 ? -746 : x > 710 ? 710 : x;
    const double shifted = x * 1.44269504088896338700 + whole, k = shifted - whole;
    const double high = x - k * 6.93147180369123816490e-01, low = k * 1.90821492927058770002e-10;
    const double r = high - low, t = r * r;
    double p = 4.13813679705723846039e-08;
    p = p * t - 1.65339022054652515390e-06;
    p = p * t + 6.61375632143793436117e-05;
    p = p * t - 2.77777777770155933842e-03;
    p = p * t + 1.66666666666666019037e-01;
    const double c = r - t * p, y = 1 - ((low - r * c / (2 - c)) - high);
    const uint64_t n = asc_double_bits(shifted) + 2048; /* k + 2048: not negative, modulo 4096 */
    const uint64_t half = (n & 4095) / 2, rest = (n & 4095) - half;
    return y * asc_double_of((half - 1) << 52) * asc_double_of((rest - 1) << 52);
}

/* Natural logarithm; 0 gives -infinity, a negative number NaN. */
static inline __attribute__((unused)) double asc_double_log(double x)
{
    const double scaled = x < 0x1p-1022 ? x * 0x1p54 : x, offset = x < 0x1p-1022 ? 54 : 0;
    const uint64_t bits = asc_double_bits(scaled);
    const uint64_t up = (bits + UINT64_C(0x00095f619980c433)) & UINT64_C(0x7ff0000000000000);
    const double f = asc_double_of(bits - up + UINT64_C(0x3ff0000000000000)) -
                     1; /* sqrt(1/2) .. sqrt(2), less 1 */
    const double k = asc_double_of(UINT64_C(0x4330000000000000) | up >> 52) - 0x1p52 - 1023 -
                     offset;
    const double s = f / (2 + f), z = s * s, half = 0.5 * f * f;
    double p = 1.479819860511658591e-01;
    p = p * z + 1.531383769920937332e-01;
    p = p * z + 1.818357216161805012e-01;
    p = p * z + 2.222219843214978396e-01;
    p = p * z + 2.857142874366239149e-01;
    p = p * z + 3.999999999940941908e-01;
    p = p * z + 6.666666666666735130e-01;
    const double y = k * 6.93147180369123816490e-01 -
                     ((half - (s * (half + p * z) + k * 1.90821492927058770002e-10)) - f);
    return x > 0    ? (x <= 0x1.fffffffffffffp1023 ? y : x)
           : x == 0 ? -__builtin_inf()
                    : __builtin_nan("");
}

/* cos(2 pi x) for |x| < 2^50; the error is that of the rounding of 2 pi x beside it. */
static inline __attribute__((unused)) double asc_double_cos_turns(double x)
{
    const double whole = 0x1.8p52, shifted = 4 * x + whole;
    const double a = 6.283185307179586476925 * (x - (shifted - whole) / 4), z = a * a;
    const uint64_t quarter = asc_double_bits(shifted) & 3;
    double c = -1.13596475577881948265e-11, s = 1.58969099521155010221e-10;
    c = c * z + 2.08757232129817482790e-09;
    c = c * z - 2.75573143513906633035e-07;
    c = c * z + 2.48015872894767294178e-05;
    c = c * z - 1.38888888888741095749e-03;
    c = c * z + 4.16666666666666019037e-02;
    s = s * z - 2.50507602534068634195e-08;
    s = s * z + 2.75573137070700676789e-06;
    s = s * z - 1.98412698298579493134e-04;
    s = s * z + 8.33333333332248946124e-03;
    s = s * z - 1.66666666666666324348e-01;
    const double half = 0.5 * z, large = 1 - half;
    const double cosine = large + (((1 - large) - half) + z * z * c), sine = a + a * z * s;
    const double size = quarter & 1 ? sine : cosine;
    return quarter == 1 || quarter == 2 ? -size : size;
}

static inline __attribute__((unused)) double asc_double_tanh(double x)
{
    const double a = x < 0 ? -x : x, z = x * x;
    const double large = 1 - 2 / (asc_double_exp(2 * a) + 1);
    const double p = (-9.64399179425052238628e-1 * z - 9.92877231001918586564e1) * z -
                     1.61468768441708447952e3;
    const double q = ((z + 1.12811678491632931402e2) * z + 2.23548839060100448583e3) * z +
                     4.84406305325125486048e3;
    const double small = x + x * z * (p / q);
    return a < 0.625 ? small : x < 0 ? -large : large;
}

static inline __attribute__((unused)) double asc_double_sigmoid(double x)
{
    return 1 / (1 + asc_double_exp(-x));
}

/* base^n by squaring: the error is at most n units in the last place. */
static inline __attribute__((unused)) double asc_double_power(double base, uint64_t n)
{
    double result = 1;
    for (; n; n /= 2, base *= base)
        result = n & 1 ? result * base : result;
    return result;
}

#endif
