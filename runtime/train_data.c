/* train_data.c: what a training reads: the parts of a data set as normalised segments. */
#include "train_data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rated.h"
#include "stream.h"
#include "survey.h"
#include "train.h"

bool asc_train_check_labels(const AscModel *model, const AscDataset *dataset, AscStatus *status)
{
    const AscAxis *axis = &model->output.axis[0];

    if (model->output.rank != 1) {
        char text[256];

        asc_weights_describe(&model->output, text, sizeof text);
        return asc_status_set(status, ASC_BAD_INPUT,
                              "the output %s must have one axis to be trained on labels", text);
    }
    if (axis->size == dataset->labels)
        return true;
    return asc_status_set(status, ASC_BAD_INPUT,
                          "%s: has %d labels, the output is [%s = %d]: compile the model for %d "
                          "(its param, as -D classes=%d)",
                          dataset->folder, dataset->labels, axis->name, axis->size, dataset->labels,
                          dataset->labels);
}

/* ---------------------------------------------------------------- parts */

static void tell(const AscReport *report, const char *text)
{
    if (report && report->note && *text)
        report->note(report->context, text);
}

static void tell_left_out(const AscExtraction *extraction, const AscProblems *problems)
{
    const AscReport *report = extraction->report;

    if (report && report->note)
        asc_problems_tell(problems, report->note, report->context);
}

/* Replaces *train by what stays of it.  The draw is the model's, whatever the seed of the run, so
 * that runs with several seeds can be compared, and put together, by the same recordings. */
static bool take_validation(const AscExtraction *extraction, const AscDataset *dataset,
                            const AscRecipe *recipe, AscList *train, AscList *validation,
                            AscStatus *status)
{
    AscList whole = *train;
    char note[1024] = "";
    bool fine;

    *train = (AscList){ 0 };
    fine = asc_dataset_validation(dataset, &whole, recipe->validate_share, recipe->validate_by,
                                  extraction->model->recipe.seed, train, validation, note, status);
    asc_list_free(&whole);
    if (fine)
        tell(extraction->report, note);
    return fine;
}

/* Places in both parts make a validation look better than it is. */
static bool warn_of_places(const AscExtraction *extraction, const AscDataset *dataset, int fold,
                           const AscList *train, const AscList *validation, AscStatus *status)
{
    AscProblems problems = { 0 };
    bool fine = asc_survey_places(dataset, fold, train, validation, &problems, status);
    char note[1280];

    if (fine && problems.count > 0) {
        snprintf(note, sizeof note,
                 "warning: %d place%s in training and in validation; the first: %s", problems.count,
                 problems.count == 1 ? " is" : "s are", problems.text[0]);
        tell(extraction->report, note);
    }
    asc_problems_free(&problems);
    return fine;
}

static bool divide(const AscExtraction *extraction, const AscDataset *dataset, int fold,
                   const AscRecipe *recipe, AscList *train, AscList *validation, AscStatus *status)
{
    bool provided = recipe->validate == ASC_VALIDATE_PROVIDED;

    if (!asc_dataset_split(dataset, fold, train, provided ? validation : NULL, status) ||
        (provided && !warn_of_places(extraction, dataset, fold, train, validation, status)))
        return false;
    if (recipe->validate == ASC_VALIDATE_SPLIT)
        return take_validation(extraction, dataset, recipe, train, validation, status);
    return true;
}

bool asc_train_data_validation(const AscModel *model, const AscDataset *dataset,
                               const AscSettings *settings, AscList *validation, AscStatus *status)
{
    AscExtraction extraction = { .model = model };
    AscRecipe recipe = model->recipe;
    AscList train = { 0 };
    bool fine;

    asc_settings_apply(settings, &recipe);
    fine = divide(&extraction, dataset, settings->fold, &recipe, &train, validation, status);
    asc_list_free(&train);
    return fine;
}

/* ---------------------------------------------------------------- features */

