/* command_data_shards.c: the command `data` on TFRecord files: what is in them, and what is odd. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "report.h"
#include "shards.h"
#include "train_data.h"
#include "video.h"

enum { PARTS = 3, MOST_TOLD = 20 };

static const char *const part_name[PARTS] = { "train", "evaluate", "test" };

/* What was found in a part; 0 files: it is not there. */
typedef struct Part {
    int files, records;
    int64_t frames, labels, segments, read; /* of the records that were read */
    int shortest, longest;                  /* frames */
    int rgb, audio;
} Part;

typedef struct Description {
    const AscCli *cli;
    Part part[PARTS];
    AscVideoReader *reader;
    int classes;
    int64_t *count; /* [classes]: records with this label */
    int highest;    /* label; -1: none is told */
    AscProblems problems;
} Description;

/* ---------------------------------------------------------------- reading */

static bool count_labels(Description *all, const AscVideo *video, const AscShards *shards,
                         int record, AscStatus *status)
{
    for (int n = 0; n < video->labels; n++) {
        int64_t label = video->label[n];

        if (label >= 0 && label < all->classes) {
            all->count[label]++;
            all->highest = label > all->highest ? (int)label : all->highest;
            continue;
        }
        AscStatus odd = { 0 };

        asc_status_set(&odd, ASC_BAD_INPUT,
                       "the label %" PRId64 " is none of the model's %d classes", label,
                       all->classes);
        asc_shards_blame(shards, record, &odd);
        if (!asc_problem(&all->problems, status, "%s", odd.message))
            return false;
    }
    return true;
}

static bool add_video(Description *all, Part *part, const AscShards *shards, int record,
                      const AscVideo *video, AscStatus *status)
{
    if (part->read > 0 && (video->rgb != part->rgb || video->audio != part->audio)) {
        AscStatus odd = { 0 };

        asc_status_set(&odd, ASC_BAD_INPUT,
                       "%d and %d numbers a frame, %d and %d in the first record", video->rgb,
                       video->audio, part->rgb, part->audio);
        asc_shards_blame(shards, record, &odd);
        if (!asc_problem(&all->problems, status, "%s", odd.message))
            return false;
    }
    if (part->read++ == 0)
        *part = (Part){ part->files,   part->records, 0,          0,           0, 1,
                        video->frames, video->frames, video->rgb, video->audio };
    part->frames += video->frames;
    part->labels += video->labels;
    part->segments += video->segments;
    part->shortest = video->frames < part->shortest ? video->frames : part->shortest;
    part->longest = video->frames > part->longest ? video->frames : part->longest;
    return count_labels(all, video, shards, record, status);
}

/* What is wrong with a record is a problem; else it is counted. */
static bool read_record(Description *all, Part *part, AscShardFile *file, int record,
                        unsigned char *bytes, AscStatus *status)
{
    const AscShards *shards = file->shards;
    AscStatus odd = { 0 };
    AscVideo video;

    if (asc_shard_read(file, record, bytes, &odd)) {
        if (asc_video_read(all->reader, bytes, shards->record[record].size, &video, &odd))
            return add_video(all, part, shards, record, &video, status);
        asc_shards_blame(shards, record, &odd);
    }
    return odd.code == ASC_BAD_INPUT ? asc_problem(&all->problems, status, "%s", odd.message)
                                     : asc_status_set(status, odd.code, "%s", odd.message);
}

/* All records, or the first of each file. */
static bool read_records(Description *all, Part *part, const AscShards *shards,
                         const AscReport *report, AscStatus *status)
{
    AscShardFile file = { shards, -1, 0 };
    unsigned char *bytes = malloc((size_t)shards->largest + 1);
    bool decode = all->cli->options.decode, fine = bytes || asc_status_memory(status, "records");

    for (int f = 0; fine && f < shards->files; f++) {
        for (int r = shards->first[f]; fine && r < shards->first[f + 1]; r++) {
            fine = read_record(all, part, &file, r, bytes, status);
            if (!decode)
                break;
        }
        asc_report_job(report, "reading", "files", f + 1, shards->files);
    }
    asc_shard_close(&file);
    free(bytes);
    return fine;
}

static bool gather_part(Description *all, int p, const AscReport *report, AscStatus *status)
{
    AscStatus none = { 0 };
    AscShards *shards = asc_shards_open(all->cli->options.data, part_name[p], report,
                                        &all->problems, &none);

    if (!shards)
        return none.code == ASC_BAD_INPUT || asc_status_set(status, none.code, "%s", none.message);
    all->part[p].files = shards->files;
    all->part[p].records = shards->records;
    bool fine = read_records(all, &all->part[p], shards, report, status);

    asc_shards_close(shards);
    return fine;
}

