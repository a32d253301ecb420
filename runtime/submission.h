/* submission.h: the files that the YouTube-8M challenges on Kaggle ask for: of videos (2017, 2018) "VideoId,LabelConfidencePairs",
 * a line a video; of segments (2019) "Class,Segments", a line a class. */
#ifndef ASC_SUBMISSION_H
#define ASC_SUBMISSION_H

#include "asc.h"
#include "ranking.h"
#include "status.h"

typedef struct AscSubmission AscSubmission;

enum {
    ASC_SUBMITTED = 20,              /* classes of a video */
    ASC_SUBMITTED_SEGMENTS = 100000, /* of a class */
};

/* Begins a file at `path`.  Segments are ranked for the classes that `segment_label_ids.csv` of the data set's
 * folder lists, a number a line, where it is there; else for all.  folder may be NULL. */
AscSubmission *asc_submission_open(const char *path, int classes, bool segments, const char *folder,
                                   AscStatus *status);

/* Adds a video with its highest scores, or with score[classes] a segment that begins at a second. */
bool asc_submission_add(AscSubmission *submission, const char *id, int begins, const real *score,
                        const AscRanked *ranked, int count, AscStatus *status);

/* Puts the file in its place, and frees the submission. */
bool asc_submission_close(AscSubmission *submission, AscStatus *status);
void asc_submission_abandon(AscSubmission *submission); /* NULL is allowed */

#endif
