/* check_updates.c: optimisers, clipping and schedules in double precision against PyTorch
 * (tests/reference/updates.py). */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "optimizer.h"
#include "schedule.h"
#include "tensors.h"
#include "verify.h"

enum { STEPS = 12, WEIGHTS = 7, BIAS_AT = 8, REALS = 16, NUMBERS = 10 };

static const AscParameter parameters[] = {
    { .name = "weight", .count = WEIGHTS, .offset = 0, .trainable = true, .init = ASC_NORMAL },
    { .name = "bias", .count = 3, .offset = BIAS_AT, .trainable = true, .init = ASC_ZEROS },
};
static const AscModel model = { .parameter = parameters,
                                .parameters = 2,
                                .parameter_reals = REALS };

#define ADAM(a, b, e) .beta1 = a, .beta2 = b, .epsilon = e
#define SGD .optimizer = ASC_SGD, .rate = 0.1

static const struct {
    const char *name;
    AscRecipe recipe;
} cases[] = {
    { "sgd", { SGD } },
    { "momentum", { SGD, .momentum = 0.9 } },
    { "nesterov", { SGD, .momentum = 0.8, .nesterov = ASC_NESTEROV_YES } },
    { "adam", { .optimizer = ASC_ADAM, .rate = 0.02, ADAM(0.8, 0.95, 1e-6) } },
    { "adamw", { .optimizer = ASC_ADAMW, .rate = 0.02, ADAM(0.9, 0.999, 1e-8), .decay = 0.3 } },
    { "rmsprop", { .optimizer = ASC_RMSPROP, .rate = 0.01, .beta2 = 0.9, .epsilon = 1e-7 } },
    { "rmsprop_momentum",
      { .optimizer = ASC_RMSPROP, .rate = 0.01, .beta2 = 0.99, .epsilon = 1e-8, .momentum = 0.7 } },
    { "clip_norm", { SGD, .clip = ASC_CLIP_NORM, .clip_at = 1.5 } },
    { "clip_variable", { SGD, .clip = ASC_CLIP_VARIABLE, .clip_at = 1 } },
    { "clip_value", { SGD, .clip = ASC_CLIP_VALUE, .clip_at = 0.4 } },
    { "step", { SGD, .schedule = ASC_SCHEDULE_STEP, .schedule_factor = 0.5, .schedule_every = 3 } },
    { "exponential",
      { SGD, .schedule = ASC_SCHEDULE_EXPONENTIAL, .schedule_factor = 0.8, .schedule_every = 1 } },
    { "cosine", { SGD, .schedule = ASC_SCHEDULE_COSINE, .schedule_least = 0.1, .epochs = STEPS } },
};
enum { CASES = sizeof cases / sizeof *cases };

/* [weight, bias] to where they lie in the flat array. */
static void spread(const double *from, real *to)
{
    memset(to, 0, REALS * sizeof *to);
    for (int i = 0; i < NUMBERS; i++)
        to[i < WEIGHTS ? i : BIAS_AT + i - WEIGHTS] = (real)from[i];
}

static void read_vector(const AscTensors *tensors, const char *name, size_t count, double *to)
{
    const AscTensor *tensor = asc_tensors_find(tensors, name);

    ck_assert_msg(tensor && tensor->count == count, "%s", name);
    asc_tensor_copy_doubles(tensor, to);
}

static AscTensors *read_vectors(void)
{
    char path[4096];
    AscStatus status;
    AscTensors *tensors;

    snprintf(path, sizeof path, "%s/tests/vectors/updates.safetensors",
             getenv("SRCDIR") ? getenv("SRCDIR") : ".");
    tensors = asc_tensors_read(path, &status);
    ck_assert_msg(tensors != NULL, "%s", status.message);
    return tensors;
}

