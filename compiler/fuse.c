/* fuse: decides which nodes get memory and forms a kernel (a loop nest) for each.
 *
 * Loop nodes (dot, sum, max, softmax, moments) always have a kernel.  All others are an index map and a scalar
 * expression: they are computed inside the loads of their users, or, behind a dot, inside its stores; they get memory
 * only where a kernel must address them or where computing them again would cost more than loading them. */
#include "kernel.h"

#include <string.h>

bool reduces_batch(const Node *x)
{
    if (x->op == OP_moments)
        return shape_batched(&x->operand[0]->shape);
    return x->operands > 0 && !shape_batched(&x->shape) &&
           (shape_batched(&x->operand[0]->shape) ||
            (x->operands > 1 && shape_batched(&x->operand[1]->shape)));
}

int vector_lanes(const Program *p)
{
    return p->target->vector_bytes / (p->real_double ? 8 : 4);
}

int64_t parameter_offset(const Model *model, const Weight *weight)
{
    int64_t at = 0;
    for (int i = 0; i < weight->index; i++)
        at += (shape_count(&model->weight[i]->shape) + 15) / 16 * 16;
    return at;
}

int64_t parameter_total(const Model *model)
{
    if (!model->weights)
        return 0;
    const Weight *last = model->weight[model->weights - 1];
    return parameter_offset(model, last) + (shape_count(&last->shape) + 15) / 16 * 16;
}

Buffer *program_buffer(Program *p, Home home, Element element, Extent extent, int64_t count,
                       const char *name)
{
    Buffer *b = arena_alloc(p->arena, sizeof *b);
    *b = (Buffer){ .home = home,
                   .element = element,
                   .extent = extent,
                   .count = count,
                   .name = name,
                   .first = -1,
                   .last = -1 };
    Program *owner = p;
    while (owner->outer)
        owner = owner->outer;
    APPEND(p->arena, owner->buffer, owner->buffers, owner->buffer_capacity, b);
    return b;
}

/* ---------------------------------------------------------------- buffers and kernels */

Buffer *node_buffer(Program *p, const Node *x)
{
    const Extent extent = shape_batched(&x->shape) ? EXTENT_BATCHED : EXTENT_CONSTANT;
    const Element element = x->type == TYPE_BYTE ? ELEMENT_BYTE : ELEMENT_REAL;
    return program_buffer(p, HOME_ARENA, element, extent, shape_count(&x->shape),
                          program_name(p, x));
}

void give_buffer(Program *p, Node *x)
{
    p->info[x->id].view = whole_view(node_buffer(p, x), &x->shape);
}

static int input_index(const Model *model, const char *name)
{
    for (int i = 0; i < model->inputs; i++)
        if (!strcmp(model->input[i].name, name))
            return i;
    return -1;
}

static void give_source_buffer(Program *p, const Node *x)
{
    Buffer *b = program_buffer(p, HOME_PARAMETER, ELEMENT_REAL, EXTENT_CONSTANT,
                               shape_count(&x->shape), program_name(p, x));
    if (x->op == OP_weight)
        b->offset = parameter_offset(p->model, x->weight);
    else {
        b->extent = shape_batched(&x->shape) ? EXTENT_BATCHED : EXTENT_CONSTANT;
        b->input = input_index(p->model, x->name);
        b->home = b->input < 0 ? HOME_TARGET : HOME_INPUT;
    }
    View *view = &p->info[x->id].view;
    *view = whole_view(b, &x->shape);
    if (b->home == HOME_INPUT && p->model->input[b->input].overlaps)
        view->stride[0] = view->stride[1];
}

Kernel *add_kernel(Program *p, KernelKind kind, Node *anchor, Node *result, Buffer *target)
{
    Kernel *k = arena_alloc(p->arena, sizeof *k);
    k->kind = kind;
    k->anchors = 1;
    k->anchor = arena_alloc(p->arena, sizeof *k->anchor);
    k->result = arena_alloc(p->arena, sizeof *k->result);
    k->target = arena_alloc(p->arena, 2 * sizeof *k->target);
    k->anchor[0] = anchor;
    k->result[0] = result;
    k->target[0] = target;
    APPEND(p->arena, p->kernel, p->kernels, p->kernel_capacity, k);
    return k;
}

