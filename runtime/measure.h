/* measure.h: trained weights applied to a part of a data set whose labels are known, and the results
 * by class and by device, for the commands `eval` and `report`. */
#ifndef ASC_MEASURE_H
#define ASC_MEASURE_H

#include "recognise.h"

typedef struct AscMeasure {
    const AscCli *cli;
    AscDataset *dataset;
    AscWeights *weights;
    AscProblems problems; /* of the data set */
    AscList list;         /* what was recognised */
    AscResults results;   /* truths are numbers of the weights' labels */
    bool *chosen;         /* [recordings]: see asc_measure_choose */
} AscMeasure;

/* Recognises the part of --data that --split names (the evaluation part) with the weights of --run,
 * of several together (ensemble.h), or --weights.  False: status says why.  To be freed in any case. */
bool asc_measure(const AscCli *cli, AscMeasure *measure, AscStatus *status);
void asc_measure_free(AscMeasure *measure);

/* Results of the weights on the recordings of a list, whose labels are matched by name.  Refused:
 * weights without labels, recordings without a label or with one the weights don't know.  With
 * `problems` such recordings are noted there and leave the list, as do those that --skip-bad skips. */
bool asc_measure_list(const AscCli *cli, const AscWeights *weights, const AscDataset *dataset,
                      AscList *list, AscProblems *problems, AscResults *results, AscStatus *status);

/* Marks the recordings of a class (-1: of all) on a device (NULL: on all) in `chosen`, and returns
 * their number. */
int asc_measure_choose(AscMeasure *measure, int which, const char *device);

/* The least device after `last` in byte order; "" comes before all.  NULL: no more. */
const char *asc_measure_next_device(const AscMeasure *measure, const char *last);

#endif
