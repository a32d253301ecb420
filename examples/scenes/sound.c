/* sound.c: filters, random curves, bursts, tones and reverberation. */
#include "sound.h"

#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979f

static float angle(float hz)
{
    float limit = 0.45f * RATE;
    return 2 * PI * (hz > limit ? limit : hz < 5 ? 5 : hz) / RATE;
}

static Biquad biquad(float b0, float b1, float b2, float a0, float a1, float a2)
{
    return (Biquad){ b0 / a0, b1 / a0, b2 / a0, a1 / a0, a2 / a0, 0, 0 };
}

Biquad biquad_lowpass(float hz, float q)
{
    float w = angle(hz), c = cosf(w), alpha = sinf(w) / (2 * q);
    return biquad((1 - c) / 2, 1 - c, (1 - c) / 2, 1 + alpha, -2 * c, 1 - alpha);
}

Biquad biquad_highpass(float hz, float q)
{
    float w = angle(hz), c = cosf(w), alpha = sinf(w) / (2 * q);
    return biquad((1 + c) / 2, -1 - c, (1 + c) / 2, 1 + alpha, -2 * c, 1 - alpha);
}

Biquad biquad_bandpass(float hz, float q)
{
    float w = angle(hz), c = cosf(w), alpha = sinf(w) / (2 * q);
    return biquad(alpha, 0, -alpha, 1 + alpha, -2 * c, 1 - alpha);
}

Biquad biquad_peak(float hz, float q, float db)
{
    float w = angle(hz), c = cosf(w), alpha = sinf(w) / (2 * q), a = decibels(db / 2);
    return biquad(1 + alpha * a, -2 * c, 1 - alpha * a, 1 + alpha / a, -2 * c, 1 - alpha / a);
}

/* Shelves of slope 1; `side` is 1 for the low shelf and -1 for the high one. */
static Biquad shelf(float hz, float db, float side)
{
    float w = angle(hz), c = side * cosf(w), a = decibels(db / 2);
    float beta = sqrtf(2 * a) * sinf(w);
    return biquad(a * (a + 1 - (a - 1) * c + beta), side * 2 * a * (a - 1 - (a + 1) * c),
                  a * (a + 1 - (a - 1) * c - beta), a + 1 + (a - 1) * c + beta,
                  side * -2 * (a - 1 + (a + 1) * c), a + 1 + (a - 1) * c - beta);
}

Biquad biquad_low_shelf(float hz, float db)
{
    return shelf(hz, db, 1);
}

Biquad biquad_high_shelf(float hz, float db)
{
    return shelf(hz, db, -1);
}

void biquad_run(Biquad *f, Sound *sound)
{
    Biquad own = *f; /* a copy, which stays in registers */
    float *sample = sound->sample;

    for (int i = 0; i < sound->frames; i++)
        sample[i] = biquad_next(&own, sample[i]);
    *f = own;
}

Smoother smoother(float hz)
{
    return (Smoother){ 1 - expf(-angle(hz)), 0 };
}

Curve curve_from(Random *random, float rate)
{
    Curve c = { .random = random_from(random_next(random)) };
    c.step = (int)(RATE / rate) + 1;
    c.value = random_unit(&c.random);
    c.left = random_below(&c.random, c.step);
    c.slope = (random_unit(&c.random) - c.value) / (float)c.step;
    return c;
}

void curve_turn(Curve *c)
{
    c->left = c->step;
    c->slope = (random_unit(&c->random) - c->value) / (float)c->step;
}

/* [*from, *to) are the frames of a part of `length` seconds that lie in the sound. */
static void clip(const Sound *sound, float start, float length, int *from, int *to)
{
    float first = start * RATE, end = (start + length) * RATE, frames = (float)sound->frames;
    *from = first < 0 ? 0 : first > frames ? sound->frames : (int)first;
    *to = end < 0 ? 0 : end > frames ? sound->frames : (int)end;
}

void sound_burst(Sound *sound, Burst burst, Random *random)
{
    Noise noise = noise_from(random);
    Biquad band = biquad_bandpass(burst.hz, burst.q);
    float fall = expf(-1 / (burst.decay * RATE));
    int from, to;

    clip(sound, burst.start, 7 * burst.decay, &from, &to);
    float late = (float)from / RATE - burst.start;
    float gain = burst.gain * sqrtf(burst.q) * expf(-(late > 0 ? late : 0) / burst.decay);
    for (int i = from; i < to; i++) {
        sound->sample[i] += biquad_next(&band, gain * noise_next(&noise));
        gain *= fall;
    }
}

void sound_tone(Sound *sound, Tone tone)
{
    enum { BLOCK = 32 };
    int from, to;

    clip(sound, tone.start, tone.length, &from, &to);
    for (int i = from; i < to; i += BLOCK) {
        int end = i + BLOCK < to ? i + BLOCK : to;
        double t = (double)i / RATE - tone.start, bend = (tone.glide - 1.0) / tone.length;
        double phase = tone.hz * t * (1 + bend * t / 2);
        float turns = (float)(phase - floor(phase));
        float step = (float)(tone.hz * (1 + bend * t) / RATE);
        float gain = tone.gain * expf(-(float)t / tone.decay) * fminf(1, (float)t / tone.attack) *
                     fminf(1, 100 * (tone.length - (float)t));
        for (int k = i; k < end; k++) {
            sound->sample[k] += gain * sine(turns);
            turns += step;
        }
    }
}

typedef struct Delay {
    float *line, gain, damped;
    int length, at;
} Delay;

static inline float comb_next(Delay *d, float x)
{
    float y = d->line[d->at];
    d->damped += 0.6f * (y - d->damped);
    d->line[d->at] = x + d->gain * d->damped;
    d->at = d->at + 1 == d->length ? 0 : d->at + 1;
    return y;
}

static inline float allpass_next(Delay *d, float x)
{
    float old = d->line[d->at];
    float y = old - d->gain * x;
    d->line[d->at] = x + d->gain * y;
    d->at = d->at + 1 == d->length ? 0 : d->at + 1;
    return y;
}

bool sound_reverberate(Sound *sound, float seconds, float wet)
{
    static const int length[6] = { 1687, 1601, 2053, 2251, 347, 113 };
    Delay delay[6];
    float *lines = calloc(1687 + 1601 + 2053 + 2251 + 347 + 113, sizeof *lines), *line = lines;

    if (!lines)
        return false;
    for (int k = 0; k < 6; line += length[k++]) {
        float gain = k < 4 ? powf(10, -3 * (float)length[k] / (seconds * RATE)) : 0.6f;
        delay[k] = (Delay){ line, gain, 0, length[k], 0 };
    }
    for (int i = 0; i < sound->frames; i++) {
        /* the offset keeps the tails out of the denormal numbers */
        float x = sound->sample[i], in = x + 1e-12f, y = 0;
        for (int k = 0; k < 4; k++)
            y += comb_next(&delay[k], in);
        y = allpass_next(&delay[5], allpass_next(&delay[4], y));
        sound->sample[i] = (1 - wet) * x + 0.35f * wet * y;
    }
    free(lines);
    return true;
}
