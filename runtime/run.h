/* run.h: the folder of a training run: the model's text, its settings, a log, the weights that were
 * kept, and a checkpoint to continue from.  Every file is replaced as a whole. */
#ifndef ASC_RUN_H
#define ASC_RUN_H

#include "asc.h"
#include "dataset.h"
#include "file.h"
#include "optimizer.h"
#include "status.h"
#include "weights.h"

/* What the user chose; the rest of the recipe is the model's. */
typedef struct AscSettings {
    char *data;                         /* owned */
    char *lists;                        /* folder, owned; NULL: the data set's own */
    char *responses;                    /* folder of impulse responses, owned; NULL: none */
    char responses_hash[ASC_HASH_TEXT]; /* of their contents */
    bool half;                          /* features are kept as float16, which changes results */
    bool skip_bad;                      /* what can't be used is left out */
    AscLayout layout;
    int fold;
    int epochs, steps; /* 0: no limit */
    double hours;      /* 0: no limit */
    int batch;
    uint64_t seed;
    AscValidate validate;
    double validate_share;
    AscBy validate_by;
} AscSettings;

/* Those of the model's recipe, without data. */
AscSettings asc_settings_default(const AscRecipe *recipe);
void asc_settings_apply(const AscSettings *settings, AscRecipe *recipe);
void asc_settings_free(AscSettings *settings);

/* Whether both can be of one run: all but data, layout and the end of training is the same. */
bool asc_settings_agree(const AscSettings *one, const AscSettings *other);

/* "none", "provided", or a share as "30%" or "0.3", with ",recording" or ",location" behind it. */
bool asc_settings_parse_validate(const char *text, AscSettings *settings);

bool asc_run_exists(const char *folder);

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

/* Where training stands: after `step` steps of `epoch` (both count from 0). */
typedef struct AscPosition {
    int epoch, step;
    int examples;    /* of the training part: must be the same when it is continued */
    double loss_sum; /* over the examples of this epoch so far */
    int right, seen;
    double best;          /* the best value of keep_metric; NaN: none yet */
    int best_epoch;       /* counts from 1; 0: none yet */
    double seconds;       /* of this epoch so far */
    double total_seconds; /* of all steps */
    bool finished;
    char *log; /* log.jsonl so far, owned; NULL: empty */
} AscPosition;

/* checkpoint.safetensors, which has the position, weights and the optimiser's moments, and
 * log.jsonl. */
bool asc_run_save(const char *folder, const AscWeights *weights, AscUpdate *update,
                  const AscPosition *position, AscStatus *status);

/* log.jsonl alone: a process that was killed may have written the checkpoint and not yet the log. */
bool asc_run_log(const char *folder, const AscPosition *position, AscStatus *status);

/* Says that there is a run, finished or not, and what can be done about it. */
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

#endif
