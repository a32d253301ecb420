/* schedule.c: the rate of the optimiser, and the end of a training. */
#include "schedule.h"

#include "elementary.h"

int64_t asc_schedule_steps(const AscRecipe *recipe, int64_t epoch_steps)
{
    int64_t by_epochs = recipe->epochs * epoch_steps, by_steps = recipe->steps;

    return by_epochs == 0 || (by_steps > 0 && by_steps < by_epochs) ? by_steps : by_epochs;
}

bool asc_schedule_over(const AscRecipe *recipe, const AscStand *stand, double seconds)
{
    return (recipe->epochs > 0 && stand->epoch >= recipe->epochs) ||
           (recipe->steps > 0 && stand->steps >= recipe->steps) ||
           (recipe->hours > 0 && seconds >= 3600 * recipe->hours);
}

static double progress(const AscStand *stand, AscPer by)
{
    return by == ASC_PER_STEPS      ? (double)stand->steps
           : by == ASC_PER_EXAMPLES ? (double)stand->examples
                                    : (double)stand->epoch;
}

/* x^y for x > 0 and y >= 0: whole powers are exact products. */
static double power(double x, double y)
{
    double whole = (double)(uint64_t)y;

    return asc_double_power(x, (uint64_t)y) *
           (y > whole ? asc_double_exp((y - whole) * asc_double_log(x)) : 1);
}

static double decayed(const AscRecipe *recipe, const AscStand *stand)
{
    double at = progress(stand, recipe->schedule_by), all, share;

    switch (recipe->schedule) {
    case ASC_SCHEDULE_STEP:
        return power(recipe->schedule_factor, (double)((int64_t)at / recipe->schedule_every));
    case ASC_SCHEDULE_EXPONENTIAL:
        return power(recipe->schedule_factor, at / recipe->schedule_every);
    case ASC_SCHEDULE_COSINE:
        all = (double)asc_schedule_steps(recipe, stand->epoch_steps);
        if (recipe->schedule_by == ASC_PER_EPOCHS)
            all = recipe->epochs > 0 ? recipe->epochs : all / (double)stand->epoch_steps;
        share = at < all ? at / all : 1;
        return recipe->schedule_least +
               (1 - recipe->schedule_least) * (1 + asc_double_cos_turns(0.5 * share)) / 2;
    case ASC_SCHEDULE_CONSTANT: break;
    }
    return 1;
}

/* Counted to the end of the next step, so that the first one does something. */
static double warmed(const AscRecipe *recipe, const AscStand *stand)
{
    double steps = (double)stand->steps + 1, length = recipe->warmup_length;
    double an_epoch = (double)stand->epoch_steps, share = 1;

    if (recipe->warmup == ASC_WARMUP_EPOCHS)
        share = steps / (length * an_epoch);
    else if (recipe->warmup == ASC_WARMUP_STEPS)
        share = steps / length;
    else if (recipe->warmup == ASC_WARMUP_EXAMPLES)
        share = steps * (double)stand->epoch_examples / an_epoch / length;
    return share < 1 ? share : 1;
}

double asc_schedule_rate(const AscRecipe *recipe, const AscStand *stand)
{
    return recipe->rate * decayed(recipe, stand) * warmed(recipe, stand);
}
