/* mel.c: triangular filters on a mel scale, kept as the few bins in which they are not zero. */
#include <math.h>
#include <stdlib.h>

#include "elementary.h"
#include "fft_own.h"
#include "frontend_own.h"

typedef struct Filter {
    int first, count;   /* bins in which it is not zero */
    const real *weight; /* [count] */
} Filter;

struct AscMel {
    int mels;
    Filter *filter; /* [mels] */
    real *weights;  /* of all filters */
};

/* ---------------------------------------------------------------- scales */

/* Slaney's scale (Auditory Toolbox) is straight below 1000 Hz; the other two are
 * O'Shaughnessy's, with the constants that HTK and Kaldi have. */
#define LOG_10 2.302585092994045684018
#define LOG_6_4 1.856297990365626172485

static double hz_to_mel(double hz, AscScale scale)
{
    if (scale == ASC_HTK)
        return 2595 / LOG_10 * asc_double_log(1 + hz / 700);
    if (scale == ASC_KALDI)
        return 1127 * asc_double_log(1 + hz / 700);
    return hz < 1000 ? 3 * hz / 200 : 15 + 27 * asc_double_log(hz / 1000) / LOG_6_4;
}

static double mel_to_hz(double mel, AscScale scale)
{
    if (scale == ASC_HTK)
        return 700 * (asc_double_exp(mel / 2595 * LOG_10) - 1);
    if (scale == ASC_KALDI)
        return 700 * (asc_double_exp(mel / 1127) - 1);
    return mel < 15 ? 200 * mel / 3 : 1000 * asc_double_exp((mel - 15) / 27 * LOG_6_4);
}

/* ---------------------------------------------------------------- filters */

/* The m-th of mels + 2 points that are evenly spaced in mel; in Hz, or in mel for such
 * triangles. */
static double edge(const AscBank *bank, int m)
{
    double low = hz_to_mel(bank->low, bank->scale);
    double high = hz_to_mel(bank->high, bank->scale);
    int last = bank->mels + 1;
    double at = m == last ? high : low + m * ((high - low) / last);
    return bank->mel_triangles ? at : mel_to_hz(at, bank->scale);
}

static double weight(const AscBank *bank, const double edges[3], double hz)
{
    double x = bank->mel_triangles ? hz_to_mel(hz, bank->scale) : hz;
    double up = (x - edges[0]) / (edges[1] - edges[0]);
    double down = (edges[2] - x) / (edges[2] - edges[1]);
    double least = fmin(up, down);
    double norm = bank->slaney_norm ? 2 / (edges[2] - edges[0]) : 1;
    return least > 0 ? least * norm : 0;
}

/* Finds the bins of each filter; writes the weights where `weights` is not NULL; returns how
 * many. */
static size_t fill(const AscBank *bank, double rate, int fft, AscMel *mel, real *weights)
{
    size_t total = 0;
    int bins = fft / 2 + 1 - (bank->drop_nyquist && fft % 2 == 0);
    for (int m = 0; m < bank->mels; m++) {
        const double edges[3] = { edge(bank, m), edge(bank, m + 1), edge(bank, m + 2) };
        Filter filter = { 0 };
        if (weights)
            filter.weight = weights + total;
        for (int bin = 0; bin < bins; bin++) {
            double w = weight(bank, edges, bin * rate / fft);
            if (w <= 0)
                continue;
            if (filter.count++ == 0)
                filter.first = bin;
            if (weights)
                weights[total] = (real)w;
            total++;
        }
        mel->filter[m] = filter;
    }
    return total;
}

void asc_mel_destroy(AscMel *mel)
{
    if (mel) {
        free(mel->filter);
        free(mel->weights);
        free(mel);
    }
}

AscMel *asc_mel_create(const AscBank *bank, double rate, int fft, AscStatus *status)
{
    double low = bank->low, high = bank->high;
    if (bank->mels < 1 || !(low >= 0) || !(high > low) || high > rate / 2 * (1 + 1e-9)) {
        asc_status_set(status, ASC_BAD_INPUT, "%d mel filters from %g to %g Hz at a rate of %g Hz",
                       bank->mels, low, high, rate);
        return NULL;
    }
    AscMel *mel = calloc(1, sizeof *mel);
    if (mel) {
        mel->mels = bank->mels;
        mel->filter = calloc((size_t)mel->mels, sizeof *mel->filter);
    }
    if (mel && mel->filter)
        mel->weights = malloc((fill(bank, rate, fft, mel, NULL) + 1) * sizeof *mel->weights);
    if (!mel || !mel->filter || !mel->weights) {
        asc_status_memory(status, "mel filters");
        asc_mel_destroy(mel);
        return NULL;
    }
    fill(bank, rate, fft, mel, mel->weights);
    return mel;
}

ASC_CLONES
static void run(const AscMel *mel, const real *power, real *energy, size_t stride, size_t count)
{
    for (int m = 0; m < mel->mels; m++) {
        const Filter *filter = &mel->filter[m];
        const AscLanes *bin = (const AscLanes *)power + filter->first;
        AscLanes sum = { 0 };
        for (int i = 0; i < filter->count; i++)
            sum += bin[i] * filter->weight[i];
        for (size_t lane = 0; lane < count; lane++)
            energy[(size_t)m * stride + lane] = sum[lane];
    }
}

void asc_mel_run(const AscMel *mel, const real *power, real *energy, size_t stride, size_t count)
{
    run(mel, power, energy, stride, count);
}
