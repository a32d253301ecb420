/* record.c: writes a video as the message of a record. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "example.pb-c.h"
#include "video.h"

/* Everything a message points into. */
typedef struct Parts {
    Tf__FeatureEntry entry[8], *context[8];
    Tf__Feature value[8];
    Tf__Int64List labels, starts, ends, rated;
    Tf__BytesList id;
    Tf__FloatList scores, mean[2];
    ProtobufCBinaryData id_bytes;
    Tf__FeatureListEntry list[2], *lists[2];
    Tf__FeatureList features[2];
    Tf__FeatureLists both;
    Tf__Features all;
    /* [2][frames] */
    Tf__Feature *frame, **frames;
    Tf__BytesList *frame_list;
    ProtobufCBinaryData *frame_bytes;
    unsigned char *bytes; /* [frames][rgb + audio] */
    float *sum;           /* [rgb + audio] */
    int64_t start[MOST_SEGMENTS * 2], end[MOST_SEGMENTS * 2], class[MOST_SEGMENTS * 2];
    float score[MOST_SEGMENTS * 2];
} Parts;

static Tf__Feature *add_context(Parts *parts, char *key)
{
    size_t n = parts->all.n_feature++;

    parts->entry[n] = (Tf__FeatureEntry)TF__FEATURE_ENTRY__INIT;
    parts->value[n] = (Tf__Feature)TF__FEATURE__INIT;
    parts->entry[n].key = key;
    parts->entry[n].value = &parts->value[n];
    parts->context[n] = &parts->entry[n];
    return &parts->value[n];
}

static void add_numbers(Parts *parts, char *key, Tf__Int64List *list, int64_t *value, int count)
{
    *list = (Tf__Int64List)TF__INT64_LIST__INIT;
    list->n_value = (size_t)count;
    list->value = value;
    add_context(parts, key)->int64_list = list;
}

static void add_floats(Parts *parts, char *key, Tf__FloatList *list, float *value, int count)
{
    *list = (Tf__FloatList)TF__FLOAT_LIST__INIT;
    list->n_value = (size_t)count;
    list->value = value;
    add_context(parts, key)->float_list = list;
}

static void add_id(const Kind *kind, Video *video, Parts *parts)
{
    parts->id = (Tf__BytesList)TF__BYTES_LIST__INIT;
    parts->id_bytes = (ProtobufCBinaryData){ strlen(video->id), (uint8_t *)video->id };
    parts->id.n_value = 1;
    parts->id.value = &parts->id_bytes;
    add_context(parts, kind->id_of_2017 ? "video_id" : "id")->bytes_list = &parts->id;
}

/* Some of a video's segments were rated, evenly spread; of each two classes: one that is there or not, and one that is
 * not. */
static void add_segments(const Kind *kind, Video *video, Parts *parts)
{
    int rows = 0, whole = video->frames / SEGMENT;
    int segments = whole < MOST_SEGMENTS ? whole : MOST_SEGMENTS;

    for (int s = 0; s < segments; s++) {
        int start = s * whole / segments * SEGMENT, which = s % video->labels;
        int64_t other = (video->label[which] + 1) % kind->classes;
        bool there = start >= video->begin[which] && start + SEGMENT <= video->end[which];

        for (int n = 0; n < video->labels; n++)
            if (video->label[n] == other)
                other = (other + 1) % kind->classes;
        for (int k = 0; k < 2; k++, rows++) {
            parts->start[rows] = start;
            parts->end[rows] = start + SEGMENT;
            parts->class[rows] = k ? other : video->label[which];
            parts->score[rows] = k == 0 && there;
        }
    }
    add_numbers(parts, "segment_start_times", &parts->starts, parts->start, rows);
    add_numbers(parts, "segment_end_times", &parts->ends, parts->end, rows);
    add_numbers(parts, "segment_labels", &parts->rated, parts->class, rows);
    add_floats(parts, "segment_scores", &parts->scores, parts->score, rows);
}

static void make_frames(const Kind *kind, int64_t number, const Video *video, Parts *parts)
{
    int width = kind->rgb + kind->audio;
    float *frame = parts->sum + width;

    for (int t = 0; t < video->frames; t++) {
        video_frame(kind, number, video, t, frame);
        for (int k = 0; k < width; k++) {
            parts->sum[k] += frame[k] / (float)video->frames;
            parts->bytes[t * width + k] = (unsigned char)lrintf((frame[k] + 2) * 255 / 4);
        }
    }
}

