/* primitive_product.c: dot, and what reduces: sum, mean, max, softmax. */
#include "resolve.h"

#include <string.h>

static int size_of(const Node *x, const char *axis)
{
    return x->shape.axis[shape_find(&x->shape, axis)].size;
}

static bool listed(const char *const *name, int count, const char *axis)
{
    for (int i = 0; i < count; i++)
        if (strcmp(name[i], axis) == 0)
            return true;
    return false;
}

/* stride, dilation: one number for all axes, or a list; axes it leaves out get `otherwise`. */
static bool step_along(Call *call, int slot, const char *axis, int otherwise, int *step)
{
    Resolver *r = call->r;
    const Value *value = call->slot[slot];
    *step = otherwise;
    if (!value)
        return true;
    AxisItem item = {
        .name = "the step", .place = value->place, .kind = SIZE_ONE, .size = value->number
    };
    if (value->kind != VALUE_AXES)
        return axis_size(r, call->name, &item, 1, step);
    for (int i = 0; i < value->count; i++)
        if (strcmp(value->axis[i].name, axis) == 0)
            return axis_size(r, call->name, &value->axis[i], 1, step);
    return true;
}

static bool steps_used(Call *call, int slot, const Along *along, int count)
{
    const Value *value = call->slot[slot];
    for (int i = 0; value && value->kind == VALUE_AXES && i < value->count; i++) {
        bool found = false;
        for (int k = 0; k < count; k++)
            found |= strcmp(along[k].axis, value->axis[i].name) == 0;
        if (!found) {
            fault(call->r, value->axis[i].place, call->name, "there is no window along `%s`",
                  value->axis[i].name);
            return false;
        }
    }
    return true;
}

/* ---------------------------------------------------------------- dot */

static bool check_over(Call *call, Node *a, Node *b, const char **over)
{
    Resolver *r = call->r;
    for (int i = 0; i < call->axes->count; i++) {
        const AxisItem *item = &call->axes->axis[i];
        if (!axis_plain(r, call->name, item) ||
            !shape_need(r, item->place, call->name, a, item->name) ||
            !shape_need(r, item->place, call->name, b, item->name))
            return false;
        over[i] = item->name;
    }
    return true;
}

static bool check_slides(Call *call, Node *a, Node *b, int overs, const char **over, Along *slide)
{
    Resolver *r = call->r;
    const Value *list = call->slot[2];
    for (int i = 0; list && i < list->count; i++) {
        const AxisItem *item = &list->axis[i];
        const char *axis = item->name;
        const bool frames = in_frames(r, a) && strcmp(axis, "time") == 0;
        if ((!frames && !shape_need(r, item->place, call->name, a, axis)) ||
            !shape_need(r, item->place, call->name, b, axis))
            return false;
        if (listed(over, overs, axis)) {
            fault(r, item->place, call->name, "`%s` is both summed away and slid over", axis);
            return false;
        }
        int size = size_of(b, axis), given = size;
        if (item->kind != SIZE_NONE && !axis_size(r, call->name, item, 1, &given))
            return false;
        if (given != size) {
            fault(r, item->place, call->name, "slide says %s = %d, the kernel has %s = %d", axis,
                  given, axis, size);
            return false;
        }
        if (ragged_refuse(r, item->place, call->name, axis, "nothing can slide over it"))
            return false;
        slide[i] = (Along){ .axis = axis, .size = size };
        if (!step_along(call, 3, axis, 1, &slide[i].stride) ||
            !step_along(call, 5, axis, 1, &slide[i].dilation))
            return false;
    }
    int slides = list ? list->count : 0;
    return steps_used(call, 3, slide, slides) && steps_used(call, 5, slide, slides);
}

static bool check_aligned(Call *call, Node *a, Node *b, const Along *slide, int slides)
{
    Resolver *r = call->r;
    for (int i = shape_batched(&a->shape); i < a->shape.rank; i++) {
        const char *axis = a->shape.axis[i].name;
        bool slid = false;
        for (int k = 0; k < slides; k++)
            slid |= strcmp(slide[k].axis, axis) == 0;
        if (slid || shape_find(&b->shape, axis) < 0 || size_of(a, axis) == size_of(b, axis))
            continue;
        fault(r, call->place, call->name, "%s = %d in the first operand, %d in the second", axis,
              size_of(a, axis), size_of(b, axis));
        note_sizes(r, axis, a, b);
        return false;
    }
    return true;
}

/* What a needs along a slide.  same and repeat: as many results as ceil(n / stride), less of it
 * before than after (Keras); causal: all of it before. */
