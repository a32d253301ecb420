/* setup.c: the lists that divide a data set: evaluation_setup/foldN_PART.txt (2016 to 2018) or .csv
 * (from 2019), PART.txt or .csv of evaluation sets, and the subsets splitN.csv of 2024 and 2025, which share
 * test.csv; separated by tabs, with or without a header. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dataset_own.h"
#include "file.h"

/* ---------------------------------------------------------------- where the lists are */

/* Tells the fold apart: a list of its own, or the one that all subsets are tested with. */
static const struct {
    const char *form; /* of fold and part, or of the fold */
    const char *part; /* NULL: any */
} list_of[] = {
    { "evaluation_setup/fold%d_%s.txt", NULL },
    { "evaluation_setup/fold%d_%s.csv", NULL },
    { "evaluation_setup/split%d.csv", "train" },
    { "split_setup/split%d.csv", "train" },
    { "split%d.csv", "train" },
    { "fold%d_%s.txt", NULL },
    { "fold%d_%s.csv", NULL },
};
/* Of all folds, and of evaluation sets, which have none. */
static const struct {
    const char *name, *part; /* NULL: any but that to train on */
} common[] = {
    { "evaluation_setup/evaluate.txt", "evaluate" },
    { "evaluation_setup/evaluate.csv", "evaluate" },
    { "evaluation_setup/test.txt", NULL },
    { "evaluation_setup/test.csv", NULL },
    { "split_setup/test.csv", NULL },
    { "test.csv", NULL },
};

enum { LISTS = sizeof list_of / sizeof *list_of, COMMON = sizeof common / sizeof *common };

static char *existing(const char *folder, const char *name)
{
    char *path = asc_path_join(folder, name);
    if (path && asc_file_exists(path))
        return path;
    free(path);
    return NULL;
}

/* The list of a part, allocated; NULL: there is none. */
static char *find_list(const char *folder, int fold, const char *part)
{
    char name[96], *path = NULL;
    for (int i = 0; !path && i < LISTS; i++) {
        if (list_of[i].part && strcmp(list_of[i].part, part) != 0)
            continue;
        if (list_of[i].part) /* the formats are those of the table above */
            snprintf(name, sizeof name, list_of[i].form, fold);
        else
            snprintf(name, sizeof name, list_of[i].form, fold, part);
        path = existing(folder, name);
    }
    for (int i = 0; !path && i < COMMON && strcmp(part, "train") != 0; i++)
        if (!common[i].part || strcmp(common[i].part, part) == 0)
            path = existing(folder, common[i].name);
    return path;
}

bool asc_setup_has(const char *folder, int fold, const char *part)
{
    char *path = find_list(folder, fold, part);
    free(path);
    return path != NULL;
}

bool asc_setup_is_subset(const char *folder, int fold)
{
    char *path = find_list(folder, fold, "train");
    const char *slash = path ? strrchr(path, '/') : NULL;
    bool subset = slash && strncmp(slash, "/split", 6) == 0;
    free(path);
    return subset;
}

/* ---------------------------------------------------------------- rows */

typedef struct Setup {
    char *path;
    AscTable table;
    bool header;
    int label, device; /* columns; -1: not there */
} Setup;

static bool read_setup(Setup *setup, AscStatus *status)
{
    if (!asc_table_read(setup->path, '\t', &setup->table, status))
        return false;
    setup->header = asc_table_column(&setup->table, "filename") == 0;
    setup->label = setup->header ? asc_table_column(&setup->table, "scene_label") : 1;
    setup->device = setup->header ? asc_table_column(&setup->table, "device_id") : -1;
    return true;
}

const char *asc_setup_folder(const AscDatasetOwn *own)
{
    return own->lists ? own->lists : own->set.folder;
}

/* The recording that a list means: lists of others name files without folders, or without ".wav". */
static int find_listed(const AscDatasetOwn *own, const char *name)
{
    const char *slash = strrchr(name, '/'), *base = slash ? slash + 1 : name;
    char longer[1024];
    int found = asc_dataset_find(own, name);
    if (found < 0 && own->set.layout == ASC_LAYOUT_ROUEN)
        found = asc_dataset_find(own, base);
    snprintf(longer, sizeof longer, "%s.wav", base);
    return found < 0 && own->set.layout == ASC_LAYOUT_ROUEN ? asc_dataset_find(own, longer) : found;
}

static int find_label(const AscDatasetOwn *own, const char *label)
{
    for (int i = 0; i < own->set.labels; i++)
        if (strcmp(own->set.label[i], label) == 0)
            return i;
    return -1;
}

