/* emit_tile.c: kernels of dots in register tiles, and of packing an operand into panels. */
#include "emit_tile.h"

#include <string.h>

/* ---------------------------------------------------------------- rows over the batch: convolution, matrix product */

void tile_coordinates(Nest *n, const Kernel *k, Coordinate *at, Text *rows)
{
    const Tiling *t = k->tiling;
    const Shape *shape = &k->anchor[0]->shape;
    Arena *arena = n->program->arena;
    for (int i = 0; i < shape->rank - t->lane_axes; i++) {
        const char *name = arena_format(arena, "i_%s", shape->axis[i].name);
        const bool last = !strcmp(name, t->m[t->ms - 1].name);
        const bool before = t->ms > 1 && !strcmp(name, t->m[t->ms - 2].name);
        const int64_t hi = shape->axis[i].size == BATCH ? INT32_MAX : shape->axis[i].size - 1;
        const char *text = name;
        if (!t->library && !t->slices && (last || (before && t->rows_outer > 1))) {
            text = arena_format(arena, "at_%s", shape->axis[i].name);
            if (t->rows_outer > 1)
                text_add(rows, "const int %s = %s + row %c %d;\n", text, name, before ? '/' : '%',
                         t->rows_inner);
            else
                text_add(rows, "const int %s = %s + row;\n", text, name);
        }
        at[i] = coordinate_of(n, text, 0, hi, 1);
    }
    int64_t step = 1;
    const int64_t inner = shape->axis[shape->rank - 1].size;
    const bool aligned = inner % t->panel == 0; /* a panel lies in one row of the last axis */
    for (int i = shape->rank - 1; i >= shape->rank - t->lane_axes; i--) {
        const int64_t size = shape->axis[i].size;
        const bool last = i == shape->rank - 1;
        const char *whole = aligned && !last ? "lane0" : "(lane0 + lane)";
        const char *text = last && t->lane.size == size ? whole
                           : last && aligned
                               ? arena_format(arena, "(lane0 %% %lld + lane)", (long long)size)
                               : arena_format(arena, "(%s / %lld %% %lld)", whole, (long long)step,
                                              (long long)size);
        at[i] = coordinate_of(n, text, 0, size - 1, aligned && !last ? 1 : 2);
        n->lane[i - shape->rank + t->lane_axes] = at[i].text;
        step *= size;
    }
    n->lane_axes = t->lane_axes;
}

/* Does the value of an element depend on where in the tile it stands, other than by its lane? */
static bool names_position(const Nest *n, const char *value)
{
    bool named = strstr(value, "at_") != NULL;
    for (int i = 0; i < MAX_DEPTH; i++)
        named = named || (n->declaration[i].length && strstr(n->declaration[i].at, "at_"));
    return named;
}

/* Where the first result of a tile goes. */
static const char *tile_place(Nest *n, const Kernel *k)
{
    const Shape *shape = &k->anchor[0]->shape;
    const View whole = result_view(n->program, k, 0);
    Coordinate at[MAX_AXES];
    int depth = 0;
    for (int i = 0; i < shape->rank - 1; i++) {
        const int64_t size = shape->axis[i].size;
        const char *name = arena_format(n->program->arena, "i_%s", shape->axis[i].name);
        at[i] = i < shape->rank - k->tiling->lane_axes
                    ? coordinate_of(n, name, 0, size == BATCH ? INT32_MAX : size - 1, 1)
                    : coordinate_of(n, "0", 0, 0, 0);
    }
    at[shape->rank - 1] = coordinate_of(n, "lane0", 0, k->tiling->lane.size - 1, 1);
    stored_coordinates(n, k, at);
    nest_use(n, k->target[0]);
    return arena_format(n->program->arena, "%s + %s", k->target[0]->name,
                        nest_address(n, &whole, &k->result[0]->shape, at, &depth));
}