/* Every step is an epoch too, so that schedules by either are the same. */
START_TEST(as_pytorch)
{
    AscTensors *tensors = read_vectors();
    AscRecipe recipe = cases[_i].recipe;
    AscStatus status;
    AscUpdate *update = asc_optimizer_create(&model, &recipe, &status);
    double start[NUMBERS], gradient[STEPS * NUMBERS], expected[NUMBERS], error = 0, norm = 0;
    real w[REALS], g[REALS], last[REALS];

    read_vector(tensors, "start", NUMBERS, start);
    read_vector(tensors, "gradient", STEPS * NUMBERS, gradient);
    read_vector(tensors, cases[_i].name, NUMBERS, expected);
    spread(start, w);
    for (int n = 0; n < STEPS; n++) {
        AscStand stand = { n, n, n, 1, 1 };

        spread(gradient + n * NUMBERS, g);
        asc_optimizer_step(update, asc_schedule_rate(&recipe, &stand), w, g);
    }
    spread(expected, last);
    for (int i = 0; i < REALS; i++) {
        error += (double)((w[i] - last[i]) * (w[i] - last[i]));
        norm += (double)(last[i] * last[i]);
    }
    error = sqrt(error / norm);
    verify("oracle, double", cases[_i].name, "weights after 12 updates", error, 1e-13);
    ck_assert_msg(error < 1e-13, "%s: relative error %.3g", cases[_i].name, error);
    asc_optimizer_destroy(update);
    asc_tensors_destroy(tensors);
}
END_TEST

/* A stop after any step, and moments through a checkpoint's hands, change nothing. */
START_TEST(moments_are_all_there_is)
{
    AscTensors *tensors = read_vectors();
    AscRecipe recipe = cases[_i].recipe;
    AscStatus status;
    AscUpdate *whole = asc_optimizer_create(&model, &recipe, &status), *part = NULL;
    double start[NUMBERS], gradient[STEPS * NUMBERS];
    real w[REALS], v[REALS], g[REALS], *from[2], *to[2];

    read_vector(tensors, "start", NUMBERS, start);
    read_vector(tensors, "gradient", STEPS * NUMBERS, gradient);
    spread(start, w);
    memcpy(v, w, sizeof w);
    for (int n = 0; n < STEPS; n++) {
        AscUpdate *next = asc_optimizer_create(&model, &recipe, &status);

        for (int m = 0, count = part ? asc_optimizer_moments(part, from) : 0; m < count; m++) {
            asc_optimizer_moments(next, to);
            memcpy(to[m], from[m], REALS * sizeof(real));
        }
        asc_optimizer_set_steps(next, (uint64_t)n);
        asc_optimizer_destroy(part);
        part = next;
        spread(gradient + n * NUMBERS, g);
        asc_optimizer_step(whole, recipe.rate, w, g);
        spread(gradient + n * NUMBERS, g);
        asc_optimizer_step(part, recipe.rate, v, g);
    }
    ck_assert(memcmp(w, v, sizeof w) == 0);
    asc_optimizer_destroy(whole);
    asc_optimizer_destroy(part);
    asc_tensors_destroy(tensors);
}
END_TEST

static double rate(const AscRecipe *recipe, int epoch, int step)
{
    /* 4 steps of at most 10 of 38 examples */
    return asc_schedule_rate(
        recipe, &(AscStand){ epoch, 4 * epoch + step, 38 * epoch + 38 * step / 4, 4, 38 });
}

