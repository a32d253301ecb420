/* corpus.c: lists of recordings, and segments of their features. */
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "corpus_own.h"
#include "pending.h"

/* ---------------------------------------------------------------- sources */

static bool create_sources(int count, AscSources *sources, AscStatus *status)
{
    *sources = (AscSources){ .count = count };
    sources->path = calloc((size_t)count + 1, sizeof *sources->path);
    sources->label = calloc((size_t)count + 1, sizeof *sources->label);
    sources->index = calloc((size_t)count + 1, sizeof *sources->index);
    if (sources->path && sources->label && sources->index)
        return true;
    asc_sources_free(sources);
    return asc_status_memory(status, "the list of recordings");
}

bool asc_sources_from_list(const AscDataset *dataset, const AscList *list, AscSources *sources,
                           AscStatus *status)
{
    if (!create_sources(list->count, sources, status))
        return false;
    sources->dataset = dataset;
    for (int n = 0; n < list->count; n++) {
        sources->index[n] = list->index[n];
        sources->path[n] = dataset->recording[list->index[n]].path;
        sources->label[n] = dataset->recording[list->index[n]].label;
    }
    return true;
}

bool asc_sources_from_files(char *const *file, int count, AscSources *sources, AscStatus *status)
{
    if (!create_sources(count, sources, status))
        return false;
    for (int n = 0; n < count; n++) {
        sources->index[n] = n;
        sources->path[n] = file[n];
        sources->label[n] = -1;
    }
    return true;
}

static bool grow_sources(AscSources *sources, size_t count, AscStatus *status)
{
    const char **path = realloc(sources->path, (count + 1) * sizeof *path);
    int *label, *index;

    if (path)
        sources->path = path;
    label = path ? realloc(sources->label, (count + 1) * sizeof *label) : NULL;
    if (label)
        sources->label = label;
    index = label ? realloc(sources->index, (count + 1) * sizeof *index) : NULL;
    if (index)
        sources->index = index;
    sources->hearing = index ? calloc(count + 1, sizeof *sources->hearing) : NULL;
    return sources->hearing || asc_status_memory(status, "the list of recordings");
}

bool asc_sources_hear(AscSources *sources, const AscHearings *hearings, uint64_t seed,
                      AscStatus *status)
{
    const int count = sources->count, ways = asc_hearings_count(hearings);
    AscHearing *drawn = calloc((size_t)ways + 1, sizeof *drawn);
    bool fine = (drawn || asc_status_memory(status, "the list of recordings")) &&
                grow_sources(sources, (size_t)count * ((size_t)ways + 1), status);

    for (int n = 0; fine && n < count; n++) {
        const char *name = sources->dataset->recording[sources->index[n]].name;

        fine = asc_hearings_draw(hearings, seed, name, drawn, status);
        sources->hearing[n].gain = 1;
        for (int k = 0; fine && k < ways; k++) {
            const int at = (k + 1) * count + n;

            sources->path[at] = sources->path[n];
            sources->label[at] = sources->label[n];
            sources->index[at] = sources->index[n];
            sources->hearing[at] = drawn[k];
        }
    }
    if (fine) {
        sources->originals = count;
        sources->count = count * (ways + 1);
    }
    free(drawn);
    return fine;
}

void asc_sources_free(AscSources *sources)
{
    free(sources->hearing);
    free(sources->path);
    free(sources->label);
    free(sources->index);
    *sources = (AscSources){ 0 };
}

/* ---------------------------------------------------------------- readers */

static void release(AscReader *reader)
{
    for (int f = 0; f < reader->model->feature_sets; f++) {
        if (!reader->borrowed[f])
            asc_map_free(&reader->map[f]);
        reader->map[f] = (AscMap){ 0 };
        reader->borrowed[f] = false;
    }
    reader->recording = -1;
}

void asc_reader_destroy(AscReader *reader)
{
    if (!reader)
        return;
    if (reader->map && reader->borrowed)
        release(reader);
    for (int f = 0; reader->frontend && f < reader->model->feature_sets; f++)
        asc_frontend_destroy(reader->frontend[f]);
    free(reader->frontend);
    free(reader->map);
    free(reader->borrowed);
    free(reader);
}

AscReader *asc_reader_create(const AscModel *model, AscStatus *status)
{
    size_t sets = (size_t)model->feature_sets;
    AscReader *reader = calloc(1, sizeof *reader);

    if (reader) {
        *reader = (AscReader){ .model = model, .recording = -1 };
        reader->frontend = calloc(sets + 1, sizeof *reader->frontend);
        reader->map = calloc(sets + 1, sizeof *reader->map);
        reader->borrowed = calloc(sets + 1, sizeof *reader->borrowed);
    }
    if (!reader || !reader->frontend || !reader->map || !reader->borrowed) {
        asc_reader_destroy(reader);
        asc_status_memory(status, "front ends");
        return NULL;
    }
    for (size_t f = 0; f < sets; f++) {
        reader->frontend[f] = asc_frontend_create(&model->features[f], status);
        if (!reader->frontend[f]) {
            asc_reader_destroy(reader);
            return NULL;
        }
    }
    return reader;
}

