/* tiny_model.c: a model written by hand in the form of generated code: softmax regression on the
 * mean over time of a log-mel spectrogram, with dropout and a running statistic. */
#include <math.h>
#include <string.h>

#include "asc.h"
#include "random.h"

enum { BANDS = 16, FRAMES = 20, CLASSES = 3, INPUT = BANDS * FRAMES };
enum { WEIGHT_AT = 0, BIAS_AT = 48, SEEN_AT = 64, REALS = 80 };

static void decibels(const AscCall *call, double *seconds)
{
    (void)seconds;
    for (int i = 0; i < call->examples * BANDS; i++) {
        const double x = (double)call->input[0][i];
        call->frames[0][i] = (real)(10 * log10(x > 1e-10 ? x : 1e-10));
    }
}

static const AscBank bank = { .mels = BANDS, .low = 0, .high = 4000, .scale = ASC_HTK };
static const int slots[] = { 0, 1 };
static const AscStage stages[] = {
    { .kind = ASC_SPECTROGRAM,
      .out = slots,
      .outs = 1,
      .as.spectrogram = { .clock = 1,
                          .window = 256,
                          .hop = 160,
                          .fft = 256,
                          .shape = ASC_HANN,
                          .power = 2,
                          .edges = ASC_CENTRE,
                          .periodic = true,
                          .bank = &bank } },
    { .kind = ASC_PROGRAM,
      .in = slots,
      .ins = 1,
      .out = slots + 1,
      .outs = 1,
      .as.program = { .run = decibels } },
};
static const AscClock clocks[] = { { 0, 0, false }, { 160, 256, true } };
static const AscSlot slot[] = { { BANDS, 1 }, { BANDS, 1 } };
static const AscFront front = { .sound = { .rate = 8000, .channels = 1 },
                                .clock = clocks,
                                .clocks = 2,
                                .slot = slot,
                                .slots = 2,
                                .stage = stages,
                                .stages = 2,
                                .audio = -1 };

static const AscFeatures features[] = {
    { .name = "logmel",
      .shape = { 3, { { "channel", 1 }, { "freq", BANDS }, { "time", FRAMES } } },
      .settings = "tiny log-mel 16 bands, 256/160 at 8000 Hz",
      .front = &front,
      .slot = 1,
      .frame = { 2, { { "channel", 1 }, { "freq", BANDS } } },
      .time_axis = 2,
      .normalized = true,
      .per = 1,
      .axis = { 1 },
      .cut = { FRAMES, FRAMES, ASC_DROP } }
};

static const AscInput inputs[] = {
    { .name = "logmel",
      .shape = { 3, { { "channel", 1 }, { "freq", BANDS }, { "time", FRAMES } } } }
};

static const AscParameter parameters[] = {
    { .name = "dense.weight",
      .shape = { 2, { { "in", BANDS }, { "class", CLASSES } } },
      .count = BANDS * CLASSES,
      .offset = WEIGHT_AT,
      .trainable = true,
      .l2 = 1e-4,
      .init = ASC_GLOROT_UNIFORM,
      .fan_in = BANDS,
      .fan_out = CLASSES },
    { .name = "dense.bias",
      .shape = { 1, { { "class", CLASSES } } },
      .count = CLASSES,
      .offset = BIAS_AT,
      .trainable = true,
      .init = ASC_ZEROS },
    { .name = "seen", .count = 1, .offset = SEEN_AT, .init = ASC_ZEROS },
};

/* The arena holds, for every example: mean over time [BANDS] and the mask [BANDS]. */
static real *arena_means(const AscCall *call, int n)
{
    return (real *)(void *)call->arena + (size_t)n * 2 * BANDS;
}

static real *arena_mask(const AscCall *call, int n)
{
    return arena_means(call, n) + BANDS;
}

static void reduce(const AscCall *call, int n, bool training)
{
    const real *x = call->input[0] + (size_t)n * INPUT;
    real *mean = arena_means(call, n), *mask = arena_mask(call, n);

    for (int b = 0; b < BANDS; b++) {
        real sum = 0;

        for (int t = 0; t < FRAMES; t++)
            sum += x[b * FRAMES + t];
        double drawn = call->random
                           ? (double)call->random[0][n * BANDS + b]
                           : asc_uniform(call->seed, 1, call->step, (uint64_t)(n * BANDS + b));
        mask[b] = !training ? 1 : drawn < 0.1 ? 0 : (real)(1 / 0.9);
        mean[b] = sum * (real)(1.0 / FRAMES) * mask[b];
    }
}

