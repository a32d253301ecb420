/* statistics.c: means and deviations that are exact enough for any number of values: moments of
 * each piece around its own mean, put together by Chan's rule (Chan, Golub, LeVeque 1983, eq.
 * 2.1). */
#include "statistics.h"

#include <math.h>
#include <stdlib.h>

/* ---------------------------------------------------------------- statistics */

void asc_statistics_free(AscStatistics *statistics)
{
    free(statistics->mean);
    free(statistics->deviation);
    *statistics = (AscStatistics){ 0 };
}

bool asc_statistics_create(int positions, AscStatistics *statistics, AscStatus *status)
{
    size_t count = positions > 0 ? (size_t)positions : 1;
    statistics->positions = positions;
    statistics->mean = calloc(count, sizeof *statistics->mean);
    statistics->deviation = calloc(count, sizeof *statistics->deviation);
    if (statistics->mean && statistics->deviation)
        return true;
    asc_statistics_free(statistics);
    return asc_status_memory(status, "statistics");
}

/* ---------------------------------------------------------------- moments */

void asc_moments_free(AscMoments *moments)
{
    free(moments->count);
    free(moments->mean);
    free(moments->squares);
    *moments = (AscMoments){ 0 };
}

bool asc_moments_create(int positions, AscMoments *moments, AscStatus *status)
{
    size_t count = positions > 0 ? (size_t)positions : 1;
    moments->positions = positions;
    moments->count = calloc(count, sizeof *moments->count);
    moments->mean = calloc(count, sizeof *moments->mean);
    moments->squares = calloc(count, sizeof *moments->squares);
    if (moments->count && moments->mean && moments->squares)
        return true;
    asc_moments_free(moments);
    return asc_status_memory(status, "statistics");
}

/* Chan's rule. */
static void join(AscMoments *moments, int position, double count, double mean, double squares)
{
    double old = moments->count[position], whole = old + count;
    double step = mean - moments->mean[position];
    moments->mean[position] += step * (count / whole);
    moments->squares[position] += squares + step * step * (old * count / whole);
    moments->count[position] = whole;
}

void asc_moments_merge(AscMoments *moments, const AscMoments *other)
{
    for (int p = 0; p < moments->positions; p++)
        if (other->count[p] > 0)
            join(moments, p, other->count[p], other->mean[p], other->squares[p]);
}

void asc_moments_add(AscMoments *moments, int position, const real *values, size_t count,
                     size_t apart)
{
    if (count == 0)
        return;
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)values[i * apart];
    double mean = sum / (double)count;
    for (size_t i = 0; i < count; i++) {
        double difference = (double)values[i * apart] - mean;
        squares += difference * difference;
    }
    join(moments, position, (double)count, mean, squares);
}

bool asc_moments_finish(const AscMoments *moments, AscStatistics *statistics, AscStatus *status)
{
    if (!asc_statistics_create(moments->positions, statistics, status))
        return false;
    for (int p = 0; p < moments->positions; p++) {
        double mean = moments->mean[p], count = moments->count[p];
        double deviation = count > 0 ? sqrt(moments->squares[p] / count) : 0;
        statistics->mean[p] = mean;
        statistics->deviation[p] = deviation > 1e-6 * fabs(mean) + 1e-30 ? deviation : 1;
    }
    return true;
}
