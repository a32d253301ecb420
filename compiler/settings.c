/* settings.c: values of train and evaluate: numbers, metrics, words with arguments. */
#include "settings.h"

#include <string.h>

/* gap, hit and map take a count; loss can be kept by, but every report has it as log_loss. */
static const struct {
    const char *name;
    bool counts, reported, kept, grouped;
} metrics[] = {
    { "accuracy", false, true, true, true }, { "macro_accuracy", false, true, true, true },
    { "log_loss", false, true, true, true }, { "confusion", false, true, false, false },
    { "gap", true, true, true, true },       { "hit", true, true, true, true },
    { "map", true, true, true, true },       { "perr", false, true, true, true },
    { "loss", false, false, true, false },
};
enum { METRICS = sizeof metrics / sizeof *metrics };
static const char *const groups[] = { "class", "device" };

int metric_names(const char **name, int limit)
{
    int count = 0;
    for (; count < METRICS && count < limit; count++)
        name[count] = metrics[count].name;
    return count;
}

/* ---------------------------------------------------------------- single values */

static const char *written(Resolver *r, const Value *value)
{
    return value->text ? value->text : number_text(r, value->number);
}

static bool is_real(const Field *field)
{
    return field->kind == FIELD_REAL || field->kind == FIELD_LEVEL;
}

bool set_number(Setting *s, const Field *field, const Value *value, void *base)
{
    int64_t whole = 0;
    double real = value->number.real;
    const Unit unit = field->kind == FIELD_LEVEL ? UNIT_DECIBELS : UNIT_NONE;
    if ((value->kind != VALUE_NUMBER && value->kind != VALUE_TRUTH) || value->number.unit != unit) {
        fault(s->r, value->place, NULL, "%s must be a number %s; this is %s", field->name,
              unit ? "of dB" : "without a unit", value_describe(s->r, value));
        return false;
    }
    if (field->kind == FIELD_WHOLE && !number_whole(value->number, &whole)) {
        fault(s->r, value->place, NULL, "%s is %s: it must be a whole number", field->name,
              written(s->r, value));
        return false;
    }
    if (real < field->low || real > field->high) {
        fault(s->r, value->place, NULL, "%s is %s: it must lie between %.16g and %.16g",
              field->name, written(s->r, value), field->low, field->high);
        return false;
    }
    char *at = (char *)base + field->offset;
    if (is_real(field))
        *(double *)at = real;
    else if (field->offset == offsetof(Recipe, seed))
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
        fault(r, tree->place, NULL, "%s takes %s%s%s", tree->name,
              counts ? "one number, as " : "no argument", counts ? tree->name : "",
              counts ? "(20)" : "");
        return false;
    }
    Value *value = counts ? evaluate(r, s->scope, tree->b->items[0]) : NULL;
    if (!counts || !value)
        return !counts;
    if (value->kind != VALUE_NUMBER || value->number.unit || !number_whole(value->number, &whole) ||
        whole < 1) {
        fault(r, value->place, NULL, "%s takes a whole number of at least 1; this is %s",
              tree->name, value_describe(r, value));
        return false;
    }
    *argument = (double)whole;
    return true;
}

static bool group_find(Setting *s, const Tree *axis, const char **group)
{
    const int count = sizeof groups / sizeof *groups;
    for (int i = 0; i < count && axis->kind == TREE_AXIS && !axis->a; i++)
        if (strcmp(groups[i], axis->name) == 0) {
            *group = groups[i];
            return true;
        }
    const bool sized = axis->kind != TREE_AXIS || axis->a;
    fault(s->r, axis->place, NULL, "results can be grouped by class or device, not by `%s`%s",
          axis->name, sized ? " of a size" : did_you_mean(s->r, axis->name, groups, count));
    return false;
}

