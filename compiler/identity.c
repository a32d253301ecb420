/* identity.c: a number that tells networks apart: FNV-1a over the operators, shapes, attributes and names of weights of a
 * graph as it was elaborated, so that it depends neither on the layout of the text nor on what the optimiser does. */
#include "ascc.h"

#include <string.h>

static void mix(uint64_t *hash, const void *data, size_t bytes)
{
    const unsigned char *c = data;
    for (size_t i = 0; i < bytes; i++)
        *hash = (*hash ^ c[i]) * 0x100000001b3u;
}

static void mix_text(uint64_t *hash, const char *text)
{
    mix(hash, text ? text : "", text ? strlen(text) + 1 : 1);
}

static void mix_number(uint64_t *hash, double value)
{
    char digits[40];
    snprintf(digits, sizeof digits, "%.17g", value);
    mix_text(hash, digits);
}

static void mix_shape(uint64_t *hash, const Shape *shape)
{
    for (int i = 0; i < shape->rank; i++) {
        mix_text(hash, shape->axis[i].name);
        mix_number(hash, shape->axis[i].size);
    }
}

static void mix_scan(uint64_t *hash, const Node *scan)
{
    const uint64_t body = graph_identity(scan->body);
    mix(hash, &body, sizeof body);
    for (int i = 0; i < scan->body->results; i++)
        mix_number(hash, scan->body->result[i].node->id);
    for (int i = 0; i < scan->scan_inputs; i++) {
        const ScanInput *in = &scan->scan_input[i];
        const int number[] = { in->role, in->inner->id, in->next ? in->next->id : -1, in->operand };
        for (int k = 0; k < 4; k++)
            mix_number(hash, number[k]);
    }
    mix_number(hash, scan->backward);
}

uint64_t graph_identity(const Graph *g)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (int i = 0; i < g->nodes; i++) {
        const Node *x = g->node[i];
        mix_text(&hash, x->op == OP_map ? function_name(x->function) : op_name(x->op));
        mix_shape(&hash, &x->shape);
        mix_text(&hash, x->weight ? x->weight->name : x->name);
        mix_number(&hash, x->op == OP_number ? x->value : x->part);
        for (int j = 0; j < x->operands; j++)
            mix_number(&hash, x->operand[j]->id);
        for (int j = 0; j < x->axes; j++)
            mix_text(&hash, x->axis[j]);
        for (int j = 0; j < x->alongs; j++) {
            const Along *a = &x->along[j];
            const int number[] = { a->size, a->stride, a->dilation, a->lo, a->hi };
            mix_text(&hash, a->axis);
            for (int k = 0; k < 5; k++)
                mix_number(&hash, number[k]);
        }
        if (x->op == OP_scan)
            mix_scan(&hash, x);
    }
    return hash;
}
