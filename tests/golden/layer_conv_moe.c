/* Made by ascc from layer_conv_moe.asc for avx2. */
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
void train_k12(const AscCall *call, int chunk);
void train_k13(const AscCall *call, int chunk);
void train_k14(const AscCall *call, int chunk);
void train_k15(const AscCall *call, int chunk);
void train_k16(const AscCall *call, int chunk);
void train_k17(const AscCall *call, int chunk);
void train_k18(const AscCall *call, int chunk);
void train_k11_sum(const AscCall *call, int chunk);
void train_k12_sum(const AscCall *call, int chunk);
void train_k15_sum(const AscCall *call, int chunk);
void train_k16_sum(const AscCall *call, int chunk);
void infer_k01(const AscCall *call, int chunk);
void infer_k02(const AscCall *call, int chunk);
void infer_k03(const AscCall *call, int chunk);
void infer_k04(const AscCall *call, int chunk);
void infer_k05(const AscCall *call, int chunk);
void infer_k06(const AscCall *call, int chunk);
void infer_k07(const AscCall *call, int chunk);
void infer_k08(const AscCall *call, int chunk);

/* train_k01: product, plain loops.
 * map5[batch, channel = 2, expert = 2]
 * from input0, weight3, weight1; layer_conv_moe.asc:9 (conv_moe.g.dense) */
void train_k01(const AscCall *call, int chunk)
{
    const real *const restrict input0 = call->input[0];
    const real *const restrict weight3 = call->parameters + 16;
    const real *const restrict weight1 = call->parameters;
    real *const restrict map5 = ASC_EXAMPLES(real, train_CONSTANT, 384);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            double sum0[2] = {0};
            real row0[2] = {0};
            for (int i_in = 0; i_in < 24; i_in++) {
                const real t1 = input0[(size_t)i_batch * 24 + i_in];
#pragma omp simd
                for (int i_expert = 0; i_expert < 2; i_expert++) {
                    const real t2 = weight3[i_in * 4 + i_channel * 2 + i_expert];
                    row0[i_expert] += t1 * t2;
                }
            }
            for (int i_expert = 0; i_expert < 2; i_expert++) {
                sum0[i_expert] += row0[i_expert];
            }
            for (int i_expert = 0; i_expert < 2; i_expert++) {
                const real t3 = weight1[i_channel * 2 + i_expert];
                const real t4 = (real)sum0[i_expert] + t3;
                map5[(size_t)i_batch * 4 + i_channel * 2 + i_expert] = t4;
            }
        }
    }
}

/* train_k02: softmax.
 * softmax6[batch, channel = 2, expert = 2]
 * from map5; layer_conv_moe.asc:9 (conv_moe.g) */
void train_k02(const AscCall *call, int chunk)
{
    const real *const restrict map5 = ASC_EXAMPLES(const real, train_CONSTANT, 384);
    real *const restrict softmax6 = ASC_EXAMPLES(real, train_CONSTANT, 1280);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            real maximum = -(real)INFINITY, total = 0;
            for (int i_expert = 0; i_expert < 2; i_expert++) {
                maximum = map5[(size_t)i_batch * 4 + i_channel * 2 + i_expert] > maximum ? map5[(size_t)i_batch * 4 + i_channel * 2 + i_expert] : maximum;
            }
            for (int i_expert = 0; i_expert < 2; i_expert++) {
                const real e = asc_exp(map5[(size_t)i_batch * 4 + i_channel * 2 + i_expert] - maximum);
                softmax6[(size_t)i_batch * 4 + i_channel * 2 + i_expert] = e;
                total += e;
            }
            const real share = 1 / total;
            for (int i_expert = 0; i_expert < 2; i_expert++) {
                softmax6[(size_t)i_batch * 4 + i_channel * 2 + i_expert] *= share;
            }
        }
    }
}

/* train_k03: product, plain loops.
 * map13[batch, freq = 4, time = 6, channel = 2, expert = 2]
 * from input0, weight9, weight7; layer_conv_moe.asc:9 (conv_moe.e.conv) */
void train_k03(const AscCall *call, int chunk)
{
    const real *const restrict input0 = call->input[0];
    const real *const restrict weight9 = call->parameters + 128;
    const real *const restrict weight7 = call->parameters + 112;
    real *const restrict map13 = ASC_EXAMPLES(real, train_CONSTANT, 0);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            for (int i_time = 0; i_time < 6; i_time++) {
                for (int i_channel = 0; i_channel < 2; i_channel++) {
                    double sum0[2] = {0};
                    for (int tap_freq = 0; tap_freq < 3; tap_freq++) {
                        for (int tap_time = 0; tap_time < 3; tap_time++) {
                            const real t1 = input0[(size_t)i_batch * 24 + asc_clamp(((i_freq + tap_freq) - 1), 0, 3) * 6 + asc_clamp(((i_time + tap_time) - 1), 0, 5)];
                            const real t2 = ((i_freq + tap_freq) - 1) >= 0 && ((i_freq + tap_freq) - 1) < 4 && ((i_time + tap_time) - 1) >= 0 && ((i_time + tap_time) - 1) < 6 ? t1 : 0;
                            real row0[2] = {0};
#pragma omp simd
                            for (int i_expert = 0; i_expert < 2; i_expert++) {
                                const real t3 = weight9[tap_freq * 12 + tap_time * 4 + i_channel * 2 + i_expert];
                                row0[i_expert] += t2 * t3;
                            }
                            for (int i_expert = 0; i_expert < 2; i_expert++) {
                                sum0[i_expert] += row0[i_expert];
                            }
                        }
                    }
                    for (int i_expert = 0; i_expert < 2; i_expert++) {
                        const real t4 = weight7[i_channel * 2 + i_expert];
                        const real t5 = (real)sum0[i_expert] + t4;
                        const real t6 = t5 > 0 ? t5 : 0;
                        map13[(size_t)i_batch * 96 + i_freq * 24 + i_time * 4 + i_channel * 2 + i_expert] = t6;
                    }
                }
            }
        }
    }
}

