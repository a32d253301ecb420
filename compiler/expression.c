/* expression.c: C text for the value of a node at given coordinates.
 *
 * A node with memory is loaded; any other is computed from its operands at coordinates that its index map gives.  Every
 * intermediate value is declared once, at the depth of the innermost loop that it depends on.  Reads outside of an
 * operand (padding) are clamped into it and their values thrown away, so that no load stands under a condition. */
#include "emit.h"

#include <string.h>

static int larger(int a, int b)
{
    return a > b ? a : b;
}

Nest *nest_create(Program *p, const Kernel *k)
{
    Nest *n = arena_alloc(p->arena, sizeof *n);
    n->program = p;
    n->kernel = k;
    for (int i = 0; i < MAX_DEPTH; i++)
        n->declaration[i] = text_create(p->arena);
    return n;
}

Nest *nest_beside(const Nest *n)
{
    Nest *other = nest_create(n->program, n->kernel);
    other->temporaries = n->temporaries;
    return other;
}

void nest_give_back(Nest *n, const Nest *other, int depths)
{
    n->temporaries = other->temporaries;
    for (int i = 0; i < other->used_count; i++)
        nest_use(n, other->used[i]);
    for (int i = 0; i < depths; i++)
        if (other->declaration[i].length)
            text_add(&n->declaration[i], "%s", other->declaration[i].at);
}

void nest_use(Nest *n, Buffer *buffer)
{
    for (int i = 0; i < n->used_count; i++)
        if (n->used[i] == buffer)
            return;
    APPEND(n->program->arena, n->used, n->used_count, n->used_capacity, buffer);
}

/* Declares a value under a new name at the given depth. */
static Value declare(Nest *n, const char *type, const char *text, int depth)
{
    const char *name = arena_format(n->program->arena, "t%d", ++n->temporaries);
    text_add(&n->declaration[depth], "const %s %s = %s;\n", type, name, text);
    return (Value){ name, depth };
}

/* ---------------------------------------------------------------- coordinates */

Coordinate coordinate_of(Nest *n, const char *text, int64_t lo, int64_t hi, int depth)
{
    if (lo == hi)
        return (Coordinate){ arena_format(n->program->arena, "%lld", (long long)lo), lo, hi, 0 };
    return (Coordinate){ text, lo, hi, depth };
}

static Coordinate constant(Nest *n, int64_t value)
{
    return coordinate_of(n, "", value, value, 0);
}

static Coordinate plus(Nest *n, Coordinate c, int64_t k)
{
    if (!k)
        return c;
    return coordinate_of(n,
                         arena_format(n->program->arena, "(%s %c %lld)", c.text, k < 0 ? '-' : '+',
                                      (long long)(k < 0 ? -k : k)),
                         c.lo + k, c.hi + k, c.depth);
}

Coordinate coordinate_times(Nest *n, Coordinate c, int64_t k)
{
    if (k == 1)
        return c;
    const int64_t lo = k < 0 ? c.hi * k : c.lo * k, hi = k < 0 ? c.lo * k : c.hi * k;
    return coordinate_of(n, arena_format(n->program->arena, "%s * %lld", c.text, (long long)k), lo,
                         hi, c.depth);
}

Coordinate coordinate_sum(Nest *n, Coordinate a, Coordinate b)
{
    if (a.lo == 0 && a.hi == 0)
        return b;
    if (b.lo == 0 && b.hi == 0)
        return a;
    return coordinate_of(n, arena_format(n->program->arena, "(%s + %s)", a.text, b.text),
                         a.lo + b.lo, a.hi + b.hi, larger(a.depth, b.depth));
}

/* c / k and c % k of a coordinate that is not negative. */
static Coordinate quotient(Nest *n, Coordinate c, int64_t k)
{
    if (k == 1)
        return c;
    return coordinate_of(n, arena_format(n->program->arena, "(%s / %lld)", c.text, (long long)k),
                         c.lo / k, c.hi / k, c.depth);
}

static Coordinate remainder_of(Nest *n, Coordinate c, int64_t k)
{
    if (k == 1)
        return constant(n, 0);
    if (c.hi < k)
        return c;
    return coordinate_of(n, arena_format(n->program->arena, "(%s %% %lld)", c.text, (long long)k),
                         0, k - 1, c.depth);
}

