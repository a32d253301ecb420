/* ingredients.h: the things that sound in a scene.  Each adds itself to a silent sound; its
 * loudness is set later by whoever mixes, so only the proportions inside an ingredient matter. */
#ifndef SCENES_INGREDIENTS_H
#define SCENES_INGREDIENTS_H

#include "sound.h"

/* rate: events, turns or voices a second, as said below; tone: 0 dark or large to 1 bright or
 * small. */
typedef struct Setting {
    float rate, tone;
} Setting;

typedef void Ingredient(Sound *sound, Setting setting, Random *random);

/* textures.c */
Ingredient air;         /* a steady noise; rate is not used */
Ingredient wind;        /* gusts a second */
Ingredient rain;        /* drops a second */
Ingredient fountain;    /* bubbles a second */
Ingredient ventilation; /* blades a second */

/* vehicles.c */
Ingredient traffic;     /* vehicles a second */
Ingredient engine;      /* ignitions a second */
Ingredient motor;       /* starts and stops of an electric motor a second */
Ingredient rumble;      /* swellings of the rolling noise a second */
Ingredient rail_joints; /* bogies over a joint a second */
Ingredient squeal;      /* squeals of brakes or curves a second */
Ingredient doors;       /* doors a second: hiss, then thump */
Ingredient shaking;     /* rattles a second */
Ingredient horn;        /* horns a second */

/* people.c */
Ingredient footsteps;    /* steps a second, of as many walkers as that needs */
Ingredient babble;       /* voices at the same time */
Ingredient announcement; /* announcements a second, with reverberation */
Ingredient trolley;      /* tiles a second under the wheels of a trolley */

/* signals.c */
Ingredient birds;  /* songs a second */
Ingredient chimes; /* chimes a second: two to four falling tones */
Ingredient bell;   /* rings a second: a few quick strokes */
Ingredient beeper; /* beeps a second, in runs */
Ingredient music;  /* notes a second, with a beat */

#endif
