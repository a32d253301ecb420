/* page.c: the page's style, tables and sections; plot.c draws the plots. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "page_own.h"
#include "plot.h"

static const char style[] =
    ":root{color-scheme:light dark;--page:#fbfbfa;--text:#1c2024;--soft:#5b636b;--rule:#dcdfe2;"
    "--0:#1a66ad;--1:#b8450f;--2:#23783f;--3:#7a3fa8;--4:#a82a66;--5:#6b640f;--on:#fff;--half:var(-"
    "-text)}\n"
    "@media(prefers-color-scheme:dark){:root{--page:#14171a;--text:#e6e8ea;--soft:#a3abb3;"
    "--rule:#343a40;--0:#69b1f5;--1:#f2945f;--2:#6ccf8c;--3:#c59cf2;--4:#f086b6;--5:#d2c864;"
    "--on:#0b1015;--half:#0b1015}}\n"
    "*{box-sizing:border-box}body{margin:0 auto;padding:16px;max-width:1120px;"
    "background:var(--page);color:var(--text);font:16px/1.5 system-ui,sans-serif}\n"
    "h1{font-size:1.5rem;margin:.2em 0 .6em}h2{font-size:1.2rem;margin:1.6em 0 .5em;"
    "border-bottom:1px solid var(--rule)}h3{font-size:1rem;margin:1em 0 .4em}\n"
    ".grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr));"
    "gap:12px 32px}.grid>*{min-width:0;max-width:520px}\n"
    ".wide{overflow-x:auto}h1,h2,h3,td,th{overflow-wrap:anywhere}\n"
    "table{border-collapse:collapse;font-variant-numeric:tabular-nums}"
    "th,td{text-align:right;padding:3px 12px 3px 0;border-bottom:1px solid var(--rule);"
    "vertical-align:top;min-width:5em}th:first-child{text-align:left;font-weight:400;"
    "color:var(--soft)}.settings td{text-align:left}.figures td,.figures th[scope=col]{"
    "white-space:nowrap;min-width:0}.figures th{overflow-wrap:normal;min-width:0}.figures "
    "th:first-child{position:sticky;left:0;background:var(--page)}\n"
    "pre{overflow-x:auto;font-size:13px;line-height:1.4;padding:12px;"
    "border:1px solid var(--rule);border-radius:6px}summary{cursor:pointer}\n"
    ".key{display:flex;flex-wrap:wrap;gap:2px 18px;font-size:14px;color:var(--soft);margin:4px 0}"
    ".key svg{width:28px;height:10px;display:inline-block;margin-right:6px}\n"
    "svg{width:100%;height:auto;display:block}svg text{font:12px system-ui,sans-serif;"
    "fill:var(--text)}svg .end{text-anchor:end}svg .mid{text-anchor:middle}"
    "svg .on{fill:var(--on)}svg .half{fill:var(--half)}.grid "
    "path,path.grid{stroke-linecap:round}path.grid{"
    "stroke:var(--rule)}.line{fill:none;stroke-width:2;stroke-linejoin:round}"
    ".ideal{stroke:var(--soft)}svg .soft{fill:var(--soft)}.soft,.note{color:var(--soft)}"
    ".note{font-size:14px;margin:.2em 0 .8em;max-width:75ch}figure{margin:0 0 12px}figcaption{"
    "font-size:14px;line-height:1.4;margin-top:4px}"
    ".dash{stroke-dasharray:5 4}.back{fill:var(--rule);fill-opacity:.6}.cell{fill:var(--0)}\n";

static void print_style(AscWriter *writer)
{
    PRINT("<style>\n%s", style);
    for (int n = 0; n < ASC_PLOT_COLOURS; n++)
        PRINT(".line.s%d{stroke:var(--%d)}.bar.s%d{fill:var(--%d)}\n", n, n, n, n);
    PRINT("</style>\n");
}

/* ---------------------------------------------------------------- curves */

void asc_page_key(AscWriter *writer, const AscPageRun *run, int runs)
{
    PRINT("<p class=\"key\">");
    for (int r = 0; r < runs; r++) {
        PRINT("<span><svg viewBox=\"0 0 28 10\" aria-hidden=\"true\"><path class=\"line s%d\" "
              "d=\"M2 5H26\"/></svg>",
              r % ASC_PLOT_COLOURS);
        asc_plot_text(writer, run[r].history.folder, 0);
        PRINT("</span>");
    }
    PRINT("</p>\n");
}

