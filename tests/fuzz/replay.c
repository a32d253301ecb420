/* replay.c: compiles the files it is given, each in a process with limits on time and memory.
 *
 * Usage: replay FILE...; a file fails that crashes the compiler, or takes more than 10 s or 2 GiB. */
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compile_text.h"

enum { MOST_BYTES = 1 << 20, MOST_SECONDS = 10 };

/* AddressSanitizer reserves more address space than any limit leaves. */
#if defined(__SANITIZE_ADDRESS__)
#define LIMITS_MEMORY 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LIMITS_MEMORY 0
#endif
#endif
#ifndef LIMITS_MEMORY
#define LIMITS_MEMORY 1
#endif

static void limit(int what, rlim_t most)
{
    setrlimit(what, &(struct rlimit){ most, most });
}

static void compile_limited(const char *text, size_t length)
{
    FILE *nowhere = fopen("/dev/null", "w");
    if (!nowhere)
        _exit(1);
    limit(RLIMIT_CPU, MOST_SECONDS);
    if (LIMITS_MEMORY)
        limit(RLIMIT_AS, (rlim_t)2 << 30);
    compile_text(text, length, nowhere);
    _exit(0);
}

static bool replay(const char *path)
{
    static char text[MOST_BYTES];
    int status;
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return false;
    }
    const size_t length = fread(text, 1, sizeof text, file);
    fclose(file);
    const pid_t child = fork();
    if (child == 0)
        compile_limited(text, length);
    if (child < 0 || waitpid(child, &status, 0) != child)
        return false;
    if (WIFSIGNALED(status))
        printf("%s: ended by signal %d\n", path, WTERMSIG(status));
    else if (WEXITSTATUS(status))
        printf("%s: ended with %d\n", path, WEXITSTATUS(status));
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int main(int argc, char **argv)
{
    int failed = 0;
    for (int i = 1; i < argc; i++)
        failed += !replay(argv[i]);
    printf("%d passed, %d failed\n", argc - 1 - failed, failed);
    return failed > 0 || argc == 1;
}
