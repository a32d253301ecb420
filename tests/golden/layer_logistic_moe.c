/* Made by ascc from layer_logistic_moe.asc for avx2. */
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
void train_k12_sum(const AscCall *call, int chunk);
void train_k13_sum(const AscCall *call, int chunk);
void train_k15_sum(const AscCall *call, int chunk);
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
 * from input0; layer_logistic_moe.asc:9 */
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
 * dot6[batch, class = 2, mixture = 3]
 * from sum1, weight5; layer_logistic_moe.asc:9 (logistic_moe.g.linear) */
void train_k02(const AscCall *call, int chunk)
{
    const real *const restrict sum1 = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    const real *const restrict weight5 = call->parameters;
    real *const restrict dot6 = ASC_EXAMPLES(real, train_CONSTANT, 64);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_class = 0; i_class < 2; i_class++) {
            double sum0[3] = {0};
            real row0[3] = {0};
            for (int i_in = 0; i_in < 4; i_in++) {
                const real t1 = sum1[(size_t)i_batch * 4 + i_in];
                const real t2 = t1 * (real)0.16666666666666666;
#pragma omp simd
                for (int i_mixture = 0; i_mixture < 3; i_mixture++) {
                    const real t3 = weight5[i_in * 6 + i_class * 3 + i_mixture];
                    row0[i_mixture] += t2 * t3;
                }
            }
            for (int i_mixture = 0; i_mixture < 3; i_mixture++) {
                sum0[i_mixture] += row0[i_mixture];
            }
            for (int i_mixture = 0; i_mixture < 3; i_mixture++) {
                dot6[(size_t)i_batch * 6 + i_class * 3 + i_mixture] = (real)sum0[i_mixture];
            }
        }
    }
}

/* train_k03: softmax.
 * softmax7[batch, class = 2, mixture = 3]
 * from dot6; layer_logistic_moe.asc:9 (logistic_moe.g) */
void train_k03(const AscCall *call, int chunk)
{
    const real *const restrict dot6 = ASC_EXAMPLES(const real, train_CONSTANT, 64);
    real *const restrict softmax7 = ASC_EXAMPLES(real, train_CONSTANT, 128);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_class = 0; i_class < 2; i_class++) {
            real maximum = -(real)INFINITY, total = 0;
            for (int i_mixture = 0; i_mixture < 3; i_mixture++) {
                maximum = dot6[(size_t)i_batch * 6 + i_class * 3 + i_mixture] > maximum ? dot6[(size_t)i_batch * 6 + i_class * 3 + i_mixture] : maximum;
            }
            for (int i_mixture = 0; i_mixture < 3; i_mixture++) {
                const real e = asc_exp(dot6[(size_t)i_batch * 6 + i_class * 3 + i_mixture] - maximum);
                softmax7[(size_t)i_batch * 6 + i_class * 3 + i_mixture] = e;
                total += e;
            }
            const real share = 1 / total;
            for (int i_mixture = 0; i_mixture < 3; i_mixture++) {
                softmax7[(size_t)i_batch * 6 + i_class * 3 + i_mixture] *= share;
            }
        }
    }
}

/* train_k04: product, plain loops.
 * map12[batch, class = 2, mixture = 2]
 * from sum1, weight9, weight8; layer_logistic_moe.asc:9 (logistic_moe.e.dense) */
void train_k04(const AscCall *call, int chunk)
{
    const real *const restrict sum1 = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    const real *const restrict weight9 = call->parameters + 48;
    const real *const restrict weight8 = call->parameters + 32;
    real *const restrict map12 = ASC_EXAMPLES(real, train_CONSTANT, 192);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_class = 0; i_class < 2; i_class++) {
            double sum0[2] = {0};
            real row0[2] = {0};
            for (int i_in = 0; i_in < 4; i_in++) {
                const real t1 = sum1[(size_t)i_batch * 4 + i_in];
                const real t2 = t1 * (real)0.16666666666666666;
#pragma omp simd
                for (int i_mixture = 0; i_mixture < 2; i_mixture++) {
                    const real t3 = weight9[i_in * 4 + i_class * 2 + i_mixture];
                    row0[i_mixture] += t2 * t3;
                }
            }
            for (int i_mixture = 0; i_mixture < 2; i_mixture++) {
                sum0[i_mixture] += row0[i_mixture];
            }
            for (int i_mixture = 0; i_mixture < 2; i_mixture++) {
                const real t4 = weight8[i_class * 2 + i_mixture];
                const real t5 = (real)sum0[i_mixture] + t4;
                const real t6 = asc_sigmoid(t5);
                map12[(size_t)i_batch * 4 + i_class * 2 + i_mixture] = t6;
            }
        }
    }
}

