/* check_cache.c: features kept on disk: found again, damaged, shared, not writable. */
#include <check.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <sndfile.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <utime.h>

#include "cache.h"
#include "cache_index.h"
#include "check_main.h"
#include "scratch.h"

static Scratch scratch;
static AscStatus status;
static char folder[128], sound[128];

static const AscBank BANK = { .mels = 16, .high = 4000, .slaney_norm = true };
static const int OUT[] = { 0 };
static const AscStage STAGE = {
    .kind = ASC_SPECTROGRAM,
    .out = OUT,
    .outs = 1,
    .as.spectrogram = { .clock = 1,
                        .window = 200,
                        .hop = 100,
                        .fft = 256,
                        .power = 2,
                        .periodic = true,
                        .bank = &BANK },
};
static const AscClock CLOCK[] = { { 0, 0, false }, { 100, 256, true } };
static const AscSlot SLOT = { 16, 1 };
static const AscFront FRONT = {
    { .rate = 8000, .channels = 1 }, { 0, 0, ASC_DROP }, CLOCK, 2, &SLOT, 1, &STAGE, 1, -1,
};
static const AscFeatures FEATURES = {
    .name = "logmel",
    .shape = { 3, { { "channel", 1 }, { "freq", 16 }, { "time", 20 } } },
    .settings = "settings",
    .front = &FRONT,
    .frame = { 2, { { "channel", 1 }, { "freq", 16 } } },
    .time_axis = 2,
    .cut = { 20, 20, ASC_DROP },
};

/* Writes a sound. */
static void make_sound(const char *path, double frequency)
{
    SF_INFO info = { .samplerate = 8000,
                     .channels = 1,
                     .format = SF_FORMAT_WAV | SF_FORMAT_PCM_16 };
    SNDFILE *file = sf_open(path, SFM_WRITE, &info);
    ck_assert(file != NULL);
    for (int i = 0; i < 8000; i++) {
        double x = 0.5 * sin(i * frequency);
        ck_assert_int_eq(sf_writef_double(file, &x, 1), 1);
    }
    sf_close(file);
}

static void setup(void)
{
    scratch = scratch_make();
    snprintf(folder, sizeof folder, "%s/cache/deep", scratch.path);
    snprintf(sound, sizeof sound, "%s/a.wav", scratch.path);
    make_sound(sound, 0.3);
    asc_status_clear(&status);
}

static void teardown(void)
{
    scratch_remove(&scratch);
}

static AscFrontend *frontend_new(void)
{
    AscFrontend *frontend = asc_frontend_create(&FEATURES, &status);
    ck_assert_msg(frontend != NULL, "%s", status.message);
    return frontend;
}

/* Gets the map of `sound` from a cache just opened; returns whether it was found there. */
static bool fetch(AscMap *map)
{
    AscFrontend *frontend = frontend_new();
    AscCache *cache = asc_cache_open(folder, &status);
    ck_assert_msg(cache != NULL, "%s", status.message);
    ck_assert_msg(asc_cache_map(cache, frontend, &FEATURES, sound, map, &status), "%s",
                  status.message);
    long found, computed;
    asc_cache_counts(cache, &found, &computed);
    ck_assert_int_eq(found + computed, 1);
    ck_assert(asc_cache_failure(cache) == NULL);
    asc_cache_close(cache);
    asc_frontend_destroy(frontend);
    return found == 1;
}

static void entry_path(char path[256])
{
    AscCache *cache = asc_cache_open(folder, &status);
    AscHash key;
    ck_assert(asc_cache_key(cache, FEATURES.settings, sound, &key, &status));
    char *found = asc_cache_path(cache, key);
    snprintf(path, 256, "%s", found);
    free(found);
    asc_cache_close(cache);
}

START_TEST(test_found_again)
{
    AscMap first, second;
    ck_assert(!fetch(&first));
    ck_assert(fetch(&second));
    ck_assert_int_eq(first.frames, second.frames);
    ck_assert_mem_eq(first.values, second.values, asc_map_count(&first) * sizeof(real));
    asc_map_free(&second);
    make_sound(sound, 0.4); /* other content, same path and size */
    ck_assert(!fetch(&second));
    ck_assert(memcmp(first.values, second.values, asc_map_count(&first) * sizeof(real)) != 0);
    asc_map_free(&first);
    asc_map_free(&second);
}
END_TEST