static void classify(const AscCall *call, int n, real *output)
{
    const real *weight = call->parameters + WEIGHT_AT, *bias = call->parameters + BIAS_AT;
    const real *mean = arena_means(call, n);
    real logit[CLASSES], largest, sum = 0;

    for (int c = 0; c < CLASSES; c++) {
        logit[c] = bias[c];
        for (int b = 0; b < BANDS; b++)
            logit[c] += mean[b] * weight[b * CLASSES + c];
    }
    largest = logit[0];
    for (int c = 1; c < CLASSES; c++)
        largest = logit[c] > largest ? logit[c] : largest;
    for (int c = 0; c < CLASSES; c++)
        sum += (real)exp((double)(logit[c] - largest));
    for (int c = 0; c < CLASSES; c++)
        output[c] = (real)exp((double)(logit[c] - largest)) / sum;
    if (call->losses && call->target) {
        const real *target = call->target + (size_t)n * CLASSES;

        call->losses[n] = 0;
        for (int c = 0; c < CLASSES; c++)
            call->losses[n] -= target[c] * (logit[c] - largest - (real)log((double)sum));
    }
}

static void infer(const AscCall *call, double *seconds)
{
    (void)seconds;
#pragma omp parallel for schedule(static)
    for (int n = 0; n < call->examples; n++) {
        reduce(call, n, false);
        classify(call, n, call->output + (size_t)n * CLASSES);
    }
}

static void add_gradients(const AscCall *call)
{
    real share = 1 / (real)call->examples;

    memset(call->gradients, 0, REALS * sizeof(real));
    for (int n = 0; n < call->examples; n++) {
        const real *mean = arena_means(call, n);

        for (int c = 0; c < CLASSES; c++) {
            real slope = share * (call->output[(size_t)n * CLASSES + (size_t)c] -
                                  call->target[(size_t)n * CLASSES + (size_t)c]);

            call->gradients[BIAS_AT + c] += slope;
            for (int b = 0; b < BANDS; b++)
                call->gradients[WEIGHT_AT + b * CLASSES + c] += slope * mean[b];
        }
    }
}

static void train(const AscCall *call, double *seconds)
{
    double sum = 0;

    (void)seconds;
#pragma omp parallel for schedule(static)
    for (int n = 0; n < call->examples; n++) {
        reduce(call, n, true);
        classify(call, n, call->output + (size_t)n * CLASSES);
    }
    add_gradients(call);
    for (int n = 0; n < call->examples; n++)
        sum += (double)arena_means(call, n)[0];
    call->parameters[SEEN_AT] = (real)(0.9 * (double)call->parameters[SEEN_AT] +
                                       0.1 * sum / call->examples);
}

static const size_t random_count[] = { BANDS };
static const AscKernel kernels[] = { { "dense", "tiny.asc:3", 2.0 * BANDS *CLASSES, 0, 0 } };
static const AscMetric metrics[] = { { ASC_GAP, 2, { NULL } },
                                     { ASC_MACRO_ACCURACY, 0, { "device" } } };

const AscModel asc_model = {
    .name = "tiny",
    .source = "tiny.asc",
    .defines = "",
    .text = "asc 1\n# written by hand\n",
    .hash = "0123456789abcdef0123456789abcdef",
    .features = features,
    .feature_sets = 1,
    .input = inputs,
    .inputs = 1,
    .output = { 1, { { "class", CLASSES } } },
    .parameter = parameters,
    .parameters = 3,
    .parameter_reals = REALS,
    .randoms = 1,
    .random_count = random_count,
    .train = { 64, 2 * BANDS * sizeof(real), 0, train, kernels, 1 },
    .infer = { 64, 2 * BANDS * sizeof(real), 0, infer, kernels, 1 },
    .recipe = { .optimizer = ASC_SGD,
                .rate = 0.1,
                .momentum = 0.9,
                .epochs = 6,
                .batch = 8,
                .l2 = 1e-4,
                .mixup = 0.2,
                .schedule = ASC_SCHEDULE_COSINE,
                .validate = ASC_VALIDATE_SPLIT,
                .validate_share = 0.25,
                .validate_by = ASC_BY_RECORDING,
                .keep = ASC_KEEP_BEST,
                .keep_metric = { ASC_ACCURACY, 0, { NULL } },
                .seed = 3 },
    .metric = metrics,
    .metrics = 2,
};
