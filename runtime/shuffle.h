/* shuffle.h: an order of the records of shards that can be read piece by piece: the files come in
 * random order, the records of each as they lie there; a window of them is kept, and every next one
 * is drawn from it at random.  All of it is a function of seed and epoch, so that any place can be
 * gone to without reading what comes before. */
#ifndef ASC_SHUFFLE_H
#define ASC_SHUFFLE_H

#include "random.h"
#include "shards.h"

typedef struct AscShuffle {
    bool random; /* else records as they lie, in a window of one */
    uint64_t seed;
    int records, window;
    int *file;     /* [files]: the order they are read in */
    int *sequence; /* [records]: as they come into the window */
    int next;      /* of sequence */
    int *slot;     /* [window]: records */
    int held;      /* slots in use */
    AscRandom draws;
} AscShuffle;

/* A random order has a window of as many records as 256 MiB hold of the largest one, at least
 * `least`. */
bool asc_shuffle_create(const AscShards *shards, bool random, int least, uint64_t seed,
                        AscShuffle *shuffle, AscStatus *status);
void asc_shuffle_free(AscShuffle *shuffle);

/* Goes to the beginning of an epoch: the window is full. */
void asc_shuffle_begin(AscShuffle *shuffle, const AscShards *shards, int epoch);

/* Draws a slot, whose record is the next; -1: none is left. */
int asc_shuffle_draw(AscShuffle *shuffle);

/* Fills the slot that was drawn: with the next record (-1 is returned), or where none is left with
 * that of the slot returned, which is not in use any more. */
int asc_shuffle_refill(AscShuffle *shuffle, int slot);

#endif
