/* optimizer.c: SGD and Adam over the flat array of parameters, cut into pieces that threads
 * share. */
#include "optimizer.h"

#include <math.h>
#include <stdlib.h>

#include "elementary.h"

enum { PIECE = 8192, LANES = 16 };

/* A stretch of one trainable parameter: the unit of work, so that sums over pieces have one
 * order. */
typedef struct Piece {
    size_t offset, count;
    double l2;
} Piece;

struct AscUpdate {
    const AscRecipe *recipe;
    size_t reals;
    Piece *piece;
    int pieces;
    double *sum;     /* [pieces]: partial sums of squares */
    real *moment[2]; /* SGD with momentum: v; Adam: m and v; else NULL */
    uint64_t steps;
};

static int count_pieces(const AscModel *model)
{
    size_t pieces = 0;

    for (int p = 0; p < model->parameters; p++) {
        if (model->parameter[p].trainable)
            pieces += (model->parameter[p].count + PIECE - 1) / PIECE;
    }
    return (int)pieces;
}

static void cut_pieces(AscUpdate *update, const AscModel *model)
{
    int n = 0;

    for (int p = 0; p < model->parameters; p++) {
        const AscParameter *parameter = &model->parameter[p];

        for (size_t at = 0; parameter->trainable && at < parameter->count; at += PIECE) {
            size_t left = parameter->count - at;

            update->piece[n++] = (Piece){ parameter->offset + at, left < PIECE ? left : PIECE,
                                          parameter->l2 };
        }
    }
}

static int moments_needed(const AscRecipe *recipe)
{
    if (recipe->optimizer == ASC_ADAM)
        return 2;
    return recipe->momentum != 0;
}

AscUpdate *asc_optimizer_create(const AscModel *model, const AscRecipe *recipe, AscStatus *status)
{
    AscUpdate *update = calloc(1, sizeof *update);
    bool complete = update != NULL;

    if (complete) {
        update->recipe = recipe;
        update->reals = model->parameter_reals;
        update->pieces = count_pieces(model);
        update->piece = calloc((size_t)update->pieces + 1, sizeof *update->piece);
        update->sum = calloc((size_t)update->pieces + 1, sizeof *update->sum);
        complete = update->piece && update->sum;
    }
    for (int m = 0; complete && m < moments_needed(recipe); m++) {
        update->moment[m] = calloc(update->reals + 1, sizeof(real));
        complete = update->moment[m] != NULL;
    }
    if (!complete) {
        asc_optimizer_destroy(update);
        asc_status_memory(status, "the optimiser");
        return NULL;
    }
    cut_pieces(update, model);
    return update;
}

void asc_optimizer_destroy(AscUpdate *update)
{
    if (!update)
        return;
    free(update->piece);
    free(update->sum);
    free(update->moment[0]);
    free(update->moment[1]);
    free(update);
}

/* In a fixed number of lanes, so that vector code gives the same bits on every width. */
static double sum_squares(const real *x, size_t count)
{
    double lane[LANES] = { 0 }, sum = 0;
    size_t i = 0;

    for (; i + LANES <= count; i += LANES) {
        for (int l = 0; l < LANES; l++)
            lane[l] += (double)x[i + (size_t)l] * (double)x[i + (size_t)l];
    }
    for (int l = 0; i < count; i++, l++)
        lane[l] += (double)x[i] * (double)x[i];
    for (int l = 0; l < LANES; l++)
        sum += lane[l];
    return sum;
}

static double add_sums(const AscUpdate *update)
{
    double sum = 0;

    for (int n = 0; n < update->pieces; n++)
        sum += update->sum[n];
    return sum;
}

static void add_decay(const AscUpdate *update, const real *parameters, real *gradients)
{
#pragma omp parallel for schedule(static)
    for (int n = 0; n < update->pieces; n++) {
        const Piece *piece = &update->piece[n];
        const real *w = parameters + piece->offset, factor = (real)(2 * piece->l2);
        real *g = gradients + piece->offset;

        for (size_t i = 0; factor != 0 && i < piece->count; i++)
            g[i] += factor * w[i];
    }
}

static void clip_norm(AscUpdate *update, real *gradients)
{
    double norm;
    real factor;

#pragma omp parallel for schedule(static)
    for (int n = 0; n < update->pieces; n++)
        update->sum[n] = sum_squares(gradients + update->piece[n].offset, update->piece[n].count);
    norm = sqrt(add_sums(update));
    if (!(norm > update->recipe->clip_at))
        return;
    factor = (real)(update->recipe->clip_at / norm);
#pragma omp parallel for schedule(static)
    for (int n = 0; n < update->pieces; n++) {
        real *g = gradients + update->piece[n].offset;

        for (size_t i = 0; i < update->piece[n].count; i++)
            g[i] *= factor;
    }
}

