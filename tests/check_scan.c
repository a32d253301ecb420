/* check_scan.c: recurrent cells: their gradients against central differences, plain, simplified and
 * hoisted, and what simplify and hoist make of them. */
#include "check_main.h"
#include "grad_case.h"

#include "../compiler/graph.h"

#include <math.h>
#include <string.h>

#define SECTION "gradients: scans"

enum { MOST_INPUTS = 16, ROUNDS = 4, UNITS = 2, STEPS = 4 };

/* A body under construction. */
typedef struct Cell {
    Case *c;
    Graph *body;
    ScanInput input[MOST_INPUTS];
    Node *operand[MOST_INPUTS];
    int inputs, operands;
} Cell;

static Cell cell_create(Case *c)
{
    return (Cell){ .c = c, .body = graph_create(c->arena, "body") };
}

static Node *add_input(Cell *cell, ScanRole role, Shape shape, Node *outer)
{
    Node *inner = make_inner(cell->body, nowhere, "inner", shape);
    cell->input[cell->inputs++] = (ScanInput){ role, inner, NULL, outer ? cell->operands : -1 };
    if (outer)
        cell->operand[cell->operands++] = outer;
    return inner;
}

static Node *each(Cell *cell, Node *sequence)
{
    return add_input(cell, SCAN_SEQUENCE, shape_without(&sequence->shape, "time"), sequence);
}

static Node *constant(Cell *cell, Node *outer)
{
    return add_input(cell, SCAN_CONSTANT, outer->shape, outer);
}

static Node *parameter(Cell *cell, Shape shape)
{
    return constant(cell, weight(cell->c, shape, true, -1, 1));
}

static Node *state(Cell *cell)
{
    Shape shape = { 2, { { "batch", BATCH }, { "feature", UNITS } } };
    return add_input(cell, SCAN_STATE, shape, NULL);
}

static void next(Cell *cell, const Node *inner, Node *value)
{
    for (int i = 0; i < cell->inputs; i++)
        if (cell->input[i].inner == inner)
            cell->input[i].next = value;
}

static Node *run(Cell *cell, bool backward, int results, Node *const *result)
{
    static const char *const name[] = { "0", "1", "2" };
    for (int i = 0; i < results; i++)
        graph_result(cell->body, RESULT_VALUE, name[i], NULL, result[i]);
    return make_scan(cell->c->g, nowhere, "time", backward, cell->body, cell->inputs, cell->input,
                     cell->operands, cell->operand);
}

static Node *map(Cell *cell, Function f, Node *a, Node *b)
{
    return make_map(cell->body, nowhere, f, a, b, NULL);
}

static Shape one(const char *axis, int size)
{
    return (Shape){ 1, { { axis, size } } };
}

static Shape two(const char *a, int m, const char *b, int n)
{
    return (Shape){ 2, { { a, m }, { b, n } } };
}

/* x [batch, time, feature = n] */
static Node *sequence(Case *c, int n)
{
    return batched(c, two("time", pick(c, 1, STEPS), "feature", n), -1, 1);
}

/* reshape[in](x, [feature]), then dot[in] with a new weight, without bias. */
static Node *linear(Cell *cell, Node *x, const char *axis, int units)
{
    static const char *const feature[] = { "feature" }, *const in[] = { "in" };
    int n = shape_size(&x->shape, "feature");
    Node *w = parameter(cell, two("in", n, axis, units));
    x = make_reshape(cell->body, nowhere, x, 1, feature, one("in", n));
    return make_dot(cell->body, nowhere, x, w, 1, in, 0, NULL);
}

static Node *dense(Cell *cell, Node *x, const char *axis, int units)
{
    Node *y = linear(cell, x, axis, units);
    return map(cell, FN_add, y, parameter(cell, one(axis, units)));
}

static Node *join(Cell *cell, Node *a, Node *b)
{
    return make_join(cell->body, nowhere, "feature", 2, (Node *[]){ a, b });
}

static Node *part(Cell *cell, Node *scan, int i)
{
    return make_part(cell->c->g, nowhere, scan, i);
}

