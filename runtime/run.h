/* run.h: the folder of a training run: the model's text, its settings, a log, the weights that were
 * kept, and a checkpoint to continue from.  Every file is replaced as a whole. */
#ifndef ASC_RUN_H
#define ASC_RUN_H

#include "asc.h"
#include "checkpoint.h"
#include "run_settings.h"

bool asc_run_exists(const char *folder);

/* Whether the folder has weights that were kept, but is no run: its settings are lost. */
bool asc_run_orphaned(const char *folder);

/* Makes the folder and writes model.asc and settings.json.  Refused where there is a run
 * already. */
bool asc_run_begin(const char *folder, const AscModel *model, const AscSettings *settings,
                   AscStatus *status);

/* Removes the files of a run that could not begin, and the folder when it is empty then. */
void asc_run_remove(const char *folder);

/* Reads settings.json; the caller frees the settings.  `changed`: the model's text is not the one
 * the run began with. */
bool asc_run_settings(const char *folder, const AscModel *model, AscSettings *settings,
                      bool *changed, AscStatus *status);

/* checkpoint.safetensors, which has the position, weights and the optimiser's moments, and
 * log.jsonl. */
bool asc_run_save(const char *folder, const AscWeights *weights, AscUpdate *update,
                  const AscPosition *position, AscStatus *status);

/* log.jsonl alone: a process that was killed may have written the checkpoint and not yet the log. */
bool asc_run_log(const char *folder, const AscPosition *position, AscStatus *status);

/* Says that there is a run, finished or not, or what is left of one, and what can be done about it. */
void asc_run_refuse(const char *folder, AscStatus *status);

/* Reads the checkpoint; the caller destroys the weights and frees position->log. */
AscWeights *asc_run_load(const char *folder, const AscModel *model, AscUpdate *update,
                         AscPosition *position, AscStatus *status);

/* The weights that were kept; keeping others removes what is known of the old ones. */
bool asc_run_keep(const char *folder, const AscWeights *weights, AscStatus *status);
AscWeights *asc_run_kept(const char *folder, const AscModel *model, AscStatus *status);

/* Keeps what `eval` found of the kept weights, as JSON: eval.json, of another part than `evaluate`
 * eval-PART.json.  NULL is `evaluate`. */
bool asc_run_keep_evaluation(const char *folder, const char *part, const char *text,
                             AscStatus *status);

/* Where `eval` keeps what the kept weights say of the part `evaluate` (outputs.h): eval.csv.  The caller frees the
 * path; NULL: no memory. */
char *asc_run_outputs(const char *folder);

#endif
