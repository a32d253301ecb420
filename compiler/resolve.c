/* resolve.c: elaborates a file into a model: params, features, the network twice (training,
 * inference), sections. */
#include "resolve.h"

#include <string.h>

/* ---------------------------------------------------------------- files and definitions */

static void add_definition(Resolver *r, File *file, const Tree *tree)
{
    const char *name = tree->a->name;
    for (int i = 0; i < r->definitions; i++) {
        Definition *old = r->definition[i];
        if (strcmp(old->name, name) == 0 && old->file->standard == file->standard) {
            fault(r, tree->place, NULL, "`%s` is defined already", name);
            fault_note(r, old->tree->place, "the first time here");
            return;
        }
    }
    Definition *d = arena_alloc(r->arena, sizeof *d);
    *d = (Definition){ .name = name, .tree = tree, .file = file };
    APPEND(r->arena, r->definition, r->definitions, r->definition_capacity, d);
}

static void add_param(Resolver *r, File *file, const Tree *tree)
{
    Param *old = param_find(file, tree->name);
    if (old) {
        fault(r, tree->place, NULL, "param `%s` is defined already", tree->name);
        fault_note(r, old->tree->place, "the first time here");
        return;
    }
    Param param = { .name = tree->name, .tree = tree };
    APPEND(r->arena, file->param, file->params, file->param_capacity, param);
}

static void add_section(Resolver *r, File *file, const Tree *tree, const Tree **section)
{
    if (file != r->main)
        fault(r, tree->place, NULL, "an included file holds params and definitions only");
    else if (*section) {
        fault(r, tree->place, NULL, "this section is there already");
        fault_note(r, (*section)->place, "the first time here");
    } else
        *section = tree;
}

static void add_features(Resolver *r, File *file, const Tree *tree)
{
    const Tree *none = NULL;
    for (int i = 0; i < r->feature_trees; i++)
        if (strcmp(r->features[i]->name, tree->name) == 0)
            none = r->features[i];
    const Tree *section = none;
    add_section(r, file, tree, &section);
    if (!none && section)
        APPEND(r->arena, r->features, r->feature_trees, r->feature_capacity, tree);
}

static void include_file(Resolver *r, const File *from, const Tree *tree);

static void add_items(Resolver *r, File *file)
{
    for (int i = 0; i < file->tree->count; i++) {
        const Tree *item = file->tree->items[i];
        switch (item->kind) {
        case TREE_PARAM: add_param(r, file, item); break;
        case TREE_INCLUDE: include_file(r, file, item); break;
        case TREE_LAYER:
        case TREE_CELL: add_definition(r, file, item); break;
        case TREE_FEATURES: add_features(r, file, item); break;
        case TREE_NETWORK: add_section(r, file, item, &r->network); break;
        case TREE_TRAIN: add_section(r, file, item, &r->train); break;
        case TREE_EVALUATE: add_section(r, file, item, &r->evaluate); break;
        default: break;
        }
    }
}

static File *file_create(Resolver *r, const Tree *tree, const char *path, bool standard)
{
    File *file = arena_alloc(r->arena, sizeof *file);
    *file = (File){ .tree = tree, .path = path, .standard = standard };
    APPEND(r->arena, r->file, r->files, r->file_capacity, file);
    return file;
}

/* A path is taken from the folder of the file that includes it; a file included twice counts once.
 * */
static void include_file(Resolver *r, const File *from, const Tree *tree)
{
    const char *slash = strrchr(from->path, '/'), *path = tree->text;
    if (slash && *path != '/')
        path = arena_format(r->arena, "%.*s/%s", (int)(slash - from->path), from->path, path);
    for (int i = 0; i < r->files; i++)
        if (strcmp(r->file[i]->path, path) == 0)
            return;
    if (r->files > 100) {
        fault(r, tree->place, NULL, "more than 100 files are included");
        return;
    }
    Source *source = source_read(r->arena, path, r->d);
    if (!source) {
        fault_note(r, tree->place, "included here");
        return;
    }
    Tree *text = parse(r->arena, source, r->d);
    if (text)
        add_items(r, file_create(r, text, path, false));
}

/* ---------------------------------------------------------------- params */

/* The place of an error in a -D option: the option itself is the source line. */
static Place define_place(Resolver *r, const Define *define)
{
    Source *source = arena_alloc(r->arena, sizeof *source);
    source->path = "command line";
    source->text = arena_format(r->arena, "-D %s=%s", define->name, define->literal);
    source->length = strlen(source->text);
    return (Place){ source, 1, 4, (int)source->length };
}

