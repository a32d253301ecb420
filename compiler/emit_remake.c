/* emit_remake.c: the gradients of a mixture whose results are made again, row by row: see remake.c.
 *
 * A chunk has a group of examples.  It goes through bands of rows; through panels of lanes, for which it copies what comes
 * from behind; and through the experts: makes rows of results and of their gradient, and adds them to all sums. */
#include "emit_tile.h"
#include "graph.h"

#include <string.h>

/* What all experts share, of each position of a band, a panel wide. */
typedef struct Copy {
    const Node *node, *spread; /* spread: along the experts, or NULL */
    const char *name;
} Copy;

typedef struct Emission {
    Nest *nest;
    Kernel *kernel;
    const Remake *remake;
    const Mixture *mixture;
    Copy copy[REMAKE_COPIES];
    int copies;
    Held held;
} Emission;

/* Coordinates of a node's elements in loops over the columns and the lanes of a row. */
static void row_coordinates(const Emission *e, Nest *n, const Shape *shape, Coordinate *at)
{
    mixture_coordinates(n, e->mixture, NULL, shape, NULL, at);
}

static Loop lane_loop(const Emission *e, bool simd)
{
    return (Loop){ arena_format(e->nest->program->arena, "for (int lane = 0; lane < %d; lane++)",
                                e->remake->panel),
                   simd ? "#pragma omp simd" : NULL };
}

/* Over the rows that a band needs. */
static Loop row_loop(const Emission *e)
{
    const char *row = e->remake->row;
    return (Loop){ arena_format(e->nest->program->arena,
                                "for (int i_%s = first_row; i_%s < last_row; i_%s++)", row, row,
                                row),
                   NULL };
}

static Loop column_loop(const Emission *e)
{
    const Remake *r = e->remake;
    return emit_loop(e->nest->program->arena,
                     arena_format(e->nest->program->arena, "i_%s", r->column), r->columns);
}

/* ---------------------------------------------------------------- what is copied for a band */

static bool is_part_of(const Shape *shape, const Shape *whole)
{
    for (int i = 0; i < shape->rank; i++)
        if (shape_size(whole, shape->axis[i].name) != shape->axis[i].size)
            return false;
    return true;
}

static void add_copy(Emission *e, const Node *x, const Node *spread)
{
    Arena *arena = e->nest->program->arena;
    const long long at = e->copies * remake_copy_reals(e->remake);
    for (int i = 0; i < e->copies; i++)
        if (e->copy[i].node == x) {
            e->copy[i].spread = spread ? spread : e->copy[i].spread;
            return;
        }
    if (e->copies < REMAKE_COPIES) /* else it is read where it lies */
        e->copy[e->copies++] = (Copy){ x, spread,
                                       at ? arena_format(arena, "(copies + %lld)", at) : "copies" };
}

/* Of what x is made of, what all experts share. */
static void find_copies(Emission *e, const Node *x)
{
    const Remake *r = e->remake;
    const Node *spread = x->op == OP_expand ? x : NULL;
    while (x->op == OP_expand)
        x = x->operand[0];
    const Shape *s = &x->shape;
    if (x == r->dot || x == r->end)
        return;
    if (is_part_of(s, &r->dot->shape) && shape_find(s, r->row) >= 0 &&
        shape_find(s, r->column) >= 0 && shape_find(s, e->mixture->summed) < 0)
        add_copy(e, x, spread);
    else if (!e->nest->program->info[x->id].view.buffer)
        for (int i = 0; i < x->operands; i++)
            find_copies(e, x->operand[i]);
}

static const char *copy_element(const Emission *e, const Copy *c)
{
    const Remake *r = e->remake;
    return arena_format(e->nest->program->arena, "%s[((i_%s - origin) * %d + i_%s) * %d + lane]",
                        c->name, r->row, r->columns, r->column, r->panel);
}

static void know_copies(const Emission *e, Nest *n)
{
    for (int i = 0; i < e->copies; i++) {
        const Copy *c = &e->copy[i];
        const Node *const names[] = { c->node, c->spread };
        Coordinate at[MAX_AXES];
        for (int j = 0; j < 2 && names[j]; j++) {
            row_coordinates(e, n, &names[j]->shape, at);
            nest_know(n, names[j], at, (Value){ copy_element(e, c), 2 });
        }
    }
}

