/* grammar.y: the whole language, asc 1.  Builds a tree and nothing else.
 * The lexer's brackets always match, so an error is recovered within the brackets or the line it
 * lies in.  Where there is no choice a reduction needs no lookahead: a closed bracket must be off
 * the stack when an error is met behind it. */
%define api.pure full
%define api.location.type {Place}
%define lr.default-reduction consistent
%define parse.lac full
%define parse.error custom
%locations
%expect 0
%param { Lexer *lexer }
%code requires {
    #include "ascc.h"
    typedef struct Lexer Lexer;
}
%code provides {
    int yylex(YYSTYPE *value, Place *place, Lexer *lexer);
}
%code {
    #include "parse.h"

    /* A span is a stretch of one line: its first token's, when it goes on in another line. */
    #define YYLLOC_DEFAULT(Span, Part, Count)                                                      \
        do {                                                                                       \
            (Span) = YYRHSLOC(Part, (Count) ? 1 : 0);                                              \
            if ((Count) == 0)                                                                      \
                (Span).column = ++(Span).end;                                                      \
            else if (YYRHSLOC(Part, Count).line == (Span).line)                                    \
                (Span).end = YYRHSLOC(Part, Count).end;                                            \
        } while (0)

    static void yyerror(Place *place, Lexer *lexer, const char *message);
    #define NODE(kind, place, name, a, b) tree_create(lexer, TREE_##kind, place, name, a, b)
    #define LIST(kind, place) tree_list(lexer, TREE_##kind, place)
    #define ADD(list, item) tree_add(lexer, list, item)
}
%union {
    const char *text;
    Tree *tree;
}
%token ASC "asc" PARAM "param" INCLUDE "include" LAYER "layer" CELL "cell"
%token FEATURES "features" NETWORK "network" TRAIN "train" EVALUATE "evaluate"
%token STATE "state" IF "if" AND "and" OR "or" ELSE "else"
%token <text> NAME "name" NEXT "name'" NUMBER "number" STRING "text"
%token END_OF_LINE "end of line" COMMENT "comment"
%token <text> AT_MOST "<=" AT_LEAST ">=" EQUAL "==" UNEQUAL "!=" RANGE ".."
%token <text> '+' '-' '*' '/' '^' '<' '>'
%type <tree> items item body lines line values expr choice condition both pipe compare sum term factor power
%type <tree> primary call axes axislist axis args arglist arg
%type <text> relation operator
%%
file    : header items                      { lexer->file = $2; } ;
header  : "asc" NUMBER END_OF_LINE          { tree_version(lexer, @2, $2); }
        | "asc" error END_OF_LINE           { yyerrok; }
        | %empty                            { tree_version(lexer, @$, NULL); } ;
items   : %empty                            { $$ = LIST(FILE, @$); }
        | items END_OF_LINE
        | items item END_OF_LINE            { $$ = ADD($1, $2); }
        | items error END_OF_LINE           { $$ = $1; yyerrok; } ;
item    : "param" NAME                      { $$ = NODE(PARAM, @2, $2, NULL, NULL); }
        | "param" NAME '=' expr             { $$ = NODE(PARAM, @2, $2, $4, NULL); }
        | "include" STRING                  { $$ = tree_text(lexer, TREE_INCLUDE, @2, $2); }
        | "layer" call body                 { $$ = tree_layer(lexer, TREE_LAYER, @2, $2, $3); }
        | "cell" call body                  { $$ = tree_layer(lexer, TREE_CELL, @2, $2, $3); }
        | "features" NAME body              { $$ = NODE(FEATURES, @2, $2, NULL, $3); }
        | "network" body                    { $$ = NODE(NETWORK, @1, NULL, NULL, $2); }
        | "train" body                      { $$ = NODE(TRAIN, @1, NULL, NULL, $2); }
        | "evaluate" body                   { $$ = NODE(EVALUATE, @1, NULL, NULL, $2); } ;
body    : '{' lines '}'                     { $$ = $2; $$->place = @1; yyerrok; } ;
lines   : line                              { $$ = ADD(LIST(BODY, @1), $1); }
        | lines END_OF_LINE { yyerrok; } line
                                            { $$ = ADD($1, $4); } ;
line    : %empty                            { $$ = NULL; }
        | values                            { $$ = NODE(RESULT, @1, NULL, $1, NULL); }
        | values '=' values                 { $$ = tree_bind(lexer, @1, $1, $3); }
        | "state" values                    { $$ = tree_state(lexer, @1, $2); }
        | error                             { $$ = NULL; } ;
values  : expr                              { $$ = ADD(LIST(VALUES, @1), $1); }
        | values ',' expr                   { $$ = ADD($1, $3); $$->place = @$; } ;
expr    : pipe
        | choice ;
choice  : "if" condition body "else" body   { $$ = tree_if(lexer, @1, $2, $3, $5); }
        | "if" condition body "else" choice { $$ = tree_if(lexer, @1, $2, $3, $5); } ;