/* The responses of the settings, which must be those that the run began with. */
static bool open_responses(const AscExtraction *extraction, const AscSettings *settings,
                           const AscRecipe *recipe, AscTrainData *data, AscStatus *status)
{
    const AscModel *model = extraction->model;
    char hash[ASC_HASH_TEXT], note[128];

    if (!(recipe->responses_share > 0))
        return true;
    for (int f = 1; f < model->feature_sets; f++) {
        if (model->features[f].front->sound.rate != model->features[0].front->sound.rate)
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "impulse_responses: the features `%s` and `%s` are of sound of "
                                  "different rates",
                                  model->features[0].name, model->features[f].name);
    }
    if (!asc_responses_hash(settings->responses, hash, status))
        return false;
    if (strcmp(hash, settings->responses_hash) != 0)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s: the impulse responses are not those that the run began with",
                              settings->responses);
    data->responses = asc_responses_open(settings->responses, model->features[0].front->sound.rate,
                                         status);
    if (!data->responses)
        return false;
    snprintf(note, sizeof note, "%d impulse responses, each recording through %d of them",
             data->responses->count, recipe->responses_variants);
    tell(extraction->report, note);
    return true;
}

/* How the training part is heard. */
static bool make_hearings(const AscExtraction *extraction, const AscSettings *settings,
                          const AscRecipe *recipe, AscTrainData *data, AscStatus *status)
{
    char note[128];

    if (!open_responses(extraction, settings, recipe, data, status))
        return false;
    data->hearings = asc_hearings_of(recipe, data->responses);
    if (data->hearings.levels == 0)
        return true;
    snprintf(note, sizeof note, "random gain: each recording at %d levels from -%g to %g dB",
             asc_hearings_count(&data->hearings), recipe->gain_most, recipe->gain_most);
    tell(extraction->report, note);
    return true;
}

/* Statistics of the training part, where they are not there yet, and its segments. */
static bool load_part(const AscExtraction *extraction, AscTrainData *data, const AscList *list,
                      bool measure, AscSegments **segments, AscStatus *status)
{
    const AscRecipe *recipe = &extraction->model->recipe; /* whatever the seed of the run */
    AscSources sources = { 0 };
    bool fine = asc_sources_from_list(data->dataset, list, &sources, status) &&
                (!measure || asc_hearings_count(&data->hearings) == 0 ||
                 asc_sources_hear(&sources, &data->hearings, recipe->seed, status)) &&
                (*segments = asc_segments_open(extraction, &sources, data->statistics, measure,
                                               status)) != NULL;

    asc_sources_free(&sources);
    return fine;
}

static void tell_sizes(const AscExtraction *extraction, const AscTrainData *data)
{
    char note[256];
    int at = snprintf(note, sizeof note, "training on %d recordings, %d segments",
                      data->train->originals, data->train->examples.count);

    if (data->validation)
        snprintf(note + at, sizeof note - (size_t)at, "; validating on %d recordings, %d segments",
                 data->validation->recordings, data->validation->examples.count);
    tell(extraction->report, note);
    if (extraction->cache && asc_cache_failure(extraction->cache)) {
        snprintf(note, sizeof note, "warning: features are not kept: %.200s",
                 asc_cache_failure(extraction->cache));
        tell(extraction->report, note);
    }
}

AscReading asc_train_data_reading(const AscTrainData *data)
{
    const AscSegments *part[] = { data->train, data->validation };
    AscReading reading = { 0 };

    for (int n = 0; n < 2; n++) {
        bool failed;

        if (!part[n])
            continue;
        reading.read += asc_segments_read(part[n], &failed);
        reading.recordings += part[n]->recordings;
        reading.failed = reading.failed || failed;
    }
    return reading;
}

bool asc_train_data_wait(const AscTrainData *data, AscStatus *status)
{
    return (!data->train || asc_segments_wait(data->train, status)) &&
           (!data->validation || asc_segments_wait(data->validation, status));
}

