/* feed.c: hands out the examples of an epoch. */
#include "feed.h"

#include <stdlib.h>

struct AscFeed {
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

void asc_feed_destroy(AscFeed *feed)
{
    if (!feed)
        return;
    free(feed->order);
    free(feed);
}

int asc_feed_count(const AscFeed *feed)
{
    return feed->examples->count;
}

bool asc_feed_seek(AscFeed *feed, int epoch, int from, AscStatus *status)
{
    (void)status;
    asc_batch_order(feed->seed, epoch, feed->order, feed->examples->count);
    feed->next = from;
    return true;
}

bool asc_feed_next(AscFeed *feed, int count, AscServing *serving, AscStatus *status)
{
    int left = feed->examples->count - feed->next;

    (void)status;
    *serving = (AscServing){ feed->examples, feed->order + feed->next,
                             count < left ? count : left };
    feed->next += serving->count;
    return true;
}
