/* interpret.c: evaluates graphs naively.  Every operator is a walk over a space of coordinates in
 * which the place of an element in an array is a linear function of the coordinates. */
#include "interpret.h"

#include "../compiler/graph.h"

#include <math.h>
#include <string.h>

enum { MAX_SPACE = 3 * MAX_AXES };

typedef struct Space {
    int rank, batch;
    int64_t size[MAX_SPACE], at[MAX_SPACE];
} Space;

/* Place of an element: base + sum of at[i] * stride[i]. */
typedef struct Ref {
    int64_t base, stride[MAX_SPACE];
} Ref;

typedef struct Run {
    Arena *arena;
    const Feed *feed;
    Parts *value;
    double *const *inner; /* of a scan's body: the values of its inputs, by id */
} Run;

int64_t elements(const Shape *s, int batch)
{
    return shape_count(s) * (shape_batched(s) ? batch : 1);
}

/* ---------------------------------------------------------------- spaces */

static int64_t axis_size(const Axis *axis, int batch)
{
    return axis->size == BATCH ? batch : axis->size;
}

static int64_t axis_stride(const Shape *s, int axis, int batch)
{
    int64_t stride = 1;
    for (int i = axis + 1; i < s->rank; i++)
        stride *= axis_size(&s->axis[i], batch);
    return stride;
}

static int64_t stride_of(const Shape *s, const char *axis, int batch)
{
    int i = shape_find(s, axis);
    return i < 0 ? 0 : axis_stride(s, i, batch);
}

static Space space_of(const Shape *s, int batch)
{
    Space space = { .batch = batch };
    for (int i = 0; i < s->rank; i++)
        space.size[space.rank++] = axis_size(&s->axis[i], batch);
    return space;
}

/* The element of a tensor of shape s at the coordinates of a space over `axes`; by name. */
static Ref ref_by_name(const Shape *axes, const Shape *s, int batch)
{
    Ref ref = { 0 };
    for (int i = 0; i < axes->rank; i++)
        ref.stride[i] = stride_of(s, axes->axis[i].name, batch);
    return ref;
}

static bool next(Space *s)
{
    for (int i = s->rank - 1; i >= 0; i--) {
        if (++s->at[i] < s->size[i])
            return true;
        s->at[i] = 0;
    }
    return false;
}

static int64_t place(const Space *s, const Ref *r)
{
    int64_t at = r->base;
    for (int i = 0; i < s->rank; i++)
        at += s->at[i] * r->stride[i];
    return at;
}

/* Moves along an axis of the space by `step` elements of the named axis, from `first` on. */
static void ref_along(Ref *ref, int axis, const Shape *s, int batch, const char *name, int first,
                      int step)
{
    int64_t stride = stride_of(s, name, batch);
    ref->base += first * stride;
    ref->stride[axis] = step * stride;
}

/* ---------------------------------------------------------------- reductions */

/* A reduction's space: the axes of its result, then those summed and the windows' taps. */
typedef struct Reduction {
    Space space;
    Ref result, x, tap; /* tap: row-major number of the position in its window */
} Reduction;

static Reduction reduction_of(const Node *n, const Shape *x, const Shape *result, int batch)
{
    Reduction r = { .space = space_of(result, batch) };
    int kept = r.space.rank;
    r.result = ref_by_name(result, result, batch);
    r.x = ref_by_name(result, x, batch);
    for (int i = 0; i < x->rank; i++) {
        const char *name = x->axis[i].name;
        const Along *window = along_find(n, name);
        if (!window && shape_find(result, name) >= 0)
            continue;
        int axis = r.space.rank++;
        r.space.size[axis] = window ? window->size : axis_size(&x->axis[i], batch);
        if (window)
            ref_along(&r.x, shape_find(result, name), x, batch, name, 0, window->stride);
        ref_along(&r.x, axis, x, batch, name, 0, window ? window->dilation : 1);
    }
    for (int axis = r.space.rank - 1, step = 1; axis >= kept; axis--) {
        r.tap.stride[axis] = step;
        step *= (int)r.space.size[axis];
    }
    return r;
}

