/* validation.c: takes a validation part out of a list, so that no location (or source recording) is
 * in both, after dcase_util's "identifier_two_level_hierarchy" (the DCASE 2018 baseline). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dataset_own.h"
#include "random.h"

enum { TRIES = 100 };

typedef enum Side { UNDECIDED, TRAIN, VALIDATION } Side;

/* The recordings of a group (a location, say) that have the class under consideration. */
typedef struct Member {
    const char *city;
    int group, count;
    bool moved, best; /* to validation: in this try, in the best one so far */
} Member;

typedef struct Split {
    const AscDataset *dataset;
    const AscList *list;
    double share;
    int *group; /* [list->count]: of each recording */
    int groups;
    Side *side;     /* [groups] */
    Member *member; /* [groups]: the undecided groups of a class, sorted by city */
    int members;
} Split;

/* ---------------------------------------------------------------- groups */

typedef enum Unit { LOCATION, SOURCE, RECORDING } Unit;

static const char *key_of(const AscRecording *recording, Unit unit)
{
    return unit == LOCATION ? recording->location
           : unit == SOURCE ? recording->source
                            : recording->name;
}

static bool all_have(const Split *split, Unit unit)
{
    for (int i = 0; i < split->list->count; i++)
        if (!*key_of(&split->dataset->recording[split->list->index[i]], unit))
            return false;
    return true;
}

static Unit choose_unit(const Split *split, AscBy by)
{
    if (by == ASC_BY_LOCATION && all_have(split, LOCATION))
        return LOCATION;
    return all_have(split, SOURCE) ? SOURCE : RECORDING;
}

typedef struct Keyed {
    const char *key;
    int at;
} Keyed;

static int by_key(const void *a, const void *b)
{
    return strcmp(((const Keyed *)a)->key, ((const Keyed *)b)->key);
}

/* Numbers the groups in the order of their keys. */
static bool find_groups(Split *split, Unit unit, AscStatus *status)
{
    size_t count = (size_t)split->list->count;
    Keyed *keyed = malloc(count * sizeof *keyed);
    if (!keyed)
        return asc_status_memory(status, "a validation part");
    for (size_t i = 0; i < count; i++)
        keyed[i] = (Keyed){ key_of(&split->dataset->recording[split->list->index[i]], unit),
                            (int)i };
    qsort(keyed, count, sizeof *keyed, by_key);
    for (size_t i = 0; i < count; i++) {
        split->groups += i == 0 || strcmp(keyed[i].key, keyed[i - 1].key) != 0;
        split->group[keyed[i].at] = split->groups - 1;
    }
    free(keyed);
    return true;
}

/* ---------------------------------------------------------------- draws */

static int by_city(const void *a, const void *b)
{
    const Member *x = a, *y = b;
    int order = strcmp(x->city, y->city);
    return order ? order : (x->group > y->group) - (x->group < y->group);
}

/* Collects the undecided groups of a class; at [groups] becomes all -1 again.  Counts the class's
 * recordings, and those that earlier classes have moved already. */
static void collect(Split *split, int label, int *at, int *total, int *moved)
{
    split->members = *total = *moved = 0;
    for (int i = 0; i < split->list->count; i++) {
        const AscRecording *recording = &split->dataset->recording[split->list->index[i]];
        int group = split->group[i];
        if (recording->label != label)
            continue;
        ++*total;
        *moved += split->side[group] == VALIDATION;
        if (split->side[group] != UNDECIDED)
            continue;
        if (at[group] < 0) {
            at[group] = split->members;
            split->member[split->members++] = (Member){ .city = recording->city, .group = group };
        }
        split->member[at[group]].count++;
    }
    for (int i = 0; i < split->members; i++)
        at[split->member[i].group] = -1;
    qsort(split->member, (size_t)split->members, sizeof *split->member, by_city);
}

/* Moves about `share` of the groups of a city, member[0 .. count - 1]: the whole part of it, and
 * one more with the probability of the rest. */
static int move_some(Member *member, int count, double share, AscRandom *random)
{
    double wanted = share * count;
    int whole = (int)floor(wanted), recordings = 0;
    whole += asc_random_uniform(random) < wanted - whole;
    for (int i = 0; i < count; i++)
        member[i].moved = false;
    for (int left = whole < count ? whole : count; left > 0; left--) {
        uint64_t skip = asc_random_below(random, (uint64_t)(count - whole + left));
        int i = 0;
        for (; member[i].moved || skip > 0; i++)
            skip -= !member[i].moved;
        member[i].moved = true;
        recordings += member[i].count;
    }
    return recordings;
}

