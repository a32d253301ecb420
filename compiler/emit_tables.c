/* emit_tables.c: the tables of a generated program: parameters, features, recipe, evaluation, the model itself. */
#include "emit.h"
#include "report.h"

#include <ctype.h>
#include <string.h>

/* ---------------------------------------------------------------- small pieces */

void emit_string(Text *out, const char *text)
{
    text_add(out, "\"");
    for (; *text; text++) {
        const unsigned char c = (unsigned char)*text;
        if (c == '\n' && text[1])
            text_add(out, "\\n\"\n    \"");
        else if (c == '\n')
            text_add(out, "\\n");
        else if (c == '"' || c == '\\')
            text_add(out, "\\%c", c);
        else if (c < 32 || c == '?')
            text_add(out, "\\%03o", c);
        else
            text_add(out, "%c", c);
    }
    text_add(out, "\"");
}

void emit_shape(Text *out, const Shape *shape)
{
    const int batch = shape_batched(shape);
    text_add(out, "{%d, {", shape->rank - batch);
    for (int i = batch; i < shape->rank; i++)
        text_add(out, "%s{\"%s\", %d}", i > batch ? ", " : "", shape->axis[i].name,
                 shape->axis[i].size);
    text_add(out, "%s}}", shape->rank > batch ? "" : "{\"\", 0}");
}

