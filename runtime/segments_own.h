/* segments_own.h: the front end's inside, which frontend.c and segments.c share. */
#ifndef ASC_SEGMENTS_OWN_H
#define ASC_SEGMENTS_OWN_H

#include "frontend.h"
#include "frontend_own.h"

struct AscFrontend {
    const AscFeatures *features;
    const AscStage *audio, *spectrum, *filters, *normalize; /* NULL: no such stage */
    const AscStage *cut_before, *cut_after; /* `segment` in samples, or in frames: one at most */
    bool maps;                              /* there are ASC_MAP stages */
    int last_map;                           /* compute runs the maps before this stage */
    int rows;                               /* mel bands, or bins, or 1 */
    size_t length;                          /* frames (samples) of a segment */
    int channel_axis, row_axis, time_axis;  /* of AscFeatures.shape; -1: it has no such axis */
    AscSpectrogram *spectrogram;            /* NULL where there is none, as below */
    AscMel *mel;
    double *piece, *work, *segment; /* grown as needed; segment: [channels][rows][length] */
    size_t piece_room, work_room, segment_count;
};

/* Pieces of `length`, `step` apart, of something of `total`; pieces >= 1. */
typedef struct AscCut {
    size_t pieces, length, step, total;
    bool overlap; /* the last piece ends where the whole does */
} AscCut;

/* How the audio of `count` samples is cut before the first stage; the length says how many zeros
 * are to be put behind it. */
AscCut asc_cut_audio(const AscFrontend *frontend, size_t count);

size_t asc_cut_start(const AscCut *cut, size_t piece);

#endif
