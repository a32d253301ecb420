/* Made by ascc from layer_dense.asc for avx2. */
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
void train_k14_sum(const AscCall *call, int chunk);
void train_k15_sum(const AscCall *call, int chunk);
void infer_k01(const AscCall *call, int chunk);
void infer_k02(const AscCall *call, int chunk);
void infer_k03(const AscCall *call, int chunk);
void infer_k04(const AscCall *call, int chunk);
void infer_k05(const AscCall *call, int chunk);
void infer_k06(const AscCall *call, int chunk);
void infer_k07(const AscCall *call, int chunk);
void infer_k08(const AscCall *call, int chunk);

/* train_k01: product, plain loops.
 * map5[batch, class = 3]
 * from input0, weight3, weight1; layer_dense.asc:9 (dense) */
void train_k01(const AscCall *call, int chunk)
{
    const real *const restrict input0 = call->input[0];
    const real *const restrict weight3 = call->parameters + 16;
    const real *const restrict weight1 = call->parameters;
    real *const restrict map5 = ASC_EXAMPLES(real, train_CONSTANT, 0);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[3] = {0};
        real row0[3] = {0};
        for (int i_in = 0; i_in < 24; i_in++) {
            const real t1 = input0[(size_t)i_batch * 24 + i_in];
#pragma omp simd
            for (int i_class = 0; i_class < 3; i_class++) {
                const real t2 = weight3[i_in * 3 + i_class];
                row0[i_class] += t1 * t2;
            }
        }
        for (int i_class = 0; i_class < 3; i_class++) {
            sum0[i_class] += row0[i_class];
        }
        for (int i_class = 0; i_class < 3; i_class++) {
            const real t3 = weight1[i_class];
            const real t4 = (real)sum0[i_class] + t3;
            map5[(size_t)i_batch * 3 + i_class] = t4;
        }
    }
}

/* train_k02: softmax.
 * softmax6[batch, class = 3]
 * from map5; layer_dense.asc:9 */
void train_k02(const AscCall *call, int chunk)
{
    const real *const restrict map5 = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    real *const restrict softmax6 = ASC_EXAMPLES(real, train_CONSTANT, 64);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        real maximum = -(real)INFINITY, total = 0;
        for (int i_class = 0; i_class < 3; i_class++) {
            maximum = map5[(size_t)i_batch * 3 + i_class] > maximum ? map5[(size_t)i_batch * 3 + i_class] : maximum;
        }
        for (int i_class = 0; i_class < 3; i_class++) {
            const real e = asc_exp(map5[(size_t)i_batch * 3 + i_class] - maximum);
            softmax6[(size_t)i_batch * 3 + i_class] = e;
            total += e;
        }
        const real share = 1 / total;
        for (int i_class = 0; i_class < 3; i_class++) {
            softmax6[(size_t)i_batch * 3 + i_class] *= share;
        }
    }
}

/* train_k03: max.
 * max10[batch]
 * from map5; layer_dense.asc:11 (loss.cross_entropy) */
void train_k03(const AscCall *call, int chunk)
{
    const real *const restrict map5 = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    real *const restrict max10 = ASC_EXAMPLES(real, train_CONSTANT, 128);
    real *const restrict max10_where = ASC_EXAMPLES(real, train_CONSTANT, 192);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        real value[1];
        int place[1];
        value[0] = -(real)INFINITY;
        place[0] = 0;
        for (int tap_class = 0; tap_class < 3; tap_class++) {
            const real t1 = map5[(size_t)i_batch * 3 + tap_class];
            const int larger = t1 > value[0];
            value[0] = larger ? t1 : value[0];
            place[0] = larger ? tap_class : place[0];
        }
        max10[(size_t)i_batch] = value[0];
        max10_where[(size_t)i_batch] = (real)place[0];
    }
}

/* train_k04: map.
 * map13[batch, class = 3]
 * from map5, max10; layer_dense.asc:11 (loss.cross_entropy) */
void train_k04(const AscCall *call, int chunk)
{
    const real *const restrict map5 = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    const real *const restrict max10 = ASC_EXAMPLES(const real, train_CONSTANT, 128);
    real *const restrict map13 = ASC_EXAMPLES(real, train_CONSTANT, 256);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t2 = max10[(size_t)i_batch];
#pragma omp simd
        for (int i_class = 0; i_class < 3; i_class++) {
            const real t1 = map5[(size_t)i_batch * 3 + i_class];
            const real t3 = t1 - t2;
            const real t4 = asc_exp(t3);
            map13[(size_t)i_batch * 3 + i_class] = t4;
        }
    }
}

