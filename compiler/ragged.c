/* ragged.c: axes of variable length (language.md, section 6), put in terms of `index`, `map` and
 * the input that tells the length, so that no later pass knows of them.
 *
 * An axis [time <= 300] has size 300; of an example of length n the positions from n on hold
 * anything finite.  Whatever looks along the axis leaves them out. */
#include "graph.h"
#include "resolve.h"

#include <string.h>

/* Below all values that a network computes with, and far enough from the end of a float's range. */
static const double least = -1e30;

/* ---------------------------------------------------------------- which axes */

static Ragged *find(const Resolver *r, const char *axis)
{
    for (int i = 0; i < r->raggeds; i++)
        if (strcmp(r->ragged[i].axis, axis) == 0)
            return &r->ragged[i];
    return NULL;
}

/* Features of recordings have no such axes, whatever other sections call theirs. */
const Ragged *ragged_find(const Resolver *r, const char *axis)
{
    return r->flows ? NULL : find(r, axis);
}

bool ragged_declare(Resolver *r, const AxisItem *item, int largest)
{
    const Ragged *old = find(r, item->name);
    if (old && old->largest != largest) {
        fault(r, item->place, NULL,
              "`%s` may be as long as %d here, but %d there; streams of different lengths need "
              "axes of different names",
              item->name, largest, old->largest);
        fault_note(r, old->place, "the other one");
        return false;
    }
    Ragged new = {
        .axis = item->name, .largest = largest, .place = item->place, .set = r->model->feature_sets
    };
    APPEND(r->arena, r->ragged, r->raggeds, r->ragged_capacity, new);
    return true;
}

static bool same_section(const Resolver *r, int a, int b)
{
    return r->model->features[a].front == r->model->features[b].front;
}

static bool declared_by(const Resolver *r, const char *axis, int set)
{
    for (int i = 0; i < r->raggeds; i++)
        if (same_section(r, r->ragged[i].set, set) && strcmp(r->ragged[i].axis, axis) == 0)
            return true;
    return false;
}

/* An axis of that name in other features has the same length. */
static void check_input(Resolver *r, const Input *input)
{
    for (int k = shape_batched(&input->shape); k < input->shape.rank; k++) {
        const char *axis = input->shape.axis[k].name;
        const Ragged *ragged = ragged_find(r, axis);
        if (!ragged || declared_by(r, axis, input->set))
            continue;
        fault(r, r->model->features[input->set].front->place, NULL,
              "%s: `%s` has a fixed size here, but a variable length elsewhere; take another name "
              "for one of them",
              input->name, axis);
        fault_note(r, ragged->place, "the other one");
    }
}

static void add_length(Resolver *r, const Ragged *ragged, int inputs)
{
    Model *m = r->model;
    for (int i = 0; i < inputs; i++) {
        const Input *input = &m->input[i];
        const int at = shape_find(&input->shape, ragged->axis);
        if (at < 0 || !same_section(r, input->set, ragged->set))
            continue;
        model_input(r, &(Input){ .name = arena_format(r->arena, "length[%s]", ragged->axis),
                                 .kind = INPUT_LENGTH,
                                 .set = input->set,
                                 .part = input->part,
                                 .axis = at - shape_batched(&input->shape) });
        return;
    }
}

void ragged_inputs(Resolver *r)
{
    const int inputs = r->model->inputs;
    for (int i = 0; i < inputs; i++)
        check_input(r, &r->model->input[i]);
    for (int i = 0; i < r->raggeds; i++)
        if (ragged_find(r, r->ragged[i].axis) == &r->ragged[i])
            add_length(r, &r->ragged[i], inputs);
}

void ragged_begin(Resolver *r)
{
    for (int i = 0; i < r->raggeds; i++) {
        Ragged *ragged = &r->ragged[i];
        const char *name = arena_format(r->arena, "length[%s]", ragged->axis);
        ragged->length = make_input(r->graph, ragged->place, name, (Shape){ 0 });
        ragged->mask = NULL;
    }
    r->turns = 0;
}

bool ragged_refuse(Resolver *r, Place place, const char *who, const char *axis, const char *why)
{
    const Ragged *ragged = ragged_find(r, axis);
    if (!ragged)
        return false;
    fault(r, place, who, "`%s` has a variable length: %s", axis, why);
    fault_note(r, ragged->place, "it comes from here");
    return true;
}

bool ragged_resized(Resolver *r, Place place, const char *who, const char *axis, int64_t size)
{
    const Ragged *ragged = r->section == SECTION_FEATURES ? NULL : ragged_find(r, axis);
    if (!ragged || size == ragged->largest)
        return false;
    fault(r, place, who,
          "`%s` has a variable length of up to %d: neither a kernel nor another axis of %lld can "
          "have that name",
          axis, ragged->largest, (long long)size);
    fault_note(r, ragged->place, "it comes from here");
    return true;
}