static bool missing_along(Call *call, const Node *a, const Along *slide, bool causal, Along *pad)
{
    int64_t n = size_of(a, slide->axis), results = (n + slide->stride - 1) / slide->stride;
    int64_t span = (int64_t)(slide->size - 1) * slide->dilation + 1;
    int64_t missing = causal ? span - 1 : (results - 1) * slide->stride + span - n;
    if (n + missing > MAX_COUNT) {
        fault(call->r, call->place, call->name, "a kernel of %lld does not fit", (long long)span);
        return false;
    }
    missing = missing < 0 ? 0 : missing;
    int before = (int)(causal ? missing : missing / 2);
    *pad = (Along){
        .axis = slide->axis, .dilation = 1, .lo = before, .hi = (int)(missing - before)
    };
    return true;
}

static bool pad_slides(Call *call, const char *edges, Node **a, const Along *slide, int slides)
{
    Along pad[MAX_AXES];
    if (strcmp(edges, "valid") == 0)
        return true;
    for (int i = 0; i < slides; i++)
        if (!missing_along(call, *a, &slide[i], strcmp(edges, "causal") == 0, &pad[i]))
            return false;
    *a = pad_edges(call, *a, slides, pad, strcmp(edges, "repeat") == 0);
    return *a;
}

static bool check_windows(Call *call, const char *what, const Node *x, const Along *window,
                          int windows)
{
    for (int i = 0; i < windows; i++) {
        int n = size_of(x, window[i].axis);
        int64_t span = (int64_t)(window[i].size - 1) *
                           (window[i].dilation ? window[i].dilation : 1) +
                       1;
        if (span <= n)
            continue;
        fault(call->r, call->place, call->name, "a %s of %lld does not fit in %s = %d", what,
              (long long)span, window[i].axis, n);
        return false;
    }
    return true;
}

static bool product_fits(Call *call, const Node *a, const Node *b, int overs,
                         const char *const *over)
{
    Shape shape = { 0 };
    if (shape_batched(&b->shape) && !shape_batched(&a->shape))
        shape.axis[shape.rank++] = b->shape.axis[0];
    for (int i = 0; i < a->shape.rank; i++)
        if (!listed(over, overs, a->shape.axis[i].name))
            if (!shape_grow(call->r, call->place, call->name, &shape, a->shape.axis[i].name,
                            a->shape.axis[i].size))
                return false;
    for (int i = 0; i < b->shape.rank; i++)
        if (shape_find(&a->shape, b->shape.axis[i].name) < 0 && b->shape.axis[i].size != BATCH)
            if (!shape_grow(call->r, call->place, call->name, &shape, b->shape.axis[i].name,
                            b->shape.axis[i].size))
                return false;
    return shape_fits(call->r, call->place, call->name, &shape);
}

/* Fan-in: axes summed or slid over; fan-out: the others times the slid ones (language.md, section
 * 7). */
static void note_fans(Resolver *r, const Node *operand, int overs, const char *const *over,
                      const Along *slide, int slides)
{
    const Node *w = cell_origin(r, operand);
    double in = 1, out = 1;
    if (w->op != OP_weight)
        return;
    for (int i = 0; i < w->shape.rank; i++) {
        const char *axis = w->shape.axis[i].name;
        bool slid = false;
        for (int k = 0; k < slides; k++)
            slid |= strcmp(slide[k].axis, axis) == 0;
        if (slid || listed(over, overs, axis))
            in *= w->shape.axis[i].size;
        if (slid || !listed(over, overs, axis))
            out *= w->shape.axis[i].size;
    }
    WeightUse *use = &r->use[w->weight->index];
    use->ambiguous |= w->weight->fan_in > 0 &&
                      (w->weight->fan_in != in || w->weight->fan_out != out);
    w->weight->fan_in = in;
    w->weight->fan_out = out;
}

/* Along the time of a recording, the frames around each become an axis, which is summed away. */
static bool slide_frames(Call *call, const char *edges, Node **a, const char **over, int *overs,
                         Along *slide, int *slides)
{
    for (int i = 0; i < *slides && in_frames(call->r, *a); i++) {
        if (strcmp(slide[i].axis, "time") != 0)
            continue;
        *a = frames_context(call, *a, &slide[i], edges, call->place);
        over[(*overs)++] = "time";
        slide[i] = slide[--*slides];
        return *a != NULL;
    }
    return true;
}

