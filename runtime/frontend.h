/* frontend.h: from a recording's samples to an input of the network, by the stages of its features section.
 *
 *     audio ─► compute ─► AscMap ─► (cache) ─► segment ─► [AscFeatures.shape]
 *
 * compute runs the stages before `normalize` (all of them where there is none); segment runs the rest. */
#ifndef ASC_FRONTEND_H
#define ASC_FRONTEND_H

#include "asc.h"
#include "audio.h"
#include "map.h"
#include "hearing.h"
#include "statistics.h"
#include "status.h"

typedef struct AscFrontend AscFrontend; /* tables and working memory: one for each thread */

/* `features` must outlive the front end, and come from audio.  NULL: the stages make no sense together. */
AscFrontend *asc_frontend_create(const AscFeatures *features, AscStatus *status);
void asc_frontend_destroy(AscFrontend *frontend);

/* What asc_audio_read must give. */
const AscSound *asc_frontend_sound(const AscFrontend *frontend);

/* Tells, from now on, how many frames of a recording have their spectra; NULL: nobody. */
struct AscReport;
void asc_frontend_tell(AscFrontend *frontend, const struct AscReport *report);

/* From now on recordings are heard so, through a response of the front end's rate; NULL: as they are. */
void asc_frontend_hear(AscFrontend *frontend, const AscHearing *hearing);

/* The key of what the cache has of a recording, of the key it would have as it is. */
AscHash asc_frontend_key(const AscFrontend *frontend, AscHash key);

/* Stages up to `normalize`.  A recording shorter than one segment is followed by zeros in the
 * audio. The caller frees the map. */
bool asc_frontend_compute(AscFrontend *frontend, const AscAudio *audio, AscMap *map,
                          AscStatus *status);

/* Whether a map has the sizes compute gives, so that a stranger's map is never cut. */
bool asc_frontend_fits(const AscFrontend *frontend, const AscMap *map);

/* The number of segments in a map, at least 1. */
int asc_frontend_segments(const AscFrontend *frontend, const AscMap *map);

/* The number of segments of a recording of `frames` samples at `rate` Hz; 0: it is refused, or not known. */
int asc_frontend_foretell(const AscFrontend *frontend, size_t frames, double rate);

/* Writes segment `index` [AscFeatures.shape], normalised.  statistics: as many positions as
 * asc_frontend_positions says; NULL: as if means were 0 and deviations 1. */
void asc_frontend_segment(AscFrontend *frontend, const AscMap *map, const AscStatistics *statistics,
                          int index, real *to);

/* ---------------------------------------------------------------- statistics for normalize */

/* The number of means and deviations: the product of the normalised axes' sizes, 1 without axes (all
 * values together), 0 without `normalize`. */
int asc_frontend_positions(const AscFrontend *frontend);

/* Adds the values of a map.  Sums depend on the order of calls, so add in the order of the list. */
bool asc_frontend_gather(const AscFrontend *frontend, const AscMap *map, AscMoments *moments,
                         AscStatus *status);

#endif
