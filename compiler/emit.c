/* emit: the generated program as C text: prelude, kernels, the lists that run them, tables. */
#include "graph.h"
#include "emit.h"

#include <string.h>

/* ---------------------------------------------------------------- comments */

static void add_results(const Program *p, const Kernel *k, Text *out)
{
    const bool computes = k->kind != KERNEL_PACK && k->kind != KERNEL_SCAN &&
                          k->kind != KERNEL_BORDER;
    for (int i = 0; i < k->anchors; i++) {
        const Node *x = k->result[i];
        if (!k->target[2 * i])
            continue;
        text_add(out, "%s%s", i ? ";\n * " : "", k->target[2 * i]->name);
        Text shape = text_create(p->arena);
        shape_format(&x->shape, &shape);
        text_add(out, "%s", shape.at);
        if (computes) {
            text_add(out, "\n *     = ");
            formula_add(p, x, k->target[2 * i], out);
        }
    }
}

enum { PRODUCT, CONVOLUTION };
enum { PLAIN, MIXED };

/* In words: what is made, and what becomes of it before it is stored. */
static const char *form_of(int made, int mixed, const Node *pool)
{
    static const char *const form[2][2][3] = {
        { { "product", "product, pooled", "product, rows summed" },
          { "product, mixed", "product, mixed and pooled", "product, mixed, rows summed" } },
        { { "Winograd convolution", "Winograd convolution, pooled",
            "Winograd convolution, rows summed" },
          { "Winograd convolution, mixed", "Winograd convolution, mixed and pooled",
            "Winograd convolution, mixed, rows summed" } }
    };
    return form[made][mixed][!pool ? 0 : pool->axes ? 2 : 1];
}

const char *kernel_form(const Kernel *k)
{
    switch (k->kind) {
    case KERNEL_TILE:
        return k->tiling->library      ? "product by OpenBLAS"
               : k->tiling->slices     ? "product in slices"
               : k->tiling->mixture    ? form_of(PRODUCT, MIXED, k->pool)
               : k->pool               ? form_of(PRODUCT, PLAIN, k->pool)
               : k->tiling->across     ? "product across lanes"
               : k->tiling->sums_batch ? "product summed over the batch"
                                       : "product";
    case KERNEL_BORDER:
        return k->result[0] == k->anchor[0] ? "zeros around" : "maps of zeros around";
    case KERNEL_PACK: return "panels of an operand";
    case KERNEL_WINOGRAD:
        return form_of(CONVOLUTION, k->winograd->mixture ? MIXED : PLAIN, k->pool);
    case KERNEL_WINOGRAD_SUM: return "Winograd gradient of taps";
    case KERNEL_REMAKE: return "gradients of a mixture, made again";
    case KERNEL_LIST: return "lists of a max's gradient";
    case KERNEL_SPARSE:
        return k->partial ? "product with lists summed over the batch" : "product with lists";
    case KERNEL_REDUCE:
        return k->anchor[0]->op == OP_dot ? "product, plain loops" : op_name(k->anchor[0]->op);
    case KERNEL_POOL:
    case KERNEL_SOFTMAX:
    case KERNEL_SCAN: return op_name(k->anchor[0]->op);
    case KERNEL_POISON: return "NaN into free memory";
    default: return "map";
    }
}

/* "train_k07: product; relu_a[batch, freq = 132, ...], of dot_a and weight_a, from net.asc:21 (a.stage.block)". */
void emit_comment(const Program *p, const Kernel *k, Text *out)
{
    const Node *x = k->anchor[0];
    text_add(out, "/* %s: %s.\n * ", k->name, kernel_form(k));
    add_results(p, k, out);
    text_add(out, "\n *");
    for (int i = 0; i < k->read_count; i++)
        text_add(out, "%s %s", i ? "," : " from", k->reads[i]->name);
    if (x->place.source)
        text_add(out, "%s%s:%d", k->read_count ? "; " : " ", x->place.source->path, x->place.line);
    if (x->label && *x->label)
        text_add(out, " (%s)", x->label);
    text_add(out, " */\n");
}

