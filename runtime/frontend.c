/* frontend.c: runs the stages of AscFeatures over a recording; segments.c cuts what comes out. */
#include "frontend.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "fft.h"
#include "frontend_own.h"
#include "segments_own.h"

/* ---------------------------------------------------------------- maps */

size_t asc_map_count(const AscMap *map)
{
    return (size_t)map->pieces * (size_t)map->channels * (size_t)map->bins * (size_t)map->frames;
}

void asc_map_free(AscMap *map)
{
    free(map->values);
    map->values = NULL;
}

/* ---------------------------------------------------------------- creation */

static bool bad_order(const AscFeatures *features, const char *what, AscStatus *status)
{
    return asc_status_set(status, ASC_BAD_INPUT, "features %s: %s", features->name, what);
}

/* Notes where each stage is; false: they can't follow each other like this. */
static bool read_stages(AscFrontend *made, AscStatus *status)
{
    const AscFeatures *features = made->features;
    made->last_map = features->stages;
    for (int i = 0; i < features->stages; i++) {
        const AscStage *stage = &features->stage[i];
        if ((stage->kind == ASC_AUDIO) != (i == 0))
            return bad_order(features, "`audio` must be the first stage, once", status);
        if (stage->kind == ASC_AUDIO) {
            made->audio = stage;
        } else if (stage->kind == ASC_SPECTROGRAM) {
            if (made->spectrum || made->maps || made->normalize || made->cut_after)
                return bad_order(features, "`spectrogram` must follow the audio", status);
            made->spectrum = stage;
        } else if (stage->kind == ASC_MEL) {
            if (!made->spectrum || made->filters || made->maps || made->normalize ||
                made->cut_after)
                return bad_order(features, "`mel` must follow `spectrogram`", status);
            made->filters = stage;
        } else if (stage->kind == ASC_SEGMENT) {
            if (made->cut_before || made->cut_after)
                return bad_order(features, "there are two `segment` stages", status);
            if (made->spectrum || made->maps || made->normalize)
                made->cut_after = stage;
            else
                made->cut_before = stage;
        } else if (stage->kind == ASC_NORMALIZE) {
            if (made->normalize)
                return bad_order(features, "there are two `normalize` stages", status);
            made->normalize = stage;
            made->last_map = i;
        } else {
            made->maps = true;
        }
    }
    return made->audio || bad_order(features, "there is no `audio` stage", status);
}

static bool make_parts(AscFrontend *made, AscStatus *status)
{
    const AscStage *spectrum = made->spectrum, *filters = made->filters;
    made->rows = 1;
    if (spectrum) {
        bool snipped = filters && filters->as.mel.mel_triangles;
        made->spectrogram = asc_spectrogram_create(spectrum, snipped, status);
        if (!made->spectrogram)
            return false;
        made->rows = asc_spectrogram_bins(made->spectrogram);
    }
    if (filters) {
        made->mel = asc_mel_create(filters, made->audio->as.audio.rate,
                                   spectrum->as.spectrogram.fft, status);
        if (!made->mel)
            return false;
        made->rows = filters->as.mel.mels;
    }
    return true;
}

/* Finds the axes in the shape the network was compiled for; false: there can't be such a shape. */
static bool read_axes(AscFrontend *made)
{
    const AscShape *shape = &made->features->shape;
    int rank = made->spectrum ? 3 : 2;
    made->channel_axis = shape->rank == rank ? 0 : -1;
    made->row_axis = made->spectrum ? 1 : -1;
    made->time_axis = shape->rank == rank ? rank - 1 : 0;
    return shape->rank == rank || (shape->rank == rank - 1 && made->audio->as.audio.channels == 1);
}

/* Compares the stages with the shape the network was compiled for. */
static bool check_shape(AscFrontend *made, AscStatus *status)
{
    const AscShape *shape = &made->features->shape;
    size_t length = read_axes(made) ? (size_t)shape->axis[made->time_axis].size : 0;
    made->length = length;
    if (made->cut_after && length != (size_t)made->cut_after->as.segment.length)
        length = 0;
    if (made->cut_before) {
        size_t samples = (size_t)made->cut_before->as.segment.length;
        if (length !=
            (made->spectrogram ? asc_spectrogram_frames(made->spectrogram, samples) : samples))
            length = 0;
    }
    if (length == 0 ||
        (made->channel_axis == 0 && shape->axis[0].size != made->audio->as.audio.channels) ||
        (made->row_axis == 1 && shape->axis[1].size != made->rows))
        return bad_order(made->features, "the stages don't give the input's shape", status);
    const AscStage *cut = made->cut_before ? made->cut_before : made->cut_after;
    if (cut && (cut->as.segment.length < 1 || cut->as.segment.step < 1))
        return bad_order(made->features, "a segment's length and step must be at least 1", status);
    if (made->normalize && made->normalize->as.normalize.axis >= shape->rank)
        return bad_order(made->features, "`normalize` names an axis that is not there", status);
    return true;
}

void asc_frontend_destroy(AscFrontend *frontend)
{
    if (frontend) {
        asc_spectrogram_destroy(frontend->spectrogram);
        asc_mel_destroy(frontend->mel);
        free(frontend->piece);
        free(frontend->work);
        free(frontend->segment);
        free(frontend);
    }
}

