/* segments.c: which parts of a recording become examples, and their normalisation. */
#include <string.h>

#include "segments_own.h"

/* ---------------------------------------------------------------- where segments lie */

/* `total` is what there is, `useful` what is worth another segment. */
static AscCut cut_whole(const AscStage *stage, size_t total, size_t useful)
{
    size_t length = (size_t)stage->as.segment.length, step = (size_t)stage->as.segment.step;
    AscCut cut = { .pieces = 1, .length = length, .step = step, .total = useful };
    if (total < length) {
        cut.total = length;
        return cut;
    }
    cut.pieces = (total - length) / step + 1;
    size_t covered = (cut.pieces - 1) * step + length;
    if (covered < useful && stage->as.segment.last != ASC_DROP) {
        cut.pieces++;
        cut.overlap = stage->as.segment.last == ASC_OVERLAP;
    }
    return cut;
}

size_t asc_cut_start(const AscCut *cut, size_t piece)
{
    return cut->overlap && piece + 1 == cut->pieces ? cut->total - cut->length : piece * cut->step;
}

/* A frame that is centred on the very end of the recording does not begin another segment: 10 s are
 * 501 centred frames 20 ms apart, and five segments of 100. */
static AscCut cut_frames(const AscFrontend *frontend, size_t frames)
{
    size_t extra = frontend->spectrogram && asc_spectrogram_centred(frontend->spectrogram);
    return cut_whole(frontend->cut_after, frames, frames > extra ? frames - extra : frames);
}

/* The samples after which `frames` frames are there. */
static size_t samples_for(const AscFrontend *frontend, size_t frames)
{
    return frontend->spectrogram ? asc_spectrogram_samples(frontend->spectrogram, frames) : frames;
}

AscCut asc_cut_audio(const AscFrontend *frontend, size_t count)
{
    if (frontend->cut_before)
        return cut_whole(frontend->cut_before, count, count);
    size_t frames = frontend->spectrogram ? asc_spectrogram_frames(frontend->spectrogram, count)
                                          : count;
    size_t wanted = frontend->length, samples = count;
    if (frames >= wanted && frontend->cut_after &&
        frontend->cut_after->as.segment.last == ASC_PAD) {
        AscCut cut = cut_frames(frontend, frames);
        wanted = (cut.pieces - 1) * cut.step + cut.length;
    }
    if (frames < wanted && frontend->cut_after)
        samples = samples_for(frontend, wanted);
    if (samples < count)
        samples = count;
    return (AscCut){ .pieces = 1, .length = samples, .step = samples, .total = samples };
}

bool asc_frontend_fits(const AscFrontend *frontend, const AscMap *map)
{
    bool whole = map->channels == asc_frontend_channels(frontend) && map->bins == frontend->rows;
    size_t frames = map->frames > 0 ? (size_t)map->frames : 0;
    if (frontend->cut_after)
        return whole && map->pieces == 1 && frames >= frontend->length;
    return whole && map->pieces >= 1 && (frontend->cut_before || map->pieces == 1) &&
           frames == frontend->length;
}

int asc_frontend_segments(const AscFrontend *frontend, const AscMap *map)
{
    if (!frontend->cut_after)
        return map->pieces;
    AscCut cut = cut_frames(frontend, (size_t)map->frames);
    if (frontend->cut_after->as.segment.last == ASC_PAD &&
        asc_cut_start(&cut, cut.pieces - 1) + cut.length > (size_t)map->frames)
        cut.pieces--;
    return (int)cut.pieces;
}

/* ---------------------------------------------------------------- segments */

/* Copies the frames of a segment to frontend->segment [channels][rows][length]. */
static void copy_segment(const AscFrontend *frontend, const AscMap *map, int index)
{
    size_t rows = (size_t)map->channels * (size_t)map->bins, frames = (size_t)map->frames;
    size_t start = 0, piece = (size_t)index;
    if (frontend->cut_after) {
        AscCut cut = cut_frames(frontend, frames);
        start = asc_cut_start(&cut, (size_t)index);
        piece = 0;
    }
    const real *from = map->values + piece * rows * frames + start;
    double *to = frontend->segment;
    for (size_t row = 0; row < rows; row++, from += frames)
        for (size_t i = 0; i < frontend->length; i++)
            *to++ = (double)from[i];
}

/* The position, for the normalised axis, of a row of [channels][rows]; -1: of every frame its
 * own. */
static int position_of_row(const AscFrontend *frontend, size_t row)
{
    int axis = frontend->normalize->as.normalize.axis;
    if (axis < 0)
        return 0;
    if (axis == frontend->time_axis)
        return -1;
    return axis == frontend->channel_axis ? (int)(row / (size_t)frontend->rows)
                                          : (int)(row % (size_t)frontend->rows);
}

static void normalise(AscFrontend *frontend, const AscStatistics *statistics)
{
    size_t length = frontend->length;
    for (size_t row = 0; row * length < frontend->segment_count; row++) {
        double *x = frontend->segment + row * length;
        int position = position_of_row(frontend, row);
        for (size_t i = 0; i < length; i++) {
            int p = position < 0 ? (int)i : position;
            x[i] = (x[i] - statistics->mean[p]) / statistics->deviation[p];
        }
    }
}

void asc_frontend_segment(AscFrontend *frontend, const AscMap *map, const AscStatistics *statistics,
                          int index, real *to)
{
    const AscFeatures *features = frontend->features;
    copy_segment(frontend, map, index);
    if (frontend->normalize && statistics)
        normalise(frontend, statistics);
    for (int i = frontend->last_map; i < features->stages; i++)
        if (features->stage[i].kind == ASC_MAP)
            features->stage[i].as.map.apply(frontend->segment, frontend->segment_count);
    size_t length = frontend->length, rows = frontend->segment_count / length;
    bool frames_first = frontend->channel_axis < 0 && frontend->row_axis > 0;
    for (size_t row = 0; row < rows; row++)
        for (size_t i = 0; i < length; i++)
            to[frames_first ? i * rows + row : row * length + i] =
                (real)frontend->segment[row * length + i];
}

/* ---------------------------------------------------------------- statistics */

int asc_frontend_positions(const AscFrontend *frontend)
{
    if (!frontend->normalize)
        return 0;
    int axis = frontend->normalize->as.normalize.axis;
    return axis < 0 ? 1 : frontend->features->shape.axis[axis].size;
}

void asc_frontend_gather(const AscFrontend *frontend, const AscMap *map, AscMoments *moments)
{
    size_t rows = (size_t)map->channels * (size_t)map->bins, frames = (size_t)map->frames;
    for (size_t i = 0; i < (size_t)map->pieces * rows; i++) {
        const real *row = map->values + i * frames;
        int position = position_of_row(frontend, i % rows);
        if (position >= 0)
            asc_moments_add(moments, position, row, frames);
        for (size_t t = 0; position < 0 && t < frames; t++)
            asc_moments_add(moments, (int)(t % frontend->length), row + t, 1);
    }
}
