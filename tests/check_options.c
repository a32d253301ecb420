/* check_options.c: no setting is ignored: for every argument of a primitive, every default of the standard library and
 * every key, word and field of `train` and `evaluate`, as the compiler's own tables list them, models that differ in it
 * alone become different programs.  And doc/language.md has them all. */
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "elaborate.h"
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
#define SEQUENCE "reshape[feature](x, [channel, freq]) | "
/* A cell of two results. */
#define BOTH(cell) "attend[time](" SEQUENCE cell ")"
#define WEIGHTS "default|zeros|he_uniform"
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
    { "linear.over", "network", "x | linear[unit = 3](over = %s)", "[freq]|[channel, freq]" },
    { "linear.init", "network", "x | linear[unit = 3](init = %s)", WEIGHTS },
    { "linear.l2", "network", "x | linear[unit = 3](l2 = %s)", "default|0.1" },
    { "dense.over", "network", "x | dense[unit = 3](over = %s)", "[freq]|[channel, freq]" },
    { "dense.init", "network", "x | dense[unit = 3](init = %s)", WEIGHTS },
    { "dense.l2", "network", "x | dense[unit = 3](l2 = %s)", "default|0.1" },
    { "filter.kernel", "network", "x | filter[unit = 2](kernel = %s)",
      "[freq = 3, time = 3]|[freq = 3]|[freq = 2, time = 5]" },
    { "filter.stride", "network", "x | filter[unit = 2](stride = %s)", "1|2|[freq = 2, time = 1]" },
    { "filter.edges", "network", "x | filter[unit = 2](edges = %s)", "same|valid|repeat|causal" },
    { "filter.dilation", "network", "x | filter[unit = 2](dilation = %s)",
      "1|2|[freq = 1, time = 2]" },
    { "filter.init", "network", "x | filter[unit = 2](init = %s)", WEIGHTS },
    { "filter.l2", "network", "x | filter[unit = 2](l2 = %s)", "default|0.1" },
    { "conv.kernel", "network", "x | conv[unit = 2](kernel = %s)",
      "[freq = 3, time = 3]|[freq = 3]|[freq = 2, time = 5]" },
    { "conv.stride", "network", "x | conv[unit = 2](stride = %s)", "1|2|[freq = 2, time = 1]" },
    { "conv.edges", "network", "x | conv[unit = 2](edges = %s)", "same|valid|repeat|causal" },
    { "conv.dilation", "network", "x | conv[unit = 2](dilation = %s)", "1|2|[freq = 1, time = 2]" },
    { "conv.init", "network", "x | conv[unit = 2](init = %s)", WEIGHTS },
    { "conv.l2", "network", "x | conv[unit = 2](l2 = %s)", "default|0.1" },
    { "depthwise.kernel", "network", "x | depthwise(kernel = %s)",
      "[freq = 3, time = 3]|[freq = 3]|[freq = 2, time = 5]" },
    { "depthwise.stride", "network", "x | depthwise(stride = %s)", "1|2|[freq = 2, time = 1]" },
    { "depthwise.edges", "network", "x | depthwise(edges = %s)", "same|valid|repeat|causal" },
    { "depthwise.dilation", "network", "x | depthwise(dilation = %s)", "1|2|[freq = 1, time = 2]" },
    { "depthwise.init", "network", "x | depthwise(init = %s)", WEIGHTS },
    { "depthwise.l2", "network", "x | depthwise(l2 = %s)", "default|0.1" },
    { "grouped.kernel", "network", "x | grouped(2, 1, kernel = %s)",
      "[freq = 3, time = 3]|[freq = 3]|[freq = 2, time = 5]" },
    { "grouped.stride", "network", "x | grouped(2, 1, stride = %s)", "1|2|[freq = 2, time = 1]" },
    { "grouped.edges", "network", "x | grouped(2, 1, edges = %s)", "same|valid|repeat|causal" },
    { "grouped.dilation", "network", "x | grouped(2, 1, dilation = %s)",
      "1|2|[freq = 1, time = 2]" },
    { "grouped.init", "network", "x | grouped(2, 1, init = %s)", WEIGHTS },
    { "grouped.l2", "network", "x | grouped(2, 1, l2 = %s)", "default|0.1" },
    { "separable.kernel", "network", "x | separable[unit = 2](kernel = %s)",
      "[freq = 3]|[time = 3]" },
    { "separable.stride", "network", "x | separable[unit = 2](stride = %s)", "1|2" },
    { "separable.edges", "network", "x | separable[unit = 2](edges = %s)", "same|valid" },
    { "maxpool.stride", "network", "x | maxpool[freq = 2](stride = %s)", "1|2|3" },
    { "meanpool.stride", "network", "x | meanpool[freq = 2](stride = %s)", "1|2|3" },
    { "batchnorm.momentum", "network", "x | batchnorm[freq](momentum = %s)", "0.9|0.99" },
    { "batchnorm.epsilon", "network", "x | batchnorm[freq](epsilon = %s)", "0.1|0.001" },
    { "instancenorm.epsilon", "network", "x | instancenorm[freq](epsilon = %s)", "0.1|1e-5" },
    { "layernorm.epsilon", "network", "x | layernorm[freq](epsilon = %s)", "0.1|1e-5" },
    { "groupnorm.epsilon", "network", "x | groupnorm[freq](1, epsilon = %s)", "0.1|1e-5" },
    { "resnorm.share", "network", "x | resnorm[time](share = %s)", "0.1|0.2" },
    { "specaugment.count", "network", "x | specaugment(2, 2, count = %s)", "2|1" },
    { "relaxednorm.share", "network", "x | relaxednorm[time](share = %s)", "0.5|0.2" },
    { "leaky_relu.slope", "network", "x | leaky_relu(slope = %s)", "0.01|0.2" },
    { "elu.alpha", "network", "x | elu(alpha = %s)", "1|2" },
    { "conv_moe.kernel", "network", "x | conv_moe(2, 2, kernel = %s)", "[freq = 3]|[time = 3]" },
    { "lstm.forget_bias", "network", SEQUENCE "lstm[time](3, forget_bias = %s)", "0|1" },
    { "ta_lstm.attention", "network", BOTH("ta_lstm[time](3, attention = %s)"), "2|3" },
    { "sa_lstm.codewords", "network", SEQUENCE "sa_lstm[time](3, codewords = %s)", "2|3" },
    { "ta_sa_lstm.attention", "network", BOTH("ta_sa_lstm[time](3, attention = %s)"), "2|3" },
    { "ta_sa_lstm.codewords", "network", BOTH("ta_sa_lstm[time](3, codewords = %s)"), "2|3" },
    { "cross_entropy.over", "network", "cross_entropy(sigmoid(x), sigmoid(x), over = %s)",
      "[freq]|[freq, time]" },
    { "binary_cross_entropy.over", "network",
      "binary_cross_entropy(sigmoid(x), sigmoid(x), over = %s)", "[freq]|[freq, time]" },
    { "squared_error.over", "network", "squared_error(x, tanh(x), over = %s)",
      "[freq]|[freq, time]" },
    { "decibels.floor", "features", FRAMES "mel[freq = 8] | decibels(floor = %s)" SEGMENT,
      "1e-10|1e-5" },
    { "decibels.top_db", "features", FRAMES "mel[freq = 8] | decibels(top_db = %s)" SEGMENT,
      "0|60|80" },
    { "delta.width", "features", FRAMES "mel[freq = 8] | delta[time](width = %s)" SEGMENT, "9|5" },
    { "features_librosa.top_db", "features",
      SOUND "features_librosa[freq = 8](top_db = %s)" SEGMENT, "0|60|80" },
    { "features_kaldi.gain", "features", SOUND "features_kaldi[freq = 8](gain = %s)" SEGMENT,
      "1|32768" },
    { "presets", "features", "audio[channel = 1](48000 Hz) | features_%s[freq = 40]" SEGMENT,
      "librosa|torchaudio|kaldi|cpjku|dcase2018|panns|moe|attention" },
    { "audio.rate", "features",
      "audio[channel = 1](%s) | spectrogram[bin](64 samples, hop = 32 samples) | mel[freq = "
      "8]" SEGMENT,
      "8000 Hz|16 kHz" },
    { "audio.mono", "features",
      "audio[channel = 1](8000 Hz, mono = %s) | spectrogram[bin](32 ms, hop = 16 ms) | mel[freq = "
      "8]" SEGMENT,
      "mean|left|right|side" },
    { "normalize", "features", FRAMES "mel[freq = 12] | decibels | normalize[%s]" SEGMENT,
      "|freq" },
    { "audio.resample", "features",
      "audio[channel = 1](8000 Hz, resample = %s) | spectrogram[bin](32 ms, hop = 16 ms) | "
      "mel[freq = 8]" SEGMENT,
      "soxr_hq|soxr_vhq|soxr_mq|soxr_lq|soxr_qq|sinc|no" },
    { "spectrogram.length", "features",
      SOUND "spectrogram[bin](%s, hop = 16 ms) | mel[freq = 8]" SEGMENT,
      "32 ms|30 ms|100 samples" },
    { "spectrogram.hop", "features",
      SOUND "spectrogram[bin](32 ms, hop = %s) | mel[freq = 8]" SEGMENT, "16 ms|8 ms|100 samples" },
    { "spectrogram.window", "features", SPECTROGRAM("window"),
      "hann|hamming|blackman|blackmanharris|bartlett|povey|rectangular" },
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
    { "train.optimizer", "train", "optimizer = %s",
      "sgd(0.001)|adam(0.001)|adamw(0.001)|rmsprop(0.001)" },
    { "train.optimizer.sgd.rate", "train", "optimizer = sgd(%s)", "0.1|0.2" },
    { "train.optimizer.sgd.momentum", "train", "optimizer = sgd(0.1, momentum = %s)", "0|0.9" },
    { "train.optimizer.sgd.nesterov", "train", "optimizer = sgd(0.1, 0.9, nesterov = %s)",
      "no|yes" },
    { "train.optimizer.adamw.rate", "train", "optimizer = adamw(%s)", "0.1|0.2" },
    { "train.optimizer.adamw.beta1", "train", "optimizer = adamw(beta1 = %s)", "0.8|0.9" },
    { "train.optimizer.adamw.beta2", "train", "optimizer = adamw(beta2 = %s)", "0.9|0.99" },
    { "train.optimizer.adamw.epsilon", "train", "optimizer = adamw(epsilon = %s)", "1e-8|1e-7" },
    { "train.optimizer.adamw.decay", "train", "optimizer = adamw(decay = %s)", "0|0.01|0.1" },
    { "train.optimizer.rmsprop.rate", "train", "optimizer = rmsprop(%s)", "0.1|0.2" },
    { "train.optimizer.rmsprop.alpha", "train", "optimizer = rmsprop(alpha = %s)", "0.9|0.99" },
    { "train.optimizer.rmsprop.epsilon", "train", "optimizer = rmsprop(epsilon = %s)",
      "1e-8|1e-7" },
    { "train.optimizer.rmsprop.momentum", "train", "optimizer = rmsprop(momentum = %s)", "0|0.9" },
    { "train.optimizer.adam.rate", "train", "optimizer = adam(%s)", "0.1|0.2" },
    { "train.optimizer.adam.beta1", "train", "optimizer = adam(beta1 = %s)", "0.8|0.9" },
    { "train.optimizer.adam.beta2", "train", "optimizer = adam(beta2 = %s)", "0.9|0.99" },
    { "train.optimizer.adam.epsilon", "train", "optimizer = adam(epsilon = %s)", "1e-8|1e-7" },
    { "train.epochs", "train", "epochs = %s", "1|2" },
    { "train.steps", "train", "steps = %s", "1|2" },
    { "train.hours", "train", "hours = %s", "1|2.5" },
    { "train.accumulate", "train", "accumulate = %s", "1|2|4" },
    { "train.batch", "train", "batch = %s", "4|8" },
    { "train.init", "train", "init = %s", INITIALISERS },
    { "train.init.constant.value", "train", "init = constant(%s)", "0.1|0.2" },
    { "train.init.uniform.bound", "train", "init = uniform(%s)", "0.1|0.2" },
    { "train.init.normal.deviation", "train", "init = normal(%s)", "0.1|0.2" },
    { "train.init.truncated_normal.deviation", "train", "init = truncated_normal(%s)", "0.1|0.2" },
    { "train.l2", "train", "l2 = %s", "0|0.1" },
    { "train.mixup", "train", "mixup = %s", "0|0.1" },
    { "train.mixup", "train", "mixup = %s", "none|0.1|beta(0.2)" },
    { "train.mixup.beta.alpha", "train", "mixup = beta(%s)", "0|0.1" },
    { "train.impulse_responses", "train", "impulse_responses = %s", "0|40 %|mix(0.5)" },
    { "train.impulse_responses", "train", "impulse_responses = %s", "none|mix(0.5)" },
    { "train.impulse_responses.mix.share", "train", "impulse_responses = mix(%s)", "0.4|0.5" },
    { "train.impulse_responses.mix.variants", "train",
      "impulse_responses = mix(0.5, variants = %s)", "4|8" },
    { "train.gain", "train", "gain = %s", "none|random(3 dB)" },
    { "train.gain.random.most", "train", "gain = random(%s)", "3 dB|6 dB" },
    { "train.gain.random.variants", "train", "gain = random(6 dB, variants = %s)", "4|8" },
    { "train.mixup.beta.per", "train", "mixup = beta(0.1, per = %s)", "batch|example" },
    { "train.l2", "train", "l2[dense] = %s", "0.1|0.2" },
    { "train.class_weights", "train", "class_weights = %s", "none|balanced" },
    { "train.class_weights", "train", "class_weights[dog] = %s", "1|2" },
    { "train.clip", "train", "clip = %s", "none|norm(1)|variable(1)|value(1)" },
    { "train.clip.variable.limit", "train", "clip = variable(%s)", "1|2" },
    { "train.clip.norm.limit", "train", "clip = norm(%s)", "1|2" },
    { "train.clip.value.limit", "train", "clip = value(%s)", "1|2" },
    { "train.schedule", "train", "schedule = %s", "constant|step(0.9)|exponential(0.9)|cosine" },
    { "train.schedule.step.factor", "train", "schedule = step(%s)", "0.9|0.8" },
    { "train.schedule.step.every", "train", "schedule = step(0.9, every = %s)", "1|2" },
    { "train.schedule.step.by", "train", "schedule = step(0.9, by = %s)", "epochs|steps|examples" },
    { "train.schedule.exponential.by", "train", "schedule = exponential(0.9, by = %s)",
      "epochs|steps|examples" },
    { "train.schedule.cosine.least", "train", "schedule = cosine(%s)", "0|0.1" },
    { "train.schedule.cosine.by", "train", "schedule = cosine(by = %s)", "epochs|steps" },
    { "train.warmup", "train", "warmup = %s", "none|epochs(1)|steps(1)|examples(1)" },
    { "train.warmup.epochs.length", "train", "warmup = epochs(%s)", "1|2" },
    { "train.warmup.steps.length", "train", "warmup = steps(%s)", "1|2" },
    { "train.warmup.examples.length", "train", "warmup = examples(%s)", "1|2" },
    { "train.patience", "train", VALIDATED "best(accuracy)\npatience = %s", "1|2" },
    { "train.schedule.exponential.factor", "train", "schedule = exponential(%s)", "0.9|0.8" },
    { "train.schedule.exponential.every", "train", "schedule = exponential(0.9, every = %s)",
      "1|2" },
    { "train.validate", "train", "validate = %s", "none|provided|split(0.3)" },
    { "train.validate.split.share", "train", "validate = split(%s)", "0.3|0.2|10 %" },
    { "train.validate.split.by", "train", "validate = split(0.3, by = %s)", "location|recording" },
    { "train.keep", "train", VALIDATED "%s", "last|best(accuracy)" },
    { "train.keep.best.metric", "train", VALIDATED "best(%s)",
      "accuracy|macro_accuracy|log_loss|gap(2)|gap(3)|hit(2)|hit(3)|map(2)|map(3)|perr|loss" },
    { "train.keep.best.after", "train", VALIDATED "best(accuracy, after = %s)", "0|3" },
    { "train.seed", "train", "seed = %s", "0|1" },
    { "evaluate.combine", "evaluate", "combine = %s", "mean|vote" },
    { "evaluate.report", "evaluate", "report = %s",
      "accuracy|macro_accuracy|log_loss|confusion|gap(2)|gap(3)|hit(2)|hit(3)|map(2)|map(3)|perr|"
      "accuracy[class]|accuracy[device]|accuracy, perr" },
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
                        .passes = passes_of(2),
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
    fprintf(stderr, "check_options.c has no case for %s%s%s\n", name, value ? " = " : "",
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
            for (int w = 0; word->field[i].words[w]; w++)
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

/* ---------------------------------------------------------------- the standard library */

static bool is_definition(const Tree *item)
{
    return item->kind == TREE_LAYER || item->kind == TREE_CELL;
}

START_TEST(every_default_of_a_layer)
{
    Arena *arena = arena_create();
    const Tree *library = parse_standard(arena);
    int presets = 0;
    missing = 0;
    for (int i = 0; i < library->count; i++) {
        const Tree *header = library->items[i]->a;
        if (!is_definition(library->items[i]))
            continue;
        for (int k = 0; header->b && k < header->b->count; k++)
            if (header->b->items[k]->kind == TREE_KEYWORD)
                need_case(arena_format(arena, "%s.%s", header->name, header->b->items[k]->name),
                          NULL);
        if (!strncmp(header->name, "features_", 9)) {
            need_case("presets", header->name + 9);
            presets++;
        }
    }
    ck_assert_int_eq(missing, 0);
    ck_assert_int_ge(presets, 5);
    arena_destroy(arena);
}
END_TEST

/* ---------------------------------------------------------------- the reference */

static char *reference;

static void read_reference(void)
{
    const char *root = getenv("SRCDIR");
    Arena *arena = arena_create();
    Diagnostics d = { .out = stdout, .limit = 20 };
    const Source *source = source_read(
        arena, arena_format(arena, "%s/doc/language.md", root ? root : "."), &d);
    ck_assert_ptr_nonnull(source);
    reference = strndup(source->text, source->length);
    ck_assert_ptr_nonnull(strstr(reference, "# Reference"));
    arena_destroy(arena);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* The name stands, as a word, in a line of the reference that has `beside`, too. */
static bool is_described(const char *name, const char *beside)
{
    const size_t length = strlen(name);
    for (const char *line = strstr(reference, "# Reference"); *line;
         line += strcspn(line, "\n") + (line[strcspn(line, "\n")] != 0)) {
        char *text = strndup(line, strcspn(line, "\n"));
        bool found = false;
        for (const char *at = text; (at = strstr(at, name)) && !found; at++)
            found = (at == text || !is_letter(at[-1])) && !is_letter(at[length]) &&
                    strstr(text, beside);
        free(text);
        if (found)
            return true;
    }
    return false;
}

static void need_text(const char *name, const char *beside)
{
    if (is_described(name, beside))
        return;
    fprintf(stderr, "doc/language.md tells nothing of %s%s%s\n", name, *beside ? " of " : "",
            beside);
    missing++;
}

START_TEST(reference_has_every_primitive)
{
    const Primitive *p;
    missing = 0;
    read_reference();
    for (int i = 0; (p = primitive_at(i)); i++) {
        need_text(p->name, "`");
        for (int k = 0; k < MAX_SLOTS && p->slot[k].name; k++) {
            const Slot *slot = &p->slot[k];
            if (slot->kind == SLOT_TENSOR || slot->kind == SLOT_MANY)
                continue;
            need_text(slot->name, "");
            for (int w = 0; slot->words && slot->words[w]; w++)
                need_text(slot->words[w], "`");
        }
    }
    for (int op = 0; op < OPS; op++)
        need_text(op_name((Op)op), "| `");
    for (int f = 0; f < FUNCTIONS; f++)
        if (map_function(function_name((Function)f)) != FUNCTIONS)
            need_text(function_name((Function)f), "`");
    free(reference);
    ck_assert_int_eq(missing, 0);
}
END_TEST

START_TEST(reference_has_every_layer)
{
    Arena *arena = arena_create();
    const Tree *library = parse_standard(arena);
    missing = 0;
    read_reference();
    for (int i = 0; i < library->count; i++) {
        const Tree *header = library->items[i]->a;
        if (!is_definition(library->items[i]))
            continue;
        need_text(header->name, "| `");
        for (int k = 0; header->b && k < header->b->count; k++)
            if (header->b->items[k]->kind == TREE_KEYWORD)
                need_text(header->b->items[k]->name, "| ");
    }
    free(reference);
    ck_assert_int_eq(missing, 0);
    arena_destroy(arena);
}
END_TEST

static void need_row(const Key *key)
{
    need_text(key->name, "| ");
    for (const Word *word = key->word; word && word->name; word++) {
        need_text(word->name, "`");
        for (int i = 0; i < MAX_FIELDS && word->field[i].name; i++) {
            need_text(word->field[i].name, word->name);
            for (int w = 0; w < 3 && word->field[i].words[w]; w++)
                need_text(word->field[i].words[w], key->name);
        }
    }
}

START_TEST(reference_has_every_key)
{
    const char *metric[32];
    missing = 0;
    read_reference();
    for (const Key *key = train_keys; key->name; key++)
        need_row(key);
    for (const Key *key = evaluate_keys; key->name; key++)
        need_row(key);
    for (int i = metric_names(metric, 32); i-- > 0;)
        need_text(metric[i], "`");
    free(reference);
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
    tcase_add_test(all, every_default_of_a_layer);
    tcase_add_test(all, reference_has_every_primitive);
    tcase_add_test(all, reference_has_every_layer);
    tcase_add_test(all, reference_has_every_key);
    tcase_add_loop_test(all, no_value_is_ignored, 0, CASES);
    suite_add_tcase(suite, all);
    return check_main(suite);
}
