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

/* Declares an array of what x is, on each lane of a panel. */
static const char *emit_panel_of(Nest *n, const Mixture *m, const Node *x, const char *name,
                                 int panel)
{
    Nest *own = nest_beside(n);
    Arena *arena = n->program->arena;
    Coordinate at[MAX_AXES];
    for (int i = 0; i < x->shape.rank; i++)
        at[i] = coordinate_along(own, &x->shape.axis[i], m->lane, 1);
    Text out = text_create(arena);
    const Loop loop = { lane_loop(arena, panel), NULL };
    const Value v = nest_load(own, x, at);
    text_add(&out, "real %s[%d] __attribute__((aligned(64)));\n", name, panel);
    emit_nested(&out, &loop, 1, arena_format(arena, "%s[lane] = %s;\n", name, v.text),
                own->declaration);
    nest_give_back(n, own, 1);
    return out.at;
}

const char *emit_factors(Nest *n, const Mixture *m, int panel)
{
    return emit_panel_of(n, m, m->factor, "factor", panel);
}

/* ---------------------------------------------------------------- what is the same wherever in the map */

static bool is_held(const Mixture *m, const Shape *s)
{
    for (int i = 0; i < s->rank; i++) {
        const Axis *axis = &s->axis[i];
        if (axis->size != BATCH && !(axis->size == m->count && !strcmp(axis->name, m->summed)) &&
            !(axis->size == m->lanes && !strcmp(axis->name, m->lane)))
            return false;
    }
    return shape_find(s, m->lane) >= 0;
}

void find_held(const Program *p, const Mixture *m, const Node *x, const Node *const *given,
               int count, Held *h)
{
    bool known = false;
    for (int i = 0; i < count; i++)
        known = known || given[i] == x;
    for (int i = 0; i < h->count; i++)
        known = known || h->node[i] == x;
    if (known)
        return;
    if (is_held(m, &x->shape) && h->count < MOST_HELD)
        h->node[h->count++] = x;
    else if (!p->info[x->id].view.buffer)
        for (int i = 0; i < x->operands; i++)
            find_held(p, m, x->operand[i], given, count, h);
}

static const char *held_name(Arena *arena, int i)
{
    return arena_format(arena, "held%d", i);
}

const char *emit_held(Nest *n, const Mixture *m, const Held *h, int panel)
{
    Text out = text_create(n->program->arena);
    for (int i = 0; i < h->count; i++)
        text_add(&out, "%s", emit_panel_of(n, m, h->node[i], held_name(out.arena, i), panel));
    return out.at;
}

void know_held(Nest *n, const Held *h, const Mixture *m, const Tiling *t)
{
    Arena *arena = n->program->arena;
    for (int i = 0; i < h->count; i++) {
        Coordinate at[MAX_AXES];
        mixture_coordinates(n, m, t, &h->node[i]->shape, "", at);
        nest_know(n, h->node[i], at,
                  (Value){ arena_format(arena, "%s[lane]", held_name(arena, i)), 2 });
    }
}

/* ---------------------------------------------------------------- rows of tiles */

void mixture_coordinates(Nest *n, const Mixture *m, const Tiling *t, const Shape *shape,
                         const char *inner, Coordinate *at)
{
    for (int i = 0; i < shape->rank; i++) {
        at[i] = coordinate_along(n, &shape->axis[i], m->lane, 2);
        if (t && !strcmp(shape->axis[i].name, t->m[t->ms - 1].name + 2))
            at[i] = coordinate_of(n, inner, 0, shape->axis[i].size - 1, 1);
    }
}

const char *emit_tile_of_row(Nest *n, const Kernel *k, const Mixture *m, const Node *end,
                             const Held *held, const char *to, const char *how)
{
    const Tiling *t = k->tiling;
    Program *p = n->program;
    Arena *arena = p->arena;
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

    const char *place = arena_format(arena, "at_%s", inner->name + 2);
    Coordinate at[MAX_AXES];
    mixture_coordinates(n, m, t, &end->shape, place, at);
    know_held(n, held, m, t);
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
    emit_nested(
        &out, loop, 2,
        arena_format(arena, "%s[%s * %d + lane] %s (%s);\n", to, place, t->panel, how, v.text),
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
    mixture_coordinates(own, t->mixture, t, &result->shape, "at", at);
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
    Node *end = m->sum->operand[m->sum->operand[0] == m->factor];
    Held held = { .count = 0 };
    find_held(n->program, m, end, (const Node *[]){ k->anchor[0] }, 1, &held);
    text_add(&share, "%s%s", emit_factors(n, m, t->panel), emit_held(n, m, &held, t->panel));
    const Loop tiles = stepped_loop(arena, inner, t->rows_inner);
    emit_nested(&share, &tiles, 1,
                emit_tile_of_row(n, k, m, end, &held, "mixed", "+= factor[lane] *"), NULL);
    text_add(&out,
             "real *const mixed = rows + tap * %lld;\nmemset(mixed, 0, %lld * sizeof *mixed);\n",
             row, row);
    const Loop summed = emit_loop(arena, arena_format(arena, "i_%s", m->summed), m->count);
    emit_nested(&out, &summed, 1, share.at, NULL);
    text_add(&out, "%s", emit_row_store(n, k));
    return out.at;
}
