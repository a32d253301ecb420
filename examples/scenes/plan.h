/* plan.h: which recordings the data set has, and how they are named and split. */
#ifndef SCENES_PLAN_H
#define SCENES_PLAN_H

#include "scene.h"

#include <stddef.h>

/* The sizes of TUT Urban Acoustic Scenes 2018 Mobile, development set. */
enum { FULL_RECORDINGS = 8640, FULL_TRAIN = 6122, FULL_PARALLEL = 720, FULL_PARALLEL_TRAIN = 540 };
enum { CITIES = 6, FULL_LOCATIONS = 36, NAME_SIZE = 80 };
enum { MOST_RECORDINGS = 1000000, MOST_SECONDS = 3600 };

typedef struct Options {
    const char *folder;
    int recordings; /* of device a */
    int parallel;   /* of each of b and c; -1: recordings / 12 */
    int locations;  /* a scene; 0: one for two recordings, at most 36 */
    int threads;
    int folds; /* lists of LITIS Rouen */
    double seconds;
    uint64_t seed;
    uint64_t fingerprint; /* of the synthesiser: scene_fingerprint() */
    bool force, dry_run;
} Options;

/* Ten seconds at a place, by device a and perhaps by b and c at the same time. */
typedef struct Recording {
    int scene, city, location, segment; /* location and segment count through the whole set */
    bool train;
    bool device[DEVICES];
} Recording;

typedef struct Plan {
    Recording *recording;
    int count, files, frames; /* frames of each file */
    int train[DEVICES], evaluate[DEVICES];
    int locations;
    uint64_t seed;
} Plan;

/* What went wrong: an exit status, and a text that names file and reason. */
typedef struct Problem {
    int status;
    char text[640];
} Problem;

enum { STATUS_FAILED = 1, STATUS_USAGE = 2, STATUS_SPACE = 3, STATUS_FOREIGN = 4 };

/* Sets the problem and returns false. */
bool problem_set(Problem *problem, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

bool plan_make(Plan *plan, const Options *options, Problem *problem);
void plan_free(Plan *plan);
uint64_t plan_file_bytes(const Plan *plan);

/* "tram-vienna-285-8639-a.wav" */
void plan_name(const Recording *recording, int device, char name[NAME_SIZE]);
/* "vienna-285" */
void plan_identifier(const Recording *recording, char name[NAME_SIZE]);

#endif
