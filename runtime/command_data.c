/* command_data.c: the command `data`: what was understood of a data set, and what is odd in it. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "file.h"
#include "report.h"
#include "survey.h"
#include "table.h"
#include "train_data.h"

enum { MOST_FOLDS = 100, MOST_TOLD = 20 };

typedef struct Fold {
    int number;
    int train, evaluate; /* recordings; 0: the fold can't be used */
} Fold;

typedef struct Description {
    const AscDataset *dataset;
    AscProblems problems;
    AscSurvey survey;
    Fold fold[MOST_FOLDS];
    int folds;
    int errors, with_errors; /* of TUT 2016's error.txt: marked parts, and recordings with any */
} Description;

/* ---------------------------------------------------------------- gathering */

static bool gather_folds(Description *all, AscStatus *status)
{
    for (int n = 0; all->folds < MOST_FOLDS && (n = asc_dataset_next_fold(all->dataset, n)) > 0;) {
        AscList train, evaluate;
        if (!asc_survey_fold(all->dataset, n, &all->problems, &train, &evaluate, status))
            return false;
        all->fold[all->folds++] = (Fold){ n, train.count, evaluate.count };
        asc_list_free(&train);
        asc_list_free(&evaluate);
    }
    return true;
}

/* The model's output and the labels have to fit. */
static bool check_labels(Description *all, const AscModel *model, AscStatus *status)
{
    const AscAxis *axis = &model->output.axis[0];
    if (model->output.rank != 1 || all->dataset->labels == 0 || axis->size == all->dataset->labels)
        return true;
    return asc_problem(&all->problems, status,
                       "%s: has %d labels, the model's output is [%s = %d]: compile it for %d",
                       all->dataset->folder, all->dataset->labels, axis->name, axis->size,
                       all->dataset->labels);
}

/* TUT 2016 marks where the microphone failed: file, onset, offset, label. */
static bool gather_errors(Description *all, AscStatus *status)
{
    const AscDataset *dataset = all->dataset;
    char *path = asc_path_join(dataset->folder, "error.txt");
    AscTable table;
    if (!path)
        return asc_status_memory(status, dataset->folder);
    bool there = dataset->layout == ASC_LAYOUT_DCASE && asc_file_exists(path), fine = true;
    if (there && (fine = asc_table_read(path, '\t', &table, status))) {
        all->errors = table.rows;
        for (int i = 0; i < dataset->recordings; i++)
            for (int r = 0; r < table.rows; r++)
                if (strcmp(asc_row_field(&table.row[r], 0), dataset->recording[i].name) == 0) {
                    all->with_errors++;
                    break;
                }
        asc_table_free(&table);
    }
    free(path);
    return fine;
}

static bool gather(const AscCli *cli, Description *all, AscStatus *status)
{
    AscPrinter printer;
    asc_report_start(&printer, stdout);
    if (cli->options.quiet)
        asc_report_quiet(&printer);
    bool fine = asc_survey(all->dataset, cli->options.decode, &printer.report, &all->problems,
                           &all->survey, status);
    asc_report_end(&printer);
    return fine && check_labels(all, cli->model, status) && gather_folds(all, status) &&
           gather_errors(all, status);
}

/* ---------------------------------------------------------------- counts */

typedef const char *(*Field)(const AscDataset *dataset, const AscRecording *recording);

static const char *label_of(const AscDataset *dataset, const AscRecording *recording)
{
    return recording->label < 0 ? "" : dataset->label[recording->label];
}

static const char *device_of(const AscDataset *dataset, const AscRecording *recording)
{
    (void)dataset;
    return recording->device;
}

