/* progress.h: a line on a terminal that tells how far a job is. */
#ifndef ASC_PROGRESS_H
#define ASC_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct AscTerminal {
    bool live;   /* lines can be renewed: it is a terminal, and not a dumb one */
    bool colour; /* live, and NO_COLOR is not set */
    bool lines;  /* shows the lines of Unicode's box drawing */
} AscTerminal;

/* What standard error is. */
AscTerminal asc_terminal_find(void);

/* Its columns now: a window may change; 80 where nobody knows. */
int asc_terminal_width(void);

/* "HEAD ━━━━──── TAIL" of at most width - 1 columns, so that no line wraps; what does not fit is left out, the bar first.
 * share: from 0 to 1; negative: not known, no bar.  head and tail are ASCII. */
void asc_progress_line(const AscTerminal *terminal, int width, const char *head, double share,
                       const char *tail, char *text, size_t room);

#endif
