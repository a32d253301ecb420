/* kernel.h: kernels (loop nests) and the buffers between them: what forms, orders and places them, and what tells of them. */
#ifndef KERNEL_H
#define KERNEL_H

#include "ascc.h"

enum {
    GROUP = 4,           /* ASC_GROUP of runtime/asc.h */
    BLOCK_GROUP = 16,    /* examples of a part of a blocked product summed over the batch */
    SUM_PIECE = 4096,    /* results of a chunk that adds the groups' parts */
    SCAN_GROUP = 16,     /* examples that go through the steps of a scan together; ASC_TILE */
    MOST_ON_STACK = 4096 /* numbers that a kernel keeps on its stack */
};

typedef enum Home {
    HOME_ARENA,
    HOME_INPUT,
    HOME_TARGET,
    HOME_PARAMETER,
    HOME_GRADIENT,
    HOME_OUTPUT,
    HOME_FRAMES, /* of a features program: result number `input` */
    HOME_LOSSES,
    HOME_OBSERVED /* number `input` */
} Home;

typedef enum Element { ELEMENT_REAL, ELEMENT_BYTE, ELEMENT_DOUBLE, ELEMENT_INT } Element;

/* BATCHED buffers hold `count` elements an example, GROUPED ones `count` a group of examples. */
typedef enum Extent { EXTENT_CONSTANT, EXTENT_BATCHED, EXTENT_GROUPED } Extent;

typedef struct Buffer {
    Home home;
    Element element;
    Extent extent;
    int64_t count;
    int group;        /* grouped: examples of a group */
    int64_t offset;   /* arena: bytes, of one example where batched; parameters, gradients: reals */
    int input;        /* which of Model.input */
    const char *name; /* in the generated code */
    int first, last;  /* phases that write it first and use it last */
} Buffer;

/* Where an element of a node lies: offset + sum of stride * coordinate, in elements; strides follow the node's axes. */
typedef struct View {
    Buffer *buffer; /* NULL: the node is computed where it is used */
    int64_t offset;
    int64_t stride[MAX_AXES];
    int64_t step; /* inside of a scan: what one step along its axis adds */
} View;

typedef enum KernelKind {
    KERNEL_MAP,
    KERNEL_REDUCE,
    KERNEL_POOL,
    KERNEL_SOFTMAX,
    KERNEL_TILE,
    KERNEL_PACK,
    KERNEL_LIST,
    KERNEL_SPARSE,
    KERNEL_WINOGRAD,
    KERNEL_WINOGRAD_SUM,
    KERNEL_BORDER,
    KERNEL_REMAKE,
    KERNEL_SCAN,
    KERNEL_POISON
} KernelKind;

/* A loop of a dot: what one step along it adds to the addresses of its operands and of its result. */
typedef struct Dim {
    const char *name;
    int64_t size; /* BATCH: known at run time */
    int64_t a, b, c;
} Dim;

/* A sum of a product's results along one of its lanes' axes, with factors that are the same wherever in the map: see
 * mixture.c.  A panel is of the other axis, `lane`, and has one number of the summed one. */
typedef struct Mixture {
    Node *sum, *factor;
    const char *summed, *lane;
    int count, lanes; /* sizes of these axes */
} Mixture;

/* What is gone through first: the rows of a panel, the panels of a row of tiles, or all that stands in a tile's place. */
typedef enum TileOrder { BY_PANEL, BY_ROW, BY_TILE } TileOrder;

/* A dot as tiles in registers: `rows` positions of the result times `panel` lanes, summed over the dims of k.
 * a is read by scalars, b by vectors of lanes: from memory as it lies, or from panels packed before. */
