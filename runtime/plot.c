/* plot.c: axes, lines, bars and matrices as SVG. */
#include "plot.h"

#include <math.h>
#include <string.h>

enum { WIDTH = 360, HEIGHT = 220, LEFT = 44, RIGHT = 350, TOP = 10, BOTTOM = 186 };

/* An axis from `low` to `high` with ticks at multiples of `step`, on pixels from..to. */
typedef struct Axis {
    double low, high, step, from, to;
} Axis;

/* Failures of the writer are told by its commit. */
#define PRINT(...) asc_writer_print(writer, NULL, __VA_ARGS__)

/* ---------------------------------------------------------------- text */

static const char *escaped(char letter)
{
    switch (letter) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    case '\n':
    case '\t': return NULL;
    }
    return (unsigned char)letter < ' ' || letter == 127 ? "&#65533;" : NULL;
}

static bool continues(char letter) /* a character of UTF-8 */
{
    return ((unsigned char)letter & 0xc0) == 0x80;
}

static int characters(const char *text)
{
    int count = 0;

    for (; *text; text++)
        count += !continues(*text);
    return count;
}

void asc_plot_text(AscWriter *writer, const char *text, int most)
{
    bool cut = most > 0 && characters(text) > most;

    for (int seen = 0; *text; text++) {
        const char *instead = escaped(*text);

        seen += !continues(*text);
        if (cut && seen >= most) {
            PRINT("…");
            return;
        }
        asc_writer_put(writer, instead ? instead : text, instead ? strlen(instead) : 1, NULL);
    }
}

static void open_plot(AscWriter *writer, int width, int height, const char *title)
{
    PRINT("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", width, height);
    asc_plot_text(writer, title, 0);
    PRINT("\">\n");
}

/* ---------------------------------------------------------------- axes */

/* 1, 2 or 5 times a power of ten, so that there are at most `ticks` steps. */
static double nice_step(double range, int ticks)
{
    double rough = range / ticks;
    double power = pow(10, floor(log10(rough)));
    double digit = rough / power;

    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
}

static Axis make_axis(double low, double high, int ticks, double from, double to)
{
    Axis axis = { .from = from, .to = to };

    if (!(high - low > 1e-9 * fmax(1, fabs(high))))
        high = low + fmax(1e-6, fabs(low) / 10);
    axis.step = nice_step(high - low, ticks);
    axis.low = axis.step * floor(low / axis.step + 1e-9);
    axis.high = axis.step * ceil(high / axis.step - 1e-9);
    return axis;
}

static double place(const Axis *axis, double value)
{
    return axis->from + (value - axis->low) / (axis->high - axis->low) * (axis->to - axis->from);
}

static Axis value_axis(const AscCurve *curve, int curves, bool percent)
{
    double low = INFINITY, high = -INFINITY;

    if (percent)
        return make_axis(0, 1, 5, BOTTOM, TOP);
    for (int c = 0; c < curves; c++) {
        for (int n = 0; n < curve[c].count; n++) {
            low = fmin(low, curve[c].value[n]);
            high = fmax(high, curve[c].value[n]);
        }
    }
    return low <= high ? make_axis(low, high, 5, BOTTOM, TOP) : make_axis(0, 1, 5, BOTTOM, TOP);
}

static Axis epoch_axis(const AscCurve *curve, int curves)
{
    Axis axis = { .low = 1, .high = 2, .from = LEFT, .to = RIGHT - 6 };

    for (int c = 0; c < curves; c++)
        axis.high = fmax(axis.high, curve[c].count);
    axis.step = fmax(1, nice_step(axis.high - 1, 6));
    return axis;
}

