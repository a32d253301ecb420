/* folder.c: makes, checks and cleans the folder of a data set, and writes its sounds. */
#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* The file that says that this program made the folder, and of what plan. */
static const char mark_name[] = ".scenes";
enum { MARK_SIZE = 256 };

bool folder_path(char path[PATH_SIZE], const char *folder, const char *name, Problem *problem)
{
    if (snprintf(path, PATH_SIZE, "%s/%s", folder, name) >= PATH_SIZE)
        return problem_set(problem, STATUS_FAILED, "%.60s...: the path is too long", folder);
    return true;
}

static bool failed(Problem *problem, const char *what, const char *path)
{
    int error = errno;
    return problem_set(problem, STATUS_FAILED, "can't %s %s: %s", what, path, strerror(error));
}

static void mark_text(const Options *o, char text[MARK_SIZE])
{
    snprintf(text, MARK_SIZE,
             "scenes %016llx: %d recordings, %d parallel, %d locations, %.9g s, seed %llu\n",
             (unsigned long long)o->fingerprint, o->recordings, o->parallel, o->locations,
             o->seconds, (unsigned long long)o->seed);
}

bool folder_owner(const Options *options, Owner *owner, Problem *problem)
{
    char path[PATH_SIZE], want[MARK_SIZE], have[MARK_SIZE] = "";
    DIR *directory = opendir(options->folder);
    int entries = 0;

    *owner = OWNER_NONE;
    if (!directory)
        return errno == ENOENT ? true : failed(problem, "open the folder", options->folder);
    for (struct dirent *e; (e = readdir(directory));)
        entries += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(directory);
    if (entries == 0)
        return true;
    if (!folder_path(path, options->folder, mark_name, problem))
        return false;
    *owner = OWNER_FOREIGN;
    FILE *file = fopen(path, "r");
    if (!file)
        return true;
    if (fgets(have, sizeof have, file) && strncmp(have, "scenes ", 7) == 0) {
        mark_text(options, want);
        *owner = strcmp(have, want) == 0 ? OWNER_SAME : OWNER_OTHER;
    }
    fclose(file);
    return true;
}

bool folder_free_bytes(const char *folder, uint64_t *bytes, Problem *problem)
{
    char path[PATH_SIZE];
    struct statvfs system;

    if (!folder_path(path, folder, "", problem))
        return false;
    while (statvfs(path, &system) != 0) {
        if (errno != ENOENT)
            return failed(problem, "read the free space of", path);
        size_t length = strlen(path);
        while (length > 1 && path[length - 1] == '/')
            path[--length] = 0;
        char *slash = strrchr(path, '/');
        if (!slash)
            strcpy(path, ".");
        else
            slash[slash == path] = 0;
    }
    *bytes = (uint64_t)system.f_bavail * system.f_frsize;
    return true;
}

static bool is_sound(const char *name)
{
    const char *end = strrchr(name, '.');
    return end && (strcmp(end, ".wav") == 0 || strcmp(end, ".part") == 0);
}

/* Sounds in audio/, counted and, if `removing`, removed. */
static uint64_t scan_sounds(const char *folder, bool removing)
{
    char audio[PATH_SIZE], path[PATH_SIZE];
    struct stat info;
    uint64_t bytes = 0;
    Problem ignored;

    DIR *directory = folder_path(audio, folder, "audio", &ignored) ? opendir(audio) : NULL;
    if (!directory)
        return 0;
    for (struct dirent *e; (e = readdir(directory));) {
        if (!is_sound(e->d_name) || !folder_path(path, audio, e->d_name, &ignored) ||
            stat(path, &info) != 0)
            continue;
        bytes += (uint64_t)info.st_size;
        if (removing)
            unlink(path);
    }
    closedir(directory);
    return bytes;
}

uint64_t folder_need_bytes(const char *folder, const Plan *plan, Owner owner)
{
    uint64_t block = 4096, file = (plan_file_bytes(plan) + block - 1) / block * block;
    uint64_t all = (uint64_t)plan->files * (file + 300) + (1 << 20);
    uint64_t there = owner == OWNER_SAME || owner == OWNER_OTHER ? scan_sounds(folder, false) : 0;
    return all > there ? all - there : 0;
}

