/* challenge.c: the files that task 1 of the DCASE challenges asks for. */
#include "challenge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "eval_json.h"

/* In the folder, "output.csv", or, of a fold that has a name, "output_split_5.csv". */
static AscWriter *open_in(const char *folder, const char *stem, const char *fold, const char *type,
                          AscStatus *status)
{
    char name[128];

    snprintf(name, sizeof name, "%s%s%s.%s", stem, fold ? "_" : "", fold ? fold : "", type);

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

static bool write_labels(const char *folder, const char *fold, const char *const *recording,
                         char *const *label, const AscResults *results, AscStatus *status)
{
    AscWriter *writer = open_in(folder, "output_2018", fold, "csv", status);
    bool fine = writer != NULL;

    for (int n = 0; fine && n < results->recordings; n++)
        fine = asc_writer_print(writer, status, "%s\t%s\n", recording[n],
                                label[results->predicted[n]]);
    return close_file(writer, fine, status);
}

static bool write_probabilities(const char *folder, const char *fold, const char *const *recording,
                                char *const *label, const AscResults *results, AscStatus *status)
{
    AscWriter *writer = open_in(folder, "output", fold, "csv", status);
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

static bool write_outputs(const char *folder, const char *fold, const char *const *recording,
                          char *const *label, const AscResults *results, AscStatus *status)
{
    return check_fields(recording, label, results, status) && asc_folder_make(folder, status) &&
           write_labels(folder, fold, recording, label, results, status) &&
           write_probabilities(folder, fold, recording, label, results, status);
}

bool asc_challenge_outputs(const char *folder, const char *const *recording, char *const *label,
                           const AscResults *results, AscStatus *status)
{
    return write_outputs(folder, NULL, recording, label, results, status);
}

/* ---------------------------------------------------------------- YAML */

/* A key as it is, or in quotation marks where YAML would take it for something else. */
static bool put_key(AscWriter *writer, int indent, const char *key, AscStatus *status)
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
        return asc_writer_print(writer, status, "%*s%s:\n", indent, "", key);
    if (!asc_writer_print(writer, status, "%*s'", indent, ""))
        return false;
    for (; *key; key++) {
        if (!asc_writer_put(writer, *key == '\'' ? "''" : key, *key == '\'' ? 2 : 1, status))
            return false;
    }
    return asc_writer_print(writer, status, "':\n");
}

static bool put_number(AscWriter *writer, int indent, const char *key, double value, int digits,
                       AscStatus *status)
{
    if (!asc_writer_print(writer, status, "%*s%s: ", indent, "", key))
        return false;
    if (isnan(value) || value < 0)
        return asc_writer_print(writer, status, "null\n");
    return asc_writer_print(writer, status, "%.*f\n", digits, value);
}

/* Accuracy, in all the mean over the classes, and log loss of the recordings chosen. */
static bool put_figures(AscWriter *writer, const AscMeasure *measure, int indent,
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

/* In all, by class and by device. */
static bool put_results(AscWriter *writer, AscMeasure *measure, int indent, AscStatus *status)
{
    const char *device = asc_measure_next_device(measure, "");
    bool fine = asc_writer_print(writer, status, "%*soverall:\n", indent, "") &&
                put_figures(writer, measure, indent + 2, NULL, status) &&
                asc_writer_print(writer, status, "%*sclass_wise:\n", indent, "");

    for (int c = 0; fine && c < measure->labels; c++) {
        asc_measure_choose(measure, c, NULL);
        fine = put_key(writer, indent + 2, measure->label[c], status) &&
               put_figures(writer, measure, indent + 4, measure->chosen, status);
    }
    if (fine && device)
        fine = asc_writer_print(writer, status, "%*sdevice_wise:\n", indent, "");
    for (; fine && device; device = asc_measure_next_device(measure, device)) {
        asc_measure_choose(measure, -1, device);
        fine = put_key(writer, indent + 2, device, status) &&
               put_figures(writer, measure, indent + 4, measure->chosen, status);
    }
    return fine;
}

/* Of networks whose outputs came in tables nothing is known; of those of several folds, which are of one size, that with
 * the most weights that are not zero counts. */
static bool put_complexity(AscWriter *writer, const AscMeasure *measure, int folds,
                           AscStatus *status)
{
    const bool known = measure->tables == 0;
    AscComplexity cost = { 0 };

    for (int n = 0; n < folds; n++) {
        AscComplexity one = asc_complexity(measure[n].cli->model, measure[n].weights,
                                           measure[n].members);

        if (n == 0 || one.nonzero > cost.nonzero)
            cost = one;
    }
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
        "    ensemble_method_subsystem_count: %d\n  complexity:\n"
        "    # sizes in bytes, of %s; macs of one segment, with batch norm\n",
        measure->members, sizeof(real) == sizeof(double) ? "float64" : "float32");

    for (size_t n = 0; fine && n < sizeof line / sizeof *line; n++)
        fine = put_number(writer, 4, line[n].key, known ? line[n].value : NAN, 0, status);
    return fine && asc_writer_print(writer, status,
                                    "    energy_consumption: # kWh: not measured\n      training: "
                                    "null\n      inference: null\n      baseline_inference: null\n"
                                    "  external_datasets: null\n  source_code: null\n");
}

/* The keys that the checker of task 1A of DCASE 2020 demands; the sampling rate is the first features'. */
static bool put_description(AscWriter *writer, const AscModel *model, AscStatus *status)
{
    static const char *const key[] = { "acoustic_features",    "embeddings",
                                       "data_augmentation",    "machine_learning_method",
                                       "decision_making",      "external_data_usage",
                                       "complexity_management" };
    const AscFront *front = model->feature_sets > 0 ? model->features[0].front : NULL;
    bool fine = asc_writer_print(writer, status, "system:\n  description:\n");

    if (front)
        fine = fine && asc_writer_print(writer, status, "    input_sampling_rate: %gkHz\n",
                                        front->sound.rate / 1000);
    for (size_t n = 0; fine && n < sizeof key / sizeof *key; n++)
        fine = asc_writer_print(writer, status, "    %s: null\n", key[n]);
    return fine;
}

static bool put_all_results(AscWriter *writer, AscMeasure *measure, char *const *name, int folds,
                            AscStatus *status)
{
    bool fine = asc_writer_print(writer, status,
                                 "\nresults:\n  development_dataset:\n"
                                 "    # accuracy in percent: the mean over the classes\n");

    for (int n = 0; fine && n < folds; n++)
        fine = (!name || put_key(writer, 4, name[n], status)) &&
               put_results(writer, &measure[n], name ? 6 : 4, status);
    return fine;
}

static bool write_meta(const char *folder, AscMeasure *measure, char *const *name, int folds,
                       AscStatus *status)
{
    const AscModel *model = measure->cli->model;
    AscWriter *writer = open_in(folder, "meta", NULL, "yaml", status);
    bool fine = writer &&
                asc_writer_print(writer, status,
                                 "# Of %s%s%s, %d recordings%s.  To be completed by hand: "
                                 "submission and description.\n\n"
                                 "submission:\n  label: null\n  name: null\n  abbreviation: null\n"
                                 "  authors: null\n\n",
                                 model->name, *model->defines ? ", " : "", model->defines,
                                 measure->results.recordings, name ? " of the first fold" : "") &&
                put_description(writer, model, status) &&
                put_complexity(writer, measure, folds, status) &&
                put_all_results(writer, measure, name, folds, status);

    return close_file(writer, fine, status);
}

static bool write_all(const char *folder, AscMeasure *measure, char *const *name, int folds,
                      AscStatus *status)
{
    bool fine = true;

    for (int n = 0; fine && n < folds; n++)
        fine = write_outputs(folder, name ? name[n] : NULL, measure[n].recording, measure[n].label,
                             &measure[n].results, status);
    return fine && write_meta(folder, measure, name, folds, status);
}

bool asc_challenge_write(const char *folder, AscMeasure *measure, AscStatus *status)
{
    return write_all(folder, measure, NULL, 1, status);
}

bool asc_challenge_write_folds(const char *folder, AscMeasure *measure, char *const *name,
                               int folds, AscStatus *status)
{
    return write_all(folder, measure, name, folds, status);
}
