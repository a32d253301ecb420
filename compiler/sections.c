/* sections.c: the keys of `train` and `evaluate`, checked against tables (language.md, section 8). */
#include "resolve.h"

#include <math.h>
#include <string.h>

/* ---------------------------------------------------------------- tables */

enum { MAX_FIELDS = 4, NO_DEFAULT = -1 };

typedef enum FieldKind { FIELD_REAL, FIELD_WHOLE, FIELD_WORD, FIELD_METRIC } FieldKind;

/* A number or word of a setting; where it goes in Recipe is told by `offset`. */
typedef struct Field {
    const char *name;
    FieldKind kind;
    size_t offset;
    double otherwise;           /* the default; NO_DEFAULT: it must be given */
    double low, high;
    const char *words[3];       /* FIELD_WORD: the first is the default */
} Field;

typedef struct Word {
    const char *name;
    Field field[MAX_FIELDS];
} Word;

/* A key takes one of some words, or else a number. */
typedef struct Key {
    const char *name;
    bool needed;
    const Word *word;
    size_t offset;              /* of the word's name */
    Field number;
} Key;

#define AT(member) offsetof(Recipe, member)
#define REAL(name, member, otherwise, low, high) {name, FIELD_REAL, AT(member), otherwise, low, high, {NULL}}
#define WHOLE(name, member, otherwise, low, high) {name, FIELD_WHOLE, AT(member), otherwise, low, high, {NULL}}
#define METRIC(name, member) {name, FIELD_METRIC, AT(member), 0, 0, 0, {NULL}}

static const Word optimizers[] = {
    {"sgd", {REAL("rate", rate, NO_DEFAULT, 1e-12, 1e6), REAL("momentum", momentum, 0, 0, 1)}},
    {"adam", {REAL("rate", rate, 0.001, 1e-12, 1e6), REAL("beta1", beta1, 0.9, 0, 1), REAL("beta2", beta2, 0.999, 0, 1),
              REAL("epsilon", epsilon, 1e-8, 1e-300, 1)}},
    {0},
};
static const Word clips[] = {
    {"none", {{0}}},
    {"norm", {REAL("limit", clip, NO_DEFAULT, 1e-300, 1e300)}},
    {"value", {REAL("limit", clip, NO_DEFAULT, 1e-300, 1e300)}},
    {0},
};
static const Word schedules[] = {
    {"constant", {{0}}},
    {"exponential", {REAL("factor", schedule_factor, NO_DEFAULT, 1e-12, 1),
                     WHOLE("every", schedule_every, 1, 1, 1e9)}},
    {"cosine", {{0}}},
    {0},
};
static const Word validations[] = {
    {"none", {{0}}},
    {"provided", {{0}}},
    {"split", {REAL("share", validate_share, NO_DEFAULT, 1e-6, 0.999999),
               {"by", FIELD_WORD, AT(validate_by), 0, 0, 0, {"location", "recording", NULL}}}},
    {0},
};
static const Word keeps[] = {
    {"last", {{0}}},
    {"best", {METRIC("metric", keep_metric), WHOLE("after", keep_after, 0, 0, 1e9)}},
    {0},
};
static const Word initialisers[] = {
    {"zeros", {{0}}},
    {"ones", {{0}}},
    {"constant", {REAL("value", init_value, NO_DEFAULT, -1e300, 1e300)}},
    {"uniform", {REAL("bound", init_value, NO_DEFAULT, 1e-300, 1e300)}},
    {"normal", {REAL("deviation", init_value, NO_DEFAULT, 1e-300, 1e300)}},
    {"truncated_normal", {REAL("deviation", init_value, NO_DEFAULT, 1e-300, 1e300)}},
    {"glorot_uniform", {{0}}},
    {"glorot_normal", {{0}}},
    {"he_uniform", {{0}}},
    {"he_normal", {{0}}},
    {0},
};
static const Word combinations[] = {{"mean", {{0}}}, {"vote", {{0}}}, {0}};

