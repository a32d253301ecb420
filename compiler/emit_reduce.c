/* emit_reduce.c: sums over axes (sum, moments, and dots that no tile fits), several of the same elements in one pass.
 *
 * Short runs are added in `real`, the runs in double; sums over the batch are kept for each group of examples and
 * added in the order of the groups, so that no result depends on the number of threads. */
#include "emit.h"

#include <string.h>

enum { MAX_DIMS = 2 * MAX_AXES, LONGEST_ROW = MOST_ON_STACK };

/* An axis of the elements that are gone over. */
typedef struct Span {
    const char *name;
    const char *joined; /* names of all axes that its loop goes over, or NULL: its own alone */
    int64_t size;
    bool summed;
    bool tap;      /* of the operand that slides: its name is an axis of the result, too */
    int64_t shift; /* of a kept axis: what is added to its index in the result (padding) */
    Coordinate at;
    bool looped;
} Span;

typedef struct Reduction {
    Nest *nest;
    Kernel *kernel;
    Span span[MAX_DIMS];
    int spans;
    int first;    /* the first summed one */
    int run;      /* where the innermost run begins */
    bool lanes;   /* the last one is kept: a row of sums; else a single sum */
    int64_t kept; /* sums that are alive at a time */
    int64_t row;
    bool partial;
} Reduction;

static void add_span(Reduction *r, const char *name, int64_t size, bool summed)
{
    r->span[r->spans++] = (Span){ .name = name, .size = size, .summed = summed };
}

static void add_tap(Reduction *r, const char *name, int64_t size)
{
    r->span[r->spans++] = (Span){ .name = name, .size = size, .summed = true, .tap = true };
}

/* Elements of a sum or of moments: those of the operand (of moments over padding: without the padding). */
static const Node *span_operand(Reduction *r, const Node *x)
{
    const Node *y = x->operand[0], *inner = y;
    bool bare = r->partial && x->op == OP_moments && y->op == OP_pad &&
                !r->nest->program->info[y->id].view.buffer;
    for (int i = 0; bare && i < y->alongs; i++)
        bare = y->along[i].dilation == 1;
    if (bare)
        inner = y->operand[0];
    for (int i = 0; i < inner->shape.rank; i++) {
        const Axis *axis = &inner->shape.axis[i];
        add_span(r, axis->name, axis->size, shape_find(&x->shape, axis->name) < 0);
        for (int j = 0; bare && j < y->alongs; j++)
            if (!strcmp(y->along[j].axis, axis->name))
                r->span[i].shift = y->along[j].lo;
    }
    return inner;
}

/* Does the last axis of the result lie in a row in one of the operands, so that its elements can go side by side? */
static bool has_lanes(const Program *p, const Node *x)
{
    if (!x->shape.rank || x->shape.axis[x->shape.rank - 1].size == BATCH)
        return false;
    for (int i = 0; i < x->operands; i++) {
        View v;
        const int at = shape_find(&x->operand[i]->shape, x->shape.axis[x->shape.rank - 1].name);
        if (at >= 0 && program_view(p, x->operand[i], &v) && v.stride[at] == 1)
            return true;
    }
    return false;
}

static void span_dot(Reduction *r, const Node *x)
{
    const bool lanes = has_lanes(r->nest->program, x);
    const bool batch = x->axes && shape_batched(&x->operand[0]->shape) &&
                       shape_batched(&x->operand[1]->shape) && !shape_batched(&x->shape);
    if (batch)
        add_span(r, "batch", BATCH, true);
    for (int i = 0; i < x->shape.rank - (lanes ? 1 : 0); i++)
        add_span(r, x->shape.axis[i].name, x->shape.axis[i].size, false);
    for (int i = 0; i < x->alongs; i++)
        add_tap(
            r, x->along[i].axis,
            x->operand[1]->shape.axis[shape_find(&x->operand[1]->shape, x->along[i].axis)].size);
    for (int i = 0; i < x->axes; i++)
        if (strcmp(x->axis[i], "batch"))
            add_span(r, x->axis[i],
                     x->operand[0]->shape.axis[shape_find(&x->operand[0]->shape, x->axis[i])].size,
                     true);
    if (lanes)
        add_span(r, x->shape.axis[x->shape.rank - 1].name, x->shape.axis[x->shape.rank - 1].size,
                 false);
}

static const Span *find_tap(const Reduction *r, const char *name, bool tap)
{
    for (int i = 0; i < r->spans; i++)
        if (r->span[i].tap == tap && !strcmp(r->span[i].name, name))
            return &r->span[i];
    return NULL;
}

