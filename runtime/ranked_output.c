/* ranked_output.c: figures of a ranking as JSON, its highest scores as CSV. */
#include "ranked_output.h"

#include <math.h>

#include "eval_json.h"
#include "made_by.h"
#include "metrics.h"
#include "outputs.h"
#include "submission.h"

/* What is told of segments alone comes last. */
static const AscMetric figures[] = { { .kind = ASC_GAP, .argument = ASC_RANKED_MOST },
                                     { .kind = ASC_HIT, .argument = 1 },
                                     { .kind = ASC_PERR },
                                     { .kind = ASC_LOSS },
                                     { .kind = ASC_MAP, .argument = ASC_SUBMITTED_SEGMENTS } };

const AscMetric *asc_ranked_figures(bool segments, int *count)
{
    *count = (int)(sizeof figures / sizeof *figures) - !segments;
    return figures;
}

bool asc_ranked_knows(const AscMetric *metric)
{
    return !metric->group[0] &&
           (metric->kind == ASC_GAP || metric->kind == ASC_HIT || metric->kind == ASC_MAP ||
            metric->kind == ASC_PERR || metric->kind == ASC_ACCURACY);
}

/* ---------------------------------------------------------------- JSON */

static void put_figure(json_t *all, AscRanking *ranking, const AscMetric *metric)
{
    double value = asc_ranking_metric(ranking, metric);
    char name[64];

    asc_metric_name(metric, name, sizeof name);
    json_object_set_new(all, name, isfinite(value) ? json_real(value) : json_null());
}

static json_t *reported(const AscModel *model, AscRanking *ranking)
{
    json_t *all = json_object();

    for (int m = 0; m < model->metrics; m++) {
        if (asc_ranked_knows(&model->metric[m]))
            put_figure(all, ranking, &model->metric[m]);
    }
    return all;
}

char *asc_ranked_json(const AscCli *cli, const AscWeights *weights, AscRanking *ranking,
                      int left_out, AscStatus *status)
{
    const AscOptions *options = &cli->options;
    const AscModel *model = cli->model;
    json_t *all = json_pack("{s:s, s:s, s:s, s:[s], s:s, s:s, s:s, s:I, s:I, s:i}", "model",
                            model->name, "defines", model->defines, "hash", model->hash, "members",
                            options->run ? options->run : options->weights, "data", options->data,
                            "split", options->split ? options->split : "evaluate", "examples_are",
                            options->segments ? "segments" : "videos", "examples",
                            (json_int_t)asc_ranking_examples(ranking), "labels",
                            (json_int_t)asc_ranking_labels(ranking), "left_out", left_out);
    const AscMetric *figure;
    char *text;
    int count;

    figure = asc_ranked_figures(options->segments, &count);
    for (int n = 0; all && n < count; n++)
        put_figure(all, ranking, &figure[n]);
    json_object_set_new(all, "report", reported(model, ranking));
    json_object_set_new(all, "complexity", asc_complexity_json(model, weights, 1));
    json_object_set_new(all, "made_by", asc_made_by(model));
    text = json_dumps(all, JSON_INDENT(4) | JSON_REAL_PRECISION(9));
    json_decref(all);
    if (!text)
        asc_status_memory(status, "the results");
    return text;
}

/* ---------------------------------------------------------------- CSV */

bool asc_ranked_csv_header(AscWriter *writer, AscStatus *status)
{
    return asc_writer_print(writer, status, "video,begins,labels,rank,class,score,right\n");
}

bool asc_ranked_csv(AscWriter *writer, const AscStreamed *about, const AscRanking *ranking,
                    AscStatus *status)
{
    const AscRanked *ranked;
    const int count = asc_ranking_last(ranking, &ranked);
    bool fine = true;

    for (int n = 0; fine && n < count; n++) {
        fine = asc_csv_put(writer, about->id, status) &&
               (about->begins < 0 ? asc_writer_print(writer, status, ",,")
                                  : asc_writer_print(writer, status, ",%d,", about->begins)) &&
               asc_writer_print(writer, status, "%d,%d,%d,%.9g,%d\n",
                                asc_ranking_last_labels(ranking), n + 1, ranked[n].label,
                                (double)ranked[n].score, ranked[n].right);
    }
    return fine;
}
