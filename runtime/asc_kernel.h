/* asc_kernel.h: what generated kernels are written in: vectors, elementary functions, addresses in the arena. */
#ifndef ASC_KERNEL_H
#define ASC_KERNEL_H

#include "asc.h"
#include "elementary.h"
#include "random.h"

#include <math.h>
#include <omp.h>
#include <string.h>
#include <time.h>

#ifdef __clang__
#define ASC_UNROLL _Pragma("clang loop unroll(full)")
#else
#define ASC_UNROLL _Pragma("GCC unroll 64")
#endif
/* Kernels that other kernels call: gcc 12 takes some of them for functions that write nothing, after
 * it has changed their addresses (-fivopts), and leaves out their calls. */
#if defined(__has_attribute)
#if __has_attribute(noipa)
#define ASC_OPAQUE __attribute__((noipa))
#endif
#endif
#ifndef ASC_OPAQUE
#define ASC_OPAQUE
#endif
#define ASC_INLINE static inline __attribute__((always_inline, unused))

/* ASC_VECTOR bytes a vector; generated code defines it for its target (none: plain loops only). */
#ifdef ASC_VECTOR
typedef real AscVector __attribute__((vector_size(ASC_VECTOR)));
typedef real AscUnaligned
    __attribute__((vector_size(ASC_VECTOR), aligned(sizeof(real)), may_alias));
enum { ASC_LANES = ASC_VECTOR / sizeof(real) };
ASC_INLINE AscVector asc_load(const real *p)
{
    return *(const AscUnaligned *)p;
}
ASC_INLINE void asc_store(real *p, AscVector v)
{
    *(AscUnaligned *)p = v;
}
#if ASC_VECTOR > 16
/* Four lanes, for what has no more: of a wider vector, most would be stored for nothing. */
typedef real AscQuad __attribute__((vector_size(4 * sizeof(real))));
typedef real AscUnalignedQuad
    __attribute__((vector_size(4 * sizeof(real)), aligned(sizeof(real)), may_alias));
ASC_INLINE AscQuad asc_load_quad(const real *p)
{
    return *(const AscUnalignedQuad *)p;
}
ASC_INLINE void asc_store_quad(real *p, AscQuad v)
{
    *(AscUnalignedQuad *)p = v;
}
#endif
/* All ones where true. */
#ifdef ASC_REAL_DOUBLE
typedef int64_t AscMask __attribute__((vector_size(ASC_VECTOR)));
#else
typedef int32_t AscMask __attribute__((vector_size(ASC_VECTOR)));
#endif
typedef uint8_t AscBytes __attribute__((vector_size(ASC_VECTOR / sizeof(real))));
ASC_INLINE AscVector asc_choose(AscMask mask, AscVector a, AscVector b)
{
    return (AscVector)(((AscMask)a & mask) | ((AscMask)b & ~mask));
}
ASC_INLINE void asc_store_bytes(uint8_t *p, AscMask v)
{
    const AscBytes bytes = __builtin_convertvector(v, AscBytes);
    memcpy(p, &bytes, sizeof bytes);
}
/* Of all lanes: first of those half a vector apart, and so on. */
ASC_INLINE real asc_sum(AscVector v)
{
    real part[ASC_LANES];
    asc_store(part, v);
    ASC_UNROLL
    for (int half = ASC_LANES / 2; half > 0; half /= 2) {
        ASC_UNROLL
        for (int i = 0; i < half; i++)
            part[i] += part[i + half];
    }
    return part[0];
}

#include "winograd.h"
#endif

/* Rounds of independent multiply-adds that never leave the registers: the most that this target can do.  Returns the
 * number of floating point operations. */
static double __attribute__((unused, noinline)) asc_probe(int rounds)
{
#ifdef ASC_VECTOR
    enum { SUMS = ASC_VECTOR == 32 ? 12 : 24, LANES = ASC_LANES };
    typedef AscVector Lanes;
#else
    enum { SUMS = 12, LANES = 16 / sizeof(real) };
    typedef real Lanes __attribute__((vector_size(16)));
#endif
    volatile real factor = (real)0.999, term = (real)1e-3, sink;
    const Lanes a = (Lanes){ 0 } + factor, b = (Lanes){ 0 } + term;
    Lanes sum[SUMS], total = { 0 };
    for (int j = 0; j < SUMS; j++)
        sum[j] = a + (real)j;
    for (int i = 0; i < rounds; i++) {
        ASC_UNROLL
        for (int j = 0; j < SUMS; j++)
            sum[j] = sum[j] * a + b;
    }
    for (int j = 0; j < SUMS; j++)
        total += sum[j];
    sink = total[0];
    (void)sink;
    return 2.0 * SUMS * LANES * rounds;
}

/* Arrays in the arena: one for the whole call, or `bytes` for every example of its capacity. */
#define ASC_CONSTANT(type, bytes) ((type *)(void *)(call->arena + (bytes)))
#define ASC_EXAMPLES(type, constant, bytes)                                                        \
    ((type *)(void *)(call->arena + (constant) + (size_t)(bytes) * (size_t)call->capacity))

