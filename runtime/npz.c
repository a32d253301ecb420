/* npz.c: zip archives of .npy files. */
#include "npz.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ZLIB_CONST
#include <zlib.h>

#include "file.h"

enum { END_SIGNATURE = 0x06054b50, MEMBER_SIGNATURE = 0x02014b50, LOCAL_SIGNATURE = 0x04034b50 };
enum { END_BYTES = 22, MEMBER_BYTES = 46, LOCAL_BYTES = 30, ZIP64 = 1 };

/* ---------------------------------------------------------------- sets of arrays */

AscArray *asc_npz_add(AscNpz *arrays, const char *name, size_t length, int rank, const size_t *size,
                      AscStatus *status)
{
    AscNamedArray *grown = realloc(arrays->item, (size_t)(arrays->count + 1) * sizeof *grown);
    AscNamedArray item = { .name = strndup(name, length), .array = { .rank = rank, .count = 1 } };

    arrays->item = grown ? grown : arrays->item;
    for (int a = 0; a < rank; a++) {
        item.array.size[a] = size[a];
        item.array.count *= size[a];
    }
    item.array.values = calloc(item.array.count + 1, sizeof *item.array.values);
    if (!grown || !item.name || !item.array.values) {
        free(item.name);
        free(item.array.values);
        asc_status_memory(status, "arrays");
        return NULL;
    }
    grown[arrays->count] = item;
    return &grown[arrays->count++].array;
}

const AscArray *asc_npz_find(const AscNpz *arrays, const char *name)
{
    for (int n = 0; n < arrays->count; n++) {
        if (strcmp(arrays->item[n].name, name) == 0)
            return &arrays->item[n].array;
    }
    return NULL;
}

void asc_npz_free(AscNpz *arrays)
{
    for (int n = 0; n < arrays->count; n++) {
        free(arrays->item[n].name);
        asc_npy_free(&arrays->item[n].array);
    }
    free(arrays->item);
    *arrays = (AscNpz){ 0 };
}

/* ---------------------------------------------------------------- reading */

static uint64_t number(const unsigned char *at, int bytes)
{
    uint64_t value = 0;

    for (int i = bytes; i-- > 0;)
        value = value << 8 | at[i];
    return value;
}

/* A member of the archive, as the directory at its end tells. */
typedef struct Member {
    const char *name;
    size_t length, size, packed, offset;
    int method;
} Member;

/* Sizes of 2^32 - 1 stand in an extra field of 64 bits each, in this order. */
static void read_zip64(const unsigned char *extra, size_t count, Member *member, bool size,
                       bool packed, bool offset)
{
    while (count >= 4 && number(extra + 2, 2) <= count - 4) {
        size_t length = number(extra + 2, 2);
        const unsigned char *at = extra + 4, *end = at + length;

        if (number(extra, 2) == ZIP64) {
            if (size && end - at >= 8) {
                member->size = number(at, 8);
                at += 8;
            }
            if (packed && end - at >= 8) {
                member->packed = number(at, 8);
                at += 8;
            }
            if (offset && end - at >= 8)
                member->offset = number(at, 8);
        }
        extra = end;
        count -= 4 + length;
    }
}

/* Returns the bytes of the directory's entry; 0: broken. */
static size_t read_member(const unsigned char *at, size_t left, Member *member)
{
    size_t extra, total;

    if (left < MEMBER_BYTES || number(at, 4) != MEMBER_SIGNATURE)
        return 0;
    *member = (Member){ .method = (int)number(at + 10, 2),
                        .packed = number(at + 20, 4),
                        .size = number(at + 24, 4),
                        .offset = number(at + 42, 4),
                        .length = number(at + 28, 2),
                        .name = (const char *)at + MEMBER_BYTES };
    extra = number(at + 30, 2);
    total = MEMBER_BYTES + member->length + extra + number(at + 32, 2);
    if (total > left)
        return 0;
    read_zip64(at + MEMBER_BYTES + member->length, extra, member, member->size == UINT32_MAX,
               number(at + 20, 4) == UINT32_MAX, member->offset == UINT32_MAX);
    return total;
}

/* Unpacks what numpy.savez_compressed wrote (RFC 1951) into to[size]; false: it is not of that size, or broken. */
static bool unpack(const unsigned char *from, size_t packed, unsigned char *to, size_t size)
{
    const size_t most = (size_t)1 << 30; /* zlib counts in unsigned int */
    z_stream stream = { .next_in = from, .next_out = to };
    size_t taken = 0, made = 0;
    int result = inflateInit2(&stream, -MAX_WBITS);

    while (result == Z_OK) {
        size_t in = packed - taken < most ? packed - taken : most;
        size_t room = size - made < most ? size - made : most;

        stream.avail_in = (unsigned)in;
        stream.avail_out = (unsigned)room;
        result = inflate(&stream, Z_NO_FLUSH);
        taken += in - stream.avail_in;
        made += room - stream.avail_out;
        if (result == Z_OK && in == stream.avail_in && room == stream.avail_out)
            result = Z_DATA_ERROR;
    }
    inflateEnd(&stream);
    return result == Z_STREAM_END && made == size;
}

