/* winograd.h: how Winograd's F(4 x 4, 3 x 3) turns tiles and taps, a row or a column of vectors at a time; after Lavin and
 * Gray 2016, with the points 0, 1, -1, 2, -2 and infinity.  Part of asc_kernel.h. */
#ifndef ASC_WINOGRAD_H
#define ASC_WINOGRAD_H

/* Large, and the same for all kernels: not inlined. */
#define ASC_SHARED static __attribute__((noinline, unused))

/* In place: six values of the map, `step` vectors apart. */
ASC_INLINE void asc_winograd_map(AscVector *d, int step)
{
    const AscVector d0 = d[0], d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step],
                    d5 = d[5 * step];
    const AscVector a = d4 - 4 * d2, b = d3 - 4 * d1, c = d4 - d2, e = 2 * (d3 - d1);
    d[0] = 4 * d0 - 5 * d2 + d4;
    d[step] = a + b;
    d[2 * step] = a - b;
    d[3 * step] = c + e;
    d[4 * step] = c - e;
    d[5 * step] = 4 * d1 - 5 * d3 + d5;
}

/* Three taps, `from` vectors apart, to six values, `step` apart. */
ASC_INLINE void asc_winograd_taps(AscVector *out, int step, const AscVector *tap, int from)
{
    const AscVector g0 = tap[0], g1 = tap[from], g2 = tap[2 * from];
    const AscVector a = (g0 + g2) * (real)(-1.0 / 6), b = g1 * (real)(1.0 / 6);
    const AscVector c = g0 * (real)(1.0 / 24) + g2 * (real)(1.0 / 6), e = g1 * (real)(1.0 / 12);
    out[0] = g0 * (real)0.25;
    out[step] = a - b;
    out[2 * step] = a + b;
    out[3 * step] = c + e;
    out[4 * step] = c - e;
    out[5 * step] = g2;
}

/* Six products, `from` vectors apart, to four values of the result, `step` apart. */
ASC_INLINE void asc_winograd_result(AscVector *out, int step, const AscVector *m, int from)
{
    const AscVector s1 = m[from] + m[2 * from], s2 = m[from] - m[2 * from];
    const AscVector s3 = m[3 * from] + m[4 * from], s4 = m[3 * from] - m[4 * from];
    out[0] = m[0] + s1 + s3;
    out[step] = s2 + 2 * s4;
    out[2 * step] = s1 + 4 * s3;
    out[3 * step] = s2 + 8 * s4 + m[5 * from];
}

/* The end of both: a tile of the map, turned along columns and rows, to its place in each of 36 planes. */
ASC_INLINE void asc_winograd_store(AscVector *tile, real *to, long plane)
{
    ASC_UNROLL
    for (int i = 0; i < 6; i++)
        asc_winograd_map(tile + i, 6);
    ASC_UNROLL
    for (int i = 0; i < 6; i++)
        asc_winograd_map(tile + 6 * i, 1);
    ASC_UNROLL
    for (int i = 0; i < 36; i++)
        asc_store(to + i * plane, tile[i]);
}

/* Asks for `rows` x 4 pixels, those that the next tile of a row has and this one has not: they lie so far apart that
 * the processor does not foresee them, and memory takes longer than the turning. */
ASC_INLINE void asc_winograd_request(const real *pixels, long row, long column, int rows)
{
    ASC_UNROLL
    for (int i = 0; i < 4 * rows; i++)
        __builtin_prefetch(pixels + i / 4 * row + i % 4 * column, 0, 2);
}

/* All `sums` channels of a tile of 6 x 6 pixels, that lie `row` and `column` reals apart. */
ASC_SHARED void asc_winograd_turn(const real *restrict map, long row, long column, int sums,
                                  real *restrict to, long plane)
{
    for (int sum = 0; sum < sums; sum += ASC_LANES) {
        AscVector tile[36];
        ASC_UNROLL
        for (int i = 0; i < 36; i++)
            tile[i] = asc_load(map + i / 6 * row + i % 6 * column + sum);
        asc_winograd_request(map + 6 * column + sum, row, column, 6);
        asc_winograd_store(tile, to + sum, plane);
    }
}

/* Of which only `rows` x `columns` are there; zeros stand for the others. */
ASC_SHARED void asc_winograd_turn_edge(const real *restrict map, long row, long column, int sums,
                                       real *restrict to, long plane, int rows, int columns)
{
    for (int sum = 0; sum < sums; sum += ASC_LANES) {
        AscVector tile[36];
        for (int i = 0; i < 36; i++)
            tile[i] = i / 6 < rows && i % 6 < columns
                          ? asc_load(map + i / 6 * row + i % 6 * column + sum)
                          : (AscVector){ 0 };
        asc_winograd_store(tile, to + sum, plane);
    }
}

/* The 36 sums of a tile to 4 x 4 pixels of `panel` lanes, one behind the other. */
ASC_SHARED void asc_winograd_back(const real *restrict sums, long plane, int panel,
                                  real *restrict tile)
{
    for (int lane = 0; lane < panel; lane += ASC_LANES) {
        AscVector m[36], half[24], back[16];
        ASC_UNROLL
        for (int i = 0; i < 36; i++)
            m[i] = asc_load(sums + i * plane + lane);
        ASC_UNROLL
        for (int i = 0; i < 6; i++)
            asc_winograd_result(half + i, 6, m + i, 6);
        ASC_UNROLL
        for (int i = 0; i < 4; i++)
            asc_winograd_result(back + 4 * i, 1, half + 6 * i, 1);
        ASC_UNROLL
        for (int i = 0; i < 16; i++)
            asc_store(tile + i * panel + lane, back[i]);
    }
}

