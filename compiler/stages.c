/* stages.c: the stages of a features pipeline, one function a stage (language.md, section 8). */
#include "stage_signal.h"

#include <string.h>

/* ---------------------------------------------------------------- checks of arguments */

static bool wrong_unit(Call *call, const char *what, const Value *value, const char *wanted)
{
    fault(call->r, value->place, NULL, "%s must be %s; this is %s", what, wanted,
          value_describe(call->r, value));
    return false;
}

static bool in_hertz(Call *call, const char *what, const Value *value, Number *result)
{
    if (value->number.unit != UNIT_HERTZ)
        return wrong_unit(call, what, value, "in Hz");
    *result = value->number;
    return true;
}

static bool in_range(Call *call, const char *what, const Value *value, double low, double high)
{
    double real = value->number.real;
    if (value->number.unit != UNIT_NONE)
        return wrong_unit(call, what, value, "a number without a unit");
    if (real >= low && real <= high)
        return true;
    fault(call->r, value->place, NULL, "%s is %g: it must lie between %g and %g", what, real, low,
          high);
    return false;
}

/* A length as a whole number of samples or frames: given as such, or as a time. */
static bool in_positions(Call *call, const char *what, Value *value, Number rate, Unit unit,
                         int *count)
{
    Resolver *r = call->r;
    const char *noun = unit_name(unit), *problem;
    Number n = value->number;
    int64_t whole;
    bool truth;
    if (n.unit == UNIT_SECONDS && !number_apply(FN_mul, n, rate, &n, &truth, &problem))
        return wrong_unit(call, what, value,
                          arena_format(r->arena, "a time or a number of %s", noun));
    if (value->number.unit != UNIT_SECONDS && n.unit != unit)
        return wrong_unit(call, what, value,
                          arena_format(r->arena, "a time or a number of %s", noun));
    n.unit = UNIT_NONE;
    if (number_whole(n, &whole) && whole >= 1 && whole <= MAX_COUNT) {
        *count = (int)whole;
        return true;
    }
    if (number_whole(n, &whole))
        fault(r, value->place, NULL, "%s is %s %s: it must lie between 1 and %d", what,
              number_text(r, n), noun, MAX_COUNT);
    else
        fault(r, value->place, NULL, "%s = %s is %s %s at %s; give it in %s", what,
              value->text ? value->text : number_text(r, value->number), number_text(r, n), noun,
              unit == UNIT_FRAMES ? arena_format(r->arena, "%g frames a second", rate.real)
                                  : number_text(r, rate),
              noun);
    return false;
}

static const AxisItem *only_axis(Call *call)
{
    if (call->axes->count == 1)
        return &call->axes->axis[0];
    fault(call->r, call->place, NULL, "%s takes one axis in brackets", call->name);
    return NULL;
}

static bool need_axis(Call *call, const Signal *s, const AxisItem *item)
{
    Node view = { .shape = s->shape };
    return shape_need(call->r, item->place, call->name, &view, item->name);
}

static int *time_size(Signal *s)
{
    return &s->shape.axis[shape_find(&s->shape, "time")].size;
}

/* ---------------------------------------------------------------- where a pipeline begins */

Value *build_audio(Call *call)
{
    Resolver *r = call->r;
    Signal s = { 0 };
    Stage stage = { .kind = STAGE_AUDIO, .channels = 1, .mono = slot_word(call, 1, "mean") };
    if (!in_hertz(call, "rate", call->slot[0], &s.rate))
        return NULL;
    if (s.rate.real < 1 || s.rate.real > 1e6) {
        fault(r, call->slot[0]->place, NULL, "rate is %s: it must lie between 1 Hz and 1000 kHz",
              number_text(r, s.rate));
        return NULL;
    }
    if (call->axes) {
        const AxisItem *item = only_axis(call);
        if (!item || !axis_size(r, call->name, item, 1, &stage.channels) ||
            !shape_grow(r, item->place, call->name, &s.shape, item->name, stage.channels))
            return NULL;
    }
    if (!shape_grow(r, call->place, call->name, &s.shape, "time", 0))
        return NULL;
    s.sample_rate = s.rate;
    stage.rate = s.rate.real;
    return add_stage(call, s, stage);
}

/* Features made elsewhere: a pipeline without any stage. */
Value *build_input(Call *call)
{
    Resolver *r = call->r;
    Signal s = { 0 };
    for (int i = 0; i < call->axes->count; i++) {
        const AxisItem *item = &call->axes->axis[i];
        int size;
        bool ragged = item->kind == SIZE_RAGGED;
        AxisItem largest = *item;
        largest.kind = ragged ? SIZE_ONE : item->kind;
        if (!axis_size(r, call->name, &largest, 1, &size) ||
            !shape_grow(r, item->place, call->name, &s.shape, item->name, size) ||
            (ragged && !ragged_declare(r, item, size)))
            return NULL;
    }
    if (!shape_fits(r, call->place, call->name, &s.shape))
        return NULL;
    open_map(r, &s, user_place(r, call->place));
    return signal_value(r, call->place, &s);
}

