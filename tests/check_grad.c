/* check_grad.c: the gradient of every operator and function against central differences. */
#include "check_main.h"
#include "grad_case.h"

#include "../compiler/graph.h"

enum { ROUNDS = 6 };

static bool has_op(const Graph *g, Op op)
{
    for (int i = 0; i < g->nodes; i++)
        if (g->node[i]->op == op)
            return true;
    return false;
}

/* ---------------------------------------------------------------- operators */

static Node *case_input(Case *c)
{
    return batched(c, shape(2, pick(c, 1, 3), pick(c, 1, 3)), -1, 1);
}

/* Of two nodes, as before simplify() makes them one: its gradient is the sum of theirs. */
static Node *case_weight(Case *c)
{
    Node *w = weight(c, shape(2, pick(c, 1, 3), pick(c, 1, 3)), true, 0.5, 1);
    Node *again = make_weight(c->g, nowhere, w->weight);
    return make_map(c->g, nowhere, FN_mul, w, make_map(c->g, nowhere, FN_exp, again, NULL, NULL),
                    NULL);
}

static Node *case_number(Case *c)
{
    return make_map(c->g, nowhere, FN_mul, case_input(c), make_number(c->g, nowhere, -2.5), NULL);
}

static Node *case_count(Case *c)
{
    return make_map(c->g, nowhere, FN_mul, case_input(c), make_count(c->g, nowhere), NULL);
}

static Node *case_index(Case *c)
{
    Node *x = batched(c, shape(2, 3, 4), -1, 1);
    return make_map(c->g, nowhere, FN_mul, x, make_index(c->g, nowhere, "time", 4), NULL);
}

static Node *case_random(Case *c)
{
    Node *x = case_input(c);
    return make_map(c->g, nowhere, FN_mul, x, make_random(c->g, nowhere, x->shape, 7), NULL);
}

/* Axes in another order, and missing ones, in the second operand. */
static Node *case_map(Case *c)
{
    int freq = pick(c, 1, 3), time = pick(c, 2, 3);
    Node *x = batched(c, shape(3, freq, time, 2), -1, 1);
    Shape turned = { 2, { { "channel", 2 }, { "freq", freq } } };
    Node *y = make_map(c->g, nowhere, FN_mul, x, weight(c, turned, true, -1, 1), NULL);
    return make_map(c->g, nowhere, FN_add, weight(c, shape(1, freq), true, -1, 1), y, NULL);
}

static Node *dot_plain(Case *c, bool left, bool right)
{
    static const char *const over[] = { "time", "channel" };
    Shape a = {
        4, { { "freq", 2 }, { "time", pick(c, 1, 3) }, { "channel", 2 }, { "own", pick(c, 1, 2) } }
    };
    Shape b = { 4,
                { { "channel", 2 },
                  { "feature", pick(c, 1, 3) },
                  { "freq", 2 },
                  { "time", a.axis[1].size } } };
    Node *x = left ? batched(c, a, -1, 1) : weight(c, a, true, -1, 1);
    Node *y = right ? batched(c, b, -1, 1) : weight(c, b, true, -1, 1);
    return make_dot(c->g, nowhere, x, y, pick(c, 0, 2), over, 0, NULL);
}

/* Some kernel, stride, dilation along two axes; `channel` is summed or aligned. */
static Node *dot_slid(Case *c)
{
    static const char *const over[] = { "channel" };
    Along slide[] = { { .axis = "freq", .stride = pick(c, 1, 3), .dilation = pick(c, 1, 3) },
                      { .axis = "time", .stride = pick(c, 1, 3), .dilation = pick(c, 1, 2) } };
    int kernel[] = { pick(c, 1, 3), pick(c, 1, 2) }, size[2];
    for (int i = 0; i < 2; i++)
        size[i] = (kernel[i] - 1) * slide[i].dilation + 1 + pick(c, 0, 4);
    Shape b = {
        4, { { "freq", kernel[0] }, { "time", kernel[1] }, { "channel", 2 }, { "feature", 2 } }
    };
    Node *x = batched(c, shape(3, size[0], size[1], 2), -1, 1);
    return make_dot(c->g, nowhere, x, weight(c, b, true, -1, 1), pick(c, 0, 1), over, 2, slide);
}