/* The curves as a table, for those who can't see them. */
static void print_epochs(AscWriter *writer, const AscHistory *history)
{
    static const struct {
        const char *name;
        int figure;
    } column[] = { { "loss", ASC_HISTORY_LOSS },
                   { "accuracy", ASC_HISTORY_ACCURACY },
                   { "validation loss", ASC_HISTORY_VALIDATION_LOSS },
                   { "validation accuracy", ASC_HISTORY_VALIDATION_ACCURACY } };
    enum { COLUMNS = sizeof column / sizeof *column };

    PRINT("<details><summary>Epochs of ");
    asc_plot_text(writer, history->folder, 0);
    PRINT(" as a table</summary>\n<div class=\"wide\"><table>\n<tr><th scope=\"col\">epoch</th>");
    for (int c = 0; c < COLUMNS; c++)
        PRINT("<th scope=\"col\">%s</th>", column[c].name);
    PRINT("</tr>\n");
    for (int n = 0; n < history->epochs; n++) {
        PRINT("<tr><th scope=\"row\">%d</th>", n + 1);
        for (int c = 0; c < COLUMNS; c++) {
            double value = history->value[column[c].figure][n];

            if (isfinite(value))
                PRINT("<td>%.4f</td>", value);
            else
                PRINT("<td>-</td>");
        }
        PRINT("</tr>\n");
    }
    PRINT("</table></div></details>\n");
}

static bool print_curves(AscWriter *writer, const AscPageRun *run, int runs, AscStatus *status)
{
    AscCurve *curve = calloc((size_t)runs * 2, sizeof *curve);

    if (!curve)
        return asc_status_memory(status, "curves");
    PRINT("<h2>Training</h2>\n");
    asc_page_key(writer, run, runs);
    PRINT("<p class=\"key\"><span>solid: training</span><span>dashed: validation</span></p>\n");
    PRINT("<div class=\"grid\">\n");
    for (int accuracy = 0; accuracy < 2; accuracy++) {
        for (int c = 0; c < 2 * runs; c++) {
            const AscHistory *history = &run[c / 2].history;
            int figure = (accuracy ? ASC_HISTORY_ACCURACY : ASC_HISTORY_LOSS) +
                         (c % 2 ? ASC_HISTORY_VALIDATION_LOSS : 0);

            curve[c] = (AscCurve){ .label = history->folder,
                                   .colour = c / 2,
                                   .dashed = c % 2,
                                   .value = history->value[figure],
                                   .count = history->epochs };
        }
        PRINT("<div><h3>%s</h3>\n", accuracy ? "Accuracy" : "Loss");
        asc_plot_lines(writer, accuracy ? "accuracy by epoch" : "loss by epoch", curve, 2 * runs,
                       accuracy);
        PRINT("</div>\n");
    }
    PRINT("</div>\n");
    for (int r = 0; r < runs; r++)
        print_epochs(writer, &run[r].history);
    free(curve);
    return true;
}

/* ---------------------------------------------------------------- evaluation */

/* Accuracy of the recordings chosen. */
static bool chosen_accuracy(const AscMeasure *measure, double *value, AscStatus *status)
{
    return asc_results_metric(&measure->results, &(AscMetric){ .kind = ASC_ACCURACY },
                              measure->chosen, value, status);
}

static bool print_classes(AscWriter *writer, AscMeasure *measure, int colour, AscStatus *status)
{
    int classes = measure->results.classes;
    double *value = calloc((size_t)classes, sizeof *value);
    bool fine = value || asc_status_memory(status, "bars");

    for (int c = 0; fine && c < classes; c++) {
        asc_measure_choose(measure, c, NULL);
        fine = chosen_accuracy(measure, &value[c], status);
    }
    if (fine) {
        PRINT("<div><h3>Accuracy by class</h3>\n");
        asc_plot_bars(writer, "accuracy by class", (const char *const *)measure->label, value,
                      classes, colour);
        PRINT("</div>\n");
    }
    free(value);
    return fine;
}

static bool print_devices(AscWriter *writer, AscMeasure *measure, int colour, AscStatus *status)
{
    enum { MOST = 64 };
    const char *label[MOST];
    double value[MOST];
    int count = 0;

    for (const char *device = asc_measure_next_device(measure, ""); device && count < MOST;
         device = asc_measure_next_device(measure, device)) {
        label[count] = device;
        asc_measure_choose(measure, -1, device);
        if (!chosen_accuracy(measure, &value[count++], status))
            return false;
    }
    if (count > 0) {
        PRINT("<div><h3>Accuracy by device</h3>\n");
        asc_plot_bars(writer, "accuracy by device", label, value, count, colour);
        PRINT("</div>\n");
    }
    return true;
}

