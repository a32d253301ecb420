/* series.c: figures of several runs, their means and how sure these are. */
#include "series.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void add_figure(AscSeries *series, AscMetric metric)
{
    for (int f = 0; f < series->figures; f++) {
        if (series->metric[f].kind == metric.kind && series->metric[f].argument == metric.argument)
            return;
    }
    if (series->figures < ASC_MAX_FIGURES)
        series->metric[series->figures++] = metric;
}

AscSeries asc_series_start(const AscModel *model)
{
    static const AscMetricKind always[] = { ASC_ACCURACY, ASC_MACRO_ACCURACY, ASC_LOG_LOSS };
    AscSeries series = { 0 };

    for (size_t n = 0; n < sizeof always / sizeof *always; n++)
        add_figure(&series, (AscMetric){ .kind = always[n] });
    for (int m = 0; m < model->metrics; m++) {
        if (model->metric[m].kind != ASC_CONFUSION && !model->metric[m].group[0])
            add_figure(&series, model->metric[m]);
    }
    return series;
}

void asc_series_free(AscSeries *series)
{
    for (int r = 0; r < series->rows; r++)
        free(series->row[r].folder);
    free(series->row);
    series->row = NULL;
    series->rows = 0;
}

bool asc_series_add(AscSeries *series, const AscSeriesRow *row, const AscResults *results,
                    AscStatus *status)
{
    AscSeriesRow *grown = realloc(series->row, (size_t)(series->rows + 1) * sizeof *grown);

    if (!grown)
        return asc_status_memory(status, "the results of a series");
    series->row = grown;
    grown[series->rows] = *row;
    grown[series->rows].recordings = results->recordings;
    grown[series->rows].folder = strdup(row->folder);
    if (!grown[series->rows].folder)
        return asc_status_memory(status, "the results of a series");
    series->rows++;
    for (int f = 0; f < series->figures; f++) {
        if (!asc_results_metric(results, &series->metric[f], NULL,
                                &grown[series->rows - 1].value[f], status))
            return false;
    }
    return true;
}

/* ---------------------------------------------------------------- spread */

/* The 97.5 % quantile of Student's t; past the table by the first terms of Fisher's expansion, good
 * to 0.001 there. */
static double student(int freedom)
{
    static const double table[] = { 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365,
                                    2.306,  2.262, 2.228, 2.201, 2.179, 2.160, 2.145,
                                    2.131,  2.120, 2.110, 2.101, 2.093, 2.086 };
    const double z = 1.959964, z3 = z * z * z;

    if (freedom <= (int)(sizeof table / sizeof *table))
        return table[freedom - 1];
    return z + (z3 + z) / (4.0 * freedom) +
           (5 * z3 * z * z + 16 * z3 + 3 * z) / (96.0 * freedom * freedom);
}

AscSpread asc_series_spread(const AscSeries *series, int figure)
{
    AscSpread spread = { .mean = 0, .deviation = NAN, .interval = NAN };
    double squares = 0;
    int n = series->rows;

    for (int r = 0; r < n; r++)
        spread.mean += series->row[r].value[figure] / n;
    for (int r = 0; r < n; r++)
        squares += pow(series->row[r].value[figure] - spread.mean, 2);
    if (n > 1) {
        spread.deviation = sqrt(squares / (n - 1));
        spread.interval = student(n - 1) * spread.deviation / sqrt(n);
    }
    return spread;
}

/* ---------------------------------------------------------------- output */

static void print_value(FILE *out, double value)
{
    if (isnan(value))
        fprintf(out, " %15s", "-");
    else
        fprintf(out, " %15.4f", value);
}

static void print_spread(const AscSeries *series, const char *name, size_t offset, FILE *out)
{
    fprintf(out, "%-28s", name);
    for (int f = 0; f < series->figures; f++) {
        AscSpread spread = asc_series_spread(series, f);

        print_value(out, *(const double *)(const void *)((const char *)&spread + offset));
    }
    fputc('\n', out);
}

void asc_series_print(const AscSeries *series, FILE *out)
{
    fprintf(out, "%-28s", "");
    for (int f = 0; f < series->figures; f++) {
        char name[64];

        asc_metric_name(&series->metric[f], name, sizeof name);
        fprintf(out, " %15s", name);
    }
    fputc('\n', out);
    for (int r = 0; r < series->rows; r++) {
        const AscSeriesRow *row = &series->row[r];
        char name[64];
        int at = row->fold ? snprintf(name, sizeof name, "fold %d, ", row->fold) : 0;

        snprintf(name + at, sizeof name - (size_t)at, "seed %" PRIu64, row->seed);
        fprintf(out, "%-28s", name);
        for (int f = 0; f < series->figures; f++)
            print_value(out, row->value[f]);
        fputc('\n', out);
    }
    print_spread(series, "mean", offsetof(AscSpread, mean), out);
    print_spread(series, "standard deviation", offsetof(AscSpread, deviation), out);
    print_spread(series, "95 % confidence interval +-", offsetof(AscSpread, interval), out);
}

/* JSON has no NaN. */
static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *row_json(const AscSeries *series, const AscSeriesRow *row)
{
    char seed[32];
    json_t *object;

    snprintf(seed, sizeof seed, "%" PRIu64, row->seed);
    object = json_pack("{s:s, s:i, s:s, s:i}", "run", row->folder, "fold", row->fold, "seed", seed,
                       "recordings", row->recordings);
    for (int f = 0; object && f < series->figures; f++) {
        char name[64];

        asc_metric_name(&series->metric[f], name, sizeof name);
        json_object_set_new(object, name, number(row->value[f]));
    }
    return object;
}

char *asc_series_json(const AscSeries *series, const AscModel *model)
{
    json_t *runs = json_array(), *figures = json_object();
    json_t *all = json_pack("{s:s, s:s, s:o, s:o}", "model", model->name, "defines", model->defines,
                            "runs", runs, "figures", figures);
    char *text;

    for (int r = 0; all && r < series->rows; r++)
        json_array_append_new(runs, row_json(series, &series->row[r]));
    for (int f = 0; all && f < series->figures; f++) {
        AscSpread spread = asc_series_spread(series, f);
        char name[64];

        asc_metric_name(&series->metric[f], name, sizeof name);
        json_object_set_new(figures, name,
                            json_pack("{s:o, s:o, s:o}", "mean", number(spread.mean), "deviation",
                                      number(spread.deviation), "interval95",
                                      number(spread.interval)));
    }
    text = all ? json_dumps(all, JSON_INDENT(4)) : NULL;
    json_decref(all);
    return text;
}
