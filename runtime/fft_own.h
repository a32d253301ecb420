/* fft_own.h: what fft.c and complex_fft.c share: complex transforms of many signals side by side. */
#ifndef ASC_FFT_OWN_H
#define ASC_FFT_OWN_H

#include "fft.h"

/* A number of every signal; may_alias because callers see arrays of doubles. */
typedef double AscLanes __attribute__((vector_size(8 * ASC_FFT_LANES), may_alias));

typedef struct AscLanePair {
    AscLanes re, im;
} __attribute__((may_alias)) AscLanePair;

typedef struct AscComplexFft AscComplexFft;

/* NULL: no memory. */
AscComplexFft *asc_complex_fft_create(int size);
void asc_complex_fft_destroy(AscComplexFft *fft);

/* Transforms data [size], which is overwritten; the result lies in data or in the plan. */
const AscLanePair *asc_complex_fft_run(AscComplexFft *fft, AscLanePair *data);

/* Zeroed, aligned; freed with free(). */
AscLanePair *asc_lane_pairs(int count);

/* exp(-2 pi sqrt(-1) k / size), rounded once. */
void asc_unit_root(long long k, long long size, double root[2]);

#endif
