/* complex_fft.c: complex Fourier transform of any length: Stockham's passes of radix 4, 2, 3 and 5,
 * and Bluestein's convolution for lengths with other prime factors. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fft_own.h"

enum { MOST_PASSES = 32 };

struct AscComplexFft {
    int size, passes;
    int radix[MOST_PASSES];
    real (*twiddle)[2];    /* pass after pass: w^(p k), k = 1 .. radix - 1, for each p */
    AscLanePair *work;     /* [size] */
    AscComplexFft *longer; /* Bluestein: a transform of a power of two of points */
    real (*chirp)[2];      /* [size]: exp(-pi i j^2 / size) */
    real (*filter)[2];     /* [longer size]: transform of the conjugate chirp, scaled */
    AscLanePair *padded;   /* [longer size] */
};

AscLanePair *asc_lane_pairs(int count)
{
    size_t bytes = (size_t)count * sizeof(AscLanePair);
    AscLanePair *pairs = aligned_alloc(_Alignof(AscLanePair), bytes);
    if (pairs)
        memset(pairs, 0, bytes);
    return pairs;
}

void asc_unit_root(long long k, long long size, real root[2])
{
    const long double angle = -6.283185307179586476925286766559L * (long double)(k % size) / size;
    root[0] = (real)cosl(angle);
    root[1] = (real)sinl(angle);
}

/* ---------------------------------------------------------------- passes */

/* A pass reads x[q + s (p + k m)], k = 0 .. r - 1, and writes y[q + s (r p + k)], for p < m = n / r
 * and q < s: s transforms of n points become r s transforms of n / r points. */
typedef struct Pass {
    int m, s;
    const real (*w)[2];
    const AscLanePair *x;
    AscLanePair *y;
} Pass;

ASC_INSIDE void multiply(const AscLanePair *a, const real w[2], AscLanePair *to)
{
    AscLanes re = a->re * w[0] - a->im * w[1];
    to->im = a->re * w[1] + a->im * w[0];
    to->re = re;
}

ASC_INSIDE void sum(const AscLanePair *a, const AscLanePair *b, AscLanePair *to)
{
    to->re = a->re + b->re;
    to->im = a->im + b->im;
}

ASC_INSIDE void difference(const AscLanePair *a, const AscLanePair *b, AscLanePair *to)
{
    to->re = a->re - b->re;
    to->im = a->im - b->im;
}

/* to = a + b * (-i), and a - b * (-i) */
ASC_INSIDE void sums_turned(const AscLanePair *a, const AscLanePair *b, AscLanePair *plus,
                            AscLanePair *minus)
{
    plus->re = a->re + b->im;
    plus->im = a->im - b->re;
    minus->re = a->re - b->im;
    minus->im = a->im + b->re;
}

ASC_INSIDE void pass2(const Pass *pass)
{
    const size_t s = (size_t)pass->s, far = s * (size_t)pass->m;
    for (size_t p = 0; p < (size_t)pass->m; p++) {
        for (size_t q = 0; q < s; q++) {
            const AscLanePair *x = pass->x + q + s * p;
            AscLanePair *y = pass->y + q + s * 2 * p, t;
            sum(x, x + far, y);
            difference(x, x + far, &t);
            multiply(&t, pass->w[p], y + s);
        }
    }
}

ASC_INSIDE void pass3(const Pass *pass)
{
    const real half_root3 = (real)0.86602540378443864676;
    const size_t s = (size_t)pass->s, far = s * (size_t)pass->m;
    for (size_t p = 0; p < (size_t)pass->m; p++) {
        const real(*w)[2] = pass->w + 2 * p;
        for (size_t q = 0; q < s; q++) {
            const AscLanePair *x = pass->x + q + s * p;
            AscLanePair *y = pass->y + q + s * 3 * p, t, d, m, u, v;
            sum(x + far, x + 2 * far, &t);
            difference(x + far, x + 2 * far, &d);
            sum(x, &t, y);
            m.re = x->re - t.re * (real)0.5;
            m.im = x->im - t.im * (real)0.5;
            d.re *= half_root3;
            d.im *= half_root3;
            sums_turned(&m, &d, &u, &v);
            multiply(&u, w[0], y + s);
            multiply(&v, w[1], y + 2 * s);
        }
    }
}

