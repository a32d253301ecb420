/* npy.c: NumPy's array files (numpy.lib.format, versions 1 and 2). */
#include "npy.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"

static const char MAGIC[] = "\x93NUMPY";
enum { MAGIC_LENGTH = 6 };

/* ------------------------------------------------------------ the header, a Python dictionary */

/* The text after 'key': with blanks skipped; NULL where the key is missing. */
static const char *find_value(const char *header, const char *key)
{
    char quoted[32];
    snprintf(quoted, sizeof quoted, "'%s'", key);
    const char *at = strstr(header, quoted);
    if (!at)
        return NULL;
    at += strlen(quoted);
    at += strspn(at, " ");
    if (*at != ':')
        return NULL;
    at++;
    return at + strspn(at, " ");
}

/* "(2, 3)", "(5,)" or "()". */
static bool parse_shape(const char *text, AscArray *array)
{
    if (!text || *text != '(')
        return false;
    text++;
    array->rank = 0;
    array->count = 1;
    for (text += strspn(text, " "); *text != ')'; text += strspn(text, " ,")) {
        if (!isdigit((unsigned char)*text) || array->rank == ASC_MAX_AXES)
            return false;
        char *end;
        unsigned long long size = strtoull(text, &end, 10);
        if (size > SIZE_MAX / 16 || (size > 0 && array->count > SIZE_MAX / 16 / size))
            return false;
        array->size[array->rank++] = (size_t)size;
        array->count *= (size_t)size;
        text = end;
    }
    return true;
}

static bool parse_header(const char *path, const char *header, AscArray *array, size_t *width,
                         AscStatus *status)
{
    const char *type = find_value(header, "descr"), *order = find_value(header, "fortran_order");
    if (!type || !order)
        return asc_status_set(status, ASC_BAD_INPUT, "%s: the .npy header is damaged", path);
    if (strncmp(type, "'<f4'", 5) != 0 && strncmp(type, "'<f8'", 5) != 0)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s: elements are %.16s; float32 ('<f4') or float64 ('<f8') is "
                              "expected",
                              path, type);
    *width = type[3] == '4' ? 4 : 8;
    if (strncmp(order, "False", 5) != 0)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s: is in Fortran order; save numpy.ascontiguousarray(x)", path);
    if (!parse_shape(find_value(header, "shape"), array))
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s: the shape in the .npy header is not one of at most %d sizes",
                              path, ASC_MAX_AXES);
    return true;
}

/* ---------------------------------------------------------------- reading */

/* Where the header and the data begin. */
static bool find_header(const char *path, const unsigned char *bytes, size_t count, size_t *header,
                        size_t *data, AscStatus *status)
{
    if (count < 10 || memcmp(bytes, MAGIC, MAGIC_LENGTH) != 0)
        return asc_status_set(status, ASC_BAD_INPUT, "%s: is not a .npy file", path);
    if (bytes[6] != 1 && bytes[6] != 2)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s: .npy format version %d; 1 and 2 are known", path, bytes[6]);
    size_t length = bytes[8] | (size_t)bytes[9] << 8;
    *header = 10;
    if (bytes[6] == 2) {
        *header = 12;
        if (count >= 12)
            length |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
    }
    *data = *header + length;
    if (*data > count)
        return asc_status_set(status, ASC_BAD_INPUT, "%s: the .npy file ends in its header", path);
    return true;
}

static bool read_values(const char *path, const char *data, size_t count, size_t width,
                        AscArray *array, AscStatus *status)
{
    if (count != array->count * width)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s: holds %zu bytes of data, its header says %zu", path, count,
                              array->count * width);
    array->values = malloc((array->count ? array->count : 1) * sizeof *array->values);
    if (!array->values)
        return asc_status_memory(status, path);
    for (size_t i = 0; i < array->count; i++) {
        float narrow;
        if (width == 8) {
            memcpy(&array->values[i], data + 8 * i, 8);
        } else {
            memcpy(&narrow, data + 4 * i, 4);
            array->values[i] = narrow;
        }
    }
    return true;
}

bool asc_npy_parse(const char *path, const char *bytes, size_t count, AscArray *array,
                   AscStatus *status)
{
    memset(array, 0, sizeof *array);
    size_t start = 0, data = 0, width = 0;
    bool fine = find_header(path, (const unsigned char *)bytes, count, &start, &data, status);
    char *header = fine ? strndup(bytes + start, data - start) : NULL;
    if (fine && !header)
        fine = asc_status_memory(status, path);
    fine = fine && parse_header(path, header, array, &width, status) &&
           read_values(path, bytes + data, count - data, width, array, status);
    free(header);
    return fine;
}

bool asc_npy_read(const char *path, AscArray *array, AscStatus *status)
{
    size_t count = 0;
    char *bytes = asc_file_read(path, SIZE_MAX / 16, &count, status);
    memset(array, 0, sizeof *array);
    bool fine = bytes && asc_npy_parse(path, bytes, count, array, status);
    free(bytes);
    return fine;
}

void asc_npy_free(AscArray *array)
{
    free(array->values);
    array->values = NULL;
}

/* ---------------------------------------------------------------- writing */

size_t asc_npy_header(int rank, const size_t *size, unsigned char *bytes, size_t room)
{
    char *header = (char *)bytes + 10;
    const size_t left = room - 10;
    int at = snprintf(header, left, "{'descr': '<f%zu', 'fortran_order': False, 'shape': (",
                      sizeof(real));
    for (int i = 0; i < rank; i++)
        at += snprintf(header + at, left - (size_t)at, "%zu,%s", size[i], i + 1 < rank ? " " : "");
    at += snprintf(header + at, left - (size_t)at, "), }");
    while ((10 + at + 1) % 64 != 0) /* data is aligned to 64 bytes */
        header[at++] = ' ';
    header[at++] = '\n';
    memcpy(bytes, MAGIC, MAGIC_LENGTH);
    bytes[6] = 1;
    bytes[7] = 0;
    bytes[8] = (unsigned char)(at & 255);
    bytes[9] = (unsigned char)(at >> 8);
    return (size_t)at + 10;
}

bool asc_npy_write(const char *path, int rank, const size_t *size, const real *values,
                   AscStatus *status)
{
    if (rank < 0 || rank > ASC_MAX_AXES)
        return asc_status_set(status, ASC_USAGE, "%s: an array of %d axes", path, rank);
    unsigned char header[640];
    size_t count = 1, length = asc_npy_header(rank, size, header, sizeof header);
    for (int i = 0; i < rank; i++)
        count *= size[i];
    AscWriter *writer = asc_writer_open(path, status);
    if (!writer)
        return false;
    asc_writer_put(writer, header, length, NULL);
    asc_writer_put(writer, values, count * sizeof *values, NULL);
    return asc_writer_commit(writer, status);
}