static void run_sum(Run *run, const Node *n, Parts out)
{
    const double *x = run->value[n->operand[0]->id][0];
    Reduction r = reduction_of(n, &n->operand[0]->shape, &n->shape, run->feed->batch);
    do
        out[0][place(&r.space, &r.result)] += x[place(&r.space, &r.x)];
    while (next(&r.space));
}

static void run_max(Run *run, const Node *n, Parts out)
{
    const double *x = run->value[n->operand[0]->id][0];
    Reduction r = reduction_of(n, &n->operand[0]->shape, &n->shape, run->feed->batch);
    do {
        int64_t at = place(&r.space, &r.result), tap = place(&r.space, &r.tap);
        double value = x[place(&r.space, &r.x)];
        if (tap == 0 || value > out[0][at]) {
            out[0][at] = value;
            out[1][at] = (double)tap;
        }
    } while (next(&r.space));
}

static void run_unmax(Run *run, const Node *n, Parts out)
{
    const double *where = run->value[n->operand[0]->id][0], *dy = run->value[n->operand[1]->id][0];
    Reduction r = reduction_of(n, &n->shape, &n->operand[1]->shape, run->feed->batch);
    do {
        int64_t at = place(&r.space, &r.result);
        if (where[at] == (double)place(&r.space, &r.tap))
            out[0][place(&r.space, &r.x)] += dy[at];
    } while (next(&r.space));
}

static void run_softmax(Run *run, const Node *n, Parts out)
{
    const double *x = run->value[n->operand[0]->id][0];
    Shape reduced = shape_reduced(n, &n->shape);
    int64_t count = elements(&reduced, run->feed->batch);
    double *most = arena_alloc(run->arena, sizeof *most * (size_t)count);
    double *sum = arena_alloc(run->arena, sizeof *sum * (size_t)count);
    Reduction r = reduction_of(n, &n->shape, &reduced, run->feed->batch), s = r, t = r;
    for (int64_t i = 0; i < count; i++)
        most[i] = -INFINITY;
    do {
        int64_t kept = place(&r.space, &r.result);
        most[kept] = fmax(most[kept], x[place(&r.space, &r.x)]);
    } while (next(&r.space));
    do {
        int64_t kept = place(&s.space, &s.result);
        sum[kept] += exp(x[place(&s.space, &s.x)] - most[kept]);
    } while (next(&s.space));
    do {
        int64_t at = place(&t.space, &t.x), kept = place(&t.space, &t.result);
        out[0][at] = exp(x[at] - most[kept]) / sum[kept];
    } while (next(&t.space));
}

static void run_moments(Run *run, const Node *n, Parts out)
{
    const double *x = run->value[n->operand[0]->id][0];
    const Shape *shape = &n->operand[0]->shape;
    int batch = run->feed->batch;
    double count = (double)elements(shape, batch) / (double)elements(&n->shape, batch);
    Ref kept = ref_by_name(shape, &n->shape, batch);
    Space s = space_of(shape, batch), t = s;
    int64_t at = 0;
    do
        out[0][place(&s, &kept)] += x[at++] / count;
    while (next(&s));
    at = 0;
    do {
        double low = x[at++] - out[0][place(&t, &kept)];
        out[1][place(&t, &kept)] += low * low / count;
    } while (next(&t));
}

