/* table.h: text files of rows and fields: CSV (RFC 4180) and its kin separated by tabs. */
#ifndef ASC_TABLE_H
#define ASC_TABLE_H

#include <stdbool.h>

#include "status.h"

typedef struct AscRow {
    int line; /* where it begins, from 1 */
    int fields;
    char **field; /* [fields], without quotes and surrounding blanks */
} AscRow;

typedef struct AscTable {
    int rows;
    AscRow *row;         /* [rows]; empty lines are no rows */
    char *text, **field; /* what the rows point into */
} AscTable;

/* Reads a whole table; the caller frees it.  Separator 0: of tab, semicolon and comma the first that is in the first
 * line.  Fields in double quotes may hold separators, line ends and doubled quotes.  False: missing, a quote that doesn't
 * end, bytes of zero. */
bool asc_table_read(const char *path, char separator, AscTable *table, AscStatus *status);
void asc_table_free(AscTable *table);

/* The column of the first row that has this name; -1: none. */
int asc_table_column(const AscTable *table, const char *name);

/* A field of a row; "" where the row has no such column or column is -1. */
const char *asc_row_field(const AscRow *row, int column);

#endif
