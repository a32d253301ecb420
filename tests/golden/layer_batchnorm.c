/* Made by ascc from layer_batchnorm.asc for avx2. */
#define ASC_VECTOR 32
#include "asc_kernel.h"

#define train_CONSTANT 320
#define infer_CONSTANT 64

void train_k01(const AscCall *call, int chunk);
void train_k02(const AscCall *call, int chunk);
void train_k03(const AscCall *call, int chunk);
void train_k01_sum(const AscCall *call, int chunk);
void train_k04(const AscCall *call, int chunk);
void train_k05(const AscCall *call, int chunk);
void train_k06(const AscCall *call, int chunk);
void train_k07(const AscCall *call, int chunk);
void train_k08(const AscCall *call, int chunk);
void train_k09(const AscCall *call, int chunk);
void train_k10(const AscCall *call, int chunk);
void train_k11(const AscCall *call, int chunk);
void train_k12(const AscCall *call, int chunk);
void train_k09_sum(const AscCall *call, int chunk);
void train_k10_sum(const AscCall *call, int chunk);
void train_k13(const AscCall *call, int chunk);
void train_k14(const AscCall *call, int chunk);
void train_k15(const AscCall *call, int chunk);
void infer_k01(const AscCall *call, int chunk);
void infer_k02(const AscCall *call, int chunk);
void infer_k03(const AscCall *call, int chunk);
void infer_k04(const AscCall *call, int chunk);
void infer_k05(const AscCall *call, int chunk);

/* train_k01: moments.
 * moments5[freq = 4]
 * from input0; layer_batchnorm.asc:9 (batchnorm) */
void train_k01(const AscCall *call, int chunk)
{
    const real *const restrict input0 = call->input[0];
    double *const restrict moments5_parts = ASC_EXAMPLES(double, train_CONSTANT, 0);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    memset(moments5_parts + (size_t)chunk * 8, 0, 8 * sizeof(double));
    double *const restrict sum0 = moments5_parts + (size_t)chunk * 8;
    double *const restrict sum1 = moments5_parts + (size_t)chunk * 8 + 4;
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            double run0 = 0;
            double run1 = 0;
#pragma omp simd reduction(+ : run0, run1)
            for (int i_time = 0; i_time < 6; i_time++) {
                const real t1 = input0[(size_t)i_batch * 24 + i_freq * 6 + i_time];
                run0 += t1;
                run1 += (double)t1 * t1;
            }
            sum0[i_freq] += run0;
            sum1[i_freq] += run1;
        }
    }
}

void train_k01_sum(const AscCall *call, int chunk)
{
    (void)chunk;
    const double *const restrict moments5_parts = ASC_EXAMPLES(const double, train_CONSTANT, 0);
    real *const restrict moments5 = ASC_CONSTANT(real, 0);
    real *const restrict moments5_variance = ASC_CONSTANT(real, 64);
    const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;
    for (int i = 0; i < 4; i++) {
        double sum0 = 0;
        double sum1 = 0;
        for (int group = 0; group < groups; group++) {
            sum0 += moments5_parts[(size_t)group * 8 + i];
            sum1 += moments5_parts[(size_t)group * 8 + i + 4];
        }
        const double count = (double)call->examples * 6, mean = sum0 / count;
        const double variance = sum1 / count - mean * mean;
        moments5[i] = (real)mean;
        moments5_variance[i] = (real)(variance > 0 ? variance : 0);
    }
}

/* train_k02: map.
 * map22[]
 * layer_batchnorm.asc:9 (batchnorm) */
void train_k02(const AscCall *call, int chunk)
{
    real *const restrict map22 = ASC_CONSTANT(real, 128);
    (void)chunk;
    const real t1 = (real)call->examples * (real)6.0;
    const real t2 = t1 + (real)(-1.0);
    const real t3 = t2 > (real)1.0 ? t2 : (real)1.0;
    const real t4 = t1 / t3;
    const real t5 = t4 * (real)0.010000000000000009;
    map22[0] = t5;
}

/* train_k03: map.
 * map40[]
 * layer_batchnorm.asc:11 */
void train_k03(const AscCall *call, int chunk)
{
    real *const restrict map40 = ASC_CONSTANT(real, 256);
    (void)chunk;
    const real t1 = (real)1.0 / (real)call->examples;
    map40[0] = t1;
}

