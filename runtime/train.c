/* train.c: a training from its beginning, or a checkpoint, to its end. */
#include "train.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "file.h"
#include "stream.h"
#include "class_weights.h"
#include "train_own.h"

enum { EVALUATION_BATCH = 32 };

/* ---------------------------------------------------------------- beginning and end */

static AscFeed *create_feed(const Trainer *trainer, int batch, AscStatus *status)
{
    if (trainer->data.shards)
        return asc_feed_shards(trainer->model, trainer->data.shards,
                               &(AscStreamOptions){ .random = true,
                                                    .seed = trainer->recipe.seed,
                                                    .pieces = asc_trainer_pieces(trainer),
                                                    .largest = batch,
                                                    .skip_bad = trainer->options->skip_bad },
                               status);
    AscFeed *feed = asc_feed_segments(trainer->data.train, trainer->recipe.seed, batch, status);

    if (feed)
        asc_feed_mix(feed, &trainer->data.hearings);
    return feed;
}

static bool create_parts(Trainer *trainer, AscStatus *status)
{
    const AscModel *model = trainer->model;
    int batch = trainer->recipe.batch, examples = asc_train_data_examples(&trainer->data);
    bool fine;

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
    trainer->class_weight = asc_class_weights(model, trainer->feed, trainer->data.label,
                                              trainer->data.labels, &fine, status);
    if (!fine)
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

/* Segments have classes that nobody rated. */
static bool check_loss(const Trainer *trainer, AscStatus *status)
{
    bool leaves = true;

    return !trainer->options->settings.segments ||
           (asc_engine_leaves_unknown(trainer->inference, trainer->weights->parameters, &leaves,
                                      status) &&
            (leaves || asc_status_set(status, ASC_BAD_INPUT,
                                      "--segments: the model's loss counts classes that were not "
                                      "rated, whose target is %d; binary_cross_entropy leaves them "
                                      "out",
                                      ASC_UNKNOWN)));
}

/* What was left out of the data set is listed in the run's folder. */
static bool save_skipped(const Trainer *trainer, AscStatus *status)
{
    const AscProblems *skipped = &trainer->data.problems;
    char *path = asc_path_join(trainer->options->folder, "skipped.txt");
    bool fine = path ? skipped->count == 0 || asc_problems_write(skipped, path, status)
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
    fine = begin_weights(trainer, status) && check_loss(trainer, status) &&
           asc_folder_make(options->folder, status) && asc_trainer_save(trainer, status) &&
           save_skipped(trainer, status) &&
           asc_run_begin(options->folder, trainer->model, &options->settings, status);
    trainer->begun = fine;
    if (!fine && mine)
        asc_run_remove(options->folder);
    return fine;
}

/* Kept weights that are gone or damaged are those of the checkpoint, if they were the last ones. */
static bool find_kept(const Trainer *trainer, AscStatus *status)
{
    const AscPosition *position = &trainer->position;
    const char *folder = trainer->options->folder;
    const bool ended = position->step == 0 && asc_trainer_is_over(trainer, position->epoch);
    const bool last = trainer->recipe.keep == ASC_KEEP_LAST || (ended && !position->best_epoch);
    int kept = last ? position->epoch : position->best_epoch;
    AscWeights *weights = kept > 0 ? asc_run_kept(folder, trainer->model, status) : NULL;
    bool fine = kept == 0 || weights;

    asc_weights_destroy(weights);
    if (fine)
        return true;
    if (kept == position->epoch && position->step == 0)
        return asc_run_keep(folder, trainer->weights, status);
    return asc_status_set(status, ASC_BAD_INPUT,
                          "%s/weights.safetensors: is missing or damaged: the weights of epoch %d, "
                          "which were to be kept, are lost; begin the training again with another "
                          "--out",
                          folder, kept);
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
                              "%s: was begun with %d training segments, the data set now gives "
                              "%d%s",
                              folder, trainer->position.examples, examples,
                              trainer->position.epoch > 0
                                  ? ""
                                  : "; it was stopped in its first epoch, perhaps before all "
                                    "recordings were read: begin it again");
    if (trainer->position.step > asc_trainer_steps(trainer))
        return asc_status_set(status, ASC_BAD_INPUT, "%s: stands at step %d of an epoch of %d",
                              folder, trainer->position.step, asc_trainer_steps(trainer));
    return find_kept(trainer, status) && asc_run_log(folder, &trainer->position, status);
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
    if (asc_trainer_is_over(trainer, trainer->position.epoch))
        return ASC_TRAIN_WAS_FINISHED;
    while (!asc_trainer_is_over(trainer, trainer->position.epoch)) {
        if (!asc_trainer_epoch(trainer, status))
            return ASC_TRAIN_FAILED;
        if (asc_trainer_stop_asked(trainer) &&
            !asc_trainer_is_over(trainer, trainer->position.epoch))
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

/* What was written may be of recordings that can't be used. */
static void withdraw(const char *folder, bool was_there)
{
    asc_run_remove(folder);
    if (was_there)
        asc_folder_make(folder, NULL);
}

/* `early`: while recordings are still being read.  *again: it failed, perhaps for that reason, and
 * nothing of it is left. */
static AscTrainOutcome train(const AscModel *model, const AscTrainOptions *options, bool early,
                             bool *again, AscStatus *status)
{
    Trainer trainer = { .model = model, .options = options };
    AscExtraction extraction = { .model = model,
                                 .cache = options->cache,
                                 .report = options->report,
                                 .stop = options->stop,
                                 .skip_bad = options->skip_bad,
                                 .early = early };
    AscTrainOutcome outcome = ASC_TRAIN_FAILED;
    const bool was_there = asc_folder_exists(options->folder);
    AscReading reading;

    settle_recipe(&trainer);
    status->code = ASC_BAD_INPUT;
    if (asc_train_data_load(&extraction, &options->settings, &trainer.recipe, &trainer.data,
                            status))
        outcome = run(&trainer, status);
    else if (status->code == ASC_OK)
        outcome = ASC_TRAIN_NOT_BEGUN;
    reading = asc_train_data_reading(&trainer.data);
    *again = outcome == ASC_TRAIN_FAILED && reading.read < reading.recordings;
    destroy(&trainer);
    if (*again && trainer.begun)
        withdraw(options->folder, was_there);
    return outcome;
}

/* Nothing depends on how early a training began: what fails before all recordings were read is done
 * again after reading them. */
AscTrainOutcome asc_train(const AscModel *model, const AscTrainOptions *options, AscStatus *status)
{
    bool again;
    AscTrainOutcome outcome;

    if (!options->resume &&
        (asc_run_exists(options->folder) || asc_run_orphaned(options->folder))) {
        asc_run_refuse(options->folder, status);
        return ASC_TRAIN_FAILED;
    }
    outcome = train(model, options, true, &again, status);
    return again ? train(model, options, false, &again, status) : outcome;
}
