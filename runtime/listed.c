/* listed.c: a data set that is one table: files and labels, and what else its columns tell; separated
 * by tabs, commas or semicolons, with or without a header. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dataset_own.h"
#include "file.h"

typedef enum Column { FILE_NAME, LABEL, FOLD, DEVICE, CITY, LOCATION, SOURCE, COLUMNS } Column;

/* What the columns of a header may be called; the first that is there counts. */
static const char *const names_of[COLUMNS][8] = {
    [FILE_NAME] = { "filename", "file", "path", "filepath", "file_name", "audio", "wav", "name" },
    [LABEL] = { "label", "scene_label", "class", "category", "scene", "target_label",
                "event_label" },
    [FOLD] = { "fold" },
    [DEVICE] = { "device", "source_label", "device_id" },
    [CITY] = { "city" },
    [LOCATION] = { "location", "identifier" },
    [SOURCE] = { "source", "src_file", "recording" },
};

static int find_column(const AscTable *table, Column column)
{
    for (int n = 0; n < 8 && names_of[column][n]; n++)
        for (int i = 0; table->rows > 0 && i < table->row[0].fields; i++)
            if (strcasecmp(table->row[0].field[i], names_of[column][n]) == 0)
                return i;
    return -1;
}

/* 0: the table tells no folds; -1: this is none. */
static int read_fold(const char *text, bool told)
{
    char *end;
    long number = strtol(text, &end, 10);

    if (!told)
        return 0;
    return end != text && !*end && number >= 1 && number <= 1000 ? (int)number : -1;
}

/* What a column tells, else what the name tells. */
static const char *choose(AscDatasetOwn *own, const AscRow *row, int column, const char *part,
                          int length)
{
    const char *told = asc_row_field(row, column);

    return *told ? asc_dataset_text(own, told, -1) : asc_dataset_text(own, part, length);
}

static bool add_row(AscDatasetOwn *own, const int column[COLUMNS], const AscRow *row,
                    AscStatus *status)
{
    const char *name = asc_row_field(row, column[FILE_NAME]);
    AscNameParts parts = asc_dcase_name(name);
    AscRecording recording;
    int fold = read_fold(asc_row_field(row, column[FOLD]), column[FOLD] >= 0);

    if (!*name)
        return asc_problem(own->problems, status, "%s:%d: the name of a file is missing",
                           own->table, row->line);
    if (fold < 0)
        return asc_problem(own->problems, status,
                           "%s:%d: a fold (1, 2, ...) is expected, not \"%s\"", own->table,
                           row->line, asc_row_field(row, column[FOLD]));
    recording = (AscRecording){
        .name = asc_dataset_text(own, name, -1),
        .fold = fold,
        .device = choose(own, row, column[DEVICE], parts.device, parts.device_length),
        .city = choose(own, row, column[CITY], parts.city, parts.city_length),
        .location = choose(own, row, column[LOCATION], parts.location, parts.location_length),
        .source = choose(own, row, column[SOURCE], parts.source, parts.source_length),
    };
    return asc_dataset_add(own, recording,
                           choose(own, row, column[LABEL], parts.scene, parts.scene_length),
                           row->line, status);
}

/* Without a header the file comes first, then the label. */
static void find_columns(const AscDatasetOwn *own, const AscTable *table, int column[COLUMNS],
                         bool *header)
{
    for (int c = 0; c < COLUMNS; c++)
        column[c] = find_column(table, (Column)c);
    /* a file may be called "path" */
    *header = column[FILE_NAME] >= 0 && !asc_dataset_has(own->set.folder, table->row[0].field[0]);
    for (int c = 0; c < COLUMNS && !*header; c++)
        column[c] = c == FILE_NAME ? 0 : c == LABEL ? 1 : -1;
}

bool asc_listed_open(AscDatasetOwn *own, AscStatus *status)
{
    AscTable table;
    int column[COLUMNS];
    bool header, fine = true;

    if (!own->table)
        return asc_status_set(status, ASC_USAGE,
                              "%s: is a folder; with the layout `table` --data names the table "
                              "itself",
                              own->set.folder);
    if (!asc_table_read(own->table, 0, &table, status))
        return false;
    if (table.rows > 0) {
        find_columns(own, &table, column, &header);
        for (int i = header; fine && i < table.rows; i++)
            fine = add_row(own, column, &table.row[i], status);
    }
    asc_table_free(&table);
    return fine;
}
