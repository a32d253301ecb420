/* vehicles.c: road and rail: passing traffic, engines, motors, rolling, joints, brakes, doors,
 * rattles, horns. */
#include "ingredients.h"

enum { BLOCK = 64 };

/* One turn of an ignition cycle: harmonics 1 / k with random phases. */
enum { WAVE = 2048 };

static void engine_wave(float *wave, float tone, Random *random)
{
    int harmonics = 10 + (int)(14 * tone);

    for (int i = 0; i < WAVE; i++)
        wave[i] = 0;
    for (int k = 1; k <= harmonics; k++) {
        float phase = random_unit(random), gain = random_between(random, 0.4f, 1) / (float)k;
        for (int i = 0; i < WAVE; i++)
            wave[i] += gain * sine(phase + (float)(k * i) / WAVE);
    }
}

/* A vehicle passes at `when`: loudness goes with 1 / distance, the brightness with it, and the
 * pitch falls by Doppler's formula f (1 - v x / (c r)). */
static void pass(Sound *sound, float when, Setting setting, Random *random)
{
    float speed = random_between(random, 8, 17), distance = random_ratio(random, 4, 15);
    float engine_hz = random_ratio(random, 50, 110), tyre = random_between(random, 0.6f, 1.4f);
    float wave[WAVE], turns = 0;
    Noise noise = noise_from(random);
    Biquad road = biquad_lowpass(1000, 0.7f);
    float reach = 5 * distance / speed;
    int from = (int)fmaxf(0, (when - reach) * RATE);
    int to = (int)fminf((float)sound->frames, (when + reach) * RATE);

    engine_wave(wave, 0.3f, random);
    for (int i = from; i < to; i += BLOCK) {
        float x = ((float)i / RATE - when) * speed, r = sqrtf(x * x + distance * distance);
        float shift = 1 - speed * x / (340 * r), near = distance / r;
        float fade = fmaxf(0, 1 - fabsf((float)i / RATE - when) / reach);
        float step = engine_hz * shift / RATE, gain = near * near * fade * 6 / distance;
        Biquad turned = biquad_lowpass((400 + 2600 * near * near) * shift * (0.6f + setting.tone),
                                       0.7f);
        turned.z1 = road.z1;
        turned.z2 = road.z2;
        road = turned;
        for (int k = i; k < i + BLOCK && k < to; k++) {
            sound->sample[k] += gain * (tyre * biquad_next(&road, noise_next(&noise)) +
                                        0.12f * wave[(int)(turns * WAVE)]);
            turns += step;
            turns -= (float)(int)turns;
        }
    }
}

void traffic(Sound *sound, Setting setting, Random *random)
{
    float end = (float)sound->frames / RATE + 1;

    for (float t = -1 + random_wait(random, setting.rate) / 2; t < end;
         t += random_wait(random, setting.rate) * 0.5f + 0.5f / setting.rate)
        pass(sound, t, setting, random);
}

void engine(Sound *sound, Setting setting, Random *random)
{
    float wave[WAVE], turns = 0, spread = random_between(random, 0.05f, 0.5f);
    Noise noise = noise_from(random);
    Curve speed = curve_from(random, 0.5f), load = curve_from(random, 2);
    Smoother cabin = smoother(150 + 500 * setting.tone), rough = smoother(30);

    engine_wave(wave, setting.tone, random);
    for (int i = 0; i < sound->frames; i++) {
        float x = noise_next(&noise), jitter = smoother_next(&rough, x);
        turns += setting.rate * (1 + spread * curve_next(&speed) + 0.5f * jitter) / RATE;
        turns -= (float)(int)turns;
        float fire = wave[(int)(turns * WAVE) & (WAVE - 1)];
        sound->sample[i] += (0.6f + 0.4f * curve_next(&load)) *
                            smoother_next(&cabin, fire + 0.4f * x * (1 + fire));
    }
}

void motor(Sound *sound, Setting setting, Random *random)
{
    float ratio[3], turns[3] = { 0 };
    float top = random_ratio(random, 500, 900) * (0.6f + setting.tone);
    Curve speed = curve_from(random, 2 * setting.rate), load = curve_from(random, 1);

    for (int k = 0; k < 3; k++)
        ratio[k] = (k + 1) * random_between(random, 0.97f, 1.03f);
    for (int i = 0; i < sound->frames; i++) {
        float now = curve_next(&speed), gain = (0.3f + now) * (0.4f + 0.6f * curve_next(&load));
        float step = top * (0.15f + now) / RATE;
        for (int k = 0; k < 3; k++) {
            sound->sample[i] += gain * sine(turns[k]) / (float)(k + 1);
            turns[k] += ratio[k] * step;
            turns[k] -= (float)(int)turns[k];
        }
    }
}