/* Brings c into 0 .. size - 1 and adds the condition that it was there to `condition`. */
static Coordinate within(Nest *n, Coordinate c, int64_t size, Text *condition, int *depth)
{
    if (c.lo >= 0 && c.hi < size)
        return c;
    const char *and = condition->length ? " && " : "";
    if (c.lo < 0 && c.hi >= size)
        text_add(condition, "%s%s >= 0 && %s < %lld", and, c.text, c.text, (long long)size);
    else if (c.lo < 0)
        text_add(condition, "%s%s >= 0", and, c.text);
    else
        text_add(condition, "%s%s < %lld", and, c.text, (long long)size);
    *depth = larger(*depth, c.depth);
    return coordinate_of(
        n, arena_format(n->program->arena, "asc_clamp(%s, 0, %lld)", c.text, (long long)(size - 1)),
        0, size - 1, c.depth);
}

const char *nest_step(Nest *n, const View *view)
{
    if (!view->step)
        return "";
    return arena_format(n->program->arena, " + i_%s * %lld", n->program->scan->name,
                        (long long)view->step);
}

/* Are the axes from i on those of the lanes, in one row? */
static bool is_row_of_lanes(const Nest *n, const View *view, const Shape *shape,
                            const Coordinate *at, int i)
{
    if (n->lane_axes < 2 || i + n->lane_axes > shape->rank)
        return false;
    for (int j = 0; j < n->lane_axes; j++)
        if (at[i + j].text != n->lane[j] ||
            (j && view->stride[i + j - 1] != view->stride[i + j] * shape->axis[i + j].size))
            return false;
    return true;
}

const char *nest_address(Nest *n, const View *view, const Shape *shape, const Coordinate *at,
                         int *depth)
{
    Arena *arena = n->program->arena;
    const char *text = "";
    int64_t offset = view->offset;
    for (int i = 0; i < shape->rank; i++) {
        if (!view->stride[i] || (at[i].lo == 0 && at[i].hi == 0))
            continue;
        if (at[i].lo == at[i].hi) {
            offset += at[i].lo * view->stride[i];
            continue;
        }
        const bool row = is_row_of_lanes(n, view, shape, at, i);
        const char *place = row ? "(lane0 + lane)" : at[i].text;
        *depth = larger(*depth, at[i].depth);
        for (int last = i + (row ? n->lane_axes - 1 : 0); i < last; i++)
            *depth = larger(*depth, at[i + 1].depth);
        const char *plus_sign = *text ? " + " : "";
        const char *cast = shape->axis[i].size == BATCH ? "(size_t)" : "";
        if (view->stride[i] == 1)
            text = arena_format(arena, "%s%s%s%s", text, plus_sign, cast, place);
        else
            text = arena_format(arena, "%s%s%s%s * %lld", text, plus_sign, cast, place,
                                (long long)view->stride[i]);
    }
    if (offset || !*text)
        text = arena_format(arena, "%s%s%lld", text, *text ? " + " : "", (long long)offset);
    return arena_format(arena, "%s%s", text, nest_step(n, view));
}

/* ---------------------------------------------------------------- values */

static Value number_value(Nest *n, double value)
{
    char digits[40];
    snprintf(digits, sizeof digits, "%.17g", value);
    const char *point = strpbrk(digits, ".einf") ? "" : ".0";
    return (Value){ arena_format(n->program->arena, "(real)%s%s%s%s", value < 0 ? "(" : "", digits,
                                 point, value < 0 ? ")" : ""),
                    0 };
}

/* A function's C expression with the operands' names for a, b and c. */
static const char *apply(Nest *n, Function f, const Value *operand)
{
    static const char *const form[] = {
#define FUNCTION(name, arity, text) text,
#include "functions.def"
#undef FUNCTION
    };
    Text out = text_create(n->program->arena);
    const char *s = form[f];
    for (; *s; s++) {
        const bool letter = *s >= 'a' && *s <= 'c';
        const bool alone = letter &&
                           (s == form[f] || !strchr("abcdefghijklmnopqrstuvwxyz_", s[-1])) &&
                           !(s[1] && strchr("abcdefghijklmnopqrstuvwxyz_", s[1]));
        if (alone)
            text_add(&out, "%s", operand[*s - 'a'].text);
        else
            text_add(&out, "%c", *s);
    }
    return out.at;
}

static Value load_map(Nest *n, const Node *x, const Coordinate *at)
{
    Value operand[3] = { { NULL, 0 } };
    int depth = 0;
    for (int i = 0; i < x->operands; i++) {
        const Node *y = x->operand[i];
        Coordinate part[MAX_AXES];
        for (int j = 0; j < y->shape.rank; j++)
            part[j] = at[shape_find(&x->shape, y->shape.axis[j].name)];
        operand[i] = nest_load(n, y, part);
        depth = larger(depth, operand[i].depth);
    }
    return declare(n, "real", apply(n, x->function, operand), depth);
}

