/* emit_remake_sum.c: the functions that sum what a mixture's gradients made again: see remake.c. */
#include "emit.h"

#include <string.h>

int remake_taps(const Remake *r)
{
    return r->tap_rows * r->tap_columns * r->ins;
}

/* What one step along a summed axis adds to an address: of the map, or in a panel of the taps. */
static long long step_along(const Remake *r, const char *name, bool packed)
{
    const Tiling *t = r->tiling;
    long long behind = r->panel;
    for (int i = t->ks - 1; i >= 0; i--) {
        if (!strcmp(t->k[i].name, name))
            return packed ? behind : (long long)t->k[i].a;
        behind *= t->k[i].size;
    }
    return 0;
}

long long remake_tap_step(Arena *arena, const Remake *r, const char *axis, bool packed)
{
    const bool in = !strcmp(axis, r->in);
    return step_along(r, arena_format(arena, in ? "i_%s" : "tap_%s", axis), packed);
}

/* Where tap number `tap`, by rows, columns and channels, reads the map. */
static long long tap_place(Arena *arena, const Remake *r, int tap)
{
    return tap / (r->tap_columns * r->ins) * remake_tap_step(arena, r, r->row, false) +
           tap / r->ins % r->tap_columns * remake_tap_step(arena, r, r->column, false) +
           tap % r->ins * remake_tap_step(arena, r, r->in, false);
}

/* The gradient of the taps in some rows: as many sums side by side as registers hold. */
static void emit_taps_function(const Program *p, const Kernel *k, Text *out)
{
    const Remake *r = k->remake;
    Arena *arena = p->arena;
    const int sums = remake_taps(r), most = p->target->registers - 4;
    const int parts = (sums + most - 1) / most, each = (sums + parts - 1) / parts;
    text_add(
        out,
        "ASC_INLINE void %s_taps(const real *restrict map, const real *restrict gradient, "
        "real *restrict sum, int rows)\n{\nfor (int half = 0; half < %d; half += ASC_LANES) {\n",
        k->name, r->panel);
    for (int first = 0; first < sums; first += each) {
        const int count = first + each < sums ? each : sums - first;
        text_add(out, "AscVector ");
        for (int i = first; i < first + count; i++)
            text_add(out, "%ssum%d = {0}", i > first ? ", " : "", i);
        text_add(out,
                 ";\nfor (int row = 0; row < rows; row++) {\nfor (int column = 0; column < %d; "
                 "column++) {\n"
                 "const AscVector lanes = asc_load(gradient + (row * %d + column) * %d + half);\n"
                 "const real *const from = map + row * %lld + column * %lld;\n",
                 r->columns, remake_pitch(r), r->panel, remake_tap_step(arena, r, r->row, false),
                 remake_tap_step(arena, r, r->column, false));
        for (int i = first; i < first + count; i++)
            text_add(out, "sum%d += from[%lld] * lanes;\n", i, tap_place(arena, r, i));
        text_add(out, "}\n}\n");
        for (int i = first; i < first + count; i++)
            text_add(out, "asc_store(sum + %d + half, sum%d);\n", i * r->panel, i);
    }
    text_add(out, "}\n}\n\n");
}

/* The gradient of some columns of one channel of the map: lanes are added up at the end of a band. */
static void emit_back_function(const Program *p, const Kernel *k, Text *out)
{
    const Remake *r = k->remake;
    Arena *arena = p->arena;
    const long long row = remake_tap_step(arena, r, r->row, true),
                    column = remake_tap_step(arena, r, r->column, true);
    text_add(
        out,
        "ASC_INLINE void %s_back(const real *restrict gradient, const real *restrict taps, real "
        "*restrict back)\n{\nAscVector sum[%d];\n"
        "ASC_UNROLL\nfor (int i = 0; i < %d; i++)\nsum[i] = asc_load(back + i * ASC_LANES);\n"
        "for (int row = 0; row < %d; row++) {\nfor (int column = 0; column < %d; column++) {\n"
        "for (int half = 0; half < %d; half += ASC_LANES) {\n"
        "const real *const from = gradient + (row * %d + column) * %d + half;\n"
        "const AscVector lanes = asc_load(taps + %d * %lld - row * %lld + %d * %lld - column * "
        "%lld + half);\n"
        "ASC_UNROLL\nfor (int i = 0; i < %d; i++)\nsum[i] += asc_load(from + i * %d) * lanes;\n"
        "}\n}\n}\n"
        "ASC_UNROLL\nfor (int i = 0; i < %d; i++)\nasc_store(back + i * ASC_LANES, sum[i]);\n}\n\n",
        k->name, r->tile, r->tile, r->tap_rows, r->tap_columns, r->panel, remake_pitch(r), r->panel,
        r->tap_rows - 1, row, row, r->tap_columns - 1, column, column, r->tile, r->panel, r->tile);
}

void emit_remake_sums(const Program *p, const Kernel *k, Text *out)
{
    emit_taps_function(p, k, out);
    if (k->remake->map)
        emit_back_function(p, k, out);
}
