/* people.c: footsteps, voices, announcements and trolleys. */
#include "ingredients.h"

enum { FORMANTS = 3, BLOCK = 256 };

/* Vowels a e i o u: mean formants of adult speakers, after Peterson and Barney 1952. */
static const float vowel[5][FORMANTS] = {
    { 730, 1090, 2440 }, { 530, 1840, 2480 }, { 270, 2290, 3010 },
    { 570, 840, 2410 },  { 300, 870, 2240 },
};

/* A talker: pulses of the glottis and noise through formants, syllable by syllable.  Runs at half
 * the sample rate. */
typedef struct Voice {
    Random random;
    Noise noise;
    Biquad formant[FORMANTS];
    float hz, size, pace, gain;    /* pitch, scale of the formants, syllables a second */
    float turns, step, tilt, rise; /* state of the glottis; rise: change of step a frame */
    float level, slope, breath;    /* loudness of the syllable; share of noise */
    int left, pause;
} Voice;

static Voice voice_from(Random *random, float tone)
{
    Voice v = { .random = random_from(random_next(random)) };
    v.noise = noise_from(&v.random);
    v.hz = random_ratio(&v.random, 95, 230);
    v.size = (v.hz > 155 ? 1.12f : 0.96f) * (0.9f + 0.2f * tone) *
             random_between(&v.random, 0.95f, 1.05f);
    v.pace = random_between(&v.random, 3.6f, 5.6f);
    v.gain = random_ratio(&v.random, 0.2f, 1);
    v.left = random_below(&v.random, RATE / 20);
    return v;
}

/* Each syllable rises in its first half and falls in its second; after a phrase comes a pause. */
static void voice_turn(Voice *v)
{
    float half = RATE / 2.0f, length = half / v->pace * random_between(&v->random, 0.35f, 0.65f);
    v->left = (int)length;
    v->pause = !v->pause;
    if (v->pause) {
        bool phrase = random_unit(&v->random) < 0.12f;
        v->left = phrase ? (int)(half * random_between(&v->random, 0.3f, 1.2f)) : v->left;
        v->slope = -v->level / fminf(length, 1500);
        return;
    }
    const float *to = vowel[random_below(&v->random, 5)];
    for (int k = 0; k < FORMANTS; k++) {
        /* designed at twice the frequency, because the voice runs at half the rate */
        Biquad f = biquad_bandpass(2 * to[k] * v->size, 5 + 3 * (float)k);
        f.z1 = v->formant[k].z1;
        f.z2 = v->formant[k].z2;
        v->formant[k] = f;
    }
    v->step = v->hz * random_between(&v->random, 0.85f, 1.2f) / half;
    v->rise = v->step * random_between(&v->random, -0.25f, 0.1f) / length;
    v->breath = random_unit(&v->random) < 0.15f ? 0.5f : 0.03f;
    v->slope = v->gain * random_between(&v->random, 0.5f, 1) / fminf(length / 2, 1200);
}

/* Adds `count` frames at half the sample rate.  A copy of the voice lets its state stay in
 * registers. */
static void voice_add(Voice *voice, float *out, int count)
{
    Voice own = *voice, *v = &own;

    for (int i = 0; i < count; i++) {
        if (v->left-- <= 0)
            voice_turn(v);
        v->level += v->slope;
        v->level = v->level < 0 ? 0 : v->level > v->gain ? v->gain : v->level;
        v->turns += v->step;
        v->step += v->rise;
        float pulse = 0;
        if (v->turns >= 1) {
            v->turns -= 1;
            pulse = 4;
        }
        v->tilt += 0.3f * (pulse - v->tilt);
        float x = v->level * (v->tilt + v->breath * noise_next(&v->noise) - 0.1f) + 1e-12f, y = 0;
        for (int k = 0; k < FORMANTS; k++)
            y += biquad_next(&v->formant[k], x) / (float)(k + 1);
        out[i] += y;
    }
    *voice = own;
}

/* Adds the voices to [from, to) of the sound, at twice their rate: straight lines between the
 * samples. */
