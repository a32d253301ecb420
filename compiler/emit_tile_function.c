/* emit_tile_function.c: the functions that compute one register tile, their calls, and the loops around those. */
#include "emit_tile.h"

#include <string.h>

const char *offset_by(Arena *arena, const char *name, int64_t offset)
{
    return offset ? arena_format(arena, "%s + %lld", name, (long long)offset) : name;
}

const char *moved(Arena *arena, const char *text, const char *name, int64_t step)
{
    if (!step)
        return text;
    if (step == 1)
        return arena_format(arena, "%s + %s", text, name);
    return arena_format(arena, "%s %c %s%s * %lld", text, step < 0 ? '-' : '+',
                        strcmp(name, "i_batch") ? "" : "(size_t)", name,
                        (long long)(step < 0 ? -step : step));
}

/* ---------------------------------------------------------------- one tile */

static const char *const beside[] = { "", " + ASC_LANES",
                                      " + 2 * ASC_LANES" }; /* vectors of a panel */

/* Loops of a tile over what is summed; neighbours that move both operands alike become one. */
static int summed_loops(const Tiling *t, int from, Dim *k)
{
    int count = 0;
    for (int i = from; i < t->ks; i++) {
        Dim d = t->k[i];
        if (t->pack)
            d.b = t->panel;
        for (int j = i + 1; t->pack && j < t->ks; j++)
            d.b *= t->k[j].size;
        Dim *last = count ? &k[count - 1] : NULL;
        const bool fixed = !(t->sums_batch &&
                             count == 1); /* the first one's length is an argument */
        if (last && fixed && last->a == d.a * d.size && last->b == d.b * d.size) {
            last->name = d.name;
            last->size *= d.size;
            last->a = d.a;
            last->b = d.b;
        } else
            k[count++] = d;
    }
    return count;
}

/* The loops over what is summed, and where both operands are in them; the first one may have `steps`, an argument. */
static void begin_summed(Arena *arena, const Dim *k, int ks, bool steps, const char **a,
                         const char **b, Text *out)
{
    *a = "a", *b = "b";
    for (int i = 0; i < ks; i++) {
        const char *size = steps && i == 0 ? "steps"
                                           : arena_format(arena, "%lld", (long long)k[i].size);
        text_add(out, "for (int %s = 0; %s < %s; %s++) {\n", k[i].name, k[i].name, size, k[i].name);
        *a = moved(arena, *a, k[i].name, k[i].a);
        *b = moved(arena, *b, k[i].name, k[i].b);
    }
}

static void end_summed(int ks, Text *out)
{
    for (int i = 0; i < ks; i++)
        text_add(out, "}\n");
}

int64_t tile_step(const Program *p, const Kernel *k, const Dim *m)
{
    const View v = result_view(p, k, 0);
    return v.stride[shape_find(&k->result[0]->shape, m->name + 2)];
}

/* Lanes of the result lie in a row where it is stored. */
static bool lanes_lie_in_row(const Program *p, const Kernel *k)
{
    const Shape *shape = &k->result[0]->shape;
    const View v = result_view(p, k, 0);
    int64_t step = 1;
    for (int i = shape->rank - 1; i >= shape->rank - k->tiling->lane_axes; i--) {
        if (v.stride[i] != step)
            return false;
        step *= shape->axis[i].size;
    }
    return true;
}

bool tile_is_stored(const Program *p, const Kernel *k)
{
    const Tiling *t = k->tiling;
    return k->result[0] == k->anchor[0] && !k->pool && !t->mixture && !p->scan && !t->sums_batch &&
           !t->whole_batch && !t->across && t->lane.size % t->panel == 0 && lanes_lie_in_row(p, k);
}

/* Where row `row` of a tile is in an operand or the result, by the steps along the last axis and the one before. */
static const char *place_of_row(Arena *arena, int outer, int inner, int64_t inner_step,
                                int64_t outer_step)
{
    return outer == 1 ? arena_format(arena, "row * %lld", (long long)inner_step)
                      : arena_format(arena, "row / %d * %lld + row %% %d * %lld", inner,
                                     (long long)outer_step, inner, (long long)inner_step);
}