/* In 1 dimension of F(3 x 3, 4 x 4): four values of the gradient, `from` vectors apart, to six.  The factors of the points,
 * 1/4, -1/6, -1/6, 1/24, 1/24 and 1, are left to the end. */
ASC_INLINE void asc_winograd_gradient(AscVector *out, int step, const AscVector *g, int from)
{
    const AscVector g0 = g[0], g1 = g[from], g2 = g[2 * from], g3 = g[3 * from];
    const AscVector a = g0 + g2, b = g1 + g3, c = g0 + 4 * g2, d = 2 * g1 + 8 * g3;
    out[0] = g0;
    out[step] = a + b;
    out[2 * step] = a - b;
    out[3 * step] = c + d;
    out[4 * step] = c - d;
    out[5 * step] = g3;
}

ASC_INLINE void asc_winograd_store_gradient(const AscVector *tile, real *to, long plane)
{
    AscVector half[24], turned[36];
    ASC_UNROLL
    for (int i = 0; i < 4; i++)
        asc_winograd_gradient(half + i, 4, tile + i, 4);
    ASC_UNROLL
    for (int i = 0; i < 6; i++)
        asc_winograd_gradient(turned + 6 * i, 1, half + 4 * i, 1);
    ASC_UNROLL
    for (int i = 0; i < 36; i++)
        asc_store(to + i * plane, turned[i]);
}

/* All channels of 4 x 4 pixels of a gradient, that lie `row` and `column` reals apart, to 36 planes. */
ASC_SHARED void asc_winograd_turn_gradient(const real *restrict gradient, long row, long column,
                                           int channels, real *restrict to, long plane)
{
    for (int channel = 0; channel < channels; channel += ASC_LANES) {
        AscVector tile[16];
        ASC_UNROLL
        for (int i = 0; i < 16; i++)
            tile[i] = asc_load(gradient + i / 4 * row + i % 4 * column + channel);
        asc_winograd_request(gradient + 4 * column + channel, row, column, 4);
        asc_winograd_store_gradient(tile, to + channel, plane);
    }
}

/* Of which only `rows` x `columns` are there. */
ASC_SHARED void asc_winograd_turn_gradient_edge(const real *restrict gradient, long row,
                                                long column, int channels, real *restrict to,
                                                long plane, int rows, int columns)
{
    for (int channel = 0; channel < channels; channel += ASC_LANES) {
        AscVector tile[16];
        for (int i = 0; i < 16; i++)
            tile[i] = i / 4 < rows && i % 4 < columns
                          ? asc_load(gradient + i / 4 * row + i % 4 * column + channel)
                          : (AscVector){ 0 };
        asc_winograd_store_gradient(tile, to + channel, plane);
    }
}

/* The end of both in 1 dimension: six sums of products, `from` vectors apart, to three taps, `step` apart. */
ASC_INLINE void asc_winograd_gradient_taps(AscVector *out, int step, const AscVector *m, int from)
{
    const AscVector s1 = (m[from] + m[2 * from]) * (real)(-1.0 / 6),
                    s2 = (m[from] - m[2 * from]) * (real)(-1.0 / 6),
                    s3 = (m[3 * from] + m[4 * from]) * (real)(1.0 / 24),
                    s4 = (m[3 * from] - m[4 * from]) * (real)(1.0 / 24);
    out[0] = m[0] * (real)0.25 + s1 + s3;
    out[step] = s2 + 2 * s4;
    out[2 * step] = s1 + 4 * s3 + m[5 * from];
}

/* A vector of lanes in 36 planes, the sum of `slots` of them that lie `slot` reals apart, to 3 x 3 taps. */
ASC_SHARED void asc_winograd_sum(const real *restrict sums, long slot, int slots, long plane,
                                 real *restrict taps, long row, long column)
{
    AscVector m[36], half[18], back[9];
    for (int i = 0; i < 36; i++) {
        m[i] = asc_load(sums + i * plane);
        for (int n = 1; n < slots; n++)
            m[i] += asc_load(sums + n * slot + i * plane);
    }
    ASC_UNROLL
    for (int i = 0; i < 6; i++)
        asc_winograd_gradient_taps(half + i, 6, m + i, 6);
    ASC_UNROLL
    for (int i = 0; i < 3; i++)
        asc_winograd_gradient_taps(back + 3 * i, 1, half + 6 * i, 1);
    ASC_UNROLL
    for (int i = 0; i < 9; i++)
        asc_store(taps + i / 3 * row + i % 3 * column, back[i]);
}

/* 3 x 3 taps of `panel` lanes, one behind the other, to 36 planes. */
ASC_SHARED void asc_winograd_turn_taps(const real *restrict taps, int panel, real *restrict to,
                                       long plane)
{
    for (int lane = 0; lane < panel; lane += ASC_LANES) {
        AscVector tap[9], half[18], turned[36];
        ASC_UNROLL
        for (int i = 0; i < 9; i++)
            tap[i] = asc_load(taps + i * panel + lane);
        ASC_UNROLL
        for (int i = 0; i < 3; i++)
            asc_winograd_taps(half + i, 3, tap + i, 3);
        ASC_UNROLL
        for (int i = 0; i < 6; i++)
            asc_winograd_taps(turned + 6 * i, 1, half + 3 * i, 1);
        ASC_UNROLL
        for (int i = 0; i < 36; i++)
            asc_store(to + i * plane + lane, turned[i]);
    }
}

#endif
