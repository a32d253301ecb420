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
    Suite *suite = suite_create("layouts");
    TCase *cases = tcase_create("layouts");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, test_miniature, 0, COUNT);
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