/* ---------------------------------------------------------------- cells */

static Node *gate(Cell *cell, Node *x, int i, Function f)
{
    Along slice = { .axis = "feature", .lo = i * UNITS, .hi = (i + 1) * UNITS };
    return map(cell, f, make_slice(cell->body, nowhere, x, 1, &slice), NULL);
}

/* An LSTM (Hochreiter, Schmidhuber 1997; with forget gates) of x, as a scan of results h', c'. */
static Node *lstm_of(Case *c, Node *x, bool backward)
{
    Cell cell = cell_create(c);
    Node *xt = each(&cell, x), *h = state(&cell), *memory = state(&cell);
    Node *z = dense(&cell, join(&cell, xt, h), "feature", 4 * UNITS);
    Node *kept = map(&cell, FN_mul, gate(&cell, z, 0, FN_sigmoid), memory);
    Node *new = gate(&cell, z, 1, FN_sigmoid);
    new = map(&cell, FN_mul, new, gate(&cell, z, 2, FN_tanh));
    Node *memory_next = map(&cell, FN_add, kept, new);
    Node *h_next = gate(&cell, z, 3, FN_sigmoid);
    h_next = map(&cell, FN_mul, h_next, map(&cell, FN_tanh, memory_next, NULL));
    next(&cell, h, h_next);
    next(&cell, memory, memory_next);
    return run(&cell, backward, 2, (Node *[]){ h_next, memory_next });
}

static Node *lstm(Case *c)
{
    Cell cell = { .c = c };
    return part(&cell, lstm_of(c, sequence(c, 3), c->seed & 1), 0);
}

/* Both results; one reads a further state that only counts. */
static Node *two_results(Case *c)
{
    Cell cell = cell_create(c);
    Node *x = each(&cell, sequence(c, UNITS)), *h = state(&cell), *count = state(&cell);
    Node *more = map(&cell, FN_add, count, make_number(cell.body, nowhere, 0.5));
    Node *y = map(&cell, FN_tanh, map(&cell, FN_add, linear(&cell, h, "feature", UNITS), x), NULL);
    next(&cell, h, y);
    next(&cell, count, more);
    Node *scan = run(&cell, c->seed & 1, 2, (Node *[]){ y, map(&cell, FN_mul, y, count) });
    Node *a = part(&cell, scan, 0), *b = part(&cell, scan, 1);
    return make_map(c->g, nowhere, FN_mul, a, b, NULL);
}

static Node *scan_of_scan(Case *c)
{
    Cell cell = { .c = c };
    Node *first = part(&cell, lstm_of(c, sequence(c, 1), false), 0);
    return part(&cell, lstm_of(c, first, true), 0);
}

static Node *bilinear(Cell *cell, Node *x, Node *h)
{
    static const char *const rank[] = { "rank" };
    Node *a = linear(cell, x, "rank", 2), *b = linear(cell, h, "rank", 2);
    return make_dot(cell->body, nowhere, a, b, 1, rank, 0, NULL);
}

static Node *scaled(Cell *cell, Node *z)
{
    return map(cell, FN_mul, z, parameter(cell, (Shape){ 0 }));
}

/* Attention to time: h' = o * tanh(c'), with a score a step as second result. */
static Node *temporal(Case *c)
{
    Cell cell = cell_create(c);
    Node *x = each(&cell, sequence(c, 2)), *h = state(&cell), *memory = state(&cell);
    Node *zi = bilinear(&cell, x, h), *zf = bilinear(&cell, x, h);
    Node *m = linear(&cell, x, "feature", UNITS);
    Node *o = map(&cell, FN_sigmoid, linear(&cell, join(&cell, x, h), "feature", UNITS), NULL);
    Node *kept = map(&cell, FN_mul, memory, map(&cell, FN_sigmoid, zf, NULL));
    m = map(&cell, FN_mul, m, map(&cell, FN_sigmoid, zi, NULL));
    m = map(&cell, FN_add, kept, m);
    o = map(&cell, FN_mul, o, map(&cell, FN_tanh, m, NULL));
    next(&cell, h, o);
    next(&cell, memory, m);
    zi = scaled(&cell, zi);
    Node *score = map(&cell, FN_add, zi, scaled(&cell, zf));
    Node *scan = run(&cell, c->seed & 1, 2, (Node *[]){ o, score });
    return make_map(c->g, nowhere, FN_mul, part(&cell, scan, 0), part(&cell, scan, 1), NULL);
}

