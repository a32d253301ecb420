/* bench_features.c: how long the features of ten seconds of noise take on one core. */
#include "bench_features.h"

#include <stdlib.h>
#include <time.h>

#include "frontend.h"
#include "random.h"

static const double SECONDS = 10, LONG_ENOUGH = 0.3;
enum { LEAST_RUNS = 5 };

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static bool make_noise(const AscFrontend *frontend, AscAudio *audio, AscStatus *status)
{
    AscRandom random = asc_random_start(1, "bench", 0);
    audio->rate = audio->source_rate = asc_frontend_sound(frontend)->rate;
    audio->channels = asc_frontend_sound(frontend)->channels;
    audio->frames = (size_t)(SECONDS * audio->rate);
    const size_t count = audio->frames * (size_t)audio->channels;
    audio->samples = malloc(count * sizeof *audio->samples);
    for (size_t i = 0; audio->samples && i < count; i++)
        audio->samples[i] = 0.1 * asc_random_normal(&random);
    return audio->samples || asc_status_memory(status, "the bench");
}

static bool time_set(AscFrontend *frontend, double *seconds, AscStatus *status)
{
    AscAudio audio = { 0 };
    bool fine = make_noise(frontend, &audio, status);
    const double begun = now();
    double least = 0;
    for (int n = 0; fine && (n < LEAST_RUNS || now() - begun < LONG_ENOUGH); n++) {
        AscMap map;
        const double from = now();
        fine = asc_frontend_compute(frontend, &audio, &map, status);
        const double time = now() - from;
        asc_map_free(&map);
        least = n == 0 || time < least ? time : least;
    }
    asc_audio_free(&audio);
    *seconds += least;
    return fine;
}

bool asc_bench_features(const AscModel *model, double *seconds, AscStatus *status)
{
    bool fine = true;
    *seconds = 0;
    for (int f = 0; fine && f < model->feature_sets; f++) {
        if (!model->features[f].front || !model->features[f].cut.length)
            continue;
        AscFrontend *frontend = asc_frontend_create(&model->features[f], status);
        fine = frontend && time_set(frontend, seconds, status);
        asc_frontend_destroy(frontend);
    }
    return fine;
}
