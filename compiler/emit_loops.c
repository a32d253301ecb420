/* emit_loops.c: kernels that go over their result once: maps, borders of zeros, pooling, softmax. */
#include "emit.h"

#include <string.h>

/* Appends the loops over the axes of a shape, batch first; sets the coordinates.  `depth` is that of the loop around. */
int emit_axis_loops(Nest *n, const Shape *shape, int depth, Coordinate *at, Loop *loop, int loops)
{
    Arena *arena = n->program->arena;
    for (int i = 0; i < shape->rank; i++) {
        const Axis *axis = &shape->axis[i];
        const char *name = arena_format(arena, "i_%s", axis->name);
        const bool batch = axis->size == BATCH;
        if (batch || axis->size > 1)
            loop[loops++] = batch ? emit_batch_loop(arena) : emit_loop(arena, name, axis->size);
        at[i] = batch ? (Coordinate){ name, 0, INT32_MAX, depth + loops }
                      : coordinate_of(n, name, 0, axis->size - 1, depth + loops);
    }
    return loops;
}

View result_view(const Program *p, const Kernel *k, int i)
{
    if (k->store && k->store[i].buffer)
        return k->store[i];
    const View *own = &p->info[k->result[i]->id].view;
    return own->buffer == k->target[2 * i] ? *own
                                           : whole_view(k->target[2 * i], &k->result[i]->shape);
}

/* Coordinates of a shape that has the same axes but for those of one element. */
static void same_coordinates(Nest *n, const Shape *from, const Coordinate *at, const Shape *shape,
                             Coordinate *to)
{
    for (int i = 0; i < shape->rank; i++) {
        const int same = shape_find(from, shape->axis[i].name);
        to[i] = same < 0 ? coordinate_of(n, "", 0, 0, 0) : at[same];
    }
}

static void emit_map(Program *p, Kernel *k, Text *out)
{
    Nest *n = nest_create(p, k);
    const Shape *shape = &k->result[0]->shape;
    Loop loop[MAX_DEPTH];
    Coordinate first[MAX_AXES], at[MAX_AXES];
    const int loops = emit_axis_loops(n, shape, 0, first, loop, 0);
    Text body = text_create(p->arena);
    for (int i = 0; i < k->anchors; i++) {
        const Node *x = k->result[i];
        const View view = result_view(p, k, i);
        int depth = 0;
        same_coordinates(n, shape, first, &x->shape, at);
        const char *address = nest_address(n, &view, &x->shape, at, &depth);
        text_add(&body, "%s[%s] = %s;\n", k->target[2 * i]->name, address,
                 nest_load(n, x, at).text);
        nest_use(n, k->target[2 * i]);
    }
    if (k->bands > 1)
        loop[1] = emit_band_loop(p->arena, k, arena_format(p->arena, "i_%s", shape->axis[1].name),
                                 shape->axis[1].size, 1);
    if (loops && (p->scan || strncmp(loop[loops - 1].header, "for (int i_batch", 16)))
        loop[loops - 1].pragma = "#pragma omp simd";
    emit_function(n, out, loop, loops, body.at);
}

/* Loops over what lies before or behind the inside of one axis of a pad: axes before it are inside, those behind it whole. */
static int slab_loops(Nest *n, const Node *pad, int slab, bool behind, Coordinate *at, Loop *loop)
{
    Arena *arena = n->program->arena;
    int loops = 0;
    for (int i = 0; i < pad->shape.rank; i++) {
        const Axis *axis = &pad->shape.axis[i];
        const char *name = arena_format(arena, "i_%s", axis->name);
        int lo = 0, hi = 0;
        for (int j = 0; j < pad->alongs; j++)
            if (!strcmp(pad->along[j].axis, axis->name))
                lo = pad->along[j].lo, hi = pad->along[j].hi;
        int first = i < slab ? lo : 0, end = axis->size - (i < slab ? hi : 0);
        if (i == slab)
            first = behind ? axis->size - hi : 0, end = behind ? axis->size : lo;
        if (axis->size == BATCH ? i == slab : first >= end)
            return 0;
        loop[loops++] = axis->size == BATCH
                            ? emit_batch_loop(arena)
                            : (Loop){ arena_format(arena, "for (int %s = %d; %s < %d; %s++)", name,
                                                   first, name, end, name),
                                      NULL };
        at[i] = axis->size == BATCH ? (Coordinate){ name, 0, INT32_MAX, loops }
                                    : coordinate_of(n, name, first, end - 1, loops);
    }
    return loops;
}

