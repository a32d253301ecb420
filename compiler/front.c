/* front.c: cuts a features section at its stages into programs, whose examples are frames.
 *
 * Nodes have levels: a stage gives the level after the one it reads from.  A level's program computes what stages, results
 * and later levels need of it, from arrays of frames (slots) that came before.  Level 0 holds what depends on no recording;
 * what lies behind `normalize` is a program of each result. */
#include "graph.h"
#include "kernel.h"

#include <string.h>

enum { CONSTANTS, FIRST_LEVEL };

/* Where the graph is cut. */
typedef struct Cutting {
    Arena *arena;
    const Model *model;
    const Options *options;
    Front *front;
    Lowered *low;
    int *level;    /* by node */
    bool *needed;  /* by node, as the next two */
    bool *behind;  /* `normalize` */
    int *slot;     /* -1: none */
    Stage **stage; /* whose result it is, or NULL */
    int levels;
} Cutting;

/* ---------------------------------------------------------------- levels */

static bool is_trivial(const Node *x)
{
    return x->op == OP_number || x->op == OP_index;
}

static const Node *without_stop(const Node *x)
{
    while (x->op == OP_stop)
        x = x->operand[0];
    return x;
}

static void find_stages(Cutting *c)
{
    for (int i = 0; i < c->front->stages; i++)
        c->stage[c->front->stage[i]->to->id] = c->front->stage[i];
}

/* Spectrograms and their mel bands are made in one go. */
static int level_of_stage(const Cutting *c, const Stage *stage)
{
    const bool first = stage->kind == STAGE_SPECTROGRAM || stage->kind == STAGE_MEL;
    return first ? FIRST_LEVEL : c->level[stage->from->id] + 1;
}

static void find_levels(Cutting *c)
{
    const Graph *g = c->front->graph;
    for (int i = 0; i < g->nodes; i++) {
        const Node *x = g->node[i];
        const Stage *stage = c->stage[i];
        c->level[i] = stage               ? level_of_stage(c, stage)
                      : x->op == OP_input ? FIRST_LEVEL
                                          : CONSTANTS;
        c->behind[i] = stage && stage->kind == STAGE_NORMALIZE;
        for (int j = 0; j < x->operands; j++) {
            const int id = x->operand[j]->id;
            c->behind[i] |= c->behind[id];
            if (c->level[id] > c->level[i])
                c->level[i] = c->level[id];
        }
        if (!c->behind[i] && c->level[i] >= c->levels)
            c->levels = c->level[i] + 1;
    }
}

static void need(Cutting *c, const Node *x)
{
    if (c->needed[x->id])
        return;
    c->needed[x->id] = true;
    for (int i = 0; i < x->operands; i++)
        need(c, x->operand[i]);
    if (c->stage[x->id])
        need(c, c->stage[x->id]->from);
}

/* ---------------------------------------------------------------- slots */

static int add_slot(Cutting *c, const Node *x, int clock)
{
    Lowered *low = c->low;
    const Stage *s = c->stage[x->id];
    const bool context = s && s->kind == STAGE_CONTEXT;
    Slot slot = { x, clock, shape_count(context ? &s->from->shape : &x->shape) };
    if (c->slot[x->id] < 0) {
        c->slot[x->id] = low->slots;
        APPEND(c->arena, low->slot, low->slots, low->slot_capacity, slot);
    }
    return c->slot[x->id];
}

/* The clock of a node's frames; SLOT_ONCE where there is one value of the recording, SLOT_CONSTANT of all. */
static int clock_of_node(const Cutting *c, const Node *x)
{
    if (c->level[x->id] == CONSTANTS)
        return SLOT_CONSTANT;
    if (!shape_batched(&x->shape))
        return SLOT_ONCE;
    for (int i = 0; i < x->operands; i++)
        if (shape_batched(&x->operand[i]->shape))
            return clock_of_node(c, x->operand[i]);
    const Stage *stage = c->stage[x->id];
    return !stage                             ? 0
           : stage->kind == STAGE_SPECTROGRAM ? stage->clock
                                              : clock_of_node(c, stage->from);
}

static void keep(Cutting *c, const Node *x)
{
    if (!is_trivial(x))
        add_slot(c, x, clock_of_node(c, x));
}

