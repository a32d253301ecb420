/* exchange_map.h: the inside of a naming map. */
#ifndef ASC_EXCHANGE_MAP_H
#define ASC_EXCHANGE_MAP_H

#include "exchange.h"

/* An array there and what of a weight it is: its sizes, and our axes in the order they have there. */
typedef struct AscForeign {
    const char *name;
    int parameter;
    int rank;
    size_t size[ASC_MAX_AXES];
    size_t count; /* the product of the sizes */
    int axes;
    int axis[ASC_MAX_AXES];
    int positions[ASC_MAX_AXES]; /* of that axis: how many there are there.. */
    int *position[ASC_MAX_AXES]; /* [positions]: ..and which they are here; owned by the map */
} AscForeign;

/* The arrays of the model's weights, one after the other in the order of the parameters, those of one weight
 * as the map has them. */
int asc_map_arrays(const AscNameMap *map);
const AscForeign *asc_map_foreign(const AscNameMap *map, int n);

/* Whether an array is left out. */
bool asc_map_leaves_out(const AscNameMap *map, const char *name);

#endif
