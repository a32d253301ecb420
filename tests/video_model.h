/* video_model.h: synthetic videos of few numbers, and a model of their frames, for the suites of YouTube-8M. */
#ifndef VIDEO_MODEL_H
#define VIDEO_MODEL_H

#include "asc.h"
#include "youtube8m/video.h"

enum { RGB = 6, SOUND = 3, WIDTH = RGB + SOUND, FRAMES = 8, CLASSES = 12 };

static const AscFeatures features[] = { { .name = "video" } };
static const AscInput ragged[] = { { .name = "video",
                                     .shape = { 2, { { "time", FRAMES }, { "feature", WIDTH } } } },
                                   { .name = "length[time]", .kind = ASC_INPUT_LENGTH } };
static const AscModel frames_model = { .features = features,
                                       .feature_sets = 1,
                                       .input = ragged,
                                       .inputs = 2,
                                       .output = { 1, { { "class", CLASSES } } } };
static const Kind kind = { .classes = CLASSES, .rgb = RGB, .audio = SOUND, .frames = 12 };

#endif
