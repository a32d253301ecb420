/* toolchain.c: where the runtime library, its headers and the C compiler are, and how they make a program.
 *
 * The Makefile defines ASCC_CC, ASCC_LIBRARIES, ASCC_SANITIZE, ASCC_PREFIX, ASCC_LIBRARY_DIR and ASCC_INCLUDE_DIR. */
#include "ascc.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* In a build tree this file lies beside the library and holds one line, the folder of the headers. */
#define MARKER "libasc.headers"

static void add(Arena *arena, Words *words, const char *word)
{
    APPEND(arena, words->word, words->count, words->capacity, word);
}

/* Adds the words of a text, which blanks separate. */
static void add_all(Arena *arena, Words *words, const char *text)
{
    while (*(text += strspn(text, " \t\n"))) {
        size_t length = strcspn(text, " \t\n");
        add(arena, words, arena_copy(arena, text, length));
        text += length;
    }
}

static void add_words(Arena *arena, Words *words, const Words *more)
{
    for (int i = 0; i < more->count; i++)
        add(arena, words, more->word[i]);
}

/* ---------------------------------------------------------------- finding */

/* Two folders that belong together. */
typedef struct Runtime {
    const char *libraries, *headers;
} Runtime;

static bool holds(Arena *arena, const char *folder, const char *file)
{
    return access(arena_format(arena, "%s/%s", folder, file), R_OK) == 0;
}

static bool complete(Arena *arena, const Runtime *runtime)
{
    return holds(arena, runtime->libraries, "libasc.a") &&
           holds(arena, runtime->libraries, "libasc_double.a") &&
           holds(arena, runtime->headers, "asc.h");
}

/* The folder of the headers that the build tree `folder` names, or NULL. */
static char *read_marker(Arena *arena, const char *folder)
{
    char line[PATH_MAX];
    FILE *file = fopen(arena_format(arena, "%s/" MARKER, folder), "r");
    if (!file)
        return NULL;
    bool read = fgets(line, sizeof line, file) != NULL;
    fclose(file);
    return read ? arena_copy(arena, line, strcspn(line, "\n")) : NULL;
}

/* The folder that `path`, a folder below the configured prefix, has below another prefix. */
static char *moved(Arena *arena, const char *path, const char *prefix)
{
    size_t length = strlen(ASCC_PREFIX);
    bool below = strncmp(path, ASCC_PREFIX, length) == 0 && path[length] == '/';
    return arena_format(arena, "%s%s", below ? prefix : "", below ? path + length : path);
}

/* Looks in `root`, a build tree or an installation's prefix. */
static bool look_in(Arena *arena, const char *root, Runtime *runtime)
{
    *runtime = (Runtime){ root, read_marker(arena, root) };
    if (runtime->headers && complete(arena, runtime))
        return true;
    *runtime = (Runtime){ moved(arena, ASCC_LIBRARY_DIR, root),
                          moved(arena, ASCC_INCLUDE_DIR, root) };
    return complete(arena, runtime);
}

/* The folder of this executable, or NULL. */
static char *own_folder(Arena *arena)
{
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length <= 0)
        return NULL;
    path[length] = '\0';
    return arena_copy(arena, path, (size_t)(strrchr(path, '/') - path));
}

static bool find_runtime(Arena *arena, Runtime *runtime, char **message)
{
    const char *given = getenv("ASCC_RUNTIME");
    if (given && *given) {
        if (look_in(arena, given, runtime))
            return true;
        *message = arena_format(
            arena,
            "ASCC_RUNTIME is '%s', which is neither a build tree nor an installation: it "
            "has no libasc.a with its headers",
            given);
        return false;
    }
    const char *own = own_folder(arena);
    if (own && (look_in(arena, own, runtime) ||
                look_in(arena, arena_format(arena, "%s/..", own), runtime)))
        return true;
    if (look_in(arena, ASCC_PREFIX, runtime))
        return true;
    *message = arena_format(
        arena,
        "the runtime library (libasc.a, libasc_double.a, asc.h) is neither beside the "
        "compiler in %s nor in %s; set ASCC_RUNTIME to a build tree or an installation prefix",
        own ? own : "(unknown)", ASCC_LIBRARY_DIR);
    return false;
}

