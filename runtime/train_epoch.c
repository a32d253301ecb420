/* train_epoch.c: an epoch of the training, and what is measured, told and kept at its end. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evaluate.h"
#include "rank_stream.h"
#include "train_own.h"

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
    AscTeller teller = { .report = trainer->options->report,
                         .what = "validation",
                         .total = trainer->data.validation->examples.count };
    AscWatch watch = asc_teller_watch(&teller);
    AscResults results;
    bool fine;

    if (!asc_evaluate_segments(trainer->inference, trainer->weights->parameters,
                               trainer->data.validation, trainer->model->vote, &watch, &results,
                               status))
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
        &(AscStreamOptions){ .pieces = asc_trainer_pieces(trainer),
                             .largest = trainer->inference->largest,
                             .skip_bad = trainer->options->skip_bad },
        status);
    AscRanking *ranking = stream ? asc_ranking_create((int)trainer->inference->outputs, 1, status)
                                 : NULL;

    if (ranking)
        asc_ranking_need(ranking, metric, 1);
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

/* Adds a line to the log. */
static bool add_log(AscPosition *position, const AscEpochReport *report, AscStatus *status)
{
    char line[2048];
    size_t old = position->log ? strlen(position->log) : 0;
    int length = asc_report_epoch_json(report, line, sizeof line);
    char *log = realloc(position->log, old + (size_t)length + 1);

    if (!log)
        return asc_status_memory(status, "the log");
    memcpy(log + old, line, (size_t)length + 1);
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

bool asc_trainer_save(Trainer *trainer, AscStatus *status)
{
    return asc_run_save(trainer->options->folder, trainer->weights, trainer->update,
                        &trainer->position, status);
}

/* The weights of the last epoch are kept where none is best: by the recipe, or because
 * keep_after was never reached. */
static bool keep_weights(Trainer *trainer, bool best, AscStatus *status)
{
    bool last = asc_trainer_is_over(trainer, trainer->position.epoch + 1);

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

    asc_feed_end(trainer->feed);                      /* an epoch may end before its examples do */
    if (!asc_train_data_wait(&trainer->data, status)) /* .. and before all are known to be of use */
        return false;
    tell_feed(trainer);
    if (position->seen == 0)
        return asc_status_set(status, ASC_BAD_INPUT, "all examples of the epoch were left out");
    if (!validate(trainer, &told, status))
        return false;
    told.seconds = position->seconds;
    if (!keep_weights(trainer, told.best, status) || !add_log(position, &told, status))
        return false;
    position->epoch++;
    position->finished = asc_trainer_is_over(trainer, position->epoch);
    begin_epoch(position);
    if (!asc_trainer_save(trainer, status))
        return false;
    if (report && report->epoch)
        report->epoch(report->context, &told);
    return true;
}

/* A limit of steps or hours may cut the last epoch short. */
bool asc_trainer_epoch(Trainer *trainer, AscStatus *status)
{
    AscPosition *position = &trainer->position;
    AscStand stand = asc_trainer_stand(trainer, position->epoch, position->step);
    double rate = asc_schedule_rate(&trainer->recipe, &stand);
    int steps = asc_trainer_steps(trainer);
    bool ends = false;

    if (!asc_feed_seek(trainer->feed, position->epoch,
                       asc_trainer_step_begin(trainer, position->step), status))
        return false;
    while (!(ends = position->step == steps || asc_trainer_is_over(trainer, position->epoch)) &&
           !asc_trainer_stop_asked(trainer)) {
        if (!asc_trainer_step(trainer, &rate, status))
            return false;
    }
    return ends ? end_epoch(trainer, rate, status) : asc_trainer_save(trainer, status);
}
