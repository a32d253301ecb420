/* made_by.h: what a program and the libraries under it are, so that results tell what made them. */
#ifndef ASC_MADE_BY_H
#define ASC_MADE_BY_H

#include <jansson.h>

#include "asc.h"

/* An object of texts: ascc, compiler, target, real, libsndfile, libsoxr, OpenBLAS, jansson, and, of
 * OpenBLAS, the kernels it runs here.  NULL: no memory. */
json_t *asc_made_by(const AscModel *model);

#endif
