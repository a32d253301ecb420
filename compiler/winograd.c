/* winograd.c: convolutions of 3 x 3 taps by Winograd's minimal filtering, F(6 x 6, 3 x 3) and F(4 x 4, 3 x 3).
 *
 * A tile of 8 x 8 of the map, and the taps, are turned into 64 numbers each, whose products, summed over the channels, are
 * turned back into 6 x 6 of the result: 64 multiplications instead of 324 (Lavin and Gray 2016, "Fast algorithms for
 * convolutional neural networks").  A tile at the edge of a map that has fewer rows or columns of results asks for so much
 * less of the map, and leaves out points: 1 x 6 results take 24 multiplications.  Where the turned taps weigh more than the
 * products, tiles are of 4 x 4.  In double precision the direct form is kept, for its smaller rounding error. */
#include "graph.h"
#include "kernel.h"

#include <string.h>

enum {
    CACHE_BYTES = 320 * 1024, /* turned tiles and products of a block */
    LEAST_RESULTS = 640,      /* of a block, so that turned taps are read seldom */
    MOST_WAITING = 64 * 1024  /* reals that wait to be pooled */
};

static TileGrid tile_grid(int rows, int columns, int tile)
{
    return (TileGrid){ rows, columns, tile, (rows + tile - 1) / tile, (columns + tile - 1) / tile };
}

int tile_points(const TileGrid *g)
{
    return g->tile + 2;
}

int tile_planes(const TileGrid *g)
{
    return tile_points(g) * tile_points(g);
}

/* Numbers that all tiles of a map are turned into. */
static int grid_points(const TileGrid *g)
{
    return (g->rows + 2 * g->down) * (g->columns + 2 * g->across);
}

bool axis_row(const Shape *s, const char *const *name, int names, AxisRow *row)
{
    *row = (AxisRow){ NULL, NULL, 0 };
    for (int i = 0; i < s->rank; i++) {
        bool named = s->axis[i].size == BATCH;
        for (int j = 0; j < names; j++)
            named = named || (name[j] && !strcmp(s->axis[i].name, name[j]));
        if (!named && row->outer)
            return false;
        if (!named)
            *row = (AxisRow){ row->inner, s->axis[i].name, s->axis[i].size };
    }
    return row->inner;
}

int axis_row_size(const Shape *s, const AxisRow *row)
{
    return row->inners * (row->outer ? shape_size(s, row->outer) : 1);
}

bool axis_row_lies(const View *v, const Shape *s, const AxisRow *row)
{
    return v->stride[shape_find(s, row->inner)] == 1 &&
           (!row->outer || v->stride[shape_find(s, row->outer)] == row->inners);
}

/* Are lanes of two axes the last ones of the result, in its order? */
static bool are_last(const Shape *s, const AxisRow *row)
{
    return !row->outer || (s->rank > 1 && !strcmp(s->axis[s->rank - 1].name, row->inner) &&
                           !strcmp(s->axis[s->rank - 2].name, row->outer));
}

/* Names the axes of a convolution of 3 x 3 taps by single steps. */
static bool set_axes(const Program *p, const Node *dot, Winograd *w)
{
    const Shape *map = &dot->operand[0]->shape, *taps = &dot->operand[1]->shape;
    for (int i = 0; i < 2; i++)
        if (dot->along[i].stride != 1 || dot->along[i].dilation != 1 ||
            shape_size(taps, dot->along[i].axis) != 3 || shape_size(map, dot->along[i].axis) < 3)
            return false;
    const bool swapped = shape_find(map, dot->along[0].axis) > shape_find(map, dot->along[1].axis);
    w->row = dot->along[swapped].axis;
    w->column = dot->along[!swapped].axis;
    const char *of_map[] = { w->row, w->column };
    View v;
    if (!axis_row(map, of_map, 2, &w->sum) || dot->axes != (w->sum.outer ? 2 : 1) ||
        !program_view(p, dot->operand[0], &v) || !axis_row_lies(&v, map, &w->sum))
        return false;
    const char *of_taps[] = { w->row, w->column, w->sum.inner, w->sum.outer,
                              w->mixture ? w->mixture->summed : NULL };
    if (!axis_row(taps, of_taps, 5, &w->lane) || !are_last(&dot->shape, &w->lane))
        return false;
    for (int i = 0; i < dot->axes; i++)
        if (strcmp(dot->axis[i], w->sum.inner) &&
            (!w->sum.outer || strcmp(dot->axis[i], w->sum.outer)))
            return false;
    w->grid.rows = shape_size(&dot->shape, w->row);
    w->grid.columns = shape_size(&dot->shape, w->column);
    w->sums = axis_row_size(map, &w->sum);
    w->lanes = axis_row_size(taps, &w->lane) * (w->mixture ? w->mixture->count : 1);
    return true;
}

