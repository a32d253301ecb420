/* sinc.c: resampling as torchaudio does by default (functional/functional.py, resample): each sample is a sum of the
 * sound's own under a sinc that a cosine squared ends after six zeros, with its cutoff at 99 % of the lower half rate. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "elementary.h"
#include "resample.h"

static const double ZEROS = 6, ROLL_OFF = 0.99;
static const int64_t MOST_TAPS = (int64_t)1 << 22;

enum { BLOCK = 1024 }; /* frames of the sound beside those under a window */

struct AscSinc {
    int64_t from, to; /* the rates without their common factor */
    int width, taps, channels;
    /* [to][taps]: of output n the row n % to, which begins `width` before the sample at or before it */
    double *weight;

    double *held; /* [taps + BLOCK][channels]: the sound from frame `first` on */
    size_t count;
    int64_t first, length, next; /* length: frames put in; next: to be made */
    bool ended;
};

static int64_t common_factor(int64_t a, int64_t b)
{
    return b == 0 ? a : common_factor(b, a % b);
}

/* The impulse response, t in units of its zeros. */
static double response(double t)
{
    if (fabs(t) >= ZEROS)
        return 0;
    double fall = asc_double_cos_turns(t / ZEROS / 4);
    return fall * fall * (t == 0 ? 1 : sin(M_PI * t) / (M_PI * t));
}

static void fill_weights(AscSinc *sinc)
{
    const double cutoff = ROLL_OFF * (double)(sinc->from < sinc->to ? sinc->from : sinc->to);
    for (int64_t n = 0; n < sinc->to; n++) {
        const int64_t before = n * sinc->from / sinc->to;
        for (int k = 0; k < sinc->taps; k++) {
            const double in = (double)(before - sinc->width + k) / (double)sinc->from,
                         at = (double)n / (double)sinc->to;
            sinc->weight[n * sinc->taps + k] = response((in - at) * cutoff) * cutoff /
                                               (double)sinc->from;
        }
    }
}

AscSinc *asc_sinc_create(double from, double to, int channels, AscStatus *status)
{
    if (from != floor(from) || to != floor(to)) {
        asc_status_set(status, ASC_BAD_INPUT, "sinc resamples between rates of whole Hz");
        return NULL;
    }
    const int64_t factor = common_factor((int64_t)from, (int64_t)to);
    AscSinc *sinc = calloc(1, sizeof *sinc);
    if (!sinc) {
        asc_status_memory(status, "a resampler");
        return NULL;
    }
    sinc->from = (int64_t)from / factor;
    sinc->to = (int64_t)to / factor;
    sinc->channels = channels;
    const double lower = sinc->from < sinc->to ? (double)sinc->from : (double)sinc->to;
    sinc->width = (int)ceil(ZEROS * (double)sinc->from / (lower * ROLL_OFF));
    sinc->taps = 2 * sinc->width + 2;
    sinc->first = -sinc->width;
    sinc->count = (size_t)sinc->width; /* silence before the sound */
    if (sinc->to * sinc->taps > MOST_TAPS) {
        asc_status_set(status, ASC_BAD_INPUT,
                       "the rates have no common factor that is large enough for sinc");
        free(sinc);
        return NULL;
    }
    sinc->weight = malloc((size_t)(sinc->to * sinc->taps) * sizeof *sinc->weight);
    sinc->held = calloc((size_t)(sinc->taps + BLOCK) * (size_t)channels, sizeof *sinc->held);
    if (!sinc->weight || !sinc->held) {
        asc_status_memory(status, "a resampler");
        asc_sinc_destroy(sinc);
        return NULL;
    }
    fill_weights(sinc);
    return sinc;
}

void asc_sinc_destroy(AscSinc *sinc)
{
    if (sinc) {
        free(sinc->weight);
        free(sinc->held);
        free(sinc);
    }
}

/* Where the window of the next output begins. */
static int64_t window_first(const AscSinc *sinc)
{
    return sinc->next / sinc->to * sinc->from + sinc->next % sinc->to * sinc->from / sinc->to -
           sinc->width;
}

/* Forgets what no output needs any more, and takes more of the sound, or silence behind it. */
static size_t take(AscSinc *sinc, const double *in, size_t count)
{
    const size_t channels = (size_t)sinc->channels, room = (size_t)sinc->taps + BLOCK;
    const int64_t past = window_first(sinc) - sinc->first;
    const size_t gone = past < (int64_t)sinc->count ? (size_t)past : sinc->count;
    sinc->count -= gone;
    sinc->first += (int64_t)gone;
    memmove(sinc->held, sinc->held + gone * channels, sinc->count * channels * sizeof *sinc->held);
    const size_t more = count < room - sinc->count ? count : room - sinc->count;
    double *to = sinc->held + sinc->count * channels;
    if (in)
        memcpy(to, in, more * channels * sizeof *to);
    else
        memset(to, 0, more * channels * sizeof *to);
    sinc->count += more;
    return more;
}

static bool make_one(AscSinc *sinc, double *out)
{
    const int64_t begin = window_first(sinc) - sinc->first;
    const size_t channels = (size_t)sinc->channels;
    const double *weight = sinc->weight + sinc->next % sinc->to * sinc->taps;
    if (begin + sinc->taps > (int64_t)sinc->count)
        return false;
    for (size_t c = 0; c < channels; c++) {
        const double *x = sinc->held + (size_t)begin * channels + c;
        double sum = 0;
        for (size_t k = 0; k < (size_t)sinc->taps; k++)
            sum += weight[k] * x[k * channels];
        out[c] = sum;
    }
    sinc->next++;
    return true;
}

void asc_sinc_run(AscSinc *sinc, const double *in, size_t count, size_t *used, double *out,
                  size_t most, size_t *made)
{
    sinc->ended = sinc->ended || !in;
    *used = in ? take(sinc, in, count) : 0;
    sinc->length += (int64_t)*used;
    const int64_t all = (int64_t)asc_resampled_frames((size_t)sinc->length, (double)sinc->from,
                                                      (double)sinc->to, ASC_RESAMPLE_SINC);
    *made = 0;
    while (*made < most && (!sinc->ended || sinc->next < all)) {
        if (make_one(sinc, out + *made * (size_t)sinc->channels))
            ++*made;
        else if (!sinc->ended || take(sinc, NULL, SIZE_MAX) == 0)
            break;
    }
}
