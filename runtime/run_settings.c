/* run_settings.c: what the user chose of a run, as a table of fields and as JSON. */
#include "run_settings.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "made_by.h"

static const char *const validate_names[] = { [ASC_VALIDATE_NONE] = "none",
                                              [ASC_VALIDATE_PROVIDED] = "provided",
                                              [ASC_VALIDATE_SPLIT] = "split" };
static const char *const by_names[] = {
    [ASC_BY_LOCATION] = "location", [ASC_BY_RECORDING] = "recording"
};

/* Settings that are a recipe's, too. */
typedef struct Field {
    const char *name;
    enum { WHOLE, REAL, WORD, SEED } kind;
    size_t at, of_recipe;
    const char *const *word; /* [words] */
    int words;
    bool fixed; /* for the whole run */
} Field;

#define OF_RECIPE(name, kind, fixed)                                                               \
    {                                                                                              \
#name, kind, offsetof(AscSettings, name), offsetof(AscRecipe, name), NULL, 0, fixed        \
    }
#define WORD_OF_RECIPE(name, names)                                                                \
    {                                                                                              \
#name, WORD, offsetof(AscSettings, name), offsetof(AscRecipe, name), names,                \
            sizeof(names) / sizeof *(names), true                                                  \
    }

static const Field fields[] = {
    OF_RECIPE(epochs, WHOLE, false),       OF_RECIPE(steps, WHOLE, false),
    OF_RECIPE(hours, REAL, false),         OF_RECIPE(batch, WHOLE, true),
    OF_RECIPE(seed, SEED, true),           WORD_OF_RECIPE(validate, validate_names),
    OF_RECIPE(validate_share, REAL, true), WORD_OF_RECIPE(validate_by, by_names),
};

enum { FIELDS = sizeof fields / sizeof *fields };

static const size_t size_of[] = { [WHOLE] = sizeof(int),
                                  [REAL] = sizeof(double),
                                  [WORD] = sizeof(AscValidate),
                                  [SEED] = sizeof(uint64_t) };

AscSettings asc_settings_default(const AscRecipe *recipe)
{
    AscSettings settings = { .layout = ASC_LAYOUT_AUTO };

    for (int n = 0; n < FIELDS; n++)
        memcpy((char *)&settings + fields[n].at, (const char *)recipe + fields[n].of_recipe,
               size_of[fields[n].kind]);
    return settings;
}

void asc_settings_apply(const AscSettings *settings, AscRecipe *recipe)
{
    for (int n = 0; n < FIELDS; n++)
        memcpy((char *)recipe + fields[n].of_recipe, (const char *)settings + fields[n].at,
               size_of[fields[n].kind]);
}

void asc_settings_free(AscSettings *settings)
{
    free(settings->data);
    free(settings->lists);
    free(settings->responses);
    settings->data = settings->lists = settings->responses = NULL;
}

static bool same_text(const char *one, const char *other)
{
    return one && other ? strcmp(one, other) == 0 : one == other;
}

bool asc_settings_agree(const AscSettings *one, const AscSettings *other)
{
    bool same = one->fold == other->fold && one->half == other->half &&
                one->segments == other->segments && same_text(one->lists, other->lists) &&
                same_text(one->responses_hash, other->responses_hash);

    for (int n = 0; n < FIELDS; n++)
        same = same && (!fields[n].fixed ||
                        memcmp((const char *)one + fields[n].at, (const char *)other + fields[n].at,
                               size_of[fields[n].kind]) == 0);
    return same;
}

bool asc_settings_parse_validate(const char *text, AscSettings *settings)
{
    char *end;
    double share;

    if (strcmp(text, "none") == 0 || strcmp(text, "provided") == 0) {
        settings->validate = *text == 'n' ? ASC_VALIDATE_NONE : ASC_VALIDATE_PROVIDED;
        return true;
    }
    share = strtod(text, &end);
    if (end == text)
        return false;
    if (*end == '%') {
        share /= 100;
        end++;
    }
    if (strcmp(end, ",recording") == 0)
        settings->validate_by = ASC_BY_RECORDING;
    else if (*end && strcmp(end, ",location") != 0)
        return false;
    else
        settings->validate_by = ASC_BY_LOCATION;
    settings->validate = ASC_VALIDATE_SPLIT;
    settings->validate_share = share;
    return share > 0 && share < 1;
}

/* ---------------------------------------------------------------- JSON */

