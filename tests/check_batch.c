/* check_batch.c: order of the examples, assembly, mixup. */
#include "batch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"

enum { COUNT = 40, SIZE = 6, CLASSES = 3 };

static const AscInput inputs[] = { { .name = "x", .shape = { 1, { { "in", SIZE } } } } };
static const AscModel model = { .input = inputs,
                                .inputs = 1,
                                .output = { 1, { { "class", CLASSES } } } };

static real values[COUNT * SIZE];
static int label[COUNT];
static real *const input[] = { values };
static const size_t size[] = { SIZE };
static const AscExamples examples = { COUNT, 1, input, size, label, CLASSES, NULL };

static AscBatch *make(int largest)
{
    AscStatus status;
    AscBatch *batch = asc_batch_create(&model, largest, &status);

    ck_assert(batch != NULL);
    for (int i = 0; i < COUNT * SIZE; i++)
        values[i] = (real)(i + 1);
    for (int n = 0; n < COUNT; n++)
        label[n] = n % CLASSES;
    return batch;
}

START_TEST(rows_past_the_end_are_zero)
{
    static const int which[] = { 30, 2, 5 };
    AscBatch *batch = make(20);

    for (int i = 0; i < batch->capacity * SIZE; i++)
        batch->input[0][i] = 99;
    asc_batch_fill(batch, &examples, which, 3);
    ck_assert_int_eq(batch->capacity, 32);
    ck_assert_uint_eq((uintptr_t)batch->input[0] % 64, 0);
    ck_assert(batch->input[0][0] == 30 * SIZE + 1);
    ck_assert(batch->input[0][2 * SIZE + 1] == 5 * SIZE + 2);
    ck_assert(batch->target[0] == 1 && batch->target[CLASSES + 2] == 1);
    for (int i = 3 * SIZE; i < batch->capacity * SIZE; i++)
        ck_assert(batch->input[0][i] == 0);
    for (int i = 3 * CLASSES; i < batch->capacity * CLASSES; i++)
        ck_assert(batch->target[i] == 0);
    asc_batch_destroy(batch);
}
END_TEST

START_TEST(mixup_mixes_inputs_and_targets)
{
    static const int which[] = { 0, 1, 2, 3 };
    AscBatch *batch = make(4);

    batch->mixup.mixes = true;
    for (int n = 0; n < 4; n++) {
        batch->mixup.lambda[n] = n == 1 ? 0.5 : 0.25;
        batch->mixup.partner[n] = (n + 1) % 4;
    }
    asc_batch_fill(batch, &examples, which, 4);
    ck_assert_double_eq_tol(batch->input[0][0], 0.25 * 1 + 0.75 * (SIZE + 1), 1e-6);
    ck_assert_double_eq_tol(batch->target[0], 0.25, 1e-7);
    ck_assert_double_eq_tol(batch->target[1], 0.75, 1e-7);
    ck_assert_double_eq_tol(batch->input[0][SIZE], 0.5 * (SIZE + 1) + 0.5 * (2 * SIZE + 1), 1e-6);
    /* 3 and its partner 0 are of one class. */
    ck_assert_double_eq_tol(batch->target[3 * CLASSES], 1, 1e-7);
    asc_batch_destroy(batch);
}
END_TEST

START_TEST(targets_of_several_labels)
{
    static const real target[COUNT * CLASSES] = { 1, 1, 0, 0, 0, 1 };
    static const int which[] = { 1, 0 };
    AscExamples several = examples;
    AscBatch *batch = make(2);

    several.label = NULL;
    several.target = target;
    asc_batch_fill(batch, &several, which, 2);
    ck_assert(batch->target[2] == 1 && batch->target[0] == 0 && batch->target[CLASSES] == 1 &&
              batch->target[CLASSES + 1] == 1);
    batch->mixup.mixes = true;
    batch->mixup.lambda[0] = batch->mixup.lambda[1] = 0.25;
    batch->mixup.partner[0] = 1;
    batch->mixup.partner[1] = 0;
    asc_batch_fill(batch, &several, which, 2);
    ck_assert_double_eq_tol(batch->target[0], 0.75, 1e-7);
    ck_assert_double_eq_tol(batch->target[2], 0.25, 1e-7);
    asc_batch_destroy(batch);
}
END_TEST