START_TEST(test_settings_are_part_of_the_key)
{
    AscCache *cache = asc_cache_open(folder, &status);
    AscHash one, two;
    ck_assert(asc_cache_key(cache, "a", sound, &one, &status));
    ck_assert(asc_cache_key(cache, "b", sound, &two, &status));
    ck_assert(!asc_hash_equal(one, two));
    asc_cache_halve(cache); /* float16 is one, too */
    ck_assert(asc_cache_key(cache, "a", sound, &two, &status));
    ck_assert(!asc_hash_equal(one, two));
    ck_assert(!asc_cache_key(cache, "b", "/nonexistent/a.wav", &two, &status));
    ck_assert_str_eq(status.message, "/nonexistent/a.wav: no such file");
    asc_cache_close(cache);
}
END_TEST

/* Every byte of an entry changed, and every length: it is computed again, never believed. */
START_TEST(test_damaged_entries)
{
    AscMap map, again;
    char path[256];
    ck_assert(!fetch(&map));
    entry_path(path);
    size_t count;
    char *bytes = asc_file_read(path, 1 << 20, &count, &status);
    ck_assert(bytes != NULL);
    AscCache *cache = asc_cache_open(folder, &status);
    AscHash key;
    ck_assert(asc_cache_key(cache, FEATURES.settings, sound, &key, &status));
    for (size_t at = 0; at < count; at += at < 80 ? 1 : 97) {
        bytes[at] ^= 16;
        ck_assert(asc_file_write(path, bytes, count, &status));
        ck_assert(!asc_cache_read(cache, key, &again));
        bytes[at] ^= 16;
        ck_assert(asc_file_write(path, bytes, at, &status));
        ck_assert(!asc_cache_read(cache, key, &again));
    }
    ck_assert(!fetch(&again)); /* mended */
    asc_map_free(&again);
    ck_assert(fetch(&again));
    ck_assert_mem_eq(map.values, again.values, asc_map_count(&map) * sizeof(real));
    asc_map_free(&again);
    asc_map_free(&map);
    free(bytes);
    asc_cache_close(cache);
}
END_TEST

START_TEST(test_damaged_index)
{
    char path[256];
    AscHash one, two;
    snprintf(path, sizeof path, "%s/index", scratch.path);
    const struct utimbuf old = { 1000000000, 1000000000 };
    ck_assert(utime(sound, &old) == 0);
    AscCacheIndex *index = asc_cache_index_open(path);
    ck_assert(asc_cache_index_hash(index, sound, &one, &status));
    asc_cache_index_close(index);
    ck_assert(asc_file_write(path, "rubbish\n0123\n\n\xff\xff", 15, &status));
    index = asc_cache_index_open(path);
    ck_assert(asc_cache_index_hash(index, sound, &two, &status));
    ck_assert(asc_hash_equal(one, two));
    asc_cache_index_close(index);
}
END_TEST

/* The index is believed where it knows a file's device, number, size and times. */
START_TEST(test_index_remembers)
{
    char path[256];
    snprintf(path, sizeof path, "%s/index", scratch.path);
    AscHash real_hash, hash;
    AscCacheIndex *index = asc_cache_index_open(path);
    ck_assert(asc_cache_index_hash(index, sound, &real_hash, &status));
    ck_assert(!asc_file_exists(path)); /* it may change again without another time */
    sleep(4);                          /* until the file's times are settled */
    ck_assert(asc_cache_index_hash(index, sound, &real_hash, &status));
    asc_cache_index_close(index);
    ck_assert(asc_file_exists(path));
    index = asc_cache_index_open(path);
    ck_assert(chmod(path, 0) == 0);
    ck_assert(asc_cache_index_hash(index, sound, &hash, &status));
    ck_assert(asc_hash_equal(hash, real_hash));
    make_sound(sound, 0.5);
    ck_assert(asc_cache_index_hash(index, sound, &hash, &status));
    ck_assert(!asc_hash_equal(hash, real_hash));
    asc_cache_index_close(index);
}
END_TEST