bool asc_reader_count(const AscReader *reader, const AscMap *map, const char *path, int *count,
                      AscStatus *status)
{
    const AscModel *model = reader->model;

    *count = asc_frontend_segments(reader->frontend[0], map);
    for (int f = 1; f < model->feature_sets; f++) {
        int other = asc_frontend_segments(reader->frontend[f], map + f);

        if (other != *count)
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "%s: %d segments of the features `%s`, %d of `%s`", path, *count,
                                  model->features[0].name, other, model->features[f].name);
    }
    return true;
}

/* ---------------------------------------------------------------- fetching */

static bool load(AscSegments *segments, AscReader *reader, int recording, AscStatus *status)
{
    const AscModel *model = segments->model;
    const size_t at = (size_t)recording * (size_t)model->feature_sets;

    if (reader->recording == recording)
        return true;
    release(reader);
    if (segments->pending && !asc_pending_wait(segments->pending, recording, status))
        return false;
    for (int f = 0; f < model->feature_sets; f++) {
        const AscMap *kept = &segments->kept[at + (size_t)f];

        asc_frontend_hear(reader->frontend[f],
                          segments->hearing ? &segments->hearing[recording] : NULL);
        reader->borrowed[f] = kept->values || kept->half;
        if (reader->borrowed[f])
            reader->map[f] = *kept;
        else if (!asc_cache_again(segments->cache, reader->frontend[f], &model->features[f],
                                  segments->path[recording], segments->key[at + (size_t)f],
                                  &reader->map[f], status))
            return false;
    }
    reader->recording = recording;
    return true;
}

int asc_segments_recording(const AscSegments *segments, int segment)
{
    int low = 0, high = segments->recordings;

    while (high - low > 1) {
        int middle = low + (high - low) / 2;

        *(segments->first[middle] <= segment ? &low : &high) = middle;
    }
    return low;
}

static bool fetch_one(AscSegments *segments, AscReader *reader, int segment, size_t place,
                      real *const *input, AscStatus *status)
{
    const AscModel *model = segments->model;
    int recording = asc_segments_recording(segments, segment), count;

    if (!load(segments, reader, recording, status))
        return false;
    if (!asc_reader_count(reader, reader->map, segments->path[recording], &count, status))
        return false;
    if (count != segments->first[recording + 1] - segments->first[recording])
        return asc_status_set(status, ASC_BAD_INPUT, "%s: has changed since it was first read",
                              segments->path[recording]);
    for (int i = 0; i < model->inputs; i++) {
        int f = model->input[i].set;
        const AscStatistics *own = &segments->statistics[f];

        asc_frontend_segment(reader->frontend[f], &reader->map[f], own->positions ? own : NULL,
                             segment - segments->first[recording],
                             input[i] + place * segments->size[i]);
    }
    return true;
}

bool asc_segments_fetch(AscSegments *segments, const int *which, int count, int threads,
                        real *const *input, AscStatus *status)
{
    bool fine = true;

    if (threads > segments->readers)
        threads = segments->readers;
#pragma omp parallel for schedule(dynamic) num_threads(threads) if (threads > 1)
    for (int n = 0; n < count; n++) {
        AscReader *reader = segments->reader[omp_get_thread_num()];
        AscStatus own = { 0 };

        if (fetch_one(segments, reader, which[n], (size_t)n, input, &own))
            continue;
#pragma omp critical(asc_fetch)
        {
            if (fine && status)
                *status = own;
            fine = false;
        }
    }
    return fine;
}

/* ---------------------------------------------------------------- opening */

void asc_segments_close(AscSegments *segments)
{
    if (!segments)
        return;
    asc_pending_destroy(segments->pending);
    for (int n = 0; segments->reader && n < segments->readers; n++)
        asc_reader_destroy(segments->reader[n]);
    for (int n = 0; segments->kept && n < segments->recordings * segments->model->feature_sets; n++)
        asc_map_free(&segments->kept[n]);
    free(segments->reader);
    free(segments->kept);
    free(segments->key);
    free(segments->path);
    free(segments->hearing);
    free(segments->first);
    free(segments->label);
    free(segments->size);
    free(segments);
}

