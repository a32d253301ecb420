/* parallel.h: a loop over independent jobs on several threads. */
#ifndef SCENES_PARALLEL_H
#define SCENES_PARALLEL_H

#include <stdbool.h>

typedef bool Job(void *context, int worker, int index);

/* Calls job(context, worker, index) once for each index below `count`, on `threads` workers
 * numbered from 0; after a job returned false no new one begins.  Threads that the system refuses
 * are done without.  False if a job returned false, or when out of memory. */
bool parallel_run(int threads, int count, Job *job, void *context);

#endif
