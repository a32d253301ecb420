/* check_ragged.c: axes of variable length.  A batch of examples of several lengths gives what each
 * example gives alone, in a network of its own length; what lies past an example's end is never
 * felt. */
#include "check_main.h"

#include "elaborate.h"
#include "interpret.h"
#include "verify.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST = 6, FEATURES = 2, EXAMPLES = 5, MAX_RESULTS = 40 };

static const int length[EXAMPLES] = { 4, 1, 6, 3, 2 };
static Arena *arena;

static void setup(void)
{
    arena = arena_create();
}

static void teardown(void)
{
    arena_destroy(arena);
}

/* ---------------------------------------------------------------- networks and what they are fed */

/* A network of x [time, feature = 2], where time is "<= 6" or "= 4". */
static Model *network(const char *time, const char *definitions, const char *body)
{
    const char *text = arena_format(
        arena,
        "asc 1\nfeatures x { input[time %s, feature = %d] }\n%s\nnetwork {\n%s\n}\n"
        "train { loss = squared_error(output, target); optimizer = sgd(0.1); epochs = 1; "
        "batch = 2; init = uniform(0.5) }\n",
        time, FEATURES, definitions, body);
    Model *model = elaborate(arena, source_of(arena, "model.asc", text), 0, NULL, stderr);
    ck_assert_ptr_nonnull(model);
    simplify(model->training);
    grad(model->training, model, &model->recipe);
    graph_check(model->training, "grad");
    return model;
}

static double number(int64_t at, double seed)
{
    return sin(seed + 1.7 * (double)at + 0.1 * (double)(at % 13));
}

/* Frames of an example; past its end what `wild` says. */
static void put_frames(double *to, int frames, int example, double wild)
{
    for (int i = 0; i < frames * FEATURES; i++)
        to[i] = i < length[example] * FEATURES ? number(i, example) : wild * number(i, -example);
}

/* The results of a training graph. */
typedef struct Run {
    int results;
    const Result *result[MAX_RESULTS];
    const double *value[MAX_RESULTS];
    int64_t count[MAX_RESULTS];
} Run;

static Run run(const Model *model, int batch, const double *x, const double *lengths,
               const double *target)
{
    static const char *const name[] = { "x", "target", "length[time]" };
    const double *input[] = { x, target, lengths };
    const double **weight = arena_alloc(arena, sizeof *weight * (size_t)(model->weights + 1));
    for (int i = 0; i < model->weights; i++) {
        int64_t count = shape_count(&model->weight[i]->shape);
        double *w = arena_alloc(arena, sizeof *w * (size_t)count);
        for (int64_t k = 0; k < count; k++)
            w[k] = 0.7 * number(k, 20 + i);
        weight[i] = w;
    }
    Feed feed = { batch, lengths ? 3 : 2, name, input, weight };
    const Graph *g = model->training;
    Parts *parts = interpret(arena, g, &feed);
    Run run = { 0 };
    for (int i = 0; i < g->results; i++) {
        const Result *r = &g->result[i];
        ck_assert_int_lt(run.results, MAX_RESULTS);
        run.result[run.results] = r;
        run.value[run.results] = parts[r->node->id][0];
        run.count[run.results++] = elements(&r->node->shape, batch);
    }
    return run;
}

static double *targets(int64_t count, int example)
{
    double *target = arena_alloc(arena, sizeof *target * (size_t)(count + 1));
    for (int64_t i = 0; i < count; i++)
        target[i] = number(i, 10 + example);
    return target;
}

/* All examples in one batch. */
static Run run_padded(const Model *model, double wild)
{
    const Node *output = graph_find(model->training, "output");
    const int64_t count = elements(&output->shape, 1);
    double *x = arena_alloc(arena, sizeof *x * EXAMPLES * LARGEST * FEATURES);
    double *target = arena_alloc(arena, sizeof *target * (size_t)(EXAMPLES * count + 1));
    double *lengths = arena_alloc(arena, sizeof *lengths * EXAMPLES);
    for (int n = 0; n < EXAMPLES; n++) {
        put_frames(x + (size_t)n * LARGEST * FEATURES, LARGEST, n, wild);
        memcpy(target + n * count, targets(count, n), sizeof *target * (size_t)count);
        lengths[n] = length[n];
    }
    return run(model, EXAMPLES, x, lengths, target);
}

