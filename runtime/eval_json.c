/* eval_json.c: everything that `eval` found, as JSON. */
#include "eval_json.h"

#include <math.h>
#include <stdlib.h>

#include "made_by.h"
#include "metrics.h"

/* ---------------------------------------------------------------- complexity */

AscComplexity asc_complexity(const AscModel *model, const AscWeights *weights, int members)
{
    AscComplexity cost = { .nonzero = weights && members == 1 ? 0 : -1 };

    for (int p = 0; p < model->parameters; p++) {
        const AscParameter *parameter = &model->parameter[p];

        if (!parameter->trainable)
            continue;
        cost.parameters += (double)parameter->count;
        for (size_t i = 0; cost.nonzero >= 0 && i < parameter->count; i++)
            cost.nonzero += weights->parameters[parameter->offset + i] != 0;
    }
    cost.parameters *= members;
    cost.bytes = cost.parameters * (double)sizeof(real);
    cost.multiply_adds = members * (model->multiply_adds + model->norm_adds);
    cost.memory = cost.bytes + (double)(model->infer.arena_constant +
                                        model->infer.arena_per_example + model->infer.room);
    return cost;
}

/* ---------------------------------------------------------------- figures */

/* JSON has no NaN. */
static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *whole(double value)
{
    return value >= 0 ? json_integer((json_int_t)value) : json_null();
}

/* Of the recordings chosen, all for NULL. */
static json_t *figures(const AscMeasure *measure, const bool *chosen, int recordings,
                       AscStatus *status)
{
    const AscResults *results = &measure->results;
    double accuracy, macro, loss;

    if (!asc_results_metric(results, &(AscMetric){ .kind = ASC_ACCURACY }, chosen, &accuracy,
                            status) ||
        !asc_results_metric(results, &(AscMetric){ .kind = ASC_MACRO_ACCURACY }, chosen, &macro,
                            status) ||
        !asc_results_metric(results, &(AscMetric){ .kind = ASC_LOG_LOSS }, chosen, &loss, status))
        return NULL;
    return json_pack("{s:i, s:o, s:o, s:o}", "recordings", recordings, "accuracy", number(accuracy),
                     "macro_accuracy", number(macro), "log_loss", number(loss));
}

static json_t *by_class(AscMeasure *measure, AscStatus *status)
{
    json_t *all = json_object();

    for (int c = 0; all && c < measure->labels; c++) {
        int count = asc_measure_choose(measure, c, NULL);

        if (json_object_set_new(all, measure->label[c],
                                figures(measure, measure->chosen, count, status)) < 0)
            return json_decref(all), NULL;
    }
    return all;
}

static json_t *by_device(AscMeasure *measure, AscStatus *status)
{
    json_t *all = json_object();

    for (const char *device = asc_measure_next_device(measure, ""); all && device;
         device = asc_measure_next_device(measure, device)) {
        int count = asc_measure_choose(measure, -1, device);

        if (json_object_set_new(all, device, figures(measure, measure->chosen, count, status)) < 0)
            return json_decref(all), NULL;
    }
    return all;
}

static json_t *b_c(AscMeasure *measure, AscStatus *status)
{
    double value;

    return asc_measure_b_c(measure, &value, status) ? number(value) : NULL;
}

static json_t *confusion_of(const AscMeasure *measure)
{
    size_t classes = (size_t)measure->results.classes;
    int *confusion = calloc(classes * classes + 1, sizeof *confusion);
    json_t *all = confusion ? json_array() : NULL;

    if (all)
        asc_results_confusion(&measure->results, NULL, confusion);
    for (size_t t = 0; all && t < classes; t++) {
        json_t *row = json_array();

        for (size_t p = 0; p < classes; p++)
            json_array_append_new(row, json_integer(confusion[t * classes + p]));
        json_array_append_new(all, row);
    }
    free(confusion);
    return all;
}

