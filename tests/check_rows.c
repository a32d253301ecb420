/* check_rows.c: rows of tables and lists, and names of files: what they tell, what is refused, and what is left out. */
#include <check.h>
#include <string.h>

#include "check_main.h"
#include "dataset.h"
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

/* ---------------------------------------------------------------- one table */

/* Opens a table of these rows beside a.wav and "b c.wav", and two names of 2018 and 2016. */
static AscDataset *open_table(const char *name, const char *rows, AscProblems *problems)
{
    static const char *const audio[] = { "a.wav", "b c.wav", "bus-lyon-3-1-b.wav",
                                         "x/a001_0_30.wav" };
    for (int i = 0; i < 4; i++)
        scratch_text(&scratch, audio[i], "");
    return asc_dataset_open(scratch_text(&scratch, name, rows), ASC_LAYOUT_AUTO, problems, &status);
}

START_TEST(test_table)
{
    static const char *const rows[] = {
        "a.wav,rain\nb c.wav,wind\n",
        "a.wav\train\nb c.wav\twind\n",
        "file;class\na.wav;rain\nb c.wav;wind\n",
        "Label,Path\nrain,a.wav\nwind,\"b c.wav\"\n",
        "\xef\xbb\xbf"
        "filename,fold,category\r\na.wav,1,rain\r\nb c.wav,2,wind\r\n",
    };
    AscDataset *set = open_table("list.csv", rows[_i], NULL);
    ck_assert_msg(set != NULL, "%s", status.message);
    ck_assert_int_eq(set->layout, ASC_LAYOUT_TABLE);
    ck_assert(set->recordings == 2 && set->labels == 2);
    ck_assert_str_eq(set->label[set->recording[0].label], "rain");
    ck_assert_str_eq(set->recording[1].name, "b c.wav");
    ck_assert_int_eq(set->recording[1].fold, _i == 4 ? 2 : 0);
    char place[300];
    asc_dataset_place(set, 1, place, sizeof place);
    ck_assert_str_eq(place + strlen(scratch.path), _i < 2 ? "/list.csv:2: " : "/list.csv:3: ");
    AscList train;
    ck_assert(asc_dataset_part(set, _i == 4 ? 2 : 0, "train", &train, &status));
    ck_assert_int_eq(train.count, _i == 4 ? 1 : 2);
    asc_list_free(&train);
    asc_dataset_close(set);
}
END_TEST

START_TEST(test_table_derived)
{
    AscDataset *set = open_table(
        "list.tsv", "filename\tdevice\nbus-lyon-3-1-b.wav\t\nx/a001_0_30.wav\tz\n", NULL);
    ck_assert_msg(set != NULL, "%s", status.message);
    ck_assert_str_eq(set->label[set->recording[0].label], "bus");
    ck_assert_str_eq(set->recording[0].device, "b");
    ck_assert_str_eq(set->recording[0].location, "lyon-3");
    ck_assert_int_eq(set->recording[1].label, -1);
    ck_assert_str_eq(set->recording[1].device, "z");
    ck_assert_str_eq(set->recording[1].source, "a001");
    asc_dataset_close(set);
}
END_TEST

START_TEST(test_table_refused)
{
    static const char *const bad[][2] = {
        { "a.wav,rain\na.wav,wind\n",
          "list.csv:2: a.wav is listed again with another label; first in line 1" },
        { "a.wav,rain\nd.wav,wind\n", "list.csv:2: " },
        { "file,fold\na.wav,1\nb c.wav,two\n",
          "list.csv:3: a fold (1, 2, ...) is expected, not \"two\"" },
        { "file,label\n,rain\n", "list.csv:2: the name of a file is missing" },
        { "file,label\n", "lists no recordings" },
    };
    ck_assert_ptr_null(open_table("list.csv", bad[_i][0], NULL));
    ck_assert_msg(strstr(status.message, bad[_i][1]), "%s", status.message);
    ck_assert_ptr_null(asc_dataset_open(scratch.path, ASC_LAYOUT_TABLE, NULL, &status));
    ck_assert_int_eq(status.code, ASC_USAGE);
}
END_TEST

/* ---------------------------------------------------------------- lists from elsewhere */

