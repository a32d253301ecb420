/* options.c: parses the options of all commands, and explains them. */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const AscOption all[] = {
    { 'd', "data", "DIR", "the data set: a folder, or a table of files and labels" },
    { 'l', "layout", "NAME", "how it is laid out: see `data --help` (found out by itself)" },
    { 'I', "lists", "DIR", "lists foldN_train.txt, .. that divide the data set (those in it)" },
    { 'E', "responses", "DIR",
      "impulse responses of devices, for a model that has impulse_responses" },
    { 'f', "fold", "N", "evaluate on fold N, train on the rest" },
    { 'A', "folds", "LIST", "on each fold: all, or as 1,2,4 (eval: of RUN/foldN)" },
    { 'Z', "seeds", "N", "train and evaluate N times, from --seed on" },
    { 'O', "out", "RUN", "folder of the run (NAME.run)" },
    { 'o', "output", "FILE", "file to write; also -o FILE" },
    { 'r', "run", "RUN", "folder of a run: its kept weights" },
    { 'M', "run", "RUN", "folder of a run; several: the mean of what they say" },
    { 'G', "select", NULL, "of several runs choose those that do best on the validation part" },
    { 'T', "with", "FILE", "what another model says, by its `eval --csv`; several, or with --run" },
    { 'V', "dcase", "DIR", "write the files that DCASE challenges ask for" },
    { 'w', "weights", "FILE", "weights, .safetensors" },
    { 'R', "resume", "RUN", "continue a run where it stopped" },
    { 'i', "init", "FILE", "weights to begin with" },
    { 'e', "epochs", "N", "epochs to train (as the model says)" },
    { 'S', "steps", "N", "steps to train at most (as the model says)" },
    { 'H', "hours", "H", "hours to train at most (as the model says)" },
    { 'b', "batch", "N", "examples in a batch (as the model says)" },
    { 'v', "validate", "HOW", "none, provided, or a share as 30% or 30%,recording" },
    { 's', "seed", "N", "seed of all random numbers (as the model says)" },
    { 'p', "split", "NAME", "part of the data set: train, evaluate, test, all (evaluate)" },
    { 'c', "csv", "FILE", "write all probabilities as CSV" },
    { 'x', "input", "X.npy", "input [examples, ...]; one for each input that `info` lists" },
    { 'y', "target", "Y.npy", "targets [examples, ...]: distributions over the output" },
    { 'm', "random", "FILE", "pinned random numbers `random.0`, .., .safetensors" },
    { 'z', "observed", "FILE", "write what the model observes as .safetensors, by path" },
    { 'X', "axes", "ORDER", "axes as in keras, [kernel, in, out], or pytorch, [out, in, kernel]" },
    { 'J', "map", "FILE", "lines NAME THEIRS [AXIS...], - THEIRS: doc/training.md" },
    { 'n', "steps", "N", "training steps on the same batch (1)" },
    { 'a', "rate", "R", "rate of the optimiser (as the model says)" },
    { 'F', "set", "NAME", "which feature set (the first)" },
    { 'W', "whole", NULL, "the whole recording, before `normalize`, not its segments" },
    { 'C', "cache", "DIR", "where computed features are kept ($ASC_CACHE, ~/.cache/ascc)" },
    { 'N', "no-cache", NULL, "compute all features anew and keep none" },
    { '3', "stream", NULL, "raw samples from standard input, or a FILE; a decision a segment" },
    { '4', "pcm", "FORMAT", "of the raw samples: s16le; channels and rate as in s16le,2,48000" },
    { '5', "smooth", "N", "decide by the mean of the last N segments; 0: of all (5)" },
    { '6', "follow", "S", "at the end of the FILE wait S seconds for more (0)" },
    { '2', "half", NULL, "keep features as float16, in half the space" },
    { 't', "threads", "N", "threads (one for each processor); results do not depend on it" },
    { 'D', "decode", NULL, "decode all recordings and look for damage, clipping and silence" },
    { 'K', "skip-bad", NULL, "leave out what can't be used, and say what" },
    { 'g', "segments", NULL, "segments of five seconds, not whole videos (TFRecord files)" },
    { 'u', "submission", "FILE",
      "write VideoId,LabelConfidencePairs, or with --segments Class,Segments" },
    { 'j', "json", NULL, "print JSON" },
    { 'q', "quiet", NULL, "print no progress" },
    { 'h', "help", NULL, "print this help" },
};

