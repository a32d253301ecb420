/* command_info.c: the commands `init` and `info`. */
#include <stdio.h>

#include "eval_json.h"
#include "run.h"

int asc_command_init(const AscCli *cli)
{
    AscStatus status = { 0 };
    AscWeights *weights;
    bool fine;

    if (!cli->options.out)
        return asc_cli_usage(cli, "-o W.safetensors is missing");
    weights = asc_weights_create(cli->model, &status);
    if (weights)
        asc_weights_init(weights,
                         cli->options.has_seed ? cli->options.seed : cli->model->recipe.seed);
    fine = weights && asc_weights_save(weights, cli->options.out, &status);
    asc_weights_destroy(weights);
    return fine ? 0 : asc_cli_fail(cli, &status);
}

static void print_parameters(const AscModel *model)
{
    size_t trainable = 0, total = 0;

    printf("parameters\n");
    for (int p = 0; p < model->parameters; p++) {
        const AscParameter *parameter = &model->parameter[p];
        char shape[256];

        asc_weights_describe(&parameter->shape, shape, sizeof shape);
        printf("  %-40s %-40s %10zu%s\n", parameter->name, shape, parameter->count,
               parameter->trainable ? "" : "  running statistic");
        total += parameter->count;
        trainable += parameter->trainable ? parameter->count : 0;
    }
    printf("trainable   %zu\ntotal       %zu\n", trainable, total);
}

static void print_training(const AscRecipe *recipe)
{
    static const char *const optimizer[] = {
        [ASC_SGD] = "sgd", [ASC_ADAM] = "adam", [ASC_ADAMW] = "adamw", [ASC_RMSPROP] = "rmsprop"
    };

    printf("training    %s, rate %g", optimizer[recipe->optimizer], recipe->rate);
    if (recipe->epochs)
        printf(", %d epochs", recipe->epochs);
    if (recipe->steps)
        printf(", %d steps", recipe->steps);
    if (recipe->hours > 0)
        printf(", %g hours", recipe->hours);
    printf(", batch %d", recipe->batch);
    if (recipe->accumulate > 1)
        printf(" x %d", recipe->accumulate);
    printf(", mixup %g, l2 %g\n", recipe->mixup, recipe->l2);
}

static void print_complexity(const AscModel *model)
{
    AscComplexity cost = asc_complexity(model, NULL, 1);

    printf(
        "complexity  %.0f parameters in %.0f bytes, %.0f multiply-adds a segment, as DCASE counts "
        "them\n",
        cost.parameters, cost.bytes, cost.multiply_adds);
}

static void print_arena(const char *of, const AscProgram *program)
{
    printf("arena       %zu bytes + %zu an example + %zu a thread (%s)\n", program->arena_constant,
           program->arena_per_example, program->room, of);
}

static void print_model(const AscModel *model)
{
    char shape[256];

    printf("model       %s%s%s%s\n", model->name, *model->defines ? " (" : "", model->defines,
           *model->defines ? ")" : "");
    printf("source      %s\nhash        %s\nreal        %s\n", model->source, model->hash,
           sizeof(real) == 8 ? "double" : "float");
    for (int f = 0; f < model->feature_sets; f++)
        printf("features    %s\n            %s\n", model->features[f].name,
               model->features[f].settings);
    for (int i = 0; i < model->inputs; i++) {
        asc_weights_describe(&model->input[i].shape, shape, sizeof shape);
        printf("input       %s %s\n", model->input[i].name, shape);
    }
    asc_weights_describe(&model->output, shape, sizeof shape);
    printf("output      %s\n", shape);
    print_training(&model->recipe);
    print_arena("training", &model->train);
    print_arena("inference", &model->infer);
    print_complexity(model);
    print_parameters(model);
}

static void print_weights(const AscWeights *weights)
{
    printf("labels      %s", weights->labels ? "" : "none: not trained");
    for (int n = 0; n < weights->labels; n++)
        printf("%s%s", n ? ", " : "", weights->label[n]);
    putchar('\n');
    for (int f = 0; f < weights->model->feature_sets; f++)
        printf("statistics  %s: %d means and deviations\n", weights->model->features[f].name,
               weights->statistics[f].positions);
}

int asc_command_info(const AscCli *cli)
{
    AscStatus status = { 0 };
    AscWeights *weights = NULL;

    if (cli->options.run || cli->options.weights) {
        weights = asc_cli_weights(cli, &status);
        if (!weights)
            return asc_cli_fail(cli, &status);
    }
    print_model(cli->model);
    if (weights)
        print_weights(weights);
    asc_weights_destroy(weights);
    return 0;
}
