/* format.c: ascc --format prints a source in the canonical layout: the author's lines and comments,
 * with indentation, blanks and alignment decided here.  Formatting twice changes nothing. */
#include <string.h>

#include "parse.h"

enum { INDENT = 4 };

/* Consecutive lines of the same table have their = in one column. */
typedef enum Table { TABLE_NONE, TABLE_PARAMS, TABLE_KEYS } Table;

typedef struct Line {
    Text code;
    const char *comment; /* or NULL */
    int comment_length;  /* it may hold any byte but a newline */
    int indent;
    int anchor; /* the line whose bracket this one is aligned with, or -1 */
    int equals; /* of a table: where its = stands in code, or 0 */
    int shift;  /* by how much alignment moves what stands behind equals */
    Table table;
    bool blank;     /* a blank line comes before */
    bool statement; /* begins one */
} Line;

typedef struct Level {
    int kind;         /* the bracket; 0: the file */
    int inner, outer; /* columns of lines inside, and of the line that opens it */
    int anchor, outer_anchor;
    bool many;  /* a body of several lines */
    int line;   /* the last one that began at this level, counting from 1; 0: none */
    bool hangs; /* the bracket ends its line */
    bool bind;  /* its statement has had an = */
} Level;

typedef struct Formatter {
    Arena *arena;
    Token *token;
    int tokens, token_capacity;
    Line *line;
    int lines, line_capacity;
    Level level[MAX_NESTING + 1];
    int depth;
    int section;             /* the definition that began last */
    int last;                /* kind of the last token but comments and line ends; 0 at first */
    bool last_many;          /* it closed a body of several lines */
    bool unary;              /* it is a sign */
    int newlines;            /* since then */
    bool semicolon, comment; /* there was one since then */
} Formatter;

static void read_tokens(Formatter *f, const Source *source, Diagnostics *d)
{
    Lexer lexer = { .arena = f->arena, .source = source, .diagnostics = d, .comments = true };
    scanner_open(&lexer);
    Token token;
    do {
        token = scanner_token(&lexer);
        APPEND(f->arena, f->token, f->tokens, f->token_capacity, token);
    } while (token.kind != 0);
    scanner_close(&lexer);
}

static bool is_newline(Token token)
{
    return token.kind == END_OF_LINE && *token.text == '\n';
}

/* Does the bracket at `open` have a newline before it closes?  Looks no further than that. */
static bool has_newline(const Formatter *f, int open)
{
    int depth = 0;
    for (int i = open; i < f->tokens; i++) {
        depth += token_opens(f->token[i].kind) - token_closes(f->token[i].kind);
        if (depth == 0)
            return false;
        if (is_newline(f->token[i]))
            return true;
    }
    return false;
}

static Line *add_line(Formatter *f)
{
    Line line = { .code = text_create(f->arena), .anchor = -1 };
    APPEND(f->arena, f->line, f->lines, f->line_capacity, line);
    return &f->line[f->lines - 1];
}

static void add_comment(Formatter *f, Token token)
{
    int length = token.place.end - token.place.column + 1;
    while (length > 0 && token.text[length - 1] && strchr(" \t\r\f\v", token.text[length - 1]))
        length--;
    bool own_line = f->lines == 0 || f->newlines > 0 || f->line[f->lines - 1].comment;
    Line *line = own_line ? add_line(f) : &f->line[f->lines - 1];
    line->comment = token.text;
    line->comment_length = length;
    line->blank = line->blank || (own_line && f->lines > 1 && f->newlines > 1 && f->last != '{');
    f->comment = true;
    f->newlines = 0;
}

static bool is_quiet(const Level *level)
{
    return level->kind == '(' || level->kind == '[';
}

static bool ends_statement(const Formatter *f, int kind)
{
    if (f->last == 0 || f->last == '{')
        return true;
    if (is_quiet(&f->level[f->depth]) || kind == '}')
        return false;
    bool goes_on = kind == '|' || kind == ELSE || token_continues(f->last);
    return f->semicolon || ((f->newlines > 0 || f->comment) && !goes_on);
}

