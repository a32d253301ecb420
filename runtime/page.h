/* page.h: one self-contained HTML page about runs: no script, nothing fetched. */
#ifndef ASC_PAGE_H
#define ASC_PAGE_H

#include "file.h"
#include "history.h"
#include "insight.h"
#include "measure.h"

enum { ASC_PAGE_WORST = 6 }; /* recordings that are shown of a run */

/* A run, and what it was measured to be. */
typedef struct AscPageRun {
    AscHistory history;
    AscMeasure measure;
    AscInsight insight; /* means of all recordings, and portraits of the worst */
    int worst[ASC_PAGE_WORST], worsts;
    double parameters, multiply_adds; /* NaN: not known */
    bool measured;
    char *outputs; /* the table that it was measured by, owned; NULL: by its weights */
} AscPageRun;

bool asc_page_write(const char *path, const char *title, AscPageRun *run, int runs,
                    AscStatus *status);

#endif
