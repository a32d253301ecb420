/* report.c: prints progress and tables. */
#include "report.h"

#include <math.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const double terminal_interval = 0.1, plain_interval = 30; /* seconds */

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

void asc_report_duration(double seconds, char *text, size_t room)
{
    long whole = seconds > 0 ? (long)(seconds + 0.5) : 0;

    if (whole >= 3600)
        snprintf(text, room, "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
    else
        snprintf(text, room, "%ld:%02ld", whole / 60, whole % 60);
}

void asc_report_percent(double share, char *text, size_t room)
{
    if (isnan(share))
        snprintf(text, room, "-");
    else
        snprintf(text, room, "%.2f %%", 100 * share);
}

void asc_report_end(AscPrinter *printer)
{
    if (printer->open)
        fputs("\r\033[K", stderr);
    fflush(stderr);
    printer->open = false;
}

/* Whether it is time for another line; `last` begins when the printer does. */
static bool is_due(AscPrinter *printer)
{
    double time = now();

    if (time - printer->last < (printer->terminal ? terminal_interval : plain_interval))
        return false;
    printer->last = time;
    return true;
}

static void show(AscPrinter *printer, const char *text)
{
    if (printer->terminal) {
        fprintf(stderr, "\r\033[K%s", text);
        fflush(stderr);
        printer->open = true;
    } else {
        fprintf(stderr, "%s\n", text);
    }
}

static void tell_note(void *context, const char *text)
{
    AscPrinter *printer = context;

    asc_report_end(printer);
    fprintf(printer->lines, "%s\n", text);
    fflush(printer->lines);
}

static void tell_features(void *context, int done, int total)
{
    AscPrinter *printer = context;
    char text[128], left[32];

    if (done == 1)
        printer->begun = now();
    if (!is_due(printer))
        return;
    asc_report_duration((now() - printer->begun) / (done > 1 ? done - 1 : 1) * (total - done), left,
                        sizeof left);
    snprintf(text, sizeof text, "features: %d of %d recordings%s%s%s", done, total,
             done > 1 ? "  " : "", done > 1 ? left : "", done > 1 ? " left" : "");
    show(printer, text);
}

/* epochs 0: nobody knows how many. */
static void name_epoch(int epoch, int epochs, char *text, size_t room)
{
    int at = snprintf(text, room, "epoch %d", epoch);

    if (epochs > 0)
        snprintf(text + at, room - (size_t)at, "/%d", epochs);
}

static void tell_step(void *context, const AscProgress *progress)
{
    AscPrinter *printer = context;
    char text[256], left[32] = "", epoch[48], read[64] = "";

    if (!is_due(printer))
        return;
    if (progress->seconds_left >= 0)
        asc_report_duration(progress->seconds_left, left, sizeof left);
    name_epoch(progress->epoch, progress->epochs, epoch, sizeof epoch);
    if (progress->read < progress->recordings)
        snprintf(read, sizeof read, "  features %d/%d", progress->read, progress->recordings);
    snprintf(text, sizeof text, "%s  step %d/%d  loss %.4f  accuracy %.2f %%%s%s%s%s", epoch,
             progress->step, progress->steps, progress->loss, 100 * progress->accuracy, read,
             *left ? "  " : "", left, *left ? " left" : "");
    show(printer, text);
}

static void tell_epoch(void *context, const AscEpochReport *report)
{
    AscPrinter *printer = context;
    char time[32], epoch[48];

    asc_report_end(printer);
    asc_report_duration(report->seconds, time, sizeof time);
    name_epoch(report->epoch, report->epochs, epoch, sizeof epoch);
    fprintf(printer->lines, "%s  loss %.4f  accuracy %.2f %%", epoch, report->loss,
            100 * report->accuracy);
    if (report->validated)
        fprintf(printer->lines, "  validation loss %.4f  accuracy %.2f %%%s",
                report->validation_loss, 100 * report->validation_accuracy,
                report->best ? "  best" : "");
    fprintf(printer->lines, "  %s\n", time);
    fflush(printer->lines);
}

void asc_report_quiet(AscPrinter *printer)
{
    printer->report = (AscReport){ .context = printer };
}

void asc_report_start(AscPrinter *printer, FILE *lines)
{
    *printer = (AscPrinter){ .lines = lines, .terminal = isatty(STDERR_FILENO), .last = now() };
    printer->report = (AscReport){ .context = printer,
                                   .note = tell_note,
                                   .features = tell_features,
                                   .step = tell_step,
                                   .epoch = tell_epoch };
}

/* ---------------------------------------------------------------- tables */

static int digits(int number)
{
    int count = 1;

    for (; number >= 10; number /= 10)
        count++;
    return count;
}

void asc_report_confusion(FILE *out, const int *confusion, int classes, char *const *label)
{
    int width = digits(classes), name = 0;

    for (int c = 0; c < classes; c++)
        name = (int)strlen(label[c]) > name ? (int)strlen(label[c]) : name;
    for (int n = 0; n < classes * classes; n++)
        width = digits(confusion[n]) > width ? digits(confusion[n]) : width;
    fprintf(out, "%*s ", digits(classes) + 1 + name, "");
    for (int c = 0; c < classes; c++)
        fprintf(out, " %*d", width, c + 1);
    fputc('\n', out);
    for (int t = 0; t < classes; t++) {
        fprintf(out, "%*d %-*s ", digits(classes), t + 1, name, label[t]);
        for (int p = 0; p < classes; p++)
            fprintf(out, " %*d", width, confusion[t * classes + p]);
        fputc('\n', out);
    }
}
