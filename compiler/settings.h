/* settings.h: the form of the tables of keys: sections.c has the tables, settings.c reads values
 * by them. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "resolve.h"

enum { MAX_FIELDS = 5, MAX_WORDS = 4, NO_DEFAULT = -1 };

typedef enum FieldKind {
    FIELD_REAL,
    FIELD_LEVEL,
    FIELD_WHOLE,
    FIELD_WORD,
    FIELD_METRIC
} FieldKind; /* LEVEL: in dB */

/* A number or word of a setting; where it goes in Recipe is told by `offset`. */
typedef struct Field {
    const char *name;
    FieldKind kind;
    size_t offset;
    double otherwise; /* the default; NO_DEFAULT: it must be given */
    double low, high;
    const char *words[MAX_WORDS]; /* FIELD_WORD, up to NULL: the first is the default */
} Field;

typedef struct Word {
    const char *name;
    Field field[MAX_FIELDS];
} Word;

/* A key takes one of some words, or a number, or either. */
typedef struct Key {
    const char *name;
    bool needed;
    const Word *word;
    size_t offset; /* of the word's name */
    Field number;  /* with words: the first argument of the last of them */
} Key;

/* The key whose value is being read. */
typedef struct Setting {
    Resolver *r;
    Scope *scope; /* the params of the main file */
    const char *key;
} Setting;

/* The table of a section's keys, which a key without a name ends. */
extern const Key train_keys[], evaluate_keys[];

bool set_number(Setting *s, const Field *field, const Value *value, void *base);
/* accuracy, gap(20), accuracy[device]; `kept`: of keep = best(..). */
bool set_metric(Setting *s, const Tree *tree, bool kept, Metric *metric);
int metric_names(const char **name, int limit);
/* One of the key's own words, with its arguments; NULL and an error otherwise. */
const Word *choose(Setting *s, const Key *key, const Tree *tree, void *base);

#endif
