/* check_cli.c: the command line of a whole program, $BUILDDIR/tests/tiny or $TINY: outputs, exit
 * statuses, signals. */
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/wait.h>

#include "asc.h"
#include "check_main.h"
#include "file.h"
#include "npy.h"
#include "tensors.h"
#include "tones.h"

static Scratch scratch;
static char *said; /* standard output and error of the last run */

static void set_up(void)
{
    scratch = scratch_make();
    setenv("ASC_CACHE", scratch_path(&scratch, "cache"), 1);
    tone_data(&scratch, 6);
}

static void tear_down(void)
{
    free(said);
    scratch_remove(&scratch);
}

static const char *program(void)
{
    static char path[4096];
    const char *folder = getenv("BUILDDIR");

    if (getenv("TINY"))
        return getenv("TINY");
    snprintf(path, sizeof path, "%s/tests/tiny", folder ? folder : ".");
    return path;
}

static void append(char *command, size_t room, const char *text)
{
    size_t at = strlen(command);

    snprintf(command + at, room - at, "%s", text);
}

/* Runs `tiny ARGUMENTS` in the scratch folder; the exit status. */
static int run(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int run(const char *format, ...)
{
    char command[8192] = "";
    va_list arguments;
    size_t count;
    int status;

    snprintf(command, sizeof command, "cd '%s' && '%s' ", scratch.path, program());
    va_start(arguments, format);
    vsnprintf(command + strlen(command), sizeof command - strlen(command), format, arguments);
    va_end(arguments);
    if (!strchr(format, '>'))
        append(command, sizeof command, " >said 2>&1");
    status = system(command);
    free(said);
    said = asc_file_read(scratch_path(&scratch, "said"), 1 << 20, &count, NULL);
    ck_assert(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void check_said(const char *text)
{
    ck_assert_msg(strstr(said, text) != NULL, "`%s' is not in: %s", text, said);
}

/* ---------------------------------------------------------------- usage */

START_TEST(help_is_there_for_every_command)
{
    static const char *const commands[] = { "train",     "eval",  "predict", "features",
                                            "forward",   "step",  "init",    "info",
                                            "gradcheck", "bench", "report" };

    ck_assert_int_eq(run("--help"), 0);
    for (size_t n = 0; n < sizeof commands / sizeof *commands; n++)
        check_said(commands[n]);
    for (size_t n = 0; n < sizeof commands / sizeof *commands; n++) {
        ck_assert_int_eq(run("%s --help", commands[n]), 0);
        check_said("Example:");
        check_said("Exit status:");
    }
}
END_TEST

START_TEST(wrong_use)
{
    static const struct {
        const char *arguments, *message;
    } cases[] = {
        { "", "a command is missing" },
        { "trian", "no such command: trian" },
        { "train", "--data DIR is missing" },
        { "train --data data --epoches 3", "--epoches" },
        { "train --data data --epochs 0", "at least 1" },
        { "train --data data --epochs 3x", "whole number" },
        { "train --data data --validate maybe", "--validate maybe" },
        { "train --data data --seed -1", "--seed -1" },
        { "train --data data --data data", "given twice" },
        { "train --resume r --batch 3", "--batch can't be changed" },
        { "train --data data surplus", "`surplus' is not expected" },
        { "train --data data --layout zip", "--layout zip" },
        { "eval --data data", "--run RUN or --weights FILE is missing" },
        { "predict --run r", "FILE is missing" },
        { "features a.wav", "-o X.npy is missing" },
        { "init", "-o W.safetensors is missing" },
    };

    ck_assert_int_eq(run("%s", cases[_i].arguments), 2);
    check_said(cases[_i].message);
    check_said("--help");
}
END_TEST

START_TEST(wrong_input)
{
    ck_assert_int_eq(run("train --data nowhere"), 1);
    check_said("nowhere");
    ck_assert_int_eq(run("eval --data data --run nowhere"), 1);
    check_said("nowhere/weights.safetensors");
    ck_assert_int_eq(run("train --resume nowhere"), 1);
    check_said("nowhere/settings.json");
    ck_assert_int_eq(run("train --data data --fold 3"), 1);
    check_said("fold");
}
END_TEST

/* ---------------------------------------------------------------- the whole way */

START_TEST(train_eval_predict)
{
    size_t count;
    char *csv;

    ck_assert_msg(run("train --data data --out run --epochs 30 --seed 1") == 0, "%s", said);
    check_said("epoch 30/30");
    check_said("validation loss");
    ck_assert_msg(run("eval --data data --run run") == 0, "%s", said);
    check_said("by class");
    check_said("confusion");
    check_said("gap(2)");
    ck_assert_msg(run("predict --run run --csv all.csv data/low/00.wav data/high/00.wav") == 0,
                  "%s", said);
    check_said("data/low/00.wav  low  0.");
    check_said("data/high/00.wav  high  0.");
    csv = asc_file_read(scratch_path(&scratch, "all.csv"), 1 << 20, &count, NULL);
    ck_assert(csv != NULL);
    ck_assert(strncmp(csv, "file,class,probability,high,low,mid\ndata/low/00.wav,low,0.", 57) == 0);
    free(csv);
    ck_assert_int_eq(run("info --run run"), 0);
    check_said("high, low, mid");
    ck_assert_int_eq(run("predict --run run data/low/none.wav"), 1);
    check_said("none.wav");
}
END_TEST

START_TEST(a_full_device_is_an_error)
{
    if (access("/dev/full", W_OK) != 0)
        return;
    ck_assert_int_eq(run("info > /dev/full"), 3);
}
END_TEST

/* A signal ends the run after a step, and says how to go on. */
START_TEST(signals_stop_and_save)
{
    char resume[512];
    int number = _i ? SIGTERM : SIGINT, status;
    pid_t child = fork();

    if (child == 0) {
        ck_assert(chdir(scratch.path) == 0);
        ck_assert(freopen("said", "w", stdout) != NULL);
        execl(program(), "tiny", "train", "--data", "data", "--out", "run", "--epochs", "1000000",
              NULL);
        _exit(99);
    }
    for (int n = 0; n < 600; n++) {
        usleep(50000);
        if (asc_file_exists(scratch_path(&scratch, "run/weights.safetensors")))
            break;
    }
    kill(child, number);
    ck_assert(waitpid(child, &status, 0) == child);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 128 + number);
    snprintf(resume, sizeof resume, "train --resume run --epochs 3");
    ck_assert_msg(run("%s", resume) == 0, "%s", said);
}
END_TEST

/* ---------------------------------------------------------------- arrays */

static void write_arrays(int examples)
{
    real values[8 * 320], target[8 * 3] = { 0 };
    size_t size[] = { (size_t)examples, 1, 16, 20 }, target_size[] = { (size_t)examples, 3 };

    for (int i = 0; i < examples * 320; i++)
        values[i] = (real)sin(i);
    for (int n = 0; n < examples; n++)
        target[n * 3 + n % 3] = 1;
    ck_assert(asc_npy_write(scratch_path(&scratch, "x.npy"), 4, size, values, NULL));
    ck_assert(asc_npy_write(scratch_path(&scratch, "y.npy"), 2, target_size, target, NULL));
}

START_TEST(forward_writes_the_output)
{
    AscArray array;

    write_arrays(5);
    ck_assert_msg(run("init --seed 3 -o w.safetensors") == 0, "%s", said);
    ck_assert_msg(run("forward --weights w.safetensors --input x.npy -o o.npy") == 0, "%s", said);
    ck_assert(asc_npy_read(scratch_path(&scratch, "o.npy"), &array, NULL));
    ck_assert_int_eq(array.rank, 2);
    ck_assert_uint_eq(array.size[0], 5);
    ck_assert_double_eq_tol(array.values[0] + array.values[1] + array.values[2], 1, 1e-6);
    asc_npy_free(&array);
    ck_assert_int_eq(run("forward --weights w.safetensors --input y.npy -o o.npy"), 1);
    check_said("[5, 3]");
    check_said("[channel = 1, freq = 16, time = 20]");
    ck_assert_int_eq(run("forward --weights w.safetensors -o o.npy"), 2);
}
END_TEST

START_TEST(step_writes_loss_gradients_and_weights)
{
    AscTensors *tensors;
    double loss[4];

    write_arrays(6);
    ck_assert_int_eq(run("init -o w.safetensors"), 0);
    ck_assert_msg(run("step --weights w.safetensors --input x.npy --target y.npy --steps 4 "
                      "--rate 0.5 -o out.safetensors") == 0,
                  "%s", said);
    tensors = asc_tensors_read(scratch_path(&scratch, "out.safetensors"), NULL);
    ck_assert(tensors != NULL);
    ck_assert_uint_eq(asc_tensors_find(tensors, "loss")->count, 4);
    asc_tensor_copy_doubles(asc_tensors_find(tensors, "loss"), loss);
    ck_assert(loss[0] > 0.5 && loss[0] < 3);
    ck_assert(asc_tensors_find(tensors, "grad.dense.weight") != NULL);
    ck_assert(asc_tensors_find(tensors, "grad.seen") == NULL);
    ck_assert(asc_tensors_find(tensors, "dense.weight") != NULL);
    ck_assert_uint_eq(asc_tensors_find(tensors, "output")->count, 18);
    asc_tensors_destroy(tensors);
}
END_TEST

START_TEST(features_are_written)
{
    AscArray array;

    ck_assert_msg(run("features data/low/05.wav -o f.npy") == 0, "%s", said);
    ck_assert(asc_npy_read(scratch_path(&scratch, "f.npy"), &array, NULL));
    ck_assert_int_eq(array.rank, 4);
    ck_assert_uint_eq(array.size[2], 16);
    ck_assert_uint_eq(array.size[3], 20);
    asc_npy_free(&array);
    ck_assert_msg(run("features data/low/05.wav --whole -o f.npy") == 0, "%s", said);
}
END_TEST

START_TEST(bench_prints_json)
{
    ck_assert_msg(run("bench --batch 4 --threads 1 --json") == 0, "%s", said);
    check_said("\"train_step_ms\"");
    check_said("\"infer1_ms\"");
    check_said("\"peak_rss_mb\"");
    check_said("\"tiny.asc:3\"");
}
END_TEST

START_TEST(gradcheck_wants_double)
{
    ck_assert_int_eq(run("gradcheck"), sizeof(real) == 8 ? 0 : 1);
    check_said("--real=double");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli");
    TCase *tests = tcase_create("cli");

    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, help_is_there_for_every_command);
    tcase_add_loop_test(tests, wrong_use, 0, 16);
    tcase_add_test(tests, wrong_input);
    tcase_add_test(tests, train_eval_predict);
    tcase_add_test(tests, a_full_device_is_an_error);
    tcase_add_loop_test(tests, signals_stop_and_save, 0, 2);
    tcase_add_test(tests, forward_writes_the_output);
    tcase_add_test(tests, step_writes_loss_gradients_and_weights);
    tcase_add_test(tests, features_are_written);
    tcase_add_test(tests, bench_prints_json);
    tcase_add_test(tests, gradcheck_wants_double);
    suite_add_tcase(suite, tests);
    return check_main(suite);
}
