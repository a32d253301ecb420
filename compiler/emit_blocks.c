/* emit_blocks.c: products of matrices summed over the batch, as gradients of weights are: a block of the sums at a time is
 * copied out of both operands into panels, and tiles of the result go over it. */
#include "emit.h"

#include <string.h>

/* What all parts of the kernel know of its form. */
typedef struct Blocks {
    Arena *arena;
    const Kernel *kernel;
    const Tiling *t;
    int lanes;   /* of a vector */
    int wide;    /* reals that a tile's rows take in a panel of a */
    int tiles;   /* of a chunk, along its rows */
    int64_t per; /* sums of one example */
    int panels;  /* of the result */
    int rest;    /* lanes of a last panel that is not whole, or 0 */
} Blocks;

static Blocks blocks_of(const Program *p, const Kernel *k)
{
    const Tiling *t = k->tiling;
    const int lanes = vector_lanes(p);
    return (Blocks){ .arena = p->arena,
                     .kernel = k,
                     .t = t,
                     .lanes = lanes,
                     .wide = (t->rows_inner + lanes - 1) / lanes * lanes,
                     .tiles = (t->row_piece + t->rows_inner - 1) / t->rows_inner,
                     .per = t->ks > 1 ? t->k[1].size : 1,
                     .panels = (int)tile_panels(t),
                     .rest = (int)(t->lane.size % t->panel) };
}

/* "name += the sums of a block", for so many rows of the result. */
static void emit_block_tile(const Blocks *b, int rows, Text *out)
{
    const Tiling *t = b->t;
    const Product product = { .name = arena_format(b->arena, "%s_tile_%d", b->kernel->name, rows),
                              .rows = rows,
                              .vectors = t->panel / b->lanes,
                              .adds = true,
                              .a_row = 1,
                              .a_sum = b->wide,
                              .b_sum = t->panel,
                              .c_row = b->rest ? 0 : (long)t->m[0].c };
    emit_product(&product, out);
}

/* Where sum k0 + k of the chunk lies in an operand. */
static const char *place_of(const Blocks *b, const View *v, const Dim *k, bool of_a)
{
    const char *text = v->buffer->name;
    if (v->offset)
        text = arena_format(b->arena, "%s + %lld", text, (long long)v->offset);
    const long long batch = of_a ? k[0].a : k[0].b,
                    inner = b->t->ks > 1 ? (of_a ? k[1].a : k[1].b) : 0;
    if (b->per == 1)
        return arena_format(b->arena, "%s + (size_t)(first + k0 + k) * %lld", text, batch);
    return arena_format(b->arena,
                        "%s + (size_t)(first + (k0 + k) / %lld) * %lld + (k0 + k) %% %lld * %lld",
                        text, (long long)b->per, batch, (long long)b->per, inner);
}

/* Copies a block of a: panels of a tile's rows, [tile][k][row]. */
static void emit_copy_rows(const Blocks *b, const View *va, Text *out)
{
    const Tiling *t = b->t;
    const long long step = t->m[0].a;
    text_add(
        out,
        "for (int k = 0; k < depth; k++) {\nconst real *const from = %s + (size_t)row0 * %lld;\n",
        place_of(b, va, t->k, true), step);
    if (step != 1) {
        text_add(out,
                 "for (int row = 0; row < rows; row++)\n"
                 "left[(row / %d * %d + k) * %d + row %% %d] = from[(size_t)row * %lld];\n}\n",
                 t->rows_inner, t->depth, b->wide, t->rows_inner, step);
        return;
    }
    text_add(out, "int row = 0;\nfor (; row + %d <= rows; row += %d)\n", b->wide, t->rows_inner);
    for (int v = 0; v < b->wide; v += b->lanes)
        text_add(out,
                 "%sasc_store(left + (row / %d * %d + k) * %d + %d, asc_load(from + row + %d));\n",
                 v                    ? ""
                 : b->wide > b->lanes ? "{\n"
                                      : "",
                 t->rows_inner, t->depth, b->wide, v, v);
    text_add(out, "%s", b->wide > b->lanes ? "}\n" : "");
    text_add(
        out,
        "for (; row < rows; row++)\nleft[(row / %d * %d + k) * %d + row %% %d] = from[row];\n}\n",
        t->rows_inner, t->depth, b->wide, t->rows_inner);
}

