/* Made by ascc from layer_meanpool.asc for avx2. */
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
void train_k10(const AscCall *call, int chunk);
void train_k11(const AscCall *call, int chunk);
void train_k11_sum(const AscCall *call, int chunk);
void train_k12(const AscCall *call, int chunk);
void infer_k01(const AscCall *call, int chunk);
void infer_k02(const AscCall *call, int chunk);
void infer_k03(const AscCall *call, int chunk);
void infer_k04(const AscCall *call, int chunk);
void infer_k05(const AscCall *call, int chunk);
void infer_k06(const AscCall *call, int chunk);

/* train_k01: product, plain loops.
 * dot4[batch, freq = 4, time = 6, channel = 2]
 * from input0, weight2; layer_meanpool.asc:9 (filter) */
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

/* train_k02: sum.
 * sum5[batch, freq = 2, time = 2, channel = 2]
 * from dot4; layer_meanpool.asc:9 (meanpool) */
void train_k02(const AscCall *call, int chunk)
{
    const real *const restrict dot4 = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    real *const restrict sum5 = ASC_EXAMPLES(real, train_CONSTANT, 192);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 2; i_freq++) {
            for (int i_time = 0; i_time < 2; i_time++) {
                real value[2];
#pragma omp simd
                for (int lane = 0; lane < 2; lane++) {
                    value[lane] = 0;
                }
                for (int tap_freq = 0; tap_freq < 2; tap_freq++) {
                    for (int tap_time = 0; tap_time < 3; tap_time++) {
#pragma omp simd
                        for (int lane = 0; lane < 2; lane++) {
                            const real t1 = dot4[(size_t)i_batch * 48 + (i_freq * 2 + tap_freq) * 12 + (i_time * 3 + tap_time) * 2 + lane];
                            value[lane] += t1;
                        }
                    }
                }
#pragma omp simd
                for (int lane = 0; lane < 2; lane++) {
                    sum5[(size_t)i_batch * 8 + i_freq * 4 + i_time * 2 + lane] = value[lane];
                }
            }
        }
    }
}

/* train_k03: sum.
 * sum9[batch, channel = 2]
 * from sum5; layer_meanpool.asc:10 */
void train_k03(const AscCall *call, int chunk)
{
    const real *const restrict sum5 = ASC_EXAMPLES(const real, train_CONSTANT, 192);
    real *const restrict sum9 = ASC_EXAMPLES(real, train_CONSTANT, 256);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[2] = {0};
        for (int i_freq = 0; i_freq < 2; i_freq++) {
            real row0[2] = {0};
            for (int i_time = 0; i_time < 2; i_time++) {
#pragma omp simd
                for (int i_channel = 0; i_channel < 2; i_channel++) {
                    const real t1 = sum5[(size_t)i_batch * 8 + i_freq * 4 + i_time * 2 + i_channel];
                    const real t2 = t1 * (real)0.16666666666666666;
                    const real t3 = t2 > 0 ? t2 : 0;
                    row0[i_channel] += t3;
                }
            }
            for (int i_channel = 0; i_channel < 2; i_channel++) {
                sum0[i_channel] += row0[i_channel];
            }
        }
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            sum9[(size_t)i_batch * 2 + i_channel] = (real)sum0[i_channel];
        }
    }
}

/* train_k04: sum.
 * sum15[batch]
 * from sum9, input12; layer_meanpool.asc:12 (loss.squared_error) */
void train_k04(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict sum9 = ASC_EXAMPLES(const real, train_CONSTANT, 256);
    const real *const restrict input12 = call->target;
    real *const restrict sum15 = ASC_EXAMPLES(real, train_CONSTANT, 320);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[1] = {0};
        real run0 = 0;
#pragma omp simd reduction(+ : run0)
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            const real t1 = sum9[(size_t)i_batch * 2 + i_channel];
            const real t2 = t1 * (real)0.25;
            const real t3 = input12[(size_t)i_batch * 2 + i_channel];
            const real t4 = t2 - t3;
            const real t5 = t4 * t4;
            run0 += t5;
        }
        sum0[0] += run0;
        sum15[(size_t)i_batch] = (real)sum0[0];
    }
}

