/* baseline.c: nearest mean spectrum on a data set in the layout of DCASE 2018 task 1B. */
#include "baseline.h"

#include "folder.h"
#include "parallel.h"

#include <errno.h>
#include <pthread.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FFT = 2048, MELS = 64, VIEWS = 3 };

/* How a mean spectrum is compared: as it is; with every band scaled to unit variance; that, less
 * the clip's mean. */
static const char *const view_name[VIEWS] = {
    "plain",
    "standardised",
    "standardised, level removed",
};

typedef struct Clip {
    char name[128];
    int scene;
    bool train;
    float spectrum[MELS];
} Clip;

typedef struct Clips {
    const char *folder;
    Clip *clip;
    int count, capacity;
    float window[FFT], cosine[FFT / 2], sine[FFT / 2];
    float edge[MELS + 2]; /* of the triangles, in bins */
    pthread_mutex_t lock;
    Problem *problem;
} Clips;

static int scene_of(const char *label)
{
    for (int i = 0; i < SCENES; i++)
        if (strcmp(label, scene_name[i]) == 0)
            return i;
    return -1;
}

static bool add_clip(Clips *clips, const char *name, int scene, bool train)
{
    if (clips->count == clips->capacity) {
        int capacity = clips->capacity ? 2 * clips->capacity : 256;
        Clip *clip = realloc(clips->clip, (size_t)capacity * sizeof *clip);
        if (!clip)
            return problem_set(clips->problem, STATUS_FAILED, "out of memory for %d clips",
                               capacity);
        clips->clip = clip;
        clips->capacity = capacity;
    }
    Clip *clip = &clips->clip[clips->count++];
    memset(clip, 0, sizeof *clip);
    snprintf(clip->name, sizeof clip->name, "%s", name);
    clip->scene = scene;
    clip->train = train;
    return true;
}

static bool read_list(Clips *clips, const char *name, bool train)
{
    char path[PATH_SIZE], line[512], file_name[128], label[64];
    bool fine = true;

    if (!folder_path(path, clips->folder, name, clips->problem))
        return false;
    FILE *file = fopen(path, "r");
    if (!file)
        return problem_set(clips->problem, STATUS_FAILED, "can't read %s: %s", path,
                           strerror(errno));
    for (int number = 1; fine && fgets(line, sizeof line, file); number++) {
        int fields = sscanf(line, "%127[^\t\n]\t%63[^\t\r\n]", file_name, label);
        int scene = fields == 2 ? scene_of(label) : -1;
        fine = scene >= 0 ? add_clip(clips, file_name, scene, train)
                          : problem_set(clips->problem, STATUS_FAILED,
                                        "%s:%d: expected a file, a TAB and a scene", path, number);
    }
    fclose(file);
    return fine;
}

static void prepare(Clips *clips)
{
    float top = 2595 * log10f(1 + RATE / 2.0f / 700);

    for (int i = 0; i < FFT; i++)
        clips->window[i] = 0.5f - 0.5f * cosf(6.2831853f * (float)i / FFT);
    for (int i = 0; i < FFT / 2; i++) {
        clips->cosine[i] = cosf(6.2831853f * (float)i / FFT);
        clips->sine[i] = -sinf(6.2831853f * (float)i / FFT);
    }
    for (int k = 0; k < MELS + 2; k++)
        clips->edge[k] = 700 * (powf(10, top * (float)k / (MELS + 1) / 2595) - 1) * FFT / RATE;
}

/* Radix 2, decimation in time. */
static void transform(const Clips *clips, float *re, float *im)
{
    for (int i = 1, j = 0; i < FFT; i++) {
        int bit = FFT / 2;
        for (; j & bit; bit /= 2)
            j ^= bit;
        j ^= bit;
        if (i < j) {
            float r = re[i], m = im[i];
            re[i] = re[j], im[i] = im[j];
            re[j] = r, im[j] = m;
        }
    }
    for (int size = 2; size <= FFT; size *= 2)
        for (int at = 0; at < FFT; at += size)
            for (int k = 0; k < size / 2; k++) {
                int a = at + k, b = a + size / 2, w = k * (FFT / size);
                float r = re[b] * clips->cosine[w] - im[b] * clips->sine[w];
                float m = re[b] * clips->sine[w] + im[b] * clips->cosine[w];
                re[b] = re[a] - r, im[b] = im[a] - m;
                re[a] += r, im[a] += m;
            }
}

/* Adds the log-mel bands of one frame to the clip's spectrum. */
static void add_frame(const Clips *clips, const float *frame, float *spectrum)
{
    float re[FFT], im[FFT] = { 0 };

    for (int i = 0; i < FFT; i++)
        re[i] = frame[i] * clips->window[i];
    transform(clips, re, im);
    for (int k = 0; k < MELS; k++) {
        const float *e = clips->edge + k;
        float sum = 1e-10f;
        for (int bin = (int)e[0]; (float)bin < e[2] && bin <= FFT / 2; bin++) {
            float up = ((float)bin - e[0]) / (e[1] - e[0]);
            float down = (e[2] - (float)bin) / (e[2] - e[1]);
            float weight = up < down ? up : down;
            if (weight > 0)
                sum += weight * (re[bin] * re[bin] + im[bin] * im[bin]);
        }
        spectrum[k] += 10 * log10f(sum);
    }
}

