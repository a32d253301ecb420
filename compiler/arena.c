/* arena.c: the memory of one compilation, freed in one go; growing text in it. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "ascc.h"

/* The first block, and the largest that is not for one piece alone: a huge page, which the system clears in one go. */
enum { FIRST_BYTES = 64 * 1024, HUGE_PAGE = 2 << 20, ALIGNMENT = 16 };

typedef struct Block {
    struct Block *next;
    size_t used, size;
    _Alignas(ALIGNMENT) char bytes[];
} Block;

struct Arena {
    Block *block; /* the newest first; only its free end is ever handed out */
};

_Noreturn void arena_fail(void)
{
    fputs("ascc: out of memory\n", stderr);
    exit(3);
}

static size_t round_up(size_t bytes)
{
    if (bytes > SIZE_MAX / 2)
        arena_fail();
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static Block *block_create(size_t least, Block *next)
{
    size_t size = next ? 2 * (sizeof *next + next->size) : FIRST_BYTES;
    size = size < HUGE_PAGE ? size : HUGE_PAGE;
    if (size < sizeof *next + least)
        size = sizeof *next + least;
    const size_t unit = size < HUGE_PAGE ? ALIGNMENT : HUGE_PAGE;
    size = (size + unit - 1) / unit * unit;
    Block *block = aligned_alloc(unit, size);
    if (!block)
        arena_fail();
#ifdef MADV_HUGEPAGE
    if (unit == HUGE_PAGE)
        madvise(block, size, MADV_HUGEPAGE); /* only advice */
#endif
    memset(block, 0, size);
    block->next = next;
    block->size = size - sizeof *block;
    return block;
}

Arena *arena_create(void)
{
    Arena *arena = malloc(sizeof *arena);
    if (!arena)
        arena_fail();
    arena->block = block_create(0, NULL);
    return arena;
}

void arena_destroy(Arena *arena)
{
    if (!arena)
        return;
    for (Block *block = arena->block, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    free(arena);
}

void *arena_alloc(Arena *arena, size_t bytes)
{
    size_t need = round_up(bytes ? bytes : 1);
    if (need > arena->block->size - arena->block->used)
        arena->block = block_create(need, arena->block);
    void *at = arena->block->bytes + arena->block->used;
    arena->block->used += need;
    return at;
}

/* The newest piece grows in place; any other one is copied and its old bytes stay behind. */
void *arena_grow(Arena *arena, void *old, size_t old_bytes, size_t new_bytes)
{
    if (!old)
        return arena_alloc(arena, new_bytes);
    if (new_bytes <= old_bytes)
        return old;
    Block *block = arena->block;
    size_t had = round_up(old_bytes ? old_bytes : 1), need = round_up(new_bytes);
    bool newest = block->used >= had && (char *)old == block->bytes + block->used - had;
    if (newest && need - had <= block->size - block->used) {
        block->used += need - had;
        return old;
    }
    void *at = arena_alloc(arena, new_bytes);
    memcpy(at, old, old_bytes);
    return at;
}

char *arena_copy(Arena *arena, const char *text, size_t length)
{
    char *copy = arena_alloc(arena, length + 1);
    if (length)
        memcpy(copy, text, length);
    return copy;
}

static void text_reserve(Text *text, size_t more)
{
    if (more > SIZE_MAX / 4 - text->length)
        arena_fail();
    size_t need = text->length + more, capacity = text->capacity ? text->capacity : 64;
    while (capacity < need)
        capacity *= 2;
    if (capacity == text->capacity)
        return;
    text->at = arena_grow(text->arena, text->at, text->capacity, capacity);
    text->capacity = capacity;
}

Text text_create(Arena *arena)
{
    Text text = { .arena = arena };
    text_reserve(&text, 1); /* so that `at` is a string from the start */
    return text;
}

void text_add_list(Text *text, const char *format, va_list list)
{
    char small[256];
    va_list again;
    va_copy(again, list);
    int length = vsnprintf(small, sizeof small, format, list);
    if (length > 0) {
        text_reserve(text, (size_t)length + 1);
        if ((size_t)length < sizeof small)
            memcpy(text->at + text->length, small, (size_t)length + 1);
        else
            vsnprintf(text->at + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

void text_add(Text *text, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    text_add_list(text, format, list);
    va_end(list);
}

char *arena_format(Arena *arena, const char *format, ...)
{
    Text text = text_create(arena);
    va_list list;
    va_start(list, format);
    text_add_list(&text, format, list);
    va_end(list);
    return text.at;
}
