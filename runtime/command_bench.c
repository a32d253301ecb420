/* command_bench.c: the command `bench`: how fast training and inference are. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "batch.h"
#include "bench_features.h"
#include "blas.h"
#include "cli.h"
#include "engine.h"
#include "optimizer.h"
#include "random.h"
#include "report.h"

static const double long_enough = 1.0; /* seconds of repeated runs */
/* Measurements: features, the peak, two of training and of inference, inference of one example. */
enum { LEAST_RUNS = 5, MOST_RUNS = 1000, MEASUREMENTS = 7 };

typedef struct Bench {
    const AscModel *model;
    AscBatch *batch;
    AscWeights *weights;
    AscUpdate *update;
    double *seconds; /* [kernels]: of the training step and of inference; the least of the runs */
    double peak;     /* GFLOP/s of multiply-adds in registers, all threads together */
    AscPrinter printer;
    int measured; /* of MEASUREMENTS */
} Bench;

typedef struct Times {
    double train_step, infer, infer_one; /* seconds, the least of the runs */
    double features; /* of ten seconds of sound, on one core; 0: there are none */
} Times;

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Between what is timed. */
static void tell(Bench *bench, int finished)
{
    bench->measured += finished;
    asc_report_job(&bench->printer.report, "bench", "measurements", bench->measured, MEASUREMENTS);
}

static void run_step(Bench *bench, AscEngine *engine, int examples, bool same_weights,
                     double *seconds)
{
    asc_engine_run(engine, &(AscWork){ .examples = examples,
                                       .input = bench->batch->input,
                                       .target = engine->gradients ? bench->batch->target : NULL,
                                       .parameters = bench->weights->parameters,
                                       .same_weights = same_weights,
                                       .seconds = seconds });
    if (engine->gradients)
        asc_optimizer_step(bench->update, 0, bench->weights->parameters, engine->gradients);
}

static double least_time(Bench *bench, AscEngine *engine, int examples)
{
    double least = 0, begun = now();

    run_step(bench, engine, examples, false, NULL); /* warms up */
    for (int n = 0; n < MOST_RUNS && (n < LEAST_RUNS || now() - begun < long_enough); n++) {
        double from = now(), time;

        run_step(bench, engine, examples, !engine->gradients, NULL);
        time = now() - from;
        least = n == 0 || time < least ? time : least;
        tell(bench, 0);
    }
    tell(bench, 1);
    return least;
}

/* Every kernel's least time; each is a phase of its own in these runs. */
static bool time_kernels(Bench *bench, AscEngine *engine, double *least)
{
    int kernels = engine->program->kernels;
    double *seconds = malloc(sizeof *seconds * (size_t)(kernels + 1)), begun = now();

    if (!seconds)
        return false;
    for (int n = 0; n < MOST_RUNS && (n < LEAST_RUNS || now() - begun < long_enough); n++) {
        memset(seconds, 0, sizeof *seconds * (size_t)kernels);
        run_step(bench, engine, bench->batch->count, false, seconds);
        for (int k = 0; k < kernels; k++)
            least[k] = n == 0 || seconds[k] < least[k] ? seconds[k] : least[k];
        tell(bench, 0);
    }
    tell(bench, 1);
    free(seconds);
    return true;
}

/* A program's least time and, if `kernels` is not NULL, that of each of its kernels.  The memory is given back, so that the
 * peak is that of the program which needs most. */
static bool time_program(Bench *bench, bool training, int examples, double *seconds,
                         double *kernels, AscStatus *status)
{
    AscEngine *engine = asc_engine_create(bench->model, training, examples, status);

    if (!engine)
        return false;
    *seconds = least_time(bench, engine, examples);
    if (kernels && !time_kernels(bench, engine, kernels))
        asc_status_memory(status, "the bench");
    asc_engine_destroy(engine);
    return status->code == ASC_OK;
}

/* Multiply-adds in registers on all threads at once: the best of some runs, in GFLOP/s. */
static double measure_peak(const AscModel *model)
{
    enum { ROUNDS = 400000, RUNS = 20 };
    double best = 0;

    for (int n = 0; n < RUNS && model->probe; n++) {
        double flops = 0, from = now(), time;

#pragma omp parallel reduction(+ : flops)
        flops += model->probe(ROUNDS);
        time = now() - from;
        best = time > 0 && flops / time > best ? flops / time : best;
    }
    return best * 1e-9;
}

/* Random inputs, one label each. */
static void fill(AscBatch *batch)
{
    asc_batch_draw_inputs(batch, 1, "bench", false);
    for (int n = 0; n < batch->count; n++)
        batch->target[(size_t)n * (size_t)batch->classes + (size_t)(n % batch->classes)] = 1;
}

static bool create(Bench *bench, int examples, AscStatus *status)
{
    const AscModel *model = bench->model;

    bench->batch = asc_batch_create(model, examples, status);
    bench->weights = bench->batch ? asc_weights_create(model, status) : NULL;
    bench->update = bench->weights ? asc_optimizer_create(model, &model->recipe, status) : NULL;
    bench->seconds = calloc((size_t)(model->train.kernels + model->infer.kernels) + 1,
                            sizeof *bench->seconds);
    if (!bench->update)
        return false;
    asc_weights_init(bench->weights, model->recipe.seed);
    fill(bench->batch);
    return bench->seconds || asc_status_memory(status, "the bench");
}

static void destroy(Bench *bench)
{
    asc_batch_destroy(bench->batch);
    asc_weights_destroy(bench->weights);
    asc_optimizer_destroy(bench->update);
    free(bench->seconds);
}

static double peak_megabytes(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024;
}

static int threads(void)
{
#ifdef _OPENMP
    return omp_get_max_threads();
#else
    return 1;
#endif
}

