/* train.c: the training loop. */
#include "train.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "batch.h"
#include "engine.h"
#include "evaluate.h"
#include "feed.h"
#include "file.h"
#include "rank_stream.h"
#include "schedule.h"
#include "train_data.h"

enum { EVALUATION_BATCH = 32 };

/* Everything one training needs, besides the data. */
typedef struct Trainer {
    const AscModel *model;
    const AscTrainOptions *options;
    AscRecipe recipe;
    AscTrainData data;
    AscWeights *weights;
    AscUpdate *update;
    AscEngine *training, *inference;
    AscBatch *batch;
    AscFeed *feed;        /* the training part */
    real *gradients;      /* of the batches of a step so far; NULL: a step is one batch */
    double *class_weight; /* [classes]; NULL: all the same */
    AscPosition position;
    double step_seconds; /* mean over the steps of this process */
    long steps_done;     /* by this process */
} Trainer;

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static bool stop_asked(const Trainer *trainer)
{
    return trainer->options->stop && *trainer->options->stop;
}

static int steps_an_epoch(const Trainer *trainer)
{
    int64_t examples = asc_feed_count(trainer->feed);
    int64_t step = (int64_t)trainer->recipe.batch * trainer->recipe.accumulate;

    return (int)((examples + step - 1) / step);
}

/* Where a step's examples begin in the epoch's order.  The batches of an epoch are the fewest that
 * are no larger than the recipe's, and differ by one example at most: a last batch of one or two
 * examples would be normalised by its own statistics, and its full step undo what an epoch learnt
 * (models/esc10.asc on fold 4, seed 0, 961 examples in batches of 32: 84 % of the clips right, 39 %
 * where every epoch ended with such a step). */
static int step_begin(const Trainer *trainer, int step)
{
    return (int)((int64_t)asc_feed_count(trainer->feed) * step / steps_an_epoch(trainer));
}

/* After `epoch` whole epochs and `step` steps of the next. */
static AscStand stand_at(const Trainer *trainer, int epoch, int step)
{
    int64_t examples = asc_feed_count(trainer->feed);

    return (AscStand){ .epoch = epoch,
                       .steps = (int64_t)asc_optimizer_steps(trainer->update),
                       .examples = epoch * examples + step_begin(trainer, step),
                       .epoch_steps = steps_an_epoch(trainer),
                       .epoch_examples = examples };
}

/* By a limit, or because nothing better came for long. */
static bool is_over(const Trainer *trainer, int epoch)
{
    const AscPosition *position = &trainer->position;
    AscStand stand = stand_at(trainer, epoch, 0);
    int best = position->best_epoch, after = trainer->recipe.keep_after;

    return asc_schedule_over(&trainer->recipe, &stand, position->total_seconds) ||
           (trainer->recipe.patience > 0 && trainer->recipe.keep == ASC_KEEP_BEST &&
            epoch - (best > after ? best : after) >= trainer->recipe.patience);
}

/* ---------------------------------------------------------------- a step */

/* Negative: not known yet. */
static double seconds_left(const Trainer *trainer)
{
    const AscRecipe *recipe = &trainer->recipe;
    int64_t steps = asc_schedule_steps(recipe, steps_an_epoch(trainer));
    double by_time = 3600 * recipe->hours - trainer->position.total_seconds, by_steps;

    if (trainer->steps_done < 3)
        return -1;
    by_steps = trainer->step_seconds *
               (double)(steps - (int64_t)asc_optimizer_steps(trainer->update));
    return steps == 0 || (recipe->hours > 0 && by_time < by_steps) ? by_time : by_steps;
}

static void tell_step(const Trainer *trainer)
{
    const AscReport *report = trainer->options->report;
    const AscPosition *position = &trainer->position;

    if (!report || !report->step)
        return;
    report->step(report->context,
                 &(AscProgress){ .epoch = position->epoch + 1,
                                 .epochs = trainer->recipe.epochs,
                                 .step = position->step,
                                 .steps = steps_an_epoch(trainer),
                                 .loss = position->loss_sum / position->seen,
                                 .accuracy = (double)position->right / position->seen,
                                 .seconds_left = seconds_left(trainer) });
}

