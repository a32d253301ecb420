/* picture.c: PNG with a palette, packed by zlib. */
#include "picture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

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
    put_word(file, (uint32_t)crc32_z(0, file->at + begin - 4, file->count - begin + 4));
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

static bool put_pixels(Bytes *file, const unsigned char *line, size_t count, AscStatus *status)
{
    size_t begin = begin_chunk(file, "IDAT");
    uLongf packed = compressBound((uLong)count);

    if (compress(file->at + begin, &packed, line, (uLong)count) != Z_OK)
        return asc_status_memory(status, "a picture");
    file->count += packed;
    end_chunk(file, begin);
    return true;
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

static bool put_file(Bytes *file, const unsigned char *line, int rows, int columns,
                     AscStatus *status)
{
    put(file, "\x89PNG\r\n\x1a\n", 8);
    put_header(file, rows, columns);
    put_palette(file);
    if (!put_pixels(file, line, (size_t)rows * ((size_t)columns + 1), status))
        return false;
    end_chunk(file, begin_chunk(file, "IEND"));
    return true;
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
    Bytes file = { .at = malloc(compressBound((uLong)pixels) + 4096) };
    bool fine = (line && file.at) || asc_status_memory(status, "a picture");

    if (fine) {
        make_lines(value, rows, columns, line);
        fine = put_file(&file, line, rows, columns, status) &&
               asc_writer_print(writer, status, "data:image/png;base64,") &&
               put_base64(writer, &file, status);
    }
    free(line);
    free(file.at);
    return fine;
}
