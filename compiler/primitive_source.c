/* primitive_source.c: weights, indices, random numbers, statistics, and what asks a tensor for its
 * axes. */
#include "resolve.h"

#include <string.h>

/* ---------------------------------------------------------------- weights */

/* The weight of that name made in training, where every name is new (path_unique).  The search
 * begins behind the last one found: it nearly always ends there. */
static WeightUse *weight_find(Resolver *r, const char *name)
{
    for (int i = 0; i < r->uses && !r->training; i++) {
        int at = (r->next_use + i) % r->uses;
        if (strcmp(r->use[at].weight->name, name) == 0) {
            r->next_use = at + 1;
            return &r->use[at];
        }
    }
    return NULL;
}

/* The inference network takes the weights that the training network made. */
Weight *weight_create(Resolver *r, Place place, const char *name, Shape shape, bool trainable,
                      Initialiser init, double value)
{
    WeightUse *old = weight_find(r, name);
    if (old && shape_equal(&old->weight->shape, &shape)) {
        *(r->training ? &old->training : &old->inference) = true;
        return old->weight;
    }
    if (old) {
        fault(r, place, NULL,
              "weights differ between training and inference: `%s` is %s in training, %s in "
              "inference",
              name, shape_text(r, &old->weight->shape), shape_text(r, &shape));
        return NULL;
    }
    if (r->model->weights >= MAX_WEIGHTS) {
        r->stop = true;
        fault(r, place, NULL, "the network has more than %d weights", MAX_WEIGHTS);
        return NULL;
    }
    Weight *weight = arena_alloc(r->arena, sizeof *weight);
    *weight = (Weight){ .name = name,
                        .shape = shape,
                        .place = user_place(r, place),
                        .trainable = trainable,
                        .init = init,
                        .value = value,
                        .index = r->model->weights };
    WeightUse use = { .weight = weight, .training = r->training, .inference = !r->training };
    APPEND(r->arena, r->model->weight, r->model->weights, r->model->weight_capacity, weight);
    APPEND(r->arena, r->use, r->uses, r->use_capacity, use);
    return weight;
}

static bool initialiser_value(Call *call, Initialiser init, double *value)
{
    const Value *choice = call->slot[0];
    int wanted = initialiser_takes_value(init), given = choice ? choice->count : 0;
    if (given != wanted) {
        fault(call->r, choice ? choice->place : call->place, NULL, "%s takes %s",
              initialiser_words[init], wanted ? "one number, as uniform(0.1)" : "no number");
        return false;
    }
    if (!wanted)
        return true;
    if (choice->item[0]->kind != VALUE_NUMBER || choice->item[0]->number.unit != UNIT_NONE) {
        fault(call->r, choice->place, NULL, "%s takes one number; this is %s",
              initialiser_words[init], value_describe(call->r, choice->item[0]));
        return false;
    }
    *value = choice->item[0]->number.real;
    if (init != INIT_CONSTANT && *value <= 0) {
        fault(call->r, choice->place, NULL, "%s takes a number above 0", initialiser_words[init]);
        return false;
    }
    return true;
}

/* [a = n, b = m] as a shape. */
static bool bracket_shape(Call *call, Shape *shape)
{
    for (int i = 0; i < call->axes->count; i++) {
        const AxisItem *item = &call->axes->axis[i];
        int size;
        if (!axis_size(call->r, call->name, item, 1, &size) ||
            !shape_grow(call->r, item->place, call->name, shape, item->name, size))
            return false;
    }
    return shape_fits(call->r, call->place, call->name, shape);
}

/* Negative: what `train` says. */
static bool weight_l2(Call *call, double *l2)
{
    const Value *value = call->slot[1];
    *l2 = -1;
    if (!value || value->kind == VALUE_CHOICE)
        return true;
    *l2 = value->number.real;
    if (value->number.unit == UNIT_NONE && *l2 >= 0 && *l2 <= 1e6)
        return true;
    fault(call->r, value->place, call->name, "l2 must be a number from 0 to 1e6; this is %s",
          value_describe(call->r, value));
    return false;
}

Value *build_weight(Call *call)
{
    Resolver *r = call->r;
    Scope *scope = call->scope;
    Shape shape = { 0 };
    Initialiser init = initialiser_find(slot_word(call, 0, "default"));
    double value = 0, l2;
    bool direct = scope->bound && scope->direct == call->tree;
    if (!initialiser_value(call, init, &value) || !weight_l2(call, &l2) ||
        !bracket_shape(call, &shape))
        return NULL;
    const char *name = path_unique(r, scope, direct ? NULL : scope->bound,
                                   direct ? scope->bound : "weight");
    Weight *weight = weight_create(r, call->place, name, shape, true, init, value);
    if (!weight)
        return NULL;
    weight->l2 = l2;
    Node *node = make_weight(cell_outermost(r), user_place(r, call->place), weight);
    label_node(r, scope, node);
    return value_tensor(r, call->place, node);
}

