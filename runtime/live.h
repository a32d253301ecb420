/* live.h: segments of features of sound while it comes in, the same as those of the recording that it
 * becomes. */
#ifndef ASC_LIVE_H
#define ASC_LIVE_H

#include "frontend.h"

typedef struct AscLive AscLive;

/* NULL, status says why: features that need the whole recording, such as nnf or means over time. */
AscLive *asc_live_create(const AscFeatures *features, AscStatus *status);
void asc_live_destroy(AscLive *live); /* NULL is allowed */

/* Samples [frames][channels], the channels as asc_frontend_sound says. */
bool asc_live_put(AscLive *live, const double *samples, size_t frames, AscStatus *status);

/* No more come. */
void asc_live_end(AscLive *live);

/* Writes the next segment [AscFeatures.shape], normalised, when all it needs has come; `ends`: where it
 * ends, s from the beginning.  False with code ASC_OK: there is none yet, or no more. */
bool asc_live_next(AscLive *live, const AscStatistics *statistics, real *to, double *ends,
                   AscStatus *status);

#endif
