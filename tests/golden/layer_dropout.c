/* Made by ascc from layer_dropout.asc for scalar. */
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
void train_k07_sum(const AscCall *call, int chunk);
void infer_k01(const AscCall *call, int chunk);
void infer_k02(const AscCall *call, int chunk);
void infer_k03(const AscCall *call, int chunk);

/* train_k01: map.
 * mul_dropout[batch, channel = 1, time = 4]
 *     = (random >= 0.5) * 2
 * layer_dropout.asc:10 (dropout) */
void train_k01(const AscCall *call, int chunk)
{
    real *const restrict mul_dropout = ASC_EXAMPLES(real, train_CONSTANT, 0);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_time = 0; i_time < 4; i_time++) {
            const real t1 = call->random && call->random[0] ? call->random[0][(size_t)i_batch * 4 + i_time] : (real)asc_uniform(call->seed, 0, call->step, (size_t)i_batch * 4 + i_time);
            const real t2 = t1 >= (real)0.5;
            const real t3 = t2 * (real)2.0;
            mul_dropout[(size_t)i_batch * 4 + i_time] = t3;
        }
    }
}

/* train_k02: sum.
 * sum_loss_squared_error[batch]
 *     = sum[channel, freq, time]((input_x * weight_y * mul_dropout - input_target) * (input_x * weight_y * mul_dropout - input_target))
 * from input_x, weight_y, mul_dropout, input_target; layer_dropout.asc:12 (loss.squared_error) */
void train_k02(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict input_x = call->input[0];
    const real *const restrict weight_y = call->parameters;
    const real *const restrict mul_dropout = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    const real *const restrict input_target = call->target;
    real *const restrict sum_loss_squared_error = ASC_EXAMPLES(real, train_CONSTANT, 64);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[1] = {0};
        real run0 = 0;
        for (int i_freq = 0; i_freq < 3; i_freq++) {
            const real t2 = weight_y[i_freq];
#pragma omp simd reduction(+ : run0)
            for (int i_time = 0; i_time < 4; i_time++) {
                const real t1 = input_x[(size_t)i_batch * 12 + i_freq * 4 + i_time];
                const real t3 = t1 * t2;
                const real t4 = mul_dropout[(size_t)i_batch * 4 + i_time];
                const real t5 = t3 * t4;
                const real t6 = input_target[(size_t)i_batch * 12 + i_freq * 4 + i_time];
                const real t7 = t5 - t6;
                const real t8 = t7 * t7;
                run0 += t8;
            }
        }
        sum0[0] += run0;
        sum_loss_squared_error[(size_t)i_batch] = (real)sum0[0];
    }
}

/* train_k03: map.
 * output[batch, channel = 1, freq = 3, time = 4]
 *     = input_x * weight_y * mul_dropout
 * from input_x, weight_y, mul_dropout; layer_dropout.asc:10 (dropout) */
void train_k03(const AscCall *call, int chunk)
{
    if (!call->output)
        return;
    const real *const restrict input_x = call->input[0];
    const real *const restrict weight_y = call->parameters;
    const real *const restrict mul_dropout = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    real *const restrict output = call->output;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 3; i_freq++) {
            const real t2 = weight_y[i_freq];
#pragma omp simd
            for (int i_time = 0; i_time < 4; i_time++) {
                const real t1 = input_x[(size_t)i_batch * 12 + i_freq * 4 + i_time];
                const real t3 = t1 * t2;
                const real t4 = mul_dropout[(size_t)i_batch * 4 + i_time];
                const real t5 = t3 * t4;
                output[(size_t)i_batch * 12 + i_freq * 4 + i_time] = t5;
            }
        }
    }
}

/* train_k04: map.
 * loss[batch]
 *     = sum_loss_squared_error
 * from sum_loss_squared_error; layer_dropout.asc:12 (loss.squared_error) */
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
 * layer_dropout.asc:12 */
void train_k05(const AscCall *call, int chunk)
{
    real *const restrict div_net = ASC_CONSTANT(real, 0);
    (void)chunk;
    const real t1 = (real)1.0 / (real)call->examples;
    div_net[0] = t1;
}

/* train_k06: map.
 * mul2_loss_squared_error[batch, channel = 1, freq = 3, time = 4]
 *     = div_net * (input_x * weight_y * mul_dropout - input_target)
 * from div_net, input_x, weight_y, mul_dropout, input_target; layer_dropout.asc:12 (loss.squared_error) */
