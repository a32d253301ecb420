/* ascc.h: every type and prototype of the compiler.
 *
 * The way of a model: parse -> resolve -> simplify -> hoist -> grad -> simplify -> hoist -> fuse -> schedule -> plan -> emit.
 * Each pass reads what the one before it made.  All memory of a compilation comes from one arena. */
/* clang-format off */
#ifndef ASCC_H
#define ASCC_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* ---------------------------------------------------------------- memory, text, places in a source */

typedef struct Arena Arena;

/* A source file's text; `path` as the user gave it ("std.asc" for the standard library). */
typedef struct Source {
    const char *path;
    const char *text;
    size_t length;
    bool standard;              /* the standard library's own source */
} Source;

/* A stretch of one line of a source; lines and columns count from 1, `end` is the last column in it. */
typedef struct Place {
    const Source *source;
    int line, column, end;
} Place;

/* Growing text. */
typedef struct Text {
    Arena *arena;
    char *at;
    size_t length, capacity;
} Text;

/* An error is printed when it is reported; a link says how the elaborator came to a place ("in block, called here"). */
typedef struct Trace {
    const struct Trace *outer;
    const char *layer;
    Place place;                /* of the call */
} Trace;

typedef struct Diagnostics {
    FILE *out;
    int errors;                 /* different ones */
    int limit;                  /* errors past it are counted, not printed; 0: no limit */
    const Trace *trace;         /* innermost call being elaborated, or NULL */
    uint64_t seen[64];          /* of diag.c: fingerprints of what was reported; nothing is reported twice */
    int seen_count;
    bool silent;                /* of diag.c: the last error was not printed, nor are its notes */
} Diagnostics;

/* ---------------------------------------------------------------- numbers and units */

typedef enum Unit { UNIT_NONE, UNIT_SECONDS, UNIT_HERTZ, UNIT_SAMPLES, UNIT_FRAMES, UNIT_DECIBELS } Unit;

/* A compile-time number: an exact fraction as long as int64 holds it, a real beyond (a real is never a size). */
typedef struct Number {
    bool exact;
    int64_t numerator, denominator;     /* exact: lowest terms, denominator > 0 */
    double real;                        /* always set */
    Unit unit;
} Number;

/* ---------------------------------------------------------------- tree: what the parser builds */

typedef enum TreeKind {
    TREE_FILE,          /* items: params, includes, layers, cells, sections */
    TREE_PARAM,         /* name; a: default or NULL */
    TREE_INCLUDE,       /* text */
    TREE_LAYER,         /* a: header (a TREE_CALL), b: body */
    TREE_CELL,          /* likewise */
    TREE_FEATURES,      /* name; b: body */
    TREE_NETWORK,       /* b: body */
    TREE_TRAIN,         /* b: body */
    TREE_EVALUATE,      /* b: body */
    TREE_BODY,          /* items: states, binds, results */
    TREE_STATE,         /* items: TREE_CALL each */
    TREE_BIND,          /* a: TREE_VALUES left, b: TREE_VALUES right */
    TREE_RESULT,        /* a: TREE_VALUES */
    TREE_VALUES,        /* items: expressions */
    TREE_IF,            /* a: condition, b: body, c: body or TREE_IF */
    TREE_PIPE,          /* a: operand, b: TREE_CALL */
    TREE_BINARY,        /* name: the operator; a, b */
    TREE_LOGIC,         /* name: "and", "or"; a, b are conditions */
    TREE_NEGATE,        /* a */
    TREE_NUMBER,        /* number, text as written */
    TREE_CALL,          /* name; a: TREE_AXES or NULL, b: TREE_ARGUMENTS or NULL */
    TREE_AXES,          /* items: TREE_AXIS, TREE_RANGE, TREE_RAGGED */
    TREE_AXIS,          /* name; a: size or NULL */
    TREE_RANGE,         /* name; a .. b */
    TREE_RAGGED,        /* name; a: the largest size */
    TREE_ARGUMENTS,     /* items: expressions, TREE_KEYWORD */
    TREE_KEYWORD,       /* name; a: value */
} TreeKind;

typedef struct Tree Tree;
struct Tree {
    TreeKind kind;
    Place place;
    const char *name;
    const char *text;
    Number number;
    Tree *a, *b, *c;
    Tree **items;
    int count;
    int depth;                  /* levels below it; the parser bounds it, so that passes may recurse */
};

