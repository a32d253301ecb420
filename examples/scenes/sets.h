/* sets.h: synthetic sets in the layouts of other data sets than DCASE 2018's: what they are called,
 * what lies where. */
#ifndef SCENES_SETS_H
#define SCENES_SETS_H

#include "folder.h"

/* A recording: of class `label` the one of this number. */
typedef struct Clip {
    int label, number; /* both from 0 */
    int count;         /* of the class's recordings */
} Clip;

typedef struct Set {
    const char *name;         /* of --layout */
    const char *const *label; /* [labels] */
    int labels;
    int rate, channels, format; /* of libsndfile */
    int least;                  /* recordings a class */
    void (*path)(const Options *options, const Clip *clip, char path[NAME_SIZE]);
    const char *const *folder; /* that are needed, NULL at the end */
    bool (*write_lists)(const Options *options, Problem *problem);
} Set;

/* NULL: no such layout. */
const Set *set_find(const char *name);
const char *set_names(void); /* for messages */

/* How many recordings a class has: options->recordings shared out. */
int set_count(const Options *options, const Set *set, int label);

/* Makes the set: sounds, then its tables.  The folder is new, empty, or begun with the same options. */
bool set_make(const Options *options, const Set *set, Problem *problem);

/* ---------------------------------------------------------------- set_lists.c */

bool rouen_lists(const Options *options, Problem *problem);
bool tut2016_lists(const Options *options, Problem *problem);
bool esc10_lists(const Options *options, Problem *problem);

/* Of TUT 2016 the original recording a clip is cut from, and which part of it. */
int tut2016_source(const Options *options, const Clip *clip, int *part);

#endif
