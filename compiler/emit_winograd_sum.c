/* emit_winograd_sum.c: kernels of the gradients of taps by Winograd's algorithm: see winograd_sum.c. */
#include "emit.h"

enum { PIECE = 8 }; /* rows of sums that a chunk turns back */

static int blocks_along(int channels, int block)
{
    return (channels + block - 1) / block;
}

int winograd_sum_pieces(const WinogradSum *w)
{
    return winograd_sum_blocks(w) * blocks_along(w->in_block, PIECE);
}

/* In one of the planes: adds to some channels of the map, times a panel of those of the gradient, what the tiles give. */
static Product product_of(const Kernel *k, Arena *arena)
{
    const WinogradSum *w = k->winograd_sum;
    return (Product){ .name = arena_format(arena, "%s_product", k->name),
                      .rows = w->tile_rows,
                      .vectors = 2,
                      .adds = true,
                      .a_row = 1,
                      .a_sum = w->in_block,
                      .b_sum = w->out_pitch,
                      .c_row = w->out_pitch };
}

/* The tiles of a block, of both operands, each to its planes. */
static void emit_turned(const Program *p, const Kernel *k, Text *out)
{
    const WinogradSum *w = k->winograd_sum;
    const int points = tile_points(&w->grid), map_plane = winograd_sum_map_plane(w),
              gradient_plane = winograd_sum_gradient_plane(w);
    Text body = text_create(p->arena);
    const char *map = emit_pixels(p, &w->grid, w->map, w->row, w->column, "map", &body);
    const char *gradient = emit_pixels(p, &w->grid, w->gradient, w->row, w->column, "gradient",
                                       &body);
    emit_by_size(&w->grid, "asc_winograd_turn",
                 arena_format(p->arena, "in0 + %s, ins, planes + tile * %d, %d, %d", map,
                              w->in_block, points * map_plane, map_plane),
                 &body);
    emit_by_size(&w->grid, "asc_winograd_turn_gradient",
                 arena_format(p->arena, "out0 + %s, outs, turned + tile * %d, %d, %d", gradient,
                              w->out_pitch, points * gradient_plane, gradient_plane),
                 &body);
    emit_grid(&w->grid, out);
    emit_grid_loops(&w->grid, "", body.at, out);
}

/* In each plane, the products of the tiles that have it. */
static void emit_products(const Kernel *k, Text *out)
{
    const WinogradSum *w = k->winograd_sum;
    const int points = tile_points(&w->grid), map_plane = winograd_sum_map_plane(w),
              gradient_plane = winograd_sum_gradient_plane(w);
    text_add(out,
             "for (int plane = 0; plane < %d; plane++) {\n"
             "const int tile = asc_tiles_begin(&tiles, plane %% %d);\n"
             "const int count = asc_tiles_end(&tiles, plane / %d, plane %% %d) - tile;\n"
             "for (int lane0 = 0; lane0 < outs; lane0 += %d)\n"
             "for (int row = 0; row < ins; row += %d)\n",
             points * points, points, points, points, w->panel, w->tile_rows);
    text_add(out,
             "%s_product(planes + plane * %d + tile * %d + row, turned + plane * %d + tile * %d + "
             "lane0, sum + (plane * %d + row) * %d + lane0, count);\n}\n",
             k->name, map_plane, w->in_block, gradient_plane, w->out_pitch, w->in_pitch,
             w->out_pitch);
}

/* What a chunk has of a row of channels cut into blocks: "const int in0 = .., ins = ..;". */
static void emit_channels(const char *name, const char *block, int channels, int size, Text *out)
{
    text_add(out, "const int %s0 = %s * %d, %ss = ", name, block, size, name);
    if (channels % size)
        text_add(out, "asc_min(%d, %d - %s0);\n", size, channels, name);
    else
        text_add(out, "%d;\n", size);
}

