/* device.c: three recorders at the same place: frequency response, noise, level, overload. */
#include "scene.h"

typedef struct Device {
    float low_cut, high_cut;          /* Hz */
    float bell_hz, bell_db, shelf_db; /* shelf above 5 kHz */
    float gain_db, noise_db;          /* noise: dB below full scale */
    float limit;                      /* where it overloads, softly; 0: at full scale, hard */
} Device;

/* a: good binaural microphones; b: a phone that thins the lows; c: an action camera, dull and loud.
 * */
static const Device device[DEVICES] = {
    { 20, 20000, 1000, 0, 0, 0, -88, 0 },
    { 180, 13000, 3200, 6, -3, -7, -66, 0.5f },
    { 90, 9500, 1300, -5, -6, 4, -60, 0.35f },
};

void device_record(const Sound *in, Sound *out, int index, uint64_t segment)
{
    const Device *d = &device[index];
    Random random = random_from(random_key(segment, 1000 + (uint64_t)index));
    Noise noise = noise_from(&random);
    Biquad low = biquad_highpass(d->low_cut, 0.7f), high = biquad_lowpass(d->high_cut, 0.7f);
    Biquad bell = biquad_peak(d->bell_hz, 1, d->bell_db);
    Biquad shelf = biquad_high_shelf(5000, d->shelf_db);
    float gain = decibels(d->gain_db + random_between(&random, -1, 1));
    float hiss = 1.732f * decibels(d->noise_db);

    for (int i = 0; i < in->frames; i++) {
        float x = biquad_next(&high, biquad_next(&low, gain * in->sample[i]));
        if (index > 0) {
            x = biquad_next(&shelf, biquad_next(&bell, x));
            float a = fabsf(x) / d->limit;
            x /= 1 + 0.3f * a * a / (1 + a);
        }
        x += hiss * noise_next(&noise);
        out->sample[i] = x < -1 ? -1 : x > 1 ? 1 : x;
    }
}
