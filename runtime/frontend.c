/* frontend.c: front ends: their memory, and the map of a recording. */
#include "frontend.h"

#include <limits.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "frontend_own.h"

static const AscHearing as_it_is = { .gain = 1 };

/* ---------------------------------------------------------------- creation */

static bool bad_order(const AscFeatures *features, const char *what, AscStatus *status)
{
    return asc_status_set(status, ASC_BAD_INPUT, "features %s: %s", features->name, what);
}

/* Marks the stages that the result depends on, from the last to the first. */
static void find_wanted(AscFrontend *made)
{
    const AscFront *front = made->front;
    bool *slot = calloc((size_t)front->slots + 1, sizeof *slot);
    if (slot)
        slot[made->features->slot] = true;
    for (int i = front->stages - 1; i >= 0; i--) {
        const AscStage *stage = &front->stage[i];
        for (int k = 0; k < stage->outs; k++)
            made->worker[i].wanted |= !slot || slot[stage->out[k]] ||
                                      front->slot[stage->out[k]].clock == ASC_ALWAYS;
        for (int k = 0; slot && made->worker[i].wanted && k < stage->ins; k++)
            slot[stage->in[k]] = true;
    }
    free(slot);
}

static bool prepare_spectrogram(AscFrontend *made, const AscStage *stage, AscWorker *worker,
                                AscStatus *status)
{
    worker->spectrogram = asc_spectrogram_create(stage, status);
    worker->mel = calloc((size_t)stage->outs + 1, sizeof *worker->mel);
    if (!worker->spectrogram)
        return false;
    if (!worker->mel)
        return asc_status_memory(status, "features");
    for (int k = 0; k < stage->outs; k++) {
        const AscBank *bank = &stage->as.spectrogram.bank[k];
        if (!bank->mels)
            continue;
        worker->mel[k] = asc_mel_create(bank, made->front->sound.rate, stage->as.spectrogram.fft,
                                        status);
        if (!worker->mel[k])
            return false;
    }
    return true;
}

/* Makes them large enough for the program of a stage. */
static void add_program(const AscStage *stage, size_t *arena, size_t *room)
{
    const AscProgram *program = &stage->as.program;
    const size_t bytes = program->arena_constant + program->arena_per_example * ASC_BLOCK;
    *arena = bytes > *arena ? bytes : *arena;
    *room = program->room > *room ? program->room : *room;
}

/* What depends on no recording is computed once. */
static bool run_constants(AscFrontend *made, AscStatus *status)
{
    for (int i = 0; i < made->front->stages; i++) {
        const AscStage *stage = &made->front->stage[i];
        real *out[ASC_MOST_SLOTS];
        if (stage->kind != ASC_PROGRAM || made->front->slot[stage->out[0]].clock != ASC_ALWAYS)
            continue;
        for (int k = 0; k < stage->outs; k++) {
            AscFrames *frames = &made->frames[stage->out[k]];
            if (!asc_frames_reserve(frames, 1, made->front->slot[stage->out[k]].size, status))
                return false;
            out[k] = frames->values;
        }
        const size_t step[ASC_MOST_SLOTS] = { 0 };
        asc_frames_run(made, stage, NULL, out, step, step, 1);
    }
    return true;
}

static bool make_parts(AscFrontend *made, AscStatus *status)
{
    const AscFront *front = made->front;
    const AscStage *after = made->features->after;
    size_t arena = 0, room = 0;
    if (after)
        add_program(after, &arena, &room);
    made->frames = calloc((size_t)front->slots + 1, sizeof *made->frames);
    made->worker = calloc((size_t)front->stages + 1, sizeof *made->worker);
    made->count = calloc((size_t)front->clocks + 1, sizeof *made->count);
    if (!made->frames || !made->count || !made->worker)
        return asc_status_memory(status, "features");
    find_wanted(made);
    for (int i = 0; i < front->stages; i++) {
        const AscStage *stage = &front->stage[i];
        if (stage->ins > ASC_MOST_SLOTS || stage->outs > ASC_MOST_SLOTS)
            return bad_order(made->features, "a stage has too many results", status);
        if (stage->kind == ASC_PROGRAM)
            add_program(stage, &arena, &room);
        if (stage->kind == ASC_SPECTROGRAM && made->worker[i].wanted &&
            !prepare_spectrogram(made, stage, &made->worker[i], status))
            return false;
    }
    made->threads = omp_get_max_threads();
    made->arena = asc_batch_memory(arena + 64);
    made->room = asc_batch_memory(room * (size_t)made->threads + 64);
    return made->arena && made->room ? run_constants(made, status)
                                     : asc_status_memory(status, "features");
}

