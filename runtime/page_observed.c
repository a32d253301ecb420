/* page_observed.c: what the network observes, such as the gates of experts, as means of each class and each device. */
#include <stdlib.h>

#include "page_own.h"
#include "plot.h"

enum { MOST_COLUMNS = 64, MOST_DEVICES = 64 };

/* The mean over the recordings chosen. */
static void mean_of_chosen(const AscPageRun *run, const AscTrait *trait, double *to)
{
    int count = 0;

    for (int c = 0; c < trait->columns; c++)
        to[c] = 0;
    for (int r = 0; r < run->insight.recordings; r++) {
        if (!run->measure.chosen[r])
            continue;
        count++;
        for (int c = 0; c < trait->columns; c++)
            to[c] += trait->mean[r * trait->columns + c];
    }
    for (int c = 0; c < trait->columns; c++)
        to[c] /= count > 0 ? count : 1;
}

static void print_heat(AscWriter *writer, const AscTrait *trait, const char *by,
                       const char *const *label, int rows, const double *value)
{
    char title[256];

    if (rows == 0)
        return;
    snprintf(title, sizeof title, "mean of %s by %s", trait->name, by);
    PRINT("<div><h3>By %s</h3>\n", by);
    asc_plot_heat(writer, title, label, rows, value, trait->columns, trait->axis);
    PRINT("</div>\n");
}

static void print_trait(AscWriter *writer, AscPageRun *run, const AscTrait *trait, double *value)
{
    AscMeasure *measure = &run->measure;
    const char *device[MOST_DEVICES];
    int devices = 0;

    PRINT("<h3>Observed: <code>");
    asc_plot_text(writer, trait->name, 0);
    PRINT("</code></h3>\n<div class=\"grid\">\n");
    for (int c = 0; c < measure->results.classes; c++) {
        asc_measure_choose(measure, c, NULL);
        mean_of_chosen(run, trait, value + c * trait->columns);
    }
    print_heat(writer, trait, "class", (const char *const *)measure->label,
               measure->results.classes, value);
    for (const char *next = asc_measure_next_device(measure, ""); next && devices < MOST_DEVICES;
         next = asc_measure_next_device(measure, next)) {
        device[devices] = next;
        asc_measure_choose(measure, -1, next);
        mean_of_chosen(run, trait, value + devices++ * trait->columns);
    }
    print_heat(writer, trait, "device", device, devices, value);
    PRINT("</div>\n");
}

bool asc_page_observed(AscWriter *writer, AscPageRun *run, AscStatus *status)
{
    const int classes = run->measure.results.classes;
    const size_t rows = (size_t)(classes > MOST_DEVICES ? classes : MOST_DEVICES);

    for (int t = 0; t < run->insight.traits; t++) {
        const AscTrait *trait = &run->insight.trait[t];
        double *value;

        if (trait->columns < 2 || trait->columns > MOST_COLUMNS ||
            run->insight.recordings < run->measure.results.recordings)
            continue;
        value = calloc(rows * (size_t)trait->columns, sizeof *value);
        if (!value)
            return asc_status_memory(status, "what is observed");
        print_trait(writer, run, trait, value);
        free(value);
    }
    return true;
}