static Node *case_dot(Case *c)
{
    int form = (int)(c->seed % 5);
    return form < 2 ? dot_slid(c) : dot_plain(c, form != 2, form != 3);
}

static int draw_windows(Case *c, const Shape *s, Along *window)
{
    static const char *const axis[] = { "time", "freq" };
    int count = pick(c, 0, 2);
    for (int i = 0; i < count; i++) {
        int size = pick(c, 1, shape_size(s, axis[i]));
        window[i] = (Along){ .axis = axis[i], .size = size, .stride = pick(c, 1, 3) };
    }
    return count;
}

static Node *case_sum(Case *c)
{
    static const char *const over[] = { "channel" };
    Along window[2];
    Node *x = batched(c, shape(3, pick(c, 2, 5), pick(c, 2, 5), 2), -1, 1);
    int windows = draw_windows(c, &x->shape, window);
    return make_sum(c->g, nowhere, x, pick(c, !windows, 1), over, windows, window);
}

static Node *case_max(Case *c)
{
    static const char *const over[] = { "channel" };
    Along window[2];
    Node *x = batched(c, shape(3, pick(c, 2, 5), pick(c, 2, 5), 2), -1, 1);
    int windows = draw_windows(c, &x->shape, window);
    Node *y = make_map(c->g, nowhere, c->seed & 1 ? FN_relu : FN_neg, x, NULL, NULL);
    return make_part(c->g, nowhere,
                     make_max(c->g, nowhere, y, pick(c, !windows, 1), over, windows, window), 0);
}

/* A maximum over more than 255 positions. */
static Node *case_unmax(Case *c)
{
    static const char *const over[] = { "time", "freq" };
    Node *x = weight(c, shape(3, 2, 150, 1), true, -1, 1);
    return make_part(c->g, nowhere, make_max(c->g, nowhere, x, 2, over, 0, NULL), 0);
}

static Node *case_softmax(Case *c)
{
    static const char *const over[] = { "freq", "time" };
    Node *x = batched(c, shape(2, pick(c, 1, 3), pick(c, 1, 3)), -2, 2);
    Node *y = make_softmax(c->g, nowhere, x, pick(c, 1, 2), over);
    return c->seed & 1 ? make_map(c->g, nowhere, FN_log, y, NULL, NULL) : y;
}

/* One part is used, or the other, or both; over the batch as well. */
static Node *case_moments(Case *c)
{
    static const char *const per[] = { "freq", "channel" };
    Node *x = batched(c, shape(3, 2, pick(c, 2, 3), 2), -1, 1);
    Node *moments = make_moments(c->g, nowhere, x, pick(c, 0, 2), per);
    Node *mean = make_part(c->g, nowhere, moments, 0),
         *variance = make_part(c->g, nowhere, moments, 1);
    int form = (int)(c->seed % 3);
    if (form < 2)
        return form ? mean : variance;
    Node *scale = make_map(c->g, nowhere, FN_sqrt, variance, NULL, NULL);
    return make_map(c->g, nowhere, FN_div, make_map(c->g, nowhere, FN_sub, x, mean, NULL), scale,
                    NULL);
}

static Node *case_part(Case *c)
{
    Node *moments = make_moments(c->g, nowhere, batched(c, shape(2, 2, 3), -1, 1), 0, NULL);
    Node *mean = make_part(c->g, nowhere, moments, 0);
    return make_map(c->g, nowhere, FN_mul, mean, make_part(c->g, nowhere, moments, 1), NULL);
}

