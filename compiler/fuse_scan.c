/* fuse, for scans: the body of a scan is a program of its own, whose inputs and results lie where those of the scan do. */
#include "kernel.h"

/* The view of a sequence's step: the axis is gone, and comes back as a step. */
static View step_view(const View *view, const Shape *shape, const char *axis)
{
    View v = *view;
    const int at = shape_find(shape, axis);
    v.step = view->stride[at];
    for (int i = at; i + 1 < shape->rank; i++)
        v.stride[i] = view->stride[i + 1];
    return v;
}

/* Inputs of a body look at the operands of the scan; states have memory of their own. */
static void give_inputs(Program *p)
{
    const Node *scan = p->scan;
    for (int i = 0; i < scan->scan_inputs; i++) {
        const ScanInput *in = &scan->scan_input[i];
        NodeInfo *info = &p->info[in->inner->id];
        info->stored = true;
        if (in->role == SCAN_STATE) {
            give_buffer(p, in->inner);
            ScanState *s = &p->state[p->states++];
            s->now = info->view.buffer;
            s->next = node_buffer(p, in->inner);
            s->next->name = arena_format(p->arena, "next_%s", s->next->name);
            continue;
        }
        const Node *operand = scan->operand[in->operand];
        const View *view = &p->outer->info[operand->id].view;
        info->view = in->role == SCAN_SEQUENCE ? step_view(view, &operand->shape, scan->name)
                                               : *view;
    }
}

/* Kernels that write the next states and this step's part of the results. */
static void add_body_results(Program *p, const Kernel *scan)
{
    int state = 0;
    for (int i = 0; i < p->scan->scan_inputs; i++) {
        const ScanInput *in = &p->scan->scan_input[i];
        if (in->role == SCAN_STATE)
            add_kernel(p, KERNEL_MAP, in->next, in->next, p->state[state++].next);
    }
    for (int i = 0; i < scan->anchors; i++) {
        if (!scan->target[2 * i])
            continue; /* nobody reads it */
        Node *x = p->graph->result[i].node;
        View *store = arena_alloc(p->arena, sizeof *store),
             whole = whole_view(scan->target[2 * i], &scan->result[i]->shape);
        *store = step_view(&whole, &scan->result[i]->shape, p->scan->name);
        add_kernel(p, KERNEL_MAP, x, x, scan->target[2 * i])->store = store;
    }
}

/* What does not change from step to step (packed weights) is made before the scan, by the program around it. */
static void move_constant_kernels(Program *p, Kernel *scan)
{
    int kept = 0;
    for (int i = 0; i < p->kernels; i++) {
        Kernel *k = p->kernel[i];
        if (k->target[0]->extent != EXTENT_CONSTANT) {
            p->kernel[kept++] = k;
            continue;
        }
        k->made_in = p;
        APPEND(p->arena, p->outer->kernel, p->outer->kernels, p->outer->kernel_capacity, k);
        APPEND(p->arena, scan->reads, scan->read_count, scan->read_capacity, k->target[0]);
    }
    p->kernels = kept;
}

static void fuse_body(Program *outer, Kernel *k, const Node *scan)
{
    Program *p = arena_alloc(outer->arena, sizeof *p);
    *p = (Program){ .arena = outer->arena,
                    .prefix = outer->prefix,
                    .model = outer->model,
                    .graph = scan->body,
                    .target = outer->target,
                    .real_double = outer->real_double,
                    .passes = outer->passes,
                    .group = SCAN_GROUP,
                    .outer = outer,
                    .scan = scan };
    p->info = arena_alloc(p->arena, sizeof *p->info * (size_t)(p->graph->nodes + 1));
    p->state = arena_alloc(p->arena, sizeof *p->state * (size_t)(scan->scan_inputs + 1));
    k->body = p;
    for (int i = 0; i < scan->scan_inputs; i++)
        if (scan->scan_input[i].role == SCAN_STATE)
            p->info[scan->scan_input[i].next->id].uses++;
    give_inputs(p);
    form_kernels(p);
    add_body_results(p, k);
    find_reads(p);
    move_constant_kernels(p, k);
}

void fuse_bodies(Program *p)
{
    for (int i = 0, kernels = p->kernels; i < kernels; i++)
        if (p->kernel[i]->kind == KERNEL_SCAN)
            fuse_body(p, p->kernel[i], p->kernel[i]->anchor[0]);
}