typedef struct Tiling {
    Node *a, *b;
    Dim m[MAX_AXES * 2], k[MAX_AXES * 2], lane;
    int ms, ks;
    bool sums_batch;            /* batch is one of k */
    bool whole_batch;           /* batch is the only m: tiles run over it, chunks over panels */
    int in_group;               /* ... but inside of a scan over its group of so many examples */
    bool grouped;               /* sums_batch: a partial result for each group */
    int panel;                  /* lanes a tile */
    int rows_inner, rows_outer; /* tile rows: along the last m and the one before */
    int band;   /* sums_batch: steps of the first k after batch that share the cache */
    int pieces; /* sums_batch, not grouped: chunks along the first m */
    int64_t
        pitch; /* sums_batch: reals of a row of a group's part, where the last panel overlaps the one before it, or 0 */
    bool blocked; /* sums_batch, of matrices: blocks of both are copied into panels on the way */
    int depth;    /* ... of so many sums */
    int row_piece, lane_piece; /* ... a chunk has so many rows and panels */
    int lane_axes;             /* last axes of the result that the lanes run over */
    bool beside; /* a has the axis of the lanes, too: it is read by vectors, a filter a channel */
    int apart; /* by rows: which of m is an axis of both operands (groups), with panels for each, or 0 */
    bool pack;   /* b is copied into panels first */
    bool across; /* lanes are of what is summed, and added up at the end: the result has none */
    bool
        library; /* a matrix product for OpenBLAS: whole_batch, b as it lies, `panel` columns a chunk */
    TileOrder order;
    int slices; /* not 0: a matrix product, b as it lies, whose sums are cut into so many chunks */
    Buffer *packed;
    Mixture *mixture; /* results are summed before they are stored */
} Tiling;

/* A slid axis of a sparse dot: position of the map = place * scale + tap * dilation + first. */
typedef struct SparseAxis {
    const char *name;               /* NULL: maps of one row */
    int size, pooled, window, step; /* of the unmax: places, windows */
    int taps, scale, dilation;      /* of the convolution */
    int map, first;                 /* positions of the map; where tap 0 of place 0 is */
} SparseAxis;

/* A dot with the gradient of a max over windows, by lists of what is not zero: see sparse.c. */
typedef struct Sparse {
    Node *unmax, *full; /* full: the other operand, a map or (data) weights */
    bool data;          /* the gradient of the map, and not of the weights */
    const char *channel,
        *in; /* the axis of the unmax that has lists of its own; that of the lanes */
    int channels, ins;
    SparseAxis axis[2];      /* rows, columns */
    bool quad;               /* vectors of four lanes, one a panel: ins is no more */
    int vectors, panel;      /* lanes that are worked on together */
    int tap_rows;            /* of the kernel, whose sums are in registers together */
    int band, columns;       /* windows under one list */
    int rows, pitch;         /* of the map: rows under a band of lists, positions in each */
    Buffer *list, *gradient; /* [band][block][channel]: count and places; gradients */
    Buffer *packed;          /* data: weights [panel][channel][tap][lane] */
} Sparse;

/* One axis, or two that lie in a row as if they were one: channels and experts. */
typedef struct AxisRow {
    const char *outer, *inner; /* outer: NULL for one */
    int inners;                /* size of the inner one */
} AxisRow;

/* Results of a map in square tiles; those at the bottom and at the right edge may have less. */
typedef struct TileGrid {
    int rows, columns; /* of results */
    int tile;          /* results of a tile along either axis */
    int down, across;  /* tiles */
} TileGrid;

/* A convolution of 3 x 3 taps by Winograd's algorithm: see winograd.c. */
typedef struct Winograd {
    Node *map, *taps;
    const char *row, *column; /* axes: slid.. */
    AxisRow sum, lane;        /* ..summed, of the taps alone */
    TileGrid grid;            /* of the result */
    int sums, lanes;          /* of the map's summed axes; of the result */
    int panel;                /* lanes worked on together: two vectors */
    int band;                 /* tile rows of a block.. */
    bool whole_group;         /* ..or all tiles of a group's maps */
    int tiles;                /* of a block */
    int tile_rows, rest_rows; /* tiles of a product in registers; of the last one, or 0 */
    int waiting;              /* rows of results that wait to be pooled, or 0.. */
    bool shared, summed;      /* ..which panels share; ..of which the sum waits */
    Buffer *packed;           /* turned taps */
    Mixture *mixture;         /* lanes: of all that is summed */
} Winograd;

/* The gradient of 3 x 3 taps by Winograd's algorithm: see winograd_sum.c. */
typedef struct WinogradSum {
    Node *map, *gradient;
    const char *row, *column, *in; /* axes: slid; channels of the map.. */
    AxisRow out;                   /* ..and of the gradient */
    TileGrid grid;                 /* of the gradient */
    int ins, outs;                 /* channels */
    int in_block, out_block;       /* channels of a chunk.. */
    int in_pitch, out_pitch;       /* ..and the room for them: whole tiles and panels */
    int panel, tile_rows;          /* of a product in registers: two vectors, and rows */
    int maps, band;                /* of a block: whole maps, or tile rows of one */
    int slots;                     /* shares of the batch */
} WinogradSum;

