/* elaborate.h: models of texts, for suites that look at what the elaborator makes of them. */
#ifndef ELABORATE_H
#define ELABORATE_H

#include "../compiler/ascc.h"

Tree *parse_standard(Arena *arena); /* the standard library */

/* The model of a source, whose graphs have been checked; NULL: it has errors, which `told` has got. */
Model *elaborate(Arena *arena, const Source *source, int defines, Define *define, FILE *told);

Source *source_of(Arena *arena, const char *path, const char *text);

#endif
