/* Made by ascc from layer_conv.asc for avx2. */
#define ASC_VECTOR 32
#include "asc_kernel.h"

#define train_CONSTANT 4672
#define infer_CONSTANT 2304

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
 * map7[batch, freq = 4, time = 6, channel = 8]
 * from input0, weight3, weight1; layer_conv.asc:9 (conv) */
void train_k01(const AscCall *call, int chunk)
{
    const real *const restrict input0 = call->input[0];
    const real *const restrict weight3 = call->parameters + 16;
    const real *const restrict weight1 = call->parameters;
    real *const restrict map7 = ASC_EXAMPLES(real, train_CONSTANT, 3072);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            for (int i_time = 0; i_time < 6; i_time++) {
                double sum0[8] = {0};
                for (int tap_freq = 0; tap_freq < 3; tap_freq++) {
                    for (int tap_time = 0; tap_time < 3; tap_time++) {
                        const real t1 = input0[(size_t)i_batch * 24 + asc_clamp(((i_freq + tap_freq) - 1), 0, 3) * 6 + asc_clamp(((i_time + tap_time) - 1), 0, 5)];
                        const real t2 = ((i_freq + tap_freq) - 1) >= 0 && ((i_freq + tap_freq) - 1) < 4 && ((i_time + tap_time) - 1) >= 0 && ((i_time + tap_time) - 1) < 6 ? t1 : 0;
                        real row0[8] = {0};
#pragma omp simd
                        for (int i_channel = 0; i_channel < 8; i_channel++) {
                            const real t3 = weight3[tap_freq * 24 + tap_time * 8 + i_channel];
                            row0[i_channel] += t2 * t3;
                        }
                        for (int i_channel = 0; i_channel < 8; i_channel++) {
                            sum0[i_channel] += row0[i_channel];
                        }
                    }
                }
                for (int i_channel = 0; i_channel < 8; i_channel++) {
                    const real t4 = weight1[i_channel];
                    const real t5 = (real)sum0[i_channel] + t4;
                    const real t6 = t5 > 0 ? t5 : 0;
                    map7[(size_t)i_batch * 192 + i_freq * 48 + i_time * 8 + i_channel] = t6;
                }
            }
        }
    }
}

/* train_k02: map.
 * pad11[batch, freq = 6, time = 8, in = 8]
 * from map7; layer_conv.asc:9 (conv2) */
void train_k02(const AscCall *call, int chunk)
{
    const real *const restrict map7 = ASC_EXAMPLES(const real, train_CONSTANT, 3072);
    real *const restrict pad11 = ASC_EXAMPLES(real, train_CONSTANT, 0);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 6; i_freq++) {
            for (int i_time = 0; i_time < 8; i_time++) {
#pragma omp simd
                for (int i_in = 0; i_in < 8; i_in++) {
                    const real t1 = map7[(size_t)i_batch * 192 + asc_clamp((i_freq - 1), 0, 3) * 48 + asc_clamp((i_time - 1), 0, 5) * 8 + i_in];
                    const real t2 = (i_freq - 1) >= 0 && (i_freq - 1) < 4 && (i_time - 1) >= 0 && (i_time - 1) < 6 ? t1 : 0;
                    pad11[(size_t)i_batch * 384 + i_freq * 64 + i_time * 8 + i_in] = t2;
                }
            }
        }
    }
}

/* train_k03: panels of an operand.
 * dot12_panels[batch, freq = 4, time = 6, channel = 8]
 * from weight10; layer_conv.asc:9 (conv2) */
void train_k03(const AscCall *call, int chunk)
{
    const real *const restrict weight10 = call->parameters + 112;
    real *const restrict dot12_panels = ASC_CONSTANT(real, 0);
    const int lane0 = chunk * 8;
    for (int tap_freq = 0; tap_freq < 3; tap_freq++) {
        for (int tap_time = 0; tap_time < 3; tap_time++) {
            for (int i_in = 0; i_in < 8; i_in++) {
                for (int lane = 0; lane < 8; lane++) {
                    dot12_panels[(size_t)chunk * 576 + lane + i_in * 8 + tap_time * 64 + tap_freq * 192] = weight10[lane0 + lane + i_in * 8 + tap_time * 64 + tap_freq * 192];
                }
            }
        }
    }
}

/* train_k04: map.
 * map23[]
 * layer_conv.asc:11 */
void train_k04(const AscCall *call, int chunk)
{
    real *const restrict map23 = ASC_CONSTANT(real, 4608);
    (void)chunk;
    const real t1 = (real)1.0 / (real)call->examples;
    map23[0] = t1;
}

/* train_k05: panels of an operand.
 * dot33_panels[batch, freq = 4, time = 6, in = 8]
 * from weight10; layer_conv.asc:9 (conv2) */
void train_k05(const AscCall *call, int chunk)
{
    const real *const restrict weight10 = call->parameters + 112;
    real *const restrict dot33_panels = ASC_CONSTANT(real, 2304);
    const int lane0 = chunk * 8;
    for (int tap_freq = 0; tap_freq < 3; tap_freq++) {
        for (int tap_time = 0; tap_time < 3; tap_time++) {
            for (int i_channel = 0; i_channel < 8; i_channel++) {
                for (int lane = 0; lane < 8; lane++) {
                    dot33_panels[(size_t)chunk * 576 + lane + i_channel * 8 + tap_time * 64 + tap_freq * 192] = weight10[(lane0 + lane) * 8 + 512 + i_channel - tap_time * 64 - tap_freq * 192];
                }
            }
        }
    }
}

