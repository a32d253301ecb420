/* winograd.h: how Winograd's F(6 x 6, 3 x 3) turns tiles and taps, a row or a column of vectors at a time; after Lavin and
 * Gray 2016.  Part of asc_kernel.h.
 *
 * The points, in the order of the planes, are 0, infinity, 1, -1, 2, -2, 1/2 and -1/2: one row or column of a plane each.  A
 * tile that has `size` results along an axis asks for the first `size` + 2 of them: one at the edge of a map has fewer planes
 * than the others, and the same turned taps. */
#ifndef ASC_WINOGRAD_H
#define ASC_WINOGRAD_H

/* Large, and the same for all kernels: not inlined. */
#define ASC_SHARED static __attribute__((noinline, unused))

/* ---------------------------------------------------------------- where tiles lie */

enum { ASC_ALL_POINTS = 8 };

/* The tiles of a block of some maps, of which each has `high` x `wide` full ones.  First come those at the right edge, then the
 * full ones, those at the bottom, and those in the corner: in every plane, the tiles that have it are in a row. */
typedef struct AscTiles {
    int maps, high, wide;           /* full ones of a map */
    int inner, bottom, corner, all; /* where each part begins, and the last one ends */
    int down_points, across_points; /* of the tiles at the bottom, and at the right edge */
} AscTiles;

/* `down` and `across`: results that the tiles at the bottom and at the right edge have, or 0 where there are none. */
ASC_INLINE AscTiles asc_tiles(int maps, int high, int wide, int down, int across)
{
    const int inner = across ? maps * high : 0, bottom = inner + maps * high * wide;
    const int corner = bottom + (down ? maps * wide : 0);
    return (AscTiles){ .maps = maps,
                       .high = high,
                       .wide = wide,
                       .inner = inner,
                       .bottom = bottom,
                       .corner = corner,
                       .all = corner + (down && across ? maps : 0),
                       .down_points = down ? down + 2 : ASC_ALL_POINTS,
                       .across_points = across ? across + 2 : ASC_ALL_POINTS };
}

/* Of the tile in row `down` and column `across` of a map, by its number among the block's. */
ASC_INLINE int asc_tile(const AscTiles *t, int map, int down, int across)
{
    const bool bottom = down == t->high, right = across == t->wide;
    return right && bottom ? t->corner + map
           : bottom        ? t->bottom + map * t->wide + across
           : right         ? map * t->high + down
                           : t->inner + (map * t->high + down) * t->wide + across;
}

/* The tiles that have the plane of two points: from the first one to the one behind the last. */
ASC_INLINE int asc_tiles_begin(const AscTiles *t, int across)
{
    return across < t->across_points ? 0 : t->inner;
}

ASC_INLINE int asc_tiles_end(const AscTiles *t, int down, int across)
{
    return down >= t->down_points ? t->bottom : across >= t->across_points ? t->corner : t->all;
}

/* ---------------------------------------------------------------- in 1 dimension */

/* The values v of the map under `size` results, at their `size` + 2 points: at a finite point p the factor of p's taps times the
 * polynomial in v, as powers, that is 1 at p and 0 at the other finite ones; at infinity the one that is 0 at all of them. */
ASC_INLINE void asc_winograd_map_1(const AscVector *v, AscVector *at)
{
    at[0] = v[1] - v[0];
    at[1] = v[2] - v[1];
    at[2] = (real)-4.5 * v[1];
}

ASC_INLINE void asc_winograd_map_2(const AscVector *v, AscVector *at)
{
    at[0] = v[2] - v[0];
    at[1] = v[3] - v[1];
    at[2] = (real)-2.25 * (v[2] + v[1]);
    at[3] = (real)-2.25 * (v[2] - v[1]);
}

ASC_INLINE void asc_winograd_map_3(const AscVector *v, AscVector *at)
{
    const AscVector odd = v[3] - v[1];
    at[0] = v[2] - v[0] - (real)0.5 * odd;
    at[1] = v[4] - v[2] - 2 * odd;
    at[2] = (real)2.25 * (odd - v[2] - v[1]);
    at[3] = (real)0.75 * (odd - 3 * (v[2] - v[1]));
    at[4] = 15 * odd;
}

