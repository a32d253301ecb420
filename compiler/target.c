/* target.c: the processors that code is made for.
 *
 * A vector is written in GNU C, so every target compiles everywhere; the options only let the C compiler use the
 * instructions. */
#include "ascc.h"

#include <string.h>

/* Widest first: the order in which target_native() looks.  The options of avx512 and avx2 are those of the oldest
 * processor that has the whole set. */
static const Target targets[] = {
    { "avx512", 64, 32, "-march=skylake-avx512 -mprefer-vector-width=512" },
    { "avx2", 32, 16, "-march=haswell" },
    { "neon", 16, 32, "" },
    { "scalar", 0, 0, "" },
};

enum { TARGETS = sizeof targets / sizeof targets[0] };

static bool runs_here(const char *name)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_cpu_init();
    if (strcmp(name, "avx512") == 0)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
               __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512vl");
    if (strcmp(name, "avx2") == 0)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
               __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
#elif defined(__aarch64__)
    if (strcmp(name, "neon") == 0)
        return true;
#endif
    return strcmp(name, "scalar") == 0;
}

const Target *target_native(void)
{
    int i = 0;
    while (!runs_here(targets[i].name))
        i++;
    return &targets[i];
}

const Target *target_find(const char *name)
{
    if (strcmp(name, "native") == 0)
        return target_native();
    for (int i = 0; i < TARGETS; i++)
        if (strcmp(name, targets[i].name) == 0)
            return &targets[i];
    return NULL;
}