/* train_k04: map.
 * map24[]
 * layer_conv_moe.asc:11 */
void train_k04(const AscCall *call, int chunk)
{
    real *const restrict map24 = ASC_CONSTANT(real, 0);
    (void)chunk;
    const real t1 = (real)1.0 / (real)call->examples;
    map24[0] = t1;
}

/* train_k05: product, plain loops.
 * dot14[batch, channel = 2, freq = 4, time = 6]
 * from softmax6, map13; layer_conv_moe.asc:9 (conv_moe) */
void train_k05(const AscCall *call, int chunk)
{
    const real *const restrict softmax6 = ASC_EXAMPLES(const real, train_CONSTANT, 1280);
    const real *const restrict map13 = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    real *const restrict dot14 = ASC_EXAMPLES(real, train_CONSTANT, 768);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            for (int i_freq = 0; i_freq < 4; i_freq++) {
                for (int i_time = 0; i_time < 6; i_time++) {
                    double sum0[1] = {0};
                    real run0 = 0;
#pragma omp simd reduction(+ : run0)
                    for (int i_expert = 0; i_expert < 2; i_expert++) {
                        const real t1 = softmax6[(size_t)i_batch * 4 + i_channel * 2 + i_expert];
                        const real t2 = map13[(size_t)i_batch * 96 + i_freq * 24 + i_time * 4 + i_channel * 2 + i_expert];
                        run0 += t1 * t2;
                    }
                    sum0[0] += run0;
                    dot14[(size_t)i_batch * 48 + i_channel * 24 + i_freq * 6 + i_time] = (real)sum0[0];
                }
            }
        }
    }
}

/* train_k06: sum.
 * sum15[batch, channel = 2]
 * from dot14; layer_conv_moe.asc:9 */
void train_k06(const AscCall *call, int chunk)
{
    const real *const restrict dot14 = ASC_EXAMPLES(const real, train_CONSTANT, 768);
    real *const restrict sum15 = ASC_EXAMPLES(real, train_CONSTANT, 1344);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            double sum0[1] = {0};
            real run0 = 0;
            for (int i_freq = 0; i_freq < 4; i_freq++) {
#pragma omp simd reduction(+ : run0)
                for (int i_time = 0; i_time < 6; i_time++) {
                    const real t1 = dot14[(size_t)i_batch * 48 + i_channel * 24 + i_freq * 6 + i_time];
                    run0 += t1;
                }
            }
            sum0[0] += run0;
            sum15[(size_t)i_batch * 2 + i_channel] = (real)sum0[0];
        }
    }
}

/* train_k07: sum.
 * sum21[batch]
 * from sum15, input18; layer_conv_moe.asc:11 (loss.squared_error) */
void train_k07(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict sum15 = ASC_EXAMPLES(const real, train_CONSTANT, 1344);
    const real *const restrict input18 = call->target;
    real *const restrict sum21 = ASC_EXAMPLES(real, train_CONSTANT, 1408);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[1] = {0};
        real run0 = 0;
#pragma omp simd reduction(+ : run0)
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            const real t1 = sum15[(size_t)i_batch * 2 + i_channel];
            const real t2 = t1 * (real)0.041666666666666664;
            const real t3 = input18[(size_t)i_batch * 2 + i_channel];
            const real t4 = t2 - t3;
            const real t5 = t4 * t4;
            run0 += t5;
        }
        sum0[0] += run0;
        sum21[(size_t)i_batch] = (real)sum0[0];
    }
}

/* train_k08: map.
 * map27[batch, channel = 2]
 * from map24, sum15, input18; layer_conv_moe.asc:9 */
void train_k08(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict map24 = ASC_CONSTANT(const real, 0);
    const real *const restrict sum15 = ASC_EXAMPLES(const real, train_CONSTANT, 1344);
    const real *const restrict input18 = call->target;
    real *const restrict map27 = ASC_EXAMPLES(real, train_CONSTANT, 1472);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    const real t1 = map24[0];
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            const real t2 = sum15[(size_t)i_batch * 2 + i_channel];
            const real t3 = t2 * (real)0.041666666666666664;
            const real t4 = input18[(size_t)i_batch * 2 + i_channel];
            const real t5 = t3 - t4;
            const real t6 = t1 * t5;
            const real t7 = t6 + t6;
            const real t8 = t7 * (real)0.041666666666666664;
            map27[(size_t)i_batch * 2 + i_channel] = t8;
        }
    }
}