static void emit_copies(const Emission *e, Text *out)
{
    for (int i = 0; i < e->copies; i++) {
        const Copy *c = &e->copy[i];
        Nest *own = nest_beside(e->nest);
        const Loop loop[] = { row_loop(e), column_loop(e), lane_loop(e, true) };
        Coordinate at[MAX_AXES];
        row_coordinates(e, own, &c->node->shape, at);
        const Value v = nest_load(own, c->node, at);
        Text columns = text_create(out->arena);
        emit_nested(&columns, &loop[1], 2,
                    arena_format(out->arena, "%s = %s;\n", copy_element(e, c), v.text),
                    own->declaration);
        emit_nested(out, loop, 1, columns.at, NULL);
        nest_give_back(e->nest, own, 1);
    }
}

/* What the results and their gradient read that is the same wherever in the map. */
static void find_all_held(Emission *e)
{
    const Remake *r = e->remake;
    const Node *given[2 + 2 * REMAKE_COPIES] = { r->dot, r->end };
    int count = 2;
    for (int i = 0; i < e->copies; i++) {
        given[count++] = e->copy[i].node;
        if (e->copy[i].spread)
            given[count++] = e->copy[i].spread;
    }
    find_held(e->nest->program, r->mixture, r->end, given, 1, &e->held);
    find_held(e->nest->program, r->mixture, r->gradient, given, count, &e->held);
}

/* ---------------------------------------------------------------- one expert of a panel, in a band */

static Node *behind_of(const Remake *r)
{
    return r->factors->operand[r->factors->operand[0] == r->end];
}

static const char *made_element(const Emission *e)
{
    return arena_format(e->nest->program->arena, "made[i_%s * %d + lane]", e->remake->column,
                        e->remake->panel);
}

static const char *gradient_element(const Emission *e)
{
    const Remake *r = e->remake;
    const char *column = r->left ? arena_format(e->nest->program->arena, "i_%s + %d", r->column,
                                                r->left)
                                 : arena_format(e->nest->program->arena, "i_%s", r->column);
    return arena_format(e->nest->program->arena,
                        "gradient[((i_%s - origin) * %d + %s) * %d + lane]", r->row,
                        remake_pitch(r), column, r->panel);
}

/* A statement for each column and lane of a row, in which the results made are at hand. */
static void emit_row(const Emission *e, const Node *x, const char *form, Text *out)
{
    Nest *own = nest_beside(e->nest);
    Coordinate at[MAX_AXES];
    const Loop loop[] = { column_loop(e), lane_loop(e, true) };
    know_copies(e, own);
    know_held(own, &e->held, e->mixture, e->remake->tiling);
    own->given = e->remake->end;
    own->given_value = (Value){ made_element(e), 2 };
    row_coordinates(e, own, &x->shape, at);
    const Value v = nest_load(own, x, at);
    emit_nested(out, loop, 2, arena_format(out->arena, form, v.text), own->declaration);
    nest_give_back(e->nest, own, 1);
}

/* The product's results, through the maps behind it: a row of a panel. */
static void emit_made(const Emission *e, Text *out)
{
    const Remake *r = e->remake;
    Arena *arena = e->nest->program->arena;
    Kernel product = *e->kernel;
    Node *anchor = r->dot;
    product.tiling = r->tiling;
    product.anchor = &anchor;
    Nest *own = nest_beside(e->nest);
    const Dim *inner = &r->tiling->m[r->tiling->ms - 1];
    const Loop tiles = stepped_loop(arena, inner, r->tiling->rows_inner);
    emit_nested(out, &tiles, 1,
                emit_tile_of_row(own, &product, e->mixture, r->end, &e->held, "made", "="), NULL);
    nest_give_back(e->nest, own, 1);
}

