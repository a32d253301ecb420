/* scratch.h: a folder for a test's files, removed with all that is in it. */
#ifndef SCRATCH_H
#define SCRATCH_H

#include <check.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct Scratch {
    char path[64];
    char name[256]; /* what scratch_path gave last */
} Scratch;

static inline Scratch scratch_make(void)
{
    Scratch scratch = { .path = "/tmp/ascc-check-XXXXXX" };
    ck_assert(mkdtemp(scratch.path) != NULL);
    return scratch;
}

static inline int scratch_unlink(const char *path, const struct stat *found, int kind,
                                 struct FTW *walk)
{
    (void)found, (void)kind, (void)walk;
    return remove(path);
}

static inline void scratch_remove(Scratch *scratch)
{
    nftw(scratch->path, scratch_unlink, 16, FTW_DEPTH | FTW_PHYS);
}

/* Valid until the next call. */
static inline const char *scratch_path(Scratch *scratch, const char *name)
{
    snprintf(scratch->name, sizeof scratch->name, "%s/%s", scratch->path, name);
    return scratch->name;
}

/* Writes a file, and makes the folder it lies in. */
static inline const char *scratch_write(Scratch *scratch, const char *name, const void *bytes,
                                        size_t count)
{
    const char *path = scratch_path(scratch, name);
    for (char *slash = strchr(scratch->name + strlen(scratch->path) + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0777);
        *slash = '/';
    }
    FILE *file = fopen(path, "wb");
    ck_assert(file != NULL);
    ck_assert(fwrite(bytes, 1, count, file) == count);
    ck_assert(fclose(file) == 0);
    return path;
}

static inline const char *scratch_text(Scratch *scratch, const char *name, const char *text)
{
    return scratch_write(scratch, name, text, strlen(text));
}

#endif
