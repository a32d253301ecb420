/* Made by ascc from layer_maxpool.asc for avx2. */
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
void train_k09(const AscCall *call, int chunk);
void train_k09_sum(const AscCall *call, int chunk);
void train_k10(const AscCall *call, int chunk);
void infer_k01(const AscCall *call, int chunk);
void infer_k02(const AscCall *call, int chunk);
void infer_k03(const AscCall *call, int chunk);
void infer_k04(const AscCall *call, int chunk);
void infer_k05(const AscCall *call, int chunk);
void infer_k06(const AscCall *call, int chunk);

/* train_k01: product, plain loops.
 * dot4[batch, freq = 4, time = 6, channel = 2]
 * from input0, weight2; layer_maxpool.asc:9 (filter) */
void train_k01(const AscCall *call, int chunk)
{
    const real *const restrict input0 = call->input[0];
    const real *const restrict weight2 = call->parameters;
    real *const restrict dot4 = ASC_EXAMPLES(real, train_CONSTANT, 0);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            for (int i_time = 0; i_time < 6; i_time++) {
                const real t1 = input0[(size_t)i_batch * 24 + i_freq * 6 + i_time];
                double sum0[2] = {0};
                real row0[2] = {0};
#pragma omp simd
                for (int i_channel = 0; i_channel < 2; i_channel++) {
                    const real t2 = weight2[i_channel];
                    row0[i_channel] += t1 * t2;
                }
                for (int i_channel = 0; i_channel < 2; i_channel++) {
                    sum0[i_channel] += row0[i_channel];
                }
                for (int i_channel = 0; i_channel < 2; i_channel++) {
                    dot4[(size_t)i_batch * 48 + i_freq * 12 + i_time * 2 + i_channel] = (real)sum0[i_channel];
                }
            }
        }
    }
}

/* train_k02: max.
 * max5[batch, freq = 2, time = 4, channel = 2]
 * from dot4; layer_maxpool.asc:10 (maxpool) */
void train_k02(const AscCall *call, int chunk)
{
    const real *const restrict dot4 = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    real *const restrict max5 = ASC_EXAMPLES(real, train_CONSTANT, 192);
    uint8_t *const restrict max5_where = ASC_EXAMPLES(uint8_t, train_CONSTANT, 256);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 2; i_freq++) {
            for (int i_time = 0; i_time < 4; i_time++) {
                real value[2];
                int place[2];
#pragma omp simd
                for (int lane = 0; lane < 2; lane++) {
                    value[lane] = -(real)INFINITY;
                    place[lane] = 0;
                }
                for (int tap_freq = 0; tap_freq < 2; tap_freq++) {
                    for (int tap_time = 0; tap_time < 3; tap_time++) {
#pragma omp simd
                        for (int lane = 0; lane < 2; lane++) {
                            const real t1 = dot4[(size_t)i_batch * 48 + (i_freq * 2 + tap_freq) * 12 + (i_time + tap_time) * 2 + lane];
                            const int larger = t1 > value[lane];
                            value[lane] = larger ? t1 : value[lane];
                            place[lane] = larger ? tap_freq * 3 + tap_time : place[lane];
                        }
                    }
                }
#pragma omp simd
                for (int lane = 0; lane < 2; lane++) {
                    max5[(size_t)i_batch * 16 + i_freq * 8 + i_time * 2 + lane] = value[lane];
                    max5_where[(size_t)i_batch * 16 + i_freq * 8 + i_time * 2 + lane] = (uint8_t)place[lane];
                }
            }
        }
    }
}

/* train_k03: sum.
 * sum7[batch, channel = 2]
 * from max5; layer_maxpool.asc:10 */
void train_k03(const AscCall *call, int chunk)
{
    const real *const restrict max5 = ASC_EXAMPLES(const real, train_CONSTANT, 192);
    real *const restrict sum7 = ASC_EXAMPLES(real, train_CONSTANT, 320);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[2] = {0};
        for (int i_freq = 0; i_freq < 2; i_freq++) {
            real row0[2] = {0};
            for (int i_time = 0; i_time < 4; i_time++) {
#pragma omp simd
                for (int i_channel = 0; i_channel < 2; i_channel++) {
                    const real t1 = max5[(size_t)i_batch * 16 + i_freq * 8 + i_time * 2 + i_channel];
                    row0[i_channel] += t1;
                }
            }
            for (int i_channel = 0; i_channel < 2; i_channel++) {
                sum0[i_channel] += row0[i_channel];
            }
        }
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            sum7[(size_t)i_batch * 2 + i_channel] = (real)sum0[i_channel];
        }
    }
}

