/* outputs.c: tables of what a model says of recordings. */
#include "outputs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metrics.h"

enum { PART, RECORDING, LABEL, DEVICE, FIRST_CLASS };

static const char *const columns[FIRST_CLASS] = { "part", "recording", "label", "device" };

/* ---------------------------------------------------------------- reading */

static bool read_header(AscOutputs *outputs, AscStatus *status)
{
    const AscTable *table = &outputs->table;
    const AscRow *row = table->rows > 0 ? table->row : NULL;

    for (int c = 0; c < FIRST_CLASS; c++) {
        if (!row || strcmp(asc_row_field(row, c), columns[c]) != 0)
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "%s:1: expected the columns part,recording,label,device and one "
                                  "for each class, as `eval --csv` writes them",
                                  outputs->path);
    }
    outputs->classes = row->fields - FIRST_CLASS;
    outputs->label = row->field + FIRST_CLASS;
    return outputs->classes > 0 ||
           asc_status_set(status, ASC_BAD_INPUT, "%s:1: has no column of a class", outputs->path);
}

static int class_of(char *const *label, int classes, const char *name)
{
    for (int c = 0; c < classes; c++) {
        if (strcmp(label[c], name) == 0)
            return c;
    }
    return -1;
}

static bool read_scores(const AscOutputs *outputs, const AscRow *row, double *score,
                        AscStatus *status)
{
    for (int c = 0; c < outputs->classes; c++) {
        const char *text = asc_row_field(row, FIRST_CLASS + c);
        char *end;

        score[c] = strtod(text, &end);
        if (end == text || *end || !isfinite(score[c]) || score[c] < 0)
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "%s:%d: the probability of `%s` is `%s`: expected a number of at "
                                  "least 0",
                                  outputs->path, row->line, outputs->label[c], text);
    }
    return true;
}

static bool read_row(AscOutputs *outputs, int n, AscStatus *status)
{
    const AscRow *row = &outputs->table.row[n + 1];
    AscOutput *output = &outputs->output[n];

    if (row->fields != FIRST_CLASS + outputs->classes)
        return asc_status_set(status, ASC_BAD_INPUT, "%s:%d: has %d fields, expected %d",
                              outputs->path, row->line, row->fields,
                              FIRST_CLASS + outputs->classes);
    *output = (AscOutput){ .part = row->field[PART],
                           .recording = row->field[RECORDING],
                           .device = row->field[DEVICE],
                           .truth = class_of(outputs->label, outputs->classes, row->field[LABEL]),
                           .line = n };
    if (strcmp(output->part, "evaluate") != 0 && strcmp(output->part, "validation") != 0)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s:%d: the part is `%s`: expected evaluate or validation",
                              outputs->path, row->line, output->part);
    if (output->truth < 0)
        return asc_status_set(status, ASC_BAD_INPUT, "%s:%d: the label `%s` is no class",
                              outputs->path, row->line, row->field[LABEL]);
    return read_scores(outputs, row, outputs->score + (size_t)n * (size_t)outputs->classes, status);
}

static int compare(const char *part, const char *recording, const AscOutput *other)
{
    int by_part = strcmp(part, other->part);

    return by_part ? by_part : strcmp(recording, other->recording);
}

static int in_order(const void *left, const void *right)
{
    const AscOutput *one = left;

    return compare(one->part, one->recording, right);
}

static bool read_rows(AscOutputs *outputs, AscStatus *status)
{
    const size_t count = (size_t)outputs->table.rows - 1, classes = (size_t)outputs->classes;

    outputs->output = calloc(count + 1, sizeof *outputs->output);
    outputs->row = calloc(count + 1, sizeof *outputs->row);
    outputs->score = calloc(count * classes + 1, sizeof *outputs->score);
    if (!outputs->output || !outputs->row || !outputs->score)
        return asc_status_memory(status, outputs->path);
    outputs->count = (int)count;
    for (int n = 0; n < outputs->count; n++) {
        if (!read_row(outputs, n, status))
            return false;
    }
    qsort(outputs->output, count, sizeof *outputs->output, in_order);
    for (int n = 0; n < outputs->count; n++) {
        AscOutput *output = &outputs->output[n];

        outputs->row[n] = outputs->score + (size_t)output->line * classes;
        output->line = outputs->table.row[output->line + 1].line;
        if (n > 0 && in_order(output - 1, output) == 0)
            return asc_status_set(
                status, ASC_BAD_INPUT, "%s:%d: `%s` stands in line %d, too", outputs->path,
                output->line > output[-1].line ? output->line : output[-1].line, output->recording,
                output->line > output[-1].line ? output[-1].line : output->line);
    }
    return true;
}

bool asc_outputs_read(const char *path, AscOutputs *outputs, AscStatus *status)
{
    *outputs = (AscOutputs){ .path = path };
    return asc_table_read(path, ',', &outputs->table, status) && read_header(outputs, status) &&
           read_rows(outputs, status);
}

void asc_outputs_free(AscOutputs *outputs)
{
    asc_table_free(&outputs->table);
    free(outputs->output);
    free(outputs->row);
    free(outputs->score);
    *outputs = (AscOutputs){ 0 };
}

