/* tree.c: builds the nodes of the tree and checks what the grammar leaves open; prints a tree;
 * reads a file. */
#include <errno.h>
#include <string.h>

#include "parse.h"

/* Errors of a line that has one already are not reported. */
#define REPORT(lexer, where, ...)                                                                  \
    do {                                                                                           \
        if ((where).line != (lexer)->spoiled_line)                                                 \
            lexer_error(lexer, where, __VA_ARGS__);                                                \
    } while (0)

static void sink(Lexer *lexer, Tree *tree, const Tree *below)
{
    if (!below || below->depth < tree->depth)
        return;
    tree->depth = below->depth + 1;
    if (tree->depth == MAX_DEPTH) {
        lexer_error(lexer, tree->place, "this expression has more than %d levels", MAX_DEPTH);
        lexer->ended = true;
    }
}

Tree *tree_create(Lexer *lexer, TreeKind kind, Place place, const char *name, Tree *a, Tree *b)
{
    Tree *tree = arena_alloc(lexer->arena, sizeof *tree);
    tree->kind = kind;
    tree->place = place;
    tree->name = name;
    tree->a = a;
    tree->b = b;
    sink(lexer, tree, a);
    sink(lexer, tree, b);
    return tree;
}

Tree *tree_number(Lexer *lexer, Place place, const char *text)
{
    Tree *tree = tree_create(lexer, TREE_NUMBER, place, NULL, NULL, NULL);
    tree->text = text;
    if (!number_parse(text, &tree->number))
        REPORT(lexer, place, "the number is out of range");
    return tree;
}

/* `text` is in quotes; at the end of a bad line the closing one may lack. */
Tree *tree_text(Lexer *lexer, TreeKind kind, Place place, const char *text)
{
    Tree *tree = tree_create(lexer, kind, place, NULL, NULL, NULL);
    size_t length = strlen(text);
    bool closed = length > 1 && text[length - 1] == '"';
    tree->text = arena_copy(lexer->arena, text + 1, length - 1 - closed);
    if (!*tree->text)
        REPORT(lexer, place, "the text is empty");
    return tree;
}

Tree *tree_if(Lexer *lexer, Place place, Tree *condition, Tree *body, Tree *otherwise)
{
    Tree *tree = tree_create(lexer, TREE_IF, place, NULL, condition, body);
    tree->c = otherwise;
    sink(lexer, tree, otherwise);
    return tree;
}

Tree *tree_list(Lexer *lexer, TreeKind kind, Place place)
{
    return tree_create(lexer, kind, place, NULL, NULL, NULL);
}

/* The room for items doubles whenever their number is a power of two. */
Tree *tree_add(Lexer *lexer, Tree *list, Tree *item)
{
    if (!item)
        return list;
    size_t count = (size_t)list->count, bytes = sizeof *list->items;
    if ((count & (count - 1)) == 0)
        list->items = arena_grow(lexer->arena, list->items, count * bytes,
                                 (count ? 2 * count : 1) * bytes);
    list->items[list->count++] = item;
    sink(lexer, list, item);
    return list;
}

static bool is_plain_name(const Tree *tree)
{
    return tree->kind == TREE_CALL && !tree->a && !tree->b;
}

/* l2[NAME] = 0.1, a key of `train`; bodies refuse it (names.c). */
static bool is_group(const Tree *tree)
{
    return tree->kind == TREE_CALL && tree->a && !tree->b;
}

Tree *tree_bind(Lexer *lexer, Place place, Tree *left, Tree *right)
{
    for (int i = 0; i < left->count; i++)
        if (!is_plain_name(left->items[i]) && !(left->count == 1 && is_group(left->items[i])))
            REPORT(lexer, left->items[i]->place, "the left of = must be names");
    return tree_create(lexer, TREE_BIND, place, NULL, left, right);
}

Tree *tree_state(Lexer *lexer, Place place, Tree *values)
{
    Tree *tree = tree_list(lexer, TREE_STATE, place);
    for (int i = 0; i < values->count; i++) {
        const Tree *state = values->items[i];
        if (state->kind != TREE_CALL || !state->a || state->b)
            REPORT(lexer, state->place, "a state is a name with its axes, as h[feature = 128]");
        tree_add(lexer, tree, values->items[i]);
    }
    return tree;
}

