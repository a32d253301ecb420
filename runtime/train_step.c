/* train_step.c: a step of the training: batches forward and backward, and an update of the weights. */
#include <math.h>
#include <string.h>
#include <time.h>

#include "train_own.h"

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

bool asc_trainer_stop_asked(const Trainer *trainer)
{
    return trainer->options->stop && *trainer->options->stop;
}

int asc_trainer_steps(const Trainer *trainer)
{
    int64_t examples = asc_feed_count(trainer->feed);
    int64_t step = (int64_t)trainer->recipe.batch * trainer->recipe.accumulate;

    return (int)((examples + step - 1) / step);
}

int asc_trainer_step_begin(const Trainer *trainer, int step)
{
    return (int)((int64_t)asc_feed_count(trainer->feed) * step / asc_trainer_steps(trainer));
}

AscStand asc_trainer_stand(const Trainer *trainer, int epoch, int step)
{
    int64_t examples = asc_feed_count(trainer->feed);

    return (AscStand){ .epoch = epoch,
                       .steps = (int64_t)asc_optimizer_steps(trainer->update),
                       .examples = epoch * examples + asc_trainer_step_begin(trainer, step),
                       .epoch_steps = asc_trainer_steps(trainer),
                       .epoch_examples = examples };
}

bool asc_trainer_is_over(const Trainer *trainer, int epoch)
{
    const AscPosition *position = &trainer->position;
    AscStand stand = asc_trainer_stand(trainer, epoch, 0);
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
    int64_t steps = asc_schedule_steps(recipe, asc_trainer_steps(trainer));
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
    AscReading reading = asc_train_data_reading(&trainer->data);

    if (!report || !report->step)
        return;
    report->step(report->context,
                 &(AscProgress){ .epoch = position->epoch + 1,
                                 .epochs = trainer->recipe.epochs,
                                 .step = position->step,
                                 .steps = asc_trainer_steps(trainer),
                                 .loss = position->loss_sum / position->seen,
                                 .accuracy = (double)position->right / position->seen,
                                 .seconds_left = seconds_left(trainer),
                                 .read = reading.read,
                                 .recordings = reading.recordings });
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
    asc_batch_draw_mixup(&batch->mixup, recipe->mixup, recipe->mixup_per == ASC_MIXUP_PER_EXAMPLE,
                         recipe->seed, number, serving.count);
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
    int count = asc_trainer_step_begin(trainer, trainer->position.step + 1) -
                asc_trainer_step_begin(trainer, trainer->position.step);
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

bool asc_trainer_step(Trainer *trainer, double *rate, AscStatus *status)
{
    AscPosition *position = &trainer->position;
    AscStand stand = asc_trainer_stand(trainer, position->epoch, position->step);
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
