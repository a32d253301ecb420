/* emit_winograd.c: kernels of convolutions by Winograd's algorithm, and of turning their taps: see winograd.c. */
#include "graph.h"
#include "emit.h"

#include <string.h>

/* ---------------------------------------------------------------- products */

/* `rows` tiles times a panel of the turned taps, in one of the planes. */
static Product product_of(const Kernel *k, int rows, Arena *arena)
{
    const Winograd *w = k->winograd;
    return (Product){ .name = arena_format(arena, "%s_product_%d", k->name, rows),
                      .rows = rows,
                      .vectors = 2,
                      .sums = w->sums,
                      .a_row = w->sums,
                      .a_sum = 1,
                      .b_sum = w->panel,
                      .c_row = w->panel };
}

/* ---------------------------------------------------------------- the whole */

static void emit_turned(const Program *p, const Kernel *k, Text *out)
{
    const Winograd *w = k->winograd;
    const int plane = winograd_plane(w);
    Text body = text_create(p->arena);
    const char *pixels = emit_pixels(p, &w->grid, w->map, w->row, w->column, "map", &body);
    emit_by_size(&w->grid, "asc_winograd_turn",
                 arena_format(p->arena, "%s, %d, planes + tile * %d, %d, %d", pixels, w->sums,
                              w->sums, tile_points(&w->grid) * plane, plane),
                 &body);
    emit_grid(&w->grid, out);
    emit_grid_loops(&w->grid, "", body.at, out);
}

/* Coordinates along one or two axes in a row, of number `whole` of all their elements. */
static Coordinate row_coordinate(Nest *n, const AxisRow *row, const Axis *axis, const char *whole,
                                 int depth)
{
    const bool inner = !strcmp(axis->name, row->inner);
    const char *text = row->outer
                           ? arena_format(n->program->arena, inner ? "(%s %% %d)" : "(%s / %d)",
                                          whole, row->inners)
                           : whole;
    return coordinate_of(n, text, 0, axis->size - 1, depth);
}

static bool is_of_row(const AxisRow *row, const char *axis)
{
    return !strcmp(axis, row->inner) || (row->outer && !strcmp(axis, row->outer));
}

/* Where a panel has whole rows of lanes of two axes, these are addressed as one. */
static void lanes_in_row(Nest *n, const AxisRow *row, const Shape *shape, const Coordinate *at)
{
    if (!row->outer || shape_find(shape, row->outer) < 0 || shape_find(shape, row->inner) < 0)
        return;
    n->lane[0] = at[shape_find(shape, row->outer)].text;
    n->lane[1] = at[shape_find(shape, row->inner)].text;
    n->lane_axes = 2;
}

/* Coordinates of an element of a tile: along the axes of a result. */
static void element_coordinates(Nest *n, const Winograd *w, const Shape *shape, Coordinate *at)
{
    Arena *arena = n->program->arena;
    for (int i = 0; i < shape->rank; i++) {
        const Axis *axis = &shape->axis[i];
        const char *name = arena_format(arena, "i_%s", axis->name);
        at[i] = axis->size == BATCH ? (Coordinate){ "i_batch", 0, INT32_MAX, 1 }
                : is_of_row(&w->lane, axis->name)
                    ? row_coordinate(n, &w->lane, axis, "(lane0 + lane)", 3)
                    : coordinate_of(n, name, 0, axis->size - 1,
                                    !strcmp(axis->name, w->column) ? 2 : 1);
    }
    lanes_in_row(n, &w->lane, shape, at);
}

/* Where an element of a tile lies among its results. */
static const char *place_of(Arena *arena, const Winograd *w)
{
    const int tile = w->grid.tile;
    return arena_format(arena, "((i_%s - down * %d) * %d + i_%s - across * %d) * %d + lane", w->row,
                        tile, tile, w->column, tile, w->panel);
}

/* What is made of the products of a panel: the result, or what is pooled. */
static Node *made_by(const Program *p, const Kernel *k)
{
    return pools_first(p, k) ? k->anchor[0] : k->pool ? k->pool->operand[0] : k->result[0];
}

/* Where the first result of a row waits to be pooled. */
static const char *waiting_row(const Kernel *k, Arena *arena, const char *row)
{
    const Winograd *w = k->winograd;
    const int reals = winograd_waiting_row(w);
    return w->whole_group ? arena_format(arena, "waiting + ((i_batch - begin) * %d + %s) * %d",
                                         w->waiting, row, reals)
           : w->shared    ? arena_format(arena, "waiting + %s %% %d * %d", row, w->waiting, reals)
                       : arena_format(arena, "waiting + (panel * %d + %s %% %d) * %d", w->waiting,
                                      row, w->waiting, reals);
}

