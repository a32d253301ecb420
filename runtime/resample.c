/* resample.c: changes the rate of sound, by libsoxr or sinc.c. */
#include "resample.h"

#include <math.h>
#include <soxr.h>
#include <stdlib.h>

#include "audio_own.h"

/* Of libsoxr; none of it: sinc.c. */
static const struct {
    const char *name;
    unsigned long recipe;
} kinds[] = {
    [ASC_RESAMPLE_SOXR_HQ] = { "libsoxr, high quality", SOXR_HQ },
    [ASC_RESAMPLE_SOXR_VHQ] = { "libsoxr, very high quality", SOXR_VHQ },
    [ASC_RESAMPLE_SOXR_MQ] = { "libsoxr, medium quality", SOXR_MQ },
    [ASC_RESAMPLE_SOXR_LQ] = { "libsoxr, low quality", SOXR_LQ },
    [ASC_RESAMPLE_SOXR_QQ] = { "libsoxr, quick: cubic interpolation", SOXR_QQ },
    [ASC_RESAMPLE_SINC] = { "windowed sinc", 0 },
    [ASC_RESAMPLE_NO] = { "not at all", 0 },
};

struct AscResampler {
    AscSinc *sinc; /* or */
    soxr_t soxr;
};

const char *asc_resample_name(AscResample how)
{
    return kinds[how].name;
}

size_t asc_resampled_frames(size_t frames, double from, double to, AscResample how)
{
    if (from == to)
        return frames;
    if (how == ASC_RESAMPLE_NO)
        return 0;
    const double exact = (double)frames * to / from;
    return (size_t)(how == ASC_RESAMPLE_SINC ? ceil(exact) : exact + 0.5);
}

AscResampler *asc_resampler_create(double from, double to, int channels, AscResample how,
                                   AscStatus *status)
{
    const soxr_io_spec_t doubles = soxr_io_spec(SOXR_FLOAT64_I, SOXR_FLOAT64_I);
    const soxr_quality_spec_t quality = soxr_quality_spec(kinds[how].recipe, 0);
    const soxr_runtime_spec_t one_thread = soxr_runtime_spec(1);
    soxr_error_t error = NULL;
    AscResampler *resampler = calloc(1, sizeof *resampler);
    if (!resampler) {
        asc_status_memory(status, "a resampler");
        return NULL;
    }
    if (how == ASC_RESAMPLE_SINC)
        resampler->sinc = asc_sinc_create(from, to, channels, status);
    else
        resampler->soxr = soxr_create(from, to, (unsigned)channels, &error, &doubles, &quality,
                                      &one_thread);
    if (resampler->sinc || resampler->soxr)
        return resampler;
    if (how != ASC_RESAMPLE_SINC)
        asc_status_set(status, ASC_BAD_INPUT, "%s", error ? error : "no memory");
    free(resampler);
    return NULL;
}

void asc_resampler_destroy(AscResampler *resampler)
{
    if (resampler) {
        asc_sinc_destroy(resampler->sinc);
        soxr_delete(resampler->soxr);
        free(resampler);
    }
}

bool asc_resampler_run(AscResampler *resampler, const double *in, size_t count, size_t *used,
                       double *out, size_t most, size_t *made, AscStatus *status)
{
    soxr_error_t error = NULL;
    *used = *made = 0;
    if (resampler->sinc)
        asc_sinc_run(resampler->sinc, in, count, used, out, most, made);
    else
        error = soxr_process(resampler->soxr, in, count, used, out, most, made);
    return !error || asc_status_set(status, ASC_BAD_INPUT, "%s", error);
}

/* ---------------------------------------------------------------- whole recordings */

/* All of a channel; to: [room]; 0: failed. */
static size_t convert(const double *from, size_t frames, double rate, double wanted,
                      AscResample how, double *to, size_t room, AscStatus *status)
{
    AscResampler *resampler = asc_resampler_create(rate, wanted, 1, how, status);
    size_t at = 0, done = 0, used = 1, made = 0;
    bool fine = resampler != NULL;
    while (fine && (used > 0 || made > 0)) {
        fine = asc_resampler_run(resampler, at < frames ? from + at : NULL, frames - at, &used,
                                 to + done, room - done, &made, status);
        at += used;
        done += made;
    }
    asc_resampler_destroy(resampler);
    if (fine && done == 0)
        fine = asc_status_set(status, ASC_BAD_INPUT, "it is too short");
    return fine ? done : 0;
}

bool asc_audio_resample(AscAudio *audio, double rate, AscResample how, const char *path,
                        AscStatus *status)
{
    size_t channels = (size_t)audio->channels;
    size_t room = (size_t)ceil((double)audio->frames * rate / audio->rate) + 1, frames = 0;
    double *samples = malloc(room * channels * sizeof *samples);
    AscStatus why = { 0 };
    if (!samples)
        return asc_status_memory(status, path);
    for (size_t c = 0; c < channels; c++) {
        frames = convert(audio->samples + c * audio->frames, audio->frames, audio->rate, rate, how,
                         samples + c * frames, room, &why); /* the same for every channel */
        if (frames == 0) {
            free(samples);
            return asc_status_set(status, why.code, "%s: can't be brought from %g Hz to %g Hz: %s",
                                  path, audio->rate, rate, why.message);
        }
    }
    free(audio->samples);
    audio->samples = samples;
    audio->frames = frames;
    audio->rate = rate;
    return true;
}
