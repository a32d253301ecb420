/* emit_pool.c: pooling behind a convolution: a row of windows at a time, or the sum of a row, from rows that never reach memory. */
#include "emit.h"

#include <string.h>

/* How far a window of `pool` reaches along an axis. */
static int window_along(const Node *pool, const char *axis)
{
    for (int i = 0; i < pool->alongs; i++)
        if (!strcmp(pool->along[i].axis, axis))
            return pool->along[i].size;
    return 1;
}

/* What waits to be pooled: rows of results, one panel wide. */
typedef struct Waiting {
    const char *row, *column; /* axes; row "": the result has one row, or windows see one */
    int high, wide;           /* a window; where rows are summed: a row */
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
                  .columns = !w          ? (int)t->m[t->ms - 1].size
                             : w->summed ? 1
                                         : w->grid.columns,
                  .panel = w ? w->panel : t->panel,
                  .partial = w ? w->lanes % w->panel : t->lane.size % t->panel,
                  .lane = w            ? w->lane.outer ? NULL : w->lane.inner
                          : t->mixture ? t->mixture->lane
                                       : NULL,
                  .lane_axes = t               ? t->lane_axes
                               : w->lane.outer ? 2
                                               : 1 };
    x.high = window_along(k->pool, x.row);
    x.wide = k->pool->axes ? x.columns : window_along(k->pool, x.column);
    if (!w && x.high == 1)
        x.row = "";
    return x;
}

int pooled_rows(const Kernel *k)
{
    return waiting_of(k).high;
}

/* From one lane's result to the next. */
static int64_t lane_step(const Nest *n, const Kernel *k, const Waiting *x)
{
    const View whole = result_view(n->program, k, 0);
    return x->lane ? whole.stride[shape_find(&k->result[0]->shape, x->lane)] : 1;
}

/* Where what is made of window `column` goes. */
static void window_coordinates(Nest *n, const Kernel *k, const Waiting *x, Coordinate lane,
                               Coordinate *at)
{
    const Shape *shape = &k->pool->shape;
    for (int i = 0; i < shape->rank; i++) {
        const Axis *axis = &shape->axis[i];
        const char *name = !strcmp(axis->name, x->column) ? "column"
                           : !strcmp(axis->name, x->row)
                               ? "line"
                               : arena_format(n->program->arena, "i_%s", axis->name);
        if (x->lane ? !strcmp(axis->name, x->lane) : i >= shape->rank - x->lane_axes)
            at[i] = lane;
        else if (axis->size == BATCH)
            at[i] = (Coordinate){ name, 0, INT32_MAX, 1 };
        else
            at[i] = coordinate_of(n, name, 0, axis->size - 1, 1);
    }
}

static const char *result_address(Nest *n, const Kernel *k, const Waiting *x)
{
    const View whole = result_view(n->program, k, 0);
    const long long step = lane_step(n, k, x);
    Coordinate at[MAX_AXES];
    int depth = 0;
    window_coordinates(n, k, x, (Coordinate){ "0", 0, 0, 0 }, at);
    stored_coordinates(n, k, at);
    return arena_format(n->program->arena, step == 1 ? "%s + lane0" : "%s + lane0 * %lld",
                        nest_address(n, &whole, &k->result[0]->shape, at, &depth), step);
}

/* What is stored of lane `lane`, of which the window has value[lane]: that, or what the maps before and behind make of it. */
static const char *stored_value(Nest *n, const Kernel *k, const Waiting *x)
{
    const Shape *shape = &k->pool->shape;
    const int last = x->lane ? shape_find(shape, x->lane) : shape->rank - 1;
    const Coordinate lane = coordinate_of(n, "(lane0 + lane)", 0, shape->axis[last].size - 1, 2);
    Coordinate at[MAX_AXES];
    n->given_value = (Value){ "value[lane]", 2 };
    if (pools_first(n->program, k)) {
        n->given = k->anchor[0];
        window_coordinates(n, k, x, lane, at);
        n->given_value = nest_load(n, k->pool->operand[0], at);
    }
    if (k->margin) {
        n->given = k->margin->operand[0];
        window_coordinates(n, k, x, lane, at);
        stored_coordinates(n, k, at);
        return nest_load(n, k->result[0], at).text;
    }
    return n->given_value.text;
}