static const Span *find_span(const Reduction *r, const char *name)
{
    return find_tap(r, name, false);
}

/* ---------------------------------------------------------------- loops */

static void place_spans(Reduction *r)
{
    Arena *arena = r->nest->program->arena;
    int depth = 0;
    for (int i = 0; i < r->spans; i++) {
        Span *s = &r->span[i];
        s->looped = s->size != 1;
        depth += s->looped;
        /* No loop over one axis has the name of one over joined axes, whatever these are called. */
        const char *name = s->joined ? arena_format(arena, "row_%s", s->joined)
                                     : arena_format(arena, "%s_%s", s->tap ? "tap" : "i", s->name);
        s->at = s->size == BATCH ? (Coordinate){ "i_batch", 0, INT32_MAX, depth }
                                 : coordinate_of(r->nest, name, 0, s->size - 1, depth);
    }
}

static int depth_of(const Reduction *r, int span)
{
    int depth = 0;
    for (int i = 0; i < span; i++)
        depth += r->span[i].looped;
    return depth;
}

static int loops_over(const Reduction *r, int from, int to, bool kept_only, Loop *loop)
{
    int loops = 0;
    for (int i = from; i < to; i++) {
        const Span *s = &r->span[i];
        if (!s->looped || (kept_only && s->summed))
            continue;
        loop[loops++] = s->size == BATCH ? emit_batch_loop(r->nest->program->arena)
                                         : emit_loop(r->nest->program->arena, s->at.text, s->size);
    }
    return loops;
}

static int64_t kept_size(const Reduction *r, int from, int to)
{
    int64_t size = 1;
    for (int i = from; i < to; i++)
        size *= r->span[i].summed || r->span[i].size == BATCH ? 1 : r->span[i].size;
    return size;
}

/* Row-major index of the kept spans from .. to among themselves. */
static const char *kept_index(const Reduction *r, int from, int to)
{
    Arena *arena = r->nest->program->arena;
    const char *text = "";
    for (int i = from; i < to; i++) {
        const Span *s = &r->span[i];
        if (s->summed || !s->looped || s->size == BATCH)
            continue;
        const int64_t step = kept_size(r, i + 1, to);
        text = arena_format(arena, step == 1 ? "%s%s%s" : "%s%s%s * %lld", text, *text ? " + " : "",
                            s->at.text, (long long)step);
    }
    return *text ? text : "0";
}

/* Index in the result of one group's sums, which may be wider than what is gone over (padding). */
static const char *result_index(const Reduction *r, const Node *x)
{
    Arena *arena = r->nest->program->arena;
    const char *text = "";
    int64_t step = 1, offset = 0;
    for (int i = x->shape.rank - 1; i >= 0; i--) {
        const Span *s = find_span(r, x->shape.axis[i].name);
        if (s->looped && s->size != BATCH)
            text = arena_format(arena, step == 1 ? "%s%s%s" : "%s%s%s * %lld", text,
                                *text ? " + " : "", s->at.text, (long long)step);
        offset += s->shift * step;
        step *= x->shape.axis[i].size == BATCH ? 1 : x->shape.axis[i].size;
    }
    if (*text && !offset)
        return text;
    return arena_format(arena, "%s%s%lld", text, *text ? " + " : "", (long long)offset);
}

/* ---------------------------------------------------------------- what is summed */

static Value dot_value(Reduction *r, const Node *x)
{
    Value v[2];
    for (int i = 0; i < 2; i++) {
        const Shape *shape = &x->operand[i]->shape;
        Coordinate at[MAX_AXES];
        for (int j = 0; j < shape->rank; j++) {
            const char *name = shape->axis[j].name;
            const Along *s = NULL;
            for (int l = 0; l < x->alongs; l++)
                if (!strcmp(x->along[l].axis, name))
                    s = &x->along[l];
            const Span *span = find_span(r, name);
            if (!s) {
                at[j] = span->at;
                continue;
            }
            const Span *tap = find_tap(r, name, true);
            at[j] = i ? tap->at
                      : coordinate_sum(r->nest, coordinate_times(r->nest, span->at, s->stride),
                                       coordinate_times(r->nest, tap->at, s->dilation));
        }
        v[i] = nest_load(r->nest, x->operand[i], at);
    }
    return (Value){ arena_format(r->nest->program->arena, "%s * %s", v[0].text, v[1].text),
                    MAX_DEPTH - 1 };
}