/* Coordinates of a reshape's operand: those of the made axes as one number, cut up again for the merged axes. */
static Value load_reshape(Nest *n, const Node *x, const Coordinate *at)
{
    const Shape *from = &x->operand[0]->shape;
    Coordinate whole = constant(n, 0), in[MAX_AXES];
    int64_t step = 1;
    int axes = x->axes, made = x->to.rank;
    for (int i = 0; i < from->rank; i++) {
        const int kept = shape_find(&x->shape, from->axis[i].name);
        if (kept >= 0)
            in[i] = at[kept];
    }
    while (axes && made) { /* the last ones may be the same by other names */
        const int last = shape_find(from, x->axis[axes - 1]);
        if (from->axis[last].size != x->to.axis[made - 1].size)
            break;
        in[last] = at[shape_find(&x->shape, x->to.axis[made - 1].name)];
        axes--, made--;
    }
    for (int i = made - 1; i >= 0; i--) {
        whole = coordinate_sum(
            n, coordinate_times(n, at[shape_find(&x->shape, x->to.axis[i].name)], step), whole);
        step *= x->to.axis[i].size;
    }
    for (int i = axes - 1; i >= 0; i--) {
        const int axis = shape_find(from, x->axis[i]);
        in[axis] = i ? remainder_of(n, whole, from->axis[axis].size) : whole;
        whole = quotient(n, whole, from->axis[axis].size);
    }
    return nest_load(n, x->operand[0], in);
}

static Value load_pad(Nest *n, const Node *x, const Coordinate *at)
{
    Coordinate in[MAX_AXES];
    Text condition = text_create(n->program->arena);
    int depth = 0;
    for (int i = 0; i < x->shape.rank; i++)
        in[i] = at[i];
    for (int i = 0; i < x->alongs; i++) {
        const Along *a = &x->along[i];
        const int axis = shape_find(&x->shape, a->axis),
                  size = x->operand[0]->shape.axis[axis].size;
        Coordinate c = plus(n, in[axis], -a->lo);
        if (a->dilation > 1) {
            c = within(n, c, (int64_t)(size - 1) * a->dilation + 1, &condition, &depth);
            text_add(&condition, "%s%s %% %d == 0", condition.length ? " && " : "", c.text,
                     a->dilation);
            depth = larger(depth, c.depth);
            c = quotient(n, c, a->dilation);
        }
        in[axis] = within(n, c, size, &condition, &depth);
    }
    const Value v = nest_load(n, x->operand[0], in);
    if (!condition.length)
        return v;
    const Value inside = declare(n, "bool", condition.at, depth);
    return declare(n, "real", arena_format(n->program->arena, "%s ? %s : 0", inside.text, v.text),
                   larger(depth, v.depth));
}

static Value load_join(Nest *n, const Node *x, const Coordinate *at)
{
    const int axis = shape_find(&x->shape, x->name);
    Text chosen = text_create(n->program->arena);
    int64_t before = 0;
    int depth = at[axis].depth;
    for (int i = 0; i < x->operands; i++) {
        const int64_t size = x->operand[i]->shape.axis[axis].size;
        Coordinate in[MAX_AXES];
        Text unused = text_create(n->program->arena);
        memcpy(in, at, sizeof in[0] * (size_t)x->shape.rank);
        in[axis] = within(n, plus(n, at[axis], -before), size, &unused, &depth);
        before += size;
        if (at[axis].lo >= before || at[axis].hi < before - size)
            continue;
        const Value v = nest_load(n, x->operand[i], in);
        depth = larger(depth, v.depth);
        if (at[axis].hi < before) {
            text_add(&chosen, "%s", v.text);
            break;
        }
        text_add(&chosen, "%s < %lld ? %s : ", at[axis].text, (long long)before, v.text);
    }
    return declare(n, "real", chosen.at, depth);
}