static void draw_values(AscWriter *writer, const Axis *y, bool percent)
{
    for (int n = 0; y->low + n * y->step <= y->high + y->step / 2; n++) {
        double value = y->low + n * y->step, at = place(y, value);

        PRINT("<path class=\"grid\" d=\"M%d %.1fH%d\"/><text x=\"%d\" y=\"%.1f\" class=\"end\">"
              "%.4g%s</text>\n",
              LEFT, at, RIGHT, LEFT - 5, at + 4,
              fabs(value) < y->step / 2 ? 0
              : percent                 ? 100 * value
                                        : value,
              percent ? "%" : "");
    }
}

static void draw_axes(AscWriter *writer, const Axis *x, const Axis *y, bool percent)
{
    draw_values(writer, y, percent);
    for (double value = x->step; value <= x->high; value += x->step)
        PRINT("<text x=\"%.1f\" y=\"%d\" class=\"mid\">%.0f</text>\n", place(x, value), BOTTOM + 15,
              value);
    PRINT("<text x=\"%d\" y=\"%d\" class=\"mid\">epoch</text>\n", (LEFT + RIGHT) / 2, BOTTOM + 30);
}

/* ---------------------------------------------------------------- lines */

/* Lines end where a value is missing; a value with no neighbours is a dot. */
static void draw_curve(AscWriter *writer, const AscCurve *curve, const Axis *x, const Axis *y)
{
    bool drawing = false;

    PRINT("<path class=\"line s%d%s\" d=\"", curve->colour % ASC_PLOT_COLOURS,
          curve->dashed ? " dash" : "");
    for (int n = 0; n < curve->count; n++) {
        if (isfinite(curve->value[n]))
            PRINT("%s%.1f %.1f", drawing ? "L" : "M", place(x, n + 1), place(y, curve->value[n]));
        if (isfinite(curve->value[n]) && !drawing)
            PRINT("h.1");
        drawing = isfinite(curve->value[n]);
    }
    PRINT("\"><title>");
    asc_plot_text(writer, curve->label, 0);
    PRINT("</title></path>\n");
}

void asc_plot_lines(AscWriter *writer, const char *title, const AscCurve *curve, int curves,
                    bool percent)
{
    Axis x = epoch_axis(curve, curves), y = value_axis(curve, curves, percent);

    open_plot(writer, WIDTH, HEIGHT, title);
    draw_axes(writer, &x, &y, percent);
    for (int c = 0; c < curves; c++)
        draw_curve(writer, &curve[c], &x, &y);
    PRINT("</svg>\n");
}

/* ---------------------------------------------------------------- bars and matrices */

void asc_plot_bars(AscWriter *writer, const char *title, const char *const *label,
                   const double *value, int rows, int colour)
{
    enum { ROW = 32, BAR = 290 };

    open_plot(writer, WIDTH, rows * ROW + 4, title);
    for (int n = 0; n < rows; n++) {
        bool known = isfinite(value[n]);
        double width = known ? BAR * value[n] : 0;

        PRINT("<text x=\"2\" y=\"%d\">", n * ROW + 12);
        asc_plot_text(writer, label[n], 50);
        PRINT("</text><rect class=\"back\" x=\"2\" y=\"%d\" width=\"%d\" height=\"10\" rx=\"2\"/>"
              "<rect class=\"bar s%d\" x=\"2\" y=\"%d\" width=\"%.1f\" height=\"10\" rx=\"2\"/>",
              n * ROW + 17, BAR, colour % ASC_PLOT_COLOURS, n * ROW + 17, width);
        PRINT("<text x=\"%d\" y=\"%d\" class=\"end\">", WIDTH - 2, n * ROW + 26);
        if (known)
            PRINT("%.1f %%</text>\n", 100 * value[n]);
        else
            PRINT("-</text>\n");
    }
    PRINT("</svg>\n");
}

