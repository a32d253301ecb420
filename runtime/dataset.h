/* dataset.h: which recordings a data set has, what is known of them, and how they are divided. */
#ifndef ASC_DATASET_H
#define ASC_DATASET_H

#include <stdbool.h>
#include <stdint.h>

#include "asc.h"
#include "status.h"

typedef enum AscLayout {
    ASC_LAYOUT_AUTO,
    ASC_LAYOUT_FOLDERS, /* CLASS/recording.wav */
    ASC_LAYOUT_ESC50,   /* meta/esc50.csv, audio/ (Piczak 2015) */
    ASC_LAYOUT_DCASE    /* meta.csv, evaluation_setup/, audio/ (DCASE 2018 to 2020, task 1) */
} AscLayout;

/* Texts are "" where nothing is known. */
typedef struct AscRecording {
    const char *path; /* to open it */
    const char *name; /* as the data set calls it: "audio/airport-barcelona-0-0-a.wav" */
    int label;        /* index of AscDataset.label; -1: not told (a test set) */
    int fold;         /* ESC-50: 1 .. 5; else 0 */
    const char *device, *city;
    const char *location; /* "barcelona-0" */
    const char *source;   /* the recording it was cut from */
} AscRecording;

typedef struct AscDataset {
    AscLayout layout; /* never ASC_LAYOUT_AUTO */
    const char *folder;
    int labels, recordings;
    const char *const *label;      /* [labels], in byte order */
    const AscRecording *recording; /* [recordings], in the order of the table, or by name */
} AscDataset;

typedef struct AscList { /* some recordings of a data set */
    int count;
    int *index; /* [count], rising */
} AscList;

/* Reads the tables of a data set and makes sure that every recording it names is there.  The data
 * set owns all its texts.  NULL: status names the file, and the line where a table is wrong. */
AscDataset *asc_dataset_open(const char *folder, AscLayout layout, AscStatus *status);
void asc_dataset_close(AscDataset *dataset);

/* "auto", "folders", "esc50", "dcase"; false: no such layout. */
bool asc_layout_parse(const char *name, AscLayout *layout);
const char *asc_layout_name(AscLayout layout);

/* The recordings to train on and those to evaluate on; either list may be NULL where it is not
 * wanted.  fold 0: none was given (ESC-50 needs one; DCASE takes 1; a data set of folders has
 * none, and is all of it in both lists).  Fails where the two share a recording, where a list is
 * empty, and where a class has nothing to train on. */
bool asc_dataset_split(const AscDataset *dataset, int fold, AscList *train, AscList *evaluate,
                       AscStatus *status);

/* One part by name: "train", "evaluate", "test" (labels not told, or as the table has them),
 * "all". */
bool asc_dataset_part(const AscDataset *dataset, int fold, const char *part, AscList *list,
                      AscStatus *status);

/* Moves about `share` of every class, city by city, from `list` to a validation part, in whole
 * groups: locations; where any recording has none, source recordings; where any has none, files
 * (by ASC_BY_RECORDING: source recordings, else files).  No group is in both parts.  100 draws a
 * class, the one nearest to the share is kept (the recipe of the DCASE baselines).  `note`, of
 * at least 256 characters, becomes a line for the user: what was moved by what, and how much. */
bool asc_dataset_validation(const AscDataset *dataset, const AscList *list, double share, AscBy by,
                            uint64_t seed, AscList *train, AscList *validation, char *note,
                            AscStatus *status);

void asc_list_free(AscList *list);

#endif