ASC_INLINE void asc_winograd_map_4(const AscVector *v, AscVector *at)
{
    const AscVector a = (real)0.75 * v[4] - 3 * v[2], b = (real)0.75 * v[3] - 3 * v[1];
    const AscVector c = (real)3.75 * (v[4] - v[2]), e = (real)7.5 * (v[3] - v[1]);
    at[0] = (real)1.25 * v[2] - (real)0.25 * v[4] - v[0];
    at[1] = v[5] - 5 * v[3] + 4 * v[1];
    at[2] = a + b;
    at[3] = a - b;
    at[4] = c + e;
    at[5] = c - e;
}

ASC_INLINE void asc_winograd_map_5(const AscVector *v, AscVector *at)
{
    const AscVector a = v[4] - (real)0.5 * v[3] - 4 * v[2] + 2 * v[1],
                    b = v[5] - (real)0.5 * v[4] - 4 * v[3] + 2 * v[2];
    const AscVector c = 2 * v[4] - v[3] - 2 * v[2] + v[1],
                    e = v[5] - (real)0.5 * v[4] - v[3] + (real)0.5 * v[2];
    at[0] = (real)0.5 * (v[5] - 5 * v[3]) + 2 * v[1] - (real)0.25 * v[4] + (real)1.25 * v[2] - v[0];
    at[1] = v[6] - 5 * v[4] + 4 * v[2] - (real)0.5 * v[5] + (real)2.5 * v[3] - 2 * v[1];
    at[2] = (real)1.5 * (b + a);
    at[3] = (real)-0.5 * (b - a);
    at[4] = (real)2.5 * (e + c);
    at[5] = (real)-1.5 * (e - c);
    at[6] = v[5] - 5 * v[3] + 4 * v[1];
}

ASC_INLINE void asc_winograd_map_6(const AscVector *v, AscVector *at)
{
    const AscVector a = v[6] - (real)4.25 * v[4] + v[2], b = v[5] - (real)4.25 * v[3] + v[1];
    const AscVector c = v[6] - (real)1.25 * v[4] + (real)0.25 * v[2],
                    e = 2 * v[5] - (real)2.5 * v[3] + (real)0.5 * v[1];
    const AscVector f = v[6] - 5 * v[4] + 4 * v[2],
                    h = (real)0.5 * v[5] - (real)2.5 * v[3] + 2 * v[1];
    at[0] = v[6] - v[0] - (real)5.25 * (v[4] - v[2]);
    at[1] = v[7] - v[1] - (real)5.25 * (v[5] - v[3]);
    at[2] = a + b;
    at[3] = a - b;
    at[4] = c + e;
    at[5] = c - e;
    at[6] = f + h;
    at[7] = f - h;
}

/* In place: the `size` + 2 values of the map under `size` results, `step` vectors apart. */
ASC_INLINE void asc_winograd_map(AscVector *d, int step, int size)
{
    AscVector v[8], at[8];
    ASC_UNROLL
    for (int i = 0; i < size + 2; i++)
        v[i] = d[i * step];
    switch (size) {
    case 1: asc_winograd_map_1(v, at); break;
    case 2: asc_winograd_map_2(v, at); break;
    case 3: asc_winograd_map_3(v, at); break;
    case 4: asc_winograd_map_4(v, at); break;
    case 5: asc_winograd_map_5(v, at); break;
    default: asc_winograd_map_6(v, at);
    }
    ASC_UNROLL
    for (int i = 0; i < size + 2; i++)
        d[i * step] = at[i];
}

/* Three taps, `from` vectors apart, at the first `points` points, `step` apart, by factors of their own, -1, 1, -1/4.5 and so on: one
 * over the product of the distances from each point to the other finite ones. */
ASC_INLINE void asc_winograd_taps(AscVector *out, int step, const AscVector *tap, int from,
                                  int points)
{
    const AscVector g0 = tap[0], g1 = tap[from], g2 = tap[2 * from];
    const AscVector a = (g0 + g2) * (real)(-1 / 4.5), b = g1 * (real)(-1 / 4.5);
    const AscVector c = (g0 + 4 * g2) * (real)(1 / 90.0), e = g1 * (real)(2 / 90.0);
    out[0] = -g0;
    out[step] = g2;
    out[2 * step] = a + b;
    out[3 * step] = a - b;
    out[4 * step] = c + e;
    out[5 * step] = c - e;
    if (points == 8) {
        const AscVector f = (4 * g0 + g2) * (real)(8 / 45.0), h = g1 * (real)(16 / 45.0);
        out[6 * step] = f + h;
        out[7 * step] = f - h;
    }
}

