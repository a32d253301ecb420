/* pcm.c: reads and converts raw samples. */
#include "pcm.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audio.h"
#include "resample.h"

enum { MOST_CHANNELS = 64, MOST_BYTES = 1 << 16, BLOCK = 1024 };

static const double PAUSE = 0.05; /* s, between looks at a file that may grow */

static double from_u8(const unsigned char *b)
{
    return (b[0] - 128) / 128.0;
}

static double from_s16(const unsigned char *b)
{
    return (int16_t)(b[0] | b[1] << 8) / 32768.0;
}

static double from_s24(const unsigned char *b)
{
    const uint32_t bits = (uint32_t)b[0] << 8 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 24;
    return (int32_t)bits / 2147483648.0;
}

static double from_s32(const unsigned char *b)
{
    int32_t value;
    memcpy(&value, b, sizeof value);
    return value / 2147483648.0;
}

static double from_f32(const unsigned char *b)
{
    float value;
    memcpy(&value, b, sizeof value);
    return (double)value;
}

static double from_f64(const unsigned char *b)
{
    double value;
    memcpy(&value, b, sizeof value);
    return value;
}

static const struct Coding {
    const char *name;
    size_t bytes;
    double (*value)(const unsigned char *bytes);
} CODING[] = {
    { "u8", 1, from_u8 },     { "s16le", 2, from_s16 }, { "s24le", 3, from_s24 },
    { "s32le", 4, from_s32 }, { "f32le", 4, from_f32 }, { "f64le", 8, from_f64 },
};

struct AscPcm {
    const char *name;
    int descriptor;
    const struct Coding *coding;
    int given;    /* channels in the stream */
    int channels; /* wanted */
    AscMono mono;
    double follow;
    const volatile sig_atomic_t *stop;
    unsigned char bytes[MOST_BYTES];
    size_t held;     /* of bytes: an incomplete frame */
    double position; /* frames read */
    double rate;     /* Hz, given */
    bool ended;

    AscResampler *resampler; /* NULL: the rate is the one that is wanted; else: */
    double *block;           /* [BLOCK][channels]: read */
    size_t first, count;     /* what of it is not resampled yet */
};

/* ---------------------------------------------------------------- opening */

/* ",CHANNELS,RATE", of which the latter, or both, may be missing. */
static bool parse_numbers(AscPcm *pcm, const char *text)
{
    char *end;
    if (!*text)
        return true;
    const long channels = strtol(text + 1, &end, 10);
    if (end == text + 1 || channels < 1 || channels > MOST_CHANNELS)
        return false;
    pcm->given = (int)channels;
    if (*end != ',')
        return !*end;
    text = end + 1;
    pcm->rate = strtod(text, &end);
    return end != text && !*end && pcm->rate >= 100 && pcm->rate <= 10000000;
}

static bool parse_format(AscPcm *pcm, const char *format, AscStatus *status)
{
    const size_t length = strcspn(format, ",");
    for (size_t i = 0; i < sizeof CODING / sizeof *CODING; i++)
        if (strlen(CODING[i].name) == length && strncmp(CODING[i].name, format, length) == 0)
            pcm->coding = &CODING[i];
    if (!pcm->coding || !parse_numbers(pcm, format + length))
        return asc_status_set(
            status, ASC_USAGE,
            "--pcm %s: expected u8, s16le, s24le, s32le, f32le or f64le, with the "
            "number of channels behind it as in s16le,2 and the rate as in s16le,1,48000",
            format);
    if (pcm->channels > 1 && pcm->given != pcm->channels)
        return asc_status_set(status, ASC_USAGE, "--pcm %s: the features want %d channels", format,
                              pcm->channels);
    return asc_mono_fits(pcm->mono, pcm->given) ||
           asc_status_set(status, ASC_USAGE, "--pcm %s: mono = %s needs two channels", format,
                          asc_mono_name(pcm->mono));
}

static bool create_resampler(AscPcm *pcm, const AscSound *wanted, AscStatus *status)
{
    AscStatus why = { 0 };
    if (pcm->rate == wanted->rate)
        return true;
    if (wanted->resample == ASC_RESAMPLE_NO)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s: has a rate of %g Hz; the model wants %g Hz and forbids "
                              "resampling",
                              pcm->name, pcm->rate, wanted->rate);
    pcm->block = malloc(BLOCK * (size_t)pcm->channels * sizeof *pcm->block);
    if (!pcm->block)
        return asc_status_memory(status, pcm->name);
    pcm->resampler = asc_resampler_create(pcm->rate, wanted->rate, pcm->channels, wanted->resample,
                                          &why);
    return pcm->resampler ||
           asc_status_set(status, why.code, "%s: can't be brought from %g Hz to %g Hz: %s",
                          pcm->name, pcm->rate, wanted->rate, why.message);
}

double asc_pcm_rate(const AscPcm *pcm)
{
    return pcm->rate;
}

