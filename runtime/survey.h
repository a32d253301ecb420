/* survey.h: what the recordings of a data set are like, and what is odd about them. */
#ifndef ASC_SURVEY_H
#define ASC_SURVEY_H

#include "dataset.h"
#include "report.h"

/* Recordings of one kind: "WAV, signed 24 bit" at 44100 Hz with 2 channels. */
typedef struct AscSoundKind {
    char format[64];
    int rate, channels, count;
} AscSoundKind;

/* What a recording can be, beside fine. */
typedef enum AscOddity {
    ASC_FINE,
    ASC_UNREADABLE, /* missing, not audio, cut off, damaged */
    ASC_NOT_FINITE, /* a sample is no number */
    ASC_CLIPPED,
    ASC_SILENT,
    ASC_OTHER_RATE, /* than most recordings */
    ASC_ODDITIES
} AscOddity;

/* "with samples that are no numbers", as in "2 are ...". */
const char *asc_oddity_name(AscOddity oddity);

typedef struct AscSurvey {
    double seconds, shortest, longest; /* of all recordings together, and of one */
    int kinds;
    AscSoundKind *kind;    /* [kinds], the most frequent first */
    int odd[ASC_ODDITIES]; /* recordings */
} AscSurvey;

/* Reads the headers of all recordings, in parallel; with `decode` all samples too, which finds
 * damage, samples that are not numbers, clipping (runs of full scale in more than a thousandth of
 * the samples) and digital silence (a second or more of one value).  What is odd is counted and goes
 * to `problems`, with the line of the table that names the recording. */
bool asc_survey(const AscDataset *dataset, bool decode, const AscReport *report,
                AscProblems *problems, AscSurvey *survey, AscStatus *status);
void asc_survey_free(AscSurvey *survey);

/* Locations (source recordings) that have recordings in both lists, into `problems`. */
bool asc_survey_places(const AscDataset *dataset, int fold, const AscList *train,
                       const AscList *evaluate, AscProblems *problems, AscStatus *status);

/* Checks the division of a fold: recordings or locations (source recordings) in both parts, classes
 * without training, into `problems`. */
bool asc_survey_fold(const AscDataset *dataset, int fold, AscProblems *problems, AscList *train,
                     AscList *evaluate, AscStatus *status);

#endif
