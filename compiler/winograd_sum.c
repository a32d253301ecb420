/* winograd_sum.c: gradients of 3 x 3 taps by Winograd's minimal filtering, F(3 x 3, 6 x 6) or F(3 x 3, 4 x 4): which, and in what
 * blocks.
 *
 * A tile of 6 x 6 of the gradient and the 8 x 8 of the map that it met are turned into 64 numbers each; their products,
 * summed over tiles and examples, are turned into the 3 x 3 taps at the end: 64 multiplications instead of 324, and fewer
 * for less than 6 x 6 at the edge, whose points are some of those of the others (winograd.h).  A chunk has some channels of
 * both and a slot of the batch, a fixed share of the examples; slots are added in order. */
#include "graph.h"
#include "kernel.h"

#include <string.h>

enum {
    CACHE_BYTES = 1536 * 1024,     /* turned tiles of a block */
    PARTS_BYTES = 8 * 1024 * 1024, /* sums of all slots, where more than one is had */
    MOST_INS = 64,                 /* channels of a chunk, of the map.. */
    MOST_OUTS = 128, /* ..and of the gradient: each share of them turns the map again */
    MOST_SLOTS = 8,
    CHUNKS = 16 /* enough for any number of threads */
};

/* Channels lie side by side in both operands and, those of the gradient, in the result. */
static bool set_axes(const Program *p, const Node *dot, WinogradSum *w)
{
    for (int i = 0; i < 2; i++)
        if (dot->along[i].stride != 1 || dot->along[i].dilation != 1 ||
            shape_size(&dot->shape, dot->along[i].axis) != 3)
            return false;
    const Shape *map = &w->map->shape, *gradient = &w->gradient->shape;
    const bool swapped = shape_find(map, dot->along[0].axis) > shape_find(map, dot->along[1].axis);
    w->row = dot->along[swapped].axis;
    w->column = dot->along[!swapped].axis;
    const char *slid[] = { w->row, w->column };
    AxisRow in;
    View a, b;
    if (!axis_row(map, slid, 2, &in) || in.outer || !axis_row(gradient, slid, 2, &w->out) ||
        dot->shape.rank != (w->out.outer ? 5 : 4) || shape_find(&dot->shape, w->out.inner) < 3 ||
        (w->out.outer && shape_find(&dot->shape, w->out.outer) != 3) ||
        shape_find(&dot->shape, in.inner) > 2 || !program_view(p, w->map, &a) ||
        !program_view(p, w->gradient, &b) || !axis_row_lies(&a, map, &in) ||
        !axis_row_lies(&b, gradient, &w->out))
        return false;
    w->in = in.inner;
    w->grid.rows = shape_size(gradient, w->row);
    w->grid.columns = shape_size(gradient, w->column);
    w->ins = shape_size(map, w->in);
    w->outs = axis_row_size(gradient, &w->out);
    return true;
}

static int pieces_of(int size, int most)
{
    return (size + most - 1) / most;
}

static int rounded_up(int size, int step)
{
    return (size + step - 1) / step * step;
}

/* Channels of a chunk: as even as can be, in whole vectors. */
static int block_of(int channels, int most, int lanes)
{
    return rounded_up(pieces_of(channels, pieces_of(channels, most)), lanes);
}

/* Rows of a register tile for so many channels: the least is wasted, and the units are filled. */
static int best_rows(int channels, int most)
{
    int best = most;
    double least = 1e30;
    for (int rows = most; rows >= 4; rows--) {
        const double cost = pieces_of(channels, rows) * (rows + 0.8);
        if (cost < least) {
            least = cost;
            best = rows;
        }
    }
    return best;
}

static void set_channels(const Program *p, WinogradSum *w)
{
    const int lanes = vector_lanes(p);
    w->panel = 2 * lanes;
    w->in_block = block_of(w->ins, MOST_INS, lanes);
    w->out_block = block_of(w->outs, MOST_OUTS, lanes);
    w->tile_rows = best_rows(w->in_block, (p->target->registers - 4) / 2);
    w->in_pitch = rounded_up(w->in_block, w->tile_rows);
    w->out_pitch = rounded_up(w->out_block, w->panel);
}

