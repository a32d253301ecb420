/* check_weights.c: initial values, and files of weights: whole ones come back, others are
 * refused. */
#include "weights.h"

#include <math.h>
#include <stdlib.h>

#include "check_main.h"
#include "file.h"
#include "scratch.h"

static AscAxis axes[] = { { "in", 300 }, { "out", 200 } };
static AscParameter parameters[] = {
    { .name = "a.weight",
      .count = 60000,
      .offset = 0,
      .trainable = true,
      .fan_in = 300,
      .fan_out = 200 },
    { .name = "a.bias", .count = 4, .offset = 60000, .trainable = true },
    { .name = "scale", .count = 1, .offset = 60016, .init = ASC_ONES },
};
static AscFeatures features[] = { { .name = "logmel", .settings = "window 40 ms" } };
static AscModel model = { .name = "one",
                          .defines = "depth=2",
                          .hash = "aaaa",
                          .features = features,
                          .feature_sets = 1,
                          .output = { 1, { { "class", 2 } } },
                          .parameter = parameters,
                          .parameters = 3,
                          .parameter_reals = 60032 };

static Scratch scratch;
static char path[256];
static AscStatus status;

static void set_up(void)
{
    parameters[0].shape = (AscShape){ 2, { axes[0], axes[1] } };
    parameters[1].shape = (AscShape){ 1, { { "out", 4 } } };
    scratch = scratch_make();
    snprintf(path, sizeof path, "%s/w.safetensors", scratch.path);
    status = (AscStatus){ 0 };
}

static void tear_down(void)
{
    scratch_remove(&scratch);
}

/* Trained-looking weights, saved. */
static AscWeights *save(void)
{
    static const char *const label[] = { "park", "caf\303\251 \"x\"" };
    double mean[] = { 1, 2, 3 }, deviation[] = { 0.5, 0.25, 1e-3 };
    AscStatistics statistics = { 3, mean, deviation };
    AscWeights *weights = asc_weights_create(&model, &status);

    asc_weights_init(weights, 5);
    ck_assert(asc_weights_set_labels(weights, label, 2, &status));
    ck_assert(asc_weights_set_statistics(weights, 0, &statistics, &status));
    ck_assert_msg(asc_weights_save(weights, path, &status), "%s", status.message);
    return weights;
}

static void check_refused(const char *part, const char *other)
{
    AscWeights *weights = asc_weights_load(&model, path, &status);

    ck_assert(weights == NULL);
    ck_assert_int_eq(status.code, ASC_BAD_INPUT);
    ck_assert_msg(strstr(status.message, path) != NULL, "%s", status.message);
    ck_assert_msg(strstr(status.message, part) != NULL, "%s", status.message);
    ck_assert_msg(strstr(status.message, other) != NULL, "%s", status.message);
}

/* ---------------------------------------------------------------- initial values */

static void measure(AscInit init, double value, double *deviation, double *largest)
{
    AscWeights *weights = asc_weights_create(&model, &status);
    double sum = 0, squares = 0;

    parameters[0].init = init;
    parameters[0].value = value;
    asc_weights_init(weights, 11);
    *largest = 0;
    for (size_t i = 0; i < parameters[0].count; i++) {
        double x = weights->parameters[i];

        sum += x;
        squares += x * x;
        *largest = fmax(*largest, fabs(x));
    }
    ck_assert_double_eq_tol(sum / 60000, 0, 5 * sqrt(squares) / 60000);
    *deviation = sqrt(squares / 60000);
    ck_assert(weights->parameters[60016] == 1);
    ck_assert(weights->parameters[60010] == 0);
    asc_weights_destroy(weights);
    parameters[0].init = ASC_ZEROS;
}

