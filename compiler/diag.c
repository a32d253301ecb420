/* diag.c: error messages with place, source line, caret and the chain of calls; near names. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "ascc.h"

enum { TAB = 4, SHOWN = 90, CALLS_SHOWN = 10, MAX_NAME = 128 };

/* A source line as it is shown: tabs are blanks, what can't be shown is '?', and `start`, `end` are
 * the marked columns in it, counted in characters from 0. */
typedef struct Line {
    Text text;
    int *offset; /* of each character in text.at; one more for the end */
    int characters, capacity;
    int start, end;
} Line;

/* Length of the UTF-8 sequence at `at`, or 0 if there is none (RFC 3629). */
static int utf8_length(const unsigned char *at, size_t left)
{
    if (at[0] < 0x80)
        return 1;
    int length = at[0] < 0xC2 ? 0 : at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : at[0] < 0xF5 ? 4 : 0;
    if (length == 0 || (size_t)length > left)
        return 0;
    for (int i = 1; i < length; i++)
        if ((at[i] & 0xC0) != 0x80)
            return 0;
    bool overlong = (at[0] == 0xE0 && at[1] < 0xA0) || (at[0] == 0xF0 && at[1] < 0x90);
    bool beyond = (at[0] == 0xED && at[1] >= 0xA0) || (at[0] == 0xF4 && at[1] >= 0x90);
    bool control = length == 2 && at[0] == 0xC2 && at[1] < 0xA0;
    return overlong || beyond || control ? 0 : length;
}

static void add_character(Line *line, const char *at, int length)
{
    APPEND(line->text.arena, line->offset, line->characters, line->capacity,
           (int)line->text.length);
    text_add(&line->text, "%.*s", length, at);
}

static void find_line(const Source *source, int number, const char **at, size_t *length)
{
    const char *end = source->text + source->length, *start = source->text;
    for (int i = 1; i < number && start; i++) {
        start = memchr(start, '\n', (size_t)(end - start));
        start = start ? start + 1 : NULL;
    }
    const char *stop = start ? memchr(start, '\n', (size_t)(end - start)) : NULL;
    *at = start;
    *length = start ? (size_t)((stop ? stop : end) - start) : 0;
    if (*length > 0 && start[*length - 1] == '\r')
        (*length)--;
}

/* Only the neighbourhood of the column is looked at, so that a line of megabytes costs little. */
static Line show_line(Arena *arena, Place place, const char *at, size_t length)
{
    Line line = { .text = text_create(arena), .start = -1, .end = -1 };
    size_t column = (size_t)place.column, near = 4 * SHOWN;
    size_t first = column > near ? column - near : 0;
    size_t last = column + near < length ? column + near : length;
    while (first > 0 && first < length && ((unsigned char)at[first] & 0xC0) == 0x80)
        first++;
    for (size_t i = first; i < last;) {
        int bytes = utf8_length((const unsigned char *)at + i, length - i);
        int character = line.characters;
        if (at[i] == '\t')
            do
                add_character(&line, " ", 1);
            while (line.characters % TAB);
        else if (bytes == 0 || (bytes == 1 && ((unsigned char)at[i] < ' ' || at[i] == 127)))
            add_character(&line, "?", 1);
        else
            add_character(&line, at + i, bytes);
        i += bytes ? (size_t)bytes : 1;
        if (line.start < 0 && i >= column)
            line.start = character;
        if (i <= (size_t)place.end)
            line.end = line.characters - 1;
    }
    if (line.start < 0) /* just behind the line: something is missing there */
        line.start = line.characters;
    if (line.end < line.start)
        line.end = line.start;
    APPEND(arena, line.offset, line.characters, line.capacity, (int)line.text.length);
    line.characters--;
    return line;
}

static void print_source(FILE *out, Place place)
{
    const char *at;
    size_t length;
    if (!place.source || place.line < 1 || place.column < 1)
        return;
    find_line(place.source, place.line, &at, &length);
    if (!at)
        return;
    if ((size_t)place.column > length + 1)
        place.column = (int)length + 1;
    Arena *arena = arena_create();
    Line line = show_line(arena, place, at, length);
    int from = line.start > SHOWN * 2 / 3 && line.characters > SHOWN ? line.start - SHOWN / 2 : 0;
    int to = line.characters - from > SHOWN ? from + SHOWN : line.characters;
    bool before = from > 0 || (size_t)place.column > 4 * SHOWN, after = to < line.characters;
    int stop = line.end < to ? line.end : line.start < to ? to - 1 : line.start;
    fprintf(out, "%5d | %s%.*s%s\n", place.line, before ? "..." : "",
            line.offset[to] - line.offset[from], line.text.at + line.offset[from],
            after ? "..." : "");
    fprintf(out, "      | %*s^", line.start - from + (before ? 3 : 0), "");
    for (int i = line.start; i < stop; i++)
        fputc('~', out);
    fputc('\n', out);
    arena_destroy(arena);
}