enum { OPTIONS = sizeof all / sizeof *all };

static bool wrong(const char *program, const AscOption *option, const char *text,
                  const char *expected)
{
    fprintf(stderr, "%s: --%s %s: expected %s\n", program, option->name, text, expected);
    return false;
}

static bool parse_count(const char *program, const AscOption *option, const char *text, int *value)
{
    char *end;
    long number;

    errno = 0;
    number = strtol(text, &end, 10);
    if (end == text || *end || errno || number < 1 || number > 1000000000)
        return wrong(program, option, text, "a whole number of at least 1");
    *value = (int)number;
    return true;
}

static bool parse_seed(const char *program, const AscOption *option, const char *text,
                       AscOptions *options)
{
    char *end;

    errno = 0;
    options->seed = strtoull(text, &end, 10);
    options->has_seed = true;
    if (end == text || *end || errno || strchr(text, '-'))
        return wrong(program, option, text, "a whole number from 0 to 2^64 - 1");
    return true;
}

static bool parse_rate(const char *program, const AscOption *option, const char *text,
                       double *value)
{
    char *end;

    *value = strtod(text, &end);
    if (end == text || *end || !isfinite(*value) || *value < 0)
        return wrong(program, option, text, "a number of at least 0");
    return true;
}

static bool parse_smooth(const char *program, const AscOption *option, const char *text, int *value)
{
    *value = 0;
    return strcmp(text, "0") == 0 || parse_count(program, option, text, value);
}

static bool parse_hours(const char *program, const AscOption *option, const char *text,
                        double *value)
{
    char *end;

    *value = strtod(text, &end);
    if (end == text || *end || !(*value > 0) || *value > 1e6)
        return wrong(program, option, text, "a number above 0");
    return true;
}

static bool add_input(const char *program, const char *text, AscOptions *options)
{
    if (options->inputs == ASC_MAX_INPUTS) {
        fprintf(stderr, "%s: --input is given more than %d times\n", program, ASC_MAX_INPUTS);
        return false;
    }
    options->input[options->inputs++] = text;
    return true;
}

static bool add_run(const char *program, const char *text, AscOptions *options)
{
    if (options->runs == ASC_MAX_RUNS) {
        fprintf(stderr, "%s: --run is given more than %d times\n", program, ASC_MAX_RUNS);
        return false;
    }
    options->run = options->run ? options->run : text;
    options->run_list[options->runs++] = text;
    return true;
}

static bool add_table(const char *program, const char *text, AscOptions *options)
{
    if (options->withs == ASC_MAX_RUNS) {
        fprintf(stderr, "%s: --with is given more than %d times\n", program, ASC_MAX_RUNS);
        return false;
    }
    options->with[options->withs++] = text;
    return true;
}

static bool take_text(const char *program, const AscOption *option, const char *text,
                      const char **value)
{
    if (*value) {
        fprintf(stderr, "%s: --%s is given twice: %s, %s\n", program, option->name, *value, text);
        return false;
    }
    *value = text;
    return true;
}

/* Where the option's text goes; NULL: it is none of texts. */
static const char **text_place(char letter, AscOptions *options)
{
    switch (letter) {
    case 'd': return &options->data;
    case 'l': return &options->layout;
    case 'O': return &options->out;
    case 'o': return &options->out;
    case 'r': return &options->run;
    case 'A': return &options->folds;
    case 'J': return &options->map;
    case 'X': return &options->axes;
    case 'z': return &options->observed;
    case 'w': return &options->weights;
    case 'R': return &options->resume;
    case 'i': return &options->init;
    case 'v': return &options->validate;
    case 'p': return &options->split;
    case 'c': return &options->csv;
    case 'y': return &options->target;
    case 'm': return &options->random;
    case 'F': return &options->set;
    case 'C': return &options->cache;
    case 'u': return &options->submission;
    case '4': return &options->pcm;
    case 'I': return &options->lists;
    case 'V': return &options->dcase;
    case 'E': return &options->responses;
    }
    return NULL;
}

