/* ranking.c: keeps the highest scores of every example and makes figures of them. */
#include "ranking.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* An example in the ranking of a class. */
typedef struct Pair {
    float score;
    int label; /* class */
    long example;
    bool right;
} Pair;

enum { BY_CLASS = 20 }; /* highest scores of an example that take part in the rankings of classes */

struct AscRanking {
    int classes, most;
    bool gathered; /* else the pool has the last example alone */
    long examples, room;
    AscRanked *pool; /* [examples][most]: highest first; label -1: there is none */
    AscRanked *top;  /* [classes]: of the example at work */
    long labels;
    double loss, perr;
    long with_labels;
    int last_labels; /* of the example added last */
    bool by_class;   /* the following is wanted */
    Pair *pair;
    size_t pairs, pair_room;
    long *count; /* [classes]: labels */
};

static int depth_of(const AscMetric *metric)
{
    switch (metric->kind) {
    case ASC_GAP:
    case ASC_HIT: return (int)fmin(metric->argument, 1 << 20);
    case ASC_MAP: return BY_CLASS;
    default: return 1;
    }
}

AscRanking *asc_ranking_create(int classes, int most, AscStatus *status)
{
    AscRanking *ranking = calloc(1, sizeof *ranking);

    if (ranking) {
        ranking->classes = classes;
        ranking->most = most < 1 ? 1 : most > classes ? classes : most;
        ranking->top = calloc((size_t)classes + 1, sizeof *ranking->top);
        ranking->count = calloc((size_t)classes + 1, sizeof *ranking->count);
    }
    if (!ranking || !ranking->top || !ranking->count) {
        asc_ranking_destroy(ranking);
        asc_status_memory(status, "results");
        return NULL;
    }
    return ranking;
}

void asc_ranking_need(AscRanking *ranking, const AscMetric *metric, int metrics)
{
    for (int m = 0; m < metrics; m++) {
        int depth = depth_of(&metric[m]) < ranking->classes ? depth_of(&metric[m])
                                                            : ranking->classes;

        ranking->most = depth > ranking->most ? depth : ranking->most;
        ranking->by_class = ranking->by_class || metric[m].kind == ASC_MAP;
        ranking->gathered = true;
    }
}

void asc_ranking_destroy(AscRanking *ranking)
{
    if (!ranking)
        return;
    free(ranking->pool);
    free(ranking->top);
    free(ranking->pair);
    free(ranking->count);
    free(ranking);
}

/* ---------------------------------------------------------------- adding */