static bool read_failed(Clips *clips, const char *path, const char *reason)
{
    pthread_mutex_lock(&clips->lock);
    problem_set(clips->problem, STATUS_FAILED, "can't read %s: %s", path, reason);
    pthread_mutex_unlock(&clips->lock);
    return false;
}

static bool analyse(void *context, int worker, int index)
{
    Clips *clips = context;
    Clip *clip = &clips->clip[index];
    char path[PATH_SIZE];
    float frame[FFT];
    SF_INFO info = { 0 };
    int frames = 0;

    (void)worker;
    if (snprintf(path, sizeof path, "%s/%s", clips->folder, clip->name) >= PATH_SIZE)
        return read_failed(clips, clip->name, "the path is too long");
    SNDFILE *file = sf_open(path, SFM_READ, &info);
    if (!file)
        return read_failed(clips, path, sf_strerror(NULL));
    if (info.channels == 1)
        for (; sf_readf_float(file, frame, FFT) == FFT; frames++)
            add_frame(clips, frame, clip->spectrum);
    sf_close(file);
    if (frames == 0)
        return read_failed(clips, path,
                           info.channels == 1 ? "shorter than 2048 frames" : "not mono");
    for (int k = 0; k < MELS; k++)
        clip->spectrum[k] /= (float)frames;
    return true;
}

/* Scales the bands by their spread over the training clips. */
static void standardise(Clips *clips)
{
    for (int k = 0; k < MELS; k++) {
        double sum = 0, squares = 0, count = 0;
        for (int i = 0; i < clips->count; i++)
            if (clips->clip[i].train) {
                double x = clips->clip[i].spectrum[k];
                sum += x, squares += x * x, count++;
            }
        double mean = sum / count, spread = sqrt(fmax(squares / count - mean * mean, 1e-12));
        for (int i = 0; i < clips->count; i++)
            clips->clip[i].spectrum[k] = (float)((clips->clip[i].spectrum[k] - mean) / spread);
    }
}

static void remove_level(Clips *clips)
{
    for (int i = 0; i < clips->count; i++) {
        float *s = clips->clip[i].spectrum, mean = 0;
        for (int k = 0; k < MELS; k++)
            mean += s[k] / MELS;
        for (int k = 0; k < MELS; k++)
            s[k] -= mean;
    }
}

static int nearest(const float *spectrum, float centre[SCENES][MELS])
{
    float least = INFINITY;
    int best = 0;

    for (int c = 0; c < SCENES; c++) {
        float distance = 0;
        for (int k = 0; k < MELS; k++)
            distance += (spectrum[k] - centre[c][k]) * (spectrum[k] - centre[c][k]);
        if (distance < least) {
            least = distance;
            best = c;
        }
    }
    return best;
}

static int device_of(const char *name)
{
    const char *dash = strrchr(name, '-');
    return dash && dash[1] >= 'a' && dash[1] < 'a' + DEVICES ? dash[1] - 'a' : 0;
}

static void report(const Clips *clips, const char *view)
{
    float centre[SCENES][MELS] = { { 0 } };
    int members[SCENES] = { 0 }, right[DEVICES + 1] = { 0 }, seen[DEVICES + 1] = { 0 };

    for (int i = 0; i < clips->count; i++)
        members[clips->clip[i].scene] += clips->clip[i].train;
    for (int i = 0; i < clips->count; i++)
        for (int k = 0; k < MELS && clips->clip[i].train; k++)
            centre[clips->clip[i].scene][k] += clips->clip[i].spectrum[k] /
                                               (float)members[clips->clip[i].scene];
    for (int i = 0; i < clips->count; i++) {
        const Clip *clip = &clips->clip[i];
        if (clip->train)
            continue;
        bool hit = nearest(clip->spectrum, centre) == clip->scene;
        int device = device_of(clip->name);
        right[device] += hit, right[DEVICES] += hit;
        seen[device]++, seen[DEVICES]++;
    }
    printf("%-28s %5.1f %% of %d", view, 100.0 * right[DEVICES] / seen[DEVICES], seen[DEVICES]);
    for (int d = 0; d < DEVICES; d++)
        if (seen[d])
            printf("   %c %5.1f %%", 'a' + d, 100.0 * right[d] / seen[d]);
    printf("\n");
}

static bool check_parts(const Clips *clips)
{
    int train = 0;

    for (int i = 0; i < clips->count; i++)
        train += clips->clip[i].train;
    if (train == 0 || train == clips->count)
        return problem_set(clips->problem, STATUS_FAILED, "%s: nothing to %s", clips->folder,
                           train ? "evaluate" : "train on");
    return true;
}

bool baseline_run(const char *folder, int threads, Problem *problem)
{
    Clips *clips = calloc(1, sizeof *clips);

    if (!clips)
        return problem_set(problem, STATUS_FAILED, "out of memory");
    clips->folder = folder;
    clips->problem = problem;
    pthread_mutex_init(&clips->lock, NULL);
    prepare(clips);
    bool fine = read_list(clips, "evaluation_setup/fold1_train.txt", true) &&
                read_list(clips, "evaluation_setup/fold1_evaluate.txt", false) &&
                check_parts(clips) && parallel_run(threads, clips->count, analyse, clips);
    if (fine) {
        printf("nearest mean spectrum of %d log-mel bands\n", MELS);
        report(clips, view_name[0]);
        standardise(clips);
        report(clips, view_name[1]);
        remove_level(clips);
        report(clips, view_name[2]);
    }
    pthread_mutex_destroy(&clips->lock);
    free(clips->clip);
    free(clips);
    return fine;
}
