/* Made by ascc from layer_linear.asc for scalar. */
#include "asc_kernel.h"

#define train_CONSTANT 64
#define infer_CONSTANT 0

void train_k01(const AscCall *call, int chunk);
void train_k02(const AscCall *call, int chunk);
void train_k03(const AscCall *call, int chunk);
void train_k04(const AscCall *call, int chunk);
void train_k05(const AscCall *call, int chunk);
void train_k06(const AscCall *call, int chunk);
void train_k06_sum(const AscCall *call, int chunk);
void infer_k01(const AscCall *call, int chunk);
void infer_k02(const AscCall *call, int chunk);
void infer_k03(const AscCall *call, int chunk);
void infer_k04(const AscCall *call, int chunk);

/* train_k01: product, plain loops.
 * dot_linear[batch, channel = 1, time = 4, feature = 2]
 *     = dot[in](input_x, weight_linear)
 * from input_x, weight_linear; layer_linear.asc:9 (linear) */
void train_k01(const AscCall *call, int chunk)
{
    const real *const restrict input_x = call->input[0];
    const real *const restrict weight_linear = call->parameters;
    real *const restrict dot_linear = ASC_EXAMPLES(real, train_CONSTANT, 0);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_time = 0; i_time < 4; i_time++) {
            double sum0[2] = {0};
            real row0[2] = {0};
            for (int i_in = 0; i_in < 3; i_in++) {
                const real t1 = input_x[(size_t)i_batch * 12 + i_time + i_in * 4];
#pragma omp simd
                for (int i_feature = 0; i_feature < 2; i_feature++) {
                    const real t2 = weight_linear[i_in * 2 + i_feature];
                    row0[i_feature] += t1 * t2;
                }
            }
            for (int i_feature = 0; i_feature < 2; i_feature++) {
                sum0[i_feature] += row0[i_feature];
            }
            for (int i_feature = 0; i_feature < 2; i_feature++) {
                dot_linear[(size_t)i_batch * 8 + i_time * 2 + i_feature] = (real)sum0[i_feature];
            }
        }
    }
}

/* train_k02: sum.
 * sum_loss_squared_error[batch]
 *     = sum[channel, time, feature]((dot_linear - input_target) * (dot_linear - input_target))
 * from dot_linear, input_target; layer_linear.asc:11 (loss.squared_error) */
void train_k02(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict dot_linear = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    const real *const restrict input_target = call->target;
    real *const restrict sum_loss_squared_error = ASC_EXAMPLES(real, train_CONSTANT, 64);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[1] = {0};
        real run0 = 0;
#pragma omp simd reduction(+ : run0)
        for (int row_time_feature = 0; row_time_feature < 8; row_time_feature++) {
            const real t1 = dot_linear[(size_t)i_batch * 8 + row_time_feature];
            const real t2 = input_target[(size_t)i_batch * 8 + row_time_feature];
            const real t3 = t1 - t2;
            const real t4 = t3 * t3;
            run0 += t4;
        }
        sum0[0] += run0;
        sum_loss_squared_error[(size_t)i_batch] = (real)sum0[0];
    }
}

/* train_k03: map.
 * output[batch, channel = 1, time = 4, feature = 2]
 *     = dot_linear
 * from dot_linear; layer_linear.asc:9 (linear) */
void train_k03(const AscCall *call, int chunk)
{
    if (!call->output)
        return;
    const real *const restrict dot_linear = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    real *const restrict output = call->output;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_time = 0; i_time < 4; i_time++) {
#pragma omp simd
            for (int i_feature = 0; i_feature < 2; i_feature++) {
                const real t1 = dot_linear[(size_t)i_batch * 8 + i_time * 2 + i_feature];
                output[(size_t)i_batch * 8 + i_time * 2 + i_feature] = t1;
            }
        }
    }
}

/* train_k04: map.
 * loss[batch]
 *     = sum_loss_squared_error
 * from sum_loss_squared_error; layer_linear.asc:11 (loss.squared_error) */
void train_k04(const AscCall *call, int chunk)
{
    if (!call->losses)
        return;
    const real *const restrict sum_loss_squared_error = ASC_EXAMPLES(const real, train_CONSTANT, 64);
    real *const restrict loss = call->losses;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t1 = sum_loss_squared_error[(size_t)i_batch];
        loss[(size_t)i_batch] = t1;
    }
}

