/* segments.c: which parts of a recording become examples, and their normalisation. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "frontend_own.h"
#include "resample.h"

/* ---------------------------------------------------------------- where segments lie */

size_t asc_clock_frames(const AscClock *clock, size_t samples)
{
    if (!clock->hop)
        return samples;
    size_t span = (size_t)clock->span, length = samples + (clock->margins ? span / 2 * 2 : 0);
    return samples == 0 || length < span ? 0 : 1 + (length - span) / (size_t)clock->hop;
}

size_t asc_clock_samples(const AscClock *clock, size_t frames)
{
    size_t hop = (size_t)clock->hop;
    return !clock->hop      ? frames
           : clock->margins ? frames * hop
                            : (frames - 1) * hop + (size_t)clock->span;
}

/* `total` is what there is, `useful` what is worth another segment. */
static AscCut cut_whole(const AscSegment *segment, size_t total, size_t useful)
{
    size_t length = (size_t)segment->length, step = (size_t)segment->step;
    AscCut cut = { .pieces = 1, .length = length, .step = step, .total = useful };
    if (total < length) {
        cut.total = length;
        return cut;
    }
    cut.pieces = (total - length) / step + 1;
    size_t covered = (cut.pieces - 1) * step + length;
    if (covered < useful && segment->last != ASC_DROP) {
        cut.pieces++;
        cut.overlap = segment->last == ASC_OVERLAP;
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
    size_t extra = frontend->clock->margins;
    return cut_whole(&frontend->features->cut, frames, frames > extra ? frames - extra : frames);
}

AscCut asc_cut_audio(const AscFrontend *frontend, size_t count)
{
    const AscSegment *cut = &frontend->features->cut;
    if (frontend->front->cut.length)
        return cut_whole(&frontend->front->cut, count, count);
    size_t frames = asc_clock_frames(frontend->clock, count);
    size_t wanted = frontend->length, samples = count;
    if (frames >= wanted && cut->length && cut->last == ASC_PAD) {
        AscCut pieces = cut_frames(frontend, frames);
        wanted = (pieces.pieces - 1) * pieces.step + pieces.length;
    }
    if (frames < wanted && cut->length)
        samples = asc_clock_samples(frontend->clock, wanted);
    if (samples < count)
        samples = count;
    return (AscCut){ .pieces = 1, .length = samples, .step = samples, .total = samples };
}

bool asc_frontend_fits(const AscFrontend *frontend, const AscMap *map)
{
    const bool later = frontend->features->cut.length > 0;
    size_t frames = map->frames > 0 ? (size_t)map->frames : 0;
    if (map->size != (int)frontend->size || map->pieces < 1 ||
        (map->pieces > 1 && !frontend->front->cut.length))
        return false;
    return later ? frames >= frontend->length : frames == frontend->length;
}

int asc_frontend_segments(const AscFrontend *frontend, const AscMap *map)
{
    const AscSegment *segment = &frontend->features->cut;
    if (!segment->length)
        return map->pieces;
    AscCut cut = cut_frames(frontend, (size_t)map->frames);
    if (segment->last == ASC_PAD &&
        asc_cut_start(&cut, cut.pieces - 1) + cut.length > (size_t)map->frames)
        cut.pieces--;
    return (int)cut.pieces;
}

int asc_frontend_foretell(const AscFrontend *frontend, size_t frames, double rate)
{
    const AscSound *wanted = asc_frontend_sound(frontend);
    AscMap map = { 0 };

    frames = asc_resampled_frames(frames, rate, wanted->rate, wanted->resample);
    if (frames == 0 || frames > INT_MAX)
        return 0;
    AscCut cut = asc_cut_audio(frontend, frames);
    map.frames = (int)asc_clock_frames(frontend->clock, cut.length);
    map.pieces = (int)cut.pieces;
    map.size = (int)frontend->size;
    return asc_frontend_fits(frontend, &map) ? asc_frontend_segments(frontend, &map) : 0;
}

/* ---------------------------------------------------------------- segments */

size_t asc_segment_start(const AscFrontend *frontend, size_t frames, int index)
{
    if (!frontend->features->cut.length)
        return (size_t)index * frames;
    AscCut cut = cut_frames(frontend, frames);
    return asc_cut_start(&cut, (size_t)index);
}

static void normalise(const AscFrontend *frontend, const AscStatistics *statistics,
                      const real *from, real *to)
{
    for (size_t t = 0; t < frontend->length; t++)
        for (size_t i = 0; i < frontend->size; i++) {
            const int p = frontend->position[i];
            const double x = (double)*from++;
            *to++ = (real)(statistics ? (x - statistics->mean[p]) / statistics->deviation[p] : x);
        }
}

static void run_after(AscFrontend *frontend, size_t made)
{
    const AscStage *stage = frontend->features->after;
    const real *in[ASC_MOST_SLOTS];
    size_t step[ASC_MOST_SLOTS] = { 0 };
    for (int i = 0; i < stage->ins; i++) {
        const bool given = stage->in[i] < 0;
        in[i] = given ? frontend->segment : frontend->frames[stage->in[i]].values;
        step[i] = given ? frontend->size : 0;
    }
    asc_frames_run(frontend, stage, in, &frontend->made, step, &made, frontend->length);
}

/* Frames become [before the time][time][behind it]. */
static void place(const AscFrontend *frontend, const real *frames, real *to)
{
    const AscShape *shape = &frontend->features->shape;
    size_t inner = 1, outer = 1;
    for (int i = 0; i < shape->rank; i++)
        if (i != frontend->features->time_axis)
            *(i < frontend->features->time_axis ? &outer : &inner) *= (size_t)shape->axis[i].size;
    for (size_t o = 0; o < outer; o++)
        for (size_t t = 0; t < frontend->length; t++, to += inner)
            memcpy(to, frames + (t * outer + o) * inner, inner * sizeof *to);
}

void asc_frontend_segment(AscFrontend *frontend, const AscMap *map, const AscStatistics *statistics,
                          int index, real *to)
{
    const AscFeatures *features = frontend->features;
    const real *frames = asc_map_frames(map,
                                        asc_segment_start(frontend, (size_t)map->frames, index),
                                        frontend->length, frontend->segment);
    if (features->normalized) {
        normalise(frontend, statistics, frames, frontend->segment);
        frames = frontend->segment;
    }
    if (features->after) {
        run_after(frontend, asc_shape_reals(&features->shape) / frontend->length);
        frames = frontend->made;
    }
    place(frontend, frames, to);
}

/* ---------------------------------------------------------------- statistics */

int asc_frontend_positions(const AscFrontend *frontend)
{
    return frontend->positions;
}

bool asc_frontend_gather(const AscFrontend *frontend, const AscMap *map, AscMoments *moments,
                         AscStatus *status)
{
    const size_t frames = (size_t)map->frames, size = (size_t)map->size;
    real *room = map->half ? malloc((frames * size + 1) * sizeof *room) : NULL;
    if (map->half && !room)
        return asc_status_memory(status, "statistics");
    for (size_t n = 0; n < (size_t)map->pieces; n++) {
        const real *piece = asc_map_frames(map, n * frames, frames, room);
        for (size_t i = 0; i < size; i++)
            asc_moments_add(moments, frontend->position[i], piece + i, frames, size);
    }
    free(room);
    return true;
}