void emit_kernel(Program *p, Kernel *k, Text *out)
{
    if (k->made_in)
        p = k->made_in;
    if (k->kind == KERNEL_SCAN) {
        emit_scan(p, k, out);
        return;
    }
    emit_comment(p, k, out);
    Text code = text_create(p->arena);
    if (k->kind == KERNEL_TILE)
        emit_tile(p, k, &code);
    else if (k->kind == KERNEL_LIST)
        emit_list(p, k, &code);
    else if (k->kind == KERNEL_SPARSE)
        emit_sparse(p, k, &code);
    else if (k->kind == KERNEL_WINOGRAD)
        emit_winograd(p, k, &code);
    else if (k->kind == KERNEL_WINOGRAD_SUM)
        emit_winograd_sum(p, k, &code);
    else if (k->kind == KERNEL_REMAKE)
        emit_remake(p, k, &code);
    else if (k->kind == KERNEL_PACK && k->winograd)
        emit_winograd_pack(p, k, &code);
    else if (k->kind == KERNEL_PACK && k->sparse)
        emit_sparse_pack(p, k, &code);
    else if (k->kind == KERNEL_PACK)
        emit_pack(p, k, &code);
    else if (k->kind == KERNEL_REDUCE)
        emit_reduce(p, k, &code);
    else if (k->kind == KERNEL_POISON)
        emit_poison(p, k, &code);
    else
        emit_loops(p, k, &code);
    emit_indented(out, code.at);
    if (k->kind == KERNEL_TILE && k->partial && !k->tiling->slices) {
        text_add(out, "\n");
        emit_sum_of_parts(p, k, out);
    }
    text_add(out, "\n");
}

/* ---------------------------------------------------------------- the lists of kernels */

int64_t step_chunks(const Step *s)
{
    const Kernel *k = s->kernel;
    const Tiling *t = k->tiling;
    if (t && t->slices && k->kind == KERNEL_TILE)
        return s->finish ? -GROUP : t->slices;
    if (s->finish)
        return k->kind == KERNEL_TILE ? (k->partial->count + SUM_PIECE - 1) / SUM_PIECE
               : k->sparse            ? sparse_panels(k->sparse)
               : k->winograd_sum      ? winograd_sum_pieces(k->winograd_sum)
                                      : 1;
    if (k->kind == KERNEL_PACK && (k->sparse || k->winograd))
        return k->sparse ? sparse_panels(k->sparse) : winograd_panels(k->winograd);
    if (k->kind == KERNEL_WINOGRAD)
        return k->winograd->whole_group ? -GROUP : -1;
    if (k->kind == KERNEL_WINOGRAD_SUM)
        return winograd_sum_blocks(k->winograd_sum) * k->winograd_sum->slots;
    const int64_t panels = t ? tile_panels(t) : 0;
    if (k->kind == KERNEL_SCAN)
        return -k->body->group;
    if (k->kind == KERNEL_PACK)
        return panels * (t->apart ? t->m[t->apart].size : 1);
    if (k->kind == KERNEL_TILE)
        return t->sums_batch    ? (t->grouped   ? (t->blocked ? -BLOCK_GROUP : -GROUP)
                                   : t->blocked ? tile_chunks(t)
                                                : panels * t->pieces)
               : t->whole_batch ? panels
                                : -GROUP;
    if (k->partial)
        return -GROUP;
    return shape_batched(&k->result[0]->shape) ? -GROUP : 1;
}

double dot_products(const Node *x)
{
    double products = (double)shape_count(&x->shape);
    for (int i = 0; i < x->alongs; i++)
        products *=
            x->operand[1]->shape.axis[shape_find(&x->operand[1]->shape, x->along[i].axis)].size;
    for (int i = 0; i < x->axes; i++) {
        const int size =
            x->operand[0]->shape.axis[shape_find(&x->operand[0]->shape, x->axis[i])].size;
        products *= size == BATCH ? 1 : size;
    }
    return products;
}