/* Cycles, roughly, of one example in so many lanes: turning a vector costs as much as some three products. */
static bool set_grid(WinogradSum *w)
{
    const double in_blocks = pieces_of(w->ins, w->in_block),
                 out_blocks = pieces_of(w->outs, w->out_block);
    const double products = in_blocks * w->in_pitch * out_blocks * w->out_pitch;
    return choose_grid(&w->grid,
                       0.7 * products + 3 * w->ins * out_blocks + 2.8 * w->outs * in_blocks,
                       0.9 * w->ins * w->outs, products);
}

static void set_blocks(WinogradSum *w)
{
    const int across = w->grid.across,
              tiles = CACHE_BYTES / (tile_planes(&w->grid) * 4 * (w->in_pitch + w->out_pitch));
    const int rows = tiles < across ? 1 : tiles / across;
    w->band = block_of(w->grid.down, rows, 1);
    w->maps = rows < w->grid.down ? 1 : rows / w->grid.down;
    const int blocks = winograd_sum_blocks(w);
    for (w->slots = MOST_SLOTS; w->slots > 1; w->slots /= 2)
        if (w->slots * blocks <= CHUNKS &&
            blocks * w->slots * winograd_sum_part(w) * 4 <= PARTS_BYTES)
            break;
}

WinogradSum *winograd_sum(const Program *p, const Node *dot)
{
    const int lanes = vector_lanes(p);
    if (!runs(p->passes, PASS_taps) || p->real_double || !lanes || p->scan || dot->op != OP_dot ||
        dot->alongs != 2 || dot->axes != 1 || strcmp(dot->axis[0], "batch"))
        return NULL;
    WinogradSum *w = arena_alloc(p->arena, sizeof *w);
    *w = (WinogradSum){ .map = dot->operand[0], .gradient = dot->operand[1] };
    if (!set_axes(p, dot, w) || w->ins % lanes || w->outs % lanes)
        return NULL;
    set_channels(p, w);
    if (!set_grid(w))
        return NULL;
    set_blocks(w);
    return w;
}

int winograd_sum_blocks(const WinogradSum *w)
{
    return pieces_of(w->ins, w->in_block) * pieces_of(w->outs, w->out_block);
}

int64_t winograd_sum_part(const WinogradSum *w)
{
    return (int64_t)tile_planes(&w->grid) * w->in_pitch * w->out_pitch;
}

/* Tiles of a block. */
static int block_tiles(const WinogradSum *w)
{
    return w->maps * w->band * w->grid.across;
}

/* Planes a power of two apart would share few sets of the cache; and the rows of the last register tile read on for up to
 * tile_rows - 1 reals. */
int winograd_sum_map_plane(const WinogradSum *w)
{
    return block_tiles(w) * w->in_block + rounded_up(w->tile_rows, 16);
}

int winograd_sum_gradient_plane(const WinogradSum *w)
{
    return block_tiles(w) * w->out_pitch + 16;
}

void add_winograd_sum_kernel(Program *p, Node *x, WinogradSum *w)
{
    const char *name = program_name(p, x);
    const int chunks = winograd_sum_blocks(w) * w->slots;
    give_buffer(p, x);
    Kernel *k = add_kernel(p, KERNEL_WINOGRAD_SUM, x, x, p->info[x->id].view.buffer);
    k->winograd_sum = w;
    const int planes = tile_planes(&w->grid);
    k->room[0] = (RoomPart){ "planes", planes * winograd_sum_map_plane(w) };
    k->room[1] = (RoomPart){ "turned", planes * winograd_sum_gradient_plane(w) + w->panel };
    k->partial = program_buffer(p, HOME_ARENA, ELEMENT_REAL, EXTENT_CONSTANT,
                                chunks * winograd_sum_part(w),
                                arena_format(p->arena, "parts_%s", name));
}