static bool breaks_line(const Formatter *f, int kind)
{
    const Level *level = &f->level[f->depth];
    if (f->lines == 0 || f->comment)
        return true;
    if (f->last == '{' || kind == '}')
        return level->many;
    if (kind == ELSE && f->last == '}' && f->last_many)
        return false;
    return f->newlines > 0;
}

/* Where a line begins whose first token is of that kind. */
static void begin_line(Formatter *f, int kind, bool statement)
{
    const Level *level = &f->level[f->depth];
    bool blank = f->newlines > 1 && statement && f->lines > 0 && f->last != '{';
    Line *line = add_line(f);
    line->blank = blank;
    line->statement = statement;
    line->indent = level->inner;
    line->anchor = level->anchor;
    f->level[f->depth].line = f->lines;
    if (token_closes(kind) && (kind == '}' || level->hangs)) {
        line->indent = level->outer;
        line->anchor = level->outer_anchor;
    } else if (!statement && !is_quiet(level)) {
        bool aligned = (kind == '|' || kind == ELSE) && !level->bind;
        line->indent += aligned ? 0 : INDENT;
    }
}

static bool is_sign(const Formatter *f, int kind, bool statement)
{
    return kind == '-' && (statement || f->last == IF || f->last == '{' || token_opens(f->last) ||
                           token_continues(f->last));
}

static bool wants_blank(const Formatter *f, int kind)
{
    if (f->last == '(' || f->last == '[' || f->unary || kind == ')' || kind == ']' || kind == ',')
        return false;
    return !((kind == '(' || kind == '[') && (f->last == NAME || f->last == ']'));
}

/* `40ms` becomes `40 ms`. */
static void add_number(Text *code, const char *text)
{
    size_t digits = strspn(text, "0123456789.");
    if (text[digits] == 'e' || text[digits] == 'E') {
        digits += 1 + (text[digits + 1] == '-' || text[digits + 1] == '+');
        digits += strspn(text + digits, "0123456789");
    }
    const char *unit = text + digits + strspn(text + digits, " \t\r\f\v");
    text_add(code, "%.*s%s%s", (int)digits, text, *unit ? " " : "", unit);
}

static void note_table(Formatter *f, Line *line, int kind, bool statement)
{
    bool key = f->depth == 1 && (f->section == TRAIN || f->section == EVALUATE);
    if (statement && line->code.length > 0) {
        line->table = TABLE_NONE;
        line->equals = 0;
    } else if (statement && f->depth == 0 && kind == PARAM) {
        line->table = TABLE_PARAMS;
    } else if (statement && key) {
        line->table = TABLE_KEYS;
    }
    if (kind == '=' && line->table && line->equals == 0)
        line->equals = (int)line->code.length + 1;
}

static void open_level(Formatter *f, int position)
{
    int kind = f->token[position].kind, at = f->lines - 1;
    /* A body stands below the line that its statement began with, whatever brackets lie between. */
    const int began = kind == '{' ? f->level[f->depth].line - 1 : at;
    const Line *line = &f->line[began >= 0 ? began : at];
    Token next = f->token[position + 1];
    bool hangs = is_newline(next) || next.kind == COMMENT || kind == '{';
    f->level[++f->depth] = (Level){
        .kind = kind,
        .inner = hangs ? line->indent + INDENT : line->indent + (int)line->code.length,
        .anchor = hangs ? line->anchor : at,
        .outer = line->indent,
        .outer_anchor = line->anchor,
        .hangs = hangs,
        .many = kind == '{' && has_newline(f, position),
    };
}

static void add_token(Formatter *f, int position)
{
    Token token = f->token[position];
    bool statement = ends_statement(f, token.kind), fresh = breaks_line(f, token.kind);
    if (fresh)
        begin_line(f, token.kind, statement);
    Line *line = &f->line[f->lines - 1];
    if (statement) {
        f->level[f->depth].bind = false;
        f->section = f->depth == 0 ? token.kind : f->section;
    }
    note_table(f, line, token.kind, statement);
    if (!fresh && statement && f->last != '{')
        text_add(&line->code, ";");
    if (!fresh && wants_blank(f, token.kind))
        text_add(&line->code, " ");
    if (token.kind == NUMBER)
        add_number(&line->code, token.text);
    else
        text_add(&line->code, "%s", token.text);
    f->unary = is_sign(f, token.kind, statement);
    f->last_many = false;
    if (token.kind == '=')
        f->level[f->depth].bind = true;
    if (token_opens(token.kind))
        open_level(f, position);
    if (token_closes(token.kind))
        f->last_many = f->level[f->depth--].many;
    f->last = token.kind;
    f->newlines = 0;
    f->semicolon = f->comment = false;
}

