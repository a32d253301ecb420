/* check_kernels.c: random graphs, compiled for every target that runs here with all passes, with few and without single ones,
 * compute what the interpreter does, whatever the batch and the threads.
 *
 * KERNEL_GRAPHS: how many graphs; KERNEL_FIRST: the first seed; KERNEL_WITHOUT: how many graphs are compiled without
 * each of the passes (1); KERNEL_CONVOLUTIONS: how many of those; KERNEL_STOP=yes: the first failure is the last.  With
 * fewer graphs of a kind than usual, a pass may make a difference in none of them. */
#include "check_main.h"
#include "kernel_case.h"

#include <stdlib.h>

enum { GRAPHS = 24 };

static const int batches[BATCHES] = { MOST_EXAMPLES, 1, 3, 4, 5 };
static Scratch scratch;

static int setting(const char *name, int otherwise)
{
    const char *text = getenv(name);
    return text ? atoi(text) : otherwise;
}

/* ---------------------------------------------------------------- what is expected */

static double *moved(const Case *c, const double *x, int64_t count)
{
    double *at = arena_alloc(c->arena, sizeof *at * (size_t)(count + 1));
    for (int64_t i = 0; i < count; i++)
        at[i] = x[i] * (1 + 2e-7 * (random_element(5, i) - 0.5));
    return at;
}

static Expected expect(const Case *c, int batch)
{
    const RandomGraph *r = c->training;
    const double *input[MOST_INPUTS], *value[MOST_WEIGHTS];
    Feed feed = { batch, r->inputs, r->name, (const double *const *)r->input,
                  (const double *const *)r->value };
    Expected e = { .batch = batch };
    e.training = interpret(c->arena, r->g, &feed);
    e.inference = interpret(c->arena, c->inference->g, &feed);
    for (int i = 0; i < r->inputs; i++)
        input[i] = r->length[i] ? r->input[i]
                                : moved(c, r->input[i], shape_count(&r->shape[i]) * batch);
    for (int i = 0; i < r->model.weights; i++)
        value[i] = moved(c, r->value[i], shape_count(&r->weight[i]->shape));
    feed.input = input;
    feed.weight = value;
    e.training_moved = interpret(c->arena, r->g, &feed);
    e.inference_moved = interpret(c->arena, c->inference->g, &feed);
    return e;
}

/* The first failure may be the last one: then what comes later does not begin. */
static bool begins(void)
{
    if (getenv("KERNEL_STOP") && access(scratch_path(&scratch, "running"), F_OK) == 0)
        return false;
    scratch_text(&scratch, "running", "");
    return true;
}

static void ends(void)
{
    remove(scratch_path(&scratch, "running"));
}

/* Convolutions are large: of them, only the last batches are interpreted, a group and a part of one. */
static void run_builds(Case *c)
{
    case_build(c, &scratch);
    for (int i = is_convolution(c) ? BATCHES - 1 : 0; i < BATCHES; i++)
        c->expected[i] = expect(c, batches[i]);
    for (int i = 0; i < c->builds; i++)
        case_run(c, &c->build[i]);
}

static void check_graph(uint64_t seed)
{
    if (!begins())
        return;
    Case c = case_create(seed);
    case_choose(&c);
    run_builds(&c);
    arena_destroy(c.arena);
    ends();
}

START_TEST(compiled_graphs_compute_what_is_meant)
{
    check_graph((uint64_t)(_i + setting("KERNEL_FIRST", 0)));
}
END_TEST

START_TEST(convolutions_compute_what_is_meant)
{
    check_graph(CONVOLUTION_GRAPHS + (uint64_t)_i);
}
END_TEST