/* Three examples of 1, 3 and 2 frames of two numbers; channels before the time. */
static const AscInput ragged_inputs[] = {
    { .name = "x", .shape = { 3, { { "channel", 2 }, { "time", 3 }, { "in", 2 } } } },
    { .name = "length[time]", .kind = ASC_INPUT_LENGTH, .axis = 1 }
};
static const AscModel ragged_model = { .input = ragged_inputs,
                                       .inputs = 2,
                                       .output = { 1, { { "class", CLASSES } } } };
static real frames[3][2][3][2] = { { { { 1, 2 } }, { { 3, 4 } } },
                                   { { { 5, 6 }, { 7, 8 }, { 9, 10 } },
                                     { { 11, 12 }, { 13, 14 }, { 15, 16 } } },
                                   { { { 17, 18 }, { 19, 20 } }, { { 21, 22 }, { 23, 24 } } } };
static real lengths[] = { 1, 3, 2 };
static real *const ragged_input[] = { &frames[0][0][0][0], lengths };
static const size_t ragged_size[] = { 12, 1 };
static const AscExamples ragged_examples = {
    3, 2, ragged_input, ragged_size, label, CLASSES, NULL
};

static AscBatch *make_ragged(void)
{
    AscStatus status;
    AscBatch *batch = asc_batch_create(&ragged_model, 3, &status);

    ck_assert_ptr_nonnull(batch);
    ck_assert_int_eq(asc_input_largest(&ragged_model, &ragged_inputs[1]), 3);
    return batch;
}

START_TEST(the_last_frame_is_repeated)
{
    static const int which[] = { 2, 0 };
    static const real expected[] = { 17, 18, 19, 20, 19, 20, 21, 22, 23, 24, 23, 24,
                                     1,  2,  1,  2,  1,  2,  3,  4,  3,  4,  3,  4 };
    AscBatch *batch = make_ragged();

    asc_batch_fill(batch, &ragged_examples, which, 2);
    for (int i = 0; i < 24; i++)
        ck_assert_msg(batch->input[0][i] == expected[i], "%d: %g", i, (double)batch->input[0][i]);
    ck_assert(batch->input[1][0] == 2 && batch->input[1][1] == 1);
    for (int n = 2; n < batch->capacity; n++)
        ck_assert(batch->input[1][n] == 1);
    asc_batch_destroy(batch);
}
END_TEST

/* The shorter one of a mixture has zeros where it has ended. */
START_TEST(a_mixture_is_as_long_as_the_longer_one)
{
    static const int which[] = { 0, 2 };
    static const real expected[] = { 5, 6, 14.25, 15, 14.25, 15 };
    AscBatch *batch = make_ragged();

    batch->mixup.mixes = true;
    batch->mixup.lambda[0] = batch->mixup.lambda[1] = 0.75;
    batch->mixup.partner[0] = 1;
    batch->mixup.partner[1] = 0;
    asc_batch_fill(batch, &ragged_examples, which, 2);
    ck_assert(batch->input[1][0] == 2 && batch->input[1][1] == 2);
    ck_assert(batch->input[0][2] == (real)0.25 * 19);
    for (int i = 0; i < 6; i++)
        ck_assert_double_eq_tol(batch->input[0][12 + i], expected[i] + (i < 2 ? 8 : 0), 1e-6);
    asc_batch_destroy(batch);
}
END_TEST

START_TEST(drawn_lengths_fit)
{
    AscBatch *batch = make_ragged();
    bool seen[4] = { false };

    for (uint64_t seed = 0; seed < 50; seed++) {
        asc_batch_draw_inputs(batch, seed, "test", true);
        for (int n = 0; n < 3; n++) {
            const real length = batch->input[1][n];

            ck_assert(length == 1 || length == 2 || length == 3);
            seen[(int)length] = true;
        }
    }
    ck_assert(seen[1] && seen[2] && seen[3]);
    asc_batch_draw_inputs(batch, 1, "test", false);
    ck_assert(batch->input[1][0] == 3 && batch->input[1][2] == 3);
    asc_batch_destroy(batch);
}
END_TEST