ASC_INSIDE void pass4(const Pass *pass)
{
    const size_t s = (size_t)pass->s, far = s * (size_t)pass->m;
    for (size_t p = 0; p < (size_t)pass->m; p++) {
        const real(*w)[2] = pass->w + 3 * p;
        for (size_t q = 0; q < s; q++) {
            const AscLanePair *x = pass->x + q + s * p;
            AscLanePair *y = pass->y + q + s * 4 * p, a, b, c, d, u, v;
            sum(x, x + 2 * far, &a);
            difference(x, x + 2 * far, &b);
            sum(x + far, x + 3 * far, &c);
            difference(x + far, x + 3 * far, &d);
            sum(&a, &c, y);
            difference(&a, &c, &u);
            multiply(&u, w[1], y + 2 * s);
            sums_turned(&b, &d, &u, &v);
            multiply(&u, w[0], y + s);
            multiply(&v, w[2], y + 3 * s);
        }
    }
}

ASC_INSIDE void pass5(const Pass *pass)
{
    const real c1 = (real)0.30901699437494742410, c2 = (real)-0.80901699437494742410;
    const real s1 = (real)0.95105651629515357212, s2 = (real)0.58778525229247312917;
    const size_t s = (size_t)pass->s, far = s * (size_t)pass->m;
    for (size_t p = 0; p < (size_t)pass->m; p++) {
        const real(*w)[2] = pass->w + 4 * p;
        for (size_t q = 0; q < s; q++) {
            const AscLanePair *x = pass->x + q + s * p;
            AscLanePair *y = pass->y + q + s * 5 * p, a, b, c, d, m, n, u, v;
            sum(x + far, x + 4 * far, &a);
            difference(x + far, x + 4 * far, &b);
            sum(x + 2 * far, x + 3 * far, &c);
            difference(x + 2 * far, x + 3 * far, &d);
            m.re = x->re + a.re * c1 + c.re * c2;
            m.im = x->im + a.im * c1 + c.im * c2;
            n.re = b.re * s1 + d.re * s2;
            n.im = b.im * s1 + d.im * s2;
            sums_turned(&m, &n, &u, &v);
            multiply(&u, w[0], y + s);
            multiply(&v, w[3], y + 4 * s);
            m.re = x->re + a.re * c2 + c.re * c1;
            m.im = x->im + a.im * c2 + c.im * c1;
            n.re = b.re * s2 - d.re * s1;
            n.im = b.im * s2 - d.im * s1;
            sums_turned(&m, &n, &u, &v);
            multiply(&u, w[1], y + 2 * s);
            multiply(&v, w[2], y + 3 * s);
            sum(x, &a, y);
            sum(y, &c, y);
        }
    }
}

ASC_CLONES
static const AscLanePair *run_passes(const AscComplexFft *fft, AscLanePair *data)
{
    AscLanePair *from = data, *to = fft->work;
    Pass pass = { .m = fft->size, .s = 1, .w = (const real(*)[2])fft->twiddle };
    for (int i = 0; i < fft->passes; i++) {
        int radix = fft->radix[i];
        pass.m /= radix;
        pass.x = from;
        pass.y = to;
        if (radix == 4)
            pass4(&pass);
        else if (radix == 2)
            pass2(&pass);
        else if (radix == 3)
            pass3(&pass);
        else
            pass5(&pass);
        pass.w += (size_t)pass.m * (size_t)(radix - 1);
        pass.s *= radix;
        AscLanePair *last = from;
        from = to;
        to = last;
    }
    return from;
}

/* ---------------------------------------------------------------- Bluestein */

/* X[k] = c[k] sum over j of (x[j] c[j]) conj(c[k-j]), c[j] = exp(-pi i j^2 / n), because
 * 2 j k = j^2 + k^2 - (k - j)^2 (Bluestein 1970); the sum is a convolution. */
