/* check_cell.c: calls of cells: their weights and scans, and that these compute what the same steps
 * written out do. */
#include "check_main.h"

#include "elaborate.h"
#include "interpret.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH_SIZE = 2 };

static Arena *arena;

static void setup(void)
{
    arena = arena_create();
}

static void teardown(void)
{
    arena_destroy(arena);
}

static Model *compile_source(const Source *source, int defines, Define *define)
{
    Model *model = elaborate(arena, source, defines, define, stderr);
    ck_assert_ptr_nonnull(model);
    return model;
}

/* A model of x [time = 4, feature = 2]. */
static Model *network(const char *definitions, const char *body)
{
    const char *text = arena_format(
        arena,
        "asc 1\nfeatures x { input[time = 4, feature = 2] }\n%s\nnetwork {\n%s\n}\n"
        "train { loss = squared_error(output, target); optimizer = sgd(0.1); epochs = 1; "
        "batch = 2; init = uniform(0.5) }\n",
        definitions, body);
    return compile_source(source_of(arena, "model.asc", text), 0, NULL);
}

static const Weight *find_weight(const Model *model, const char *name)
{
    for (int i = 0; i < model->weights; i++)
        if (strcmp(model->weight[i]->name, name) == 0)
            return model->weight[i];
    ck_abort_msg("no weight %s", name);
    return NULL;
}

static const Node *find_scan(const Graph *g)
{
    for (int i = 0; i < g->nodes; i++)
        if (g->node[i]->op == OP_scan)
            return g->node[i];
    ck_abort_msg("no scan");
    return NULL;
}

static const char *shape_string(const Shape *shape)
{
    Text text = text_create(arena);
    shape_format(shape, &text);
    return text.at;
}

/* ---------------------------------------------------------------- weights */

static int64_t count_under(const Model *model, const char *prefix)
{
    int64_t count = 0;
    for (int i = 0; i < model->weights; i++)
        if (strncmp(model->weight[i]->name, prefix, strlen(prefix)) == 0)
            count += shape_count(&model->weight[i]->shape);
    return count;
}

static const struct {
    const char *temporal, *semantic;
    int64_t cell;
    int parts;
} table[] = {
    { "no", "no", 98816, 1 },
    { "yes", "no", 73986, 2 },
    { "no", "yes", 123392, 1 },
    { "yes", "yes", 98562, 2 },
};

START_TEST(cells_of_the_paper)
{
    const char *root = getenv("SRCDIR") ? getenv("SRCDIR") : ".";
    Define define[] = { { "temporal", table[_i].temporal, false },
                        { "semantic", table[_i].semantic, false } };
    Diagnostics d = { .out = stderr };
    Source *source = source_read(arena, arena_format(arena, "%s/models/attention_lstm.asc", root),
                                 &d);
    ck_assert_ptr_nonnull(source);
    Model *model = compile_source(source, 2, define);
    ck_assert_int_eq(count_under(model, "memory."), table[_i].cell);
    ck_assert_int_eq(count_under(model, "classifier."), 35475);
    ck_assert_str_eq(shape_string(&model->features[0].shape), "[time = 96, feature = 64]");
    const Node *scan = find_scan(model->inference);
    ck_assert_str_eq(scan->name, "time");
    ck_assert_int_eq(scan->body->results, table[_i].parts);
    ck_assert_str_eq(shape_string(&graph_find(model->inference, "output")->shape),
                     "[batch, class = 19]");
}
END_TEST

START_TEST(size_of_gru)
{
    Model *model = network("", "x | gru[time](5) | last[time]");
    ck_assert_int_eq(count_under(model, "gru."), 3 * ((2 + 5) * 5 + 5));
}
END_TEST

START_TEST(names_and_fans)
{
    Model *model = network("cell plain(x, units) {\n"
                           "    state h[feature = units]\n"
                           "    h' = join[feature](x, h) | linear[feature = units] | tanh\n"
                           "    gain = weight[feature = units](ones)\n"
                           "    h' * gain\n"
                           "}",
                           "y = x | plain[time](3)\ny | last[time]");
    ck_assert_int_eq(model->weights, 2);
    const Weight *w = find_weight(model, "y.plain.h.linear.weight");
    ck_assert(w->fan_in == 5 && w->fan_out == 3);
    ck_assert_str_eq(shape_string(&find_weight(model, "y.plain.gain")->shape), "[feature = 3]");
    const Node *scan = find_scan(model->training);
    int constants = 0;
    for (int i = 0; i < scan->scan_inputs; i++)
        if (scan->scan_input[i].role == SCAN_CONSTANT) {
            ck_assert_int_eq(scan->operand[scan->scan_input[i].operand]->op, OP_weight);
            constants++;
        }
    ck_assert_int_eq(constants, 2);
}
END_TEST

