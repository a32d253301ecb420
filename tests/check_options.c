/* check_options.c: no setting is ignored: for every argument of a primitive and every key, word and field of `train` and
 * `evaluate`, as the compiler's own tables list them, models that differ in it alone become different programs. */
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "settings.h"

/* `text` is a line of the section with %s for the value; `values` is a list, separated by |. */
typedef struct Case {
    const char *name, *section, *text, *values;
} Case;

#define SOUND "audio[channel = 1](8000 Hz) | "
#define FRAMES SOUND "spectrogram[bin](32 ms, hop = 16 ms) | "
#define SEGMENT " | segment[time = 20 frames]"
#define SPECTROGRAM(argument)                                                                      \
    SOUND "spectrogram[bin](32 ms, hop = 16 ms, " argument " = %s) | mel[freq = 8]" SEGMENT
#define MEL(argument) FRAMES "mel[freq = 8](" argument " = %s)" SEGMENT
#define NEAREST(option) FRAMES "mel[freq = 8] | nnf[time](" option " = %s)" SEGMENT
#define INITIALISERS                                                                               \
    "zeros|ones|constant(0.5)|uniform(0.1)|normal(0.1)|truncated_normal(0.1)|glorot_uniform|"      \
    "glorot_normal|he_uniform|he_normal"
#define VALIDATED "validate = split(0.3)\nkeep = "
#define DOT "dot[](x, weight[freq = 3, time = 3](normal(1)), slide = [freq, time], "

