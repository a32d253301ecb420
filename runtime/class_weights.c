/* class_weights.c: finds the classes that a recipe weighs by name. */
#include "class_weights.h"

#include <ctype.h>
#include <stdlib.h>

static bool is_called(const char *label, const char *name)
{
    for (; *label && *name; label++, name++) {
        int letter = isalnum((unsigned char)*label) ? tolower((unsigned char)*label) : '_';

        if (letter != tolower((unsigned char)*name))
            return false;
    }
    return *label == *name;
}

static bool weigh(const AscClassWeight *given, double *weight, const char *const *label, int labels,
                  AscStatus *status)
{
    int found = -1;

    for (int n = 0; n < labels; n++) {
        if (!is_called(label[n], given->name))
            continue;
        if (found >= 0)
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "class_weights[%s]: may be the class `%s` or `%s`", given->name,
                                  label[found], label[n]);
        found = n;
    }
    if (found < 0)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "class_weights[%s]: the data set has no such class; `%s` is one of "
                              "its %d",
                              given->name, label[0], labels);
    weight[found] *= given->weight;
    return true;
}

/* Else a training ends as it began, and does not say so. */
static bool some_weigh(const double *weight, int labels, AscStatus *status)
{
    for (int n = 0; n < labels; n++) {
        if (weight[n] > 0)
            return true;
    }
    return asc_status_set(status, ASC_BAD_INPUT,
                          "class_weights: all %d classes weigh 0: there is nothing to learn",
                          labels);
}

double *asc_class_weights(const AscModel *model, const AscFeed *feed, const char *const *label,
                          int labels, bool *fine, AscStatus *status)
{
    const bool balanced = model->recipe.class_weights == ASC_CLASS_WEIGHTS_BALANCED;
    double *weight = NULL;

    *fine = true;
    if (!balanced && model->class_weights == 0)
        return NULL;
    if (balanced)
        weight = asc_feed_balance(feed, status);
    else if (!(weight = calloc((size_t)labels + 1, sizeof *weight)))
        asc_status_memory(status, "the weights of the classes");
    for (int n = 0; weight && !balanced && n < labels; n++)
        weight[n] = 1;
    *fine = weight != NULL;
    for (int w = 0; *fine && w < model->class_weights; w++)
        *fine = weigh(&model->class_weight[w], weight, label, labels, status);
    *fine = *fine && some_weigh(weight, labels, status);
    return weight;
}
