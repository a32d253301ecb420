/* report.h: what long work tells while it goes on.  The library calls these; report.c has versions
 * that print.  Any function may be NULL. */
#ifndef ASC_REPORT_H
#define ASC_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "progress.h"

typedef struct AscProgress {
    int epoch, epochs;     /* epoch counts from 1; epochs 0: no limit */
    int step, steps;       /* of the epoch */
    double loss, accuracy; /* of the training examples of the epoch so far */
    double seconds_left;   /* of the whole training; negative: not known yet */
    int read, recordings;  /* of these so many were read; equal when all were */
} AscProgress;

typedef struct AscEpochReport {
    int epoch, epochs;
    double rate, loss, accuracy, seconds;
    bool validated;
    double validation_loss, validation_accuracy; /* over recordings */
    bool best;                                   /* its weights were kept as the best so far */
} AscEpochReport;

/* Anything else that takes its time: "features", 12 of 400 "recordings". */
typedef struct AscJob {
    const char *what, *unit;
    long done, total;
} AscJob;

typedef struct AscReport {
    void *context;
    void (*note)(void *context, const char *text);
    void (*job)(void *context, const AscJob *job);
    void (*step)(void *context, const AscProgress *progress);
    void (*epoch)(void *context, const AscEpochReport *report);
} AscReport;

/* Tells report->job; both may be NULL. */
void asc_report_job(const AscReport *report, const char *what, const char *unit, long done,
                    long total);

/* ---------------------------------------------------------------- printing (report.c) */

/* Prints notes and epochs as lines to `lines`, and what goes on meanwhile to standard error: on a
 * terminal one line that renews itself, else a plain line now and then. */
typedef struct AscPrinter {
    AscReport report; /* to be handed on while the printer lives */
    FILE *lines;
    AscTerminal terminal; /* standard error */
    bool open;            /* a line that renews itself stands there */
    double last;          /* time of the last line that came now and then */
    AscJob job;           /* as it was first told */
    double begun;         /* time of that */
} AscPrinter;

void asc_report_start(AscPrinter *printer, FILE *lines);

/* From now on epochs are lines of JSON on standard output, as in log.jsonl. */
void asc_report_json(AscPrinter *printer);

/* An epoch as one line of JSON with its end, into text, at most 2048 characters; returns how many. */
int asc_report_epoch_json(const AscEpochReport *report, char *text, size_t room);

/* From now on nothing is printed. */
void asc_report_quiet(AscPrinter *printer);

/* Clears a line that renews itself, so that other output can follow. */
void asc_report_end(AscPrinter *printer);

/* "1:23:45", "2:05", into text. */
void asc_report_duration(double seconds, char *text, size_t room);

/* "87.50 %", or "-" for NaN, into text. */
void asc_report_percent(double share, char *text, size_t room);

/* A table of counts [truth][predicted] with a legend of the labels. */
void asc_report_confusion(FILE *out, const int *confusion, int classes, char *const *label);

#endif
