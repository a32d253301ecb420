/* folder.h: the folder of a data set: whose it is, its space, its files. */
#ifndef SCENES_FOLDER_H
#define SCENES_FOLDER_H

#include "plan.h"

enum { PATH_SIZE = 4096 };

typedef enum Owner {
    OWNER_NONE,   /* absent or empty */
    OWNER_SAME,   /* made by this program, same plan: its sounds are kept */
    OWNER_OTHER,  /* made by this program, another plan: they are removed */
    OWNER_FOREIGN /* holds something else */
} Owner;

bool folder_path(char path[PATH_SIZE], const char *folder, const char *name, Problem *problem);
bool folder_owner(const Options *options, Owner *owner, Problem *problem);

/* Bytes free for the user on the file system that has or will have the folder. */
bool folder_free_bytes(const char *folder, uint64_t *bytes, Problem *problem);
/* Bytes that the plan still needs; 0 when all is there. */
uint64_t folder_need_bytes(const char *folder, const Plan *plan, Owner owner);

/* Makes the folders, removes what another plan left, and signs the folder. */
bool folder_prepare(const Options *options, const Plan *plan, Owner owner, Problem *problem);

bool folder_has_sound(const char *folder, const Plan *plan, const char *name);
/* 24 bits, mono; complete or not at all.  `buffer` holds as many integers as the sound has frames.
 * */
bool folder_write_sound(const char *folder, const char *name, const Sound *sound, int *buffer,
                        Problem *problem);
/* meta.csv, evaluation_setup/ and README.md; written last, each complete or not at all. */
bool folder_write_texts(const char *folder, const Plan *plan, Problem *problem);

#endif
