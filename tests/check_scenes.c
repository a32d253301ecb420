/* check_scenes.c: the program that makes synthetic data sets: layout, counts, format,
 * repeatability, refusals. */
#include "check_main.h"

#include <errno.h>
#include <math.h>
#include <sndfile.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH = 4096, MOST_FILES = 400 };

static char folder[64]; /* where all sets of this run lie */
static char program[PATH];

/* Runs a shell command made of the format; its exit status. */
static int shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

static int shell(const char *format, ...)
{
    char command[3 * PATH];
    va_list list;

    va_start(list, format);
    vsnprintf(command, sizeof command, format, list);
    va_end(list);
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Runs scenes, its output in the files out and err of the folder. */
#define SCENES(arguments, ...)                                                                     \
    shell("cd '%s' && '%s' " arguments " > out 2> err", folder, program, __VA_ARGS__)

static bool said(const char *file, const char *text)
{
    char path[PATH], content[8192];

    snprintf(path, sizeof path, "%s/%s", folder, file);
    FILE *f = fopen(path, "r");
    if (!f)
        return false;
    content[fread(content, 1, sizeof content - 1, f)] = 0;
    fclose(f);
    return strstr(content, text) != NULL;
}

typedef struct Table {
    char line[MOST_FILES][256];
    int count;
} Table;

static Table table_read(const char *name)
{
    Table t = { .count = 0 };
    char path[PATH];

    snprintf(path, sizeof path, "%s/tiny/%s", folder, name);
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s: %s", path, strerror(errno));
    while (t.count < MOST_FILES && fgets(t.line[t.count], sizeof t.line[0], file)) {
        size_t length = strlen(t.line[t.count]);
        ck_assert_msg(t.line[t.count][length - 1] == '\n', "%s:%d", path, t.count + 1);
        t.line[t.count++][length - 1] = 0;
    }
    fclose(file);
    return t;
}

static bool table_has(const Table *t, const char *line)
{
    for (int i = 0; i < t->count; i++)
        if (strcmp(t->line[i], line) == 0)
            return true;
    return false;
}

static void make_tiny(void)
{
    if (!*folder) {
        strcpy(folder, "scenes-check-XXXXXX");
        const char *build = getenv("BUILDDIR");
        char here[PATH];
        if (!getcwd(here, sizeof here) || !mkdtemp(folder))
            abort();
        snprintf(program, sizeof program, "%.2000s/examples/scenes/scenes", build ? build : here);
    }
    if (SCENES("tiny --recordings %d --parallel 20 --seconds 0.3 --seed 7 --threads 1", 60) != 0)
        abort();
}

static void remove_all(void)
{
    shell("rm -rf '%s'", folder);
}

START_TEST(test_full_counts)
{
    ck_assert_int_eq(SCENES("%s --full --dry-run", "nowhere"), 0);
    ck_assert(said("out", "10080 files of 10 s"));
    ck_assert(said("out", "device a: 6122 train, 2518 evaluate"));
    ck_assert(said("out", "device b: 540 train, 180 evaluate"));
    ck_assert(said("out", "device c: 540 train, 180 evaluate"));
    ck_assert(said("out", "needs 13."));
    ck_assert_int_ne(shell("test -e '%s/nowhere'", folder), 0);
}
END_TEST

/* Row of meta.csv: the file's name repeats its scene, location and device. */
static void check_row(const char *row, int index)
{
    char scene[64], city[64], device, label[64], identifier[64], source, want[512];
    int location, segment;

    int fields = sscanf(row, "audio/%63[a-z_]-%63[a-z]-%d-%d-%c.wav\t%63[a-z_]\t%63[a-z0-9-]\t%c",
                        scene, city, &location, &segment, &device, label, identifier, &source);
    ck_assert_msg(fields == 8, "meta.csv:%d: %s", index + 1, row);
    snprintf(want, sizeof want, "audio/%s-%s-%d-%d-%c.wav\t%s\t%s-%d\t%c", scene, city, location,
             segment, device, scene, city, location, device);
    ck_assert_str_eq(row, want);
    ck_assert(device >= 'a' && device <= 'c');
}

START_TEST(test_layout)
{
    Table meta = table_read("meta.csv"), train = table_read("evaluation_setup/fold1_train.txt");
    Table evaluate = table_read("evaluation_setup/fold1_evaluate.txt");
    Table test = table_read("evaluation_setup/fold1_test.txt");

    ck_assert_int_eq(meta.count, 1 + 60 + 20 + 20);
    ck_assert_str_eq(meta.line[0], "filename\tscene_label\tidentifier\tsource_label");
    ck_assert_int_eq(train.count + evaluate.count, 100);
    ck_assert_int_eq(test.count, evaluate.count);
    for (int i = 1; i < meta.count; i++) {
        check_row(meta.line[i], i);
        char two[256];
        char *name_end = strchr(meta.line[i], '\t'), *label_end = strchr(name_end + 1, '\t');
        snprintf(two, sizeof two, "%.*s", (int)(label_end - meta.line[i]), meta.line[i]);
        bool held = table_has(&evaluate, two);
        ck_assert_msg(table_has(&train, two) != held, "%s", two);
        *strchr(two, '\t') = 0;
        ck_assert_msg(table_has(&test, two) == held, "%s", two);
        ck_assert_int_eq(shell("test -s '%s/tiny/%s'", folder, two), 0);
    }
    ck_assert_int_eq(shell("test $(ls -A '%s/tiny/audio' | wc -l) = 100", folder), 0);
    ck_assert_int_eq(shell("grep -q 'NOT RECORDINGS' '%s/tiny/README.md'", folder), 0);
}
END_TEST

START_TEST(test_parts)
{
    static const char *const scene[10] = {
        "airport",        "bus",           "metro",         "metro_station",
        "park",           "public_square", "shopping_mall", "street_pedestrian",
        "street_traffic", "tram",
    };
    static const char *const part[2] = { "train", "evaluate" };

    for (int p = 0; p < 2; p++)
        for (int s = 0; s < 10; s++)
            ck_assert_msg(shell("grep -q '\t%s$' '%s/tiny/evaluation_setup/fold1_%s.txt'", scene[s],
                                folder, part[p]) == 0,
                          "%s: no %s", part[p], scene[s]);
    ck_assert_int_eq(shell("cd '%s/tiny/evaluation_setup' && "
                           "cut -d- -f2,3 fold1_train.txt | sort -u > ../../1 && "
                           "cut -d- -f2,3 fold1_test.txt | sort -u > ../../2 && cd ../.. && "
                           "test -s 1 && test -s 2 && test -z \"$(comm -12 1 2)\"",
                           folder),
                     0);
}
END_TEST

/* The samples of a file of the tiny set. */
static int read_sound(const char *name, float *sample, int most)
{
    char path[PATH];
    SF_INFO info = { 0 };

    snprintf(path, sizeof path, "%s/tiny/%s", folder, name);
    SNDFILE *file = sf_open(path, SFM_READ, &info);
    ck_assert_msg(file != NULL, "%s: %s", path, sf_strerror(NULL));
    ck_assert_int_eq(info.samplerate, 44100);
    ck_assert_int_eq(info.channels, 1);
    ck_assert_int_eq(info.format, SF_FORMAT_WAV | SF_FORMAT_PCM_24);
    int frames = (int)sf_readf_float(file, sample, most);
    ck_assert_int_eq(frames, info.frames);
    sf_close(file);
    return frames;
}

enum { FRAMES = 13230 };

START_TEST(test_sounds)
{
    Table test = table_read("evaluation_setup/fold1_test.txt");
    static float sample[FRAMES + 1];

    for (int i = 0; i < test.count; i++) {
        double power = 0;
        int full = 0;
        ck_assert_int_eq(read_sound(test.line[i], sample, FRAMES + 1), FRAMES);
        for (int k = 0; k < FRAMES; k++) {
            power += sample[k] * sample[k] / FRAMES;
            full += fabsf(sample[k]) > 0.9999f;
        }
        ck_assert_msg(power > 1e-7 && power < 0.2, "%s: power %g", test.line[i], power);
        ck_assert_msg(full < FRAMES / 1000, "%s: %d samples at full scale", test.line[i], full);
    }
    ck_assert_int_eq(shell("test -z \"$(find '%s/tiny/audio' -name '*.wav' ! -size -%dc)\"", folder,
                           44 + 3 * FRAMES + 1),
                     0);
}
END_TEST

/* b and c record the same moment as a, through other microphones. */
START_TEST(test_parallel_devices)
{
    Table test = table_read("evaluation_setup/fold1_test.txt");
    static float a[FRAMES], b[FRAMES];
    int pairs = 0;

    for (int i = 0; i < test.count; i++) {
        char *device = strstr(test.line[i], ".wav") - 1, name[256];
        if (*device == 'a')
            continue;
        read_sound(test.line[i], b, FRAMES);
        strcpy(name, test.line[i]);
        name[device - test.line[i]] = 'a';
        read_sound(name, a, FRAMES);
        double ab = 0, aa = 0, bb = 0;
        for (int k = 1; k < FRAMES; k++) {
            double x = a[k] - a[k - 1], y = b[k] - b[k - 1]; /* the lows differ most in phase */
            ab += x * y, aa += x * x, bb += y * y;
        }
        double likeness = fabs(ab) / sqrt(aa * bb);
        ck_assert_msg(likeness > 0.05 && likeness < 0.9999, "%s: %g", test.line[i], likeness);
        pairs++;
    }
    ck_assert_int_gt(pairs, 0);
}
END_TEST

START_TEST(test_same_bytes)
{
    const char *counts = "--recordings 60 --parallel 20 --seconds 0.3";
    ck_assert_int_eq(SCENES("three %s --seed 7 --threads 3", counts), 0);
    ck_assert_int_eq(shell("diff -r '%s/tiny' '%s/three'", folder, folder), 0);
    ck_assert_int_eq(SCENES("other %s --seed 8", counts), 0);
    ck_assert_int_ne(shell("cd '%s' && cmp -s tiny/audio/airport-*-0-0-a.wav "
                           "other/audio/airport-*-0-0-a.wav",
                           folder),
                     0);
}
END_TEST

START_TEST(test_resume)
{
    const char *counts = "--recordings 60 --parallel 20 --seconds 0.3";
    ck_assert_int_eq(SCENES("again %s --seed 7", counts), 0);
    ck_assert_int_eq(shell("cd '%s/again' && rm audio/bus-* meta.csv && "
                           "for f in audio/park-*; do truncate -s 100 $f; done",
                           folder),
                     0);
    ck_assert_int_eq(SCENES("again %s --seed 7", counts), 0);
    ck_assert_int_eq(shell("diff -r '%s/tiny' '%s/again'", folder, folder), 0);
    ck_assert_int_eq(SCENES("again --recordings %d --seconds 0.1", 20), 0);
    ck_assert_int_eq(shell("test $(ls -A '%s/again/audio' | wc -l) = 24", folder), 0);
}
END_TEST

START_TEST(test_foreign_folder)
{
    ck_assert_int_eq(shell("mkdir '%s/mine' && echo mine > '%s/mine/note'", folder, folder), 0);
    ck_assert_int_eq(SCENES("%s --recordings 20 --seconds 0.1", "mine"), 4);
    ck_assert(said("err", "mine"));
    ck_assert_int_eq(shell("test $(ls -A '%s/mine') = note", folder), 0);
    ck_assert_int_eq(SCENES("%s --recordings 20 --seconds 0.1 --force", "mine"), 0);
    ck_assert_int_eq(shell("test $(cat '%s/mine/note') = mine", folder), 0);
}
END_TEST

START_TEST(test_little_space)
{
    ck_assert_int_eq(SCENES("%s --recordings 1000000 --seconds 3600", "huge"), 3);
    ck_assert(said("err", "GB are free"));
    ck_assert_int_ne(shell("test -e '%s/huge'", folder), 0);
}
END_TEST

/* A file that can't grow, as on a full disk: no sound and no part of one stays. */
START_TEST(test_write_failure)
{
    ck_assert_int_eq(shell("cd '%s' && (trap '' XFSZ; ulimit -f 16; exec '%s' full --recordings 20 "
                           "--seconds 1 > out 2> err)",
                           folder, program),
                     1);
    ck_assert(said("err", "can't write full/audio/"));
    ck_assert_int_eq(shell("test -z \"$(ls -A '%s/full/audio')\"", folder), 0);
    ck_assert_int_ne(shell("test -e '%s/full/meta.csv'", folder), 0);
    ck_assert_int_eq(SCENES("%s/below --recordings 20 --seconds 0.1", "err"), 1);
}
END_TEST

/* The other layouts: as many files, tables that name them all, and the same bytes again. */
START_TEST(test_other_layouts)
{
    static const char *const check[][2] = {
        { "litis_rouen --folds 3 --recordings 95",
          "test $(ls *.wav | wc -l) = 95 -a -f metro-paris5.wav && "
          "test $(ls evaluation_setup | wc -l) = 6 && "
          "test $(cat evaluation_setup/fold2_*.txt | sort -u | wc -l) = 95" },
        { "dcase2016 --recordings 61",
          "test $(ls audio | wc -l) = 61 -a $(wc -l < meta.txt) = 61 && "
          "grep -q \"cafe/restaurant$\" meta.txt && grep -q error$ error.txt && "
          "test $(cat evaluation_setup/fold?_test.txt | sort -u | wc -l) = 61" },
        { "esc10 --recordings 52", "test $(ls 0*/*.ogg | wc -l) = 52 -a $(ls -d 0* | wc -l) = 10" },
    };
    ck_assert_int_eq(SCENES("other%d --seconds 0.4 --layout %s", _i, check[_i][0]), 0);
    ck_assert_int_eq(shell("cd '%s/other%d' && %s", folder, _i, check[_i][1]), 0);
    ck_assert_int_eq(SCENES("again%d --threads 1 --seconds 0.4 --layout %s", _i, check[_i][0]), 0);
    ck_assert_int_eq(shell("cd '%s' && diff -r -x '*.ogg' other%d again%d", folder, _i, _i), 0);
    ck_assert_int_eq(SCENES("tiny --layout %s", check[_i][0]), 4);
    ck_assert(said("err", "holds something else"));
}
END_TEST

static const char *const wrong[] = {
    "",
    "one two",
    "x --recordings",
    "x --recordings 19",
    "x --recordings 20.5",
    "x --recordings many",
    "x --recordings 1000001",
    "x --seconds 0",
    "x --seconds nan",
    "x --seconds 3601",
    "x --threads 0",
    "x --seed -1",
    "x --locations 1",
    "x --parallel 21 --recordings 20",
    "x --full --recordings 30",
    "x --layout moon",
    "x --layout esc10 --recordings 49",
    "x --layout dcase2016 --parallel 3",
    "x --layout litis_rouen --folds 21",
    "x --unknown",
    "''",
};

START_TEST(test_wrong_usage)
{
    ck_assert_int_eq(SCENES("%s", wrong[_i]), 2);
    ck_assert(said("err", "scenes: "));
    ck_assert_int_ne(shell("test -e '%s/x'", folder), 0);
}
END_TEST

START_TEST(test_baseline)
{
    ck_assert_int_eq(SCENES("--baseline %s", "tiny"), 0);
    ck_assert(said("out", "nearest mean spectrum"));
    ck_assert(said("out", "level removed"));
    ck_assert_int_eq(SCENES("--baseline %s", "nowhere"), 1);
    ck_assert(said("err", "nowhere/evaluation_setup/fold1_train.txt"));
    ck_assert_int_eq(shell("cd '%s' && cp -r tiny broken && cd broken/audio && "
                           "echo no > $(ls tram-*-59-a.wav)",
                           folder),
                     0);
    ck_assert_int_eq(SCENES("--baseline %s", "broken"), 1);
    ck_assert(said("err", "-59-a.wav"));
    ck_assert_int_eq(SCENES("%s", "--help"), 0);
    ck_assert(said("out", "exit status"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("scenes");
    TCase *tests = tcase_create("scenes");

    make_tiny();
    tcase_set_timeout(tests, 600);
    tcase_add_test(tests, test_full_counts);
    tcase_add_test(tests, test_layout);
    tcase_add_test(tests, test_parts);
    tcase_add_test(tests, test_sounds);
    tcase_add_test(tests, test_parallel_devices);
    tcase_add_test(tests, test_same_bytes);
    tcase_add_test(tests, test_resume);
    tcase_add_test(tests, test_foreign_folder);
    tcase_add_test(tests, test_little_space);
    tcase_add_test(tests, test_write_failure);
    tcase_add_loop_test(tests, test_other_layouts, 0, 3);
    tcase_add_loop_test(tests, test_wrong_usage, 0, (int)(sizeof wrong / sizeof *wrong));
    tcase_add_test(tests, test_baseline);
    suite_add_tcase(suite, tests);
    int failed = check_main(suite);
    remove_all();
    return failed;
}
