/* dataset.c: opens a data set of any layout, checks it, numbers its labels, divides it. */
#include "dataset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio.h"
#include "dataset_own.h"
#include "file.h"
#include "shards.h"

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

static const char *table_of(const AscDatasetOwn *own)
{
    return own->table ? own->table : own->set.folder;
}

/* All names in order, with their recordings; allocated. */
static Named *sorted_names(const AscDatasetOwn *own, AscStatus *status)
{
    int count = own->set.recordings;
    Named *named = malloc((size_t)count * sizeof *named);
    if (!named) {
        asc_status_memory(status, own->set.folder);
        return NULL;
    }
    for (int i = 0; i < count; i++)
        named[i] = (Named){ own->recording[i].name, i };
    qsort(named, (size_t)count, sizeof *named, by_name);
    return named;
}

/* What a second row of a recording tells otherwise. */
static const char *contradiction(const AscDatasetOwn *own, int first, int again)
{
    if (strcmp(own->entry[first].label, own->entry[again].label) != 0)
        return " with another label";
    return own->recording[first].fold != own->recording[again].fold ? " in another fold" : "";
}

/* Of two recordings of one name the first stays. */
static bool check_names(const AscDatasetOwn *own, bool *drop, AscStatus *status)
{
    Named *named = sorted_names(own, status);
    bool fine = named != NULL;
    for (int i = 1, first = 0; fine && i < own->set.recordings; i++) {
        if (strcmp(named[i].name, named[first].name) != 0) {
            first = i;
            continue;
        }
        const int again = named[i].index, before = named[first].index;
        drop[again] = true;
        fine = asc_problem(own->problems, status, "%s:%d: %s is listed again%s; first in line %d",
                           table_of(own), own->entry[again].line, named[i].name,
                           contradiction(own, before, again), own->entry[before].line);
    }
    free(named);
    return fine;
}

/* The first missing file is told with the number of those that are missing too. */
static bool refuse_missing(const AscDatasetOwn *own, int missing, int first, AscStatus *status)
{
    char more[64] = "";
    if (missing > 1)
        snprintf(more, sizeof more, "; so are %d more of %d", missing - 1, own->set.recordings);
    return asc_status_set(status, ASC_BAD_INPUT, "%s:%d: %s is missing%s", table_of(own),
                          own->entry[first].line, own->recording[first].path, more);
}

static bool check_files(const AscDatasetOwn *own, bool *drop, AscStatus *status)
{
    int missing = 0, first = 0;
    for (int i = 0; i < own->set.recordings; i++) {
        if (drop[i] || asc_file_exists(own->recording[i].path))
            continue;
        first = missing++ ? first : i;
        drop[i] = true;
        if (own->problems &&
            !asc_problem(own->problems, status, "%s:%d: %s is missing", table_of(own),
                         own->entry[i].line, own->recording[i].path))
            return false;
    }
    return missing == 0 || own->problems || refuse_missing(own, missing, first, status);
}

static void leave_out(AscDatasetOwn *own, const bool *drop)
{
    int count = 0;
    for (int i = 0; i < own->set.recordings; i++) {
        if (drop[i])
            continue;
        own->recording[count] = own->recording[i];
        own->entry[count++] = own->entry[i];
    }
    own->set.recordings = count;
}

/* Nothing is left; `why`, and the first problem where they were collected. */
static bool refuse_all(const AscDatasetOwn *own, const char *why, AscStatus *status)
{
    const char *first = own->problems && own->problems->count > 0 ? own->problems->text[0] : NULL;
    return asc_status_set(status, ASC_BAD_INPUT, "%s: %s%s%s", table_of(own), why,
                          first ? "; the first: " : "", first ? first : "");
}

/* Makes sure that every recording is there, once, and finds them by name. */
static bool check_recordings(AscDatasetOwn *own, AscStatus *status)
{
    size_t count = (size_t)own->set.recordings;
    bool *drop = calloc(count, sizeof *drop);
    bool fine = (drop || asc_status_memory(status, own->set.folder)) &&
                check_names(own, drop, status) && check_files(own, drop, status);
    if (fine)
        leave_out(own, drop);
    free(drop);
    if (fine && own->set.recordings == 0) {
        char why[64];
        snprintf(why, sizeof why, "none of %zu recordings can be used", count);
        return refuse_all(own, why, status);
    }
    return fine;
}