/* Every group of examples sums for itself; a last function adds the sums in order. */
static void add_partial(Program *p, Kernel *k)
{
    const Node *x = k->anchor[0];
    const int64_t count = k->tiling ? tile_part(k->tiling, x) : shape_count(&x->shape);
    k->partial = program_buffer(p, HOME_ARENA, k->tiling ? ELEMENT_REAL : ELEMENT_DOUBLE,
                                EXTENT_GROUPED, count * (x->op == OP_moments ? 2 : 1),
                                arena_format(p->arena, "parts_%s", program_name(p, x)));
    k->partial->group = k->tiling && k->tiling->blocked ? BLOCK_GROUP : GROUP;
}

/* Every slice of the sums has a part of each result. */
static void add_slices(Program *p, Kernel *k)
{
    const Node *x = k->anchor[0];
    k->partial = program_buffer(p, HOME_ARENA, ELEMENT_REAL, EXTENT_BATCHED,
                                shape_count(&x->shape) * k->tiling->slices,
                                arena_format(p->arena, "slices_%s", program_name(p, x)));
}

/* Sums that are under way at a time, at most: those inside of the first loop over what is summed. */
static int64_t sums_at_once(const Node *x)
{
    const Shape *s = &x->operand[0]->shape;
    const Axis *last = x->shape.rank ? &x->shape.axis[x->shape.rank - 1] : NULL;
    if (x->op == OP_dot)
        return last && last->size != BATCH ? last->size : 1;
    int64_t count = 1;
    bool inside = false;
    for (int i = 0; i < s->rank; i++)
        if (shape_find(&x->shape, s->axis[i].name) < 0)
            inside = true;
        else if (inside && s->axis[i].size != BATCH)
            count *= s->axis[i].size;
    return count;
}

/* Sums that would not fit on the stack get memory. */
static void add_scratch(Program *p, Kernel *k)
{
    const Node *x = k->anchor[0];
    const int64_t count = sums_at_once(x) * (x->op == OP_moments ? 2 : 1);
    if (count > MOST_ON_STACK)
        k->scratch = program_buffer(p, HOME_ARENA, ELEMENT_DOUBLE,
                                    shape_batched(&x->shape) ? EXTENT_BATCHED : EXTENT_CONSTANT,
                                    count, arena_format(p->arena, "sums_%s", program_name(p, x)));
}

/* A scan's results are its parts, each with a buffer of its own. */
static void add_scan_kernel(Program *p, Node *x)
{
    const int parts = x->body->results;
    Kernel *k = arena_alloc(p->arena, sizeof *k);
    *k = (Kernel){ .kind = KERNEL_SCAN, .anchors = parts };
    k->anchor = arena_alloc(p->arena, sizeof *k->anchor * (size_t)parts);
    k->result = arena_alloc(p->arena, sizeof *k->result * (size_t)parts);
    k->target = arena_alloc(p->arena, sizeof *k->target * (size_t)(2 * parts));
    for (int i = 0; i < parts; i++)
        k->anchor[i] = k->result[i] = x;
    p->info[x->id].scan = k;
    APPEND(p->arena, p->kernel, p->kernels, p->kernel_capacity, k);
}

/* Part of a scan: its buffer is made when the part is met. */
static void give_part_buffer(Program *p, Node *part)
{
    Kernel *k = p->info[part->operand[0]->id].scan;
    if (!k->target[2 * part->part])
        k->target[2 * part->part] = node_buffer(p, part);
    k->result[part->part] = part;
    p->info[part->id].view = whole_view(k->target[2 * part->part], &part->shape);
}

static bool has_part(const Program *p, const Node *x, int part)
{
    for (int i = x->id + 1; i < p->graph->nodes; i++) {
        const Node *n = p->graph->node[i];
        if (n->op == OP_part && n->operand[0] == x && n->part == part)
            return true;
    }
    return false;
}

