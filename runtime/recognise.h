/* recognise.h: trained weights applied to recordings, for the commands `eval` and `predict`. */
#ifndef ASC_RECOGNISE_H
#define ASC_RECOGNISE_H

#include "cli.h"
#include "evaluate.h"

/* Computes features of the sources, runs the network, combines the segments; shows progress.  With
 * --skip-bad, sources that can't be used are told on standard error and taken out. */
bool asc_recognise(const AscCli *cli, const AscWeights *weights, AscSources *sources,
                   AscResults *results, AscStatus *status);

#endif
