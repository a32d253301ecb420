/* resolve.h: what the files of the pass `resolve` (tree -> model) know of each other.
 *
 * A NULL value means "wrong, and reported already": every function passes it on in silence. */
#ifndef RESOLVE_H
#define RESOLVE_H

#include "ascc.h"

enum {
    MAX_NODES = 300000, /* of one graph */
    MAX_WEIGHTS = 20000,
    MAX_STEPS = 1000000,   /* expressions evaluated in one elaboration */
    MAX_CALLS = 200,       /* calls inside calls */
    MAX_NESTING = 4000,    /* expressions inside expressions */
    MAX_COUNT = INT32_MAX, /* numbers in one tensor (of one example) */
    MAX_SLOTS = 12,        /* parameters of a primitive */
    MAX_NAMES = 256        /* candidates for "did you mean" */
};

/* ---------------------------------------------------------------- compile-time values */

typedef enum ValueKind {
    VALUE_TENSOR, /* node */
    VALUE_NUMBER, /* number */
    VALUE_TRUTH,  /* number: 0 or 1, of a comparison */
    VALUE_AXES,   /* axis */
    VALUE_CHOICE, /* word, with its arguments in item */
    VALUE_TUPLE   /* item */
} ValueKind;

typedef enum SizeKind { SIZE_NONE, SIZE_ONE, SIZE_RANGE, SIZE_RAGGED } SizeKind;

typedef struct AxisItem {
    const char *name;
    Place place;
    SizeKind kind;
    Number size, high; /* high: of a range; size is then its low end */
} AxisItem;

typedef struct Value Value;
struct Value {
    ValueKind kind;
    Place place;
    Node *node;
    Number number;
    AxisItem *axis;
    const char *word;
    const char *text; /* of a number written in the file: "40 ms"; or NULL */
    Value **item;
    int count; /* of axis or item */
};

/* ---------------------------------------------------------------- files, definitions, scopes */

typedef struct Param {
    const char *name;
    const Tree *tree;
    Value *value;
    bool used;
} Param;

typedef struct File {
    const Tree *tree;
    const char *path;
    bool standard;
    Param *param;
    int params, param_capacity;
} File;

/* A layer or cell. */
typedef struct Definition {
    const char *name;
    const Tree *tree;
    File *file;
    int mark; /* of the search for layers that use themselves */
} Definition;

typedef struct Binding {
    const char *name;
    Value *value; /* NULL: wrong */
    Place place;
} Binding;

/* The names of one body.  A branch of an `if` has the scope around it as `outer`; a layer's body
 * has none. */
typedef struct Scope Scope;
struct Scope {
    Scope *outer;
    File *file;
    Binding *binding;
    int bindings, capacity;
    const char *prefix; /* path of the weights made here: "a.stage.block", or "" */
    const char *bound;  /* the one name that takes the expression being evaluated, or NULL */
    const Tree *direct; /* that expression */
};

typedef enum Section {
    SECTION_PARAMS,
    SECTION_FEATURES,
    SECTION_NETWORK,
    SECTION_SETTINGS
} Section;

/* A set of strings. */
typedef struct Names {
    const char **name;
    int count, capacity; /* capacity is a power of two */
} Names;

/* What is known of a weight until the end: where it feeds a dot, and in which elaboration it was
 * made. */
typedef struct WeightUse {
    Weight *weight;
    bool training, inference;
    bool ambiguous; /* it feeds dots that disagree on its fans */
} WeightUse;

typedef struct Cell Cell;   /* of cell.c */
typedef struct Flows Flows; /* of stage.h */

/* An axis of variable length, as one features section declares it. */
typedef struct Ragged {
    const char *axis;
    int largest;
    Place place;
    int set;      /* the section, of Model.features */
    Node *length; /* [batch]: the input of the graph being built */
    Node *mask;   /* [batch, axis]: 1 below the length, else 0; NULL: not made yet */
} Ragged;

/* A value and what it is the other way round, along an axis of variable length. */
typedef struct Turn {
    const char *axis;
    Node *turned, *origin;
} Turn;

