/* shards.c: finds TFRecord files and the records in them. */
#include "shards.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <dirent.h>

#include "file.h"

/* ---------------------------------------------------------------- files */

typedef struct Paths {
    char **path;
    int count, room;
} Paths;

static bool add_path(Paths *paths, char *path)
{
    if (path && paths->count == paths->room) {
        int room = paths->room ? 2 * paths->room : 64;
        char **more = realloc(paths->path, (size_t)room * sizeof *more);

        if (!more) {
            free(path);
            return false;
        }
        paths->path = more;
        paths->room = room;
    }
    if (path)
        paths->path[paths->count++] = path;
    return path != NULL;
}

static bool is_shard(const char *name)
{
    static const char ending[] = ".tfrecord";
    size_t length = strlen(name);

    return length > sizeof ending - 1 && name[0] != '.' &&
           strcmp(name + length - (sizeof ending - 1), ending) == 0;
}

/* Adds the files of a folder whose names begin so. */
static bool add_folder(Paths *paths, const char *folder, const char *prefix)
{
    DIR *open = opendir(folder);
    struct dirent *entry;
    bool fine = true;

    if (!open)
        return true;
    while (fine && (entry = readdir(open)) != NULL) {
        if (is_shard(entry->d_name) && strncmp(entry->d_name, prefix, strlen(prefix)) == 0)
            fine = add_path(paths, asc_path_join(folder, entry->d_name));
    }
    closedir(open);
    return fine;
}

static const struct {
    const char *part, *prefix; /* of files, and the name of a folder */
} parts[] = { { "train", "train" }, { "evaluate", "validate" }, { "test", "test" } };

enum { PARTS = sizeof parts / sizeof *parts };

static int by_path(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void free_paths(Paths *paths)
{
    for (int n = 0; n < paths->count; n++)
        free(paths->path[n]);
    free(paths->path);
    *paths = (Paths){ 0 };
}

/* The files of a part, in order; for "all" any there are. */
static bool find_files(const char *folder, const char *part, Paths *paths)
{
    bool all = strcmp(part, "all") == 0;
    bool fine = !all || add_folder(paths, folder, "");

    for (int p = 0; fine && p < PARTS; p++) {
        char *below = asc_path_join(folder, parts[p].prefix);

        if (!all && strcmp(part, parts[p].part) != 0) {
            free(below);
            continue;
        }
        fine = below && add_folder(paths, below, "") &&
               (all || add_folder(paths, folder, parts[p].prefix));
        free(below);
    }
    if (paths->count > 0)
        qsort(paths->path, (size_t)paths->count, sizeof *paths->path, by_path);
    return fine;
}

bool asc_shards_found(const char *folder)
{
    Paths paths = { 0 };
    bool found = find_files(folder, "all", &paths) && paths.count > 0;

    free_paths(&paths);
    return found;
}

/* ---------------------------------------------------------------- records */

/* What was found in a file. */
typedef struct Found {
    AscRecord *record;
    int count;
    AscStatus status;
} Found;

static void look(const char *path, Found *found)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);

    if (file < 0) {
        asc_status_errno(&found->status, errno, "open", path);
        return;
    }
    posix_fadvise(file, 0, 0, POSIX_FADV_RANDOM); /* headers alone are read */
    if (asc_records_find(file, path, &found->record, &found->count, &found->status) &&
        found->count == 0)
        asc_status_set(&found->status, ASC_BAD_INPUT, "%s: is empty", path);
    close(file);
}

/* Files are looked at in parallel: most of the time is the disk's. */
static void look_at_all(const AscShards *shards, const AscReport *report, Found *found)
{
    int done = 0;

#pragma omp parallel for schedule(dynamic)
    for (int f = 0; f < shards->files; f++) {
        look(shards->path[f], &found[f]);
#pragma omp critical(asc_shards)
        asc_report_job(report, "reading", "files", ++done, shards->files);
    }
}

static bool count_records(AscShards *shards, const Found *found, AscProblems *problems,
                          AscStatus *status)
{
    int64_t records = 0;

    for (int f = 0; f < shards->files; f++) {
        const AscStatus *odd = &found[f].status;

        if (odd->code != ASC_OK && odd->code != ASC_BAD_INPUT)
            return asc_status_set(status, odd->code, "%s", odd->message);
        if (odd->code == ASC_BAD_INPUT && !asc_problem(problems, status, "%s", odd->message))
            return false;
        records += found[f].count;
        shards->first[f + 1] = (int)(records < INT_MAX ? records : INT_MAX);
    }
    if (records == 0 || records >= INT_MAX)
        return asc_status_set(status, ASC_BAD_INPUT, "%s: has %" PRId64 " records that can be read",
                              shards->folder, records);
    shards->records = (int)records;
    return true;
}

