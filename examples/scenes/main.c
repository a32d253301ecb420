/* main.c: the command line of scenes, which makes a synthetic data set in the layout of DCASE 2018
 * task 1B. */
#include "baseline.h"
#include "folder.h"
#include "parallel.h"
#include "sets.h"

#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char help[] =
    "usage: scenes FOLDER [options]         make a data set of synthetic acoustic scenes\n"
    "       scenes --baseline FOLDER        accuracy of the nearest mean spectrum on a data set\n"
    "\n"
    "The sounds are synthetic; the layout is that of TUT Urban Acoustic Scenes 2018 Mobile\n"
    "(DCASE 2018, task 1B), or of another data set.\n"
    "Called again with the same options it keeps complete files and makes the others.\n"
    "\n"
    "  --recordings N   of device a, 20 to 1000000 (600)\n"
    "  --parallel N     of each of the devices b and c, at the same time as a (a twelfth of a's)\n"
    "  --locations N    of each scene, at least 2 (one for two recordings, at most 36)\n"
    "  --seconds S      of each recording, 0.1 to 3600 (10)\n"
    "  --full           the counts of the real set: 8640 + 720 + 720 files of 10 s, 13 GB\n"
    "  --layout NAME    dcase2018_1b, litis_rouen, dcase2016, esc10; the others have one device,\n"
    "                   and --recordings N is of all classes together\n"
    "  --folds N        lists of litis_rouen, 1 to 20 (20)\n"
    "  --seed K         the same seed and options give the same bytes (0)\n"
    "  --threads N      (one a processor); has no influence on the bytes\n"
    "  --dry-run        print what would be made, and make nothing\n"
    "  --force          write into a folder that holds something else\n"
    "  --help\n"
    "\n"
    "exit status: 0 fine; 1 a file or folder can't be read or written; 2 wrong usage;\n"
    "             3 too little space on the disk; 4 the folder holds what scenes did not make\n";

/* Shared by all workers; `lock` guards problem and made. */
typedef struct Production {
    const Options *options;
    const Plan *plan;
    Sound *sound, *scratch; /* one a worker */
    int **buffer;
    pthread_mutex_t lock;
    Problem *problem;
    int made, made_recordings;
    bool terminal;
} Production;

static bool number(const char *text, double low, double high, bool whole, double *value)
{
    char *end;

    *value = strtod(text, &end);
    return end != text && *end == 0 && *value >= low && *value <= high &&
           (!whole || *value == (double)(long long)*value);
}

static bool read_number(const char *option, double low, double high, bool whole, double *value,
                        Problem *problem)
{
    if (number(optarg, low, high, whole, value))
        return true;
    return problem_set(problem, STATUS_USAGE, "--%s %s: expected a %snumber from %g to %.9g",
                       option, optarg, whole ? "whole " : "", low, high);
}

enum {
    RECORDINGS = 256,
    PARALLEL,
    LOCATIONS,
    SECONDS,
    FULL,
    SEED,
    THREADS,
    DRY_RUN,
    FORCE,
    LAYOUT,
    FOLDS,
    BASELINE,
    HELP
};

static const struct option long_options[] = {
    { "recordings", required_argument, NULL, RECORDINGS },
    { "parallel", required_argument, NULL, PARALLEL },
    { "locations", required_argument, NULL, LOCATIONS },
    { "seconds", required_argument, NULL, SECONDS },
    { "full", no_argument, NULL, FULL },
    { "seed", required_argument, NULL, SEED },
    { "threads", required_argument, NULL, THREADS },
    { "dry-run", no_argument, NULL, DRY_RUN },
    { "force", no_argument, NULL, FORCE },
    { "layout", required_argument, NULL, LAYOUT },
    { "folds", required_argument, NULL, FOLDS },
    { "baseline", no_argument, NULL, BASELINE },
    { "help", no_argument, NULL, HELP },
    { 0 },
};

/* What the command line asks for beside the options of a plan. */
typedef struct Wish {
    bool full, baseline, help, counts;
    bool others;    /* options that only the layout dcase2018_1b has */
    const Set *set; /* another layout; NULL: dcase2018_1b */
} Wish;