/* Asks for what the tile a row further on will read for the first time, and for its results' place. */
static const char *emit_requests(Nest *n, const Kernel *k, const char *from)
{
    const Tiling *t = k->tiling;
    Arena *arena = n->program->arena;
    const Dim *inner = &t->m[t->ms - 1], *outer = &t->m[t->ms - 2];
    int64_t ahead = outer->a;
    if (t->ms < 3 || t->rows_outer > 1 || t->lane_axes > 1 || n->program->scan)
        return "";
    for (int i = 0; i < t->ks; i++)
        if (!strcmp(t->k[i].name, arena_format(arena, "tap_%s", outer->name + 2)) && t->k[i].a > 0)
            ahead += (t->k[i].size - 1) * t->k[i].a;
    Text out = text_create(arena);
    text_add(&out, "for (int row = 0; row < %d; row++) {\n", t->rows_inner);
    if (t->beside)
        text_add(&out, "asc_request_read(%s + %lld + row * %lld, %d);\n", from, (long long)ahead,
                 (long long)inner->a, t->panel);
    text_add(&out, "asc_request_write(%s + %lld + row * %lld, %d);\n}\n", tile_place(n, k),
             (long long)tile_step(n->program, k, outer), (long long)tile_step(n->program, k, inner),
             t->panel);
    return out.at;
}

/* The call of a tile, and the loop over its results with the maps that follow: into memory, or to be pooled in place. */
static const char *emit_tile_and_store(Nest *n, Kernel *k)
{
    const Tiling *t = k->tiling;
    Program *p = n->program;
    Arena *arena = p->arena;
    const Node *result = k->pool ? k->pool->operand[0] : k->result[0];
    const char *element = arena_format(arena, "tile[row * %d + lane]", t->panel);
    const View *va = &p->info[t->a->id].view, *vb = &p->info[t->b->id].view;
    Coordinate at[MAX_AXES];
    Text rows = text_create(arena), body = text_create(arena);
    tile_coordinates(n, k, at, &rows);
    n->given = k->anchor[0];
    n->given_value = (Value){ element, 2 };
    nest_use(n, va->buffer);
    nest_use(n, t->pack ? t->packed : vb->buffer);

    const char *from = arena_format(arena, "%s%s", offset_by(arena, va->buffer->name, va->offset),
                                    nest_step(n, va));
    const int64_t panel = tile_panel_reals(t);
    for (int i = 0; i < t->ms; i++)
        from = moved(arena, from, t->m[i].name, t->m[i].a);
    if (t->beside)
        from = arena_format(arena, "%s + lane0", from);
    const char *lanes = t->apart  ? arena_format(arena, "%s + (%s * %lld + panel) * %lld",
                                                 t->packed->name, t->m[t->apart].name,
                                                 (long long)tile_result_panels(t), (long long)panel)
                        : t->pack ? arena_format(arena, "%s + panel * %lld", t->packed->name,
                                                 (long long)panel)
                                  : offset_by(arena, vb->buffer->name, vb->offset);
    const int most = t->rows_outer * t->rows_inner;
    if (!t->apart && t->order == BY_TILE)
        text_add(&body, "%s", emit_requests(n, k, from));
    if (tile_is_stored(p, k)) {
        text_add(&body, "%s",
                 tile_call(p, k, arena_format(arena, "%s, %s", from, lanes), tile_place(n, k)));
        return body.at;
    }
    if (k->pool)
        text_add(&body, "real *const tile = rows + (tap * %lld + %s) * %d;\n",
                 (long long)t->m[t->ms - 1].size, t->m[t->ms - 1].name, t->panel);
    else
        text_add(&body, "real tile[%d] __attribute__((aligned(64)));\n", most * t->panel);
    text_add(&body, "%s", tile_call(p, k, arena_format(arena, "%s, %s", from, lanes), "tile"));
    if (k->pool && (result == k->anchor[0] || pools_first(p, k)))
        return body.at;

    int depth = 0;
    if (!k->pool)
        stored_coordinates(n, k, at);
    const Value v = result == k->anchor[0] ? n->given_value : nest_load(n, result, at);
    if (!k->pool) {
        const View whole = result_view(p, k, 0);
        element = arena_format(arena, "%s[%s]", k->target[0]->name,
                               nest_address(n, &whole, &result->shape, at, &depth));
        nest_use(n, k->target[0]);
    }
    const Rows r = rows_of(t);
    const char *count = arena_format(arena, "%d", most);
    if (t->in_group && has_rest(&r))
        count = arena_format(arena, "asc_min(i_batch < first + %d ? %d : %d, last - i_batch)",
                             higher_tiles(t) * r.inner, r.inner, r.rest_inner);
    else if (t->whole_batch)
        count = arena_format(arena, "asc_min(%d, %s - i_batch)", most,
                             t->in_group ? "last" : "call->examples");
    else if (has_rest(&r))
        count = arena_format(arena, "%s ? %d : %d", tile_is_full(arena, t), most,
                             r.rest_outer * r.rest_inner);
    text_add(&body, "const int rows_here = %s;\n", count);
    if (k->pool && !names_position(n, v.text))
        rows = text_create(arena);
    text_add(&rows, "%s", n->declaration[1].length ? n->declaration[1].at : "");
    n->declaration[1] = rows;
    const Loop store[2] = { { "for (int row = 0; row < rows_here; row++)", NULL },
                            { t->lane.size % t->panel
                                  ? "for (int lane = 0; lane < lanes; lane++)"
                                  : arena_format(arena, "for (int lane = 0; lane < %d; lane++)",
                                                 t->panel),
                              "#pragma omp simd" } };
    emit_nested(&body, store, 2, arena_format(arena, "%s = %s;\n", element, v.text),
                n->declaration);
    return body.at;
}

