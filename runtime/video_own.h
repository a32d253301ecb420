/* video_own.h: what the files that read YouTube-8M's messages share. */
#ifndef ASC_VIDEO_OWN_H
#define ASC_VIDEO_OWN_H

#include "example.pb-c.h"
#include "pool.h"
#include "video.h"

typedef enum Source { BY_SIZE, RGB, AUDIO } Source;

/* How an input is made. */
typedef struct Form {
    bool stored; /* a length else */
    Source source;
    int frames; /* most of them; 0: means */
    int width;  /* numbers of a frame */
    size_t frame_step, step;
} Form;

struct AscVideoReader {
    const AscModel *model;
    Form *form; /* [inputs] */
    int classes;
    real dequantised[256];
    AscPool pool;
    Tf__SequenceExample *message;
    AscVideo video;
};

/* ---------------------------------------------------------------- video.c */

/* What the context of a message, or its lists of frames, have by a name; NULL: nothing. */
const Tf__Feature *asc_video_find(const Tf__SequenceExample *message, const char *name);
const Tf__Int64List *asc_video_numbers(const Tf__SequenceExample *message, const char *name);
const Tf__FeatureList *asc_video_list(const Tf__SequenceExample *message, const char *name);

/* The place of a segment's first row among the rows of ratings; segments begin at different times.  -1: there is none. */
int asc_video_segment_row(const Tf__Int64List *start, int segment);

/* ---------------------------------------------------------------- video_example.c */

/* How each input of the model is made. */
bool asc_video_forms(AscVideoReader *reader, AscStatus *status);

#endif