bool toolchain_find(Arena *arena, bool real_double, Toolchain *toolchain, char **message)
{
    *toolchain = (Toolchain){ 0 };
    Runtime runtime;
    if (!find_runtime(arena, &runtime, message))
        return false;
    const char *cc = getenv("ASCC_CC"), *cflags = getenv("ASCC_CFLAGS");
    add_all(arena, &toolchain->cc, cc && *cc ? cc : ASCC_CC);
    add_all(arena, &toolchain->compile, ASCC_SANITIZE);
    if (real_double)
        add(arena, &toolchain->compile, "-DASC_REAL_DOUBLE");
    add(arena, &toolchain->compile, arena_format(arena, "-I%s", runtime.headers));
    add_all(arena, &toolchain->compile, cflags ? cflags : "");
    add(arena, &toolchain->link,
        arena_format(arena, "%s/libasc%s.a", runtime.libraries, real_double ? "_double" : ""));
    add_all(arena, &toolchain->link, ASCC_LIBRARIES " -lm");
    return true;
}

/* ---------------------------------------------------------------- running */

/* A command under way; what it prints goes to a file without a name. */
typedef struct Job {
    Words words;
    pid_t process; /* 0: not started, or ended */
    FILE *said;
    int status; /* of waitpid */
} Job;

static bool job_start(Arena *arena, Job *job)
{
    add(arena, &job->words, NULL);
    job->status = -1;
    job->said = tmpfile();
    if (!job->said)
        return false;
    job->process = fork();
    if (job->process < 0) {
        dprintf(fileno(job->said), "can't start a process: %s\n", strerror(errno));
        job->process = 0;
        return false;
    }
    if (job->process > 0)
        return true;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    dup2(fileno(job->said), STDOUT_FILENO);
    dup2(fileno(job->said), STDERR_FILENO);
    execvp(job->words.word[0], (char *const *)job->words.word);
    dprintf(STDERR_FILENO, "can't run '%s': %s\n", job->words.word[0], strerror(errno));
    _exit(127);
}

/* Notes which jobs have ended; returns how many are under way. */
static int jobs_reap(Job *job, int count)
{
    int status, running = 0;
    pid_t ended;
    while ((ended = waitpid(-1, &status, WNOHANG)) != 0) {
        if (ended < 0 && errno == EINTR)
            continue;
        for (int i = 0; i < count; i++) {
            if (job[i].process == 0 || (ended > 0 && job[i].process != ended))
                continue;
            job[i].process = 0;
            if (ended > 0)
                job[i].status = status;
        }
        if (ended < 0)
            break;
    }
    for (int i = 0; i < count; i++)
        running += job[i].process != 0;
    return running;
}

/* Waits until a job ends.  A signal that would end this process ends the jobs, so that this process
 * lives on to clean up; returns false then. */
static bool jobs_wait(Job *job, int count, const sigset_t *awaited)
{
    int number;
    do
        number = sigwaitinfo(awaited, NULL);
    while (number < 0 && errno == EINTR);
    for (int i = 0; number != SIGCHLD && i < count; i++)
        if (job[i].process)
            kill(job[i].process, SIGTERM);
    return number == SIGCHLD;
}

static void add_command(Text *text, const Words *words)
{
    for (int i = 0; words->word[i]; i++)
        text_add(text, "%s%s", i ? " " : "", words->word[i]);
    text_add(text, "\n");
}

/* Adds what the command said and, when it failed, the command. */
static void job_tell(const Job *job, Text *text)
{
    char piece[4096];
    size_t length;
    if (job->said) {
        rewind(job->said);
        while ((length = fread(piece, 1, sizeof piece, job->said)) > 0)
            text_add(text, "%.*s", (int)length, piece);
    } else {
        text_add(text, "can't run '%s': %s\n", job->words.word[0], strerror(errno));
    }
    if (job->status == 0)
        return;
    if (job->status != -1 && WIFSIGNALED(job->status))
        text_add(text, "ended by signal %d (%s): ", WTERMSIG(job->status),
                 strsignal(WTERMSIG(job->status)));
    else
        text_add(text, "failed: ");
    add_command(text, &job->words);
}

