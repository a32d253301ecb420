/* check_graph.c: the axis rules of the builders, the checker, sweeping and printing of graphs. */
#include "check_main.h"
#include "interpret.h"

#include "../compiler/graph.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

static const Place nowhere = { NULL, 1, 1, 1 };
static const Shape sound = { 3, { { "freq", 12 }, { "time", 10 }, { "channel", 2 } } };

static Graph *graph(void)
{
    return graph_create(arena_create(), "training");
}

static void done(Graph *g)
{
    graph_check(g, "building");
    arena_destroy(g->arena);
}

static Node *input(Graph *g)
{
    return make_input(g, nowhere, "x", sound);
}

static Node *weight(Graph *g, const char *name, Shape shape)
{
    Weight *w = arena_alloc(g->arena, sizeof *w);
    w->name = name;
    w->shape = shape;
    return make_weight(g, nowhere, w);
}

static void shape_is(const Graph *g, const Node *n, const char *expected)
{
    Text t = text_create(g->arena);
    shape_format(&n->shape, &t);
    ck_assert_str_eq(t.at, expected);
}

/* ---------------------------------------------------------------- shapes */

START_TEST(finds_axes)
{
    Shape batched = { 2, { { "batch", BATCH }, { "freq", 4 } } }, plain = { 1, { { "freq", 4 } } };
    ck_assert_int_eq(shape_find(&sound, "channel"), 2);
    ck_assert_int_eq(shape_find(&sound, "bin"), -1);
    ck_assert(shape_has_all(&batched, &plain) && !shape_has_all(&plain, &batched));
    ck_assert(shape_batched(&batched) && !shape_batched(&plain));
    ck_assert_int_eq(shape_count(&sound), 240);
    ck_assert_int_eq(shape_count(&batched), 4);
    ck_assert_int_eq(function_find("sigmoid"), FN_sigmoid);
    ck_assert_int_eq(function_find("nonsense"), FUNCTIONS);
}
END_TEST

START_TEST(inputs_are_batched)
{
    Graph *g = graph();
    Node *x = input(g);
    shape_is(g, x, "[batch, freq = 12, time = 10, channel = 2]");
    shape_is(g, make_input(g, nowhere, "target", x->shape),
             "[batch, freq = 12, time = 10, channel = 2]");
    shape_is(g, make_input(g, nowhere, "x", (Shape){ 0 }), "[]");
    done(g);
}
END_TEST

START_TEST(maps_take_the_shape_with_all_axes)
{
    Graph *g = graph();
    Shape turned = { 2, { { "channel", 2 }, { "freq", 12 } } };
    Node *w = weight(g, "w", turned);
    shape_is(g, make_map(g, nowhere, FN_add, w, input(g), NULL),
             "[batch, freq = 12, time = 10, channel = 2]");
    done(g);
}
END_TEST

START_TEST(convolutions_put_channels_last)
{
    Graph *g = graph();
    Shape kernel = { 4, { { "freq", 3 }, { "time", 2 }, { "channel", 2 }, { "out", 8 } } };
    Along slide[] = { { .axis = "freq", .stride = 2 }, { .axis = "time", .dilation = 3 } };
    const char *over[] = { "channel" };
    Node *w = weight(g, "w", kernel);
    shape_is(g, make_dot(g, nowhere, input(g), w, 1, over, 2, slide),
             "[batch, freq = 5, time = 7, out = 8]");
    shape_is(g, make_dot(g, nowhere, input(g), w, 0, NULL, 2, slide),
             "[batch, freq = 5, time = 7, channel = 2, out = 8]");
    done(g);
}
END_TEST

START_TEST(products_put_the_batch_first)
{
    Graph *g = graph();
    Shape table = { 2, { { "feature", 5 }, { "channel", 2 } } };
    const char *over[] = { "channel", "batch" };
    Node *w = weight(g, "w", table), *x = input(g);
    shape_is(g, make_dot(g, nowhere, w, x, 1, over, 0, NULL),
             "[batch, feature = 5, freq = 12, time = 10]");
    shape_is(g, make_dot(g, nowhere, x, x, 2, over, 0, NULL), "[freq = 12, time = 10]");
    done(g);
}
END_TEST

