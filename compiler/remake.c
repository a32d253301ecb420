/* remake.c: the gradients of a mixture of a product that costs little: its results are made again, row by row, where these
 * sum them, so that they have no memory.
 *
 * In a mixture (mixture.c) every expert's results need as much memory as the mixture itself, for which a first layer of few
 * input channels does next to no work: writing and reading them would take longer than all products.  Of the results e of
 * the product, behind its maps, and of their gradient d, a map of e and of what comes from behind, four sums are wanted:
 * of e with what comes from behind (the factors' gradient), of d (that of a bias), of d with the map (that of the taps),
 * and of d with the taps (that of the map).  One kernel makes some rows of e and d at a time and adds them to all. */
#include "graph.h"
#include "kernel.h"

#include <string.h>

enum {
    MOST_SUMS = 32,          /* multiply-adds of a result that may be done twice */
    MOST_BAND = 16,          /* rows that are made together.. */
    BAND_BYTES = 192 * 1024, /* ..and what they may take in the cache */
};

static const Shape *shape_of(const Remake *r)
{
    return &r->dot->shape;
}

static bool is_slid(const Remake *r, const char *axis)
{
    return !strcmp(axis, r->row) || !strcmp(axis, r->column);
}

/* Is x summed over exactly the map's rows and columns, and over `rest`, or nothing more? */
static bool sums_positions(const Remake *r, const Node *x, const char *rest)
{
    int found = 0;
    for (int i = 0; i < x->axes; i++)
        found += is_slid(r, x->axis[i]) || (rest && !strcmp(x->axis[i], rest));
    return x->axes == (rest ? 3 : 2) && found == x->axes && !x->alongs;
}

/* Does x slide along rows and columns by single steps? */
static bool slides(const Remake *r, const Node *x)
{
    for (int i = 0; i < x->alongs; i++)
        if (x->along[i].stride != 1 || x->along[i].dilation != 1 || !is_slid(r, x->along[i].axis))
            return false;
    return x->op == OP_dot && x->alongs == 2;
}

/* ---------------------------------------------------------------- what uses the results */

static bool is_gradient_of_factors(const Remake *r, const Node *x, const Node *y)
{
    if (x->op != OP_dot || y != r->end || !sums_positions(r, x, NULL) || x->shape.rank != 3 ||
        r->factors)
        return false;
    return shape_batched(&x->shape) && shape_find(&x->shape, r->mixture->lane) >= 0 &&
           shape_find(&x->shape, r->mixture->summed) >= 0;
}

static bool is_gradient_of_taps(const Remake *r, const Node *x)
{
    return slides(r, x) && x->axes == 1 && !strcmp(x->axis[0], "batch") && !r->taps &&
           x->operand[0] == r->dot->operand[0] &&
           shape_equal(&x->shape, &r->dot->operand[1]->shape);
}

/* The taps, turned round along rows and columns. */
static bool are_turned_taps(const Remake *r, const Node *x)
{
    bool row = false, column = false;
    for (; x->op == OP_reverse; x = x->operand[0]) {
        row = row != !strcmp(x->name, r->row);
        column = column != !strcmp(x->name, r->column);
    }
    return x == r->dot->operand[1] && (row || r->tap_rows == 1) && (column || r->tap_columns == 1);
}

static bool is_gradient_of_map(const Program *p, Remake *r, Node *pad)
{
    Node *x = is_plain_pad(pad) ? only_user(p, pad) : NULL;
    if (!x || !slides(r, x) || x->axes != 2 || x->operand[0] != pad || r->map ||
        !are_turned_taps(r, x->operand[1]))
        return false;
    for (int i = 0; i < pad->alongs; i++) {
        const Along *a = &pad->along[i];
        const bool row = !strcmp(a->axis, r->row);
        if (!is_slid(r, a->axis) || a->lo >= (row ? r->tap_rows : r->tap_columns))
            return false;
        *(row ? &r->above : &r->left) = a->lo;
    }
    r->pad = pad;
    r->map = x;
    return true;
}

/* Notes what x is to the results of y; false: something else than their mixture and its gradients. */
static bool take_user(const Program *p, Remake *r, Node *x, Node *y)
{
    if (x == r->mixture->sum)
        return y == r->end;
    if (is_gradient_of_factors(r, x, y)) {
        r->factors = x;
        return true;
    }
    if (r->gradient && y != r->gradient)
        return false;
    r->gradient = y;
    if (x->op == OP_sum && sums_positions(r, x, "batch") && !r->bias)
        r->bias = x;
    else if (is_gradient_of_taps(r, x))
        r->taps = x;
    else
        return is_gradient_of_map(p, r, x);
    return true;
}

