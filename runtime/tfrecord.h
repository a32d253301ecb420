/* tfrecord.h: TFRecord files: a length (64 bits, little endian) with its checksum, that many bytes
 * and theirs, again and again. */
#ifndef ASC_TFRECORD_H
#define ASC_TFRECORD_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"

/* Where a record's bytes are in its file; what is before and behind them is checked. */
typedef struct AscRecord {
    int64_t offset; /* of the first byte of the data */
    uint32_t size;
} AscRecord;

/* CRC-32C (Castagnoli; polynomial 0x1edc6f41, reflected 0x82f63b78). */
uint32_t asc_crc32c(const void *bytes, size_t count);

/* TensorFlow's masked checksum: the CRC turned by 15 bits, plus a constant. */
uint32_t asc_crc32c_masked(const void *bytes, size_t count);

enum { ASC_RECORD_HEADER = 12, ASC_RECORD_FOOTER = 4 };

/* The header of a record of `size` bytes, and its footer. */
void asc_record_header(uint64_t size, unsigned char header[ASC_RECORD_HEADER]);
void asc_record_footer(const void *bytes, size_t size, unsigned char footer[ASC_RECORD_FOOTER]);

/* Finds all records of an open file by the lengths, whose checksums are checked; the data is not
 * read.  The caller frees *record.  False: a wrong checksum, a record that is cut off, a length
 * above 64 MiB; status names file, record (from 1) and byte, and *record holds those before. */
bool asc_records_find(int file, const char *path, AscRecord **record, int *count,
                      AscStatus *status);

/* Reads a record's data into bytes[size] and checks it.  `number` (from 1) is for messages. */
bool asc_record_read(int file, const char *path, const AscRecord *record, int number,
                     unsigned char *bytes, AscStatus *status);

/* Reads the first `size` bytes of a record's data, unchecked. */
bool asc_record_peek(int file, const char *path, const AscRecord *record, int number,
                     unsigned char *bytes, size_t size, AscStatus *status);

#endif
