/* pool.h: memory of messages of protobuf-c.  A video is two messages a frame and more: they are cut from blocks that are
 * kept from one record to the next. */
#ifndef ASC_POOL_H
#define ASC_POOL_H

#include <stdbool.h>

#include <protobuf-c/protobuf-c.h>

typedef struct AscPoolBlock AscPoolBlock;

typedef struct AscPool {
    AscPoolBlock *first, *at;
    size_t used; /* of `at` */
    ProtobufCAllocator allocator;
} AscPool;

/* It must stay where it is: the allocator points to it. */
void asc_pool_begin(AscPool *pool);

/* All that was taken is free again. */
void asc_pool_reset(AscPool *pool);
void asc_pool_free(AscPool *pool);

#endif
