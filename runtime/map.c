/* map.c: memory of maps, and their values as float16. */
#include "map.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

size_t asc_map_count(const AscMap *map)
{
    return (size_t)map->pieces * (size_t)map->frames * (size_t)map->size;
}

size_t asc_map_width(const AscMap *map)
{
    return map->half ? sizeof *map->half : sizeof *map->values;
}

void asc_map_free(AscMap *map)
{
    if (map->file) {
        munmap(map->file, map->bytes);
    } else {
        free(map->values);
        free(map->half);
    }
    map->file = map->values = NULL;
    map->half = NULL;
}

/* ---------------------------------------------------------------- float16 */

static uint32_t bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static float of_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Of a finite number below 65520.  The sum with 1/2 rounds numbers below 2^-14 to multiples of
 * 2^-24, as float16 has them there. */
static uint16_t to_half(float x)
{
    const uint32_t sign = bits_of(x) >> 16 & 0x8000, size = bits_of(x) & 0x7fffffff;
    const uint32_t normal = (size + 0xfff + (size >> 13 & 1) - (112u << 23)) >> 13;
    const uint32_t small = bits_of(of_bits(size) + 0.5F) - bits_of(0.5F);
    return (uint16_t)(sign | (size < 113u << 23 ? small : normal));
}

static float of_half(uint16_t half)
{
    const uint32_t sign = (uint32_t)(half & 0x8000) << 16;
    return of_bits(bits_of(of_bits((uint32_t)(half & 0x7fff) << 13) * 0x1p112F) | sign);
}

bool asc_map_halve(AscMap *map, AscStatus *status)
{
    const size_t count = asc_map_count(map);
    for (size_t i = 0; i < count; i++)
        if (!(fabs((double)map->values[i]) < 65520)) /* NaN too */
            return true;
    uint16_t *half = malloc((count + 1) * sizeof *half);
    if (!half)
        return asc_status_memory(status, "the features of a recording");
    for (size_t i = 0; i < count; i++)
        half[i] = to_half((float)map->values[i]);
    free(map->values);
    map->values = NULL;
    map->half = half;
    return true;
}

const real *asc_map_frames(const AscMap *map, size_t first, size_t count, real *room)
{
    const size_t size = (size_t)map->size;
    if (!map->half)
        return map->values + first * size;
    const uint16_t *half = map->half + first * size;
    for (size_t i = 0; i < count * size; i++)
        room[i] = (real)of_half(half[i]);
    return room;
}