/* One tile of outer * inner rows: the sum over all of k, from zero, or on top of what the result holds. */
static void emit_tile_function(const Program *p, const Kernel *kernel, int outer, int inner,
                               Text *out)
{
    const Tiling *t = kernel->tiling;
    Arena *arena = p->arena;
    const int vectors = t->panel / vector_lanes(p), rows = outer * inner;
    const Dim *m1 = &t->m[t->ms - 1], *m2 = t->ms > 1 ? &t->m[t->ms - 2] : m1;
    Dim k[MAX_AXES * 2];
    const int ks = summed_loops(t, t->sums_batch && t->ks > 1 ? 1 : 0, k);
    const char *row_a = place_of_row(arena, outer, inner, m1->a, m2->a);
    const char *row_c = t->sums_batch ? place_of_row(arena, outer, inner, m1->c, m2->c)
                        : tile_is_stored(p, kernel)
                            ? place_of_row(arena, outer, inner, tile_step(p, kernel, m1),
                                           tile_step(p, kernel, m2))
                            : arena_format(arena, "row * %d", t->panel);

    text_add(out,
             "ASC_INLINE void %s_tile_%dx%d(const real *restrict a, const real *restrict b, real "
             "*restrict c%s)\n{\n",
             kernel->name, outer, inner, t->sums_batch ? ", int steps" : "");
    text_add(out, "AscVector sum[%d][%d];\nASC_UNROLL\nfor (int row = 0; row < %d; row++) {\n",
             rows, vectors, rows);
    for (int v = 0; v < vectors; v++)
        if (t->sums_batch)
            text_add(out, "sum[row][%d] = asc_load(c + %s%s);\n", v, row_c, beside[v]);
        else
            text_add(out, "sum[row][%d] = (AscVector){0};\n", v);
    text_add(out, "}\n");
    const char *at_a, *at_b;
    begin_summed(arena, k, ks, t->sums_batch, &at_a, &at_b, out);
    text_add(out, "const real *const from = %s, *const lanes = %s;\nconst AscVector", at_a, at_b);
    for (int v = 0; v < vectors; v++)
        text_add(out, "%s lanes%d = asc_load(lanes%s)", v ? "," : "", v, beside[v]);
    text_add(out, ";\nASC_UNROLL\nfor (int row = 0; row < %d; row++) {\n", rows);
    if (!t->beside)
        text_add(out, "const real factor = from[%s];\n", row_a);
    for (int v = 0; v < vectors; v++)
        if (t->beside)
            text_add(out, "sum[row][%d] += asc_load(from + %s%s) * lanes%d;\n", v, row_a, beside[v],
                     v);
        else
            text_add(out, "sum[row][%d] += factor * lanes%d;\n", v, v);
    text_add(out, "}\n");
    end_summed(ks, out);
    text_add(out, "ASC_UNROLL\nfor (int row = 0; row < %d; row++) {\n", rows);
    for (int v = 0; v < vectors; v++)
        text_add(out, "asc_store(c + %s%s, sum[row][%d]);\n", row_c, beside[v], v);
    text_add(out, "}\n}\n\n");
}

int higher_tiles(const Tiling *t)
{
    const int tiles = (t->in_group + t->rows_inner - 1) / t->rows_inner;
    return t->in_group - tiles * (t->rows_inner - 1);
}

int panels_of_one(const Program *p, const Tiling *t)
{
    const int64_t panels = tile_result_panels(t);
    if (!t->in_group || !t->pack || t->across || t->beside || t->apart ||
        !runs(p->passes, PASS_one))
        return 1;
    for (int wide = t->panel > 2 * vector_lanes(p) ? 3 : 5; wide > 1; wide--)
        if (panels % wide == 0)
            return wide;
    return 1;
}

bool has_tile_of_one(const Program *p, const Tiling *t)
{
    return t->whole_batch && !t->in_group && t->rows_inner > 1 && runs(p->passes, PASS_one);
}

