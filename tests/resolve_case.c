/* resolve_case.c: what the suites of the elaborator share. */
#include "resolve_case.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

Arena *arena;
char *errors;

void setup(void)
{
    arena = arena_create();
    errors = NULL;
}

void teardown(void)
{
    arena_destroy(arena);
    free(errors);
}

Model *compile_source(const Source *source, int defines, Define *define)
{
    size_t length;
    free(errors);
    errors = NULL;
    FILE *told = open_memstream(&errors, &length);
    Model *model = elaborate(arena, source, defines, define, told);
    fclose(told);
    return model;
}

Model *compile_text(const char *text)
{
    return compile_source(source_of(arena, "model.asc", text), 0, NULL);
}

Model *network(const char *features, const char *definitions, const char *body)
{
    Model *model = compile_text(
        arena_format(arena, "asc 1\n%s%snetwork {\n%s\n}\n" TRAIN, features, definitions, body));
    ck_assert_msg(model != NULL, "%s", errors);
    return model;
}

Model *model_file(const char *name, int defines, Define *define)
{
    const char *root = getenv("SRCDIR") ? getenv("SRCDIR") : ".";
    Diagnostics d = { .out = stderr };
    Source *source = source_read(arena, arena_format(arena, "%s/models/%s", root, name), &d);
    ck_assert_ptr_nonnull(source);
    Model *model = compile_source(source, defines, define);
    ck_assert_msg(model != NULL, "%s", errors);
    return model;
}

int64_t total(const Model *model, bool trainable_only)
{
    int64_t count = 0;
    for (int i = 0; i < model->weights; i++)
        if (model->weight[i]->trainable || !trainable_only)
            count += shape_count(&model->weight[i]->shape);
    return count;
}

const char *shape_string(const Shape *shape)
{
    Text text = text_create(arena);
    shape_format(shape, &text);
    return text.at;
}

const char *weight_names(const Model *model)
{
    Text text = text_create(arena);
    for (int i = 0; i < model->weights; i++)
        text_add(&text, "%s%s", i ? " " : "", model->weight[i]->name);
    return text.at ? text.at : "";
}

int count_op(const Graph *g, Op op)
{
    int count = 0;
    for (int i = 0; i < g->nodes; i++)
        count += g->node[i]->op == op;
    return count;
}

const Node *find_op(const Graph *g, Op op)
{
    for (int i = 0; i < g->nodes; i++)
        if (g->node[i]->op == op)
            return g->node[i];
    return NULL;
}

const Weight *find_weight(const Model *model, const char *name)
{
    for (int i = 0; i < model->weights; i++)
        if (!strcmp(model->weight[i]->name, name))
            return model->weight[i];
    ck_abort_msg("no weight %s among %s", name, weight_names(model));
    return NULL;
}

const char *output_shape(const Model *model)
{
    return shape_string(&graph_find(model->inference, "output")->shape);
}
