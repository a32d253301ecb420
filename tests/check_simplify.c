/* check_simplify.c: simplify keeps the values of graphs and brings them into normal form. */
#include "check_main.h"
#include "interpret.h"

#include "../compiler/graph.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH_SIZE = 2, WEIGHTS = 4, STEPS = 25 };

static const Place nowhere = { NULL, 1, 1, 1 };

/* A graph with its weights and values to evaluate it on. */
typedef struct Case {
    Arena *arena;
    Graph *g;
    Model model;
    Weight **weight;
    const double *value[WEIGHTS];
    const double *input[1];
    uint64_t seed;
    int64_t drawn;
    Node *pool[WEIGHTS + 1 + STEPS];
    int count;
} Case;

static const char *const input_name[] = { "x" };
static const Shape image = { 3, { { "freq", 4 }, { "time", 3 }, { "channel", 2 } } };

static double draw(Case *c, double low, double high)
{
    return low + (high - low) * random_element(c->seed, c->drawn++);
}

static int pick(Case *c, int low, int high)
{
    return low + (int)draw(c, 0, high - low + 1);
}

static double *draw_array(Case *c, int64_t count)
{
    double *at = arena_alloc(c->arena, sizeof *at * (size_t)count);
    for (int64_t i = 0; i < count; i++)
        at[i] = draw(c, -1, 1);
    return at;
}

/* pool: the input and weights of the shapes an image, [freq], [channel], []. */
static Case case_create(uint64_t seed)
{
    static const Shape shapes[WEIGHTS] = {
        { 3, { { "freq", 4 }, { "time", 3 }, { "channel", 2 } } },
        { 1, { { "freq", 4 } } },
        { 1, { { "channel", 2 } } },
        { 0 },
    };
    Case c = { .arena = arena_create(), .seed = seed };
    c.g = graph_create(c.arena, "training");
    c.weight = arena_alloc(c.arena, sizeof *c.weight * WEIGHTS);
    c.input[0] = draw_array(&c, BATCH_SIZE * shape_count(&image));
    c.pool[c.count++] = make_input(c.g, nowhere, "x", image);
    for (int i = 0; i < WEIGHTS; i++) {
        Weight *w = arena_alloc(c.arena, sizeof *w);
        w->name = arena_format(c.arena, "w%d", i);
        w->shape = shapes[i];
        w->trainable = true;
        w->index = i;
        c.weight[i] = w;
        c.value[i] = draw_array(&c, shape_count(&w->shape));
        c.pool[c.count++] = make_weight(c.g, nowhere, w);
    }
    return c;
}

static Node *map(Case *c, Function f, Node *a, Node *b)
{
    return make_map(c->g, nowhere, f, a, b, NULL);
}

static Node *number(Case *c, double value)
{
    return make_number(c->g, nowhere, value);
}

/* ---------------------------------------------------------------- random graphs */

/* Of the image's shape, batched, so that every other step can use it. */
static Node *as_image(Case *c, Node *x)
{
    return make_expand(c->g, nowhere, x, c->pool[0]->shape);
}

static Node *any(Case *c)
{
    return c->pool[pick(c, 0, c->count - 1)];
}

static Node *random_unary(Case *c, Node *x)
{
    static const Function f[] = { FN_neg, FN_neg, FN_tanh, FN_sigmoid, FN_relu, FN_abs, FN_sin };
    return map(c, f[pick(c, 0, 6)], x, NULL);
}

static Node *random_constant(Case *c, Node *x)
{
    static const Function f[] = { FN_add, FN_sub, FN_mul, FN_div, FN_mul };
    static const double value[] = { 0, 1, -1, 0.5, 2 };
    int i = pick(c, 0, 4);
    Node *k = number(c, i == 3 ? value[pick(c, 1, 4)] : value[pick(c, 0, 4)]);
    return i != 3 && pick(c, 0, 1) ? map(c, f[i], k, x) : map(c, f[i], x, k);
}

static Node *random_binary(Case *c, Node *x)
{
    static const Function f[] = { FN_add, FN_sub, FN_mul, FN_max, FN_mul };
    Node *y = any(c);
    int i = pick(c, 0, 5);
    if (!shape_has_all(&x->shape, &y->shape))
        x = as_image(c, x);
    if (i == 5) /* x / sqrt(y * y + 1) */
        return map(c, FN_div, x,
                   map(c, FN_sqrt, map(c, FN_add, map(c, FN_mul, y, y), number(c, 1)), NULL));
    return pick(c, 0, 1) ? map(c, f[i], x, y) : map(c, f[i], y, x);
}