/* train_k09: product, plain loops.
 * dot29[batch, channel = 2, expert = 2]
 * from map27, map13; layer_conv_moe.asc:9 (conv_moe) */
void train_k09(const AscCall *call, int chunk)
{
    const real *const restrict map27 = ASC_EXAMPLES(const real, train_CONSTANT, 1472);
    const real *const restrict map13 = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    real *const restrict dot29 = ASC_EXAMPLES(real, train_CONSTANT, 1536);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            const real t1 = map27[(size_t)i_batch * 2 + i_channel];
            double sum0[2] = {0};
            for (int i_freq = 0; i_freq < 4; i_freq++) {
                real row0[2] = {0};
                for (int i_time = 0; i_time < 6; i_time++) {
#pragma omp simd
                    for (int i_expert = 0; i_expert < 2; i_expert++) {
                        const real t2 = map13[(size_t)i_batch * 96 + i_freq * 24 + i_time * 4 + i_channel * 2 + i_expert];
                        row0[i_expert] += t1 * t2;
                    }
                }
                for (int i_expert = 0; i_expert < 2; i_expert++) {
                    sum0[i_expert] += row0[i_expert];
                }
            }
            for (int i_expert = 0; i_expert < 2; i_expert++) {
                dot29[(size_t)i_batch * 4 + i_channel * 2 + i_expert] = (real)sum0[i_expert];
            }
        }
    }
}

/* train_k10: map.
 * map32[batch, freq = 4, time = 6, channel = 2, expert = 2]
 * from map27, softmax6, map13; layer_conv_moe.asc:9 (conv_moe.e) */
void train_k10(const AscCall *call, int chunk)
{
    const real *const restrict map27 = ASC_EXAMPLES(const real, train_CONSTANT, 1472);
    const real *const restrict softmax6 = ASC_EXAMPLES(const real, train_CONSTANT, 1280);
    const real *const restrict map13 = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    real *const restrict map32 = ASC_EXAMPLES(real, train_CONSTANT, 384);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            for (int i_time = 0; i_time < 6; i_time++) {
                for (int i_channel = 0; i_channel < 2; i_channel++) {
                    const real t1 = map27[(size_t)i_batch * 2 + i_channel];
#pragma omp simd
                    for (int i_expert = 0; i_expert < 2; i_expert++) {
                        const real t2 = softmax6[(size_t)i_batch * 4 + i_channel * 2 + i_expert];
                        const real t3 = t1 * t2;
                        const real t4 = map13[(size_t)i_batch * 96 + i_freq * 24 + i_time * 4 + i_channel * 2 + i_expert];
                        const real t5 = t4 > 0 ? 1 : 0;
                        const real t6 = t3 * t5;
                        map32[(size_t)i_batch * 96 + i_freq * 24 + i_time * 4 + i_channel * 2 + i_expert] = t6;
                    }
                }
            }
        }
    }
}

/* train_k11: sum.
 * sum33[channel = 2, expert = 2]
 * from map32; layer_conv_moe.asc:9 (conv_moe.e.conv) */
void train_k11(const AscCall *call, int chunk)
{
    const real *const restrict map32 = ASC_EXAMPLES(const real, train_CONSTANT, 384);
    double *const restrict sum33_parts = ASC_EXAMPLES(double, train_CONSTANT, 1600);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    memset(sum33_parts + (size_t)chunk * 4, 0, 4 * sizeof(double));
    double *const restrict sum0 = sum33_parts + (size_t)chunk * 4;
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            real row0[4] = {0};
            for (int i_time = 0; i_time < 6; i_time++) {
                for (int i_channel = 0; i_channel < 2; i_channel++) {
#pragma omp simd
                    for (int i_expert = 0; i_expert < 2; i_expert++) {
                        const real t1 = map32[(size_t)i_batch * 96 + i_freq * 24 + i_time * 4 + i_channel * 2 + i_expert];
                        row0[i_channel * 2 + i_expert] += t1;
                    }
                }
            }
            for (int i_channel = 0; i_channel < 2; i_channel++) {
                for (int i_expert = 0; i_expert < 2; i_expert++) {
                    sum0[i_expert + i_channel * 2] += row0[i_channel * 2 + i_expert];
                }
            }
        }
    }
}

void train_k11_sum(const AscCall *call, int chunk)
{
    (void)chunk;
    const double *const restrict sum33_parts = ASC_EXAMPLES(const double, train_CONSTANT, 1600);
    real *const restrict sum33 = call->gradients + 112;
    const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;
    for (int i = 0; i < 4; i++) {
        double sum0 = 0;
        for (int group = 0; group < groups; group++) {
            sum0 += sum33_parts[(size_t)group * 4 + i];
        }
        sum33[i] = (real)sum0;
    }
}

/* train_k12: product, plain loops.
 * dot34[freq = 3, time = 3, in = 1, channel = 2, expert = 2]
 * from input0, map32; layer_conv_moe.asc:9 (conv_moe.e.conv) */