void train_k06(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict div_net = ASC_CONSTANT(const real, 0);
    const real *const restrict input_x = call->input[0];
    const real *const restrict weight_y = call->parameters;
    const real *const restrict mul_dropout = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    const real *const restrict input_target = call->target;
    real *const restrict mul2_loss_squared_error = ASC_EXAMPLES(real, train_CONSTANT, 64);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    const real t1 = div_net[0];
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 3; i_freq++) {
            const real t3 = weight_y[i_freq];
#pragma omp simd
            for (int i_time = 0; i_time < 4; i_time++) {
                const real t2 = input_x[(size_t)i_batch * 12 + i_freq * 4 + i_time];
                const real t4 = t2 * t3;
                const real t5 = mul_dropout[(size_t)i_batch * 4 + i_time];
                const real t6 = t4 * t5;
                const real t7 = input_target[(size_t)i_batch * 12 + i_freq * 4 + i_time];
                const real t8 = t6 - t7;
                const real t9 = t1 * t8;
                mul2_loss_squared_error[(size_t)i_batch * 12 + i_freq * 4 + i_time] = t9;
            }
        }
    }
}

/* train_k07: sum.
 * sum_y[freq = 3]
 *     = sum[batch, channel, time]((mul2_loss_squared_error + mul2_loss_squared_error) * input_x * mul_dropout)
 * from mul2_loss_squared_error, input_x, mul_dropout; layer_dropout.asc:9 (y) */
void train_k07(const AscCall *call, int chunk)
{
    const real *const restrict mul2_loss_squared_error = ASC_EXAMPLES(const real, train_CONSTANT, 64);
    const real *const restrict input_x = call->input[0];
    const real *const restrict mul_dropout = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    double *const restrict parts_sum_y = ASC_EXAMPLES(double, train_CONSTANT, 128);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    memset(parts_sum_y + (size_t)chunk * 3, 0, 3 * sizeof(double));
    double *const restrict sum0 = parts_sum_y + (size_t)chunk * 3;
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 3; i_freq++) {
            real run0 = 0;
#pragma omp simd reduction(+ : run0)
            for (int i_time = 0; i_time < 4; i_time++) {
                const real t1 = mul2_loss_squared_error[(size_t)i_batch * 12 + i_freq * 4 + i_time];
                const real t2 = t1 + t1;
                const real t3 = input_x[(size_t)i_batch * 12 + i_freq * 4 + i_time];
                const real t4 = t2 * t3;
                const real t5 = mul_dropout[(size_t)i_batch * 4 + i_time];
                const real t6 = t4 * t5;
                run0 += t6;
            }
            sum0[i_freq] += run0;
        }
    }
}

void train_k07_sum(const AscCall *call, int chunk)
{
    (void)chunk;
    const double *const restrict parts_sum_y = ASC_EXAMPLES(const double, train_CONSTANT, 128);
    real *const restrict sum_y = call->gradients;
    const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;
    for (int i = 0; i < 3; i++) {
        double sum0 = 0;
        for (int group = 0; group < groups; group++) {
            sum0 += parts_sum_y[(size_t)group * 3 + i];
        }
        sum_y[i] = (real)sum0;
    }
}

/* infer_k01: sum.
 * sum_loss_squared_error[batch]
 *     = sum[channel, freq, time]((input_x * weight_y - input_target) * (input_x * weight_y - input_target))
 * from input_x, weight_y, input_target; layer_dropout.asc:12 (loss.squared_error) */
void infer_k01(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict input_x = call->input[0];
    const real *const restrict weight_y = call->parameters;
    const real *const restrict input_target = call->target;
    real *const restrict sum_loss_squared_error = ASC_EXAMPLES(real, infer_CONSTANT, 0);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[1] = {0};
        real run0 = 0;
        for (int i_freq = 0; i_freq < 3; i_freq++) {
            const real t2 = weight_y[i_freq];
#pragma omp simd reduction(+ : run0)
            for (int i_time = 0; i_time < 4; i_time++) {
                const real t1 = input_x[(size_t)i_batch * 12 + i_freq * 4 + i_time];
                const real t3 = t1 * t2;
                const real t4 = input_target[(size_t)i_batch * 12 + i_freq * 4 + i_time];
                const real t5 = t3 - t4;
                const real t6 = t5 * t5;
                run0 += t6;
            }
        }
        sum0[0] += run0;
        sum_loss_squared_error[(size_t)i_batch] = (real)sum0[0];
    }
}

/* infer_k02: map.
 * loss[batch]
 *     = sum_loss_squared_error
 * from sum_loss_squared_error; layer_dropout.asc:12 (loss.squared_error) */
void infer_k02(const AscCall *call, int chunk)
{
    if (!call->losses)
        return;
    const real *const restrict sum_loss_squared_error = ASC_EXAMPLES(const real, infer_CONSTANT, 0);
    real *const restrict loss = call->losses;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t1 = sum_loss_squared_error[(size_t)i_batch];
        loss[(size_t)i_batch] = t1;
    }
}

