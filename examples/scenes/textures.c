/* textures.c: ingredients without single events: air, wind, rain, water, ventilation. */
#include "ingredients.h"

void air(Sound *sound, Setting setting, Random *random)
{
    Noise noise = noise_from(random);
    Smoother dark = smoother(60 * powf(2, 4 * setting.tone));
    Smoother bright = smoother(1000 * powf(2, 3 * setting.tone));

    for (int i = 0; i < sound->frames; i++) {
        float x = noise_next(&noise);
        sound->sample[i] += 2 * smoother_next(&dark, x) + 0.1f * smoother_next(&bright, x);
    }
}

void wind(Sound *sound, Setting setting, Random *random)
{
    Noise noise = noise_from(random);
    Curve gust = curve_from(random, 2 * setting.rate), flutter = curve_from(random, 9);
    Biquad low = biquad_lowpass(120 * powf(2, 2 * setting.tone), 0.6f);
    Biquad whistle = biquad_bandpass(400 * powf(2, 2 * setting.tone), 2);

    for (int i = 0; i < sound->frames; i++) {
        float g = curve_next(&gust), x = noise_next(&noise);
        g *= g * (0.6f + 0.4f * curve_next(&flutter));
        sound->sample[i] += g * (biquad_next(&low, x) + 0.15f * g * biquad_next(&whistle, x));
    }
}

void rain(Sound *sound, Setting setting, Random *random)
{
    Noise noise = noise_from(random);
    Biquad hiss = biquad_highpass(1500 * powf(2, setting.tone), 0.6f);
    float seconds = (float)sound->frames / RATE;

    for (int i = 0; i < sound->frames; i++)
        sound->sample[i] += 0.05f * biquad_next(&hiss, noise_next(&noise));
    for (float t = 0; t < seconds; t += random_wait(random, setting.rate)) {
        float hz = random_ratio(random, 900, 3500) * (1 + setting.tone);
        float gain = random_unit(random);
        Burst drop = { t, random_ratio(random, 0.001f, 0.006f), hz, 3, gain * gain };
        sound_burst(sound, drop, random);
    }
}

void fountain(Sound *sound, Setting setting, Random *random)
{
    Noise noise = noise_from(random);
    Curve splash = curve_from(random, 14);
    Biquad band = biquad_bandpass(900 * powf(2, setting.tone), 0.6f);
    float seconds = (float)sound->frames / RATE;

    for (int i = 0; i < sound->frames; i++)
        sound->sample[i] += (0.1f + 0.2f * curve_next(&splash)) *
                            biquad_next(&band, noise_next(&noise));
    for (float t = -0.05f; t < seconds; t += random_wait(random, setting.rate)) {
        float hz = random_ratio(random, 350, 1100) * (1 + setting.tone);
        float length = random_between(random, 0.02f, 0.06f);
        sound_tone(sound, (Tone){ t, length, 0.002f, length / 3, hz, 1.7f,
                                  random_between(random, 0.05f, 0.5f) });
    }
}

void ventilation(Sound *sound, Setting setting, Random *random)
{
    Noise noise = noise_from(random);
    Biquad band = biquad_bandpass(250 * powf(2, 2 * setting.tone), 0.5f);
    float blade = random_unit(random), hum = random_unit(random);
    float depth = random_between(random, 0.3f, 0.7f);

    for (int i = 0; i < sound->frames; i++) {
        float swing = 1 + depth * sine(blade);
        sound->sample[i] += swing * biquad_next(&band, noise_next(&noise)) +
                            0.02f * (sine(hum) + 0.5f * sine(2 * hum));
        blade += setting.rate / RATE;
        hum += 100.0f / RATE;
        blade -= (float)(int)blade;
        hum -= (float)(int)hum;
    }
}
