/* stages.c: runs the stages of a features section over a piece of audio, from slot to slot. */
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "fft.h"
#include "frontend_own.h"
#include "report.h"

bool asc_frames_reserve(AscFrames *frames, size_t count, size_t size, AscStatus *status)
{
    const size_t wanted = (count + 2 * ASC_TILE) * size;
    frames->count = count;
    if (wanted <= frames->room)
        return true;
    free(frames->values);
    frames->values = asc_batch_memory(wanted * sizeof(real));
    frames->room = frames->values ? wanted : 0;
    return frames->values || asc_status_memory(status, "the features of a recording");
}

/* ---------------------------------------------------------------- programs */

void asc_frames_run(AscFrontend *frontend, const AscStage *stage, const real *const *in,
                    real *const *out, const size_t *in_step, const size_t *out_step, size_t frames)
{
    const real *from[ASC_MOST_SLOTS];
    real *to[ASC_MOST_SLOTS];
    for (size_t first = 0; first < frames; first += ASC_BLOCK) {
        const size_t left = frames - first;
        for (int i = 0; i < stage->ins; i++)
            from[i] = in[i] + first * in_step[i];
        for (int i = 0; i < stage->outs; i++)
            to[i] = out[i] + first * out_step[i];
        AscCall call = { .examples = left < ASC_BLOCK ? (int)left : ASC_BLOCK,
                         .capacity = ASC_BLOCK,
                         .input = from,
                         .frames = to,
                         .arena = frontend->arena,
                         .room = frontend->room,
                         .threads = frontend->threads };
        stage->as.program.run(&call, NULL);
    }
}

static bool run_program(AscFrontend *frontend, const AscStage *stage, AscStatus *status)
{
    const AscFront *front = frontend->front;
    const real *in[ASC_MOST_SLOTS];
    real *out[ASC_MOST_SLOTS];
    size_t in_step[ASC_MOST_SLOTS], out_step[ASC_MOST_SLOTS], frames = 1;
    for (int i = 0; i < stage->ins; i++) {
        const AscSlot *slot = &front->slot[stage->in[i]];
        const AscFrames *given = &frontend->frames[stage->in[i]];
        in[i] = given->values;
        in_step[i] = slot->clock < 0 ? 0 : slot->size;
    }
    for (int i = 0; i < stage->outs; i++) {
        const AscSlot *slot = &front->slot[stage->out[i]];
        size_t count = slot->clock < 0 ? 1 : frontend->count[slot->clock];
        if (!asc_frames_reserve(&frontend->frames[stage->out[i]], count, slot->size, status))
            return false;
        out[i] = frontend->frames[stage->out[i]].values;
        out_step[i] = slot->clock < 0 ? 0 : slot->size;
        frames = count > frames ? count : frames;
    }
    asc_frames_run(frontend, stage, in, out, in_step, out_step, frames);
    return true;
}

/* ---------------------------------------------------------------- spectrograms */

typedef struct Target { /* where the frames of one channel go */
    const AscFrontend *frontend;
    const AscStage *stage;
    const AscWorker *worker;
    size_t channel;
    real *energy; /* [bands][lanes] */
    size_t frames;
} Target;

static void put_frames(const Target *target, int bank, const real *value, size_t rows, size_t first,
                       size_t count)
{
    const int slot = target->stage->out[bank];
    const size_t size = target->frontend->front->slot[slot].size;
    real *to = target->frontend->frames[slot].values + first * size + target->channel * rows;
    for (size_t lane = 0; lane < count; lane++, to += size)
        for (size_t row = 0; row < rows; row++)
            to[row] = value[row * ASC_FFT_LANES + lane];
}

static void take_frames(void *context, const real *power, size_t first, size_t count)
{
    const Target *target = context;
    const AscStage *stage = target->stage;
    for (int k = 0; k < stage->outs; k++) {
        const AscBank *bank = &stage->as.spectrogram.bank[k];
        const real *value = power;
        size_t rows = (size_t)stage->as.spectrogram.fft / 2 + 1;
        if (bank->mels) {
            asc_mel_run(target->worker->mel[k], power, target->energy, ASC_FFT_LANES, count);
            value = target->energy;
            rows = (size_t)bank->mels;
        }
        put_frames(target, k, value, rows, first, count);
    }
    asc_report_job(target->frontend->report, "features", "frames", (long)(first + count),
                   (long)target->frames);
}

static real *energies(const AscStage *stage)
{
    size_t most = 1;
    for (int k = 0; k < stage->outs; k++)
        if ((size_t)stage->as.spectrogram.bank[k].mels > most)
            most = (size_t)stage->as.spectrogram.bank[k].mels;
    return malloc(most * ASC_FFT_LANES * sizeof(real));
}

/* Samples first .. first + length - 1 of a channel, zeros where the recording has ended. */
static const double *take_piece(AscFrontend *frontend, const AscAudio *audio, int channel,
                                size_t first, size_t length)
{
    const double *samples = audio->samples + (size_t)channel * audio->frames + first;
    const size_t left = first < audio->frames ? audio->frames - first : 0;
    if (left >= length)
        return samples;
    memcpy(frontend->piece, samples, left * sizeof *samples);
    memset(frontend->piece + left, 0, (length - left) * sizeof *samples);
    return frontend->piece;
}

