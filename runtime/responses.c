/* responses.c: impulse responses: their files, which ones a recording is heard through, and convolution. */
#include "responses.h"

#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio.h"
#include "random.h"

enum { MOST_SAMPLES = 1 << 20, LEAST_FFT = 1024, DEEPEST = 4, LANES = ASC_FFT_LANES };

static const char stream[] = "impulse responses";

/* ---------------------------------------------------------------- files */

typedef struct Paths {
    char **path; /* owned */
    size_t count, room;
} Paths;

static void free_paths(Paths *paths)
{
    for (size_t n = 0; n < paths->count; n++)
        free(paths->path[n]);
    free(paths->path);
}

static bool add_path(Paths *paths, char *path, AscStatus *status)
{
    if (paths->count == paths->room) {
        size_t room = paths->room ? 2 * paths->room : 64;
        char **grown = realloc(paths->path, room * sizeof *grown);

        if (!grown) {
            free(path);
            return asc_status_memory(status, "impulse responses");
        }
        paths->path = grown;
        paths->room = room;
    }
    paths->path[paths->count++] = path;
    return true;
}

static bool list(const char *folder, int depth, Paths *paths, AscStatus *status)
{
    DIR *open = opendir(folder);
    bool fine = true;

    if (!open)
        return asc_status_set(status, ASC_BAD_INPUT, "%s: is no folder that can be read", folder);
    for (struct dirent *entry; fine && (entry = readdir(open));) {
        char *path = entry->d_name[0] == '.' ? NULL : asc_path_join(folder, entry->d_name);

        if (!path)
            continue;
        if (asc_folder_exists(path)) {
            fine = depth == DEEPEST || list(path, depth + 1, paths, status);
            free(path);
        } else if (asc_audio_named(path)) {
            fine = add_path(paths, path, status);
        } else {
            free(path);
        }
    }
    closedir(open);
    return fine;
}

