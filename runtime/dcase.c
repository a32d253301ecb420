/* dcase.c: the layout of DCASE's acoustic scene data sets from 2018 on (task 1): meta.csv and
 * evaluation_setup/foldN_PART.txt (or .csv), separated by tabs, with or without a header. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dataset_own.h"
#include "file.h"

/* ---------------------------------------------------------------- names of files */

/* "SCENE-CITY-LOCATION-SEGMENT-DEVICE.wav", later sets with a field more before the device;
 * texts of length 0 where the name is another. */
typedef struct Parts {
    const char *scene, *city, *location, *device;
    int scene_length, city_length, location_length, device_length;
} Parts;

static Parts take_apart(const char *name)
{
    const char *slash = strrchr(name, '/'), *base = slash ? slash + 1 : name;
    const char *dash[8], *dot = strrchr(base, '.');
    int dashes = 0;
    for (const char *c = strchr(base, '-'); c; c = strchr(c + 1, '-'))
        if (dashes < 8)
            dash[dashes++] = c;
    Parts parts = { "", "", "", "", 0, 0, 0, 0 };
    if (dashes < 4 || dashes > 5 || !dot || dot < dash[dashes - 1])
        return parts;
    parts.scene = base;
    parts.scene_length = (int)(dash[0] - base);
    parts.city = dash[0] + 1;
    parts.city_length = (int)(dash[1] - parts.city);
    parts.location = parts.city; /* "barcelona-0" */
    parts.location_length = (int)(dash[2] - parts.city);
    parts.device = dash[dashes - 1] + 1;
    parts.device_length = (int)(dot - parts.device);
    return parts;
}

/* ---------------------------------------------------------------- meta.csv */

typedef struct Columns {
    int scene, identifier, source;
} Columns;

static bool has_header(const AscTable *table)
{
    return table->rows > 0 && strcmp(table->row[0].field[0], "filename") == 0;
}

/* What the table says, else what the name says. */
static const char *choose(AscDatasetOwn *own, const char *told, const char *part, int length)
{
    return *told ? asc_dataset_text(own, told, -1) : asc_dataset_text(own, part, length);
}

static bool add_row(AscDatasetOwn *own, const Columns *column, const AscRow *row, AscStatus *status)
{
    const char *name = asc_row_field(row, 0);
    if (!*name)
        return asc_status_set(status, ASC_BAD_INPUT, "%s:%d: the name of a file is missing",
                              own->table, row->line);
    Parts parts = take_apart(name);
    AscRecording recording = {
        .name = asc_dataset_text(own, name, -1),
        .device = choose(own, asc_row_field(row, column->source), parts.device,
                         parts.device_length),
        .city = asc_dataset_text(own, parts.city, parts.city_length),
        .location = choose(own, asc_row_field(row, column->identifier), parts.location,
                           parts.location_length),
    };
    const char *label = choose(own, asc_row_field(row, column->scene), parts.scene,
                               parts.scene_length);
    return asc_dataset_add(own, recording, label, row->line, status);
}

bool asc_dcase_open(AscDatasetOwn *own, AscStatus *status)
{
    AscTable table;
    own->table = asc_path_join(own->set.folder, "meta.csv");
    if (!own->table)
        return asc_status_memory(status, own->set.folder);
    if (!asc_table_read(own->table, '\t', &table, status))
        return false;
    bool header = has_header(&table), fine = true;
    Columns column = { 1, 2, 3 };
    if (header)
        column = (Columns){ asc_table_column(&table, "scene_label"),
                            asc_table_column(&table, "identifier"),
                            asc_table_column(&table, "source_label") };
    for (int i = header; fine && i < table.rows; i++)
        fine = add_row(own, &column, &table.row[i], status);
    asc_table_free(&table);
    return fine;
}

/* ---------------------------------------------------------------- evaluation_setup */

/* The setup file of a part, allocated; NULL: there is none (or no memory, which then shows). */
static char *find_setup(const AscDatasetOwn *own, int fold, const char *part)
{
    static const char *const ending[] = { "txt", "csv" };
    for (int i = 0; i < 2; i++) {
        char name[96];
        snprintf(name, sizeof name, "evaluation_setup/fold%d_%s.%s", fold, part, ending[i]);
        char *path = asc_path_join(own->set.folder, name);
        if (path && asc_file_exists(path))
            return path;
        free(path);
    }
    return NULL;
}

static int find_label(const AscDatasetOwn *own, const char *label)
{
    for (int i = 0; i < own->set.labels; i++)
        if (strcmp(own->set.label[i], label) == 0)
            return i;
    return -1;
}

/* The recording a row names; -1: status says what is wrong. */
static int check_row(const AscDatasetOwn *own, const char *path, const AscRow *row, bool labelled,
                     AscStatus *status)
{
    const char *name = asc_row_field(row, 0), *label = labelled ? asc_row_field(row, 1) : "";
    int found = asc_dataset_find(own, name);
    if (found < 0) {
        asc_status_set(status, ASC_BAD_INPUT, "%s:%d: %s is not in meta.csv", path, row->line,
                       name);
        return -1;
    }
    int known = own->recording[found].label;
    if (*label && find_label(own, label) < 0) {
        asc_status_set(status, ASC_BAD_INPUT, "%s:%d: the label %s is not in meta.csv", path,
                       row->line, label);
        return -1;
    }
    if (*label && find_label(own, label) != known) {
        asc_status_set(status, ASC_BAD_INPUT, "%s:%d: %s is labelled %s here, %s in meta.csv", path,
                       row->line, name, label, known < 0 ? "nothing" : own->set.label[known]);
        return -1;
    }
    return found;
}

/* Notes the line of each recording in line_of [recordings], zeros at first. */
static bool read_setup(const AscDatasetOwn *own, const char *path, int *line_of, AscStatus *status)
{
    AscTable table;
    if (!asc_table_read(path, '\t', &table, status))
        return false;
    bool header = has_header(&table), fine = true;
    bool labelled = !header || asc_table_column(&table, "scene_label") == 1;
    for (int i = header; fine && i < table.rows; i++) {
        const AscRow *row = &table.row[i];
        int found = check_row(own, path, row, labelled, status);
        if (found >= 0 && line_of[found])
            asc_status_set(status, ASC_BAD_INPUT, "%s:%d: %s is listed again; first in line %d",
                           path, row->line, row->field[0], line_of[found]);
        fine = found >= 0 && !line_of[found];
        if (fine)
            line_of[found] = row->line;
    }
    asc_table_free(&table);
    return fine;
}

bool asc_dcase_part(const AscDatasetOwn *own, int fold, const char *part, AscList *list,
                    AscStatus *status)
{
    if (fold == 0)
        fold = 1;
    char *path = find_setup(own, fold, part);
    if (!path)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s: has no fold %d: evaluation_setup/fold%d_%s.txt is missing",
                              own->set.folder, fold, fold, part);
    int count = own->set.recordings, *line_of = calloc((size_t)count, sizeof *line_of);
    bool fine = line_of ? read_setup(own, path, line_of, status) : asc_status_memory(status, path);
    fine = fine && asc_list_create(count, list, status);
    for (int i = 0; fine && i < count; i++)
        if (line_of[i])
            list->index[list->count++] = i;
    free(line_of);
    if (fine && list->count == 0) {
        asc_list_free(list);
        fine = asc_status_set(status, ASC_BAD_INPUT, "%s: lists no recordings", path);
    }
    free(path);
    return fine;
}
