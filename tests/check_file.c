/* check_file.c: statuses, atomic writing, reading, folders, hashes. */
#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check_main.h"
#include "file.h"
#include "scratch.h"

static Scratch scratch;
static AscStatus status;

static void setup(void)
{
    scratch = scratch_make();
    asc_status_clear(&status);
}

static void teardown(void)
{
    scratch_remove(&scratch);
}

static int count_files(void)
{
    char command[128], line[16] = "";
    snprintf(command, sizeof command, "ls -A %s | wc -l", scratch.path);
    FILE *pipe = popen(command, "r");
    ck_assert(pipe && fgets(line, sizeof line, pipe));
    pclose(pipe);
    return atoi(line);
}

START_TEST(test_write_and_read)
{
    char path[256];
    strcpy(path, scratch_path(&scratch, "a"));
    char *block = malloc(200000);
    for (int i = 0; i < 200000; i++)
        block[i] = (char)(i * 7);
    AscWriter *writer = asc_writer_open(path, &status);
    ck_assert(writer != NULL);
    ck_assert(!asc_file_exists(path)); /* not before it is complete */
    ck_assert(asc_writer_print(writer, &status, "%d %s\n", 12, "ab"));
    ck_assert(asc_writer_put(writer, block, 200000, &status));
    ck_assert(asc_writer_put(writer, block, 1000, &status));
    ck_assert(asc_writer_commit(writer, &status));
    size_t count;
    char *bytes = asc_file_read(path, 1 << 20, &count, &status);
    ck_assert_msg(bytes != NULL, "%s", status.message);
    ck_assert_uint_eq(count, 6 + 201000);
    ck_assert_mem_eq(bytes, "12 ab\n", 6);
    ck_assert_mem_eq(bytes + 6, block, 200000);
    ck_assert_mem_eq(bytes + 200006, block, 1000);
    ck_assert_int_eq(bytes[count], 0);
    ck_assert_int_eq(count_files(), 1);
    free(bytes);
    ck_assert(!asc_file_read(path, 1000, &count, &status));
    ck_assert(strstr(status.message, "201006"));
    free(block);
}
END_TEST

START_TEST(test_abandon_keeps_old)
{
    char path[256];
    strcpy(path, scratch_text(&scratch, "a", "old"));
    AscWriter *writer = asc_writer_open(path, &status);
    ck_assert(asc_writer_put(writer, "new", 3, &status));
    asc_writer_abandon(writer);
    asc_writer_abandon(NULL);
    size_t count;
    char *bytes = asc_file_read(path, 10, &count, &status);
    ck_assert_str_eq(bytes, "old");
    free(bytes);
    ck_assert_int_eq(count_files(), 1);
}
END_TEST

/* A limit on the size of files stands for a full disk: write() fails part of the way. */
/* What a killed process leaves goes; what a running one is writing stays, and so does what only looks alike. */
START_TEST(test_tidy)
{
    char name[64];
    const pid_t gone = fork();
    if (gone == 0)
        _exit(0);
    ck_assert_int_eq(waitpid(gone, NULL, 0), gone);
    snprintf(name, sizeof name, "weights.safetensors.%ld-0.new", (long)gone);
    scratch_text(&scratch, name, "x");
    snprintf(name, sizeof name, "weights.safetensors.%ld-0.new", (long)getpid());
    scratch_text(&scratch, name, "x");
    snprintf(name, sizeof name, "a.%ld-0.new.txt", (long)gone);
    scratch_text(&scratch, name, "x");
    scratch_text(&scratch, "a.new", "x");
    asc_writer_tidy(scratch.path);
    ck_assert_int_eq(count_files(), 3);
    asc_writer_tidy("/nonexistent");
}
END_TEST