/* train_k05: map.
 * div_net[]
 *     = 1 / count
 * layer_linear.asc:11 */
void train_k05(const AscCall *call, int chunk)
{
    real *const restrict div_net = ASC_CONSTANT(real, 0);
    (void)chunk;
    const real t1 = (real)1.0 / (real)call->examples;
    div_net[0] = t1;
}

/* train_k06: product, plain loops.
 * dot2_linear[in = 3, feature = 2]
 *     = dot[batch, channel, time](input_x, div_net * (dot_linear - input_target) + div_net * (dot_linear - input_target))
 * from input_x, div_net, dot_linear, input_target; layer_linear.asc:9 (linear) */
void train_k06(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict input_x = call->input[0];
    const real *const restrict div_net = ASC_CONSTANT(const real, 0);
    const real *const restrict dot_linear = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    const real *const restrict input_target = call->target;
    double *const restrict parts_dot2_linear = ASC_EXAMPLES(double, train_CONSTANT, 64);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    const real t2 = div_net[0];
    memset(parts_dot2_linear + (size_t)chunk * 6, 0, 6 * sizeof(double));
    double *const restrict sum0 = parts_dot2_linear + (size_t)chunk * 6;
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_in = 0; i_in < 3; i_in++) {
            real row0[2] = {0};
            for (int i_time = 0; i_time < 4; i_time++) {
                const real t1 = input_x[(size_t)i_batch * 12 + i_time + i_in * 4];
#pragma omp simd
                for (int i_feature = 0; i_feature < 2; i_feature++) {
                    const real t3 = dot_linear[(size_t)i_batch * 8 + i_time * 2 + i_feature];
                    const real t4 = input_target[(size_t)i_batch * 8 + i_time * 2 + i_feature];
                    const real t5 = t3 - t4;
                    const real t6 = t2 * t5;
                    const real t7 = t6 + t6;
                    row0[i_feature] += t1 * t7;
                }
            }
            for (int i_feature = 0; i_feature < 2; i_feature++) {
                sum0[i_feature + i_in * 2] += row0[i_feature];
            }
        }
    }
}

void train_k06_sum(const AscCall *call, int chunk)
{
    (void)chunk;
    const double *const restrict parts_dot2_linear = ASC_EXAMPLES(const double, train_CONSTANT, 64);
    real *const restrict dot2_linear = call->gradients;
    const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;
    for (int i = 0; i < 6; i++) {
        double sum0 = 0;
        for (int group = 0; group < groups; group++) {
            sum0 += parts_dot2_linear[(size_t)group * 6 + i];
        }
        dot2_linear[i] = (real)sum0;
    }
}

/* infer_k01: product, plain loops.
 * dot_linear[batch, channel = 1, time = 4, feature = 2]
 *     = dot[in](input_x, weight_linear)
 * from input_x, weight_linear; layer_linear.asc:9 (linear) */
void infer_k01(const AscCall *call, int chunk)
{
    const real *const restrict input_x = call->input[0];
    const real *const restrict weight_linear = call->parameters;
    real *const restrict dot_linear = ASC_EXAMPLES(real, infer_CONSTANT, 0);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_time = 0; i_time < 4; i_time++) {
            double sum0[2] = {0};
            real row0[2] = {0};
            for (int i_in = 0; i_in < 3; i_in++) {
                const real t1 = input_x[(size_t)i_batch * 12 + i_time + i_in * 4];
#pragma omp simd
                for (int i_feature = 0; i_feature < 2; i_feature++) {
                    const real t2 = weight_linear[i_in * 2 + i_feature];
                    row0[i_feature] += t1 * t2;
                }
            }
            for (int i_feature = 0; i_feature < 2; i_feature++) {
                sum0[i_feature] += row0[i_feature];
            }
            for (int i_feature = 0; i_feature < 2; i_feature++) {
                dot_linear[(size_t)i_batch * 8 + i_time * 2 + i_feature] = (real)sum0[i_feature];
            }
        }
    }
}

/* infer_k02: sum.
 * sum_loss_squared_error[batch]
 *     = sum[channel, time, feature]((dot_linear - input_target) * (dot_linear - input_target))
 * from dot_linear, input_target; layer_linear.asc:11 (loss.squared_error) */