static void voices_add(Sound *sound, int from, int to, Voice *voice, int count)
{
    float half[BLOCK], last = 0;

    for (int i = from; i < to; i += 2 * BLOCK) {
        for (int k = 0; k < BLOCK; k++)
            half[k] = 0;
        for (int k = 0; k < count; k++)
            voice_add(&voice[k], half, BLOCK);
        for (int k = 0; k < BLOCK && i + 2 * k < to; k++) {
            sound->sample[i + 2 * k] += 0.5f * (last + half[k]);
            if (i + 2 * k + 1 < to)
                sound->sample[i + 2 * k + 1] += half[k];
            last = half[k];
        }
    }
}

void babble(Sound *sound, Setting setting, Random *random)
{
    enum { MOST = 12 };
    Voice voice[MOST];
    int count = (int)(setting.rate + random_unit(random));

    count = count < 1 ? 1 : count > MOST ? MOST : count;
    for (int k = 0; k < count; k++)
        voice[k] = voice_from(random, setting.tone);
    voices_add(sound, 0, sound->frames, voice, count);
}

void announcement(Sound *sound, Setting setting, Random *random)
{
    float seconds = (float)sound->frames / RATE;
    Biquad low = biquad_highpass(350, 0.7f);
    Biquad high = biquad_lowpass(2500 + 2000 * setting.tone, 0.7f);

    for (float t = -2; t < seconds; t += random_wait(random, setting.rate) + 3) {
        Voice voice = voice_from(random, setting.tone);
        float length = random_between(random, 2, 5);
        int from = (int)fmaxf(0, t * RATE), to = (int)fminf(seconds * RATE, (t + length) * RATE);
        voice.gain = 1;
        voice.pace = 4;
        voices_add(sound, from, to, &voice, 1);
    }
    biquad_run(&low, sound);
    biquad_run(&high, sound);
    sound_reverberate(sound, random_between(random, 1.5f, 3), 0.7f);
}

static void step_at(Sound *sound, float t, float hz, float gain, Random *random)
{
    sound_burst(sound, (Burst){ t, 0.02f, 0.25f * hz, 1.5f, gain }, random);
    sound_burst(sound, (Burst){ t + 0.01f, 0.008f, hz, 1.2f, 0.8f * gain }, random);
    sound_burst(
        sound,
        (Burst){ t + random_between(random, 0.06f, 0.1f), 0.015f, 1.6f * hz, 0.8f, 0.3f * gain },
        random);
}

void footsteps(Sound *sound, Setting setting, Random *random)
{
    float seconds = (float)sound->frames / RATE;
    int walkers = (int)(setting.rate / 1.9f + 0.5f);

    walkers = walkers < 1 ? 1 : walkers;
    for (int k = 0; k < walkers; k++) {
        float period = (float)walkers / setting.rate * random_between(random, 0.9f, 1.1f);
        float hz = random_ratio(random, 500, 1200) * (0.6f + 1.2f * setting.tone);
        float near = random_between(random, 0, seconds), passing = random_between(random, 3, 8);
        for (float t = -random_unit(random) * period; t < seconds;
             t += period * random_between(random, 0.96f, 1.04f)) {
            float away = (t - near) / passing;
            step_at(sound, t, hz, random_between(random, 0.7f, 1) / (1 + 4 * away * away), random);
        }
    }
}

/* Rolling wheels over the joints of tiles: dense clatter that comes near and goes. */
void trolley(Sound *sound, Setting setting, Random *random)
{
    float seconds = (float)sound->frames / RATE, hz = 700 * powf(2, 1.5f * setting.tone);

    for (float near = random_between(random, -1, 1.5f); near < seconds + 1;
         near += random_between(random, 2, 4.5f)) {
        float passing = random_between(random, 0.6f, 1.3f), period = 1 / setting.rate;
        for (float t = near - 2 * passing; t < near + 2 * passing;
             t += period * random_between(random, 0.9f, 1.1f)) {
            float away = (t - near) / passing, gain = expf(-away * away);
            for (int wheel = 0; wheel < 2; wheel++)
                sound_burst(sound,
                            (Burst){ t + 0.3f * period * (float)wheel, 0.008f,
                                     hz * random_between(random, 0.8f, 1.25f), 2,
                                     gain * random_between(random, 0.5f, 1) },
                            random);
        }
    }
}
