/* compile_text.c: the whole compiler on one text, in this process and in memory: what libFuzzer calls, and replay.c.
 *
 * A first line `# ascc: ARGUMENTS`, as in tests/golden, gives options; blanks separate them. */
#include "compile_text.h"

#include <stdlib.h>
#include <string.h>

#include "ascc.h"

static void set_option(Arena *arena, Options *o, Define *define, const char *word)
{
    const char *equals = strchr(word, '=');
    if (!strncmp(word, "-O", 2) && word[2] >= '0' && word[2] <= '2')
        o->passes = passes_of(word[2] - '0');
    else if (!strncmp(word, "--without=", 10) && pass_find(word + 10, strlen(word + 10)) != PASSES)
        o->passes &= ~(1u << pass_find(word + 10, strlen(word + 10)));
    else if (!strcmp(word, "--real=double"))
        o->real_double = true;
    else if (!strncmp(word, "--target=", 9) && target_find(word + 9))
        o->target = target_find(word + 9);
    else if (equals && equals > word && *word != '-' && o->defines < MOST_DEFINES)
        define[o->defines++] = (Define){ arena_copy(arena, word, (size_t)(equals - word)),
                                         equals + 1, false };
}

static void set_options(Arena *arena, Options *o, Define *define, const char *text)
{
    static const char head[] = "# ascc:";
    if (strncmp(text, head, strlen(head)) != 0)
        return;
    const char *end = strchr(text, '\n');
    const char *stop = end ? end : text + strlen(text);
    for (text += strlen(head); text < stop;) {
        const size_t length = strcspn(text, " \n");
        set_option(arena, o, define, arena_copy(arena, text, length));
        text += length + 1;
    }
}

bool compile_text(const char *bytes, size_t length, FILE *errors)
{
    Arena *arena = arena_create();
    Diagnostics d = { .out = errors, .limit = 20 };
    Define define[MOST_DEFINES];
    Text file[MOST_FILES] = { 0 };
    Source source = { .path = "text.asc",
                      .text = arena_copy(arena, bytes, length),
                      .length = length };
    Options o = { .input = source.path,
                  .emit = EMIT_C,
                  .target = target_find("avx2"),
                  .passes = passes_of(2),
                  .dump = "",
                  .define = define };
    set_options(arena, &o, define, source.text);
    const bool good = compile(arena, &o, &source, &d, file) > 0;
    if (good == (d.errors > 0)) { /* a silent refusal, or C in spite of errors */
        fprintf(stderr, "%s, but %d errors\n", good ? "compiled" : "refused", d.errors);
        abort();
    }
    if (good) { /* what is right can be formatted, and drawn and listed without errors */
        format_source(errors, arena, &source, &d);
        static const Emit also[] = { EMIT_AST, EMIT_PARAMS, EMIT_DOT, EMIT_REPORT };
        o.emit = also[length % (sizeof also / sizeof *also)];
        compile(arena, &o, &source, &d, file);
        if (d.errors)
            abort();
    }
    arena_destroy(arena);
    return good;
}
