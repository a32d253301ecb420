/* emit_sparse.c: kernels of dots with the gradient of a max over windows: its lists, and what is summed over them. */
#include "emit.h"

#include <string.h>

static const char *loop_name(Arena *arena, const char *axis)
{
    return arena_format(arena, "i_%s", axis);
}

/* Coordinates of a node, from those of the rows, the columns, the channel and (in) the lanes; NULL: it has no such axis. */
static void set_coordinates(const Sparse *s, const Shape *shape, Coordinate batch,
                            const Coordinate *place, const Coordinate *channel,
                            const Coordinate *in, Coordinate *at)
{
    for (int i = 0; i < shape->rank; i++) {
        const char *axis = shape->axis[i].name;
        if (shape->axis[i].size == BATCH)
            at[i] = batch;
        else if (s->axis[0].name && !strcmp(axis, s->axis[0].name))
            at[i] = place[0];
        else if (!strcmp(axis, s->axis[1].name))
            at[i] = place[1];
        else
            at[i] = channel && !strcmp(axis, s->channel) ? *channel : *in;
    }
}

static Coordinate batch_coordinate(int depth)
{
    return (Coordinate){ "i_batch", 0, INT32_MAX, depth };
}

/* ---------------------------------------------------------------- lists */

/* Windows from `base` on along an axis, of which a band or block has `length`. */
static Loop window_loop(Arena *arena, const char *name, const char *base, int length, int pooled)
{
    const char *end = pooled % length
                          ? arena_format(arena, "asc_min(%s + %d, %d)", base, length, pooled)
                          : arena_format(arena, "%s + %d", base, length);
    return (Loop){
        arena_format(arena, "for (int %s = %s; %s < %s; %s++)", name, base, name, end, name), NULL
    };
}

/* Where the element at `place` of a window is, in reals from the window's own place. */
static const char *place_in_window(Arena *arena, const Sparse *s, const char *place)
{
    const SparseAxis *rows = &s->axis[0], *columns = &s->axis[1];
    const long row = (long)rows->scale * s->pitch * s->panel,
               column = (long)columns->scale * s->panel;
    if (rows->window == 1)
        return arena_format(arena, "%s * %ld", place, column);
    if (columns->window == 1)
        return arena_format(arena, "%s * %ld", place, row);
    return arena_format(arena, "%s / %d * %ld + %s %% %d * %ld", place, columns->window, row, place,
                        columns->window, column);
}

/* For every channel of a block: how many windows have a gradient, and where in the band. */
void emit_list(Program *p, Kernel *k, Text *out)
{
    const Sparse *s = k->sparse;
    const SparseAxis *rows = &s->axis[0], *columns = &s->axis[1];
    Nest *n = nest_create(p, k);
    Arena *arena = p->arena;
    const Node *where = s->unmax->operand[0], *dy = s->unmax->operand[1];
    const int most = s->band * s->columns;
    const Loop loop[] = { emit_batch_loop(arena), emit_loop(arena, "band", sparse_bands(s)),
                          emit_loop(arena, "block", sparse_blocks(s)),
                          emit_loop(arena, "channel", s->channels) };
    const Loop windows[] = {
        window_loop(arena, "row", arena_format(arena, "band * %d", s->band), s->band, rows->pooled),
        window_loop(arena, "column", arena_format(arena, "block * %d", s->columns), s->columns,
                    columns->pooled)
    };
    const Coordinate place[2] = { coordinate_of(n, "row", 0, rows->pooled - 1, 5),
                                  coordinate_of(n, "column", 0, columns->pooled - 1, 6) };
    const Coordinate channel = coordinate_of(n, "channel", 0, s->channels - 1, 4);
    Coordinate at[MAX_AXES];
    set_coordinates(s, &dy->shape, batch_coordinate(1), place, &channel, NULL, at);
    const Value gradient = nest_load(n, dy, at), maximum = nest_load(n, where, at);
    nest_use(n, s->list);
    nest_use(n, s->gradient);

    Text body = text_create(arena), inner = text_create(arena);
    text_add(&body,
             "const size_t number = (((size_t)i_batch * %d + band) * %d + block) * %d + channel;\n"
             "int *const places = %s + number * %d;\n"
             "real *const gradients = %s + number * %d;\n"
             "int count = 0;\n",
             sparse_bands(s), sparse_blocks(s), s->channels, s->list->name, most + 1,
             s->gradient->name, most);
    text_add(&inner, "const int place = (int)%s;\nplaces[1 + count] = ", maximum.text);
    if (rows->pooled > 1)
        text_add(&inner, "(row - band * %d) * %ld + ", s->band,
                 (long)rows->step * rows->scale * s->pitch * s->panel);
    text_add(&inner, "column * %ld + %s;\n", (long)columns->step * columns->scale * s->panel,
             place_in_window(arena, s, "place"));
    text_add(&inner, "gradients[count] = %s;\ncount += %s != 0;\n", gradient.text, gradient.text);
    emit_nested(&body, windows, 2, inner.at, &n->declaration[4]);
    text_add(&body, "places[0] = count;\n");
    emit_function(n, out, loop, 4, body.at);
}