/* gap and hit take a count; loss can be kept by, but every report has it as log_loss. */
static const struct { const char *name; bool counts, reported, kept; } metrics[] = {
    {"accuracy", false, true, true}, {"macro_accuracy", false, true, true}, {"log_loss", false, true, true},
    {"confusion", false, true, false}, {"gap", true, true, true}, {"hit", true, true, true},
    {"perr", false, true, true}, {"loss", false, false, true},
};
enum { METRICS = sizeof metrics / sizeof *metrics };
static const char *const groups[] = {"class", "device"};

enum { INIT_OFFSET = sizeof(Recipe) };          /* of the key init, which is no name in Recipe */
static const Key train_keys[] = {
    {"loss", true, NULL, 0, {0}},
    {"optimizer", true, optimizers, AT(optimizer), {0}},
    {"epochs", true, NULL, 0, WHOLE("epochs", epochs, 0, 1, 1e9)},
    {"batch", true, NULL, 0, WHOLE("batch", batch, 0, 1, 1e6)},
    {"init", false, initialisers, INIT_OFFSET, {0}},
    {"l2", false, NULL, 0, REAL("l2", l2, 0, 0, 1e6)},
    {"mixup", false, NULL, 0, REAL("mixup", mixup, 0, 0, 1e6)},
    {"clip", false, clips, AT(clip_kind), {0}},
    {"schedule", false, schedules, AT(schedule), {0}},
    {"validate", false, validations, AT(validate), {0}},
    {"keep", false, keeps, AT(keep), {0}},
    {"seed", false, NULL, 0, WHOLE("seed", seed, 0, 0, 9007199254740992.0)},
    {0},
};
static const Key evaluate_keys[] = {
    {"combine", false, combinations, 0, {0}},
    {"report", false, NULL, 0, {0}},
    {0},
};

static int word_count(const Word *word)
{
    int count = 0;
    while (word && word[count].name)
        count++;
    return count;
}

static void add_name(const char **name, int limit, int *count, const char *word)
{
    if (*count < limit)
        name[(*count)++] = word;
}

int setting_names(const char **name, int limit)
{
    int count = 0;
    for (const Key *key = train_keys; key->name; key++)
        for (const Word *word = key->word; word && word->name; word++) {
            add_name(name, limit, &count, word->name);
            for (int i = 0; i < MAX_FIELDS && word->field[i].name; i++)
                for (int k = 0; k < 3 && word->field[i].words[k]; k++)
                    add_name(name, limit, &count, word->field[i].words[k]);
        }
    for (const Word *word = combinations; word->name; word++)
        add_name(name, limit, &count, word->name);
    for (int i = 0; i < METRICS; i++)
        add_name(name, limit, &count, metrics[i].name);
    return count;
}

/* ---------------------------------------------------------------- single values */

typedef struct Setting {
    Resolver *r;
    Scope *scope;               /* the params of the main file */
    const char *key;
} Setting;

static bool set_number(Setting *s, const Field *field, const Value *value, void *base)
{
    int64_t whole = 0;
    double real = value->number.real;
    if ((value->kind != VALUE_NUMBER && value->kind != VALUE_TRUTH) || value->number.unit != UNIT_NONE) {
        fault(s->r, value->place, NULL, "%s must be a number without a unit; this is %s", field->name,
              value_describe(s->r, value));
        return false;
    }
    if (field->kind == FIELD_WHOLE && !number_whole(value->number, &whole)) {
        fault(s->r, value->place, NULL, "%s is %s: it must be a whole number", field->name,
              number_text(s->r, value->number));
        return false;
    }
    if (real < field->low || real > field->high) {
        fault(s->r, value->place, NULL, "%s is %s: it must lie between %.16g and %.16g", field->name,
              number_text(s->r, value->number), field->low, field->high);
        return false;
    }
    char *at = (char *)base + field->offset;
    if (field->kind == FIELD_REAL)
        *(double *)at = real;
    else if (field->offset == AT(seed))
        *(uint64_t *)at = (uint64_t)whole;
    else
        *(int *)at = (int)whole;
    return true;
}

