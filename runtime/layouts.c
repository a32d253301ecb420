/* layouts.c: data sets of one folder a class, and ESC-50; dcase.c has the third layout. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio.h"
#include "dataset_own.h"
#include "file.h"

/* ---------------------------------------------------------------- one folder a class */

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int in_byte_order(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void free_names(struct dirent **name, int count)
{
    for (int i = 0; i < count; i++)
        free(name[i]);
    free(name);
}

/* Adds a recording of class `label`, whose folder has that name. */
static bool add_file(AscDatasetOwn *own, const char *label, const char *file, AscStatus *status)
{
    char *name = asc_path_join(label, file);
    AscRecording recording = { .name = name ? asc_dataset_text(own, name, -1) : NULL };
    free(name);
    return asc_dataset_add(own, recording, label, 0, status);
}

static bool add_class(AscDatasetOwn *own, const char *label, const char *path, AscStatus *status)
{
    struct dirent **name;
    int count = scandir(path, &name, visible, in_byte_order), before = own->set.recordings;
    if (count < 0)
        return asc_status_errno(status, errno, "read the folder", path);
    bool fine = true;
    for (int i = 0; fine && i < count; i++)
        if (asc_audio_named(name[i]->d_name))
            fine = add_file(own, label, name[i]->d_name, status);
    free_names(name, count);
    if (fine && own->set.recordings == before)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s: the folder of class %s holds no audio file", path, label);
    return fine;
}

bool asc_folders_open(AscDatasetOwn *own, AscStatus *status)
{
    struct dirent **name;
    int count = scandir(own->set.folder, &name, visible, in_byte_order);
    if (count < 0)
        return asc_status_errno(status, errno, "read the folder", own->set.folder);
    bool fine = true;
    for (int i = 0; fine && i < count; i++) {
        char *path = asc_path_join(own->set.folder, name[i]->d_name);
        const char *label = asc_dataset_text(own, name[i]->d_name, -1);
        if (!path || !label)
            fine = asc_status_memory(status, own->set.folder);
        else if (asc_folder_exists(path))
            fine = add_class(own, label, path, status);
        free(path);
    }
    free_names(name, count);
    if (fine && own->set.recordings == 0)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s: is no data set: neither meta/esc50.csv nor meta.csv, and no "
                              "folder with audio files for each class",
                              own->set.folder);
    return fine;
}

/* ---------------------------------------------------------------- ESC-50 */

typedef struct Columns {
    int filename, fold, category, source;
} Columns;

static bool add_row(AscDatasetOwn *own, const Columns *column, const AscRow *row, AscStatus *status)
{
    const char *file = asc_row_field(row, column->filename);
    const char *label = asc_row_field(row, column->category);
    const char *digits = asc_row_field(row, column->fold);
    char *end;
    long fold = strtol(digits, &end, 10);
    if (!*file || !*label || end == digits || *end || fold < 1 || fold > 1000)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s:%d: a filename, a fold (1, 2, ...) and a category are expected, "
                              "not \"%s\", \"%s\", \"%s\"",
                              own->table, row->line, file, digits, label);
    char *name = asc_path_join("audio", file);
    AscRecording recording = {
        .name = name ? asc_dataset_text(own, name, -1) : NULL,
        .fold = (int)fold,
        .source = asc_dataset_text(own, asc_row_field(row, column->source), -1),
    };
    free(name);
    return asc_dataset_add(own, recording, asc_dataset_text(own, label, -1), row->line, status);
}

bool asc_esc50_open(AscDatasetOwn *own, AscStatus *status)
{
    AscTable table;
    own->table = asc_path_join(own->set.folder, "meta/esc50.csv");
    if (!own->table)
        return asc_status_memory(status, own->set.folder);
    if (!asc_table_read(own->table, ',', &table, status))
        return false;
    const Columns column = {
        asc_table_column(&table, "filename"),
        asc_table_column(&table, "fold"),
        asc_table_column(&table, "category"),
        asc_table_column(&table, "src_file"),
    };
    bool fine = column.filename >= 0 && column.fold >= 0 && column.category >= 0;
    if (!fine)
        asc_status_set(status, ASC_BAD_INPUT,
                       "%s:1: the columns filename, fold and category are expected", own->table);
    for (int i = 1; fine && i < table.rows; i++)
        fine = add_row(own, &column, &table.row[i], status);
    asc_table_free(&table);
    return fine;
}

/* "1, 2, 4" */
static void print_folds(const AscDatasetOwn *own, char *text, size_t size)
{
    bool present[1001] = { false };
    for (int i = 0; i < own->set.recordings; i++)
        present[own->recording[i].fold] = true;
    size_t at = 0;
    for (int fold = 1; fold <= 1000 && at + 8 < size; fold++)
        if (present[fold])
            at += (size_t)snprintf(text + at, size - at, "%s%d", at ? ", " : "", fold);
}

bool asc_esc50_part(const AscDatasetOwn *own, int fold, bool train, AscList *list,
                    AscStatus *status)
{
    char folds[128];
    print_folds(own, folds, sizeof folds);
    if (fold == 0)
        return asc_status_set(status, ASC_USAGE,
                              "%s: say which fold is for evaluation, --fold N; there are %s",
                              own->set.folder, folds);
    if (!asc_list_create(own->set.recordings, list, status))
        return false;
    int held_out = 0;
    for (int i = 0; i < own->set.recordings; i++) {
        bool other = own->recording[i].fold != fold;
        held_out += !other;
        if (other == train)
            list->index[list->count++] = i;
    }
    if (held_out > 0)
        return true;
    asc_list_free(list);
    return asc_status_set(status, ASC_BAD_INPUT, "%s: has no fold %d; there are %s", own->table,
                          fold, folds);
}
