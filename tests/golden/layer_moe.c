/* Made by ascc from layer_moe.asc for avx2. */
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
void train_k13_sum(const AscCall *call, int chunk);
void train_k14_sum(const AscCall *call, int chunk);
void train_k16_sum(const AscCall *call, int chunk);
void train_k17_sum(const AscCall *call, int chunk);
void infer_k01(const AscCall *call, int chunk);
void infer_k02(const AscCall *call, int chunk);
void infer_k03(const AscCall *call, int chunk);
void infer_k04(const AscCall *call, int chunk);
void infer_k05(const AscCall *call, int chunk);
void infer_k06(const AscCall *call, int chunk);
void infer_k07(const AscCall *call, int chunk);
void infer_k08(const AscCall *call, int chunk);

/* train_k01: sum.
 * sum1[batch, channel = 1, freq = 4]
 * from input0; layer_moe.asc:9 */
void train_k01(const AscCall *call, int chunk)
{
    const real *const restrict input0 = call->input[0];
    real *const restrict sum1 = ASC_EXAMPLES(real, train_CONSTANT, 0);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            double sum0[1] = {0};
            real run0 = 0;
#pragma omp simd reduction(+ : run0)
            for (int i_time = 0; i_time < 6; i_time++) {
                const real t1 = input0[(size_t)i_batch * 24 + i_freq * 6 + i_time];
                run0 += t1;
            }
            sum0[0] += run0;
            sum1[(size_t)i_batch * 4 + i_freq] = (real)sum0[0];
        }
    }
}

/* train_k02: product, plain loops.
 * map8[batch, expert = 2]
 * from sum1, weight6, weight4; layer_moe.asc:9 (moe.g.dense) */
void train_k02(const AscCall *call, int chunk)
{
    const real *const restrict sum1 = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    const real *const restrict weight6 = call->parameters + 16;
    const real *const restrict weight4 = call->parameters;
    real *const restrict map8 = ASC_EXAMPLES(real, train_CONSTANT, 64);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[2] = {0};
        real row0[2] = {0};
        for (int i_in = 0; i_in < 4; i_in++) {
            const real t1 = sum1[(size_t)i_batch * 4 + i_in];
            const real t2 = t1 * (real)0.16666666666666666;
#pragma omp simd
            for (int i_expert = 0; i_expert < 2; i_expert++) {
                const real t3 = weight6[i_in * 2 + i_expert];
                row0[i_expert] += t2 * t3;
            }
        }
        for (int i_expert = 0; i_expert < 2; i_expert++) {
            sum0[i_expert] += row0[i_expert];
        }
        for (int i_expert = 0; i_expert < 2; i_expert++) {
            const real t4 = weight4[i_expert];
            const real t5 = (real)sum0[i_expert] + t4;
            map8[(size_t)i_batch * 2 + i_expert] = t5;
        }
    }
}

/* train_k03: softmax.
 * softmax9[batch, expert = 2]
 * from map8; layer_moe.asc:9 (moe.g) */
void train_k03(const AscCall *call, int chunk)
{
    const real *const restrict map8 = ASC_EXAMPLES(const real, train_CONSTANT, 64);
    real *const restrict softmax9 = ASC_EXAMPLES(real, train_CONSTANT, 128);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        real maximum = -(real)INFINITY, total = 0;
        for (int i_expert = 0; i_expert < 2; i_expert++) {
            maximum = map8[(size_t)i_batch * 2 + i_expert] > maximum ? map8[(size_t)i_batch * 2 + i_expert] : maximum;
        }
        for (int i_expert = 0; i_expert < 2; i_expert++) {
            const real e = asc_exp(map8[(size_t)i_batch * 2 + i_expert] - maximum);
            softmax9[(size_t)i_batch * 2 + i_expert] = e;
            total += e;
        }
        const real share = 1 / total;
        for (int i_expert = 0; i_expert < 2; i_expert++) {
            softmax9[(size_t)i_batch * 2 + i_expert] *= share;
        }
    }
}

/* train_k04: product, plain loops.
 * map14[batch, expert = 2, feature = 3]
 * from sum1, weight11, weight10; layer_moe.asc:9 (moe.e.dense) */