/* train_k06: product.
 * map13[batch, freq = 4, time = 6, channel = 8]
 * from pad11, dot12_panels, weight8; layer_conv.asc:9 (conv2) */
ASC_INLINE void train_k06_tile_2x6(const real *restrict a, const real *restrict b, real *restrict c)
{
    AscVector sum[12][1];
    ASC_UNROLL
    for (int row = 0; row < 12; row++) {
        sum[row][0] = (AscVector){0};
    }
    for (int tap_freq = 0; tap_freq < 3; tap_freq++) {
        for (int i_in = 0; i_in < 24; i_in++) {
            const real *const from = a + tap_freq * 64 + i_in, *const lanes = b + tap_freq * 192 + i_in * 8;
            const AscVector lanes0 = asc_load(lanes);
            ASC_UNROLL
            for (int row = 0; row < 12; row++) {
                const real factor = from[row / 6 * 64 + row % 6 * 8];
                sum[row][0] += factor * lanes0;
            }
        }
    }
    ASC_UNROLL
    for (int row = 0; row < 12; row++) {
        asc_store(c + row * 8, sum[row][0]);
    }
}

void train_k06(const AscCall *call, int chunk)
{
    const real *const restrict weight8 = call->parameters + 96;
    const real *const restrict pad11 = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    const real *const restrict dot12_panels = ASC_CONSTANT(const real, 0);
    real *const restrict map13 = ASC_EXAMPLES(real, train_CONSTANT, 3840);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int panel = 0; panel < 1; panel++) {
        const int lane0 = panel * 8;
        for (int i_batch = first; i_batch < last; i_batch++) {
            for (int i_freq = 0; i_freq < 4; i_freq += 2) {
                for (int i_time = 0; i_time < 6; i_time += 6) {
                    real tile[96] __attribute__((aligned(64)));
                    train_k06_tile_2x6(pad11 + (size_t)i_batch * 384 + i_freq * 64 + i_time * 8, dot12_panels + panel * 576, tile);
                    const int rows = 12;
                    for (int row = 0; row < rows; row++) {
                        const int at_freq = i_freq + row / 6;
                        const int at_time = i_time + row % 6;
#pragma omp simd
                        for (int lane = 0; lane < 8; lane++) {
                            const real t1 = weight8[(lane0 + lane)];
                            const real t2 = tile[row * 8 + lane] + t1;
                            map13[(size_t)i_batch * 192 + at_freq * 48 + at_time * 8 + (lane0 + lane)] = t2;
                        }
                    }
                }
            }
        }
    }
}

/* train_k07: sum.
 * sum14[batch, channel = 8]
 * from map13; layer_conv.asc:9 */
void train_k07(const AscCall *call, int chunk)
{
    const real *const restrict map13 = ASC_EXAMPLES(const real, train_CONSTANT, 3840);
    real *const restrict sum14 = ASC_EXAMPLES(real, train_CONSTANT, 6144);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[8] = {0};
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            real row0[8] = {0};
            for (int i_time = 0; i_time < 6; i_time++) {
#pragma omp simd
                for (int i_channel = 0; i_channel < 8; i_channel++) {
                    const real t1 = map13[(size_t)i_batch * 192 + i_freq * 48 + i_time * 8 + i_channel];
                    row0[i_channel] += t1;
                }
            }
            for (int i_channel = 0; i_channel < 8; i_channel++) {
                sum0[i_channel] += row0[i_channel];
            }
        }
        for (int i_channel = 0; i_channel < 8; i_channel++) {
            sum14[(size_t)i_batch * 8 + i_channel] = (real)sum0[i_channel];
        }
    }
}

/* train_k08: sum.
 * sum20[batch]
 * from sum14, input17; layer_conv.asc:11 (loss.squared_error) */
void train_k08(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict sum14 = ASC_EXAMPLES(const real, train_CONSTANT, 6144);
    const real *const restrict input17 = call->target;
    real *const restrict sum20 = ASC_EXAMPLES(real, train_CONSTANT, 6208);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[1] = {0};
        real run0 = 0;
#pragma omp simd reduction(+ : run0)
        for (int i_channel = 0; i_channel < 8; i_channel++) {
            const real t1 = sum14[(size_t)i_batch * 8 + i_channel];
            const real t2 = t1 * (real)0.041666666666666664;
            const real t3 = input17[(size_t)i_batch * 8 + i_channel];
            const real t4 = t2 - t3;
            const real t5 = t4 * t4;
            run0 += t5;
        }
        sum0[0] += run0;
        sum20[(size_t)i_batch] = (real)sum0[0];
    }
}

/* train_k09: map.
 * map25[batch, channel = 8]
 * from map23, sum14, input17; layer_conv.asc:11 (loss.squared_error) */