/* Zeros around what lies inside of a pad, or what maps behind it make of them. */
static void emit_border(Program *p, Kernel *k, Text *out)
{
    Nest *n = nest_create(p, k);
    const Node *pad = k->anchor[0], *result = k->result[0];
    const View view = result_view(p, k, 0);
    Text body = text_create(p->arena);
    Loop loop[MAX_DEPTH];
    nest_use(n, k->target[0]);
    for (int side = 0; side < 2 * pad->shape.rank; side++) {
        Nest *own = nest_beside(n);
        Coordinate at[MAX_AXES];
        int depth = 0;
        const int loops = slab_loops(own, pad, side / 2, side % 2, at, loop);
        if (!loops)
            continue;
        own->given = pad;
        own->given_value = (Value){ "0", 0 };
        const char *to = nest_address(own, &view, &result->shape, at, &depth);
        emit_nested(&body, loop, loops,
                    arena_format(p->arena, "%s[%s] = %s;\n", k->target[0]->name, to,
                                 nest_load(own, result, at).text),
                    own->declaration);
        nest_give_back(n, own, 1);
    }
    emit_function(n, out, NULL, 0, body.at);
}

/* ---------------------------------------------------------------- pooling */

/* The loops over a window (or over a whole axis that vanishes), and the coordinates of the operand inside of it. */
static int window_loops(Nest *n, const Node *x, const Coordinate *at, int depth, Coordinate *in,
                        Loop *loop, const char **place)
{
    const Shape *from = &x->operand[0]->shape;
    Arena *arena = n->program->arena;
    int loops = 0;
    *place = "0";
    for (int i = 0; i < from->rank; i++) {
        const int kept = shape_find(&x->shape, from->axis[i].name);
        const Along *a = NULL;
        for (int j = 0; j < x->alongs; j++)
            if (!strcmp(x->along[j].axis, from->axis[i].name))
                a = &x->along[j];
        if (!a && kept >= 0) {
            in[i] = at[kept];
            continue;
        }
        const int size = a ? a->size : from->axis[i].size;
        const char *tap = arena_format(arena, "tap_%s", from->axis[i].name);
        loop[loops++] = emit_loop(arena, tap, size);
        in[i] = (Coordinate){ tap, 0, size - 1, depth + loops };
        if (a)
            in[i] = coordinate_sum(n, coordinate_times(n, at[kept], a->stride), in[i]);
        const bool first = !strcmp(*place, "0");
        *place = first
                     ? tap
                     : arena_format(arena, strchr(*place, ' ') ? "(%s) * %d + %s" : "%s * %d + %s",
                                    *place, size, tap);
    }
    return loops;
}

/* One statement a lane: `value[i]` where the lanes run over the last axis, `value[0]` where there is only one. */
static const char *pool_step(Arena *arena, const Kernel *k, const char *lane, const char *value,
                             const char *place)
{
    if (k->anchor[0]->op != OP_max)
        return arena_format(arena, "value[%s] += %s;\n", lane, value);
    if (!k->target[1])
        return arena_format(
            arena, "const real x = %s;\nvalue[%s] = x > value[%s] || x != x ? x : value[%s];\n",
            value, lane, lane, lane);
    return arena_format(
        arena,
        "const real x = %s;\nconst int larger = x > value[%s] || x != x;\n"
        "value[%s] = larger ? x : value[%s];\nplace[%s] = larger ? %s : place[%s];\n",
        value, lane, lane, lane, lane, place, lane);
}

static bool is_windowed(const Node *x, const char *axis)
{
    for (int i = 0; i < x->alongs; i++)
        if (!strcmp(x->along[i].axis, axis))
            return true;
    return false;
}

/* Vectors of the last axis, which is kept and lies in a row, of an operand that has memory: `width` elements in all. */
static bool pools_vectors(const Program *p, const Kernel *k, int width)
{
    const Node *operand = k->anchor[0]->operand[0];
    const View *v = &p->info[operand->id].view;
    const int lanes = vector_lanes(p);
    return runs(p->passes, PASS_pool) && !p->scan && lanes > 0 && width % lanes == 0 && v->buffer &&
           v->buffer->element == ELEMENT_REAL && v->stride[operand->shape.rank - 1] == 1 &&
           (!k->target[1] || k->target[1]->element == ELEMENT_BYTE);
}

