/* ensemble.c: the mean of what several runs say, and which of them it is best of. */
#include "ensemble.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics.h"
#include "run.h"
#include "train_data.h"

typedef struct Ensemble {
    AscMeasure *measure; /* with the weights of the first member */
    int members;
    bool member[ASC_MAX_RUNS]; /* those whose mean it is */
} Ensemble;

/* ---------------------------------------------------------------- results */

static void add_scores(const AscResults *member, AscResults *sum)
{
    for (size_t i = 0; i < (size_t)sum->recordings * (size_t)sum->classes; i++)
        sum->score[i] += member->score[i];
}

static void finish_mean(AscResults *mean, int members)
{
    for (size_t i = 0; i < (size_t)mean->recordings * (size_t)mean->classes; i++)
        mean->score[i] /= members;
    for (int n = 0; n < mean->recordings; n++)
        mean->predicted[n] = asc_metrics_best(mean->score + (size_t)n * (size_t)mean->classes,
                                              mean->classes);
}

/* The means of the scores of the members chosen[members], which are results on the same recordings;
 * each recording's class is that of the highest mean.  The loss is NaN. */
static bool take_mean(const AscResults *member, int members, const bool *chosen, AscResults *mean,
                      AscStatus *status)
{
    size_t recordings = (size_t)member->recordings, classes = (size_t)member->classes;
    int count = 0;

    *mean = (AscResults){ .recordings = member->recordings,
                          .classes = member->classes,
                          .score = calloc(recordings * classes + 1, sizeof *mean->score),
                          .predicted = calloc(recordings + 1, sizeof *mean->predicted),
                          .truth = calloc(recordings + 1, sizeof *mean->truth),
                          .loss = NAN };
    if (!mean->score || !mean->predicted || !mean->truth) {
        asc_results_free(mean);
        return asc_status_memory(status, "results");
    }
    memcpy(mean->truth, member->truth, recordings * sizeof *mean->truth);
    for (int m = 0; m < members; m++) {
        if (!chosen[m])
            continue;
        add_scores(&member[m], mean);
        count++;
    }
    finish_mean(mean, count);
    return true;
}

/* The metric of the chosen ones and one more. */
static bool try_member(const AscResults *member, int members, bool *chosen, int one,
                       const AscMetric *metric, double *value, AscStatus *status)
{
    AscResults mean;
    bool fine;

    chosen[one] = true;
    fine = take_mean(member, members, chosen, &mean, status) &&
           asc_results_metric(&mean, metric, NULL, value, status);
    chosen[one] = false;
    asc_results_free(&mean);
    return fine;
}

/* `order`, of `members` numbers, holds the chosen ones as they came, `value` the metric with each;
 * returns how many; 0: failed. */
static int choose(const AscResults *member, int members, const AscMetric *metric, int *order,
                  double *value, AscStatus *status)
{
    bool *chosen = calloc((size_t)members + 1, sizeof *chosen), fine = chosen != NULL;
    bool rises = asc_metric_rises(metric->kind);
    double best = rises ? -INFINITY : INFINITY;
    int count = 0;

    if (!fine)
        asc_status_memory(status, "an ensemble");
    while (fine && count < members) {
        int found = -1;

        for (int m = 0; fine && m < members; m++) {
            double with;

            if (chosen[m])
                continue;
            fine = try_member(member, members, chosen, m, metric, &with, status);
            if (fine && (rises ? with > best : with < best)) {
                best = with;
                found = m;
            }
        }
        if (found < 0)
            break;
        chosen[found] = true;
        order[count] = found;
        value[count++] = best;
    }
    free(chosen);
    if (fine && count == 0)
        asc_status_set(status, ASC_BAD_INPUT, "the metric of no member is a number");
    return fine ? count : 0;
}

/* ---------------------------------------------------------------- members */

static bool same_labels(const AscWeights *one, const AscWeights *other)
{
    bool same = one->labels == other->labels;

    for (int n = 0; same && n < one->labels; n++)
        same = strcmp(one->label[n], other->label[n]) == 0;
    return same;
}

/* Results of every member on a list, which loses what can't be measured; the first one's weights
 * stay, for their labels. */
