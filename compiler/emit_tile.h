/* emit_tile.h: what the kernels of dots are written with. */
#ifndef EMIT_TILE_H
#define EMIT_TILE_H

#include "emit.h"

/* Rows of the tiles along the last two axes: full ones, and those of the rest. */
typedef struct Rows {
    int outer, inner, rest_outer, rest_inner;
} Rows;

Rows rows_of(const Tiling *t);
bool has_rest(const Rows *r);
/* Whether the tile at hand is a full one: C text; gcc warns of rows that are left out if it is asked in other words. */
const char *tile_is_full(Arena *arena, const Tiling *t);
/* Of the tiles over a scan's group of examples: how many have rows_inner rows; the others have one less. */
int higher_tiles(const Tiling *t);
/* In a scan, one example alone has so many panels side by side in one tile: one would wait for each sum; 1: no such tile. */
int panels_of_one(const Program *p, const Tiling *t);
/* Tiles of rows over the whole batch have one of a single row, for an example that is left alone; the order of its sums is that
 * of the others. */
bool has_tile_of_one(const Program *p, const Tiling *t);

/* From one step along an axis of the result to the next, where the results go. */
int64_t tile_step(const Program *p, const Kernel *k, const Dim *m);
/* Nothing follows the tile: it stores its results where they belong. */
bool tile_is_stored(const Program *p, const Kernel *k);

/* "NAME + 12"; the name alone where the offset is 0. */
const char *offset_by(Arena *arena, const char *name, int64_t offset);
/* Address of an operand or of the result: C text for `dim.step * dim.name` over some loops. */
const char *moved(Arena *arena, const char *text, const char *name, int64_t step);

/* Coordinates of one element of a tile along the axes of the result; `rows` declares those that differ from row to row. */
void tile_coordinates(Nest *n, const Kernel *k, Coordinate *at, Text *rows);
void emit_tile_functions(const Program *p, const Kernel *k, Text *out);
/* The call of the full tile or, at the end of the axis, of that for the rest; in `from` are both operands' addresses. */
const char *tile_call(Program *p, const Kernel *k, const char *from, const char *to);

Loop stepped_loop(Arena *arena, const Dim *d, int step);
/* Loops over the rows' axes from m[from] on, the last two in steps of a tile; how many. */
int row_loops(Program *p, const Kernel *k, int from, Loop *loop);

#endif
