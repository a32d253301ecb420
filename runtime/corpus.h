/* corpus.h: recordings as the network sees them: segments of features, which stay in the cache and
 * come from there when they are wanted.
 *
 *     AscSources ─► asc_segments_open: every recording is read once ─► asc_segments_fetch
 *
 * Where there is no cache, or it can't be written to, the features of the first recordings stay in
 * memory, and those of the others are computed each time. */
#ifndef ASC_CORPUS_H
#define ASC_CORPUS_H

#include <signal.h>

#include "asc.h"
#include "batch.h"
#include "cache.h"
#include "dataset.h"
#include "frontend.h"
#include "problems.h"
#include "report.h"
#include "status.h"

/* Recordings to be read: those of a data set, or files. */
typedef struct AscSources {
    int count;
    const char **path; /* [count]; the texts are the owner's */
    int *label;        /* [count]; -1: not known; NULL: none is */
    const AscDataset *dataset;
    int *index;          /* [count]: of the data set; NULL: files */
    AscHearing *hearing; /* [count]: how it is heard; NULL: all are as they are */
    int originals;       /* that come first, and are heard as they are; used with `hearing` */
} AscSources;

bool asc_sources_from_list(const AscDataset *dataset, const AscList *list, AscSources *sources,
                           AscStatus *status);
bool asc_sources_from_files(char *const *file, int count, AscSources *sources, AscStatus *status);

/* Adds variants of all recordings of a data set behind them, each heard in another way (asc_hearings_draw): all
 * recordings in the first way, then all in the second, .. */
bool asc_sources_hear(AscSources *sources, const AscHearings *hearings, uint64_t seed,
                      AscStatus *status);
void asc_sources_free(AscSources *sources);

/* What the features of recordings are computed with. */
typedef struct AscExtraction {
    const AscModel *model;
    AscCache *cache; /* NULL: none */
    const AscReport *report;
    const volatile sig_atomic_t *stop; /* not 0: give up; NULL: never */
    bool skip_bad;                     /* leave out what can't be used */
    bool early; /* segments are wanted before all recordings were read, where that is possible */
    AscProblems *skipped; /* where that is noted */
} AscExtraction;

typedef struct AscReader AscReader;   /* one thread's front ends */
typedef struct AscPending AscPending; /* reads recordings meanwhile */

/* Segments of all recordings in order. */
typedef struct AscSegments {
    AscExamples examples; /* without inputs: those are fetched; variants follow, asc_hearings_mix */
    int recordings;
    int *first; /* [recordings + 1]: recording r has segments first[r] .. first[r + 1] - 1 */
    int *label; /* [examples.count] */
    const AscModel *model;
    AscCache *cache;
    const char **path;   /* [recordings] */
    AscHearing *hearing; /* [recordings]; NULL: all are originals */
    int originals;       /* recordings, and examples, without the variants behind them */
    AscHash *key;        /* [recordings][feature sets]: of entries of the cache */
    AscMap *kept;        /* [recordings][feature sets]: in memory, or empty */
    const AscStatistics *statistics; /* [feature sets] */
    size_t *size;                    /* [inputs] */
    AscReader **reader;              /* [readers]: for as many threads */
    int readers;
    AscPending *pending; /* NULL: all recordings were read */
} AscSegments;

/* Reads the features of every recording, in parallel, or computes them into the cache, and counts
 * segments.  `measure`: statistics of all sets are made from them (of no positions where a set has no
 * `normalize`), which the caller frees; else they are given.  They must outlive the segments, as the
 * texts of `sources` must, from which what is skipped is taken out.  Variants count in no statistics.  Told are rates that are changed.
 * Refused, the first in the order of the list: recordings that can't be used, statistics of another
 * size, feature sets of different counts of segments.  Stopped: fails with code ASC_OK. */
AscSegments *asc_segments_open(const AscExtraction *extraction, AscSources *sources,
                               AscStatistics *statistics, bool measure, AscStatus *status);
void asc_segments_close(AscSegments *segments); /* NULL is allowed */

/* Where extraction->early was wanted and no statistics had to be made, recordings are read from now on, by threads of
 * their own, and asc_segments_fetch waits for them; else nothing is to be done.  They are read in the order of the
 * segments order[from ..], order[0 ..] (NULL: as they lie), those of `after` (NULL: none; closed later) first.  A second
 * call does nothing. */
bool asc_segments_begin(AscSegments *segments, AscSegments *after, const int *order, int from,
                        AscStatus *status);

/* How many recordings were read; *failed: one can't be used, or is not as its header tells: then fetching fails, and
 * all recordings have to be read before anything else, without `early`. */
int asc_segments_read(const AscSegments *segments, bool *failed);

/* Waits until all were read, which was begun; false: it failed. */
bool asc_segments_wait(const AscSegments *segments, AscStatus *status);

/* Writes segments which[0 .. count - 1], normalised, to input[i] [count][size[i]], with up to
 * `threads` threads (no more than segments->readers).  One call at a time. */
bool asc_segments_fetch(AscSegments *segments, const int *which, int count, int threads,
                        real *const *input, AscStatus *status);

#endif
