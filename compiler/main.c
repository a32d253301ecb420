/* main.c: what ascc does with its command line.  compile.c has the passes. */
#include "command.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

static int compile_file(Arena *arena, const Command *c, Diagnostics *d)
{
    const Options *o = &c->options;
    Text file[MOST_FILES] = { 0 };
    if (output_overwrites_input(arena, o))
        return usage("%s would be overwritten by the result: give another file with -o", o->input);
    const Source *source = source_read(arena, o->input, d);
    const int files = source ? compile(arena, o, source, d, file) : 0;
    if (!files)
        return BAD_INPUT;
    if (o->emit == EMIT_BINARY)
        return output_binary(arena, c, file, files);
    return output_text(arena, o->output, file[0].at);
}

static int format_file(Arena *arena, const Command *c, Diagnostics *d)
{
    const Source *source = source_read(arena, c->format, d);
    return source && format_source(stdout, arena, source, d) ? FINE : BAD_INPUT;
}

static int run(Arena *arena, int argc, char **argv, Diagnostics *d)
{
    Command c;
    const int status = command_read(arena, argc, argv, &c);
    if (status >= 0)
        return status;
    if (c.print_standard)
        return output_text(arena, NULL, standard_library);
    return c.format ? format_file(arena, &c, d) : compile_file(arena, &c, d);
}

int main(int argc, char **argv)
{
    Arena *arena = arena_create();
    Diagnostics diagnostics = { .out = stderr, .limit = 20 };
    signal(SIGXFSZ, SIG_IGN); /* a limit on the size of files is an error, not the end */
    int status = run(arena, argc, argv, &diagnostics);
    if (status == FINE && (fflush(stdout) != 0 || ferror(stdout))) {
        fprintf(stderr, "ascc: standard output: %s\n", strerror(errno));
        status = BAD_TOOL;
    }
    arena_destroy(arena);
    return status;
}
