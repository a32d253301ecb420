#!/usr/bin/env bash
# completion.sh: what shells complete of a program is what its help tells.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
workplace
tiny=$build/tests/tiny

same() { # same WHAT A B: two lists of words
    holds "$1: $2, not $3" [ "$2" = "$3" ] && holds "$1: something" [ -n "$2" ]
}
list() { sort -u | tr '\n' ' '; }

for shell in bash zsh fish; do
    "$tiny" completion $shell >$shell
    holds "$shell" [ $? -eq 0 ]
done
"$tiny" completion tcsh >out 2>error
holds "another shell is wrong usage" [ $? -eq 2 ]
holds "and told" grep -q 'tcsh: bash, zsh or fish is expected' error
"$tiny" completion >out 2>error
holds "so is none" [ $? -eq 2 ]
commands=$("$tiny" --help | sed -n 's/^  \([a-z]*\)  .*/\1/p' | list)
options() { "$tiny" "$1" --help | sed -n 's/^  \(--[a-z-]*\).*/\1/p' | list; }

# ---------------------------------------------------------------- bash
. ./bash
line() { # line WORD..: what is offered for the last word of a line
    COMP_WORDS=(tiny "$@")
    COMP_CWORD=$#
    _asc_complete_tiny 2>/dev/null
    printf '%s\n' "${COMPREPLY[@]}" | list
}
same "bash: commands" "$(line "")" "$(echo "--help $commands" | tr ' ' '\n' | grep . | list)"
same "bash: of two" "$(line in)" "info init "
same "bash: of one" "$(line gr)" "gradcheck "
for command in $commands; do
    same "bash: options of $command" "$(line "$command" --)" "$(options "$command")"
done
mkdir folder
touch file
same "bash: a folder for --data" "$(line train --data "")" "folder "
same "bash: files for --weights" "$(line info --weights fi)" "file fish "
same "bash: nothing for a number" "$(line train --fold "")" " "
same "bash: shells" "$(line completion "")" "bash fish zsh "
holds "bash: registered" grep -q '^complete -F _asc_complete_tiny tiny$' bash

# ---------------------------------------------------------------- zsh and fish
for command in $commands; do
    same "zsh: options of $command" \
        "$(sed -n "/^    $command)\$/,/;;\$/p" zsh | sed -n "s/^ *'\*\(--[a-z-]*\)\[.*/\1/p" | list)" "$(options "$command")"
    same "fish: options of $command" \
        "$(sed -n "s/.*_from $command' -l \([a-z-]*\) .*/--\1/p" fish | list)" "$(options "$command")"
done
same "zsh: commands" "$(sed -n '/commands=(/,/^    )/s/^ *.\([a-z]*\):.*/\1/p' zsh | list)" "$commands"
same "fish: commands" "$(sed -n 's/.*__fish_use_subcommand -f -a \([a-z]*\) .*/\1/p' fish | list)" "$commands"
if command -v zsh >/dev/null; then
    holds "zsh reads it" zsh -n zsh
fi
if command -v fish >/dev/null; then
    holds "fish reads it" fish --no-execute fish
    same "fish completes a command" "$(fish -c 'source fish; complete -C "tiny gradc"' | cut -f1 | list)" "gradcheck "
    same "fish completes options" "$(fish -c 'source fish; complete -C "tiny info --"' | cut -f1 | grep -v '^-[a-z]$' | list)" \
        "$(options info)"
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
