/* fft.h: Fourier transform of real signals of any length, in the precision of `real`, several at once. */
#ifndef ASC_FFT_H
#define ASC_FFT_H

#include "asc.h"
#include "status.h"

enum { ASC_FFT_LANES = 8 }; /* signals transformed side by side, one in each vector lane */

typedef struct AscFft AscFft; /* tables and working memory: one for each thread */

/* A transform of `size` samples, 1 .. 2^24.  NULL: status says why. */
AscFft *asc_fft_create(int size, AscStatus *status);
void asc_fft_destroy(AscFft *fft);

/* spectrum[k] = sum over i of signal[i] * exp(-2 pi sqrt(-1) i k / size), for k = 0 .. size / 2.
 * signal: [size][ASC_FFT_LANES], overwritten; spectrum: [size / 2 + 1][2][ASC_FFT_LANES], real and
 * imaginary parts.  Both aligned to 64 bytes, not overlapping. */
void asc_fft_run(AscFft *fft, real *signal, real *spectrum);

#endif
