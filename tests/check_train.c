/* check_train.c: training on generated tones: it learns, and can be stopped anywhere. */
#include "train.h"

#include <math.h>
#include <omp.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "check_main.h"
#include "file.h"
#include "tensors.h"
#include "tones.h"

/* Asks to stop after a number of steps, as a signal would. */
typedef struct Stopper {
    int steps_left, epochs;
    volatile sig_atomic_t stop;
    double accuracy;
} Stopper;

static void count_step(void *context, const AscProgress *progress)
{
    Stopper *stopper = context;

    ck_assert(progress->step >= 1 && progress->step <= progress->steps);
    if (--stopper->steps_left == 0)
        stopper->stop = SIGINT;
}

static void count_epoch(void *context, const AscEpochReport *report)
{
    Stopper *stopper = context;

    stopper->epochs++;
    stopper->accuracy = report->validation_accuracy;
}

static AscModel trained; /* with the recipe of the test */

static AscTrainOutcome train(Scratch *scratch, const char *run, bool resume, int stop_after,
                             AscStatus *status)
{
    Stopper stopper = { .steps_left = stop_after };
    AscReport report = { .context = &stopper, .step = count_step, .epoch = count_epoch };
    AscTrainOptions options = { .settings = asc_settings_default(&trained.recipe),
                                .resume = resume,
                                .report = &report,
                                .stop = &stopper.stop };
    char data[256], folder[256];

    snprintf(data, sizeof data, "%s/data", scratch->path);
    snprintf(folder, sizeof folder, "%s/%s", scratch->path, run);
    options.settings.data = data;
    options.folder = folder;
    *status = (AscStatus){ 0 };
    return asc_train(&trained, &options, status);
}

static void check_same_file(Scratch *scratch, const char *one, const char *other, const char *name)
{
    char path[2][512];
    char *bytes[2];
    size_t count[2];

    snprintf(path[0], sizeof path[0], "%s/%s/%s", scratch->path, one, name);
    snprintf(path[1], sizeof path[1], "%s/%s/%s", scratch->path, other, name);
    for (int i = 0; i < 2; i++) {
        bytes[i] = asc_file_read(path[i], 1 << 24, &count[i], NULL);
        ck_assert_msg(bytes[i] != NULL, "%s is missing", path[i]);
    }
    ck_assert_uint_eq(count[0], count[1]);
    ck_assert(memcmp(bytes[0], bytes[1], count[0]) == 0);
    free(bytes[0]);
    free(bytes[1]);
}

START_TEST(training_learns)
{
    Scratch scratch = scratch_make();
    AscStatus status;
    AscWeights *weights;
    char folder[256];

    tone_data(&scratch, 8);
    ck_assert_msg(train(&scratch, "run", false, 0, &status) == ASC_TRAIN_FINISHED, "%s",
                  status.message);
    snprintf(folder, sizeof folder, "%s/run", scratch.path);
    weights = asc_run_kept(folder, &asc_model, &status);
    ck_assert_msg(weights != NULL, "%s", status.message);
    ck_assert_int_eq(weights->labels, 3);
    ck_assert_str_eq(weights->label[1], "low");
    ck_assert_int_eq(weights->statistics[0].positions, 16);
    asc_weights_destroy(weights);
    scratch_remove(&scratch);
}
END_TEST

static void remove_run(Scratch *scratch, const char *run)
{
    static const char *const name[] = { "model.asc", "settings.json", "log.jsonl",
                                        "weights.safetensors", "checkpoint.safetensors" };
    char path[512];
    for (int i = 0; i < 5; i++) {
        snprintf(path, sizeof path, "%s/%s/%s", scratch->path, run, name[i]);
        unlink(path);
    }
}

/* Weights, running statistics and moments of two checkpoints; positions have times. */
static void check_same_tensors(Scratch *scratch, const char *one, const char *other)
{
    const char *const run[] = { one, other };
    AscTensors *tensors[2];
    for (int i = 0; i < 2; i++) {
        char path[512];
        AscStatus status = { 0 };
        snprintf(path, sizeof path, "%s/%s/checkpoint.safetensors", scratch->path, run[i]);
        tensors[i] = asc_tensors_read(path, &status);
        ck_assert_msg(tensors[i] != NULL, "%s", status.message);
    }
    ck_assert_int_eq(asc_tensors_count(tensors[0]), asc_tensors_count(tensors[1]));
    for (int t = 0; t < asc_tensors_count(tensors[0]); t++) {
        const AscTensor *a = asc_tensors_at(tensors[0], t);
        const AscTensor *b = asc_tensors_find(tensors[1], a->name);
        static double values[2][1 << 12];
        ck_assert_msg(b && a->count == b->count && a->count <= 1 << 12, "%s", a->name);
        asc_tensor_copy_doubles(a, values[0]);
        asc_tensor_copy_doubles(b, values[1]);
        ck_assert_msg(memcmp(values[0], values[1], a->count * sizeof(double)) == 0, "%s", a->name);
    }
    asc_tensors_destroy(tensors[0]);
    asc_tensors_destroy(tensors[1]);
}

