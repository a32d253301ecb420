/* command_exchange.c: the commands `import` and `export`: weights of other tools. */
#include <string.h>

#include "cli.h"
#include "exchange.h"

static AscNameMap *read_map(const AscCli *cli, AscStatus *status)
{
    const char *axes = cli->options.axes;
    bool pytorch = axes && strcmp(axes, "pytorch") == 0;

    if (axes && !pytorch && strcmp(axes, "keras") != 0) {
        asc_status_set(status, ASC_USAGE, "--axes %s: expected keras or pytorch", axes);
        return NULL;
    }
    return asc_map_read(cli->options.map, cli->model, pytorch ? ASC_ORDER_PYTORCH : ASC_ORDER_OWN,
                        status);
}

int asc_command_export(const AscCli *cli)
{
    AscStatus status = { 0 };
    AscNpz arrays = { 0 };
    AscWeights *weights = NULL;
    AscNameMap *map = NULL;
    bool fine;

    if (!cli->options.out)
        return asc_cli_usage(cli, "-o FILE is missing");
    weights = asc_cli_weights(cli, &status);
    map = weights ? read_map(cli, &status) : NULL;
    fine = map && asc_exchange_export(weights, map, &arrays, &status) &&
           asc_exchange_write(cli->options.out, &arrays, &status);
    asc_npz_free(&arrays);
    asc_map_destroy(map);
    asc_weights_destroy(weights);
    return fine ? 0 : asc_cli_fail(cli, &status);
}

/* Labels and statistics of the features are those of --run or --weights, where these are given. */
int asc_command_import(const AscCli *cli)
{
    AscStatus status = { 0 };
    AscNpz arrays = { 0 };
    AscWeights *weights = NULL;
    AscNameMap *map = NULL;
    bool fine;

    if (!cli->options.out)
        return asc_cli_usage(cli, "-o FILE is missing");
    if (cli->options.files != 1)
        return asc_cli_usage(cli, "one file of weights is expected");
    weights = cli->options.run || cli->options.weights ? asc_cli_weights(cli, &status)
                                                       : asc_weights_create(cli->model, &status);
    map = weights ? read_map(cli, &status) : NULL;
    fine = map && asc_exchange_read(cli->options.file[0], &arrays, &status) &&
           asc_exchange_import(weights, map, &arrays, cli->options.file[0], &status) &&
           asc_weights_save(weights, cli->options.out, &status);
    asc_npz_free(&arrays);
    asc_map_destroy(map);
    asc_weights_destroy(weights);
    return fine ? 0 : asc_cli_fail(cli, &status);
}