static const char *metric_list(Resolver *r, bool kept)
{
    const char *name[METRICS];
    int count = 0;
    for (int i = 0; i < METRICS; i++)
        if (kept ? metrics[i].kept : metrics[i].reported)
            name[count++] = metrics[i].name;
    return list_words(r, name, count, "or");
}

static int metric_find(const char *name, bool kept)
{
    for (int i = 0; i < METRICS; i++)
        if (strcmp(metrics[i].name, name) == 0 && (kept ? metrics[i].kept : metrics[i].reported))
            return i;
    return -1;
}

static bool metric_count(Setting *s, const Tree *tree, bool counts, double *argument)
{
    Resolver *r = s->r;
    int given = tree->b ? tree->b->count : 0;
    int64_t whole;
    if (given != counts || (given && tree->b->items[0]->kind == TREE_KEYWORD)) {
        fault(r, tree->place, NULL, "%s takes %s", tree->name, counts ? "one number, as gap(20)" : "no argument");
        return false;
    }
    Value *value = counts ? evaluate(r, s->scope, tree->b->items[0]) : NULL;
    if (!counts || !value)
        return !counts;
    if (value->kind != VALUE_NUMBER || value->number.unit || !number_whole(value->number, &whole) || whole < 1) {
        fault(r, value->place, NULL, "%s takes a whole number of at least 1; this is %s", tree->name,
              value_describe(r, value));
        return false;
    }
    *argument = (double)whole;
    return true;
}

static bool metric_group(Setting *s, const Tree *tree, bool kept, const char **group)
{
    Resolver *r = s->r;
    const Tree *axes = tree->a;
    if (!axes)
        return true;
    if (kept || axes->count != 1 || axes->items[0]->kind != TREE_AXIS || axes->items[0]->a) {
        fault(r, axes->place, NULL, kept ? "%s can't be grouped here" : "%s takes one group: [class] or [device]",
              tree->name);
        return false;
    }
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        if (strcmp(groups[i], axes->items[0]->name) == 0) {
            *group = groups[i];
            return true;
        }
    fault(r, axes->items[0]->place, NULL, "results can be grouped by class or device, not by `%s`%s",
          axes->items[0]->name, did_you_mean(r, axes->items[0]->name, groups, 2));
    return false;
}

/* accuracy, gap(20), accuracy[device] */
static bool set_metric(Setting *s, const Tree *tree, bool kept, Metric *metric)
{
    Resolver *r = s->r;
    int at = tree->kind == TREE_CALL ? metric_find(tree->name, kept) : -1;
    if (at < 0) {
        const char *name[METRICS];
        for (int i = 0; i < METRICS; i++)
            name[i] = metrics[i].name;
        fault(r, tree->place, NULL, "%s%s%sis no metric of %s%s: %s", tree->name ? "`" : "",
              tree->name ? tree->name : "this ", tree->name ? "` " : "", s->key,
              tree->name ? did_you_mean(r, tree->name, name, METRICS) : "", metric_list(r, kept));
        return false;
    }
    *metric = (Metric){.name = metrics[at].name};
    return metric_count(s, tree, metrics[at].counts, &metric->argument) &&
           metric_group(s, tree, kept, &metric->group);
}

static bool set_keep_metric(Setting *s, const Tree *tree, Recipe *recipe)
{
    Metric metric;
    bool good = set_metric(s, tree, true, &metric);
    recipe->keep_metric = good ? metric.name : NULL;
    recipe->keep_argument = good ? metric.argument : 0;
    return good;
}