/* train_k04: map.
 * map29[freq = 4]
 * from moments5_variance, weight1; layer_batchnorm.asc:9 (batchnorm) */
void train_k04(const AscCall *call, int chunk)
{
    const real *const restrict moments5_variance = ASC_CONSTANT(const real, 64);
    const real *const restrict weight1 = call->parameters;
    real *const restrict map29 = ASC_CONSTANT(real, 192);
    (void)chunk;
#pragma omp simd
    for (int i_freq = 0; i_freq < 4; i_freq++) {
        const real t1 = moments5_variance[i_freq];
        const real t2 = t1 + (real)0.001;
        const real t3 = 1 / asc_sqrt(t2);
        const real t4 = weight1[i_freq];
        const real t5 = t3 * t4;
        map29[i_freq] = t5;
    }
}

/* train_k05: sum.
 * sum33[batch, freq = 4]
 * from input0, moments5, map29, weight2; layer_batchnorm.asc:9 */
void train_k05(const AscCall *call, int chunk)
{
    const real *const restrict input0 = call->input[0];
    const real *const restrict moments5 = ASC_CONSTANT(const real, 0);
    const real *const restrict map29 = ASC_CONSTANT(const real, 192);
    const real *const restrict weight2 = call->parameters + 16;
    real *const restrict sum33 = ASC_EXAMPLES(real, train_CONSTANT, 128);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[4] = {0};
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            const real t2 = moments5[i_freq];
            const real t4 = map29[i_freq];
            const real t6 = weight2[i_freq];
            real run0 = 0;
#pragma omp simd reduction(+ : run0)
            for (int i_time = 0; i_time < 6; i_time++) {
                const real t1 = input0[(size_t)i_batch * 24 + i_freq * 6 + i_time];
                const real t3 = t1 - t2;
                const real t5 = t3 * t4;
                const real t7 = t5 + t6;
                const real t8 = t7 > 0 ? t7 : 0;
                run0 += t8;
            }
            sum0[i_freq] += run0;
        }
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            sum33[(size_t)i_batch * 4 + i_freq] = (real)sum0[i_freq];
        }
    }
}

/* train_k06: sum.
 * sum39[batch]
 * from sum33, input36; layer_batchnorm.asc:11 (loss.squared_error) */
void train_k06(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict sum33 = ASC_EXAMPLES(const real, train_CONSTANT, 128);
    const real *const restrict input36 = call->target;
    real *const restrict sum39 = ASC_EXAMPLES(real, train_CONSTANT, 192);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[1] = {0};
        real run0 = 0;
#pragma omp simd reduction(+ : run0)
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            const real t1 = sum33[(size_t)i_batch * 4 + i_freq];
            const real t2 = t1 * (real)0.16666666666666666;
            const real t3 = input36[(size_t)i_batch * 4 + i_freq];
            const real t4 = t2 - t3;
            const real t5 = t4 * t4;
            run0 += t5;
        }
        sum0[0] += run0;
        sum39[(size_t)i_batch] = (real)sum0[0];
    }
}

/* train_k07: map.
 * map43[batch, freq = 4]
 * from map40, sum33, input36; layer_batchnorm.asc:9 */
void train_k07(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict map40 = ASC_CONSTANT(const real, 256);
    const real *const restrict sum33 = ASC_EXAMPLES(const real, train_CONSTANT, 128);
    const real *const restrict input36 = call->target;
    real *const restrict map43 = ASC_EXAMPLES(real, train_CONSTANT, 256);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    const real t1 = map40[0];
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            const real t2 = sum33[(size_t)i_batch * 4 + i_freq];
            const real t3 = t2 * (real)0.16666666666666666;
            const real t4 = input36[(size_t)i_batch * 4 + i_freq];
            const real t5 = t3 - t4;
            const real t6 = t1 * t5;
            const real t7 = t6 + t6;
            const real t8 = t7 * (real)0.16666666666666666;
            map43[(size_t)i_batch * 4 + i_freq] = t8;
        }
    }
}

/* train_k08: map.
 * map45[batch, channel = 1, freq = 4, time = 6]
 * from map43, input0, moments5, map29, weight2; layer_batchnorm.asc:9 */
