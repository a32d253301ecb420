/* blas_product.c: matrix products of generated code by OpenBLAS: those with so many sums that its
 * blocking beats tiles in registers.  A file of its own: programs without one do not need it. */
#include <cblas.h>

#include "asc_kernel.h"

void asc_blas_product(int rows, int columns, int depth, const real *a, long row_a, const real *b,
                      long row_b, bool turned, real *c, long row_c)
{
    const CBLAS_TRANSPOSE of_b = turned ? CblasTrans : CblasNoTrans;

#ifdef ASC_REAL_DOUBLE
    cblas_dgemm(CblasRowMajor, CblasNoTrans, of_b, rows, columns, depth, 1, a, (blasint)row_a, b,
                (blasint)row_b, 0, c, (blasint)row_c);
#else
    cblas_sgemm(CblasRowMajor, CblasNoTrans, of_b, rows, columns, depth, 1, a, (blasint)row_a, b,
                (blasint)row_b, 0, c, (blasint)row_c);
#endif
}
