/* live.c: runs the stages over the part of the sound that a segment depends on: its frames and those
 * around it that a window or a context reaches.  Parts begin at multiples of the hop, so that frames lie
 * where those of the whole recording do. */
#include "live.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "frontend_own.h"

struct AscLive {
    AscFrontend *frontend;
    size_t before, after; /* frames around a segment that its features depend on */
    double *samples;      /* [channels][room]: from sample `dropped` on */
    size_t room, held, dropped;
    size_t next;   /* segment */
    size_t all;    /* segments of the whole; known when it has ended */
    size_t length; /* samples of the whole, with zeros behind them where it is short */
    bool ended;
};

/* ---------------------------------------------------------------- creation */

static bool refuse(const AscFeatures *features, const char *why, AscStatus *status)
{
    return asc_status_set(status, ASC_BAD_INPUT, "features %s can't be streamed: %s",
                          features->name, why);
}

/* Adds up what contexts reach; finds stages that look at the whole recording. */
static bool check_stages(AscLive *live, AscStatus *status)
{
    const AscFrontend *frontend = live->frontend;
    const AscFeatures *features = frontend->features;
    const AscFront *front = frontend->front;
    for (int i = 0; i < front->stages; i++) {
        const AscStage *stage = &front->stage[i];
        if (!frontend->worker[i].wanted || front->cut.length)
            continue;
        if (stage->kind == ASC_NEIGHBOURS)
            return refuse(features, "the nearest-neighbour filter needs the whole recording",
                          status);
        if (stage->kind == ASC_CLIP)
            return refuse(features, "a sum, mean or maximum over time needs the whole recording",
                          status);
        if (stage->kind == ASC_CONTEXT) {
            live->before += (size_t)stage->as.context.before;
            live->after += (size_t)stage->as.context.after;
        }
        const int clock = front->slot[stage->out[0]].clock;
        if (clock > 0 && front->clock[clock].hop != frontend->clock->hop)
            return refuse(features, "they have spectrograms of different hops", status);
    }
    return front->cut.length || features->cut.length ||
           refuse(features, "without `segment`, they are those of the whole recording", status);
}

/* Frames at the edge of a part that its margin of zeros reaches. */
static void add_margins(AscLive *live)
{
    const AscFront *front = live->frontend->front;
    size_t most = 0;
    for (int i = 1; i < front->clocks; i++) {
        const AscClock *clock = &front->clock[i];
        size_t frames = clock->margins && clock->hop > 0
                            ? ((size_t)clock->span / 2 + (size_t)clock->hop - 1) /
                                  (size_t)clock->hop
                            : 0;
        most = frames > most ? frames : most;
    }
    live->before += most;
    live->after += most;
}

AscLive *asc_live_create(const AscFeatures *features, AscStatus *status)
{
    AscLive *live = calloc(1, sizeof *live);
    if (!live) {
        asc_status_memory(status, "a stream");
        return NULL;
    }
    live->frontend = asc_frontend_create(features, status);
    if (!live->frontend || !check_stages(live, status)) {
        asc_live_destroy(live);
        return NULL;
    }
    add_margins(live);
    return live;
}

void asc_live_destroy(AscLive *live)
{
    if (!live)
        return;
    asc_frontend_destroy(live->frontend);
    free(live->samples);
    free(live);
}

/* ---------------------------------------------------------------- sound */

/* Room for `more` samples of each channel, with zeros behind them up to the room's end. */
static bool make_room(AscLive *live, size_t more, AscStatus *status)
{
    const size_t channels = (size_t)live->frontend->front->sound.channels;
    size_t room = live->room ? live->room : 1 << 16;
    while (room < live->held + more)
        room *= 2;
    if (room == live->room)
        return true;
    double *samples = calloc(room * channels, sizeof *samples);
    if (!samples)
        return asc_status_memory(status, "a stream");
    for (size_t c = 0; c < channels && live->held > 0; c++)
        memcpy(samples + c * room, live->samples + c * live->room, live->held * sizeof *samples);
    free(live->samples);
    live->samples = samples;
    live->room = room;
    return true;
}

/* Forgets samples before `first`. */
static void drop(AscLive *live, size_t first)
{
    const size_t gone = first > live->dropped ? first - live->dropped : 0;
    if (gone == 0 || gone < live->held / 2)
        return;
    const size_t left = live->held > gone ? live->held - gone : 0;
    for (size_t c = 0; c < (size_t)live->frontend->front->sound.channels; c++) {
        double *channel = live->samples + c * live->room;
        memmove(channel, channel + gone, left * sizeof *channel);
        memset(channel + left, 0, (live->room - left) * sizeof *channel);
    }
    live->held = left;
    live->dropped += gone;
}

