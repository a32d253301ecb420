/* tfrecord.c: TFRecord files, read record by record with every checksum checked. */
#include "tfrecord.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---------------------------------------------------------------- checksums */

/* table[k][b]: the CRC of byte b followed by k zero bytes; eight bytes a step ("slicing by 8", Kounavis and
 * Berry 2005). */
static uint32_t table[8][256];
static pthread_once_t table_made = PTHREAD_ONCE_INIT;

static void make_table(void)
{
    for (uint32_t b = 0; b < 256; b++) {
        uint32_t crc = b;

        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ 0x82f63b78 : crc >> 1;
        table[0][b] = crc;
    }
    for (int k = 1; k < 8; k++) {
        for (int b = 0; b < 256; b++)
            table[k][b] = table[k - 1][b] >> 8 ^ table[0][table[k - 1][b] & 255];
    }
}

static uint32_t load32(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

static void store32(uint32_t value, unsigned char *bytes)
{
    for (int k = 0; k < 4; k++)
        bytes[k] = (unsigned char)(value >> 8 * k);
}

uint32_t asc_crc32c(const void *bytes, size_t count)
{
    const unsigned char *at = bytes;
    uint32_t crc = 0xffffffff;

    pthread_once(&table_made, make_table);
    for (; count >= 8; count -= 8, at += 8) {
        uint32_t low = load32(at) ^ crc, high = load32(at + 4);

        crc = table[7][low & 255] ^ table[6][low >> 8 & 255] ^ table[5][low >> 16 & 255] ^
              table[4][low >> 24] ^ table[3][high & 255] ^ table[2][high >> 8 & 255] ^
              table[1][high >> 16 & 255] ^ table[0][high >> 24];
    }
    for (; count > 0; count--, at++)
        crc = crc >> 8 ^ table[0][(crc ^ *at) & 255];
    return ~crc;
}

uint32_t asc_crc32c_masked(const void *bytes, size_t count)
{
    uint32_t crc = asc_crc32c(bytes, count);

    return (crc >> 15 | crc << 17) + 0xa282ead8;
}

/* ---------------------------------------------------------------- headers and footers */

void asc_record_header(uint64_t size, unsigned char header[ASC_RECORD_HEADER])
{
    store32((uint32_t)size, header);
    store32((uint32_t)(size >> 32), header + 4);
    store32(asc_crc32c_masked(header, 8), header + 8);
}

void asc_record_footer(const void *bytes, size_t size, unsigned char footer[ASC_RECORD_FOOTER])
{
    store32(asc_crc32c_masked(bytes, size), footer);
}

/* ---------------------------------------------------------------- reading */

/* Reads `count` bytes at an offset, fewer at the end of the file; -1: failed, see errno. */
static ssize_t read_at(int file, void *bytes, size_t count, int64_t offset)
{
    size_t done = 0;

    while (done < count) {
        ssize_t got = pread(file, (char *)bytes + done, count - done, offset + (int64_t)done);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        done += (size_t)got;
    }
    return (ssize_t)done;
}

static const uint64_t LARGEST = (uint64_t)1 << 26;

/* The header at an offset of a file of `end` bytes. */
static bool read_header(int file, const char *path, int number, int64_t offset, int64_t end,
                        AscRecord *record, AscStatus *status)
{
    unsigned char header[ASC_RECORD_HEADER];
    ssize_t got = read_at(file, header, sizeof header, offset);

    if (got < 0)
        return asc_status_errno(status, errno, "read", path);
    if (got < ASC_RECORD_HEADER)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s: record %d at byte %" PRId64
                              " is cut off: %zd bytes of its header of 12",
                              path, number, offset, got);
    uint64_t size = load32(header) | (uint64_t)load32(header + 4) << 32;
    uint32_t found = asc_crc32c_masked(header, 8), expected = load32(header + 8);

    if (found != expected)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s: record %d at byte %" PRId64
                              ": the checksum of its length is %08x, "
                              "%08x is written there (damaged, or no TFRecord file)",
                              path, number, offset, found, expected);
    if (size > LARGEST)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s: record %d at byte %" PRId64 ": a length of %" PRIu64
                              " bytes; at most 64 MiB are expected",
                              path, number, offset, size);
    *record = (AscRecord){ offset + ASC_RECORD_HEADER, (uint32_t)size };
    int64_t left = end - record->offset - (int64_t)size - ASC_RECORD_FOOTER;

    return left >= 0 || asc_status_set(status, ASC_BAD_INPUT,
                                       "%s: record %d at byte %" PRId64 " is cut off: %" PRId64
                                       " bytes are missing",
                                       path, number, offset, -left);
}

bool asc_records_find(int file, const char *path, AscRecord **record, int *count, AscStatus *status)
{
    struct stat about;
    int room = 0;
    int64_t offset = 0;

    *record = NULL;
    *count = 0;
    if (fstat(file, &about) != 0)
        return asc_status_errno(status, errno, "read", path);
    while (offset < about.st_size) {
        if (*count == room) {
            AscRecord *more = realloc(*record,
                                      (size_t)(room = room ? 2 * room : 256) * sizeof *more);

            if (!more)
                return asc_status_memory(status, path);
            *record = more;
        }
        if (!read_header(file, path, *count + 1, offset, about.st_size, *record + *count, status))
            return false;
        offset = (*record)[*count].offset + (*record)[*count].size + ASC_RECORD_FOOTER;
        ++*count;
    }
    return true;
}

/* `size` bytes from byte `from` of a record on. */
static bool read_part(int file, const char *path, const AscRecord *record, int number, void *bytes,
                      size_t size, size_t from, AscStatus *status)
{
    ssize_t got = read_at(file, bytes, size, record->offset + (int64_t)from);

    if (got < 0)
        return asc_status_errno(status, errno, "read", path);
    return got == (ssize_t)size ||
           asc_status_set(status, ASC_BAD_INPUT,
                          "%s: record %d at byte %" PRId64 " was cut off since it was found", path,
                          number, record->offset - ASC_RECORD_HEADER);
}

bool asc_record_peek(int file, const char *path, const AscRecord *record, int number,
                     unsigned char *bytes, size_t size, AscStatus *status)
{
    return read_part(file, path, record, number, bytes, size, 0, status);
}

bool asc_record_read(int file, const char *path, const AscRecord *record, int number,
                     unsigned char *bytes, AscStatus *status)
{
    unsigned char footer[ASC_RECORD_FOOTER];

    if (!read_part(file, path, record, number, bytes, record->size, 0, status) ||
        !read_part(file, path, record, number, footer, sizeof footer, record->size, status))
        return false;
    uint32_t found = asc_crc32c_masked(bytes, record->size), expected = load32(footer);

    return found == expected || asc_status_set(status, ASC_BAD_INPUT,
                                               "%s: record %d at byte %" PRId64
                                               ": the checksum of its %u bytes is %08x, "
                                               "%08x is written there",
                                               path, number, record->offset - ASC_RECORD_HEADER,
                                               record->size, found, expected);
}