static bool run_spectrogram(AscFrontend *frontend, const AscStage *stage, const AscWorker *worker,
                            const AscAudio *audio, size_t first, size_t length, AscStatus *status)
{
    const size_t frames = frontend->count[stage->as.spectrogram.clock];
    Target target = { frontend, stage, worker, 0, energies(stage), frames };
    bool fine = target.energy || asc_status_memory(status, "the features of a recording");
    for (int k = 0; k < stage->outs && fine; k++)
        fine = asc_frames_reserve(&frontend->frames[stage->out[k]], frames,
                                  frontend->front->slot[stage->out[k]].size, status);
    for (int channel = 0; channel < audio->channels && fine; channel++) {
        const double *samples = take_piece(frontend, audio, channel, first, length);
        target.channel = (size_t)channel;
        fine = asc_spectrogram_run(worker->spectrogram, samples, length, frames, take_frames,
                                   &target, status);
    }
    free(target.energy);
    return fine;
}

/* Where the samples themselves are wanted they are slot 0 of clock 0 that no stage makes. */
static bool put_samples(AscFrontend *frontend, const AscAudio *audio, size_t first, size_t length,
                        AscStatus *status)
{
    const int slot = frontend->front->audio;
    if (slot < 0)
        return true;
    const size_t channels = (size_t)audio->channels;
    AscFrames *to = &frontend->frames[slot];
    if (!asc_frames_reserve(to, length, channels, status))
        return false;
    for (size_t c = 0; c < channels; c++) {
        const double *samples = take_piece(frontend, audio, (int)c, first, length);
        for (size_t i = 0; i < length; i++)
            to->values[i * channels + c] = (real)samples[i];
    }
    return true;
}

/* ---------------------------------------------------------------- what looks across frames */

static bool run_context(AscFrontend *frontend, const AscStage *stage, AscStatus *status)
{
    const size_t size = frontend->front->slot[stage->in[0]].size;
    const AscFrames *from = &frontend->frames[stage->in[0]];
    AscFrames *to = &frontend->frames[stage->out[0]];
    const size_t before = (size_t)stage->as.context.before, after = (size_t)stage->as.context.after;
    if (!asc_frames_reserve(to, from->count + before + after, size, status))
        return false;
    real *row = to->values;
    const real *last = from->values + (from->count - 1) * size;
    for (size_t i = 0; i < before + after + from->count; i++, row += size) {
        const bool outside = i < before || i >= before + from->count;
        if (!outside)
            memcpy(row, from->values + (i - before) * size, size * sizeof *row);
        else if (stage->as.context.repeat)
            memcpy(row, i < before ? from->values : last, size * sizeof *row);
        else
            memset(row, 0, size * sizeof *row);
    }
    return true;
}

static double reduce_element(AscReduction reduction, const real *value, size_t count, size_t size)
{
    double result = (double)value[0];
    for (size_t i = 1; i < count; i++) {
        const double x = (double)value[i * size];
        if (reduction != ASC_CLIP_MAX)
            result += x;
        else if (x > result)
            result = x;
    }
    return reduction == ASC_CLIP_MEAN ? result / (double)count : result;
}

static bool run_clip(AscFrontend *frontend, const AscStage *stage, AscStatus *status)
{
    const size_t size = frontend->front->slot[stage->in[0]].size;
    const AscFrames *from = &frontend->frames[stage->in[0]];
    AscFrames *to = &frontend->frames[stage->out[0]];
    if (!asc_frames_reserve(to, 1, size, status))
        return false;
    for (size_t i = 0; i < size; i++)
        to->values[i] = (real)reduce_element(stage->as.clip.reduction, from->values + i,
                                             from->count, size);
    return true;
}

static bool run_neighbours(AscFrontend *frontend, const AscStage *stage, AscStatus *status)
{
    const size_t size = frontend->front->slot[stage->in[0]].size;
    const AscFrames *from = &frontend->frames[stage->in[0]];
    AscFrames *to = &frontend->frames[stage->out[0]];
    return asc_frames_reserve(to, from->count, size, status) &&
           asc_neighbours_run(stage, from->values, from->count, size, to->values, status);
}

/* ---------------------------------------------------------------- all stages */

bool asc_stages_run(AscFrontend *frontend, const AscAudio *audio, size_t first, size_t length,
                    AscStatus *status)
{
    const AscFront *front = frontend->front;
    if (length > frontend->piece_room) {
        free(frontend->piece);
        frontend->piece = malloc(length * sizeof *frontend->piece);
        frontend->piece_room = frontend->piece ? length : 0;
        if (!frontend->piece)
            return asc_status_memory(status, "a recording");
    }
    for (int i = 0; i < front->clocks; i++)
        frontend->count[i] = asc_clock_frames(&front->clock[i], length);
    bool fine = put_samples(frontend, audio, first, length, status);
    for (int i = 0; i < front->stages && fine; i++) {
        const AscStage *stage = &front->stage[i];
        if (!frontend->worker[i].wanted || front->slot[stage->out[0]].clock == ASC_ALWAYS)
            continue;
        switch (stage->kind) {
        case ASC_PROGRAM: fine = run_program(frontend, stage, status); break;
        case ASC_SPECTROGRAM:
            fine = run_spectrogram(frontend, stage, &frontend->worker[i], audio, first, length,
                                   status);
            break;
        case ASC_CONTEXT: fine = run_context(frontend, stage, status); break;
        case ASC_CLIP: fine = run_clip(frontend, stage, status); break;
        case ASC_NEIGHBOURS: fine = run_neighbours(frontend, stage, status); break;
        }
    }
    return fine;
}
