/* series.h: what several trainings of a model gave, fold by fold and seed by seed. */
#ifndef ASC_SERIES_H
#define ASC_SERIES_H

#include <stdio.h>

#include "evaluate.h"

enum { ASC_MAX_FIGURES = 16 };

typedef struct AscSeriesRow {
    int fold; /* 0: none */
    uint64_t seed;
    char *folder;   /* of the run */
    int recordings; /* it was measured on */
    double value[ASC_MAX_FIGURES];
} AscSeriesRow;

typedef struct AscSeries {
    int figures; /* accuracy, macro_accuracy, log_loss, and what the model reports beside these */
    AscMetric metric[ASC_MAX_FIGURES];
    AscSeriesRow *row; /* owned */
    int rows;
} AscSeries;

/* The figures of `model`, without rows. */
AscSeries asc_series_start(const AscModel *model);
void asc_series_free(AscSeries *series);

/* Adds a row, whose folder is copied; its values are those of the results. */
bool asc_series_add(AscSeries *series, const AscSeriesRow *row, const AscResults *results,
                    AscStatus *status);

/* Of one figure over all rows.  `interval`: half the width of the 95 % confidence interval of the
 * mean, by Student's t with rows - 1 degrees of freedom; it takes the runs for independent, which
 * folds, whose training parts overlap, are only nearly.  Deviation and interval of one row are NaN. */
typedef struct AscSpread {
    double mean, deviation, interval;
} AscSpread;
AscSpread asc_series_spread(const AscSeries *series, int figure);

void asc_series_print(const AscSeries *series, FILE *out);

/* The text of summary.json, which the caller frees; NULL: no memory. */
char *asc_series_json(const AscSeries *series, const AscModel *model);

#endif
