/* sections.c: the keys of `train` and `evaluate`, checked against tables (language.md, section 8).
 * */
#include "settings.h"

#include <string.h>
#include <strings.h>

/* ---------------------------------------------------------------- tables */

/* clang-format off */
#define AT(member) offsetof(Recipe, member)
#define REAL(name, member, otherwise, low, high) \
    {name, FIELD_REAL, AT(member), otherwise, low, high, {NULL}}
#define LEVEL(name, member, otherwise, low, high) \
    {name, FIELD_LEVEL, AT(member), otherwise, low, high, {NULL}}
#define WHOLE(name, member, otherwise, low, high) \
    {name, FIELD_WHOLE, AT(member), otherwise, low, high, {NULL}}
#define METRIC(name, member) {name, FIELD_METRIC, AT(member), 0, 0, 0, {NULL}}

#define WORDS(name, member, ...) {name, FIELD_WORD, AT(member), 0, 0, 0, {__VA_ARGS__}}
#define BY(member) WORDS("by", member, "epochs", "steps", "examples")

static const Word optimizers[] = {
    {"sgd", {REAL("rate", rate, NO_DEFAULT, 1e-12, 1e6), REAL("momentum", momentum, 0, 0, 1),
             WORDS("nesterov", nesterov, "no", "yes")}},
    {"adam", {REAL("rate", rate, 0.001, 1e-12, 1e6), REAL("beta1", beta1, 0.9, 0, 1),
              REAL("beta2", beta2, 0.999, 0, 1), REAL("epsilon", epsilon, 1e-8, 1e-300, 1)}},
    {"adamw", {REAL("rate", rate, 0.001, 1e-12, 1e6), REAL("beta1", beta1, 0.9, 0, 1),
               REAL("beta2", beta2, 0.999, 0, 1), REAL("epsilon", epsilon, 1e-8, 1e-300, 1),
               REAL("decay", decay, 0.01, 0, 1e6)}},
    {"rmsprop", {REAL("rate", rate, 0.01, 1e-12, 1e6), REAL("alpha", beta2, 0.99, 0, 1),
                 REAL("epsilon", epsilon, 1e-8, 1e-300, 1), REAL("momentum", momentum, 0, 0, 1)}},
    {0},
};
static const Word clips[] = {
    {"none", {{0}}},
    {"norm", {REAL("limit", clip_at, NO_DEFAULT, 1e-300, 1e300)}},
    {"variable", {REAL("limit", clip_at, NO_DEFAULT, 1e-300, 1e300)}},
    {"value", {REAL("limit", clip_at, NO_DEFAULT, 1e-300, 1e300)}},
    {0},
};
#define DECAY {REAL("factor", schedule_factor, NO_DEFAULT, 1e-12, 1), \
               WHOLE("every", schedule_every, 1, 1, 1e9), BY(schedule_by)}
