/* check_resolve.c: what the elaborator makes of files: counts, names, graphs, features, recipes. */
#include "check_main.h"

#include "../compiler/ascc.h"

#include <stdlib.h>
#include <string.h>

extern const char standard_library[];

static Arena *arena;
static char *errors; /* what the last compilation reported */

static void setup(void)
{
    arena = arena_create();
    errors = NULL;
}

static void teardown(void)
{
    arena_destroy(arena);
    free(errors);
}

static Model *elaborate(const Source *source, int defines, Define *define)
{
    size_t length;
    free(errors);
    errors = NULL;
    FILE *out = open_memstream(&errors, &length);
    Diagnostics d = { .out = out, .limit = 20 };
    Source *standard = arena_alloc(arena, sizeof *standard);
    *standard = (Source){ "std.asc", standard_library, strlen(standard_library), true };
    Options *options = arena_alloc(arena, sizeof *options);
    *options = (Options){ .input = source->path, .define = define, .defines = defines, .dump = "" };
    Tree *library = parse(arena, standard, &d), *tree = parse(arena, source, &d);
    Model *model = library && tree ? resolve(arena, tree, library, options, &d) : NULL;
    fclose(out);
    ck_assert_msg((model != NULL) == (d.errors == 0), "%s", errors);
    for (int i = 0; model && i < 2; i++)
        graph_check(i ? model->inference : model->training, "resolve");
    return model;
}

static Model *elaborate_text(const char *text)
{
    Source *source = arena_alloc(arena, sizeof *source);
    *source = (Source){ "model.asc", text, strlen(text), false };
    return elaborate(source, 0, NULL);
}

#define FEATURES "features x { input[feature = 4] }\n"
#define MAPS "features x { input[channel = 1, freq = 12, time = 10] }\n"
#define TRAIN                                                                                      \
    "train { loss = cross_entropy(output, target); optimizer = sgd(0.1); epochs = 1; batch = 2 "   \
    "}\n"

/* A model whose network is `body`; it must have no errors. */
static Model *network(const char *features, const char *definitions, const char *body)
{
    Model *model = elaborate_text(
        arena_format(arena, "asc 1\n%s%snetwork {\n%s\n}\n" TRAIN, features, definitions, body));
    ck_assert_msg(model != NULL, "%s", errors);
    return model;
}

static Model *model_file(const char *name, int defines, Define *define)
{
    const char *root = getenv("SRCDIR") ? getenv("SRCDIR") : ".";
    Diagnostics d = { .out = stderr };
    Source *source = source_read(arena, arena_format(arena, "%s/models/%s", root, name), &d);
    ck_assert_ptr_nonnull(source);
    Model *model = elaborate(source, defines, define);
    ck_assert_msg(model != NULL, "%s", errors);
    return model;
}

static int64_t total(const Model *model, bool trainable_only)
{
    int64_t count = 0;
    for (int i = 0; i < model->weights; i++)
        if (model->weight[i]->trainable || !trainable_only)
            count += shape_count(&model->weight[i]->shape);
    return count;
}

static const char *shape_string(const Shape *shape)
{
    Text text = text_create(arena);
    shape_format(shape, &text);
    return text.at;
}

static const char *weight_names(const Model *model)
{
    Text text = text_create(arena);
    for (int i = 0; i < model->weights; i++)
        text_add(&text, "%s%s", i ? " " : "", model->weight[i]->name);
    return text.at ? text.at : "";
}

static int count_op(const Graph *g, Op op)
{
    int count = 0;
    for (int i = 0; i < g->nodes; i++)
        count += g->node[i]->op == op;
    return count;
}

static const Node *find_op(const Graph *g, Op op)
{
    for (int i = 0; i < g->nodes; i++)
        if (g->node[i]->op == op)
            return g->node[i];
    return NULL;
}

static const Weight *find_weight(const Model *model, const char *name)
{
    for (int i = 0; i < model->weights; i++)
        if (!strcmp(model->weight[i]->name, name))
            return model->weight[i];
    ck_abort_msg("no weight %s among %s", name, weight_names(model));
    return NULL;
}

