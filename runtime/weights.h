/* weights.h: everything a trained model consists of: parameters, labels, statistics of the
 * features; how they begin, and the files they are kept in. */
#ifndef ASC_WEIGHTS_H
#define ASC_WEIGHTS_H

#include "asc.h"
#include "statistics.h"
#include "status.h"
#include "tensors.h"

typedef struct AscWeights {
    const AscModel *model;
    real *parameters;          /* flat, aligned to 64 bytes */
    int labels;                /* 0: never trained */
    char **label;              /* [labels], in the order of the output */
    AscStatistics *statistics; /* [feature_sets]; no positions: none known, or none needed */
} AscWeights;

/* Parameters are zero; no labels, no statistics.  NULL: no memory. */
AscWeights *asc_weights_create(const AscModel *model, AscStatus *status);
void asc_weights_destroy(AscWeights *weights); /* NULL is allowed */

/* Sets every parameter to its initial value.  A parameter's random numbers depend on the seed and
 * its name only.  Glorot and Bengio 2010: uniform of +-sqrt(6 / (in + out)), or normal of variance
 * 2 / (in + out); He et al. 2015: +-sqrt(6 / in), or variance 2 / in.  A truncated normal is drawn
 * again where it is beyond two standard deviations. */
void asc_weights_init(AscWeights *weights, uint64_t seed);

/* Copies. */
bool asc_weights_set_labels(AscWeights *weights, const char *const *label, int labels,
                            AscStatus *status);
bool asc_weights_set_statistics(AscWeights *weights, int feature_set,
                                const AscStatistics *statistics, AscStatus *status);

/* Puts everything into a set of tensors: parameters by name, `features.NAME.mean` and `.std`;
 * the metadata says model, defines, hash, settings of the features, labels, and names of the axes.
 * The weights must live until the set is written. */
bool asc_weights_collect(const AscWeights *weights, AscTensors *tensors, AscStatus *status);

/* Takes everything from a set read from `path`.  Refused, with both sides named: another model's
 * hash, other feature settings, tensors missing or unknown (but `train.*`, the optimiser's), other
 * shapes, values that are not finite.  Files of other tools, without our metadata, are taken when
 * all tensors fit. */
AscWeights *asc_weights_take(const AscModel *model, const AscTensors *tensors, const char *path,
                             AscStatus *status);

bool asc_weights_save(const AscWeights *weights, const char *path, AscStatus *status);
AscWeights *asc_weights_load(const AscModel *model, const char *path, AscStatus *status);

/* Adds a flat array of parameters or gradients as PREFIXname tensors, and reads one back. */
bool asc_weights_add_flat(AscTensors *tensors, const AscModel *model, const char *prefix,
                          const real *flat, AscStatus *status);
bool asc_weights_take_flat(const AscTensors *tensors, const char *path, const AscModel *model,
                           const char *prefix, real *flat, AscStatus *status);

/* "[in = 128, class = 10]", into text. */
void asc_weights_describe(const AscShape *shape, char *text, size_t room);

#endif