/* ---------------------------------------------------------------- statistics */

static Node *combine(Resolver *r, Place place, Function f, Node *a, Node *b)
{
    return make_map(r->graph, place, f, a, b, NULL);
}

/* running' = momentum * running + (1 - momentum) * value */
static void update_running(Resolver *r, Place place, Node *running, Node *value, double momentum)
{
    Graph *g = r->graph;
    Node *old = combine(r, place, FN_mul, running, make_number(g, place, momentum));
    Node *new = combine(r, place, FN_mul, value, make_number(g, place, 1 - momentum));
    graph_result(g, RESULT_STATE, running->weight->name, running->weight,
                 combine(r, place, FN_add, old, new));
}

/* variance * n / (n - 1), where n counts `each` values of every example, or a share of them (NULL:
 * all); n - 1 is at least 1. */
static Node *unbiased(Resolver *r, Place place, Node *variance, int64_t each, Node *share)
{
    Graph *g = r->graph;
    Node *n = combine(r, place, FN_mul, make_count(g, place), make_number(g, place, (double)each));
    if (share)
        n = combine(r, place, FN_mul, n, share);
    Node *less = combine(r, place, FN_sub, n, make_number(g, place, 1));
    Node *least = combine(r, place, FN_max, less, make_number(g, place, 1));
    return combine(r, place, FN_mul, variance, combine(r, place, FN_div, n, least));
}

static Node *running_statistic(Call *call, const char *name, Shape shape, Initialiser init)
{
    Resolver *r = call->r;
    Weight *weight = weight_create(r, call->place, path_unique(r, call->scope, NULL, name), shape,
                                   false, init, 0);
    return weight ? make_weight(r->graph, user_place(r, call->place), weight) : NULL;
}

static Value *pair(Resolver *r, Place place, Node *a, Node *b)
{
    Value *tuple = value_create(r, VALUE_TUPLE, place);
    tuple->item = arena_alloc(r->arena, 2 * sizeof *tuple->item);
    tuple->item[0] = value_tensor(r, place, a);
    tuple->item[1] = value_tensor(r, place, b);
    tuple->count = 2;
    return tuple;
}

/* In training the statistics of the batch, which the running ones follow; else the running ones. */
Value *build_moments(Call *call)
{
    Resolver *r = call->r;
    Node *x = call->slot[0]->node;
    Place place = user_place(r, call->place);
    if (r->cell) {
        fault(r, call->place, NULL,
              "statistics of the batch can't be taken inside of a cell: there is one running "
              "average, but every step has its own; take them outside, or of the step itself with "
              "mean");
        return NULL;
    }
    double momentum = call->slot[1]->number.real;
    const char *axis[MAX_AXES];
    Shape shape = { 0 };
    if (momentum < 0 || momentum > 1) {
        fault(r, call->slot[1]->place, call->name, "momentum is %g: it must lie between 0 and 1",
              momentum);
        return NULL;
    }
    if (!shape_batched(&x->shape)) {
        fault(r, call->place, call->name, "%s does not depend on the network's input",
              shape_text(r, &x->shape));
        return NULL;
    }
    for (int i = 0; i < call->axes->count; i++) {
        const AxisItem *item = &call->axes->axis[i];
        if (!shape_need(r, item->place, call->name, x, item->name) ||
            ragged_refuse(r, item->place, call->name, item->name,
                          "statistics of each position would come from few examples"))
            return NULL;
        int at = shape_find(&x->shape, item->name);
        if (!shape_grow(r, item->place, call->name, &shape, item->name, x->shape.axis[at].size))
            return NULL;
        axis[i] = item->name;
    }
    Node *mean = running_statistic(call, "mean", shape, INIT_ZEROS);
    Node *variance = running_statistic(call, "variance", shape, INIT_ONES);
    if (!mean || !variance)
        return NULL;
    if (!r->training)
        return pair(r, call->place, mean, variance);
    Moments m = { 0 };
    if (!ragged_moments(r, call->place, call->name, x, call->axes->count, axis, &m)) {
        Node *moments = make_moments(r->graph, place, x, call->axes->count, axis);
        m.mean = make_part(r->graph, place, moments, 0);
        m.variance = make_part(r->graph, place, moments, 1);
    }
    int64_t each = shape_count(&x->shape) / shape_count(&shape);
    update_running(r, place, mean, m.mean, momentum);
    update_running(r, place, variance, unbiased(r, place, m.variance, each, m.share), momentum);
    return pair(r, call->place, m.mean, m.variance);
}