static bool set_word(Setting *s, const Field *field, const Tree *tree, void *base)
{
    Resolver *r = s->r;
    int count = 0;
    while (count < 3 && field->words[count])
        count++;
    Value *value = evaluate_choice(r, s->scope, tree, field->words);
    if (!value)
        return false;
    for (int i = 0; i < count; i++)
        if (value->kind == VALUE_CHOICE && strcmp(value->word, field->words[i]) == 0) {
            *(const char **)((char *)base + field->offset) = field->words[i];
            return true;
        }
    fault(r, tree->place, NULL, "`%s` must be %s; this is %s%s", field->name, list_words(r, field->words, count, "or"),
          value_describe(r, value),
          value->kind == VALUE_CHOICE ? did_you_mean(r, value->word, field->words, count) : "");
    return false;
}

/* ---------------------------------------------------------------- words with arguments */

static int field_count(const Word *word)
{
    int count = 0;
    while (count < MAX_FIELDS && word->field[count].name)
        count++;
    return count;
}

static bool set_field(Setting *s, const Field *field, const Tree *tree, void *base)
{
    if (field->kind == FIELD_METRIC)
        return set_keep_metric(s, tree, base);
    if (field->kind == FIELD_WORD)
        return set_word(s, field, tree, base);
    Value *value = evaluate(s->r, s->scope, tree);
    return value && set_number(s, field, value, base);
}

static void set_default(const Field *field, void *base)
{
    char *at = (char *)base + field->offset;
    if (field->kind == FIELD_WORD)
        *(const char **)at = field->words[0];
    else if (field->kind == FIELD_WHOLE)
        *(int *)at = (int)field->otherwise;
    else if (field->kind == FIELD_REAL)
        *(double *)at = field->otherwise;
}

static int field_find(Setting *s, const Word *word, const Tree *keyword)
{
    const char *name[MAX_FIELDS];
    int count = field_count(word);
    for (int i = 0; i < count; i++) {
        name[i] = word->field[i].name;
        if (strcmp(name[i], keyword->name) == 0)
            return i;
    }
    fault(s->r, keyword->place, NULL, "%s has no parameter `%s`%s", word->name, keyword->name,
          did_you_mean(s->r, keyword->name, name, count));
    return -1;
}

static const char *field_list(Resolver *r, const Word *word)
{
    const char *name[MAX_FIELDS];
    for (int i = 0; i < field_count(word); i++)
        name[i] = word->field[i].name;
    return field_count(word) ? list_words(r, name, field_count(word), "and") : "no argument";
}

static bool set_arguments(Setting *s, const Word *word, const Tree *tree, void *base)
{
    int count = field_count(word), position = 0;
    bool given[MAX_FIELDS] = {false}, good = true;
    for (int i = 0; i < count; i++)
        set_default(&word->field[i], base);
    for (int i = 0; tree->b && i < tree->b->count; i++) {
        const Tree *item = tree->b->items[i];
        bool keyword = item->kind == TREE_KEYWORD;
        int at = keyword ? field_find(s, word, item) : position++;
        if (at >= count)
            fault(s->r, item->place, NULL, "%s takes %s", word->name, field_list(s->r, word));
        else if (at >= 0 && given[at])
            fault(s->r, item->place, NULL, "`%s` is given twice", word->field[at].name);
        good &= at >= 0 && at < count && !given[at] &&
                set_field(s, &word->field[at], keyword ? item->a : item, base);
        if (at >= 0 && at < count)
            given[at] = true;
    }
    for (int i = 0; i < count; i++) {
        const Field *field = &word->field[i];
        bool needed = field->kind == FIELD_METRIC || (field->kind != FIELD_WORD && field->otherwise == NO_DEFAULT);
        if (good && needed && !given[i]) {
            fault(s->r, tree->place, NULL, "%s needs its %s", word->name, field->name);
            return false;
        }
    }
    return good;
}

