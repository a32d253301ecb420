/* report.h: what long work tells while it goes on.  The library calls these; report.c has versions
 * that print.  Any function may be NULL. */
#ifndef ASC_REPORT_H
#define ASC_REPORT_H

#include <stdbool.h>

typedef struct AscProgress {
    int epoch, epochs;              /* epoch counts from 1 */
    int step, steps;                /* of the epoch */
    double loss, accuracy;          /* of the training examples of the epoch so far */
    double seconds_left;            /* of the whole training; negative: not known yet */
} AscProgress;

typedef struct AscEpochReport {
    int epoch, epochs;
    double rate, loss, accuracy, seconds;
    bool validated;
    double validation_loss, validation_accuracy;    /* over recordings */
    bool best;                      /* its weights were kept as the best so far */
} AscEpochReport;

typedef struct AscReport {
    void *context;
    void (*note)(void *context, const char *text);
    void (*features)(void *context, int done, int total);
    void (*step)(void *context, const AscProgress *progress);
    void (*epoch)(void *context, const AscEpochReport *report);
} AscReport;

/* A report that prints to standard error: a line that renews itself on a terminal, plain lines
 * elsewhere.  It holds for one command at a time. */
const AscReport *asc_report_printing(void);

/* Ends a line that renews itself, so that other output can follow. */
void asc_report_end(void);

#endif
