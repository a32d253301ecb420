/* dcase.c: the acoustic scene data sets of DCASE (TUT 2016 and 2017, TUT Urban 2018, TAU Urban 2019 to
 * 2025): a table separated by tabs, with or without a header, and names of files that tell the rest. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "dataset_own.h"
#include "file.h"

/* ---------------------------------------------------------------- names of files */

/* "a001_0_30": of recording a001 the seconds 0 to 30. */
static int interval_source(const char *base, const char *dot)
{
    const char *first = memchr(base, '_', (size_t)(dot - base));
    const char *second = first ? memchr(first + 1, '_', (size_t)(dot - first - 1)) : NULL;
    for (const char *c = first; second && c < dot; c++)
        if (c != first && c != second && !isdigit((unsigned char)*c))
            return 0;
    return second && second > first + 1 && dot > second + 1 ? (int)(first - base) : 0;
}

AscNameParts asc_dcase_name(const char *name)
{
    const char *slash = strrchr(name, '/'), *base = slash ? slash + 1 : name;
    const char *dash[8], *dot = strrchr(base, '.');
    AscNameParts parts = { "", "", "", "", "", 0, 0, 0, 0, 0 };
    int dashes = 0;
    for (const char *c = strchr(base, '-'); c; c = strchr(c + 1, '-'))
        if (dashes < 8)
            dash[dashes++] = c;
    if (dot && dashes == 0) {
        parts.source = base;
        parts.source_length = interval_source(base, dot);
    }
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

/* ---------------------------------------------------------------- rows */

/* What the table says, else what the name says. */
static const char *choose(AscDatasetOwn *own, const char *told, const char *part, int length)
{
    return *told ? asc_dataset_text(own, told, -1) : asc_dataset_text(own, part, length);
}

bool asc_dcase_add(AscDatasetOwn *own, const char *name, const char *label, const char *location,
                   const char *device, int line, AscStatus *status)
{
    AscNameParts parts = asc_dcase_name(name);
    AscRecording recording = {
        .name = asc_dataset_text(own, name, -1),
        .device = choose(own, device, parts.device, parts.device_length),
        .city = asc_dataset_text(own, parts.city, parts.city_length),
        .location = choose(own, location, parts.location, parts.location_length),
        .source = asc_dataset_text(own, parts.source, parts.source_length),
    };
    return asc_dataset_add(own, recording, choose(own, label, parts.scene, parts.scene_length),
                           line, status);
}

/* ---------------------------------------------------------------- the table */

typedef struct Columns {
    int scene, identifier, source;
} Columns;

static bool add_row(AscDatasetOwn *own, const Columns *column, const AscRow *row, AscStatus *status)
{
    const char *name = asc_row_field(row, 0);
    if (!*name)
        return asc_problem(own->problems, status, "%s:%d: the name of a file is missing",
                           own->table, row->line);
    return asc_dcase_add(own, name, asc_row_field(row, column->scene),
                         asc_row_field(row, column->identifier), asc_row_field(row, column->source),
                         row->line, status);
}

static bool read_table(AscDatasetOwn *own, const char *name, AscStatus *status)
{
    AscTable table;
    own->table = asc_path_join(own->set.folder, name);
    if (!own->table)
        return asc_status_memory(status, own->set.folder);
    if (!asc_table_read(own->table, '\t', &table, status))
        return false;
    bool header = asc_table_column(&table, "filename") == 0, fine = true;
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

static const char *const table_name[] = { "meta.csv", "meta.txt" };

bool asc_dcase_found(const char *folder)
{
    return asc_dataset_has(folder, table_name[0]) || asc_dataset_has(folder, table_name[1]) ||
           asc_setup_has(folder, 1, "test");
}

/* An evaluation set comes without a table: its lists name the recordings. */
bool asc_dcase_open(AscDatasetOwn *own, AscStatus *status)
{
    for (int i = 0; i < 2; i++)
        if (asc_dataset_has(own->set.folder, table_name[i]))
            return read_table(own, table_name[i], status);
    if (asc_setup_has(own->set.folder, 1, "test"))
        return asc_setup_open(own, status);
    return asc_status_set(status, ASC_BAD_INPUT,
                          "%s/meta.csv: no such file; nor are there meta.txt and "
                          "evaluation_setup/fold1_test.txt",
                          own->set.folder);
}
