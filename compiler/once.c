/* once.c: finds the kernels of inference that read nothing but weights: panels, turned taps, factors of a batch norm.  They
 * need not run again while the weights stay (AscCall.same_weights), and what they make keeps its memory. */
#include "kernel.h"

/* Does computing x, from what has memory, ask for the number of examples or for random numbers? */
static bool asks_call(const Program *p, const Kernel *k, const Node *x)
{
    if (x->op == OP_random || x->op == OP_count)
        return true;
    const Buffer *b = p->info[x->id].view.buffer;
    if (b && b != k->target[0])
        return false;
    for (int i = 0; i < x->operands; i++)
        if (asks_call(p, k, x->operand[i]))
            return true;
    return false;
}

static bool reads_weights(const Program *p, const Kernel *k)
{
    for (int i = 0; i < k->read_count; i++) {
        const Kernel *writer = writer_of(p, k->reads[i]);
        if (writer ? !writer->once : k->reads[i]->home != HOME_PARAMETER)
            return false;
    }
    return k->wait_count == 0;
}

static bool runs_once(const Program *p, const Kernel *k)
{
    if (k->once || k->state || k->observes || k->kind == KERNEL_SCAN || !reads_weights(p, k))
        return k->once;
    for (int i = 0; i < 2 * k->anchors; i++)
        if (k->target[i] &&
            (k->target[i]->home != HOME_ARENA || k->target[i]->extent != EXTENT_CONSTANT))
            return false;
    if (k->kind == KERNEL_PACK)
        return true;
    for (int i = 0; i < k->anchors; i++)
        if (asks_call(k->made_in ? k->made_in : p, k, k->result[i]))
            return false;
    return true;
}

void once(Program *p)
{
    for (int i = 0; i < p->graph->results; i++)
        if (p->graph->result[i].kind != RESULT_VALUE && p->graph->result[i].kind != RESULT_OBSERVED)
            return; /* the weights are to be changed, or there are none */
    for (bool found = runs(p->passes, PASS_once) && !p->outer; found;) {
        found = false;
        for (int i = 0; i < p->kernels; i++) {
            Kernel *k = p->kernel[i];
            const bool before = k->once;
            k->once = runs_once(p, k);
            found = found || k->once != before;
        }
    }
}

int once_steps(const Program *p)
{
    int steps = 0;
    for (int i = 0; i < p->steps; i++)
        if (p->step[i].kernel->once)
            steps = i + 1;
    return steps;
}