static const AscLanePair *run_bluestein(AscComplexFft *fft, AscLanePair *data)
{
    AscLanePair *padded = fft->padded;
    int size = fft->size, length = fft->longer->size;
    for (int j = 0; j < size; j++)
        multiply(&data[j], fft->chirp[j], &padded[j]);
    memset(padded + size, 0, (size_t)(length - size) * sizeof *padded);
    const AscLanePair *spectrum = run_passes(fft->longer, padded);
    for (int k = 0; k < length; k++) { /* the inverse is the transform with re and im swapped */
        AscLanePair t;
        multiply(&spectrum[k], fft->filter[k], &t);
        padded[k].re = t.im;
        padded[k].im = t.re;
    }
    spectrum = run_passes(fft->longer, padded);
    for (int k = 0; k < size; k++) {
        AscLanePair t = { .re = spectrum[k].im, .im = spectrum[k].re };
        multiply(&t, fft->chirp[k], &data[k]);
    }
    return data;
}

static bool prepare_bluestein(AscComplexFft *fft)
{
    int size = fft->size, length = 1;
    while (length < 2 * size - 1)
        length *= 2;
    fft->longer = asc_complex_fft_create(length);
    fft->chirp = malloc((size_t)size * sizeof *fft->chirp);
    fft->filter = malloc((size_t)length * sizeof *fft->filter);
    fft->padded = asc_lane_pairs(length);
    if (!fft->longer || !fft->chirp || !fft->filter || !fft->padded)
        return false;
    for (long long j = 0; j < size; j++) {
        asc_unit_root(j * j % (2LL * size), 2LL * size, fft->chirp[j]);
        AscLanePair *at = &fft->padded[j], *mirror = &fft->padded[(length - j) % length];
        at->re[0] = mirror->re[0] = fft->chirp[j][0] / (real)length;
        at->im[0] = mirror->im[0] = -fft->chirp[j][1] / (real)length;
    }
    const AscLanePair *spectrum = run_passes(fft->longer, fft->padded);
    for (int k = 0; k < length; k++) {
        fft->filter[k][0] = spectrum[k].re[0];
        fft->filter[k][1] = spectrum[k].im[0];
    }
    return true;
}

/* ---------------------------------------------------------------- plans */

/* Splits the size into radices; false: it has other prime factors. */
static bool factor(AscComplexFft *fft)
{
    static const int radix[] = { 4, 2, 3, 5 };
    int rest = fft->size;
    for (int i = 0; i < 4; i++)
        for (; rest % radix[i] == 0; rest /= radix[i])
            fft->radix[fft->passes++] = radix[i];
    return rest == 1;
}

static bool prepare_passes(AscComplexFft *fft)
{
    size_t count = 0;
    int rest = fft->size;
    fft->work = asc_lane_pairs(fft->size);
    fft->twiddle = malloc((size_t)(fft->size + 1) * sizeof *fft->twiddle);
    if (!fft->work || !fft->twiddle)
        return false;
    for (int i = 0; i < fft->passes; i++) {
        int radix = fft->radix[i], m = rest / radix;
        for (int p = 0; p < m; p++)
            for (int k = 1; k < radix; k++)
                asc_unit_root((long long)p * k, rest, fft->twiddle[count++]);
        rest = m;
    }
    return true;
}

void asc_complex_fft_destroy(AscComplexFft *fft)
{
    if (fft) {
        asc_complex_fft_destroy(fft->longer);
        free(fft->twiddle);
        free(fft->work);
        free(fft->chirp);
        free(fft->filter);
        free(fft->padded);
        free(fft);
    }
}

AscComplexFft *asc_complex_fft_create(int size)
{
    AscComplexFft *fft = calloc(1, sizeof *fft);
    if (!fft)
        return NULL;
    fft->size = size;
    if (!(factor(fft) ? prepare_passes(fft) : prepare_bluestein(fft))) {
        asc_complex_fft_destroy(fft);
        return NULL;
    }
    return fft;
}

const AscLanePair *asc_complex_fft_run(AscComplexFft *fft, AscLanePair *data)
{
    return fft->longer ? run_bluestein(fft, data) : run_passes(fft, data);
}