/* Floating point operations of one example, counted as products of the plain definition. */
double kernel_flops(const Kernel *k)
{
    const Node *x = k->anchor[0];
    if (k->kind == KERNEL_PACK || k->kind == KERNEL_MAP)
        return 0;
    const Mixture *m = k->kind == KERNEL_WINOGRAD ? k->winograd->mixture
                       : k->tiling                ? k->tiling->mixture
                                                  : NULL;
    double flops = 0;
    for (int i = 0; i < k->anchors && k->kind == KERNEL_REMAKE; i++)
        flops += k->anchor[i]->op == OP_dot ? 2 * dot_products(k->anchor[i]) : 0;
    if (k->kind == KERNEL_REMAKE)
        return flops;
    if (x->op != OP_scan)
        return x->op == OP_dot ? 2 * (dot_products(x) + (m ? dot_products(m->sum) : 0)) : 0;
    for (int i = 0; i < k->body->kernels; i++)
        flops += kernel_flops(k->body->kernel[i]);
    return flops * scan_length(x);
}

/* Bytes that a step reads and writes, every buffer once: for each example, and whatever the batch is. */
static void add_bytes(const Program *p, const Buffer *b, double *each, double *fixed)
{
    if (!b)
        return;
    const double size = b->element == ELEMENT_BYTE                       ? 1
                        : b->element == ELEMENT_DOUBLE || p->real_double ? 8
                                                                         : 4;
    if (b->extent == EXTENT_CONSTANT)
        *fixed += size * (double)b->count;
    else
        *each += size * (double)b->count / (b->extent == EXTENT_GROUPED ? GROUP : 1);
}

bool step_writes(const Step *s, const Buffer *target)
{
    const Kernel *k = s->kernel;
    const bool at_end = k->partial && !(k->remake && target && target->extent == EXTENT_BATCHED);
    return target && s->finish == at_end;
}

void step_bytes(const Program *p, const Step *s, double *each, double *fixed)
{
    const Kernel *k = s->kernel;
    *each = *fixed = 0;
    add_bytes(p, k->partial, each, fixed);
    for (int i = 0; !s->finish && i < k->read_count; i++)
        add_bytes(p, k->reads[i], each, fixed);
    for (int i = 0; i < 2 * k->anchors; i++)
        if (step_writes(s, k->target[i]))
            add_bytes(p, k->target[i], each, fixed);
}

static void emit_steps(const Program *p, Text *out)
{
    text_add(out, "static const AscStepKernel %s_step[] = {\n", p->prefix);
    for (int i = 0; i < p->steps; i++) {
        const Step *s = &p->step[i], *before = i ? s - 1 : NULL;
        const char *place = !before || before->phase != s->phase ? "ASC_PHASE"
                            : before->chain != s->chain          ? "ASC_BESIDE"
                                                                 : "ASC_BEHIND";
        const int64_t chunks = step_chunks(s);
        const char *number = chunks > 0 ? arena_format(p->arena, "%lld", (long long)chunks)
                                        : arena_format(p->arena, "-%s",
                                                       emit_group_size(p->arena, (int)-chunks));
        text_add(out, "    {%s%s, %s, %d, %s},\n", s->kernel->name, s->finish ? "_sum" : "", number,
                 s->finish || s->kernel->pieces < 1 ? 1 : s->kernel->pieces, place);
    }
    text_add(out, "};\n\nstatic const AscKernel %s_kernel[] = {\n", p->prefix);
    for (int i = 0; i < p->steps; i++) {
        const Step *s = &p->step[i];
        const Kernel *k = s->kernel;
        const Place *place = &k->anchor[0]->place;
        const char *label = k->anchor[0]->label ? k->anchor[0]->label : "";
        double each, fixed;
        step_bytes(p, s, &each, &fixed);
        text_add(out, "    {\"%s %s%s%s\", \"%s:%d\", %.17g, %.17g, %.17g},\n", k->name,
                 !s->finish                       ? kernel_form(k)
                 : k->tiling && k->tiling->slices ? "sum of the slices"
                                                  : "sum of the groups",
                 *label ? ", " : "", label, place->source ? place->source->path : "", place->line,
                 s->finish ? 0 : kernel_flops(k), each, fixed);
    }
    text_add(out,
             "};\n\nstatic void %s_run(const AscCall *call, double *seconds)\n{\n"
             "    asc_run_kernels(call, %s_step, %s%d, seconds);\n}\n\n",
             p->prefix, p->prefix,
             once_steps(p) ? arena_format(p->arena, "call->same_weights ? %d : 0, ", once_steps(p))
                           : "0, ",
             p->steps);
}