/* ---------------------------------------------------------------- graph: primitive operators on named axes */

enum { MAX_AXES = 8, BATCH = -1 };

/* Size BATCH marks the axis "batch", whose size is known at run time only; it is always a shape's first axis. */
typedef struct Axis {
    const char *name;
    int size;
} Axis;

/* Axes in logical order; memory is row-major in this order.  Rank 0 is a scalar. */
typedef struct Shape {
    int rank;
    Axis axis[MAX_AXES];
} Shape;

typedef enum Type { TYPE_REAL, TYPE_BYTE } Type;

typedef enum Op {
#define OP(name, ...) OP_##name,
#include "ops.def"
#undef OP
    OPS
} Op;

/* Scalar functions of map nodes. */
typedef enum Function {
#define FUNCTION(name, ...) FN_##name,
#include "functions.def"
#undef FUNCTION
    FUNCTIONS
} Function;

typedef enum Initialiser {
    INIT_DEFAULT, INIT_ZEROS, INIT_ONES, INIT_CONSTANT, INIT_UNIFORM, INIT_NORMAL, INIT_TRUNCATED_NORMAL,
    INIT_GLOROT_UNIFORM, INIT_GLOROT_NORMAL, INIT_HE_UNIFORM, INIT_HE_NORMAL
} Initialiser;

/* A parameter tensor.  Running statistics are weights that are not trainable. */
typedef struct Weight {
    const char *name;           /* "e.gate.weight" */
    Shape shape;
    Place place;
    bool trainable;
    Initialiser init;
    double value;               /* of constant, uniform, normal, truncated_normal */
    double fan_in, fan_out;     /* 0: it feeds no dot */
    double l2;                  /* negative until the end of `resolve`: train's, if it is drawn at random */
    int index;                  /* in Model.weight */
} Weight;

/* What a node does along one of its axes: dot's slide, windows of sum and max, slice, pad. */
typedef struct Along {
    const char *axis;
    int size;                   /* window or kernel */
    int stride;                 /* step between results; of a slice: its step */
    int dilation;               /* step between taps; of a pad: zeros put between elements, plus one */
    int lo, hi;                 /* slice: half open range; pad: zeros before and after */
} Along;

typedef struct Graph Graph;
typedef struct Node Node;

/* An input of a scan's body: one step of a sequence, a value that stays the same, or a state, which starts at zero. */
typedef enum ScanRole { SCAN_SEQUENCE, SCAN_CONSTANT, SCAN_STATE } ScanRole;

typedef struct ScanInput {
    ScanRole role;
    Node *inner;                /* the body's input node */
    Node *next;                 /* state: the body's node that is its value in the next step */
    int operand;                /* sequence, constant: which operand of the scan; state: -1 */
} ScanInput;

struct Node {
    int id;                     /* position in Graph.node: operands have smaller ids */
    Op op;
    Type type;
    Shape shape;
    Place place;
    const char *label;          /* path of bindings and layers, for comments and dumps; may be NULL */
    int operands;
    Node **operand;

    /* attributes; which are in use is told in ops.def */
    Function function;          /* map */
    double value;               /* number */
    Weight *weight;             /* weight */
    const char *name;           /* input: "logmel", "target"; index, reverse, join: the axis */
    int part;                   /* part: which result of its operand */
    int axes;                   /* dot, sum, max, softmax: axes summed away; moments: axes kept; */
    const char **axis;          /*   reshape: axes merged, in the order written; expand: axes added */
    Shape to;                   /* reshape: axes made, in the order written */
    int alongs;                 /* dot: slide; sum, max: windows; slice, pad */
    Along *along;
    uint64_t seed;              /* random: its number among the model's random nodes */
    Graph *body;                /* scan; name: the axis; part k: result k of the body, stacked: [batch, axis, rest..] */
    int scan_inputs;
    ScanInput *scan_input;
    bool backward;              /* scan: from the last step to the first */
    bool again;                 /* a copy that recompute.c made for the gradients */
};

/* A named result of a graph: "output", "loss", a weight's gradient, the next value of a running statistic; of a features
 * program the frames it makes, in order; of inference what the model observes, which is computed where it is asked for. */
