/* fft.c: real transforms by way of complex ones: of half the length where that is even, else of the
 * whole; complex_fft.c has the complex transform. */
#include "fft.h"

#include <stdlib.h>
#include <string.h>

#include "fft_own.h"

struct AscFft {
    int size;
    bool halved; /* the complex transform has size / 2 points */
    AscComplexFft *complex;
    real (*turn)[2];   /* exp(-2 pi i k / size), k = 0 .. size / 2, where halved */
    AscLanePair *work; /* [size] where not halved */
};

void asc_fft_destroy(AscFft *fft)
{
    if (fft) {
        asc_complex_fft_destroy(fft->complex);
        free(fft->turn);
        free(fft->work);
        free(fft);
    }
}

AscFft *asc_fft_create(int size, AscStatus *status)
{
    if (size < 1 || size > 1 << 24) {
        asc_status_set(status, ASC_BAD_INPUT, "a Fourier transform of %d samples", size);
        return NULL;
    }
    AscFft *fft = calloc(1, sizeof *fft);
    if (!fft) {
        asc_status_memory(status, "a Fourier transform");
        return NULL;
    }
    fft->size = size;
    fft->halved = size % 2 == 0;
    fft->complex = asc_complex_fft_create(fft->halved ? size / 2 : size);
    if (fft->halved)
        fft->turn = malloc((size_t)(size / 2 + 1) * sizeof *fft->turn);
    else
        fft->work = asc_lane_pairs(size);
    if (!fft->complex || (fft->halved ? !fft->turn : !fft->work)) {
        asc_status_memory(status, "a Fourier transform");
        asc_fft_destroy(fft);
        return NULL;
    }
    for (int k = 0; fft->halved && k <= size / 2; k++)
        asc_unit_root(k, size, fft->turn[k]);
    return fft;
}

/* The samples at even and odd places, e and o, went through the transform as z = e + i o, so that
 * E[k] = (Z[k] + conj Z[h-k]) / 2, O[k] = (Z[k] - conj Z[h-k]) / 2i, X[k] = E[k] + w^k O[k]. */
ASC_CLONES
static void untangle(const AscFft *fft, const AscLanePair *z, AscLanePair *x)
{
    int half = fft->size / 2;
    for (int k = 0; k <= half; k++) {
        const AscLanePair *a = &z[k % half], *b = &z[(half - k) % half];
        AscLanes even_re = (a->re + b->re) * (real)0.5, even_im = (a->im - b->im) * (real)0.5;
        AscLanes odd_re = (a->im + b->im) * (real)0.5, odd_im = (b->re - a->re) * (real)0.5;
        const real c = fft->turn[k][0], s = fft->turn[k][1];
        x[k].re = even_re + odd_re * c - odd_im * s;
        x[k].im = even_im + odd_re * s + odd_im * c;
    }
}

void asc_fft_run(AscFft *fft, real *signal, real *spectrum)
{
    AscLanePair *x = (AscLanePair *)spectrum;
    if (fft->halved) {
        untangle(fft, asc_complex_fft_run(fft->complex, (AscLanePair *)signal), x);
        return;
    }
    const AscLanes *sample = (const AscLanes *)signal;
    for (int i = 0; i < fft->size; i++) {
        fft->work[i].re = sample[i];
        fft->work[i].im = (AscLanes){ 0 };
    }
    const AscLanePair *z = asc_complex_fft_run(fft->complex, fft->work);
    memcpy(x, z, (size_t)(fft->size / 2 + 1) * sizeof *x);
}
