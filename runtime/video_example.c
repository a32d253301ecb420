/* video_example.c: turns the messages of YouTube-8M into examples. */
#include "video_own.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "batch.h"

/* ---------------------------------------------------------------- inputs */

static Source source_of(const char *name)
{
    if (strcmp(name, "rgb") == 0 || strcmp(name, "mean_rgb") == 0)
        return RGB;
    if (strcmp(name, "audio") == 0 || strcmp(name, "mean_audio") == 0)
        return AUDIO;
    return BY_SIZE;
}

/* Axes of size one don't count; of two, `time`, or the first, counts the frames. */
static bool make_form(const AscInput *input, Form *form)
{
    size_t step[ASC_MAX_AXES], size = 1;
    int axis[ASC_MAX_AXES], axes = 0, time = 0;

    for (int a = input->shape.rank - 1; a >= 0; a--) {
        step[a] = size;
        size *= (size_t)input->shape.axis[a].size;
    }
    for (int a = 0; a < input->shape.rank; a++) {
        if (input->shape.axis[a].size > 1 || strcmp(input->shape.axis[a].name, "time") == 0)
            axis[axes++] = a;
    }
    if (axes < 1 || axes > 2)
        return false;
    if (axes == 2 && strcmp(input->shape.axis[axis[1]].name, "time") == 0)
        time = 1;
    int values = axis[axes - 1 - time];

    *form = (Form){ .stored = true,
                    .source = source_of(input->name),
                    .frames = axes == 2 ? input->shape.axis[axis[time]].size : 0,
                    .width = input->shape.axis[values].size,
                    .frame_step = axes == 2 ? step[axis[time]] : 0,
                    .step = step[values] };
    return true;
}

bool asc_video_forms(AscVideoReader *reader, AscStatus *status)
{
    const AscModel *model = reader->model;

    for (int i = 0; i < model->inputs; i++) {
        const AscInput *input = &model->input[i];

        if (input->kind == ASC_INPUT_LENGTH)
            continue;
        if (model->features[input->set].front)
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "features %s: they are made from recordings, and can't be read "
                                  "from TFRecord files",
                                  input->name);
        if (!make_form(input, &reader->form[i]))
            return asc_status_set(
                status, ASC_BAD_INPUT,
                "features %s: [time, feature] or [feature] is expected of what is "
                "read from TFRecord files",
                input->name);
    }
    return model->output.rank == 1 ||
           asc_status_set(status, ASC_BAD_INPUT,
                          "the output must have one axis to be trained on labels");
}

/* ---------------------------------------------------------------- an example */

/* Writes `count` numbers of a frame, or of a mean, `step` apart. */
static void write_frame(const AscVideoReader *reader, const Tf__Feature *frame, int count,
                        size_t step, real *to)
{
    if (frame->bytes_list && frame->bytes_list->n_value == 1) {
        const unsigned char *from = frame->bytes_list->value[0].data;

        for (int k = 0; k < count; k++)
            to[(size_t)k * step] = reader->dequantised[from[k]];
    } else {
        for (int k = 0; k < count; k++)
            to[(size_t)k * step] = (real)frame->float_list->value[k];
    }
}

/* From `first` on, the feature's place in the frame; frames from `begin` to `end`. */
static void write_feature(const AscVideoReader *reader, const Form *form, const char *name,
                          int width, int first, int begin, int end, real *to)
{
    to += (size_t)first * form->step;
    if (form->frames == 0) {
        char mean[16];

        snprintf(mean, sizeof mean, "mean_%s", name);
        write_frame(reader, asc_video_find(reader->message, mean), width, form->step, to);
        return;
    }
    const Tf__FeatureList *list = asc_video_list(reader->message, name);

    for (int t = begin; t < end; t++)
        write_frame(reader, list->feature[t], width, form->step,
                    to + (size_t)(t - begin) * form->frame_step);
}

static bool wrong_size(const AscVideoReader *reader, int input, AscStatus *status)
{
    const AscVideo *video = &reader->video;
    const Form *form = &reader->form[input];

    return asc_status_set(status, ASC_BAD_INPUT,
                          "has %s of %d (rgb) and %d (audio) numbers; the model's `%s` is %s of %d",
                          video->frames ? "frames" : "means", video->rgb, video->audio,
                          reader->model->input[input].name, form->frames ? "frames" : "means",
                          form->width);
}

/* Frames begin .. end - 1 as one input. */
static bool write_input(const AscVideoReader *reader, int input, int begin, int end, real *to,
                        AscStatus *status)
{
    const AscVideo *video = &reader->video;
    const Form *form = &reader->form[input];
    bool rgb = form->source != AUDIO, audio = form->source != RGB;

    if (form->source == BY_SIZE && form->width != video->rgb + video->audio) {
        rgb = form->width == video->rgb;
        audio = !rgb && form->width == video->audio;
    }
    int width = (rgb ? video->rgb : 0) + (audio ? video->audio : 0);

    if ((form->frames > 0) != (video->frames > 0) || width != form->width)
        return wrong_size(reader, input, status);
    if (end - begin > form->frames)
        end = begin + form->frames;
    memset(to, 0, asc_shape_reals(&reader->model->input[input].shape) * sizeof *to);
    if (rgb && video->rgb)
        write_feature(reader, form, "rgb", video->rgb, 0, begin, end, to);
    if (audio && video->audio)
        write_feature(reader, form, "audio", video->audio, rgb ? video->rgb : 0, begin, end, to);
    return true;
}

