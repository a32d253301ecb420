/* scan.c: the pass over all recordings before anything else: every one is read, or its features are
 * computed, in parallel; what depends on the order is done in the order of the list. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "corpus_own.h"

/* Features that stay in memory where the cache doesn't have them. */
static const size_t MOST_KEPT = (size_t)256 << 20;

enum { MOST_RATES = 8 };

typedef struct Scan {
    const AscExtraction *extraction;
    AscSources *sources;
    AscSegments *segments;
    AscMoments *moments; /* [feature sets]; NULL: not wanted */
    bool *bad;           /* [recordings] */
    size_t kept;         /* bytes */
    int done, skipped;
    bool failed;
    int rate[MOST_RATES], with_rate[MOST_RATES], rates; /* rates that were changed */
    AscStatus *status;
} Scan;

/* One recording, while it is looked at. */
typedef struct Look {
    AscMap *map;         /* [feature sets] */
    AscMoments *moments; /* [feature sets]; NULL: not wanted */
    int segments;
    bool fine;
    AscStatus status;
} Look;

/* ---------------------------------------------------------------- a recording */

static bool gather(const AscReader *reader, int set, Look *look)
{
    AscFrontend *frontend = reader->frontend[set];
    AscMoments *moments = &look->moments[set];

    asc_moments_free(moments);
    return asc_moments_create(asc_frontend_positions(frontend), moments, &look->status) &&
           (moments->positions == 0 ||
            asc_frontend_gather(frontend, &look->map[set], moments, &look->status));
}

static bool look_at(const Scan *scan, const AscReader *reader, int n, Look *look)
{
    const AscModel *model = scan->extraction->model;
    const char *path = scan->sources->path[n];
    AscHash *key = scan->segments->key + (size_t)n * (size_t)model->feature_sets;
    AscAudio audio = { 0 };
    bool fine = true;

    for (int f = 0; fine && f < model->feature_sets; f++) {
        fine = asc_cache_first(scan->extraction->cache, reader->frontend[f], &model->features[f],
                               path, &audio, &key[f], &look->map[f], &look->status) &&
               (!look->moments || gather(reader, f, look));
    }
    asc_audio_free(&audio);
    return fine && asc_reader_count(reader, look->map, path, &look->segments, &look->status);
}

/* ---------------------------------------------------------------- in the order of the list */

static void count_rate(Scan *scan, const AscReader *reader, const AscMap *map)
{
    int at = 0;

    if (map->rate == 0 || map->rate == asc_frontend_rate(reader->frontend[0]))
        return;
    while (at < scan->rates && scan->rate[at] != map->rate)
        at++;
    if (at == MOST_RATES)
        return;
    if (at == scan->rates)
        scan->rate[scan->rates++] = map->rate;
    scan->with_rate[at]++;
}

/* Maps that the cache doesn't have stay, as long as there is room. */
static void keep_or_free(Scan *scan, int n, Look *look)
{
    const int sets = scan->extraction->model->feature_sets;

    for (int f = 0; f < sets; f++) {
        AscMap *map = &look->map[f];
        size_t bytes = asc_map_count(map) * asc_map_width(map);

        if (!map->file && (map->values || map->half) && scan->kept + bytes <= MOST_KEPT &&
            (!scan->extraction->cache || asc_cache_failure(scan->extraction->cache))) {
            scan->kept += bytes;
            scan->segments->kept[n * sets + f] = *map;
            *map = (AscMap){ 0 };
        }
        asc_map_free(map);
    }
}

/* What can't be used is told with the line of the table that names it. */
static bool note_bad(Scan *scan, int n, const AscStatus *why)
{
    const AscExtraction *extraction = scan->extraction;
    char place[1024] = "";

    if (scan->sources->dataset)
        asc_dataset_place(scan->sources->dataset, scan->sources->index[n], place, sizeof place);
    scan->bad[n] = true;
    scan->skipped++;
    if (why->code == ASC_BAD_INPUT && extraction->skip_bad && extraction->skipped)
        return asc_problem(extraction->skipped, scan->status, "%s%s", place, why->message);
    if (scan->status) {
        *scan->status = *why;
        asc_status_prefix(scan->status, "%s", place);
    }
    return false;
}

static bool take(Scan *scan, const AscReader *reader, int n, Look *look)
{
    const AscReport *report = scan->extraction->report;

    if (!look->fine)
        return note_bad(scan, n, &look->status);
    for (int f = 0; look->moments && f < scan->extraction->model->feature_sets; f++)
        asc_moments_merge(&scan->moments[f], &look->moments[f]);
    scan->segments->first[n + 1] = look->segments;
    count_rate(scan, reader, look->map);
    keep_or_free(scan, n, look);
    scan->done++;
    if (report && report->features)
        report->features(report->context, scan->done + scan->skipped, scan->sources->count);
    return true;
}

/* ---------------------------------------------------------------- all recordings */

