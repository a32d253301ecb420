/* check_layers.c: the gradient of every layer and cell of the standard library against central
 * differences: a case in layers.def for each, at random shapes. */
#include "check_main.h"
#include "elaborate.h"
#include "grad_case.h"
#include "layer_text.h"

#include <string.h>

enum { ROUNDS = 3 };

static void adopt_layer(Case *c, int number)
{
    const char *text = layer_text(c->arena, c->seed, number, 1);
    const Source *source = source_of(c->arena, layer_cases[number].name, text);
    Model *model = elaborate(c->arena, source, 0, NULL, stderr);
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
