/* lexer.c: between scanner and parser: decides which newlines end a statement, and gives the
 * parser brackets that always match, so that an error never reaches beyond its brackets. */
#include <stdarg.h>
#include <string.h>

#include "parse.h"

bool token_continues(int kind)
{
    bool character = kind > 0 && kind < 256;
    return character ? strchr("+-*/^<>|=,", kind) != NULL
                     : kind == AND || kind == OR || (kind >= AT_MOST && kind <= RANGE);
}

bool token_opens(int kind)
{
    return kind == '(' || kind == '[' || kind == '{';
}

bool token_closes(int kind)
{
    return kind == ')' || kind == ']' || kind == '}';
}

static int closer_of(int opener)
{
    return opener == '(' ? ')' : opener == '[' ? ']' : '}';
}

static bool begins_definition(int kind)
{
    return kind == PARAM || kind == INCLUDE || kind == LAYER || kind == CELL || kind == FEATURES ||
           kind == NETWORK || kind == TRAIN || kind == EVALUATE;
}

void lexer_error(Lexer *lexer, Place place, const char *format, ...)
{
    Text message = text_create(lexer->arena);
    va_list list;
    va_start(list, format);
    text_add_list(&message, format, list);
    va_end(list);
    diag_error(lexer->diagnostics, place, "%s", message.at);
    lexer->spoiled_statement = lexer->statement;
    lexer->spoiled_line = place.line;
    if (++lexer->errors >= MAX_ERRORS)
        lexer->ended = true;
}

static void hold(Lexer *lexer, Token token)
{
    lexer->held = token;
    lexer->holds = true;
}

static Token make(Lexer *lexer, int kind, Place place)
{
    lexer->last = (Token){
        .kind = kind, .text = "", .place = place, .statement = lexer->statement, .made = true
    };
    return lexer->last;
}

/* The place just behind the last token. */
static Place behind(const Lexer *lexer)
{
    Place place = lexer->last.place;
    place.column = ++place.end;
    return place;
}

static Token read(Lexer *lexer)
{
    Token token = scanner_token(lexer);
    if (token.first)
        lexer->indent = token.place.column;
    return token;
}

/* A newline ends a statement unless it lies inside ( ) or [ ], the line ends with an operator, or
 * the next line begins with | or else.  A semicolon always ends one. */
static Token take(Lexer *lexer)
{
    if (lexer->holds) {
        lexer->holds = false;
        return lexer->held;
    }
    Token token = read(lexer);
    if (token.kind != END_OF_LINE)
        return token;
    bool quiet = lexer->depth > 0 && lexer->bracket[lexer->depth - 1].open != '{';
    bool semicolon = false;
    Token end = token;
    do {
        if (*token.text == ';' && quiet)
            lexer_error(lexer, token.place, "`;` inside `%c`: a statement can't end here",
                        lexer->bracket[lexer->depth - 1].open);
        semicolon = semicolon || *token.text == ';';
        token = read(lexer);
    } while (token.kind == END_OF_LINE && !lexer->ended);
    bool goes_on = token.kind == '|' || token.kind == ELSE || token_continues(lexer->last.kind);
    bool nothing = lexer->last.kind == 0 || lexer->last.kind == END_OF_LINE;
    if (quiet || nothing || (goes_on && !semicolon))
        return token;
    hold(lexer, token);
    return end;
}

/* The opener that `closer` belongs to, or -1; ) and ] can't reach out of a body. */
static int find_opener(const Lexer *lexer, int closer)
{
    for (int i = lexer->depth - 1; i >= 0; i--) {
        if (closer_of(lexer->bracket[i].open) == closer)
            return i;
        if (lexer->bracket[i].open == '{')
            return -1;
    }
    return -1;
}

