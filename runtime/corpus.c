/* corpus.c: computes the features of many recordings in parallel, and cuts them into segments. */
#include "corpus.h"

#include <stdlib.h>
#include <string.h>

bool asc_sources_from_list(const AscDataset *dataset, const AscList *list, AscSources *sources,
                           AscStatus *status)
{
    sources->count = list->count;
    sources->path = calloc((size_t)list->count + 1, sizeof *sources->path);
    sources->label = calloc((size_t)list->count + 1, sizeof *sources->label);
    if (!sources->path || !sources->label) {
        asc_sources_free(sources);
        return asc_status_memory(status, "the list of recordings");
    }
    for (int n = 0; n < list->count; n++) {
        sources->path[n] = dataset->recording[list->index[n]].path;
        sources->label[n] = dataset->recording[list->index[n]].label;
    }
    return true;
}

void asc_sources_free(AscSources *sources)
{
    free(sources->path);
    free(sources->label);
    *sources = (AscSources){ 0 };
}

/* ---------------------------------------------------------------- maps */

static void destroy_frontends(const AscModel *model, AscFrontend **frontend)
{
    for (int f = 0; frontend && f < model->feature_sets; f++) {
        if (frontend[f])
            asc_frontend_destroy(frontend[f]);
    }
    free(frontend);
}

/* One thread's front ends, one for each feature set. */
static AscFrontend **create_frontends(const AscModel *model, AscStatus *status)
{
    AscFrontend **frontend = calloc((size_t)model->feature_sets + 1, sizeof *frontend);

    if (!frontend)
        asc_status_memory(status, "front ends");
    for (int f = 0; frontend && f < model->feature_sets; f++) {
        frontend[f] = asc_frontend_create(&model->features[f], status);
        if (!frontend[f]) {
            destroy_frontends(model, frontend);
            frontend = NULL;
        }
    }
    return frontend;
}

/* Work shared by the threads of asc_maps_compute; changed in critical sections only. */
typedef struct Shared {
    int done;
    int failed; /* index of the first failure; the count where there is none */
    AscStatus *status;
} Shared;

static bool compute_one(const AscExtraction *extraction, AscFrontend **frontend, const char *path,
                        AscMap *map, AscStatus *status)
{
    const AscModel *model = extraction->model;

    for (int f = 0; f < model->feature_sets; f++) {
        if (!asc_cache_map(extraction->cache, frontend[f], &model->features[f], path, &map[f],
                           status))
            return false;
    }
    return true;
}

static void note_done(const AscExtraction *extraction, Shared *shared, int total)
{
    const AscReport *report = extraction->report;

    shared->done++;
    if (report && report->features)
        report->features(report->context, shared->done, total);
}

static void note_failure(Shared *shared, int index, const AscStatus *status)
{
    if (index >= shared->failed)
        return;
#pragma omp atomic write
    shared->failed = index;
    if (shared->status)
        *shared->status = *status;
}

static bool stopped(const AscExtraction *extraction)
{
    return extraction->stop && *extraction->stop;
}

/* All before a failed one are still computed, so that the failure told is the first. */
static void compute_share(const AscExtraction *extraction, const AscSources *sources, AscMaps *maps,
                          Shared *shared)
{
    AscStatus status = { 0 };
    AscFrontend **frontend = create_frontends(extraction->model, &status);

    if (!frontend) {
#pragma omp critical(asc_maps)
        note_failure(shared, 0, &status);
    }
#pragma omp for schedule(dynamic)
    for (int n = 0; n < sources->count; n++) {
        int failed;

#pragma omp atomic read
        failed = shared->failed;
        if (!frontend || n > failed || stopped(extraction))
            continue;
        bool fine = compute_one(extraction, frontend, sources->path[n], &maps->map[n * maps->sets],
                                &status);
#pragma omp critical(asc_maps)
        {
            if (fine)
                note_done(extraction, shared, sources->count);
            else
                note_failure(shared, n, &status);
        }
    }
    destroy_frontends(extraction->model, frontend);
}

bool asc_maps_compute(const AscExtraction *extraction, const AscSources *sources, AscMaps *maps,
                      AscStatus *status)
{
    Shared shared = { .failed = sources->count, .status = status };

    maps->recordings = sources->count;
    maps->sets = extraction->model->feature_sets;
    maps->map = calloc((size_t)maps->recordings * (size_t)maps->sets + 1, sizeof *maps->map);
    if (!maps->map)
        return asc_status_memory(status, "features");
#pragma omp parallel
    compute_share(extraction, sources, maps, &shared);
    if (shared.failed == sources->count && !stopped(extraction))
        return true;
    if (shared.failed == sources->count)
        asc_status_set(status, ASC_OK, "stopped while features were computed");
    asc_maps_free(maps);
    return false;
}

void asc_maps_free(AscMaps *maps)
{
    for (int n = 0; maps->map && n < maps->recordings * maps->sets; n++)
        asc_map_free(&maps->map[n]);
    free(maps->map);
    *maps = (AscMaps){ 0 };
}

/* ---------------------------------------------------------------- statistics */

static bool set_statistics(const AscFeatures *features, const AscMaps *maps, int set,
                           AscStatistics *statistics, AscStatus *status)
{
    AscFrontend *frontend = asc_frontend_create(features, status);
    AscMoments moments = { 0 };
    bool fine = frontend != NULL;

    *statistics = (AscStatistics){ 0 };
    if (fine && asc_frontend_positions(frontend) > 0) {
        fine = asc_moments_create(asc_frontend_positions(frontend), &moments, status);
        for (int n = 0; fine && n < maps->recordings; n++)
            asc_frontend_gather(frontend, &maps->map[n * maps->sets + set], &moments);
        fine = fine && asc_moments_finish(&moments, statistics, status);
        asc_moments_free(&moments);
    }
    if (frontend)
        asc_frontend_destroy(frontend);
    return fine;
}

