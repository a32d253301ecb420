/* convolutions.c: convolutions of many shapes, with and without experts, and max pooling or sums behind them, for check_kernels. */
#include "graph.h"
#include "random_graph.h"

#include <stdlib.h>

static const Place nowhere = { NULL, 1, 1, 1 };

/* Two numbers are along freq and along time; freq 0: there is no such axis; channel 0: a filter for each of `in`. */
typedef struct Convolution {
    int freq, time, in, channel;
    int kernel[2], pad[2], stride[2], dilation[2];
    int window[2], step[2]; /* of the max; window 0: there is none */
    int whole;              /* 1: the max is over all of freq and time; a sum takes its place, 2: of
                             * all of these, 3: of time, 4: of windows; 5: of windows of what falls
                             * with the results; 6: rises with time, too */
    int lists, turned;      /* dots that are expected to be computed from lists, by Winograd */
    int experts;            /* 0: there is no such axis; else what they find is mixed by gates */
    int margin;             /* zeros before what another convolution sees, and one behind; -1: there
                             * are none, but around all of that; behind the max, where there is one */
} Convolution;

static const Convolution convolutions[] = {
    { 12, 13, 8, 8, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 3, 3 }, { 3, 3 }, 0, 2, 1, 0, 0 },
    { 9, 8, 1, 17, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 2, 2 }, { 2, 2 }, 0, 2, 0, 0, 0 },
    { 11, 7, 17, 5, { 3, 3 }, { 1, 0 }, { 1, 1 }, { 1, 1 }, { 3, 2 }, { 3, 2 }, 0, 2, 0, 0, 0 },
    { 10, 11, 24, 3, { 5, 5 }, { 2, 2 }, { 1, 1 }, { 1, 1 }, { 2, 3 }, { 2, 3 }, 0, 2, 0, 0, 0 },
    { 9, 9, 40, 6, { 1, 1 }, { 0, 0 }, { 1, 1 }, { 1, 1 }, { 2, 2 }, { 2, 2 }, 0, 0, 0, 0, 0 },
    { 14, 12, 9, 4, { 3, 3 }, { 1, 1 }, { 2, 1 }, { 1, 2 }, { 2, 2 }, { 2, 2 }, 0, 2, 0, 0, 0 },
    { 6, 20, 10, 4, { 2, 3 }, { 0, 1 }, { 1, 1 }, { 1, 1 }, { 1, 4 }, { 1, 4 }, 0, 2, 0, 0, 0 },
    { 20, 6, 10, 4, { 3, 2 }, { 1, 0 }, { 1, 1 }, { 1, 1 }, { 5, 1 }, { 5, 1 }, 0, 2, 0, 0, 0 },
    { 6, 5, 8, 9, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 1, 2, 0, 0, 0 },
    { 5, 130, 9, 3, { 5, 3 }, { 2, 1 }, { 1, 1 }, { 1, 1 }, { 2, 2 }, { 2, 2 }, 0, 2, 0, 0, 0 },
    { 0, 40, 12, 8, { 1, 5 }, { 0, 2 }, { 1, 1 }, { 1, 1 }, { 1, 4 }, { 1, 4 }, 0, 2, 0, 0, 0 },
    { 13, 13, 8, 5, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 2, 2 }, { 3, 3 }, 0, 2, 0, 0, 0 },
    { 12, 12, 8, 5, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 3, 3 }, { 2, 2 }, 0, 0, 0, 0, 0 },
    { 13, 14, 16, 16, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 3, 0, 0 },
    { 9, 7, 24, 20, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 1, 0, 0 },
    { 6, 6, 16, 16, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 3, 0, 0 },
    { 10, 7, 16, 16, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 3, 0, 0 },
    { 7, 9, 16, 32, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 3, 0, 0 },
    { 11, 7, 16, 16, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 3, 0, 0 },
    { 20, 17, 8, 8, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 3, 0, 0 },
    { 23, 19, 8, 8, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 3, 0, 0 },
    { 18, 18, 8, 8, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 3, 0, 0 },
    { 15, 15, 8, 8, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 3, 0, 0 },
    { 16, 13, 8, 8, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 3, 0, 0 },
    { 5, 11, 16, 16, { 3, 3 }, { 0, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 3, 0, 0 },
    { 11, 5, 16, 16, { 3, 3 }, { 1, 0 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 3, 0, 0 },
    { 6, 4, 144, 144, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 3, 0, 0 },
    { 8, 12, 8, 16, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 3, 0, 0 },
    { 9, 6, 16, 32, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 3, 0, 0 },
    { 6, 5, 16, 96, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 2, 0, 0 },
    { 6, 5, 128, 128, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 3, 0, 0 },
    { 6, 11, 40, 24, { 3, 3 }, { 0, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 3, 0, 0 },
    { 28, 44, 16, 16, { 3, 3 }, { 1, 0 }, { 1, 1 }, { 1, 1 }, { 3, 3 }, { 3, 3 }, 0, 2, 1, 0, 0 },
    { 69, 76, 24, 8, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 3, 5 }, { 3, 5 }, 0, 2, 1, 0, 0 },
    { 31, 30, 16, 20, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 1, 5 }, { 1, 5 }, 0, 2, 1, 0, 0 },
    { 47, 38, 16, 16, { 3, 3 }, { 0, 0 }, { 1, 1 }, { 1, 1 }, { 6, 2 }, { 6, 2 }, 0, 2, 1, 0, 0 },
    { 10, 9, 16, 20, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 4, 2 }, { 4, 2 }, 0, 2, 1, 0, 0 },
    { 13, 13, 32, 16, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 3, 3 }, { 3, 3 }, 0, 0, 3, 2, 0 },
    { 11, 10, 1, 16, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 3, 2 }, { 3, 2 }, 0, 0, 0, 9, 0 },
    { 13, 12, 16, 16, { 3, 3 }, { 0, 0 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 3, 4, 0 },
    { 6, 5, 16, 16, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 2, 2 }, { 2, 2 }, 0, 0, 2, 5, 0 },
    { 0, 23, 9, 16, { 1, 5 }, { 0, 2 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 0, 3, 0 },
    { 22, 8, 2, 16, { 3, 3 }, { 0, 0 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 0, 2, 0 },
    { 39, 13, 1, 32, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 3, 3 }, { 3, 3 }, 0, 0, 0, 3, 0 },
    { 8, 31, 1, 16, { 5, 4 }, { 2, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 1, 0, 0, 2, 0 },
    { 12, 11, 1, 16, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 3, 0, 1 },
    { 9, 13, 16, 20, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 2, 0, 2 },
    { 0, 19, 9, 16, { 1, 5 }, { 0, 2 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 0, 0, 3 },
    { 9, 14, 24, 0, { 3, 3 }, { 1, 1 }, { 1, 2 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 0, 0, 0 },
    { 10, 9, 20, 23, { 1, 1 }, { 0, 0 }, { 2, 2 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 0, 0, 0 },
    { 14, 13, 40, 0, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 2, 1 }, { 0, 0 }, { 0, 0 }, 0, 0, 3, 0, 2 },
    { 13, 14, 16, 16, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 2, 0, 3, 0, 0 },
    { 47, 38, 16, 20, { 3, 3 }, { 0, 0 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 2, 0, 1, 0, 0 },
    { 12, 13, 16, 16, { 3, 3 }, { 0, 0 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 3, 0, 3, 4, 0 },
    { 11, 17, 1, 13, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 2, 0, 0, 0, 0 },
    { 29, 14, 16, 16, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 3, 2 }, { 3, 2 }, 4, 0, 3, 0, 0 },
    { 0, 40, 12, 16, { 1, 5 }, { 0, 2 }, { 1, 1 }, { 1, 1 }, { 1, 4 }, { 1, 4 }, 4, 0, 0, 3, 0 },
    { 12, 13, 1, 16, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 2, 3 }, { 2, 3 }, 0, 2, 2, 0, 1 },
    { 28, 30, 16, 20, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 3, 3 }, { 3, 3 }, 0, 2, 2, 0, 2 },
    { 13, 14, 16, 16, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 2, 2 }, { 2, 2 }, 0, 2, 3, 0, -1 },
    { 12, 13, 9, 16, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 2, 3 }, { 2, 3 }, 5, 0, 1, 0, 0 },
    { 100, 96, 8, 8, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 10, 8 }, { 10, 8 }, 4, 0, 3, 0, 0 },
    { 12, 13, 9, 16, { 3, 3 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 2, 3 }, { 2, 3 }, 6, 2, 0, 0, 0 },
};

