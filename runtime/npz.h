/* npz.h: several arrays in NumPy's .npz files: zip archives of .npy files (numpy.savez; PKWARE's
 * APPNOTE 6.3); written as they are, read compressed, too (numpy.savez_compressed). */
#ifndef ASC_NPZ_H
#define ASC_NPZ_H

#include "npy.h"

typedef struct AscNamedArray {
    char *name; /* owned */
    AscArray array;
} AscNamedArray;

typedef struct AscNpz {
    int count;
    AscNamedArray *item; /* owned */
} AscNpz;

/* The caller frees the arrays.  Refused: members compressed by another method than deflate, what is no .npy, broken archives. */
bool asc_npz_read(const char *path, AscNpz *arrays, AscStatus *status);

/* As float32, or as float64 where real is double. */
bool asc_npz_write(const char *path, const AscNpz *arrays, AscStatus *status);

/* Adds an array whose values are not set yet; NULL: no memory. */
AscArray *asc_npz_add(AscNpz *arrays, const char *name, size_t length, int rank, const size_t *size,
                      AscStatus *status);
const AscArray *asc_npz_find(const AscNpz *arrays, const char *name); /* NULL: none */
void asc_npz_free(AscNpz *arrays);

#endif
