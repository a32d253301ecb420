/* video.h: videos that never were, as YouTube-8M describes them. */
#ifndef YOUTUBE8M_VIDEO_H
#define YOUTUBE8M_VIDEO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MOST_LABELS = 5, MOST_SEGMENTS = 5, SEGMENT = 5 };

/* What all videos of a set have in common. */
typedef struct Kind {
    int classes, rgb, audio;
    int frames; /* of the longest video */
    bool means; /* video level */
    bool segments;
    bool id_of_2017; /* `video_id` instead of `id` */
    uint64_t seed;
} Kind;

typedef struct Video {
    char id[8]; /* four letters, as since 2018 */
    int frames, labels;
    int64_t label[MOST_LABELS];
    int begin[MOST_LABELS], end[MOST_LABELS]; /* of each label, in frames */
} Video;

/* Draws the video of this number: its labels, and when each of them is seen and heard. */
void video_draw(const Kind *kind, int64_t number, Video *video);

/* The features of a frame in [-2, 2]: rgb numbers, then those of the sound. */
void video_frame(const Kind *kind, int64_t number, const Video *video, int frame, float *to);

/* The record of a video, allocated: a SequenceExample, or at video level an Example.  With
 * `labelled` false its labels are not told.  NULL: no memory. */
unsigned char *video_record(const Kind *kind, int64_t number, bool labelled, size_t *size);

#endif
