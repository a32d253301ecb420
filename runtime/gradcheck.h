/* gradcheck.h: the gradients of a program compiled with --real=double against central
 * differences. */
#ifndef ASC_GRADCHECK_H
#define ASC_GRADCHECK_H

#include "asc.h"
#include "report.h"
#include "status.h"

/* What was found for one parameter. */
typedef struct AscGradcheck {
    const char *name;
    int checked, skipped;   /* elements; skipped ones lie at a kink (of relu, max) */
    double worst;           /* largest relative error of those checked */
    double expected, found; /* by differences, by the program, where it was */
} AscGradcheck;

/* Checks `elements` random elements of each trainable parameter, on `examples` random examples.
 * found[parameters]; those of running statistics stay zero.  Errors are relative to the largest
 * gradient of the same parameter.  report may be NULL. */
bool asc_gradcheck_run(const AscModel *model, int examples, int elements, uint64_t seed,
                       AscGradcheck *found, const AscReport *report, AscStatus *status);

#endif
