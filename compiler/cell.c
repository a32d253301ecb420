/* cell.c: calls of cells: the body becomes a graph of its own, which a scan runs over an axis. */
#include "graph.h"
#include "resolve.h"

#include <string.h>

typedef struct State {
    const char *name;
    Place place;
    int input;
} State;

/* A cell being elaborated.  Its operands are nodes of `outside`. */
struct Cell {
    Cell *outer;
    Graph *outside, *body;
    const Definition *definition;
    const char *axis;
    Node
        *going; /* [batch]: 1 until an axis of variable length ends; NULL where its size is fixed */
    bool backward; /* all sequences are given the other way round */
    ScanInput *input;
    Node **operand;
    int inputs, input_capacity, operands, operand_capacity;
    State *state;
    int states, state_capacity;
};

/* ---------------------------------------------------------------- what comes in from outside */

static Node *add_input(Resolver *r, Cell *cell, ScanRole role, Place place, const char *name,
                       Shape shape, Node *operand)
{
    ScanInput input = { .role = role, .operand = operand ? cell->operands : -1 };
    input.inner = make_inner(cell->body, place, name, shape);
    if (operand)
        APPEND(r->arena, cell->operand, cell->operands, cell->operand_capacity, operand);
    APPEND(r->arena, cell->input, cell->inputs, cell->input_capacity, input);
    return input.inner;
}

static const char *node_name(const Node *node)
{
    return node->weight  ? node->weight->name
           : node->name  ? node->name
           : node->label ? node->label
                         : op_name(node->op);
}

static Node *add_operand(Resolver *r, Cell *cell, ScanRole role, Node *operand, Shape shape)
{
    for (int i = 0; i < cell->inputs; i++)
        if (cell->input[i].role == role && cell->operand[cell->input[i].operand] == operand)
            return cell->input[i].inner;
    return add_input(r, cell, role, operand->place, node_name(operand), shape, operand);
}

static bool owns(const Graph *g, const Node *node)
{
    return node->id < g->nodes && g->node[node->id] == node;
}

/* A node of an outer graph becomes a constant of every body on the way in. */
static Node *take(Resolver *r, Cell *cell, Graph *g, Node *node)
{
    if (!cell || owns(g, node))
        return node;
    Node *outside = take(r, cell->outer, cell->outside, node);
    if (outside->op == OP_number)
        return make_number(cell->body, outside->place, outside->value);
    if (outside->op == OP_index)
        return make_index(cell->body, outside->place, outside->name, outside->shape.axis[0].size);
    return add_operand(r, cell, SCAN_CONSTANT, outside, outside->shape);
}

Node *cell_take(Resolver *r, Node *node)
{
    return take(r, r->cell, r->graph, node);
}

const Node *cell_origin(const Resolver *r, const Node *node)
{
    for (const Cell *cell = r->cell; cell && owns(cell->body, node); cell = cell->outer) {
        const Node *outside = NULL;
        for (int i = 0; i < cell->inputs; i++)
            if (cell->input[i].inner == node && cell->input[i].role == SCAN_CONSTANT)
                outside = cell->operand[cell->input[i].operand];
        if (!outside)
            break;
        node = outside;
    }
    return node;
}

Graph *cell_outermost(const Resolver *r)
{
    Graph *g = r->graph;
    for (const Cell *cell = r->cell; cell; cell = cell->outer)
        g = cell->outside;
    return g;
}

/* ---------------------------------------------------------------- random numbers */

bool cell_runs_over(const Resolver *r, const char *axis)
{
    bool found = false;
    for (const Cell *cell = r->cell; cell; cell = cell->outer)
        found |= strcmp(cell->axis, axis) == 0;
    return found;
}

/* Drawn outside of all cells: read step by step, or constant where the cell's axis is shared. */
static Node *draw(Resolver *r, Cell *cell, Graph *g, Place place, Shape shape, const Value *shared)
{
    if (!cell)
        return make_random(g, place, shape, r->randoms++);
    bool once = false;
    for (int i = 0; shared && i < shared->count; i++)
        once |= strcmp(shared->axis[i].name, cell->axis) == 0;
    Axis axis = { cell->axis, shape_size(&cell->operand[0]->shape, cell->axis) };
    Shape outer = shape;
    if (!once && (!shape_grow(r, place, "random", &outer, axis.name, axis.size) ||
                  !shape_fits(r, place, "random", &outer)))
        return NULL;
    Node *outside = draw(r, cell->outer, cell->outside, place,
                         once ? shape : shape_stacked(&shape, axis), shared);
    return outside ? add_operand(r, cell, once ? SCAN_CONSTANT : SCAN_SEQUENCE, outside, shape)
                   : NULL;
}

Node *cell_random(Resolver *r, Place place, Shape shape, const Value *shared)
{
    return draw(r, r->cell, r->graph, place, shape, shared);
}

/* ---------------------------------------------------------------- the call */

static bool is_sequence(const Value *value, const char *axis)
{
    return value && value->kind == VALUE_TENSOR && shape_find(&value->node->shape, axis) >= 0;
}