/* Marks what is made of the product by maps, and takes all else that uses it. */
static bool take_users(const Program *p, Remake *r)
{
    bool *made = r->made = arena_alloc(p->arena, (size_t)p->graph->nodes + 1);
    made[r->dot->id] = true;
    for (int i = r->dot->id + 1; i < p->graph->nodes; i++) {
        Node *x = p->graph->node[i];
        for (int j = 0; j < x->operands; j++) {
            if (!made[x->operand[j]->id])
                continue;
            if (x->op == OP_map && shape_equal(&x->shape, shape_of(r)))
                made[i] = true;
            else if (!take_user(p, r, x, x->operand[j]))
                return false;
        }
    }
    for (int i = 0; i < p->graph->results; i++)
        if (made[p->graph->result[i].node->id])
            return false;
    return true;
}

/* ---------------------------------------------------------------- conditions */

/* Names the axes of the map, and the taps' sizes. */
static bool set_axes(Remake *r)
{
    const Node *dot = r->dot;
    const Shape *map = &dot->operand[0]->shape, *taps = &dot->operand[1]->shape;
    if (dot->alongs != 2 || dot->axes != 1 || dot->shape.rank != 5 || map->rank != 4)
        return false;
    const bool swapped = shape_find(map, dot->along[0].axis) > shape_find(map, dot->along[1].axis);
    r->row = dot->along[swapped].axis;
    r->column = dot->along[!swapped].axis;
    r->in = dot->axis[0];
    r->tap_rows = shape_size(taps, r->row);
    r->tap_columns = shape_size(taps, r->column);
    r->ins = shape_size(map, r->in);
    r->rows = shape_size(&dot->shape, r->row);
    r->columns = shape_size(&dot->shape, r->column);
    return slides(r, dot) && r->tap_rows * r->tap_columns * r->ins <= MOST_SUMS;
}

/* Do maps, each the only user of the one before, lead from the product to what is mixed? */
static bool is_one_way(const Program *p, const Remake *r)
{
    const Node *x = r->dot;
    while (x && x != r->end)
        x = only_user(p, x);
    return x == r->end;
}

/* Is the gradient made of the product by way of what is mixed alone?  That is what a row of it is made of. */
static bool comes_by_end(const Remake *r, const Node *x)
{
    if (x == r->end || !r->made[x->id])
        return true;
    if (x == r->dot)
        return false;
    for (int i = 0; i < x->operands; i++)
        if (!comes_by_end(r, x->operand[i]))
            return false;
    return true;
}

static void mark_needed(const Node *x, bool *needed)
{
    if (needed[x->id])
        return;
    needed[x->id] = true;
    for (int i = 0; i < x->operands; i++)
        mark_needed(x->operand[i], needed);
}

static int sums_of(const Remake *r, Node **sum)
{
    Node *const all[] = { r->factors, r->map, r->bias, r->taps };
    int sums = 0;
    for (int i = 0; i < 4; i++)
        if (all[i])
            sum[sums++] = all[i];
    return sums;
}

/* All sums are made at once: none may be needed for another. */
static bool stand_apart(const Program *p, const Remake *r)
{
    bool *needed = arena_alloc(p->arena, (size_t)p->graph->nodes + 1);
    Node *sum[4];
    const int sums = sums_of(r, sum);
    for (int i = 0; i < sums; i++)
        for (int j = 0; j < sum[i]->operands; j++)
            mark_needed(sum[i]->operand[j], needed);
    for (int i = 0; i < sums; i++)
        if (needed[sum[i]->id])
            return false;
    return true;
}

/* ---------------------------------------------------------------- sizes */

int remake_window(const Remake *r)
{
    return r->band + (r->map ? r->tap_rows - 1 : 0);
}

/* Columns of the map's gradient, in whole tiles. */
int remake_back_columns(const Remake *r)
{
    return (r->map_columns + r->tile - 1) / r->tile * r->tile;
}

int remake_pitch(const Remake *r)
{
    return r->map ? remake_back_columns(r) + r->tap_columns - 1 : r->columns;
}

/* Reals of what is copied for a band: as wide as its rows, a panel of lanes each. */
int64_t remake_copy_reals(const Remake *r)
{
    return (int64_t)remake_window(r) * r->columns * r->panel;
}

static int64_t gradient_reals(const Remake *r)
{
    return (int64_t)remake_window(r) * remake_pitch(r) * r->panel;
}

