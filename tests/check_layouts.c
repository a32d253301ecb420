/* check_layouts.c: a miniature of every data set of the field, as it is unpacked. */
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

enum { MOST = 8 };

typedef struct Miniature {
    const char *name;
    const char *audio[MOST]; /* empty files */
    struct {
        const char *name, *text;
    } table[MOST];
    AscLayout layout;
    const char *label[MOST];
    AscRecording known;              /* of recording 0: fold, device, city, location, source */
    int next_fold[3];                /* after 0, after the first, ... */
    int fold, train, evaluate, test; /* recordings in each part; -1: there is none */
} Miniature;

/* Names, headers and separators are those of the published sets. */
static const Miniature MINIATURES[] = {
    { .name = "TUT Acoustic Scenes 2016",
      .audio = { "audio/a001_0_30.wav", "audio/a001_30_60.wav", "audio/b020_90_120.wav" },
      .table = { { "meta.txt", "audio/a001_0_30.wav\tcafe/restaurant\n"
                               "audio/a001_30_60.wav\tcafe/restaurant\n"
                               "audio/b020_90_120.wav\tbeach\n" },
                 { "error.txt", "audio/a001_0_30.wav\t1.2\t1.9\terror\n" },
                 { "evaluation_setup/fold1_train.txt", "audio/a001_0_30.wav\tcafe/restaurant\n"
                                                       "audio/b020_90_120.wav\tbeach\n" },
                 { "evaluation_setup/fold1_test.txt", "audio/a001_30_60.wav\n" },
                 { "evaluation_setup/fold1_evaluate.txt",
                   "audio/a001_30_60.wav\tcafe/restaurant\n" },
                 { "evaluation_setup/fold2_train.txt", "audio/a001_30_60.wav\tcafe/restaurant\n"
                                                       "audio/b020_90_120.wav\tbeach\n" } },
      .layout = ASC_LAYOUT_DCASE,
      .label = { "beach", "cafe/restaurant" },
      .known = { .device = "", .city = "", .location = "", .source = "a001" },
      .next_fold = { 1, 2, 0 },
      .fold = 1,
      .train = 2,
      .evaluate = 1,
      .test = 1 },
    { .name = "TAU Urban Acoustic Scenes 2020 Mobile",
      .audio = { "audio/airport-barcelona-0-0-a.wav", "audio/tram-vienna-285-8639-s6.wav" },
      .table = { { "meta.csv", "filename\tscene_label\tidentifier\tsource_label\n"
                               "audio/airport-barcelona-0-0-a.wav\tairport\tbarcelona-0\ta\n"
                               "audio/tram-vienna-285-8639-s6.wav\ttram\tvienna-285\ts6\n" },
                 { "evaluation_setup/fold1_train.csv",
                   "filename\tscene_label\naudio/airport-barcelona-0-0-a.wav\tairport\n" },
                 { "evaluation_setup/fold1_test.csv",
                   "filename\naudio/tram-vienna-285-8639-s6.wav\n" },
                 { "evaluation_setup/fold1_evaluate.csv",
                   "filename\tscene_label\naudio/tram-vienna-285-8639-s6.wav\ttram\n" } },
      .layout = ASC_LAYOUT_DCASE,
      .label = { "airport", "tram" },
      .known = { .device = "a", .city = "barcelona", .location = "barcelona-0", .source = "" },
      .next_fold = { 1, 0 },
      .fold = 1,
      .train = 1,
      .evaluate = 1,
      .test = 1 },
    { .name = "TAU Urban Acoustic Scenes 2022 Mobile with the subsets of 2024",
      .audio = { "audio/airport-lisbon-1000-40000-0-a.wav", "audio/bus-lyon-1001-40001-3-s1.wav",
                 "audio/bus-lyon-1002-40002-4-c.wav" },
      .table = { { "meta.csv", "filename\tscene_label\tidentifier\tsource_label\n"
                               "audio/airport-lisbon-1000-40000-0-a.wav\tairport\tlisbon-1000\ta\n"
                               "audio/bus-lyon-1001-40001-3-s1.wav\tbus\tlyon-1001\ts1\n"
                               "audio/bus-lyon-1002-40002-4-c.wav\tbus\tlyon-1002\tc\n" },
                 { "split_setup/split5.csv",
                   "filename\tscene_label\naudio/airport-lisbon-1000-40000-0-a.wav\tairport\n"
                   "audio/bus-lyon-1001-40001-3-s1.wav\tbus\n" },
                 { "split_setup/split100.csv",
                   "filename\tscene_label\naudio/airport-lisbon-1000-40000-0-a.wav\tairport\n"
                   "audio/bus-lyon-1001-40001-3-s1.wav\tbus\n" },
                 { "split_setup/test.csv", "filename\tscene_label\n"
                                           "audio/bus-lyon-1002-40002-4-c.wav\tbus\n" } },
      .layout = ASC_LAYOUT_DCASE,
      .label = { "airport", "bus" },
      .known = { .device = "a", .city = "lisbon", .location = "lisbon-1000", .source = "" },
      .next_fold = { 5, 100, 0 },
      .fold = 100,
      .train = 2,
      .evaluate = 1,
      .test = 1 },
    { .name = "an evaluation set of 2025",
      .audio = { "audio/0.wav", "audio/1.wav" },
      .table = { { "evaluation_setup/fold1_test.csv",
                   "filename\tdevice_id\naudio/0.wav\ta\naudio/1.wav\tunknown\n" } },
      .layout = ASC_LAYOUT_DCASE,
      .known = { .device = "a", .city = "", .location = "", .source = "" },
      .fold = 1,
      .train = -1,
      .evaluate = -1,
      .test = 2 },
    { .name = "the repository of ESC-10",
      .audio = { "001 - Dog bark/1-30226-A.ogg", "001 - Dog bark/2-114280-A.ogg",
                 "010 - Fire crackling/2-54962-A.ogg", "010 - Fire crackling/4-1-A.ogg" },
      .table = { { "README.md", "ESC-10" } },
      .layout = ASC_LAYOUT_ESC10,
      .label = { "Dog bark", "Fire crackling" },
      .known = { .fold = 1, .device = "", .city = "", .location = "", .source = "30226" },
      .next_fold = { 1, 2, 4 },
      .fold = 2,
      .train = 2,
      .evaluate = 2,
      .test = 2 },
    { .name = "LITIS Rouen with lists of one's own",
      .audio = { "avion1.wav", "avion2.wav", "busystreet10.wav", "busystreet11.wav" },
      .table = { { "evaluation_setup/fold1_train.txt",
                   "avion1.wav\tavion\nbusystreet10.wav\tbusystreet\n" },
                 { "evaluation_setup/fold1_evaluate.txt",
                   "avion2.wav\tavion\nbusystreet11.wav\tbusystreet\n" } },
      .layout = ASC_LAYOUT_ROUEN,
      .label = { "avion", "busystreet" },
      .known = { .device = "", .city = "", .location = "", .source = "" },
      .next_fold = { 1, 0 },
      .fold = 1,
      .train = 2,
      .evaluate = 2,
      .test = -1 },
    { .name = "recordings without labels",
      .audio = { "monday.wav", "tuesday 2.flac" },
      .layout = ASC_LAYOUT_FLAT,
      .known = { .device = "", .city = "", .location = "", .source = "" },
      .fold = 0,
      .train = 2,
      .evaluate = 2,
      .test = 2 },
    { .name = "a folder for each class, with lists",
      .audio = { "rain/a.wav", "rain/b.wav", "wind/c.wav" },
      .table = { { "evaluation_setup/fold3_train.txt", "rain/a.wav\train\nwind/c.wav\twind\n" },
                 { "evaluation_setup/fold3_evaluate.txt", "rain/b.wav\train\n" } },
      .layout = ASC_LAYOUT_FOLDERS,
      .label = { "rain", "wind" },
      .known = { .device = "", .city = "", .location = "", .source = "" },
      .next_fold = { 3, 0 },
      .fold = 3,
      .train = 2,
      .evaluate = 1,
      .test = -1 },
};
enum { COUNT = sizeof MINIATURES / sizeof *MINIATURES };