static int in_byte_order(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static bool find_files(const char *folder, Paths *paths, AscStatus *status)
{
    if (!list(folder, 0, paths, status))
        return false;
    if (paths->count == 0)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s: has no impulse responses: audio files are expected", folder);
    qsort(paths->path, paths->count, sizeof *paths->path, in_byte_order);
    return true;
}

bool asc_responses_hash(const char *folder, char text[ASC_HASH_TEXT], AscStatus *status)
{
    Paths paths = { 0 };
    AscHash all = asc_hash_start(), one;
    bool fine = find_files(folder, &paths, status);

    for (size_t n = 0; fine && n < paths.count; n++) {
        fine = asc_hash_file(paths.path[n], &one, status);
        all = asc_hash_add(all, &one, sizeof one);
    }
    asc_hash_print(all, text);
    free_paths(&paths);
    return fine;
}

/* ---------------------------------------------------------------- reading */

static real *lanes(int count)
{
    size_t bytes = (size_t)count * LANES * sizeof(real);
    real *values = aligned_alloc(64, (bytes + 63) / 64 * 64);

    if (values)
        memset(values, 0, bytes);
    return values;
}

/* The spectrum of samples that are scaled to energy 1. */
static bool transform(AscResponse *response, const double *samples, double energy,
                      AscStatus *status)
{
    int bins = response->fft / 2 + 1;
    AscFft *fft = asc_fft_create(response->fft, status);
    real *signal = fft ? lanes(response->fft) : NULL, *spectrum = fft ? lanes(2 * bins) : NULL;
    bool fine = signal && spectrum;

    response->spectrum = malloc((size_t)bins * 2 * sizeof *response->spectrum);
    if (fine && response->spectrum) {
        for (int i = 0; i < response->length; i++)
            signal[(size_t)i * LANES] = (real)(samples[i] / sqrt(energy));
        asc_fft_run(fft, signal, spectrum);
        for (int k = 0; k < 2 * bins; k++)
            response->spectrum[k] = spectrum[(size_t)k * LANES];
    } else if (fft) {
        fine = asc_status_memory(status, "impulse responses");
    }
    free(signal);
    free(spectrum);
    asc_fft_destroy(fft);
    return fine;
}

static bool read_response(AscResponse *response, double rate, AscStatus *status)
{
    AscAudio audio = { 0 };
    double energy = 0, largest = 0;
    bool fine = asc_hash_file(response->path, &response->hash, status) &&
                asc_audio_read(response->path, &(AscSound){ .rate = rate, .channels = 1 }, &audio,
                               status);

    if (!fine)
        return false;
    for (size_t i = 0; i < audio.frames; i++) {
        energy += audio.samples[i] * audio.samples[i];
        if (fabs(audio.samples[i]) > largest) {
            largest = fabs(audio.samples[i]);
            response->peak = (int)i;
        }
    }
    response->rate = rate;
    response->length = (int)audio.frames;
    for (response->fft = LEAST_FFT; response->fft < 4 * response->length;)
        response->fft *= 2;
    if (audio.frames > MOST_SAMPLES)
        fine = asc_status_set(status, ASC_BAD_INPUT,
                              "%s: has %zu samples at %g Hz, an impulse response at most %d",
                              response->path, audio.frames, rate, MOST_SAMPLES);
    else if (!(energy > 0))
        fine = asc_status_set(status, ASC_BAD_INPUT, "%s: is silent, and no impulse response",
                              response->path);
    else
        fine = transform(response, audio.samples, energy, status);
    asc_audio_free(&audio);
    return fine;
}

AscResponses *asc_responses_open(const char *folder, double rate, AscStatus *status)
{
    Paths paths = { 0 };
    AscResponses *all = calloc(1, sizeof *all);
    bool fine = all ? find_files(folder, &paths, status)
                    : asc_status_memory(status, "impulse responses");

    if (fine) {
        all->response = calloc(paths.count, sizeof *all->response);
        fine = all->response || asc_status_memory(status, "impulse responses");
    }
    for (; fine && (size_t)all->count < paths.count; all->count++) {
        all->response[all->count].path = paths.path[all->count];
        paths.path[all->count] = NULL;
        if (!read_response(&all->response[all->count], rate, status)) {
            all->count++;
            fine = false;
            break;
        }
    }
    free_paths(&paths);
    if (fine)
        return all;
    asc_responses_close(all);
    return NULL;
}

void asc_responses_close(AscResponses *responses)
{
    if (!responses)
        return;
    for (int n = 0; n < responses->count; n++) {
        free(responses->response[n].path);
        free(responses->response[n].spectrum);
    }
    free(responses->response);
    free(responses);
}

/* ---------------------------------------------------------------- draws */

bool asc_responses_draw(const AscResponses *responses, uint64_t seed, const char *recording,
                        int variants, const AscResponse **drawn, AscStatus *status)
{
    AscHash hash = asc_hash_text(asc_hash_start(), recording);
    AscRandom random = asc_random_start(seed, stream, hash.word[0]);
    int *order = calloc((size_t)responses->count, sizeof *order);

    if (!order)
        return asc_status_memory(status, "impulse responses");
    asc_random_permutation(&random, order, responses->count);
    for (int k = 0; k < variants; k++)
        drawn[k] = &responses->response[order[k % responses->count]];
    free(order);
    return true;
}

/* ---------------------------------------------------------------- convolution */

/* spectrum [bins][2][LANES] times that of the response. */
static void multiply(const AscResponse *response, real *spectrum)
{
    for (int k = 0; k <= response->fft / 2; k++) {
        const real c = response->spectrum[2 * k], s = response->spectrum[2 * k + 1];
        real *re = spectrum + (size_t)k * 2 * LANES, *im = re + LANES;

        for (int lane = 0; lane < LANES; lane++) {
            real a = re[lane];

            re[lane] = a * c - im[lane] * s;
            im[lane] = a * s + im[lane] * c;
        }
    }
}

/* Hartley's transform of a real signal, Re X - Im X, of its spectrum: all of it, from the half of the
 * bins, as X[n - k] is the conjugate of X[k].  It is its own inverse but for a factor n. */
static void to_hartley(int size, const real *spectrum, real *to)
{
    for (int k = 0; k < size; k++) {
        const bool mirrored = k > size / 2;
        const real *re = spectrum + (size_t)(mirrored ? size - k : k) * 2 * LANES, *im = re + LANES;

        for (int lane = 0; lane < LANES; lane++)
            to[(size_t)k * LANES + lane] = mirrored ? re[lane] + im[lane] : re[lane] - im[lane];
    }
}

/* Adds one block's result, which begins at sample `first` of the sound. */
static void add_block(const AscResponse *response, const real *signal, int lane, size_t first,
                      size_t frames, double *to)
{
    for (int i = 0; i < response->fft; i++) {
        ptrdiff_t at = (ptrdiff_t)first + i - response->peak;

        if (at >= 0 && at < (ptrdiff_t)frames)
            to[at] += (double)signal[(size_t)i * LANES + lane] / response->fft;
    }
}

bool asc_response_apply(const AscResponse *response, AscFft *fft, const double *from, size_t frames,
                        double *to, AscStatus *status)
{
    const size_t block = (size_t)(response->fft - response->length + 1);
    real *signal = lanes(response->fft), *spectrum = lanes(2 * (response->fft / 2 + 1));
    bool fine = signal && spectrum;

    memset(to, 0, frames * sizeof *to);
    for (size_t first = 0; fine && first < frames; first += block * LANES) {
        memset(signal, 0, (size_t)response->fft * LANES * sizeof *signal);
        for (size_t i = 0; i < block * LANES && first + i < frames; i++)
            signal[i % block * LANES + i / block] = (real)from[first + i];
        asc_fft_run(fft, signal, spectrum);
        multiply(response, spectrum);
        to_hartley(response->fft, spectrum, signal);
        asc_fft_run(fft, signal, spectrum);
        to_hartley(response->fft, spectrum, signal);
        for (int lane = 0; lane < LANES && first + (size_t)lane * block < frames; lane++)
            add_block(response, signal, lane, first + (size_t)lane * block, frames, to);
    }
    free(signal);
    free(spectrum);
    return fine || asc_status_memory(status, "impulse responses");
}