void infer_k02(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict dot_linear = ASC_EXAMPLES(const real, infer_CONSTANT, 0);
    const real *const restrict input_target = call->target;
    real *const restrict sum_loss_squared_error = ASC_EXAMPLES(real, infer_CONSTANT, 64);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[1] = {0};
        real run0 = 0;
#pragma omp simd reduction(+ : run0)
        for (int row_time_feature = 0; row_time_feature < 8; row_time_feature++) {
            const real t1 = dot_linear[(size_t)i_batch * 8 + row_time_feature];
            const real t2 = input_target[(size_t)i_batch * 8 + row_time_feature];
            const real t3 = t1 - t2;
            const real t4 = t3 * t3;
            run0 += t4;
        }
        sum0[0] += run0;
        sum_loss_squared_error[(size_t)i_batch] = (real)sum0[0];
    }
}

/* infer_k03: map.
 * output[batch, channel = 1, time = 4, feature = 2]
 *     = dot_linear
 * from dot_linear; layer_linear.asc:9 (linear) */
void infer_k03(const AscCall *call, int chunk)
{
    if (!call->output)
        return;
    const real *const restrict dot_linear = ASC_EXAMPLES(const real, infer_CONSTANT, 0);
    real *const restrict output = call->output;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_time = 0; i_time < 4; i_time++) {
#pragma omp simd
            for (int i_feature = 0; i_feature < 2; i_feature++) {
                const real t1 = dot_linear[(size_t)i_batch * 8 + i_time * 2 + i_feature];
                output[(size_t)i_batch * 8 + i_time * 2 + i_feature] = t1;
            }
        }
    }
}

/* infer_k04: map.
 * loss[batch]
 *     = sum_loss_squared_error
 * from sum_loss_squared_error; layer_linear.asc:11 (loss.squared_error) */
void infer_k04(const AscCall *call, int chunk)
{
    if (!call->losses)
        return;
    const real *const restrict sum_loss_squared_error = ASC_EXAMPLES(const real, infer_CONSTANT, 64);
    real *const restrict loss = call->losses;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t1 = sum_loss_squared_error[(size_t)i_batch];
        loss[(size_t)i_batch] = t1;
    }
}

static const AscStepKernel train_step[] = {
    {train_k01, -ASC_GROUP, 1, ASC_PHASE},
    {train_k02, -ASC_GROUP, 1, ASC_BEHIND},
    {train_k03, -ASC_GROUP, 1, ASC_BEHIND},
    {train_k04, -ASC_GROUP, 1, ASC_BEHIND},
    {train_k05, 1, 1, ASC_BESIDE},
    {train_k06, -ASC_GROUP, 1, ASC_PHASE},
    {train_k06_sum, 1, 1, ASC_PHASE},
};

static const AscKernel train_kernel[] = {
    {"train_k01 product, plain loops, linear", "layer_linear.asc:9", 48, 80, 24},
    {"train_k02 sum, loss.squared_error", "layer_linear.asc:11", 0, 68, 0},
    {"train_k03 map, linear", "layer_linear.asc:9", 0, 64, 0},
    {"train_k04 map, loss.squared_error", "layer_linear.asc:11", 0, 8, 0},
    {"train_k05 map", "layer_linear.asc:11", 0, 0, 4},
    {"train_k06 product, plain loops, linear", "layer_linear.asc:9", 48, 124, 4},
    {"train_k06 sum of the groups, linear", "layer_linear.asc:9", 0, 12, 24},
};

static void train_run(const AscCall *call, double *seconds)
{
    asc_run_kernels(call, train_step, 0, 7, seconds);
}

static const AscStepKernel infer_step[] = {
    {infer_k01, -ASC_GROUP, 1, ASC_PHASE},
    {infer_k02, -ASC_GROUP, 1, ASC_BEHIND},
    {infer_k03, -ASC_GROUP, 1, ASC_BEHIND},
    {infer_k04, -ASC_GROUP, 1, ASC_BEHIND},
};

static const AscKernel infer_kernel[] = {
    {"infer_k01 product, plain loops, linear", "layer_linear.asc:9", 48, 80, 24},
    {"infer_k02 sum, loss.squared_error", "layer_linear.asc:11", 0, 68, 0},
    {"infer_k03 map, linear", "layer_linear.asc:9", 0, 64, 0},
    {"infer_k04 map, loss.squared_error", "layer_linear.asc:11", 0, 8, 0},
};

static void infer_run(const AscCall *call, double *seconds)
{
    asc_run_kernels(call, infer_step, 0, 4, seconds);
}