/* ---------------------------------------------------------------- random numbers */

static const struct {
    const char *bracket, *draws, *call, *shape;
} drawn[] = {
    { "", "random(x)", "drop[time](x)", "[batch, time = 4, feature = 2]" },
    { "[over]", "random[over](x)", "drop[time](x)", "[batch, feature = 2]" },
    { "", "random[feature](x)", "drop[time](x)", "[batch, time = 4]" },
    { "[over]", "random[over, feature](x)", "drop[time](x)", "[batch]" },
    { "", "random(x)", "rows[time](x)", "[batch, time = 4, feature = 2]" },
    { "[over]", "random[over](x)", "rows[time](x)", "[batch, time = 4]" },
    { "", "random[time](x)", "rows[time](x)", "[batch, feature = 2]" },
    { "", "random(weight[code = 3])", "drop[time](x)", "[time = 4, code = 3]" },
};

/* One draw for every step, but along the axes shared; `rows` calls a cell inside of a cell. */
START_TEST(random_in_cells)
{
    const char *form =
        "cell drop%s(x) {\n state s[]\n r = %s\n s' = s + total(x) + total(r)\n s'\n}\n"
        "cell inner%s(x) {\n state s[]\n r = %s\n s' = s + total(x) + total(r)\n s'\n}\n"
        "cell rows(x) {\n state h[]\n h' = h + last[feature](inner[feature](x))\n h'\n}\n"
        "layer total(r) { all = axes(r); sum[all](r) }";
    const char *bracket = drawn[_i].bracket, *draws = drawn[_i].draws;
    Model *model = network(arena_format(arena, form, bracket, draws, bracket, draws),
                           arena_format(arena, "%s | last[time]", drawn[_i].call));
    const Graph *g = model->training;
    int randoms = 0;
    for (int i = 0; i < g->nodes; i++)
        if (g->node[i]->op == OP_random) {
            ck_assert_str_eq(shape_string(&g->node[i]->shape), drawn[_i].shape);
            randoms++;
        }
    ck_assert_int_eq(randoms, 1);
}
END_TEST

/* ---------------------------------------------------------------- values */

static double *numbers(int64_t count, double seed)
{
    double *x = arena_alloc(arena, sizeof *x * (size_t)(count + 1));
    for (int64_t i = 0; i < count; i++)
        x[i] = sin(seed + 1.7 * (double)i);
    return x;
}

static double *output_of(const Model *model, int64_t *count)
{
    static const char *const name[] = { "x", "target" };
    const Graph *g = model->inference;
    const Node *output = graph_find(g, "output");
    *count = elements(&output->shape, BATCH_SIZE);
    const double *input[] = { numbers(BATCH_SIZE * 8, 0), numbers(*count, 1) };
    const double **weight = arena_alloc(arena, sizeof *weight * (size_t)(model->weights + 1));
    for (int i = 0; i < model->weights; i++)
        weight[i] = numbers(shape_count(&model->weight[i]->shape), 2 + i);
    Feed feed = { BATCH_SIZE, 2, name, input, weight };
    return interpret(arena, g, &feed)[output->id][0];
}

/* Cells, and the same networks step by step; both make the same weights in the same order. */
#define STEP                                                                                       \
    "layer advance(x, h, w) { dot[in](reshape[in](join[feature](x, h), [feature]), w) | tanh }\n"  \
    "layer at(x, n) { x | slice[time = n .. n + 1] | last[time] }\n"                               \
    "layer zeros3(x) { expand[feature = 3](sum[time, feature](x) * 0) }\n"

#define STEPS                                                                                      \
    "w = weight[in = 5, feature = 3]\n"                                                            \
    "a = advance(at(x, 0), zeros3(x), w)\n"                                                        \
    "b = advance(at(x, 1), a, w)\n"                                                                \
    "c = advance(at(x, 2), b, w)\n"                                                                \
    "d = advance(at(x, 3), c, w)\n"

