/* ensemble.c: the mean of what several runs and tables say, and which of them it is best of. */
#include "ensemble.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics.h"
#include "outputs.h"
#include "run.h"
#include "train_data.h"

enum { MOST_MEMBERS = 2 * ASC_MAX_RUNS };

/* Runs, then tables. */
typedef struct Ensemble {
    AscMeasure *measure; /* with the weights of the first run */
    int runs, members;
    bool member[MOST_MEMBERS]; /* those whose mean it is */
} Ensemble;

static const char *name_of(const Ensemble *ensemble, int member)
{
    return member < ensemble->runs ? ensemble->measure->cli->options.run_list[member]
                                   : ensemble->measure->table[member - ensemble->runs].path;
}

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
    int count = 0;

    if (!asc_results_create(member->recordings, member->classes, mean, status))
        return false;
    memcpy(mean->truth, member->truth, (size_t)member->recordings * sizeof *mean->truth);
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

/* Results of every run on a list, which loses what can't be measured; the first one's weights stay,
 * for their labels. */
static bool measure_runs(Ensemble *ensemble, AscList *list, AscResults *member, AscStatus *status)
{
    const AscCli *cli = ensemble->measure->cli;
    AscProblems *problems = cli->options.skip_bad ? &ensemble->measure->problems : NULL;

    for (int m = 0; m < ensemble->runs; m++) {
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

/* What the tables must tell of: the recordings of the list, or the part of the first table.  The
 * caller frees the array. */
static const char **name_recordings(const Ensemble *ensemble, const AscList *list, const char *part,
                                    int *count, AscStatus *status)
{
    const AscMeasure *measure = ensemble->measure;
    const char **name;
    int first = 0;

    *count = ensemble->runs > 0 ? list->count : asc_outputs_part(&measure->table[0], part, &first);
    name = calloc((size_t)*count + 1, sizeof *name);
    for (int n = 0; name && n < *count; n++)
        name[n] = ensemble->runs > 0 ? measure->dataset->recording[list->index[n]].name
                                     : measure->table[0].output[first + n].recording;
    if (!name)
        asc_status_memory(status, "the list of recordings");
    return name;
}

static bool same_truths(const Ensemble *ensemble, const char *const *name, const AscResults *one,
                        const AscResults *first, int member, AscStatus *status)
{
    char *const *label = ensemble->measure->label;

    for (int n = 0; n < one->recordings; n++) {
        if (one->truth[n] != first->truth[n])
            return asc_status_set(status, ASC_BAD_INPUT, "%s: the label of %s is `%s`, in %s `%s`",
                                  name_of(ensemble, member), name[n], label[one->truth[n]],
                                  name_of(ensemble, 0), label[first->truth[n]]);
    }
    return true;
}

static bool take_tables(Ensemble *ensemble, const AscList *list, const char *part,
                        AscResults *member, AscStatus *status)
{
    const AscMeasure *measure = ensemble->measure;
    int count;
    const char **name = name_recordings(ensemble, list, part, &count, status);
    bool fine = name != NULL;

    if (fine && count == 0)
        fine = asc_status_set(status, ASC_BAD_INPUT, "%s: has no lines of the part %s%s",
                              name_of(ensemble, 0), part,
                              *part == 'v' ? ": `eval --csv` writes them of a run with validation, "
                                             "where --data is what it was trained on"
                                           : "");
    for (int m = ensemble->runs; fine && m < ensemble->members; m++)
        fine = asc_outputs_take(&measure->table[m - ensemble->runs], part, name, count,
                                measure->label, measure->labels, &member[m], status) &&
               same_truths(ensemble, name, &member[m], &member[0], m, status);
    free(name);
    return fine;
}

static bool measure_members(Ensemble *ensemble, AscList *list, const char *part, AscResults *member,
                            AscStatus *status)
{
    return measure_runs(ensemble, list, member, status) &&
           (ensemble->members == ensemble->runs ||
            take_tables(ensemble, list, part, member, status));
}

/* The recordings that all members were validated on, and not trained. */
static bool validation_list(const Ensemble *ensemble, AscList *list, AscStatus *status)
{
    const AscCli *cli = ensemble->measure->cli;

    for (int m = 0; m < ensemble->runs; m++) {
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
    return list->count > 0 || ensemble->runs == 0 ||
           asc_status_set(status, ASC_BAD_INPUT,
                          "%s: has no validation part to choose by: train with --validate",
                          cli->options.run_list[0]);
}

/* Greedily, by the metric of `keep` (for the loss, which tables don't tell, the log loss) on the validation part; tells the order, on standard error where
 * JSON goes to the output. */
static bool select_members(Ensemble *ensemble, AscResults *member, AscStatus *status)
{
    const AscCli *cli = ensemble->measure->cli;
    const AscMetric *keep = &cli->model->recipe.keep_metric;
    const AscMetric by = keep->kind == ASC_LOSS ? (AscMetric){ .kind = ASC_LOG_LOSS } : *keep;
    FILE *out = cli->options.json ? stderr : stdout;
    AscList list = { 0 };
    int order[MOST_MEMBERS], count = 0;
    double value[MOST_MEMBERS];
    char name[64];

    if (validation_list(ensemble, &list, status) &&
        measure_members(ensemble, &list, "validation", member, status))
        count = choose(member, ensemble->members, &by, order, value, status);
    asc_metric_name(&by, name, sizeof name);
    if (count > 0)
        fprintf(out, "members chosen by %s of %d recordings for validation\n", name,
                member[0].recordings);
    for (int n = 0; n < count; n++) {
        fprintf(out, "  %-24s %9.4f\n", name_of(ensemble, order[n]), value[n]);
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
    Ensemble ensemble = { .measure = measure,
                          .runs = options->runs,
                          .members = options->runs + measure->tables };
    AscResults member[MOST_MEMBERS] = { { 0 } };
    bool fine;

    for (int m = 0; m < ensemble.members; m++)
        ensemble.member[m] = !options->select;
    fine = (!options->select || select_members(&ensemble, member, status)) &&
           measure_members(&ensemble, &measure->list, "evaluate", member, status) &&
           take_mean(member, ensemble.members, ensemble.member, &measure->results, status);
    measure->members = 0;
    for (int m = 0; m < ensemble.members; m++) {
        measure->members += ensemble.member[m];
        asc_results_free(&member[m]);
    }
    return fine;
}