static bool take(const char *program, const AscOption *option, const char *text,
                 AscOptions *options)
{
    const char **place = text_place(option->letter, options);

    if (place)
        return take_text(program, option, text, place);
    switch (option->letter) {
    case 'f': return parse_count(program, option, text, &options->fold);
    case 'e': return parse_count(program, option, text, &options->epochs);
    case 'b': return parse_count(program, option, text, &options->batch);
    case 'n':
    case 'S': return parse_count(program, option, text, &options->steps);
    case 'H': return parse_hours(program, option, text, &options->hours);
    case 't': return parse_count(program, option, text, &options->threads);
    case 's': return parse_seed(program, option, text, options);
    case 'a': return parse_rate(program, option, text, &options->rate);
    case 'M': return add_run(program, text, options);
    case 'T': return add_table(program, text, options);
    case 'Z': return parse_count(program, option, text, &options->seeds);
    case 'x': return add_input(program, text, options);
    case 'W': options->whole = true; break;
    case 'D': options->decode = true; break;
    case 'N': options->no_cache = true; break;
    case 'K': options->skip_bad = true; break;
    case 'g': options->segments = true; break;
    case '3': options->stream = true; break;
    case '5': return parse_smooth(program, option, text, &options->smooth);
    case '6': return parse_rate(program, option, text, &options->follow);
    case '2': options->half = true; break;
    case 'j': options->json = true; break;
    case 'q': options->quiet = true; break;
    case 'G': options->select = true; break;
    case 'h': options->help = true; break;
    }
    return true;
}

/* getopt's tables of the options in `letters`; returns how many. */
static int make_tables(const char *letters, struct option *table, char *shorts)
{
    int count = 0;

    for (int n = 0; n < OPTIONS; n++) {
        if (all[n].letter != 'h' && !strchr(letters, all[n].letter))
            continue;
        table[count++] = (struct option){ all[n].name, all[n].argument ? 1 : 0, NULL, n + 256 };
        if (all[n].letter == 'O') /* -o and --output are the same */
            table[count++] = (struct option){ "output", 1, NULL, n + 256 };
        if (all[n].letter == 'o')
            table[count++] = (struct option){ "out", 1, NULL, n + 256 };
    }
    table[count] = (struct option){ 0 };
    strcpy(shorts, strchr(letters, 'O') || strchr(letters, 'o') ? "ho:" : "h");
    return count;
}

static const AscOption *find_letter(char letter)
{
    for (int n = 0; n < OPTIONS; n++) {
        if (all[n].letter == letter)
            return &all[n];
    }
    return NULL;
}

bool asc_options_parse(int argc, char **argv, const char *letters, AscOptions *options)
{
    struct option table[OPTIONS + 3];
    char shorts[8];
    int found;

    *options = (AscOptions){ .rate = -1, .smooth = -1 };
    make_tables(letters, table, shorts);
    optind = 0; /* GNU: begin anew */
    while ((found = getopt_long(argc, argv, shorts, table, NULL)) != -1) {
        const AscOption *option;

        if (found == '?')
            return false;
        option = found >= 256 ? &all[found - 256] : find_letter((char)found);
        if (!take(argv[0], option, optarg, options))
            return false;
    }
    options->file = argv + optind;
    options->files = argc - optind;
    return true;
}

const AscOption *asc_option_at(const char *letters, int index)
{
    for (int n = 0; n < OPTIONS; n++) {
        if ((all[n].letter == 'h' || strchr(letters, all[n].letter)) && index-- == 0)
            return &all[n];
    }
    return NULL;
}

void asc_options_help(const char *letters)
{
    const AscOption *option;

    for (int n = 0; (option = asc_option_at(letters, n)); n++) {
        char text[64];

        snprintf(text, sizeof text, "--%s%s%s", option->name, option->argument ? " " : "",
                 option->argument ? option->argument : "");
        printf("  %-18s %s\n", text, option->help);
    }
}
