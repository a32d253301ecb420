/* stage_time.c: what looks across the frames of a recording: neighbouring frames, summaries of all of them, the frames most
 * alike. */
#include "stage.h"

#include <string.h>

bool in_frames(const Resolver *r, const Node *x)
{
    return r->flows && shape_batched(&x->shape);
}

/* Kernels over time see every frame with those around it; its result is no longer or shorter. */
Node *frames_context(Call *call, Node *x, const Along *slide, const char *edges, Place place)
{
    Resolver *r = call->r;
    const int64_t span = (int64_t)(slide->size - 1) * slide->dilation + 1;
    const int before = (int)(strcmp(edges, "causal") == 0 ? span - 1 : (span - 1) / 2);
    if (!frames_need(call, x))
        return NULL;
    if (strcmp(edges, "valid") == 0) {
        fault(r, place, call->name,
              "frames at the edges would be lost: slide over `time` with edges = repeat, same or "
              "causal");
        return NULL;
    }
    if (slide->stride != 1) {
        fault(r, place, call->name, "a stride over `time` is not possible in features");
        return NULL;
    }
    Shape shape = { .rank = 1, .axis = { x->shape.axis[0] } };
    if (!shape_grow(r, place, call->name, &shape, "time", span))
        return NULL;
    for (int i = 1; i < x->shape.rank; i++)
        if (!shape_grow(r, place, call->name, &shape, x->shape.axis[i].name, x->shape.axis[i].size))
            return NULL;
    if (!shape_fits(r, place, call->name, &shape))
        return NULL;
    Stage stage = { .kind = STAGE_CONTEXT,
                    .from = x,
                    .before = before,
                    .after = (int)(span - 1) - before,
                    .repeat = strcmp(edges, "repeat") == 0 };
    Node *node = stage_add(call, stage, shape, flow_of(r, x));
    if (slide->dilation == 1)
        return node;
    Flow flow = flow_of(r, node);
    Along every = { .axis = "time", .stride = slide->dilation, .dilation = 1, .hi = (int)span };
    node = make_slice(r->graph, user_place(r, call->place), node, 1, &every);
    flow_set(r, node, flow);
    return node;
}

Node *frames_clip(Call *call, Node *x)
{
    if (!frames_need(call, x))
        return NULL;
    Shape shape = { 0 };
    for (int i = 1; i < x->shape.rank; i++)
        shape.axis[shape.rank++] = x->shape.axis[i];
    Stage stage = { .kind = STAGE_CLIP, .from = x, .reduction = call->name };
    return stage_add(call, stage, shape, flow_of(call->r, x));
}

/* nnf[time](x, aggregate, neighbours, width, metric) */
Value *build_neighbours(Call *call)
{
    Resolver *r = call->r;
    Node *x = call->slot[0]->node;
    const Value *neighbours = call->slot[2];
    Stage stage = { .kind = STAGE_NEIGHBOURS,
                    .from = x,
                    .aggregate = slot_word(call, 1, "mean"),
                    .metric = slot_word(call, 4, "euclidean"),
                    .width = 1 };
    int64_t whole;
    if (call->axes->count != 1 || strcmp(call->axes->axis[0].name, "time") != 0) {
        fault(r, call->axes->place, call->name, "frames are compared along `time`: %s[time](..)",
              call->name);
        return NULL;
    }
    if (!axis_plain(r, call->name, &call->axes->axis[0]) || !frames_need(call, x))
        return NULL;
    if (neighbours && (!number_whole(neighbours->number, &whole) || neighbours->number.unit ||
                       whole < 1 || whole > MAX_COUNT)) {
        fault(r, neighbours->place, NULL, "k is %s: it must be a whole number of at least 1",
              number_text(r, neighbours->number));
        return NULL;
    }
    stage.neighbours = neighbours ? (int)whole : 0;
    const Clock *clock = clock_of(r, x);
    if (call->slot[3] && !stage_length(call, "width", call->slot[3], clock->rate,
                                       clock->hop ? UNIT_FRAMES : UNIT_SAMPLES, &stage.width))
        return NULL;
    return value_tensor(r, call->place, stage_add(call, stage, x->shape, flow_of(r, x)));
}
