/* frontend_own.h: the front end's inside, which its files share. */
#ifndef ASC_FRONTEND_OWN_H
#define ASC_FRONTEND_OWN_H

#include "asc.h"
#include "frontend.h"
#include "status.h"

/* ---------------------------------------------------------------- spectrogram.c */

typedef struct AscSpectrogram AscSpectrogram;

AscSpectrogram *asc_spectrogram_create(const AscStage *stage, AscStatus *status);
void asc_spectrogram_destroy(AscSpectrogram *spectrogram);

/* Gives the frames of a signal to `take` in groups of ASC_FFT_LANES: power [bins][ASC_FFT_LANES],
 * frames first .. first + count - 1. */
typedef void (*AscTakeFrames)(void *context, const real *power, size_t first, size_t count);
bool asc_spectrogram_run(AscSpectrogram *spectrogram, const double *samples, size_t count,
                         size_t frames, AscTakeFrames take, void *context, AscStatus *status);

/* ---------------------------------------------------------------- mel.c */

typedef struct AscMel AscMel;

/* Triangular filters for the bins of a transform of fft samples at `rate` Hz. */
AscMel *asc_mel_create(const AscBank *bank, double rate, int fft, AscStatus *status);
void asc_mel_destroy(AscMel *mel);

/* energy[m][lane] = sum over bins of filter[m][bin] * power[bin][lane], for `count` lanes; rows of
 * energy are `stride` apart.  power: [bins][ASC_FFT_LANES]. */
void asc_mel_run(const AscMel *mel, const real *power, real *energy, size_t stride, size_t count);

/* ---------------------------------------------------------------- neighbours.c */

/* to[t] = mean or median of the k frames most like from[t]; both [frames][size]. */
bool asc_neighbours_run(const AscStage *stage, const real *from, size_t frames, size_t size,
                        real *to, AscStatus *status);

/* ---------------------------------------------------------------- clocks, cuts: segments.c */

size_t asc_clock_frames(const AscClock *clock, size_t samples); /* 0: too few for a frame */
/* The least number of samples from which `frames` frames of sound are made: with margins
 * frames * hop, so that a last frame centred on the very end does not count. */
size_t asc_clock_samples(const AscClock *clock, size_t frames);

/* Pieces of `length`, `step` apart, of something of `total`; pieces >= 1. */
typedef struct AscCut {
    size_t pieces, length, step, total;
    bool overlap; /* the last piece ends where the whole does */
} AscCut;

/* How the audio of `count` samples is cut before the first stage; the length says how many zeros
 * are to be put behind it. */
AscCut asc_cut_audio(const AscFrontend *frontend, size_t count);
size_t asc_cut_start(const AscCut *cut, size_t piece);

/* The first frame of a segment of a map of `frames`. */
size_t asc_segment_start(const AscFrontend *frontend, size_t frames, int index);

/* ---------------------------------------------------------------- frontend.c */

/* A slot's memory. */
typedef struct AscFrames {
    real *values;
    size_t count, room; /* frames there are; reals there is room for */
} AscFrames;

/* What a stage needs beside slots. */
typedef struct AscWorker {
    bool wanted;                 /* by this result */
    AscSpectrogram *spectrogram; /* and its banks' filters; NULL where a bank is the bins */
    AscMel **mel;
} AscWorker;

struct AscFrontend {
    const AscFeatures *features;
    const AscFront *front;
    const AscClock *clock; /* of the result's frames */
    AscFrames *frames;     /* [slots] */
    AscWorker *worker;     /* [stages] */
    char *arena, *room;    /* of the largest programs */
    int threads;           /* that there is room for */
    double *piece;         /* a channel of a piece of audio */
    size_t piece_room;
    size_t size, length;            /* reals of a cached frame; frames of a segment */
    size_t *count;                  /* [clocks]: frames of the piece */
    int positions, *position;       /* [size]: of each real of a frame */
    AscHearing hearing;             /* gain 1 and no response: recordings are heard as they are */
    const struct AscReport *report; /* NULL: nobody is told how far it is */
    AscFft *convolution;            /* of `convolved` samples; NULL: not needed yet */
    int convolved;
    real *segment, *made; /* [length][size], [length][frame of the result] */
};

/* Makes room for frames of a slot: whole tiles of them, of finite numbers. */
bool asc_frames_reserve(AscFrames *frames, size_t count, size_t size, AscStatus *status);
/* Runs a program over `frames` frames; in and out are its slots' memory. */
void asc_frames_run(AscFrontend *frontend, const AscStage *stage, const real *const *in,
                    real *const *out, const size_t *in_step, const size_t *out_step, size_t frames);
bool asc_stages_run(AscFrontend *frontend, const AscAudio *audio, size_t first, size_t length,
                    AscStatus *status);

enum {
    ASC_BLOCK = 256,    /* frames that a program works on in one go */
    ASC_MOST_SLOTS = 64 /* that a stage reads, or makes */
};

#endif