Value *build_later(Call *call)
{
    fault(call->r, call->place, NULL, "%s is not compiled yet", call->name);
    return NULL;
}

/* ---------------------------------------------------------------- spectrogram */

static int next_power_of_two(int n)
{
    int power = 1;
    while (power < n && power < (1 << 30))
        power *= 2;
    return power;
}

static bool spectrogram_sizes(Call *call, const Signal *s, Stage *stage)
{
    Resolver *r = call->r;
    if (!in_positions(call, "length", call->slot[1], s->rate, UNIT_SAMPLES, &stage->window) ||
        !in_positions(call, "hop", call->slot[2], s->rate, UNIT_SAMPLES, &stage->hop))
        return false;
    stage->fft = next_power_of_two(stage->window);
    if (call->slot[4] &&
        !in_positions(call, "fft", call->slot[4], s->rate, UNIT_SAMPLES, &stage->fft))
        return false;
    if (stage->fft < stage->window || stage->fft > 1 << 24) {
        fault(r, call->slot[4] ? call->slot[4]->place : call->slot[1]->place, NULL,
              "fft is %d samples: it must hold the window of %d, and be no more than %d",
              stage->fft, stage->window, 1 << 24);
        return false;
    }
    return true;
}

static bool spectrogram_options(Call *call, Stage *stage)
{
    stage->shape = slot_word(call, 3, "hann");
    stage->power = slot_real(call, 5, 2);
    stage->edges = slot_word(call, 6, "centre");
    stage->periodic = strcmp(slot_word(call, 7, "yes"), "yes") == 0;
    stage->remove_dc = strcmp(slot_word(call, 8, "no"), "yes") == 0;
    stage->preemphasis = slot_real(call, 9, 0);
    if (stage->power != 1 && stage->power != 2) {
        fault(call->r, call->slot[5]->place, NULL, "power is %g: it must be 1 (magnitude) or 2",
              stage->power);
        return false;
    }
    return !call->slot[9] || in_range(call, "preemphasis", call->slot[9], 0, 1);
}

/* Frames of a segment cut before the spectrogram; a frame spans the transform, or Kaldi's only the
 * window. */
static bool count_frames(Call *call, Signal *s, int span)
{
    bool whole = strcmp(s->frames.edges, "valid") == 0;
    int64_t samples = s->samples + (whole ? 0 : 2 * (int64_t)(span / 2));
    if (!s->samples)
        return true;
    if (samples < span) {
        fault(call->r, call->place, call->name,
              "a frame of %d samples does not fit in a segment of %d", span, s->samples);
        return false;
    }
    *time_size(s) = (int)(1 + (samples - span) / s->frames.hop);
    return true;
}

/* Maps of channels are [channel, bin, time]; without channels frames follow one another: [time,
 * bin]. */
static bool spectrogram_shape(Call *call, Signal *s, const AxisItem *bin, int bins)
{
    Resolver *r = call->r;
    if (s->shape.rank == 1)
        return shape_grow(r, bin->place, call->name, &s->shape, bin->name, bins);
    Axis time = s->shape.axis[--s->shape.rank];
    return shape_grow(r, bin->place, call->name, &s->shape, bin->name, bins) &&
           shape_grow(r, bin->place, call->name, &s->shape, time.name, time.size);
}

Value *build_spectrogram(Call *call)
{
    Resolver *r = call->r;
    Signal s;
    Stage stage = { .kind = STAGE_SPECTROGRAM };
    const AxisItem *item = only_axis(call);
    if (!item || !axis_plain(r, call->name, item) || !stage_input(call, &s))
        return NULL;
    if (s.frames.fft || s.shaped || shape_find(&s.shape, "time") < 0) {
        fault(r, call->place, call->name, "it must follow audio, or a segment of audio");
        return NULL;
    }
    if (!spectrogram_sizes(call, &s, &stage) || !spectrogram_options(call, &stage))
        return NULL;
    s.frames = stage;
    if (!count_frames(call, &s, stage.fft))
        return NULL;
    const char *problem;
    bool truth;
    if (!spectrogram_shape(call, &s, item, stage.fft / 2 + 1) ||
        !number_apply(FN_div, s.rate, number_of(stage.hop), &s.rate, &truth, &problem) ||
        !shape_fits(r, call->place, call->name, &s.shape))
        return NULL;
    s.bin = item->name;
    return add_stage(call, s, stage);
}

/* ---------------------------------------------------------------- mel, normalize, segment */

