/* hearing.h: how recordings of the training part are heard, beside as they are: through impulse responses of other
 * devices (responses.h), at other levels. */
#ifndef ASC_HEARING_H
#define ASC_HEARING_H

#include "asc.h"
#include "responses.h"

/* What happens to the samples of a recording. */
typedef struct AscHearing {
    const AscResponse *response; /* they are convolved with; NULL: none */
    double gain;                 /* they are multiplied by */
} AscHearing;

/* The ways in which each recording is heard: first those through responses, then those at other levels alone. */
typedef struct AscHearings {
    const AscResponses *responses; /* NULL: none */
    int through, levels;           /* ways of either kind */
    double share;                  /* of the examples that are heard through responses */
    double most;                   /* dB: gains are uniform from -most to most in dB, of all ways */
} AscHearings;

/* What a recipe asks for, with its responses (NULL: it has none). */
AscHearings asc_hearings_of(const AscRecipe *recipe, const AscResponses *responses);
int asc_hearings_count(const AscHearings *hearings); /* ways; 0: as they are alone */

/* drawn[0 .. asc_hearings_count - 1]: those of a recording, a function of the seed and the recording's name. */
bool asc_hearings_draw(const AscHearings *hearings, uint64_t seed, const char *recording,
                       AscHearing *drawn, AscStatus *status);

/* Each of the examples order[0 .. count - 1] < examples becomes what is heard in one of the ways, of which number k (from
 * 0) is example + (k + 1) * examples, or stays: `share` of them are heard through responses, the others at other levels
 * where there are such.  A function of seed, epoch and example. */
void asc_hearings_mix(const AscHearings *hearings, uint64_t seed, int epoch, int examples,
                      int *order, int count);

#endif