/* Loops over the elements of a tile: `result`, which is made of `given`, whose value is at hand, goes to `to`, or into memory. */
static void emit_elements(Nest *n, Kernel *k, Node *given, const char *value, Node *result,
                          const char *to, Text *out)
{
    const Winograd *w = k->winograd;
    Arena *arena = n->program->arena;
    const int tile = w->grid.tile;
    const char *row = arena_format(arena, "i_%s", w->row),
               *column = arena_format(arena, "i_%s", w->column);
    Coordinate at[MAX_AXES];
    element_coordinates(n, w, k->margin && !k->pool ? &k->anchor[0]->shape : &result->shape, at);
    if (!k->pool)
        stored_coordinates(n, k, at);
    n->given = given;
    n->given_value = (Value){ value, 3 };
    if (!to && w->summed)
        to = arena_format(arena, "(%s)[lane] +=", waiting_row(k, arena, row));
    else if (!to && k->pool)
        to = arena_format(arena, "(%s)[%s * %d + lane] =", waiting_row(k, arena, row), column,
                          w->panel);
    else if (!to) {
        int depth = 0;
        const View whole = result_view(n->program, k, 0);
        to = arena_format(arena, "%s[%s] =", k->target[0]->name,
                          nest_address(n, &whole, &result->shape, at, &depth));
    }
    const Value v = result == given ? n->given_value : nest_load(n, result, at);
    text_add(out,
             "const int last_row = asc_min(down * %d + %d, %d), last_column = asc_min(across * %d "
             "+ %d, %d);\n",
             tile, tile, w->grid.rows, tile, tile, w->grid.columns);
    const Loop loop[] = {
        { arena_format(arena, "for (int %s = down * %d; %s < last_row; %s++)", row, tile, row, row),
          NULL },
        { arena_format(arena, "for (int %s = across * %d; %s < last_column; %s++)", column, tile,
                       column, column),
          NULL },
        { w->lanes % w->panel
              ? "for (int lane = 0; lane < lanes; lane++)"
              : arena_format(arena, "for (int lane = 0; lane < %d; lane++)", w->panel),
          "#pragma omp simd" }
    };
    emit_nested(out, loop, 3, arena_format(arena, "%s %s;\n", to, v.text), n->declaration);
}

static void emit_product_call(const Kernel *k, int rows, const char *panel, Text *out)
{
    const Winograd *w = k->winograd;
    text_add(out,
             "%s_product_%d(planes + plane * %d + row * %d, %s + ((size_t)%s * %d + plane) * %d, "
             "products + plane * %d + row * %d);\n",
             k->name, rows, winograd_plane(w), w->sums, w->packed->name, panel,
             tile_planes(&w->grid), w->sums * w->panel, winograd_product_plane(w), w->panel);
}

/* Products of all planes with a panel of the turned taps. */
static void emit_products(const Kernel *k, const char *panel, Text *out)
{
    const Winograd *w = k->winograd;
    const int points = tile_points(&w->grid);
    text_add(out,
             "for (int plane = 0; plane < %d; plane++) {\n"
             "const int last = asc_tiles_end(&tiles, plane / %d, plane %% %d)%s;\n"
             "int row = asc_tiles_begin(&tiles, plane %% %d);\nfor (; row < last; row += %d)\n",
             points * points, points, points,
             w->rest_rows ? arena_format(out->arena, " - %d", w->rest_rows) : "", points,
             w->tile_rows);
    emit_product_call(k, w->tile_rows, panel, out);
    if (w->rest_rows) {
        text_add(out, "if (row < last + %d)\n", w->rest_rows);
        emit_product_call(k, w->rest_rows, panel, out);
    }
    text_add(out, "}\n");
}

/* The sums of tile `tile`, turned back. */
static void emit_back(const Winograd *w, Text *out)
{
    const int tile = w->grid.tile, plane = winograd_product_plane(w);
    text_add(out, "real back[%d] __attribute__((aligned(64)));\n", winograd_tile(w));
    emit_by_size(&w->grid, "asc_winograd_back",
                 arena_format(out->arena, "products + tile * %d, %d, %d, %d, back, %d", w->panel,
                              tile_points(&w->grid) * plane, plane, w->panel, tile * w->panel),
                 out);
}

/* The result's elements of a panel, through the maps that follow. */
static void emit_panel(Kernel *k, Nest *n, Text *out)
{
    const Winograd *w = k->winograd;
    Text tile = text_create(n->program->arena);
    emit_products(k, "panel", out);
    emit_back(w, &tile);
    emit_elements(n, k, k->anchor[0], arena_format(tile.arena, "back[%s]", place_of(tile.arena, w)),
                  made_by(n->program, k), NULL, &tile);
    emit_grid_loops(&w->grid, "", tile.at, out);
}