START_TEST(reductions_remove_or_shrink_axes)
{
    Graph *g = graph();
    const char *time[] = { "time" };
    Along window[] = { { .axis = "freq", .size = 3, .stride = 3 } };
    Node *max = make_max(g, nowhere, input(g), 1, time, 1, window);
    shape_is(g, make_part(g, nowhere, max, 0), "[batch, freq = 4, channel = 2]");
    ck_assert_int_eq(make_part(g, nowhere, max, 1)->type, TYPE_BYTE);
    shape_is(g, make_sum(g, nowhere, input(g), 1, time, 0, NULL),
             "[batch, freq = 12, channel = 2]");
    shape_is(g, make_mean(g, nowhere, input(g), 0, NULL, 1, window),
             "[batch, freq = 4, time = 10, channel = 2]");
    Node *moments = make_moments(g, nowhere, input(g), 1, time);
    shape_is(g, make_part(g, nowhere, moments, 1), "[time = 10]");
    done(g);
}
END_TEST

START_TEST(reshape_appends_axes)
{
    Graph *g = graph();
    const char *from[] = { "channel", "freq" };
    Node *x = make_reshape(g, nowhere, input(g), 2, from, (Shape){ 1, { { "in", 24 } } });
    shape_is(g, x, "[batch, time = 10, in = 24]");
    Shape back = { 2, { { "freq", 12 }, { "channel", 2 } } };
    shape_is(g, make_reshape(g, nowhere, x, 1, (const char *[]){ "in" }, back),
             "[batch, time = 10, freq = 12, channel = 2]");
    done(g);
}
END_TEST

START_TEST(moves_resize_axes)
{
    Graph *g = graph();
    Along pad = { .axis = "time", .lo = 2, .hi = 3, .dilation = 2 };
    Along slice = { .axis = "freq", .lo = 1, .hi = 12, .stride = 2 };
    shape_is(g, make_pad(g, nowhere, input(g), 1, &pad),
             "[batch, freq = 12, time = 24, channel = 2]");
    shape_is(g, make_slice(g, nowhere, input(g), 1, &slice),
             "[batch, freq = 6, time = 10, channel = 2]");
    Node *both[] = { input(g), input(g) };
    shape_is(g, make_join(g, nowhere, "channel", 2, both),
             "[batch, freq = 12, time = 10, channel = 4]");
    shape_is(g, make_expand(g, nowhere, weight(g, "w", (Shape){ 1, { { "freq", 12 } } }), sound),
             "[freq = 12, time = 10, channel = 2]");
    done(g);
}
END_TEST

/* ---------------------------------------------------------------- values worked out by hand */

START_TEST(order_transposes)
{
    Graph *g = graph();
    Shape s = { 2, { { "a", 2 }, { "b", 3 } } }, turned = { 2, { { "b", 3 }, { "a", 2 } } };
    Node *y = make_order(g, nowhere, weight(g, "w", s), &turned);
    const double w[] = { 1, 2, 3, 4, 5, 6 }, expected[] = { 1, 4, 2, 5, 3, 6 };
    Feed feed = { .batch = 1, .weight = (const double *const[]){ w } };
    const double *value = interpret(g->arena, g, &feed)[y->id][0];
    for (int i = 0; i < 6; i++)
        ck_assert_double_eq(value[i], expected[i]);
    done(g);
}
END_TEST

START_TEST(maximum_names_its_first_place)
{
    Graph *g = graph();
    Shape s = { 2, { { "a", 2 }, { "b", 4 } } };
    Along window = { .axis = "b", .size = 2, .stride = 2 };
    Node *x = weight(g, "w", s);
    Node *max = make_max(g, nowhere, x, 1, (const char *[]){ "a" }, 1, &window);
    Node *value = make_part(g, nowhere, max, 0), *where = make_part(g, nowhere, max, 1);
    Node *back = make_unmax(g, nowhere, where, value, x, 1, (const char *[]){ "a" }, 1, &window);
    const double w[] = { 1, 7, 3, 2, 7, 0, 3, 9 }, expected[] = { 0, 7, 0, 0, 0, 0, 0, 9 };
    Feed feed = { .batch = 1, .weight = (const double *const[]){ w } };
    Parts *parts = interpret(g->arena, g, &feed);
    ck_assert_double_eq(parts[value->id][0][0], 7);
    ck_assert_double_eq(parts[where->id][0][0], 1);
    ck_assert_double_eq(parts[where->id][0][1], 3);
    for (int i = 0; i < 8; i++)
        ck_assert_double_eq(parts[back->id][0][i], expected[i]);
    done(g);
}
END_TEST

/* ---------------------------------------------------------------- sweep, print, check */

START_TEST(sweep_drops_what_no_result_needs)
{
    Graph *g = graph();
    Node *x = input(g);
    make_map(g, nowhere, FN_exp, x, NULL, NULL);
    Node *y = make_map(g, nowhere, FN_sin, x, NULL, NULL);
    graph_result(g, RESULT_VALUE, "output", NULL, y);
    ck_assert_int_eq(graph_sweep(g), 1);
    ck_assert_int_eq(y->id, 1);
    ck_assert_ptr_eq(graph_find(g, "output"), y);
    ck_assert_ptr_null(graph_find(g, "loss"));
    done(g);
}
END_TEST

