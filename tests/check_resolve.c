/* check_resolve.c: what the elaborator makes of networks and definitions: counts, names, shapes, weights. */
#include "check_main.h"
#include "resolve_case.h"

#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------- models */

/* Table 1 of the paper: all ten dense rows. */
START_TEST(counts_of_the_paper)
{
    static const struct {
        const char *depth, *blocks, *experts;
        int64_t total;
    } row[] = {
        { "4", "2", "0", 1241690 },  { "3", "1", "0", 401610 },   { "2", "2", "2", 809724 },
        { "4", "1", "5", 721451 },   { "2", "2", "5", 1007871 },  { "4", "2", "10", 1836388 },
        { "4", "2", "15", 2166633 }, { "2", "2", "15", 1668361 }, { "4", "2", "20", 2496878 },
        { "4", "1", "20", 1712186 },
    };
    Define define[] = { { "depth", row[_i].depth, false },
                        { "blocks", row[_i].blocks, false },
                        { "experts", row[_i].experts, false } };
    Model *model = model_file("moe_cnn.asc", 3, define);
    ck_assert_int_eq(total(model, false), row[_i].total);
    ck_assert_str_eq(output_shape(model), "[batch, class = 10]");
    ck_assert_str_eq(model->defines, arena_format(arena, "depth=%s blocks=%s experts=%s",
                                                  row[_i].depth, row[_i].blocks, row[_i].experts));
}
END_TEST

START_TEST(model_of_the_paper)
{
    Model *model = model_file("moe_cnn.asc", 0, NULL);
    ck_assert_str_eq(model->name, "moe_cnn");
    ck_assert_str_eq(model->defines, "");
    ck_assert_int_eq(total(model, true), 2165809);
    ck_assert_str_eq(shape_string(&find_weight(model, "e.moe.g.dense.weight")->shape),
                     "[in = 256, expert = 15]");
    ck_assert_str_eq(shape_string(&find_weight(model, "c.stage.block2.conv.weight")->shape),
                     "[freq = 3, time = 3, in = 128, channel = 128]");
    ck_assert_int_eq(count_op(model->training, OP_moments), 8);
    ck_assert_int_eq(count_op(model->inference, OP_moments), 0);
    ck_assert_int_eq(model->training->results, 2 + 16);
    ck_assert_int_eq(model->inference->results, 3); /* output, loss; observed: the gates */
    ck_assert_str_eq(shape_string(&graph_find(model->training, "loss")->shape), "[batch]");
}
END_TEST

START_TEST(model_of_esc10)
{
    Model *model = model_file("esc10.asc", 0, NULL);
    const Features *f = &model->features[0];
    ck_assert_int_eq(total(model, false), 721451);
    ck_assert_int_eq(model->recipe.batch, 32);
    ck_assert_int_eq(model->recipe.epochs, 60);
    ck_assert_str_eq(model->recipe.keep, "last");
    ck_assert_str_eq(model->recipe.validate, "none");
    ck_assert_int_eq(f->cut->length, 100);
    ck_assert_int_eq(f->cut->step, 50);
}
END_TEST

/* ---------------------------------------------------------------- names, scopes, weights */

START_TEST(names_follow_bindings_and_calls)
{
    Model *model = network(
        FEATURES, "layer head(y) { y | dense[feature = 4] | dense[feature = 4] }\n",
        "a = x | head | head\n dense = a | dense[feature = 4]\n"
        "b, c = join[feature](dense, dense) | dense[gate = 2, feature = 4] | split[gate]\n"
        "scale = weight[feature = 4](ones)\n d = 2 * weight[feature = 4](ones)\n"
        "b * c * scale * d | dense[class = 3] | softmax[class]");
    ck_assert_str_eq(
        weight_names(model),
        "a.head.dense.bias a.head.dense.weight a.head.dense2.bias a.head.dense2.weight "
        "a.head2.dense.bias a.head2.dense.weight a.head2.dense2.bias a.head2.dense2.weight "
        "dense.bias dense.weight dense2.bias dense2.weight scale d.weight dense3.bias "
        "dense3.weight");
}
END_TEST

