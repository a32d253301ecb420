/* grad_case.c: central differences of a random case, and gradients against them. */
#include "grad_case.h"
#include "check_main.h"
#include "verify.h"

#include "../compiler/graph.h"

#include <math.h>
#include <stdarg.h>

enum { MOST_DRAWS = 20 };

double draw(Case *c, double low, double high)
{
    return low + (high - low) * random_element(c->seed, c->drawn++);
}

int pick(Case *c, int low, int high)
{
    return low + (int)draw(c, 0, high - low + 1);
}

Case case_create(const char *section, uint64_t seed)
{
    Case c = { .arena = arena_create(), .section = section, .seed = seed };
    c.g = graph_create(c.arena, "training");
    return c;
}

static double *draw_array(Case *c, int64_t count, double low, double high)
{
    double *at = arena_alloc(c->arena, sizeof *at * (size_t)count);
    for (int64_t i = 0; i < count; i++)
        at[i] = draw(c, low, high);
    return at;
}

Node *weight(Case *c, Shape shape, bool trainable, double low, double high)
{
    Weight *w = arena_alloc(c->arena, sizeof *w);
    int i = c->model.weights++;
    *w = (Weight){
        .name = arena_format(c->arena, "w%d", i), .shape = shape, .trainable = trainable, .index = i
    };
    ck_assert_int_lt(i, MAX_TENSORS);
    c->weight[i] = w;
    c->low[i] = low;
    c->high[i] = high;
    c->value[i] = draw_array(c, shape_count(&shape), low, high);
    return make_weight(c->g, nowhere, w);
}

static void draw_weights(Case *c)
{
    for (int i = 0; i < c->model.weights; i++)
        for (int64_t j = 0; j < shape_count(&c->weight[i]->shape); j++)
            c->value[i][j] = draw(c, c->low[i], c->high[i]);
}

Node *batched(Case *c, Shape shape, double low, double high)
{
    int i = c->feed.inputs++;
    Node *w = weight(c, shape, true, low, high);
    Node *x = make_input(c->g, nowhere, arena_format(c->arena, "x%d", i), shape);
    c->name[i] = x->name;
    c->input[i] = draw_array(c, BATCH_SIZE * shape_count(&shape), 0.9, 1.1);
    return make_map(c->g, nowhere, FN_mul, x, w, NULL);
}

Shape shape(int rank, ...)
{
    static const char *const names[] = { "freq", "time", "channel", "feature" };
    Shape s = { 0 };
    va_list sizes;
    va_start(sizes, rank);
    for (int i = 0; i < rank; i++)
        shape_add(&s, (Axis){ names[i], va_arg(sizes, int) });
    va_end(sizes);
    return s;
}

static void feed(Case *c)
{
    c->feed = (Feed){ BATCH_SIZE, c->feed.inputs, c->name, c->input,
                      (const double *const *)c->value };
}

void case_adopt(Case *c, const Model *model)
{
    c->model = *model;
    c->g = model->training;
    ck_assert_int_le(model->weights, MAX_TENSORS);
    for (int i = 0; i < model->weights; i++) {
        c->weight[i] = model->weight[i];
        c->low[i] = -1;
        c->high[i] = 1;
        c->value[i] = draw_array(c, shape_count(&c->weight[i]->shape), -1, 1);
    }
    for (int i = 0; i < c->g->nodes; i++) {
        const Node *n = c->g->node[i];
        if (n->op != OP_input)
            continue;
        c->name[c->feed.inputs] = n->name;
        c->input[c->feed.inputs++] = draw_array(c, elements(&n->shape, BATCH_SIZE), 0.5, 1.5);
    }
    feed(c);
}

/* ---------------------------------------------------------------- the comparison */

void finish(Case *c, Node *y)
{
    Shape plain = { 0 };
    const char *axis[MAX_AXES];
    for (int i = shape_batched(&y->shape); i < y->shape.rank; i++) {
        axis[plain.rank] = y->shape.axis[i].name;
        shape_add(&plain, y->shape.axis[i]);
    }
    Node *r = weight(c, plain, false, 0.5, 1.5);
    Node *loss = make_sum(c->g, nowhere, make_map(c->g, nowhere, FN_mul, y, r, NULL), plain.rank,
                          axis, 0, NULL);
    Shape batch = { 1, { { "batch", BATCH } } };
    graph_result(c->g, RESULT_VALUE, "loss", NULL, make_expand(c->g, nowhere, loss, batch));
    c->model.weight = c->weight;
    feed(c);
    graph_check(c->g, "building");
}