/* What the calling thread works in. */
#define ASC_ROOM(bytes) ((real *)(void *)(call->room + (size_t)omp_get_thread_num() * (bytes)))

/* At the start of a kernel for one step of a scan.  GCC 12 at -O1 loses sight of what a vectorised loop writes, takes
 * the function for one without effects, and drops its calls: the empty asm is an effect that costs nothing. */
#define ASC_STEP(i)                                                                                \
    (void)(i);                                                                                     \
    __asm__ volatile("")

/* Asks for a row of memory that will soon be read, or written. */
ASC_INLINE void asc_request_read(const real *p, int count)
{
    for (int i = 0; i < count; i += 64 / (int)sizeof(real))
        __builtin_prefetch(p + i, 0, 2);
}
ASC_INLINE void asc_request_write(const real *p, int count)
{
    for (int i = 0; i < count; i += 64 / (int)sizeof(real))
        __builtin_prefetch(p + i, 1, 2);
}

/* NaN where one of both is; where b is a constant, one comparison is left. */
ASC_INLINE real asc_larger(real a, real b)
{
    return b > a || b != b ? b : a;
}
ASC_INLINE real asc_smaller(real a, real b)
{
    return b < a || b != b ? b : a;
}
ASC_INLINE int asc_min(int a, int b)
{
    return a < b ? a : b;
}
ASC_INLINE int asc_clamp(int i, int lo, int hi)
{
    return i < lo ? lo : i > hi ? hi : i;
}

ASC_INLINE double asc_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Those of doubles that elementary.h has not; the C library rounds them as it likes. */
ASC_INLINE double asc_double_sqrt(double x)
{
    return __builtin_sqrt(x);
}
ASC_INLINE double asc_double_sin(double x)
{
    return sin(x);
}
ASC_INLINE double asc_double_cos(double x)
{
    return cos(x);
}
ASC_INLINE double asc_double_erf(double x)
{
    return erf(x);
}
ASC_INLINE double asc_double_pow(double x, double y)
{
    return pow(x, y);
}

#ifdef ASC_REAL_DOUBLE
ASC_INLINE real asc_exp(real x)
{
    return asc_double_exp(x);
}
ASC_INLINE real asc_log(real x)
{
    return asc_double_log(x);
}
ASC_INLINE real asc_sqrt(real x)
{
    return asc_double_sqrt(x);
}
ASC_INLINE real asc_tanh(real x)
{
    return asc_double_tanh(x);
}
ASC_INLINE real asc_sigmoid(real x)
{
    return asc_double_sigmoid(x);
}
ASC_INLINE real asc_erf(real x)
{
    return asc_double_erf(x);
}
ASC_INLINE real asc_sin(real x)
{
    return asc_double_sin(x);
}
ASC_INLINE real asc_cos(real x)
{
    return asc_double_cos(x);
}
ASC_INLINE real asc_pow(real x, real y)
{
    return asc_double_pow(x, y);
}
#else
/* The single precision functions have no branch and no table, so that loops over them become vector code.
 * Errors are at most a few units in the last place; polynomials after Moshier's Cephes library. */

/* exp; x below -87.3 gives 1.2e-38, x above 88.7 gives 3.4e38.  Adding 1.5 * 2^23 rounds to whole numbers. */
ASC_INLINE real asc_exp(real x)
{
    x = x < -87.3f ? -87.3f : x; /* one at a time: gcc 12 makes branches of two */
    x = x > 88.7f ? 88.7f : x;
    const float n = (x * 1.44269504f + 12582912.f) - 12582912.f;
    const float r = x - n * 0.693359375f + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1;
    uint32_t bits;
    memcpy(&bits, &p, 4);
    bits += (uint32_t)(int32_t)n * 0x800000; /* times 2^n */
    memcpy(&p, &bits, 4);
    return p;
}

/* Natural logarithm; 0 gives -inf, a negative number NaN. */
ASC_INLINE real asc_log(real x)
{
    uint32_t bits;
    memcpy(&bits, &x, 4);
    const int32_t exponent = (int32_t)(bits - 0x3f3504f3) >>
                             23; /* mantissa in [sqrt(1/2), sqrt(2)) */
    const uint32_t mantissa = bits - (uint32_t)exponent * 0x800000;
    float m;
    memcpy(&m, &mantissa, 4);
    const float r = m - 1, e = (float)exponent, z = r * r;
    float p = 7.0376836292e-2f;
    p = p * r - 1.1514610310e-1f;
    p = p * r + 1.1676998740e-1f;
    p = p * r - 1.2420140846e-1f;
    p = p * r + 1.4249322787e-1f;
    p = p * r - 1.6668057665e-1f;
    p = p * r + 2.0000714765e-1f;
    p = p * r - 2.4999993993e-1f;
    p = p * r + 3.3333331174e-1f;
    float y = r + (p * r * z - 2.12194440e-4f * e - 0.5f * z) + 0.693359375f * e;
    y = x <= 3.40282347e38f ? y : x;
    const float least = x == 0 ? -__builtin_inff() : __builtin_nanf("");
    return x > 0 ? y : least;
}

