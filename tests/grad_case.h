/* grad_case.h: graphs whose gradients are compared with central differences. */
#ifndef GRAD_CASE_H
#define GRAD_CASE_H

#include "interpret.h"

enum { BATCH_SIZE = 3, MAX_TENSORS = 32 };

/* A case under construction: its operands are input * weight or plain weights. */
typedef struct Case {
    Arena *arena;
    const char *section;
    Graph *g;
    Model model;
    Feed feed;
    const char *name[MAX_TENSORS];
    const double *input[MAX_TENSORS];
    double *value[MAX_TENSORS], low[MAX_TENSORS], high[MAX_TENSORS]; /* drawn between them */
    Weight *weight[MAX_TENSORS];
    uint64_t seed;
    int64_t drawn;
} Case;

/* What is done before grad.  After it, the graph is simplified and compared again, and if it was
 * hoisted before, also hoisted. */
typedef enum CaseForm { CASE_PLAIN, CASE_SIMPLIFIED, CASE_HOISTED, CASE_FORMS } CaseForm;

static const Place nowhere = { NULL, 1, 1, 1 };

/* `section`: of the record of errors (verify.h). */
Case case_create(const char *section, uint64_t seed);
double draw(Case *c, double low, double high);
int pick(Case *c, int low, int high);
/* A weight of random values. */
Node *weight(Case *c, Shape shape, bool trainable, double low, double high);
/* A batched operand: a weight times an input around 1. */
Node *batched(Case *c, Shape shape, double low, double high);
/* Of the axes freq, time, channel, feature, as many as `rank`, with these sizes. */
Shape shape(int rank, ...);
/* loss = sum of y * r over all axes but the batch, with random constants r. */
void finish(Case *c, Node *y);
/* Fails unless the gradients in the graph are these, by weight; `what` names the case. */
void compare(const Case *c, double *const *expected, const char *what);
/* Takes over the training graph of a model, with random values for its weights and inputs. */
void case_adopt(Case *c, const Model *model);
/* Compares the gradients of the graph's loss with central differences.  The weights are drawn again
 * while a kink of relu, max, ... lies where differences are taken. */
void check_loss(Case *c, const char *what, CaseForm form);
/* finish() and check_loss(). */
void check_case(Case *c, Node *y, const char *what, CaseForm form);

#endif