/* Shapes that are meant for a form of kernel get it, and no others. */
START_TEST(convolutions_get_their_kernels)
{
    Case c = case_create(CONVOLUTION_GRAPHS + (uint64_t)_i);
    const Build b = { target_find("avx2"), false, passes_of(2), NULL, NULL, NULL };
    const Program *p = case_lower(&c, &b, true), *inference = case_lower(&c, &b, false);
    int lists = 0, turned = 0, mixed = 0, again = 0, summed = 0, placed = 0;
    for (int i = 0; i < p->kernels; i++)
        lists += p->kernel[i]->kind == KERNEL_SPARSE,
            turned += p->kernel[i]->kind == KERNEL_WINOGRAD ||
                      p->kernel[i]->kind == KERNEL_WINOGRAD_SUM,
            again += p->kernel[i]->kind == KERNEL_REMAKE;
    for (int i = 0; i < inference->kernels; i++) {
        const Kernel *k = inference->kernel[i];
        mixed += (k->kind == KERNEL_TILE && k->tiling->mixture) ||
                 (k->kind == KERNEL_WINOGRAD && k->winograd->mixture);
        summed += k->pool && k->pool->op == OP_sum;
        placed += k->pool && k->pool != k->result[0];
    }
    ck_assert_int_eq(again, convolution_made_again(_i));
    ck_assert_int_eq(placed, convolution_placed(_i));
    ck_assert_int_eq(summed, convolution_summed(_i));
    ck_assert_int_eq(mixed, convolution_mixed(_i));
    ck_assert_int_eq(lists, convolution_lists(_i));
    ck_assert_int_eq(turned, convolution_turned(_i));
    const Build precise = { target_find("avx2"), true, passes_of(2), NULL, NULL, NULL };
    p = case_lower(&c, &precise, true);
    for (int i = 0; i < p->kernels; i++) /* which rounds more */
        ck_assert(p->kernel[i]->kind != KERNEL_WINOGRAD &&
                  p->kernel[i]->kind != KERNEL_WINOGRAD_SUM);
    arena_destroy(c.arena);
}
END_TEST

/* Of convolutions and gradients of taps: rows and columns at the edge of maps, by the size of full tiles. */
typedef struct Edges {
    bool row[2][6], column[2][6];
} Edges;

static void see_edges(const TileGrid *g, Edges *seen)
{
    seen->row[g->tile == 6][g->rows % g->tile] = true;
    seen->column[g->tile == 6][g->columns % g->tile] = true;
}

START_TEST(convolutions_have_tiles_of_all_sizes)
{
    Edges direct = { 0 }, sums = { 0 };
    for (int row = 0; row < convolution_count(); row++) {
        Case c = case_create(CONVOLUTION_GRAPHS + (uint64_t)row);
        const Build b = { target_find("avx2"), false, passes_of(2), NULL, NULL, NULL };
        const Program *p = case_lower(&c, &b, true);
        for (int i = 0; i < p->kernels; i++)
            if (p->kernel[i]->kind == KERNEL_WINOGRAD)
                see_edges(&p->kernel[i]->winograd->grid, &direct);
            else if (p->kernel[i]->kind == KERNEL_WINOGRAD_SUM)
                see_edges(&p->kernel[i]->winograd_sum->grid, &sums);
        arena_destroy(c.arena);
    }
    for (int large = 0; large < 2; large++)
        for (int rest = 0; rest < (large ? 6 : 4); rest++) {
            ck_assert_msg(direct.row[large][rest] && direct.column[large][rest],
                          "no convolution has %d results in the last tile of %d", rest,
                          large ? 6 : 4);
            ck_assert_msg(sums.row[large][rest] && sums.column[large][rest],
                          "no gradient of taps has %d in the last tile of %d", rest, large ? 6 : 4);
        }
}
END_TEST

static void count_nodes(const Graph *g, int *ops, int *functions)
{
    for (int i = 0; i < g->nodes; i++) {
        const Node *n = g->node[i];
        ops[n->op]++;
        if (n->op == OP_map)
            functions[n->function]++;
        if (n->op == OP_scan)
            count_nodes(n->body, ops, functions);
    }
}

/* Functions that no random graph has: sums of them are checked by check_grad alone. */
static bool is_rare(Function f)
{
    return f == FN_eq || f == FN_ne || f == FN_lt;
}