/* One row of some panels, in the order of the other tiles: results don't depend on how many examples there are. */
static void emit_function_of_one(const Program *p, const Kernel *kernel, Text *out)
{
    const Tiling *t = kernel->tiling;
    const int wide = panels_of_one(p, t), vectors = t->panel / vector_lanes(p);
    Dim k[MAX_AXES * 2];
    const int ks = summed_loops(t, 0, k);
    const int64_t panel = tile_panel_reals(t);
    text_add(out,
             "ASC_INLINE void %s_tile_of_one(const real *restrict a, const real *restrict b, real "
             "*restrict c)\n{\nAscVector sum[%d][%d];\nASC_UNROLL\n"
             "for (int panel = 0; panel < %d; panel++) {\n",
             kernel->name, wide, vectors, wide);
    for (int v = 0; v < vectors; v++)
        text_add(out, "sum[panel][%d] = (AscVector){0};\n", v);
    text_add(out, "}\n");
    const char *at_a, *at_b;
    begin_summed(p->arena, k, ks, false, &at_a, &at_b, out);
    text_add(out,
             "const real factor = *(%s), *const lanes = %s;\nASC_UNROLL\n"
             "for (int panel = 0; panel < %d; panel++) {\n",
             at_a, at_b, wide);
    for (int v = 0; v < vectors; v++)
        text_add(out, "sum[panel][%d] += factor * asc_load(lanes + panel * %lld%s);\n", v,
                 (long long)panel, beside[v]);
    text_add(out, "}\n");
    end_summed(ks, out);
    text_add(out, "ASC_UNROLL\nfor (int panel = 0; panel < %d; panel++) {\n", wide);
    for (int v = 0; v < vectors; v++)
        text_add(out, "asc_store(c + panel * %d%s, sum[panel][%d]);\n", t->panel, beside[v], v);
    text_add(out, "}\n}\n\n");
}

/* One tile of a result without lanes: vectors of products along what is summed, added up at the end. */
static void emit_across_function(const Program *p, const Kernel *kernel, int rows, Text *out)
{
    const Tiling *t = kernel->tiling;
    const Dim *m = &t->m[t->ms - 1];
    Dim k[MAX_AXES * 2];
    const int ks = summed_loops(t, 0, k);
    text_add(out,
             "ASC_INLINE void %s_tile_1x%d(const real *restrict a, const real *restrict b, real "
             "*restrict c)\n{\n"
             "AscVector sum[%d];\nASC_UNROLL\nfor (int row = 0; row < %d; row++)\n"
             "sum[row] = (AscVector){0};\n",
             kernel->name, rows, rows, rows);
    const char *at_a, *at_b;
    begin_summed(p->arena, k, ks, false, &at_a, &at_b, out);
    text_add(out,
             "const real *const from = %s;\nconst AscVector lanes = asc_load(%s);\n"
             "ASC_UNROLL\nfor (int row = 0; row < %d; row++)\n"
             "sum[row] += asc_load(from + row * %lld) * lanes;\n",
             at_a, at_b, rows, (long long)m->a);
    end_summed(ks, out);
    text_add(out,
             "ASC_UNROLL\nfor (int row = 0; row < %d; row++)\nc[row] = asc_sum(sum[row]);\n}\n\n",
             rows);
}

Rows rows_of(const Tiling *t)
{
    Rows r = { t->rows_outer, t->rows_inner, t->rows_outer, t->rows_inner };
    if (t->whole_batch && !t->in_group)
        return r;
    if (t->in_group)
        r.rest_inner = t->rows_inner - (higher_tiles(t) * t->rows_inner < t->in_group);
    else if (t->rows_outer > 1)
        r.rest_outer = (int)(t->m[t->ms - 2].size % t->rows_outer);
    else
        r.rest_inner = (int)(t->m[t->ms - 1].size % t->rows_inner);
    if (!r.rest_outer || !r.rest_inner)
        r.rest_outer = r.outer, r.rest_inner = r.inner;
    return r;
}

bool has_rest(const Rows *r)
{
    return r->rest_outer != r->outer || r->rest_inner != r->inner;
}