void train_k04(const AscCall *call, int chunk)
{
    const real *const restrict sum1 = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    const real *const restrict weight11 = call->parameters + 48;
    const real *const restrict weight10 = call->parameters + 32;
    real *const restrict map14 = ASC_EXAMPLES(real, train_CONSTANT, 192);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_expert = 0; i_expert < 2; i_expert++) {
            double sum0[3] = {0};
            real row0[3] = {0};
            for (int i_in = 0; i_in < 4; i_in++) {
                const real t1 = sum1[(size_t)i_batch * 4 + i_in];
                const real t2 = t1 * (real)0.16666666666666666;
#pragma omp simd
                for (int i_feature = 0; i_feature < 3; i_feature++) {
                    const real t3 = weight11[i_in * 6 + i_expert * 3 + i_feature];
                    row0[i_feature] += t2 * t3;
                }
            }
            for (int i_feature = 0; i_feature < 3; i_feature++) {
                sum0[i_feature] += row0[i_feature];
            }
            for (int i_feature = 0; i_feature < 3; i_feature++) {
                const real t4 = weight10[i_expert * 3 + i_feature];
                const real t5 = (real)sum0[i_feature] + t4;
                const real t6 = t5 > 0 ? t5 : 0;
                map14[(size_t)i_batch * 6 + i_expert * 3 + i_feature] = t6;
            }
        }
    }
}

/* train_k05: product, plain loops.
 * dot15[batch, feature = 3]
 * from softmax9, map14; layer_moe.asc:9 (moe) */
void train_k05(const AscCall *call, int chunk)
{
    const real *const restrict softmax9 = ASC_EXAMPLES(const real, train_CONSTANT, 128);
    const real *const restrict map14 = ASC_EXAMPLES(const real, train_CONSTANT, 192);
    real *const restrict dot15 = ASC_EXAMPLES(real, train_CONSTANT, 256);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[3] = {0};
        real row0[3] = {0};
        for (int i_expert = 0; i_expert < 2; i_expert++) {
            const real t1 = softmax9[(size_t)i_batch * 2 + i_expert];
#pragma omp simd
            for (int i_feature = 0; i_feature < 3; i_feature++) {
                const real t2 = map14[(size_t)i_batch * 6 + i_expert * 3 + i_feature];
                row0[i_feature] += t1 * t2;
            }
        }
        for (int i_feature = 0; i_feature < 3; i_feature++) {
            sum0[i_feature] += row0[i_feature];
        }
        for (int i_feature = 0; i_feature < 3; i_feature++) {
            dot15[(size_t)i_batch * 3 + i_feature] = (real)sum0[i_feature];
        }
    }
}

/* train_k06: sum.
 * sum19[batch]
 * from dot15, input16; layer_moe.asc:11 (loss.squared_error) */
void train_k06(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict dot15 = ASC_EXAMPLES(const real, train_CONSTANT, 256);
    const real *const restrict input16 = call->target;
    real *const restrict sum19 = ASC_EXAMPLES(real, train_CONSTANT, 320);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[1] = {0};
        real run0 = 0;
#pragma omp simd reduction(+ : run0)
        for (int i_feature = 0; i_feature < 3; i_feature++) {
            const real t1 = dot15[(size_t)i_batch * 3 + i_feature];
            const real t2 = input16[(size_t)i_batch * 3 + i_feature];
            const real t3 = t1 - t2;
            const real t4 = t3 * t3;
            run0 += t4;
        }
        sum0[0] += run0;
        sum19[(size_t)i_batch] = (real)sum0[0];
    }
}

/* train_k07: map.
 * output[batch, feature = 3]
 * from dot15; layer_moe.asc:9 (moe) */
void train_k07(const AscCall *call, int chunk)
{
    if (!call->output)
        return;
    const real *const restrict dot15 = ASC_EXAMPLES(const real, train_CONSTANT, 256);
    real *const restrict output = call->output;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_feature = 0; i_feature < 3; i_feature++) {
            const real t1 = dot15[(size_t)i_batch * 3 + i_feature];
            output[(size_t)i_batch * 3 + i_feature] = t1;
        }
    }
}

/* train_k08: map.
 * loss[batch]
 * from sum19; layer_moe.asc:11 (loss.squared_error) */
void train_k08(const AscCall *call, int chunk)
{
    if (!call->losses)
        return;
    const real *const restrict sum19 = ASC_EXAMPLES(const real, train_CONSTANT, 320);
    real *const restrict loss = call->losses;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t1 = sum19[(size_t)i_batch];
        loss[(size_t)i_batch] = t1;
    }
}

/* train_k09: map.
 * map22[]
 * layer_moe.asc:11 */
void train_k09(const AscCall *call, int chunk)
{
    real *const restrict map22 = ASC_CONSTANT(real, 0);
    (void)chunk;
    const real t1 = (real)1.0 / (real)call->examples;
    map22[0] = t1;
}