static bool index_names(AscDatasetOwn *own, AscStatus *status)
{
    Named *named = sorted_names(own, status);
    own->by_name = named ? malloc((size_t)own->set.recordings * sizeof *own->by_name) : NULL;
    for (int i = 0; own->by_name && i < own->set.recordings; i++)
        own->by_name[i] = named[i].index;
    free(named);
    return own->by_name || asc_status_memory(status, own->set.folder);
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

bool asc_dataset_has(const char *folder, const char *name)
{
    char *path = asc_path_join(folder, name);
    bool found = path && asc_file_exists(path);
    free(path);
    return found;
}

static bool always(const char *folder)
{
    (void)folder;
    return true;
}

static bool never(const char *folder)
{
    (void)folder;
    return false;
}

static bool refuse_shards(AscDatasetOwn *own, AscStatus *status)
{
    return asc_status_set(
        status, ASC_BAD_INPUT,
        "%s: has TFRecord files (YouTube-8M); the model reads recordings: it has no "
        "features of input[..]",
        own->set.folder);
}

/* In the order in which they are looked for. */
static const struct {
    const char *name;
    bool (*found)(const char *folder);
    bool (*open)(AscDatasetOwn *own, AscStatus *status);
} layout_of[ASC_LAYOUTS] = {
    [ASC_LAYOUT_AUTO] = { "auto", NULL, NULL },
    [ASC_LAYOUT_YOUTUBE8M] = { "youtube8m", asc_shards_found, refuse_shards },
    [ASC_LAYOUT_ESC50] = { "esc50", asc_esc50_found, asc_esc50_open },
    [ASC_LAYOUT_DCASE] = { "dcase", asc_dcase_found, asc_dcase_open },
    [ASC_LAYOUT_ESC10] = { "esc10", asc_esc10_found, asc_esc10_open },
    [ASC_LAYOUT_ROUEN] = { "rouen", asc_rouen_found, asc_rouen_open },
    [ASC_LAYOUT_FLAT] = { "flat", asc_flat_found, asc_flat_open },
    [ASC_LAYOUT_TABLE] = { "table", never, asc_listed_open },
    [ASC_LAYOUT_FOLDERS] = { "folders", always, asc_folders_open },
};

bool asc_layout_parse(const char *name, AscLayout *layout)
{
    for (int i = 0; i < ASC_LAYOUTS; i++) {
        if (strcmp(name, layout_of[i].name) == 0) {
            *layout = (AscLayout)i;
            return true;
        }
    }
    return false;
}

const char *asc_layout_name(AscLayout layout)
{
    return layout_of[layout].name;
}

const char *asc_layout_names(void)
{
    return "auto, youtube8m, esc50, dcase, esc10, rouen, flat, table or folders";
}

static AscLayout detect(const char *folder)
{
    int layout = ASC_LAYOUT_AUTO + 1;
    while (!layout_of[layout].found(folder))
        layout++;
    return (AscLayout)layout;
}

static bool read_dataset(AscDatasetOwn *own, AscStatus *status)
{
    if (!layout_of[own->set.layout].open(own, status))
        return false;
    if (own->set.recordings == 0)
        return refuse_all(own, "lists no recordings", status);
    if (!check_recordings(own, status) || !index_names(own, status) || !number_labels(own, status))
        return false;
    own->set.recording = own->recording;
    return true;
}

/* The folder of the data set, or that of the table which is one. */
static bool set_folder(AscDatasetOwn *own, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (asc_folder_exists(path)) {
        own->set.folder = asc_dataset_text(own, path, -1);
    } else {
        own->table = strdup(path);
        own->set.folder = !slash ? asc_dataset_text(own, ".", -1)
                                 : asc_dataset_text(own, path,
                                                    slash == path ? 1 : (int)(slash - path));
    }
    return own->set.folder && (own->table || asc_folder_exists(path));
}

AscDataset *asc_dataset_open(const char *folder, AscLayout layout, AscProblems *problems,
                             AscStatus *status)
{
    bool table = asc_file_exists(folder);
    if (!table && !asc_folder_exists(folder)) {
        asc_status_set(status, ASC_BAD_INPUT, "%s: no such folder; a data set was expected",
                       folder);
        return NULL;
    }
    if (table && asc_audio_named(folder)) {
        asc_status_set(status, ASC_BAD_INPUT,
                       "%s: is a recording; a folder, or a table of files and labels, was expected",
                       folder);
        return NULL;
    }
    if (table && layout != ASC_LAYOUT_AUTO && layout != ASC_LAYOUT_TABLE) {
        asc_status_set(status, ASC_USAGE, "%s: is a file; the layout %s is that of a folder",
                       folder, asc_layout_name(layout));
        return NULL;
    }
    AscDatasetOwn *own = calloc(1, sizeof *own);
    if (!own || !set_folder(own, folder)) {
        asc_status_memory(status, folder);
        if (own)
            asc_dataset_close(&own->set);
        return NULL;
    }
    own->problems = problems;
    own->set.layout = table                       ? ASC_LAYOUT_TABLE
                      : layout == ASC_LAYOUT_AUTO ? detect(folder)
                                                  : layout;
    if (!read_dataset(own, status)) {
        asc_dataset_close(&own->set);
        return NULL;
    }
    return &own->set;
}

bool asc_dataset_use_lists(AscDataset *dataset, const char *folder, AscStatus *status)
{
    AscDatasetOwn *own = (AscDatasetOwn *)dataset;
    free(own->lists);
    own->lists = strdup(folder);
    if (!own->lists)
        return asc_status_memory(status, folder);
    if (asc_dataset_next_fold(dataset, 0) > 0)
        return true;
    return asc_status_set(status, ASC_BAD_INPUT,
                          "%s: no lists are there: foldN_train.txt (or .csv) is looked for, and "
                          "foldN_evaluate.txt",
                          folder);
}

void asc_dataset_place(const AscDataset *dataset, int recording, char *text, size_t room)
{
    const AscDatasetOwn *own = (const AscDatasetOwn *)dataset;
    *text = '\0';
    if (own->entry[recording].line > 0)
        snprintf(text, room, "%s:%d: ", table_of(own), own->entry[recording].line);
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
    free(own->lists);
    free(own);
}
