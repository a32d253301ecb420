/* page_errors.c: the recordings that the network was least right about, as it saw them: features, and under these what it
 * observed of every frame. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "page_own.h"
#include "picture.h"
#include "plot.h"

enum {
    WIDTH = 360,       /* of a plot */
    GAP = 4,           /* between segments */
    TALL = 112,        /* of features */
    SHORT = 34,        /* of a value with one column */
    MOST_STRIPS = 4,   /* segments that are shown */
    MOST_BANDS = 64,   /* rows of a picture */
    MOST_PIXELS = 320, /* columns of all of a recording's pictures */
    THINNEST = 2       /* bar */
};

/* The segments that are shown of a recording. */
typedef struct Shown {
    const AscInsight *insight;
    const AscPortrait *portrait;
    int strip[MOST_STRIPS], strips;
    double width; /* of one */
    int colour;
} Shown;

/* Those that say the most for the answer, in the order of time. */
static void choose_strips(Shown *shown, int answer)
{
    const AscPortrait *portrait = shown->portrait;

    shown->strips = portrait->strips < MOST_STRIPS ? portrait->strips : MOST_STRIPS;
    for (int s = 0; s < shown->strips; s++)
        shown->strip[s] = s;
    for (int s = shown->strips; s < portrait->strips; s++) {
        int worst = 0;

        for (int n = 1; n < shown->strips; n++) {
            if (portrait->strip[shown->strip[n]].output[answer] <
                portrait->strip[shown->strip[worst]].output[answer])
                worst = n;
        }
        if (portrait->strip[s].output[answer] <=
            portrait->strip[shown->strip[worst]].output[answer])
            continue;
        memmove(shown->strip + worst, shown->strip + worst + 1,
                (size_t)(shown->strips - worst - 1) * sizeof *shown->strip);
        shown->strip[shown->strips - 1] = s;
    }
    if (shown->strips > 0)
        shown->width = (double)(WIDTH - (shown->strips - 1) * GAP) / shown->strips;
}

static double left_of(const Shown *shown, int n)
{
    return n * (shown->width + GAP);
}

/* ---------------------------------------------------------------- pictures */

/* How values become brightness. */
typedef struct Range {
    double low, high;
} Range;

/* Means of [frames][lines] in fewer rows, the last line on top, and fewer columns. */
static bool draw_picture(AscWriter *writer, const double *from, int frames, int lines, int most,
                         Range range, AscStatus *status)
{
    int rows = lines < MOST_BANDS ? lines : MOST_BANDS, columns = frames < most ? frames : most;
    double *pixel = calloc((size_t)rows * (size_t)columns, sizeof *pixel);
    bool fine = pixel || asc_status_memory(status, "a picture");

    for (int r = 0; fine && r < rows; r++) {
        for (int c = 0; c < columns; c++) {
            int low = r * lines / rows, high = (r + 1) * lines / rows;
            int begin = c * frames / columns, end = (c + 1) * frames / columns;
            double sum = 0;

            for (int f = begin; f < end; f++)
                for (int l = low; l < high; l++)
                    sum += from[f * lines + l];
            sum /= (double)(end - begin) * (high - low);
            pixel[(rows - 1 - r) * columns + c] = (sum - range.low) / (range.high - range.low);
        }
    }
    fine = fine && asc_picture_put(writer, pixel, rows, columns, status);
    free(pixel);
    return fine;
}

/* Pictures of every segment shown, side by side; `trait` -1: of the features. */
static bool draw_pictures(AscWriter *writer, const Shown *shown, int trait, double y, double height,
                          Range range, AscStatus *status)
{
    const AscInsight *insight = shown->insight;
    int frames = trait < 0 ? insight->frames : insight->trait[trait].frames;
    int lines = trait < 0 ? insight->bands : insight->trait[trait].columns;
    bool fine = true;

    for (int n = 0; fine && n < shown->strips; n++) {
        const AscStrip *strip = &shown->portrait->strip[shown->strip[n]];

        PRINT("<image x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
              "preserveAspectRatio=\"none\" href=\"",
              left_of(shown, n), y, shown->width, height);
        fine = draw_picture(writer, trait < 0 ? strip->features : strip->trait[trait], frames,
                            lines, MOST_PIXELS / shown->strips, range, status);
        PRINT("\"/>\n");
    }
    return fine;
}