/* ---------------------------------------------------------------- printing */

static double kernel_gflops(const AscKernel *kernel, int examples, double seconds)
{
    double flops = kernel->flops < 0 ? -kernel->flops : kernel->flops * examples;

    return seconds > 0 ? flops / seconds * 1e-9 : 0;
}

static double kernel_bytes(const AscKernel *kernel, int examples)
{
    return kernel->bytes * examples + kernel->fixed_bytes;
}

/* Of the peak; 0 where it could not be measured. */
static double share_of_peak(const Bench *bench, double gflops)
{
    return bench->peak > 0 ? gflops / bench->peak : 0;
}

static void add_kernels(json_t *list, const Bench *bench, const AscProgram *program,
                        const char *which, const double *seconds)
{
    for (int k = 0; k < program->kernels; k++) {
        const AscKernel *kernel = &program->kernel[k];
        double gflops = kernel_gflops(kernel, bench->batch->count, seconds[k]);

        json_array_append_new(
            list, json_pack("{s:s, s:s, s:b, s:s, s:f, s:f, s:f, s:f}", "program", which, "name",
                            kernel->name, "once", k < program->once, "source",
                            kernel->source ? kernel->source : "", "ms", 1000 * seconds[k], "gflops",
                            gflops, "share", share_of_peak(bench, gflops), "bytes",
                            kernel_bytes(kernel, bench->batch->count)));
    }
}

static void print_json(const Bench *bench, const Times *times)
{
    const AscModel *model = bench->model;
    json_t *kernels = json_array();
    json_t *all;

    add_kernels(kernels, bench, &model->train, "train", bench->seconds);
    add_kernels(kernels, bench, &model->infer, "infer", bench->seconds + model->train.kernels);
    all = json_pack("{s:s, s:s, s:i, s:i, s:f, s:f, s:f, s:f, s:f, s:f, s:s, s:o}", "model",
                    model->name, "defines", model->defines, "batch", bench->batch->count, "threads",
                    threads(), "train_step_ms", 1000 * times->train_step, "infer_ms",
                    1000 * times->infer, "infer1_ms", 1000 * times->infer_one, "features_ms",
                    1000 * times->features, "peak_rss_mb", peak_megabytes(), "fma_peak_gflops",
                    bench->peak, "blas", asc_blas_kernels(), "kernels", kernels);
    json_dumpf(all, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
    putchar('\n');
    json_decref(all);
}

static void print_kernels(const Bench *bench, const AscProgram *program, const char *title,
                          const double *seconds)
{
    int examples = bench->batch->count;
    double sum = 0;

    printf("%s\n%10s %8s %6s %9s %7s\n", title, "ms", "GFLOP/s", "share", "MB", "GB/s");
    for (int k = 0; k < program->kernels; k++) {
        const AscKernel *kernel = &program->kernel[k];
        double gflops = kernel_gflops(kernel, examples, seconds[k]);
        double bytes = kernel_bytes(kernel, examples);

        sum += k < program->once ? 0 : seconds[k];
        printf("%10.3f %8.1f %4.0f %% %9.3f %7.1f  %s, %s%s\n", 1000 * seconds[k], gflops,
               100 * share_of_peak(bench, gflops), 1e-6 * bytes,
               seconds[k] > 0 ? 1e-9 * bytes / seconds[k] : 0, kernel->name,
               kernel->source ? kernel->source : "",
               k < program->once ? " (once, for all batches)" : "");
    }
    printf("%10.3f in all, but for what runs once\n", 1000 * sum);
}

static void print_text(const Bench *bench, const Times *times)
{
    const AscModel *model = bench->model;

    print_kernels(bench, &model->train, "kernels of a training step", bench->seconds);
    print_kernels(bench, &model->infer, "kernels of inference",
                  bench->seconds + model->train.kernels);
    printf("%s%s%s, batch %d, %d threads, BLAS %s\n", model->name, *model->defines ? " " : "",
           model->defines, bench->batch->count, threads(), asc_blas_kernels());
    printf("training step       %10.3f ms\n", 1000 * times->train_step);
    printf("inference           %10.3f ms\n", 1000 * times->infer);
    printf("inference, batch 1  %10.3f ms\n", 1000 * times->infer_one);
    if (times->features > 0)
        printf("features of 10 s    %10.3f ms on one core\n", 1000 * times->features);
    printf("peak memory         %10.1f MB\n", peak_megabytes());
    printf("multiply-add peak   %10.1f GFLOP/s\n", bench->peak);
}

int asc_command_bench(const AscCli *cli)
{
    Bench bench = { .model = cli->model };
    AscStatus status = { 0 };
    int examples = cli->options.batch ? cli->options.batch : cli->model->recipe.batch;
    Times times = { 0 };
    bool fine;

    asc_report_start(&bench.printer, stdout);
    if (cli->options.quiet)
        asc_report_quiet(&bench.printer);
    tell(&bench, 0);
    fine = create(&bench, examples, &status) &&
           asc_bench_features(cli->model, &times.features, &status);
    if (fine) {
        tell(&bench, 1);
        bench.peak = measure_peak(cli->model);
        tell(&bench, 1);
        fine = time_program(&bench, true, examples, &times.train_step, bench.seconds, &status) &&
               time_program(&bench, false, examples, &times.infer,
                            bench.seconds + cli->model->train.kernels, &status) &&
               time_program(&bench, false, 1, &times.infer_one, NULL, &status);
    }
    asc_report_end(&bench.printer);
    if (fine) {
        if (cli->options.json)
            print_json(&bench, &times);
        else
            print_text(&bench, &times);
    }
    destroy(&bench);
    return fine ? 0 : asc_cli_fail(cli, &status);
}