void train_k09(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict map23 = ASC_CONSTANT(const real, 4608);
    const real *const restrict sum14 = ASC_EXAMPLES(const real, train_CONSTANT, 6144);
    const real *const restrict input17 = call->target;
    real *const restrict map25 = ASC_EXAMPLES(real, train_CONSTANT, 6272);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    const real t1 = map23[0];
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_channel = 0; i_channel < 8; i_channel++) {
            const real t2 = sum14[(size_t)i_batch * 8 + i_channel];
            const real t3 = t2 * (real)0.041666666666666664;
            const real t4 = input17[(size_t)i_batch * 8 + i_channel];
            const real t5 = t3 - t4;
            const real t6 = t1 * t5;
            const real t7 = t6 + t6;
            map25[(size_t)i_batch * 8 + i_channel] = t7;
        }
    }
}

/* train_k10: map.
 * map26[batch, channel = 8]
 * from map25; layer_conv.asc:9 */
void train_k10(const AscCall *call, int chunk)
{
    const real *const restrict map25 = ASC_EXAMPLES(const real, train_CONSTANT, 6272);
    real *const restrict map26 = ASC_EXAMPLES(real, train_CONSTANT, 6336);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_channel = 0; i_channel < 8; i_channel++) {
            const real t1 = map25[(size_t)i_batch * 8 + i_channel];
            const real t2 = t1 * (real)0.041666666666666664;
            map26[(size_t)i_batch * 8 + i_channel] = t2;
        }
    }
}

/* train_k11: sum.
 * sum28[channel = 8]
 * from map25; layer_conv.asc:9 (conv2) */
void train_k11(const AscCall *call, int chunk)
{
    const real *const restrict map25 = ASC_EXAMPLES(const real, train_CONSTANT, 6272);
    double *const restrict sum28_parts = ASC_EXAMPLES(double, train_CONSTANT, 6400);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    memset(sum28_parts + (size_t)chunk * 8, 0, 8 * sizeof(double));
    double *const restrict sum0 = sum28_parts + (size_t)chunk * 8;
    real row0[8] = {0};
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_channel = 0; i_channel < 8; i_channel++) {
            const real t1 = map25[(size_t)i_batch * 8 + i_channel];
            row0[i_channel] += t1;
        }
    }
    for (int i_channel = 0; i_channel < 8; i_channel++) {
        sum0[i_channel] += row0[i_channel];
    }
}

void train_k11_sum(const AscCall *call, int chunk)
{
    (void)chunk;
    const double *const restrict sum28_parts = ASC_EXAMPLES(const double, train_CONSTANT, 6400);
    real *const restrict sum28 = call->gradients + 96;
    const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;
    for (int i = 0; i < 8; i++) {
        double sum0 = 0;
        for (int group = 0; group < groups; group++) {
            sum0 += sum28_parts[(size_t)group * 8 + i];
        }
        sum28[i] = (real)sum0;
    }
}

/* train_k12: product summed over the batch.
 * dot31[freq = 3, time = 3, in = 8, channel = 8]
 * from pad11, map26; layer_conv.asc:9 (conv2) */
ASC_INLINE void train_k12_tile_1x8(const real *restrict a, const real *restrict b, real *restrict c, int steps)
{
    AscVector sum[8][1];
    ASC_UNROLL
    for (int row = 0; row < 8; row++) {
        sum[row][0] = asc_load(c + row * 8);
    }
    for (int tap_freq = 0; tap_freq < steps; tap_freq++) {
        for (int tap_time = 0; tap_time < 6; tap_time++) {
            const real *const from = a + tap_freq * 64 + tap_time * 8, *const lanes = b;
            const AscVector lanes0 = asc_load(lanes);
            ASC_UNROLL
            for (int row = 0; row < 8; row++) {
                const real factor = from[row * 1];
                sum[row][0] += factor * lanes0;
            }
        }
    }
    ASC_UNROLL
    for (int row = 0; row < 8; row++) {
        asc_store(c + row * 8, sum[row][0]);
    }
}