/* ---------------------------------------------------------------- files */

typedef struct Programs {
    Program **program;
    int count;
} Programs;

static Programs all_programs(Arena *arena, const Model *model, Program *train, Program *infer)
{
    Programs all = { .count = 2 + front_programs(model, NULL, 0) };
    all.program = arena_alloc(arena, sizeof *all.program * (size_t)all.count);
    all.program[0] = train;
    all.program[1] = infer;
    front_programs(model, all.program + 2, all.count - 2);
    return all;
}

static void emit_prelude(const Model *model, const Programs *all, const Options *options, Text *out)
{
    text_add(out, "/* Made by ascc from %s%s%s for %s. */\n", model->path,
             *model->defines ? " with " : "", model->defines, options->target->name);
    if (options->real_double)
        text_add(out, "#ifndef ASC_REAL_DOUBLE\n#define ASC_REAL_DOUBLE\n#endif\n");
    if (options->target->vector_bytes)
        text_add(out, "#define ASC_VECTOR %d\n", options->target->vector_bytes);
    text_add(out, "#include \"asc_kernel.h\"\n\n");
    for (int i = 0; i < all->count; i++)
        text_add(out, "#define %s_CONSTANT %lld\n", all->program[i]->prefix,
                 (long long)all->program[i]->arena_constant);
    for (int i = 0; i < all->count; i++)
        if (all->program[i]->room)
            text_add(out, "#define %s_ROOM %lld\n", all->program[i]->prefix,
                     (long long)all->program[i]->room);
    text_add(out, "\n");
    for (int i = 0; i < all->count; i++)
        for (int j = 0; j < all->program[i]->steps; j++) {
            const Step *step = &all->program[i]->step[j];
            text_add(out, "void %s%s(const AscCall *call, int chunk);\n", step->kernel->name,
                     step->finish ? "_sum" : "");
        }
    text_add(out, "\n");
}

static int shortest_of(const Text *file, int files)
{
    int shortest = 0;
    for (int k = 1; k < files; k++)
        if (file[k].length < file[shortest].length)
            shortest = k;
    return shortest;
}

int emit(Arena *arena, const Model *model, Program *train, Program *infer, const Options *options,
         const Source *source, Text *file, int files)
{
    const Programs all = all_programs(arena, model, train, infer);
    const bool one = options->emit == EMIT_C;
    Text prelude = text_create(arena);
    emit_prelude(model, &all, options, &prelude);
    for (int i = 0; i < files; i++) {
        file[i] = text_create(arena);
        if (i == 0 || !one)
            text_add(&file[i], "%s", prelude.at);
    }
    for (int i = 0; i < all.count; i++)
        for (int j = 0; j < all.program[i]->steps; j++) {
            if (all.program[i]->step[j].finish)
                continue;
            Text text = text_create(arena);
            emit_kernel(all.program[i], all.program[i]->step[j].kernel, &text);
            text_add(&file[one ? 0 : shortest_of(file, files)], "%s", text.at);
        }
    Text *last = &file[one ? 0 : files - 1];
    for (int i = 0; i < all.count; i++)
        emit_steps(all.program[i], last);
    emit_tables(model, train, infer, source, last);
    return files;
}