/* train_k10: map.
 * map24[batch, feature = 3]
 * from map22, dot15, input16; layer_moe.asc:11 (loss.squared_error) */
void train_k10(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict map22 = ASC_CONSTANT(const real, 0);
    const real *const restrict dot15 = ASC_EXAMPLES(const real, train_CONSTANT, 256);
    const real *const restrict input16 = call->target;
    real *const restrict map24 = ASC_EXAMPLES(real, train_CONSTANT, 64);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    const real t1 = map22[0];
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_feature = 0; i_feature < 3; i_feature++) {
            const real t2 = dot15[(size_t)i_batch * 3 + i_feature];
            const real t3 = input16[(size_t)i_batch * 3 + i_feature];
            const real t4 = t2 - t3;
            const real t5 = t1 * t4;
            const real t6 = t5 + t5;
            map24[(size_t)i_batch * 3 + i_feature] = t6;
        }
    }
}

/* train_k11: product, plain loops.
 * dot25[batch, expert = 2]
 * from map24, map14; layer_moe.asc:9 (moe) */
void train_k11(const AscCall *call, int chunk)
{
    const real *const restrict map24 = ASC_EXAMPLES(const real, train_CONSTANT, 64);
    const real *const restrict map14 = ASC_EXAMPLES(const real, train_CONSTANT, 192);
    real *const restrict dot25 = ASC_EXAMPLES(real, train_CONSTANT, 320);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_expert = 0; i_expert < 2; i_expert++) {
            double sum0[1] = {0};
            real run0 = 0;
#pragma omp simd reduction(+ : run0)
            for (int i_feature = 0; i_feature < 3; i_feature++) {
                const real t1 = map24[(size_t)i_batch * 3 + i_feature];
                const real t2 = map14[(size_t)i_batch * 6 + i_expert * 3 + i_feature];
                run0 += t1 * t2;
            }
            sum0[0] += run0;
            dot25[(size_t)i_batch * 2 + i_expert] = (real)sum0[0];
        }
    }
}

/* train_k12: map.
 * map28[batch, expert = 2, feature = 3]
 * from softmax9, map14, map24; layer_moe.asc:9 (moe.e) */
void train_k12(const AscCall *call, int chunk)
{
    const real *const restrict softmax9 = ASC_EXAMPLES(const real, train_CONSTANT, 128);
    const real *const restrict map14 = ASC_EXAMPLES(const real, train_CONSTANT, 192);
    const real *const restrict map24 = ASC_EXAMPLES(const real, train_CONSTANT, 64);
    real *const restrict map28 = ASC_EXAMPLES(real, train_CONSTANT, 384);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_expert = 0; i_expert < 2; i_expert++) {
            const real t1 = softmax9[(size_t)i_batch * 2 + i_expert];
#pragma omp simd
            for (int i_feature = 0; i_feature < 3; i_feature++) {
                const real t2 = map14[(size_t)i_batch * 6 + i_expert * 3 + i_feature];
                const real t3 = t2 > 0 ? 1 : 0;
                const real t4 = t1 * t3;
                const real t5 = map24[(size_t)i_batch * 3 + i_feature];
                const real t6 = t4 * t5;
                map28[(size_t)i_batch * 6 + i_expert * 3 + i_feature] = t6;
            }
        }
    }
}

/* train_k13: sum.
 * sum29[expert = 2, feature = 3]
 * from map28; layer_moe.asc:9 (moe.e.dense) */
void train_k13(const AscCall *call, int chunk)
{
    const real *const restrict map28 = ASC_EXAMPLES(const real, train_CONSTANT, 384);
    double *const restrict sum29_parts = ASC_EXAMPLES(double, train_CONSTANT, 448);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    memset(sum29_parts + (size_t)chunk * 6, 0, 6 * sizeof(double));
    double *const restrict sum0 = sum29_parts + (size_t)chunk * 6;
    real row0[6] = {0};
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_expert = 0; i_expert < 2; i_expert++) {
#pragma omp simd
            for (int i_feature = 0; i_feature < 3; i_feature++) {
                const real t1 = map28[(size_t)i_batch * 6 + i_expert * 3 + i_feature];
                row0[i_expert * 3 + i_feature] += t1;
            }
        }
    }
    for (int i_expert = 0; i_expert < 2; i_expert++) {
        for (int i_feature = 0; i_feature < 3; i_feature++) {
            sum0[i_feature + i_expert * 3] += row0[i_expert * 3 + i_feature];
        }
    }
}

