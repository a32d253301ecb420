/* random_graph.c: builds legal graphs from a seed: each step applies an operator with random
 * attributes to a random node that was made before. */
#include "random_own.h"

#include <math.h>

#include <stdlib.h>
#include <string.h>

enum { NAMES = 10 };

static const char *const names[NAMES] = { "freq", "time", "channel", "feature", "expert",
                                          "gate", "word", "code",    "own",     "lane" };

double draw(RandomGraph *r, double low, double high)
{
    return low + (high - low) * random_element(r->seed, r->drawn++);
}

int pick(RandomGraph *r, int low, int high)
{
    return low + (int)draw(r, 0, high - low + 1);
}

bool chance(RandomGraph *r, double share)
{
    return draw(r, 0, 1) < share;
}

static double *draw_array(RandomGraph *r, int64_t count)
{
    double *at = arena_alloc(r->arena, sizeof *at * (size_t)count);
    for (int64_t i = 0; i < count; i++)
        at[i] = (float)draw(r, -1, 1);
    return at;
}

int random_size(RandomGraph *r)
{
    static const int small[] = { 1, 2, 3, 4, 5, 7 }, large[] = { 8, 9, 13, 16, 17, 24, 32, 33 };
    return chance(r, r->large ? 0.1 : 0.6) ? small[pick(r, 0, 5)] : large[pick(r, 0, 7)];
}

/* ---------------------------------------------------------------- sources */

static Node *make_source(RandomGraph *r, const char *name, Shape shape)
{
    int i = r->inputs++;
    r->name[i] = name;
    r->shape[i] = shape;
    r->input[i] = draw_array(r, MOST_EXAMPLES * shape_count(&shape));
    return r->source[i] = make_input(r->g, nowhere, name, shape);
}

static Node *make_parameter(RandomGraph *r, Shape shape, bool trainable)
{
    Weight *w = arena_alloc(r->arena, sizeof *w);
    int i = r->model.weights++;
    *w = (Weight){ .name = arena_format(r->arena, "w%d", i), .shape = shape };
    w->trainable = trainable;
    w->init = INIT_ZEROS;
    w->index = i;
    r->weight[i] = w;
    r->value[i] = draw_array(r, shape_count(&shape));
    if (r->cell)
        return cell_constant(r, make_weight(outermost_graph(r), nowhere, w));
    return make_weight(r->g, nowhere, w);
}

Node *random_weight(RandomGraph *r, Shape shape)
{
    return make_parameter(r, shape, true);
}

Node *random_statistic(RandomGraph *r, Shape shape)
{
    return make_parameter(r, shape, false);
}

Node *random_length(RandomGraph *r, int size)
{
    Graph *outermost = r->cell ? outermost_graph(r) : r->g;
    int i = 0;
    while (i < r->inputs && r->length[i] != size)
        i++;
    if (i == r->inputs) {
        r->inputs++;
        r->name[i] = arena_format(r->arena, "length%d", size);
        r->length[i] = size;
        r->input[i] = arena_alloc(r->arena, sizeof(double) * MOST_EXAMPLES);
        for (int n = 0; n < MOST_EXAMPLES; n++)
            r->input[i][n] = n ? pick(r, 1, size) : size; /* one is as long as can be */
        r->length_node[i] = make_input(outermost, nowhere, r->name[i], r->shape[i]);
    }
    return r->cell ? cell_constant(r, r->length_node[i]) : r->length_node[i];
}

void random_order(RandomGraph *r, Shape *s)
{
    for (int i = s->rank - 1; i > 0; i--) {
        int j = pick(r, 0, i);
        Axis axis = s->axis[i];
        s->axis[i] = s->axis[j];
        s->axis[j] = axis;
    }
}

Shape random_axes(RandomGraph *r, const Shape *s, double share)
{
    Shape some = { 0 };
    for (int i = shape_batched(s); i < s->rank; i++)
        if (chance(r, share))
            shape_add(&some, s->axis[i]);
    random_order(r, &some);
    return some;
}

bool is_scanned(const RandomGraph *r, const char *axis)
{
    for (const RandomCell *c = r->cell; c; c = c->around)
        if (strcmp(c->axis, axis) == 0)
            return true;
    return false;
}

Axis random_axis(RandomGraph *r, const Shape *a, const Shape *b, int size)
{
    int i = pick(r, 0, NAMES - 1);
    while (shape_find(a, names[i]) >= 0 || shape_find(b, names[i]) >= 0 || is_scanned(r, names[i]))
        i = (i + 1) % NAMES;
    return (Axis){ names[i], size };
}

