/* command.h: what main, the command line and the output share. */
#ifndef COMMAND_H
#define COMMAND_H

#include "ascc.h"

/* Exit statuses of ascc. */
enum { FINE = 0, BAD_INPUT = 1, BAD_USAGE = 2, BAD_TOOL = 3 };

typedef struct Command {
    Options options;
    int level;          /* of -O */
    unsigned with;      /* a bit for each Pass that no -O has */
    unsigned without;   /* a bit for each Pass left out */
    const char *keep;   /* --keep: the folder, or NULL */
    const char *format; /* --format: the file, or NULL */
    bool print_standard;
} Command;

/* ---------------------------------------------------------------- command.c */

/* -1: go on; else an exit status: all is done, or the command line is wrong. */
int command_read(Arena *arena, int argc, char **argv, Command *c);
/* Says what is wrong with the command line; `format` has one %s.  Returns BAD_USAGE. */
int usage(const char *format, const char *what);

/* ---------------------------------------------------------------- output.c */

/* Would the result be written over the model? */
bool output_overwrites_input(Arena *arena, const Options *o);
/* Without a path to standard output. */
int output_text(Arena *arena, const char *path, const char *text);
/* Compiles and links the generated C files. */
int output_binary(Arena *arena, const Command *c, const Text *file, int files);

#endif
