/* cli.c: the command line of a generated program: finds the command and runs it. */
#include "cli.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "blas.h"
#include "run.h"
#include "series_folder.h"

static const AscCommand commands[] = {
    { "train", "--data DIR", "dlIEfAZOeSHbvsgRiCN2tKjq", "trains on a data set",
      "train --data scenes --out run", asc_command_train },
    { "data", "--data DIR", "dlIDjtq",
      "tells what was understood of a data set, and what is odd in it\n"
      "(layouts: youtube8m, esc50, dcase, esc10, rouen, flat, table, folders)",
      "data --data TUT-urban-acoustic-scenes-2018-development", asc_command_data },
    { "eval", "--data DIR --run RUN", "dlIfAMTGwpcVgKCN2tjq",
      "measures on the evaluation part of a data set", "eval --data scenes --run run",
      asc_command_eval },
    { "report", "RUN...", "odlIfpKCN2tq",
      "writes an HTML page about runs (report.html); with --data evaluates them",
      "report run1 run2 --data scenes -o report.html", asc_command_report },
    { "predict", "--run RUN FILE...", "dlIfprwcVugKCN23456jtq",
      "tells the class of recordings, or of sound while it comes in",
      "predict --run run park.wav --csv all.csv", asc_command_predict },
    { "features", "FILE -o X.npy", "orwFWCNq",
      "writes the features of a recording's segments; with --run normalised",
      "features park.wav -o x.npy", asc_command_features },
    { "forward", "--weights W --input X.npy -o Y.npy", "wrxomzt", "writes the network's output",
      "forward --weights w.safetensors --input x.npy -o y.npy", asc_command_forward },
    { "step", "--weights W --input X.npy --target Y.npy -o OUT.safetensors", "wrxymnaost",
      "trains some steps on one batch; writes `loss` of every step, `output` and gradients\n"
      "`grad.NAME` of the first (of the mean loss, without l2), and the weights after the last",
      "step --weights w.safetensors --input x.npy --target y.npy -o out.safetensors",
      asc_command_step },
    { "init", "-o W.safetensors", "os", "writes the weights that training begins with",
      "init --seed 1 -o w.safetensors", asc_command_init },
    { "import", "FILE -o W.safetensors", "orwJX",
      "takes weights of another tool, .npz or .safetensors; labels and statistics of the\n"
      "features from --run, where it is given",
      "import torch.safetensors --axes pytorch --map names.txt -o w.safetensors",
      asc_command_import },
    { "export", "--run RUN -o FILE", "orwJX",
      "writes weights for another tool, .npz or .safetensors",
      "export --run run --axes pytorch --map names.txt -o torch.npz", asc_command_export },
    { "info", "", "rw", "says what the model is, and what weights are", "info --run run",
      asc_command_info },
    { "gradcheck", "", "bstq", "compares the gradients with central differences", "gradcheck",
      asc_command_gradcheck },
    { "bench", "", "bjtq", "measures the speed of training and of inference",
      "bench --batch 32 --threads 1 --json", asc_command_bench },
    { "completion", "SHELL", "", "prints completion for a shell: bash, zsh or fish",
      "completion bash >~/.local/share/bash-completion/completions/NAME", asc_command_completion },
};

enum { COMMANDS = sizeof commands / sizeof *commands };

const AscCommand *asc_cli_command(int index)
{
    return index < COMMANDS ? &commands[index] : NULL;
}

static const char statuses[] =
    "Exit status: 0 fine; 1 the input is wrong (data, recordings, weights); 2 usage;\n"
    "3 reading or writing failed; 4 no memory; 130 and 143: stopped by SIGINT or SIGTERM.\n";

/* ---------------------------------------------------------------- help for commands */

int asc_cli_fail(const AscCli *cli, const AscStatus *status)
{
    if (status->code == ASC_USAGE)
        return asc_cli_usage(cli, "%s", status->message);
    fflush(stdout);
    fprintf(stderr, "%s: %s\n", cli->name, status->message);
    return status->code;
}

