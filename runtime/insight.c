/* insight.c: folds observed values to frames and columns, and gathers them. */
#include "insight.h"

#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------- which axes are told */

static int find_axis(const AscShape *shape, const char *name)
{
    for (int a = 0; a < shape->rank; a++) {
        if (strcmp(shape->axis[a].name, name) == 0)
            return a;
    }
    return -1;
}

/* The axis of time of one of the feature sets; -1: it has none. */
static int find_time(const AscModel *model, const AscShape *shape)
{
    for (int f = 0; f < model->feature_sets; f++) {
        const AscFeatures *set = &model->features[f];
        int time = find_axis(shape, set->shape.axis[set->time_axis].name);

        if (time >= 0)
            return time;
    }
    return -1;
}

static int size_of(const AscShape *shape, int axis)
{
    return axis < 0 ? 1 : shape->axis[axis].size;
}

static AscTrait make_trait(const AscModel *model, const AscObserved *observed)
{
    const AscShape *shape = &observed->shape;
    AscTrait trait = { .name = observed->name, .column = -1 };

    trait.time = find_time(model, shape);
    for (int a = 0; a < shape->rank; a++)
        trait.column = a == trait.time ? trait.column : a;
    trait.axis = trait.column < 0 ? "" : shape->axis[trait.column].name;
    trait.frames = size_of(shape, trait.time);
    trait.columns = size_of(shape, trait.column);
    return trait;
}

/* The first feature set with frames of several bands, of its axes the longest. */
static void choose_features(AscInsight *insight)
{
    insight->set = -1;
    for (int f = insight->model->feature_sets - 1; f >= 0; f--) {
        const AscFeatures *set = &insight->model->features[f];
        int band = -1;

        for (int a = 0; a < set->shape.rank; a++) {
            if (a != set->time_axis && set->shape.axis[a].size > size_of(&set->shape, band))
                band = a;
        }
        if (band < 0)
            continue;
        insight->set = f;
        insight->time = set->time_axis;
        insight->band = band;
        insight->frames = set->shape.axis[set->time_axis].size;
        insight->bands = set->shape.axis[band].size;
    }
}

double asc_insight_seconds(const AscInsight *insight)
{
    const AscFeatures *set = insight->set < 0 ? NULL : &insight->model->features[insight->set];
    const AscFront *front = set ? set->front : NULL;
    int clock;

    if (!front)
        return 0;
    if (front->cut.length)
        return front->cut.length / front->sound.rate;
    clock = front->slot[set->slot].clock;
    if (clock < 0)
        return 0;
    return insight->frames * (front->clock[clock].hop ? front->clock[clock].hop : 1) /
           front->sound.rate;
}

bool asc_insight_start(const AscModel *model, AscInsight *insight, AscStatus *status)
{
    *insight = (AscInsight){ .model = model };
    choose_features(insight);
    insight->trait = calloc((size_t)model->observeds + 1, sizeof *insight->trait);
    if (!insight->trait)
        return asc_status_memory(status, "what is observed");
    for (int n = 0; n < model->observeds; n++)
        insight->trait[n] = make_trait(model, &model->observed[n]);
    insight->traits = model->observeds;
    return true;
}

static void free_strip(const AscInsight *insight, AscStrip *strip)
{
    for (int n = 0; strip->trait && n < insight->traits; n++)
        free(strip->trait[n]);
    free(strip->trait);
    free(strip->features);
    free(strip->output);
}

void asc_insight_free(AscInsight *insight)
{
    for (int p = 0; p < insight->portraits; p++) {
        for (int s = 0; s < insight->portrait[p].strips; s++)
            free_strip(insight, &insight->portrait[p].strip[s]);
        free(insight->portrait[p].strip);
    }
    for (int n = 0; n < insight->traits; n++)
        free(insight->trait[n].mean);
    free(insight->portrait);
    free(insight->trait);
    free(insight->segments);
    *insight = (AscInsight){ 0 };
}

/* ---------------------------------------------------------------- folding */

/* Adds to to[frames][columns] the mean over all other axes. */
static void fold(const AscShape *shape, int time, int column, const real *from, double *to)
{
    size_t all = asc_shape_reals(shape), step[ASC_MAX_AXES], each = 1;
    size_t frames = (size_t)size_of(shape, time), columns = (size_t)size_of(shape, column);

    for (int a = shape->rank - 1; a >= 0; a--) {
        step[a] = each;
        each *= (size_t)shape->axis[a].size;
    }
    for (size_t n = 0; n < all; n++) {
        size_t frame = time < 0 ? 0 : n / step[time] % frames;
        size_t at = column < 0 ? 0 : n / step[column] % columns;

        to[frame * columns + at] += (double)from[n] * (double)(frames * columns) / (double)all;
    }
}

/* ---------------------------------------------------------------- means */

