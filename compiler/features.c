/* features.c: a features section: signals, maps of them, and what a pipeline becomes in the model.
 * */
#include "stage_signal.h"

#include <string.h>

const Shape *signal_shape(const Signal *signal)
{
    return &signal->shape;
}

Value *signal_value(Resolver *r, Place place, const Signal *signal)
{
    Value *value = value_create(r, VALUE_SIGNAL, place);
    value->signal = arena_alloc(r->arena, sizeof *signal);
    *value->signal = *signal;
    return value;
}

/* ---------------------------------------------------------------- maps between the stages */

void open_map(Resolver *r, Signal *s, Place place)
{
    s->map = graph_create(r->arena, "map");
    s->node = make_input(s->map, place, "x", (Shape){ 0 });
}

Value *signal_map(Resolver *r, Place place, const char *spelling, Function f, Value *const *v,
                  int count)
{
    const Signal *first = NULL;
    Node *node[3] = { NULL };
    Place user = user_place(r, place);
    for (int i = 0; i < count; i++) {
        if (v[i]->kind != VALUE_SIGNAL)
            continue;
        if (first && first->map != v[i]->signal->map) {
            fault(r, place, spelling,
                  "both operands must come from the same stage of the pipeline");
            return NULL;
        }
        first = v[i]->signal;
    }
    if (first->map->nodes > MAX_NODES) {
        r->stop = true;
        return NULL;
    }
    for (int i = 0; i < count; i++) {
        Unit unit = v[i]->kind == VALUE_SIGNAL ? UNIT_NONE : v[i]->number.unit;
        if (unit != UNIT_NONE && unit != UNIT_DECIBELS) {
            fault(r, place, spelling, "a signal has no unit, but this is %s",
                  value_describe(r, v[i]));
            return NULL;
        }
        node[i] = v[i]->kind == VALUE_SIGNAL ? v[i]->signal->node
                                             : make_number(first->map, user, v[i]->number.real);
    }
    Signal s = *first;
    s.shaped = true;
    s.node = make_map(s.map, user, f, node[0], node[1], node[2]);
    return signal_value(r, place, &s);
}

Value *add_stage(Call *call, Signal s, Stage stage)
{
    Resolver *r = call->r;
    Chain *link = arena_alloc(r->arena, sizeof *link);
    *link = (Chain){ .before = s.chain, .stage = stage };
    link->stage.place = user_place(r, call->place);
    s.chain = link;
    open_map(r, &s, link->stage.place);
    return signal_value(r, call->place, &s);
}

/* The pending map becomes a stage, so that another one can follow. */
static bool close_map(Resolver *r, Signal *s, Place place)
{
    if (s->node->op == OP_input)
        return true;
    if (s->map->results && s->map->result[0].node != s->node) {
        fault(r, place, NULL, "a pipeline with branches is not compiled yet");
        return false;
    }
    if (!s->map->results)
        graph_result(s->map, RESULT_VALUE, "y", NULL, s->node);
    Chain *link = arena_alloc(r->arena, sizeof *link);
    *link = (Chain){ .before = s->chain,
                     .stage = { .kind = STAGE_MAP, .place = s->node->place, .map = s->map } };
    s->chain = link;
    open_map(r, s, place);
    return true;
}

bool stage_input(Call *call, Signal *s)
{
    *s = *call->slot[0]->signal;
    return close_map(call->r, s, user_place(call->r, call->place));
}

/* ---------------------------------------------------------------- the section */

Place result_place(const Tree *body)
{
    const Tree *item = body->items[body->count - 1];
    const Tree *tree = item->kind == TREE_RESULT ? item->a->items[0] : item;
    return tree->kind == TREE_PIPE ? tree->b->place : tree->place;
}

void model_input(Resolver *r, const Input *input)
{
    Model *m = r->model;
    m->input = arena_grow(r->arena, m->input, sizeof *input * (size_t)m->inputs,
                          sizeof *input * (size_t)(m->inputs + 1));
    m->input[m->inputs++] = *input;
}

static Features *features_create(Resolver *r, const Tree *tree, Signal *s)
{
    Features *f;
    Model *m = r->model;
    m->features = arena_grow(r->arena, m->features, sizeof *f * (size_t)m->feature_sets,
                             sizeof *f * (size_t)(m->feature_sets + 1));
    f = &m->features[m->feature_sets++];
    *f = (Features){ .name = tree->name, .shape = s->shape };
    for (Chain *c = s->chain; c; c = c->before)
        f->stages++;
    model_input(r, &(Input){ .name = f->name, .shape = f->shape, .set = m->feature_sets - 1 });
    f->stage = arena_alloc(r->arena, sizeof *f->stage * (size_t)(f->stages + 1));
    int at = f->stages;
    for (Chain *c = s->chain; c; c = c->before)
        f->stage[--at] = c->stage;
    return f;
}

void resolve_features(Resolver *r, const Tree *tree)
{
    r->section = SECTION_FEATURES;
    r->graph = NULL;
    Value *value = evaluate_body(r, scope_create(r, r->main, ""), tree->b);
    if (!value)
        return;
    Place place = result_place(tree->b);
    if (value->kind == VALUE_TUPLE) {
        fault(r, place, NULL, "features with several results are not compiled yet");
        return;
    }
    if (value->kind != VALUE_SIGNAL) {
        fault(r, place, NULL, "features must end with a signal; this is %s",
              value_describe(r, value));
        return;
    }
    Signal s = *value->signal;
    int time = shape_find(&s.shape, "time");
    if (time >= 0 && s.shape.axis[time].size == 0)
        fault(r, place, NULL, "`time` is as long as the recording; end with segment[time = 2 s]");
    else if (close_map(r, &s, place))
        features_create(r, tree, &s);
}
