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

/* Makes an example of the video that was read last: segment 0 .. segments - 1, or -1 for all of it.
 * input: [inputs of the model], rows of the example, zero past its end; target [classes]: 1 for every
 * label; rated [classes]: 1 for the classes whose label is known (of segments; else all), or NULL.
 * *begins: the second where the segment begins; -1 of all of it.
 * False: a label the model does not have, sizes that don't fit, a segment outside of the video. */
bool asc_video_example(AscVideoReader *reader, int segment, real *const *input, real *target,
                       unsigned char *rated, int *begins, AscStatus *status);

#endif
