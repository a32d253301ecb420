/* ranked_output.h: what `eval` found of a network with several labels an example: its figures as JSON, its highest scores
 * as CSV. */
#ifndef ASC_RANKED_OUTPUT_H
#define ASC_RANKED_OUTPUT_H

#include "cli.h"
#include "file.h"
#include "rank_stream.h"

/* The figures that YouTube-8M, or its segments, are told by, and the loss: reported in any case. */
enum { ASC_RANKED_MOST = 20 };
const AscMetric *asc_ranked_figures(bool segments, int *count);

/* Whether a metric is one of a ranking, without groups. */
bool asc_ranked_knows(const AscMetric *metric);

/* The caller frees the text; NULL: no memory.  left_out: examples that could not be used. */
char *asc_ranked_json(const AscCli *cli, const AscWeights *weights, AscRanking *ranking,
                      int left_out, AscStatus *status);

/* A table with a line for each of the highest scores of an example, the highest first. */
bool asc_ranked_csv_header(AscWriter *writer, AscStatus *status);
bool asc_ranked_csv(AscWriter *writer, const AscStreamed *about, const AscRanking *ranking,
                    AscStatus *status);

#endif
