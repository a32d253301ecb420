/* cut.c: cuts the work on a group of examples into pieces, so that a small batch keeps all cores busy.
 *
 * A convolution is cut into its panels, and these into bands along the first axis behind the batch; a large map into
 * bands; a convolution by Winograd's algorithm into rows of tiles, or, where these are few, into shares of its panels, each
 * of which turns the map for itself.  Pieces are fixed here and write apart from each other: no result depends on who runs them. */
#include "kernel.h"

enum {
    PIECES = 8,          /* of a group, where there is as much to share out */
    LEAST_WORK = 200000, /* multiply-adds of an example that are worth a barrier */
    LEAST_MAP = 40000    /* elements */
};

/* Steps of the first loop behind the batch; 1: none that can be cut. */
static int64_t steps_of(const Kernel *k)
{
    const Tiling *t = k->tiling;
    if (k->kind == KERNEL_MAP) {
        const Shape *s = &k->result[0]->shape;
        return s->rank > 2 ? s->axis[1].size : 1;
    }
    const int first = 1 + (t->order == BY_TILE ? t->apart : 0), last = t->ms - 2;
    if (last < first || t->m[0].size != BATCH)
        return 1;
    const bool pooled = k->pool && last == first;
    const int step = pooled ? pooled_rows(k) : last == first ? t->rows_outer : 1;
    return (t->m[first].size + step - 1) / step;
}

static void cut_kernel(Kernel *k)
{
    const Tiling *t = k->tiling;
    const int64_t steps = steps_of(k),
                  panels = t && t->order == BY_PANEL ? tile_result_panels(t) : 1;
    const int64_t bands = panels >= PIECES ? 1 : PIECES / panels;
    k->bands = (int)(steps < 2 * bands ? 1 : bands);
    k->pieces = (int)panels * k->bands;
}

/* A share of the panels turns the map once more, which costs as much as the products of some six lanes. */
static void cut_winograd(Kernel *k)
{
    enum { LEAST_LANES = 64, SHARES = 4 };
    const Winograd *w = k->winograd;
    int64_t pieces = (w->grid.down + w->band - 1) / w->band;
    if (w->whole_group) {
        pieces = winograd_result_panels(w) * w->panel / LEAST_LANES;
        pieces = pieces > SHARES ? SHARES : pieces < 1 ? 1 : pieces;
    }
    k->pieces = (int)(pieces > PIECES ? PIECES : pieces);
}

void cut(Program *p)
{
    for (int i = 0; i < p->kernels; i++) {
        Kernel *k = p->kernel[i];
        const Tiling *t = k->tiling;
        k->pieces = k->bands = 1;
        if (!runs(p->passes, PASS_cut) || p->scan || !shape_batched(&k->result[0]->shape) ||
            k->made_in)
            continue;
        if (k->kind == KERNEL_WINOGRAD)
            cut_winograd(k);
        else if (k->kind == KERNEL_TILE
                     ? !t->sums_batch && !t->whole_batch && dot_products(k->anchor[0]) >= LEAST_WORK
                     : k->kind == KERNEL_MAP && shape_count(&k->result[0]->shape) >= LEAST_MAP)
            cut_kernel(k);
    }
}
