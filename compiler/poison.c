/* poison: fills what of the arena holds nothing with NaN, before the first phase and after each: a buffer that is read
 * before it is written, or after its memory was given to another, shows.  Sanitizer builds and tests ask for it. */
#include "graph.h"
#include "emit.h"

static bool dies_after(const Buffer *b, int phase)
{
    return b->home == HOME_ARENA && b->first >= 0 && b->last == phase;
}

/* A kernel that reads what it fills; nothing: the whole arena. */
static Kernel *poison_kernel(Program *p, const char *name)
{
    Kernel *k = arena_alloc(p->arena, sizeof *k);
    const Node *output = p->graph->result[0].node;
    k->kind = KERNEL_POISON;
    k->name = name;
    k->anchor = k->result = arena_alloc(p->arena, sizeof *k->anchor);
    k->anchor[0] = make_number(p->graph, output->place, 0);
    return k;
}

void poison(Program *p)
{
    const int phases = p->steps ? p->step[p->steps - 1].phase + 1 : 0;
    Step *step = arena_alloc(p->arena, sizeof *step * (size_t)(p->steps + phases + 1));
    int steps = 0, from = 0;
    for (int phase = -1; phase < phases; phase++) {
        for (; from < p->steps && p->step[from].phase == phase; from++) {
            step[steps] = p->step[from];
            step[steps++].phase = 2 * phase + 1;
        }
        Kernel *k = poison_kernel(p, arena_format(p->arena, "%s_p%02d", p->prefix, phase + 1));
        for (int i = 0; i < p->buffers; i++)
            if (dies_after(p->buffer[i], phase))
                APPEND(p->arena, k->reads, k->read_count, k->read_capacity, p->buffer[i]);
        if (k->read_count || phase < 0)
            step[steps++] = (Step){ .kernel = k, .placed = true, .phase = 2 * phase + 2 };
    }
    p->step = step;
    p->steps = steps;
}

/* At `offset` in one of the arena's two parts. */
static void add_fill(const Program *p, Text *out, bool constant, int64_t offset, int64_t bytes)
{
    if (bytes == 0)
        return;
    if (constant)
        text_add(out, "memset(call->arena + %lld, 255, %lld);\n", (long long)offset,
                 (long long)bytes);
    else
        text_add(out,
                 "memset(call->arena + %s_CONSTANT + (size_t)%lld * (size_t)call->capacity, 255, "
                 "(size_t)%lld * (size_t)call->capacity);\n",
                 p->prefix, (long long)offset, (long long)bytes);
}

void emit_poison(const Program *p, const Kernel *k, Text *out)
{
    text_add(out, "void %s(const AscCall *call, int chunk)\n{\n(void)call;\n(void)chunk;\n",
             k->name);
    if (k->read_count == 0) {
        add_fill(p, out, true, 0, p->arena_constant);
        add_fill(p, out, false, 0, p->arena_per_example);
    }
    if (p->room)
        text_add(out, "memset(call->room, 255, (size_t)call->threads * %s_ROOM);\n", p->prefix);
    for (int i = 0; i < k->read_count; i++)
        add_fill(p, out, k->reads[i]->extent == EXTENT_CONSTANT, k->reads[i]->offset,
                 buffer_bytes(p, k->reads[i]));
    text_add(out, "}\n");
}
