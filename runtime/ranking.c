/* ranking.c: keeps the highest scores of every example and makes figures of them. */
#include "ranking.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct AscRanking {
    int classes, most;
    long examples, room;
    AscRanked *pool; /* [examples][most]: highest first; label -1: there is none */
    AscRanked *top;  /* [classes]: of the example at work */
    long labels;
    double loss, perr;
    long with_labels;
    int last_labels; /* of the example added last */
};

AscRanking *asc_ranking_create(int classes, int most, AscStatus *status)
{
    AscRanking *ranking = calloc(1, sizeof *ranking);

    if (ranking) {
        ranking->classes = classes;
        ranking->most = most < 1 ? 1 : most > classes ? classes : most;
        ranking->top = calloc((size_t)classes + 1, sizeof *ranking->top);
    }
    if (!ranking || !ranking->top) {
        asc_ranking_destroy(ranking);
        asc_status_memory(status, "results");
        return NULL;
    }
    return ranking;
}

void asc_ranking_destroy(AscRanking *ranking)
{
    if (!ranking)
        return;
    free(ranking->pool);
    free(ranking->top);
    free(ranking);
}

static int depth_of(const AscMetric *metric)
{
    return metric->kind == ASC_GAP || metric->kind == ASC_HIT ? (int)fmin(metric->argument, 1 << 20)
                                                              : 1;
}

int asc_ranking_most(const AscMetric *metric, int metrics)
{
    int most = 1;

    for (int m = 0; m < metrics; m++) {
        if (depth_of(&metric[m]) > most)
            most = depth_of(&metric[m]);
    }
    return most;
}

/* ---------------------------------------------------------------- adding */

/* The `depth` highest scores, highest first, the lower class first among equals. */
static int find_top(const AscRanking *ranking, const real *score, const real *label,
                    const unsigned char *rated, int depth)
{
    AscRanked *top = ranking->top;
    int held = 0;

    for (int c = 0; c < ranking->classes; c++) {
        int at = held;

        if ((rated && !rated[c]) || (held == depth && !((float)score[c] > top[held - 1].score)))
            continue;
        held += held < depth;
        for (at = held - 1; at > 0 && (float)score[c] > top[at - 1].score; at--)
            top[at] = top[at - 1];
        top[at] = (AscRanked){ (float)score[c], c, label[c] > (real)0.5 };
    }
    return held;
}

static bool grow(AscRanking *ranking)
{
    long room = ranking->room ? 2 * ranking->room : 256;
    AscRanked *pool = realloc(ranking->pool, (size_t)room * (size_t)ranking->most * sizeof *pool);

    if (!pool)
        return false;
    ranking->pool = pool;
    ranking->room = room;
    return true;
}

static int count_right(const AscRanked *ranked, int count)
{
    int right = 0;

    for (int n = 0; n < count; n++)
        right += ranked[n].right;
    return right;
}

bool asc_ranking_add(AscRanking *ranking, const real *score, const real *label, double loss,
                     const unsigned char *rated, AscStatus *status)
{
    int labels = 0;

    for (int c = 0; c < ranking->classes; c++) {
        if (!isfinite(score[c]))
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "the network's output is not finite for example %ld",
                                  ranking->examples + 1);
        labels += label[c] > (real)0.5 && (!rated || rated[c]);
    }
    if (ranking->examples == ranking->room && !grow(ranking))
        return asc_status_memory(status, "results");
    int held = find_top(ranking, score, label, rated,
                        labels > ranking->most ? labels : ranking->most);
    AscRanked *kept = ranking->pool + ranking->examples++ * ranking->most;

    for (int n = 0; n < ranking->most; n++)
        kept[n] = n < held ? ranking->top[n] : (AscRanked){ .label = -1 };
    ranking->last_labels = labels;
    ranking->labels += labels;
    ranking->loss += loss;
    ranking->with_labels += labels > 0;
    ranking->perr += labels > 0
                         ? (double)count_right(ranking->top, labels < held ? labels : held) / labels
                         : 0;
    return true;
}

long asc_ranking_examples(const AscRanking *ranking)
{
    return ranking->examples;
}

long asc_ranking_labels(const AscRanking *ranking)
{
    return ranking->labels;
}

int asc_ranking_last(const AscRanking *ranking, const AscRanked **ranked)
{
    int count = 0;

    *ranked = ranking->pool + (ranking->examples - 1) * ranking->most;
    while (count < ranking->most && (*ranked)[count].label >= 0)
        count++;
    return count;
}

int asc_ranking_last_labels(const AscRanking *ranking)
{
    return ranking->last_labels;
}

/* ---------------------------------------------------------------- figures */

typedef struct Pooled {
    float score;
    bool right;
    long place; /* in the order of ties */
} Pooled;

static int higher_first(const void *left, const void *right)
{
    const Pooled *a = left, *b = right;

    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return (a->place > b->place) - (a->place < b->place);
}

static double average_precision(const Pooled *pool, long count, long labels)
{
    double total = 0;
    long right = 0;

    for (long n = 0; n < count; n++) {
        if (pool[n].right)
            total += (double)++right / (double)(n + 1);
    }
    return labels ? total / (double)labels : NAN;
}

static double gap(const AscRanking *ranking, int depth)
{
    size_t room = (size_t)ranking->examples * (size_t)depth;
    Pooled *pool = malloc(room * sizeof *pool + 1);
    long count = 0;

    if (!pool)
        return NAN;
    for (long e = 0; e < ranking->examples; e++) {
        for (int n = 0; n < depth; n++) {
            const AscRanked *ranked = &ranking->pool[e * ranking->most + n];

            if (ranked->label >= 0)
                pool[count] = (Pooled){ ranked->score, ranked->right, count }, count++;
        }
    }
    qsort(pool, (size_t)count, sizeof *pool, higher_first);
    double value = average_precision(pool, count, ranking->labels);

    free(pool);
    return value;
}

static double hit(const AscRanking *ranking, int depth)
{
    long hits = 0;

    for (long e = 0; e < ranking->examples; e++)
        hits += count_right(ranking->pool + e * ranking->most, depth) > 0;
    return ranking->examples ? (double)hits / (double)ranking->examples : NAN;
}

double asc_ranking_metric(AscRanking *ranking, const AscMetric *metric)
{
    int depth = depth_of(metric) < ranking->most ? depth_of(metric) : ranking->most;

    if (ranking->examples == 0)
        return NAN;
    switch (metric->kind) {
    case ASC_GAP: return gap(ranking, depth);
    case ASC_HIT: return hit(ranking, depth);
    case ASC_ACCURACY: return hit(ranking, 1);
    case ASC_PERR: return ranking->with_labels ? ranking->perr / (double)ranking->with_labels : NAN;
    case ASC_LOSS: return ranking->loss / (double)ranking->examples;
    default: return NAN;
    }
}
