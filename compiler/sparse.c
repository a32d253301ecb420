/* sparse.c: dots with the gradient of a max over windows, of which one element a window is not zero.
 *
 * Behind max pooling, the gradient that reaches a convolution's output is an unmax.  Where its windows do not overlap, both
 * gradients of the convolution are sums over a list of (place, gradient) for each of its channels, exactly: for the
 * weights, the map's pixels around a place times the gradient; for the map, the weights times the gradient, added to the
 * pixels around the place. */
#include "kernel.h"

#include <string.h>

enum {
    LEAST_PLACES = 4,         /* of a window: with fewer, plain tiles are as fast */
    LEAST_PRODUCTS = 2048,    /* of one example: below it, plain loops are as fast */
    CACHE_BYTES = 20 * 1024,  /* of the map under one list */
    STACK_BYTES = 256 * 1024, /* of the map under a band of lists */
    LONGEST_LIST = 64,
    QUAD = 4 /* lanes of an AscQuad */
};

static const Along *along_of(const Node *x, const char *axis)
{
    for (int i = 0; i < x->alongs; i++)
        if (!strcmp(x->along[i].axis, axis))
            return &x->along[i];
    return NULL;
}

static bool names(int count, const char *const *name, const char *axis)
{
    for (int i = 0; i < count; i++)
        if (!strcmp(name[i], axis))
            return true;
    return false;
}

static int size_of(const Shape *s, const char *axis)
{
    const int at = shape_find(s, axis);
    return at < 0 ? 0 : s->axis[at].size;
}

/* The unmax among the operands of a dot, looked at through a pad of its slid axes, or NULL. */
static Node *unmax_of(const Node *dot, int operand)
{
    Node *x = dot->operand[operand];
    for (int i = 0; x->op == OP_pad && i < x->alongs; i++)
        if (!along_of(dot, x->along[i].axis))
            return NULL;
    x = x->op == OP_pad ? x->operand[0] : x;
    return x->op == OP_unmax ? x : NULL;
}

/* The axis of x that is neither the batch nor slid; NULL where there is not exactly one. */
static const char *channel_of(const Node *x, const Node *dot)
{
    const char *channel = NULL;
    for (int i = 0; i < x->shape.rank; i++) {
        const Axis *axis = &x->shape.axis[i];
        if (axis->size == BATCH || along_of(dot, axis->name))
            continue;
        if (channel)
            return NULL;
        channel = axis->name;
    }
    return channel;
}

/* Windows of the unmax along a slid axis; an axis that the max took away is one window. */
static bool set_windows(const Node *unmax, SparseAxis *a)
{
    const Along *w = along_of(unmax, a->name);
    const bool whole = names(unmax->axes, unmax->axis, a->name);
    a->size = size_of(&unmax->shape, a->name);
    a->window = w ? w->size : whole ? a->size : 1;
    a->step = w ? w->stride : a->window;
    a->pooled = whole ? 1 : w ? size_of(&unmax->operand[1]->shape, a->name) : a->size;
    return a->window <= a->step;
}

/* How a place along a slid axis and a tap of the kernel make a position of the map. */
static bool set_axis(const Node *dot, const Sparse *s, const Along *slide, SparseAxis *a)
{
    a->name = slide->axis;
    if (!set_windows(s->unmax, a))
        return false;
    if (!s->data) {
        a->taps = size_of(&dot->shape, a->name);
        a->scale = slide->dilation;
        a->dilation = slide->stride;
        a->map = size_of(&s->full->shape, a->name);
        return true;
    }
    const Node *x = dot->operand[0];
    const Along *pad = x->op == OP_pad ? along_of(x, a->name) : NULL;
    a->taps = size_of(&s->full->shape, a->name);
    a->scale = pad ? pad->dilation : 1;
    a->dilation = slide->dilation;
    a->map = size_of(&dot->shape, a->name);
    a->first = (pad ? pad->lo : 0) - (a->taps - 1) * a->dilation;
    return slide->stride == 1 && a->first <= 0;
}

/* Rows of the map that a band of lists touches. */
static int band_rows(const SparseAxis *rows, int band)
{
    const int reach = ((band - 1) * rows->step + rows->window - 1) * rows->scale + 1 +
                      (rows->taps - 1) * rows->dilation;
    const int step = band * rows->step * rows->scale;
    return reach > step ? reach : step;
}

