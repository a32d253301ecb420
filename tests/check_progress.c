/* check_progress.c: lines of progress fit every terminal. */
#include "progress.h"

#include <string.h>

#include "check_main.h"

/* Columns that a line takes: neither colours nor the rest of a character count. */
static int columns(const char *text)
{
    int count = 0;
    for (; *text; text++) {
        if (*text == '\033')
            text += strcspn(text, "m");
        else
            count += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return count;
}

static int count(const char *text, const char *what)
{
    int found = 0;
    for (; (text = strstr(text, what)); text += strlen(what))
        found++;
    return found;
}

static const char head[] = "features", tail[] = "12/400 recordings  41.2/s  0:09 left";

START_TEST(a_line_never_wraps)
{
    char text[1024];
    for (int kind = 0; kind < 4; kind++) {
        AscTerminal terminal = { .live = true, .colour = kind & 1, .lines = kind & 2 };
        for (int width = 0; width < 200; width++) {
            asc_progress_line(&terminal, width, head, 0.5, tail, text, sizeof text);
            ck_assert_int_le(columns(text), width > 1 ? width - 1 : 1);
        }
    }
}
END_TEST

START_TEST(narrow_terminals_lose_the_bar_first)
{
    AscTerminal terminal = { .live = true };
    char text[1024];
    asc_progress_line(&terminal, 47, head, 0.5, tail, text, sizeof text);
    ck_assert_str_eq(text, "features  12/400 recordings  41.2/s  0:09 left");
    asc_progress_line(&terminal, 30, head, 0.5, tail, text, sizeof text);
    ck_assert_str_eq(text, "features  12/400 recordings  ");
    asc_progress_line(&terminal, 100, head, -1, tail, text, sizeof text);
    ck_assert_str_eq(text, "features  12/400 recordings  41.2/s  0:09 left");
}
END_TEST

START_TEST(the_bar_is_as_long_as_the_share)
{
    AscTerminal terminal = { .live = true };
    char text[1024];
    for (int n = 0; n <= 32; n++) {
        asc_progress_line(&terminal, 120, head, n / 32.0, tail, text, sizeof text);
        ck_assert_int_eq(count(text, "="), n);
        ck_assert_int_eq(count(text, "-"), 32 - n);
    }
    asc_progress_line(&terminal, 120, head, 7, tail, text, sizeof text);
    ck_assert_int_eq(count(text, "="), 32);
    terminal.lines = true;
    asc_progress_line(&terminal, 60, head, 0.5, tail, text, sizeof text);
    ck_assert_int_eq(count(text, "━") + count(text, "─"), 59 - 8 - 3 - (int)strlen(tail));
}
END_TEST

START_TEST(no_room_is_no_harm)
{
    AscTerminal terminal = { .live = true, .colour = true, .lines = true };
    char text[1024];
    for (size_t room = 1; room < 200; room++) {
        memset(text, 'x', sizeof text);
        asc_progress_line(&terminal, 120, head, 0.3, tail, text, room);
        ck_assert_uint_lt(strlen(text), room);
        ck_assert_int_eq(text[room], 'x');
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("progress");
    TCase *tests = tcase_create("progress");
    tcase_add_test(tests, a_line_never_wraps);
    tcase_add_test(tests, narrow_terminals_lose_the_bar_first);
    tcase_add_test(tests, the_bar_is_as_long_as_the_share);
    tcase_add_test(tests, no_room_is_no_harm);
    suite_add_tcase(suite, tests);
    return check_main(suite);
}
