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
      .known = { .label = 1, .device = "", .city = "", .location = "", .source = "a001" },
      .next_fold = { 1, 2, 0 },
      .fold = 1,
      .train = 2,
      .evaluate = 1,
      .test = 1 },
    { .name = "TUT Urban Acoustic Scenes 2018 Mobile",
      .audio = { "audio/metro_station-paris-7-12-b.wav", "audio/tram-vienna-285-8639-a.wav" },
      .table = { { "meta.csv", "filename\tscene_label\tidentifier\tsource_label\n"
                               "audio/metro_station-paris-7-12-b.wav\tmetro_station\tparis-7\tb\n"
                               "audio/tram-vienna-285-8639-a.wav\ttram\tvienna-285\ta\n" },
                 { "evaluation_setup/fold1_train.txt",
                   "audio/metro_station-paris-7-12-b.wav\tmetro_station\n" },
                 { "evaluation_setup/fold1_test.txt", "audio/tram-vienna-285-8639-a.wav\n" },
                 { "evaluation_setup/fold1_evaluate.txt",
                   "audio/tram-vienna-285-8639-a.wav\ttram\n" } },
      .layout = ASC_LAYOUT_DCASE,
      .label = { "metro_station", "tram" },
      .known = { .device = "b", .city = "paris", .location = "paris-7", .source = "" },
      .next_fold = { 1, 0 },
      .fold = 1,
      .train = 1,
      .evaluate = 1,
      .test = 1 },
    { .name = "TUT Urban Acoustic Scenes 2018",
      .audio = { "audio/airport-barcelona-0-0-a.wav", "audio/park-helsinki-9-255-a.wav" },
      .table = { { "meta.csv", "filename\tscene_label\tidentifier\tsource_label\n"
                               "audio/airport-barcelona-0-0-a.wav\tairport\tbarcelona-0\ta\n"
                               "audio/park-helsinki-9-255-a.wav\tpark\thelsinki-9\ta\n" },
                 { "evaluation_setup/fold1_train.txt",
                   "audio/airport-barcelona-0-0-a.wav\tairport\n" },
                 { "evaluation_setup/fold1_test.txt", "audio/park-helsinki-9-255-a.wav\n" },
                 { "evaluation_setup/fold1_evaluate.txt",
                   "audio/park-helsinki-9-255-a.wav\tpark\n" },
                 { "README.md", "TUT Urban Acoustic Scenes 2018, Development dataset\n" } },
      .layout = ASC_LAYOUT_DCASE,
      .label = { "airport", "park" },
      .known = { .device = "a", .city = "barcelona", .location = "barcelona-0", .source = "" },
      .next_fold = { 1, 0 },
      .fold = 1,
      .train = 1,
      .evaluate = 1,
      .test = 1 },
    { .name = "TAU Urban Acoustic Scenes 2020 Mobile",
      .audio = { "audio/airport-lisbon-1000-40000-a.wav", "audio/bus-lyon-1001-40001-s3.wav",
                 "audio/tram-vienna-285-8639-s6.wav" },
      .table = { { "meta.csv", "filename\tscene_label\tidentifier\tsource_label\n"
                               "audio/airport-lisbon-1000-40000-a.wav\tairport\tlisbon-1000\ta\n"
                               "audio/bus-lyon-1001-40001-s3.wav\tbus\tlyon-1001\ts3\n"
                               "audio/tram-vienna-285-8639-s6.wav\ttram\tvienna-285\ts6\n" },
                 { "evaluation_setup/fold1_train.csv",
                   "filename\tscene_label\naudio/airport-lisbon-1000-40000-a.wav\tairport\n"
                   "audio/bus-lyon-1001-40001-s3.wav\tbus\n" },
                 { "evaluation_setup/fold1_test.csv",
                   "filename\naudio/tram-vienna-285-8639-s6.wav\n" },
                 { "evaluation_setup/fold1_evaluate.csv",
                   "filename\tscene_label\naudio/tram-vienna-285-8639-s6.wav\ttram\n" } },
      .layout = ASC_LAYOUT_DCASE,
      .label = { "airport", "bus", "tram" },
      .known = { .device = "a", .city = "lisbon", .location = "lisbon-1000", .source = "" },
      .next_fold = { 1, 0 },
      .fold = 1,
      .train = 2,
      .evaluate = 1,
      .test = 1 },
    { .name = "TAU Urban Acoustic Scenes 2019, a table that only tells files",
      .audio = { "audio/airport-milan-10-400-a.wav", "audio/bus-prague-11-401-a.wav" },
      .table = { { "meta.csv", "filename\naudio/airport-milan-10-400-a.wav\n"
                               "audio/bus-prague-11-401-a.wav\n" },
                 { "evaluation_setup/fold1_train.csv",
                   "filename\tscene_label\naudio/airport-milan-10-400-a.wav\tairport\n" },
                 { "evaluation_setup/fold1_test.csv",
                   "filename\naudio/bus-prague-11-401-a.wav\n" } },
      .layout = ASC_LAYOUT_DCASE,
      .label = { "airport", "bus" },
      .known = { .device = "a", .city = "milan", .location = "milan-10", .source = "" },
      .next_fold = { 1, 0 },
      .fold = 1,
      .train = 1,
      .evaluate = 1, /* the test list: the names tell the scenes */
      .test = 1 },
    { .name = "the lists of 2024 as they are released",
      .audio = { "audio/airport-lisbon-1000-40000-0-a.wav", "audio/bus-lyon-1002-40002-4-c.wav" },
      .table = { { "meta.csv", "filename\tscene_label\tidentifier\tsource_label\n"
                               "audio/airport-lisbon-1000-40000-0-a.wav\tairport\tlisbon-1000\ta\n"
                               "audio/bus-lyon-1002-40002-4-c.wav\tbus\tlyon-1002\tc\n" },
                 { "split25.csv",
                   "filename\tscene_label\naudio/airport-lisbon-1000-40000-0-a.wav\tairport\n" },
                 { "test.csv",
                   "filename\tscene_label\naudio/bus-lyon-1002-40002-4-c.wav\tbus\n" } },
      .layout = ASC_LAYOUT_DCASE,
      .label = { "airport", "bus" },
      .known = { .device = "a", .city = "lisbon", .location = "lisbon-1000", .source = "" },
      .next_fold = { 25, 0 },
      .fold = 25,
      .train = 1,
      .evaluate = 1,
      .test = 1 },
    { .name = "ESC-50",
      .audio = { "audio/1-100032-A-0.wav", "audio/5-9032-A-0.wav", "audio/2-1-A-12.wav" },
      .table = { { "meta/esc50.csv", "filename,fold,target,category,esc10,src_file,take\n"
                                     "1-100032-A-0.wav,1,0,dog,True,100032,A\n"
                                     "5-9032-A-0.wav,5,0,dog,True,9032,A\n"
                                     "2-1-A-12.wav,2,12,crackling_fire,True,1,A\n" } },
      .layout = ASC_LAYOUT_ESC50,
      .label = { "crackling_fire", "dog" },
      .known = { .label = 1,
                 .fold = 1,
                 .device = "",
                 .city = "",
                 .location = "",
                 .source = "100032" },
      .next_fold = { 1, 2, 5 },
      .fold = 5,
      .train = 2,
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
    { .name = "the evaluation set of TUT Acoustic Scenes 2016",
      .audio = { "audio/1.wav", "audio/2.wav", "audio/10.wav" },
      .table = { { "evaluation_setup/test.txt", "audio/1.wav\naudio/2.wav\naudio/10.wav\n" },
                 { "evaluation_setup/evaluate.txt", "audio/1.wav\tcafe/restaurant\n"
                                                    "audio/2.wav\tbeach\n"
                                                    "audio/10.wav\tbeach\n" } },
      .layout = ASC_LAYOUT_DCASE,
      .label = { "beach", "cafe/restaurant" },
      .known = { .label = 1, .device = "", .city = "", .location = "", .source = "" },
      .train = -1,
      .evaluate = 3,
      .test = 3 },
    { .name = "the leaderboard set of TUT Urban Acoustic Scenes 2018",
      .audio = { "audio/1.wav", "audio/2.wav" },
      .table = { { "evaluation_setup/test.txt", "audio/2.wav\naudio/1.wav\n" } },
      .layout = ASC_LAYOUT_DCASE,
      .known = { .device = "", .city = "", .location = "", .source = "" },
      .train = -1,
      .evaluate = 2, /* nothing is known of it */
      .test = 2 },
    { .name = "the leaderboard set of TAU Urban Acoustic Scenes 2019",
      .audio = { "audio/0.wav", "audio/1.wav" },
      .table = { { "evaluation_setup/test.csv", "filename\naudio/0.wav\naudio/1.wav\n" } },
      .layout = ASC_LAYOUT_DCASE,
      .known = { .device = "", .city = "", .location = "", .source = "" },
      .train = -1,
      .evaluate = 2,
      .test = 2 },
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
    { .name = "LITIS Rouen with lists of training alone, of bare names",
      .audio = { "metro-paris1.wav", "metro-paris2.wav", "ruepietonne7.wav" },
      .table = { { "fold20_train.txt", "metro-paris1\n/home/x/rouen/ruepietonne7.wav\n" } },
      .layout = ASC_LAYOUT_ROUEN,
      .label = { "metro-paris", "ruepietonne" },
      .known = { .device = "", .city = "", .location = "", .source = "" },
      .next_fold = { 20, 0 },
      .fold = 20,
      .train = 2,
      .evaluate = 1, /* what is not trained on */
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
    ck_assert_int_eq(first->label, labels == 0 ? -1 : m->known.label);
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

int main(void)
{
    Suite *suite = suite_create("layouts");
    TCase *cases = tcase_create("layouts");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, test_miniature, 0, COUNT);
    suite_add_tcase(suite, cases);
    return check_main(suite);
}