bool asc_live_put(AscLive *live, const double *samples, size_t frames, AscStatus *status)
{
    const size_t channels = (size_t)live->frontend->front->sound.channels;
    if (!make_room(live, frames, status))
        return false;
    for (size_t c = 0; c < channels; c++)
        for (size_t i = 0; i < frames; i++)
            live->samples[c * live->room + live->held + i] = samples[i * channels + c];
    live->held += frames;
    return true;
}

void asc_live_end(AscLive *live)
{
    const AscFrontend *frontend = live->frontend;
    const size_t samples = live->dropped + live->held;
    live->ended = true;
    if (samples == 0)
        return;
    AscCut cut = asc_cut_audio(frontend, samples);
    AscMap whole = { .pieces = (int)cut.pieces,
                     .frames = (int)asc_clock_frames(frontend->clock, cut.length),
                     .size = (int)frontend->size };
    live->length = frontend->front->cut.length ? samples : cut.length;
    live->all = (size_t)asc_frontend_segments(frontend, &whole);
}

/* ---------------------------------------------------------------- segments */

/* Where a segment's part of the sound begins and ends, and its frames in there. */
typedef struct Part {
    size_t first, length; /* samples */
    size_t skip;          /* frames before those of the segment */
    double ends;          /* s */
} Part;

/* A segment of samples. */
static Part find_piece(const AscLive *live)
{
    const AscSegment *segment = &live->frontend->front->cut;
    Part part = { .first = live->next * (size_t)segment->step, .length = (size_t)segment->length };
    if (live->ended) {
        AscCut cut = asc_cut_audio(live->frontend, live->dropped + live->held);
        part.first = asc_cut_start(&cut, live->next);
    }
    part.ends = (double)(part.first + part.length) / live->frontend->front->sound.rate;
    return part;
}

/* A segment of frames.  At the end of the sound the part is all that is left, as margins and contexts
 * at the end of a recording differ from those between. */
static Part find_frames(const AscLive *live)
{
    const AscFrontend *frontend = live->frontend;
    const AscClock *clock = frontend->clock;
    const size_t hop = clock->hop ? (size_t)clock->hop : 1;
    size_t start = live->next * (size_t)frontend->features->cut.step;
    if (live->ended)
        start = asc_segment_start(frontend, asc_clock_frames(clock, live->length), (int)live->next);
    const size_t from = start > live->before ? start - live->before : 0;
    const size_t last = start + frontend->length - 1 + live->after;
    Part part = { .first = from * hop, .skip = start - from };
    size_t end = last * hop + (clock->hop ? (size_t)clock->span : 1);
    if (live->ended && end > live->length)
        end = live->length;
    part.length = end - part.first;
    part.ends = (double)((start + frontend->length) * hop) / frontend->front->sound.rate;
    return part;
}

static bool run(AscLive *live, const Part *part, const AscStatistics *statistics, real *to,
                AscStatus *status)
{
    AscFrontend *frontend = live->frontend;
    const size_t first = part->first - live->dropped;
    if (first + part->length > live->held &&
        !make_room(live, first + part->length - live->held, status))
        return false;
    const AscAudio audio = { .rate = frontend->front->sound.rate,
                             .channels = frontend->front->sound.channels,
                             .frames = live->room,
                             .samples = live->samples };
    if (!asc_stages_run(frontend, &audio, first, part->length, status))
        return false;
    AscFrames *made = &frontend->frames[frontend->features->slot];
    AscMap map = { .pieces = 1,
                   .frames = (int)frontend->length,
                   .size = (int)frontend->size,
                   .values = made->values + part->skip * frontend->size };
    asc_frontend_segment(frontend, &map, statistics, 0, to);
    return true;
}

bool asc_live_next(AscLive *live, const AscStatistics *statistics, real *to, double *ends,
                   AscStatus *status)
{
    if (status)
        asc_status_clear(status);
    if (live->ended && live->next >= live->all)
        return false;
    const Part part = live->frontend->front->cut.length ? find_piece(live) : find_frames(live);
    if (!live->ended && part.first + part.length > live->dropped + live->held)
        return false;
    if (!run(live, &part, statistics, to, status))
        return false;
    *ends = part.ends;
    live->next++;
    /* The last segment may reach back by nearly its length. */
    const size_t whole = part.length;
    drop(live, part.first > whole ? part.first - whole : 0);
    return true;
}
