/* exchange.h: weights under the names, and with the order of axes, of other tools. */
#ifndef ASC_EXCHANGE_H
#define ASC_EXCHANGE_H

#include "npz.h"
#include "weights.h"

/* Whose order a weight's axes have where the map does not say.  ascc's own is that of Keras:
 * [kernel axes, in, out axes]; PyTorch's is [out axes, in, kernel axes]. */
typedef enum AscOrder { ASC_ORDER_OWN, ASC_ORDER_PYTORCH } AscOrder;

/* A file of lines "OURS THEIRS AXIS..": the weight `OURS` is called THEIRS there, and has these
 * axes, in this order: names of ours, `a*b` for two that are one there, or 1 for one of a single
 * position that we don't have; `in[0..64]` are the first 64 positions of an axis, `gate[0,1,3,2]` these in this
 * order.  A weight may have several lines: arrays for parts of it, or arrays whose sum it is (of which the first has
 * it all in an export).  No axes: the order of `order`.  "- THEIRS" is left out.  What stands
 * behind # is a comment.  Weights that the map does not name keep their names. */
typedef struct AscNameMap AscNameMap;

/* path NULL: an empty map. */
AscNameMap *asc_map_read(const char *path, const AscModel *model, AscOrder order,
                         AscStatus *status);
void asc_map_destroy(AscNameMap *map); /* NULL is allowed */

/* All parameters, the running statistics too, as arrays of the other tool. */
bool asc_exchange_export(const AscWeights *weights, const AscNameMap *map, AscNpz *arrays,
                         AscStatus *status);

/* Sets the parameters from arrays read from `path`.  Refused: a weight that is missing or not whole, of another
 * size, or not finite; an array that is no weight's and that the map does not leave out. */
bool asc_exchange_import(AscWeights *weights, const AscNameMap *map, const AscNpz *arrays,
                         const char *path, AscStatus *status);

/* Arrays of a file, .npz or .safetensors by its name. */
bool asc_exchange_read(const char *path, AscNpz *arrays, AscStatus *status);
bool asc_exchange_write(const char *path, const AscNpz *arrays, AscStatus *status);

#endif
