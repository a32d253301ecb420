/* page_compare.c: the figures of every run, side by side, and the mean of those that differ only in seed and fold. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "page_own.h"
#include "plot.h"
#include "report.h"
#include "series.h"

typedef enum From { LOGGED, METRIC, CALIBRATION } From;

/* LOGGED: a figure of history.h in the kept epoch; METRIC: of the evaluation. */
static const struct {
    const char *name;
    From from;
    int which;
    bool percent;
} figure[] = { { "training loss", LOGGED, ASC_HISTORY_LOSS, false },
               { "training accuracy", LOGGED, ASC_HISTORY_ACCURACY, true },
               { "validation loss", LOGGED, ASC_HISTORY_VALIDATION_LOSS, false },
               { "validation accuracy", LOGGED, ASC_HISTORY_VALIDATION_ACCURACY, true },
               { "evaluation accuracy", METRIC, ASC_ACCURACY, true },
               { "mean of the classes", METRIC, ASC_MACRO_ACCURACY, true },
               { "log loss", METRIC, ASC_LOG_LOSS, false },
               { "loss of the segments", METRIC, ASC_LOSS, false },
               { "calibration error", CALIBRATION, 0, true } };

enum { FIGURES = sizeof figure / sizeof *figure };

_Static_assert((int)FIGURES <= (int)ASC_MAX_FIGURES, "figures are the rows of a series");

static bool fill(const AscPageRun *run, AscSeriesRow *row, AscStatus *status)
{
    const AscHistory *history = &run->history;
    const AscResults *results = &run->measure.results;

    for (int f = 0; f < FIGURES; f++) {
        AscMetric metric = { .kind = (AscMetricKind)figure[f].which };

        row->value[f] = NAN;
        if (figure[f].from == LOGGED && history->kept > 0)
            row->value[f] = history->value[figure[f].which][history->kept - 1];
        if (figure[f].from == METRIC && run->measured &&
            !asc_results_metric(results, &metric, NULL, &row->value[f], status))
            return false;
        if (figure[f].from == CALIBRATION && run->measured)
            row->value[f] = asc_metrics_calibration(results->score, results->truth,
                                                    results->recordings, results->classes)
                                .expected;
    }
    return true;
}

/* A row where no run has the figure is left out. */
static bool is_known(const AscSeriesRow *row, int rows, int f)
{
    for (int r = 0; r < rows; r++) {
        if (isfinite(row[r].value[f]))
            return true;
    }
    return false;
}

static void print_value(AscWriter *writer, double value, bool percent)
{
    if (isfinite(value))
        PRINT(percent ? "%.2f %%" : "%.4f", percent ? 100 * value : value);
    else
        PRINT("-");
}

/* ---------------------------------------------------------------- run by run */

static void print_time(AscWriter *writer, const AscPageRun *run, int runs)
{
    PRINT("<tr><th scope=\"row\">time to train</th>");
    for (int r = 0; r < runs; r++) {
        double seconds = 0;
        char text[32];

        for (int n = 0; n < run[r].history.epochs; n++)
            seconds += fmax(0, run[r].history.value[ASC_HISTORY_SECONDS][n]);
        asc_report_duration(seconds, text, sizeof text);
        PRINT("<td>%s</td>", text);
    }
    PRINT("</tr>\n");
}

/* "1,241,690" */
static void print_whole(AscWriter *writer, double value)
{
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%.0f", value);

    for (int at = 0; at < length; at++)
        PRINT("%s%c", at > 0 && (length - at) % 3 == 0 ? "," : "", digits[at]);
}

/* As DCASE counts it; nothing where no run's is known. */
static void print_cost(AscWriter *writer, const AscPageRun *run, int runs)
{
    bool known = false;

    for (int r = 0; r < runs; r++)
        known = known || isfinite(run[r].parameters);
    for (int adds = 0; known && adds < 2; adds++) {
        PRINT("<tr><th scope=\"row\">%s</th>", adds ? "multiply-adds a segment" : "parameters");
        for (int r = 0; r < runs; r++) {
            double value = adds ? run[r].multiply_adds : run[r].parameters;

            PRINT("<td>");
            if (isfinite(value))
                print_whole(writer, value);
            else
                PRINT("-");
            PRINT("</td>");
        }
        PRINT("</tr>\n");
    }
}

/* Where they are not all of one. */
static void print_models(AscWriter *writer, const AscPageRun *run, int runs)
{
    bool same = true;

    for (int r = 1; r < runs; r++)
        same = same && strcmp(run[r].history.model, run->history.model) == 0;
    if (same)
        return;
    PRINT("<tr><th scope=\"row\">model</th>");
    for (int r = 0; r < runs; r++) {
        PRINT("<td>");
        asc_plot_text(writer, run[r].history.model, 0);
        PRINT("</td>");
    }
    PRINT("</tr>\n");
}

