/* check_layers.c: the gradient of every layer and cell of the standard library against central
 * differences: a case in layers.def for each, at random shapes. */
#include "check_main.h"
#include "grad_case.h"
#include "layer_text.h"

#include <string.h>

extern const char standard_library[];

enum { ROUNDS = 3 };

static Tree *parse_text(Arena *arena, const char *path, const char *text, bool standard)
{
    Diagnostics d = { .out = stderr, .limit = 20 };
    Source *source = arena_alloc(arena, sizeof *source);
    *source = (Source){ path, text, strlen(text), standard };
    Tree *tree = parse(arena, source, &d);
    ck_assert_ptr_nonnull(tree);
    return tree;
}

static Tree *parse_standard(Arena *arena)
{
    return parse_text(arena, "std.asc", standard_library, true);
}

static void adopt_layer(Case *c, int number)
{
    Diagnostics d = { .out = stderr, .limit = 20 };
    Options *options = arena_alloc(c->arena, sizeof *options);
    const char *text = layer_text(c->arena, c->seed, number, 1);
    *options = (Options){ .input = layer_cases[number].name, .dump = "" };
    Model *model = resolve(c->arena, parse_text(c->arena, layer_cases[number].name, text, false),
                           parse_standard(c->arena), options, &d);
    ck_assert_msg(model != NULL, "%s", text);
    case_adopt(c, model);
}

START_TEST(every_layer)
{
    for (int round = 0; round < CASE_FORMS * ROUNDS; round++) {
        Case c = case_create("gradients: layers", (uint64_t)(round / CASE_FORMS));
        adopt_layer(&c, _i);
        check_loss(&c, layer_cases[_i].name, (CaseForm)(round % CASE_FORMS));
        arena_destroy(c.arena);
    }
}
END_TEST

static bool has_case(const char *name)
{
    for (int i = 0; i < layer_case_count; i++)
        if (strcmp(layer_cases[i].name, name) == 0)
            return true;
    return false;
}

START_TEST(no_layer_is_without_a_case)
{
    Arena *arena = arena_create();
    const Tree *library = parse_standard(arena);
    int layers = 0;
    for (int i = 0; i < library->count; i++) {
        const Tree *item = library->items[i];
        if (item->kind != TREE_LAYER && item->kind != TREE_CELL)
            continue;
        if (strncmp(item->a->name, "features_", 9) == 0)
            continue; /* presets of the front end: nothing is trained in them */
        layers++;
        ck_assert_msg(has_case(item->a->name), "%s has no case in layers.def", item->a->name);
    }
    ck_assert_int_ge(layers, 20);
    arena_destroy(arena);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("layers");
    TCase *layers = tcase_create("layers");
    tcase_set_timeout(layers, 60);
    tcase_add_loop_test(layers, every_layer, 0, layer_case_count);
    tcase_add_test(layers, no_layer_is_without_a_case);
    suite_add_tcase(s, layers);
    return check_main(s);
}