/* train_k05: map.
 * output[batch, channel = 2]
 * from sum9; layer_meanpool.asc:10 */
void train_k05(const AscCall *call, int chunk)
{
    if (!call->output)
        return;
    const real *const restrict sum9 = ASC_EXAMPLES(const real, train_CONSTANT, 256);
    real *const restrict output = call->output;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            const real t1 = sum9[(size_t)i_batch * 2 + i_channel];
            const real t2 = t1 * (real)0.25;
            output[(size_t)i_batch * 2 + i_channel] = t2;
        }
    }
}

/* train_k06: map.
 * loss[batch]
 * from sum15; layer_meanpool.asc:12 (loss.squared_error) */
void train_k06(const AscCall *call, int chunk)
{
    if (!call->losses)
        return;
    const real *const restrict sum15 = ASC_EXAMPLES(const real, train_CONSTANT, 320);
    real *const restrict loss = call->losses;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t1 = sum15[(size_t)i_batch];
        loss[(size_t)i_batch] = t1;
    }
}

/* train_k07: map.
 * map18[]
 * layer_meanpool.asc:12 */
void train_k07(const AscCall *call, int chunk)
{
    real *const restrict map18 = ASC_CONSTANT(real, 0);
    (void)chunk;
    const real t1 = (real)1.0 / (real)call->examples;
    map18[0] = t1;
}

/* train_k08: map.
 * map21[batch, channel = 2]
 * from map18, sum9, input12; layer_meanpool.asc:10 */
void train_k08(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict map18 = ASC_CONSTANT(const real, 0);
    const real *const restrict sum9 = ASC_EXAMPLES(const real, train_CONSTANT, 256);
    const real *const restrict input12 = call->target;
    real *const restrict map21 = ASC_EXAMPLES(real, train_CONSTANT, 320);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    const real t1 = map18[0];
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            const real t2 = sum9[(size_t)i_batch * 2 + i_channel];
            const real t3 = t2 * (real)0.25;
            const real t4 = input12[(size_t)i_batch * 2 + i_channel];
            const real t5 = t3 - t4;
            const real t6 = t1 * t5;
            const real t7 = t6 + t6;
            const real t8 = t7 * (real)0.25;
            map21[(size_t)i_batch * 2 + i_channel] = t8;
        }
    }
}

/* train_k09: map.
 * map24[batch, freq = 2, time = 2, channel = 2]
 * from map21, sum5; layer_meanpool.asc:9 (meanpool) */
void train_k09(const AscCall *call, int chunk)
{
    const real *const restrict map21 = ASC_EXAMPLES(const real, train_CONSTANT, 320);
    const real *const restrict sum5 = ASC_EXAMPLES(const real, train_CONSTANT, 192);
    real *const restrict map24 = ASC_EXAMPLES(real, train_CONSTANT, 384);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 2; i_freq++) {
            for (int i_time = 0; i_time < 2; i_time++) {
#pragma omp simd
                for (int i_channel = 0; i_channel < 2; i_channel++) {
                    const real t1 = map21[(size_t)i_batch * 2 + i_channel];
                    const real t2 = sum5[(size_t)i_batch * 8 + i_freq * 4 + i_time * 2 + i_channel];
                    const real t3 = t2 * (real)0.16666666666666666;
                    const real t4 = t3 > 0 ? t3 : 0;
                    const real t5 = t4 > 0 ? 1 : 0;
                    const real t6 = t1 * t5;
                    const real t7 = t6 * (real)0.16666666666666666;
                    map24[(size_t)i_batch * 8 + i_freq * 4 + i_time * 2 + i_channel] = t7;
                }
            }
        }
    }
}