void train_k12(const AscCall *call, int chunk)
{
    const real *const restrict pad11 = ASC_EXAMPLES(const real, train_CONSTANT, 0);
    const real *const restrict map26 = ASC_EXAMPLES(const real, train_CONSTANT, 6336);
    real *const restrict dot31_parts = ASC_EXAMPLES(real, train_CONSTANT, 5376);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    real *const restrict sum = dot31_parts + (size_t)chunk * 576;
    memset(sum, 0, 576 * sizeof *sum);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int tap_freq = 0; tap_freq < 4; tap_freq += 4) {
            for (int panel = 0; panel < 1; panel++) {
                for (int i_freq = 0; i_freq < 3; i_freq += 1) {
                    for (int i_time = 0; i_time < 3; i_time += 1) {
                        for (int i_in = 0; i_in < 8; i_in += 8) {
                            train_k12_tile_1x8(pad11 + i_freq * 64 + i_time * 8 + i_in + (size_t)i_batch * 384 + tap_freq * 64, map26 + panel * 8 + (size_t)i_batch * 8, sum + panel * 8 + i_freq * 192 + i_time * 64 + i_in * 8, 4);
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
    const real *const restrict dot31_parts = ASC_EXAMPLES(const real, train_CONSTANT, 5376);
    real *const restrict dot31 = call->gradients + 112;
    const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;
    for (int i = 0; i < 576; i++) {
        double sum0 = 0;
        for (int group = 0; group < groups; group++) {
            sum0 += dot31_parts[(size_t)group * 576 + i];
        }
        dot31[i] = (real)sum0;
    }
}

/* train_k13: map.
 * pad32[batch, freq = 6, time = 8, channel = 8]
 * from map26; layer_conv.asc:9 (conv2) */
void train_k13(const AscCall *call, int chunk)
{
    const real *const restrict map26 = ASC_EXAMPLES(const real, train_CONSTANT, 6336);
    real *const restrict pad32 = ASC_EXAMPLES(real, train_CONSTANT, 1536);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 6; i_freq++) {
            for (int i_time = 0; i_time < 8; i_time++) {
#pragma omp simd
                for (int i_channel = 0; i_channel < 8; i_channel++) {
                    const real t1 = map26[(size_t)i_batch * 8 + i_channel];
                    const real t2 = (i_freq - 1) >= 0 && (i_freq - 1) < 4 && (i_time - 1) >= 0 && (i_time - 1) < 6 ? t1 : 0;
                    pad32[(size_t)i_batch * 384 + i_freq * 64 + i_time * 8 + i_channel] = t2;
                }
            }
        }
    }
}

/* train_k14: product.
 * dot33[batch, freq = 4, time = 6, in = 8]
 * from pad32, dot33_panels; layer_conv.asc:9 (conv2) */
ASC_INLINE void train_k14_tile_2x6(const real *restrict a, const real *restrict b, real *restrict c)
{
    AscVector sum[12][1];
    ASC_UNROLL
    for (int row = 0; row < 12; row++) {
        sum[row][0] = (AscVector){0};
    }
    for (int tap_freq = 0; tap_freq < 3; tap_freq++) {
        for (int i_channel = 0; i_channel < 24; i_channel++) {
            const real *const from = a + tap_freq * 64 + i_channel, *const lanes = b + tap_freq * 192 + i_channel * 8;
            const AscVector lanes0 = asc_load(lanes);
            ASC_UNROLL
            for (int row = 0; row < 12; row++) {
                const real factor = from[row / 6 * 64 + row % 6 * 8];
                sum[row][0] += factor * lanes0;
            }
        }
    }
    ASC_UNROLL
    for (int row = 0; row < 12; row++) {
        asc_store(c + row * 8, sum[row][0]);
    }
}

void train_k14(const AscCall *call, int chunk)
{
    const real *const restrict pad32 = ASC_EXAMPLES(const real, train_CONSTANT, 1536);
    const real *const restrict dot33_panels = ASC_CONSTANT(const real, 2304);
    real *const restrict dot33 = ASC_EXAMPLES(real, train_CONSTANT, 4608);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int panel = 0; panel < 1; panel++) {
        const int lane0 = panel * 8;
        for (int i_batch = first; i_batch < last; i_batch++) {
            for (int i_freq = 0; i_freq < 4; i_freq += 2) {
                for (int i_time = 0; i_time < 6; i_time += 6) {
                    real tile[96] __attribute__((aligned(64)));
                    train_k14_tile_2x6(pad32 + (size_t)i_batch * 384 + i_freq * 64 + i_time * 8, dot33_panels + panel * 576, tile);
                    const int rows = 12;
                    for (int row = 0; row < rows; row++) {
                        const int at_freq = i_freq + row / 6;
                        const int at_time = i_time + row % 6;
#pragma omp simd
                        for (int lane = 0; lane < 8; lane++) {
                            dot33[(size_t)i_batch * 192 + at_freq * 48 + at_time * 8 + (lane0 + lane)] = tile[row * 8 + lane];
                        }
                    }
                }
            }
        }
    }
}

/* train_k15: sum.
 * sum37[channel = 8]
 * from dot33, map7; layer_conv.asc:9 (conv) */
void train_k15(const AscCall *call, int chunk)
{
    const real *const restrict dot33 = ASC_EXAMPLES(const real, train_CONSTANT, 4608);
    const real *const restrict map7 = ASC_EXAMPLES(const real, train_CONSTANT, 3072);
    double *const restrict sum37_parts = ASC_EXAMPLES(double, train_CONSTANT, 6464);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    memset(sum37_parts + (size_t)chunk * 8, 0, 8 * sizeof(double));
    double *const restrict sum0 = sum37_parts + (size_t)chunk * 8;
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            real row0[8] = {0};
            for (int i_time = 0; i_time < 6; i_time++) {
#pragma omp simd
                for (int i_channel = 0; i_channel < 8; i_channel++) {
                    const real t1 = dot33[(size_t)i_batch * 192 + i_freq * 48 + i_time * 8 + i_channel];
                    const real t2 = map7[(size_t)i_batch * 192 + i_freq * 48 + i_time * 8 + i_channel];
                    const real t3 = t2 > 0 ? 1 : 0;
                    const real t4 = t1 * t3;
                    row0[i_channel] += t4;
                }
            }
            for (int i_channel = 0; i_channel < 8; i_channel++) {
                sum0[i_channel] += row0[i_channel];
            }
        }
    }
}

