/* report.c: --emit=report: the layers of a model with their sizes, and what the model needs in all. */
#include "report.h"
#include "graph.h"

#include <string.h>

/* A layer: the nodes of the inference graph made by one call of the user's text under one path. */
typedef struct Row {
    const char *label;
    Place place;
    const Node *first, *last; /* last: its output */
    double parameters, trainable;
    double products; /* multiply-adds of one example */
} Row;

typedef struct Report {
    Arena *arena;
    Row *row;
    int rows, capacity;
    bool *claimed; /* weights of rows, by their index */
    const char *path;
} Report;

/* ---------------------------------------------------------------- rows */

static bool same_place(const Place *a, const Place *b)
{
    return a->source == b->source && a->line == b->line && a->column == b->column;
}

static Row *row_of(Report *r, const Node *x)
{
    const char *label = x->label ? x->label : "";
    for (int i = r->rows - 1; i >= 0; i--)
        if (!strcmp(r->row[i].label, label) && same_place(&r->row[i].place, &x->place))
            return &r->row[i];
    Row row = { .label = label, .place = x->place };
    APPEND(r->arena, r->row, r->rows, r->capacity, row);
    return &r->row[r->rows - 1];
}

static void add_weight(Report *r, Row *row, const Weight *w)
{
    const double count = (double)shape_count(&w->shape);
    if (r->claimed[w->index])
        return;
    r->claimed[w->index] = true;
    row->parameters += count;
    row->trainable += w->trainable ? count : 0;
}

/* The weights that x takes, through what does not depend on the input. */
static void claim(Report *r, Row *row, const Node *x)
{
    if (x->op == OP_weight)
        add_weight(r, row, x->weight);
    for (int i = 0; i < x->operands; i++)
        if (!shape_batched(&x->operand[i]->shape))
            claim(r, row, x->operand[i]);
}

/* Nodes of the graph, or of a scan's body, which runs `times` for an example. */
static void add_nodes(Report *r, const Graph *g, const bool *needed, double times)
{
    for (int i = 0; i < g->nodes; i++) {
        const Node *x = g->node[i];
        if ((needed && !needed[i]) || !shape_batched(&x->shape) || x->op == OP_input)
            continue;
        if (x->op == OP_scan)
            add_nodes(r, x->body, NULL, times * scan_length(x));
        if (x->op == OP_scan || (x->op == OP_part && x->operand[0]->op == OP_scan))
            continue;
        Row *row = row_of(r, x);
        row->first = row->first ? row->first : x;
        row->last = x;
        row->products += x->op == OP_dot ? times * dot_products(x) : 0;
        claim(r, row, x);
    }
}

/* The row of a weight that only the body of a scan takes: that of its path. */
static Row *row_of_weight(Report *r, const Weight *w)
{
    const char *dot = strrchr(w->name, '.');
    const size_t length = dot ? (size_t)(dot - w->name) : 0;
    for (int i = 0; i < r->rows; i++)
        if (strlen(r->row[i].label) == length && !strncmp(r->row[i].label, w->name, length))
            return &r->row[i];
    Row row = { .label = arena_copy(r->arena, w->name, length), .place = w->place };
    APPEND(r->arena, r->row, r->rows, r->capacity, row);
    return &r->row[r->rows - 1];
}

static void collect(Report *r, const Model *model)
{
    const Graph *g = model->inference;
    r->claimed = arena_alloc(r->arena, (size_t)model->weights + 1);
    add_nodes(r, g, count_needed(g, r->arena), 1);
    for (int i = 0; i < model->weights; i++)
        if (!r->claimed[i])
            add_weight(r, row_of_weight(r, model->weight[i]), model->weight[i]);
}

/* ---------------------------------------------------------------- the table */

static const char *action(const Node *x)
{
    const Node *done = x->op == OP_part ? x->operand[0] : x;
    return done->op == OP_map ? function_name(done->function) : op_name(done->op);
}

/* What is one operator, or has no path, is named by the operator. */
static const char *row_name(const Report *r, const Row *row)
{
    const char *label = row->label;
    if (!row->first || (*label && (row->first != row->last || row->first->op == OP_dot)))
        return label;
    return arena_format(r->arena, *label ? "%s %s" : "%s%s", label, action(row->first));
}

static const char *row_source(const Report *r, const Row *row)
{
    const char *path = row->place.source ? row->place.source->path : "";
    return strcmp(path, r->path) ? arena_format(r->arena, "%s:%d", path, row->place.line)
                                 : arena_format(r->arena, "%d", row->place.line);
}