START_TEST(test_lists)
{
    AscList list;
    char lists[300];
    snprintf(lists, sizeof lists, "%s/my lists", scratch.path);
    scratch_text(&scratch, "set/bus1.wav", "");
    scratch_text(&scratch, "set/bus2.wav", "");
    scratch_text(&scratch, "my lists/fold1_train.txt", "bus2.wav\tbus\n");
    scratch_text(&scratch, "my lists/fold2_train.txt", "bus1.wav\tbus\n");
    scratch_text(&scratch, "my lists/fold2_evaluate.txt", "bus1.wav\tbus\nbus2.wav\tbus\n");
    AscDataset *set = asc_dataset_open(scratch_path(&scratch, "set"), ASC_LAYOUT_AUTO, NULL,
                                       &status);
    ck_assert_int_eq(asc_dataset_next_fold(set, 0), 0);
    ck_assert(asc_dataset_use_lists(set, lists, &status));
    ck_assert_int_eq(asc_dataset_next_fold(set, 0), 1);
    ck_assert(asc_dataset_part(set, 1, "evaluate", &list, &status));
    ck_assert(list.count == 1 && list.index[0] == 0);
    asc_list_free(&list);
    ck_assert(!asc_dataset_split(set, 2, &list, &list, &status));
    ck_assert_msg(strstr(status.message, "1 recording is both to train on and to evaluate on, the "
                                         "first bus1.wav (") &&
                      strstr(status.message, "fold2_train.txt:1 and ") &&
                      strstr(status.message, "fold2_evaluate.txt:1)"),
                  "%s", status.message);
    ck_assert(!asc_dataset_use_lists(set, scratch.path, &status));
    ck_assert(strstr(status.message, "no lists are there"));
    asc_dataset_close(set);
}
END_TEST

/* What is in both parts is left out of training, and told. */
START_TEST(test_shared_left_out)
{
    AscProblems problems = { 0 };
    AscList train, evaluate;
    scratch_text(&scratch, "bus1.wav", "");
    scratch_text(&scratch, "bus2.wav", "");
    scratch_text(&scratch, "fold1_train.txt", "bus1.wav\nbus2.wav\n");
    scratch_text(&scratch, "fold1_evaluate.txt", "bus2.wav\n");
    AscDataset *set = asc_dataset_open(scratch.path, ASC_LAYOUT_AUTO, &problems, &status);
    ck_assert_msg(asc_dataset_split(set, 1, &train, &evaluate, &status), "%s", status.message);
    ck_assert(train.count == 1 && train.index[0] == 0 && evaluate.count == 1 &&
              problems.count == 1);
    asc_list_free(&train);
    asc_list_free(&evaluate);
    asc_dataset_close(set);
    asc_problems_free(&problems);
}
END_TEST

/* ---------------------------------------------------------------- problems that may be left out */

static const char TWICE[] = "filename\tscene_label\n"
                            "audio/bus-lyon-1-1-a.wav\tbus\n"
                            "audio/bus-lyon-1-1-a.wav\tbus\n"
                            "audio/tram-oslo-2-1-a.wav\ttram\n"
                            "audio/tram-oslo-2-2-a.wav\ttram\n";
static const char LISTS[] = "audio/bus-lyon-1-1-a.wav\tbus\n"
                            "audio/tram-oslo-2-1-a.wav\ttram\n"
                            "audio/tram-oslo-2-2-a.wav\ttram\n"
                            "audio/tram-oslo-2-1-a.wav\ttram\n";

START_TEST(test_left_out)
{
    scratch_text(&scratch, "meta.csv", TWICE);
    scratch_text(&scratch, "audio/bus-lyon-1-1-a.wav", "");
    scratch_text(&scratch, "audio/tram-oslo-2-1-a.wav", "");
    scratch_text(&scratch, "evaluation_setup/fold1_train.txt", LISTS);
    ck_assert(!asc_dataset_open(scratch.path, ASC_LAYOUT_AUTO, NULL, &status));
    ck_assert_msg(strstr(status.message, "meta.csv:3: ") && strstr(status.message, "line 2"), "%s",
                  status.message);
    AscProblems problems = { 0 };
    AscDataset *set = asc_dataset_open(scratch.path, ASC_LAYOUT_AUTO, &problems, &status);
    ck_assert_msg(set != NULL, "%s", status.message);
    ck_assert_int_eq(set->recordings, 2);
    ck_assert_int_eq(problems.count, 2);
    ck_assert(strstr(problems.text[0], "meta.csv:3: audio/bus-lyon-1-1-a.wav is listed again"));
    ck_assert(strstr(problems.text[1], "meta.csv:5: "));
    AscList train;
    ck_assert_msg(asc_dataset_part(set, 1, "train", &train, &status), "%s", status.message);
    ck_assert_int_eq(train.count, 2);
    ck_assert_int_eq(problems.count, 4);
    ck_assert(strstr(problems.text[2], "fold1_train.txt:3: audio/tram-oslo-2-2-a.wav is not in"));
    ck_assert(strstr(problems.text[3], "fold1_train.txt:4: "));
    asc_list_free(&train);
    asc_dataset_close(set);
    asc_problems_free(&problems);
}
END_TEST