int convolution_count(void)
{
    return sizeof convolutions / sizeof convolutions[0];
}

int convolution_lists(int row)
{
    return convolutions[row].lists;
}

bool convolution_mixed(int row)
{
    return convolutions[row].experts > 0;
}

/* Of few sums, so that what the experts find is made again for its gradients. */
bool convolution_made_again(int row)
{
    const Convolution *c = &convolutions[row];
    return c->experts && c->freq && c->in * c->kernel[0] * c->kernel[1] <= 32;
}

bool convolution_summed(int row)
{
    return convolutions[row].whole >= 2 && convolutions[row].whole <= 4;
}

bool convolution_placed(int row)
{
    return convolutions[row].margin && convolutions[row].window[1];
}

int convolution_turned(int row)
{
    return convolutions[row].turned;
}

static int channels_of(const Convolution *c)
{
    return c->channel ? c->channel : c->in;
}

static const char *const axes[2] = { "freq", "time" };

Shape convolution_input(int row)
{
    const Convolution *c = &convolutions[row];
    Shape s = { 3, { { "freq", c->freq }, { "time", c->time }, { "in", c->in } } };
    if (!c->freq) {
        s.axis[0] = s.axis[1];
        s.axis[1] = s.axis[2];
        s.rank = 2;
    }
    return s;
}