static bool make_room(AscInsight *insight, int recording)
{
    int room = insight->room ? 2 * insight->room : 64;
    int *segments;

    if (recording < insight->room)
        return true;
    room = recording < room ? room : recording + 1;
    segments = realloc(insight->segments, (size_t)room * sizeof *segments);
    if (!segments)
        return false;
    insight->segments = segments;
    memset(segments + insight->room, 0, (size_t)(room - insight->room) * sizeof *segments);
    for (int n = 0; n < insight->traits; n++) {
        AscTrait *trait = &insight->trait[n];
        size_t columns = (size_t)trait->columns, had = (size_t)insight->room * columns;
        double *mean = realloc(trait->mean, (size_t)room * columns * sizeof *mean);

        if (!mean)
            return false;
        memset(mean + had, 0, ((size_t)room * columns - had) * sizeof *mean);
        trait->mean = mean;
    }
    insight->room = room;
    return true;
}

/* Sums, until the end. */
static bool add_means(AscInsight *insight, int recording, const AscEngine *engine, int row)
{
    if (!make_room(insight, recording))
        return false;
    insight->recordings = recording + 1;
    insight->segments[recording]++;
    for (int n = 0; n < insight->traits; n++) {
        AscTrait *trait = &insight->trait[n];
        const AscShape *shape = &insight->model->observed[n].shape;

        fold(shape, -1, trait->column, engine->observed[n] + (size_t)row * asc_shape_reals(shape),
             trait->mean + (size_t)recording * (size_t)trait->columns);
    }
    return true;
}

/* ---------------------------------------------------------------- portraits */

static AscPortrait *portrait_of(AscInsight *insight, int recording)
{
    AscPortrait *more;

    if (recording < insight->portraits)
        return &insight->portrait[recording];
    more = realloc(insight->portrait, (size_t)(recording + 1) * sizeof *more);
    if (!more)
        return NULL;
    insight->portrait = more;
    while (insight->portraits <= recording)
        more[insight->portraits++] = (AscPortrait){ 0 };
    return &more[recording];
}

static double *folded(const AscShape *shape, int time, int column, const real *from)
{
    double *to = calloc((size_t)size_of(shape, time) * (size_t)size_of(shape, column), sizeof *to);

    if (to)
        fold(shape, time, column, from, to);
    return to;
}

/* The input that holds the feature set's first result. */
static int input_of(const AscModel *model, int set)
{
    for (int n = 0; n < model->inputs; n++) {
        if (model->input[n].kind == ASC_INPUT_FEATURES && model->input[n].set == set)
            return n;
    }
    return -1;
}

static bool fill_strip(AscInsight *insight, const AscBatch *batch, const AscEngine *engine, int row,
                       AscStrip *strip)
{
    const AscModel *model = insight->model;
    int input = insight->set < 0 ? -1 : input_of(model, insight->set);
    bool fine;

    strip->output = calloc(engine->outputs + 1, sizeof *strip->output);
    strip->trait = calloc((size_t)insight->traits + 1, sizeof *strip->trait);
    fine = strip->output && strip->trait;
    for (size_t c = 0; fine && c < engine->outputs; c++)
        strip->output[c] = (double)engine->output[(size_t)row * engine->outputs + c];
    if (fine && input >= 0) {
        strip->features = folded(&model->features[insight->set].shape, insight->time, insight->band,
                                 batch->input[input] + (size_t)row * batch->size[input]);
        fine = strip->features != NULL;
    }
    for (int n = 0; fine && n < insight->traits; n++) {
        const AscShape *shape = &model->observed[n].shape;

        strip->trait[n] = folded(shape, insight->trait[n].time, insight->trait[n].column,
                                 engine->observed[n] + (size_t)row * asc_shape_reals(shape));
        fine = strip->trait[n] != NULL;
    }
    return fine;
}

static bool add_strip(AscInsight *insight, int recording, const AscBatch *batch,
                      const AscEngine *engine, int row)
{
    AscPortrait *portrait = portrait_of(insight, recording);
    AscStrip *more = portrait
                         ? realloc(portrait->strip, (size_t)(portrait->strips + 1) * sizeof *more)
                         : NULL;

    if (!more)
        return false;
    portrait->strip = more;
    more[portrait->strips] = (AscStrip){ 0 };
    return fill_strip(insight, batch, engine, row, &more[portrait->strips++]);
}

/* ---------------------------------------------------------------- watching */

static void see(void *context, int recording, const AscBatch *batch, const AscEngine *engine,
                int row)
{
    AscInsight *insight = context;

    if (insight->failed)
        return;
    insight->failed = insight->portraying ? !add_strip(insight, recording, batch, engine, row)
                                          : !add_means(insight, recording, engine, row);
}

AscWatch asc_insight_watch(AscInsight *insight, bool portray)
{
    insight->portraying = portray;
    return (AscWatch){ insight, see };
}

bool asc_insight_end(AscInsight *insight, AscStatus *status)
{
    for (int n = 0; !insight->portraying && n < insight->traits; n++) {
        AscTrait *trait = &insight->trait[n];

        for (int r = 0; r < insight->recordings; r++)
            for (int c = 0; c < trait->columns && insight->segments[r] > 0; c++)
                trait->mean[r * trait->columns + c] /= insight->segments[r];
    }
    return !insight->failed || asc_status_memory(status, "what is observed");
}
