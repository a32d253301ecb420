/* command_train.c: the command `train`. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command_train.h"
#include "report.h"
#include "train_data.h"

static volatile sig_atomic_t stop_signal;

static void ask_to_stop(int number)
{
    stop_signal = number;
}

/* A second signal of the same kind ends the process at once. */
static void catch_signals(void)
{
    struct sigaction action = { .sa_handler = ask_to_stop, .sa_flags = (int)SA_RESETHAND };

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* What a resumed run must not change. */
static const char *fixed_option(const AscOptions *options)
{
    if (options->out)
        return "--out";
    if (options->init)
        return "--init";
    if (options->batch)
        return "--batch";
    if (options->validate)
        return "--validate";
    if (options->has_seed)
        return "--seed";
    if (options->segments)
        return "--segments";
    return options->fold ? "--fold" : NULL;
}

/* Settings of a new run. */
static bool new_settings(const AscCli *cli, AscSettings *settings, AscStatus *status)
{
    const AscOptions *options = &cli->options;

    if (options->validate && !asc_settings_parse_validate(options->validate, settings))
        return asc_status_set(status, ASC_USAGE,
                              "--validate %s: expected none, provided, or a share as 30%%",
                              options->validate);
    if (!options->data)
        return asc_status_set(status, ASC_USAGE, "--data DIR is missing");
    if (options->batch)
        settings->batch = options->batch;
    if (options->has_seed)
        settings->seed = options->seed;
    if (options->segments && !asc_model_is_stored(cli->model))
        return asc_status_set(status, ASC_USAGE, "--segments is for TFRecord files");
    settings->segments = options->segments;
    settings->fold = options->fold;
    settings->half = options->half && !options->no_cache;
    return true;
}

/* Settings of the run that is resumed; the data set may have moved, and more epochs may be
 * asked. */
static bool old_settings(const AscCli *cli, AscSettings *settings, bool *changed, AscStatus *status)
{
    const char *fixed = fixed_option(&cli->options);

    if (fixed)
        return asc_status_set(status, ASC_USAGE, "%s can't be changed with --resume", fixed);
    if (!asc_run_settings(cli->options.resume, cli->model, settings, changed, status))
        return false;
    if (settings->half ? cli->options.no_cache : cli->options.half)
        return asc_status_set(
            status, ASC_USAGE, "%s can't be given with --resume: the run was begun with%s --half",
            settings->half ? "--no-cache" : "--half", settings->half ? "" : "out");
    return true;
}

/* Makes the path one that is found from any folder later. */
static void replace_path(char **path, const char *given)
{
    free(*path);
    *path = realpath(given, NULL);
    if (!*path)
        *path = strdup(given);
}

/* A recipe with impulse responses must be given them, and no other may; a resumed run's may have moved.  What changes
 * the sound needs sound. */
static bool make_responses(const AscCli *cli, AscSettings *settings, AscStatus *status)
{
    const AscOptions *options = &cli->options;
    const AscRecipe *recipe = &cli->model->recipe;
    const bool wanted = recipe->responses_share > 0;

    if (!wanted && options->responses)
        return asc_status_set(status, ASC_USAGE,
                              "--responses %s: the model's `train` has no impulse_responses",
                              options->responses);
    if ((wanted || recipe->gain_most > 0) && asc_model_is_stored(cli->model))
        return asc_status_set(status, ASC_USAGE,
                              "%s: the model's features are stored, not made of sound",
                              wanted ? "impulse_responses" : "gain");
    if (options->responses)
        replace_path(&settings->responses, options->responses);
    if (wanted && !settings->responses)
        return asc_status_set(status, ASC_USAGE,
                              "--responses DIR is missing: the model's `train` has "
                              "impulse_responses");
    return !wanted || options->resume ||
           asc_responses_hash(settings->responses, settings->responses_hash, status);
}

/* The caller frees the settings. */
static bool make_settings(const AscCli *cli, AscSettings *settings, bool *changed,
                          AscStatus *status)
{
    const AscOptions *options = &cli->options;

    *settings = asc_settings_default(&cli->model->recipe);
    if (!(options->resume ? old_settings(cli, settings, changed, status)
                          : new_settings(cli, settings, status)))
        return false;
    settings->skip_bad = settings->skip_bad || options->skip_bad;
    if (options->epochs)
        settings->epochs = options->epochs;
    if (options->steps)
        settings->steps = options->steps;
    if (options->hours > 0)
        settings->hours = options->hours;
    if (options->layout && !asc_layout_parse(options->layout, &settings->layout))
        return asc_status_set(status, ASC_USAGE, "--layout %s: expected %s", options->layout,
                              asc_layout_names());
    if (options->data)
        replace_path(&settings->data, options->data);
    if (options->lists)
        replace_path(&settings->lists, options->lists);
    if (!make_responses(cli, settings, status))
        return false;
    return (settings->data && (settings->lists || !options->lists)) ||
           asc_status_memory(status, "settings");
}

int asc_train_stopped(void)
{
    return ASC_EXIT_SIGNAL + stop_signal;
}

static int finish(const AscCli *cli, const char *folder, AscTrainOutcome outcome,
                  const AscStatus *status)
{
    FILE *out = cli->options.json ? stderr : stdout;

    switch (outcome) {
    case ASC_TRAIN_FINISHED:
        fprintf(out, "done: the weights are in %s/weights.safetensors\n", folder);
        return 0;
    case ASC_TRAIN_WAS_FINISHED:
        fprintf(out,
                "%s is finished, nothing is to be done; with --epochs, --steps or --hours it goes "
                "on\n",
                folder);
        return 0;
    case ASC_TRAIN_STOPPED:
        fprintf(out, "stopped and saved; go on with: %s train --resume %s\n", cli->called, folder);
        return asc_train_stopped();
    case ASC_TRAIN_NOT_BEGUN:
        fprintf(out, "stopped before training began\n");
        return asc_train_stopped();
    case ASC_TRAIN_FAILED: break;
    }
    return asc_cli_fail(cli, status);
}

bool asc_train_settings(const AscCli *cli, AscSettings *settings, AscStatus *status)
{
    bool changed;

    return make_settings(cli, settings, &changed, status);
}

AscTrainOutcome asc_train_run(const AscCli *cli, const AscSettings *settings, const char *folder,
                              bool resume, AscStatus *status)
{
    AscPrinter printer;
    AscTrainOutcome outcome;
    AscTrainOptions options = { .settings = *settings,
                                .folder = folder,
                                .resume = resume,
                                .init = cli->options.init,
                                .cache = asc_cli_cache(cli),
                                .skip_bad = settings->skip_bad,
                                .stop = &stop_signal };

    if (options.cache && settings->half)
        asc_cache_halve(options.cache);
    asc_report_start(&printer, cli->options.json ? stderr : stdout);
    if (cli->options.quiet)
        asc_report_quiet(&printer);
    if (cli->options.json && !cli->options.folds && !cli->options.seeds)
        asc_report_json(&printer);
    options.report = &printer.report;
    catch_signals();
    outcome = asc_train(cli->model, &options, status);
    asc_report_end(&printer);
    if (options.cache)
        asc_cache_close(options.cache);
    return outcome;
}

static int train_in(const AscCli *cli, const char *folder)
{
    AscStatus status = { 0 };
    AscSettings settings;
    bool changed = false;
    int result;

    if (cli->options.folds || cli->options.seeds)
        return asc_command_series(cli, folder);
    if (make_settings(cli, &settings, &changed, &status)) {
        if (changed)
            fprintf(stderr,
                    "%s: warning: the model is not the text this run began with (%s/"
                    "model.asc); its recipe is taken from this program\n",
                    cli->name, folder);
        result = finish(cli, folder,
                        asc_train_run(cli, &settings, folder, cli->options.resume != NULL, &status),
                        &status);
    } else {
        result = asc_cli_fail(cli, &status);
    }
    asc_settings_free(&settings);
    return result;
}

int asc_command_train(const AscCli *cli)
{
    const AscOptions *options = &cli->options;
    const size_t room = strlen(cli->model->name) + sizeof ".run";
    char *standard = malloc(room);
    AscStatus status = { 0 };
    int result;

    if (!standard) {
        asc_status_memory(&status, "a path");
        return asc_cli_fail(cli, &status);
    }
    snprintf(standard, room, "%s.run", cli->model->name);
    result = train_in(cli,
                      options->resume ? options->resume : (options->out ? options->out : standard));
    free(standard);
    return result;
}