/* ---------------------------------------------------------------- what is in registers: taps * vectors */

/* The place of vector v of tap number `tap` (from 0 in this function), in reals from that of its first. */
static const char *tap_place(const Sparse *s, Arena *arena, int rows)
{
    const SparseAxis *r = &s->axis[0], *c = &s->axis[1];
    const long row = (long)r->dilation * s->pitch * s->panel, column = (long)c->dilation * s->panel;
    if (s->data) /* the map's gradient is turned around */
        return arena_format(arena, "(%d - tap / %d) * %ld + (%d - tap %% %d) * %ld", rows - 1,
                            c->taps, row, c->taps - 1, c->taps, column);
    return arena_format(arena, "tap / %d * %ld + tap %% %d * %ld", c->taps, row, c->taps, column);
}

static const char *lanes_of_vector(Arena *arena, int v)
{
    return v ? arena_format(arena, " + %d * ASC_LANES", v) : "";
}

/* All of a list for `rows` rows of taps: dW += gradient * map, or map += gradient * W. */
static void emit_taps(const Program *p, const Kernel *k, int rows, Text *out)
{
    const Sparse *s = k->sparse;
    const int taps = rows * s->axis[1].taps;
    const char *place = tap_place(s, p->arena, rows), *vector = s->quad ? "AscQuad" : "AscVector",
               *quad = s->quad ? "_quad" : "";
    text_add(out,
             "ASC_INLINE void %s_taps%d(%sreal *restrict map, const int *restrict places, "
             "const real *restrict gradients, %sreal *restrict weights)\n{\n",
             k->name, rows, s->data ? "" : "const ", s->data ? "const " : "");
    text_add(out, "%s tile[%d][%d];\nASC_UNROLL\nfor (int tap = 0; tap < %d; tap++) {\n", vector,
             taps, s->vectors, taps);
    for (int v = 0; v < s->vectors; v++)
        text_add(out, "tile[tap][%d] = asc_load%s(weights + tap * %d%s);\n", v, quad, s->panel,
                 lanes_of_vector(p->arena, v));
    text_add(out, "}\nconst int count = places[0];\nfor (int i = 0; i < count; i++) {\n"
                  "const real factor = gradients[i];\n");
    text_add(
        out,
        "%sreal *const at = map + places[1 + i];\nASC_UNROLL\nfor (int tap = 0; tap < %d; tap++) "
        "{\n%sreal *const pixel = at + %s;\n",
        s->data ? "" : "const ", taps, s->data ? "" : "const ", place);
    for (int v = 0; v < s->vectors; v++) {
        const char *lanes = lanes_of_vector(p->arena, v);
        if (s->data)
            text_add(out, "asc_store%s(pixel%s, asc_load%s(pixel%s) + factor * tile[tap][%d]);\n",
                     quad, lanes, quad, lanes, v);
        else
            text_add(out, "tile[tap][%d] += factor * asc_load%s(pixel%s);\n", v, quad, lanes);
    }
    text_add(out, "}\n}\n");
    if (!s->data) {
        text_add(out, "ASC_UNROLL\nfor (int tap = 0; tap < %d; tap++) {\n", taps);
        for (int v = 0; v < s->vectors; v++)
            text_add(out, "asc_store%s(weights + tap * %d%s, tile[tap][%d]);\n", quad, s->panel,
                     lanes_of_vector(p->arena, v), v);
        text_add(out, "}\n");
    }
    text_add(out, "}\n\n");
}

static void emit_tap_functions(const Program *p, const Kernel *k, Text *out)
{
    const Sparse *s = k->sparse;
    emit_taps(p, k, s->tap_rows, out);
    if (s->axis[0].taps % s->tap_rows)
        emit_taps(p, k, s->axis[0].taps % s->tap_rows, out);
}

