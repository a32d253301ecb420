/* simplify.c: rewrites a graph by rules until none applies; merges nodes that compute the same.
 * The rules are in simplify_map.c (arithmetic), simplify_sum.c and simplify_move.c. */
#include "simplify.h"

#include <string.h>

/* ---------------------------------------------------------------- nodes that compute the same */

static bool is_commutative(const Node *n)
{
    Function f = n->function;
    return n->op == OP_map && (f == FN_add || f == FN_mul || f == FN_eq || f == FN_ne);
}

static uint32_t mix(uint32_t hash, uint32_t value)
{
    return (hash ^ value) * 16777619u;
}

static uint32_t hash_text(uint32_t hash, const char *text)
{
    while (text && *text)
        hash = mix(hash, (unsigned char)*text++);
    return hash;
}

/* The same for the operands of a sum in either order. */
static uint32_t hash_node(const Node *n)
{
    uint32_t hash = mix(2166136261u, n->op), operands = 0;
    hash = mix(mix(hash, n->function), (uint32_t)n->part);
    for (int i = 0; i < n->operands; i++)
        operands += mix(2166136261u, (uint32_t)n->operand[i]->id);
    hash = hash_text(mix(hash, operands), n->name);
    for (int i = 0; i < n->axes; i++)
        hash = hash_text(hash, n->axis[i]);
    for (int i = 0; i < n->alongs; i++)
        hash = mix(mix(hash_text(hash, n->along[i].axis), (uint32_t)n->along[i].lo),
                   (uint32_t)n->along[i].size);
    uint64_t bits;
    memcpy(&bits, &n->value, sizeof bits);
    return mix(mix(hash, (uint32_t)bits), (uint32_t)(bits >> 32));
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

static bool same_operands(const Node *a, const Node *b)
{
    if (a->operands != b->operands)
        return false;
    if (is_commutative(a) && a->operand[0]->id == b->operand[1]->id &&
        a->operand[1]->id == b->operand[0]->id)
        return true;
    for (int i = 0; i < a->operands; i++)
        if (a->operand[i]->id != b->operand[i]->id)
            return false;
    return true;
}

bool same_node(const Node *a, const Node *b)
{
    if (a->op != b->op || a->type != b->type || a->function != b->function || a->part != b->part ||
        a->weight != b->weight || a->seed != b->seed || a->axes != b->axes ||
        a->alongs != b->alongs || memcmp(&a->value, &b->value, sizeof a->value) ||
        !same_text(a->name, b->name))
        return false;
    for (int i = 0; i < a->axes; i++)
        if (strcmp(a->axis[i], b->axis[i]))
            return false;
    for (int i = 0; i < a->alongs; i++) {
        const Along *x = &a->along[i], *y = &b->along[i];
        if (strcmp(x->axis, y->axis) || x->size != y->size || x->stride != y->stride ||
            x->dilation != y->dilation || x->lo != y->lo || x->hi != y->hi)
            return false;
    }
    if (a->op == OP_scan && !same_body(a, b))
        return false;
    return same_operands(a, b) && shape_equal(&a->shape, &b->shape) && shape_equal(&a->to, &b->to);
}

static void table_grow(Simplify *s)
{
    int old = s->capacity;
    s->capacity = old ? 2 * old : 256;
    size_t had = sizeof(Node *) * (size_t)old, need = sizeof(Node *) * (size_t)s->capacity;
    s->next = arena_grow(s->g->arena, s->next, had, need);
    s->best = arena_grow(s->g->arena, s->best, had, need);
}

/* The first node that is the same as n; n itself when there was none. */
static Node *unique(Simplify *s, Node *n)
{
    uint32_t slot = hash_node(n) % (uint32_t)s->buckets;
    for (Node *old = s->bucket[slot]; old; old = s->next[old->id])
        if (old == n || same_node(old, n))
            return old;
    while (n->id >= s->capacity)
        table_grow(s);
    s->next[n->id] = s->bucket[slot];
    s->best[n->id] = NULL;
    s->bucket[slot] = n;
    return n;
}

/* ---------------------------------------------------------------- rules */

static Rewrite *const rules[OPS] = {
    [OP_map] = simplify_map,         [OP_dot] = simplify_dot,       [OP_sum] = simplify_sum,
    [OP_reshape] = simplify_reshape, [OP_expand] = simplify_expand, [OP_slice] = simplify_slice,
    [OP_pad] = simplify_pad,         [OP_join] = simplify_join,     [OP_reverse] = simplify_reverse,
    [OP_stop] = simplify_stop,
};

Node *reduce(Simplify *s, Node *n)
{
    Node *old = unique(s, n);
    if (old != n)
        return s->best[old->id] ? s->best[old->id] : old;
    Node *better = rules[n->op] ? rules[n->op](s, n) : NULL;
    if (!better)
        return n;
    if (!shape_equal(&better->shape, &n->shape))
        bug(n, "simplify changed its shape into that of %%%d %s", better->id, op_name(better->op));
    s->fired++;
    s->best[n->id] = better;
    return better;
}

Node *reduced_map(Simplify *s, Function f, Node *a, Node *b)
{
    return reduce(s, make_map(s->g, s->place, f, a, b, NULL));
}

Node *reduced_number(Simplify *s, double value)
{
    return reduce(s, make_number(s->g, s->place, value));
}

Node *reduced_sum(Simplify *s, Node *x, int over, const char *const *axis)
{
    return over ? reduce(s, make_sum(s->g, s->place, x, over, axis, 0, NULL)) : x;
}

Node *reduced_expand(Simplify *s, Node *x, const Shape *shape)
{
    return shape_equal(&x->shape, shape) ? x : reduce(s, make_expand(s->g, s->place, x, *shape));
}

bool is_number(const Node *n, double value)
{
    return n->op == OP_number && n->value == value;
}

bool is_map(const Node *n, Function f)
{
    return n->op == OP_map && n->function == f;
}

/* ---------------------------------------------------------------- the pass */

static int pass(Graph *g, Node *scan, bool differentiated);

static Node *rewrite(Simplify *s, const Node *n, Node *const *image, Node *scan)
{
    Node **operand = arena_alloc(s->g->arena, sizeof(Node *) * (size_t)(n->operands + 1));
    if (scan && n->op == OP_input)
        return simplify_inner(s, scan, n, image);
    for (int i = 0; i < n->operands; i++)
        operand[i] = image[n->operand[i]->id];
    Node *copy = graph_copy(s->g, n, operand);
    if (n->op == OP_scan)
        s->fired += turn_scan(copy) + pass(copy->body, copy, s->differentiated);
    if (n->op != OP_part || operand[0]->op != OP_scan)
        return reduce(s, copy);
    copy->part = first_part(operand[0], n->part);
    copy = reduce(s, copy);
    if (operand[0]->backward == n->operand[0]->backward)
        return copy;
    return reduce(s, make_reverse(s->g, s->place, copy, operand[0]->name));
}

/* One walk over a graph, which may be the body of a scan; returns the number of rules that applied. */
static int pass(Graph *g, Node *scan, bool differentiated)
{
    Graph *fresh = graph_create(g->arena, g->name);
    Simplify s = { .g = fresh, .buckets = 4 * g->nodes + 64, .differentiated = differentiated };
    Node **image = arena_alloc(g->arena, sizeof *image * (size_t)(g->nodes + 1));
    s.bucket = arena_alloc(g->arena, sizeof(Node *) * (size_t)s.buckets);
    for (int i = 0; i < g->nodes; i++) {
        const Node *n = g->node[i];
        s.place = n->place;
        int before = fresh->nodes;
        image[i] = rewrite(&s, n, image, scan);
        for (int j = before; j < fresh->nodes; j++)
            fresh->node[j]->label = n->label;
    }
    for (int i = 0; i < g->results; i++)
        g->result[i].node = image[g->result[i].node->id];
    if (scan)
        simplify_inputs(scan, image);
    g->node = fresh->node;
    g->nodes = fresh->nodes;
    g->capacity = fresh->capacity;
    if (scan)
        graph_sweep_body(scan);
    else
        graph_sweep(g);
    return s.fired;
}

/* Every rule makes a graph smaller or nearer to a normal form; the bound is a safeguard. */
void simplify(Graph *g)
{
    enum { PASSES = 20 };
    bool differentiated = false;
    graph_sweep(g);
    for (int i = 0; i < g->results; i++)
        differentiated = differentiated || g->result[i].kind == RESULT_GRADIENT;
    for (int i = 0; i < PASSES && pass(g, NULL, differentiated); i++)
        ;
}