static bool read_option(int key, Options *o, Wish *wish, Problem *problem)
{
    double value = 0;
    bool fine = true;

    switch (key) {
    case RECORDINGS:
        fine = read_number("recordings", 2 * SCENES, MOST_RECORDINGS, true, &value, problem);
        o->recordings = (int)value;
        break;
    case PARALLEL:
        fine = read_number("parallel", 0, MOST_RECORDINGS, true, &value, problem);
        o->parallel = (int)value;
        break;
    case LOCATIONS:
        fine = read_number("locations", 2, MOST_RECORDINGS, true, &value, problem);
        o->locations = (int)value;
        break;
    case SECONDS:
        fine = read_number("seconds", 0.1, MOST_SECONDS, false, &o->seconds, problem);
        break;
    case SEED:
        fine = read_number("seed", 0, 9007199254740992.0, true, &value, problem);
        o->seed = (uint64_t)value;
        break;
    case THREADS:
        fine = read_number("threads", 1, 1024, true, &value, problem);
        o->threads = (int)value;
        break;
    case FOLDS:
        fine = read_number("folds", 1, 20, true, &value, problem);
        o->folds = (int)value;
        break;
    case LAYOUT:
        wish->set = set_find(optarg);
        fine = wish->set || strcmp(optarg, "dcase2018_1b") == 0 ||
               problem_set(problem, STATUS_USAGE, "--layout %s: expected %s", optarg, set_names());
        break;
    case FULL: wish->full = true; break;
    case DRY_RUN: o->dry_run = true; break;
    case FORCE: o->force = true; break;
    case BASELINE: wish->baseline = true; break;
    case HELP: wish->help = true; break;
    default: return problem_set(problem, STATUS_USAGE, "see scenes --help");
    }
    wish->others |= key == PARALLEL || key == LOCATIONS || key == FULL || key == DRY_RUN ||
                    key == FORCE || key == BASELINE;
    wish->counts |= key == RECORDINGS || key == PARALLEL || key == LOCATIONS || key == SECONDS;
    return fine;
}

static bool read_command(int count, char **argument, Options *o, Wish *wish, Problem *problem)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    int key;

    *o = (Options){ .recordings = 600, .parallel = -1, .seconds = 10, .folds = 20 };
    o->threads = processors < 1 ? 1 : processors > 1024 ? 1024 : (int)processors;
    while ((key = getopt_long(count, argument, "", long_options, NULL)) != -1)
        if (!read_option(key, o, wish, problem))
            return false;
    if (wish->help)
        return true;
    if (optind + 1 != count)
        return problem_set(problem, STATUS_USAGE, "expected one folder, found %d; see --help",
                           count - optind);
    o->folder = argument[optind];
    if (!*o->folder)
        return problem_set(problem, STATUS_USAGE, "the name of the folder is empty");
    if (wish->set && wish->others)
        return problem_set(problem, STATUS_USAGE,
                           "with --layout %s only --recordings, --seconds, --folds, --seed and "
                           "--threads make sense",
                           wish->set->name);
    if (wish->full && wish->counts)
        return problem_set(problem, STATUS_USAGE, "--full sets all counts; give no others with it");
    if (wish->full)
        o->recordings = FULL_RECORDINGS;
    if (o->parallel > o->recordings)
        return problem_set(problem, STATUS_USAGE, "--parallel %d: device a has only %d recordings",
                           o->parallel, o->recordings);
    return true;
}

static void show_progress(const Production *p)
{
    fprintf(stderr, "\r%d of %d files", p->made, p->plan->files);
}

static bool make_recording(Production *p, int worker, const Recording *r, bool *missing,
                           Problem *problem)
{
    Sound *sound = &p->sound[worker], *stored = &p->scratch[worker];
    uint64_t root = random_key(p->plan->seed, 0);
    uint64_t location = random_key(random_key(root, 1), (uint64_t)r->location);
    uint64_t segment = random_key(random_key(root, 2), (uint64_t)r->segment);
    char name[NAME_SIZE];

    if (!scene_render(sound, stored, r->scene, location, segment))
        return problem_set(problem, STATUS_FAILED, "out of memory for the reverberation");
    for (int d = 0; d < DEVICES; d++) {
        if (!missing[d])
            continue;
        device_record(sound, stored, d, segment);
        plan_name(r, d, name);
        if (!folder_write_sound(p->options->folder, name, stored, p->buffer[worker], problem))
            return false;
    }
    return true;
}

static bool make_job(void *context, int worker, int index)
{
    Production *p = context;
    const Recording *r = &p->plan->recording[index];
    bool missing[DEVICES] = { false }, any = false, fine = true;
    char name[NAME_SIZE];
    Problem problem = { 0 };

    for (int d = 0; d < DEVICES; d++) {
        plan_name(r, d, name);
        missing[d] = r->device[d] && !folder_has_sound(p->options->folder, p->plan, name);
        any |= missing[d];
    }
    if (any)
        fine = make_recording(p, worker, r, missing, &problem);
    pthread_mutex_lock(&p->lock);
    if (!fine && p->problem->status == 0)
        *p->problem = problem;
    for (int d = 0; d < DEVICES; d++)
        p->made += fine && r->device[d];
    p->made_recordings += fine && any;
    if (p->terminal)
        show_progress(p);
    pthread_mutex_unlock(&p->lock);
    return fine;
}

static void free_workers(Production *p)
{
    for (int k = 0; k < p->options->threads; k++) {
        if (p->sound)
            free(p->sound[k].sample);
        if (p->scratch)
            free(p->scratch[k].sample);
        if (p->buffer)
            free(p->buffer[k]);
    }
    free(p->sound);
    free(p->scratch);
    free(p->buffer);
}

