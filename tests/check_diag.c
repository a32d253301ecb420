/* check_diag.c: how errors are printed, near names, and the arena they come from. */
#include <stdlib.h>
#include <string.h>

#include "ascc.h"
#include "check_main.h"

static char *printed;
static size_t printed_length;
static Diagnostics diagnostics;

static void setup(void)
{
    diagnostics = (Diagnostics){ .limit = 20 };
    diagnostics.out = open_memstream(&printed, &printed_length);
    ck_assert_ptr_nonnull(diagnostics.out);
}

static void teardown(void)
{
    fclose(diagnostics.out);
    free(printed);
}

static void check_printed(const char *expected)
{
    fflush(diagnostics.out);
    ck_assert_str_eq(printed, expected);
}

static Source source_of(const char *text)
{
    return (Source){ .path = "m.asc", .text = text, .length = strlen(text) };
}

START_TEST(test_caret)
{
    Source s = source_of("asc 1\n\tx | sofmax[class]\n");
    diag_error(&diagnostics, (Place){ &s, 2, 6, 11 }, "unknown layer `%s`", "sofmax");
    check_printed("m.asc:2:6: error: unknown layer `sofmax`\n"
                  "    2 |     x | sofmax[class]\n"
                  "      |         ^~~~~~\n");
}
END_TEST

START_TEST(test_trace)
{
    Source s = source_of("a\nb\nc\n");
    Trace outer = { NULL, "stage", { &s, 3, 1, 1 } }, inner = { &outer, "block", { &s, 2, 1, 1 } };
    diagnostics.trace = &inner;
    diag_error(&diagnostics, (Place){ &s, 1, 1, 1 }, "no");
    diag_note(&diagnostics, (Place){ &s, 2, 1, 1 }, "since %d", 3);
    check_printed("m.asc:1:1: error: no\n    1 | a\n      | ^\n"
                  "  in block, called at m.asc:2:1\n  in stage, called at m.asc:3:1\n"
                  "m.asc:2:1: note: since 3\n    2 | b\n      | ^\n");
}
END_TEST

START_TEST(test_deep_trace)
{
    Source s = source_of("a\n");
    Trace trace[1000];
    for (int i = 0; i < 1000; i++)
        trace[i] = (Trace){ i ? &trace[i - 1] : NULL, "f", { &s, 1, 1, 1 } };
    diagnostics.trace = &trace[999];
    diag_error(&diagnostics, (Place){ &s, 1, 1, 1 }, "no");
    fflush(diagnostics.out);
    ck_assert_ptr_nonnull(strstr(printed, "... 989 calls more ...\n  in f, called at m.asc:1:1\n"));
}
END_TEST

START_TEST(test_once)
{
    Source s = source_of("x y\n");
    Place x = { &s, 1, 1, 1 }, y = { &s, 1, 3, 3 };
    for (int i = 0; i < 3; i++) {
        diag_error(&diagnostics, x, "no");
        diag_note(&diagnostics, x, "first here");
    }
    ck_assert_int_eq(diagnostics.errors, 1);
    diag_error(&diagnostics, y, "no");
    diag_error(&diagnostics, x, "never");
    ck_assert_int_eq(diagnostics.errors, 3);
    fflush(diagnostics.out);
    ck_assert_ptr_null(strstr(strstr(printed, "first here") + 1, "first here"));
}
END_TEST

START_TEST(test_limit)
{
    Source s = source_of("x\n");
    diagnostics.limit = 2;
    for (int i = 0; i < 200; i++)
        diag_error(&diagnostics, (Place){ &s, 1, 1, 1 }, "error %d", i);
    diag_note(&diagnostics, (Place){ &s, 1, 1, 1 }, "hidden");
    ck_assert_int_eq(diagnostics.errors, 200);
    check_printed("m.asc:1:1: error: error 0\n    1 | x\n      | ^\n"
                  "m.asc:1:1: error: error 1\n    1 | x\n      | ^\n");
}
END_TEST

START_TEST(test_no_place)
{
    Source s = source_of("");
    diag_error(&diagnostics, (Place){ 0 }, "-D rat=3: no such param");
    diag_error(&diagnostics, (Place){ .source = &s }, "can't be read");
    diag_error(&diagnostics, (Place){ &s, 1, 1, 1 }, "empty");
    diag_error(&diagnostics, (Place){ &s, 7, 1, 1 }, "beyond");
    check_printed("ascc: error: -D rat=3: no such param\nm.asc: error: can't be read\n"
                  "m.asc:1:1: error: empty\n    1 | \n      | ^\nm.asc:7:1: error: beyond\n");
}
END_TEST

