/* made_by.c: versions of what made a result. */
#include "made_by.h"

#include <sndfile.h>
#include <soxr.h>

#include "blas.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "0.1"
#endif

/* Of OpenBLAS; weak, so that a program without it links too. */
extern char *openblas_get_config(void) __attribute__((weak));

json_t *asc_made_by(const AscModel *model)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "ascc", PACKAGE_VERSION,
                     "compiler", model->compiler ? model->compiler : "", "target",
                     model->target ? model->target : "", "real",
                     sizeof(real) == sizeof(double) ? "double" : "float", "libsndfile",
                     sf_version_string(), "libsoxr", soxr_version(), "OpenBLAS",
                     openblas_get_config ? openblas_get_config() : "none", "OpenBLAS_kernels",
                     asc_blas_kernels(), "jansson", JANSSON_VERSION);
}
