/* stream.h: examples of shards, read, checked and decoded by a thread of its own ahead of their use. */
#ifndef ASC_STREAM_H
#define ASC_STREAM_H

#include "feed.h"
#include "shards.h"
#include "video.h"

typedef struct AscStream AscStream;

typedef struct AscStreamOptions {
    bool random; /* records in the order of shuffle.h, else as they lie */
    AscPieces pieces;
    uint64_t seed;
    int largest;   /* count of asc_stream_next */
    bool skip_bad; /* records that can't be used are left out; else they are errors */
} AscStreamOptions;

/* The shards must outlive the stream. */
AscStream *asc_stream_create(const AscModel *model, const AscShards *shards,
                             const AscStreamOptions *options, AscStatus *status);
void asc_stream_destroy(AscStream *stream); /* NULL is allowed */

/* Examples of an epoch, or where these are segments that nobody counted, records. */
int asc_stream_examples(const AscStream *stream);

/* Goes to example `from` of an epoch; the thread begins to read. */
bool asc_stream_seek(AscStream *stream, int epoch, int from, AscStatus *status);

/* The next `count` examples, fewer at the end.  Examples of records that can't be used are missing:
 * then an epoch has fewer than the shards have records. */
bool asc_stream_next(AscStream *stream, int count, AscServing *serving, AscStatus *status);

/* Of an example served, which[n]: the video's id; the second where a segment begins (-1: a video). */
typedef struct AscStreamed {
    char id[ASC_VIDEO_ID];
    int begins;
} AscStreamed;
const AscStreamed *asc_streamed(const AscStream *stream, int which);

/* Ends the reading of this epoch, wherever it is; may be called again. */
void asc_stream_end(AscStream *stream);

/* The records left out since asc_stream_seek, until the next call. */
const AscProblems *asc_stream_left_out(const AscStream *stream);

/* Seconds since asc_stream_seek that asc_stream_next waited for the thread, but for the first time. */
double asc_stream_waited(const AscStream *stream);

#endif