START_TEST(branches_keep_the_path)
{
    Model *model = network(
        FEATURES, "param n = 3\n",
        "y = if n == 3 { z = x | dense[feature = 5]; z | dense[feature = 6] } else { x }\n"
        "y | dense[class = 3] | softmax[class]");
    ck_assert_str_eq(weight_names(model),
                     "y.z.dense.bias y.z.dense.weight y.dense.bias y.dense.weight "
                     "dense.bias dense.weight");
}
END_TEST

START_TEST(fans_of_dots)
{
    Model *model = network(
        MAPS, "",
        "x | conv[channel = 8]([freq = 3, time = 5]) | depthwise([freq = 3, time = 3])\n"
        "| dense[class = 3] | softmax[class]");
    const Weight *conv = find_weight(model, "conv.weight"),
                 *depthwise = find_weight(model, "depthwise.weight"),
                 *dense = find_weight(model, "dense.weight");
    ck_assert_double_eq(conv->fan_in, 15);
    ck_assert_double_eq(conv->fan_out, 8 * 15);
    ck_assert_double_eq(depthwise->fan_in, 9);
    ck_assert_double_eq(depthwise->fan_out, 8 * 9);
    ck_assert_double_eq(dense->fan_in, 8 * 12 * 10);
    ck_assert_double_eq(dense->fan_out, 3);
    ck_assert_int_eq(conv->init, INIT_GLOROT_UNIFORM);
    ck_assert_int_eq(find_weight(model, "conv.bias")->init, INIT_ZEROS);
}
END_TEST

START_TEST(initialisers)
{
    Model *model = compile_text(
        "asc 1\n" FEATURES "network { x | dense[feature = 3](init = uniform(0.05))\n"
        "| dense[class = 2] | softmax[class] }\n"
        "train { loss = cross_entropy(output, target); optimizer = sgd(0.1); epochs = 1\n"
        "batch = 2; init = truncated_normal(0.2) }\n");
    ck_assert_msg(model != NULL, "%s", errors);
    ck_assert_int_eq(find_weight(model, "dense.weight")->init, INIT_UNIFORM);
    ck_assert_double_eq(find_weight(model, "dense.weight")->value, 0.05);
    ck_assert_int_eq(find_weight(model, "dense2.weight")->init, INIT_TRUNCATED_NORMAL);
    ck_assert_double_eq(find_weight(model, "dense2.weight")->value, 0.2);
}
END_TEST

/* ---------------------------------------------------------------- axes */

static const struct {
    const char *body, *shape;
} shapes[] = {
    { "x", "[batch, channel = 1, freq = 12, time = 10]" },
    { "x | conv[channel = 8]", "[batch, freq = 12, time = 10, channel = 8]" },
    { "x | conv[channel = 8](stride = 2)", "[batch, freq = 6, time = 5, channel = 8]" },
    { "x | conv[channel = 8](stride = [time = 3])", "[batch, freq = 12, time = 4, channel = 8]" },
    { "x | conv[channel = 8](edges = valid, dilation = 2)",
      "[batch, freq = 8, time = 6, channel = 8]" },
    { "x | conv[channel = 8, expert = 2]",
      "[batch, freq = 12, time = 10, channel = 8, expert = 2]" },
    { "x | depthwise(edges = valid)", "[batch, channel = 1, freq = 10, time = 8]" },
    { "x | pad[freq = 1, time = 2]", "[batch, channel = 1, freq = 14, time = 14]" },
    { "x | maxpool[freq = 3, time = 3]", "[batch, channel = 1, freq = 4, time = 3]" },
    { "x | meanpool[freq = 3](stride = 1)", "[batch, channel = 1, freq = 10, time = 10]" },
    { "x | mean[freq, time]", "[batch, channel = 1]" },
    { "x | mean[freq, channel = 1]", "[batch, channel = 1, time = 10]" },
    { "x | slice[freq = 2 .. 5]", "[batch, channel = 1, freq = 3, time = 10]" },
    { "x | slice[freq = 0 .. 12](step = 5)", "[batch, channel = 1, freq = 3, time = 10]" },
    { "x | reverse[time]", "[batch, channel = 1, freq = 12, time = 10]" },
    { "x | last[time]", "[batch, channel = 1, freq = 12]" },
    { "join[freq](x, x | slice[freq = 0 .. 2])", "[batch, channel = 1, freq = 14, time = 10]" },
    { "reshape[a = 4, b](x, [time, freq])", "[batch, channel = 1, a = 4, b = 30]" },
    { "reshape[feature](x, axes(x))", "[batch, feature = 120]" },
    { "expand[copy = 2](x)", "[batch, channel = 1, freq = 12, time = 10, copy = 2]" },
    { "dot[](x | mean[freq, time], x | mean[channel, freq])", "[batch, channel = 1, time = 10]" },
    { "x | dropout[time](0.5)", "[batch, channel = 1, freq = 12, time = 10]" },
    { "x | batchnorm[freq]", "[batch, channel = 1, freq = 12, time = 10]" },
    { "x | dense[feature = size[freq](x) / 3](over = [freq, channel])",
      "[batch, time = 10, feature = 4]" },
    { "x | moe(8, 3)", "[batch, feature = 8]" },
    { "x | conv_moe(8, 3)", "[batch, channel = 8, freq = 12, time = 10]" },
    { "x | logistic_moe(5, 3)", "[batch, class = 5]" },
    { "(x | mean[freq, time, channel]) * index[feature = 3]", "[batch, feature = 3]" },
};