AscFrontend *asc_frontend_create(const AscFeatures *features, AscStatus *status)
{
    AscFrontend *made = calloc(1, sizeof *made);
    if (!made) {
        asc_status_memory(status, "features");
        return NULL;
    }
    made->features = features;
    bool fine = read_stages(made, status) && make_parts(made, status) && check_shape(made, status);
    if (fine) {
        made->segment_count = (size_t)made->audio->as.audio.channels * (size_t)made->rows *
                              made->length;
        made->segment = malloc(made->segment_count * sizeof *made->segment);
        fine = made->segment || asc_status_memory(status, "features");
    }
    if (!fine) {
        asc_frontend_destroy(made);
        return NULL;
    }
    return made;
}

double asc_frontend_rate(const AscFrontend *frontend)
{
    return frontend->audio->as.audio.rate;
}

int asc_frontend_channels(const AscFrontend *frontend)
{
    return frontend->audio->as.audio.channels;
}

/* ---------------------------------------------------------------- computing */

typedef struct Target { /* where the frames of one channel go: [rows][frames] */
    const AscFrontend *frontend;
    double *to;
    size_t frames;
} Target;

static void take_frames(void *context, const double *power, size_t first, size_t count)
{
    const Target *target = context;
    if (target->frontend->mel) {
        asc_mel_run(target->frontend->mel, power, target->to + first, target->frames, count);
        return;
    }
    for (int row = 0; row < target->frontend->rows; row++)
        memcpy(target->to + (size_t)row * target->frames + first, power + row * ASC_FFT_LANES,
               count * sizeof *power);
}

static bool reserve(double **array, size_t *room, size_t count, AscStatus *status)
{
    if (count <= *room)
        return true;
    free(*array);
    *array = count <= SIZE_MAX / sizeof **array ? malloc(count * sizeof **array) : NULL;
    *room = *array ? count : 0;
    return *array || asc_status_memory(status, "the features of a recording");
}

/* A piece of a channel is samples first .. first + length - 1, zeros where the recording has
 * ended. */
static bool compute_piece(AscFrontend *frontend, const AscAudio *audio, int channel, size_t first,
                          size_t length, Target target, AscStatus *status)
{
    size_t left = first < audio->frames ? audio->frames - first : 0;
    const double *samples = audio->samples + (size_t)channel * audio->frames + first;
    if (left < length) {
        memcpy(frontend->piece, samples, left * sizeof *samples);
        memset(frontend->piece + left, 0, (length - left) * sizeof *samples);
        samples = frontend->piece;
    }
    if (!frontend->spectrogram) {
        memcpy(target.to, samples, length * sizeof *samples);
        return true;
    }
    return asc_spectrogram_run(frontend->spectrogram, samples, length, take_frames, &target,
                               status);
}

static void apply_maps(const AscFrontend *frontend, double *piece, size_t count)
{
    for (int i = 0; i < frontend->last_map; i++)
        if (frontend->features->stage[i].kind == ASC_MAP)
            frontend->features->stage[i].as.map.apply(piece, count);
}

/* Fills frontend->work [pieces][channels][rows][frames]. */
static bool compute_pieces(AscFrontend *frontend, const AscAudio *audio, const AscCut *cut,
                           size_t frames, AscStatus *status)
{
    size_t channels = (size_t)audio->channels, plane = (size_t)frontend->rows * frames;
    if (!reserve(&frontend->piece, &frontend->piece_room, cut->length, status) ||
        !reserve(&frontend->work, &frontend->work_room, cut->pieces * channels * plane, status))
        return false;
    double *to = frontend->work;
    for (size_t piece = 0; piece < cut->pieces; piece++) {
        for (int channel = 0; channel < audio->channels; channel++) {
            Target target = { frontend, to + (size_t)channel * plane, frames };
            if (!compute_piece(frontend, audio, channel, asc_cut_start(cut, piece), cut->length,
                               target, status))
                return false;
        }
        apply_maps(frontend, to, channels * plane);
        to += channels * plane;
    }
    return true;
}

static bool check_audio(const AscFrontend *frontend, const AscAudio *audio, AscStatus *status)
{
    if (audio->channels == asc_frontend_channels(frontend) &&
        audio->rate == asc_frontend_rate(frontend) && audio->frames > 0)
        return true;
    return asc_status_set(status, ASC_BAD_INPUT,
                          "features %s want %d channels at %g Hz, not %d at %g Hz",
                          frontend->features->name, asc_frontend_channels(frontend),
                          asc_frontend_rate(frontend), audio->channels, audio->rate);
}

bool asc_frontend_compute(AscFrontend *frontend, const AscAudio *audio, AscMap *map,
                          AscStatus *status)
{
    *map = (AscMap){ 0 };
    if (!check_audio(frontend, audio, status))
        return false;
    AscCut cut = asc_cut_audio(frontend, audio->frames);
    size_t frames = frontend->spectrogram
                        ? asc_spectrogram_frames(frontend->spectrogram, cut.length)
                        : cut.length;
    if (frames > INT_MAX || cut.pieces > INT_MAX)
        return asc_status_set(status, ASC_BAD_INPUT, "features %s: %zu frames are too many",
                              frontend->features->name, frames);
    if (!frontend->cut_before && !frontend->cut_after && frames != frontend->length)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "features %s: the recording gives %zu frames, the network takes %zu",
                              frontend->features->name, frames, frontend->length);
    if (!compute_pieces(frontend, audio, &cut, frames, status))
        return false;
    *map = (AscMap){ (int)cut.pieces, audio->channels, frontend->rows, (int)frames, NULL };
    size_t count = asc_map_count(map);
    map->values = malloc(count * sizeof *map->values);
    if (!map->values)
        return asc_status_memory(status, "the features of a recording");
    for (size_t i = 0; i < count; i++)
        map->values[i] = (real)frontend->work[i];
    return true;
}
