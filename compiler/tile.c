/* tile.c: cuts a dot into tiles that stay in registers.
 *
 * Every axis of a dot is a loop that moves three addresses by fixed steps: of the operand read by scalars (a), of the
 * operand read by vectors (b), and of the result (c).  Axes of the result that only a has are rows of tiles, the last
 * axes of the result that only b has are lanes; summed and slid axes are what a tile loops over.  A matrix product, a
 * convolution and both of its gradients differ in nothing but these steps.  An axis that both have and the result keeps is
 * one of lanes for both (a filter for each channel), or stands apart: each of its elements has a product of its own (groups). */
#include "kernel.h"

#include <stdlib.h>
#include <string.h>

enum {
    LEAST_PRODUCTS = 2048,      /* of one example: below it, plain loops are as fast */
    GROUPED_BYTES = 160 * 1024, /* largest result that every group keeps a part of */
    OVERLAPPED_BYTES = 4 * GROUPED_BYTES,
    CACHE_BYTES = 32 * 1024,   /* what a band of both operands should fit in */
    BLOCK_BYTES = 1024 * 1024, /* ... of a blocked product */
    BLOCK_DEPTH = 192,         /* sums of a block */
    BLOCK_REALS = 32 * 1024,   /* ... and what it holds of a */
    LIBRARY_DEPTH = 2048, /* sums of a matrix product that OpenBLAS blocks better than tiles do */
    LIBRARY_COLUMNS = 64,
    FEW_SUMS = 16,       /* of a result: memory takes longer than they do */
    LEAST_PANELS = 8,    /* of a row of results that is made as a whole */
    SLICES = 16,         /* of the sums of a long product, each a chunk */
    LEAST_SLICE = 512,   /* sums */
    MOST_SLICED = 32768, /* parts of sums that an example has */
    MOST_POOLED = 16384  /* numbers of the rows that wait on the stack to be pooled */
};

static const Along *slide_of(const Node *dot, const char *axis)
{
    for (int i = 0; i < dot->alongs; i++)
        if (!strcmp(dot->along[i].axis, axis))
            return &dot->along[i];
    return NULL;
}

/* Sorts loops by how far they move through a, far first. */
static int by_step(const void *x, const void *y)
{
    const int64_t a = llabs(((const Dim *)x)->a), b = llabs(((const Dim *)y)->a);
    return a < b ? 1 : a > b ? -1 : 0;
}

/* What is summed over: slid taps and contracted axes. */
static void add_summed(Program *p, const Node *dot, bool swapped, const View *va, const View *vb,
                       Tiling *t)
{
    const Shape *first = &dot->operand[0]->shape, *second = &dot->operand[1]->shape;
    for (int i = 0; i < dot->alongs; i++) {
        const Along *s = &dot->along[i];
        const int64_t position = stride_along(swapped ? vb : va, first, s->axis) * s->dilation;
        const int64_t tap = stride_along(swapped ? va : vb, second, s->axis);
        t->k[t->ks++] = (Dim){ arena_format(p->arena, "tap_%s", s->axis),
                               second->axis[shape_find(second, s->axis)].size,
                               swapped ? tap : position, swapped ? position : tap, 0 };
    }
    for (int i = 0; i < dot->axes; i++) {
        const char *axis = dot->axis[i];
        const int64_t one = stride_along(swapped ? vb : va, first, axis),
                      two = stride_along(swapped ? va : vb, second, axis);
        t->k[t->ks++] = (Dim){ arena_format(p->arena, "i_%s", axis),
                               first->axis[shape_find(first, axis)].size, swapped ? two : one,
                               swapped ? one : two, 0 };
    }
    qsort(t->k, (size_t)t->ks, sizeof t->k[0], by_step);
    for (int i = 0; i < t->ks; i++)
        if (t->k[i].size == BATCH) { /* the batch comes first in memory */
            const Dim batch = t->k[i];
            memmove(&t->k[1], &t->k[0], sizeof t->k[0] * (size_t)i);
            t->k[0] = batch;
            t->sums_batch = true;
        }
}

/* An axis of both operands that the result keeps: lanes of both, or, behind the batch, one that stands apart. */
static bool add_shared(const Program *p, const Dim *d, bool last, Tiling *t, Dim *apart)
{
    const int lanes = vector_lanes(p);
    if (p->scan || d->size == BATCH || (shape_batched(&t->b->shape) && !t->sums_batch))
        return false;
    if (last && d->a == 1 && d->size % lanes == 0) {
        t->lane = (Dim){ "lane", d->size, d->a, d->b, 1 };
        t->lane_axes = 1;
        t->beside = true;
        return true;
    }
    if (last || apart->size)
        return false;
    *apart = *d;
    return true;
}