static void emit_rows(const Emission *e, Text *out)
{
    const Remake *r = e->remake;
    Text row = text_create(out->arena);
    const Loop loop[] = { row_loop(e), column_loop(e), lane_loop(e, true) };
    emit_made(e, &row);
    emit_row(e, r->gradient, arena_format(out->arena, "%s = %%s;\n", gradient_element(e)), &row);
    text_add(&row, "if (i_%s < row0 || i_%s >= row0 + %d)\ncontinue;\n", r->row, r->row, r->band);
    emit_row(e, behind_of(r),
             arena_format(out->arena, "of_factors[lane] += %%s * %s;\n", made_element(e)), &row);
    if (r->bias)
        emit_nested(&row, &loop[1], 2,
                    arena_format(out->arena, "of_bias[lane] += %s;\n", gradient_element(e)), NULL);
    emit_nested(out, loop, 1, row.at, NULL);
}

static const char *element_of(const Emission *e, const Node *x, const char *row, const char *column)
{
    const Remake *r = e->remake;
    Nest *n = e->nest;
    const View whole = whole_view(NULL, &x->shape);
    Coordinate at[MAX_AXES];
    int depth = 0;
    row_coordinates(e, n, &x->shape, at);
    for (int i = 0; i < x->shape.rank; i++) {
        const Axis *axis = &x->shape.axis[i];
        if (!strcmp(axis->name, r->row))
            at[i] = coordinate_of(n, row, 0, axis->size - 1, 1);
        if (!strcmp(axis->name, r->column))
            at[i] = coordinate_of(n, column, 0, axis->size - 1, 1);
    }
    return nest_address(n, &whole, &x->shape, at, &depth);
}

/* What the expert's rows give to the sums of the group. */
static void emit_added(const Emission *e, Text *out)
{
    const Remake *r = e->remake;
    Arena *arena = out->arena;
    const Loop loop[] = { emit_loop(arena, "row", r->tap_rows),
                          emit_loop(arena, "column", r->tap_columns),
                          emit_loop(arena, arena_format(arena, "i_%s", r->in), r->ins),
                          lane_loop(e, false) };
    const char *in = r->ins > 1 ? arena_format(arena, " * %d + i_%s", r->ins, r->in) : "";
    emit_nested(out, loop, 4,
                arena_format(arena,
                             "parts[%s] += of_taps[(%srow * %d + column%s%s) * %d + lane];\n",
                             element_of(e, r->taps, "row", "column"), *in ? "(" : "",
                             r->tap_columns, *in ? ")" : "", in, r->panel),
                NULL);
    emit_nested(out, &loop[3], 1,
                arena_format(arena, "factors[i_%s * %d + lane0 + lane] += of_factors[lane];\n",
                             e->mixture->summed, e->mixture->lanes),
                NULL);
    if (r->bias)
        emit_nested(out, &loop[3], 1,
                    arena_format(arena, "parts[%lld + %s] += of_bias[lane];\n",
                                 (long long)shape_count(&r->taps->shape),
                                 element_of(e, r->bias, "", "")),
                    NULL);
}

static void emit_map_tiles(const Emission *e, const char *taps, Text *out)
{
    const Remake *r = e->remake;
    const int wide = remake_back_columns(r);
    text_add(out,
             "for (int row = 0; row < asc_min(%d, %d - row0); row++) {\n"
             "for (int column = 0; column < %d; column += %d) {\n",
             r->band, r->map_rows, r->map_columns, r->tile);
    const char *in = r->ins > 1 ? arena_format(out->arena, "i_%s", r->in) : "0";
    if (r->ins > 1)
        text_add(out, "for (int %s = 0; %s < %d; %s++) {\n", in, in, r->ins, in);
    text_add(out,
             "%s_back(gradient + (row * %d + column) * %d, %s%s, back + ((row * %d + %s) * %d + "
             "column) * ASC_LANES);\n",
             e->kernel->name, remake_pitch(r), r->panel, taps,
             r->ins > 1 ? arena_format(out->arena, " + %s * %lld", in,
                                       remake_tap_step(out->arena, r, r->in, true))
                        : "",
             r->ins, in, wide);
    text_add(out, r->ins > 1 ? "}\n}\n}\n" : "}\n}\n");
}

