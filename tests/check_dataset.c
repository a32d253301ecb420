/* check_dataset.c: layouts, what is wrong with tables, splits and validation parts. */
#include <check.h>
#include <stdarg.h>
#include <stdlib.h>
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

static AscDataset *opened(void)
{
    AscDataset *set = asc_dataset_open(scratch.path, ASC_LAYOUT_AUTO, NULL, &status);
    ck_assert_msg(set != NULL, "%s", status.message);
    return set;
}

static void refused(const char *reason)
{
    AscDataset *set = asc_dataset_open(scratch.path, ASC_LAYOUT_AUTO, NULL, &status);
    ck_assert(set == NULL);
    ck_assert_int_eq(status.code, ASC_BAD_INPUT);
    ck_assert_msg(strstr(status.message, reason) && strstr(status.message, scratch.path), "%s",
                  status.message);
}

static void touch(const char *name)
{
    scratch_text(&scratch, name, "");
}

/* ---------------------------------------------------------------- one folder a class */

START_TEST(test_folders)
{
    touch("rain/b.wav");
    touch("rain/a.flac");
    touch("rain/notes.txt");
    touch("dog bark/x.ogg");
    touch(".hidden/y.wav");
    touch("README");
    AscDataset *set = opened();
    ck_assert_int_eq(set->layout, ASC_LAYOUT_FOLDERS);
    ck_assert_int_eq(set->labels, 2);
    ck_assert_str_eq(set->label[0], "dog bark");
    ck_assert_int_eq(set->recordings, 3);
    ck_assert_str_eq(set->recording[1].name, "rain/a.flac");
    ck_assert_int_eq(set->recording[1].label, 1);
    ck_assert_str_eq(set->recording[1].device, "");
    AscList train, evaluate;
    ck_assert(asc_dataset_split(set, 0, &train, &evaluate, &status));
    ck_assert_int_eq(train.count, 3);
    ck_assert_int_eq(evaluate.count, 3);
    asc_list_free(&train);
    asc_list_free(&evaluate);
    ck_assert(!asc_dataset_split(set, 2, &train, NULL, &status));
    ck_assert(strstr(status.message, "no fold 2"));
    asc_dataset_close(set);
}
END_TEST

START_TEST(test_folders_refused)
{
    refused("is no data set");
    touch("rain/a.wav");
    touch("wind/readme.txt");
    refused("class wind holds no audio file");
    ck_assert(!asc_dataset_open("/nonexistent", ASC_LAYOUT_AUTO, NULL, &status));
    ck_assert(strstr(status.message, "no such folder"));
    ck_assert(!asc_dataset_open(scratch.path, ASC_LAYOUT_ESC50, NULL, &status));
    ck_assert(strstr(status.message, "esc50.csv: no such file"));
    ck_assert(!asc_dataset_open(scratch.path, ASC_LAYOUT_DCASE, NULL, &status));
    ck_assert(strstr(status.message, "meta.csv: no such file"));
}
END_TEST

/* ---------------------------------------------------------------- ESC-50 */

static const char ESC_HEADER[] = "filename,fold,target,category,esc10,src_file,take\n";

static void esc(const char *rows)
{
    char text[2048];
    snprintf(text, sizeof text, "%s%s", ESC_HEADER, rows);
    scratch_text(&scratch, "meta/esc50.csv", text);
}

static void esc_audio(void)
{
    touch("audio/1-a.wav");
    touch("audio/2-b.wav");
    touch("audio/2-c, \"d\".wav");
    touch("audio/4-e.wav");
}

static const char ESC_ROWS[] = "1-a.wav,1,0,dog,True,100,A\r\n"
                               "\n"
                               "2-b.wav,2,1,rain,True,200,A\r\n"
                               "\"2-c, \"\"d\"\".wav\",2,0,\"dog\",True,300,A\n"
                               "4-e.wav,4,1,rain,True,400,B";

