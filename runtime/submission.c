/* submission.c: writes the files of the YouTube-8M challenges. */
#include "submission.h"

#include <stdio.h>
#include <stdlib.h>

#include "class_ranking.h"
#include "file.h"
#include "table.h"

struct AscSubmission {
    AscWriter *writer;
    AscClassRanking *segments; /* NULL: of videos */
};

/* A first line that is no number is a heading. */
static bool want_rows(const AscTable *table, const char *path, int classes,
                      AscClassRanking *ranking, AscStatus *status)
{
    int wanted = 0;

    for (int r = 0; r < table->rows; r++) {
        const char *text = asc_row_field(&table->row[r], 0);
        char *end;
        long class = strtol(text, &end, 10);

        const bool number = end > text && !*end;

        if (!number && r == 0)
            continue;
        if (!number)
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "%s:%d: \"%s\" where the number of a class is expected", path,
                                  table->row[r].line, text);
        if (class < 0 || class >= classes)
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "%s:%d: %ld is none of the model's %d classes, 0 to %d", path,
                                  table->row[r].line, class, classes, classes - 1);
        asc_class_ranking_want(ranking, (int)class);
        wanted++;
    }
    return wanted > 0 ||
           asc_status_set(status, ASC_BAD_INPUT, "%s: has no numbers of classes", path);
}

static bool want_classes(const char *folder, int classes, AscClassRanking *ranking,
                         AscStatus *status)
{
    char *path = folder ? asc_path_join(folder, "segment_label_ids.csv") : NULL;
    AscTable table = { 0 };
    bool fine = path || !folder || asc_status_memory(status, folder);

    if (fine && path && asc_file_exists(path))
        fine = asc_table_read(path, ',', &table, status) &&
               want_rows(&table, path, classes, ranking, status);
    asc_table_free(&table);
    free(path);
    return fine;
}

AscSubmission *asc_submission_open(const char *path, int classes, bool segments, const char *folder,
                                   AscStatus *status)
{
    AscSubmission *submission = calloc(1, sizeof *submission);
    bool fine = submission || asc_status_memory(status, path);

    if (fine && segments)
        fine = (submission->segments = asc_class_ranking_create(classes, ASC_SUBMITTED_SEGMENTS,
                                                                status)) != NULL &&
               want_classes(folder, classes, submission->segments, status);
    if (fine && (submission->writer = asc_writer_open(path, status)) != NULL &&
        (segments ||
         asc_writer_print(submission->writer, status, "VideoId,LabelConfidencePairs\n")))
        return submission;
    asc_submission_abandon(submission);
    return NULL;
}

/* "ID,12 0.87 3 0.11 .." (convert_prediction_from_json_to_csv and inference.py of YouTube-8M) */
static bool put_video(AscWriter *writer, const char *id, const AscRanked *ranked, int count,
                      AscStatus *status)
{
    bool fine = asc_writer_print(writer, status, "%s,", id);

    for (int n = 0; fine && n < count && n < ASC_SUBMITTED; n++)
        fine = asc_writer_print(writer, status, "%s%d %g", n ? " " : "", ranked[n].label,
                                (double)ranked[n].score);
    return fine && asc_writer_print(writer, status, "\n");
}

bool asc_submission_add(AscSubmission *submission, const char *id, int begins, const real *score,
                        const AscRanked *ranked, int count, AscStatus *status)
{
    return submission->segments
               ? asc_class_ranking_add(submission->segments, id, begins, score, status)
               : put_video(submission->writer, id, ranked, count, status);
}

bool asc_submission_close(AscSubmission *submission, AscStatus *status)
{
    bool fine = !submission->segments ||
                asc_class_ranking_write(submission->segments, submission->writer, status);

    if (fine) {
        fine = asc_writer_commit(submission->writer, status);
        submission->writer = NULL;
    }
    asc_submission_abandon(submission);
    return fine;
}

void asc_submission_abandon(AscSubmission *submission)
{
    if (!submission)
        return;
    asc_class_ranking_destroy(submission->segments);
    asc_writer_abandon(submission->writer);
    free(submission);
}
