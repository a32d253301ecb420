/* npy.h: arrays in NumPy's .npy files (format versions 1 and 2; float32 and float64, C order). */
#ifndef ASC_NPY_H
#define ASC_NPY_H

#include <stdbool.h>
#include <stddef.h>

#include "asc.h"
#include "status.h"

typedef struct AscArray {
    int rank; /* 0 .. ASC_MAX_AXES */
    size_t size[ASC_MAX_AXES];
    size_t count;   /* product of the sizes */
    double *values; /* row-major */
} AscArray;

/* Reads an array of any rank up to ASC_MAX_AXES.  The caller frees it with asc_npy_free.  Other
 * element types, big-endian, Fortran order, and files longer or shorter than they say are
 * refused. */
bool asc_npy_read(const char *path, AscArray *array, AscStatus *status);
void asc_npy_free(AscArray *array);

/* The same of a file in memory; messages name `path`. */
bool asc_npy_parse(const char *path, const char *bytes, size_t count, AscArray *array,
                   AscStatus *status);

/* The bytes before the values of an array of reals, into bytes[room >= 512]; returns how many. */
size_t asc_npy_header(int rank, const size_t *size, unsigned char *bytes, size_t room);

/* Writes reals as they are: float32, or float64 where real is double. */
bool asc_npy_write(const char *path, int rank, const size_t *size, const real *values,
                   AscStatus *status);

#endif
