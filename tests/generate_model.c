/* generate_model.c: prints a small model of random architecture, a function of the seed alone, for tests that compile
 * and check networks which nobody wrote a kernel for. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t state;

/* A whole number in lo .. hi. */
static int draw(int lo, int hi)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return lo + (int)((state >> 33) % (uint64_t)(hi - lo + 1));
}

static const char *activation(void)
{
    static const char *const name[] = { "relu", "tanh", "sigmoid", "relu" };
    return name[draw(0, 3)];
}

/* Names of axes that the generated C uses in another sense, so that a clash would show. */
static const char *axis_name(void)
{
    static const char *const name[] = { "feature", "lane", "panel", "tap_freq",
                                        "chunk",   "row",  "sum",   "call" };
    return name[draw(0, 7)];
}

/* The map that is passed from layer to layer. */
typedef struct Map {
    int freq, time, channel, id;
} Map;

static void start_line(Map *m)
{
    printf("    x%d = x%d | ", m->id + 1, m->id);
    m->id++;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

static void print_conv(Map *m)
{
    static const int channels[] = { 3, 8, 16, 24, 32 };
    const int f = least(draw(1, 4), m->freq), t = least(draw(1, 5), m->time),
              filters = channels[draw(0, 4)];
    const int stride = draw(0, 3) ? 1 : 2, dilation = stride == 1 && !draw(0, 3) ? 2 : 1;
    const int valid = draw(0, 2) == 0;
    const int freq_span = (f - 1) * dilation + 1, time_span = (t - 1) * dilation + 1;
    if (valid && (freq_span > m->freq || time_span > m->time))
        return;
    start_line(m);
    printf(
        "conv[channel = %d]([freq = %d, time = %d], stride = %d, dilation = %d, edges = %s) | %s\n",
        filters, f, t, stride, dilation, valid ? "valid" : "same", activation());
    m->freq = valid ? (m->freq - freq_span) / stride + 1 : (m->freq + stride - 1) / stride;
    m->time = valid ? (m->time - time_span) / stride + 1 : (m->time + stride - 1) / stride;
    m->channel = filters;
}

static void print_block(Map *m)
{
    const int filters = draw(0, 1) ? 16 : 8;
    start_line(m);
    printf("pad[freq = 1, time = 1] | batchnorm[freq] | conv[channel = %d] | relu\n", filters);
    m->freq += 2;
    m->time += 2;
    m->channel = filters;
}

static void print_pool(Map *m)
{
    const int f = least(draw(1, 3), m->freq), t = least(draw(1, 3), m->time), stride = draw(1, 3);
    start_line(m);
    printf("%s[freq = %d, time = %d](stride = [freq = %d, time = %d])\n",
           draw(0, 2) ? "maxpool" : "meanpool", f, t, stride, t);
    m->freq = (m->freq - f) / stride + 1;
    m->time /= t;
}

static void print_layer(Map *m)
{
    switch (draw(0, 11)) {
    case 0:
    case 1: print_conv(m); break;
    case 2:
    case 3: print_block(m); break;
    case 4:
    case 5:
        if (m->freq > 1 && m->time > 1)
            print_pool(m);
        break;
    case 6:
        start_line(m);
        printf("depthwise([freq = %d, time = %d]) | %s\n", draw(1, 3), draw(1, 3), activation());
        break;
    case 7:
        start_line(m);
        printf("batchnorm[channel] | tanh\n");
        break;
    case 8:
        printf("    x%d = x%d + (x%d | conv[channel = %d] | %s)\n", m->id + 1, m->id, m->id,
               m->channel, activation());
        m->id++;
        break;
    case 9:
        printf("    x%d = join[channel](x%d, x%d | conv[channel = 8]([freq = 1, time = 3]) | %s)\n",
               m->id + 1, m->id, m->id, activation());
        m->id++;
        m->channel += 8;
        break;
    case 10:
        printf("    w%d = weight[freq = %d, channel = x%d, %s = 9](uniform(0.2))\n", m->id,
               least(2, m->freq), m->id, "tap_freq");
        printf("    x%d = reshape[channel](dot[channel](x%d, w%d, slide = [freq]), [tap_freq]) | "
               "tanh\n",
               m->id + 1, m->id, m->id);
        m->id++;
        m->freq -= least(2, m->freq) - 1;
        m->channel = 9;
        break;
    default: start_line(m); printf("%s\n", draw(0, 1) ? "dropout(0.25)" : "reverse[time]");
    }
}

static void print_head(Map *m)
{
    switch (draw(0, 3)) {
    case 0:
        start_line(m);
        printf("conv_moe(%d, %d) | mean[freq, time]\n", draw(0, 1) ? 8 : 5, draw(2, 4));
        break;
    case 1:
        start_line(m);
        printf("max[freq, time]\n");
        break;
    case 2:
        start_line(m);
        printf("max[freq] | dense[%s = %d] | tanh\n", axis_name(), draw(0, 1) ? 32 : 20);
        break;
    default: start_line(m); printf("mean[freq, time]\n");
    }
    start_line(m);
    if (draw(0, 1))
        printf("moe(%d, %d)\n", draw(0, 1) ? 16 : 32, draw(2, 5));
    else
        printf("dense[%s = %d] | %s\n", axis_name(), draw(0, 1) ? 16 : 12, activation());
    printf("    x%d | dense[class = classes] | softmax[class]\n", m->id);
}

int main(int argc, char **argv)
{
    state = argc > 1 ? strtoull(argv[1], NULL, 10) * UINT64_C(0x9e3779b97f4a7c15) + 1 : 1;
    draw(0, 1);
    Map m = { draw(6, 12), draw(7, 14), 1, 0 };
    printf("asc 1\n# random architecture %s\n\nparam classes = %d\n\n", argc > 1 ? argv[1] : "",
           draw(2, 6));
    printf("features logmel {\n    audio[channel = 1](8000 Hz)\n"
           "    | spectrogram[bin](25 ms, hop = 10 ms, window = hann)\n"
           "    | mel[freq = %d] | decibels\n    | normalize[freq]\n    | segment[time = %d "
           "frames]\n}\n\n",
           m.freq, m.time);
    printf("network {\n    x0 = logmel * 0.7\n");
    for (int layers = draw(2, 5); layers > 0; layers--)
        print_layer(&m);
    print_head(&m);
    printf("}\n\ntrain { loss = cross_entropy(output, target); optimizer = sgd(0.01); epochs = 1; "
           "batch = 8 }\n"
           "evaluate { report = accuracy }\n");
    return 0;
}