bool choose_grid(TileGrid *g, double point, double direct, double taps)
{
    const double taps_cost = 2; /* cycles, in every example: they are turned, or come from far */
    double least = 0.8 * 9 * (direct * g->rows * g->columns + taps_cost * taps);
    g->tile = 0;
    for (int tile = 4; tile <= 6; tile += 2) {
        const TileGrid cut = tile_grid(g->rows, g->columns, tile);
        const double cost = point * grid_points(&cut) + taps_cost * taps * tile_planes(&cut);
        if (cost < least) {
            least = cost;
            *g = cut;
        }
    }
    return g->tile;
}

/* Cycles, roughly, of one example in so many lanes: turning a vector costs as much as some 3 to 6 products. */
static bool set_grid(Winograd *w)
{
    const double width = (double)winograd_panels(w) * w->panel, taps = w->sums * width;
    return choose_grid(&w->grid, 0.67 * taps + 3 * w->sums + 2.5 * width, 0.63 * taps, taps);
}

/* Cycles, roughly, of the products of some tiles: each loads the taps, and less than four rows do not fill the units. */
static double products_cost(int tiles, int rows, int rest)
{
    const int whole = tiles > rest ? (tiles - rest + rows - 1) / rows : 0;
    return whole * (rows + 0.8) + (tiles > whole * rows ? (rest < 4 ? 4 : rest) + 0.8 : 0);
}

/* ... of all planes of a block of maps with `high` rows of full tiles, and of those at the bottom or not: planes that those at the
 * edges have, and planes that they have not. */
static double block_cost(const TileGrid *g, int maps, int high, bool bottom, int rows, int rest)
{
    const int tile = g->tile, wide = g->columns / tile, right = g->columns % tile != 0;
    double cost = 0;
    for (int down = 0; down < 2; down++)
        for (int across = 0; across < 2; across++) {
            const int planes = (down ? tile - g->rows % tile : g->rows % tile + 2) *
                               (across ? tile - g->columns % tile : g->columns % tile + 2);
            const int tiles = maps * (high + (down ? 0 : bottom)) * (wide + (across ? 0 : right));
            cost += planes * products_cost(tiles, rows, rest);
        }
    return cost;
}

/* ... of the blocks of a group's maps, and of one map alone. */
static double blocks_cost(const Winograd *w, int rows, int rest)
{
    const TileGrid *g = &w->grid;
    const int high = g->rows / g->tile;
    const bool bottom = g->rows % g->tile;
    if (w->whole_group)
        return block_cost(g, GROUP, high, bottom, rows, rest) / GROUP +
               block_cost(g, 1, high, bottom, rows, rest);
    double cost = 0;
    for (int first = 0; first < g->down; first += w->band) {
        const bool last = first + w->band >= g->down;
        cost += block_cost(g, 1, last ? high - first : w->band, last && bottom, rows, rest);
    }
    return cost;
}

/* Rows of register tiles: the least is wasted.  One for the rest has to be worth its code. */
static void set_rows(const Program *p, Winograd *w)
{
    const int most = (p->target->registers - 4) / 2;
    double least = 1e30;
    for (int rows = most; rows >= 4; rows--)
        for (int rest = 0; rest < rows; rest++) {
            const double cost = blocks_cost(w, rows, rest) * (rest ? 1.03 : 1);
            if (cost < least) {
                least = cost;
                w->tile_rows = rows;
                w->rest_rows = rest;
            }
        }
}

/* A block is the whole maps of a group, or `band` tile rows of one map. */
static void set_block(Winograd *w, int band)
{
    w->band = w->whole_group ? w->grid.down : band;
    w->tiles = w->band * w->grid.across * (w->whole_group ? GROUP : 1);
}

static void set_tiles(Winograd *w)
{
    const int64_t tile_bytes = (int64_t)tile_planes(&w->grid) * (w->sums + w->panel) * 4;
    int64_t most = CACHE_BYTES / tile_bytes;
    const int down = w->grid.down, across = w->grid.across,
              least = LEAST_RESULTS / (w->grid.tile * w->grid.tile);
    most = most < least ? least : most;
    w->whole_group = down * across * 2 <= most || down * across < least;
    int band = (int)(most / across);
    band = band < 1 ? 1 : band > down ? down : band;
    const int bands = (down + band - 1) / band;
    set_block(w, (down + bands - 1) / bands);
}

Winograd *winograd(const Program *p, Node *dot)
{
    const int lanes = vector_lanes(p);
    if (!runs(p->passes, PASS_winograd) || p->real_double || !lanes || p->scan ||
        dot->op != OP_dot || dot->alongs != 2 || dot->axes > 2 ||
        !shape_batched(&dot->operand[0]->shape) || !shape_batched(&dot->shape) ||
        shape_batched(&dot->operand[1]->shape))
        return NULL;
    Winograd *w = arena_alloc(p->arena, sizeof *w);
    *w = (Winograd){ .map = dot->operand[0],
                     .taps = dot->operand[1],
                     .panel = 2 * lanes,
                     .mixture = mixture(p, dot) };
    if (!set_axes(p, dot, w) || w->sums % lanes || w->lanes < lanes)
        return NULL;
    if (!set_grid(w))
        return NULL;
    set_tiles(w);
    return w;
}

