/* frontend_own.h: the parts the front end is put together from. */
#ifndef ASC_FRONTEND_OWN_H
#define ASC_FRONTEND_OWN_H

#include "asc.h"
#include "status.h"

/* ---------------------------------------------------------------- spectrogram.c */

typedef struct AscSpectrogram AscSpectrogram;

/* snipped: Kaldi's framing: frames are as long as the window, and zeros follow it in the transform;
 * else frames are as long as the transform, and the window lies in their middle. */
AscSpectrogram *asc_spectrogram_create(const AscStage *stage, bool snipped, AscStatus *status);
void asc_spectrogram_destroy(AscSpectrogram *spectrogram);

int asc_spectrogram_bins(const AscSpectrogram *spectrogram); /* fft / 2 + 1 */

/* Frames made of `count` samples, at least 1; 0: too few for a frame. */
size_t asc_spectrogram_frames(const AscSpectrogram *spectrogram, size_t count);

/* The least number of samples from which `frames` frames of sound are made: where edges are padded,
 * frames * hop, so that a last frame centred on the very end does not count. */
size_t asc_spectrogram_samples(const AscSpectrogram *spectrogram, size_t frames);

/* Whether frames are centred on multiples of the hop, the last one perhaps on the very end. */
bool asc_spectrogram_centred(const AscSpectrogram *spectrogram);

/* Gives the frames of a signal to `take` in groups of ASC_FFT_LANES: power [bins][ASC_FFT_LANES],
 * frames first .. first + count - 1. */
typedef void (*AscTakeFrames)(void *context, const double *power, size_t first, size_t count);
bool asc_spectrogram_run(AscSpectrogram *spectrogram, const double *samples, size_t count,
                         AscTakeFrames take, void *context, AscStatus *status);

/* ---------------------------------------------------------------- mel.c */

typedef struct AscMel AscMel;

/* Triangular filters for `bins` bins of a transform of fft samples at `rate` Hz. */
AscMel *asc_mel_create(const AscStage *stage, double rate, int fft, AscStatus *status);
void asc_mel_destroy(AscMel *mel);

/* energy[m][lane] = sum over bins of filter[m][bin] * power[bin][lane], for `count` lanes; rows of
 * energy are `stride` apart.  power: [bins][ASC_FFT_LANES]. */
void asc_mel_run(const AscMel *mel, const double *power, double *energy, size_t stride,
                 size_t count);

#endif
