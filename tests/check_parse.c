/* check_parse.c: trees, which lines go on, recovery, limits, and that any text ends in a tree or in
 * errors; the messages themselves are golden tests. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ascc.h"
#include "check_main.h"

static Arena *arena;
static FILE *sink;
static char *printed;
static size_t printed_length;
static int errors;

static void setup(void)
{
    arena = arena_create();
    sink = open_memstream(&printed, &printed_length);
    ck_assert_ptr_nonnull(sink);
}

static void teardown(void)
{
    fclose(sink);
    free(printed);
    arena_destroy(arena);
}

static const Source *source_of(const char *text, size_t length)
{
    Source *source = arena_alloc(arena, sizeof *source);
    *source = (Source){ .path = "m.asc",
                        .text = arena_copy(arena, text, length),
                        .length = length };
    return source;
}

static Tree *parse_bytes(const char *text, size_t length)
{
    Diagnostics d = { .out = sink, .limit = 20 };
    Tree *tree = parse(arena, source_of(text, length), &d);
    errors = d.errors;
    ck_assert_int_eq(tree == NULL, errors > 0);
    return tree;
}

static Tree *parse_text(const char *text)
{
    return parse_bytes(text, strlen(text));
}

/* The statements of `network { ... }`. */
static Tree *parse_body(const char *lines)
{
    Tree *file = parse_text(arena_format(arena, "asc 1\nnetwork {\n%s\n}\n", lines));
    ck_assert_msg(file != NULL, "%s", lines);
    ck_assert_int_eq(file->count, 1);
    ck_assert_int_eq(file->items[0]->kind, TREE_NETWORK);
    return file->items[0]->b;
}

static void check_statements(const char *lines, int count)
{
    Tree *body = parse_body(lines);
    ck_assert_msg(body->count == count, "%d statements, not %d: %s", body->count, count, lines);
}

START_TEST(test_lines)
{
    check_statements("a\nb\n\n\nc", 3);
    check_statements("a; b;; c;", 3);
    check_statements("a\n| relu\n\n# comment\n| f", 1);
    check_statements("a +\nb", 1);
    check_statements("y =\nb,\nc", 1);
    check_statements("a\n-b", 2);
    check_statements("a\n(b)", 2);
    check_statements("f(a,\n\nb\n)", 1);
    check_statements("f[a = 3,\nb\n]", 1);
    check_statements("if a == 1 { b\nc }\nelse { d }", 1);
    check_statements("f(if a { b\n c = d\n } else { e }, 3)", 1);
    check_statements("a = b <=\n c", 1);
    check_statements("", 0);
    ck_assert_ptr_nonnull(parse_text("asc 1"));
    ck_assert_ptr_nonnull(parse_text("\n;\n# c\nasc 1\r\n\r\nnetwork { a }"));
    ck_assert_ptr_nonnull(parse_text("\xEF\xBB\xBF"
                                     "asc 1\nparam s = 2 s"));
}
END_TEST

START_TEST(test_numbers)
{
    Tree *file = parse_text("asc 1\nparam a = 44.1 kHz\nparam s = 2 * s\nparam c = 2 samples\n");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(file->count, 3);
    ck_assert_int_eq(file->items[0]->a->number.numerator, 44100);
    ck_assert_int_eq(file->items[0]->a->number.unit, UNIT_HERTZ);
    ck_assert_int_eq(file->items[1]->a->kind, TREE_BINARY);
    ck_assert_int_eq(file->items[2]->a->number.unit, UNIT_SAMPLES);
}
END_TEST

START_TEST(test_places)
{
    Tree *pipe = parse_body("    x | softmax[class](2,\n3)")->items[0]->a->items[0];
    ck_assert_int_eq(pipe->kind, TREE_PIPE);
    ck_assert_int_eq(pipe->place.line, 3);
    ck_assert_int_eq(pipe->place.column, 7);
    const Tree *call = pipe->b;
    ck_assert_str_eq(call->name, "softmax");
    ck_assert_int_eq(call->place.column, 9);
    ck_assert_int_eq(call->place.end, 15);
    ck_assert_int_eq(call->a->place.column, 16);
    ck_assert_int_eq(call->a->place.end, 22);
    ck_assert_int_eq(call->b->place.column, 23);
    ck_assert_int_eq(call->b->items[1]->place.line, 4);
}
END_TEST

START_TEST(test_recovery)
{
    ck_assert_ptr_null(parse_text("asc 1\nparam a = = 3\nlayer f(x) {\n y = 3 4\n z = f(a b)\n"
                                  " w = [1]\n x | 3\n}\nparam b = 4 4\nnetwrk { a }\n"));
    ck_assert_int_eq(errors, 7);
    ck_assert_ptr_null(
        parse_text("asc 1\nlayer f(x) {\n x | g(\nlayer h(x) { y = }\nparam a = 3x\n"));
    ck_assert_int_eq(errors, 3);
    ck_assert_ptr_null(parse_text("asc 1\nnetwork { if a { b = 3 4\n } else { c = = 1 } }\n"));
    ck_assert_int_eq(errors, 2);
}
END_TEST

static void repeat(Text *text, const char *piece, int times)
{
    for (int i = 0; i < times; i++)
        text_add(text, "%s", piece);
}

static void check_refused(const char *head, const char *piece, int times)
{
    Text text = text_create(arena);
    text_add(&text, "asc 1\n%s", head);
    repeat(&text, piece, times);
    text_add(&text, "\n");
    ck_assert_msg(!parse_bytes(text.at, text.length), "%d times %s", times, piece);
}

