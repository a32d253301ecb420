/* asc.h: what generated code and the runtime library know of each other.
 *
 * A generated program defines `asc_model`; the library's main() reads it.  `real` is float, or double where the
 * program was compiled with --real=double (the library is built once for each). */
/* clang-format off */
#ifndef ASC_H
#define ASC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef ASC_REAL_DOUBLE
typedef double real;
#else
typedef float real;
#endif

enum { ASC_MAX_AXES = 8 };

/* In a target: whether the class is there is not known, and losses and figures leave it out. */
enum { ASC_UNKNOWN = -1 };

typedef struct AscAxis {
    const char *name;
    int size;
} AscAxis;

/* A tensor of one example, or a weight; row-major in the order of its axes. */
typedef struct AscShape {
    int rank;
    AscAxis axis[ASC_MAX_AXES];
} AscShape;

/* ---------------------------------------------------------------- parameters */

typedef enum AscInit {
    ASC_ZEROS, ASC_ONES, ASC_CONSTANT, ASC_UNIFORM, ASC_NORMAL, ASC_TRUNCATED_NORMAL,
    ASC_GLOROT_UNIFORM, ASC_GLOROT_NORMAL, ASC_HE_UNIFORM, ASC_HE_NORMAL
} AscInit;

/* A parameter tensor: count reals at `offset` in the flat arrays of parameters and of gradients (offsets are aligned
 * to 64 bytes; the gaps stay zero). */
typedef struct AscParameter {
    const char *name;               /* "e.moe.g.dense.weight" */
    AscShape shape;
    size_t count, offset;           /* in reals */
    bool trainable;                 /* false: a running statistic, written by the training step itself */
    double l2;                      /* l2 times the sum of its squares is added to the loss; 0: nothing */
    AscInit init;
    double value;                   /* of constant, uniform, normal, truncated_normal */
    double fan_in, fan_out;
} AscParameter;

/* ---------------------------------------------------------------- features
 *
 * A features section is a list of stages between slots: arrays of frames, of which a clock tells how many there are. */

typedef enum AscWindow {
    ASC_HANN, ASC_HAMMING, ASC_BLACKMAN, ASC_BLACKMANHARRIS, ASC_BARTLETT, ASC_POVEY, ASC_RECTANGULAR
} AscWindow;
/* Zeros at both sides; mirrored; none; none, and frames only as long as the window. */
typedef enum AscEdges { ASC_CENTRE, ASC_REFLECT, ASC_VALID, ASC_SNIP } AscEdges;
typedef enum AscScale { ASC_SLANEY, ASC_HTK, ASC_KALDI } AscScale;
typedef enum AscLast { ASC_DROP, ASC_OVERLAP, ASC_PAD } AscLast;
typedef enum AscReduction { ASC_CLIP_SUM, ASC_CLIP_MEAN, ASC_CLIP_MAX } AscReduction;

/* Pieces of `length`, `step` apart, in samples or frames; length 0: the whole. */
typedef struct AscSegment { int length, step; AscLast last; } AscSegment;

/* Frames of `span` samples, `hop` apart; hop 0: the samples themselves.  With margins they are centred. */
typedef struct AscClock { int hop, span; bool margins; } AscClock;

/* Reals of a frame.  Clock ASC_ONCE: one for the whole recording; ASC_ALWAYS: for all recordings. */
enum { ASC_ONCE = -1, ASC_ALWAYS = -2 };
typedef struct AscSlot { size_t size; int clock; } AscSlot;

/* Mel bands of a spectrogram; mels 0: its bins themselves. */
typedef struct AscBank {
    int mels;
    double low, high;                                       /* Hz */
    AscScale scale;
    bool slaney_norm, mel_triangles, drop_nyquist;
} AscBank;

struct AscCall;
struct AscKernel;

/* Training step, inference, or what computes frames from frames. */
typedef struct AscProgram {
    size_t arena_constant, arena_per_example;   /* bytes */
    size_t room;                                /* bytes that each thread works in */
    void (*run)(const struct AscCall *call, double *seconds);   /* seconds: NULL, or time added up per kernel */
    const struct AscKernel *kernel;
    int kernels;
    int once;                       /* of which the first ones read weights alone: see AscCall.same_weights */
} AscProgram;

typedef enum AscStageKind { ASC_PROGRAM, ASC_SPECTROGRAM, ASC_CONTEXT, ASC_CLIP, ASC_NEIGHBOURS } AscStageKind;

typedef struct AscStage {
    AscStageKind kind;
    const int *in; int ins;         /* slots; -1: normalized frames */
    const int *out; int outs;
    union {
        AscProgram program;                                 /* its examples are frames */
        struct {                                            /* of the audio, one bank for each slot of `out` */
            int clock, window, hop, fft;                    /* samples */
            AscWindow shape;
            double power;                                   /* of the magnitude: 1 or 2 */
            AscEdges edges;
            bool periodic, remove_dc;
            double preemphasis;
            const AscBank *bank;
        } spectrogram;
        struct { int before, after; bool repeat; } context; /* frames put around: the first and last, or zeros */
        struct { AscReduction reduction; } clip;            /* of each element, over all frames */
        struct { bool median, cosine; int k, width; } neighbours;   /* k 0: librosa's number; width: frames */
    } as;
} AscStage;