/* train_k05: product, plain loops.
 * dot14[batch, class = 2]
 * from softmax7, map12; layer_logistic_moe.asc:9 (logistic_moe) */
void train_k05(const AscCall *call, int chunk)
{
    const real *const restrict softmax7 = ASC_EXAMPLES(const real, train_CONSTANT, 128);
    const real *const restrict map12 = ASC_EXAMPLES(const real, train_CONSTANT, 192);
    real *const restrict dot14 = ASC_EXAMPLES(real, train_CONSTANT, 256);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_class = 0; i_class < 2; i_class++) {
            double sum0[1] = {0};
            real run0 = 0;
#pragma omp simd reduction(+ : run0)
            for (int i_mixture = 0; i_mixture < 2; i_mixture++) {
                const real t1 = softmax7[(size_t)i_batch * 6 + i_class * 3 + i_mixture];
                const real t2 = map12[(size_t)i_batch * 4 + i_class * 2 + i_mixture];
                run0 += t1 * t2;
            }
            sum0[0] += run0;
            dot14[(size_t)i_batch * 2 + i_class] = (real)sum0[0];
        }
    }
}

/* train_k06: sum.
 * sum27[batch]
 * from input15, dot14; layer_logistic_moe.asc:11 (loss.binary_cross_entropy) */
void train_k06(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict input15 = call->target;
    const real *const restrict dot14 = ASC_EXAMPLES(const real, train_CONSTANT, 256);
    real *const restrict sum27 = ASC_EXAMPLES(real, train_CONSTANT, 320);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[1] = {0};
        real run0 = 0;
#pragma omp simd reduction(+ : run0)
        for (int i_class = 0; i_class < 2; i_class++) {
            const real t1 = input15[(size_t)i_batch * 2 + i_class];
            const real t2 = dot14[(size_t)i_batch * 2 + i_class];
            const real t3 = t2 + (real)1.0000000000000001e-05;
            const real t4 = asc_log(t3);
            const real t5 = t1 * t4;
            const real t6 = (real)1.0 - t1;
            const real t7 = (real)1.0 - t2;
            const real t8 = t7 + (real)1.0000000000000001e-05;
            const real t9 = asc_log(t8);
            const real t10 = t6 * t9;
            const real t11 = t5 + t10;
            run0 += t11;
        }
        sum0[0] += run0;
        sum27[(size_t)i_batch] = (real)sum0[0];
    }
}

/* train_k07: map.
 * output[batch, class = 2]
 * from dot14; layer_logistic_moe.asc:9 (logistic_moe) */
void train_k07(const AscCall *call, int chunk)
{
    if (!call->output)
        return;
    const real *const restrict dot14 = ASC_EXAMPLES(const real, train_CONSTANT, 256);
    real *const restrict output = call->output;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_class = 0; i_class < 2; i_class++) {
            const real t1 = dot14[(size_t)i_batch * 2 + i_class];
            output[(size_t)i_batch * 2 + i_class] = t1;
        }
    }
}

/* train_k08: map.
 * loss[batch]
 * from sum27; layer_logistic_moe.asc:11 (loss.binary_cross_entropy) */
void train_k08(const AscCall *call, int chunk)
{
    if (!call->losses)
        return;
    const real *const restrict sum27 = ASC_EXAMPLES(const real, train_CONSTANT, 320);
    real *const restrict loss = call->losses;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t1 = sum27[(size_t)i_batch];
        const real t2 = -t1;
        loss[(size_t)i_batch] = t2;
    }
}

