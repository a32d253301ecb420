/* blas.h: OpenBLAS as this runtime needs it: one thread (the threads are ours) and kernels for
 * this processor. */
#ifndef ASC_BLAS_H
#define ASC_BLAS_H

/* To be called first of all in main().  OpenBLAS takes processors newer than itself for ancient
 * ones and runs several times slower; where it did, the process starts itself again, once, with
 * the kernels named in the environment. Returns where nothing is to be done or the restart
 * failed. */
void asc_blas_prepare(char **argv);

/* The kernels OpenBLAS chose ("Haswell"), or "none". */
const char *asc_blas_kernels(void);

/* The value of OPENBLAS_CORETYPE that cures the choice of `kernels` on this processor, or NULL
 * where it is right. */
const char *asc_blas_cure(const char *kernels);

/* Sets the calling thread to take denormal numbers for zero, in operands and results. */
void asc_blas_flush_denormals(void);

#endif
