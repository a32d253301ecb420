/* shuffle.c: draws records from a window that moves over the shards. */
#include "shuffle.h"

#include <stdlib.h>

static const size_t WINDOW_BYTES = (size_t)1 << 28;

static int window_of(const AscShards *shards, int least)
{
    size_t fit = WINDOW_BYTES / (shards->largest ? shards->largest : 1);

    if (fit < (size_t)least)
        fit = (size_t)least;
    return fit < (size_t)shards->records ? (int)fit : shards->records;
}

bool asc_shuffle_create(const AscShards *shards, bool random, int least, uint64_t seed,
                        AscShuffle *shuffle, AscStatus *status)
{
    *shuffle = (AscShuffle){ .random = random,
                             .seed = seed,
                             .records = shards->records,
                             .window = random ? window_of(shards, least) : 1 };
    shuffle->file = calloc((size_t)shards->files + 1, sizeof *shuffle->file);
    shuffle->sequence = calloc((size_t)shuffle->records + 1, sizeof *shuffle->sequence);
    shuffle->slot = calloc((size_t)shuffle->window + 1, sizeof *shuffle->slot);
    if (shuffle->file && shuffle->sequence && shuffle->slot)
        return true;
    asc_shuffle_free(shuffle);
    return asc_status_memory(status, "the order of the records");
}

void asc_shuffle_free(AscShuffle *shuffle)
{
    free(shuffle->file);
    free(shuffle->sequence);
    free(shuffle->slot);
    *shuffle = (AscShuffle){ 0 };
}

/* Lays the records of the files one behind the other. */
static void lay_out(AscShuffle *shuffle, const AscShards *shards, int epoch)
{
    AscRandom random = asc_random_start(shuffle->seed, "shards", (uint64_t)epoch);
    int at = 0;

    for (int f = 0; f < shards->files; f++)
        shuffle->file[f] = f;
    if (shuffle->random)
        asc_random_permutation(&random, shuffle->file, shards->files);
    for (int f = 0; f < shards->files; f++) {
        for (int r = shards->first[shuffle->file[f]]; r < shards->first[shuffle->file[f] + 1]; r++)
            shuffle->sequence[at++] = r;
    }
}

void asc_shuffle_begin(AscShuffle *shuffle, const AscShards *shards, int epoch)
{
    shuffle->draws = asc_random_start(shuffle->seed, "window", (uint64_t)epoch);
    lay_out(shuffle, shards, epoch);
    shuffle->held = shuffle->window < shuffle->records ? shuffle->window : shuffle->records;
    for (shuffle->next = 0; shuffle->next < shuffle->held; shuffle->next++)
        shuffle->slot[shuffle->next] = shuffle->sequence[shuffle->next];
}

int asc_shuffle_draw(AscShuffle *shuffle)
{
    return shuffle->held == 0 ? -1
                              : (int)asc_random_below(&shuffle->draws, (uint64_t)shuffle->held);
}

int asc_shuffle_refill(AscShuffle *shuffle, int slot)
{
    if (shuffle->next < shuffle->records) {
        shuffle->slot[slot] = shuffle->sequence[shuffle->next++];
        return -1;
    }
    shuffle->slot[slot] = shuffle->slot[--shuffle->held];
    return shuffle->held;
}