/* The bytes of a member: a part of the archive, or *unpacked, which the caller frees.  NULL: status says why. */
static const unsigned char *find_bytes(const char *name, const unsigned char *bytes, size_t count,
                                       const Member *member, unsigned char **unpacked,
                                       AscStatus *status)
{
    size_t start = member->offset, stored = member->method ? member->packed : member->size;

    if (member->method != 0 && member->method != Z_DEFLATED) {
        asc_status_set(status, ASC_BAD_INPUT,
                       "%s: is compressed by method %d; expected none, or deflate", name,
                       member->method);
        return NULL;
    }
    if (start <= count && count - start >= LOCAL_BYTES &&
        number(bytes + start, 4) == LOCAL_SIGNATURE) {
        start += LOCAL_BYTES + number(bytes + start + 26, 2) + number(bytes + start + 28, 2);
        if (start <= count && stored <= count - start && member->method == 0)
            return bytes + start;
        if (start <= count && stored <= count - start) {
            *unpacked = malloc(member->size + 1);
            if (!*unpacked) {
                asc_status_memory(status, name);
                return NULL;
            }
            if (unpack(bytes + start, stored, *unpacked, member->size))
                return *unpacked;
        }
    }
    asc_status_set(status, ASC_BAD_INPUT, "%s: the archive is broken", name);
    return NULL;
}

static bool take_member(const char *path, const unsigned char *bytes, size_t count,
                        const Member *member, AscNpz *arrays, AscStatus *status)
{
    char name[512];
    size_t length = member->length;
    unsigned char *unpacked = NULL;
    const unsigned char *own;
    AscArray array, *added;
    bool fine;

    snprintf(name, sizeof name, "%s: %.*s", path, (int)(length < 200 ? length : 200), member->name);
    own = find_bytes(name, bytes, count, member, &unpacked, status);
    fine = own && asc_npy_parse(name, (const char *)own, member->size, &array, status);
    free(unpacked);
    if (!fine)
        return false;
    if (length > 4 && memcmp(member->name + length - 4, ".npy", 4) == 0)
        length -= 4;
    added = asc_npz_add(arrays, member->name, length, array.rank, array.size, status);
    fine = added != NULL;
    if (fine)
        memcpy(added->values, array.values, array.count * sizeof *array.values);
    asc_npy_free(&array);
    return fine;
}

/* The end of the directory: the last of its signatures, before a comment. */
static const unsigned char *find_end(const unsigned char *bytes, size_t count)
{
    for (size_t back = END_BYTES; back <= count && back < END_BYTES + 65536; back++) {
        if (number(bytes + count - back, 4) == END_SIGNATURE)
            return bytes + count - back;
    }
    return NULL;
}

static bool read_all(const char *path, const unsigned char *bytes, size_t count, AscNpz *arrays,
                     AscStatus *status)
{
    const unsigned char *end = find_end(bytes, count);
    size_t at = end ? number(end + 16, 4) : 0, members = end ? number(end + 10, 2) : 0;

    if (!end || at > count)
        return asc_status_set(status, ASC_BAD_INPUT, "%s: is not a .npz file", path);
    for (size_t n = 0; n < members; n++) {
        Member member;
        size_t length = read_member(bytes + at, count - at, &member);

        if (!length)
            return asc_status_set(status, ASC_BAD_INPUT, "%s: the archive is broken", path);
        if (!take_member(path, bytes, count, &member, arrays, status))
            return false;
        at += length;
    }
    return true;
}

bool asc_npz_read(const char *path, AscNpz *arrays, AscStatus *status)
{
    size_t count = 0;
    char *bytes = asc_file_read(path, SIZE_MAX / 16, &count, status);
    bool fine;

    *arrays = (AscNpz){ 0 };
    fine = bytes && read_all(path, (const unsigned char *)bytes, count, arrays, status);
    if (!fine)
        asc_npz_free(arrays);
    free(bytes);
    return fine;
}

/* ---------------------------------------------------------------- writing */

static void put(unsigned char **at, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        *(*at)++ = (unsigned char)(value >> 8 * i);
}