/* The experts' results, weighed by gates that see the whole map, and scaled: what is behind a mixture. */
static Node *mix(RandomGraph *r, Node *x, Node *map, int row)
{
    static const char *const expert = "expert";
    const char *all[MAX_AXES];
    const Convolution *c = &convolutions[row];
    Shape gates = convolution_input(row);
    const int seen = gates.rank;
    for (int i = 0; i < seen; i++)
        all[i] = gates.axis[i].name;
    gates.axis[gates.rank++] = (Axis){ "channel", c->channel };
    gates.axis[gates.rank++] = (Axis){ "expert", c->experts };
    Node *gate = make_dot(r->g, nowhere, map, random_weight(r, gates), seen, all, 0, NULL);
    gate = make_softmax(r->g, nowhere, gate, 1, &expert);
    x = make_dot(r->g, nowhere, gate, x, 1, &expert, 0, NULL);
    return make_map(r->g, nowhere, FN_mul, x,
                    random_weight(r, (Shape){ 1, { { "channel", c->channel } } }), NULL);
}

/* Scaled and shifted along freq, with zeros around it before and after, or these alone; then a convolution that sees them. */
static Node *behind_margin(RandomGraph *r, Node *x, int row)
{
    static const char *const channel = "channel";
    const Convolution *c = &convolutions[row];
    const int from = c->freq ? 0 : 1;
    Along pad[2], more[2], slide[2];
    Shape kernel = { 0 };
    for (int i = from; i < 2; i++) {
        pad[i - from] = (Along){ .axis = axes[i], .lo = c->margin, .hi = 1, .dilation = 1 };
        more[i - from] = (Along){ .axis = axes[i], .lo = 1, .hi = 2, .dilation = 1 };
        slide[i - from] = (Along){ .axis = axes[i], .stride = 1, .dilation = 1 };
        kernel.axis[kernel.rank++] = (Axis){ axes[i], 3 };
    }
    kernel.axis[kernel.rank++] = (Axis){ "channel", channels_of(c) };
    kernel.axis[kernel.rank++] = (Axis){ "more", 8 };
    const Shape along = { 1,
                          { { axes[from], shape_size(&x->shape, axes[from]) + c->margin + 1 } } };
    if (c->margin > 0) {
        x = make_pad(r->g, nowhere, x, 2 - from, pad);
        x = make_map(r->g, nowhere, FN_mul, x, random_weight(r, along), NULL);
        x = make_map(r->g, nowhere, FN_add, x, random_weight(r, along), NULL);
    }
    x = make_pad(r->g, nowhere, x, 2 - from, more);
    return make_dot(r->g, nowhere, x, random_weight(r, kernel), 1, &channel, 2 - from, slide);
}

