/* cache.c: computed features on disk; a file an entry. */
#include "cache.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache_index.h"

/* Part of every key: to be raised when the front end's results change. */
static const char VERSION[] = "features 2";
static const size_t MOST_BYTES = (size_t)1 << 32;

struct AscCache {
    char *folder;
    AscCacheIndex *index;
    pthread_mutex_t lock; /* of all below */
    long found, computed;
    AscStatus failure;
};

/* An entry: the header, then the values, as this machine has them in memory. */
typedef struct Header {
    char magic[8];
    uint32_t order, width; /* 0x01020304; sizeof(real) */
    int32_t pieces, frames, size, unused;
    AscHash key, check; /* check: of the header with a check of zeros, and the values */
} Header;

/* ---------------------------------------------------------------- the folder */

static char *default_folder(void)
{
    const char *own = getenv("ASC_CACHE"), *shared = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    if (own && *own)
        return strdup(own);
    if (shared && shared[0] == '/')
        return asc_path_join(shared, "ascc");
    return home && *home ? asc_path_join(home, ".cache/ascc") : NULL;
}

static bool open_folder(AscCache *cache, const char *folder, AscStatus *status)
{
    cache->folder = folder ? strdup(folder) : default_folder();
    if (!cache->folder)
        return asc_status_set(status, ASC_USAGE,
                              "no folder for the feature cache: set ASC_CACHE or HOME");
    if (!asc_folder_make(cache->folder, status))
        return false;
    char *path = asc_path_join(cache->folder, "index");
    cache->index = path ? asc_cache_index_open(path) : NULL;
    free(path);
    return cache->index || asc_status_memory(status, "the feature cache");
}

AscCache *asc_cache_open(const char *folder, AscStatus *status)
{
    AscCache *cache = calloc(1, sizeof *cache);
    if (!cache) {
        asc_status_memory(status, "the feature cache");
        return NULL;
    }
    pthread_mutex_init(&cache->lock, NULL);
    if (!open_folder(cache, folder, status)) {
        asc_cache_close(cache);
        return NULL;
    }
    return cache;
}

void asc_cache_close(AscCache *cache)
{
    if (cache) {
        asc_cache_index_close(cache->index);
        pthread_mutex_destroy(&cache->lock);
        free(cache->folder);
        free(cache);
    }
}

/* "FOLDER/ab/cdef....map" */
char *asc_cache_path(const AscCache *cache, AscHash key)
{
    char text[ASC_HASH_TEXT], name[ASC_HASH_TEXT + 8];
    asc_hash_print(key, text);
    snprintf(name, sizeof name, "%.2s/%s.map", text, text + 2);
    return asc_path_join(cache->folder, name);
}

bool asc_cache_key(AscCache *cache, const char *settings, const char *path, AscHash *key,
                   AscStatus *status)
{
    AscHash content;
    const uint32_t width = sizeof(real);
    if (!asc_cache_index_hash(cache->index, path, &content, status))
        return false;
    AscHash sum = asc_hash_text(asc_hash_start(), VERSION);
    sum = asc_hash_text(sum, settings);
    sum = asc_hash_add(sum, &width, sizeof width);
    *key = asc_hash_add(sum, &content, sizeof content);
    return true;
}

/* ---------------------------------------------------------------- entries */

static Header make_header(AscHash key, const AscMap *map)
{
    Header header = { "ASCMAP2", 0x01020304, sizeof(real), map->pieces, map->frames,
                      map->size, 0,          key,          { { 0, 0 } } };
    AscHash check = asc_hash_add(asc_hash_start(), &header, sizeof header);
    header.check = asc_hash_add(check, map->values, asc_map_count(map) * sizeof(real));
    return header;
}

/* The number of values the header tells; 0: it is none of ours, or too large to be true. */
static size_t values_of(const Header *header)
{
    const int32_t size[] = { header->pieces, header->frames, header->size };
    size_t count = 1;
    for (int i = 0; i < 3; i++) {
        if (size[i] < 1 || count > MOST_BYTES / (size_t)size[i])
            return 0;
        count *= (size_t)size[i];
    }
    return header->width == sizeof(real) ? count : 0;
}

