/* report.c: --emit=report: the layers of a model with their sizes, and the memory that it needs. */
#include "graph.h"
#include "kernel.h"

#include <string.h>

/* A layer: the nodes of the inference graph that carry one path of bindings and layers. */
typedef struct Row {
    const char *label;
    Shape shape; /* of its last node */
    double parameters, trainable;
    double products; /* multiply-adds of one example */
} Row;

typedef struct Report {
    Arena *arena;
    Row *row;
    int rows, capacity;
} Report;

static Row *row_of(Report *r, const char *label, size_t length)
{
    for (int i = 0; i < r->rows; i++)
        if (strlen(r->row[i].label) == length && !strncmp(r->row[i].label, label, length))
            return &r->row[i];
    Row row = { .label = arena_copy(r->arena, label, length) };
    APPEND(r->arena, r->row, r->rows, r->capacity, row);
    return &r->row[r->rows - 1];
}

static void add_weight(Report *r, const Weight *w)
{
    const char *dot = strrchr(w->name, '.');
    Row *row = row_of(r, w->name, dot ? (size_t)(dot - w->name) : 0);
    const double count = (double)shape_count(&w->shape);
    row->parameters += count;
    row->trainable += w->trainable ? count : 0;
}

/* Nodes of the graph, or of a scan's body, which runs `times` for an example. */
static void add_nodes(Report *r, const Graph *g, const Place *loss, double times)
{
    for (int i = 0; i < g->nodes; i++) {
        const Node *x = g->node[i];
        if (x->op == OP_weight) {
            add_weight(r, x->weight);
            continue;
        }
        if (x->op == OP_scan)
            add_nodes(r, x->body, loss, times * scan_length(x));
        if (!shape_batched(&x->shape) || x->op == OP_input || x->op == OP_scan ||
            (x->place.source == loss->source && x->place.line == loss->line))
            continue;
        Row *row = row_of(r, x->label ? x->label : "", x->label ? strlen(x->label) : 0);
        row->shape = x->shape;
        row->products += x->op == OP_dot ? times * dot_products(x) : 0;
    }
}

static void collect(Report *r, const Model *model)
{
    add_nodes(r, model->inference, &graph_find(model->inference, "loss")->place, 1);
}

static void print_shape(FILE *out, const Shape *shape)
{
    char text[200] = "";
    size_t length = 0;
    for (int i = 0; i < shape->rank && length < sizeof text - 40; i++)
        if (shape->axis[i].size != BATCH)
            length += (size_t)snprintf(text + length, sizeof text - length, "%s%.60s = %d",
                                       length ? ", " : "", shape->axis[i].name,
                                       shape->axis[i].size);
    fprintf(out, "  %-44s", text);
}

static void print_row(FILE *out, const Row *row, int width, int bytes)
{
    fprintf(out, "%-*s", width, *row->label ? row->label : "(network)");
    print_shape(out, &row->shape);
    fprintf(out, " %11.0f %14.0f %12.0f\n", row->parameters, row->products,
            row->shape.rank ? (double)shape_count(&row->shape) * bytes : 0);
}

static void print_memory(FILE *out, const char *what, const Program *p, int batch)
{
    fprintf(out, "arena, %-10s %lld bytes + %lld an example; %.1f MB at batch %d\n", what,
            (long long)p->arena_constant, (long long)p->arena_per_example,
            1e-6 * ((double)p->arena_constant + (double)p->arena_per_example * batch), batch);
}

void report_print(FILE *out, const Model *model, const Program *train, const Program *infer)
{
    Report r = { .arena = infer->arena };
    const int bytes = infer->real_double ? 8 : 4;
    double parameters = 0, trainable = 0, products = 0, activations = 0;
    int width = 12;
    collect(&r, model);
    for (int i = 0; i < r.rows; i++)
        width = (int)strlen(r.row[i].label) > width ? (int)strlen(r.row[i].label) : width;
    fprintf(out, "%-*s  %-44s %11s %14s %12s\n", width, "layer", "output", "parameters",
            "multiply-adds", "bytes");
    for (int i = 0; i < r.rows; i++) {
        const Row *row = &r.row[i];
        print_row(out, row, width, bytes);
        parameters += row->parameters;
        trainable += row->trainable;
        products += row->products;
        activations += row->shape.rank ? (double)shape_count(&row->shape) * bytes : 0;
    }
    fprintf(out, "%-*s  %-44s %11.0f %14.0f %12.0f\n\n", width, "in all", "", parameters, products,
            activations);
    fprintf(out, "trainable parameters  %.0f\nmultiply-adds         %.0f an example\n", trainable,
            products);
    fprintf(out, "bytes of parameters   %.0f (%s)\n", parameters * bytes,
            bytes == 8 ? "float64" : "float32");
    print_memory(out, "inference", infer, 1);
    print_memory(out, "training", train, model->recipe.batch);
    fprintf(out, "kernels               %d in training, %d in inference\n", train->kernels,
            infer->kernels);
}