/* How the channels of a recording become one: their mean; of two channels one, or half of the difference. */
typedef enum AscMono { ASC_MONO_MEAN, ASC_MONO_LEFT, ASC_MONO_RIGHT, ASC_MONO_SIDE } AscMono;

/* How a recording of another rate is brought to the one that is wanted: by libsoxr in one of its qualities, by the
 * windowed sinc of torchaudio; or not at all: it is refused. */
typedef enum AscResample {
    ASC_RESAMPLE_SOXR_HQ, ASC_RESAMPLE_SOXR_VHQ, ASC_RESAMPLE_SOXR_MQ, ASC_RESAMPLE_SOXR_LQ,
    ASC_RESAMPLE_SOXR_QQ, ASC_RESAMPLE_SINC, ASC_RESAMPLE_NO
} AscResample;

/* How the sound of a recording is wanted. */
typedef struct AscSound {
    double rate; int channels;      /* Hz; 1: mixed down by `mono` */
    AscMono mono;
    AscResample resample;
} AscSound;

/* A features section, up to what is cached of each of its results. */
typedef struct AscFront {
    AscSound sound;
    AscSegment cut;                 /* of samples, before all else */
    const AscClock *clock; int clocks;
    const AscSlot *slot; int slots;
    const AscStage *stage; int stages;
    int audio;                      /* the slot of the samples themselves, [samples][channels]; -1: not wanted */
} AscFront;

/* A result of a section: slot `slot`, cached, then normalized, then what `after` makes of it, cut into segments. */
typedef struct AscFeatures {
    const char *name;               /* "logmel"; of several results "pair.1" */
    AscShape shape;                 /* of one segment, e.g. [channel = 1, freq = 128, time = 100] */
    const char *settings;           /* canonical text of it all: part of the cache's key, stored with weights */
    const AscFront *front;          /* NULL: made elsewhere */
    int slot;
    AscShape frame;                 /* of a cached frame */
    int time_axis;                  /* of shape; the other axes are a frame's */
    bool normalized;
    int per, axis[ASC_MAX_AXES];    /* axes of `frame` with statistics of their own; none: all values together */
    AscSegment cut;                 /* of frames */
    const AscStage *after;          /* a program, or NULL */
} AscFeatures;

/* ---------------------------------------------------------------- inputs of the network */

typedef enum AscInputKind { ASC_INPUT_FEATURES, ASC_INPUT_LENGTH } AscInputKind;

/* What AscCall.input holds at the same place. */
typedef struct AscInput {
    const char *name;               /* "logmel"; "length[time]" */
    AscShape shape;                 /* of one example; rank 0: one number */
    AscInputKind kind;
    int set, part;                  /* result `part` of AscModel.features[set]: its values, or of its shape.. */
    int axis;                       /* ..the axis whose length the input tells */
} AscInput;

/* ---------------------------------------------------------------- the recipe */

typedef enum AscOptimizer { ASC_SGD, ASC_ADAM, ASC_ADAMW, ASC_RMSPROP } AscOptimizer;
typedef enum AscNesterov { ASC_NESTEROV_NO, ASC_NESTEROV_YES } AscNesterov;
typedef enum AscMixupPer { ASC_MIXUP_PER_BATCH, ASC_MIXUP_PER_EXAMPLE } AscMixupPer;
typedef enum AscClassWeights { ASC_CLASS_WEIGHTS_NONE, ASC_CLASS_WEIGHTS_BALANCED } AscClassWeights;
typedef enum AscClip { ASC_CLIP_NONE, ASC_CLIP_NORM, ASC_CLIP_VARIABLE, ASC_CLIP_VALUE } AscClip;
typedef enum AscSchedule {
    ASC_SCHEDULE_CONSTANT, ASC_SCHEDULE_STEP, ASC_SCHEDULE_EXPONENTIAL, ASC_SCHEDULE_COSINE
} AscSchedule;
typedef enum AscPer { ASC_PER_EPOCHS, ASC_PER_STEPS, ASC_PER_EXAMPLES } AscPer;
typedef enum AscWarmup { ASC_WARMUP_NONE, ASC_WARMUP_EPOCHS, ASC_WARMUP_STEPS, ASC_WARMUP_EXAMPLES } AscWarmup;
typedef enum AscValidate { ASC_VALIDATE_NONE, ASC_VALIDATE_PROVIDED, ASC_VALIDATE_SPLIT } AscValidate;
typedef enum AscBy { ASC_BY_LOCATION, ASC_BY_RECORDING } AscBy;
typedef enum AscKeep { ASC_KEEP_LAST, ASC_KEEP_BEST } AscKeep;
typedef enum AscMetricKind {
    ASC_ACCURACY, ASC_MACRO_ACCURACY, ASC_LOG_LOSS, ASC_CONFUSION, ASC_GAP, ASC_HIT, ASC_MAP, ASC_PERR,
    ASC_LOSS
} AscMetricKind;