/* What local header and directory have in common, from the version on. */
static void put_common(unsigned char **at, uint32_t crc, size_t size, size_t name)
{
    put(at, 20, 2);
    put(at, 0, 2);
    put(at, 0, 2);          /* stored */
    put(at, 0x00210000, 4); /* on 1 January 1980 */
    put(at, crc, 4);
    put(at, size, 4);
    put(at, size, 4);
    put(at, name + 4, 2);
    put(at, 0, 2);
}

static bool write_member(AscWriter *writer, const AscNamedArray *item, const real *values,
                         uint32_t *crc, size_t *size, AscStatus *status)
{
    unsigned char head[640], local[LOCAL_BYTES], *at = local;
    size_t bytes = item->array.count * sizeof *values, name = strlen(item->name);
    size_t length = asc_npy_header(item->array.rank, item->array.size, head, sizeof head);

    *size = length + bytes;
    *crc = (uint32_t)crc32_z(crc32_z(0, head, length), (const unsigned char *)values, bytes);
    put(&at, LOCAL_SIGNATURE, 4);
    put_common(&at, *crc, *size, name);
    return asc_writer_put(writer, local, sizeof local, status) &&
           asc_writer_put(writer, item->name, name, status) &&
           asc_writer_put(writer, ".npy", 4, status) &&
           asc_writer_put(writer, head, length, status) &&
           asc_writer_put(writer, values, bytes, status);
}

static bool write_entry(AscWriter *writer, const AscNamedArray *item, uint32_t crc, size_t size,
                        size_t offset, AscStatus *status)
{
    unsigned char entry[MEMBER_BYTES], *at = entry;
    size_t name = strlen(item->name);

    put(&at, MEMBER_SIGNATURE, 4);
    put(&at, 20, 2);
    put_common(&at, crc, size, name);
    put(&at, 0, 2);
    put(&at, 0, 4);
    put(&at, 0, 4);
    put(&at, offset, 4);
    return asc_writer_put(writer, entry, sizeof entry, status) &&
           asc_writer_put(writer, item->name, name, status) &&
           asc_writer_put(writer, ".npy", 4, status);
}

static bool write_end(AscWriter *writer, int members, size_t from, size_t to, AscStatus *status)
{
    unsigned char end[END_BYTES], *at = end;

    put(&at, END_SIGNATURE, 4);
    put(&at, 0, 4);
    put(&at, (uint64_t)members, 2);
    put(&at, (uint64_t)members, 2);
    put(&at, to - from, 4);
    put(&at, from, 4);
    put(&at, 0, 2);
    return asc_writer_put(writer, end, sizeof end, status);
}

static bool write_all(AscWriter *writer, const AscNpz *arrays, uint32_t *crc, size_t *size,
                      size_t *offset, AscStatus *status)
{
    size_t at = 0, from;

    for (int n = 0; n < arrays->count; n++) {
        const AscNamedArray *item = &arrays->item[n];
        real *values = malloc((item->array.count + 1) * sizeof *values);
        bool fine;

        if (!values)
            return asc_status_memory(status, "an array");
        for (size_t i = 0; i < item->array.count; i++)
            values[i] = (real)item->array.values[i];
        offset[n] = at;
        fine = write_member(writer, item, values, &crc[n], &size[n], status);
        free(values);
        if (!fine)
            return false;
        at += LOCAL_BYTES + strlen(item->name) + 4 + size[n];
    }
    from = at;
    for (int n = 0; n < arrays->count; n++) {
        if (!write_entry(writer, &arrays->item[n], crc[n], size[n], offset[n], status))
            return false;
        at += MEMBER_BYTES + strlen(arrays->item[n].name) + 4;
    }
    return write_end(writer, arrays->count, from, at, status);
}

bool asc_npz_write(const char *path, const AscNpz *arrays, AscStatus *status)
{
    size_t items = (size_t)arrays->count + 1, total = 0;
    uint32_t *crc = calloc(items, sizeof *crc);
    size_t *size = calloc(2 * items, sizeof *size);
    AscWriter *writer = NULL;
    bool fine = (crc && size) || asc_status_memory(status, path);

    for (int n = 0; n < arrays->count; n++)
        total += arrays->item[n].array.count * sizeof(real) + 1024;
    if (fine && (total > UINT32_MAX || arrays->count > 65535))
        fine = asc_status_set(status, ASC_BAD_INPUT, "%s: is too much for a .npz file", path);
    writer = fine ? asc_writer_open(path, status) : NULL;
    fine = writer && write_all(writer, arrays, crc, size, size + items, status);
    if (fine)
        fine = asc_writer_commit(writer, status);
    else if (writer)
        asc_writer_abandon(writer);
    free(crc);
    free(size);
    return fine;
}
