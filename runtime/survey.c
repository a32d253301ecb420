/* survey.c: looks at every recording of a data set and at its folds. */
#include "survey.h"

#include <stdlib.h>
#include <string.h>

#include "audio.h"

/* ---------------------------------------------------------------- samples */

/* Samples in runs of at least three at full scale; a sine that just reaches it has none. */
static size_t clipped(const double *sample, size_t count)
{
    const double full = 1 - 1.0 / (1 << 14);
    size_t found = 0;
    for (size_t i = 0, run = 0; i <= count; i++) {
        bool high = i < count && (sample[i] >= full || sample[i] <= -full);
        if (!high && run >= 3)
            found += run;
        run = high ? run + 1 : 0;
    }
    return found;
}

/* The longest run of one and the same value. */
static size_t longest_run(const double *sample, size_t count)
{
    size_t longest = 0;
    for (size_t i = 1, run = 1; i <= count; i++) {
        bool same = i < count && sample[i] == sample[i - 1];
        run = same ? run + 1 : 1;
        longest = run > longest ? run : longest;
    }
    return longest;
}

const char *asc_oddity_name(AscOddity oddity)
{
    static const char *const name[ASC_ODDITIES] = {
        [ASC_FINE] = "fine",
        [ASC_UNREADABLE] = "unreadable",
        [ASC_NOT_FINITE] = "not finite",
        [ASC_CLIPPED] = "clipped",
        [ASC_SILENT] = "silent",
        [ASC_OTHER_RATE] = "of another rate",
    };
    return name[oddity];
}

/* What is odd in a recording's samples; why. */
static AscOddity listen(const char *path, const AscAudioInfo *info, AscStatus *why)
{
    AscAudio audio;
    const AscSound own = { .rate = info->rate, .channels = info->channels };
    if (!asc_audio_read(path, &own, &audio, why))
        return audio.not_finite ? ASC_NOT_FINITE : ASC_UNREADABLE;
    size_t high = 0, still = 0;
    for (int c = 0; c < audio.channels; c++) {
        const double *channel = audio.samples + (size_t)c * audio.frames;
        size_t run = longest_run(channel, audio.frames);
        high += clipped(channel, audio.frames);
        still = run > still ? run : still;
    }
    double share = (double)high / (double)audio.frames / audio.channels;
    AscOddity odd = ASC_FINE;
    if (share > 1e-3) {
        odd = ASC_CLIPPED;
        asc_status_set(why, ASC_BAD_INPUT,
                       "%s: is clipped: %.1f %% of the samples are at full scale", path,
                       100 * share);
    } else if ((double)still >= audio.rate || still == audio.frames) {
        odd = ASC_SILENT;
        asc_status_set(why, ASC_BAD_INPUT, "%s: is digitally silent for %.1f s of %.1f s", path,
                       (double)still / audio.rate, (double)audio.frames / audio.rate);
    }
    asc_audio_free(&audio);
    return odd;
}

/* ---------------------------------------------------------------- all recordings */

typedef struct Look { /* at one recording */
    AscAudioInfo info;
    AscOddity odd;
    AscCode code;
    char *why; /* what is odd, allocated; NULL: nothing, or no memory */
} Look;

static void look(const char *path, bool decode, Look *look)
{
    AscStatus why = { 0 };
    if (!asc_audio_probe(path, &look->info, &why))
        look->odd = ASC_UNREADABLE;
    else if (decode)
        look->odd = listen(path, &look->info, &why);
    look->code = why.code;
    look->why = look->odd ? strdup(why.message) : NULL;
}

/* What is odd is a problem of the recording, or one of the machine. */
static bool tell(const AscDataset *dataset, int n, const Look *look, AscProblems *problems,
                 AscSurvey *survey, AscStatus *status)
{
    char place[1024] = "";
    if (look->odd == ASC_FINE)
        return true;
    if (!look->why)
        return asc_status_memory(status, "a survey of recordings");
    if (look->code != ASC_BAD_INPUT)
        return asc_status_set(status, look->code, "%s", look->why);
    survey->odd[look->odd]++;
    asc_dataset_place(dataset, n, place, sizeof place);
    return asc_problem(problems, status, "%s%s", place, look->why);
}

/* Recordings at another rate than most. */
static bool tell_rates(const AscDataset *dataset, const Look *all, AscProblems *problems,
                       AscSurvey *survey, AscStatus *status)
{
    int usual = 0, most = 0;
    for (int i = 0; i < survey->kinds; i++) {
        int count = 0;
        for (int k = 0; k < survey->kinds; k++)
            count += survey->kind[k].rate == survey->kind[i].rate ? survey->kind[k].count : 0;
        if (count > most) {
            most = count;
            usual = survey->kind[i].rate;
        }
    }
    for (int n = 0; n < dataset->recordings; n++) {
        const int rate = all[n].info.rate;
        char place[1024] = "";
        if (rate == 0 || rate == usual)
            continue;
        survey->odd[ASC_OTHER_RATE]++;
        asc_dataset_place(dataset, n, place, sizeof place);
        if (!asc_problem(problems, status, "%s%s: is at %d Hz, %d of %d recordings at %d Hz", place,
                         dataset->recording[n].path, rate, most, dataset->recordings, usual))
            return false;
    }
    return true;
}