/* One try for a class: how many of its recordings would move. */
static int draw(Split *split, AscRandom *random)
{
    int moved = 0;
    for (int first = 0, end; first < split->members; first = end) {
        for (end = first + 1; end < split->members; end++)
            if (strcmp(split->member[end].city, split->member[first].city) != 0)
                break;
        moved += move_some(split->member + first, end - first, split->share, random);
    }
    return moved;
}

/* Keeps the try nearest to the share that leaves something to train on. */
static void divide_class(Split *split, int total, int moved, AscRandom *random)
{
    double wanted = split->share * total, best = INFINITY;
    for (int try = 0; try < TRIES; try++) {
        int now = moved + draw(split, random);
        if (now < total && fabs(now - wanted) < best) {
            best = fabs(now - wanted);
            for (int i = 0; i < split->members; i++)
                split->member[i].best = split->member[i].moved;
        }
    }
    for (int i = 0; i < split->members; i++)
        split->side[split->member[i].group] = split->member[i].best ? VALIDATION : TRAIN;
}

static bool divide(Split *split, uint64_t seed, AscStatus *status)
{
    size_t groups = (size_t)split->groups;
    int *at = malloc(groups * sizeof *at);
    split->side = calloc(groups, sizeof *split->side);
    split->member = malloc(groups * sizeof *split->member);
    if (!at || !split->side || !split->member) {
        free(at);
        return asc_status_memory(status, "a validation part");
    }
    for (size_t i = 0; i < groups; i++)
        at[i] = -1;
    for (int label = 0; label < split->dataset->labels; label++) {
        AscRandom random = asc_random_start(seed, "validation", (uint64_t)label);
        int total, moved;
        collect(split, label, at, &total, &moved);
        divide_class(split, total, moved, &random);
    }
    free(at);
    return true;
}

/* ---------------------------------------------------------------- result */

static bool make_lists(const Split *split, AscList *train, AscList *validation, AscStatus *status)
{
    int count = split->list->count;
    if (!asc_list_create(count, train, status) || !asc_list_create(count, validation, status))
        return false;
    for (int i = 0; i < count; i++) {
        AscList *to = split->side[split->group[i]] == VALIDATION ? validation : train;
        to->index[to->count++] = split->list->index[i];
    }
    if (train->count > 0 && validation->count > 0)
        return true;
    return asc_status_set(status, ASC_BAD_INPUT,
                          "%s: no validation part of %g %% can be taken from %d recordings in %d "
                          "groups",
                          split->dataset->folder, 100 * split->share, count, split->groups);
}

static void describe(const Split *split, AscBy by, Unit unit, const AscList *validation, char *note)
{
    static const char *const units[] = { "location", "source recording", "file" };
    int moved = 0;
    for (int i = 0; i < split->groups; i++)
        moved += split->side[i] == VALIDATION;
    const char *why = by == ASC_BY_LOCATION && unit != LOCATION
                          ? " (the data set tells no locations)"
                          : "";
    snprintf(note, 256, "validation: %d of %d recordings (%.1f %%), by %s%s: %d of %d",
             validation->count, split->list->count, 100.0 * validation->count / split->list->count,
             units[unit], why, moved, split->groups);
}

bool asc_dataset_validation(const AscDataset *dataset, const AscList *list, double share, AscBy by,
                            uint64_t seed, AscList *train, AscList *validation, char *note,
                            AscStatus *status)
{
    Split split = { .dataset = dataset, .list = list, .share = share };
    *train = *validation = (AscList){ 0 };
    if (!(share > 0 && share < 1) || list->count == 0)
        return asc_status_set(status, ASC_USAGE, "a validation part of %g %% of %d recordings",
                              100 * share, list->count);
    split.group = malloc((size_t)list->count * sizeof *split.group);
    Unit unit = choose_unit(&split, by);
    bool fine = (split.group || asc_status_memory(status, "a validation part")) &&
                find_groups(&split, unit, status) && divide(&split, seed, status) &&
                make_lists(&split, train, validation, status);
    if (fine)
        describe(&split, by, unit, validation, note);
    if (!fine) {
        asc_list_free(train);
        asc_list_free(validation);
    }
    free(split.group);
    free(split.side);
    free(split.member);
    return fine;
}
