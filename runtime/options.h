/* options.h: the options of all commands, in one table. */
#ifndef ASC_OPTIONS_H
#define ASC_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

enum { ASC_MAX_INPUTS = 8, ASC_MAX_RUNS = 64 };

/* What was given; NULL or `unset` where nothing was.  Texts point into argv. */
typedef struct AscOptions {
    const char *data, *layout, *out, *run, *resume, *init, *weights, *cache, *csv, *split, *random;
    const char *validate, *target, *set, *submission, *pcm, *lists;
    const char *input[ASC_MAX_INPUTS];
    int inputs;
    const char
        *run_list[ASC_MAX_RUNS]; /* of commands that take several --run; the first is `run` */
    int runs;
    const char *with[ASC_MAX_RUNS]; /* tables of outputs.h */
    int withs;
    const char *dcase, *responses; /* folders */
    const char *folds, *map, *axes, *observed;
    int seeds; /* 0: unset */
    bool select, quiet;
    int fold, epochs, batch, steps, threads; /* 0: unset */
    double hours;                            /* 0: unset */
    double rate;                             /* negative: unset */
    int smooth;                              /* negative: unset */
    double follow;                           /* seconds */
    uint64_t seed;
    bool has_seed, json, no_cache, whole, decode, half, skip_bad, stream, segments, help;
    char **file; /* operands */
    int files;
} AscOptions;

/* An option; `letter` stands for it in the commands' tables, and is its short form for -o and -h. */
typedef struct AscOption {
    char letter;
    const char *name;
    const char *argument; /* NULL: takes none */
    const char *help;
} AscOption;

/* The options whose letters are in `letters`, and --help, one after the other; NULL past the end. */
const AscOption *asc_option_at(const char *letters, int index);

/* Parses argv[1 ..] of a command that takes the options whose letters are in `letters`; argv[0] is
 * what messages begin with.  False: the message was printed. */
bool asc_options_parse(int argc, char **argv, const char *letters, AscOptions *options);

/* Prints the help lines of these options. */
void asc_options_help(const char *letters);

#endif