/* The `depth` highest scores of classes that are known, highest first, the lower class first among equals. */
static int find_top(const AscRanking *ranking, const real *score, const real *label, int depth)
{
    AscRanked *top = ranking->top;
    int held = 0;

    for (int c = 0; c < ranking->classes; c++) {
        int at = held;

        if (label[c] < 0 || (held == depth && !((float)score[c] > top[held - 1].score)))
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
    long room = ranking->room ? 2 * ranking->room : ranking->gathered ? 256 : 1;
    AscRanked *pool = realloc(ranking->pool, (size_t)room * (size_t)ranking->most * sizeof *pool);

    if (!pool)
        return false;
    ranking->pool = pool;
    ranking->room = room;
    return true;
}

/* Where the highest scores of an example are. */
static AscRanked *kept_of(const AscRanking *ranking, long example)
{
    return ranking->pool + (ranking->gathered ? example : 0) * ranking->most;
}

static bool add_pair(AscRanking *ranking, float score, int class, bool right)
{
    if (ranking->pairs == ranking->pair_room) {
        size_t room = ranking->pair_room ? 2 * ranking->pair_room : 4096;
        Pair *pair = realloc(ranking->pair, room * sizeof *pair);

        if (!pair)
            return false;
        ranking->pair = pair;
        ranking->pair_room = room;
    }
    ranking->pair[ranking->pairs++] = (Pair){ score, class, ranking->examples, right };
    return true;
}

/* All classes that are known, or where these are all of them the highest scores. */
static bool add_pairs(AscRanking *ranking, const real *score, const real *label,
                      const AscRanked *kept)
{
    bool fine = true, all = true;

    for (int c = 0; c < ranking->classes; c++) {
        all = all && label[c] >= 0;
        ranking->count[c] += label[c] > (real)0.5;
    }
    for (int n = 0; all && fine && n < ranking->most && n < BY_CLASS && kept[n].label >= 0; n++)
        fine = add_pair(ranking, kept[n].score, kept[n].label, kept[n].right);
    for (int c = 0; !all && fine && c < ranking->classes; c++)
        fine = label[c] < 0 || add_pair(ranking, (float)score[c], c, label[c] > (real)0.5);
    return fine;
}

static int count_right(const AscRanked *ranked, int count)
{
    int right = 0;

    for (int n = 0; n < count; n++)
        right += ranked[n].right;
    return right;
}

bool asc_ranking_add(AscRanking *ranking, const real *score, const real *label, double loss,
                     AscStatus *status)
{
    int labels = 0;

    for (int c = 0; c < ranking->classes; c++) {
        if (!isfinite(score[c]))
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "the network's output is not finite for example %ld",
                                  ranking->examples + 1);
        labels += label[c] > (real)0.5;
    }
    if ((ranking->gathered ? ranking->examples == ranking->room : !ranking->room) && !grow(ranking))
        return asc_status_memory(status, "results");
    int held = find_top(ranking, score, label, labels > ranking->most ? labels : ranking->most);
    AscRanked *kept = kept_of(ranking, ranking->examples);

    for (int n = 0; n < ranking->most; n++)
        kept[n] = n < held ? ranking->top[n] : (AscRanked){ .label = -1 };
    ranking->last_labels = labels;
    if (ranking->by_class && !add_pairs(ranking, score, label, kept))
        return asc_status_memory(status, "results");
    ranking->examples++;
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

    *ranked = kept_of(ranking, ranking->examples - 1);
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

static int by_class(const void *left, const void *right)
{
    const Pair *a = left, *b = right;

    if (a->label != b->label)
        return a->label < b->label ? -1 : 1;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return (a->example > b->example) - (a->example < b->example);
}

/* The mean of the classes with labels (https://www.kaggle.com/c/youtube8m-2019/overview/evaluation). */
static double mean_average_precision(AscRanking *ranking, double most)
{
    double total = 0, right = 0;
    int classes = 0;

    if (ranking->pairs > 0)
        qsort(ranking->pair, ranking->pairs, sizeof *ranking->pair, by_class);
    for (size_t n = 0, first = 0; n < ranking->pairs; n++) {
        const Pair *pair = &ranking->pair[n];

        if (n == 0 || pair->label != pair[-1].label) {
            first = n;
            right = 0;
        }
        if (pair->right && (double)(n - first) < most)
            total += ++right / (double)(n - first + 1) / (double)ranking->count[pair->label];
    }
    for (int c = 0; c < ranking->classes; c++)
        classes += ranking->count[c] > 0;
    return classes ? total / classes : NAN;
}

double asc_ranking_metric(AscRanking *ranking, const AscMetric *metric)
{
    int depth = depth_of(metric) < ranking->most ? depth_of(metric) : ranking->most;

    if (ranking->examples == 0)
        return NAN;
    switch (metric->kind) {
    case ASC_GAP: return gap(ranking, depth);
    case ASC_HIT: return hit(ranking, depth);
    case ASC_MAP: return mean_average_precision(ranking, metric->argument);
    case ASC_ACCURACY: return hit(ranking, 1);
    case ASC_PERR: return ranking->with_labels ? ranking->perr / (double)ranking->with_labels : NAN;
    case ASC_LOSS: return ranking->loss / (double)ranking->examples;
    default: return NAN;
    }
}