static const char *summand(Reduction *r, const Node *x, const Node *operand)
{
    if (x->op == OP_dot)
        return dot_value(r, x).text;
    Coordinate at[MAX_AXES];
    for (int i = 0; i < operand->shape.rank; i++)
        at[i] = find_span(r, operand->shape.axis[i].name)->at;
    return nest_load(r->nest, operand, at).text;
}

static int sums_of(const Kernel *k)
{
    return k->anchor[0]->op == OP_moments ? 2 : k->anchors;
}

/* ---------------------------------------------------------------- the function */

/* The innermost run: rows (or one sum) in `real`, then added to the sums in double. */
static const char *emit_run(Reduction *r, const char *const *value)
{
    Arena *arena = r->nest->program->arena;
    const int sums = sums_of(r->kernel);
    const Node *x = r->kernel->anchor[0];
    const bool row = r->lanes && r->row <= LONGEST_ROW;
    const bool direct = r->lanes && !row;
    const char *place = r->lanes ? kept_index(r, r->run, r->spans) : "0";
    Text out = text_create(arena), add = text_create(arena), flush = text_create(arena);
    const char *clauses = "";
    const char *type = x->op == OP_moments ? "double" : "real"; /* the mean may be large */
    for (int i = 0; i < sums; i++) {
        const char *total = r->partial ? arena_format(arena, "sum%d[%s]", i, result_index(r, x))
                                       : arena_format(arena, "sum%d[%s]", i,
                                                      kept_index(r, r->first, r->spans));
        if (row)
            text_add(&out, "%s row%d[%lld] = {0};\n", type, i, (long long)r->row);
        else if (!direct)
            text_add(&out, "%s run%d = 0;\n", type, i);
        if (direct)
            text_add(&add, "%s += %s;\n", total, value[i]);
        else if (row)
            text_add(&add, "row%d[%s] += %s;\n", i, place, value[i]);
        else
            text_add(&add, "run%d += %s;\n", i, value[i]);
        if (row)
            text_add(&flush, "%s += row%d[%s];\n", total, i, place);
        else if (!direct)
            text_add(&flush, "%s += run%d;\n", total, i);
        clauses = arena_format(arena, "%s%srun%d", clauses, i ? ", " : "", i);
    }
    Loop loop[MAX_DIMS], back[MAX_DIMS];
    const int loops = loops_over(r, r->run, r->spans, false, loop);
    const bool last_looped = r->span[r->spans - 1].looped && r->span[r->spans - 1].size != BATCH;
    if (loops && last_looped)
        loop[loops - 1].pragma = r->lanes
                                     ? "#pragma omp simd"
                                     : arena_format(arena, "#pragma omp simd reduction(+ : %s)",
                                                    clauses);
    emit_nested(&out, loop, loops, add.at, &r->nest->declaration[depth_of(r, r->run)]);
    if (!direct)
        emit_nested(&out, back, row ? loops_over(r, r->run, r->spans, true, back) : 0, flush.at,
                    NULL);
    return out.at;
}

/* Mean and biased variance of the sums of values and of their squares. */
static void add_moments(Text *out, const Kernel *k, const char *sum, const char *squares,
                        const char *address)
{
    const Node *x = k->anchor[0];
    const Shape *from = &x->operand[0]->shape;
    int64_t each = 1;
    for (int i = 0; i < from->rank; i++)
        if (shape_find(&x->shape, from->axis[i].name) < 0 && from->axis[i].size != BATCH)
            each *= from->axis[i].size;
    text_add(out,
             "const double count = %s%lld, mean = %s / count;\n"
             "const double variance = %s / count - mean * mean;\n"
             "%s[%s] = (real)mean;\n%s[%s] = (real)(variance > 0 ? variance : 0);\n",
             shape_batched(from) ? "(double)call->examples * " : "", (long long)each, sum, squares,
             k->target[0]->name, address, k->target[1]->name, address);
}

