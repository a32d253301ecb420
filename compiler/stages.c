/* stages.c: the stages of a features section, one function a stage (language.md, section 8). */
#include "stage.h"

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

bool stage_range(Call *call, const char *what, const Value *value, double low, double high)
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

bool stage_length(Call *call, const char *what, Value *value, Number rate, Unit unit, int *count)
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

static Value *tensor(Call *call, Node *node)
{
    return value_tensor(call->r, call->place, node);
}

/* ---------------------------------------------------------------- where a section begins */

static bool audio_channels(Call *call, Shape *shape)
{
    Resolver *r = call->r;
    Front *front = front_of(r);
    const AxisItem *item = call->axes ? only_axis(call) : NULL;
    front->channels = 1;
    front->channel_axis = item != NULL;
    if (!call->axes)
        return true;
    if (item && strcmp(item->name, "time") == 0) {
        fault(r, item->place, call->name, "the result would have `time` twice");
        return false;
    }
    return item && axis_size(r, call->name, item, 1, &front->channels) &&
           shape_grow(r, item->place, call->name, shape, item->name, front->channels);
}

Value *build_audio(Call *call)
{
    Resolver *r = call->r;
    Front *front = front_of(r);
    Shape shape = { .rank = 1, .axis = { { "batch", BATCH } } };
    Number rate;
    if (r->flows->audio) {
        fault(r, call->place, call->name,
              "a features section has one; give its value a name, or write another section");
        fault_note(r, r->flows->audio->place, "the first time here");
        return NULL;
    }
    if (!in_hertz(call, "rate", call->slot[0], &rate))
        return NULL;
    if (rate.real < 1 || rate.real > 1e6) {
        fault(r, call->slot[0]->place, NULL, "rate is %s: it must lie between 1 Hz and 1000 kHz",
              number_text(r, rate));
        return NULL;
    }
    front->rate = rate.real;
    front->mono = slot_word(call, 1, "mean");
    front->resample = slot_word(call, 2, "soxr_hq");
    if (!audio_channels(call, &shape))
        return NULL;
    if (call->slot[1] && front->channels > 1) {
        fault(r, call->slot[1]->place, call->name,
              "mono tells how channels become one; here they stay %d", front->channels);
        return NULL;
    }
    APPEND(r->arena, front->clock, front->clocks, front->clock_capacity, (Clock){ .rate = rate });
    r->flows->audio = make_inner(r->graph, user_place(r, call->place), "audio", shape);
    flow_set(r, r->flows->audio, (Flow){ .clock = 1 });
    return tensor(call, r->flows->audio);
}

/* Features made elsewhere: no stage at all. */
Value *build_input(Call *call)
{
    Resolver *r = call->r;
    Shape shape = { .rank = 1, .axis = { { "batch", BATCH } } };
    for (int i = 0; i < call->axes->count; i++) {
        const AxisItem *item = &call->axes->axis[i];
        int size;
        bool ragged = item->kind == SIZE_RAGGED;
        AxisItem largest = *item;
        largest.kind = ragged ? SIZE_ONE : item->kind;
        if (!axis_size(r, call->name, &largest, 1, &size) ||
            !shape_grow(r, item->place, call->name, &shape, item->name, size) ||
            (ragged && !ragged_declare(r, item, size)))
            return NULL;
    }
    if (!shape_fits(r, call->place, call->name, &shape))
        return NULL;
    Node *node = make_inner(r->graph, user_place(r, call->place), "input", shape);
    flow_set(r, node, (Flow){ .stored = true });
    return tensor(call, node);
}

/* ---------------------------------------------------------------- spectrogram */

static int next_power_of_two(int n)
{
    int power = 1;
    while (power < n && power < (1 << 30))
        power *= 2;
    return power;
}

static bool spectrogram_sizes(Call *call, Number rate, Stage *stage)
{
    Resolver *r = call->r;
    if (!stage_length(call, "length", call->slot[1], rate, UNIT_SAMPLES, &stage->window) ||
        !stage_length(call, "hop", call->slot[2], rate, UNIT_SAMPLES, &stage->hop))
        return false;
    stage->fft = next_power_of_two(stage->window);
    if (call->slot[4] && !stage_length(call, "fft", call->slot[4], rate, UNIT_SAMPLES, &stage->fft))
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
    return !call->slot[9] || stage_range(call, "preemphasis", call->slot[9], 0, 1);
}

int64_t clock_frames(const Clock *clock, int64_t samples)
{
    if (!clock->hop)
        return samples;
    int64_t length = samples + (clock->margins ? 2 * (int64_t)(clock->span / 2) : 0);
    return length < clock->span ? 0 : 1 + (length - clock->span) / clock->hop;
}

