/* scan.c: scans, which run a body graph along an axis: builders, axis rule, checks, trimming. */
#include "ascc.h"
#include "graph.h"

#include <string.h>

/* ---------------------------------------------------------------- builders */

Node *make_inner(Graph *body, Place p, const char *name, Shape shape)
{
    Node *n = graph_node(body, OP_input, shape, p, 0, NULL);
    n->name = name;
    return n;
}

Node *make_scan(Graph *g, Place p, const char *axis, bool backward, Graph *body, int inputs,
                const ScanInput *input, int operands, Node *const *operand)
{
    Node *n = graph_node(g, OP_scan, (Shape){ 0 }, p, operands, operand);
    n->name = axis;
    n->backward = backward;
    n->body = body;
    n->scan_inputs = inputs;
    n->scan_input = arena_alloc(g->arena, sizeof *input * (size_t)(inputs + 1));
    for (int i = 0; i < inputs; i++)
        n->scan_input[i] = input[i];
    n->shape = shape_infer(n);
    return n;
}

void scan_own_body(Node *n)
{
    Graph *from = n->body, *to = graph_create(from->arena, from->name);
    Node **image = arena_alloc(to->arena, sizeof *image * (size_t)(from->nodes + 1));
    ScanInput *input = arena_alloc(to->arena, sizeof *input * (size_t)(n->scan_inputs + 1));
    for (int i = 0; i < from->nodes; i++) {
        const Node *x = from->node[i];
        Node **operand = arena_alloc(to->arena, sizeof *operand * (size_t)(x->operands + 1));
        for (int j = 0; j < x->operands; j++)
            operand[j] = image[x->operand[j]->id];
        image[i] = graph_copy(to, x, operand);
        if (x->op == OP_scan)
            scan_own_body(image[i]);
    }
    for (int i = 0; i < from->results; i++)
        graph_result(to, RESULT_VALUE, from->result[i].name, NULL, image[from->result[i].node->id]);
    for (int i = 0; i < n->scan_inputs; i++) {
        input[i] = n->scan_input[i];
        input[i].inner = image[input[i].inner->id];
        if (input[i].next)
            input[i].next = image[input[i].next->id];
    }
    n->body = to;
    n->scan_input = input;
}

int scan_length(const Node *n)
{
    for (int i = 0; i < n->scan_inputs; i++)
        if (n->scan_input[i].role == SCAN_SEQUENCE)
            return shape_size(&n->operand[n->scan_input[i].operand]->shape, n->name);
    return 0;
}

/* ---------------------------------------------------------------- axis rule */

Shape shape_without(const Shape *s, const char *axis)
{
    Shape rest = { 0 };
    for (int i = 0; i < s->rank; i++)
        if (strcmp(s->axis[i].name, axis))
            shape_add(&rest, s->axis[i]);
    return rest;
}

Shape shape_stacked(const Shape *inner, Axis axis)
{
    Shape result = { 0 };
    int batched = shape_batched(inner);
    if (batched)
        shape_add(&result, inner->axis[0]);
    shape_add(&result, axis);
    for (int i = batched; i < inner->rank; i++)
        shape_add(&result, inner->axis[i]);
    return result;
}

Shape shape_of_scan_part(const Node *n, int part)
{
    if (part < 0 || part >= n->body->results)
        bug(n, "part %d of a body of %d results", part, n->body->results);
    return shape_stacked(&n->body->result[part].node->shape, (Axis){ n->name, scan_length(n) });
}

static void need_input(const Node *n, const ScanInput *in)
{
    bool state = in->role == SCAN_STATE;
    if (in->inner->op != OP_input || state != (in->next != NULL) || state != (in->operand < 0))
        bug(n, "an input of its body is broken");
    if (state) {
        if (!shape_equal(&in->inner->shape, &in->next->shape))
            bug(n, "state %s changes its shape", in->inner->name);
        return;
    }
    Shape expected = n->operand[in->operand]->shape;
    if (in->role == SCAN_SEQUENCE) {
        if (shape_size(&expected, n->name) != scan_length(n) || scan_length(n) < 1)
            bug(n, "%s does not vary along %s as others do", in->inner->name, n->name);
        expected = shape_without(&expected, n->name);
    }
    if (!shape_equal(&in->inner->shape, &expected))
        bug(n, "%s has another shape inside than outside", in->inner->name);
}

