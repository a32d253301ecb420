/* resample.c: changes the rate of a recording. */
#include <math.h>
#include <soxr.h>
#include <stdlib.h>
#include <string.h>

#include "audio_own.h"

bool asc_audio_resample(AscAudio *audio, double rate, const char *path, AscStatus *status)
{
    size_t channels = (size_t)audio->channels;
    size_t room = (size_t)ceil((double)audio->frames * rate / audio->rate) + 1, frames = 0;
    double *samples = malloc(room * channels * sizeof *samples);
    if (!samples)
        return asc_status_memory(status, path);
    const soxr_io_spec_t doubles = soxr_io_spec(SOXR_FLOAT64_I, SOXR_FLOAT64_I);
    const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
    const soxr_runtime_spec_t one_thread = soxr_runtime_spec(1);
    for (size_t c = 0; c < channels; c++) {
        size_t done = 0;
        soxr_error_t error = soxr_oneshot(audio->rate, rate, 1, audio->samples + c * audio->frames,
                                          audio->frames, NULL, samples + c * frames, room, &done,
                                          &doubles, &quality, &one_thread);
        if (error || done == 0) {
            free(samples);
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "%s: can't be brought from %g Hz to %g Hz: %s", path, audio->rate,
                                  rate, error ? error : "it is too short");
        }
        frames = done; /* the same for every channel */
    }
    free(audio->samples);
    audio->samples = samples;
    audio->frames = frames;
    audio->rate = rate;
    return true;
}
