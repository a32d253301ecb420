/* map.h: the features of a recording before `normalize`, in memory of their own or in a mapped file. */
#ifndef ASC_MAP_H
#define ASC_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "asc.h"
#include "status.h"

/* Where `segment` came before the spectrogram, the frames of each piece; else those of the whole
 * recording, as one piece. */
typedef struct AscMap {
    int pieces, frames, size; /* size: reals of a frame, which is AscFeatures.frame */
    int rate;                 /* of the recording before it was resampled, Hz; 0: not known */
    real *values;             /* [pieces][frames][size]; NULL where they are kept as.. */
    uint16_t *half;           /* ..IEEE binary16 */
    void *file;               /* the mapping they lie in, of `bytes`; NULL: they are malloc's */
    size_t bytes;
} AscMap;

size_t asc_map_count(const AscMap *map); /* values in all */
size_t asc_map_width(const AscMap *map); /* bytes of a value */
void asc_map_free(AscMap *map);

/* Keeps the values as float16, rounded to the nearest.  Where one is too large for it, or not
 * finite, the map stays as it is. */
bool asc_map_halve(AscMap *map, AscStatus *status);

/* Frames first .. first + count - 1 of all pieces: in the map, or converted into room
 * [count][size]. */
const real *asc_map_frames(const AscMap *map, size_t first, size_t count, real *room);

#endif
