/* optimizer.c: SGD, Adam, AdamW and RMSprop over the flat array of parameters, cut into pieces that
 * threads share. */
#include "optimizer.h"

#include <math.h>
#include <stdlib.h>

#include "elementary.h"

enum { PIECE = 8192, LANES = 16 };

/* A stretch of one trainable parameter: the unit of work, so that sums over pieces have one
 * order. */
typedef struct Piece {
    int parameter;
    size_t offset, count;
    double l2;
    bool decays; /* by AdamW */
} Piece;

/* What one update needs to know of the recipe. */
typedef struct Factors {
    real rate, momentum, decay;    /* decay: what is left of a weight */
    real keep1, add1, keep2, add2; /* beta and 1 - beta */
    real step, scale, epsilon;     /* of Adam, with both corrections */
} Factors;

/* A piece's update; `first` and `second` are the moments. */
typedef void (*Updater)(const Factors *factors, size_t count, real *restrict w,
                        const real *restrict g, real *restrict first, real *restrict second);

struct AscUpdate {
    const AscRecipe *recipe;
    size_t reals;
    Piece *piece;
    int pieces;
    double *sum;     /* [pieces]: partial sums of squares, then factors */
    real *moment[2]; /* NULL: not needed */
    Updater updater;
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

            update->piece[n++] = (Piece){ .parameter = p,
                                          .offset = parameter->offset + at,
                                          .count = left < PIECE ? left : PIECE,
                                          .l2 = parameter->l2,
                                          .decays = parameter->init > ASC_CONSTANT };
        }
    }
}

/* ---------------------------------------------------------------- rules */

static void update_sgd(const Factors *f, size_t count, real *restrict w, const real *restrict g,
                       real *restrict first, real *restrict second)
{
    (void)first, (void)second;
    for (size_t i = 0; i < count; i++)
        w[i] -= f->rate * g[i];
}

static void update_momentum(const Factors *f, size_t count, real *restrict w,
                            const real *restrict g, real *restrict v, real *restrict second)
{
    (void)second;
    for (size_t i = 0; i < count; i++) {
        v[i] = f->momentum * v[i] + g[i];
        w[i] -= f->rate * v[i];
    }
}

static void update_nesterov(const Factors *f, size_t count, real *restrict w,
                            const real *restrict g, real *restrict v, real *restrict second)
{
    (void)second;
    for (size_t i = 0; i < count; i++) {
        v[i] = f->momentum * v[i] + g[i];
        w[i] -= f->rate * (g[i] + f->momentum * v[i]);
    }
}

static void update_adam(const Factors *f, size_t count, real *restrict w, const real *restrict g,
                        real *restrict m, real *restrict v)
{
    for (size_t i = 0; i < count; i++) {
        m[i] = f->keep1 * m[i] + f->add1 * g[i];
        v[i] = f->keep2 * v[i] + f->add2 * g[i] * g[i];
        w[i] -= f->step * m[i] / ((real)sqrt(v[i]) * f->scale + f->epsilon);
    }
}

static void update_rmsprop(const Factors *f, size_t count, real *restrict w, const real *restrict g,
                           real *restrict v, real *restrict second)
{
    (void)second;
    for (size_t i = 0; i < count; i++) {
        v[i] = f->keep2 * v[i] + f->add2 * g[i] * g[i];
        w[i] -= f->rate * (g[i] / ((real)sqrt(v[i]) + f->epsilon));
    }
}

static void update_rmsprop_momentum(const Factors *f, size_t count, real *restrict w,
                                    const real *restrict g, real *restrict v, real *restrict b)
{
    for (size_t i = 0; i < count; i++) {
        v[i] = f->keep2 * v[i] + f->add2 * g[i] * g[i];
        b[i] = f->momentum * b[i] + g[i] / ((real)sqrt(v[i]) + f->epsilon);
        w[i] -= f->rate * b[i];
    }
}

/* By optimiser, without momentum and with. */
static const struct {
    int moments;
    Updater updater;
} rules[][2] = {
    [ASC_SGD] = { { 0, update_sgd }, { 1, update_momentum } },
    [ASC_ADAM] = { { 2, update_adam }, { 2, update_adam } },
    [ASC_ADAMW] = { { 2, update_adam }, { 2, update_adam } },
    [ASC_RMSPROP] = { { 1, update_rmsprop }, { 2, update_rmsprop_momentum } },
};