typedef enum ResultKind {
    RESULT_VALUE, RESULT_GRADIENT, RESULT_STATE, RESULT_FRAMES, RESULT_OBSERVED
} ResultKind;

typedef struct Result {
    ResultKind kind;
    const char *name;
    Weight *weight;             /* gradient, state */
    Node *node;
    const char **kept;          /* observed, until observe() has run: axes of the mean that is told; */
    int keeps;                  /* negative: the value itself */
} Result;

struct Graph {
    Arena *arena;
    const char *name;           /* "training", "inference" */
    Node **node;
    int nodes, capacity;
    Result *result;
    int results, result_capacity;
};

/* ---------------------------------------------------------------- experiment: what resolve makes of a file */

/* ---------------------------------------------------------------- features
 *
 * A section is a graph in which frames play the part of examples: `batch` counts them, and `time` is no axis of a node.
 * What looks across frames, or makes them, is a stage: it reads a node of the graph, and an input of the graph stands for
 * what it gives.  front.c cuts the graph at its stages. */

/* How the recording, or its frames, are cut into examples; lengths are in samples or frames. */
typedef struct Cut { Place place; int length, step; const char *last; } Cut;

/* Which frames there are.  Clock 0 of a section counts samples (hop is 0); with margins frames are centred. */
typedef struct Clock {
    Number rate;                /* a second */
    int hop, span;              /* samples; span: of one frame */
    bool margins;
} Clock;

typedef enum StageKind {
    STAGE_SPECTROGRAM, STAGE_MEL, STAGE_CONTEXT, STAGE_CLIP, STAGE_NEIGHBOURS, STAGE_NORMALIZE
} StageKind;

typedef struct Stage {
    StageKind kind;
    Place place;
    Node *from, *to;
    int clock, window, hop, fft; const char *shape; double power; const char *edges;      /* spectrogram: window shape by name */
    bool periodic, remove_dc; double preemphasis;
    int mels; double low, high; const char *scale, *norm, *triangles; bool drop_nyquist;     /* mel */
    int before, after; bool repeat;     /* context: `to` has the neighbouring frames along its axis `time` */
    const char *reduction;      /* clip: sum, mean or max over all frames; `to` has no batch */
    const char *aggregate, *metric; int neighbours, width;      /* nearest neighbours; 0: librosa's number */
    int axes; const char **axis;        /* normalize: axes with their own statistics; none: all values together */
} Stage;

/* A features section. */
typedef struct Front {
    const char *name;
    Place place;
    double rate; int channels; bool channel_axis; const char *mono, *resample;     /* audio */
    Cut *cut;                   /* `segment` before the spectrogram, or NULL */
    Clock *clock; int clocks, clock_capacity;
    Stage **stage; int stages, stage_capacity;      /* each behind those that it needs */
    Graph *graph;
    struct Lowered *lowered;    /* front.c */
} Front;

/* A result of a section: an input of the network. */
typedef struct Features {
    const char *name;
    Shape shape;                /* of one example: [channel = 1, freq = 128, time = 100] */
    Front *front;               /* without clocks: features made elsewhere */
    int clock;
    Node *cached, *result;      /* what enters `normalize`, or the result; of front->graph */
    Stage *normalize;           /* or NULL */
    Cut *cut;                   /* `segment` of frames, or NULL */
    int slot;                   /* front.c: where `cached` is.. */
    struct FrontStep *after;    /* ..and the program behind `normalize`, or NULL */
} Features;

/* What fills an input of the network: a result of a features section, or the length of a ragged axis. */
typedef enum InputKind { INPUT_FEATURES, INPUT_LENGTH } InputKind;

/* An input of the network.  The graphs call it by name; generated code numbers it as Model.input does. */
typedef struct Input {
    const char *name;           /* "logmel"; "length[time]" */
    Shape shape;                /* of one example; no axes: one number */
    InputKind kind;
    int set, part;              /* result `part` of Model.features[set]: its values, or of its shape.. */
    int axis;                   /* ..the axis whose length the input tells */
    bool overlaps;              /* of a features program: examples begin one row of their first axis apart */
} Input;

/* A setting of train or evaluate, checked against the section's table of keys: `sgd(0.01)`, `best(accuracy)`, 500. */
typedef struct Metric { const char *name; double argument; const char *group[2]; } Metric;