static Node *random_reduction(Case *c, Node *x)
{
    static const char *const axis[] = { "freq", "time", "channel", "batch" };
    const char *over[] = { axis[pick(c, 0, 1)], axis[pick(c, 2, 3)] };
    int count = pick(c, 1, 2);
    x = as_image(c, x);
    switch (pick(c, 0, 3)) {
    case 0: return make_mean(c->g, nowhere, x, count, over, 0, NULL);
    case 1: return make_sum(c->g, nowhere, x, 1, over, 0, NULL);
    case 2: return make_part(c->g, nowhere, make_max(c->g, nowhere, x, 1, over, 0, NULL), 0);
    default:
        x = make_moments(c->g, nowhere, x, 1, over);
        return make_part(c->g, nowhere, x, pick(c, 0, 1));
    }
}

/* A move whose result is an image again: pad and slice, reverse, split and join, reshape. */
static Node *random_move(Case *c, Node *x)
{
    static const char *const merged[] = { "time", "freq" };
    x = as_image(c, x);
    int lo = pick(c, 0, 2), hi = pick(c, 0, 2), cut = pick(c, 0, lo + hi);
    Along pad = { .axis = "freq", .lo = lo, .hi = hi, .dilation = 1 };
    Along slice = { .axis = "freq", .lo = cut, .hi = cut + 4 };
    Along part[] = { { .axis = "time", .lo = 0, .hi = 1 }, { .axis = "time", .lo = 1, .hi = 3 } };
    Shape flat = { 1, { { "flat", 12 } } }, back = { 2, { { "time", 3 }, { "freq", 4 } } };
    switch (pick(c, 0, 3)) {
    case 0:
        x = random_unary(c, make_pad(c->g, nowhere, x, 1, &pad));
        return make_slice(c->g, nowhere, x, 1, &slice);
    case 1: return make_reverse(c->g, nowhere, x, pick(c, 0, 1) ? "time" : "freq");
    case 2: {
        Node *a = make_slice(c->g, nowhere, x, 1, &part[0]);
        Node *both[] = { random_unary(c, a), make_slice(c->g, nowhere, x, 1, &part[1]) };
        return make_join(c->g, nowhere, "time", 2, both);
    }
    default:
        x = make_reshape(c->g, nowhere, x, 2, merged, flat);
        x = make_reshape(c->g, nowhere, x, 1, (const char *[]){ "flat" }, back);
        return as_image(c, x);
    }
}

static Node *random_product(Case *c, Node *x)
{
    static const char *const over[] = { "channel", "time" };
    Node *y = c->pool[pick(c, 1, WEIGHTS)];
    int summed = shape_find(&y->shape, "channel") >= 0 ? pick(c, 0, 1) : 0;
    x = make_dot(c->g, nowhere, as_image(c, x), y, summed, over, 0, NULL);
    return pick(c, 0, 1) ? make_softmax(c->g, nowhere, x, 1, (const char *[]){ "freq" }) : x;
}

static Node *random_step(Case *c)
{
    static Node *(*const step[])(Case *, Node *) = {
        random_unary,  random_constant,  random_constant, random_binary,
        random_binary, random_reduction, random_move,     random_product,
    };
    Node *x = step[pick(c, 0, 7)](c, any(c));
    return pick(c, 0, 2) ? x : map(c, FN_tanh, x, NULL);
}

/* loss: the last nodes' sum over all axes but the batch. */
static void finish(Case *c)
{
    static const char *const all[] = { "freq", "time", "channel" };
    Node *sum = as_image(c, c->pool[c->count - 1]);
    for (int i = 2; i < 5; i++)
        sum = map(c, FN_add, sum, map(c, FN_tanh, as_image(c, c->pool[c->count - i]), NULL));
    graph_result(c->g, RESULT_VALUE, "output", NULL, sum);
    graph_result(c->g, RESULT_VALUE, "loss", NULL, make_sum(c->g, nowhere, sum, 3, all, 0, NULL));
    c->model.weight = c->weight;
    c->model.weights = WEIGHTS;
    graph_check(c->g, "building");
}

static Case random_graph(uint64_t seed)
{
    Case c = case_create(seed);
    for (int i = 0; i < STEPS; i++) {
        Node *x = random_step(&c);
        c.pool[c.count++] = x;
    }
    finish(&c);
    return c;
}