static Node *case_reshape(Case *c)
{
    static const char *const from[] = { "channel", "freq" };
    Node *x = batched(c, shape(3, 2, 3, 4), -1, 1);
    Shape to = { 2, { { "own", 4 }, { "feature", 2 } } };
    Shape merged = { 1, { { "own", 8 } } };
    return make_reshape(c->g, nowhere, x, 2, from, c->seed & 1 ? merged : to);
}

static Node *case_expand(Case *c)
{
    Shape s = { 4, { { "batch", BATCH }, { "time", 3 }, { "feature", 2 }, { "freq", 2 } } };
    Shape x = { 2, { { "freq", 2 }, { "time", 3 } } };
    return make_expand(c->g, nowhere,
                       c->seed & 1 ? batched(c, x, -1, 1) : weight(c, x, true, -1, 1), s);
}

static Node *case_slice(Case *c)
{
    Along along[2];
    Node *x = batched(c, shape(2, pick(c, 2, 6), pick(c, 2, 6)), -1, 1);
    for (int i = 0; i < 2; i++) {
        int size = x->shape.axis[i + 1].size, lo = pick(c, 0, size - 1);
        along[i] = (Along){ .axis = x->shape.axis[i + 1].name,
                            .lo = lo,
                            .hi = pick(c, lo + 1, size),
                            .stride = pick(c, 1, 3) };
    }
    return make_slice(c->g, nowhere, x, pick(c, 1, 2), along);
}

static Node *case_pad(Case *c)
{
    Along along[2];
    Node *x = batched(c, shape(2, pick(c, 1, 3), pick(c, 1, 3)), -1, 1);
    for (int i = 0; i < 2; i++)
        along[i] = (Along){ .axis = x->shape.axis[i + 1].name,
                            .lo = pick(c, 0, 2),
                            .hi = pick(c, 0, 2),
                            .dilation = pick(c, 1, 3) };
    return make_pad(c->g, nowhere, x, pick(c, 1, 2), along);
}

static Node *case_join(Case *c)
{
    Node *x[3];
    for (int i = 0; i < 3; i++)
        x[i] = batched(c, shape(2, 2, pick(c, 1, 3)), -1, 1);
    return make_join(c->g, nowhere, "time", 3, x);
}

static Node *case_reverse(Case *c)
{
    return make_reverse(c->g, nowhere, batched(c, shape(2, 2, pick(c, 1, 4)), -1, 1), "time");
}

/* stop(x) - x + x * x: differences would see through a stop, so it is given a constant. */
static Node *case_stop(Case *c)
{
    Node *x = case_input(c), *constant = weight(c, shape(0), false, -1, 1);
    return make_map(c->g, nowhere, FN_mul, x, make_stop(c->g, nowhere, constant), NULL);
}

/* h' = tanh(x * w + h * u); check_scan.c has more. */
static Node *case_scan(Case *c)
{
    Node *outer[] = { batched(c, shape(2, 2, pick(c, 1, 4)), -1, 1),
                      weight(c, shape(1, 2), true, -1, 1) };
    Shape state = { 2, { { "batch", BATCH }, { "freq", 2 } } };
    Graph *body = graph_create(c->arena, "body");
    Node *x = make_inner(body, nowhere, "x", state), *h = make_inner(body, nowhere, "h", state);
    Node *w = make_inner(body, nowhere, "w", outer[1]->shape);
    Node *y = make_map(body, nowhere, FN_mul, make_map(body, nowhere, FN_add, x, h, NULL), w, NULL);
    y = make_map(body, nowhere, FN_tanh, y, NULL, NULL);
    graph_result(body, RESULT_VALUE, "y", NULL, y);
    ScanInput input[] = { { SCAN_SEQUENCE, x, NULL, 0 },
                          { SCAN_CONSTANT, w, NULL, 1 },
                          { SCAN_STATE, h, y, -1 } };
    Node *scan = make_scan(c->g, nowhere, "time", c->seed & 1, body, 3, input, 2, outer);
    return make_part(c->g, nowhere, scan, 0);
}

