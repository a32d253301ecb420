/* command_completion.c: the command `completion`: scripts for shells, from the tables of commands and options. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

/* What follows an option or a command. */
typedef enum Follows { NOTHING, WORD, FOLDER, ANY_FILE } Follows;

static Follows follows(const AscOption *option)
{
    const char *argument = option->argument;

    if (!argument)
        return NOTHING;
    if (strcmp(argument, "DIR") == 0 || strcmp(argument, "RUN") == 0)
        return FOLDER;
    return strcmp(argument, "FILE") == 0 || strchr(argument, '.') ? ANY_FILE : WORD;
}

/* The first line of a text, inside of apostrophes: characters of `special` get a backslash, an apostrophe becomes
 * `quote`. */
static void print_escaped(const char *text, const char *special, const char *quote)
{
    for (; *text && *text != '\n'; text++) {
        if (*text == '\'') {
            fputs(quote, stdout);
            continue;
        }
        if (strchr(special, *text))
            putchar('\\');
        putchar(*text);
    }
}

/* The name as a part of a function's. */
static void print_identifier(const char *name)
{
    for (; *name; name++)
        putchar(isalnum((unsigned char)*name) ? *name : '_');
}

/* ---------------------------------------------------------------- bash */

/* "--run | --out": options that take such an argument, of any command. */
static void print_bash_case(Follows which, const char *action)
{
    char seen[2048] = " ";
    const AscCommand *command;
    const AscOption *option;

    printf("    ");
    for (int c = 0; (command = asc_cli_command(c)); c++) {
        for (int n = 0; (option = asc_option_at(command->options, n)); n++) {
            char name[64];

            snprintf(name, sizeof name, " --%s ", option->name);
            if (follows(option) != which || strstr(seen, name))
                continue;
            printf("%s--%s", seen[1] ? " | " : "", option->name);
            strncat(seen, name + 1, sizeof seen - strlen(seen) - 1);
        }
    }
    printf(") %s; return ;;\n", action);
}

static void print_bash(const char *program)
{
    const AscCommand *command;
    const AscOption *option;

    printf("# Completion of %s for bash: to be sourced, or put into\n"
           "# ~/.local/share/bash-completion/completions/%s\n_asc_complete_",
           program, program);
    print_identifier(program);
    printf("() {\n    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} "
           "options= "
           "IFS=$' \\t\\n'\n    COMPREPLY=()\n    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
           "        COMPREPLY=($(compgen -W '--help");
    for (int c = 0; (command = asc_cli_command(c)); c++)
        printf(" %s", command->name);
    printf("' -- \"$word\"))\n        return\n    fi\n    case $before in\n");
    print_bash_case(FOLDER,
                    "COMPREPLY=($(compgen -d -- \"$word\")); compopt -o filenames 2>/dev/null");
    print_bash_case(ANY_FILE,
                    "COMPREPLY=($(compgen -f -- \"$word\")); compopt -o filenames 2>/dev/null");
    print_bash_case(WORD, "true");
    printf("    esac\n    case ${COMP_WORDS[1]} in\n");
    for (int c = 0; (command = asc_cli_command(c)); c++) {
        printf("    %s) options='", command->name);
        for (int n = 0; (option = asc_option_at(command->options, n)); n++)
            printf("%s--%s", n ? " " : "", option->name);
        printf("' ;;\n");
    }
    printf("    esac\n    case ${COMP_WORDS[1]},$word in\n"
           "    *,-*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
           "    completion,*) COMPREPLY=($(compgen -W 'bash zsh fish' -- \"$word\")) ;;\n"
           "    *) COMPREPLY=($(compgen -f -- \"$word\")); compopt -o filenames 2>/dev/null ;;\n"
           "    esac\n    return 0\n}\ncomplete -F _asc_complete_");
    print_identifier(program);
    printf(" %s\n", program);
}

/* ---------------------------------------------------------------- zsh */