void emit_tile_functions(const Program *p, const Kernel *k, Text *out)
{
    const Rows r = rows_of(k->tiling);
    const bool across = k->tiling->across;
    if (across)
        emit_across_function(p, k, r.inner, out);
    else
        emit_tile_function(p, k, r.outer, r.inner, out);
    if (has_rest(&r) && across)
        emit_across_function(p, k, r.rest_inner, out);
    else if (has_rest(&r))
        emit_tile_function(p, k, r.rest_outer, r.rest_inner, out);
    if (panels_of_one(p, k->tiling) > 1)
        emit_function_of_one(p, k, out);
    if (has_tile_of_one(p, k->tiling))
        emit_tile_function(p, k, 1, 1, out);
}

const char *tile_is_full(Arena *arena, const Tiling *t)
{
    const Rows r = rows_of(t);
    const Dim *d = r.outer > 1 ? &t->m[t->ms - 2] : &t->m[t->ms - 1];
    return arena_format(arena, "%s <= %lld", d->name,
                        (long long)(d->size - (r.outer > 1 ? r.outer : r.inner)));
}

static const char *call_of_rows(Program *p, const Kernel *k, const char *arguments)
{
    const Tiling *t = k->tiling;
    const Rows r = rows_of(t);
    const char *full = arena_format(p->arena, "%s_tile_%dx%d(%s);\n", k->name, r.outer, r.inner,
                                    arguments);
    if (!has_rest(&r))
        return full;
    if (t->in_group) /* gcc warns of rows that are left out */
        return arena_format(p->arena,
                            "if (i_batch < first + %d) {\n%s} else {\n%s_tile_%dx%d(%s);\n"
                            "memset(tile + %d, 0, %d * sizeof *tile);\n}\n",
                            higher_tiles(t) * r.inner, full, k->name, r.rest_outer, r.rest_inner,
                            arguments, r.rest_inner * t->panel,
                            (r.inner - r.rest_inner) * t->panel);
    return arena_format(p->arena, "if (%s)\n    %selse\n    %s_tile_%dx%d(%s);\n",
                        tile_is_full(p->arena, t), full, k->name, r.rest_outer, r.rest_inner,
                        arguments);
}

const char *tile_call(Program *p, const Kernel *k, const char *from, const char *to)
{
    const Tiling *t = k->tiling;
    const char *rows = call_of_rows(p, k, arena_format(p->arena, "%s, %s", from, to));
    const int wide = panels_of_one(p, t), rest = (t->rows_inner - 1) * t->panel;
    if (has_tile_of_one(p, t))
        return arena_format(p->arena,
                            "if (i_batch + 1 == call->examples) {\n%s_tile_1x1(%s, %s);\n"
                            "memset(tile + %d, 0, %d * sizeof *tile);\n} else {\n%s}\n",
                            k->name, from, to, t->panel, rest, rows);
    if (wide == 1)
        return rows;
    return arena_format(
        p->arena,
        "if (last == first + 1) {\nif (panel %% %d == 0)\n%s_tile_of_one(%s, wide);\n"
        "memcpy(tile, wide + panel %% %d * %d, %d * sizeof *tile);\n"
        "memset(tile + %d, 0, %d * sizeof *tile);\n} else %s",
        wide, k->name, from, wide, t->panel, t->panel, t->panel, rest, rows);
}

Loop stepped_loop(Arena *arena, const Dim *d, int step)
{
    return (Loop){ arena_format(arena, "for (int %s = 0; %s < %lld; %s += %d)", d->name, d->name,
                                (long long)d->size, d->name, step),
                   NULL };
}

int row_loops(Program *p, const Kernel *k, int from, Loop *loop)
{
    const Tiling *t = k->tiling;
    int loops = 0;
    const int apart = t->order == BY_TILE ? t->apart : 0; /* of a tile */
    for (int i = from; i < t->ms; i++) {
        if (apart && i == apart)
            continue;
        const int step = i == t->ms - 1 ? t->rows_inner : i == t->ms - 2 ? t->rows_outer : 1;
        if (t->m[i].size == BATCH)
            loop[loops++] = emit_batch_loop(p->arena);
        else if (k->bands > 1 && i == 1 + apart)
            loop[loops++] = emit_band_loop(p->arena, k, t->m[i].name, t->m[i].size, step);
        else
            loop[loops++] = stepped_loop(p->arena, &t->m[i], step);
    }
    if (apart)
        loop[loops++] = stepped_loop(p->arena, &t->m[apart], 1);
    return loops;
}