static bool is_switch(const Value *value)
{
    return value->kind == VALUE_CHOICE &&
           (strcmp(value->word, "yes") == 0 || strcmp(value->word, "no") == 0);
}

static Value *literal_value(Resolver *r, Place place, const char *literal)
{
    Number number;
    if (number_parse(literal, &number))
        return value_number(r, place, number);
    if (word_known(literal))
        return value_choice(r, place, arena_copy(r->arena, literal, strlen(literal)));
    return NULL;
}

/* The literal, which must be of the default's kind and unit. */
static Value *define_value(Resolver *r, const Define *define, const Value *otherwise)
{
    Place place = define_place(r, define);
    Value *value = literal_value(r, place, define->literal);
    const char *words[MAX_NAMES], *kind;
    if (otherwise && otherwise->kind == VALUE_NUMBER) {
        if (value && value->kind == VALUE_NUMBER && value->number.unit == otherwise->number.unit)
            return value;
        kind = otherwise->number.unit == UNIT_NONE
                   ? "a number without a unit"
                   : arena_format(r->arena, "a number in %s", unit_name(otherwise->number.unit));
        fault(r, place, NULL, "-D %s=%s: %s is %s", define->name, define->literal, define->name,
              kind);
    } else if (otherwise && is_switch(otherwise)) {
        if (value && is_switch(value))
            return value;
        fault(r, place, NULL, "-D %s=%s: %s is yes or no", define->name, define->literal,
              define->name);
    } else if (otherwise && otherwise->kind == VALUE_AXES) {
        fault(r, place, NULL, "-D %s=%s: %s is a list of axes, which -D can't give", define->name,
              define->literal, define->name);
    } else if (otherwise && (!value || value->kind != VALUE_CHOICE)) {
        fault(r, place, NULL, "-D %s=%s: %s is a word%s", define->name, define->literal,
              define->name, did_you_mean(r, define->literal, words, word_names(words, MAX_NAMES)));
    } else if (value)
        return value;
    else
        fault(r, place, NULL, "-D %s=%s: neither a number nor a known word%s", define->name,
              define->literal,
              did_you_mean(r, define->literal, words, word_names(words, MAX_NAMES)));
    if (otherwise)
        fault_note(r, otherwise->place, "the default");
    return NULL;
}

static Define *define_find(const Resolver *r, const char *name)
{
    Define *found = NULL;
    for (int i = 0; i < r->options->defines; i++)
        if (strcmp(r->options->define[i].name, name) == 0)
            found = &r->options->define[i]; /* the last one counts */
    return found;
}

static void resolve_param(Resolver *r, File *file, Param *param)
{
    Define *define = file == r->main ? define_find(r, param->name) : NULL;
    const Tree *tree = param->tree->a;
    Scope *scope = scope_create(r, file, "");
    Value *value = tree ? evaluate(r, scope, tree) : NULL;
    if (value && value->kind != VALUE_NUMBER && value->kind != VALUE_CHOICE &&
        value->kind != VALUE_AXES) {
        fault(r, tree->place, NULL, "a param is a number, a word or a list of axes; this is %s",
              value_describe(r, value));
        value = NULL;
    }
    if (define && (value || !tree)) {
        param->value = define_value(r, define, value);
        define->used = true;
    } else
        param->value = value;
    if (!tree && !define)
        fault(r, param->tree->place, NULL, "param `%s` has no default: give it with -D %s=..",
              param->name, param->name);
}

/* "depth=3 blocks=1", in the order of the params. */
static void describe_defines(Resolver *r)
{
    Text text = text_create(r->arena);
    for (int i = 0; i < r->main->params; i++) {
        const Define *define = define_find(r, r->main->param[i].name);
        if (define)
            text_add(&text, "%s%s=%s", text.length ? " " : "", define->name, define->literal);
    }
    r->model->defines = text.length ? text.at : "";
}

static void check_defines(Resolver *r)
{
    const char *name[MAX_NAMES];
    int count = 0;
    for (int i = 0; i < r->main->params && count < MAX_NAMES; i++)
        name[count++] = r->main->param[i].name;
    for (int i = 0; i < r->options->defines; i++) {
        const Define *define = &r->options->define[i];
        if (!param_find(r->main, define->name))
            fault(r, define_place(r, define), NULL, "-D %s=..: no such param%s", define->name,
                  did_you_mean(r, define->name, name, count));
    }
}

static void resolve_params(Resolver *r)
{
    r->section = SECTION_PARAMS;
    for (int i = 0; i < r->files; i++)
        for (int k = 0; k < r->file[i]->params; k++)
            resolve_param(r, r->file[i], &r->file[i]->param[k]);
    check_defines(r);
    describe_defines(r);
}

