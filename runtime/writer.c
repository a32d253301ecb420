/* writer.c: files that appear in their place only when they are complete.  Devices and pipes are
 * written directly. */
#include "file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER = 1 << 16 };

struct AscWriter {
    char *path;      /* as given, for messages */
    char *target;    /* what is replaced: no symbolic link */
    char *temporary; /* NULL: written directly */
    int descriptor;
    bool relaxed;      /* commit does not wait for the disk */
    size_t held;       /* bytes in buffer that are not written yet */
    AscStatus failure; /* the first one */
    char buffer[BUFFER];
};

static void destroy(AscWriter *writer)
{
    if (writer->descriptor >= 0)
        close(writer->descriptor);
    free(writer->temporary);
    free(writer->target);
    free(writer->path);
    free(writer);
}

/* A name nobody else has: the process tells processes apart, the attempt its threads and what a
 * crash left. */
static int open_temporary(char *name, size_t room, const char *path)
{
    int descriptor = -1;
    for (int attempt = 0; attempt < 1000; attempt++) {
        snprintf(name, room, "%s.%ld-%d.new", path, (long)getpid(), attempt);
        descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (descriptor >= 0 || errno != EEXIST)
            break;
    }
    return descriptor;
}

/* Is it a name of open_temporary(), of a process that is no more? */
static bool is_left_over(const char *name)
{
    for (const char *dot = strchr(name, '.'); dot; dot = strchr(dot + 1, '.')) {
        long process, attempt;
        int end = 0;
        if (sscanf(dot, ".%ld-%ld.new%n", &process, &attempt, &end) == 2 && end > 0 && !dot[end])
            return process > 0 && kill((pid_t)process, 0) != 0 && errno == ESRCH;
    }
    return false;
}

void asc_writer_tidy(const char *folder)
{
    DIR *list = opendir(folder);
    if (!list)
        return;
    for (struct dirent *entry; (entry = readdir(list));)
        if (is_left_over(entry->d_name))
            unlinkat(dirfd(list), entry->d_name, 0);
    closedir(list);
}

/* A file that is there keeps its name where `path` is a link to it. */
static char *find_target(const char *path)
{
    char *found = realpath(path, NULL);
    return found ? found : strdup(path);
}

static bool open_writer(AscWriter *writer, const char *path, bool direct, AscStatus *status)
{
    size_t room = 48;
    writer->descriptor = -1;
    writer->path = strdup(path);
    writer->target = find_target(path);
    if (writer->target && !direct) {
        room += strlen(writer->target);
        writer->temporary = malloc(room);
    }
    if (!writer->path || !writer->target || (!direct && !writer->temporary))
        return asc_status_memory(status, path);
    writer->descriptor = direct ? open(path, O_WRONLY | O_CLOEXEC)
                                : open_temporary(writer->temporary, room, writer->target);
    return writer->descriptor >= 0 || asc_status_errno(status, errno, "write", path);
}

AscWriter *asc_writer_open(const char *path, AscStatus *status)
{
    struct stat found;
    bool exists = stat(path, &found) == 0;
    if (exists && S_ISDIR(found.st_mode)) {
        asc_status_set(status, ASC_USAGE, "%s: is a folder, a file was to be written", path);
        return NULL;
    }
    AscWriter *writer = calloc(1, sizeof *writer);
    if (!writer) {
        asc_status_memory(status, path);
        return NULL;
    }
    if (!open_writer(writer, path, exists && !S_ISREG(found.st_mode), status)) {
        destroy(writer);
        return NULL;
    }
    return writer;
}

static bool pour(AscWriter *writer, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t put = write(writer->descriptor, bytes, count);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return asc_status_errno(&writer->failure, errno, "write", writer->path);
        bytes += put;
        count -= (size_t)put;
    }
    return true;
}

static bool flush(AscWriter *writer)
{
    size_t count = writer->held;
    writer->held = 0;
    return pour(writer, writer->buffer, count);
}

static bool tell(const AscWriter *writer, AscStatus *status)
{
    if (status)
        *status = writer->failure;
    return false;
}

bool asc_writer_put(AscWriter *writer, const void *bytes, size_t count, AscStatus *status)
{
    if (writer->failure.code != ASC_OK)
        return tell(writer, status);
    if (count >= BUFFER)
        return (flush(writer) && pour(writer, bytes, count)) || tell(writer, status);
    if (writer->held + count > BUFFER && !flush(writer))
        return tell(writer, status);
    if (count > 0)
        memcpy(writer->buffer + writer->held, bytes, count);
    writer->held += count;
    return true;
}

bool asc_writer_print(AscWriter *writer, AscStatus *status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = length >= 0 ? malloc((size_t)length + 1) : NULL;
    if (!text) {
        asc_status_memory(&writer->failure, writer->path);
        return tell(writer, status);
    }
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    bool fine = asc_writer_put(writer, text, (size_t)length, status);
    free(text);
    return fine;
}

/* The rename itself is on the disk when its folder is.  Some file systems can't do this; that is
 * no failure. */
static void sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = !slash ? strdup(".") : strndup(path, slash == path ? 1 : (size_t)(slash - path));
    int descriptor = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (descriptor >= 0) {
        (void)fsync(descriptor);
        close(descriptor);
    }
    free(folder);
}

void asc_writer_relax(AscWriter *writer)
{
    writer->relaxed = true;
}

static bool finish(AscWriter *writer)
{
    if (!flush(writer))
        return false;
    if (!writer->relaxed && writer->temporary && fsync(writer->descriptor) != 0 && errno != EINVAL)
        return asc_status_errno(&writer->failure, errno, "write", writer->path);
    int descriptor = writer->descriptor;
    writer->descriptor = -1;
    if (close(descriptor) != 0)
        return asc_status_errno(&writer->failure, errno, "write", writer->path);
    if (writer->temporary && rename(writer->temporary, writer->target) != 0)
        return asc_status_errno(&writer->failure, errno, "write", writer->path);
    if (writer->temporary && !writer->relaxed)
        sync_folder(writer->target);
    return true;
}

static void remove_temporary(const AscWriter *writer)
{
    if (writer->temporary)
        unlink(writer->temporary);
}

bool asc_writer_commit(AscWriter *writer, AscStatus *status)
{
    bool fine = writer->failure.code == ASC_OK && finish(writer);
    if (!fine) {
        tell(writer, status);
        remove_temporary(writer);
    }
    destroy(writer);
    return fine;
}

void asc_writer_abandon(AscWriter *writer)
{
    if (writer) {
        remove_temporary(writer);
        destroy(writer);
    }
}

bool asc_file_write(const char *path, const void *bytes, size_t count, AscStatus *status)
{
    AscWriter *writer = asc_writer_open(path, status);
    if (!writer)
        return false;
    asc_writer_put(writer, bytes, count, NULL);
    return asc_writer_commit(writer, status);
}
