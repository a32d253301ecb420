/* audio.h: recordings from files of any kind libsndfile reads, at the rate and channel count
 * that is wanted. */
#ifndef ASC_AUDIO_H
#define ASC_AUDIO_H

#include <stdbool.h>
#include <stddef.h>

#include "asc.h"
#include "status.h"

typedef struct AscAudio {
    double rate, source_rate; /* Hz; the file's own */
    int channels;
    AscMono mono; /* how they became one */
    AscResample resample;
    size_t frames;   /* samples of one channel, at least 1 */
    double *samples; /* [channels][frames]; full scale of integer formats is 1 */
    bool not_finite; /* why reading it failed: a sample is no number */
} AscAudio;

/* Reads a whole recording.  channels = 1: the file's are mixed as `mono` says, whatever their number is for
 * the mean, of two for all else; more: the file must have exactly that many.  The caller frees the result with
 * asc_audio_free.  False, with a message that starts with the path: missing, not audio, of no samples, cut off, with
 * samples that are not finite, longer than 2^28 samples, of another rate where ASC_RESAMPLE_NO is wanted. */
bool asc_audio_read(const char *path, const AscSound *wanted, AscAudio *audio, AscStatus *status);

/* There are samples, and read so. */
bool asc_audio_is(const AscAudio *audio, const AscSound *wanted);

/* The channels that `mono` takes: any number, or two. */
bool asc_mono_fits(AscMono mono, int channels);
const char *asc_mono_name(AscMono mono);

/* frame[channels] as one. */
double asc_mono_mix(AscMono mono, const double *frame, int channels);

void asc_audio_free(AscAudio *audio);

typedef struct AscAudioInfo {
    int rate, channels; /* Hz */
    size_t frames;
    char format[64]; /* "WAV (Microsoft), Signed 24 bit PCM" */
} AscAudioInfo;

/* What the header of a recording tells.  False: missing, not audio. */
bool asc_audio_probe(const char *path, AscAudioInfo *info, AscStatus *status);

/* Whether the name ends as that of an audio file does: .wav, .flac, .ogg, ... (case ignored). */
bool asc_audio_named(const char *path);

#endif
