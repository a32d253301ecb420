/* sound.h: a mono sound and the means every ingredient is built from: filters, slow random curves,
 * bursts, tones. */
#ifndef SCENES_SOUND_H
#define SCENES_SOUND_H

#include "random.h"

#include <stdbool.h>

enum { RATE = 44100 };

typedef struct Sound {
    float *sample;
    int frames;
} Sound;

/* Second-order filter, transposed direct form II. */
typedef struct Biquad {
    float b0, b1, b2, a1, a2, z1, z2;
} Biquad;

static inline float biquad_next(Biquad *f, float x)
{
    float y = f->b0 * x + f->z1;
    f->z1 = f->b1 * x - f->a1 * y + f->z2;
    f->z2 = f->b2 * x - f->a2 * y;
    return y;
}

/* After Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients"; hz is kept
 * inside the band. */
Biquad biquad_lowpass(float hz, float q);
Biquad biquad_highpass(float hz, float q);
Biquad biquad_bandpass(float hz, float q); /* 0 dB at its peak */
Biquad biquad_peak(float hz, float q, float db);
Biquad biquad_low_shelf(float hz, float db);
Biquad biquad_high_shelf(float hz, float db);
void biquad_run(Biquad *f, Sound *sound);

/* First-order lowpass. */
typedef struct Smoother {
    float share, value;
} Smoother;

Smoother smoother(float hz);

static inline float smoother_next(Smoother *s, float x)
{
    return s->value += s->share * (x - s->value);
}

/* A smooth random curve in [0, 1] that takes a new value `rate` times a second, straight lines
 * between. */
typedef struct Curve {
    Random random;
    float value, slope;
    int left, step;
} Curve;

Curve curve_from(Random *random, float rate);
void curve_turn(Curve *c);

static inline float curve_next(Curve *c)
{
    if (c->left == 0)
        curve_turn(c);
    c->left--;
    return c->value += c->slope;
}

/* sin(2 pi turns) within 0.0011; turns in [0, 2^31).  A parabola and its correction, after Capens
 * 2006. */
static inline float sine(float turns)
{
    float x = turns - (float)(int32_t)turns - 0.5f;
    float y = -16 * x * (0.5f - fabsf(x));
    return 0.775f * y + 0.225f * y * fabsf(y);
}

static inline float decibels(float db)
{
    return powf(10, db / 20);
}

/* All starts and lengths are in seconds, a start may lie before 0; parts outside the sound are not
 * rendered. */

/* Noise through a bandpass that dies away by 1/e every `decay` seconds. */
typedef struct Burst {
    float start, decay, hz, q, gain;
} Burst;

void sound_burst(Sound *sound, Burst burst, Random *random);

/* A sine that glides from hz to hz * glide: rises in `attack`, then dies away by 1/e every `decay`
 * seconds, cut softly at `length`. */
typedef struct Tone {
    float start, length, attack, decay, hz, glide, gain;
} Tone;

void sound_tone(Sound *sound, Tone tone);

/* Schroeder's reverberator: four combs and two allpasses.  `seconds` is the time of 60 dB, `wet`
 * the share in [0, 1]. False when out of memory. */
bool sound_reverberate(Sound *sound, float seconds, float wet);

#endif