static char *printed(const Graph *g, void (*print)(FILE *, const Graph *))
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    print(out, g);
    fclose(out);
    return text;
}

START_TEST(prints_a_line_a_node)
{
    Graph *g = graph();
    Shape kernel = { 3, { { "freq", 3 }, { "channel", 2 }, { "out", 8 } } };
    Along slide = { .axis = "freq", .stride = 2 }, pad = { .axis = "freq", .lo = 1, .hi = 0 };
    Node *x = make_pad(g, nowhere, input(g), 1, &pad), *w = weight(g, "conv.weight", kernel);
    Node *y = make_dot(g, nowhere, x, w, 1, (const char *[]){ "channel" }, 1, &slide);
    y = make_map(g, nowhere, FN_mul, y, make_number(g, nowhere, 0.5), NULL);
    y->label = "a.conv";
    graph_result(g, RESULT_VALUE, "output", NULL, y);
    char *text = printed(g, graph_print);
    ck_assert_str_eq(text,
                     "graph training\n"
                     "%0 = input x  [batch, freq = 12, time = 10, channel = 2]\n"
                     "%1 = pad[freq = 1 + 0] (%0)  [batch, freq = 13, time = 10, channel = 2]\n"
                     "%2 = weight conv.weight  [freq = 3, channel = 2, out = 8]\n"
                     "%3 = dot[channel] slide [freq = 3 stride 2] (%1, %2)  [batch, freq = 6, time "
                     "= 10, out = 8]\n"
                     "%4 = number 0.5  []\n"
                     "%5 = mul (%3, %4)  [batch, freq = 6, time = 10, out = 8]   # a.conv\n"
                     "output = %5\n");
    free(text);
    text = printed(g, graph_draw);
    ck_assert_ptr_nonnull(strstr(text, "n3 -> n5;"));
    ck_assert_ptr_nonnull(strstr(text, "label=\"a.conv\""));
    ck_assert_ptr_null(strstr(text, "n4"));
    free(text);
    done(g);
}
END_TEST

/* y = x * k + h, h' = y, and a result and a state that nothing needs. */
static Node *scan(Graph *g)
{
    Shape step = { 3, { { "batch", BATCH }, { "freq", 12 }, { "channel", 2 } } };
    Node *outer[] = { input(g), make_number(g, nowhere, 0.5), input(g) };
    Graph *body = graph_create(g->arena, "body");
    Node *x = make_inner(body, nowhere, "x", step), *h = make_inner(body, nowhere, "h", step);
    Node *k = make_inner(body, nowhere, "k", (Shape){ 0 });
    Node *z = make_inner(body, nowhere, "z", step), *count = make_inner(body, nowhere, "c", step);
    Node *y = make_map(body, nowhere, FN_add, make_map(body, nowhere, FN_mul, x, k, NULL), h, NULL);
    Node *more = make_map(body, nowhere, FN_add, count, z, NULL);
    ScanInput input[] = { { SCAN_SEQUENCE, z, NULL, 2 },
                          { SCAN_SEQUENCE, x, NULL, 0 },
                          { SCAN_CONSTANT, k, NULL, 1 },
                          { SCAN_STATE, h, y, -1 },
                          { SCAN_STATE, count, more, -1 } };
    graph_result(body, RESULT_VALUE, "count", NULL, more);
    graph_result(body, RESULT_VALUE, "y", NULL, y);
    return make_scan(g, nowhere, "time", true, body, 5, input, 3, outer);
}

START_TEST(scans_stack_results)
{
    Graph *g = graph();
    shape_is(g, make_part(g, nowhere, scan(g), 1), "[batch, time = 10, freq = 12, channel = 2]");
    done(g);
}
END_TEST

START_TEST(sweep_trims_scans)
{
    Graph *g = graph();
    Node *n = scan(g), *y = make_part(g, nowhere, n, 1);
    graph_result(g, RESULT_VALUE, "output", NULL, y);
    graph_sweep(g);
    ck_assert_int_eq(y->part, 0);
    ck_assert_int_eq(n->body->results, 1);
    ck_assert_int_eq(n->scan_inputs, 3);
    ck_assert_int_eq(n->operands, 2);
    char *text = printed(g, graph_print);
    ck_assert_str_eq(
        text, "graph training\n"
              "%0 = input x  [batch, freq = 12, time = 10, channel = 2]\n"
              "%1 = number 0.5  []\n"
              "%2 = scan[time] (%0, %1)  [batch, time = 10, freq = 12, channel = 2] backward\n"
              "    input %0 each outer %0\n"
              "    input %2 is outer %1\n"
              "    state %1 next %4\n"
              "    %0 = input x  [batch, freq = 12, channel = 2]\n"
              "    %1 = input h  [batch, freq = 12, channel = 2]\n"
              "    %2 = input k  []\n"
              "    %3 = mul (%0, %2)  [batch, freq = 12, channel = 2]\n"
              "    %4 = add (%3, %1)  [batch, freq = 12, channel = 2]\n"
              "    y = %4\n"
              "%3 = part 0 (%2)  [batch, time = 10, freq = 12, channel = 2]\n"
              "output = %3\n");
    free(text);
    done(g);
}
END_TEST

