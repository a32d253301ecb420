/* sound_file.c: writes a generated sound, the same numbers on every machine: noise and a rising triangle wave.
 *
 * usage: sound_file RATE SAMPLES FILE.wav          64-bit samples, one channel
 *        sound_file RATE SAMPLES FILE.wav SEED     16-bit samples; the seed decides the noise and how fast the tone rises */
#include <math.h>
#include <sndfile.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    if (argc != 4 && argc != 5)
        return 2;
    const uint32_t seed = argc == 5 ? (uint32_t)atol(argv[4]) : 1;
    SF_INFO info = { .samplerate = atoi(argv[1]),
                     .channels = 1,
                     .format = SF_FORMAT_WAV | (argc == 5 ? SF_FORMAT_PCM_16 : SF_FORMAT_DOUBLE) };
    SNDFILE *file = sf_open(argv[3], SFM_WRITE, &info);
    if (!file)
        return 2;
    uint32_t noise = seed, phase = 0, step = seed << 22;
    for (long left = atol(argv[2]); left > 0; left--) {
        noise = noise * 1664525 + 1013904223;
        phase += step;
        step += 1u << 15;
        const double triangle = fabs((double)phase - 2147483648.0) / 1073741824.0 - 1;
        const double x = triangle / 2 + ((noise >> 8) / 8388608.0 - 1) / 8;
        const short whole = (short)(x * 32000);
        if ((argc == 5 ? sf_writef_short(file, &whole, 1) : sf_writef_double(file, &x, 1)) != 1)
            return 2;
    }
    return sf_close(file) ? 2 : 0;
}