/* Puts the axis that stands apart first, or behind the batch; a tile has rows of other axes. */
static bool set_apart(const Dim *apart, Tiling *t)
{
    if (!apart->size)
        return true;
    const int at = t->sums_batch ? 0 : 1;
    if (t->ms <= at || (at && t->m[0].size != BATCH))
        return false;
    memmove(&t->m[at + 1], &t->m[at], sizeof t->m[0] * (size_t)(t->ms - at));
    t->m[at] = *apart;
    t->ms++;
    t->apart = at;
    return true;
}

/* Rows and lanes: the axes of the result.  False when lanes are not in one row, or an axis is of both operands otherwise. */
static bool add_kept(Program *p, const Node *dot, bool swapped, const View *va, const View *vb,
                     Tiling *t)
{
    const Shape *sa = &dot->operand[swapped]->shape, *sb = &dot->operand[!swapped]->shape;
    int64_t c = 1;
    bool lanes = true;
    Dim apart = { 0 };
    for (int i = dot->shape.rank - 1; i >= 0; i--) {
        const Axis *axis = &dot->shape.axis[i];
        const Along *s = slide_of(dot, axis->name);
        Dim d = { arena_format(p->arena, "i_%s", axis->name), axis->size,
                  stride_along(va, sa, axis->name), stride_along(vb, sb, axis->name), c };
        if (s && swapped)
            d.a = 0, d.b *= s->stride;
        else if (s)
            d.a *= s->stride, d.b = 0;
        c *= axis->size == BATCH ? 1 : axis->size;
        const bool in_a = shape_find(sa, axis->name) >= 0 && !(s && swapped);
        const bool in_b = shape_find(sb, axis->name) >= 0 && !(s && !swapped);
        if (in_a && in_b && axis->size != 1) {
            if (!add_shared(p, &d, i == dot->shape.rank - 1, t, &apart))
                return false;
            lanes = false;
            continue;
        }
        if (in_b && axis->size != 1) {
            if (!lanes || axis->size == BATCH || (t->lane.size && d.b != t->lane.b * t->lane.size))
                return false;
            t->lane = (Dim){ "lane", (t->lane.size ? t->lane.size : 1) * axis->size,
                             t->lane.size ? t->lane.a : d.a, t->lane.size ? t->lane.b : d.b, 1 };
            t->lane_axes = dot->shape.rank - i;
            continue;
        }
        if (axis->size != 1)
            lanes = false;
        if (axis->size != 1 || !t->lane.size) {
            memmove(&t->m[1], &t->m[0], sizeof t->m[0] * (size_t)t->ms);
            t->m[0] = d;
            t->ms++;
        }
    }
    return set_apart(&apart, t);
}

/* Rows of a tile along an axis: full tiles and a rest that together waste least; a short tile cannot fill the units. */
static int best_rows(int64_t size, int most)
{
    int best = 1;
    double least = 1e30;
    for (int rows = 1; rows <= most && rows <= size; rows++) {
        const int64_t full = size / rows, rest = size % rows;
        const double work = (double)full * ((rows > 5 ? rows : 5) + 0.8) +
                            (rest ? (double)(rest > 5 ? rest : 5) + 0.8 : 0);
        if (work <= least) {
            least = work;
            best = rows;
        }
    }
    return best;
}

/* Rows of the higher ones of as few tiles as can be, of which the others have a row less. */
static int even_rows(int size, int most)
{
    const int tiles = (size + most - 1) / most;
    return (size + tiles - 1) / tiles;
}

static void choose_rows(const Program *p, Tiling *t)
{
    const int vectors = t->panel / vector_lanes(p);
    int most = (p->target->registers - 4) / vectors;
    most = most > 14 ? 14 : most;
    t->rows_inner = t->rows_outer = 1;
    t->whole_batch = !t->sums_batch && t->ms == 1;
    if (t->whole_batch) {
        t->in_group = p->scan ? p->group : 0;
        t->rows_inner = t->in_group ? even_rows(p->group, most) : most >= 8 ? 8 : GROUP;
        return;
    }
    const Dim *inner = &t->m[t->ms - 1], *outer = t->ms > 1 ? &t->m[t->ms - 2] : NULL;
    if (inner->size * 2 > most || !outer || outer->size == BATCH || (outer->b && outer->size > 1)) {
        t->rows_inner = best_rows(inner->size, most);
        return;
    }
    t->rows_inner = (int)inner->size;
    t->rows_outer = best_rows(outer->size, most / t->rows_inner);
}

