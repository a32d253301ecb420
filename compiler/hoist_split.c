/* hoist_split.c: products of joined values are split where some of these depend on no state of a
 * scan, so that the product of those can be made outside. */
#include "hoist.h"

#include <string.h>

/* dot(join, w) or dot(reshape(join), w), where the join's axis is the first one merged. */
typedef struct Joined {
    const Node *dot, *reshape, *join;
    int side;         /* which operand of the product */
    const char *axis; /* that the product sums over */
    int rest;         /* elements along it for one along the join's axis */
} Joined;

static bool find_joined(const Node *n, int side, Joined *j)
{
    const Node *x = n->operand[side];
    *j = (Joined){ .dot = n, .side = side, .rest = 1 };
    if (x->op == OP_reshape && x->to.rank == 1 && x->axes) {
        j->reshape = x;
        j->axis = x->to.axis[0].name;
        x = x->operand[0];
        for (int i = 1; i < j->reshape->axes; i++)
            j->rest *= shape_size(&x->shape, j->reshape->axis[i]);
    }
    if (x->op != OP_join || (j->reshape && strcmp(j->reshape->axis[0], x->name)))
        return false;
    j->join = x;
    if (!j->reshape)
        j->axis = x->name;
    return names_have(n->axes, n->axis, j->axis);
}

static bool is_mixed(const Node *join, const Freedom *f)
{
    for (int i = 1; i < join->operands; i++)
        if (f->free[join->operand[i]->id] != f->free[join->operand[0]->id])
            return true;
    return false;
}

static bool splits(const Node *n, const Freedom *f, Joined *j)
{
    for (int side = 0; n->op == OP_dot && side < 2; side++)
        if (find_joined(n, side, j) && is_mixed(j->join, f))
            return true;
    return false;
}

/* The product of the joined values first .. end - 1, which lie at lo .. hi of the join's axis. */
static Node *partial(Graph *g, const Joined *j, Node *const *image, int first, int end, int lo,
                     int hi)
{
    Place p = j->dot->place;
    Node **x = arena_alloc(g->arena, sizeof *x * (size_t)j->join->operands);
    for (int i = first; i < end; i++)
        x[i - first] = image[j->join->operand[i]->id];
    Node *both[2];
    Along slice = { .axis = j->axis, .lo = lo * j->rest, .hi = hi * j->rest };
    Node *a = end - first > 1 ? make_join(g, p, j->join->name, end - first, x) : x[0];
    if (j->reshape) {
        Shape to = { 1, { { j->axis, (hi - lo) * j->rest } } };
        a = make_reshape(g, p, a, j->reshape->axes, j->reshape->axis, to);
    }
    both[j->side] = a;
    both[1 - j->side] = make_slice(g, p, image[j->dot->operand[1 - j->side]->id], 1, &slice);
    return make_dot(g, p, both[0], both[1], j->dot->axes, j->dot->axis, j->dot->alongs,
                    j->dot->along);
}

static Node *split(Graph *g, const Joined *j, const Freedom *f, Node *const *image)
{
    Node *sum = NULL;
    int lo = 0;
    for (int i = 0, end; i < j->join->operands; i = end) {
        int hi = lo;
        bool free = f->free[j->join->operand[i]->id];
        for (end = i; end < j->join->operands && f->free[j->join->operand[end]->id] == free; end++)
            hi += shape_size(&j->join->operand[end]->shape, j->join->name);
        Node *term = partial(g, j, image, i, end, lo, hi);
        sum = sum ? make_map(g, j->dot->place, FN_add, sum, term, NULL) : term;
        lo = hi;
    }
    return sum;
}

void hoist_split(Node *scan)
{
    Freedom f = hoist_freedom(scan);
    Graph *old = scan->body, *body = graph_create(old->arena, old->name);
    Node **image = arena_alloc(body->arena, sizeof *image * (size_t)(old->nodes + 1));
    for (int i = 0; i < old->nodes; i++) {
        const Node *n = old->node[i];
        Node **operand = arena_alloc(body->arena, sizeof *operand * (size_t)(n->operands + 1));
        Joined joined;
        int before = body->nodes;
        for (int j = 0; j < n->operands; j++)
            operand[j] = image[n->operand[j]->id];
        image[i] = splits(n, &f, &joined) ? split(body, &joined, &f, image)
                                          : graph_copy(body, n, operand);
        for (int j = before; j < body->nodes; j++)
            body->node[j]->label = n->label;
    }
    for (int i = 0; i < old->results; i++)
        graph_result(body, RESULT_VALUE, old->result[i].name, NULL, image[old->result[i].node->id]);
    hoist_image_inputs(scan, image);
    scan->body = body;
}
