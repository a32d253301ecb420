/* winograd.h: how Winograd's F(4 x 4, 3 x 3) turns tiles and taps, a row or a column of vectors at a time; after Lavin and
 * Gray 2016.  Part of asc_kernel.h.
 *
 * The points, in the order of the planes, are 0, infinity, 1, -1, 2 and -2: one row or column of a plane each.  A tile that
 * has `size` results along an axis asks for the first `size` + 2 of them, so that one at the edge of a map, with less than
 * four, has fewer planes, and the same turned taps. */
#ifndef ASC_WINOGRAD_H
#define ASC_WINOGRAD_H

/* Large, and the same for all kernels: not inlined. */
#define ASC_SHARED static __attribute__((noinline, unused))

/* ---------------------------------------------------------------- where tiles lie */

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
                       .down_points = down ? down + 2 : 6,
                       .across_points = across ? across + 2 : 6 };
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

/* The tiles that have plane `plane`: from the first one to the one behind the last. */
ASC_INLINE int asc_tiles_begin(const AscTiles *t, int plane)
{
    return plane % 6 < t->across_points ? 0 : t->inner;
}

ASC_INLINE int asc_tiles_end(const AscTiles *t, int plane)
{
    return plane / 6 >= t->down_points     ? t->bottom
           : plane % 6 >= t->across_points ? t->corner
                                           : t->all;
}

/* ---------------------------------------------------------------- in 1 dimension */

/* In place: the `size` + 2 values of the map under `size` results, `step` vectors apart. */
ASC_INLINE void asc_winograd_map(AscVector *d, int step, int size)
{
    const AscVector d0 = d[0], d1 = d[step], d2 = d[2 * step];
    if (size == 1) {
        d[0] = 4 * (d0 - d1);
        d[step] = d2 - d1;
        d[2 * step] = -6 * d1;
        return;
    }
    const AscVector d3 = d[3 * step];
    if (size == 2) {
        d[0] = 4 * (d0 - d2);
        d[step] = d3 - d1;
        d[2 * step] = -3 * (d1 + d2);
        d[3 * step] = 3 * (d1 - d2);
        return;
    }
    const AscVector d4 = d[4 * step], odd = d3 - d1;
    if (size == 3) {
        d[0] = 4 * (d0 - d2) + 2 * odd;
        d[step] = d4 - d2 - 2 * odd;
        d[2 * step] = 3 * (d3 - d2 - 2 * d1);
        d[3 * step] = d3 - 3 * d2 + 2 * d1;
        d[4 * step] = 4 * odd;
        return;
    }
    const AscVector d5 = d[5 * step];
    const AscVector a = d4 - 4 * d2, b = d3 - 4 * d1, c = d4 - d2, e = 2 * odd;
    d[0] = 4 * d0 - 5 * d2 + d4;
    d[step] = 4 * d1 - 5 * d3 + d5;
    d[2 * step] = a + b;
    d[3 * step] = a - b;
    d[4 * step] = c + e;
    d[5 * step] = c - e;
}

/* Three taps, `from` vectors apart, to six values, `step` apart. */
ASC_INLINE void asc_winograd_taps(AscVector *out, int step, const AscVector *tap, int from)
{
    const AscVector g0 = tap[0], g1 = tap[from], g2 = tap[2 * from];
    const AscVector a = (g0 + g2) * (real)(-1.0 / 6), b = g1 * (real)(1.0 / 6);
    const AscVector c = g0 * (real)(1.0 / 24) + g2 * (real)(1.0 / 6), e = g1 * (real)(1.0 / 12);
    out[0] = g0 * (real)0.25;
    out[step] = g2;
    out[2 * step] = a - b;
    out[3 * step] = a + b;
    out[4 * step] = c + e;
    out[5 * step] = c - e;
}

