/* baseline.h: how far the mean spectrum alone gets. */
#ifndef SCENES_BASELINE_H
#define SCENES_BASELINE_H

#include "plan.h"

/* Each clip becomes its mean log-mel spectrum; each scene of fold1_train.txt the mean of its clips;
 * each clip of fold1_evaluate.txt gets the scene of the nearest mean.  Prints the accuracies to
 * standard output. */
bool baseline_run(const char *folder, int threads, Problem *problem);

#endif