/* Every dot has a lane of its own, so that none hides another. */
void asc_plot_dots(AscWriter *writer, const char *title, const char *const *label,
                   const double *value, int rows, const char *const *name, int dots)
{
    enum { LEFT = 8, SPAN = WIDTH - 2 * LEFT, TOP = 18, LANE = 8, BELOW = 8 };
    const int row = TOP + LANE * dots + BELOW, bottom = rows * row;

    open_plot(writer, WIDTH, bottom + 18, title);
    PRINT("<path class=\"grid\" d=\"");
    for (int tick = 0; tick <= 4; tick++)
        PRINT("M%d 2V%d", LEFT + tick * SPAN / 4, bottom);
    PRINT("\"/>");
    for (int n = 0; n < rows; n++) {
        PRINT("<text x=\"%d\" y=\"%d\">", LEFT + 4, n * row + 13);
        asc_plot_text(writer, label[n], 50);
        PRINT("</text><rect class=\"back\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"2\"/>",
              LEFT, n * row + TOP, SPAN, LANE * dots);
        for (int d = 0; d < dots; d++) {
            double share = value[n * dots + d];

            if (!isfinite(share))
                continue;
            PRINT("<circle class=\"bar s%d\" cx=\"%.1f\" cy=\"%d\" r=\"4.5\"><title>",
                  d % ASC_PLOT_COLOURS, LEFT + SPAN * share, n * row + TOP + LANE * d + LANE / 2);
            asc_plot_text(writer, name[d], 0);
            PRINT(": %.1f %%</title></circle>", 100 * share);
        }
        PRINT("\n");
    }
    for (int tick = 0; tick <= 4; tick += 2)
        PRINT("<text class=\"soft%s\" x=\"%d\" y=\"%d\">%d%s</text>",
              tick == 4   ? " end"
              : tick == 2 ? " mid"
                          : "",
              LEFT + tick * SPAN / 4, bottom + 14, tick * 25, tick == 0 ? "" : "%");
    PRINT("</svg>\n");
}

/* The class of text that is read on a cell of that share. */
static const char *on_cell(double share)
{
    return share > 0.8 ? " on" : share > 0.55 ? " half" : "";
}

static void draw_row(AscWriter *writer, const int *count, int row, int classes, int left, int cell)
{
    int all = 0;

    for (int c = 0; c < classes; c++)
        all += count[c];
    for (int c = 0; c < classes; c++) {
        double share = all > 0 ? (double)count[c] / all : 0;
        int x = left + c * cell, y = (row + 1) * cell;

        PRINT("<rect class=\"cell\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"2\" "
              "fill-opacity=\"%.2f\"/>",
              x + 1, y + 1, cell - 2, cell - 2, 0.06 + 0.94 * share);
        if (count[c] > 0)
            PRINT("<text x=\"%d\" y=\"%d\" class=\"mid%s\">%d</text>", x + cell / 2,
                  y + cell / 2 + 4, on_cell(share), count[c]);
    }
    PRINT("\n");
}

void asc_plot_matrix(AscWriter *writer, const int *confusion, int classes, const char *const *label)
{
    enum { CELL = 28, LABEL = 124 };
    int width = LABEL + classes * CELL + 2;

    /* Many classes are scrolled, not shrunk until nothing can be read. */
    PRINT("<div class=\"wide\"><div style=\"min-width:%dpx;max-width:%dpx\">", width * 4 / 5,
          width * 3 / 2);
    open_plot(writer, width, (classes + 1) * CELL + 2, "confusion matrix");
    for (int c = 0; c < classes; c++)
        PRINT("<text x=\"%d\" y=\"%d\" class=\"mid\">%d</text>", LABEL + c * CELL + CELL / 2,
              CELL - 8, c + 1);
    for (int r = 0; r < classes; r++) {
        PRINT("<text x=\"%d\" y=\"%d\" class=\"end\">", LABEL - 6, (r + 1) * CELL + CELL / 2 + 4);
        asc_plot_text(writer, label[r], 15);
        PRINT(" %d<title>", r + 1);
        asc_plot_text(writer, label[r], 0);
        PRINT("</title></text>");
        draw_row(writer, confusion + (size_t)r * (size_t)classes, r, classes, LABEL, CELL);
    }
    PRINT("</svg></div></div>\n");
}