/* train_k10: sum.
 * sum26[batch, freq = 4, time = 6, channel = 2]
 * from map24; layer_meanpool.asc:9 (meanpool) */
void train_k10(const AscCall *call, int chunk)
{
    const real *const restrict map24 = ASC_EXAMPLES(const real, train_CONSTANT, 384);
    real *const restrict sum26 = ASC_EXAMPLES(real, train_CONSTANT, 0);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            for (int i_time = 0; i_time < 6; i_time++) {
                real value[2];
#pragma omp simd
                for (int lane = 0; lane < 2; lane++) {
                    value[lane] = 0;
                }
                for (int tap_freq = 0; tap_freq < 2; tap_freq++) {
                    for (int tap_time = 0; tap_time < 3; tap_time++) {
#pragma omp simd
                        for (int lane = 0; lane < 2; lane++) {
                            const real t1 = map24[(size_t)i_batch * 8 + (asc_clamp(((i_freq + tap_freq) - 1), 0, 2) / 2) * 4 + (asc_clamp(((i_time + tap_time) - 2), 0, 3) / 3) * 2 + lane];
                            const real t2 = ((i_freq + tap_freq) - 1) >= 0 && ((i_freq + tap_freq) - 1) < 3 && asc_clamp(((i_freq + tap_freq) - 1), 0, 2) % 2 == 0 && ((i_time + tap_time) - 2) >= 0 && ((i_time + tap_time) - 2) < 4 && asc_clamp(((i_time + tap_time) - 2), 0, 3) % 3 == 0 ? t1 : 0;
                            value[lane] += t2;
                        }
                    }
                }
#pragma omp simd
                for (int lane = 0; lane < 2; lane++) {
                    sum26[(size_t)i_batch * 48 + i_freq * 12 + i_time * 2 + lane] = value[lane];
                }
            }
        }
    }
}

/* train_k11: product, plain loops.
 * dot27[in = 1, channel = 2]
 * from input0, sum26; layer_meanpool.asc:9 (filter) */
void train_k11(const AscCall *call, int chunk)
{
    const real *const restrict input0 = call->input[0];
    const real *const restrict sum26 = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    double *const restrict dot27_parts = ASC_EXAMPLES(double, train_CONSTANT, 448);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    memset(dot27_parts + (size_t)chunk * 2, 0, 2 * sizeof(double));
    double *const restrict sum0 = dot27_parts + (size_t)chunk * 2;
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            real row0[2] = {0};
            for (int i_time = 0; i_time < 6; i_time++) {
                const real t1 = input0[(size_t)i_batch * 24 + i_freq * 6 + i_time];
#pragma omp simd
                for (int i_channel = 0; i_channel < 2; i_channel++) {
                    const real t2 = sum26[(size_t)i_batch * 48 + i_freq * 12 + i_time * 2 + i_channel];
                    row0[i_channel] += t1 * t2;
                }
            }
            for (int i_channel = 0; i_channel < 2; i_channel++) {
                sum0[i_channel] += row0[i_channel];
            }
        }
    }
}

void train_k11_sum(const AscCall *call, int chunk)
{
    (void)chunk;
    const double *const restrict dot27_parts = ASC_EXAMPLES(const double, train_CONSTANT, 448);
    real *const restrict dot27 = ASC_CONSTANT(real, 0);
    const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;
    for (int i = 0; i < 2; i++) {
        double sum0 = 0;
        for (int group = 0; group < groups; group++) {
            sum0 += dot27_parts[(size_t)group * 2 + i];
        }
        dot27[i] = (real)sum0;
    }
}

/* train_k12: map.
 * result2[time = 1, in = 1, channel = 2]
 * from dot27; layer_meanpool.asc:9 (filter) */
void train_k12(const AscCall *call, int chunk)
{
    const real *const restrict dot27 = ASC_CONSTANT(const real, 0);
    real *const restrict result2 = call->gradients;
    (void)chunk;
#pragma omp simd
    for (int i_channel = 0; i_channel < 2; i_channel++) {
        const real t1 = dot27[i_channel];
        result2[i_channel] = t1;
    }
}

