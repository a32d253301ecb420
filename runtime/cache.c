/* cache.c: computed features on disk; a file an entry, which is mapped to be read. */
#include "cache.h"

#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache_index.h"

/* Part of every key: to be raised when the front end's results change. */
static const char VERSION[] = "features 4";
static const size_t MOST_BYTES = (size_t)1 << 32;

struct AscCache {
    char *folder;
    AscCacheIndex *index;
    bool half;
    pthread_mutex_t lock; /* of all below */
    long found, computed;
    AscStatus failure;
};

/* An entry: the header, then the values, as this machine has them in memory. */
typedef struct Header {
    char magic[8];
    uint32_t order, width; /* 0x01020304; bytes of a value */
    int32_t pieces, frames, size, rate;
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
    asc_cache_sweep(cache->folder);
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
    const uint32_t width = cache->half ? sizeof(uint16_t) : sizeof(real);
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
    return (Header){ .magic = "ASCMAP3",
                     .order = 0x01020304,
                     .width = (uint32_t)asc_map_width(map),
                     .pieces = map->pieces,
                     .frames = map->frames,
                     .size = map->size,
                     .rate = map->rate,
                     .key = key };
}

/* Of the header with a check of zeros, and the values. */
static AscHash check_of(Header header, const void *values)
{
    const size_t count = (size_t)header.pieces * (size_t)header.frames * (size_t)header.size;
    memset(&header.check, 0, sizeof header.check);
    AscHash check = asc_hash_add(asc_hash_start(), &header, sizeof header);
    return asc_hash_add(check, values, count * header.width);
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
    return header->width == sizeof(real) || header->width == sizeof(uint16_t) ? count : 0;
}

/* Whether a mapped file of `bytes` is the entry of this key; `known` entries were checked before. */
static bool is_entry(const Header *header, size_t bytes, AscHash key, bool known)
{
    if (bytes < sizeof *header || memcmp(header->magic, "ASCMAP3", 8) != 0 ||
        header->order != 0x01020304 || !asc_hash_equal(header->key, key))
        return false;
    const size_t values = values_of(header);
    return values > 0 && bytes == sizeof *header + values * header->width &&
           (known || asc_hash_equal(header->check, check_of(*header, header + 1)));
}

static void *map_file(const char *path, size_t *bytes)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    struct stat found;
    void *file = MAP_FAILED;
    if (descriptor < 0)
        return NULL;
    if (fstat(descriptor, &found) == 0 && S_ISREG(found.st_mode) && found.st_size > 0 &&
        (size_t)found.st_size <= MOST_BYTES) {
        *bytes = (size_t)found.st_size;
        file = mmap(NULL, *bytes, PROT_READ, MAP_PRIVATE, descriptor, 0);
    }
    close(descriptor);
    return file == MAP_FAILED ? NULL : file;
}

static bool read_entry(const AscCache *cache, AscHash key, bool known, AscMap *map)
{
    char *path = asc_cache_path(cache, key);
    size_t bytes = 0;
    Header *header = path ? map_file(path, &bytes) : NULL;
    free(path);
    *map = (AscMap){ .file = header, .bytes = bytes };
    if (!header)
        return false;
    if (!is_entry(header, bytes, key, known)) {
        asc_map_free(map);
        return false;
    }
    map->pieces = header->pieces;
    map->frames = header->frames;
    map->size = header->size;
    map->rate = header->rate;
    if (header->width == sizeof(uint16_t))
        map->half = (uint16_t *)(header + 1);
    else
        map->values = (real *)(header + 1);
    return true;
}

bool asc_cache_read(const AscCache *cache, AscHash key, AscMap *map)
{
    return read_entry(cache, key, false, map);
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
    const void *values = map->half ? (const void *)map->half : map->values;
    Header header = make_header(key, map);
    header.check = check_of(header, values);
    asc_writer_relax(writer);
    asc_writer_put(writer, &header, sizeof header, NULL);
    asc_writer_put(writer, values, asc_map_count(map) * header.width, NULL);
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

/* Else what is wrong in one recording would be in the statistics of all of them. */
static bool check_finite(const AscMap *map, AscStatus *status)
{
    const size_t count = asc_map_count(map), size = (size_t)map->size;

    for (size_t i = 0; i < count; i++) {
        if (!isfinite(map->values[i]))
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "value %zu of frame %zu of its features is not finite; is it "
                                  "the logarithm of 0?",
                                  i % size + 1, i / size % (size_t)map->frames + 1);
    }
    return true;
}

/* `audio` is read where it is not what the front end wants. */
static bool compute(AscFrontend *frontend, const char *path, AscAudio *audio, AscMap *map,
                    AscStatus *status)
{
    const AscSound *sound = asc_frontend_sound(frontend);
    if (!asc_audio_is(audio, sound)) {
        asc_audio_free(audio);
        if (!asc_audio_read(path, sound, audio, status))
            return false;
    }
    bool fine = asc_frontend_compute(frontend, audio, map, status);
    if (fine && !check_finite(map, status)) {
        asc_map_free(map);
        fine = false;
    }
    if (!fine)
        asc_status_prefix(status, "%s: ", path);
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

static bool compute_and_keep(AscCache *cache, AscFrontend *frontend, const char *path,
                             AscAudio *audio, AscHash key, AscMap *map, AscStatus *status)
{
    if (!compute(frontend, path, audio, map, status))
        return false;
    if (cache->half && !asc_map_halve(map, status)) {
        asc_map_free(map);
        return false;
    }
    AscStatus failure;
    bool written = asc_cache_write(cache, key, map, &failure);
    count_use(cache, false, written ? NULL : &failure);
    return true;
}

bool asc_cache_first(AscCache *cache, AscFrontend *frontend, const AscFeatures *features,
                     const char *path, AscAudio *audio, AscHash *key, AscMap *map,
                     AscStatus *status)
{
    *map = (AscMap){ 0 };
    if (!cache)
        return compute(frontend, path, audio, map, status);
    if (!asc_cache_key(cache, features->settings, path, key, status))
        return false;
    *key = asc_frontend_key(frontend, *key);
    if (read_entry(cache, *key, false, map)) {
        if (asc_frontend_fits(frontend, map)) {
            count_use(cache, true, NULL);
            return true;
        }
        asc_map_free(map);
    }
    return compute_and_keep(cache, frontend, path, audio, *key, map, status);
}

bool asc_cache_again(AscCache *cache, AscFrontend *frontend, const AscFeatures *features,
                     const char *path, AscHash key, AscMap *map, AscStatus *status)
{
    AscAudio audio = { 0 };
    AscHash now = key;
    *map = (AscMap){ 0 };
    if (cache && read_entry(cache, key, true, map))
        return true;
    if (cache && !asc_cache_key(cache, features->settings, path, &now, status))
        return false;
    if (cache)
        now = asc_frontend_key(frontend, now);
    if (!asc_hash_equal(key, now))
        return asc_status_set(status, ASC_BAD_INPUT, "%s: has changed since it was first read",
                              path);
    bool fine = cache ? compute_and_keep(cache, frontend, path, &audio, key, map, status)
                      : compute(frontend, path, &audio, map, status);
    asc_audio_free(&audio);
    return fine;
}

bool asc_cache_map(AscCache *cache, AscFrontend *frontend, const AscFeatures *features,
                   const char *path, AscMap *map, AscStatus *status)
{
    AscAudio audio = { 0 };
    AscHash key;
    bool fine = asc_cache_first(cache, frontend, features, path, &audio, &key, map, status);
    asc_audio_free(&audio);
    return fine;
}

void asc_cache_halve(AscCache *cache)
{
    cache->half = true;
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
