/* feed.h: the examples of a training, epoch after epoch, each in an order of its own. */
#ifndef ASC_FEED_H
#define ASC_FEED_H

#include "batch.h"
#include "hearing.h"
#include "problems.h"
#include "status.h"

typedef struct AscFeed AscFeed;

/* Some examples of a feed: examples->...[which[0 .. count - 1]].  They stay until the next call. */
typedef struct AscServing {
    const AscExamples *examples;
    const int *which;
    int count;
} AscServing;

/* Of the segments of recordings, which must outlive it: all of them in the order of
 * asc_batch_order(), in servings of up to `largest`. */
struct AscSegments;
AscFeed *asc_feed_segments(struct AscSegments *segments, uint64_t seed, int largest,
                           AscStatus *status);

/* From now on examples are variants of themselves, heard in other ways (asc_hearings_mix). */
void asc_feed_mix(AscFeed *feed, const AscHearings *hearings);

/* Of the records of shards, which must outlive it, in the order of shuffle.h; see stream.h. */
struct AscShards;
struct AscStreamOptions;
AscFeed *asc_feed_shards(const AscModel *model, const struct AscShards *shards,
                         const struct AscStreamOptions *options, AscStatus *status);
void asc_feed_destroy(AscFeed *feed); /* NULL is allowed */

/* The examples of an epoch. */
int asc_feed_count(const AscFeed *feed);

/* asc_batch_balance() of all of them; the caller frees.  Refused where examples have several
 * labels. */
double *asc_feed_balance(const AscFeed *feed, AscStatus *status);

/* Goes to example `from` of an epoch (from 0). */
bool asc_feed_seek(AscFeed *feed, int epoch, int from, AscStatus *status);

/* The next `count` of the epoch; fewer where the epoch ends, which is early where records that can't
 * be used were left out. */
bool asc_feed_next(AscFeed *feed, int count, AscServing *serving, AscStatus *status);

/* Ends the epoch, wherever it is: then nothing is left out any more. */
void asc_feed_end(AscFeed *feed);

/* What was left out of the epoch so far; NULL: this feed leaves out nothing. */
const AscProblems *asc_feed_left_out(const AscFeed *feed);

/* Seconds of the epoch that asc_feed_next waited for what was not read yet. */
double asc_feed_waited(const AscFeed *feed);

#endif
