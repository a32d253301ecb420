/* scene.c: what each scene is made of, and how its ingredients are mixed. */
#include "scene.h"

#include "ingredients.h"

#include <stdlib.h>
#include <string.h>

const char *const scene_name[SCENES] = {
    "airport",        "bus",           "metro",         "metro_station",
    "park",           "public_square", "shopping_mall", "street_pedestrian",
    "street_traffic", "tram",
};

enum { AIRPORT, BUS, METRO, STATION, PARK, SQUARE, MALL, PEDESTRIAN, TRAFFIC, TRAM };

typedef struct Range {
    float low, high;
} Range;

/* One ingredient of one scene: in which share of its places it sounds, how loud (dB beside the
 * others), how often. */
typedef struct Row {
    int scene;
    Ingredient *ingredient;
    float chance;
    Range level, rate;
} Row;

static const Row table[] = {
    { AIRPORT, trolley, 1, { -4, 4 }, { 9, 16 } },
    { AIRPORT, babble, 0.9f, { -10, -2 }, { 3, 8 } },
    { AIRPORT, announcement, 0.6f, { -9, 0 }, { 0.1f, 0.3f } },
    { AIRPORT, footsteps, 0.7f, { -10, -2 }, { 2, 5 } },
    { AIRPORT, chimes, 0.4f, { -10, -2 }, { 0.1f, 0.25f } },
    { AIRPORT, ventilation, 0.6f, { -10, 0 }, { 8, 20 } },

    { BUS, engine, 1, { -4, 4 }, { 22, 48 } },
    { BUS, shaking, 0.95f, { -6, 3 }, { 5, 10 } },
    { BUS, doors, 0.5f, { -8, 2 }, { 0.1f, 0.3f } },
    { BUS, babble, 0.6f, { -12, -3 }, { 1, 4 } },
    { BUS, traffic, 0.5f, { -12, -4 }, { 0.1f, 0.3f } },
    { BUS, chimes, 0.3f, { -10, -4 }, { 0.1f, 0.2f } },

    { METRO, rail_joints, 1, { -4, 4 }, { 1.7f, 3 } },
    { METRO, rumble, 1, { -6, 2 }, { 2, 6 } },
    { METRO, motor, 0.7f, { -12, -2 }, { 0.15f, 0.4f } },
    { METRO, announcement, 0.3f, { -10, -2 }, { 0.1f, 0.2f } },
    { METRO, squeal, 0.4f, { -12, -3 }, { 0.1f, 0.3f } },
    { METRO, babble, 0.5f, { -14, -5 }, { 1, 4 } },

    { STATION, beeper, 0.9f, { -5, 4 }, { 3, 7 } },
    { STATION, footsteps, 0.8f, { -8, 1 }, { 2.5f, 6 } },
    { STATION, announcement, 0.7f, { -8, 2 }, { 0.1f, 0.3f } },
    { STATION, rumble, 0.7f, { -7, 3 }, { 0.3f, 0.8f } },
    { STATION, squeal, 0.5f, { -10, -1 }, { 0.1f, 0.3f } },
    { STATION, doors, 0.5f, { -9, 1 }, { 0.1f, 0.3f } },
    { STATION, babble, 0.6f, { -12, -3 }, { 2, 6 } },

    { PARK, birds, 1, { -4, 5 }, { 0.8f, 2.2f } },
    { PARK, wind, 0.8f, { -8, 2 }, { 0.3f, 0.9f } },
    { PARK, footsteps, 0.5f, { -9, 0 }, { 1.5f, 2.2f } },
    { PARK, traffic, 0.2f, { -15, -8 }, { 0.1f, 0.3f } },
    { PARK, babble, 0.3f, { -12, -4 }, { 1, 3 } },
    { PARK, rain, 0.2f, { -9, 0 }, { 30, 120 } },

    { SQUARE, fountain, 0.9f, { -5, 4 }, { 12, 50 } },
    { SQUARE, babble, 0.8f, { -9, 1 }, { 2, 7 } },
    { SQUARE, footsteps, 0.7f, { -10, -1 }, { 2, 5 } },
    { SQUARE, bell, 0.5f, { -10, -2 }, { 0.15f, 0.4f } },
    { SQUARE, birds, 0.2f, { -14, -6 }, { 0.2f, 0.6f } },
    { SQUARE, music, 0.2f, { -12, -4 }, { 2, 4 } },
    { SQUARE, traffic, 0.5f, { -12, -3 }, { 0.1f, 0.4f } },

    { MALL, music, 1, { -4, 4 }, { 2, 5 } },
    { MALL, babble, 0.9f, { -8, 2 }, { 3, 9 } },
    { MALL, footsteps, 0.7f, { -10, -1 }, { 2, 6 } },
    { MALL, announcement, 0.3f, { -10, -2 }, { 0.1f, 0.2f } },
    { MALL, trolley, 0.1f, { -14, -8 }, { 8, 14 } },
    { MALL, beeper, 0.3f, { -12, -5 }, { 1, 3 } },
    { MALL, ventilation, 0.6f, { -9, 0 }, { 8, 20 } },

    { PEDESTRIAN, footsteps, 1, { -3, 5 }, { 4, 11 } },
    { PEDESTRIAN, babble, 0.9f, { -9, 1 }, { 2, 7 } },
    { PEDESTRIAN, bell, 0.3f, { -10, -2 }, { 0.1f, 0.3f } },
    { PEDESTRIAN, music, 0.2f, { -14, -7 }, { 2, 4 } },
    { PEDESTRIAN, traffic, 0.5f, { -12, -3 }, { 0.1f, 0.4f } },
    { PEDESTRIAN, rain, 0.2f, { -10, -1 }, { 30, 120 } },

    { TRAFFIC, traffic, 1, { -3, 5 }, { 0.4f, 1 } },
    { TRAFFIC, engine, 0.6f, { -10, -1 }, { 22, 48 } },
    { TRAFFIC, horn, 0.5f, { -10, 0 }, { 0.1f, 0.3f } },
    { TRAFFIC, beeper, 0.4f, { -12, -3 }, { 1, 3 } },
    { TRAFFIC, footsteps, 0.5f, { -11, -3 }, { 1.5f, 4 } },
    { TRAFFIC, rain, 0.2f, { -11, -2 }, { 30, 120 } },
    { TRAFFIC, wind, 0.2f, { -11, -3 }, { 0.3f, 0.9f } },

    { TRAM, rail_joints, 1, { -5, 4 }, { 0.6f, 1.5f } },
    { TRAM, motor, 0.8f, { -9, 1 }, { 0.15f, 0.4f } },
    { TRAM, rumble, 0.7f, { -9, 0 }, { 1, 3 } },
    { TRAM, bell, 0.6f, { -9, 0 }, { 0.2f, 0.5f } },
    { TRAM, doors, 0.4f, { -9, 1 }, { 0.1f, 0.3f } },
    { TRAM, squeal, 0.4f, { -12, -2 }, { 0.1f, 0.3f } },
    { TRAM, babble, 0.6f, { -12, -3 }, { 1, 4 } },
};