void train_k12(const AscCall *call, int chunk)
{
    const real *const restrict input0 = call->input[0];
    const real *const restrict map32 = ASC_EXAMPLES(const real, train_CONSTANT, 384);
    double *const restrict dot34_parts = ASC_EXAMPLES(double, train_CONSTANT, 1152);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    memset(dot34_parts + (size_t)chunk * 36, 0, 36 * sizeof(double));
    double *const restrict sum0 = dot34_parts + (size_t)chunk * 36;
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 3; i_freq++) {
            for (int i_time = 0; i_time < 3; i_time++) {
                for (int i_channel = 0; i_channel < 2; i_channel++) {
                    for (int tap_freq = 0; tap_freq < 4; tap_freq++) {
                        real row0[2] = {0};
                        for (int tap_time = 0; tap_time < 6; tap_time++) {
                            const real t1 = input0[(size_t)i_batch * 24 + asc_clamp(((i_freq + tap_freq) - 1), 0, 3) * 6 + asc_clamp(((i_time + tap_time) - 1), 0, 5)];
                            const real t2 = ((i_freq + tap_freq) - 1) >= 0 && ((i_freq + tap_freq) - 1) < 4 && ((i_time + tap_time) - 1) >= 0 && ((i_time + tap_time) - 1) < 6 ? t1 : 0;
#pragma omp simd
                            for (int i_expert = 0; i_expert < 2; i_expert++) {
                                const real t3 = map32[(size_t)i_batch * 96 + tap_freq * 24 + tap_time * 4 + i_channel * 2 + i_expert];
                                row0[i_expert] += t2 * t3;
                            }
                        }
                        for (int i_expert = 0; i_expert < 2; i_expert++) {
                            sum0[i_expert + i_channel * 2 + i_time * 4 + i_freq * 12] += row0[i_expert];
                        }
                    }
                }
            }
        }
    }
}

void train_k12_sum(const AscCall *call, int chunk)
{
    (void)chunk;
    const double *const restrict dot34_parts = ASC_EXAMPLES(const double, train_CONSTANT, 1152);
    real *const restrict dot34 = call->gradients + 128;
    const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;
    for (int i = 0; i < 36; i++) {
        double sum0 = 0;
        for (int group = 0; group < groups; group++) {
            sum0 += dot34_parts[(size_t)group * 36 + i];
        }
        dot34[i] = (real)sum0;
    }
}

/* train_k13: sum.
 * sum36[batch, channel = 2]
 * from softmax6, dot29; layer_conv_moe.asc:9 (conv_moe.g) */
void train_k13(const AscCall *call, int chunk)
{
    const real *const restrict softmax6 = ASC_EXAMPLES(const real, train_CONSTANT, 1280);
    const real *const restrict dot29 = ASC_EXAMPLES(const real, train_CONSTANT, 1536);
    real *const restrict sum36 = ASC_EXAMPLES(real, train_CONSTANT, 1664);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            double sum0[1] = {0};
            real run0 = 0;
#pragma omp simd reduction(+ : run0)
            for (int i_expert = 0; i_expert < 2; i_expert++) {
                const real t1 = softmax6[(size_t)i_batch * 4 + i_channel * 2 + i_expert];
                const real t2 = dot29[(size_t)i_batch * 4 + i_channel * 2 + i_expert];
                const real t3 = t1 * t2;
                run0 += t3;
            }
            sum0[0] += run0;
            sum36[(size_t)i_batch * 2 + i_channel] = (real)sum0[0];
        }
    }
}

/* train_k14: map.
 * map38[batch, channel = 2, expert = 2]
 * from softmax6, dot29, sum36; layer_conv_moe.asc:9 (conv_moe.g) */
void train_k14(const AscCall *call, int chunk)
{
    const real *const restrict softmax6 = ASC_EXAMPLES(const real, train_CONSTANT, 1280);
    const real *const restrict dot29 = ASC_EXAMPLES(const real, train_CONSTANT, 1536);
    const real *const restrict sum36 = ASC_EXAMPLES(const real, train_CONSTANT, 1664);
    real *const restrict map38 = ASC_EXAMPLES(real, train_CONSTANT, 1728);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            const real t3 = sum36[(size_t)i_batch * 2 + i_channel];
#pragma omp simd
            for (int i_expert = 0; i_expert < 2; i_expert++) {
                const real t1 = softmax6[(size_t)i_batch * 4 + i_channel * 2 + i_expert];
                const real t2 = dot29[(size_t)i_batch * 4 + i_channel * 2 + i_expert];
                const real t4 = t2 - t3;
                const real t5 = t1 * t4;
                map38[(size_t)i_batch * 4 + i_channel * 2 + i_expert] = t5;
            }
        }
    }
}

/* train_k15: sum.
 * sum39[channel = 2, expert = 2]
 * from map38; layer_conv_moe.asc:9 (conv_moe.g.dense) */