START_TEST(test_disk_full)
{
    char path[256];
    strcpy(path, scratch_text(&scratch, "a", "old"));
    signal(SIGXFSZ, SIG_IGN);
    const struct rlimit limit = { 100000, 100000 };
    ck_assert(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    char *block = calloc(1, 300000);
    ck_assert(!asc_file_write(path, block, 300000, &status));
    ck_assert_int_eq(status.code, ASC_IO);
    ck_assert(strstr(status.message, path));
    ck_assert(strstr(status.message, strerror(EFBIG)));
    free(block);
    size_t count;
    char *bytes = asc_file_read(path, 10, &count, &status);
    ck_assert_str_eq(bytes, "old");
    free(bytes);
    ck_assert_int_eq(count_files(), 1);
}
END_TEST

START_TEST(test_bad_places)
{
    size_t count;
    ck_assert(!asc_file_write("/nonexistent/a", "x", 1, &status));
    ck_assert_int_eq(status.code, ASC_IO);
    ck_assert(strstr(status.message, "/nonexistent/a"));
    ck_assert(!asc_file_write(scratch.path, "x", 1, &status));
    ck_assert(strstr(status.message, "is a folder"));
    ck_assert(!asc_file_read(scratch.path, 10, &count, &status));
    ck_assert(strstr(status.message, "is a folder"));
    ck_assert(!asc_file_read("/dev/zero", 10, &count, &status));
    ck_assert(!asc_file_read("/nonexistent/a", 10, &count, &status));
    ck_assert_int_eq(status.code, ASC_BAD_INPUT);
    ck_assert_str_eq(status.message, "/nonexistent/a: no such file");
}
END_TEST

START_TEST(test_folders)
{
    char path[256];
    strcpy(path, scratch_path(&scratch, "a/b//c/"));
    ck_assert_msg(asc_folder_make(path, &status), "%s", status.message);
    ck_assert(asc_folder_make(path, &status));
    ck_assert(asc_folder_exists(path));
    scratch_text(&scratch, "file", "x");
    ck_assert(!asc_folder_make(scratch_path(&scratch, "file/b"), &status));
    ck_assert_int_eq(status.code, ASC_IO);
    ck_assert(!asc_folder_make("", &status));
    char *joined = asc_path_join("a/", "b");
    ck_assert_str_eq(joined, "a/b");
    free(joined);
    joined = asc_path_join("a", "/b");
    ck_assert_str_eq(joined, "/b");
    free(joined);
}
END_TEST

START_TEST(test_hashes)
{
    AscHash start = asc_hash_start();
    AscHash one = asc_hash_text(asc_hash_text(start, "a"), "bc");
    AscHash two = asc_hash_text(asc_hash_text(start, "ab"), "c");
    ck_assert(!asc_hash_equal(one, two));
    ck_assert(asc_hash_equal(one, asc_hash_text(asc_hash_text(start, "a"), "bc")));
    ck_assert(!asc_hash_equal(asc_hash_add(start, "\0", 1), asc_hash_add(start, "\0\0", 2)));
    AscHash seen[512];
    for (int i = 0; i < 512; i++) { /* every bit of 64 bytes counts */
        unsigned char bytes[64] = { 0 };
        bytes[i / 8] = (unsigned char)(1 << i % 8);
        seen[i] = asc_hash_add(start, bytes, sizeof bytes);
        for (int k = 0; k < i; k++)
            ck_assert(seen[i].word[0] != seen[k].word[0] && seen[i].word[1] != seen[k].word[1]);
    }
    char text[ASC_HASH_TEXT];
    asc_hash_print(one, text);
    ck_assert_uint_eq(strlen(text), 32);
    AscHash file;
    ck_assert(asc_hash_file(scratch_text(&scratch, "a", "hello"), &file, &status));
    ck_assert(asc_hash_equal(file, asc_hash_text(start, "hello")));
    ck_assert(!asc_hash_file("/nonexistent", &file, &status));
}
END_TEST

START_TEST(test_status)
{
    ck_assert(!asc_status_set(&status, ASC_USAGE, "%0*d", 3000, 1)); /* cut, not overrun */
    ck_assert_uint_eq(strlen(status.message), sizeof status.message - 1);
    asc_status_prefix(&status, "%s: ", "place");
    ck_assert_uint_eq(strlen(status.message), sizeof status.message - 1);
    ck_assert(strncmp(status.message, "place: 000", 10) == 0);
    asc_status_set(&status, ASC_IO, "text");
    asc_status_prefix(&status, "a.wav: ");
    ck_assert_str_eq(status.message, "a.wav: text");
    asc_status_errno(&status, ENOMEM, "read", "a");
    ck_assert_int_eq(status.code, ASC_MEMORY);
    ck_assert(!asc_status_set(NULL, ASC_IO, "nobody listens"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("file");
    TCase *tcase = tcase_create("file");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, test_write_and_read);
    tcase_add_test(tcase, test_abandon_keeps_old);
    tcase_add_test(tcase, test_tidy);
    tcase_add_test(tcase, test_disk_full);
    tcase_add_test(tcase, test_bad_places);
    tcase_add_test(tcase, test_folders);
    tcase_add_test(tcase, test_hashes);
    tcase_add_test(tcase, test_status);
    suite_add_tcase(suite, tcase);
    return check_main(suite);
}
