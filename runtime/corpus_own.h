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

/* Reads all recordings: fills first, key, kept and the statistics; takes what is skipped out of
 * sources and segments. */
bool asc_scan(const AscExtraction *extraction, AscSources *sources, AscSegments *segments,
              AscStatistics *statistics, bool measure, AscStatus *status);

#endif