static const struct {
    const char *name, *definitions, *body, *steps;
} pairs[] = {
    { "a weight as a constant operand",
      STEP "cell plain(x, w) { state h[feature = 3]; h' = advance(x, h, w); h' }",
      "w = weight[in = 5, feature = 3]\ny = plain[time](x, w)\n"
      "dot[time](y, index[time = 4] + 1)",
      STEPS "a + 2 * b + 3 * c + 4 * d" },
    { "a weight made inside",
      STEP "cell plain(x) {\n state h[feature = 3]\n w = weight[in = 5, feature = 3]\n"
           "h' = advance(x, h, w); h' }",
      "plain[time](x) | last[time]", STEPS "d" },
    { "the state before the step, and two results",
      STEP "cell plain(x, w) { state h[feature = 3]; h' = advance(x, h, w); h, 2 * h' }",
      "w = weight[in = 5, feature = 3]\nh, y = plain[time](x, w)\n"
      "dot[time](h + y, index[time = 4])",
      STEPS "a + 2 * b + 2 * (b + 2 * c) + 3 * (c + 2 * d)" },
    { "from the end to the start",
      STEP "cell plain(x, w) { state h[feature = 3]; h' = advance(x, h, w); h' }",
      "w = weight[in = 5, feature = 3]\ny = plain[time](reverse[time](x), w)\n"
      "dot[time](reverse[time](y), index[time = 4] + 1)",
      "w = weight[in = 5, feature = 3]\n"
      "d = advance(at(x, 3), zeros3(x), w)\nc = advance(at(x, 2), d, w)\nb = advance(at(x, 1), c, "
      "w)\n"
      "a = advance(at(x, 0), b, w)\na + 2 * b + 3 * c + 4 * d" },
    { "a scalar state, a sequence without the batch, a constant with it",
      STEP "cell tally(x, weights, all) { state n[]; n' = n / 2 + weights * sum[feature](x) + all;"
           " n' }",
      "v = weight[time = 4]\ntally[time](x, v, sum[time, feature](x))",
      "v = weight[time = 4]\ns = sum[feature](x)\nall = sum[time, feature](x)\n"
      "layer_of = s * v + all\na = at(layer_of, 0)\nb = a / 2 + at(layer_of, 1)\n"
      "c = b / 2 + at(layer_of, 2)\nd = c / 2 + at(layer_of, 3)\n"
      "join[time](reshape[time](a, []), reshape[time](b, []), reshape[time](c, []), "
      "reshape[time](d, []))" },
    { "axes of the next value in another order",
      STEP "cell grid(x) {\n state m[a = 2, b = 3]\n w = weight[b = 3, feature = 2]\n"
           "m' = dot[](dot[feature](w, x), 1 + index[a = 2]) + m / 3\n m' }",
      "grid[time](x) | last[time] | sum[b]",
      "w = weight[b = 3, feature = 2]\ny = sum[b](dot[feature](x, w))\n"
      "z = at(y, 0) / 27 + at(y, 1) / 9 + at(y, 2) / 3 + at(y, 3)\n"
      "dot[](z, 1 + index[a = 2])" },
    { "a cell in a cell",
      STEP "cell inner(x, carried, gain) { state s[]; s' = s / 2 + x * gain + carried; s' }\n"
           "cell outer(x, w) {\n state h[]\n gain = weight[](ones)\n"
           "y = inner[feature](x * w, h, gain)\n h' = last[feature](y)\n h' }",
      "v = weight[feature = 2]\nouter[time](x, v) | last[time]",
      "v = weight[feature = 2]\nouter = weight[](ones)\ny = x * v * outer\n"
      "p = y | slice[feature = 0 .. 1] | last[feature]\nq = y | last[feature]\n"
      "a = at(p, 0) / 2 + at(q, 0)\nb = (at(p, 1) + a) / 2 + at(q, 1) + a\n"
      "c = (at(p, 2) + b) / 2 + at(q, 2) + b\n(at(p, 3) + c) / 2 + at(q, 3) + c" },
    { "numbers, indices and outer values kept as they are",
      STEP "layer twice(x, k) { k * x }\n"
           "cell plain(x, k, list) { state h[feature = 2]; h' = twice(h, k) + x * list; h' }",
      "i = index[feature = 2] + 3\nplain[time](x, 0.5, i) | last[time]",
      "i = index[feature = 2] + 3\n(at(x, 0) / 8 + at(x, 1) / 4 + at(x, 2) / 2 + at(x, 3)) * i" },
};

START_TEST(steps_written_out)
{
    int64_t count, other;
    const double *a = output_of(network(pairs[_i].definitions, pairs[_i].body), &count);
    const double *b = output_of(network(STEP, pairs[_i].steps), &other);
    ck_assert_int_eq(count, other);
    for (int64_t i = 0; i < count; i++)
        ck_assert_msg(fabs(a[i] - b[i]) < 1e-12, "%s: element %lld is %.15g, not %.15g",
                      pairs[_i].name, (long long)i, a[i], b[i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cell");
    TCase *tcase = tcase_create("cell");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, cells_of_the_paper, 0, sizeof table / sizeof *table);
    tcase_add_test(tcase, size_of_gru);
    tcase_add_test(tcase, names_and_fans);
    tcase_add_loop_test(tcase, random_in_cells, 0, sizeof drawn / sizeof *drawn);
    tcase_add_loop_test(tcase, steps_written_out, 0, sizeof pairs / sizeof *pairs);
    suite_add_tcase(suite, tcase);
    return check_main(suite);
}
