/* dataset.h: which recordings a data set has, what is known of them, and how they are divided. */
#ifndef ASC_DATASET_H
#define ASC_DATASET_H

#include <stdbool.h>
#include <stdint.h>

#include "asc.h"
#include "problems.h"
#include "status.h"

typedef enum AscLayout {
    ASC_LAYOUT_AUTO,
    ASC_LAYOUT_YOUTUBE8M, /* TFRecord files; no recordings: shards.h */
    ASC_LAYOUT_ESC50,     /* meta/esc50.csv, audio/ (Piczak 2015) */
    ASC_LAYOUT_DCASE, /* meta.csv or meta.txt, evaluation_setup/, audio/: TUT 2016 to TAU 2025 */
    ASC_LAYOUT_ESC10, /* "001 - Dog bark/FOLD-CLIP-TAKE.ogg" (Piczak 2015, the repository of ESC-10) */
    ASC_LAYOUT_ROUEN,   /* CLASS12.wav, all in one folder (LITIS Rouen) */
    ASC_LAYOUT_FLAT,    /* recordings without labels, all in one folder */
    ASC_LAYOUT_TABLE,   /* one table of files and labels; the folder is the one it lies in */
    ASC_LAYOUT_FOLDERS, /* CLASS/recording.wav */
    ASC_LAYOUTS
} AscLayout;

/* Texts are "" where nothing is known. */
typedef struct AscRecording {
    const char *path; /* to open it */
    const char *name; /* as the data set calls it: "audio/airport-barcelona-0-0-a.wav" */
    int label;        /* index of AscDataset.label; -1: not told (a test set) */
    int fold;         /* ESC-50, ESC-10: 1 .. 5; else 0 */
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

/* `folder` may be a table's file.  Reads the tables of a data set and makes sure that every recording it names is there, once.  The
 * data set owns all its texts.  NULL: status names the file, and the line where a table is wrong.
 * With `problems`, which must outlive the data set, recordings that are missing or listed twice and
 * rows of lists that can't be used are left out and noted there, now and when parts are read. */
AscDataset *asc_dataset_open(const char *folder, AscLayout layout, AscProblems *problems,
                             AscStatus *status);
void asc_dataset_close(AscDataset *dataset);

/* Takes the lists that divide the data set from another folder: foldN_train.txt and so on, in it or
 * in its folder evaluation_setup.  False: there is no list of training. */
bool asc_dataset_use_lists(AscDataset *dataset, const char *folder, AscStatus *status);

/* "DIR/meta.csv:7: ", where a table names the recording, else "", into text. */
void asc_dataset_place(const AscDataset *dataset, int recording, char *text, size_t room);

/* "auto", "esc50", ..; false: no such layout. */
bool asc_layout_parse(const char *name, AscLayout *layout);
const char *asc_layout_name(AscLayout layout);

/* "auto, esc50, dcase ..", for messages. */
const char *asc_layout_names(void);

/* "split_5" of a subset of 2024 and 2025 (split5.csv), else "fold_5". */
void asc_dataset_fold_name(const AscDataset *dataset, int fold, char *name, size_t room);

/* The lowest fold above `after` that can be evaluated on; 0: there is none. */
int asc_dataset_next_fold(const AscDataset *dataset, int after);

/* Whether the data set tells what to train on and what to evaluate on, by folds or by lists. */
bool asc_dataset_divided(const AscDataset *dataset);

/* The recordings to train on and those to evaluate on; either list may be NULL where it is not
 * wanted.  fold 0: none was given (where recordings have folds one is needed; setup lists are those
 * of fold 1; a data set with neither is all of it in both lists).  Fails where the two share a recording, where a list is
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