/* The position of each real of a frame among the statistics. */
static bool find_positions(AscFrontend *made, AscStatus *status)
{
    const AscFeatures *features = made->features;
    const AscShape *frame = &features->frame;
    int index[ASC_MAX_AXES] = { 0 };
    made->position = malloc((made->size + 1) * sizeof *made->position);
    if (!made->position)
        return asc_status_memory(status, "features");
    made->positions = features->normalized;
    for (int i = 0; i < features->per && features->normalized; i++)
        made->positions *= frame->axis[features->axis[i]].size;
    for (size_t n = 0; n < made->size; n++) {
        made->position[n] = 0;
        for (int i = 0; i < features->per; i++)
            made->position[n] = made->position[n] * frame->axis[features->axis[i]].size +
                                index[features->axis[i]];
        for (int a = frame->rank - 1; a >= 0 && ++index[a] == frame->axis[a].size; a--)
            index[a] = 0;
    }
    return true;
}

/* Compares the stages with the shape the network was compiled for. */
static bool check_shape(AscFrontend *made, AscStatus *status)
{
    const AscFeatures *features = made->features;
    size_t length = (size_t)features->shape.axis[features->time_axis].size;
    made->size = made->front->slot[features->slot].size;
    made->length = length;
    if (features->cut.length
            ? length != (size_t)features->cut.length
            : made->front->cut.length &&
                  length != asc_clock_frames(made->clock, (size_t)made->front->cut.length))
        length = 0;
    if (length == 0 || made->size != asc_shape_reals(&features->frame))
        return bad_order(features, "the stages don't give the input's shape", status);
    return true;
}

static bool make_segment(AscFrontend *made, AscStatus *status)
{
    const size_t result = asc_shape_reals(&made->features->shape) / made->length;
    const size_t rows = made->length + ASC_TILE;
    made->segment = asc_batch_memory(rows * made->size * sizeof(real));
    made->made = asc_batch_memory(rows * result * sizeof(real));
    return (made->segment && made->made) || asc_status_memory(status, "features");
}

void asc_frontend_destroy(AscFrontend *frontend)
{
    if (!frontend)
        return;
    for (int i = 0; frontend->worker && i < frontend->front->stages; i++) {
        AscWorker *worker = &frontend->worker[i];
        for (int k = 0; worker->mel && k < frontend->front->stage[i].outs; k++)
            asc_mel_destroy(worker->mel[k]);
        free(worker->mel);
        asc_spectrogram_destroy(worker->spectrogram);
    }
    for (int i = 0; frontend->frames && i < frontend->front->slots; i++)
        free(frontend->frames[i].values);
    asc_fft_destroy(frontend->convolution);
    free(frontend->worker);
    free(frontend->frames);
    free(frontend->arena);
    free(frontend->room);
    free(frontend->piece);
    free(frontend->position);
    free(frontend->count);
    free(frontend->segment);
    free(frontend->made);
    free(frontend);
}

AscFrontend *asc_frontend_create(const AscFeatures *features, AscStatus *status)
{
    if (!features->front) {
        bad_order(features, "they are made elsewhere, not from recordings", status);
        return NULL;
    }
    AscFrontend *made = calloc(1, sizeof *made);
    if (!made) {
        asc_status_memory(status, "features");
        return NULL;
    }
    made->features = features;
    made->front = features->front;
    made->hearing = as_it_is;
    made->clock = &made->front->clock[made->front->slot[features->slot].clock];
    if (!check_shape(made, status) || !make_parts(made, status) || !find_positions(made, status) ||
        !make_segment(made, status)) {
        asc_frontend_destroy(made);
        return NULL;
    }
    return made;
}

const AscSound *asc_frontend_sound(const AscFrontend *frontend)
{
    return &frontend->front->sound;
}

/* ---------------------------------------------------------------- computing */