/* Two spectrograms have the same frames where these begin, and end, together. */
static bool same_clock(const Clock *a, const Clock *b)
{
    return a->hop == b->hop && a->margins == b->margins &&
           (a->margins ? a->span % 2 == b->span % 2 : a->span == b->span);
}

/* Frames are as long as the transform, or, snipped, as the window. */
static bool spectrogram_clock(Call *call, const Stage *stage, Number rate, int *clock)
{
    Resolver *r = call->r;
    Front *front = front_of(r);
    const bool snipped = strcmp(stage->edges, "snip") == 0;
    Clock made = { .hop = stage->hop,
                   .span = snipped ? stage->window : stage->fft,
                   .margins = !snipped && strcmp(stage->edges, "valid") != 0 };
    const char *problem;
    bool truth;
    if (front->cut && !clock_frames(&made, front->cut->length)) {
        fault(r, call->place, call->name, "a frame of %d samples does not fit in a segment of %d",
              made.span, front->cut->length);
        return false;
    }
    if (!number_apply(FN_div, rate, number_of(stage->hop), &made.rate, &truth, &problem))
        return false;
    for (*clock = 1; *clock < front->clocks; ++*clock)
        if (same_clock(&front->clock[*clock], &made))
            return true;
    APPEND(r->arena, front->clock, front->clocks, front->clock_capacity, made);
    return true;
}

Value *build_spectrogram(Call *call)
{
    Resolver *r = call->r;
    Node *x = call->slot[0]->node;
    Stage stage = { .kind = STAGE_SPECTROGRAM, .from = x };
    const AxisItem *item = only_axis(call);
    int clock;
    if (!item || !axis_plain(r, call->name, item))
        return NULL;
    if (x != r->flows->audio && x != r->flows->pieces) {
        fault(r, call->place, call->name, "it must follow audio, or a segment of audio");
        return NULL;
    }
    if (x == r->flows->audio && r->flows->pieces) {
        fault(r, call->place, call->name,
              "the recording is cut before: this must follow `segment`, too");
        fault_note(r, front_of(r)->cut->place, "cut here");
        return NULL;
    }
    const Number rate = front_of(r)->clock[0].rate;
    if (!spectrogram_sizes(call, rate, &stage) || !spectrogram_options(call, &stage) ||
        !spectrogram_clock(call, &stage, rate, &clock))
        return NULL;
    stage.clock = clock;
    Shape shape = x->shape;
    if (strcmp(item->name, "time") == 0 ||
        !shape_grow(r, item->place, call->name, &shape, item->name, stage.fft / 2 + 1) ||
        !shape_fits(r, call->place, call->name, &shape)) {
        if (strcmp(item->name, "time") == 0)
            fault(r, item->place, call->name, "the result would have `time` twice");
        return NULL;
    }
    return tensor(call, stage_add(call, stage, shape,
                                  (Flow){ .clock = clock + 1, .piece = front_of(r)->cut != NULL }));
}

/* ---------------------------------------------------------------- mel */

static bool mel_range(Call *call, Stage *stage)
{
    Number low = number_of(0), high = { 0 };
    double half = front_of(call->r)->rate / 2;
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
    Node *x = call->slot[0]->node;
    const Stage *spectrogram = stage_of(r, x);
    Stage stage = { .kind = STAGE_MEL, .from = x };
    const AxisItem *item = only_axis(call);
    if (!item || !axis_size(r, call->name, item, 1, &stage.mels))
        return NULL;
    if (!spectrogram || spectrogram->kind != STAGE_SPECTROGRAM) {
        fault(r, call->place, call->name, "it must follow spectrogram");
        return NULL;
    }
    if (!mel_range(call, &stage))
        return NULL;
    stage.fft = spectrogram->fft;
    stage.scale = slot_word(call, 3, "slaney");
    stage.norm = slot_word(call, 4, "slaney");
    stage.triangles = slot_word(call, 5, "hz");
    stage.drop_nyquist = strcmp(slot_word(call, 6, "keep"), "drop") == 0;
    Shape shape = x->shape;
    shape.rank--; /* the bins */
    if (shape_find(&shape, item->name) >= 0 || strcmp(item->name, "time") == 0) {
        fault(r, item->place, call->name, "the result would have `%s` twice", item->name);
        return NULL;
    }
    shape.axis[shape.rank++] = (Axis){ item->name, stage.mels };
    return tensor(call, stage_add(call, stage, shape, flow_of(r, x)));
}

/* ---------------------------------------------------------------- normalize, segment */

