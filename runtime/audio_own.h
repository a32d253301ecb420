/* audio_own.h: what audio.c and resample.c share. */
#ifndef ASC_AUDIO_OWN_H
#define ASC_AUDIO_OWN_H

#include "audio.h"

/* Brings every channel to another rate: asc_resampled_frames samples.  The array of samples is replaced.  `path` is for
 * messages. */
bool asc_audio_resample(AscAudio *audio, double rate, AscResample how, const char *path,
                        AscStatus *status);

#endif
