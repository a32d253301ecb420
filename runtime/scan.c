/* scan.c: the pass over all recordings before anything else: every one is read, or its features are
 * computed, in parallel; what depends on the order is done in the order of the list. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "corpus_own.h"
#include "resample.h"

/* Features that stay in memory where the cache doesn't have them. */
static const size_t MOST_KEPT = (size_t)256 << 20;

typedef struct Scan {
    const AscExtraction *extraction;
    AscSources *sources;
    AscSegments *segments;
    AscMoments *moments; /* [feature sets]; NULL: not wanted */
    bool *bad;           /* [recordings] */
    size_t kept;         /* bytes */
    int done, skipped;
    bool failed;
    AscRates rates;
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

bool asc_reader_first(const AscReader *reader, AscCache *cache, const char *path, AscHash *key,
                      AscMap *map, int *segments, AscStatus *status)
{
    const AscModel *model = reader->model;
    AscAudio audio = { 0 };
    bool fine = true;

    for (int f = 0; fine && f < model->feature_sets; f++)
        fine = asc_cache_first(cache, reader->frontend[f], &model->features[f], path, &audio,
                               &key[f], &map[f], status);
    asc_audio_free(&audio);
    return fine && asc_reader_count(reader, map, path, segments, status);
}

/* How it is heard; NULL: as it is. */
static const AscHearing *hearing_of(const Scan *scan, int n)
{
    const AscSources *sources = scan->sources;

    return sources->hearing && n >= sources->originals ? &sources->hearing[n] : NULL;
}

static bool look_at(const Scan *scan, const AscReader *reader, int n, Look *look)
{
    const int sets = scan->extraction->model->feature_sets;
    const AscHearing *hearing = hearing_of(scan, n);
    bool fine;

    for (int f = 0; f < sets; f++)
        asc_frontend_hear(reader->frontend[f], hearing);
    fine = asc_reader_first(reader, scan->extraction->cache, scan->sources->path[n],
                            scan->segments->key + (size_t)n * (size_t)sets, look->map,
                            &look->segments, &look->status);

    for (int f = 0; fine && !hearing && look->moments && f < sets; f++)
        fine = gather(reader, f, look);
    return fine;
}

/* ---------------------------------------------------------------- in the order of the list */

void asc_rates_count(AscRates *rates, const AscReader *reader, int rate)
{
    int at = 0;

    if (rate == 0 || rate == asc_frontend_sound(reader->frontend[0])->rate)
        return;
    while (at < rates->count && rates->rate[at] != rate)
        at++;
    if (at == ASC_MOST_RATES)
        return;
    if (at == rates->count)
        rates->rate[rates->count++] = rate;
    rates->with[at]++;
}

void asc_segments_keep(AscSegments *segments, int recording, AscMap *map, size_t *kept)
{
    const int sets = segments->model->feature_sets;

    for (int f = 0; f < sets; f++) {
        size_t bytes = asc_map_count(&map[f]) * asc_map_width(&map[f]);

        if (map[f].file || !(map[f].values || map[f].half) || *kept + bytes > MOST_KEPT ||
            (segments->cache && !asc_cache_failure(segments->cache)))
            continue;
        *kept += bytes;
        segments->kept[recording * sets + f] = map[f];
        map[f] = (AscMap){ 0 };
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
    const bool variant = hearing_of(scan, n) != NULL;

    if (variant && scan->bad[n % scan->sources->originals]) { /* that was told */
        scan->bad[n] = true;
        scan->skipped++;
        return true;
    }
    if (!look->fine)
        return note_bad(scan, n, &look->status);
    for (int f = 0; look->moments && !variant && f < scan->extraction->model->feature_sets; f++)
        asc_moments_merge(&scan->moments[f], &look->moments[f]);
    scan->segments->first[n + 1] = look->segments;
    if (!variant)
        asc_rates_count(&scan->rates, reader, look->map[0].rate);
    asc_segments_keep(scan->segments, n, look->map, &scan->kept);
    scan->done++;
    asc_report_job(report, "features", "recordings", scan->done + scan->skipped,
                   scan->sources->count);
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
    int to = 0, originals = 0;

    for (int n = 0; n < sources->count; n++) {
        if (scan->bad[n])
            continue;
        originals += !hearing_of(scan, n);
        if (sources->hearing)
            sources->hearing[to] = sources->hearing[n];
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
    sources->originals = originals;
}

void asc_rates_tell(const AscRates *rates, const AscExtraction *extraction, int recordings)
{
    const AscReport *report = extraction->report;
    const AscSound *wanted = &extraction->model->features[0].front->sound;

    for (int i = 0; report && report->note && i < rates->count; i++) {
        char note[160];

        snprintf(note, sizeof note, "resampled from %d Hz to %g Hz (%s): %d of %d recordings",
                 rates->rate[i], wanted->rate, asc_resample_name(wanted->resample), rates->with[i],
                 recordings);
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
        asc_rates_tell(&scan.rates, extraction, sources->hearing ? sources->originals : scan.done);
        fine = !measure || finish_statistics(&scan, statistics, status);
    }
    for (int f = 0; scan.moments && f < extraction->model->feature_sets; f++)
        asc_moments_free(&scan.moments[f]);
    free(scan.moments);
    free(scan.bad);
    return fine;
}