static void unpack(const Miniature *m)
{
    for (int i = 0; i < MOST && m->audio[i]; i++)
        scratch_text(&scratch, m->audio[i], "");
    for (int i = 0; i < MOST && m->table[i].name; i++)
        scratch_text(&scratch, m->table[i].name, m->table[i].text);
}

static void check_part(const AscDataset *set, const Miniature *m, const char *part, int count)
{
    AscList list;
    bool fine = asc_dataset_part(set, m->fold, part, &list, &status);
    ck_assert_msg(fine == (count >= 0), "%s, %s: %s", m->name, part, status.message);
    if (fine)
        ck_assert_msg(list.count == count, "%s, %s: %d recordings", m->name, part, list.count);
    asc_list_free(&list);
}

START_TEST(test_miniature)
{
    const Miniature *m = &MINIATURES[_i];
    unpack(m);
    AscDataset *set = asc_dataset_open(scratch.path, ASC_LAYOUT_AUTO, NULL, &status);
    ck_assert_msg(set != NULL, "%s: %s", m->name, status.message);
    ck_assert_msg(set->layout == m->layout, "%s: read as %s", m->name,
                  asc_layout_name(set->layout));
    int labels = 0, files = 0;
    for (; m->label[labels]; labels++)
        ck_assert_str_eq(set->label[labels], m->label[labels]);
    ck_assert_int_eq(set->labels, labels);
    while (files < MOST && m->audio[files])
        files++;
    ck_assert_int_eq(set->recordings, files);
    const AscRecording *first = &set->recording[0];
    ck_assert_int_eq(first->label, labels == 0 ? -1 : strstr(m->name, "2016") ? 1 : 0);
    ck_assert_int_eq(first->fold, m->known.fold);
    ck_assert_str_eq(first->device, m->known.device);
    ck_assert_str_eq(first->city, m->known.city);
    ck_assert_str_eq(first->location, m->known.location);
    ck_assert_str_eq(first->source, m->known.source);
    for (int i = 0, fold = 0; i < 3 && (i == 0 || fold); i++) {
        fold = asc_dataset_next_fold(set, fold);
        ck_assert_int_eq(fold, m->next_fold[i]);
    }
    check_part(set, m, "train", m->train);
    check_part(set, m, "evaluate", m->evaluate);
    check_part(set, m, "test", m->test);
    check_part(set, m, "all", files);
    asc_dataset_close(set);
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

START_TEST(test_nothing_left)
{
    AscProblems problems = { 0 };
    scratch_text(&scratch, "meta.csv", "filename\tscene_label\naudio/x.wav\tbus\n");
    ck_assert(!asc_dataset_open(scratch.path, ASC_LAYOUT_AUTO, &problems, &status));
    ck_assert_msg(strstr(status.message, "none of 1 recordings can be used"), "%s", status.message);
    asc_problems_free(&problems);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("layouts");
    TCase *cases = tcase_create("layouts");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, test_miniature, 0, COUNT);
    tcase_add_test(cases, test_left_out);
    tcase_add_test(cases, test_nothing_left);
    suite_add_tcase(suite, cases);
    return check_main(suite);
}