START_TEST(what_a_schedule_counts)
{
    AscRecipe recipe = { .rate = 1, .epochs = 10, .schedule_factor = 0.5, .schedule_every = 2 };

    recipe.schedule = ASC_SCHEDULE_STEP;
    ck_assert_double_eq(rate(&recipe, 1, 3), 1);
    ck_assert_double_eq(rate(&recipe, 2, 0), 0.5);
    recipe.schedule_by = ASC_PER_STEPS;
    ck_assert_double_eq(rate(&recipe, 1, 3), 0.125);
    recipe.schedule_by = ASC_PER_EXAMPLES;
    recipe.schedule_every = 19;
    ck_assert_double_eq(rate(&recipe, 0, 1), 1);
    ck_assert_double_eq(rate(&recipe, 0, 2), 0.5);
    recipe.schedule = ASC_SCHEDULE_EXPONENTIAL;
    ck_assert_double_eq_tol(rate(&recipe, 0, 1), pow(0.5, 9.0 / 19), 1e-15);
    recipe.schedule = ASC_SCHEDULE_COSINE;
    recipe.schedule_by = ASC_PER_STEPS;
    ck_assert_double_eq_tol(rate(&recipe, 5, 0), 0.5, 1e-15);
    ck_assert_double_eq_tol(rate(&recipe, 0, 1), (1 + cos(acos(-1) / 40)) / 2, 1e-15);
    recipe.steps = 10; /* comes before 10 epochs */
    ck_assert_double_eq_tol(rate(&recipe, 1, 1), 0.5, 1e-15);
    recipe.epochs = 0;
    recipe.schedule_by = ASC_PER_EPOCHS;
    ck_assert_double_eq_tol(rate(&recipe, 1, 3), (1 + cos(acos(-1) / 2.5)) / 2, 1e-15);
}
END_TEST

START_TEST(the_rate_warms_up)
{
    AscRecipe recipe = { .rate = 2, .epochs = 10, .warmup = ASC_WARMUP_STEPS, .warmup_length = 5 };

    ck_assert_double_eq_tol(rate(&recipe, 0, 0), 0.4, 1e-15);
    ck_assert_double_eq_tol(rate(&recipe, 0, 3), 1.6, 1e-15);
    ck_assert_double_eq(rate(&recipe, 1, 0), 2);
    ck_assert_double_eq(rate(&recipe, 5, 0), 2);
    recipe.warmup = ASC_WARMUP_EPOCHS;
    ck_assert_double_eq_tol(rate(&recipe, 2, 1), 1, 1e-15);
    recipe.warmup = ASC_WARMUP_EXAMPLES;
    recipe.warmup_length = 38;
    ck_assert_double_eq_tol(rate(&recipe, 0, 1), 1, 1e-15);
    recipe.schedule = ASC_SCHEDULE_STEP;
    recipe.schedule_factor = 0.5;
    recipe.schedule_every = 1;
    ck_assert_double_eq_tol(rate(&recipe, 1, 0), 1, 1e-15);
}
END_TEST

START_TEST(where_a_training_ends)
{
    AscRecipe recipe = { .steps = 10 };
    AscStand stand = { .epoch = 2, .steps = 9, .epoch_steps = 4 };

    ck_assert(!asc_schedule_over(&recipe, &stand, 1e9));
    stand.steps = 10;
    ck_assert(asc_schedule_over(&recipe, &stand, 0));
    ck_assert_int_eq(asc_schedule_steps(&recipe, 4), 10);
    recipe = (AscRecipe){ .epochs = 3, .hours = 0.5 };
    ck_assert(!asc_schedule_over(&recipe, &stand, 1799));
    ck_assert(asc_schedule_over(&recipe, &stand, 1800));
    stand.epoch = 3;
    ck_assert(asc_schedule_over(&recipe, &stand, 0));
    ck_assert_int_eq(asc_schedule_steps(&recipe, 4), 12);
    ck_assert_int_eq(asc_schedule_steps(&(AscRecipe){ .hours = 1 }, 4), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("updates");
    TCase *tests = tcase_create("updates");

    tcase_add_loop_test(tests, as_pytorch, 0, CASES);
    tcase_add_loop_test(tests, moments_are_all_there_is, 0, CASES);
    tcase_add_test(tests, what_a_schedule_counts);
    tcase_add_test(tests, the_rate_warms_up);
    tcase_add_test(tests, where_a_training_ends);
    suite_add_tcase(suite, tests);
    return check_main(suite);
}
