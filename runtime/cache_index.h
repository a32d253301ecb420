/* cache_index.h: what the cache knows of recordings without reading them: the hashes of their
 * bytes. */
#ifndef ASC_CACHE_INDEX_H
#define ASC_CACHE_INDEX_H

#include "file.h"
#include "status.h"

typedef struct AscCacheIndex AscCacheIndex; /* may be shared by threads */

/* Reads the index file, if it is there; lines that are damaged are skipped.  NULL: no memory. */
AscCacheIndex *asc_cache_index_open(const char *path);
void asc_cache_index_close(AscCacheIndex *index);

/* The hash of a file's bytes: the one noted for its device, number, size and times, else by reading
 * it, which is then noted.  False: the file can't be read. */
bool asc_cache_index_hash(AscCacheIndex *index, const char *path, AscHash *hash, AscStatus *status);

/* Removes files that were never finished, an hour after they were last written to. */
void asc_cache_sweep(const char *folder);

#endif