void train_k15(const AscCall *call, int chunk)
{
    const real *const restrict map38 = ASC_EXAMPLES(const real, train_CONSTANT, 1728);
    double *const restrict sum39_parts = ASC_EXAMPLES(double, train_CONSTANT, 1792);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    memset(sum39_parts + (size_t)chunk * 4, 0, 4 * sizeof(double));
    double *const restrict sum0 = sum39_parts + (size_t)chunk * 4;
    real row0[4] = {0};
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_channel = 0; i_channel < 2; i_channel++) {
#pragma omp simd
            for (int i_expert = 0; i_expert < 2; i_expert++) {
                const real t1 = map38[(size_t)i_batch * 4 + i_channel * 2 + i_expert];
                row0[i_channel * 2 + i_expert] += t1;
            }
        }
    }
    for (int i_channel = 0; i_channel < 2; i_channel++) {
        for (int i_expert = 0; i_expert < 2; i_expert++) {
            sum0[i_expert + i_channel * 2] += row0[i_channel * 2 + i_expert];
        }
    }
}

void train_k15_sum(const AscCall *call, int chunk)
{
    (void)chunk;
    const double *const restrict sum39_parts = ASC_EXAMPLES(const double, train_CONSTANT, 1792);
    real *const restrict sum39 = call->gradients;
    const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;
    for (int i = 0; i < 4; i++) {
        double sum0 = 0;
        for (int group = 0; group < groups; group++) {
            sum0 += sum39_parts[(size_t)group * 4 + i];
        }
        sum39[i] = (real)sum0;
    }
}

/* train_k16: product, plain loops.
 * dot40[in = 24, channel = 2, expert = 2]
 * from input0, map38; layer_conv_moe.asc:9 (conv_moe.g.dense) */
void train_k16(const AscCall *call, int chunk)
{
    const real *const restrict input0 = call->input[0];
    const real *const restrict map38 = ASC_EXAMPLES(const real, train_CONSTANT, 1728);
    double *const restrict dot40_parts = ASC_EXAMPLES(double, train_CONSTANT, 960);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    memset(dot40_parts + (size_t)chunk * 96, 0, 96 * sizeof(double));
    double *const restrict sum0 = dot40_parts + (size_t)chunk * 96;
    real row0[96] = {0};
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_in = 0; i_in < 24; i_in++) {
            const real t1 = input0[(size_t)i_batch * 24 + i_in];
            for (int i_channel = 0; i_channel < 2; i_channel++) {
#pragma omp simd
                for (int i_expert = 0; i_expert < 2; i_expert++) {
                    const real t2 = map38[(size_t)i_batch * 4 + i_channel * 2 + i_expert];
                    row0[i_in * 4 + i_channel * 2 + i_expert] += t1 * t2;
                }
            }
        }
    }
    for (int i_in = 0; i_in < 24; i_in++) {
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            for (int i_expert = 0; i_expert < 2; i_expert++) {
                sum0[i_expert + i_channel * 2 + i_in * 4] += row0[i_in * 4 + i_channel * 2 + i_expert];
            }
        }
    }
}

void train_k16_sum(const AscCall *call, int chunk)
{
    (void)chunk;
    const double *const restrict dot40_parts = ASC_EXAMPLES(const double, train_CONSTANT, 960);
    real *const restrict dot40 = call->gradients + 16;
    const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;
    for (int i = 0; i < 96; i++) {
        double sum0 = 0;
        for (int group = 0; group < groups; group++) {
            sum0 += dot40_parts[(size_t)group * 96 + i];
        }
        dot40[i] = (real)sum0;
    }
}

/* train_k17: map.
 * output[batch, channel = 2]
 * from sum15; layer_conv_moe.asc:9 */
void train_k17(const AscCall *call, int chunk)
{
    if (!call->output)
        return;
    const real *const restrict sum15 = ASC_EXAMPLES(const real, train_CONSTANT, 1344);
    real *const restrict output = call->output;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            const real t1 = sum15[(size_t)i_batch * 2 + i_channel];
            const real t2 = t1 * (real)0.041666666666666664;
            output[(size_t)i_batch * 2 + i_channel] = t2;
        }
    }
}

/* train_k18: map.
 * loss[batch]
 * from sum21; layer_conv_moe.asc:11 (loss.squared_error) */
void train_k18(const AscCall *call, int chunk)
{
    if (!call->losses)
        return;
    const real *const restrict sum21 = ASC_EXAMPLES(const real, train_CONSTANT, 1408);
    real *const restrict loss = call->losses;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t1 = sum21[(size_t)i_batch];
        loss[(size_t)i_batch] = t1;
    }
}

/* infer_k01: product, plain loops.
 * map5[batch, channel = 2, expert = 2]
 * from input0, weight3, weight1; layer_conv_moe.asc:9 (conv_moe.g.dense) */
void infer_k01(const AscCall *call, int chunk)
{
    const real *const restrict input0 = call->input[0];
    const real *const restrict weight3 = call->parameters + 16;
    const real *const restrict weight1 = call->parameters;
    real *const restrict map5 = ASC_EXAMPLES(real, infer_CONSTANT, 384);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            double sum0[2] = {0};
            real row0[2] = {0};
            for (int i_in = 0; i_in < 24; i_in++) {
                const real t1 = input0[(size_t)i_batch * 24 + i_in];
#pragma omp simd
                for (int i_expert = 0; i_expert < 2; i_expert++) {
                    const real t2 = weight3[i_in * 4 + i_channel * 2 + i_expert];
                    row0[i_expert] += t1 * t2;
                }
            }
            for (int i_expert = 0; i_expert < 2; i_expert++) {
                sum0[i_expert] += row0[i_expert];
            }
            for (int i_expert = 0; i_expert < 2; i_expert++) {
                const real t3 = weight1[i_channel * 2 + i_expert];
                const real t4 = (real)sum0[i_expert] + t3;
                map5[(size_t)i_batch * 4 + i_channel * 2 + i_expert] = t4;
            }
        }
    }
}

