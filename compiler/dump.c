/* dump.c: graphs as text (--emit=graph, a line a node) and drawn for Graphviz (--emit=dot). */
#include "ascc.h"
#include "graph.h"

#include <string.h>

/* ---------------------------------------------------------------- one node in words */

static void add_names(Text *t, const Node *n)
{
    text_add(t, "[");
    for (int i = 0; i < n->axes; i++)
        text_add(t, "%s%s", i ? ", " : "", n->axis[i]);
    text_add(t, "]");
}

static void add_along(Text *t, const Node *n, const Along *a)
{
    if (n->op == OP_slice)
        text_add(t, "%s = %d .. %d", a->axis, a->lo, a->hi);
    else if (n->op == OP_pad)
        text_add(t, "%s = %d + %d", a->axis, a->lo, a->hi);
    else
        text_add(t, "%s = %d", a->axis, a->size);
    if (a->stride != 1)
        text_add(t, " stride %d", a->stride);
    if (a->dilation != 1)
        text_add(t, n->op == OP_pad ? " apart %d" : " dilation %d", a->dilation);
}

static void add_alongs(Text *t, const Node *n)
{
    if (n->alongs && (n->op == OP_slice || n->op == OP_pad))
        text_add(t, "[");
    else if (n->alongs)
        text_add(t, n->op == OP_dot ? " slide [" : " window [");
    for (int i = 0; i < n->alongs; i++) {
        text_add(t, i ? ", " : "");
        add_along(t, n, &n->along[i]);
    }
    if (n->alongs)
        text_add(t, "]");
}

/* What n does: "dot[in] slide [freq = 3, time = 3]". */
static void add_action(Text *t, const Node *n)
{
    text_add(t, "%s", n->op == OP_map ? function_name(n->function) : op_name(n->op));
    switch (n->op) {
    case OP_input: text_add(t, " %s", n->name); break;
    case OP_weight: text_add(t, " %s", n->weight->name); break;
    case OP_number: text_add(t, " %.9g", n->value); break;
    case OP_random: text_add(t, " %llu", (unsigned long long)n->seed); break;
    case OP_part: text_add(t, " %d", n->part); break;
    case OP_index:
    case OP_reverse:
    case OP_scan:
    case OP_join: text_add(t, "[%s]", n->name); break;
    case OP_reshape:
        add_names(t, n);
        text_add(t, " to ");
        shape_format(&n->to, t);
        break;
    case OP_dot:
    case OP_sum:
    case OP_max:
    case OP_unmax:
    case OP_softmax:
    case OP_moments:
    case OP_expand:
        add_names(t, n);
        add_alongs(t, n);
        break;
    default: add_alongs(t, n);
    }
}

static void add_result(Text *t, const Result *r)
{
    static const char *const kind[] = { [RESULT_VALUE] = "",
                                        [RESULT_GRADIENT] = "gradient ",
                                        [RESULT_STATE] = "next ",
                                        [RESULT_FRAMES] = "",
                                        [RESULT_OBSERVED] = "observed " };
    text_add(t, "%s%s", kind[r->kind], r->name);
}

/* ---------------------------------------------------------------- text */

static void add_line(Text *t, const Node *n)
{
    text_add(t, "%%%d = ", n->id);
    add_action(t, n);
    for (int i = 0; i < n->operands; i++)
        text_add(t, "%s%%%d", i ? ", " : " (", n->operand[i]->id);
    text_add(t, n->operands ? ")  " : "  ");
    shape_format(&n->shape, t);
    if (n->type == TYPE_BYTE)
        text_add(t, " byte");
    if (n->backward)
        text_add(t, " backward");
    if (n->label)
        text_add(t, "   # %s", n->label);
    text_add(t, "\n");
}

static void add_indent(Text *t, int indent)
{
    text_add(t, "%*s", indent, "");
}

/* Of a scan's body: "state %0 next %9", "input %1 each outer %12", "input %2 is outer %5". */
static void add_inputs(Text *t, const Node *n, int indent)
{
    for (int i = 0; i < n->scan_inputs; i++) {
        const ScanInput *in = &n->scan_input[i];
        add_indent(t, indent);
        text_add(t, "%s %%%d ", in->role == SCAN_STATE ? "state" : "input", in->inner->id);
        if (in->role == SCAN_STATE)
            text_add(t, "next %%%d\n", in->next->id);
        else
            text_add(t, "%s outer %%%d\n", in->role == SCAN_SEQUENCE ? "each" : "is",
                     n->operand[in->operand]->id);
    }
}

static void add_graph(Text *t, const Graph *g, int indent)
{
    for (int i = 0; i < g->nodes; i++) {
        const Node *n = g->node[i];
        add_indent(t, indent);
        add_line(t, n);
        if (n->op == OP_scan) {
            add_inputs(t, n, indent + 4);
            add_graph(t, n->body, indent + 4);
        }
    }
    for (int i = 0; i < g->results; i++) {
        add_indent(t, indent);
        add_result(t, &g->result[i]);
        text_add(t, " = %%%d\n", g->result[i].node->id);
    }
}