/* ---------------------------------------------------------------- stored features */

bool asc_model_is_stored(const AscModel *model)
{
    for (int f = 0; f < model->feature_sets; f++) {
        if (!model->features[f].front)
            return true;
    }
    return false;
}

/* Classes are known by number alone. */
static bool number_labels(const AscModel *model, AscTrainData *data, AscStatus *status)
{
    data->labels = (int)asc_shape_reals(&model->output);
    data->number = calloc((size_t)data->labels + 1, sizeof *data->number);
    for (int c = 0; data->number && c < data->labels; c++) {
        char digits[16];

        snprintf(digits, sizeof digits, "%d", c);
        data->number[c] = strdup(digits);
        if (!data->number[c])
            return asc_status_memory(status, "labels");
    }
    data->label = (const char *const *)data->number;
    return data->number || asc_status_memory(status, "labels");
}

/* Opens a part; damaged files are told of, or refused. */
static AscShards *open_shards(const AscExtraction *extraction, const char *folder, const char *part,
                              AscStatus *status)
{
    AscProblems problems = { 0 };
    AscShards *shards = asc_shards_open(folder, part, extraction->report,
                                        extraction->skip_bad ? &problems : NULL, status);

    tell_left_out(extraction, &problems);
    asc_problems_free(&problems);
    return shards;
}

/* That there is an example, and the first can be made: what does not fit is told before a run begins. */
static bool try_first(const AscExtraction *extraction, const AscShards *shards, bool segments,
                      AscStatus *status)
{
    AscStream *stream = asc_stream_create(
        extraction->model, shards,
        &(AscStreamOptions){ .pieces = segments ? ASC_RATED_SEGMENTS : ASC_VIDEOS,
                             .largest = 1,
                             .skip_bad = extraction->skip_bad },
        status);
    AscServing serving;
    bool fine = stream && asc_stream_seek(stream, 0, 0, status) &&
                asc_stream_next(stream, 1, &serving, status);

    if (fine && segments && serving.count == 0)
        fine = asc_status_set(status, ASC_BAD_INPUT, "%s: has no segments that were rated",
                              shards->folder);
    asc_stream_destroy(stream);
    return fine;
}

static void tell_records(const AscExtraction *extraction, const AscTrainData *data)
{
    char note[256];
    int at = 0;

    if (data->shards->rated)
        at = snprintf(note, sizeof note, "training on %d segments of %d records, %d files",
                      data->shards->segments, data->shards->records, data->shards->files);
    else
        at = snprintf(note, sizeof note, "training on %d records of %d files",
                      data->shards->records, data->shards->files);

    if (data->validation_shards)
        snprintf(note + at, sizeof note - (size_t)at, "; validating on %d of %d",
                 data->validation_shards->records, data->validation_shards->files);
    tell(extraction->report, note);
}

static bool load_shards(const AscExtraction *extraction, const AscSettings *settings,
                        const AscRecipe *recipe, AscTrainData *data, AscStatus *status)
{
    if (settings->fold)
        return asc_status_set(status, ASC_USAGE, "--fold %d: TFRecord files have no folds",
                              settings->fold);
    if (recipe->validate == ASC_VALIDATE_SPLIT)
        return asc_status_set(status, ASC_USAGE,
                              "%s: no share of TFRecord files can be taken for validation: they "
                              "have a part for it; --validate provided or --validate none",
                              settings->data);
    if (recipe->keep == ASC_KEEP_BEST && recipe->validate != ASC_VALIDATE_NONE &&
        (recipe->keep_metric.kind == ASC_MACRO_ACCURACY ||
         recipe->keep_metric.kind == ASC_LOG_LOSS))
        return asc_status_set(status, ASC_BAD_INPUT,
                              "keep = best(..): of records with several labels loss, accuracy, "
                              "gap, hit, map and perr can be measured");
    if (settings->segments && recipe->mixup > 0)
        return asc_status_set(status, ASC_USAGE,
                              "--segments: mixup mixes labels, of which most are not known of "
                              "segments; compile the model without");
    data->shards = open_shards(extraction, settings->data, "train", status);
    if (data->shards && recipe->validate == ASC_VALIDATE_PROVIDED)
        data->validation_shards = open_shards(extraction, settings->data, "evaluate", status);
    if (!data->shards || (recipe->validate == ASC_VALIDATE_PROVIDED && !data->validation_shards) ||
        !number_labels(extraction->model, data, status) ||
        !try_first(extraction, data->shards, settings->segments, status) ||
        (data->validation_shards &&
         !try_first(extraction, data->validation_shards, settings->segments, status)) ||
        (settings->segments &&
         !asc_rated_count(extraction->model, data->shards, extraction->report, status)))
        return false;
    tell_records(extraction, data);
    return true;
}

