/* spectrogram.c: frames, windows and the power in each bin of their transforms. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "elementary.h"
#include "fft_own.h"
#include "frontend_own.h"

enum { LANES = ASC_FFT_LANES };

struct AscSpectrogram {
    int window, hop, fft, bins;
    size_t margin; /* samples put in front and behind */
    int at;        /* where the window begins in the transform */
    AscEdges edges;
    bool remove_dc;
    double power, preemphasis;
    real *shape; /* [window] */
    AscFft *plan;
    AscLanes *signal;      /* [fft] */
    AscLanePair *spectrum; /* [bins] */
    AscLanes *powers;      /* [bins] */
    real *padded;          /* the signal with its margins */
    size_t room;           /* of padded */
};

/* ---------------------------------------------------------------- creation */

/* Sums of cosines, a0 - a1 cos(x) + a2 cos(2x) - a3 cos(3x) (Harris 1978, "On the use of windows for harmonic analysis
 * with the discrete Fourier transform"). */
static const double cosines[][4] = {
    [ASC_HANN] = { 0.5, 0.5 },
    [ASC_HAMMING] = { 0.54, 0.46 },
    [ASC_BLACKMAN] = { 0.42, 0.5, 0.08 },
    [ASC_BLACKMANHARRIS] = { 0.35875, 0.48829, 0.14128, 0.01168 },
};

static double cosine_window(AscWindow shape, double turns)
{
    const double *a = cosines[shape];
    return a[0] - a[1] * asc_double_cos_turns(turns) + a[2] * asc_double_cos_turns(2 * turns) -
           a[3] * asc_double_cos_turns(3 * turns);
}

/* Periodic windows are one sample of a longer symmetric one short.  Povey's is Kaldi's. */
static double window_at(AscWindow shape, int i, int size, bool periodic)
{
    double turns = i / (double)(periodic || size == 1 ? size : size - 1);
    switch (shape) {
    case ASC_BARTLETT: return 1 - fabs(2 * turns - 1);
    case ASC_POVEY: return asc_double_exp(0.85 * asc_double_log(cosine_window(ASC_HANN, turns)));
    case ASC_RECTANGULAR: return 1;
    default: return cosine_window(shape, turns);
    }
}

static bool check(const AscStage *stage, AscStatus *status)
{
    int window = stage->as.spectrogram.window, fft = stage->as.spectrogram.fft;
    if (window >= 1 && fft >= window && stage->as.spectrogram.hop >= 1)
        return true;
    return asc_status_set(status, ASC_BAD_INPUT,
                          "a spectrogram with a window of %d, a hop of %d and a transform of %d "
                          "samples",
                          window, stage->as.spectrogram.hop, fft);
}

static bool prepare(AscSpectrogram *made, AscWindow shape, bool periodic, AscStatus *status)
{
    size_t bins = (size_t)made->bins;
    made->plan = asc_fft_create(made->fft, status);
    if (!made->plan)
        return false;
    made->shape = malloc((size_t)made->window * sizeof *made->shape);
    made->signal = aligned_alloc(sizeof(AscLanes), (size_t)made->fft * sizeof(AscLanes));
    made->spectrum = asc_lane_pairs(made->bins);
    made->powers = aligned_alloc(sizeof(AscLanes), bins * sizeof(AscLanes));
    if (!made->shape || !made->signal || !made->spectrum || !made->powers)
        return asc_status_memory(status, "a spectrogram");
    for (int i = 0; i < made->window; i++)
        made->shape[i] = (real)window_at(shape, i, made->window, periodic);
    return true;
}

AscSpectrogram *asc_spectrogram_create(const AscStage *stage, AscStatus *status)
{
    if (!check(stage, status))
        return NULL;
    AscSpectrogram *made = calloc(1, sizeof *made);
    if (!made) {
        asc_status_memory(status, "a spectrogram");
        return NULL;
    }
    made->window = stage->as.spectrogram.window;
    made->hop = stage->as.spectrogram.hop;
    made->fft = stage->as.spectrogram.fft;
    made->bins = made->fft / 2 + 1;
    made->edges = stage->as.spectrogram.edges;
    made->remove_dc = stage->as.spectrogram.remove_dc;
    made->power = stage->as.spectrogram.power;
    made->preemphasis = stage->as.spectrogram.preemphasis;
    const bool snipped = made->edges == ASC_SNIP;
    made->at = snipped ? 0 : (made->fft - made->window) / 2;
    made->margin = snipped || made->edges == ASC_VALID ? 0 : (size_t)made->fft / 2;
    if (!prepare(made, stage->as.spectrogram.shape, stage->as.spectrogram.periodic, status)) {
        asc_spectrogram_destroy(made);
        return NULL;
    }
    return made;
}