void train_k15_sum(const AscCall *call, int chunk)
{
    (void)chunk;
    const double *const restrict sum37_parts = ASC_EXAMPLES(const double, train_CONSTANT, 6464);
    real *const restrict sum37 = call->gradients;
    const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;
    for (int i = 0; i < 8; i++) {
        double sum0 = 0;
        for (int group = 0; group < groups; group++) {
            sum0 += sum37_parts[(size_t)group * 8 + i];
        }
        sum37[i] = (real)sum0;
    }
}

/* train_k16: product, plain loops.
 * dot38[freq = 3, time = 3, in = 1, channel = 8]
 * from input0, dot33, map7; layer_conv.asc:9 (conv) */
void train_k16(const AscCall *call, int chunk)
{
    const real *const restrict input0 = call->input[0];
    const real *const restrict dot33 = ASC_EXAMPLES(const real, train_CONSTANT, 4608);
    const real *const restrict map7 = ASC_EXAMPLES(const real, train_CONSTANT, 3072);
    double *const restrict dot38_parts = ASC_EXAMPLES(double, train_CONSTANT, 5952);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    memset(dot38_parts + (size_t)chunk * 72, 0, 72 * sizeof(double));
    double *const restrict sum0 = dot38_parts + (size_t)chunk * 72;
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 3; i_freq++) {
            for (int i_time = 0; i_time < 3; i_time++) {
                for (int tap_freq = 0; tap_freq < 4; tap_freq++) {
                    real row0[8] = {0};
                    for (int tap_time = 0; tap_time < 6; tap_time++) {
                        const real t1 = input0[(size_t)i_batch * 24 + asc_clamp(((i_freq + tap_freq) - 1), 0, 3) * 6 + asc_clamp(((i_time + tap_time) - 1), 0, 5)];
                        const real t2 = ((i_freq + tap_freq) - 1) >= 0 && ((i_freq + tap_freq) - 1) < 4 && ((i_time + tap_time) - 1) >= 0 && ((i_time + tap_time) - 1) < 6 ? t1 : 0;
#pragma omp simd
                        for (int i_channel = 0; i_channel < 8; i_channel++) {
                            const real t3 = dot33[(size_t)i_batch * 192 + tap_freq * 48 + tap_time * 8 + i_channel];
                            const real t4 = map7[(size_t)i_batch * 192 + tap_freq * 48 + tap_time * 8 + i_channel];
                            const real t5 = t4 > 0 ? 1 : 0;
                            const real t6 = t3 * t5;
                            row0[i_channel] += t2 * t6;
                        }
                    }
                    for (int i_channel = 0; i_channel < 8; i_channel++) {
                        sum0[i_channel + i_time * 8 + i_freq * 24] += row0[i_channel];
                    }
                }
            }
        }
    }
}

void train_k16_sum(const AscCall *call, int chunk)
{
    (void)chunk;
    const double *const restrict dot38_parts = ASC_EXAMPLES(const double, train_CONSTANT, 5952);
    real *const restrict dot38 = call->gradients + 16;
    const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;
    for (int i = 0; i < 72; i++) {
        double sum0 = 0;
        for (int group = 0; group < groups; group++) {
            sum0 += dot38_parts[(size_t)group * 72 + i];
        }
        dot38[i] = (real)sum0;
    }
}

/* train_k17: map.
 * output[batch, channel = 8]
 * from sum14; layer_conv.asc:9 */
void train_k17(const AscCall *call, int chunk)
{
    if (!call->output)
        return;
    const real *const restrict sum14 = ASC_EXAMPLES(const real, train_CONSTANT, 6144);
    real *const restrict output = call->output;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_channel = 0; i_channel < 8; i_channel++) {
            const real t1 = sum14[(size_t)i_batch * 8 + i_channel];
            const real t2 = t1 * (real)0.041666666666666664;
            output[(size_t)i_batch * 8 + i_channel] = t2;
        }
    }
}

/* train_k18: map.
 * loss[batch]
 * from sum20; layer_conv.asc:11 (loss.squared_error) */
void train_k18(const AscCall *call, int chunk)
{
    if (!call->losses)
        return;
    const real *const restrict sum20 = ASC_EXAMPLES(const real, train_CONSTANT, 6208);
    real *const restrict loss = call->losses;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t1 = sum20[(size_t)i_batch];
        loss[(size_t)i_batch] = t1;
    }
}

/* infer_k01: product, plain loops.
 * map7[batch, freq = 4, time = 6, channel = 8]
 * from input0, weight3, weight1; layer_conv.asc:9 (conv) */