/* ---------------------------------------------------------------- masks */

/* x with the batch as its first axis, or NULL and an error where it has too many. */
static Node *with_batch(Resolver *r, Place place, const char *who, Node *x)
{
    Shape shape = { 0 };
    if (shape_batched(&x->shape))
        return x;
    if (!shape_grow(r, place, who, &shape, "batch", BATCH))
        return NULL;
    for (int i = 0; i < x->shape.rank; i++)
        if (!shape_grow(r, place, who, &shape, x->shape.axis[i].name, x->shape.axis[i].size))
            return NULL;
    return make_expand(r->graph, user_place(r, place), x, shape);
}

static Node *length_of(Resolver *r, const Ragged *ragged)
{
    return cell_take(r, ragged->length);
}

/* [batch, axis]: f(position, n), where n is the length plus `shift`; in the outermost graph. */
static Node *compare_index(Resolver *r, const Ragged *ragged, Function f, double shift)
{
    Graph *g = cell_outermost(r);
    Place place = ragged->place;
    const Shape shape = { 2, { { "batch", BATCH }, { ragged->axis, ragged->largest } } };
    Node *index = make_expand(g, place, make_index(g, place, ragged->axis, ragged->largest), shape);
    Node *n = ragged->length;
    if (shift != 0)
        n = make_map(g, place, FN_add, n, make_number(g, place, shift), NULL);
    return make_map(g, place, f, index, n, NULL);
}

Node *ragged_mask(Resolver *r, const char *axis)
{
    Ragged *ragged = r->flows ? NULL : find(r, axis);
    if (!ragged)
        return NULL;
    if (!ragged->mask)
        ragged->mask = compare_index(r, ragged, FN_lt, 0);
    return ragged->mask;
}

static Node *select_where(Resolver *r, Place place, Node *mask, Node *x, double otherwise)
{
    return make_map(r->graph, place, FN_select, mask, x, make_number(r->graph, place, otherwise));
}

/* x, and `otherwise` past its length along every ragged axis of the list. */
static Node *masked(Resolver *r, Place place, const char *who, Node *x, int axes,
                    const char *const *axis, double otherwise)
{
    for (int i = 0; x && i < axes; i++) {
        Node *mask = ragged_mask(r, axis[i]);
        if (!mask || shape_find(&x->shape, axis[i]) < 0)
            continue;
        x = with_batch(r, place, who, x);
        if (x)
            x = select_where(r, user_place(r, place), cell_take(r, mask), x, otherwise);
    }
    return x;
}

Node *ragged_zeros(Resolver *r, Place place, const char *who, Node *x, int axes,
                   const char *const *axis)
{
    return masked(r, place, who, x, axes, axis, 0);
}

Node *ragged_lowest(Resolver *r, Place place, const char *who, Node *x, int axes,
                    const char *const *axis)
{
    return masked(r, place, who, x, axes, axis, least);
}

Node *ragged_mean(Resolver *r, Place place, Node *mean, int axes, const char *const *axis)
{
    Graph *g = r->graph;
    Place user = user_place(r, place);
    for (int i = 0; i < axes; i++) {
        const Ragged *ragged = ragged_find(r, axis[i]);
        if (!ragged)
            continue;
        Node *largest = make_number(g, user, ragged->largest);
        Node *share = make_map(g, user, FN_div, largest, length_of(r, ragged), NULL);
        mean = make_map(g, user, FN_mul, mean, share, NULL);
    }
    return mean;
}

/* Whether x is zero past the length already. */
static bool zero_past(const Node *x, const char *axis)
{
    for (int i = 0; x->op == OP_softmax && i < x->axes; i++)
        if (strcmp(x->axis[i], axis) == 0)
            return true;
    return false;
}

bool ragged_factors(Resolver *r, Place place, const char *who, Node **a, Node **b, int axes,
                    const char *const *axis)
{
    for (int i = 0; i < axes; i++) {
        if (!ragged_find(r, axis[i]) || zero_past(*a, axis[i]) || zero_past(*b, axis[i]))
            continue;
        Node **x = shape_count(&(*b)->shape) < shape_count(&(*a)->shape) ? b : a;
        *x = ragged_zeros(r, place, who, *x, 1, &axis[i]);
        if (!*x)
            return false;
    }
    return true;
}

Node *ragged_output(Resolver *r, Place place, Node *x)
{
    const char *axis[MAX_AXES];
    int axes = 0;
    for (int i = shape_batched(&x->shape); i < x->shape.rank; i++)
        axis[axes++] = x->shape.axis[i].name;
    return ragged_zeros(r, place, NULL, x, axes, axis);
}

/* ---------------------------------------------------------------- the last one, and from it back */

