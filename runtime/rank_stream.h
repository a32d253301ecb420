/* rank_stream.h: a network run over a stream of examples. */
#ifndef ASC_RANK_STREAM_H
#define ASC_RANK_STREAM_H

#include "engine.h"
#include "ranking.h"
#include "stream.h"

/* Called for each example that was added to the ranking, with its scores [classes].  False: status is set. */
typedef bool AscEachRanked(void *context, const AscStreamed *about, const real *score,
                           const AscRanking *ranking, AscStatus *status);

/* Runs an inference engine over all examples of a stream whose `largest` is not above the engine's;
 * `each` and report may be NULL. */
bool asc_rank_stream(AscEngine *engine, real *parameters, AscStream *stream, AscRanking *ranking,
                     AscEachRanked *each, void *context, const AscReport *report,
                     AscStatus *status);

#endif