void train_k13_sum(const AscCall *call, int chunk)
{
    (void)chunk;
    const double *const restrict sum29_parts = ASC_EXAMPLES(const double, train_CONSTANT, 448);
    real *const restrict sum29 = call->gradients + 32;
    const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;
    for (int i = 0; i < 6; i++) {
        double sum0 = 0;
        for (int group = 0; group < groups; group++) {
            sum0 += sum29_parts[(size_t)group * 6 + i];
        }
        sum29[i] = (real)sum0;
    }
}

/* train_k14: product, plain loops.
 * dot30[in = 4, expert = 2, feature = 3]
 * from sum1, map28; layer_moe.asc:9 (moe.e.dense) */
void train_k14(const AscCall *call, int chunk)
{
    const real *const restrict sum1 = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    const real *const restrict map28 = ASC_EXAMPLES(const real, train_CONSTANT, 384);
    double *const restrict dot30_parts = ASC_EXAMPLES(double, train_CONSTANT, 512);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    memset(dot30_parts + (size_t)chunk * 24, 0, 24 * sizeof(double));
    double *const restrict sum0 = dot30_parts + (size_t)chunk * 24;
    real row0[24] = {0};
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_in = 0; i_in < 4; i_in++) {
            const real t1 = sum1[(size_t)i_batch * 4 + i_in];
            const real t2 = t1 * (real)0.16666666666666666;
            for (int i_expert = 0; i_expert < 2; i_expert++) {
#pragma omp simd
                for (int i_feature = 0; i_feature < 3; i_feature++) {
                    const real t3 = map28[(size_t)i_batch * 6 + i_expert * 3 + i_feature];
                    row0[i_in * 6 + i_expert * 3 + i_feature] += t2 * t3;
                }
            }
        }
    }
    for (int i_in = 0; i_in < 4; i_in++) {
        for (int i_expert = 0; i_expert < 2; i_expert++) {
            for (int i_feature = 0; i_feature < 3; i_feature++) {
                sum0[i_feature + i_expert * 3 + i_in * 6] += row0[i_in * 6 + i_expert * 3 + i_feature];
            }
        }
    }
}

void train_k14_sum(const AscCall *call, int chunk)
{
    (void)chunk;
    const double *const restrict dot30_parts = ASC_EXAMPLES(const double, train_CONSTANT, 512);
    real *const restrict dot30 = call->gradients + 48;
    const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;
    for (int i = 0; i < 24; i++) {
        double sum0 = 0;
        for (int group = 0; group < groups; group++) {
            sum0 += dot30_parts[(size_t)group * 24 + i];
        }
        dot30[i] = (real)sum0;
    }
}

/* train_k15: sum.
 * sum32[batch]
 * from softmax9, dot25; layer_moe.asc:9 (moe.g) */
void train_k15(const AscCall *call, int chunk)
{
    const real *const restrict softmax9 = ASC_EXAMPLES(const real, train_CONSTANT, 128);
    const real *const restrict dot25 = ASC_EXAMPLES(const real, train_CONSTANT, 320);
    real *const restrict sum32 = ASC_EXAMPLES(real, train_CONSTANT, 576);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[1] = {0};
        real run0 = 0;
#pragma omp simd reduction(+ : run0)
        for (int i_expert = 0; i_expert < 2; i_expert++) {
            const real t1 = softmax9[(size_t)i_batch * 2 + i_expert];
            const real t2 = dot25[(size_t)i_batch * 2 + i_expert];
            const real t3 = t1 * t2;
            run0 += t3;
        }
        sum0[0] += run0;
        sum32[(size_t)i_batch] = (real)sum0[0];
    }
}

/* train_k16: sum.
 * sum35[expert = 2]
 * from softmax9, dot25, sum32; layer_moe.asc:9 (moe.g.dense) */