/* What told of the recordings, without its folder. */
static const char *source_name(const AscDatasetOwn *own)
{
    const char *path = own->table ? own->table : own->set.folder, *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

/* Notes the line of the recording that a row names. */
static bool take_row(const AscDatasetOwn *own, const Setup *setup, const AscRow *row, int *line_of,
                     AscStatus *status)
{
    const char *name = asc_row_field(row, 0), *label = asc_row_field(row, setup->label);
    const char *table = source_name(own);
    int found = find_listed(own, name);
    if (found < 0)
        return asc_problem(own->problems, status, "%s:%d: %s is not in %s%s", setup->path,
                           row->line, name, table, own->problems ? ", or was left out" : "");
    int known = own->recording[found].label;
    if (*label && find_label(own, label) < 0)
        return asc_problem(own->problems, status, "%s:%d: the label %s is not in %s", setup->path,
                           row->line, label, table);
    if (*label && find_label(own, label) != known)
        return asc_problem(own->problems, status, "%s:%d: %s is labelled %s here, %s in %s",
                           setup->path, row->line, name, label,
                           known < 0 ? "nothing" : own->set.label[known], table);
    if (line_of[found])
        return asc_problem(own->problems, status, "%s:%d: %s is listed again; first in line %d",
                           setup->path, row->line, name, line_of[found]);
    line_of[found] = row->line;
    return true;
}

/* Notes the line of each recording in line_of [recordings], zeros at first. */
static bool take_rows(const AscDatasetOwn *own, Setup *setup, int *line_of, AscStatus *status)
{
    bool fine = read_setup(setup, status);
    for (int i = setup->header; fine && i < setup->table.rows; i++)
        fine = take_row(own, setup, &setup->table.row[i], line_of, status);
    asc_table_free(&setup->table);
    return fine;
}

/* A list for the part; where a fold to train on has none for evaluation, its test list serves. */
static char *find_part(const AscDatasetOwn *own, int fold, const char *part)
{
    const char *folder = asc_setup_folder(own);
    char *path = find_list(folder, fold, part);
    if (!path && strcmp(part, "evaluate") == 0 && asc_setup_has(folder, fold, "train"))
        path = find_list(folder, fold, "test");
    return path;
}

/* The lines of the recordings of a part, in line_of [recordings]; of a fold that has a training list
 * alone, what it does not name is for evaluation. */
static bool read_part(const AscDatasetOwn *own, int fold, const char *part, int *line_of,
                      AscStatus *status)
{
    Setup setup = { .path = find_part(own, fold, part) };
    bool rest = !setup.path && strcmp(part, "evaluate") == 0 && own->set.layout != ASC_LAYOUT_DCASE;
    if (rest)
        setup.path = find_part(own, fold, "train");
    if (!setup.path)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s: has no fold %d: evaluation_setup/fold%d_%s.txt is missing",
                              asc_setup_folder(own), fold, fold, part);
    bool fine = take_rows(own, &setup, line_of, status);
    bool any = false;
    for (int i = 0; fine && i < own->set.recordings; i++) {
        if (rest)
            line_of[i] = !line_of[i];
        any |= line_of[i] != 0;
    }
    if (fine && !any)
        fine = asc_status_set(status, ASC_BAD_INPUT,
                              rest ? "%s: lists all recordings; none is left for evaluation"
                                   : "%s: lists no recordings",
                              setup.path);
    free(setup.path);
    return fine;
}

bool asc_setup_part(const AscDatasetOwn *own, int fold, const char *part, AscList *list,
                    AscStatus *status)
{
    int count = own->set.recordings, *line_of = calloc((size_t)count, sizeof *line_of);
    bool fine = (line_of || asc_status_memory(status, "lists")) &&
                read_part(own, fold ? fold : 1, part, line_of, status) &&
                asc_list_create(count, list, status);
    for (int i = 0; fine && i < count; i++)
        if (line_of[i])
            list->index[list->count++] = i;
    free(line_of);
    return fine;
}

void asc_setup_place(const AscDatasetOwn *own, int fold, const char *part, int recording,
                     char *text, size_t size)
{
    AscProblems unused = { 0 };
    AscDatasetOwn lenient = *own; /* what is wrong with other rows has been told */
    Setup setup = { .path = find_part(own, fold ? fold : 1, part) };
    int *line_of = calloc((size_t)own->set.recordings, sizeof *line_of);
    lenient.problems = &unused;
    text[0] = '\0';
    if (setup.path && line_of && take_rows(&lenient, &setup, line_of, NULL) && line_of[recording])
        snprintf(text, size, "%s:%d", setup.path, line_of[recording]);
    asc_problems_free(&unused);
    free(setup.path);
    free(line_of);
}

/* ---------------------------------------------------------------- data sets without a table */

/* The richest list there is: with labels before without. */
bool asc_setup_open(AscDatasetOwn *own, AscStatus *status)
{
    const char *const part[] = { "evaluate", "test" };
    Setup setup = { 0 };
    for (int i = 0; i < 2 && !setup.path; i++)
        setup.path = find_list(own->set.folder, 1, part[i]);
    if (!setup.path)
        return asc_status_memory(status, own->set.folder);
    own->table = setup.path;
    bool fine = read_setup(&setup, status);
    for (int i = setup.header; fine && i < setup.table.rows; i++) {
        const AscRow *row = &setup.table.row[i];
        fine = asc_dcase_add(own, asc_row_field(row, 0), asc_row_field(row, setup.label), "",
                             asc_row_field(row, setup.device), row->line, status);
    }
    asc_table_free(&setup.table);
    return fine;
}