int asc_cli_usage(const AscCli *cli, const char *format, ...)
{
    va_list arguments;

    fflush(stdout);
    fprintf(stderr, "%s: ", cli->name);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, "\nTry `%s --help'.\n", cli->name);
    return ASC_USAGE;
}

void asc_cli_not_kept(const AscCli *cli, const AscStatus *status)
{
    fprintf(stderr, "%s: warning: the result is not kept: %s\n", cli->name, status->message);
}

static void tell_one(void *context, const char *text)
{
    fprintf(stderr, "%s: %s\n", ((const AscCli *)context)->name, text);
}

void asc_cli_tell(const AscCli *cli, const AscProblems *problems)
{
    asc_problems_tell(problems, tell_one, (void *)cli);
}

void asc_cli_tell_new(const AscCli *cli, AscProblems *problems)
{
    asc_cli_tell(cli, problems);
    asc_problems_free(problems);
}

/* Refuses a series of runs. */
static bool is_one_run(const char *folder, AscStatus *status)
{
    AscSeriesRuns runs = { 0 };
    bool fine = asc_run_exists(folder) || asc_series_find(folder, &runs, status);

    if (fine && runs.count > 0)
        fine = asc_status_set(
            status, ASC_BAD_INPUT, "%s: is a series of %d runs: give one, as %s%s", folder,
            runs.count, runs.run[0].folder, runs.run[0].fold ? ", or `eval --folds all`" : "");
    asc_series_runs_free(&runs);
    return fine;
}

AscWeights *asc_cli_weights(const AscCli *cli, AscStatus *status)
{
    const AscOptions *options = &cli->options;

    if (options->run && options->weights)
        asc_status_set(status, ASC_USAGE, "give --run or --weights, not both");
    else if (options->run)
        return is_one_run(options->run, status) ? asc_run_kept(options->run, cli->model, status)
                                                : NULL;
    else if (options->weights)
        return asc_weights_load(cli->model, options->weights, status);
    else
        asc_status_set(status, ASC_USAGE, "--run RUN or --weights FILE is missing");
    return NULL;
}

AscDataset *asc_cli_dataset(const AscCli *cli, AscProblems *problems, AscStatus *status)
{
    AscLayout layout = ASC_LAYOUT_AUTO;

    if (!cli->options.data) {
        asc_status_set(status, ASC_USAGE, "--data DIR is missing");
        return NULL;
    }
    if (cli->options.layout && !asc_layout_parse(cli->options.layout, &layout)) {
        asc_status_set(status, ASC_USAGE, "--layout %s: expected %s", cli->options.layout,
                       asc_layout_names());
        return NULL;
    }
    AscDataset *dataset = asc_dataset_open(cli->options.data, layout, problems, status);

    if (!dataset || !cli->options.lists ||
        asc_dataset_use_lists(dataset, cli->options.lists, status))
        return dataset;
    asc_dataset_close(dataset);
    return NULL;
}

AscCache *asc_cli_cache(const AscCli *cli)
{
    AscStatus status = { 0 };
    AscCache *cache;

    if (cli->options.no_cache)
        return NULL;
    cache = asc_cache_open(cli->options.cache, &status);
    if (!cache)
        fprintf(stderr, "%s: warning: features are not kept: %s\n", cli->name, status.message);
    else if (cli->options.half)
        asc_cache_halve(cache);
    return cache;
}

/* ---------------------------------------------------------------- running */

static const AscCommand *find_command(const char *name)
{
    for (int n = 0; n < COMMANDS; n++) {
        if (strcmp(commands[n].name, name) == 0)
            return &commands[n];
    }
    return NULL;
}