/* The last panel has fewer lanes than vectors hold, or lanes do not lie in a row, or go through maps: they are stored one by one. */
static void add_lanes(Nest *n, const Kernel *k, const Waiting *x, Text *out)
{
    const long long step = lane_step(n, k, x);
    const char *lanes = x->partial ? "lanes" : arena_format(out->arena, "%d", x->panel);
    const char *to = step == 1 ? "to + lane" : arena_format(out->arena, "to + lane * %lld", step);
    Nest *own = nest_beside(n);
    const char *value = stored_value(own, k, x);
    text_add(out, "%s", own->declaration[1].length ? own->declaration[1].at : "");
    const Loop loop = { arena_format(out->arena, "for (int lane = 0; lane < %s; lane++)", lanes),
                        k->margin || pools_first(n->program, k) ? "#pragma omp simd" : NULL };
    const char *store = arena_format(out->arena, "%s[%s] = %s;\n", k->target[0]->name, to, value);
    if (k->target[1])
        store = arena_format(out->arena, "%s%s[%s] = place[lane];\n", store, k->target[1]->name,
                             to);
    emit_nested(out, &loop, 1, store, &own->declaration[1]);
    nest_give_back(n, own, 1);
}

/* The maxima or sums of a window, of a vector of lanes, to values, and the places of maxima to places, or NULL. */
static void add_window(const Kernel *k, const Waiting *x, const char *values, const char *places,
                       Text *out)
{
    const bool sums = k->pool->op == OP_sum;
    text_add(out, "AscVector %s;\n%s%sfor (int tap = 0; tap < %d; tap++) {\n",
             sums ? "sum = {0}" : "largest = (AscVector){0} - (real)INFINITY",
             places ? "AscMask at = {0};\n" : "", k->pool->axes ? "" : "ASC_UNROLL\n",
             x->high * x->wide);
    text_add(out, "const AscVector x = asc_load(from + (tap / %d * %d + tap %% %d) * %d + half);\n",
             x->wide, x->columns, x->wide, x->panel);
    text_add(out, sums ? "sum += x;\n"
                       : "const AscMask larger = (x > largest) | (x != x);\n"
                         "largest = asc_choose(larger, x, largest);\n");
    if (places)
        text_add(out, "at = (larger & tap) | (at & ~larger);\n");
    text_add(out, "}\nasc_store(%s + half, %s);\n", values, sums ? "sum" : "largest");
    if (places)
        text_add(out, "asc_store_bytes(%s + half, at);\n", places);
}

const char *emit_pooled_row(Nest *n, const Kernel *k)
{
    Arena *arena = n->program->arena;
    const Waiting x = waiting_of(k);
    const bool partial = x.partial || lane_step(n, k, &x) != 1 || k->margin ||
                         pools_first(n->program, k);
    const char *values = partial ? "value" : arena_format(arena, "%s + to", k->target[0]->name);
    const char *places = !k->target[1] ? NULL
                         : partial     ? "place"
                                       : arena_format(arena, "%s + to", k->target[1]->name);
    Text out = text_create(arena);
    text_add(&out, "for (int column = 0; column < %d; column++) {\n", x.columns / x.wide);
    text_add(&out, "const real *const from = rows + column * %d;\nconst size_t to = %s;\n",
             x.wide * x.panel, result_address(n, k, &x));
    if (partial)
        text_add(&out, "real value[%d] __attribute__((aligned(64)));\n%s", x.panel,
                 places ? arena_format(arena, "uint8_t place[%d];\n", x.panel) : "");
    text_add(&out, "for (int half = 0; half < %d; half += ASC_LANES) {\n", x.panel);
    add_window(k, &x, values, places, &out);
    text_add(&out, "}\n");
    if (partial)
        add_lanes(n, k, &x, &out);
    text_add(&out, "}\n");
    nest_use(n, k->target[0]);
    if (k->target[1])
        nest_use(n, k->target[1]);
    return out.at;
}