/* max(relu(conv(x * scale) + bias)): scale makes the map's gradient count. */
Node *convolution_output(RandomGraph *r, Node *x, int row)
{
    static const char *const in = "in";
    const Convolution *c = &convolutions[row];
    Along pad[2], slide[2], window[2];
    Shape kernel = { 0 };
    int slides = 0, windows = 0;
    for (int i = c->freq ? 0 : 1; i < 2; i++) {
        pad[slides] = (Along){ .axis = axes[i], .lo = c->pad[i], .hi = c->pad[i], .dilation = 1 };
        kernel.axis[kernel.rank++] = (Axis){ axes[i], c->kernel[i] };
        if (c->window[i])
            window[windows++] = (Along){ .axis = axes[i],
                                         .size = c->window[i],
                                         .stride = c->step[i] };
        slide[slides++] = (Along){ .axis = axes[i],
                                   .stride = c->stride[i],
                                   .dilation = c->dilation[i] };
    }
    kernel.axis[kernel.rank++] = (Axis){ "in", c->in };
    if (c->channel)
        kernel.axis[kernel.rank++] = (Axis){ "channel", c->channel };
    if (c->experts)
        kernel.axis[kernel.rank++] = (Axis){ "expert", c->experts };
    x = make_map(r->g, nowhere, FN_mul, x, random_weight(r, (Shape){ 1, { { "in", c->in } } }),
                 NULL);
    Node *scaled = x;
    x = make_pad(r->g, nowhere, x, slides, pad);
    x = make_dot(r->g, nowhere, x, random_weight(r, kernel), c->channel ? 1 : 0, &in, slides,
                 slide);
    const Shape channels = { 1, { { "channel", channels_of(c) } } };
    Shape bias = channels;
    if (!c->channel)
        x = make_reshape(r->g, nowhere, x, 1, &in, channels);
    if (c->experts)
        shape_add(&bias, (Axis){ "expert", c->experts });
    if (c->whole == 6)
        shape_add(&bias, (Axis){ "time", c->time });
    Node *shift = random_weight(r, bias);
    if (c->whole == 5)
        x = make_map(r->g, nowhere, FN_sub, shift, x, NULL);
    else
        x = make_map(r->g, nowhere, FN_add, x, shift, NULL);
    x = make_map(r->g, nowhere, FN_relu, x, NULL, NULL);
    if (c->experts)
        x = mix(r, x, scaled, row);
    if (c->margin && !windows)
        x = behind_margin(r, x, row);
    if (convolution_summed(row))
        x = make_sum(r->g, nowhere, x, windows ? 0 : 4 - c->whole, axes + (c->whole == 3), windows,
                     window);
    else if (c->whole || windows)
        x = make_part(r->g, nowhere,
                      make_max(r->g, nowhere, x, c->whole == 1 ? 2 : 0, axes, windows, window), 0);
    if (c->margin && windows)
        x = behind_margin(r, x, row);
    return x;
}