/* infer_k01: product, plain loops.
 * dot4[batch, freq = 4, time = 6, channel = 2]
 * from input0, weight2; layer_meanpool.asc:9 (filter) */
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

/* infer_k02: sum.
 * sum5[batch, freq = 2, time = 2, channel = 2]
 * from dot4; layer_meanpool.asc:9 (meanpool) */
void infer_k02(const AscCall *call, int chunk)
{
    const real *const restrict dot4 = ASC_EXAMPLES(const real, infer_CONSTANT, 0);
    real *const restrict sum5 = ASC_EXAMPLES(real, infer_CONSTANT, 192);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 2; i_freq++) {
            for (int i_time = 0; i_time < 2; i_time++) {
                real value[2];
#pragma omp simd
                for (int lane = 0; lane < 2; lane++) {
                    value[lane] = 0;
                }
                for (int tap_freq = 0; tap_freq < 2; tap_freq++) {
                    for (int tap_time = 0; tap_time < 3; tap_time++) {
#pragma omp simd
                        for (int lane = 0; lane < 2; lane++) {
                            const real t1 = dot4[(size_t)i_batch * 48 + (i_freq * 2 + tap_freq) * 12 + (i_time * 3 + tap_time) * 2 + lane];
                            value[lane] += t1;
                        }
                    }
                }
#pragma omp simd
                for (int lane = 0; lane < 2; lane++) {
                    sum5[(size_t)i_batch * 8 + i_freq * 4 + i_time * 2 + lane] = value[lane];
                }
            }
        }
    }
}

/* infer_k03: sum.
 * sum9[batch, channel = 2]
 * from sum5; layer_meanpool.asc:10 */
void infer_k03(const AscCall *call, int chunk)
{
    const real *const restrict sum5 = ASC_EXAMPLES(const real, infer_CONSTANT, 192);
    real *const restrict sum9 = ASC_EXAMPLES(real, infer_CONSTANT, 256);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[2] = {0};
        for (int i_freq = 0; i_freq < 2; i_freq++) {
            real row0[2] = {0};
            for (int i_time = 0; i_time < 2; i_time++) {
#pragma omp simd
                for (int i_channel = 0; i_channel < 2; i_channel++) {
                    const real t1 = sum5[(size_t)i_batch * 8 + i_freq * 4 + i_time * 2 + i_channel];
                    const real t2 = t1 * (real)0.16666666666666666;
                    const real t3 = t2 > 0 ? t2 : 0;
                    row0[i_channel] += t3;
                }
            }
            for (int i_channel = 0; i_channel < 2; i_channel++) {
                sum0[i_channel] += row0[i_channel];
            }
        }
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            sum9[(size_t)i_batch * 2 + i_channel] = (real)sum0[i_channel];
        }
    }
}

/* infer_k04: sum.
 * sum15[batch]
 * from sum9, input12; layer_meanpool.asc:12 (loss.squared_error) */
void infer_k04(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict sum9 = ASC_EXAMPLES(const real, infer_CONSTANT, 256);
    const real *const restrict input12 = call->target;
    real *const restrict sum15 = ASC_EXAMPLES(real, infer_CONSTANT, 320);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[1] = {0};
        real run0 = 0;
#pragma omp simd reduction(+ : run0)
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            const real t1 = sum9[(size_t)i_batch * 2 + i_channel];
            const real t2 = t1 * (real)0.25;
            const real t3 = input12[(size_t)i_batch * 2 + i_channel];
            const real t4 = t2 - t3;
            const real t5 = t4 * t4;
            run0 += t5;
        }
        sum0[0] += run0;
        sum15[(size_t)i_batch] = (real)sum0[0];
    }
}

/* infer_k05: map.
 * output[batch, channel = 2]
 * from sum9; layer_meanpool.asc:10 */