typedef struct Resolver {
    Arena *arena;
    Diagnostics *d;
    const Options *options;
    Model *model;
    File *standard, *main;
    File **file;
    int files, file_capacity;
    Definition **definition;
    int definitions, definition_capacity;
    const Tree *network, *train, *evaluate;
    const Tree **features;
    int feature_trees, feature_capacity;

    Section section;
    Graph *graph; /* being built, or NULL */
    Cell *cell;   /* whose body `graph` is, or NULL */
    Flows *flows; /* of the features section that `graph` is, or NULL */
    bool training;
    Names path;     /* paths of weights and calls given out in this elaboration */
    WeightUse *use; /* parallel to model->weight */
    int uses, use_capacity, next_use;
    uint64_t randoms;
    Ragged *ragged; /* the first of an axis is the one whose length the graph has */
    int raggeds, ragged_capacity;
    Turn *turn;
    int turns, turn_capacity;
    int64_t steps;
    int nesting, calls;
    const Definition *inside; /* the layer being elaborated, or NULL */
    bool unknown_names;       /* reported by check_names: not again */
    bool stop;                /* a limit was passed: wind up */

    Place *reported; /* places of errors, so that a body used twice reports once */
    int reports, report_capacity;
    bool silent; /* the last error was a repetition: its notes are not printed either */
} Resolver;

/* ---------------------------------------------------------------- fault.c */

/* Reports an error; `who` (or NULL) is put before it.  What goes wrong inside the standard library
 * is reported in the name of the layer that the user called, at the call unless the place itself
 * is in the user's text. */