START_TEST(test_esc50)
{
    esc(ESC_ROWS);
    esc_audio();
    AscDataset *set = opened();
    ck_assert_int_eq(set->layout, ASC_LAYOUT_ESC50);
    ck_assert_int_eq(set->labels, 2);
    ck_assert_int_eq(set->recordings, 4);
    ck_assert_str_eq(set->recording[2].name, "audio/2-c, \"d\".wav");
    ck_assert_str_eq(set->recording[2].source, "300");
    ck_assert_int_eq(set->recording[3].fold, 4);
    AscList train, evaluate;
    ck_assert_msg(asc_dataset_split(set, 2, NULL, &evaluate, &status), "%s", status.message);
    ck_assert_int_eq(evaluate.count, 2);
    ck_assert_int_eq(evaluate.index[0], 1);
    ck_assert_int_eq(evaluate.index[1], 2);
    asc_list_free(&evaluate);
    ck_assert_msg(asc_dataset_split(set, 4, &train, &evaluate, &status), "%s", status.message);
    ck_assert_int_eq(train.count, 3);
    ck_assert_int_eq(evaluate.count, 1);
    asc_list_free(&train);
    asc_list_free(&evaluate);
    ck_assert(!asc_dataset_split(set, 3, &train, &evaluate, &status));
    ck_assert_msg(strstr(status.message, "no fold 3; there are 1, 2, 4"), "%s", status.message);
    ck_assert(!asc_dataset_split(set, 0, &train, &evaluate, &status));
    ck_assert_int_eq(status.code, ASC_USAGE);
    ck_assert(!asc_dataset_split(set, -1, &train, &evaluate, &status));
    asc_dataset_close(set);
}
END_TEST

START_TEST(test_esc50_class_without_training)
{
    esc("1-a.wav,1,0,dog,True,1,A\n2-b.wav,2,1,rain,True,2,A\n");
    esc_audio();
    AscDataset *set = opened();
    AscList train, evaluate;
    ck_assert(!asc_dataset_split(set, 2, &train, &evaluate, &status));
    ck_assert(strstr(status.message, "class rain has no recording to train on"));
    asc_dataset_close(set);
}
END_TEST

START_TEST(test_esc50_refused)
{
    esc_audio();
    scratch_text(&scratch, "meta/esc50.csv", "");
    refused("filename, fold and category");
    scratch_text(&scratch, "meta/esc50.csv", "filename,fold\n1-a.wav,1\n");
    refused("esc50.csv:1: the columns filename, fold and category");
    esc("");
    refused("lists no recordings");
    esc("1-a.wav,1,0,dog,True,1,A\n1-x.wav,1,0,dog,True,1,A\n1-y.wav,1,0,dog,True,1,A\n");
    refused("esc50.csv:3:");
    ck_assert(strstr(status.message, "audio/1-x.wav is missing; so are 1 more of 3"));
    esc("1-a.wav,1,0,dog,True,1,A\n2-b.wav,2,0,dog,True,1,A\n1-a.wav,1,0,dog,True,1,A\n");
    refused("esc50.csv:4: audio/1-a.wav is listed again; first in line 2");
    esc("1-a.wav,one,0,dog,True,1,A\n");
    refused("esc50.csv:2: a filename, a fold");
    esc("1-a.wav,0,0,dog,True,1,A\n");
    refused("esc50.csv:2:");
    esc("1-a.wav,1\n");
    refused("esc50.csv:2:");
    esc("1-a.wav,1,0,\"dog,True,1,A\n");
    refused("esc50.csv:2: a quote that does not end");
    esc("1-a.wav,1,0,\"dog\"x,True,1,A\n");
    refused("esc50.csv:2: text after the quotes");
    scratch_write(&scratch, "meta/esc50.csv", "filename,fold,category\n\0\n", 25);
    refused("not a table of text");
}
END_TEST

/* ---------------------------------------------------------------- DCASE */

static const char META[] = "filename\tscene_label\tidentifier\tsource_label\n"
                           "audio/metro_station-paris-7-12-a.wav\tmetro_station\tparis-7\ta\n"
                           "audio/bus-lyon-3-1-b.wav\tbus\tlyon-3\tb\n"
                           "audio/bus-lyon-4-2-c.wav\tbus\tlyon-4\tc\n"
                           "audio/metro_station-lyon-9-3-a.wav\tmetro_station\tlyon-9\ta\n"
                           "audio/bus-oslo-1-3-a.wav\tbus\toslo-1\ta\n";

static void dcase(const char *meta, const char *train, const char *evaluate)
{
    static const char *const name[] = { "metro_station-paris-7-12-a", "bus-lyon-3-1-b",
                                        "bus-lyon-4-2-c", "metro_station-lyon-9-3-a",
                                        "bus-oslo-1-3-a" };
    for (int i = 0; i < 5; i++) {
        char path[128];
        snprintf(path, sizeof path, "audio/%s.wav", name[i]);
        touch(path);
    }
    scratch_text(&scratch, "meta.csv", meta);
    scratch_text(&scratch, "evaluation_setup/fold1_train.txt", train);
    scratch_text(&scratch, "evaluation_setup/fold1_evaluate.txt", evaluate);
}

