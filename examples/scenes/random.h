/* random.h: the random numbers of the scenes.  Every draw comes from a key made of the seed and of
 * what is drawn (location, recording, ingredient), so the order in which files are made, or the
 * count of threads, changes nothing. */
#ifndef SCENES_RANDOM_H
#define SCENES_RANDOM_H

#include <math.h>
#include <stdint.h>

typedef struct Random {
    uint64_t state;
} Random;

/* Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014: the finaliser of
 * SplitMix64. */
static inline uint64_t random_mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static inline uint64_t random_key(uint64_t parent, uint64_t child)
{
    return random_mix(parent + UINT64_C(0x9e3779b97f4a7c15) * (child + 1));
}

static inline Random random_from(uint64_t key)
{
    return (Random){ random_mix(key + UINT64_C(0x632be59bd9b4e019)) };
}

static inline uint64_t random_next(Random *r)
{
    return random_mix(r->state += UINT64_C(0x9e3779b97f4a7c15));
}

/* in [0, 1) */
static inline float random_unit(Random *r)
{
    return (float)(random_next(r) >> 40) * 0x1p-24f;
}

static inline float random_between(Random *r, float low, float high)
{
    return low + (high - low) * random_unit(r);
}

/* even in the logarithm; 0 < low <= high */
static inline float random_ratio(Random *r, float low, float high)
{
    return low * powf(high / low, random_unit(r));
}

static inline int random_below(Random *r, int count)
{
    return (int)((random_next(r) >> 32) * (uint64_t)count >> 32);
}

/* the wait for the next event of a Poisson process of `rate` events a second */
static inline float random_wait(Random *r, float rate)
{
    return -logf(1 - random_unit(r)) / rate;
}

/* White noise in [-1, 1): Marsaglia's xorshift; the state is never 0. */
typedef struct Noise {
    uint32_t state;
} Noise;

static inline Noise noise_from(Random *r)
{
    return (Noise){ (uint32_t)(random_next(r) >> 32) | 1 };
}

static inline float noise_next(Noise *n)
{
    uint32_t x = n->state;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    n->state = x;
    return (float)(int32_t)x * 0x1p-31f;
}

#endif
