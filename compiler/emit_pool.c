/* emit_pool.c: pooling behind a convolution: a row of windows at a time, from rows that never reach memory. */
#include "kernel.h"

#include <string.h>

/* How far a window of `max` reaches along the axis of a loop, "i_freq". */
static int window_of(const Node *max, const Dim *d)
{
    for (int i = 0; i < max->alongs; i++)
        if (!strcmp(max->along[i].axis, d->name + 2))
            return max->along[i].size;
    return 1;
}

int pooled_rows(const Kernel *k)
{
    const Tiling *t = k->tiling;
    return t->ms > 1 ? window_of(k->pool, &t->m[t->ms - 2]) : 1;
}

/* From one lane's maximum to the next. */
static int64_t lane_step(const Kernel *k)
{
    const Tiling *t = k->tiling;
    const Shape *shape = &k->pool->shape;
    const View whole = whole_view(k->target[0], shape);
    return t->mixture ? whole.stride[shape_find(shape, t->mixture->lane)] : 1;
}

/* Where the maxima of window `column`, lane 0 of the panel, go. */
static const char *result_address(Nest *n, const Kernel *k)
{
    const Tiling *t = k->tiling;
    const Shape *shape = &k->pool->shape;
    const View whole = whole_view(k->target[0], shape);
    const char *inner = t->m[t->ms - 1].name + 2;
    const char *outer = pooled_rows(k) > 1 ? t->m[t->ms - 2].name + 2 : "";
    Coordinate at[MAX_AXES];
    int depth = 0;
    for (int i = 0; i < shape->rank; i++) {
        const Axis *axis = &shape->axis[i];
        const char *name = !strcmp(axis->name, inner) ? "column"
                           : !strcmp(axis->name, outer)
                               ? "line"
                               : arena_format(n->program->arena, "i_%s", axis->name);
        if (t->mixture ? !strcmp(axis->name, t->mixture->lane) : i >= shape->rank - t->lane_axes)
            at[i] = (Coordinate){ "0", 0, 0, 0 };
        else if (axis->size == BATCH)
            at[i] = (Coordinate){ name, 0, INT32_MAX, 1 };
        else
            at[i] = coordinate_of(n, name, 0, axis->size - 1, 1);
    }
    return arena_format(n->program->arena, lane_step(k) == 1 ? "%s + lane0" : "%s + lane0 * %lld",
                        nest_address(n, &whole, shape, at, &depth), (long long)lane_step(k));
}

/* The last panel has fewer lanes than vectors hold, or lanes do not lie in a row: they are stored one by one. */
static void add_partial_store(const Kernel *k, Text *out)
{
    const Tiling *t = k->tiling;
    const char *lanes = t->lane.size % t->panel ? "lanes"
                                                : arena_format(out->arena, "%d", t->panel);
    const char *to = lane_step(k) == 1
                         ? "to + lane"
                         : arena_format(out->arena, "to + lane * %lld", (long long)lane_step(k));
    text_add(out, "for (int lane = 0; lane < %s; lane++) {\n%s[%s] = value[lane];\n", lanes,
             k->target[0]->name, to);
    if (k->target[1])
        text_add(out, "%s[%s] = place[lane];\n", k->target[1]->name, to);
    text_add(out, "}\n");
}

const char *emit_pooled_row(Nest *n, const Kernel *k)
{
    const Tiling *t = k->tiling;
    Arena *arena = n->program->arena;
    const Dim *inner = &t->m[t->ms - 1];
    const int rows = pooled_rows(k), window = window_of(k->pool, inner);
    const bool partial = t->lane.size % t->panel != 0 || lane_step(k) != 1;
    const char *values = partial ? "value" : arena_format(arena, "%s + to", k->target[0]->name);
    const char *places = !k->target[1] ? NULL
                         : partial     ? "place"
                                       : arena_format(arena, "%s + to", k->target[1]->name);
    Text out = text_create(arena);
    text_add(&out, "for (int column = 0; column < %lld; column++) {\n",
             (long long)(inner->size / window));
    text_add(&out, "const real *const from = rows + column * %d;\nconst size_t to = %s;\n",
             window * t->panel, result_address(n, k));
    if (partial)
        text_add(&out, "real value[%d];\n%s", t->panel,
                 places ? arena_format(arena, "uint8_t place[%d];\n", t->panel) : "");
    text_add(&out, "for (int half = 0; half < %d; half += ASC_LANES) {\n", t->panel);
    text_add(&out, "AscVector largest = (AscVector){0} - (real)INFINITY;\n%s",
             places ? "AscMask at = {0};\n" : "");
    text_add(&out,
             "ASC_UNROLL\nfor (int tap = 0; tap < %d; tap++) {\n"
             "const AscVector x = asc_load(from + (tap / %d * %lld + tap %% %d) * %d + half);\n"
             "const AscMask larger = (x > largest) | (x != x);\nlargest = asc_choose(larger, x, "
             "largest);\n",
             rows * window, window, (long long)inner->size, window, t->panel);
    if (places)
        text_add(&out, "at = (larger & tap) | (at & ~larger);\n");
    text_add(&out, "}\nasc_store(%s + half, largest);\n", values);
    if (places)
        text_add(&out, "asc_store_bytes(%s + half, at);\n", places);
    text_add(&out, "}\n");
    if (partial)
        add_partial_store(k, &out);
    text_add(&out, "}\n");
    nest_use(n, k->target[0]);
    if (k->target[1])
        nest_use(n, k->target[1]);
    return out.at;
}
