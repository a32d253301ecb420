/* command_train.h: what `train` and its series of runs share. */
#ifndef ASC_COMMAND_TRAIN_H
#define ASC_COMMAND_TRAIN_H

#include "cli.h"
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

/* `train --folds` and `--seeds`; returns the exit status. */
int asc_command_series(const AscCli *cli, const char *folder);

#endif
