/* exchange_map.h: the inside of a naming map. */
#ifndef ASC_EXCHANGE_MAP_H
#define ASC_EXCHANGE_MAP_H

#include "exchange.h"

/* A weight there: its sizes, and the numbers of our axes in the order they have there. */
typedef struct AscForeign {
    const char *name;
    int rank;
    size_t size[ASC_MAX_AXES];
    int axes;
    int axis[ASC_MAX_AXES];
} AscForeign;

AscForeign asc_map_foreign(const AscNameMap *map, int parameter);

/* Whether an array is left out. */
bool asc_map_leaves_out(const AscNameMap *map, const char *name);

#endif