START_TEST(test_limits)
{
    check_refused("param a = ", "(", 201);
    check_refused("param a = ", "f([", 200000);
    check_refused("param a = ", "-", 200000);
    check_refused("param a = ", "2 ^ ", 200000);
    check_refused("param a = 1", " + 1", 100000);
    check_refused("network { x", " | f", 100000);
    check_refused("network { ", "if a { b } else ", 100000);
    check_refused("param ", "a", 129);
    check_refused("param a = ", "9", 500);
    check_refused("", "}\n", 100000);
    check_refused("", "x\n", 100000);
    check_refused("", "\xff\n", 100000);
    Text text = text_create(arena);
    text_add(&text, "asc 1\nnetwork { x");
    repeat(&text, " | f", 1000);
    text_add(&text, " }\nparam a = ");
    repeat(&text, "(", 200);
    text_add(&text, "1");
    repeat(&text, ")", 200);
    ck_assert_ptr_nonnull(parse_bytes(text.at, text.length));
}
END_TEST

/* Texts made of pieces of the language in random order: no crash, no hang, no silent refusal. */
START_TEST(test_random_texts)
{
    static const char *const pieces[] = {
        "(",       ")",
        "[",       "]",
        "{",       "}",
        "|",       "=",
        ",",       "\n",
        ";",       "if",
        "else",    "layer",
        "param",   "state",
        "x",       "f",
        "3",       "3x",
        "2 s",     "+",
        "-",       "^",
        "==",      "..",
        "<=",      "\"a\"",
        "\"",      "x'",
        "#",       "\xe9",
        "network", "train",
        "asc",     "# c\n",
        " ",       "f[a = 3](x, y)",
        "{ x }",   "x | f",
    };
    uint64_t state = 1;
    for (int i = 0; i < 3000; i++) {
        Text text = text_create(arena);
        text_add(&text, "asc 1\n");
        for (int j = 0; j < 30; j++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            text_add(&text, "%s ", pieces[(state >> 33) % (sizeof pieces / sizeof *pieces)]);
        }
        parse_bytes(text.at, text.length);
    }
}
END_TEST

/* Every prefix of a file that uses the whole grammar. */
START_TEST(test_prefixes)
{
    static const char text[] =
        "asc 1\ninclude \"a.asc\"\nparam rate = 22050 Hz   # c\nfeatures m { audio(rate) | mel[f = "
        "64] }\n"
        "cell l(x, u = 2) {\n state h[f = u], c[f = u]\n c' = (x - h) * -c ^ 2\n h'\n}\n"
        "network { a, b = m | l[time](3)\n if a <= 1 { a[t = 0 .. 3, u <= 9] } else if b { c } "
        "else { d }\n}\n"
        "train { loss = f(x, y = 3 %); epochs = 1e-4 }\n";
    for (size_t i = 0; i < sizeof text; i++)
        parse_bytes(text, i);
    ck_assert_ptr_nonnull(parse_text(text));
}
END_TEST

START_TEST(test_read)
{
    Diagnostics d = { .out = sink, .limit = 20 };
    ck_assert_ptr_null(source_read(arena, "/nonexistent/m.asc", &d));
    ck_assert_ptr_null(source_read(arena, "/", &d));
    ck_assert_int_eq(d.errors, 2);
    char path[] = "/tmp/check_parse_XXXXXX";
    int descriptor = mkstemp(path);
    FILE *file = fdopen(descriptor, "wb");
    for (int i = 0; i < 100000; i++)
        fputs("# a line of a file\n", file);
    fclose(file);
    Source *source = source_read(arena, path, &d);
    ck_assert_ptr_nonnull(source);
    ck_assert_uint_eq(source->length, 1900000);
    ck_assert_int_eq(truncate(path, (4 << 20) + 1), 0);
    ck_assert_ptr_null(source_read(arena, path, &d));
    unlink(path);
}
END_TEST

START_TEST(test_format_again)
{
    const char *text =
        "asc 1 # a\nparam b=1\nparam cd = 2 # c\nnetwork{f(x,\ny)|g # d\n\n\n}\n# e\n";
    Diagnostics d = { .out = sink, .limit = 20 };
    char *once = NULL, *twice = NULL;
    size_t once_length, twice_length;
    FILE *out = open_memstream(&once, &once_length);
    ck_assert(format_source(out, arena, source_of(text, strlen(text)), &d));
    fclose(out);
    out = open_memstream(&twice, &twice_length);
    ck_assert(format_source(out, arena, source_of(once, once_length), &d));
    fclose(out);
    ck_assert_str_eq(once, "asc 1  # a\nparam b  = 1\nparam cd = 2  # c\nnetwork {\n"
                           "    f(x,\n      y) | g  # d\n}\n# e\n");
    ck_assert_str_eq(twice, once);
    ck_assert(!format_source(sink, arena, source_of("asc 1\n}", 7), &d));
    free(once);
    free(twice);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("parse");
    TCase *tests = tcase_create("parse");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, test_lines);
    tcase_add_test(tests, test_numbers);
    tcase_add_test(tests, test_places);
    tcase_add_test(tests, test_recovery);
    tcase_add_test(tests, test_limits);
    tcase_add_test(tests, test_random_texts);
    tcase_add_test(tests, test_prefixes);
    tcase_add_test(tests, test_read);
    tcase_add_test(tests, test_format_again);
    suite_add_tcase(suite, tests);
    return check_main(suite);
}
