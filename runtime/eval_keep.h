/* eval_keep.h: what `eval` found, as files: in the folder of the run, and as a table where the user wants one. */
#ifndef ASC_EVAL_KEEP_H
#define ASC_EVAL_KEEP_H

#include "measure.h"

/* Keeps the evaluation of the run of --run in its folder: `text` as eval.json, and what the network says of each
 * recording as eval.csv (run.h). */
bool asc_eval_keep(const AscMeasure *evaluation, const char *text, AscStatus *status);

/* Writes what is said of each recording (outputs.h).  `validation`: of the validation part of the run, too, where --data is
 * what it was trained on. */
bool asc_eval_table(const AscMeasure *evaluation, const char *path, bool validation,
                    AscStatus *status);

#endif