/* l2[NAME] = 0.01: of the weights of which a layer, or they themselves, are called so; class_weights[NAME] = 2: of a class. */
typedef struct Group { const char *name; double value; Place place; bool used; } Group;
typedef struct Groups { Group *item; int count, capacity; } Groups;

typedef struct Recipe {
#define ASC_WORD(name, type, prefix) const char *name;
#define ASC_REAL(name) double name;
#define ASC_WHOLE(name) int name;
#include "recipe.def"
    Initialiser init; double init_value;
    const char *mixup_kind, *responses_kind, *gain_kind;
    Groups l2_of, class_weight_of;
    const char *keep_metric; double keep_argument;      /* best(gap(20)) */
    uint64_t seed;
} Recipe;

typedef struct Evaluation {
    const char *combine;
    Metric *metric;
    int metrics;
} Evaluation;

/* A -D option. */
typedef struct Define { const char *name, *literal; bool used; } Define;

typedef struct Model {
    const char *name;           /* file name without folder and ".asc" */
    const char *path;
    const char *defines;        /* "depth=3 blocks=1", in the order of the params; "" when none */
    Front **front;
    int fronts;
    Features *features;
    int feature_sets;
    Input *input;
    int inputs;
    Weight **weight;
    int weights, weight_capacity;
    Graph *training, *inference;    /* results: "output" [batch, ...], "loss" [batch] */
    Recipe recipe;
    Evaluation evaluation;
    uint64_t identity;          /* of the network: weights fit models with the same one */
} Model;

/* ---------------------------------------------------------------- options and the compilation */

typedef struct Target {
    const char *name;
    int vector_bytes;           /* 64, 32, 16; 0: no vectors */
    int registers;
    const char *cflags;
} Target;

/* What a compilation can do without. */
typedef enum Pass {
#define PASS(name, ...) PASS_##name,
#include "passes.def"
#undef PASS
    PASSES
} Pass;

static inline bool runs(unsigned passes, Pass pass) { return passes >> pass & 1; }

typedef enum Emit { EMIT_BINARY, EMIT_C, EMIT_AST, EMIT_GRAPH, EMIT_DOT, EMIT_PARAMS, EMIT_REPORT } Emit;

typedef struct Options {
    const char *input, *output;
    Define *define;
    int defines;
    Emit emit;
    const Target *target;
    bool real_double;
    unsigned passes;            /* a bit for each Pass that runs */
    bool poison;                /* the program fills free memory with NaN: poison.c */
    const char *dump;           /* letters of -d */
} Options;

/* ---------------------------------------------------------------- arena.c */