/* train_k09: map.
 * map31[]
 * layer_logistic_moe.asc:11 (loss.binary_cross_entropy) */
void train_k09(const AscCall *call, int chunk)
{
    real *const restrict map31 = ASC_CONSTANT(real, 0);
    (void)chunk;
    const real t1 = (real)1.0 / (real)call->examples;
    const real t2 = -t1;
    map31[0] = t2;
}

/* train_k10: map.
 * map36[batch, class = 2]
 * from map31, input15, dot14; layer_logistic_moe.asc:11 (loss.binary_cross_entropy) */
void train_k10(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict map31 = ASC_CONSTANT(const real, 0);
    const real *const restrict input15 = call->target;
    const real *const restrict dot14 = ASC_EXAMPLES(const real, train_CONSTANT, 256);
    real *const restrict map36 = ASC_EXAMPLES(real, train_CONSTANT, 64);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    const real t1 = map31[0];
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_class = 0; i_class < 2; i_class++) {
            const real t2 = input15[(size_t)i_batch * 2 + i_class];
            const real t3 = t1 * t2;
            const real t4 = dot14[(size_t)i_batch * 2 + i_class];
            const real t5 = t4 + (real)1.0000000000000001e-05;
            const real t6 = t3 / t5;
            const real t7 = (real)1.0 - t2;
            const real t8 = t1 * t7;
            const real t9 = (real)1.0 - t4;
            const real t10 = t9 + (real)1.0000000000000001e-05;
            const real t11 = t8 / t10;
            const real t12 = t6 - t11;
            map36[(size_t)i_batch * 2 + i_class] = t12;
        }
    }
}

/* train_k11: map.
 * map42[batch, class = 2, mixture = 2]
 * from softmax7, map12, map36; layer_logistic_moe.asc:9 (logistic_moe.e) */
void train_k11(const AscCall *call, int chunk)
{
    const real *const restrict softmax7 = ASC_EXAMPLES(const real, train_CONSTANT, 128);
    const real *const restrict map12 = ASC_EXAMPLES(const real, train_CONSTANT, 192);
    const real *const restrict map36 = ASC_EXAMPLES(const real, train_CONSTANT, 64);
    real *const restrict map42 = ASC_EXAMPLES(real, train_CONSTANT, 320);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_class = 0; i_class < 2; i_class++) {
            const real t6 = map36[(size_t)i_batch * 2 + i_class];
#pragma omp simd
            for (int i_mixture = 0; i_mixture < 2; i_mixture++) {
                const real t1 = softmax7[(size_t)i_batch * 6 + i_class * 3 + i_mixture];
                const real t2 = map12[(size_t)i_batch * 4 + i_class * 2 + i_mixture];
                const real t3 = (real)1.0 - t2;
                const real t4 = t2 * t3;
                const real t5 = t1 * t4;
                const real t7 = t5 * t6;
                map42[(size_t)i_batch * 4 + i_class * 2 + i_mixture] = t7;
            }
        }
    }
}

/* train_k12: sum.
 * sum43[class = 2, mixture = 2]
 * from map42; layer_logistic_moe.asc:9 (logistic_moe.e.dense) */
void train_k12(const AscCall *call, int chunk)
{
    const real *const restrict map42 = ASC_EXAMPLES(const real, train_CONSTANT, 320);
    double *const restrict sum43_parts = ASC_EXAMPLES(double, train_CONSTANT, 384);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    memset(sum43_parts + (size_t)chunk * 4, 0, 4 * sizeof(double));
    double *const restrict sum0 = sum43_parts + (size_t)chunk * 4;
    real row0[4] = {0};
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_class = 0; i_class < 2; i_class++) {
#pragma omp simd
            for (int i_mixture = 0; i_mixture < 2; i_mixture++) {
                const real t1 = map42[(size_t)i_batch * 4 + i_class * 2 + i_mixture];
                row0[i_class * 2 + i_mixture] += t1;
            }
        }
    }
    for (int i_class = 0; i_class < 2; i_class++) {
        for (int i_mixture = 0; i_mixture < 2; i_mixture++) {
            sum0[i_mixture + i_class * 2] += row0[i_class * 2 + i_mixture];
        }
    }
}

