/* pcm.h: raw samples from standard input, or from a file that may still grow. */
#ifndef ASC_PCM_H
#define ASC_PCM_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "asc.h"
#include "status.h"

typedef struct AscPcm AscPcm;

/* `path` NULL or "-": standard input.  `format`: "s16le", "s24le", "s32le", "f32le", "f64le" or "u8",
 * with ",N" behind it for N interleaved channels, and ",N,RATE" where they are not at the rate that is
 * wanted, to which they are brought as whole recordings are; NULL: "s16le".  One channel is mixed as `wanted` says; of more N must
 * be the same.  At the end of a file more is waited for, `follow` seconds.  `stop` not 0: as if the sound
 * had ended; may be NULL.  NULL: status says why. */
AscPcm *asc_pcm_open(const char *path, const char *format, const AscSound *wanted, double follow,
                     const volatile sig_atomic_t *stop, AscStatus *status);
/* Hz, before it was changed. */
double asc_pcm_rate(const AscPcm *pcm);
void asc_pcm_close(AscPcm *pcm); /* NULL is allowed */

/* Up to `most` samples of each channel, [frames][channels], as soon as there are any; 0 frames: it has
 * ended.  Refused: an end in the middle of a sample, samples that are not finite, a file of another
 * kind. */
bool asc_pcm_read(AscPcm *pcm, double *samples, size_t most, size_t *frames, AscStatus *status);

#endif
