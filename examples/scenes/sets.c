/* sets.c: the sounds of synthetic sets in other layouts.  Classes beyond the tenth are scenes played
 * at another speed. */
#include "sets.h"

#include "parallel.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---------------------------------------------------------------- names */

static const char *const rouen_label[] = {
    "billiardpoolhall", "bus",         "busystreet",  "cafe",        "car",       "hallgare",
    "kidgame",          "market",      "metro-paris", "metro-rouen", "plane",     "quietstreet",
    "restaurant",       "ruepietonne", "shop",        "studenthall", "train-ter", "train-tgv",
    "tubestation",
};
static const char *const tut2016_label[] = {
    "beach",
    "bus",
    "cafe/restaurant",
    "car",
    "city_center",
    "forest_path",
    "grocery_store",
    "home",
    "library",
    "metro_station",
    "office",
    "park",
    "residential_area",
    "train",
    "tram",
};
static const char *const esc10_label[] = {
    "Dog bark",      "Rain",       "Sea waves", "Baby cry", "Clock tick",
    "Person sneeze", "Helicopter", "Chainsaw",  "Rooster",  "Fire crackling",
};

static void rouen_path(const Options *options, const Clip *clip, char path[NAME_SIZE])
{
    (void)options;
    snprintf(path, NAME_SIZE, "%s%d.wav", rouen_label[clip->label], clip->number + 1);
}

int tut2016_source(const Options *options, const Clip *clip, int *part)
{
    int sources = clip->count / 3 < 4 ? 4 : clip->count / 3; /* one for each fold, at least */

    (void)options;
    *part = clip->number / sources;
    return clip->label * 100 + clip->number % sources;
}

static void tut2016_path(const Options *options, const Clip *clip, char path[NAME_SIZE])
{
    int part, source = tut2016_source(options, clip, &part);
    int length = (int)ceil(options->seconds);

    snprintf(path, NAME_SIZE, "audio/%c%03d_%d_%d.wav", 'a' + source / 1000, source % 1000,
             part * length, (part + 1) * length);
}

static void esc10_path(const Options *options, const Clip *clip, char path[NAME_SIZE])
{
    (void)options;
    snprintf(path, NAME_SIZE, "%03d - %s/%d-%d-A.ogg", clip->label + 1, esc10_label[clip->label],
             clip->number % 5 + 1, 10000 + 100 * clip->label + clip->number);
}

static const char *const rouen_folders[] = { "evaluation_setup", NULL };
static const char *const tut2016_folders[] = { "audio", "evaluation_setup", NULL };
static const char *const esc10_folders[] = {
    "001 - Dog bark",
    "002 - Rain",
    "003 - Sea waves",
    "004 - Baby cry",
    "005 - Clock tick",
    "006 - Person sneeze",
    "007 - Helicopter",
    "008 - Chainsaw",
    "009 - Rooster",
    "010 - Fire crackling",
    NULL,
};

#define COUNT(list) (int)(sizeof list / sizeof *list)

static const Set sets[] = {
    { "litis_rouen", rouen_label, COUNT(rouen_label), RATE / 2, 1, SF_FORMAT_WAV | SF_FORMAT_PCM_16,
      5, rouen_path, rouen_folders, rouen_lists },
    { "dcase2016", tut2016_label, COUNT(tut2016_label), RATE, 2, SF_FORMAT_WAV | SF_FORMAT_PCM_24,
      4, tut2016_path, tut2016_folders, tut2016_lists },
    { "esc10", esc10_label, COUNT(esc10_label), RATE, 1, SF_FORMAT_OGG | SF_FORMAT_VORBIS, 5,
      esc10_path, esc10_folders, esc10_lists },
};

const Set *set_find(const char *name)
{
    for (int n = 0; n < COUNT(sets); n++)
        if (strcmp(sets[n].name, name) == 0)
            return &sets[n];
    return NULL;
}

const char *set_names(void)
{
    return "dcase2018_1b, litis_rouen, dcase2016 or esc10";
}

