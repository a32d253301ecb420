/* command.c: the command line of ascc. */
#include "command.h"

#include <getopt.h>
#include <string.h>

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "0.1"
#endif

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
    "  -O1              no Winograd convolutions, which are faster, but round more (float only)\n"
    "  --without=PASSES leaves passes out, to see what each is good for, as simplify,hoist: see "
    "below\n"
    "  --recompute      training takes less memory and a little more time: what costs little is "
    "not kept for the gradients\n"
    "  -d LETTERS       prints to standard error what passes made: t tree, r resolve, s simplify, "
    "g grad, S simplify again\n"
    "  --keep DIR       leaves the generated C files in DIR\n"
    "\n"
    "example: ascc models/esc10.asc -D classes=5 -o esc10 && ./esc10 train --data DIR --out run\n"
    "exit status: 0 fine, 1 the input is wrong, 2 usage, 3 the C compiler or a file failed\n";

int usage(const char *format, const char *what)
{
    fprintf(stderr, "ascc: ");
    fprintf(stderr, format, what);
    fprintf(stderr, "; see ascc --help\n");
    return BAD_USAGE;
}

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

/* PASS[,PASS..] */
static int read_without(Arena *arena, const char *text, Command *c)
{
    for (size_t length;; text += length + 1) {
        length = strcspn(text, ",");
        const Pass pass = pass_find(text, length);
        if (pass == PASSES)
            return usage("--without=%s: there is no such pass", arena_copy(arena, text, length));
        c->without |= 1u << pass;
        if (!text[length])
            return FINE;
    }
}

static void print_help(void)
{
    fputs(help, stdout);
    printf(
        "\npasses, which are in -O0, -O1 or -O2 (the default), or have an option of their own:\n");
    for (Pass pass = 0; pass < PASSES; pass++)
        printf("  %-10s %-3s  %s\n", pass_name(pass), pass_level(pass), pass_about(pass));
}

enum {
    OPT_EMIT = 256,
    OPT_TARGET,
    OPT_REAL,
    OPT_STANDARD,
    OPT_FORMAT,
    OPT_VERSION,
    OPT_HELP,
    OPT_KEEP,
    OPT_WITHOUT,
    OPT_RECOMPUTE
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
        c->level = *argument - '0';
        return strlen(argument) == 1 && strchr("012", *argument)
                   ? FINE
                   : usage("-O%s: -O0, -O1 and -O2 are known", argument);
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
    case OPT_RECOMPUTE: c->with |= 1u << PASS_recompute; return FINE;
    case OPT_WITHOUT: return read_without(arena, argument, c);
    case OPT_FORMAT: c->format = argument; return FINE;
    case OPT_KEEP: c->keep = argument; return FINE;
    default: c->print_standard = true; return FINE;
    }
}

int command_read(Arena *arena, int argc, char **argv, Command *c)
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
        { "without", required_argument, NULL, OPT_WITHOUT },
        { "recompute", no_argument, NULL, OPT_RECOMPUTE },
        { NULL, 0, NULL, 0 },
    };
    *c = (Command){ .level = 2, .options = { .dump = "" } };
    opterr = 0;
    for (int got; (got = getopt_long(argc, argv, "D:o:d:O:h", option, NULL)) != -1;) {
        if (got == '?')
            return usage("unknown option or missing value: %s", argv[optind - 1]);
        if (got == OPT_VERSION) {
            printf("ascc %s\n", PACKAGE_VERSION);
            return FINE;
        }
        if (got == OPT_HELP || got == 'h') {
            print_help();
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
    c->options.passes = (passes_of(c->level) | c->with) & ~c->without;
    c->options.poison = c->options.emit == EMIT_BINARY && sizeof ASCC_SANITIZE > 1;
    if (!c->options.target)
        c->options.target = c->options.emit == EMIT_C ? target_find("avx2") : target_native();
    return -1;
}