/* A seed is a text: readers of JSON lose bits past 2^53. */
static json_t *field_json(const Field *field, const AscSettings *settings)
{
    const char *at = (const char *)settings + field->at;
    char text[32];
    uint64_t seed;
    double number;
    int whole;

    memcpy(&seed, at, field->kind == SEED ? sizeof seed : 0);
    memcpy(&number, at, field->kind == REAL ? sizeof number : 0);
    memcpy(&whole, at, field->kind == WHOLE || field->kind == WORD ? sizeof whole : 0);
    switch (field->kind) {
    case WHOLE: return json_integer(whole);
    case REAL: return json_real(number);
    case WORD: return json_string(field->word[whole]);
    case SEED: snprintf(text, sizeof text, "%" PRIu64, seed); return json_string(text);
    }
    return NULL;
}

char *asc_settings_text(const AscModel *model, const AscSettings *settings)
{
    json_t *all = json_pack("{s:s, s:s, s:s, s:s, s:s, s:i}", "model", model->name, "defines",
                            model->defines, "hash", model->hash, "data", settings->data, "layout",
                            asc_layout_name(settings->layout), "fold", settings->fold);
    char *text = NULL;

    for (int n = 0; n < FIELDS; n++)
        json_object_set_new(all, fields[n].name, field_json(&fields[n], settings));
    if (settings->lists)
        json_object_set_new(all, "lists", json_string(settings->lists));
    json_object_set_new(all, "half", json_boolean(settings->half));
    json_object_set_new(all, "skip_bad", json_boolean(settings->skip_bad));
    if (settings->segments)
        json_object_set_new(all, "segments", json_true());
    if (settings->responses) {
        json_object_set_new(all, "responses", json_string(settings->responses));
        json_object_set_new(all, "responses_hash", json_string(settings->responses_hash));
    }
    json_object_set_new(all, "made_by", asc_made_by(model));
    if (all)
        text = json_dumps(all, JSON_INDENT(4));
    json_decref(all);
    return text;
}

static int find_name(const char *const *names, int count, const char *name)
{
    for (int n = 0; name && n < count; n++) {
        if (strcmp(names[n], name) == 0)
            return n;
    }
    return -1;
}

static bool parse_field(const Field *field, const json_t *all, AscSettings *settings)
{
    const json_t *value = json_object_get(all, field->name);
    const char *text = json_string_value(value);
    char *at = (char *)settings + field->at;
    int whole = field->kind == WORD ? find_name(field->word, field->words, text)
                                    : (int)json_integer_value(value);
    double number = json_number_value(value);
    uint64_t seed = text ? strtoull(text, NULL, 10) : 0;

    switch (field->kind) {
    case WHOLE:
    case WORD: memcpy(at, &whole, sizeof whole); return whole >= 0;
    case REAL: memcpy(at, &number, sizeof number); return number >= 0;
    case SEED: memcpy(at, &seed, sizeof seed); return text != NULL;
    }
    return false;
}

/* A copy of what may be missing; *fine becomes false where there is no memory. */
static char *copy_text(const char *text, bool *fine)
{
    char *copy = text ? strdup(text) : NULL;

    *fine = *fine && (copy || !text);
    return copy;
}

static bool parse_settings(const json_t *all, AscSettings *settings)
{
    const char *data = json_string_value(json_object_get(all, "data"));
    const char *layout = json_string_value(json_object_get(all, "layout"));
    const char *hash = json_string_value(json_object_get(all, "responses_hash"));
    bool fine = data && layout;

    settings->fold = (int)json_integer_value(json_object_get(all, "fold"));
    for (int n = 0; fine && n < FIELDS; n++)
        fine = parse_field(&fields[n], all, settings);
    if (!fine || !asc_layout_parse(layout, &settings->layout) || settings->fold < 0 ||
        settings->batch < 1)
        return false;
    snprintf(settings->responses_hash, sizeof settings->responses_hash, "%s", hash ? hash : "");
    settings->half = json_is_true(json_object_get(all, "half"));
    settings->skip_bad = json_is_true(json_object_get(all, "skip_bad"));
    settings->segments = json_is_true(json_object_get(all, "segments"));
    settings->data = copy_text(data, &fine);
    settings->lists = copy_text(json_string_value(json_object_get(all, "lists")), &fine);
    settings->responses = copy_text(json_string_value(json_object_get(all, "responses")), &fine);
    return fine;
}

bool asc_settings_parse(const char *text, const char *path, AscSettings *settings,
                        AscStatus *status)
{
    json_error_t error = { .text = "" };
    json_t *all = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    bool fine = true;

    *settings = (AscSettings){ 0 };
    if (!all)
        fine = asc_status_set(status, ASC_BAD_INPUT, "%s:%d: %s", path, error.line, error.text);
    else if (!parse_settings(all, settings))
        fine = asc_status_set(status, ASC_BAD_INPUT, "%s: a setting is missing or wrong", path);
    json_decref(all);
    return fine;
}