/* Stopped after every step there is, and once more. */
START_TEST(resumed_equals_uninterrupted)
{
    Scratch scratch = scratch_make();
    AscStatus status;

    tone_data(&scratch, 8);
    ck_assert_int_eq(train(&scratch, "whole", false, 0, &status), ASC_TRAIN_FINISHED);
    int stops = 0;
    for (int step = 1; train(&scratch, "parts", false, step, &status) == ASC_TRAIN_STOPPED;
         step++) {
        stops++;
        if (train(&scratch, "parts", true, 4, &status) == ASC_TRAIN_STOPPED)
            ck_assert_msg(train(&scratch, "parts", true, 0, &status) == ASC_TRAIN_FINISHED, "%s",
                          status.message);
        check_same_file(&scratch, "whole", "parts", "weights.safetensors");
        check_same_tensors(&scratch, "whole", "parts");
        remove_run(&scratch, "parts");
    }
    ck_assert_int_ge(stops, 12);
    check_same_tensors(&scratch, "whole", "parts");
    scratch_remove(&scratch);
}
END_TEST

static int count_lines(Scratch *scratch, const char *file)
{
    size_t count = 0;
    char *text = asc_file_read(scratch_path(scratch, file), 1 << 20, &count, NULL);
    int lines = 0;

    ck_assert(text != NULL);
    for (size_t i = 0; i < count; i++)
        lines += text[i] == '\n';
    free(text);
    return lines;
}

static const struct {
    int lines; /* of the log */
    AscRecipe recipe;
} recipes[] = {
    { 4,
      { .optimizer = ASC_ADAM,
        .rate = 0.01,
        .beta1 = 0.9,
        .beta2 = 0.99,
        .epsilon = 1e-8,
        .steps = 41,
        .batch = 4,
        .keep = ASC_KEEP_BEST } },
    { 4,
      { .optimizer = ASC_ADAMW,
        .rate = 0.01,
        .beta1 = 0.9,
        .beta2 = 0.99,
        .epsilon = 1e-8,
        .decay = 0.1,
        .epochs = 4,
        .batch = 2,
        .accumulate = 3,
        .mixup = 0.3,
        .mixup_per = ASC_MIXUP_PER_EXAMPLE,
        .class_weights = ASC_CLASS_WEIGHTS_BALANCED } },
    { 5,
      { .optimizer = ASC_RMSPROP,
        .rate = 0.01,
        .momentum = 0.5,
        .beta2 = 0.9,
        .epsilon = 1e-8,
        .epochs = 5,
        .batch = 5,
        .clip = ASC_CLIP_VARIABLE,
        .clip_at = 0.1,
        .mixup = 0.2,
        .schedule = ASC_SCHEDULE_EXPONENTIAL,
        .schedule_factor = 0.9,
        .schedule_every = 3,
        .schedule_by = ASC_PER_STEPS,
        .warmup = ASC_WARMUP_STEPS,
        .warmup_length = 9 } },
    { 4,
      { .rate = 1e-9,
        .momentum = 0.9,
        .nesterov = ASC_NESTEROV_YES,
        .epochs = 50,
        .batch = 8,
        .patience = 3,
        .keep = ASC_KEEP_BEST } },
};
enum { RECIPES = sizeof recipes / sizeof *recipes };