static void print_help(const char *program, const AscModel *model)
{
    printf("Usage: %s COMMAND [OPTION]...\nThe model %s%s%s%s, compiled from %s.\n\n", program,
           model->name, *model->defines ? " (" : "", model->defines, *model->defines ? ")" : "",
           model->source);
    for (int n = 0; n < COMMANDS; n++)
        printf("  %-11s %.*s\n", commands[n].name, (int)strcspn(commands[n].summary, ";\n"),
               commands[n].summary);
    printf("\n`%s COMMAND --help' tells the options of a command.\n%s", program, statuses);
}

static void print_command_help(const char *program, const AscCommand *command)
{
    printf("Usage: %s %s%s%s [OPTION]...\n%s %s.\n\n", program, command->name,
           *command->operands ? " " : "", command->operands, "This", command->summary);
    asc_options_help(command->options);
    printf("\nExample: %s %s\n\n%s", program, command->example, statuses);
}

static void set_threads(int threads)
{
#ifdef _OPENMP
    if (threads > 0)
        omp_set_num_threads(threads);
#pragma omp parallel
#else
    (void)threads;
#endif
    asc_blas_flush_denormals();
}

static void take_settings(AscCli *cli, const char *run)
{
    AscSettings settings;
    AscStatus status = { 0 };
    bool changed;

    if (!asc_run_settings(run, cli->model, &settings, &changed, &status))
        return; /* whoever reads the run says what is wrong */
    cli->options.half = cli->options.half || settings.half;
    cli->options.skip_bad = cli->options.skip_bad || settings.skip_bad;
    asc_settings_free(&settings);
}

/* A run, or those of a series, are evaluated on features, and without recordings, as they were trained. */
static void take_run_settings(AscCli *cli)
{
    const char *folder = cli->options.run;
    AscSeriesRuns series = { 0 };
    AscStatus status = { 0 };

    if (!folder)
        return;
    if (asc_run_exists(folder) || !asc_series_find(folder, &series, &status))
        take_settings(cli, folder);
    for (int r = 0; r < series.count; r++)
        take_settings(cli, series.run[r].folder);
    asc_series_runs_free(&series);
}

/* argv[0] is the command, behind the program. */
static int run_command(const AscCommand *command, const char *program, const AscModel *model,
                       int argc, char **argv)
{
    char name[512];
    AscCli cli = { .model = model, .name = name, .called = argv[-1] };

    snprintf(name, sizeof name, "%s %s", program, command->name);
    argv[0] = name;
    if (!asc_options_parse(argc, argv, command->options, &cli.options)) {
        fprintf(stderr, "Try `%s --help'.\n", name);
        return ASC_USAGE;
    }
    if (cli.options.help) {
        print_command_help(program, command);
        return 0;
    }
    if (cli.options.files > 0 && !strstr(command->operands, "...") &&
        (!*command->operands || *command->operands == '-'))
        return asc_cli_usage(&cli, "`%s' is not expected here", cli.options.file[0]);
    set_threads(cli.options.threads);
    take_run_settings(&cli);
    return command->run(&cli);
}

static int dispatch(const char *program, const AscModel *model, int argc, char **argv)
{
    const AscCommand *command = argc > 1 ? find_command(argv[1]) : NULL;

    if (command)
        return run_command(command, program, model, argc - 1, argv + 1);
    if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        print_help(program, model);
        return 0;
    }
    if (argc > 1)
        fprintf(stderr, "%s: no such command: %s\n", program, argv[1]);
    else
        fprintf(stderr, "%s: a command is missing\n", program);
    fprintf(stderr, "Try `%s --help'.\n", program);
    return ASC_USAGE;
}

/* Writing past a limit on the size of files is to fail with an error, not with a signal. */
int asc_main(int argc, char **argv, const AscModel *model)
{
    const char *program = argc > 0 && strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1
                                                            : model->name;
    int status;

    asc_blas_prepare(argv);
    signal(SIGXFSZ, SIG_IGN);
    status = dispatch(program, model, argc, argv);
    if ((fflush(stdout) != 0 || ferror(stdout)) && status == 0) {
        fprintf(stderr, "%s: can't write to standard output\n", program);
        status = ASC_IO;
    }
    return status;
}
