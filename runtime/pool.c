/* pool.c: cuts the memory of messages from blocks. */
#include "pool.h"

#include <stdlib.h>

struct AscPoolBlock {
    struct AscPoolBlock *next;
    size_t size;
    _Alignas(16) char bytes[];
};

enum { BLOCK = 1 << 20, ALIGNMENT = 16 };

/* The next block, which may be new, has room for `size` bytes. */
static bool advance(AscPool *pool, size_t size)
{
    AscPoolBlock **link = pool->at ? &pool->at->next : &pool->first;

    while (*link && (*link)->size < size)
        link = &(*link)->next;
    if (!*link) {
        size_t room = size < BLOCK ? BLOCK : size;

        *link = malloc(sizeof **link + room);
        if (!*link)
            return false;
        **link = (AscPoolBlock){ NULL, room };
    }
    pool->at = *link;
    pool->used = 0;
    return true;
}

static void *take(void *context, size_t size)
{
    AscPool *pool = context;

    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if ((!pool->at || pool->at->size - pool->used < size) && !advance(pool, size))
        return NULL;
    pool->used += size;
    return pool->at->bytes + pool->used - size;
}

static void leave(void *context, void *memory)
{
    (void)context;
    (void)memory;
}

void asc_pool_begin(AscPool *pool)
{
    *pool = (AscPool){ .allocator = { take, leave, pool } };
}

void asc_pool_reset(AscPool *pool)
{
    pool->at = NULL;
    pool->used = 0;
}

void asc_pool_free(AscPool *pool)
{
    for (AscPoolBlock *block = pool->first, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    pool->first = NULL;
    asc_pool_reset(pool);
}