/* Goes over the lists of a band: over its blocks, channels and rows of taps. */
static const char *list_loops(Program *p, const Kernel *k, const char *map, const char *weights)
{
    const Sparse *s = k->sparse;
    Arena *arena = p->arena;
    const int most = s->band * s->columns, all = s->axis[0].taps;
    const long row = (long)s->axis[0].dilation * s->pitch * s->panel;
    Text body = text_create(arena), calls = text_create(arena);
    text_add(&calls,
             "const size_t number = (((size_t)i_batch * %d + band) * %d + block) * %d + channel;\n"
             "const int *const places = %s + number * %d;\n"
             "const real *const gradients = %s + number * %d;\n",
             sparse_bands(s), sparse_blocks(s), s->channels, s->list->name, most + 1,
             s->gradient->name, most);
    for (int first = 0; first < all; first += s->tap_rows) {
        const int rows = all - first < s->tap_rows ? all - first : s->tap_rows;
        text_add(&calls, "%s_taps%d(%s + %ld, places, gradients, %s + %d);\n", k->name, rows, map,
                 row * (s->data ? all - first - rows : first), weights,
                 first * s->axis[1].taps * s->panel);
    }
    const Loop loop[] = { emit_loop(arena, "block", sparse_blocks(s)),
                          emit_loop(arena, "channel", s->channels) };
    emit_nested(&body, loop, 2, calls.at, NULL);
    return body.at;
}

/* ---------------------------------------------------------------- gradients of weights */

static int64_t taps_of(const Sparse *s)
{
    return (int64_t)s->axis[0].taps * s->axis[1].taps;
}

/* The part of the map under a band, a panel of its lanes side by side; zeros past the last. */
static void emit_compact(Program *p, const Sparse *s, Text *out)
{
    const View *v = &p->info[s->full->id].view;
    const Shape *shape = &s->full->shape;
    Arena *arena = p->arena;
    const int step = s->band * s->axis[0].step * s->axis[0].scale;
    text_add(out,
             "const real *const from = %s + (size_t)i_batch * %lld + band * %lld + lane0 + %lld;\n",
             v->buffer->name, (long long)stride_along(v, shape, "batch"),
             (long long)(step * stride_along(v, shape, s->axis[0].name)), (long long)v->offset);
    text_add(out, "const int rows = asc_min(%d, %d - band * %d);\n", s->rows, s->axis[0].map, step);
    const Loop loop[] = { { "for (int row = 0; row < rows; row++)", NULL },
                          emit_loop(arena, "column", s->pitch),
                          { s->ins % s->panel
                                ? "for (int lane = 0; lane < lanes; lane++)"
                                : arena_format(arena, "for (int lane = 0; lane < %d; lane++)",
                                               s->panel),
                            NULL } };
    emit_nested(
        out, loop, 3,
        arena_format(
            arena,
            "map[(row * %d + column) * %d + lane] = from[row * %lld + column * %lld + lane];\n",
            s->pitch, s->panel, (long long)stride_along(v, shape, s->axis[0].name),
            (long long)stride_along(v, shape, s->axis[1].name)),
        NULL);
}

static void emit_weights(Program *p, Kernel *k, Text *out)
{
    const Sparse *s = k->sparse;
    Nest *n = nest_create(p, k);
    Arena *arena = p->arena;
    const int64_t panel = s->channels * taps_of(s) * s->panel, count = panel * sparse_panels(s);
    Text inner = text_create(arena), body = text_create(arena);
    nest_use(n, p->info[s->full->id].view.buffer);
    nest_use(n, s->list);
    nest_use(n, s->gradient);
    nest_use(n, k->partial);
    text_add(&inner, "const int lane0 = panel * %d;\n", s->panel);
    if (s->ins % s->panel)
        text_add(&inner, "const int lanes = asc_min(%d, %d - lane0);\n", s->panel, s->ins);
    emit_compact(p, s, &inner);
    text_add(&inner, "%s",
             list_loops(p, k, "map",
                        arena_format(arena, "sum + panel * %lld + channel * %lld", (long long)panel,
                                     (long long)(taps_of(s) * s->panel))));
    text_add(&body,
             "real *const restrict sum = %s + (size_t)chunk * %lld;\n"
             "real map[%d] __attribute__((aligned(64)))%s;\n"
             "memset(sum, 0, %lld * sizeof *sum);\n",
             k->partial->name, (long long)count, s->rows * s->pitch * s->panel,
             s->ins % s->panel ? " = {0}" : "", (long long)count);
    const Loop loop[] = { emit_batch_loop(arena), emit_loop(arena, "band", sparse_bands(s)),
                          emit_loop(arena, "panel", sparse_panels(s)) };
    emit_nested(&body, loop, 3, inner.at, NULL);
    emit_tap_functions(p, k, out);
    emit_function_into(n, out, k->partial, body.at);
}

