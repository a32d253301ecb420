/* elaborate.c: models of texts, for suites that look at what the elaborator makes of them. */
#include "elaborate.h"

#include <check.h>
#include <string.h>

extern const char standard_library[];

Tree *parse_standard(Arena *arena)
{
    Diagnostics d = { .out = stderr, .limit = 20 };
    Source *source = arena_alloc(arena, sizeof *source);
    *source = (Source){ "std.asc", standard_library, strlen(standard_library), true };
    Tree *library = parse(arena, source, &d);
    ck_assert_ptr_nonnull(library);
    return library;
}

Model *elaborate(Arena *arena, const Source *source, int defines, Define *define, FILE *told)
{
    Diagnostics d = { .out = told, .limit = 20 };
    Options *options = arena_alloc(arena, sizeof *options);
    *options = (Options){ .input = source->path, .define = define, .defines = defines, .dump = "" };
    Tree *library = parse_standard(arena), *tree = parse(arena, source, &d);
    Model *model = tree ? resolve(arena, tree, library, options, &d) : NULL;
    ck_assert((model != NULL) == (d.errors == 0));
    for (int i = 0; model && i < 2; i++)
        graph_check(i ? model->inference : model->training, "resolve");
    return model;
}

Source *source_of(Arena *arena, const char *path, const char *text)
{
    Source *source = arena_alloc(arena, sizeof *source);
    *source = (Source){ path, text, strlen(text), false };
    return source;
}