void train_k16(const AscCall *call, int chunk)
{
    const real *const restrict softmax9 = ASC_EXAMPLES(const real, train_CONSTANT, 128);
    const real *const restrict dot25 = ASC_EXAMPLES(const real, train_CONSTANT, 320);
    const real *const restrict sum32 = ASC_EXAMPLES(const real, train_CONSTANT, 576);
    double *const restrict sum35_parts = ASC_EXAMPLES(double, train_CONSTANT, 640);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    memset(sum35_parts + (size_t)chunk * 2, 0, 2 * sizeof(double));
    double *const restrict sum0 = sum35_parts + (size_t)chunk * 2;
    real row0[2] = {0};
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t3 = sum32[(size_t)i_batch];
#pragma omp simd
        for (int i_expert = 0; i_expert < 2; i_expert++) {
            const real t1 = softmax9[(size_t)i_batch * 2 + i_expert];
            const real t2 = dot25[(size_t)i_batch * 2 + i_expert];
            const real t4 = t2 - t3;
            const real t5 = t1 * t4;
            row0[i_expert] += t5;
        }
    }
    for (int i_expert = 0; i_expert < 2; i_expert++) {
        sum0[i_expert] += row0[i_expert];
    }
}

void train_k16_sum(const AscCall *call, int chunk)
{
    (void)chunk;
    const double *const restrict sum35_parts = ASC_EXAMPLES(const double, train_CONSTANT, 640);
    real *const restrict sum35 = call->gradients;
    const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;
    for (int i = 0; i < 2; i++) {
        double sum0 = 0;
        for (int group = 0; group < groups; group++) {
            sum0 += sum35_parts[(size_t)group * 2 + i];
        }
        sum35[i] = (real)sum0;
    }
}

/* train_k17: product, plain loops.
 * dot36[in = 4, expert = 2]
 * from sum1, softmax9, dot25, sum32; layer_moe.asc:9 (moe.g.dense) */
void train_k17(const AscCall *call, int chunk)
{
    const real *const restrict sum1 = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    const real *const restrict softmax9 = ASC_EXAMPLES(const real, train_CONSTANT, 128);
    const real *const restrict dot25 = ASC_EXAMPLES(const real, train_CONSTANT, 320);
    const real *const restrict sum32 = ASC_EXAMPLES(const real, train_CONSTANT, 576);
    double *const restrict dot36_parts = ASC_EXAMPLES(double, train_CONSTANT, 704);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    memset(dot36_parts + (size_t)chunk * 8, 0, 8 * sizeof(double));
    double *const restrict sum0 = dot36_parts + (size_t)chunk * 8;
    real row0[8] = {0};
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t5 = sum32[(size_t)i_batch];
        for (int i_in = 0; i_in < 4; i_in++) {
            const real t1 = sum1[(size_t)i_batch * 4 + i_in];
            const real t2 = t1 * (real)0.16666666666666666;
#pragma omp simd
            for (int i_expert = 0; i_expert < 2; i_expert++) {
                const real t3 = softmax9[(size_t)i_batch * 2 + i_expert];
                const real t4 = dot25[(size_t)i_batch * 2 + i_expert];
                const real t6 = t4 - t5;
                const real t7 = t3 * t6;
                row0[i_in * 2 + i_expert] += t2 * t7;
            }
        }
    }
    for (int i_in = 0; i_in < 4; i_in++) {
        for (int i_expert = 0; i_expert < 2; i_expert++) {
            sum0[i_expert + i_in * 2] += row0[i_in * 2 + i_expert];
        }
    }
}

void train_k17_sum(const AscCall *call, int chunk)
{
    (void)chunk;
    const double *const restrict dot36_parts = ASC_EXAMPLES(const double, train_CONSTANT, 704);
    real *const restrict dot36 = call->gradients + 16;
    const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;
    for (int i = 0; i < 8; i++) {
        double sum0 = 0;
        for (int group = 0; group < groups; group++) {
            sum0 += dot36_parts[(size_t)group * 8 + i];
        }
        dot36[i] = (real)sum0;
    }
}

/* infer_k01: sum.
 * sum1[batch, channel = 1, freq = 4]
 * from input0; layer_moe.asc:9 */
void infer_k01(const AscCall *call, int chunk)
{
    const real *const restrict input0 = call->input[0];
    real *const restrict sum1 = ASC_EXAMPLES(real, infer_CONSTANT, 0);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            double sum0[1] = {0};
            real run0 = 0;
#pragma omp simd reduction(+ : run0)
            for (int i_time = 0; i_time < 6; i_time++) {
                const real t1 = input0[(size_t)i_batch * 24 + i_freq * 6 + i_time];
                run0 += t1;
            }
            sum0[0] += run0;
            sum1[(size_t)i_batch * 4 + i_freq] = (real)sum0[0];
        }
    }
}

/* infer_k02: product, plain loops.
 * map8[batch, expert = 2]
 * from sum1, weight6, weight4; layer_moe.asc:9 (moe.g.dense) */