START_TEST(shapes_of_results)
{
    Model *model = compile_text(
        arena_format(arena,
                     "asc 1\n" MAPS "network {\n%s\n}\ntrain { loss = squared_error(output,"
                     "target); optimizer = sgd(0.1); epochs = 1; batch = 2 }\n",
                     shapes[_i].body));
    ck_assert_msg(model != NULL, "%s", errors);
    ck_assert_str_eq(output_shape(model), shapes[_i].shape);
}
END_TEST

/* Less of the padding comes before, as in Keras. */
START_TEST(same_padding)
{
    Model *model = network(MAPS, "",
                           "x | conv[channel = 2]([freq = 4, time = 3], stride = 2) | dense[class "
                           "= 3] | softmax[class]");
    const Node *pad = find_op(model->inference, OP_pad);
    ck_assert_int_eq(pad->along[0].lo, 1);
    ck_assert_int_eq(pad->along[0].hi, 1);
    ck_assert_int_eq(pad->along[1].lo, 0);
    ck_assert_int_eq(pad->along[1].hi, 1);
}
END_TEST

START_TEST(training_only)
{
    Model *model = network(FEATURES, "",
                           "x | dropout(0.25) | dropout(0.5) | dense[class = 3] | softmax[class]");
    ck_assert_int_eq(count_op(model->training, OP_random), 2);
    ck_assert_int_eq(count_op(model->inference, OP_random), 0);
    ck_assert_int_eq((int)find_op(model->training, OP_random)->seed, 0);
}
END_TEST

START_TEST(labels_and_places)
{
    Model *model = network(FEATURES, "",
                           "a = x | dense[feature = 3]\na | dense[class = 3] | softmax[class]");
    const Node *dot = find_op(model->inference, OP_dot);
    ck_assert_str_eq(dot->label, "a.dense");
    ck_assert_str_eq(dot->place.source->path, "model.asc");
    ck_assert_int_eq(dot->place.line, 4);
}
END_TEST

/* ---------------------------------------------------------------- numbers */

static const struct {
    const char *expression;
    int size;
} sizes[] = {
    { "7", 7 },
    { "2 + 3 * 4", 14 },
    { "(2 + 3) * 4", 20 },
    { "2 ^ 5", 32 },
    { "10 / 4 * 2", 5 },
    { "-3 + 5", 2 },
    { "1 / 3 + 1 / 3 + 1 / 3", 1 },
    { "20 ms * 44100 Hz", 882 },
    { "2 s / 20 ms", 100 },
    { "0.1 * 3 * 10", 3 },
    { "max(3, 5) - min(3, 2)", 3 },
    { "abs(-4)", 4 },
    { "50 % * 8", 4 },
    { "8 ^ -1 * 16", 2 },
    { "2.01 s * 50 Hz * 2", 201 },
    { "if 1 < 2 { 3 } else { 4 }", 3 },
    { "if 1 / 3 == 2 / 6 { 5 } else { 6 }", 5 },
};

