/* problems.c: a growing list of messages. */
#include "problems.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"

static bool add(AscProblems *problems, const char *message)
{
    if (problems->count == problems->room) {
        int room = problems->room ? 2 * problems->room : 16;
        char **text = realloc(problems->text, (size_t)room * sizeof *text);
        if (!text)
            return false;
        problems->text = text;
        problems->room = room;
    }
    problems->text[problems->count] = strdup(message);
    return problems->text[problems->count] && ++problems->count;
}

bool asc_problem(AscProblems *problems, AscStatus *status, const char *format, ...)
{
    char message[sizeof status->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return (problems && add(problems, message)) ||
           asc_status_set(status, ASC_BAD_INPUT, "%s", message);
}

void asc_problems_tell(const AscProblems *problems, void (*note)(void *context, const char *text),
                       void *context)
{
    const int most = 20;

    for (int n = 0; n < problems->count && n <= most; n++) {
        char text[sizeof((AscStatus *)0)->message + 16];

        if (n < most)
            snprintf(text, sizeof text, "left out: %s", problems->text[n]);
        else
            snprintf(text, sizeof text, "left out: %d more", problems->count - most);
        note(context, text);
    }
}

bool asc_problems_write(const AscProblems *problems, const char *path, AscStatus *status)
{
    AscWriter *writer = asc_writer_open(path, status);
    if (!writer)
        return false;
    for (int i = 0; i < problems->count; i++)
        asc_writer_print(writer, NULL, "%s\n", problems->text[i]);
    return asc_writer_commit(writer, status);
}

void asc_problems_free(AscProblems *problems)
{
    for (int i = 0; i < problems->count; i++)
        free(problems->text[i]);
    free(problems->text);
    *problems = (AscProblems){ 0 };
}
