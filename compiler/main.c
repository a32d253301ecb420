/* main.c: the command line, and the passes one after the other. */
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "0.1"
#endif

extern const char standard_library[];

enum { FINE = 0, BAD_INPUT = 1, BAD_USAGE = 2, BAD_TOOL = 3, MOST_FILES = 4 };

static const char help[] =
    "usage: ascc MODEL.asc [-D NAME=VALUE] [-o BINARY]\n"
    "       ascc MODEL.asc --emit=c|ast|graph|dot|params|report [-o FILE]\n"
    "       ascc --format FILE | --print-std | --version | --help\n"
    "\n"
    "Compiles an acoustic scene classification experiment to a program that trains, evaluates and "
    "predicts.\n"
    "\n"
    "  -D NAME=VALUE    gives a param of MODEL.asc another value\n"
    "  -o FILE          where the result goes (default: MODEL without .asc; texts: standard "
    "output)\n"
    "  --emit=KIND      c: the generated C; ast: the tree; graph: the operators; dot: the graph, "
    "for Graphviz;\n"
    "                   params: the parameters and their number; report: layers, sizes, memory\n"
    "  --target=NAME    avx512, avx2, neon, scalar or native (default: native; of --emit=c: avx2)\n"
    "  --real=TYPE      float (default) or double\n"
    "  -O0              no fusion and no register tiles\n"
    "  -d LETTERS       prints to standard error what passes made: t tree, r resolve, s simplify, "
    "g grad, S simplify again\n"
    "  --keep DIR       leaves the generated C files in DIR\n"
    "\n"
    "example: ascc models/moe_cnn.asc -D experts=5 -o moe && ./moe train --data DIR --out run\n"
    "exit status: 0 fine, 1 the input is wrong, 2 usage, 3 the C compiler or a file failed\n";

/* ---------------------------------------------------------------- command line */

static int usage(const char *format, const char *what)
{
    fprintf(stderr, "ascc: ");
    fprintf(stderr, format, what);
    fprintf(stderr, "; see ascc --help\n");
    return BAD_USAGE;
}

typedef struct Command {
    Options options;
    const char *keep;
    const char *format;
    bool print_standard;
} Command;

static int read_emit(const char *word, Options *o)
{
    static const char *const kind[] = { "binary", "c", "ast", "graph", "dot", "params", "report" };
    for (int i = 0; i < (int)(sizeof kind / sizeof kind[0]); i++)
        if (!strcmp(word, kind[i])) {
            o->emit = (Emit)i;
            return FINE;
        }
    return usage("--emit=%s: c, ast, graph, dot, params or report is expected", word);
}

static int add_define(Arena *arena, Options *o, const char *text)
{
    const char *equals = strchr(text, '=');
    if (!equals || equals == text)
        return usage("-D %s: NAME=VALUE is expected", text);
    for (int i = 0; i < o->defines; i++)
        if (strlen(o->define[i].name) == (size_t)(equals - text) &&
            !strncmp(o->define[i].name, text, (size_t)(equals - text)))
            return usage("-D %s: this param has a value already", text);
    Define *more = arena_alloc(arena, sizeof *more * (size_t)(o->defines + 1));
    if (o->defines)
        memcpy(more, o->define, sizeof *more * (size_t)o->defines);
    more[o->defines++] = (Define){ arena_copy(arena, text, (size_t)(equals - text)), equals + 1,
                                   false };
    o->define = more;
    return FINE;
}

enum {
    OPT_EMIT = 256,
    OPT_TARGET,
    OPT_REAL,
    OPT_STANDARD,
    OPT_FORMAT,
    OPT_VERSION,
    OPT_HELP,
    OPT_KEEP
};

static int read_option(Arena *arena, int option, const char *argument, Command *c)
{
    Options *o = &c->options;
    switch (option) {
    case 'D': return add_define(arena, o, argument);
    case 'o': o->output = argument; return FINE;
    case 'd':
        o->dump = argument;
        return argument[strspn(argument, "trsgS")]
                   ? usage("-d %s: letters of t, r, s, g and S are expected", argument)
                   : FINE;
    case 'O':
        o->optimise = false;
        return !strcmp(argument, "0") ? FINE : usage("-O%s: only -O0 is known", argument);
    case OPT_EMIT: return read_emit(argument, o);
    case OPT_TARGET:
        o->target = target_find(argument);
        return o->target ? FINE
                         : usage("--target=%s: avx512, avx2, neon, scalar or native is expected",
                                 argument);
    case OPT_REAL:
        o->real_double = !strcmp(argument, "double");
        if (!o->real_double && strcmp(argument, "float"))
            return usage("--real=%s: float or double is expected", argument);
        return FINE;
    case OPT_FORMAT: c->format = argument; return FINE;
    case OPT_KEEP: c->keep = argument; return FINE;
    default: c->print_standard = true; return FINE;
    }
}

