/* sound_file.c: writes a generated sound, the same numbers on every machine: noise and a rising triangle wave.
 *
 * usage: sound_file RATE SAMPLES FILE.wav          64-bit samples, one channel */
#include <math.h>
#include <sndfile.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    SF_INFO info = { .samplerate = atoi(argv[1]),
                     .channels = 1,
                     .format = SF_FORMAT_WAV | SF_FORMAT_DOUBLE };
    SNDFILE *file = sf_open(argv[3], SFM_WRITE, &info);
    if (!file)
        return 2;
    uint32_t noise = 1, phase = 0, step = 1u << 22;
    for (long left = atol(argv[2]); left > 0; left--) {
        noise = noise * 1664525 + 1013904223;
        phase += step;
        step += 1u << 15;
        const double triangle = fabs((double)phase - 2147483648.0) / 1073741824.0 - 1;
        const double x = triangle / 2 + ((noise >> 8) / 8388608.0 - 1) / 8;
        if (sf_writef_double(file, &x, 1) != 1)
            return 2;
    }
    return sf_close(file) ? 2 : 0;
}