/* ---------------------------------------------------------------- comparison */

static double *result(const Case *c, Parts *value, int i)
{
    return value[c->g->result[i].node->id][0];
}

static Parts *evaluate(const Case *c)
{
    Feed feed = { BATCH_SIZE, 1, input_name, c->input, c->value };
    return interpret(c->arena, c->g, &feed);
}

/* Results of c, and of the same graph after other passes, agree. */
static void compare(const Case *c, const Case *other)
{
    Parts *a = evaluate(c), *b = evaluate(other);
    ck_assert_int_eq(c->g->results, other->g->results);
    for (int i = 0; i < c->g->results; i++) {
        const double *x = result(c, a, i), *y = result(other, b, i);
        double error = 0, norm = 0;
        for (int64_t j = 0; j < elements(&c->g->result[i].node->shape, BATCH_SIZE); j++) {
            error += pow(x[j] - y[j], 2);
            norm += x[j] * x[j];
        }
        ck_assert_msg(sqrt(error) <= 1e-9 * (1 + sqrt(norm)), "seed %d, result %s: error %g of %g",
                      (int)c->seed, c->g->result[i].name, sqrt(error), sqrt(norm));
    }
}

START_TEST(keeps_values)
{
    Recipe recipe = { 0 };
    Case plain = random_graph((uint64_t)_i), simple = random_graph((uint64_t)_i);
    simplify(simple.g);
    graph_check(simple.g, "simplify");
    compare(&plain, &simple);
    grad(plain.g, &plain.model, &recipe);
    grad(simple.g, &simple.model, &recipe);
    graph_check(plain.g, "grad");
    simplify(simple.g);
    graph_check(simple.g, "simplify after grad");
    compare(&plain, &simple);
    arena_destroy(plain.arena);
    arena_destroy(simple.arena);
}
END_TEST

static char *print(const Graph *g)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    graph_print(out, g);
    fclose(out);
    return text;
}

START_TEST(is_deterministic_and_idempotent)
{
    Case a = random_graph((uint64_t)_i), b = random_graph((uint64_t)_i);
    simplify(a.g);
    simplify(b.g);
    char *first = print(a.g), *second = print(b.g);
    ck_assert_str_eq(first, second);
    simplify(a.g);
    char *third = print(a.g);
    ck_assert_str_eq(first, third);
    free(first);
    free(second);
    free(third);
    arena_destroy(a.arena);
    arena_destroy(b.arena);
}
END_TEST

/* ---------------------------------------------------------------- normal forms */

static int count_ops(const Graph *g, Op op)
{
    int count = 0;
    for (int i = 0; i < g->nodes; i++)
        count += g->node[i]->op == op;
    return count;
}

static int count_functions(const Graph *g, Function f)
{
    int count = 0;
    for (int i = 0; i < g->nodes; i++)
        count += g->node[i]->op == OP_map && g->node[i]->function == f;
    return count;
}

/* The simplified graph of one result. */
static Node *simple(Case *c, Node *y)
{
    c->g->results = 0;
    graph_result(c->g, RESULT_VALUE, "y", NULL, y);
    simplify(c->g);
    graph_check(c->g, "simplify");
    return graph_find(c->g, "y");
}

START_TEST(folds_constants)
{
    Case c = case_create(1);
    Node *two = map(&c, FN_add, number(&c, 1), number(&c, 1));
    Node *y = simple(&c, map(&c, FN_div, map(&c, FN_mul, c.pool[0], two), number(&c, 4)));
    ck_assert_int_eq(c.g->nodes, 3);
    ck_assert_double_eq(y->operand[1]->value, 0.5);
    y = simple(&c, map(&c, FN_mul, map(&c, FN_neg, map(&c, FN_neg, y, NULL), NULL), number(&c, 2)));
    ck_assert_int_eq(y->op, OP_input);
    arena_destroy(c.arena);
}
END_TEST

START_TEST(merges_equal_nodes)
{
    Case c = case_create(1);
    Node *a = map(&c, FN_mul, c.pool[0], c.pool[1]), *b = map(&c, FN_mul, c.pool[0], c.pool[1]);
    simple(&c, map(&c, FN_sub, map(&c, FN_exp, a, NULL), map(&c, FN_sin, b, NULL)));
    ck_assert_int_eq(count_functions(c.g, FN_mul), 1);
    arena_destroy(c.arena);
}
END_TEST