static void break_scan(Graph *g, int form)
{
    Node *n = scan(g), *y = make_part(g, nowhere, n, 1);
    Node *inner = n->scan_input[0].inner;
    switch (form) {
    case 0: n->scan_input[0].operand = 3; break;
    case 1: n->scan_input[3].next = NULL; break;
    case 2: n->scan_input[2].role = SCAN_SEQUENCE; break;
    case 3: inner->shape.axis[1].size = 11; break;
    case 4: n->scan_input[1].inner = y; break;
    case 5: n->body->results = 1; break;
    case 6: n->scan_inputs = 4; break;
    case 7: n->body->node[0]->op = OP_random; break;
    case 8: n->body = NULL; break;
    case 9: weight(n->body, "w", inner->shape); break;
    case 10: n->name = "freq"; break;
    }
}

START_TEST(checker_refuses_scans)
{
    Graph *g = graph();
    ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
    break_scan(g, _i);
    graph_check(g, "breaking it");
}
END_TEST

/* What the checker must refuse, each by abort. */
static void break_graph(Graph *g, int form)
{
    Along window = { .axis = "freq", .size = 3 };
    Node *x = input(g), *y = make_map(g, nowhere, FN_exp, x, NULL, NULL);
    Node *sum = make_sum(g, nowhere, y, 0, NULL, 1, &window);
    Node *max = make_max(g, nowhere, y, 0, NULL, 1, &window);
    Node *part = make_part(g, nowhere, max, 1);
    switch (form) {
    case 0: y->operand[0] = sum; break;
    case 1: y->shape.axis[1].size = 11; break;
    case 2: sum->along[0].stride = 0; break;
    case 3: sum->along[0].size = 13; break;
    case 4: part->part = 2; break;
    case 5: part->type = TYPE_REAL; break;
    case 6: sum->operand[0] = max; break;
    case 7: y->operands = 0; break;
    case 8: x->shape.axis[2].name = "freq"; break;
    case 9: x->name = NULL; break;
    case 10: sum->along[0].dilation = 2; break;
    case 11: graph_result(g, RESULT_GRADIENT, "w", NULL, y); break;
    case 12: graph_result(g, RESULT_VALUE, "output", NULL, part); break;
    case 13: y->axes = 1; break;
    }
}

START_TEST(checker_refuses)
{
    Graph *g = graph();
    ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
    break_graph(g, _i);
    graph_check(g, "breaking it");
}
END_TEST

START_TEST(checker_accepts)
{
    Graph *g = graph();
    break_graph(g, -1);
    done(g);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("graph");
    TCase *shapes = tcase_create("shapes"), *graphs = tcase_create("graphs");
    tcase_add_test(shapes, finds_axes);
    tcase_add_test(shapes, inputs_are_batched);
    tcase_add_test(shapes, maps_take_the_shape_with_all_axes);
    tcase_add_test(shapes, convolutions_put_channels_last);
    tcase_add_test(shapes, products_put_the_batch_first);
    tcase_add_test(shapes, reductions_remove_or_shrink_axes);
    tcase_add_test(shapes, reshape_appends_axes);
    tcase_add_test(shapes, moves_resize_axes);
    tcase_add_test(graphs, order_transposes);
    tcase_add_test(graphs, maximum_names_its_first_place);
    tcase_add_test(graphs, sweep_drops_what_no_result_needs);
    tcase_add_test(graphs, prints_a_line_a_node);
    tcase_add_test(graphs, checker_accepts);
    tcase_add_loop_test_raise_signal(graphs, checker_refuses, SIGABRT, 0, 14);
    tcase_add_test(graphs, scans_stack_results);
    tcase_add_test(graphs, sweep_trims_scans);
    tcase_add_loop_test_raise_signal(graphs, checker_refuses_scans, SIGABRT, 0, 11);
    suite_add_tcase(s, shapes);
    suite_add_tcase(s, graphs);
    return check_main(s);
}
