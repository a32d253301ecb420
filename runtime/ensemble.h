/* ensemble.h: several runs measured together. */
#ifndef ASC_ENSEMBLE_H
#define ASC_ENSEMBLE_H

#include "measure.h"

/* The results of all --run on the list of `measure`, whose weights are the first one's, and of its tables
 * (without --run: of those on the recordings of the first): the means of their scores; each recording's
 * class is that of the highest mean; the loss is NaN.  With --select
 * of some: they are taken one after the other, each the one with which the metric of `keep` on the
 * validation part becomes best, as long as it becomes better (Caruana et al. 2004, without
 * replacement).  Refused: members with other labels or of other recordings, or, to select, validated on other
 * recordings. */
bool asc_ensemble_measure(AscMeasure *measure, AscStatus *status);

#endif