/* `size` + 2 products, `from` vectors apart, to `size` values of the result, `step` apart. */
ASC_INLINE void asc_winograd_result(AscVector *out, int step, const AscVector *m, int from,
                                    int size)
{
    const AscVector zero = m[0], infinity = m[from], one = m[2 * from];
    if (size == 1) {
        out[0] = zero + one + infinity;
        return;
    }
    const AscVector s1 = one + m[3 * from], s2 = one - m[3 * from];
    if (size == 2) {
        out[0] = zero + s1;
        out[step] = s2 + infinity;
        return;
    }
    const AscVector two = m[4 * from];
    if (size == 3) {
        out[0] = zero + s1 + two;
        out[step] = s2 + 2 * two;
        out[2 * step] = s1 + 4 * two + infinity;
        return;
    }
    const AscVector s3 = two + m[5 * from], s4 = two - m[5 * from];
    out[0] = zero + s1 + s3;
    out[step] = s2 + 2 * s4;
    out[2 * step] = s1 + 4 * s3;
    out[3 * step] = s2 + 8 * s4 + infinity;
}

/* Of F(3 x 3, 4 x 4): `size` values of the gradient, `from` vectors apart, to `size` + 2.  The factors of the points, 1/4, 1,
 * -1/6, -1/6, 1/24 and 1/24, are left to the end. */
ASC_INLINE void asc_winograd_gradient(AscVector *out, int step, const AscVector *g, int from,
                                      int size)
{
    const AscVector g0 = g[0];
    out[0] = g0;
    out[step] = g[(size - 1) * from];
    if (size == 1) {
        out[2 * step] = g0;
        return;
    }
    const AscVector g1 = g[from];
    if (size == 2) {
        out[2 * step] = g0 + g1;
        out[3 * step] = g0 - g1;
        return;
    }
    const AscVector g2 = g[2 * from], a = g0 + g2, c = g0 + 4 * g2;
    if (size == 3) {
        out[2 * step] = a + g1;
        out[3 * step] = a - g1;
        out[4 * step] = c + 2 * g1;
        return;
    }
    const AscVector g3 = g[3 * from], b = g1 + g3, d = 2 * g1 + 8 * g3;
    out[2 * step] = a + b;
    out[3 * step] = a - b;
    out[4 * step] = c + d;
    out[5 * step] = c - d;
}

/* The end of it: six sums of products, `from` vectors apart, to three taps, `step` apart.  A tile that has fewer points has added
 * nothing to the others. */
ASC_INLINE void asc_winograd_gradient_taps(AscVector *out, int step, const AscVector *m, int from)
{
    const AscVector s1 = (m[2 * from] + m[3 * from]) * (real)(-1.0 / 6),
                    s2 = (m[2 * from] - m[3 * from]) * (real)(-1.0 / 6),
                    s3 = (m[4 * from] + m[5 * from]) * (real)(1.0 / 24),
                    s4 = (m[4 * from] - m[5 * from]) * (real)(1.0 / 24);
    out[0] = m[0] * (real)0.25 + s1 + s3;
    out[step] = s2 + 2 * s4;
    out[2 * step] = s1 + 4 * s3 + m[from];
}

/* ---------------------------------------------------------------- of tiles, by how many results they have */

/* Asks for `rows` x 4 pixels, those that the next tile of a row has and this one has not: they lie so far apart that
 * the processor does not foresee them, and memory takes longer than the turning. */
ASC_INLINE void asc_winograd_request(const real *pixels, long row, long column, int rows)
{
    ASC_UNROLL
    for (int i = 0; i < 4 * rows; i++)
        __builtin_prefetch(pixels + i / 4 * row + i % 4 * column, 0, 2);
}

/* All `sums` channels of the pixels under `high` x `wide` results, that lie `row` and `column` reals apart, to their planes. */
ASC_INLINE void asc_winograd_turn(const real *restrict map, long row, long column, int sums,
                                  real *restrict to, long plane, int high, int wide)
{
    for (int sum = 0; sum < sums; sum += ASC_LANES) {
        AscVector tile[36];
        ASC_UNROLL
        for (int i = 0; i < (high + 2) * 6; i++)
            if (i % 6 < wide + 2)
                tile[i] = asc_load(map + i / 6 * row + i % 6 * column + sum);
        if (wide == 4)
            asc_winograd_request(map + 6 * column + sum, row, column, high + 2);
        ASC_UNROLL
        for (int i = 0; i < wide + 2; i++)
            asc_winograd_map(tile + i, 6, high);
        ASC_UNROLL
        for (int i = 0; i < high + 2; i++)
            asc_winograd_map(tile + 6 * i, 1, wide);
        ASC_UNROLL
        for (int i = 0; i < (high + 2) * 6; i++)
            if (i % 6 < wide + 2)
                asc_store(to + sum + i * plane, tile[i]);
    }
}

