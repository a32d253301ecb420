/* eval_json.h: everything that `eval` found, as JSON. */
#ifndef ASC_EVAL_JSON_H
#define ASC_EVAL_JSON_H

#include <jansson.h>

#include "measure.h"

/* What a network costs by the rules of DCASE's task 1 (2022 to 2025): running statistics are no
 * parameters, batch norm counts as two multiply-adds for each of its coefficients, the front end not
 * at all. */
typedef struct AscComplexity {
    double parameters, nonzero; /* nonzero negative: not known */
    double bytes;               /* of the parameters as they are stored */
    double multiply_adds;       /* of one segment */
    double memory;              /* bytes of parameters and activations, for one segment */
} AscComplexity;

/* Of `members` networks together.  weights NULL: not known whether they are zero. */
AscComplexity asc_complexity(const AscModel *model, const AscWeights *weights, int members);
json_t *asc_complexity_json(const AscModel *model, const AscWeights *weights, int members);

/* Figures in all, by class and by device, the model's own report, calibration, confusion, complexity,
 * and what made them; the caller frees the text.  NULL: status says why. */
char *asc_eval_json(AscMeasure *measure, AscStatus *status);

#endif
