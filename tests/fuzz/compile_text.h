/* compile_text.h: the whole compiler on one text. */
#ifndef COMPILE_TEXT_H
#define COMPILE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { MOST_DEFINES = 8 };

/* Compiles a text to C in memory; its errors go to `errors`.  Aborts when the compiler is at odds with itself. */
bool compile_text(const char *bytes, size_t length, FILE *errors);

#endif
