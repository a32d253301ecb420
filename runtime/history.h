/* history.h: what a run's folder tells of its training: settings, log, the model's text.  Any
 * model's run can be read. */
#ifndef ASC_HISTORY_H
#define ASC_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "status.h"

enum {
    ASC_HISTORY_LOSS,
    ASC_HISTORY_ACCURACY,
    ASC_HISTORY_VALIDATION_LOSS,
    ASC_HISTORY_VALIDATION_ACCURACY,
    ASC_HISTORY_RATE,
    ASC_HISTORY_SECONDS,
    ASC_HISTORY_FIGURES
};

typedef struct AscHistory {
    char *folder;                       /* owned, as all that follows */
    char *model, *text;                 /* its name and model.asc */
    char *hash;                         /* AscModel.hash; "": not told */
    char *settings;                     /* "NAME: VALUE" lines in the order of settings.json */
    int fold;                           /* 0: none */
    int epochs;                         /* in the log */
    double *value[ASC_HISTORY_FIGURES]; /* [epochs]; NaN: not in the log */
    int kept; /* the epoch whose weights were kept, from 1; 0: no epoch yet */
} AscHistory;

/* Reads settings.json, model.asc and log.jsonl of a run.  Refused (ASC_BAD_INPUT): no run, a
 * damaged line of the log, named by its number.  To be freed in any case. */
bool asc_history_read(const char *folder, AscHistory *history, AscStatus *status);

/* What `eval` found the network to cost (eval_json.h), by eval.json of the run; NaN where there is none.  Refused: a damaged
 * one. */
bool asc_history_cost(const AscHistory *history, double *parameters, double *multiply_adds,
                      AscStatus *status);
void asc_history_free(AscHistory *history);

#endif
