/* progress.c: the bar, its colours, and how wide a terminal is. */
#include "progress.h"

#include <langinfo.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { LEAST_BAR = 8, MOST_BAR = 32 };

static bool has_lines(void)
{
    locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
    bool utf8 = locale && strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;

    if (locale)
        freelocale(locale);
    return utf8;
}

AscTerminal asc_terminal_find(void)
{
    const char *kind = getenv("TERM"), *plain = getenv("NO_COLOR");
    AscTerminal terminal = { 0 };

    terminal.live = isatty(STDERR_FILENO) && kind && *kind && strcmp(kind, "dumb") != 0;
    terminal.colour = terminal.live && !(plain && *plain);
    terminal.lines = terminal.live && has_lines();
    return terminal;
}

int asc_terminal_width(void)
{
    struct winsize size;

    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/* Text that grows as long as there is room. */
typedef struct Line {
    char *at;
    size_t room;
} Line;

static void add(Line *line, const char *text, size_t count)
{
    count = count < line->room ? count : line->room - 1;
    memcpy(line->at, text, count);
    line->at += count;
    line->room -= count;
    *line->at = '\0';
}

static void add_text(Line *line, const char *text)
{
    add(line, text, strlen(text));
}

static void add_bar(Line *line, const AscTerminal *terminal, int columns, double share)
{
    int done = (int)lround(columns * fmax(0, fmin(share, 1)));

    add_text(line, terminal->colour ? " \033[36m" : " ");
    for (int n = 0; n < columns; n++) {
        if (n == done)
            add_text(line, terminal->colour ? "\033[0;2m" : "");
        add_text(line, n < done ? terminal->lines ? "━" : "=" : terminal->lines ? "─" : "-");
    }
    add_text(line, terminal->colour ? "\033[0m" : "");
}

void asc_progress_line(const AscTerminal *terminal, int width, const char *head, double share,
                       const char *tail, char *text, size_t room)
{
    Line line = { text, room };
    int most = width > 1 ? width - 1 : 1, before = (int)strlen(head), behind = (int)strlen(tail);
    int bar = most - before - behind - 3;

    *text = '\0';
    bar = bar < MOST_BAR ? bar : MOST_BAR;
    add(&line, head, (size_t)(before < most ? before : most));
    if (share >= 0 && bar >= LEAST_BAR)
        add_bar(&line, terminal, bar, share);
    if (before + 2 < most) {
        add_text(&line, "  ");
        add(&line, tail, (size_t)(behind < most - before - 2 ? behind : most - before - 2));
    }
}