/* The gradients of a mixture of a product whose results are made again, row by row, where these sum them: see remake.c. */
typedef struct Remake {
    Node *dot, *end, *gradient; /* the product, what is mixed, and the gradient of what it makes */
    Mixture *mixture;
    Tiling *tiling; /* of the product, all columns of it */
    Buffer *packed; /* its taps in panels, which the mixture's kernel reads, too */
    bool *made;     /* by node id: is it made of the product by maps? */
    Node *factors, *map, *bias, *taps,
        *pad;                      /* the sums; NULL: nobody asks.  pad: of gradient, for map */
    const char *row, *column, *in; /* axes */
    int rows, columns, tap_rows, tap_columns, ins;
    int above, left;                 /* zeros around the gradient, for that of the map.. */
    int map_rows, map_columns, tile; /* ..and its size, and columns of it in registers together */
    int panel, band;                 /* lanes, and rows, that are made together */
} Remake;

enum { ROOM_PARTS = 4, REMAKE_COPIES = 2 /* of what comes from behind */ };

typedef struct RoomPart {
    const char *name;
    int64_t reals;
} RoomPart;

typedef struct Kernel {
    KernelKind kind;
    const char *name; /* "k07" with its program's prefix */
    Node **anchor,
        **result; /* what is summed, pooled, ... and the node stored after following maps; pairs */
    int anchors;
    Buffer **target;           /* where each result goes; of max and moments: two a pair */
    Buffer *partial;           /* sums over the batch: one part a group */
    Buffer *scratch;           /* sums under way that are too many for the stack */
    RoomPart room[ROOM_PARTS]; /* what a chunk works in: of its thread */
    Tiling *tiling;            /* tile, pack */
    Node *pool;   /* tile, winograd: the max or sum of windows or rows, made before it is stored */
    Node *margin; /* ... or what pads it before the last of the maps; a border has their values */
    Sparse *sparse;     /* list, sparse, and pack for it */
    Winograd *winograd; /* winograd, and pack for it */
    WinogradSum *winograd_sum;
    Remake *remake;
    View *store;             /* map: where the results go; without a buffer: where the node lies */
    struct Program *body;    /* scan: its kernels, run one after the other in every step */
    struct Program *made_in; /* the body that it was moved out of, or NULL */
    int pieces,
        bands; /* of the work on a group, 1: all in one; bands: of the first axis behind the batch */
    bool state;    /* writes a running statistic: runs last */
    bool observes; /* serves nothing but what the model observes */
    bool once;     /* reads nothing but weights: runs first, and not again while they stay */
    Buffer **reads, **waits; /* waits: it runs no earlier than when these are written */
    int read_count, read_capacity, wait_count, wait_capacity;
} Kernel;

/* What runs: a kernel, or (finish) the sum of its groups' parts.  See schedule.c. */
typedef struct Step {
    Kernel *kernel;
    bool finish, placed;
    int phase, chain, sequence;
} Step;

enum { MAX_CHAINS = 64 };

typedef struct NodeInfo {
    bool stored;     /* has a buffer of its own */
    bool absorbed;   /* computed inside the kernel of a later map (an epilogue) */
    bool filled;     /* join: each operand lies in its memory */
    bool fills;      /* is such an operand */
    bool bordered;   /* pad: a product stores inside, and a kernel puts the zeros around */
    bool made_again; /* row by row, inside of the kernel of a remake */
    Remake *remake;  /* of which it is the product, or one of the sums */
    View view;
    Buffer *second; /* where of a max, variance of moments: part 1 */
    Kernel *scan;   /* of a scan */
    int uses;
    double cost; /* of computing it again where it is used */
    bool costed;
} NodeInfo;

/* A state of a scan: what the kernels of a step read, and what they make for the next step. */
typedef struct ScanState {
    Buffer *now, *next;
} ScanState;

typedef struct Program {
    Arena *arena;
    const char *prefix; /* "train", "infer" */
    const Model *model;
    Graph *graph;
    const Target *target;
    bool real_double;
    unsigned passes;   /* of the options */
    NodeInfo *info;    /* by node id */
    const char **name; /* by node id: label.c */
    Kernel **kernel;
    int kernels, kernel_capacity;
    Step *step;
    int steps;
    Buffer **buffer;
    int buffers, buffer_capacity;
    int64_t arena_constant, arena_per_example, room; /* bytes; room: of each thread */
    int group;                                       /* examples of a chunk */
    struct Program *outer; /* the body of a scan: the program that the scan is in */
    const Node *scan;
    ScanState *state;
    int states;
} Program;