static json_t *calibration_of(const AscMeasure *measure)
{
    AscCalibration found = asc_metrics_calibration(measure->results.score, measure->results.truth,
                                                   measure->results.recordings,
                                                   measure->results.classes);
    json_t *bins = json_array();

    for (int b = 0; b < ASC_BINS; b++)
        json_array_append_new(
            bins,
            json_pack("{s:f, s:f, s:i, s:o, s:o}", "above", (double)b / ASC_BINS, "to",
                      (double)(b + 1) / ASC_BINS, "recordings", found.examples[b], "confidence",
                      number(found.confidence[b]), "accuracy", number(found.accuracy[b])));
    return json_pack("{s:o, s:o, s:o}", "expected_error", number(found.expected), "largest_error",
                     number(found.largest), "bins", bins);
}

/* What the model's `evaluate` asks for in all; by groups everything is there already, or follows. */
static json_t *reported(const AscMeasure *measure, AscStatus *status)
{
    const AscModel *model = measure->cli->model;
    json_t *all = json_object();

    for (int m = 0; m < model->metrics; m++) {
        const AscMetric *metric = &model->metric[m];
        char name[64];
        double value;

        if (metric->kind == ASC_CONFUSION || metric->group[0])
            continue;
        if (!asc_results_metric(&measure->results, metric, NULL, &value, status))
            return json_decref(all), NULL;
        asc_metric_name(metric, name, sizeof name);
        json_object_set_new(all, name, number(value));
    }
    return all;
}

json_t *asc_complexity_json(const AscModel *model, const AscWeights *weights, int members)
{
    AscComplexity cost = asc_complexity(model, weights, members);

    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "parameters", whole(cost.parameters),
                     "parameters_non_zero", whole(cost.nonzero), "bytes", whole(cost.bytes),
                     "multiply_adds", whole(cost.multiply_adds), "memory", whole(cost.memory));
}

/* ---------------------------------------------------------------- all */

static json_t *members_of(const AscMeasure *measure)
{
    const AscOptions *options = &measure->cli->options;
    json_t *all = json_array();

    for (int m = 0; m < options->withs; m++)
        json_array_append_new(all, json_string(options->with[m]));
    for (int m = 0; m < options->runs; m++)
        json_array_append_new(all, json_string(options->run_list[m]));
    if (options->runs == 0 && options->run)
        json_array_append_new(all, json_string(options->run));
    if (options->weights)
        json_array_append_new(all, json_string(options->weights));
    return all;
}

static json_t *what(const AscMeasure *measure)
{
    const AscOptions *options = &measure->cli->options;
    const AscModel *model = measure->cli->model;
    json_t *labels = json_array();

    for (int c = 0; c < measure->labels; c++)
        json_array_append_new(labels, json_string(measure->label[c]));
    return json_pack("{s:s, s:s, s:s, s:o, s:s?, s:i, s:s, s:o}", "model", model->name, "defines",
                     model->defines, "hash", model->hash, "members", members_of(measure), "data",
                     options->data, "fold", options->fold, "split",
                     options->split ? options->split : "evaluate", "labels", labels);
}

char *asc_eval_json(AscMeasure *measure, AscStatus *status)
{
    const AscResults *results = &measure->results;
    json_t *all = what(measure), *part;
    char *text = NULL;
    bool fine = all != NULL;

    asc_status_clear(status);
    part = fine ? figures(measure, NULL, results->recordings, status) : NULL;
    fine = part && json_object_update(all, part) == 0;
    json_decref(part);
    fine = fine && json_object_set_new(all, "loss", number(results->loss)) == 0 &&
           json_object_set_new(all, "report", reported(measure, status)) == 0 &&
           json_object_set_new(all, "by_class", by_class(measure, status)) == 0 &&
           json_object_set_new(all, "by_device", by_device(measure, status)) == 0 &&
           json_object_set_new(all, "b_c", b_c(measure, status)) == 0 &&
           json_object_set_new(all, "calibration", calibration_of(measure)) == 0 &&
           json_object_set_new(all, "confusion", confusion_of(measure)) == 0 &&
           (measure->tables > 0 ||
            json_object_set_new(all, "complexity",
                                asc_complexity_json(measure->cli->model, measure->weights,
                                                    measure->members)) == 0) &&
           json_object_set_new(all, "made_by", asc_made_by(measure->cli->model)) == 0;
    text = fine ? json_dumps(all, JSON_INDENT(4) | JSON_REAL_PRECISION(9)) : NULL;
    json_decref(all);
    if (!text && status->code == ASC_OK)
        asc_status_memory(status, "the results");
    return text;
}