/* infer_k02: softmax.
 * softmax6[batch, channel = 2, expert = 2]
 * from map5; layer_conv_moe.asc:9 (conv_moe.g) */
void infer_k02(const AscCall *call, int chunk)
{
    const real *const restrict map5 = ASC_EXAMPLES(const real, infer_CONSTANT, 384);
    real *const restrict softmax6 = ASC_EXAMPLES(real, infer_CONSTANT, 576);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            real maximum = -(real)INFINITY, total = 0;
            for (int i_expert = 0; i_expert < 2; i_expert++) {
                maximum = map5[(size_t)i_batch * 4 + i_channel * 2 + i_expert] > maximum ? map5[(size_t)i_batch * 4 + i_channel * 2 + i_expert] : maximum;
            }
            for (int i_expert = 0; i_expert < 2; i_expert++) {
                const real e = asc_exp(map5[(size_t)i_batch * 4 + i_channel * 2 + i_expert] - maximum);
                softmax6[(size_t)i_batch * 4 + i_channel * 2 + i_expert] = e;
                total += e;
            }
            const real share = 1 / total;
            for (int i_expert = 0; i_expert < 2; i_expert++) {
                softmax6[(size_t)i_batch * 4 + i_channel * 2 + i_expert] *= share;
            }
        }
    }
}

/* infer_k03: product, plain loops.
 * map13[batch, freq = 4, time = 6, channel = 2, expert = 2]
 * from input0, weight9, weight7; layer_conv_moe.asc:9 (conv_moe.e.conv) */
void infer_k03(const AscCall *call, int chunk)
{
    const real *const restrict input0 = call->input[0];
    const real *const restrict weight9 = call->parameters + 128;
    const real *const restrict weight7 = call->parameters + 112;
    real *const restrict map13 = ASC_EXAMPLES(real, infer_CONSTANT, 0);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            for (int i_time = 0; i_time < 6; i_time++) {
                for (int i_channel = 0; i_channel < 2; i_channel++) {
                    double sum0[2] = {0};
                    for (int tap_freq = 0; tap_freq < 3; tap_freq++) {
                        for (int tap_time = 0; tap_time < 3; tap_time++) {
                            const real t1 = input0[(size_t)i_batch * 24 + asc_clamp(((i_freq + tap_freq) - 1), 0, 3) * 6 + asc_clamp(((i_time + tap_time) - 1), 0, 5)];
                            const real t2 = ((i_freq + tap_freq) - 1) >= 0 && ((i_freq + tap_freq) - 1) < 4 && ((i_time + tap_time) - 1) >= 0 && ((i_time + tap_time) - 1) < 6 ? t1 : 0;
                            real row0[2] = {0};
#pragma omp simd
                            for (int i_expert = 0; i_expert < 2; i_expert++) {
                                const real t3 = weight9[tap_freq * 12 + tap_time * 4 + i_channel * 2 + i_expert];
                                row0[i_expert] += t2 * t3;
                            }
                            for (int i_expert = 0; i_expert < 2; i_expert++) {
                                sum0[i_expert] += row0[i_expert];
                            }
                        }
                    }
                    for (int i_expert = 0; i_expert < 2; i_expert++) {
                        const real t4 = weight7[i_channel * 2 + i_expert];
                        const real t5 = (real)sum0[i_expert] + t4;
                        const real t6 = t5 > 0 ? t5 : 0;
                        map13[(size_t)i_batch * 96 + i_freq * 24 + i_time * 4 + i_channel * 2 + i_expert] = t6;
                    }
                }
            }
        }
    }
}

/* infer_k04: product, plain loops.
 * dot14[batch, channel = 2, freq = 4, time = 6]
 * from softmax6, map13; layer_conv_moe.asc:9 (conv_moe) */
void infer_k04(const AscCall *call, int chunk)
{
    const real *const restrict softmax6 = ASC_EXAMPLES(const real, infer_CONSTANT, 576);
    const real *const restrict map13 = ASC_EXAMPLES(const real, infer_CONSTANT, 0);
    real *const restrict dot14 = ASC_EXAMPLES(real, infer_CONSTANT, 384);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            for (int i_freq = 0; i_freq < 4; i_freq++) {
                for (int i_time = 0; i_time < 6; i_time++) {
                    double sum0[1] = {0};
                    real run0 = 0;
#pragma omp simd reduction(+ : run0)
                    for (int i_expert = 0; i_expert < 2; i_expert++) {
                        const real t1 = softmax6[(size_t)i_batch * 4 + i_channel * 2 + i_expert];
                        const real t2 = map13[(size_t)i_batch * 96 + i_freq * 24 + i_time * 4 + i_channel * 2 + i_expert];
                        run0 += t1 * t2;
                    }
                    sum0[0] += run0;
                    dot14[(size_t)i_batch * 48 + i_channel * 24 + i_freq * 6 + i_time] = (real)sum0[0];
                }
            }
        }
    }
}