/* Rows of windows that are whole when a block's tiles are done. */
static void emit_windows(Nest *n, const Kernel *k, Text *out)
{
    const Winograd *w = k->winograd;
    const int high = pooled_rows(k);
    text_add(
        out,
        "for (int i_batch = begin; i_batch < end; i_batch++) {\n"
        "for (int line = first_down * %d / %d; line < asc_min(last_down * %d, %d) / %d; line++) "
        "{\nconst real *const rows = %s;\n%s}\n}\n",
        w->grid.tile, high, w->grid.tile, w->grid.rows, high,
        waiting_row(k, out->arena, arena_format(out->arena, "line * %d", high)),
        emit_pooled_row(n, k));
}

/* ... that are summed with factors first. */
static void emit_mixed_panel(Kernel *k, Nest *n, Text *out)
{
    const Winograd *w = k->winograd;
    const Mixture *m = w->mixture;
    Arena *arena = n->program->arena;
    Text tile = text_create(arena), share = text_create(arena), sums = text_create(arena);
    const char *place = place_of(arena, w);
    const char *mixed = arena_format(arena, "mixed[tile * %d + %s]", winograd_tile(w), place);
    Node *end = m->sum->operand[m->sum->operand[0] == m->factor];
    Held held = { .count = 0 };
    find_held(n->program, m, end, (const Node *[]){ k->anchor[0] }, 1, &held);
    const char *panels = arena_format(arena, "%s%s", emit_factors(n, m, w->panel),
                                      emit_held(n, m, &held, w->panel));
    know_held(n, &held, m, NULL);
    text_add(out, "memset(mixed, 0, tiles.all * %d * sizeof *mixed);\n", winograd_tile(w));
    emit_products(k,
                  arena_format(arena, "(i_%s * %d + panel)", m->summed, winograd_result_panels(w)),
                  &share);
    emit_back(w, &tile);
    emit_elements(n, k, k->anchor[0], arena_format(arena, "back[%s]", place), end,
                  arena_format(arena, "%s += factor[lane] *", mixed), &tile);
    emit_grid_loops(&w->grid, panels, tile.at, &share);
    const Loop summed = emit_loop(arena, arena_format(arena, "i_%s", m->summed), m->count);
    emit_nested(out, &summed, 1, share.at, NULL);
    Nest *stored = nest_beside(n);
    emit_elements(stored, k, m->sum, mixed, made_by(n->program, k), NULL, &sums);
    emit_grid_loops(&w->grid, "", sums.at, out);
    nest_give_back(n, stored, 1);
}

/* One block: its tiles are turned, and for every panel of lanes multiplied and turned back.  A piece of a group's maps has
 * some of the panels, or, where there are groups enough for all threads, the first one has all. */
static const char *emit_block(Program *p, Kernel *k, Nest *n)
{
    const Winograd *w = k->winograd;
    const bool shares = w->whole_group && k->pieces > 1;
    Text body = text_create(p->arena), panel = text_create(p->arena);
    if (shares)
        text_add(&body,
                 "const bool alone = call->examples >= 2 * ASC_GROUP * call->threads;\n"
                 "if (alone && chunk %% %d)\nreturn;\n",
                 k->pieces);
    emit_turned(p, k, &body);
    text_add(&panel, "const int lane0 = panel * %d;\n", w->panel);
    if (w->lanes % w->panel)
        text_add(&panel, "const int lanes = asc_min(%d, %d - lane0);\n", w->panel, w->lanes);
    if (w->summed)
        text_add(&panel, "memset(waiting, 0, %lld * sizeof *waiting);\n",
                 (long long)k->room[3].reals);
    if (w->mixture)
        emit_mixed_panel(k, n, &panel);
    else
        emit_panel(k, n, &panel);
    if (k->pool)
        emit_windows(n, k, &panel);
    Loop loop = emit_loop(p->arena, "panel", winograd_result_panels(w));
    if (shares)
        loop.header = arena_format(
            p->arena, "for (int panel = chunk %% %d; panel < %d; panel += alone ? 1 : %d)",
            k->pieces, winograd_result_panels(w), k->pieces);
    emit_nested(&body, &loop, 1, panel.at, NULL);
    return body.at;
}