/* What is read from memory: stages, results, and what levels leave to later ones. */
static void find_slots(Cutting *c)
{
    const Graph *g = c->front->graph;
    for (int i = 0; i < g->nodes; i++) {
        const Node *x = g->node[i];
        const Stage *s = c->stage[i];
        if (!c->needed[i])
            continue;
        if (s && s->kind != STAGE_SPECTROGRAM && s->kind != STAGE_MEL)
            keep(c, s->from);
        for (int j = 0; j < x->operands; j++) {
            const Node *y = without_stop(x->operand[j]);
            if ((y->op == OP_input || c->level[y->id] < c->level[i]) && !c->behind[y->id])
                keep(c, y);
        }
    }
}

/* ---------------------------------------------------------------- programs */

typedef struct Clone {
    Cutting *c;
    Graph *g;
    Model *inputs; /* names the program's inputs */
    Node **made;   /* by node of the section */
    int level;     /* nodes of lower levels are inputs */
    bool behind;   /* so is what comes before `normalize` */
    FrontStep *step;
} Clone;

static Node *clone_input(Clone *k, const Node *x, const char *name, Shape shape, int slot,
                         bool overlaps)
{
    Input input = { .name = name, .shape = shape, .overlaps = overlaps };
    Model *m = k->inputs;
    m->input = arena_grow(k->g->arena, m->input, sizeof input * (size_t)m->inputs,
                          sizeof input * (size_t)(m->inputs + 1));
    m->input[m->inputs++] = input;
    APPEND(k->g->arena, k->step->in, k->step->ins, k->step->in_capacity, slot);
    return make_inner(k->g, x->place, name, shape);
}

static bool is_input(const Clone *k, const Node *x)
{
    if (x->op == OP_input)
        return true;
    if (is_trivial(x) || x->op == OP_part)
        return false;
    return k->c->slot[x->id] >= 0 &&
           (k->behind ? !k->c->behind[x->id] : k->c->level[x->id] < k->level);
}

static Node *clone(Clone *k, const Node *x)
{
    Node **made = &k->made[x->id];
    if (*made)
        return *made;
    if (is_input(k, x)) {
        const Stage *stage = k->c->stage[x->id];
        const char *name = arena_format(k->g->arena, "slot%d", k->step->ins);
        return *made = clone_input(k, x, name, x->shape, k->c->slot[x->id],
                                   stage && stage->kind == STAGE_CONTEXT);
    }
    if (x->op == OP_stop)
        return *made = clone(k, x->operand[0]);
    Node **operand = arena_alloc(k->g->arena, sizeof *operand * (size_t)(x->operands + 1));
    for (int i = 0; i < x->operands; i++)
        operand[i] = clone(k, x->operand[i]);
    return *made = graph_copy(k->g, x, operand);
}

static Clone begin(Cutting *c, int level, bool behind, FrontStep *step)
{
    Clone k = { .c = c, .level = level, .behind = behind, .step = step };
    k.g = graph_create(c->arena, c->front->name);
    k.inputs = arena_alloc(c->arena, sizeof *k.inputs);
    *k.inputs = (Model){ .name = c->model->name, .path = c->model->path };
    k.made = arena_alloc(c->arena, sizeof *k.made * (size_t)(c->front->graph->nodes + 1));
    return k;
}

/* A graph whose results are frames becomes a program, like any other. */
static void finish(Clone *k)
{
    Cutting *c = k->c;
    const char *prefix = arena_format(c->arena, "%s_part%d", c->front->name, ++c->low->programs);
    graph_check(k->g, "front");
    if (runs(c->options->passes, PASS_simplify))
        simplify(k->g);
    graph_check(k->g, "simplify of a front end");
    k->step->program = fuse(c->arena, k->inputs, k->g, c->options, prefix);
    schedule(k->step->program);
    plan(k->step->program);
}

static void add_step(Cutting *c, FrontStep step)
{
    APPEND(c->arena, c->low->step, c->low->steps, c->low->step_capacity, step);
}

static bool is_made_at(const Cutting *c, const Node *x, int level)
{
    return x->op != OP_input && !c->behind[x->id] && c->level[x->id] == level;
}

