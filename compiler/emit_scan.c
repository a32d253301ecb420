/* emit_scan.c: a scan: its states start at zero, and the kernels of its body run one after the other in every step, for one
 * group of examples; other groups run beside it. */
#include "emit.h"

static void add_state_lines(const Program *body, Text *start, Text *end)
{
    for (int i = 0; i < body->states; i++) {
        const ScanState *s = &body->state[i];
        const long long count = s->now->count;
        text_add(
            start,
            "memset(%s + (size_t)first * %lld, 0, (size_t)(last - first) * %lld * sizeof(real));\n",
            s->now->name, count, count);
        text_add(end,
                 "memcpy(%s + (size_t)first * %lld, %s + (size_t)first * %lld, "
                 "(size_t)(last - first) * %lld * sizeof(real));\n",
                 s->now->name, count, s->next->name, count, count);
    }
}

/* Asks for what the next step will read or write of an array whose steps lie far apart: no processor foresees it. */
static void add_request(Nest *n, const View *view, const Shape *shape, bool writes, int forward,
                        Text *out)
{
    enum { LEAST_REALS = 16 };
    const Node *scan = n->kernel->anchor[0];
    int64_t row = 1;
    for (int i = shape->rank - 1; i > 0; i--) {
        if (shape->axis[i].size != 1 && view->stride[i] != row)
            return;
        row *= shape->axis[i].size;
    }
    if (row < LEAST_REALS || !shape_batched(shape) || !view->step)
        return;
    nest_use(n, view->buffer);
    text_add(out, "asc_request_%s(%s + %lld + (size_t)i_batch * %lld + (i_%s %s) * %lld, %lld);\n",
             writes ? "write" : "read", view->buffer->name, (long long)view->offset,
             (long long)view->stride[0], scan->name, forward > 0 ? "+ 1" : "- 1",
             (long long)view->step, (long long)row);
}

static void add_requests(Nest *n, int steps, Text *out)
{
    const Kernel *k = n->kernel;
    const Program *body = k->body;
    const Node *scan = k->anchor[0];
    const int forward = scan->backward ? -1 : 1;
    Text lines = text_create(n->program->arena);
    if (n->program->scan || !runs(body->passes, PASS_fetch))
        return;
    for (int i = 0; i < scan->scan_inputs; i++) {
        const Node *inner = scan->scan_input[i].inner;
        if (scan->scan_input[i].role == SCAN_SEQUENCE)
            add_request(n, &body->info[inner->id].view, &inner->shape, false, forward, &lines);
    }
    for (int i = 0; i < body->kernels; i++)
        for (int j = 0; j < body->kernel[i]->anchors && body->kernel[i]->store; j++)
            if (body->kernel[i]->store[j].buffer)
                add_request(n, &body->kernel[i]->store[j], &body->kernel[i]->result[j]->shape, true,
                            forward, &lines);
    if (!lines.length)
        return;
    if (scan->backward)
        text_add(out, "for (int i_batch = first; i_%s > 0 && i_batch < last; i_batch++) {\n",
                 scan->name);
    else
        text_add(out, "for (int i_batch = first; i_%s < %d && i_batch < last; i_batch++) {\n",
                 scan->name, steps - 1);
    text_add(out, "%s}\n", lines.at);
}

void emit_scan(Program *p, Kernel *k, Text *out)
{
    Program *body = k->body;
    Arena *arena = p->arena;
    const Node *scan = k->anchor[0];
    const Node *sequence = NULL;
    for (int i = 0; i < scan->scan_inputs && !sequence; i++)
        if (scan->scan_input[i].role == SCAN_SEQUENCE)
            sequence = scan->operand[scan->scan_input[i].operand];
    const int steps = sequence->shape.axis[shape_find(&sequence->shape, scan->name)].size;
    for (int i = 0; i < body->kernels; i++) {
        body->kernel[i]->name = arena_format(arena, "%s_s%02d", k->name, i + 1);
        emit_kernel(body, body->kernel[i], out);
    }
    Nest *n = nest_create(p, k);
    Text text = text_create(arena), start = text_create(arena), end = text_create(arena);
    Buffer **states = arena_alloc(arena, sizeof *states * (size_t)(2 * body->states + 1));
    for (int i = 0; i < body->states; i++) {
        nest_use(n, states[2 * i] = body->state[i].now);
        nest_use(n, states[2 * i + 1] = body->state[i].next);
    }
    add_state_lines(body, &start, &end);
    Text requests = text_create(arena);
    add_requests(n, steps, &requests);
    text_add(&text, "void %s(const AscCall *call, int chunk)\n{\n", k->name);
    nest_declare_buffers(n, &text, "", states, 2 * body->states);
    emit_group(body, &text);
    text_add(&text, "%s", start.length ? start.at : "(void)first;\n(void)last;\n");
    if (scan->backward)
        text_add(&text, "for (int i_%s = %d; i_%s >= 0; i_%s--) {\n", scan->name, steps - 1,
                 scan->name, scan->name);
    else
        text_add(&text, "for (int i_%s = 0; i_%s < %d; i_%s++) {\n", scan->name, scan->name, steps,
                 scan->name);
    text_add(&text, "%s", requests.length ? requests.at : "");
    for (int i = 0; i < body->kernels; i++)
        text_add(&text, "%s(call, chunk, i_%s);\n", body->kernel[i]->name, scan->name);
    text_add(&text, "%s}\n}\n", end.length ? end.at : "");
    emit_comment(p, k, out);
    emit_indented(out, text.at);
    text_add(out, "\n");
}