Shape shape_of_scan(const Node *n)
{
    for (int i = 0; i < n->scan_inputs; i++)
        if (n->scan_input[i].operand >= n->operands)
            bug(n, "no operand %d", n->scan_input[i].operand);
    if (!scan_length(n))
        bug(n, "no sequence");
    for (int i = 0; i < n->scan_inputs; i++)
        need_input(n, &n->scan_input[i]);
    return shape_of_scan_part(n, 0);
}

/* ---------------------------------------------------------------- invariants */

static bool in_body(const Graph *body, const Node *n)
{
    return n && n->id >= 0 && n->id < body->nodes && body->node[n->id] == n;
}

static const ScanInput *input_of(const Node *scan, const Node *inner)
{
    for (int i = 0; i < scan->scan_inputs; i++)
        if (scan->scan_input[i].inner == inner)
            return &scan->scan_input[i];
    return NULL;
}

void scan_check(const Node *n, const char *after)
{
    const Graph *body = n->body;
    graph_check(body, after);
    if (body->results < 1)
        bug(n, "after %s: its body has no result", after);
    for (int i = 0; i < body->results; i++)
        if (body->result[i].kind != RESULT_VALUE)
            bug(n, "after %s: result %s of its body is not a value", after, body->result[i].name);
    for (int i = 0; i < n->scan_inputs; i++) {
        const ScanInput *in = &n->scan_input[i];
        if (!in_body(body, in->inner) || (in->role == SCAN_STATE && !in_body(body, in->next)))
            bug(n, "after %s: input %d is no node of its body", after, i);
    }
    for (int i = 0; i < body->nodes; i++) {
        const Node *x = body->node[i];
        if (x->op == OP_weight || (x->op == OP_input && !input_of(n, x)))
            bug(x, "after %s: a source that a body does not have", after);
    }
}

/* ---------------------------------------------------------------- trimming */

bool scan_mark_states(const Node *n)
{
    bool more = false;
    for (int i = 0; i < n->scan_inputs; i++) {
        const ScanInput *in = &n->scan_input[i];
        if (in->role != SCAN_STATE || !in->inner->id || in->next->id)
            continue;
        in->next->id = 1;
        more = true;
    }
    return more;
}

/* One sequence stays whether or not it is read: it tells the number of steps. */
void scan_mark_length(const Node *n)
{
    const ScanInput *first = NULL;
    for (int i = 0; i < n->scan_inputs; i++) {
        const ScanInput *in = &n->scan_input[i];
        if (in->role != SCAN_SEQUENCE)
            continue;
        if (in->inner->id)
            return;
        if (!first)
            first = in;
    }
    first->inner->id = 1;
}

/* Keeps the results of the body that are used; the parts, which follow n in g, are numbered again.
 * Whether some went. */
bool scan_drop_results(const Graph *g, const Node *n, int at)
{
    Graph *body = n->body;
    int kept = 0, had = body->results;
    for (int part = 0; part < had; part++) {
        bool used = false;
        for (int i = at + 1; i < g->nodes; i++) {
            Node *x = g->node[i];
            if (x->id && x->op == OP_part && x->operand[0] == n && x->part == part) {
                x->part = kept;
                used = true;
            }
        }
        if (used)
            body->result[kept++] = body->result[part];
    }
    body->results = kept;
    return kept < had;
}

/* Drops inputs that the swept body has no more, and operands that none is left for. */
bool scan_drop_inputs(Node *n)
{
    int kept = 0, operands = 0, had = n->operands;
    for (int i = 0; i < n->scan_inputs; i++)
        if (in_body(n->body, n->scan_input[i].inner))
            n->scan_input[kept++] = n->scan_input[i];
    n->scan_inputs = kept;
    for (int i = 0; i < had; i++) {
        bool used = false;
        for (int j = 0; j < kept; j++) {
            if (n->scan_input[j].operand != i)
                continue;
            n->scan_input[j].operand = operands;
            used = true;
        }
        if (used)
            n->operand[operands++] = n->operand[i];
    }
    n->operands = operands;
    return operands < had;
}
