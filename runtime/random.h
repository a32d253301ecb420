/* random.h: counter-based random numbers: every one is a function of (seed, stream, step,
 * element), so that nothing depends on threads or on the order of work, and a stopped run
 * continues as if it had never stopped. Included by generated code too: no dependencies but the
 * C standard headers. */
#ifndef ASC_RANDOM_H
#define ASC_RANDOM_H

#include <stdint.h>

/* The finaliser of SplitMix64 (Steele, Lea, Flood 2014; constants of Stafford's mix 13): a
 * bijection of 64 bits. */
static inline uint64_t asc_scramble(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* 64 random bits.  The first three words are folded into a key; with it the elements 0, 1, 2, ..
 * are the outputs of SplitMix64 (a Weyl sequence of the golden ratio, scrambled), so a loop over
 * `element` costs one scramble each. */
static inline uint64_t asc_mix(uint64_t seed, uint64_t stream, uint64_t step, uint64_t element)
{
    const uint64_t golden = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t key = asc_scramble(seed + golden);

    key = asc_scramble(key + golden * (stream + 1));
    key = asc_scramble(key + golden * (step + 1));
    return asc_scramble(key + golden * (element + 1));
}

/* Uniform on [0, 1), a multiple of 2^-53. */
static inline double asc_uniform(uint64_t seed, uint64_t stream, uint64_t step, uint64_t element)
{
    return (double)(asc_mix(seed, stream, step, element) >> 11) * 0x1p-53;
}

/* A sequence of draws for samplers that need a varying count of numbers; `element` is the next
 * one. */
typedef struct AscRandom {
    uint64_t seed, stream, step, element;
} AscRandom;

/* The stream of a name ("shuffle", "e.dense.weight"): a hash, so that adding a stream leaves the
 * others alone. */
uint64_t asc_random_stream(const char *name);

AscRandom asc_random_start(uint64_t seed, const char *stream, uint64_t step);

double asc_random_uniform(AscRandom *random);                  /* [0, 1) */
double asc_random_normal(AscRandom *random);                   /* mean 0, variance 1 */
double asc_random_gamma(AscRandom *random, double shape);      /* shape > 0, scale 1 */
double asc_random_beta(AscRandom *random, double a, double b); /* a, b > 0 */
uint64_t asc_random_below(AscRandom *random,
                          uint64_t bound); /* 0 .. bound - 1, unbiased; bound > 0 */

/* Fills order[0 .. count - 1] with a random permutation of 0 .. count - 1. */
void asc_random_permutation(AscRandom *random, int *order, int count);

#endif