static bool gather(Description *all, AscStatus *status)
{
    AscPrinter printer;

    all->reader = asc_video_reader_create(all->cli->model, status);
    all->classes = (int)asc_shape_reals(&all->cli->model->output);
    all->count = calloc((size_t)all->classes + 1, sizeof *all->count);
    all->highest = -1;
    if (!all->reader)
        return false;
    if (!all->count)
        return asc_status_memory(status, "labels");
    asc_report_start(&printer, stdout);
    if (all->cli->options.quiet)
        asc_report_quiet(&printer);
    bool fine = true;

    for (int p = 0; fine && p < PARTS; p++)
        fine = gather_part(all, p, &printer.report, status);
    asc_report_end(&printer);
    return fine;
}

/* ---------------------------------------------------------------- printing */

static void print_part(const Part *part, const char *name)
{
    char length[32];

    if (part->files == 0)
        return;
    printf("%-12s %d records in %d files", name, part->records, part->files);
    if (part->read == 0) {
        printf("\n");
        return;
    }
    printf(", %s of %d (rgb) and %d (audio) numbers\n", part->longest ? "frames" : "means",
           part->rgb, part->audio);
    printf("%-12s read: %" PRId64, "", part->read);
    if (part->longest) {
        asc_report_duration((double)part->frames, length, sizeof length);
        printf("; %s in all, %d to %d s each", length, part->shortest, part->longest);
    }
    printf("; %" PRId64 " labels", part->labels);
    if (part->segments)
        printf(", %" PRId64 " rated segments", part->segments);
    printf("\n");
}

static void print_classes(const Description *all)
{
    int used = 0;

    for (int c = 0; c < all->classes; c++)
        used += all->count[c] > 0;
    printf("classes      %d of %d met, the highest %d\n", used, all->classes, all->highest);
    for (int c = 0; c < all->classes && all->cli->options.decode; c++)
        if (all->count[c] > 0)
            printf("%s%d: %" PRId64, c % 8 == 0 || c == 0 ? "\n  " : "  ", c, all->count[c]);
    if (all->cli->options.decode)
        printf("\n");
}

static void print_text(const Description *all)
{
    printf("data set     %s\nlayout       youtube8m\n", all->cli->options.data);
    for (int p = 0; p < PARTS; p++)
        print_part(&all->part[p], part_name[p]);
    print_classes(all);
    if (!all->cli->options.decode)
        printf("(the first record of each file was read; --decode reads all and counts classes)\n");
    if (all->problems.count == 0)
        printf("\nno problems found\n");
    else
        printf("\n%d problem%s\n", all->problems.count, all->problems.count == 1 ? "" : "s");
    for (int n = 0; n < all->problems.count && n < MOST_TOLD; n++)
        printf("  %s\n", all->problems.text[n]);
    if (all->problems.count > MOST_TOLD)
        printf("  and %d more (all of them with --json)\n", all->problems.count - MOST_TOLD);
}

static json_t *part_json(const Part *part)
{
    return json_pack("{s:i, s:i, s:I, s:I, s:I, s:I, s:i, s:i}", "files", part->files, "records",
                     part->records, "read", (json_int_t)part->read, "seconds",
                     (json_int_t)part->frames, "labels", (json_int_t)part->labels, "segments",
                     (json_int_t)part->segments, "rgb", part->rgb, "audio", part->audio);
}

static bool print_json(const Description *all, AscStatus *status)
{
    json_t *parts = json_object(), *classes = json_object(), *problems = json_array();

    for (int p = 0; p < PARTS; p++)
        if (all->part[p].files > 0)
            json_object_set_new(parts, part_name[p], part_json(&all->part[p]));
    for (int c = 0; c < all->classes; c++) {
        char digits[16];

        snprintf(digits, sizeof digits, "%d", c);
        if (all->count[c] > 0)
            json_object_set_new(classes, digits, json_integer((json_int_t)all->count[c]));
    }
    for (int n = 0; n < all->problems.count; n++)
        json_array_append_new(problems, json_string(all->problems.text[n]));
    json_t *root = json_pack("{s:s, s:s, s:o, s:o, s:o}", "data", all->cli->options.data, "layout",
                             "youtube8m", "parts", parts, "classes", classes, "problems", problems);
    char *text = root ? json_dumps(root, JSON_INDENT(2)) : NULL;

    json_decref(root);
    if (!text)
        return asc_status_memory(status, all->cli->options.data);
    puts(text);
    free(text);
    return true;
}

int asc_command_data_shards(const AscCli *cli)
{
    Description all = { .cli = cli };
    AscStatus status = { 0 };
    bool fine = gather(&all, &status);

    if (fine && cli->options.json)
        fine = print_json(&all, &status);
    else if (fine)
        print_text(&all);
    int problems = all.problems.count;

    asc_video_reader_destroy(all.reader);
    asc_problems_free(&all.problems);
    free(all.count);
    if (!fine)
        return asc_cli_fail(cli, &status);
    return problems ? ASC_BAD_INPUT : 0;
}
