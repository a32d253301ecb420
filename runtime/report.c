/* report.c: prints progress and tables. */
#include "report.h"

#include <math.h>
#include <string.h>
#include <time.h>

/* Seconds: between two lines; before the first one. */
static const double terminal_interval = 0.1, plain_interval = 30, shortest_job = 0.5;

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

    if (time - printer->last < (printer->terminal.live ? terminal_interval : plain_interval))
        return false;
    printer->last = time;
    return true;
}

/* One write, so that nothing flickers. */
static void show(AscPrinter *printer, const char *head, double share, const char *tail)
{
    char text[1024];

    if (!printer->terminal.live) {
        fprintf(stderr, "%s  %s\n", head, tail);
        return;
    }
    asc_progress_line(&printer->terminal, asc_terminal_width(), head, share, tail, text,
                      sizeof text);
    fprintf(stderr, "\r%s\033[K", text);
    fflush(stderr);
    printer->open = true;
}

static void tell_note(void *context, const char *text)
{
    AscPrinter *printer = context;

    asc_report_end(printer);
    fprintf(printer->lines, "%s\n", text);
    fflush(printer->lines);
}

void asc_report_job(const AscReport *report, const char *what, const char *unit, long done,
                    long total)
{
    if (report && report->job)
        report->job(report->context, &(AscJob){ what, unit, done, total });
}

/* Done a second since the job was first told: what came before is the start.  0: not known yet. */
static double speed_of(AscPrinter *printer, const AscJob *job)
{
    double seconds;

    if (!printer->job.what || strcmp(printer->job.what, job->what) != 0 ||
        job->total != printer->job.total || job->done < printer->job.done) {
        printer->job = *job;
        printer->begun = now();
    }
    seconds = now() - printer->begun;
    return seconds > 0 ? (double)(job->done - printer->job.done) / seconds : 0;
}

/* "  12.3/s", or nothing. */
static void name_speed(double speed, char *text, size_t room)
{
    snprintf(text, room, speed <= 0 ? "" : "  %.*f/s", speed < 10 ? 2 : speed < 100 ? 1 : 0, speed);
}

static void tell_job(void *context, const AscJob *job)
{
    AscPrinter *printer = context;
    double speed = speed_of(printer, job);
    char tail[192], rate[32], left[32];

    if ((printer->terminal.live && now() - printer->begun < shortest_job) || !is_due(printer))
        return;
    name_speed(speed, rate, sizeof rate);
    asc_report_duration(speed > 0 ? (double)(job->total - job->done) / speed : 0, left,
                        sizeof left);
    snprintf(tail, sizeof tail, "%ld/%ld %s%s%s%s%s", job->done, job->total, job->unit, rate,
             speed > 0 ? "  " : "", speed > 0 ? left : "", speed > 0 ? " left" : "");
    show(printer, job->what, job->total > 0 ? (double)job->done / (double)job->total : -1, tail);
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
    AscJob job = { "steps", "steps", progress->step, progress->steps };
    double speed = speed_of(printer, &job);
    char text[256], rate[32], left[32] = "", epoch[48], read[64] = "";

    if (!is_due(printer))
        return;
    name_speed(speed, rate, sizeof rate);
    if (progress->seconds_left >= 0)
        asc_report_duration(progress->seconds_left, left, sizeof left);
    name_epoch(progress->epoch, progress->epochs, epoch, sizeof epoch);
    if (progress->read < progress->recordings)
        snprintf(read, sizeof read, "  features %d/%d", progress->read, progress->recordings);
    snprintf(text, sizeof text, "step %d/%d%s  loss %.4f  accuracy %.2f %%%s%s%s%s", progress->step,
             progress->steps, rate, progress->loss, 100 * progress->accuracy, read,
             *left ? "  " : "", left, *left ? " left" : "");
    show(printer, epoch, progress->steps > 0 ? (double)progress->step / progress->steps : -1, text);
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

/* Strict JSON, which has no NaN; a double has up to 316 characters. */
int asc_report_epoch_json(const AscEpochReport *report, char *text, size_t room)
{
    int at = snprintf(text, room,
                      "{\"epoch\": %d, \"rate\": %.6g, \"loss\": %.6f, \"accuracy\": %.6f",
                      report->epoch, report->rate, report->loss, report->accuracy);

    if (report->validated && isfinite(report->validation_loss))
        at += snprintf(text + at, room - (size_t)at,
                       ", \"validation_loss\": %.6f, \"validation_accuracy\": %.6f, \"best\": %s",
                       report->validation_loss, report->validation_accuracy,
                       report->best ? "true" : "false");
    return at + snprintf(text + at, room - (size_t)at, ", \"seconds\": %.3f}\n", report->seconds);
}

static void tell_json(void *context, const AscEpochReport *report)
{
    char line[2048];

    asc_report_end(context);
    asc_report_epoch_json(report, line, sizeof line);
    fputs(line, stdout);
    fflush(stdout);
}

void asc_report_json(AscPrinter *printer)
{
    printer->report.epoch = tell_json;
}

void asc_report_quiet(AscPrinter *printer)
{
    printer->report = (AscReport){ .context = printer };
}

void asc_report_start(AscPrinter *printer, FILE *lines)
{
    *printer = (AscPrinter){ .lines = lines, .terminal = asc_terminal_find(), .last = now() };
    printer->report = (AscReport){ .context = printer,
                                   .note = tell_note,
                                   .job = tell_job,
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
