/* audio.c: decodes recordings with libsndfile, checks them, mixes them down; resample.c has the
 * change of rate. */
#include "audio.h"

#include <errno.h>
#include <math.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "audio_own.h"

enum { BLOCK = 4096 }; /* frames decoded at a time */

static const double MOST_SAMPLES = 1 << 28; /* of one recording, all channels kept */

void asc_audio_free(AscAudio *audio)
{
    free(audio->samples);
    audio->samples = NULL;
    audio->frames = 0;
}

bool asc_audio_named(const char *path)
{
    static const char *const ending[] = {
        "wav",  "wave", "flac", "ogg", "oga", "opus", "mp3", "aif", "aiff",
        "aifc", "au",   "snd",  "caf", "w64", "rf64", "wv",  "voc", "sph",
        "nist", "mat",  "sd2",  "pvf", "htk", "paf",  "iff",
    };
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && !strchr(dot, '/') && i < sizeof ending / sizeof ending[0]; i++)
        if (strcasecmp(dot + 1, ending[i]) == 0)
            return true;
    return false;
}

/* ---------------------------------------------------------------- checks of the container */

/* What the parser of libsndfile noted as cut off: a chunk of sound that is shorter than its header
 * says ("data : 132300 (should be 88185)"), or an Ogg stream without its last page, which has no
 * length.  Streams into chunks carry a number near 2^31 or 2^32 instead of their size. */
static bool noted_as_cut(SNDFILE *file, const SF_INFO *info)
{
    if (info->frames == SF_COUNT_MAX && (info->format & SF_FORMAT_TYPEMASK) == SF_FORMAT_OGG)
        return true;

    char log[16384];
    log[0] = '\0';
    sf_command(file, SFC_GET_LOG_INFO, log, sizeof log);
    static const char *const chunk[] = {
        "\ndata : ",          "\nriff : ",        "\n SSND : ",
        "\n  Data Size   : ", "\n  Riff size : ", "\n BODY : ",
    };
    unsigned long long said, found;
    for (size_t i = 0; i < sizeof chunk / sizeof chunk[0]; i++) {
        const char *line = strstr(log, chunk[i]);
        if (line && sscanf(line + strlen(chunk[i]), "%llu (should be %llu)", &said, &found) == 2 &&
            said > found && said < 0x7fff0000)
            return true;
    }
    return false;
}

/* The header of NIST SPHERE is text, which libsndfile doesn't compare with the file's size. */
static bool counts_more(const char *path, const SF_INFO *info)
{
    char header[1025] = "";
    unsigned long long said;
    FILE *file = (info->format & SF_FORMAT_TYPEMASK) == SF_FORMAT_NIST ? fopen(path, "rb") : NULL;
    if (!file)
        return false;
    header[fread(header, 1, sizeof header - 1, file)] = '\0';
    fclose(file);
    const char *count = strstr(header, "\nsample_count -i ");
    return count && sscanf(count, "\nsample_count -i %llu", &said) == 1 &&
           said > (unsigned long long)info->frames;
}

bool asc_mono_fits(AscMono mono, int channels)
{
    return mono == ASC_MONO_MEAN || channels == 2;
}

const char *asc_mono_name(AscMono mono)
{
    static const char *const name[] = { [ASC_MONO_MEAN] = "mean",
                                        [ASC_MONO_LEFT] = "left",
                                        [ASC_MONO_RIGHT] = "right",
                                        [ASC_MONO_SIDE] = "side" };
    return name[mono];
}

double asc_mono_mix(AscMono mono, const double *frame, int channels)
{
    double sum = 0;
    switch (mono) {
    case ASC_MONO_LEFT: return frame[0];
    case ASC_MONO_RIGHT: return frame[1];
    case ASC_MONO_SIDE: return (frame[0] - frame[1]) / 2;
    case ASC_MONO_MEAN: break;
    }
    for (int c = 0; c < channels; c++)
        sum += frame[c];
    return sum / channels;
}