/* The loops around a row of tiles whose results wait on the stack: to be pooled with those of the same windows, or mixed. */
static const char *emit_row_of_tiles_loops(Nest *n, Kernel *k, const char *tiles)
{
    const Tiling *t = k->tiling;
    Arena *arena = n->program->arena;
    const Dim *inner = &t->m[t->ms - 1], *outer = t->ms > 1 ? &t->m[t->ms - 2] : NULL;
    const int window = k->pool ? pooled_rows(k) : 1;
    Loop loop[MAX_DEPTH];
    Text row = text_create(arena), line = text_create(arena), out = text_create(arena);
    if (window > 1)
        text_add(&row, "const int %s = line * %d + tap;\n", outer->name, window);
    text_add(&row, "%s", tiles);
    text_add(&line, "real rows[%lld] __attribute__((aligned(64)));\n",
             (long long)(window * inner->size * t->panel));
    if (window > 1) {
        loop[0] = emit_loop(arena, "tap", window);
        emit_nested(&line, loop, 1, row.at, NULL);
    } else
        text_add(&line, "const int tap = 0;\n%s", row.at);
    if (k->pool)
        text_add(&line, "%s", emit_pooled_row(n, k));
    int loops = 0;
    for (int i = 0; i < t->ms - 1; i++)
        if (t->m[i].size == BATCH)
            loop[loops++] = emit_batch_loop(arena);
        else {
            const bool lines = window > 1 && i == t->ms - 2;
            const char *name = lines ? "line" : t->m[i].name;
            const int64_t size = lines ? outer->size / window : t->m[i].size;
            loop[loops++] = i == 1 ? emit_band_loop(arena, k, name, size, 1)
                                   : emit_loop(arena, name, size);
        }
    emit_nested(&out, loop, loops, line.at, NULL);
    return out.at;
}

/* The loops around a tile whose results are stored as they are; `panel` begins one. */
static const char *emit_tile_loops(Nest *n, Kernel *k, const char *panel, const char *body)
{
    const Tiling *t = k->tiling;
    Arena *arena = n->program->arena;
    Text out = text_create(arena);
    Loop loop[MAX_DEPTH];
    int loops = 1;
    if (t->in_group) {
        const Rows r = rows_of(t);
        const char *next = arena_format(arena, "%d", r.inner);
        if (has_rest(&r))
            next = arena_format(arena, "i_batch < first + %d ? %d : %d", higher_tiles(t) * r.inner,
                                r.inner, r.rest_inner);
        loop[0] = (Loop){
            arena_format(arena, "for (int i_batch = first; i_batch < last; i_batch += %s)", next),
            NULL
        };
    } else if (t->whole_batch)
        loop[0] = (Loop){
            arena_format(arena, "for (int i_batch = 0; i_batch < call->examples; i_batch += %d)",
                         t->rows_inner),
            NULL
        };
    else
        loops = row_loops(n->program, k, 0, loop);
    if (t->order == BY_ROW) {
        Text row = text_create(arena);
        text_add(&row, "%s", panel);
        emit_nested(&row, &loop[loops - 1], 1, body, NULL);
        loop[loops - 1] = emit_loop(arena, "panel", tile_result_panels(t));
        body = row.at;
    } else if (t->order == BY_TILE) {
        loop[loops++] = emit_loop(arena, "panel", tile_result_panels(t));
        body = arena_format(arena, "%s%s", panel, body);
    }
    emit_nested(&out, loop, loops, body, NULL);
    return out.at;
}

