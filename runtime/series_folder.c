/* series_folder.c: names of the runs of a series, made and taken apart. */
#include "series_folder.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

static void name_run(int fold, bool by_seed, uint64_t seed, char *name, size_t room)
{
    int at = fold ? snprintf(name, room, "fold%d", fold) : 0;

    if (by_seed)
        snprintf(name + at, room - (size_t)at, "%sseed%" PRIu64, fold ? "-" : "", seed);
}

char *asc_series_run(const char *series, int fold, bool seeds, uint64_t seed)
{
    char name[64];

    name_run(fold, seeds || !fold, seed, name, sizeof name);
    return asc_path_join(series, name);
}

/* Whether the name is one that name_run gives. */
static bool read_name(const char *name, AscSeriesRun *run)
{
    const char *seed = strstr(name, "seed");
    char again[64];

    run->fold = strncmp(name, "fold", 4) == 0 ? atoi(name + 4) : 0;
    run->seed = seed ? strtoull(seed + 4, NULL, 10) : 0;
    if (run->fold < 0 || (!run->fold && !seed))
        return false;
    name_run(run->fold, seed != NULL, run->seed, again, sizeof again);
    return strcmp(name, again) == 0;
}

static bool add_run(AscSeriesRuns *runs, const char *series, const char *name, AscStatus *status)
{
    AscSeriesRun run, *grown;

    if (!read_name(name, &run))
        return true;
    run.folder = asc_path_join(series, name);
    if (run.folder && !asc_run_exists(run.folder)) {
        free(run.folder);
        return true;
    }
    grown = run.folder ? realloc(runs->run, (size_t)(runs->count + 1) * sizeof *grown) : NULL;
    if (!grown) {
        free(run.folder);
        return asc_status_memory(status, series);
    }
    runs->run = grown;
    grown[runs->count++] = run;
    return true;
}

static int by_fold_and_seed(const void *a, const void *b)
{
    const AscSeriesRun *x = a, *y = b;

    if (x->fold != y->fold)
        return x->fold < y->fold ? -1 : 1;
    return (x->seed > y->seed) - (x->seed < y->seed);
}

bool asc_series_find(const char *series, AscSeriesRuns *runs, AscStatus *status)
{
    DIR *list = opendir(series);
    bool fine = true;

    *runs = (AscSeriesRuns){ 0 };
    if (!list)
        return errno == ENOENT || errno == ENOTDIR ||
               asc_status_errno(status, errno, "read the folder", series);
    for (const struct dirent *entry; fine && (entry = readdir(list)) != NULL;)
        fine = add_run(runs, series, entry->d_name, status);
    closedir(list);
    if (runs->count > 1)
        qsort(runs->run, (size_t)runs->count, sizeof *runs->run, by_fold_and_seed);
    return fine;
}

void asc_series_runs_free(AscSeriesRuns *runs)
{
    for (int r = 0; r < runs->count; r++)
        free(runs->run[r].folder);
    free(runs->run);
    *runs = (AscSeriesRuns){ 0 };
}
