/* ahead.h: segments fetched by a thread of its own ahead of their use, so that a step need not wait. */
#ifndef ASC_AHEAD_H
#define ASC_AHEAD_H

#include "corpus.h"
#include "feed.h"

typedef struct AscAhead AscAhead;

/* Of segments, which must outlive it, in servings of up to `largest`. */
AscAhead *asc_ahead_create(AscSegments *segments, int largest, AscStatus *status);
void asc_ahead_destroy(AscAhead *ahead); /* NULL is allowed */

/* The thread begins to fetch order[from ..]; order [segments] stays the caller's; NULL: in order. */
bool asc_ahead_begin(AscAhead *ahead, const int *order, int from, AscStatus *status);

/* The thread ends; order may change. */
void asc_ahead_end(AscAhead *ahead);

/* The next `count`, fewer at the end; they stay until the next call. */
bool asc_ahead_next(AscAhead *ahead, int count, AscServing *serving, AscStatus *status);

/* Seconds since asc_ahead_begin that asc_ahead_next waited for the thread. */
double asc_ahead_waited(const AscAhead *ahead);

#endif