void infer_k01(const AscCall *call, int chunk)
{
    const real *const restrict input0 = call->input[0];
    const real *const restrict weight3 = call->parameters + 16;
    const real *const restrict weight1 = call->parameters;
    real *const restrict map7 = ASC_EXAMPLES(real, infer_CONSTANT, 1536);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            for (int i_time = 0; i_time < 6; i_time++) {
                double sum0[8] = {0};
                for (int tap_freq = 0; tap_freq < 3; tap_freq++) {
                    for (int tap_time = 0; tap_time < 3; tap_time++) {
                        const real t1 = input0[(size_t)i_batch * 24 + asc_clamp(((i_freq + tap_freq) - 1), 0, 3) * 6 + asc_clamp(((i_time + tap_time) - 1), 0, 5)];
                        const real t2 = ((i_freq + tap_freq) - 1) >= 0 && ((i_freq + tap_freq) - 1) < 4 && ((i_time + tap_time) - 1) >= 0 && ((i_time + tap_time) - 1) < 6 ? t1 : 0;
                        real row0[8] = {0};
#pragma omp simd
                        for (int i_channel = 0; i_channel < 8; i_channel++) {
                            const real t3 = weight3[tap_freq * 24 + tap_time * 8 + i_channel];
                            row0[i_channel] += t2 * t3;
                        }
                        for (int i_channel = 0; i_channel < 8; i_channel++) {
                            sum0[i_channel] += row0[i_channel];
                        }
                    }
                }
                for (int i_channel = 0; i_channel < 8; i_channel++) {
                    const real t4 = weight1[i_channel];
                    const real t5 = (real)sum0[i_channel] + t4;
                    const real t6 = t5 > 0 ? t5 : 0;
                    map7[(size_t)i_batch * 192 + i_freq * 48 + i_time * 8 + i_channel] = t6;
                }
            }
        }
    }
}

/* infer_k02: map.
 * pad11[batch, freq = 6, time = 8, in = 8]
 * from map7; layer_conv.asc:9 (conv2) */
void infer_k02(const AscCall *call, int chunk)
{
    const real *const restrict map7 = ASC_EXAMPLES(const real, infer_CONSTANT, 1536);
    real *const restrict pad11 = ASC_EXAMPLES(real, infer_CONSTANT, 0);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        for (int i_freq = 0; i_freq < 6; i_freq++) {
            for (int i_time = 0; i_time < 8; i_time++) {
#pragma omp simd
                for (int i_in = 0; i_in < 8; i_in++) {
                    const real t1 = map7[(size_t)i_batch * 192 + asc_clamp((i_freq - 1), 0, 3) * 48 + asc_clamp((i_time - 1), 0, 5) * 8 + i_in];
                    const real t2 = (i_freq - 1) >= 0 && (i_freq - 1) < 4 && (i_time - 1) >= 0 && (i_time - 1) < 6 ? t1 : 0;
                    pad11[(size_t)i_batch * 384 + i_freq * 64 + i_time * 8 + i_in] = t2;
                }
            }
        }
    }
}

/* infer_k03: panels of an operand.
 * dot12_panels[batch, freq = 4, time = 6, channel = 8]
 * from weight10; layer_conv.asc:9 (conv2) */
void infer_k03(const AscCall *call, int chunk)
{
    const real *const restrict weight10 = call->parameters + 112;
    real *const restrict dot12_panels = ASC_CONSTANT(real, 0);
    const int lane0 = chunk * 8;
    for (int tap_freq = 0; tap_freq < 3; tap_freq++) {
        for (int tap_time = 0; tap_time < 3; tap_time++) {
            for (int i_in = 0; i_in < 8; i_in++) {
                for (int lane = 0; lane < 8; lane++) {
                    dot12_panels[(size_t)chunk * 576 + lane + i_in * 8 + tap_time * 64 + tap_freq * 192] = weight10[lane0 + lane + i_in * 8 + tap_time * 64 + tap_freq * 192];
                }
            }
        }
    }
}

/* infer_k04: product.
 * map13[batch, freq = 4, time = 6, channel = 8]
 * from pad11, dot12_panels, weight8; layer_conv.asc:9 (conv2) */
ASC_INLINE void infer_k04_tile_2x6(const real *restrict a, const real *restrict b, real *restrict c)
{
    AscVector sum[12][1];
    ASC_UNROLL
    for (int row = 0; row < 12; row++) {
        sum[row][0] = (AscVector){0};
    }
    for (int tap_freq = 0; tap_freq < 3; tap_freq++) {
        for (int i_in = 0; i_in < 24; i_in++) {
            const real *const from = a + tap_freq * 64 + i_in, *const lanes = b + tap_freq * 192 + i_in * 8;
            const AscVector lanes0 = asc_load(lanes);
            ASC_UNROLL
            for (int row = 0; row < 12; row++) {
                const real factor = from[row / 6 * 64 + row % 6 * 8];
                sum[row][0] += factor * lanes0;
            }
        }
    }
    ASC_UNROLL
    for (int row = 0; row < 12; row++) {
        asc_store(c + row * 8, sum[row][0]);
    }
}

