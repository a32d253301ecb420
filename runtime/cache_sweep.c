/* cache_sweep.c: removes what processes that were killed left half written in a cache. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cache_index.h"

enum { OLD = 3600 }; /* seconds: nobody writes an entry for so long */

static void sweep_folder(const char *folder)
{
    DIR *open = opendir(folder);
    const struct dirent *entry;
    while (open && (entry = readdir(open))) {
        const char *end = strrchr(entry->d_name, '.');
        struct stat found;
        if (!end || strcmp(end, ".new") != 0)
            continue;
        char *path = asc_path_join(folder, entry->d_name);
        if (path && stat(path, &found) == 0 && time(NULL) > found.st_mtim.tv_sec + OLD)
            unlink(path);
        free(path);
    }
    if (open)
        closedir(open);
}

void asc_cache_sweep(const char *folder)
{
    for (int i = 0; i < 256; i++) {
        char name[3];
        snprintf(name, sizeof name, "%02x", (unsigned)i & 255);
        char *path = asc_path_join(folder, name);
        if (path)
            sweep_folder(path);
        free(path);
    }
}
