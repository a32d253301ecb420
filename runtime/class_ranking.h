/* class_ranking.h: for each class the segments of which a network is surest, as the challenge of 2019 asks for: segments come
 * one after the other, and no more is kept of them than what may be written. */
#ifndef ASC_CLASS_RANKING_H
#define ASC_CLASS_RANKING_H

#include "asc.h"
#include "file.h"
#include "status.h"

typedef struct AscClassRanking AscClassRanking;

/* Of each class at most the `most` highest scores are kept: eight bytes each, and as many a segment. */
AscClassRanking *asc_class_ranking_create(int classes, int most, AscStatus *status);
void asc_class_ranking_destroy(AscClassRanking *ranking); /* NULL is allowed */

/* Only classes that were named by such calls are ranked; without any all are. */
void asc_class_ranking_want(AscClassRanking *ranking, int class);

/* Adds the segment of a video that begins at a second, score[classes]; segments of a video come one
 * after the other. */
bool asc_class_ranking_add(AscClassRanking *ranking, const char *id, int begins, const real *score,
                           AscStatus *status);

/* Writes "Class,Segments", and of each class a line "3,ID:10 ID:0 .." with the surest first, among equals
 * the one that was added first.  The ranking can't be added to any more. */
bool asc_class_ranking_write(AscClassRanking *ranking, AscWriter *writer, AscStatus *status);

#endif