static bool stopped(const Scan *scan)
{
    return scan->extraction->stop && *scan->extraction->stop;
}

static void scan_share(Scan *scan)
{
    const size_t sets = (size_t)scan->extraction->model->feature_sets;
    Look look = { .map = calloc(sets + 1, sizeof *look.map),
                  .moments = calloc(sets + 1, sizeof *look.moments) };
    AscMoments *moments = look.moments;
    AscReader *reader = look.map && moments
                            ? asc_reader_create(scan->extraction->model, &look.status)
                            : NULL;

    if (!look.map || !moments)
        asc_status_memory(&look.status, "features");
    look.moments = scan->moments ? moments : NULL;
#pragma omp for schedule(dynamic) ordered
    for (int n = 0; n < scan->sources->count; n++) {
        bool over;

#pragma omp atomic read
        over = scan->failed;
        over = over || stopped(scan);
        look.fine = !over && reader && look_at(scan, reader, n, &look);
#pragma omp ordered
        {
            if (!over && !scan->failed && !take(scan, reader, n, &look)) {
#pragma omp atomic write
                scan->failed = true;
            }
        }
        for (size_t f = 0; look.map && f < sets; f++)
            asc_map_free(&look.map[f]);
    }
    for (size_t f = 0; moments && f < sets; f++)
        asc_moments_free(&moments[f]);
    asc_reader_destroy(reader);
    free(moments);
    free(look.map);
}

/* Takes out what is bad. */
static void leave_out(Scan *scan)
{
    AscSegments *segments = scan->segments;
    AscSources *sources = scan->sources;
    const int sets = scan->extraction->model->feature_sets;
    int to = 0;

    for (int n = 0; n < sources->count; n++) {
        if (scan->bad[n])
            continue;
        segments->first[to + 1] = segments->first[to] + segments->first[n + 1];
        for (int f = 0; f < sets; f++) {
            segments->key[to * sets + f] = segments->key[n * sets + f];
            segments->kept[to * sets + f] = segments->kept[n * sets + f];
        }
        sources->path[to] = sources->path[n];
        sources->label[to] = sources->label[n];
        sources->index[to++] = sources->index[n];
    }
    sources->count = segments->recordings = to;
}

static void tell_rates(const Scan *scan)
{
    const AscReport *report = scan->extraction->report;
    const double rate = scan->extraction->model->features[0].front->rate;

    for (int i = 0; report && report->note && i < scan->rates; i++) {
        char note[160];

        snprintf(note, sizeof note,
                 "resampled from %d Hz to %g Hz (libsoxr, high quality): %d of %d recordings",
                 scan->rate[i], rate, scan->with_rate[i], scan->done);
        report->note(report->context, note);
    }
}

static bool finish_statistics(const Scan *scan, AscStatistics *statistics, AscStatus *status)
{
    for (int f = 0; f < scan->extraction->model->feature_sets; f++) {
        statistics[f] = (AscStatistics){ 0 };
        if (scan->moments[f].positions > 0 &&
            !asc_moments_finish(&scan->moments[f], &statistics[f], status))
            return false;
    }
    return true;
}

static bool create_moments(Scan *scan, AscStatus *status)
{
    const int sets = scan->extraction->model->feature_sets;
    const AscReader *reader = scan->segments->reader[0];

    scan->moments = calloc((size_t)sets + 1, sizeof *scan->moments);
    if (!scan->moments)
        return asc_status_memory(status, "statistics");
    for (int f = 0; f < sets; f++) {
        if (!asc_moments_create(asc_frontend_positions(reader->frontend[f]), &scan->moments[f],
                                status))
            return false;
    }
    return true;
}

bool asc_scan(const AscExtraction *extraction, AscSources *sources, AscSegments *segments,
              AscStatistics *statistics, bool measure, AscStatus *status)
{
    Scan scan = { .extraction = extraction,
                  .sources = sources,
                  .segments = segments,
                  .status = status,
                  .bad = calloc((size_t)sources->count + 1, sizeof *scan.bad) };
    bool fine = (scan.bad || asc_status_memory(status, "segments")) &&
                (!measure || create_moments(&scan, status));

    if (fine) {
#pragma omp parallel
        scan_share(&scan);
        fine = !scan.failed;
    }
    if (fine && stopped(&scan))
        fine = asc_status_set(status, ASC_OK, "stopped while features were computed");
    else if (fine && scan.done == 0)
        fine = asc_status_set(status, ASC_BAD_INPUT, "none of %d recordings can be used%s%s",
                              sources->count, scan.skipped ? "; the first: " : "",
                              scan.skipped ? extraction->skipped->text[0] : "");
    if (fine) {
        leave_out(&scan);
        tell_rates(&scan);
        fine = !measure || finish_statistics(&scan, statistics, status);
    }
    for (int f = 0; scan.moments && f < extraction->model->feature_sets; f++)
        asc_moments_free(&scan.moments[f]);
    free(scan.moments);
    free(scan.bad);
    return fine;
}
