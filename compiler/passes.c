/* passes.c: what a compilation can do without. */
#include "ascc.h"

#include <string.h>

enum { OWN_OPTION = 3 }; /* behind the levels of -O: none of them has the pass */

static const struct {
    const char *name, *about;
    int level;
} pass[PASSES] = {
#define PASS(name, level, about) [PASS_##name] = { #name, about, level },
#include "passes.def"
#undef PASS
};

unsigned passes_of(int level)
{
    unsigned passes = 0;
    for (Pass p = 0; p < PASSES; p++)
        if (pass[p].level <= level)
            passes |= 1u << p;
    return passes;
}

Pass pass_find(const char *name, size_t length)
{
    Pass p = 0;
    while (p < PASSES && (strlen(pass[p].name) != length || strncmp(pass[p].name, name, length)))
        p++;
    return p;
}

const char *pass_name(Pass p)
{
    return pass[p].name;
}

const char *pass_about(Pass p)
{
    return pass[p].about;
}

const char *pass_level(Pass p)
{
    static const char *const name[] = { "-O0", "-O1", "-O2", [OWN_OPTION] = "" };
    return name[pass[p].level];
}