static void emit_rows_kernel(Program *p, Kernel *k, Text *out)
{
    const Tiling *t = k->tiling;
    Nest *n = nest_create(p, k);
    Text panel = text_create(p->arena), inner = text_create(p->arena),
         panels = text_create(p->arena);
    const char *body = t->mixture ? emit_mixed_row(n, k) : emit_tile_and_store(n, k);
    if (t->across) {
        emit_tile_functions(p, k, out);
        emit_function(n, out, NULL, 0, emit_tile_loops(n, k, NULL, body));
        return;
    }
    const bool chunk_is_panel = t->whole_batch && !t->in_group;
    text_add(&panel,
             chunk_is_panel ? "const int panel = chunk, lane0 = panel * %d;\n"
                            : "const int lane0 = panel * %d;\n",
             t->panel);
    if (t->lane.size % t->panel)
        text_add(&panel, "const int lanes = asc_min(%d, %lld - lane0);\n", t->panel,
                 (long long)t->lane.size);
    if (k->pool && !t->mixture) {
        const Loop tiles = stepped_loop(p->arena, &t->m[t->ms - 1], t->rows_inner);
        Text row = text_create(p->arena);
        emit_nested(&row, &tiles, 1, body, NULL);
        body = row.at;
    }
    if (t->order == BY_PANEL)
        text_add(&inner, "%s", panel.at);
    text_add(&inner, "%s",
             k->pool || t->mixture ? emit_row_of_tiles_loops(n, k, body)
                                   : emit_tile_loops(n, k, panel.at, body));
    const bool cut = k->pieces > k->bands; /* a piece has one panel */
    const bool alone = chunk_is_panel || cut || t->order != BY_PANEL;
    if (!alone) {
        const Loop panel_loop = emit_loop(p->arena, "panel", tile_result_panels(t));
        emit_nested(&panels, &panel_loop, 1, inner.at, NULL);
    }
    emit_tile_functions(p, k, out);
    const char *all = alone ? inner.at : panels.at;
    if (panels_of_one(p, t) > 1)
        all = arena_format(p->arena, "real wide[%d] __attribute__((aligned(64))) = {0};\n%s",
                           panels_of_one(p, t) * t->panel, all);
    emit_function(n, out, NULL, 0, all);
}

/* A matrix product by OpenBLAS, a chunk of columns at a time, and then the maps that follow, in place. */
static void emit_library_kernel(Program *p, Kernel *k, Text *out)
{
    const Tiling *t = k->tiling;
    Nest *n = nest_create(p, k);
    Arena *arena = p->arena;
    const Node *result = k->result[0];
    const View *va = &p->info[t->a->id].view, *vb = &p->info[t->b->id].view;
    const View whole = whole_view(k->target[0], &result->shape);
    Coordinate at[MAX_AXES];
    Text unused = text_create(arena), body = text_create(arena);
    Dim sum;
    tile_matrix(t, &sum);
    tile_coordinates(n, k, at, &unused);
    nest_use(n, va->buffer);
    nest_use(n, vb->buffer);
    nest_use(n, k->target[0]);
    text_add(&body, "const int lane0 = chunk * %d, lanes = asc_min(%d, %lld - lane0);\n", t->panel,
             t->panel, (long long)t->lane.size);
    text_add(&body, "asc_blas_product(call->examples, lanes, %lld, %s, %lld,\n",
             (long long)sum.size, offset_by(n->program->arena, va->buffer->name, va->offset),
             (long long)t->m[0].a);
    text_add(&body, "%s + (size_t)lane0 * %lld, %lld, %s, %s + lane0, %lld);\n",
             offset_by(n->program->arena, vb->buffer->name, vb->offset), (long long)t->lane.b,
             (long long)(t->lane.b == 1 ? sum.b : t->lane.b), t->lane.b == 1 ? "false" : "true",
             k->target[0]->name, (long long)t->m[0].c);
    if (result != k->anchor[0]) {
        int depth = 0;
        const char *address = nest_address(n, &whole, &result->shape, at, &depth);
        const char *element = arena_format(arena, "%s[%s]", k->target[0]->name, address);
        n->given = k->anchor[0];
        n->given_value = (Value){ element, 2 };
        const Value v = nest_load(n, result, at);
        const Loop loop[2] = { { "for (int i_batch = 0; i_batch < call->examples; i_batch++)",
                                 NULL },
                               { "for (int lane = 0; lane < lanes; lane++)", "#pragma omp simd" } };
        emit_nested(&body, loop, 2, arena_format(arena, "%s = %s;\n", element, v.text),
                    n->declaration);
    }
    emit_function(n, out, NULL, 0, body.at);
}