static double mean_loss(const Case *c)
{
    Arena *arena = arena_create();
    const double *loss = interpret(arena, c->g, &c->feed)[graph_find(c->g, "loss")->id][0];
    double sum = 0;
    for (int i = 0; i < BATCH_SIZE; i++)
        sum += loss[i];
    arena_destroy(arena);
    return sum / BATCH_SIZE;
}

/* Central differences of the mean loss, before gradients are added to the graph. */
static void differences(Case *c, int w, double step, double *slope)
{
    for (int64_t i = 0; i < shape_count(&c->weight[w]->shape); i++) {
        double *at = &c->value[w][i], old = *at;
        *at = old + step;
        double above = mean_loss(c);
        *at = old - step;
        slope[i] = (above - mean_loss(c)) / (2 * step);
        *at = old;
    }
}

/* The differences of two steps agree, unless a kink lies between. */
static bool has_kink(const double *a, const double *b, int64_t count)
{
    double error = 0, norm = 0;
    for (int64_t i = 0; i < count; i++) {
        error += (a[i] - b[i]) * (a[i] - b[i]);
        norm += a[i] * a[i];
    }
    return !(sqrt(error) <= 3e-7 * (sqrt(norm) + 1e-3));
}

/* False: there is a kink. */
static bool find_slopes(Case *c, double **slope)
{
    for (int w = 0; w < c->model.weights; w++) {
        int64_t count = shape_count(&c->weight[w]->shape);
        double *again = arena_alloc(c->arena, sizeof *again * (size_t)count);
        slope[w] = arena_alloc(c->arena, sizeof *again * (size_t)count);
        if (!c->weight[w]->trainable)
            continue;
        differences(c, w, 1e-5, slope[w]);
        differences(c, w, 4e-5, again);
        if (has_kink(slope[w], again, count))
            return false;
    }
    return true;
}

void compare(const Case *c, double *const *expected, const char *what)
{
    Parts *value = interpret(c->arena, c->g, &c->feed);
    int found = 0;
    for (int i = 0; i < c->g->results; i++) {
        const Result *r = &c->g->result[i];
        if (r->kind != RESULT_GRADIENT)
            continue;
        double error = 0, norm = 0;
        for (int64_t j = 0; j < shape_count(&r->weight->shape); j++) {
            double e = expected[r->weight->index][j];
            error += pow(value[r->node->id][0][j] - e, 2);
            norm += e * e;
        }
        double size = sqrt(norm) + 1e-3; /* gradients around zero have no relative error */
        verify(c->section, what, "gradient", sqrt(error) / size, 1e-6);
        ck_assert_msg(sqrt(error) <= 1e-6 * size, "%s, seed %d: gradient of %s: error %g of %g",
                      what, (int)c->seed, r->name, sqrt(error), sqrt(norm));
        found++;
    }
    ck_assert_int_ge(found, 1);
}

static void prepare(Case *c, CaseForm form, const char *when)
{
    if (form == CASE_PLAIN)
        return;
    simplify(c->g);
    if (form == CASE_HOISTED) {
        hoist(c->g, passes_of(2));
        graph_check(c->g, "hoist");
        simplify(c->g);
    }
    graph_check(c->g, when);
}

void check_loss(Case *c, const char *what, CaseForm form)
{
    Recipe recipe = { 0 };
    double *expected[MAX_TENSORS];
    int draws = 0;
    while (!find_slopes(c, expected)) {
        ck_assert_msg(++draws < MOST_DRAWS, "%s, seed %d: no draw is free of kinks", what,
                      (int)c->seed);
        draw_weights(c);
    }
    prepare(c, form, "simplify");
    grad(c->g, &c->model, &recipe);
    graph_check(c->g, "grad");
    compare(c, expected, what);
    prepare(c, form == CASE_PLAIN ? CASE_SIMPLIFIED : form, "simplify after grad");
    compare(c, expected, what);
}

void check_case(Case *c, Node *y, const char *what, CaseForm form)
{
    finish(c, y);
    check_loss(c, what, form);
}