/* The numbers of a choice that came through a param: `param opt = sgd(0.01)`. */
static bool set_values(Setting *s, const Word *word, const Value *choice, void *base)
{
    int count = field_count(word);
    if (choice->count > count) {
        fault(s->r, choice->place, NULL, "%s takes %s", word->name, field_list(s->r, word));
        return false;
    }
    for (int i = 0; i < count; i++) {
        const Field *field = &word->field[i];
        bool number = field->kind == FIELD_REAL || field->kind == FIELD_WHOLE;
        set_default(field, base);
        if (i < choice->count ? !number || !set_number(s, field, choice->item[i], base)
                              : field->kind == FIELD_METRIC || (number && field->otherwise == NO_DEFAULT)) {
            fault(s->r, choice->place, NULL, "%s needs its %s; write it where the key is", word->name, field->name);
            return false;
        }
    }
    return true;
}

static const Word *word_find(Setting *s, const Key *key, const Tree *tree, const Value *value)
{
    Resolver *r = s->r;
    const char *name[16];
    int count = 0;
    for (const Word *word = key->word; word->name; word++) {
        if (value->kind == VALUE_CHOICE && strcmp(word->name, value->word) == 0)
            return word;
        name[count++] = word->name;
    }
    fault(r, tree->place, NULL, "%s must be %s; this is %s%s", key->name, list_words(r, name, count, "or"),
          value_describe(r, value), value->kind == VALUE_CHOICE ? did_you_mean(r, value->word, name, count) : "");
    return NULL;
}

/* One of the key's own words, with its arguments; NULL and an error otherwise. */
static const Word *choose(Setting *s, const Key *key, const Tree *tree, void *base)
{
    for (const Word *word = key->word; word->name; word++)
        if (tree->kind == TREE_CALL && strcmp(word->name, tree->name) == 0) {
            if (!tree->a)
                return set_arguments(s, word, tree, base) ? word : NULL;
            fault(s->r, tree->a->place, NULL, "%s takes no axes in brackets", word->name);
            return NULL;
        }
    if (tree->kind == TREE_CALL && (tree->a || tree->b)) {
        const char *name[16];
        for (int i = 0; i < word_count(key->word); i++)
            name[i] = key->word[i].name;
        fault(s->r, tree->place, NULL, "%s must be %s; `%s` is none of them%s", key->name,
              list_words(s->r, name, word_count(key->word), "or"), tree->name,
              did_you_mean(s->r, tree->name, name, word_count(key->word)));
        return NULL;
    }
    Value *value = evaluate(s->r, s->scope, tree);
    const Word *word = value ? word_find(s, key, tree, value) : NULL;
    return word && set_values(s, word, value, base) ? word : NULL;
}

/* ---------------------------------------------------------------- sections */

static void unknown_key(Resolver *r, const Tree *name, const char *section, const Key *keys)
{
    const char *known[32];
    int count = 0;
    for (const Key *key = keys; key->name; key++)
        known[count++] = key->name;
    const char *hint = did_you_mean(r, name->name, known, count);
    if (*hint)
        fault(r, name->place, NULL, "unknown key `%s` in %s%s", name->name, section, hint);
    else
        fault(r, name->place, NULL, "unknown key `%s` in %s; it takes %s", name->name, section,
              list_words(r, known, count, "and"));
}