/* Gives the closer that is missing before `token`, which comes again afterwards. */
static Token close_before(Lexer *lexer, Token token)
{
    Bracket *bracket = &lexer->bracket[lexer->depth - 1];
    if (!lexer->recovering && !(lexer->last.made && token_closes(lexer->last.kind))) {
        int statement = lexer->last.statement; /* not that of `token`, which has no error yet */
        if (token.kind == 0)
            lexer_error(lexer, bracket->place, "this `%c` is never closed", bracket->open);
        else
            lexer_error(lexer, bracket->place, "this `%c` is not closed before the `%s` in line %d",
                        bracket->open, token.text, token.place.line);
        lexer->spoiled_statement = statement;
    }
    hold(lexer, token);
    lexer->depth--;
    return make(lexer, closer_of(bracket->open), token.place);
}

/* A closer without its opener: taken for the one that is due, or left out. */
static bool close_wrongly(Lexer *lexer, Token *token)
{
    const Bracket *bracket = lexer->depth > 0 ? &lexer->bracket[lexer->depth - 1] : NULL;
    bool taken = bracket && bracket->open != '{' && token->kind != '}';
    bool silent = lexer->statement == lexer->spoiled_statement;
    if (taken && !silent)
        lexer_error(lexer, token->place, "the `%c` in line %d is closed by `%c`", bracket->open,
                    bracket->place.line, token->kind);
    else if (!silent)
        lexer_error(lexer, token->place, "this `%c` closes nothing", token->kind);
    if (taken)
        token->kind = closer_of(bracket->open);
    return taken;
}

static void open_bracket(Lexer *lexer, Token token)
{
    if (lexer->depth == MAX_NESTING) {
        lexer_error(lexer, token.place, "brackets are nested deeper than %d", MAX_NESTING);
        lexer->ended = true;
        return;
    }
    lexer->bracket[lexer->depth++] = (Bracket){ (char)token.kind, token.place, lexer->indent };
}

/* The next token of a text in which all brackets match and definitions begin outside of all. */
static Token balance(Lexer *lexer)
{
    for (;;) {
        Token token = take(lexer);
        if (lexer->ended)
            return make(lexer, 0, token.place);
        bool outside = token.kind == 0 || (token.first && begins_definition(token.kind));
        if (outside && lexer->depth > 0 &&
            (token.kind == 0 || token.place.column <= lexer->bracket[0].indent))
            return close_before(lexer, token);
        bool within_line = lexer->last.kind != 0 && lexer->last.kind != END_OF_LINE;
        if (outside && lexer->depth == 0 && within_line) {
            hold(lexer, token);
            return make(lexer, END_OF_LINE, behind(lexer));
        }
        if (token_closes(token.kind)) {
            int opener = find_opener(lexer, token.kind);
            if (opener < 0 && !close_wrongly(lexer, &token)) {
                lexer->last = token;
                continue;
            }
            if (opener >= 0 && opener < lexer->depth - 1)
                return close_before(lexer, token);
            lexer->depth--;
        } else if (token_opens(token.kind)) {
            open_bracket(lexer, token);
        }
        return lexer->last = token;
    }
}

/* After an error the parser looks for the end of the line, or of the brackets, it lies in. */
static bool skipped(Lexer *lexer, Token token, int depth_before)
{
    if (!lexer->recovering)
        return false;
    int deeper = depth_before > lexer->depth ? depth_before : lexer->depth;
    if (token.kind != 0 && deeper > lexer->recovery_depth && lexer->depth >= lexer->recovery_depth)
        return true;
    if (token.kind == 0 || token.kind == END_OF_LINE || lexer->depth < lexer->recovery_depth)
        lexer->recovering = false;
    return false;
}

int yylex(YYSTYPE *value, Place *place, Lexer *lexer)
{
    Token token;
    int depth;
    do {
        depth = lexer->depth;
        token = balance(lexer);
    } while (skipped(lexer, token, depth));
    lexer->previous = lexer->current;
    lexer->current = token;
    value->text = token.text;
    *place = token.place;
    return token.kind;
}
