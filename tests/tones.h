/* tones.h: a small data set of noisy tones in folders, for tests of training. */
#ifndef TONES_H
#define TONES_H

#include <math.h>
#include <stdint.h>

#include "random.h"
#include "scratch.h"

enum { TONE_RATE = 8000, TONE_CLASSES = 3 };

static const char *const tone_name[TONE_CLASSES] = { "high", "low", "mid" };

static inline void tone_put(unsigned char *to, uint32_t value, int bytes)
{
    for (int b = 0; b < bytes; b++)
        to[b] = (unsigned char)(value >> (8 * b));
}

/* A RIFF file of 16-bit samples at TONE_RATE. */
static inline void tone_write(Scratch *scratch, const char *name, double frequency, int samples,
                              uint64_t stream)
{
    static unsigned char file[44 + 4 * TONE_RATE] = "RIFF....WAVEfmt ";

    ck_assert_int_le(samples, 2 * TONE_RATE);
    tone_put(file + 4, (uint32_t)(36 + 2 * samples), 4);
    tone_put(file + 16, 16, 4);
    tone_put(file + 20, 1, 2);
    tone_put(file + 22, 1, 2);
    tone_put(file + 24, TONE_RATE, 4);
    tone_put(file + 28, 2 * TONE_RATE, 4);
    tone_put(file + 32, 2, 2);
    tone_put(file + 34, 16, 2);
    memcpy(file + 36, "data", 4);
    tone_put(file + 40, (uint32_t)(2 * samples), 4);
    for (int i = 0; i < samples; i++) {
        double noise = asc_uniform(1, stream, 0, (uint64_t)i) - 0.5;
        double x = 3000 * sin(6.2831853 * frequency * i / TONE_RATE) + 8000 * noise;

        tone_put(file + 44 + 2 * i, (uint32_t)(int32_t)x, 2);
    }
    scratch_write(scratch, name, file, 44 + 2 * (size_t)samples);
}

/* `each` recordings of each class in FOLDER/data/CLASS; the path is valid until the next one. */
static inline const char *tone_data(Scratch *scratch, int each)
{
    static const double frequency[TONE_CLASSES] = { 2500, 300, 900 };

    for (int c = 0; c < TONE_CLASSES; c++) {
        for (int n = 0; n < each; n++) {
            char name[64];

            snprintf(name, sizeof name, "data/%s/%02d.wav", tone_name[c], n);
            tone_write(scratch, name, frequency[c], 8000 + 400 * n, (uint64_t)(100 * c + n));
        }
    }
    return scratch_path(scratch, "data");
}

#endif