static Run run_alone(const char *definitions, const char *body, int example)
{
    Model *model = network(arena_format(arena, "= %d", length[example]), definitions, body);
    const Node *output = graph_find(model->training, "output");
    double x[LARGEST * FEATURES];
    put_frames(x, length[example], example, 0);
    return run(model, 1, x, NULL, targets(elements(&output->shape, 1), example));
}

/* ---------------------------------------------------------------- the constructs */

#define CELLS                                                                                      \
    "cell fold(x) { state s[feature = 2]; s' = 1.3 * s + x * x; s' }\n"                            \
    "cell deep(x, y) { state s[]; s' = s / 2 + sum[time](y * index[time = 6]); s' + x }\n"         \
    "cell outer(x) { state s[feature = 2]; y = x | reshape[word = 2, feature = 1]([feature])\n"    \
    "  s' = (y | lstm[word](2) | last[word]) + s; s' }\n"

static const struct {
    const char *what, *body;
} cases[] = {
    { "sum", "x | sum[time]" },
    { "sum of a product", "w = weight[feature = 2]\nx * w | tanh | sum[time]" },
    { "sum of all", "x | dense[feature = 3](over = [feature]) | sigmoid | sum[time, feature]" },
    { "mean", "x | dense[feature = 3](over = [feature]) | tanh | mean[time]" },
    { "mean of all", "x | linear[feature = 3](over = [feature]) | tanh | mean[feature, time]" },
    { "mean, and windows of another axis",
      "x | dense[feature = 4](over = [feature]) | tanh | mean[time, feature = 2]" },
    { "max", "x | dense[feature = 3](over = [feature]) | max[time]" },
    { "max of what is below zero",
      "(x | dense[feature = 3](over = [feature]) | sigmoid) - 10 | max[time, feature]" },
    { "softmax", "g = x | dense[feature = 3](over = [feature]) | softmax[time]\n"
                 "g * g | sum[time]" },
    { "softmax over two axes", "w = weight[feature = 2]\n"
                               "g = x * w | softmax[time, feature]\ng * x | sum[time]" },
    { "log of softmax", "w = weight[feature = 2]\nlog(softmax[time](x * w)) | mean[time]" },
    { "dot", "w = weight[feature = 2]\ndot[time](x * w | tanh, x)" },
    { "dot of features with frames",
      "k = x | linear[rank = 3](over = [feature])\nv = x | linear[value = 2](over = [feature])\n"
      "dot[time](k, v) | dense[feature = 2]" },
    { "self attention without a second time axis",
      "q = x | mean[time] | linear[rank = 3]\nk = x | linear[rank = 3](over = [feature])\n"
      "a = dot[rank](k, q) | softmax[time]\ndot[time](a, x) | dense[feature = 2]" },
    { "attend", "g = x | dense[feature = 2](over = [feature])\nattend[time](x | tanh, g)" },
    { "the frames themselves", "x | dense[feature = 3](over = [feature]) | tanh" },
    { "the frames less their mean",
      "w = weight[feature = 2]\ny = tanh(x * w)\n(y - mean[time](y))" },
    { "last", "x | dense[feature = 3](over = [feature]) | last[time]" },
    { "last of a scan", "x | lstm[time](3) | last[time]" },
    { "lstm", "x | lstm[time](3) | mean[time]" },
    { "gru", "x | gru[time](3) | last[time]" },
    { "ta_lstm", "h, g = x | ta_lstm[time](3, attention = 2)\nattend[time](h, g)" },
    { "sa_lstm", "x | sa_lstm[time](3, codewords = 2) | last[time]" },
    { "ta_sa_lstm", "h, g = x | ta_sa_lstm[time](3, attention = 2)\nattend[time](h, g)" },
    { "two layers of lstm", "x | lstm[time](3) | lstm[time](2) | last[time]" },
    { "bilstm", "x | bilstm[time](2) | max[time]" },
    { "last of bilstm", "x | bilstm[time](2) | last[time]" },
    { "two layers of bilstm", "x | bilstm[time](2) | bilstm[time](2) | mean[time]" },
    { "reverse", "w = weight[feature = 2]\ny = x * w | reverse[time]\ny * x | sum[time]" },
    { "reverse twice", "w = weight[feature = 2]\n"
                       "x * w | reverse[time] | tanh | reverse[time] | last[time]" },
    { "last of reverse", "w = weight[feature = 2]\nx * w | reverse[time] | last[time]" },
    { "a scan of the reverse", "x | reverse[time] | gru[time](2) | last[time]" },
    { "a scan of both", "a = x | dense[feature = 2](over = [feature])\n"
                        "lstm[time](a + reverse[time](x), 2) | last[time]" },
    { "a state without bound", "w = weight[feature = 2]\nfold[time](x * w) | last[time]" },
    { "positions", "w = weight[feature = 2]\n"
                   "p = index[time = 6] / 10\n(tanh(w * x) + sin(p)) | mean[time]" },
    { "a weight of each position", "w = weight[time = 6]\nv = mean[feature](x)\n"
                                   "dot[time](tanh(x), w) + sum[time](w) * sum[time](v | tanh)" },
    { "an outer product", "w = weight[rank = 3]\nsum[time](dot[](x, w) | tanh)" },
    { "joined along another axis", "w = weight[feature = 2]\n"
                                   "join[feature](x * w, tanh(x)) | mean[time]" },
    { "a sum inside of a cell", "w = weight[feature = 2]\n"
                                "y = sum[feature](x * w)\nz = y | tanh | mean[time]\n"
                                "v = expand[word = 3](z) * weight[word = 3]\n"
                                "deep[word](v, y) | last[word]" },
    { "a cell in a cell", "outer[time](x) | last[time]" },
};
enum { CASES = sizeof cases / sizeof *cases };

