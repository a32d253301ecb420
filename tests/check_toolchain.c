/* check_toolchain.c: targets, where the runtime library is found, and how programs are built. */
#include "ascc.h"
#include "check_main.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static Arena *arena;
static char folder[64];

static void setup(void)
{
    arena = arena_create();
    strcpy(folder, "/tmp/check_toolchain.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    unsetenv("ASCC_RUNTIME");
    unsetenv("ASCC_CC");
    unsetenv("ASCC_CFLAGS");
}

static void remove_folder(const char *path)
{
    DIR *entries = opendir(path);
    for (struct dirent *entry; entries && (entry = readdir(entries));) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
            continue;
        char *inner = arena_format(arena, "%s/%s", path, name);
        if (entry->d_type == DT_DIR)
            remove_folder(inner);
        else
            unlink(inner);
    }
    if (entries)
        closedir(entries);
    rmdir(path);
}

static void teardown(void)
{
    remove_folder(folder);
    arena_destroy(arena);
}

static char *write_file(const char *name, const char *text)
{
    char *path = arena_format(arena, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
    return path;
}

static int count_files(void)
{
    int count = 0;
    DIR *entries = opendir(folder);
    for (struct dirent *entry; (entry = readdir(entries));)
        count += entry->d_name[0] != '.';
    closedir(entries);
    return count;
}

/* ---------------------------------------------------------------- targets */

START_TEST(targets_have_names)
{
    static const char *const names[] = { "avx512", "avx2", "neon", "scalar" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const Target *target = target_find(names[i]);
        ck_assert_ptr_nonnull(target);
        ck_assert_str_eq(target->name, names[i]);
        ck_assert_ptr_nonnull(target->cflags);
    }
    ck_assert_ptr_null(target_find("avx1024"));
    ck_assert_ptr_null(target_find(""));
}
END_TEST

START_TEST(native_is_one_of_them)
{
    ck_assert_ptr_eq(target_find("native"), target_native());
    ck_assert_ptr_eq(target_find(target_native()->name), target_native());
}
END_TEST

/* ---------------------------------------------------------------- finding */

static const char *link_library(const Toolchain *toolchain)
{
    ck_assert_int_gt(toolchain->link.count, 0);
    return toolchain->link.word[0];
}

/* This program lies in the build tree's folder tests. */
START_TEST(build_tree_is_found)
{
    Toolchain toolchain;
    char *message = NULL;
    ck_assert_msg(toolchain_find(arena, false, &toolchain, &message), "%s", message);
    ck_assert_ptr_nonnull(strstr(link_library(&toolchain), "/libasc.a"));
    ck_assert_msg(toolchain_find(arena, true, &toolchain, &message), "%s", message);
    ck_assert_ptr_nonnull(strstr(link_library(&toolchain), "/libasc_double.a"));
}
END_TEST

START_TEST(runtime_may_be_given)
{
    char *headers = arena_format(arena, "%s/headers", folder);
    mkdir(headers, 0777);
    write_file("headers/asc.h", "");
    write_file("libasc.a", "");
    write_file("libasc_double.a", "");
    write_file("libasc.headers", arena_format(arena, "%s\n", headers));
    setenv("ASCC_RUNTIME", folder, 1);
    Toolchain toolchain;
    char *message = NULL;
    ck_assert_msg(toolchain_find(arena, false, &toolchain, &message), "%s", message);
    ck_assert_str_eq(link_library(&toolchain), arena_format(arena, "%s/libasc.a", folder));
    bool included = false;
    for (int i = 0; i < toolchain.compile.count; i++)
        included |= strcmp(toolchain.compile.word[i], arena_format(arena, "-I%s", headers)) == 0;
    ck_assert(included);
}
END_TEST

START_TEST(missing_runtime_is_named)
{
    write_file("libasc.a", "");
    setenv("ASCC_RUNTIME", folder, 1);
    Toolchain toolchain;
    char *message = NULL;
    ck_assert(!toolchain_find(arena, false, &toolchain, &message));
    ck_assert_ptr_nonnull(strstr(message, folder));
}
END_TEST

START_TEST(environment_chooses_the_compiler)
{
    setenv("ASCC_CC", "ccache  clang -m64", 1);
    setenv("ASCC_CFLAGS", "-O1 -Werror", 1);
    Toolchain toolchain;
    char *message = NULL;
    ck_assert_msg(toolchain_find(arena, false, &toolchain, &message), "%s", message);
    ck_assert_int_eq(toolchain.cc.count, 3);
    ck_assert_str_eq(toolchain.cc.word[1], "clang");
    ck_assert_str_eq(toolchain.compile.word[toolchain.compile.count - 1], "-Werror");
}
END_TEST

/* ---------------------------------------------------------------- building */

/* Builds the files, without the runtime library, into folder/program. */
static bool build(char *const *c_file, int count, char **message)
{
    Toolchain toolchain;
    ck_assert_msg(toolchain_find(arena, false, &toolchain, message), "%s", *message);
    toolchain.link.count = 0;
    return toolchain_build(arena, &toolchain, target_find("scalar"), c_file, count,
                           arena_format(arena, "%s/program", folder), message);
}

START_TEST(several_files_become_a_program)
{
    char *message, *c_file[5];
    c_file[0] = write_file("main.c",
                           "int one(void), two(void), three(void), four(void);\n"
                           "int main(void) { return one() + two() + three() + four(); }\n");
    c_file[1] = write_file("one.c", "int one(void); int one(void) { return 1; }\n");
    c_file[2] = write_file("two.c", "int two(void); int two(void) { return 2; }\n");
    c_file[3] = write_file("three.c", "int three(void); int three(void) { return 3; }\n");
    c_file[4] = write_file("four.c", "int four(void); int four(void) { return 4; }\n");
    ck_assert_msg(build(c_file, 5, &message), "%s", message);
    ck_assert_ptr_null(message);
    int status = system(arena_format(arena, "%s/program", folder));
    ck_assert_int_eq(WEXITSTATUS(status), 10);
    ck_assert_int_eq(count_files(), 11); /* sources, objects, the program */
}
END_TEST

START_TEST(an_error_leaves_the_old_program)
{
    char *message, *c_file[2];
    char *program = write_file("program", "old");
    c_file[0] = write_file("good.c", "int main(void) { return 0; }\n");
    c_file[1] = write_file("bad.c", "int main(void) { return nothing; }\n");
    ck_assert(!build(c_file, 2, &message));
    ck_assert_ptr_nonnull(strstr(message, "bad.c"));
    ck_assert_ptr_nonnull(strstr(message, "nothing"));
    ck_assert_int_eq(count_files(), 4); /* good.o too, no unfinished program */
    struct stat status;
    ck_assert_int_eq(stat(program, &status), 0);
    ck_assert_int_eq(status.st_size, 3);
}
END_TEST

START_TEST(a_linker_error_is_told)
{
    char *message, *c_file[1];
    c_file[0] = write_file("main.c",
                           "int elsewhere(void); int main(void) { return elsewhere(); }\n");
    ck_assert(!build(c_file, 1, &message));
    ck_assert_ptr_nonnull(strstr(message, "elsewhere"));
    ck_assert_int_eq(count_files(), 2);
}
END_TEST

START_TEST(a_missing_compiler_is_told)
{
    char *message, *c_file[1];
    setenv("ASCC_CC", "no-such-compiler", 1);
    c_file[0] = write_file("main.c", "int main(void) { return 0; }\n");
    ck_assert(!build(c_file, 1, &message));
    ck_assert_ptr_nonnull(strstr(message, "no-such-compiler"));
}
END_TEST

START_TEST(a_folder_is_not_replaced)
{
    char *message, *c_file[1];
    c_file[0] = write_file("main.c", "int main(void) { return 0; }\n");
    mkdir(arena_format(arena, "%s/program", folder), 0777);
    ck_assert(!build(c_file, 1, &message));
    ck_assert_ptr_nonnull(strstr(message, "not a regular file"));
}
END_TEST

START_TEST(an_unwritable_output_is_told)
{
    char *message, *c_file[1];
    Toolchain toolchain;
    c_file[0] = write_file("main.c", "int main(void) { return 0; }\n");
    ck_assert(toolchain_find(arena, false, &toolchain, &message));
    char *output = arena_format(arena, "%s/none/program", folder);
    ck_assert(
        !toolchain_build(arena, &toolchain, target_find("scalar"), c_file, 1, output, &message));
    ck_assert_ptr_nonnull(strstr(message, output));
    ck_assert_ptr_nonnull(strstr(message, "No such file"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("toolchain");
    TCase *t = tcase_create("toolchain");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, targets_have_names);
    tcase_add_test(t, native_is_one_of_them);
    tcase_add_test(t, build_tree_is_found);
    tcase_add_test(t, runtime_may_be_given);
    tcase_add_test(t, missing_runtime_is_named);
    tcase_add_test(t, environment_chooses_the_compiler);
    tcase_add_test(t, several_files_become_a_program);
    tcase_add_test(t, an_error_leaves_the_old_program);
    tcase_add_test(t, a_linker_error_is_told);
    tcase_add_test(t, a_missing_compiler_is_told);
    tcase_add_test(t, a_folder_is_not_replaced);
    tcase_add_test(t, an_unwritable_output_is_told);
    suite_add_tcase(s, t);
    return check_main(s);
}
