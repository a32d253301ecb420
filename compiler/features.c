/* features.c: a features section: what flows through it, its stages, and its results, which are inputs of the network. */
#include "stage.h"

#include <string.h>

/* ---------------------------------------------------------------- what is known of nodes */

Front *front_of(const Resolver *r)
{
    return r->flows->front;
}

Flow flow_of(const Resolver *r, const Node *node)
{
    return node->id < r->flows->count ? r->flows->flow[node->id] : (Flow){ 0 };
}

void flow_set(Resolver *r, const Node *node, Flow flow)
{
    Flows *f = r->flows;
    while (f->count <= node->id)
        APPEND(r->arena, f->flow, f->count, f->capacity, (Flow){ 0 });
    f->flow[node->id] = flow;
    f->flow[node->id].known = true;
}

Clock *clock_of(const Resolver *r, const Node *node)
{
    return &front_of(r)->clock[flow_of(r, node).clock - 1];
}

static const char *frames_text(Resolver *r, const Clock *clock)
{
    return clock->hop ? arena_format(r->arena, "frames %d samples apart", clock->hop) : "samples";
}

/* Whether two operands of one operator can be worked on frame by frame. */
static bool flows_agree(Resolver *r, Place place, Flow a, Flow b)
{
    const Clock *clock = front_of(r)->clock;
    if (a.stored || b.stored)
        fault(r, place, NULL,
              "features made elsewhere enter the network as they are; work on them there");
    else if (a.clock != b.clock)
        fault(r, place, NULL, "the operands have other times: %s here, %s there",
              frames_text(r, &clock[a.clock - 1]), frames_text(r, &clock[b.clock - 1]));
    else if (a.normalize != b.normalize)
        fault(r, place, NULL,
              "one operand comes from before `normalize`, or from behind another one");
    else if (a.cut != b.cut || a.piece != b.piece)
        fault(r, place, NULL, "one operand is cut by `segment`, or by another one");
    else
        return true;
    return false;
}

static bool settle(Resolver *r, Place place, const Node *node)
{
    Flow flow = { 0 };
    for (int i = 0; i < node->operands; i++) {
        Flow other = flow_of(r, node->operand[i]);
        if (!other.clock && !other.stored)
            continue;
        if ((flow.clock || flow.stored || other.stored) && !flows_agree(r, place, flow, other))
            return false;
        flow = other;
    }
    flow_set(r, node, flow);
    if (shape_batched(&node->shape) && shape_find(&node->shape, "time") >= 0 &&
        node->op != OP_slice && node->op != OP_input) {
        fault(r, place, NULL, "the result would have `time` twice");
        return false;
    }
    return true;
}

bool flow_settle(Resolver *r, Place place)
{
    const Graph *g = r->graph;
    for (int i = r->flows ? r->flows->count : g ? g->nodes : 0; g && i < g->nodes; i++)
        if (!flow_of(r, g->node[i]).known && !settle(r, place, g->node[i]))
            return false;
    return true;
}

/* ---------------------------------------------------------------- stages */

bool frames_need(Call *call, const Node *node)
{
    Resolver *r = call->r;
    Flow flow = flow_of(r, node);
    if (!shape_batched(&node->shape) || flow.stored)
        fault(r, call->place, call->name, "it works on frames of a recording; this is %s",
              flow.stored ? "made elsewhere" : shape_text(r, &node->shape));
    else if (flow.cut)
        fault(r, call->place, call->name, "it must come before `segment`");
    else if (flow.normalize)
        fault(r, call->place, call->name, "it must come before `normalize`");
    else
        return true;
    return false;
}

Node *stage_add(Call *call, Stage stage, Shape shape, Flow flow)
{
    Resolver *r = call->r;
    Front *front = front_of(r);
    Stage *made = arena_alloc(r->arena, sizeof *made);
    *made = stage;
    made->place = user_place(r, call->place);
    made->to = make_inner(r->graph, made->place, call->name, shape);
    if (stage.kind == STAGE_NORMALIZE)
        flow.normalize = made;
    flow_set(r, made->to, flow);
    APPEND(r->arena, front->stage, front->stages, front->stage_capacity, made);
    return made->to;
}

const Stage *stage_of(const Resolver *r, const Node *node)
{
    const Front *front = front_of(r);
    for (int i = 0; i < front->stages; i++)
        if (front->stage[i]->to == node)
            return front->stage[i];
    return NULL;
}

/* ---------------------------------------------------------------- results */

/* Where result `index` of the body is made: the last stage of its pipeline. */
Place result_place(const Tree *body, int index)
{
    const Tree *item = body->items[body->count - 1];
    const Tree *tree = item->kind != TREE_RESULT ? item
                       : index < item->a->count  ? item->a->items[index]
                                                 : item->a->items[item->a->count - 1];
    return tree->kind == TREE_PIPE ? tree->b->place : tree->place;
}