static void fill(const char *name)
{
    AscFrontend *frontend = frontend_new();
    AscCache *cache = asc_cache_open(folder, &status);
    ck_assert(cache != NULL);
    for (int i = 0; i < 60; i++) {
        AscMap map;
        char path[256];
        snprintf(path, sizeof path, "%s/%s%d.wav", scratch.path, name, i % 6);
        ck_assert_msg(asc_cache_map(cache, frontend, &FEATURES, path, &map, &status), "%s",
                      status.message);
        asc_map_free(&map);
    }
    ck_assert(asc_cache_failure(cache) == NULL);
    asc_cache_close(cache);
    asc_frontend_destroy(frontend);
}

START_TEST(test_processes)
{
    for (int i = 0; i < 6; i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/s%d.wav", scratch.path, i);
        make_sound(path, 0.1 + i * 0.01);
    }
    pid_t child[4];
    for (int i = 0; i < 4; i++) {
        child[i] = fork();
        if (child[i] == 0) {
            fill("s");
            _exit(0);
        }
    }
    for (int i = 0; i < 4; i++) {
        int result;
        ck_assert(waitpid(child[i], &result, 0) == child[i]);
        ck_assert_int_eq(result, 0);
    }
    AscMap map;
    snprintf(sound, sizeof sound, "%s/s3.wav", scratch.path);
    ck_assert(fetch(&map));
    asc_map_free(&map);
}
END_TEST

/* One cache, a front end for each thread. */
static void *fetch_many(void *cache)
{
    AscFrontend *frontend = asc_frontend_create(&FEATURES, NULL);
    bool fine = frontend != NULL;
    for (int i = 0; fine && i < 20; i++) {
        AscMap map;
        fine = asc_cache_map(cache, frontend, &FEATURES, sound, &map, NULL);
        if (fine)
            asc_map_free(&map);
    }
    asc_frontend_destroy(frontend);
    return fine ? NULL : cache;
}

START_TEST(test_threads)
{
    AscCache *cache = asc_cache_open(folder, &status);
    pthread_t thread[4];
    for (int i = 0; i < 4; i++)
        ck_assert(pthread_create(&thread[i], NULL, fetch_many, cache) == 0);
    for (int i = 0; i < 4; i++) {
        void *failed;
        ck_assert(pthread_join(thread[i], &failed) == 0);
        ck_assert(failed == NULL);
    }
    long found, computed;
    asc_cache_counts(cache, &found, &computed);
    ck_assert_int_eq(found + computed, 80);
    ck_assert_int_le(computed, 4);
    asc_cache_close(cache);
}
END_TEST