typedef struct AscMetric {
    AscMetricKind kind;
    double argument;                /* gap(20), hit(1), map(100000) */
    const char *group[2];           /* "device", "class", or NULL: one figure each, or each pair */
} AscMetric;

typedef struct AscRecipe {
#define ASC_WORD(name, type, prefix) type name;
#define ASC_REAL(name) double name;
#define ASC_WHOLE(name) int name;
#include "recipe.def"
    AscMetric keep_metric;
    uint64_t seed;
} AscRecipe;

/* What examples of a class weigh, beside what the recipe's class_weights gives them; see class_weights.h of the name. */
typedef struct AscClassWeight {
    const char *name;
    double weight;
} AscClassWeight;

/* ---------------------------------------------------------------- the model */

/* One call of an entry point.  Every array per example has room for asc_capacity(examples) examples, so that kernels
 * may work on whole tiles; what they read past `examples` must be finite and has no influence. */
typedef struct AscCall {
    int examples;
    int capacity;                   /* asc_capacity of the largest batch the arena was made for */
    const real *const *input;       /* in the order of AscModel.input: [capacity][shape] */
    const real *target;             /* [capacity][output]: a distribution over the output's axes, or ASC_UNKNOWN;
                                     * NULL for infer */
    real *parameters;               /* flat; running statistics are updated by `train` */
    real *gradients;                /* flat; written by `train` (zero for what is not trainable) */
    real *output;                   /* [capacity][output]; NULL: not wanted */
    real *losses;                   /* [capacity]: every example's own loss; NULL: not wanted */
    char *arena;                    /* arena_constant + arena_per_example * capacity bytes, 64-byte aligned, zeroed once */
    char *room;                     /* AscProgram.room bytes for each of `threads` threads, 64-byte aligned */
    int threads;                    /* that may run it, at most */
    bool same_weights;              /* infer: the last call had this arena and these weights, so what was made of them stays */
    uint64_t seed, step;            /* of random masks */
    real *const *frames;            /* results of a features program: [capacity][shape] */
    real *const *observed;          /* infer: [AscModel.observeds], each [capacity][shape]; NULL: not wanted */
    const real *const *random;      /* pinned random numbers of each random node [capacity][shape], or NULL: drawn */
} AscCall;

typedef struct AscObserved {        /* a value inside of the network that the model observes */
    const char *name;               /* its path: "b.moe.g" */
    AscShape shape;                 /* of one example */
} AscObserved;

typedef struct AscKernel {          /* for bench: a kernel of the training step or of inference */
    const char *name;
    const char *source;             /* "models/moe_cnn.asc:21" */
    double flops;                   /* of one example; negative: of the whole call */
    double bytes, fixed_bytes;      /* read and written: for each example; whatever the batch is (weights) */
} AscKernel;

typedef struct AscModel {
    const char *name;               /* "moe_cnn" */
    const char *source;             /* path as given to ascc */
    const char *defines;            /* "depth=3 blocks=1", or "" */
    const char *text;               /* the whole .asc text, with -D defaults noted, for run directories */
    const char *hash;               /* hexadecimal, of the network (graph and weights), not of recipe or layout of the text */
    const AscFeatures *features;
    int feature_sets;
    const AscInput *input;
    int inputs;
    AscShape output;                /* of one example, e.g. [class = 10] */
    const AscParameter *parameter;
    int parameters;
    size_t parameter_reals;         /* length of the flat arrays */
    int randoms; const size_t *random_count;    /* random nodes: numbers per example of each (random nodes without batch: in all) */
    const AscObserved *observed; int observeds;
    AscProgram train;               /* loss, gradients, running statistics; the update is the runtime's */
    AscProgram infer;               /* output, and losses where a target is given */
    double multiply_adds;           /* of inference, of one example */
    double norm_adds;               /* what DCASE counts for batch norm beside them: two for each mean and variance */
    const char *target;             /* "avx2": the processors it was made for */
    const char *compiler;           /* ASC_COMPILER, of the generated C */
    AscRecipe recipe;
    const AscClassWeight *class_weight; int class_weights;  /* class_weights[NAME] = 2 */
    const AscMetric *metric;        /* evaluate's report */
    int metrics;
    double (*probe)(int rounds);    /* multiply-adds in registers with the kernels' vectors; returns their flops. NULL: none */
    bool vote;                      /* combine = vote; else the mean of the segments' probabilities */
} AscModel;

#ifdef __clang__
#define ASC_COMPILER __VERSION__        /* "Debian Clang 14.0.6" */
#else
#define ASC_COMPILER "gcc " __VERSION__
#endif

extern const AscModel asc_model;    /* defined by the generated program */

/* Examples are worked on in groups of ASC_GROUP, so that sums over the batch do not depend on the threads. */
enum { ASC_GROUP = 4, ASC_TILE = 16 };
static inline int asc_capacity(int examples) { return (examples + ASC_TILE - 1) / ASC_TILE * ASC_TILE; }

/* main() of every binary: parses the command line and runs a subcommand; returns the exit status. */
int asc_main(int argc, char **argv, const AscModel *model);

#endif