/* The gradient that reaches an element from the windows that it lies in: of each axis, window `j` back from its last. */
static Value load_window(Nest *n, const Node *x, const Coordinate *at, const int *back)
{
    const Node *where = x->operand[0], *dy = x->operand[1];
    Coordinate in[MAX_AXES], place = constant(n, 0);
    Text condition = text_create(n->program->arena);
    int depth = 0, windowed = 0;
    for (int i = 0; i < x->shape.rank; i++) {
        const char *axis = x->shape.axis[i].name;
        const int kept = shape_find(&dy->shape, axis);
        const Along *a = NULL;
        for (int j = 0; j < x->alongs; j++)
            if (!strcmp(x->along[j].axis, axis))
                a = &x->along[j];
        if (!a && kept >= 0) {
            in[kept] = at[i];
            continue;
        }
        Coordinate inside = at[i];
        int64_t size = x->shape.axis[i].size;
        if (a) {
            const Coordinate q = plus(n, quotient(n, at[i], a->stride), -back[windowed]);
            const Coordinate r = plus(n, remainder_of(n, at[i], a->stride),
                                      (int64_t)back[windowed] * a->stride);
            in[kept] = within(n, q, dy->shape.axis[kept].size, &condition, &depth);
            size = a->size;
            inside = within(n, r, size, &condition, &depth);
            windowed++;
        }
        place = coordinate_sum(n, coordinate_times(n, place, size), inside);
    }
    const Value at_maximum = nest_load(n, where, in), gradient = nest_load(n, dy, in);
    depth = larger(larger(depth, place.depth), larger(at_maximum.depth, gradient.depth));
    const char *and = condition.length ? " && " : "";
    return declare(n, "real",
                   arena_format(n->program->arena, "%s == %s%s%s ? %s : 0", at_maximum.text,
                                place.text, and, condition.length ? condition.at : "",
                                gradient.text),
                   depth);
}

static Value load_unmax(Nest *n, const Node *x, const Coordinate *at)
{
    int count[MAX_AXES], back[MAX_AXES] = { 0 }, windows = 0, depth = 0;
    const char *total = "";
    for (int i = 0; i < x->shape.rank; i++)
        for (int j = 0; j < x->alongs; j++)
            if (!strcmp(x->along[j].axis, x->shape.axis[i].name))
                count[windows++] = (x->along[j].size + x->along[j].stride - 1) / x->along[j].stride;
    for (;;) {
        const Value v = load_window(n, x, at, back);
        total = arena_format(n->program->arena, "%s%s%s", total, *total ? " + " : "", v.text);
        depth = larger(depth, v.depth);
        int i = windows - 1;
        while (i >= 0 && ++back[i] == count[i])
            back[i--] = 0;
        if (i < 0)
            return strchr(total, '+') ? declare(n, "real", total, depth) : v;
    }
}

/* The number of an element among those of one example, as C text. */
static const char *element_number(Nest *n, const Node *x, const Coordinate *at, int *depth)
{
    View whole = { .buffer = NULL };
    int64_t step = 1;
    for (int i = x->shape.rank - 1; i >= 0; i--) {
        whole.stride[i] = step;
        step *= x->shape.axis[i].size == BATCH ? 1 : x->shape.axis[i].size;
    }
    return nest_address(n, &whole, &x->shape, at, depth);
}

static Value load_random(Nest *n, const Node *x, const Coordinate *at)
{
    int depth = 0;
    const char *element = element_number(n, x, at, &depth);
    const unsigned long long number = x->seed;
    return declare(n, "real",
                   arena_format(n->program->arena,
                                "call->random && call->random[%llu] ? call->random[%llu][%s] : "
                                "(real)asc_uniform(call->seed, %llu, call->step, %s)",
                                number, number, element, number, element),
                   depth);
}

static Value compute(Nest *n, const Node *x, const Coordinate *at)
{
    Coordinate in[MAX_AXES];
    switch (x->op) {
    case OP_number: return number_value(n, x->value);
    case OP_count: return (Value){ "(real)call->examples", 0 };
    case OP_index:
        return declare(n, "real", arena_format(n->program->arena, "(real)%s", at[0].text),
                       at[0].depth);
    case OP_random: return load_random(n, x, at);
    case OP_map: return load_map(n, x, at);
    case OP_reshape: return load_reshape(n, x, at);
    case OP_pad: return load_pad(n, x, at);
    case OP_join: return load_join(n, x, at);
    case OP_unmax: return load_unmax(n, x, at);
    default: break;
    }
    const Node *y = x->operand[0];
    for (int i = 0; i < y->shape.rank; i++) {
        const int axis = shape_find(&x->shape, y->shape.axis[i].name);
        in[i] = at[axis];
        for (int j = 0; x->op == OP_slice && j < x->alongs; j++)
            if (!strcmp(x->along[j].axis, y->shape.axis[i].name))
                in[i] = plus(n, coordinate_times(n, at[axis], x->along[j].stride), x->along[j].lo);
        if (x->op == OP_reverse && !strcmp(x->name, y->shape.axis[i].name))
            in[i] = plus(n, coordinate_times(n, at[axis], -1), y->shape.axis[i].size - 1);
    }
    return nest_load(n, y, in);
}