static const char *row_shape(const Report *r, const Row *row)
{
    Text text = text_create(r->arena);
    for (int i = 0; row->last && i < row->last->shape.rank; i++) {
        const Axis *axis = &row->last->shape.axis[i];
        if (axis->size != BATCH)
            text_add(&text, "%s%s = %d", text.length ? ", " : "", axis->name, axis->size);
    }
    return text.length ? text.at : "";
}

enum { NAME, SOURCE, SHAPE, TEXTS };

static void print_table(FILE *out, const Report *r, int bytes, Row *sum)
{
    const char *(*const text[TEXTS])(const Report *, const Row *) = { row_name, row_source,
                                                                      row_shape };
    int width[TEXTS] = { 8, 4, 8 };
    double activations = 0;
    for (int i = 0; i < r->rows; i++)
        for (int t = 0; t < TEXTS; t++) {
            const int length = (int)strlen(text[t](r, &r->row[i]));
            width[t] = length > width[t] ? length : width[t];
        }
    fprintf(out, "%-*s  %*s  %-*s  %11s  %13s  %10s\n", width[NAME], "layer", width[SOURCE], "line",
            width[SHAPE], "output", "parameters", "multiply-adds", "bytes");
    for (int i = 0; i < r->rows; i++) {
        const Row *row = &r->row[i];
        const double size = row->last ? (double)shape_count(&row->last->shape) * bytes : 0;
        fprintf(out, "%-*s  %*s  %-*s  %11.0f  %13.0f  %10.0f\n", width[NAME], row_name(r, row),
                width[SOURCE], row_source(r, row), width[SHAPE], row_shape(r, row), row->parameters,
                row->products, size);
        sum->parameters += row->parameters;
        sum->trainable += row->trainable;
        sum->products += row->products;
        activations += size;
    }
    fprintf(out, "%-*s  %*s  %-*s  %11.0f  %13.0f  %10.0f\n\n", width[NAME], "in all",
            width[SOURCE], "", width[SHAPE], "", sum->parameters, sum->products, activations);
}

/* ---------------------------------------------------------------- totals */

static void print_parameters(FILE *out, const Row *sum)
{
    static const struct {
        const char *what;
        int bytes;
    } line[] = {
        { "parameters", 1 }, { "bytes in fp32", 4 }, { "bytes in fp16", 2 }, { "bytes in int8", 1 }
    };
    fprintf(out, "%-18s %13s %13s\n", "", "in all", "trainable");
    for (size_t i = 0; i < sizeof line / sizeof *line; i++)
        fprintf(out, "%-18s %13.0f %13.0f\n", line[i].what, sum->parameters * line[i].bytes,
                sum->trainable * line[i].bytes);
}

static void print_products(FILE *out, const Model *model, const Row *sum)
{
    const double norm = count_batch_norm(model->training);
    const double seconds = model->feature_sets ? count_seconds(&model->features[0]) : 0;
    fprintf(out, "\nmultiply-adds      %13.0f an example\n", sum->products);
    fprintf(out, "as DCASE counts    %13.0f, of which %.0f batch norm\n", sum->products + norm,
            norm);
    if (seconds > 0)
        fprintf(out, "                   %13.0f a second of sound (an example is %.6g s)\n",
                sum->products / seconds, seconds);
}

static void print_memory(FILE *out, const char *what, const Program *p, int batch)
{
    const double bytes = (double)p->arena_constant + (double)p->room +
                         (double)p->arena_per_example * batch;
    fprintf(out,
            "arena, %-11s %13lld bytes + %lld an example + %lld a thread; %.1f MB at batch %d, one "
            "thread\n",
            what, (long long)p->arena_constant, (long long)p->arena_per_example, (long long)p->room,
            1e-6 * bytes, batch);
}

static void print_fusion(FILE *out, const char *what, const Program *p)
{
    int nodes = 0, stored = count_stored(p, &nodes);
    fprintf(out, "fused, %-11s %13d nodes to %d kernels; %d need no memory\n", what, nodes,
            p->kernels, nodes - stored);
}

void report_print(FILE *out, const Model *model, const Program *train, const Program *infer)
{
    Report r = { .arena = infer->arena, .path = model->path };
    Row sum = { 0 };
    collect(&r, model);
    print_table(out, &r, infer->real_double ? 8 : 4, &sum);
    print_parameters(out, &sum);
    print_products(out, model, &sum);
    fprintf(out, "\npeak activation    %13.0f bytes: what the largest kernel reads and writes\n",
            count_peak(infer));
    print_memory(out, "inference", infer, 1);
    print_memory(out, "training", train, model->recipe.batch);
    print_fusion(out, "inference", infer);
    print_fusion(out, "training", train);
    report_kernels(out, "inference", infer, model->path);
    report_kernels(out, "training", train, model->path);
}
