/* dataset.c: opens a data set of any layout, checks it, numbers its labels, divides it. */
#include "dataset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dataset_own.h"
#include "file.h"

/* ---------------------------------------------------------------- texts */

enum { TEXT_BLOCK = 1 << 16 };

struct AscText {
    AscText *next;
    size_t used, size;
    char bytes[];
};

const char *asc_dataset_text(AscDatasetOwn *own, const char *text, int length)
{
    size_t count = length < 0 ? strlen(text) : (size_t)length;
    if (count == 0)
        return "";
    AscText *block = own->texts;
    if (!block || block->size - block->used <= count) {
        size_t size = count < TEXT_BLOCK ? TEXT_BLOCK : count + 1;
        block = malloc(sizeof *block + size);
        if (!block)
            return NULL;
        *block = (AscText){ own->texts, 0, size };
        own->texts = block;
    }
    char *copy = block->bytes + block->used;
    memcpy(copy, text, count);
    copy[count] = '\0';
    block->used += count + 1;
    return copy;
}

/* ---------------------------------------------------------------- recordings */

static bool grow(AscDatasetOwn *own)
{
    size_t room = own->room ? 2 * own->room : 256;
    AscRecording *recording = realloc(own->recording, room * sizeof *recording);
    if (recording)
        own->recording = recording;
    AscEntry *entry = recording ? realloc(own->entry, room * sizeof *entry) : NULL;
    if (!entry)
        return false;
    own->entry = entry;
    own->room = room;
    return true;
}

bool asc_dataset_add(AscDatasetOwn *own, AscRecording recording, const char *label, int line,
                     AscStatus *status)
{
    char *path = recording.name ? asc_path_join(own->set.folder, recording.name) : NULL;
    recording.path = path ? asc_dataset_text(own, path, -1) : NULL;
    free(path);
    const char **text[] = { &recording.device, &recording.city, &recording.location,
                            &recording.source };
    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++)
        if (!*text[i])
            *text[i] = "";
    if (!recording.path || !label || ((size_t)own->set.recordings == own->room && !grow(own)))
        return asc_status_memory(status, own->set.folder);
    own->recording[own->set.recordings] = recording;
    own->entry[own->set.recordings++] = (AscEntry){ label, line };
    return true;
}

