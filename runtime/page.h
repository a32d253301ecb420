/* page.h: one self-contained HTML page about runs: no script, nothing fetched. */
#ifndef ASC_PAGE_H
#define ASC_PAGE_H

#include "file.h"
#include "history.h"
#include "measure.h"

/* A run, and what it was measured to be. */
typedef struct AscPageRun {
    AscHistory history;
    AscMeasure measure;
    bool measured;
} AscPageRun;

bool asc_page_write(const char *path, const char *title, AscPageRun *run, int runs,
                    AscStatus *status);

#endif