Value *build_dot(Call *call)
{
    Resolver *r = call->r;
    Node *a = call->slot[0]->node, *b = call->slot[1]->node;
    const char *over[MAX_AXES + 1], *edges = slot_word(call, 4, "valid");
    Along slide[MAX_AXES + 1];
    int overs = call->axes->count, slides = call->slot[2] ? call->slot[2]->count : 0;
    if (overs > MAX_AXES || slides > MAX_AXES || !check_over(call, a, b, over) ||
        !check_slides(call, a, b, overs, over, slide) ||
        !check_aligned(call, a, b, slide, slides) ||
        !slide_frames(call, edges, &a, over, &overs, slide, &slides))
        return NULL;
    if (!pad_slides(call, edges, &a, slide, slides))
        return NULL;
    if (!check_windows(call, "kernel", a, slide, slides) || !product_fits(call, a, b, overs, over))
        return NULL;
    note_fans(r, a, overs, over, slide, slides);
    note_fans(r, b, overs, over, slide, slides);
    if (!ragged_factors(r, call->place, call->name, &a, &b, overs, over))
        return NULL;
    Place place = user_place(r, call->place);
    return value_tensor(r, call->place,
                        make_dot(r->graph, place, a, b, overs, over, slides, slide));
}

/* ---------------------------------------------------------------- reductions */

typedef Node *Reduction(Graph *g, Place p, Node *x, int over, const char *const *axis, int windows,
                        const Along *window);

/* What counts as nothing past the length of a ragged axis. */
typedef Node *Masking(Resolver *r, Place place, const char *who, Node *x, int axes,
                      const char *const *axis);

/* [a] takes the axis away, [a = k] is a window of k, which moves by k where no stride is given. */
static Value *reduce(Call *call, Reduction *make, Masking *mask)
{
    Resolver *r = call->r;
    Node *x = call->slot[0]->node;
    const char *over[MAX_AXES];
    Along window[MAX_AXES];
    int overs = 0, windows = 0;
    bool all = false; /* frames of a recording */
    for (int i = 0; i < call->axes->count; i++) {
        const AxisItem *item = &call->axes->axis[i];
        if (in_frames(r, x) && strcmp(item->name, "time") == 0 && axis_plain(r, call->name, item)) {
            all = true;
            continue;
        }
        if (!shape_need(r, item->place, call->name, x, item->name))
            return NULL;
        if (item->kind == SIZE_NONE) {
            over[overs++] = item->name;
            continue;
        }
        if (ragged_refuse(r, item->place, call->name, item->name, "it has no windows"))
            return NULL;
        Along *w = &window[windows++];
        *w = (Along){ .axis = item->name, .dilation = 1 };
        if (!axis_size(r, call->name, item, 1, &w->size) ||
            !step_along(call, 1, item->name, w->size, &w->stride))
            return NULL;
    }
    if (call->slot[1] && !windows) {
        fault(r, call->slot[1]->place, call->name, "a stride needs a window: %s[freq = 3]",
              call->name);
        return NULL;
    }
    if (!steps_used(call, 1, window, windows) || !check_windows(call, "window", x, window, windows))
        return NULL;
    if (!overs && !windows && !all)
        return value_tensor(r, call->place, x);
    x = mask(r, call->place, call->name, x, overs, over);
    if (!x)
        return NULL;
    Place place = user_place(r, call->place);
    Node *node = x;
    if (overs || windows)
        node = make(r->graph, place, x, overs, over, windows, window);
    if (node != x && make == make_max)
        node = make_part(r->graph, place, node, 0);
    if (make == make_mean)
        node = ragged_mean(r, call->place, node, overs, over);
    if (all)
        node = flow_settle(r, call->place) ? frames_clip(call, node) : NULL;
    return node ? value_tensor(r, call->place, node) : NULL;
}

Value *build_sum(Call *call)
{
    return reduce(call, make_sum, ragged_zeros);
}

Value *build_mean(Call *call)
{
    return reduce(call, make_mean, ragged_zeros);
}

Value *build_max(Call *call)
{
    return reduce(call, make_max, ragged_lowest);
}

Value *build_softmax(Call *call)
{
    Resolver *r = call->r;
    Node *x = call->slot[0]->node;
    const char *over[MAX_AXES];
    if (!call->axes->count) {
        fault(r, call->place, NULL, "softmax needs an axis to run over, as softmax[class]");
        return NULL;
    }
    for (int i = 0; i < call->axes->count; i++) {
        const AxisItem *item = &call->axes->axis[i];
        if (!shape_need(r, item->place, call->name, x, item->name) ||
            !axis_plain(r, call->name, item))
            return NULL;
        over[i] = item->name;
    }
    x = ragged_lowest(r, call->place, call->name, x, call->axes->count, over);
    if (!x)
        return NULL;
    Node *node = make_softmax(r->graph, user_place(r, call->place), x, call->axes->count, over);
    return value_tensor(r, call->place, node);
}