/* A window's maxima, or sums, a vector at a time: they stay in registers over the taps. */
static const char *vector_windows(Nest *n, const Kernel *k, const Loop *window, int windows,
                                  const Coordinate *in, const char *to, const char *place)
{
    const Node *x = k->anchor[0], *operand = x->operand[0];
    const View *v = &n->program->info[operand->id].view;
    Arena *arena = n->program->arena;
    const bool is_max = x->op == OP_max;
    int depth = 0;
    const char *from = arena_format(arena, "asc_load(%s + %s)", v->buffer->name,
                                    nest_address(n, v, &operand->shape, in, &depth));
    const char *step = arena_format(arena, "result += %s;\n", from);
    Text out = text_create(arena);
    nest_use(n, v->buffer);
    nest_use(n, k->target[0]);
    if (k->target[1])
        nest_use(n, k->target[1]);
    text_add(&out, "AscVector result = %s;\n", is_max ? "(AscVector){0} - (real)INFINITY" : "{0}");
    if (k->target[1])
        text_add(&out, "AscMask where = {0};\n");
    if (is_max)
        step = arena_format(arena,
                            "const AscVector value = %s;\nconst AscMask larger = (value > result) "
                            "| (value != value);\n"
                            "result = asc_choose(larger, value, result);\n%s",
                            from,
                            k->target[1] ? arena_format(arena,
                                                        "where = (larger & (%s)) | (where & "
                                                        "~larger);\n",
                                                        place)
                                         : "");
    emit_nested(&out, window, windows, step, NULL);
    text_add(&out, "asc_store(%s + %s, result);\n", k->target[0]->name, to);
    if (k->target[1])
        text_add(&out, "asc_store_bytes(%s + %s, where);\n", k->target[1]->name, to);
    return out.at;
}

/* The largest value or the sum of each window.  Where the last axis is kept, its elements are worked on side by side. */
static void emit_pool(Program *p, Kernel *k, Text *out)
{
    Nest *n = nest_create(p, k);
    Node *x = k->anchor[0];
    Arena *arena = p->arena;
    const Node *operand = x->operand[0];
    const bool is_max = x->op == OP_max;
    const Axis *last = &operand->shape.axis[operand->shape.rank - 1];
    const bool lanes = last->size != BATCH &&
                       shape_find(&x->shape, last->name) == x->shape.rank - 1 &&
                       x->shape.rank > 0 && !is_windowed(x, last->name) &&
                       last->size <= MOST_ON_STACK;
    const int width = lanes ? last->size : 1;
    const char *lane = width > 1 ? "lane" : "0", *place;
    Shape outer = x->shape;
    outer.rank -= lanes;

    Loop loop[MAX_DEPTH], window[MAX_DEPTH];
    Coordinate at[MAX_AXES], in[MAX_AXES];
    const int loops = emit_axis_loops(n, &outer, 0, at, loop, 0);
    int windows = window_loops(n, x, at, loops, in, window, &place);
    const Loop lane_loop = { arena_format(arena, "for (int lane = 0; lane < %d; lane++)", width),
                             "#pragma omp simd" };
    if (width > 1)
        window[windows++] = lane_loop;
    if (lanes)
        at[outer.rank] = in[operand->shape.rank - 1] = coordinate_of(n, "lane", 0, width - 1,
                                                                     loops + windows);
    const View whole = whole_view(k->target[0], &x->shape);
    int depth = 0;
    const char *address = nest_address(n, &whole, &x->shape, at, &depth);
    Text body = text_create(arena);
    if (lanes && pools_vectors(p, k, width)) {
        const Loop vectors = {
            arena_format(arena, "for (int lane = 0; lane < %d; lane += ASC_LANES)", width), NULL
        };
        emit_nested(&body, &vectors, 1,
                    vector_windows(n, k, window, windows - (width > 1), in, address, place), NULL);
        emit_function(n, out, loop, loops, body.at);
        return;
    }
    const Value v = nest_load(n, operand, in);
    text_add(&body, "real value[%d];\n%s", width,
             k->target[1] ? arena_format(arena, "int place[%d];\n", width) : "");
    emit_nested(
        &body, &lane_loop, width > 1,
        k->target[1]
            ? arena_format(arena, "value[%s] = -(real)INFINITY;\nplace[%s] = 0;\n", lane, lane)
            : arena_format(arena, "value[%s] = %s;\n", lane, is_max ? "-(real)INFINITY" : "0"),
        NULL);
    emit_nested(&body, window, windows, pool_step(arena, k, lane, v.text, place),
                &n->declaration[loops]);
    const char *store = arena_format(arena, "%s[%s] = value[%s];\n", k->target[0]->name, address,
                                     lane);
    nest_use(n, k->target[0]);
    if (k->target[1]) {
        nest_use(n, k->target[1]);
        store = arena_format(arena, "%s%s[%s] = (%s)place[%s];\n", store, k->target[1]->name,
                             address, k->target[1]->element == ELEMENT_BYTE ? "uint8_t" : "real",
                             lane);
    }
    emit_nested(&body, &lane_loop, width > 1, store, NULL);
    emit_function(n, out, loop, loops, body.at);
}