static void choose_band(const Program *p, const Node *dot, Tiling *t)
{
    const int real_bytes = p->real_double ? 8 : 4;
    const int64_t panels = t->lane.size / t->panel;
    t->grouped = shape_count(&dot->shape) * real_bytes <= GROUPED_BYTES && t->ks > 1;
    t->pieces = t->ms > (t->rows_outer > 1 ? 2 : 1) ? (int)t->m[0].size : 1;
    t->band = 1;
    if (t->ks > 1) {
        const Dim *k = &t->k[1];
        const int64_t step = (llabs(k->a) + llabs(k->b) / (panels > 0 ? panels : 1)) * real_bytes;
        const int64_t band = step ? CACHE_BYTES / step : k->size;
        t->band = (int)(band < 1 ? 1 : band > k->size ? k->size : band);
    }
}

/* A product of matrices over examples and, perhaps, one axis more: sums are cut into blocks, of which both operands are
 * copied into panels.  A large result is cut into pieces, of a smaller one every group has a part. */
static void choose_blocks(const Program *p, const Node *dot, Tiling *t)
{
    enum { PIECE_ROWS = 128, PIECE_LANES = 256 };
    const int64_t bytes = shape_count(&dot->shape) * (p->real_double ? 8 : 4);
    if (dot->alongs || t->beside || t->ms != 1 || t->ks > 2 || t->m[0].size < t->rows_inner)
        return;
    t->blocked = true;
    t->grouped = bytes <= BLOCK_BYTES;
    t->row_piece = (int)t->m[0].size;
    t->lane_piece = PIECE_ROWS * PIECE_LANES / 2 / t->row_piece / t->panel;
    if (!t->grouped || t->row_piece > 2 * PIECE_ROWS) {
        t->grouped = false;
        t->row_piece = PIECE_ROWS / t->rows_inner * t->rows_inner;
        t->lane_piece = PIECE_LANES / t->panel;
    }
    const int lanes = vector_lanes(p), wide = (t->rows_inner + lanes - 1) / lanes * lanes;
    const int tiles = (t->row_piece + t->rows_inner - 1) / t->rows_inner;
    t->depth = BLOCK_REALS / (tiles * wide);
    t->depth = t->depth > BLOCK_DEPTH ? BLOCK_DEPTH : t->depth;
}

int64_t tile_chunks(const Tiling *t)
{
    return (t->m[0].size + t->row_piece - 1) / t->row_piece *
           ((tile_panels(t) + t->lane_piece - 1) / t->lane_piece);
}

static int64_t sum_of(const Tiling *t)
{
    int64_t products = 1;
    for (int i = 0; i < t->ks; i++)
        products *= t->k[i].size;
    return products;
}

/* The sums as one loop, if both operands are plain matrices. */
bool tile_matrix(const Tiling *t, Dim *sum)
{
    *sum = t->k[t->ks - 1];
    for (int i = t->ks - 2; i >= 0; i--) {
        if (t->k[i].a != sum->a * sum->size || t->k[i].b != sum->b * sum->size)
            return false;
        sum->size *= t->k[i].size;
    }
    return sum->a == 1 && (t->lane.b == 1 || sum->b == 1);
}

/* A result without lanes (one channel): they run over what is summed, where that lies in a row in both operands. */
static Tiling *tile_across(const Program *p, Tiling *t)
{
    const int lanes = vector_lanes(p);
    Dim *last = &t->k[t->ks - 1];
    int kept = 0;
    while (t->ks > 1 && last[-1].a == last->a * last->size && last[-1].b == last->b * last->size) {
        last->size *= last[-1].size;
        last[-1] = *last;
        last--;
        t->ks--;
    }
    for (int i = 0; i < t->ms; i++)
        if (t->m[i].size != 1)
            t->m[kept++] = t->m[i];
    t->ms = kept;
    if (t->sums_batch || t->apart || shape_batched(&t->b->shape) || last->a != 1 || last->b != 1 ||
        last->size % lanes || t->ms < 2 || t->m[t->ms - 1].size == BATCH)
        return NULL;
    last->size /= lanes;
    last->a = last->b = lanes;
    t->across = true;
    t->lane = (Dim){ "lane", 1, 0, 0, 1 };
    t->panel = 1;
    t->rows_outer = 1;
    t->rows_inner = best_rows(t->m[t->ms - 1].size,
                              p->target->registers > 16 ? 14 : p->target->registers - 4);
    return t;
}

