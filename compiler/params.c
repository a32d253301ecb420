/* params.c: --emit=params: a line a parameter tensor, subtotals by prefix, trainable and total
 * counts. */
#include "ascc.h"

#include <string.h>

enum { NAME_WIDTH = 44, AXES_WIDTH = 48, COUNT_WIDTH = 12, MAX_DEPTH = 64 };

static size_t prefix_length(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot ? (size_t)(dot - name) : 0;
}

/* Whether `name` lies under the first `length` characters of `prefix`. */
static bool is_under(const char *name, const char *prefix, size_t length)
{
    return strncmp(name, prefix, length) == 0 && name[length] == '.';
}

static int64_t count_under(const Model *model, const char *prefix, size_t length, int *weights)
{
    int64_t count = 0;
    *weights = 0;
    for (int i = 0; i < model->weights; i++)
        if (is_under(model->weight[i]->name, prefix, length)) {
            count += shape_count(&model->weight[i]->shape);
            ++*weights;
        }
    return count;
}

static void print_weight(FILE *out, Arena *arena, const Weight *w)
{
    Text axes = text_create(arena);
    shape_format(&w->shape, &axes);
    fprintf(out, "%-*s %-*s %*lld  %s", NAME_WIDTH, w->name, AXES_WIDTH, axes.at, COUNT_WIDTH,
            (long long)shape_count(&w->shape), w->trainable ? "trainable" : "running");
    fprintf(out, w->l2 > 0 ? ", l2 %.9g\n" : "\n", w->l2);
}

/* After the last weight of a prefix its subtotal, innermost first; a prefix of one weight needs
 * none. */
static void print_subtotals(FILE *out, const Model *model, int at)
{
    const char *name = model->weight[at]->name;
    for (size_t length = prefix_length(name); length > 0;) {
        int weights;
        if (at + 1 < model->weights && is_under(model->weight[at + 1]->name, name, length))
            return;
        int64_t count = count_under(model, name, length, &weights);
        if (weights > 1)
            fprintf(out, "%-*.*s %-*s %*lld\n", NAME_WIDTH, (int)length, name, AXES_WIDTH,
                    "  subtotal", COUNT_WIDTH, (long long)count);
        while (length > 0 && name[--length] != '.')
            continue;
    }
}

void params_print(FILE *out, const Model *model)
{
    Arena *arena = arena_create();
    int64_t trainable = 0, total = 0;
    for (int i = 0; i < model->weights; i++) {
        const Weight *w = model->weight[i];
        print_weight(out, arena, w);
        print_subtotals(out, model, i);
        total += shape_count(&w->shape);
        trainable += w->trainable ? shape_count(&w->shape) : 0;
    }
    fprintf(out, "trainable %lld\ntotal %lld\n", (long long)trainable, (long long)total);
    arena_destroy(arena);
}
