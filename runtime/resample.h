/* resample.h: sound brought to another rate, piece by piece, by libsoxr or by a windowed sinc. */
#ifndef ASC_RESAMPLE_H
#define ASC_RESAMPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "asc.h"
#include "status.h"

typedef struct AscResampler AscResampler;

/* From one rate to another, Hz, of so many interleaved channels.  What comes out does not depend on the pieces in which the
 * sound is put in.  NULL, with what is wrong and no path: rates between which it can't be done, no memory. */
AscResampler *asc_resampler_create(double from, double to, int channels, AscResample how,
                                   AscStatus *status);
void asc_resampler_destroy(AscResampler *resampler); /* NULL is allowed */

/* in: [count][channels], of which *used are taken; NULL: the sound has ended.  out: [most][channels]; *made may be 0
 * before the end, and is 0 when there is nothing left. */
bool asc_resampler_run(AscResampler *resampler, const double *in, size_t count, size_t *used,
                       double *out, size_t most, size_t *made, AscStatus *status);

/* How many frames come out of so many. */
size_t asc_resampled_frames(size_t frames, double from, double to, AscResample how);

/* "libsoxr, high quality" */
const char *asc_resample_name(AscResample how);

/* ---------------------------------------------------------------- sinc.c */

typedef struct AscSinc AscSinc;

AscSinc *asc_sinc_create(double from, double to, int channels, AscStatus *status);
void asc_sinc_destroy(AscSinc *sinc);
void asc_sinc_run(AscSinc *sinc, const double *in, size_t count, size_t *used, double *out,
                  size_t most, size_t *made);

#endif