/* How many lanes, tap rows and windows are worked on at a time. */
static bool set_blocks(const Program *p, Sparse *s)
{
    s->quad = s->ins <= QUAD && QUAD < vector_lanes(p);
    const int lanes = s->quad ? QUAD : vector_lanes(p), most = p->target->registers - 4;
    const SparseAxis *rows = &s->axis[0], *columns = &s->axis[1];
    const int taps = rows->taps * columns->taps, real_bytes = p->real_double ? 8 : 4;
    s->vectors = 1;
    while (s->vectors * 2 * taps <= 8 && s->vectors * 2 * lanes <= s->ins)
        s->vectors *= 2;
    s->panel = s->vectors * lanes;
    if (columns->taps * s->vectors > most)
        return false;
    s->tap_rows = most / (columns->taps * s->vectors);
    s->tap_rows = s->tap_rows < rows->taps ? s->tap_rows : rows->taps;
    s->pitch = (columns->size - 1) * columns->scale + 1 + (columns->taps - 1) * columns->dilation;
    const int64_t row_bytes = (int64_t)s->pitch * s->panel * real_bytes;
    s->band = 1;
    while (s->band < rows->pooled && (s->band + 1) * columns->pooled <= LONGEST_LIST &&
           band_rows(rows, s->band + 1) * row_bytes <= CACHE_BYTES)
        s->band++;
    s->rows = band_rows(rows, s->band);
    const int64_t bytes = s->rows * row_bytes, parts = (bytes + CACHE_BYTES - 1) / CACHE_BYTES;
    s->columns = (int)((columns->pooled + parts - 1) / parts);
    s->columns = s->columns < 4 ? 4 : s->columns;
    s->columns = s->columns < columns->pooled ? s->columns : columns->pooled;
    if (s->data && columns->map - columns->first > s->pitch)
        return false; /* columns that nothing reaches */
    return bytes <= STACK_BYTES;
}

/* The operand that is not sparse: its channels are lanes, one behind the other in memory. */
static bool set_full(const Program *p, const Node *dot, Sparse *s)
{
    const char *in = s->data ? NULL : channel_of(s->full, dot);
    if (s->data) {
        for (int i = 0; i < s->full->shape.rank; i++) {
            const char *axis = s->full->shape.axis[i].name;
            if (along_of(dot, axis) || !strcmp(axis, s->channel))
                continue;
            if (in)
                return false;
            in = axis;
        }
        if (!in || dot->axes != 1 || strcmp(dot->axis[0], s->channel) ||
            shape_batched(&s->full->shape))
            return false;
    } else if (!in || dot->axes != 1 || !names(1, dot->axis, "batch") ||
               !shape_batched(&s->full->shape) || !strcmp(in, s->channel))
        return false;
    s->in = in;
    s->ins = size_of(&s->full->shape, in);
    View v;
    return s->data || (program_view(p, s->full, &v) &&
                       (s->ins == 1 || v.stride[shape_find(&s->full->shape, in)] == 1));
}

Sparse *sparse(const Program *p, const Node *dot)
{
    if (!runs(p->passes, PASS_lists) || !p->target->vector_bytes || p->scan || dot->op != OP_dot ||
        !dot->alongs || dot->alongs > 2)
        return NULL;
    Node *of_first = unmax_of(dot, 0), *second = dot->operand[1];
    Node *unmax = of_first ? of_first : second->op == OP_unmax ? second : NULL;
    if (!unmax || !shape_batched(&unmax->shape) || dot_products(dot) < LEAST_PRODUCTS)
        return NULL;
    Sparse *s = arena_alloc(p->arena, sizeof *s);
    *s = (Sparse){ .unmax = unmax, .data = of_first != NULL };
    s->full = dot->operand[s->data];
    if (!(s->channel = channel_of(unmax, dot)))
        return NULL;
    s->channels = size_of(&s->unmax->shape, s->channel);
    if (along_of(s->unmax, s->channel) || names(s->unmax->axes, s->unmax->axis, s->channel) ||
        !set_full(p, dot, s))
        return NULL;
    s->axis[0] = (SparseAxis){ NULL, 1, 1, 1, 1, 1, 1, 1, 1, 0 };
    const Along *columns = &dot->along[dot->alongs - 1], *rows = &dot->along[0];
    if (dot->alongs == 2 &&
        shape_find(&s->unmax->shape, rows->axis) > shape_find(&s->unmax->shape, columns->axis)) {
        rows = columns;
        columns = &dot->along[0];
    }
    if ((dot->alongs == 2 && !set_axis(dot, s, rows, &s->axis[0])) ||
        !set_axis(dot, s, columns, &s->axis[1]))
        return NULL;
    if (s->axis[0].window * s->axis[1].window < LEAST_PLACES)
        return NULL;
    return set_blocks(p, s) ? s : NULL;
}

