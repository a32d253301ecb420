/* report.h: --emit=report, and what it counts. */
#ifndef REPORT_H
#define REPORT_H

#include "kernel.h"

void report_print(FILE *out, const Model *model, const Program *train, const Program *infer);

/* Which nodes of an inference graph its output needs. */
bool *count_needed(const Graph *g, Arena *arena);
/* Multiply-adds of one example in an inference graph. */
double count_products(const Graph *g);
/* Coefficients of the affine maps on statistics of the batch, in a training graph: two for each pair of mean and
 * variance, where the map has both.  torchinfo and NeSSi, and so DCASE, count as many multiply-adds for batch norm. */
double count_batch_norm(const Graph *g);
/* Bytes an example that the largest kernel reads and writes: what must be in memory at once at the least. */
double count_peak(const Program *p);
/* Nodes that have memory of their own; *nodes is raised by the number of all that compute. */
int count_stored(const Program *p, int *nodes);
/* Seconds of sound in one example; 0: the features do not begin with sound. */
double count_seconds(const Features *f);

/* report_kernels.c: a row a kernel; path: the model's, which lines are not told with. */
void report_kernels(FILE *out, const char *what, const Program *p, const char *path);

#endif
