/* parse.h: what scanner, lexer, grammar and tree share; the other passes see ascc.h only. */
#ifndef PARSE_H
#define PARSE_H

#include "ascc.h"
#include "grammar.h"

enum {
    MAX_SOURCE = 4 << 20, /* bytes of a file */
    MAX_NAME = 128,       /* bytes of a name or a number */
    MAX_STRING = 1024,    /* bytes of a text in quotes */
    MAX_NESTING = 200,    /* brackets in each other */
    MAX_DEPTH = 2000,     /* levels of a tree */
    MAX_ERRORS = 100      /* errors of one file, after which reading ends */
};

typedef struct Token {
    int kind;         /* of grammar.h, or a character; 0 at the end of the file */
    const char *text; /* as written */
    Place place;
    int statement; /* counts line ends, decided or not */
    bool first;    /* on its line */
    bool made;     /* by the lexer, in place of a missing bracket or line end */
} Token;

typedef struct Bracket {
    char open;
    Place place;
    int indent; /* column of the first token of its line */
} Bracket;

struct Lexer {
    Arena *arena;
    const Source *source;
    Diagnostics *diagnostics;
    Tree *file; /* the result */
    int errors;

    /* scanner.l */
    void *scanner;
    int line, column;
    int statement;
    int token_line; /* line of the last token that is no line end */
    bool comments;  /* comments are tokens (for format.c) */

    /* lexer.c */
    Bracket bracket[MAX_NESTING];
    int depth;
    int indent; /* column of the first token of the line */
    Token last; /* read from the scanner, or made */
    Token held; /* to be given again, when holds */
    bool holds, ended;
    Token previous, current; /* given to the parser */
    int spoiled_statement;   /* has an error already; what follows from it is not reported */
    int spoiled_line;        /* likewise, for errors found in the tree */
    bool recovering;         /* what is deeper in brackets than recovery_depth is skipped */
    int recovery_depth;
};

/* ---------------------------------------------------------------- scanner.l */

void scanner_open(Lexer *lexer);
void scanner_close(Lexer *lexer);
/* The next token as written; every newline and every `;` is an END_OF_LINE. */
Token scanner_token(Lexer *lexer);

/* ---------------------------------------------------------------- lexer.c */

bool token_continues(int kind); /* a line that ends with it goes on in the next one */
bool token_opens(int kind);
bool token_closes(int kind);
void lexer_error(Lexer *lexer, Place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---------------------------------------------------------------- syntax.c */

/* Reports that lexer->current is none of the expected tokens, which are named as in grammar.y. */
void syntax_error(Lexer *lexer, const char *const *expected, int count);

/* ---------------------------------------------------------------- tree.c */

Tree *tree_create(Lexer *lexer, TreeKind kind, Place place, const char *name, Tree *a, Tree *b);
Tree *tree_number(Lexer *lexer, Place place, const char *text);
Tree *tree_text(Lexer *lexer, TreeKind kind, Place place, const char *text);
Tree *tree_if(Lexer *lexer, Place place, Tree *condition, Tree *body, Tree *otherwise);
Tree *tree_list(Lexer *lexer, TreeKind kind, Place place);
Tree *tree_add(Lexer *lexer, Tree *list, Tree *item); /* an item that is NULL is left out */
Tree *tree_bind(Lexer *lexer, Place place, Tree *left, Tree *right);
Tree *tree_state(Lexer *lexer, Place place, Tree *values);
Tree *tree_layer(Lexer *lexer, TreeKind kind, Place place, Tree *header, Tree *body);
void tree_version(Lexer *lexer, Place place, const char *text);

#endif