void asc_spectrogram_destroy(AscSpectrogram *spectrogram)
{
    if (spectrogram) {
        asc_fft_destroy(spectrogram->plan);
        free(spectrogram->shape);
        free(spectrogram->signal);
        free(spectrogram->spectrum);
        free(spectrogram->powers);
        free(spectrogram->padded);
        free(spectrogram);
    }
}

/* ---------------------------------------------------------------- frames */

/* Place `at` of a signal of `count` samples that is mirrored at its ends, again and again, without
 * repeating the end samples. */
static size_t mirrored(long long at, long long count)
{
    if (count == 1)
        return 0;
    long long period = 2 * (count - 1), place = ((at % period) + period) % period;
    return (size_t)(place < count ? place : period - place);
}

static bool put_margins(AscSpectrogram *made, const double *samples, size_t count,
                        AscStatus *status)
{
    size_t margin = made->margin, length = count + 2 * margin;
    if (length > made->room) {
        free(made->padded);
        made->padded = malloc(length * sizeof *made->padded);
        made->room = made->padded ? length : 0;
        if (!made->padded)
            return asc_status_memory(status, "a recording");
    }
    for (size_t i = 0; i < count; i++)
        made->padded[margin + i] = (real)samples[i];
    for (size_t i = 0; i < margin; i++) {
        real *front = &made->padded[i], *behind = &made->padded[margin + count + i];
        if (made->edges == ASC_REFLECT) {
            *front = (real)samples[mirrored((long long)i - (long long)margin, (long long)count)];
            *behind = (real)samples[mirrored((long long)(count + i), (long long)count)];
        } else {
            *front = *behind = 0;
        }
    }
    return true;
}

/* The samples of up to LANES frames under the window, a frame in each lane. */
static void gather(AscSpectrogram *made, size_t first, size_t count)
{
    const real *from = made->padded + first * (size_t)made->hop + made->at;
    memset(made->signal, 0, (size_t)made->fft * sizeof *made->signal);
    real *to = (real *)(made->signal + made->at);
    for (size_t i = 0; i < (size_t)made->window; i++)
        for (size_t lane = 0; lane < count; lane++)
            to[i * LANES + lane] = from[i + lane * (size_t)made->hop];
}

/* Kaldi's order: mean removed, preemphasis x[i] - c x[i - 1] (the first sample with itself),
 * window. */
ASC_CLONES
static void shape_frames(AscSpectrogram *made)
{
    AscLanes *x = made->signal + made->at;
    const real preemphasis = (real)made->preemphasis;
    int window = made->window;
    if (made->remove_dc) {
        AscLanes mean = { 0 };
        for (int i = 0; i < window; i++)
            mean += x[i];
        mean /= (real)window;
        for (int i = 0; i < window; i++)
            x[i] -= mean;
    }
    if (preemphasis != 0) {
        for (int i = window - 1; i > 0; i--)
            x[i] -= x[i - 1] * preemphasis;
        x[0] -= x[0] * preemphasis;
    }
    for (int i = 0; i < window; i++)
        x[i] *= made->shape[i];
}

ASC_INSIDE real root(real x)
{
    return sizeof x == sizeof(float) ? (real)sqrtf((float)x) : (real)sqrt((double)x);
}

ASC_CLONES
static void find_powers(AscSpectrogram *made)
{
    for (int bin = 0; bin < made->bins; bin++) {
        const AscLanePair *x = &made->spectrum[bin];
        made->powers[bin] = x->re * x->re + x->im * x->im;
    }
    real *power = (real *)made->powers;
    size_t count = (size_t)made->bins * LANES;
    if (made->power == 1)
        for (size_t i = 0; i < count; i++)
            power[i] = root(power[i]);
}

bool asc_spectrogram_run(AscSpectrogram *spectrogram, const double *samples, size_t count,
                         size_t frames, AscTakeFrames take, void *context, AscStatus *status)
{
    if (!put_margins(spectrogram, samples, count, status))
        return false;
    for (size_t first = 0; first < frames; first += LANES) {
        size_t group = frames - first < LANES ? frames - first : LANES;
        gather(spectrogram, first, group);
        shape_frames(spectrogram);
        asc_fft_run(spectrogram->plan, (real *)spectrogram->signal, (real *)spectrogram->spectrum);
        find_powers(spectrogram);
        take(context, (const real *)spectrogram->powers, first, group);
    }
    return true;
}
