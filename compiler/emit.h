/* emit.h: what writes C: values at coordinates, loop nests and functions, and each form of kernel. */
#ifndef EMIT_H
#define EMIT_H

#include "kernel.h"

/* ---------------------------------------------------------------- expression.c */

/* A coordinate along an axis: C text, its range, and the depth of the innermost loop that it needs. */
typedef struct Coordinate {
    const char *text;
    int64_t lo, hi;
    int depth;
} Coordinate;

typedef struct Value {
    const char *text;
    int depth;
} Value;

enum { MAX_DEPTH = 20 };

/* A loop nest being written: declarations wait at the depth of the loop they belong to. */
typedef struct Nest {
    Program *program;
    const Kernel *kernel;
    Text declaration[MAX_DEPTH];
    struct Memo {
        const Node *node;
        const char *key;
        Value value;
    } * memo;
    int memos, memo_capacity, temporaries;
    const Node
        *given; /* a node whose value is at hand (the dot under an epilogue), and that value */
    Value given_value;
    const char
        *lane[MAX_AXES]; /* coordinates of lanes that several axes share: (lane0 + lane) in a row */
    int lane_axes;
    Buffer **used; /* buffers that the kernel's body names */
    int used_count, used_capacity;
} Nest;

Nest *nest_create(Program *p, const Kernel *k);
/* One more of the same function; what it names and declares at depths below `depths` is given back at the end. */
Nest *nest_beside(const Nest *n);
void nest_give_back(Nest *n, const Nest *other, int depths);
void nest_know(Nest *n, const Node *x, const Coordinate *at, Value v); /* what x is there */
Coordinate coordinate_of(Nest *n, const char *text, int64_t lo, int64_t hi, int depth);
Value nest_load(Nest *n, const Node *x, const Coordinate *at); /* at: by the axes of x */
Coordinate coordinate_times(Nest *n, Coordinate c, int64_t k);
/* Coordinates of the elements of what k stores, from those of what it computes. */
void stored_coordinates(Nest *n, const Kernel *k, Coordinate *at);
Coordinate coordinate_sum(Nest *n, Coordinate a, Coordinate b);
const char *nest_address(Nest *n, const View *view, const Shape *shape, const Coordinate *at,
                         int *depth);
/* " + i_time * 128": what the step of the scan around adds to an address; "" elsewhere. */
const char *nest_step(Nest *n, const View *view);
void nest_use(Nest *n, Buffer *buffer);
void nest_declare_buffers(Nest *n, Text *out, const char *indent, Buffer *const *written,
                          int count);

/* ---------------------------------------------------------------- emit_nest.c */

typedef struct Loop {
    const char *header, *pragma; /* pragma: NULL for none */
} Loop;

Loop emit_loop(Arena *arena, const char *name, int64_t size);
/* The kernel's band of a loop in steps over an axis; the whole loop where the kernel has one band. */
Loop emit_band_loop(Arena *arena, const Kernel *k, const char *name, int64_t size, int step);
Loop emit_batch_loop(Arena *arena); /* over the examples of the chunk's group: first .. last */
/* Loops around a body; declaration[i] holds what is declared inside of i loops (0: not written here), or is NULL. */
void emit_nested(Text *out, const Loop *loop, int loops, const char *body, const Text *declaration);
/* The whole function of a kernel: arrays, range of examples, declarations, loops, body. */
void emit_function(Nest *n, Text *out, const Loop *loop, int loops, const char *body);
/* The same where it writes `to`, in one piece, in place of the kernel's results. */
void emit_function_into(Nest *n, Text *out, Buffer *to, const char *body);
void emit_room(const Program *p, const Kernel *k, Text *out); /* declares the parts by name */
const char *emit_group_size(Arena *arena, int group);         /* C text */
void emit_group(const Program *p, Text *out); /* declares first .. last: the chunk's examples */
/* Appends the loops over the axes of a shape; `depth` is that of the loops around.  Returns the number of loops. */
int emit_axis_loops(Nest *n, const Shape *shape, int depth, Coordinate *at, Loop *loop, int loops);
/* Appends C text with every line indented by its braces. */
void emit_indented(Text *out, const char *text);

/* ---------------------------------------------------------------- emit.c and its helpers */

/* emit_product.c: a product of `rows` x `vectors` vectors in registers: row by row the sum of a[row * a_row + i * a_sum] *
 * b[i * b_sum ..], from zero or on top of what lies in c. */
typedef struct Product {
    const char *name;
    int rows, vectors;
    int sums; /* 0: an argument of the function */
    bool adds;
    long a_row, a_sum, b_sum, c_row; /* reals; c_row 0: an argument of the function */
} Product;

