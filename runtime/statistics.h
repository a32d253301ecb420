/* statistics.h: mean and standard deviation of each position of an axis, over a training set. */
#ifndef ASC_STATISTICS_H
#define ASC_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>

#include "asc.h"
#include "status.h"

/* Used as (x - mean) / deviation.  A position that never changes has deviation 1. */
typedef struct AscStatistics {
    int positions;
    double *mean, *deviation; /* [positions] */
} AscStatistics;

/* Sums while they are made. */
typedef struct AscMoments {
    int positions;
    double *count, *mean, *squares; /* [positions]; squares of the differences from the mean */
} AscMoments;

bool asc_moments_create(int positions, AscMoments *moments, AscStatus *status);
void asc_moments_free(AscMoments *moments);
/* `count` values, `apart` reals from one to the next. */
void asc_moments_add(AscMoments *moments, int position, const real *values, size_t count,
                     size_t apart);

/* Adds what was gathered elsewhere, of the same positions. */
void asc_moments_merge(AscMoments *moments, const AscMoments *other);

/* Divides by the count (biased, as scikit-learn and NumPy do).  The caller frees the statistics. */
bool asc_moments_finish(const AscMoments *moments, AscStatistics *statistics, AscStatus *status);

bool asc_statistics_create(int positions, AscStatistics *statistics, AscStatus *status);
void asc_statistics_free(AscStatistics *statistics);

#endif