static void print_runs(AscWriter *writer, const AscPageRun *run, const AscSeriesRow *row, int runs)
{
    PRINT("<h2>Figures</h2>\n<div class=\"wide\"><table class=\"figures\">\n<tr><th "
          "scope=\"col\">run</th>");
    for (int r = 0; r < runs; r++) {
        PRINT("<th scope=\"col\">");
        asc_plot_text(writer, run[r].history.folder, 0);
        PRINT("</th>");
    }
    PRINT("</tr>\n");
    print_models(writer, run, runs);
    PRINT("<tr><th scope=\"row\">kept epoch</th>");
    for (int r = 0; r < runs; r++)
        PRINT("<td>%d of %d</td>", run[r].history.kept, run[r].history.epochs);
    PRINT("</tr>\n");
    for (int f = 0; f < FIGURES; f++) {
        if (!is_known(row, runs, f))
            continue;
        PRINT("<tr><th scope=\"row\">%s</th>", figure[f].name);
        for (int r = 0; r < runs; r++) {
            PRINT("<td>");
            print_value(writer, row[r].value[f], figure[f].percent);
            PRINT("</td>");
        }
        PRINT("</tr>\n");
    }
    print_time(writer, run, runs);
    print_cost(writer, run, runs);
    PRINT("</table></div>\n");
}

/* ---------------------------------------------------------------- repeated runs */

/* Settings that repetitions may differ in. */
static bool is_ignored(const char *line)
{
    static const char *const name[] = { "seed: ", "fold: ", "made_by: " };

    for (size_t n = 0; n < sizeof name / sizeof *name; n++) {
        if (strncmp(line, name[n], strlen(name[n])) == 0)
            return true;
    }
    return false;
}

static const char *skip_ignored(const char *line)
{
    while (*line && is_ignored(line)) {
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    return line;
}

static bool is_repetition(const AscHistory *a, const AscHistory *b)
{
    const char *x = a->settings ? a->settings : "", *y = b->settings ? b->settings : "";

    if (strcmp(a->text, b->text) != 0)
        return false;
    for (;;) {
        size_t length = strcspn(x = skip_ignored(x), "\n");

        y = skip_ignored(y);
        if (length != strcspn(y, "\n") || strncmp(x, y, length) != 0)
            return false;
        if (!*x || !*y)
            return *x == *y;
        x += length + (x[length] == '\n');
        y += length + (y[length] == '\n');
    }
}

static void print_group(AscWriter *writer, const AscPageRun *run, const AscSeries *group)
{
    PRINT("<h3>");
    asc_plot_text(writer, run->history.model, 0);
    PRINT(": %d runs that differ only in seed or fold</h3>\n<div class=\"wide\"><table "
          "class=\"figures\">\n"
          "<tr><th scope=\"col\"></th><th scope=\"col\">mean</th><th scope=\"col\">deviation</th>"
          "<th scope=\"col\">± (95 %%)</th></tr>\n",
          group->rows);
    for (int f = 0; f < FIGURES; f++) {
        AscSpread spread = asc_series_spread(group, f);

        if (!isfinite(spread.mean))
            continue;
        PRINT("<tr><th scope=\"row\">%s</th><td>", figure[f].name);
        print_value(writer, spread.mean, figure[f].percent);
        PRINT("</td><td>");
        print_value(writer, spread.deviation, figure[f].percent);
        PRINT("</td><td>± ");
        print_value(writer, spread.interval, figure[f].percent);
        PRINT("</td></tr>\n");
    }
    PRINT(
        "</table></div>\n<p class=\"note\">The 95 %% interval is that of the mean, by Student's t; "
        "it takes the runs for independent.</p>\n");
}

/* Every run goes to the group of the first one that it repeats; groups of one are not shown. */
static void print_groups(AscWriter *writer, const AscPageRun *run, const AscSeriesRow *row,
                         int runs, AscSeriesRow *room)
{
    for (int first = 0; first < runs; first++) {
        AscSeries group = { .figures = FIGURES, .row = room };
        bool earlier = false;

        for (int r = 0; r < runs; r++) {
            if (!is_repetition(&run[first].history, &run[r].history))
                continue;
            earlier = earlier || r < first;
            room[group.rows++] = row[r];
        }
        if (!earlier && group.rows > 1)
            print_group(writer, &run[first], &group);
    }
}

static bool all_measured(const AscPageRun *run, int runs)
{
    bool all = true;

    for (int r = 0; r < runs; r++)
        all = all && run[r].measured;
    return all;
}

bool asc_page_figures(AscWriter *writer, AscPageRun *run, int runs, AscStatus *status)
{
    AscSeriesRow *row = calloc(2 * (size_t)runs, sizeof *row);
    bool fine = row || asc_status_memory(status, "figures");

    for (int r = 0; fine && r < runs; r++)
        fine = fill(&run[r], &row[r], status);
    if (fine) {
        print_runs(writer, run, row, runs);
        if (!all_measured(run, runs))
            PRINT("<p class=\"note\">Not evaluated: <code>report --data DIR</code> adds the "
                  "confusion matrix, the accuracy by class and by device, the worst errors and "
                  "what the network observes; of runs of other programs, what their "
                  "<code>eval</code> has found.</p>\n");
        print_groups(writer, run, row, runs, row + runs);
    }
    free(row);
    return fine;
}
