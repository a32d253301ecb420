/* shape.c: shapes of named axes, and the axis rule of every primitive operator. */
#include "ascc.h"
#include "graph.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void bug(const Node *n, const char *format, ...)
{
    va_list arguments;
    fprintf(stderr, "ascc: internal error: ");
    if (n) {
        const char *path = n->place.source ? n->place.source->path : "?";
        fprintf(stderr, "%%%d %s (%s:%d, %s): ", n->id, op_name(n->op), path, n->place.line,
                n->label ? n->label : "no label");
    }
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    abort();
}

/* ---------------------------------------------------------------- shapes */

int shape_find(const Shape *s, const char *axis)
{
    for (int i = 0; i < s->rank; i++)
        if (!strcmp(s->axis[i].name, axis))
            return i;
    return -1;
}

bool shape_has_all(const Shape *big, const Shape *small)
{
    for (int i = 0; i < small->rank; i++)
        if (shape_find(big, small->axis[i].name) < 0)
            return false;
    return true;
}

bool shape_equal(const Shape *a, const Shape *b)
{
    if (a->rank != b->rank)
        return false;
    for (int i = 0; i < a->rank; i++)
        if (strcmp(a->axis[i].name, b->axis[i].name) || a->axis[i].size != b->axis[i].size)
            return false;
    return true;
}

bool shape_batched(const Shape *s)
{
    return s->rank > 0 && s->axis[0].size == BATCH;
}

int64_t shape_count(const Shape *s)
{
    int64_t count = 1;
    for (int i = shape_batched(s); i < s->rank; i++)
        count *= s->axis[i].size;
    return count;
}

int shape_size(const Shape *s, const char *axis)
{
    int i = shape_find(s, axis);
    return i < 0 ? 0 : s->axis[i].size;
}

void shape_add(Shape *s, Axis axis)
{
    if (s->rank == MAX_AXES)
        bug(NULL, "a shape of more than %d axes", MAX_AXES);
    s->axis[s->rank++] = axis;
}

void shape_format(const Shape *s, Text *out)
{
    text_add(out, "[");
    for (int i = 0; i < s->rank; i++) {
        text_add(out, "%s%s", i ? ", " : "", s->axis[i].name);
        if (s->axis[i].size != BATCH)
            text_add(out, " = %d", s->axis[i].size);
    }
    text_add(out, "]");
}

bool names_have(int count, const char *const *names, const char *name)
{
    for (int i = 0; i < count; i++)
        if (!strcmp(names[i], name))
            return true;
    return false;
}

const Along *along_find(const Node *n, const char *axis)
{
    for (int i = 0; i < n->alongs; i++)
        if (!strcmp(n->along[i].axis, axis))
            return &n->along[i];
    return NULL;
}

/* ---------------------------------------------------------------- axis rules */

/* Every axis named in n's attributes `axis` and `along` is in s, and named once. */
static void need_axes(const Node *n, const Shape *s)
{
    for (int i = 0; i < n->axes; i++) {
        if (shape_find(s, n->axis[i]) < 0)
            bug(n, "no axis %s in the operand", n->axis[i]);
        if (names_have(i, n->axis, n->axis[i]) || along_find(n, n->axis[i]))
            bug(n, "axis %s is named twice", n->axis[i]);
    }
    for (int i = 0; i < n->alongs; i++) {
        const Along *along = &n->along[i];
        if (shape_size(s, along->axis) < 1)
            bug(n, "no axis %s of known size in the operand", along->axis);
        if (along_find(n, along->axis) != along)
            bug(n, "axis %s is named twice", along->axis);
        if (along->stride < 1 || along->dilation < 1)
            bug(n, "stride %d, dilation %d along %s", along->stride, along->dilation, along->axis);
    }
}

/* Number of places of a window of `size` taps in n elements. */
static int windows_in(const Node *node, const Along *w, int n)
{
    int span = (w->size - 1) * w->dilation + 1;
    if (w->size < 1 || span > n)
        bug(node, "a window of %d (dilation %d) in %s = %d", w->size, w->dilation, w->axis, n);
    return (n - span) / w->stride + 1;
}

