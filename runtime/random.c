/* random.c: samplers on top of the counter-based generator of random.h. */
#include "random.h"

#include <math.h>

#include "elementary.h"

uint64_t asc_random_stream(const char *name)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */

    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
    return asc_scramble(hash);
}

AscRandom asc_random_start(uint64_t seed, const char *stream, uint64_t step)
{
    return (AscRandom){ .seed = seed, .stream = asc_random_stream(stream), .step = step };
}

static uint64_t next_bits(AscRandom *random)
{
    return asc_mix(random->seed, random->stream, random->step, random->element++);
}

double asc_random_uniform(AscRandom *random)
{
    return (double)(next_bits(random) >> 11) * 0x1p-53;
}

/* Box and Muller 1958; one of the pair is used, so that a draw is always two elements. */
double asc_random_normal(AscRandom *random)
{
    double radius = sqrt(-2 * asc_double_log(1 - asc_random_uniform(random)));

    return radius * asc_double_cos_turns(asc_random_uniform(random));
}

/* log of a gamma variate of shape >= 1: Marsaglia and Tsang 2000. */
static double log_gamma_large(AscRandom *random, double shape)
{
    double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);

    for (;;) {
        double x = asc_random_normal(random);
        double v = 1 + c * x;
        double u = 1 - asc_random_uniform(random);

        if (v <= 0)
            continue;
        v = v * v * v;
        if (asc_double_log(u) < 0.5 * x * x + d - d * v + d * asc_double_log(v))
            return asc_double_log(d * v);
    }
}

/* In logarithms, because a small shape gives values below the smallest double. */
static double log_gamma(AscRandom *random, double shape)
{
    if (shape >= 1)
        return log_gamma_large(random, shape);
    return log_gamma_large(random, shape + 1) +
           asc_double_log(1 - asc_random_uniform(random)) / shape;
}

double asc_random_gamma(AscRandom *random, double shape)
{
    return asc_double_exp(log_gamma(random, shape));
}

double asc_random_beta(AscRandom *random, double a, double b)
{
    double x = log_gamma(random, a), y = log_gamma(random, b);

    return 1 / (1 + asc_double_exp(y - x));
}

uint64_t asc_random_below(AscRandom *random, uint64_t bound)
{
    uint64_t rejected = -bound % bound; /* 2^64 mod bound: the incomplete range */
    uint64_t bits;

    do {
        bits = next_bits(random);
    } while (bits < rejected);
    return bits % bound;
}

void asc_random_permutation(AscRandom *random, int *order, int count)
{
    for (int i = 0; i < count; i++)
        order[i] = i;
    for (int i = count - 1; i > 0; i--) { /* Fisher and Yates */
        int j = (int)asc_random_below(random, (uint64_t)i + 1), kept = order[i];

        order[i] = order[j];
        order[j] = kept;
    }
}