static const Case cases[] = {
    { "weight.init", "network", "x * weight[freq = x](%s)",
      "zeros|ones|constant(0.5)|uniform(0.1)|normal(0.1)|truncated_normal(0.1)" },
    { "weight.init", "network", "x | conv[channel = 2](init = %s)", "default|zeros|he_uniform" },
    { "weight.init", "network", "x | conv[channel = 2](init = %s)", INITIALISERS },
    { "weight.l2", "network", "x * weight[freq = x](normal(1), l2 = %s)", "default|0.1|0.2" },
    { "dot.slide", "network", "dot[](x, weight[freq = 3, time = 3](ones), slide = %s)",
      "[freq, time]|[time, freq = 3]" },
    { "dot.stride", "network", DOT "stride = %s)", "1|2|[freq = 1, time = 2]" },
    { "dot.edges", "network", DOT "edges = %s)", "valid|same|repeat|causal" },
    { "dot.dilation", "network", DOT "dilation = %s)", "1|2|[freq = 1, time = 2]" },
    { "sum.stride", "network", "sum[freq = 2](x, stride = %s)", "1|2|[freq = 3]" },
    { "mean.stride", "network", "mean[freq = 2](x, stride = %s)", "1|2|[freq = 3]" },
    { "max.stride", "network", "max[freq = 2](x, stride = %s)", "1|2|[freq = 3]" },
    { "moments.momentum", "network", "first(x, %s)", "0.9|0.99" },
    { "reshape.from", "network", "reshape[a](x, %s)", "[freq, time]|[time, freq]|[freq]" },
    { "pad.side", "network", "pad[time = 2](x, side = %s)", "both|before|after" },
    { "pad.edges", "network", "pad[time = 2](x, edges = %s)", "zero|repeat" },
    { "slice.step", "network", "slice[time = 0 .. 12](x, step = %s)", "1|2|3" },
    { "audio.rate", "features",
      "audio[channel = 1](%s) | spectrogram[bin](64 samples, hop = 32 samples) | mel[freq = "
      "8]" SEGMENT,
      "8000 Hz|16 kHz" },
    { "audio.mono", "features",
      "audio[channel = 1](8000 Hz, mono = %s) | spectrogram[bin](32 ms, hop = 16 ms) | mel[freq = "
      "8]" SEGMENT,
      "mean" },
    { "audio.resample", "features",
      "audio[channel = 1](8000 Hz, resample = %s) | spectrogram[bin](32 ms, hop = 16 ms) | "
      "mel[freq = 8]" SEGMENT,
      "yes|no" },
    { "spectrogram.length", "features",
      SOUND "spectrogram[bin](%s, hop = 16 ms) | mel[freq = 8]" SEGMENT,
      "32 ms|30 ms|100 samples" },
    { "spectrogram.hop", "features",
      SOUND "spectrogram[bin](32 ms, hop = %s) | mel[freq = 8]" SEGMENT, "16 ms|8 ms|100 samples" },
    { "spectrogram.window", "features", SPECTROGRAM("window"), "hann|hamming|povey|rectangular" },
    { "spectrogram.fft", "features", SPECTROGRAM("fft"), "256 samples|512 samples|300 samples" },
    { "spectrogram.power", "features", SPECTROGRAM("power"), "1|2" },
    { "spectrogram.edges", "features", SPECTROGRAM("edges"), "centre|reflect|valid|snip" },
    { "spectrogram.periodic", "features", SPECTROGRAM("periodic"), "yes|no" },
    { "spectrogram.remove_dc", "features", SPECTROGRAM("remove_dc"), "yes|no" },
    { "spectrogram.preemphasis", "features", SPECTROGRAM("preemphasis"), "0|0.5|0.97" },
    { "mel.low", "features", MEL("low"), "0 Hz|20 Hz" },
    { "mel.high", "features", MEL("high"), "4000 Hz|3 kHz" },
    { "mel.scale", "features", MEL("scale"), "slaney|htk|kaldi" },
    { "mel.norm", "features", MEL("norm"), "slaney|none" },
    { "mel.triangles", "features", MEL("triangles"), "hz|mel" },
    { "mel.nyquist", "features", MEL("nyquist"), "keep|drop" },
    { "nnf.aggregate", "features", NEAREST("aggregate"), "mean|median" },
    { "nnf.k", "features", NEAREST("k"), "1|2" },
    { "nnf.width", "features", NEAREST("width"), "1 frames|2 frames|80 ms" },
    { "nnf.metric", "features", NEAREST("metric"), "euclidean|cosine" },
    { "segment.overlap", "features",
      FRAMES "mel[freq = 8] | segment[time = 20 frames](overlap = %s)", "0 %|50 %|0.25" },
    { "segment.last", "features", FRAMES "mel[freq = 8] | segment[time = 20 frames](last = %s)",
      "drop|overlap|pad" },

    { "train.loss", "train", "loss = %s",
      "cross_entropy(output, target)|squared_error(output, target)" },
    { "train.optimizer", "train", "optimizer = %s", "sgd(0.001)|adam(0.001)" },
    { "train.optimizer.sgd.rate", "train", "optimizer = sgd(%s)", "0.1|0.2" },
    { "train.optimizer.sgd.momentum", "train", "optimizer = sgd(0.1, momentum = %s)", "0|0.9" },
    { "train.optimizer.adam.rate", "train", "optimizer = adam(%s)", "0.1|0.2" },
    { "train.optimizer.adam.beta1", "train", "optimizer = adam(beta1 = %s)", "0.8|0.9" },
    { "train.optimizer.adam.beta2", "train", "optimizer = adam(beta2 = %s)", "0.9|0.99" },
    { "train.optimizer.adam.epsilon", "train", "optimizer = adam(epsilon = %s)", "1e-8|1e-7" },
    { "train.epochs", "train", "epochs = %s", "1|2" },
    { "train.batch", "train", "batch = %s", "4|8" },
    { "train.init", "train", "init = %s", INITIALISERS },
    { "train.init.constant.value", "train", "init = constant(%s)", "0.1|0.2" },
    { "train.init.uniform.bound", "train", "init = uniform(%s)", "0.1|0.2" },
    { "train.init.normal.deviation", "train", "init = normal(%s)", "0.1|0.2" },
    { "train.init.truncated_normal.deviation", "train", "init = truncated_normal(%s)", "0.1|0.2" },
    { "train.l2", "train", "l2 = %s", "0|0.1" },
    { "train.mixup", "train", "mixup = %s", "0|0.1" },
    { "train.clip", "train", "clip = %s", "none|norm(1)|value(1)" },
    { "train.clip.norm.limit", "train", "clip = norm(%s)", "1|2" },
    { "train.clip.value.limit", "train", "clip = value(%s)", "1|2" },
    { "train.schedule", "train", "schedule = %s", "constant|exponential(0.9)|cosine" },
    { "train.schedule.exponential.factor", "train", "schedule = exponential(%s)", "0.9|0.8" },
    { "train.schedule.exponential.every", "train", "schedule = exponential(0.9, every = %s)",
      "1|2" },
    { "train.validate", "train", "validate = %s", "none|provided|split(0.3)" },
    { "train.validate.split.share", "train", "validate = split(%s)", "0.3|0.2|10 %" },
    { "train.validate.split.by", "train", "validate = split(0.3, by = %s)", "location|recording" },
    { "train.keep", "train", VALIDATED "%s", "last|best(accuracy)" },
    { "train.keep.best.metric", "train", VALIDATED "best(%s)",
      "accuracy|macro_accuracy|log_loss|gap(2)|gap(3)|hit(2)|hit(3)|perr|loss" },
    { "train.keep.best.after", "train", VALIDATED "best(accuracy, after = %s)", "0|3" },
    { "train.seed", "train", "seed = %s", "0|1" },
    { "evaluate.combine", "evaluate", "combine = %s", "mean|vote" },
    { "evaluate.report", "evaluate", "report = %s",
      "accuracy|macro_accuracy|log_loss|confusion|gap(2)|gap(3)|hit(2)|hit(3)|perr|accuracy[class]|"
      "accuracy[device]|accuracy, perr" },
};
enum { CASES = sizeof cases / sizeof *cases };