static const Word schedules[] = {
    {"constant", {{0}}},
    {"step", DECAY},
    {"exponential", DECAY},
    {"cosine", {REAL("least", schedule_least, 0, 0, 1),
                WORDS("by", schedule_by, "epochs", "steps")}},
    {0},
};
#define LENGTH {WHOLE("length", warmup_length, NO_DEFAULT, 1, 1e9)}
static const Word warmups[] = {
    {"none", {{0}}}, {"epochs", LENGTH}, {"steps", LENGTH}, {"examples", LENGTH}, {0},
};
static const Word mixups[] = {
    {"none", {{0}}},
    {"beta", {REAL("alpha", mixup, NO_DEFAULT, 0, 1e6), WORDS("per", mixup_per, "batch", "example")}},
    {0},
};
static const Word responses[] = {
    {"none", {{0}}},
    {"mix", {REAL("share", responses_share, NO_DEFAULT, 0, 1),
             WHOLE("variants", responses_variants, 4, 1, 1000)}},
    {0},
};
static const Word gains[] = {
    {"none", {{0}}},
    {"random", {LEVEL("most", gain_most, NO_DEFAULT, 0, 100), WHOLE("variants", gain_variants, 4, 1, 1000)}},
    {0},
};
static const Word class_weights[] = {{"none", {{0}}}, {"balanced", {{0}}}, {0}};
static const Word validations[] = {
    {"none", {{0}}},
    {"provided", {{0}}},
    {"split", {REAL("share", validate_share, NO_DEFAULT, 1e-6, 0.999999),
               WORDS("by", validate_by, "location", "recording")}},
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

enum { INIT_OFFSET = sizeof(Recipe) };          /* of the key init: no name in Recipe */
const Key train_keys[] = {
    {"loss", true, NULL, 0, {0}},
    {"optimizer", true, optimizers, AT(optimizer), {0}},
    {"epochs", false, NULL, 0, WHOLE("epochs", epochs, 0, 1, 1e9)},
    {"steps", false, NULL, 0, WHOLE("steps", steps, 0, 1, 1e9)},
    {"hours", false, NULL, 0, REAL("hours", hours, 0, 1e-6, 1e6)},
    {"batch", true, NULL, 0, WHOLE("batch", batch, 0, 1, 1e6)},
    {"accumulate", false, NULL, 0, WHOLE("accumulate", accumulate, 1, 1, 1e6)},
    {"init", false, initialisers, INIT_OFFSET, {0}},
    {"l2", false, NULL, 0, REAL("l2", l2, 0, 0, 1e6)},
    {"mixup", false, mixups, AT(mixup_kind), REAL("mixup", mixup, 0, 0, 1e6)},
    {"impulse_responses", false, responses, AT(responses_kind), REAL("impulse_responses", responses_share, 0, 0, 1)},
    {"gain", false, gains, AT(gain_kind), {0}},
    {"class_weights", false, class_weights, AT(class_weights), {0}},
    {"clip", false, clips, AT(clip), {0}},
    {"schedule", false, schedules, AT(schedule), {0}},
    {"warmup", false, warmups, AT(warmup), {0}},
    {"validate", false, validations, AT(validate), {0}},
    {"keep", false, keeps, AT(keep), {0}},
    {"patience", false, NULL, 0, WHOLE("patience", patience, 0, 1, 1e9)},
    {"seed", false, NULL, 0, WHOLE("seed", seed, 0, 0, 9007199254740992.0)},
    {0},
};
const Key evaluate_keys[] = {
    {"combine", false, combinations, 0, {0}},
    {"report", false, NULL, 0, {0}},
    {0},
};
/* clang-format on */

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
                for (int k = 0; word->field[i].words[k]; k++)
                    add_name(name, limit, &count, word->field[i].words[k]);
        }
    for (const Word *word = combinations; word->name; word++)
        add_name(name, limit, &count, word->name);
    return count + metric_names(name + count, limit - count);
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

/* Keys of which there is one for each NAME, too: l2[NAME] = 0.01. */
static const struct {
    const char *key, *names;
    Field field;
    size_t list;
    int (*compare)(const char *, const char *); /* of names: 0 where they mean the same */
} grouped[] = {
    { "l2",
      "a layer or a weight",
      { "l2", FIELD_REAL, 0, 0, 0, 1e6, { NULL } },
      AT(l2_of),
      strcmp },
    { "class_weights",
      "a class",
      { "class_weights", FIELD_REAL, 0, 0, 0, 1e6, { NULL } },
      AT(class_weight_of),
      strcasecmp },
};
enum { GROUPED = sizeof grouped / sizeof *grouped };

static void set_group(Setting *s, const Key *key, const Tree *left, const Tree *values)
{
    Resolver *r = s->r;
    const Tree *axis = left->a->count == 1 ? left->a->items[0] : NULL;
    int at = 0;
    while (at < GROUPED && strcmp(grouped[at].key, key->name) != 0)
        at++;
    if (at == GROUPED) {
        fault(r, left->a->place, NULL, "%s takes no axes in brackets", key->name);
        return;
    }
    if (!axis || axis->kind != TREE_AXIS || axis->a) {
        fault(r, left->a->place, NULL, "%s takes one name in brackets, of %s", key->name,
              grouped[at].names);
        return;
    }
    Groups *groups = (Groups *)((char *)&r->model->recipe + grouped[at].list);
    for (int i = 0; i < groups->count; i++)
        if (grouped[at].compare(groups->item[i].name, axis->name) == 0) {
            fault(r, left->place, NULL, "key `%s[%s]` given twice", key->name, axis->name);
            fault_note(r, groups->item[i].place, "the first time here");
            return;
        }
    Value *value = evaluate(r, s->scope, values->items[0]);
    Group group = { .name = axis->name, .place = axis->place };
    if (value && set_number(s, &grouped[at].field, value, &group.value))
        APPEND(r->arena, groups->item, groups->count, groups->capacity, group);
}

