/* Made by ascc from layer_linear.asc for avx2. */
#define ASC_VECTOR 32
#include "asc_kernel.h"

#define train_CONSTANT 64
#define infer_CONSTANT 0

void train_k01(const AscCall *call, int chunk);
void train_k02(const AscCall *call, int chunk);
void train_k03(const AscCall *call, int chunk);
void train_k04(const AscCall *call, int chunk);
void train_k05(const AscCall *call, int chunk);
void train_k06(const AscCall *call, int chunk);
void train_k07(const AscCall *call, int chunk);
void train_k08(const AscCall *call, int chunk);
void train_k08_sum(const AscCall *call, int chunk);
void infer_k01(const AscCall *call, int chunk);
void infer_k02(const AscCall *call, int chunk);
void infer_k03(const AscCall *call, int chunk);
void infer_k04(const AscCall *call, int chunk);
void infer_k05(const AscCall *call, int chunk);

/* train_k01: product, plain loops.
 * dot3[batch, channel = 1, time = 6, class = 3]
 * from input0, weight2; layer_linear.asc:9 (linear) */
void train_k01(const AscCall *call, int chunk)
{
    const real *const restrict input0 = call->input[0];
    const real *const restrict weight2 = call->parameters;
    real *const restrict dot3 = ASC_EXAMPLES(real, train_CONSTANT, 0);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_time = 0; i_time < 6; i_time++) {
            double sum0[3] = {0};
            real row0[3] = {0};
            for (int i_in = 0; i_in < 4; i_in++) {
                const real t1 = input0[(size_t)i_batch * 24 + i_time + i_in * 6];
#pragma omp simd
                for (int i_class = 0; i_class < 3; i_class++) {
                    const real t2 = weight2[i_in * 3 + i_class];
                    row0[i_class] += t1 * t2;
                }
            }
            for (int i_class = 0; i_class < 3; i_class++) {
                sum0[i_class] += row0[i_class];
            }
            for (int i_class = 0; i_class < 3; i_class++) {
                dot3[(size_t)i_batch * 18 + i_time * 3 + i_class] = (real)sum0[i_class];
            }
        }
    }
}

/* train_k02: sum.
 * sum4[batch, class = 3]
 * from dot3; layer_linear.asc:9 */
void train_k02(const AscCall *call, int chunk)
{
    const real *const restrict dot3 = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    real *const restrict sum4 = ASC_EXAMPLES(real, train_CONSTANT, 128);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[3] = {0};
        real row0[3] = {0};
        for (int i_time = 0; i_time < 6; i_time++) {
#pragma omp simd
            for (int i_class = 0; i_class < 3; i_class++) {
                const real t1 = dot3[(size_t)i_batch * 18 + i_time * 3 + i_class];
                row0[i_class] += t1;
            }
        }
        for (int i_class = 0; i_class < 3; i_class++) {
            sum0[i_class] += row0[i_class];
        }
        for (int i_class = 0; i_class < 3; i_class++) {
            sum4[(size_t)i_batch * 3 + i_class] = (real)sum0[i_class];
        }
    }
}

/* train_k03: sum.
 * sum10[batch]
 * from sum4, input7; layer_linear.asc:11 (loss.squared_error) */
void train_k03(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict sum4 = ASC_EXAMPLES(const real, train_CONSTANT, 128);
    const real *const restrict input7 = call->target;
    real *const restrict sum10 = ASC_EXAMPLES(real, train_CONSTANT, 192);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[1] = {0};
        real run0 = 0;
#pragma omp simd reduction(+ : run0)
        for (int i_class = 0; i_class < 3; i_class++) {
            const real t1 = sum4[(size_t)i_batch * 3 + i_class];
            const real t2 = t1 * (real)0.16666666666666666;
            const real t3 = input7[(size_t)i_batch * 3 + i_class];
            const real t4 = t2 - t3;
            const real t5 = t4 * t4;
            run0 += t5;
        }
        sum0[0] += run0;
        sum10[(size_t)i_batch] = (real)sum0[0];
    }
}

/* train_k04: map.
 * output[batch, class = 3]
 * from sum4; layer_linear.asc:9 */
void train_k04(const AscCall *call, int chunk)
{
    if (!call->output)
        return;
    const real *const restrict sum4 = ASC_EXAMPLES(const real, train_CONSTANT, 128);
    real *const restrict output = call->output;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_class = 0; i_class < 3; i_class++) {
            const real t1 = sum4[(size_t)i_batch * 3 + i_class];
            const real t2 = t1 * (real)0.16666666666666666;
            output[(size_t)i_batch * 3 + i_class] = t2;
        }
    }
}

/* train_k05: map.
 * loss[batch]
 * from sum10; layer_linear.asc:11 (loss.squared_error) */
