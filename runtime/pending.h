/* pending.h: recordings that are read by threads of their own while their segments are in use already.
 *
 * How many segments a recording gives is foretold from its header.  Whoever wants a segment waits until its
 * recording was read; recordings are read in the order in which they will be wanted.  One that can't be used, or
 * gives another number of segments than was foretold, fails all of it: then the recordings are to be read before
 * anything begins (asc_segments_open), which tells what is wrong in the order of the list, or leaves it out. */
#ifndef ASC_PENDING_H
#define ASC_PENDING_H

#include "corpus.h"

/* Fills segments->first by the headers of sources, and tells of rates that are changed.  False: some can't be
 * foretold; nothing is told then. */
bool asc_pending_foretell(const AscExtraction *extraction, const AscSources *sources,
                          AscSegments *segments);

/* The segments must outlive it. */
AscPending *asc_pending_create(AscSegments *segments, AscStatus *status);
void asc_pending_destroy(AscPending *pending); /* NULL is allowed; ends the reading */

/* Begins to read, when `after` (NULL: nothing) was read, in this order of the segments from order[from] on, and
 * then from its beginning; NULL: as they lie.  Later calls do nothing. */
bool asc_pending_begin(AscPending *pending, AscPending *after, const int *order, int from,
                       AscStatus *status);

/* Waits for a recording; false: the reading failed. */
bool asc_pending_wait(AscPending *pending, int recording, AscStatus *status);

/* How many recordings were read; *failed: and that no more will be. */
int asc_pending_done(AscPending *pending, bool *failed);

#endif