static const char TRAIN[] = "audio/metro_station-paris-7-12-a.wav\tmetro_station\n"
                            "audio/bus-lyon-3-1-b.wav\tbus\n";
static const char EVALUATE[] = "audio/metro_station-lyon-9-3-a.wav\tmetro_station\n"
                               "audio/bus-lyon-4-2-c.wav\tbus\n";

START_TEST(test_dcase)
{
    dcase(META, TRAIN, EVALUATE);
    scratch_text(&scratch, "evaluation_setup/fold1_test.txt", "audio/bus-oslo-1-3-a.wav\n");
    AscDataset *set = opened();
    ck_assert_int_eq(set->layout, ASC_LAYOUT_DCASE);
    ck_assert_int_eq(set->recordings, 5);
    ck_assert_str_eq(set->label[1], "metro_station");
    ck_assert_str_eq(set->recording[0].city, "paris");
    ck_assert_str_eq(set->recording[0].location, "paris-7");
    ck_assert_str_eq(set->recording[0].device, "a");
    AscList train, evaluate, test;
    for (int fold = 0; fold <= 1; fold++) {
        ck_assert_msg(asc_dataset_split(set, fold, &train, &evaluate, &status), "%s",
                      status.message);
        ck_assert_int_eq(train.count, 2);
        ck_assert_int_eq(train.index[1], 1);
        ck_assert_int_eq(evaluate.count, 2);
        ck_assert_int_eq(evaluate.index[0], 2);
        asc_list_free(&train);
        asc_list_free(&evaluate);
    }
    ck_assert(asc_dataset_part(set, 1, "test", &test, &status));
    ck_assert_int_eq(test.count, 1);
    ck_assert_int_eq(test.index[0], 4);
    asc_list_free(&test);
    ck_assert(asc_dataset_part(set, 1, "all", &test, &status));
    ck_assert_int_eq(test.count, 5);
    asc_list_free(&test);
    ck_assert(!asc_dataset_part(set, 1, "tset", &test, &status));
    ck_assert_int_eq(status.code, ASC_USAGE);
    ck_assert(!asc_dataset_split(set, 2, &train, &evaluate, &status));
    ck_assert_msg(strstr(status.message, "no fold 2"), "%s", status.message);
    asc_dataset_close(set);
}
END_TEST

/* Later sets have .csv files with a header, and six fields in names; here nothing else is told. */
START_TEST(test_dcase_names_only)
{
    touch("audio/street_traffic-milan-1115-42-1-s3.wav");
    touch("audio/tram-vienna-2-3-a.wav");
    scratch_text(&scratch, "meta.csv",
                 "filename\naudio/street_traffic-milan-1115-42-1-s3.wav\n"
                 "audio/tram-vienna-2-3-a.wav\n");
    scratch_text(&scratch, "evaluation_setup/fold1_train.csv",
                 "filename\tscene_label\naudio/street_traffic-milan-1115-42-1-s3.wav\t"
                 "street_traffic\naudio/tram-vienna-2-3-a.wav\ttram\n");
    AscDataset *set = opened();
    ck_assert_str_eq(set->label[0], "street_traffic");
    ck_assert_str_eq(set->recording[0].device, "s3");
    ck_assert_str_eq(set->recording[0].location, "milan-1115");
    AscList train;
    ck_assert_msg(asc_dataset_split(set, 1, &train, NULL, &status), "%s", status.message);
    ck_assert_int_eq(train.count, 2);
    asc_list_free(&train);
    asc_dataset_close(set);
}
END_TEST

