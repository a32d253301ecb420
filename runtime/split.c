/* split.c: divides a data set into recordings to train on and recordings to evaluate on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dataset_own.h"

/* ---------------------------------------------------------------- lists */

bool asc_list_create(int capacity, AscList *list, AscStatus *status)
{
    list->count = 0;
    list->index = malloc((size_t)(capacity > 0 ? capacity : 1) * sizeof *list->index);
    return list->index || asc_status_memory(status, "a list of recordings");
}

void asc_list_free(AscList *list)
{
    free(list->index);
    *list = (AscList){ 0 };
}

/* ---------------------------------------------------------------- parts */

static bool whole(const AscDatasetOwn *own, AscList *list, AscStatus *status)
{
    if (!asc_list_create(own->set.recordings, list, status))
        return false;
    for (int i = 0; i < own->set.recordings; i++)
        list->index[list->count++] = i;
    return true;
}

static bool has_folds(const AscDataset *dataset)
{
    return dataset->recordings > 0 && dataset->recording[0].fold > 0;
}

static bool has_setup(const AscDataset *dataset)
{
    return dataset->layout == ASC_LAYOUT_DCASE || asc_dataset_next_fold(dataset, 0) > 0;
}

enum { MOST_FOLDS = 100 }; /* 100 is the largest subset of 2024, in percent */

void asc_dataset_fold_name(const AscDataset *dataset, int fold, char *name, size_t room)
{
    const char *folder = asc_setup_folder((const AscDatasetOwn *)dataset);
    snprintf(name, room, "%s_%d", asc_setup_is_subset(folder, fold) ? "split" : "fold", fold);
}

int asc_dataset_next_fold(const AscDataset *dataset, int after)
{
    int next = 0;
    for (int i = 0; i < dataset->recordings && has_folds(dataset); i++) {
        int fold = dataset->recording[i].fold;
        if (fold > after && (next == 0 || fold < next))
            next = fold;
    }
    for (int fold = after + 1; !has_folds(dataset) && fold <= MOST_FOLDS && next == 0; fold++)
        if (asc_setup_has(asc_setup_folder((const AscDatasetOwn *)dataset), fold, "train"))
            next = fold;
    return next;
}

/* "1, 2, 4" */
static void print_folds(const AscDataset *dataset, char *text, size_t size)
{
    size_t at = 0;
    for (int fold = 0; at + 16 < size && (fold = asc_dataset_next_fold(dataset, fold)) > 0;)
        at += (size_t)snprintf(text + at, size - at, "%s%d", at ? ", " : "", fold);
}

/* The recordings of a fold, or of all others. */
static bool by_fold(const AscDataset *dataset, int fold, bool others, AscList *list,
                    AscStatus *status)
{
    char folds[128] = "";
    int held_out = 0;
    print_folds(dataset, folds, sizeof folds);
    if (fold == 0)
        return asc_status_set(status, ASC_USAGE,
                              "%s: say which fold is for evaluation, --fold N; there are %s",
                              dataset->folder, folds);
    if (!asc_list_create(dataset->recordings, list, status))
        return false;
    for (int i = 0; i < dataset->recordings; i++) {
        bool other = dataset->recording[i].fold != fold;
        held_out += !other;
        if (other == others)
            list->index[list->count++] = i;
    }
    if (held_out > 0)
        return true;
    asc_list_free(list);
    return asc_status_set(status, ASC_BAD_INPUT, "%s: has no fold %d; there are %s",
                          dataset->folder, fold, folds);
}

bool asc_dataset_divided(const AscDataset *dataset)
{
    return has_folds(dataset) || has_setup(dataset);
}