/* ---------------------------------------------------------------- softmax */

/* exp(x - maximum) / sum of it over the axes; the operand has memory. */
static void emit_softmax(Program *p, Kernel *k, Text *out)
{
    Nest *n = nest_create(p, k);
    const Node *x = k->anchor[0];
    Arena *arena = p->arena;
    Shape kept = { 0 }, over = { 0 };
    for (int i = 0; i < x->shape.rank; i++) {
        bool summed = false;
        for (int j = 0; j < x->axes; j++)
            summed = summed || !strcmp(x->axis[j], x->shape.axis[i].name);
        Shape *s = summed ? &over : &kept;
        s->axis[s->rank++] = x->shape.axis[i];
    }
    Loop loop[MAX_DEPTH];
    Coordinate kept_at[MAX_AXES], over_at[MAX_AXES], at[MAX_AXES];
    const int loops = emit_axis_loops(n, &kept, 0, kept_at, loop, 0);
    Loop inner[MAX_DEPTH];
    const int inners = emit_axis_loops(n, &over, loops, over_at, inner, 0);
    for (int i = 0; i < x->shape.rank; i++) {
        const int of_kept = shape_find(&kept, x->shape.axis[i].name);
        at[i] = of_kept >= 0 ? kept_at[of_kept] : over_at[shape_find(&over, x->shape.axis[i].name)];
    }
    const View *in = &p->info[x->operand[0]->id].view;
    const View whole = whole_view(k->target[0], &x->shape);
    int depth = 0;
    const char *from = arena_format(arena, "%s[%s]", in->buffer->name,
                                    nest_address(n, in, &x->operand[0]->shape, at, &depth));
    const char *to = arena_format(arena, "%s[%s]", k->target[0]->name,
                                  nest_address(n, &whole, &x->shape, at, &depth));
    nest_use(n, in->buffer);
    nest_use(n, k->target[0]);
    Text body = text_create(arena);
    text_add(&body, "real maximum = -(real)INFINITY, total = 0;\n");
    const int last = x->shape.rank -
                     1; /* summed lanes that lie in a row are worked on side by side */
    const bool row = inners && !strcmp(over.axis[over.rank - 1].name, x->shape.axis[last].name) &&
                     in->stride[last] == 1;
    const char **pragma = row ? &inner[inners - 1].pragma : &(const char *){ NULL };
    *pragma = row ? "#pragma omp simd reduction(max : maximum)" : NULL;
    emit_nested(&body, inner, inners,
                arena_format(arena, "maximum = %s > maximum ? %s : maximum;\n", from, from), NULL);
    *pragma = row ? "#pragma omp simd reduction(+ : total)" : NULL;
    emit_nested(&body, inner, inners,
                arena_format(arena, "const real e = asc_exp(%s - maximum);\n%s = e;\ntotal += e;\n",
                             from, to),
                NULL);
    text_add(&body, "const real share = 1 / total;\n");
    *pragma = row ? "#pragma omp simd" : NULL;
    emit_nested(&body, inner, inners, arena_format(arena, "%s *= share;\n", to), NULL);
    emit_function(n, out, loop, loops, body.at);
}

void emit_loops(Program *p, Kernel *k, Text *out)
{
    if (k->kind == KERNEL_MAP)
        emit_map(p, k, out);
    else if (k->kind == KERNEL_BORDER)
        emit_border(p, k, out);
    else if (k->kind == KERNEL_POOL)
        emit_pool(p, k, out);
    else
        emit_softmax(p, k, out);
}
