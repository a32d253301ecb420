/* metrics.h: figures of merit of a classifier.  Scores are [examples][classes]; ties go to the
 * lower class, and in a pooled ranking to the earlier example. */
#ifndef ASC_METRICS_H
#define ASC_METRICS_H

#include <stdbool.h>

/* The class of the highest score. */
int asc_metrics_best(const double *scores, int classes);

/* Counts [truth][predicted]; `confusion` has classes * classes entries and is overwritten. */
void asc_metrics_confusion(const int *predicted, const int *truth, int examples, int classes,
                           int *confusion);

/* Share of the examples on the diagonal; NaN where there are none. */
double asc_metrics_accuracy(const int *confusion, int classes);

/* Share of a class's examples that were recognised (its recall); NaN for a class without
 * examples. */
double asc_metrics_class_accuracy(const int *confusion, int classes, int which);

/* Mean of the above over the classes that have examples: the figure of DCASE Task 1. */
double asc_metrics_macro_accuracy(const int *confusion, int classes);

/* Mean of -log p[truth]; probabilities are clipped to [1e-15, 1 - 1e-15] and made to sum to one. */
double asc_metrics_log_loss(const double *probabilities, const int *truth, int examples,
                            int classes);

/* How far the highest probability of an example, its confidence, can be trusted: examples are put
 * into bins (m - 1, m] / ASC_BINS by it (what is below 0 into the first, above 1 into the last). */
enum { ASC_BINS = 15 };
typedef struct AscCalibration {
    int examples[ASC_BINS];
    double confidence[ASC_BINS], accuracy[ASC_BINS]; /* means; NaN without examples */
    double
        expected; /* calibration error: |accuracy - confidence|, weighted by examples (Guo et al. 2017, Eq. 5) */
    double largest; /* of a bin (Eq. 6) */
} AscCalibration;
AscCalibration asc_metrics_calibration(const double *probabilities, const int *truth, int examples,
                                       int classes);

/* The following take several labels an example, labels[examples][classes].  They return false
 * for lack of memory. */

/* Global average precision of YouTube-8M: the k highest scores of every example, ranked
 * together; the denominator counts every label, among its example's k highest or not. */
bool asc_metrics_gap(const double *scores, const bool *labels, int examples, int classes, int k,
                     double *value);

/* Mean average precision: each class ranks the examples, of which the first k count; the mean of the
 * classes with labels (MAP@K of YouTube-8M's segments).  NaN where no class has one. */
bool asc_metrics_map(const double *scores, const bool *labels, int examples, int classes, int k,
                     double *value);

/* Share of the examples with a label among the k highest scores. */
bool asc_metrics_hit(const double *scores, const bool *labels, int examples, int classes, int k,
                     double *value);

/* Precision at equal recall rate: of an example with n labels, the share of labels among its n
 * highest scores; the mean over the examples with labels. */
bool asc_metrics_perr(const double *scores, const bool *labels, int examples, int classes,
                      double *value);

#endif
