/* grad_stride.c: the gradient of what a window strides over.  Elements at the same place between two steps of the window form a
 * phase: along axis i, element r + s k takes dy[p] b[t] where p s + t d = r + s k, which is a product of its own without zeros,
 * with every q-th tap, q = s / gcd(s, d).  The phases' results are spread and added. */
#include "grad.h"

enum { MOST_PHASES = 4 }; /* of all axes: each is a kernel of its own */

/* One phase along an axis. */
typedef struct Phase {
    int at;                /* r */
    int first, step, taps; /* of the kernel */
    int results;
} Phase;

/* The first phase of the axis from `at` on that has taps; false: there is none. */
static bool phase_from(const Along *s, int size, int at, Phase *x)
{
    for (; at < s->stride && at < size; at++) {
        *x = (Phase){ .at = at, .step = 1, .results = (size - at - 1) / s->stride + 1 };
        for (int tap = 0; tap < s->size; tap++)
            if (tap * s->dilation % s->stride == at) {
                if (x->taps == 1)
                    x->step = tap - x->first;
                x->first = x->taps++ ? x->first : tap;
            }
        if (x->taps)
            return true;
    }
    return false;
}

static int phases_of(const Node *n, int i)
{
    const int size = shape_size(&n->operand[0]->shape, n->along[i].axis);
    int count = 0;
    Phase x;
    for (int at = 0; phase_from(&n->along[i], size, at, &x); at = x.at + 1)
        count++;
    return count;
}

/* Every q-th tap, the last one first. */
static Node *taps_of(Grad *c, Node *b, const Along *s, const Phase *x)
{
    const Along cut = { .axis = s->axis,
                        .lo = x->first,
                        .hi = x->first + (x->taps - 1) * x->step + 1,
                        .stride = x->step };
    if (x->taps < s->size)
        b = make_slice(c->g, c->node->place, b, 1, &cut);
    return make_reverse(c->g, c->node->place, b, s->axis);
}

/* The gradient's elements of one phase, zeros between them. */
static Node *phase_gradient(Grad *c, Node *dy, int over, const char *const *axis,
                            const Phase *phase)
{
    const Node *n = c->node;
    Node *b = n->operand[1];
    Along pad[MAX_AXES], slide[MAX_AXES], spread[MAX_AXES];
    for (int i = 0; i < n->alongs; i++) {
        const Along *s = &n->along[i];
        const Phase *x = &phase[i];
        const int size = shape_size(&n->operand[0]->shape, s->axis);
        const int apart = x->step * s->dilation / s->stride; /* taps, in elements of dy */
        const int before = (x->first * s->dilation - x->at) / s->stride;
        pad[i] = (Along){ .axis = s->axis,
                          .lo = before + (x->taps - 1) * apart,
                          .hi = x->results - before - shape_size(&dy->shape, s->axis),
                          .dilation = 1 };
        slide[i] = (Along){ .axis = s->axis, .dilation = x->taps > 1 ? apart : 1 };
        spread[i] = (Along){ .axis = s->axis,
                             .lo = x->at,
                             .hi = (size - x->at - 1) % s->stride,
                             .dilation = s->stride };
        b = taps_of(c, b, s, x);
    }
    dy = make_pad(c->g, n->place, dy, n->alongs, pad);
    dy = make_dot(c->g, n->place, dy, b, over, axis, n->alongs, slide);
    return make_pad(c->g, n->place, dy, n->alongs, spread);
}

bool grad_strided(Grad *c, Node *dy, int over, const char *const *axis)
{
    const Node *n = c->node;
    Phase phase[MAX_AXES];
    int phases = 1, moved = 0;
    bool strides = false;
    for (int i = 0; i < n->alongs; i++) {
        phases *= phases_of(n, i);
        strides = strides || n->along[i].stride > 1;
        phase_from(&n->along[i], shape_size(&n->operand[0]->shape, n->along[i].axis), 0, &phase[i]);
    }
    if (!strides || phases > MOST_PHASES || c->adjoint[n->operand[0]->id].later)
        return false;
    for (Node *all = NULL; moved < n->alongs;) {
        Node *one = phase_gradient(c, dy, over, axis, phase);
        all = all ? make_map(c->g, n->place, FN_add, all, one, NULL) : one;
        for (moved = 0; moved < n->alongs;
             moved++) { /* to the next phase of the last axis that has one */
            const Along *s = &n->along[moved];
            const int size = shape_size(&n->operand[0]->shape, s->axis);
            if (phase_from(s, size, phase[moved].at + 1, &phase[moved]))
                break;
            phase_from(s, size, 0, &phase[moved]);
        }
        if (moved == n->alongs)
            grad_give(c, 0, all);
    }
    return true;
}