/* Positions that other lengths do not have are cut off. */
static const char *fixed_body(const char *body, int frames)
{
    char *text = arena_copy(arena, body, strlen(body));
    for (char *at = strstr(text, "time = 6"); at; at = strstr(at + 1, "time = 6"))
        at[7] = (char)('0' + frames);
    return text;
}

/* ---------------------------------------------------------------- comparisons */

static void compare(const char *what, const char *quantity, const double *found,
                    const double *expected, int64_t count)
{
    double error = 0, norm = 0;
    for (int64_t i = 0; i < count; i++) {
        error += pow(found[i] - expected[i], 2);
        norm += expected[i] * expected[i];
    }
    const double size = sqrt(norm) + 1e-6;
    verify("variable lengths against each example alone", what, quantity, sqrt(error) / size,
           1e-10);
    ck_assert_msg(sqrt(error) <= 1e-10 * size, "%s: %s: error %g of %g", what, quantity,
                  sqrt(error), sqrt(norm));
}

/* Example n of a padded output, frame by frame where it has frames; the rest is zero. */
static void compare_output(const char *what, const Node *output, const double *padded,
                           const double *alone, int n)
{
    const bool frames = shape_find(&output->shape, "time") >= 0;
    const int64_t count = elements(&output->shape, 1);
    const int64_t own = frames ? count / LARGEST * length[n] : count;
    if (frames)
        ck_assert_str_eq(output->shape.axis[1].name, "time");
    compare(what, "output", padded + n * count, alone, own);
    for (int64_t i = own; i < count; i++)
        ck_assert_msg(padded[n * count + i] == 0, "%s: output past the end is %g", what,
                      padded[n * count + i]);
}

/* Gradients of weights that have a time of their own are shorter, too. */
static void add_gradient(double *sum, const double *own, int64_t count, const Shape *shape, int n)
{
    const int64_t used = shape_find(shape, "time") >= 0 ? count / LARGEST * length[n] : count;
    for (int64_t i = 0; i < used; i++)
        sum[i] += own[i] / EXAMPLES;
}

START_TEST(each_example_is_as_if_alone)
{
    const char *what = cases[_i].what;
    Model *model = network("<= 6", CELLS, cases[_i].body);
    Run padded = run_padded(model, 0);
    double *gradient[MAX_RESULTS];
    for (int i = 0; i < padded.results; i++)
        gradient[i] = arena_alloc(arena, sizeof(double) * (size_t)(padded.count[i] + 1));
    for (int n = 0; n < EXAMPLES; n++) {
        const char *definitions = fixed_body(CELLS, length[n]);
        Run alone = run_alone(definitions, fixed_body(cases[_i].body, length[n]), n);
        ck_assert_int_eq(alone.results, padded.results);
        for (int i = 0; i < padded.results; i++) {
            const Result *r = padded.result[i];
            if (r->kind == RESULT_GRADIENT)
                add_gradient(gradient[i], alone.value[i], padded.count[i], &r->weight->shape, n);
            else if (strcmp(r->name, "output") == 0)
                compare_output(what, r->node, padded.value[i], alone.value[i], n);
            else if (strcmp(r->name, "loss") == 0)
                compare(what, "loss", padded.value[i] + n, alone.value[i], 1);
        }
    }
    for (int i = 0; i < padded.results; i++)
        if (padded.result[i]->kind == RESULT_GRADIENT)
            compare(what, "gradient", padded.value[i], gradient[i], padded.count[i]);
}
END_TEST

