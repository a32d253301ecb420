/* page_own.h: what the files of the page share. */
#ifndef ASC_PAGE_OWN_H
#define ASC_PAGE_OWN_H

#include "page.h"

/* Failures of the writer are told by its commit. */
#define PRINT(...) asc_writer_print(writer, NULL, __VA_ARGS__)

/* page_errors.c: the recordings that the network was least right about: features and observed values over time. */
bool asc_page_errors(AscWriter *writer, const AscPageRun *run, int colour, AscStatus *status);

/* page_observed.c: observed values by class and by device, where there are any. */
bool asc_page_observed(AscWriter *writer, AscPageRun *run, AscStatus *status);

/* page.c: the colours of the runs. */
void asc_page_key(AscWriter *writer, const AscPageRun *run, int runs);

/* page_beside.c: accuracy by class and by device of several runs beside each other. */
bool asc_page_beside(AscWriter *writer, AscPageRun *run, int runs, AscStatus *status);

/* page_compare.c: figures of every run, and of those that differ only in seed and fold together. */
bool asc_page_figures(AscWriter *writer, AscPageRun *run, int runs, AscStatus *status);

#endif