/* The axis to run over, which an operand has; NULL and an error otherwise. */
static const char *scanned_axis(Resolver *r, const Definition *d, const Tree *call,
                                const Value *axes, Value *const *value, int count)
{
    if (r->section != SECTION_NETWORK) {
        fault(r, call->place, NULL, "%s is a cell; cells belong in `network`", d->name);
        return NULL;
    }
    if (!axes || axes->count != 1) {
        fault(r, call->place, NULL, "%s is a cell: name the axis to run over, %s[time](..)",
              d->name, d->name);
        return NULL;
    }
    const AxisItem *item = &axes->axis[0];
    if (!axis_plain(r, d->name, item))
        return NULL;
    const char **candidate = arena_alloc(r->arena, sizeof *candidate * MAX_NAMES);
    int names = 0;
    for (int i = 0; i < count; i++) {
        if (is_sequence(value[i], item->name))
            return item->name;
        const Node *node = value[i] && value[i]->kind == VALUE_TENSOR ? value[i]->node : NULL;
        for (int k = 0; node && k < node->shape.rank && names < MAX_NAMES; k++)
            if (node->shape.axis[k].size != BATCH)
                candidate[names++] = node->shape.axis[k].name;
    }
    fault(r, item->place, NULL, "no operand of %s has the axis `%s`%s", d->name, item->name,
          did_you_mean(r, item->name, candidate, names));
    return NULL;
}

/* Whether the sequences are reverses along an axis of variable length: the scan then takes the
 * originals, from the last step to the first. */
static bool all_turned(const Resolver *r, const Cell *cell, Value *const *value, int count)
{
    for (int i = 0; i < count; i++)
        if (is_sequence(value[i], cell->axis) && !ragged_turned(r, value[i]->node, cell->axis))
            return false;
    return true;
}

/* Operands with the axis become one step of themselves. */
static bool open_sequences(Resolver *r, Cell *cell, const Tree *call, Value **value, int count)
{
    Node *first = NULL;
    for (int i = 0; i < count; i++) {
        if (!is_sequence(value[i], cell->axis))
            continue;
        Node *origin = cell->backward ? ragged_turned(r, value[i]->node, cell->axis)
                                      : value[i]->node;
        Node *operand = take(r, cell->outer, cell->outside, origin);
        int size = shape_size(&operand->shape, cell->axis);
        if (first && shape_size(&first->shape, cell->axis) != size) {
            fault(r, call->place, cell->definition->name, "%s = %d here, %d there", cell->axis,
                  shape_size(&first->shape, cell->axis), size);
            note_sizes(r, cell->axis, first, operand);
            return false;
        }
        first = first ? first : operand;
        Shape shape = shape_without(&operand->shape, cell->axis);
        value[i] = value_tensor(r, value[i]->place,
                                add_operand(r, cell, SCAN_SEQUENCE, operand, shape));
    }
    return true;
}

bool cell_open(Resolver *r, const Definition *d, const Tree *call, const Value *axes, Value **value,
               int count)
{
    const char *axis = scanned_axis(r, d, call, axes, value, count);
    if (!axis)
        return false;
    Cell *cell = arena_alloc(r->arena, sizeof *cell);
    *cell = (Cell){ .outer = r->cell, .outside = r->graph, .definition = d, .axis = axis };
    cell->body = graph_create(r->arena, d->name);
    cell->backward = all_turned(r, cell, value, count);
    if (!open_sequences(r, cell, call, value, count))
        return false;
    Node *mask = ragged_mask(r, axis);
    if (mask)
        cell->going = add_operand(r, cell, SCAN_SEQUENCE, cell_take(r, mask),
                                  (Shape){ 1, { { "batch", BATCH } } });
    r->cell = cell;
    r->graph = cell->body;
    return true;
}

/* ---------------------------------------------------------------- states */

/* Every state has the batch: it differs from example to example. */
static Node *make_state(Resolver *r, Cell *cell, const Tree *tree, const Value *axes)
{
    Shape shape = { .rank = 1, .axis = { { "batch", BATCH } } };
    for (int i = 0; i < axes->count; i++) {
        const AxisItem *item = &axes->axis[i];
        int size;
        if (!axis_size(r, tree->name, item, 1, &size) ||
            !shape_grow(r, item->place, tree->name, &shape, item->name, size))
            return NULL;
    }
    if (!shape_fits(r, tree->place, tree->name, &shape))
        return NULL;
    State state = { .name = tree->name, .place = tree->place, .input = cell->inputs };
    APPEND(r->arena, cell->state, cell->states, cell->state_capacity, state);
    return add_input(r, cell, SCAN_STATE, user_place(r, tree->place), tree->name, shape, NULL);
}

void cell_states(Resolver *r, Scope *scope, const Tree *states)
{
    for (int i = 0; i < states->count && r->cell; i++) {
        const Tree *tree = states->items[i];
        const Value *axes = evaluate_axes(r, scope, tree->a);
        Node *node = axes ? make_state(r, r->cell, tree, axes) : NULL;
        scope_bind(r, scope, tree->name, node ? value_tensor(r, tree->place, node) : NULL,
                   tree->place);
    }
}