Tree *tree_layer(Lexer *lexer, TreeKind kind, Place place, Tree *header, Tree *body)
{
    for (int i = 0; header->a && i < header->a->count; i++) {
        const Tree *axis = header->a->items[i];
        if (axis->kind != TREE_AXIS || axis->a)
            REPORT(lexer, axis->place, "the brackets of a definition hold names without sizes");
    }
    for (int i = 0; header->b && i < header->b->count; i++) {
        const Tree *parameter = header->b->items[i];
        if (parameter->kind != TREE_KEYWORD && !is_plain_name(parameter))
            REPORT(lexer, parameter->place, "a parameter is a name, or name = default");
    }
    return tree_create(lexer, kind, place, header->name, header, body);
}

/* The first line of a file; `text` is the number behind asc, or NULL when the line lacks. */
void tree_version(Lexer *lexer, Place place, const char *text)
{
    if (!text) {
        place = (Place){ lexer->source, 1, 1, 1 };
        lexer_error(lexer, place, "a file begins with the line `asc 1`");
    } else if (strcmp(text, "1") != 0) {
        REPORT(lexer, place, "this compiler reads asc 1, not asc %s", text);
    }
}

static void print_node(FILE *out, const Tree *tree, int depth)
{
    static const char *const names[] = {
        [TREE_FILE] = "file",       [TREE_PARAM] = "param",         [TREE_INCLUDE] = "include",
        [TREE_LAYER] = "layer",     [TREE_CELL] = "cell",           [TREE_FEATURES] = "features",
        [TREE_NETWORK] = "network", [TREE_TRAIN] = "train",         [TREE_EVALUATE] = "evaluate",
        [TREE_BODY] = "body",       [TREE_STATE] = "state",         [TREE_BIND] = "bind",
        [TREE_RESULT] = "result",   [TREE_VALUES] = "values",       [TREE_IF] = "if",
        [TREE_PIPE] = "pipe",       [TREE_BINARY] = "binary",       [TREE_NEGATE] = "negate",
        [TREE_LOGIC] = "logic",     [TREE_NUMBER] = "number",       [TREE_CALL] = "call",
        [TREE_AXES] = "axes",       [TREE_AXIS] = "axis",           [TREE_RANGE] = "range",
        [TREE_RAGGED] = "ragged",   [TREE_ARGUMENTS] = "arguments", [TREE_KEYWORD] = "keyword",
    };
    if (!tree)
        return;
    fprintf(out, "%*s%s", 2 * depth, "", names[tree->kind]);
    if (tree->name)
        fprintf(out, " %s", tree->name);
    if (tree->text)
        fprintf(out, tree->kind == TREE_INCLUDE ? " \"%s\"" : " %s", tree->text);
    fprintf(out, "  %d:%d\n", tree->place.line, tree->place.column);
    print_node(out, tree->a, depth + 1);
    print_node(out, tree->b, depth + 1);
    print_node(out, tree->c, depth + 1);
    for (int i = 0; i < tree->count; i++)
        print_node(out, tree->items[i], depth + 1);
}

void tree_print(FILE *out, const Tree *tree)
{
    print_node(out, tree, 0);
}

static const char *read_all(FILE *file, Arena *arena, Source *source)
{
    size_t capacity = 16 * 1024, length = 0;
    char *text = arena_alloc(arena, capacity);
    for (size_t got; (got = fread(text + length, 1, capacity - length, file)) > 0;) {
        length += got;
        if (length > MAX_SOURCE)
            return "the file is larger than 4 MB";
        if (length == capacity) {
            text = arena_grow(arena, text, capacity, 2 * capacity);
            capacity *= 2;
        }
    }
    if (ferror(file))
        return strerror(errno);
    source->text = text;
    source->length = length;
    return NULL;
}

Source *source_read(Arena *arena, const char *path, Diagnostics *d)
{
    Source *source = arena_alloc(arena, sizeof *source);
    source->path = arena_copy(arena, path, strlen(path));
    source->text = "";
    FILE *file = fopen(path, "rb");
    const char *reason = file ? read_all(file, arena, source) : strerror(errno);
    if (file)
        fclose(file);
    if (reason)
        diag_error(d, (Place){ .source = source }, "can't be read: %s", reason);
    return reason ? NULL : source;
}