/* ---------------------------------------------------------------- the network */

/* Every result of a network depends on the batch. */
static Node *batched(Resolver *r, Place place, Node *node)
{
    if (shape_batched(&node->shape))
        return node;
    Shape shape = { .rank = 1, .axis = { { "batch", BATCH } } };
    for (int i = 0; i < node->shape.rank; i++)
        if (!shape_grow(r, place, NULL, &shape, node->shape.axis[i].name, node->shape.axis[i].size))
            return node;
    return make_expand(r->graph, place, node, shape);
}

/* The loss sees output, target and every name of the network. */
static void resolve_loss(Resolver *r, Scope *scope, Node *output)
{
    const Tree *tree = train_loss(r);
    if (!tree)
        return;
    Shape shape = output->shape;
    Scope *inner = scope_create(r, r->main, "loss");
    inner->outer = scope;
    scope_bind(r, inner, "output", value_tensor(r, tree->place, output), tree->place);
    scope_bind(r, inner, "target",
               value_tensor(r, tree->place, make_input(r->graph, tree->place, "target", shape)),
               tree->place);
    Value *loss = evaluate(r, inner, tree);
    if (!loss)
        return;
    if (loss->kind != VALUE_TENSOR) {
        fault(r, tree->place, NULL, "the loss must be a tensor; this is %s",
              value_describe(r, loss));
        return;
    }
    Node *node = batched(r, tree->place, loss->node);
    if (node->shape.rank > 1)
        fault(r, tree->place, NULL, "the loss has the axis %s; reduce it, as sum[%s] does",
              node->shape.axis[1].name, node->shape.axis[1].name);
    else
        graph_result(r->graph, RESULT_VALUE, "loss", NULL, node);
    const Recipe *recipe = &r->model->recipe;
    const bool weighed = strcmp(recipe->class_weights, "none") != 0 ||
                         recipe->class_weight_of.count;
    if (weighed && !is_homogeneous(r->graph, node))
        fault(r, tree->place, NULL, "class_weights need a loss that is doubled when the target is");
}

static Node *resolve_output(Resolver *r, Scope *scope)
{
    Value *value = evaluate_body(r, scope, r->network->b);
    if (value && value->kind == VALUE_TUPLE)
        value = value->item[0];
    if (!value)
        return NULL;
    if (value->kind != VALUE_TENSOR) {
        fault(r, result_place(r->network->b, 0), NULL,
              "the network's result must be a tensor; this is %s", value_describe(r, value));
        return NULL;
    }
    Node *output = batched(r, value->node->place, value->node);
    graph_result(r->graph, RESULT_VALUE, "output", NULL,
                 ragged_output(r, value->node->place, output));
    return output;
}

/* A section's name stands for its result, or for all of them. */
static void bind_features(Resolver *r, Scope *scope)
{
    const Model *m = r->model;
    for (int i = 0; i < m->fronts; i++) {
        const Front *front = m->front[i];
        Value *all = value_create(r, VALUE_TUPLE, front->place);
        all->item = arena_alloc(r->arena, sizeof *all->item * (size_t)(m->feature_sets + 1));
        for (int k = 0; k < m->feature_sets; k++) {
            const Features *f = &m->features[k];
            if (f->front == front)
                all->item[all->count++] = value_tensor(
                    r, front->place, make_input(r->graph, front->place, f->name, f->shape));
        }
        scope_bind(r, scope, front->name, all->count == 1 ? all->item[0] : all, front->place);
    }
}

static Graph *resolve_network(Resolver *r, bool training)
{
    Graph *g = graph_create(r->arena, training ? "training" : "inference");
    Scope *scope = scope_create(r, r->main, "");
    r->section = SECTION_NETWORK;
    r->graph = g;
    r->training = training;
    r->path = (Names){ 0 };
    r->randoms = 0;
    r->steps = 0;
    ragged_begin(r);
    bind_features(r, scope);
    Node *output = resolve_output(r, scope);
    if (output)
        resolve_loss(r, scope, output);
    if (r->turns) /* nodes of reverses that were turned back */
        graph_sweep(g);
    r->graph = NULL;
    return g;
}

/* ---------------------------------------------------------------- the end */

static const char *last_component(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot ? dot + 1 : path;
}

/* block, and block2, block3: the same layer again. */
static bool is_called(const char *component, size_t length, const char *name)
{
    const size_t known = strlen(name);
    return length >= known && strncmp(component, name, known) == 0 &&
           known + strspn(component + known, "0123456789") >= length;
}