Node *random_operand(RandomGraph *r)
{
    int i = chance(r, 0.5) ? r->count - 1 - pick(r, 0, r->count > 3 ? 3 : r->count - 1)
                           : pick(r, 0, r->count - 1);
    r->touched[r->touches++ % 2] = i;
    return r->pool[i];
}

Node *random_step(RandomGraph *r)
{
    static Node *(*const step[])(RandomGraph *, Node *) = {
        random_unary,       random_unary,       random_binary,  random_binary,  random_source,
        random_product,     random_product,     random_dense,   random_pair,    random_convolution,
        random_convolution, random_convolution, random_gates,   random_softmax, random_reduction,
        random_reduction,   random_moments,     random_reshape, random_slice,   random_pad,
        random_join,        random_reverse,     random_mask,    random_ragged,  random_ragged,
        random_scan,
    };
    int kind = pick(r, 0, (int)(sizeof step / sizeof *step) - 1);
    Node *x;
    if (r->recurrent && !r->cell && chance(r, 0.4))
        x = random_scan(r, random_operand(r));
    else if (r->large && !r->cell && chance(r, 0.3))
        x = random_convolution(r, r->pool[0]);
    else
        x = step[kind](r, random_operand(r));
    if (!x || shape_count(&x->shape) > MOST_ELEMENTS)
        return NULL;
    return chance(r, 0.25) ? map(r, FN_tanh, x, NULL) : x;
}

/* ---------------------------------------------------------------- whole graphs */

/* The mean of a node over all but the batch, for every example. */
static Node *mean_of_example(RandomGraph *r, Node *x)
{
    const char *over[MAX_AXES];
    Shape rest = { 0 }, batch = { 1, { { "batch", BATCH } } };
    for (int i = shape_batched(&x->shape); i < x->shape.rank; i++)
        shape_add(&rest, x->shape.axis[i]);
    x = make_mean(r->g, nowhere, x, names_of(&rest, over), over, 0, NULL);
    return shape_batched(&x->shape) ? x : make_expand(r->g, nowhere, x, batch);
}

/* loss: the mean of every node that nothing uses, and the output's distance from the target. */
static void finish(RandomGraph *r, Node *output)
{
    Shape batch = { 1, { { "batch", BATCH } } }, plain = { 0 };
    output = random_widened(r, output, &batch);
    for (int i = 1; i < output->shape.rank; i++)
        shape_add(&plain, output->shape.axis[i]);
    Node *far = map(r, FN_sub, output, make_source(r, "target", plain));
    Node *loss = mean_of_example(r, map(r, FN_mul, far, far));
    for (int i = 0; i < r->count; i++)
        if (!r->used[i])
            loss = map(r, FN_add, loss, mean_of_example(r, map(r, FN_sin, r->pool[i], NULL)));
    graph_result(r->g, RESULT_VALUE, "output", NULL, output);
    graph_result(r->g, RESULT_VALUE, "loss", NULL, loss);
    r->model.weight = r->weight;
    graph_check(r->g, "building");
}

/* A dense layer of features in a row, to so many: the gradients of its weights have no whole number of vectors. */
static Node *wide_product(RandomGraph *r, Node *x, const char *to, int size)
{
    const Axis from = x->shape.axis[1];
    Node *w = random_weight(r, (Shape){ 2, { from, { to, size } } });
    x = make_dot(r->g, nowhere, x, w, 1, &from.name, 0, NULL);
    return map(r, FN_mul, x, number(r, 1 / sqrt(from.size)));
}

/* Two kinds of values in a row, and two such layers. */
static Node *wide_layers(RandomGraph *r, Node *x)
{
    Node *both[] = { map(r, FN_relu, x, NULL), map(r, FN_tanh, x, NULL) };
    x = make_join(r->g, nowhere, "flat", 2, both);
    return wide_product(r, map(r, FN_tanh, wide_product(r, x, "feature", 523), NULL), "channel",
                        517);
}

/* Values beside what is made of them, as a product sees both. */
static Node *beside_own(RandomGraph *r, Node *x, Shape shape)
{
    static const char *const more = "more";
    const Axis *axis = &shape.axis[0];
    Node *scaled = map(r, FN_mul, x, number(r, 0.7));
    Node *made = wide_product(r, scaled, more, axis->size);
    made = make_reshape(r->g, nowhere, made, 1, &more, shape);
    Node *both[] = { scaled, map(r, FN_relu, made, NULL) };
    return wide_product(r, make_join(r->g, nowhere, axis->name, 2, both), "channel", 100);
}