START_TEST(recipes_resume_exactly)
{
    Scratch scratch = scratch_make();
    AscStatus status;

    trained.recipe = recipes[_i].recipe;
    trained.recipe.validate = ASC_VALIDATE_SPLIT;
    trained.recipe.validate_share = 0.25;
    trained.recipe.validate_by = ASC_BY_RECORDING;
    tone_data(&scratch, 8);
    ck_assert_msg(train(&scratch, "whole", false, 0, &status) == ASC_TRAIN_FINISHED, "%s",
                  status.message);
    ck_assert_int_eq(count_lines(&scratch, "whole/log.jsonl"), recipes[_i].lines);
    ck_assert_int_eq(train(&scratch, "parts", false, 2, &status), ASC_TRAIN_STOPPED);
    omp_set_num_threads(1);
    ck_assert_int_eq(train(&scratch, "parts", true, 5, &status), ASC_TRAIN_STOPPED);
    ck_assert_int_eq(train(&scratch, "parts", true, 0, &status), ASC_TRAIN_FINISHED);
    check_same_file(&scratch, "whole", "parts", "weights.safetensors");
    ck_assert_int_eq(train(&scratch, "parts", true, 0, &status), ASC_TRAIN_WAS_FINISHED);
    ck_assert_int_eq(train(&scratch, "parts", false, 0, &status), ASC_TRAIN_FAILED);
    ck_assert_msg(strstr(status.message, "finished after") != NULL, "%s", status.message);
    check_same_file(&scratch, "whole", "parts", "weights.safetensors");
    scratch_remove(&scratch);
}
END_TEST

/* The tiny model without dropout, whose masks are a batch's. */
static void train_plainly(const AscCall *call, double *seconds)
{
    static real ones[64 * 16];
    const real *random[] = { ones };
    AscCall plain = *call;

    for (int i = 0; i < 64 * 16; i++)
        ones[i] = 1;
    plain.random = random;
    asc_model.train.run(&plain, seconds);
}

START_TEST(batches_add_up_to_a_step)
{
    Scratch scratch = scratch_make();
    AscStatus status;
    AscWeights *one, *other;

    trained.train.run = train_plainly;
    trained.recipe = (AscRecipe){ .rate = 0.1, .momentum = 0.9, .epochs = 3, .batch = 9 };
    tone_data(&scratch, 7);
    ck_assert_int_eq(train(&scratch, "one", false, 0, &status), ASC_TRAIN_FINISHED);
    trained.recipe.batch = 3;
    trained.recipe.accumulate = 3;
    ck_assert_int_eq(train(&scratch, "other", false, 0, &status), ASC_TRAIN_FINISHED);
    one = asc_run_kept(scratch_path(&scratch, "one"), &asc_model, &status);
    other = asc_run_kept(scratch_path(&scratch, "other"), &asc_model, &status);
    for (int i = 0; i < 51; i++)
        ck_assert_double_eq_tol(one->parameters[i], other->parameters[i], 2e-6);
    asc_weights_destroy(one);
    asc_weights_destroy(other);
    scratch_remove(&scratch);
}
END_TEST

START_TEST(threads_make_no_difference)
{
    Scratch scratch = scratch_make();
    AscStatus status;

    tone_data(&scratch, 6);
    omp_set_num_threads(1);
    ck_assert_int_eq(train(&scratch, "one", false, 0, &status), ASC_TRAIN_FINISHED);
    omp_set_num_threads(3);
    ck_assert_int_eq(train(&scratch, "three", false, 0, &status), ASC_TRAIN_FINISHED);
    check_same_file(&scratch, "one", "three", "weights.safetensors");
    scratch_remove(&scratch);
}
END_TEST

START_TEST(a_run_is_not_overwritten)
{
    Scratch scratch = scratch_make();
    AscStatus status;

    tone_data(&scratch, 4);
    ck_assert_int_eq(train(&scratch, "run", false, 0, &status), ASC_TRAIN_FINISHED);
    ck_assert_int_eq(train(&scratch, "run", false, 0, &status), ASC_TRAIN_FAILED);
    ck_assert_int_eq(status.code, ASC_BAD_INPUT);
    ck_assert(strstr(status.message, "--resume") != NULL);
    scratch_remove(&scratch);
}
END_TEST