static bool parse_entry(const char *bytes, size_t count, AscHash key, AscMap *map)
{
    Header header;
    if (count < sizeof header)
        return false;
    memcpy(&header, bytes, sizeof header);
    size_t values = values_of(&header);
    if (values == 0 || count != sizeof header + values * sizeof(real))
        return false;
    *map = (AscMap){ header.pieces, header.frames, header.size, malloc(values * sizeof(real)) };
    if (!map->values)
        return false;
    memcpy(map->values, bytes + sizeof header, values * sizeof(real));
    Header wanted = make_header(key, map);
    if (memcmp(&wanted, &header, sizeof header) == 0)
        return true;
    asc_map_free(map);
    return false;
}

bool asc_cache_read(const AscCache *cache, AscHash key, AscMap *map)
{
    size_t count;
    char *path = asc_cache_path(cache, key);
    char *bytes = path ? asc_file_read(path, MOST_BYTES, &count, NULL) : NULL;
    bool fine = bytes && parse_entry(bytes, count, key, map);
    free(bytes);
    free(path);
    return fine;
}

static bool write_entry(const char *path, AscHash key, const AscMap *map, AscStatus *status)
{
    const char *name = strrchr(path, '/');
    char *folder = strndup(path, (size_t)(name - path));
    bool fine = folder ? asc_folder_make(folder, status) : asc_status_memory(status, path);
    free(folder);
    AscWriter *writer = fine ? asc_writer_open(path, status) : NULL;
    if (!writer)
        return false;
    Header header = make_header(key, map);
    asc_writer_relax(writer);
    asc_writer_put(writer, &header, sizeof header, NULL);
    asc_writer_put(writer, map->values, asc_map_count(map) * sizeof(real), NULL);
    return asc_writer_commit(writer, status);
}

bool asc_cache_write(AscCache *cache, AscHash key, const AscMap *map, AscStatus *status)
{
    char *path = asc_cache_path(cache, key);
    bool fine = path ? write_entry(path, key, map, status)
                     : asc_status_memory(status, "the feature cache");
    free(path);
    return fine;
}

/* ---------------------------------------------------------------- recordings */

/* Where the model says resample = no. */
static bool check_rate(const AscFrontend *frontend, const AscAudio *audio, AscStatus *status)
{
    if (!asc_frontend_rate_fixed(frontend) || audio->source_rate == audio->rate)
        return true;
    return asc_status_set(status, ASC_BAD_INPUT,
                          "has a rate of %g Hz; the model wants %g Hz and forbids resampling",
                          audio->source_rate, audio->rate);
}

static bool compute(AscFrontend *frontend, const char *path, AscMap *map, AscStatus *status)
{
    AscAudio audio;
    if (!asc_audio_read(path, asc_frontend_rate(frontend), asc_frontend_channels(frontend), &audio,
                        status))
        return false;
    bool fine = check_rate(frontend, &audio, status) &&
                asc_frontend_compute(frontend, &audio, map, status);
    if (!fine)
        asc_status_prefix(status, "%s: ", path);
    asc_audio_free(&audio);
    return fine;
}

/* Counts a use; keeps the first failure to write. */
static void count_use(AscCache *cache, bool found, const AscStatus *failure)
{
    pthread_mutex_lock(&cache->lock);
    cache->found += found;
    cache->computed += !found;
    if (failure && cache->failure.code == ASC_OK)
        cache->failure = *failure;
    pthread_mutex_unlock(&cache->lock);
}

bool asc_cache_map(AscCache *cache, AscFrontend *frontend, const AscFeatures *features,
                   const char *path, AscMap *map, AscStatus *status)
{
    *map = (AscMap){ 0 };
    if (!cache)
        return compute(frontend, path, map, status);
    AscHash key;
    if (!asc_cache_key(cache, features->settings, path, &key, status))
        return false;
    if (asc_cache_read(cache, key, map)) {
        if (asc_frontend_fits(frontend, map)) {
            count_use(cache, true, NULL);
            return true;
        }
        asc_map_free(map);
    }
    if (!compute(frontend, path, map, status))
        return false;
    AscStatus failure;
    bool written = asc_cache_write(cache, key, map, &failure);
    count_use(cache, false, written ? NULL : &failure);
    return true;
}

const char *asc_cache_failure(AscCache *cache)
{
    pthread_mutex_lock(&cache->lock);
    bool failed = cache->failure.code != ASC_OK;
    pthread_mutex_unlock(&cache->lock);
    return failed ? cache->failure.message : NULL;
}

void asc_cache_counts(AscCache *cache, long *found, long *computed)
{
    pthread_mutex_lock(&cache->lock);
    *found = cache->found;
    *computed = cache->computed;
    pthread_mutex_unlock(&cache->lock);
}