AscUpdate *asc_optimizer_create(const AscModel *model, const AscRecipe *recipe, AscStatus *status)
{
    AscUpdate *update = calloc(1, sizeof *update);
    bool complete = update != NULL, moving = recipe->momentum != 0;

    if (complete) {
        update->updater = recipe->nesterov == ASC_NESTEROV_YES && moving
                              ? update_nesterov
                              : rules[recipe->optimizer][moving].updater;
        update->recipe = recipe;
        update->reals = model->parameter_reals;
        update->pieces = count_pieces(model);
        update->piece = calloc((size_t)update->pieces + 1, sizeof *update->piece);
        update->sum = calloc((size_t)update->pieces + 1, sizeof *update->sum);
        complete = update->piece && update->sum;
    }
    for (int m = 0; complete && m < rules[recipe->optimizer][moving].moments; m++) {
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

/* Sums of squares become factors: of the pieces [from, to) together. */
static void find_factor(AscUpdate *update, int from, int to)
{
    double limit = update->recipe->clip_at, squares = 0, norm;

    for (int n = from; n < to; n++)
        squares += update->sum[n];
    norm = sqrt(squares);
    for (int n = from; n < to; n++)
        update->sum[n] = norm > limit ? limit / norm : 1;
}

/* By the norm of all gradients together, or of each parameter's. */
static void clip_norm(AscUpdate *update, real *gradients)
{
    bool apart = update->recipe->clip == ASC_CLIP_VARIABLE;

#pragma omp parallel for schedule(static)
    for (int n = 0; n < update->pieces; n++)
        update->sum[n] = sum_squares(gradients + update->piece[n].offset, update->piece[n].count);
    for (int from = 0, to; from < update->pieces; from = to) {
        for (to = from + 1; to < update->pieces; to++) {
            if (apart && update->piece[to].parameter != update->piece[from].parameter)
                break;
        }
        find_factor(update, from, to);
    }
#pragma omp parallel for schedule(static)
    for (int n = 0; n < update->pieces; n++) {
        real *g = gradients + update->piece[n].offset, factor = (real)update->sum[n];

        for (size_t i = 0; factor != 1 && i < update->piece[n].count; i++)
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

static Factors make_factors(const AscUpdate *update, double rate)
{
    const AscRecipe *recipe = update->recipe;
    double b1 = recipe->beta1, b2 = recipe->beta2;
    bool adam = recipe->optimizer == ASC_ADAM || recipe->optimizer == ASC_ADAMW;
    double rest1 = adam ? 1 - asc_double_power(b1, update->steps) : 1;
    double rest2 = adam ? 1 - asc_double_power(b2, update->steps) : 1;

    return (
        Factors){ .rate = (real)rate,
                  .momentum = (real)recipe->momentum,
                  .decay = (real)(recipe->optimizer == ASC_ADAMW ? 1 - rate * recipe->decay : 1),
                  .keep1 = (real)b1,
                  .add1 = (real)(1 - b1),
                  .keep2 = (real)b2,
                  .add2 = (real)(1 - b2),
                  .step = (real)(rate / rest1),
                  .scale = (real)(1 / sqrt(rest2)),
                  .epsilon = (real)recipe->epsilon };
}

static void update_pieces(const AscUpdate *update, const Factors *factors, real *parameters,
                          const real *gradients)
{
#pragma omp parallel for schedule(static)
    for (int n = 0; n < update->pieces; n++) {
        const Piece *piece = &update->piece[n];
        real *w = parameters + piece->offset;
        real *moment[2] = { NULL, NULL };

        for (int m = 0; m < 2 && update->moment[m]; m++)
            moment[m] = update->moment[m] + piece->offset;
        for (size_t i = 0; piece->decays && factors->decay != 1 && i < piece->count; i++)
            w[i] *= factors->decay;
        update->updater(factors, piece->count, w, gradients + piece->offset, moment[0], moment[1]);
    }
}

void asc_optimizer_step(AscUpdate *update, double rate, real *parameters, real *gradients)
{
    const AscRecipe *recipe = update->recipe;
    Factors factors;

    update->steps++;
    add_decay(update, parameters, gradients);
    if (recipe->clip == ASC_CLIP_NORM || recipe->clip == ASC_CLIP_VARIABLE)
        clip_norm(update, gradients);
    else if (recipe->clip == ASC_CLIP_VALUE)
        clip_value(update, gradients);
    factors = make_factors(update, rate);
    update_pieces(update, &factors, parameters, gradients);
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
