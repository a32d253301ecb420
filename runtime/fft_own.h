/* fft_own.h: what fft.c and complex_fft.c share: complex transforms of many signals side by
 * side. */
#ifndef ASC_FFT_OWN_H
#define ASC_FFT_OWN_H

#include "fft.h"

/* A number of every signal; may_alias because callers see arrays of reals.  The alignment is
 * told, because gcc's own depends on the instructions it may use. */
typedef real AscLanes __attribute__((vector_size(sizeof(real) * ASC_FFT_LANES),
                                     aligned(sizeof(real) * ASC_FFT_LANES), may_alias));

typedef struct AscLanePair {
    AscLanes re, im;
} __attribute__((may_alias)) AscLanePair;

/* For functions of many operations on lanes: the compiler makes one for each vector width, and
 * the processor's is chosen when the program starts (before the sanitizers are ready, hence not
 * there). */
#ifdef __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define ASC_SANITIZED
#endif
#endif
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(ASC_SANITIZED) &&                    \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define ASC_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define ASC_CLONES
#endif
#define ASC_INSIDE static inline __attribute__((always_inline))

typedef struct AscComplexFft AscComplexFft;

/* NULL: no memory. */
AscComplexFft *asc_complex_fft_create(int size);
void asc_complex_fft_destroy(AscComplexFft *fft);

/* Transforms data [size], which is overwritten; the result lies in data or in the plan. */
const AscLanePair *asc_complex_fft_run(AscComplexFft *fft, AscLanePair *data);

/* Zeroed, aligned; freed with free(). */
AscLanePair *asc_lane_pairs(int count);

/* exp(-2 pi sqrt(-1) k / size), rounded once. */
void asc_unit_root(long long k, long long size, real root[2]);

#endif