bool asc_dataset_part(const AscDataset *dataset, int fold, const char *part, AscList *list,
                      AscStatus *status)
{
    const AscDatasetOwn *own = (const AscDatasetOwn *)dataset;
    bool train = strcmp(part, "train") == 0;
    *list = (AscList){ 0 };
    if (fold < 0)
        return asc_status_set(status, ASC_USAGE, "fold %d: folds are numbered from 1", fold);
    if (strcmp(part, "all") == 0)
        return whole(own, list, status);
    if (!train && strcmp(part, "evaluate") != 0 && strcmp(part, "test") != 0)
        return asc_status_set(status, ASC_USAGE,
                              "no part %s: there are train, evaluate, test and all", part);
    if (has_folds(dataset))
        return by_fold(dataset, fold, train, list, status);
    if (has_setup(dataset))
        return asc_setup_part(own, fold, part, list, status);
    if (fold != 0)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s: has no fold %d: neither its table nor its files tell folds",
                              dataset->folder, fold);
    return whole(own, list, status);
}

/* ---------------------------------------------------------------- both at once */

/* Recordings that are to train on and to evaluate on are an error, or left out of training. */
static bool check_apart(const AscDataset *dataset, int fold, AscList *train,
                        const AscList *evaluate, AscStatus *status)
{
    const AscDatasetOwn *own = (const AscDatasetOwn *)dataset;
    int shared = 0, first = -1, kept = 0;
    char one[400], other[400];
    for (int i = 0, k = 0; i < train->count; i++) {
        int at = train->index[i];
        while (k < evaluate->count && evaluate->index[k] < at)
            k++;
        bool both = k < evaluate->count && evaluate->index[k] == at;
        if (both && first < 0)
            first = at;
        shared += both;
        if (!both)
            train->index[kept++] = at;
    }
    if (shared == 0)
        return true;
    train->count = kept;
    asc_setup_place(own, fold, "train", first, one, sizeof one);
    asc_setup_place(own, fold, "evaluate", first, other, sizeof other);
    return asc_problem(own->problems, status,
                       "%s: %d recording%s both to train on and to evaluate on, the first %s (%s "
                       "and %s)",
                       dataset->folder, shared, shared == 1 ? " is" : "s are",
                       dataset->recording[first].name, one, other);
}

static bool check_train(const AscDataset *dataset, const AscList *train, AscStatus *status)
{
    int *count = calloc((size_t)dataset->labels + 1, sizeof *count);
    if (!count)
        return asc_status_memory(status, dataset->folder);
    bool fine = true;
    for (int i = 0; i < train->count; i++)
        count[dataset->recording[train->index[i]].label + 1]++;
    if (count[0] > 0)
        fine = asc_status_set(status, ASC_BAD_INPUT,
                              "%s: %d of %d recordings to train on have no "
                              "label",
                              dataset->folder, count[0], train->count);
    for (int i = 0; fine && i < dataset->labels; i++)
        if (count[i + 1] == 0)
            fine = asc_status_set(status, ASC_BAD_INPUT,
                                  "%s: class %s has no recording to train on", dataset->folder,
                                  dataset->label[i]);
    free(count);
    return fine;
}

/* What is evaluated on later must not be trained on now.  What else is wrong there is told when it is used. */
static bool check_unseen(const AscDataset *dataset, int fold, AscList *train, AscStatus *status)
{
    AscProblems unused = { 0 };
    AscDatasetOwn lenient = *(const AscDatasetOwn *)dataset;
    AscList evaluate;
    lenient.problems = &unused;
    bool fine = !asc_dataset_part(&lenient.set, fold, "evaluate", &evaluate, NULL) ||
                check_apart(dataset, fold, train, &evaluate, status);
    asc_list_free(&evaluate);
    asc_problems_free(&unused);
    return fine;
}

bool asc_dataset_split(const AscDataset *dataset, int fold, AscList *train, AscList *evaluate,
                       AscStatus *status)
{
    AscList first = { 0 }, second = { 0 };
    bool apart = asc_dataset_divided(dataset);
    bool fine = (!train || (asc_dataset_part(dataset, fold, "train", &first, status) &&
                            check_train(dataset, &first, status))) &&
                (!evaluate || asc_dataset_part(dataset, fold, "evaluate", &second, status)) &&
                (!train || !apart ||
                 (evaluate ? check_apart(dataset, fold, &first, &second, status)
                           : check_unseen(dataset, fold, &first, status)));
    if (!fine) {
        asc_list_free(&first);
        asc_list_free(&second);
    }
    if (train)
        *train = first;
    if (evaluate)
        *evaluate = second;
    return fine;
}