/* -1: go on; else an exit status. */
static int read_command(Arena *arena, int argc, char **argv, Command *c)
{
    static const struct option option[] = {
        { "emit", required_argument, NULL, OPT_EMIT },
        { "target", required_argument, NULL, OPT_TARGET },
        { "real", required_argument, NULL, OPT_REAL },
        { "print-std", no_argument, NULL, OPT_STANDARD },
        { "format", required_argument, NULL, OPT_FORMAT },
        { "version", no_argument, NULL, OPT_VERSION },
        { "help", no_argument, NULL, OPT_HELP },
        { "keep", required_argument, NULL, OPT_KEEP },
        { NULL, 0, NULL, 0 },
    };
    *c = (Command){ .options = { .optimise = true, .dump = "" } };
    opterr = 0;
    for (int got; (got = getopt_long(argc, argv, "D:o:d:O:h", option, NULL)) != -1;) {
        if (got == '?')
            return usage("unknown option or missing value: %s", argv[optind - 1]);
        if (got == OPT_VERSION) {
            printf("ascc %s\n", PACKAGE_VERSION);
            return FINE;
        }
        if (got == OPT_HELP || got == 'h') {
            fputs(help, stdout);
            return FINE;
        }
        const int status = read_option(arena, got, optarg, c);
        if (status)
            return status;
    }
    if (c->print_standard || c->format)
        return optind == argc ? -1 : usage("nothing else is expected: %s", argv[optind]);
    if (optind == argc)
        return usage("%s is missing", "MODEL.asc");
    if (optind + 1 < argc)
        return usage("one model at a time: %s", argv[optind + 1]);
    c->options.input = argv[optind];
    if (!c->options.target)
        c->options.target = c->options.emit == EMIT_C ? target_find("avx2") : target_native();
    return -1;
}

/* ---------------------------------------------------------------- writing */

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
static int write_text(Arena *arena, const char *path, const char *text)
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

static int build_binary(Arena *arena, const Command *c, const Model *model, Text *file, int files)
{
    Toolchain toolchain;
    char *message = NULL, *name[MOST_FILES];
    const char *output = c->options.output ? c->options.output : model->name;
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
    int status = FINE;
    for (int i = 0; i < files && status == FINE; i++) {
        name[i] = arena_format(arena, "%s/part%d.c", folder, i + 1);
        status = write_text(arena, name[i], file[i].at);
    }
    if (status == FINE &&
        !toolchain_build(arena, &toolchain, c->options.target, name, files, output, &message))
        status = BAD_TOOL;
    if (message)
        fprintf(stderr, status ? "ascc: %s\n" : "%s\n", message);
    if (!c->keep)
        remove_folder(arena, folder, files);
    return status;
}

/* ---------------------------------------------------------------- the passes */

static Source *standard_source(Arena *arena)
{
    Source *s = arena_alloc(arena, sizeof *s);
    *s = (Source){ "std.asc", standard_library, strlen(standard_library), true };
    return s;
}

static bool dumps(const Options *o, char letter)
{
    return strchr(o->dump, letter) != NULL;
}

static void check_graphs(const Model *model, const Options *o, const char *pass, char letter)
{
    Graph *const graph[2] = { model->training, model->inference };
    for (int i = 0; i < 2; i++) {
        graph_check(graph[i], pass);
        if (dumps(o, letter))
            graph_print(stderr, graph[i]);
    }
}

static void differentiate(Model *model, const Options *o)
{
    check_graphs(model, o, "resolve", 'r');
    model->identity = graph_identity(model->inference);
    Graph *const graph[2] = { model->training, model->inference };
    for (int i = 0; i < 2; i++) {
        simplify(graph[i]);
        hoist(graph[i]);
        simplify(graph[i]);
    }
    check_graphs(model, o, "simplify", 's');
    grad(model->training, model, &model->recipe);
    graph_check(model->training, "grad");
    if (dumps(o, 'g'))
        graph_print(stderr, model->training);
    simplify(model->training);
    hoist(model->training);
    simplify(model->training);
    check_graphs(model, o, "simplify after grad", 'S');
}