/* ---------------------------------------------------------------- front.c */

enum { SLOT_ONCE = -1, SLOT_CONSTANT = -2 };

/* An array between the steps of a front end: frames of a clock, or one value: of a recording, or of all. */
typedef struct Slot {
    const Node *node;
    int clock;
    int64_t size; /* reals of a frame; a context's frames are not repeated in memory */
} Slot;

/* A program, or a stage; numbers are slots. */
typedef struct FrontStep {
    Stage *stage; /* or NULL */
    Program *program;
    int *in, ins, in_capacity; /* -1: normalized frames */
    int *out, outs, out_capacity;
    Stage *
        *taker; /* of a spectrogram: itself, where its bins are wanted, and mel bands; as `out` */
    int takers, taker_capacity;
} FrontStep;

typedef struct Lowered {
    Slot *slot;
    int slots, slot_capacity;
    FrontStep *step;
    int steps, step_capacity, programs;
} Lowered;

/* Fills Front.lowered, Features.slot and Features.after. */
void front(Arena *arena, Model *model, const Options *options);

/* ---------------------------------------------------------------- fuse.c, fuse_scan.c */

/* Decides which nodes are stored, and forms a kernel for each; the others are computed where they are used. */
Program *fuse(Arena *arena, const Model *model, Graph *graph, const Options *options,
              const char *prefix);
Buffer *program_buffer(Program *p, Home home, Element element, Extent extent, int64_t count,
                       const char *name);
void form_kernels(Program *p); /* all but those of results */
Buffer *node_buffer(Program *p, const Node *x);
void give_buffer(Program *p, Node *x);
void give_second(Program *p, Kernel *k); /* variances, or places of maxima that are asked for */
Kernel *add_kernel(Program *p, KernelKind kind, Node *anchor, Node *result, Buffer *target);
Kernel *writer_of(const Program *p, const Buffer *b); /* the first one, or NULL */
int vector_lanes(const Program *p);                   /* reals in a vector; 0 without vectors */
int64_t parameter_offset(const Model *model, const Weight *weight); /* reals */
int64_t parameter_total(const Model *model);

bool reduces_batch(const Node *x);
void fuse_bodies(Program *p); /* of scans */

/* ---------------------------------------------------------------- recompute.c */

/* Gives the gradients copies of what costs little, by what the trial of the program keeps; false: there is nothing. */
bool recompute(Program *trial);
void wait_for_gradients(Program *p); /* copies are made when they are used */

/* ---------------------------------------------------------------- reads.c */

void find_reads(Program *p);
void find_observers(Program *p); /* of all kernels, in the order in which they were added */

/* ---------------------------------------------------------------- epilogue.c */

/* The last of the maps that follow a dot one after the other, each its operand's only user: what is stored. */
Node *end_of_epilogue(Program *p, Node *dot);
/* The max or sum that pools what a convolution makes, if it alone uses that and windows, or the rows that are summed, fit its
 * tiles or blocks (which are recut). */
Node *pool_behind(Program *p, Tiling *t, Winograd *w, const Node *dot, const Node *end);

/* The last of the maps behind the pad of `end`, whose last axes are lanes, or `end` itself; *pad: that pad, or NULL. */
Node *end_behind_margin(Program *p, Node *end, int lanes, Node **pad);

/* ... behind the pad of what a product is pooled to, or that itself where it lies inside of its pad; else `pool`. */
Node *end_behind_pool(Program *p, Node *pool, int lanes, Node **pad);

/* Do the maps between the product and the max that pools it only rise, the same all over a window?  Then the max of what they
 * make is what they make of the max. */
bool pools_first(const Program *p, const Kernel *k);

Node *only_user(const Program *p, const Node *x); /* NULL: it has none, or more */
void absorb(Program *p, const Node *x);           /* it is computed inside of a kernel behind it */

/* ---------------------------------------------------------------- total.c */

bool sums_row(const Node *x, const char *axis); /* a sum over that axis alone */
/* Cuts sums over a map that a product alone makes in two: the rows', which its kernel can make, and the sum of these. */
void split_totals(Graph *g, unsigned passes);

/* ---------------------------------------------------------------- mixture.c */