/* train_k05: sum.
 * sum14[batch]
 * from map13; layer_dense.asc:11 (loss.cross_entropy) */
void train_k05(const AscCall *call, int chunk)
{
    const real *const restrict map13 = ASC_EXAMPLES(const real, train_CONSTANT, 256);
    real *const restrict sum14 = ASC_EXAMPLES(real, train_CONSTANT, 320);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[1] = {0};
        real run0 = 0;
#pragma omp simd reduction(+ : run0)
        for (int i_class = 0; i_class < 3; i_class++) {
            const real t1 = map13[(size_t)i_batch * 3 + i_class];
            run0 += t1;
        }
        sum0[0] += run0;
        sum14[(size_t)i_batch] = (real)sum0[0];
    }
}

/* train_k06: map.
 * map15[batch]
 * from sum14; layer_dense.asc:11 (loss.cross_entropy) */
void train_k06(const AscCall *call, int chunk)
{
    const real *const restrict sum14 = ASC_EXAMPLES(const real, train_CONSTANT, 320);
    real *const restrict map15 = ASC_EXAMPLES(real, train_CONSTANT, 384);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t1 = sum14[(size_t)i_batch];
        const real t2 = asc_log(t1);
        map15[(size_t)i_batch] = t2;
    }
}

/* train_k07: sum.
 * sum19[batch]
 * from input7, map5, max10, map15; layer_dense.asc:11 (loss.cross_entropy) */
void train_k07(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict input7 = call->target;
    const real *const restrict map5 = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    const real *const restrict max10 = ASC_EXAMPLES(const real, train_CONSTANT, 128);
    const real *const restrict map15 = ASC_EXAMPLES(const real, train_CONSTANT, 384);
    real *const restrict sum19 = ASC_EXAMPLES(real, train_CONSTANT, 448);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t4 = max10[(size_t)i_batch];
        const real t6 = map15[(size_t)i_batch];
        double sum0[1] = {0};
        real run0 = 0;
#pragma omp simd reduction(+ : run0)
        for (int i_class = 0; i_class < 3; i_class++) {
            const real t1 = input7[(size_t)i_batch * 3 + i_class];
            const real t2 = t1 > (real)0.0;
            const real t3 = map5[(size_t)i_batch * 3 + i_class];
            const real t5 = t3 - t4;
            const real t7 = t5 - t6;
            const real t8 = t1 * t7;
            const real t9 = t2 != 0 ? t8 : (real)0.0;
            run0 += t9;
        }
        sum0[0] += run0;
        sum19[(size_t)i_batch] = (real)sum0[0];
    }
}

/* train_k08: map.
 * output[batch, class = 3]
 * from softmax6; layer_dense.asc:9 */
void train_k08(const AscCall *call, int chunk)
{
    if (!call->output)
        return;
    const real *const restrict softmax6 = ASC_EXAMPLES(const real, train_CONSTANT, 64);
    real *const restrict output = call->output;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_class = 0; i_class < 3; i_class++) {
            const real t1 = softmax6[(size_t)i_batch * 3 + i_class];
            output[(size_t)i_batch * 3 + i_class] = t1;
        }
    }
}

/* train_k09: map.
 * loss[batch]
 * from sum19; layer_dense.asc:11 (loss.cross_entropy) */
void train_k09(const AscCall *call, int chunk)
{
    if (!call->losses)
        return;
    const real *const restrict sum19 = ASC_EXAMPLES(const real, train_CONSTANT, 448);
    real *const restrict loss = call->losses;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t1 = sum19[(size_t)i_batch];
        const real t2 = -t1;
        loss[(size_t)i_batch] = t2;
    }
}

/* train_k10: map.
 * map24[]
 * layer_dense.asc:11 (loss.cross_entropy) */
void train_k10(const AscCall *call, int chunk)
{
    real *const restrict map24 = ASC_CONSTANT(real, 0);
    (void)chunk;
    const real t1 = (real)1.0 / (real)call->examples;
    const real t2 = -t1;
    map24[0] = t2;
}

/* train_k11: sum.
 * sum27[batch]
 * from input7, map24; layer_dense.asc:11 (loss.cross_entropy) */