/* ASC_ and the word in capitals. */
const char *emit_constant(Arena *arena, const char *prefix, const char *word)
{
    char *text = arena_format(arena, "ASC_%s%s", prefix, word);
    for (char *c = text; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    return text;
}

static const char *boolean(bool value)
{
    return value ? "true" : "false";
}

static bool is(const char *a, const char *b)
{
    return a && !strcmp(a, b);
}

/* ---------------------------------------------------------------- parameters */

static void emit_parameters(const Model *model, Text *out)
{
    static const char *const init[] = { "ZEROS",
                                        "ZEROS",
                                        "ONES",
                                        "CONSTANT",
                                        "UNIFORM",
                                        "NORMAL",
                                        "TRUNCATED_NORMAL",
                                        "GLOROT_UNIFORM",
                                        "GLOROT_NORMAL",
                                        "HE_UNIFORM",
                                        "HE_NORMAL" };
    text_add(out, "static const AscParameter parameter[] = {\n");
    for (int i = 0; i < model->weights; i++) {
        const Weight *w = model->weight[i];
        text_add(out, "    {\"%s\", ", w->name);
        emit_shape(out, &w->shape);
        text_add(out, ", %lld, %lld, %s, %.17g, ASC_%s, %.17g, %.17g, %.17g},\n",
                 (long long)shape_count(&w->shape), (long long)parameter_offset(model, w),
                 boolean(w->trainable), w->l2, init[w->init], w->value, w->fan_in, w->fan_out);
    }
    if (!model->weights)
        text_add(out, "    {\"\", {0, {{\"\", 0}}}, 0, 0, false, 0, ASC_ZEROS, 0, 0, 0},\n");
    text_add(out, "};\n\n");
}

static void emit_inputs(const Model *model, Text *out)
{
    static const char *const kind[] = { [INPUT_FEATURES] = "FEATURES", [INPUT_LENGTH] = "LENGTH" };
    text_add(out, "static const AscInput input[] = {\n");
    for (int i = 0; i < model->inputs; i++) {
        const Input *input = &model->input[i];
        text_add(out, "    {\"%s\", ", input->name);
        emit_shape(out, &input->shape);
        text_add(out, ", ASC_INPUT_%s, %d, %d, %d},\n", kind[input->kind], input->set, input->part,
                 input->axis);
    }
    text_add(out, "};\n\n");
}

/* ---------------------------------------------------------------- recipe and evaluation */

static void add_metric(Text *out, const Metric *m)
{
    text_add(out, "{%s, %.17g, ", emit_constant(out->arena, "", m->name), m->argument);
    text_add(out, "{");
    for (int i = 0; i < 2; i++)
        text_add(out, m->group[i] ? "%s\"%s\"" : "%sNULL", i ? ", " : "", m->group[i]);
    text_add(out, "}}");
}

static void add_word(Text *out, const char *field, const char *prefix, const char *value)
{
    if (value)
        text_add(out, "        .%s = %s,\n", field, emit_constant(out->arena, prefix, value));
}

static void add_number(Text *out, const char *field, double value)
{
    if (value != 0)
        text_add(out, "        .%s = %.17g,\n", field, value);
}

static void emit_recipe(const Recipe *r, Text *out)
{
    const Metric keep = { r->keep_metric ? r->keep_metric : "accuracy",
                          r->keep_argument,
                          { NULL, NULL } };
    text_add(out, "    .recipe = {\n");
#define ASC_WORD(name, type, prefix) add_word(out, #name, prefix, r->name);
#define ASC_REAL(name) add_number(out, #name, r->name);
#define ASC_WHOLE(name) add_number(out, #name, r->name);
#include "recipe.def"
    text_add(out, "        .keep_metric = ");
    add_metric(out, &keep);
    text_add(out, ",\n        .seed = %llu,\n    },\n", (unsigned long long)r->seed);
}

static void emit_class_weights(const Groups *groups, Text *out)
{
    text_add(out, groups->count ? "static const AscClassWeight class_weight[] = {\n" : "");
    for (int i = 0; i < groups->count; i++)
        text_add(out, "    {\"%s\", %.17g},\n", groups->item[i].name, groups->item[i].value);
    text_add(out, groups->count ? "};\n\n" : "");
}

/* ---------------------------------------------------------------- the model */

static int emit_randoms(const Graph *g, Text *out)
{
    int count = 0;
    for (int i = 0; i < g->nodes; i++)
        if (g->node[i]->op == OP_random && (int)g->node[i]->seed >= count)
            count = (int)g->node[i]->seed + 1;
    text_add(out, "static const size_t random_count[] = {");
    for (int i = 0; i < count; i++) {
        int64_t size = 0;
        for (int j = 0; j < g->nodes; j++)
            if (g->node[j]->op == OP_random && (int)g->node[j]->seed == i)
                size = shape_count(&g->node[j]->shape);
        text_add(out, "%s%lld", i ? ", " : "", (long long)size);
    }
    text_add(out, "%s};\n\n", count ? "" : "0");
    return count;
}

/* What the model observes, in the order of call->observed. */
static int emit_observed(const Graph *g, Text *out)
{
    int count = 0;
    for (int i = 0; i < g->results; i++) {
        if (g->result[i].kind != RESULT_OBSERVED)
            continue;
        text_add(out, "%s    {\"%s\", ", count++ ? "" : "static const AscObserved observed[] = {\n",
                 g->result[i].name);
        emit_shape(out, &g->result[i].node->shape);
        text_add(out, "},\n");
    }
    text_add(out, count ? "};\n\n" : "");
    return count;
}

static void emit_program(const char *field, const Program *p, Text *out)
{
    text_add(out, "    .%s = {%lld, %lld, %lld, %s_run, %s_kernel, %d, %d},\n", field,
             (long long)p->arena_constant, (long long)p->arena_per_example, (long long)p->room,
             p->prefix, p->prefix, p->steps, once_steps(p));
}

void emit_tables(const Model *model, const Program *train, const Program *infer,
                 const Source *source, Text *out)
{
    emit_parameters(model, out);
    emit_features(model, out);
    emit_inputs(model, out);
    const int randoms = emit_randoms(train->graph, out);
    const int observed = emit_observed(infer->graph, out);
    const Groups *weights = &model->recipe.class_weight_of;
    const Evaluation *e = &model->evaluation;
    emit_class_weights(weights, out);
    text_add(out, "static const AscMetric metric[] = {\n");
    for (int i = 0; i < e->metrics; i++) {
        text_add(out, "    ");
        add_metric(out, &e->metric[i]);
        text_add(out, ",\n");
    }
    text_add(out, "%s};\n\nstatic const char text[] =\n    ",
             e->metrics ? "" : "    {ASC_ACCURACY, 0, {NULL, NULL}},\n");
    emit_string(out, source->text);
    text_add(out,
             ";\n\nconst AscModel asc_model = {\n    .name = \"%s\",\n    .source = ", model->name);
    emit_string(out, model->path);
    text_add(out, ",\n    .defines = ");
    emit_string(out, model->defines);
    text_add(out, ",\n    .text = text,\n    .hash = \"%016llx\",\n",
             (unsigned long long)model->identity);
    text_add(out,
             "    .features = features,\n    .feature_sets = %d,\n    .input = input,\n"
             "    .inputs = %d,\n    .output = ",
             model->feature_sets, model->inputs);
    emit_shape(out, &graph_find(infer->graph, "output")->shape);
    text_add(
        out,
        ",\n    .parameter = parameter,\n    .parameters = %d,\n    .parameter_reals = %lld,\n",
        model->weights, (long long)parameter_total(model));
    text_add(out, "    .randoms = %d,\n    .random_count = random_count,\n", randoms);
    if (observed)
        text_add(out, "    .observed = observed,\n    .observeds = %d,\n", observed);
    emit_program("train", train, out);
    emit_program("infer", infer, out);
    text_add(out, "    .multiply_adds = %.17g,\n    .norm_adds = %.17g,\n",
             count_products(infer->graph), count_batch_norm(train->graph));
    text_add(out, "    .target = \"%s\",\n    .compiler = ASC_COMPILER,\n", infer->target->name);
    emit_recipe(&model->recipe, out);
    if (weights->count)
        text_add(out, "    .class_weight = class_weight,\n    .class_weights = %d,\n",
                 weights->count);
    text_add(
        out,
        "    .metric = metric,\n    .metrics = %d,\n    .probe = asc_probe,\n    .vote = %s,\n};\n",
        e->metrics, boolean(is(e->combine, "vote")));
}