static void clip_value(const AscUpdate *update, real *gradients)
{
    real limit = (real)update->recipe->clip_at;

#pragma omp parallel for schedule(static)
    for (int n = 0; n < update->pieces; n++) {
        real *g = gradients + update->piece[n].offset;

        for (size_t i = 0; i < update->piece[n].count; i++)
            g[i] = g[i] > limit ? limit : g[i] < -limit ? -limit : g[i];
    }
}

static void step_sgd(const AscUpdate *update, real rate, real *parameters, const real *gradients)
{
    real momentum = (real)update->recipe->momentum;

#pragma omp parallel for schedule(static)
    for (int n = 0; n < update->pieces; n++) {
        size_t offset = update->piece[n].offset, count = update->piece[n].count;
        real *restrict w = parameters + offset;
        const real *restrict g = gradients + offset;

        if (update->moment[0]) {
            real *restrict v = update->moment[0] + offset;

            for (size_t i = 0; i < count; i++) {
                v[i] = momentum * v[i] + g[i];
                w[i] -= rate * v[i];
            }
        } else {
            for (size_t i = 0; i < count; i++)
                w[i] -= rate * g[i];
        }
    }
}

static void step_adam(const AscUpdate *update, double rate, real *parameters, const real *gradients)
{
    uint64_t t = update->steps;
    double b1 = update->recipe->beta1, b2 = update->recipe->beta2;
    real keep1 = (real)b1, add1 = (real)(1 - b1), keep2 = (real)b2, add2 = (real)(1 - b2);
    real step = (real)(rate / (1 - asc_double_power(b1, t))),
         scale = (real)(1 / sqrt(1 - asc_double_power(b2, t)));
    real epsilon = (real)update->recipe->epsilon;

#pragma omp parallel for schedule(static)
    for (int n = 0; n < update->pieces; n++) {
        size_t offset = update->piece[n].offset, count = update->piece[n].count;
        real *restrict w = parameters + offset;
        real *restrict m = update->moment[0] + offset;
        real *restrict v = update->moment[1] + offset;
        const real *restrict g = gradients + offset;

        for (size_t i = 0; i < count; i++) {
            m[i] = keep1 * m[i] + add1 * g[i];
            v[i] = keep2 * v[i] + add2 * g[i] * g[i];
            w[i] -= step * m[i] / ((real)sqrt(v[i]) * scale + epsilon);
        }
    }
}

void asc_optimizer_step(AscUpdate *update, double rate, real *parameters, real *gradients)
{
    const AscRecipe *recipe = update->recipe;

    update->steps++;
    add_decay(update, parameters, gradients);
    if (recipe->clip == ASC_CLIP_NORM)
        clip_norm(update, gradients);
    else if (recipe->clip == ASC_CLIP_VALUE)
        clip_value(update, gradients);
    if (recipe->optimizer == ASC_ADAM)
        step_adam(update, rate, parameters, gradients);
    else
        step_sgd(update, (real)rate, parameters, gradients);
}

double asc_optimizer_penalty(const AscUpdate *update, const real *parameters)
{
    double sum = 0;

    for (int n = 0; n < update->pieces; n++) {
        const Piece *piece = &update->piece[n];

        if (piece->l2 != 0)
            sum += piece->l2 * sum_squares(parameters + piece->offset, piece->count);
    }
    return sum;
}

double asc_optimizer_rate(const AscRecipe *recipe, int epoch)
{
    switch (recipe->schedule) {
    case ASC_SCHEDULE_EXPONENTIAL:
        return recipe->rate * asc_double_power(recipe->schedule_factor,
                                               (uint64_t)(epoch / recipe->schedule_every));
    case ASC_SCHEDULE_COSINE:
        return recipe->rate * (1 + asc_double_cos_turns(0.5 * epoch / recipe->epochs)) / 2;
    case ASC_SCHEDULE_CONSTANT: break;
    }
    return recipe->rate;
}

int asc_optimizer_moments(AscUpdate *update, real *moment[2])
{
    int count = 0;

    for (int m = 0; m < 2; m++) {
        moment[m] = update->moment[m];
        count += update->moment[m] != NULL;
    }
    return count;
}

const char *asc_optimizer_moment_name(int which)
{
    return which == 0 ? "first" : "second";
}

uint64_t asc_optimizer_steps(const AscUpdate *update)
{
    return update->steps;
}

void asc_optimizer_set_steps(AscUpdate *update, uint64_t steps)
{
    update->steps = steps;
}
