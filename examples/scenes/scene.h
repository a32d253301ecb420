/* scene.h: the ten scenes, and the recording of one of them at a place. */
#ifndef SCENES_SCENE_H
#define SCENES_SCENE_H

#include "sound.h"

enum { SCENES = 10, DEVICES = 3 };

/* alphabetical, as in the data set */
extern const char *const scene_name[SCENES];

/* What stays the same at a place (its ingredients, their levels and rates, the room, the colour)
 * comes from `location`; what differs between its recordings from `segment`.  `sound` and `scratch`
 * have the same length; the content of both is overwritten.  False when out of memory. */
bool scene_render(Sound *sound, Sound *scratch, int scene, uint64_t location, uint64_t segment);

/* A number that changes when the sounds of this program do, so that no old ones are kept among new.
 * False when out of memory. */
bool scene_fingerprint(uint64_t *fingerprint);

/* Turns what was at the microphone into what device 0 (a), 1 (b) or 2 (c) stores; `out` may not be
 * `in`. */
void device_record(const Sound *in, Sound *out, int device, uint64_t segment);

#endif