static void emit_copy_lanes(const Blocks *b, const View *vb, Text *out)
{
    text_add(out,
             "for (int k = 0; k < depth; k++) {\nconst real *const from = %s + panel * %d;\n"
             "__builtin_prefetch(from + %d);\n",
             place_of(b, vb, b->t->k, false), b->t->panel, b->t->panel);
    if (b->rest)
        text_add(out,
                 "if (panel == %d) {\nfor (int lane = 0; lane < %d; lane++) {\n"
                 "right[k * %d + lane] = lane < %d ? from[lane] : 0;\n}\ncontinue;\n}\n",
                 b->panels - 1, b->t->panel, b->t->panel, b->rest);
    for (int v = 0; v < b->t->panel; v += b->lanes)
        text_add(out, "asc_store(right + k * %d + %d, asc_load(from + %d));\n", b->t->panel, v, v);
    text_add(out, "}\n");
}

/* Tiles of full height, and those at the end of the chunk's rows, of which there may be two heights. */
static void emit_tiles(const Blocks *b, int rest, int last_rest, Text *out)
{
    const Tiling *t = b->t;
    const char *name = b->kernel->name;
    const long long step = t->m[0].c;
    const char *to = arena_format(b->arena, "sum + (size_t)(row0 + row) * %lld + panel * %d", step,
                                  t->panel);
    if (b->rest) {
        text_add(out,
                 "const bool whole = panel < %d;\nconst long step = whole ? %lld : %d;\n"
                 "real *const to = whole ? sum + (size_t)row0 * %lld + panel * %d : edge;\n",
                 b->panels - 1, step, t->panel, step, t->panel);
        to = "to + row * step, step";
    }
    const char *arguments = arena_format(b->arena, "left + row / %d * %d, right, %s, depth",
                                         t->rows_inner, t->depth * b->wide, to);
    text_add(out, "int row = 0;\nfor (; row + %d <= rows; row += %d)\n%s_tile_%d(%s);\n",
             t->rows_inner, t->rows_inner, name, t->rows_inner, arguments);
    if (rest && last_rest && rest != last_rest)
        text_add(out, "if (rows - row == %d)\n%s_tile_%d(%s);\n", rest, name, rest, arguments);
    else if (rest)
        text_add(out, "if (row < rows)\n%s_tile_%d(%s);\n", name, rest, arguments);
    if (last_rest && rest != last_rest)
        text_add(out, "if (rows - row == %d)\n%s_tile_%d(%s);\n", last_rest, name, last_rest,
                 arguments);
}

/* The chunk's examples and its part of the result, which is zero at first. */
static void emit_range(const Blocks *b, const Buffer *c, Text *out)
{
    const Tiling *t = b->t;
    const long long count = shape_count(&b->kernel->anchor[0]->shape), step = t->m[0].c;
    const long long across = (b->panels + t->lane_piece - 1) / t->lane_piece;
    const int all_rows = (int)t->m[0].size;
    if (t->grouped)
        text_add(out,
                 "const int first = chunk * %d, last = asc_min(first + %d, call->examples);\n"
                 "const int row0 = 0, rows = %d;\n"
                 "real *const restrict sum = %s + (size_t)chunk * %lld;\n"
                 "memset(sum, 0, %lld * sizeof *sum);\n",
                 BLOCK_GROUP, BLOCK_GROUP, all_rows, c->name, count, count);
    else
        text_add(out,
                 "const int first = 0, last = call->examples;\n"
                 "const int row0 = chunk / %lld * %d, rows = asc_min(%d, %d - row0);\n"
                 "const int panel0 = chunk %% %lld * %d, panels = asc_min(panel0 + %d, %d);\n"
                 "const int lanes = asc_min(panels * %d, %lld) - panel0 * %d;\n"
                 "real *const restrict sum = %s;\nfor (int row = 0; row < rows; row++) {\n"
                 "memset(sum + (size_t)(row0 + row) * %lld + panel0 * %d, 0, (size_t)lanes * "
                 "sizeof *sum);\n}\n",
                 across, t->row_piece, t->row_piece, all_rows, across, t->lane_piece, t->lane_piece,
                 b->panels, t->panel, (long long)t->lane.size, t->panel, c->name, step, t->panel);
}

/* A last panel that is not whole sums up apart; its lanes go where they belong at the end. */
static void emit_edge(const Blocks *b, Text *out)
{
    const Tiling *t = b->t;
    text_add(out,
             "if (panels == %d) {\nfor (int row = 0; row < rows; row++) {\n"
             "memcpy(sum + (size_t)(row0 + row) * %lld + %d, edge + row * %d, %d * sizeof *sum);\n"
             "}\n}\n",
             b->panels, (long long)t->m[0].c, (b->panels - 1) * t->panel, t->panel, b->rest);
}