static void emit_sums(Program *p, Kernel *k, Text *out)
{
    const WinogradSum *w = k->winograd_sum;
    const int across = blocks_along(w->outs, w->out_block), down = w->grid.down;
    Nest *n = nest_create(p, k);
    Text body = text_create(p->arena);
    nest_use(n, p->info[w->map->id].view.buffer);
    nest_use(n, p->info[w->gradient->id].view.buffer);
    nest_use(n, k->partial);
    text_add(&body, "const int slot = chunk %% %d;\n", w->slots);
    emit_channels("in", arena_format(p->arena, "chunk / %d", w->slots * across), w->ins,
                  w->in_block, &body);
    emit_channels("out", arena_format(p->arena, "chunk / %d %% %d", w->slots, across), w->outs,
                  w->out_block, &body);
    emit_room(p, k, &body);
    text_add(&body,
             "real *const sum = %s + (size_t)chunk * %lld;\n"
             "memset(sum, 0, %lld * sizeof *sum);\n",
             k->partial->name, (long long)winograd_sum_part(w), (long long)winograd_sum_part(w));
    text_add(&body,
             "const int first = call->examples * slot / %d, last = call->examples * (slot + 1) / "
             "%d;\n"
             "for (int begin = first; begin < last; begin += %d) {\n"
             "const int end = asc_min(begin + %d, last);\n",
             w->slots, w->slots, w->maps, w->maps);
    if (w->band < down)
        text_add(&body,
                 "for (int first_down = 0; first_down < %d; first_down += %d) {\n"
                 "const int last_down = asc_min(first_down + %d, %d);\n",
                 down, w->band, w->band, down);
    else
        text_add(&body, "const int first_down = 0, last_down = %d;\n", down);
    emit_turned(p, k, &body);
    emit_products(k, &body);
    text_add(&body, w->band < down ? "}\n}\n" : "}\n");
    const Product product = product_of(k, p->arena);
    emit_product(&product, out);
    emit_function_into(n, out, k->partial, body.at);
}

/* The slots' sums, added in order, and turned back to 3 x 3 taps. */
static void emit_back(Program *p, Kernel *k, Text *out)
{
    const WinogradSum *w = k->winograd_sum;
    const Shape *shape = &k->anchor[0]->shape;
    const View whole = whole_view(k->target[0], shape);
    const int across = blocks_along(w->outs, w->out_block),
              pieces = blocks_along(w->in_block, PIECE);
    Nest *n = nest_create(p, k);
    Text text = text_create(p->arena);
    emit_sum_begins(n, k, &text);
    text_add(&text, "const int block = chunk / %d, row0 = chunk %% %d * %d;\n", pieces, pieces,
             PIECE);
    emit_channels("in", arena_format(p->arena, "block / %d", across), w->ins, w->in_block, &text);
    emit_channels("out", arena_format(p->arena, "block %% %d", across), w->outs, w->out_block,
                  &text);
    text_add(&text,
             "for (int row = row0; row < asc_min(row0 + %d, ins); row++)\n"
             "for (int lane = 0; lane < outs; lane += ASC_LANES)\n"
             "asc_winograd_sum_%d(%s + (size_t)block * %lld + row * %d + lane, %lld, %d, %d, "
             "%s + (in0 + row) * %ld + out0 + lane, %ld, %ld);\n}\n",
             PIECE, tile_points(&w->grid), k->partial->name,
             (long long)(w->slots * winograd_sum_part(w)), w->out_pitch,
             (long long)winograd_sum_part(w), w->slots, w->in_pitch * w->out_pitch,
             k->target[0]->name, (long)stride_along(&whole, shape, w->in),
             (long)stride_along(&whole, shape, w->row),
             (long)stride_along(&whole, shape, w->column));
    emit_indented(out, text.at);
}

void emit_winograd_sum(Program *p, Kernel *k, Text *out)
{
    emit_sums(p, k, out);
    text_add(out, "\n");
    emit_back(p, k, out);
}