/* Novelty against a codebook that a softmax of x and h chooses from. */
static Node *codebook(Case *c)
{
    static const char *const codeword[] = { "codeword" };
    Cell cell = cell_create(c);
    Node *x = each(&cell, sequence(c, 2)), *h = state(&cell);
    Node *a = linear(&cell, join(&cell, x, h), "codeword", 3);
    a = make_softmax(cell.body, nowhere, a, 1, codeword);
    Node *table = parameter(&cell, two("codeword", 3, "feature", UNITS));
    Node *known = make_dot(cell.body, nowhere, a, table, 1, codeword, 0, NULL);
    Node *y = map(&cell, FN_sub, linear(&cell, x, "feature", UNITS), known);
    next(&cell, h, y);
    return part(&cell, run(&cell, c->seed & 1, 1, &y), 0);
}

/* The axis last, a constant that is batched, sequences without batch, a result of no state. */
static Node *mixed(Case *c)
{
    Cell cell = cell_create(c);
    int steps = pick(c, 1, STEPS);
    Node *x = each(&cell, batched(c, two("feature", UNITS, "time", steps), -1, 1));
    Node *place = each(&cell, weight(c, two("time", steps, "feature", UNITS), true, -1, 1));
    Node *context = constant(&cell, batched(c, one("feature", UNITS), -1, 1));
    Node *h = state(&cell), *y = map(&cell, FN_mul, map(&cell, FN_add, h, context), place);
    y = map(&cell, FN_sin, map(&cell, FN_add, y, x), NULL);
    Node *other = map(&cell, FN_tanh, map(&cell, FN_mul, x, place), NULL);
    next(&cell, h, y);
    Node *scan = run(&cell, c->seed & 1, 2, (Node *[]){ y, map(&cell, FN_mul, other, context) });
    return make_map(c->g, nowhere, FN_add, part(&cell, scan, 0), part(&cell, scan, 1), NULL);
}

/* Maximum, moments, sums and moves within a step; some of it without a state. */
static Node *reductions(Case *c)
{
    static const char *const feature[] = { "feature" };
    Cell cell = cell_create(c);
    Node *x = each(&cell, sequence(c, 3)), *h = state(&cell);
    Node *both = make_reverse(cell.body, nowhere, join(&cell, x, h), "feature");
    Node *most = make_max(cell.body, nowhere, both, 1, feature, 0, NULL);
    Node *alone = make_max(cell.body, nowhere, x, 1, feature, 0, NULL);
    Node *sum = make_sum(cell.body, nowhere, map(&cell, FN_exp, x, NULL), 1, feature, 0, NULL);
    most = make_part(cell.body, nowhere, most, 0);
    sum = map(&cell, FN_add, sum, make_part(cell.body, nowhere, alone, 0));
    Node *y = map(&cell, FN_mul, dense(&cell, h, "feature", UNITS), most);
    y = map(&cell, FN_tanh, map(&cell, FN_add, y, sum), NULL);
    next(&cell, h, y);
    return part(&cell, run(&cell, c->seed & 1, 1, &y), 0);
}

/* Products of constants alone, a reshaped and a sliced one. */
static Node *constants(Case *c)
{
    static const char *const feature[] = { "feature" }, *const other[] = { "other" };
    Cell cell = cell_create(c);
    Node *x = each(&cell, sequence(c, UNITS)), *h = state(&cell);
    Node *u = parameter(&cell, two("feature", UNITS, "other", 3));
    Node *v = parameter(&cell, two("other", 3, "own", 2 * UNITS));
    Node *w = make_dot(cell.body, nowhere, u, v, 1, other, 0, NULL);
    Along slice = { .axis = "own", .lo = 1, .hi = 1 + UNITS };
    w = map(&cell, FN_tanh, make_slice(cell.body, nowhere, w, 1, &slice), NULL);
    Node *y = make_dot(cell.body, nowhere, map(&cell, FN_add, x, h), w, 1, feature, 0, NULL);
    y = make_reshape(cell.body, nowhere, y, 1, (const char *[]){ "own" }, one("feature", UNITS));
    next(&cell, h, y);
    return part(&cell, run(&cell, c->seed & 1, 1, &y), 0);
}

