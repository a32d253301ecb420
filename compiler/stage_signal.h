/* stage_signal.h: what flows through a features pipeline: shared by features.c and stages.c. */
#ifndef STAGE_SIGNAL_H
#define STAGE_SIGNAL_H

#include "resolve.h"

typedef struct Chain Chain;
struct Chain {
    Chain *before;
    Stage stage;
};

/* What a pipeline gives so far.  A time of size 0 is open: it ends with the recording. */
struct Signal {
    Shape shape;
    Number rate; /* positions of `time` in a second */
    Number sample_rate;
    int samples;  /* of a segment cut before the spectrogram; 0: open */
    Stage frames; /* the spectrogram; its fft is 0 before there is one */
    bool shaped;  /* maps, normalize or segment came since audio or spectrogram */
    bool normalized;
    const char *bin; /* the spectrogram's axis, until mel takes it away */
    Chain *chain;    /* stages, the last one first */
    Graph *map;      /* scalar functions since then, of its input "x" */
    Node *node;      /* the input itself: no map is pending */
};

Value *signal_value(Resolver *r, Place place, const Signal *signal);
void open_map(Resolver *r, Signal *s, Place place);
/* The pipeline with one stage more. */
Value *add_stage(Call *call, Signal s, Stage stage);
/* The signal a stage is applied to, with no map pending. */
bool stage_input(Call *call, Signal *s);

#endif
