/* emit_product.c: the function of one product in registers, which Winograd's algorithm and blocks of matrices share. */
#include "emit.h"

static void emit_rows(const Product *x, Text *out)
{
    text_add(out, "ASC_UNROLL\nfor (int row = 0; row < %d; row++) {\n", x->rows);
}

void emit_product(const Product *x, Text *out)
{
    const char *count = x->sums ? arena_format(out->arena, "%d", x->sums) : "sums";
    const char *c = x->c_row ? arena_format(out->arena, "c + row * %ld", x->c_row)
                             : "c + row * c_row";
    text_add(out,
             "ASC_INLINE void %s(const real *restrict a, const real *restrict b, real *restrict "
             "c%s%s)\n{\nAscVector sum[%d][%d];\n",
             x->name, x->c_row ? "" : ", long c_row", x->sums ? "" : ", int sums", x->rows,
             x->vectors);
    emit_rows(x, out);
    for (int v = 0; v < x->vectors; v++)
        if (x->adds)
            text_add(out, "sum[row][%d] = asc_load(%s + %d * ASC_LANES);\n", v, c, v);
        else
            text_add(out, "sum[row][%d] = (AscVector){0};\n", v);
    text_add(out, "}\nfor (int i = 0; i < %s; i++) {\n", count);
    for (int v = 0; v < x->vectors; v++)
        text_add(out, "const AscVector lanes%d = asc_load(b + i * %ld + %d * ASC_LANES);\n", v,
                 x->b_sum, v);
    emit_rows(x, out);
    text_add(out, "const real factor = a[row * %ld + i * %ld];\n", x->a_row, x->a_sum);
    for (int v = 0; v < x->vectors; v++)
        text_add(out, "sum[row][%d] += factor * lanes%d;\n", v, v);
    text_add(out, "}\n}\n");
    emit_rows(x, out);
    for (int v = 0; v < x->vectors; v++)
        text_add(out, "asc_store(%s + %d * ASC_LANES, sum[row][%d]);\n", c, v, v);
    text_add(out, "}\n}\n\n");
}