/* The groups' sums, in order, to where the weight's elements lie. */
static void emit_weights_sum(Program *p, Kernel *k, Text *out)
{
    const Sparse *s = k->sparse;
    const SparseAxis *rows = &s->axis[0], *columns = &s->axis[1];
    Arena *arena = p->arena;
    Kernel finish = *k;
    finish.name = arena_format(arena, "%s_sum", k->name);
    Nest *n = nest_create(p, &finish);
    const Shape *shape = &k->anchor[0]->shape;
    const View whole = whole_view(k->target[0], shape);
    const int64_t count = sparse_panels(s) * s->channels * taps_of(s) * s->panel;
    const Coordinate place[2] = { coordinate_of(n, "row", 0, rows->taps - 1, 1),
                                  coordinate_of(n, "column", 0, columns->taps - 1, 2) };
    const Coordinate channel = coordinate_of(n, "channel", 0, s->channels - 1, 4),
                     lane = coordinate_of(n, "(lane0 + lane)", 0, s->ins - 1, 3);
    Coordinate at[MAX_AXES];
    int depth = 0;
    set_coordinates(s, shape, batch_coordinate(0), place, &channel, &lane, at);
    const char *address = nest_address(n, &whole, shape, at, &depth);
    nest_use(n, k->partial);
    nest_use(n, k->target[0]);
    Text body = text_create(arena), sum = text_create(arena);
    text_add(&body, "const int lane0 = chunk * %d, lanes = asc_min(%d, %d - lane0);\n", s->panel,
             s->panel, s->ins);
    text_add(&body, "const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;\n");
    text_add(&sum,
             "const real *const part = %s + ((((size_t)chunk * %d + channel) * %d + row) * %d + "
             "column) * "
             "%d + lane;\nreal sum = 0;\nfor (int group = 0; group < groups; group++)\n"
             "sum += part[(size_t)group * %lld];\n%s[%s] = sum;\n",
             k->partial->name, s->channels, rows->taps, columns->taps, s->panel, (long long)count,
             k->target[0]->name, address);
    const Loop loop[] = { emit_loop(arena, "row", rows->taps),
                          emit_loop(arena, "column", columns->taps),
                          { "for (int lane = 0; lane < lanes; lane++)", NULL },
                          emit_loop(arena, "channel", s->channels) };
    emit_nested(&body, loop, 4, sum.at, NULL);
    emit_function(n, out, NULL, 0, body.at);
}

/* ---------------------------------------------------------------- gradients of maps */

/* The rows of the map that no further band adds to, through the maps that follow. */
static void emit_rows_done(Program *p, Kernel *k, Nest *n, Text *out)
{
    const Sparse *s = k->sparse;
    const SparseAxis *rows = &s->axis[0], *columns = &s->axis[1];
    Arena *arena = p->arena;
    const Node *result = k->result[0];
    const int step = s->band * rows->step * rows->scale;
    const char *row = rows->name ? loop_name(arena, rows->name) : "row",
               *column = loop_name(arena, columns->name);
    const Coordinate place[2] = { coordinate_of(n, row, 0, rows->map - 1, 3),
                                  coordinate_of(n, column, 0, columns->map - 1, 4) };
    const Coordinate lane = coordinate_of(n, "(lane0 + lane)", 0, s->ins - 1, 5);
    Coordinate at[MAX_AXES];
    set_coordinates(s, &result->shape, batch_coordinate(1), place, NULL, &lane, at);
    n->given = k->anchor[0];
    n->given_value = (Value){ arena_format(arena, "map[((%s - origin) * %d + %s + %d) * %d + lane]",
                                           row, s->pitch, column, -columns->first, s->panel),
                              5 };
    int depth = 0;
    const View whole = whole_view(k->target[0], &result->shape);
    const char *address = nest_address(n, &whole, &result->shape, at, &depth);
    const Value v = result == k->anchor[0] ? n->given_value : nest_load(n, result, at);
    text_add(out, "const int origin = band * %d + %d, end = asc_min(origin + %d, %d);\n", step,
             rows->first, step, rows->map);
    const Loop loop[] = {
        { arena_format(arena, "for (int %s = origin < 0 ? 0 : origin; %s < end; %s++)", row, row,
                       row),
          NULL },
        emit_loop(arena, column, columns->map),
        { s->ins % s->panel
              ? "for (int lane = 0; lane < lanes; lane++)"
              : arena_format(arena, "for (int lane = 0; lane < %d; lane++)", s->panel),
          "#pragma omp simd" }
    };
    emit_nested(out, loop, 3,
                arena_format(arena, "%s[%s] = %s;\n", k->target[0]->name, address, v.text),
                &n->declaration[2]);
}