condition: both
        | condition "or" both               { $$ = NODE(LOGIC, @2, "or", $1, $3); } ;
both    : compare
        | both "and" compare                { $$ = NODE(LOGIC, @2, "and", $1, $3); } ;
pipe    : compare
        | pipe '|' call                     { $$ = NODE(PIPE, @2, NULL, $1, $3); }
        | pipe '|' call operator sum
            {
                $$ = NODE(PIPE, @2, NULL, $1, $3);
                lexer_error(lexer, @4, "a stage after | must be a call; write (x | %s) %s y",
                            $3->name, $4);
            } ;
operator: '+' | '-' | '*' | '/' | '^' | relation ;
compare : sum
        | sum relation sum                  { $$ = NODE(BINARY, @2, $2, $1, $3); } ;
relation: "==" | "!=" | "<=" | ">=" | '<' | '>' ;
sum     : term
        | sum '+' term                      { $$ = NODE(BINARY, @2, $2, $1, $3); }
        | sum '-' term                      { $$ = NODE(BINARY, @2, $2, $1, $3); } ;
term    : factor
        | term '*' factor                   { $$ = NODE(BINARY, @2, $2, $1, $3); }
        | term '/' factor                   { $$ = NODE(BINARY, @2, $2, $1, $3); } ;
factor  : power
        | '-' factor                        { $$ = NODE(NEGATE, @1, NULL, $2, NULL); } ;
power   : primary
        | primary '^' factor                { $$ = NODE(BINARY, @2, $2, $1, $3); } ;
primary : NUMBER                            { $$ = tree_number(lexer, @1, $1); }
        | NEXT                              { $$ = NODE(CALL, @1, $1, NULL, NULL); }
        | call
        | axes
        | '(' expr ')'                      { $$ = $2; }
        | '(' condition "or" both ')'       { $$ = NODE(LOGIC, @3, "or", $2, $4); }
        | '(' both "and" compare ')'        { $$ = NODE(LOGIC, @3, "and", $2, $4); }
        | '(' error ')'                     { $$ = NODE(CALL, @1, "", NULL, NULL); yyerrok; } ;
call    : NAME                              { $$ = NODE(CALL, @1, $1, NULL, NULL); }
        | NAME axes                         { $$ = NODE(CALL, @1, $1, $2, NULL); }
        | NAME args                         { $$ = NODE(CALL, @1, $1, NULL, $2); }
        | NAME axes args                    { $$ = NODE(CALL, @1, $1, $2, $3); } ;
axes    : '[' ']'                           { $$ = LIST(AXES, @$); }
        | '[' axislist ']'                  { $$ = $2; $$->place = @$; }
        | '[' error ']'                     { $$ = LIST(AXES, @$); yyerrok; } ;
axislist: axis                              { $$ = ADD(LIST(AXES, @1), $1); }
        | axislist ',' axis                 { $$ = ADD($1, $3); } ;
axis    : NAME                              { $$ = NODE(AXIS, @1, $1, NULL, NULL); }
        | NAME '=' sum                      { $$ = NODE(AXIS, @1, $1, $3, NULL); }
        | NAME '=' sum ".." sum             { $$ = NODE(RANGE, @1, $1, $3, $5); }
        | NAME "<=" sum                     { $$ = NODE(RAGGED, @1, $1, $3, NULL); } ;
args    : '(' ')'                           { $$ = LIST(ARGUMENTS, @$); }
        | '(' arglist ')'                   { $$ = $2; $$->place = @$; }
        | '(' error ')'                     { $$ = LIST(ARGUMENTS, @$); yyerrok; } ;
arglist : arg                               { $$ = ADD(LIST(ARGUMENTS, @1), $1); }
        | arglist ',' arg                   { $$ = ADD($1, $3); } ;
arg     : expr
        | NAME '=' expr                     { $$ = NODE(KEYWORD, @1, $1, $3, NULL); } ;
%%
/* Called for what is no plain syntax error: the parser's stack is at its end. */
static void yyerror(Place *place, Lexer *lexer, const char *message)
{
    (void)message;
    lexer_error(lexer, *place, "this expression is nested too deeply");
    lexer->ended = true;
}

static int yyreport_syntax_error(const yypcontext_t *context, Lexer *lexer)
{
    yysymbol_kind_t symbol[YYNTOKENS];
    const char *expected[YYNTOKENS];
    int count = yypcontext_expected_tokens(context, symbol, YYNTOKENS);
    if (count < 0)
        return count;
    for (int i = 0; i < count; i++)
        expected[i] = yysymbol_name(symbol[i]);
    syntax_error(lexer, expected, count);
    return 0;
}

Tree *parse(Arena *arena, const Source *source, Diagnostics *d)
{
    Lexer lexer = { .arena = arena, .source = source, .diagnostics = d };
    scanner_open(&lexer);
    int failed = yyparse(&lexer);
    scanner_close(&lexer);
    return failed || lexer.errors > 0 ? NULL : lexer.file;
}