/* One for each level and clock: its frames are the program's examples. */
static void add_program(Cutting *c, int level, int clock)
{
    FrontStep step = { 0 };
    Clone k = begin(c, level, false, &step);
    const int slots = c->low->slots;
    for (int i = 0; i < slots; i++) {
        const Node *x = c->low->slot[i].node;
        if (!is_made_at(c, x, level) || c->low->slot[i].clock != clock)
            continue;
        Node *node = clone(&k, x);
        const char *name = arena_format(c->arena, "frames%d", step.outs);
        graph_result(k.g, RESULT_FRAMES, name, NULL, node);
        APPEND(c->arena, step.out, step.outs, step.out_capacity, i);
    }
    if (!step.outs)
        return;
    finish(&k);
    add_step(c, step);
}

/* Stages that read from a level; spectrograms read the audio, and mel bands go with them. */
static void add_stages(Cutting *c, int level)
{
    for (int i = 0; i < c->front->stages; i++) {
        Stage *s = c->front->stage[i];
        const bool first = s->kind == STAGE_SPECTROGRAM;
        if (!c->needed[s->to->id] || s->kind == STAGE_MEL || s->kind == STAGE_NORMALIZE ||
            (first ? level != CONSTANTS : c->level[s->from->id] != level))
            continue;
        FrontStep step = { .stage = s };
        if (!first)
            APPEND(c->arena, step.in, step.ins, step.in_capacity, c->slot[s->from->id]);
        for (int j = i; j < c->front->stages; j++) {
            Stage *taker = c->front->stage[j];
            if ((taker == s || (taker->kind == STAGE_MEL && taker->from == s->to)) &&
                c->needed[taker->to->id] && c->slot[taker->to->id] >= 0) {
                if (first)
                    APPEND(c->arena, step.taker, step.takers, step.taker_capacity, taker);
                APPEND(c->arena, step.out, step.outs, step.out_capacity, c->slot[taker->to->id]);
            }
        }
        add_step(c, step);
    }
}

/* ---------------------------------------------------------------- results */

static void finish_result(Cutting *c, Features *f)
{
    f->slot = c->slot[f->cached->id];
    if (!f->normalize || f->result == f->normalize->to)
        return;
    FrontStep *step = arena_alloc(c->arena, sizeof *step);
    Clone k = begin(c, 0, true, step);
    k.made[f->normalize->to->id] = clone_input(&k, f->normalize->to, "normalized",
                                               f->normalize->to->shape, -1, false);
    graph_result(k.g, RESULT_FRAMES, "frames0", NULL, clone(&k, f->result));
    finish(&k);
    f->after = step;
}

static void lower(Cutting *c)
{
    Model *m = (Model *)c->model;
    for (int i = 0; i < c->front->stages; i++)
        c->front->stage[i]->from = (Node *)without_stop(c->front->stage[i]->from);
    find_stages(c);
    find_levels(c);
    for (int i = 0; i < m->feature_sets; i++) {
        Features *f = &m->features[i];
        if (f->front != c->front)
            continue;
        f->result = (Node *)without_stop(f->result);
        f->cached = (Node *)without_stop(f->cached);
        need(c, f->result);
        add_slot(c, f->cached, clock_of_node(c, f->cached));
    }
    find_slots(c);
    for (int level = CONSTANTS; level < c->levels; level++) {
        for (int clock = SLOT_CONSTANT; clock < c->front->clocks; clock++)
            add_program(c, level, clock);
        add_stages(c, level);
    }
    for (int i = 0; i < m->feature_sets; i++)
        if (m->features[i].front == c->front)
            finish_result(c, &m->features[i]);
}

void front(Arena *arena, Model *model, const Options *options)
{
    for (int i = 0; i < model->fronts; i++) {
        Front *f = model->front[i];
        if (!f->clocks)
            continue;
        const size_t nodes = (size_t)f->graph->nodes + 1;
        Cutting c = { .arena = arena, .model = model, .options = options, .front = f };
        c.low = f->lowered = arena_alloc(arena, sizeof *c.low);
        c.level = arena_alloc(arena, sizeof *c.level * nodes);
        c.needed = arena_alloc(arena, sizeof *c.needed * nodes);
        c.behind = arena_alloc(arena, sizeof *c.behind * nodes);
        c.slot = arena_alloc(arena, sizeof *c.slot * nodes);
        c.stage = arena_alloc(arena, sizeof *c.stage * nodes);
        for (size_t k = 0; k < nodes; k++)
            c.slot[k] = -1;
        lower(&c);
    }
}
