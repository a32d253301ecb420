/* layer_text.c: models made of the cases of layers.def, at sizes drawn from a seed. */
#include "layer_text.h"

#include "interpret.h"

const LayerCase layer_cases[] = {
#define LAYER(name, input, body) { #name, LAYER_##input, body },
#include "layers.def"
#undef LAYER
};
const int layer_case_count = sizeof layer_cases / sizeof *layer_cases;

/* The name of an input, and its axes with the bounds of their sizes. */
static const struct {
    const char *name;
    int axes;
    struct {
        const char *name;
        int least, most;
    } axis[3];
} inputs[LAYER_INPUTS] = {
    { "image", 3, { { "channel", 1, 2 }, { "freq", 5, 7 }, { "time", 5, 7 } } },
    { "sequence", 2, { { "time", 2, 5 }, { "feature", 1, 4 } } },
    { "vector", 1, { { "feature", 2, 5 } } },
};

typedef struct Draw {
    uint64_t seed;
    int64_t drawn;
} Draw;

static int pick(Draw *d, int low, int high)
{
    return low + (int)(random_element(d->seed, d->drawn++) * (high - low + 1));
}

static bool is_used(LayerInput input, int first, int count)
{
    for (int i = first; i < first + count; i++)
        if (layer_cases[i].input == input)
            return true;
    return false;
}

static void add_features(Text *out, Draw *d, LayerInput input)
{
    text_add(out, "features %s { input[", inputs[input].name);
    for (int i = 0; i < inputs[input].axes; i++)
        text_add(out, "%s%s = %d", i ? ", " : "", inputs[input].axis[i].name,
                 pick(d, inputs[input].axis[i].least, inputs[input].axis[i].most));
    text_add(out, "] }\n");
}

static void add_layer(Text *out, Draw *d, int number)
{
    text_add(out, "layer %s_%d(x) {\n    ", layer_cases[number].name, number);
    for (const char *c = layer_cases[number].body; *c; c++)
        if (*c != '$')
            text_add(out, "%c", *c);
        else
            text_add(out, "%d",
                     *++c == 'm' ? pick(d, 1, 4)
                     : *c == 'k' ? pick(d, 2, 3)
                                 : pick(d, 1, 2));
    text_add(out, "\n}\n");
}

static void add_scaled(Text *out, LayerInput input)
{
    const char *name = inputs[input].name;
    text_add(out, "    %c = %s * weight[", name[0], name);
    for (int i = 0; i < inputs[input].axes; i++)
        text_add(out, "%s%s = %s", i ? ", " : "", inputs[input].axis[i].name, name);
    text_add(out, "](uniform(1))\n");
}

char *layer_text(Arena *arena, uint64_t seed, int first, int count)
{
    Draw d = { seed, 0 };
    Text out = text_create(arena);
    text_add(&out, "asc 1\n");
    for (LayerInput i = 0; i < LAYER_INPUTS; i++)
        if (is_used(i, first, count))
            add_features(&out, &d, i);
    text_add(&out, "layer flat(y) { reshape[result](y, axes(y)) }\n");
    for (int i = first; i < first + count; i++)
        add_layer(&out, &d, i);
    text_add(&out, "network {\n");
    for (LayerInput i = 0; i < LAYER_INPUTS; i++)
        if (is_used(i, first, count))
            add_scaled(&out, i);
    text_add(&out, "    join[result](");
    for (int i = first; i < first + count; i++)
        text_add(&out, "%s%c | %s_%d | flat", i > first ? ",\n        " : "",
                 inputs[layer_cases[i].input].name[0], layer_cases[i].name, i);
    text_add(&out, ")\n}\ntrain { loss = squared_error(output, target); optimizer = sgd(0.1)\n"
                   "    epochs = 1; batch = 3; init = uniform(0.7) }\n");
    return out.at;
}