static const AscParameter parameter[] = {
    {"linear.weight", {2, {{"in", 3}, {"feature", 2}}}, 6, 0, true, 0, ASC_GLOROT_UNIFORM, 0, 3, 2},
};

static const int x_stage1_in[] = {0};
static const int x_stage1_out[] = {0};
static const AscBank x_stage1_bank[] = {
    {0, 0, 0, ASC_SLANEY, false, false, false},
};

static const AscStage x_stage[] = {
    {ASC_SPECTROGRAM, x_stage1_in, 0, x_stage1_out, 1, {.spectrogram = {1, 4, 4, 4, ASC_HANN, 2, ASC_CENTRE, true, false, 0, x_stage1_bank}}},
};

static const AscSlot x_slot[] = {{3, 1}};

static const AscClock x_clock[] = {{0, 0, false}, {4, 4, true}};

static const AscFront x_front = {
    {8000, 1, ASC_MONO_MEAN, ASC_RESAMPLE_SOXR_HQ}, {0, 0, ASC_DROP},
    x_clock, 2, x_slot, 1, x_stage, 1, -1};

static const AscFeatures features[] = {
    {"x", {3, {{"channel", 1}, {"freq", 3}, {"time", 4}}},
     "spectrogram(audio[1](8000 Hz), 4 samples, hop = 4, window = hann, fft = 4, power = 2, edges = centre, periodic = 1, remove_dc = 0, preemphasis = 0) | segment(4, step = 4, last = drop)",
     &x_front, 0, {2, {{"channel", 1}, {"freq", 3}}}, 2, false, 0, {0}, {4, 4, ASC_DROP}, NULL},
};

static const AscInput input[] = {
    {"x", {3, {{"channel", 1}, {"freq", 3}, {"time", 4}}}, ASC_INPUT_FEATURES, 0, 0, 0},
};

static const size_t random_count[] = {0};

static const AscMetric metric[] = {
    {ASC_ACCURACY, 0, {NULL, NULL}},
};

static const char text[] =
    "# ascc: --target=scalar\n"
    "asc 1\n"
    "# A weighted sum over one axis.\n"
    "features x {\n"
    "    audio[channel = 1](8000 Hz) | spectrogram[freq](4 samples, hop = 4 samples)\n"
    "    | segment[time = 4 frames]\n"
    "}\n"
    "network {\n"
    "    x | linear[feature = 2](over = [freq])\n"
    "}\n"
    "train { loss = squared_error(output, target); optimizer = sgd(0.1); epochs = 1; batch = 2 }\n";

const AscModel asc_model = {
    .name = "layer_linear",
    .source = "layer_linear.asc",
    .defines = "",
    .text = text,
    .hash = "2fd7f6ed94f88f4e",
    .features = features,
    .feature_sets = 1,
    .input = input,
    .inputs = 1,
    .output = {3, {{"channel", 1}, {"time", 4}, {"feature", 2}}},
    .parameter = parameter,
    .parameters = 1,
    .parameter_reals = 16,
    .randoms = 0,
    .random_count = random_count,
    .train = {64, 128, 0, train_run, train_kernel, 7, 0},
    .infer = {0, 128, 0, infer_run, infer_kernel, 4, 0},
    .multiply_adds = 24,
    .norm_adds = 0,
    .target = "scalar",
    .compiler = ASC_COMPILER,
    .recipe = {
        .optimizer = ASC_SGD,
        .rate = 0.10000000000000001,
        .nesterov = ASC_NESTEROV_NO,
        .epochs = 1,
        .batch = 2,
        .accumulate = 1,
        .mixup_per = ASC_MIXUP_PER_BATCH,
        .class_weights = ASC_CLASS_WEIGHTS_NONE,
        .clip = ASC_CLIP_NONE,
        .schedule = ASC_SCHEDULE_CONSTANT,
        .schedule_by = ASC_PER_EPOCHS,
        .warmup = ASC_WARMUP_NONE,
        .validate = ASC_VALIDATE_NONE,
        .validate_by = ASC_BY_LOCATION,
        .keep = ASC_KEEP_LAST,
        .keep_metric = {ASC_ACCURACY, 0, {NULL, NULL}},
        .seed = 0,
    },
    .metric = metric,
    .metrics = 0,
    .probe = asc_probe,
    .vote = false,
};