/* The sums of a tile in its planes to `high` x `wide` of 4 x 4 pixels of `panel` lanes, one behind the other. */
ASC_INLINE void asc_winograd_back(const real *restrict sums, long plane, int panel,
                                  real *restrict tile, int high, int wide)
{
    for (int lane = 0; lane < panel; lane += ASC_LANES) {
        AscVector m[36], half[24], back[16];
        ASC_UNROLL
        for (int i = 0; i < (high + 2) * 6; i++)
            if (i % 6 < wide + 2)
                m[i] = asc_load(sums + i * plane + lane);
        ASC_UNROLL
        for (int i = 0; i < wide + 2; i++)
            asc_winograd_result(half + i, 6, m + i, 6, high);
        ASC_UNROLL
        for (int i = 0; i < high; i++)
            asc_winograd_result(back + 4 * i, 1, half + 6 * i, 1, wide);
        ASC_UNROLL
        for (int i = 0; i < high * 4; i++)
            if (i % 4 < wide)
                asc_store(tile + i * panel + lane, back[i]);
    }
}

/* All channels of `high` x `wide` pixels of a gradient, that lie `row` and `column` reals apart, to their planes. */
ASC_INLINE void asc_winograd_turn_gradient(const real *restrict gradient, long row, long column,
                                           int channels, real *restrict to, long plane, int high,
                                           int wide)
{
    for (int channel = 0; channel < channels; channel += ASC_LANES) {
        AscVector tile[16], half[24], turned[36];
        ASC_UNROLL
        for (int i = 0; i < high * 4; i++)
            if (i % 4 < wide)
                tile[i] = asc_load(gradient + i / 4 * row + i % 4 * column + channel);
        if (wide == 4)
            asc_winograd_request(gradient + 4 * column + channel, row, column, high);
        ASC_UNROLL
        for (int i = 0; i < wide; i++)
            asc_winograd_gradient(half + i, 4, tile + i, 4, high);
        ASC_UNROLL
        for (int i = 0; i < high + 2; i++)
            asc_winograd_gradient(turned + 6 * i, 1, half + 4 * i, 1, wide);
        ASC_UNROLL
        for (int i = 0; i < (high + 2) * 6; i++)
            if (i % 6 < wide + 2)
                asc_store(to + channel + i * plane, turned[i]);
    }
}

/* asc_winograd_turn_2x4() and the like: kernels name the few that they need, and others cost nothing. */
#define ASC_WINOGRAD_SIZE(high, wide)                                                              \
    ASC_SHARED void asc_winograd_turn_##high##x##wide(const real *map, long row, long column,      \
                                                      int sums, real *to, long plane)              \
    {                                                                                              \
        asc_winograd_turn(map, row, column, sums, to, plane, high, wide);                          \
    }                                                                                              \
    ASC_SHARED void asc_winograd_back_##high##x##wide(const real *sums, long plane, int panel,     \
                                                      real *tile)                                  \
    {                                                                                              \
        asc_winograd_back(sums, plane, panel, tile, high, wide);                                   \
    }                                                                                              \
    ASC_SHARED void asc_winograd_turn_gradient_##high##x##wide(                                    \
        const real *gradient, long row, long column, int channels, real *to, long plane)           \
    {                                                                                              \
        asc_winograd_turn_gradient(gradient, row, column, channels, to, plane, high, wide);        \
    }
#define ASC_WINOGRAD_SIZES(high)                                                                   \
    ASC_WINOGRAD_SIZE(high, 1)                                                                     \
    ASC_WINOGRAD_SIZE(high, 2)                                                                     \
    ASC_WINOGRAD_SIZE(high, 3)                                                                     \
    ASC_WINOGRAD_SIZE(high, 4)
ASC_WINOGRAD_SIZES(1)
ASC_WINOGRAD_SIZES(2)
ASC_WINOGRAD_SIZES(3)
ASC_WINOGRAD_SIZES(4)

/* ---------------------------------------------------------------- of taps */

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