static bool check_header(const char *path, const SF_INFO *info, const AscSound *wanted,
                         AscStatus *status)
{
    const int channels = wanted->channels;
    if (info->channels < 1 || info->samplerate < 100 || info->samplerate > 10000000)
        return asc_status_set(status, ASC_BAD_INPUT, "%s: has %d channels at %d Hz", path,
                              info->channels, info->samplerate);
    if (channels > 1 && info->channels != channels)
        return asc_status_set(status, ASC_BAD_INPUT, "%s: has %d channel%s, the features want %d",
                              path, info->channels, info->channels > 1 ? "s" : "", channels);
    if (!asc_mono_fits(wanted->mono, info->channels))
        return asc_status_set(status, ASC_BAD_INPUT, "%s: has %d channel%s; mono = %s needs two",
                              path, info->channels, info->channels > 1 ? "s" : "",
                              asc_mono_name(wanted->mono));
    return wanted->resample != ASC_RESAMPLE_NO || info->samplerate == wanted->rate ||
           asc_status_set(status, ASC_BAD_INPUT,
                          "%s: has a rate of %d Hz; the model wants %g Hz and forbids resampling",
                          path, info->samplerate, wanted->rate);
}

static SNDFILE *open_sound(const char *path, SF_INFO *info, AscStatus *status)
{
    struct stat found;
    if (stat(path, &found) != 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            asc_status_set(status, ASC_BAD_INPUT, "%s: no such file", path);
        else
            asc_status_errno(status, errno, "read", path);
        return NULL;
    }
    if (!S_ISREG(found.st_mode) || found.st_size == 0) {
        asc_status_set(status, ASC_BAD_INPUT, "%s: is %s", path,
                       S_ISREG(found.st_mode) ? "an empty file" : "not a file");
        return NULL;
    }
    memset(info, 0, sizeof *info);
    SNDFILE *file = sf_open(path, SFM_READ, info);
    if (file)
        return file;
    if (sf_error(NULL) == SF_ERR_SYSTEM)
        asc_status_set(status, ASC_IO, "%s: can't open: %s", path, sf_strerror(NULL));
    else
        asc_status_set(status, ASC_BAD_INPUT, "%s: is not audio that can be read: %s", path,
                       sf_strerror(NULL));
    return NULL;
}

/* ---------------------------------------------------------------- samples */

/* Adds `count` interleaved frames at audio->samples[.][at]; room is the length of a channel. */
static bool keep(const double *block, sf_count_t count, int channels, AscAudio *audio, size_t room)
{
    double *to = audio->samples + audio->frames;
    for (sf_count_t i = 0; i < count; i++) {
        const double *frame = block + i * channels;
        for (int c = 0; c < channels; c++)
            if (!isfinite(frame[c]))
                return false;
        if (audio->channels == 1)
            to[i] = asc_mono_mix(audio->mono, frame, channels);
        for (int c = 0; audio->channels > 1 && c < channels; c++)
            to[(size_t)c * room + (size_t)i] = frame[c];
    }
    audio->frames += (size_t)count;
    return true;
}

/* Makes room for more frames in every channel; the new array keeps what is there. */
static bool grow(AscAudio *audio, size_t *room, const char *path, AscStatus *status)
{
    size_t wanted = *room ? 2 * *room : 16 * BLOCK, channels = (size_t)audio->channels;
    if ((double)wanted * audio->channels > 2 * MOST_SAMPLES)
        return asc_status_set(status, ASC_BAD_INPUT, "%s: is longer than %.0f samples", path,
                              MOST_SAMPLES);
    double *samples = malloc(wanted * channels * sizeof *samples);
    if (!samples)
        return asc_status_memory(status, path);
    for (size_t c = 0; audio->frames > 0 && c < channels; c++)
        memcpy(samples + c * wanted, audio->samples + c * *room, audio->frames * sizeof *samples);
    free(audio->samples);
    audio->samples = samples;
    *room = wanted;
    return true;
}

