/* feed.c: hands out the examples of an epoch. */
#include "feed.h"

#include <stdlib.h>

#include "ahead.h"
#include "stream.h"

struct AscFeed {
    AscStream *stream; /* of shards; or, where this is NULL, of recordings: */
    int count;
    AscAhead *ahead;
    const AscExamples *examples;
    uint64_t seed;
    int *order; /* [count]: of the epoch */
    AscHearings hearings;
};

AscFeed *asc_feed_segments(AscSegments *segments, uint64_t seed, int largest, AscStatus *status)
{
    AscFeed *feed = calloc(1, sizeof *feed);

    if (feed) {
        *feed = (AscFeed){ .count = segments->examples.count,
                           .examples = &segments->examples,
                           .seed = seed };
        feed->order = calloc((size_t)feed->count + 1, sizeof *feed->order);
    }
    if (!feed || !feed->order) {
        asc_feed_destroy(feed);
        asc_status_memory(status, "the order of the examples");
        return NULL;
    }
    feed->ahead = asc_ahead_create(segments, largest, status);
    if (feed->ahead)
        return feed;
    asc_feed_destroy(feed);
    return NULL;
}

AscFeed *asc_feed_shards(const AscModel *model, const AscShards *shards,
                         const AscStreamOptions *options, AscStatus *status)
{
    AscFeed *feed = calloc(1, sizeof *feed);

    if (!feed) {
        asc_status_memory(status, "a stream of examples");
        return NULL;
    }
    feed->stream = asc_stream_create(model, shards, options, status);
    if (feed->stream) {
        feed->count = asc_stream_examples(feed->stream);
        return feed;
    }
    asc_feed_destroy(feed);
    return NULL;
}

void asc_feed_destroy(AscFeed *feed)
{
    if (!feed)
        return;
    asc_stream_destroy(feed->stream);
    asc_ahead_destroy(feed->ahead);
    free(feed->order);
    free(feed);
}

void asc_feed_mix(AscFeed *feed, const AscHearings *hearings)
{
    feed->hearings = *hearings;
}

int asc_feed_count(const AscFeed *feed)
{
    return feed->count;
}

double *asc_feed_balance(const AscFeed *feed, AscStatus *status)
{
    double *weight = NULL;

    if (feed->stream || feed->examples->target)
        asc_status_set(status, ASC_BAD_INPUT,
                       "class_weights = balanced needs examples of one label each");
    else if (!(weight = asc_batch_balance(feed->examples)))
        asc_status_memory(status, "the weights of the classes");
    return weight;
}

bool asc_feed_seek(AscFeed *feed, int epoch, int from, AscStatus *status)
{
    if (feed->stream)
        return asc_stream_seek(feed->stream, epoch, from, status);
    asc_ahead_end(feed->ahead);
    asc_batch_order(feed->seed, epoch, feed->order, feed->count);
    if (asc_hearings_count(&feed->hearings) > 0)
        asc_hearings_mix(&feed->hearings, feed->seed, epoch, feed->count, feed->order, feed->count);
    return asc_ahead_begin(feed->ahead, feed->order, from, status);
}

bool asc_feed_next(AscFeed *feed, int count, AscServing *serving, AscStatus *status)
{
    return feed->stream ? asc_stream_next(feed->stream, count, serving, status)
                        : asc_ahead_next(feed->ahead, count, serving, status);
}

void asc_feed_end(AscFeed *feed)
{
    if (feed->stream)
        asc_stream_end(feed->stream);
    else
        asc_ahead_end(feed->ahead);
}

const AscProblems *asc_feed_left_out(const AscFeed *feed)
{
    return feed->stream ? asc_stream_left_out(feed->stream) : NULL;
}

double asc_feed_waited(const AscFeed *feed)
{
    return feed->stream ? asc_stream_waited(feed->stream) : asc_ahead_waited(feed->ahead);
}