void train_k11(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict input7 = call->target;
    const real *const restrict map24 = ASC_CONSTANT(const real, 0);
    real *const restrict sum27 = ASC_EXAMPLES(real, train_CONSTANT, 192);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    const real t3 = map24[0];
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[1] = {0};
        real run0 = 0;
#pragma omp simd reduction(+ : run0)
        for (int i_class = 0; i_class < 3; i_class++) {
            const real t1 = input7[(size_t)i_batch * 3 + i_class];
            const real t2 = t1 > (real)0.0;
            const real t4 = t2 != 0 ? t3 : (real)0.0;
            const real t5 = t4 * t1;
            run0 += t5;
        }
        sum0[0] += run0;
        sum27[(size_t)i_batch] = (real)sum0[0];
    }
}

/* train_k12: map.
 * map29[batch]
 * from sum27, sum14; layer_dense.asc:11 (loss.cross_entropy) */
void train_k12(const AscCall *call, int chunk)
{
    const real *const restrict sum27 = ASC_EXAMPLES(const real, train_CONSTANT, 192);
    const real *const restrict sum14 = ASC_EXAMPLES(const real, train_CONSTANT, 320);
    real *const restrict map29 = ASC_EXAMPLES(real, train_CONSTANT, 384);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t1 = sum27[(size_t)i_batch];
        const real t2 = sum14[(size_t)i_batch];
        const real t3 = t1 / t2;
        const real t4 = -t3;
        map29[(size_t)i_batch] = t4;
    }
}

/* train_k13: map.
 * map31[batch, class = 3]
 * from input7, map24, map29, map13; layer_dense.asc:11 (loss.cross_entropy) */
void train_k13(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict input7 = call->target;
    const real *const restrict map24 = ASC_CONSTANT(const real, 0);
    const real *const restrict map29 = ASC_EXAMPLES(const real, train_CONSTANT, 384);
    const real *const restrict map13 = ASC_EXAMPLES(const real, train_CONSTANT, 256);
    real *const restrict map31 = ASC_EXAMPLES(real, train_CONSTANT, 448);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    const real t3 = map24[0];
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t6 = map29[(size_t)i_batch];
#pragma omp simd
        for (int i_class = 0; i_class < 3; i_class++) {
            const real t1 = input7[(size_t)i_batch * 3 + i_class];
            const real t2 = t1 > (real)0.0;
            const real t4 = t2 != 0 ? t3 : (real)0.0;
            const real t5 = t4 * t1;
            const real t7 = map13[(size_t)i_batch * 3 + i_class];
            const real t8 = t6 * t7;
            const real t9 = t5 + t8;
            map31[(size_t)i_batch * 3 + i_class] = t9;
        }
    }
}

/* train_k14: sum.
 * sum32[class = 3]
 * from map31; layer_dense.asc:9 (dense) */
void train_k14(const AscCall *call, int chunk)
{
    const real *const restrict map31 = ASC_EXAMPLES(const real, train_CONSTANT, 448);
    double *const restrict sum32_parts = ASC_EXAMPLES(double, train_CONSTANT, 512);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    memset(sum32_parts + (size_t)chunk * 3, 0, 3 * sizeof(double));
    double *const restrict sum0 = sum32_parts + (size_t)chunk * 3;
    real row0[3] = {0};
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_class = 0; i_class < 3; i_class++) {
            const real t1 = map31[(size_t)i_batch * 3 + i_class];
            row0[i_class] += t1;
        }
    }
    for (int i_class = 0; i_class < 3; i_class++) {
        sum0[i_class] += row0[i_class];
    }
}

void train_k14_sum(const AscCall *call, int chunk)
{
    (void)chunk;
    const double *const restrict sum32_parts = ASC_EXAMPLES(const double, train_CONSTANT, 512);
    real *const restrict sum32 = call->gradients;
    const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;
    for (int i = 0; i < 3; i++) {
        double sum0 = 0;
        for (int group = 0; group < groups; group++) {
            sum0 += sum32_parts[(size_t)group * 3 + i];
        }
        sum32[i] = (real)sum0;
    }
}

/* train_k15: product, plain loops.
 * dot33[in = 24, class = 3]
 * from input0, map31; layer_dense.asc:9 (dense) */