void emit_blocks(Program *p, Kernel *k, Text *out)
{
    const Blocks b = blocks_of(p, k);
    const Tiling *t = k->tiling;
    Nest *n = nest_create(p, k);
    const View *va = &p->info[t->a->id].view, *vb = &p->info[t->b->id].view;
    Buffer *c = t->grouped ? k->partial : k->target[0];
    const int height = t->rows_inner, rest = t->row_piece % height,
              last_rest = (int)t->m[0].size % t->row_piece % height;
    nest_use(n, va->buffer);
    nest_use(n, vb->buffer);
    nest_use(n, c);

    Text body = text_create(p->arena);
    emit_range(&b, c, &body);
    text_add(&body,
             "real left[%d] __attribute__((aligned(64)));\n"
             "real right[%d] __attribute__((aligned(64)));\n",
             b.tiles * b.wide * t->depth, t->depth * t->panel);
    if (b.rest)
        text_add(&body, "real edge[%d] __attribute__((aligned(64))) = {0};\n",
                 t->row_piece * t->panel);
    if (t->grouped) /* pieces of the result stay in the cache one after the other */
        text_add(&body,
                 "for (int panel0 = 0; panel0 < %d; panel0 += %d) {\n"
                 "const int panels = asc_min(panel0 + %d, %d);\n",
                 b.panels, t->lane_piece, t->lane_piece, b.panels);
    text_add(&body,
             "for (int k0 = 0, all = (last - first) * %lld; k0 < all; k0 += %d) {\n"
             "const int depth = asc_min(%d, all - k0);\n",
             (long long)b.per, t->depth, t->depth);
    emit_copy_rows(&b, va, &body);
    text_add(&body, "for (int panel = panel0; panel < panels; panel++) {\n");
    emit_copy_lanes(&b, vb, &body);
    emit_tiles(&b, rest, last_rest, &body);
    text_add(&body, "}\n}\n");
    if (b.rest)
        emit_edge(&b, &body);
    text_add(&body, t->grouped ? "}\n" : "");

    emit_block_tile(&b, height, out);
    if (rest)
        emit_block_tile(&b, rest, out);
    if (last_rest && last_rest != rest)
        emit_block_tile(&b, last_rest, out);
    emit_function_into(n, out, c, body.at);
}

void emit_sum_begins(Nest *n, const Kernel *k, Text *out)
{
    text_add(out, "void %s_sum(const AscCall *call, int chunk)\n{\n", k->name);
    nest_use(n, k->partial);
    nest_use(n, k->target[0]);
    nest_declare_buffers(n, out, "", k->target, 1);
}

/* Where sum i + lane of the parts goes; what two panels have in common comes from the first. */
static const char *emit_place_of_sum(Arena *arena, const Tiling *t, const char *store)
{
    const long long pitch = t->pitch, size = t->lane.size, last = pitch - t->panel;
    if (!pitch)
        return arena_format(arena,
                            "#pragma omp simd\nfor (int lane = 0; lane < lanes; lane++) {\n%s[i + "
                            "lane] = (real)sum[lane];\n}\n",
                            store);
    return arena_format(arena,
                        "for (int lane = 0; lane < lanes; lane++) {\n"
                        "const int row = (i + lane) / %lld, at = (i + lane) %% %lld;\n"
                        "if (at < %lld || at >= %lld) {\n"
                        "%s[row * %lld + (at < %lld ? at : at - %lld)] = (real)sum[lane];\n}\n}\n",
                        pitch, pitch, last, 2 * pitch - t->panel - size, store, size, last,
                        pitch - size);
}

void emit_sum_of_parts(Program *p, const Kernel *k, Text *out)
{
    const long long count = tile_part(k->tiling, k->anchor[0]);
    const char *group = emit_group_size(p->arena, k->partial->group);
    Nest *n = nest_create(p, k);
    Text text = text_create(p->arena);
    emit_sum_begins(n, k, &text);
    text_add(&text,
             "const int groups = (call->examples + %s - 1) / %s;\n"
             "const int first = chunk * %d, last = asc_min(first + %d, %lld);\n"
             "for (int i = first; i < last; i += 64) {\n"
             "const int lanes = asc_min(64, last - i);\ndouble sum[64] = {0};\n"
             "for (int group = 0; group < groups; group++) {\n"
             "const real *const part = %s + (size_t)group * %lld + i;\n#pragma omp simd\n"
             "for (int lane = 0; lane < lanes; lane++) {\nsum[lane] += part[lane];\n}\n}\n"
             "%s}\n}\n",
             group, group, SUM_PIECE, SUM_PIECE, count, k->partial->name, count,
             emit_place_of_sum(p->arena, k->tiling, k->target[0]->name));
    emit_indented(out, text.at);
}
