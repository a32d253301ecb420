/* command_train.h: what `train` and its series of runs share. */
#ifndef ASC_COMMAND_TRAIN_H
#define ASC_COMMAND_TRAIN_H

#include "measure.h"
#include "series.h"
#include "train.h"

/* Settings of a new run, from the model's recipe and the options; the caller frees them. */
bool asc_train_settings(const AscCli *cli, AscSettings *settings, AscStatus *status);

/* Trains in `folder`, printing what goes on; a signal stops it. */
AscTrainOutcome asc_train_run(const AscCli *cli, const AscSettings *settings, const char *folder,
                              bool resume, AscStatus *status);

/* The exit status after a signal. */
int asc_train_stopped(void);

/* The folds of a list, "all" or as "1,2,4" (ASC_MOST_FOLDS at most), into fold; their number, 0: status says why not. */
enum { ASC_MOST_FOLDS = 64 };
int asc_series_folds(const AscDataset *dataset, const char *list, int *fold, AscStatus *status);

/* A run of a series on what its fold leaves for that; stays where it is while it is used. */
typedef struct AscSeriesMeasure {
    AscCli cli; /* for this run */
    AscMeasure measure;
} AscSeriesMeasure;

/* Measures row->folder on the open data set, adds it to the series, and keeps in the folder what `eval` of the run alone
 * would.  The measure is to be freed in any case. */
bool asc_series_measure(const AscCli *cli, AscDataset *dataset, const AscSeriesRow *row,
                        AscSeries *series, AscSeriesMeasure *run, AscStatus *status);

/* `train --folds` and `--seeds`; returns the exit status. */
int asc_command_series(const AscCli *cli, const char *folder);

#endif