void train_k12_sum(const AscCall *call, int chunk)
{
    (void)chunk;
    const double *const restrict sum43_parts = ASC_EXAMPLES(const double, train_CONSTANT, 384);
    real *const restrict sum43 = call->gradients + 32;
    const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;
    for (int i = 0; i < 4; i++) {
        double sum0 = 0;
        for (int group = 0; group < groups; group++) {
            sum0 += sum43_parts[(size_t)group * 4 + i];
        }
        sum43[i] = (real)sum0;
    }
}

/* train_k13: product, plain loops.
 * dot44[in = 4, class = 2, mixture = 2]
 * from sum1, map42; layer_logistic_moe.asc:9 (logistic_moe.e.dense) */
void train_k13(const AscCall *call, int chunk)
{
    const real *const restrict sum1 = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    const real *const restrict map42 = ASC_EXAMPLES(const real, train_CONSTANT, 320);
    double *const restrict dot44_parts = ASC_EXAMPLES(double, train_CONSTANT, 448);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    memset(dot44_parts + (size_t)chunk * 16, 0, 16 * sizeof(double));
    double *const restrict sum0 = dot44_parts + (size_t)chunk * 16;
    real row0[16] = {0};
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_in = 0; i_in < 4; i_in++) {
            const real t1 = sum1[(size_t)i_batch * 4 + i_in];
            const real t2 = t1 * (real)0.16666666666666666;
            for (int i_class = 0; i_class < 2; i_class++) {
#pragma omp simd
                for (int i_mixture = 0; i_mixture < 2; i_mixture++) {
                    const real t3 = map42[(size_t)i_batch * 4 + i_class * 2 + i_mixture];
                    row0[i_in * 4 + i_class * 2 + i_mixture] += t2 * t3;
                }
            }
        }
    }
    for (int i_in = 0; i_in < 4; i_in++) {
        for (int i_class = 0; i_class < 2; i_class++) {
            for (int i_mixture = 0; i_mixture < 2; i_mixture++) {
                sum0[i_mixture + i_class * 2 + i_in * 4] += row0[i_in * 4 + i_class * 2 + i_mixture];
            }
        }
    }
}

void train_k13_sum(const AscCall *call, int chunk)
{
    (void)chunk;
    const double *const restrict dot44_parts = ASC_EXAMPLES(const double, train_CONSTANT, 448);
    real *const restrict dot44 = call->gradients + 48;
    const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;
    for (int i = 0; i < 16; i++) {
        double sum0 = 0;
        for (int group = 0; group < groups; group++) {
            sum0 += dot44_parts[(size_t)group * 16 + i];
        }
        dot44[i] = (real)sum0;
    }
}

/* train_k14: sum.
 * sum46[batch, class = 2]
 * from softmax7, map36, map12; layer_logistic_moe.asc:9 (logistic_moe.g) */
void train_k14(const AscCall *call, int chunk)
{
    const real *const restrict softmax7 = ASC_EXAMPLES(const real, train_CONSTANT, 128);
    const real *const restrict map36 = ASC_EXAMPLES(const real, train_CONSTANT, 64);
    const real *const restrict map12 = ASC_EXAMPLES(const real, train_CONSTANT, 192);
    real *const restrict sum46 = ASC_EXAMPLES(real, train_CONSTANT, 512);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_class = 0; i_class < 2; i_class++) {
            const real t2 = map36[(size_t)i_batch * 2 + i_class];
            double sum0[1] = {0};
            real run0 = 0;
#pragma omp simd reduction(+ : run0)
            for (int i_mixture = 0; i_mixture < 3; i_mixture++) {
                const real t1 = softmax7[(size_t)i_batch * 6 + i_class * 3 + i_mixture];
                const real t3 = map12[(size_t)i_batch * 4 + i_class * 2 + asc_clamp(i_mixture, 0, 1)];
                const real t4 = t2 * t3;
                const real t5 = i_mixture < 2 ? t4 : 0;
                const real t6 = t1 * t5;
                run0 += t6;
            }
            sum0[0] += run0;
            sum46[(size_t)i_batch * 2 + i_class] = (real)sum0[0];
        }
    }
}