/* The power of a point, 1, 2 or 1/2, by the number of its pair. */
ASC_INLINE real asc_winograd_power(int pair, int power)
{
    return pair == 0 ? 1 : pair == 1 ? (real)(1 << power) : 1 / (real)(1 << power);
}

/* `size` + 2 products, `from` vectors apart, to `size` values of the result, `step` apart. */
ASC_INLINE void asc_winograd_result(AscVector *out, int step, const AscVector *m, int from,
                                    int size)
{
    AscVector even[3], odd[3]; /* of a point and its negative: the last one may be alone */
    ASC_UNROLL
    for (int i = 0; i < size; i += 2) {
        const AscVector plus = m[(i + 2) * from];
        even[i / 2] = i + 1 < size ? plus + m[(i + 3) * from] : plus;
        odd[i / 2] = i + 1 < size ? plus - m[(i + 3) * from] : plus;
    }
    ASC_UNROLL
    for (int k = 0; k < size; k++) {
        AscVector sum = k % 2 ? odd[0] : even[0];
        ASC_UNROLL
        for (int i = 2; i < size; i += 2)
            sum += asc_winograd_power(i / 2, k) * (k % 2 ? odd[i / 2] : even[i / 2]);
        if (k == 0)
            sum += m[0];
        if (k == size - 1)
            sum += m[from];
        out[k * step] = sum;
    }
}

/* Of F(3 x 3, 6 x 6): `size` values of the gradient, `from` vectors apart, at `size` + 2 points.  Their factors are left to the
 * end. */
ASC_INLINE void asc_winograd_gradient(AscVector *out, int step, const AscVector *g, int from,
                                      int size)
{
    out[0] = g[0];
    out[step] = g[(size - 1) * from];
    ASC_UNROLL
    for (int i = 0; i < size; i += 2) {
        AscVector even = g[0], odd = g[0];
        ASC_UNROLL
        for (int k = 2; k < size; k += 2)
            even += asc_winograd_power(i / 2, k) * g[k * from];
        if (size > 1)
            odd = asc_winograd_power(i / 2, 1) * g[from];
        ASC_UNROLL
        for (int k = 3; k < size; k += 2)
            odd += asc_winograd_power(i / 2, k) * g[k * from];
        out[(i + 2) * step] = size > 1 ? even + odd : even;
        if (i + 1 < size)
            out[(i + 3) * step] = even - odd;
    }
}

/* The end of it: sums of products at the first `points` points, `from` vectors apart, to three taps, `step` apart.  A tile that
 * has fewer points has added nothing to the others. */
ASC_INLINE void asc_winograd_gradient_taps(AscVector *out, int step, const AscVector *m, int from,
                                           int points)
{
    const real one = (real)(-1 / 4.5), two = (real)(1 / 90.0), half = (real)(32 / 45.0);
    const AscVector s1 = (m[2 * from] + m[3 * from]) * one, t1 = (m[2 * from] - m[3 * from]) * one;
    const AscVector s2 = (m[4 * from] + m[5 * from]) * two, t2 = (m[4 * from] - m[5 * from]) * two;
    out[0] = s1 + s2 - m[0];
    out[step] = t1 + 2 * t2;
    out[2 * step] = s1 + 4 * s2 + m[from];
    if (points == 8) {
        const AscVector s3 = (m[6 * from] + m[7 * from]) * half,
                        t3 = (m[6 * from] - m[7 * from]) * half;
        out[0] += s3;
        out[step] += (real)0.5 * t3;
        out[2 * step] += (real)0.25 * s3;
    }
}

/* ---------------------------------------------------------------- of tiles, by how many results they have */

/* Asks for `rows` x `columns` pixels, those that the next tile of a row has and this one has not: they lie so far apart that
 * the processor does not foresee them, and memory takes longer than the turning.  Tiles with less than four columns
 * are the last of a row. */