static int64_t back_reals(const Program *p, const Remake *r)
{
    return r->map ? (int64_t)r->band * r->ins * remake_back_columns(r) * vector_lanes(p) : 0;
}

static int64_t row_reals(const Remake *r)
{
    return (int64_t)r->columns * r->panel;
}

static void set_band(const Program *p, Remake *r)
{
    const int most = p->target->registers - 4;
    if (r->map) {
        r->map_rows = shape_size(&r->map->shape, r->row);
        r->map_columns = shape_size(&r->map->shape, r->column);
        const int tiles = (r->map_columns + most - 1) / most;
        r->tile = (r->map_columns + tiles - 1) / tiles;
    }
    for (r->band = MOST_BAND; r->band > 1; r->band--)
        if ((remake_copy_reals(r) + gradient_reals(r) + back_reals(p, r)) *
                (p->real_double ? 8 : 4) <=
            BAND_BYTES)
            return;
}

/* ---------------------------------------------------------------- finding */

static Remake *remake_of(Program *p, Node *dot)
{
    Remake *r = arena_alloc(p->arena, sizeof *r);
    *r = (Remake){ .dot = dot, .panel = 2 * vector_lanes(p) };
    if (dot->op != OP_dot || !set_axes(r))
        return NULL;
    for (Node *x = dot; x && !r->mixture && shape_equal(&x->shape, &dot->shape);
         x = only_user(p, x)) {
        r->end = x;
        r->mixture = mixture_of(p, dot, x);
    }
    Tiling *trial = r->mixture ? tile(p, dot) : NULL;
    if (!trial || trial->ms != 3 || !tile_mixture(p, trial, r->mixture) ||
        r->mixture->count * r->mixture->lanes > MOST_ON_STACK || !take_users(p, r) || !r->taps ||
        !r->factors || !is_one_way(p, r) || !comes_by_end(r, r->gradient) || !stand_apart(p, r))
        return NULL;
    set_band(p, r);
    return r;
}

void find_remakes(Program *p)
{
    if (!runs(p->passes, PASS_remake) || !runs(p->passes, PASS_mixture) ||
        !runs(p->passes, PASS_epilogue) || !runs(p->passes, PASS_inline) || p->scan ||
        !vector_lanes(p))
        return;
    for (int i = 0; i < p->graph->nodes; i++) {
        Remake *r = remake_of(p, p->graph->node[i]);
        Node *sum[4];
        if (!r)
            continue;
        const int sums = sums_of(r, sum);
        p->info[i].remake = r;
        for (int j = 0; j < sums; j++)
            p->info[sum[j]->id].remake = r;
        for (int j = i + 1; j < p->graph->nodes; j++)
            p->info[j].made_again = p->info[j].made_again || r->made[j];
        if (r->pad)
            p->info[r->pad->id].made_again = true;
    }
}

/* ---------------------------------------------------------------- the kernel */

void add_remake_kernel(Program *p, Node *x, Remake *r)
{
    Node *sum[4];
    const int sums = sums_of(r, sum);
    give_buffer(p, x);
    for (int i = 0; i < sums; i++)
        if (!p->info[sum[i]->id].view.buffer) /* the kernel is formed when all of them are met */
            return;
    Kernel *k = add_kernel(p, KERNEL_REMAKE, sum[0], sum[0], NULL);
    k->anchors = sums;
    k->anchor = arena_alloc(p->arena, sizeof *k->anchor * (size_t)sums);
    k->result = arena_alloc(p->arena, sizeof *k->result * (size_t)sums);
    k->target = arena_alloc(p->arena, sizeof *k->target * (size_t)(2 * sums));
    for (int i = 0; i < sums; i++) {
        k->anchor[i] = k->result[i] = sum[i];
        k->target[2 * i] = p->info[sum[i]->id].view.buffer;
    }
    k->remake = r;
    k->partial = program_buffer(p, HOME_ARENA, ELEMENT_DOUBLE, EXTENT_GROUPED,
                                shape_count(&r->taps->shape) +
                                    (r->bias ? shape_count(&r->bias->shape) : 0),
                                arena_format(p->arena, "parts_%s", program_name(p, r->taps)));
    k->partial->group = GROUP;
    k->room[0] = (RoomPart){ "made", row_reals(r) };
    k->room[1] = (RoomPart){ "gradient", gradient_reals(r) };
    k->room[2] = (RoomPart){ "back", back_reals(p, r) };
    k->room[3] = (RoomPart){ "copies", REMAKE_COPIES * remake_copy_reals(r) };
}