static const double *values_of(const Shown *shown, int n, int trait)
{
    const AscStrip *strip = &shown->portrait->strip[shown->strip[n]];

    return trait < 0 ? strip->features : strip->trait[trait];
}

/* Of the features: two and a half deviations around the mean, so that single loud spots don't darken all else. */
static Range range_of_features(const Shown *shown)
{
    size_t count = (size_t)shown->insight->frames * (size_t)shown->insight->bands;
    double sum = 0, squares = 0, all = (double)count * shown->strips, deviation;

    for (int n = 0; n < shown->strips; n++) {
        for (size_t i = 0; i < count; i++) {
            sum += values_of(shown, n, -1)[i];
            squares += pow(values_of(shown, n, -1)[i], 2);
        }
    }
    deviation = fmax(1e-9, sqrt(fmax(0, squares / all - pow(sum / all, 2))));
    return (Range){ sum / all - 2.5 * deviation, sum / all + 2.5 * deviation };
}

static Range range_of_trait(const Shown *shown, int trait)
{
    size_t count = (size_t)shown->insight->trait[trait].frames *
                   (size_t)shown->insight->trait[trait].columns;
    Range range = { 0, 0 };

    for (int n = 0; n < shown->strips; n++) {
        for (size_t i = 0; i < count; i++) {
            range.low = fmin(range.low, values_of(shown, n, trait)[i]);
            range.high = fmax(range.high, values_of(shown, n, trait)[i]);
        }
    }
    range.high = fmax(range.high, range.low + 1e-12);
    return range;
}

/* ---------------------------------------------------------------- curves under the picture */

/* Of frames that are too narrow to be seen the highest ones. */
static void draw_curves(AscWriter *writer, const Shown *shown, int trait, double y, Range range)
{
    int frames = shown->insight->trait[trait].frames;
    int most = (int)(shown->width / THINNEST), bars = frames < most ? frames : most;
    double bottom = y + SHORT;

    for (int n = 0; n < shown->strips; n++) {
        const double *value = values_of(shown, n, trait);
        double left = left_of(shown, n);

        PRINT("<rect class=\"back\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\"/>"
              "<path class=\"bar s%d\" d=\"M%.1f %.1f",
              left, y, shown->width, SHORT, shown->colour % ASC_PLOT_COLOURS, left, bottom);
        for (int bar = 0; bar < bars; bar++) {
            double highest = range.low;

            for (int f = bar * frames / bars; f < (bar + 1) * frames / bars; f++)
                highest = fmax(highest, value[f]);
            PRINT("V%.1fH%.1f", bottom - SHORT * (highest - range.low) / (range.high - range.low),
                  left + (bar + 1) * shown->width / bars);
        }
        PRINT("V%.1fZ\"/>\n", bottom);
    }
}

/* The values that have an axis of time, one under the other; returns where they end. */
static bool draw_traits(AscWriter *writer, const Shown *shown, double *y, AscStatus *status)
{
    for (int t = 0; t < shown->insight->traits; t++) {
        const AscTrait *trait = &shown->insight->trait[t];
        double height = trait->columns > 1 ? fmin(80, fmax(SHORT, 9 * trait->columns)) : SHORT;
        Range range;

        if (trait->time < 0)
            continue;
        range = range_of_trait(shown, t);
        PRINT("<text x=\"0\" y=\"%.1f\">", *y + 15);
        asc_plot_text(writer, trait->name, 36);
        PRINT("</text><text x=\"%d\" y=\"%.1f\" class=\"end soft\">%s %.2g</text>\n", WIDTH,
              *y + 15, trait->columns > 1 ? "brightest" : "full height", range.high);
        *y += 20;
        if (trait->columns == 1)
            draw_curves(writer, shown, t, *y, range);
        else if (!draw_pictures(writer, shown, t, *y, height, range, status))
            return false;
        *y += height;
    }
    return true;
}

/* ---------------------------------------------------------------- one recording */

static double height_of(const Shown *shown)
{
    double height = (shown->insight->set >= 0 ? TALL : 0) + 18;

    for (int t = 0; t < shown->insight->traits; t++) {
        const AscTrait *trait = &shown->insight->trait[t];

        if (trait->time >= 0)
            height += 20 + (trait->columns > 1 ? fmin(80, fmax(SHORT, 9 * trait->columns)) : SHORT);
    }
    return height;
}

