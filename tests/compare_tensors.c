/* compare_tensors.c: compares tensors of two safetensors files: the L2 norm of the difference over
 * that of the reference.
 *
 * usage: compare_tensors [-p NAME_PREFIX] [-o PREFIX_OF_EXPECTED] [-s SECTION -c CASE -q QUANTITY]
 *            RESULT EXPECTED LIMIT
 * Every tensor of EXPECTED whose name begins with PREFIX_OF_EXPECTED is compared with the one of
 * RESULT that is named NAME_PREFIX and the rest.  Prints the worst, and records it as -s, -c and -q
 * say (verify.h); exits with 1 when it is above LIMIT or a tensor is missing.
 *
 * usage: compare_tensors -l NAME FILE LIMIT
 * Exits with 1 unless all elements of a tensor are at least LIMIT. */
#include "tensors.h"
#include "verify.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A negative number: the tensors have different numbers of elements. */
static double difference(const AscTensor *result, const AscTensor *expected)
{
    if (result->count < expected->count)
        return -1;
    double *a = calloc(result->count + 1, sizeof *a), *b = calloc(expected->count + 1, sizeof *b);
    asc_tensor_copy_doubles(result, a);
    asc_tensor_copy_doubles(expected, b);
    double error = 0, norm = 0;
    for (size_t i = 0; i < expected->count; i++) {
        error += (a[i] - b[i]) * (a[i] - b[i]);
        norm += b[i] * b[i];
    }
    free(a);
    free(b);
    return norm > 0 ? sqrt(error / norm) : sqrt(error);
}

static AscTensors *read_file(const char *path)
{
    AscStatus status = { 0 };
    AscTensors *t = asc_tensors_read(path, &status);
    if (!t) {
        fprintf(stderr, "compare_tensors: %s\n", status.message);
        exit(2);
    }
    return t;
}

static int check_least(const char *path, const char *name, double limit)
{
    AscTensors *all = read_file(path);
    const AscTensor *t = asc_tensors_find(all, name);
    double *a = calloc(t ? t->count + 1 : 1, sizeof *a), least = t && t->count ? INFINITY : NAN;
    if (t)
        asc_tensor_copy_doubles(t, a);
    for (size_t i = 0; t && i < t->count; i++)
        least = a[i] < least ? a[i] : least;
    printf("%s: %.2g, at least %g\n", name, least, limit);
    free(a);
    asc_tensors_destroy(all);
    return !(least >= limit);
}

int main(int argc, char **argv)
{
    const char *given[6] = { "", "", NULL, "", "", NULL }, letters[] = "poscql";
    for (int option; (option = getopt(argc, argv, "p:o:s:c:q:l:")) != -1;)
        if (option != '?')
            given[strchr(letters, option) - letters] = optarg;
    const char *prefix = given[0], *of_expected = given[1];
    if (given[5] && argc - optind == 2)
        return check_least(argv[optind], given[5], strtod(argv[optind + 1], NULL));
    if (argc - optind != 3) {
        fprintf(stderr, "usage: compare_tensors [-p PREFIX] [-o PREFIX] [-s SECTION -c CASE "
                        "-q QUANTITY] RESULT EXPECTED LIMIT\n");
        return 2;
    }
    AscTensors *result = read_file(argv[optind]), *expected = read_file(argv[optind + 1]);
    const double limit = strtod(argv[optind + 2], NULL);
    double worst = 0;
    int compared = 0, bad = 0;
    const char *where = "";
    for (int i = 0; i < asc_tensors_count(expected); i++) {
        const AscTensor *e = asc_tensors_at(expected, i);
        char name[512];
        if (strncmp(e->name, of_expected, strlen(of_expected)))
            continue;
        snprintf(name, sizeof name, "%s%s", prefix, e->name + strlen(of_expected));
        const AscTensor *r = asc_tensors_find(result, name);
        const double error = r ? difference(r, e) : -1;
        compared++;
        if (!(error >= 0 && error <= limit)) {
            bad++;
            printf("    %s: %s%g\n", name, r ? "error " : "missing ", error);
        }
        if (error > worst) {
            worst = error;
            where = e->name;
        }
    }
    printf("%d tensors, largest error %.2g (%s), limit %g\n", compared, worst, where, limit);
    asc_tensors_destroy(result);
    asc_tensors_destroy(expected);
    if (given[2])
        verify(given[2], given[3], given[4], bad ? NAN : worst, limit);
    return bad || !compared;
}
