/* verify.h: what numeric tests measured, for doc/verification.md: with $ASC_VERIFY set, every
 * comparison appends a line to the file it names:
 *     verify<TAB>section<TAB>case<TAB>quantity<TAB>largest error<TAB>limit
 * A case may come several times; the largest error counts.  Of a quantity in dB, a ratio of signal to error, the smallest
 * counts.  tests/verification/sections has a line for every section. */
#ifndef VERIFY_H
#define VERIFY_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* One write() a line, so that processes side by side do not mix theirs.  False: it is not written. */
static inline bool verify(const char *section, const char *name, const char *quantity, double error,
                          double limit)
{
    const char *path = getenv("ASC_VERIFY");
    char line[1024];
    if (!path || !*path)
        return true;
    int length = snprintf(line, sizeof line, "verify\t%s\t%s\t%s\t%.3g\t%.3g\n", section, name,
                          quantity, error, limit);
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0666);
    bool good = file >= 0 && length < (int)sizeof line &&
                write(file, line, (size_t)length) == length;
    if (file >= 0)
        close(file);
    if (!good)
        fprintf(stderr, "verify: %s: cannot be written\n", path);
    return good;
}

#endif