/* The end of a job, and the signals that would end this process; nohup's are none of them. */
static void await_signals(sigset_t *awaited)
{
    static const int ending[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction action;
    sigemptyset(awaited);
    sigaddset(awaited, SIGCHLD);
    signal(SIGCHLD, SIG_DFL); /* were it ignored, no end would be told */
    for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++)
        if (sigaction(ending[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
            sigaddset(awaited, ending[i]);
}

/* Runs all commands, as many at a time as there are processors; true when every one of them succeeded.  teller: is told how
 * many have ended, or NULL. */
static bool jobs_run(Arena *arena, Job *job, int count, const Toolchain *teller, Text *text)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    sigset_t awaited, before;
    bool good = true;
    int running = 0, started = 0;
    await_signals(&awaited);
    sigprocmask(SIG_BLOCK, &awaited, &before);
    if (teller && teller->told)
        teller->told(teller->context, 0, count);
    while ((good && started < count) || running > 0) {
        if (good && started < count && (running == 0 || running < processors)) {
            running += job_start(arena, &job[started++]);
            continue;
        }
        good = jobs_wait(job, started, &awaited) && good;
        running = jobs_reap(job, started);
        if (teller && teller->told)
            teller->told(teller->context, started - running, count);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (!good)
        text_add(text, "stopped by a signal\n");
    count = started;
    for (int i = 0; i < count; i++) {
        if (good) /* one failure is told: the others most often say the same */
            job_tell(&job[i], text);
        good = good && job[i].status == 0;
        if (job[i].said)
            fclose(job[i].said);
    }
    return good;
}

/* ---------------------------------------------------------------- building */

static const char *object_of(Arena *arena, const char *c_file)
{
    size_t length = strlen(c_file);
    bool ends = length > 2 && strcmp(c_file + length - 2, ".c") == 0;
    return arena_format(arena, "%.*s.o", (int)(ends ? length - 2 : length), c_file);
}

static bool compile_all(Arena *arena, const Toolchain *toolchain, const Target *target,
                        char *const *c_file, int count, Text *said)
{
    Job *job = arena_alloc(arena, (size_t)count * sizeof *job);
    for (int i = 0; i < count; i++) {
        Words *words = &job[i].words;
        add_words(arena, words, &toolchain->cc);
        add_all(arena, words,
                "-std=gnu11 -O3 -ffp-contract=fast -fno-math-errno -fno-trapping-math -fopenmp "
                "-Wall -Wextra");
        add_all(arena, words, target->cflags);
        add_words(arena, words, &toolchain->compile);
        add_all(arena, words, "-c -o");
        add(arena, words, object_of(arena, c_file[i]));
        add(arena, words, c_file[i]);
    }
    return jobs_run(arena, job, count, toolchain, said);
}

static bool link_program(Arena *arena, const Toolchain *toolchain, char *const *c_file, int count,
                         const char *output, Text *said)
{
    Job job = { 0 };
    add_words(arena, &job.words, &toolchain->cc);
    add(arena, &job.words, "-fopenmp");
    add_all(arena, &job.words, ASCC_SANITIZE);
    add_all(arena, &job.words, "-o");
    add(arena, &job.words, output);
    for (int i = 0; i < count; i++)
        add(arena, &job.words, object_of(arena, c_file[i]));
    add_words(arena, &job.words, &toolchain->link);
    return jobs_run(arena, &job, 1, NULL, said);
}

/* Gives `path` the mode of a new program. */
static bool make_executable(const char *path)
{
    mode_t mask = umask(0);
    umask(mask);
    return chmod(path, 0777 & ~mask) == 0;
}

/* Devices and folders must not be replaced. */
static bool may_replace(const char *path)
{
    struct stat status;
    return stat(path, &status) != 0 || S_ISREG(status.st_mode);
}

bool toolchain_build(Arena *arena, const Toolchain *toolchain, const Target *target,
                     char *const *c_file, int count, const char *output, char **message)
{
    Text said = text_create(arena);
    char *unfinished = arena_format(arena, "%s.XXXXXX", output);
    bool good = false;
    if (!may_replace(output)) {
        *message = arena_format(arena, "can't write '%s': it is not a regular file\n", output);
        return false;
    }
    int made = mkstemp(unfinished);
    if (made >= 0) {
        close(made);
        good = compile_all(arena, toolchain, target, c_file, count, &said) &&
               link_program(arena, toolchain, c_file, count, unfinished, &said);
    }
    if (made < 0 || (good && (!make_executable(unfinished) || rename(unfinished, output) != 0))) {
        text_add(&said, "can't write '%s': %s\n", output, strerror(errno));
        good = false;
    }
    if (made >= 0 && !good)
        unlink(unfinished);
    *message = said.length ? said.at : NULL;
    return good;
}