/* The means of the epoch, from the losses and outputs of the last batch. */
static bool count_batch(Trainer *trainer, AscStatus *status)
{
    AscPosition *position = &trainer->position;
    double loss = asc_engine_loss(trainer->training, trainer->batch->count);

    if (!isfinite(loss))
        return asc_status_set(status, ASC_BAD_INPUT,
                              "the loss is not finite in epoch %d, step %d: a smaller rate or "
                              "clip = norm(..) may help",
                              position->epoch + 1, position->step + 1);
    position->loss_sum += loss * trainer->batch->count;
    position->right += asc_engine_right(trainer->training, trainer->batch->target,
                                        trainer->batch->count);
    position->seen += trainer->batch->count;
    return true;
}

/* Adds what the batch contributes to the step's mean, over `total` examples so far. */
static void add_gradients(Trainer *trainer, int total)
{
    ptrdiff_t count = (ptrdiff_t)trainer->model->parameter_reals;
    real share = (real)trainer->batch->count / (real)total;
    const real *own = trainer->training->gradients;
    real *mean = trainer->gradients;

#pragma omp parallel for schedule(static)
    for (ptrdiff_t i = 0; i < count; i++)
        mean[i] += share * (own[i] - mean[i]);
}

/* The gradients of the mean loss of the next examples; random numbers are those of `number`. */
static bool run_batch(Trainer *trainer, int count, uint64_t number, AscStatus *status)
{
    const AscRecipe *recipe = &trainer->recipe;
    AscBatch *batch = trainer->batch;
    AscServing serving;

    if (!asc_feed_next(trainer->feed, count, &serving, status))
        return false;
    trainer->batch->count = serving.count;
    if (serving.count == 0) /* so many were left out */
        return true;
    asc_batch_draw_mixup(&batch->mixup, recipe->mixup, recipe->mixup_per_example, recipe->seed,
                         number, serving.count);
    asc_batch_fill(batch, serving.examples, serving.which, serving.count);
    if (trainer->class_weight)
        asc_batch_weigh(batch, trainer->class_weight);
    asc_engine_run(trainer->training, &(AscWork){ .examples = serving.count,
                                                  .input = batch->input,
                                                  .target = batch->target,
                                                  .parameters = trainer->weights->parameters,
                                                  .seed = recipe->seed,
                                                  .step = number });
    return count_batch(trainer, status);
}

/* The step's examples in as few batches as there may be; returns how many they were, fewer where
 * some were left out; -1: failed. */
static int run_batches(Trainer *trainer, AscStatus *status)
{
    int count = step_begin(trainer, trainer->position.step + 1) -
                step_begin(trainer, trainer->position.step);
    int batches = (count + trainer->recipe.batch - 1) / trainer->recipe.batch, total = 0;
    uint64_t number = asc_optimizer_steps(trainer->update) * (uint64_t)trainer->recipe.accumulate;

    if (trainer->gradients)
        memset(trainer->gradients, 0, trainer->model->parameter_reals * sizeof(real));
    for (int n = 0; n < batches; n++) {
        int begin = (int)((int64_t)count * n / batches);
        int end = (int)((int64_t)count * (n + 1) / batches);

        if (!run_batch(trainer, end - begin, number + (uint64_t)n, status))
            return -1;
        total += trainer->batch->count;
        if (trainer->gradients && trainer->batch->count > 0)
            add_gradients(trainer, total);
    }
    return total;
}