/* ---------------------------------------------------------------- other sources */

Value *build_index(Call *call)
{
    Resolver *r = call->r;
    Shape shape = { 0 };
    if (call->axes->count != 1) {
        fault(r, call->place, NULL, "index takes one axis: index[in = 40]");
        return NULL;
    }
    if (!bracket_shape(call, &shape))
        return NULL;
    Place place = user_place(r, call->place);
    return value_tensor(r, call->place,
                        make_index(r->graph, place, shape.axis[0].name, shape.axis[0].size));
}

Value *build_random(Call *call)
{
    Resolver *r = call->r;
    const Node *x = call->slot[0]->node;
    Shape shape = { 0 };
    for (int i = 0; call->axes && i < call->axes->count; i++) {
        const AxisItem *item = &call->axes->axis[i];
        if (!axis_plain(r, call->name, item) ||
            (!cell_runs_over(r, item->name) &&
             !shape_need(r, item->place, call->name, x, item->name)))
            return NULL;
    }
    for (int i = 0; i < x->shape.rank; i++) {
        bool shared = false;
        for (int k = 0; call->axes && k < call->axes->count; k++)
            shared |= strcmp(call->axes->axis[k].name, x->shape.axis[i].name) == 0;
        if (!shared)
            shape.axis[shape.rank++] = x->shape.axis[i];
    }
    Node *node = cell_random(r, user_place(r, call->place), shape, call->axes);
    return node ? value_tensor(r, call->place, node) : NULL;
}

Value *build_stop(Call *call)
{
    Node *node = make_stop(call->r->graph, user_place(call->r, call->place), call->slot[0]->node);
    return value_tensor(call->r, call->place, node);
}

/* Its path; where another value is observed there, with a number. */
static const char *observed_name(const Call *call)
{
    Resolver *r = call->r;
    const Scope *scope = call->scope;
    const char *path = scope->bound     ? path_join(r, scope->prefix, scope->bound)
                       : *scope->prefix ? scope->prefix
                                        : call->name;
    const char *name = path;
    int number = 2;
    for (int i = 0; i < r->graph->results; i++)
        if (r->graph->result[i].kind == RESULT_OBSERVED &&
            !strcmp(r->graph->result[i].name, name)) {
            name = arena_format(r->arena, "%s_%d", path, number++);
            i = -1;
        }
    return name;
}

/* x itself, which is remembered where the network is elaborated for inference; inside of a cell nothing is. */
Value *build_observe(Call *call)
{
    Resolver *r = call->r;
    Node *x = call->slot[0]->node;
    const char **kept = arena_alloc(r->arena, sizeof *kept * MAX_AXES);
    for (int i = 0; call->axes && i < call->axes->count; i++) {
        const AxisItem *item = &call->axes->axis[i];
        if (!axis_plain(r, call->name, item) ||
            !shape_need(r, item->place, call->name, x, item->name))
            return NULL;
        kept[i] = item->name;
    }
    if (!r->training && !r->cell && shape_batched(&x->shape)) {
        graph_result(r->graph, RESULT_OBSERVED, observed_name(call), NULL, x);
        Result *result = &r->graph->result[r->graph->results - 1];
        result->kept = kept;
        result->keeps = call->axes ? call->axes->count : -1;
    }
    return value_tensor(r, call->place, x);
}

/* ---------------------------------------------------------------- questions to a tensor */

Value *build_size(Call *call)
{
    Resolver *r = call->r;
    const Node *x = call->slot[0]->node;
    int64_t product = 1;
    for (int i = 0; call->axes && i < call->axes->count; i++) {
        const char *axis = call->axes->axis[i].name;
        if (!shape_need(r, call->axes->axis[i].place, call->name, x, axis) ||
            ragged_refuse(r, call->axes->axis[i].place, call->name, axis,
                          "the compiler does not know its size"))
            return NULL;
        product *=
            x->shape.axis[shape_find(&x->shape, axis)].size; /* all of it fits, so a part does */
    }
    return value_number(r, call->place, number_of(call->axes ? product : shape_count(&x->shape)));
}

Value *build_axes(Call *call)
{
    const Shape *shape = &call->slot[0]->node->shape;
    Value *list = value_create(call->r, VALUE_AXES, call->place);
    list->axis = arena_alloc(call->r->arena, sizeof *list->axis * (MAX_AXES + 1));
    for (int i = shape_batched(shape); i < shape->rank; i++)
        list->axis[list->count++] = (AxisItem){ .name = shape->axis[i].name, .place = call->place };
    if (in_frames(call->r, call->slot[0]->node))
        list->axis[list->count++] = (AxisItem){ .name = "time", .place = call->place };
    return list;
}
