/* plot.h: plots as SVG inside of a page.  Colours are the page's: classes s0 to s5 of series, grid,
 * back, cell, and text on a cell (half, on).  Lines and bars are 360 units wide, so that they can be
 * read on a phone. */
#ifndef ASC_PLOT_H
#define ASC_PLOT_H

#include "file.h"
#include "metrics.h"

enum { ASC_PLOT_COLOURS = 6 };

/* A figure of every epoch, counted from 1; NaN where there is none. */
typedef struct AscCurve {
    const char *label;
    int colour; /* taken modulo ASC_PLOT_COLOURS */
    bool dashed;
    const double *value; /* [count] */
    int count;
} AscCurve;

/* Lines over epochs.  percent: values are shares, and the axis goes from 0 to 100 %. */
void asc_plot_lines(AscWriter *writer, const char *title, const AscCurve *curve, int curves,
                    bool percent);

/* A share of every row, as bars of full width at 1: value[rows]; NaN: nothing to tell. */
void asc_plot_bars(AscWriter *writer, const char *title, const char *const *label,
                   const double *value, int rows, int colour);

/* Shares of every row, as dots on its line: value[rows][dots], dot n in the colour of curve n; NaN: none. */
void asc_plot_dots(AscWriter *writer, const char *title, const char *const *label,
                   const double *value, int rows, const char *const *name, int dots);

/* Counts [truth][recognised], coloured by the share of their row. */
void asc_plot_matrix(AscWriter *writer, const int *confusion, int classes,
                     const char *const *label);

/* Values of every row by column, value[rows][columns], coloured by their share of the highest one; `axis` names the
 * columns. */
void asc_plot_heat(AscWriter *writer, const char *title, const char *const *label, int rows,
                   const double *value, int columns, const char *axis);

/* Bars of the accuracy of each bin of confidence, beside the diagonal of one that can be trusted. */
void asc_plot_calibration(AscWriter *writer, const AscCalibration *calibration, int colour);

/* Text with what HTML takes for itself escaped, at most `most` characters of it (0: all). */
void asc_plot_text(AscWriter *writer, const char *text, int most);

#endif