Arena *arena_create(void);
void arena_destroy(Arena *arena);
_Noreturn void arena_fail(void);                                /* says that memory has ended, and exits */
void *arena_alloc(Arena *arena, size_t bytes);                 /* zeroed; exits with a message when memory ends */
void *arena_grow(Arena *arena, void *old, size_t old_bytes, size_t new_bytes);
char *arena_format(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_copy(Arena *arena, const char *text, size_t length);   /* NUL is added */

/* Appends to an array that grows by doubling: items, count, capacity are lvalues. */
#define APPEND(arena, items, count, capacity, value)                                                    \
    do {                                                                                                \
        if ((count) == (capacity)) {                                                                    \
            int APPEND_old = (capacity);                                                                \
            (capacity) = APPEND_old ? 2 * APPEND_old : 8;                                               \
            (items) = arena_grow((arena), (items), sizeof *(items) * (size_t)APPEND_old,                \
                                 sizeof *(items) * (size_t)(capacity));                                 \
        }                                                                                               \
        (items)[(count)++] = (value);                                                                   \
    } while (0)

Text text_create(Arena *arena);
void text_add(Text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_list(Text *text, const char *format, va_list list) __attribute__((format(printf, 2, 0)));

/* ---------------------------------------------------------------- diag.c */

/* Prints "path:line:column: error: ...", the source line, a caret line, and the chain of calls. */
void diag_error(Diagnostics *d, Place place, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* A further line to the error just reported: "path:line:column: note: ..." with source line and caret. */
void diag_note(Diagnostics *d, Place place, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The candidate nearest to `name`, or NULL if none is near enough for "did you mean". */
const char *diag_nearest(const char *name, const char *const *candidate, int count);

/* ---------------------------------------------------------------- parse: scanner.l, grammar.y, tree.c */

/* Reads a whole file into the arena; NULL and an error on standard error when it cannot. */
Source *source_read(Arena *arena, const char *path, Diagnostics *d);
/* NULL when the text has errors; all of them are reported. */
Tree *parse(Arena *arena, const Source *source, Diagnostics *d);
void tree_print(FILE *out, const Tree *tree);                  /* --emit=ast */
bool format_source(FILE *out, Arena *arena, const Source *source, Diagnostics *d);    /* --format, format.c */

/* ---------------------------------------------------------------- number.c */

bool number_parse(const char *text, Number *number);           /* "2 s", "44.1 kHz", "30 %"; false: out of range */
Number number_of(int64_t value);
const char *unit_name(Unit unit);                              /* "", "s", "Hz", "samples", "frames", "dB" */
void number_format(const Number *number, char *buffer, size_t size);

/* ---------------------------------------------------------------- resolve.c and its helpers */

/* Elaborates a file with the standard library into a model; NULL when it has errors. */
Model *resolve(Arena *arena, const Tree *file, const Tree *standard, const Options *options, Diagnostics *d);
const char *model_name(Arena *arena, const char *path);        /* without the folder and ".asc" */

/* ---------------------------------------------------------------- graph.c: builders; shapes are inferred, misuse is a bug */

const char *op_name(Op op);
const char *function_name(Function function);
int function_arity(Function function);
Function function_find(const char *name);                      /* FUNCTIONS when there is none of that name */

Graph *graph_create(Arena *arena, const char *name);
Node *graph_node(Graph *g, Op op, Shape shape, Place place, int operands, Node *const *operand);
void graph_result(Graph *g, ResultKind kind, const char *name, Weight *weight, Node *node);
Node *graph_find(const Graph *g, const char *result);          /* a RESULT_VALUE's node, or NULL */
void graph_print(FILE *out, const Graph *g);                   /* --emit=graph */
void graph_draw(FILE *out, const Graph *g);                    /* --emit=dot */
void graph_check(const Graph *g, const char *after);           /* aborts with a message when an invariant is broken */
int graph_sweep(Graph *g);                                     /* drops nodes no result needs; renumbers */

int shape_find(const Shape *s, const char *axis);              /* its position, or -1 */
bool shape_has_all(const Shape *big, const Shape *small);
bool shape_equal(const Shape *a, const Shape *b);
bool shape_batched(const Shape *s);
int64_t shape_count(const Shape *s);                           /* elements of one example */
void shape_format(const Shape *s, Text *out);                  /* "[batch, freq = 128]" */

Node *make_input(Graph *g, Place p, const char *name, Shape shape);     /* batched by itself unless rank 0 "x" of a map */
Node *make_weight(Graph *g, Place p, Weight *weight);
Node *make_number(Graph *g, Place p, double value);
Node *make_count(Graph *g, Place p);                           /* examples in the batch, a scalar */
Node *make_index(Graph *g, Place p, const char *axis, int size);
Node *make_random(Graph *g, Place p, Shape shape, uint64_t seed);       /* uniform in [0, 1) */
Node *make_map(Graph *g, Place p, Function f, Node *a, Node *b, Node *c);   /* b, c: NULL by arity */
Node *make_dot(Graph *g, Place p, Node *a, Node *b, int over, const char *const *axis, int slides, const Along *slide);
Node *make_sum(Graph *g, Place p, Node *x, int over, const char *const *axis, int windows, const Along *window);
Node *make_mean(Graph *g, Place p, Node *x, int over, const char *const *axis, int windows, const Along *window);
Node *make_max(Graph *g, Place p, Node *x, int over, const char *const *axis, int windows, const Along *window);
                                                               /* two results: value, where (byte): see make_part */
Node *make_part(Graph *g, Place p, Node *x, int part);
Node *make_softmax(Graph *g, Place p, Node *x, int over, const char *const *axis);
Node *make_moments(Graph *g, Place p, Node *x, int per, const char *const *axis);   /* parts: mean, biased variance */
Node *make_reshape(Graph *g, Place p, Node *x, int from, const char *const *axis, Shape to);
Node *make_expand(Graph *g, Place p, Node *x, Shape shape);    /* to all axes of `shape` */
Node *make_slice(Graph *g, Place p, Node *x, int alongs, const Along *along);
Node *make_pad(Graph *g, Place p, Node *x, int alongs, const Along *along);
Node *make_join(Graph *g, Place p, const char *axis, int count, Node *const *x);
Node *make_reverse(Graph *g, Place p, Node *x, const char *axis);
Node *make_unmax(Graph *g, Place p, Node *where, Node *dy, Node *x, int over, const char *const *axis, int windows,
                 const Along *window);                         /* the gradient of max; x gives the shape only */
Node *make_stop(Graph *g, Place p, Node *x);
/* An input of a scan's body: of this very shape, without a batch of its own making. */
Node *make_inner(Graph *body, Place p, const char *name, Shape shape);
/* Runs the body along an axis that every sequence has.  Bodies hold no weights: these come in as constants. */
Node *make_scan(Graph *g, Place p, const char *axis, bool backward, Graph *body, int inputs, const ScanInput *input,
                int operands, Node *const *operand);
Node *make_log_softmax(Graph *g, Place p, Node *x, int over, const char *const *axis);

/* ---------------------------------------------------------------- the other passes (kernel.h has what fuse makes) */

uint64_t graph_identity(const Graph *g);                       /* identity.c */
void observe(Graph *g);                                        /* observe.c: means of what is observed, as asked for */
unsigned passes_of(int level);                                 /* passes.c: of -O0, -O1 or -O2 */
Pass pass_find(const char *name, size_t length);               /* PASSES: there is none of that name */
const char *pass_name(Pass pass);
const char *pass_about(Pass pass);
const char *pass_level(Pass p); /* the least -O that has it; "": it has an option of its own */
void simplify(Graph *g);                                       /* simplify.c */
void hoist(Graph *g, unsigned passes);                         /* hoist.c: out of scans what needs no state; without the
                                                                * pass `hoist` what can't be computed in a body */
void reduce_graph(Graph *g, unsigned passes);                  /* simplify, hoist, simplify */
void grad(Graph *g, const Model *model, const Recipe *recipe); /* grad.c: adds gradients to a training graph */

/* ---------------------------------------------------------------- target.c */

const Target *target_find(const char *name);                   /* "native" too; NULL when there is none of that name */
const Target *target_native(void);                             /* the widest one that this processor runs */

/* ---------------------------------------------------------------- toolchain.c */

/* A list of arguments of a command. */
typedef struct Words {
    const char **word;
    int count, capacity;
} Words;

/* How generated C becomes a program: the compiler and the runtime library that belong together. */
typedef struct Toolchain {
    Words cc;                   /* the C compiler, with options of its own */
    Words compile;              /* where the headers are; sanitizers */
    Words link;                 /* the runtime library and those it needs */
    void (*told)(void *context, int done, int total);   /* how many files are compiled; NULL: nobody asks */
    void *context;
} Toolchain;

/* Looks in $ASCC_RUNTIME, in the build tree or installation that the compiler runs from, and where it was configured to
 * be installed.  $ASCC_CC replaces the C compiler, $ASCC_CFLAGS is added to its options.  False: *message says why. */
bool toolchain_find(Arena *arena, bool real_double, Toolchain *toolchain, char **message);
/* Compiles C files side by side, links them beside `output` and renames the result onto it.  Objects are put beside the
 * C files.  False: *message holds what the tool said; true: its warnings, or NULL. */
bool toolchain_build(Arena *arena, const Toolchain *toolchain, const Target *target, char *const *c_file, int count,
                     const char *output, char **message);

/* ---------------------------------------------------------------- compile.c */

enum { MOST_FILES = 4 };        /* that one program is compiled from, side by side */

/* Runs the passes until what `o->emit` asks for is there: one text, or the C files of a program.  Returns how many texts
 * file[] holds; 0: the model has errors, which are reported. */
int compile(Arena *arena, const Options *o, const Source *source, Diagnostics *d, Text file[MOST_FILES]);
extern const char standard_library[];                          /* std.asc, made by the Makefile */

/* ---------------------------------------------------------------- params.c, report.c */

void params_print(FILE *out, const Model *model);              /* --emit=params */

#endif
