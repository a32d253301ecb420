/* compare_arrays.c: the ratio of signal to error of an array against a reference, in dB.
 *
 * usage: compare_arrays [-a] RESULT.npy EXPECTED.npy LIMIT [SECTION CASE QUANTITY]
 * -a: both are decibels; the amplitudes that they stand for, 10^(x / 20), are compared.
 * Axes of one position do not count.  Exits with 1 when the ratio is below LIMIT or the shapes differ; records the ratio
 * (verify.h) under the three names. */
#include "npy.h"
#include "verify.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static AscArray read_file(const char *path)
{
    AscStatus status = { 0 };
    AscArray array;
    if (!asc_npy_read(path, &array, &status)) {
        fprintf(stderr, "compare_arrays: %s\n", status.message);
        exit(2);
    }
    return array;
}

/* Sizes but for those of one; returns how many. */
static int real_axes(const AscArray *array, size_t *size)
{
    int rank = 0;
    for (int i = 0; i < array->rank; i++)
        if (array->size[i] != 1)
            size[rank++] = array->size[i];
    return rank;
}

static double value(const AscArray *array, size_t i, bool amplitudes)
{
    const double x = (double)array->values[i];
    return amplitudes ? pow(10, x / 20) : x;
}

/* In dB; NaN where the sizes differ. */
static double compare(const AscArray *got, const AscArray *wanted, bool amplitudes)
{
    size_t size[2][ASC_MAX_AXES], count = 1;
    const int rank = real_axes(got, size[0]);
    if (rank != real_axes(wanted, size[1]))
        return NAN;
    for (int i = 0; i < rank; i++) {
        if (size[0][i] != size[1][i])
            return NAN;
        count *= size[0][i];
    }
    double signal = 0, error = 0;
    for (size_t i = 0; i < count; i++) {
        const double right = value(wanted, i, amplitudes);
        const double difference = value(got, i, amplitudes) - right;
        signal += right * right;
        error += difference * difference;
    }
    return 10 * log10(signal / (error + 1e-300));
}

int main(int argc, char **argv)
{
    const bool amplitudes = argc > 1 && strcmp(argv[1], "-a") == 0;
    argc -= amplitudes;
    argv += amplitudes;
    if (argc != 4 && argc != 7)
        return 2;
    AscArray got = read_file(argv[1]), wanted = read_file(argv[2]);
    const double ratio = compare(&got, &wanted, amplitudes);
    asc_npy_free(&got);
    asc_npy_free(&wanted);
    printf(isnan(ratio) ? "other sizes, or no numbers\n" : "%.1f\n", ratio);
    if (argc == 7 && !isnan(ratio))
        verify(argv[4], argv[5], argv[6], ratio, atof(argv[3]));
    return ratio >= atof(argv[3]) ? 0 : 1;
}