void infer_k04(const AscCall *call, int chunk)
{
    const real *const restrict weight8 = call->parameters + 96;
    const real *const restrict pad11 = ASC_EXAMPLES(const real, infer_CONSTANT, 0);
    const real *const restrict dot12_panels = ASC_CONSTANT(const real, 0);
    real *const restrict map13 = ASC_EXAMPLES(real, infer_CONSTANT, 1536);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int panel = 0; panel < 1; panel++) {
        const int lane0 = panel * 8;
        for (int i_batch = first; i_batch < last; i_batch++) {
            for (int i_freq = 0; i_freq < 4; i_freq += 2) {
                for (int i_time = 0; i_time < 6; i_time += 6) {
                    real tile[96] __attribute__((aligned(64)));
                    infer_k04_tile_2x6(pad11 + (size_t)i_batch * 384 + i_freq * 64 + i_time * 8, dot12_panels + panel * 576, tile);
                    const int rows = 12;
                    for (int row = 0; row < rows; row++) {
                        const int at_freq = i_freq + row / 6;
                        const int at_time = i_time + row % 6;
#pragma omp simd
                        for (int lane = 0; lane < 8; lane++) {
                            const real t1 = weight8[(lane0 + lane)];
                            const real t2 = tile[row * 8 + lane] + t1;
                            map13[(size_t)i_batch * 192 + at_freq * 48 + at_time * 8 + (lane0 + lane)] = t2;
                        }
                    }
                }
            }
        }
    }
}

/* infer_k05: sum.
 * sum14[batch, channel = 8]
 * from map13; layer_conv.asc:9 */
void infer_k05(const AscCall *call, int chunk)
{
    const real *const restrict map13 = ASC_EXAMPLES(const real, infer_CONSTANT, 1536);
    real *const restrict sum14 = ASC_EXAMPLES(real, infer_CONSTANT, 2304);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[8] = {0};
        for (int i_freq = 0; i_freq < 4; i_freq++) {
            real row0[8] = {0};
            for (int i_time = 0; i_time < 6; i_time++) {
#pragma omp simd
                for (int i_channel = 0; i_channel < 8; i_channel++) {
                    const real t1 = map13[(size_t)i_batch * 192 + i_freq * 48 + i_time * 8 + i_channel];
                    row0[i_channel] += t1;
                }
            }
            for (int i_channel = 0; i_channel < 8; i_channel++) {
                sum0[i_channel] += row0[i_channel];
            }
        }
        for (int i_channel = 0; i_channel < 8; i_channel++) {
            sum14[(size_t)i_batch * 8 + i_channel] = (real)sum0[i_channel];
        }
    }
}

/* infer_k06: sum.
 * sum20[batch]
 * from sum14, input17; layer_conv.asc:11 (loss.squared_error) */
void infer_k06(const AscCall *call, int chunk)
{
    if (!call->target)
        return;
    const real *const restrict sum14 = ASC_EXAMPLES(const real, infer_CONSTANT, 2304);
    const real *const restrict input17 = call->target;
    real *const restrict sum20 = ASC_EXAMPLES(real, infer_CONSTANT, 2368);
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        double sum0[1] = {0};
        real run0 = 0;
#pragma omp simd reduction(+ : run0)
        for (int i_channel = 0; i_channel < 8; i_channel++) {
            const real t1 = sum14[(size_t)i_batch * 8 + i_channel];
            const real t2 = t1 * (real)0.041666666666666664;
            const real t3 = input17[(size_t)i_batch * 8 + i_channel];
            const real t4 = t2 - t3;
            const real t5 = t4 * t4;
            run0 += t5;
        }
        sum0[0] += run0;
        sum20[(size_t)i_batch] = (real)sum0[0];
    }
}

/* infer_k07: map.
 * output[batch, channel = 8]
 * from sum14; layer_conv.asc:9 */
void infer_k07(const AscCall *call, int chunk)
{
    if (!call->output)
        return;
    const real *const restrict sum14 = ASC_EXAMPLES(const real, infer_CONSTANT, 2304);
    real *const restrict output = call->output;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
#pragma omp simd
        for (int i_channel = 0; i_channel < 8; i_channel++) {
            const real t1 = sum14[(size_t)i_batch * 8 + i_channel];
            const real t2 = t1 * (real)0.041666666666666664;
            output[(size_t)i_batch * 8 + i_channel] = t2;
        }
    }
}

/* infer_k08: map.
 * loss[batch]
 * from sum20; layer_conv.asc:11 (loss.squared_error) */
void infer_k08(const AscCall *call, int chunk)
{
    if (!call->losses)
        return;
    const real *const restrict sum20 = ASC_EXAMPLES(const real, infer_CONSTANT, 2368);
    real *const restrict loss = call->losses;
    const int first = chunk * ASC_GROUP, last = asc_min(first + ASC_GROUP, call->examples);
    for (int i_batch = first; i_batch < last; i_batch++) {
        const real t1 = sum20[(size_t)i_batch];
        loss[(size_t)i_batch] = t1;
    }
}