static Program *lower(Arena *arena, const Model *model, Graph *graph, const Options *o,
                      const char *prefix)
{
    Program *p = fuse(arena, model, graph, o, prefix);
    schedule(p);
    plan(p);
    return p;
}

/* What is printed from a graph or a model, as text in memory. */
static int print_model(Arena *arena, const Options *o, const Model *model, const Program *train,
                       const Program *infer)
{
    char *text = NULL;
    size_t length = 0;
    FILE *f = open_memstream(&text, &length);
    if (!f)
        arena_fail();
    if (o->emit == EMIT_PARAMS)
        params_print(f, model);
    else if (o->emit == EMIT_REPORT)
        report_print(f, model, train, infer);
    else if (o->emit == EMIT_DOT)
        graph_draw(f, model->inference);
    else {
        graph_print(f, model->training);
        graph_print(f, model->inference);
    }
    fclose(f);
    const int status = write_text(arena, o->output, text);
    free(text);
    return status;
}

static int print_tree(Arena *arena, const Options *o, const Tree *tree)
{
    char *text = NULL;
    size_t length = 0;
    FILE *f = open_memstream(&text, &length);
    if (!f)
        arena_fail();
    tree_print(f, tree);
    fclose(f);
    const int status = write_text(arena, o->output, text);
    free(text);
    return status;
}

/* Would the result be written over the model? */
static bool overwrites_input(Arena *arena, const Options *o)
{
    struct stat in, out;
    const char *slash = strrchr(o->input, '/'), *name = slash ? slash + 1 : o->input;
    const char *dot = strrchr(name, '.'), *output = o->output;
    if (!output && o->emit == EMIT_BINARY)
        output = arena_copy(arena, name,
                            dot && !strcmp(dot, ".asc") ? (size_t)(dot - name) : strlen(name));
    return output && stat(o->input, &in) == 0 && S_ISREG(in.st_mode) && stat(output, &out) == 0 &&
           in.st_dev == out.st_dev && in.st_ino == out.st_ino;
}

static int compile(Arena *arena, const Command *c, Diagnostics *d)
{
    const Options *o = &c->options;
    if (overwrites_input(arena, o))
        return usage("%s would be overwritten by the result: give another file with -o", o->input);
    const Source *source = source_read(arena, o->input, d);
    if (!source)
        return BAD_INPUT;
    Tree *standard = parse(arena, standard_source(arena), d);
    Tree *tree = parse(arena, source, d);
    if (!tree || !standard)
        return BAD_INPUT;
    if (dumps(o, 't'))
        tree_print(stderr, tree);
    if (o->emit == EMIT_AST)
        return print_tree(arena, o, tree);
    Model *model = resolve(arena, tree, standard, o, d);
    if (!model)
        return BAD_INPUT;
    if (o->emit == EMIT_PARAMS || o->emit == EMIT_DOT)
        return print_model(arena, o, model, NULL, NULL);
    differentiate(model, o);
    if (o->emit == EMIT_GRAPH)
        return print_model(arena, o, model, NULL, NULL);
    Program *train = lower(arena, model, model->training, o, "train");
    Program *infer = lower(arena, model, model->inference, o, "infer");
    if (o->emit == EMIT_REPORT)
        return print_model(arena, o, model, train, infer);
    Text file[MOST_FILES];
    const int files = emit(arena, model, train, infer, o, source, file,
                           o->emit == EMIT_C ? 1 : MOST_FILES);
    return o->emit == EMIT_C ? write_text(arena, o->output, file[0].at)
                             : build_binary(arena, c, model, file, files);
}

static int format_file(Arena *arena, const Command *c, Diagnostics *d)
{
    const Source *source = source_read(arena, c->format, d);
    return source && format_source(stdout, arena, source, d) ? FINE : BAD_INPUT;
}

int main(int argc, char **argv)
{
    Arena *arena = arena_create();
    Diagnostics diagnostics = { .out = stderr, .limit = 20 };
    Command command;
    signal(SIGXFSZ, SIG_IGN); /* a limit on the size of files is an error, not the end */
    int status = read_command(arena, argc, argv, &command);
    if (status < 0 && command.print_standard)
        status = write_text(arena, NULL, standard_library);
    else if (status < 0 && command.format)
        status = format_file(arena, &command, &diagnostics);
    else if (status < 0)
        status = compile(arena, &command, &diagnostics);
    if (status == FINE && (fflush(stdout) != 0 || ferror(stdout))) {
        fprintf(stderr, "ascc: standard output: %s\n", strerror(errno));
        status = BAD_TOOL;
    }
    arena_destroy(arena);
    return status;
}
