/* cache_index.c: an append-only text file, "STAMP HASH CHECK" a line, and a hash table of it.  A
 * line is written by one call in append mode, so that processes don't tear each other's lines. */
#include "cache_index.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LINE = 32 + 1 + 32 + 1 + 8 + 1 };
static const size_t MOST_BYTES = (size_t)1 << 30;

typedef struct Entry {
    AscHash stamp, hash;
    bool used;
} Entry;

struct AscCacheIndex {
    pthread_mutex_t lock; /* of all below */
    char *path;
    Entry *entry; /* [room], open addressing; room is a power of two */
    size_t room, count;
};

/* ---------------------------------------------------------------- the table */

static Entry *find(Entry *entry, size_t room, AscHash stamp)
{
    size_t at = (size_t)stamp.word[0] & (room - 1);
    while (entry[at].used && !asc_hash_equal(entry[at].stamp, stamp))
        at = (at + 1) & (room - 1);
    return &entry[at];
}

static bool grow(AscCacheIndex *index)
{
    size_t room = index->room ? 2 * index->room : 1024;
    Entry *entry = calloc(room, sizeof *entry);
    if (!entry)
        return false;
    for (size_t i = 0; i < index->room; i++)
        if (index->entry[i].used)
            *find(entry, room, index->entry[i].stamp) = index->entry[i];
    free(index->entry);
    index->entry = entry;
    index->room = room;
    return true;
}

/* Without memory, nothing is noted. */
static void note(AscCacheIndex *index, AscHash stamp, AscHash hash)
{
    if (2 * (index->count + 1) > index->room && !grow(index))
        return;
    Entry *entry = find(index->entry, index->room, stamp);
    index->count += !entry->used;
    *entry = (Entry){ stamp, hash, true };
}

/* ---------------------------------------------------------------- the file */

static uint32_t check_of(AscHash stamp, AscHash hash)
{
    AscHash sum = asc_hash_add(asc_hash_start(), &stamp, sizeof stamp);
    return (uint32_t)asc_hash_add(sum, &hash, sizeof hash).word[0];
}

static void read_line(AscCacheIndex *index, const char *line)
{
    AscHash stamp, hash;
    uint32_t check;
    if (sscanf(line, "%16" SCNx64 "%16" SCNx64 " %16" SCNx64 "%16" SCNx64 " %8" SCNx32,
               &stamp.word[0], &stamp.word[1], &hash.word[0], &hash.word[1], &check) == 5 &&
        check == check_of(stamp, hash))
        note(index, stamp, hash);
}

static void read_lines(AscCacheIndex *index)
{
    size_t count;
    char *text = asc_file_read(index->path, MOST_BYTES, &count, NULL);
    if (!text)
        return;
    for (char *line = text, *end; (end = memchr(line, '\n', count - (size_t)(line - text)));
         line = end + 1) {
        *end = '\0';
        if (end - line == LINE - 1)
            read_line(index, line);
    }
    free(text);
}

/* A line that can't be written costs time in the next run, nothing else. */
static void append_line(const AscCacheIndex *index, AscHash stamp, AscHash hash)
{
    char first[ASC_HASH_TEXT], second[ASC_HASH_TEXT], line[LINE + 1];
    asc_hash_print(stamp, first);
    asc_hash_print(hash, second);
    snprintf(line, sizeof line, "%s %s %08" PRIx32 "\n", first, second, check_of(stamp, hash));
    int descriptor = open(index->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor >= 0) {
        ssize_t put = write(descriptor, line, LINE);
        (void)put;
        close(descriptor);
    }
}

/* ---------------------------------------------------------------- hashes of files */

static AscHash stamp_of(const struct stat *found)
{
    const uint64_t part[] = {
        (uint64_t)found->st_dev,          (uint64_t)found->st_ino,
        (uint64_t)found->st_size,         (uint64_t)found->st_mtim.tv_sec,
        (uint64_t)found->st_mtim.tv_nsec, (uint64_t)found->st_ctim.tv_sec,
        (uint64_t)found->st_ctim.tv_nsec,
    };
    return asc_hash_add(asc_hash_start(), part, sizeof part);
}

/* A file that was changed a moment ago may change again without another time. */
static bool settled(const struct stat *found)
{
    return time(NULL) > found->st_mtim.tv_sec + 2 && time(NULL) > found->st_ctim.tv_sec + 2;
}

bool asc_cache_index_hash(AscCacheIndex *index, const char *path, AscHash *hash, AscStatus *status)
{
    struct stat before, after;
    if (stat(path, &before) != 0)
        return asc_hash_file(path, hash, status); /* which says what is wrong */
    AscHash stamp = stamp_of(&before);
    pthread_mutex_lock(&index->lock);
    const Entry *entry = index->room ? find(index->entry, index->room, stamp) : NULL;
    bool known = entry && entry->used;
    if (known)
        *hash = entry->hash;
    pthread_mutex_unlock(&index->lock);
    if (known)
        return true;
    if (!asc_hash_file(path, hash, status))
        return false;
    if (stat(path, &after) == 0 && settled(&after) && asc_hash_equal(stamp, stamp_of(&after))) {
        pthread_mutex_lock(&index->lock);
        note(index, stamp, *hash);
        append_line(index, stamp, *hash);
        pthread_mutex_unlock(&index->lock);
    }
    return true;
}

AscCacheIndex *asc_cache_index_open(const char *path)
{
    AscCacheIndex *index = calloc(1, sizeof *index);
    if (!index)
        return NULL;
    pthread_mutex_init(&index->lock, NULL);
    index->path = strdup(path);
    if (!index->path) {
        asc_cache_index_close(index);
        return NULL;
    }
    read_lines(index);
    return index;
}

void asc_cache_index_close(AscCacheIndex *index)
{
    if (index) {
        pthread_mutex_destroy(&index->lock);
        free(index->path);
        free(index->entry);
        free(index);
    }
}