void infer_k02(const AscCall *call, int chunk)
{
    const real *const restrict sum1 = ASC_EXAMPLES(const real, infer_CONSTANT, 0);
    const real *const restrict weight6 = call->parameters + 16;
    const real *const restrict weight4 = call->parameters;
    real *const restrict map8 = ASC_EXAMPLES(real, infer_CONSTANT, 64);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[2] = {0};
        real row0[2] = {0};
        for (int i_in = 0; i_in < 4; i_in++) {
            const real t1 = sum1[(size_t)i_batch * 4 + i_in];
            const real t2 = t1 * (real)0.16666666666666666;
#pragma omp simd
            for (int i_expert = 0; i_expert < 2; i_expert++) {
                const real t3 = weight6[i_in * 2 + i_expert];
                row0[i_expert] += t2 * t3;
            }
        }
        for (int i_expert = 0; i_expert < 2; i_expert++) {
            sum0[i_expert] += row0[i_expert];
        }
        for (int i_expert = 0; i_expert < 2; i_expert++) {
            const real t4 = weight4[i_expert];
            const real t5 = (real)sum0[i_expert] + t4;
            map8[(size_t)i_batch * 2 + i_expert] = t5;
        }
    }
}

/* infer_k03: softmax.
 * softmax9[batch, expert = 2]
 * from map8; layer_moe.asc:9 (moe.g) */
void infer_k03(const AscCall *call, int chunk)
{
    const real *const restrict map8 = ASC_EXAMPLES(const real, infer_CONSTANT, 64);
    real *const restrict softmax9 = ASC_EXAMPLES(real, infer_CONSTANT, 128);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        real maximum = -(real)INFINITY, total = 0;
        for (int i_expert = 0; i_expert < 2; i_expert++) {
            maximum = map8[(size_t)i_batch * 2 + i_expert] > maximum ? map8[(size_t)i_batch * 2 + i_expert] : maximum;
        }
        for (int i_expert = 0; i_expert < 2; i_expert++) {
            const real e = asc_exp(map8[(size_t)i_batch * 2 + i_expert] - maximum);
            softmax9[(size_t)i_batch * 2 + i_expert] = e;
            total += e;
        }
        const real share = 1 / total;
        for (int i_expert = 0; i_expert < 2; i_expert++) {
            softmax9[(size_t)i_batch * 2 + i_expert] *= share;
        }
    }
}

/* infer_k04: product, plain loops.
 * map14[batch, expert = 2, feature = 3]
 * from sum1, weight11, weight10; layer_moe.asc:9 (moe.e.dense) */
void infer_k04(const AscCall *call, int chunk)
{
    const real *const restrict sum1 = ASC_EXAMPLES(const real, infer_CONSTANT, 0);
    const real *const restrict weight11 = call->parameters + 48;
    const real *const restrict weight10 = call->parameters + 32;
    real *const restrict map14 = ASC_EXAMPLES(real, infer_CONSTANT, 192);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_expert = 0; i_expert < 2; i_expert++) {
            double sum0[3] = {0};
            real row0[3] = {0};
            for (int i_in = 0; i_in < 4; i_in++) {
                const real t1 = sum1[(size_t)i_batch * 4 + i_in];
                const real t2 = t1 * (real)0.16666666666666666;
#pragma omp simd
                for (int i_feature = 0; i_feature < 3; i_feature++) {
                    const real t3 = weight11[i_in * 6 + i_expert * 3 + i_feature];
                    row0[i_feature] += t2 * t3;
                }
            }
            for (int i_feature = 0; i_feature < 3; i_feature++) {
                sum0[i_feature] += row0[i_feature];
            }
            for (int i_feature = 0; i_feature < 3; i_feature++) {
                const real t4 = weight10[i_expert * 3 + i_feature];
                const real t5 = (real)sum0[i_feature] + t4;
                const real t6 = t5 > 0 ? t5 : 0;
                map14[(size_t)i_batch * 6 + i_expert * 3 + i_feature] = t6;
            }
        }
    }
}

/* infer_k05: product, plain loops.
 * dot15[batch, feature = 3]
 * from softmax9, map14; layer_moe.asc:9 (moe) */
