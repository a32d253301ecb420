/* outputs.h: tables of what a model says of recordings, by which models of different programs can be put together:
 * CSV with the columns part, recording, label, device, and one for the probability of each class. */
#ifndef ASC_OUTPUTS_H
#define ASC_OUTPUTS_H

#include "evaluate.h"
#include "file.h"
#include "table.h"

/* Parts: "evaluate", and "validation", by which members of an ensemble are chosen. */
typedef struct AscOutput {
    const char *part, *recording, *device;
    int truth; /* number of the class */
    int line;
} AscOutput;

typedef struct AscOutputs {
    const char *path;
    AscTable table; /* owns all texts */
    int classes;
    char **label; /* [classes] */
    int count;
    AscOutput *output;  /* [count], by part and recording */
    const double **row; /* [count]: of the same; [classes] */
    double *score;      /* [count][classes] */
} AscOutputs;

/* Refused, with the line: other columns, other parts, labels that are no class, what is no number of at least 0,
 * a recording twice in a part.  To be freed in any case; the path must outlive it. */
bool asc_outputs_read(const char *path, AscOutputs *outputs, AscStatus *status);
void asc_outputs_free(AscOutputs *outputs);

/* The first of a part, and how many; the recordings of a part stand in byte order. */
int asc_outputs_part(const AscOutputs *outputs, const char *part, int *first);

/* The results of a part, for recording[0 .. count - 1] in that order and classes in the order of label[0 ..
 * classes - 1]; the loss is NaN.  Refused: other recordings, other labels.  The caller frees them. */
bool asc_outputs_take(const AscOutputs *outputs, const char *part, const char *const *recording,
                      int count, char *const *label, int classes, AscResults *results,
                      AscStatus *status);

/* ---------------------------------------------------------------- writing */

bool asc_outputs_header(AscWriter *writer, char *const *label, int classes, AscStatus *status);

/* A line for each of the results; device NULL: none is known. */
bool asc_outputs_put(AscWriter *writer, const char *part, const char *const *recording,
                     const char *const *device, char *const *label, const AscResults *results,
                     AscStatus *status);

/* A field of CSV, in quotation marks where it needs them (RFC 4180). */
bool asc_csv_put(AscWriter *writer, const char *text, AscStatus *status);

#endif