static bool train_step(Trainer *trainer, double *rate, AscStatus *status)
{
    AscPosition *position = &trainer->position;
    AscStand stand = stand_at(trainer, position->epoch, position->step);
    double begun = now(), took;
    int examples = run_batches(trainer, status);

    if (examples < 0)
        return false;
    position->step++;
    if (examples == 0)
        return true;
    *rate = asc_schedule_rate(&trainer->recipe, &stand);
    asc_optimizer_step(trainer->update, *rate, trainer->weights->parameters,
                       trainer->gradients ? trainer->gradients : trainer->training->gradients);
    took = now() - begun;
    position->seconds += took;
    position->total_seconds += took;
    trainer->steps_done++;
    trainer->step_seconds += (took - trainer->step_seconds) / (double)trainer->steps_done;
    tell_step(trainer);
    return true;
}

/* ---------------------------------------------------------------- the end of an epoch */

static bool is_better(const Trainer *trainer, double value)
{
    double best = trainer->position.best;

    if (isnan(value))
        return false;
    if (isnan(best))
        return true;
    return asc_metric_rises(trainer->recipe.keep_metric.kind) ? value > best : value < best;
}

/* What a validation gives: the figure that decides is the recipe's `keep`. */
typedef struct Figures {
    double loss, accuracy, deciding;
} Figures;

static bool measure_segments(Trainer *trainer, Figures *figures, AscStatus *status)
{
    AscMetric accuracy = { .kind = ASC_ACCURACY };
    AscResults results;
    bool fine;

    if (!asc_evaluate_segments(trainer->inference, trainer->weights->parameters,
                               trainer->data.validation, trainer->model->vote, &results, status))
        return false;
    figures->loss = results.loss;
    fine = asc_results_metric(&results, &accuracy, NULL, &figures->accuracy, status) &&
           asc_results_metric(&results, &trainer->recipe.keep_metric, NULL, &figures->deciding,
                              status);
    asc_results_free(&results);
    return fine;
}

static bool measure_shards(Trainer *trainer, Figures *figures, AscStatus *status)
{
    const AscMetric *metric = &trainer->recipe.keep_metric;
    AscStream *stream = asc_stream_create(
        trainer->model, trainer->data.validation_shards,
        &(AscStreamOptions){ .largest = trainer->inference->largest,
                             .skip_bad = trainer->options->skip_bad },
        status);
    AscRanking *ranking = stream ? asc_ranking_create((int)trainer->inference->outputs,
                                                      asc_ranking_most(metric, 1), status)
                                 : NULL;
    bool fine = ranking && asc_rank_stream(trainer->inference, trainer->weights->parameters, stream,
                                           ranking, NULL, NULL, NULL, status);

    if (fine)
        *figures = (Figures){ asc_ranking_metric(ranking, &(AscMetric){ .kind = ASC_LOSS }),
                              asc_ranking_metric(ranking, &(AscMetric){ .kind = ASC_ACCURACY }),
                              asc_ranking_metric(ranking, metric) };
    asc_ranking_destroy(ranking);
    asc_stream_destroy(stream);
    return fine;
}

static bool validate(Trainer *trainer, AscEpochReport *report, AscStatus *status)
{
    Figures figures;

    if (!trainer->data.validation && !trainer->data.validation_shards)
        return true;
    if (!(trainer->data.validation ? measure_segments : measure_shards)(trainer, &figures, status))
        return false;
    report->validated = true;
    report->validation_loss = figures.loss;
    report->validation_accuracy = figures.accuracy;
    if (trainer->recipe.keep == ASC_KEEP_BEST &&
        trainer->position.epoch >= trainer->recipe.keep_after &&
        is_better(trainer, figures.deciding)) {
        report->best = true;
        trainer->position.best = figures.deciding;
        trainer->position.best_epoch = trainer->position.epoch + 1;
    }
    return true;
}

/* Tells of what was left out of the epoch, and where reading held it up. */
static void tell_feed(const Trainer *trainer)
{
    const AscProblems *problems = asc_feed_left_out(trainer->feed);
    const AscReport *report = trainer->options->report;
    double waited = asc_feed_waited(trainer->feed);
    char note[1280];

    if (!report || !report->note)
        return;
    if (problems && problems->count > 0) {
        snprintf(note, sizeof note, "left out of epoch %d: %d record%s; the first: %s",
                 trainer->position.epoch + 1, problems->count, problems->count == 1 ? "" : "s",
                 problems->text[0]);
        report->note(report->context, note);
    }
    if (waited > 1 && waited > 0.05 * trainer->position.seconds) {
        snprintf(note, sizeof note, "reading held up epoch %d for %.0f s of %.0f s",
                 trainer->position.epoch + 1, waited, trainer->position.seconds);
        report->note(report->context, note);
    }
}

