/* primitive.c: the table of primitives a model can call, and the check of arguments against it. */
#include "resolve.h"

#include <string.h>

/* ---------------------------------------------------------------- words */

static const char *const edge_words[] = { "valid", "same", "repeat", "causal", NULL };
static const char *const side_words[] = { "both", "before", "after", NULL };
static const char *const fill_words[] = { "zero", "repeat", NULL };
static const char *const yes_words[] = { "yes", "no", NULL };
static const char *const no_words[] = { "no", "yes", NULL };
static const char *const mono_words[] = { "mean", "left", "right", "side", NULL };
static const char *const resample_words[] = { "soxr_hq", "soxr_vhq", "soxr_mq", "soxr_lq",
                                              "soxr_qq", "sinc",     "no",      NULL };
static const char *const window_words[] = { "hann",     "hamming", "blackman",    "blackmanharris",
                                            "bartlett", "povey",   "rectangular", NULL };
static const char *const centre_words[] = { "centre", "reflect", "valid", "snip", NULL };
static const char *const scale_words[] = { "slaney", "htk", "kaldi", NULL };
static const char *const norm_words[] = { "slaney", "none", NULL };
static const char *const triangle_words[] = { "hz", "mel", NULL };
static const char *const nyquist_words[] = { "keep", "drop", NULL };
static const char *const last_words[] = { "drop", "overlap", "pad", NULL };
static const char *const default_words[] = { "default", NULL };
static const char *const aggregate_words[] = { "mean", "median", NULL };
static const char *const metric_words[] = { "euclidean", "cosine", NULL };
const char *const initialiser_words[] = {
    "default",          "zeros",          "ones",          "constant",   "uniform",   "normal",
    "truncated_normal", "glorot_uniform", "glorot_normal", "he_uniform", "he_normal", NULL,
};

Initialiser initialiser_find(const char *word)
{
    for (int i = 0; initialiser_words[i]; i++) /* in the order of the enum */
        if (strcmp(initialiser_words[i], word) == 0)
            return (Initialiser)i;
    return INIT_DEFAULT;
}

bool initialiser_takes_value(Initialiser init)
{
    return init == INIT_CONSTANT || init == INIT_UNIFORM || init == INIT_NORMAL ||
           init == INIT_TRUNCATED_NORMAL;
}

bool initialiser_needs_fan(Initialiser init)
{
    return init >= INIT_GLOROT_UNIFORM;
}

/* ---------------------------------------------------------------- the table */

/* clang-format off */
#define TENSOR(name) {name, SLOT_TENSOR, true, NULL}
#define NUMBER(name) {name, SLOT_NUMBER, false, NULL}
#define EITHER(name, words) {name, SLOT_NUMBER, false, words}
#define NEEDED(name) {name, SLOT_NUMBER, true, NULL}
#define AXES(name, needed) {name, SLOT_AXES, needed, NULL}
#define WORD(name, words) {name, SLOT_WORD, false, words}
#define STEP(name) {name, SLOT_STEP, false, NULL}
#define MANY(name) {name, SLOT_MANY, true, NULL}