void emit_product(const Product *x, Text *out);
void emit_loops(Program *p, Kernel *k, Text *out); /* emit_loops.c: map, border, pool, softmax */
View result_view(const Program *p, const Kernel *k, int i); /* where result i goes */
void emit_reduce(Program *p, Kernel *k, Text *out);         /* emit_reduce.c */
void emit_sum_of_groups(Program *p, const Kernel *k, Text *out);
/* emit_pool.c: rows[window rows][columns][panel] of the results of a panel, from lane0 on, become a row of maxima. */
const char *emit_pooled_row(Nest *n, const Kernel *k);
/* emit_mixture.c: declares factor[panel], of the number i_SUMMED of what is summed. */
const char *emit_factors(Nest *n, const Mixture *m, int panel);
/* Values that are the same wherever in the map, of a panel and a number of what is summed: arrays held0[panel], .. */
enum { MOST_HELD = 4 };
typedef struct Held {
    const Node *node[MOST_HELD];
    int count;
} Held;
/* Adds those that x is made of, but for what `given` nodes are made of, which are at hand. */
void find_held(const Program *p, const Mixture *m, const Node *x, const Node *const *given,
               int count, Held *h);
const char *emit_held(Nest *n, const Mixture *m, const Held *h, int panel); /* declares them */
void know_held(Nest *n, const Held *h, const Mixture *m,
               const Tiling *t); /* n reads them from there */
/* One tile of a row of the product's results; the elements of `end`, made of them, go to the row `to`, as `how` ("=") says. */
const char *emit_tile_of_row(Nest *n, const Kernel *k, const Mixture *m, const Node *end,
                             const Held *held, const char *to, const char *how);
/* Coordinates of a node's elements, which are those of a row of results; with t, `inner` is the place in the row. */
void mixture_coordinates(Nest *n, const Mixture *m, const Tiling *t, const Shape *shape,
                         const char *inner, Coordinate *at);
/* Results of a row of tiles, one panel wide, are summed up and go where they belong. */
const char *emit_mixed_row(Nest *n, Kernel *k);
void emit_tile(Program *p, Kernel *k, Text *out); /* emit_tile.c */
void emit_pack(Program *p, Kernel *k, Text *out);
void emit_list(Program *p, Kernel *k, Text *out); /* emit_sparse.c */
void emit_sparse(Program *p, Kernel *k, Text *out);
void emit_sparse_pack(Program *p, Kernel *k, Text *out);
/* emit_grid.c, of Winograd's tiles in rows first_down to last_down - 1 of maps begin to end - 1: declares `tiles`.. */
void emit_grid(const TileGrid *g, Text *out);
/* ..loops over i_batch, down and across, with `tile`, its place in the planes; `of_example` begins a map's.. */
void emit_grid_loops(const TileGrid *g, const char *of_example, const char *body, Text *out);
/* ..declares `name`, where the pixels of a node under the tile at hand begin, and returns "name, a row, a column": where, and
 * how many reals it is to the next ones.. */
const char *emit_pixels(const Program *p, const TileGrid *g, const Node *x, const char *row,
                        const char *column, const char *name, Text *out);
/* ..and calls NAME_2x4(arguments), or whatever the size of the tile at hand is. */
void emit_by_size(const TileGrid *g, const char *name, const char *arguments, Text *out);
void emit_winograd(Program *p, Kernel *k, Text *out); /* emit_winograd.c */
void emit_winograd_pack(Program *p, Kernel *k, Text *out);
void emit_winograd_sum(Program *p, Kernel *k, Text *out); /* emit_winograd_sum.c */
void emit_blocks(Program *p, Kernel *k, Text *out);       /* emit_blocks.c */
void emit_remake(Program *p, Kernel *k, Text *out);       /* emit_remake.c */
/* emit_remake_sum.c: NAME_taps adds up the gradient of the taps, NAME_back that of the map. */
void emit_remake_sums(const Program *p, const Kernel *k, Text *out);
int remake_taps(const Remake *r);
/* What a step along a summed axis adds to an address: of the map, or in a panel of the taps. */
long long remake_tap_step(Arena *arena, const Remake *r, const char *axis, bool packed);
void emit_slices(Program *p, Kernel *k, Text *out);             /* emit_slices.c */
void emit_poison(const Program *p, const Kernel *k, Text *out); /* poison.c */
/* Of the function that adds the parts of a sum: its head, and the arrays. */
void emit_sum_begins(Nest *n, const Kernel *k, Text *out);
void emit_sum_of_parts(Program *p, const Kernel *k, Text *out); /* of the groups of a product */
void emit_scan(Program *p, Kernel *k, Text *out);               /* emit_scan.c */
void emit_comment(const Program *p, const Kernel *k, Text *out);
void emit_kernel(Program *p, Kernel *k, Text *out); /* emit.c */
/* The generated program as C files: kernels in several, tables in the last. */
int emit(Arena *arena, const Model *model, Program *train, Program *infer, const Options *options,
         const Source *source, Text *file, int limit);
/* emit_front.c: tables of the features; the programs of all front ends, of which `count` have room. */
void emit_features(const Model *model, Text *out);
int front_programs(const Model *model, Program **program, int count);
/* emit_tables.c */
void emit_string(Text *out, const char *text);
void emit_shape(Text *out, const Shape *shape); /* without the batch */
const char *emit_constant(Arena *arena, const char *prefix, const char *word); /* ASC_WORD */
void emit_tables(const Model *model, const Program *train, const Program *infer,
                 const Source *source, Text *out);

#endif