/* Adds a line to the log: strict JSON. */
static bool add_log(AscPosition *position, const AscEpochReport *report, AscStatus *status)
{
    char line[2048]; /* a double has up to 316 characters */
    size_t old = position->log ? strlen(position->log) : 0;
    int at = snprintf(line, sizeof line,
                      "{\"epoch\": %d, \"rate\": %.6g, \"loss\": %.6f, \"accuracy\": %.6f",
                      report->epoch, report->rate, report->loss, report->accuracy);
    char *log;

    if (report->validated && isfinite(report->validation_loss))
        at += snprintf(line + at, sizeof line - (size_t)at,
                       ", \"validation_loss\": %.6f, \"validation_accuracy\": %.6f, \"best\": %s",
                       report->validation_loss, report->validation_accuracy,
                       report->best ? "true" : "false");
    at += snprintf(line + at, sizeof line - (size_t)at, ", \"seconds\": %.3f}\n", report->seconds);
    log = realloc(position->log, old + (size_t)at + 1);
    if (!log)
        return asc_status_memory(status, "the log");
    memcpy(log + old, line, (size_t)at + 1);
    position->log = log;
    return true;
}

static void begin_epoch(AscPosition *position)
{
    position->step = 0;
    position->loss_sum = 0;
    position->right = position->seen = 0;
    position->seconds = 0;
}

static bool save(Trainer *trainer, AscStatus *status)
{
    return asc_run_save(trainer->options->folder, trainer->weights, trainer->update,
                        &trainer->position, status);
}

/* The weights of the last epoch are kept where none is best: by the recipe, or because
 * keep_after was never reached. */
static bool keep_weights(Trainer *trainer, bool best, AscStatus *status)
{
    bool last = is_over(trainer, trainer->position.epoch + 1);

    if (best || trainer->recipe.keep == ASC_KEEP_LAST ||
        (last && trainer->position.best_epoch == 0))
        return asc_run_keep(trainer->options->folder, trainer->weights, status);
    return true;
}

/* Weights first: a checkpoint that is not written leads back to an epoch that writes them again. */
static bool end_epoch(Trainer *trainer, double rate, AscStatus *status)
{
    AscPosition *position = &trainer->position;
    const AscReport *report = trainer->options->report;
    AscEpochReport told = { .epoch = position->epoch + 1,
                            .epochs = trainer->recipe.epochs,
                            .rate = rate,
                            .loss = position->loss_sum / position->seen,
                            .accuracy = (double)position->right / position->seen };

    asc_feed_end(trainer->feed); /* an epoch may end before its examples do */
    tell_feed(trainer);
    if (position->seen == 0)
        return asc_status_set(status, ASC_BAD_INPUT, "all examples of the epoch were left out");
    if (!validate(trainer, &told, status))
        return false;
    told.seconds = position->seconds;
    if (!keep_weights(trainer, told.best, status) || !add_log(position, &told, status))
        return false;
    position->epoch++;
    position->finished = is_over(trainer, position->epoch);
    begin_epoch(position);
    if (!save(trainer, status))
        return false;
    if (report && report->epoch)
        report->epoch(report->context, &told);
    return true;
}

/* A limit of steps or hours may cut the last epoch short. */
static bool train_epoch(Trainer *trainer, AscStatus *status)
{
    AscPosition *position = &trainer->position;
    AscStand stand = stand_at(trainer, position->epoch, position->step);
    double rate = asc_schedule_rate(&trainer->recipe, &stand);
    int steps = steps_an_epoch(trainer);
    bool ends = false;

    if (!asc_feed_seek(trainer->feed, position->epoch, step_begin(trainer, position->step), status))
        return false;
    while (!(ends = position->step == steps || is_over(trainer, position->epoch)) &&
           !stop_asked(trainer)) {
        if (!train_step(trainer, &rate, status))
            return false;
    }
    return ends ? end_epoch(trainer, rate, status) : save(trainer, status);
}