/* ---------------------------------------------------------------- sums over the batch: gradients of weights */

static void emit_sums_kernel(Program *p, Kernel *k, Text *out)
{
    const Tiling *t = k->tiling;
    Nest *n = nest_create(p, k);
    Arena *arena = p->arena;
    const View *va = &p->info[t->a->id].view, *vb = &p->info[t->b->id].view;
    Buffer *c = t->grouped ? k->partial : k->target[0];
    const char *from = offset_by(arena, va->buffer->name, va->offset);
    const char *lane0 = arena_format(arena, "panel * %d", t->panel);
    if (t->pitch)
        lane0 = arena_format(arena, "asc_min(%s, %lld)", lane0,
                             (long long)(t->lane.size - t->panel));
    const char *lanes = arena_format(arena, "%s + %s",
                                     offset_by(arena, vb->buffer->name, vb->offset), lane0);
    const char *to = arena_format(arena, "sum + panel * %d", t->panel), *steps = "call->examples";
    const int64_t count = tile_part(t, k->anchor[0]);
    nest_use(n, va->buffer);
    nest_use(n, vb->buffer);
    nest_use(n, c);
    if (t->beside)
        from = arena_format(arena, "%s + panel * %d", from, t->panel);
    for (int i = 0; i < t->ms; i++) {
        from = moved(arena, from, t->m[i].name, t->m[i].a);
        lanes = moved(arena, lanes, t->m[i].name, t->m[i].size > 1 ? t->m[i].b : 0);
        to = moved(arena, to, t->m[i].name, t->m[i].c);
    }
    for (int i = 0; i < 2 && t->ks > 1; i++) {
        from = moved(arena, from, t->k[i].name, t->k[i].a);
        lanes = moved(arena, lanes, t->k[i].name, t->k[i].b);
        steps = t->k[1].size % t->band ? arena_format(arena, "asc_min(%d, %lld - %s)", t->band,
                                                      (long long)t->k[1].size, t->k[1].name)
                                       : arena_format(arena, "%d", t->band);
    }
    const char *call = tile_call(p, k, arena_format(arena, "%s, %s", from, lanes),
                                 arena_format(arena, "%s, %s", to, steps));

    Loop loop[MAX_DEPTH];
    Text body = text_create(arena);
    int loops = 0;
    if (t->grouped) {
        text_add(&body,
                 "real *const restrict sum = %s + (size_t)chunk * %lld;\n"
                 "memset(sum, 0, %lld * sizeof *sum);\n",
                 c->name, (long long)count, (long long)count);
        loop[loops++] = emit_batch_loop(arena);
        loop[loops++] = stepped_loop(arena, &t->k[1], t->band);
        loop[loops++] = emit_loop(arena, "panel", tile_result_panels(t));
        loops += row_loops(p, k, 0, loop + loops);
        emit_nested(&body, loop, loops, call, NULL);
    } else {
        const int first = t->pieces > 1 ? 1 : 0;
        text_add(&body, "const int panel = chunk / %d;\n", t->pieces);
        if (first)
            text_add(&body, "const int %s = chunk %% %d;\n", t->m[0].name, t->pieces);
        text_add(&body, "real *const restrict sum = %s;\n", c->name);
        Loop zero[MAX_DEPTH];
        int zeros = 0;
        for (int i = first; i < t->ms; i++)
            zero[zeros++] = stepped_loop(arena, &t->m[i], 1);
        emit_nested(&body, zero, zeros,
                    arena_format(arena, "memset(%s, 0, %d * sizeof *sum);\n", to, t->panel), NULL);
        if (t->ks > 1) {
            loop[loops++] = (Loop){ "for (int i_batch = 0; i_batch < call->examples; i_batch++)",
                                    NULL };
            loop[loops++] = stepped_loop(arena, &t->k[1], t->band);
        }
        loops += row_loops(p, k, first, loop + loops);
        emit_nested(&body, loop, loops, call, NULL);
    }
    emit_tile_functions(p, k, out);
    emit_function_into(n, out, c, body.at);
}

