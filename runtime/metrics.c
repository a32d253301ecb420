/* metrics.c: figures of merit of a classifier; the definitions are in metrics.h. */
#include "metrics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "elementary.h"

/* A score with its place in the order of ties. */
typedef struct Ranked {
    double score;
    long place;
    bool positive;
} Ranked;

int asc_metrics_best(const double *scores, int classes)
{
    int best = 0;

    for (int c = 1; c < classes; c++) {
        if (scores[c] > scores[best])
            best = c;
    }
    return best;
}

void asc_metrics_confusion(const int *predicted, const int *truth, int examples, int classes,
                           int *confusion)
{
    memset(confusion, 0, sizeof *confusion * (size_t)classes * (size_t)classes);
    for (int n = 0; n < examples; n++)
        confusion[truth[n] * classes + predicted[n]]++;
}

static double row_sum(const int *confusion, int classes, int row)
{
    double sum = 0;

    for (int c = 0; c < classes; c++)
        sum += confusion[row * classes + c];
    return sum;
}

double asc_metrics_accuracy(const int *confusion, int classes)
{
    double right = 0, all = 0;

    for (int c = 0; c < classes; c++) {
        right += confusion[c * classes + c];
        all += row_sum(confusion, classes, c);
    }
    return all > 0 ? right / all : NAN;
}

double asc_metrics_class_accuracy(const int *confusion, int classes, int which)
{
    double all = row_sum(confusion, classes, which);

    return all > 0 ? confusion[which * classes + which] / all : NAN;
}

double asc_metrics_macro_accuracy(const int *confusion, int classes)
{
    double sum = 0;
    int present = 0;

    for (int c = 0; c < classes; c++) {
        double recall = asc_metrics_class_accuracy(confusion, classes, c);

        if (!isnan(recall)) {
            sum += recall;
            present++;
        }
    }
    return present ? sum / present : NAN;
}

static double clipped(double p)
{
    const double least = 1e-15;

    return p < least ? least : p > 1 - least ? 1 - least : p;
}

double asc_metrics_log_loss(const double *probabilities, const int *truth, int examples,
                            int classes)
{
    double loss = 0;

    for (int n = 0; n < examples; n++) {
        const double *p = probabilities + (long)n * classes;
        double sum = 0;

        for (int c = 0; c < classes; c++)
            sum += clipped(p[c]);
        loss -= asc_double_log(clipped(p[truth[n]]) / sum);
    }
    return examples ? loss / examples : NAN;
}

static int bin_of(double confidence)
{
    int bin = (int)ceil(confidence * ASC_BINS) - 1;

    return bin < 0 ? 0 : bin >= ASC_BINS ? ASC_BINS - 1 : bin;
}

AscCalibration asc_metrics_calibration(const double *probabilities, const int *truth, int examples,
                                       int classes)
{
    AscCalibration found = { .expected = examples ? 0 : NAN, .largest = examples ? 0 : NAN };

    for (int n = 0; n < examples; n++) {
        const double *p = probabilities + (long)n * classes;
        int best = asc_metrics_best(p, classes), bin = bin_of(p[best]);

        found.examples[bin]++;
        found.confidence[bin] += p[best];
        found.accuracy[bin] += best == truth[n];
    }
    for (int b = 0; b < ASC_BINS; b++) {
        double gap;

        found.confidence[b] /= found.examples[b];
        found.accuracy[b] /= found.examples[b];
        if (found.examples[b] == 0)
            continue;
        gap = fabs(found.accuracy[b] - found.confidence[b]);
        found.expected += gap * found.examples[b] / examples;
        found.largest = gap > found.largest ? gap : found.largest;
    }
    return found;
}

static int higher_first(const void *left, const void *right)
{
    const Ranked *a = left, *b = right;

    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return (a->place > b->place) - (a->place < b->place);
}

/* One example's scores, ranked, into ranked[classes]. */
static void rank_example(const double *scores, const bool *labels, int classes, Ranked *ranked)
{
    for (int c = 0; c < classes; c++)
        ranked[c] = (Ranked){ scores[c], c, labels[c] };
    qsort(ranked, (size_t)classes, sizeof *ranked, higher_first);
}

static int positives(const Ranked *ranked, int count)
{
    int found = 0;

    for (int i = 0; i < count; i++)
        found += ranked[i].positive;
    return found;
}

static double average_precision(const Ranked *pool, long count, long labels)
{
    double total = 0;
    long hits = 0;

    for (long i = 0; i < count; i++) {
        if (pool[i].positive)
            total += (double)++hits / (double)(i + 1);
    }
    return labels ? total / (double)labels : NAN;
}

bool asc_metrics_gap(const double *scores, const bool *labels, int examples, int classes, int k,
                     double *value)
{
    long all = 0, pooled = 0;
    int top = k < classes ? k : classes;
    Ranked *ranked = calloc((size_t)classes, sizeof *ranked);
    Ranked *pool = calloc((size_t)examples * (size_t)top + 1, sizeof *pool);

    if (!ranked || !pool) {
        free(ranked);
        free(pool);
        return false;
    }
    for (long n = 0; n < examples; n++) {
        rank_example(scores + n * classes, labels + n * classes, classes, ranked);
        all += positives(ranked, classes);
        for (int i = 0; i < top; i++, pooled++)
            pool[pooled] = (Ranked){ ranked[i].score, pooled, ranked[i].positive };
    }
    qsort(pool, (size_t)pooled, sizeof *pool, higher_first);
    *value = average_precision(pool, pooled, all);
    free(ranked);
    free(pool);
    return true;
}

bool asc_metrics_map(const double *scores, const bool *labels, int examples, int classes, int k,
                     double *value)
{
    Ranked *ranked = calloc((size_t)examples + 1, sizeof *ranked);
    double total = 0;
    int met = 0;

    if (!ranked)
        return false;
    for (int c = 0; c < classes; c++) {
        for (long n = 0; n < examples; n++)
            ranked[n] = (Ranked){ scores[n * classes + c], n, labels[n * classes + c] };
        int all = positives(ranked, examples);

        qsort(ranked, (size_t)examples, sizeof *ranked, higher_first);
        met += all > 0;
        total += all > 0 ? average_precision(ranked, k < examples ? k : examples, all) : 0;
    }
    *value = met ? total / met : NAN;
    free(ranked);
    return true;
}

bool asc_metrics_hit(const double *scores, const bool *labels, int examples, int classes, int k,
                     double *value)
{
    Ranked *ranked = calloc((size_t)classes, sizeof *ranked);
    int top = k < classes ? k : classes, hits = 0;

    if (!ranked)
        return false;
    for (long n = 0; n < examples; n++) {
        rank_example(scores + n * classes, labels + n * classes, classes, ranked);
        hits += positives(ranked, top) > 0;
    }
    *value = examples ? (double)hits / examples : NAN;
    free(ranked);
    return true;
}

bool asc_metrics_perr(const double *scores, const bool *labels, int examples, int classes,
                      double *value)
{
    Ranked *ranked = calloc((size_t)classes, sizeof *ranked);
    double sum = 0;
    int counted = 0;

    if (!ranked)
        return false;
    for (long n = 0; n < examples; n++) {
        int count;

        rank_example(scores + n * classes, labels + n * classes, classes, ranked);
        count = positives(ranked, classes);
        if (count > 0) {
            sum += (double)positives(ranked, count) / count;
            counted++;
        }
    }
    *value = counted ? sum / counted : NAN;
    free(ranked);
    return true;
}
