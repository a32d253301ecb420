/* corpus_own.h: what corpus.c and scan.c share. */
#ifndef ASC_CORPUS_OWN_H
#define ASC_CORPUS_OWN_H

#include "corpus.h"

/* A front end for every feature set, and the maps of the recording that was used last. */
struct AscReader {
    const AscModel *model;
    AscFrontend **frontend; /* [feature sets] */
    AscMap *map;            /* [feature sets] */
    bool *borrowed;         /* [feature sets]: the map is kept elsewhere */
    int recording;          /* of the segments; -1: none */
};

AscReader *asc_reader_create(const AscModel *model, AscStatus *status);
void asc_reader_destroy(AscReader *reader); /* NULL is allowed */

/* The number of segments of a recording, the same of all feature sets. */
bool asc_reader_count(const AscReader *reader, const AscMap *map, const char *path, int *count,
                      AscStatus *status);

/* Features of a recording that is read for the first time, with the keys of their entries in the cache (NULL:
 * none), both [feature sets], and the number of segments.  The caller frees the maps, also after a failure. */
bool asc_reader_first(const AscReader *reader, AscCache *cache, const char *path, AscHash *key,
                      AscMap *map, int *segments, AscStatus *status);

/* Which recording has a segment. */
int asc_segments_recording(const AscSegments *segments, int segment);

/* Moves maps [feature sets] of a recording into segments->kept where the cache doesn't have them, as long as there is
 * room: *kept counts the bytes. */
void asc_segments_keep(AscSegments *segments, int recording, AscMap *map, size_t *kept);

/* Rates that are changed to the features', and of how many recordings. */
enum { ASC_MOST_RATES = 8 };
typedef struct AscRates {
    int rate[ASC_MOST_RATES], with[ASC_MOST_RATES], count;
} AscRates;
void asc_rates_count(AscRates *rates, const AscReader *reader, int rate); /* 0: not known */
void asc_rates_tell(const AscRates *rates, const AscExtraction *extraction, int recordings);

/* Reads all recordings: fills first, key, kept and the statistics; takes what is skipped out of
 * sources and segments. */
bool asc_scan(const AscExtraction *extraction, AscSources *sources, AscSegments *segments,
              AscStatistics *statistics, bool measure, AscStatus *status);

#endif
