/* challenge.h: the files that task 1 of the DCASE challenges asks for. */
#ifndef ASC_CHALLENGE_H
#define ASC_CHALLENGE_H

#include "measure.h"

/* Writes into a folder, which is made:
 *   output.csv       of 2020 and later: filename, scene_label, a probability for each class; with tabs and a header
 *   output_2018.csv  of 2016 to 2019: filename and label, without a header */
bool asc_challenge_outputs(const char *folder, const char *const *recording, char *const *label,
                           const AscResults *results, AscStatus *status);

/* These two, and meta.yaml: complexity and results in all, by class and by device, in the form of 2024.  Accuracy is in
 * percent, in all the mean over the classes. */
bool asc_challenge_write(const char *folder, AscMeasure *measure, AscStatus *status);

/* The same of a network trained and measured on each of measure[0 .. folds - 1], which have the names name[0 .. folds - 1]:
 * the first two for each fold, as output_NAME.csv, and results under its name, as 2024 wants them of its splits. */
bool asc_challenge_write_folds(const char *folder, AscMeasure *measure, char *const *name,
                               int folds, AscStatus *status);

#endif
