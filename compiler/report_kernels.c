/* report_kernels.c: --emit=report: what was fused into each kernel, how it is computed, and what it costs. */
#include "graph.h"
#include "report.h"

#include <string.h>

/* A kernel. */
typedef struct Row {
    int phase; /* from 1; 0: of the scan above */
    const char *name, *form, *shape, *operators, *source;
    double products, each,
        fixed; /* multiply-adds and bytes of an example; bytes whatever the batch is */
} Row;

typedef struct Rows {
    Arena *arena;
    const char *path;
    Row *row;
    int count, capacity;
} Rows;

/* ---------------------------------------------------------------- operators */

enum { MOST_KINDS = 64 };

/* Operators by name, in the order in which they are met, each with how often. */
typedef struct Operators {
    const char *name[MOST_KINDS];
    int times[MOST_KINDS], count;
    bool *seen;
} Operators;

static void count_operator(Operators *all, const char *name)
{
    int at = 0;
    while (at < all->count && strcmp(all->name[at], name))
        at++;
    if (at == MOST_KINDS)
        return;
    all->name[at] = name;
    all->times[at]++;
    all->count += at == all->count;
}

static bool is_own(const Kernel *k, const Buffer *b)
{
    for (int i = 0; i < 2 * k->anchors; i++)
        if (k->target[i] == b)
            return true;
    return false;
}

/* x and what is computed on the way to it, operands first; what lies in memory of others is read, not computed. */
static void add_operators(const Program *p, const Kernel *k, const Node *x, bool result,
                          Operators *all)
{
    const Buffer *b = p->info[x->id].view.buffer;
    if (all->seen[x->id] || is_source(x) || (b && !result && !is_own(k, b)))
        return;
    all->seen[x->id] = true;
    for (int i = 0; i < x->operands; i++)
        add_operators(p, k, x->operand[i], false, all);
    if (x->op != OP_number && x->op != OP_index && x->op != OP_count && x->op != OP_part)
        count_operator(all, x->op == OP_map ? function_name(x->function) : op_name(x->op));
}

/* A map may only copy what has memory elsewhere. */
static bool is_copied(const Program *p, const Kernel *k, const Node *x)
{
    const Buffer *b = p->info[x->id].view.buffer;
    return k->kind == KERNEL_MAP && b && !is_own(k, b);
}

static const char *operators_of(Arena *arena, const Program *p, const Kernel *k)
{
    Operators all = { .seen = arena_alloc(arena, (size_t)p->graph->nodes + 1) };
    Text text = text_create(arena);
    for (int i = 0; i < k->anchors && k->kind != KERNEL_SCAN && k->kind != KERNEL_PACK; i++)
        if (is_copied(p, k, k->result[i]))
            count_operator(&all, "copy");
        else
            add_operators(p, k, k->result[i], true, &all);
    for (int i = 0; i < all.count; i++) {
        text_add(&text, "%s%s", i ? " " : "", all.name[i]);
        if (all.times[i] > 1)
            text_add(&text, "*%d", all.times[i]);
    }
    return text.length ? text.at : "-";
}

/* ---------------------------------------------------------------- rows */

static void add_shape(Text *text, const Shape *shape)
{
    text_add(text, text->length ? "; " : "");
    for (int a = 0; a < shape->rank; a++) {
        text_add(text, "%s%s", a ? " " : "", shape->axis[a].name);
        if (shape->axis[a].size != BATCH)
            text_add(text, "=%d", shape->axis[a].size);
    }
    if (!shape->rank)
        text_add(text, "one number");
}

static const char *shape_of(Arena *arena, const Kernel *k)
{
    enum { MOST_SHAPES = 2 };
    Text text = text_create(arena);
    if (k->kind == KERNEL_PACK)
        return arena_format(arena, "%lld numbers", (long long)k->target[0]->count);
    int shapes = 0;
    for (int i = 0; i < k->anchors; i++)
        if (k->target[2 * i] && shapes++ < MOST_SHAPES)
            add_shape(&text, &k->result[i]->shape);
    if (shapes > MOST_SHAPES)
        text_add(&text, "; ..");
    return text.length ? text.at : "-";
}

static const char *source_of(const Rows *rows, const Node *x)
{
    const char *path = x->place.source ? x->place.source->path : "";
    const char *label = x->label ? x->label : "";
    return strcmp(path, rows->path)
               ? arena_format(rows->arena, "%s:%d %s", path, x->place.line, label)
               : arena_format(rows->arena, "%d %s", x->place.line, label);
}