void give_second(Program *p, Kernel *k)
{
    Node *end = k->result[0];
    if (end->op != OP_moments && !(end->op == OP_max && has_part(p, end, 1)))
        return;
    Buffer *second = node_buffer(p, end);
    second->name = arena_format(p->arena, "%s_%s", end->op == OP_max ? "where" : "variance",
                                second->name);
    p->info[end->id].second = k->target[1] = second;
}

/* Tiles read their operands where they lie.  (Of memory that an operand got since, strides may be such that tiles fit, though
 * they did not when store() asked for it.) */
static bool operands_lie(const Program *p, const Node *x)
{
    for (int i = 0; i < x->operands; i++)
        if (!has_memory(p, x->operand[i]))
            return false;
    return true;
}

static void add_loop_kernel(Program *p, Node *x)
{
    Remake *remake = p->info[x->id].remake;
    if (remake && x != remake->dot) {
        add_remake_kernel(p, x, remake);
        return;
    }
    Sparse *lists = sparse(p, x);
    if (lists) {
        add_sparse_kernel(p, x, lists);
        return;
    }
    const bool lie = operands_lie(p, x);
    Winograd *turned = lie ? winograd(p, x) : NULL;
    if (turned) {
        add_winograd_kernel(p, x, turned);
        return;
    }
    WinogradSum *sum = lie ? winograd_sum(p, x) : NULL;
    if (sum) {
        add_winograd_sum_kernel(p, x, sum);
        return;
    }
    Node *end = x->op == OP_dot ? end_of_epilogue(p, x) : x;
    Tiling *tiling = x->op == OP_dot && lie ? tile(p, x) : NULL;
    Mixture *mixed = tiling ? mixture(p, x) : NULL;
    if (mixed && tile_mixture(p, tiling, mixed))
        end = mix_behind(p, end, mixed);
    Node *pool = tiling ? pool_behind(p, tiling, NULL, x, end) : NULL, *margin = NULL;
    if (pool)
        end = end_behind_pool(p, pool, mixed ? 0 : tiling->lane_axes, &margin);
    else if (tiling && !mixed && !tiling->sums_batch && !tiling->whole_batch && !tiling->across)
        end = end_behind_margin(p, end, tiling->lane_axes, &margin);
    const bool windows = x->op == OP_max || (x->op == OP_sum && x->alongs > 0);
    const KernelKind kind = tiling                ? KERNEL_TILE
                            : windows             ? KERNEL_POOL
                            : x->op == OP_softmax ? KERNEL_SOFTMAX
                                                  : KERNEL_REDUCE;
    if (tiling && end != pool && !tiling->sums_batch && !tiling->library)
        give_place(p, end);
    else
        give_buffer(p, end);
    if (tiling && tiling->pack) {
        tiling->packed = program_buffer(p, HOME_ARENA, ELEMENT_REAL, EXTENT_CONSTANT,
                                        tile_packed_count(tiling),
                                        arena_format(p->arena, "panels_%s", program_name(p, x)));
        Kernel *pack = add_kernel(p, KERNEL_PACK, x, x, tiling->packed);
        pack->tiling = tiling;
    }
    if (remake)
        remake->packed = tiling->packed;
    Kernel *k = add_kernel(p, kind, x, end, p->info[end->id].view.buffer);
    k->tiling = tiling;
    k->pool = pool;
    k->margin = margin;
    add_margin(p, k);
    give_second(p, k);
    if (tiling ? tiling->grouped : reduces_batch(x))
        add_partial(p, k);
    else if (tiling && tiling->slices)
        add_slices(p, k);
    else if (kind == KERNEL_REDUCE)
        add_scratch(p, k);
}

/* The operands of a join get their part of its memory. */
static void fill_join(Program *p, Node *x)
{
    int64_t before = 0;
    const int axis = shape_find(&x->shape, x->name);
    give_buffer(p, x);
    for (int i = 0; i < x->operands; i++) {
        const Node *y = x->operand[i];
        View *v = &p->info[y->id].view;
        *v = p->info[x->id].view;
        v->offset = before * v->stride[axis];
        p->info[y->id].fills = true;
        before += y->shape.axis[axis].size;
    }
}

static void fill_joins(Program *p)
{
    for (int i = 0; i < p->graph->nodes; i++)
        if (p->info[i].filled)
            fill_join(p, p->graph->node[i]);
}