/* ---------------------------------------------------------------- beginning and end */

static AscFeed *create_feed(const Trainer *trainer, int batch, AscStatus *status)
{
    if (trainer->data.shards)
        return asc_feed_shards(trainer->model, trainer->data.shards,
                               &(AscStreamOptions){ .random = true,
                                                    .seed = trainer->recipe.seed,
                                                    .largest = batch,
                                                    .skip_bad = trainer->options->skip_bad },
                               status);
    return asc_feed_segments(trainer->data.train, trainer->recipe.seed, batch, status);
}

static bool create_parts(Trainer *trainer, AscStatus *status)
{
    const AscModel *model = trainer->model;
    int batch = trainer->recipe.batch, examples = asc_train_data_examples(&trainer->data);

    if (batch > examples)
        batch = examples;
    trainer->feed = create_feed(trainer, batch, status);
    trainer->batch = trainer->feed ? asc_batch_create(model, batch, status) : NULL;
    trainer->training = trainer->batch ? asc_engine_create(model, true, batch, status) : NULL;
    trainer->inference = trainer->training
                             ? asc_engine_create(model, false, EVALUATION_BATCH, status)
                             : NULL;
    trainer->update = trainer->inference ? asc_optimizer_create(model, &trainer->recipe, status)
                                         : NULL;
    if (!trainer->update)
        return false;
    if (trainer->recipe.accumulate > 1)
        trainer->gradients = asc_batch_memory(model->parameter_reals * sizeof(real));
    if (trainer->recipe.balanced)
        trainer->class_weight = asc_feed_balance(trainer->feed, status);
    if (trainer->recipe.balanced && !trainer->class_weight)
        return false;
    return trainer->gradients || trainer->recipe.accumulate == 1 ||
           asc_status_memory(status, "the training");
}

static bool begin_weights(Trainer *trainer, AscStatus *status)
{
    const AscTrainOptions *options = trainer->options;
    const AscModel *model = trainer->model;

    if (options->init) {
        trainer->weights = asc_weights_load(model, options->init, status);
    } else {
        trainer->weights = asc_weights_create(model, status);
        if (trainer->weights)
            asc_weights_init(trainer->weights, trainer->recipe.seed);
    }
    if (!trainer->weights)
        return false;
    for (int f = 0; f < model->feature_sets; f++) {
        if (!asc_weights_set_statistics(trainer->weights, f, &trainer->data.statistics[f], status))
            return false;
    }
    return asc_weights_set_labels(trainer->weights, trainer->data.label, trainer->data.labels,
                                  status);
}

/* What was left out of the data set is listed in the run's folder. */
static bool save_skipped(const Trainer *trainer, AscStatus *status)
{
    const AscProblems *skipped = &trainer->data.problems;
    char *path = asc_path_join(trainer->options->folder, "skipped.txt");
    /* Of shards it is empty, and tells that --skip-bad was given: they tell epoch by epoch. */
    const bool kept = skipped->count > 0 || (trainer->data.shards && trainer->options->skip_bad);
    bool fine = path ? !kept || asc_problems_write(skipped, path, status)
                     : asc_status_memory(status, "skipped.txt");

    free(path);
    return fine;
}

/* The settings come last: they make the folder a run, and then it has a checkpoint. */
static bool begin_run(Trainer *trainer, AscStatus *status)
{
    const AscTrainOptions *options = trainer->options;
    bool mine = !asc_folder_exists(options->folder), fine;

    trainer->position.examples = asc_feed_count(trainer->feed);
    trainer->position.best = NAN;
    fine = begin_weights(trainer, status) && asc_folder_make(options->folder, status) &&
           save(trainer, status) && save_skipped(trainer, status) &&
           asc_run_begin(options->folder, trainer->model, &options->settings, status);
    if (!fine && mine)
        asc_run_remove(options->folder);
    return fine;
}