/* The sums become the results: through the maps that follow, for a dot. */
static const char *emit_store(Reduction *r, Nest *end)
{
    Arena *arena = r->nest->program->arena;
    Kernel *k = r->kernel;
    Text out = text_create(arena), body = text_create(arena);
    Loop loop[MAX_DIMS];
    const int loops = loops_over(r, r->first, r->spans, true, loop);
    const char *place = kept_index(r, r->first, r->spans);
    for (int i = 0; i < k->anchors; i++) {
        const Node *result = k->result[i];
        Coordinate at[MAX_AXES];
        for (int j = 0; j < result->shape.rank; j++) {
            const Span *s = find_span(r, result->shape.axis[j].name);
            int depth = 0;
            for (const Span *t = r->span; t <= s; t++)
                depth += t->looped && !t->summed;
            at[j] = s->at;
            at[j].depth = s->at.lo == s->at.hi ? 0 : depth;
        }
        end->given = k->anchor[i];
        end->given_value = (Value){ arena_format(arena, "(real)sum%d[%s]", i, place),
                                    depth_of(r, r->first) + loops };
        int depth = 0;
        const View whole = whole_view(k->target[2 * i], &result->shape);
        const char *address = nest_address(end, &whole, &result->shape, at, &depth);
        if (result->op == OP_moments) {
            add_moments(&body, k, arena_format(arena, "sum0[%s]", place),
                        arena_format(arena, "sum1[%s]", place), address);
            break;
        }
        const Value v = result == k->anchor[i] ? end->given_value : nest_load(end, result, at);
        text_add(&body, "%s[%s] = %s;\n", k->target[2 * i]->name, address, v.text);
    }
    text_add(&out, "%s",
             end->declaration[depth_of(r, r->first)].length
                 ? end->declaration[depth_of(r, r->first)].at
                 : "");
    emit_nested(&out, loop, loops, body.at, &end->declaration[depth_of(r, r->first)]);
    return out.at;
}

/* Adds the groups' sums in order, and makes the results of them. */
void emit_sum_of_groups(Program *p, const Kernel *k, Text *out)
{
    const Node *x = k->anchor[0];
    Nest *n = nest_create(p, k);
    Arena *arena = p->arena;
    const int64_t count = shape_count(&x->shape);
    Text text = text_create(arena);
    text_add(&text, "void %s_sum(const AscCall *call, int chunk)\n{\n(void)chunk;\n", k->name);
    nest_use(n, k->partial);
    Buffer *target[MAX_DIMS];
    int targets = 0;
    for (int i = 0; i < 2 * k->anchors; i++)
        if (k->target[i]) {
            nest_use(n, k->target[i]);
            target[targets++] = k->target[i];
        }
    nest_declare_buffers(n, &text, "", target, targets);
    text_add(&text,
             "const int groups = (call->examples + ASC_GROUP - 1) / ASC_GROUP;\n"
             "for (int i = 0; i < %lld; i++) {\n",
             (long long)count);
    const int sums = sums_of(k);
    const int64_t width = count * sums;
    for (int i = 0; i < sums; i++)
        text_add(&text, "double sum%d = 0;\n", i);
    text_add(&text, "for (int group = 0; group < groups; group++) {\n");
    for (int i = 0; i < sums; i++)
        text_add(&text,
                 i ? "sum%d += %s[(size_t)group * %lld + i + %lld];\n"
                   : "sum%d += %s[(size_t)group * %lld + i];\n",
                 i, k->partial->name, (long long)width, (long long)(i * count));
    text_add(&text, "}\n");
    if (x->op == OP_moments)
        add_moments(&text, k, "sum0", "sum1", "i");
    else
        for (int i = 0; i < sums; i++)
            text_add(&text, "%s[i] = (real)sum%d;\n", k->target[2 * i]->name, i);
    text_add(&text, "}\n}\n");
    emit_indented(out, text.at);
}

static void measure(Reduction *r)
{
    r->first = r->spans;
    for (int i = r->spans - 1; i >= 0; i--)
        if (r->span[i].summed)
            r->first = i;
    r->lanes = !r->span[r->spans - 1].summed;
    r->run = r->spans - 1;
    while (r->run > r->first && (r->lanes ? !r->span[r->run].summed : r->span[r->run - 1].summed))
        r->run--;
    if (r->first == r->spans)
        r->run = r->spans;
    r->row = kept_size(r, r->run, r->spans);
    r->kept = kept_size(r, r->first, r->spans);
}

/* Do elements of x that follow each other along `outer`, then `inner`, of `size` elements, lie in memory as if both were one
 * axis, through maps alone? */
static bool lies_in_a_row(const Program *p, const Node *x, const char *outer, const char *inner,
                          int64_t size)
{
    const View *v = &p->info[x->id].view;
    const int one = shape_find(&x->shape, outer), two = shape_find(&x->shape, inner);
    if (one < 0 && two < 0)
        return true;
    if (v->buffer)
        return one >= 0 && two >= 0 && v->stride[one] == v->stride[two] * size;
    if (x->op != OP_map)
        return false;
    for (int i = 0; i < x->operands; i++)
        if (!lies_in_a_row(p, x->operand[i], outer, inner, size))
            return false;
    return true;
}