void model_input(Resolver *r, const Input *input)
{
    Model *m = r->model;
    m->input = arena_grow(r->arena, m->input, sizeof *input * (size_t)m->inputs,
                          sizeof *input * (size_t)(m->inputs + 1));
    m->input[m->inputs++] = *input;
}

/* The frames of one example, 0 where that is as long as the recording. */
static int64_t example_frames(const Front *front, const Flow *flow)
{
    if (flow->cut)
        return flow->cut->length;
    return front->cut ? clock_frames(&front->clock[flow->clock - 1], front->cut->length) : 0;
}

/* Frames are [channel, bin, time], or, without channels, one behind the other: [time, bin]. */
static Shape example_shape(const Front *front, const Node *node, int frames)
{
    Shape shape = { 0 };
    if (!front->channel_axis)
        shape.axis[shape.rank++] = (Axis){ "time", frames };
    for (int i = 1; i < node->shape.rank; i++)
        shape.axis[shape.rank++] = node->shape.axis[i];
    if (front->channel_axis)
        shape.axis[shape.rank++] = (Axis){ "time", frames };
    return shape;
}

static bool check_result(Resolver *r, Place place, const Value *value)
{
    if (value->kind != VALUE_TENSOR || (!shape_batched(&value->node->shape))) {
        fault(r, place, NULL, "features must end with frames of a recording; this is %s",
              value_describe(r, value));
        return false;
    }
    Flow flow = flow_of(r, value->node);
    const Front *front = front_of(r);
    if (flow.stored)
        return true;
    if (!flow.cut && !front->cut) {
        fault(r, place, NULL, "`time` is as long as the recording; end with segment[time = 2 s]");
        return false;
    }
    if (front->cut && !flow.piece) {
        fault(r, place, NULL, "this branch comes from before `segment`");
        return false;
    }
    Shape shape = example_shape(front, value->node, (int)example_frames(front, &flow));
    return shape_fits(r, place, NULL, &shape);
}

static void features_create(Resolver *r, const char *name, const Node *node)
{
    Model *m = r->model;
    Flow flow = flow_of(r, node);
    Front *front = front_of(r);
    Features f = { .name = name, .front = front };
    if (flow.stored) {
        for (int i = 1; i < node->shape.rank; i++)
            f.shape.axis[f.shape.rank++] = node->shape.axis[i];
    } else {
        f.clock = flow.clock - 1;
        f.shape = example_shape(front, node, (int)example_frames(front, &flow));
        f.result = (Node *)node;
        f.normalize = (Stage *)flow.normalize;
        f.cached = f.normalize ? f.normalize->from : f.result;
        f.cut = flow.cut;
    }
    m->features = arena_grow(r->arena, m->features, sizeof f * (size_t)m->feature_sets,
                             sizeof f * (size_t)(m->feature_sets + 1));
    m->features[m->feature_sets++] = f;
    model_input(r, &(Input){ .name = name, .shape = f.shape, .set = m->feature_sets - 1 });
}

static bool create_results(Resolver *r, const Tree *tree, const Value *value)
{
    Value *const *item = value->kind == VALUE_TUPLE ? value->item : (Value *const *)&value;
    const int count = value->kind == VALUE_TUPLE ? value->count : 1;
    bool good = true;
    for (int i = 0; i < count; i++)
        good &= check_result(r, result_place(tree->b, i), item[i]);
    for (int i = 0; i < count && good; i++)
        features_create(r,
                        count > 1 ? arena_format(r->arena, "%s.%d", tree->name, i + 1) : tree->name,
                        item[i]->node);
    return good;
}

static void front_create(Resolver *r, const Tree *tree)
{
    Model *m = r->model;
    Front *front = arena_alloc(r->arena, sizeof *front);
    r->flows = arena_alloc(r->arena, sizeof *r->flows);
    r->flows->front = front;
    r->graph = graph_create(r->arena, tree->name);
    *front = (Front){ .name = tree->name, .place = tree->place, .graph = r->graph };
    m->front = arena_grow(r->arena, m->front, sizeof front * (size_t)m->fronts,
                          sizeof front * (size_t)(m->fronts + 1));
    m->front[m->fronts++] = front;
}

bool resolve_features(Resolver *r, const Tree *tree)
{
    r->section = SECTION_FEATURES;
    r->path = (Names){ 0 };
    front_create(r, tree);
    Value *value = evaluate_body(r, scope_create(r, r->main, ""), tree->b);
    const bool good = value && create_results(r, tree, value);
    r->graph = NULL;
    r->flows = NULL;
    return good;
}