/* An entry that can't be written costs a warning. */
START_TEST(test_full_disk)
{
    AscFrontend *frontend = frontend_new();
    AscCache *cache = asc_cache_open(folder, &status);
    signal(SIGXFSZ, SIG_IGN);
    const struct rlimit limit = { 500, 500 };
    ck_assert(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    AscMap map;
    ck_assert(asc_cache_map(cache, frontend, &FEATURES, sound, &map, &status));
    ck_assert(map.frames == 81);
    ck_assert(asc_cache_failure(cache) && strstr(asc_cache_failure(cache), folder));
    asc_map_free(&map);
    asc_cache_close(cache);
    asc_frontend_destroy(frontend);
}
END_TEST

START_TEST(test_folders)
{
    char path[256];
    snprintf(path, sizeof path, "%s/own", scratch.path);
    setenv("ASC_CACHE", path, 1);
    AscCache *cache = asc_cache_open(NULL, &status);
    ck_assert(cache != NULL && asc_folder_exists(path));
    asc_cache_close(cache);
    unsetenv("ASC_CACHE");
    setenv("XDG_CACHE_HOME", scratch.path, 1);
    cache = asc_cache_open(NULL, &status);
    ck_assert(cache != NULL && asc_folder_exists(scratch_path(&scratch, "ascc")));
    asc_cache_close(cache);
    unsetenv("XDG_CACHE_HOME");
    setenv("HOME", path, 1);
    cache = asc_cache_open(NULL, &status);
    ck_assert(cache != NULL && asc_folder_exists(scratch_path(&scratch, "own/.cache/ascc")));
    asc_cache_close(cache);
    unsetenv("HOME");
    ck_assert(asc_cache_open(NULL, &status) == NULL);
    ck_assert(strstr(status.message, "ASC_CACHE"));
    ck_assert(asc_cache_open(sound, &status) == NULL); /* a file, not a folder */
    ck_assert_int_eq(status.code, ASC_IO);
}
END_TEST

/* resample = no: recordings of the rate are taken, others refused. */
START_TEST(test_fixed_rate)
{
    AscFront front = FRONT;
    AscFeatures features = FEATURES;
    AscMap map;
    front.sound.resample = ASC_RESAMPLE_NO;
    features.front = &front;
    for (int rate = 8000; rate <= 16000; rate += 8000) {
        front.sound.rate = rate;
        AscFrontend *frontend = asc_frontend_create(&features, &status);
        ck_assert_int_eq(asc_cache_map(NULL, frontend, &features, sound, &map, &status),
                         rate == 8000);
        asc_map_free(&map);
        asc_frontend_destroy(frontend);
    }
    ck_assert_int_eq(status.code, ASC_BAD_INPUT);
    ck_assert_msg(strncmp(status.message, sound, strlen(sound)) == 0 &&
                      strstr(status.message, "8000 Hz; the model wants 16000 Hz and forbids"),
                  "%s", status.message);
}
END_TEST

/* float16: half the bytes, rounded to 11 bits, the same when read again; too large values stay. */
START_TEST(test_half)
{
    AscFrontend *frontend = frontend_new();
    AscMap full, half, again;
    ck_assert(asc_cache_map(NULL, frontend, &FEATURES, sound, &full, &status));
    AscCache *cache = asc_cache_open(folder, &status);
    asc_cache_halve(cache);
    ck_assert(asc_cache_map(cache, frontend, &FEATURES, sound, &half, &status));
    ck_assert(asc_cache_map(cache, frontend, &FEATURES, sound, &again, &status));
    ck_assert(half.half && again.half && again.file && asc_map_width(&again) == 2);
    size_t count = asc_map_count(&full);
    real *room = malloc(count * sizeof *room);
    const real *values = asc_map_frames(&half, 0, (size_t)half.frames, room);
    for (size_t i = 0; i < count; i++) {
        double x = (double)full.values[i];
        ck_assert_double_eq_tol((double)values[i], x, fabs(x) / 2048 + 0x1p-25);
    }
    ck_assert_mem_eq(half.half, again.half, count * sizeof *half.half);
    asc_map_free(&half);
    asc_map_free(&again);
    full.values[3] = 70000;
    ck_assert(asc_map_halve(&full, &status) && full.values && !full.half);
    static const float odd[] = { 0,        -1,         65504,     65519,
                                 0x1p-14F, 0x1.8p-24F, -0x1p-26F, 1.00048828125F };
    static const float rounded[] = { 0, -1, 65504, 65504, 0x1p-14F, 0x1p-23F, 0, 1 };
    full.values[3] = 1;
    for (int i = 0; i < 8; i++)
        full.values[i] = odd[i];
    ck_assert(asc_map_halve(&full, &status) && full.half);
    values = asc_map_frames(&full, 0, 1, room);
    for (int i = 0; i < 8; i++)
        ck_assert_double_eq((double)values[i], (double)rounded[i]);
    asc_map_free(&full);
    free(room);
    asc_cache_close(cache);
    asc_frontend_destroy(frontend);
}
END_TEST

/* A recording that is used again: from its entry, computed where that has gone, refused where the
 * recording is another by now. */
START_TEST(test_again)
{
    AscFrontend *frontend = frontend_new();
    AscCache *cache = asc_cache_open(folder, &status);
    AscAudio audio = { 0 };
    AscHash key;
    AscMap map, again;
    char path[256];
    ck_assert(asc_cache_first(cache, frontend, &FEATURES, sound, &audio, &key, &map, &status));
    ck_assert(audio.samples != NULL);
    asc_audio_free(&audio);
    for (int gone = 0; gone < 2; gone++) {
        ck_assert(asc_cache_again(cache, frontend, &FEATURES, sound, key, &again, &status));
        ck_assert((again.file != NULL) == (gone == 0));
        ck_assert_mem_eq(map.values, again.values, asc_map_count(&map) * sizeof(real));
        asc_map_free(&again);
        entry_path(path);
        ck_assert(unlink(path) == 0);
    }
    make_sound(sound, 0.4);
    ck_assert(!asc_cache_again(cache, frontend, &FEATURES, sound, key, &again, &status));
    ck_assert(strstr(status.message, "a.wav: has changed"));
    asc_map_free(&map);
    asc_cache_close(cache);
    asc_frontend_destroy(frontend);
}
END_TEST

/* Killed at any moment while it fills the cache: nothing wrong is ever read from it. */
START_TEST(test_killed)
{
    AscFrontend *frontend = frontend_new();
    for (int i = 0; i < 6; i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/k%d.wav", scratch.path, i);
        make_sound(path, 0.1 + i * 0.01);
    }
    for (int turn = 0; turn < 12; turn++) {
        pid_t child = fork();
        if (child == 0) {
            fill("k");
            _exit(0);
        }
        usleep((useconds_t)(turn * 700));
        kill(child, SIGKILL);
        ck_assert(waitpid(child, NULL, 0) == child);
        AscCache *cache = asc_cache_open(folder, &status);
        for (int i = 0; i < 6 && turn % 4 == 3; i++) {
            AscMap right, map;
            char path[256];
            snprintf(path, sizeof path, "%s/k%d.wav", scratch.path, i);
            ck_assert(asc_cache_map(NULL, frontend, &FEATURES, path, &right, &status));
            ck_assert(asc_cache_map(cache, frontend, &FEATURES, path, &map, &status));
            ck_assert_mem_eq(map.values, right.values, asc_map_count(&map) * sizeof(real));
            asc_map_free(&map);
            asc_map_free(&right);
        }
        asc_cache_close(cache);
        if (turn % 4 == 3) /* begin with another folder */
            snprintf(folder, sizeof folder, "%s/cache%d", scratch.path, turn);
    }
    asc_frontend_destroy(frontend);
}
END_TEST

/* What was never finished goes when it is old. */
START_TEST(test_swept)
{
    char path[2][256];
    const struct utimbuf old = { 1000000000, 1000000000 };
    asc_cache_close(asc_cache_open(folder, &status));
    for (int i = 0; i < 2; i++) {
        snprintf(path[i], sizeof path[i], "%s/a7", folder);
        ck_assert(asc_folder_make(path[i], &status));
        snprintf(path[i], sizeof path[i], "%s/a7/x.map.%d-0.new", folder, i);
        ck_assert(asc_file_write(path[i], "x", 1, &status));
    }
    ck_assert(utime(path[0], &old) == 0);
    asc_cache_close(asc_cache_open(folder, &status));
    ck_assert(!asc_file_exists(path[0]) && asc_file_exists(path[1]));
}
END_TEST

START_TEST(test_no_cache)
{
    AscFrontend *frontend = frontend_new();
    AscMap map;
    ck_assert(asc_cache_map(NULL, frontend, &FEATURES, sound, &map, &status));
    ck_assert_int_eq(map.frames, 81);
    asc_map_free(&map);
    ck_assert(!asc_cache_map(NULL, frontend, &FEATURES, "/nonexistent", &map, &status));
    asc_frontend_destroy(frontend);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cache");
    TCase *tcase = tcase_create("cache");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, test_found_again);
    tcase_add_test(tcase, test_settings_are_part_of_the_key);
    tcase_add_test(tcase, test_damaged_entries);
    tcase_add_test(tcase, test_damaged_index);
    tcase_add_test(tcase, test_index_remembers);
    tcase_add_test(tcase, test_processes);
    tcase_add_test(tcase, test_threads);
    tcase_add_test(tcase, test_full_disk);
    tcase_add_test(tcase, test_folders);
    tcase_add_test(tcase, test_no_cache);
    tcase_add_test(tcase, test_fixed_rate);
    tcase_add_test(tcase, test_half);
    tcase_add_test(tcase, test_again);
    tcase_add_test(tcase, test_killed);
    tcase_add_test(tcase, test_swept);
    suite_add_tcase(suite, tcase);
    return check_main(suite);
}