/* List 0 is of the pictures, 1 of the sound. */
static void add_list(const Kind *kind, const Video *video, Parts *parts, int which)
{
    int width = kind->rgb + kind->audio, size = which ? kind->audio : kind->rgb;

    for (int t = 0; t < video->frames; t++) {
        int at = which * video->frames + t;

        parts->frame_bytes[at] = (ProtobufCBinaryData){ (size_t)size, parts->bytes + t * width +
                                                                          (which ? kind->rgb : 0) };
        parts->frame_list[at] = (Tf__BytesList)TF__BYTES_LIST__INIT;
        parts->frame_list[at].n_value = 1;
        parts->frame_list[at].value = &parts->frame_bytes[at];
        parts->frame[at] = (Tf__Feature)TF__FEATURE__INIT;
        parts->frame[at].bytes_list = &parts->frame_list[at];
        parts->frames[at] = &parts->frame[at];
    }
    parts->features[which] = (Tf__FeatureList)TF__FEATURE_LIST__INIT;
    parts->features[which].n_feature = (size_t)video->frames;
    parts->features[which].feature = parts->frames + which * video->frames;
    parts->list[which] = (Tf__FeatureListEntry)TF__FEATURE_LIST_ENTRY__INIT;
    parts->list[which].key = which ? "audio" : "rgb";
    parts->list[which].value = &parts->features[which];
    parts->lists[which] = &parts->list[which];
}

static bool make_room(const Kind *kind, const Video *video, Parts *parts)
{
    size_t frames = 2 * (size_t)video->frames, width = (size_t)(kind->rgb + kind->audio);

    parts->frame = calloc(frames, sizeof *parts->frame);
    parts->frames = calloc(frames, sizeof *parts->frames);
    parts->frame_list = calloc(frames, sizeof *parts->frame_list);
    parts->frame_bytes = calloc(frames, sizeof *parts->frame_bytes);
    parts->bytes = calloc(frames, width);
    parts->sum = calloc(2 * width, sizeof *parts->sum);
    return parts->frame && parts->frames && parts->frame_list && parts->frame_bytes &&
           parts->bytes && parts->sum;
}

static void free_room(Parts *parts)
{
    free(parts->frame);
    free(parts->frames);
    free(parts->frame_list);
    free(parts->frame_bytes);
    free(parts->bytes);
    free(parts->sum);
}

static void fill_context(const Kind *kind, Video *video, bool labelled, Parts *parts)
{
    parts->all = (Tf__Features)TF__FEATURES__INIT;
    parts->all.feature = parts->context;
    add_id(kind, video, parts);
    if (labelled)
        add_numbers(parts, "labels", &parts->labels, video->label, video->labels);
    if (labelled && kind->segments && !kind->means)
        add_segments(kind, video, parts);
    if (kind->means) {
        add_floats(parts, "mean_rgb", &parts->mean[0], parts->sum, kind->rgb);
        add_floats(parts, "mean_audio", &parts->mean[1], parts->sum + kind->rgb, kind->audio);
    }
}

unsigned char *video_record(const Kind *kind, int64_t number, bool labelled, size_t *size)
{
    Tf__SequenceExample message = TF__SEQUENCE_EXAMPLE__INIT;
    Parts parts = { .all = TF__FEATURES__INIT, .both = TF__FEATURE_LISTS__INIT };
    Video video;
    unsigned char *bytes = NULL;

    video_draw(kind, number, &video);
    if (make_room(kind, &video, &parts)) {
        make_frames(kind, number, &video, &parts);
        fill_context(kind, &video, labelled, &parts);
        for (int which = 0; which < 2 && !kind->means; which++)
            add_list(kind, &video, &parts, which);
        parts.both.n_feature_list = 2;
        parts.both.feature_list = parts.lists;
        message.context = &parts.all; /* where an Example has its features */
        message.feature_lists = kind->means ? NULL : &parts.both;
        *size = tf__sequence_example__get_packed_size(&message);
        bytes = malloc(*size + 1);
        if (bytes)
            tf__sequence_example__pack(&message, bytes);
    }
    free_room(&parts);
    return bytes;
}
