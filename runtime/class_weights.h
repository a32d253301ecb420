/* class_weights.h: what the examples of each class weigh in a training. */
#ifndef ASC_CLASS_WEIGHTS_H
#define ASC_CLASS_WEIGHTS_H

#include "asc.h"
#include "feed.h"

/* The weight of each label, by `class_weights = balanced` times `class_weights[NAME]`.  A NAME is a word of the language: it
 * stands for the label that differs from it in capitals alone, and has any other characters for its `_` ("Sea waves" is
 * sea_waves).  [labels], the caller frees; NULL with *fine: all weigh the same.  Refused: a NAME that is no label, or
 * several; no weight at all. */
double *asc_class_weights(const AscModel *model, const AscFeed *feed, const char *const *label,
                          int labels, bool *fine, AscStatus *status);

#endif
