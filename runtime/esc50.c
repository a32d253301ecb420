/* esc50.c: ESC-50 (Piczak 2015): meta/esc50.csv, a row a clip, and audio/. */
#include <stdio.h>
#include <stdlib.h>

#include "dataset_own.h"
#include "file.h"

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
        return asc_problem(own->problems, status,
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

bool asc_esc50_found(const char *folder)
{
    return asc_dataset_has(folder, "meta/esc50.csv");
}