int set_count(const Options *options, const Set *set, int label)
{
    return options->recordings / set->labels + (label < options->recordings % set->labels);
}

/* ---------------------------------------------------------------- sounds */

/* Shared by all workers; `lock` guards the problem. */
typedef struct Making {
    const Options *options;
    const Set *set;
    Sound *sound, *scratch; /* [threads] */
    float **frames;         /* [threads][frames][channels] */
    Problem *problem;
    pthread_mutex_t lock;
} Making;

static const float speeds[] = { 1, 1.4f };

/* Plays the scene at a speed into `frames`; the second channel hears it a little later. */
static int play(const Set *set, const Sound *sound, float speed, double seconds, float *frames)
{
    int count = (int)(seconds * set->rate + 0.5);
    double step = speed * (double)RATE / set->rate;

    for (int i = 0; i < count; i++)
        for (int c = 0; c < set->channels; c++) {
            double at = i * step + 13 * c;
            int whole = (int)at, next = whole + 1 < sound->frames ? whole + 1 : sound->frames - 1;

            whole = whole < sound->frames ? whole : sound->frames - 1;
            frames[i * set->channels + c] = 0.9f *
                                            ((1 - (float)(at - (int)at)) * sound->sample[whole] +
                                             (float)(at - (int)at) * sound->sample[next]);
        }
    return count;
}

static bool write_clip(const char *path, const Set *set, const float *frames, int count,
                       Problem *problem)
{
    SF_INFO info = { .samplerate = set->rate, .channels = set->channels, .format = set->format };
    char part[PATH_SIZE + 8];

    snprintf(part, sizeof part, "%s.part", path);
    SNDFILE *file = sf_open(part, SFM_WRITE, &info);
    bool fine = file && sf_writef_float(file, frames, count) == count;

    fine = file && sf_close(file) == 0 && fine && rename(part, path) == 0;
    if (!fine)
        unlink(part);
    return fine || problem_set(problem, STATUS_FAILED, "can't write %s: %s", path,
                               errno ? strerror(errno) : sf_strerror(NULL));
}

static bool make_clip(Making *m, int worker, const Clip *clip, Problem *problem)
{
    char name[NAME_SIZE], path[PATH_SIZE];
    uint64_t root = random_key(m->options->seed, 77),
             label = random_key(root, (uint64_t)clip->label);
    int part, source = tut2016_source(m->options, clip, &part);
    float speed = speeds[clip->label / SCENES];

    m->set->path(m->options, clip, name);
    if (!folder_path(path, m->options->folder, name, problem))
        return false;
    if (access(path, F_OK) == 0)
        return true;
    if (!scene_render(&m->sound[worker], &m->scratch[worker], clip->label % SCENES,
                      random_key(label, (uint64_t)source),
                      random_key(label, 1000000 + (uint64_t)clip->number)))
        return problem_set(problem, STATUS_FAILED, "out of memory for the reverberation");
    int count = play(m->set, &m->sound[worker], speed, m->options->seconds, m->frames[worker]);

    return write_clip(path, m->set, m->frames[worker], count, problem);
}

static bool make_job(void *context, int worker, int index)
{
    Making *m = context;
    Problem problem = { 0 };
    Clip clip = { 0 };

    for (clip.number = index;
         clip.number >= (clip.count = set_count(m->options, m->set, clip.label));)
        clip.number -= set_count(m->options, m->set, clip.label++);
    bool fine = make_clip(m, worker, &clip, &problem);

    pthread_mutex_lock(&m->lock);
    if (!fine && m->problem->status == 0)
        *m->problem = problem;
    pthread_mutex_unlock(&m->lock);
    return fine;
}