ASC_INLINE void asc_winograd_request(const real *pixels, long row, long column, int rows,
                                     int columns)
{
    ASC_UNROLL
    for (int i = 0; i < rows * columns; i++)
        __builtin_prefetch(pixels + i / columns * row + i % columns * column, 0, 2);
}

/* All `sums` channels of the pixels under `high` x `wide` results, that lie `row` and `column` reals apart, to their planes,
 * which lie so: a point down, a point across. */
ASC_INLINE void asc_winograd_turn(const real *restrict map, long row, long column, int sums,
                                  real *restrict to, long down, long across, int high, int wide)
{
    for (int sum = 0; sum < sums; sum += ASC_LANES) {
        AscVector tile[64];
        ASC_UNROLL
        for (int i = 0; i < (high + 2) * 8; i++)
            if (i % 8 < wide + 2)
                tile[i] = asc_load(map + i / 8 * row + i % 8 * column + sum);
        if (wide >= 4)
            asc_winograd_request(map + (wide + 2) * column + sum, row, column, high + 2, wide);
        ASC_UNROLL
        for (int i = 0; i < wide + 2; i++)
            asc_winograd_map(tile + i, 8, high);
        ASC_UNROLL
        for (int i = 0; i < high + 2; i++)
            asc_winograd_map(tile + 8 * i, 1, wide);
        ASC_UNROLL
        for (int i = 0; i < (high + 2) * 8; i++)
            if (i % 8 < wide + 2)
                asc_store(to + sum + i / 8 * down + i % 8 * across, tile[i]);
    }
}

/* The sums of a tile in its planes to `high` x `wide` pixels of `panel` lanes, one behind the other in rows `row` reals apart. */
ASC_INLINE void asc_winograd_back(const real *restrict sums, long down, long across, int panel,
                                  real *restrict tile, int row, int high, int wide)
{
    for (int lane = 0; lane < panel; lane += ASC_LANES) {
        AscVector m[64], half[48], back[36];
        ASC_UNROLL
        for (int i = 0; i < (high + 2) * 8; i++)
            if (i % 8 < wide + 2)
                m[i] = asc_load(sums + i / 8 * down + i % 8 * across + lane);
        ASC_UNROLL
        for (int i = 0; i < wide + 2; i++)
            asc_winograd_result(half + i, 8, m + i, 8, high);
        ASC_UNROLL
        for (int i = 0; i < high; i++)
            asc_winograd_result(back + 6 * i, 1, half + 8 * i, 1, wide);
        ASC_UNROLL
        for (int i = 0; i < high * wide; i++)
            asc_store(tile + i / wide * row + i % wide * panel + lane,
                      back[i / wide * 6 + i % wide]);
    }
}

/* All channels of `high` x `wide` pixels of a gradient, that lie `row` and `column` reals apart, to their planes. */
ASC_INLINE void asc_winograd_turn_gradient(const real *restrict gradient, long row, long column,
                                           int channels, real *restrict to, long down, long across,
                                           int high, int wide)
{
    for (int channel = 0; channel < channels; channel += ASC_LANES) {
        AscVector tile[36], half[48], turned[64];
        ASC_UNROLL
        for (int i = 0; i < high * wide; i++)
            tile[i] = asc_load(gradient + i / wide * row + i % wide * column + channel);
        if (wide >= 4)
            asc_winograd_request(gradient + wide * column + channel, row, column, high, wide);
        ASC_UNROLL
        for (int i = 0; i < wide; i++)
            asc_winograd_gradient(half + i, 6, tile + i, wide, high);
        ASC_UNROLL
        for (int i = 0; i < high + 2; i++)
            asc_winograd_gradient(turned + 8 * i, 1, half + 6 * i, 1, wide);
        ASC_UNROLL
        for (int i = 0; i < (high + 2) * 8; i++)
            if (i % 8 < wide + 2)
                asc_store(to + channel + i / 8 * down + i % 8 * across, turned[i]);
    }
}