START_TEST(mixup_is_a_function_of_seed_and_step)
{
    AscBatch *batch = make(16), *other = make(16);
    double sum = 0;

    asc_batch_draw_mixup(&batch->mixup, 0.2, false, 7, 3, 16);
    asc_batch_draw_mixup(&other->mixup, 0.2, false, 7, 3, 16);
    ck_assert(batch->mixup.lambda[0] == other->mixup.lambda[0]);
    ck_assert(memcmp(batch->mixup.partner, other->mixup.partner, 16 * sizeof(int)) == 0);
    for (uint64_t step = 0; step < 2000; step++) {
        asc_batch_draw_mixup(&batch->mixup, 0.2, false, 7, step, 16);
        ck_assert(batch->mixup.lambda[0] >= 0 && batch->mixup.lambda[0] <= 1);
        sum += batch->mixup.lambda[0];
    }
    ck_assert_double_eq_tol(sum / 2000, 0.5, 0.05);
    asc_batch_draw_mixup(&batch->mixup, 0.2, true, 7, 3, 16);
    for (int n = 1; n < 16; n++)
        ck_assert(batch->mixup.lambda[n] != batch->mixup.lambda[0]);
    asc_batch_draw_mixup(&batch->mixup, 0, false, 7, 3, 16);
    ck_assert(batch->mixup.lambda[0] == 1);
    asc_batch_destroy(batch);
    asc_batch_destroy(other);
}
END_TEST

START_TEST(every_epoch_has_its_order)
{
    int first[COUNT], again[COUNT], second[COUNT], seen[COUNT] = { 0 };

    asc_batch_order(5, 0, first, COUNT);
    asc_batch_order(5, 0, again, COUNT);
    asc_batch_order(5, 1, second, COUNT);
    ck_assert(memcmp(first, again, sizeof first) == 0);
    ck_assert(memcmp(first, second, sizeof first) != 0);
    for (int n = 0; n < COUNT; n++)
        seen[second[n]]++;
    for (int n = 0; n < COUNT; n++)
        ck_assert_int_eq(seen[n], 1);
}
END_TEST

START_TEST(unknown_labels_give_no_target)
{
    static const int which[] = { 0 };
    AscBatch *batch = make(1);

    label[0] = -1;
    asc_batch_fill(batch, &examples, which, 1);
    for (int c = 0; c < CLASSES; c++)
        ck_assert(batch->target[c] == 0);
    asc_batch_destroy(batch);
}
END_TEST

START_TEST(classes_are_balanced)
{
    static const int labels[] = { 0, 2, 2, 2, -1 };
    static const int which[] = { 0, 1 };
    AscExamples counted = { .count = 5, .label = labels, .classes = 3 };
    double *weight = asc_batch_balance(&counted);
    AscBatch *batch = make(4);

    ck_assert_double_eq(weight[0], 2);
    ck_assert_double_eq(weight[1], 0);
    ck_assert_double_eq_tol(weight[2], 2.0 / 3, 1e-15);
    asc_batch_fill(batch, &examples, which, 2);
    batch->target[0] = 0.5;
    asc_batch_weigh(batch, weight);
    ck_assert_double_eq(batch->target[0], 1);
    asc_batch_destroy(batch);
    free(weight);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("batch");
    TCase *tests = tcase_create("batch");

    tcase_add_test(tests, rows_past_the_end_are_zero);
    tcase_add_test(tests, mixup_mixes_inputs_and_targets);
    tcase_add_test(tests, targets_of_several_labels);
    tcase_add_test(tests, the_last_frame_is_repeated);
    tcase_add_test(tests, a_mixture_is_as_long_as_the_longer_one);
    tcase_add_test(tests, drawn_lengths_fit);
    tcase_add_test(tests, classes_are_balanced);
    tcase_add_test(tests, mixup_is_a_function_of_seed_and_step);
    tcase_add_test(tests, every_epoch_has_its_order);
    tcase_add_test(tests, unknown_labels_give_no_target);
    suite_add_tcase(suite, tests);
    return check_main(suite);
}
