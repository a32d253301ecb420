/* picture.c: PNG with a palette, whose bytes are stored in blocks of deflate (RFC 1950, 1951) as they are. */
#include "picture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of a file in memory; there is room for all of them. */
typedef struct Bytes {
    unsigned char *at;
    size_t count;
} Bytes;

static void put(Bytes *bytes, const void *from, size_t count)
{
    memcpy(bytes->at + bytes->count, from, count);
    bytes->count += count;
}

static void put_byte(Bytes *bytes, unsigned value)
{
    bytes->at[bytes->count++] = (unsigned char)value;
}

/* The most significant byte first. */
static void put_word(Bytes *bytes, uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        put_byte(bytes, value >> shift & 0xff);
}

/* ---------------------------------------------------------------- checksums */

/* CRC-32 of ISO 3309, as PNG's annex D has it. */
static uint32_t crc32_of(const unsigned char *bytes, size_t count)
{
    uint32_t crc = 0xffffffff;

    for (size_t n = 0; n < count; n++) {
        crc ^= bytes[n];
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? 0xedb88320 ^ crc >> 1 : crc >> 1;
    }
    return ~crc;
}

static uint32_t adler32_of(const unsigned char *bytes, size_t count)
{
    uint32_t a = 1, b = 0;

    for (size_t n = 0; n < count; n++) {
        a = (a + bytes[n]) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}

/* ---------------------------------------------------------------- PNG */

/* Begins a chunk; the result is handed to end_chunk. */
static size_t begin_chunk(Bytes *file, const char *kind)
{
    put_word(file, 0);
    put(file, kind, 4);
    return file->count;
}

static void end_chunk(Bytes *file, size_t begin)
{
    Bytes length = { .at = file->at + begin - 8 };

    put_word(&length, (uint32_t)(file->count - begin));
    put_word(file, crc32_of(file->at + begin - 4, file->count - begin + 4));
}

/* Dark blue over magenta and orange to a light yellow, of rising lightness, so that it also reads without colours. */
static void put_palette(Bytes *file)
{
    static const unsigned char stop[][3] = {
        { 8, 8, 32 },    { 44, 22, 92 },   { 92, 28, 122 },   { 142, 40, 124 }, { 192, 56, 108 },
        { 228, 88, 84 }, { 248, 136, 72 }, { 252, 188, 100 }, { 252, 240, 180 }
    };
    const int stops = sizeof stop / sizeof *stop;
    size_t begin = begin_chunk(file, "PLTE");

    for (int n = 0; n < 256; n++) {
        double at = n / 255.0 * (stops - 1);
        int low = at >= stops - 1 ? stops - 2 : (int)at;

        for (int c = 0; c < 3; c++)
            put_byte(file, (unsigned)lround(stop[low][c] +
                                            (at - low) * (stop[low + 1][c] - stop[low][c])));
    }
    end_chunk(file, begin);
}

static void put_header(Bytes *file, int rows, int columns)
{
    static const unsigned char kind[] = { 8, 3, 0, 0,
                                          0 }; /* bits; palette; deflate, filters, in one go */
    size_t begin = begin_chunk(file, "IHDR");

    put_word(file, (uint32_t)columns);
    put_word(file, (uint32_t)rows);
    put(file, kind, sizeof kind);
    end_chunk(file, begin);
}

static void put_pixels(Bytes *file, const unsigned char *line, size_t count)
{
    enum { BLOCK = 65535 };
    size_t begin = begin_chunk(file, "IDAT");

    put(file, "\x78\x01", 2);
    for (size_t from = 0; from < count; from += BLOCK) {
        size_t block = count - from < BLOCK ? count - from : BLOCK;

        put_byte(file, from + block == count);
        put_byte(file, block & 0xff);
        put_byte(file, block >> 8);
        put_byte(file, ~block & 0xff);
        put_byte(file, ~block >> 8 & 0xff);
        put(file, line + from, block);
    }
    put_word(file, adler32_of(line, count));
    end_chunk(file, begin);
}

/* Every line begins with its filter: none. */
static void make_lines(const double *value, int rows, int columns, unsigned char *line)
{
    for (int r = 0; r < rows; r++) {
        *line++ = 0;
        for (int c = 0; c < columns; c++) {
            double x = value[r * columns + c];

            *line++ = (unsigned char)(x > 0 ? lround(255 * fmin(x, 1)) : 0);
        }
    }
}

static void put_file(Bytes *file, const unsigned char *line, int rows, int columns)
{
    put(file, "\x89PNG\r\n\x1a\n", 8);
    put_header(file, rows, columns);
    put_palette(file);
    put_pixels(file, line, (size_t)rows * ((size_t)columns + 1));
    end_chunk(file, begin_chunk(file, "IEND"));
}

/* ---------------------------------------------------------------- base64 */

static bool put_base64(AscWriter *writer, const Bytes *file, AscStatus *status)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bool fine = true;

    for (size_t n = 0; fine && n < file->count; n += 3) {
        size_t left = file->count - n;
        uint32_t word = (uint32_t)file->at[n] << 16 |
                        (left > 1 ? (uint32_t)file->at[n + 1] << 8 : 0) |
                        (left > 2 ? file->at[n + 2] : 0);
        char text[4] = { digit[word >> 18], digit[word >> 12 & 63],
                         left > 1 ? digit[word >> 6 & 63] : '=',
                         left > 2 ? digit[word & 63] : '=' };

        fine = asc_writer_put(writer, text, sizeof text, status);
    }
    return fine;
}

bool asc_picture_put(AscWriter *writer, const double *value, int rows, int columns,
                     AscStatus *status)
{
    size_t pixels = (size_t)rows * ((size_t)columns + 1);
    unsigned char *line = malloc(pixels);
    Bytes file = { .at = malloc(2 * pixels + 4096) };
    bool fine = line && file.at;

    if (fine) {
        make_lines(value, rows, columns, line);
        put_file(&file, line, rows, columns);
        fine = asc_writer_print(writer, status, "data:image/png;base64,") &&
               put_base64(writer, &file, status);
    } else {
        asc_status_memory(status, "a picture");
    }
    free(line);
    free(file.at);
    return fine;
}
