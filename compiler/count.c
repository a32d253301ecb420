/* count.c: what a network costs: multiply-adds, batch norm by its form, memory of a kernel, seconds of an example. */
#include "graph.h"
#include "kernel.h"
#include "report.h"

#include <string.h>

/* ---------------------------------------------------------------- multiply-adds */

static void mark(bool *needed, const Node *x)
{
    if (needed[x->id])
        return;
    needed[x->id] = true;
    for (int i = 0; i < x->operands; i++)
        mark(needed, x->operand[i]);
}

bool *count_needed(const Graph *g, Arena *arena)
{
    bool *needed = arena_alloc(arena, (size_t)g->nodes + 1);
    mark(needed, graph_find(g, "output"));
    return needed;
}

/* Of the nodes that are needed (NULL: all), or of a scan's body, which runs `times` for an example. */
static double products(const Graph *g, const bool *needed, double times)
{
    double sum = 0;
    for (int i = 0; i < g->nodes; i++) {
        const Node *x = g->node[i];
        if ((needed && !needed[i]) || !shape_batched(&x->shape))
            continue;
        if (x->op == OP_scan)
            sum += products(x->body, NULL, times * scan_length(x));
        else if (x->op == OP_dot)
            sum += times * dot_products(x);
    }
    return sum;
}

double count_products(const Graph *g)
{
    return products(g, count_needed(g, g->arena), 1);
}

/* ---------------------------------------------------------------- batch norm */

/* A search through the affine map that follows moments. */
typedef struct Affine {
    const Graph *g;
    const Shape *statistics;
    bool *reached, *counted; /* by node */
} Affine;

static bool is_affine(const Node *n)
{
    if (n->op != OP_map)
        return false;
    switch (n->function) {
    case FN_add:
    case FN_sub:
    case FN_mul:
    case FN_div:
    case FN_sqrt:
    case FN_rsqrt:
    case FN_neg: return true;
    default: return false;
    }
}

/* A weight with one number for each pair of mean and variance. */
static bool is_coefficient(const Affine *a, const Node *n)
{
    return n->op == OP_weight && n->weight->trainable && n->shape.rank == a->statistics->rank &&
           shape_has_all(&n->shape, a->statistics);
}

/* Whether n continues the map; the weights that it brings in are counted once. */
static bool follow(Affine *a, const Node *n, double *count)
{
    bool from = false, shifted = false;
    for (int i = 0; i < n->operands; i++)
        from = from || a->reached[n->operand[i]->id];
    for (int i = 0; from && i < n->operands; i++) {
        const Node *w = n->operand[i];
        if (!is_coefficient(a, w))
            continue;
        *count += a->counted[w->id] ? 0 : (double)shape_count(&w->shape);
        a->counted[w->id] = true;
        shifted = shifted || n->function == FN_add || n->function == FN_sub;
    }
    return from && !shifted;
}

double count_batch_norm(const Graph *g)
{
    double count = 0;
    const size_t bytes = (size_t)g->nodes + 1;
    Affine a = { .g = g, .counted = arena_alloc(g->arena, bytes) };
    for (int m = 0; m < g->nodes; m++) {
        if (g->node[m]->op != OP_moments)
            continue;
        a.reached = arena_alloc(g->arena, bytes);
        a.statistics = &g->node[m]->shape;
        for (int i = m + 1; i < g->nodes; i++) {
            const Node *n = g->node[i];
            a.reached[i] = n->op == OP_part ? n->operand[0] == g->node[m]
                                            : is_affine(n) && follow(&a, n, &count);
        }
    }
    return count;
}

/* ---------------------------------------------------------------- memory */

static double bytes_an_example(const Program *p, const Buffer *b)
{
    const double size = b->element == ELEMENT_BYTE                       ? 1
                        : b->element == ELEMENT_DOUBLE || p->real_double ? 8
                                                                         : 4;
    switch (b->extent) {
    case EXTENT_BATCHED: return size * (double)b->count;
    case EXTENT_GROUPED: return size * (double)b->count / b->group;
    default: return 0;
    }
}

static double kernel_bytes(const Program *p, const Kernel *k)
{
    double bytes = 0;
    for (int i = 0; i < k->read_count; i++)
        bytes += bytes_an_example(p, k->reads[i]);
    for (int i = 0; i < 2 * k->anchors; i++)
        if (k->target[i])
            bytes += bytes_an_example(p, k->target[i]);
    return bytes;
}

double count_peak(const Program *p)
{
    double peak = 0;
    for (int i = 0; i < p->kernels; i++) {
        const Kernel *k = p->kernel[i];
        double bytes = k->body ? count_peak(k->body) : kernel_bytes(p, k);
        peak = bytes > peak ? bytes : peak;
    }
    return peak;
}

int count_stored(const Program *p, int *nodes)
{
    int stored = 0;
    for (int i = 0; i < p->graph->nodes; i++) {
        const Node *x = p->graph->node[i];
        if (is_source(x) || x->op == OP_number || x->op == OP_count || x->op == OP_index)
            continue;
        ++*nodes;
        stored += p->info[i].stored;
        if (p->info[i].scan)
            stored += count_stored(p->info[i].scan->body, nodes);
    }
    return stored;
}

/* ---------------------------------------------------------------- seconds */

double count_seconds(const Features *f)
{
    if (f->cut && f->front->clocks)
        return f->cut->length / f->front->clock[f->clock].rate.real;
    return f->front->cut ? f->front->cut->length / f->front->rate : 0;
}
