/* table.c: takes text files apart into rows and fields, in place. */
#include "table.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"

static const size_t MOST_BYTES = (size_t)1 << 28;

typedef struct Reader {
    const char *path;
    char separator, *at;
    int line;
    AscStatus *status;
} Reader;

void asc_table_free(AscTable *table)
{
    free(table->row);
    free(table->field);
    free(table->text);
    *table = (AscTable){ 0 };
}

static char *trim(char *text, char *end)
{
    while (end > text && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
        end--;
    *end = '\0';
    return text + strspn(text, " ");
}

/* Moves past a field in quotes, taking the quotes off; NULL: it does not end. */
static char *read_quoted(Reader *reader)
{
    int line = reader->line;
    char *text = ++reader->at, *to = text;
    for (;; reader->at++) {
        if (*reader->at == '"' && *++reader->at != '"')
            break;
        if (*reader->at == '\0') {
            asc_status_set(reader->status, ASC_BAD_INPUT, "%s:%d: a quote that does not end",
                           reader->path, line);
            return NULL;
        }
        reader->line += *reader->at == '\n';
        *to++ = *reader->at;
    }
    const char separator[] = { reader->separator, '\n', '\0' };
    char *end = reader->at + strcspn(reader->at, separator);
    if (strspn(reader->at, " \r") < (size_t)(end - reader->at)) {
        asc_status_set(reader->status, ASC_BAD_INPUT, "%s:%d: text after the quotes of a field",
                       reader->path, reader->line);
        return NULL;
    }
    reader->at = end;
    *to = '\0'; /* at or before the closing quote */
    return text;
}

static char *read_plain(Reader *reader, char *after)
{
    const char ends[] = { reader->separator, '\n', '\0' };
    char *text = reader->at;
    reader->at += strcspn(text, ends);
    *after = *reader->at;
    return trim(text, reader->at);
}

/* Reads the fields of a line to table->field[*fields ..] and moves past its end. */
static bool read_row(Reader *reader, AscTable *table, size_t *fields)
{
    AscRow *row = &table->row[table->rows];
    *row = (AscRow){ reader->line, 0, table->field + *fields };
    for (;;) {
        char after, *field;
        if (*reader->at == '"') {
            field = read_quoted(reader);
            if (!field)
                return false;
            after = *reader->at;
        } else {
            field = read_plain(reader, &after);
        }
        row->field[row->fields++] = field;
        if (after == '\0')
            break;
        reader->at++;
        if (after == '\n') {
            reader->line++;
            break;
        }
    }
    if (row->fields > 1 || row->field[0][0] != '\0') {
        *fields += (size_t)row->fields;
        table->rows++;
    }
    return true;
}

/* Room for as many rows and fields as there can be. */
static bool make_room(AscTable *table, char separator, const char *path, AscStatus *status)
{
    size_t lines = 1, fields = 1;
    for (const char *c = table->text; *c; c++) {
        lines += *c == '\n';
        fields += *c == '\n' || *c == separator;
    }
    if (fields > INT_MAX)
        return asc_status_set(status, ASC_BAD_INPUT, "%s: the table is too large", path);
    table->row = malloc(lines * sizeof *table->row);
    table->field = malloc(fields * sizeof *table->field);
    return (table->row && table->field) || asc_status_memory(status, path);
}

static char find_separator(const char *text)
{
    const size_t line = strcspn(text, "\n");
    return memchr(text, '\t', line) ? '\t' : memchr(text, ';', line) ? ';' : ',';
}

bool asc_table_read(const char *path, char separator, AscTable *table, AscStatus *status)
{
    size_t count, fields = 0;
    *table = (AscTable){ 0 };
    table->text = asc_file_read(path, MOST_BYTES, &count, status);
    if (!table->text)
        return false;
    if (!separator)
        separator = find_separator(table->text);
    Reader reader = { path, separator, table->text, 1, status };
    bool fine = strlen(table->text) == count ||
                asc_status_set(status, ASC_BAD_INPUT, "%s: is not a table of text", path);
    fine = fine && make_room(table, separator, path, status);
    if (strncmp(reader.at, "\xef\xbb\xbf", 3) == 0) /* a byte order mark */
        reader.at += 3;
    while (fine && reader.at < table->text + count)
        fine = read_row(&reader, table, &fields);
    if (!fine)
        asc_table_free(table);
    return fine;
}

int asc_table_column(const AscTable *table, const char *name)
{
    for (int i = 0; table->rows > 0 && i < table->row[0].fields; i++)
        if (strcmp(table->row[0].field[i], name) == 0)
            return i;
    return -1;
}

const char *asc_row_field(const AscRow *row, int column)
{
    return column >= 0 && column < row->fields ? row->field[column] : "";
}