static const AscStepKernel train_step[] = {
    {train_k01, 0, ASC_PHASE},
    {train_k02, 0, ASC_BEHIND},
    {train_k03, 1, ASC_BESIDE},
    {train_k04, 1, ASC_BESIDE},
    {train_k05, 1, ASC_BESIDE},
    {train_k06, 0, ASC_PHASE},
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
    {"train_k01 product, plain loops, conv", "layer_conv.asc:9", 3456, 1184},
    {"train_k02 map, conv2", "layer_conv.asc:9", 0, 2304},
    {"train_k03 panels of an operand, conv2", "layer_conv.asc:9", 0, 4608},
    {"train_k04 map", "layer_conv.asc:11", 0, 4},
    {"train_k05 panels of an operand, conv2", "layer_conv.asc:9", 0, 4608},
    {"train_k06 product, conv2", "layer_conv.asc:9", 27648, 4640},
    {"train_k07 sum", "layer_conv.asc:9", 0, 800},
    {"train_k08 sum, loss.squared_error", "layer_conv.asc:11", 0, 68},
    {"train_k09 map, loss.squared_error", "layer_conv.asc:11", 0, 100},
    {"train_k10 map", "layer_conv.asc:9", 0, 64},
    {"train_k11 sum, conv2", "layer_conv.asc:9", 0, 64},
    {"train_k12 product summed over the batch, conv2", "layer_conv.asc:9", 27648, 3872},
    {"train_k13 map, conv2", "layer_conv.asc:9", 0, 1568},
    {"train_k14 product, conv2", "layer_conv.asc:9", 27648, 4608},
    {"train_k15 sum, conv", "layer_conv.asc:9", 0, 1568},
    {"train_k16 product, plain loops, conv", "layer_conv.asc:9", 3456, 1920},
    {"train_k17 map", "layer_conv.asc:9", 0, 64},
    {"train_k18 map, loss.squared_error", "layer_conv.asc:11", 0, 8},
    {"train_k11 sum of the groups, conv2", "layer_conv.asc:9", 0, 0},
    {"train_k12 sum of the groups, conv2", "layer_conv.asc:9", 0, 0},
    {"train_k15 sum of the groups, conv", "layer_conv.asc:9", 0, 0},
    {"train_k16 sum of the groups, conv", "layer_conv.asc:9", 0, 0},
};

static void train_run(const AscCall *call, double *seconds)
{
    asc_run_kernels(call, train_step, 22, seconds);
}

static const AscStepKernel infer_step[] = {
    {infer_k01, 0, ASC_PHASE},
    {infer_k02, 0, ASC_BEHIND},
    {infer_k03, 1, ASC_BESIDE},
    {infer_k04, 0, ASC_PHASE},
    {infer_k05, 0, ASC_BEHIND},
    {infer_k06, 0, ASC_BEHIND},
    {infer_k07, 0, ASC_BEHIND},
    {infer_k08, 0, ASC_BEHIND},
};

static const AscKernel infer_kernel[] = {
    {"infer_k01 product, plain loops, conv", "layer_conv.asc:9", 3456, 1184},
    {"infer_k02 map, conv2", "layer_conv.asc:9", 0, 2304},
    {"infer_k03 panels of an operand, conv2", "layer_conv.asc:9", 0, 4608},
    {"infer_k04 product, conv2", "layer_conv.asc:9", 27648, 4640},
    {"infer_k05 sum", "layer_conv.asc:9", 0, 800},
    {"infer_k06 sum, loss.squared_error", "layer_conv.asc:11", 0, 68},
    {"infer_k07 map", "layer_conv.asc:9", 0, 64},
    {"infer_k08 map, loss.squared_error", "layer_conv.asc:11", 0, 8},
};

static void infer_run(const AscCall *call, double *seconds)
{
    asc_run_kernels(call, infer_step, 8, seconds);
}

static const AscParameter parameter[] = {
    {"conv.bias", {1, {{"channel", 8}}}, 8, 0, true, 0, ASC_ZEROS, 0, 0, 0},
    {"conv.weight", {4, {{"freq", 3}, {"time", 3}, {"in", 1}, {"channel", 8}}}, 72, 16, true, 0, ASC_GLOROT_UNIFORM, 0, 9, 72},
    {"conv2.bias", {1, {{"channel", 8}}}, 8, 96, true, 0, ASC_ZEROS, 0, 0, 0},
    {"conv2.weight", {4, {{"freq", 3}, {"time", 3}, {"in", 8}, {"channel", 8}}}, 576, 112, true, 0, ASC_GLOROT_UNIFORM, 0, 72, 72},
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
    "# Convolutions with a bias and padding; the second is large enough for tiles.\n"
    "features x {\n"
    "    audio[channel = 1](8000 Hz) | spectrogram[bin](32 ms, hop = 16 ms) | mel[freq = 4]\n"
    "    | decibels | normalize[freq] | segment[time = 6 frames]\n"
    "}\n"
    "network {\n"
    "    x | conv[channel = 8] | relu | conv[channel = 8] | mean[freq, time]\n"
    "}\n"
    "train { loss = squared_error(output, target); optimizer = sgd(0.1); epochs = 1; batch = 2 }\n";

const AscModel asc_model = {
    .name = "layer_conv",
    .source = "layer_conv.asc",
    .defines = "",
    .text = text,
    .hash = "f39c87220a28b568",
    .features = features,
    .feature_sets = 1,
    .input = input,
    .inputs = 1,
    .output = {1, {{"channel", 8}}},
    .parameter = parameter,
    .parameters = 4,
    .parameter_reals = 688,
    .randoms = 0,
    .random_count = random_count,
    .train = {4672, 6528, train_run, train_kernel, 22},
    .infer = {2304, 2432, infer_run, infer_kernel, 8},
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