START_TEST(numbers_are_exact)
{
    const char *parameter = arena_format(arena, "param n = %s\n", sizes[_i].expression);
    Model *model = network(FEATURES, parameter, "x | dense[class = n] | softmax[class]");
    ck_assert_str_eq(output_shape(model),
                     arena_format(arena, "[batch, class = %d]", sizes[_i].size));
}
END_TEST

/* ---------------------------------------------------------------- definitions and options */

START_TEST(own_layer_before_the_standard_one)
{
    Model *model = network(
        FEATURES, "layer dense[to](y) { y | linear[to](init = normal(1)) }\n",
        "x | dense[feature = 8] | moe(4, 2) | dense[class = 3] | softmax[class]");
    ck_assert_int_eq(total(model, false), 32 + (8 * 2 + 2) + (8 * 8 + 8) + 12);
    ck_assert_ptr_nonnull(strstr(errors, "note: this `dense` takes the place of the standard one"));
}
END_TEST

START_TEST(defines)
{
    static const char text[] =
        "asc 1\nparam n = 3\nparam rate = 0.1\nparam deep = no\n" FEATURES
        "network { y = if deep == yes { x | dense[feature = 5] } else { x }\n"
        "y | dense[class = n] | softmax[class] }\n"
        "train { loss = cross_entropy(output, target); optimizer = sgd(rate); epochs = 1; batch = "
        "2 }\n";
    Source source = { "defines.asc", text, strlen(text), false };
    Define define[] = { { "rate", "0.5", false }, { "n", "6", false }, { "deep", "yes", false } };
    Model *model = compile_source(&source, 3, define);
    ck_assert_msg(model != NULL, "%s", errors);
    ck_assert_str_eq(model->defines, "n=6 rate=0.5 deep=yes");
    ck_assert_int_eq(total(model, false), 4 * 5 + 5 + 5 * 6 + 6);
    ck_assert_double_eq(model->recipe.rate, 0.5);
}
END_TEST

/* What is too large ends in a message, soon. */
START_TEST(limits)
{
    static const char *const body[] = { "n + 1", "n * 2 + n", "n | dense[feature = 4]" };
    Text text = text_create(arena);
    text_add(&text, "asc 1\n" FEATURES "layer f0(n) { %s }\n", body[_i]);
    for (int i = 1; i < 40; i++)
        text_add(&text, "layer f%d(n) { f%d(n) + f%d(n) }\n", i, i - 1, i - 1);
    text_add(&text, "network { %s | dense[class = 3] | softmax[class] }\n" TRAIN,
             _i ? "x | f39" : "x * f39(1)");
    ck_assert_ptr_null(compile_text(text.at));
    ck_assert_ptr_nonnull(strstr(errors, _i == 0   ? "too many steps"
                                         : _i == 1 ? "nodes"
                                                   : "weights"));
}
END_TEST

static Suite *resolve_suite(void)
{
    Suite *s = suite_create("resolve");
    TCase *t = tcase_create("resolve");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, counts_of_the_paper, 0, 10);
    tcase_add_test(t, model_of_the_paper);
    tcase_add_test(t, model_of_esc10);
    tcase_add_test(t, names_follow_bindings_and_calls);
    tcase_add_test(t, branches_keep_the_path);
    tcase_add_test(t, fans_of_dots);
    tcase_add_test(t, initialisers);
    tcase_add_loop_test(t, shapes_of_results, 0, sizeof shapes / sizeof *shapes);
    tcase_add_test(t, same_padding);
    tcase_add_test(t, training_only);
    tcase_add_test(t, labels_and_places);
    tcase_add_loop_test(t, numbers_are_exact, 0, sizeof sizes / sizeof *sizes);
    tcase_add_test(t, own_layer_before_the_standard_one);
    tcase_add_test(t, defines);
    tcase_add_loop_test(t, limits, 0, 3);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return check_main(resolve_suite());
}