ASC_INLINE real asc_sqrt(real x)
{
    return __builtin_sqrtf(x);
}

ASC_INLINE real asc_tanh(real x)
{
    const float z = x * x, large = 1 - 2 / (asc_exp(2 * __builtin_fabsf(x)) + 1);
    float p = -5.70498872745e-3f;
    p = p * z + 2.06390887954e-2f;
    p = p * z - 5.37397155531e-2f;
    p = p * z + 1.33314422036e-1f;
    p = p * z - 3.33332819422e-1f;
    const float small = p * z * x + x;
    return z < 0.390625f ? small : __builtin_copysignf(large, x);
}

ASC_INLINE real asc_sigmoid(real x)
{
    return 1 / (1 + asc_exp(-x));
}

/* Beyond 1 after Abramowitz & Stegun, 7.1.26. */
ASC_INLINE real asc_erf(real x)
{
    const float a = x < 0 ? -x : x, z = x * x, t = 1 / (1 + 0.3275911f * a);
    float p = 7.853861353e-5f;
    p = p * z - 8.010193625e-4f;
    p = p * z + 5.188327685e-3f;
    p = p * z - 2.685381193e-2f;
    p = p * z + 1.128358514e-1f;
    p = p * z - 3.761262582e-1f;
    p = p * z + 1.128379166f;
    float q = 1.061405429f;
    q = q * t - 1.453152027f;
    q = q * t + 1.421413741f;
    q = q * t - 0.284496736f;
    q = q * t + 0.254829592f;
    const float large = 1 - q * t * asc_exp(-z);
    const float signed_large = x < 0 ? -large : large;
    return a < 1 ? p * x : signed_large;
}
ASC_INLINE real asc_sin(real x)
{
    return __builtin_sinf(x);
}
ASC_INLINE real asc_cos(real x)
{
    return __builtin_cosf(x);
}
ASC_INLINE real asc_pow(real x, real y)
{
    return __builtin_powf(x, y);
}
#endif

/* c [rows, columns] = a [rows, depth] * b, in the calling thread, by OpenBLAS (runtime/blas_product.c).  Rows lie row_a,
 * row_b and row_c reals apart; b is [depth, columns], or turned: [columns, depth]. */
void asc_blas_product(int rows, int columns, int depth, const real *a, long row_a, const real *b,
                      long row_b, bool turned, real *c, long row_c);

/* Where a kernel stands: it begins a phase (behind a barrier), begins a chain of its own beside those of the phase, or
 * follows the one before it in the same chunk. */
typedef enum AscPosition { ASC_PHASE, ASC_BESIDE, ASC_BEHIND } AscPosition;

/* A kernel of a program: run(call, chunk) for every chunk, in any order and on any thread. */
typedef struct AscStepKernel {
    void (*run)(const AscCall *call, int chunk);
    int chunks; /* negative: some for every so many examples */
    int pieces; /* so many */
    AscPosition position;
} AscStepKernel;

ASC_INLINE int asc_chunks(const AscStepKernel *kernel, int examples)
{
    const int chunks = kernel->chunks;
    return chunks > 0 ? chunks : (examples - chunks - 1) / -chunks * kernel->pieces;
}

/* The n-th chunk of the phase first .. end: finds its chain, and runs the kernels of it one behind the other. */
ASC_INLINE void asc_run_chunk(const AscCall *call, const AscStepKernel *kernel, int first, int end,
                              int n)
{
    int chain = first;
    while (n >= asc_chunks(&kernel[chain], call->examples)) {
        n -= asc_chunks(&kernel[chain], call->examples);
        do
            chain++;
        while (chain < end && kernel[chain].position == ASC_BEHIND);
    }
    do
        kernel[chain++].run(call, n);
    while (chain < end && kernel[chain].position == ASC_BEHIND);
}

/* Runs the phases from kernel `begin` on one after the other, the chunks of each side by side.  With `seconds`, every
 * kernel is a phase of its own, and its time is added up. */
ASC_INLINE void asc_run_kernels(const AscCall *call, const AscStepKernel *kernel, int begin,
                                int kernels, double *seconds)
{
    double before = seconds ? asc_seconds() : 0;
#pragma omp parallel num_threads(asc_min(call->threads, omp_get_max_threads()))
    for (int first = begin, end; first < kernels; first = end) {
        int chunks = asc_chunks(&kernel[first], call->examples);
        for (end = first + 1; !seconds && end < kernels && kernel[end].position != ASC_PHASE; end++)
            if (kernel[end].position == ASC_BESIDE)
                chunks += asc_chunks(&kernel[end], call->examples);
#pragma omp for schedule(dynamic, 1)
        for (int chunk = 0; chunk < chunks; chunk++)
            asc_run_chunk(call, kernel, first, end, chunk);
        if (seconds) {
#pragma omp master
            {
                const double now = asc_seconds();
                seconds[first] += now - before;
                before = now;
            }
#pragma omp barrier
        }
    }
}

#endif