static const char *output_shape(const Model *model)
{
    return shape_string(&graph_find(model->inference, "output")->shape);
}

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
    Model *model = elaborate_text(
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
    Model *model = elaborate_text(
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

/* ---------------------------------------------------------------- features */

static const Features *features(const char *body)
{
    Model *model = elaborate_text(
        arena_format(arena,
                     "asc 1\nfeatures x {\n%s\n}\nnetwork { x | dense[class = 3]\n"
                     "| softmax[class] }\n" TRAIN,
                     body));
    ck_assert_msg(model != NULL, "%s", errors);
    return &model->features[0];
}

START_TEST(features_of_the_paper)
{
    const Features *f = &model_file("moe_cnn.asc", 0, NULL)->features[0];
    Stage *const *s = f->front->stage;
    ck_assert_str_eq(f->name, "logmel");
    ck_assert_str_eq(shape_string(&f->shape), "[channel = 1, freq = 128, time = 100]");
    ck_assert(f->front->rate == 44100 && f->front->channels == 1 && !f->front->cut);
    ck_assert_int_eq(f->front->stages, 3);
    ck_assert(s[0]->kind == STAGE_SPECTROGRAM && s[0]->window == 1764 && s[0]->hop == 882 &&
              s[0]->fft == 2048);
    ck_assert(!strcmp(s[0]->shape, "hann") && s[0]->power == 2 && !strcmp(s[0]->edges, "centre") &&
              s[0]->periodic);
    ck_assert(s[1]->kind == STAGE_MEL && s[1]->mels == 128 && s[1]->low == 0 &&
              s[1]->high == 22050 && s[1]->from == s[0]->to);
    ck_assert(!strcmp(s[1]->scale, "slaney") && !strcmp(s[1]->norm, "slaney") &&
              !strcmp(s[1]->triangles, "hz"));
    ck_assert(s[2]->kind == STAGE_NORMALIZE && s[2]->axes == 1 && !strcmp(s[2]->axis[0], "freq"));
    ck_assert(f->cached == s[2]->from && f->cached->op == OP_map && f->normalize == s[2]);
    ck_assert(f->cut->length == 100 && f->cut->step == 100 && !strcmp(f->cut->last, "drop"));
}
END_TEST

START_TEST(segment_before_the_spectrogram)
{
    const Features *f = features(
        "audio[channel = 1](22050 Hz) | segment[time = 1 s](overlap = 50 %)\n"
        "| spectrogram[bin](1024 samples, hop = 220 samples, edges = valid)\n"
        "| mel[feature = 64] | decibels | normalize[feature]");
    ck_assert_int_eq(f->front->cut->length, 22050);
    ck_assert_int_eq(f->front->cut->step, 11025);
    ck_assert_str_eq(shape_string(&f->shape), "[channel = 1, feature = 64, time = 96]");
}
END_TEST

/* Kaldi's frames are as long as the window, not as the transform. */
START_TEST(frames_of_kaldi)
{
    const Features *f = features(
        "audio[channel = 1](16000 Hz) | segment[time = 1 s]\n"
        "| spectrogram[bin](25 ms, hop = 10 ms, edges = snip, window = povey, periodic = no)\n"
        "| mel[freq = 23](low = 20 Hz, scale = kaldi, norm = none, triangles = mel, nyquist = "
        "drop)");
    ck_assert_str_eq(shape_string(&f->shape), "[channel = 1, freq = 23, time = 98]");
    const Stage *mel = f->front->stage[1];
    ck_assert(mel->drop_nyquist && mel->low == 20 && !f->front->stage[0]->periodic);
}
END_TEST

/* Branches that share a spectrogram, and several results of one section. */
START_TEST(features_are_a_graph)
{
    Model *model = elaborate_text(
        "asc 1\nfeatures x {\na = audio(8000 Hz) | spectrogram[bin](32 ms, hop = 16 ms)\n"
        "b = a | mel[freq = 8] | decibels(top_db = 60)\n"
        "join[freq](b, b | delta[time]) | normalize[freq] | segment[time = 5 frames],\n"
        "b | nnf[time](k = 3) | segment[time = 7 frames]\n}\n"
        "network { y, z = x\n mean[time](y) | dense[class = 3] | softmax[class]\n }\n" TRAIN);
    ck_assert_msg(model == NULL && strstr(errors, "`z` is never used"), "%s", errors);
    model = elaborate_text(
        "asc 1\nfeatures x {\na = audio(8000 Hz) | spectrogram[bin](32 ms, hop = 16 ms)\n"
        "b = a | mel[freq = 8] | decibels(top_db = 60)\n"
        "join[freq](b, b | delta[time]) | normalize[freq] | segment[time = 5 frames],\n"
        "b | nnf[time](k = 3) | segment[time = 7 frames]\n}\n"
        "network { y, z = x\n join[freq](mean[time](y), mean[time](z))\n"
        "| dense[class = 3] | softmax[class]\n }\n" TRAIN);
    ck_assert_msg(model != NULL, "%s", errors);
    ck_assert_int_eq(model->fronts, 1);
    ck_assert_int_eq(model->feature_sets, 2);
    ck_assert_str_eq(model->features[0].name, "x.1");
    ck_assert_str_eq(shape_string(&model->features[0].shape), "[time = 5, freq = 16]");
    ck_assert_str_eq(shape_string(&model->features[1].shape), "[time = 7, freq = 8]");
    ck_assert(model->features[1].normalize == NULL);
    static const StageKind kind[] = { STAGE_SPECTROGRAM, STAGE_MEL,       STAGE_CLIP,
                                      STAGE_CONTEXT,     STAGE_NORMALIZE, STAGE_NEIGHBOURS };
    ck_assert_int_eq(model->front[0]->stages, 6);
    for (int i = 0; i < 6; i++)
        ck_assert_int_eq(model->front[0]->stage[i]->kind, kind[i]);
    ck_assert_int_eq(model->front[0]->stage[3]->before, 4);
}
END_TEST

/* ---------------------------------------------------------------- sections */

START_TEST(recipe)
{
    Model *model = elaborate_text(
        "asc 1\nparam mix = 0.2\nparam how = best\n" FEATURES
        "network { x | dense[class = 3] | softmax[class] }\n"
        "train {\n loss = cross_entropy(output, target); optimizer = adam(0.002, beta2 = 0.99)\n"
        " epochs = 7; batch = 16; l2 = 1e-4; mixup = mix; clip = norm(5); seed = 12\n"
        " schedule = exponential(0.5, every = 3); validate = split(30 %, by = recording)\n"
        " keep = best(gap(20), after = 2)\n}\n"
        "layer unused(y) { if how == best { y } else { y + 1 } }\n"
        "evaluate { combine = vote; report = accuracy[device, class], hit(3), confusion }\n");
    ck_assert_msg(model != NULL, "%s", errors);
    const Recipe *r = &model->recipe;
    ck_assert(!strcmp(r->optimizer, "adam") && r->rate == 0.002 && r->beta1 == 0.9 &&
              r->beta2 == 0.99);
    ck_assert(r->epsilon == 1e-8 && r->epochs == 7 && r->batch == 16 && r->l2 == 1e-4 &&
              r->mixup == 0.2);
    ck_assert(!strcmp(r->clip, "norm") && r->clip_at == 5 && r->seed == 12);
    ck_assert(!strcmp(r->schedule, "exponential") && r->schedule_factor == 0.5 &&
              r->schedule_every == 3);
    ck_assert(!strcmp(r->validate, "split") && r->validate_share == 0.3 &&
              !strcmp(r->validate_by, "recording"));
    ck_assert(!strcmp(r->keep, "best") && !strcmp(r->keep_metric, "gap") && r->keep_argument == 20);
    ck_assert_int_eq(r->keep_after, 2);
    const Evaluation *e = &model->evaluation;
    ck_assert(!strcmp(e->combine, "vote") && e->metrics == 3);
    ck_assert(!strcmp(e->metric[0].name, "accuracy") && !strcmp(e->metric[0].group[0], "device"));
    ck_assert_str_eq(e->metric[0].group[1], "class");
    ck_assert(!strcmp(e->metric[1].name, "hit") && e->metric[1].argument == 3 &&
              !e->metric[1].group[0]);
}
END_TEST

START_TEST(recipe_defaults)
{
    const Recipe *r = &network(FEATURES, "", "x | dense[class = 3] | softmax[class]")->recipe;
    ck_assert(!strcmp(r->optimizer, "sgd") && r->rate == 0.1 && r->momentum == 0 &&
              r->init == INIT_GLOROT_UNIFORM);
    ck_assert(!strcmp(r->clip, "none") && !strcmp(r->schedule, "constant") &&
              !strcmp(r->validate, "none"));
    ck_assert(!strcmp(r->keep, "last") && r->seed == 0 && r->l2 == 0 && r->mixup == 0);
    Model *model = elaborate_text("asc 1\n" FEATURES
                                  "network { x | dense[class = 3] | softmax[class] }\n"
                                  "train { loss = cross_entropy(output, target); optimizer = "
                                  "sgd(0.1); epochs = 1; batch = 2\n"
                                  "validate = provided }\n");
    ck_assert_str_eq(model->recipe.keep, "best");
    ck_assert_str_eq(model->recipe.keep_metric, "accuracy");
}
END_TEST

START_TEST(loss_sees_the_network)
{
    Model *model = elaborate_text(
        "asc 1\n" FEATURES "network { h = x | dense[feature = 3]\n"
        "h | dense[class = 3] | softmax[class] }\n"
        "train { loss = cross_entropy(output, target) + 0.1 * sum[feature](h ^ 2)\n"
        "optimizer = sgd(0.1); epochs = 1; batch = 2 }\n");
    ck_assert_msg(model != NULL, "%s", errors);
    ck_assert_str_eq(shape_string(&graph_find(model->inference, "loss")->shape), "[batch]");
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
    Model *model = elaborate(&source, 3, define);
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
    ck_assert_ptr_null(elaborate_text(text.at));
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
    tcase_add_test(t, features_of_the_paper);
    tcase_add_test(t, segment_before_the_spectrogram);
    tcase_add_test(t, frames_of_kaldi);
    tcase_add_test(t, features_are_a_graph);
    tcase_add_test(t, recipe);
    tcase_add_test(t, recipe_defaults);
    tcase_add_test(t, loss_sees_the_network);
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
