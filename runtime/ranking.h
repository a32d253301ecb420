/* ranking.h: figures of a classifier with several labels an example, gathered example by example:
 * what is kept of each is its highest scores, so that millions of examples with thousands of
 * classes fit.  Definitions and ties are those of metrics.h. */
#ifndef ASC_RANKING_H
#define ASC_RANKING_H

#include "asc.h"
#include "status.h"

typedef struct AscRanking AscRanking;

/* One of an example's highest scores. */
typedef struct AscRanked {
    float score;
    int label; /* class */
    bool right;
} AscRanked;

/* Keeps the `most` highest scores of the example added last; one, at least. */
AscRanking *asc_ranking_create(int classes, int most, AscStatus *status);

/* Keeps what these metrics need, too; before anything is added. */
void asc_ranking_need(AscRanking *ranking, const AscMetric *metric, int metrics);
void asc_ranking_destroy(AscRanking *ranking); /* NULL is allowed */

/* Adds an example: scores [classes], labels [classes] (more than half: the label is right; ASC_UNKNOWN:
 * the class is left out of every ranking), and its loss.  False: no memory, or a score that is not
 * finite. */
bool asc_ranking_add(AscRanking *ranking, const real *score, const real *label, double loss,
                     AscStatus *status);

long asc_ranking_examples(const AscRanking *ranking);
long asc_ranking_labels(const AscRanking *ranking); /* right ones, of all examples */

/* gap(k), hit(k), map(k), perr, loss; accuracy is hit(1).  NaN: another metric, or no examples.
 * map(k) ranks, for each class, the examples of which it is among the 20 highest scores (as
 * eval_util.py of YouTube-8M does), or where some classes of an example are not known all that are. */
double asc_ranking_metric(AscRanking *ranking, const AscMetric *metric);

/* The highest scores of the example added last, highest first; returns how many. */
int asc_ranking_last(const AscRanking *ranking, const AscRanked **ranked);
int asc_ranking_last_labels(const AscRanking *ranking); /* how many labels it has */

#endif