START_TEST(moves_factors_out_of_sums)
{
    static const char *const over[] = { "batch", "time", "channel" };
    Case c = case_create(1);
    Node *y = map(&c, FN_mul, map(&c, FN_mul, c.pool[1], map(&c, FN_sin, c.pool[0], NULL)),
                  c.pool[2]);
    y = simple(&c, make_sum(c.g, nowhere, y, 3, over, 0, NULL));
    ck_assert(y->op == OP_map && y->operand[0]->op == OP_sum && y->operand[1]->op == OP_weight);
    arena_destroy(c.arena);
}
END_TEST

START_TEST(sums_of_expansions_are_products)
{
    static const char *const over[] = { "batch", "time", "channel" };
    Case c = case_create(1);
    simple(&c, make_sum(c.g, nowhere, as_image(&c, c.pool[2]), 3, over, 0, NULL));
    ck_assert_int_eq(count_ops(c.g, OP_sum), 0);
    ck_assert_int_eq(count_ops(c.g, OP_count), 1);
    arena_destroy(c.arena);
}
END_TEST

START_TEST(slices_undo_pads)
{
    Case c = case_create(1);
    Along pad = { .axis = "time", .lo = 2, .hi = 1 }, slice = { .axis = "time", .lo = 2, .hi = 5 };
    Node *y = make_pad(c.g, nowhere, c.pool[0], 1, &pad);
    y = simple(&c, make_slice(c.g, nowhere, map(&c, FN_mul, y, c.pool[2]), 1, &slice));
    ck_assert_int_eq(count_ops(c.g, OP_pad) + count_ops(c.g, OP_slice), 0);
    arena_destroy(c.arena);
}
END_TEST

/* Of a convolution with padding, only what the padding leaves is worked out backward. */
START_TEST(slices_move_into_convolutions)
{
    Case c = case_create(1);
    Along pad = { .axis = "time", .lo = 2, .hi = 3, .dilation = 2 }, move = { .axis = "time" };
    Along slice = { .axis = "time", .lo = 1, .hi = 7 };
    const char *over[] = { "channel" };
    Node *kernel = make_slice(c.g, nowhere, c.pool[1], 1, &(Along){ .axis = "time", .hi = 2 });
    Node *y = make_pad(c.g, nowhere, c.pool[0], 1, &pad);
    y = make_dot(c.g, nowhere, y, kernel, 1, over, 1, &move);
    y = make_slice(c.g, nowhere, y, 1, &slice);
    Parts *before = evaluate(&c);
    const double *expected = before[y->id][0];
    y = simple(&c, y);
    ck_assert_int_eq(y->op, OP_dot);
    ck_assert_int_eq(y->operand[0]->op, OP_pad);
    ck_assert_int_eq(shape_size(&y->operand[0]->shape, "time"), 7);
    const double *value = evaluate(&c)[y->id][0];
    for (int i = 0; i < BATCH_SIZE * 4 * 6; i++)
        ck_assert_double_eq_tol(value[i], expected[i], 1e-12);
    arena_destroy(c.arena);
}
END_TEST

START_TEST(slices_and_their_gradients_join)
{
    Case c = case_create(1);
    Recipe recipe = { 0 };
    Node *step[3], *x = as_image(&c, c.pool[1]);
    for (int i = 0; i < 3; i++) {
        Along at = { .axis = "time", .lo = i, .hi = i + 1 };
        step[i] = map(&c, i ? FN_sin : FN_exp, make_slice(c.g, nowhere, x, 1, &at), NULL);
    }
    c.pool[c.count++] = make_join(c.g, nowhere, "time", 3, step);
    finish(&c);
    grad(c.g, &c.model, &recipe);
    simplify(c.g);
    ck_assert_int_eq(count_ops(c.g, OP_pad), 0);
    arena_destroy(c.arena);
}
END_TEST

START_TEST(products_without_sums_are_maps)
{
    Case c = case_create(1);
    simple(&c, make_dot(c.g, nowhere, c.pool[2], c.pool[0], 0, NULL, 0, NULL));
    ck_assert_int_eq(count_ops(c.g, OP_dot), 0);
    arena_destroy(c.arena);
}
END_TEST