static const Primitive table[] = {
    {"weight", BRACKET_MUST, SECTION_NETWORK, build_weight, {WORD("init", initialiser_words), EITHER("l2", default_words)}},
    {"index", BRACKET_MUST, SECTION_PARAMS, build_index, {{0}}},
    {"random", BRACKET_MAY, SECTION_NETWORK, build_random, {TENSOR("x")}},
    {"size", BRACKET_MAY, SECTION_PARAMS, build_size, {TENSOR("x")}},
    {"axes", BRACKET_NONE, SECTION_PARAMS, build_axes, {TENSOR("x")}},
    {"stop", BRACKET_NONE, SECTION_PARAMS, build_stop, {TENSOR("x")}},
    {"observe", BRACKET_MAY, SECTION_NETWORK, build_observe, {TENSOR("x")}},
    {"dot", BRACKET_MUST, SECTION_PARAMS, build_dot,
     {TENSOR("a"), TENSOR("b"), AXES("slide", false), STEP("stride"), WORD("edges", edge_words),
      STEP("dilation")}},
    {"sum", BRACKET_MUST, SECTION_PARAMS, build_sum, {TENSOR("x"), STEP("stride")}},
    {"mean", BRACKET_MUST, SECTION_PARAMS, build_mean, {TENSOR("x"), STEP("stride")}},
    {"max", BRACKET_MUST, SECTION_PARAMS, build_max, {TENSOR("x"), STEP("stride")}},
    {"softmax", BRACKET_MUST, SECTION_PARAMS, build_softmax, {TENSOR("x")}},
    {"moments", BRACKET_MUST, SECTION_NETWORK, build_moments,
     {TENSOR("x"), NEEDED("momentum")}},
    {"reshape", BRACKET_MUST, SECTION_PARAMS, build_reshape,
     {TENSOR("x"), AXES("from", true)}},
    {"expand", BRACKET_MUST, SECTION_PARAMS, build_expand, {TENSOR("x")}},
    {"pad", BRACKET_MUST, SECTION_PARAMS, build_pad,
     {TENSOR("x"), WORD("side", side_words), WORD("edges", fill_words)}},
    {"slice", BRACKET_MUST, SECTION_PARAMS, build_slice, {TENSOR("x"), STEP("step")}},
    {"reverse", BRACKET_MUST, SECTION_PARAMS, build_reverse, {TENSOR("x")}},
    {"join", BRACKET_MUST, SECTION_PARAMS, build_join, {MANY("x")}},
    {"split", BRACKET_MUST, SECTION_PARAMS, build_split, {TENSOR("x")}},
    {"last", BRACKET_MUST, SECTION_PARAMS, build_last, {TENSOR("x")}},
    {"audio", BRACKET_MAY, SECTION_FEATURES, build_audio,
     {NEEDED("rate"), WORD("mono", mono_words), WORD("resample", resample_words)}},
    {"input", BRACKET_MUST, SECTION_FEATURES, build_input, {{0}}},
    {"spectrogram", BRACKET_MUST, SECTION_FEATURES, build_spectrogram,
     {TENSOR("x"), NEEDED("length"), NEEDED("hop"), WORD("window", window_words), NUMBER("fft"),
      NUMBER("power"), WORD("edges", centre_words), WORD("periodic", yes_words),
      WORD("remove_dc", no_words), NUMBER("preemphasis")}},
    {"mel", BRACKET_MUST, SECTION_FEATURES, build_mel,
     {TENSOR("x"), NUMBER("low"), NUMBER("high"), WORD("scale", scale_words),
      WORD("norm", norm_words), WORD("triangles", triangle_words), WORD("nyquist", nyquist_words)}},
    {"normalize", BRACKET_MUST, SECTION_FEATURES, build_normalize, {TENSOR("x")}},
    {"segment", BRACKET_MUST, SECTION_FEATURES, build_segment,
     {TENSOR("x"), NUMBER("overlap"), WORD("last", last_words)}},
    {"nnf", BRACKET_MUST, SECTION_FEATURES, build_neighbours,
     {TENSOR("x"), WORD("aggregate", aggregate_words), NUMBER("k"), NUMBER("width"),
      WORD("metric", metric_words)}},
};
/* clang-format on */
enum { PRIMITIVES = sizeof table / sizeof *table };