/* Coordinates: the result's axes, the axes summed, the taps of the kernel. */
static void run_dot(Run *run, const Node *n, Parts out)
{
    const Shape *a = &n->operand[0]->shape, *b = &n->operand[1]->shape;
    const double *x = run->value[n->operand[0]->id][0], *w = run->value[n->operand[1]->id][0];
    int batch = run->feed->batch;
    Space s = space_of(&n->shape, batch);
    Ref result = ref_by_name(&n->shape, &n->shape, batch);
    Ref ra = ref_by_name(&n->shape, a, batch), rb = ref_by_name(&n->shape, b, batch);
    for (int i = 0; i < n->axes; i++) {
        int axis = s.rank++;
        s.size[axis] = axis_size(&a->axis[shape_find(a, n->axis[i])], batch);
        ref_along(&ra, axis, a, batch, n->axis[i], 0, 1);
        ref_along(&rb, axis, b, batch, n->axis[i], 0, 1);
    }
    for (int i = 0; i < n->alongs; i++) {
        const Along *slide = &n->along[i];
        int axis = s.rank++, moved = shape_find(&n->shape, slide->axis);
        s.size[axis] = slide->size;
        ref_along(&ra, moved, a, batch, slide->axis, 0, slide->stride);
        ref_along(&ra, axis, a, batch, slide->axis, 0, slide->dilation);
        ref_along(&rb, moved, b, batch, slide->axis, 0, 0);
        ref_along(&rb, axis, b, batch, slide->axis, 0, 1);
    }
    do
        out[0][place(&s, &result)] += x[place(&s, &ra)] * w[place(&s, &rb)];
    while (next(&s));
}

/* ---------------------------------------------------------------- maps */

static double apply(Function f, double a, double b, double c)
{
    switch (f) {
    case FN_neg: return -a;
    case FN_exp: return exp(a);
    case FN_log: return log(a);
    case FN_sqrt: return sqrt(a);
    case FN_rsqrt: return 1 / sqrt(a);
    case FN_tanh: return tanh(a);
    case FN_sigmoid: return 1 / (1 + exp(-a));
    case FN_relu: return a > 0 ? a : 0;
    case FN_abs: return fabs(a);
    case FN_erf: return erf(a);
    case FN_sin: return sin(a);
    case FN_cos: return cos(a);
    case FN_step: return a > 0 ? 1 : 0;
    case FN_add: return a + b;
    case FN_sub: return a - b;
    case FN_mul: return a * b;
    case FN_div: return a / b;
    case FN_pow: return pow(a, b);
    case FN_max: return a > b ? a : b;
    case FN_min: return a < b ? a : b;
    case FN_eq: return a == b;
    case FN_ne: return a != b;
    case FN_lt: return a < b;
    case FN_le: return a <= b;
    case FN_gt: return a > b;
    case FN_ge: return a >= b;
    case FN_select: return a != 0 ? b : c;
    case FUNCTIONS: break;
    }
    bug(NULL, "interpret: unknown function %d", (int)f);
}

static void run_map(Run *run, const Node *n, Parts out)
{
    Space s = space_of(&n->shape, run->feed->batch);
    Ref ref[3];
    double x[3] = { 0 };
    int64_t at = 0;
    for (int i = 0; i < n->operands; i++)
        ref[i] = ref_by_name(&n->shape, &n->operand[i]->shape, run->feed->batch);
    do {
        for (int i = 0; i < n->operands; i++)
            x[i] = run->value[n->operand[i]->id][0][place(&s, &ref[i])];
        out[0][at++] = apply(n->function, x[0], x[1], x[2]);
    } while (next(&s));
}

/* ---------------------------------------------------------------- moving elements */

/* out[to] = x[from] over the coordinates of `axes`. */
static void copy(const Shape *axes, int batch, double *out, Ref to, const double *x, Ref from)
{
    Space s = space_of(axes, batch);
    do
        out[place(&s, &to)] = x[place(&s, &from)];
    while (next(&s));
}

/* The axes made are last in the result: a merged one's stride is the size of those listed after. */
static void run_reshape(Run *run, const Node *n, Parts out)
{
    const Shape *x = &n->operand[0]->shape;
    int batch = run->feed->batch;
    Ref from = ref_by_name(x, x, batch), to = ref_by_name(x, &n->shape, batch);
    int64_t stride = 1;
    for (int i = n->axes - 1; i >= 0; i--) {
        int axis = shape_find(x, n->axis[i]);
        to.stride[axis] = stride;
        stride *= x->axis[axis].size;
    }
    copy(x, batch, out[0], to, run->value[n->operand[0]->id][0], from);
}

static void run_expand(Run *run, const Node *n, Parts out)
{
    int batch = run->feed->batch;
    Ref from = ref_by_name(&n->shape, &n->operand[0]->shape, batch);
    copy(&n->shape, batch, out[0], ref_by_name(&n->shape, &n->shape, batch),
         run->value[n->operand[0]->id][0], from);
}