void fault(Resolver *r, Place place, const char *who, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void fault_note(Resolver *r, Place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
Place user_place(const Resolver *r, Place place);
/* "; did you mean `x`?", or "". */
const char *did_you_mean(Resolver *r, const char *name, const char *const *candidate, int count);
/* "mean or vote": a list for people. */
const char *list_words(Resolver *r, const char *const *word, int count, const char *conjunction);
/* Notes where each of two tensors got its size of an axis. */
void note_sizes(Resolver *r, const char *axis, const Node *a, const Node *b);

/* ---------------------------------------------------------------- value.c */

Value *value_create(Resolver *r, ValueKind kind, Place place);
Value *value_tensor(Resolver *r, Place place, Node *node);
Value *value_number(Resolver *r, Place place, Number number);
Value *value_choice(Resolver *r, Place place, const char *word);
const char *value_describe(Resolver *r,
                           const Value *value); /* "a tensor [freq = 4]", "40 ms, a time" */
const char *shape_text(Resolver *r, const Shape *shape); /* without "batch" */
const char *number_text(Resolver *r, Number number);
bool number_whole(Number number, int64_t *whole);

/* ---------------------------------------------------------------- arithmetic.c */

Number number_exact(int64_t numerator, int64_t denominator);
Number number_real(double value);
/* false, with `problem` set, when units or kinds don't agree; a comparison sets *truth. */
bool number_apply(Function f, Number a, Number b, Number *result, bool *truth,
                  const char **problem);
/* An operator or function applied to values of any kind. */
Value *apply(Resolver *r, Place place, const char *spelling, Function f, Value *const *v,
             int count);

/* ---------------------------------------------------------------- evaluate.c */

Value *evaluate(Resolver *r, Scope *scope, const Tree *tree);
Value *evaluate_body(Resolver *r, Scope *scope, const Tree *body);
Scope *scope_create(Resolver *r, File *file, const char *prefix);
void scope_bind(Resolver *r, Scope *scope, const char *name, Value *value, Place place);
Binding *scope_find(Scope *scope, const char *name);
Param *param_find(File *file, const char *name);
/* A word of `words` where the key takes one, even if a name is spelt the same; otherwise as
 * evaluate(). */
Value *evaluate_choice(Resolver *r, Scope *scope, const Tree *tree, const char *const *words);

/* ---------------------------------------------------------------- call.c */

typedef struct Argument {
    const char *name; /* NULL: positional */
    Value *value;
    Place place;
} Argument;

typedef struct Arguments {
    Argument *at;
    int count, capacity;
    bool bad; /* one of them is wrong */
} Arguments;

Value *evaluate_call(Resolver *r, Scope *scope, const Tree *call, Value *piped);
Definition *definition_find(Resolver *r, const File *file, const char *name);
const char *path_join(Resolver *r, const char *prefix, const char *component);
/* The scope's path with `component`, numbered where it is taken. */
const char *path_unique(Resolver *r, const Scope *scope, const char *bound, const char *component);
bool names_add(Resolver *r, Names *names, const char *name); /* false: it is there already */

/* ---------------------------------------------------------------- cell.c */

/* The node, or what stands for it in the graph being built: every operand passes through here. */
Node *cell_take(Resolver *r, Node *node);
/* The node of an outer graph that a constant of a cell's body stands for; or the node itself. */
const Node *cell_origin(const Resolver *r, const Node *node);
Graph *cell_outermost(const Resolver *r); /* where weights are made */
/* Begins the body of a cell; values that have the axis are replaced by one step of them. */
bool cell_open(Resolver *r, const Definition *d, const Tree *call, const Value *axes, Value **value,
               int count);
/* Ends it: the scan's parts, or NULL. */
Value *cell_close(Resolver *r, const Tree *call, Scope *scope, const Value *result);
void cell_states(Resolver *r, Scope *scope, const Tree *states); /* a line `state h[..], ..` */
bool cell_runs_over(const Resolver *r, const char *axis);        /* a cell around runs over it */
/* Random numbers of that shape, new ones in every step of the cells around but of those whose axis is
 * shared; NULL and an error where they would be too many. */
Node *cell_random(Resolver *r, Place place, Shape shape, const Value *shared);

/* ---------------------------------------------------------------- axes.c */

Value *evaluate_axes(Resolver *r, Scope *scope, const Tree *axes);
/* The size as a whole number of at least `least`; false and an error otherwise. */
bool axis_size(Resolver *r, const char *who, const AxisItem *item, int least, int *size);
bool axis_plain(Resolver *r, const char *who, const AxisItem *item); /* refuses a size */
bool shape_need(Resolver *r, Place place, const char *who, const Node *x, const char *axis);
/* Adds an axis to a shape under construction; false and an error when there are too many. */
bool shape_grow(Resolver *r, Place place, const char *who, Shape *shape, const char *axis,
                int64_t size);
bool shape_fits(Resolver *r, Place place, const char *who, const Shape *shape);

/* ---------------------------------------------------------------- primitive.c and primitive_*.c */

typedef enum SlotKind {
    SLOT_TENSOR,
    SLOT_NUMBER,
    SLOT_AXES,
    SLOT_WORD,
    SLOT_STEP,
    SLOT_MANY
} SlotKind;

typedef struct Slot {
    const char *name;
    SlotKind kind;
    bool needed;
    const char *const
        *words; /* SLOT_WORD, SLOT_NUMBER that takes them too: NULL-terminated; the first
                                 is the default */
} Slot;

typedef struct Call {
    Resolver *r;
    Scope *scope;
    const Tree *tree;
    Place place;
    const char *name;
    Value *axes;            /* VALUE_AXES, or NULL where no bracket was written */
    Value *slot[MAX_SLOTS]; /* NULL: not given */
    Value **many;           /* SLOT_MANY */
    int count;
} Call;

typedef enum Bracket { BRACKET_NONE, BRACKET_MAY, BRACKET_MUST } Bracket;

typedef struct Primitive {
    const char *name;
    Bracket bracket;
    Section section; /* where it belongs; SECTION_PARAMS: where there is a graph */
    Value *(*build)(Call *call);
    Slot slot[MAX_SLOTS];
} Primitive;

const Primitive *primitive_find(const char *name);
const Primitive *primitive_at(int index); /* of the table; NULL past its end */
Value *primitive_call(Resolver *r, Scope *scope, const Tree *call, const Primitive *p,
                      Value *piped);
/* Nodes from `from` on take the path they were made under as their label. */
void label_node(Resolver *r, const Scope *scope, Node *node);
void label_nodes(Resolver *r, const Scope *scope, int from);
Function map_function(const char *name); /* functions a model may call by name; FUNCTIONS: none */
bool word_known(const char *name);
int primitive_names(const char **name, int limit); /* for "did you mean" */
int word_names(const char **name, int limit);
const char *slot_word(const Call *call, int slot, const char *otherwise);
double slot_real(const Call *call, int slot, double otherwise);

extern const char *const initialiser_words[];
Initialiser initialiser_find(const char *word);
bool initialiser_takes_value(Initialiser init);
bool initialiser_needs_fan(Initialiser init);

Value *build_weight(Call *call);
Value *build_index(Call *call);
Value *build_random(Call *call);
Value *build_size(Call *call);
Value *build_axes(Call *call);
Value *build_stop(Call *call);
Value *build_observe(Call *call);
Value *build_moments(Call *call);
Value *build_dot(Call *call);
Value *build_sum(Call *call);
Value *build_mean(Call *call);
Value *build_max(Call *call);
Value *build_softmax(Call *call);
Value *build_reshape(Call *call);
Value *build_expand(Call *call);
Value *build_pad(Call *call);
/* x with zeros, or copies of its ends, around it; NULL and an error when it gets too large. */
Node *pad_edges(Call *call, Node *x, int pads, const Along *pad, bool repeat);
Value *build_slice(Call *call);
Value *build_reverse(Call *call);
Value *build_join(Call *call);
Value *build_split(Call *call);
Value *build_last(Call *call);
Weight *weight_create(Resolver *r, Place place, const char *name, Shape shape, bool trainable,
                      Initialiser init, double value);

/* ---------------------------------------------------------------- ragged.c */

const Ragged *ragged_find(const Resolver *r, const char *axis); /* NULL: of a fixed size */
/* An axis [time <= largest] of the features section at hand. */
bool ragged_declare(Resolver *r, const AxisItem *item, int largest);
void ragged_inputs(Resolver *r); /* after all features: the inputs that tell the lengths */
void ragged_begin(Resolver *r);  /* before a network */
/* True, and an error, where the axis has a variable length. */
bool ragged_refuse(Resolver *r, Place place, const char *who, const char *axis, const char *why);
bool ragged_resized(Resolver *r, Place place, const char *who, const char *axis, int64_t size);

Node *ragged_mask(Resolver *r, const char *axis); /* in the outermost graph; NULL: a fixed size */

/* In the following axes of fixed sizes are left alone.  NULL or false: an error was reported. */
/* x, and past its length zeros, or less than any value. */
Node *ragged_zeros(Resolver *r, Place place, const char *who, Node *x, int axes,
                   const char *const *axis);
Node *ragged_lowest(Resolver *r, Place place, const char *who, Node *x, int axes,
                    const char *const *axis);
/* From the mean over the largest sizes of zeroed values to that over the lengths. */
Node *ragged_mean(Resolver *r, Place place, Node *mean, int axes, const char *const *axis);
/* Operands of a product that sums over the axes. */
bool ragged_factors(Resolver *r, Place place, const char *who, Node **a, Node **b, int axes,
                    const char *const *axis);
Node *ragged_output(Resolver *r, Place place, Node *x);
Node *ragged_last(Resolver *r, Place place, const char *who, Node *x, const Ragged *ragged);
Node *ragged_reverse(Resolver *r, Place place, const char *who, Node *x, const Ragged *ragged);
/* What x is the reverse of along the axis, or NULL. */
Node *ragged_turned(const Resolver *r, const Node *x, const char *axis);

typedef struct Moments {
    Node *mean, *variance, *share; /* share: of the positions that count */
} Moments;

/* False: no axis that is summed over has a variable length. */
bool ragged_moments(Resolver *r, Place place, const char *who, Node *x, int per,
                    const char *const *axis, Moments *m);

/* ---------------------------------------------------------------- features.c, stages.c */

void model_input(Resolver *r, const Input *input); /* adds it to the model's */

Value *build_audio(Call *call);
Value *build_spectrogram(Call *call);
Value *build_mel(Call *call);
Value *build_normalize(Call *call);
Value *build_segment(Call *call);
Value *build_input(Call *call);
Value *build_neighbours(Call *call);
bool in_frames(const Resolver *r, const Node *x); /* of a features section, with frames */
/* x with its neighbouring frames along an axis `time` of as many positions as the slide's kernel has taps. */
Node *frames_context(Call *call, Node *x, const Along *slide, const char *edges, Place place);
/* One value of all frames: sum, mean or max of each element. */
Node *frames_clip(Call *call, Node *x);
/* After an operator of a features section: whether its operands have the same frames. */
bool flow_settle(Resolver *r, Place place);
bool resolve_features(Resolver *r, const Tree *tree);
/* Where result `index` of a body is made: the last stage of its pipeline. */
Place result_place(const Tree *body, int index);

/* ---------------------------------------------------------------- sections.c, names.c */

void resolve_train(Resolver *r); /* all keys but loss */
void resolve_evaluate(Resolver *r);
const Tree *train_loss(Resolver *r);                   /* its expression, or NULL */
bool is_homogeneous(const Graph *g, const Node *node); /* homogeneous.c */
int setting_names(const char **name, int limit);       /* words of the sections */
/* Names, results, repeated bindings, unused names, layers that use themselves.  false: elaboration
 * would not end. */
bool check_names(Resolver *r);
void check_recursion(Resolver *r); /* recursion.c: sets `stop` where it finds one */

#endif