static bool make_workers(Making *m)
{
    size_t threads = (size_t)m->options->threads;
    int frames = (int)(m->options->seconds * RATE * (double)speeds[1]) + RATE / 10;

    m->sound = calloc(threads, sizeof *m->sound);
    m->scratch = calloc(threads, sizeof *m->scratch);
    m->frames = calloc(threads, sizeof *m->frames);
    for (size_t k = 0; m->sound && m->scratch && m->frames && k < threads; k++) {
        m->sound[k] = (Sound){ malloc((size_t)frames * sizeof(float)), frames };
        m->scratch[k] = (Sound){ malloc((size_t)frames * sizeof(float)), frames };
        m->frames[k] = malloc((size_t)frames * 2 * sizeof(float));
        if (!m->sound[k].sample || !m->scratch[k].sample || !m->frames[k])
            return false;
    }
    return m->sound && m->scratch && m->frames;
}

static void free_workers(Making *m)
{
    for (int k = 0; k < m->options->threads; k++) {
        free(m->sound ? m->sound[k].sample : NULL);
        free(m->scratch ? m->scratch[k].sample : NULL);
        free(m->frames ? m->frames[k] : NULL);
    }
    free(m->sound);
    free(m->scratch);
    free(m->frames);
}

/* ---------------------------------------------------------------- the folder */

/* A file that says what the folder is; it must hold nothing else, or be begun with the same options. */
static bool own_folder(const Options *o, const Set *set, Problem *problem)
{
    char path[PATH_SIZE], want[256], have[256] = "";
    int entries = 0;

    snprintf(want, sizeof want, "scenes %016llx: %s, %d recordings, %.9g s, %d folds, seed %llu\n",
             (unsigned long long)o->fingerprint, set->name, o->recordings, o->seconds, o->folds,
             (unsigned long long)o->seed);
    if (mkdir(o->folder, 0777) != 0 && errno != EEXIST)
        return problem_set(problem, STATUS_FAILED, "can't make %s: %s", o->folder, strerror(errno));
    DIR *directory = opendir(o->folder);

    for (struct dirent *e; directory && (e = readdir(directory));)
        entries += e->d_name[0] != '.' || strlen(e->d_name) > 2;
    if (directory)
        closedir(directory);
    if (!folder_path(path, o->folder, ".scenes", problem))
        return false;
    FILE *file = fopen(path, entries ? "r" : "w");
    bool fine = file && (entries ? fgets(have, sizeof have, file) && strcmp(have, want) == 0
                                 : fputs(want, file) >= 0);

    fine = file && fclose(file) == 0 && fine;
    return fine || problem_set(problem, STATUS_FOREIGN,
                               "%s holds something else; give another folder", o->folder);
}

static bool make_folders(const Options *options, const Set *set, Problem *problem)
{
    char path[PATH_SIZE];

    for (int n = 0; set->folder[n]; n++) {
        if (!folder_path(path, options->folder, set->folder[n], problem))
            return false;
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            return problem_set(problem, STATUS_FAILED, "can't make %s: %s", path, strerror(errno));
    }
    return true;
}

bool set_make(const Options *options, const Set *set, Problem *problem)
{
    Making m = { .options = options, .set = set, .problem = problem };

    if (options->recordings < set->least * set->labels)
        return problem_set(problem, STATUS_USAGE,
                           "--recordings %d: %s has %d classes of at least %d", options->recordings,
                           set->name, set->labels, set->least);
    if (!own_folder(options, set, problem) || !make_folders(options, set, problem))
        return false;
    pthread_mutex_init(&m.lock, NULL);
    bool fine = make_workers(&m) ||
                problem_set(problem, STATUS_FAILED, "out of memory for %g s", options->seconds);

    fine = fine && parallel_run(options->threads, options->recordings, make_job, &m);
    if (!fine && problem->status == 0)
        problem_set(problem, STATUS_FAILED, "out of memory");
    free_workers(&m);
    pthread_mutex_destroy(&m.lock);
    fine = fine && set->write_lists(options, problem);
    if (fine)
        printf("%s: %d files of synthetic sound in the layout of %s\n", options->folder,
               options->recordings, set->name);
    return fine;
}