/* Summed axes that lie in a row are gone over as one: vectors are then summed across their lanes once, and not for each row. */
static void join_spans(Reduction *r, const Node *operand)
{
    Span *last = &r->span[r->spans - 1];
    if (r->lanes || !operand)
        return;
    for (int i = r->spans - 2; i >= r->run; i--) {
        Span *outer = &r->span[i];
        if (outer->size == BATCH || last->size == BATCH)
            return;
        if (outer->size == 1)
            continue;
        for (int j = 0; j < r->kernel->anchors; j++) {
            const Node *x = r->kernel->anchor[j];
            if (!lies_in_a_row(r->nest->program, x->op == OP_sum ? x->operand[0] : operand,
                               outer->name, last->name, last->size))
                return;
        }
        last->joined = arena_format(r->nest->program->arena, "%s_%s", outer->name,
                                    last->joined ? last->joined : last->name);
        last->size *= outer->size;
        outer->size = 1;
    }
}

/* Where the sums of an example lie that are too many for the stack. */
static const char *scratch_place(const Reduction *r, int sums, int sum)
{
    const int64_t each = r->kernel->scratch->count / sums;
    return arena_format(r->nest->program->arena,
                        r->kernel->scratch->extent == EXTENT_BATCHED
                            ? "(size_t)i_batch * %lld + %lld"
                            : "0 * %lld + %lld",
                        (long long)(each * sums), (long long)(each * sum));
}

void emit_reduce(Program *p, Kernel *k, Text *out)
{
    Nest *n = nest_create(p, k);
    Arena *arena = p->arena;
    Reduction r = { .nest = n, .kernel = k, .partial = k->partial != NULL };
    const Node *x = k->anchor[0], *operand = NULL;
    if (x->op == OP_dot)
        span_dot(&r, x);
    else
        operand = span_operand(&r, x);
    add_span(&r, "", 1, true); /* so that there is always one */
    r.spans -= x->op != OP_dot || x->axes || x->alongs;
    measure(&r);
    join_spans(&r, operand);
    place_spans(&r);

    const char *value[MAX_DIMS];
    for (int i = 0; i < k->anchors; i++)
        value[i] = summand(&r, k->anchor[i], x->op == OP_sum ? k->anchor[i]->operand[0] : operand);
    if (x->op == OP_moments)
        value[1] = arena_format(arena, "(double)%s * %s", value[0], value[0]);

    const int sums = sums_of(k), leading = depth_of(&r, r.first);
    const int64_t count = shape_count(&x->shape);
    Text body = text_create(arena);
    for (int i = 0; i < sums; i++) {
        if (!r.partial) {
            if (k->scratch)
                text_add(&body,
                         "double *const restrict sum%d = %s + %s;\nmemset(sum%d, 0, %lld * "
                         "sizeof(double));\n",
                         i, k->scratch->name, scratch_place(&r, sums, i), i, (long long)r.kept);
            else
                text_add(&body, "double sum%d[%lld] = {0};\n", i, (long long)r.kept);
            continue;
        }
        if (!i)
            text_add(&body, "memset(%s + (size_t)chunk * %lld, 0, %lld * sizeof(double));\n",
                     k->partial->name, (long long)(sums * count), (long long)(sums * count));
        text_add(&body,
                 i ? "double *const restrict sum%d = %s + (size_t)chunk * %lld + %lld;\n"
                   : "double *const restrict sum%d = %s + (size_t)chunk * %lld;\n",
                 i, k->partial->name, (long long)(sums * count), (long long)(i * count));
    }
    const char *run = emit_run(&r, value);
    Loop loop[MAX_DIMS];
    const int middle = loops_over(&r, r.first, r.run, false, loop);
    emit_nested(&body, loop, middle, run, &n->declaration[leading]);
    Kernel shown = *k;
    Buffer *target[MAX_DIMS] = { k->partial };
    if (k->scratch) {
        nest_use(n, k->scratch);
        memcpy(target, k->target, sizeof *target * (size_t)(2 * k->anchors));
        target[2 * k->anchors] = k->scratch;
        shown.target = target;
        shown.anchors++;
    }
    if (r.partial) {
        shown.target = target;
        shown.anchors = 1;
        nest_use(n, k->partial);
    } else {
        Nest *end = nest_beside(n);
        text_add(&body, "%s", emit_store(&r, end));
        nest_give_back(n, end, leading);
        for (int i = 0; i < 2 * k->anchors; i++)
            if (k->target[i])
                nest_use(n, k->target[i]);
    }
    n->kernel = &shown;
    const int outer = loops_over(&r, 0, r.first, false, loop);
    emit_function(n, out, loop, outer, body.at);
    if (r.partial) {
        text_add(out, "\n");
        emit_sum_of_groups(p, k, out);
    }
}