static void add_kernels(Program *p)
{
    fill_joins(p);
    for (int i = 0; i < p->graph->nodes; i++) {
        Node *x = p->graph->node[i];
        NodeInfo *info = &p->info[i];
        if (is_source(x) && !info->view.buffer)
            give_source_buffer(p, x);
        else if (is_source(x))
            continue;
        else if (x->op == OP_scan)
            add_scan_kernel(p, x);
        else if (x->op == OP_part && x->operand[0]->op == OP_scan)
            give_part_buffer(p, x);
        else if (is_loop(x) && !info->view.buffer && !info->absorbed) /* not behind a dot */
            add_loop_kernel(p, x);
        else if (info->filled || info->bordered)
            continue;
        else if (info->fills)
            add_kernel(p, KERNEL_MAP, x, x, info->view.buffer);
        else if (info->stored && !info->view.buffer && runs(p->passes, PASS_pad) &&
                 lies_in_pad(p, x))
            info->stored = false;
        else if (info->stored && !is_loop(x) &&
                 !(info->view.buffer && x->op == OP_map)) { /* a map may end an epilogue */
            if (!info->view.buffer)
                give_buffer(p, x);
            add_kernel(p, KERNEL_MAP, x, x, info->view.buffer);
        }
    }
}

/* Views of nodes without memory of their own, once all buffers exist. */
static void derive_views(Program *p)
{
    for (int i = 0; i < p->graph->nodes; i++) {
        Node *x = p->graph->node[i];
        NodeInfo *info = &p->info[i];
        if (info->view.buffer || info->absorbed || !x->operands)
            continue;
        const NodeInfo *from = &p->info[x->operand[0]->id];
        if (x->op == OP_part)
            info->view = whole_view(x->part ? from->second : from->view.buffer, &x->shape);
        else if (from->view.buffer)
            derived_view(x, &from->view, &info->view);
        if (x->op == OP_part && x->part)
            from->second->element = x->type == TYPE_BYTE ? ELEMENT_BYTE : ELEMENT_REAL;
    }
}

/* The pooling that a tile kernel did besides its dot becomes a kernel of its own. */
static void pool_apart(Program *p, Kernel *k)
{
    Node *x = k->pool, *end = x->operand[0];
    Kernel *pool = add_kernel(p, x->alongs ? KERNEL_POOL : KERNEL_REDUCE, x, x, k->target[0]);
    pool->target[1] = k->target[1];
    if (!x->alongs)
        add_scratch(p, pool);
    p->info[end->id].absorbed = false;
    p->info[end->id].stored = true;
    give_buffer(p, end);
    k->result[0] = end;
    k->target[0] = p->info[end->id].view.buffer;
    k->target[1] = NULL;
    k->pool = NULL;
}

/* The product's tiles for its gradients: pooling behind the mixture leaves out columns, but these do not. */
static void settle_remake(Program *p, Remake *r)
{
    r->tiling = tile(p, r->dot);
    tile_mixture(p, r->tiling, r->mixture);
    r->tiling->packed = r->packed;
}

/* Tilings were chosen before it was known where operands lie: now their strides are. */
static void settle_tilings(Program *p)
{
    for (int i = 0; i < p->kernels; i++) {
        Kernel *k = p->kernel[i];
        if (k->remake)
            settle_remake(p, k->remake);
        if (!k->tiling || k->kind == KERNEL_PACK)
            continue;
        Tiling *settled = tile(p, k->anchor[0]);
        if (k->tiling->mixture) /* of a weight: nothing has changed but strides */
            tile_mixture(p, settled, k->tiling->mixture);
        if (k->pool && !(settled && tile_pool(p, settled, k->anchor[0], k->pool))) {
            if (k->result[0] != k->pool)
                leave_pad(p, k);
            pool_apart(p, k);
        }
        if (!settled || settled->library != k->tiling->library ||
            settled->slices != k->tiling->slices) {
            /* its operands lie otherwise after all */
            leave_pad(p, k);
            if (k->tiling->slices)
                k->partial = NULL;
            k->kind = KERNEL_REDUCE;
            k->tiling = NULL;
            if (k->partial)
                k->partial->element = ELEMENT_DOUBLE, k->partial->group = GROUP;
            else if (reduces_batch(k->anchor[0]))
                add_partial(p, k);
            else
                add_scratch(p, k);
            continue;
        }
        settled->packed = k->tiling->packed;
        settled->grouped = k->partial && !settled->slices;
        *k->tiling = *settled;
    }
}

