/* syntax.c: words for syntax errors: what was found, what could stand there, and the usual slip
 * behind it. */
#include <string.h>

#include "parse.h"

typedef struct Expected {
    const char *const *name;
    int count;
} Expected;

static bool expects(Expected e, const char *name)
{
    for (int i = 0; i < e.count; i++)
        if (strcmp(e.name[i], name) == 0)
            return true;
    return false;
}

static bool is_reserved(int kind)
{
    return kind >= ASC && kind <= ELSE;
}

static bool is_relation(int kind)
{
    return kind == '<' || kind == '>' || (kind >= AT_MOST && kind <= UNEQUAL);
}

static bool is_operator(int kind)
{
    return token_continues(kind) && kind != '=' && kind != ',' && kind != '|' && kind != RANGE;
}

static const char *describe(Arena *arena, Token token)
{
    if (token.kind == 0)
        return "end of file";
    if (token.kind == END_OF_LINE)
        return *token.text == ';' ? "`;`" : "end of line";
    if (token.kind == STRING)
        return token.text;
    return arena_format(arena, "`%s`", token.text);
}

/* What other languages write, or NULL. */
static const char *find_habit(Token before, Token found, bool operand)
{
    if (before.kind == '/' && found.kind == '/')
        return "a comment begins with #";
    if (before.kind == '*' && found.kind == '*')
        return "a power is written ^";
    if (is_operator(before.kind) && found.kind == '=')
        return "a name is given its value once, by =";
    if (before.kind == '[' && found.kind == NUMBER)
        return "brackets hold axes, as [channel = 32]; arguments stand in parentheses";
    if (before.kind == NEXT && found.kind == '[')
        return "the next value of a state takes no axes: it has those of the state";
    if (found.kind == STRING && operand)
        return "names and words take no quotes";
    if (found.kind == '+' && operand && !found.first)
        return "a value can't begin with +";
    return NULL;
}

/* The slip that most likely led here, or NULL. */
static const char *find_slip(Lexer *lexer, Expected e)
{
    Token found = lexer->current, before = lexer->previous;
    bool operand = expects(e, "number"), complete = expects(e, "'+'"), name = expects(e, "name");
    const char *written = find_habit(lexer->previous, found, operand);
    if (written)
        return written;
    if (before.kind == '|')
        return "a stage after | must be a call, as in x | relu";
    if (found.first && before.kind != '{' && token_continues(found.kind) && !complete)
        return arena_format(lexer->arena,
                            "a line can't begin with %s; end the line before with "
                            "it, or use parentheses",
                            found.text);
    if (found.kind == AND || found.kind == OR)
        return complete
                   ? arena_format(lexer->arena,
                                  "`%s` joins conditions, in an `if` or in parentheses", found.text)
                   : arena_format(lexer->arena, "a condition stands on each side of `%s`",
                                  found.text);
    if (found.kind == '=' && complete && expects(e, "'{'"))
        return "a comparison is written ==";
    if (is_relation(found.kind) && complete)
        return "comparisons can't be chained; use parentheses";
    if (found.kind == IF && operand)
        return "an `if` inside an expression stands in parentheses";
    if (complete && expects(e, "'{'") && !is_reserved(found.kind))
        return "the branches of an `if` stand in braces: if a == b { x } else { y }";
    if (found.kind == ELSE)
        return "an `else` stands behind the body of an `if`";
    if (is_reserved(found.kind) && found.kind < STATE && expects(e, "state"))
        return arena_format(lexer->arena,
                            "`%s` can't stand inside a body; is a `}` missing "
                            "before it?",
                            found.text);
    if (is_reserved(found.kind) && name)
        return arena_format(lexer->arena, "`%s` is a reserved word; take another name", found.text);
    if (found.kind == NEXT && name)
        return "a prime marks the next value of a state; it can't stand here";
    if (e.count == 1 && expects(e, "else"))
        return "an `if` needs an `else`: every value has to come from somewhere";
    if (is_operator(found.kind) && is_operator(before.kind) && operand)
        return arena_format(lexer->arena, "two operators in a row: `%s` and `%s`", before.text,
                            found.text);
    return NULL;
}