static Shape shape_of_map(const Node *n)
{
    int count = function_arity(n->function);
    const Shape *result = NULL;
    if (n->operands != count)
        bug(n, "%s takes %d operands, not %d", function_name(n->function), count, n->operands);
    for (int i = 0; i < count && !result; i++) {
        bool all = true;
        for (int j = 0; j < count; j++)
            all = all && shape_has_all(&n->operand[i]->shape, &n->operand[j]->shape);
        if (all)
            result = &n->operand[i]->shape;
    }
    if (!result)
        bug(n, "%s: no operand has the axes of all", function_name(n->function));
    for (int i = 0; i < count; i++)
        for (int j = 0; j < n->operand[i]->shape.rank; j++) {
            const Axis *axis = &n->operand[i]->shape.axis[j];
            if (shape_size(result, axis->name) != axis->size)
                bug(n, "%s: sizes %d and %d of %s", function_name(n->function),
                    shape_size(result, axis->name), axis->size, axis->name);
        }
    return *result;
}

/* The kept axes of a, slid ones in place, then those of b alone; the batch before all. */
static Shape shape_of_dot(const Node *n)
{
    const Shape *a = &n->operand[0]->shape, *b = &n->operand[1]->shape;
    Shape result = { 0 };
    need_axes(n, a);
    need_axes(n, b);
    if (shape_batched(b) && !shape_batched(a))
        shape_add(&result, b->axis[0]);
    for (int i = 0; i < a->rank; i++) {
        Axis axis = a->axis[i];
        const Along *slide = along_find(n, axis.name);
        int other = shape_find(b, axis.name);
        if (slide) {
            if (slide->size != b->axis[other].size)
                bug(n, "kernel of %d along %s", slide->size, axis.name);
            axis.size = windows_in(n, slide, axis.size);
        } else if (other >= 0 && b->axis[other].size != axis.size) {
            bug(n, "sizes %d and %d of %s", axis.size, b->axis[other].size, axis.name);
        }
        if (!names_have(n->axes, n->axis, axis.name))
            shape_add(&result, axis);
    }
    for (int i = 0; i < b->rank; i++)
        if (shape_find(a, b->axis[i].name) < 0 && b->axis[i].size != BATCH)
            shape_add(&result, b->axis[i]);
    return result;
}

/* Sum and max of a value of shape x: windowed axes stay in place, others named vanish. */
Shape shape_reduced(const Node *n, const Shape *x)
{
    Shape result = { 0 };
    need_axes(n, x);
    for (int i = 0; i < x->rank; i++) {
        Axis axis = x->axis[i];
        const Along *window = along_find(n, axis.name);
        if (window)
            axis.size = windows_in(n, window, axis.size);
        if (!names_have(n->axes, n->axis, axis.name))
            shape_add(&result, axis);
    }
    return result;
}

static Shape shape_of_moments(const Node *n)
{
    const Shape *x = &n->operand[0]->shape;
    Shape result = { 0 };
    need_axes(n, x);
    for (int i = 0; i < x->rank; i++)
        if (names_have(n->axes, n->axis, x->axis[i].name))
            shape_add(&result, x->axis[i]);
    return result;
}

/* The axes that are not merged, in order, and then those made. */
static Shape shape_of_reshape(const Node *n)
{
    const Shape *x = &n->operand[0]->shape;
    Shape result = { 0 };
    int64_t merged = 1;
    need_axes(n, x);
    if (names_have(n->axes, n->axis, "batch") || shape_batched(&n->to))
        bug(n, "the batch is merged or made");
    for (int i = 0; i < x->rank; i++)
        if (names_have(n->axes, n->axis, x->axis[i].name))
            merged *= x->axis[i].size;
        else
            shape_add(&result, x->axis[i]);
    if (merged != shape_count(&n->to))
        bug(n, "%lld values do not fill %lld", (long long)merged, (long long)shape_count(&n->to));
    for (int i = 0; i < n->to.rank; i++) {
        if (shape_find(&result, n->to.axis[i].name) >= 0)
            bug(n, "the result has %s twice", n->to.axis[i].name);
        shape_add(&result, n->to.axis[i]);
    }
    return result;
}

static Shape shape_of_slice(const Node *n)
{
    Shape result = n->operand[0]->shape;
    need_axes(n, &result);
    for (int i = 0; i < n->alongs; i++) {
        const Along *along = &n->along[i];
        Axis *axis = &result.axis[shape_find(&result, along->axis)];
        if (along->lo < 0 || along->hi <= along->lo || along->hi > axis->size)
            bug(n, "%d .. %d of %s = %d", along->lo, along->hi, axis->name, axis->size);
        axis->size = (along->hi - along->lo - 1) / along->stride + 1;
    }
    return result;
}

