/* video.c: takes the messages of YouTube-8M apart. */
#include "video_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"

AscVideoReader *asc_video_reader_create(const AscModel *model, AscStatus *status)
{
    AscVideoReader *reader = calloc(1, sizeof *reader);

    if (reader) {
        reader->model = model;
        reader->classes = (int)asc_shape_reals(&model->output);
        reader->form = calloc((size_t)model->inputs + 1, sizeof *reader->form);
        asc_pool_begin(&reader->pool);
        for (int q = 0; q < 256; q++) /* from [-2, 2] to bytes: utils.py, Dequantize */
            reader->dequantised[q] = (real)(q * (4 / 255.0) + (4 / 512.0 - 2));
    }
    if (!reader || !reader->form) {
        asc_video_reader_destroy(reader);
        asc_status_memory(status, "videos");
        return NULL;
    }
    if (!asc_video_forms(reader, status)) {
        asc_video_reader_destroy(reader);
        return NULL;
    }
    return reader;
}

void asc_video_reader_destroy(AscVideoReader *reader)
{
    if (!reader)
        return;
    asc_pool_free(&reader->pool);
    free(reader->form);
    free(reader);
}

/* ---------------------------------------------------------------- a message */

const Tf__Feature *asc_video_find(const Tf__SequenceExample *message, const char *name)
{
    const Tf__Features *context = message->context;

    for (size_t i = 0; context && i < context->n_feature; i++) {
        if (context->feature[i]->key && strcmp(context->feature[i]->key, name) == 0)
            return context->feature[i]->value;
    }
    return NULL;
}

const Tf__FeatureList *asc_video_list(const Tf__SequenceExample *message, const char *name)
{
    const Tf__FeatureLists *lists = message->feature_lists;

    for (size_t i = 0; lists && i < lists->n_feature_list; i++) {
        if (lists->feature_list[i]->key && strcmp(lists->feature_list[i]->key, name) == 0)
            return lists->feature_list[i]->value;
    }
    return NULL;
}

const Tf__Int64List *asc_video_numbers(const Tf__SequenceExample *message, const char *name)
{
    const Tf__Feature *feature = asc_video_find(message, name);

    return feature ? feature->int64_list : NULL;
}

static void copy_id(const Tf__SequenceExample *message, char id[ASC_VIDEO_ID])
{
    const char *const names[] = { "id", "video_id" };

    id[0] = '\0';
    for (int i = 0; i < 2 && !id[0]; i++) {
        const Tf__Feature *feature = asc_video_find(message, names[i]);
        const Tf__BytesList *list = feature ? feature->bytes_list : NULL;

        if (list && list->n_value > 0)
            snprintf(id, ASC_VIDEO_ID, "%.*s", (int)list->value[0].len, list->value[0].data);
    }
}

/* Numbers of a frame: bytes, or floats that were not quantised. */
static int frame_width(const Tf__Feature *frame)
{
    if (frame->bytes_list && frame->bytes_list->n_value == 1)
        return (int)frame->bytes_list->value[0].len;
    return frame->float_list ? (int)frame->float_list->n_value : 0;
}

static bool measure_list(const Tf__SequenceExample *message, const char *name, int *frames,
                         int *width, AscStatus *status)
{
    const Tf__FeatureList *list = asc_video_list(message, name);

    if (!list || list->n_feature == 0)
        return true;
    *width = frame_width(list->feature[0]);
    for (size_t t = 0; t < list->n_feature; t++) {
        if (frame_width(list->feature[t]) != *width || *width == 0)
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "frame %zu of `%s` has %d numbers, the first one %d", t + 1, name,
                                  frame_width(list->feature[t]), *width);
    }
    if (*frames > 0 && *frames != (int)list->n_feature)
        return asc_status_set(status, ASC_BAD_INPUT, "%d frames of `rgb`, %zu of `%s`", *frames,
                              list->n_feature, name);
    *frames = (int)list->n_feature;
    return true;
}

static int means_width(const Tf__SequenceExample *message, const char *name)
{
    const Tf__Feature *feature = asc_video_find(message, name);

    return feature && feature->float_list && !feature->bytes_list
               ? (int)feature->float_list->n_value
               : 0;
}

/* Whether a row of ratings is of a segment that an earlier row is of. */
static bool is_known(const Tf__Int64List *start, size_t row)
{
    bool known = false;

    for (size_t other = 0; other < row && !known; other++)
        known = start->value[other] == start->value[row];
    return known;
}

int asc_video_segment_row(const Tf__Int64List *start, int segment)
{
    int found = -1;

    for (size_t row = 0; start && row < start->n_value; row++) {
        found += !is_known(start, row);
        if (found == segment)
            return (int)row;
    }
    return -1;
}

enum { MOST_ROWS = 1000 };

static bool count_segments(const Tf__Int64List *start, int *segments, AscStatus *status)
{
    size_t rows = start ? start->n_value : 0;

    if (rows > MOST_ROWS)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "has %zu segment_start_times; at most %d are expected", rows,
                              MOST_ROWS);
    for (size_t row = 0; row < rows; row++)
        *segments += !is_known(start, row);
    return true;
}

bool asc_video_read(AscVideoReader *reader, const unsigned char *bytes, size_t size,
                    AscVideo *video, AscStatus *status)
{
    AscVideo *made = &reader->video;
    const Tf__Int64List *labels;

    asc_pool_reset(&reader->pool);
    *made = (AscVideo){ .frames = 0 };
    reader->message = tf__sequence_example__unpack(&reader->pool.allocator, size, bytes);
    if (!reader->message)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "is no SequenceExample and no Example (tensorflow/core/example)");
    copy_id(reader->message, made->id);
    if (!measure_list(reader->message, "rgb", &made->frames, &made->rgb, status) ||
        !measure_list(reader->message, "audio", &made->frames, &made->audio, status))
        return false;
    if (made->frames == 0) {
        made->rgb = means_width(reader->message, "mean_rgb");
        made->audio = means_width(reader->message, "mean_audio");
    }
    labels = asc_video_numbers(reader->message, "labels");
    made->labels = labels ? (int)labels->n_value : 0;
    made->label = labels ? labels->value : NULL;
    if (!count_segments(asc_video_numbers(reader->message, "segment_start_times"), &made->segments,
                        status))
        return false;
    *video = *made;
    return true;
}

/* The length that follows the first tag; *at becomes the byte behind it.  -1: it goes on behind the bytes. */
static int64_t read_length(const unsigned char *bytes, size_t size, size_t *at)
{
    int64_t length = 0;

    for (*at = 1; *at < size && *at < 6; ++*at) {
        length |= (int64_t)(bytes[*at] & 127) << 7 * (*at - 1);
        if (!(bytes[*at] & 128)) {
            ++*at;
            return length;
        }
    }
    return -1;
}

/* The context is field 1, which is written first. */
int asc_video_count_rated(AscVideoReader *reader, const unsigned char *bytes, size_t size)
{
    Tf__SequenceExample message = TF__SEQUENCE_EXAMPLE__INIT;
    size_t at = 0;
    int64_t length = size > 0 && bytes[0] == 0x0a ? read_length(bytes, size, &at) : -1;
    int segments = 0;

    if (length < 0 || length > (int64_t)(size - at))
        return -1;
    asc_pool_reset(&reader->pool);
    message.context = tf__features__unpack(&reader->pool.allocator, (size_t)length, bytes + at);
    if (!message.context)
        return -1;
    AscStatus odd = { 0 };

    return count_segments(asc_video_numbers(&message, "segment_start_times"), &segments, &odd)
               ? segments
               : 0;
}
