/* file.h: whole files in and out.  A file is written beside its place under a temporary name
 * and renamed when it is complete, so that nobody ever sees half of one. */
#ifndef ASC_FILE_H
#define ASC_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

/* ---------------------------------------------------------------- writing */

typedef struct AscWriter AscWriter;

/* Opens a temporary file in the folder of `path`, which must exist.  NULL: status says why. */
AscWriter *asc_writer_open(const char *path, AscStatus *status);

/* Appends bytes.  After a failure the writer only waits for commit, which reports it,
 * or abandon. */
bool asc_writer_put(AscWriter *writer, const void *bytes, size_t count, AscStatus *status);

/* Appends formatted text of any length. */
bool asc_writer_print(AscWriter *writer, AscStatus *status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* For files that can be made again: commit does not wait for the disk, so that a power failure may
 * leave a damaged file. */
void asc_writer_relax(AscWriter *writer);

/* Puts the bytes on the disk and the file in its place, replacing what was there, and frees the
 * writer.  On failure the temporary file is removed and what was there stays. */
bool asc_writer_commit(AscWriter *writer, AscStatus *status);

/* Removes the temporary file and frees the writer; NULL is allowed. */
void asc_writer_abandon(AscWriter *writer);

/* Removes the unfinished files that killed processes left in a folder; those of processes that run stay. */
void asc_writer_tidy(const char *folder);

/* All of the above for bytes that are in memory. */
bool asc_file_write(const char *path, const void *bytes, size_t count, AscStatus *status);

/* ---------------------------------------------------------------- reading */

/* Reads a whole regular file of at most `limit` bytes; a zero byte follows the `count` bytes.  The
 * caller frees the result.  NULL: missing (ASC_BAD_INPUT), not a file, too large, not readable. */
char *asc_file_read(const char *path, size_t limit, size_t *count, AscStatus *status);

bool asc_file_exists(const char *path); /* a regular file, or a link to one */
bool asc_folder_exists(const char *path);

/* Makes a folder and those it lies in, as mkdir -p does. */
bool asc_folder_make(const char *path, AscStatus *status);

/* "folder/name", allocated; the caller frees it.  An absolute name stays as it is.  NULL: no
 * memory. */
char *asc_path_join(const char *folder, const char *name);

/* ---------------------------------------------------------------- hashes */

/* 128 bits; well mixed, not cryptographic. */
typedef struct AscHash {
    uint64_t word[2];
} AscHash;

enum { ASC_HASH_TEXT = 33 }; /* 32 hexadecimal digits and the end */

/* A hash of a sequence of pieces: every piece counts with its length, so that "a", "bc" is not
 * "ab", "c".  That of a file is the hash of its blocks of 64 KiB. */
AscHash asc_hash_start(void);
AscHash asc_hash_add(AscHash hash, const void *bytes, size_t count);
AscHash asc_hash_text(AscHash hash, const char *text);
bool asc_hash_file(const char *path, AscHash *hash, AscStatus *status);
bool asc_hash_equal(AscHash a, AscHash b);
void asc_hash_print(AscHash hash, char text[ASC_HASH_TEXT]);

#endif