bool asc_maps_statistics(const AscModel *model, const AscMaps *maps, AscStatistics *statistics,
                         AscStatus *status)
{
    for (int f = 0; f < model->feature_sets; f++) {
        if (!set_statistics(&model->features[f], maps, f, &statistics[f], status)) {
            while (f-- > 0)
                asc_statistics_free(&statistics[f]);
            return false;
        }
    }
    return true;
}

/* ---------------------------------------------------------------- segments */

static bool check_statistics(const AscModel *model, AscFrontend **frontend,
                             const AscStatistics *statistics, AscStatus *status)
{
    for (int f = 0; f < model->feature_sets; f++) {
        int needed = asc_frontend_positions(frontend[f]);

        if (needed != statistics[f].positions)
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "the features `%s` need %d means and deviations, the weights "
                                  "have %d; weights for recordings come from `train`",
                                  model->features[f].name, needed, statistics[f].positions);
    }
    return true;
}

/* Fills first[]. */
static bool count_segments(const AscModel *model, AscFrontend **frontend, const AscMaps *maps,
                           const AscSources *sources, AscSegments *segments, AscStatus *status)
{
    for (int n = 0; n < maps->recordings; n++) {
        const AscMap *map = &maps->map[n * maps->sets];
        int count = asc_frontend_segments(frontend[0], map);

        for (int f = 1; f < maps->sets; f++) {
            int other = asc_frontend_segments(frontend[f], map + f);

            if (other != count)
                return asc_status_set(status, ASC_BAD_INPUT,
                                      "%s: %d segments of the features `%s`, %d of `%s`",
                                      sources->path[n], count, model->features[0].name, other,
                                      model->features[f].name);
        }
        segments->first[n + 1] = segments->first[n] + count;
    }
    return true;
}

static bool allocate_segments(const AscModel *model, AscSegments *segments, AscStatus *status)
{
    size_t count = (size_t)segments->first[segments->recordings];

    segments->label = calloc(count + 1, sizeof *segments->label);
    if (!segments->label)
        return asc_status_memory(status, "segments");
    for (int i = 0; i < model->inputs; i++) {
        segments->size[i] = asc_shape_reals(&model->input[i].shape);
        segments->input[i] = malloc(count * segments->size[i] * sizeof(real) + 1);
        if (!segments->input[i])
            return asc_status_memory(status, "the features of all segments");
    }
    return true;
}

static void cut_recording(const AscModel *model, AscFrontend **frontend, AscMaps *maps,
                          const AscStatistics *statistics, int n, AscSegments *segments)
{
    AscMap *map = &maps->map[n * maps->sets];

    for (int i = 0; i < model->inputs; i++) {
        int f = model->input[i].set;
        const AscStatistics *own = statistics[f].positions ? &statistics[f] : NULL;

        for (int s = segments->first[n]; s < segments->first[n + 1]; s++)
            asc_frontend_segment(frontend[f], &map[f], own, s - segments->first[n],
                                 segments->input[i] + (size_t)s * segments->size[i]);
    }
    for (int f = 0; f < maps->sets; f++) {
        asc_map_free(&map[f]);
        map[f] = (AscMap){ 0 };
    }
}

static void describe_examples(const AscModel *model, const AscSources *sources,
                              AscSegments *segments)
{
    for (int n = 0; n < segments->recordings; n++) {
        for (int s = segments->first[n]; s < segments->first[n + 1]; s++)
            segments->label[s] = sources->label ? sources->label[n] : -1;
    }
    segments->examples = (AscExamples){ .count = segments->first[segments->recordings],
                                        .inputs = model->inputs,
                                        .input = segments->input,
                                        .size = segments->size,
                                        .label = segments->label,
                                        .classes = (int)asc_shape_reals(&model->output) };
}

static AscSegments *create_segments(const AscModel *model, int recordings, AscStatus *status)
{
    AscSegments *segments = calloc(1, sizeof *segments);

    if (segments) {
        segments->recordings = recordings;
        segments->first = calloc((size_t)recordings + 1, sizeof *segments->first);
        segments->input = calloc((size_t)model->inputs + 1, sizeof *segments->input);
        segments->size = calloc((size_t)model->inputs + 1, sizeof *segments->size);
        segments->examples.inputs = model->inputs;
    }
    if (!segments || !segments->first || !segments->input || !segments->size) {
        asc_segments_free(segments);
        asc_status_memory(status, "segments");
        return NULL;
    }
    return segments;
}

AscSegments *asc_segments_cut(const AscModel *model, AscMaps *maps, const AscSources *sources,
                              const AscStatistics *statistics, AscStatus *status)
{
    AscFrontend **frontend = create_frontends(model, status);
    AscSegments *segments = frontend ? create_segments(model, maps->recordings, status) : NULL;
    bool fine = segments && check_statistics(model, frontend, statistics, status) &&
                count_segments(model, frontend, maps, sources, segments, status) &&
                allocate_segments(model, segments, status);

    for (int n = 0; fine && n < maps->recordings; n++)
        cut_recording(model, frontend, maps, statistics, n, segments);
    if (fine) {
        describe_examples(model, sources, segments);
    } else {
        asc_segments_free(segments);
        segments = NULL;
    }
    destroy_frontends(model, frontend);
    return segments;
}

void asc_segments_free(AscSegments *segments)
{
    if (!segments)
        return;
    for (int i = 0; segments->input && i < segments->examples.inputs; i++)
        free(segments->input[i]);
    free(segments->input);
    free(segments->size);
    free(segments->label);
    free(segments->first);
    free(segments);
}
