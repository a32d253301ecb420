/* shards.h: the records of a data set in TFRecord files (YouTube-8M), which is read piece by piece. */
#ifndef ASC_SHARDS_H
#define ASC_SHARDS_H

#include "problems.h"
#include "report.h"
#include "tfrecord.h"

/* Records are numbered through all files. */
typedef struct AscShards {
    const char *folder;
    int files;
    char **path; /* [files], by name */
    int *first;  /* [files + 1]: file f has the records first[f] .. first[f + 1] - 1 */
    int records;
    AscRecord *record; /* [records] */
    uint32_t largest;  /* of their sizes */
    int *rated;        /* [records]: segments that were rated (rated.h); NULL: not counted */
    int segments;      /* of all of them */
} AscShards;

/* Whether a folder has TFRecord files: *.tfrecord in it, or in its folders train, validate, test. */
bool asc_shards_found(const char *folder);

/* The files of a part: "train", "evaluate" (validate*.tfrecord), "test", "all".  Their lengths are
 * read and checked, the data is not.  With `problems` what is behind a damaged length is left out
 * and noted there, else it is an error. */
AscShards *asc_shards_open(const char *folder, const char *part, const AscReport *report,
                           AscProblems *problems, AscStatus *status);

/* These files. */
AscShards *asc_shards_files(const char *const *path, int files, const AscReport *report,
                            AscProblems *problems, AscStatus *status);
void asc_shards_close(AscShards *shards); /* NULL is allowed */

/* The file that has a record. */
int asc_shards_file(const AscShards *shards, int record);

/* Reads records, best of one file after each other. */
typedef struct AscShardFile {
    const AscShards *shards;
    int file, number; /* descriptor of the file `number`; -1: none is open */
} AscShardFile;

/* Reads a record into bytes[size of the record] and checks it. */
bool asc_shard_read(AscShardFile *open, int record, unsigned char *bytes, AscStatus *status);
void asc_shard_close(AscShardFile *open);

/* Reads the first `size` bytes of a record, unchecked. */
bool asc_shard_peek(AscShardFile *open, int record, unsigned char *bytes, size_t size,
                    AscStatus *status);

/* Puts "FILE: record N at byte B: " in front of the message. */
void asc_shards_blame(const AscShards *shards, int record, AscStatus *status);

#endif