void train_k08(const AscCall *call, int chunk)
{
    const real *const restrict map43 = ASC_EXAMPLES(const real, train_CONSTANT, 256);
    const real *const restrict input0 = call->input[0];
    const real *const restrict moments5 = ASC_CONSTANT(const real, 0);
    const real *const restrict map29 = ASC_CONSTANT(const real, 192);
    const real *const restrict weight2 = call->parameters + 16;
    real *const restrict map45 = ASC_EXAMPLES(real, train_CONSTANT, 0);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            const real t1 = map43[(size_t)i_batch * 4 + i_freq];
            const real t3 = moments5[i_freq];
            const real t5 = map29[i_freq];
            const real t7 = weight2[i_freq];
#pragma omp simd
            for (int i_time = 0; i_time < 6; i_time++) {
                const real t2 = input0[(size_t)i_batch * 24 + i_freq * 6 + i_time];
                const real t4 = t2 - t3;
                const real t6 = t4 * t5;
                const real t8 = t6 + t7;
                const real t9 = t8 > 0 ? t8 : 0;
                const real t10 = t9 > 0 ? 1 : 0;
                const real t11 = t1 * t10;
                map45[(size_t)i_batch * 24 + i_freq * 6 + i_time] = t11;
            }
        }
    }
}

/* train_k09: sum.
 * sum46[freq = 4]
 * from map45; layer_batchnorm.asc:9 (batchnorm) */
void train_k09(const AscCall *call, int chunk)
{
    const real *const restrict map45 = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    double *const restrict sum46_parts = ASC_EXAMPLES(double, train_CONSTANT, 320);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    memset(sum46_parts + (size_t)chunk * 4, 0, 4 * sizeof(double));
    double *const restrict sum0 = sum46_parts + (size_t)chunk * 4;
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            real run0 = 0;
#pragma omp simd reduction(+ : run0)
            for (int i_time = 0; i_time < 6; i_time++) {
                const real t1 = map45[(size_t)i_batch * 24 + i_freq * 6 + i_time];
                run0 += t1;
            }
            sum0[i_freq] += run0;
        }
    }
}

void train_k09_sum(const AscCall *call, int chunk)
{
    (void)chunk;
    const double *const restrict sum46_parts = ASC_EXAMPLES(const double, train_CONSTANT, 320);
    real *const restrict sum46 = call->gradients + 16;
    const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;
    for (int i = 0; i < 4; i++) {
        double sum0 = 0;
        for (int group = 0; group < groups; group++) {
            sum0 += sum46_parts[(size_t)group * 4 + i];
        }
        sum46[i] = (real)sum0;
    }
}

/* train_k10: sum.
 * sum48[freq = 4]
 * from map45, input0, moments5; layer_batchnorm.asc:9 (batchnorm) */
void train_k10(const AscCall *call, int chunk)
{
    const real *const restrict map45 = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    const real *const restrict input0 = call->input[0];
    const real *const restrict moments5 = ASC_CONSTANT(const real, 0);
    double *const restrict sum48_parts = ASC_EXAMPLES(double, train_CONSTANT, 384);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    memset(sum48_parts + (size_t)chunk * 4, 0, 4 * sizeof(double));
    double *const restrict sum0 = sum48_parts + (size_t)chunk * 4;
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            const real t3 = moments5[i_freq];
            real run0 = 0;
#pragma omp simd reduction(+ : run0)
            for (int i_time = 0; i_time < 6; i_time++) {
                const real t1 = map45[(size_t)i_batch * 24 + i_freq * 6 + i_time];
                const real t2 = input0[(size_t)i_batch * 24 + i_freq * 6 + i_time];
                const real t4 = t2 - t3;
                const real t5 = t1 * t4;
                run0 += t5;
            }
            sum0[i_freq] += run0;
        }
    }
}

void train_k10_sum(const AscCall *call, int chunk)
{
    (void)chunk;
    const double *const restrict sum48_parts = ASC_EXAMPLES(const double, train_CONSTANT, 384);
    real *const restrict sum48 = ASC_CONSTANT(real, 192);
    const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;
    for (int i = 0; i < 4; i++) {
        double sum0 = 0;
        for (int group = 0; group < groups; group++) {
            sum0 += sum48_parts[(size_t)group * 4 + i];
        }
        sum48[i] = (real)sum0;
    }
}

/* train_k11: map.
 * output[batch, freq = 4]
 * from sum33; layer_batchnorm.asc:9 */