static const struct {
    const char *train, *evaluate, *message;
} BAD_SETUPS[] = {
    { "audio/bus-lyon-3-1-b.wav\tbus\naudio/none.wav\tbus\n", "",
      "train.txt:2: audio/none.wav is" },
    { "audio/bus-lyon-3-1-b.wav\tbuss\n", "", "train.txt:1: the label buss is not in meta.csv" },
    { "audio/bus-lyon-3-1-b.wav\tmetro_station\n", "", "labelled metro_station here, bus in" },
    { "audio/bus-lyon-3-1-b.wav\tbus\naudio/bus-lyon-3-1-b.wav\tbus\n", "", "first in line 1" },
    { "audio/bus-lyon-3-1-b.wav\tbus\n", "", "class metro_station has no recording to train on" },
    { "", "", "fold1_train.txt: lists no recordings" },
    { "audio/bus-lyon-3-1-b.wav\tbus\naudio/metro_station-paris-7-12-a.wav\tmetro_station\n", "",
      "fold1_evaluate.txt: lists no recordings" },
    { "audio/bus-lyon-3-1-b.wav\tbus\naudio/metro_station-paris-7-12-a.wav\tmetro_station\n",
      "audio/bus-lyon-3-1-b.wav\tbus\n", "1 recording is both to train on and to evaluate on" },
};

START_TEST(test_dcase_setup_refused)
{
    dcase(META, BAD_SETUPS[_i].train, BAD_SETUPS[_i].evaluate);
    AscDataset *set = opened();
    AscList train, evaluate;
    ck_assert(!asc_dataset_split(set, 1, &train, &evaluate, &status));
    ck_assert_int_eq(status.code, ASC_BAD_INPUT);
    ck_assert_msg(strstr(status.message, BAD_SETUPS[_i].message), "%s", status.message);
    ck_assert(train.index == NULL && evaluate.index == NULL);
    asc_dataset_close(set);
}
END_TEST

START_TEST(test_dcase_refused)
{
    dcase("", "", "");
    refused("lists no recordings");
    dcase("filename\tscene_label\n\tbus\n", "", "");
    refused("meta.csv:2: the name of a file is missing");
    dcase("filename\tscene_label\naudio/gone.wav\tbus\n", "", "");
    refused("meta.csv:2:");
}
END_TEST

/* ---------------------------------------------------------------- validation */

/* 3 scenes x 4 cities x 5 locations, each with 2 to 7 recordings by up to three devices. */
static AscDataset *make_scenes(void)
{
    static const char *const scene[] = { "bus", "metro_station", "park" };
    static const char *const city[] = { "lyon", "oslo", "paris", "rome" };
    char *meta = malloc(1 << 18), *train = malloc(1 << 18);
    size_t at = 0, written = 0;
    for (int s = 0; s < 3; s++) {
        for (int c = 0; c < 4; c++) {
            for (int i = 0; i < 5 * (2 + (s + c) % 6); i++) {
                char name[96];
                snprintf(name, sizeof name, "audio/%s-%s-%d-%d-%c.wav", scene[s], city[c],
                         s * 5 + i % 5, i, "abc"[i % 3]);
                touch(name);
                at += (size_t)sprintf(meta + at, "%s\t%s\n", name, scene[s]);
                written += (size_t)sprintf(train + written, "%s\t%s\n", name, scene[s]);
            }
        }
    }
    scratch_text(&scratch, "meta.csv", meta);
    scratch_text(&scratch, "evaluation_setup/fold1_train.txt", train);
    free(meta);
    free(train);
    return opened();
}

static double share_of(const AscDataset *set, const AscList *list, int label)
{
    int count = 0, total = 0;
    for (int i = 0; i < set->recordings; i++)
        total += set->recording[i].label == label;
    for (int i = 0; i < list->count; i++)
        count += set->recording[list->index[i]].label == label;
    return (double)count / total;
}

START_TEST(test_validation_by_location)
{
    AscDataset *set = make_scenes();
    AscList list, train, validation, again, other;
    char note[256];
    ck_assert(asc_dataset_split(set, 1, &list, NULL, &status));
    ck_assert_msg(asc_dataset_validation(set, &list, 0.3, ASC_BY_LOCATION, _i, &train, &validation,
                                         note, &status),
                  "%s", status.message);
    ck_assert_int_eq(train.count + validation.count, list.count);
    for (int i = 0; i < train.count; i++)
        for (int k = 0; k < validation.count; k++)
            ck_assert_str_ne(set->recording[train.index[i]].location,
                             set->recording[validation.index[k]].location);
    for (int label = 0; label < 3; label++)
        ck_assert_double_eq_tol(share_of(set, &validation, label), 0.3, 0.04);
    ck_assert_msg(strstr(note, "by location:"), "%s", note);
    ck_assert(asc_dataset_validation(set, &list, 0.3, ASC_BY_LOCATION, _i, &other, &again, note,
                                     &status));
    ck_assert_int_eq(again.count, validation.count);
    ck_assert_mem_eq(again.index, validation.index, (size_t)again.count * sizeof(int));
    AscList *lists[] = { &list, &train, &validation, &again, &other };
    for (int i = 0; i < 5; i++)
        asc_list_free(lists[i]);
    asc_dataset_close(set);
}
END_TEST