/* train_k15: product, plain loops.
 * dot49[in = 4, class = 2, mixture = 3]
 * from sum1, softmax7, map36, map12, sum46; layer_logistic_moe.asc:9 (logistic_moe.g.linear) */
void train_k15(const AscCall *call, int chunk)
{
    const real *const restrict sum1 = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    const real *const restrict softmax7 = ASC_EXAMPLES(const real, train_CONSTANT, 128);
    const real *const restrict map36 = ASC_EXAMPLES(const real, train_CONSTANT, 64);
    const real *const restrict map12 = ASC_EXAMPLES(const real, train_CONSTANT, 192);
    const real *const restrict sum46 = ASC_EXAMPLES(const real, train_CONSTANT, 512);
    double *const restrict dot49_parts = ASC_EXAMPLES(double, train_CONSTANT, 576);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    memset(dot49_parts + (size_t)chunk * 24, 0, 24 * sizeof(double));
    double *const restrict sum0 = dot49_parts + (size_t)chunk * 24;
    real row0[24] = {0};
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_in = 0; i_in < 4; i_in++) {
            const real t1 = sum1[(size_t)i_batch * 4 + i_in];
            const real t2 = t1 * (real)0.16666666666666666;
            for (int i_class = 0; i_class < 2; i_class++) {
                const real t4 = map36[(size_t)i_batch * 2 + i_class];
                const real t8 = sum46[(size_t)i_batch * 2 + i_class];
#pragma omp simd
                for (int i_mixture = 0; i_mixture < 3; i_mixture++) {
                    const real t3 = softmax7[(size_t)i_batch * 6 + i_class * 3 + i_mixture];
                    const real t5 = map12[(size_t)i_batch * 4 + i_class * 2 + asc_clamp(i_mixture, 0, 1)];
                    const real t6 = t4 * t5;
                    const real t7 = i_mixture < 2 ? t6 : 0;
                    const real t9 = t7 - t8;
                    const real t10 = t3 * t9;
                    row0[i_in * 6 + i_class * 3 + i_mixture] += t2 * t10;
                }
            }
        }
    }
    for (int i_in = 0; i_in < 4; i_in++) {
        for (int i_class = 0; i_class < 2; i_class++) {
            for (int i_mixture = 0; i_mixture < 3; i_mixture++) {
                sum0[i_mixture + i_class * 3 + i_in * 6] += row0[i_in * 6 + i_class * 3 + i_mixture];
            }
        }
    }
}

void train_k15_sum(const AscCall *call, int chunk)
{
    (void)chunk;
    const double *const restrict dot49_parts = ASC_EXAMPLES(const double, train_CONSTANT, 576);
    real *const restrict dot49 = call->gradients;
    const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;
    for (int i = 0; i < 24; i++) {
        double sum0 = 0;
        for (int group = 0; group < groups; group++) {
            sum0 += dot49_parts[(size_t)group * 24 + i];
        }
        dot49[i] = (real)sum0;
    }
}

/* infer_k01: sum.
 * sum1[batch, channel = 1, freq = 4]
 * from input0; layer_logistic_moe.asc:9 */
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
 * dot6[batch, class = 2, mixture = 3]
 * from sum1, weight5; layer_logistic_moe.asc:9 (logistic_moe.g.linear) */
void infer_k02(const AscCall *call, int chunk)
{
    const real *const restrict sum1 = ASC_EXAMPLES(const real, infer_CONSTANT, 0);
    const real *const restrict weight5 = call->parameters;
    real *const restrict dot6 = ASC_EXAMPLES(real, infer_CONSTANT, 64);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_class = 0; i_class < 2; i_class++) {
            double sum0[3] = {0};
            real row0[3] = {0};
            for (int i_in = 0; i_in < 4; i_in++) {
                const real t1 = sum1[(size_t)i_batch * 4 + i_in];
                const real t2 = t1 * (real)0.16666666666666666;
#pragma omp simd
                for (int i_mixture = 0; i_mixture < 3; i_mixture++) {
                    const real t3 = weight5[i_in * 6 + i_class * 3 + i_mixture];
                    row0[i_mixture] += t2 * t3;
                }
            }
            for (int i_mixture = 0; i_mixture < 3; i_mixture++) {
                sum0[i_mixture] += row0[i_mixture];
            }
            for (int i_mixture = 0; i_mixture < 3; i_mixture++) {
                dot6[(size_t)i_batch * 6 + i_class * 3 + i_mixture] = (real)sum0[i_mixture];
            }
        }
    }
}

