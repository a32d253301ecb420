/* check_sections.c: what the elaborator makes of the sections of a file: features, recipes. */
#include "check_main.h"
#include "resolve_case.h"

#include <string.h>

/* ---------------------------------------------------------------- features */

static const Features *features(const char *body)
{
    Model *model = compile_text(
        arena_format(arena,
                     "asc 1\nfeatures x {\n%s\n}\nnetwork { x | dense[class = 3]\n"
                     "| softmax[class] }\n" TRAIN,
                     body));
    ck_assert_msg(model != NULL, "%s", errors);
    return &model->features[0];
}

START_TEST(features_of_the_paper)
{
    const Features *f = &model_file("moe_cnn.asc", 0, NULL)->features[0];
    Stage *const *s = f->front->stage;
    ck_assert_str_eq(f->name, "logmel");
    ck_assert_str_eq(shape_string(&f->shape), "[channel = 1, freq = 128, time = 100]");
    ck_assert(f->front->rate == 44100 && f->front->channels == 1 && !f->front->cut);
    ck_assert_int_eq(f->front->stages, 3);
    ck_assert(s[0]->kind == STAGE_SPECTROGRAM && s[0]->window == 1764 && s[0]->hop == 882 &&
              s[0]->fft == 2048);
    ck_assert(!strcmp(s[0]->shape, "hann") && s[0]->power == 2 && !strcmp(s[0]->edges, "centre") &&
              s[0]->periodic);
    ck_assert(s[1]->kind == STAGE_MEL && s[1]->mels == 128 && s[1]->low == 0 &&
              s[1]->high == 22050 && s[1]->from == s[0]->to);
    ck_assert(!strcmp(s[1]->scale, "slaney") && !strcmp(s[1]->norm, "slaney") &&
              !strcmp(s[1]->triangles, "hz"));
    ck_assert(s[2]->kind == STAGE_NORMALIZE && s[2]->axes == 1 && !strcmp(s[2]->axis[0], "freq"));
    ck_assert(f->cached == s[2]->from && f->cached->op == OP_map && f->normalize == s[2]);
    ck_assert(f->cut->length == 100 && f->cut->step == 100 && !strcmp(f->cut->last, "drop"));
}
END_TEST

START_TEST(segment_before_the_spectrogram)
{
    const Features *f = features(
        "audio[channel = 1](22050 Hz) | segment[time = 1 s](overlap = 50 %)\n"
        "| spectrogram[bin](1024 samples, hop = 220 samples, edges = valid)\n"
        "| mel[feature = 64] | decibels | normalize[feature]");
    ck_assert_int_eq(f->front->cut->length, 22050);
    ck_assert_int_eq(f->front->cut->step, 11025);
    ck_assert_str_eq(shape_string(&f->shape), "[channel = 1, feature = 64, time = 96]");
}
END_TEST

/* Kaldi's frames are as long as the window, not as the transform. */
START_TEST(frames_of_kaldi)
{
    const Features *f = features(
        "audio[channel = 1](16000 Hz) | segment[time = 1 s]\n"
        "| spectrogram[bin](25 ms, hop = 10 ms, edges = snip, window = povey, periodic = no)\n"
        "| mel[freq = 23](low = 20 Hz, scale = kaldi, norm = none, triangles = mel, nyquist = "
        "drop)");
    ck_assert_str_eq(shape_string(&f->shape), "[channel = 1, freq = 23, time = 98]");
    const Stage *mel = f->front->stage[1];
    ck_assert(mel->drop_nyquist && mel->low == 20 && !f->front->stage[0]->periodic);
}
END_TEST

/* Branches that share a spectrogram, and several results of one section. */
START_TEST(features_are_a_graph)
{
    Model *model = compile_text(
        "asc 1\nfeatures x {\na = audio(8000 Hz) | spectrogram[bin](32 ms, hop = 16 ms)\n"
        "b = a | mel[freq = 8] | decibels(top_db = 60)\n"
        "join[freq](b, b | delta[time]) | normalize[freq] | segment[time = 5 frames],\n"
        "b | nnf[time](k = 3) | segment[time = 7 frames]\n}\n"
        "network { y, z = x\n mean[time](y) | dense[class = 3] | softmax[class]\n }\n" TRAIN);
    ck_assert_msg(model == NULL && strstr(errors, "`z` is never used"), "%s", errors);
    model = compile_text(
        "asc 1\nfeatures x {\na = audio(8000 Hz) | spectrogram[bin](32 ms, hop = 16 ms)\n"
        "b = a | mel[freq = 8] | decibels(top_db = 60)\n"
        "join[freq](b, b | delta[time]) | normalize[freq] | segment[time = 5 frames],\n"
        "b | nnf[time](k = 3) | segment[time = 7 frames]\n}\n"
        "network { y, z = x\n join[freq](mean[time](y), mean[time](z))\n"
        "| dense[class = 3] | softmax[class]\n }\n" TRAIN);
    ck_assert_msg(model != NULL, "%s", errors);
    ck_assert_int_eq(model->fronts, 1);
    ck_assert_int_eq(model->feature_sets, 2);
    ck_assert_str_eq(model->features[0].name, "x.1");
    ck_assert_str_eq(shape_string(&model->features[0].shape), "[time = 5, freq = 16]");
    ck_assert_str_eq(shape_string(&model->features[1].shape), "[time = 7, freq = 8]");
    ck_assert(model->features[1].normalize == NULL);
    static const StageKind kind[] = { STAGE_SPECTROGRAM, STAGE_MEL,       STAGE_CLIP,
                                      STAGE_CONTEXT,     STAGE_NORMALIZE, STAGE_NEIGHBOURS };
    ck_assert_int_eq(model->front[0]->stages, 6);
    for (int i = 0; i < 6; i++)
        ck_assert_int_eq(model->front[0]->stage[i]->kind, kind[i]);
    ck_assert_int_eq(model->front[0]->stage[3]->before, 4);
}
END_TEST

