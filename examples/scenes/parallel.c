/* parallel.c: a loop over independent jobs on several threads. */
#include "parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

typedef struct Loop {
    Job *job;
    void *context;
    int count;
    atomic_int next, worker;
    atomic_bool failed;
} Loop;

static void *work(void *argument)
{
    Loop *loop = argument;
    int worker = atomic_fetch_add(&loop->worker, 1);

    while (!atomic_load(&loop->failed)) {
        int index = atomic_fetch_add(&loop->next, 1);
        if (index >= loop->count)
            break;
        if (!loop->job(loop->context, worker, index))
            atomic_store(&loop->failed, true);
    }
    return NULL;
}

bool parallel_run(int threads, int count, Job *job, void *context)
{
    Loop loop = { .job = job, .context = context, .count = count };
    pthread_t *thread = calloc((size_t)threads, sizeof *thread);
    int started = 1;

    if (!thread)
        return false;
    for (; started < threads; started++)
        if (pthread_create(&thread[started], NULL, work, &loop) != 0)
            break;
    work(&loop);
    for (int k = 1; k < started; k++)
        pthread_join(thread[k], NULL);
    free(thread);
    return !atomic_load(&loop.failed);
}