void train_k11(const AscCall *call, int chunk)
{
    if (!call->output)
        return;
    const real *const restrict sum33 = ASC_EXAMPLES(const real, train_CONSTANT, 128);
    real *const restrict output = call->output;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            const real t1 = sum33[(size_t)i_batch * 4 + i_freq];
            const real t2 = t1 * (real)0.16666666666666666;
            output[(size_t)i_batch * 4 + i_freq] = t2;
        }
    }
}

/* train_k12: map.
 * loss[batch]
 * from sum39; layer_batchnorm.asc:11 (loss.squared_error) */
void train_k12(const AscCall *call, int chunk)
{
    if (!call->losses)
        return;
    const real *const restrict sum39 = ASC_EXAMPLES(const real, train_CONSTANT, 192);
    real *const restrict loss = call->losses;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t1 = sum39[(size_t)i_batch];
        loss[(size_t)i_batch] = t1;
    }
}

/* train_k13: map.
 * result4[freq = 4]
 * from sum48, moments5_variance; layer_batchnorm.asc:9 (batchnorm) */
void train_k13(const AscCall *call, int chunk)
{
    const real *const restrict sum48 = ASC_CONSTANT(const real, 192);
    const real *const restrict moments5_variance = ASC_CONSTANT(const real, 64);
    real *const restrict result4 = call->gradients;
    (void)chunk;
#pragma omp simd
    for (int i_freq = 0; i_freq < 4; i_freq++) {
        const real t1 = sum48[i_freq];
        const real t2 = moments5_variance[i_freq];
        const real t3 = t2 + (real)0.001;
        const real t4 = 1 / asc_sqrt(t3);
        const real t5 = t1 * t4;
        result4[i_freq] = t5;
    }
}

/* train_k14: map.
 * result0[freq = 4]
 * from weight3, moments5; layer_batchnorm.asc:9 (batchnorm) */
void train_k14(const AscCall *call, int chunk)
{
    const real *const weight3 = call->parameters + 32;
    const real *const restrict moments5 = ASC_CONSTANT(const real, 0);
    real *const result0 = call->parameters + 32;
    (void)chunk;
#pragma omp simd
    for (int i_freq = 0; i_freq < 4; i_freq++) {
        const real t1 = weight3[i_freq];
        const real t2 = t1 * (real)0.98999999999999999;
        const real t3 = moments5[i_freq];
        const real t4 = t3 * (real)0.010000000000000009;
        const real t5 = t2 + t4;
        result0[i_freq] = t5;
    }
}

/* train_k15: map.
 * result1[freq = 4]
 * from weight4, moments5_variance, map22; layer_batchnorm.asc:9 (batchnorm) */
void train_k15(const AscCall *call, int chunk)
{
    const real *const weight4 = call->parameters + 48;
    const real *const restrict moments5_variance = ASC_CONSTANT(const real, 64);
    const real *const restrict map22 = ASC_CONSTANT(const real, 128);
    real *const result1 = call->parameters + 48;
    (void)chunk;
    const real t4 = map22[0];
#pragma omp simd
    for (int i_freq = 0; i_freq < 4; i_freq++) {
        const real t1 = weight4[i_freq];
        const real t2 = t1 * (real)0.98999999999999999;
        const real t3 = moments5_variance[i_freq];
        const real t5 = t3 * t4;
        const real t6 = t2 + t5;
        result1[i_freq] = t6;
    }
}

/* infer_k01: map.
 * map9[freq = 4]
 * from weight4, weight1; layer_batchnorm.asc:9 (batchnorm) */
void infer_k01(const AscCall *call, int chunk)
{
    const real *const restrict weight4 = call->parameters + 48;
    const real *const restrict weight1 = call->parameters;
    real *const restrict map9 = ASC_CONSTANT(real, 0);
    (void)chunk;
#pragma omp simd
    for (int i_freq = 0; i_freq < 4; i_freq++) {
        const real t1 = weight4[i_freq];
        const real t2 = t1 + (real)0.001;
        const real t3 = 1 / asc_sqrt(t2);
        const real t4 = weight1[i_freq];
        const real t5 = t3 * t4;
        map9[i_freq] = t5;
    }
}

/* infer_k02: sum.
 * sum13[batch, freq = 4]
 * from input0, weight3, map9, weight2; layer_batchnorm.asc:9 */