static void run_slice(Run *run, const Node *n, Parts out)
{
    const Shape *x = &n->operand[0]->shape;
    int batch = run->feed->batch;
    Ref from = ref_by_name(&n->shape, x, batch);
    for (int i = 0; i < n->alongs; i++) {
        const Along *s = &n->along[i];
        ref_along(&from, shape_find(x, s->axis), x, batch, s->axis, s->lo, s->stride);
    }
    copy(&n->shape, batch, out[0], ref_by_name(&n->shape, &n->shape, batch),
         run->value[n->operand[0]->id][0], from);
}

static void run_pad(Run *run, const Node *n, Parts out)
{
    const Shape *x = &n->operand[0]->shape;
    int batch = run->feed->batch;
    Ref to = ref_by_name(x, &n->shape, batch);
    for (int i = 0; i < n->alongs; i++) {
        const Along *p = &n->along[i];
        ref_along(&to, shape_find(x, p->axis), &n->shape, batch, p->axis, p->lo, p->dilation);
    }
    copy(x, batch, out[0], to, run->value[n->operand[0]->id][0], ref_by_name(x, x, batch));
}

static void run_join(Run *run, const Node *n, Parts out)
{
    int batch = run->feed->batch, lo = 0;
    for (int i = 0; i < n->operands; i++) {
        const Shape *x = &n->operand[i]->shape;
        Ref to = ref_by_name(x, &n->shape, batch);
        ref_along(&to, shape_find(x, n->name), &n->shape, batch, n->name, lo, 1);
        copy(x, batch, out[0], to, run->value[n->operand[i]->id][0], ref_by_name(x, x, batch));
        lo += shape_size(x, n->name);
    }
}

static void run_reverse(Run *run, const Node *n, Parts out)
{
    const Shape *x = &n->shape;
    int batch = run->feed->batch;
    Ref from = ref_by_name(x, x, batch);
    ref_along(&from, shape_find(x, n->name), x, batch, n->name, shape_size(x, n->name) - 1, -1);
    copy(x, batch, out[0], ref_by_name(x, x, batch), run->value[n->operand[0]->id][0], from);
}

/* A part or a stop is its operand's result. */
static void run_same(Run *run, const Node *n, Parts out)
{
    out[0] = run->value[n->operand[0]->id][n->op == OP_part ? n->part : 0];
}

/* ---------------------------------------------------------------- sources */

/* The finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
double random_element(uint64_t seed, int64_t at)
{
    uint64_t z = (seed + 1) * 0x9e3779b97f4a7c15u + (uint64_t)at * 0xd1342543de82ef95u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static const double *find_input(const Feed *feed, const Node *n)
{
    for (int i = 0; i < feed->inputs; i++)
        if (!strcmp(feed->name[i], n->name))
            return feed->input[i];
    bug(n, "no input of that name is fed");
}

static void run_source(Run *run, const Node *n, Parts out)
{
    int64_t count = elements(&n->shape, run->feed->batch);
    const double *from = NULL;
    if (n->op == OP_input)
        from = run->inner ? run->inner[n->id] : find_input(run->feed, n);
    if (n->op == OP_weight)
        from = run->feed->weight[n->weight->index];
    for (int64_t i = 0; i < count; i++)
        out[0][i] = from                 ? from[i]
                    : n->op == OP_number ? n->value
                    : n->op == OP_count  ? run->feed->batch
                    : n->op == OP_index  ? (double)i
                                         : random_element(n->seed, i);
}

/* ---------------------------------------------------------------- scans, graphs */

static Parts *run_graph(Arena *arena, const Graph *g, const Feed *feed, double *const *inner);

/* The place of step t in a tensor that has the axis of the scan. */
static Ref step_of(const Node *scan, const Shape *inner, const Shape *outer, int t, int batch)
{
    Ref ref = ref_by_name(inner, outer, batch);
    ref.base = t * stride_of(outer, scan->name, batch);
    return ref;
}