void infer_k05(const AscCall *call, int chunk)
{
    if (!call->output)
        return;
    const real *const restrict sum9 = ASC_EXAMPLES(const real, infer_CONSTANT, 256);
    real *const restrict output = call->output;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            const real t1 = sum9[(size_t)i_batch * 2 + i_channel];
            const real t2 = t1 * (real)0.25;
            output[(size_t)i_batch * 2 + i_channel] = t2;
        }
    }
}

/* infer_k06: map.
 * loss[batch]
 * from sum15; layer_meanpool.asc:12 (loss.squared_error) */
void infer_k06(const AscCall *call, int chunk)
{
    if (!call->losses)
        return;
    const real *const restrict sum15 = ASC_EXAMPLES(const real, infer_CONSTANT, 320);
    real *const restrict loss = call->losses;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t1 = sum15[(size_t)i_batch];
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
    {train_k10, 0, ASC_BEHIND},
    {train_k11, 0, ASC_BEHIND},
    {train_k11_sum, 1, ASC_PHASE},
    {train_k12, 1, ASC_BEHIND},
};

static const AscKernel train_kernel[] = {
    {"train_k01 product, plain loops, filter", "layer_meanpool.asc:9", 96, 296},
    {"train_k02 sum, meanpool", "layer_meanpool.asc:9", 0, 224},
    {"train_k03 sum", "layer_meanpool.asc:10", 0, 40},
    {"train_k04 sum, loss.squared_error", "layer_meanpool.asc:12", 0, 20},
    {"train_k05 map", "layer_meanpool.asc:10", 0, 16},
    {"train_k06 map, loss.squared_error", "layer_meanpool.asc:12", 0, 8},
    {"train_k07 map", "layer_meanpool.asc:12", 0, 4},
    {"train_k08 map", "layer_meanpool.asc:10", 0, 28},
    {"train_k09 map, meanpool", "layer_meanpool.asc:9", 0, 72},
    {"train_k10 sum, meanpool", "layer_meanpool.asc:9", 0, 224},
    {"train_k11 product, plain loops, filter", "layer_meanpool.asc:9", 96, 296},
    {"train_k11 sum of the groups, filter", "layer_meanpool.asc:9", 0, 0},
    {"train_k12 map, filter", "layer_meanpool.asc:9", 0, 16},
};

static void train_run(const AscCall *call, double *seconds)
{
    asc_run_kernels(call, train_step, 13, seconds);
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
    {"infer_k01 product, plain loops, filter", "layer_meanpool.asc:9", 96, 296},
    {"infer_k02 sum, meanpool", "layer_meanpool.asc:9", 0, 224},
    {"infer_k03 sum", "layer_meanpool.asc:10", 0, 40},
    {"infer_k04 sum, loss.squared_error", "layer_meanpool.asc:12", 0, 20},
    {"infer_k05 map", "layer_meanpool.asc:10", 0, 16},
    {"infer_k06 map, loss.squared_error", "layer_meanpool.asc:12", 0, 8},
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
    "# Means of windows, and their gradient.\n"
    "features x {\n"
    "    audio[channel = 1](8000 Hz) | spectrogram[bin](32 ms, hop = 16 ms) | mel[freq = 4]\n"
    "    | decibels | normalize[freq] | segment[time = 6 frames]\n"
    "}\n"
    "network {\n"
    "    x | filter[channel = 2](kernel = [time = 1]) | meanpool[freq = 2, time = 3] | relu\n"
    "    | mean[freq, time]\n"
    "}\n"
    "train { loss = squared_error(output, target); optimizer = sgd(0.1); epochs = 1; batch = 2 }\n";

const AscModel asc_model = {
    .name = "layer_meanpool",
    .source = "layer_meanpool.asc",
    .defines = "",
    .text = text,
    .hash = "8545f6194d7e8a08",
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
    .train = {64, 512, train_run, train_kernel, 13},
    .infer = {0, 384, infer_run, infer_kernel, 6},
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