void rumble(Sound *sound, Setting setting, Random *random)
{
    Noise noise = noise_from(random);
    Curve swell = curve_from(random, setting.rate);
    Biquad low = biquad_lowpass(70 * powf(2, 2 * setting.tone), 0.8f);
    Smoother roll = smoother(900);

    for (int i = 0; i < sound->frames; i++) {
        float x = noise_next(&noise), g = 0.3f + 0.7f * curve_next(&swell);
        sound->sample[i] += g * (3 * biquad_next(&low, x) + 0.3f * smoother_next(&roll, x));
    }
}

static void clack(Sound *sound, float t, float hz, float gain, Random *random)
{
    sound_burst(sound, (Burst){ t, 0.025f, hz, 2, gain }, random);
    sound_burst(sound, (Burst){ t + 0.002f, 0.006f, 6 * hz, 1.5f, 0.5f * gain }, random);
}

/* Two axles of a bogie: a pair of clacks, a fixed share of the period apart. */
void rail_joints(Sound *sound, Setting setting, Random *random)
{
    float seconds = (float)sound->frames / RATE, hz = 250 * powf(2, 1.5f * setting.tone);
    float period = 1 / setting.rate, gap = random_between(random, 0.16f, 0.3f) * period;

    for (float t = -random_unit(random) * period; t < seconds;
         t += period * random_between(random, 0.95f, 1.05f)) {
        clack(sound, t, hz, random_between(random, 0.6f, 1), random);
        clack(sound, t + gap, hz * 1.1f, random_between(random, 0.5f, 0.9f), random);
    }
}

void squeal(Sound *sound, Setting setting, Random *random)
{
    float seconds = (float)sound->frames / RATE;

    for (float t = -1; t < seconds; t += random_wait(random, setting.rate)) {
        float length = random_between(random, 0.5f, 1.6f);
        float hz = random_ratio(random, 1100, 2600) * (0.7f + setting.tone);
        float glide = random_between(random, 0.85f, 1.1f);
        for (int k = 1; k <= 3; k++) {
            float gain = 0.5f / (float)(k * k);
            Tone tone = { t, length, length / 2, 2 * length, hz * (float)k, glide, gain };
            sound_tone(sound, tone);
            tone.hz *= 1.013f;
            sound_tone(sound, tone);
        }
    }
}

void doors(Sound *sound, Setting setting, Random *random)
{
    float seconds = (float)sound->frames / RATE;

    for (float t = -0.7f; t < seconds; t += random_wait(random, setting.rate)) {
        float hiss = random_between(random, 0.12f, 0.25f);
        float hz = random_ratio(random, 2500, 5000) * (0.6f + setting.tone);
        sound_burst(sound, (Burst){ t, hiss, hz, 0.7f, 0.5f }, random);
        sound_burst(sound, (Burst){ t + 3 * hiss, 0.05f, 130, 1.5f, 1.5f }, random);
        sound_burst(sound, (Burst){ t + 3 * hiss, 0.012f, 900, 1, 0.7f }, random);
    }
}

void shaking(Sound *sound, Setting setting, Random *random)
{
    float seconds = (float)sound->frames / RATE, period = 1 / setting.rate;
    float hz = random_ratio(random, 500, 1500) * (0.7f + setting.tone);
    float swing = random_between(random, 0.3f, 1);

    for (float t = -0.1f; t < seconds; t += period * random_between(random, 0.85f, 1.15f)) {
        float gain = random_between(random, 0.3f, 0.5f) + 0.5f * sine(1 + t * swing);
        sound_burst(sound,
                    (Burst){ t, 0.012f, hz * random_between(random, 0.9f, 1.1f), 2.5f, gain },
                    random);
    }
}

void horn(Sound *sound, Setting setting, Random *random)
{
    float seconds = (float)sound->frames / RATE;

    for (float t = -0.3f; t < seconds; t += random_wait(random, setting.rate)) {
        float hz = random_ratio(random, 320, 450) * (0.8f + 0.4f * setting.tone);
        float length = random_between(random, 0.2f, 0.8f);
        for (int k = 1; k <= 6; k++) {
            Tone tone = { t, length, 0.02f, 3, hz * (float)k, 1, 1 / (float)k };
            sound_tone(sound, tone);
            tone.hz *= 1.25f;
            sound_tone(sound, tone);
        }
    }
}