/* infer_k03: map.
 * output[batch, channel = 1, freq = 3, time = 4]
 *     = input_x * weight_y
 * from input_x, weight_y; layer_dropout.asc:9 (y) */
void infer_k03(const AscCall *call, int chunk)
{
    if (!call->output)
        return;
    const real *const restrict input_x = call->input[0];
    const real *const restrict weight_y = call->parameters;
    real *const restrict output = call->output;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 3; i_freq++) {
            const real t2 = weight_y[i_freq];
#pragma omp simd
            for (int i_time = 0; i_time < 4; i_time++) {
                const real t1 = input_x[(size_t)i_batch * 12 + i_freq * 4 + i_time];
                const real t3 = t1 * t2;
                output[(size_t)i_batch * 12 + i_freq * 4 + i_time] = t3;
            }
        }
    }
}

static const AscStepKernel train_step[] = {
    {train_k01, -ASC_GROUP, 1, ASC_PHASE},
    {train_k02, -ASC_GROUP, 1, ASC_BEHIND},
    {train_k03, -ASC_GROUP, 1, ASC_BEHIND},
    {train_k04, -ASC_GROUP, 1, ASC_BEHIND},
    {train_k05, 1, 1, ASC_BESIDE},
    {train_k06, -ASC_GROUP, 1, ASC_PHASE},
    {train_k07, -ASC_GROUP, 1, ASC_BEHIND},
    {train_k07_sum, 1, 1, ASC_PHASE},
};

static const AscKernel train_kernel[] = {
    {"train_k01 map, dropout", "layer_dropout.asc:10", 0, 16, 0},
    {"train_k02 sum, loss.squared_error", "layer_dropout.asc:12", 0, 116, 12},
    {"train_k03 map, dropout", "layer_dropout.asc:10", 0, 112, 12},
    {"train_k04 map, loss.squared_error", "layer_dropout.asc:12", 0, 8, 0},
    {"train_k05 map", "layer_dropout.asc:12", 0, 0, 4},
    {"train_k06 map, loss.squared_error", "layer_dropout.asc:12", 0, 160, 16},
    {"train_k07 sum, y", "layer_dropout.asc:9", 0, 118, 0},
    {"train_k07 sum of the groups, y", "layer_dropout.asc:9", 0, 6, 12},
};

static void train_run(const AscCall *call, double *seconds)
{
    asc_run_kernels(call, train_step, 0, 8, seconds);
}

static const AscStepKernel infer_step[] = {
    {infer_k01, -ASC_GROUP, 1, ASC_PHASE},
    {infer_k02, -ASC_GROUP, 1, ASC_BEHIND},
    {infer_k03, -ASC_GROUP, 1, ASC_BESIDE},
};

static const AscKernel infer_kernel[] = {
    {"infer_k01 sum, loss.squared_error", "layer_dropout.asc:12", 0, 100, 12},
    {"infer_k02 map, loss.squared_error", "layer_dropout.asc:12", 0, 8, 0},
    {"infer_k03 map, y", "layer_dropout.asc:9", 0, 96, 12},
};

static void infer_run(const AscCall *call, double *seconds)
{
    asc_run_kernels(call, infer_step, 0, 3, seconds);
}

static const AscParameter parameter[] = {
    {"y.weight", {1, {{"freq", 3}}}, 3, 0, true, 0, ASC_ONES, 0, 0, 0},
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

static const size_t random_count[] = {4};

static const AscMetric metric[] = {
    {ASC_ACCURACY, 0, {NULL, NULL}},
};

static const char text[] =
    "# ascc: --target=scalar\n"
    "asc 1\n"
    "# A random mask in training, the same for all frequencies; nothing in inference.\n"
    "features x {\n"
    "    audio[channel = 1](8000 Hz) | spectrogram[freq](4 samples, hop = 4 samples)\n"
    "    | segment[time = 4 frames]\n"
    "}\n"
    "network {\n"
    "    y = x * weight[freq = x](ones)\n"
    "    y | dropout[freq](0.5)\n"
    "}\n"
    "train { loss = squared_error(output, target); optimizer = sgd(0.1); epochs = 1; batch = 2 }\n";

const AscModel asc_model = {
    .name = "layer_dropout",
    .source = "layer_dropout.asc",
    .defines = "",
    .text = text,
    .hash = "ed9856605a3ceccf",
    .features = features,
    .feature_sets = 1,
    .input = input,
    .inputs = 1,
    .output = {3, {{"channel", 1}, {"freq", 3}, {"time", 4}}},
    .parameter = parameter,
    .parameters = 1,
    .parameter_reals = 16,
    .randoms = 1,
    .random_count = random_count,
    .train = {64, 192, 0, train_run, train_kernel, 8, 0},
    .infer = {0, 64, 0, infer_run, infer_kernel, 3, 0},
    .multiply_adds = 0,
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