/* To the last bit, before and after the gradient's graph is simplified. */
START_TEST(nothing_past_the_end_is_felt)
{
    const char *what = cases[_i].what;
    Model *model = network("<= 6", CELLS, cases[_i].body);
    for (int form = 0; form < 2; form++) {
        Run quiet = run_padded(model, 0), loud = run_padded(model, 1e5);
        for (int i = 0; i < quiet.results; i++)
            for (int64_t k = 0; k < quiet.count[i]; k++)
                ck_assert_msg(quiet.value[i][k] == loud.value[i][k], "%s: %s is %.17g, %.17g", what,
                              quiet.result[i]->name, quiet.value[i][k], loud.value[i][k]);
        simplify(model->training);
        hoist(model->training, passes_of(2));
        simplify(model->training);
        graph_check(model->training, "simplify");
    }
}
END_TEST

/* Statistics over the batch: frames of all examples count alike, as if they were one example. */
START_TEST(batch_statistics_count_what_is_there)
{
    const char *body = "batchnorm[feature](x, momentum = 0.9) * x";
    int frames = 0;
    double x[EXAMPLES * LARGEST * FEATURES], target[EXAMPLES * LARGEST * FEATURES];
    Model *model = network("<= 6", "", body);
    Run padded = run_padded(model, 1e3);
    const Node *output = graph_find(model->training, "output");
    ck_assert_int_eq(elements(&output->shape, 1), LARGEST * FEATURES);
    for (int n = 0; n < EXAMPLES; n++) {
        put_frames(x + frames * FEATURES, length[n], n, 0);
        memcpy(target + frames * FEATURES, targets(LARGEST * FEATURES, n),
               sizeof *target * (size_t)(length[n] * FEATURES));
        frames += length[n];
    }
    Model *joined = network(arena_format(arena, "= %d", frames), "", body);
    Run one = run(joined, 1, x, NULL, target);
    for (int i = 0; i < padded.results; i++) {
        const Result *r = padded.result[i];
        ck_assert_str_eq(r->name, one.result[i]->name);
        double *expected = arena_alloc(arena, sizeof *expected * (size_t)(one.count[i] + 1));
        for (int64_t k = 0; k < one.count[i]; k++) /* the loss is a mean over the batch */
            expected[k] = one.value[i][k] / (r->kind == RESULT_GRADIENT ? EXAMPLES : 1);
        if (r->kind != RESULT_VALUE)
            compare("batch statistics", r->name, padded.value[i], expected, padded.count[i]);
        for (int n = 0, from = 0; strcmp(r->name, "output") == 0 && n < EXAMPLES; n++) {
            compare_output("batch statistics", r->node, padded.value[i], expected + from * FEATURES,
                           n);
            from += length[n];
        }
    }
}
END_TEST

/* A scan of a reverse that is turned back runs backward; no element is moved. */
START_TEST(bilstm_moves_nothing)
{
    Model *model = network("<= 6", "", "x | bilstm[time](2) | mean[time]");
    int backward = 0;
    simplify(model->inference);
    for (int i = 0; i < model->inference->nodes; i++) {
        const Node *x = model->inference->node[i];
        ck_assert_int_ne(x->op, OP_reverse);
        backward += x->op == OP_scan && x->backward;
    }
    ck_assert_int_eq(backward, 1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ragged");
    TCase *tests = tcase_create("ragged");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, each_example_is_as_if_alone, 0, CASES);
    tcase_add_loop_test(tests, nothing_past_the_end_is_felt, 0, CASES);
    tcase_add_test(tests, batch_statistics_count_what_is_there);
    tcase_add_test(tests, bilstm_moves_nothing);
    suite_add_tcase(s, tests);
    return check_main(s);
}
