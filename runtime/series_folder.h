/* series_folder.h: where the runs of a series lie: SERIES/fold1, SERIES/fold1-seed0, SERIES/seed0. */
#ifndef ASC_SERIES_FOLDER_H
#define ASC_SERIES_FOLDER_H

#include <stdbool.h>
#include <stdint.h>

#include "status.h"

/* The name of a run; fold 0: none.  The seed is named where there are several, or no fold.  The caller frees it; NULL: no
 * memory. */
char *asc_series_run(const char *series, int fold, bool seeds, uint64_t seed);

typedef struct AscSeriesRun {
    char *folder; /* owned */
    int fold;     /* 0: none */
    uint64_t seed;
} AscSeriesRun;

typedef struct AscSeriesRuns {
    AscSeriesRun *run; /* owned; by fold, then by seed, which is 0 where it is not named */
    int count;
} AscSeriesRuns;

/* The runs in a folder, which may be none, or missing; other names are not looked at.  To be freed in any case. */
bool asc_series_find(const char *series, AscSeriesRuns *runs, AscStatus *status);
void asc_series_runs_free(AscSeriesRuns *runs);

#endif