static const char *near_definition(const char *name)
{
    static const char *const habit[][2] = {
        { "def", "layer" },   { "function", "layer" }, { "fn", "layer" },
        { "class", "layer" }, { "import", "include" }, { "model", "network" },
        { "const", "param" }, { "let", "param" },      { "input", "features" },
    };
    for (size_t i = 0; i < sizeof habit / sizeof *habit; i++)
        if (strcmp(habit[i][0], name) == 0)
            return habit[i][1];
    static const char *const words[] = { "param",    "include", "layer", "cell",
                                         "features", "network", "train", "evaluate" };
    return diag_nearest(name, words, (int)(sizeof words / sizeof *words));
}

/* `)` of the grammar's ')'; a word as it is. */
static const char *quoted(Arena *arena, const char *token)
{
    bool character = *token == '\'';
    return arena_format(arena, "`%.*s`", character ? 1 : (int)strlen(token), token + character);
}

/* Adds "a, b or c" piece by piece; `left` is how many pieces are to come. */
static void add_choice(Text *text, const char *piece, int *left)
{
    text_add(text, "%s%s", piece, *left > 2 ? ", " : *left == 2 ? " or " : "");
    --*left;
}

/* Many expected tokens are one thing to the reader: an expression, an operator, a definition. */
static char *list_expected(Arena *arena, Expected e)
{
    static const char *const single[] = { "')'", "']'", "'}'", "'{'", "','",
                                          "'='", "'|'", "..",  "else" };
    enum { SINGLE = sizeof single / sizeof *single };
    bool expression = expects(e, "number") && expects(e, "name");
    bool definition = expects(e, "layer"), operator= expects(e, "'*'");
    bool axis = expects(e, "name") && !expression;
    bool number = expects(e, "number") && !expression, text = expects(e, "text");
    bool line_end = expects(e, "end of line") && !definition;
    int left = expression + operator+ definition + axis + number + text + line_end;
    bool shown[SINGLE];
    for (int i = 0; i < SINGLE; i++) {
        shown[i] = expects(e, single[i]) && !(operator&& strcmp(single[i], "'|'") == 0);
        left += shown[i];
    }
    Text list = text_create(arena);
    if (definition)
        add_choice(&list,
                   "a definition (param, include, layer, cell, features, network, train, "
                   "evaluate)",
                   &left);
    if (expression)
        add_choice(&list, "an expression", &left);
    if (axis)
        add_choice(&list, "a name", &left);
    if (number)
        add_choice(&list, "a number", &left);
    if (text)
        add_choice(&list, "a text in quotes", &left);
    if (operator)
        add_choice(&list, "an operator", &left);
    for (int i = 0; i < SINGLE; i++)
        if (shown[i])
            add_choice(&list, quoted(arena, single[i]), &left);
    if (line_end)
        add_choice(&list, "the end of the line", &left);
    return list.at;
}

void syntax_error(Lexer *lexer, const char *const *expected, int count)
{
    Expected e = { expected, count };
    Token found = lexer->current;
    lexer->recovering = found.kind != 0 && found.kind != END_OF_LINE && !token_closes(found.kind);
    lexer->recovery_depth = lexer->depth - token_opens(found.kind);
    bool follows = lexer->ended || found.statement == lexer->spoiled_statement ||
                   (found.made && token_closes(found.kind));
    if (follows && lexer->errors > 0)
        return;
    const char *slip = find_slip(lexer, e);
    bool definition = found.kind == NAME && expects(e, "layer");
    const char *near = definition ? near_definition(found.text) : NULL;
    if (slip)
        lexer_error(lexer, found.place, "%s", slip);
    else
        lexer_error(lexer, found.place, "unexpected %s; expected %s%s%s%s",
                    describe(lexer->arena, found), list_expected(lexer->arena, e),
                    near ? "; did you mean `" : "", near ? near : "", near ? "`?" : "");
    lexer->spoiled_statement = found.statement;
}
