/* video.h: what a record of YouTube-8M tells of a video (google/youtube-8m, readers.py): quantised
 * features of every second, or their means, and labels of the video or of segments of it. */
#ifndef ASC_VIDEO_H
#define ASC_VIDEO_H

#include "asc.h"
#include "status.h"

typedef struct AscVideoReader AscVideoReader;

enum { ASC_VIDEO_ID = 32 };

/* A record that was read; it stays until the next one. */
typedef struct AscVideo {
    char id[ASC_VIDEO_ID]; /* `id` or, of 2017, `video_id`; "" where it is not told */
    int frames;            /* 0: only means are told (video level) */
    int rgb, audio;        /* numbers of a frame, or of the means; 0: not told */
    int labels;
    const int64_t *label; /* [labels] */
    int segments;         /* of which classes are rated, by their beginnings; 0: not told */
} AscVideo;

/* For a model whose inputs are stored features: [time, feature], or [feature] for means.  An input
 * called rgb, audio, mean_rgb or mean_audio takes that one; another what has as many numbers: both,
 * rgb before audio, or one.  NULL: the model reads recordings, or inputs of another form. */
AscVideoReader *asc_video_reader_create(const AscModel *model, AscStatus *status);
void asc_video_reader_destroy(AscVideoReader *reader); /* NULL is allowed */

/* Takes a record apart.  False: no such message; lists of different lengths; frames of different
 * sizes. */
bool asc_video_read(AscVideoReader *reader, const unsigned char *bytes, size_t size,
                    AscVideo *video, AscStatus *status);

/* How many segments were rated of the record that begins with these bytes; -1: that is told behind them, or not at all. */
int asc_video_count_rated(AscVideoReader *reader, const unsigned char *bytes, size_t size);

/* What an example is: a whole video; a segment of which classes were rated; or five seconds after the
 * other, without labels. */
typedef enum AscPieces { ASC_VIDEOS, ASC_RATED_SEGMENTS, ASC_ALL_SEGMENTS } AscPieces;

/* How many examples there are of a video; a video without frames can't be cut, which its one example
 * tells. */
int asc_video_pieces(const AscVideo *video, AscPieces pieces);

/* Makes example 0 .. asc_video_pieces - 1 of the video that was read last.
 * input: [inputs of the model], rows of the example, zero past its end; target [classes]: 1 for every
 * label, and of rated segments 0 for what was rated and is not there, ASC_UNKNOWN for what was not rated.
 * *begins: the second where the segment begins; -1 of a whole video.
 * False: a label the model does not have, sizes that don't fit, a segment outside of the video. */
bool asc_video_example(AscVideoReader *reader, AscPieces pieces, int number, real *const *input,
                       real *target, int *begins, AscStatus *status);

#endif