static bool join_records(AscShards *shards, const Found *found, AscStatus *status)
{
    shards->record = malloc((size_t)shards->records * sizeof *shards->record);
    if (!shards->record)
        return asc_status_memory(status, "the places of the records");
    for (int f = 0; f < shards->files; f++) {
        if (found[f].count > 0)
            memcpy(shards->record + shards->first[f], found[f].record,
                   (size_t)found[f].count * sizeof *shards->record);
    }
    for (int r = 0; r < shards->records; r++) {
        if (shards->record[r].size > shards->largest)
            shards->largest = shards->record[r].size;
    }
    return true;
}

static bool find_records(AscShards *shards, const AscReport *report, AscProblems *problems,
                         AscStatus *status)
{
    Found *found = calloc((size_t)shards->files + 1, sizeof *found);

    shards->first = calloc((size_t)shards->files + 1, sizeof *shards->first);
    if (!found || !shards->first) {
        free(found);
        return asc_status_memory(status, "the places of the records");
    }
    look_at_all(shards, report, found);
    bool fine = count_records(shards, found, problems, status) &&
                join_records(shards, found, status);

    for (int f = 0; f < shards->files; f++)
        free(found[f].record);
    free(found);
    return fine;
}

/* Takes the paths over. */
static AscShards *create(const char *folder, Paths *paths, const AscReport *report,
                         AscProblems *problems, AscStatus *status)
{
    AscShards *shards = calloc(1, sizeof *shards);

    if (!shards) {
        free_paths(paths);
        asc_status_memory(status, folder);
        return NULL;
    }
    *shards = (AscShards){ .folder = folder, .files = paths->count, .path = paths->path };
    if (find_records(shards, report, problems, status))
        return shards;
    asc_shards_close(shards);
    return NULL;
}

AscShards *asc_shards_open(const char *folder, const char *part, const AscReport *report,
                           AscProblems *problems, AscStatus *status)
{
    Paths paths = { 0 };

    if (!find_files(folder, part, &paths)) {
        free_paths(&paths);
        asc_status_memory(status, folder);
        return NULL;
    }
    if (paths.count == 0) {
        asc_status_set(status, ASC_BAD_INPUT,
                       "%s: has no TFRecord files of the part `%s`: train*.tfrecord, "
                       "validate*.tfrecord (evaluate) and test*.tfrecord are looked for, there and "
                       "in folders train, validate and test",
                       folder, part);
        return NULL;
    }
    return create(folder, &paths, report, problems, status);
}

AscShards *asc_shards_files(const char *const *path, int files, const AscReport *report,
                            AscProblems *problems, AscStatus *status)
{
    Paths paths = { 0 };

    for (int f = 0; f < files; f++) {
        if (!add_path(&paths, strdup(path[f]))) {
            free_paths(&paths);
            asc_status_memory(status, path[f]);
            return NULL;
        }
    }
    return create(path[0], &paths, report, problems, status);
}

void asc_shards_close(AscShards *shards)
{
    if (!shards)
        return;
    for (int f = 0; f < shards->files; f++)
        free(shards->path[f]);
    free(shards->path);
    free(shards->first);
    free(shards->record);
    free(shards->rated);
    free(shards);
}

/* ---------------------------------------------------------------- reading */

int asc_shards_file(const AscShards *shards, int record)
{
    int low = 0, high = shards->files - 1;

    while (low < high) {
        int middle = low + (high - low) / 2;

        if (record < shards->first[middle + 1])
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

void asc_shard_close(AscShardFile *open)
{
    if (open->file >= 0)
        close(open->file);
    open->file = -1;
}

/* Opens the file that has a record. */
static bool open_file(AscShardFile *shard, int record, AscStatus *status)
{
    const AscShards *shards = shard->shards;
    int number = asc_shards_file(shards, record);

    if (shard->file >= 0 && shard->number == number)
        return true;
    asc_shard_close(shard);
    shard->number = number;
    shard->file = open(shards->path[number], O_RDONLY | O_CLOEXEC);
    return shard->file >= 0 || asc_status_errno(status, errno, "open", shards->path[number]);
}

bool asc_shard_read(AscShardFile *shard, int record, unsigned char *bytes, AscStatus *status)
{
    const AscShards *shards = shard->shards;

    return open_file(shard, record, status) &&
           asc_record_read(shard->file, shards->path[shard->number], &shards->record[record],
                           record - shards->first[shard->number] + 1, bytes, status);
}

bool asc_shard_peek(AscShardFile *shard, int record, unsigned char *bytes, size_t size,
                    AscStatus *status)
{
    const AscShards *shards = shard->shards;

    return open_file(shard, record, status) &&
           asc_record_peek(shard->file, shards->path[shard->number], &shards->record[record],
                           record - shards->first[shard->number] + 1, bytes, size, status);
}

void asc_shards_blame(const AscShards *shards, int record, AscStatus *status)
{
    int file = asc_shards_file(shards, record);

    asc_status_prefix(status, "%s: record %d at byte %" PRId64 ": ", shards->path[file],
                      record - shards->first[file] + 1,
                      shards->record[record].offset - ASC_RECORD_HEADER);
}