/* The examples and rows of tiles of a chunk: all of a group, or a piece of one example. */
static void emit_chunk(const Kernel *k, const char *block, Text *out)
{
    const Winograd *w = k->winograd;
    const int down = w->grid.down;
    const char *which = k->pieces > 1 ? arena_format(out->arena, "chunk / %d", k->pieces) : "chunk";
    if (w->whole_group) {
        text_add(out,
                 "const int begin = %s * ASC_GROUP, end = asc_min(begin + ASC_GROUP, "
                 "call->examples);\n"
                 "const int first_down = 0, last_down = %d;\n%s",
                 which, down, block);
        return;
    }
    const int bands = (down + w->band - 1) / w->band;
    int each = (bands + k->pieces - 1) / k->pieces * w->band;
    if (k->pool) { /* no window has rows of two pieces */
        int whole = 1;
        while (whole * w->grid.tile % pooled_rows(k))
            whole++;
        each = (each + whole - 1) / whole * whole;
    }
    text_add(out, "const int begin = %s, end = begin + 1;\n", which);
    if (k->pieces > 1)
        text_add(out,
                 "const int from = chunk %% %d * %d, to = asc_min(from + %d, %d);\n"
                 "for (int first_down = from; first_down < to; first_down += %d) {\n"
                 "const int last_down = asc_min(first_down + %d, to);\n",
                 k->pieces, each, each, down, w->band, w->band);
    else
        text_add(out,
                 "for (int first_down = 0; first_down < %d; first_down += %d) {\n"
                 "const int last_down = asc_min(first_down + %d, %d);\n",
                 down, w->band, w->band, down);
    text_add(out, "%s}\n", block);
}

void emit_winograd(Program *p, Kernel *k, Text *out)
{
    const Winograd *w = k->winograd;
    Nest *n = nest_create(p, k);
    Text body = text_create(p->arena);
    nest_use(n, p->info[w->map->id].view.buffer);
    nest_use(n, w->packed);
    nest_use(n, k->target[0]);
    const char *block = emit_block(p, k, n);
    emit_room(p, k, &body);
    emit_chunk(k, block, &body);
    for (int i = 0; i < (w->rest_rows ? 2 : 1); i++) {
        const Product product = product_of(k, i ? w->rest_rows : w->tile_rows, p->arena);
        emit_product(&product, out);
    }
    emit_function_into(n, out, k->target[0], body.at); /* pieces are told apart above */
}

/* The taps, turned: [panel][plane][sum][lane], zeros past the last lane. */
void emit_winograd_pack(Program *p, Kernel *k, Text *out)
{
    const Winograd *w = k->winograd;
    Nest *n = nest_create(p, k);
    Arena *arena = p->arena;
    const Shape *shape = &w->taps->shape;
    const Mixture *m = w->mixture;
    const bool rest = w->lanes % w->panel;
    Coordinate at[MAX_AXES];
    for (int i = 0; i < shape->rank; i++) {
        const char *axis = shape->axis[i].name;
        at[i] = m && !strcmp(axis, m->summed)
                    ? coordinate_of(n, arena_format(arena, "i_%s", axis), 0, m->count - 1, 1)
                : !strcmp(axis, w->row)    ? coordinate_of(n, "row", 0, 2, 2)
                : !strcmp(axis, w->column) ? coordinate_of(n, "column", 0, 2, 3)
                : is_of_row(&w->sum, axis)
                    ? row_coordinate(n, &w->sum, &shape->axis[i], "sum", 1)
                    : row_coordinate(
                          n, &w->lane, &shape->axis[i],
                          rest ? arena_format(arena, "asc_min(lane0 + lane, %d)", w->lanes - 1)
                               : "(lane0 + lane)",
                          4);
    }
    if (!rest)
        lanes_in_row(n, &w->lane, shape, at);
    const Value v = nest_load(n, w->taps, at);
    nest_use(n, w->packed);
    Text body = text_create(arena), inner = text_create(arena);
    text_add(&inner, "real taps[9 * %d] __attribute__((aligned(64)));\n", w->panel);
    const Loop loop[] = { emit_loop(arena, "row", 3), emit_loop(arena, "column", 3),
                          emit_loop(arena, "lane", w->panel) };
    emit_nested(
        &inner, loop, 3,
        arena_format(arena, "taps[(row * 3 + column) * %d + lane] = %s;\n", w->panel,
                     rest ? arena_format(arena, "lane0 + lane < %d ? %s : 0", w->lanes, v.text)
                          : v.text),
        &n->declaration[1]);
    text_add(&inner,
             "asc_winograd_turn_taps_%d(taps, %d, %s + ((size_t)chunk * %d + sum) * %d, %d);\n",
             tile_points(&w->grid), w->panel, w->packed->name, tile_planes(&w->grid) * w->sums,
             w->panel, w->sums * w->panel);
    if (m)
        text_add(&body, "const int i_%s = chunk / %d, lane0 = chunk %% %d * %d;\n", m->summed,
                 winograd_result_panels(w), winograd_result_panels(w), w->panel);
    else
        text_add(&body, "const int lane0 = chunk * %d;\n", w->panel);
    const Loop sums = emit_loop(arena, "sum", w->sums);
    emit_nested(&body, &sums, 1, inner.at, n->declaration);
    emit_function(n, out, NULL, 0, body.at);
}