static bool read_samples(SNDFILE *file, const SF_INFO *info, const char *path, AscAudio *audio,
                         AscStatus *status)
{
    double *block = malloc((size_t)BLOCK * (size_t)info->channels * sizeof *block);
    if (!block)
        return asc_status_memory(status, path);
    size_t room = 0;
    bool fine = true;
    sf_count_t got = 0;
    while (fine && (got = sf_readf_double(file, block, BLOCK)) > 0) {
        if (audio->frames + (size_t)got > room)
            fine = grow(audio, &room, path, status);
        audio->not_finite = fine && !keep(block, got, info->channels, audio, room);
        if (audio->not_finite)
            fine = asc_status_set(status, ASC_BAD_INPUT,
                                  "%s: a sample after %.3f s is not a finite number", path,
                                  (double)audio->frames / info->samplerate);
    }
    free(block);
    size_t frames = audio->frames;
    for (int c = 1; fine && c < audio->channels; c++) /* close the gaps between channels */
        memmove(audio->samples + (size_t)c * frames, audio->samples + (size_t)c * room,
                frames * sizeof *audio->samples);
    return fine;
}

static bool check_length(SNDFILE *file, const SF_INFO *info, const char *path,
                         const AscAudio *audio, AscStatus *status)
{
    if (sf_error(file) != SF_ERR_NO_ERROR)
        return asc_status_set(status, ASC_BAD_INPUT, "%s: is damaged after %zu samples: %s", path,
                              audio->frames, sf_strerror(file));
    if (info->frames < SF_COUNT_MAX && (sf_count_t)audio->frames < info->frames)
        return asc_status_set(status, ASC_BAD_INPUT, "%s: is cut off after %zu of %lld samples",
                              path, audio->frames, (long long)info->frames);
    if (noted_as_cut(file, info) || counts_more(path, info))
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s: is cut off after %zu samples; its header promises more", path,
                              audio->frames);
    if (audio->frames == 0)
        return asc_status_set(status, ASC_BAD_INPUT, "%s: holds no samples", path);
    return true;
}

bool asc_audio_is(const AscAudio *audio, const AscSound *wanted)
{
    return audio->samples && audio->rate == wanted->rate && audio->channels == wanted->channels &&
           audio->mono == wanted->mono && audio->resample == wanted->resample;
}

bool asc_audio_read(const char *path, const AscSound *wanted, AscAudio *audio, AscStatus *status)
{
    SF_INFO info;
    *audio = (AscAudio){ .channels = wanted->channels < 1 ? 1 : wanted->channels,
                         .mono = wanted->mono,
                         .resample = wanted->resample };
    SNDFILE *file = open_sound(path, &info, status);
    if (!file)
        return false;
    audio->rate = audio->source_rate = info.samplerate;
    bool fine = check_header(path, &info, wanted, status) &&
                read_samples(file, &info, path, audio, status) &&
                check_length(file, &info, path, audio, status);
    sf_close(file);
    if (fine && audio->rate != wanted->rate)
        fine = asc_audio_resample(audio, wanted->rate, wanted->resample, path, status);
    if (!fine)
        asc_audio_free(audio);
    return fine;
}

/* ---------------------------------------------------------------- headers */

static const char *format_name(int format)
{
    SF_FORMAT_INFO name = { .format = format };
    return sf_command(NULL, SFC_GET_FORMAT_INFO, &name, sizeof name) == 0 ? name.name : "unknown";
}

bool asc_audio_probe(const char *path, AscAudioInfo *info, AscStatus *status)
{
    SF_INFO found;
    *info = (AscAudioInfo){ 0 };
    SNDFILE *file = open_sound(path, &found, status);
    if (!file)
        return false;
    bool fine = check_header(path, &found, &(AscSound){ .channels = 1 }, status);
    sf_close(file);
    if (!fine)
        return false;
    info->rate = found.samplerate;
    info->channels = found.channels;
    info->frames = (size_t)found.frames;
    snprintf(info->format, sizeof info->format, "%s, %s",
             format_name(found.format & SF_FORMAT_TYPEMASK),
             format_name(found.format & SF_FORMAT_SUBMASK));
    return true;
}