static const struct {
    const char *name;
    Node *(*make)(Case *c);
} cells[] = {
    { "lstm", lstm },          { "two results", two_results }, { "scan of scan", scan_of_scan },
    { "temporal", temporal },  { "codebook", codebook },       { "mixed", mixed },
    { "maximum", reductions }, { "constants", constants },
};

enum { CELLS = sizeof cells / sizeof cells[0] };

START_TEST(every_gradient)
{
    for (int round = 0; round < CASE_FORMS * ROUNDS; round++) {
        Case c = case_create(SECTION, (uint64_t)(round / CASE_FORMS));
        check_case(&c, cells[_i].make(&c), cells[_i].name, (CaseForm)(round % CASE_FORMS));
        arena_destroy(c.arena);
    }
}
END_TEST

/* ---------------------------------------------------------------- forms */

static Node *find_scan(const Graph *g, int nth)
{
    for (int i = 0; i < g->nodes; i++)
        if (g->node[i]->op == OP_scan && nth-- == 0)
            return g->node[i];
    return NULL;
}

static int count_ops(const Graph *g, Op op)
{
    int count = 0;
    for (int i = 0; i < g->nodes; i++)
        count += g->node[i]->op == op;
    return count;
}

static void hoisted(Graph *g)
{
    simplify(g);
    hoist(g, passes_of(2));
    simplify(g);
    graph_check(g, "hoist");
}

/* One product of all frames outside; inside, only that of the state, with half of the weight. */
START_TEST(input_projections_move_out)
{
    Case c = case_create(SECTION, 2);
    finish(&c, lstm(&c));
    hoisted(c.g);
    const Node *scan = find_scan(c.g, 0);
    ck_assert_int_eq(count_ops(c.g, OP_dot), 1);
    ck_assert_int_eq(count_ops(scan->body, OP_dot), 1);
    ck_assert_int_eq(count_ops(scan->body, OP_join), 0);
    arena_destroy(c.arena);
}
END_TEST

/* No sum over the batch stands in a body, and products of the forward body aren't made again. */
START_TEST(weight_gradients_sink)
{
    Recipe recipe = { 0 };
    for (int i = 0; i < CELLS; i++) {
        Case c = case_create(SECTION, 3);
        finish(&c, cells[i].make(&c));
        hoisted(c.g);
        int products = count_ops(find_scan(c.g, 0)->body, OP_dot);
        grad(c.g, &c.model, &recipe);
        hoisted(c.g);
        for (int k = 0; find_scan(c.g, k); k++) {
            const Graph *body = find_scan(c.g, k)->body;
            for (int j = 0; j < body->nodes; j++)
                ck_assert_msg(!names_have(body->node[j]->axes, body->node[j]->axis, "batch"),
                              "%s: a sum over the batch", cells[i].name);
        }
        if (cells[i].make == lstm)
            ck_assert_int_le(count_ops(find_scan(c.g, 1)->body, OP_dot), products);
        arena_destroy(c.arena);
    }
}
END_TEST

/* Two cells of the same operands are one; what depends on no state is no scan. */
START_TEST(equal_scans_merge)
{
    Case c = case_create(SECTION, 2);
    Node *x = sequence(&c, UNITS), *both[2];
    Node *w = weight(&c, one("feature", UNITS), true, -1, 1);
    for (int i = 0; i < 2; i++) {
        Cell cell = cell_create(&c);
        Node *inner = each(&cell, x), *k = constant(&cell, w), *h = state(&cell);
        Node *y = map(&cell, FN_tanh, map(&cell, FN_add, inner, h), NULL);
        y = map(&cell, FN_mul, y, k);
        next(&cell, h, y);
        both[i] = part(&cell, run(&cell, false, 1, &y), 0);
    }
    finish(&c, make_map(c.g, nowhere, FN_mul, both[0], both[1], NULL));
    simplify(c.g);
    graph_check(c.g, "simplify");
    ck_assert_int_eq(count_ops(c.g, OP_scan), 1);
    arena_destroy(c.arena);
}
END_TEST