/* infer_k03: softmax.
 * softmax7[batch, class = 2, mixture = 3]
 * from dot6; layer_logistic_moe.asc:9 (logistic_moe.g) */
void infer_k03(const AscCall *call, int chunk)
{
    const real *const restrict dot6 = ASC_EXAMPLES(const real, infer_CONSTANT, 64);
    real *const restrict softmax7 = ASC_EXAMPLES(real, infer_CONSTANT, 128);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_class = 0; i_class < 2; i_class++) {
            real maximum = -(real)INFINITY, total = 0;
            for (int i_mixture = 0; i_mixture < 3; i_mixture++) {
                maximum = dot6[(size_t)i_batch * 6 + i_class * 3 + i_mixture] > maximum ? dot6[(size_t)i_batch * 6 + i_class * 3 + i_mixture] : maximum;
            }
            for (int i_mixture = 0; i_mixture < 3; i_mixture++) {
                const real e = asc_exp(dot6[(size_t)i_batch * 6 + i_class * 3 + i_mixture] - maximum);
                softmax7[(size_t)i_batch * 6 + i_class * 3 + i_mixture] = e;
                total += e;
            }
            const real share = 1 / total;
            for (int i_mixture = 0; i_mixture < 3; i_mixture++) {
                softmax7[(size_t)i_batch * 6 + i_class * 3 + i_mixture] *= share;
            }
        }
    }
}

/* infer_k04: product, plain loops.
 * map12[batch, class = 2, mixture = 2]
 * from sum1, weight9, weight8; layer_logistic_moe.asc:9 (logistic_moe.e.dense) */
void infer_k04(const AscCall *call, int chunk)
{
    const real *const restrict sum1 = ASC_EXAMPLES(const real, infer_CONSTANT, 0);
    const real *const restrict weight9 = call->parameters + 48;
    const real *const restrict weight8 = call->parameters + 32;
    real *const restrict map12 = ASC_EXAMPLES(real, infer_CONSTANT, 192);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_class = 0; i_class < 2; i_class++) {
            double sum0[2] = {0};
            real row0[2] = {0};
            for (int i_in = 0; i_in < 4; i_in++) {
                const real t1 = sum1[(size_t)i_batch * 4 + i_in];
                const real t2 = t1 * (real)0.16666666666666666;
#pragma omp simd
                for (int i_mixture = 0; i_mixture < 2; i_mixture++) {
                    const real t3 = weight9[i_in * 4 + i_class * 2 + i_mixture];
                    row0[i_mixture] += t2 * t3;
                }
            }
            for (int i_mixture = 0; i_mixture < 2; i_mixture++) {
                sum0[i_mixture] += row0[i_mixture];
            }
            for (int i_mixture = 0; i_mixture < 2; i_mixture++) {
                const real t4 = weight8[i_class * 2 + i_mixture];
                const real t5 = (real)sum0[i_mixture] + t4;
                const real t6 = asc_sigmoid(t5);
                map12[(size_t)i_batch * 4 + i_class * 2 + i_mixture] = t6;
            }
        }
    }
}

/* infer_k05: product, plain loops.
 * dot14[batch, class = 2]
 * from softmax7, map12; layer_logistic_moe.asc:9 (logistic_moe) */
