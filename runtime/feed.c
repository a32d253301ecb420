/* feed.c: hands out the examples of an epoch. */
#include "feed.h"

#include <stdlib.h>

#include "stream.h"

struct AscFeed {
    AscStream *stream; /* or, where this is NULL: */
    int records;
    const AscExamples *examples;
    uint64_t seed;
    int *order; /* [examples->count]: of the epoch */
    int next;
};

AscFeed *asc_feed_memory(const AscExamples *examples, uint64_t seed, AscStatus *status)
{
    AscFeed *feed = calloc(1, sizeof *feed);

    if (feed) {
        *feed = (AscFeed){ .examples = examples, .seed = seed };
        feed->order = calloc((size_t)examples->count + 1, sizeof *feed->order);
    }
    if (!feed || !feed->order) {
        asc_feed_destroy(feed);
        asc_status_memory(status, "the order of the examples");
        return NULL;
    }
    return feed;
}

AscFeed *asc_feed_shards(const AscModel *model, const AscShards *shards,
                         const AscStreamOptions *options, AscStatus *status)
{
    AscFeed *feed = calloc(1, sizeof *feed);

    if (!feed) {
        asc_status_memory(status, "a stream of examples");
        return NULL;
    }
    feed->records = shards->records;
    feed->stream = asc_stream_create(model, shards, options, status);
    if (feed->stream)
        return feed;
    asc_feed_destroy(feed);
    return NULL;
}

void asc_feed_destroy(AscFeed *feed)
{
    if (!feed)
        return;
    asc_stream_destroy(feed->stream);
    free(feed->order);
    free(feed);
}

int asc_feed_count(const AscFeed *feed)
{
    return feed->stream ? feed->records : feed->examples->count;
}

bool asc_feed_seek(AscFeed *feed, int epoch, int from, AscStatus *status)
{
    if (feed->stream)
        return asc_stream_seek(feed->stream, epoch, from, status);
    asc_batch_order(feed->seed, epoch, feed->order, feed->examples->count);
    feed->next = from;
    return true;
}

bool asc_feed_next(AscFeed *feed, int count, AscServing *serving, AscStatus *status)
{
    if (feed->stream)
        return asc_stream_next(feed->stream, count, serving, status);
    int left = feed->examples->count - feed->next;

    *serving = (AscServing){ feed->examples, feed->order + feed->next,
                             count < left ? count : left };
    feed->next += serving->count;
    return true;
}

const AscProblems *asc_feed_left_out(const AscFeed *feed)
{
    return feed->stream ? asc_stream_left_out(feed->stream) : NULL;
}