void graph_print(FILE *out, const Graph *g)
{
    Text t = text_create(g->arena);
    text_add(&t, "graph %s\n", g->name);
    add_graph(&t, g, 0);
    fwrite(t.at, 1, t.length, out);
}

/* ---------------------------------------------------------------- drawing */

static const char *colour(const Node *n)
{
    switch (n->op) {
    case OP_input:
    case OP_count:
    case OP_index:
    case OP_random: return "#d9ead3";
    case OP_weight: return "#fff2cc";
    case OP_dot: return "#cfe2f3";
    case OP_sum:
    case OP_max:
    case OP_softmax:
    case OP_moments:
    case OP_unmax: return "#f4cccc";
    default: return "#ffffff";
    }
}

/* Scalars are written into the boxes that use them, scans are frames around their bodies. */
static bool is_drawn(const Node *n)
{
    return n->op != OP_number && n->op != OP_scan;
}

/* The names of a graph's nodes are its prefix and their ids. */
static void draw_node(Text *t, const Node *n, const char *prefix)
{
    text_add(t, "    %s%d [fillcolor=\"%s\", label=\"", prefix, n->id, colour(n));
    add_action(t, n);
    for (int i = 0; i < n->operands; i++)
        if (n->operand[i]->op == OP_number)
            text_add(t, "\\n%s %.9g", n->op == OP_map && i ? "by" : "of", n->operand[i]->value);
    text_add(t, "\\n");
    shape_format(&n->shape, t);
    text_add(t, "\"];\n");
}

static bool same_label(const Node *a, const Node *b)
{
    return a->label && b->label && !strcmp(a->label, b->label);
}

static void draw_graph(Text *t, const Graph *g, const char *prefix);

static void draw_edge(Text *t, const char *prefix, const Node *x, const char *prefix_to,
                      const Node *y, const char *style)
{
    if (is_drawn(x))
        text_add(t, "    %s%d -> %s%d%s;\n", prefix, x->id, prefix_to, y->id, style);
}

/* The body in a frame; what comes in is drawn from outside, next values as broken lines. */
static void draw_scan(Text *t, const Node *n, const char *prefix)
{
    const char *inside = arena_format(t->arena, "%s%d_", prefix, n->id);
    text_add(t, "    subgraph cluster_%s {\n    label=\"scan[%s]%s\";\n", inside, n->name,
             n->backward ? " backward" : "");
    draw_graph(t, n->body, inside);
    text_add(t, "    }\n");
    for (int i = 0; i < n->scan_inputs; i++) {
        const ScanInput *in = &n->scan_input[i];
        if (in->role == SCAN_STATE)
            draw_edge(t, inside, in->next, inside, in->inner, " [style=dashed, constraint=false]");
        else
            draw_edge(t, prefix, n->operand[in->operand], inside, in->inner, "");
    }
}

/* Nodes of one label that follow each other share a frame. */
static void draw_nodes(Text *t, const Graph *g, const char *prefix)
{
    for (int i = 0; i < g->nodes;) {
        int first = i, end = i + 1;
        while (end < g->nodes && same_label(g->node[i], g->node[end]))
            end++;
        bool framed = g->node[i]->label != NULL;
        if (framed)
            text_add(t, "    subgraph cluster_%s%d_frame {\n    label=\"%s\";\n", prefix, first,
                     g->node[i]->label);
        for (; i < end; i++)
            if (is_drawn(g->node[i]))
                draw_node(t, g->node[i], prefix);
        if (framed)
            text_add(t, "    }\n");
    }
}

static void draw_graph(Text *t, const Graph *g, const char *prefix)
{
    draw_nodes(t, g, prefix);
    for (int i = 0; i < g->nodes; i++) {
        const Node *n = g->node[i];
        if (n->op == OP_scan) {
            draw_scan(t, n, prefix);
            continue;
        }
        for (int j = 0; j < n->operands; j++)
            draw_edge(t, prefix, n->operand[j], prefix, n, "");
        if (n->op != OP_part || n->operand[0]->op != OP_scan)
            continue;
        const Node *scan = n->operand[0];
        const char *inside = arena_format(t->arena, "%s%d_", prefix, scan->id);
        draw_edge(t, inside, scan->body->result[n->part].node, prefix, n, "");
    }
}

void graph_draw(FILE *out, const Graph *g)
{
    Text t = text_create(g->arena);
    text_add(&t, "digraph \"%s\" {\n", g->name);
    text_add(&t, "    rankdir=TB; color=\"#cccccc\"; fontname=\"sans\";\n");
    text_add(&t, "    node [shape=box, style=\"filled,rounded\", fontname=\"sans\"];\n");
    draw_graph(&t, g, "n");
    for (int i = 0; i < g->results; i++) {
        text_add(&t, "    r%d [shape=ellipse, label=\"", i);
        add_result(&t, &g->result[i]);
        text_add(&t, "\"];\n    n%d -> r%d;\n", g->result[i].node->id, i);
    }
    text_add(&t, "}\n");
    fwrite(t.at, 1, t.length, out);
}
