/* hearing.c: draws the responses and gains of recordings, and which of them an example has in an epoch. */
#include "hearing.h"

#include <math.h>
#include <stdlib.h>

#include "random.h"

static const char of_responses[] = "impulse responses", of_gains[] = "random gain";

AscHearings asc_hearings_of(const AscRecipe *recipe, const AscResponses *responses)
{
    return (AscHearings){ .responses = responses,
                          .through = responses ? recipe->responses_variants : 0,
                          .share = responses ? recipe->responses_share : 0,
                          .levels = recipe->gain_most > 0 ? recipe->gain_variants : 0,
                          .most = recipe->gain_most };
}

int asc_hearings_count(const AscHearings *hearings)
{
    return hearings->through + hearings->levels;
}

bool asc_hearings_draw(const AscHearings *hearings, uint64_t seed, const char *recording,
                       AscHearing *drawn, AscStatus *status)
{
    const uint64_t name = asc_hash_text(asc_hash_start(), recording).word[0];
    const uint64_t gains = asc_random_stream(of_gains);

    for (int k = 0; k < asc_hearings_count(hearings); k++) {
        const double level = 2 * asc_uniform(seed, gains, name, (uint64_t)k) - 1;

        drawn[k] = (AscHearing){ .gain = pow(10, hearings->most * level / 20) };
    }
    if (hearings->through == 0)
        return true;
    const AscResponse **response = calloc((size_t)hearings->through, sizeof *response);
    bool fine = response ? asc_responses_draw(hearings->responses, seed, recording,
                                              hearings->through, response, status)
                         : asc_status_memory(status, "impulse responses");

    for (int k = 0; fine && k < hearings->through; k++)
        drawn[k].response = response[k];
    free(response);
    return fine;
}

void asc_hearings_mix(const AscHearings *hearings, uint64_t seed, int epoch, int examples,
                      int *order, int count)
{
    const uint64_t own = asc_random_stream(of_responses);

    for (int n = 0; n < count; n++) {
        uint64_t example = (uint64_t)order[n];
        double at = asc_uniform(seed, own, (uint64_t)epoch, 2 * example);
        double which = asc_uniform(seed, own, (uint64_t)epoch, 2 * example + 1);

        if (at < hearings->share)
            order[n] += examples * (1 + (int)(which * hearings->through));
        else if (hearings->levels > 0)
            order[n] += examples * (1 + hearings->through + (int)(which * hearings->levels));
    }
}
