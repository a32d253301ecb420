/* status.c: codes and messages of failures. */
#include "status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void asc_status_clear(AscStatus *status)
{
    if (status) {
        status->code = ASC_OK;
        status->message[0] = '\0';
    }
}

bool asc_status_set(AscStatus *status, AscCode code, const char *format, ...)
{
    if (status) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(status->message, sizeof status->message, format, arguments);
        va_end(arguments);
        status->code = code;
    }
    return false;
}

bool asc_status_errno(AscStatus *status, int error, const char *verb, const char *path)
{
    AscCode code = error == ENOMEM ? ASC_MEMORY : ASC_IO;
    return asc_status_set(status, code, "%s: can't %s: %s", path, verb, strerror(error));
}

bool asc_status_memory(AscStatus *status, const char *what)
{
    return asc_status_set(status, ASC_MEMORY, "no memory for %s", what);
}

void asc_status_prefix(AscStatus *status, const char *format, ...)
{
    if (!status)
        return;
    char rest[sizeof status->message];
    memcpy(rest, status->message, sizeof rest);
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(status->message, sizeof status->message, format, arguments);
    va_end(arguments);
    if (length >= 0 && (size_t)length < sizeof status->message) {
        size_t room = sizeof status->message - (size_t)length;
        size_t count = strnlen(rest, room - 1);
        memcpy(status->message + length, rest, count);
        status->message[length + count] = '\0';
    }
}