static bool writes(const Kernel *k, const Buffer *b)
{
    for (int i = 0; i < 2 * k->anchors; i++)
        if (k->target[i] == b)
            return true;
    return false;
}

static const char *place_key(Arena *arena, const Node *x, const Coordinate *at)
{
    Text key = text_create(arena);
    for (int i = 0; i < x->shape.rank; i++)
        text_add(&key, "|%s", at[i].text);
    return key.at;
}

static void remember(Nest *n, const Node *x, const char *key, Value v)
{
    const struct Memo memo = { x, key, v };
    APPEND(n->program->arena, n->memo, n->memos, n->memo_capacity, memo);
}

void nest_know(Nest *n, const Node *x, const Coordinate *at, Value v)
{
    remember(n, x, place_key(n->program->arena, x, at), v);
}

Value nest_load(Nest *n, const Node *x, const Coordinate *at)
{
    if (x == n->given)
        return n->given_value;
    Arena *arena = n->program->arena;
    const char *key = place_key(arena, x, at);
    for (int i = 0; i < n->memos; i++)
        if (n->memo[i].node == x && !strcmp(n->memo[i].key, key))
            return n->memo[i].value;
    const View *view = &n->program->info[x->id].view;
    Value v;
    if (view->buffer && !writes(n->kernel, view->buffer)) {
        int depth = 0;
        const char *address = nest_address(n, view, &x->shape, at, &depth);
        nest_use(n, view->buffer);
        v = declare(n, view->buffer->element == ELEMENT_BYTE ? "int" : "real",
                    arena_format(arena, "%s[%s]", view->buffer->name, address), depth);
    } else
        v = compute(n, x, at);
    remember(n, x, key, v);
    return v;
}

/* ---------------------------------------------------------------- the arrays that a kernel names */

static const char *element_type(const Buffer *b)
{
    return b->element == ELEMENT_BYTE     ? "uint8_t"
           : b->element == ELEMENT_INT    ? "int"
           : b->element == ELEMENT_DOUBLE ? "double"
                                          : "real";
}

static const char *buffer_place(Program *p, const Buffer *b, const char *type)
{
    const long long offset = b->offset;
    switch (b->home) {
    case HOME_INPUT: return arena_format(p->arena, "call->input[%d]", b->input);
    case HOME_TARGET: return "call->target";
    case HOME_PARAMETER:
    case HOME_GRADIENT:
        return arena_format(p->arena, offset ? "call->%s + %lld" : "call->%s",
                            b->home == HOME_PARAMETER ? "parameters" : "gradients", offset);
    case HOME_OUTPUT: return "call->output";
    case HOME_LOSSES: return "call->losses";
    case HOME_OBSERVED: return arena_format(p->arena, "call->observed[%d]", b->input);
    case HOME_FRAMES: return arena_format(p->arena, "call->frames[%d]", b->input);
    default: break;
    }
    if (b->extent == EXTENT_CONSTANT)
        return arena_format(p->arena, "ASC_CONSTANT(%s, %lld)", type, offset);
    return arena_format(p->arena, "ASC_EXAMPLES(%s, %s_CONSTANT, %lld)", type, p->prefix, offset);
}

/* A running statistic is read and written in one place under two names. */
static bool lies_with_another(const Nest *n, const Buffer *b)
{
    for (int i = 0; i < n->used_count; i++) {
        const Buffer *other = n->used[i];
        if (other != b && b->home == HOME_PARAMETER && other->home == HOME_PARAMETER &&
            other->offset == b->offset)
            return true;
    }
    return false;
}

void stored_coordinates(Nest *n, const Kernel *k, Coordinate *at)
{
    for (int i = 0; k->margin && i < k->margin->alongs; i++) {
        const Along *a = &k->margin->along[i];
        const int axis = shape_find(&k->margin->shape, a->axis);
        const char *lo = arena_format(n->program->arena, "%d", a->lo);
        at[axis] = coordinate_sum(n, at[axis], coordinate_of(n, lo, a->lo, a->lo, 0));
    }
}

void nest_declare_buffers(Nest *n, Text *out, const char *indent, Buffer *const *written, int count)
{
    for (int i = 0; i < n->used_count; i++) {
        Buffer *b = n->used[i];
        bool own = false;
        for (int j = 0; j < count; j++)
            own = own || written[j] == b;
        const char *type = arena_format(n->program->arena, "%s%s", own ? "" : "const ",
                                        element_type(b));
        text_add(out, "%s%s *const %s%s = %s;\n", indent, type,
                 lies_with_another(n, b) ? "" : "restrict ", b->name,
                 buffer_place(n->program, b, type));
    }
}