START_TEST(initialisers)
{
    static const struct {
        AscInit init;
        double value, deviation, largest;
    } cases[] = {
        { ASC_UNIFORM, 0.3, 0.3 / 1.7320508, 0.3 },
        { ASC_NORMAL, 0.3, 0.3, 5 * 0.3 },
        { ASC_TRUNCATED_NORMAL, 0.3, 0.3 * 0.8796, 0.6 },
        { ASC_GLOROT_UNIFORM, 0, 0.0632456, 0.1095446 },
        { ASC_GLOROT_NORMAL, 0, 0.0632456, 5 * 0.0632456 },
        { ASC_HE_UNIFORM, 0, 0.0816497, 0.1414214 },
        { ASC_HE_NORMAL, 0, 0.0816497, 5 * 0.0816497 },
    };
    double deviation, largest;

    measure(cases[_i].init, cases[_i].value, &deviation, &largest);
    ck_assert_double_eq_tol(deviation, cases[_i].deviation, 0.02 * cases[_i].deviation);
    ck_assert_double_le(largest, cases[_i].largest * 1.000001);
}
END_TEST

START_TEST(a_parameter_depends_on_seed_and_name)
{
    AscWeights *one = asc_weights_create(&model, &status);
    AscWeights *other = asc_weights_create(&model, &status);

    parameters[0].init = ASC_NORMAL;
    parameters[0].value = 1;
    asc_weights_init(one, 1);
    asc_weights_init(other, 1);
    ck_assert(memcmp(one->parameters, other->parameters, 60000 * sizeof(real)) == 0);
    asc_weights_init(other, 2);
    ck_assert(memcmp(one->parameters, other->parameters, 60000 * sizeof(real)) != 0);
    parameters[0].name = "b.weight";
    asc_weights_init(other, 1);
    ck_assert(memcmp(one->parameters, other->parameters, 60000 * sizeof(real)) != 0);
    parameters[0].name = "a.weight";
    parameters[0].init = ASC_ZEROS;
    asc_weights_destroy(one);
    asc_weights_destroy(other);
}
END_TEST

/* ---------------------------------------------------------------- files */

START_TEST(what_is_saved_comes_back)
{
    AscWeights *saved = save(), *read = asc_weights_load(&model, path, &status);

    ck_assert_msg(read != NULL, "%s", status.message);
    ck_assert(memcmp(saved->parameters, read->parameters, 60032 * sizeof(real)) == 0);
    ck_assert_int_eq(read->labels, 2);
    ck_assert_str_eq(read->label[1], "caf\303\251 \"x\"");
    ck_assert_int_eq(read->statistics[0].positions, 3);
    ck_assert(read->statistics[0].deviation[2] == 1e-3);
    asc_weights_destroy(saved);
    asc_weights_destroy(read);
}
END_TEST

START_TEST(another_model_is_refused)
{
    asc_weights_destroy(save());
    model.hash = "bbbb";
    model.name = "two";
    check_refused("one (depth=2, aaaa) there", "two (depth=2, bbbb) here");
}
END_TEST

START_TEST(other_features_are_refused)
{
    asc_weights_destroy(save());
    features[0].settings = "window 20 ms";
    check_refused("\"window 40 ms\" there", "\"window 20 ms\" here");
}
END_TEST

START_TEST(another_shape_is_refused)
{
    asc_weights_destroy(save());
    parameters[1].shape.axis[0].size = 2;
    parameters[1].count = 2;
    check_refused("`a.bias` is [4] F", "[out = 2]");
}
END_TEST

START_TEST(a_missing_tensor_is_refused)
{
    asc_weights_destroy(save());
    parameters[1].name = "a.other";
    check_refused("has no tensor `a.other` [out = 4]", "the model one");
}
END_TEST

START_TEST(an_unknown_tensor_is_refused)
{
    asc_weights_destroy(save());
    model.parameters = 2;
    check_refused("`scale`", "does not know");
}
END_TEST

START_TEST(values_must_be_finite)
{
    AscWeights *weights = save();

    weights->parameters[60001] = (real)NAN;
    ck_assert(asc_weights_save(weights, path, &status));
    asc_weights_destroy(weights);
    check_refused("`a.bias`", "value 1 is not a finite number");
}
END_TEST

/* Every shorter file is refused, and none of them upsets the reader. */
START_TEST(cut_off_files_are_refused)
{
    static const size_t cuts[] = { 0, 1, 7, 8, 9, 100, 700, 1200, 5000, 200000 };
    size_t count;
    char *bytes;

    asc_weights_destroy(save());
    bytes = asc_file_read(path, 1 << 24, &count, &status);
    ck_assert(bytes != NULL && count > cuts[_i]);
    ck_assert(asc_file_write(path, bytes, cuts[_i], &status));
    free(bytes);
    check_refused("", "");
}
END_TEST