static Shape shape_of_pad(const Node *n)
{
    Shape result = n->operand[0]->shape;
    need_axes(n, &result);
    for (int i = 0; i < n->alongs; i++) {
        const Along *along = &n->along[i];
        Axis *axis = &result.axis[shape_find(&result, along->axis)];
        if (along->lo < 0 || along->hi < 0)
            bug(n, "%d before, %d after %s", along->lo, along->hi, axis->name);
        axis->size = along->lo + (axis->size - 1) * along->dilation + 1 + along->hi;
    }
    return result;
}

static Shape shape_of_join(const Node *n)
{
    if (n->operands < 1)
        bug(n, "nothing to join");
    Shape result = n->operand[0]->shape;
    int at = shape_find(&result, n->name), sum = 0;
    for (int i = 0; i < n->operands; i++) {
        Shape other = n->operand[i]->shape;
        int k = shape_find(&other, n->name);
        if (at < 0 || k != at || other.axis[k].size < 1)
            bug(n, "operand %d lacks %s, or has it elsewhere", i, n->name);
        sum += other.axis[k].size;
        other.axis[k].size = result.axis[at].size;
        if (!shape_equal(&other, &result))
            bug(n, "the other axes of operand %d differ", i);
    }
    result.axis[at].size = sum;
    return result;
}

/* Of a node whose shape is an attribute: what it must agree with. */
static Shape shape_of_unmax(const Node *n)
{
    Shape small = shape_reduced(n, &n->shape);
    for (int i = 0; i < 2; i++)
        if (!shape_equal(&n->operand[i]->shape, &small))
            bug(n, "operand %d has another shape than the maximum", i);
    return n->shape;
}

static Shape shape_of_expand(const Node *n)
{
    const Shape *x = &n->operand[0]->shape;
    for (int i = 0; i < n->shape.rank; i++) {
        const Axis *axis = &n->shape.axis[i];
        bool added = names_have(n->axes, n->axis, axis->name);
        if (added == (shape_size(x, axis->name) == axis->size))
            bug(n, "axis %s is neither the operand's nor added", axis->name);
    }
    if (x->rank + n->axes != n->shape.rank)
        bug(n, "%d axes + %d added are not %d", x->rank, n->axes, n->shape.rank);
    return n->shape;
}

static Shape shape_of_source(const Node *n)
{
    if (n->op == OP_weight && !shape_equal(&n->shape, &n->weight->shape))
        bug(n, "another shape than the weight's");
    if ((n->op == OP_number || n->op == OP_count) && n->shape.rank)
        bug(n, "a scalar of rank %d", n->shape.rank);
    if (n->op == OP_index && (n->shape.rank != 1 || strcmp(n->shape.axis[0].name, n->name)))
        bug(n, "an index has one axis, its own");
    return n->shape;
}

static Shape shape_of_same(const Node *n)
{
    if (n->op == OP_softmax)
        need_axes(n, &n->operand[0]->shape);
    if (n->op == OP_reverse && shape_size(&n->operand[0]->shape, n->name) < 1)
        bug(n, "no axis %s of known size", n->name);
    return n->operand[0]->shape;
}

static Shape shape_of_part(const Node *n)
{
    const Node *x = n->operand[0];
    return x->op == OP_scan ? shape_of_scan_part(x, n->part) : x->shape;
}

static Shape shape_of_max(const Node *n)
{
    if (names_have(n->axes, n->axis, "batch"))
        bug(n, "a maximum over the batch");
    return shape_reduced(n, &n->operand[0]->shape);
}

static Shape shape_of_sum(const Node *n)
{
    return shape_reduced(n, &n->operand[0]->shape);
}

Shape shape_infer(const Node *n)
{
    static Shape (*const rule[OPS])(const Node *) = {
        [OP_input] = shape_of_source,  [OP_weight] = shape_of_source,
        [OP_number] = shape_of_source, [OP_count] = shape_of_source,
        [OP_index] = shape_of_source,  [OP_random] = shape_of_source,
        [OP_map] = shape_of_map,       [OP_dot] = shape_of_dot,
        [OP_sum] = shape_of_sum,       [OP_max] = shape_of_max,
        [OP_softmax] = shape_of_same,  [OP_moments] = shape_of_moments,
        [OP_part] = shape_of_part,     [OP_reshape] = shape_of_reshape,
        [OP_expand] = shape_of_expand, [OP_slice] = shape_of_slice,
        [OP_pad] = shape_of_pad,       [OP_join] = shape_of_join,
        [OP_reverse] = shape_of_same,  [OP_unmax] = shape_of_unmax,
        [OP_stop] = shape_of_same,     [OP_scan] = shape_of_scan,
    };
    if (!rule[n->op])
        bug(n, "no axis rule");
    return rule[n->op](n);
}