/* Calls `set` for every `key = value` of a section, after checking the keys themselves.  false: some
 * are not known. */
static bool each_key(Resolver *r, const Tree *section, const char *name, const Key *keys,
                     void (*set)(Setting *s, const Key *key, const Tree *values))
{
    Setting setting = { .r = r, .scope = scope_create(r, r->main, "") };
    const Tree *given[32] = { NULL };
    const char *missing[32];
    int lacks = 0, unknown = 0;
    for (int i = 0; section && i < section->b->count; i++) {
        const Tree *item = section->b->items[i];
        if (item->kind != TREE_BIND || item->a->count != 1 ||
            item->a->items[0]->kind != TREE_CALL) {
            fault(r, item->place, NULL, "%s takes lines of the form key = value", name);
            unknown++;
            continue;
        }
        const Tree *left = item->a->items[0];
        int at = 0;
        while (keys[at].name && strcmp(keys[at].name, left->name) != 0)
            at++;
        unknown += !keys[at].name;
        if (!keys[at].name)
            unknown_key(r, left, name, keys);
        else if (left->a && item->b->count == 1) {
            setting.key = left->name;
            set_group(&setting, &keys[at], left, item->b);
        } else if (given[at]) {
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
            missing[lacks++] = arena_format(r->arena, "`%s`", keys[i].name);
    if (lacks && !unknown)
        fault(r, section->place, NULL, "%s needs %s", name, list_words(r, missing, lacks, "and"));
    return unknown == 0;
}

static void set_train(Setting *s, const Key *key, const Tree *values)
{
    Recipe *recipe = &s->r->model->recipe;
    const Tree *tree = values->items[0];
    if (!key->word && !key->number.name)
        return; /* loss: an expression of the network */
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
        if (item->kind == TREE_BIND && item->a->items[0]->name &&
            strcmp(item->a->items[0]->name, name) == 0)
            return item;
    }
    return NULL;
}

/* A training must end, and a cosine know where. */
static void check_limits(Resolver *r, const Recipe *recipe)
{
    const bool counted = key_place(r->train, "epochs") || key_place(r->train, "steps");
    const Tree *schedule = key_place(r->train, "schedule");
    if (!counted && !key_place(r->train, "hours"))
        fault(r, r->train->place, NULL, "train needs an end: `epochs`, `steps` or `hours`");
    else if (schedule && strcmp(recipe->schedule, "cosine") == 0 && !counted)
        fault(r, schedule->place, NULL, "cosine needs `epochs` or `steps`, where it ends");
}

void resolve_train(Resolver *r)
{
    Recipe *recipe = &r->model->recipe;
    r->section = SECTION_SETTINGS;
    r->graph = NULL;
    *recipe = (Recipe){ .optimizer = "sgd",
                        .nesterov = "no",
                        .accumulate = 1,
                        .mixup_kind = "none",
                        .responses_kind = "none",
                        .gain_kind = "none",
                        .mixup_per = "batch",
                        .class_weights = "none",
                        .warmup = "none",
                        .schedule_by = "epochs",
                        .init = INIT_GLOROT_UNIFORM,
                        .clip = "none",
                        .schedule = "constant",
                        .validate = "none",
                        .validate_by = "location",
                        .keep = NULL,
                        .keep_metric = "accuracy" };
    if (each_key(r, r->train, "train", train_keys, set_train))
        check_limits(r, recipe);
    bool validated = strcmp(recipe->validate, "none") != 0;
    if (recipe->keep && strcmp(recipe->keep, "best") == 0 && !validated)
        fault(r, key_place(r->train, "keep")->place, NULL, "keep = best(%s) needs `validate`",
              recipe->keep_metric);
    if (!recipe->keep)
        recipe->keep = validated ? "best" : "last";
    if (recipe->patience && strcmp(recipe->keep, "best") != 0)
        fault(r, key_place(r->train, "patience")->place, NULL,
              "patience needs `validate` and keep = best(..), whose metric it watches");
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
