/* corpus.h: recordings in memory as the network sees them: features of all segments. */
#ifndef ASC_CORPUS_H
#define ASC_CORPUS_H

#include <signal.h>

#include "asc.h"
#include "batch.h"
#include "cache.h"
#include "dataset.h"
#include "frontend.h"
#include "report.h"
#include "status.h"

/* Recordings to be read: those of a data set, or files. */
typedef struct AscSources {
    int count;
    const char **path; /* [count]; the texts are the owner's */
    int *label;        /* [count]; -1: not known */
} AscSources;

bool asc_sources_from_list(const AscDataset *dataset, const AscList *list, AscSources *sources,
                           AscStatus *status);
void asc_sources_free(AscSources *sources);

/* What the features of recordings are computed with. */
typedef struct AscExtraction {
    const AscModel *model;
    AscCache *cache; /* NULL: none */
    const AscReport *report;
    const volatile sig_atomic_t *stop; /* not 0: give up; NULL: never */
    bool skip_bad;                     /* leave out what can't be used */
} AscExtraction;

/* Maps of recordings before `normalize`. */
typedef struct AscMaps {
    int recordings, sets;
    AscMap *map; /* [recordings][sets] */
} AscMaps;

/* Computes all maps, in parallel; the first failure in the order of the list is reported.  Stopped:
 * fails with code ASC_OK. */
bool asc_maps_compute(const AscExtraction *extraction, const AscSources *sources, AscMaps *maps,
                      AscStatus *status);
void asc_maps_free(AscMaps *maps);

/* Statistics of every feature set over all maps, into statistics[feature_sets]; no positions where
 * the features have no `normalize`.  The caller frees each. */
bool asc_maps_statistics(const AscModel *model, const AscMaps *maps, AscStatistics *statistics,
                         AscStatus *status);

/* Segments of all recordings in order. */
typedef struct AscSegments {
    AscExamples examples; /* points into this structure */
    int recordings;
    int *first; /* [recordings + 1]: recording r has segments first[r] .. first[r + 1] - 1 */
    real **input;
    size_t *size;
    int *label;
} AscSegments;

/* Normalises and cuts; maps are freed as they are used up.  Refused: statistics missing or of
 * another size, feature sets of different counts of segments. */
AscSegments *asc_segments_cut(const AscModel *model, AscMaps *maps, const AscSources *sources,
                              const AscStatistics *statistics, AscStatus *status);
void asc_segments_free(AscSegments *segments); /* NULL is allowed */

#endif
