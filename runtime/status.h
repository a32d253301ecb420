/* status.h: how the runtime reports failures: a code, which is the process's exit status, and a
 * message that names the file and the reason. */
#ifndef ASC_STATUS_H
#define ASC_STATUS_H

#include <stdbool.h>

typedef enum AscCode {
    ASC_OK = 0,
    ASC_BAD_INPUT = 1, /* data sets, audio, weights, arrays: what was given is wrong */
    ASC_USAGE = 2,     /* the command line */
    ASC_IO = 3,        /* disk full, no permission, a device error */
    ASC_MEMORY = 4     /* no memory left */
} AscCode;

typedef struct AscStatus {
    AscCode code;
    char message[1024]; /* one line without an end; cut where longer */
} AscStatus;

/* No failure, no message. */
void asc_status_clear(AscStatus *status);

/* Sets code and message and returns false, so that a function can end with
 * `return asc_status_set(...)`.  A NULL status is allowed: nothing is stored. */
bool asc_status_set(AscStatus *status, AscCode code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* As asc_status_set with ASC_IO (ASC_MEMORY for ENOMEM) and "PATH: can't VERB: " and the text of
 * `error`, an errno. */
bool asc_status_errno(AscStatus *status, int error, const char *verb, const char *path);

/* As asc_status_set with ASC_MEMORY; `what` says what the memory was for. */
bool asc_status_memory(AscStatus *status, const char *what);

/* Puts text in front of the message that is there: the file or data set in which it happened. */
void asc_status_prefix(AscStatus *status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