/* Results that are inputs, weights, or other looks at their memory; wide layers and recurrences; joined values. */
static Node *special_output(RandomGraph *r, int form)
{
    static const char *const merged[] = { "time", "freq" };
    Shape flat = { 1, { { "flat", 12 } } }, wide = { 1, { { "channel", 2 } } };
    Along slice[] = { { .axis = "freq", .lo = 1, .hi = 4, .stride = 2 },
                      { .axis = "time", .lo = 2, .hi = 3 } };
    switch (form) {
    case 0: return r->pool[0];
    case 1: return make_slice(r->g, nowhere, r->pool[0], 2, slice);
    case 2: return make_reshape(r->g, nowhere, r->pool[1], 2, merged, flat);
    case 3: return random_widened(r, make_reverse(r->g, nowhere, r->pool[1], "time"), &wide);
    default: break;
    }
    Node *x = make_reshape(r->g, nowhere, r->pool[0], 2, merged, flat);
    if (form == 4)
        return wide_layers(r, x);
    if (form == 5)
        return wide_scan(r, r->pool[0]);
    return beside_own(r, x, flat);
}

/* Of one example. */
static Shape first_shape(RandomGraph *r)
{
    if (r->recurrent)
        return (Shape){ 2, { { "time", pick(r, 2, 8) }, { "feature", random_size(r) } } };
    if (r->large)
        return (Shape){
            3,
            { { "freq", pick(r, 5, 11) }, { "time", pick(r, 4, 9) }, { "channel", random_size(r) } }
        };
    return (Shape){ 0 };
}

static Shape filled_up(RandomGraph *r, Shape shape)
{
    const int rank = pick(r, 1, 3);
    while (shape.rank < rank)
        shape_add(&shape, random_axis(r, &shape, &shape, random_size(r)));
    if (shape_count(&shape) > MOST_ELEMENTS)
        shape.rank = 2;
    return shape;
}

/* One to three inputs of the network, which have some axes in common, and a weight. */
static void add_sources(RandomGraph *r)
{
    static const char *const name[] = { "features", "second", "third" };
    const int inputs = pick(r, 1, 3);
    for (int i = 0; i < inputs; i++) {
        Shape shape = i ? random_axes(r, &r->shape[0], 0.5) : first_shape(r);
        shape = filled_up(r, shape);
        r->pool[r->count++] = make_source(r, name[i], shape);
    }
    r->pool[r->count++] = random_weight(r, filled_up(r, (Shape){ 0 }));
}

static void add_steps(RandomGraph *r)
{
    const int steps = r->count + pick(r, 3, r->large ? 10 : 16);
    for (int tries = 0; r->count < steps && tries < 200 && r->model.weights < 40; tries++) {
        r->touches = 0;
        Node *x = random_step(r);
        if (!x)
            continue;
        for (int i = 0; i < r->touches && i < 2; i++)
            r->used[r->touched[i]] = true;
        r->pool[r->count++] = x;
    }
}

RandomGraph *random_graph(Arena *arena, const char *name, uint64_t seed)
{
    static const Shape image = { 2, { { "freq", 4 }, { "time", 3 } } };
    RandomGraph *r = arena_alloc(arena, sizeof *r);
    *r = (RandomGraph){ .arena = arena, .seed = seed, .g = graph_create(arena, name) };
    if (seed >= CONVOLUTION_GRAPHS) {
        const int row = (int)(seed - CONVOLUTION_GRAPHS);
        Node *output = convolution_output(r, make_source(r, "features", convolution_input(row)),
                                          row);
        if (!output)
            bug(NULL, "convolution %d has more than %d results", row, MOST_ELEMENTS);
        finish(r, output);
    } else if (seed < SPECIAL_GRAPHS) {
        r->pool[r->count++] = make_source(r, "features", image);
        r->pool[r->count++] = random_weight(r, image);
        finish(r, special_output(r, (int)seed));
    } else {
        r->recurrent = seed % 3 == 2;
        r->large = !r->recurrent && seed % 2;
        add_sources(r);
        add_steps(r);
        finish(r, r->pool[pick(r, 0, r->count - 1)]);
    }
    return r;
}
