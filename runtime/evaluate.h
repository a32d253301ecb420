/* evaluate.h: from the outputs for segments to results for recordings, and their figures. */
#ifndef ASC_EVALUATE_H
#define ASC_EVALUATE_H

#include "corpus.h"
#include "engine.h"
#include "status.h"

typedef struct AscResults {
    int recordings, classes;
    double *score;  /* [recordings][classes]: mean of the outputs, or share of the votes */
    int *predicted; /* [recordings]: the highest score */
    int *truth;     /* [recordings]; -1: not known */
    double loss;    /* mean over the segments; NaN where a truth is not known */
} AscResults;

/* Somebody who looks at every segment after it went through the network, in order: its recording, counted from 0, and the
 * row that holds it in the batch and in the engine's output and observed values. */
typedef struct AscWatch {
    void *context;
    void (*see)(void *context, int recording, const AscBatch *batch, const AscEngine *engine,
                int row);
} AscWatch;

/* Tells how many of so many segments were seen, and hands them on. */
typedef struct AscTeller {
    const AscReport *report;
    const AscWatch *next; /* NULL: nobody */
    const char *what;
    int done, total;
} AscTeller;
AscWatch asc_teller_watch(AscTeller *teller);

/* Runs an inference engine over all segments.  vote: every segment votes for its best class; else
 * the outputs are averaged.  watch NULL: nobody looks.  Refused: outputs that are not finite. */
bool asc_evaluate_segments(AscEngine *engine, real *parameters, AscSegments *segments, bool vote,
                           const AscWatch *watch, AscResults *results, AscStatus *status);

/* Room for results, all zero; the loss is NaN. */
bool asc_results_create(int recordings, int classes, AscResults *results, AscStatus *status);
void asc_results_free(AscResults *results);

/* A figure over the recordings chosen (chosen[recordings]; NULL: all); their truths are known.
 * NaN where none is chosen.  ASC_CONFUSION has no single value: NaN. */
bool asc_results_metric(const AscResults *results, const AscMetric *metric, const bool *chosen,
                        double *value, AscStatus *status);

/* Counts [truth][predicted] of the chosen ones, into classes * classes numbers. */
void asc_results_confusion(const AscResults *results, const bool *chosen, int *confusion);

/* Whether more of it is better. */
bool asc_metric_rises(AscMetricKind kind);

/* "accuracy", "gap(20)", into text. */
void asc_metric_name(const AscMetric *metric, char *text, size_t room);

#endif