/* A matrix product of many sums: in slices of them, where the weights lie in rows of whole vectors, or by OpenBLAS. */
static void choose_long(const Program *p, Tiling *t, const Dim *sum)
{
    const int64_t most = MOST_SLICED / t->lane.size;
    int64_t slices = sum->size / LEAST_SLICE;
    slices = slices > SLICES ? SLICES : slices;
    slices = slices > most ? most : slices;
    if (runs(p->passes, PASS_slices) && slices > 1 && t->lane.b == 1 &&
        t->lane.size % (2 * vector_lanes(p)) == 0) {
        const int rows = (p->target->registers - 4) / 2;
        t->slices = (int)slices;
        t->panel = 2 * vector_lanes(p);
        t->rows_inner = rows > 8 ? 8 : rows;
        t->pack = false;
    } else if (runs(p->passes, PASS_library)) {
        t->library = true;
        t->panel = LIBRARY_COLUMNS;
        t->pack = false;
    }
}

/* With few weights all panels of a tile, or of a row, are made one after the other, so that memory is read and written in
 * order, while the weights stay in the first caches. */
static TileOrder choose_order(const Program *p, const Tiling *t)
{
    const int64_t bytes = tile_packed_count(t) * (p->real_double ? 8 : 4);
    if (!t->pack || t->sums_batch || t->whole_batch || t->ms < 2)
        return BY_PANEL;
    if (t->apart)
        return bytes <= 4 * CACHE_BYTES ? BY_TILE : BY_PANEL;
    if ((t->beside || sum_of(t) <= FEW_SUMS) && bytes <= CACHE_BYTES / 2)
        return BY_TILE;
    return !t->beside && t->lane.size >= LEAST_PANELS * t->panel && bytes <= 2 * CACHE_BYTES
               ? BY_ROW
               : BY_PANEL;
}

static int64_t products_of(const Tiling *t)
{
    int64_t products = t->lane.size ? t->lane.size : 1;
    for (int i = 0; i < t->ms; i++)
        products *= t->m[i].size == BATCH ? 1 : t->m[i].size;
    for (int i = 0; i < t->ks; i++)
        products *= t->k[i].size == BATCH ? 1 : t->k[i].size;
    return products;
}

/* Vectors of a panel: two, or three where fewer lanes are for nothing; from memory as it lies (not padded) panels are whole. */
static int choose_panel(int64_t size, int lanes, bool padded)
{
    if (size <= lanes)
        return lanes;
    const int64_t by_two = (size + 2 * lanes - 1) / (2 * lanes) * 2,
                  by_three = (size + 3 * lanes - 1) / (3 * lanes) * 3;
    if (padded)
        return by_three < by_two ? 3 * lanes : 2 * lanes;
    return size % (2 * lanes) == 0 ? 2 * lanes : size % (3 * lanes) == 0 ? 3 * lanes : lanes;
}

/* Lanes that are no whole vectors, of a sum over the batch: the last panel begins so that it ends with them, and has a place
 * of its own in a group's part.  False: there are too few lanes, or too many results. */
static bool overlap_panels(const Program *p, const Node *dot, Tiling *t)
{
    const int lanes = vector_lanes(p);
    const int64_t size = t->lane.size, bytes = shape_count(&dot->shape) * (p->real_double ? 8 : 4);
    double least = 1e30;
    if (!t->sums_batch || t->ks < 2 || size < lanes || bytes > OVERLAPPED_BYTES)
        return false;
    for (int vectors = 1; vectors <= 3 && vectors * lanes <= size; vectors++) {
        const int panel = vectors * lanes;
        const double work = (double)((size + panel - 1) / panel * panel) * (vectors == 1 ? 1.1 : 1);
        if (work < least) {
            least = work;
            t->panel = panel;
        }
    }
    choose_rows(p, t);
    choose_band(p, dot, t);
    t->grouped = true;
    t->pitch = tile_panels(t) * t->panel;
    for (int i = 0; i < t->ms; i++)
        t->m[i].c = t->m[i].c / size * t->pitch;
    return true;
}