/* Is x, the unmax or a pad of it, read by nothing but dots that read lists? */
static bool read_as_lists(const Program *p, const Node *x, const Node *unmax)
{
    for (int i = 0; i < p->graph->results; i++)
        if (p->graph->result[i].node == x)
            return false;
    for (int i = x->id + 1; i < p->graph->nodes; i++) {
        const Node *user = p->graph->node[i];
        for (int j = 0; j < user->operands; j++) {
            if (user->operand[j] != x)
                continue;
            const Sparse *s = sparse(p, user);
            if (user->op == OP_pad ? !read_as_lists(p, user, unmax) : !s || s->unmax != unmax)
                return false;
        }
    }
    return true;
}

bool sparse_only(const Program *p, const Node *x)
{
    const Node *unmax = x->op == OP_pad ? x->operand[0] : x;
    return unmax->op == OP_unmax && read_as_lists(p, x, unmax);
}

/* Lists of one unmax fit both gradients of a convolution. */
bool sparse_fits(const Sparse *a, const Sparse *b)
{
    return a->unmax == b->unmax && a->panel == b->panel && a->pitch == b->pitch &&
           a->band == b->band && a->columns == b->columns && a->axis[0].scale == b->axis[0].scale &&
           a->axis[1].scale == b->axis[1].scale;
}

int sparse_bands(const Sparse *s)
{
    return (s->axis[0].pooled + s->band - 1) / s->band;
}

int sparse_blocks(const Sparse *s)
{
    return (s->axis[1].pooled + s->columns - 1) / s->columns;
}

int sparse_panels(const Sparse *s)
{
    return (s->ins + s->panel - 1) / s->panel;
}

int64_t sparse_lists(const Sparse *s)
{
    return (int64_t)sparse_bands(s) * sparse_blocks(s) * s->channels;
}

int64_t sparse_list_count(const Sparse *s)
{
    return sparse_lists(s) * s->band * s->columns;
}

/* The kernel that makes the lists, shared by all dots that they fit. */
static void give_lists(Program *p, Sparse *s)
{
    const char *name = program_name(p, s->unmax);
    for (int i = 0; i < p->kernels; i++)
        if (p->kernel[i]->kind == KERNEL_LIST && sparse_fits(p->kernel[i]->sparse, s)) {
            s->list = p->kernel[i]->target[0];
            s->gradient = p->kernel[i]->target[1];
            return;
        }
    s->list = program_buffer(p, HOME_ARENA, ELEMENT_INT, EXTENT_BATCHED,
                             sparse_list_count(s) + sparse_lists(s),
                             arena_format(p->arena, "list_%s", name));
    s->gradient = program_buffer(p, HOME_ARENA, ELEMENT_REAL, EXTENT_BATCHED, sparse_list_count(s),
                                 arena_format(p->arena, "listed_%s", name));
    Kernel *k = add_kernel(p, KERNEL_LIST, s->unmax, s->unmax, s->list);
    k->target[1] = s->gradient;
    k->sparse = s;
}

void add_sparse_kernel(Program *p, Node *x, Sparse *s)
{
    Node *end = s->data ? end_of_epilogue(p, x) : x;
    const int64_t taps = s->axis[0].taps * s->axis[1].taps;
    const int64_t count = sparse_panels(s) * s->channels * taps * s->panel;
    give_lists(p, s);
    give_buffer(p, end);
    if (s->data) {
        s->packed = program_buffer(p, HOME_ARENA, ELEMENT_REAL, EXTENT_CONSTANT, count,
                                   arena_format(p->arena, "panels_%s", program_name(p, x)));
        add_kernel(p, KERNEL_PACK, x, x, s->packed)->sparse = s;
    }
    Kernel *k = add_kernel(p, KERNEL_SPARSE, x, end, p->info[end->id].view.buffer);
    k->sparse = s;
    if (s->data)
        return;
    k->partial = program_buffer(p, HOME_ARENA, ELEMENT_REAL, EXTENT_GROUPED, count,
                                arena_format(p->arena, "parts_%s", program_name(p, x)));
    k->partial->group = GROUP;
}
