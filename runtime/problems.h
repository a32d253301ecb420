/* problems.h: what is wrong with single recordings of a data set, collected so that work can go on
 * without them. */
#ifndef ASC_PROBLEMS_H
#define ASC_PROBLEMS_H

#include "status.h"

typedef struct AscProblems {
    int count, room;
    char **text; /* [count]: "DIR/meta.csv:7: audio/x.wav is missing" */
} AscProblems;

/* Notes a problem and returns true; where `problems` is NULL, or has no memory, it is an error
 * (ASC_BAD_INPUT) with this message, and false. */
bool asc_problem(AscProblems *problems, AscStatus *status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Tells the first twenty, a line each, and how many more there are. */
void asc_problems_tell(const AscProblems *problems, void (*note)(void *context, const char *text),
                       void *context);

/* Writes them as a file, a line each. */
bool asc_problems_write(const AscProblems *problems, const char *path, AscStatus *status);
void asc_problems_free(AscProblems *problems);

#endif