void train_k05(const AscCall *call, int chunk)
{
    if (!call->losses)
        return;
    const real *const restrict sum10 = ASC_EXAMPLES(const real, train_CONSTANT, 192);
    real *const restrict loss = call->losses;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t1 = sum10[(size_t)i_batch];
        loss[(size_t)i_batch] = t1;
    }
}

/* train_k06: map.
 * map13[]
 * layer_linear.asc:11 */
void train_k06(const AscCall *call, int chunk)
{
    real *const restrict map13 = ASC_CONSTANT(real, 0);
    (void)chunk;
    const real t1 = (real)1.0 / (real)call->examples;
    map13[0] = t1;
}

/* train_k07: map.
 * map16[batch, class = 3]
 * from map13, sum4, input7; layer_linear.asc:9 */
void train_k07(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict map13 = ASC_CONSTANT(const real, 0);
    const real *const restrict sum4 = ASC_EXAMPLES(const real, train_CONSTANT, 128);
    const real *const restrict input7 = call->target;
    real *const restrict map16 = ASC_EXAMPLES(real, train_CONSTANT, 0);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    const real t1 = map13[0];
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_class = 0; i_class < 3; i_class++) {
            const real t2 = sum4[(size_t)i_batch * 3 + i_class];
            const real t3 = t2 * (real)0.16666666666666666;
            const real t4 = input7[(size_t)i_batch * 3 + i_class];
            const real t5 = t3 - t4;
            const real t6 = t1 * t5;
            const real t7 = t6 + t6;
            const real t8 = t7 * (real)0.16666666666666666;
            map16[(size_t)i_batch * 3 + i_class] = t8;
        }
    }
}

/* train_k08: product, plain loops.
 * dot18[in = 4, class = 3]
 * from input0, map16; layer_linear.asc:9 (linear) */
void train_k08(const AscCall *call, int chunk)
{
    const real *const restrict input0 = call->input[0];
    const real *const restrict map16 = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    double *const restrict dot18_parts = ASC_EXAMPLES(double, train_CONSTANT, 64);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    memset(dot18_parts + (size_t)chunk * 12, 0, 12 * sizeof(double));
    double *const restrict sum0 = dot18_parts + (size_t)chunk * 12;
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_in = 0; i_in < 4; i_in++) {
            real row0[3] = {0};
            for (int i_time = 0; i_time < 6; i_time++) {
                const real t1 = input0[(size_t)i_batch * 24 + i_time + i_in * 6];
#pragma omp simd
                for (int i_class = 0; i_class < 3; i_class++) {
                    const real t2 = map16[(size_t)i_batch * 3 + i_class];
                    row0[i_class] += t1 * t2;
                }
            }
            for (int i_class = 0; i_class < 3; i_class++) {
                sum0[i_class + i_in * 3] += row0[i_class];
            }
        }
    }
}

void train_k08_sum(const AscCall *call, int chunk)
{
    (void)chunk;
    const double *const restrict dot18_parts = ASC_EXAMPLES(const double, train_CONSTANT, 64);
    real *const restrict dot18 = call->gradients;
    const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;
    for (int i = 0; i < 12; i++) {
        double sum0 = 0;
        for (int group = 0; group < groups; group++) {
            sum0 += dot18_parts[(size_t)group * 12 + i];
        }
        dot18[i] = (real)sum0;
    }
}

/* infer_k01: product, plain loops.
 * dot3[batch, channel = 1, time = 6, class = 3]
 * from input0, weight2; layer_linear.asc:9 (linear) */
void infer_k01(const AscCall *call, int chunk)
{
    const real *const restrict input0 = call->input[0];
    const real *const restrict weight2 = call->parameters;
    real *const restrict dot3 = ASC_EXAMPLES(real, infer_CONSTANT, 0);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_time = 0; i_time < 6; i_time++) {
            double sum0[3] = {0};
            real row0[3] = {0};
            for (int i_in = 0; i_in < 4; i_in++) {
                const real t1 = input0[(size_t)i_batch * 24 + i_time + i_in * 6];
#pragma omp simd
                for (int i_class = 0; i_class < 3; i_class++) {
                    const real t2 = weight2[i_in * 3 + i_class];
                    row0[i_class] += t1 * t2;
                }
            }
            for (int i_class = 0; i_class < 3; i_class++) {
                sum0[i_class] += row0[i_class];
            }
            for (int i_class = 0; i_class < 3; i_class++) {
                dot3[(size_t)i_batch * 18 + i_time * 3 + i_class] = (real)sum0[i_class];
            }
        }
    }
}

/* infer_k02: sum.
 * sum4[batch, class = 3]
 * from dot3; layer_linear.asc:9 */