Value *build_normalize(Call *call)
{
    Resolver *r = call->r;
    Node *x = call->slot[0]->node;
    Stage stage = { .kind = STAGE_NORMALIZE, .from = x };
    Flow flow = flow_of(r, x);
    stage.axis = arena_alloc(r->arena, sizeof *stage.axis * MAX_AXES);
    for (int i = 0; i < call->axes->count; i++) {
        const AxisItem *item = &call->axes->axis[i];
        if (strcmp(item->name, "time") == 0) {
            fault(r, item->place, call->name,
                  "statistics are kept per axis of a fixed size, not per `time`");
            return NULL;
        }
        if (!axis_plain(r, call->name, item) ||
            !shape_need(r, item->place, call->name, x, item->name))
            return NULL;
        stage.axis[stage.axes++] = item->name;
    }
    if (flow.normalize) {
        fault(r, call->place, call->name, "the features are normalized already");
        fault_note(r, flow.normalize->place, "here");
        return NULL;
    }
    Cut *cut = flow.cut; /* which frames are cut out makes no difference to statistics */
    flow.cut = NULL;
    if (!shape_batched(&x->shape) || flow.stored) {
        frames_need(call, x);
        return NULL;
    }
    flow.cut = cut;
    return tensor(call, stage_add(call, stage, x->shape, flow));
}

static bool segment_step(Call *call, Cut *cut, const char *noun)
{
    Number rest, step = number_of(cut->length);
    const char *problem;
    int64_t whole;
    bool truth;
    cut->step = cut->length;
    if (!call->slot[1])
        return true;
    if (!stage_range(call, "overlap", call->slot[1], 0, 0.999))
        return false;
    if (number_apply(FN_sub, number_of(1), call->slot[1]->number, &rest, &truth, &problem) &&
        number_apply(FN_mul, step, rest, &step, &truth, &problem) && number_whole(step, &whole) &&
        whole >= 1) {
        cut->step = (int)whole;
        return true;
    }
    fault(call->r, call->slot[1]->place, NULL,
          "segments of %d %s would start every %s %s: no whole number", cut->length, noun,
          number_text(call->r, step), noun);
    return false;
}

/* The axis and its length; what is cut already can't be cut again. */
static bool segment_length(Call *call, const Node *x, Cut *cut)
{
    Resolver *r = call->r;
    const AxisItem *item = only_axis(call);
    Flow flow = flow_of(r, x);
    if (!item)
        return false;
    if (strcmp(item->name, "time") != 0)
        return shape_need(r, item->place, call->name, x, item->name) &&
               (fault(r, item->place, call->name, "`%s` has a fixed size already", item->name),
                false);
    if (!flow.clock || !shape_batched(&x->shape)) {
        flow.cut = NULL;
        fault(r, item->place, call->name, "%s has no axis `time`", shape_text(r, &x->shape));
        return false;
    }
    if (flow.cut || (front_of(r)->cut && x != r->flows->audio)) {
        const Cut *first = flow.cut ? flow.cut : front_of(r)->cut;
        fault(r, item->place, call->name, "`time` has a fixed size already");
        fault_note(r, first->place, "cut here");
        return false;
    }
    if (item->kind != SIZE_ONE) {
        fault(r, item->place, NULL, "segment needs a length: segment[time = 2 s]");
        return false;
    }
    const Clock *clock = clock_of(r, x);
    const Unit unit = clock->hop ? UNIT_FRAMES : UNIT_SAMPLES;
    Value *length = value_number(r, item->place, item->size);
    return stage_length(call, "segment", length, clock->rate, unit, &cut->length) &&
           segment_step(call, cut, unit_name(unit));
}

/* Audio is cut before all else; frames are worked on before they are cut, which makes no difference. */
Value *build_segment(Call *call)
{
    Resolver *r = call->r;
    Front *front = front_of(r);
    Node *x = call->slot[0]->node;
    Cut *cut = arena_alloc(r->arena, sizeof *cut);
    *cut = (Cut){ .place = user_place(r, call->place), .last = slot_word(call, 2, "drop") };
    if (!segment_length(call, x, cut))
        return NULL;
    Flow flow = flow_of(r, x);
    if (x != r->flows->audio) {
        flow.cut = cut;
    } else if (front->cut || front->clocks > 1) {
        fault(r, call->place, call->name,
              front->cut ? "the recording is cut already" : "it must come before the spectrograms");
        return NULL;
    } else {
        front->cut = cut;
        flow.piece = true;
    }
    Node *node = make_stop(r->graph, cut->place, x);
    if (x == r->flows->audio)
        r->flows->pieces = node;
    flow_set(r, node, flow);
    return tensor(call, node);
}
