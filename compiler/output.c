/* output.c: where results go: texts and programs, written whole or not at all. */
#include "command.h"
#include "../runtime/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_stream(FILE *f, const char *text)
{
    return fputs(text, f) >= 0 && fflush(f) == 0;
}

/* Writes to a device or pipe. */
static bool write_device(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    if (!f)
        return false;
    const bool good = write_stream(f, text);
    return fclose(f) == 0 && good;
}

/* Writes to a file beside the wanted one, and renames it. */
static bool write_file(Arena *arena, const char *path, const char *text)
{
    char *found = realpath(path, NULL); /* a symbolic link stays one */
    const char *target = arena_format(arena, "%s", found ? found : path);
    const char *temporary = arena_format(arena, "%s.%ld.tmp", target, (long)getpid());
    free(found);
    FILE *f = fopen(temporary, "w");
    if (!f)
        return false;
    bool good = write_stream(f, text) && fsync(fileno(f)) == 0;
    int error = errno;
    if (fclose(f) != 0 && good) {
        good = false;
        error = errno;
    }
    if (good && rename(temporary, target) != 0) {
        good = false;
        error = errno;
    }
    if (!good)
        unlink(temporary);
    errno = error;
    return good;
}

/* Without a path to standard output. */
int output_text(Arena *arena, const char *path, const char *text)
{
    struct stat status;
    bool good;
    if (!path)
        good = write_stream(stdout, text);
    else if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
        good = write_device(path, text);
    else
        good = write_file(arena, path, text);
    if (!good)
        fprintf(stderr, "ascc: %s: %s\n", path ? path : "standard output", strerror(errno));
    return good ? FINE : BAD_TOOL;
}

static void remove_folder(Arena *arena, const char *folder, int files)
{
    for (int i = 0; i < files; i++) {
        unlink(arena_format(arena, "%s/part%d.c", folder, i + 1));
        unlink(arena_format(arena, "%s/part%d.o", folder, i + 1));
    }
    rmdir(folder);
}

static void tell_parts(void *context, int done, int total)
{
    asc_report_job(context, "compiling", "parts", done, total);
}

int output_binary(Arena *arena, const Command *c, const Text *file, int files)
{
    Toolchain toolchain;
    char *message = NULL, *name[MOST_FILES];
    const char *output = c->options.output ? c->options.output
                                           : model_name(arena, c->options.input);
    const char *base = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
    char *folder = c->keep ? arena_format(arena, "%s", c->keep)
                           : arena_format(arena, "%s/ascc.XXXXXX", base);
    if (!toolchain_find(arena, c->options.real_double, &toolchain, &message)) {
        fprintf(stderr, "ascc: %s\n", message);
        return BAD_TOOL;
    }
    if (c->keep ? mkdir(folder, 0777) != 0 && errno != EEXIST : !mkdtemp(folder)) {
        fprintf(stderr, "ascc: %s: %s\n", folder, strerror(errno));
        return BAD_TOOL;
    }
    AscPrinter printer;
    asc_report_start(&printer, stderr);
    if (printer.terminal.live) {
        toolchain.told = tell_parts;
        toolchain.context = &printer.report;
    }
    int status = FINE;
    for (int i = 0; i < files && status == FINE; i++) {
        name[i] = arena_format(arena, "%s/part%d.c", folder, i + 1);
        status = output_text(arena, name[i], file[i].at);
    }
    if (status == FINE &&
        !toolchain_build(arena, &toolchain, c->options.target, name, files, output, &message))
        status = BAD_TOOL;
    asc_report_end(&printer);
    if (message)
        fprintf(stderr, status ? "ascc: %s\n" : "%s\n", message);
    if (!c->keep)
        remove_folder(arena, folder, files);
    return status;
}

bool output_overwrites_input(Arena *arena, const Options *o)
{
    struct stat in, out;
    const char *output = o->output;
    if (!output && o->emit == EMIT_BINARY)
        output = model_name(arena, o->input);
    return output && stat(o->input, &in) == 0 && S_ISREG(in.st_mode) && stat(output, &out) == 0 &&
           in.st_dev == out.st_dev && in.st_ino == out.st_ino;
}