START_TEST(every_operator_occurs)
{
    int ops[OPS] = { 0 }, functions[FUNCTIONS] = { 0 }, several = 0, lengths = 0;
    Arena *arena = arena_create();
    for (uint64_t seed = 0; seed < GRAPHS; seed++) {
        const RandomGraph *r = case_graph(arena, true, seed, NULL);
        count_nodes(r->g, ops, functions);
        several += r->inputs > 2;
        for (int i = 0; i < r->inputs; i++)
            lengths += r->length[i] != 0;
    }
    int more[OPS] = { 0 }; /* so few graphs have all operators, but not all functions */
    for (uint64_t seed = GRAPHS; seed < 8 * GRAPHS; seed++)
        count_nodes(case_graph(arena, true, seed, NULL)->g, more, functions);
    for (Op op = 0; op < OPS; op++)
        ck_assert_msg(ops[op] > 0, "%s occurs in no graph", op_name(op));
    ck_assert_msg(ops[OP_scan] >= GRAPHS / 2, "%d scans", ops[OP_scan]);
    ck_assert_msg(several >= GRAPHS / 3, "%d graphs with several inputs", several);
    ck_assert_msg(lengths >= GRAPHS / 4, "%d inputs with lengths", lengths);
    for (Function f = 0; f < FUNCTIONS; f++)
        ck_assert_msg(functions[f] > 0 || is_rare(f), "%s occurs in no graph", function_name(f));
    arena_destroy(arena);
}
END_TEST

/* Of each pass the first graphs where it makes a difference, beginning with others for every pass.  Long products are in no
 * random graph; tests/unfused.sh has one. */
START_TEST(graphs_do_without_single_passes)
{
    const Pass pass = (Pass)_i;
    const int rows = setting("KERNEL_CONVOLUTIONS", convolution_count());
    const int graphs = setting("KERNEL_GRAPHS", GRAPHS), all = graphs + rows;
    int found = 0;
    if (!begins())
        return;
    for (int i = 0; i < all && found < setting("KERNEL_WITHOUT", 1); i++) {
        const int at = (i + 7 * _i) % all;
        Case c = case_create(at < rows ? CONVOLUTION_GRAPHS + (uint64_t)at : (uint64_t)(at - rows));
        if (case_without(&c, pass)) {
            found++;
            run_builds(&c);
        }
        arena_destroy(c.arena);
    }
    ends();
    ck_assert_msg(found || pass == PASS_library || graphs < GRAPHS || rows < convolution_count(),
                  "without %s the same C comes of all graphs", pass_name(pass));
}
END_TEST

/* Once for all graphs, and in the parent of the tests: it is removed whatever becomes of them. */
static void make_folder(void)
{
    scratch = scratch_make();
}

static void remove_folder(void)
{
    scratch_remove(&scratch);
}

int main(void)
{
    Suite *s = suite_create("kernels");
    TCase *graphs = tcase_create("graphs"), *forms = tcase_create("forms"),
          *passes = tcase_create("passes");
    tcase_add_unchecked_fixture(graphs, make_folder, remove_folder);
    tcase_add_unchecked_fixture(passes, make_folder, remove_folder);
    tcase_set_timeout(graphs, 120);
    tcase_set_timeout(passes, 120 * (1 + setting("KERNEL_WITHOUT", 1)));
    tcase_add_loop_test(graphs, compiled_graphs_compute_what_is_meant, 0,
                        setting("KERNEL_GRAPHS", GRAPHS));
    tcase_add_loop_test(graphs, convolutions_compute_what_is_meant, 0,
                        setting("KERNEL_CONVOLUTIONS", convolution_count()));
    tcase_add_test(forms, convolutions_have_tiles_of_all_sizes);
    tcase_add_loop_test(forms, convolutions_get_their_kernels, 0, convolution_count());
    tcase_add_test(forms, every_operator_occurs);
    tcase_add_loop_test(passes, graphs_do_without_single_passes, 0, PASSES);
    suite_add_tcase(s, graphs);
    suite_add_tcase(s, forms);
    suite_add_tcase(s, passes);
    return check_main(s);
}