int asc_dataset_find(const AscDatasetOwn *own, const char *name)
{
    int low = 0, high = own->set.recordings;
    while (low < high) {
        int middle = low + (high - low) / 2;
        int order = strcmp(own->recording[own->by_name[middle]].name, name);
        if (order == 0)
            return own->by_name[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

/* ---------------------------------------------------------------- checks and labels */

typedef struct Named {
    const char *name;
    int index;
} Named;

static int by_name(const void *a, const void *b)
{
    const Named *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : (x->index > y->index) - (x->index < y->index);
}

static bool report_twice(const AscDatasetOwn *own, int first, int second, AscStatus *status)
{
    return asc_status_set(status, ASC_BAD_INPUT, "%s:%d: %s is listed again; first in line %d",
                          own->table ? own->table : own->set.folder, own->entry[second].line,
                          own->recording[first].name, own->entry[first].line);
}

/* Sorts names; two of one name are an error. */
static bool sort_names(AscDatasetOwn *own, AscStatus *status)
{
    size_t count = (size_t)own->set.recordings;
    Named *named = malloc(count * sizeof *named);
    own->by_name = malloc(count * sizeof *own->by_name);
    bool fine = (named && own->by_name) || asc_status_memory(status, own->set.folder);
    for (size_t i = 0; fine && i < count; i++)
        named[i] = (Named){ own->recording[i].name, (int)i };
    if (fine)
        qsort(named, count, sizeof *named, by_name);
    for (size_t i = 0; fine && i < count; i++) {
        own->by_name[i] = named[i].index;
        if (i > 0 && strcmp(named[i].name, named[i - 1].name) == 0)
            fine = report_twice(own, named[i - 1].index, named[i].index, status);
    }
    free(named);
    return fine;
}

static bool check_files(const AscDatasetOwn *own, AscStatus *status)
{
    int missing = 0, first = 0;
    for (int i = own->set.recordings - 1; i >= 0; i--) {
        if (!asc_file_exists(own->recording[i].path)) {
            missing++;
            first = i;
        }
    }
    if (missing == 0)
        return true;
    char more[64] = "";
    if (missing > 1)
        snprintf(more, sizeof more, "; so are %d more of %d", missing - 1, own->set.recordings);
    return asc_status_set(status, ASC_BAD_INPUT, "%s:%d: %s is missing%s",
                          own->table ? own->table : own->set.folder, own->entry[first].line,
                          own->recording[first].path, more);
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Collects the labels in byte order and numbers the recordings' labels. */
static bool number_labels(AscDatasetOwn *own, AscStatus *status)
{
    int count = own->set.recordings, labels = 0;
    own->label = malloc((size_t)count * sizeof *own->label);
    if (!own->label)
        return asc_status_memory(status, own->set.folder);
    for (int i = 0; i < count; i++)
        own->label[i] = own->entry[i].label;
    qsort(own->label, (size_t)count, sizeof *own->label, compare_texts);
    for (int i = 0; i < count; i++)
        if (own->label[i][0] && (labels == 0 || strcmp(own->label[labels - 1], own->label[i]) != 0))
            own->label[labels++] = own->label[i];
    own->set.labels = labels;
    own->set.label = own->label;
    for (int i = 0; i < count; i++) {
        const char *const *at = bsearch(&own->entry[i].label, own->label, (size_t)labels,
                                        sizeof *own->label, compare_texts);
        own->recording[i].label = at ? (int)(at - own->set.label) : -1;
    }
    return true;
}

/* ---------------------------------------------------------------- opening */

static const char *const LAYOUT_NAME[] = { "auto", "folders", "esc50", "dcase" };

bool asc_layout_parse(const char *name, AscLayout *layout)
{
    for (int i = 0; i <= ASC_LAYOUT_DCASE; i++) {
        if (strcmp(name, LAYOUT_NAME[i]) == 0) {
            *layout = (AscLayout)i;
            return true;
        }
    }
    return false;
}

const char *asc_layout_name(AscLayout layout)
{
    return LAYOUT_NAME[layout];
}

static bool has_file(const char *folder, const char *name)
{
    char *path = asc_path_join(folder, name);
    bool found = path && asc_file_exists(path);
    free(path);
    return found;
}

static AscLayout detect(const char *folder)
{
    if (has_file(folder, "meta/esc50.csv"))
        return ASC_LAYOUT_ESC50;
    return has_file(folder, "meta.csv") ? ASC_LAYOUT_DCASE : ASC_LAYOUT_FOLDERS;
}

static bool read_dataset(AscDatasetOwn *own, AscStatus *status)
{
    bool fine = own->set.layout == ASC_LAYOUT_ESC50   ? asc_esc50_open(own, status)
                : own->set.layout == ASC_LAYOUT_DCASE ? asc_dcase_open(own, status)
                                                      : asc_folders_open(own, status);
    if (!fine)
        return false;
    own->set.recording = own->recording;
    if (own->set.recordings == 0)
        return asc_status_set(status, ASC_BAD_INPUT, "%s: lists no recordings",
                              own->table ? own->table : own->set.folder);
    return sort_names(own, status) && check_files(own, status) && number_labels(own, status);
}

AscDataset *asc_dataset_open(const char *folder, AscLayout layout, AscStatus *status)
{
    if (!asc_folder_exists(folder)) {
        asc_status_set(status, ASC_BAD_INPUT, "%s: no such folder; a data set was expected",
                       folder);
        return NULL;
    }
    AscDatasetOwn *own = calloc(1, sizeof *own);
    if (own)
        own->set.folder = asc_dataset_text(own, folder, -1);
    if (!own || !own->set.folder) {
        asc_status_memory(status, folder);
        free(own);
        return NULL;
    }
    own->set.layout = layout == ASC_LAYOUT_AUTO ? detect(folder) : layout;
    if (!read_dataset(own, status)) {
        asc_dataset_close(&own->set);
        return NULL;
    }
    return &own->set;
}

void asc_dataset_close(AscDataset *dataset)
{
    AscDatasetOwn *own = (AscDatasetOwn *)dataset;
    if (!own)
        return;
    for (AscText *block = own->texts, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    free(own->recording);
    free(own->entry);
    free(own->by_name);
    free(own->label);
    free(own->table);
    free(own);
}