enum { ROWS = sizeof table / sizeof *table };

/* The room, by scene: seconds of reverberation. */
static const Range room[SCENES] = {
    [AIRPORT] = { 0.9f, 2.2f }, [BUS] = { 0.15f, 0.4f },       [METRO] = { 0.15f, 0.5f },
    [STATION] = { 1, 2.6f },    [PARK] = { 0.1f, 0.4f },       [SQUARE] = { 0.3f, 1 },
    [MALL] = { 0.7f, 1.8f },    [PEDESTRIAN] = { 0.3f, 0.9f }, [TRAFFIC] = { 0.2f, 0.8f },
    [TRAM] = { 0.15f, 0.5f },
};

/* What makes it hard: a noise at every place, colours that hide the mean spectrum, and guests from
 * other scenes. */
static const Range bed_level = { -20, -8 };
static const float guest_chance = 0.015f;
static const float guest_level = -4;
static const float colour_db = 2, colour_segment_db = 1;

static float draw(Random *random, Range range)
{
    return random_between(random, range.low, range.high);
}

/* Adds `part` at `level`, in dB over 0.05: the root mean square of its loudest tenth, measured in
 * blocks of 50 ms. */
static void add(Sound *sound, const Sound *part, float level)
{
    enum { BLOCK = RATE / 20, BINS = 160 };
    int count[BINS] = { 0 }, blocks = 0, bin = BINS, seen = 0;

    for (int i = 0; i < part->frames; i += BLOCK, blocks++) {
        int end = i + BLOCK < part->frames ? i + BLOCK : part->frames;
        float power = 1e-16f;
        for (int k = i; k < end; k++)
            power += part->sample[k] * part->sample[k];
        int place = (int)(10 * log10f(power / (float)(end - i))) + 120;
        count[place < 0 ? 0 : place >= BINS ? BINS - 1 : place]++;
    }
    while (bin > 0 && seen <= blocks / 10)
        seen += count[--bin];
    if (bin < 20)
        return;
    float gain = 0.05f * decibels(level - (float)(bin - 120));
    for (int i = 0; i < sound->frames; i++)
        sound->sample[i] += gain * part->sample[i];
}