static bool check_audio(const AscFrontend *frontend, const AscAudio *audio, AscStatus *status)
{
    const AscSound *sound = asc_frontend_sound(frontend);
    if (audio->channels == sound->channels && audio->rate == sound->rate && audio->frames > 0)
        return true;
    return asc_status_set(
        status, ASC_BAD_INPUT, "features %s want %d channels at %g Hz, not %d at %g Hz",
        frontend->features->name, sound->channels, sound->rate, audio->channels, audio->rate);
}

static bool compute(AscFrontend *frontend, const AscAudio *audio, AscMap *map, AscStatus *status)
{
    const AscFeatures *features = frontend->features;
    *map = (AscMap){ 0 };
    if (!check_audio(frontend, audio, status))
        return false;
    AscCut cut = asc_cut_audio(frontend, audio->frames);
    size_t frames = asc_clock_frames(frontend->clock, cut.length);
    if (frames > INT_MAX || cut.pieces > INT_MAX || frontend->size > INT_MAX)
        return asc_status_set(status, ASC_BAD_INPUT, "features %s: %zu frames are too many",
                              features->name, frames);
    if (!features->cut.length && frames != frontend->length)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "features %s: the recording gives %zu frames, the network takes %zu",
                              features->name, frames, frontend->length);
    *map = (AscMap){ .pieces = (int)cut.pieces,
                     .frames = (int)frames,
                     .size = (int)frontend->size,
                     .rate = (int)audio->source_rate };
    const size_t each = frames * frontend->size;
    map->values = malloc((asc_map_count(map) + 1) * sizeof *map->values);
    if (!map->values)
        return asc_status_memory(status, "the features of a recording");
    for (size_t piece = 0; piece < cut.pieces; piece++) {
        if (!asc_stages_run(frontend, audio, asc_cut_start(&cut, piece), cut.length, status)) {
            asc_map_free(map);
            return false;
        }
        memcpy(map->values + piece * each, frontend->frames[features->slot].values,
               each * sizeof *map->values);
    }
    return true;
}

/* ---------------------------------------------------------------- as it is heard */

void asc_frontend_tell(AscFrontend *frontend, const struct AscReport *report)
{
    frontend->report = report;
}

void asc_frontend_hear(AscFrontend *frontend, const AscHearing *hearing)
{
    frontend->hearing = hearing ? *hearing : as_it_is;
}

AscHash asc_frontend_key(const AscFrontend *frontend, AscHash key)
{
    const AscHearing *hearing = &frontend->hearing;
    if (hearing->response)
        key = asc_hash_add(key, &hearing->response->hash, sizeof hearing->response->hash);
    return hearing->gain == 1 ? key : asc_hash_add(key, &hearing->gain, sizeof hearing->gain);
}

/* The plan of the transform stays for the next recording. */
static bool plan(AscFrontend *frontend, AscStatus *status)
{
    const int size = frontend->hearing.response->fft;
    if (frontend->convolution && frontend->convolved == size)
        return true;
    asc_fft_destroy(frontend->convolution);
    frontend->convolution = asc_fft_create(size, status);
    frontend->convolved = size;
    return frontend->convolution != NULL;
}

/* A channel. */
static bool hear(AscFrontend *frontend, const double *from, size_t frames, double *to,
                 AscStatus *status)
{
    const AscHearing *hearing = &frontend->hearing;
    if (!hearing->response)
        memcpy(to, from, frames * sizeof *to);
    else if (!plan(frontend, status) ||
             !asc_response_apply(hearing->response, frontend->convolution, from, frames, to,
                                 status))
        return false;
    for (size_t i = 0; i < frames; i++)
        to[i] *= hearing->gain;
    return true;
}

bool asc_frontend_compute(AscFrontend *frontend, const AscAudio *audio, AscMap *map,
                          AscStatus *status)
{
    AscAudio heard = *audio;
    if (!frontend->hearing.response && frontend->hearing.gain == 1)
        return compute(frontend, audio, map, status);
    *map = (AscMap){ 0 };
    const size_t channels = (size_t)audio->channels;
    heard.samples = malloc((audio->frames * channels + 1) * sizeof *heard.samples);
    bool fine = heard.samples || asc_status_memory(status, "a recording");
    for (size_t c = 0; fine && c < channels; c++)
        fine = hear(frontend, audio->samples + c * audio->frames, audio->frames,
                    heard.samples + c * audio->frames, status);
    fine = fine && compute(frontend, &heard, map, status);
    free(heard.samples);
    return fine;
}
