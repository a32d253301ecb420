/* emit_front.c: the tables of features sections: slots, clocks, stages, results; and the text that tells features apart. */
#include "emit.h"

#include <string.h>

static const char *boolean(bool value)
{
    return value ? "true" : "false";
}

/* The stage whose result a node is, or NULL. */
static const Stage *stage_to(const Front *f, const Node *x)
{
    for (int i = 0; i < f->stages; i++)
        if (f->stage[i]->to == x)
            return f->stage[i];
    return NULL;
}

/* ---------------------------------------------------------------- stages */

static void add_numbers(Text *out, const char *name, const int *number, int count)
{
    text_add(out, "static const int %s[] = {", name);
    for (int i = 0; i < count; i++)
        text_add(out, "%s%d", i ? ", " : "", number[i]);
    text_add(out, "%s};\n", count ? "" : "0");
}

static void emit_banks(const char *name, const FrontStep *step, Text *out)
{
    text_add(out, "static const AscBank %s[] = {\n", name);
    for (int i = 0; i < step->takers; i++) {
        const Stage *s = step->taker[i];
        if (s->kind == STAGE_SPECTROGRAM)
            text_add(out, "    {0, 0, 0, ASC_SLANEY, false, false, false},\n");
        else
            text_add(out, "    {%d, %.17g, %.17g, %s, %s, %s, %s},\n", s->mels, s->low, s->high,
                     emit_constant(out->arena, "", s->scale), boolean(!strcmp(s->norm, "slaney")),
                     boolean(!strcmp(s->triangles, "mel")), boolean(s->drop_nyquist));
    }
    text_add(out, "};\n");
}

static void add_stage(Text *out, const Stage *s, const char *bank)
{
    Arena *arena = out->arena;
    switch (s->kind) {
    case STAGE_SPECTROGRAM:
        text_add(out, "{.spectrogram = {%d, %d, %d, %d, %s, %.17g, %s, %s, %s, %.17g, %s}}}",
                 s->clock, s->window, s->hop, s->fft, emit_constant(arena, "", s->shape), s->power,
                 emit_constant(arena, "", s->edges), boolean(s->periodic), boolean(s->remove_dc),
                 s->preemphasis, bank);
        break;
    case STAGE_CONTEXT:
        text_add(out, "{.context = {%d, %d, %s}}}", s->before, s->after, boolean(s->repeat));
        break;
    case STAGE_CLIP:
        text_add(out, "{.clip = {%s}}}", emit_constant(arena, "CLIP_", s->reduction));
        break;
    default:
        text_add(out, "{.neighbours = {%s, %s, %d, %d}}}", boolean(!strcmp(s->aggregate, "median")),
                 boolean(!strcmp(s->metric, "cosine")), s->neighbours, s->width);
    }
}

static const char *stage_kind(const Stage *s)
{
    static const char *const kind[] = { [STAGE_SPECTROGRAM] = "ASC_SPECTROGRAM",
                                        [STAGE_CONTEXT] = "ASC_CONTEXT",
                                        [STAGE_CLIP] = "ASC_CLIP",
                                        [STAGE_NEIGHBOURS] = "ASC_NEIGHBOURS" };
    return kind[s->kind];
}

/* "{ASC_PROGRAM, in, 1, out, 1, {.program = {..}}}", and before it what that names. */
static void emit_step(const char *name, const FrontStep *step, Text *out, Text *table)
{
    Arena *arena = out->arena;
    const char *in = arena_format(arena, "%s_in", name),
               *made = arena_format(arena, "%s_out", name),
               *bank = arena_format(arena, "%s_bank", name);
    add_numbers(out, in, step->in, step->ins);
    add_numbers(out, made, step->out, step->outs);
    if (step->takers)
        emit_banks(bank, step, out);
    text_add(table, "{%s, %s, %d, %s, %d, ", step->stage ? stage_kind(step->stage) : "ASC_PROGRAM",
             in, step->ins, made, step->outs);
    if (step->stage) {
        add_stage(table, step->stage, bank);
        return;
    }
    const Program *p = step->program;
    text_add(table, "{.program = {%lld, %lld, %lld, %s_run, %s_kernel, %d, %d}}}",
             (long long)p->arena_constant, (long long)p->arena_per_example, (long long)p->room,
             p->prefix, p->prefix, p->steps, once_steps(p));
}

static void add_cut(Text *out, const Cut *cut)
{
    if (cut)
        text_add(out, "{%d, %d, %s}", cut->length, cut->step,
                 emit_constant(out->arena, "", cut->last));
    else
        text_add(out, "{0, 0, ASC_DROP}");
}

static int audio_slot(const Front *f)
{
    for (int i = 0; i < f->lowered->slots; i++)
        if (f->lowered->slot[i].node->op == OP_input && !stage_to(f, f->lowered->slot[i].node))
            return i;
    return -1;
}

