/* challenge.c: the files that task 1 of the DCASE challenges asks for. */
#include "challenge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "eval_json.h"

static AscWriter *open_in(const char *folder, const char *name, AscStatus *status)
{
    char *path = asc_path_join(folder, name);
    AscWriter *writer = path ? asc_writer_open(path, status) : NULL;

    if (!path)
        asc_status_memory(status, "a path");
    free(path);
    return writer;
}

static bool close_file(AscWriter *writer, bool fine, AscStatus *status)
{
    if (fine)
        return asc_writer_commit(writer, status);
    asc_writer_abandon(writer);
    return false;
}

/* ---------------------------------------------------------------- outputs */

/* Fields of these tables have no quotation marks. */
static bool check_field(const char *text, AscStatus *status)
{
    return !strpbrk(text, "\t\r\n") ||
           asc_status_set(status, ASC_BAD_INPUT,
                          "a tab or the end of a line in `%s` has no place in the files of a "
                          "challenge",
                          text);
}

static bool check_fields(const char *const *recording, char *const *label,
                         const AscResults *results, AscStatus *status)
{
    for (int c = 0; c < results->classes; c++) {
        if (!check_field(label[c], status))
            return false;
    }
    for (int n = 0; n < results->recordings; n++) {
        if (!check_field(recording[n], status))
            return false;
    }
    return true;
}

static bool write_labels(const char *folder, const char *const *recording, char *const *label,
                         const AscResults *results, AscStatus *status)
{
    AscWriter *writer = open_in(folder, "output_2018.csv", status);
    bool fine = writer != NULL;

    for (int n = 0; fine && n < results->recordings; n++)
        fine = asc_writer_print(writer, status, "%s\t%s\n", recording[n],
                                label[results->predicted[n]]);
    return close_file(writer, fine, status);
}

static bool write_probabilities(const char *folder, const char *const *recording,
                                char *const *label, const AscResults *results, AscStatus *status)
{
    AscWriter *writer = open_in(folder, "output.csv", status);
    bool fine = writer && asc_writer_print(writer, status, "filename\tscene_label");

    for (int c = 0; fine && c < results->classes; c++)
        fine = asc_writer_print(writer, status, "\t%s", label[c]);
    for (int n = 0; fine && n < results->recordings; n++) {
        const double *score = results->score + (size_t)n * (size_t)results->classes;

        fine = asc_writer_print(writer, status, "\n%s\t%s", recording[n],
                                label[results->predicted[n]]);
        for (int c = 0; fine && c < results->classes; c++)
            fine = asc_writer_print(writer, status, "\t%.9g", score[c]);
    }
    fine = fine && asc_writer_put(writer, "\n", 1, status);
    return close_file(writer, fine, status);
}

bool asc_challenge_outputs(const char *folder, const char *const *recording, char *const *label,
                           const AscResults *results, AscStatus *status)
{
    return check_fields(recording, label, results, status) && asc_folder_make(folder, status) &&
           write_labels(folder, recording, label, results, status) &&
           write_probabilities(folder, recording, label, results, status);
}

/* ---------------------------------------------------------------- YAML */

/* A key as it is, or in quotation marks where YAML would take it for something else. */
static bool put_key(AscWriter *writer, const char *key, AscStatus *status)
{
    static const char *const words[] = {
        "y", "n", "yes", "no", "on", "off", "true", "false", "null"
    };
    bool plain = *key &&
                 key[strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
                                 "0123456789")] == '\0' &&
                 !strchr("0123456789", *key);

    for (size_t n = 0; n < sizeof words / sizeof *words; n++)
        plain = plain && strcasecmp(key, words[n]) != 0;
    if (plain)
        return asc_writer_print(writer, status, "      %s:\n", key);
    if (!asc_writer_print(writer, status, "      '"))
        return false;
    for (; *key; key++) {
        if (!asc_writer_put(writer, *key == '\'' ? "''" : key, *key == '\'' ? 2 : 1, status))
            return false;
    }
    return asc_writer_print(writer, status, "':\n");
}

static bool put_number(AscWriter *writer, const char *indent, const char *key, double value,
                       int digits, AscStatus *status)
{
    if (!asc_writer_print(writer, status, "%s%s: ", indent, key))
        return false;
    if (isnan(value) || value < 0)
        return asc_writer_print(writer, status, "null\n");
    return asc_writer_print(writer, status, "%.*f\n", digits, value);
}