static bool make_folders(const char *folder, Problem *problem)
{
    char path[PATH_SIZE];

    if (!folder_path(path, folder, "", problem))
        return false;
    for (char *p = path + 1; *p; p++) {
        if (*p != '/')
            continue;
        *p = 0;
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            return failed(problem, "make the folder", path);
        *p = '/';
    }
    static const char *const name[2] = { "audio", "evaluation_setup" };
    for (int i = 0; i < 2; i++) {
        if (!folder_path(path, folder, name[i], problem))
            return false;
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            return failed(problem, "make the folder", path);
    }
    return true;
}

static bool remove_planned(const char *folder, const Plan *plan, Problem *problem)
{
    char name[NAME_SIZE], inner[NAME_SIZE + 8], path[PATH_SIZE];

    for (int i = 0; i < plan->count; i++)
        for (int d = 0; d < DEVICES; d++) {
            plan_name(&plan->recording[i], d, name);
            snprintf(inner, sizeof inner, "audio/%s", name);
            if (!folder_path(path, folder, inner, problem))
                return false;
            if (plan->recording[i].device[d] && unlink(path) != 0 && errno != ENOENT)
                return failed(problem, "remove", path);
        }
    return true;
}

bool folder_prepare(const Options *options, const Plan *plan, Owner owner, Problem *problem)
{
    char path[PATH_SIZE], text[MARK_SIZE];

    if (!make_folders(options->folder, problem))
        return false;
    if (owner == OWNER_OTHER)
        scan_sounds(options->folder, true);
    if (owner == OWNER_FOREIGN && !remove_planned(options->folder, plan, problem))
        return false;
    if (owner == OWNER_SAME)
        return true;
    if (!folder_path(path, options->folder, mark_name, problem))
        return false;
    mark_text(options, text);
    FILE *file = fopen(path, "w");
    if (!file)
        return failed(problem, "write", path);
    bool fine = fputs(text, file) >= 0;
    if (fclose(file) != 0 || !fine)
        return failed(problem, "write", path);
    return true;
}

bool folder_has_sound(const char *folder, const Plan *plan, const char *name)
{
    char inner[NAME_SIZE + 8], path[PATH_SIZE];
    struct stat info;
    Problem ignored;

    snprintf(inner, sizeof inner, "audio/%s", name);
    return folder_path(path, folder, inner, &ignored) && stat(path, &info) == 0 &&
           (uint64_t)info.st_size == plan_file_bytes(plan);
}

static bool write_frames(const char *path, const int *buffer, int frames, Problem *problem)
{
    SF_INFO info = { .samplerate = RATE,
                     .channels = 1,
                     .format = SF_FORMAT_WAV | SF_FORMAT_PCM_24 };
    SNDFILE *file = sf_open(path, SFM_WRITE, &info);

    if (!file)
        return problem_set(problem, STATUS_FAILED, "can't write %s: %s", path, sf_strerror(NULL));
    errno = 0;
    bool fine = sf_writef_int(file, buffer, frames) == frames;
    int error = errno;
    fine = sf_close(file) == 0 && fine;
    struct stat info_now;
    fine = fine && stat(path, &info_now) == 0 &&
           (uint64_t)info_now.st_size >= 44 + 3 * (uint64_t)frames;
    if (!fine)
        return problem_set(problem, STATUS_FAILED, "can't write %s: %s", path,
                           error ? strerror(error) : "it came out too short (is the disk full?)");
    return true;
}

bool folder_write_sound(const char *folder, const char *name, const Sound *sound, int *buffer,
                        Problem *problem)
{
    char inner[NAME_SIZE + 16], path[PATH_SIZE], part[PATH_SIZE];

    for (int i = 0; i < sound->frames; i++) {
        float x = sound->sample[i] * 8388607;
        buffer[i] = (int)(x + (x < 0 ? -0.5f : 0.5f)) * 256;
    }
    snprintf(inner, sizeof inner, "audio/%s", name);
    if (!folder_path(path, folder, inner, problem))
        return false;
    snprintf(inner, sizeof inner, "audio/.%s.part", name);
    if (!folder_path(part, folder, inner, problem))
        return false;
    bool fine = write_frames(part, buffer, sound->frames, problem);
    if (fine && rename(part, path) != 0)
        fine = failed(problem, "write", path);
    if (!fine)
        unlink(part);
    return fine;
}