void infer_k02(const AscCall *call, int chunk)
{
    const real *const restrict input0 = call->input[0];
    const real *const restrict weight3 = call->parameters + 32;
    const real *const restrict map9 = ASC_CONSTANT(const real, 0);
    const real *const restrict weight2 = call->parameters + 16;
    real *const restrict sum13 = ASC_EXAMPLES(real, infer_CONSTANT, 0);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[4] = {0};
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            const real t2 = weight3[i_freq];
            const real t4 = map9[i_freq];
            const real t6 = weight2[i_freq];
            real run0 = 0;
#pragma omp simd reduction(+ : run0)
            for (int i_time = 0; i_time < 6; i_time++) {
                const real t1 = input0[(size_t)i_batch * 24 + i_freq * 6 + i_time];
                const real t3 = t1 - t2;
                const real t5 = t3 * t4;
                const real t7 = t5 + t6;
                const real t8 = t7 > 0 ? t7 : 0;
                run0 += t8;
            }
            sum0[i_freq] += run0;
        }
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            sum13[(size_t)i_batch * 4 + i_freq] = (real)sum0[i_freq];
        }
    }
}

/* infer_k03: sum.
 * sum19[batch]
 * from sum13, input16; layer_batchnorm.asc:11 (loss.squared_error) */
void infer_k03(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict sum13 = ASC_EXAMPLES(const real, infer_CONSTANT, 0);
    const real *const restrict input16 = call->target;
    real *const restrict sum19 = ASC_EXAMPLES(real, infer_CONSTANT, 64);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[1] = {0};
        real run0 = 0;
#pragma omp simd reduction(+ : run0)
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            const real t1 = sum13[(size_t)i_batch * 4 + i_freq];
            const real t2 = t1 * (real)0.16666666666666666;
            const real t3 = input16[(size_t)i_batch * 4 + i_freq];
            const real t4 = t2 - t3;
            const real t5 = t4 * t4;
            run0 += t5;
        }
        sum0[0] += run0;
        sum19[(size_t)i_batch] = (real)sum0[0];
    }
}

/* infer_k04: map.
 * output[batch, freq = 4]
 * from sum13; layer_batchnorm.asc:9 */
void infer_k04(const AscCall *call, int chunk)
{
    if (!call->output)
        return;
    const real *const restrict sum13 = ASC_EXAMPLES(const real, infer_CONSTANT, 0);
    real *const restrict output = call->output;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            const real t1 = sum13[(size_t)i_batch * 4 + i_freq];
            const real t2 = t1 * (real)0.16666666666666666;
            output[(size_t)i_batch * 4 + i_freq] = t2;
        }
    }
}

/* infer_k05: map.
 * loss[batch]
 * from sum19; layer_batchnorm.asc:11 (loss.squared_error) */
void infer_k05(const AscCall *call, int chunk)
{
    if (!call->losses)
        return;
    const real *const restrict sum19 = ASC_EXAMPLES(const real, infer_CONSTANT, 64);
    real *const restrict loss = call->losses;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t1 = sum19[(size_t)i_batch];
        loss[(size_t)i_batch] = t1;
    }
}

static const AscStepKernel train_step[] = {
    {train_k01, 0, ASC_PHASE},
    {train_k02, 1, ASC_BESIDE},
    {train_k03, 1, ASC_BESIDE},
    {train_k01_sum, 1, ASC_PHASE},
    {train_k04, 1, ASC_BEHIND},
    {train_k05, 0, ASC_PHASE},
    {train_k06, 0, ASC_BEHIND},
    {train_k07, 0, ASC_BEHIND},
    {train_k08, 0, ASC_BEHIND},
    {train_k09, 0, ASC_BEHIND},
    {train_k10, 0, ASC_BEHIND},
    {train_k11, 0, ASC_BEHIND},
    {train_k12, 0, ASC_BEHIND},
    {train_k09_sum, 1, ASC_PHASE},
    {train_k10_sum, 1, ASC_BESIDE},
    {train_k13, 1, ASC_BEHIND},
    {train_k14, 1, ASC_PHASE},
    {train_k15, 1, ASC_BESIDE},
};

