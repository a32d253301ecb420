/* feed.h: the examples of a training, epoch after epoch, each in an order of its own. */
#ifndef ASC_FEED_H
#define ASC_FEED_H

#include "batch.h"

typedef struct AscFeed AscFeed;

/* Some examples of a feed: examples->...[which[0 .. count - 1]].  They stay until the next call. */
typedef struct AscServing {
    const AscExamples *examples;
    const int *which;
    int count;
} AscServing;

/* Of examples in memory, which must outlive it: all of them in the order of asc_batch_order(). */
AscFeed *asc_feed_memory(const AscExamples *examples, uint64_t seed, AscStatus *status);
void asc_feed_destroy(AscFeed *feed); /* NULL is allowed */

/* The examples of an epoch. */
int asc_feed_count(const AscFeed *feed);

/* Goes to example `from` of an epoch (from 0). */
bool asc_feed_seek(AscFeed *feed, int epoch, int from, AscStatus *status);

/* The next `count` of the epoch; fewer where the epoch ends. */
bool asc_feed_next(AscFeed *feed, int count, AscServing *serving, AscStatus *status);

#endif