/* Calls `set` for every `key = value` of a section, after checking the keys themselves. */
static void each_key(Resolver *r, const Tree *section, const char *name, const Key *keys,
                     void (*set)(Setting *s, const Key *key, const Tree *values))
{
    Setting setting = {.r = r, .scope = scope_create(r, r->main, "")};
    const Tree *given[32] = {NULL};
    for (int i = 0; section && i < section->b->count; i++) {
        const Tree *item = section->b->items[i];
        if (item->kind != TREE_BIND || item->a->count != 1 || item->a->items[0]->kind != TREE_CALL) {
            fault(r, item->place, NULL, "%s takes lines of the form key = value", name);
            continue;
        }
        const Tree *left = item->a->items[0];
        int at = 0;
        while (keys[at].name && strcmp(keys[at].name, left->name) != 0)
            at++;
        if (!keys[at].name)
            unknown_key(r, left, name, keys);
        else if (given[at]) {
            fault(r, left->place, NULL, "key `%s` given twice", left->name);
            fault_note(r, given[at]->place, "the first time here");
        } else {
            given[at] = left;
            setting.key = left->name;
            if (item->b->count != 1 && keys != evaluate_keys)
                fault(r, item->b->place, NULL, "%s takes one value", left->name);
            else
                set(&setting, &keys[at], item->b);
        }
    }
    for (int i = 0; keys[i].name && section; i++)
        if (keys[i].needed && !given[i])
            fault(r, section->place, NULL, "%s needs `%s`", name, keys[i].name);
}

static void set_train(Setting *s, const Key *key, const Tree *values)
{
    Recipe *recipe = &s->r->model->recipe;
    const Tree *tree = values->items[0];
    if (!key->word && !key->number.name)
        return;                                         /* loss: an expression of the network */
    if (!key->word) {
        Value *value = evaluate(s->r, s->scope, tree);
        if (value)
            set_number(s, &key->number, value, recipe);
        return;
    }
    const Word *word = choose(s, key, tree, recipe);
    if (word && key->offset == INIT_OFFSET)
        recipe->init = initialiser_find(word->name);
    else if (word)
        *(const char **)((char *)recipe + key->offset) = word->name;
}

static const Tree *key_place(const Tree *section, const char *name)
{
    for (int i = 0; i < section->b->count; i++) {
        const Tree *item = section->b->items[i];
        if (item->kind == TREE_BIND && item->a->items[0]->name && strcmp(item->a->items[0]->name, name) == 0)
            return item;
    }
    return NULL;
}

void resolve_train(Resolver *r)
{
    Recipe *recipe = &r->model->recipe;
    r->section = SECTION_SETTINGS;
    r->graph = NULL;
    *recipe = (Recipe){.optimizer = "sgd", .init = INIT_GLOROT_UNIFORM, .clip_kind = "none", .schedule = "constant",
                       .validate = "none", .validate_by = "location", .keep = NULL,
                       .keep_metric = "accuracy"};
    each_key(r, r->train, "train", train_keys, set_train);
    bool validated = strcmp(recipe->validate, "none") != 0;
    if (recipe->keep && strcmp(recipe->keep, "best") == 0 && !validated)
        fault(r, key_place(r->train, "keep")->place, NULL, "keep = best(%s) needs `validate`",
              recipe->keep_metric);
    if (!recipe->keep)
        recipe->keep = validated ? "best" : "last";
}

const Tree *train_loss(Resolver *r)
{
    const Tree *item = r->train ? key_place(r->train, "loss") : NULL;
    return item && item->b->count == 1 ? item->b->items[0] : NULL;
}

static void set_evaluate(Setting *s, const Key *key, const Tree *values)
{
    Resolver *r = s->r;
    Evaluation *e = &r->model->evaluation;
    if (key->word) {
        if (values->count != 1)
            fault(r, values->place, NULL, "%s takes one value", key->name);
        const Word *word = values->count == 1 ? choose(s, key, values->items[0], e) : NULL;
        e->combine = word ? word->name : e->combine;
        return;
    }
    e->metric = arena_alloc(r->arena, sizeof *e->metric * (size_t)(values->count + 1));
    for (int i = 0; i < values->count; i++)
        if (set_metric(s, values->items[i], false, &e->metric[e->metrics]))
            e->metrics++;
}

void resolve_evaluate(Resolver *r)
{
    r->section = SECTION_SETTINGS;
    r->graph = NULL;
    r->model->evaluation.combine = "mean";
    each_key(r, r->evaluate, "evaluate", evaluate_keys, set_evaluate);
}