/* The maximum of relu: no derivative of the large map is taken. */
START_TEST(relu_after_max_is_masked_small)
{
    Case c = case_create(1);
    Recipe recipe = { 0 };
    static const char *const over[] = { "channel" };
    Along window[] = { { .axis = "freq", .size = 2, .stride = 2 } };
    Node *x = map(&c, FN_relu, map(&c, FN_mul, c.pool[0], c.pool[1]), NULL);
    x = make_part(c.g, nowhere, make_max(c.g, nowhere, x, 0, NULL, 1, window), 0);
    x = make_sum(c.g, nowhere, x, 1, over, 0, NULL);
    x = make_sum(c.g, nowhere, x, 2, (const char *[]){ "freq", "time" }, 0, NULL);
    graph_result(c.g, RESULT_VALUE, "loss", NULL, x);
    c.model = (Model){ .weight = c.weight, .weights = WEIGHTS };
    grad(c.g, &c.model, &recipe);
    simplify(c.g);
    ck_assert_int_eq(count_functions(c.g, FN_step), 1);
    for (int i = 0; i < c.g->nodes; i++)
        if (c.g->node[i]->op == OP_map && c.g->node[i]->function == FN_step)
            ck_assert_int_eq(shape_size(&c.g->node[i]->shape, "freq"), 2);
    arena_destroy(c.arena);
}
END_TEST

/* scale * (x - m) / sqrt(v + eps) + shift: backward, two sums over all but freq suffice. */
START_TEST(batchnorm_needs_two_sums)
{
    Case c = case_create(1);
    Recipe recipe = { 0 };
    static const char *const freq[] = { "freq" }, *const rest[] = { "time", "channel" };
    Node *x = map(&c, FN_sin, c.pool[0], NULL), *moments = make_moments(c.g, nowhere, x, 1, freq);
    Node *m = make_part(c.g, nowhere, moments, 0), *v = make_part(c.g, nowhere, moments, 1);
    Node *y = map(&c, FN_sqrt, map(&c, FN_add, v, number(&c, 1e-3)), NULL);
    y = map(&c, FN_mul, map(&c, FN_div, map(&c, FN_sub, x, m), y), c.pool[2]);
    y = map(&c, FN_add, y, map(&c, FN_exp, c.pool[2], NULL));
    y = map(&c, FN_mul, map(&c, FN_tanh, y, NULL), c.pool[1]);
    y = make_sum(c.g, nowhere, make_sum(c.g, nowhere, y, 2, rest, 0, NULL), 1, freq, 0, NULL);
    c.weight[0]->trainable = false;
    graph_result(c.g, RESULT_VALUE, "loss", NULL, y);
    c.model = (Model){ .weight = c.weight, .weights = WEIGHTS };
    simplify(c.g);
    int before = count_ops(c.g, OP_sum);
    grad(c.g, &c.model, &recipe);
    simplify(c.g);
    ck_assert_int_eq(count_ops(c.g, OP_sum), before + 2);
    arena_destroy(c.arena);
}
END_TEST

START_TEST(log_of_softmax_is_stable)
{
    Case c = case_create(1);
    Node *y = map(&c, FN_mul, c.pool[0], number(&c, 1e4));
    y = make_softmax(c.g, nowhere, y, 1, (const char *[]){ "freq" });
    y = simple(&c, map(&c, FN_log, y, NULL));
    ck_assert_int_eq(count_ops(c.g, OP_softmax), 0);
    const double *value = evaluate(&c)[y->id][0];
    for (int i = 0; i < BATCH_SIZE * 24; i++)
        ck_assert(isfinite(value[i]));
    arena_destroy(c.arena);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("simplify");
    TCase *values = tcase_create("values"), *forms = tcase_create("forms");
    tcase_set_timeout(values, 60);
    tcase_add_loop_test(values, keeps_values, 0, 150);
    tcase_add_loop_test(values, is_deterministic_and_idempotent, 0, 20);
    tcase_add_test(forms, folds_constants);
    tcase_add_test(forms, merges_equal_nodes);
    tcase_add_test(forms, moves_factors_out_of_sums);
    tcase_add_test(forms, sums_of_expansions_are_products);
    tcase_add_test(forms, slices_undo_pads);
    tcase_add_test(forms, slices_move_into_convolutions);
    tcase_add_test(forms, slices_and_their_gradients_join);
    tcase_add_test(forms, products_without_sums_are_maps);
    tcase_add_test(forms, relu_after_max_is_masked_small);
    tcase_add_test(forms, batchnorm_needs_two_sums);
    tcase_add_test(forms, log_of_softmax_is_stable);
    suite_add_tcase(s, values);
    suite_add_tcase(s, forms);
    return check_main(s);
}
