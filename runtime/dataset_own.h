/* dataset_own.h: a data set while it is read, and what its layouts share. */
#ifndef ASC_DATASET_OWN_H
#define ASC_DATASET_OWN_H

#include <stddef.h>

#include "dataset.h"
#include "table.h"

typedef struct AscText AscText; /* a block of texts; dataset.c */

/* What a layout says of a recording; labels become numbers when all are known. */
typedef struct AscEntry {
    const char *label; /* "": not told */
    int line;          /* of the table; 0: there is none */
} AscEntry;

/* The public part comes first, so that the two pointers can be cast into each other. */
typedef struct AscDatasetOwn {
    AscDataset set;
    AscRecording *recording; /* set.recording */
    AscEntry *entry;         /* [set.recordings] */
    size_t room;             /* of recording and entry */
    int *by_name;            /* [set.recordings]: sorted by name */
    const char **label;      /* set.label */
    char *table;             /* path of the table; NULL: there is none */
    AscText *texts;
} AscDatasetOwn;

/* A copy that lives as long as the data set; NULL: no memory.  length < 0: up to its end. */
const char *asc_dataset_text(AscDatasetOwn *own, const char *text, int length);

/* Appends a recording with a name below the folder; texts not set are "".  Texts of `recording` and
 * `label` must live as long as the data set. */
bool asc_dataset_add(AscDatasetOwn *own, AscRecording recording, const char *label, int line,
                     AscStatus *status);

/* The recording of this name; -1: none. */
int asc_dataset_find(const AscDatasetOwn *own, const char *name);

bool asc_list_create(int capacity, AscList *list, AscStatus *status);

/* ---------------------------------------------------------------- layouts */

bool asc_folders_open(AscDatasetOwn *own, AscStatus *status);
bool asc_esc50_open(AscDatasetOwn *own, AscStatus *status);
bool asc_esc50_part(const AscDatasetOwn *own, int fold, bool train, AscList *list,
                    AscStatus *status);
bool asc_dcase_open(AscDatasetOwn *own, AscStatus *status);

/* part: "train", "evaluate" or "test", as the setup files are called. */
bool asc_dcase_part(const AscDatasetOwn *own, int fold, const char *part, AscList *list,
                    AscStatus *status);

#endif