static void emit_front(const Front *f, Text *out)
{
    Arena *arena = out->arena;
    const Lowered *low = f->lowered;
    Text table = text_create(arena);
    for (int i = 0; i < low->steps; i++) {
        text_add(&table, "    ");
        emit_step(arena_format(arena, "%s_stage%d", f->name, i + 1), &low->step[i], out, &table);
        text_add(&table, ",\n");
    }
    text_add(out, "\nstatic const AscStage %s_stage[] = {\n%s};\n\n", f->name,
             low->steps ? table.at : "    {ASC_PROGRAM, NULL, 0, NULL, 0, {{0}}},\n");
    text_add(out, "static const AscSlot %s_slot[] = {", f->name);
    for (int i = 0; i < low->slots; i++)
        text_add(out, "%s{%lld, %d}", i ? ", " : "", (long long)low->slot[i].size,
                 low->slot[i].clock);
    text_add(out, "};\n\nstatic const AscClock %s_clock[] = {", f->name);
    for (int i = 0; i < f->clocks; i++)
        text_add(out, "%s{%d, %d, %s}", i ? ", " : "", f->clock[i].hop, f->clock[i].span,
                 boolean(f->clock[i].margins));
    text_add(out, "};\n\nstatic const AscFront %s_front = {\n    {%.17g, %d, %s, %s}, ", f->name,
             f->rate, f->channels, emit_constant(arena, "MONO_", f->mono),
             emit_constant(arena, "RESAMPLE_", f->resample));
    add_cut(out, f->cut);
    text_add(out, ",\n    %s_clock, %d, %s_slot, %d, %s_stage, %d, %d};\n\n", f->name, f->clocks,
             f->name, low->slots, f->name, low->steps, audio_slot(f));
}

/* ---------------------------------------------------------------- the settings, as text */

typedef struct Writer {
    Arena *arena;
    const Front *front;
    Text *out;
    int *name; /* by node: what it is called */
    int names;
} Writer;

static const char *describe(Writer *w, const Node *x);

static const char *describe_axes(Writer *w, int count, const char *const *axis)
{
    Text t = text_create(w->arena);
    text_add(&t, "[");
    for (int i = 0; i < count; i++)
        text_add(&t, "%s%s", i ? ", " : "", axis[i]);
    text_add(&t, "]");
    return t.at;
}

static const char *describe_stage(Writer *w, const Stage *s)
{
    Arena *a = w->arena;
    const char *from = describe(w, s->from);
    switch (s->kind) {
    case STAGE_SPECTROGRAM:
        return arena_format(a,
                            "spectrogram(%s, %d samples, hop = %d, window = %s, fft = %d, power = "
                            "%.17g, edges = %s, periodic = %d, remove_dc = %d, preemphasis = "
                            "%.17g)",
                            from, s->window, s->hop, s->shape, s->fft, s->power, s->edges,
                            s->periodic, s->remove_dc, s->preemphasis);
    case STAGE_MEL:
        return arena_format(a,
                            "mel(%s, %d, low = %.17g, high = %.17g, scale = %s, norm = %s, "
                            "triangles = %s, drop_nyquist = %d)",
                            from, s->mels, s->low, s->high, s->scale, s->norm, s->triangles,
                            s->drop_nyquist);
    case STAGE_CONTEXT:
        return arena_format(a, "context(%s, %d before, %d after, %s)", from, s->before, s->after,
                            s->repeat ? "repeated" : "zeros");
    case STAGE_CLIP: return arena_format(a, "%s[time](%s)", s->reduction, from);
    case STAGE_NEIGHBOURS:
        return arena_format(a, "nnf(%s, %s, k = %d, width = %d, metric = %s)", from, s->aggregate,
                            s->neighbours, s->width, s->metric);
    default: return arena_format(a, "normalize%s(%s)", describe_axes(w, s->axes, s->axis), from);
    }
}

static const char *describe_audio(Writer *w)
{
    const Front *f = w->front;
    const bool mean = strcmp(f->mono, "mean") == 0, usual = strcmp(f->resample, "soxr_hq") == 0;
    const char *audio = arena_format(
        w->arena, "audio%s(%.17g Hz%s%s)",
        f->channel_axis ? arena_format(w->arena, "[%d]", f->channels) : "", f->rate,
        mean ? "" : arena_format(w->arena, ", mono = %s", f->mono),
        usual ? "" : arena_format(w->arena, ", resample = %s", f->resample));
    return f->cut ? arena_format(w->arena, "segment(%s, %d, step = %d, last = %s)", audio,
                                 f->cut->length, f->cut->step, f->cut->last)
                  : audio;
}

/* Attributes that tell operators apart: axes, sizes, ranges. */
static void describe_attributes(Writer *w, const Node *x, Text *t)
{
    if (x->axes)
        text_add(t, ", %s", describe_axes(w, x->axes, x->axis));
    for (int i = 0; i < x->alongs; i++) {
        const Along *a = &x->along[i];
        text_add(t, ", %s %d %d %d %d %d", a->axis, a->size, a->stride, a->dilation, a->lo, a->hi);
    }
    if (x->name)
        text_add(t, ", %s", x->name);
    if (x->op == OP_part)
        text_add(t, ", %d", x->part);
    if (x->op == OP_reshape || x->op == OP_expand || x->op == OP_index) {
        text_add(t, ", ");
        shape_format(&x->shape, t);
    }
}