AscPcm *asc_pcm_open(const char *path, const char *format, const AscSound *wanted, double follow,
                     const volatile sig_atomic_t *stop, AscStatus *status)
{
    const bool standard = !path || strcmp(path, "-") == 0;
    AscPcm *pcm = calloc(1, sizeof *pcm);
    if (!pcm) {
        asc_status_memory(status, "a stream");
        return NULL;
    }
    pcm->name = standard ? "standard input" : path;
    pcm->descriptor = -1;
    pcm->channels = wanted->channels;
    pcm->mono = wanted->mono;
    pcm->given = 1;
    pcm->rate = wanted->rate;
    pcm->follow = standard ? 0 : follow;
    pcm->stop = stop;
    bool fine = parse_format(pcm, format ? format : "s16le", status) &&
                create_resampler(pcm, wanted, status);
    if (fine) {
        pcm->descriptor = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
        fine = pcm->descriptor >= 0 || asc_status_errno(status, errno, "read", path);
    }
    if (fine)
        return pcm;
    asc_pcm_close(pcm);
    return NULL;
}

void asc_pcm_close(AscPcm *pcm)
{
    if (pcm && pcm->descriptor > STDIN_FILENO)
        close(pcm->descriptor);
    if (pcm) {
        asc_resampler_destroy(pcm->resampler);
        free(pcm->block);
    }
    free(pcm);
}

/* ---------------------------------------------------------------- reading */

static bool stopped(const AscPcm *pcm)
{
    return pcm->stop && *pcm->stop;
}

/* Bytes behind those that are held; 0: it has ended. */
static ssize_t read_bytes(const AscPcm *pcm, unsigned char *to, size_t most)
{
    for (double waited = 0; !stopped(pcm); waited += PAUSE) {
        ssize_t got = read(pcm->descriptor, to, most);
        if (got < 0 && errno == EINTR)
            continue;
        if (got != 0 || waited >= pcm->follow)
            return got;
        usleep((useconds_t)(PAUSE * 1e6));
    }
    return 0;
}

static bool check_kind(const AscPcm *pcm, AscStatus *status)
{
    static const char *const kind[] = { "RIFF", "RF64", "fLaC", "OggS", "caff", "FORM" };
    for (size_t i = 0; pcm->position == 0 && i < sizeof kind / sizeof *kind; i++)
        if (memcmp(pcm->bytes, kind[i], 4) == 0)
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "%s: begins with %s: it is a file with a header; --stream reads "
                                  "raw samples",
                                  pcm->name, kind[i]);
    return true;
}

/* frame: [given]; to: [channels] */
static bool convert(const AscPcm *pcm, const unsigned char *frame, double *to)
{
    double value[MOST_CHANNELS];
    bool finite = true;
    for (int c = 0; c < pcm->given; c++) {
        value[c] = pcm->coding->value(frame + (size_t)c * pcm->coding->bytes);
        finite = finite && isfinite(value[c]);
    }
    if (pcm->channels == 1)
        to[0] = asc_mono_mix(pcm->mono, value, pcm->given);
    for (int c = 0; pcm->channels > 1 && c < pcm->given; c++)
        to[c] = value[c];
    return finite;
}

static bool read_raw(AscPcm *pcm, double *samples, size_t most, size_t *frames, AscStatus *status)
{
    const size_t frame = pcm->coding->bytes * (size_t)pcm->given;
    size_t room = most * frame < MOST_BYTES ? most * frame : MOST_BYTES / frame * frame;
    *frames = 0;
    while (pcm->held < frame || (pcm->position == 0 && pcm->held < 4)) {
        ssize_t got = read_bytes(pcm, pcm->bytes + pcm->held, room - pcm->held);
        if (got < 0)
            return asc_status_errno(status, errno, "read", pcm->name);
        if (got == 0 && pcm->held % frame != 0 && !stopped(pcm))
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "%s: ends in the middle of a sample, after %.0f", pcm->name,
                                  pcm->position + (double)(pcm->held / frame));
        pcm->held += (size_t)got;
        if (got == 0)
            break;
    }
    if (pcm->held >= 4 && !check_kind(pcm, status))
        return false;
    const size_t count = pcm->held / frame;
    for (size_t i = 0; i < count; i++)
        if (!convert(pcm, pcm->bytes + i * frame, samples + i * (size_t)pcm->channels))
            return asc_status_set(status, ASC_BAD_INPUT, "%s: sample %.0f is not a finite number",
                                  pcm->name, pcm->position + (double)i + 1);
    pcm->held -= count * frame;
    memmove(pcm->bytes, pcm->bytes + count * frame, pcm->held);
    pcm->position += (double)count;
    *frames = count;
    return true;
}

bool asc_pcm_read(AscPcm *pcm, double *samples, size_t most, size_t *frames, AscStatus *status)
{
    if (!pcm->resampler)
        return read_raw(pcm, samples, most, frames, status);
    for (bool drained = false; !drained;) {
        size_t used = 0;
        if (pcm->count == 0 && !pcm->ended) {
            if (!read_raw(pcm, pcm->block, BLOCK, &pcm->count, status))
                return false;
            pcm->first = 0;
            pcm->ended = pcm->count == 0;
        }
        drained = pcm->ended;
        const double *from = drained ? NULL : pcm->block + pcm->first * (size_t)pcm->channels;
        if (!asc_resampler_run(pcm->resampler, from, pcm->count, &used, samples, most, frames,
                               status)) {
            asc_status_prefix(status, "%s: can't be resampled: ", pcm->name);
            return false;
        }
        pcm->first += used;
        pcm->count -= used;
        if (*frames > 0)
            return true;
    }
    return true;
}