static const AscKernel train_kernel[] = {
    {"train_k01 moments, batchnorm", "layer_batchnorm.asc:9", 0, 128},
    {"train_k02 map, batchnorm", "layer_batchnorm.asc:9", 0, 4},
    {"train_k03 map", "layer_batchnorm.asc:11", 0, 4},
    {"train_k01 sum of the groups, batchnorm", "layer_batchnorm.asc:9", 0, 0},
    {"train_k04 map, batchnorm", "layer_batchnorm.asc:9", 0, 48},
    {"train_k05 sum", "layer_batchnorm.asc:9", 0, 160},
    {"train_k06 sum, loss.squared_error", "layer_batchnorm.asc:11", 0, 36},
    {"train_k07 map", "layer_batchnorm.asc:9", 0, 52},
    {"train_k08 map", "layer_batchnorm.asc:9", 0, 256},
    {"train_k09 sum, batchnorm", "layer_batchnorm.asc:9", 0, 112},
    {"train_k10 sum, batchnorm", "layer_batchnorm.asc:9", 0, 224},
    {"train_k11 map", "layer_batchnorm.asc:9", 0, 32},
    {"train_k12 map, loss.squared_error", "layer_batchnorm.asc:11", 0, 8},
    {"train_k09 sum of the groups, batchnorm", "layer_batchnorm.asc:9", 0, 0},
    {"train_k10 sum of the groups, batchnorm", "layer_batchnorm.asc:9", 0, 0},
    {"train_k13 map, batchnorm", "layer_batchnorm.asc:9", 0, 48},
    {"train_k14 map, batchnorm", "layer_batchnorm.asc:9", 0, 48},
    {"train_k15 map, batchnorm", "layer_batchnorm.asc:9", 0, 52},
};

static void train_run(const AscCall *call, double *seconds)
{
    asc_run_kernels(call, train_step, 18, seconds);
}

static const AscStepKernel infer_step[] = {
    {infer_k01, 1, ASC_PHASE},
    {infer_k02, 0, ASC_PHASE},
    {infer_k03, 0, ASC_BEHIND},
    {infer_k04, 0, ASC_BEHIND},
    {infer_k05, 0, ASC_BEHIND},
};

static const AscKernel infer_kernel[] = {
    {"infer_k01 map, batchnorm", "layer_batchnorm.asc:9", 0, 48},
    {"infer_k02 sum", "layer_batchnorm.asc:9", 0, 160},
    {"infer_k03 sum, loss.squared_error", "layer_batchnorm.asc:11", 0, 36},
    {"infer_k04 map", "layer_batchnorm.asc:9", 0, 32},
    {"infer_k05 map, loss.squared_error", "layer_batchnorm.asc:11", 0, 8},
};

static void infer_run(const AscCall *call, double *seconds)
{
    asc_run_kernels(call, infer_step, 5, seconds);
}

static const AscParameter parameter[] = {
    {"batchnorm.scale", {1, {{"freq", 4}}}, 4, 0, true, 0, ASC_ONES, 0, 0, 0},
    {"batchnorm.shift", {1, {{"freq", 4}}}, 4, 16, true, 0, ASC_ZEROS, 0, 0, 0},
    {"batchnorm.mean", {1, {{"freq", 4}}}, 4, 32, false, 0, ASC_ZEROS, 0, 0, 0},
    {"batchnorm.variance", {1, {{"freq", 4}}}, 4, 48, false, 0, ASC_ONES, 0, 0, 0},
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
    "# Statistics of the batch, and running ones that follow them.\n"
    "features x {\n"
    "    audio[channel = 1](8000 Hz) | spectrogram[bin](32 ms, hop = 16 ms) | mel[freq = 4]\n"
    "    | decibels | normalize[freq] | segment[time = 6 frames]\n"
    "}\n"
    "network {\n"
    "    x | batchnorm[freq] | relu | mean[channel, time]\n"
    "}\n"
    "train { loss = squared_error(output, target); optimizer = sgd(0.1); epochs = 1; batch = 2 }\n";

const AscModel asc_model = {
    .name = "layer_batchnorm",
    .source = "layer_batchnorm.asc",
    .defines = "",
    .text = text,
    .hash = "1b99e29f533bbd86",
    .features = features,
    .feature_sets = 1,
    .input = input,
    .inputs = 1,
    .output = {1, {{"freq", 4}}},
    .parameter = parameter,
    .parameters = 4,
    .parameter_reals = 64,
    .randoms = 0,
    .random_count = random_count,
    .train = {320, 448, train_run, train_kernel, 18},
    .infer = {64, 128, infer_run, infer_kernel, 5},
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