/* train_k04: sum.
 * sum13[batch]
 * from sum7, input10; layer_maxpool.asc:12 (loss.squared_error) */
void train_k04(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict sum7 = ASC_EXAMPLES(const real, train_CONSTANT, 320);
    const real *const restrict input10 = call->target;
    real *const restrict sum13 = ASC_EXAMPLES(real, train_CONSTANT, 384);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[1] = {0};
        real run0 = 0;
#pragma omp simd reduction(+ : run0)
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            const real t1 = sum7[(size_t)i_batch * 2 + i_channel];
            const real t2 = t1 * (real)0.125;
            const real t3 = input10[(size_t)i_batch * 2 + i_channel];
            const real t4 = t2 - t3;
            const real t5 = t4 * t4;
            run0 += t5;
        }
        sum0[0] += run0;
        sum13[(size_t)i_batch] = (real)sum0[0];
    }
}

/* train_k05: map.
 * output[batch, channel = 2]
 * from sum7; layer_maxpool.asc:10 */
void train_k05(const AscCall *call, int chunk)
{
    if (!call->output)
        return;
    const real *const restrict sum7 = ASC_EXAMPLES(const real, train_CONSTANT, 320);
    real *const restrict output = call->output;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            const real t1 = sum7[(size_t)i_batch * 2 + i_channel];
            const real t2 = t1 * (real)0.125;
            output[(size_t)i_batch * 2 + i_channel] = t2;
        }
    }
}

/* train_k06: map.
 * loss[batch]
 * from sum13; layer_maxpool.asc:12 (loss.squared_error) */
void train_k06(const AscCall *call, int chunk)
{
    if (!call->losses)
        return;
    const real *const restrict sum13 = ASC_EXAMPLES(const real, train_CONSTANT, 384);
    real *const restrict loss = call->losses;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t1 = sum13[(size_t)i_batch];
        loss[(size_t)i_batch] = t1;
    }
}

/* train_k07: map.
 * map16[]
 * layer_maxpool.asc:12 */
void train_k07(const AscCall *call, int chunk)
{
    real *const restrict map16 = ASC_CONSTANT(real, 0);
    (void)chunk;
    const real t1 = (real)1.0 / (real)call->examples;
    map16[0] = t1;
}

/* train_k08: map.
 * map19[batch, channel = 2]
 * from map16, sum7, input10; layer_maxpool.asc:10 */
void train_k08(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict map16 = ASC_CONSTANT(const real, 0);
    const real *const restrict sum7 = ASC_EXAMPLES(const real, train_CONSTANT, 320);
    const real *const restrict input10 = call->target;
    real *const restrict map19 = ASC_EXAMPLES(real, train_CONSTANT, 0);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    const real t1 = map16[0];
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            const real t2 = sum7[(size_t)i_batch * 2 + i_channel];
            const real t3 = t2 * (real)0.125;
            const real t4 = input10[(size_t)i_batch * 2 + i_channel];
            const real t5 = t3 - t4;
            const real t6 = t1 * t5;
            const real t7 = t6 + t6;
            const real t8 = t7 * (real)0.125;
            map19[(size_t)i_batch * 2 + i_channel] = t8;
        }
    }
}

/* train_k09: product, plain loops.
 * dot23[in = 1, channel = 2]
 * from input0, max5_where, map19; layer_maxpool.asc:9 (filter) */