/* Accuracy, in all the mean over the classes, and log loss of the recordings chosen. */
static bool put_figures(AscWriter *writer, const AscMeasure *measure, const char *indent,
                        const bool *chosen, AscStatus *status)
{
    AscMetric accuracy = { .kind = chosen ? ASC_ACCURACY : ASC_MACRO_ACCURACY };
    AscMetric loss = { .kind = ASC_LOG_LOSS };
    double right, lost;

    return asc_results_metric(&measure->results, &accuracy, chosen, &right, status) &&
           asc_results_metric(&measure->results, &loss, chosen, &lost, status) &&
           put_number(writer, indent, "accuracy", 100 * right, 4, status) &&
           put_number(writer, indent, "logloss", lost, 4, status);
}

static bool put_results(AscWriter *writer, AscMeasure *measure, AscStatus *status)
{
    const char *device = asc_measure_next_device(measure, "");
    bool fine = asc_writer_print(writer, status,
                                 "\nresults:\n  development_dataset:\n"
                                 "    # accuracy in percent: the mean over the classes\n"
                                 "    overall:\n") &&
                put_figures(writer, measure, "      ", NULL, status) &&
                asc_writer_print(writer, status, "    class_wise:\n");

    for (int c = 0; fine && c < measure->labels; c++) {
        asc_measure_choose(measure, c, NULL);
        fine = put_key(writer, measure->label[c], status) &&
               put_figures(writer, measure, "        ", measure->chosen, status);
    }
    if (fine && device)
        fine = asc_writer_print(writer, status, "    device_wise:\n");
    for (; fine && device; device = asc_measure_next_device(measure, device)) {
        asc_measure_choose(measure, -1, device);
        fine = put_key(writer, device, status) &&
               put_figures(writer, measure, "        ", measure->chosen, status);
    }
    return fine;
}

/* Of networks whose outputs came in tables nothing is known. */
static bool put_complexity(AscWriter *writer, const AscMeasure *measure, AscStatus *status)
{
    const AscModel *model = measure->cli->model;
    const bool known = measure->tables == 0;
    AscComplexity cost = asc_complexity(model, measure->weights, measure->members);
    const struct {
        const char *key;
        double value;
    } line[] = { { "total_model_size", cost.bytes },
                 { "total_parameters", cost.parameters },
                 { "total_parameters_non_zero", cost.nonzero },
                 { "memory_use", cost.memory },
                 { "macs", cost.multiply_adds } };
    bool fine = asc_writer_print(
        writer, status,
        "system:\n  description:\n"
        "    ensemble_method_subsystem_count: %d\n  complexity:\n"
        "    # sizes in bytes, of %s; macs of one segment, with batch norm\n",
        measure->members, sizeof(real) == sizeof(double) ? "float64" : "float32");

    for (size_t n = 0; fine && n < sizeof line / sizeof *line; n++)
        fine = put_number(writer, "    ", line[n].key, known ? line[n].value : NAN, 0, status);
    return fine &&
           asc_writer_print(writer, status,
                            "    energy_consumption: # kWh: not measured\n      training: "
                            "null\n      inference: null\n      baseline_inference: null\n");
}

static bool write_meta(const char *folder, AscMeasure *measure, AscStatus *status)
{
    const AscModel *model = measure->cli->model;
    AscWriter *writer = open_in(folder, "meta.yaml", status);
    bool fine = writer &&
                asc_writer_print(writer, status,
                                 "# Of %s%s%s, %d recordings.  To be completed by hand: submission "
                                 "and description.\n\n"
                                 "submission:\n  label: null\n  name: null\n  abbreviation: null\n"
                                 "  authors: null\n\n",
                                 model->name, *model->defines ? ", " : "", model->defines,
                                 measure->results.recordings) &&
                put_complexity(writer, measure, status) && put_results(writer, measure, status);

    return close_file(writer, fine, status);
}

bool asc_challenge_write(const char *folder, AscMeasure *measure, AscStatus *status)
{
    return asc_challenge_outputs(folder, measure->recording, measure->label, &measure->results,
                                 status) &&
           write_meta(folder, measure, status);
}