START_TEST(bodies_without_state_are_no_scan)
{
    Case c = case_create(SECTION, 2);
    Cell cell = cell_create(&c);
    Node *x = each(&cell, sequence(&c, UNITS)), *h = state(&cell);
    Node *y = map(&cell, FN_mul, x, parameter(&cell, one("feature", UNITS)));
    next(&cell, h, map(&cell, FN_add, h, y));
    finish(&c, part(&cell, run(&cell, false, 1, &y), 0));
    hoisted(c.g);
    ck_assert_int_eq(count_ops(c.g, OP_scan), 0);
    arena_destroy(c.arena);
}
END_TEST

/* reverse, a scan, reverse: the scan runs the other way. */
START_TEST(reversed_scans_turn)
{
    Case c = case_create(SECTION, 2);
    Cell cell = { .c = &c };
    Node *x = batched(&c, two("time", STEPS, "feature", UNITS), -1, 1);
    x = make_reverse(c.g, nowhere, x, "time");
    Node *y = part(&cell, lstm_of(&c, x, false), 0);
    finish(&c, make_reverse(c.g, nowhere, y, "time"));
    const double *before = interpret(c.arena, c.g, &c.feed)[graph_find(c.g, "loss")->id][0];
    hoisted(c.g);
    const double *after = interpret(c.arena, c.g, &c.feed)[graph_find(c.g, "loss")->id][0];
    for (int i = 0; i < BATCH_SIZE; i++)
        ck_assert_double_eq_tol(before[i], after[i], 1e-12);
    ck_assert(find_scan(c.g, 0)->backward);
    ck_assert_int_eq(count_ops(c.g, OP_reverse), 0);
    arena_destroy(c.arena);
}
END_TEST

/* A state that stays zero, numbers and repeated operands are no inputs. */
START_TEST(inputs_are_simplified)
{
    Case c = case_create(SECTION, 2);
    Cell cell = cell_create(&c);
    Node *x = sequence(&c, UNITS), *h = state(&cell), *zero = state(&cell);
    Node *y = map(&cell, FN_add, each(&cell, x), map(&cell, FN_add, h, zero));
    Node *k = constant(&cell, make_number(c.g, nowhere, 1));
    y = map(&cell, FN_mul, map(&cell, FN_tanh, map(&cell, FN_add, y, each(&cell, x)), NULL), k);
    Node *none = make_number(cell.body, nowhere, 0);
    next(&cell, h, y);
    next(&cell, zero, make_expand(cell.body, nowhere, none, zero->shape));
    finish(&c, part(&cell, run(&cell, false, 1, &y), 0));
    simplify(c.g);
    graph_check(c.g, "simplify");
    const Node *scan = find_scan(c.g, 0);
    ck_assert_int_eq(scan->scan_inputs, 2);
    ck_assert_int_eq(scan->operands, 1);
    ck_assert_int_eq(count_ops(scan->body, OP_map), 3);
    arena_destroy(c.arena);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("scan");
    TCase *gradients = tcase_create("gradients");
    tcase_set_timeout(gradients, 60);
    tcase_add_loop_test(gradients, every_gradient, 0, CELLS);
    TCase *forms = tcase_create("forms");
    tcase_add_test(forms, input_projections_move_out);
    tcase_add_test(forms, weight_gradients_sink);
    tcase_add_test(forms, equal_scans_merge);
    tcase_add_test(forms, bodies_without_state_are_no_scan);
    tcase_add_test(forms, inputs_are_simplified);
    tcase_add_test(forms, reversed_scans_turn);
    suite_add_tcase(s, gradients);
    suite_add_tcase(s, forms);
    return check_main(s);
}
