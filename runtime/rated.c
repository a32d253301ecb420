/* rated.c: counts the rated segments of shards, files in parallel. */
#include "rated.h"

#include <limits.h>
#include <stdlib.h>

#include "video.h"

enum { BEGINNING = 4096 }; /* bytes; the ratings of a video take a few hundred */

typedef struct Counter {
    const AscShards *shards;
    AscVideoReader *reader;
    AscShardFile file;
    unsigned char *bytes; /* [largest record] */
} Counter;

static bool begin(Counter *counter, const AscModel *model, const AscShards *shards,
                  AscStatus *status)
{
    *counter = (Counter){ .shards = shards, .file = { shards, -1, 0 } };
    counter->reader = asc_video_reader_create(model, status);
    if (!counter->reader)
        return false;
    counter->bytes = malloc((size_t)shards->largest + BEGINNING);
    return counter->bytes || asc_status_memory(status, "records");
}

static void end(Counter *counter)
{
    asc_video_reader_destroy(counter->reader);
    asc_shard_close(&counter->file);
    free(counter->bytes);
}

/* Of one record: from its beginning, or where that does not do from all of it. */
static bool count_pieces(Counter *counter, int record, int *count, AscStatus *status)
{
    size_t size = counter->shards->record[record].size;
    size_t some = size < BEGINNING ? size : BEGINNING;
    AscStatus odd = { 0 };

    if (!asc_shard_peek(&counter->file, record, counter->bytes, some, status))
        return false;
    *count = asc_video_count_rated(counter->reader, counter->bytes, some);
    if (*count >= 0 || size == some)
        return true;
    if (!asc_shard_peek(&counter->file, record, counter->bytes, size, status))
        return false;
    AscVideo video = { .segments = 0 };

    *count = asc_video_read(counter->reader, counter->bytes, size, &video, &odd) ? video.segments
                                                                                 : 0;
    return true;
}

/* What is wrong with a record is told when it is read for its examples; here it has none. */
static bool count_record(Counter *counter, int record, int *count, AscStatus *status)
{
    AscStatus odd = { 0 };

    if (count_pieces(counter, record, count, &odd) || odd.code == ASC_BAD_INPUT)
        return true;
    return asc_status_set(status, odd.code, "%s", odd.message);
}

static bool count_file(const AscModel *model, AscShards *shards, int file, AscStatus *status)
{
    Counter counter;
    bool fine = begin(&counter, model, shards, status);

    for (int r = shards->first[file]; fine && r < shards->first[file + 1]; r++) {
        int count = 0;

        fine = count_record(&counter, r, &count, status);
        shards->rated[r] = count > 0 ? count : 0;
    }
    end(&counter);
    return fine;
}

static bool count_files(const AscModel *model, AscShards *shards, const AscReport *report,
                        AscStatus *status)
{
    int done = 0;
    bool fine = true;

#pragma omp parallel for schedule(dynamic)
    for (int f = 0; f < shards->files; f++) {
        AscStatus own = { 0 };
        bool counted = count_file(model, shards, f, &own);

#pragma omp critical(asc_rated)
        {
            if (!counted && fine)
                fine = asc_status_set(status, own.code, "%s", own.message);
            asc_report_job(report, "looking for segments", "files", ++done, shards->files);
        }
    }
    return fine;
}

bool asc_rated_count(const AscModel *model, AscShards *shards, const AscReport *report,
                     AscStatus *status)
{
    int64_t segments = 0;

    free(shards->rated);
    shards->rated = calloc((size_t)shards->records + 1, sizeof *shards->rated);
    if (!shards->rated)
        return asc_status_memory(status, "the numbers of segments");
    if (!count_files(model, shards, report, status))
        return false;
    for (int r = 0; r < shards->records; r++)
        segments += shards->rated[r];
    shards->segments = segments < INT_MAX ? (int)segments : INT_MAX;
    return segments > 0 || asc_status_set(status, ASC_BAD_INPUT,
                                          "%s: has no segments that were rated", shards->folder);
}