static bool continue_run(Trainer *trainer, AscStatus *status)
{
    const char *folder = trainer->options->folder;
    int examples = asc_feed_count(trainer->feed);

    trainer->weights = asc_run_load(folder, trainer->model, trainer->update, &trainer->position,
                                    status);
    if (!trainer->weights)
        return false;
    if (trainer->position.examples != examples)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s: was begun with %d training segments, the data set now gives %d",
                              folder, trainer->position.examples, examples);
    if (trainer->position.step > steps_an_epoch(trainer))
        return asc_status_set(status, ASC_BAD_INPUT, "%s: stands at step %d of an epoch of %d",
                              folder, trainer->position.step, steps_an_epoch(trainer));
    return asc_run_log(folder, &trainer->position, status);
}

static void destroy(Trainer *trainer)
{
    asc_feed_destroy(trainer->feed); /* its thread reads the data */
    asc_train_data_free(&trainer->data, trainer->model);
    asc_weights_destroy(trainer->weights);
    asc_optimizer_destroy(trainer->update);
    asc_engine_destroy(trainer->training);
    asc_engine_destroy(trainer->inference);
    asc_batch_destroy(trainer->batch);
    free(trainer->gradients);
    free(trainer->class_weight);
    free(trainer->position.log);
}

static AscTrainOutcome run(Trainer *trainer, AscStatus *status)
{
    const AscTrainOptions *options = trainer->options;

    if (!create_parts(trainer, status) ||
        !(options->resume ? continue_run(trainer, status) : begin_run(trainer, status)))
        return ASC_TRAIN_FAILED;
    asc_writer_tidy(options->folder);
    if (is_over(trainer, trainer->position.epoch))
        return ASC_TRAIN_WAS_FINISHED;
    while (!is_over(trainer, trainer->position.epoch)) {
        if (!train_epoch(trainer, status))
            return ASC_TRAIN_FAILED;
        if (stop_asked(trainer) && !is_over(trainer, trainer->position.epoch))
            return ASC_TRAIN_STOPPED;
    }
    return ASC_TRAIN_FINISHED;
}

/* keep = best without a validation part can only come from the command line. */
static void settle_recipe(Trainer *trainer)
{
    const AscReport *report = trainer->options->report;

    trainer->recipe = trainer->model->recipe;
    asc_settings_apply(&trainer->options->settings, &trainer->recipe);
    if (trainer->recipe.accumulate < 1)
        trainer->recipe.accumulate = 1;
    if (trainer->recipe.validate == ASC_VALIDATE_NONE && trainer->recipe.keep == ASC_KEEP_BEST) {
        trainer->recipe.keep = ASC_KEEP_LAST;
        if (report && report->note)
            report->note(report->context, "without validation the last epoch is kept");
    }
}

AscTrainOutcome asc_train(const AscModel *model, const AscTrainOptions *options, AscStatus *status)
{
    Trainer trainer = { .model = model, .options = options };
    AscTrainOutcome outcome = ASC_TRAIN_FAILED;
    AscExtraction extraction = { .model = model,
                                 .cache = options->cache,
                                 .report = options->report,
                                 .stop = options->stop,
                                 .skip_bad = options->skip_bad };

    if (!options->resume && asc_run_exists(options->folder)) {
        asc_run_refuse(options->folder, status);
        return ASC_TRAIN_FAILED;
    }
    settle_recipe(&trainer);
    status->code = ASC_BAD_INPUT;
    if (asc_train_data_load(&extraction, &options->settings, &trainer.recipe, &trainer.data,
                            status))
        outcome = run(&trainer, status);
    else if (status->code == ASC_OK)
        outcome = ASC_TRAIN_NOT_BEGUN;
    destroy(&trainer);
    return outcome;
}