/* ---------------------------------------------------------------- models that differ in one value */

static const char *line_of(Arena *arena, const Case *c, const char *value)
{
    const char *at = strstr(c->text, "%s");
    return arena_format(arena, "%.*s%s%s", (int)(at - c->text), c->text, value, at + 2);
}

/* Unless `given` begins with the key, "key = value". */
static const char *unless(Arena *arena, const char *given, const char *key, const char *value)
{
    return strncmp(given, key, strlen(key)) ? arena_format(arena, "%s = %s\n", key, value) : "";
}

static const char *model_text(Arena *arena, const Case *c, const char *value)
{
    const char *line = line_of(arena, c, value), *train = !strcmp(c->section, "train") ? line : "";
    Text text = text_create(arena);
    text_add(
        &text,
        "asc 1\nlayer first(y, momentum) {\nm, v = moments[freq](y, momentum)\n(y - m) / v\n}\n");
    text_add(&text, "features x {\n%s\n}\n",
             !strcmp(c->section, "features") ? line : FRAMES "mel[freq = 12]" SEGMENT);
    text_add(&text, "network {\ny = %s\ny | dense[class = 3] | softmax[class]\n}\n",
             !strcmp(c->section, "network") ? line : "first(x, 0.9)");
    text_add(&text, "train {\n%s\n%s%s%s%s}\n", train,
             unless(arena, train, "loss", "cross_entropy(output, target)"),
             unless(arena, train, "optimizer", "sgd(0.1)"), unless(arena, train, "epochs", "1"),
             unless(arena, train, "batch", "2"));
    if (!strcmp(c->section, "evaluate"))
        text_add(&text, "evaluate {\n%s\n}\n", line);
    return text.at;
}

/* The program without what only tells where it is from: comments, and lines of text. */
static const char *plain(Arena *arena, const char *code)
{
    Text text = text_create(arena);
    bool comment = false;
    while (*code) {
        const size_t length = strcspn(code, "\n");
        const char *line = arena_copy(arena, code, length), *word = line + strspn(line, " ");
        comment = comment || !strncmp(word, "/*", 2);
        if (!comment && *word != '"')
            text_add(&text, "%s\n", line);
        if (strstr(line, "*/"))
            comment = false;
        code += length + (code[length] != 0);
    }
    return text.at;
}