static Tiling *tile_operands(Program *p, Node *dot, bool swapped)
{
    View va, vb;
    Node *a = dot->operand[swapped], *b = dot->operand[!swapped];
    if (!program_view(p, a, &va))
        va = whole_view(NULL, &a->shape);
    if (!program_view(p, b, &vb))
        vb = whole_view(NULL, &b->shape);
    Tiling *t = arena_alloc(p->arena, sizeof *t);
    t->a = a;
    t->b = b;
    add_summed(p, dot, swapped, &va, &vb, t);
    if (!t->ks || !shape_batched(&a->shape) || !add_kept(p, dot, swapped, &va, &vb, t) || !t->ms)
        return NULL;
    const int lanes = vector_lanes(p);
    const int64_t products = products_of(t);
    if (!t->lane.size)
        return products < LEAST_PRODUCTS ? NULL : tile_across(p, t);
    t->pack = !shape_batched(&b->shape);
    const bool ragged = t->lane.size % lanes != 0, copied = t->pack && !t->beside;
    if (products < LEAST_PRODUCTS || (!t->pack && t->lane.b != 1) ||
        t->lane.size * (t->pack ? 4 : 2) < lanes)
        return NULL;
    t->panel = choose_panel(t->lane.size, lanes, copied || ragged);
    choose_rows(p, t);
    if (t->sums_batch) {
        choose_band(p, dot, t);
        if (runs(p->passes, PASS_block))
            choose_blocks(p, dot, t);
    }
    if (ragged && !copied && !t->blocked && !overlap_panels(p, dot, t))
        return NULL; /* vectors would reach beyond a row */
    t->order = choose_order(p, t);
    Dim sum;
    const bool apart = t->m[0].a >= sum_of(t); /* rows of a do not overlap */
    if (t->whole_batch && !t->beside && !t->in_group && apart && tile_matrix(t, &sum) &&
        sum.size >= LIBRARY_DEPTH)
        choose_long(p, t, &sum);
    return t;
}

Tiling *tile(Program *p, Node *dot)
{
    if (!runs(p->passes, PASS_tile) || !p->target->vector_bytes)
        return NULL;
    Tiling *t = tile_operands(p, dot, false);
    return t ? t : tile_operands(p, dot, true);
}

/* Are there rows of a map, whose results can wait on the stack? */
static bool has_rows(const Program *p, const Tiling *t)
{
    return !t->sums_batch && !t->whole_batch && !t->across && !t->beside && !t->apart && !p->scan;
}

/* A row of tiles at a time, `columns` long. */
static void tile_row(const Program *p, Tiling *t, int64_t columns)
{
    const int most = (p->target->registers - 4) / (t->panel / vector_lanes(p));
    t->rows_outer = 1;
    t->rows_inner = best_rows(columns, most > 14 ? 14 : most);
    t->order = BY_PANEL;
}

/* What a row of windows takes: `size` rows of the result, all columns that windows reach.  A row that is summed is better not
 * so short that tiles have several. */
bool tile_pool(const Program *p, Tiling *t, const Node *dot, const Node *pool)
{
    if (!has_rows(p, t))
        return false;
    const Dim *inner = &t->m[t->ms - 1], *outer = t->ms > 1 ? &t->m[t->ms - 2] : NULL;
    int64_t rows = 1, columns = inner->size;
    if (pool->axes && (t->rows_outer > 1 || !sums_row(pool, inner->name + 2)))
        return false;
    for (int i = 0; i < pool->alongs; i++) {
        const Along *a = &pool->along[i];
        const int64_t size = dot->shape.axis[shape_find(&dot->shape, a->axis)].size;
        if (!strcmp(inner->name + 2, a->axis))
            columns = size / a->size * a->size;
        else if (outer && outer->size != BATCH && !strcmp(outer->name + 2, a->axis))
            rows = a->size;
        else
            return false;
    }
    if (inner->size == BATCH || rows * columns * t->panel > MOST_POOLED)
        return false;
    t->m[t->ms - 1].size = columns; /* no window reaches the others */
    if (outer && outer->size != BATCH)
        t->m[t->ms - 2].size = outer->size / rows * rows;
    tile_row(p, t, columns);
    return true;
}

bool tile_mixture(const Program *p, Tiling *t, Mixture *m)
{
    const Dim *inner = &t->m[t->ms - 1];
    if (!has_rows(p, t) || !t->pack || t->lane_axes != 2 || t->panel != 2 * vector_lanes(p) ||
        inner->size == BATCH || inner->size * t->panel > MOST_POOLED)
        return false;
    tile_row(p, t, inner->size);
    t->mixture = m;
    return true;
}

int64_t tile_part(const Tiling *t, const Node *dot)
{
    const int64_t count = shape_count(&dot->shape);
    return t->pitch ? count / t->lane.size * t->pitch : count;
}

int64_t tile_panels(const Tiling *t)
{
    return (t->lane.size + t->panel - 1) / t->panel;
}

int64_t tile_result_panels(const Tiling *t)
{
    return t->mixture ? t->mixture->lanes / t->panel : tile_panels(t);
}

int64_t tile_panel_reals(const Tiling *t)
{
    int64_t reals = t->panel;
    for (int i = 0; i < t->ks; i++)
        reals *= t->k[i].size;
    return reals;
}

int64_t tile_packed_count(const Tiling *t)
{
    return tile_panels(t) * tile_panel_reals(t) * (t->apart ? t->m[t->apart].size : 1);
}