void train_k09(const AscCall *call, int chunk)
{
    const real *const restrict input0 = call->input[0];
    const uint8_t *const restrict max5_where = ASC_EXAMPLES(const uint8_t, train_CONSTANT, 256);
    const real *const restrict map19 = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    double *const restrict dot23_parts = ASC_EXAMPLES(double, train_CONSTANT, 64);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    memset(dot23_parts + (size_t)chunk * 2, 0, 2 * sizeof(double));
    double *const restrict sum0 = dot23_parts + (size_t)chunk * 2;
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            real row0[2] = {0};
            for (int i_time = 0; i_time < 6; i_time++) {
                const real t1 = input0[(size_t)i_batch * 24 + i_freq * 6 + i_time];
#pragma omp simd
                for (int i_channel = 0; i_channel < 2; i_channel++) {
                    const int t2 = max5_where[(size_t)i_batch * 16 + (i_freq / 2) * 8 + asc_clamp(i_time, 0, 3) * 2 + i_channel];
                    const real t3 = map19[(size_t)i_batch * 2 + i_channel];
                    const real t4 = t2 == (i_freq % 2) * 3 && i_time < 4 ? t3 : 0;
                    const int t5 = max5_where[(size_t)i_batch * 16 + (i_freq / 2) * 8 + asc_clamp((i_time - 1), 0, 3) * 2 + i_channel];
                    const real t6 = map19[(size_t)i_batch * 2 + i_channel];
                    const real t7 = t5 == ((i_freq % 2) * 3 + 1) && (i_time - 1) >= 0 && (i_time - 1) < 4 ? t6 : 0;
                    const int t8 = max5_where[(size_t)i_batch * 16 + (i_freq / 2) * 8 + asc_clamp((i_time - 2), 0, 3) * 2 + i_channel];
                    const real t9 = map19[(size_t)i_batch * 2 + i_channel];
                    const real t10 = t8 == ((i_freq % 2) * 3 + 2) && (i_time - 2) >= 0 ? t9 : 0;
                    const real t11 = t4 + t7 + t10;
                    row0[i_channel] += t1 * t11;
                }
            }
            for (int i_channel = 0; i_channel < 2; i_channel++) {
                sum0[i_channel] += row0[i_channel];
            }
        }
    }
}

void train_k09_sum(const AscCall *call, int chunk)
{
    (void)chunk;
    const double *const restrict dot23_parts = ASC_EXAMPLES(const double, train_CONSTANT, 64);
    real *const restrict dot23 = ASC_CONSTANT(real, 0);
    const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;
    for (int i = 0; i < 2; i++) {
        double sum0 = 0;
        for (int group = 0; group < groups; group++) {
            sum0 += dot23_parts[(size_t)group * 2 + i];
        }
        dot23[i] = (real)sum0;
    }
}

/* train_k10: map.
 * result2[time = 1, in = 1, channel = 2]
 * from dot23; layer_maxpool.asc:9 (filter) */
void train_k10(const AscCall *call, int chunk)
{
    const real *const restrict dot23 = ASC_CONSTANT(const real, 0);
    real *const restrict result2 = call->gradients;
    (void)chunk;
#pragma omp simd
    for (int i_channel = 0; i_channel < 2; i_channel++) {
        const real t1 = dot23[i_channel];
        result2[i_channel] = t1;
    }
}

/* infer_k01: product, plain loops.
 * dot4[batch, freq = 4, time = 6, channel = 2]
 * from input0, weight2; layer_maxpool.asc:9 (filter) */
void infer_k01(const AscCall *call, int chunk)
{
    const real *const restrict input0 = call->input[0];
    const real *const restrict weight2 = call->parameters;
    real *const restrict dot4 = ASC_EXAMPLES(real, infer_CONSTANT, 0);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            for (int i_time = 0; i_time < 6; i_time++) {
                const real t1 = input0[(size_t)i_batch * 24 + i_freq * 6 + i_time];
                double sum0[2] = {0};
                real row0[2] = {0};
#pragma omp simd
                for (int i_channel = 0; i_channel < 2; i_channel++) {
                    const real t2 = weight2[i_channel];
                    row0[i_channel] += t1 * t2;
                }
                for (int i_channel = 0; i_channel < 2; i_channel++) {
                    sum0[i_channel] += row0[i_channel];
                }
                for (int i_channel = 0; i_channel < 2; i_channel++) {
                    dot4[(size_t)i_batch * 48 + i_freq * 12 + i_time * 2 + i_channel] = (real)sum0[i_channel];
                }
            }
        }
    }
}

/* infer_k02: max.
 * max5[batch, freq = 2, time = 4, channel = 2]
 * from dot4; layer_maxpool.asc:10 (maxpool) */
