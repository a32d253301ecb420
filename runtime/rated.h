/* rated.h: how many segments of each record of shards were rated, so that an epoch of them has a length and a training that
 * was stopped can go on. */
#ifndef ASC_RATED_H
#define ASC_RATED_H

#include "asc.h"
#include "shards.h"

/* Fills `rated` and `segments` of the shards.  Of a record no more is read than its beginning, where the ratings are; one
 * that can't be used has none, and is told of when it is read.  False: there are no rated segments; no memory; a file
 * can't be read. */
bool asc_rated_count(const AscModel *model, AscShards *shards, const AscReport *report,
                     AscStatus *status);

#endif