void form_kernels(Program *p)
{
    store(p);
    add_kernels(p);
    derive_views(p);
    settle_tilings(p);
}

/* ---------------------------------------------------------------- results */

Kernel *writer_of(const Program *p, const Buffer *b)
{
    for (int i = 0; i < p->kernels; i++)
        for (int j = 0; j < 2 * p->kernel[i]->anchors; j++)
            if (p->kernel[i]->target[j] == b)
                return p->kernel[i];
    return NULL;
}

static void add_results(Program *p)
{
    int observed = 0;
    for (int i = 0; i < p->graph->results; i++) {
        const Result *r = &p->graph->result[i];
        View *v = &p->info[r->node->id].view;
        const bool own = p->info[r->node->id].stored && v->buffer &&
                         v->buffer->home == HOME_ARENA && writer_of(p, v->buffer);
        if (r->kind == RESULT_VALUE && strcmp(r->name, "output") && strcmp(r->name, "loss"))
            continue;
        if (r->kind == RESULT_FRAMES && own && v->buffer->count == shape_count(&r->node->shape)) {
            v->buffer->home = HOME_FRAMES;
            v->buffer->input = i;
            continue;
        }
        if (r->kind == RESULT_GRADIENT && own) {
            v->buffer->home = HOME_GRADIENT;
            v->buffer->offset = parameter_offset(p->model, r->weight);
            continue;
        }
        const Home home = r->kind == RESULT_GRADIENT   ? HOME_GRADIENT
                          : r->kind == RESULT_STATE    ? HOME_PARAMETER
                          : r->kind == RESULT_FRAMES   ? HOME_FRAMES
                          : r->kind == RESULT_OBSERVED ? HOME_OBSERVED
                          : !strcmp(r->name, "loss")   ? HOME_LOSSES
                                                       : HOME_OUTPUT;
        Buffer *b = program_buffer(
            p, home, ELEMENT_REAL,
            shape_batched(&r->node->shape) ? EXTENT_BATCHED : EXTENT_CONSTANT,
            shape_count(&r->node->shape),
            r->kind == RESULT_VALUE      ? r->name
            : r->kind == RESULT_OBSERVED ? arena_format(p->arena, "observed%d", observed)
                                         : arena_format(p->arena, "result%d", i));
        b->input = r->kind == RESULT_OBSERVED ? observed++ : i;
        if (r->weight)
            b->offset = parameter_offset(p->model, r->weight);
        add_kernel(p, KERNEL_MAP, r->node, r->node, b)->state = r->kind == RESULT_STATE;
    }
}

static Program *fuse_graph(Arena *arena, const Model *model, Graph *graph, const Options *options,
                           const char *prefix)
{
    Program *p = arena_alloc(arena, sizeof *p);
    *p = (Program){ .arena = arena,
                    .prefix = prefix,
                    .model = model,
                    .graph = graph,
                    .target = options->target,
                    .real_double = options->real_double,
                    .passes = options->passes,
                    .group = GROUP };
    p->info = arena_alloc(arena, sizeof *p->info * (size_t)(graph->nodes + 1));
    form_kernels(p);
    add_results(p);
    find_reads(p);
    read_as_product(p);
    fuse_bodies(p);
    find_observers(p);
    return p;
}

Program *fuse(Arena *arena, const Model *model, Graph *graph, const Options *options,
              const char *prefix)
{
    split_totals(graph, options->passes);
    Program *p = fuse_graph(arena, model, graph, options, prefix);
    if (runs(options->passes, PASS_recompute) && recompute(p)) {
        graph_check(graph, "recompute");
        p = fuse_graph(arena, model, graph, options, prefix);
        wait_for_gradients(p);
    }
    return p;
}