static void emit_expert(const Emission *e, Text *out)
{
    const Remake *r = e->remake;
    const Tiling *t = r->tiling;
    const char *taps = arena_format(
        out->arena, "%s + (i_%s * %lld + panel) * %lld", t->packed->name, e->mixture->summed,
        (long long)tile_result_panels(t), (long long)tile_panel_reals(t));
    const View *map = &e->nest->program->info[t->a->id].view;
    const char *from = offset_by(out->arena, map->buffer->name, map->offset);
    for (int i = 0; i < t->ms - 1; i++)
        from = moved(out->arena, from, i == t->ms - 2 ? "row0" : t->m[i].name, t->m[i].a);
    text_add(out, "%s", emit_held(e->nest, e->mixture, &e->held, r->panel));
    text_add(out, "real of_factors[%d] = {0}", r->panel);
    if (r->bias)
        text_add(out, ", of_bias[%d] = {0}", r->panel);
    text_add(out, ";\nreal of_taps[%d] __attribute__((aligned(64)));\n", remake_taps(r) * r->panel);
    emit_rows(e, out);
    text_add(out,
             "%s_taps(%s, gradient + ((row0 - origin) * %d + %d) * %d, of_taps, asc_min(%d, %d - "
             "row0));\n",
             e->kernel->name, from, remake_pitch(r), r->left, r->panel, r->band, r->rows);
    if (r->map)
        emit_map_tiles(e, taps, out);
    emit_added(e, out);
}

/* ---------------------------------------------------------------- the whole */

/* The lanes' sums of a band of the map's gradient. */
static void emit_map_stores(const Emission *e, Text *out)
{
    const Remake *r = e->remake;
    Arena *arena = out->arena;
    const char *target = e->nest->program->info[r->map->id].view.buffer->name;
    const char *in = r->ins > 1 ? arena_format(arena, "i_%s", r->in) : "0";
    const Loop loop[] = { { arena_format(arena,
                                         "for (int row = 0; row < asc_min(%d, %d - row0); row++)",
                                         r->band, r->map_rows),
                            NULL },
                          emit_loop(arena, "column", r->map_columns),
                          emit_loop(arena, arena_format(arena, "i_%s", r->in), r->ins) };
    emit_nested(out, loop, r->ins > 1 ? 3 : 2,
                arena_format(arena,
                             "%s[%s] = asc_sum(asc_load(back + ((row * %d + %s) * %d + column) * "
                             "ASC_LANES));\n",
                             target, element_of(e, r->map, "(row0 + row)", "column"), r->ins, in,
                             remake_back_columns(r)),
                NULL);
}

static void emit_factor_stores(const Emission *e, Text *out)
{
    const Mixture *m = e->mixture;
    Arena *arena = out->arena;
    const Loop loop[] = { emit_loop(arena, arena_format(arena, "i_%s", m->summed), m->count),
                          emit_loop(arena, "lane", m->lanes) };
    text_add(out, "const int lane0 = 0;\n");
    emit_nested(out, loop, 2,
                arena_format(arena, "%s[%s] = (real)factors[i_%s * %d + lane0 + lane];\n",
                             e->nest->program->info[e->remake->factors->id].view.buffer->name,
                             element_of(e, e->remake->factors, "", ""), m->summed, m->lanes),
                NULL);
}

static void emit_band(const Emission *e, Text *out)
{
    const Remake *r = e->remake;
    Text panel = text_create(out->arena), expert = text_create(out->arena);
    text_add(out, "const int row0 = band * %d, origin = row0 - %d;\n", r->band, r->above);
    text_add(
        out,
        "const int first_row = asc_clamp(origin, 0, %d), last_row = asc_min(origin + %d, %d);\n",
        r->rows, remake_window(r), r->rows);
    text_add(out, "memset(gradient, 0, %lld * sizeof *gradient);\n",
             (long long)e->kernel->room[1].reals);
    if (r->map)
        text_add(out, "memset(back, 0, %lld * sizeof *back);\n",
                 (long long)e->kernel->room[2].reals);
    text_add(&panel, "const int lane0 = panel * %d;\n", r->panel);
    emit_copies(e, &panel);
    if (!e->copies)
        text_add(&panel, "(void)copies;\n");
    emit_expert(e, &expert);
    const Loop experts = emit_loop(out->arena, arena_format(out->arena, "i_%s", e->mixture->summed),
                                   e->mixture->count);
    emit_nested(&panel, &experts, 1, expert.at, NULL);
    const Loop panels = emit_loop(out->arena, "panel", tile_result_panels(r->tiling));
    emit_nested(out, &panels, 1, panel.at, NULL);
    if (r->map)
        emit_map_stores(e, out);
}

