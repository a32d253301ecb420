/* check_npy.c: NumPy's arrays written, read and refused. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "npy.h"
#include "scratch.h"

static Scratch scratch;
static AscStatus status;

static void setup(void)
{
    scratch = scratch_make();
}

static void teardown(void)
{
    scratch_remove(&scratch);
}

START_TEST(test_round_trip)
{
    static const size_t size[] = { 2, 3, 4 };
    static const int count_of_rank[] = { 1, 2, 6, 24 };
    real values[24];
    for (int i = 0; i < 24; i++)
        values[i] = (real)(i * 0.1 - 1);
    for (int rank = 0; rank <= 3; rank++) {
        const char *path = scratch_path(&scratch, "a.npy");
        ck_assert_msg(asc_npy_write(path, rank, size, values, &status), "%s", status.message);
        AscArray array;
        ck_assert_msg(asc_npy_read(path, &array, &status), "%s", status.message);
        ck_assert_int_eq(array.rank, rank);
        ck_assert_uint_eq(array.count, (size_t)count_of_rank[rank]);
        for (int i = 0; i < rank; i++)
            ck_assert_uint_eq(array.size[i], size[i]);
        for (int i = 0; i < count_of_rank[rank]; i++)
            ck_assert(array.values[i] == (double)values[i]);
        asc_npy_free(&array);
    }
}
END_TEST

/* A file as NumPy writes it: version, header, data. */
static const char *make(char version, const char *header, const void *data, size_t count)
{
    char bytes[512] = "\x93NUMPY";
    size_t length = strlen(header), at = version == 2 ? 12 : 10;
    bytes[6] = version;
    bytes[8] = (char)length;
    memcpy(bytes + at, header, length);
    memcpy(bytes + at + length, data, count);
    return scratch_write(&scratch, "b.npy", bytes, at + length + count);
}

static const double TWO[] = { 1.5, -2 };

START_TEST(test_versions)
{
    for (char version = 1; version <= 2; version++) {
        AscArray array;
        const char *path = make(
            version, "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }\n", TWO, 16);
        ck_assert_msg(asc_npy_read(path, &array, &status), "%s", status.message);
        ck_assert_int_eq(array.rank, 1);
        ck_assert(array.values[0] == 1.5 && array.values[1] == -2);
        asc_npy_free(&array);
    }
}
END_TEST

static const struct {
    char version;
    const char *header;
    size_t count;
    const char *message;
} BAD[] = {
    { 1, "{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }", 8, "'<i4'" },
    { 1, "{'descr': '>f8', 'fortran_order': False, 'shape': (2,), }", 16, "'>f8'" },
    { 1, "{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2,), }", 8, "elements" },
    { 1, "{'descr': '<f8', 'fortran_order': True, 'shape': (2,), }", 16, "Fortran" },
    { 1, "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }", 16, "header says 24" },
    { 1, "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", 16, "header says 8" },
    { 1, "{'descr': '<f8', 'fortran_order': False, 'shape': (-2,), }", 16, "shape" },
    { 1, "{'descr': '<f8', 'fortran_order': False, 'shape': (2", 16, "shape" },
    { 1, "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999,99999999999), }", 16,
      "shape" },
    { 1, "{'descr': '<f8', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,2), }", 16, "shape" },
    { 1, "{'fortran_order': False, 'shape': (2,), }", 16, "damaged" },
    { 1, "", 0, "damaged" },
    { 3, "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", 16, "version 3" },
};

START_TEST(test_refusals)
{
    AscArray array;
    const char *path = make(BAD[_i].version, BAD[_i].header, TWO, BAD[_i].count);
    ck_assert(!asc_npy_read(path, &array, &status));
    ck_assert_int_eq(status.code, ASC_BAD_INPUT);
    ck_assert_msg(strstr(status.message, BAD[_i].message) && strstr(status.message, "b.npy"), "%s",
                  status.message);
}
END_TEST

START_TEST(test_cut_anywhere)
{
    char whole[256];
    const char *path = make(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", TWO,
                            16);
    FILE *file = fopen(path, "rb");
    size_t count = fread(whole, 1, sizeof whole, file);
    fclose(file);
    for (size_t cut = 0; cut < count; cut++) {
        AscArray array;
        path = scratch_write(&scratch, "c.npy", whole, cut);
        ck_assert(!asc_npy_read(path, &array, &status));
        ck_assert_int_eq(status.code, ASC_BAD_INPUT);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("npy");
    TCase *tcase = tcase_create("npy");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, test_round_trip);
    tcase_add_test(tcase, test_versions);
    tcase_add_loop_test(tcase, test_refusals, 0, sizeof BAD / sizeof BAD[0]);
    tcase_add_test(tcase, test_cut_anywhere);
    suite_add_tcase(suite, tcase);
    return check_main(suite);
}