/* Without locations, clips of one source stay together; without sources, every file by itself. */
START_TEST(test_validation_falls_back)
{
    char rows[8192] = "";
    size_t at = 0;
    for (int i = 0; i < 60; i++) {
        char name[64];
        snprintf(name, sizeof name, "audio/%d.wav", i);
        touch(name);
        at += (size_t)sprintf(rows + at, "%d.wav,1,0,%s,True,%d,A\n", i, i % 2 ? "dog" : "rain",
                              i / 4);
    }
    char text[9000];
    snprintf(text, sizeof text, "%s%s", ESC_HEADER, rows);
    scratch_text(&scratch, "meta/esc50.csv", text);
    AscDataset *set = opened();
    AscList list, train, validation;
    char note[256];
    ck_assert(asc_dataset_part(set, 1, "all", &list, &status));
    ck_assert(asc_dataset_validation(set, &list, 0.25, ASC_BY_LOCATION, 5, &train, &validation,
                                     note, &status));
    ck_assert_msg(strstr(note, "by source recording (the data set tells no locations)"), "%s",
                  note);
    ck_assert_int_ge(validation.count, 12);
    ck_assert_int_le(validation.count, 20);
    for (int i = 0; i < train.count; i++)
        for (int k = 0; k < validation.count; k++)
            ck_assert_int_ne(train.index[i] / 4, validation.index[k] / 4);
    asc_list_free(&train);
    asc_list_free(&validation);
    ck_assert(!asc_dataset_validation(set, &list, 1, ASC_BY_RECORDING, 5, &train, &validation, note,
                                      &status));
    list.count = 1;
    ck_assert(!asc_dataset_validation(set, &list, 0.3, ASC_BY_RECORDING, 5, &train, &validation,
                                      note, &status));
    ck_assert_int_eq(status.code, ASC_BAD_INPUT);
    asc_list_free(&list);
    asc_dataset_close(set);
}
END_TEST

START_TEST(test_validation_by_file)
{
    for (int i = 0; i < 40; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s/%d.wav", i % 4 ? "dog" : "rain", i);
        touch(name);
    }
    AscDataset *set = opened();
    AscList list, train, validation;
    char note[256];
    ck_assert(asc_dataset_split(set, 0, &list, NULL, &status));
    ck_assert(asc_dataset_validation(set, &list, 0.2, ASC_BY_LOCATION, 1, &train, &validation, note,
                                     &status));
    ck_assert(strstr(note, "by file (the data set tells no locations)"));
    ck_assert_int_eq(validation.count, 8);
    ck_assert_double_eq_tol(share_of(set, &validation, 1), 0.2, 1e-9);
    asc_list_free(&list);
    asc_list_free(&train);
    asc_list_free(&validation);
    asc_dataset_close(set);
}
END_TEST

START_TEST(test_layout_names)
{
    AscLayout layout;
    for (int i = ASC_LAYOUT_AUTO; i <= ASC_LAYOUT_DCASE; i++) {
        ck_assert(asc_layout_parse(asc_layout_name((AscLayout)i), &layout));
        ck_assert_int_eq(layout, i);
    }
    ck_assert(!asc_layout_parse("esc", &layout));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dataset");
    TCase *tcase = tcase_create("dataset");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, test_folders);
    tcase_add_test(tcase, test_folders_refused);
    tcase_add_test(tcase, test_esc50);
    tcase_add_test(tcase, test_esc50_class_without_training);
    tcase_add_test(tcase, test_esc50_refused);
    tcase_add_test(tcase, test_dcase);
    tcase_add_test(tcase, test_dcase_names_only);
    tcase_add_loop_test(tcase, test_dcase_setup_refused, 0,
                        sizeof BAD_SETUPS / sizeof BAD_SETUPS[0]);
    tcase_add_test(tcase, test_dcase_refused);
    tcase_add_loop_test(tcase, test_validation_by_location, 0, 5);
    tcase_add_test(tcase, test_validation_falls_back);
    tcase_add_test(tcase, test_validation_by_file);
    tcase_add_test(tcase, test_layout_names);
    suite_add_tcase(suite, tcase);
    return check_main(suite);
}