/* Rows and names of another form: an error, or left out, in each layout. */
static const struct {
    AscLayout layout;
    const char *file[3], *table, *rows, *message;
} MISSHAPEN[] = {
    { ASC_LAYOUT_ESC50,
      { "audio/a.wav", "audio/b.wav" },
      "meta/esc50.csv",
      "filename,fold,category\na.wav,1,dog\nb.wav,one,dog\n",
      "esc50.csv:3: a filename, a fold (1, 2, ...) and a category are expected" },
    { ASC_LAYOUT_DCASE,
      { "audio/a.wav" },
      "meta.csv",
      "filename\tscene_label\naudio/a.wav\tbus\n\tbus\n",
      "meta.csv:3: the name of a file is missing" },
    { ASC_LAYOUT_ESC10,
      { "001 - Dog/1-12-A.ogg", "001 - Dog/dog.ogg" },
      NULL,
      NULL,
      "dog.ogg: the name must be FOLD-CLIP-TAKE" },
    { ASC_LAYOUT_ROUEN,
      { "bus12.wav", "12.wav" },
      NULL,
      NULL,
      "12.wav: a class and a number are expected" },
    { ASC_LAYOUT_TABLE,
      { "a.wav", "b.wav" },
      "t.csv",
      "file,label,fold\na.wav,dog,1\nb.wav,dog,0\n",
      "t.csv:3: a fold (1, 2, ...) is expected, not \"0\"" },
    { ASC_LAYOUT_TABLE,
      { "a.wav" },
      "t.csv",
      "file,label\na.wav,dog\n,dog\n",
      "t.csv:3: the name of a file is missing" },
};

START_TEST(test_misshapen)
{
    AscProblems problems = { 0 };
    const char *path = scratch.path;
    for (int i = 0; MISSHAPEN[_i].file[i]; i++)
        scratch_text(&scratch, MISSHAPEN[_i].file[i], "");
    if (MISSHAPEN[_i].table)
        scratch_text(&scratch, MISSHAPEN[_i].table, MISSHAPEN[_i].rows);
    if (MISSHAPEN[_i].layout == ASC_LAYOUT_TABLE)
        path = scratch_path(&scratch, "t.csv");
    ck_assert(!asc_dataset_open(path, MISSHAPEN[_i].layout, NULL, &status));
    ck_assert_msg(strstr(status.message, MISSHAPEN[_i].message), "%s", status.message);
    AscDataset *set = asc_dataset_open(path, MISSHAPEN[_i].layout, &problems, &status);
    ck_assert_msg(set != NULL, "%s", status.message);
    ck_assert_int_eq(set->recordings, 1);
    ck_assert_int_eq(problems.count, 1);
    ck_assert_msg(strstr(problems.text[0], MISSHAPEN[_i].message), "%s", problems.text[0]);
    asc_dataset_close(set);
    asc_problems_free(&problems);
}
END_TEST

/* What is to be evaluated on is not trained on, whether or not that list is wanted now. */
START_TEST(test_unseen)
{
    AscProblems problems = { 0 };
    AscList train;
    scratch_text(&scratch, "meta.csv", "audio/a.wav\tbus\naudio/b.wav\tbus\n");
    scratch_text(&scratch, "audio/a.wav", "");
    scratch_text(&scratch, "audio/b.wav", "");
    scratch_text(&scratch, "evaluation_setup/fold1_train.txt",
                 "audio/a.wav\tbus\naudio/b.wav\tbus\n");
    scratch_text(&scratch,
                 _i ? "evaluation_setup/fold1_test.txt" : "evaluation_setup/fold1_evaluate.txt",
                 "audio/gone.wav\naudio/b.wav\n");
    AscDataset *set = asc_dataset_open(scratch.path, ASC_LAYOUT_AUTO, NULL, &status);
    ck_assert(!asc_dataset_split(set, 1, &train, NULL, &status));
    ck_assert_msg(strstr(status.message,
                         "1 recording is both to train on and to evaluate on, the first "
                         "audio/b.wav ("),
                  "%s", status.message);
    asc_dataset_close(set);
    set = asc_dataset_open(scratch.path, ASC_LAYOUT_AUTO, &problems, &status);
    ck_assert(asc_dataset_split(set, 1, &train, NULL, &status));
    ck_assert(train.count == 1 && train.index[0] == 0);
    ck_assert(problems.count == 1 && strstr(problems.text[0], "is both to train on"));
    asc_list_free(&train);
    asc_dataset_close(set);
    asc_problems_free(&problems);
}
END_TEST

START_TEST(test_nothing_left)
{
    AscProblems problems = { 0 };
    scratch_text(&scratch, "meta.csv", "filename\tscene_label\naudio/x.wav\tbus\n");
    ck_assert(!asc_dataset_open(scratch.path, ASC_LAYOUT_AUTO, &problems, &status));
    ck_assert_msg(strstr(status.message, "meta.csv: none of 1 recordings can be used; the first: "),
                  "%s", status.message);
    asc_problems_free(&problems);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rows");
    TCase *cases = tcase_create("rows");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, test_table, 0, 5);
    tcase_add_test(cases, test_table_derived);
    tcase_add_loop_test(cases, test_table_refused, 0, 5);
    tcase_add_test(cases, test_lists);
    tcase_add_test(cases, test_shared_left_out);
    tcase_add_test(cases, test_left_out);
    tcase_add_loop_test(cases, test_misshapen, 0, sizeof MISSHAPEN / sizeof *MISSHAPEN);
    tcase_add_loop_test(cases, test_unseen, 0, 2);
    tcase_add_test(cases, test_nothing_left);
    suite_add_tcase(suite, cases);
    return check_main(suite);
}