static const char *program_of(Arena *arena, const Case *c, const char *value)
{
    const char *text = model_text(arena, c, value);
    const Source source = { .path = "m.asc", .text = text, .length = strlen(text) };
    const Options o = { .input = "m.asc",
                        .emit = EMIT_C,
                        .target = target_find("avx2"),
                        .optimise = true,
                        .dump = "" };
    Diagnostics d = { .out = stdout, .limit = 20 };
    Text file[MOST_FILES] = { 0 };
    ck_assert_msg(compile(arena, &o, &source, &d, file) == 1, "%s = %s: %s", c->name, value, text);
    return plain(arena, file[0].at);
}

static int split_values(Arena *arena, const char *values, const char **value)
{
    int count = 0;
    while (*values) {
        const size_t length = strcspn(values, "|");
        value[count++] = arena_copy(arena, values, length);
        values += length + (values[length] != 0);
    }
    return count;
}

START_TEST(no_value_is_ignored)
{
    const Case *c = &cases[_i];
    Arena *arena = arena_create();
    const char *value[32], *program[32];
    const int count = split_values(arena, c->values, value);
    for (int i = 0; i < count; i++)
        program[i] = program_of(arena, c, value[i]);
    for (int i = 0; i < count; i++)
        for (int k = 0; k < i; k++)
            ck_assert_msg(strcmp(program[i], program[k]) != 0,
                          "%s: %s and %s make the same program", c->name, value[k], value[i]);
    arena_destroy(arena);
}
END_TEST

/* ---------------------------------------------------------------- no table has more */

static int missing;

/* `value` is one of the case's values, or its word: sgd of sgd(0.1).  NULL: any. */
static void need_case(const char *name, const char *value)
{
    for (int i = 0; i < CASES; i++) {
        if (strcmp(cases[i].name, name) != 0)
            continue;
        if (!value)
            return;
        const size_t length = strlen(value);
        for (const char *at = cases[i].values; (at = strstr(at, value)); at++)
            if ((at == cases[i].values || at[-1] == '|') && strchr("|([", at[length]))
                return;
    }
    printf("check_options.c has no case for %s%s%s\n", name, value ? " = " : "",
           value ? value : "");
    missing++;
}

START_TEST(every_argument_of_a_primitive)
{
    char name[200];
    const Primitive *p;
    missing = 0;
    for (int i = 0; (p = primitive_at(i)); i++) {
        for (int k = 0; k < MAX_SLOTS && p->slot[k].name; k++) {
            const Slot *slot = &p->slot[k];
            if (slot->kind == SLOT_TENSOR || slot->kind == SLOT_MANY)
                continue; /* left out, it is missing */
            snprintf(name, sizeof name, "%s.%s", p->name, slot->name);
            need_case(name, NULL);
            for (int w = 0; slot->words && slot->words[w]; w++)
                need_case(name, slot->words[w]);
        }
    }
    ck_assert_int_eq(missing, 0);
}
END_TEST

static void need_key(const char *section, const Key *key)
{
    char name[200], field[400];
    snprintf(name, sizeof name, "%s.%s", section, key->name);
    need_case(name, NULL);
    for (const Word *word = key->word; word && word->name; word++) {
        need_case(name, word->name);
        for (int i = 0; i < MAX_FIELDS && word->field[i].name; i++) {
            snprintf(field, sizeof field, "%s.%s.%s", name, word->name, word->field[i].name);
            need_case(field, NULL);
            for (int w = 0; w < 3 && word->field[i].words[w]; w++)
                need_case(field, word->field[i].words[w]);
        }
    }
}

START_TEST(every_key)
{
    const char *metric[32];
    missing = 0;
    for (const Key *key = train_keys; key->name; key++)
        need_key("train", key);
    for (const Key *key = evaluate_keys; key->name; key++)
        need_key("evaluate", key);
    for (int i = metric_names(metric, 32); i-- > 0;)
        need_case(strcmp(metric[i], "confusion") ? "train.keep.best.metric" : "evaluate.report",
                  metric[i]);
    ck_assert_int_eq(missing, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("options");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 60);
    tcase_add_test(all, every_argument_of_a_primitive);
    tcase_add_test(all, every_key);
    tcase_add_loop_test(all, no_value_is_ignored, 0, CASES);
    suite_add_tcase(suite, all);
    return check_main(suite);
}