static const char *describe_node(Writer *w, const Node *x)
{
    const Stage *stage = stage_to(w->front, x);
    if (stage)
        return describe_stage(w, stage);
    if (x->op == OP_input)
        return describe_audio(w);
    if (x->op == OP_number)
        return arena_format(w->arena, "%.17g", x->value);
    if (x->op == OP_stop)
        return describe(w, x->operand[0]);
    Text t = text_create(w->arena);
    text_add(&t, "%s(", x->op == OP_map ? function_name(x->function) : op_name(x->op));
    for (int i = 0; i < x->operands; i++)
        text_add(&t, "%s%s", i ? ", " : "", describe(w, x->operand[i]));
    describe_attributes(w, x, &t);
    text_add(&t, ")");
    return t.at;
}

/* A node's text; that of one with several users is written once and has a name. */
static const char *describe(Writer *w, const Node *x)
{
    const Graph *g = w->front->graph;
    int uses = 0;
    for (int i = x->id + 1; i < g->nodes; i++)
        for (int j = 0; j < g->node[i]->operands; j++)
            uses += g->node[i]->operand[j] == x;
    for (int i = 0; i < w->front->stages; i++)
        uses += w->front->stage[i]->from == x;
    if (uses < 2 || x->op == OP_number)
        return describe_node(w, x);
    if (!w->name[x->id]) {
        const char *text = describe_node(w, x);
        w->name[x->id] = ++w->names;
        text_add(w->out, "x%d = %s; ", w->names, text);
    }
    return arena_format(w->arena, "x%d", w->name[x->id]);
}

static const char *settings_of(Arena *arena, const Features *f)
{
    Text out = text_create(arena);
    Writer w = { .arena = arena, .front = f->front, .out = &out };
    if (!f->front->clocks)
        return "input";
    w.name = arena_alloc(arena, sizeof *w.name * (size_t)(f->front->graph->nodes + 1));
    const char *result = describe(&w, f->result);
    text_add(&out, "%s", result);
    if (f->cut)
        text_add(&out, " | segment(%d, step = %d, last = %s)", f->cut->length, f->cut->step,
                 f->cut->last);
    return out.at;
}

/* ---------------------------------------------------------------- results */

/* Of what is cached, positions of the axes with statistics of their own. */
static void add_normalize(Text *out, const Features *f)
{
    text_add(out, "%s, %d, {", boolean(f->normalize != NULL),
             f->normalize ? f->normalize->axes : 0);
    for (int i = 0; f->normalize && i < f->normalize->axes; i++)
        text_add(out, "%s%d", i ? ", " : "",
                 shape_find(&f->cached->shape, f->normalize->axis[i]) - 1);
    text_add(out, "%s}", f->normalize && f->normalize->axes ? "" : "0");
}

static void emit_result(const Features *f, int number, Text *out, Text *table)
{
    Arena *arena = out->arena;
    text_add(table, "    {\"%s\", ", f->name);
    emit_shape(table, &f->shape);
    text_add(table, ",\n     ");
    emit_string(table, settings_of(arena, f));
    if (!f->front->clocks) {
        text_add(table,
                 ", NULL, 0, {0, {{\"\", 0}}}, 0, false, 0, {0}, {0, 0, ASC_DROP}, NULL},\n");
        return;
    }
    const char *after = "NULL";
    if (f->after) {
        const char *name = arena_format(arena, "%s_after%d", f->front->name, number);
        Text stage = text_create(arena);
        emit_step(name, f->after, out, &stage);
        text_add(out, "static const AscStage %s = %s;\n\n", name, stage.at);
        after = arena_format(arena, "&%s", name);
    }
    text_add(table, ",\n     &%s_front, %d, ", f->front->name, f->slot);
    emit_shape(table, &f->cached->shape);
    text_add(table, ", %d, ", shape_find(&f->shape, "time"));
    add_normalize(table, f);
    text_add(table, ", ");
    add_cut(table, f->cut);
    text_add(table, ", %s},\n", after);
}

void emit_features(const Model *model, Text *out)
{
    Text table = text_create(out->arena);
    for (int i = 0; i < model->fronts; i++)
        if (model->front[i]->clocks)
            emit_front(model->front[i], out);
    for (int i = 0; i < model->feature_sets; i++)
        emit_result(&model->features[i], i + 1, out, &table);
    text_add(out, "static const AscFeatures features[] = {\n%s};\n\n", table.at);
}

int front_programs(const Model *model, Program **program, int count)
{
    int found = 0;
    for (int i = 0; i < model->fronts; i++) {
        const Lowered *low = model->front[i]->lowered;
        for (int j = 0; low && j < low->steps; j++)
            if (low->step[j].program && found++ < count)
                program[found - 1] = low->step[j].program;
    }
    for (int i = 0; i < model->feature_sets; i++)
        if (model->features[i].after && found++ < count)
            program[found - 1] = model->features[i].after->program;
    return found;
}