void train_k15(const AscCall *call, int chunk)
{
    const real *const restrict input0 = call->input[0];
    const real *const restrict map31 = ASC_EXAMPLES(const real, train_CONSTANT, 448);
    double *const restrict dot33_parts = ASC_EXAMPLES(double, train_CONSTANT, 0);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    memset(dot33_parts + (size_t)chunk * 72, 0, 72 * sizeof(double));
    double *const restrict sum0 = dot33_parts + (size_t)chunk * 72;
    real row0[72] = {0};
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_in = 0; i_in < 24; i_in++) {
            const real t1 = input0[(size_t)i_batch * 24 + i_in];
#pragma omp simd
            for (int i_class = 0; i_class < 3; i_class++) {
                const real t2 = map31[(size_t)i_batch * 3 + i_class];
                row0[i_in * 3 + i_class] += t1 * t2;
            }
        }
    }
    for (int i_in = 0; i_in < 24; i_in++) {
        for (int i_class = 0; i_class < 3; i_class++) {
            sum0[i_class + i_in * 3] += row0[i_in * 3 + i_class];
        }
    }
}

void train_k15_sum(const AscCall *call, int chunk)
{
    (void)chunk;
    const double *const restrict dot33_parts = ASC_EXAMPLES(const double, train_CONSTANT, 0);
    real *const restrict dot33 = call->gradients + 16;
    const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;
    for (int i = 0; i < 72; i++) {
        double sum0 = 0;
        for (int group = 0; group < groups; group++) {
            sum0 += dot33_parts[(size_t)group * 72 + i];
        }
        dot33[i] = (real)sum0;
    }
}

/* infer_k01: product, plain loops.
 * map5[batch, class = 3]
 * from input0, weight3, weight1; layer_dense.asc:9 (dense) */
void infer_k01(const AscCall *call, int chunk)
{
    const real *const restrict input0 = call->input[0];
    const real *const restrict weight3 = call->parameters + 16;
    const real *const restrict weight1 = call->parameters;
    real *const restrict map5 = ASC_EXAMPLES(real, infer_CONSTANT, 0);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[3] = {0};
        real row0[3] = {0};
        for (int i_in = 0; i_in < 24; i_in++) {
            const real t1 = input0[(size_t)i_batch * 24 + i_in];
#pragma omp simd
            for (int i_class = 0; i_class < 3; i_class++) {
                const real t2 = weight3[i_in * 3 + i_class];
                row0[i_class] += t1 * t2;
            }
        }
        for (int i_class = 0; i_class < 3; i_class++) {
            sum0[i_class] += row0[i_class];
        }
        for (int i_class = 0; i_class < 3; i_class++) {
            const real t3 = weight1[i_class];
            const real t4 = (real)sum0[i_class] + t3;
            map5[(size_t)i_batch * 3 + i_class] = t4;
        }
    }
}

/* infer_k02: softmax.
 * softmax6[batch, class = 3]
 * from map5; layer_dense.asc:9 */
void infer_k02(const AscCall *call, int chunk)
{
    const real *const restrict map5 = ASC_EXAMPLES(const real, infer_CONSTANT, 0);
    real *const restrict softmax6 = ASC_EXAMPLES(real, infer_CONSTANT, 64);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        real maximum = -(real)INFINITY, total = 0;
        for (int i_class = 0; i_class < 3; i_class++) {
            maximum = map5[(size_t)i_batch * 3 + i_class] > maximum ? map5[(size_t)i_batch * 3 + i_class] : maximum;
        }
        for (int i_class = 0; i_class < 3; i_class++) {
            const real e = asc_exp(map5[(size_t)i_batch * 3 + i_class] - maximum);
            softmax6[(size_t)i_batch * 3 + i_class] = e;
            total += e;
        }
        const real share = 1 / total;
        for (int i_class = 0; i_class < 3; i_class++) {
            softmax6[(size_t)i_batch * 3 + i_class] *= share;
        }
    }
}

/* infer_k03: max.
 * max10[batch]
 * from map5; layer_dense.asc:11 (loss.cross_entropy) */
void infer_k03(const AscCall *call, int chunk)
{
    const real *const restrict map5 = ASC_EXAMPLES(const real, infer_CONSTANT, 0);
    real *const restrict max10 = ASC_EXAMPLES(real, infer_CONSTANT, 128);
    real *const restrict max10_where = ASC_EXAMPLES(real, infer_CONSTANT, 192);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        real value[1];
        int place[1];
        value[0] = -(real)INFINITY;
        place[0] = 0;
        for (int tap_class = 0; tap_class < 3; tap_class++) {
            const real t1 = map5[(size_t)i_batch * 3 + tap_class];
            const int larger = t1 > value[0];
            value[0] = larger ? t1 : value[0];
            place[0] = larger ? tap_class : place[0];
        }
        max10[(size_t)i_batch] = value[0];
        max10_where[(size_t)i_batch] = (real)place[0];
    }
}