static bool measure_members(Ensemble *ensemble, AscList *list, AscResults *member,
                            AscStatus *status)
{
    const AscCli *cli = ensemble->measure->cli;
    AscProblems *problems = cli->options.skip_bad ? &ensemble->measure->problems : NULL;

    for (int m = 0; m < ensemble->members; m++) {
        AscWeights *weights = m ? asc_run_kept(cli->options.run_list[m], cli->model, status)
                                : ensemble->measure->weights;
        bool fine = weights != NULL;

        if (fine && !same_labels(weights, ensemble->measure->weights))
            fine = asc_status_set(status, ASC_BAD_INPUT, "%s: was trained on other labels than %s",
                                  cli->options.run_list[m], cli->options.run_list[0]);
        fine = fine && asc_measure_list(cli, weights, ensemble->measure->dataset, list, problems,
                                        &member[m], status);
        if (fine && member[m].recordings != member[0].recordings)
            fine = asc_status_set(status, ASC_BAD_INPUT,
                                  "%s: recordings changed while they were measured",
                                  ensemble->measure->dataset->folder);
        if (m)
            asc_weights_destroy(weights);
        if (!fine)
            return false;
    }
    return true;
}

/* The recordings that all members were validated on, and not trained. */
static bool validation_list(const Ensemble *ensemble, AscList *list, AscStatus *status)
{
    const AscCli *cli = ensemble->measure->cli;

    for (int m = 0; m < ensemble->members; m++) {
        AscSettings settings = { 0 };
        AscList one = { 0 };
        bool changed, same;

        if (!asc_run_settings(cli->options.run_list[m], cli->model, &settings, &changed, status) ||
            !asc_train_data_validation(cli->model, ensemble->measure->dataset, &settings, &one,
                                       status)) {
            asc_settings_free(&settings);
            return false;
        }
        asc_settings_free(&settings);
        same = m == 0 ||
               (one.count == list->count &&
                memcmp(one.index, list->index, (size_t)one.count * sizeof *one.index) == 0);
        if (m == 0)
            *list = one;
        else
            asc_list_free(&one);
        if (!same)
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "%s: was validated on other recordings than %s, so there are "
                                  "none to choose by",
                                  cli->options.run_list[m], cli->options.run_list[0]);
    }
    return list->count > 0 ||
           asc_status_set(status, ASC_BAD_INPUT,
                          "%s: has no validation part to choose by: train with --validate",
                          cli->options.run_list[0]);
}

/* Greedily, by the metric of `keep` on the validation part; tells the order. */
static bool select_members(Ensemble *ensemble, AscResults *member, AscStatus *status)
{
    const AscCli *cli = ensemble->measure->cli;
    const AscMetric *metric = &cli->model->recipe.keep_metric;
    AscList list = { 0 };
    int order[ASC_MAX_RUNS], count = 0;
    double value[ASC_MAX_RUNS];
    char name[64];

    if (validation_list(ensemble, &list, status) &&
        measure_members(ensemble, &list, member, status))
        count = choose(member, ensemble->members, metric, order, value, status);
    asc_metric_name(metric, name, sizeof name);
    if (count > 0)
        printf("members chosen by %s of %d recordings for validation\n", name, list.count);
    for (int n = 0; n < count; n++) {
        printf("  %-24s %9.4f\n", cli->options.run_list[order[n]], value[n]);
        ensemble->member[order[n]] = true;
    }
    for (int m = 0; m < ensemble->members; m++)
        asc_results_free(&member[m]);
    asc_list_free(&list);
    return count > 0;
}

bool asc_ensemble_measure(AscMeasure *measure, AscStatus *status)
{
    const AscOptions *options = &measure->cli->options;
    Ensemble ensemble = { .measure = measure, .members = options->runs };
    AscResults member[ASC_MAX_RUNS] = { { 0 } };
    bool fine;

    for (int m = 0; m < ensemble.members; m++)
        ensemble.member[m] = !options->select;
    fine = (!options->select || select_members(&ensemble, member, status)) &&
           measure_members(&ensemble, &measure->list, member, status) &&
           take_mean(member, ensemble.members, ensemble.member, &measure->results, status);
    for (int m = 0; m < ensemble.members; m++)
        asc_results_free(&member[m]);
    return fine;
}