void infer_k05(const AscCall *call, int chunk)
{
    const real *const restrict softmax9 = ASC_EXAMPLES(const real, infer_CONSTANT, 128);
    const real *const restrict map14 = ASC_EXAMPLES(const real, infer_CONSTANT, 192);
    real *const restrict dot15 = ASC_EXAMPLES(real, infer_CONSTANT, 256);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[3] = {0};
        real row0[3] = {0};
        for (int i_expert = 0; i_expert < 2; i_expert++) {
            const real t1 = softmax9[(size_t)i_batch * 2 + i_expert];
#pragma omp simd
            for (int i_feature = 0; i_feature < 3; i_feature++) {
                const real t2 = map14[(size_t)i_batch * 6 + i_expert * 3 + i_feature];
                row0[i_feature] += t1 * t2;
            }
        }
        for (int i_feature = 0; i_feature < 3; i_feature++) {
            sum0[i_feature] += row0[i_feature];
        }
        for (int i_feature = 0; i_feature < 3; i_feature++) {
            dot15[(size_t)i_batch * 3 + i_feature] = (real)sum0[i_feature];
        }
    }
}

/* infer_k06: sum.
 * sum19[batch]
 * from dot15, input16; layer_moe.asc:11 (loss.squared_error) */
void infer_k06(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict dot15 = ASC_EXAMPLES(const real, infer_CONSTANT, 256);
    const real *const restrict input16 = call->target;
    real *const restrict sum19 = ASC_EXAMPLES(real, infer_CONSTANT, 320);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[1] = {0};
        real run0 = 0;
#pragma omp simd reduction(+ : run0)
        for (int i_feature = 0; i_feature < 3; i_feature++) {
            const real t1 = dot15[(size_t)i_batch * 3 + i_feature];
            const real t2 = input16[(size_t)i_batch * 3 + i_feature];
            const real t3 = t1 - t2;
            const real t4 = t3 * t3;
            run0 += t4;
        }
        sum0[0] += run0;
        sum19[(size_t)i_batch] = (real)sum0[0];
    }
}

/* infer_k07: map.
 * output[batch, feature = 3]
 * from dot15; layer_moe.asc:9 (moe) */
void infer_k07(const AscCall *call, int chunk)
{
    if (!call->output)
        return;
    const real *const restrict dot15 = ASC_EXAMPLES(const real, infer_CONSTANT, 256);
    real *const restrict output = call->output;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_feature = 0; i_feature < 3; i_feature++) {
            const real t1 = dot15[(size_t)i_batch * 3 + i_feature];
            output[(size_t)i_batch * 3 + i_feature] = t1;
        }
    }
}

/* infer_k08: map.
 * loss[batch]
 * from sum19; layer_moe.asc:11 (loss.squared_error) */
void infer_k08(const AscCall *call, int chunk)
{
    if (!call->losses)
        return;
    const real *const restrict sum19 = ASC_EXAMPLES(const real, infer_CONSTANT, 320);
    real *const restrict loss = call->losses;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t1 = sum19[(size_t)i_batch];
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
    {train_k07, 0, ASC_BEHIND},
    {train_k08, 0, ASC_BEHIND},
    {train_k09, 1, ASC_BESIDE},
    {train_k10, 0, ASC_PHASE},
    {train_k11, 0, ASC_BEHIND},
    {train_k12, 0, ASC_BEHIND},
    {train_k13, 0, ASC_BEHIND},
    {train_k14, 0, ASC_BEHIND},
    {train_k15, 0, ASC_BEHIND},
    {train_k16, 0, ASC_BEHIND},
    {train_k17, 0, ASC_BEHIND},
    {train_k13_sum, 1, ASC_PHASE},
    {train_k14_sum, 1, ASC_BESIDE},
    {train_k16_sum, 1, ASC_BESIDE},
    {train_k17_sum, 1, ASC_BESIDE},
};

