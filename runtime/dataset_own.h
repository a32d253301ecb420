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
    char *lists;             /* folder of lists given by the user; NULL: the data set's */
    AscProblems *problems;   /* NULL: a problem is an error */
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

/* Whether the folder of the data set has such a file. */
bool asc_dataset_has(const char *folder, const char *name);

bool asc_list_create(int capacity, AscList *list, AscStatus *status);

/* ---------------------------------------------------------------- layouts */

bool asc_esc50_open(AscDatasetOwn *own, AscStatus *status);
bool asc_esc50_found(const char *folder);
bool asc_dcase_open(AscDatasetOwn *own, AscStatus *status);
bool asc_dcase_found(const char *folder);
bool asc_esc10_open(AscDatasetOwn *own, AscStatus *status);
bool asc_esc10_found(const char *folder);
bool asc_folders_open(AscDatasetOwn *own, AscStatus *status);
bool asc_rouen_open(AscDatasetOwn *own, AscStatus *status);
bool asc_rouen_found(const char *folder);
bool asc_listed_open(AscDatasetOwn *own, AscStatus *status);
bool asc_flat_open(AscDatasetOwn *own, AscStatus *status);
bool asc_flat_found(const char *folder);

/* What the name "SCENE-CITY-LOCATION-SEGMENT-DEVICE.wav" tells, with or without a field
 * SUBSEGMENT, or "a001_0_30.wav" of 2016 and 2017; texts of length 0 where the name is another. */
typedef struct AscNameParts {
    const char *scene, *city, *location, *device, *source;
    int scene_length, city_length, location_length, device_length, source_length;
} AscNameParts;
AscNameParts asc_dcase_name(const char *name);

/* Adds what a row of a table of DCASE tells and else the name; texts are copied. */
bool asc_dcase_add(AscDatasetOwn *own, const char *name, const char *label, const char *location,
                   const char *device, int line, AscStatus *status);

/* ---------------------------------------------------------------- setup.c: lists of parts */

/* evaluation_setup/foldN_PART.txt or .csv; for the subsets of 2024 and 2025 split5.csv and test.csv.
 * part: "train", "evaluate" or "test". */
bool asc_setup_part(const AscDatasetOwn *own, int fold, const char *part, AscList *list,
                    AscStatus *status);
bool asc_setup_has(const char *folder, int fold, const char *part);
bool asc_setup_is_subset(const char *folder, int fold); /* whose list is a splitN.csv */

/* Where the list of a part names a recording, "FILE:7", into text; "" where it does not. */
void asc_setup_place(const AscDatasetOwn *own, int fold, const char *part, int recording,
                     char *text, size_t size);

/* The folder that lists are looked for in. */
const char *asc_setup_folder(const AscDatasetOwn *own);

/* All recordings that the lists of fold 1 name, for data sets without a table. */
bool asc_setup_open(AscDatasetOwn *own, AscStatus *status);

#endif