static void print_zsh_option(const AscOption *option)
{
    static const char *const action[] = {
        [WORD] = "", [FOLDER] = "_files -/", [ANY_FILE] = "_files"
    };
    Follows what = follows(option);

    printf(" \\\n            '*--%s[", option->name);
    print_escaped(option->help, "[]:", "'\\''");
    putchar(']');
    if (what != NOTHING)
        printf(":%s:%s", option->argument, action[what]);
    putchar('\'');
}

static void print_zsh(const char *program)
{
    const AscCommand *command;
    const AscOption *option;

    printf("#compdef %s\n# Completion of %s for zsh: to be sourced, or put as _%s into a folder of "
           "$fpath.\n"
           "_asc_complete_",
           program, program, program);
    print_identifier(program);
    printf("() {\n    local -a commands\n    commands=(\n");
    for (int c = 0; (command = asc_cli_command(c)); c++) {
        printf("        '%s:", command->name);
        print_escaped(command->summary, ":", "'\\''");
        printf("'\n");
    }
    printf("    )\n    if (( CURRENT == 2 )); then\n        _describe command commands\n        "
           "return\n    fi\n"
           "    local command=$words[2]\n    shift words\n    (( CURRENT-- ))\n    case $command "
           "in\n");
    for (int c = 0; (command = asc_cli_command(c)); c++) {
        printf("    %s)\n        _arguments", command->name);
        for (int n = 0; (option = asc_option_at(command->options, n)); n++)
            print_zsh_option(option);
        printf(" \\\n            '*:%s' ;;\n",
               strcmp(command->name, "completion") == 0 ? "shell:(bash zsh fish)" : "file:_files");
    }
    printf("    esac\n}\nif [[ $funcstack[1] == _%s ]]; then\n    _asc_complete_", program);
    print_identifier(program);
    printf(" \"$@\"\nelse\n    compdef _asc_complete_");
    print_identifier(program);
    printf(" %s\nfi\n", program);
}

/* ---------------------------------------------------------------- fish */

static void print_fish_option(const char *program, const AscCommand *command,
                              const AscOption *option)
{
    static const char *const action[] = { [NOTHING] = "",
                                          [WORD] = " -x",
                                          [FOLDER] = " -x -a '(__fish_complete_directories)'",
                                          [ANY_FILE] = " -r -F" };

    printf("complete -c %s -n '__fish_seen_subcommand_from %s' -l %s%s -d '", program,
           command->name, option->name, action[follows(option)]);
    print_escaped(option->help, "\\", "\\'");
    printf("'\n");
}

static void print_fish(const char *program)
{
    const AscCommand *command;
    const AscOption *option;

    printf("# Completion of %s for fish: to be sourced, or put into "
           "~/.config/fish/completions/%s.fish\n",
           program, program);
    for (int c = 0; (command = asc_cli_command(c)); c++) {
        printf("complete -c %s -n __fish_use_subcommand -f -a %s -d '", program, command->name);
        print_escaped(command->summary, "\\", "\\'");
        printf("'\n");
        for (int n = 0; (option = asc_option_at(command->options, n)); n++)
            print_fish_option(program, command, option);
    }
    printf("complete -c %s -n '__fish_seen_subcommand_from completion' -f -a 'bash zsh fish'\n",
           program);
}

/* ---------------------------------------------------------------- the command */

static const struct {
    const char *shell;
    void (*print)(const char *program);
} shells[] = { { "bash", print_bash }, { "zsh", print_zsh }, { "fish", print_fish } };

int asc_command_completion(const AscCli *cli)
{
    char program[512];

    snprintf(program, sizeof program, "%.*s", (int)(strlen(cli->name) - strlen(" completion")),
             cli->name);
    if (cli->options.files != 1)
        return asc_cli_usage(cli, "the name of one shell is expected: bash, zsh or fish");
    for (size_t n = 0; n < sizeof shells / sizeof *shells; n++) {
        if (strcmp(cli->options.file[0], shells[n].shell) == 0) {
            shells[n].print(program);
            return 0;
        }
    }
    return asc_cli_usage(cli, "%s: bash, zsh or fish is expected", cli->options.file[0]);
}