Node *ragged_last(Resolver *r, Place place, const char *who, Node *x, const Ragged *ragged)
{
    Place user = user_place(r, place);
    x = with_batch(r, place, who, x);
    if (!x)
        return NULL;
    Node *there = cell_take(r, compare_index(r, ragged, FN_eq, -1));
    return make_sum(r->graph, user, select_where(r, user, there, x, 0), 1, &ragged->axis, 0, NULL);
}

/* x moved to the front by `by` positions, the first ones coming in from the end. */
static Node *rotate(Graph *g, Place place, Node *x, const char *axis, int by)
{
    const int size = shape_size(&x->shape, axis);
    Along end = { .axis = axis, .stride = 1, .dilation = 1, .lo = by, .hi = size };
    Along begin = { .axis = axis, .stride = 1, .dilation = 1, .lo = 0, .hi = by };
    Node *part[] = { make_slice(g, place, x, 1, &end), make_slice(g, place, x, 1, &begin) };
    return make_join(g, place, axis, 2, part);
}

/* The whole axis is turned, which brings the first n positions to its end; from there they go to
 * the front by a rotation of largest - n positions, in steps of powers of two. */
Node *ragged_reverse(Resolver *r, Place place, const char *who, Node *x, const Ragged *ragged)
{
    Graph *g = r->graph;
    Place user = user_place(r, place);
    Node *origin = ragged_turned(r, x, ragged->axis);
    if (origin)
        return origin;
    Node *y = with_batch(r, place, who, x);
    if (!y)
        return NULL;
    y = make_reverse(g, user, y, ragged->axis);
    Node *left = make_map(g, user, FN_sub, make_number(g, user, ragged->largest),
                          length_of(r, ragged), NULL);
    int step = 1;
    while (2 * step < ragged->largest)
        step *= 2;
    for (; step > 0 && step < ragged->largest; step /= 2) {
        Node *size = make_number(g, user, step);
        Node *go = make_map(g, user, FN_ge, left, size, NULL);
        y = make_map(g, user, FN_select, go, rotate(g, user, y, ragged->axis, step), y);
        left = make_map(g, user, FN_sub, left, make_map(g, user, FN_mul, go, size, NULL), NULL);
    }
    Turn turn = { .axis = ragged->axis, .turned = y, .origin = x };
    APPEND(r->arena, r->turn, r->turns, r->turn_capacity, turn);
    return y;
}

Node *ragged_turned(const Resolver *r, const Node *x, const char *axis)
{
    for (int i = r->turns - 1; i >= 0; i--)
        if (r->turn[i].turned == x && strcmp(r->turn[i].axis, axis) == 0)
            return r->turn[i].origin;
    return NULL;
}

/* ---------------------------------------------------------------- statistics */

/* The share of the positions along the axes that count: the mean of the mask. */
static Node *share_counted(Resolver *r, Place place, const char *who, int axes,
                           const char *const *axis)
{
    Shape shape = { 1, { { "batch", BATCH } } };
    for (int i = 0; i < axes; i++)
        shape_add(&shape, (Axis){ axis[i], ragged_find(r, axis[i])->largest });
    Place user = user_place(r, place);
    Node *one = make_expand(r->graph, user, make_number(r->graph, user, 1), shape);
    Node *mask = ragged_zeros(r, place, who, one, axes, axis);
    return make_part(r->graph, user, make_moments(r->graph, user, mask, 0, NULL), 0);
}

/* The mean first: sums of squares are taken of what differs from it. */
bool ragged_moments(Resolver *r, Place place, const char *who, Node *x, int per,
                    const char *const *axis, Moments *m)
{
    Graph *g = r->graph;
    Place user = user_place(r, place);
    const char *open[MAX_AXES];
    int opens = 0;
    for (int i = shape_batched(&x->shape); i < x->shape.rank; i++)
        if (ragged_find(r, x->shape.axis[i].name) && !names_have(per, axis, x->shape.axis[i].name))
            open[opens++] = x->shape.axis[i].name;
    if (!opens)
        return false;
    m->share = share_counted(r, place, who, opens, open);
    Node *first = make_moments(g, user, ragged_zeros(r, place, who, x, opens, open), per, axis);
    m->mean = make_map(g, user, FN_div, make_part(g, user, first, 0), m->share, NULL);
    Node *rest = make_map(g, user, FN_sub, x, m->mean, NULL);
    Node *second = make_moments(g, user, ragged_zeros(r, place, who, rest, opens, open), per, axis);
    Node *mean = make_part(g, user, second, 0);
    Node *square = make_map(g, user, FN_add, make_part(g, user, second, 1),
                            make_map(g, user, FN_mul, mean, mean, NULL), NULL);
    m->variance = make_map(g, user, FN_div, square, m->share, NULL);
    return true;
}