static void clear(Sound *sound)
{
    memset(sound->sample, 0, (size_t)sound->frames * sizeof *sound->sample);
}

/* A place's own colour: two shelves and two bells, each a little different in every recording. */
static void colour(Sound *sound, Random *location, Random *segment)
{
    for (int k = 0; k < 4; k++) {
        float hz = random_ratio(location, k < 2 ? 150 : 300, k < 2 ? 900 : 6000);
        float db = random_between(location, -colour_db, colour_db) +
                   random_between(segment, -colour_segment_db, colour_segment_db);
        Biquad filter = k == 0   ? biquad_low_shelf(hz, db)
                        : k == 1 ? biquad_high_shelf(6 * hz, db)
                                 : biquad_peak(hz, 0.8f, db);
        biquad_run(&filter, sound);
    }
}

static void add_row(Sound *sound, Sound *scratch, int index, int scene, uint64_t location,
                    uint64_t segment)
{
    const Row *row = &table[index];
    Random place = random_from(random_key(location, (uint64_t)index));
    Random now = random_from(random_key(segment, (uint64_t)index));
    bool guest = row->scene != scene;

    if (random_unit(&place) >= (guest ? guest_chance : row->chance))
        return;
    float level = draw(&place, row->level) + random_between(&now, -2, 2);
    Setting setting = { random_ratio(&place, row->rate.low, row->rate.high), random_unit(&place) };
    setting.rate *= random_between(&now, 0.92f, 1.08f);
    clear(scratch);
    row->ingredient(scratch, setting, &now);
    add(sound, scratch, guest ? level + guest_level : level);
}

bool scene_render(Sound *sound, Sound *scratch, int scene, uint64_t location, uint64_t segment)
{
    Random place = random_from(random_key(location, ROWS));
    Random now = random_from(random_key(segment, ROWS));

    clear(sound);
    for (int i = 0; i < ROWS; i++)
        add_row(sound, scratch, i, scene, location, segment);
    clear(scratch);
    air(scratch, (Setting){ 0, random_unit(&place) }, &now);
    add(sound, scratch, draw(&place, bed_level) + random_between(&now, -2, 2));
    float seconds = random_ratio(&place, room[scene].low, room[scene].high);
    if (!sound_reverberate(sound, seconds, random_between(&place, 0.2f, 0.5f)))
        return false;
    colour(sound, &place, &now);
    float gain = decibels(random_between(&place, -5, 1) + random_between(&now, -2, 2));
    for (int i = 0; i < sound->frames; i++)
        sound->sample[i] *= gain;
    return true;
}

bool scene_fingerprint(uint64_t *fingerprint)
{
    enum { PLACES = 4, FRAMES = RATE / 20 };
    float *samples = malloc(2 * FRAMES * sizeof *samples);
    Sound sound = { samples, FRAMES }, stored = { samples + FRAMES, FRAMES };
    bool fine = samples != NULL;

    *fingerprint = 0;
    for (int i = 0; fine && i < SCENES * PLACES; i++) {
        fine = scene_render(&sound, &stored, i % SCENES, (uint64_t)i, (uint64_t)i);
        if (fine)
            device_record(&sound, &stored, i % DEVICES, (uint64_t)i);
        for (int k = 0; fine && k < FRAMES; k++)
            *fingerprint = random_key(*fingerprint,
                                      (uint64_t)(int64_t)(stored.sample[k] * 8388607));
    }
    free(samples);
    return fine;
}