static bool write_label(const AscVideoReader *reader, int64_t label, real value, real *target,
                        AscStatus *status)
{
    if (label < 0 || label >= reader->classes)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "the label %" PRId64 " is none of the model's %d classes, 0 to %d "
                              "(compile it for more: its param, as -D classes=4716)",
                              label, reader->classes, reader->classes - 1);
    target[label] = value;
    return true;
}

enum { SEGMENT = 5 }; /* seconds, and frames (data.yt8m.org, 2019) */

/* Frames [begin, end) of a video are an example. */
typedef struct Span {
    int begin, end;
} Span;

/* Where a segment is that was rated: SEGMENT frames, unless its end is told. */
static bool find_rated(const AscVideoReader *reader, int64_t at, int row, Span *span,
                       AscStatus *status)
{
    const Tf__Int64List *ends = asc_video_numbers(reader->message, "segment_end_times");
    int frames = reader->video.frames;
    int64_t end = ends && ends->n_value > (size_t)row ? ends->value[row] : at + SEGMENT;

    if (at < 0 || at >= frames || end <= at)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "a segment from %" PRId64 " to %" PRId64 " s of a video of %d s", at,
                              end, frames);
    *span = (Span){ (int)at, end < frames ? (int)end : frames };
    return true;
}

/* The classes that were rated for a segment, and where it is. */
static bool write_segment(const AscVideoReader *reader, int segment, Span *span, real *target,
                          AscStatus *status)
{
    const Tf__Int64List *start = asc_video_numbers(reader->message, "segment_start_times");
    const Tf__Int64List *label = asc_video_numbers(reader->message, "segment_labels");
    const Tf__Feature *score = asc_video_find(reader->message, "segment_scores");
    const Tf__FloatList *scores = score ? score->float_list : NULL;
    int row = asc_video_segment_row(start, segment);

    if (row < 0 || !label || !scores || label->n_value != start->n_value ||
        scores->n_value != start->n_value)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "as many segment_labels and segment_scores as segment_start_times "
                              "are expected");
    int64_t at = start->value[row];

    for (int c = 0; c < reader->classes; c++)
        target[c] = ASC_UNKNOWN;
    for (size_t r = 0; r < start->n_value; r++) {
        if (start->value[r] == at &&
            !write_label(reader, label->value[r], scores->value[r] > 0.5f, target, status))
            return false;
    }
    return find_rated(reader, at, row, span, status);
}

static bool write_video(const AscVideoReader *reader, real *target, AscStatus *status)
{
    const AscVideo *video = &reader->video;

    for (int n = 0; n < video->labels; n++) {
        if (!write_label(reader, video->label[n], 1, target, status))
            return false;
    }
    return true;
}

static bool find_span(const AscVideoReader *reader, AscPieces pieces, int number, Span *span,
                      real *target, AscStatus *status)
{
    int frames = reader->video.frames, begin = number * SEGMENT;

    switch (pieces) {
    case ASC_VIDEOS: *span = (Span){ 0, frames }; return write_video(reader, target, status);
    case ASC_RATED_SEGMENTS: return write_segment(reader, number, span, target, status);
    case ASC_ALL_SEGMENTS: break;
    }
    *span = (Span){ begin, begin + SEGMENT < frames ? begin + SEGMENT : frames };
    return begin < frames ||
           asc_status_set(status, ASC_BAD_INPUT, "has no frames, of which segments are made");
}

int asc_video_pieces(const AscVideo *video, AscPieces pieces)
{
    switch (pieces) {
    case ASC_VIDEOS: break;
    case ASC_RATED_SEGMENTS: return video->segments;
    case ASC_ALL_SEGMENTS: return video->frames ? (video->frames + SEGMENT - 1) / SEGMENT : 1;
    }
    return 1;
}

bool asc_video_example(AscVideoReader *reader, AscPieces pieces, int number, real *const *input,
                       real *target, int *begins, AscStatus *status)
{
    const AscModel *model = reader->model;
    Span span = { 0 };

    memset(target, 0, (size_t)reader->classes * sizeof *target);
    if (!find_span(reader, pieces, number, &span, target, status))
        return false;
    *begins = pieces == ASC_VIDEOS ? -1 : span.begin;
    for (int i = 0; i < model->inputs; i++) {
        int most = model->input[i].kind == ASC_INPUT_LENGTH
                       ? asc_input_largest(model, &model->input[i])
                       : 0;
        int frames = span.end - span.begin;

        if (most > 0)
            input[i][0] = (real)(frames < most ? frames : most);
        else if (!write_input(reader, i, span.begin, span.end, input[i], status))
            return false;
    }
    return true;
}