const Primitive *primitive_find(const char *name)
{
    for (int i = 0; i < PRIMITIVES; i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

const Primitive *primitive_at(int index)
{
    return index < PRIMITIVES ? &table[index] : NULL;
}

Function map_function(const char *name)
{
    static const Function callable[] = {
        FN_exp, FN_log, FN_sqrt, FN_rsqrt, FN_tanh, FN_sigmoid, FN_relu,   FN_abs,
        FN_erf, FN_sin, FN_cos,  FN_step,  FN_max,  FN_min,     FN_select,
    };
    Function f = function_find(name);
    for (size_t i = 0; i < sizeof callable / sizeof *callable; i++)
        if (callable[i] == f)
            return f;
    return FUNCTIONS;
}

int primitive_names(const char **name, int limit)
{
    int count = 0;
    for (int i = 0; i < PRIMITIVES && count < limit; i++)
        name[count++] = table[i].name;
    for (int f = 0; f < FUNCTIONS && count < limit; f++)
        if (map_function(function_name((Function)f)) != FUNCTIONS)
            name[count++] = function_name((Function)f);
    return count;
}

int word_names(const char **name, int limit)
{
    int count = setting_names(name, limit);
    for (int i = 0; i < PRIMITIVES; i++)
        for (int k = 0; k < MAX_SLOTS && table[i].slot[k].name; k++)
            for (int w = 0; table[i].slot[k].words && table[i].slot[k].words[w] && count < limit;
                 w++)
                name[count++] = table[i].slot[k].words[w];
    return count;
}

bool word_known(const char *name)
{
    const char *word[MAX_NAMES];
    int count = word_names(word, MAX_NAMES);
    for (int i = 0; i < count; i++)
        if (strcmp(word[i], name) == 0)
            return true;
    return false;
}

/* ---------------------------------------------------------------- arguments */

static const char *slot_kind(SlotKind kind)
{
    switch (kind) {
    case SLOT_NUMBER: return "a number";
    case SLOT_AXES: return "a list of axes, such as [freq = 3, time = 3]";
    case SLOT_WORD: return "a word";
    case SLOT_STEP: return "a number or a list of axes with sizes";
    default: return "a tensor";
    }
}

static bool wrong_word(Call *call, const Slot *slot, const Value *value)
{
    int count = 0;
    while (slot->words[count])
        count++;
    fault(call->r, value->place, call->name, "`%s` must be %s; this is %s%s", slot->name,
          list_words(call->r, slot->words, count, "or"), value_describe(call->r, value),
          value->kind == VALUE_CHOICE ? did_you_mean(call->r, value->word, slot->words, count)
                                      : "");
    return false;
}

static bool check_word(Call *call, const Slot *slot, const Value *value)
{
    bool found = false;
    for (int i = 0; slot->words[i] && value->kind == VALUE_CHOICE; i++)
        found |= strcmp(slot->words[i], value->word) == 0;
    if (!found)
        return wrong_word(call, slot, value);
    if (value->count && slot->words != initialiser_words) {
        fault(call->r, value->place, call->name, "`%s` takes no arguments", value->word);
        return false;
    }
    return true;
}

/* Whether the value is of the slot's kind; a number becomes a scalar where a tensor is wanted. */
static bool check_kind(Call *call, const Primitive *p, const Slot *slot, Place place, Value **value)
{
    Value *v = *value;
    bool number = v->kind == VALUE_NUMBER || v->kind == VALUE_TRUTH, good = false;
    switch (slot->kind) {
    case SLOT_TENSOR:
    case SLOT_MANY:
        good = v->kind == VALUE_TENSOR;
        if (good && p->build != build_size && p->build != build_axes)
            *value = value_tensor(call->r, v->place, cell_take(call->r, v->node));
        if (number && v->number.unit == UNIT_NONE && call->r->graph) {
            Place user = user_place(call->r, place);
            *value = value_tensor(call->r, place,
                                  make_number(call->r->graph, user, v->number.real));
            good = true;
        }
        break;
    case SLOT_NUMBER:
        if (slot->words && v->kind == VALUE_CHOICE)
            return check_word(call, slot, v);
        good = number;
        break;
    case SLOT_AXES: good = v->kind == VALUE_AXES; break;
    case SLOT_STEP: good = number || v->kind == VALUE_AXES; break;
    case SLOT_WORD: return check_word(call, slot, v);
    }
    if (!good)
        fault(call->r, place, call->name, "`%s` must be %s; this is %s", slot->name,
              slot_kind(slot->kind), value_describe(call->r, v));
    return good;
}

static int slot_count(const Primitive *p)
{
    int count = 0;
    while (count < MAX_SLOTS && p->slot[count].name)
        count++;
    return count;
}

static const char *slot_list(Resolver *r, const Primitive *p)
{
    Text text = text_create(r->arena);
    for (int i = 0; i < slot_count(p); i++)
        text_add(&text, "%s%s", i ? ", " : "", p->slot[i].name);
    return text.at ? text.at : "nothing";
}

/* Gives one value (or the values of a tuple) to the slot at `at`; returns the next position, or
 * -1. */
static int fill(Call *call, const Primitive *p, int at, Value *value, Place place)
{
    Resolver *r = call->r;
    int count = slot_count(p);
    if (!value)
        return -1;
    if (value->kind == VALUE_TUPLE) {
        for (int i = 0; i < value->count && at >= 0; i++)
            at = fill(call, p, at, value->item[i], place);
        return at;
    }
    if (at < count && p->slot[at].kind == SLOT_MANY) {
        if (!check_kind(call, p, &p->slot[at], place, &value))
            return -1;
        Value **more = arena_alloc(r->arena, sizeof *more * (size_t)(call->count + 1));
        if (call->count)
            memcpy(more, call->many, sizeof *more * (size_t)call->count);
        more[call->count++] = value;
        call->many = more;
        return at;
    }
    if (at >= count) {
        fault(r, place, NULL, "%s takes no more than %d argument%s: %s", p->name, count,
              count == 1 ? "" : "s", slot_list(r, p));
        return -1;
    }
    if (call->slot[at]) {
        fault(r, place, p->name, "`%s` is given twice", p->slot[at].name);
        return -1;
    }
    if (!check_kind(call, p, &p->slot[at], place, &value))
        return -1;
    call->slot[at] = value;
    return at + 1;
}

static int keyword_slot(Call *call, const Primitive *p, const Tree *keyword)
{
    const char *candidate[MAX_SLOTS];
    int count = slot_count(p);
    for (int i = 0; i < count; i++) {
        candidate[i] = p->slot[i].name;
        if (strcmp(p->slot[i].name, keyword->name) == 0 && p->slot[i].kind != SLOT_MANY)
            return i;
    }
    fault(call->r, keyword->place, NULL, "%s has no parameter `%s`%s", p->name, keyword->name,
          did_you_mean(call->r, keyword->name, candidate, count));
    return -1;
}

static bool fill_all(Call *call, const Primitive *p, Value *piped)
{
    Resolver *r = call->r;
    const Tree *arguments = call->tree->b;
    int count = slot_count(p);
    int at = piped ? fill(call, p, 0, piped, call->place) : 0;
    bool good = at >= 0;
    for (int i = 0; arguments && i < arguments->count; i++) {
        const Tree *item = arguments->items[i];
        bool keyword = item->kind == TREE_KEYWORD;
        int slot = keyword ? keyword_slot(call, p, item) : at;
        if (slot < 0) {
            good = false;
            continue;
        }
        const char *const *words = slot < count ? p->slot[slot].words : NULL;
        const Tree *tree = keyword ? item->a : item;
        slot = fill(call, p, slot, evaluate_choice(r, call->scope, tree, words), item->place);
        good &= slot >= 0;
        if (!keyword)
            at = slot;
    }
    for (int i = 0; i < count && good; i++)
        if (p->slot[i].needed && !call->slot[i] && !(p->slot[i].kind == SLOT_MANY && call->count)) {
            fault(r, call->place, NULL, "%s needs `%s`: it takes %s", p->name, p->slot[i].name,
                  slot_list(r, p));
            good = false;
        }
    return good;
}

static bool check_bracket(Call *call, const Primitive *p)
{
    const Tree *axes = call->tree->a;
    if (axes && p->bracket == BRACKET_NONE) {
        fault(call->r, axes->place, NULL, "%s takes no axes in brackets", p->name);
        return false;
    }
    if (!axes && p->bracket == BRACKET_MUST) {
        fault(call->r, call->place, NULL, "%s needs axes in brackets, as %s[freq]", p->name,
              p->name);
        return false;
    }
    call->axes = axes ? evaluate_axes(call->r, call->scope, axes) : NULL;
    for (int i = 0; call->axes && i < call->axes->count; i++)
        if (call->axes->axis[i].kind == SIZE_RAGGED && p->build != build_input) {
            fault(call->r, call->axes->axis[i].place, p->name,
                  "only input[..] takes an axis of variable length");
            return false;
        }
    return !axes || call->axes;
}

static bool calls(const Tree *tree, const char *name)
{
    bool found = tree && tree->kind == TREE_CALL && strcmp(tree->name, name) == 0;
    for (int i = 0; tree && i < tree->count; i++)
        found |= calls(tree->items[i], name);
    return found ||
           (tree && (calls(tree->a, name) || calls(tree->b, name) || calls(tree->c, name)));
}

static bool makes_weights(const Definition *d)
{
    return d && d->file->standard && calls(d->tree->b, "weight");
}

static bool check_section(const Call *call, const Primitive *p)
{
    Resolver *r = call->r;
    const bool features = r->section == SECTION_FEATURES;
    if (p->section == r->section || (r->graph && (p->section == SECTION_PARAMS ||
                                                  (p->section == SECTION_NETWORK && !features))))
        return true;
    if (features && (p->build == build_weight || makes_weights(r->inside)))
        fault(r, call->place, NULL, "weights are not allowed in features");
    else
        fault(r, call->place, NULL, "%s belongs in `%s`", p->name,
              p->section == SECTION_FEATURES ? "features" : "network");
    return false;
}

void label_node(Resolver *r, const Scope *scope, Node *node)
{
    if (node->label || !(scope->bound || *scope->prefix))
        return;
    node->label = scope->bound ? path_join(r, scope->prefix, scope->bound) : scope->prefix;
}

void label_nodes(Resolver *r, const Scope *scope, int from)
{
    for (int i = from; r->graph && i < r->graph->nodes; i++)
        label_node(r, scope, r->graph->node[i]);
}

Value *primitive_call(Resolver *r, Scope *scope, const Tree *tree, const Primitive *p, Value *piped)
{
    Call call = { .r = r, .scope = scope, .tree = tree, .place = tree->place, .name = p->name };
    if (!check_section(&call, p))
        return NULL;
    bool good = fill_all(&call, p, piped);
    int from = r->graph ? r->graph->nodes : 0;
    if (!check_bracket(&call, p) || !good)
        return NULL;
    Value *value = p->build(&call);
    label_nodes(r, scope, from);
    return flow_settle(r, tree->place) ? value : NULL;
}

const char *slot_word(const Call *call, int slot, const char *otherwise)
{
    return call->slot[slot] ? call->slot[slot]->word : otherwise;
}

double slot_real(const Call *call, int slot, double otherwise)
{
    return call->slot[slot] ? call->slot[slot]->number.real : otherwise;
}
