/* emit_slices.c: kernels of products of matrices with so many sums that the weights are best read once, row by row: a chunk has
 * a slice of the sums for all examples and lanes, and a last function adds the slices in order. */
#include "emit_tile.h"

enum {
    DEPTH = 64,     /* sums of a block, of which all lanes are in the second cache */
    BLOCK_ROWS = 48 /* examples whose factors are copied side by side */
};

static Product product_of(const Kernel *k, Arena *arena, int rows, const Dim *sum)
{
    return (Product){ .name = arena_format(arena, "%s_rows%d", k->name, rows),
                      .rows = rows,
                      .vectors = 2,
                      .adds = true,
                      .a_row = DEPTH,
                      .a_sum = 1,
                      .b_sum = (long)sum->b,
                      .c_row = (long)k->tiling->lane.size };
}

/* Of a block of sums and some examples: every panel, while the next block of weights comes. */
static void emit_block(const Kernel *k, const char *weights, const Dim *sum, Text *out)
{
    const Tiling *t = k->tiling;
    const long long lanes = t->lane.size;
    const char *call = arena_format(
        out->arena, "(block + row * %d, lanes, to + row * %lld, depth);", DEPTH, lanes);
    text_add(out,
             "for (int panel = 0; panel < %lld; panel++) {\n"
             "const real *const lanes = %s + (size_t)at * %lld + panel * %d;\n"
             "real *const to = sums + (size_t)first * %lld + panel * %d;\n"
             "int row = 0;\n"
             "if (!first)\nasc_request_read(%s + (size_t)(at + %d) * %lld + panel * %d, %d);\n"
             "for (; row + %d <= rows; row += %d) {\n%s_rows%d%s\n}\n"
             "for (; row < rows; row++) {\n%s_rows1%s\n}\n}\n",
             (long long)tile_result_panels(t), weights, (long long)sum->b, t->panel, lanes,
             t->panel, weights, DEPTH, (long long)sum->b, DEPTH * t->panel, DEPTH * t->panel,
             t->rows_inner, t->rows_inner, k->name, t->rows_inner, call, k->name, call);
}

static void emit_slice(Program *p, Kernel *k, const Dim *sum, Text *out)
{
    const Tiling *t = k->tiling;
    Arena *arena = p->arena;
    Nest *n = nest_create(p, k);
    const View *va = &p->info[t->a->id].view, *vb = &p->info[t->b->id].view;
    const int64_t blocks = (sum->size + DEPTH - 1) / DEPTH;
    const long long each = (blocks + t->slices - 1) / t->slices * DEPTH;
    Text body = text_create(arena);
    nest_use(n, va->buffer);
    nest_use(n, vb->buffer);
    nest_use(n, k->partial);
    text_add(&body,
             "real *const restrict sums = %s + (size_t)chunk * call->examples * %lld;\n"
             "real block[%d] __attribute__((aligned(64)));\n"
             "memset(sums, 0, (size_t)call->examples * %lld * sizeof *sums);\n"
             "for (int at = chunk * %lld, end = asc_min(at + %lld, %lld); at < end; at += %d) {\n"
             "const int depth = asc_min(%d, end - at);\n"
             "for (int first = 0; first < call->examples; first += %d) {\n"
             "const int rows = asc_min(%d, call->examples - first);\n"
             "for (int row = 0; row < rows; row++) {\n"
             "memcpy(block + row * %d, %s + (size_t)(first + row) * %lld + at, (size_t)depth * "
             "sizeof *block);\n}\n",
             k->partial->name, (long long)t->lane.size, BLOCK_ROWS * DEPTH, (long long)t->lane.size,
             each, each, (long long)sum->size, DEPTH, DEPTH, BLOCK_ROWS, BLOCK_ROWS, DEPTH,
             offset_by(arena, va->buffer->name, va->offset), (long long)t->m[0].a);
    emit_block(k, offset_by(arena, vb->buffer->name, vb->offset), sum, &body);
    text_add(&body, "}\n}\n");
    emit_function_into(n, out, k->partial, body.at);
}

/* The slices of a group's examples are added, and go through the maps that follow. */
static void emit_sum_of_slices(Program *p, Kernel *k, Text *out)
{
    const Tiling *t = k->tiling;
    Arena *arena = p->arena;
    Nest *n = nest_create(p, k);
    const Node *result = k->result[0];
    const View whole = result_view(p, k, 0);
    const char *lanes = arena_format(arena, "for (int lane = 0; lane < %d; lane++)", t->panel);
    Coordinate at[MAX_AXES];
    Text unused = text_create(arena), body = text_create(arena);
    int depth = 0;
    tile_coordinates(n, k, at, &unused);
    n->given = k->anchor[0];
    n->given_value = (Value){ "sum[lane]", 2 };
    nest_use(n, k->partial);
    nest_use(n, k->target[0]);
    const Value v = result == k->anchor[0] ? n->given_value : nest_load(n, result, at);
    const char *address = nest_address(n, &whole, &result->shape, at, &depth);
    text_add(&body,
             "const int lane0 = panel * %d;\nreal sum[%d] = {0};\n"
             "for (int slice = 0; slice < %d; slice++) {\n"
             "const real *const part = %s + ((size_t)slice * call->examples + i_batch) * %lld + "
             "lane0;\n#pragma omp simd\n%s {\nsum[lane] += part[lane];\n}\n}\n%s",
             t->panel, t->panel, t->slices, k->partial->name, (long long)t->lane.size, lanes,
             n->declaration[1].length ? n->declaration[1].at : "");
    const Loop store = { lanes, "#pragma omp simd" };
    emit_nested(&body, &store, 1,
                arena_format(arena, "%s[%s] = %s;\n", k->target[0]->name, address, v.text),
                &n->declaration[1]);
    const Loop loop[2] = { emit_batch_loop(arena),
                           emit_loop(arena, "panel", tile_result_panels(t)) };
    Kernel shown = *k;
    shown.name = arena_format(arena, "%s_sum", k->name);
    n->kernel = &shown;
    Text text = text_create(arena);
    emit_nested(&text, loop, 2, body.at, NULL);
    emit_function(n, out, NULL, 0, text.at);
}

void emit_slices(Program *p, Kernel *k, Text *out)
{
    const int rows = k->tiling->rows_inner;
    Dim sum;
    tile_matrix(k->tiling, &sum);
    Product product = product_of(k, p->arena, rows, &sum);
    emit_product(&product, out);
    if (rows > 1) {
        product = product_of(k, p->arena, 1, &sum);
        emit_product(&product, out);
    }
    emit_slice(p, k, &sum, out);
    text_add(out, "\n");
    emit_sum_of_slices(p, k, out);
}
