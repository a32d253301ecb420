/* video.c: draws videos.  Every class has a direction among the features of pictures and one among those
 * of sounds; a video shows each of its classes for a while, in noise. */
#include "video.h"

#include <math.h>

#include "random.h"

enum { LABELS, NOISE, PICTURE, SOUND, TIMES }; /* streams of random numbers */

/* Frequent classes have low numbers, as in the real set (by a power of the rank). */
static int64_t draw_class(const Kind *kind, int64_t number, int draw)
{
    double u = asc_uniform(kind->seed, LABELS, (uint64_t)number, (uint64_t)draw);

    return (int64_t)(kind->classes * u * u);
}

static bool has_label(const Video *video, int64_t label)
{
    for (int n = 0; n < video->labels; n++)
        if (video->label[n] == label)
            return true;
    return false;
}

void video_draw(const Kind *kind, int64_t number, Video *video)
{
    uint64_t of = (uint64_t)number;
    int wanted = 1 + (int)(3 * asc_uniform(kind->seed, LABELS, of, 100));
    double length = 0.4 + 0.6 * asc_uniform(kind->seed, TIMES, of, 0);
    uint64_t letters = asc_mix(kind->seed, TIMES, of, 1);

    *video = (Video){ .frames = (int)ceil(length * kind->frames) };
    for (int k = 0; k < 4; k++, letters /= 36)
        video->id[k] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[letters % 36];
    for (int draw = 0; draw < 20 && video->labels < wanted; draw++) {
        int64_t label = draw_class(kind, number, draw);

        if (has_label(video, label))
            continue;
        double begin = 0.6 * asc_uniform(kind->seed, TIMES, of, 10 + (uint64_t)draw);

        video->begin[video->labels] = (int)(begin * video->frames);
        video->end[video->labels] = (int)ceil((begin + 0.4) * video->frames);
        video->label[video->labels++] = label;
    }
}

/* Uniform of variance one. */
static float draw(uint64_t seed, uint64_t stream, uint64_t step, uint64_t element)
{
    return (float)(sqrt(12) * (asc_uniform(seed, stream, step, element) - 0.5));
}

static void add_class(const Kind *kind, int64_t label, float *to)
{
    for (int k = 0; k < kind->rgb; k++)
        to[k] += 0.6f * draw(kind->seed, PICTURE, (uint64_t)label, (uint64_t)k);
    for (int k = 0; k < kind->audio; k++)
        to[kind->rgb + k] += 0.6f * draw(kind->seed, SOUND, (uint64_t)label, (uint64_t)k);
}

void video_frame(const Kind *kind, int64_t number, const Video *video, int frame, float *to)
{
    int width = kind->rgb + kind->audio;

    for (int k = 0; k < width; k++)
        to[k] = 0.5f * draw(kind->seed, NOISE, (uint64_t)number,
                            (uint64_t)frame * (uint64_t)width + (uint64_t)k);
    for (int n = 0; n < video->labels; n++)
        if (frame >= video->begin[n] && frame < video->end[n])
            add_class(kind, video->label[n], to);
    for (int k = 0; k < width; k++)
        to[k] = fminf(fmaxf(to[k], -2), 2);
}