static Group *find_group(const Recipe *recipe, const char *component, size_t length)
{
    for (int i = 0; i < recipe->l2_of.count; i++)
        if (is_called(component, length, recipe->l2_of.item[i].name))
            return &recipe->l2_of.item[i];
    return NULL;
}

/* A group's is that of the innermost name; of a layer's weights those are meant that are drawn at
 * random. */
static double recipe_l2(const Recipe *recipe, const Weight *w)
{
    const bool random = w->init > INIT_CONSTANT;
    const char *end = w->name + strlen(w->name), *at;
    double l2 = random ? recipe->l2 : 0;
    bool found = false;
    for (; end > w->name; end = at > w->name ? at - 1 : at) {
        for (at = end; at > w->name && at[-1] != '.';)
            at--;
        Group *group = find_group(recipe, at, (size_t)(end - at));
        if (!group || (!random && *end))
            continue;
        group->used = true;
        l2 = found ? l2 : group->value;
        found = true;
    }
    return l2;
}

static void check_groups(Resolver *r)
{
    const Recipe *recipe = &r->model->recipe;
    for (int i = 0; i < recipe->l2_of.count; i++)
        if (!recipe->l2_of.item[i].used)
            fault(r, recipe->l2_of.item[i].place, NULL,
                  "no weight without an l2 of its own is in a layer `%s`, or called so",
                  recipe->l2_of.item[i].name);
}

/* Gives weights without an initialiser the recipe's, and checks that each can be drawn. */
static void finish_weights(Resolver *r)
{
    for (int i = 0; i < r->uses; i++) {
        const WeightUse *use = &r->use[i];
        Weight *w = use->weight;
        if (use->training != use->inference)
            fault(r, w->place, NULL,
                  "weights differ between training and inference: `%s` exists only in %s", w->name,
                  use->training ? "training" : "inference");
        if (w->init == INIT_DEFAULT) {
            w->init = r->model->recipe.init;
            w->value = r->model->recipe.init_value;
        }
        if (w->l2 < 0)
            w->l2 = w->trainable ? recipe_l2(&r->model->recipe, w) : 0;
        if (!initialiser_needs_fan(w->init))
            continue;
        if (w->fan_in == 0)
            fault(r, w->place, NULL, "%s: `%s` feeds no dot, so it has no inputs; give uniform(b)",
                  initialiser_words[w->init], last_component(w->name));
        else if (use->ambiguous)
            fault(r, w->place, NULL,
                  "%s: `%s` feeds several dots that differ in their inputs; give uniform(b)",
                  initialiser_words[w->init], last_component(w->name));
    }
    check_groups(r);
}

const char *model_name(Arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t length = strlen(name);
    if (length > 4 && strcmp(name + length - 4, ".asc") == 0)
        length -= 4;
    return arena_copy(arena, name, length);
}

static void need_section(Resolver *r, const Tree *section, const char *name)
{
    if (!section)
        fault(r, (Place){ r->main->tree->place.source, 1, 1, 1 }, NULL,
              "the file has no section `%s`", name);
}

static void resolve_sections(Resolver *r)
{
    bool features = true;
    for (int i = 0; i < r->feature_trees; i++)
        features &= resolve_features(r, r->features[i]);
    if (features)
        ragged_inputs(r);
    if (r->train)
        resolve_train(r);
    if (r->evaluate)
        resolve_evaluate(r);
    else
        r->model->evaluation.combine = "mean";
    if (!r->network || !features)
        return;
    int errors = r->d->errors;
    r->model->training = resolve_network(r, true);
    if (r->d->errors == errors)
        r->model->inference = resolve_network(r, false);
    if (r->d->errors == errors)
        finish_weights(r);
}

Model *resolve(Arena *arena, const Tree *file, const Tree *standard, const Options *options,
               Diagnostics *d)
{
    Resolver resolver = { .arena = arena, .d = d, .options = options }, *r = &resolver;
    int errors = d->errors;
    r->model = arena_alloc(arena, sizeof *r->model);
    r->model->path = options->input;
    r->model->name = model_name(arena, options->input);
    r->standard = file_create(r, standard, "std.asc", true);
    add_items(r, r->standard);
    r->main = file_create(r, file, options->input, false);
    add_items(r, r->main);
    if (!r->feature_trees)
        need_section(r, NULL, "features");
    need_section(r, r->network, "network");
    need_section(r, r->train, "train");
    if (check_names(r)) {
        resolve_params(r);
        resolve_sections(r);
    }
    if (d->errors != errors)
        return NULL;
    if (!r->model->inference || !graph_find(r->model->inference, "loss")) {
        need_section(r, NULL, "that could be elaborated");
        return NULL;
    }
    return r->model;
}
