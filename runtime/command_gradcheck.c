/* command_gradcheck.c: the command `gradcheck`. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "gradcheck.h"

static const double threshold = 1e-6;
enum { EXAMPLES = 5, ELEMENTS = 12 };

/* Prints a line a parameter; returns how many are wrong.  One that has kinks only is not checked,
 * and that counts as wrong too. */
static int print_found(const AscModel *model, const AscGradcheck *found)
{
    int wrong = 0;

    for (int p = 0; p < model->parameters; p++) {
        bool fine = found[p].worst < threshold && found[p].checked > 0;

        if (!model->parameter[p].trainable)
            continue;
        wrong += !fine;
        printf("%-40s %3d checked  %3d at a kink  error %.1e%s\n", found[p].name, found[p].checked,
               found[p].skipped, found[p].worst, fine ? "" : "  WRONG");
        if (!fine && found[p].checked)
            printf("    the program says %.12g, differences say %.12g\n", found[p].found,
                   found[p].expected);
    }
    return wrong;
}

int asc_command_gradcheck(const AscCli *cli)
{
    const AscModel *model = cli->model;
    AscStatus status = { 0 };
    AscGradcheck *found;
    AscPrinter printer;
    int examples = cli->options.batch ? cli->options.batch : EXAMPLES, wrong = 0;
    bool fine;

    if (sizeof(real) != sizeof(double)) {
        asc_status_set(&status, ASC_BAD_INPUT,
                       "gradients can only be checked in double precision: compile with "
                       "ascc %s --real=double",
                       model->source);
        return asc_cli_fail(cli, &status);
    }
    asc_report_start(&printer, stdout);
    if (cli->options.quiet)
        asc_report_quiet(&printer);
    found = calloc((size_t)model->parameters + 1, sizeof *found);
    fine = found ? asc_gradcheck_run(model, examples, ELEMENTS,
                                     cli->options.has_seed ? cli->options.seed : 1, found,
                                     &printer.report, &status)
                 : asc_status_memory(&status, "the gradient check");
    asc_report_end(&printer);
    if (fine)
        wrong = print_found(model, found);
    free(found);
    if (!fine)
        return asc_cli_fail(cli, &status);
    printf("%s\n", wrong ? "the gradients are WRONG" : "the gradients are right");
    return wrong ? ASC_BAD_INPUT : 0;
}
