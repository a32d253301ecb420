/* run_settings.h: what the user chose of a training run, as settings.json keeps it. */
#ifndef ASC_RUN_SETTINGS_H
#define ASC_RUN_SETTINGS_H

#include "asc.h"
#include "dataset.h"
#include "file.h"
#include "status.h"

/* What the user chose; the rest of the recipe is the model's. */
typedef struct AscSettings {
    char *data;                         /* owned */
    char *lists;                        /* folder, owned; NULL: the data set's own */
    char *responses;                    /* folder of impulse responses, owned; NULL: none */
    char responses_hash[ASC_HASH_TEXT]; /* of their contents */
    bool half;                          /* features are kept as float16, which changes results */
    bool skip_bad;                      /* what can't be used is left out */
    bool segments;                      /* of videos, which were rated, are the examples */
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

/* As JSON with the model's name, hash and makers; the caller frees the text.  NULL: no memory. */
char *asc_settings_text(const AscModel *model, const AscSettings *settings);

/* Of such a text, which stands in the file `path`; the caller frees the settings in any case. */
bool asc_settings_parse(const char *text, const char *path, AscSettings *settings,
                        AscStatus *status);

#endif