static Node *(*const op_case[OPS])(Case *) = {
    [OP_input] = case_input,     [OP_weight] = case_weight,   [OP_number] = case_number,
    [OP_count] = case_count,     [OP_index] = case_index,     [OP_random] = case_random,
    [OP_map] = case_map,         [OP_dot] = case_dot,         [OP_sum] = case_sum,
    [OP_max] = case_max,         [OP_softmax] = case_softmax, [OP_moments] = case_moments,
    [OP_part] = case_part,       [OP_reshape] = case_reshape, [OP_expand] = case_expand,
    [OP_slice] = case_slice,     [OP_pad] = case_pad,         [OP_join] = case_join,
    [OP_reverse] = case_reverse, [OP_unmax] = case_unmax,     [OP_stop] = case_stop,
    [OP_scan] = case_scan,
};

START_TEST(every_operator)
{
    Op op = (Op)_i;
    ck_assert_msg(op_case[op] != NULL, "operator %s has no case", op_name(op));
    for (int round = 0; round < 2 * ROUNDS * (op == OP_dot ? 4 : 1); round++) {
        Case c = case_create("gradients: operators", (uint64_t)(round / 2));
        Node *y = op_case[op](&c);
        if (op != OP_unmax)
            ck_assert_msg(has_op(c.g, op), "the case of %s does not use it", op_name(op));
        check_case(&c, y, op_name(op), round & 1 ? CASE_SIMPLIFIED : CASE_PLAIN);
        arena_destroy(c.arena);
        if (op == OP_unmax && round > 2)
            break;
    }
}
END_TEST

/* ---------------------------------------------------------------- functions */

/* Operands, all positive or all negative, away from the kinks; b and c are apart from a. */
static Node *function_case(Case *c, Function f)
{
    int arity = function_arity(f);
    bool positive = f == FN_log || f == FN_sqrt || f == FN_rsqrt || f == FN_pow || f == FN_div ||
                    c->seed & 1;
    Node *x[3] = { NULL };
    for (int i = 0; i < arity; i++) {
        double low = i == 0 || f == FN_select ? 0.3
                     : c->seed & 2            ? 1.4
                                              : 0.1,
               high = low + (i ? 0.15 : 1);
        x[i] = batched(c, shape(2, 2, pick(c, 1, 3)), positive ? low : -high,
                       positive ? high : -low);
        if (i)
            x[i] = make_sum(c->g, nowhere, x[i], 1, (const char *[]){ "time" }, 0, NULL);
    }
    Node *y = make_map(c->g, nowhere, f, x[0], x[1], x[2]);
    Node *more = make_map(c->g, nowhere, FN_mul, x[0], make_number(c->g, nowhere, 0.25), NULL);
    return make_map(c->g, nowhere, FN_add, y, more, NULL);
}

START_TEST(every_function)
{
    for (int round = 0; round < 2 * ROUNDS; round++) {
        Case c = case_create("gradients: functions", (uint64_t)(round / 2));
        check_case(&c, function_case(&c, (Function)_i), function_name((Function)_i),
                   round & 1 ? CASE_SIMPLIFIED : CASE_PLAIN);
        arena_destroy(c.arena);
    }
}
END_TEST

START_TEST(stop_has_no_gradient)
{
    Case c = case_create("gradients: functions", 1);
    Recipe recipe = { 0 };
    finish(&c, make_stop(c.g, nowhere, case_input(&c)));
    grad(c.g, &c.model, &recipe);
    double zeros[16] = { 0 };
    compare(&c, (double *[]){ zeros, zeros }, "stop");
    arena_destroy(c.arena);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("grad");
    TCase *ops = tcase_create("operators"), *functions = tcase_create("functions");
    tcase_add_loop_test(ops, every_operator, 0, OPS);
    tcase_add_test(ops, stop_has_no_gradient);
    tcase_add_loop_test(functions, every_function, 0, FUNCTIONS);
    suite_add_tcase(s, ops);
    suite_add_tcase(s, functions);
    return check_main(s);
}