void infer_k02(const AscCall *call, int chunk)
{
    const real *const restrict dot4 = ASC_EXAMPLES(const real, infer_CONSTANT, 0);
    real *const restrict max5 = ASC_EXAMPLES(real, infer_CONSTANT, 192);
    real *const restrict max5_where = ASC_EXAMPLES(real, infer_CONSTANT, 256);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 2; i_freq++) {
            for (int i_time = 0; i_time < 4; i_time++) {
                real value[2];
                int place[2];
#pragma omp simd
                for (int lane = 0; lane < 2; lane++) {
                    value[lane] = -(real)INFINITY;
                    place[lane] = 0;
                }
                for (int tap_freq = 0; tap_freq < 2; tap_freq++) {
                    for (int tap_time = 0; tap_time < 3; tap_time++) {
#pragma omp simd
                        for (int lane = 0; lane < 2; lane++) {
                            const real t1 = dot4[(size_t)i_batch * 48 + (i_freq * 2 + tap_freq) * 12 + (i_time + tap_time) * 2 + lane];
                            const int larger = t1 > value[lane];
                            value[lane] = larger ? t1 : value[lane];
                            place[lane] = larger ? tap_freq * 3 + tap_time : place[lane];
                        }
                    }
                }
#pragma omp simd
                for (int lane = 0; lane < 2; lane++) {
                    max5[(size_t)i_batch * 16 + i_freq * 8 + i_time * 2 + lane] = value[lane];
                    max5_where[(size_t)i_batch * 16 + i_freq * 8 + i_time * 2 + lane] = (real)place[lane];
                }
            }
        }
    }
}

/* infer_k03: sum.
 * sum7[batch, channel = 2]
 * from max5; layer_maxpool.asc:10 */
void infer_k03(const AscCall *call, int chunk)
{
    const real *const restrict max5 = ASC_EXAMPLES(const real, infer_CONSTANT, 192);
    real *const restrict sum7 = ASC_EXAMPLES(real, infer_CONSTANT, 320);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[2] = {0};
        for (int i_freq = 0; i_freq < 2; i_freq++) {
            real row0[2] = {0};
            for (int i_time = 0; i_time < 4; i_time++) {
#pragma omp simd
                for (int i_channel = 0; i_channel < 2; i_channel++) {
                    const real t1 = max5[(size_t)i_batch * 16 + i_freq * 8 + i_time * 2 + i_channel];
                    row0[i_channel] += t1;
                }
            }
            for (int i_channel = 0; i_channel < 2; i_channel++) {
                sum0[i_channel] += row0[i_channel];
            }
        }
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            sum7[(size_t)i_batch * 2 + i_channel] = (real)sum0[i_channel];
        }
    }
}

/* infer_k04: sum.
 * sum13[batch]
 * from sum7, input10; layer_maxpool.asc:12 (loss.squared_error) */
void infer_k04(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict sum7 = ASC_EXAMPLES(const real, infer_CONSTANT, 320);
    const real *const restrict input10 = call->target;
    real *const restrict sum13 = ASC_EXAMPLES(real, infer_CONSTANT, 384);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[1] = {0};
        real run0 = 0;
#pragma omp simd reduction(+ : run0)
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            const real t1 = sum7[(size_t)i_batch * 2 + i_channel];
            const real t2 = t1 * (real)0.125;
            const real t3 = input10[(size_t)i_batch * 2 + i_channel];
            const real t4 = t2 - t3;
            const real t5 = t4 * t4;
            run0 += t5;
        }
        sum0[0] += run0;
        sum13[(size_t)i_batch] = (real)sum0[0];
    }
}

/* infer_k05: map.
 * output[batch, channel = 2]
 * from sum7; layer_maxpool.asc:10 */
void infer_k05(const AscCall *call, int chunk)
{
    if (!call->output)
        return;
    const real *const restrict sum7 = ASC_EXAMPLES(const real, infer_CONSTANT, 320);
    real *const restrict output = call->output;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            const real t1 = sum7[(size_t)i_batch * 2 + i_channel];
            const real t2 = t1 * (real)0.125;
            output[(size_t)i_batch * 2 + i_channel] = t2;
        }
    }
}

/* infer_k06: map.
 * loss[batch]
 * from sum13; layer_maxpool.asc:12 (loss.squared_error) */
void infer_k06(const AscCall *call, int chunk)
{
    if (!call->losses)
        return;
    const real *const restrict sum13 = ASC_EXAMPLES(const real, infer_CONSTANT, 384);
    real *const restrict loss = call->losses;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t1 = sum13[(size_t)i_batch];
        loss[(size_t)i_batch] = t1;
    }
}