static const char *city_of(const AscDataset *dataset, const AscRecording *recording)
{
    (void)dataset;
    return recording->city;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The different values of a field in byte order, allocated; "" (not told) comes first. */
static const char **values_of(const AscDataset *dataset, Field field, int *count)
{
    const char **value = malloc((size_t)dataset->recordings * sizeof *value);
    *count = 0;
    if (!value)
        return NULL;
    for (int i = 0; i < dataset->recordings; i++)
        value[i] = field(dataset, &dataset->recording[i]);
    qsort(value, (size_t)dataset->recordings, sizeof *value, compare_texts);
    for (int i = 0; i < dataset->recordings; i++)
        if (*count == 0 || strcmp(value[*count - 1], value[i]) != 0)
            value[(*count)++] = value[i];
    return value;
}

/* Recordings with these two values. */
static int count_both(const AscDataset *dataset, Field row, const char *row_value, Field column,
                      const char *column_value)
{
    int count = 0;
    for (int i = 0; i < dataset->recordings; i++)
        count += strcmp(row(dataset, &dataset->recording[i]), row_value) == 0 &&
                 (!column_value ||
                  strcmp(column(dataset, &dataset->recording[i]), column_value) == 0);
    return count;
}

/* ---------------------------------------------------------------- as text */

static const char *or_none(const char *value)
{
    return *value ? value : "(not told)";
}

/* A row a class, a column a device. */
static bool print_classes(const AscDataset *dataset, AscStatus *status)
{
    int classes, devices;
    const char **class = values_of(dataset, label_of, &classes);
    const char **device = values_of(dataset, device_of, &devices);
    bool several = devices > 1;
    if (!class || !device) {
        free(class);
        free(device);
        return asc_status_memory(status, dataset->folder);
    }
    printf("\n%-22s %8s", "class", "count");
    for (int d = 0; several && d < devices; d++)
        printf(" %8s", or_none(device[d]));
    for (int c = 0; c < classes; c++) {
        printf("\n%-22s %8d", or_none(class[c]),
               count_both(dataset, label_of, class[c], device_of, NULL));
        for (int d = 0; several && d < devices; d++)
            printf(" %8d", count_both(dataset, label_of, class[c], device_of, device[d]));
    }
    printf("\n");
    free(class);
    free(device);
    return true;
}

/* "city   barcelona 12, ..", where any is told. */
static bool print_field(const AscDataset *dataset, const char *name, Field field, AscStatus *status)
{
    int count;
    const char **value = values_of(dataset, field, &count);
    if (!value)
        return asc_status_memory(status, dataset->folder);
    if (count > 1 || **value) {
        printf("%-12s", name);
        for (int i = 0; i < count; i++)
            printf("%s %s %d", i ? "," : "", or_none(value[i]),
                   count_both(dataset, field, value[i], field, NULL));
        printf("\n");
    }
    free(value);
    return true;
}

static void print_sound(const AscSurvey *survey)
{
    char length[32];
    asc_report_duration(survey->seconds, length, sizeof length);
    printf("length       %s in all, %.4g s to %.4g s each\n", length, survey->shortest,
           survey->longest);
    for (int i = 0; i < survey->kinds; i++)
        printf("%-12s %d of %d Hz with %d channel%s, %s\n", i ? "" : "sound", survey->kind[i].count,
               survey->kind[i].rate, survey->kind[i].channels,
               survey->kind[i].channels == 1 ? "" : "s", survey->kind[i].format);
    for (int odd = ASC_FINE + 1, told = 0; odd < ASC_ODDITIES; odd++) {
        if (survey->odd[odd])
            printf("%s%d %s", told++ ? ", " : "odd          ", survey->odd[odd],
                   asc_oddity_name((AscOddity)odd));
        if (told && odd + 1 == ASC_ODDITIES)
            printf(" (see below)\n");
    }
}

static void print_folds(const Description *all)
{
    for (int i = 0; i < all->folds; i++) {
        const Fold *fold = &all->fold[i];
        printf("fold %-7d ", fold->number);
        if (fold->train)
            printf("%d to train on, %d to evaluate on\n", fold->train, fold->evaluate);
        else
            printf("can't be used: see below\n");
    }
    if (all->folds == 0)
        printf("folds        none: all recordings are in every part\n");
}

static void print_problems(const AscProblems *problems)
{
    if (problems->count == 0)
        printf("\nno problems found\n");
    else
        printf("\n%d problem%s\n", problems->count, problems->count == 1 ? "" : "s");
    for (int i = 0; i < problems->count && i < MOST_TOLD; i++)
        printf("  %s\n", problems->text[i]);
    if (problems->count > MOST_TOLD)
        printf("  and %d more (all of them with --json)\n", problems->count - MOST_TOLD);
}

static bool print_text(const Description *all, AscStatus *status)
{
    const AscDataset *dataset = all->dataset;
    printf("data set     %s\nlayout       %s\nrecordings   %d of %d classes\n", dataset->folder,
           asc_layout_name(dataset->layout), dataset->recordings, dataset->labels);
    print_sound(&all->survey);
    print_folds(all);
    if (all->errors)
        printf("error.txt    %d parts of %d recordings are marked as failures\n", all->errors,
               all->with_errors);
    if (!print_field(dataset, "devices", device_of, status) ||
        !print_field(dataset, "cities", city_of, status) || !print_classes(dataset, status))
        return false;
    print_problems(&all->problems);
    return true;
}

/* ---------------------------------------------------------------- as JSON */

static json_t *counts(const AscDataset *dataset, Field field)
{
    int count;
    const char **value = values_of(dataset, field, &count);
    json_t *all = json_object();
    for (int i = 0; value && i < count; i++)
        if (*value[i])
            json_object_set_new(all, value[i],
                                json_integer(count_both(dataset, field, value[i], field, NULL)));
    free(value);
    return all;
}

static json_t *sound_json(const AscSurvey *survey)
{
    json_t *all = json_array();
    for (int i = 0; i < survey->kinds; i++) {
        const AscSoundKind *kind = &survey->kind[i];
        json_array_append_new(all, json_pack("{s:s, s:i, s:i, s:i}", "format", kind->format, "rate",
                                             kind->rate, "channels", kind->channels, "recordings",
                                             kind->count));
    }
    return all;
}

static json_t *odd_json(const AscSurvey *survey)
{
    json_t *all = json_object();
    for (int odd = ASC_FINE + 1; odd < ASC_ODDITIES; odd++)
        json_object_set_new(all, asc_oddity_name((AscOddity)odd), json_integer(survey->odd[odd]));
    return all;
}

static json_t *folds_json(const Description *all)
{
    json_t *folds = json_array();
    for (int i = 0; i < all->folds; i++)
        json_array_append_new(folds,
                              json_pack("{s:i, s:i, s:i}", "fold", all->fold[i].number, "train",
                                        all->fold[i].train, "evaluate", all->fold[i].evaluate));
    return folds;
}

static json_t *problems_json(const AscProblems *problems)
{
    json_t *all = json_array();
    for (int i = 0; i < problems->count; i++) {
        json_t *text = json_string(problems->text[i]);
        json_array_append_new(all, text ? text : json_string("a name that is not UTF-8"));
    }
    return all;
}

static bool print_json(const Description *all, AscStatus *status)
{
    const AscDataset *dataset = all->dataset;
    json_t *root = json_pack(
        "{s:s, s:s, s:i, s:f, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:o}", "data", dataset->folder,
        "layout", asc_layout_name(dataset->layout), "recordings", dataset->recordings, "seconds",
        all->survey.seconds, "classes", counts(dataset, label_of), "devices",
        counts(dataset, device_of), "cities", counts(dataset, city_of), "sound",
        sound_json(&all->survey), "odd", odd_json(&all->survey), "folds", folds_json(all), "errors",
        all->errors, "problems", problems_json(&all->problems));
    char *text = root ? json_dumps(root, JSON_INDENT(2)) : NULL;
    json_decref(root);
    if (!text)
        return asc_status_memory(status, dataset->folder);
    puts(text);
    free(text);
    return true;
}

/* ---------------------------------------------------------------- the command */

int asc_command_data(const AscCli *cli)
{
    if (cli->options.data && asc_model_is_stored(cli->model))
        return asc_command_data_shards(cli);
    AscStatus status = { 0 };
    Description all = { 0 };
    AscDataset *dataset = asc_cli_dataset(cli, &all.problems, &status);
    all.dataset = dataset;
    bool fine = dataset && gather(cli, &all, &status) &&
                (cli->options.json ? print_json(&all, &status) : print_text(&all, &status));
    int problems = all.problems.count;
    if (dataset)
        asc_dataset_close(dataset);
    asc_survey_free(&all.survey);
    asc_problems_free(&all.problems);
    if (!fine)
        return asc_cli_fail(cli, &status);
    return problems ? ASC_BAD_INPUT : 0;
}