static void print_calibration(AscWriter *writer, const AscResults *results, int colour)
{
    AscCalibration calibration = asc_metrics_calibration(results->score, results->truth,
                                                         results->recordings, results->classes);

    PRINT("<div><h3>Calibration (error %.1f %%, largest %.1f %%)</h3>\n",
          100 * calibration.expected, 100 * calibration.largest);
    asc_plot_calibration(writer, &calibration, colour);
    PRINT("</div>\n");
}

static bool print_evaluation(AscWriter *writer, AscPageRun *run, int colour, AscStatus *status)
{
    enum { BESIDE = 14 }; /* classes: a larger matrix has the page's width to itself */
    AscMeasure *measure = &run->measure;
    size_t classes = (size_t)measure->results.classes;
    int *confusion = calloc(classes * classes, sizeof *confusion);
    bool fine;

    if (!confusion)
        return asc_status_memory(status, "the confusion matrix");
    asc_results_confusion(&measure->results, NULL, confusion);
    PRINT("<h2>Evaluation: ");
    asc_plot_text(writer, run->history.folder, 0);
    PRINT("</h2>\n%s<div><h3>Confusion (rows: truth, columns: recognised)</h3>\n",
          classes <= BESIDE ? "<div class=\"grid\">\n" : "");
    asc_plot_matrix(writer, confusion, (int)classes, (const char *const *)measure->label);
    PRINT("</div>\n%s", classes <= BESIDE ? "" : "<div class=\"grid\">\n");
    fine = print_classes(writer, measure, colour, status) &&
           print_devices(writer, measure, colour, status);
    print_calibration(writer, &measure->results, colour);
    PRINT("</div>\n");
    if (run->outputs)
        PRINT(
            "<p class=\"note\">From what <code>eval</code> kept in the run's folder: <code>report "
            "--data DIR</code> of its own program shows the worst errors and what the network "
            "observes, too.</p>\n");
    free(confusion);
    return fine && asc_page_errors(writer, run, colour, status) &&
           asc_page_observed(writer, run, status);
}

/* ---------------------------------------------------------------- settings */

static void print_settings(AscWriter *writer, const AscHistory *history)
{
    PRINT("<h2>Settings: ");
    asc_plot_text(writer, history->folder, 0);
    PRINT("</h2>\n<div class=\"wide\"><table class=\"settings\">\n");
    for (char *line = history->settings, *next; line && *line; line = next) {
        char *value = strstr(line, ": ");

        next = strchr(line, '\n');
        *next++ = '\0';
        *value = '\0';
        PRINT("<tr><th>");
        asc_plot_text(writer, line, 0);
        PRINT("</th><td>");
        asc_plot_text(writer, value + 2, 0);
        PRINT("</td></tr>\n");
    }
    PRINT("</table></div>\n<details><summary>The model's text</summary>\n<pre>");
    asc_plot_text(writer, history->text, 0);
    PRINT("</pre></details>\n");
}

/* ---------------------------------------------------------------- the page */

static bool print_page(AscWriter *writer, const char *title, AscPageRun *run, int runs,
                       AscStatus *status)
{
    bool fine;

    PRINT("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta "
          "name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>");
    asc_plot_text(writer, title, 0);
    PRINT("</title>\n");
    print_style(writer);
    PRINT("</head><body>\n<h1>");
    asc_plot_text(writer, title, 0);
    PRINT("</h1>\n");
    fine = asc_page_figures(writer, run, runs, status) && print_curves(writer, run, runs, status);
    fine = fine && asc_page_beside(writer, run, runs, status);
    for (int r = 0; fine && r < runs; r++)
        fine = !run[r].measured || print_evaluation(writer, &run[r], r, status);
    for (int r = 0; r < runs; r++)
        print_settings(writer, &run[r].history);
    PRINT("</body></html>\n");
    return fine;
}

bool asc_page_write(const char *path, const char *title, AscPageRun *run, int runs,
                    AscStatus *status)
{
    AscWriter *writer = asc_writer_open(path, status);

    if (!writer)
        return false;
    if (print_page(writer, title, run, runs, status))
        return asc_writer_commit(writer, status);
    asc_writer_abandon(writer);
    return false;
}