/* asc_winograd_turn_2x6() and the like: kernels name the few that they need, and others cost nothing. */
#define ASC_WINOGRAD_SIZE(high, wide)                                                              \
    ASC_SHARED void asc_winograd_turn_##high##x##wide(const real *map, long row, long column,      \
                                                      int sums, real *to, long down, long across)  \
    {                                                                                              \
        asc_winograd_turn(map, row, column, sums, to, down, across, high, wide);                   \
    }                                                                                              \
    ASC_SHARED void asc_winograd_back_##high##x##wide(const real *sums, long down, long across,    \
                                                      int panel, real *tile, int row)              \
    {                                                                                              \
        asc_winograd_back(sums, down, across, panel, tile, row, high, wide);                       \
    }                                                                                              \
    ASC_SHARED void asc_winograd_turn_gradient_##high##x##wide(const real *gradient, long row,     \
                                                               long column, int channels,          \
                                                               real *to, long down, long across)   \
    {                                                                                              \
        asc_winograd_turn_gradient(gradient, row, column, channels, to, down, across, high, wide); \
    }
#define ASC_WINOGRAD_SIZES(high)                                                                   \
    ASC_WINOGRAD_SIZE(high, 1)                                                                     \
    ASC_WINOGRAD_SIZE(high, 2)                                                                     \
    ASC_WINOGRAD_SIZE(high, 3)                                                                     \
    ASC_WINOGRAD_SIZE(high, 4)                                                                     \
    ASC_WINOGRAD_SIZE(high, 5)                                                                     \
    ASC_WINOGRAD_SIZE(high, 6)
ASC_WINOGRAD_SIZES(1)
ASC_WINOGRAD_SIZES(2)
ASC_WINOGRAD_SIZES(3)
ASC_WINOGRAD_SIZES(4)
ASC_WINOGRAD_SIZES(5)
ASC_WINOGRAD_SIZES(6)

/* ---------------------------------------------------------------- of taps, for tiles that have up to so many points */

/* A vector of lanes in the planes, the sum of `slots` of them that lie `slot` reals apart, to 3 x 3 taps. */
ASC_INLINE void asc_winograd_sum(const real *restrict sums, long slot, int slots, long plane,
                                 real *restrict taps, long row, long column, int points)
{
    AscVector m[64], half[24], back[9];
    for (int i = 0; i < points * points; i++) {
        m[i] = asc_load(sums + i * plane);
        for (int n = 1; n < slots; n++)
            m[i] += asc_load(sums + n * slot + i * plane);
    }
    ASC_UNROLL
    for (int i = 0; i < points; i++)
        asc_winograd_gradient_taps(half + i, 8, m + i, points, points);
    ASC_UNROLL
    for (int i = 0; i < 3; i++)
        asc_winograd_gradient_taps(back + 3 * i, 1, half + 8 * i, 1, points);
    ASC_UNROLL
    for (int i = 0; i < 9; i++)
        asc_store(taps + i / 3 * row + i % 3 * column, back[i]);
}

/* 3 x 3 taps of `panel` lanes, one behind the other, to the planes. */
ASC_INLINE void asc_winograd_turn_taps(const real *restrict taps, int panel, real *restrict to,
                                       long plane, int points)
{
    for (int lane = 0; lane < panel; lane += ASC_LANES) {
        AscVector tap[9], half[24], turned[64];
        ASC_UNROLL
        for (int i = 0; i < 9; i++)
            tap[i] = asc_load(taps + i * panel + lane);
        ASC_UNROLL
        for (int i = 0; i < 3; i++)
            asc_winograd_taps(half + i, 3, tap + i, 3, points);
        ASC_UNROLL
        for (int i = 0; i < points; i++)
            asc_winograd_taps(turned + points * i, 1, half + 3 * i, 1, points);
        ASC_UNROLL
        for (int i = 0; i < points * points; i++)
            asc_store(to + i * plane + lane, turned[i]);
    }
}

#define ASC_WINOGRAD_POINTS(points)                                                                \
    ASC_SHARED void asc_winograd_sum_##points(const real *sums, long slot, int slots, long plane,  \
                                              real *taps, long row, long column)                   \
    {                                                                                              \
        asc_winograd_sum(sums, slot, slots, plane, taps, row, column, points);                     \
    }                                                                                              \
    ASC_SHARED void asc_winograd_turn_taps_##points(const real *taps, int panel, real *to,         \
                                                    long plane)                                    \
    {                                                                                              \
        asc_winograd_turn_taps(taps, panel, to, plane, points);                                    \
    }
ASC_WINOGRAD_POINTS(6)
ASC_WINOGRAD_POINTS(8)

#endif