static void draw_segments(AscWriter *writer, const Shown *shown, double y)
{
    double seconds = asc_insight_seconds(shown->insight);

    for (int n = 0; n < shown->strips; n++) {
        PRINT("<text x=\"%.1f\" y=\"%.1f\" class=\"mid soft\">",
              left_of(shown, n) + shown->width / 2, y + 14);
        if (shown->portrait->strips > 1)
            PRINT("%d of %d", shown->strip[n] + 1, shown->portrait->strips);
        if (seconds > 0)
            PRINT("%s%.3g s%s", shown->portrait->strips > 1 ? " (" : "", seconds,
                  shown->portrait->strips > 1 ? ")" : "");
        PRINT("</text>");
    }
}

static bool draw_portrait(AscWriter *writer, const Shown *shown, const char *name,
                          AscStatus *status)
{
    double y = 0;
    bool fine = true;

    PRINT("<svg viewBox=\"0 0 %d %.0f\" role=\"img\" aria-label=\"features", WIDTH,
          height_of(shown));
    for (int t = 0; t < shown->insight->traits; t++) {
        if (shown->insight->trait[t].time >= 0) {
            PRINT(" and ");
            asc_plot_text(writer, shown->insight->trait[t].name, 0);
        }
    }
    PRINT(" of ");
    asc_plot_text(writer, name, 0);
    PRINT(" over time\">\n");
    if (shown->insight->set >= 0) {
        fine = draw_pictures(writer, shown, -1, 0, TALL, range_of_features(shown), status);
        y = TALL;
    }
    fine = fine && draw_traits(writer, shown, &y, status);
    draw_segments(writer, shown, y);
    PRINT("</svg>\n");
    return fine;
}

static void print_answer(AscWriter *writer, const AscMeasure *measure, const char *what,
                         int recording, int label)
{
    PRINT("%s <b>", what);
    asc_plot_text(writer, measure->label[label], 0);
    PRINT("</b> %.1f&nbsp;%%",
          100 * measure->results.score[recording * measure->results.classes + label]);
}

static bool print_portrait(AscWriter *writer, const AscPageRun *run, int which, int colour,
                           AscStatus *status)
{
    const AscMeasure *measure = &run->measure;
    int recording = run->worst[which];
    int said = measure->results.predicted[recording], right = measure->results.truth[recording];
    const char *name = measure->recording[recording], *device = measure->device[recording];
    Shown shown = { .insight = &run->insight,
                    .portrait = &run->insight.portrait[which],
                    .colour = colour };
    bool fine;

    choose_strips(&shown, said);
    PRINT("<figure>\n");
    fine = draw_portrait(writer, &shown, name, status);
    PRINT("<figcaption>");
    print_answer(writer, measure, "said", recording, said);
    PRINT("; ");
    if (said == right)
        PRINT("that is right");
    else
        print_answer(writer, measure, "right is", recording, right);
    PRINT("<div class=\"soft\">");
    asc_plot_text(writer, name, 0);
    if (*device) {
        PRINT(", device ");
        asc_plot_text(writer, device, 0);
    }
    PRINT("</div></figcaption></figure>\n");
    return fine;
}

bool asc_page_errors(AscWriter *writer, const AscPageRun *run, int colour, AscStatus *status)
{
    bool fine = true, wrong = run->worsts > 0 && run->measure.results.predicted[run->worst[0]] !=
                                                     run->measure.results.truth[run->worst[0]];

    if (run->worsts == 0 || run->insight.portraits < run->worsts)
        return true;
    PRINT("<h3>%s</h3>\n<p class=\"note\">%s</p>\n<div class=\"grid\">\n",
          wrong ? "The worst errors" : "The least sure",
          run->insight.set >= 0
              ? "Recordings with the least probability of what is right, as the network sees them: "
                "low bands at the bottom, time from left to right; of many segments those that "
                "speak most "
                "for what was said."
              : "Recordings with the least probability of what is right.");
    for (int n = 0; fine && n < run->worsts; n++)
        fine = print_portrait(writer, run, n, colour, status);
    PRINT("</div>\n");
    return fine;
}