void emit_tile(Program *p, Kernel *k, Text *out)
{
    if (k->tiling->library)
        emit_library_kernel(p, k, out);
    else if (k->tiling->slices)
        emit_slices(p, k, out);
    else if (k->tiling->blocked)
        emit_blocks(p, k, out);
    else if (k->tiling->sums_batch)
        emit_sums_kernel(p, k, out);
    else
        emit_rows_kernel(p, k, out);
}

/* Copies an operand into panels: [apart][panel][k...][lane], zeros past the last lane. */
void emit_pack(Program *p, Kernel *k, Text *out)
{
    const Tiling *t = k->tiling;
    Nest *n = nest_create(p, k);
    Arena *arena = p->arena;
    const View *vb = &p->info[t->b->id].view;
    const char *lane = t->lane.b == 1
                           ? "lane0 + lane"
                           : arena_format(arena, "(lane0 + lane) * %lld", (long long)t->lane.b);
    const Mixture *m = t->mixture;
    const Shape *shape = &t->b->shape;
    if (m)
        lane = arena_format(arena, "(lane0 + lane) * %lld + i_%s * %lld",
                            (long long)vb->stride[shape_find(shape, m->lane)], m->summed,
                            (long long)vb->stride[shape_find(shape, m->summed)]);
    const char *from = arena_format(arena, "%s[%s", vb->buffer->name,
                                    offset_by(arena, lane, vb->offset));
    int64_t step = t->panel;
    const char *to = "lane";
    Loop loop[MAX_DEPTH];
    for (int i = t->ks - 1; i >= 0; i--) {
        from = moved(arena, from, t->k[i].name, t->k[i].b);
        to = moved(arena, to, t->k[i].name, step);
        step *= t->k[i].size;
    }
    int loops = 0;
    for (int i = 0; i < t->ks; i++)
        loop[loops++] = emit_loop(arena, t->k[i].name, t->k[i].size);
    loop[loops++] = emit_loop(arena, "lane", t->panel);
    nest_use(n, vb->buffer);
    nest_use(n, t->packed);
    Text body = text_create(arena);
    if (m)
        text_add(&body, "const int i_%s = chunk / %lld, lane0 = chunk %% %lld * %d;\n", m->summed,
                 (long long)tile_result_panels(t), (long long)tile_result_panels(t), t->panel);
    else if (t->apart) {
        const Dim *d = &t->m[t->apart];
        text_add(&body, "const int %s = chunk / %lld, lane0 = chunk %% %lld * %d;\n", d->name,
                 (long long)tile_result_panels(t), (long long)tile_result_panels(t), t->panel);
        from = moved(arena, from, d->name, d->b);
    } else
        text_add(&body, "const int lane0 = chunk * %d;\n", t->panel);
    const char *value = arena_format(arena, "%s]", from);
    if (t->lane.size % t->panel)
        value = arena_format(arena, "lane0 + lane < %lld ? %s : 0", (long long)t->lane.size, value);
    emit_nested(&body, loop, loops,
                arena_format(arena, "%s[(size_t)chunk * %lld + %s] = %s;\n", t->packed->name,
                             (long long)step, to, value),
                NULL);
    emit_function(n, out, NULL, 0, body.at);
}
