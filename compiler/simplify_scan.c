/* simplify_scan.c: rules of scans and of the inputs of their bodies. */
#include "simplify.h"

#include <string.h>

/* ---------------------------------------------------------------- scans that do the same */

static bool same_inputs(const Node *a, const Node *b)
{
    if (a->scan_inputs != b->scan_inputs)
        return false;
    for (int i = 0; i < a->scan_inputs; i++) {
        const ScanInput *x = &a->scan_input[i], *y = &b->scan_input[i];
        if (x->role != y->role || x->operand != y->operand || x->inner->id != y->inner->id ||
            (x->next && x->next->id != y->next->id))
            return false;
    }
    return true;
}

/* Node by node: both are simple, and in the order in which they were written. */
bool same_body(const Node *a, const Node *b)
{
    const Graph *x = a->body, *y = b->body;
    if (a->backward != b->backward || x->nodes != y->nodes || x->results != y->results ||
        !same_inputs(a, b))
        return false;
    for (int i = 0; i < x->nodes; i++) {
        bool inputs = x->node[i]->op == OP_input && y->node[i]->op == OP_input;
        if (inputs ? !shape_equal(&x->node[i]->shape, &y->node[i]->shape)
                   : !same_node(x->node[i], y->node[i]))
            return false;
    }
    for (int i = 0; i < x->results; i++)
        if (x->result[i].node->id != y->result[i].node->id)
            return false;
    return true;
}

static bool is_turned(const Node *scan, const Node *x)
{
    return x->op == OP_reverse && !strcmp(x->name, scan->name);
}

bool turn_scan(Node *scan)
{
    bool *sequence = arena_alloc(scan->body->arena, (size_t)scan->operands + 1);
    for (int i = 0; i < scan->scan_inputs; i++)
        if (scan->scan_input[i].role == SCAN_SEQUENCE)
            sequence[scan->scan_input[i].operand] = true;
    for (int i = 0; i < scan->scan_inputs; i++) {
        const ScanInput *in = &scan->scan_input[i];
        if (in->role == SCAN_CONSTANT && sequence[in->operand])
            return false;
        if (in->role == SCAN_SEQUENCE && !is_turned(scan, scan->operand[in->operand]))
            return false;
    }
    for (int i = 0; i < scan->operands; i++)
        if (sequence[i])
            scan->operand[i] = scan->operand[i]->operand[0];
    scan->backward = !scan->backward;
    return true;
}

int first_part(const Node *scan, int part)
{
    const Graph *body = scan->body;
    for (int i = 0; i < part; i++)
        if (body->result[i].node == body->result[part].node)
            return i;
    return part;
}

/* ---------------------------------------------------------------- inputs */

static const ScanInput *input_of(const Node *scan, const Node *inner)
{
    for (int i = 0; i < scan->scan_inputs; i++)
        if (scan->scan_input[i].inner == inner)
            return &scan->scan_input[i];
    bug(inner, "no input of its scan");
}

static bool is_zero(const Node *n)
{
    return is_number(n, 0) || (n->op == OP_expand && is_number(n->operand[0], 0));
}

/* A state that stays zero, a number, and what another input reads already, are no inputs. */
Node *simplify_inner(Simplify *s, const Node *scan, const Node *n, Node *const *image)
{
    const ScanInput *in = input_of(scan, n);
    if (in->role == SCAN_STATE) {
        if (is_zero(in->next))
            return reduced_expand(s, reduced_number(s, 0), &n->shape);
        return graph_copy(s->g, n, NULL);
    }
    const Node *x = scan->operand[in->operand];
    if (in->role == SCAN_CONSTANT && x->op == OP_number)
        return reduced_number(s, x->value);
    for (int i = 0; i < scan->scan_inputs; i++) {
        const ScanInput *other = &scan->scan_input[i];
        if (other->role == in->role && other->inner->id < n->id &&
            scan->operand[other->operand] == x && image[other->inner->id])
            return image[other->inner->id];
    }
    return graph_copy(s->g, n, NULL);
}

static bool is_kept(const Node *scan, int kept, const Node *inner)
{
    for (int i = 0; i < kept; i++)
        if (scan->scan_input[i].inner == inner)
            return false;
    return inner->op == OP_input;
}

void simplify_inputs(Node *scan, Node *const *image)
{
    int kept = 0;
    for (int i = 0; i < scan->scan_inputs; i++) {
        ScanInput in = scan->scan_input[i];
        in.inner = image[in.inner->id];
        if (in.next)
            in.next = image[in.next->id];
        if (is_kept(scan, kept, in.inner))
            scan->scan_input[kept++] = in;
    }
    scan->scan_inputs = kept;
}
