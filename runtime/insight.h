/* insight.h: what can be seen of a network while it recognises: the values that the model observes, as means of every
 * recording, and portraits of some recordings: their features and what is observed of them over time. */
#ifndef ASC_INSIGHT_H
#define ASC_INSIGHT_H

#include "evaluate.h"

/* An observed value as it is told: over time, where it has the axis of time of a feature set, and by the positions of its
 * last other axis; over all else the mean is taken. */
typedef struct AscTrait {
    const char *name, *axis; /* axis: of the columns */
    int time, column;        /* numbers of these axes; -1: none */
    int frames, columns;     /* their sizes; 1 where there is none */
    double *mean;            /* [recordings][columns]: of all frames of all segments; owned */
} AscTrait;

/* A segment of a recording. */
typedef struct AscStrip {
    double *features; /* [frames][bands] */
    double *output;   /* [classes] */
    double **trait;   /* [traits], each [frames][columns] */
} AscStrip;

typedef struct AscPortrait {
    AscStrip *strip; /* [strips] */
    int strips;
} AscPortrait;

typedef struct AscInsight {
    const AscModel *model;
    AscTrait *trait; /* [traits] */
    int traits;
    int *segments; /* [recordings] */
    int recordings, room;
    int set, time,
        band; /* the feature set that is portrayed and its axes; set -1: none has time and bands */
    int frames, bands;
    bool portraying; /* portraits are made, else means */
    AscPortrait *portrait;
    int portraits;
    bool failed; /* no memory */
} AscInsight;

/* To be freed in any case. */
bool asc_insight_start(const AscModel *model, AscInsight *insight, AscStatus *status);
void asc_insight_free(AscInsight *insight);

/* Gathers the means of all that is recognised, or (portray) portraits; recordings are numbered as they come.  False, after
 * the recordings: memory was missing. */
AscWatch asc_insight_watch(AscInsight *insight, bool portray);
bool asc_insight_end(AscInsight *insight, AscStatus *status);

/* Seconds of sound in a segment of the feature set that is portrayed; 0: not known. */
double asc_insight_seconds(const AscInsight *insight);

#endif