static void print_place(FILE *out, Place place)
{
    fputs(place.source ? place.source->path : "ascc", out);
    if (place.source && place.line > 0)
        fprintf(out, ":%d:%d", place.line, place.column);
}

static void print_trace(FILE *out, const Trace *trace)
{
    int shown = 0, hidden = 0;
    for (; trace; trace = trace->outer) {
        if (shown == CALLS_SHOWN && trace->outer) {
            hidden++;
            continue;
        }
        if (hidden)
            fprintf(out, "  ... %d calls more ...\n", hidden);
        fprintf(out, "  in %s, called at ", trace->layer);
        print_place(out, trace->place);
        fputc('\n', out);
        shown++;
    }
}

/* FNV-1a over the place and the text of a message. */
static uint64_t fingerprint(Place place, const char *message)
{
    uint64_t hash = 14695981039346656037u;
    const char *path = place.source ? place.source->path : "";
    for (; *path; path++)
        hash = (hash ^ (unsigned char)*path) * 1099511628211u;
    hash = (hash ^ (uint64_t)place.line) * 1099511628211u;
    hash = (hash ^ (uint64_t)place.column) * 1099511628211u;
    for (; *message; message++)
        hash = (hash ^ (unsigned char)*message) * 1099511628211u;
    return hash;
}

static bool reported_before(Diagnostics *d, uint64_t hash)
{
    const int room = (int)(sizeof d->seen / sizeof *d->seen);
    int known = d->seen_count < room ? d->seen_count : room;
    for (int i = 0; i < known; i++)
        if (d->seen[i] == hash)
            return true;
    d->seen[d->seen_count++ % room] = hash;
    return false;
}

static void print_message(FILE *out, Place place, const char *kind, const char *message)
{
    print_place(out, place);
    fprintf(out, ": %s: %s\n", kind, message);
    print_source(out, place);
}

void diag_error(Diagnostics *d, Place place, const char *format, ...)
{
    Arena *arena = arena_create();
    Text message = text_create(arena);
    va_list list;
    va_start(list, format);
    text_add_list(&message, format, list);
    va_end(list);
    d->silent = reported_before(d, fingerprint(place, message.at));
    if (!d->silent) {
        d->errors++;
        d->silent = d->limit > 0 && d->errors > d->limit;
        if (!d->silent) {
            print_message(d->out, place, "error", message.at);
            print_trace(d->out, d->trace);
        }
    }
    arena_destroy(arena);
}

void diag_note(Diagnostics *d, Place place, const char *format, ...)
{
    if (d->silent)
        return;
    Arena *arena = arena_create();
    Text message = text_create(arena);
    va_list list;
    va_start(list, format);
    text_add_list(&message, format, list);
    va_end(list);
    print_message(d->out, place, "note", message.at);
    arena_destroy(arena);
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Insertions, deletions, changes and swaps of neighbours that turn a into b (optimal string
 * alignment). */
static int edit_distance(const char *a, int a_length, const char *b, int b_length)
{
    int row[3][MAX_NAME + 1];
    for (int j = 0; j <= b_length; j++)
        row[0][j] = j;
    for (int i = 1; i <= a_length; i++) {
        int *now = row[i % 3], *above = row[(i + 2) % 3], *two_above = row[(i + 1) % 3];
        now[0] = i;
        for (int j = 1; j <= b_length; j++) {
            int change = above[j - 1] + (a[i - 1] != b[j - 1]);
            now[j] = least(least(above[j], now[j - 1]) + 1, change);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = least(now[j], two_above[j - 2] + 1);
        }
    }
    return row[a_length % 3][b_length];
}

const char *diag_nearest(const char *name, const char *const *candidate, int count)
{
    const char *best = NULL;
    int length = (int)strnlen(name, MAX_NAME + 1), best_distance = MAX_NAME;
    for (int i = 0; i < count && length <= MAX_NAME; i++) {
        int other = candidate[i] ? (int)strnlen(candidate[i], MAX_NAME + 1) : MAX_NAME + 1;
        if (other > MAX_NAME || abs(other - length) >= best_distance)
            continue;
        int distance = edit_distance(name, length, candidate[i], other);
        int most = (other > length ? other : length) / 3;
        if (distance > 0 && distance < best_distance && distance <= most) {
            best = candidate[i];
            best_distance = distance;
        }
    }
    return best;
}
