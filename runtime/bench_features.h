/* bench_features.h: the speed of features, for the command `bench`. */
#ifndef ASC_BENCH_FEATURES_H
#define ASC_BENCH_FEATURES_H

#include "asc.h"
#include "status.h"

/* The least time, in seconds, for all feature sets of ten seconds of noise, from samples in memory to
 * what is cached, on one core; 0 where the model has none of recordings. */
bool asc_bench_features(const AscModel *model, double *seconds, AscStatus *status);

#endif