static bool make_workers(Production *p)
{
    size_t threads = (size_t)p->options->threads, frames = (size_t)p->plan->frames;

    p->sound = calloc(threads, sizeof *p->sound);
    p->scratch = calloc(threads, sizeof *p->scratch);
    p->buffer = calloc(threads, sizeof *p->buffer);
    for (size_t k = 0; p->sound && p->scratch && p->buffer && k < threads; k++) {
        p->sound[k] = (Sound){ malloc(frames * sizeof(float)), p->plan->frames };
        p->scratch[k] = (Sound){ malloc(frames * sizeof(float)), p->plan->frames };
        p->buffer[k] = malloc(frames * sizeof(int));
        if (!p->sound[k].sample || !p->scratch[k].sample || !p->buffer[k])
            return false;
    }
    return p->sound && p->scratch && p->buffer;
}

static bool make_sounds(const Options *options, const Plan *plan, Problem *problem)
{
    Production p = { .options = options, .plan = plan, .problem = problem, .terminal = isatty(2) };
    clock_t start = clock();

    pthread_mutex_init(&p.lock, NULL);
    bool fine = make_workers(&p);
    if (!fine)
        problem_set(problem, STATUS_FAILED, "out of memory for %d sounds of %g s",
                    2 * options->threads, options->seconds);
    fine = fine && parallel_run(options->threads, plan->count, make_job, &p);
    if (!fine && problem->status == 0)
        problem_set(problem, STATUS_FAILED, "out of memory");
    double busy = (double)(clock() - start) / CLOCKS_PER_SEC;
    double sound = (double)p.made_recordings * plan->frames / RATE;
    if (p.terminal)
        fprintf(stderr, "\r%30s\r", "");
    if (fine)
        printf("%s: %d files of synthetic sound\n", options->folder, plan->files);
    if (fine && sound > 0)
        printf("%.0f s of scenes in %.1f s of processor time: %.0f x real time a core\n", sound,
               busy, sound / busy);
    pthread_mutex_destroy(&p.lock);
    free_workers(&p);
    return fine;
}

static void show_plan(const Plan *plan, uint64_t need, uint64_t space)
{
    printf("%d files of %.9g s, %d locations\n", plan->files, (double)plan->frames / RATE,
           plan->locations);
    for (int d = 0; d < DEVICES; d++)
        printf("device %c: %d train, %d evaluate\n", 'a' + d, plan->train[d], plan->evaluate[d]);
    printf("needs %.3f GB, %.3f GB are free\n", (double)need / 1e9, (double)space / 1e9);
}

static bool make_set(Options *options, const Plan *plan, Problem *problem)
{
    Owner owner;
    uint64_t space, need;

    if (!scene_fingerprint(&options->fingerprint))
        return problem_set(problem, STATUS_FAILED, "out of memory");
    if (!folder_owner(options, &owner, problem) ||
        !folder_free_bytes(options->folder, &space, problem))
        return false;
    need = folder_need_bytes(options->folder, plan, owner);
    if (options->dry_run) {
        show_plan(plan, need, space);
        return true;
    }
    if (owner == OWNER_FOREIGN && !options->force)
        return problem_set(problem, STATUS_FOREIGN,
                           "%s holds what scenes did not make; give another folder, or --force",
                           options->folder);
    if (need > space)
        return problem_set(problem, STATUS_SPACE,
                           "%s: %d files need %.3f GB, only %.3f GB are free", options->folder,
                           plan->files, (double)need / 1e9, (double)space / 1e9);
    return folder_prepare(options, plan, owner, problem) && make_sounds(options, plan, problem) &&
           folder_write_texts(options->folder, plan, problem);
}

int main(int count, char **argument)
{
    Options options;
    Wish wish = { 0 };
    Plan plan = { 0 };
    Problem problem = { 0 };

    bool fine = read_command(count, argument, &options, &wish, &problem);
    if (fine && wish.help)
        fputs(help, stdout);
    else if (fine && wish.baseline)
        fine = baseline_run(options.folder, options.threads, &problem);
    else if (fine && wish.set)
        fine = (scene_fingerprint(&options.fingerprint) ||
                problem_set(&problem, STATUS_FAILED, "out of memory")) &&
               set_make(&options, wish.set, &problem);
    else if (fine)
        fine = plan_make(&plan, &options, &problem) && make_set(&options, &plan, &problem);
    plan_free(&plan);
    if (fflush(stdout) != 0 && fine)
        fine = problem_set(&problem, STATUS_FAILED, "can't write the output: %s", strerror(errno));
    if (!fine)
        fprintf(stderr, "scenes: %s\n", problem.text);
    return fine ? 0 : problem.status;
}