/* ---------------------------------------------------------------- sections */

START_TEST(recipe)
{
    Model *model = compile_text(
        "asc 1\nparam mix = 0.2\nparam how = best\n" FEATURES
        "network { x | dense[class = 3] | softmax[class] }\n"
        "train {\n loss = cross_entropy(output, target); optimizer = adam(0.002, beta2 = 0.99)\n"
        " epochs = 7; batch = 16; l2 = 1e-4; mixup = mix; clip = norm(5); seed = 12\n"
        " schedule = exponential(0.5, every = 3); validate = split(30 %, by = recording)\n"
        " keep = best(gap(20), after = 2)\n}\n"
        "layer unused(y) { if how == best { y } else { y + 1 } }\n"
        "evaluate { combine = vote; report = accuracy[device, class], hit(3), confusion }\n");
    ck_assert_msg(model != NULL, "%s", errors);
    const Recipe *r = &model->recipe;
    ck_assert(!strcmp(r->optimizer, "adam") && r->rate == 0.002 && r->beta1 == 0.9 &&
              r->beta2 == 0.99);
    ck_assert(r->epsilon == 1e-8 && r->epochs == 7 && r->batch == 16 && r->l2 == 1e-4 &&
              r->mixup == 0.2);
    ck_assert(!strcmp(r->clip, "norm") && r->clip_at == 5 && r->seed == 12);
    ck_assert(!strcmp(r->schedule, "exponential") && r->schedule_factor == 0.5 &&
              r->schedule_every == 3);
    ck_assert(!strcmp(r->validate, "split") && r->validate_share == 0.3 &&
              !strcmp(r->validate_by, "recording"));
    ck_assert(!strcmp(r->keep, "best") && !strcmp(r->keep_metric, "gap") && r->keep_argument == 20);
    ck_assert_int_eq(r->keep_after, 2);
    const Evaluation *e = &model->evaluation;
    ck_assert(!strcmp(e->combine, "vote") && e->metrics == 3);
    ck_assert(!strcmp(e->metric[0].name, "accuracy") && !strcmp(e->metric[0].group[0], "device"));
    ck_assert_str_eq(e->metric[0].group[1], "class");
    ck_assert(!strcmp(e->metric[1].name, "hit") && e->metric[1].argument == 3 &&
              !e->metric[1].group[0]);
}
END_TEST

START_TEST(recipe_defaults)
{
    const Recipe *r = &network(FEATURES, "", "x | dense[class = 3] | softmax[class]")->recipe;
    ck_assert(!strcmp(r->optimizer, "sgd") && r->rate == 0.1 && r->momentum == 0 &&
              r->init == INIT_GLOROT_UNIFORM);
    ck_assert(!strcmp(r->clip, "none") && !strcmp(r->schedule, "constant") &&
              !strcmp(r->validate, "none"));
    ck_assert(!strcmp(r->keep, "last") && r->seed == 0 && r->l2 == 0 && r->mixup == 0);
    Model *model = compile_text("asc 1\n" FEATURES
                                "network { x | dense[class = 3] | softmax[class] }\n"
                                "train { loss = cross_entropy(output, target); optimizer = "
                                "sgd(0.1); epochs = 1; batch = 2\n"
                                "validate = provided }\n");
    ck_assert_str_eq(model->recipe.keep, "best");
    ck_assert_str_eq(model->recipe.keep_metric, "accuracy");
}
END_TEST

START_TEST(loss_sees_the_network)
{
    Model *model = compile_text(
        "asc 1\n" FEATURES "network { h = x | dense[feature = 3]\n"
        "h | dense[class = 3] | softmax[class] }\n"
        "train { loss = cross_entropy(output, target) + 0.1 * sum[feature](h ^ 2)\n"
        "optimizer = sgd(0.1); epochs = 1; batch = 2 }\n");
    ck_assert_msg(model != NULL, "%s", errors);
    ck_assert_str_eq(shape_string(&graph_find(model->inference, "loss")->shape), "[batch]");
}
END_TEST

static Suite *sections_suite(void)
{
    Suite *s = suite_create("sections");
    TCase *t = tcase_create("sections");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 120);
    tcase_add_test(t, features_of_the_paper);
    tcase_add_test(t, segment_before_the_spectrogram);
    tcase_add_test(t, frames_of_kaldi);
    tcase_add_test(t, features_are_a_graph);
    tcase_add_test(t, recipe);
    tcase_add_test(t, recipe_defaults);
    tcase_add_test(t, loss_sees_the_network);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return check_main(sections_suite());
}