/* infer_k04: sum.
 * sum15[batch]
 * from map5, max10; layer_dense.asc:11 (loss.cross_entropy) */
void infer_k04(const AscCall *call, int chunk)
{
    const real *const restrict map5 = ASC_EXAMPLES(const real, infer_CONSTANT, 0);
    const real *const restrict max10 = ASC_EXAMPLES(const real, infer_CONSTANT, 128);
    real *const restrict sum15 = ASC_EXAMPLES(real, infer_CONSTANT, 256);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t2 = max10[(size_t)i_batch];
        double sum0[1] = {0};
        real run0 = 0;
#pragma omp simd reduction(+ : run0)
        for (int i_class = 0; i_class < 3; i_class++) {
            const real t1 = map5[(size_t)i_batch * 3 + i_class];
            const real t3 = t1 - t2;
            const real t4 = asc_exp(t3);
            run0 += t4;
        }
        sum0[0] += run0;
        sum15[(size_t)i_batch] = (real)sum0[0];
    }
}

/* infer_k05: map.
 * map16[batch]
 * from sum15; layer_dense.asc:11 (loss.cross_entropy) */
void infer_k05(const AscCall *call, int chunk)
{
    const real *const restrict sum15 = ASC_EXAMPLES(const real, infer_CONSTANT, 256);
    real *const restrict map16 = ASC_EXAMPLES(real, infer_CONSTANT, 320);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t1 = sum15[(size_t)i_batch];
        const real t2 = asc_log(t1);
        map16[(size_t)i_batch] = t2;
    }
}

/* infer_k06: sum.
 * sum20[batch]
 * from input7, map5, max10, map16; layer_dense.asc:11 (loss.cross_entropy) */
void infer_k06(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict input7 = call->target;
    const real *const restrict map5 = ASC_EXAMPLES(const real, infer_CONSTANT, 0);
    const real *const restrict max10 = ASC_EXAMPLES(const real, infer_CONSTANT, 128);
    const real *const restrict map16 = ASC_EXAMPLES(const real, infer_CONSTANT, 320);
    real *const restrict sum20 = ASC_EXAMPLES(real, infer_CONSTANT, 384);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t4 = max10[(size_t)i_batch];
        const real t6 = map16[(size_t)i_batch];
        double sum0[1] = {0};
        real run0 = 0;
#pragma omp simd reduction(+ : run0)
        for (int i_class = 0; i_class < 3; i_class++) {
            const real t1 = input7[(size_t)i_batch * 3 + i_class];
            const real t2 = t1 > (real)0.0;
            const real t3 = map5[(size_t)i_batch * 3 + i_class];
            const real t5 = t3 - t4;
            const real t7 = t5 - t6;
            const real t8 = t1 * t7;
            const real t9 = t2 != 0 ? t8 : (real)0.0;
            run0 += t9;
        }
        sum0[0] += run0;
        sum20[(size_t)i_batch] = (real)sum0[0];
    }
}

/* infer_k07: map.
 * output[batch, class = 3]
 * from softmax6; layer_dense.asc:9 */
void infer_k07(const AscCall *call, int chunk)
{
    if (!call->output)
        return;
    const real *const restrict softmax6 = ASC_EXAMPLES(const real, infer_CONSTANT, 64);
    real *const restrict output = call->output;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_class = 0; i_class < 3; i_class++) {
            const real t1 = softmax6[(size_t)i_batch * 3 + i_class];
            output[(size_t)i_batch * 3 + i_class] = t1;
        }
    }
}

/* infer_k08: map.
 * loss[batch]
 * from sum20; layer_dense.asc:11 (loss.cross_entropy) */
void infer_k08(const AscCall *call, int chunk)
{
    if (!call->losses)
        return;
    const real *const restrict sum20 = ASC_EXAMPLES(const real, infer_CONSTANT, 384);
    real *const restrict loss = call->losses;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t1 = sum20[(size_t)i_batch];
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
    {train_k09, 0, ASC_BEHIND},
    {train_k10, 1, ASC_BESIDE},
    {train_k11, 0, ASC_PHASE},
    {train_k12, 0, ASC_BEHIND},
    {train_k13, 0, ASC_BEHIND},
    {train_k14, 0, ASC_BEHIND},
    {train_k15, 0, ASC_BEHIND},
    {train_k14_sum, 1, ASC_PHASE},
    {train_k15_sum, 1, ASC_BESIDE},
};