static const AscStepKernel train_step[] = {
    {train_k01, 0, ASC_PHASE},
    {train_k02, 0, ASC_BEHIND},
    {train_k03, 0, ASC_BEHIND},
    {train_k04, 0, ASC_BEHIND},
    {train_k05, 0, ASC_BEHIND},
    {train_k06, 0, ASC_BEHIND},
    {train_k07, 1, ASC_BESIDE},
    {train_k08, 0, ASC_PHASE},
    {train_k09, 0, ASC_BEHIND},
    {train_k09_sum, 1, ASC_PHASE},
    {train_k10, 1, ASC_BEHIND},
};

static const AscKernel train_kernel[] = {
    {"train_k01 product, plain loops, filter", "layer_maxpool.asc:9", 96, 296},
    {"train_k02 max, maxpool", "layer_maxpool.asc:10", 0, 272},
    {"train_k03 sum", "layer_maxpool.asc:10", 0, 72},
    {"train_k04 sum, loss.squared_error", "layer_maxpool.asc:12", 0, 20},
    {"train_k05 map", "layer_maxpool.asc:10", 0, 16},
    {"train_k06 map, loss.squared_error", "layer_maxpool.asc:12", 0, 8},
    {"train_k07 map", "layer_maxpool.asc:12", 0, 4},
    {"train_k08 map", "layer_maxpool.asc:10", 0, 28},
    {"train_k09 product, plain loops, filter", "layer_maxpool.asc:9", 96, 128},
    {"train_k09 sum of the groups, filter", "layer_maxpool.asc:9", 0, 0},
    {"train_k10 map, filter", "layer_maxpool.asc:9", 0, 16},
};

static void train_run(const AscCall *call, double *seconds)
{
    asc_run_kernels(call, train_step, 11, seconds);
}

static const AscStepKernel infer_step[] = {
    {infer_k01, 0, ASC_PHASE},
    {infer_k02, 0, ASC_BEHIND},
    {infer_k03, 0, ASC_BEHIND},
    {infer_k04, 0, ASC_BEHIND},
    {infer_k05, 0, ASC_BEHIND},
    {infer_k06, 0, ASC_BEHIND},
};

static const AscKernel infer_kernel[] = {
    {"infer_k01 product, plain loops, filter", "layer_maxpool.asc:9", 96, 296},
    {"infer_k02 max, maxpool", "layer_maxpool.asc:10", 0, 320},
    {"infer_k03 sum", "layer_maxpool.asc:10", 0, 72},
    {"infer_k04 sum, loss.squared_error", "layer_maxpool.asc:12", 0, 20},
    {"infer_k05 map", "layer_maxpool.asc:10", 0, 16},
    {"infer_k06 map, loss.squared_error", "layer_maxpool.asc:12", 0, 8},
};

static void infer_run(const AscCall *call, double *seconds)
{
    asc_run_kernels(call, infer_step, 6, seconds);
}

static const AscParameter parameter[] = {
    {"filter.weight", {3, {{"time", 1}, {"in", 1}, {"channel", 2}}}, 2, 0, true, 0, ASC_GLOROT_UNIFORM, 0, 1, 2},
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
    "# Maxima of windows that overlap along one axis, and their gradient.\n"
    "features x {\n"
    "    audio[channel = 1](8000 Hz) | spectrogram[bin](32 ms, hop = 16 ms) | mel[freq = 4]\n"
    "    | decibels | normalize[freq] | segment[time = 6 frames]\n"
    "}\n"
    "network {\n"
    "    x | filter[channel = 2](kernel = [time = 1])\n"
    "    | maxpool[freq = 2, time = 3](stride = [freq = 2, time = 1]) | mean[freq, time]\n"
    "}\n"
    "train { loss = squared_error(output, target); optimizer = sgd(0.1); epochs = 1; batch = 2 }\n";

const AscModel asc_model = {
    .name = "layer_maxpool",
    .source = "layer_maxpool.asc",
    .defines = "",
    .text = text,
    .hash = "95ec41f65e7822fe",
    .features = features,
    .feature_sets = 1,
    .input = input,
    .inputs = 1,
    .output = {1, {{"channel", 2}}},
    .parameter = parameter,
    .parameters = 1,
    .parameter_reals = 16,
    .randoms = 0,
    .random_count = random_count,
    .train = {64, 448, train_run, train_kernel, 11},
    .infer = {0, 448, infer_run, infer_kernel, 6},
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