static bool allocate(AscSegments *segments, AscStatus *status)
{
    const AscModel *model = segments->model;
    size_t recordings = (size_t)segments->recordings,
           all = recordings * (size_t)model->feature_sets;

    segments->first = calloc(recordings + 1, sizeof *segments->first);
    segments->path = calloc(recordings + 1, sizeof *segments->path);
    segments->key = calloc(all + 1, sizeof *segments->key);
    segments->kept = calloc(all + 1, sizeof *segments->kept);
    segments->size = calloc((size_t)model->inputs + 1, sizeof *segments->size);
    segments->reader = calloc((size_t)segments->readers + 1, sizeof *segments->reader);
    if (!segments->first || !segments->path || !segments->key || !segments->kept ||
        !segments->size || !segments->reader)
        return asc_status_memory(status, "segments");
    for (int i = 0; i < model->inputs; i++)
        segments->size[i] = asc_shape_reals(&model->input[i].shape);
    for (int n = 0; n < segments->readers; n++) {
        segments->reader[n] = asc_reader_create(model, status);
        if (!segments->reader[n])
            return false;
    }
    return true;
}

static bool check_statistics(const AscSegments *segments, const AscStatistics *statistics,
                             AscStatus *status)
{
    for (int f = 0; f < segments->model->feature_sets; f++) {
        int needed = asc_frontend_positions(segments->reader[0]->frontend[f]);

        if (needed != statistics[f].positions)
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "the features `%s` need %d means and deviations, the weights "
                                  "have %d; weights for recordings come from `train`",
                                  segments->model->features[f].name, needed,
                                  statistics[f].positions);
    }
    return true;
}

static bool describe(AscSegments *segments, const AscSources *sources, AscStatus *status)
{
    int count = segments->first[segments->recordings];

    segments->originals = sources->hearing ? sources->originals : sources->count;
    segments->label = calloc((size_t)count + 1, sizeof *segments->label);
    if (sources->hearing)
        segments->hearing = calloc((size_t)sources->count + 1, sizeof *segments->hearing);
    if (!segments->label || (sources->hearing && !segments->hearing))
        return asc_status_memory(status, "segments");
    if (sources->hearing)
        memcpy(segments->hearing, sources->hearing,
               (size_t)sources->count * sizeof *segments->hearing);
    for (int n = 0; n < segments->recordings; n++) {
        segments->path[n] = sources->path[n];
        for (int s = segments->first[n]; s < segments->first[n + 1]; s++)
            segments->label[s] = sources->label ? sources->label[n] : -1;
    }
    segments->examples = (AscExamples){ .count = segments->first[segments->originals],
                                        .inputs = segments->model->inputs,
                                        .size = segments->size,
                                        .label = segments->label,
                                        .classes = (int)asc_shape_reals(&segments->model->output) };
    return true;
}

/* Whether its statistics are to be made from the recordings. */
static bool is_measured(const AscSegments *segments)
{
    for (int f = 0; f < segments->model->feature_sets; f++) {
        if (asc_frontend_positions(segments->reader[0]->frontend[f]) > 0)
            return true;
    }
    return false;
}

/* All of them, or, where they need not be read yet, their headers. */
static bool read_recordings(const AscExtraction *extraction, AscSources *sources,
                            AscSegments *segments, AscStatistics *statistics, bool measure,
                            AscStatus *status)
{
    if (!extraction->early || sources->hearing || (measure && is_measured(segments)) ||
        !asc_pending_foretell(extraction, sources, segments))
        return asc_scan(extraction, sources, segments, statistics, measure, status);
    for (int f = 0; measure && f < segments->model->feature_sets; f++)
        statistics[f] = (AscStatistics){ 0 };
    segments->pending = asc_pending_create(segments, status);
    return segments->pending != NULL;
}

bool asc_segments_begin(AscSegments *segments, AscSegments *after, const int *order, int from,
                        AscStatus *status)
{
    return !segments->pending ||
           asc_pending_begin(segments->pending, after ? after->pending : NULL, order, from, status);
}

int asc_segments_read(const AscSegments *segments, bool *failed)
{
    *failed = false;
    return segments->pending ? asc_pending_done(segments->pending, failed) : segments->recordings;
}

bool asc_segments_wait(const AscSegments *segments, AscStatus *status)
{
    for (int n = 0; segments->pending && n < segments->recordings; n++) {
        if (!asc_pending_wait(segments->pending, n, status))
            return false;
    }
    return true;
}

AscSegments *asc_segments_open(const AscExtraction *extraction, AscSources *sources,
                               AscStatistics *statistics, bool measure, AscStatus *status)
{
    AscSegments *segments = calloc(1, sizeof *segments);

    if (!segments) {
        asc_status_memory(status, "segments");
        return NULL;
    }
    *segments = (AscSegments){ .recordings = sources->count,
                               .model = extraction->model,
                               .cache = extraction->cache,
                               .statistics = statistics,
                               .readers = omp_get_max_threads() };
    if (allocate(segments, status) && (measure || check_statistics(segments, statistics, status)) &&
        read_recordings(extraction, sources, segments, statistics, measure, status) &&
        describe(segments, sources, status))
        return segments;
    asc_segments_close(segments);
    return NULL;
}
