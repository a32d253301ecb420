/* folders.c: data sets without a table, where names tell the classes: a folder a class, ESC-10's
 * repository, LITIS Rouen, and recordings without labels. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio.h"
#include "dataset_own.h"
#include "file.h"

/* ---------------------------------------------------------------- folders */

typedef struct Names {
    int count;
    struct dirent **name; /* [count], in byte order, without hidden ones */
} Names;

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int in_byte_order(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool list_names(const char *folder, Names *names, AscStatus *status)
{
    names->count = scandir(folder, &names->name, visible, in_byte_order);
    return names->count >= 0 || asc_status_errno(status, errno, "read the folder", folder);
}

static void free_names(Names *names)
{
    for (int i = 0; i < names->count; i++)
        free(names->name[i]);
    free(names->name);
}

static bool is_folder(const char *folder, const char *name)
{
    char *path = asc_path_join(folder, name);
    bool found = path && asc_folder_exists(path);
    free(path);
    return found;
}

static bool holds_audio(const char *path)
{
    Names names;
    bool found = false;
    if (!list_names(path, &names, NULL))
        return false;
    for (int i = 0; i < names.count && !found; i++)
        found = asc_audio_named(names.name[i]->d_name) && !is_folder(path, names.name[i]->d_name);
    free_names(&names);
    return found;
}

/* Adds FOLDER/FILE, or FILE where `within` is "". */
static bool add_file(AscDatasetOwn *own, const char *within, const char *file, AscRecording known,
                     const char *label, AscStatus *status)
{
    char *name = *within ? asc_path_join(within, file) : NULL;
    known.name = asc_dataset_text(own, name ? name : file, -1);
    free(name);
    return asc_dataset_add(own, known, label, 0, status);
}

/* ---------------------------------------------------------------- one folder a class */

/* "1-100032-A.ogg", of ESC-10: the fold and the clip that the recording was cut from. */
static AscRecording esc10_name(AscDatasetOwn *own, const char *file)
{
    int fold, end = 0;
    if (sscanf(file, "%d-%*d-%n", &fold, &end) != 1 || end == 0 || fold < 1 || fold > 1000)
        return (AscRecording){ 0 };
    const char *clip = strchr(file, '-') + 1;
    return (AscRecording){ .fold = fold,
                           .source = asc_dataset_text(own, clip, (int)strcspn(clip, "-")) };
}

static bool add_class(AscDatasetOwn *own, const char *folder, const char *label, bool esc10,
                      AscStatus *status)
{
    Names names;
    int before = own->set.recordings;
    char *path = asc_path_join(own->set.folder, folder);
    bool fine = path ? list_names(path, &names, status) : asc_status_memory(status, folder);
    if (!fine) {
        free(path);
        return false;
    }
    for (int i = 0; fine && i < names.count; i++) {
        const char *file = names.name[i]->d_name;
        AscRecording known = esc10 ? esc10_name(own, file) : (AscRecording){ 0 };
        if (!asc_audio_named(file))
            continue;
        fine = esc10 && !known.fold
                   ? asc_problem(own->problems, status,
                                 "%s/%s: the name must be FOLD-CLIP-TAKE, as 1-100032-A.ogg", path,
                                 file)
                   : add_file(own, folder, file, known, label, status);
    }
    free_names(&names);
    if (fine && own->set.recordings == before)
        fine = asc_problem(own->problems, status, "%s: the folder of class %s holds no audio file",
                           path, label);
    free(path);
    return fine;
}

static bool open_classes(AscDatasetOwn *own, bool esc10, AscStatus *status)
{
    Names names;
    bool fine = list_names(own->set.folder, &names, status);
    if (!fine)
        return false;
    for (int i = 0; fine && i < names.count; i++) {
        const char *folder = names.name[i]->d_name;
        const char *label = asc_dataset_text(own, folder + (esc10 ? strlen("001 - ") : 0), -1);
        if (!is_folder(own->set.folder, folder) || strcmp(folder, "evaluation_setup") == 0)
            continue;
        fine = label ? add_class(own, folder, label, esc10, status)
                     : asc_status_memory(status, own->set.folder);
    }
    free_names(&names);
    return fine;
}

bool asc_folders_open(AscDatasetOwn *own, AscStatus *status)
{
    if (!open_classes(own, false, status))
        return false;
    return own->set.recordings > 0 ||
           asc_status_set(status, ASC_BAD_INPUT,
                          "%s: is no data set: neither meta/esc50.csv, meta.csv nor meta.txt, and "
                          "no folder with audio files for each class",
                          own->set.folder);
}

bool asc_esc10_found(const char *folder)
{
    Names names;
    int classes = 0, others = 0;
    if (!list_names(folder, &names, NULL))
        return false;
    for (int i = 0; i < names.count; i++) {
        const char *name = names.name[i]->d_name;
        int end = 0;
        sscanf(name, "%*3[0-9] - %n", &end);
        if (is_folder(folder, name))
            *(end == 6 && name[end] ? &classes : &others) += 1;
    }
    free_names(&names);
    return classes > 0 && others == 0;
}

bool asc_esc10_open(AscDatasetOwn *own, AscStatus *status)
{
    if (asc_esc10_found(own->set.folder))
        return open_classes(own, true, status);
    return asc_status_set(status, ASC_BAD_INPUT,
                          "%s: ESC-10 has folders as \"001 - Dog bark\" and no others",
                          own->set.folder);
}

/* ---------------------------------------------------------------- all in one folder */

/* "busystreet12.wav": how long the class's name is; 0: the name is of another form. */
static int rouen_label(const char *file)
{
    int length = (int)strcspn(file, "0123456789.");
    int digits = (int)strspn(file + length, "0123456789");
    return length > 0 && digits > 0 && file[length + digits] == '.' ? length : 0;
}

static bool add_flat(AscDatasetOwn *own, bool labelled, AscStatus *status)
{
    Names names;
    bool fine = list_names(own->set.folder, &names, status);
    if (!fine)
        return false;
    for (int i = 0; fine && i < names.count; i++) {
        const char *file = names.name[i]->d_name;
        int length = labelled ? rouen_label(file) : 0;
        if (!asc_audio_named(file))
            continue;
        fine = labelled && !length
                   ? asc_problem(own->problems, status,
                                 "%s/%s: a class and a number are expected, as bus12.wav",
                                 own->set.folder, file)
                   : add_file(own, "", file, (AscRecording){ 0 },
                              asc_dataset_text(own, file, length), status);
    }
    free_names(&names);
    return fine;
}

/* Audio files in the folder itself, and none in the folders in it. */
bool asc_flat_found(const char *folder)
{
    Names names;
    bool below = false;
    if (!holds_audio(folder) || !list_names(folder, &names, NULL))
        return false;
    for (int i = 0; i < names.count && !below; i++) {
        char *path = asc_path_join(folder, names.name[i]->d_name);
        below = path && asc_folder_exists(path) && holds_audio(path);
        free(path);
    }
    free_names(&names);
    return !below;
}

bool asc_flat_open(AscDatasetOwn *own, AscStatus *status)
{
    return add_flat(own, false, status);
}

bool asc_rouen_found(const char *folder)
{
    Names names;
    bool found = asc_flat_found(folder);
    if (!found || !list_names(folder, &names, NULL))
        return false;
    for (int i = 0; i < names.count && found; i++)
        found = !asc_audio_named(names.name[i]->d_name) || rouen_label(names.name[i]->d_name);
    free_names(&names);
    return found;
}

bool asc_rouen_open(AscDatasetOwn *own, AscStatus *status)
{
    return add_flat(own, true, status);
}