/* ---------------------------------------------------------------- what goes out */

/* The value's node in the body; NULL and an error where it is no tensor. */
static Node *body_node(Resolver *r, const char *what, const Value *value)
{
    bool number = value->kind == VALUE_NUMBER && value->number.unit == UNIT_NONE;
    if (value->kind == VALUE_TENSOR)
        return cell_take(r, value->node);
    if (number)
        return make_number(r->graph, user_place(r, value->place), value->number.real);
    fault(r, value->place, NULL, "%s must be a tensor; this is %s", what, value_describe(r, value));
    return NULL;
}

/* Same names and sizes in any order, the batch aside. */
static bool same_axes(const Shape *a, const Shape *b)
{
    if (a->rank - shape_batched(a) != b->rank - shape_batched(b))
        return false;
    for (int i = shape_batched(a); i < a->rank; i++)
        if (shape_size(b, a->axis[i].name) != a->axis[i].size)
            return false;
    return true;
}

static bool close_state(Resolver *r, Cell *cell, Scope *scope, const State *state)
{
    ScanInput *input = &cell->input[state->input];
    const char *name = arena_format(r->arena, "%s'", state->name);
    const Binding *binding = scope_find(scope, name);
    Node *next = binding && binding->value ? body_node(r, name, binding->value) : NULL;
    if (!next)
        return false;
    const Shape *shape = &input->inner->shape;
    if (!same_axes(&next->shape, shape)) {
        fault(r, binding->place, NULL, "%s is %s, the state %s is %s", name,
              shape_text(r, &next->shape), state->name, shape_text(r, shape));
        fault_note(r, state->place, "the state");
        return false;
    }
    Place place = user_place(r, binding->place);
    if (!shape_batched(&next->shape)) {
        Shape to = { .rank = 1, .axis = { shape->axis[0] } };
        for (int i = 0; i < next->shape.rank; i++)
            to.axis[to.rank++] = next->shape.axis[i];
        next = make_expand(r->graph, place, next, to);
    }
    input->next = make_order(r->graph, place, next, shape);
    if (cell->going) /* past its end an example keeps its state */
        input->next = make_map(r->graph, place, FN_select, cell->going, input->next, input->inner);
    return true;
}

/* A result of the body, to which the scan will add the axis. */
static bool close_result(Resolver *r, Cell *cell, const Value *value)
{
    const char *who = cell->definition->name;
    Node *node = body_node(r, "the result of a cell", value);
    if (!node)
        return false;
    int size = shape_size(&cell->operand[0]->shape, cell->axis);
    Shape shape = node->shape;
    if (!shape_grow(r, value->place, who, &shape, cell->axis, size) ||
        !shape_fits(r, value->place, who, &shape))
        return false;
    graph_result(cell->body, RESULT_VALUE, arena_format(r->arena, "%d", cell->body->results), NULL,
                 node);
    return true;
}

/* The axis that the cell runs over must not be made anew inside: it comes back with the results. */
static bool axis_stays_outside(Resolver *r, const Cell *cell)
{
    for (int i = 0; i < cell->body->nodes; i++) {
        const Node *x = cell->body->node[i];
        if (shape_find(&x->shape, cell->axis) < 0)
            continue;
        fault(r, x->place, NULL,
              "axis `%s` is made inside of %s, which runs over `%s`; take another name for one of "
              "them",
              cell->axis, cell->definition->name, cell->axis);
        return false;
    }
    return true;
}

static bool close_body(Resolver *r, Cell *cell, Scope *scope, const Value *result)
{
    bool good = result && axis_stays_outside(r, cell);
    for (int i = 0; i < cell->states; i++)
        good &= close_state(r, cell, scope, &cell->state[i]);
    if (good && result->kind != VALUE_TUPLE)
        return close_result(r, cell, result);
    for (int i = 0; good && i < result->count; i++)
        good = close_result(r, cell, result->item[i]);
    return good;
}

static Value *scan_parts(Resolver *r, const Cell *cell, const Tree *call)
{
    Place place = user_place(r, call->place);
    const Ragged *ragged = ragged_find(r, cell->axis);
    Node *scan = make_scan(r->graph, place, cell->axis, cell->backward, cell->body, cell->inputs,
                           cell->input, cell->operands, cell->operand);
    Value *tuple = value_create(r, VALUE_TUPLE, call->place);
    tuple->item = arena_alloc(r->arena, sizeof *tuple->item * (size_t)cell->body->results);
    for (; tuple->count < cell->body->results; tuple->count++) {
        Node *part = make_part(r->graph, place, scan, tuple->count);
        if (cell->backward)
            part = ragged_reverse(r, call->place, cell->definition->name, part, ragged);
        tuple->item[tuple->count] = value_tensor(r, call->place, part);
    }
    return tuple->count == 1 ? tuple->item[0] : tuple;
}

Value *cell_close(Resolver *r, const Tree *call, Scope *scope, const Value *result)
{
    Cell *cell = r->cell;
    bool good = close_body(r, cell, scope, result);
    r->cell = cell->outer;
    r->graph = cell->outside;
    return good ? scan_parts(r, cell, call) : NULL;
}