/* The sum that takes what `dot` makes, or NULL. */
Mixture *mixture(const Program *p, Node *dot);
/* What is stored where such a sum is made at once: it, or the last of the maps behind it.  end: what it sums. */
Node *mix_behind(Program *p, Node *end, const Mixture *m);

/* The same where `end` may have other users, too. */
Mixture *mixture_of(const Program *p, const Node *dot, Node *end);

/* ---------------------------------------------------------------- remake.c */

void find_remakes(Program *p);                          /* before store() decides */
void add_remake_kernel(Program *p, Node *x, Remake *r); /* x: one of its sums */
int remake_window(const Remake *r);                     /* rows of the gradient that a band needs */
int remake_pitch(const Remake *r);                      /* its columns, with zeros around */
int remake_back_columns(const Remake *r); /* columns of the map's gradient, in whole tiles */
int64_t remake_copy_reals(const Remake *r);

/* ---------------------------------------------------------------- label.c */

const char *program_name(Program *p, const Node *x); /* what its buffer is called */

/* ---------------------------------------------------------------- formula.c */

/* Of what is computed into `target`. */
void formula_add(const Program *p, const Node *x, const Buffer *target, Text *out);

/* ---------------------------------------------------------------- store.c */

void store(Program *p);
bool is_loop(const Node *x);   /* a loop nest of its own: dot, sum, max, softmax, moments, scan */
bool is_source(const Node *x); /* input or weight */
View whole_view(Buffer *buffer, const Shape *shape); /* row-major, one example after the other */
/* From one element along an axis to the next; 0 where there is no such axis. */
int64_t stride_along(const View *v, const Shape *shape, const char *axis);
/* The view of a node that only looks at its operand's memory in another way; false: it does more, or can't. */
bool derived_view(const Node *x, const View *in, View *out);
/* When store() has decided: can it be addressed? */
bool has_memory(const Program *p, const Node *x);
/* The view of x: of the memory it has, or of what it would have. False: x could not be addressed without memory. */
bool program_view(const Program *p, const Node *x, View *out);

/* ---------------------------------------------------------------- tile.c */

/* How a dot is cut into tiles, or NULL where plain loops serve it better. */
Tiling *tile(Program *p, Node *dot);
/* Refits the tiles of a convolution so that rows of windows of `pool`, or what it sums, come out whole; false: they can't. */
bool tile_pool(const Program *p, Tiling *t, const Node *dot, const Node *pool);
/* Refits the tiles so that rows of results are summed; false: they can't be. */
bool tile_mixture(const Program *p, Tiling *t, Mixture *m);
int64_t tile_part(const Tiling *t,
                  const Node *dot);          /* reals of a group's part of a sum over the batch */
int64_t tile_panels(const Tiling *t);        /* in all.. */
int64_t tile_result_panels(const Tiling *t); /* ..and of the result */
int64_t tile_panel_reals(const Tiling *t);   /* of b in a panel.. */
int64_t tile_packed_count(const Tiling *t);  /* ..and in all panels */
bool tile_matrix(const Tiling *t,
                 Dim *sum); /* both operands are matrices; sum: the one loop over all of k */
int64_t tile_chunks(const Tiling *t); /* blocked, not grouped */

/* ---------------------------------------------------------------- cut.c */

void cut(Program *p); /* before schedule(): fills pieces and bands */

/* ---------------------------------------------------------------- pad.c */

bool is_plain_pad(const Node *x);      /* puts zeros around something.. */
Node *padded(const Node *pad);         /* ..this, whatever its axes are called */
bool lies_in_pad(Program *p, Node *x); /* its padded form has memory: x gets its place in there */
void store_pads(Program *p);           /* pads of what products make get memory */
bool has_pad(const Program *p, const Node *x); /* in which it can get its place */
void give_place(Program *p,
                Node *end); /* memory for what a product stores: inside of its pad, or its own */
void leave_pad(Program *p, Kernel *k);  /* it has become a kernel that can't store there */
void add_margin(Program *p, Kernel *k); /* a kernel for what is around the results of k */
void read_as_product(Program *p);       /* after find_reads: the kernels of borders */

/* ---------------------------------------------------------------- once.c */

void once(Program *p); /* before schedule() orders: fills Kernel.once */
int once_steps(const Program *p);

/* ---------------------------------------------------------------- sparse.c */