void infer_k02(const AscCall *call, int chunk)
{
    const real *const restrict dot3 = ASC_EXAMPLES(const real, infer_CONSTANT, 0);
    real *const restrict sum4 = ASC_EXAMPLES(real, infer_CONSTANT, 128);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[3] = {0};
        real row0[3] = {0};
        for (int i_time = 0; i_time < 6; i_time++) {
#pragma omp simd
            for (int i_class = 0; i_class < 3; i_class++) {
                const real t1 = dot3[(size_t)i_batch * 18 + i_time * 3 + i_class];
                row0[i_class] += t1;
            }
        }
        for (int i_class = 0; i_class < 3; i_class++) {
            sum0[i_class] += row0[i_class];
        }
        for (int i_class = 0; i_class < 3; i_class++) {
            sum4[(size_t)i_batch * 3 + i_class] = (real)sum0[i_class];
        }
    }
}

/* infer_k03: sum.
 * sum10[batch]
 * from sum4, input7; layer_linear.asc:11 (loss.squared_error) */
void infer_k03(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict sum4 = ASC_EXAMPLES(const real, infer_CONSTANT, 128);
    const real *const restrict input7 = call->target;
    real *const restrict sum10 = ASC_EXAMPLES(real, infer_CONSTANT, 192);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[1] = {0};
        real run0 = 0;
#pragma omp simd reduction(+ : run0)
        for (int i_class = 0; i_class < 3; i_class++) {
            const real t1 = sum4[(size_t)i_batch * 3 + i_class];
            const real t2 = t1 * (real)0.16666666666666666;
            const real t3 = input7[(size_t)i_batch * 3 + i_class];
            const real t4 = t2 - t3;
            const real t5 = t4 * t4;
            run0 += t5;
        }
        sum0[0] += run0;
        sum10[(size_t)i_batch] = (real)sum0[0];
    }
}

/* infer_k04: map.
 * output[batch, class = 3]
 * from sum4; layer_linear.asc:9 */
void infer_k04(const AscCall *call, int chunk)
{
    if (!call->output)
        return;
    const real *const restrict sum4 = ASC_EXAMPLES(const real, infer_CONSTANT, 128);
    real *const restrict output = call->output;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_class = 0; i_class < 3; i_class++) {
            const real t1 = sum4[(size_t)i_batch * 3 + i_class];
            const real t2 = t1 * (real)0.16666666666666666;
            output[(size_t)i_batch * 3 + i_class] = t2;
        }
    }
}

/* infer_k05: map.
 * loss[batch]
 * from sum10; layer_linear.asc:11 (loss.squared_error) */
void infer_k05(const AscCall *call, int chunk)
{
    if (!call->losses)
        return;
    const real *const restrict sum10 = ASC_EXAMPLES(const real, infer_CONSTANT, 192);
    real *const restrict loss = call->losses;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t1 = sum10[(size_t)i_batch];
        loss[(size_t)i_batch] = t1;
    }
}

static const AscStepKernel train_step[] = {
    {train_k01, 0, ASC_PHASE},
    {train_k02, 0, ASC_BEHIND},
    {train_k03, 0, ASC_BEHIND},
    {train_k04, 0, ASC_BEHIND},
    {train_k05, 0, ASC_BEHIND},
    {train_k06, 1, ASC_BESIDE},
    {train_k07, 0, ASC_PHASE},
    {train_k08, 0, ASC_BEHIND},
    {train_k08_sum, 1, ASC_PHASE},
};

static const AscKernel train_kernel[] = {
    {"train_k01 product, plain loops, linear", "layer_linear.asc:9", 144, 216},
    {"train_k02 sum", "layer_linear.asc:9", 0, 84},
    {"train_k03 sum, loss.squared_error", "layer_linear.asc:11", 0, 28},
    {"train_k04 map", "layer_linear.asc:9", 0, 24},
    {"train_k05 map, loss.squared_error", "layer_linear.asc:11", 0, 8},
    {"train_k06 map", "layer_linear.asc:11", 0, 4},
    {"train_k07 map", "layer_linear.asc:9", 0, 40},
    {"train_k08 product, plain loops, linear", "layer_linear.asc:9", 144, 156},
    {"train_k08 sum of the groups, linear", "layer_linear.asc:9", 0, 0},
};

static void train_run(const AscCall *call, double *seconds)
{
    asc_run_kernels(call, train_step, 9, seconds);
}

static const AscStepKernel infer_step[] = {
    {infer_k01, 0, ASC_PHASE},
    {infer_k02, 0, ASC_BEHIND},
    {infer_k03, 0, ASC_BEHIND},
    {infer_k04, 0, ASC_BEHIND},
    {infer_k05, 0, ASC_BEHIND},
};

