/* cache.h: computed features kept on disk between runs.
 *
 * An entry's key is a hash of the features' settings, the size of a value, the recording's bytes, and
 * those of the response it is heard through; its file is complete or absent and carries a checksum, so that any number of processes
 * may share a folder and a damaged entry is computed again.  An index remembers the hashes of
 * recordings by path, size and times. */
#ifndef ASC_CACHE_H
#define ASC_CACHE_H

#include "file.h"
#include "frontend.h"
#include "status.h"

typedef struct AscCache AscCache; /* may be shared by threads */

/* folder NULL: $ASC_CACHE, else $XDG_CACHE_HOME/ascc, else ~/.cache/ascc.  Made where missing. */
AscCache *asc_cache_open(const char *folder, AscStatus *status);
void asc_cache_close(AscCache *cache);

/* Keeps values as float16 from now on (those that are too large for it as they are). */
void asc_cache_halve(AscCache *cache);

/* Reads a recording's map from the cache, or computes it and puts it there.  cache NULL: computes.
 * An entry that can't be written is no failure: asc_cache_failure tells. */
bool asc_cache_map(AscCache *cache, AscFrontend *frontend, const AscFeatures *features,
                   const char *path, AscMap *map, AscStatus *status);

/* The same, for many feature sets of a recording and for using it again: `audio`, at first of no
 * samples, keeps the sound where it had to be read; `key` is set where there is a cache. */
bool asc_cache_first(AscCache *cache, AscFrontend *frontend, const AscFeatures *features,
                     const char *path, AscAudio *audio, AscHash *key, AscMap *map,
                     AscStatus *status);

/* A map that asc_cache_first gave, once more: its entry is not checked again; where it has gone it is
 * computed anew.  Refused: the recording is another by now. */
bool asc_cache_again(AscCache *cache, AscFrontend *frontend, const AscFeatures *features,
                     const char *path, AscHash key, AscMap *map, AscStatus *status);

/* The first failure to write an entry, NULL if there was none: for a warning. */
const char *asc_cache_failure(AscCache *cache);

/* Maps found in the cache, and maps computed, since it was opened. */
void asc_cache_counts(AscCache *cache, long *found, long *computed);

/* ---------------------------------------------------------------- entries, for tests and tools */

bool asc_cache_key(AscCache *cache, const char *settings, const char *path, AscHash *key,
                   AscStatus *status);
bool asc_cache_read(const AscCache *cache, AscHash key, AscMap *map); /* false: absent or damaged */
bool asc_cache_write(AscCache *cache, AscHash key, const AscMap *map, AscStatus *status);
char *asc_cache_path(const AscCache *cache, AscHash key); /* allocated; NULL: no memory */

#endif