static void make_lines(Formatter *f)
{
    f->level[0].anchor = -1;
    for (int i = 0; i < f->tokens - 1; i++) {
        Token token = f->token[i];
        if (is_newline(token))
            f->newlines++;
        else if (token.kind == END_OF_LINE)
            f->semicolon = true;
        else if (token.kind == COMMENT)
            add_comment(f, token);
        else
            add_token(f, i);
    }
}

/* A comment of its own line stands where the next line of code does, before a } within the body. */
static void indent_comments(Formatter *f)
{
    int indent = 0, anchor = -1;
    for (int i = f->lines - 1; i >= 0; i--) {
        Line *line = &f->line[i];
        if (line->code.length > 0) {
            indent = line->indent + (*line->code.at == '}' ? INDENT : 0);
            anchor = line->anchor;
        } else {
            line->indent = indent;
            line->anchor = anchor;
        }
    }
}

static bool is_comment(const Line *line)
{
    return line->code.length == 0;
}

/* Moves the = of neighbouring lines of one table to the same column. */
static void align_tables(Formatter *f)
{
    for (int i = 0, end; i < f->lines; i = end) {
        int most = 0;
        for (end = i; end < f->lines; end++) {
            const Line *line = &f->line[end];
            bool inside = !is_comment(line) && !(line->blank && end > i) &&
                          (!line->statement || line->table == f->line[i].table);
            if (!inside)
                break;
            if (line->statement && line->equals > most)
                most = line->equals;
        }
        for (int j = i; j < end; j++)
            if (f->line[j].equals > 0)
                f->line[j].shift = most - f->line[j].equals;
        end += end == i;
    }
    for (int i = 0; i < f->lines; i++) {
        Line *line = &f->line[i];
        if (line->anchor >= 0) {
            line->indent += f->line[line->anchor].shift;
            line->shift += f->line[line->anchor].shift;
        }
    }
}

static int own_shift(const Line *line)
{
    return line->equals > 0 ? line->shift : 0;
}

static int width(const Line *line)
{
    return line->indent + (int)line->code.length + own_shift(line);
}

static void print_line(FILE *out, const Line *line, int comment_column)
{
    int split = line->equals > 0 ? line->equals - 1 : 0;
    if (line->blank)
        fputc('\n', out);
    fprintf(out, "%*s%.*s%*s%s", line->indent, "", split, line->code.at, own_shift(line), "",
            line->code.at + split);
    if (line->comment) {
        fprintf(out, "%*s", is_comment(line) ? 0 : comment_column - width(line), "");
        fwrite(line->comment, 1, (size_t)line->comment_length, out);
    }
    fputc('\n', out);
}

/* Comments behind neighbouring lines begin in the same column. */
static void print_lines(FILE *out, const Formatter *f)
{
    for (int i = 0, end; i < f->lines; i = end) {
        int column = 0;
        for (end = i; end < f->lines; end++) {
            const Line *line = &f->line[end];
            if (!line->comment || is_comment(line) || (line->blank && end > i))
                break;
            if (width(line) + 2 > column)
                column = width(line) + 2;
        }
        end += end == i;
        for (int j = i; j < end; j++)
            print_line(out, &f->line[j], column);
    }
}

bool format_source(FILE *out, Arena *arena, const Source *source, Diagnostics *d)
{
    if (!parse(arena, source, d))
        return false;
    Formatter f = { .arena = arena };
    read_tokens(&f, source, d);
    make_lines(&f);
    indent_comments(&f);
    align_tables(&f);
    print_lines(out, &f);
    return true;
}