void asc_plot_heat(AscWriter *writer, const char *title, const char *const *label, int rows,
                   const double *value, int columns, const char *axis)
{
    enum { ROW = 24, LABEL = 124, TEXTED = 8 };
    double width = (double)(WIDTH - LABEL) / columns, highest = 0;
    double gap = fmin(1, width / 10);

    for (int n = 0; n < rows * columns; n++)
        highest = fmax(highest, value[n]);
    open_plot(writer, WIDTH, (rows + 1) * ROW + 2, title);
    PRINT("<text x=\"%d\" y=\"%d\" class=\"end\">", LABEL - 6, ROW - 8);
    asc_plot_text(writer, axis, 15);
    PRINT("</text>\n");
    for (int c = 0; c < columns; c++)
        if (columns <= 2 * TEXTED || c % 8 == 0)
            PRINT("<text x=\"%.1f\" y=\"%d\" class=\"mid\">%d</text>", LABEL + (c + 0.5) * width,
                  ROW - 8, c + 1);
    for (int r = 0; r < rows; r++) {
        PRINT("\n<text x=\"%d\" y=\"%d\" class=\"end\">", LABEL - 6, (r + 1) * ROW + ROW / 2 + 4);
        asc_plot_text(writer, label[r], 17);
        PRINT("<title>");
        asc_plot_text(writer, label[r], 0);
        PRINT("</title></text>");
        for (int c = 0; c < columns; c++) {
            double x = value[r * columns + c], share = highest > 0 ? fmax(0, x / highest) : 0;

            PRINT("<rect class=\"cell\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\" "
                  "fill-opacity=\"%.2f\"><title>%.4g</title></rect>",
                  LABEL + c * width + gap, (r + 1) * ROW + 1, width - 2 * gap, ROW - 2,
                  0.06 + 0.94 * share, x);
            if (columns <= TEXTED)
                PRINT("<text x=\"%.1f\" y=\"%d\" class=\"mid%s\">%.2f</text>",
                      LABEL + (c + 0.5) * width, (r + 1) * ROW + ROW / 2 + 4, on_cell(share), x);
        }
    }
    PRINT("</svg>\n");
}

void asc_plot_calibration(AscWriter *writer, const AscCalibration *calibration, int colour)
{
    Axis x = { .low = 0, .high = 1, .step = 0.2, .from = LEFT, .to = RIGHT - 14 };
    Axis y = make_axis(0, 1, 5, BOTTOM, TOP);

    open_plot(writer, WIDTH, HEIGHT, "accuracy by confidence");
    draw_values(writer, &y, true);
    for (int n = 0; n <= 5; n++)
        PRINT("<text x=\"%.1f\" y=\"%d\" class=\"mid\">%d%%</text>\n", place(&x, 0.2 * n),
              BOTTOM + 15, 20 * n);
    PRINT("<text x=\"%d\" y=\"%d\" class=\"mid\">confidence: the highest probability</text>\n",
          (LEFT + RIGHT) / 2, BOTTOM + 30);
    for (int n = 0; n < ASC_BINS; n++) {
        double left = place(&x, (double)n / ASC_BINS), right = place(&x, (n + 1.0) / ASC_BINS);
        double top = place(&y, calibration->accuracy[n]);

        if (calibration->examples[n] > 0)
            PRINT("<rect class=\"bar s%d\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\">"
                  "<title>%d recordings, confidence %.1f %%, accuracy %.1f %%</title></rect>\n",
                  colour % ASC_PLOT_COLOURS, left + 1, fmin(top, BOTTOM - 2.0), right - left - 2,
                  fmax(BOTTOM - top, 2), calibration->examples[n], 100 * calibration->confidence[n],
                  100 * calibration->accuracy[n]);
    }
    PRINT("<path class=\"line dash ideal\" d=\"M%.1f %.1fL%.1f %.1f\"/></svg>\n", place(&x, 0),
          place(&y, 0), place(&x, 1), place(&y, 1));
}
