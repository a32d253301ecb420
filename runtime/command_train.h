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

/* `train --folds` and `--seeds`; returns the exit status. */
int asc_command_series(const AscCli *cli, const char *folder);

#endif