int asc_train_data_examples(const AscTrainData *data)
{
    if (!data->shards)
        return data->train->examples.count;
    return data->shards->rated ? data->shards->segments : data->shards->records;
}

/* ---------------------------------------------------------------- recordings */

static bool load_recordings(const AscExtraction *extraction, const AscSettings *settings,
                            const AscRecipe *recipe, AscTrainData *data, AscStatus *status)
{
    const AscModel *model = extraction->model;
    AscList train = { 0 }, validation = { 0 };
    bool fine;

    data->dataset = asc_dataset_open(settings->data, settings->layout,
                                     extraction->skip_bad ? &data->problems : NULL, status);
    fine = data->dataset &&
           (!settings->lists || asc_dataset_use_lists(data->dataset, settings->lists, status)) &&
           asc_train_check_labels(model, data->dataset, status) &&
           divide(extraction, data->dataset, settings->fold, recipe, &train, &validation, status) &&
           make_hearings(extraction, settings, recipe, data, status) &&
           load_part(extraction, data, &train, true, &data->train, status) &&
           (validation.count == 0 ||
            (load_part(extraction, data, &validation, false, &data->validation, status) &&
             asc_segments_begin(data->validation, data->train, NULL, 0, status)));
    if (fine) {
        data->label = data->dataset->label;
        data->labels = data->dataset->labels;
        tell_sizes(extraction, data);
    }
    tell_left_out(extraction, &data->problems);
    if (fine && data->problems.count > 0) {
        char note[128];

        snprintf(note, sizeof note,
                 "left out of the data set: %d, which the run's skipped.txt lists",
                 data->problems.count);
        tell(extraction->report, note);
    }
    asc_list_free(&train);
    asc_list_free(&validation);
    return fine;
}

bool asc_train_data_load(const AscExtraction *extraction, const AscSettings *settings,
                         const AscRecipe *recipe, AscTrainData *data, AscStatus *status)
{
    const AscModel *model = extraction->model;
    AscExtraction own = *extraction;

    *data = (AscTrainData){ 0 };
    own.skipped = &data->problems;
    data->statistics = calloc((size_t)model->feature_sets + 1, sizeof *data->statistics);
    if (!data->statistics)
        return asc_status_memory(status, "statistics");
    return asc_model_is_stored(model) ? load_shards(&own, settings, recipe, data, status)
                                      : load_recordings(&own, settings, recipe, data, status);
}

void asc_train_data_free(AscTrainData *data, const AscModel *model)
{
    for (int f = 0; data->statistics && f < model->feature_sets; f++)
        asc_statistics_free(&data->statistics[f]);
    free(data->statistics);
    asc_segments_close(data->validation); /* which may wait for the other */
    asc_segments_close(data->train);
    asc_responses_close(data->responses);
    if (data->dataset)
        asc_dataset_close(data->dataset);
    asc_problems_free(&data->problems);
    asc_shards_close(data->shards);
    asc_shards_close(data->validation_shards);
    for (int c = 0; data->number && c < data->labels; c++)
        free(data->number[c]);
    free(data->number);
    *data = (AscTrainData){ 0 };
}
