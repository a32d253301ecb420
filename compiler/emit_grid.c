/* emit_grid.c: loops over the tiles of a block of maps, and over those that each of Winograd's planes has. */
#include "emit.h"

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

/* asc_NAME_3x4(arguments) of a tile of 3 x 4 results. */
static void emit_call(const char *name, int high, int wide, const char *arguments, Text *out)
{
    text_add(out, "%s_%dx%d(%s);\n", name, high, wide, arguments);
}

void emit_by_size(const TileGrid *g, const char *name, const char *arguments, Text *out)
{
    const int tile = g->tile, high = g->rows % tile, wide = g->columns % tile;
    const char *bottom = arena_format(out->arena, "down == %d", g->rows / tile),
               *right = arena_format(out->arena, "across == %d", g->columns / tile);
    if (high && wide) {
        text_add(out, "if (%s && %s)\n", bottom, right);
        emit_call(name, high, wide, arguments, out);
        text_add(out, "else ");
    }
    if (high) {
        text_add(out, "if (%s)\n", bottom);
        emit_call(name, high, tile, arguments, out);
        text_add(out, "else ");
    }
    if (wide) {
        text_add(out, "if (%s)\n", right);
        emit_call(name, tile, wide, arguments, out);
        text_add(out, "else\n");
    }
    emit_call(name, tile, tile, arguments, out);
}