/* A byte of the header is changed, wherever: refused, or harmless, but never a crash. */
START_TEST(damaged_headers_do_no_harm)
{
    size_t count;
    char *bytes;
    int refused = 0;

    asc_weights_destroy(save());
    bytes = asc_file_read(path, 1 << 24, &count, &status);
    for (size_t at = 0; at < 700; at += 3) {
        char kept = bytes[at];
        AscTensors *tensors;

        bytes[at] = (char)(kept ^ 0x15);
        ck_assert(asc_file_write(path, bytes, count, &status));
        tensors = asc_tensors_read(path, &status);
        refused += tensors == NULL;
        asc_tensors_destroy(tensors);
        bytes[at] = kept;
    }
    ck_assert_int_gt(refused, 50);
    free(bytes);
}
END_TEST

static void write_header(const char *header, size_t data)
{
    char file[1024] = { 0 };
    uint64_t length = strlen(header);

    memcpy(file, &length, 8);
    memcpy(file + 8, header, length);
    ck_assert(asc_file_write(path, file, 8 + length + data, &status));
}

START_TEST(headers_are_checked)
{
    static const struct {
        const char *header, *message;
        size_t data;
    } cases[] = {
        { "[]", "no JSON object", 0 },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", "cut off", 4 },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", "after the last", 9 },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", "another size", 8 },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}", "does not begin",
          12 },
        { "{\"a\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[0,4]}}", "BF16", 4 },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}", "whole number", 8 },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,4294967296],"
          "\"data_offsets\":[0,8]}}",
          "too large", 8 },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,4]}}",
          "8 axes", 4 },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", "data_offsets", 8 },
        { "{\"a\":7}", "dtype", 0 },
        { "{\"__metadata__\":{\"x\":7}}", "not a text", 0 },
    };

    write_header(cases[_i].header, cases[_i].data);
    ck_assert(asc_tensors_read(path, &status) == NULL);
    ck_assert_int_eq(status.code, ASC_BAD_INPUT);
    ck_assert_msg(strstr(status.message, cases[_i].message) != NULL, "%s", status.message);
}
END_TEST

/* As written by other tools: F64, keys in any order, no metadata of ours. */
START_TEST(foreign_files_are_read)
{
    const char *header = "{\"b\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[4,12]},"
                         "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} ";
    AscTensors *tensors;
    double value = 7;

    write_header(header, 12);
    tensors = asc_tensors_read(path, &status);
    ck_assert_msg(tensors != NULL, "%s", status.message);
    ck_assert_int_eq(asc_tensors_count(tensors), 2);
    asc_tensor_copy_doubles(asc_tensors_find(tensors, "b"), &value);
    ck_assert(value == 0);
    ck_assert(asc_tensors_text(tensors, "hash") == NULL);
    asc_tensors_destroy(tensors);
}
END_TEST

START_TEST(a_missing_file_is_named)
{
    ck_assert(asc_weights_load(&model, "/nowhere/w.safetensors", &status) == NULL);
    ck_assert(strstr(status.message, "/nowhere/w.safetensors") != NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("weights");
    TCase *tests = tcase_create("weights");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, initialisers, 0, 7);
    tcase_add_test(tests, a_parameter_depends_on_seed_and_name);
    tcase_add_test(tests, what_is_saved_comes_back);
    tcase_add_test(tests, another_model_is_refused);
    tcase_add_test(tests, other_features_are_refused);
    tcase_add_test(tests, another_shape_is_refused);
    tcase_add_test(tests, a_missing_tensor_is_refused);
    tcase_add_test(tests, an_unknown_tensor_is_refused);
    tcase_add_test(tests, values_must_be_finite);
    tcase_add_loop_test(tests, cut_off_files_are_refused, 0, 10);
    tcase_add_test(tests, damaged_headers_do_no_harm);
    tcase_add_loop_test(tests, headers_are_checked, 0, 12);
    tcase_add_test(tests, foreign_files_are_read);
    tcase_add_test(tests, a_missing_file_is_named);
    suite_add_tcase(suite, tests);
    return check_main(suite);
}