/* Adds the groups' sums in order. */
static void emit_sum(Program *p, const Kernel *k, Text *out)
{
    const Remake *r = k->remake;
    Nest *n = nest_create(p, k);
    Text text = text_create(p->arena);
    Node *const sum[] = { r->taps, r->bias };
    Buffer *target[2];
    int targets = 0;
    long long at = 0;
    text_add(&text, "void %s_sum(const AscCall *call, int chunk)\n{\n(void)chunk;\n", k->name);
    nest_use(n, k->partial);
    for (int i = 0; i < 2 && sum[i]; i++) {
        target[targets] = p->info[sum[i]->id].view.buffer;
        nest_use(n, target[targets++]);
    }
    nest_declare_buffers(n, &text, "", target, targets);
    text_add(&text, "const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;\n");
    for (int i = 0; i < targets; i++) {
        const long long count = shape_count(&sum[i]->shape);
        text_add(&text,
                 "for (int i = 0; i < %lld; i++) {\ndouble sum = 0;\n"
                 "for (int group = 0; group < groups; group++) {\n"
                 "sum += %s[(size_t)group * %lld + %lld + i];\n}\n%s[i] = (real)sum;\n}\n",
                 count, k->partial->name, (long long)k->partial->count, at, target[i]->name);
        at += count;
    }
    text_add(&text, "}\n");
    emit_indented(out, text.at);
}

void emit_remake(Program *p, Kernel *k, Text *out)
{
    const Remake *r = k->remake;
    Kernel shown = *k, product = *k;
    Buffer *target[6] = { k->partial,
                          NULL,
                          p->info[r->factors->id].view.buffer,
                          NULL,
                          r->map ? p->info[r->map->id].view.buffer : NULL,
                          NULL };
    shown.target = target;
    shown.anchors = r->map ? 3 : 2;
    Nest *n = nest_create(p, &shown);
    Emission e = { .nest = n, .kernel = k, .remake = r, .mixture = r->mixture };
    Text body = text_create(p->arena), example = text_create(p->arena),
         band = text_create(p->arena);
    for (int i = 0; i < 3; i++)
        if (target[2 * i])
            nest_use(n, target[2 * i]);
    nest_use(n, p->info[r->tiling->a->id].view.buffer);
    nest_use(n, r->tiling->packed);
    find_copies(&e, r->gradient);
    find_copies(&e, behind_of(r));
    find_all_held(&e);

    emit_band(&e, &band);
    const int rows = r->map && r->map_rows > r->rows ? r->map_rows : r->rows;
    const Loop bands = emit_loop(p->arena, "band", (rows + r->band - 1) / r->band);
    text_add(&example, "double factors[%d] = {0};\n", r->mixture->count * r->mixture->lanes);
    emit_nested(&example, &bands, 1, band.at, NULL);
    emit_factor_stores(&e, &example);
    emit_room(p, k, &body);
    text_add(&body,
             "double *const parts = %s + (size_t)chunk * %lld;\nmemset(parts, 0, %lld * sizeof "
             "*parts);\n",
             k->partial->name, (long long)k->partial->count, (long long)k->partial->count);
    const Loop batch = emit_batch_loop(p->arena);
    emit_nested(&body, &batch, 1, example.at, NULL);
    product.tiling = r->tiling;
    emit_tile_functions(p, &product, out);
    emit_remake_sums(p, k, out);
    emit_function(n, out, NULL, 0, body.at);
    text_add(out, "\n");
    emit_sum(p, k, out);
}
