/* emit_nest.c: writes loop nests, functions and their indentation. */
#include "emit.h"

#include <ctype.h>
#include <string.h>

Loop emit_loop(Arena *arena, const char *name, int64_t size)
{
    return (Loop){ arena_format(arena, "for (int %s = 0; %s < %lld; %s++)", name, name,
                                (long long)size, name),
                   NULL };
}

Loop emit_band_loop(Arena *arena, const Kernel *k, const char *name, int64_t size, int step)
{
    const int64_t steps = (size + step - 1) / step, each = (steps + k->bands - 1) / k->bands * step;
    const char *from = "0", *to = arena_format(arena, "%lld", (long long)size);
    if (k->bands > 1) {
        from = arena_format(arena, "band * %lld", (long long)each);
        to = arena_format(arena, "asc_min((band + 1) * %lld, %lld)", (long long)each,
                          (long long)size);
    }
    return (Loop){ arena_format(arena,
                                step == 1 ? "for (int %s = %s; %s < %s; %s++)"
                                          : "for (int %s = %s; %s < %s; %s += %d)",
                                name, from, name, to, name, step),
                   NULL };
}

/* Which piece of its group a chunk is. */
static void add_piece(const Kernel *k, Text *out)
{
    const int panels = k->pieces / k->bands;
    if (k->bands > 1)
        text_add(out, "const int band = chunk %% %d;\n", k->bands);
    if (panels > 1)
        text_add(out, "const int panel = chunk / %d %% %d;\n", k->bands, panels);
    text_add(out,
             "const int first = chunk / %d * ASC_GROUP, last = asc_min(first + ASC_GROUP, "
             "call->examples);\n",
             k->pieces);
}

Loop emit_batch_loop(Arena *arena)
{
    return (Loop){ arena_format(arena, "for (int i_batch = first; i_batch < last; i_batch++)"),
                   NULL };
}

static bool is_batch_loop(const Loop *loop)
{
    return strstr(loop->header, "i_batch = first") != NULL;
}

void emit_nested(Text *out, const Loop *loop, int loops, const char *body, const Text *declaration)
{
    for (int i = 0; i < loops; i++) {
        if (loop[i].pragma)
            text_add(out, "%s\n", loop[i].pragma);
        text_add(out, "%s {\n", loop[i].header);
        if (declaration && declaration[i + 1].length)
            text_add(out, "%s", declaration[i + 1].at);
    }
    text_add(out, "%s", body);
    for (int i = 0; i < loops; i++)
        text_add(out, "}\n");
}

/* Does the next line hang on this one, as the statement of an `if`, `else` or `for` without braces? */
static bool carries(const char *start, const char *end)
{
    static const char *const opens[] = { "if (", "else if (", "for (", NULL };
    for (const char *const *open = opens; *open; open++)
        if (!strncmp(start, *open, strlen(*open)) && end[-1] == ')')
            return true;
    return !strncmp(start, "else\n", 5);
}

/* Every line starts at four blanks for each brace that is open; what goes on from a line above, at eight more. */
void emit_indented(Text *out, const char *text)
{
    int depth = 0, hangs = 0;
    while (*text) {
        const size_t length = strcspn(text, "\n");
        const char *start = text, *end = text + length;
        while (start < end && isspace((unsigned char)*start))
            start++;
        for (const char *c = start; c < end && *c == '}'; c++)
            depth--;
        if (start < end)
            text_add(out, "%*s%.*s\n", *start == '#' ? 0 : 4 * (depth + hangs), "",
                     (int)(end - start), start);
        else
            text_add(out, "\n");
        for (const char *c = start; c < end; c++)
            if (*c == '{')
                depth++;
            else if (*c == '}' && c > start && strspn(start, "}") <= (size_t)(c - start))
                depth--;
        hangs = carries(start, end) ? hangs + 1 : 0;
        text = *end ? end + 1 : end;
    }
}

/* The argument `chunk`, and not the loop over an axis of that name (i_chunk). */
static bool names_chunk(const char *body)
{
    for (const char *at = strstr(body, "chunk"); at; at = strstr(at + 1, "chunk"))
        if (at == body || at[-1] != '_')
            return true;
    return false;
}

const char *emit_group_size(Arena *arena, int group)
{
    return group == GROUP ? "ASC_GROUP" : arena_format(arena, "%d", group);
}

void emit_group(const Program *p, Text *out)
{
    const char *size = emit_group_size(p->arena, p->group);
    text_add(out, "const int first = chunk * %s, last = asc_min(first + %s, call->examples);\n",
             size, size);
}

void emit_function(Nest *n, Text *out, const Loop *loop, int loops, const char *body)
{
    const Kernel *k = n->kernel;
    Text text = text_create(n->program->arena);
    if (n->program->scan && !k->made_in)
        text_add(&text,
                 "static ASC_OPAQUE void %s(const AscCall *call, int chunk, int i_%s)\n{\n"
                 "ASC_STEP(i_%s);\n",
                 k->name, n->program->scan->name, n->program->scan->name);
    else
        text_add(&text, "void %s(const AscCall *call, int chunk)\n{\n", k->name);
    bool batch = false;
    for (int i = 0; i < loops; i++)
        batch = batch || is_batch_loop(&loop[i]);
    batch = batch || strstr(body, "i_batch = first");
    for (int i = 0; i < n->used_count; i++)
        if (n->used[i]->home == HOME_TARGET)
            text_add(&text, "if (!call->target)\nreturn;\n");
    for (int i = 0; i < k->anchors; i++)
        if (k->target[2 * i]->home == HOME_OUTPUT || k->target[2 * i]->home == HOME_LOSSES)
            text_add(&text, "if (!call->%s)\nreturn;\n",
                     k->target[2 * i]->home == HOME_OUTPUT ? "output" : "losses");
    if (k->observes)
        text_add(&text, "if (!call->observed)\nreturn;\n");
    nest_declare_buffers(n, &text, "", k->target, 2 * k->anchors);
    if (k->pieces > 1)
        add_piece(k, &text);
    else if (batch)
        emit_group(n->program, &text);
    else if (!names_chunk(body))
        text_add(&text, "(void)chunk;\n");
    text_add(&text, "%s", n->declaration[0].length ? n->declaration[0].at : "");
    emit_nested(&text, loop, loops, body, n->declaration);
    text_add(&text, "}\n");
    emit_indented(out, text.at);
}

int64_t room_reals(const Kernel *k)
{
    int64_t reals = 0;
    for (int i = 0; i < ROOM_PARTS; i++)
        reals += k->room[i].reals;
    return reals;
}

void emit_room(const Program *p, const Kernel *k, Text *out)
{
    int64_t at = 0;
    text_add(out, "real *const room = ASC_ROOM(%s_ROOM);\n", p->prefix);
    for (int i = 0; i < ROOM_PARTS; at += k->room[i++].reals)
        if (k->room[i].reals)
            text_add(out, "real *const restrict %s = room + %lld;\n", k->room[i].name,
                     (long long)at);
}

void emit_function_into(Nest *n, Text *out, Buffer *to, const char *body)
{
    const Kernel *k = n->kernel;
    Kernel shown = *k;
    Buffer *target[2] = { to, k->target[1] };
    shown.target = target;
    shown.anchors = 1;
    shown.pieces = 1;
    n->kernel = &shown;
    emit_function(n, out, NULL, 0, body);
    n->kernel = k;
}