START_TEST(test_bytes)
{
    Source s = source_of("# \xc3\xa9 \xff\x01\x1b[1m \xe2\x82 x\r\n");
    diag_error(&diagnostics, (Place){ &s, 1, 16, 16 }, "x");
    check_printed("m.asc:1:16: error: x\n    1 | # \xc3\xa9 ???[1m ?? x\n"
                  "      |               ^\n");
}
END_TEST

START_TEST(test_long_line)
{
    char *text = malloc(1000001);
    memset(text, 'y', 1000000);
    text[1000000] = 0;
    memcpy(text + 500000, "HERE", 4);
    Source s = source_of(text);
    diag_error(&diagnostics, (Place){ &s, 1, 500001, 500004 }, "x");
    diag_error(&diagnostics, (Place){ &s, 1, 1, 999999 }, "x");
    diag_error(&diagnostics, (Place){ &s, 1, 999999, 2000000 }, "x");
    fflush(diagnostics.out);
    ck_assert_uint_lt(printed_length, 1000);
    const char *line = strstr(printed, "1 | ") + 4, *caret = strstr(printed, "      | ") + 8;
    ck_assert_int_eq(strncmp(line, "...", 3), 0);
    ptrdiff_t column = strstr(line, "HERE") - line;
    ck_assert_int_eq(strncmp(caret + column, "^~~~\n", 5), 0);
    free(text);
}
END_TEST

START_TEST(test_nearest)
{
    static const char *const layers[] = { "relu", "softmax", "max", "maxpool", "experts", NULL };
    ck_assert_str_eq(diag_nearest("sofmax", layers, 6), "softmax");
    ck_assert_str_eq(diag_nearest("expert", layers, 6), "experts");
    ck_assert_str_eq(diag_nearest("maxpol", layers, 6), "maxpool");
    ck_assert_str_eq(diag_nearest("rleu", layers, 6), "relu");
    ck_assert_ptr_null(diag_nearest("dense", layers, 6));
    ck_assert_ptr_null(diag_nearest("x", layers, 6));
    ck_assert_ptr_null(diag_nearest("", layers, 6));
    char endless[1000];
    memset(endless, 'a', 999);
    endless[999] = 0;
    ck_assert_ptr_null(diag_nearest(endless, layers, 6));
}
END_TEST

START_TEST(test_arena)
{
    Arena *arena = arena_create();
    int *items = NULL, count = 0, capacity = 0;
    for (int i = 0; i < 100000; i++) {
        APPEND(arena, items, count, capacity, i);
        if (i % 1000 == 0)
            ck_assert_int_eq(*(char *)arena_alloc(arena, 100), 0);
    }
    for (int i = 0; i < 100000; i++)
        ck_assert_int_eq(items[i], i);
    ck_assert_ptr_ne(arena_alloc(arena, 0), arena_alloc(arena, 0));
    char *big = arena_alloc(arena, 1 << 20);
    ck_assert_int_eq(big[(1 << 20) - 1], 0);
    Text text = text_create(arena);
    ck_assert_str_eq(text.at, "");
    for (int i = 0; i < 1000; i++)
        text_add(&text, "%d,", i % 10);
    ck_assert_uint_eq(text.length, 2000);
    ck_assert_str_eq(arena_format(arena, "%0500d", 7) + 498, "07");
    ck_assert_str_eq(arena_copy(arena, "abcdef", 3), "abc");
    arena_destroy(arena);
    arena_destroy(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("diag");
    TCase *tests = tcase_create("diag");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, test_caret);
    tcase_add_test(tests, test_trace);
    tcase_add_test(tests, test_deep_trace);
    tcase_add_test(tests, test_once);
    tcase_add_test(tests, test_limit);
    tcase_add_test(tests, test_no_place);
    tcase_add_test(tests, test_bytes);
    tcase_add_test(tests, test_long_line);
    tcase_add_test(tests, test_nearest);
    tcase_add_test(tests, test_arena);
    suite_add_tcase(suite, tests);
    return check_main(suite);
}
