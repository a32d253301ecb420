/* plan.c: shares recordings out over scenes, locations and the two parts, in the proportions of the
 * real set. */
#include "plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const city_name[CITIES] = {
    "barcelona", "helsinki", "london", "paris", "stockholm", "vienna",
};

bool problem_set(Problem *problem, int status, const char *format, ...)
{
    va_list list;

    problem->status = status;
    va_start(list, format);
    vsnprintf(problem->text, sizeof problem->text, format, list);
    va_end(list);
    return false;
}

/* The part of `total` that falls to `index` of `count`; the parts differ by one at most. */
static int share(int total, int index, int count)
{
    return total / count + (index < total % count);
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* round(count * part / whole) */
static int proportion(int count, int part, int whole)
{
    return (int)((2 * (int64_t)count * part + whole) / (2 * (int64_t)whole));
}

/* One scene's counts of locations and recordings, of training and evaluation. */
typedef struct Quota {
    int locations[2], recordings[2], parallel[2];
} Quota;

enum { EVALUATE, TRAIN };

static Quota quota_of(const Options *o, int scene)
{
    Quota q;
    int total = share(o->recordings, scene, SCENES);
    int evaluate = o->recordings - proportion(o->recordings, FULL_TRAIN, FULL_RECORDINGS);
    int parallel = o->parallel >= 0 ? o->parallel
                                    : proportion(o->recordings, FULL_PARALLEL, FULL_RECORDINGS);
    int parallel_evaluate = parallel - proportion(parallel, FULL_PARALLEL_TRAIN, FULL_PARALLEL);
    int locations = o->locations > 0 ? o->locations : least(FULL_LOCATIONS, total / 2);

    locations = locations < 2 ? 2 : locations;

    q.recordings[EVALUATE] = share(evaluate < SCENES ? SCENES : evaluate, scene, SCENES);
    q.recordings[TRAIN] = total - q.recordings[EVALUATE];
    int wanted = share(parallel, scene, SCENES), held_out = share(parallel_evaluate, scene, SCENES);
    q.parallel[EVALUATE] = least(held_out, q.recordings[EVALUATE]);
    q.parallel[TRAIN] = least(wanted - q.parallel[EVALUATE], q.recordings[TRAIN]);
    q.parallel[EVALUATE] = least(wanted - q.parallel[TRAIN], q.recordings[EVALUATE]);
    int held = proportion(locations, q.recordings[EVALUATE], total);
    held = held < 1 ? 1 : least(held, least(locations - 1, q.recordings[EVALUATE]));
    q.locations[EVALUATE] = held;
    q.locations[TRAIN] = least(locations - held, q.recordings[TRAIN]);
    return q;
}

static void add_recording(Plan *plan, Recording r, bool parallel)
{
    r.segment = plan->count;
    for (int d = 0; d < DEVICES; d++) {
        r.device[d] = d == 0 || parallel;
        if (r.device[d]) {
            (r.train ? plan->train : plan->evaluate)[d]++;
            plan->files++;
        }
    }
    plan->recording[plan->count++] = r;
}

/* The locations of the evaluation lie evenly among the others, and so do the recordings with three
 * devices. */
static void add_scene(Plan *plan, int scene, Quota q)
{
    int locations = q.locations[EVALUATE] + q.locations[TRAIN];
    int place_of[2] = { 0 }, recording_of[2] = { 0 };

    for (int l = 0; l < locations; l++, plan->locations++) {
        int held = q.locations[EVALUATE];
        int part = (l + 1) * held / locations > l * held / locations ? EVALUATE : TRAIN;
        int count = share(q.recordings[part], place_of[part]++, q.locations[part]);
        for (int i = 0; i < count; i++) {
            int64_t k = recording_of[part]++, p = q.parallel[part], n = q.recordings[part];
            Recording r = { .scene = scene,
                            .city = (int)((int64_t)l * CITIES / locations),
                            .location = plan->locations,
                            .train = part == TRAIN };
            add_recording(plan, r, (k + 1) * p / n > k * p / n);
        }
    }
}

bool plan_make(Plan *plan, const Options *options, Problem *problem)
{
    *plan = (Plan){ .frames = (int)(options->seconds * RATE + 0.5), .seed = options->seed };
    plan->recording = calloc((size_t)options->recordings, sizeof *plan->recording);
    if (!plan->recording)
        return problem_set(problem, STATUS_FAILED, "out of memory for %d recordings",
                           options->recordings);
    for (int scene = 0; scene < SCENES; scene++)
        add_scene(plan, scene, quota_of(options, scene));
    return true;
}

void plan_free(Plan *plan)
{
    free(plan->recording);
    plan->recording = NULL;
}

uint64_t plan_file_bytes(const Plan *plan)
{
    uint64_t data = 3 * (uint64_t)plan->frames;
    return 44 + data + data % 2;
}

void plan_name(const Recording *r, int device, char name[NAME_SIZE])
{
    snprintf(name, NAME_SIZE, "%s-%s-%d-%d-%c.wav", scene_name[r->scene], city_name[r->city],
             r->location, r->segment, 'a' + device);
}

void plan_identifier(const Recording *r, char name[NAME_SIZE])
{
    snprintf(name, NAME_SIZE, "%s-%d", city_name[r->city], r->location);
}
