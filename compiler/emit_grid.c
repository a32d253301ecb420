/* emit_grid.c: loops over the tiles of a block of maps, and what is called for a tile by its size. */
#include "emit.h"

const char *emit_pixels(const Program *p, const TileGrid *g, const Node *x, const char *row,
                        const char *column, const char *name, Text *out)
{
    const View *v = &p->info[x->id].view;
    const long down = (long)stride_along(v, &x->shape, row),
               across = (long)stride_along(v, &x->shape, column);
    text_add(out, "const real *const %s = %s + (size_t)i_batch * %ld + down * %ld + across * %ld",
             name, v->buffer->name, (long)stride_along(v, &x->shape, "batch"), g->tile * down,
             g->tile * across);
    text_add(out, v->offset ? " + %lld;\n" : ";\n", (long long)v->offset);
    return arena_format(out->arena, "%s, %ld, %ld", name, down, across);
}

void emit_grid(const TileGrid *g, Text *out)
{
    const int down = g->rows % g->tile, high = g->rows / g->tile, wide = g->columns / g->tile;
    text_add(out, "const AscTiles tiles = asc_tiles(end - begin, ");
    if (down)
        text_add(out, "asc_min(last_down, %d) - first_down, %d, last_down > %d ? %d : 0", high,
                 wide, high, down);
    else
        text_add(out, "last_down - first_down, %d, 0", wide);
    text_add(out, ", %d);\n", g->columns % g->tile);
}

void emit_grid_loops(const TileGrid *g, const char *of_example, const char *body, Text *out)
{
    text_add(out, "for (int i_batch = begin; i_batch < end; i_batch++) {\n%s", of_example);
    text_add(out,
             "for (int down = first_down; down < last_down; down++) {\n"
             "for (int across = 0; across < %d; across++) {\n"
             "const int tile = asc_tile(&tiles, i_batch - begin, down - first_down, across);\n"
             "%s}\n}\n}\n",
             g->across, body);
}

/* Sizes of tiles along an axis: full ones, if there are, and the last one of the rest. */
static int sizes_along(int results, int tile, int *size)
{
    int sizes = 0;
    if (results % tile)
        size[sizes++] = results % tile;
    if (results >= tile)
        size[sizes++] = tile;
    return sizes;
}

/* Where there is more than one size, the smaller one is asked for first. */
void emit_by_size(const TileGrid *g, const char *name, const char *arguments, Text *out)
{
    int high[2], wide[2];
    const int highs = sizes_along(g->rows, g->tile, high),
              wides = sizes_along(g->columns, g->tile, wide);
    for (int i = 0; i < highs * wides; i++) {
        const bool bottom = i / wides + 1 < highs, right = i % wides + 1 < wides;
        const char *down = bottom ? arena_format(out->arena, "down == %d", g->rows / g->tile) : "";
        const char *across = right ? arena_format(out->arena, "across == %d", g->columns / g->tile)
                                   : "";
        if (bottom || right)
            text_add(out, "if (%s%s%s)\n", down, bottom && right ? " && " : "", across);
        text_add(out, "%s_%dx%d(%s);\n", name, high[i / wides], wide[i % wides], arguments);
        if (bottom || right)
            text_add(out, i + 2 < highs * wides ? "else " : "else\n");
    }
}