static void add_row(Rows *rows, const Program *p, const Step *s, const char *name, int depth)
{
    const Kernel *k = s->kernel;
    const Program *made = k->made_in ? k->made_in : p;
    Row row = { .phase = depth ? 0 : s->phase + 1,
                .name = name,
                .form = kernel_form(k),
                .shape = shape_of(rows->arena, k),
                .operators = operators_of(rows->arena, made, k),
                .source = source_of(rows, k->anchor[0]),
                .products = kernel_flops(k) / 2 };
    if (k->kind == KERNEL_SCAN)
        row.form = arena_format(rows->arena, "scan of %lld steps",
                                (long long)scan_length(k->anchor[0]));
    if (k->partial)
        row.form = arena_format(rows->arena, "%s, then of the %s", row.form,
                                k->tiling && k->tiling->slices ? "slices" : "groups");
    if (k->result[0]->again && k->kind != KERNEL_SCAN)
        row.form = arena_format(rows->arena, "%s, again", row.form);
    if (k->observes)
        row.form = arena_format(rows->arena, "%s, if asked for", row.form);
    step_bytes(p, s, &row.each, &row.fixed);
    if (k->partial) {
        double each, fixed;
        step_bytes(p, &(Step){ .kernel = s->kernel, .finish = true }, &each, &fixed);
        row.each += each;
        row.fixed += fixed;
    }
    APPEND(rows->arena, rows->row, rows->count, rows->capacity, row);
}

/* Of a scan the kernels of a step follow, by the names that they get. */
static void add_rows(Rows *rows, const Program *p)
{
    for (int i = 0; i < p->steps; i++) {
        const Step *s = &p->step[i];
        const Program *body = s->kernel->body;
        if (s->finish)
            continue;
        add_row(rows, p, s, s->kernel->name, 0);
        for (int j = 0; body && j < body->kernels; j++) {
            const Step inner = { .kernel = body->kernel[j] };
            add_row(rows, body, &inner,
                    arena_format(rows->arena, "  %s_s%02d", s->kernel->name, j + 1), 1);
        }
    }
}

/* ---------------------------------------------------------------- the table */

static int wider(int width, const char *text)
{
    const int length = (int)strlen(text);
    return length > width ? length : width;
}

static void print_rows(FILE *out, const Rows *rows)
{
    int name = 6, form = 4, shape = 6, operators = 9;
    for (int i = 0; i < rows->count; i++) {
        name = wider(name, rows->row[i].name);
        form = wider(form, rows->row[i].form);
        shape = wider(shape, rows->row[i].shape);
        operators = wider(operators, rows->row[i].operators);
    }
    fprintf(out, "%-*s  %5s  %-*s  %-*s  %-*s  %13s  %10s  %10s  %s\n", name, "kernel", "phase",
            form, "form", shape, "result", operators, "operators", "multiply-adds", "bytes",
            "fixed", "line");
    for (int i = 0; i < rows->count; i++) {
        const Row *row = &rows->row[i];
        fprintf(out, "%-*s  ", name, row->name);
        if (row->phase)
            fprintf(out, "%5d", row->phase);
        else
            fprintf(out, "%5s", "");
        fprintf(out, "  %-*s  %-*s  %-*s  %13.0f  %10.0f  %10.0f  %s\n", form, row->form, shape,
                row->shape, operators, row->operators, row->products, row->each, row->fixed,
                row->source);
    }
}

/* Bytes of an example that are in use in the phase where these are most; *phase counts from 1. */
static int64_t fullest_phase(const Program *p, int phases, int *phase)
{
    int64_t most = 0;
    *phase = 1;
    for (int n = 0; n < phases; n++) {
        int64_t bytes = 0;
        for (int i = 0; i < p->buffers; i++) {
            const Buffer *b = p->buffer[i];
            if (b->home == HOME_ARENA && b->extent != EXTENT_CONSTANT && b->first >= 0 &&
                b->first <= n && n <= b->last)
                bytes += buffer_bytes(p, b);
        }
        if (bytes > most) {
            most = bytes;
            *phase = n + 1;
        }
    }
    return most;
}

void report_kernels(FILE *out, const char *what, const Program *p, const char *path)
{
    Rows rows = { .arena = p->arena, .path = path };
    int phases = 0, fullest;
    add_rows(&rows, p);
    for (int i = 0; i < p->steps; i++)
        phases = p->step[i].phase >= phases ? p->step[i].phase + 1 : phases;
    const int64_t most = fullest_phase(p, phases, &fullest);
    fprintf(out,
            "\n%s: %d kernels in %d phases; the arena is fullest in phase %d, with %lld bytes an "
            "example\n",
            what, p->kernels, phases, fullest, (long long)most);
    print_rows(out, &rows);
}