/* How a dot with the gradient of a max over windows is computed from lists, or NULL where it is not such a dot. */
Sparse *sparse(const Program *p, const Node *dot);
void add_sparse_kernel(Program *p, Node *x, Sparse *s);
bool sparse_only(const Program *p,
                 const Node *x); /* an unmax, or its pad, read by such dots alone */
bool sparse_fits(const Sparse *a, const Sparse *b); /* they can share lists */
int sparse_bands(const Sparse *s);
int sparse_blocks(const Sparse *s); /* of a band */
int sparse_panels(const Sparse *s);
int64_t sparse_list_count(const Sparse *s); /* gradients of an example; lists have one more each */
int64_t sparse_lists(const Sparse *s);      /* of an example */

/* ---------------------------------------------------------------- winograd.c */

int tile_points(const TileGrid *g); /* of a full tile along either axis.. */
int tile_planes(const TileGrid *g); /* ..and in all */
/* Tiles of 6 x 6 or, where planes of many taps weigh more than what is saved, of 4 x 4; false: the direct form costs no more.
 * `point` and `direct`: cycles for a number of a tile, and for a tap of a result; `taps`: numbers of one tap. */
bool choose_grid(TileGrid *g, double point, double direct, double taps);
/* How a convolution is computed by Winograd's algorithm, or NULL where that does not fit or does not pay. */
Winograd *winograd(const Program *p, Node *dot);
/* The axes of s but for those named; false: there are none, or more than two. */
bool axis_row(const Shape *s, const char *const *name, int names, AxisRow *row);
int axis_row_size(const Shape *s, const AxisRow *row);
/* Do they lie side by side in memory? */
bool axis_row_lies(const View *v, const Shape *s, const AxisRow *row);
void add_winograd_kernel(Program *p, Node *x, Winograd *w);
int winograd_panels(const Winograd *w);        /* in all.. */
int winograd_result_panels(const Winograd *w); /* ..and of the result */
int winograd_plane(const Winograd *w);         /* reals from one of the planes to the next */
int winograd_product_plane(const Winograd *w);
int winograd_tile(const Winograd *w);        /* reals of a tile and panel of results */
int winograd_waiting_row(const Winograd *w); /* reals of a row that waits to be pooled */
/* Refits the blocks so that windows of `pool`, or rows that it sums, come out whole; false: they can't. */
bool winograd_pool(Winograd *w, const Node *pool);

/* ---------------------------------------------------------------- emit.c */

const char *kernel_form(const Kernel *k); /* how it computes, in words */
int pooled_rows(const Kernel *k);         /* emit_pool.c: of a window */
double dot_products(const Node *dot); /* multiply-adds of one example, by the plain definition */
double kernel_flops(const Kernel *k); /* of one example, as products of the plain definition */
/* Read and written, every buffer once: for each example, and whatever the batch is. */
void step_bytes(const Program *p, const Step *s, double *each, double *fixed);
/* Does it write one of its kernel's targets, and not the step before it or behind it? */
bool step_writes(const Step *s, const Buffer *target);

/* ---------------------------------------------------------------- winograd_sum.c */

/* How the gradient of a convolution's taps is computed by Winograd's algorithm, or NULL as above. */
WinogradSum *winograd_sum(const Program *p, const Node *dot);
void add_winograd_sum_kernel(Program *p, Node *x, WinogradSum *w);
int winograd_sum_blocks(const WinogradSum *w);
int winograd_sum_pieces(const WinogradSum *w);   /* chunks that turn the sums back */
int64_t winograd_sum_part(const WinogradSum *w); /* reals that a chunk sums up */
int winograd_sum_map_plane(const WinogradSum *w);
int winograd_sum_gradient_plane(const WinogradSum *w);

/* ---------------------------------------------------------------- schedule.c, plan.c */

void schedule(
    Program *p); /* orders the kernels in phases; joins reductions over the same elements */
/* join_maps.c: of the ordered kernels of the scan's body */
void join_maps(Program *body, const Kernel *scan);
int64_t step_chunks(
    const Step *s);    /* a fixed number; negative: Kernel.pieces for every so many examples */
void plan(Program *p); /* lifetimes and places in the arena */
int64_t buffer_bytes(const Program *p, const Buffer *b); /* in all, or of one example */
int64_t room_reals(const Kernel *k);                     /* emit_nest.c: what a chunk works in */

/* ---------------------------------------------------------------- poison.c */

void poison(Program *p); /* after plan(): adds kernels that fill free memory with NaN */

#endif