static const AscKernel train_kernel[] = {
    {"train_k01 sum", "layer_moe.asc:9", 0, 112},
    {"train_k02 product, plain loops, moe.g.dense", "layer_moe.asc:9", 16, 64},
    {"train_k03 softmax, moe.g", "layer_moe.asc:9", 0, 16},
    {"train_k04 product, plain loops, moe.e.dense", "layer_moe.asc:9", 48, 160},
    {"train_k05 product, plain loops, moe", "layer_moe.asc:9", 12, 44},
    {"train_k06 sum, loss.squared_error", "layer_moe.asc:11", 0, 28},
    {"train_k07 map, moe", "layer_moe.asc:9", 12, 24},
    {"train_k08 map, loss.squared_error", "layer_moe.asc:11", 0, 8},
    {"train_k09 map", "layer_moe.asc:11", 0, 4},
    {"train_k10 map, loss.squared_error", "layer_moe.asc:11", 0, 40},
    {"train_k11 product, plain loops, moe", "layer_moe.asc:9", 12, 44},
    {"train_k12 map, moe.e", "layer_moe.asc:9", 0, 68},
    {"train_k13 sum, moe.e.dense", "layer_moe.asc:9", 0, 48},
    {"train_k14 product, plain loops, moe.e.dense", "layer_moe.asc:9", 48, 136},
    {"train_k15 sum, moe.g", "layer_moe.asc:9", 0, 20},
    {"train_k16 sum, moe.g.dense", "layer_moe.asc:9", 0, 28},
    {"train_k17 product, plain loops, moe.g.dense", "layer_moe.asc:9", 16, 68},
    {"train_k13 sum of the groups, moe.e.dense", "layer_moe.asc:9", 0, 0},
    {"train_k14 sum of the groups, moe.e.dense", "layer_moe.asc:9", 0, 0},
    {"train_k16 sum of the groups, moe.g.dense", "layer_moe.asc:9", 0, 0},
    {"train_k17 sum of the groups, moe.g.dense", "layer_moe.asc:9", 0, 0},
};

static void train_run(const AscCall *call, double *seconds)
{
    asc_run_kernels(call, train_step, 21, seconds);
}

static const AscStepKernel infer_step[] = {
    {infer_k01, 0, ASC_PHASE},
    {infer_k02, 0, ASC_BEHIND},
    {infer_k03, 0, ASC_BEHIND},
    {infer_k04, 0, ASC_BEHIND},
    {infer_k05, 0, ASC_BEHIND},
    {infer_k06, 0, ASC_BEHIND},
    {infer_k07, 0, ASC_BEHIND},
    {infer_k08, 0, ASC_BEHIND},
};

static const AscKernel infer_kernel[] = {
    {"infer_k01 sum", "layer_moe.asc:9", 0, 112},
    {"infer_k02 product, plain loops, moe.g.dense", "layer_moe.asc:9", 16, 64},
    {"infer_k03 softmax, moe.g", "layer_moe.asc:9", 0, 16},
    {"infer_k04 product, plain loops, moe.e.dense", "layer_moe.asc:9", 48, 160},
    {"infer_k05 product, plain loops, moe", "layer_moe.asc:9", 12, 44},
    {"infer_k06 sum, loss.squared_error", "layer_moe.asc:11", 0, 28},
    {"infer_k07 map, moe", "layer_moe.asc:9", 12, 24},
    {"infer_k08 map, loss.squared_error", "layer_moe.asc:11", 0, 8},
};

static void infer_run(const AscCall *call, double *seconds)
{
    asc_run_kernels(call, infer_step, 8, seconds);
}

static const AscParameter parameter[] = {
    {"moe.g.dense.bias", {1, {{"expert", 2}}}, 2, 0, true, 0, ASC_ZEROS, 0, 0, 0},
    {"moe.g.dense.weight", {2, {{"in", 4}, {"expert", 2}}}, 8, 16, true, 0, ASC_GLOROT_UNIFORM, 0, 4, 2},
    {"moe.e.dense.bias", {2, {{"expert", 2}, {"feature", 3}}}, 6, 32, true, 0, ASC_ZEROS, 0, 0, 0},
    {"moe.e.dense.weight", {3, {{"in", 4}, {"expert", 2}, {"feature", 3}}}, 24, 48, true, 0, ASC_GLOROT_UNIFORM, 0, 4, 6},
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
    "# Experts and their gates.\n"
    "features x {\n"
    "    audio[channel = 1](8000 Hz) | spectrogram[bin](32 ms, hop = 16 ms) | mel[freq = 4]\n"
    "    | decibels | normalize[freq] | segment[time = 6 frames]\n"
    "}\n"
    "network {\n"
    "    x | mean[time] | moe(3, 2)\n"
    "}\n"
    "train { loss = squared_error(output, target); optimizer = sgd(0.1); epochs = 1; batch = 2 }\n";

const AscModel asc_model = {
    .name = "layer_moe",
    .source = "layer_moe.asc",
    .defines = "",
    .text = text,
    .hash = "8ec084428b9e4356",
    .features = features,
    .feature_sets = 1,
    .input = input,
    .inputs = 1,
    .output = {1, {{"feature", 3}}},
    .parameter = parameter,
    .parameters = 4,
    .parameter_reals = 80,
    .randoms = 0,
    .random_count = random_count,
    .train = {64, 768, train_run, train_kernel, 21},
    .infer = {0, 384, infer_run, infer_kernel, 8},
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
