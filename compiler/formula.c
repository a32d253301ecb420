/* formula.c: what a kernel computes, as a formula of the buffers that it reads, for the comment above it:
 * `relu(dot[in](pad_a_conv, weight_a_conv, slide = [freq, time]) + weight_a_conv_bias)`. */
#include "graph.h"
#include "kernel.h"

#include <string.h>

enum { LONGEST = 240 }; /* characters; a formula may name the same value many times */

/* How tight operators bind; calls bind tightest. */
enum { COMPARISON, SUM, PRODUCT, SIGN, CALL };

typedef struct Formula {
    const Program *program;
    Text *out;
    int begin; /* of it in the text */
    bool cut;
} Formula;

static void add_value(Formula *f, const Node *x, int binds);

static const char *sign_of(Function function, int *binds)
{
    static const struct {
        Function function;
        const char *sign;
        int binds;
    } table[] = {
        { FN_eq, "==", COMPARISON }, { FN_ne, "!=", COMPARISON }, { FN_lt, "<", COMPARISON },
        { FN_le, "<=", COMPARISON }, { FN_gt, ">", COMPARISON },  { FN_ge, ">=", COMPARISON },
        { FN_add, "+", SUM },        { FN_sub, "-", SUM },        { FN_mul, "*", PRODUCT },
        { FN_div, "/", PRODUCT },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].function == function) {
            *binds = table[i].binds;
            return table[i].sign;
        }
    return NULL;
}

static void add_operands(Formula *f, const Node *x, int from, int to)
{
    for (int i = from; i < to; i++) {
        text_add(f->out, i > from ? ", " : "");
        add_value(f, x->operand[i], COMPARISON);
    }
}

static void add_map(Formula *f, const Node *x, int binds)
{
    int own = SIGN;
    const char *sign = sign_of(x->function, &own);
    if (!sign && x->function != FN_neg) {
        text_add(f->out, "%s(", function_name(x->function));
        add_operands(f, x, 0, x->operands);
        text_add(f->out, ")");
        return;
    }
    text_add(f->out, own < binds ? "(" : "");
    if (sign) {
        add_value(f, x->operand[0], own);
        text_add(f->out, " %s ", sign);
        add_value(f, x->operand[1], own + 1);
    } else {
        text_add(f->out, "-");
        add_value(f, x->operand[0], CALL);
    }
    text_add(f->out, own < binds ? ")" : "");
}

/* sum[freq, time](x); max[freq = 2](x) of windows; dot[in](a, b, slide = [freq, time]) */
static void add_reduction(Formula *f, const Node *x)
{
    const bool slides = x->op == OP_dot;
    text_add(f->out, "%s[", op_name(x->op));
    for (int i = 0; i < x->axes; i++)
        text_add(f->out, "%s%s", i ? ", " : "", x->axis[i]);
    for (int i = 0; i < x->alongs && !slides; i++)
        text_add(f->out, "%s%s = %d", i || x->axes ? ", " : "", x->along[i].axis, x->along[i].size);
    text_add(f->out, "](");
    add_operands(f, x, 0, x->operands);
    for (int i = 0; i < x->alongs && slides; i++)
        text_add(f->out, "%s%s", i ? ", " : ", slide = [", x->along[i].axis);
    text_add(f->out, slides && x->alongs ? "])" : ")");
}

static void add_part(Formula *f, const Node *x)
{
    const Node *of = x->operand[0];
    if (x->part && of->op == OP_max)
        text_add(f->out, "where ");
    else if (x->part)
        text_add(f->out, of->op == OP_moments ? "variance of " : "result %d of ", x->part);
    add_value(f, of, CALL);
}

static void add_slice(Formula *f, const Node *x)
{
    add_value(f, x->operand[0], CALL);
    for (int i = 0; i < x->alongs; i++)
        text_add(f->out, "%s%s = %d .. %d", i ? ", " : "[", x->along[i].axis, x->along[i].lo,
                 x->along[i].hi);
    text_add(f->out, "]");
}

static void add_node(Formula *f, const Node *x, int binds)
{
    switch (x->op) {
    case OP_map: add_map(f, x, binds); break;
    case OP_number: text_add(f->out, x->value < 0 ? "(%.7g)" : "%.7g", x->value); break;
    case OP_dot:
    case OP_sum:
    case OP_max:
    case OP_softmax:
    case OP_moments:
    case OP_unmax: add_reduction(f, x); break;
    case OP_part: add_part(f, x); break;
    case OP_slice: add_slice(f, x); break;
    case OP_reshape:
    case OP_expand:
    case OP_stop: add_value(f, x->operand[0], binds); break;
    case OP_index: text_add(f->out, "index[%s]", x->name); break;
    default: /* input, random, count; pad, join, reverse; scan */
        text_add(f->out, "%s", op_name(x->op));
        if (x->op == OP_join || x->op == OP_reverse || x->op == OP_scan)
            text_add(f->out, "[%s]", x->name);
        if (x->operands) {
            text_add(f->out, "(");
            add_operands(f, x, 0, x->operands);
            text_add(f->out, ")");
        }
    }
}

static void add_value(Formula *f, const Node *x, int binds)
{
    const NodeInfo *info = f->program->info;
    const Buffer *buffer = info[x->id].view.buffer;
    const bool looks = x->op == OP_slice || x->op == OP_reshape || x->op == OP_expand;
    if (f->cut)
        return;
    if ((int)f->out->length - f->begin > LONGEST) {
        text_add(f->out, "..");
        f->cut = true;
    } else if (buffer && !(looks && info[x->operand[0]->id].view.buffer == buffer))
        text_add(f->out, "%s", buffer->name);
    else
        add_node(f, x, binds);
}

void formula_add(const Program *p, const Node *x, const Buffer *target, Text *out)
{
    Formula f = { .program = p, .out = out, .begin = (int)out->length };
    if (p->info[x->id].view.buffer == target)
        add_node(&f, x, COMPARISON);
    else
        add_value(&f, x, COMPARISON); /* a copy of what lies elsewhere */
}