static bool metric_groups(Setting *s, const Tree *tree, bool grouped, const char **group)
{
    Resolver *r = s->r;
    const Tree *axes = tree->a;
    if (!axes)
        return true;
    if (!grouped || axes->count < 1 || axes->count > 2) {
        fault(r, axes->place, NULL,
              !grouped ? "%s can't be grouped here"
                       : "%s takes one group or two: [class], [device] or [device, class]",
              tree->name);
        return false;
    }
    for (int i = 0; i < axes->count; i++)
        if (!group_find(s, axes->items[i], &group[i]))
            return false;
    if (axes->count == 2 && group[0] == group[1]) {
        fault(r, axes->items[1]->place, NULL, "`%s` is given twice", group[1]);
        return false;
    }
    return true;
}

bool set_metric(Setting *s, const Tree *tree, bool kept, Metric *metric)
{
    Resolver *r = s->r;
    int at = tree->kind == TREE_CALL ? metric_find(tree->name, kept) : -1;
    if (at < 0) {
        const char *name[METRICS];
        for (int i = 0; i < METRICS; i++)
            name[i] = metrics[i].name;
        const char *hint = tree->name ? did_you_mean(r, tree->name, name, METRICS) : "";
        if (*hint)
            fault(r, tree->place, NULL, "unknown metric `%s`%s", tree->name, hint);
        else
            fault(r, tree->place, NULL, "%s takes %s; %s is none of them", s->key,
                  metric_list(r, kept),
                  tree->name ? arena_format(r->arena, "`%s`", tree->name) : "this");
        return false;
    }
    *metric = (Metric){ .name = metrics[at].name };
    return metric_count(s, tree, metrics[at].counts, &metric->argument) &&
           metric_groups(s, tree, metrics[at].grouped && !kept, metric->group);
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
    while (field->words[count])
        count++;
    Value *value = evaluate_choice(r, s->scope, tree, field->words);
    if (!value)
        return false;
    for (int i = 0; i < count; i++)
        if (value->kind == VALUE_CHOICE && strcmp(value->word, field->words[i]) == 0) {
            *(const char **)((char *)base + field->offset) = field->words[i];
            return true;
        }
    fault(r, tree->place, NULL, "`%s` must be %s; this is %s%s", field->name,
          list_words(r, field->words, count, "or"), value_describe(r, value),
          value->kind == VALUE_CHOICE ? did_you_mean(r, value->word, field->words, count) : "");
    return false;
}

/* ---------------------------------------------------------------- words with arguments */

static int word_count(const Word *word)
{
    int count = 0;
    while (word && word[count].name)
        count++;
    return count;
}

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
    else if (is_real(field))
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
    bool given[MAX_FIELDS] = { false }, good = true;
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
        bool needed = field->kind == FIELD_METRIC ||
                      (field->kind != FIELD_WORD && field->otherwise == NO_DEFAULT);
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
        bool number = is_real(field) || field->kind == FIELD_WHOLE;
        set_default(field, base);
        if (i < choice->count
                ? !number || !set_number(s, field, choice->item[i], base)
                : field->kind == FIELD_METRIC || (number && field->otherwise == NO_DEFAULT)) {
            fault(s->r, choice->place, NULL, "%s needs its %s; write it where the key is",
                  word->name, field->name);
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
    if (key->number.name)
        name[count++] = "a number";
    fault(r, tree->place, NULL, "%s must be %s; this is %s%s", key->name,
          list_words(r, name, count, "or"), value_describe(r, value),
          value->kind == VALUE_CHOICE ? did_you_mean(r, value->word, name, count) : "");
    return NULL;
}

/* mixup = 0.2 stands for mixup = beta(0.2). */
static const Word *choose_last(Setting *s, const Key *key, const Value *value, void *base)
{
    const Word *last = &key->word[word_count(key->word) - 1];
    for (int i = 1; i < field_count(last); i++)
        set_default(&last->field[i], base);
    return set_number(s, &key->number, value, base) ? last : NULL;
}

const Word *choose(Setting *s, const Key *key, const Tree *tree, void *base)
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
    if (value && key->number.name && value->kind != VALUE_CHOICE)
        return choose_last(s, key, value, base);
    const Word *word = value ? word_find(s, key, tree, value) : NULL;
    return word && set_values(s, word, value, base) ? word : NULL;
}