static void emit_data(Program *p, Kernel *k, Text *out)
{
    const Sparse *s = k->sparse;
    const SparseAxis *rows = &s->axis[0];
    Nest *n = nest_create(p, k);
    Arena *arena = p->arena;
    const int step = s->band * rows->step * rows->scale, width = s->pitch * s->panel;
    const int bands = (rows->map - rows->first + step - 1) / step;
    Text inner = text_create(arena), body = text_create(arena);
    nest_use(n, s->list);
    nest_use(n, s->gradient);
    nest_use(n, s->packed);
    nest_use(n, k->target[0]);
    const char *lists = list_loops(p, k, "map",
                                   arena_format(arena, "%s + ((size_t)panel * %d + channel) * %lld",
                                                s->packed->name, s->channels,
                                                (long long)(taps_of(s) * s->panel)));
    if (bands > sparse_bands(s))
        text_add(&inner, "if (band < %d) {\n%s}\n", sparse_bands(s), lists);
    else
        text_add(&inner, "%s", lists);
    emit_rows_done(p, k, n, &inner);
    if (bands > 1)
        text_add(
            &inner,
            "memmove(map, map + %d, %d * sizeof *map);\nmemset(map + %d, 0, %d * sizeof *map);\n",
            step * width, (s->rows - step) * width, (s->rows - step) * width, step * width);
    const Loop band_loop = emit_loop(arena, "band", bands);
    const Loop loop[] = { emit_batch_loop(arena), emit_loop(arena, "panel", sparse_panels(s)) };
    text_add(&body, "const int lane0 = panel * %d;\n", s->panel);
    if (s->ins % s->panel)
        text_add(&body, "const int lanes = asc_min(%d, %d - lane0);\n", s->panel, s->ins);
    text_add(&body, "real map[%d] __attribute__((aligned(64)));\nmemset(map, 0, sizeof map);\n",
             s->rows * width);
    emit_nested(&body, &band_loop, 1, inner.at, NULL);
    emit_tap_functions(p, k, out);
    emit_function(n, out, loop, 2, body.at);
}

void emit_sparse(Program *p, Kernel *k, Text *out)
{
    if (k->sparse->data) {
        emit_data(p, k, out);
        return;
    }
    emit_weights(p, k, out);
    text_add(out, "\n");
    emit_weights_sum(p, k, out);
}

/* Weights by panels of lanes, channel by channel; zeros past the last lane. */
void emit_sparse_pack(Program *p, Kernel *k, Text *out)
{
    const Sparse *s = k->sparse;
    const SparseAxis *rows = &s->axis[0], *columns = &s->axis[1];
    Nest *n = nest_create(p, k);
    Arena *arena = p->arena;
    const Coordinate place[2] = { coordinate_of(n, "row", 0, rows->taps - 1, 2),
                                  coordinate_of(n, "column", 0, columns->taps - 1, 3) };
    const Coordinate channel = coordinate_of(n, "channel", 0, s->channels - 1, 1);
    const bool rest = s->ins % s->panel;
    const Coordinate lane = coordinate_of(
        n, rest ? arena_format(arena, "asc_min(lane0 + lane, %d)", s->ins - 1) : "(lane0 + lane)",
        0, s->ins - 1, 4);
    Coordinate at[MAX_AXES];
    set_coordinates(s, &s->full->shape, batch_coordinate(0), place, &channel, &lane, at);
    const Value v = nest_load(n, s->full, at);
    nest_use(n, s->packed);
    Text body = text_create(arena);
    text_add(&body, "const int lane0 = chunk * %d;\n", s->panel);
    const Loop loop[] = { emit_loop(arena, "channel", s->channels),
                          emit_loop(arena, "row", rows->taps),
                          emit_loop(arena, "column", columns->taps),
                          emit_loop(arena, "lane", s->panel) };
    emit_nested(
        &body, loop, 4,
        arena_format(
            arena,
            "%s[(((size_t)chunk * %d + channel) * %d + row * %d + column) * %d + lane] = %s;\n",
            s->packed->name, s->channels, rows->taps * columns->taps, columns->taps, s->panel,
            rest ? arena_format(arena, "lane0 + lane < %d ? %s : 0", s->ins, v.text) : v.text),
        n->declaration);
    emit_function(n, out, NULL, 0, body.at);
}
