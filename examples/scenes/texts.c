/* texts.c: the tables of the data set and its README. */
#include "folder.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef void Writer(FILE *file, const Plan *plan);

static void write_row(FILE *file, const Recording *r, int device, bool label)
{
    char name[NAME_SIZE];

    plan_name(r, device, name);
    fprintf(file, "audio/%s", name);
    if (label)
        fprintf(file, "\t%s", scene_name[r->scene]);
}

static void write_meta(FILE *file, const Plan *plan)
{
    char identifier[NAME_SIZE];

    fprintf(file, "filename\tscene_label\tidentifier\tsource_label\n");
    for (int i = 0; i < plan->count; i++)
        for (int d = 0; d < DEVICES; d++) {
            const Recording *r = &plan->recording[i];
            if (!r->device[d])
                continue;
            write_row(file, r, d, true);
            plan_identifier(r, identifier);
            fprintf(file, "\t%s\t%c\n", identifier, 'a' + d);
        }
}

static void write_part(FILE *file, const Plan *plan, bool train, bool label)
{
    for (int i = 0; i < plan->count; i++)
        for (int d = 0; d < DEVICES; d++) {
            if (plan->recording[i].train != train || !plan->recording[i].device[d])
                continue;
            write_row(file, &plan->recording[i], d, label);
            fprintf(file, "\n");
        }
}

static void write_train(FILE *file, const Plan *plan)
{
    write_part(file, plan, true, true);
}

static void write_evaluate(FILE *file, const Plan *plan)
{
    write_part(file, plan, false, true);
}

static void write_test(FILE *file, const Plan *plan)
{
    write_part(file, plan, false, false);
}

static void write_readme(FILE *file, const Plan *plan)
{
    fprintf(file,
            "# Synthetic acoustic scenes\n\n"
            "THESE ARE NOT RECORDINGS. Every sound here was computed by the program `scenes`;\n"
            "no microphone, no city and no phone was involved, and the names of cities and\n"
            "devices are labels only. The folder has the layout of TUT Urban Acoustic Scenes 2018\n"
            "Mobile (DCASE 2018, task 1B), so that programs for that data set read it. Results on\n"
            "it say that a program works; they say nothing about real sound.\n\n"
            "- %d files of %.9g s, 44.1 kHz, 24 bits, mono; %d scenes, %d locations, seed %llu\n",
            plan->files, (double)plan->frames / RATE, SCENES, plan->locations,
            (unsigned long long)plan->seed);
    for (int d = 0; d < DEVICES; d++)
        fprintf(file, "- device %c: %d files to train, %d to evaluate\n", 'a' + d, plan->train[d],
                plan->evaluate[d]);
    fprintf(file,
            "- no location is in both parts; a recording of b or c is of the same moment as that\n"
            "  of a with the same segment number\n"
            "- audio/SCENE-CITY-LOCATION-SEGMENT-DEVICE.wav\n"
            "- meta.csv: file, scene, location, device; TAB separated, with header\n"
            "- evaluation_setup/fold1_train.txt, fold1_evaluate.txt: file and scene;\n"
            "  fold1_test.txt: file only\n\n"
            "In the public domain (CC0).\n");
}

static bool write_text(const char *folder, const char *name, const Plan *plan, Writer *writer,
                       Problem *problem)
{
    char path[PATH_SIZE], inner[NAME_SIZE], part[PATH_SIZE];

    snprintf(inner, sizeof inner, "%s.part", name);
    if (!folder_path(path, folder, name, problem) || !folder_path(part, folder, inner, problem))
        return false;
    FILE *file = fopen(part, "w");
    if (!file)
        return problem_set(problem, STATUS_FAILED, "can't write %s: %s", part, strerror(errno));
    writer(file, plan);
    bool fine = fflush(file) == 0 && !ferror(file);
    fine = fclose(file) == 0 && fine;
    fine = fine && rename(part, path) == 0;
    if (!fine) {
        problem_set(problem, STATUS_FAILED, "can't write %s: %s", path, strerror(errno));
        unlink(part);
    }
    return fine;
}

bool folder_write_texts(const char *folder, const Plan *plan, Problem *problem)
{
    return write_text(folder, "README.md", plan, write_readme, problem) &&
           write_text(folder, "evaluation_setup/fold1_train.txt", plan, write_train, problem) &&
           write_text(folder, "evaluation_setup/fold1_evaluate.txt", plan, write_evaluate,
                      problem) &&
           write_text(folder, "evaluation_setup/fold1_test.txt", plan, write_test, problem) &&
           write_text(folder, "meta.csv", plan, write_meta, problem);
}
