/* file.c: reading whole files, folders, and hashes of contents; writer.c has the writing. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---------------------------------------------------------------- reading */

static bool read_all(int descriptor, char *bytes, size_t count, const char *path, AscStatus *status)
{
    size_t done = 0;
    while (done < count) {
        ssize_t got = read(descriptor, bytes + done, count - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return asc_status_errno(status, errno, "read", path);
        if (got == 0)
            return asc_status_set(status, ASC_IO, "%s: shrank while it was read", path);
        done += (size_t)got;
    }
    return true;
}

static int open_regular(const char *path, struct stat *found, AscStatus *status)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0 && (errno == ENOENT || errno == ENOTDIR)) {
        asc_status_set(status, ASC_BAD_INPUT, "%s: no such file", path);
    } else if (descriptor < 0) {
        asc_status_errno(status, errno, "open", path);
    } else if (fstat(descriptor, found) != 0) {
        asc_status_errno(status, errno, "read", path);
    } else if (!S_ISREG(found->st_mode)) {
        asc_status_set(status, ASC_BAD_INPUT, "%s: is a %s, not a file", path,
                       S_ISDIR(found->st_mode) ? "folder" : "device or pipe");
    } else {
        return descriptor;
    }
    if (descriptor >= 0)
        close(descriptor);
    return -1;
}

char *asc_file_read(const char *path, size_t limit, size_t *count, AscStatus *status)
{
    struct stat found;
    int descriptor = open_regular(path, &found, status);
    if (descriptor < 0)
        return NULL;
    char *bytes = NULL;
    if ((uintmax_t)found.st_size > limit) {
        asc_status_set(status, ASC_BAD_INPUT, "%s: has %jd bytes, at most %zu were expected", path,
                       (intmax_t)found.st_size, limit);
    } else if (!(bytes = malloc((size_t)found.st_size + 1))) {
        asc_status_memory(status, path);
    } else if (!read_all(descriptor, bytes, (size_t)found.st_size, path, status)) {
        free(bytes);
        bytes = NULL;
    } else {
        *count = (size_t)found.st_size;
        bytes[*count] = '\0';
    }
    close(descriptor);
    return bytes;
}

bool asc_file_exists(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 && S_ISREG(found.st_mode);
}

/* ---------------------------------------------------------------- folders and paths */

bool asc_folder_exists(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

static bool make_one(const char *path, AscStatus *status)
{
    if (mkdir(path, 0777) == 0 || asc_folder_exists(path))
        return true;
    return asc_status_errno(status, errno, "make the folder", path);
}

bool asc_folder_make(const char *path, AscStatus *status)
{
    if (path[0] == '\0')
        return asc_status_set(status, ASC_USAGE, "the name of a folder is empty");
    char *part = strdup(path);
    if (!part)
        return asc_status_memory(status, path);
    bool fine = true;
    for (char *slash = strchr(part + 1, '/'); slash && fine; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        fine = make_one(part, status);
        *slash = '/';
    }
    fine = fine && make_one(part, status);
    free(part);
    return fine;
}

char *asc_path_join(const char *folder, const char *name)
{
    if (name[0] == '/' || folder[0] == '\0')
        return strdup(name);
    size_t length = strlen(folder), room = length + strlen(name) + 2;
    char *path = malloc(room);
    if (path)
        snprintf(path, room, "%s%s%s", folder, folder[length - 1] == '/' ? "" : "/", name);
    return path;
}

/* ---------------------------------------------------------------- hashes */

/* The finaliser of MurmurHash3 (Appleby, public domain): a bijection in which every bit reaches
 * every other. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 33) * UINT64_C(0xff51afd7ed558ccd);
    x = (x ^ x >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return x ^ x >> 33;
}

AscHash asc_hash_start(void)
{
    return (AscHash){ { UINT64_C(0xcbf29ce484222325), UINT64_C(0x9e3779b97f4a7c15) } };
}

static AscHash add_word(AscHash hash, uint64_t word)
{
    hash.word[0] = mix((hash.word[0] ^ word) * UINT64_C(0x9e3779b97f4a7c15) + 1);
    hash.word[1] = mix((hash.word[1] + word) * UINT64_C(0xc2b2ae3d27d4eb4f) ^ hash.word[0]);
    return hash;
}

static uint64_t little_endian(const unsigned char *byte, size_t count)
{
    uint64_t word = 0;
    for (size_t i = 0; i < count; i++)
        word |= (uint64_t)byte[i] << 8 * i;
    return word;
}

AscHash asc_hash_add(AscHash hash, const void *bytes, size_t count)
{
    const unsigned char *byte = bytes;
    size_t at = 0;
    for (; at + 8 <= count; at += 8)
        hash = add_word(hash, little_endian(byte + at, 8));
    hash = add_word(hash, little_endian(byte + at, count - at));
    return add_word(hash, count);
}

AscHash asc_hash_text(AscHash hash, const char *text)
{
    return asc_hash_add(hash, text, strlen(text));
}

bool asc_hash_file(const char *path, AscHash *hash, AscStatus *status)
{
    struct stat found;
    int descriptor = open_regular(path, &found, status);
    if (descriptor < 0)
        return false;
    enum { BLOCK = 1 << 16 };
    char *block = malloc(BLOCK);
    AscHash sum = asc_hash_start();
    uintmax_t left = (uintmax_t)found.st_size;
    bool fine = block || asc_status_memory(status, path);
    while (fine && left > 0) {
        size_t count = left < BLOCK ? (size_t)left : BLOCK;
        fine = read_all(descriptor, block, count, path, status);
        if (fine)
            sum = asc_hash_add(sum, block, count);
        left -= count;
    }
    free(block);
    close(descriptor);
    *hash = sum;
    return fine;
}

bool asc_hash_equal(AscHash a, AscHash b)
{
    return a.word[0] == b.word[0] && a.word[1] == b.word[1];
}

void asc_hash_print(AscHash hash, char text[ASC_HASH_TEXT])
{
    snprintf(text, ASC_HASH_TEXT, "%016" PRIx64 "%016" PRIx64, hash.word[0], hash.word[1]);
}