void infer_k05(const AscCall *call, int chunk)
{
    const real *const restrict softmax7 = ASC_EXAMPLES(const real, infer_CONSTANT, 128);
    const real *const restrict map12 = ASC_EXAMPLES(const real, infer_CONSTANT, 192);
    real *const restrict dot14 = ASC_EXAMPLES(real, infer_CONSTANT, 256);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_class = 0; i_class < 2; i_class++) {
            double sum0[1] = {0};
            real run0 = 0;
#pragma omp simd reduction(+ : run0)
            for (int i_mixture = 0; i_mixture < 2; i_mixture++) {
                const real t1 = softmax7[(size_t)i_batch * 6 + i_class * 3 + i_mixture];
                const real t2 = map12[(size_t)i_batch * 4 + i_class * 2 + i_mixture];
                run0 += t1 * t2;
            }
            sum0[0] += run0;
            dot14[(size_t)i_batch * 2 + i_class] = (real)sum0[0];
        }
    }
}

/* infer_k06: sum.
 * sum27[batch]
 * from input15, dot14; layer_logistic_moe.asc:11 (loss.binary_cross_entropy) */
void infer_k06(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict input15 = call->target;
    const real *const restrict dot14 = ASC_EXAMPLES(const real, infer_CONSTANT, 256);
    real *const restrict sum27 = ASC_EXAMPLES(real, infer_CONSTANT, 320);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[1] = {0};
        real run0 = 0;
#pragma omp simd reduction(+ : run0)
        for (int i_class = 0; i_class < 2; i_class++) {
            const real t1 = input15[(size_t)i_batch * 2 + i_class];
            const real t2 = dot14[(size_t)i_batch * 2 + i_class];
            const real t3 = t2 + (real)1.0000000000000001e-05;
            const real t4 = asc_log(t3);
            const real t5 = t1 * t4;
            const real t6 = (real)1.0 - t1;
            const real t7 = (real)1.0 - t2;
            const real t8 = t7 + (real)1.0000000000000001e-05;
            const real t9 = asc_log(t8);
            const real t10 = t6 * t9;
            const real t11 = t5 + t10;
            run0 += t11;
        }
        sum0[0] += run0;
        sum27[(size_t)i_batch] = (real)sum0[0];
    }
}

/* infer_k07: map.
 * output[batch, class = 2]
 * from dot14; layer_logistic_moe.asc:9 (logistic_moe) */
void infer_k07(const AscCall *call, int chunk)
{
    if (!call->output)
        return;
    const real *const restrict dot14 = ASC_EXAMPLES(const real, infer_CONSTANT, 256);
    real *const restrict output = call->output;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_class = 0; i_class < 2; i_class++) {
            const real t1 = dot14[(size_t)i_batch * 2 + i_class];
            output[(size_t)i_batch * 2 + i_class] = t1;
        }
    }
}

/* infer_k08: map.
 * loss[batch]
 * from sum27; layer_logistic_moe.asc:11 (loss.binary_cross_entropy) */
void infer_k08(const AscCall *call, int chunk)
{
    if (!call->losses)
        return;
    const real *const restrict sum27 = ASC_EXAMPLES(const real, infer_CONSTANT, 320);
    real *const restrict loss = call->losses;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t1 = sum27[(size_t)i_batch];
        const real t2 = -t1;
        loss[(size_t)i_batch] = t2;
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
    {train_k12_sum, 1, ASC_PHASE},
    {train_k13_sum, 1, ASC_BESIDE},
    {train_k15_sum, 1, ASC_BESIDE},
};

