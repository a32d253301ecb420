/* measure.h: trained weights applied to a part of a data set whose labels are known, and the results
 * by class and by device, for the commands `eval` and `report`. */
#ifndef ASC_MEASURE_H
#define ASC_MEASURE_H

#include "outputs.h"
#include "recognise.h"

typedef struct AscMeasure {
    const AscCli *cli;
    AscDataset *dataset;  /* NULL: all is from tables; so is weights */
    bool borrowed;        /* the data set */
    AscWeights *weights;  /* of several the first one's */
    AscProblems problems; /* of the data set */
    AscList list;         /* what was recognised */
    AscOutputs *table;    /* [tables]: of --with */
    int tables;
    int members;        /* whose mean the results are */
    AscResults results; /* truths are numbers of labels */
    int labels;
    char *const *label;               /* [labels]: of the weights, or of the first table */
    const char **recording, **device; /* [recordings]: as the data set calls it; "": not known */
    bool *chosen;                     /* [recordings]: see asc_measure_choose */
} AscMeasure;

/* Recognises the part of --data that --split names (the evaluation part) with the weights of --run,
 * of several and of tables together (ensemble.h), or --weights.  False: status says why.  To be freed
 * in any case. */
bool asc_measure(const AscCli *cli, AscMeasure *measure, AscStatus *status);

/* The same of a data set that is open already, and stays so. */
bool asc_measure_on(const AscCli *cli, AscDataset *dataset, AscMeasure *measure, AscStatus *status);
void asc_measure_free(AscMeasure *measure);

/* Results of the weights on the recordings of a list, whose labels are matched by name.  Refused:
 * weights without labels, recordings without a label or with one the weights don't know.  With
 * `problems` such recordings are noted there and leave the list, as do those that --skip-bad skips. */
bool asc_measure_list(const AscCli *cli, const AscWeights *weights, const AscDataset *dataset,
                      AscList *list, AscProblems *problems, AscResults *results, AscStatus *status);

/* What the data set calls the recordings of a list, and their devices: arrays that the caller frees. */
bool asc_measure_names(const AscDataset *dataset, const AscList *list, const char ***recording,
                       const char ***device, AscStatus *status);

/* Marks the recordings of a class (-1: of all) on a device (NULL: on all) in `chosen`, and returns
 * their number. */
int asc_measure_choose(AscMeasure *measure, int which, const char *device);

/* The figure of DCASE 2018 task 1B: the mean, over the devices b and c, of the mean accuracy of the
 * classes; NaN where one of them has no recording. */
bool asc_measure_b_c(AscMeasure *measure, double *value, AscStatus *status);

/* The least device after `last` in byte order; "" comes before all.  NULL: no more. */
const char *asc_measure_next_device(const AscMeasure *measure, const char *last);

#endif
