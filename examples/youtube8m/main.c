/* main.c: the command line of youtube8m, which makes a data set in the form of YouTube-8M. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "tfrecord.h"
#include "video.h"

static const char help[] =
    "usage: youtube8m FOLDER [options]      make TFRecord files in the form of YouTube-8M\n"
    "\n"
    "The videos are synthetic: numbers from a formula, and never a picture or a sound.\n"
    "\n"
    "  --train N      videos to train on (200)\n"
    "  --validate N   videos to validate on (50)\n"
    "  --test N       videos without labels (20)\n"
    "  --shards N     files of each part (4)\n"
    "  --classes N    (20)\n"
    "  --rgb N        numbers of a picture (1024)\n"
    "  --audio N      numbers of the sound (128)\n"
    "  --frames N     seconds of the longest video (300)\n"
    "  --means        one mean for each video (video level) instead of frames\n"
    "  --segments     with ratings of segments of five seconds (2019), but for the test part\n"
    "  --2017         call the id `video_id`, as in 2017\n"
    "  --seed K       the same seed and options give the same bytes (0)\n"
    "  --help\n"
    "\n"
    "exit status: 0 fine; 1 a file or folder can't be written; 2 wrong usage\n";

typedef struct Wish {
    Kind kind;
    int videos[3], shards; /* train, validate, test */
    const char *folder;
    bool help;
} Wish;

static const char *const parts[] = { "train", "validate", "test" };

enum { TRAIN = 256, VALIDATE, TEST, SHARDS, CLASSES, RGB, AUDIO, FRAMES, SEED };

static const struct option options[] = {
    { "train", required_argument, NULL, TRAIN },
    { "validate", required_argument, NULL, VALIDATE },
    { "test", required_argument, NULL, TEST },
    { "shards", required_argument, NULL, SHARDS },
    { "classes", required_argument, NULL, CLASSES },
    { "rgb", required_argument, NULL, RGB },
    { "audio", required_argument, NULL, AUDIO },
    { "frames", required_argument, NULL, FRAMES },
    { "seed", required_argument, NULL, SEED },
    { "means", no_argument, NULL, 'm' },
    { "segments", no_argument, NULL, 's' },
    { "2017", no_argument, NULL, '7' },
    { "help", no_argument, NULL, 'h' },
    { 0 },
};

static bool usage(const char *text)
{
    fprintf(stderr, "youtube8m: %s; see youtube8m --help\n", text);
    return false;
}

/* Where an option's number goes, and the least and most that it may be. */
static int *place(Wish *wish, int key, long *least, long *most)
{
    *least = 1;
    *most = 100000;
    switch (key) {
    case TRAIN:
    case VALIDATE:
    case TEST:
        *least = 0;
        *most = 10000000;
        return &wish->videos[key - TRAIN];
    case SHARDS: *most = 10000; return &wish->shards;
    case CLASSES: *least = 4; return &wish->kind.classes;
    case RGB: return &wish->kind.rgb;
    case AUDIO: return &wish->kind.audio;
    case FRAMES: *most = 100000; return &wish->kind.frames;
    }
    return NULL;
}

static bool read_option(int key, Wish *wish)
{
    long least = 0, most = 1000000000, number = 0;
    int *value = place(wish, key, &least, &most);
    char *end = NULL;

    if (value || key == SEED) {
        number = strtol(optarg, &end, 10);
        if (end == optarg || *end || number < least || number > most)
            return usage("a whole number that is not too large is expected");
    }
    if (value)
        *value = (int)number;
    switch (key) {
    case SEED: wish->kind.seed = (uint64_t)number; break;
    case 'm': wish->kind.means = true; break;
    case 's': wish->kind.segments = true; break;
    case '7': wish->kind.id_of_2017 = true; break;
    case 'h': wish->help = true; break;
    case '?': return usage("wrong option");
    }
    return true;
}

static bool read_command(int argc, char **argv, Wish *wish)
{
    int key;

    *wish = (Wish){ .kind = { .classes = 20, .rgb = 1024, .audio = 128, .frames = 300 },
                    .videos = { 200, 50, 20 },
                    .shards = 4 };
    while ((key = getopt_long(argc, argv, "", options, NULL)) != -1)
        if (!read_option(key, wish))
            return false;
    if (!wish->help && optind + 1 != argc)
        return usage("one folder is expected");
    wish->folder = argv[optind];
    return true;
}

static bool write_video(AscWriter *writer, const Wish *wish, int64_t number, bool labelled,
                        AscStatus *status)
{
    unsigned char header[ASC_RECORD_HEADER], footer[ASC_RECORD_FOOTER];
    size_t size;
    unsigned char *bytes = video_record(&wish->kind, number, labelled, &size);

    if (!bytes)
        return asc_status_memory(status, "a video");
    asc_record_header(size, header);
    asc_record_footer(bytes, size, footer);
    bool fine = asc_writer_put(writer, header, sizeof header, status) &&
                asc_writer_put(writer, bytes, size, status) &&
                asc_writer_put(writer, footer, sizeof footer, status);

    free(bytes);
    return fine;
}

/* Videos shard, shard + shards, .. of a part; parts have numbers far apart. */
static bool write_shard(const Wish *wish, int part, int shard, AscStatus *status)
{
    char path[4096];

    snprintf(path, sizeof path, "%s/%s%04d.tfrecord", wish->folder, parts[part], shard);
    AscWriter *writer = asc_writer_open(path, status);
    bool fine = writer != NULL;

    for (int n = shard; fine && n < wish->videos[part]; n += wish->shards)
        fine = write_video(writer, wish, (int64_t)part << 32 | n, part < 2, status);
    if (fine)
        return asc_writer_commit(writer, status);
    asc_writer_abandon(writer);
    return false;
}

int main(int argc, char **argv)
{
    Wish wish;
    AscStatus status = { 0 };

    if (!read_command(argc, argv, &wish))
        return 2;
    if (wish.help) {
        fputs(help, stdout);
        return 0;
    }
    bool fine = asc_folder_make(wish.folder, &status);

    for (int part = 0; fine && part < 3; part++)
        for (int shard = 0; fine && shard < wish.shards && shard < wish.videos[part]; shard++)
            fine = write_shard(&wish, part, shard, &status);
    if (!fine) {
        fprintf(stderr, "youtube8m: %s\n", status.message);
        return 1;
    }
    printf("%s: %d + %d + %d synthetic videos of %d classes\n", wish.folder, wish.videos[0],
           wish.videos[1], wish.videos[2], wish.kind.classes);
    return 0;
}
