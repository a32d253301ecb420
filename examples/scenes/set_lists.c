/* set_lists.c: the tables of synthetic sets in other layouts. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sets.h"

static FILE *open_list(const Options *options, const char *name, Problem *problem)
{
    char path[PATH_SIZE];
    FILE *file = folder_path(path, options->folder, name, problem) ? fopen(path, "w") : NULL;

    if (!file)
        problem_set(problem, STATUS_FAILED, "can't write %s: %s", path, strerror(errno));
    return file;
}

static bool close_list(FILE *file, const char *name, Problem *problem)
{
    bool fine = !ferror(file);

    return (fclose(file) == 0 && fine) ||
           problem_set(problem, STATUS_FAILED, "can't write %s: %s", name, strerror(errno));
}

/* Which part of a fold a recording is in. */
typedef bool Evaluated(const Options *options, const Clip *clip, int fold);

/* Files of a set, with labels or without, all or those of a part. */
static bool write_list(const Options *options, const Set *set, const char *name, Evaluated *in,
                       int fold, bool evaluated, bool labels, Problem *problem)
{
    FILE *file = open_list(options, name, problem);
    char path[NAME_SIZE];

    if (!file)
        return false;
    for (Clip clip = { 0 }; clip.label < set->labels; clip.label++) {
        clip.count = set_count(options, set, clip.label);
        for (clip.number = 0; clip.number < clip.count; clip.number++) {
            if (in && in(options, &clip, fold) != evaluated)
                continue;
            set->path(options, &clip, path);
            fprintf(file, labels ? "%s\t%s\n" : "%s\n", path, set->label[clip.label]);
        }
    }
    return close_list(file, name, problem);
}

static bool write_readme(const Options *options, const Set *set, Problem *problem)
{
    FILE *file = open_list(options, "README.md", problem);

    if (!file)
        return false;
    fprintf(file,
            "# Synthetic sounds in the layout of %s\n\n"
            "THESE ARE NOT RECORDINGS. Every sound here was computed by the program `scenes`; the\n"
            "names of the classes are labels only. Results on them say that a program works; they\n"
            "say nothing about real sound. In the public domain (CC0).\n",
            set->name);
    return close_list(file, "README.md", problem);
}

/* ---------------------------------------------------------------- LITIS Rouen */

/* A fifth of every class, drawn anew for every list. */
static bool rouen_evaluated(const Options *options, const Clip *clip, int fold)
{
    uint64_t key = random_key(random_key(options->seed, 99), (uint64_t)(fold * 100 + clip->label));
    uint64_t own = random_key(key, (uint64_t)clip->number);
    int before = 0;

    for (int n = 0; n < clip->count; n++)
        before += random_key(key, (uint64_t)n) < own;
    return before < (clip->count + 2) / 5;
}

bool rouen_lists(const Options *options, Problem *problem)
{
    const Set *set = set_find("litis_rouen");
    bool fine = write_readme(options, set, problem);

    for (int fold = 1; fine && fold <= options->folds; fold++) {
        char train[NAME_SIZE], evaluate[NAME_SIZE];

        snprintf(train, sizeof train, "evaluation_setup/fold%d_train.txt", fold);
        snprintf(evaluate, sizeof evaluate, "evaluation_setup/fold%d_evaluate.txt", fold);
        fine = write_list(options, set, train, rouen_evaluated, fold, false, true, problem) &&
               write_list(options, set, evaluate, rouen_evaluated, fold, true, true, problem);
    }
    return fine;
}

/* ---------------------------------------------------------------- TUT 2016 */

static bool tut2016_evaluated(const Options *options, const Clip *clip, int fold)
{
    int part;

    return tut2016_source(options, clip, &part) % 4 + 1 == fold;
}

static bool write_errors(const Options *options, const Set *set, Problem *problem)
{
    Clip clip = { .count = set_count(options, set, 0) };
    char path[NAME_SIZE];
    FILE *file = open_list(options, "error.txt", problem);

    if (!file)
        return false;
    set->path(options, &clip, path);
    fprintf(file, "%s\t%.3f\t%.3f\terror\n", path, 0.1 * options->seconds, 0.2 * options->seconds);
    return close_list(file, "error.txt", problem);
}

bool tut2016_lists(const Options *options, Problem *problem)
{
    const Set *set = set_find("dcase2016");
    bool fine = write_readme(options, set, problem) && write_errors(options, set, problem) &&
                write_list(options, set, "meta.txt", NULL, 0, false, true, problem);

    for (int fold = 1; fine && fold <= 4; fold++)
        for (int part = 0; fine && part < 3; part++) {
            static const char *const parts[] = { "train", "test", "evaluate" };
            char name[NAME_SIZE];

            snprintf(name, sizeof name, "evaluation_setup/fold%d_%s.txt", fold, parts[part]);
            fine = write_list(options, set, name, tut2016_evaluated, fold, part > 0, part != 1,
                              problem);
        }
    return fine;
}

/* ---------------------------------------------------------------- ESC-10 */

bool esc10_lists(const Options *options, Problem *problem)
{
    return write_readme(options, set_find("esc10"), problem);
}