/* The limit on the size of files stands for a full disk: less than a checkpoint. */
START_TEST(a_full_disk_leaves_nothing_half_written)
{
    Scratch scratch = scratch_make();
    struct rlimit limit = { 1000, RLIM_INFINITY };
    AscStatus status;
    const char *path;

    tone_data(&scratch, 4);
    signal(SIGXFSZ, SIG_IGN);
    ck_assert(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    ck_assert_int_eq(train(&scratch, "run", false, 0, &status), ASC_TRAIN_FAILED);
    limit.rlim_cur = RLIM_INFINITY;
    setrlimit(RLIMIT_FSIZE, &limit);
    ck_assert_int_eq(status.code, ASC_IO);
    ck_assert(strstr(status.message, "checkpoint.safetensors") != NULL);
    path = scratch_path(&scratch, "run/checkpoint.safetensors");
    ck_assert(!asc_file_exists(path));
    scratch_remove(&scratch);
}
END_TEST

START_TEST(another_data_set_is_refused_on_resume)
{
    Scratch scratch = scratch_make();
    AscStatus status;

    tone_data(&scratch, 6);
    ck_assert_int_eq(train(&scratch, "run", false, 3, &status), ASC_TRAIN_STOPPED);
    tone_data(&scratch, 9);
    ck_assert_int_eq(train(&scratch, "run", true, 0, &status), ASC_TRAIN_FAILED);
    ck_assert(strstr(status.message, "training segments") != NULL);
    scratch_remove(&scratch);
}
END_TEST

START_TEST(the_count_of_labels_must_match)
{
    Scratch scratch = scratch_make();
    AscStatus status;

    tone_data(&scratch, 2);
    tone_write(&scratch, "data/extra/0.wav", 100, 8000, 1);
    ck_assert_int_eq(train(&scratch, "run", false, 0, &status), ASC_TRAIN_FAILED);
    ck_assert_int_eq(status.code, ASC_BAD_INPUT);
    ck_assert_msg(strstr(status.message, "4 labels") && strstr(status.message, "[class = 3]"), "%s",
                  status.message);
    scratch_remove(&scratch);
}
END_TEST

START_TEST(a_bad_recording_is_named)
{
    Scratch scratch = scratch_make();
    AscStatus status;

    tone_data(&scratch, 4);
    scratch_text(&scratch, "data/low/00.wav", "this is no sound");
    ck_assert_int_eq(train(&scratch, "run", false, 0, &status), ASC_TRAIN_FAILED);
    ck_assert_int_eq(status.code, ASC_BAD_INPUT);
    ck_assert_msg(strstr(status.message, "data/low/00.wav") != NULL, "%s", status.message);
    ck_assert(!asc_folder_exists(scratch_path(&scratch, "run")));
    scratch_remove(&scratch);
}
END_TEST

START_TEST(a_missing_checkpoint_is_named)
{
    Scratch scratch = scratch_make();
    AscStatus status;

    tone_data(&scratch, 4);
    ck_assert_int_eq(train(&scratch, "none", true, 0, &status), ASC_TRAIN_FAILED);
    ck_assert(strstr(status.message, "none/checkpoint.safetensors") != NULL);
    scratch_remove(&scratch);
}
END_TEST

START_TEST(validation_is_parsed)
{
    AscSettings settings = { 0 };

    ck_assert(asc_settings_parse_validate("none", &settings));
    ck_assert_int_eq(settings.validate, ASC_VALIDATE_NONE);
    ck_assert(asc_settings_parse_validate("30%,recording", &settings));
    ck_assert_int_eq(settings.validate, ASC_VALIDATE_SPLIT);
    ck_assert_int_eq(settings.validate_by, ASC_BY_RECORDING);
    ck_assert_double_eq(settings.validate_share, 0.3);
    ck_assert(asc_settings_parse_validate("0.2", &settings));
    ck_assert_int_eq(settings.validate_by, ASC_BY_LOCATION);
    ck_assert(!asc_settings_parse_validate("130%", &settings));
    ck_assert(!asc_settings_parse_validate("some", &settings));
    ck_assert(!asc_settings_parse_validate("30%,file", &settings));
}
END_TEST

static void restore_model(void)
{
    trained = asc_model;
}

int main(void)
{
    Suite *suite = suite_create("train");
    TCase *tests = tcase_create("train");

    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, restore_model, NULL);
    tcase_add_loop_test(tests, recipes_resume_exactly, 0, RECIPES);
    tcase_add_test(tests, batches_add_up_to_a_step);
    tcase_add_test(tests, training_learns);
    tcase_add_test(tests, resumed_equals_uninterrupted);
    tcase_add_test(tests, threads_make_no_difference);
    tcase_add_test(tests, a_run_is_not_overwritten);
    tcase_add_test(tests, a_full_disk_leaves_nothing_half_written);
    tcase_add_test(tests, another_data_set_is_refused_on_resume);
    tcase_add_test(tests, the_count_of_labels_must_match);
    tcase_add_test(tests, a_bad_recording_is_named);
    tcase_add_test(tests, a_missing_checkpoint_is_named);
    tcase_add_test(tests, validation_is_parsed);
    suite_add_tcase(suite, tests);
    return check_main(suite);
}