static bool count_kind(AscSurvey *survey, const AscAudioInfo *info)
{
    for (int i = 0; i < survey->kinds; i++) {
        AscSoundKind *kind = &survey->kind[i];
        if (kind->rate == info->rate && kind->channels == info->channels &&
            strcmp(kind->format, info->format) == 0)
            return ++kind->count;
    }
    AscSoundKind *kind = realloc(survey->kind, ((size_t)survey->kinds + 1) * sizeof *kind);
    if (!kind)
        return false;
    survey->kind = kind;
    kind += survey->kinds++;
    *kind = (AscSoundKind){ .rate = info->rate, .channels = info->channels, .count = 1 };
    memcpy(kind->format, info->format, sizeof kind->format);
    return true;
}

static int by_count(const void *a, const void *b)
{
    const AscSoundKind *x = a, *y = b;
    return (x->count < y->count) - (x->count > y->count);
}

static bool sum_up(const AscDataset *dataset, const Look *all, AscProblems *problems,
                   AscSurvey *survey, AscStatus *status)
{
    for (int i = 0; i < dataset->recordings; i++) {
        const AscAudioInfo *info = &all[i].info;
        if (!tell(dataset, i, &all[i], problems, survey, status))
            return false;
        if (info->rate == 0)
            continue;
        if (!count_kind(survey, info))
            return asc_status_memory(status, dataset->folder);
        double seconds = (double)info->frames / info->rate;
        survey->seconds += seconds;
        survey->longest = seconds > survey->longest ? seconds : survey->longest;
        if (survey->shortest == 0 || seconds < survey->shortest)
            survey->shortest = seconds;
    }
    if (survey->kinds > 0)
        qsort(survey->kind, (size_t)survey->kinds, sizeof *survey->kind, by_count);
    return tell_rates(dataset, all, problems, survey, status);
}

bool asc_survey(const AscDataset *dataset, bool decode, const AscReport *report,
                AscProblems *problems, AscSurvey *survey, AscStatus *status)
{
    int count = dataset->recordings, done = 0;
    Look *all = calloc((size_t)count, sizeof *all);
    *survey = (AscSurvey){ 0 };
    if (!all)
        return asc_status_memory(status, dataset->folder);
#pragma omp parallel for schedule(dynamic)
    for (int i = 0; i < count; i++) {
        look(dataset->recording[i].path, decode, &all[i]);
#pragma omp critical(asc_survey)
        asc_report_job(report, decode ? "decoding" : "reading", "recordings", ++done, count);
    }
    bool fine = sum_up(dataset, all, problems, survey, status);
    for (int i = 0; i < count; i++)
        free(all[i].why);
    free(all);
    return fine;
}

void asc_survey_free(AscSurvey *survey)
{
    free(survey->kind);
    *survey = (AscSurvey){ 0 };
}

/* ---------------------------------------------------------------- folds */

typedef struct Group { /* a location or source recording, and where it was met */
    const char *name;
    int recording;
    bool train;
} Group;

static int by_name(const void *a, const void *b)
{
    const Group *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : (x->recording > y->recording) - (x->recording < y->recording);
}

static void add_groups(const AscDataset *dataset, const AscList *list, bool train, Group *group,
                       int *count)
{
    for (int i = 0; i < list->count; i++) {
        const AscRecording *recording = &dataset->recording[list->index[i]];
        const char *name = *recording->location ? recording->location : recording->source;
        if (*name)
            group[(*count)++] = (Group){ name, list->index[i], train };
    }
}

bool asc_survey_places(const AscDataset *dataset, int fold, const AscList *train,
                       const AscList *evaluate, AscProblems *problems, AscStatus *status)
{
    int count = 0;
    bool fine = true;
    Group *group = malloc((size_t)(train->count + evaluate->count) * sizeof *group);
    if (!group)
        return asc_status_memory(status, dataset->folder);
    add_groups(dataset, train, true, group, &count);
    add_groups(dataset, evaluate, false, group, &count);
    qsort(group, (size_t)count, sizeof *group, by_name);
    for (int i = 1, told = -1; fine && i < count; i++) {
        if (strcmp(group[i].name, group[i - 1].name) != 0 || group[i].train == group[i - 1].train)
            continue;
        if (told >= 0 && strcmp(group[told].name, group[i].name) == 0)
            continue;
        told = i;
        fine = asc_problem(problems, status,
                           "%s: fold %d: %s is both in training (%s) and in evaluation (%s)",
                           dataset->folder, fold, group[i].name,
                           dataset->recording[group[group[i].train ? i : i - 1].recording].name,
                           dataset->recording[group[group[i].train ? i - 1 : i].recording].name);
    }
    free(group);
    return fine;
}

bool asc_survey_fold(const AscDataset *dataset, int fold, AscProblems *problems, AscList *train,
                     AscList *evaluate, AscStatus *status)
{
    AscStatus bad = { 0 };
    *train = *evaluate = (AscList){ 0 };
    if (!asc_dataset_split(dataset, fold, train, evaluate, &bad))
        return bad.code == ASC_BAD_INPUT ? asc_problem(problems, status, "%s", bad.message)
                                         : asc_status_set(status, bad.code, "%s", bad.message);
    return asc_survey_places(dataset, fold, train, evaluate, problems, status);
}
