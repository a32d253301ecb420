/* emit_mixture.c: results of a product that are summed, with factors, before they are stored: see mixture.c. */
#include "emit_tile.h"

#include <string.h>

static const char *lane_loop(Arena *arena, int panel)
{
    return arena_format(arena, "for (int lane = 0; lane < %d; lane++)", panel);
}

/* The coordinate of an axis that all results of a panel share, or that its lanes go along. */
static Coordinate coordinate_along(Nest *n, const Axis *axis, const char *lane, int lane_depth)
{
    const char *name = arena_format(n->program->arena, "i_%s", axis->name);
    if (axis->size == BATCH)
        return (Coordinate){ name, 0, INT32_MAX, 1 };
    if (!strcmp(axis->name, lane))
        return coordinate_of(n, "(lane0 + lane)", 0, axis->size - 1, lane_depth);
    return coordinate_of(n, name, 0, axis->size - 1, 1);
}

const char *emit_factors(Nest *n, const Mixture *m, int panel)
{
    Nest *own = nest_beside(n);
    Arena *arena = n->program->arena;
    const Shape *shape = &m->factor->shape;
    Coordinate at[MAX_AXES];
    for (int i = 0; i < shape->rank; i++)
        at[i] = coordinate_along(own, &shape->axis[i], m->lane, 1);
    Text out = text_create(arena);
    const Loop loop = { lane_loop(arena, panel), NULL };
    const Value v = nest_load(own, m->factor, at);
    text_add(&out, "real factor[%d] __attribute__((aligned(64)));\n", panel);
    emit_nested(&out, &loop, 1, arena_format(arena, "factor[lane] = %s;\n", v.text),
                own->declaration);
    nest_give_back(n, own, 1);
    return out.at;
}

/* Coordinates of `result`, whose place along the last axis of rows is `inner`. */
static void row_coordinates(Nest *n, const Kernel *k, const Shape *shape, const char *inner,
                            Coordinate *at)
{
    const Tiling *t = k->tiling;
    for (int i = 0; i < shape->rank; i++) {
        at[i] = coordinate_along(n, &shape->axis[i], t->mixture->lane, 2);
        if (!strcmp(shape->axis[i].name, t->m[t->ms - 1].name + 2))
            at[i] = coordinate_of(n, inner, 0, shape->axis[i].size - 1, 1);
    }
}

/* One tile of one number of the summed axis, with the maps behind it, added to the row. */
static const char *emit_share(Nest *n, const Kernel *k)
{
    const Tiling *t = k->tiling;
    Program *p = n->program;
    Arena *arena = p->arena;
    const Mixture *m = t->mixture;
    const Dim *inner = &t->m[t->ms - 1];
    const View *va = &p->info[t->a->id].view;
    const int64_t panel = tile_panel_reals(t);
    const char *from = offset_by(arena, va->buffer->name, va->offset);
    for (int i = 0; i < t->ms; i++)
        from = moved(arena, from, t->m[i].name, t->m[i].a);
    Text out = text_create(arena);
    text_add(&out, "real tile[%d] __attribute__((aligned(64)));\n%s", t->rows_inner * t->panel,
             tile_call(p, k,
                       arena_format(arena, "%s, %s + (i_%s * %lld + panel) * %lld", from,
                                    t->packed->name, m->summed, (long long)tile_result_panels(t),
                                    (long long)panel),
                       "tile"));
    nest_use(n, va->buffer);
    nest_use(n, t->packed);

    const Node *end = m->sum->operand[m->sum->operand[0] == m->factor];
    const char *place = arena_format(arena, "at_%s", inner->name + 2);
    Coordinate at[MAX_AXES];
    row_coordinates(n, k, &end->shape, place, at);
    n->given = k->anchor[0];
    n->given_value = (Value){ arena_format(arena, "tile[row * %d + lane]", t->panel), 2 };
    const Value v = end == k->anchor[0] ? n->given_value : nest_load(n, end, at);
    const Rows r = rows_of(t);
    const Loop loop[2] = {
        { has_rest(&r)
              ? arena_format(arena, "for (int row = 0; row < asc_min(%d, %lld - %s); row++)",
                             r.inner, (long long)inner->size, inner->name)
              : arena_format(arena, "for (int row = 0; row < %d; row++)", r.inner),
          NULL },
        { lane_loop(arena, t->panel), "#pragma omp simd" }
    };
    Text row = text_create(arena);
    text_add(&row, "const int %s = %s + row;\n%s", place, inner->name,
             n->declaration[1].length ? n->declaration[1].at : "");
    n->declaration[1] = row;
    emit_nested(&out, loop, 2,
                arena_format(arena, "mixed[%s * %d + lane] += factor[lane] * (%s);\n", place,
                             t->panel, v.text),
                n->declaration);
    return out.at;
}

/* The row of sums, through the maps that follow, into memory, or, to be pooled, where it is. */
static const char *emit_row_store(Nest *n, const Kernel *k)
{
    const Tiling *t = k->tiling;
    Arena *arena = n->program->arena;
    const Node *result = k->pool ? k->pool->operand[0] : k->result[0];
    if (k->pool && result == t->mixture->sum)
        return "";
    Nest *own = nest_beside(n);
    Coordinate at[MAX_AXES];
    const char *sum = arena_format(arena, "mixed[at * %d + lane]", t->panel), *to = sum;
    row_coordinates(own, k, &result->shape, "at", at);
    own->given = t->mixture->sum;
    own->given_value = (Value){ sum, 2 };
    const Value v = result == own->given ? own->given_value : nest_load(own, result, at);
    if (!k->pool) {
        int depth = 0;
        const View whole = result_view(n->program, k, 0);
        to = arena_format(arena, "%s[%s]", k->target[0]->name,
                          nest_address(own, &whole, &result->shape, at, &depth));
        nest_use(own, k->target[0]);
    }
    const Loop loop[2] = { emit_loop(arena, "at", t->m[t->ms - 1].size),
                           { lane_loop(arena, t->panel), "#pragma omp simd" } };
    Text out = text_create(arena);
    emit_nested(&out, loop, 2, arena_format(arena, "%s = %s;\n", to, v.text), own->declaration);
    nest_give_back(n, own, 1);
    return out.at;
}

const char *emit_mixed_row(Nest *n, Kernel *k)
{
    const Tiling *t = k->tiling;
    Arena *arena = n->program->arena;
    const Mixture *m = t->mixture;
    const Dim *inner = &t->m[t->ms - 1];
    const long long row = inner->size * t->panel;
    Text share = text_create(arena), out = text_create(arena);
    text_add(&share, "%s", emit_factors(n, m, t->panel));
    const Loop tiles = stepped_loop(arena, inner, t->rows_inner);
    emit_nested(&share, &tiles, 1, emit_share(n, k), NULL);
    text_add(&out,
             "real *const mixed = rows + tap * %lld;\nmemset(mixed, 0, %lld * sizeof *mixed);\n",
             row, row);
    const Loop summed = emit_loop(arena, arena_format(arena, "i_%s", m->summed), m->count);
    emit_nested(&out, &summed, 1, share.at, NULL);
    text_add(&out, "%s", emit_row_store(n, k));
    return out.at;
}