/* ---------------------------------------------------------------- taking */

int asc_outputs_part(const AscOutputs *outputs, const char *part, int *first)
{
    int count = 0;

    *first = 0;
    for (int n = 0; n < outputs->count; n++) {
        if (strcmp(outputs->output[n].part, part) != 0)
            continue;
        if (count++ == 0)
            *first = n;
    }
    return count;
}

static int find(const AscOutputs *outputs, const char *part, const char *recording)
{
    int low = 0, high = outputs->count;

    while (low < high) {
        int middle = low + (high - low) / 2;
        int order = compare(part, recording, &outputs->output[middle]);

        if (order == 0)
            return middle;
        *(order < 0 ? &high : &low) = order < 0 ? middle : middle + 1;
    }
    return -1;
}

/* place[c]: where the column of label[c] is. */
static bool match_labels(const AscOutputs *outputs, char *const *label, int classes, int *place,
                         AscStatus *status)
{
    for (int c = 0; c < classes; c++) {
        place[c] = class_of(outputs->label, outputs->classes, label[c]);
        if (place[c] < 0)
            return asc_status_set(status, ASC_BAD_INPUT, "%s: has no column of the class `%s`",
                                  outputs->path, label[c]);
    }
    return outputs->classes == classes ||
           asc_status_set(status, ASC_BAD_INPUT, "%s: has %d classes, the others have %d",
                          outputs->path, outputs->classes, classes);
}

static bool take_rows(const AscOutputs *outputs, const char *part, const char *const *recording,
                      char *const *label, const int *place, AscResults *results, AscStatus *status)
{
    for (int n = 0; n < results->recordings; n++) {
        int at = find(outputs, part, recording[n]);
        double *score = results->score + (size_t)n * (size_t)results->classes;

        if (at < 0)
            return asc_status_set(status, ASC_BAD_INPUT, "%s: has no line %s,%s", outputs->path,
                                  part, recording[n]);
        for (int c = 0; c < results->classes; c++)
            score[c] = outputs->row[at][place[c]];
        results->predicted[n] = asc_metrics_best(score, results->classes);
        results->truth[n] = class_of(label, results->classes,
                                     outputs->label[outputs->output[at].truth]);
    }
    return true;
}

bool asc_outputs_take(const AscOutputs *outputs, const char *part, const char *const *recording,
                      int count, char *const *label, int classes, AscResults *results,
                      AscStatus *status)
{
    int first, all = asc_outputs_part(outputs, part, &first);
    int *place = calloc((size_t)classes + 1, sizeof *place);
    bool fine = place || asc_status_memory(status, "classes");

    *results = (AscResults){ 0 };
    fine = fine && match_labels(outputs, label, classes, place, status) &&
           asc_results_create(count, classes, results, status) &&
           take_rows(outputs, part, recording, label, place, results, status);
    free(place);
    if (fine && all != count)
        fine = asc_status_set(status, ASC_BAD_INPUT,
                              "%s: has %d lines of the part %s, the others have %d", outputs->path,
                              all, part, count);
    return fine;
}

/* ---------------------------------------------------------------- writing */

bool asc_csv_put(AscWriter *writer, const char *text, AscStatus *status)
{
    const size_t length = strlen(text);
    const bool trimmed = length > 0 && (strchr(" \t", text[0]) || strchr(" \t", text[length - 1]));

    if (!trimmed && !strpbrk(text, ",\"\r\n"))
        return asc_writer_put(writer, text, length, status);
    if (!asc_writer_put(writer, "\"", 1, status))
        return false;
    for (; *text; text++) {
        if (!asc_writer_put(writer, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1, status))
            return false;
    }
    return asc_writer_put(writer, "\"", 1, status);
}

bool asc_outputs_header(AscWriter *writer, char *const *label, int classes, AscStatus *status)
{
    bool fine = asc_writer_print(writer, status, "%s,%s,%s,%s", columns[PART], columns[RECORDING],
                                 columns[LABEL], columns[DEVICE]);

    for (int c = 0; fine && c < classes; c++)
        fine = asc_writer_put(writer, ",", 1, status) && asc_csv_put(writer, label[c], status);
    return fine && asc_writer_put(writer, "\n", 1, status);
}

bool asc_outputs_put(AscWriter *writer, const char *part, const char *const *recording,
                     const char *const *device, char *const *label, const AscResults *results,
                     AscStatus *status)
{
    bool fine = true;

    for (int n = 0; fine && n < results->recordings; n++) {
        const double *score = results->score + (size_t)n * (size_t)results->classes;

        fine = asc_writer_print(writer, status, "%s,", part) &&
               asc_csv_put(writer, recording[n], status) &&
               asc_writer_put(writer, ",", 1, status) &&
               asc_csv_put(writer, label[results->truth[n]], status) &&
               asc_writer_put(writer, ",", 1, status) &&
               asc_csv_put(writer, device ? device[n] : "", status);
        for (int c = 0; fine && c < results->classes; c++)
            fine = asc_writer_print(writer, status, ",%.17g", score[c]);
        fine = fine && asc_writer_put(writer, "\n", 1, status);
    }
    return fine;
}