int winograd_panels(const Winograd *w)
{
    return (w->lanes + w->panel - 1) / w->panel;
}

int winograd_result_panels(const Winograd *w)
{
    return winograd_panels(w) / (w->mixture ? w->mixture->count : 1);
}

/* Tiles of a plane, with those that the last product has too many. */
static int plane_tiles(const Winograd *w)
{
    const int rest = w->rest_rows, others = w->tile_rows - rest;
    return w->tiles + (rest > others ? rest : others) - 1;
}

/* Reals between one of the planes and the next: planes a power of two apart would share few sets of the cache. */
int winograd_plane(const Winograd *w)
{
    return plane_tiles(w) * w->sums + 16;
}

int winograd_product_plane(const Winograd *w)
{
    return plane_tiles(w) * w->panel + 16;
}

/* Reals of the results of a tile and panel. */
int winograd_tile(const Winograd *w)
{
    return w->grid.tile * w->grid.tile * w->panel;
}

int winograd_waiting_row(const Winograd *w)
{
    return (w->summed ? 1 : w->grid.columns) * w->panel;
}

/* Reals of results that wait to be pooled: of one panel of the maps of a group, or of one or all panels of a map. */
static int64_t waiting(const Winograd *w)
{
    return (int64_t)w->waiting * winograd_waiting_row(w) *
           (w->whole_group ? GROUP
            : w->shared    ? 1
                           : winograd_result_panels(w));
}

/* Rows wait until windows are whole: of a block, and those that the block before left, in a ring of whole windows. */
bool winograd_pool(Winograd *w, const Node *pool)
{
    Winograd recut = *w;
    int high = 1, rows = w->grid.rows, columns = w->grid.columns;
    recut.summed = pool->axes > 0;
    if (recut.summed && !sums_row(pool, w->column))
        return false;
    for (int i = 0; i < pool->alongs; i++) {
        const Along *a = &pool->along[i];
        if (!strcmp(a->axis, w->column))
            columns = columns / a->size * a->size; /* no window reaches the others */
        else if (!strcmp(a->axis, w->row))
            rows = rows / a->size * a->size, high = a->size;
        else
            return false;
    }
    recut.grid = tile_grid(rows, columns, w->grid.tile);
    set_tiles(&recut);
    for (int band = recut.band; band > 0; band--) {
        const int made = recut.grid.tile * band, left = made % high ? high - 1 : 0;
        recut.waiting = recut.whole_group ? rows : (made + left + high - 1) / high * high;
        recut.shared = !left;
        if (waiting(&recut) > MOST_WAITING)
            continue;
        set_block(&recut, band);
        *w = recut;
        return true;
    }
    return false;
}

void add_winograd_kernel(Program *p, Node *x, Winograd *w)
{
    Node *end = end_of_epilogue(p, x);
    if (w->mixture)
        end = mix_behind(p, end, w->mixture);
    Node *pool = pool_behind(p, NULL, w, x, end), *margin = NULL;
    const char *name = program_name(p, x);
    if (pool)
        end = end_behind_pool(p, pool, w->mixture ? 0 : w->lane.outer ? 2 : 1, &margin);
    else if (!w->mixture)
        end = end_behind_margin(p, end, w->lane.outer ? 2 : 1, &margin);
    if (end == pool)
        give_buffer(p, end);
    else
        give_place(p, end);
    set_rows(p, w);
    const int planes = tile_planes(&w->grid);
    w->packed = program_buffer(p, HOME_ARENA, ELEMENT_REAL, EXTENT_CONSTANT,
                               (int64_t)planes * winograd_panels(w) * w->sums * w->panel,
                               arena_format(p->arena, "turned_%s", name));
    add_kernel(p, KERNEL_PACK, x, x, w->packed)->winograd = w;
    Kernel *k = add_kernel(p, KERNEL_WINOGRAD, x, end, p->info[end->id].view.buffer);
    k->winograd = w;
    k->pool = pool;
    k->margin = margin;
    add_margin(p, k);
    give_second(p, k);
    k->room[0] = (RoomPart){ "planes", planes * winograd_plane(w) };
    k->room[1] = (RoomPart){ "products", planes * winograd_product_plane(w) };
    k->room[2] = (RoomPart){ "mixed", w->mixture ? (int64_t)w->tiles * winograd_tile(w) : 0 };
    k->room[3] = (RoomPart){ "waiting", waiting(w) };
}
