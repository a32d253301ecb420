/* cli.h: the commands of a generated program. */
#ifndef ASC_CLI_H
#define ASC_CLI_H

#include "asc.h"
#include "cache.h"
#include "dataset.h"
#include "options.h"
#include "status.h"
#include "weights.h"

/* A command's run; messages begin with `name`, the program's and the command's ("moe_cnn train").
 * Commands return the exit status. */
typedef struct AscCli {
    const AscModel *model;
    const char *name;
    const char *called; /* the program, as it was called: "./moe_cnn" */
    AscOptions options;
    const struct AscWatch *watch; /* looks at what is recognised (evaluate.h); NULL: nobody */
} AscCli;

typedef struct AscCommand {
    const char *name;
    const char *operands;
    const char *options; /* letters of options.c */
    const char *summary;
    const char *example; /* after the program's name */
    int (*run)(const AscCli *cli);
} AscCommand;

const AscCommand *asc_cli_command(int index); /* of the table; NULL past its end */

enum { ASC_EXIT_SIGNAL = 128 }; /* plus the signal's number: stopped, and saved */

int asc_command_train(const AscCli *cli);
int asc_command_data(const AscCli *cli);
int asc_command_eval(const AscCli *cli);
int asc_command_report(const AscCli *cli);
int asc_command_predict(const AscCli *cli);
int asc_command_eval_folds(const AscCli *cli);  /* eval --folds */
int asc_command_eval_shards(const AscCli *cli); /* of models whose features are stored */
int asc_command_predict_shards(const AscCli *cli);
int asc_command_data_shards(const AscCli *cli);
int asc_command_stream(const AscCli *cli); /* predict --stream */
int asc_command_features(const AscCli *cli);
int asc_command_forward(const AscCli *cli);
int asc_command_step(const AscCli *cli);
int asc_command_init(const AscCli *cli);
int asc_command_import(const AscCli *cli);
int asc_command_export(const AscCli *cli);
int asc_command_info(const AscCli *cli);
int asc_command_gradcheck(const AscCli *cli);
int asc_command_bench(const AscCli *cli);
int asc_command_completion(const AscCli *cli);

/* ---------------------------------------------------------------- help for commands (cli.c) */

/* Prints the message; returns the exit status of its code. */
int asc_cli_fail(const AscCli *cli, const AscStatus *status);

/* Prints a message about the use of the command and where its help is; returns ASC_USAGE. */
int asc_cli_usage(const AscCli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints that a result is not kept, and why; it's no failure. */
void asc_cli_not_kept(const AscCli *cli, const AscStatus *status);

/* Prints what was left out, "NAME: left out: ..", to standard error. */
void asc_cli_tell(const AscCli *cli, const AscProblems *problems);

/* The same, and forgets it: of a data set in use, of which more may be found wrong later. */
void asc_cli_tell_new(const AscCli *cli, AscProblems *problems);

/* The weights of --run or --weights.  NULL: status says why; neither given is ASC_USAGE. */
AscWeights *asc_cli_weights(const AscCli *cli, AscStatus *status);

/* The data set of --data and --layout; see asc_dataset_open of `problems`. */
AscDataset *asc_cli_dataset(const AscCli *cli, AscProblems *problems, AscStatus *status);

/* The cache of --cache; NULL with --no-cache.  One that can't be opened is a warning, not a
 * failure. */
AscCache *asc_cli_cache(const AscCli *cli);

#endif
