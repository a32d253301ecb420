/* page_beside.c: accuracy by class and by device of several runs, of one program or of several, beside each other. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "page_own.h"
#include "plot.h"

/* What is shown of the runs that were measured. */
typedef struct Beside {
    AscPageRun *run;
    int runs, rows, room;
    const char **label;  /* [rows]: classes or devices */
    const char **folder; /* [runs] */
    double *value;       /* [rows][runs]; NaN: the run has no recording of the row */
} Beside;

static bool add_label(Beside *beside, const char *label, AscStatus *status)
{
    for (int n = 0; n < beside->rows; n++) {
        if (strcmp(beside->label[n], label) == 0)
            return true;
    }
    if (beside->rows == beside->room) {
        int room = 2 * beside->room + 16;
        const char **larger = realloc(beside->label, (size_t)room * sizeof *larger);

        if (!larger)
            return asc_status_memory(status, "figures");
        beside->label = larger;
        beside->room = room;
    }
    beside->label[beside->rows++] = label;
    return true;
}

/* The classes, or the devices, of all runs, in the order of the first that has them. */
static bool find_labels(Beside *beside, bool devices, AscStatus *status)
{
    bool fine = true;

    beside->rows = 0;
    for (int r = 0; fine && r < beside->runs; r++) {
        const AscMeasure *measure = &beside->run[r].measure;

        if (!beside->run[r].measured)
            continue;
        for (int c = 0; fine && !devices && c < measure->results.classes; c++)
            fine = add_label(beside, measure->label[c], status);
        for (const char *next = devices ? asc_measure_next_device(measure, "") : NULL; fine && next;
             next = asc_measure_next_device(measure, next))
            fine = add_label(beside, next, status);
    }
    return fine;
}

static int class_of(const AscMeasure *measure, const char *label)
{
    for (int c = 0; c < measure->results.classes; c++) {
        if (strcmp(measure->label[c], label) == 0)
            return c;
    }
    return measure->results.classes; /* of which there are no recordings */
}

static bool find_values(Beside *beside, bool devices, AscStatus *status)
{
    for (int n = 0; n < beside->rows; n++) {
        for (int r = 0; r < beside->runs; r++) {
            AscMeasure *measure = &beside->run[r].measure;
            double *value = &beside->value[n * beside->runs + r];
            const char *label = beside->label[n];

            *value = NAN;
            if (!beside->run[r].measured ||
                asc_measure_choose(measure, devices ? -1 : class_of(measure, label),
                                   devices ? label : NULL) == 0)
                continue;
            if (!asc_results_metric(&measure->results, &(AscMetric){ .kind = ASC_ACCURACY },
                                    measure->chosen, value, status))
                return false;
        }
    }
    return true;
}

/* The plot's values as a table. */
static void print_table(AscWriter *writer, const Beside *beside)
{
    PRINT("<details><summary>As a table</summary>\n<div class=\"wide\"><table class=\"figures\">\n"
          "<tr><th scope=\"col\"></th>");
    for (int r = 0; r < beside->runs; r++) {
        PRINT("<th scope=\"col\">");
        asc_plot_text(writer, beside->folder[r], 0);
        PRINT("</th>");
    }
    PRINT("</tr>\n");
    for (int n = 0; n < beside->rows; n++) {
        PRINT("<tr><th scope=\"row\">");
        asc_plot_text(writer, beside->label[n], 0);
        PRINT("</th>");
        for (int r = 0; r < beside->runs; r++) {
            double value = beside->value[n * beside->runs + r];

            if (isfinite(value))
                PRINT("<td>%.1f %%</td>", 100 * value);
            else
                PRINT("<td>-</td>");
        }
        PRINT("</tr>\n");
    }
    PRINT("</table></div></details>\n");
}

static bool print_part(AscWriter *writer, Beside *beside, bool devices, AscStatus *status)
{
    if (!find_labels(beside, devices, status))
        return false;
    if (beside->rows == 0)
        return true;
    beside->value = calloc((size_t)beside->rows * (size_t)beside->runs, sizeof *beside->value);

    bool fine = beside->value ? find_values(beside, devices, status)
                              : asc_status_memory(status, "figures");

    if (fine) {
        PRINT("<div><h3>Accuracy by %s</h3>\n", devices ? "device" : "class");
        asc_plot_dots(writer,
                      devices ? "accuracy by device of all runs" : "accuracy by class of all runs",
                      beside->label, beside->value, beside->rows, beside->folder, beside->runs);
        print_table(writer, beside);
        PRINT("</div>\n");
    }
    free(beside->value);
    return fine;
}

bool asc_page_beside(AscWriter *writer, AscPageRun *run, int runs, AscStatus *status)
{
    Beside beside = { .run = run, .runs = runs };
    int measured = 0;
    bool fine;

    for (int r = 0; r < runs; r++)
        measured += run[r].measured;
    if (measured < 2)
        return true;
    beside.folder = calloc((size_t)runs, sizeof *beside.folder);
    if (!beside.folder)
        return asc_status_memory(status, "figures");
    for (int r = 0; r < runs; r++)
        beside.folder[r] = run[r].history.folder;
    PRINT("<h2>The runs beside each other</h2>\n");
    asc_page_key(writer, run, runs);
    PRINT("<div class=\"grid\">\n");
    fine = print_part(writer, &beside, false, status) && print_part(writer, &beside, true, status);
    PRINT("</div>\n");
    free(beside.folder);
    free(beside.label);
    return fine;
}
