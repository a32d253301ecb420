/* blas.c: cures OpenBLAS's choice of kernels at start-up; denormals are flushed to zero. */
#include "blas.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* Of OpenBLAS; weak, so that a program without it links too. */
extern char *openblas_get_corename(void) __attribute__((weak));
extern void openblas_set_num_threads(int threads) __attribute__((weak));

static const char guard[] = "ASC_BLAS_RESTARTED";

const char *asc_blas_kernels(void)
{
    return openblas_get_corename ? openblas_get_corename() : "none";
}

#if defined(__x86_64__)
/* Kernels of the years of SSE; every other name stands for AVX or better. */
static int is_ancient(const char *kernels)
{
    static const char *const names[] = { "Prescott",  "Core2",  "Penryn",     "Dunnington",
                                         "Nehalem",   "Katmai", "Coppermine", "Northwood",
                                         "Banias",    "Atom",   "Athlon",     "Opteron",
                                         "Barcelona", "Bobcat", "Nano",       "generic",
                                         "Unknown" };

    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        if (strncasecmp(kernels, names[n], strlen(names[n])) == 0)
            return 1;
    }
    return 0;
}

const char *asc_blas_cure(const char *kernels)
{
    __builtin_cpu_init();
    if (!is_ancient(kernels))
        return NULL;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
        return "SkylakeX";
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? "Haswell" : NULL;
}
#else
const char *asc_blas_cure(const char *kernels)
{
    (void)kernels;
    return NULL;
}
#endif

void asc_blas_prepare(char **argv)
{
    const char *cure = asc_blas_cure(asc_blas_kernels());

    if (cure && !getenv(guard) && !getenv("OPENBLAS_CORETYPE") && setenv(guard, "1", 1) == 0 &&
        setenv("OPENBLAS_CORETYPE", cure, 1) == 0 && setenv("OPENBLAS_NUM_THREADS", "1", 1) == 0)
        execv("/proc/self/exe", argv);
    if (openblas_set_num_threads)
        openblas_set_num_threads(1);
}

void asc_blas_flush_denormals(void)
{
#if defined(__x86_64__)
    _mm_setcsr(_mm_getcsr() | 0x8040); /* flush to zero, denormals are zero */
#elif defined(__aarch64__)
    unsigned long control;

    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    __asm__ volatile("msr fpcr, %0" : : "r"(control | 1ul << 24));
#endif
}