static const AscKernel train_kernel[] = {
    {"train_k01 product, plain loops, dense", "layer_dense.asc:9", 144, 408},
    {"train_k02 softmax", "layer_dense.asc:9", 0, 24},
    {"train_k03 max, loss.cross_entropy", "layer_dense.asc:11", 0, 20},
    {"train_k04 map, loss.cross_entropy", "layer_dense.asc:11", 0, 28},
    {"train_k05 sum, loss.cross_entropy", "layer_dense.asc:11", 0, 16},
    {"train_k06 map, loss.cross_entropy", "layer_dense.asc:11", 0, 8},
    {"train_k07 sum, loss.cross_entropy", "layer_dense.asc:11", 0, 36},
    {"train_k08 map", "layer_dense.asc:9", 0, 24},
    {"train_k09 map, loss.cross_entropy", "layer_dense.asc:11", 0, 8},
    {"train_k10 map, loss.cross_entropy", "layer_dense.asc:11", 0, 4},
    {"train_k11 sum, loss.cross_entropy", "layer_dense.asc:11", 0, 20},
    {"train_k12 map, loss.cross_entropy", "layer_dense.asc:11", 0, 12},
    {"train_k13 map, loss.cross_entropy", "layer_dense.asc:11", 0, 44},
    {"train_k14 sum, dense", "layer_dense.asc:9", 0, 24},
    {"train_k15 product, plain loops, dense", "layer_dense.asc:9", 144, 396},
    {"train_k14 sum of the groups, dense", "layer_dense.asc:9", 0, 0},
    {"train_k15 sum of the groups, dense", "layer_dense.asc:9", 0, 0},
};

static void train_run(const AscCall *call, double *seconds)
{
    asc_run_kernels(call, train_step, 17, seconds);
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
    {"infer_k01 product, plain loops, dense", "layer_dense.asc:9", 144, 408},
    {"infer_k02 softmax", "layer_dense.asc:9", 0, 24},
    {"infer_k03 max, loss.cross_entropy", "layer_dense.asc:11", 0, 20},
    {"infer_k04 sum, loss.cross_entropy", "layer_dense.asc:11", 0, 20},
    {"infer_k05 map, loss.cross_entropy", "layer_dense.asc:11", 0, 8},
    {"infer_k06 sum, loss.cross_entropy", "layer_dense.asc:11", 0, 36},
    {"infer_k07 map", "layer_dense.asc:9", 0, 24},
    {"infer_k08 map, loss.cross_entropy", "layer_dense.asc:11", 0, 8},
};

static void infer_run(const AscCall *call, double *seconds)
{
    asc_run_kernels(call, infer_step, 8, seconds);
}

static const AscParameter parameter[] = {
    {"dense.bias", {1, {{"class", 3}}}, 3, 0, true, 0, ASC_ZEROS, 0, 0, 0},
    {"dense.weight", {2, {{"in", 24}, {"class", 3}}}, 72, 16, true, 0, ASC_GLOROT_UNIFORM, 0, 24, 3},
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
    "# A matrix product with a bias; the gradients of softmax and cross entropy.\n"
    "features x {\n"
    "    audio[channel = 1](8000 Hz) | spectrogram[bin](32 ms, hop = 16 ms) | mel[freq = 4]\n"
    "    | decibels | normalize[freq] | segment[time = 6 frames]\n"
    "}\n"
    "network {\n"
    "    x | dense[class = 3] | softmax[class]\n"
    "}\n"
    "train { loss = cross_entropy(output, target); optimizer = sgd(0.1); epochs = 1; batch = 2 }\n";

const AscModel asc_model = {
    .name = "layer_dense",
    .source = "layer_dense.asc",
    .defines = "",
    .text = text,
    .hash = "986eacce9e6e5408",
    .features = features,
    .feature_sets = 1,
    .input = input,
    .inputs = 1,
    .output = {1, {{"class", 3}}},
    .parameter = parameter,
    .parameters = 2,
    .parameter_reals = 96,
    .randoms = 0,
    .random_count = random_count,
    .train = {64, 576, train_run, train_kernel, 17},
    .infer = {0, 448, infer_run, infer_kernel, 8},
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