static void read_step(Run *run, const Node *n, const ScanInput *in, int t, double *to)
{
    const Node *x = n->operand[in->operand];
    const Shape *s = &in->inner->shape;
    int batch = run->feed->batch;
    Ref from = in->role == SCAN_CONSTANT ? ref_by_name(s, &x->shape, batch)
                                         : step_of(n, s, &x->shape, t, batch);
    copy(s, batch, to, ref_by_name(s, s, batch), run->value[x->id][0], from);
}

static void run_step(Run *run, const Node *n, double *const *inner, int t, Parts out)
{
    int batch = run->feed->batch;
    for (int i = 0; i < n->scan_inputs; i++)
        if (n->scan_input[i].role != SCAN_STATE)
            read_step(run, n, &n->scan_input[i], t, inner[n->scan_input[i].inner->id]);
    Parts *value = run_graph(run->arena, n->body, run->feed, inner);
    for (int part = 0; part < n->body->results; part++) {
        const Node *y = n->body->result[part].node;
        Shape outer = shape_of_scan_part(n, part);
        copy(&y->shape, batch, out[part], step_of(n, &y->shape, &outer, t, batch), value[y->id][0],
             ref_by_name(&y->shape, &y->shape, batch));
    }
    for (int i = 0; i < n->scan_inputs; i++) {
        const ScanInput *in = &n->scan_input[i];
        if (in->role == SCAN_STATE)
            memcpy(inner[in->inner->id], value[in->next->id][0],
                   sizeof(double) * (size_t)elements(&in->inner->shape, batch));
    }
}

static void run_scan(Run *run, const Node *n, Parts out)
{
    double **inner = arena_alloc(run->arena, sizeof *inner * (size_t)(n->body->nodes + 1));
    int steps = scan_length(n);
    for (int i = 0; i < n->scan_inputs; i++) {
        const Node *x = n->scan_input[i].inner;
        int64_t count = elements(&x->shape, run->feed->batch);
        inner[x->id] = arena_alloc(run->arena, sizeof **inner * (size_t)count);
    }
    for (int t = 0; t < steps; t++)
        run_step(run, n, inner, n->backward ? steps - 1 - t : t, out);
}

static Parts allocate_parts(Run *run, const Node *n)
{
    int count = node_results(n);
    Parts parts = arena_alloc(run->arena, sizeof *parts * (size_t)count);
    for (int part = 0; part < count; part++) {
        Shape s = n->op == OP_scan ? shape_of_scan_part(n, part) : n->shape;
        size_t bytes = sizeof(double) * (size_t)elements(&s, run->feed->batch);
        parts[part] = arena_alloc(run->arena, bytes);
    }
    return parts;
}

static Parts *run_graph(Arena *arena, const Graph *g, const Feed *feed, double *const *inner)
{
    static void (*const rule[OPS])(Run *, const Node *, Parts) = {
        [OP_input] = run_source,    [OP_weight] = run_source,   [OP_number] = run_source,
        [OP_count] = run_source,    [OP_index] = run_source,    [OP_random] = run_source,
        [OP_map] = run_map,         [OP_dot] = run_dot,         [OP_sum] = run_sum,
        [OP_max] = run_max,         [OP_softmax] = run_softmax, [OP_moments] = run_moments,
        [OP_part] = run_same,       [OP_reshape] = run_reshape, [OP_expand] = run_expand,
        [OP_slice] = run_slice,     [OP_pad] = run_pad,         [OP_join] = run_join,
        [OP_reverse] = run_reverse, [OP_unmax] = run_unmax,     [OP_stop] = run_same,
        [OP_scan] = run_scan,
    };
    Run run = { arena, feed, arena_alloc(arena, sizeof *run.value * (size_t)(g->nodes + 1)),
                inner };
    for (int i = 0; i < g->nodes; i++) {
        const Node *n = g->node[i];
        run.value[i] = allocate_parts(&run, n);
        if (!rule[n->op])
            bug(n, "interpret: no rule");
        rule[n->op](&run, n, run.value[i]);
    }
    return run.value;
}

Parts *interpret(Arena *arena, const Graph *g, const Feed *feed)
{
    return run_graph(arena, g, feed, NULL);
}
