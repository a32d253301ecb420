/* responses.h: recordings as other devices would have made them: convolved with impulse responses of those
 * (Morocutti et al. 2023, "Device-robust acoustic scene classification via impulse response augmentation"). */
#ifndef ASC_RESPONSES_H
#define ASC_RESPONSES_H

#include <stddef.h>
#include <stdint.h>

#include "asc.h"
#include "fft.h"
#include "file.h"
#include "status.h"

typedef struct AscResponse {
    char *path;
    AscHash hash; /* of the file */
    double rate;  /* Hz */
    int length;   /* samples */
    int peak; /* the sample of the largest magnitude: it is put where the sound is, so that nothing is delayed */
    int fft; /* samples of a transform */
    real *
        spectrum; /* [fft / 2 + 1][2]: of the response scaled to energy 1, which leaves the level of noise as it is */
} AscResponse;

typedef struct AscResponses {
    int count;
    AscResponse *response; /* [count], by path */
} AscResponses;

/* Reads all audio files of a folder and the folders in it, brought to `rate`, one channel (the mean).  Refused: none,
 * silence, more than 2^20 samples, what asc_audio_read refuses.  NULL: status says why. */
AscResponses *asc_responses_open(const char *folder, double rate, AscStatus *status);
void asc_responses_close(AscResponses *responses); /* NULL is allowed */

/* Of the files' contents in their order, as text that the run's settings keep. */
bool asc_responses_hash(const char *folder, char text[ASC_HASH_TEXT], AscStatus *status);

/* drawn[0 .. variants - 1]: those that a recording is heard through; all are others, as long as there are enough.  A
 * function of the seed and the recording's name. */
bool asc_responses_draw(const AscResponses *responses, uint64_t seed, const char *recording,
                        int variants, const AscResponse **drawn, AscStatus *status);

/* to[0 .. frames - 1] = the convolution of from[0 .. frames - 1] with the response, by overlap and add in the precision
 * of `real`.  fft: of response->fft samples. */
bool asc_response_apply(const AscResponse *response, AscFft *fft, const double *from, size_t frames,
                        double *to, AscStatus *status);

#endif
