/* emit_pool.c: pooling behind a convolution: a row of windows at a time, from rows that never reach memory. */
#include "kernel.h"

#include <string.h>

/* How far a window of `max` reaches along an axis. */
static int window_along(const Node *max, const char *axis)
{
    for (int i = 0; i < max->alongs; i++)
        if (!strcmp(max->along[i].axis, axis))
            return max->along[i].size;
    return 1;
}

/* What waits to be pooled: rows of results, one panel wide. */
typedef struct Waiting {
    const char *row, *column; /* axes; row "": the result has one row, or windows see one */
    int high, wide;           /* a window */
    int columns, panel;
    bool partial;     /* the last panel is not whole */
    const char *lane; /* the axis of the lanes; NULL: the last axes of the result, so many */
    int lane_axes;
} Waiting;

static Waiting waiting_of(const Kernel *k)
{
    const Tiling *t = k->tiling;
    const Winograd *w = k->winograd;
    Waiting x = { .row = w           ? w->row
                         : t->ms > 1 ? t->m[t->ms - 2].name + 2
                                     : "",
                  .column = w ? w->column : t->m[t->ms - 1].name + 2,
                  .columns = w ? w->columns : (int)t->m[t->ms - 1].size,
                  .panel = w ? w->panel : t->panel,
                  .partial = w ? w->lanes % w->panel : t->lane.size % t->panel,
                  .lane = w            ? w->lane.outer ? NULL : w->lane.inner
                          : t->mixture ? t->mixture->lane
                                       : NULL,
                  .lane_axes = t               ? t->lane_axes
                               : w->lane.outer ? 2
                                               : 1 };
    x.high = window_along(k->pool, x.row);
    x.wide = window_along(k->pool, x.column);
    if (!w && x.high == 1)
        x.row = "";
    return x;
}

int pooled_rows(const Kernel *k)
{
    return waiting_of(k).high;
}

/* From one lane's maximum to the next. */
static int64_t lane_step(const Kernel *k, const Waiting *x)
{
    const Shape *shape = &k->pool->shape;
    const View whole = whole_view(k->target[0], shape);
    return x->lane ? whole.stride[shape_find(shape, x->lane)] : 1;
}

/* Where the maxima of window `column`, lane 0 of the panel, go. */
static const char *result_address(Nest *n, const Kernel *k, const Waiting *x)
{
    const Shape *shape = &k->pool->shape;
    const View whole = whole_view(k->target[0], shape);
    const long long step = lane_step(k, x);
    Coordinate at[MAX_AXES];
    int depth = 0;
    for (int i = 0; i < shape->rank; i++) {
        const Axis *axis = &shape->axis[i];
        const char *name = !strcmp(axis->name, x->column) ? "column"
                           : !strcmp(axis->name, x->row)
                               ? "line"
                               : arena_format(n->program->arena, "i_%s", axis->name);
        if (x->lane ? !strcmp(axis->name, x->lane) : i >= shape->rank - x->lane_axes)
            at[i] = (Coordinate){ "0", 0, 0, 0 };
        else if (axis->size == BATCH)
            at[i] = (Coordinate){ name, 0, INT32_MAX, 1 };
        else
            at[i] = coordinate_of(n, name, 0, axis->size - 1, 1);
    }
    return arena_format(n->program->arena, step == 1 ? "%s + lane0" : "%s + lane0 * %lld",
                        nest_address(n, &whole, shape, at, &depth), step);
}

/* The last panel has fewer lanes than vectors hold, or lanes do not lie in a row: they are stored one by one. */
static void add_partial_store(const Kernel *k, const Waiting *x, Text *out)
{
    const long long step = lane_step(k, x);
    const char *lanes = x->partial ? "lanes" : arena_format(out->arena, "%d", x->panel);
    const char *to = step == 1 ? "to + lane" : arena_format(out->arena, "to + lane * %lld", step);
    text_add(out, "for (int lane = 0; lane < %s; lane++) {\n%s[%s] = value[lane];\n", lanes,
             k->target[0]->name, to);
    if (k->target[1])
        text_add(out, "%s[%s] = place[lane];\n", k->target[1]->name, to);
    text_add(out, "}\n");
}

const char *emit_pooled_row(Nest *n, const Kernel *k)
{
    Arena *arena = n->program->arena;
    const Waiting x = waiting_of(k);
    const bool partial = x.partial || lane_step(k, &x) != 1;
    const char *values = partial ? "value" : arena_format(arena, "%s + to", k->target[0]->name);
    const char *places = !k->target[1] ? NULL
                         : partial     ? "place"
                                       : arena_format(arena, "%s + to", k->target[1]->name);
    Text out = text_create(arena);
    text_add(&out, "for (int column = 0; column < %d; column++) {\n", x.columns / x.wide);
    text_add(&out, "const real *const from = rows + column * %d;\nconst size_t to = %s;\n",
             x.wide * x.panel, result_address(n, k, &x));
    if (partial)
        text_add(&out, "real value[%d];\n%s", x.panel,
                 places ? arena_format(arena, "uint8_t place[%d];\n", x.panel) : "");
    text_add(&out, "for (int half = 0; half < %d; half += ASC_LANES) {\n", x.panel);
    text_add(&out, "AscVector largest = (AscVector){0} - (real)INFINITY;\n%s",
             places ? "AscMask at = {0};\n" : "");
    text_add(&out,
             "ASC_UNROLL\nfor (int tap = 0; tap < %d; tap++) {\n"
             "const AscVector x = asc_load(from + (tap / %d * %d + tap %% %d) * %d + half);\n"
             "const AscMask larger = (x > largest) | (x != x);\nlargest = asc_choose(larger, x, "
             "largest);\n",
             x.high * x.wide, x.wide, x.columns, x.wide, x.panel);
    if (places)
        text_add(&out, "at = (larger & tap) | (at & ~larger);\n");
    text_add(&out, "}\nasc_store(%s + half, largest);\n", values);
    if (places)
        text_add(&out, "asc_store_bytes(%s + half, at);\n", places);
    text_add(&out, "}\n");
    if (partial)
        add_partial_store(k, &x, &out);
    text_add(&out, "}\n");
    nest_use(n, k->target[0]);
    if (k->target[1])
        nest_use(n, k->target[1]);
    return out.at;
}
