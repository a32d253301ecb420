/* signals.c: ingredients with a pitch: birds, chimes, bells, beepers, music. */
#include "ingredients.h"

void birds(Sound *sound, Setting setting, Random *random)
{
    float seconds = (float)sound->frames / RATE;

    for (float t = -1; t < seconds; t += random_wait(random, setting.rate)) {
        float hz = random_ratio(random, 1800, 4200) * (0.7f + 0.7f * setting.tone);
        float length = random_between(random, 0.03f, 0.12f);
        float glide = random_ratio(random, 0.6f, 1.6f);
        float gap = length * random_between(random, 1.2f, 2), gain = random_ratio(random, 0.2f, 1);
        int chirps = 3 + random_below(random, 7);
        for (int k = 0; k < chirps; k++) {
            float bend = random_between(random, 0.95f, 1.05f);
            sound_tone(sound, (Tone){ t + gap * (float)k, length, length / 4, length, hz * bend,
                                      glide, gain });
        }
    }
}

void chimes(Sound *sound, Setting setting, Random *random)
{
    static const float interval[4] = { 1, 0.7937f, 0.6674f, 0.5297f };
    float seconds = (float)sound->frames / RATE;

    for (float t = -1; t < seconds; t += random_wait(random, setting.rate) + 1) {
        float hz = random_ratio(random, 700, 1100) * (0.7f + 0.6f * setting.tone);
        float gap = random_between(random, 0.25f, 0.5f);
        int tones = 2 + random_below(random, 3);
        for (int k = 0; k < tones; k++)
            for (int part = 1; part <= 3; part++)
                sound_tone(sound,
                           (Tone){ t + gap * (float)k, 1.5f, 0.005f, 0.45f / (float)part,
                                   hz * interval[k] * (float)part, 1, 1 / (float)(part * part) });
    }
}

void bell(Sound *sound, Setting setting, Random *random)
{
    static const float partial[5] = { 1, 2.04f, 2.74f, 3.76f, 5.18f };
    float seconds = (float)sound->frames / RATE;
    float hz = random_ratio(random, 500, 900) * (0.7f + 1.2f * setting.tone);

    for (float t = -0.5f; t < seconds; t += random_wait(random, setting.rate)) {
        int strokes = 2 + random_below(random, 3);
        float gap = random_between(random, 0.09f, 0.2f);
        for (int k = 0; k < strokes; k++)
            for (int part = 0; part < 5; part++)
                sound_tone(sound, (Tone){ t + gap * (float)k, 1, 0.001f, 0.3f / (float)(part + 1),
                                          hz * partial[part], 1, 1 / (float)(part + 1) });
    }
}

void beeper(Sound *sound, Setting setting, Random *random)
{
    float seconds = (float)sound->frames / RATE, period = 1 / setting.rate;
    float hz = random_ratio(random, 800, 1400) * (0.7f + 0.9f * setting.tone);

    for (float run = -2; run < seconds; run += random_between(random, 1, 3)) {
        float end = run + random_between(random, 1.5f, 4);
        for (; run < end; run += period) {
            sound_tone(sound, (Tone){ run, 0.45f * period, 0.004f, 5, hz, 1, 0.7f });
            sound_tone(sound, (Tone){ run, 0.45f * period, 0.004f, 5, 3 * hz, 1, 0.15f });
        }
    }
}

/* Notes of a pentatonic scale over a bass drum and a hat. */
void music(Sound *sound, Setting setting, Random *random)
{
    static const int scale[8] = { 0, 2, 4, 7, 9, 12, 14, 16 };
    float seconds = (float)sound->frames / RATE, period = 1 / setting.rate;
    float key = random_ratio(random, 200, 330) * (0.8f + 0.6f * setting.tone);
    float drum = random_between(random, 0, 0.8f);
    int beat = 0, degree = random_below(random, 8);

    for (float t = -random_unit(random) * period; t < seconds; t += period, beat++) {
        degree = (degree + 8 + random_below(random, 5) - 2) % 8;
        float hz = key * powf(2, (float)scale[degree] / 12);
        if (random_unit(random) < 0.8f)
            for (int part = 1; part <= 4; part++)
                sound_tone(sound, (Tone){ t, 2 * period, 0.01f, period, hz * (float)part, 1,
                                          0.5f / (float)part });
        if (beat % 2 == 0)
            sound_tone(sound, (Tone){ t, 0.2f, 0.003f, 0.06f, 110, 0.5f, 2 * drum });
        sound_burst(sound, (Burst){ t + period / 2, 0.02f, 6000, 0.7f, 0.3f * drum }, random);
    }
}