/* infer_k05: sum.
 * sum15[batch, channel = 2]
 * from dot14; layer_conv_moe.asc:9 */
void infer_k05(const AscCall *call, int chunk)
{
    const real *const restrict dot14 = ASC_EXAMPLES(const real, infer_CONSTANT, 384);
    real *const restrict sum15 = ASC_EXAMPLES(real, infer_CONSTANT, 640);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            double sum0[1] = {0};
            real run0 = 0;
            for (int i_freq = 0; i_freq < 4; i_freq++) {
#pragma omp simd reduction(+ : run0)
                for (int i_time = 0; i_time < 6; i_time++) {
                    const real t1 = dot14[(size_t)i_batch * 48 + i_channel * 24 + i_freq * 6 + i_time];
                    run0 += t1;
                }
            }
            sum0[0] += run0;
            sum15[(size_t)i_batch * 2 + i_channel] = (real)sum0[0];
        }
    }
}

/* infer_k06: sum.
 * sum21[batch]
 * from sum15, input18; layer_conv_moe.asc:11 (loss.squared_error) */
void infer_k06(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict sum15 = ASC_EXAMPLES(const real, infer_CONSTANT, 640);
    const real *const restrict input18 = call->target;
    real *const restrict sum21 = ASC_EXAMPLES(real, infer_CONSTANT, 704);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[1] = {0};
        real run0 = 0;
#pragma omp simd reduction(+ : run0)
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            const real t1 = sum15[(size_t)i_batch * 2 + i_channel];
            const real t2 = t1 * (real)0.041666666666666664;
            const real t3 = input18[(size_t)i_batch * 2 + i_channel];
            const real t4 = t2 - t3;
            const real t5 = t4 * t4;
            run0 += t5;
        }
        sum0[0] += run0;
        sum21[(size_t)i_batch] = (real)sum0[0];
    }
}

/* infer_k07: map.
 * output[batch, channel = 2]
 * from sum15; layer_conv_moe.asc:9 */
void infer_k07(const AscCall *call, int chunk)
{
    if (!call->output)
        return;
    const real *const restrict sum15 = ASC_EXAMPLES(const real, infer_CONSTANT, 640);
    real *const restrict output = call->output;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_channel = 0; i_channel < 2; i_channel++) {
            const real t1 = sum15[(size_t)i_batch * 2 + i_channel];
            const real t2 = t1 * (real)0.041666666666666664;
            output[(size_t)i_batch * 2 + i_channel] = t2;
        }
    }
}

/* infer_k08: map.
 * loss[batch]
 * from sum21; layer_conv_moe.asc:11 (loss.squared_error) */
void infer_k08(const AscCall *call, int chunk)
{
    if (!call->losses)
        return;
    const real *const restrict sum21 = ASC_EXAMPLES(const real, infer_CONSTANT, 704);
    real *const restrict loss = call->losses;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t1 = sum21[(size_t)i_batch];
        loss[(size_t)i_batch] = t1;
    }
}

static const AscStepKernel train_step[] = {
    {train_k01, 0, ASC_PHASE},
    {train_k02, 0, ASC_BEHIND},
    {train_k03, 0, ASC_BESIDE},
    {train_k04, 1, ASC_BESIDE},
    {train_k05, 0, ASC_PHASE},
    {train_k06, 0, ASC_BEHIND},
    {train_k07, 0, ASC_BEHIND},
    {train_k08, 0, ASC_BEHIND},
    {train_k09, 0, ASC_BEHIND},
    {train_k10, 0, ASC_BEHIND},
    {train_k11, 0, ASC_BEHIND},
    {train_k12, 0, ASC_BEHIND},
    {train_k13, 0, ASC_BEHIND},
    {train_k14, 0, ASC_BEHIND},
    {train_k15, 0, ASC_BEHIND},
    {train_k16, 0, ASC_BEHIND},
    {train_k17, 0, ASC_BEHIND},
    {train_k18, 0, ASC_BEHIND},
    {train_k11_sum, 1, ASC_PHASE},
    {train_k12_sum, 1, ASC_BESIDE},
    {train_k15_sum, 1, ASC_BESIDE},
    {train_k16_sum, 1, ASC_BESIDE},
};