static bool mel_range(Call *call, const Signal *s, Stage *stage)
{
    Number low = number_of(0), high = { 0 };
    double half = s->sample_rate.real / 2;
    if ((call->slot[1] && !in_hertz(call, "low", call->slot[1], &low)) ||
        (call->slot[2] && !in_hertz(call, "high", call->slot[2], &high)))
        return false;
    stage->low = low.real;
    stage->high = call->slot[2] ? high.real : half;
    if (stage->low >= 0 && stage->low < stage->high && stage->high <= half)
        return true;
    fault(call->r, call->place, call->name,
          "low = %g Hz, high = %g Hz: they must be in order, and within %g Hz", stage->low,
          stage->high, half);
    return false;
}

Value *build_mel(Call *call)
{
    Resolver *r = call->r;
    Signal s;
    Stage stage = { .kind = STAGE_MEL };
    const AxisItem *item = only_axis(call);
    if (!item || !axis_size(r, call->name, item, 1, &stage.mels) || !stage_input(call, &s))
        return NULL;
    if (!s.bin || s.shaped) {
        fault(r, call->place, call->name, "it must follow spectrogram");
        return NULL;
    }
    if (!mel_range(call, &s, &stage))
        return NULL;
    stage.scale = slot_word(call, 3, "slaney");
    stage.norm = slot_word(call, 4, "slaney");
    stage.triangles = slot_word(call, 5, "hz");
    stage.drop_nyquist = strcmp(slot_word(call, 6, "keep"), "drop") == 0;
    int at = shape_find(&s.shape, s.bin);
    s.shape.axis[at] = (Axis){ "", 0 };
    if (shape_find(&s.shape, item->name) >= 0) {
        fault(r, item->place, call->name, "the result would have `%s` twice", item->name);
        return NULL;
    }
    s.shape.axis[at] = (Axis){ item->name, stage.mels };
    s.bin = NULL;
    if (strcmp(stage.triangles, "mel") == 0 && !count_frames(call, &s, s.frames.window))
        return NULL;
    return add_stage(call, s, stage);
}

Value *build_normalize(Call *call)
{
    Signal s;
    const AxisItem *item = only_axis(call);
    if (!item || !axis_plain(call->r, call->name, item) || !stage_input(call, &s) ||
        !need_axis(call, &s, item))
        return NULL;
    if (strcmp(item->name, "time") == 0) {
        fault(call->r, item->place, call->name,
              "statistics are kept per axis of a fixed size, not per `time`");
        return NULL;
    }
    if (s.normalized) {
        fault(call->r, call->place, call->name, "the pipeline is normalized already");
        return NULL;
    }
    s.normalized = s.shaped = true;
    return add_stage(call, s, (Stage){ .kind = STAGE_NORMALIZE, .per = item->name });
}

static bool segment_step(Call *call, Stage *stage, const char *noun)
{
    Number rest, step = number_of(stage->length);
    const char *problem;
    int64_t whole;
    bool truth;
    stage->step = stage->length;
    if (!call->slot[1])
        return true;
    if (!in_range(call, "overlap", call->slot[1], 0, 0.999))
        return false;
    if (number_apply(FN_sub, number_of(1), call->slot[1]->number, &rest, &truth, &problem) &&
        number_apply(FN_mul, step, rest, &step, &truth, &problem) && number_whole(step, &whole) &&
        whole >= 1) {
        stage->step = (int)whole;
        return true;
    }
    fault(call->r, call->slot[1]->place, NULL,
          "segments of %d %s would start every %s %s: no whole number", stage->length, noun,
          number_text(call->r, step), noun);
    return false;
}

Value *build_segment(Call *call)
{
    Resolver *r = call->r;
    Signal s;
    Stage stage = { .kind = STAGE_SEGMENT, .last = slot_word(call, 2, "drop") };
    const AxisItem *item = only_axis(call);
    if (!item || !stage_input(call, &s) || !need_axis(call, &s, item))
        return NULL;
    Unit unit = s.frames.fft ? UNIT_FRAMES : UNIT_SAMPLES;
    if (strcmp(item->name, "time") != 0 || *time_size(&s)) {
        fault(r, item->place, call->name, "`%s` has a fixed size already", item->name);
        return NULL;
    }
    if (item->kind != SIZE_ONE) {
        fault(r, item->place, NULL, "segment needs a length: segment[time = 2 s]");
        return NULL;
    }
    Value *length = value_number(r, item->place, item->size);
    if (!in_positions(call, "segment", length, s.rate, unit, &stage.length) ||
        !segment_step(call, &stage, unit_name(unit)))
        return NULL;
    *time_size(&s) = stage.length;
    s.samples = s.frames.fft || s.shaped ? 0 : stage.length;
    s.shaped |= s.frames.fft > 0;
    if (!shape_fits(r, call->place, call->name, &s.shape))
        return NULL;
    return add_stage(call, s, stage);
}