static const AscKernel train_kernel[] = {
    {"train_k01 sum", "layer_logistic_moe.asc:9", 0, 112},
    {"train_k02 product, plain loops, logistic_moe.g.linear", "layer_logistic_moe.asc:9", 48, 136},
    {"train_k03 softmax, logistic_moe.g", "layer_logistic_moe.asc:9", 0, 48},
    {"train_k04 product, plain loops, logistic_moe.e.dense", "layer_logistic_moe.asc:9", 32, 112},
    {"train_k05 product, plain loops, logistic_moe", "layer_logistic_moe.asc:9", 8, 48},
    {"train_k06 sum, loss.binary_cross_entropy", "layer_logistic_moe.asc:11", 0, 20},
    {"train_k07 map, logistic_moe", "layer_logistic_moe.asc:9", 8, 16},
    {"train_k08 map, loss.binary_cross_entropy", "layer_logistic_moe.asc:11", 0, 8},
    {"train_k09 map, loss.binary_cross_entropy", "layer_logistic_moe.asc:11", 0, 4},
    {"train_k10 map, loss.binary_cross_entropy", "layer_logistic_moe.asc:11", 0, 28},
    {"train_k11 map, logistic_moe.e", "layer_logistic_moe.asc:9", 0, 64},
    {"train_k12 sum, logistic_moe.e.dense", "layer_logistic_moe.asc:9", 0, 32},
    {"train_k13 product, plain loops, logistic_moe.e.dense", "layer_logistic_moe.asc:9", 32, 96},
    {"train_k14 sum, logistic_moe.g", "layer_logistic_moe.asc:9", 0, 56},
    {"train_k15 product, plain loops, logistic_moe.g.linear", "layer_logistic_moe.asc:9", 48, 168},
    {"train_k12 sum of the groups, logistic_moe.e.dense", "layer_logistic_moe.asc:9", 0, 0},
    {"train_k13 sum of the groups, logistic_moe.e.dense", "layer_logistic_moe.asc:9", 0, 0},
    {"train_k15 sum of the groups, logistic_moe.g.linear", "layer_logistic_moe.asc:9", 0, 0},
};

static void train_run(const AscCall *call, double *seconds)
{
    asc_run_kernels(call, train_step, 18, seconds);
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
    {"infer_k01 sum", "layer_logistic_moe.asc:9", 0, 112},
    {"infer_k02 product, plain loops, logistic_moe.g.linear", "layer_logistic_moe.asc:9", 48, 136},
    {"infer_k03 softmax, logistic_moe.g", "layer_logistic_moe.asc:9", 0, 48},
    {"infer_k04 product, plain loops, logistic_moe.e.dense", "layer_logistic_moe.asc:9", 32, 112},
    {"infer_k05 product, plain loops, logistic_moe", "layer_logistic_moe.asc:9", 8, 48},
    {"infer_k06 sum, loss.binary_cross_entropy", "layer_logistic_moe.asc:11", 0, 20},
    {"infer_k07 map, logistic_moe", "layer_logistic_moe.asc:9", 8, 16},
    {"infer_k08 map, loss.binary_cross_entropy", "layer_logistic_moe.asc:11", 0, 8},
};

static void infer_run(const AscCall *call, double *seconds)
{
    asc_run_kernels(call, infer_step, 8, seconds);
}

static const AscParameter parameter[] = {
    {"logistic_moe.g.linear.weight", {3, {{"in", 4}, {"class", 2}, {"mixture", 3}}}, 24, 0, true, 0, ASC_GLOROT_UNIFORM, 0, 4, 6},
    {"logistic_moe.e.dense.bias", {2, {{"class", 2}, {"mixture", 2}}}, 4, 32, true, 0, ASC_ZEROS, 0, 0, 0},
    {"logistic_moe.e.dense.weight", {3, {{"in", 4}, {"class", 2}, {"mixture", 2}}}, 16, 48, true, 0, ASC_GLOROT_UNIFORM, 0, 4, 4},
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
    "# A mixture for each class, and a loss for independent classes.\n"
    "features x {\n"
    "    audio[channel = 1](8000 Hz) | spectrogram[bin](32 ms, hop = 16 ms) | mel[freq = 4]\n"
    "    | decibels | normalize[freq] | segment[time = 6 frames]\n"
    "}\n"
    "network {\n"
    "    x | mean[time] | logistic_moe(2, 2)\n"
    "}\n"
    "train { loss = binary_cross_entropy(output, target); optimizer = sgd(0.1); epochs = 1; batch = 2 }\n";

const AscModel asc_model = {
    .name = "layer_logistic_moe",
    .source = "layer_logistic_moe.asc",
    .defines = "",
    .text = text,
    .hash = "661b60daba76b2d9",
    .features = features,
    .feature_sets = 1,
    .input = input,
    .inputs = 1,
    .output = {1, {{"class", 2}}},
    .parameter = parameter,
    .parameters = 3,
    .parameter_reals = 64,
    .randoms = 0,
    .random_count = random_count,
    .train = {64, 640, train_run, train_kernel, 18},
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