static const AscKernel train_kernel[] = {
    {"train_k01 product, plain loops, conv_moe.g.dense", "layer_conv_moe.asc:9", 192, 512},
    {"train_k02 softmax, conv_moe.g", "layer_conv_moe.asc:9", 0, 32},
    {"train_k03 product, plain loops, conv_moe.e.conv", "layer_conv_moe.asc:9", 1728, 640},
    {"train_k04 map", "layer_conv_moe.asc:11", 0, 4},
    {"train_k05 product, plain loops, conv_moe", "layer_conv_moe.asc:9", 192, 592},
    {"train_k06 sum", "layer_conv_moe.asc:9", 0, 200},
    {"train_k07 sum, loss.squared_error", "layer_conv_moe.asc:11", 0, 20},
    {"train_k08 map", "layer_conv_moe.asc:9", 0, 28},
    {"train_k09 product, plain loops, conv_moe", "layer_conv_moe.asc:9", 192, 408},
    {"train_k10 map, conv_moe.e", "layer_conv_moe.asc:9", 0, 792},
    {"train_k11 sum, conv_moe.e.conv", "layer_conv_moe.asc:9", 0, 400},
    {"train_k12 product, plain loops, conv_moe.e.conv", "layer_conv_moe.asc:9", 1728, 624},
    {"train_k13 sum, conv_moe.g", "layer_conv_moe.asc:9", 0, 40},
    {"train_k14 map, conv_moe.g", "layer_conv_moe.asc:9", 0, 56},
    {"train_k15 sum, conv_moe.g.dense", "layer_conv_moe.asc:9", 0, 32},
    {"train_k16 product, plain loops, conv_moe.g.dense", "layer_conv_moe.asc:9", 192, 496},
    {"train_k17 map", "layer_conv_moe.asc:9", 0, 16},
    {"train_k18 map, loss.squared_error", "layer_conv_moe.asc:11", 0, 8},
    {"train_k11 sum of the groups, conv_moe.e.conv", "layer_conv_moe.asc:9", 0, 0},
    {"train_k12 sum of the groups, conv_moe.e.conv", "layer_conv_moe.asc:9", 0, 0},
    {"train_k15 sum of the groups, conv_moe.g.dense", "layer_conv_moe.asc:9", 0, 0},
    {"train_k16 sum of the groups, conv_moe.g.dense", "layer_conv_moe.asc:9", 0, 0},
};

static void train_run(const AscCall *call, double *seconds)
{
    asc_run_kernels(call, train_step, 22, seconds);
}

static const AscStepKernel infer_step[] = {
    {infer_k01, 0, ASC_PHASE},
    {infer_k02, 0, ASC_BEHIND},
    {infer_k03, 0, ASC_BESIDE},
    {infer_k04, 0, ASC_PHASE},
    {infer_k05, 0, ASC_BEHIND},
    {infer_k06, 0, ASC_BEHIND},
    {infer_k07, 0, ASC_BEHIND},
    {infer_k08, 0, ASC_BEHIND},
};

static const AscKernel infer_kernel[] = {
    {"infer_k01 product, plain loops, conv_moe.g.dense", "layer_conv_moe.asc:9", 192, 512},
    {"infer_k02 softmax, conv_moe.g", "layer_conv_moe.asc:9", 0, 32},
    {"infer_k03 product, plain loops, conv_moe.e.conv", "layer_conv_moe.asc:9", 1728, 640},
    {"infer_k04 product, plain loops, conv_moe", "layer_conv_moe.asc:9", 192, 592},
    {"infer_k05 sum", "layer_conv_moe.asc:9", 0, 200},
    {"infer_k06 sum, loss.squared_error", "layer_conv_moe.asc:11", 0, 20},
    {"infer_k07 map", "layer_conv_moe.asc:9", 0, 16},
    {"infer_k08 map, loss.squared_error", "layer_conv_moe.asc:11", 0, 8},
};

static void infer_run(const AscCall *call, double *seconds)
{
    asc_run_kernels(call, infer_step, 8, seconds);
}

static const AscParameter parameter[] = {
    {"conv_moe.g.dense.bias", {2, {{"channel", 2}, {"expert", 2}}}, 4, 0, true, 0, ASC_ZEROS, 0, 0, 0},
    {"conv_moe.g.dense.weight", {3, {{"in", 24}, {"channel", 2}, {"expert", 2}}}, 96, 16, true, 0, ASC_GLOROT_UNIFORM, 0, 24, 4},
    {"conv_moe.e.conv.bias", {2, {{"channel", 2}, {"expert", 2}}}, 4, 112, true, 0, ASC_ZEROS, 0, 0, 0},
    {"conv_moe.e.conv.weight", {5, {{"freq", 3}, {"time", 3}, {"in", 1}, {"channel", 2}, {"expert", 2}}}, 36, 128, true, 0, ASC_GLOROT_UNIFORM, 0, 9, 36},
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
    "# Convolutional experts; their gates see the whole input.\n"
    "features x {\n"
    "    audio[channel = 1](8000 Hz) | spectrogram[bin](32 ms, hop = 16 ms) | mel[freq = 4]\n"
    "    | decibels | normalize[freq] | segment[time = 6 frames]\n"
    "}\n"
    "network {\n"
    "    x | conv_moe(2, 2) | mean[freq, time]\n"
    "}\n"
    "train { loss = squared_error(output, target); optimizer = sgd(0.1); epochs = 1; batch = 2 }\n";

const AscModel asc_model = {
    .name = "layer_conv_moe",
    .source = "layer_conv_moe.asc",
    .defines = "",
    .text = text,
    .hash = "2183b56cf3221cc3",
    .features = features,
    .feature_sets = 1,
    .input = input,
    .inputs = 1,
    .output = {1, {{"channel", 2}}},
    .parameter = parameter,
    .parameters = 4,
    .parameter_reals = 176,
    .randoms = 0,
    .random_count = random_count,
    .train = {64, 1856, train_run, train_kernel, 22},
    .infer = {0, 768, infer_run, infer_kernel, 8},
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