static const AscKernel infer_kernel[] = {
    {"infer_k01 product, plain loops, linear", "layer_linear.asc:9", 144, 216},
    {"infer_k02 sum", "layer_linear.asc:9", 0, 84},
    {"infer_k03 sum, loss.squared_error", "layer_linear.asc:11", 0, 28},
    {"infer_k04 map", "layer_linear.asc:9", 0, 24},
    {"infer_k05 map, loss.squared_error", "layer_linear.asc:11", 0, 8},
};

static void infer_run(const AscCall *call, double *seconds)
{
    asc_run_kernels(call, infer_step, 5, seconds);
}

static const AscParameter parameter[] = {
    {"linear.weight", {2, {{"in", 4}, {"class", 3}}}, 12, 0, true, 0, ASC_GLOROT_UNIFORM, 0, 4, 3},
};

static void x_stage4(double *x, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const double value = x[i];
        x[i] = (4.3429448190325175 * (asc_double_log((value > 1e-10 ? value : 1e-10))));
    }
}

static const AscStage x_stage[] = {
    {ASC_AUDIO, {.audio = {8000, 1}}},
    {ASC_SPECTROGRAM, {.spectrogram = {256, 128, 256, ASC_HANN, 2, ASC_CENTRE, true, false, 0}}},
    {ASC_MEL, {.mel = {4, 0, 4000, ASC_SLANEY, true, false, false}}},
    {ASC_MAP, {.map = {x_stage4}}},
    {ASC_NORMALIZE, {.normalize = {1}}},
    {ASC_SEGMENT, {.segment = {6, 6, ASC_DROP}}},
};

static const AscFeatures features[] = {
    {"x", {3, {{"channel", 1}, {"freq", 4}, {"time", 6}}}, x_stage, 6,
     "audio[channel = 1](8000 Hz) | spectrogram(256 samples, hop = 128, fft = 256, window = hann, power = 2, edges = centre, periodic = 1, remove_dc = 0, preemphasis = 0) | mel(4, low = 0, high = 4000, scale = slaney, norm = slaney, triangles = hz, drop_nyquist = 0) | map (4.3429448190325175 * (asc_double_log((value > 1e-10 \077 value : 1e-10)))) | normalize[freq] | segment(6, step = 6, last = drop)"},
};

static const AscInput input[] = {
    {"x", {3, {{"channel", 1}, {"freq", 4}, {"time", 6}}}, ASC_INPUT_FEATURES, 0, 0, 0},
};

static const size_t random_count[] = {0};

static const AscMetric metric[] = {
    {ASC_ACCURACY, 0, NULL},
};

static const char text[] =
    "# ascc: --target=avx2\n"
    "asc 1\n"
    "# A matrix product without a bias, over one axis of three.\n"
    "features x {\n"
    "    audio[channel = 1](8000 Hz) | spectrogram[bin](32 ms, hop = 16 ms) | mel[freq = 4]\n"
    "    | decibels | normalize[freq] | segment[time = 6 frames]\n"
    "}\n"
    "network {\n"
    "    x | linear[class = 3](over = [freq]) | mean[channel, time]\n"
    "}\n"
    "train { loss = squared_error(output, target); optimizer = sgd(0.1); epochs = 1; batch = 2 }\n";

const AscModel asc_model = {
    .name = "layer_linear",
    .source = "layer_linear.asc",
    .defines = "",
    .text = text,
    .hash = "7ef180458452170a",
    .features = features,
    .feature_sets = 1,
    .input = input,
    .inputs = 1,
    .output = {1, {{"class", 3}}},
    .parameter = parameter,
    .parameters = 1,
    .parameter_reals = 16,
    .randoms = 0,
    .random_count = random_count,
    .train = {64, 256, train_run, train_kernel, 9},
    .infer = {0, 256, infer_run, infer_kernel, 5},
    .recipe = {
        .optimizer = ASC_SGD, .rate = 0.10000000000000001, .momentum = 0,
        .beta1 = 0, .beta2 = 0, .epsilon = 0,
        .epochs = 1, .batch = 2, .l2 = 0, .mixup = 0,
        .clip = ASC_CLIP_NONE, .clip_at = 0,
        .schedule = ASC_SCHEDULE_CONSTANT, .schedule_factor = 0, .schedule_every = 0,
        .validate = ASC_VALIDATE_NONE, .validate_share = 0, .validate_by = ASC_BY_LOCATION,
        .keep = ASC_KEEP_LAST, .keep_metric = {ASC_ACCURACY, 0, {NULL, NULL}}, .keep_after = 0,
        .seed = 0,
    },
    .metric = metric,
    .metrics = 0,
    .vote = false,
};
